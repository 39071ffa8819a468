"""The three systems and involuntary subordination over a whole therapy, with its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from mentalities_sim.figures.frames import FIRST_SESSION, client_rows, iss_on, run_events, run_words
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    BLACK,
    EVENTS,
    GREY,
    INK,
    SMALLEST_TEXT,
    SYSTEMS,
    head,
    new_figure,
    quiet,
    spread_labels,
    style,
)
from mentalities_sim.figures.words import listed, number, sentence

SMALLEST_CHANGE = 0.05
"""A system whose session mean moves less than this from first to last session is said to hold."""

_MOST_NUMBERED_SESSIONS = 26  # with more, a three-digit count no longer fits its cell


def trajectories(
    series: pd.DataFrame,
    events: pd.DataFrame | None,
    arm: str,
    replicate: int,
    *,
    where: Mapping[str, Any] | None = None,
    person: str = "client",
) -> Drawn:
    """Draw one therapy: session means of the systems, their range in a session, events below.

    `series` and `events` are the tidy frames of a run; `where` names the run where something
    was swept, e.g. ``{"fear": 0.9}``. Lines are means over a session's exchanges, bands reach
    from the smallest to the largest value within the session (0–1). Below, one lane per kind
    of event counts it per session; the ISS lane gives the share of the session with
    involuntary subordination on, in percent. `FigureError` names what a frame lacks.
    """
    columns = [f"{person}_{name}" for name in SYSTEMS]
    rows = client_rows(series, arm, replicate, where, columns)
    happened = run_events(events, arm, replicate, where, person)
    by_session = rows.groupby("session")
    table = pd.DataFrame({"session": sorted(rows["session"].unique())})
    for name, column in zip(SYSTEMS, columns, strict=True):
        for what in ("mean", "min", "max"):
            table[f"{name}_{what}"] = by_session[column].agg(what).to_numpy()
    counts = _counts(rows, happened, person)
    table = table.merge(counts, on="session")
    title = _title(table, happened, rows)

    with style():
        figure = new_figure()
        lanes = len(EVENTS)
        top, strip = figure.subplots(2, 1, sharex=True, height_ratios=[1.75, 1.0])
        _lines(top, table)
        _strip(strip, table, lanes, "none" if events is not None else "not given")
        _drop_out(top, strip, happened, rows)
        head(figure, title, run_words(rows, arm, replicate, where))
    alt = _alt_text(title, table, happened, given=events is not None)
    used = ("arm", "replicate", "week", "exchange", "hours", *columns)
    caption = (
        "Lines: mean over the exchanges of a session; bands: smallest to largest value within "
        "it. Below: number of events in each session, and the share of the session's exchanges "
        "with involuntary subordination (ISS) on, in percent."
    )
    return Drawn(figure, title, alt, table, caption, used)


def _counts(rows: pd.DataFrame, happened: pd.DataFrame, person: str) -> pd.DataFrame:
    """Events per session (in session only) and the percentage of exchanges with ISS on."""
    sessions = sorted(rows["session"].unique())
    inside = happened[happened["exchange"] >= 0]
    counts = pd.DataFrame({"session": sessions})
    on = iss_on(rows, happened, person)
    for kind in EVENTS:
        if kind == "ISS":
            share = pd.Series(on).groupby(rows["session"].to_numpy()).mean()
            counts[kind] = (100 * share).round().astype(int).to_numpy()
            continue
        weeks = inside.loc[inside["kind"] == kind, "week"] + FIRST_SESSION
        counts[kind] = [int((weeks == session).sum()) for session in sessions]
    return counts


def _lines(axes: Axes, table: pd.DataFrame) -> None:
    x = table["session"].to_numpy(dtype=float)
    ends = []
    for name, look in SYSTEMS.items():
        mean = table[f"{name}_mean"].to_numpy()
        low, high = table[f"{name}_min"].to_numpy(), table[f"{name}_max"].to_numpy()
        axes.fill_between(x, low, high, color=look.colour, alpha=0.13, linewidth=0)
        axes.plot(x, mean, color=look.colour, linestyle=look.line, marker=look.marker, label=look.label)
        ends.append(float(mean[-1]))
    # where lines end is where one looks for their names; a legend would have to be searched
    spots = spread_labels([e + 0.0 for e in ends], 0.135, 0.04, 0.96)
    for spot, look in zip(spots, SYSTEMS.values(), strict=True):
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
    axes.set_ylim(-0.03, 1.03)  # a marker on a bound is seen whole
    axes.set_ylabel("Level (0–1)")
    quiet(axes)
    axes.set_title("Session mean; band: range within the session", color=GREY, fontsize=15)


def _strip(axes: Axes, table: pd.DataFrame, lanes: int, nothing: str) -> None:
    numbered = len(table) <= _MOST_NUMBERED_SESSIONS
    for lane, kind in enumerate(EVENTS):
        values = table[kind].to_numpy(dtype=float)
        most = 100.0 if kind == "ISS" else max(values.max(), 1.0)
        if not values.any():
            axes.text(
                table["session"].min() - 0.45,
                lane,
                nothing,
                va="center_baseline",
                fontsize=SMALLEST_TEXT,
                color=GREY,
            )
        for session, value in zip(table["session"], values, strict=True):
            if value <= 0:
                continue
            shade = 0.06 + 0.36 * value / most
            axes.add_patch(Rectangle((session - 0.48, lane - 0.44), 0.96, 0.88, color=INK, alpha=shade, lw=0))
            if numbered:
                axes.text(
                    session,
                    lane,
                    f"{value:.0f}",
                    ha="center",
                    va="center_baseline",
                    fontsize=SMALLEST_TEXT,
                    color=BLACK,
                )
    labels = [("ISS on (% of time)" if k == "ISS" else look.label) for k, look in EVENTS.items()]
    axes.set_yticks(range(lanes), labels)
    axes.set_ylim(lanes - 0.5, -0.5)
    first, last = int(table["session"].min()), int(table["session"].max())
    axes.set_xlim(first - 0.6, last + 0.6)
    step = 1 if last - first < 26 else 5
    axes.set_xticks(range(first, last + 1, step))
    axes.set_xlabel("Session (one a week)")
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.set_title("Events in each session (number)", color=GREY, fontsize=15)


def _drop_out(top: Axes, strip: Axes, happened: pd.DataFrame, rows: pd.DataFrame) -> None:
    session = _left_after(happened, rows)
    if session is None:
        return
    for axes in (top, strip):
        axes.axvline(session + 0.55, color=INK, linewidth=3, linestyle=(0, (3, 1.5)))
    top.annotate(
        "leaves therapy",
        (session + 0.55, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 5),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontweight="bold",
    )


def _left_after(happened: pd.DataFrame, rows: pd.DataFrame) -> int | None:
    left = happened[happened["kind"] == "drop-out"]
    if left.empty:
        return None
    return min(int(left["week"].iloc[0]) + FIRST_SESSION, int(rows["session"].max()))


def _title(table: pd.DataFrame, happened: pd.DataFrame, rows: pd.DataFrame) -> str:
    if len(table) == 1:
        told = [f"{n.replace('_', ' ')} {number(table[f'{n}_mean'].iloc[0])}" for n in SYSTEMS]
        return f"In one session the means are {listed(told)}"
    falls, rises = [], []
    for name in SYSTEMS:
        first, last = table[f"{name}_mean"].iloc[0], table[f"{name}_mean"].iloc[-1]
        words = f"{name.replace('_', ' ')} ({number(first)} → {number(last)})"
        if last - first <= -SMALLEST_CHANGE:
            falls.append(words)
        elif last - first >= SMALLEST_CHANGE:
            rises.append(words)
    parts = []
    if falls:
        parts.append(listed(falls) + (" falls" if len(falls) == 1 else " fall"))
    if rises:
        parts.append(listed(rises) + (" rises" if len(rises) == 1 else " rise"))
    said = "; ".join(parts) or f"no system moves by {SMALLEST_CHANGE:g} or more"
    left = _left_after(happened, rows)
    if left is not None:
        said += f"; the client leaves after session {left}"
    return f"Over {len(table)} sessions, {said}"


def _alt_text(title: str, table: pd.DataFrame, happened: pd.DataFrame, *, given: bool) -> str:
    parts = [f"{title}.", "Line chart of session means (0–1) with the range in each session."]
    for name in SYSTEMS:
        mean = table[f"{name}_mean"]
        peak = int(table["session"].iloc[int(np.argmax(mean.to_numpy()))])
        parts.append(
            f"{sentence(name.replace('_', ' '))}: {number(mean.iloc[0])} in the first session, "
            f"{number(mean.iloc[-1])} in the last, highest in session {peak} "
            f"({number(mean.max())})."
        )
    if not given:
        return " ".join([*parts, "No events were given."])
    told = [f"{look.label} {int(table[k].sum())}" for k, look in EVENTS.items() if k != "ISS"]
    parts.append(f"Events in all sessions: {listed(told)}.")
    parts.append(f"Involuntary subordination is on {table['ISS'].mean():.0f} % of the time.")
    if (happened["kind"] == "drop-out").any():
        parts.append("The client drops out.")
    return " ".join(parts)
