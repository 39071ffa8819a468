"""Who ranks where in a group, and how far apart: normalised David's scores by rank."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import ACCENT, GREY, INK, head, new_figure, quiet, style
from mentalities_sim.figures.words import listed, number
from mentalities_sim.hierarchy import Contests, score_intervals

_MOST_NAMES = 40
"""More names than this along the axis cannot be read."""
FEWEST_CLEAR = 6
"""Contests of each of two, from which on one may be called clear of the other: five of five won by the
same one still come of coin tosses in 6 %, and a bootstrap of few that all went one way has no width."""
_LEVEL_LETTERS = 60
"""Letters of all names together that still fit side by side along the axis."""


def rank_plot(contests: Contests, *, resamples: int = 1000, seed: int = 1) -> Drawn:
    """Draw normalised David's scores (0 to n−1) by rank, with the line whose slope is the steepness.

    Bars are 95 % bootstrap intervals over contests; who had no contest has none, and a hollow mark in the
    middle. The title says whether the first is clear of the second: whether their intervals keep apart, and
    each had six contests at least. With more than forty individuals every second, third … is named (the
    data beside the figure name all). Raises `FigureError` for fewer than two, or without a contest.

    Example:
        >>> rank_plot(Contests([0, 0, 1], [1, 2, 2], [False] * 3, ("a", "b", "c")), resamples=50).title
        'a ranks first of 3, not clearly above b; steepness ...'
    """
    if contests.n < 2 or not len(contests):
        raise FigureError(
            f"a rank plot needs a contest and two individuals; these are {len(contests)} contests among "
            f"{contests.n}."
        )
    table = score_intervals(contests, resamples, seed)
    slope, low, high = table.attrs["steepness"]
    title = _title(table, (slope, low, high))
    idle = table["contests"] == 0
    with style():
        figure = new_figure()
        axes = figure.subplots()
        line = _line(table, slope)
        steepest = contests.n - table["rank"]
        axes.plot(table["rank"], steepest, color=GREY, linestyle=(0, (1.2, 1.2)), linewidth=1.6, zorder=1)
        axes.plot(table["rank"], line, color=ACCENT, linestyle=(0, (5, 1.5)), linewidth=2.6, zorder=2)
        known = table[~idle]
        axes.vlines(known["rank"], known["low"], known["high"], color=INK, linewidth=3.2, gid="interval")
        for rows, face in ((table[idle], "white"), (table[~idle], INK)):
            axes.plot(
                rows["rank"], rows["score"], linestyle="none", marker="o", color=INK, markerfacecolor=face,
                markersize=_size(table), zorder=3,
            )  # fmt: skip
        _name(axes, table)
        ends = [0.0, contests.n - 1.0]
        axes.set_ylim(min(ends[0], line.min()) - 0.2, max(ends[1], line.max()) + 0.2)
        axes.set_ylabel("Normalised David’s score\n(0 to number of others)")
        quiet(axes)
        figure.legend(handles=_key(slope, bool(idle.any())), loc="outside lower right", ncols=3)
        head(figure, title)
    caption = (
        f"Normalised David's scores of {contests.n} individuals from {len(contests):,} contests, by rank, "
        "with 95 % bootstrap intervals over contests; the slope of the line is the steepness (de Vries et "
        "al. 2006). Intervals know nothing of dyads that were never observed." + _without(table)
    )
    data = table.assign(line=line)
    return Drawn(figure, title, _alt(title, table, len(contests)), data, caption, ("winner", "loser", "draw"))


def _size(table: pd.DataFrame) -> float:
    return 10 if len(table) <= 16 else 6  # small enough that intervals show on both sides


def _line(table: pd.DataFrame, slope: float) -> np.ndarray:
    rank = table["rank"].to_numpy(float)
    return np.asarray(table["score"].mean() - slope * (rank - rank.mean()))


def _name(axes: Axes, table: pd.DataFrame) -> None:
    every = -(-len(table) // _MOST_NAMES)
    shown = table.iloc[::every]
    labels = [str(name) for name in shown["name"]]
    steep = len("".join(labels)) + 2 * len(labels) > _LEVEL_LETTERS
    axes.set_xticks(shown["rank"], labels, rotation=90 if steep else 0)
    axes.set_xlim(0.4, len(table) + 0.6)
    every_words = f"; one in {every} is named" if every > 1 else ""
    axes.set_xlabel(f"Individual, from the first rank to rank {len(table)}{every_words}")


def _without(table: pd.DataFrame) -> str:
    """Who had no contest, as a sentence; nothing where everybody had one."""
    idle = table["name"][table["contests"] == 0]
    names = [called(str(name), at_start=not i) for i, name in enumerate(idle)]
    if not names:
        return ""
    told = listed(names) if len(names) <= _MOST_NAMES else f"{len(names)} individuals"
    return f" {told} had no contest: the place in the middle says nothing, and there is no interval."


def _key(slope: float, idle: bool) -> list[Line2D]:
    mark = Line2D(
        [], [], color=INK, marker="o", markersize=10, linestyle="none", markerfacecolor="white",
        label="no contest: nothing known",
    )  # fmt: skip
    return [
        Line2D([], [], color=INK, marker="o", markersize=10, linewidth=3.2, label="score, 95 % interval"),
        Line2D(
            [], [], color=ACCENT, linestyle=(0, (5, 1.5)), linewidth=2.6,
            label=f"least squares: steepness {number(slope)}",
        ),
        Line2D([], [], color=GREY, linestyle=(0, (1.2, 1.2)), linewidth=1.6, label="steepest possible: 1"),
        *([mark] if idle else []),
    ]  # fmt: skip


def _title(table: pd.DataFrame, slopes: tuple[float, float, float]) -> str:
    first, second = table.iloc[0], table.iloc[1]
    steep = f"steepness {number(slopes[0])} ({number(slopes[1])} to {number(slopes[2])})"
    if np.isclose(first["score"], second["score"]):
        return f"No single individual ranks first of {len(table)}; {steep}"
    enough = min(first["contests"], second["contests"]) >= FEWEST_CLEAR
    clear = "clearly" if enough and first["low"] > second["high"] else "not clearly"
    lead = called(first["name"], at_start=True)
    return f"{lead} ranks first of {len(table)}, {clear} above {called(second['name'])}; {steep}"


def called(name: str, *, at_start: bool = False) -> str:
    """A name for a sentence; a bare number would be read as a count.

    Example:
        >>> called("23", at_start=True), called("ada", at_start=True)
        ('Individual 23', 'ada')
    """
    if any(letter.isalpha() for letter in name):
        return name
    return f"{'I' if at_start else 'i'}ndividual {name}"


def _alt(title: str, table: pd.DataFrame, contests: int) -> str:
    told = [
        f"{row['name']} {number(row['score'], 1)} "
        + (f"({number(row['low'], 1)} to {number(row['high'], 1)})" if row["contests"] else "(no interval)")
        for _, row in table.head(_MOST_NAMES).iterrows()
    ]
    rest = f"; and {len(table) - len(told)} more" if len(table) > len(told) else ""
    return (
        f"{title}. Dots with 95 % intervals falling from left to right along a dashed line, one for each of "
        f"{len(table)} individuals, from {contests:,} contests. {'; '.join(told)}{rest}.{_without(table)}"
    )
