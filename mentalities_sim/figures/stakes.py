"""How groups answer to what is at stake: outcomes against a swept number."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.groups import (
    LOOKS,
    chosen_arms,
    key,
    key_below,
    lines_panel,
    looks,
    moved,
    over_groups,
    per_group,
    whole,
)
from mentalities_sim.figures.intervals import Interval, mean_interval
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.society_words import measure_words, quoted
from mentalities_sim.figures.style import head, new_figure, style
from mentalities_sim.figures.swept import ORDER, averaged, over_all, unknown_dyads
from mentalities_sim.figures.words import listed, number, sentence

MEASURES = (
    "linearity",
    "cooperating_and_caring",
    "competing",
    "involuntary_subordination",
    "soothing",
    "escalation",
)
"""What is drawn, if nothing else is asked for: outcomes of a society."""
_MOST_TICKS = 6


def stakes_response(
    outcomes: pd.DataFrame,
    axis: str = "scarcity",
    *,
    shown: Sequence[str] = MEASURES,
    meaning: str = "",
    arms: Sequence[str] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> Drawn:
    """Draw each outcome against the swept number `axis`, one line per arm, a panel for each outcome.

    `outcomes` has a row per arm, value of `axis` and group (replicate). Bars are 95 % bootstrap intervals
    over groups. The title says what rises or falls clearly in the first arm from the smallest value to the
    largest: by the same groups' differences, with intervals of t that hold for all arms and outcomes
    together; of measures of the order only where both know nine pairs in ten (`unknown_dyads`, if there).
    `meaning` says in words what the number is. Raises `FigureError` for missing columns, an axis
    that is not numbers or has one value, unknown arms or more than seven.
    """
    groups = per_group(outcomes, "arm", shown, [axis])
    chosen = chosen_arms(groups, "arm", arms, len(LOOKS))
    if not pd.api.types.is_numeric_dtype(groups[axis]) or groups[axis].nunique() < 2:
        raise FigureError(f"outcomes: the column {axis!r} must hold two numbers or more.")
    groups = groups[groups["arm"].isin(chosen)]
    table = _table(groups, chosen, shown, axis, resamples, seed)
    ends = float(groups[axis].min()), float(groups[axis].max())
    changes = _changes(groups, chosen, shown, axis, ends)
    name = axis.replace("_", " ")
    lead = {measure: {chosen[0]: found[chosen[0]]} for measure, found in changes.items()}
    where = f", in {quoted(chosen[:1])}," if len(chosen) > 1 else ""
    unknown = unknown_dyads(outcomes[outcomes["arm"].astype(str) == chosen[0]], axis)
    doubtful = [value for value in unknown if float(value) in ends]
    title = f"from {name} {ends[0]:g} to {ends[1]:g}{where} {_told(lead, unknown, doubtful, name)}"
    title = over_all(sentence(title), outcomes.drop(columns=axis), "arm")
    with style():
        columns = min(3, len(shown))
        down = -(-len(shown) // columns)
        figure = new_figure((13.33, 1.3 + 3.1 * down))
        panels = figure.subplots(down, columns, squeeze=False).ravel()
        for axes, measure in zip(panels, shown, strict=False):
            lines_panel(axes, table[table["measure"] == measure], "arm", looks(chosen), axis)
            if groups[axis].nunique() <= _MOST_TICKS:
                axes.set_xticks(sorted(groups[axis].unique()))
            axes.set_xlabel(sentence(name))
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        if len(panels) > len(shown):
            panels[len(shown)].legend(
                handles=key(looks(chosen)), loc="center left", title="Mean over groups;\nband: 95 % interval",
                handlelength=3.2, title_fontsize=14, alignment="left",
            )  # fmt: skip
        else:
            key_below(figure, looks(chosen))
        head(figure, whole(title))
    caption = (
        f"Means over {groups['replicate'].nunique()} groups with 95 % bootstrap intervals, by {name}"
        f"{f' ({meaning})' if meaning else ''}. The title rests on the same groups' differences between the "
        f"largest value and the smallest, with intervals of t for all {len(chosen) * len(shown)} together "
        "(Bonferroni). ISS: involuntary subordination strategy."
        + averaged(outcomes.drop(columns=axis), "arm")
    )
    alt = _alt(title, table, chosen, shown, axis)
    return Drawn(figure, title, alt, table, caption, ("arm", axis, "replicate", *shown))


def _told(
    lead: dict[str, dict[str, Interval]], unknown: dict[str, float], doubtful: list[str], name: str
) -> str:
    """What moves; of an order that is not known at one of the ends, that it is not."""
    order = [measure for measure in lead if measure in ORDER] if doubtful else []
    rest = {measure: found for measure, found in lead.items() if measure not in order}
    said = [moved(rest)] if rest else []
    if order:
        shares = listed([f"at {name} {value} {100 * unknown[value]:.0f} %" for value in doubtful])
        names = listed([measure_words(measure).name for measure in order])
        verb = "are" if len(order) > 1 else "is"
        said.append(f"{names} {verb} not compared: {shares} of pairs never had a contest")
    return "; ".join(said)


def _table(
    groups: pd.DataFrame, arms: Sequence[str], shown: Sequence[str], axis: str, resamples: int, seed: int
) -> pd.DataFrame:
    rows = []
    for measure in shown:
        for arm in arms:
            for value, cell in groups[groups["arm"] == arm].groupby(axis, sort=True):
                found = mean_interval(cell[measure], resamples=resamples, seed=seed)
                seen = int(cell[measure].notna().sum())
                rows.append({"measure": measure, "arm": arm, axis: value, **found._asdict(), "groups": seen})
    return pd.DataFrame(rows)


def _changes(
    groups: pd.DataFrame, arms: Sequence[str], shown: Sequence[str], axis: str, ends: tuple[float, float]
) -> dict[str, dict[str, Interval]]:
    found: dict[str, dict[str, Interval]] = {}
    for measure in shown:
        found[measure] = {}
        for arm in arms:
            wide = groups[groups["arm"] == arm].pivot(index="replicate", columns=axis, values=measure)
            wide = wide.reindex(columns=ends)
            found[measure][arm] = over_groups(wide[ends[1]] - wide[ends[0]], len(arms) * len(shown))
    return found


def _alt(title: str, table: pd.DataFrame, arms: Sequence[str], shown: Sequence[str], axis: str) -> str:
    told = []
    for measure in shown:
        parts = []
        for arm in arms:
            rows = table[(table["measure"] == measure) & (table["arm"] == arm)]
            means = zip(rows["mean"], rows[axis], strict=True)
            seen = ", ".join(f"{number(mean)} at {value:g}" for mean, value in means)
            parts.append(f"{quoted([arm])} {seen}")
        told.append(f"{sentence(measure_words(measure).name)}: {'; '.join(parts)}.")
    return (
        f"{title}. Line charts over {axis.replace('_', ' ')}, one panel per outcome, one line per arm with "
        f"its 95 % interval over groups. {' '.join(told)}"
    )
