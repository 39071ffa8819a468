"""The evidence as a page: Markdown for the documentation, HTML for a browser; both made, never written."""

from __future__ import annotations

import base64
import html as escaping
import io
import re
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from mentalities_sim.claims.catalogue import claims
from mentalities_sim.claims.theory import groups, sources, theory
from mentalities_sim.evidence.gathering import Evidence
from mentalities_sim.evidence.testing import Finding
from mentalities_sim.evidence.words import (
    ablation,
    counted,
    dated,
    interval,
    number,
    part_words,
    parts_shown,
    share,
    table,
)

if TYPE_CHECKING:
    from mentalities_sim.figures.saving import Drawn

READING = files("mentalities_sim.evidence").joinpath("reading.md").read_text(encoding="utf-8")
"""How to read the evidence."""


LEFT_OUT = ("p", "removed_low", "removed_high", "robustness_low", "robustness_high")
"""Columns of the table that a page to look at does without."""


def markdown(evidence: Evidence) -> str:
    """Return the page of the documentation: how to read it, all claims, what was tried, the nulls."""
    parts = [
        "<!-- Made by `make evidence`; never edited by hand. -->\n# Evidence, claim by claim\n",
        f"*{dated(evidence)}*\n",
        READING,
        f"**{counted(evidence)}**\n",
        "![Every claim with its verdict and its robustness.](figures/evidence.png)\n",
    ]
    for letter, title in groups().items():
        found = [f for one, f in evidence.findings.items() if one[0] == letter]
        if found:
            parts += [f"## {letter}. {title}\n", _summary(found), *(_details(f) for f in found)]
    parts += [_nulls(evidence)]
    if evidence.matrix is not None:
        parts += [
            "## Which mechanisms carry the most claims\n",
            "Each mechanism is ablated once for every claim. A square: at most half of the effect is left.\n",
            "![Claims by mechanisms.](figures/mechanisms.png)\n",
        ]
    parts += ["## Sources\n", *(f"- **{key}**: {words}" for key, words in sources().items()), ""]
    return "\n".join(parts)


def _summary(found: Sequence[Finding]) -> str:
    lines = [
        "| | claim | effect [95 %] | parts shown | ablated | robust | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for f in found:
        e = f.effect
        unit = e.unit if len(e.unit) == 1 else "x"
        lines.append(
            f"| [{f.id}](#{f.id.lower()}) | {_cell(theory()[f.id].claim)} | "
            f"{interval(e.estimate, e.low, e.high)} {unit} | {parts_shown(f)} | "
            f"{number(f.ablation.estimate)} | {share(f.box)} | **{f.verdict}** |"
        )
    return "\n".join([*lines, ""])


def _details(f: Finding) -> str:
    claim, row = claims()[f.id], theory()[f.id]
    flips = ", ".join(f"`{name}` ({r:+.2f})" for name, r in f.flips) or "none"
    lines = [
        f"### {f.id}\n",
        f"{row.claim} ({row.source})\n",
        f"- Signature: {row.signature}",
        f"- As measured: {_first(type(claim).__doc__)}",
        f"- Derivation: {claim.derivation}" + (" (one line: a premise)" if claim.one_line else ""),
        f"- Ablation: {ablation(f.id)}; {number(f.ablation.estimate)} is left, "
        f"{interval(f.ablation.removed, f.ablation.removed_low, f.ablation.removed_high)} is gone. "
        f"Sham ({claim.sham.replace('_', ' ')}): {number(f.sham.estimate)} is left.",
    ]
    lines += [f"- Part, {name}: {part_words(f, name)}" for name in f.parts]
    lines += [
        f"- Robustness: {share(f.box)} [{f.box.low:.0%}, {f.box.high:.0%}] of {f.box.n} anchored points, "
        f"{share(f.outside)} of the others; the sign agrees in {share(f.sign)}. What matters most (rank "
        f"correlation with the effect): {flips}."
        if f.box.n
        else "- Robustness: not run.",
        f"- Signs scrambled: shown by {share(f.scrambled)} of {f.scrambled.n} models.",
        f"- Verdict: **{f.verdict}**: {f.why}.",
    ]
    if claim.tried:
        lines.append(f"- Tried: {claim.tried}")
    return "\n".join([*lines, ""])


def _nulls(evidence: Evidence) -> str:
    rivals = list(next(iter(evidence.findings.values())).rivals) if evidence.findings else []
    lines = [
        "## Nulls and rivals\n",
        "Effects on the intact model's scale. *All off*: no coupling. *Shuffled*: arms, times and people of "
        "recordings shuffled, share of shuffles with it. *Scrambled*: couplings' signs at random, share of "
        "models with it. *One distress*: smoothed threat stands in for other systems, fears and beliefs. The "
        "rivals replace the theory's couplings by one in which warmth, or complementing, always relieves.\n",
        "| | effect | smallest | all off | shuffled | scrambled | one distress | "
        + " | ".join(rivals)
        + " |",
        "| --- " * (7 + len(rivals)) + "|",
    ]
    for one, f in evidence.findings.items():
        cells = [number(f.effect.estimate), f"{f.effect.smallest:g}", number(f.off), share(f.shuffled)]
        cells += [share(f.scrambled), number(f.one_distress), *(number(f.rivals[r]) for r in rivals)]
        lines.append(f"| {one} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def html(evidence: Evidence, drawn: Sequence[Drawn] = ()) -> str:
    """Return a page that stands alone, with its figures inside."""
    rows = table(evidence).drop(columns=list(LEFT_OUT))
    pictures = []
    for one in drawn:
        held = io.BytesIO()
        one.figure.savefig(held, format="png", dpi=100)
        data = base64.b64encode(held.getvalue()).decode()
        alt = escaping.escape(one.alt_text, quote=True)
        pictures.append(f'<figure><img alt="{alt}" src="data:image/png;base64,{data}"></figure>')
    reading = "".join(f"<p>{_spoken(p)}</p>" for p in READING.split("\n\n"))
    body = rows.to_html(
        index=False, float_format=lambda x: f"{x:.2f}", na_rep="–", border=0, classes="claims"
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Evidence, claim by claim</title>'
        "<style>body{font:16px/1.5 sans-serif;margin:2em auto;max-width:90em;padding:0 1em}img{width:100%}"
        "table{border-collapse:collapse;font-size:14px}td,th{padding:.3em .6em;text-align:left;"
        "vertical-align:top;border-bottom:1px solid #ddd}thead th{position:sticky;top:0;background:#fff}"
        ".wide{overflow-x:auto}</style><h1>Evidence, claim by claim</h1>"
        f"<p>{escaping.escape(dated(evidence))}</p>{reading}<p><b>{escaping.escape(counted(evidence))}</b></p>"
        f"{''.join(pictures)}<div class=wide>{body}</div></html>\n"
    )


def _spoken(paragraph: str) -> str:
    """Markdown's bold and lists as HTML, of the one text that stands above."""
    safe = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escaping.escape(paragraph))
    return safe.replace("\n- ", "<br>• ").removeprefix("- ")


def _first(doc: str | None) -> str:
    return " ".join((doc or "").strip().split())


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def main() -> None:
    """Write the page and the figures of the documentation, and keep the evidence with the package."""
    from mentalities_sim.evidence.gathering import KEPT
    from mentalities_sim.figures.evidence import claims_and_verdicts, mechanisms_and_claims

    found = Evidence.read(Path(sys.argv[1]))
    docs = Path(sys.argv[2])
    found.write(KEPT)
    (docs / "evidence.md").write_text(markdown(found), encoding="utf-8")
    claims_and_verdicts(found).figure.savefig(docs / "figures" / "evidence.png", dpi=75)
    if found.matrix is not None:
        mechanisms_and_claims(found).figure.savefig(docs / "figures" / "mechanisms.png", dpi=75)


if __name__ == "__main__":
    main()
