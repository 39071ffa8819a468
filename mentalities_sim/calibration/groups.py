"""The four measures of hierarchy over many simulated groups, read as the published groups were."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentalities_sim.calibration.resampling import bootstrap_interval, need_columns
from mentalities_sim.calibration.targets import Target

MEASURES = ("de_vries_h", "ttri", "steepness", "dci")
"""The four that must hold jointly; also the names of their targets."""

MOST_UNKNOWN = 0.1
"""Share of unknown dyads from which on a group is not compared: the published quartiles are of groups with
less (DomArchive, Strauss et al. 2022, *Phil Trans R Soc B* 377:20200436)."""

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


def enough_known(table: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of `group_measures` that the published filter keeps: unknown dyads < `MOST_UNKNOWN`.

    Example:
        >>> enough_known(pd.DataFrame({"unknown": [0.0, 0.1, 0.4], "dci": [0.8, 0.9, 1.0]}))["dci"].tolist()
        [0.8]
    """
    need_columns(table.columns, ["unknown"])
    return table[table["unknown"] < MOST_UNKNOWN]


def spreads(table: pd.DataFrame, *, resamples: int = 2000, seed: int = 0) -> dict[str, Spread]:
    """Return the spread of each of the four measures over the groups of `group_measures`.

    All groups given are taken; compare with published quartiles only those of `enough_known`.

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
