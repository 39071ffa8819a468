"""Putting one claim to the test: signature, ablation, sham, nulls, rivals and the plausible box."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy import stats

from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.mechanisms import ALL_OFF, ONE_DISTRESS, RIVALS, Change
from mentalities_sim.evidence.effects import (
    Effect,
    Measure,
    Together,
    effect,
    on_scale_of,
    parts_of,
    point,
    resampled,
)
from mentalities_sim.evidence.nulls import scrambled, shuffled
from mentalities_sim.evidence.observing import observe
from mentalities_sim.evidence.seen import Seen

AT_BOUNDS = 0.01
"""Distance from a bound that counts as being there."""


@dataclass(frozen=True)
class Design:
    """How much is run for each claim: fixed before anything is seen (evidence rule 9).

    `units` caps a claim's own n; `draws` scrambled models and `points` of the box of `few` units each.
    """

    units: int = 200
    shuffles: int = 20
    draws: int = 200
    points: int = 256
    few: int = 20
    seed: int = 1


FULL = Design(seed=20_261_122)
"""On people whom nobody had seen while signatures were written (those of seed 1 had been looked at)."""
QUICK = Design(units=40, shuffles=5, draws=0, points=0, few=10)
"""Signature, ablation, sham, the cheap nulls and the rivals, on fewer people; no box, no scrambled signs."""


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval (Wilson).

    Example:
        >>> Share.of(8, 10).low
        0.49...
    """

    share: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, count: int, n: int) -> Share:
        """Return `count` out of `n`."""
        if n == 0:
            return cls(math.nan, math.nan, math.nan, 0)
        interval = stats.binomtest(count, n).proportion_ci(method="wilson")
        return cls(count / n, float(interval.low), float(interval.high), n)


@dataclass(frozen=True)
class Cut:
    """What became of the effect under a change: its size on the intact model's scale, and what is missing."""

    estimate: float
    removed: float
    removed_low: float
    removed_high: float

    def takes_half(self, intact: Effect) -> bool:
        """Whether at least half of the effect is gone, and the difference is clear of nothing."""
        return self.removed_low > 0.0 and self.estimate <= 0.5 * intact.estimate


@dataclass
class Finding:
    """What the test of one claim came to; `verdict` follows over the whole table (`verdicts`)."""

    id: str
    effect: Effect
    ablation: Cut
    sham: Cut
    sham_holds: bool
    off: float
    shuffled: Share
    one_distress: float
    rivals: dict[str, float]
    scrambled: Share
    box: Share
    outside: Share
    sign: Share
    flips: list[tuple[str, float]] = field(default_factory=list)
    at_bounds: float = 0.0
    box_effects: list[float] = field(default_factory=list)
    parts: dict[str, Effect] = field(default_factory=dict)
    parts_left: dict[str, float] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    verdict: str = ""
    why: str = ""

    @property
    def directed(self) -> dict[str, Effect]:
        """Parts that say in which direction something goes; those of no effect, and checks, are left out."""
        return {n: part for n, part in self.parts.items() if part.smallest > 0.0 and n not in self.checks}

    @property
    def goes_with_its_mechanism(self) -> bool:
        """Whether the ablation takes at least half of the effect, and of each directed part."""
        return self.ablation.takes_half(self.effect) and all(
            self.parts_left[name] <= 0.5 * part.estimate for name, part in self.directed.items()
        )

    @property
    def reversed(self) -> list[str]:
        """Parts that clearly point the other way."""
        return [name for name, part in self.directed.items() if part.contradicts]

    @property
    def contradicted(self) -> bool:
        """Whether the opposite is shown: of several parts, by every one, since "not all" is no opposite."""
        if self.parts:
            return len(self.reversed) == len(self.directed) > 0
        return self.effect.contradicts

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Finding:
        """Return a finding from what `as_dict` gave."""
        made = dict(raw)
        made["effect"] = Effect(**raw["effect"])
        made["ablation"], made["sham"] = Cut(**raw["ablation"]), Cut(**raw["sham"])
        for name in ("shuffled", "scrambled", "box", "outside", "sign"):
            made[name] = Share(**raw[name])
        made["parts"] = {name: Effect(**part) for name, part in raw["parts"].items()}
        made["checks"] = tuple(raw["checks"])
        made["flips"] = [tuple(flip) for flip in raw["flips"]]
        return cls(**made)


def put_to_test(
    claim: Claim, design: Design, box: Sequence[Change] = (), anchored: Sequence[bool] = ()
) -> Finding:
    """Return what the test of a claim comes to; `box` holds points of the plausible box, and which count.

    Robustness is the share of anchored points in which the signature holds; the others are told apart.

    The same people with the same chance meet the intact model, the ablation, the sham, two nulls and two
    rivals; signs are scrambled, and the box is sampled, on fewer.
    """
    units = range(min(claim.n, design.units))
    changes: list[Change] = [{}, claim.cut, claim.sham_cut, ALL_OFF, ONE_DISTRESS, *RIVALS.values()]
    intact, *rest = _observed(claim, changes, units, design.seed)
    whole = claim.signature(intact)
    found = effect(whole)
    cut, sham, nothing, distress, *rivals = [on_scale_of(claim.signature(s), whole) for s in rest]
    boxed = _points(claim, box, design)
    return Finding(
        claim.id,
        found,
        _cut(whole, cut),
        _cut(whole, sham),
        point(sham) > max(sham.smallest, 0.5 * found.estimate),
        point(nothing),
        _shuffled(claim, intact, design),
        point(distress),
        {name: point(measure) for name, measure in zip(RIVALS, rivals, strict=True)},
        _scrambled(claim, design),
        _share([e > whole.smallest for e, inside in zip(boxed, anchored, strict=False) if inside]),
        _share([e > whole.smallest for e, inside in zip(boxed, anchored, strict=False) if not inside]),
        _share([e > 0.0 for e in boxed]),
        flipping(box, boxed) if len(boxed) else [],
        time_at_bounds(claim, intact),
        boxed,
        parts_of(whole),
        {name: point(part) for name, part in cut.parts.items()} if isinstance(cut, Together) else {},
        whole.checks if isinstance(whole, Together) else (),
    )


def _observed(claim: Claim, changes: Sequence[Change], units: Sequence[int], seed: int) -> list[Seen]:
    return observe(claim.arms, changes, units, reads=claim.reads, moments=claim.moments, seed=seed)


def _cut(intact: Measure, changed: Measure) -> Cut:
    """Compare intact and changed on the same resampled units."""
    if min(len(intact), len(changed)) < 3:
        return Cut(point(changed), math.nan, math.nan, math.nan)
    rows = resampled(max(intact.units, changed.units))
    gone = intact.estimate(rows) - changed.estimate(rows)
    low, high = np.nanquantile(gone, (0.025, 0.975))
    return Cut(point(changed), point(intact) - point(changed), float(low), float(high))


def _shuffled(claim: Claim, seen: Seen, design: Design) -> Share:
    held = [effect(claim.signature(shuffled(seen, seed))).holds for seed in range(design.shuffles)]
    return _share(held)


def _scrambled(claim: Claim, design: Design) -> Share:
    if not design.draws:
        return Share.of(0, 0)
    changes = [scrambled(draw) for draw in range(design.draws)]
    seen = _observed(claim, changes, range(design.few), design.seed)
    measures = [claim.signature(one) for one in seen]
    found = [(point(m), m.smallest) for m in measures]
    return _share([effect > smallest for effect, smallest in found if math.isfinite(effect)])


def _points(claim: Claim, box: Sequence[Change], design: Design) -> list[float]:
    if not design.points or not box:
        return []
    seen = _observed(claim, list(box), range(design.few), design.seed)
    return [point(claim.signature(one)) for one in seen]


def _share(held: Sequence[bool]) -> Share:
    return Share.of(sum(bool(h) for h in held), len(held))


def flipping(box: Sequence[Change], effects: Sequence[float], most: int = 2) -> list[tuple[str, float]]:
    """Return the parameters that matter most for the effect over the box: name and rank correlation.

    Example:
        >>> flipping([{"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 1.5}, {"a": 3.0, "b": 2.5}], [0.1, 0.2, 0.3], 1)
        [('a', 1.0)]
    """
    good = np.isfinite(effects)
    if good.sum() < 3:
        return []
    ranks = stats.rankdata(np.asarray(effects, float)[good])
    if np.ptp(ranks) == 0.0:
        return []
    names = [name for name, value in box[0].items() if not isinstance(value, tuple)]
    found = []
    for name in names:
        values = np.array([float(p[name]) for p in box])[good]
        if np.ptp(values) > 0.0:
            r = float(np.corrcoef(stats.rankdata(values), ranks)[0, 1])
            found.append((name, round(r, 3)))
    return sorted(found, key=lambda pair: -abs(pair[1]))[:most]


def time_at_bounds(claim: Claim, seen: Seen) -> float:
    """Return the worst arm's share of moments at a bound, of the states in `bounded`, and in therapy.

    Therapies count the exchanges that the worst of threat, soothing, drive and alarm spent at 0 or 1.
    """
    shares = [0.0]
    for record in seen.values():
        if "time_at_bounds" in record.outcomes and claim.moments != "life":
            shares.append(float(np.nanmean(record.outcome("time_at_bounds"))))
    for path in claim.bounded:
        for record in seen.values():
            course = record.course(path)
            shares.append(float(np.mean((course < AT_BOUNDS) | (course > 1.0 - AT_BOUNDS))))
    return max(shares)
