"""Intervals of means: percentile bootstrap, as SciPy computes it."""

from __future__ import annotations

import numpy as np

RESAMPLES = 2000
MANY = 5000
"""From so many rows on, the percentile bootstrap of a mean is the normal interval, which costs nothing."""


def bootstrap_means(values: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of 95 % percentile bootstrap intervals of column means (n rows resampled).

    NaN rows of a column are left out, of its mean and of the rows resampled. Fewer than two give NaN.
    Of more than 5,000 rows it is the normal interval, mean ± 1.96 standard errors.

    Example:
        >>> low, high = bootstrap_means(np.array([[1.0], [1.0], [1.0]]))
        >>> float(low[0]), float(high[0])
        (1.0, 1.0)
    """
    low, high = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    seen = np.isfinite(values)
    # columns seen in the same rows are resampled together: all of them, but for what was not observed
    for pattern in np.unique(seen, axis=1).T:
        columns = (seen == pattern[:, None]).all(axis=0)
        if pattern.sum() >= 2:
            low[columns], high[columns] = _intervals(values[np.ix_(pattern, columns)], seed)
    return low, high


def bootstrap_mean(values: np.ndarray) -> tuple[float, float]:
    """Return the ends of the 95 % percentile bootstrap interval of one mean, as `bootstrap_means` does."""
    low, high = bootstrap_means(values[:, None])
    return float(low[0]), float(high[0])


def _intervals(values: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import bootstrap

    if len(values) > MANY:
        half = 1.959963984540054 * values.std(axis=0, ddof=1) / np.sqrt(len(values))
        return values.mean(axis=0) - half, values.mean(axis=0) + half

    found = bootstrap(
        (values,),
        np.mean,
        axis=0,
        n_resamples=RESAMPLES,
        vectorized=True,
        method="percentile",
        random_state=np.random.default_rng(seed),
        batch=200,
    ).confidence_interval
    return np.asarray(found.low), np.asarray(found.high)


def t_interval(values: np.ndarray) -> tuple[float, float]:
    """Return the ends of the 95 % t interval of a mean; NaN for fewer than two finite values.

    Example:
        >>> [round(end, 3) for end in t_interval(np.array([1.0, 2.0, 3.0]))]
        [-0.484, 4.484]
    """
    from scipy.stats import t

    seen = values[np.isfinite(values)]
    if len(seen) < 2:
        return float("nan"), float("nan")
    half = float(t.ppf(0.975, len(seen) - 1) * seen.std(ddof=1) / np.sqrt(len(seen)))
    return float(seen.mean() - half), float(seen.mean() + half)
