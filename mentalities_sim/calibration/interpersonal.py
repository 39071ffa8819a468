"""Dominance and warmth in daily interactions: quadrants, their switching, and how people differ.

Every function reads a tidy frame with one row an interaction and the columns `person`, `day`, `time`,
`dominance` and `warmth` (both around 0; any unit). Source of the numbers: see `targets`; of the quadrants:
Wiggins 1979, *J Pers Soc Psychol* 37:395; of ICC(1): Shrout & Fleiss 1979, *Psychol Bull* 86:420.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from mentalities_sim.calibration.resampling import need_columns

QUADRANTS = ("dominant_warm", "submissive_warm", "dominant_cold", "submissive_cold")


def quadrant_shares(frame: pd.DataFrame) -> dict[str, float]:
    """Return the share of interactions in each quadrant; they sum to 1.

    An interaction at exactly 0 of either, or with a missing value, lies in no quadrant and is left out.
    All shares are NaN when none is left.

    Example:
        >>> day = pd.DataFrame({"dominance": [0.5, 0.1, -0.2, 0.0], "warmth": [0.5, 0.2, 0.3, 0.9]})
        >>> {name: round(share, 2) for name, share in quadrant_shares(day).items() if share}
        {'dominant_warm': 0.67, 'submissive_warm': 0.33}
    """
    need_columns(frame.columns, ["dominance", "warmth"])
    where = _quadrant(frame)
    known = where[where >= 0]
    counts = np.bincount(known, minlength=len(QUADRANTS))
    total = counts.sum()
    return {name: float(n / total) if total else math.nan for name, n in zip(QUADRANTS, counts, strict=True)}


def quadrant_switching(frame: pd.DataFrame) -> float:
    """Return the share of successive same-day interactions of a person that change quadrant.

    Interactions follow one another by `time`; one that lies in no quadrant breaks the row. All pairs weigh
    alike. NaN without a pair.

    Example:
        >>> day = pd.DataFrame(
        ...     {"person": 1, "day": [1, 1, 1, 2], "time": [9, 12, 15, 9]}
        ...     | {"dominance": [1, 1, -1, 1], "warmth": [1, 1, 1, 1]}
        ... )
        >>> quadrant_switching(day)
        0.5
    """
    pairs = _pairs(frame)
    return float((pairs["before"] != pairs["after"]).mean()) if len(pairs) else math.nan


def quadrant_switching_if_independent(frame: pd.DataFrame) -> float:
    """Return what `quadrant_switching` would be if a person's next quadrant did not hang on the last.

    For each person 1 - Σ pₖqₖ, p and q that person's shares of quadrants before and after, weighted by
    pairs. NaN without a pair.

    Example:
        >>> day = pd.DataFrame(
        ...     {"person": 1, "day": 1, "time": range(5), "warmth": 1, "dominance": [1, 1, -1, -1, 1]}
        ... )
        >>> quadrant_switching_if_independent(day)
        0.5
    """
    pairs = _pairs(frame)
    if not len(pairs):
        return math.nan
    moved = 0.0
    for _, own in pairs.groupby("person"):
        before = np.bincount(own["before"], minlength=len(QUADRANTS))
        after = np.bincount(own["after"], minlength=len(QUADRANTS))
        moved += len(own) - float(before @ after) / len(own)
    return moved / len(pairs)


def intraclass_correlation(frame: pd.DataFrame, column: str) -> float:
    """Return ICC(1) of `column`: the share of its variance that lies between people.

    (MS_between - MS_within) / (MS_between + (k - 1) MS_within), one-way, with k the mean number of
    interactions corrected for unequal numbers. It can be below 0; NaN with fewer than two people, without
    repeated interactions, or without any variance. Missing values are left out.

    Example:
        >>> two = pd.DataFrame({"person": [1, 1, 2, 2], "warmth": [0.0, 0.2, 0.8, 1.0]})
        >>> round(intraclass_correlation(two, "warmth"), 3)
        0.939
    """
    need_columns(frame.columns, ["person", column])
    seen = frame[["person", column]].dropna()
    own = seen.groupby("person")[column]
    sizes = own.size().to_numpy(float)
    people, total = sizes.size, float(sizes.sum())
    if people < 2 or total <= people:
        return math.nan
    means, grand = own.mean().to_numpy(float), float(seen[column].mean())
    between = float((sizes * (means - grand) ** 2).sum()) / (people - 1)
    within = float(((seen[column] - own.transform("mean")) ** 2).sum()) / (total - people)
    k = (total - float((sizes**2).sum()) / total) / (people - 1)
    below = between + (k - 1) * within
    return (between - within) / below if below > 0.0 else math.nan


def within_person_correlation(frame: pd.DataFrame, one: str = "dominance", other: str = "warmth") -> float:
    """Return the correlation of `one` and `other` after each person's own means are taken off.

    Rows that lack either are left out; NaN when one of them does not vary within anybody.

    Example:
        >>> people = pd.DataFrame({"person": [1, 1, 2, 2], "dominance": [0, 1, 4, 5], "warmth": [1, 0, 9, 8]})
        >>> round(within_person_correlation(people), 6)
        -1.0
    """
    need_columns(frame.columns, ["person", one, other])
    seen = frame[["person", one, other]].dropna()
    own = seen[[one, other]] - seen.groupby("person")[[one, other]].transform("mean")
    x, y = own[one].to_numpy(float), own[other].to_numpy(float)
    size = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size > 0.0 else math.nan


def _quadrant(frame: pd.DataFrame) -> np.ndarray:
    """Number of the quadrant of each row, -1 for none."""
    dominance, warmth = frame["dominance"].to_numpy(float), frame["warmth"].to_numpy(float)
    place = 2 * (warmth < 0).astype(np.int64) + (dominance < 0)
    clear = np.isfinite(dominance) & np.isfinite(warmth) & (dominance != 0) & (warmth != 0)
    return np.where(clear, place, -1)


def _pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """Quadrants of successive same-day interactions: columns person, before, after."""
    need_columns(frame.columns, ["person", "day", "time", "dominance", "warmth"])
    rows = frame.assign(after=_quadrant(frame)).sort_values(["person", "day", "time"], kind="stable")
    rows["before"] = rows.groupby(["person", "day"])["after"].shift(fill_value=-1)
    return rows.loc[(rows["before"] >= 0) & (rows["after"] >= 0), ["person", "before", "after"]]
