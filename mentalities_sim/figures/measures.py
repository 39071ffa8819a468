"""Hierarchies of groups, measure by measure and arm by arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentalities_sim.figures.groups import (
    chosen_arms,
    compared,
    differences,
    others_told,
    over_groups,
    per_group,
    whole,
)
from mentalities_sim.figures.intervals import mean_interval
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.society_words import arm_name, measure_words, quoted
from mentalities_sim.figures.style import ACCENT, GREY, INK, SMALLEST_TEXT, head, new_figure, quiet, style
from mentalities_sim.figures.swept import (
    ORDER,
    averaged,
    over_all,
    swept_columns,
    turning,
    unknown_dyads,
    unknown_told,
)
from mentalities_sim.figures.words import number, sentence

MEASURES = (
    "linearity",
    "transitivity",
    "steepness",
    "directional_consistency",
    "escalation",
    "involuntary_subordination",
)
"""What is drawn, if nothing else is asked for: outcomes of a society."""


def hierarchy_measures(
    outcomes: pd.DataFrame,
    *,
    shown: Sequence[str] = MEASURES,
    reference: str | None = None,
    size: int | None = None,
    by: str = "arm",
    arms: Sequence[str] | None = None,
    controls: Mapping[str, str] | None = None,
    note: str = "",
    resamples: int = 2000,
    seed: int = 0,
) -> Drawn:
    """Draw each measure's mean over groups, arm by arm, the groups themselves as faint dots.

    `outcomes` has a row per arm and group (replicate). Bars are 95 % bootstrap intervals over groups. Marks
    are hollow where an arm does not differ clearly from `reference` (the first arm; those in `controls` from
    the arm named there); `note` is told below. The same groups'
    differences, with intervals of t that hold for all comparisons in the figure together; the title says no
    more than these. With the groups' `size` N the linearity of coin tosses, 3/(N+1), is marked, as is their
    transitivity, 0. Where a tenth of the pairs or more never had a contest (`unknown_dyads`, if there) the
    order is not compared: chance fills it in. Raises `FigureError` for missing columns or unknown arms.
    """
    groups = per_group(outcomes, by, shown)
    chosen = chosen_arms(groups, by, arms)
    (reference,) = chosen_arms(groups, by, [reference or chosen[0]])
    controls = {arm: control for arm, control in (controls or {}).items() if control != reference}
    apart = differences(groups, by, chosen, reference, shown, controls)
    unknown = {arm: share for arm, share in unknown_dyads(outcomes, by).items() if arm in chosen}
    apart = _comparable(apart, by, reference, unknown)
    table = _table(groups, by, chosen, shown, apart, resamples, seed)
    chance = {"transitivity": 0.0} | ({"linearity": 3 / (size + 1)} if size else {})
    chance = {name: value for name, value in chance.items() if name in shown}
    title = over_all(_title(outcomes, groups, apart, by, reference, chance, unknown, shown), outcomes, by)
    with style():
        columns = min(3, len(shown))
        down = -(-len(shown) // columns)
        figure = new_figure((13.33, 2.1 + down * (1.05 + 0.33 * len(chosen))))
        panels = figure.subplots(down, columns, sharey=True, squeeze=False).ravel()
        for axes, measure in zip(panels, shown, strict=False):
            rows = table[table["measure"] == measure].set_index(by)
            _panel(axes, groups, rows, by, chosen, measure, reference)
            if measure in chance:
                axes.axvline(chance[measure], color=ACCENT, linewidth=2, linestyle=(0, (3, 2)), zorder=1)
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        panels[0].set_yticks(range(len(chosen)), [arm_name(arm) for arm in chosen])
        panels[0].set_ylim(len(chosen) - 0.4, -0.6)
        below = "Mean, 95 % interval; faint dots: groups"
        below += f"; hollow: not clearly different from {quoted([reference])}" if len(chosen) > 1 else ""
        if controls:
            told = [f"{quoted([arm])} from {quoted([control])}" for arm, control in controls.items()]
            below += f"\n({', '.join(told)})"
        if chance:
            below += "; dashed: by chance" + ("" if "linearity" in chance else " (of transitivity)")
        if unknown and set(shown) & set(ORDER):
            below += "\nGrey and hollow: not compared, 10 % of pairs or more never had a contest"
        below += averaged(outcomes, by).replace(" Each", "\nEach", 1)
        head(figure, whole(title), below + (f"\n{note}" if note else ""))
    caption = (
        f"Means over {groups['replicate'].nunique()} groups with 95 % bootstrap intervals. Differences from "
        f"{quoted([reference])} are paired by group, with intervals of t for all {len(apart)} together "
        "(Bonferroni). By chance (coin tosses) linearity is 3/(N+1) in a group of N, transitivity 0."
        + averaged(outcomes, by)
    )
    return Drawn(figure, title, _alt(title, table, apart, by), table, caption, (by, "replicate", *shown))


def _table(
    groups: pd.DataFrame,
    by: str,
    arms: Sequence[str],
    shown: Sequence[str],
    apart: pd.DataFrame,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    clear = apart.set_index(["measure", by])["clear"].to_dict()
    rows = []
    for measure in shown:
        for arm in arms:
            values = groups[groups[by] == arm][measure]
            found = mean_interval(values, resamples=resamples, seed=seed)
            rows.append(
                {
                    "measure": measure,
                    by: arm,
                    **found._asdict(),
                    "groups": int(values.notna().sum()),
                    "differs_from_reference": clear.get((measure, arm)),
                }
            )
    return pd.DataFrame(rows)


def _panel(
    axes: Axes,
    groups: pd.DataFrame,
    rows: pd.DataFrame,
    by: str,
    arms: Sequence[str],
    measure: str,
    reference: str,
) -> None:
    rng = np.random.default_rng(1)
    for place, arm in enumerate(arms):
        values = groups[groups[by] == arm][measure].dropna().to_numpy(float)
        one = rows.loc[arm]
        if not len(values):
            axes.text(0.5, place, "never observed", transform=axes.get_yaxis_transform(), ha="center",
                      va="center", color=GREY, fontsize=SMALLEST_TEXT)  # fmt: skip
            continue
        spread = place + rng.uniform(-0.3, 0.3, len(values))
        axes.plot(values, spread, linestyle="none", marker="o", markersize=4, color=GREY, alpha=0.3, mew=0,
                  zorder=2, gid="groups")  # fmt: skip
        if np.isfinite(one["low"]):
            ends = [one["low"], one["high"]]
            axes.plot(ends, [place] * 2, color=INK, lw=3.2, gid="interval", solid_capstyle="butt", zorder=3)
        filled = arm == reference or one["differs_from_reference"] in (-1, 1)
        colour = INK if arm == reference or pd.notna(one["differs_from_reference"]) else GREY
        axes.plot(one["mean"], place, marker="D" if arm == reference else "o", markersize=8, color=colour,
                  markerfacecolor=colour if filled else "white", markeredgewidth=2.2, zorder=4)  # fmt: skip
    words = measure_words(measure)
    axes.set_title(words.panel)
    axes.set_xlabel(words.unit[:1].upper() + words.unit[1:])
    axes.locator_params(axis="x", nbins=5)
    quiet(axes, "both")
    axes.spines["left"].set_visible(False)


def _comparable(apart: pd.DataFrame, by: str, reference: str, unknown: dict[str, float]) -> pd.DataFrame:
    """The differences without those of an order that too few contests tell."""
    mute = apart[by].isin(unknown) | (reference in unknown)
    return apart[~(mute & apart["measure"].isin(ORDER))]


def _title(
    outcomes: pd.DataFrame,
    groups: pd.DataFrame,
    apart: pd.DataFrame,
    by: str,
    reference: str,
    chance: dict[str, float],
    unknown: dict[str, float],
    shown: Sequence[str],
) -> str:
    said = []
    if len(apart):
        said.append(compared(apart, by, reference))
        lead = str(apart["measure"].iloc[0])
        arms = list(apart[apart["measure"] == lead][by])
        said += filter(None, [turning(outcomes, by, arms, reference, lead)])
    said += filter(None, [unknown_told(unknown)])
    if "linearity" in chance and reference not in unknown and not swept_columns(outcomes, by):
        values = groups[groups[by] == reference]["linearity"]
        found = over_groups(values - chance["linearity"], len(apart) + 1)
        how = {1: "above", -1: "below", 0: "not clearly apart from"}[found.clear]
        mean, there = number(float(values.mean())), number(chance["linearity"])
        said.append(f"linearity in {quoted([reference])} ({mean}) is {how} chance ({there})")
    if not said:
        mean = number(float(groups[groups[by] == reference][shown[0]].mean()))
        said.append(f"{measure_words(shown[0]).name} in {quoted([reference])} is {mean}")
    return sentence("; ".join(said))


def _alt(title: str, table: pd.DataFrame, apart: pd.DataFrame, by: str) -> str:
    told = []
    for measure, rows in table.groupby("measure", sort=False):
        parts = [
            f"{quoted([one[by]])} {number(one['mean'])} ({number(one['low'])} to {number(one['high'])})"
            for _, one in rows.iterrows()
        ]
        told.append(f"{sentence(measure_words(str(measure)).name)}: {'; '.join(parts)}.")
    if others := others_told(apart):
        told.append(f"Clear differences in other measures: {others}.")
    return (
        f"{title}. Dot plots, one panel per measure, one row per arm: mean over groups with 95 % interval. "
        f"{' '.join(told)}"
    )
