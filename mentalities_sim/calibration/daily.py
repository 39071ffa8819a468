"""Days of simulated people, sampled as those of real people were: reports of affect, and interactions."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from mentalities_sim.calibration.affect import inertia_by_person
from mentalities_sim.calibration.interpersonal import (
    intraclass_correlation,
    quadrant_shares,
    quadrant_switching,
    quadrant_switching_if_independent,
    within_person_correlation,
)
from mentalities_sim.calibration.table import Found

DAYS = 14
"""Two weeks of four reports a day, as in the public data sets of four to seven a day."""


def daily_life(table: pd.DataFrame, *, resamples: int = 100, seed: int = 0) -> dict[str, Found]:
    """Return every target of affect and of daily interactions, measured on `societies.reports`.

    Values with the ends of their 95 % bootstrap interval over societies, since people of one society are not
    independent of each other. With one society both ends are NaN.

    Example:
        >>> from mentalities_sim.calibration.societies import live_together, reports
        >>> found = daily_life(reports(*live_together({"size": 4, "days": 9}, [{}], 2, seed=1, last_days=7)))
        >>> len(found)
        13
    """
    drawn = _resamples(table["society"].nunique(), resamples, seed)
    found: dict[str, Found] = {}
    for name, affect in (("negative", "negative"), ("positive", "positive")):
        found |= _inertia(table, name, affect, drawn)
    for name, statistic in STATISTICS.items():
        found[name] = _over_societies(table, statistic, drawn)
    return found


def _share_of(quadrant: str) -> Callable[[pd.DataFrame], float]:
    return lambda frame: quadrant_shares(frame)[quadrant]


STATISTICS: dict[str, Callable[[pd.DataFrame], float]] = {
    **{
        f"share_{quadrant}": _share_of(quadrant)
        for quadrant in ("dominant_warm", "submissive_warm", "dominant_cold", "submissive_cold")
    },
    "quadrant_switching": quadrant_switching,
    "icc_dominance": lambda frame: intraclass_correlation(frame, "dominance"),
    "icc_warmth": lambda frame: intraclass_correlation(frame, "warmth"),
    "within_dominance_warmth": within_person_correlation,
    "quadrant_switching_if_independent": quadrant_switching_if_independent,
}
"""Target of daily interactions → its estimator."""


def _resamples(societies: int, resamples: int, seed: int) -> np.ndarray:
    if societies < 2:
        return np.zeros((0, societies), np.int64)
    return np.random.default_rng(seed).integers(0, societies, (resamples, societies))


def _over_societies(
    table: pd.DataFrame, statistic: Callable[[pd.DataFrame], float], drawn: np.ndarray
) -> Found:
    parts = [part for _, part in table.groupby("society", sort=True)]
    people = int(table["person"].max()) + 1
    values = [
        statistic(
            pd.concat(
                # a society that is drawn twice is two societies
                [parts[i].assign(person=parts[i]["person"] + people * place) for place, i in enumerate(row)],
                ignore_index=True,
            )
        )
        for row in drawn
    ]
    low, high = np.percentile(values, [2.5, 97.5]) if values else (math.nan, math.nan)
    return statistic(table), float(low), float(high)


def _inertia(table: pd.DataFrame, name: str, affect: str, drawn: np.ndarray) -> dict[str, Found]:
    slopes = inertia_by_person(table, [affect], person="person")
    slopes["society"] = slopes["person"].map(table.groupby("person")["society"].first())
    parts = [part for _, part in slopes.groupby("society", sort=True)]
    values = [_mean_and_sd(pd.concat([parts[i] for i in row if i < len(parts)])) for row in drawn]
    ends = np.percentile(values, [2.5, 97.5], axis=0) if values else np.full((2, 2), math.nan)
    mean, sd = _mean_and_sd(slopes)
    return {
        f"inertia_{name}": (mean, float(ends[0, 0]), float(ends[1, 0])),
        f"inertia_{name}_sd": (sd, float(ends[0, 1]), float(ends[1, 1])),
    }


def _mean_and_sd(slopes: pd.DataFrame) -> tuple[float, float]:
    """Mean AR(1), and the SD between people less sampling error, as `affect.inertia` computes them."""
    observed = float(slopes["slope"].var(ddof=1))
    return float(slopes["slope"].mean()), math.sqrt(max(observed - float(slopes["variance"].mean()), 0.0))
