"""Effect sizes for claims of no effect: how far within a bound it lies (equivalence, by interval)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mentalities_sim.evidence.effects import SMALLEST_D, Difference, correlation, keep, range_of


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
        keep(self, "x", "y")

    @property
    def units(self) -> int:
        """Number of units, with those in which something is missing."""
        return len(self.x)

    def __len__(self) -> int:
        return int(np.isfinite(self.x).sum())

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return bound - |r| for resampled units; 0 where one of the two does not vary: nothing is shown."""
        x, y = self.x[rows], self.y[rows]
        vary = (range_of(x) > 0.0) & (range_of(y) > 0.0)
        return np.where(vary, self.bound - np.abs(correlation(x, y)), 0.0)


@dataclass(frozen=True)
class NoDifference(Difference):
    """A claim of no mean difference beyond a bound: bound - |d|, above 0 where it holds (equivalence).

    d is counted in SDs between units, as in `Difference`; the interval lies above 0 only where d's lies
    within the bounds. Units with NaN are left out.

    Example:
        >>> none = NoDifference(np.array([0.1, -0.1, 0.0]), np.array([1.0, 2.0, 3.0]))
        >>> float(none.estimate(np.arange(3)[None])[0])
        0.2
    """

    smallest: float = 0.0
    unit: str = "d below bound"
    bound: float = SMALLEST_D

    def estimate(self, rows: np.ndarray) -> np.ndarray:
        """Return bound - |mean difference| / SD between units for resampled units."""
        found: np.ndarray = self.bound - np.abs(super().estimate(rows))
        return found
