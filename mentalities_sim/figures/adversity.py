"""What adversity does to how people feel and relate: each arm against one reference, group by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.groups import (
    chosen_arms,
    compared,
    differences,
    others_told,
    per_group,
    signed,
    whole,
)
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.society_words import measure_words, quoted, with_controls
from mentalities_sim.figures.style import ACCENT, GREY, INK, SMALLEST_TEXT, head, new_figure, quiet, style
from mentalities_sim.figures.swept import averaged, over_all, turning
from mentalities_sim.figures.words import sentence

MEASURES = (
    "involuntary_subordination",
    "threat",
    "soothing",
    "drive",
    "competing",
    "cooperating_and_caring",
)
"""What is drawn, if nothing else is asked for: outcomes of a society."""


def subordination(
    outcomes: pd.DataFrame,
    reference: str | None = None,
    *,
    shown: Sequence[str] = MEASURES,
    by: str = "arm",
    arms: Sequence[str] | None = None,
    controls: Mapping[str, str] | None = None,
    note: str = "",
) -> Drawn:
    """Draw paired differences of each arm from `reference` (the first arm), a panel for each outcome.

    `note` is told below. Arms in `controls` are compared with the arm named there instead. `outcomes` has a
    row per arm and group (replicate); differences are taken within a group. Broad bars are 95 % intervals of
    t over groups, thin ones those that hold for all differences in the figure together; marks are filled,
    and the title speaks, where the thin ones are clear of zero. Raises `FigureError` for missing columns,
    unknown arms, no arm but the reference, or arms that share no group with it.
    """
    groups = per_group(outcomes, by, shown)
    chosen = chosen_arms(groups, by, arms)
    (reference,) = chosen_arms(groups, by, [reference or chosen[0]])
    others = [arm for arm in chosen if arm != reference]
    if not others:
        raise FigureError(f"outcomes has no {by} but {reference!r}; a comparison needs two.")
    controls = {arm: control for arm, control in (controls or {}).items() if control != reference}
    chosen_arms(groups, by, [*controls.values()] or None)
    table = differences(groups, by, others, reference, shown, controls)
    turns = turning(outcomes, by, others, reference, shown[0])
    title = over_all(sentence("; ".join(filter(None, [compared(table, by, reference), turns]))), outcomes, by)
    with style():
        columns = min(3, len(shown))
        down = -(-len(shown) // columns)
        row = 0.5 if controls else 0.33  # names of arms with a control take two lines
        figure = new_figure((13.33, 2.1 + down * (0.95 + row * len(others))))
        panels = figure.subplots(down, columns, sharey=True, sharex=True, squeeze=False).ravel()
        for axes, measure in zip(panels, shown, strict=False):
            _panel(axes, table[table["measure"] == measure].set_index(by), others, measure)
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        panels[0].set_yticks(range(len(others)), with_controls(others, controls))
        panels[0].set_ylim(len(others) - 0.5, -0.5)
        figure.supxlabel(
            f"Difference from {quoted([reference])}{', or from the control named,' * bool(controls)} "
            "in the same groups (levels and shares, 0–1)\n"
            f"Broad: 95 % interval; thin: for all {len(table)} together; hollow: the thin one holds zero"
            + averaged(outcomes, by).replace(" Each", "\nEach", 1)
            + (f"\n{note}" if note else ""),
            fontsize=15,
            color=INK,
        )
        head(figure, whole(title))
    told = "; ".join(f"{quoted([arm])} from {quoted([control])}" for arm, control in controls.items())
    caption = (
        f"Paired differences from {quoted([reference])}{f' ({told})' if told else ''}: mean over groups with "
        "95 % intervals of t (broad), "
        f"and for all {len(table)} differences together (thin, Bonferroni). ISS: involuntary subordination "
        "strategy." + averaged(outcomes, by)
    )
    return Drawn(figure, title, _alt(title, table, by, reference), table, caption, (by, "replicate", *shown))


def _panel(axes: Axes, rows: pd.DataFrame, arms: Sequence[str], measure: str) -> None:
    axes.axvline(0, color=INK, linewidth=1.6)
    for place, arm in enumerate(arms):
        one = rows.loc[arm]
        if not np.isfinite(one["mean"]):
            axes.text(0.5, place, "never observed", transform=axes.get_yaxis_transform(), ha="center",
                      va="center", color=GREY, fontsize=SMALLEST_TEXT)  # fmt: skip
            continue
        colour = ACCENT if one["clear"] else INK
        if np.isfinite(one["low"]):
            axes.plot([one["low_all"], one["high_all"]], [place] * 2, color=colour, lw=1.8, gid="interval")
            axes.plot([one["low"], one["high"]], [place] * 2, color=colour, lw=5, gid="interval",
                      solid_capstyle="butt")  # fmt: skip
        axes.plot(one["mean"], place, marker="o", markersize=7.5, color=colour,
                  markerfacecolor=colour if one["clear"] else "white", markeredgewidth=2.2)  # fmt: skip
    axes.set_title(measure_words(measure).panel)
    axes.locator_params(axis="x", nbins=5)
    quiet(axes, "both")
    axes.spines["left"].set_visible(False)


def _from(control: str, reference: str) -> str:
    return f" from {quoted([control])}" if control != reference else ""


def _alt(title: str, table: pd.DataFrame, by: str, reference: str) -> str:
    told = []
    for measure, rows in table.groupby("measure", sort=False):
        parts = [
            f"{quoted([one[by]])}{_from(one['reference'], reference)} {signed(one['mean'], 3)} "
            f"({signed(one['low'], 3)} to {signed(one['high'], 3)})"
            for _, one in rows.iterrows()
        ]
        told.append(f"{sentence(measure_words(str(measure)).name)}: {'; '.join(parts)}.")
    if others := others_told(table):
        told.append(f"Clear, with all of them together: {others}.")
    return (
        f"{title}. Dot plots of differences from {quoted([reference])} in the same groups, one panel per "
        f"outcome, one row per arm, with 95 % intervals. {' '.join(told)}"
    )
