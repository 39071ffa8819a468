"""The evidence on one page: claims with verdicts and robustness; mechanisms and the claims they carry."""

from __future__ import annotations

import math
import textwrap
from collections import Counter

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mentalities_sim.claims.mechanisms import MECHANISMS
from mentalities_sim.claims.theory import groups, theory
from mentalities_sim.evidence.gathering import Evidence
from mentalities_sim.evidence.verdicts import ROBUST, VERDICTS
from mentalities_sim.evidence.words import counted, dated, plain, some
from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    SKY,
    SMALLEST_TEXT,
    VERMILLION,
    Look,
    head,
    new_figure,
    style,
)

LOOKS = {
    "supported": Look("supported", GREEN, marker="o"),
    "shown": Look("shown, not fully tested", GREEN, marker="D"),
    "fragile": Look("fragile: in part of the plausible box only", SKY, marker="s"),
    "trivial": Look("trivial: a premise, or any signs show it", GREY, marker="_"),
    "unsupported": Look("unsupported", ORANGE, marker="x"),
    "contradicted": Look("contradicted", VERMILLION, marker="X"),
}
"""How each verdict is drawn: a colour, and a marker that says the same without colour."""
_LETTERS = 50
_ONE_COLUMN = 20
"""So many claims, at most, stand in one column."""
_ROW = 0.3
"""Inches for a claim's line."""


def claims_and_verdicts(evidence: Evidence) -> Drawn:
    """Draw every claim with its verdict, and the share of the plausible box in which it holds.

    Bars have 95 % intervals; a dotted line stands where a claim would no longer be called fragile. Raises
    `FigureError` for evidence without claims.
    """
    if not evidence.findings:
        raise FigureError("evidence: there is no claim in it to draw.")
    data = _rows(evidence)
    columns = 1 if len(data) <= _ONE_COLUMN else 2
    half = math.ceil(len(data) / columns)
    many = Counter(data["verdict"])
    held, on = many["supported"], len(evidence.carrying)
    carried = f", on {some(on, 'mechanism')}" if on else ""
    title = (
        f"{some(held, 'claim')} of {len(data)} supported{carried}; "
        f"{many['fragile']} fragile, {many['trivial']} assumed or shown by any signs, "
        f"{many['unsupported']} not shown, {many['contradicted']} contradicted"
    )
    with style():
        figure = new_figure((21.0, 2.6 + _ROW * half) if columns == 2 else (13.33, 3.2 + _ROW * half))
        halves = (data.iloc[:half], data.iloc[half:])[:columns]
        for axes, part in zip(figure.subplots(1, columns, squeeze=False)[0], halves, strict=True):
            _column(axes, part, half)
        handles = [
            Line2D(
                [],
                [],
                color=LOOKS[v].colour,
                marker=LOOKS[v].marker,
                ls="",
                ms=11,
                mew=3,
                label=LOOKS[v].label,
            )
            for v in VERDICTS
            if many[v]
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
        head(figure, title)
    caption = (
        "One row per claim: marker = verdict; bar = share of anchored points of the plausible box in which "
        f"the signature holds, with its 95 % interval; dotted: {ROBUST:g}, below which a claim is fragile. "
        f"{counted(evidence)} {dated(evidence)}"
    )
    told = "; ".join(f"{v}: {', '.join(data.loc[data['verdict'] == v, 'id'])}" for v in VERDICTS if many[v])
    return Drawn(figure, title, f"{title}. A list of claims with markers and bars. {told}.", data, caption)


def _rows(evidence: Evidence) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "id": one,
                "group": groups()[one[0]],
                "claim": theory()[one].claim,
                "verdict": found.verdict,
                "robustness": found.box.share,
                "low": found.box.low,
                "high": found.box.high,
            }
            for one, found in evidence.findings.items()
        ]
    )


def _column(axes: Axes, rows: pd.DataFrame, room: int) -> None:
    """One half of the list: text at the left of zero, bars from zero to one."""
    axes.set_xlim(-2.25, 1.02)
    axes.set_ylim(room - 0.4, -0.6)
    for y, row in enumerate(rows.itertuples()):
        look = LOOKS[row.verdict]
        words = textwrap.shorten(plain(row.claim), _LETTERS, placeholder=" …")
        axes.text(-2.22, y, row.id, va="center", fontsize=SMALLEST_TEXT, weight="bold", color=INK)
        axes.text(-2.02, y, words, va="center", fontsize=SMALLEST_TEXT, color=INK)
        axes.plot(-0.07, y, marker=look.marker, color=look.colour, ms=11, mew=3, ls="")
        if not math.isnan(row.robustness):
            axes.barh(y, row.robustness, height=0.62, color=look.colour, alpha=0.75)
            axes.plot([row.low, row.high], [y, y], color=INK, lw=1.6)
    axes.plot([ROBUST, ROBUST], [-0.6, len(rows) - 0.4], color=INK, ls=":", lw=1.4)
    axes.set_yticks([])
    axes.set_xticks([0, 0.5, ROBUST, 1.0], ["0", "50", "80", "100 %"])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_bounds(0, 1)
    axes.set_xlabel("Holds in this share of the plausible box", x=1.0, ha="right")


def mechanisms_and_claims(evidence: Evidence) -> Drawn:
    """Draw which claims fall, to at most half of their effect, when a mechanism is ablated.

    Only claims that are shown, and mechanisms that carry any, have a row or column. Raises `FigureError`
    for evidence without a matrix.
    """
    if evidence.matrix is None:
        raise FigureError("evidence: it has no matrix; a full run of all claims makes one.")
    carried = {name: ids for name, ids in evidence.matrix.carried().items() if ids}
    order = sorted(carried, key=lambda name: -len(carried[name]))
    left = np.array(evidence.matrix.left, float)
    shown = [i for i, row in enumerate(left) if not np.isnan(row).all()]
    ids = [evidence.matrix.claims[i] for i in shown]
    if not order:
        raise FigureError("evidence: no mechanism carries any claim.")
    falls = np.array([[one in carried[name] for name in order] for one in ids])
    most = len(carried[order[0]])
    next_most = max((len(carried[name]) for name in order[1:]), default=0)
    title = (
        f"Without “{_words(order[0])}” {most} of the {len(ids)} claims that are shown fall; "
        f"no other of {len(MECHANISMS)} mechanisms takes more than {next_most}"
    )
    with style():
        figure = new_figure((4.0 + 0.36 * len(order), 4.4 + 0.27 * len(ids)))
        axes = figure.subplots()
        ys, xs = np.nonzero(falls)
        axes.plot(xs, ys, "s", color=BLUE, ms=11, ls="")
        axes.set_xlim(-0.7, len(order) - 0.3)
        axes.set_ylim(len(ids) - 0.3, -0.7)
        axes.set_xticks(range(len(order)), [f"{_words(n)} ({len(carried[n])})" for n in order], rotation=90)
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(ids)), ids)
        axes.grid(True, color=PALE)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xlabel("Mechanism that is ablated (claims that fall)", labelpad=12)
        axes.xaxis.set_label_position("bottom")
        axes.set_ylabel("Claim")
        head(figure, title)
    data = pd.DataFrame(
        [{"claim": one, "mechanism": n, "left": left[i][evidence.matrix.mechanisms.index(n)]}
         for i, one in zip(shown, ids, strict=True) for n in order]
    )  # fmt: skip
    caption = (
        "A square: without that mechanism at most half of the claim's effect is left (60 clients or groups). "
        f"Claims that are not shown have no row. {dated(evidence)}"
    )
    told = "; ".join(f"{_words(name)}: {', '.join(carried[name])}" for name in order)
    return Drawn(figure, title, f"{title}. A grid of claims by mechanisms. {told}.", data, caption)


def _words(name: str) -> str:
    return name.replace("_", " ")
