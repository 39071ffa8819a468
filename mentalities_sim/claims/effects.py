"""Effect sizes of signatures, with intervals over people or groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy import stats

SMALLEST_D = 0.2
"""Smallest difference of interest, in SDs between clients (theory, "How a claim is settled")."""
SMALLEST_R = 0.1
"""Smallest correlation of interest."""
LEAST_SPREAD = 0.02
"""SD below which people do not differ to speak of: differences are not inflated beyond that."""
RESAMPLES = 1000


class Measure(Protocol):
    """What a signature hands back: an effect that is above its smallest value where the claim holds."""

    @property
    def smallest(self) -> float:
        """Smallest effect of interest."""
        ...

    @property
    def unit(self) -> str:
        """What the effect is counted in."""
        ...

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return the effect for resampled units: `rows` (resamples, n) -> (resamples,)."""
        ...

    def probability(self) -> float:
        """Return the two-sided p of no effect."""
        ...

    def __len__(self) -> int:
        """Number of units."""
        ...


@dataclass(frozen=True)
class Difference:
    """A mean difference within units, in SDs between units; what the claim expects is above 0.

    `values` holds one difference per client or group, `spread` the values of that outcome whose SD between
    units is the yardstick (evidence: d against between-client SD). Units with NaN are left out.

    Example:
        >>> d = Difference(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
        >>> round(float(d.estimate(np.arange(3)[None])[0]), 3)
        2.0
    """

    values: np.ndarray
    spread: np.ndarray
    smallest: float = SMALLEST_D
    unit: str = "d"
    yardstick: float = 0.0
    """SD to measure by instead, so that intact and ablated are measured alike; 0: that of `spread`."""

    def __post_init__(self) -> None:
        _keep(self, "values", "spread")

    def __len__(self) -> int:
        return len(self.values)

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return mean difference / SD between units for resampled units."""
        if rows.shape[1] < 2:
            return np.full(len(rows), np.nan)
        found: np.ndarray = self.values[rows].mean(axis=1) / self.sd(rows)
        return found

    def sd(self, rows: np.ndarray) -> np.ndarray:
        """Return the SD between units that the difference is measured by."""
        if self.yardstick > 0.0:
            return np.full(len(rows), self.yardstick)
        return np.maximum(self.spread[rows].std(axis=1, ddof=1), LEAST_SPREAD)

    def probability(self) -> float:
        """Return p of a one-sample t-test against 0."""
        if len(self) < 3 or np.ptp(self.values) == 0.0:
            return 1.0 if len(self) < 3 or self.values[0] == 0.0 else 0.0
        return float(stats.ttest_1samp(self.values, 0.0).pvalue)


@dataclass(frozen=True)
class Association:
    """A correlation (Pearson's r) over units; what the claim expects is above 0.

    Example:
        >>> r = Association(np.arange(4.0), np.array([0.0, 2.0, 1.0, 3.0]))
        >>> round(float(r.estimate(np.arange(4)[None])[0]), 2)
        0.8
    """

    x: np.ndarray
    y: np.ndarray
    smallest: float = SMALLEST_R
    unit: str = "r"

    def __post_init__(self) -> None:
        _keep(self, "x", "y")

    def __len__(self) -> int:
        return len(self.x)

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return r for resampled units; 0 where one of the two does not vary."""
        return _correlation(self.x[rows], self.y[rows])

    def probability(self) -> float:
        """Return p of no correlation."""
        if len(self) < 4 or np.ptp(self.x) == 0.0 or np.ptp(self.y) == 0.0:
            return 1.0
        return float(stats.pearsonr(self.x, self.y).pvalue)


@dataclass(frozen=True)
class NoAssociation:
    """A claim of no correlation beyond a bound: bound - |r|, above 0 where the claim holds (equivalence).

    Its interval lies above 0 only where r's lies within the bounds.

    Example:
        >>> x = np.array([1.0, -1.0, 1.0, -1.0])
        >>> none = NoAssociation(x, np.array([1.0, 1.0, -1.0, -1.0]), bound=0.2)
        >>> float(none.estimate(np.arange(4)[None])[0])
        0.2
    """

    x: np.ndarray
    y: np.ndarray
    bound: float = 0.2
    smallest: float = 0.0
    unit: str = "r below bound"

    def __post_init__(self) -> None:
        _keep(self, "x", "y")

    def __len__(self) -> int:
        return len(self.x)

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return bound - |r| for resampled units."""
        return self.bound - np.abs(_correlation(self.x[rows], self.y[rows]))

    def probability(self) -> float:
        """Return p of the two one-sided tests of equivalence (Fisher's z)."""
        n = len(self)
        if n < 5:
            return 1.0
        r = float(_correlation(self.x[None], self.y[None])[0])
        z, limit = np.arctanh(np.clip(r, -0.999, 0.999)), np.arctanh(self.bound)
        return float(stats.norm.sf((limit - abs(z)) * np.sqrt(n - 3)))


@dataclass(frozen=True)
class Together:
    """Several effects that must all be there; the effect is the weakest, in units of its own smallest.

    Example:
        >>> parts = {
        ...     "a": Association(np.arange(4.0), np.arange(4.0)),
        ...     "b": Association(np.arange(4.0), -np.arange(4.0)),
        ... }
        >>> round(float(Together(parts).estimate(np.arange(4)[None])[0]), 1)
        -10.0
    """

    parts: Mapping[str, Measure]
    smallest: float = 1.0
    unit: str = "times the smallest of interest, weakest part"

    def __len__(self) -> int:
        return min(len(part) for part in self.parts.values())

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return the weakest part's effect over its smallest of interest, for resampled units."""
        found: np.ndarray = np.min(
            [_in_smallest(part, rows % max(len(part), 1)) for part in self.parts.values()], axis=0
        )
        return found

    def probability(self) -> float:
        """Return the largest p of the parts: all must be there."""
        return max(part.probability() for part in self.parts.values())


@dataclass(frozen=True)
class Effect:
    """An effect with its 95 % interval over units, p, and the smallest value of interest."""

    estimate: float
    low: float
    high: float
    p: float
    n: int
    smallest: float
    unit: str

    @property
    def holds(self) -> bool:
        """Whether the interval lies above the smallest effect of interest."""
        return self.low > self.smallest

    @property
    def contradicts(self) -> bool:
        """Whether the interval lies below minus the smallest effect of interest: the opposite is there."""
        return self.high < -self.smallest


def point(measure: Measure) -> float:
    """Return an effect without an interval; NaN where there are no units."""
    if len(measure) < 3:
        return float("nan")
    return float(measure.estimate(np.arange(len(measure))[None])[0])


def effect(measure: Measure, seed: int = 0) -> Effect:
    """Return an effect with its bootstrap interval (percentiles, units drawn with replacement).

    Example:
        >>> found = effect(Association(np.arange(50.0), np.arange(50.0)))
        >>> found.holds, round(found.low, 2)
        (True, 1.0)
    """
    n = len(measure)
    if n < 3:
        nan = float("nan")
        return Effect(nan, nan, nan, 1.0, n, measure.smallest, measure.unit)
    rows = resampled(n, seed)
    drawn = measure.estimate(rows)
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return Effect(
        point(measure), float(low), float(high), measure.probability(), n, measure.smallest, measure.unit
    )


def parts_of(measure: Measure, seed: int = 0) -> dict[str, Effect]:
    """Return the effects of which a measure is made, by name; none for a simple one."""
    if isinstance(measure, Together):
        return {name: effect(part, seed) for name, part in measure.parts.items()}
    return {}


def on_scale_of(measure: Measure, intact: Measure) -> Measure:
    """Return a measure with differences in the SDs of the intact model's, so that both can be compared.

    Example:
        >>> intact = Difference(np.array([1.0, 2.0, 3.0]), np.array([0.0, 2.0, 4.0]))
        >>> cut = Difference(np.array([1.0, 1.0, 1.0]), np.array([0.0, 0.1, 0.2]))
        >>> point(on_scale_of(cut, intact))
        0.5
    """
    if isinstance(measure, Difference) and isinstance(intact, Difference) and len(intact) > 1:
        return replace(measure, yardstick=float(intact.sd(np.arange(len(intact))[None])[0]))
    if isinstance(measure, Together) and isinstance(intact, Together):
        parts = {name: on_scale_of(part, intact.parts[name]) for name, part in measure.parts.items()}
        return replace(measure, parts=parts)
    return measure


def resampled(n: int, seed: int = 0) -> np.ndarray:
    """Return rows (resamples, n) of units drawn with replacement; the same for intact and ablated."""
    return np.random.default_rng(seed).integers(0, n, (RESAMPLES, n))


def _in_smallest(part: Measure, rows: np.ndarray) -> np.ndarray:
    """An effect in units of its smallest of interest; of equivalence claims 1 at the bound, more inside."""
    found = part.estimate(rows)
    if part.smallest > 0.0:
        return found / part.smallest
    return 1.0 + found


def _correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    both = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(both > 1e-12, (x * y).sum(axis=1) / both, 0.0)


def _keep(measure: object, first: str, second: str) -> None:
    """Turn both into arrays of floats, and leave out units in which either is missing."""
    a, b = np.asarray(getattr(measure, first), float), np.asarray(getattr(measure, second), float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"{first} {a.shape} and {second} {b.shape} must be one number per unit each")
    good = np.isfinite(a) & np.isfinite(b)
    object.__setattr__(measure, first, a[good])
    object.__setattr__(measure, second, b[good])
