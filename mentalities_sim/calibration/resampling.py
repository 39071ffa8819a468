"""Percentile bootstrap over the unit of inference: people or groups, never reports."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt


def bootstrap_interval(
    values: npt.ArrayLike,
    statistic: Callable[..., npt.NDArray[np.float64]],
    *,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float]:
    """Return the ends of the bootstrap interval of `statistic` (called with axis=1) over `values` (n,).

    Fewer than two values have no interval: both ends are NaN.

    Example:
        >>> bootstrap_interval([1.0, 1.0, 1.0], np.median)
        (1.0, 1.0)
    """
    sample = np.asarray(values, dtype=float)
    if sample.size < 2:
        return float("nan"), float("nan")
    drawn = np.random.default_rng(seed).integers(0, sample.size, (resamples, sample.size))
    found = statistic(sample[drawn], axis=1)
    low, high = np.percentile(found, [50 * (1 - level), 50 * (1 + level)])
    return float(low), float(high)


def need_columns(columns: npt.ArrayLike, needed: list[str]) -> None:
    """Refuse a frame that lacks a column, with a ValueError that says what there is."""
    have = [str(column) for column in np.asarray(columns, dtype=object)]
    for column in needed:
        if column not in have:
            raise ValueError(f"no column {column!r}; there are {', '.join(have)}")
