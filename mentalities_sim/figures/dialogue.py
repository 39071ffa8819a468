"""A worked dialogue, read from top to bottom: what was said and what it did."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    BLACK,
    GREY,
    INK,
    MENTALITIES,
    SMALLEST_TEXT,
    SYSTEMS,
    head,
    new_figure,
    style,
)
from mentalities_sim.figures.words import number, sentence

_SENT = ("warmth", "dominance", "playfulness", "freedom")
_LETTERS_A_LINE = 53
_LINES = 2


def dialogue(
    turns: Sequence[Mapping[str, Any]],
    series: pd.DataFrame,
    *,
    person: str = "client",
    below: str = "",
) -> Drawn:
    """Draw a coded dialogue turn by turn, time running down, words beside what they did.

    `turns` are the therapist's turns in order, each with `words` (shortened here to two
    lines), `dominance`, `warmth` (−1–1), `playfulness`, `freedom` (0–1) and optionally
    `does`; `series` has one row per turn with `{person}_threat`, `_soothing`, `_drive`,
    `_involuntary_subordination` (0–1) and `_mentality` after that turn, in order (sorted by
    `exchange` if it has that column). Unequal lengths or missing keys raise `FigureError`.
    """
    columns = [*(f"{person}_{name}" for name in SYSTEMS), f"{person}_mentality"]
    require(series, columns, "series")
    if not turns:
        raise FigureError("turns is empty: there is nothing said (keys: words, warmth, …).")
    for index, turn in enumerate(turns):
        missing = [key for key in ("words", *_SENT) if key not in turn]
        if missing:
            raise FigureError(f"turn {index + 1} lacks {', '.join(missing)}.")
    rows = series.sort_values("exchange", kind="stable") if "exchange" in series else series
    if len(rows) != len(turns):
        raise FigureError(f"series has {len(rows)} rows and turns {len(turns)}; one row per turn is needed.")
    n = len(turns)
    y = np.arange(1, n + 1)
    title = _title(rows, person)
    with style():
        figure = new_figure((16.0, max(6.0, 2.5 + 0.50 * n)))
        words, sent, tone, felt, mind = figure.subplots(
            1, 5, sharey=True, width_ratios=[7.3, 2.1, 1.6, 4.2, 2.0]
        )
        _words(words, turns, y)
        _signals(sent, turns, y)
        _tone(tone, turns, y)
        _systems(felt, rows, y, person)
        _mind(mind, rows[f"{person}_mentality"].to_numpy(dtype=int), y)
        words.set_ylim(n + 0.5, 0.5)
        for axes in (words, sent, tone, felt, mind):
            for place in y[1::2]:
                axes.axhspan(place - 0.5, place + 0.5, color="#F4F4F4", linewidth=0, zorder=-5)
            axes.tick_params(length=0, pad=6)
            axes.spines[:].set_visible(False)
        head(figure, title, below)
    data = rows[columns].reset_index(drop=True)
    data.insert(0, "turn", y)
    data.insert(1, "words", [str(turn["words"]) for turn in turns])
    for place, key in enumerate(_SENT):
        data.insert(2 + place, key, [float(turn[key]) for turn in turns])
    data.insert(6, "does", [_does(turn) for turn in turns])
    caption = (
        "Left: the therapist's words (shortened) and the signal they are coded as. Right: the "
        "client's threat, drive, soothing, involuntary subordination and leading mentality after "
        "each turn. Time runs down."
    )
    return Drawn(figure, title, _alt_text(title, turns, rows, person), data, caption, tuple(columns))


def _does(turn: Mapping[str, Any]) -> str:
    does = turn.get("does", "")
    return does if isinstance(does, str) else "; ".join(str(word) for word in does)


def _words(axes: Axes, turns: Sequence[Mapping[str, Any]], y: np.ndarray) -> None:
    for place, turn in zip(y, turns, strict=True):
        lines = textwrap.wrap(str(turn["words"]), _LETTERS_A_LINE)
        if len(lines) > _LINES:
            lines = lines[:_LINES]
            lines[-1] = textwrap.shorten(lines[-1], _LETTERS_A_LINE - 2, placeholder="") + " …"
        axes.text(0.0, place, "\n".join(lines), va="center", fontsize=SMALLEST_TEXT, linespacing=1.05)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_yticks(y, [str(place) for place in y])
    axes.set_ylabel("Turn of the therapist")
    axes.set_title("What the therapist says")


def _signals(axes: Axes, turns: Sequence[Mapping[str, Any]], y: np.ndarray) -> None:
    """Warmth as a bar, dominance as an open diamond: both −1–1 on one axis."""
    warmth = np.array([float(turn["warmth"]) for turn in turns])
    dominance = np.array([float(turn["dominance"]) for turn in turns])
    axes.barh(y, warmth, height=0.42, color="#9A9A9A", label="warmth")
    axes.plot(
        dominance,
        y,
        linestyle="none",
        marker="D",
        markersize=9,
        markerfacecolor="white",
        markeredgecolor=BLACK,
        markeredgewidth=2,
        label="dominance",
    )
    axes.axvline(0, color=INK, linewidth=1.2)
    axes.set_xlim(-1.1, 1.1)
    axes.set_xticks([-1, 0, 1], ["−1", "0", "1"])
    axes.set_xlabel("Sent (−1–1)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), borderaxespad=0.1, handlelength=1.2)


def _tone(axes: Axes, turns: Sequence[Mapping[str, Any]], y: np.ndarray) -> None:
    """Playfulness and freedom-giving as discs whose area grows with the value (0–1)."""
    for column, key in enumerate(("playfulness", "freedom")):
        values = np.clip([float(turn[key]) for turn in turns], 0.0, 1.0)
        axes.scatter(np.full(len(y), column), y, s=260 * values, color=GREY, linewidth=0)
    axes.set_xlim(-0.6, 1.6)
    axes.set_xticks([0, 1], ["play", "free"])
    axes.set_xlabel("Area: 0–1")


def _systems(axes: Axes, rows: pd.DataFrame, y: np.ndarray, person: str) -> None:
    for name, look in SYSTEMS.items():
        axes.plot(
            rows[f"{person}_{name}"].to_numpy(dtype=float),
            y,
            color=look.colour,
            linestyle=look.line,
            marker=look.marker,
            label=look.label.split()[-1],  # whole, it would be wider than the panel
        )
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.grid(True, axis="x")
    axes.set_xlabel("Level after the turn (0–1)")
    axes.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=2,
        borderaxespad=0.1,
        handlelength=2.4,
        columnspacing=1.0,
    )


def _mind(axes: Axes, mentality: np.ndarray, y: np.ndarray) -> None:
    previous = -1
    for value, place in zip(mentality, y, strict=True):
        look = MENTALITIES[value]
        axes.barh(place, 1.0, height=1.0, color=look.colour, edgecolor=GREY, hatch=look.hatch, linewidth=0)
        if value != previous:
            axes.axhline(place - 0.5, color=INK, linewidth=1.6)
            axes.text(
                0.5,
                place,
                look.label,
                ha="center",
                va="center",
                fontsize=SMALLEST_TEXT,
                color=BLACK,
                bbox={"facecolor": look.colour, "edgecolor": "none", "pad": 1.5},
            )
        previous = int(value)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_title("Mentality")


def _title(rows: pd.DataFrame, person: str) -> str:
    threat = rows[f"{person}_threat"].to_numpy(dtype=float)
    soothing = rows[f"{person}_soothing"].to_numpy(dtype=float)
    peak = int(np.argmax(threat))
    n = len(threat)
    if peak == 0 and n > 1:
        said = f"threat is highest at the first turn ({number(threat[0])})"
    elif peak == n - 1 and n > 1:
        said = f"threat ends at its highest ({number(threat[-1])})"
    else:
        said = f"threat peaks at turn {peak + 1} ({number(threat[peak])})"
        said += f" and ends at {number(threat[-1])}"
    over = soothing > threat
    if over.all():
        said += "; soothing exceeds it throughout"
    elif not over.any():
        said += "; soothing never exceeds it"
    elif over[-1]:
        since = int(np.flatnonzero(~over)[-1]) + 2
        said += f"; soothing exceeds it from turn {since} on"
    else:
        said += f"; soothing exceeds it at {int(over.sum())} of {n} turns, not at the end"
    return sentence(said)


def _alt_text(title: str, turns: Sequence[Mapping[str, Any]], rows: pd.DataFrame, person: str) -> str:
    parts = [f"{title}.", f"Dialogue of {len(turns)} therapist turns, time running down."]
    for index, turn in enumerate(turns):
        row = rows.iloc[index]
        words = textwrap.shorten(str(turn["words"]), 60, placeholder=" …")
        parts.append(
            f"Turn {index + 1}, “{words}” (warmth {number(float(turn['warmth']), 1)}): "
            f"threat {number(row[f'{person}_threat'])}, "
            f"soothing {number(row[f'{person}_soothing'])}, "
            f"{MENTALITIES[int(row[f'{person}_mentality'])].label}."
        )
    return " ".join(parts)
