"""Counts and sums of outcomes by condition, shard by shard: what a million runs come to, in little memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mentalities_sim.store.batch import committed, whole
from mentalities_sim.store.conditions_table import read_conditions


@dataclass
class Moments:
    """What was observed, one row per group and one column per outcome: `n` finite values, total, squares."""

    n: np.ndarray
    total: np.ndarray
    squares: np.ndarray

    @classmethod
    def none(cls, groups: int, outcomes: int) -> Moments:
        """Nothing observed yet."""
        return cls(*(np.zeros((groups, outcomes)) for _ in range(3)))

    def add(self, group: np.ndarray, values: np.ndarray) -> None:
        """Take in rows of values (rows, outcomes), each in its group."""
        seen = np.isfinite(values)
        plain = np.where(seen, values, 0.0)
        for kept, added in ((self.n, seen), (self.total, plain), (self.squares, plain * plain)):
            for column in range(values.shape[1]):
                kept[:, column] += np.bincount(group, added[:, column], len(kept))

    @property
    def mean(self) -> np.ndarray:
        """Means; NaN where nothing was observed."""
        return self.total / np.where(self.n > 0, self.n, np.nan)


@dataclass
class Sums:
    """Moments of a folder's outcomes: by condition, judged and choosing replicates apart, and by replicate.

    `conditions` are those of the folder in order of place; `by_replicate` holds, by arm, the moments of the
    judged replicates over all conditions.
    """

    conditions: pd.DataFrame
    outcomes: list[str]
    judged: Moments
    choosing: Moments
    by_replicate: dict[str, Moments]


def sums(folder: Path, outcomes: Sequence[str], border: int) -> Sums:
    """Add up a folder's outcomes; replicates from `border` on are the choosing ones. Raises `FolderError`.

    A sum's last digit may hang on how runs were batched.
    """
    conditions = read_conditions(folder).sort_values("place", ignore_index=True)
    ids = pa.array(conditions["condition_id"], pa.string())
    arms = list(dict.fromkeys(conditions["arm"]))
    arm_of = conditions["arm"].map({arm: i for i, arm in enumerate(arms)}).to_numpy()
    groups, width = len(conditions), len(outcomes)
    found = Sums(conditions, list(outcomes), Moments.none(groups, width), Moments.none(groups, width), {})
    flat = Moments.none(len(arms) * border, width)
    for batch in committed(folder):
        if batch.table != "outcomes":
            continue
        data = pa.BufferReader(whole(folder / "outcomes" / batch.name))
        table = pq.read_table(data, columns=["run_id", "replicate", *outcomes])
        names = pc.utf8_slice_codeunits(table["run_id"].cast(pa.string()), 0, len(ids[0].as_py()))
        place = pc.index_in(names, value_set=ids).to_numpy()
        replicate = table["replicate"].to_numpy()
        values = np.column_stack([table[name].cast("float64").to_numpy() for name in outcomes])
        judged = replicate < border
        found.judged.add(place[judged], values[judged])
        found.choosing.add(place[~judged], values[~judged])
        flat.add(arm_of[place[judged]] * border + replicate[judged], values[judged])
    for i, arm in enumerate(arms):
        rows = slice(i * border, (i + 1) * border)
        found.by_replicate[arm] = Moments(flat.n[rows], flat.total[rows], flat.squares[rows])
    return found
