"""Numbers taken from finished runs; nothing here changes one.

The private helpers below are shared by the measures: what is allowed in, and sums that do not
depend on how many runs are measured together.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def _states(values: npt.ArrayLike, n_states: int | None, what: str = "mentality") -> Ints:
    """Whole numbers 0 … n_states-1 as int64, or a ValueError naming the first that is not."""
    if n_states is not None and n_states < 1:
        raise ValueError(f"the number of {what} values is {n_states}; allowed: 1 or more")
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{what} needs one axis (time); its shape is {array.shape}")
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what} holds {array.dtype}; allowed: whole numbers")
    if array.dtype.kind == "b":  # a context may be a plain yes or no
        array = array.astype(np.int64)
    top = math.inf if n_states is None else n_states - 1
    wrong = ~((array >= 0) & (array <= top) & (array == np.floor(array)))
    if wrong.any():
        at = int(np.argmax(wrong))
        to = "up" if n_states is None else f"to {n_states - 1}"
        raise ValueError(
            f"{what} at position {at} is {array[at]}; allowed: whole numbers from 0 {to} "
            "(where a step is missing, leave it out and start a new segment)"
        )
    return array.astype(np.int64)


def _levels(what: str, values: npt.ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{what} needs one axis (time); its shape is {array.shape}")
    if not np.isfinite(array).all():
        at = int(np.argmin(np.isfinite(array)))
        raise ValueError(
            f"{what} at position {at} is {array[at]}; allowed: finite numbers "
            "(where a step is missing, leave it out and start a new segment)"
        )
    return array


def _joined(n: int, segment: npt.ArrayLike | None) -> npt.NDArray[np.bool_]:
    """For each pair of neighbouring steps (shape (n-1,)): do both lie in one segment?"""
    if segment is None:
        return np.ones(max(n - 1, 0), dtype=bool)
    labels = np.asarray(segment)
    if labels.shape != (n,):
        raise ValueError(f"segment has shape {labels.shape}; allowed: ({n},), one label per step")
    return np.asarray(labels[1:] == labels[:-1], dtype=bool)


def _counts(counts: npt.ArrayLike, square: bool = False) -> Floats:
    table = np.ascontiguousarray(counts, dtype=np.float64)
    if table.ndim < 2 or 0 in table.shape[-2:] or (square and table.shape[-1] != table.shape[-2]):
        kind = "(…, k, k)" if square else "(…, rows, k)"
        raise ValueError(f"counts have shape {table.shape}; allowed: {kind}")
    wrong = ~(np.isfinite(table) & (table >= 0))
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(f"count at position {at} is {table[at]}; allowed: 0 or more, finite")
    return table


def _tally(pairs: Ints, rows: int, columns: int) -> Ints:
    return np.bincount(pairs, minlength=rows * columns).reshape(rows, columns).astype(np.int64)


def _total(table: Floats, axes: int = 2) -> Floats:
    """Sum of the last axes in one fixed order, so that a batch's size cannot move a bit."""
    flat = table.reshape(*table.shape[: table.ndim - axes], -1)
    return np.asarray(np.cumsum(flat, axis=-1)[..., -1])


def _ratio(above: npt.ArrayLike, below: npt.ArrayLike) -> Floats:
    """above ÷ below, NaN where nothing was counted."""
    top, bottom = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def _log2_ratio(above: Floats, below: Floats, where: npt.NDArray[np.bool_]) -> Floats:
    """log2(above ÷ below), 0 where nothing was counted (0 log 0 = 0)."""
    top, bottom = np.broadcast_arrays(above, below)
    return np.asarray(np.log2(np.divide(top, bottom, out=np.ones(top.shape), where=where)))


def _positive(what: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{what} is {value}; allowed: a finite number above 0")
