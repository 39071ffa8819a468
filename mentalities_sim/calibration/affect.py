"""How much of an affect is carried over to the next report: person-level AR(1), as published.

Source of the estimator: Kuppens, Allen & Sheeber 2010, *Psychol Sci* 21:984 (emotional inertia);
between-person variance corrected for sampling error as in random-effects meta-analysis (Hedges 1983).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mentalities_sim.calibration.resampling import bootstrap_interval, need_columns


class Inertia(NamedTuple):
    """Mean AR(1) over people with its 95 % interval, and how people differ.

    `mean` weights every person alike; `low`, `high` are its bootstrap interval over people.
    `between_sd` is the SD of people's true AR(1), sampling error taken off (0 when that error explains all
    the spread); `observed_sd` still holds it. `people` and `pairs` say how much was read.
    """

    mean: float
    low: float
    high: float
    between_sd: float
    observed_sd: float
    people: int
    pairs: int


def inertia(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    person: str = "id",
    day: str = "day",
    beep: str = "beep",
    least_pairs: int = 10,
    resamples: int = 2000,
    seed: int = 0,
) -> Inertia:
    """Return the AR(1) of the mean of `items`, estimated person by person, then averaged over people.

    `frame` has one row a report; `beep` counts the reports of a day (or of the whole study) in whole
    numbers. Pairs, weights and errors are those of `inertia_by_person`. The plain estimate is too low by
    about (1 + 3φ) / pairs (Marriott & Pope 1954): compare series of the same length.

    Example:
        >>> days = pd.DataFrame({"id": 1, "day": 1, "beep": range(12), "sad": [0, 1, 3, 2] * 3})
        >>> found = inertia(days, ["sad"])
        >>> found.people, found.pairs, round(found.mean, 2)
        (1, 11, 0.06)
    """
    table = inertia_by_person(frame, items, person=person, day=day, beep=beep, least_pairs=least_pairs)
    slopes = table["slope"].to_numpy(float)
    if slopes.size == 0:
        return Inertia(math.nan, math.nan, math.nan, math.nan, math.nan, 0, 0)
    low, high = bootstrap_interval(slopes, np.mean, resamples=resamples, seed=seed)
    observed = float(np.var(slopes, ddof=1)) if slopes.size > 1 else math.nan
    true = max(observed - float(table["variance"].mean()), 0.0) if slopes.size > 1 else math.nan
    return Inertia(
        float(slopes.mean()),
        low,
        high,
        math.sqrt(true),
        math.sqrt(observed),
        int(slopes.size),
        int(table["pairs"].sum()),
    )


def inertia_by_person(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    person: str = "id",
    day: str = "day",
    beep: str = "beep",
    least_pairs: int = 10,
) -> pd.DataFrame:
    """Return one row a person: AR(1) `slope`, its sampling `variance`, and the number of `pairs`.

    The slope is that of an ordinary regression of a report on the one before, the mean of `items` in
    both. A pair is two reports of one day whose `beep` differ by one: neither nights nor missed
    reports are bridged, and a report that lacks an item is missed. People with fewer than
    `least_pairs` pairs, or whose earlier reports are all alike, are left out. Missing columns, fewer than 3
    `least_pairs`, or two reports at one beep raise a ValueError.

    Example:
        >>> days = pd.DataFrame({"id": 7, "day": 1, "beep": range(12), "sad": [0, 1, 3, 2] * 3})
        >>> inertia_by_person(days, ["sad"])[["id", "pairs"]].values.tolist()
        [[7, 11]]
    """
    need_columns(frame.columns, [person, day, beep, *items])
    if least_pairs < 3:
        raise ValueError(f"least_pairs is {least_pairs}; allowed: 3 or more, a line through 2 has no error")
    pairs = _pairs(frame, items, person, day, beep)
    rows = []
    for who, own in pairs.groupby(person, sort=True):
        before, after = own["before"].to_numpy(float), own["after"].to_numpy(float)
        spread = float(((before - before.mean()) ** 2).sum())
        if before.size < least_pairs or np.ptp(before) == 0.0:
            continue
        slope = float(((before - before.mean()) * (after - after.mean())).sum()) / spread
        left = after - after.mean() - slope * (before - before.mean())
        variance = float((left**2).sum()) / (before.size - 2) / spread
        rows.append((who, slope, variance, before.size))
    return pd.DataFrame(rows, columns=[person, "slope", "variance", "pairs"])


def _pairs(frame: pd.DataFrame, items: Sequence[str], person: str, day: str, beep: str) -> pd.DataFrame:
    level = frame[list(items)].mean(axis=1, skipna=False)
    reports = frame[[person, day, beep]].assign(after=level).dropna()
    reports = reports.sort_values([person, day, beep], kind="stable")
    twice = reports.duplicated([person, day, beep])
    if twice.any():
        who, when, which = (reports.loc[twice, column].iloc[0] for column in (person, day, beep))
        raise ValueError(f"{person} {who} has two reports at {day} {when}, {beep} {which}; allowed: one")
    earlier = reports.groupby([person, day])[["after", beep]].shift()
    reports = reports.assign(before=earlier["after"], apart=reports[beep] - earlier[beep])
    return reports[reports["apart"] == 1]
