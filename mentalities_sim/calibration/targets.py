"""Every published number the simulation is measured against, as data."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass

TAGS = {
    "abs": "read in the abstract",
    "code": "read in public source",
    "run": "run again from the published rule",
    "data": "computed from the public data named",
    "derived": "derived",
}
"""How a number came here. Several tags are joined by a comma."""

USES = {
    "calibrate": "the defaults of the simulated people were chosen, once, with it in view; one set for all",
    "measure": "measured, not fitted: no default was chosen for it, and how far off it is is said",
    "validate": "kept unseen while fitting, looked at afterwards",
    "baseline": "what another model gives; that model must meet it, people need not",
}
"""What a target is for."""

BANDS = {
    "quartiles": "low and high are the published quartiles",
    "range": "low and high are the published range",
    "rounding": "low and high are what rounds to the published number",
    "ours": "the source gives no spread; low and high are a tolerance we chose",
}
"""Where a target's low and high come from."""


@dataclass(frozen=True)
class Target:
    """One published number: what it is, its band, where it comes from and how it is measured.

    `published` is the number in the source's unit, None where the source has only a range; a found
    value in [`low`, `high`] counts as met. `tag`, `use` and `band` are explained in `TAGS`, `USES` and
    `BANDS`; `estimator` says how to measure it. A band that is empty or leaves out its own number,
    or an unknown tag, use or band, raises a ValueError.

    Example:
        >>> target("steepness").inside(0.60), target("steepness").inside(0.80)
        (False, True)
    """

    name: str
    what: str
    published: float | None
    low: float
    high: float
    tag: str
    source: str
    estimator: str
    use: str = "measure"
    band: str = "ours"

    def __post_init__(self) -> None:
        for field, given, known in (
            *(("tag", tag, TAGS) for tag in self.tag.split(", ")),
            ("use", self.use, USES),
            ("band", self.band, BANDS),
        ):
            if given not in known:
                raise ValueError(f"{self.name}: {field} is {given!r}; allowed: {', '.join(known)}")
        number = self.low if self.published is None else self.published
        if not self.low <= number <= self.high:
            raise ValueError(f"{self.name}: {number} is not in [{self.low}, {self.high}]")

    def inside(self, value: float) -> bool:
        """Whether `value` lies in [low, high]; NaN does not."""
        return math.isfinite(value) and self.low - 1e-12 <= value <= self.high + 1e-12


_ARCHIVE = "DomArchive, Strauss et al. 2022, Phil Trans R Soc B 377:20200436"
_DUGATKIN = "Dugatkin 1997, Behav Ecol 8:583"
_BONABEAU = "Bonabeau, Theraulaz & Deneubourg 1996, Bull Math Biol 58:661"
_DOMWORLD = "Hemelrijk 1999, Proc R Soc Lond B 266:361; 2000, Anim Behav 59:1035"
_SAMPLING = "12 public experience-sampling data sets (openESM)"
_DAILY = "24,582 daily interactions of 1,068 people"
_LIEBOVITCH = "form after Liebovitch et al. 2008, Physica A 387:6360"
_PANIC = "Robinaugh et al. 2024, Psychol Rev"
_STICKLEBACKS = "sticklebacks (winner and loser effects in nature)"


def _groups() -> Iterable[Target]:
    estimator = "median over groups of 6–15 with < 10 % unknown dyads, about 25 contests ÷ individuals"
    for name, what, median, low, high in (
        ("de_vries_h", "linearity h′ (de Vries 1995)", 0.88, 0.76, 0.95),
        ("ttri", "triangle transitivity (Shizuka & McDonald 2012)", 0.93, 0.79, 1.0),
        ("steepness", "steepness (de Vries et al. 2006)", 0.80, 0.69, 0.89),
        ("dci", "directional consistency", 0.87, 0.69, 0.95),
    ):
        yield Target(name, what, median, low, high, "data", _ARCHIVE, estimator, "calibrate", "quartiles")
    yield Target(
        "unknown_with_h",
        "correlation over groups of the share of unknown dyads with h′",
        -0.81,
        -0.91,
        -0.71,
        "data",
        _ARCHIVE,
        "Pearson correlation over groups, those with many unknown dyads too",
        use="validate",
    )


def _winners_and_losers() -> Iterable[Target]:
    rows = {
        "none": (0.23, 0.0, 1.0, 0.0, 0.0, 0.83, 6.1),
        "winner": (0.94, 0.97, 1.0, 0.0, 0.0, 0.95, 8.8),
        "loser": (0.66, 1.0, 0.04, 0.27, 0.70, 0.55, 9.0),
    }
    columns = (
        ("h", "linearity h′", 0.02),
        ("ttri", "triangle transitivity", 0.03),
        ("fights", "share of encounters that are fights", 0.01),
        ("retreats", "share of encounters in which one retreats", 0.01),
        ("neither", "share of encounters in which neither is aggressive", 0.01),
        ("resolved", "share of dyads resolved", 0.01),
        ("alpha", "dyads of 9 won by the alpha", 0.1),
    )
    effects = {"none": "no effect", "winner": "winner effect .5 alone", "loser": "loser effect .3 alone"}
    for row, numbers in rows.items():
        for (column, what, width), number in zip(columns, numbers, strict=True):
            yield Target(
                f"dugatkin_{row}_{column}",
                f"{what}, {effects[row]}",
                number,
                number - width,
                number + width,
                "run",
                _DUGATKIN,
                "mean over many groups of N = 10, 250 encounters, threshold 1",
                use="baseline",
            )
    for name, number, low, high in (("winners", 0.65, 0.5, 0.8), ("losers", 0.0, 0.0, 0.15)):
        yield Target(
            f"{name}_won_again",
            f"share of {name} who win their next contest",
            number,
            low,
            high,
            "abs",
            _STICKLEBACKS,
            "share over individuals, next contest with another",
            use="validate",
        )


def _mean_field() -> Iterable[Target]:
    for ratio, h in ((10, 0.98), (1, 0.59), (0.6, 0.50), (0.1, 0.27)):
        yield Target(
            f"mean_field_{ratio:g}".replace(".", "_"),
            f"linearity h′ at ηr/(2μ) = {ratio:g}",
            h,
            h - 0.05,
            h + 0.05,
            "run",
            _BONABEAU,
            "mean h′ over groups of a self-reinforcing referee with linear forgetting",
            use="baseline",
        )
    yield Target(
        "mean_field_threshold",
        "ηr/(2μ) above which equality is unstable",
        1.0,
        1.0,
        1.0,
        "derived",
        _BONABEAU,
        "linear stability of equal forces",
        use="baseline",
        band="rounding",
    )
    for measure, number in (("de_vries_h", 0.82), ("steepness", 0.60), ("dci", 0.66)):
        yield Target(
            f"domworld_{measure}",
            f"DomWorld’s core: {measure}",
            number,
            number - 0.05,
            number + 0.05,
            "run",
            _DOMWORLD,
            "median over groups",
            use="baseline",
        )


def _affect() -> Iterable[Target]:
    estimator = "person-level AR(1) on successive same-day reports, every person the same weight"
    for name, what, number in (
        ("inertia_negative", "AR(1) of negative affect", 0.29),
        ("inertia_positive", "AR(1) of positive affect", 0.34),
    ):
        yield Target(name, what, number, number - 0.05, number + 0.05, "data", _SAMPLING, estimator)
    for name in ("inertia_negative_sd", "inertia_positive_sd"):
        which = "negative" if "negative" in name else "positive"
        yield Target(
            name,
            f"true between-person SD of the AR(1) of {which} affect",
            None,
            0.15,
            0.20,
            "data",
            _SAMPLING,
            "variance of person-level AR(1) less the mean sampling variance, root",
            band="range",
        )
    yield Target(
        "inertia_clinical",
        "AR(1) of affect in clinical samples",
        None,
        0.44,
        0.53,
        "data",
        _SAMPLING,
        estimator,
        use="validate",
        band="range",
    )


def _daily() -> Iterable[Target]:
    for quadrant, share in (
        ("dominant_warm", 0.50),
        ("submissive_warm", 0.40),
        ("dominant_cold", 0.05),
        ("submissive_cold", 0.04),
    ):
        width = 0.05 if share > 0.1 else 0.02
        yield Target(
            f"share_{quadrant}",
            f"share of interactions that are {quadrant.replace('_', '-')}",
            share,
            share - width,
            share + width,
            "data",
            _DAILY,
            "share of all interactions",
        )
    ranges = (
        ("quadrant_switching", "successive same-day interactions that change quadrant", 0.42, 0.45),
        ("icc_dominance", "intraclass correlation of dominance", 0.30, 0.41),
        ("icc_warmth", "intraclass correlation of warmth", 0.30, 0.41),
        ("within_dominance_warmth", "within-person correlation of dominance and warmth", -0.11, 0.01),
    )
    estimators = ("share of pairs", "ICC(1)", "ICC(1)", "correlation of deviations from one's own mean")
    for (name, what, low, high), estimator in zip(ranges, estimators, strict=True):
        yield Target(name, what, None, low, high, "data", _DAILY, estimator, band="range")
    yield Target(
        "quadrant_switching_if_independent",
        "the same, were successive interactions independent",
        0.57,
        0.54,
        0.60,
        "data",
        _DAILY,
        "from each person's own quadrants before and after",
        use="validate",
    )


def _dyads_and_exposure() -> Iterable[Target]:
    for c, x in ((0.9, 0.0), (1.1, 0.553), (2, 1.915), (3, 2.985)):
        yield Target(
            f"coupled_{c:g}".replace(".", "_"),
            f"size of the stable fixed points of dx/dt = −x + c·tanh(y), c = {c:g}",
            x,
            x - 0.0005,
            x + 0.0005,
            "run",
            _LIEBOVITCH,
            "size of x at rest, both equations alike, m = 1, b = 0",
            use="baseline",
            band="rounding",
        )
    yield Target(
        "coupled_pitchfork",
        "c₁c₂ ÷ (m₁m₂) above which 0 is left",
        1.0,
        1.0,
        1.0,
        "derived",
        _LIEBOVITCH,
        "linear stability of (0, 0)",
        use="baseline",
        band="rounding",
    )
    for schema, pulse in ((0.5, 0.70), (0.75, 0.43), (1.0, 0.23)):
        yield Target(
            f"panic_pulse_{schema:g}".replace(".", "_"),
            f"smallest arousal pulse that sets off panic at learned schema {schema:g}",
            pulse,
            pulse - 0.05,
            pulse + 0.05,
            "code, run",
            _PANIC,
            "smallest pulse with panic",
            use="baseline",
        )


TARGETS: dict[str, Target] = {
    one.name: one
    for part in (_groups, _winners_and_losers, _mean_field, _affect, _daily, _dyads_and_exposure)
    for one in part()
}
"""Name → target, in the order of the report: groups, baselines, affect, daily life, dyads, exposure."""


def target(name: str) -> Target:
    """Return the target called `name`; an unknown name raises a KeyError that names the nearest.

    Example:
        >>> target("ttri").published
        0.93
    """
    if name not in TARGETS:
        near = difflib.get_close_matches(name, TARGETS, n=3)
        hint = f"nearest: {', '.join(near)}" if near else f"there are {', '.join(TARGETS)}"
        raise KeyError(f"no target {name!r}; {hint}")
    return TARGETS[name]
