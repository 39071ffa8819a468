"""How ranks come about: Elo ratings of everybody over the contests, or over dates."""

from __future__ import annotations

from itertools import cycle, islice, product
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.ranks import FEWEST_CLEAR, called
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    ACCENT,
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILLION,
    head,
    new_figure,
    quiet,
    spread_labels,
    style,
)
from mentalities_sim.figures.words import listed, number
from mentalities_sim.hierarchy import Contests, elo_ratings, randomised_elo

_MOST_NAMED = 20
"""Lines beyond this many cannot be told apart: then some are named, and the rest are thin and grey."""
_COLOURS = (BLUE, VERMILLION, GREEN, BLACK, ORANGE, ACCENT, SKY)
_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)))
_LETTER = 0.32
"""Inches that a line of labels takes in height."""


def elo_trajectories(contests: Contests, *, orders: int = 1000, seed: int = 1) -> Drawn:
    """Draw everybody's Elo rating after each contest (over dates where contests are dated).

    Lines run from one's first to one's last contest, and on to the label as a hair line. At the right edge
    stand the mean rating over `orders` random orders of the same contests and its middle 95 %: where a
    line ends far outside, it is the order of contests that matters. Of more than twenty individuals, twenty
    spread over the ranks are named, and the others are thin and grey; who had no contest has no line, and is
    named in the caption. Raises `FigureError` for contests
    whose order is not known (a win matrix), or without a contest.
    """
    if not contests.ordered or not len(contests):
        why = "there is no contest" if not len(contests) else "a win matrix does not say in which order"
        raise FigureError(f"Elo trajectories need contests in their order; {why}.")
    now = contests.in_order()
    ratings, random = elo_ratings(now), randomised_elo(now, orders, seed)
    met = np.flatnonzero(now.taken_part())
    order = met[np.argsort(-ratings[-1][met], kind="stable")]
    picks = np.unique(np.linspace(0, len(order) - 1, min(len(order), _MOST_NAMED)).round().astype(int))
    named = [int(place) for place in order[picks]]
    title = _title(now, ratings, random, order)
    with style():
        figure = new_figure((13.33, max(7.5, 2.6 + _LETTER * len(named))))
        axes = figure.subplots()
        x, right = _across(axes, now)
        looks = dict(zip(named, islice(cycle(product(_DASHES, _COLOURS)), len(named)), strict=True))
        for place in order:
            _draw_line(axes, x, ratings[:, place], _stay(now, place), looks.get(place), right)
        _edge(axes, x, right, random, ratings[-1], looks, now.names, float(figure.get_figheight()))
        axes.set_ylabel("Elo rating (points)")
        quiet(axes)
        words = (
            f"At the right edge: mean over {orders:,} random orders of the contests, and their middle 95 %"
        )
        if len(named) < len(order):
            words += f"; {len(named)} of {len(order)} are named"
        head(figure, title, words)
    caption = (
        f"Elo ratings (k = 100, start 1000) after each of {len(now):,} contests, and ratings over {orders:,} "
        "random orders of the same contests: mean and middle 95 % (Sánchez-Tójar et al. 2018)."
        + _without(now)
    )
    data = _data(now, ratings, random, order)
    alt = _alt(title, now, ratings, random, order)
    return Drawn(figure, title, alt, data, caption, ("time", "winner", "loser", "draw"))


def _across(axes: Axes, now: Contests) -> tuple[npt.NDArray[np.float64], float]:
    """The place of each contest on the axis, and where the axis ends: right of the last contest."""
    spaced = now.dated and now.time is not None and bool(np.ptp(now.time) > 0.0)
    x = now.time if spaced and now.time is not None else np.arange(1.0, len(now) + 1)
    span = max(float(x[-1] - x[0]), 1.0)
    if spaced:
        locator = mdates.AutoDateLocator(minticks=3, maxticks=7)
        axes.xaxis.set_major_locator(locator)
        ticks = locator.tick_values(*mdates.num2date([x[0], x[-1]]))
        axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, show_offset=False))
        axes.set_xlabel("Date")
    else:
        ticks = MaxNLocator(7, integer=True).tick_values(x[0], x[-1])
        axes.set_xlabel("Contest (number, in order)")
    axes.set_xticks([tick for tick in ticks if x[0] - 0.01 * span <= tick <= x[-1]])
    axes.set_xlim(x[0] - 0.01 * span, x[-1] + 0.14 * span)
    return x, float(x[-1] + 0.14 * span)


def _stay(now: Contests, place: int) -> tuple[int, int]:
    took_part = np.flatnonzero((now.winner == place) | (now.loser == place))
    return int(took_part[0]), int(took_part[-1])


def _draw_line(
    axes: Axes,
    x: npt.NDArray[np.float64],
    rating: npt.NDArray[np.float64],
    stay: tuple[int, int],
    look: tuple[Any, str] | None,
    right: float,
) -> None:
    first, last = stay
    own = slice(first, last + 1)
    if look is None:
        axes.plot(x[own], rating[own], color=GREY, linewidth=0.9, alpha=0.45, zorder=1.5)
        return
    dash, colour = look
    axes.plot(x[own], rating[own], color=colour, linestyle=dash, linewidth=2.0, zorder=2.5)
    axes.plot([x[last], right], [rating[last]] * 2, color=colour, linewidth=0.9, alpha=0.7, zorder=2)


def _edge(
    axes: Axes,
    x: npt.NDArray[np.float64],
    right: float,
    random: pd.DataFrame,
    final: npt.NDArray[np.float64],
    looks: dict[int, tuple[Any, str]],
    names: tuple[str, ...],
    height: float,
) -> None:
    """Intervals over random orders side by side, and the names at the heights where lines end."""
    axes.axvspan(x[-1] + 0.01 * (right - x[-1]), right, color=GREY, alpha=0.07, linewidth=0)
    spots_x = np.linspace(x[-1], right, len(looks) + 2)[1:-1]
    for where, (place, (_, colour)) in zip(spots_x, looks.items(), strict=True):
        row = random.iloc[place]
        axes.vlines(where, row["low"], row["high"], color=colour, linewidth=3.0, zorder=3, gid="interval")
        axes.plot(
            where, row["rating"], marker="o", markersize=7, color=colour, markeredgecolor="white", zorder=4
        )
    low, high = axes.get_ylim()
    gap = (high - low) * _LETTER / (height - 2.2)
    axes.set_ylim(low, high)
    spots = spread_labels([float(final[place]) for place in looks], gap, low + gap / 3, high - gap / 3)
    for spot, (place, (_, colour)) in zip(spots, looks.items(), strict=True):
        axes.annotate(
            names[place], (right, final[place]), xytext=(right + 0.16 * (right - x[-1]), spot), color=colour,
            fontweight="bold", va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.9, "alpha": 0.7, "shrinkA": 3,
                        "shrinkB": 0, "relpos": (0.0, 0.5)},
        )  # fmt: skip


def _title(
    now: Contests, ratings: npt.NDArray[np.float64], random: pd.DataFrame, order: npt.NDArray[np.int64]
) -> str:
    top, second = int(order[0]), int(order[1])
    group = f"of {len(order)} after {len(now):,} contest{'s' * (len(now) > 1)}"
    if np.isclose(ratings[-1][top], ratings[-1][second]):
        return f"No single individual ends highest {group}"
    leader = int(order[random["rating"].to_numpy()[order].argmax()])
    said = f"{called(now.names[top], at_start=True)} ends highest {group}"
    if now.taken_part()[[top, second]].min() < FEWEST_CLEAR:
        return f"{said}: too few to say more"
    if leader != top:
        return f"{said}; over random orders {called(now.names[leader])} does"
    clear = random["low"].iloc[top] > random["high"].drop(top).max()
    return f"{said}, and over random orders too{'' if clear else ', but not clearly'}"


def _without(now: Contests) -> str:
    """Who had no contest, as a sentence; nothing where everybody had one."""
    idle = [called(now.names[i], at_start=True) for i in np.flatnonzero(now.taken_part() == 0)]
    if not idle:
        return ""
    told = listed(idle) if len(idle) <= _MOST_NAMED else f"{len(idle)} individuals"
    return f" {told} had no contest: without a rating, nothing is drawn."


def _data(
    now: Contests, ratings: npt.NDArray[np.float64], random: pd.DataFrame, order: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """One row for each contest and individual in it, the rating after it; then the random orders' rows."""
    when = now.to_frame()["time"] if now.time is not None else pd.Series(np.arange(1, len(now) + 1))
    parts = []
    for place in order:
        at = np.flatnonzero((now.winner == place) | (now.loser == place))
        line = {"name": now.names[place], "contest": at + 1, "time": when.iloc[at].to_numpy()}
        parts.append(pd.DataFrame({**line, "rating": ratings[at, place]}))
        row = random.iloc[place]
        edge = {"name": now.names[place], "random_orders": row["rating"]}
        parts.append(pd.DataFrame([{**edge, "low": row["low"], "high": row["high"]}]))
    return pd.concat(parts, ignore_index=True)


def _alt(
    title: str,
    now: Contests,
    ratings: npt.NDArray[np.float64],
    random: pd.DataFrame,
    order: npt.NDArray[np.int64],
) -> str:
    told = []
    for place in order[: 2 * _MOST_NAMED]:
        row = random.iloc[place]
        told.append(
            f"{now.names[place]} {number(ratings[-1][place], 0)}, "
            f"over random orders {number(row['rating'], 0)} "
            f"({number(row['low'], 0)} to {number(row['high'], 0)})"
        )
    rest = f"; and {len(order) - len(told)} more" if len(order) > len(told) else ""
    return (
        f"{title}. Line chart of Elo ratings, one line for each of {len(order)} individuals over "
        f"{len(now):,} contests, intervals over random orders at the right. "
        f"Last ratings: {'; '.join(told)}{rest}.{_without(now)}"
    )
