"""One session, exchange by exchange: the systems, the events and the mentality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentalities_sim.figures.frames import (
    FigureError,
    client_rows,
    iss_on,
    run_events,
    run_words,
    spacing,
    stretches,
)
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    BLACK,
    EVENTS,
    GREY,
    INK,
    MENTALITIES,
    SMALLEST_TEXT,
    SYSTEMS,
    head,
    mentality_key,
    new_figure,
    quiet,
    spread_labels,
    style,
)
from mentalities_sim.figures.words import listed, number, sentence


def within_session(
    series: pd.DataFrame,
    events: pd.DataFrame | None,
    arm: str,
    replicate: int,
    session: int,
    *,
    where: Mapping[str, Any] | None = None,
    person: str = "client",
) -> Drawn:
    """Draw one session: the systems exchange by exchange, its events, the mentality ribbon.

    `session` is counted from 1. Arguments otherwise as for `trajectories`. `FigureError`
    names the sessions there are when the one asked for is missing.
    """
    columns = [*(f"{person}_{name}" for name in SYSTEMS), f"{person}_mentality"]
    everything = client_rows(series, arm, replicate, where, columns)
    rows = everything[everything["session"] == session]
    if rows.empty:
        there = sorted(everything["session"].unique())
        raise FigureError(f"series has no session {session}; it has {there[0]} to {there[-1]}.")
    happened = run_events(events, arm, replicate, where, person)
    week = int(rows["week"].iloc[0])
    inside = happened[(happened["week"] == week) & (happened["exchange"] >= 0)]
    x = rows["exchange"].to_numpy(dtype=int) + 1
    title = _title(rows, inside, session, person, given=events is not None)

    with style():
        figure = new_figure()
        top, strip = figure.subplots(2, 1, sharex=True, height_ratios=[1.75, 1.0])
        _lines(top, rows, x, inside, person)
        on = iss_on(rows, happened, person)
        _lanes(strip, inside, x, on)
        mentality_band(strip, rows[f"{person}_mentality"].to_numpy(dtype=int), x, len(EVENTS) - 1)
        strip.set_xlim(x[0] - 0.7, x[-1] + 0.7)
        strip.set_xlabel("Exchange of the session (about 30 s each)")
        top.set_title(run_words(rows, arm, replicate, where), color=GREY, fontsize=SMALLEST_TEXT)
        mentality_key(figure, sorted(set(rows[f"{person}_mentality"])))
        head(figure, title)
    table = rows[["session", "exchange", *columns]].assign(iss_on=on)
    for kind in ("rupture", "yielding", "counter-bid", "escape"):
        hits = inside.loc[inside["kind"] == kind, "exchange"]
        table[kind] = [int((hits == exchange).sum()) for exchange in rows["exchange"]]
    caption = (
        "Lines: the client's state at each exchange. Below: events, spells with involuntary "
        "subordination (ISS) on, and the mentality that leads at each exchange."
    )
    used = ("arm", "replicate", "week", "exchange", "hours", *columns)
    return Drawn(figure, title, _alt_text(title, rows, inside, person), table, caption, used)


def mentality_band(axes: Axes, mentality: np.ndarray, x: np.ndarray, lane: float) -> None:
    """Draw stretches of a mentality as hatched boxes at height `lane`, named where they fit."""
    span = len(x)
    gap = spacing(x)
    for value, first, length in stretches(mentality):
        look = MENTALITIES[value]
        axes.broken_barh(
            [(x[first] - gap / 2, length * gap)],
            (lane - 0.45, 0.9),
            facecolor=look.colour,
            edgecolor=GREY,
            hatch=look.hatch,
            linewidth=0.8,
        )
        if length / span > 0.011 * len(look.label) + 0.01:
            axes.text(
                x[first] + (length - 1) * gap / 2,
                lane,
                look.label,
                ha="center",
                va="center",
                fontsize=SMALLEST_TEXT,
                color=BLACK,
                bbox={"facecolor": look.colour, "edgecolor": "none", "pad": 1.0},
            )


def _lines(axes: Axes, rows: pd.DataFrame, x: np.ndarray, inside: pd.DataFrame, person: str) -> None:
    ends = []
    every = max(1, len(x) // 12)
    for offset, (name, look) in enumerate(SYSTEMS.items()):
        values = rows[f"{person}_{name}"].to_numpy(dtype=float)
        axes.plot(
            x,
            values,
            color=look.colour,
            linestyle=look.line,
            marker=look.marker,
            markevery=(offset * every // 4, every),
        )
        ends.append(float(values[-1]))
    for spot, look in zip(spread_labels(ends, 0.135, 0.04, 0.96), SYSTEMS.values(), strict=True):
        axes.annotate(
            look.label,
            (1.0, spot),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            color=look.colour,
            fontweight="bold",
            va="center",
            linespacing=0.95,
            annotation_clip=False,
        )
    for exchange in inside.loc[inside["kind"] == "rupture", "exchange"]:
        axes.axvline(exchange + 1, color=INK, linewidth=1.6, linestyle=(0, (4, 2)), zorder=0)
    axes.set_ylim(-0.03, 1.03)
    axes.set_ylabel("Level (0–1)")
    quiet(axes)


def _lanes(axes: Axes, inside: pd.DataFrame, x: np.ndarray, on: np.ndarray) -> None:
    kinds = list(EVENTS)
    for lane, kind in enumerate(kinds):
        axes.axhline(lane, color="#DDDDDD", linewidth=1, zorder=0)
        if kind == "mentality":
            continue
        if kind == "ISS":
            for value, first, length in stretches(on.astype(int)):
                if value:
                    gap = spacing(x)
                    axes.broken_barh([(x[first] - gap / 2, length * gap)], (lane - 0.3, 0.6), facecolor=BLACK)
            continue
        hits = inside.loc[inside["kind"] == kind, "exchange"].to_numpy(dtype=float) + 1
        if len(hits) == 0:  # an empty line would count as a mark at the figure's corner
            continue
        look = EVENTS[kind]
        axes.plot(
            hits,
            np.full(len(hits), lane),
            linestyle="none",
            marker=look.marker,
            color=look.colour,
            markersize=9,
            clip_on=False,
        )
    labels = ["mentality" if kind == "mentality" else EVENTS[kind].label for kind in kinds]
    axes.set_yticks(range(len(kinds)), labels)
    axes.set_ylim(len(kinds) - 0.45, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _title(rows: pd.DataFrame, inside: pd.DataFrame, session: int, person: str, *, given: bool) -> str:
    threat = rows[f"{person}_threat"].to_numpy(dtype=float)
    peak = int(np.argmax(threat))
    where = int(rows["exchange"].iloc[peak]) + 1
    said = f"session {session}: threat is highest at exchange {where} ({number(threat[peak])})"
    told = []
    for kind, plural in (("rupture", "ruptures"), ("yielding", "yieldings")):
        if not given:
            continue
        count = int((inside["kind"] == kind).sum())
        told.append(f"{count} {kind if count == 1 else plural}" if count else f"no {kind}")
    switches = int((np.diff(rows[f"{person}_mentality"].to_numpy(dtype=int)) != 0).sum())
    told.append(f"{switches} mentality switch{'' if switches == 1 else 'es'}")
    return sentence(f"{said}; {listed(told)}")


def _alt_text(title: str, rows: pd.DataFrame, inside: pd.DataFrame, person: str) -> str:
    parts = [f"{title}.", f"Line chart over {len(rows)} exchanges with events below."]
    for name in SYSTEMS:
        values = rows[f"{person}_{name}"]
        parts.append(
            f"{sentence(name.replace('_', ' '))} from {number(values.iloc[0])} to "
            f"{number(values.iloc[-1])}, between {number(values.min())} and "
            f"{number(values.max())}."
        )
    share = rows[f"{person}_mentality"].value_counts(normalize=True)
    told = [f"{MENTALITIES[int(m)].label} {100 * s:.0f} %" for m, s in share.items()]
    parts.append(f"Mentality: {listed(told)} of the exchanges.")
    return " ".join(parts)
