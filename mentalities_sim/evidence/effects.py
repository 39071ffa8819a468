"""Effect sizes of signatures, with intervals over people or groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

SMALLEST_D = 0.2
"""Smallest difference of interest, in SDs between clients (theory, "How a claim is settled")."""
SMALLEST_R = 0.1
"""Smallest correlation of interest."""
LEAST_SPREAD = 0.05
"""SD below which people do not differ to speak of: differences are not inflated beyond that.

A third of the SD of .15-.20 found between people's affect in daily life (anchors): those of an arm who were
all given the same fear differ by next to nothing.
"""
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

    @property
    def units(self) -> int:
        """Number of units, with those in which something is missing: rows to draw from."""
        ...

    def __len__(self) -> int:
        """Number of units in which nothing is missing."""
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
        keep(self, "values", "spread")

    @property
    def units(self) -> int:
        """Number of units, with those in which something is missing."""
        return len(self.values)

    def __len__(self) -> int:
        return int(np.isfinite(self.values).sum())

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return mean difference / SD between units for resampled units."""
        found: np.ndarray = _mean(self.values[rows]) / self.sd(rows)
        return found

    def sd(self, rows: np.ndarray) -> np.ndarray:
        """Return the SD between units that the difference is measured by."""
        if self.yardstick > 0.0:
            return np.full(len(rows), self.yardstick)
        drawn = self.spread[rows]
        many = np.isfinite(drawn).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            variance = _mean((drawn - _mean(drawn)[:, None]) ** 2) * many / (many - 1)
            return np.maximum(np.sqrt(variance), LEAST_SPREAD)


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
        keep(self, "x", "y")

    @property
    def units(self) -> int:
        """Number of units, with those in which something is missing."""
        return len(self.x)

    def __len__(self) -> int:
        return int(np.isfinite(self.x).sum())

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return r for resampled units; 0 where one of the two does not vary."""
        return correlation(self.x[rows], self.y[rows])


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
    checks: tuple[str, ...] = ()
    """Parts that check a manipulation: they must be there, and need not go with the mechanism."""
    smallest: float = 1.0
    unit: str = "times the smallest of interest, weakest part"

    @property
    def units(self) -> int:
        """Number of units of the largest part; those of smaller parts are drawn from these as well."""
        return max(part.units for part in self.parts.values())

    def __len__(self) -> int:
        return min(len(part) for part in self.parts.values())

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return the weakest part's effect over its smallest of interest, for resampled units."""
        found: np.ndarray = np.min(
            [_in_smallest(part, rows % max(part.units, 1)) for part in self.parts.values()], axis=0
        )
        return found


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
    return float(measure.estimate(np.arange(measure.units)[None])[0])


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
    rows = resampled(measure.units, seed)
    drawn = measure.estimate(rows)
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    found = point(measure)
    return Effect(
        found, float(low), float(high), _p(drawn, found, measure.smallest), n, measure.smallest, measure.unit
    )


def _p(drawn: np.ndarray, found: float, smallest: float) -> float:
    """How often a resampled effect is not beyond the smallest of interest, on the side it was found on."""
    within = drawn <= smallest if found > 0.0 else drawn >= -smallest
    return float((within.sum() + 1) / (len(drawn) + 1))


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
        return replace(measure, yardstick=float(intact.sd(np.arange(intact.units)[None])[0]))
    if isinstance(measure, Together) and isinstance(intact, Together):
        parts = {name: on_scale_of(part, intact.parts[name]) for name, part in measure.parts.items()}
        return replace(measure, parts=parts)
    return measure


def resampled(n: int, seed: int = 0) -> np.ndarray:
    """Return rows (resamples, n) of units drawn with replacement; the same for intact and ablated."""
    return np.random.default_rng(seed).integers(0, n, (RESAMPLES, n))


def _in_smallest(part: Measure, rows: np.ndarray) -> np.ndarray:
    """An effect in units of its smallest of interest; of equivalence claims 2 at nothing, 1 at the bound."""
    found = part.estimate(rows)
    if part.smallest > 0.0:
        return found / part.smallest
    return 1.0 + found / getattr(part, "bound", 1.0)


def correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return Pearson's r of each row, without what is missing; 0 where one does not vary."""
    x = np.nan_to_num(x - _mean(x)[:, None])
    y = np.nan_to_num(y - _mean(y)[:, None])
    both = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(both > 1e-12, (x * y).sum(axis=1) / both, 0.0)


def _mean(drawn: np.ndarray) -> np.ndarray:
    """The mean of each row, without what is missing; NaN for a row of nothing."""
    there = np.isfinite(drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(there, drawn, 0.0).sum(axis=1) / there.sum(axis=1)
    return found


def range_of(drawn: np.ndarray) -> np.ndarray:
    """Return the range of each row, without what is missing."""
    low = np.where(np.isfinite(drawn), drawn, np.inf).min(axis=1)
    high = np.where(np.isfinite(drawn), drawn, -np.inf).max(axis=1)
    found: np.ndarray = high - low
    return found


def whole(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the units in which nothing is missing."""
    there = np.isfinite(x)
    return x[there], y[there]


def keep(measure: object, first: str, second: str) -> None:
    """Make both arrays of floats; where one is missing the other is as well, so that units stay alike."""
    a, b = np.array(getattr(measure, first), float), np.array(getattr(measure, second), float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"{first} {a.shape} and {second} {b.shape} must be one number per unit each")
    missing = ~(np.isfinite(a) & np.isfinite(b))
    a[missing] = np.nan
    b[missing] = np.nan
    object.__setattr__(measure, first, a)
    object.__setattr__(measure, second, b)
