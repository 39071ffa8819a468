"""Each arm against one reference, client by client."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.intervals import Interval, mean_interval
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    ACCENT,
    GREY,
    INK,
    SMALLEST_TEXT,
    head,
    new_figure,
    quiet,
    style,
)
from mentalities_sim.figures.words import (
    amount,
    arm_words,
    level_words,
    listed,
    listed_levels,
    number,
    outcome_words,
    sentence,
)

_GRID = r"_\d{3}$"  # fixed_030, ramp_040, ramp_from_020: points of a grid, not arms to compare


def arm_differences(
    outcomes: pd.DataFrame,
    outcome: str = "fear_of_compassion",
    reference: str = "fixed_best_for_each_fear",
    *,
    arms: Sequence[str] | None = None,
    focus: str = "titrated",
    fear: str = "fear",
    intervals: pd.DataFrame | None = None,
    resamples: int = 2000,
    seed: int = 0,
) -> Drawn:
    """Draw the paired difference of each arm from `reference`, one panel per entry fear.

    Differences are taken within a replicate (the same client, the same chance), then averaged;
    bars are 95 % bootstrap intervals, unless `intervals` gives them (columns arm, `fear`, mean,
    low, high). Filled dots are clear of zero, hollow ones are not. `arms` defaults to all but
    the reference and grid points (names that end in three digits). The title speaks of the
    arm `focus`, or of the arm that differs most when there is no such arm. A replicate that
    only one of the two has is left out; arms that share no replicate with the reference raise
    `FigureError`.
    """
    require(outcomes, ["arm", "replicate", fear, outcome], "outcomes")
    have = [str(arm) for arm in outcomes["arm"].unique()]
    if reference not in have:
        raise FigureError(f"outcomes has no arm {reference!r}; its arms are {', '.join(have)}.")
    chosen = list(arms) if arms is not None else [a for a in have if not re.search(_GRID, a)]
    chosen = [arm for arm in chosen if arm != reference]
    absent = [arm for arm in chosen if arm not in have]
    if absent or not chosen:
        told = ", ".join(absent) or f"another than {reference}"
        raise FigureError(f"outcomes has no arm {told}; its arms are {', '.join(have)}.")
    table = _table(outcomes, outcome, reference, chosen, fear, intervals, resamples, seed)
    fears = sorted(table[fear].unique())
    names = level_words(fears, "fear")
    spoken = focus if focus in chosen else _largest(table)
    title = _title(table, names, outcome, reference, spoken, fear)

    higher = outcome_words(outcome)[2] == "higher"
    order = table.groupby("arm")["mean"].mean().sort_values(ascending=not higher).index.tolist()
    name, unit, better = outcome_words(outcome)
    with style():
        figure = new_figure((13.33, max(5.2, 2.9 + 0.43 * len(order))))
        panels = figure.subplots(1, len(fears), sharey=True, sharex=True, squeeze=False)[0]
        for axes, level in zip(panels, fears, strict=True):
            part = table[table[fear] == level].set_index("arm")
            axes.axvline(0, color=INK, linewidth=1.6)
            for place, arm in enumerate(order):
                if arm not in part.index:
                    continue
                one = part.loc[arm]
                colour = ACCENT if arm == spoken else INK
                if np.isfinite(one["low"]):
                    axes.plot(
                        [one["low"], one["high"]],
                        [place, place],
                        color=colour,
                        lw=3,
                        gid="interval",
                        solid_capstyle="butt",
                    )
                axes.plot(
                    one["mean"],
                    place,
                    marker="D" if arm == spoken else "o",
                    markersize=9,
                    color=colour,
                    markerfacecolor=colour if one["clear"] else "white",
                    markeredgewidth=2.2,
                    linestyle="none",
                )
            words = names[level]
            number_too = "" if words.endswith(f"{level:g}") else f" ({level:g})"
            axes.set_title(sentence(words) + number_too)
            axes.set_yticks(range(len(order)), [arm_words(arm) for arm in order])
            axes.set_ylim(len(order) - 0.5, -0.5)
            quiet(axes, "both")
            axes.spines["left"].set_visible(False)
            axes.locator_params(axis="x", nbins=4)
        for tick, arm in zip(panels[0].get_yticklabels(), order, strict=True):
            if arm == spoken:
                tick.set_color(ACCENT)
                tick.set_fontweight("bold")
        if better:
            sides = ("← better", "worse →") if better == "lower" else ("← worse", "better →")
            for axes in panels:
                for spot, words, side in ((0.0, sides[0], "left"), (1.0, sides[1], "right")):
                    axes.text(
                        spot,
                        0.0,
                        words,
                        transform=axes.transAxes,
                        ha=side,
                        va="bottom",
                        fontsize=SMALLEST_TEXT,
                        color=GREY,
                    )
            panels[0].set_ylim(len(order) + 0.25, -0.5)  # room for those words
        units = f" ({unit})" if unit else ""
        figure.supxlabel(
            f"Difference in final {name}{units} from the {arm_words(reference)}, same clients.\n"
            "Mean with 95 % interval; hollow: the interval holds zero.",
            fontsize=15,
            color=INK,
        )
        head(figure, title)
    caption = (
        f"Paired difference in final {name} of each arm from the {arm_words(reference)}, by "
        "entry fear of compassion: mean over replicates with 95 % bootstrap interval."
    )
    alt = _alt_text(title, table, names, order, name, reference, fear)
    return Drawn(figure, title, alt, table, caption, ("arm", "replicate", fear, outcome))


def _table(
    outcomes: pd.DataFrame,
    outcome: str,
    reference: str,
    chosen: list[str],
    fear: str,
    intervals: pd.DataFrame | None,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    if intervals is not None:
        require(intervals, ["arm", fear, "mean", "low", "high"], "intervals")
    rows = []
    for level, cell in outcomes.groupby(fear, sort=True):
        wide = cell.pivot_table(index="replicate", columns="arm", values=outcome)
        if reference not in wide:
            raise FigureError(f"outcomes has no arm {reference!r} at {fear} {level}.")
        for arm in chosen:
            if arm not in wide:
                continue
            difference = (wide[arm] - wide[reference]).dropna()
            if difference.empty:
                raise FigureError(
                    f"outcomes: arms {arm!r} and {reference!r} share no value of the column "
                    f"'replicate' at {fear} {level}, so they cannot be paired."
                )
            found = mean_interval(difference, resamples=resamples, seed=seed)
            if intervals is not None:
                hit = intervals[
                    (intervals["arm"] == arm) & np.isclose(intervals[fear].astype(float), float(level))
                ]
                if hit.empty:
                    raise FigureError(f"intervals has no row for arm {arm!r}, {fear} {level}.")
                found = Interval(*(float(hit.iloc[0][k]) for k in ("mean", "low", "high")))
            rows.append(
                {
                    "arm": arm,
                    fear: float(level),
                    "outcome": outcome,
                    "reference": reference,
                    "mean": found.mean,
                    "low": found.low,
                    "high": found.high,
                    "clear": bool(found.clear),
                    "pairs": len(difference),
                }
            )
    return pd.DataFrame(rows)


def _largest(table: pd.DataFrame) -> str:
    return str(table.loc[table["mean"].abs().idxmax(), "arm"])


def _title(
    table: pd.DataFrame,
    names: dict[float, str],
    outcome: str,
    reference: str,
    spoken: str,
    fear: str,
) -> str:
    sides: dict[int, list[tuple[str, str]]] = {-1: [], 1: [], 0: []}
    for _, one in table[table["arm"] == spoken].sort_values(fear).iterrows():
        side = int(np.sign(one["mean"])) if one["clear"] else 0
        sides[side].append((names[one[fear]], f" ({number(one['mean'], 3)})" if side else ""))
    name = outcome_words(outcome)[0]
    parts = []
    for side in (-1, 1):
        if sides[side]:
            parts.append(f"{amount(outcome, side)} at {_at(sides[side])}")
    than = f"than the {arm_words(reference)}"
    if not parts:
        where = "any entry fear" if len(names) > 1 else "this entry fear"
        return sentence(
            f"{arm_words(spoken)} leaves {name} not clearly different from the "
            f"{arm_words(reference)} at {where}"
        )
    said = f"{arm_words(spoken)} leaves {listed(parts)} {than}"
    if sides[0]:
        said += f"; no clear difference at {_at(sides[0])}"
    return sentence(said)


def _at(levels: list[tuple[str, str]]) -> str:
    return listed_levels([name for name, _ in levels], [note for _, note in levels])


def _alt_text(
    title: str,
    table: pd.DataFrame,
    names: dict[float, str],
    order: list[str],
    name: str,
    reference: str,
    fear: str,
) -> str:
    parts = [
        f"{title}.",
        f"Dot plot of paired differences in {name} from the {arm_words(reference)}, with 95 % "
        "intervals, one panel per entry fear.",
    ]
    for level, words in names.items():
        told = []
        part = table[table[fear] == level].set_index("arm")
        for arm in order:
            if arm in part.index:
                one = part.loc[arm]
                mean, low, high = (number(one[end], 3) for end in ("mean", "low", "high"))
                told.append(f"{arm_words(arm)} {mean} ({low} to {high})")
        parts.append(f"At {words}: {'; '.join(told)}.")
    return " ".join(parts)
