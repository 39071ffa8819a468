"""Guarded arithmetic for rules: the same bits on both engines, no surprises at the edges."""

from __future__ import annotations

import math


def clip01(x: float) -> float:
    """Return x kept within [0, 1].

    Example:
        >>> clip01(1.2), clip01(-0.1), clip01(0.3)
        (1.0, 0.0, 0.3)
    """
    if x < 0.0:
        return 0.0
    if x > 1.0:
        return 1.0
    return x


def clip11(x: float) -> float:
    """Return x kept within [-1, 1].

    Example:
        >>> clip11(-3.0)
        -1.0
    """
    if x < -1.0:
        return -1.0
    if x > 1.0:
        return 1.0
    return x


def positive(x: float) -> float:
    """Return x where it is positive, else 0.

    Example:
        >>> positive(-0.4), positive(0.4)
        (0.0, 0.4)
    """
    if x > 0.0:
        return x
    return 0.0


def logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)), with the far tails cut where exp would leave its range.

    Example:
        >>> logistic(0.0), logistic(-1000.0)
        (0.5, 0.0)
    """
    if x < -700.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))
