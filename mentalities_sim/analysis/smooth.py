"""Where a noisy curve is lowest, without a shape given to it beforehand."""

from __future__ import annotations

import numpy as np

KERNEL = 0.3
"""Width of the kernel (SD) for one point; it falls with the fifth root of their number."""

STEPS = 100
"""Steps of x in which a lowest point is found."""


def lowest(x: np.ndarray, z: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the x (k,) at which a smooth curve through `z` (n,) over `x` (n, 0-1) is lowest.

    One for each row of indices into the points in `rows` (k, n), so that they can be resampled. The curve
    is a local straight-line fit with a Gaussian kernel of SD 0.3 n^-0.2, on 100 steps from the smallest to
    the largest x. Unlike a polynomial it can be steep here and flat there; a jump is rounded off, so that a
    lowest point beside one comes out up to that SD away from it.
    Source: Fan & Gijbels 1996, *Local Polynomial Modelling and Its Applications*, ch. 2.

    Example:
        >>> x = np.linspace(0, 1, 201)
        >>> lowest(x, (x - 0.4) ** 2, np.arange(201)[None]).round(2).tolist()
        [0.4]
    """
    start, length = float(x.min()), max(float(np.ptp(x)), 1e-12)
    place = np.minimum(((x - start) / length * STEPS).astype(int), STEPS - 1)
    cell = (np.arange(len(rows))[:, None] * STEPS + place[rows]).ravel()
    shape = (len(rows), STEPS)
    count = np.bincount(cell, minlength=len(rows) * STEPS).reshape(shape)
    total = np.bincount(cell, weights=z[rows].ravel(), minlength=len(rows) * STEPS).reshape(shape)
    at = np.linspace(start, start + length, STEPS + 1)
    away = start + (np.arange(STEPS)[:, None] + 0.5) / STEPS * length - at
    weight = np.exp(-0.5 * (away / (KERNEL * len(x) ** -0.2)) ** 2)
    n, n_away, n_square = (count @ (weight * away**power) for power in (0, 1, 2))
    z_sum, z_away = (total @ (weight * away**power) for power in (0, 1))
    below = n_square * n - n_away**2
    # without two points' weight near by, a line is anything
    known = (n >= 2) & (below > 1e-9)
    fitted = np.divide(n_square * z_sum - n_away * z_away, below, out=np.full(n.shape, np.inf), where=known)
    return np.asarray(at[fitted.argmin(axis=1)])
