"""Who meets whom, and the bounds that all baseline models share."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Seed = int | np.random.Generator


def meetings(generator: np.random.Generator, n: int, count: int) -> tuple[Ints, Ints]:
    """Draw `count` pairs of two different individuals of 0 … n-1, all pairs alike likely.

    Returns (first, second), each of shape (count,).

    Example:
        >>> first, second = meetings(np.random.default_rng(0), 2, 50)
        >>> set((first + second).tolist())
        {1}
    """
    first = generator.integers(0, n, count)
    second = generator.integers(0, n - 1, count)
    return first, second + (second >= first)  # the step over oneself keeps all others alike likely


def at_least(what: str, value: float, least: float, *, below: float = math.inf) -> None:
    """Refuse a number that is not finite, under `least`, or not under `below`, with a ValueError."""
    if not (math.isfinite(value) and least <= value < below):
        top = "" if below == math.inf else f" and less than {below:g}"
        raise ValueError(f"{what} is {value}; allowed: {least:g} or more{top}")
