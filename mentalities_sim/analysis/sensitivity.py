"""What an outcome depends on: indices of sensitivity with intervals, and when not to trust them.

Sources: Morris 1991, *Technometrics* 33:161, and Campolongo et al. 2007, *Environ Model Softw* 22:1509
(mu_star); Saltelli et al. 2010, *Comput Phys Commun* 181:259 (S1, ST); Pianosi & Wagener 2018,
*Environ Model Softw* 108:197 (PAWN, dummy parameter). Computed by SALib (Iwanaga et al. 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

METHODS = ("morris", "sobol", "pawn")

LEVELS = 4
"""Levels of a Morris design; its steps are LEVELS / (2 (LEVELS − 1)) long."""

SLICES = 10
"""Conditioning slices of a parameter in PAWN."""

CLASSES = 1000
"""Most classes of y by which resampled rows are compared: right to 0.001, below any interval's width."""

DUMMY = "(dummy)"
"""Name of the parameter that does nothing."""

SAME = "The outcome is the same at every point: nothing here changes it, and every index is 0."


def indices(
    method: str,
    unit: np.ndarray,
    names: Sequence[str],
    y: np.ndarray,
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> pd.DataFrame:
    """Return how sensitive `y` (n,) is to each column of `unit` (n, d in [0, 1], rows as they were drawn).

    Columns: parameter, index, value, low, high (95 %; NaN where there is none). "morris": `mu_star` and `mu`
    (mean size and mean of the change of y over a parameter's whole range, in units of y), `sigma` (their SD:
    curvature and interactions); low and high of mu_star are normal, from bootstrapped trajectories. "sobol":
    `S1` and `ST`, shares of the variance of y, alone and with all interactions; likewise normal. "pawn", of
    any sample: `median` and `maximum` over ten slices of the distance (Kolmogorov-Smirnov, 0-1) between y in
    the slice and y overall; low and high are percentiles over resampled rows, moved by their own bias. Its
    rows "(dummy)" are what a parameter that does nothing would score: believe none whose value is not above
    the dummy's high. What was left out, or that y never changes, is said in `attrs["note"]`.

    Raises `ImportError` without SALib; `ValueError` for an unknown method, rows that are not such a design,
    or points at which the outcome was never observed (PAWN leaves those out).

    Example:
        >>> grid = np.array([[0, 0], [2 / 3, 0], [2 / 3, 2 / 3], [1, 1], [1, 1 / 3], [1 / 3, 1 / 3]])
        >>> found = indices("morris", grid, ["dose", "pace"], 3 * grid[:, 0])
        >>> found[found["index"] == "mu_star"][["parameter", "value"]].round(6).values.tolist()
        [['dose', 3.0], ['pace', 0.0]]
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; there are {', '.join(METHODS)}")
    unit, y = np.asarray(unit, float), np.asarray(y, float)
    if unit.shape != (len(y), len(names)) or y.ndim != 1:
        raise ValueError(
            f"unit has shape {unit.shape} and y {y.shape}; allowed: one row for each y and one column for "
            f"each of {len(names)} names"
        )
    unit, y, note = _observed(method, unit, y)
    CHECKS[method](unit)
    if np.ptp(y) == 0:
        found = [(name, index, 0.0, 0.0, 0.0) for name in names for index in INDICES[method]]
        note = f"{note} {SAME}".strip()
    else:
        problem = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
        found = FINDERS[method](problem, unit, y, resamples, seed)
    frame = pd.DataFrame(found, columns=["parameter", "index", "value", "low", "high"])
    frame.attrs["note"] = note
    return frame


def too_wide(frame: pd.DataFrame, n_now: int, threshold: float = 0.1) -> list[str]:
    """Return a sentence for each index that `n_now` does not settle, and for what looks wrong.

    `n_now` counts trajectories (morris), base points N (sobol) or points (pawn). Too wide is a half-width
    above `threshold`; for mu_star, in units of the outcome, above twice that share of the largest (20 %).
    Half-widths fall as 1/√n, so n · (half-width / allowed)² points would about do: a rough guess.

    Example:
        >>> one = pd.DataFrame(
        ...     [("dose", "ST", 0.5, 0.3, 0.7)], columns=["parameter", "index", "value", "low", "high"]
        ... )
        >>> too_wide(one, 64)
        ['ST of dose is known to ±0.20 only (allowed: ±0.10); N = 256 instead of 64 would about do.']
    """
    told = [frame.attrs["note"]] if frame.attrs.get("note") else []
    largest = float(frame.loc[frame["index"] == "mu_star", "value"].max()) if len(frame) else 0.0
    for one in frame[frame["parameter"] != DUMMY].itertuples():
        half = (float(one.high) - float(one.low)) / 2
        allowed = 2 * threshold * largest if one.index == "mu_star" else threshold
        if half > allowed * (1 + 1e-9):
            told.append(_needed(str(one.index), str(one.parameter), half, allowed, n_now))
    return told + _odd(frame)


def replicate_noise(y_by_replicate: np.ndarray) -> float:
    """Return the share of the variance of the points' means that hangs on who the replicates are, of (n, r).

    Equation: s² / r over the variance of the n means (at most 1), where s² is the variance within a point
    after each replicate's own mean is taken off: replicates with the same chance at every point move all
    points alike. With common random numbers it is the interaction of clients and parameters: other clients
    would give other means, and indices and their intervals are for these. With chance of its own at every
    point it is noise, missing from S1 and added to every ST. More replicates a point shrink it as 1/r. Points
    where a replicate never observed the outcome are left out. Raises `ValueError` for fewer than 2 points or
    replicates.

    Example:
        >>> replicate_noise([[0.0, 0.0], [1.0, 1.0]]), replicate_noise([[0.0, 1.0], [1.0, 0.0]])
        (0.0, 1.0)
    """
    y = np.asarray(y_by_replicate, float)
    y = y[np.isfinite(y).all(axis=1)] if y.ndim == 2 else y
    if y.ndim != 2 or min(y.shape) < 2:
        raise ValueError(
            f"outcomes seen have shape {y.shape}; allowed: 2 or more points by 2 or more replicates"
        )
    n, r = y.shape
    means = y.mean(axis=1)
    rest = y - means[:, None] - y.mean(axis=0) + y.mean()
    noise = float((rest**2).sum()) / ((n - 1) * (r - 1)) / r
    if noise <= np.finfo(float).eps * float((y**2).mean()):
        return 0.0
    between = float(means.var(ddof=1))
    return min(noise / between, 1.0) if between > 0 else 1.0


def _observed(method: str, unit: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    seen = np.isfinite(y)
    if seen.all():
        return unit, y, ""
    many = f"{len(y) - seen.sum()} of {len(y)} points never observed the outcome"
    if method != "pawn":
        raise ValueError(
            f"{many}; {method} needs every point of its design: take an outcome that every run has, or 'pawn'"
        )
    return unit[seen], y[seen], f"{many} and are left out."


def _need_trajectories(unit: np.ndarray) -> None:
    n, d = unit.shape
    if n % (d + 1) or n < 2 * (d + 1):
        raise ValueError(f"{n} rows; allowed for morris of {d} parameters: 2 or more times {d + 1}")
    steps = np.abs(np.diff(unit.reshape(-1, d + 1, d), axis=1))
    length = LEVELS / (2 * (LEVELS - 1))
    one_each = np.isclose(steps.max(axis=2), length) & np.isclose(steps.sum(axis=2), length)
    if not (one_each.all() and np.isclose(steps.sum(axis=1), length).all()):
        raise ValueError(
            f"rows are not trajectories of morris with {LEVELS} levels, or no longer in the order in which "
            "they were drawn"
        )


def _need_radial(unit: np.ndarray) -> None:
    n, d = unit.shape
    if n % (d + 2) or n < 2 * (d + 2):
        raise ValueError(f"{n} rows; allowed for sobol of {d} parameters: 2 or more times {d + 2}")
    blocks = unit.reshape(-1, d + 2, d)
    for j in range(d):
        crossed = blocks[:, 0].copy()
        crossed[:, j] = blocks[:, -1, j]
        if not np.allclose(blocks[:, j + 1], crossed):
            raise ValueError(
                "rows are not a design of sobol without second order, or no longer in the order in which "
                "they were drawn"
            )


def _need_slices(unit: np.ndarray) -> None:
    fewest = min((len(np.unique(column)) for column in unit.T), default=0)
    if fewest < 2 * SLICES:
        raise ValueError(
            f"a parameter has {fewest} different values; allowed for pawn: {2 * SLICES} or more, to be "
            f"cut into {SLICES} slices"
        )


def _morris(
    problem: dict[str, Any], unit: np.ndarray, y: np.ndarray, resamples: int, seed: int
) -> list[tuple]:
    found = _salib("morris").analyze(
        problem, unit, y, num_resamples=resamples, num_levels=LEVELS, seed=np.random.default_rng(seed)
    )
    rows = []
    for j, name in enumerate(problem["names"]):
        value, half = found["mu_star"][j], found["mu_star_conf"][j]
        rows.append((name, "mu_star", value, value - half, value + half))
        rows += [(name, index, found[index][j], np.nan, np.nan) for index in ("mu", "sigma")]
    return rows


def _sobol(
    problem: dict[str, Any], unit: np.ndarray, y: np.ndarray, resamples: int, seed: int
) -> list[tuple]:
    # a generator, because SALib takes the seed 0 for none and would draw from NumPy's global state
    found = _salib("sobol").analyze(
        problem, y, calc_second_order=False, num_resamples=resamples, seed=np.random.default_rng(seed)
    )
    rows = []
    for j, name in enumerate(problem["names"]):
        for index in INDICES["sobol"]:
            value, half = found[index][j], found[f"{index}_conf"][j]
            rows.append((name, index, value, value - half, value + half))
    return rows


def _pawn(problem: dict[str, Any], unit: np.ndarray, y: np.ndarray, resamples: int, seed: int) -> list[tuple]:
    # never with a seed: SALib would give it to NumPy's global state, though it draws nothing
    found = _salib("pawn").analyze(problem, unit, y, S=SLICES)
    value = np.column_stack([found[index] for index in INDICES["pawn"]])
    rng = np.random.default_rng(seed)
    place = _classes(y)
    drawn = np.empty((resamples, *value.shape))
    dummy = np.empty((resamples, value.shape[1]))
    for i in range(resamples):
        rows = rng.integers(len(y), size=len(y))
        drawn[i] = [_distances(column, place[rows]) for column in unit[rows].T]
        dummy[i] = _distances(rng.random(len(y)), place)
    # rows drawn twice make slices look more different than they are: take that off
    ends = np.clip(np.percentile(drawn, [2.5, 97.5], axis=0) - (drawn.mean(axis=0) - value), 0.0, 1.0)
    table = []
    for j, name in enumerate(problem["names"]):
        table += [(name, k, value[j, i], *ends[:, j, i]) for i, k in enumerate(INDICES["pawn"])]
    edges = np.percentile(dummy, [2.5, 97.5], axis=0)
    return table + [(DUMMY, k, dummy[:, i].mean(), *edges[:, i]) for i, k in enumerate(INDICES["pawn"])]


def _classes(y: np.ndarray) -> np.ndarray:
    """Rank (n,) of each y among its different values, or among CLASSES equally full ones if they are more."""
    values, rank, count = np.unique(y, return_inverse=True, return_counts=True)
    if len(values) <= CLASSES:
        return rank
    share = (count.cumsum() - count) / len(y)
    return np.asarray((share * CLASSES).astype(int)[rank])


def _distances(x: np.ndarray, place: np.ndarray) -> tuple[float, float]:
    """Median and maximum over slices of `x` of the KS distance of y there from y overall.

    What `SALib.analyze.pawn` gives, many times faster, because it needs no p-value; `place` (n,) is each
    row's class of y (`_classes`).
    """
    edges = np.quantile(x, np.arange(0, 1 + 1 / SLICES, 1 / SLICES))
    part = np.searchsorted(edges, x, side="right") - 1  # the largest x is in no slice, as in SALib
    width = int(place.max()) + 1
    counts = np.bincount(part * width + place, minlength=(SLICES + 1) * width).reshape(SLICES + 1, width)
    below = counts.cumsum(axis=1)
    some = below[:SLICES, -1] > 0
    shares = below[:SLICES][some] / below[:SLICES, -1:][some]
    distance = np.abs(shares - below.sum(axis=0) / len(x)).max(axis=1)
    return float(np.median(distance)), float(distance.max())


def _salib(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(f"SALib.analyze.{name}")
    except ImportError as error:
        raise ImportError(
            'indices of sensitivity need SALib: pip install "mentalities-sim[sensitivity]"'
        ) from error


def _needed(index: str, name: str, half: float, allowed: float, n_now: int) -> str:
    n = math.ceil(n_now * (half / allowed) ** 2 - 1e-9)
    counted = {"mu_star": "{} trajectories", "S1": "N = {}", "ST": "N = {}"}.get(index, "{} points")
    if index in INDICES["sobol"]:
        n = 2 ** math.ceil(math.log2(n))
    digits = ".2g" if index == "mu_star" else ".2f"
    return (
        f"{index} of {name} is known to ±{half:{digits}} only (allowed: ±{allowed:{digits}}); "
        f"{counted.format(f'{n:,}')} instead of {n_now:,} would about do."
    )


def _odd(frame: pd.DataFrame) -> list[str]:
    """Say which shares of variance may be nothing, or are larger alone than with interactions."""
    told = []
    by_name = frame.set_index(["index", "parameter"])[["low", "high"]]
    for index in INDICES["sobol"]:
        part = frame[(frame["index"] == index) & (frame["low"] < 0)]
        if len(part):
            told.append(
                f"{index} of {', '.join(part['parameter'])} may be nothing: the interval reaches below 0."
            )
    for name in frame.loc[frame["index"] == "S1", "parameter"]:
        if by_name["low"]["S1", name] > by_name["high"].get(("ST", name), np.inf):
            told.append(
                f"S1 of {name} is above its ST, which cannot be: N is too small, or rows do not "
                "belong to the design."
            )
    return told


INDICES = {"morris": ("mu_star", "mu", "sigma"), "sobol": ("S1", "ST"), "pawn": ("median", "maximum")}
CHECKS = {"morris": _need_trajectories, "sobol": _need_radial, "pawn": _need_slices}
FINDERS = {"morris": _morris, "sobol": _sobol, "pawn": _pawn}
