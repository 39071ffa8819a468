"""Verdicts over the whole table: one per claim, with the reason in a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from scipy import stats

from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.testing import Finding

VERDICTS = ("supported", "shown", "fragile", "trivial", "unsupported", "contradicted")
"""From the best to the worst; "shown" is what a quick test can say: signs and box are not run."""
ROBUST = 0.8
"""Share of the plausible box below which a claim is fragile."""
BY_ANY_SIGNS = 0.2
"""Share of scrambled models above which a signature says little about these couplings."""
VOID = 0.2
"""Time at bounds above which a cell is void (evidence rule 3)."""
FALSE_DISCOVERIES = 0.05


def give_verdicts(findings: Sequence[Finding], claims: Mapping[str, Claim]) -> None:
    """Give every finding its verdict, at a false discovery rate of .05 over the whole table.

    Source: theory, "How a claim is settled"; evidence rules 1, 3, 6, 7, 9.
    """
    adjusted = stats.false_discovery_control([_p(f) for f in findings]) if findings else []
    for finding, q in zip(findings, adjusted, strict=True):
        finding.verdict, finding.why = verdict(finding, claims[finding.id], float(q))


def verdict(found: Finding, claim: Claim, q: float) -> tuple[str, str]:
    """Return the verdict on one claim, and why: the first of the theory's conditions that decides.

    `q` is the claim's p, adjusted over the table.
    """
    effect = found.effect
    if math.isnan(effect.estimate):
        return "unsupported", "nothing could be measured"
    if found.at_bounds > VOID:
        return "unsupported", f"void: {found.at_bounds:.0%} of the time at a bound"
    if found.contradicted and q < FALSE_DISCOVERIES and not claim.existential:
        return "contradicted", "the opposite is shown"
    if found.reversed:
        return "unsupported", f"points the other way: {', '.join(found.reversed)}"
    if not effect.holds or q >= FALSE_DISCOVERIES:
        return "unsupported", f"the effect is not clear of the smallest of interest ({effect.smallest:g})"
    if claim.premise:
        return "trivial", f"a premise: {claim.derivation}"
    if not found.goes_with_its_mechanism:
        return "unsupported", "shown, but not by its mechanism: the ablation leaves more than half of it"
    if not found.sham_holds:
        return "unsupported", "shown, but a sham ablation takes it away as well"
    if not found.scrambled.n or not found.box.n:
        return "shown", "shown, by its mechanism; scrambled signs and the plausible box were not run"
    if found.scrambled.share >= BY_ANY_SIGNS:
        return "trivial", f"shown by {found.scrambled.share:.0%} of models with other signs as well"
    if found.box.share < ROBUST:
        return "fragile", f"holds in {found.box.share:.0%} of the plausible box"
    return "supported", "shown, by its mechanism, in most of the plausible box"


def _p(found: Finding) -> float:
    return 1.0 if math.isnan(found.effect.p) else min(max(found.effect.p, 0.0), 1.0)
