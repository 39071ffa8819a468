"""The tables of a folder of results as frames, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from mentalities_sim.store.batch import TABLES
from mentalities_sim.store.shards import read


class Stored(Mapping[str, pd.DataFrame]):
    """Tables of a folder by name, each kept once read; run ids are left out, since columns say the same.

    Example:
        >>> import tempfile
        >>> len(Stored(Path(tempfile.mkdtemp()))["series"])
        0
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise KeyError(name)
        if name not in self._kept:
            self._kept[name] = self.part(name)
        return self._kept[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def part(
        self, name: str, arms: Sequence[str] | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return some columns of the rows of some arms (all, when it is None), without keeping them."""
        found = read(self.folder, name, columns, arms)
        return found.drop(columns="run_id", errors="ignore")
