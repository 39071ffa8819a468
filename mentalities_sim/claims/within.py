"""What goes together within one person, over time."""

from __future__ import annotations

import numpy as np
from scipy.signal import detrend


def within_person(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return each person's correlation over moments, (people, moments) each, with linear trends taken off.

    It is 0 where one of the two does not vary. Source: evidence rule 11.

    Example:
        >>> x = np.array([[0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]])
        >>> within_person(x, 2.0 * x + np.arange(4.0)).round(6).tolist()
        [1.0, 0.0]
    """
    x, y = detrend(x, axis=1), detrend(y, axis=1)
    both = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(both > 1e-9, (x * y).sum(axis=1) / both, 0.0)
