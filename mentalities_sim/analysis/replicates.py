"""How many replicates are enough, worked out from a pilot of paired runs.

Two arms share client and chance within a replicate, so their difference varies less than two separate
samples would. Both are worked out, to show what pairing saves. Source: Cohen 1988, *Statistical Power
Analysis for the Behavioral Sciences*, 2nd ed., ch. 2; powers are those of Student's t, noncentral, exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

SMALLEST_EFFECT = 0.2
"""Smallest effect of interest where none is given, in SDs of the outcome across replicates."""

FLOOR = 2
"""Fewest replicates with an interval."""

ODD_SHARE = 0.75
"""Share of the spread in a tenth of the pairs above which the pilot is no sample of something normal."""

MOST = 10**9
"""Where the search for a number of replicates ends."""


def replicates_needed(
    frame: pd.DataFrame,
    arm: str,
    against: str,
    outcome: str,
    *,
    axes: Sequence[str],
    half_width: float | None = None,
    difference: float | None = None,
    power: float = 0.8,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return one row per cell (columns `axes`): how the pilot's pairs spread, and how many are needed.

    `frame` holds outcomes by arm, cell and replicate. `pairs` are those in which both arms observed the
    outcome, `left_out` the others; then the `mean_difference` arm − against, `sd_paired` (of the
    differences), `sd_unpaired` (root of the sum of the arms' variances), both in units of the outcome, and
    the `correlation` of the arms. `half_width` and `difference` are what is asked for.
    `n_width_paired` and `n_width_unpaired` give an interval (`level`) of that half-width,
    `n_power_paired` and `n_power_unpaired` find that difference with this power in a two-sided t test;
    replicates per arm, at least 2. Each has `…_low` and `…_high`: what n would be at the ends of the 95 %
    interval of the pilot's variance (chi-square; it takes outcomes as normal). Few pilot pairs make it wide.

    Where `difference` is None it is 0.2 SD of the outcome across replicates (pooled over the cells and both
    arms), and where `half_width` is None half the difference; `attrs["note"]` says so. `note` says what
    is special about a cell. Raises `ValueError` for unknown names or settings out of bounds.

    Example:
        >>> pilot = pd.DataFrame(
        ...     {"arm": ["a"] * 3 + ["b"] * 3, "replicate": [0, 1, 2] * 2, "symptoms": [5, 7, 9, 4, 7, 7]}
        ... )
        >>> found = replicates_needed(pilot, "a", "b", "symptoms", axes=[], difference=1.0)
        >>> found[["pairs", "mean_difference", "sd_paired", "n_power_paired"]].values.tolist()
        [[3, 1.0, 1.0, 10]]
    """
    cells = list(_cells(frame, arm, against, outcome, axes))
    asked_for, note = _asked(outcome, [pairs for _, pairs, _ in cells], half_width, difference)
    for what, share in (("power", power), ("level", level)):
        if not 0 < share < 1:
            raise ValueError(f"{what} is {share}; allowed: between 0 and 1")
        asked_for[what] = share
    rows = [
        {**labels, **_spread(pairs, left_out), **asked_for, **_numbers(pairs, **asked_for)}
        for labels, pairs, left_out in cells
    ]
    table = pd.DataFrame(rows)
    counts = [column for column in table.columns if column.startswith("n_")]
    table[counts] = table[counts].astype("Int64")
    table["note"] = [_special(pairs) for _, pairs, _ in cells]
    table.attrs["note"] = note
    return table


def curve(
    frame: pd.DataFrame,
    arm: str,
    against: str,
    outcome: str,
    *,
    axes: Sequence[str],
    level: float = 0.95,
    subsamples: int = 400,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the half-width of the interval by number of replicates, seen in the pilot and predicted.

    One row per cell, design ("paired", "unpaired") and number of `replicates` (per arm), up to four times
    the pilot's. `predicted` is t · SD / √n; `observed` the median over `subsamples` of the pilot drawn
    without replacement (unpaired: each arm on its own), with `low` and `high` the middle 95 % of them;
    NaN beyond the pilot. Half-widths are in units of the outcome. Cells of fewer than 4 pairs are left
    out. Raises `ValueError` for unknown names.

    Example:
        >>> noise = np.random.default_rng(0).normal(size=40)
        >>> pilot = pd.DataFrame(
        ...     {"arm": ["a", "b"] * 20, "replicate": np.repeat(np.arange(20), 2), "y": noise}
        ... )
        >>> int(curve(pilot, "a", "b", "y", axes=[])["replicates"].max())
        80
    """
    rng = np.random.default_rng(seed)
    rows = []
    for labels, pairs, _ in _cells(frame, arm, against, outcome, axes):
        pilot = len(pairs)
        if pilot < 4:
            continue
        sizes = np.unique(np.geomspace(3, 4 * pilot, 16).round().astype(int))
        for design, sd in zip(("paired", "unpaired"), _sds(pairs), strict=True):
            for n in np.union1d(sizes, [pilot]).tolist():
                drawn = _drawn(pairs, n, design, subsamples, rng) if n <= pilot else np.full(1, np.nan)
                wide = _t(level, n, design) / math.sqrt(n)
                low, observed, high = np.percentile(drawn, [2.5, 50, 97.5]) * wide
                ends = {"observed": observed, "low": low, "high": high}
                rows.append({**labels, "design": design, "replicates": n, "predicted": sd * wide, **ends})
    columns = [*axes, "design", "replicates", "predicted", "observed", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _cells(
    frame: pd.DataFrame, arm: str, against: str, outcome: str, axes: Sequence[str]
) -> Iterator[tuple[dict[str, object], np.ndarray, int]]:
    """Each cell's labels, its pairs (n, 2) of arm and against, and how many replicates make no pair."""
    for column in ("arm", "replicate", outcome, *axes):
        if column not in frame.columns:
            raise ValueError(f"no column {column!r}; there are {', '.join(map(str, frame.columns))}")
    known = list(dict.fromkeys(frame["arm"]))
    for name in (arm, against):
        if name not in known:
            raise ValueError(f"no arm {name!r}; there are {', '.join(map(str, known))}")
    if arm == against:
        raise ValueError(f"arm and against are both {arm!r}; allowed: two different arms")
    both = frame[frame["arm"].isin([arm, against])]
    if both.duplicated([*axes, "arm", "replicate"]).any():
        raise ValueError("a replicate has several rows in one arm and cell; name every swept column in axes")
    for key, group in both.groupby(list(axes), sort=False) if axes else [((), both)]:
        wide = group.pivot(index="replicate", columns="arm", values=outcome).reindex(columns=[arm, against])
        pairs = wide.to_numpy(float)
        seen = np.isfinite(pairs).all(axis=1)
        yield dict(zip(axes, key, strict=True)), pairs[seen], int((~seen).sum())


def _asked(
    outcome: str, cells: Sequence[np.ndarray], half_width: float | None, difference: float | None
) -> tuple[dict[str, float], str]:
    """The half-width and difference asked for, and words for what was not given."""
    for what, asked in (("half_width", half_width), ("difference", difference)):
        if asked is not None and not 0 < asked < math.inf:
            raise ValueError(f"{what} is {asked}; allowed: a finite number above 0")
    note = ""
    if difference is None:
        difference = SMALLEST_EFFECT * _pooled_sd(cells)
        note += (
            f"The difference to find is taken as {SMALLEST_EFFECT:g} SD of {outcome} across replicates: "
            f"{difference:.3g}. "
        )
    if half_width is None:
        half_width = difference / 2
        note += f"The half-width is taken as half the difference: {half_width:.3g}."
    return {"half_width": half_width, "difference": difference}, note.strip()


def _sds(pairs: np.ndarray) -> tuple[float, float]:
    """SD of the paired difference, and that of a difference of two separate draws."""
    if len(pairs) < 2:
        return math.nan, math.nan
    found = (np.std(pairs[:, 0] - pairs[:, 1], ddof=1), math.sqrt(pairs.var(axis=0, ddof=1).sum()))
    # equal numbers leave a rest of rounding, which is not spread
    least = 1e-12 * float(np.abs(pairs).max())
    paired, unpaired = (float(sd) if sd > least else 0.0 for sd in found)
    return paired, unpaired


def _pooled_sd(cells: Sequence[np.ndarray]) -> float:
    enough = [pairs for pairs in cells if len(pairs) > 1]
    freedom = sum(2 * (len(pairs) - 1) for pairs in enough)
    squares = sum(float(((pairs - pairs.mean(axis=0)) ** 2).sum()) for pairs in enough)
    return math.sqrt(squares / freedom) if freedom else math.nan


def _spread(pairs: np.ndarray, left_out: int) -> dict[str, float]:
    paired, unpaired = _sds(pairs)
    varied = len(pairs) > 1 and (np.ptp(pairs, axis=0) > 0).all()
    return {
        "pairs": len(pairs),
        "left_out": left_out,
        "mean_difference": float((pairs[:, 0] - pairs[:, 1]).mean()) if len(pairs) else math.nan,
        "sd_paired": paired,
        "sd_unpaired": unpaired,
        "correlation": float(np.corrcoef(pairs.T)[0, 1]) if varied else math.nan,
    }


def _numbers(
    pairs: np.ndarray, half_width: float, difference: float, power: float, level: float
) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for design, sd in zip(("paired", "unpaired"), _sds(pairs), strict=True):
        ends = _sd_interval(pairs, sd, design)
        for end, value in zip(("", "_low", "_high"), (sd, *ends), strict=True):
            found[f"n_width_{design}{end}"] = _for_width(value, half_width, level, design)
            found[f"n_power_{design}{end}"] = _for_power(value, difference, power, level, design)
    return {
        f"n_{kind}_{design}{end}": found[f"n_{kind}_{design}{end}"]
        for kind in ("width", "power")
        for design in ("paired", "unpaired")
        for end in ("", "_low", "_high")
    }


def _sd_interval(pairs: np.ndarray, sd: float, design: str) -> tuple[float, float]:
    """Ends of the 95 % interval of an SD: (m − 1) s² / χ², m pilot pairs.

    The sum of two variances has fewer than 2 (m − 1) degrees of freedom where they are unequal or the arms
    are correlated: those that give it its true variance (Satterthwaite 1946, *Biometrics Bulletin* 2:110).
    """
    from scipy.stats import chi2

    if not sd > 0:
        return sd, sd
    freedom = float(len(pairs) - 1)
    if design == "unpaired":
        one, other = pairs.var(axis=0, ddof=1)
        shared = float(np.cov(pairs.T)[0, 1]) ** 2
        freedom *= float((one + other) ** 2 / (one**2 + other**2 + 2 * shared))
    low, high = (sd * math.sqrt(freedom / chi2.ppf(q, freedom)) for q in (0.975, 0.025))
    return low, high


def _t(level: float, n: int, design: str) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + level) / 2, _freedom(n, design)))


def _freedom(n: int, design: str) -> int:
    return n - 1 if design == "paired" else 2 * (n - 1)


def _for_width(sd: float, half_width: float, level: float, design: str) -> int | None:
    return _fewest(sd, lambda n: _t(level, n, design) * sd / math.sqrt(n) <= half_width)


def _for_power(sd: float, difference: float, power: float, level: float, design: str) -> int | None:
    return _fewest(sd, lambda n: _power(difference / sd * math.sqrt(n), n, level, design) >= power)


def _power(shift: float, n: int, level: float, design: str) -> float:
    """Chance that |t| exceeds its critical value where t is shifted by `shift` (noncentral t)."""
    from scipy.stats import nct, norm

    if shift > 1000:  # beyond every critical value; SciPy's series need not converge there
        return 1.0
    critical, freedom = _t(level, n, design), _freedom(n, design)
    found = float(nct.sf(critical, freedom, shift) + nct.cdf(-critical, freedom, shift))
    if math.isnan(found):  # nor at some smaller shifts, where all but nothing lies beyond
        return float(norm.sf(critical - shift))
    return found


def _fewest(sd: float, enough: Callable[[int], bool]) -> int | None:
    """Smallest n from 2 that is enough, by doubling and halving; None without an SD or beyond MOST."""
    if math.isnan(sd):
        return None
    if sd == 0 or enough(FLOOR):
        return FLOOR
    low, high = FLOOR, 2 * FLOOR
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _special(pairs: np.ndarray) -> str:
    if len(pairs) < 2:
        return "fewer than 2 pairs: nothing can be said"
    paired, unpaired = _sds(pairs)
    if paired == 0 and not np.any(pairs[:, 0] != pairs[:, 1]):
        return f"the arms are identical in every pair: {FLOOR} replicates, the floor"
    if paired == 0:
        return f"the arms differ by the same amount in every pair: {FLOOR} replicates, the floor"
    if paired >= unpaired:
        return "pairing does not help here"
    # of a normal sample the share is about .44
    squares = np.sort((pairs[:, 0] - pairs[:, 1] - (pairs[:, 0] - pairs[:, 1]).mean()) ** 2)
    few = math.ceil(len(pairs) / 10)
    if len(pairs) >= 10 and squares[-few:].sum() > ODD_SHARE * squares.sum():
        return f"{few} of {len(pairs)} pairs make most of the spread: take n as a rough guess, rather too low"
    return ""


def _drawn(pairs: np.ndarray, n: int, design: str, subsamples: int, rng: np.random.Generator) -> np.ndarray:
    """SDs of the difference in random parts of the pilot (subsamples,)."""
    order = rng.random((2, subsamples, len(pairs))).argsort(axis=2)[:, :, :n]
    if design == "paired":
        return np.asarray((pairs[:, 0] - pairs[:, 1])[order[0]].std(axis=1, ddof=1))
    variances = [pairs[:, side][order[side]].var(axis=1, ddof=1) for side in (0, 1)]
    return np.asarray(np.sqrt(variances[0] + variances[1]))
