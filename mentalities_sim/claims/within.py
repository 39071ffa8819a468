"""What goes together within one person, over time."""

from __future__ import annotations

import numpy as np


def within_person(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return each person's correlation over moments, (people, moments) each, with linear trends taken off.

    It is 0 where one of the two does not vary. Source: evidence rule 11.

    Example:
        >>> x = np.array([[0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
        >>> within_person(x, 2.0 * x + np.arange(4.0)).round(6).tolist()
        [1.0, 0.0]
    """
    x, y = detrended(x), detrended(y)
    both = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(both > 1e-9, (x * y).sum(axis=1) / both, 0.0)


def detrended(courses: np.ndarray) -> np.ndarray:
    """Return courses (people, moments) less each one's own mean and linear trend; NaN stays in its row.

    Example:
        >>> bool(np.abs(detrended(np.array([[1.0, 2.0, 3.0]]))).max() < 1e-12)
        True
    """
    # scipy.signal.detrend refuses all people where one of them has a NaN
    time = np.arange(courses.shape[1]) - (courses.shape[1] - 1) / 2.0
    level = courses - courses.mean(axis=1, keepdims=True)
    found: np.ndarray = level - np.outer(level @ time / (time @ time), time)
    return found
