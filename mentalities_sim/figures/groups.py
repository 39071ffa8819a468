"""What figures of societies share: looks of arms, and intervals over groups."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.intervals import Interval
from mentalities_sim.figures.society_words import arm_name, measure_words, quoted
from mentalities_sim.figures.style import (
    ACCENT,
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILLION,
    Look,
    quiet,
)
from mentalities_sim.figures.words import listed, number, sentence

LOOKS: tuple[tuple[str, Any, str], ...] = (
    (BLACK, "-", "o"),
    (VERMILLION, (0, (5, 1.5)), "s"),
    (BLUE, (0, (7, 1.5, 1.5, 1.5)), "^"),
    (GREEN, (0, (1.2, 1.2)), "D"),
    (ORANGE, (0, (3, 1, 1, 1, 1, 1)), "v"),
    (ACCENT, (0, (9, 2)), "P"),
    (SKY, "-", "X"),
)
"""Colour, dash and marker of the first arm, the second …; more lines than these cannot be told apart."""

FEWEST_ALIKE = 6
"""Groups that all differ by the same, from which on the difference is called clear."""
_MOST_TOLD = 4
"""Arms that a title names; it says of the others how many they are."""


def chosen_arms(
    frame: pd.DataFrame, by: str, arms: Sequence[str] | None = None, most: int | None = None
) -> list[str]:
    """Arms to draw, in the order asked for or of the frame; `FigureError` for unknown or too many ones."""
    have = [str(arm) for arm in dict.fromkeys(frame[by])]
    chosen = list(arms) if arms is not None else have
    absent = [arm for arm in chosen if arm not in have]
    if absent or not chosen:
        raise FigureError(f"no {by} {', '.join(absent) or 'to draw'!r}; there are {', '.join(have)}.")
    if most is not None and len(chosen) > most:
        raise FigureError(
            f"{len(chosen)} lines cannot be told apart, {most} can: choose by arms=[...] of "
            f"{', '.join(have)}."
        )
    return chosen


def looks(arms: Sequence[str]) -> dict[str, Look]:
    """How each arm's line is drawn: colour, dash and marker together tell every arm."""
    return {
        arm: Look(arm_name(arm), colour, dash, marker)
        for arm, (colour, dash, marker) in zip(arms, LOOKS, strict=False)
    }


def per_group(
    frame: pd.DataFrame, by: str, columns: Sequence[str], also: Sequence[str] = (), name: str = "outcomes"
) -> pd.DataFrame:
    """One row per arm, group (and value of `also`); where more was swept, the mean over it.

    A group in which a measure is missing at some of what was swept has none: arms would be averaged over
    unlike cells. Raises `FigureError` for missing columns or an empty frame.
    """
    require(frame, [by, *also, "replicate", *columns], name)
    left = list(frame.columns[: list(frame.columns).index("replicate")])
    swept = [name for name in left if name not in (by, *also) and frame[name].nunique() > 1]
    cells = len(frame[swept].drop_duplicates()) if swept else 1
    grouped = frame.groupby([by, *also, "replicate"], sort=False)[list(columns)]
    found = grouped.mean().where(grouped.count() >= cells).reset_index()
    return found.assign(**{by: found[by].astype(str)})


def over_groups(values: ArrayLike, comparisons: int = 1) -> Interval:
    """Mean over groups with the interval of t that holds, in 95 % of cases, for all `comparisons` together.

    Equation: mean ± t(1 − .05/2m; n − 1) s/√n, m comparisons (Bonferroni). Missing values are left out; one
    value has no interval, nor have fewer than six that are all alike, which says little of their spread.

    Example:
        >>> over_groups([1.0, 2.0, 3.0])
        Interval(mean=2.0, low=-0.484..., high=4.484...)
        >>> over_groups([0.2] * 6).clear, over_groups([0.2] * 5).clear
        (1, 0)
    """
    from scipy.stats import t

    sample = np.asarray(values, dtype=float)
    sample = sample[np.isfinite(sample)]
    if len(sample) == 0:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(sample.mean())
    if len(sample) == 1:
        return Interval(mean, np.nan, np.nan)
    if np.ptp(sample) < 1e-12:  # what rounding leaves is no difference
        mean = round(mean, 12)
        sure = len(sample) >= FEWEST_ALIKE or mean == 0.0
        return Interval(mean, mean, mean) if sure else Interval(mean, np.nan, np.nan)
    half = float(t.ppf(1 - 0.025 / comparisons, len(sample) - 1) * sample.std(ddof=1) / np.sqrt(len(sample)))
    return Interval(mean, mean - half, mean + half)


def paired(groups: pd.DataFrame, by: str, arm: str, reference: str, column: str) -> np.ndarray:
    """Differences arm − reference in `column`, group by group (the same replicate is the same group).

    Raises `FigureError` if the two share no group.
    """
    one, other = (groups[groups[by] == name].set_index("replicate")[column] for name in (arm, reference))
    if not one.index.isin(other.index).any():
        raise FigureError(
            f"outcomes: {by} {arm!r} and {reference!r} share no value of the column 'replicate', so they "
            "cannot be paired."
        )
    return np.asarray(one - other.reindex(one.index), dtype=float)


def differences(
    groups: pd.DataFrame,
    by: str,
    arms: Sequence[str],
    reference: str,
    columns: Sequence[str],
    controls: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Paired differences of every arm from `reference`, in every column, with two intervals each.

    Arms in `controls` are compared with what that names instead. `low` and `high` are those of this
    difference alone (95 %), `low_all` and `high_all` those that hold for all of them together; `clear` says
    on which side of zero the latter lie (−1, 0, 1).
    """
    others = [arm for arm in arms if arm != reference]
    rows = []
    for column in columns:
        for arm in others:
            control = (controls or {}).get(arm, reference)
            values = paired(groups, by, arm, control, column)
            own, together = over_groups(values), over_groups(values, len(others) * len(columns))
            rows.append(
                {
                    "measure": column,
                    by: arm,
                    "reference": control,
                    "mean": own.mean,
                    "low": own.low,
                    "high": own.high,
                    "low_all": together.low,
                    "high_all": together.high,
                    "clear": together.clear,
                    "groups": int(np.isfinite(values).sum()),
                }
            )
    names = ["measure", by, "reference", "mean", "low", "high", "low_all", "high_all", "clear", "groups"]
    return pd.DataFrame(rows, columns=names)


def compared(table: pd.DataFrame, by: str, reference: str) -> str:
    """What paired differences clearly say of their first measure; if nothing, what they say of the others.

    Where arms have controls of their own, that is told after what is told of those compared with `reference`.
    """
    of_controls = table[table["reference"] != reference]
    if len(of_controls):
        table = table[table["reference"] == reference]
        theirs = (
            "their own controls"
            if of_controls[by].nunique() > 1
            else quoted(of_controls["reference"].unique())
        )
        own = [_compared(of_controls, by, theirs, 2)]
        return "; ".join([_compared(table, by, quoted([reference]), 2), *own] if len(table) else own)
    return _compared(table, by, quoted([reference]), _MOST_TOLD)


def _compared(table: pd.DataFrame, by: str, ref: str, most: int) -> str:
    first = str(table["measure"].iloc[0])
    rows = table[table["measure"] == first]
    name, others = measure_words(first).name, others_told(table)
    if table[by].nunique() == 1:
        return _one_compared(rows.iloc[0], by, ref, name, others)
    parts = []
    for side, word in ((1, "higher"), (-1, "lower")):
        found = rows[rows["clear"] == side].sort_values("mean", ascending=side < 0, kind="stable")
        if len(found):
            told = [f"{quoted([one[by]])} ({signed(one['mean'])})" for _, one in found.iterrows()]
            if len(told) > most:
                told = [*told[: most - 1], f"{len(told) - most + 1} more"]
            parts.append(f"{word} in {listed(told)}")
    if parts:
        return f"compared with {ref}, {name} is {', and '.join(parts)}"
    said = f"in none of {len(rows)} others does {name} differ clearly from {ref}"
    if len(rows) == 1:
        said = f"{name} does not differ clearly between {quoted(rows[by])} and {ref}"
    return said + (f"; clear differences: {others}" if others else "")


def _one_compared(row: pd.Series, by: str, ref: str, name: str, others: str) -> str:
    arm = quoted([row[by]])
    if row["clear"]:
        also = f"; it has {others}, too" if others else ""
        word = "higher" if row["clear"] > 0 else "lower"
        return f"compared with {ref}, {name} is {word} in {arm} ({signed(row['mean'])}){also}"
    also = f"; {arm} has clearly {others}" if others else ""
    return f"{name} does not differ clearly between {arm} and {ref}{also}"


def others_told(table: pd.DataFrame) -> str:
    """In how many arms each measure but the first is clearly more or less, in words; empty if in none."""
    told = []
    by_measure = list(table.groupby("measure", sort=False))
    alone = all(len(rows) == 1 for _, rows in by_measure)
    for measure, rows in by_measure[1:]:
        name = measure_words(str(measure)).name
        up, down = int((rows["clear"] > 0).sum()), int((rows["clear"] < 0).sum())
        if alone:
            told += [f"more {name}"] * up + [f"less {name}"] * down
        elif up or down:
            counts = [f"higher in {up}"] * (up > 0) + [f"lower in {down}"] * (down > 0)
            told.append(f"{name} ({' and '.join(counts)})")
    return listed(told)


def whole(title: str) -> str:
    """The title for `head`, which then breaks no line within a short name in quotation marks."""
    return re.sub(r"“[^“”]{1,22}”", lambda found: found[0].replace(" ", "\u00a0"), title)


def signed(value: float, digits: int = 2) -> str:
    """A difference with its sign.

    Example:
        >>> signed(0.25), signed(-0.1), signed(-0.004)
        ('+0.25', '−0.10', '−0.004')
    """
    text = number(value, digits)
    if float(text.replace("−", "-")) == 0 and abs(value) >= 0.0005:
        text = number(value, 3)
    return text if text.startswith("−") or float(text) == 0 else f"+{text}"


def moved(changes: Mapping[str, Mapping[str, Interval]]) -> str:
    """What clearly rises and falls, {measure: {arm: its change}}, in words; arms are named if they differ.

    Example:
        >>> up, none = Interval(0.2, 0.1, 0.3), Interval(0.0, -0.1, 0.1)
        >>> moved({"threat": {"a": up, "b": up}, "drive": {"a": none, "b": up}, "soothing": {"a": none}})
        'threat and drive (in “b”) rise; no clear change in soothing'
    """
    parts, held = [], list(changes)
    for side, word in ((1, "rise"), (-1, "fall")):
        told = []
        for measure, found in changes.items():
            if any(change.clear == side for change in found.values()):
                told.append(measure_words(measure).name + which(found, side))
                held = [name for name in held if name != measure]
        if told:
            parts.append(f"{listed(told)} {word if len(told) > 1 else verb(told[0], word)}")
    if held:
        parts.append(f"no clear change in {listed([measure_words(measure).name for measure in held])}")
    return "; ".join(parts)


def which(found: Mapping[str, Interval], side: int) -> str:
    """Arms whose interval is clear on a side, in brackets: none if all are, the exceptions if most are.

    Example:
        >>> up, none = Interval(0.2, 0.1, 0.3), Interval(0.0, -0.1, 0.1)
        >>> which({"a": up, "b": none}, 1), which({"a": up, "b": up, "c": none}, 1)
        (' (in “a”)', ' (not clearly in “c”)')
    """
    agree = [arm for arm, one in found.items() if one.clear == side]
    rest = [arm for arm in found if arm not in agree]
    if not rest:
        return ""
    if len(rest) < len(agree):
        return f" (not clearly in {quoted(rest)})"
    return f" (in {quoted(agree)})"


def verb(name: str, word: str) -> str:
    """A verb in the third person that fits the name of a measure.

    Example:
        >>> verb("upsets", "fall"), verb("threat", "fall")
        ('fall', 'falls')
    """
    return word if several(name) else f"{word}s"


def several(name: str) -> bool:
    """Whether the name of a measure is a plural.

    Example:
        >>> several("symptoms"), several("ISS")
        (True, False)
    """
    plurals = ("upsets", "resources", "cooperation and care", "pairs", "meetings", "symptoms", "ruptures")
    return name.startswith(plurals)


def lines_panel(axes: Axes, table: pd.DataFrame, by: str, arms: Mapping[str, Look], x: str) -> None:
    """Draw one measure's means against the column `x`, a line with its interval's band for each arm.

    Against `part` it is the course that is drawn.
    """
    bottom = top = 0.0
    for arm, look in arms.items():
        rows = table[(table[by] == arm) & table["mean"].notna()]
        at, low, high = (rows[name].to_numpy(float) for name in (x, "low", "high"))
        axes.fill_between(at, low, high, color=look.colour, alpha=0.15, linewidth=0, gid="interval")
        axes.plot(at, rows["mean"], color=look.colour, linestyle=look.line, marker=look.marker, markersize=6)
        top = max([top, *rows["mean"], *high[np.isfinite(high)]])
        bottom = min([bottom, *rows["mean"], *low[np.isfinite(low)]])
    words = measure_words(str(table["measure"].iloc[0]), of_course=x == "part")
    axes.set_title(words.panel)
    if table["mean"].isna().all():
        axes.text(0.5, 0.5, "never observed", transform=axes.transAxes, ha="center", va="center", color=GREY)
    axes.set_ylabel(sentence(words.unit))
    span = (top - bottom) or 1.0
    axes.set_ylim(bottom - 0.035 * span, bottom + 1.06 * span)  # a marker on zero is seen whole
    axes.locator_params(axis="y", nbins=5)
    quiet(axes)


def key(arms: Mapping[str, Look]) -> list[Line2D | Patch]:
    """What a legend of the arms' lines is made of."""
    return [
        Line2D([], [], color=look.colour, ls=look.line, marker=look.marker, label=look.label)
        for look in arms.values()
    ]


def key_below(figure: Figure, arms: Mapping[str, Look]) -> None:
    """Put a legend of the arms' lines and bands below the panels, in as few rows as fit."""
    handles = [*key(arms), Patch(facecolor=GREY, alpha=0.3, label="95 % interval")]
    width = sum(1.2 + 0.11 * len(str(one.get_label())) for one in handles)
    rows = int(np.ceil(width / figure.get_figwidth()))
    figure.legend(handles=handles, loc="outside lower left", ncols=-(-len(handles) // rows), handlelength=3.2)
