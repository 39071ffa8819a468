"""Each arm against the first, in the same groups or clinics, at each value of what was swept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.groups import (
    LOOKS,
    chosen_arms,
    over_groups,
    paired,
    per_group,
    several,
    signed,
    whole,
)
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.society_words import measure_words, quoted, with_controls
from mentalities_sim.figures.style import GREY, INK, SMALLEST_TEXT, Look, head, new_figure, quiet, style
from mentalities_sim.figures.swept import averaged, over_all, swept_columns, without_unknown
from mentalities_sim.figures.words import listed, sentence

_MOST_TOLD = 4
"""Arms that a title names on each side."""


def stakes_differences(
    outcomes: pd.DataFrame,
    shown: Sequence[str],
    axis: str | None = None,
    *,
    arms: Sequence[str] | None = None,
    units: str = "groups",
    controls: Mapping[str, str] | None = None,
) -> Drawn:
    """Draw paired differences of each arm from the first of `arms`, one mark for each value of `axis`.

    Arms in `controls` are compared with the arm named there instead. `outcomes` has a row per arm, value of
    `axis` (if any) and replicate, of which the same one is the same of the `units`, lived with the same
    chance. A panel for each outcome; broad bars are 95 % intervals of t, thin ones those that hold for all
    differences in the figure together. Marks are filled, and the title speaks (of the first outcome), where
    the thin ones are clear of zero. Measures of the order are left out where a tenth of the pairs or more
    never had a contest. Raises `FigureError` for missing columns, unknown arms, no arm but one, more than
    seven values, or arms that share no replicate.
    """
    if axis is None:
        outcomes, axis = outcomes.assign(**{"": 0})[["", *outcomes.columns]], ""
    known = without_unknown(outcomes, ["arm", axis], shown)
    groups = per_group(known, "arm", shown, [axis])
    reference, *others = chosen_arms(groups, "arm", arms)
    if not others:
        raise FigureError(f"outcomes has no arm but {reference!r}; a comparison needs two.")
    levels = list(dict.fromkeys(groups[axis]))
    if len(levels) > len(LOOKS):
        raise FigureError(f"{len(levels)} values of {axis} cannot be told apart, {len(LOOKS)} can.")
    controls = {arm: control for arm, control in (controls or {}).items() if control != reference}
    table = _table(groups, shown, axis, levels, others, dict.fromkeys(others, reference) | controls)
    title = _title(table, shown[0], axis, levels, reference)
    over = outcomes.drop(columns=axis)
    title = over_all(title, over, "arm") if swept_columns(over, "arm") else title
    looks = {
        level: Look(f"{axis.replace('_', ' ')} {level}", colour, line, marker)
        for level, (colour, line, marker) in zip(levels, LOOKS, strict=False)
    }
    left_out = not known[list(shown)].notna().equals(outcomes[list(shown)].notna())
    blank = "\nNo order (linearity …) where 10 % of pairs or more never had a contest" if left_out else ""
    with style():
        columns = min(3, len(shown))
        down = -(-len(shown) // columns)
        figure = new_figure((13.33, max(5.2, 2.3 + down * (0.9 + len(others) * (0.24 + 0.15 * len(levels))))))
        panels = figure.subplots(down, columns, sharey=True, squeeze=False).ravel()
        for axes, measure in zip(panels, shown, strict=False):
            _panel(axes, table[table["measure"] == measure], axis, looks, others)
            axes.set_title(measure_words(measure).panel)
            unit = measure_words(measure).unit
            axes.set_xlabel(
                f"Difference of {unit}" if unit.startswith(("share", "level", "index")) else "Difference"
            )
        for axes in panels[len(shown) :]:
            axes.set_axis_off()
        panels[0].set_yticks(range(len(others)), with_controls(others, controls))
        panels[0].set_ylim(len(others) - 0.5, -0.5)
        figure.legend(
            handles=_key(looks if axis else {}), loc="outside lower left", ncols=5, columnspacing=1.4,
            title=f"Difference from {quoted([reference])}{' or the control named' * bool(controls)}, same "
            f"{units}; hollow: thin bar holds zero{blank}",
            title_fontsize=15, alignment="left",
        )  # fmt: skip
        head(figure, whole(title))
    caption = (
        f"Paired differences from {quoted([reference])} in the same {units}: mean with 95 % intervals of t "
        f"(broad), and for all {len(table)} differences together (thin, Bonferroni). Measures of the order "
        "are left out where 10 % of pairs or more never had a contest. ISS: involuntary subordination "
        "strategy." + averaged(over, "arm")
    )
    alt = _alt(title, table, axis, reference)
    used = ("arm", *([axis] if axis else []), "replicate", *shown)
    return Drawn(figure, title, alt, table.drop(columns="") if not axis else table, caption, used)


def _table(
    groups: pd.DataFrame,
    shown: Sequence[str],
    axis: str,
    levels: Sequence[object],
    others: Sequence[str],
    controls: Mapping[str, str],
) -> pd.DataFrame:
    rows = []
    comparisons = len(shown) * len(levels) * len(others)
    for measure in shown:
        for arm in others:
            for level in levels:
                values = paired(groups[groups[axis] == level], "arm", arm, controls[arm], measure)
                own, together = over_groups(values), over_groups(values, comparisons)
                row = {"measure": measure, "arm": arm, axis: level, "reference": controls[arm]}
                row |= own._asdict()
                row |= {"low_all": together.low, "high_all": together.high, "clear": together.clear}
                rows.append(row | {"groups": int(np.isfinite(values).sum())})
    return pd.DataFrame(rows)


def _panel(
    axes: Axes, table: pd.DataFrame, axis: str, looks: Mapping[object, Look], others: Sequence[str]
) -> None:
    axes.axvline(0, color=INK, linewidth=1.6)
    gap = 0.7 / max(len(looks), 2)
    for place, arm in enumerate(others):
        rows = table[table["arm"] == arm].set_index(axis)
        if rows["mean"].isna().all():
            axes.text(0.5, place, "not known", transform=axes.get_yaxis_transform(), ha="center", va="center",
                      color=GREY, fontsize=SMALLEST_TEXT)  # fmt: skip
        for number, (level, look) in enumerate(looks.items()):
            one, y = rows.loc[level], place + gap * (number - (len(looks) - 1) / 2)
            if np.isfinite(one["low"]):
                axes.plot(
                    [one["low_all"], one["high_all"]], [y] * 2, color=look.colour, lw=1.6, gid="interval"
                )
                axes.plot([one["low"], one["high"]], [y] * 2, color=look.colour, lw=4.5, gid="interval",
                          solid_capstyle="butt")  # fmt: skip
            face = look.colour if one["clear"] else "white"
            axes.plot(one["mean"], y, marker=look.marker, markersize=8, color=look.colour, zorder=4,
                      markeredgewidth=2, markerfacecolor=face, linestyle="none")  # fmt: skip
    axes.locator_params(axis="x", nbins=5)
    quiet(axes, "both")
    axes.spines["left"].set_visible(False)


def _key(looks: Mapping[object, Look]) -> list[Line2D]:
    marks = [
        Line2D([], [], color=look.colour, marker=look.marker, linewidth=4.5, markersize=9, label=look.label)
        for look in looks.values()
    ]
    return [
        *marks,
        Line2D([], [], color=GREY, linewidth=4.5, label="95 % interval"),
        Line2D([], [], color=GREY, linewidth=1.6, label="for all together"),
    ]


def _title(table: pd.DataFrame, measure: str, axis: str, levels: Sequence[object], reference: str) -> str:
    """Where the first outcome is clearly more or less than in the reference, with the numbers."""
    rows = table[table["measure"] == measure]
    own = rows[rows["reference"] == reference]
    rows = own if len(own) else rows
    parts = []
    for side, word in ((-1, "lower"), (1, "higher")):
        found = rows[rows["clear"] == side]
        told = [
            f"{quoted([arm])} ({_span(one, axis, levels)})" for arm, one in found.groupby("arm", sort=False)
        ]
        if len(told) > _MOST_TOLD:
            told = [*told[: _MOST_TOLD - 1], f"{len(told) - _MOST_TOLD + 1} more"]
        if told:
            parts.append(f"{word} in {listed(told)}")
    name, reference = measure_words(measure).name, quoted([reference])
    if not parts:
        where = f" at any {axis.replace('_', ' ')}" if axis and len(levels) > 1 else ""
        if rows["mean"].isna().all():
            return sentence(f"{name}: too few contests to compare with {reference}")
        does = "do" if several(name) else "does"
        return f"In no other arm {does} {name} differ clearly from {reference}{where}"
    return f"Compared with {reference}, {name} {'are' if several(name) else 'is'} {', and '.join(parts)}"


def _span(rows: pd.DataFrame, axis: str, levels: Sequence[object]) -> str:
    means = list(rows["mean"])
    least, most = min(means, key=abs), max(means, key=abs)
    ends = [signed(least), signed(most)]
    span = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    if not axis or len(rows) == len(levels):
        return span
    return f"{span} at {axis.replace('_', ' ')} {listed([str(level) for level in rows[axis]])}"


def _alt(title: str, table: pd.DataFrame, axis: str, reference: str) -> str:
    told = []
    for measure, rows in table.groupby("measure", sort=False):
        parts = [
            f"{quoted([one['arm']])}{f' at {one[axis]}' if axis else ''} {signed(one['mean'], 3)} "
            f"({signed(one['low'], 3)} to {signed(one['high'], 3)})"
            for _, one in rows.iterrows()
            if np.isfinite(one["mean"])
        ]
        told.append(f"{sentence(measure_words(str(measure)).name)}: {'; '.join(parts) or 'not known'}.")
    by = f", one mark for each value of {axis.replace('_', ' ')}" if axis else ""
    return (
        f"{title}. Dot plots of differences from {quoted([reference])}, one panel per outcome, one row per "
        f"arm{by}, with 95 % intervals. {' '.join(told)}"
    )
