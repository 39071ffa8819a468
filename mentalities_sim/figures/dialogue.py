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
    ORANGE,
    PALE,
    PURPLE,
    SMALLEST_TEXT,
    SYSTEMS,
    head,
    new_figure,
    style,
)
from mentalities_sim.figures.words import arm_words, listed, number, sentence

_SENT = ("warmth", "dominance", "playfulness", "freedom")
_LETTERS_A_LINE = 53
_LINES = 2
_PHASES = ("arm", "phase", "first", "last", "share", "low", "high")
_ARMS = ((BLACK, "o"), (ORANGE, "s"), (PURPLE, "^"))
"""Colour and marker of the arms whose shares are drawn, in their order."""


def dialogue(
    turns: Sequence[Mapping[str, Any]],
    series: pd.DataFrame,
    *,
    person: str = "client",
    below: str = "",
    phases: pd.DataFrame | None = None,
) -> Drawn:
    """Draw a coded dialogue turn by turn, time running down, words beside what they did.

    `turns` are the therapist's turns in order, each with `words` (shortened here to two
    lines), `dominance`, `warmth` (−1–1), `playfulness`, `freedom` (0–1) and optionally
    `does`; `series` has one row per turn with `{person}_threat`, `_soothing`, `_drive`,
    `_involuntary_subordination` (0–1) and `_mentality` after that turn, in order (sorted by
    `exchange` if it has that column); with `{person}_share_0` to `_4`, the shares of runs in each
    mentality, the ribbon shows those. `phases`, if given, has one row per arm (at most three) and
    phase: `arm`, `phase`, the turns `first` to `last` in which it is expected, and the `share` of
    runs that show it with its interval `low`, `high`. Unequal lengths or missing keys raise
    `FigureError`.
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
    if phases is not None:
        require(phases, list(_PHASES), "phases")
    n = len(turns)
    y = np.arange(1, n + 1)
    title = _title(rows, person) + _phase_title(phases)
    widths = [7.3, 2.1, 1.6, 4.2, 2.0, *([3.7, 3.0] if phases is not None else [])]
    with style():
        figure = new_figure((16.0 * sum(widths) / 17.2, max(6.0, 2.5 + 0.50 * n)))
        panels = figure.subplots(1, len(widths), sharey=True, width_ratios=widths)
        words, sent, tone, felt, mind = panels[:5]
        _words(words, turns, y)
        _signals(sent, turns, y)
        _tone(tone, turns, y)
        _systems(felt, rows, y, person)
        _mind(mind, rows[f"{person}_mentality"].to_numpy(dtype=int), _shares_of_mind(rows, person), y)
        if phases is not None:
            _windows(panels[5], phases)
            _shares(panels[6], phases)
        words.set_ylim(n + 0.5, 0.5)
        for axes in panels:
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
    if phases is not None:
        caption += (
            " Far right: the phases of the paper's account beside the turns in which it has them, and the "
            "share of runs that show each there, by arm, with 95 % bootstrap intervals."
        )
        for arm, share in phases.groupby("arm", sort=False):
            data[f"share_{arm}"] = _by_turn(share, n)
        data["phase"] = _by_turn(phases.assign(share=phases["phase"]), n)
    alt = _alt_text(title, turns, rows, person) + _phase_alt_text(phases)
    return Drawn(figure, title, alt, data, caption, tuple(columns))


def _by_turn(phases: pd.DataFrame, n: int) -> list[Any]:
    """What `share` says of the phase that is expected first at a turn; None at the others."""
    found = {int(row["first"]): row["share"] for _, row in phases.iterrows()}
    return [found.get(turn) for turn in range(1, n + 1)]


def _windows(axes: Axes, phases: pd.DataFrame) -> None:
    """A bar over the turns in which the paper has a phase, its name beside it; neighbours may overlap."""
    rows = phases.drop_duplicates("phase")
    for lane, (_, row) in enumerate(rows.iterrows()):
        top, bottom = row["first"] - 0.42, row["last"] + 0.42
        axes.plot(
            [0.04 + 0.06 * (lane % 2)] * 2, [top, bottom], color=GREY, linewidth=5, solid_capstyle="butt"
        )
        axes.text(0.17, _middle(row), row["phase"], va="center", fontsize=SMALLEST_TEXT)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_title("Phase in the paper")


def _middle(row: Any) -> float:
    """Where a phase stands: the middle of its turns, above it where the next one begins in its last."""
    return float(row["first"] + row["last"]) / 2.0 if row["last"] - row["first"] != 1 else float(row["first"])


def _shares(axes: Axes, phases: pd.DataFrame) -> None:
    arms = list(dict.fromkeys(phases["arm"]))
    for place, (arm, (colour, marker)) in enumerate(zip(arms, _ARMS, strict=False)):
        rows = phases[phases["arm"] == arm]
        y = np.array([_middle(row) for _, row in rows.iterrows()]) + 0.27 * (place - (len(arms) - 1) / 2)
        axes.hlines(y, rows["low"], rows["high"], color=colour, linewidth=2)
        axes.plot(
            rows["share"],
            y,
            linestyle="none",
            marker=marker,
            color=colour,
            clip_on=False,
            zorder=3,
            label=arm_words(str(arm)),
        )
    for edge in (0.0, 0.5, 1.0):
        axes.axvline(edge, color=PALE, linewidth=1.2, zorder=-1)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    axes.set_xlabel("Share of runs (0–1)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), borderaxespad=0.1, handlelength=1.2)


def _first_arm(phases: pd.DataFrame) -> pd.DataFrame:
    return phases[phases["arm"] == phases["arm"].iloc[0]]


def _phase_title(phases: pd.DataFrame | None) -> str:
    if phases is None:
        return ""
    rows = _first_arm(phases)
    never = rows[rows["share"] == 0.0]["phase"].tolist()
    said = f"; {(rows['share'] > 0.5).sum()} of {len(rows)} phases are shown by most runs"
    return said + (f", {listed([f'“{name}”' for name in never])} by none" if never else "")


def _phase_alt_text(phases: pd.DataFrame | None) -> str:
    if phases is None:
        return ""
    parts = [""]
    for arm, rows in phases.groupby("arm", sort=False):
        shares = [f"{row['phase']} {number(row['share'])}" for _, row in rows.iterrows()]
        parts.append(f"Share of runs of {arm_words(str(arm))} that show each phase: {', '.join(shares)}.")
    return " ".join(parts)


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


def _shares_of_mind(rows: pd.DataFrame, person: str) -> np.ndarray:
    """Share of runs in each mentality, (turns, mentalities); without them the leading one has all."""
    columns = [f"{person}_share_{value}" for value in range(len(MENTALITIES))]
    if set(columns) <= set(rows):
        return rows[columns].to_numpy(dtype=float)
    return np.eye(len(MENTALITIES))[rows[f"{person}_mentality"].to_numpy(dtype=int)]


def _mind(axes: Axes, mentality: np.ndarray, shares: np.ndarray, y: np.ndarray) -> None:
    left = np.zeros(len(y))
    for look, width in zip(MENTALITIES, shares.T, strict=True):
        axes.barh(
            y, width, left=left, height=1.0, color=look.colour, edgecolor=GREY, hatch=look.hatch, linewidth=0
        )
        left += width
    previous = -1
    for value, place in zip(mentality, y, strict=True):
        look = MENTALITIES[value]
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


def phase_table(phases: pd.DataFrame, *, n_runs: int) -> Drawn:
    """Draw the share of runs that show each phase, one row per phase and one column per arm.

    `phases` has one row per arm and phase, in the order to be drawn: `arm`, `phase`, `first` and
    `last` (the turns in which it is expected; 0 for none), `share`, `low`, `high`. The darker a
    field, the more runs show the phase; below the share stands its 95 % interval.
    """
    require(phases, list(_PHASES), "phases")
    names, arms = (list(dict.fromkeys(phases[what])) for what in ("phase", "arm"))
    said = _phase_title(phases[phases["first"] > 0]).removeprefix("; ")
    title = f"In {arm_words(arms[0])}, {said}"
    with style():
        figure = new_figure((4.2 + 1.42 * len(arms), 2.6 + 0.62 * len(names)))
        axes = figure.subplots()
        for _, row in phases.iterrows():
            x, y = arms.index(row["arm"]), names.index(row["phase"])
            _field(axes, x, y, row)
        axes.set_xlim(-0.5, len(arms) - 0.5)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xticks(range(len(arms)), [textwrap.fill(arm_words(str(arm)), 11) for arm in arms])
        axes.set_yticks(range(len(names)), [_with_turns(phases, name) for name in names])
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        head(
            figure,
            title,
            f"share of {n_runs} runs, and its 95 % bootstrap interval (none where all or no runs show it); "
            "in brackets the therapist's turns",
        )
    caption = (
        "The phases of the paper's account (rows) by arm (columns): the share of runs that show each in the "
        "turns in which the paper has it."
    )
    data = phases[list(_PHASES)].reset_index(drop=True)
    return Drawn(figure, title, f"{title}.{_phase_alt_text(phases)}", data, caption, _PHASES)


def _field(axes: Axes, x: int, y: int, row: Any) -> None:
    """A field of the table: grey by share, the number, and its interval where there is one."""
    share = float(row["share"])
    axes.barh(y, 0.96, left=x - 0.48, height=0.94, color=str(1.0 - 0.72 * share), linewidth=0)
    ink = "white" if share > 0.6 else BLACK
    text = number(share)
    if row["low"] < row["high"]:  # all runs or none: resampled, they are all or none again
        text += f"\n{number(row['low'])}–{number(row['high'])}"
    axes.text(x, y, text, ha="center", va="center", fontsize=SMALLEST_TEXT, color=ink, linespacing=1.05)


def _with_turns(phases: pd.DataFrame, name: str) -> str:
    """A phase's name, and the turns in which it is expected."""
    first, last = (int(phases.loc[phases["phase"] == name, what].iloc[0]) for what in ("first", "last"))
    if first == 0:
        return name
    return f"{name} ({first})" if first == last else f"{name} ({first}–{last})"
