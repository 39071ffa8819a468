"""What a fixed dose of warmth leaves behind, by entry fear of compassion, beside titration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.intervals import Interval, mean_interval
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import ACCENT, INK, head, new_figure, quiet, style
from mentalities_sim.figures.words import (
    amount,
    arm_words,
    grid_dose,
    level_words,
    listed,
    listed_levels,
    number,
    outcome_words,
    sentence,
)


def dose_response(
    outcomes: pd.DataFrame,
    intervals: pd.DataFrame | None = None,
    *,
    shown: Sequence[str] = ("fear_of_compassion", "symptoms"),
    fear: str = "fear",
    titrated: str | None = "titrated",
    resamples: int = 2000,
    seed: int = 0,
) -> Drawn:
    """Draw final outcomes by fixed dose of warmth, one column of panels per entry fear.

    Doses are read from the arms `fixed_000` … `fixed_100` of `outcomes` (or from a column
    `dose`). Points are means over replicates with 95 % bootstrap intervals, unless `intervals`
    gives them (columns arm, `fear`, outcome, mean, low, high). The best dose of each panel is
    ringed; the arm `titrated` is a band (its interval) with a marker at its mean warmth
    (column mean_warmth_sent), or only a band without that column. The title says for each
    fear whether a dose between the ends, the largest or the smallest leaves the outcome best,
    judged by paired differences on replicates other than those the dose was chosen from.
    """
    require(outcomes, ["arm", "replicate", fear, *shown], "outcomes")
    doses = _doses(outcomes)
    grid = outcomes.assign(dose=doses)[doses.notna()]
    if grid["dose"].nunique() < 2:
        raise FigureError(
            "outcomes has fewer than two fixed doses: name the arms fixed_000 … fixed_100 "
            "or add a column 'dose'."
        )
    fears = sorted(float(level) for level in grid[fear].unique())
    names = level_words(fears, "fear")
    there = titrated is not None and bool((outcomes["arm"] == titrated).any())
    table = _table(outcomes, grid, intervals, shown, fear, titrated if there else None, resamples, seed)
    verdicts = {level: _verdict(grid, level, shown[0], fear, resamples, seed) for level in fears}
    title = _title(verdicts, names, shown[0])

    with style():
        figure = new_figure((13.33, 4.4 + 1.6 * (len(shown) - 1) + 1.5 * (len(shown) > 1)))
        panels = figure.subplots(len(shown), len(fears), sharex=True, sharey="row", squeeze=False)
        for row, outcome in enumerate(shown):
            for column, level in enumerate(fears):
                axes = panels[row, column]
                part = table[(table["outcome"] == outcome) & (table[fear] == level)]
                _panel(axes, part, outcome, there)
                if row == 0:
                    axes.set_title(sentence(names[level]) + _at(names[level], level))
                if column == 0:
                    name, unit, _ = outcome_words(outcome)
                    axes.set_ylabel(f"Final {_wrapped(name)}\n({unit})" if unit else name)
                if row == len(shown) - 1:
                    axes.set_xlabel("Dose of warmth (0–1)")
        _key(panels, table, titrated if there else None)
        head(figure, title)
    alt = _alt_text(title, table, names, fear, shown, verdicts)
    caption = (
        "Final outcome by fixed dose of warmth for each entry fear of compassion: mean over "
        "replicates with 95 % bootstrap interval. Ring: best mean dose, chosen on the same "
        "replicates that are shown. "
    )
    if there:
        caption += f"Band: {arm_words(str(titrated))} with its interval, marker at its mean dose."
    used = ("arm", "replicate", fear, *shown)
    return Drawn(figure, title, alt, table, caption, used)


def _doses(outcomes: pd.DataFrame) -> pd.Series:
    if "dose" in outcomes.columns:
        return outcomes["dose"].astype(float)
    return outcomes["arm"].map(lambda arm: grid_dose(str(arm))).astype(float)


def _at(words: str, level: float) -> str:
    return "" if words.endswith(f"{level:g}") else f" ({level:g})"


def _wrapped(name: str) -> str:
    return name if len(name) < 14 else name.replace(" ", "\n", 1) if name.count(" ") else name


def _table(
    outcomes: pd.DataFrame,
    grid: pd.DataFrame,
    intervals: pd.DataFrame | None,
    shown: Sequence[str],
    fear: str,
    titrated: str | None,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    if intervals is not None:
        require(intervals, ["arm", fear, "outcome", "mean", "low", "high"], "intervals")
    parts = [grid]
    if titrated is not None:
        warmth = outcomes[outcomes["arm"] == titrated]
        sent = "mean_warmth_sent"
        means = warmth.groupby(fear)[sent].transform("mean") if sent in warmth else np.nan
        parts.append(warmth.assign(dose=means))
    rows = []
    for outcome in shown:
        for part in parts:
            for (arm, level), cell in part.groupby(["arm", fear], sort=True):
                found = _given(intervals, str(arm), float(level), outcome, fear)
                if found is None:
                    found = mean_interval(cell[outcome], resamples=resamples, seed=seed)
                rows.append(
                    {
                        "outcome": outcome,
                        fear: float(level),
                        "arm": arm,
                        "dose": float(cell["dose"].iloc[0]),
                        "fixed": part is grid,
                        "mean": found.mean,
                        "low": found.low,
                        "high": found.high,
                        "replicates": int(cell[outcome].notna().sum()),
                    }
                )
    table = pd.DataFrame(rows).sort_values(["outcome", fear, "fixed", "dose"], kind="stable")
    table["best"] = False
    for (outcome, _), cell in table[table["fixed"]].groupby(["outcome", fear]):
        table.loc[_best(cell, str(outcome)), "best"] = True
    return table.reset_index(drop=True)


def _best(cell: pd.DataFrame, outcome: str) -> int:
    higher = outcome_words(outcome)[2] == "higher"
    return int(cell["mean"].idxmax() if higher else cell["mean"].idxmin())


def _given(
    intervals: pd.DataFrame | None, arm: str, level: float, outcome: str, fear: str
) -> Interval | None:
    if intervals is None:
        return None
    hit = intervals[
        (intervals["arm"] == arm)
        & np.isclose(intervals[fear].astype(float), level)
        & (intervals["outcome"] == outcome)
    ]
    if hit.empty:
        raise FigureError(f"intervals has no row for arm {arm!r}, {fear} {level:g}, {outcome!r}.")
    first = hit.iloc[0]
    return Interval(float(first["mean"]), float(first["low"]), float(first["high"]))


def _panel(axes: Axes, part: pd.DataFrame, outcome: str, there: bool) -> None:
    fixed = part[part["fixed"]]
    low = (fixed["mean"] - fixed["low"]).fillna(0.0).clip(lower=0.0)
    high = (fixed["high"] - fixed["mean"]).fillna(0.0).clip(lower=0.0)
    axes.errorbar(
        fixed["dose"],
        fixed["mean"],
        yerr=[low, high],
        color=INK,
        marker="o",
        capsize=4,
        elinewidth=2,
        label="fixed dose",
    )
    best = fixed[fixed["best"]].iloc[0]
    axes.plot(
        best["dose"],
        best["mean"],
        marker="o",
        markersize=17,
        markerfacecolor="none",
        markeredgecolor=INK,
        markeredgewidth=2.2,
        linestyle="none",
        label="best fixed dose, by its mean",
    )
    if there:
        for _, one in part[~part["fixed"]].iterrows():
            if np.isfinite(one["low"]):
                axes.axhspan(one["low"], one["high"], color=ACCENT, alpha=0.22, linewidth=0)
            axes.axhline(one["mean"], color=ACCENT, linewidth=2, linestyle=(0, (6, 2)))
            if np.isfinite(one["dose"]):
                axes.plot(
                    one["dose"],
                    one["mean"],
                    marker="D",
                    markersize=11,
                    color=ACCENT,
                    markeredgecolor="white",
                    linestyle="none",
                    zorder=5,
                )
    quiet(axes)
    axes.margins(x=0.06, y=0.12)


def _key(panels: np.ndarray, table: pd.DataFrame, titrated: str | None) -> None:
    from matplotlib.lines import Line2D

    figure = panels[0, 0].figure
    entries = [
        Line2D([], [], color=INK, marker="o", label="fixed dose: mean, 95 % interval"),
        Line2D(
            [],
            [],
            color=INK,
            marker="o",
            markersize=15,
            markerfacecolor="none",
            markeredgewidth=2.2,
            linestyle="none",
            label="best fixed dose, by its mean",
        ),
    ]
    if titrated is not None:
        known = bool(table.loc[~table["fixed"], "dose"].notna().any())
        where = ", at its mean dose" if known else ""
        entries.append(
            Line2D(
                [],
                [],
                color=ACCENT,
                marker="D",
                markersize=10,
                linestyle=(0, (6, 2)),
                label=f"{arm_words(titrated)}{where}",
            )
        )
    figure.legend(handles=entries, loc="outside lower right", ncols=len(entries))


def _verdict(
    grid: pd.DataFrame, level: float, outcome: str, fear: str, resamples: int, seed: int
) -> tuple[str, float]:
    """What the doses do at one fear, and the best dose.

    "between": better than both ends; "largest" or "smallest": that end is the best and better
    than the other; "upper" or "lower": the best is clearly better than the far end only;
    "flat": no paired difference of the best from an end is clear. The best of many doses
    looks better than it is on the replicates it was chosen from: each half of them is
    therefore judged by the dose that was best in the other half.
    """
    wide = (
        grid[np.isclose(grid[fear].astype(float), level)]
        .pivot_table(index="replicate", columns="dose", values=outcome)
        .sort_index(axis=1)
    )
    sign = -1.0 if outcome_words(outcome)[2] == "higher" else 1.0
    best = float((sign * wide.mean()).idxmin())
    small, large = float(wide.columns[0]), float(wide.columns[-1])
    halves = (wide.iloc[0::2], wide.iloc[1::2])
    if len(wide) < 4:
        return "flat", best
    chosen = [(sign * half.mean()).idxmin() for half in halves]

    def beats(end: float) -> bool:
        if end == best:
            return False
        judged = [half[dose] - half[end] for half, dose in zip(halves, chosen[::-1], strict=True)]
        found = mean_interval(sign * pd.concat(judged), resamples=resamples, seed=seed)
        return found.clear < 0

    over_small, over_large = beats(small), beats(large)
    if over_small and over_large:
        return "between", best
    if over_small:
        return ("largest" if best == large else "upper"), best
    if over_large:
        return ("smallest" if best == small else "lower"), best
    return "flat", best


def _title(verdicts: dict[float, tuple[str, float]], names: dict[float, str], outcome: str) -> str:
    name, _, better = outcome_words(outcome)
    leaves = f"leaves {amount(outcome, 1 if better == 'higher' else -1, most=True)}"
    kinds: dict[str, list[float]] = {}
    for level, (kind, _) in verdicts.items():
        kinds.setdefault(kind, []).append(level)
    parts: list[str] = []
    for kind, levels in kinds.items():
        at = "at " + listed_levels([names[level] for level in levels])
        if len(kinds) == 1 and len(levels) > 1:
            at = "at every entry fear"
        doses = listed(list(dict.fromkeys(f"{verdicts[level][1]:g}" for level in levels)))
        noun = "dose" if len(levels) == 1 else "doses"
        words = {
            "between": f"a dose between the ends ({doses})",
            "largest": f"the largest {noun} ({doses})" if len(levels) == 1 else "the largest dose",
            "smallest": f"the smallest {noun} ({doses})" if len(levels) == 1 else "the smallest dose",
            "upper": "large doses do better than small ones",
            "lower": "small doses do better than large ones",
            "flat": "no dose is clearly better than the ends",
        }[kind]
        if kind in {"between", "largest", "smallest"}:
            words += f" {leaves}" if not parts or leaves not in parts[0] else ""
        parts.append(f"{at} {words}")
    said = "; ".join(parts)
    if leaves not in said:
        said += f" ({name})"
    return sentence(said)


def _alt_text(
    title: str,
    table: pd.DataFrame,
    names: dict[float, str],
    fear: str,
    shown: Sequence[str],
    verdicts: dict[float, tuple[str, float]],
) -> str:
    parts = [
        f"{title}.",
        f"Panels of final {listed([outcome_words(o)[0] for o in shown])} against fixed dose of "
        f"warmth, one column per entry fear, with 95 % intervals.",
    ]
    for outcome in shown:
        for level in verdicts:
            cell = table[(table["outcome"] == outcome) & (table[fear] == level)]
            fixed = cell[cell["fixed"]]
            first, last = fixed.iloc[0], fixed.iloc[-1]
            best = fixed[fixed["best"]].iloc[0]
            words = (
                f"{sentence(outcome_words(outcome)[0])} at {names[level]}: "
                f"{number(first['mean'])} at dose {first['dose']:g}, best {number(best['mean'])} "
                f"at dose {best['dose']:g}, {number(last['mean'])} at dose {last['dose']:g}"
            )
            for _, one in cell[~cell["fixed"]].iterrows():
                words += (
                    f"; {arm_words(str(one['arm']))} {number(one['mean'])} "
                    f"({number(one['low'])} to {number(one['high'])})"
                )
                if np.isfinite(one["dose"]):
                    words += f" at mean dose {number(one['dose'])}"
            parts.append(words + ".")
    return " ".join(parts)
