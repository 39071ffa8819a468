"""How hierarchies settle: their order, fights, upsets, ISS and threat over the course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.groups import (
    LOOKS,
    chosen_arms,
    lines_panel,
    looks,
    over_groups,
    per_group,
    verb,
    whole,
)
from mentalities_sim.figures.intervals import Interval, mean_interval
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.society_words import measure_words, quoted
from mentalities_sim.figures.style import Look, head, new_figure, spread_labels, style
from mentalities_sim.figures.swept import averaged, over_all, unknown_told
from mentalities_sim.figures.words import listed, number, sentence

COURSE_SHOWN = ("escalation", "upsets", "subordination", "threat")
"""What a course of contests does to people."""
ORDER_SHOWN = ("linearity", "transitivity", "steepness", "directional_consistency")
"""Measures of the order that a course holds."""
NOTES = {
    "upsets": "Upsets are contests won by who ranks lower by David's score over the whole course. ",
    "linearity": "Measures of the order are of the contests of two parts, that one and the next: fewer "
    "than in a whole course, with which they cannot be compared. ",
}
"""Measure shown → what a reader has to know of it."""

_LETTER = 0.25
"""Inches that a line of labels takes in height."""
_PANEL = 2.0
"""Inches that a panel is high, at least."""


def hierarchy_over_time(
    course: pd.DataFrame,
    *,
    shown: Sequence[str] = COURSE_SHOWN,
    by: str = "arm",
    arms: Sequence[str] | None = None,
    resamples: int = 1000,
    seed: int = 0,
    unknown: Mapping[str, float] | None = None,
    note: str = "",
) -> Drawn:
    """Draw each measure over the tenths of the course, one line per arm: a panel for each measure.

    `course` has a row per arm, group (replicate) and part (1, 2, …), as results of societies keep it. Lines
    are means over groups, bands 95 % bootstrap intervals. The title says what changes clearly from the first
    part to the last in the first of `arms`, and where the first measure changes the other way, or not: by
    intervals of t over the same groups' differences that hold for all of these comparisons together; the
    caption also says where it changes more or less. `unknown` gives the share of pairs that never had a
    contest in arms where it is high: said below measures of the order, as is `note`. Of measures of the
    order the last part is left out, since it rests on the same contests as the one before. Raises
    `FigureError` for missing columns, one part only, unknown arms or more than seven.
    """
    if set(shown) <= set(ORDER_SHOWN) and course["part"].nunique() > 2:
        course = course[course["part"] < course["part"].max()]
    groups = per_group(course, by, shown, ["part"], "course")
    chosen = chosen_arms(groups, by, arms, len(LOOKS))
    parts = sorted(groups["part"].unique())
    if len(parts) < 2:
        raise FigureError("course has one part only; a change needs two.")
    table = _table(groups, by, chosen, shown, resamples, seed)
    changes = _changes(groups, by, chosen, shown)
    more_or_less = _otherwise(changes, chosen, same_way=True)
    title = over_all(_title(changes, table, by, chosen), course.drop(columns="part"), by)
    sparse = {arm: share for arm, share in (unknown or {}).items() if arm in chosen}
    with style():
        figure = new_figure((13.33, 7.5))
        panels = figure.subplots(-(-len(shown) // 2), 2, squeeze=False, sharex=True).ravel()
        for axes, measure in zip(panels, shown, strict=False):
            _panel(axes, table[table["measure"] == measure], by, looks(chosen))
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        for axes in panels[max(0, len(shown) - 2) : len(shown)]:
            axes.set_xlabel(
                {10: "Tenth of the course", 9: "Tenth of the course and the next"}.get(
                    len(parts), "Part of the course"
                )
            )
        told = "Mean over groups; band: 95 % interval. "
        if set(shown) <= set(ORDER_SHOWN):
            told += "Two tenths hold fewer contests than a course: not to be compared with its table."
            told += f"\n{sentence(unknown_told(sparse))}" if sparse else ""
        else:
            told += "ISS: involuntary subordination strategy."
        told += averaged(course.drop(columns="part"), by).replace(" Each", "\nEach", 1)
        head(figure, whole(title), told + (f"\n{note}" if note else ""))
    caption = (
        f"Means over {groups['replicate'].nunique()} groups by part of the course, with 95 % bootstrap "
        "intervals over groups. "
        + "".join(note for measure, note in NOTES.items() if measure in shown)
        + (f"{sentence(more_or_less)}. " if more_or_less else "")
        + "The title rests on paired differences between the last part and the first, and between "
        f"arms, with intervals of t for all {len(shown) + 2 * len(chosen) - 2} together (Bonferroni)."
        + averaged(course.drop(columns="part"), by)
    )
    alt = _alt(title, table, by, chosen, shown)
    return Drawn(figure, title, alt, table, caption, (by, "replicate", "part", *shown))


def _table(
    groups: pd.DataFrame, by: str, arms: Sequence[str], shown: Sequence[str], resamples: int, seed: int
) -> pd.DataFrame:
    rows = []
    for measure in shown:
        for arm in arms:
            for part, cell in groups[groups[by] == arm].groupby("part", sort=True):
                found = mean_interval(cell[measure], resamples=resamples, seed=seed)
                seen = int(cell[measure].notna().sum())
                rows.append({"measure": measure, by: arm, "part": part, **found._asdict(), "groups": seen})
    return pd.DataFrame(rows)


def _changes(
    groups: pd.DataFrame, by: str, arms: Sequence[str], shown: Sequence[str]
) -> dict[str, dict[str, Interval]]:
    """How each measure changes in the first arm; the first measure in the others, and how much otherwise."""
    ends = groups["part"].min(), groups["part"].max()
    comparisons = len(shown) + 2 * (len(arms) - 1)

    def change(arm: str, measure: str) -> pd.Series:
        wide = groups[groups[by] == arm].pivot(index="replicate", columns="part", values=measure)
        wide = wide.reindex(columns=ends)
        return wide[ends[1]] - wide[ends[0]]

    lead = change(arms[0], shown[0])
    others = {arm: change(arm, shown[0]) for arm in arms[1:]}
    return {
        "own": {measure: over_groups(change(arms[0], measure), comparisons) for measure in shown},
        "others": {arm: over_groups(values, comparisons) for arm, values in others.items()},
        "apart": {arm: over_groups(values - lead, comparisons) for arm, values in others.items()},
    }


def _title(
    changes: Mapping[str, Mapping[str, Interval]], table: pd.DataFrame, by: str, arms: Sequence[str]
) -> str:
    first = table[table[by] == arms[0]]
    told: dict[int, list[str]] = {1: [], -1: [], 0: []}
    for measure, change in changes["own"].items():
        means = first[first["measure"] == measure]["mean"]
        first_last = means.iloc[0], means.iloc[-1]
        digits = 2 if number(first_last[0]) != number(first_last[1]) else 3
        span = f" ({' → '.join(number(mean, digits) for mean in first_last)})" if change.clear else ""
        told[change.clear].append(measure_words(measure).name + span)
    parts = [
        f"{listed(told[side])} {word if len(told[side]) > 1 else verb(told[side][0], word)}"
        for side, word in ((-1, "fall"), (1, "rise"))
        if told[side]
    ]
    said = " and ".join(parts) or f"there is no clear change in {listed(told[0])}"
    otherwise = _otherwise(changes, arms)
    return f"Over the course {said} in {quoted(arms[:1])}" + (f"; {otherwise}" if otherwise else "")


def _otherwise(
    changes: Mapping[str, Mapping[str, Interval]], arms: Sequence[str], *, same_way: bool = False
) -> str:
    """Where the first measure goes another way than in the first arm, or (`same_way`) by more or less."""
    measure, lead = next(iter(changes["own"].items()))
    name = measure_words(measure).name
    parts: dict[str, list[str]] = {}
    for arm, apart in changes["apart"].items():
        side = changes["others"][arm].clear
        if not apart.clear or (side == lead.clear != 0) != same_way:
            continue
        how = {1: verb(name, "rise"), -1: verb(name, "fall"), 0: f"{verb(name, 'show')} no clear change"}[
            side
        ]
        if same_way:
            how += " more" if apart.clear == side else " less"
        parts.setdefault(how, []).append(arm)
    if parts:
        return f"{name} {listed([f'{how} in {quoted(where)}' for how, where in parts.items()])}"
    if same_way or len(arms) < 2 or any(one.clear for one in changes["apart"].values()):
        return ""
    where = "the others" if len(arms) > 2 else quoted(arms[1:])
    return f"{name} {verb(name, 'take')} no clearly different course in {where}"


def _panel(axes: Axes, table: pd.DataFrame, by: str, arms: Mapping[str, Look]) -> None:
    lines_panel(axes, table, by, arms, "part")
    ends = []
    for arm, look in arms.items():
        rows = table[(table[by] == arm) & table["mean"].notna()]
        if len(rows):
            ends.append((look, float(rows["part"].iloc[-1]), float(rows["mean"].iloc[-1])))
    axes.set_xticks(sorted(table["part"].unique()))
    _name(axes, ends)


def _name(axes: Axes, ends: list[tuple[Look, float, float]]) -> None:
    """Write the arms' names where their lines end; a legend would have to be searched."""
    low, high = axes.get_ylim()
    gap = (high - low) * _LETTER / _PANEL
    spots = spread_labels([end for _, _, end in ends], gap, low, high)
    for (look, x, end), spot in zip(ends, spots, strict=True):
        axes.annotate(
            look.label, (x, end), xytext=(1.05, (spot - low) / (high - low)), textcoords="axes fraction",
            color=look.colour, fontweight="bold", fontsize=14, va="center_baseline", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": look.colour, "linewidth": 0.9, "alpha": 0.7, "shrinkA": 2,
                        "shrinkB": 4, "relpos": (0.0, 0.5)},
        )  # fmt: skip


def _alt(title: str, table: pd.DataFrame, by: str, arms: Sequence[str], shown: Sequence[str]) -> str:
    told = []
    for measure in shown:
        parts = []
        for arm in arms:
            means = table[(table["measure"] == measure) & (table[by] == arm)]["mean"].to_numpy(float)
            if np.isfinite(means[[0, -1]]).all():
                parts.append(f"{quoted([arm])} {number(means[0])} to {number(means[-1])}")
        told.append(f"{sentence(measure_words(measure).name)}, first to last part: {'; '.join(parts)}.")
    return (
        f"{title}. Line charts over the parts of the course, one panel per measure, one line per arm with "
        f"its 95 % interval over groups. {' '.join(told)}"
    )
