"""Means with 95 % bootstrap intervals over replicates."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class Interval(NamedTuple):
    """A mean and the ends of its 95 % interval, in the unit of the values."""

    mean: float
    low: float
    high: float

    @property
    def clear(self) -> int:
        """Which side of zero the whole interval lies on: −1, 1, or 0 if it holds zero."""
        if np.isnan(self.low):
            return 0
        return int(self.low > 0) - int(self.high < 0)


def mean_interval(values: ArrayLike, *, resamples: int = 2000, seed: int = 0) -> Interval:
    """Mean of `values` (n,) with a 95 % bootstrap interval (`scipy.stats.bootstrap`, BCa).

    Missing values are left out. One value has no interval (its ends are NaN); values that
    are all alike have an interval of no width. The generator is seeded, so the same frame
    gives the same figure.

    Example:
        >>> mean_interval([1.0, 1.0, 1.0])
        Interval(mean=1.0, low=1.0, high=1.0)
    """
    sample = np.asarray(values, dtype=float)
    sample = sample[~np.isnan(sample)]
    if len(sample) == 0:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(sample.mean())
    if len(sample) == 1:
        return Interval(mean, np.nan, np.nan)
    if np.ptp(sample) == 0:
        return Interval(mean, mean, mean)
    from scipy.stats import bootstrap

    for method in ("BCa", "percentile"):  # BCa is undefined for some very small samples
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = bootstrap(
                (sample,),
                np.mean,
                n_resamples=resamples,
                vectorized=True,
                method=method,
                random_state=np.random.default_rng(seed),
            ).confidence_interval
        if np.isfinite(found.low) and np.isfinite(found.high):
            break
    return Interval(mean, float(found.low), float(found.high))
