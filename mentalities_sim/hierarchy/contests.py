"""Contests between two: who won, who lost, when; as arrays, as a win matrix and as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

UNKNOWN = -1
"""In `first`: nobody noted who bid first in this contest."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Contests:
    """Contests of one group, one entry per contest, with what was noted about each.

    `winner` and `loser` hold places in `names` (in a draw, which of the two stands where means nothing);
    `names` may hold individuals without a contest. `time` is any number that grows, or, where `dated`, days
    since 1970-01-01; without it the order of the entries counts. `escalated` says of each contest whether it
    came to a fight, `first` who made the first bid (a place in `names`, or `UNKNOWN`). `ordered` is false
    where the order is not known, as in a win matrix. `notes` is what a reader should be told about the
    source. Raises `ValueError` for arrays of unlike length, places outside `names`, and self-contests.

    Example:
        >>> Contests(winner=[0, 0], loser=[1, 1], draw=[False, True], names=("a", "b")).matrix().tolist()
        [[0.0, 1.5], [0.5, 0.0]]
    """

    winner: Ints
    loser: Ints
    draw: Bools
    names: tuple[str, ...]
    time: Floats | None = None
    escalated: Bools | None = None
    first: Ints | None = None
    dated: bool = False
    ordered: bool = True
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(str(name) for name in self.names))
        kinds = {"winner": np.int64, "loser": np.int64, "draw": np.bool_, "time": np.float64,
                 "escalated": np.bool_, "first": np.int64}  # fmt: skip
        for field, kind in kinds.items():
            if getattr(self, field) is not None:
                object.__setattr__(self, field, np.array(getattr(self, field), dtype=kind))
        self._check(kinds)

    def _check(self, fields: Iterable[str]) -> None:
        for field in fields:
            given = getattr(self, field)
            if given is not None and given.shape != self.winner.shape:
                raise ValueError(
                    f"{field} has shape {given.shape}; allowed: {self.winner.shape}, one a contest"
                )
        if len(set(self.names)) < len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise ValueError(f"names has {twice!r} twice; allowed: each individual once")
        for field, lowest in (("winner", 0), ("loser", 0), ("first", UNKNOWN)):
            given = getattr(self, field)
            if given is not None and len(given) and not (lowest <= given.min() <= given.max() < self.n):
                raise ValueError(f"{field} points outside of names; allowed: {lowest} to {self.n - 1}")
        if (self.winner == self.loser).any():
            at = int(np.argmax(self.winner == self.loser))
            raise ValueError(f"contest {at} is of {self.names[self.winner[at]]!r} with itself")
        if self.time is not None and not np.isfinite(self.time).all():
            raise ValueError("time holds what is not a finite number; give every contest a time, or none")

    def __len__(self) -> int:
        return len(self.winner)

    @property
    def n(self) -> int:
        """Individuals, with those who had no contest."""
        return len(self.names)

    def matrix(self) -> Floats:
        """How often each (row) won over each other (column), shape (n, n); a draw counts ½ to both."""
        wins = np.zeros((self.n, self.n))
        share = np.where(self.draw, 0.5, 1.0)
        np.add.at(wins, (self.winner, self.loser), share)
        np.add.at(wins, (self.loser[self.draw], self.winner[self.draw]), 0.5)
        return wins

    def taken_part(self) -> Ints:
        """How many contests each had, draws among them; shape (n,)."""
        return np.bincount(np.r_[self.winner, self.loser], minlength=self.n)

    def in_order(self) -> Contests:
        """The same contests by time; those at one time stay in the order they were given in."""
        return self if self.time is None else self.take(np.argsort(self.time, kind="stable"))

    def take(self, places: npt.ArrayLike) -> Contests:
        """The contests at these places, in this order, among the same individuals."""
        at = np.asarray(places)
        kept = {
            field: None if (given := getattr(self, field)) is None else given[at]
            for field in ("winner", "loser", "draw", "time", "escalated", "first")
        }
        return replace(self, **kept)  # type: ignore[arg-type]

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Contests:
        """Contests from a table with the columns of a contests file; raises `ContestsError`.

        Columns, their other names and their values are those of `read_contests`; rows count from 0.

        Example:
            >>> Contests.from_frame(pd.DataFrame({"winner": ["a", "b"], "loser": ["b", "a"]})).names
            ('a', 'b')
        """
        from mentalities_sim.hierarchy.edges import read_edges

        texts = frame.astype(object).where(frame.notna(), "").map(str)
        rows = list(enumerate(texts.to_numpy().tolist()))
        return read_edges("frame", [str(column) for column in frame.columns], rows)

    def to_frame(self) -> pd.DataFrame:
        """The contests as a table: time (if known), winner, loser, draw, escalated, first (if noted).

        Times of `dated` contests are ISO dates; an unknown first bidder is empty.
        """
        names = np.array(self.names, dtype=object)
        table: dict[str, object] = {}
        if self.time is not None:
            table["time"] = _iso(self.time) if self.dated else self.time
        table |= {"winner": names[self.winner], "loser": names[self.loser], "draw": self.draw}
        if self.escalated is not None:
            table["escalated"] = self.escalated
        if self.first is not None:
            table["first"] = np.where(self.first == UNKNOWN, "", names[self.first])
        return pd.DataFrame(table)


def days_since_epoch(moment: datetime) -> float:
    """A date as days since 1970-01-01; without a time zone it is taken as it stands.

    Example:
        >>> days_since_epoch(datetime(1970, 1, 2, 12))
        1.5
    """
    at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (at - _EPOCH) / timedelta(days=1)


def date_of(days: float) -> datetime:
    """The date so many days after 1970-01-01, to the millisecond.

    Example:
        >>> date_of(1.5).isoformat()
        '1970-01-02T12:00:00'
    """
    # a float of days holds less than a microsecond: what is beyond is rounding
    return (_EPOCH + timedelta(milliseconds=round(days * 86_400_000))).replace(tzinfo=None)


def _iso(time: Floats) -> list[str]:
    whole = bool((time == np.floor(time)).all())
    dates = [date_of(float(days)) for days in time]
    return [d.date().isoformat() if whole else d.isoformat(timespec="milliseconds") for d in dates]
