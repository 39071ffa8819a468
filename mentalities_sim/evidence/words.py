"""The evidence in words and tables: for a terminal, as data."""

from __future__ import annotations

import math
import textwrap
from collections import Counter

import pandas as pd

from mentalities_sim.claims.catalogue import claims
from mentalities_sim.claims.theory import theory
from mentalities_sim.evidence.gathering import Evidence
from mentalities_sim.evidence.testing import Finding, Share
from mentalities_sim.evidence.verdicts import VERDICTS

WIDTH = 100
NOT_RUN = "not run"


def table(evidence: Evidence) -> pd.DataFrame:
    """Return one row per claim, in the order of the theory: numbers as numbers."""
    rows = []
    for one, found in evidence.findings.items():
        effect, claim = found.effect, claims()[one]
        rows.append(
            {
                "id": one,
                "claim": theory()[one].claim,
                "source": theory()[one].source,
                "kind": "premise" if claim.premise else "consequence",
                "verdict": found.verdict,
                "why": found.why,
                "effect": effect.estimate,
                "low": effect.low,
                "high": effect.high,
                "unit": effect.unit,
                "smallest": effect.smallest,
                "n": effect.n,
                "p": effect.p,
                "ablated": found.ablation.estimate,
                "removed_low": found.ablation.removed_low,
                "removed_high": found.ablation.removed_high,
                "sham": found.sham.estimate,
                "off": found.off,
                "shuffled": found.shuffled.share,
                "scrambled": found.scrambled.share,
                "one_distress": found.one_distress,
                **{name: found.rivals[name] for name in found.rivals},
                "robustness": found.box.share,
                "robustness_low": found.box.low,
                "robustness_high": found.box.high,
                "outside": found.outside.share,
                "sign_agrees": found.sign.share,
                "flips": ", ".join(f"{name} ({r:+.2f})" for name, r in found.flips),
                "at_bounds": found.at_bounds,
            }
        )
    return pd.DataFrame(rows)


def counted(evidence: Evidence) -> str:
    """Return the sentence below the table: how many claims on how many mechanisms, and what of the others."""
    many = Counter(found.verdict for found in evidence.findings.values())
    told = ", ".join(f"{many[v]} {v}" for v in VERDICTS if many[v])
    carried = ""
    if evidence.carrying:
        carried = f" on {some(len(evidence.carrying), 'mechanism')} ({', '.join(evidence.carrying)})"
    return (
        f"{some(len(evidence.supported), 'claim')} supported{carried}. Of {len(evidence.findings)}: {told}."
    )


def some(many: int, what: str) -> str:
    """Return a number of things.

    Example:
        >>> some(1, "claim"), some(2, "claim")
        ('1 claim', '2 claims')
    """
    return f"{many} {what}" if many == 1 else f"{many} {what}s"


def parts_shown(found: Finding) -> str:
    """Return how many parts of a signature are clear of their smallest effect of interest; a dash for one."""
    if not found.parts:
        return "-"
    return f"{sum(part.holds for part in found.parts.values())} of {len(found.parts)}"


def dated(evidence: Evidence) -> str:
    """Return what the evidence was found with: version, date, hashes, how much was run."""
    d = evidence.design
    box = (
        f"{evidence.points} points of the box, {evidence.anchored} of them anchored"
        if evidence.points
        else ""
    )
    parts = [
        f"n up to {d.units}",
        f"{d.draws} scrambled models" if d.draws else "no scrambled models",
        box or "no box",
    ]
    return (
        f"Version {evidence.version}, {evidence.date}; rules {evidence.rules}, signatures "
        f"{evidence.signatures}; {', '.join(parts)}; {evidence.seconds / 60:.0f} minutes."
    )


def line(found: Finding) -> str:
    """Return one claim in one line: id, wording, effect, what the ablation leaves, robustness, verdict.

    The verdict stands last, so that a line can be read as "id ... verdict".
    """
    effect = found.effect
    words = textwrap.shorten(plain(theory()[found.id].claim), 44, placeholder=" ...")
    unit = effect.unit if len(effect.unit) == 1 else "x"
    return (
        f"{found.id:4}{words:45}{interval(effect.estimate, effect.low, effect.high):>22} {unit}"
        f" {number(found.ablation.estimate):>7} {share(found.box):>6}  {found.verdict}"
    )


def text(evidence: Evidence) -> str:
    """Return the whole table for a terminal, and below it how many claims stand on how many mechanisms."""
    head = f"{'':4}{'claim':45}{'effect [95 %]':>22}   {'ablated':>7} {'robust':>6}  verdict"
    notes = (
        "Effects in SDs between clients or groups (d), as correlations (r), or the weakest of several parts "
        "in smallest effects of interest (x). Robust: share of the plausible box in which it holds."
    )
    body = [line(found) for found in evidence.findings.values()]
    return "\n".join([head, *body, "", counted(evidence), *textwrap.wrap(notes, WIDTH), dated(evidence)])


def story(found: Finding) -> str:
    """Return all that was found on one claim, for a terminal."""
    claim, row, effect = claims()[found.id], theory()[found.id], found.effect
    said = [
        ("claim", row.claim),
        ("source", row.source),
        ("signature", row.signature),
        ("kind", f"{row.kind} (theory); here {'a premise' if claim.premise else 'a consequence'}"),
        ("derivation", claim.derivation),
        ("effect", f"{interval(effect.estimate, effect.low, effect.high)} {effect.unit}, n = {effect.n}"),
        *((f"  {n}", part_words(found, n)) for n in found.parts),
        ("smallest", f"{effect.smallest:g}"),
        ("ablation", f"{ablation(found.id)}: {number(found.ablation.estimate)} is left"),
        ("sham", f"{claim.sham}: {number(found.sham.estimate)} is left"),
        ("all off", number(found.off)),
        ("shuffled", f"shown in {share(found.shuffled)} of {found.shuffled.n} shuffles"),
        (
            "signs scrambled",
            f"shown by {share(found.scrambled)} of {found.scrambled.n} models"
            if found.scrambled.n
            else NOT_RUN,
        ),
        ("one distress", number(found.one_distress)),
        *((name, number(value)) for name, value in found.rivals.items()),
        (
            "robustness",
            f"{share(found.box)} of {found.box.n} anchored points; {share(found.outside)} of others"
            if found.box.n
            else NOT_RUN,
        ),
        ("what matters most", ", ".join(f"{n} ({r:+.2f})" for n, r in found.flips) or NOT_RUN),
        ("time at bounds", f"{found.at_bounds:.0%}"),
        *((("tried", claim.tried),) if claim.tried else ()),
        ("verdict", f"{found.verdict}: {found.why}"),
    ]
    lines = []
    for name, words in said:
        lines += textwrap.wrap(words, WIDTH, initial_indent=f"{name:30}", subsequent_indent=" " * 30)
    return "\n".join([f"{found.id}  ({type(claim).__name__})", *lines])


def part_words(found: Finding, name: str) -> str:
    """Return one part of an effect: its size, and what the ablation leaves of it."""
    part = found.parts[name]
    left = number(found.parts_left[name])
    return f"{interval(part.estimate, part.low, part.high)} {part.unit}; ablated {left}"


def ablation(claim_id: str) -> str:
    """Return what a claim's ablation does, in words."""
    claim = claims()[claim_id]
    if claim.ablated:
        return claim.ablated
    return "without " + " and ".join(claim.rests_on)


def plain(words: str) -> str:
    """Return words without the asterisks of Markdown.

    Example:
        >>> plain("A *fear* is a learned danger")
        'A fear is a learned danger'
    """
    return words.replace("*", "")


def number(value: float) -> str:
    """Return a number with two decimals and its sign; a dash for none."""
    return "-" if math.isnan(value) else f"{value:+.2f}"


def interval(estimate: float, low: float, high: float) -> str:
    """Return an effect with its interval.

    Example:
        >>> interval(0.5, 0.25, 0.75)
        '+0.50 [+0.25, +0.75]'
    """
    if math.isnan(estimate):
        return "-"
    return f"{estimate:+.2f} [{low:+.2f}, {high:+.2f}]"


def share(found: Share) -> str:
    """Return a share in percent; a dash for none."""
    return "-" if not found.n else f"{found.share:.0%}"
