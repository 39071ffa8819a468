"""The four measures of hierarchy over many simulated groups, read as the published groups were."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentalities_sim.calibration.resampling import bootstrap_interval, need_columns
from mentalities_sim.calibration.targets import Target

MEASURES = ("de_vries_h", "ttri", "steepness", "dci")
"""The four that must hold jointly; also the names of their targets."""

INTERACTIONS = 25.0
"""Interactions an individual in the published groups, about."""

Ints = npt.NDArray[np.int64]
Measure = Callable[[npt.NDArray[np.float64]], Mapping[str, float]]


@dataclass(frozen=True)
class Spread:
    """Median of a measure over groups, its 95 % bootstrap interval [low, high], and the quartiles.

    `groups` counts those in which the measure is defined (a group without a complete triangle has no
    triangle transitivity).
    """

    median: float
    low: float
    high: float
    lower_quartile: float
    upper_quartile: float
    groups: int

    def inside(self, target: Target) -> bool:
        """Whether the median lies in the target's band.

        Example:
            >>> from mentalities_sim.calibration import target
            >>> Spread(0.6, 0.55, 0.65, 0.5, 0.7, 40).inside(target("steepness"))
            False
        """
        return target.inside(self.median)


def group_measures(matrices: Iterable[npt.ArrayLike], measure: Measure | None = None) -> pd.DataFrame:
    """Return one row a group with the measures of its wins (n, n): h′, ttri, steepness, DCI and more.

    `measure` takes a win matrix and returns numbers by name, `mentalities_sim.hierarchy.measure` unless
    another is given. A matrix that is not square raises a ValueError.

    Example:
        >>> group_measures([np.eye(3)], lambda wins: {"dci": float(wins.sum())})["dci"].tolist()
        [3.0]
    """
    taken = measure or _standard_measure()
    rows = []
    for place, matrix in enumerate(matrices):
        wins = np.asarray(matrix, dtype=np.float64)
        if wins.ndim != 2 or wins.shape[0] != wins.shape[1]:
            raise ValueError(
                f"group {place} has shape {wins.shape}; allowed: (n, n), wins of row over column"
            )
        rows.append(dict(taken(wins)))
    return pd.DataFrame(rows)


def _standard_measure() -> Measure:
    from mentalities_sim import hierarchy  # here, because few who read targets measure groups

    return cast(Measure, hierarchy.measure)


def spreads(table: pd.DataFrame, *, resamples: int = 2000, seed: int = 0) -> dict[str, Spread]:
    """Return the spread of each of the four measures over the groups of `group_measures`.

    Example:
        >>> table = pd.DataFrame({"de_vries_h": [0.8, 0.9, 1.0], "ttri": 1.0, "steepness": 0.8, "dci": 0.9})
        >>> found = spreads(table)["de_vries_h"]
        >>> found.median, round(found.lower_quartile, 2), found.groups
        (0.9, 0.85, 3)
    """
    need_columns(table.columns, list(MEASURES))
    found = {}
    for name in MEASURES:
        values = table[name].to_numpy(float)
        values = values[np.isfinite(values)]
        if values.size == 0:
            found[name] = Spread(math.nan, math.nan, math.nan, math.nan, math.nan, 0)
            continue
        low, high = bootstrap_interval(values, np.median, resamples=resamples, seed=seed)
        first, median, third = (float(q) for q in np.percentile(values, [25, 50, 75]))
        found[name] = Spread(median, low, high, first, third, int(values.size))
    return found


def matched(
    winner: npt.ArrayLike,
    loser: npt.ArrayLike,
    n: int,
    *,
    per_individual: float = INTERACTIONS,
    part: Literal["last", "first"] = "last",
) -> Ints:
    """Return wins (n, n) of as many contests as published groups were watched for: 12.5·n.

    `winner` and `loser` are the individuals (0 … n-1) of each contest in order of time, shape (contests,).
    The `last` contests are kept, because the published groups had lived together, or the `first`; a
    group with fewer keeps all. Each contest counts for two individuals, so 25 each are 12.5·n. Numbers out
    of range raise a ValueError.

    Example:
        >>> matched([0] * 80 + [1] * 20, [1] * 80 + [0] * 20, 2).tolist()  # the last 25
        [[0, 5], [20, 0]]
    """
    if not per_individual > 0:
        raise ValueError(f"per_individual is {per_individual}; allowed: more than 0")
    if part not in ("last", "first"):
        raise ValueError(f"part is {part!r}; allowed: 'last', 'first'")
    won, lost = np.asarray(winner), np.asarray(loser)
    keep = round(per_individual * n / 2)
    cut = slice(max(won.size - keep, 0), None) if part == "last" else slice(keep)
    return wins_from(won[cut], lost[cut], n)


def wins_from(winner: npt.ArrayLike, loser: npt.ArrayLike, n: int) -> Ints:
    """Return wins (n, n), how often row won over column, from the winner and loser of each contest.

    Example:
        >>> wins_from([0, 0, 1], [1, 1, 0], 2).tolist()
        [[0, 2], [1, 0]]
    """
    won, lost = np.asarray(winner), np.asarray(loser)
    if won.shape != lost.shape or won.ndim != 1:
        raise ValueError(f"winner has shape {won.shape} and loser {lost.shape}; allowed: both (contests,)")
    if won.size == 0:
        return np.zeros((n, n), np.int64)
    for what, who in (("winner", won), ("loser", lost)):
        if who.dtype.kind not in "iu":
            raise ValueError(f"{what} holds {who.dtype}; allowed: whole numbers, 0 to {n - 1}")
        wrong = (who < 0) | (who >= n)
        if wrong.any():
            at = int(np.argmax(wrong))
            raise ValueError(f"{what} of contest {at} is {who[at]}; allowed: 0 to {n - 1}")
    if (won == lost).any():
        at = int(np.argmax(won == lost))
        raise ValueError(f"contest {at} is won and lost by {won[at]}; allowed: two different individuals")
    return np.bincount(won.astype(np.int64) * n + lost, minlength=n * n).reshape(n, n).astype(np.int64)
