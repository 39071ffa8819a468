"""What an outcome depends on: parameters by their index of sensitivity, most important on top."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import ACCENT, GREY, INK, head, new_figure, quiet, style
from mentalities_sim.figures.words import listed, number, outcome_words, sentence

_DUMMY = "(dummy)"  # the row that analysis.sensitivity adds: a parameter that does nothing


class _Index(NamedTuple):
    """How the indices of one method are drawn: which orders the rows, which stands beside it."""

    first: str
    first_label: str
    second: str
    second_label: str
    axis: str


_METHODS = {
    "morris": _Index(
        "mu_star",
        "mean size of the change (μ*), 95 % interval",
        "sigma",
        "its SD: how much it hangs on the rest (σ)",
        "Change of final {outcome} over a parameter’s whole range",
    ),
    "sobol": _Index(
        "ST",
        "with all interactions (ST), 95 % interval",
        "S1",
        "alone (S1), 95 % interval",
        "Share of the variance of final {outcome}",
    ),
    "pawn": _Index(
        "median",
        "median over ten slices, 95 % interval",
        "maximum",
        "largest of the ten, 95 % interval",
        "Shift of final {outcome} when a parameter is known\n(KS distance, 0–1)",
    ),
}


def sensitivity_bars(frame: pd.DataFrame, outcome: str, method: str) -> Drawn:
    """Draw how much `outcome` depends on each parameter, as `analysis.indices` found it by `method`.

    `frame` has the columns parameter, index, value, low and high. Dots are indices with 95 % intervals,
    parameters sorted by mu_star (morris), ST (sobol) or the median (pawn), most important on top; for
    pawn the grey band is where a parameter that does nothing would lie. The title says which matters
    most only if its interval is clear of the next one's (and of the band). Raises `FigureError` for an
    unknown method or a frame without its indices.
    """
    if method not in _METHODS:
        raise FigureError(f"no method {method!r}; there are {', '.join(_METHODS)}.")
    require(frame, ["parameter", "index", "value", "low", "high"], "frame")
    shown = _METHODS[method]
    table = frame[frame["index"].isin([shown.first, shown.second])]
    main = table[table["index"] == shown.first].set_index("parameter")
    if main.empty:
        have = ", ".join(dict.fromkeys(frame["index"].astype(str)))
        raise FigureError(f"frame has no index {shown.first!r} of {method}; it has {have}.")
    order = main.drop(index=_DUMMY, errors="ignore")["value"].sort_values(ascending=False).index.tolist()
    title = _title(main, order, outcome)
    name, unit, _ = outcome_words(outcome)
    with style():
        figure = new_figure((13.33, max(4.8, 2.9 + 0.62 * len(order))))
        axes = figure.subplots()
        _rows(axes, table, order, shown)
        _band(axes, main)
        axes.axvline(0, color=INK, linewidth=1.6)
        axes.set_yticks(range(len(order)), [_words(one) for one in order])
        axes.set_ylim(len(order) - 0.4, -0.6)
        units = f" ({unit})" if unit and method == "morris" else ""
        axes.set_xlabel(shown.axis.format(outcome=name) + units)
        quiet(axes, "x")
        axes.spines["left"].set_visible(False)
        figure.legend(handles=_key(shown, main), loc="outside lower right", ncols=2)
        head(figure, title)
    rank = {one: place for place, one in enumerate([*order, _DUMMY])}
    data = table.assign(outcome=outcome, method=method)
    data = data.sort_values("parameter", key=lambda column: column.map(rank), kind="stable")
    note = str(frame.attrs.get("note", ""))
    caption = f"Sensitivity of final {name} by {method}: {shown.first} and {shown.second}. {note}".strip()
    columns = ("parameter", "index", "value", "low", "high")
    return Drawn(
        figure, title, _alt(title, table, order, shown, name), data.reset_index(drop=True), caption, columns
    )


def _words(parameter: str) -> str:
    return parameter.replace("_", " ").replace(".", " · ")


def _rows(axes: Axes, table: pd.DataFrame, order: list[str], shown: _Index) -> None:
    """Dots and intervals, the second index a little below the first."""
    looks = {
        shown.first: {"marker": "o", "markersize": 12, "color": INK, "markerfacecolor": INK},
        shown.second: {"marker": "D", "markersize": 10, "color": ACCENT, "markerfacecolor": "white"},
    }
    for (index, look), shift in zip(looks.items(), (-0.13, 0.17), strict=True):
        part = table[table["index"] == index].set_index("parameter").reindex(order)
        places = np.arange(len(order)) + shift
        colour = str(look["color"])
        axes.hlines(places, part["low"], part["high"], color=colour, linewidth=3.2, gid="interval")
        axes.plot(part["value"], places, linestyle="none", markeredgewidth=2.4, **look)  # type: ignore[arg-type]
        if index == shown.first:
            axes.hlines(places, 0.0, part["value"], color=GREY, linewidth=1.0, zorder=1)


def _band(axes: Axes, main: pd.DataFrame) -> None:
    if _DUMMY in main.index:
        low, high = main.loc[_DUMMY, ["low", "high"]].astype(float)
        axes.axvspan(low, high, color=GREY, alpha=0.28, linewidth=0, zorder=0)


def _key(shown: _Index, main: pd.DataFrame) -> list[Line2D]:
    handles = [
        Line2D([], [], color=INK, marker="o", markersize=12, linewidth=3.2, label=shown.first_label),
        Line2D(
            [],
            [],
            color=ACCENT,
            marker="D",
            markersize=10,
            markerfacecolor="white",
            markeredgewidth=2.4,
            linewidth=0.0 if shown.second == "sigma" else 3.2,
            label=shown.second_label,
        ),
    ]
    if _DUMMY in main.index:
        words = "median of a parameter that does nothing (95 %)"
        handles.append(Line2D([], [], color=GREY, alpha=0.28, linewidth=14, label=words))
    return handles


def _title(main: pd.DataFrame, order: list[str], outcome: str) -> str:
    """Name the parameter that matters most, or say between which it is open."""
    name = outcome_words(outcome)[0]
    if (main["value"] == 0).all():
        return f"No parameter matters: final {name} is the same at every point"
    floor = float(main.loc[_DUMMY, "high"]) if _DUMMY in main.index else 0.0
    alive = [one for one in order if main.loc[one, "low"] > floor]
    if not alive:
        return f"No parameter is clearly more than chance for {name}"
    top = order[0]
    rivals = [one for one in order[1:] if not main.loc[one, "high"] < main.loc[top, "low"]]
    if top not in alive or len(rivals) > 3:
        return sentence(f"which parameter matters most for {name} is not clear")
    if rivals:
        words = listed([_words(one) for one in (top, *rivals)])
        return sentence(f"{words} matter most for {name}, in no clear order")
    return sentence(f"{_words(top)} matters most for {name}")


def _alt(title: str, table: pd.DataFrame, order: list[str], shown: _Index, name: str) -> str:
    values = table.set_index(["parameter", "index"])
    told = []
    for one in [*order, *([_DUMMY] if (_DUMMY, shown.first) in values.index else [])]:
        parts = []
        for index in (shown.first, shown.second):
            if (one, index) in values.index:
                value, low, high = values.loc[(one, index), ["value", "low", "high"]].astype(float)
                ends = f" ({number(low)} to {number(high)})" if np.isfinite(low) else ""
                parts.append(f"{index} {number(value)}{ends}")
        told.append(f"{_words(one)}: {', '.join(parts)}")
    return (
        f"{title}. Dot plot of the sensitivity of final {name} with 95 % intervals, one row per parameter, "
        f"most important on top. {'; '.join(told)}."
    )
