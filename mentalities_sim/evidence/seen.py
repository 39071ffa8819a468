"""What was recorded of the arms of a claim, by arm: outcomes, states at the end, and states on the way."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Record:
    """What was recorded of one arm; the first axis of every array is the client or group.

    Example:
        >>> record = Record({}, {"person.threat": np.array([[0.1, 0.4], [0.1, 0.2]])})
        >>> record.end("person.threat").tolist()
        [0.4, 0.2]
    """

    outcomes: Mapping[str, np.ndarray]
    courses: Mapping[str, np.ndarray]

    def outcome(self, name: str) -> np.ndarray:
        """Return an outcome of the world, one value per unit; raises `KeyError` for an unknown one."""
        return _named(self.outcomes, name, "outcome")

    def course(self, path: str) -> np.ndarray:
        """Return a state over the moments kept, (units, moments, ...); raises `KeyError` if not read."""
        return _named(self.courses, path, "state read")

    def end(self, path: str) -> np.ndarray:
        """Return a state at the last moment, one value (or vector) per unit."""
        found: np.ndarray = self.course(path)[:, -1]
        return found


class Seen(Mapping[str, Record]):
    """Records by arm; of every arm the same people with the same chance, in the same order."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self.records = dict(records)

    def __getitem__(self, arm: str) -> Record:
        return _named(self.records, arm, "arm")

    def __iter__(self) -> Iterator[str]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


def _named(known: Mapping, name: str, what: str):  # type: ignore[no-untyped-def]
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, list(known), 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise KeyError(f"{name!r} is no {what}{hint} (there are: {', '.join(known)})")
