"""Reading results aloud: a table for the terminal, and one sentence."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.pictures import dialogue_rows, told_phases
from mentalities_sim.experiment.results import Results
from mentalities_sim.experiment.society_pictures import MOST_AT_BOUNDS
from mentalities_sim.signals import Mentality

NARROWEST = 100
"""Columns that every terminal is taken to have."""
REGIME = {
    "rumination_number": "how far brooding feeds the ISS; below 1 it cannot keep an ISS going",
    "power_at_bounds": "share of people whose power ends at a bound; above 0.2 trust no difference",
    "headroom_used": "share of the fear at entry that is gone at the end",
    "time_at_bounds": "share of exchanges a system spent at a bound; above 0.2 trust no difference",
    "critical_fear": "the fear above which full warmth makes leaving likely",
    "therapy_length": "below 1 nothing can be learned, far above 8 all tolerable",
}
"""What each outcome that tells the regime is, in a line for the terminal."""
MOST_CELLS = 6
"""Cells that a sentence names of each arm."""


def table_text(results: Results) -> str:
    """Return the table of arms × outcomes, one block per cell: mean and half-width of the 95 % interval.

    Outcomes are in their own units (shares 0 to 1 but for counts, switches per hour and the circumplex).
    Columns that do not fit the terminal go into a further block.
    """
    if results.file.sampled:
        return _space_text(results)
    width = max(NARROWEST, shutil.get_terminal_size((120, 24)).columns)
    glue, asked = results.kind.glue, results.file.measures.outcomes
    short = glue.headline
    names = [n for n in short if n in asked] if short and len(asked) == len(glue.outcomes) else list(asked)
    table = results.table(names)
    blocks = []
    for cell in results.file.cells():
        rows = table
        for name, value in cell.columns.items():
            rows = rows[rows[name] == value]
        lines = [["", *[short.get(n, n.replace("_", " ")) for n in names]]]
        for arm in results.arms:
            of_arm = rows[rows["arm"] == arm].set_index("outcome")
            # an arm whose runs all failed has no numbers
            numbers = [_number(of_arm.loc[n]) if n in of_arm.index else "-" for n in names]
            lines.append([_label(results, arm, cell.columns), *numbers])
        title = ", ".join(f"{name}: {label}" for name, label in cell.labels.items())
        parts = ["\n".join(_aligned(part)) for part in _fitting(lines, width)]
        blocks.append("\n".join(([title] if title else []) + parts))
    many = results.kind.many(results.file.replicates)
    head = f"Mean ± half-width of its 95 % bootstrap interval, {many} per row"
    if results.file.replicates == 1:
        head = f"One {results.kind.unit} per row; no intervals from one"
    some = table.groupby("outcome")["mean"].count()
    never = [name.replace("_", " ") for name in names if not some.get(name, 1)]
    if never:
        blocks.append(f"Not measured here (docs/reference/outcomes.md says when it is): {', '.join(never)}")
    return "\n\n".join([head + _set_text(results), *blocks, *_regime_text(results), *_bounds_text(results)])


def sentence(results: Results) -> str:
    """Return one sentence that reads the main comparison off the paired intervals."""
    arms = set(results.file.arms)
    if {"titrated", "fixed_best_for_each_fear"} <= arms and results.axes == ["fear"]:
        said = _titration_sentence(results, arms)
        if said:
            return said
    if results.file.sampled:
        return _space_sentence(results)
    if results.kind.name != "dyad":
        return _paired_sentence(results)
    spoken = dialogue_rows(results)
    if spoken is not None:
        return _dialogue_sentence(results, spoken)
    points = results.points(["symptoms"])
    points = points[points["arm"].isin(results.arms)]  # arms that the table shows
    means = points.groupby("arm", sort=False)["symptoms"].mean()
    if not len(means):
        return "No arm of those compared has a run that came to its end."
    if len(means) < 2:
        return f"In the one arm, {means.index[0]}, mean symptoms in life end at {means.iloc[0]:.3f}."
    best, worst = str(means.idxmin()), str(means.idxmax())
    return (
        f"Mean symptoms are lowest in {best} ({means.min():.3f}) and highest in {worst} "
        f"({means.max():.3f}); compare arms by Results.contrast."
    )


def _space_text(results: Results) -> str:
    """Return the table of a sampled space: outcomes over its points, and how they go with each axis."""
    file, units = results.file, results.kind.units
    head = (
        f"Over {file.n_cells:,} points ({file.design}), each the mean of {file.replicates} {units}: "
        f"mean ± half-width of its 95 % interval over {units},\nmiddle 90 % of the points, the share of "
        f"their variance that other {units} would change,\nand Spearman's rank correlation with each axis"
    )
    blocks = [head + _set_text(results)]
    summary = results.summary()
    for arm, rows in summary.groupby("arm", sort=False):
        lines = [[str(arm), "mean", "middle 90 %", units, *results.axes]]
        for _, row in rows.iterrows():
            found = [row[f"rho_{axis}"] for axis in results.axes]
            rho = ["-" if np.isnan(value) else f"{value:+.2f}" for value in found]
            noise = "-" if np.isnan(row["noise"]) else f"{row['noise']:.0%}"
            middle = f"{row['low_5']:.3g} to {row['high_95']:.3g}"
            name = str(row["outcome"]).replace("_", " ")
            lines.append([name, _number(row), middle, noise, *rho])
        blocks.append("\n".join(_aligned(lines)))
    return "\n\n".join(blocks)


def _set_text(results: Results) -> str:
    """Return a line on the learned states that were set; "" for none. What does not fit is only counted."""
    paths = results.set_directly
    for shown in range(len(paths), 0, -1):
        more = f" and {len(paths) - shown} more" if shown < len(paths) else ""
        line = f"Set directly, not lived: {', '.join(paths[:shown])}{more}"
        if len(line) <= NARROWEST or shown == 1:
            return f"\n{line}"
    return ""


def _space_sentence(results: Results) -> str:
    asked = results.file.measures.outcomes
    outcome = results.main_outcome if results.main_outcome in asked else asked[0]
    rows = results.summary([outcome])
    said = []
    for _, row in rows.iterrows():
        rho = {axis: row[f"rho_{axis}"] for axis in results.axes}
        most = max(rho, key=lambda axis: abs(np.nan_to_num(rho[axis])))
        way = "falls" if rho[most] < 0 else "rises"
        said.append(
            f"in arm {row['arm']} {outcome} {way} most with {most} (rank correlation {rho[most]:+.2f})"
        )
    return f"Over the whole space, {'; '.join(said)}; a curve that turns does not show in a rank correlation."


def _paired_sentence(results: Results) -> str:
    """Return the paired differences of every arm from its control, in the first outcome, cell by cell."""
    first, *others = results.arms
    asked = results.file.measures.outcomes
    means = results.points(asked)
    outcome = next((name for name in asked if means[name].notna().any()), asked[0])
    seen = set(results.points([outcome])["arm"])
    words = outcome.replace("_", " ")
    pairs = [(arm, results.control(arm)) for arm in results.arms]
    pairs = [(arm, control) for arm, control in pairs if {arm, control} <= seen]
    if not pairs:
        few = results.points([outcome])[outcome]
        if others or not len(few):
            return "No arm of those compared has a run that came to its end."
        return f"In the one arm, {first}, {words} is {_range(few)}."
    controls = [control for _, control in pairs]
    common = first if first in controls else controls[0]
    said = [
        f"{arm}{f' with {control}' if control != common else ''} {_pair_text(results, arm, control, outcome)}"
        for arm, control in sorted(pairs, key=lambda pair: pair[1] != common)
    ]
    many = results.kind.many(results.file.replicates)
    over = f"paired differences over {many}, 95 % intervals"
    if results.file.replicates == 1:
        over = f"differences in one {results.kind.unit}, so no intervals"
    return f"Compared with {common}, {words} differs by: {'; '.join(said)} ({over})."


def _pair_text(results: Results, arm: str, control: str, outcome: str) -> str:
    """Return the differences of an arm from its control, cell by cell, with their intervals."""
    pairs = results.contrast(arm, control, outcome)
    cells = []
    for _, row in pairs.iterrows():
        where = ", ".join(f"{axis} {row[axis]}" for axis in results.axes)
        interval = "" if np.isnan(row["low"]) else f" [{_signed(row['low'])}, {_signed(row['high'])}]"
        number = "nothing was observed" if np.isnan(row["difference"]) else _signed(row["difference"])
        cells.append(f"{number}{interval}" + (f" at {where}" if where else ""))
    more = f" and {len(cells) - MOST_CELLS} more cells" * (len(cells) > MOST_CELLS)
    return f"{', '.join(cells[:MOST_CELLS])}{more}"


def _range(values: pd.Series) -> str:
    low, high = f"{values.min():.3f}", f"{values.max():.3f}"
    return low if low == high else f"{low} to {high}"


def _titration_sentence(results: Results, arms: set[str]) -> str:
    """Return the sentence on titrated warmth, "" where no pair came to its end."""
    hardest = results.file.axes[0].levels[-1]
    said = []
    rivals = [
        ("fixed_best_for_each_fear", "the best fixed dose"),
        ("ramp_best_for_each_fear", "the best ramp"),
        ("yoked", "another client's series"),
        ("permuted", "its own series shuffled within sessions"),
    ]
    for rival, words in rivals:
        if rival in arms:
            pairs = results.contrast("titrated", rival, "symptoms")
            pairs = pairs[(pairs["fear"] == hardest.column) & (pairs["pairs"] > 0)]
            if not len(pairs):  # their runs failed
                continue
            row = pairs.iloc[0]
            said.append(
                f"{_verdict(row)} {words} ({_signed(row['difference'])} "
                f"[{_signed(row['low'])}, {_signed(row['high'])}])"
            )
    if not said:
        return ""
    return (
        f"At {hardest.label} fear ({hardest.column}), titrated warmth leaves symptoms "
        + "; ".join(said)
        + f"; paired differences over {results.file.replicates} clients, 95 % intervals."
    )


def _dialogue_sentence(results: Results, rows: pd.DataFrame) -> str:
    turns = results.file.turns
    last = np.cumsum([turn.exchanges for turn in turns]) - 1
    threat = rows.groupby("place")["client_threat"].mean().loc[last].to_numpy()
    soothing = rows.groupby("place")["client_soothing"].mean().loc[last].to_numpy()
    counts = rows["client_mentality"].value_counts(normalize=True)
    mentality = Mentality(int(counts.index[0])).name.lower().replace("_", "-")
    peak = int(np.argmax(threat))
    return (
        f"Over the {len(turns)} turns the client's mean threat goes from {threat[0]:.2f} over a peak of "
        f"{threat[peak]:.2f} after turn {peak + 1} to {threat[-1]:.2f}, soothing from {soothing[0]:.2f} to "
        f"{soothing[-1]:.2f}; she is {mentality} in {counts.iloc[0]:.0%} of the exchanges."
        f"{_phase_sentences(results)}"
    )


def _phase_sentences(results: Results) -> str:
    """Return which phases of the paper each arm shows, and what is lost without a mechanism; or ""."""
    told = told_phases(results)
    if told is None:
        return ""
    for axis in results.file.axes:
        told = told[told[axis.name] == axis.levels[-1].column]
    by_arm = {str(arm): rows.set_index("phase")["share"] for arm, rows in told.groupby("arm", sort=False)}
    first, *cut = [arm.name for arm in results.file.arms.values() if arm.policy == "scripted"]
    said = [_phases_of(arm, shares) for arm, shares in by_arm.items() if arm not in cut]
    text = " The paper's phases, by the runs that show them: " + ". ".join(said) + "."
    lost = {arm: _lost(results, first, arm) for arm in cut if arm in by_arm}
    if lost:
        halved = [f"{arm} ({', '.join(names)})" for arm, names in lost.items() if names]
        text += f" Against {first}, at least half is lost by " + ("; ".join(halved) or "no arm") + "."
    return text


def _phases_of(arm: str, shares: pd.Series) -> str:
    """Which phases most runs of an arm show, which some, which none; and how many runs show all."""
    *phases, (whole, all_of_them) = shares.items()
    groups = {
        "most": [str(name) for name, share in phases if share > 0.5],
        "some": [f"{name} ({share:.0%})" for name, share in phases if 0.0 < share <= 0.5],
        "none": [str(name) for name, share in phases if share == 0.0],
    }
    told = "; ".join(f"{words}: {', '.join(names)}" for words, names in groups.items() if names)
    return f"{arm} - {told}; {whole} {all_of_them:.0%}"


def _lost(results: Results, intact: str, without: str) -> list[str]:
    """The phases of which an arm has lost at least half, beyond chance, in the last cell."""
    from mentalities_sim.experiment.phases import phases_lost

    rows = phases_lost(results, intact, without)
    for axis in results.file.axes:
        rows = rows[rows[axis.name] == axis.levels[-1].column]
    return rows.loc[rows["lost"], "phase"].tolist()


def _signed(value: float) -> str:
    return "0.000" if abs(value) < 0.0005 else f"{value:+.3f}"


def _verdict(row: pd.Series) -> str:
    if np.isnan(row["low"]):
        return "(one client, no interval) compared with"
    if row["high"] < 0:
        return "lower than"
    if row["low"] > 0:
        return "higher than"
    return "not clearly other than"


def _label(results: Results, arm: str, columns: Mapping[str, Any]) -> str:
    chosen = results.chosen
    if len(chosen) and arm in set(chosen["arm"]):
        rows = chosen[chosen["arm"] == arm]
        for name, value in columns.items():
            if name in rows and rows[name].notna().all():
                rows = rows[rows[name] == value]
        return f"{arm} = {rows['chosen'].iloc[0]}" if len(rows) else arm
    return arm


def _number(row: Any) -> str:
    if np.isnan(row["mean"]):
        return "-"
    digits = 1 if abs(row["mean"]) >= 5 else 3
    if np.isnan(row["low"]):
        return f"{row['mean']:.{digits}f}"
    return f"{row['mean']:.{digits}f} ±{(row['high'] - row['low']) / 2:.{digits}f}"


def _fitting(lines: list[list[str]], width: int) -> list[list[list[str]]]:
    """Split a table by columns into parts that fit; the first column is repeated."""
    widths = [max(len(line[i]) for line in lines) + 2 for i in range(len(lines[0]))]
    groups: list[list[int]] = [[]]
    used = widths[0]
    for i in range(1, len(widths)):
        if used + widths[i] > width and groups[-1]:
            groups.append([])
            used = widths[0]
        groups[-1].append(i)
        used += widths[i]
    return [[[line[0], *[line[i] for i in group]] for line in lines] for group in groups]


def _aligned(lines: list[list[str]]) -> list[str]:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return [
        "  "
        + line[0].ljust(widths[0])
        + "".join("  " + cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))
        for line in lines
    ]


def _regime_text(results: Results) -> list[str]:
    """Return the block on the regime that the numbers are from, none where a kind of world has no such."""
    regime = results.kind.glue.regime
    if not regime:
        return []
    lines = [["regime", *regime.values()]]
    means = results.points(list(regime))
    for key, rows in means.groupby(results.axes, sort=False) if results.axes else [((), means)]:
        label = ", ".join(f"{name} {value}" for name, value in zip(results.axes, key, strict=True))
        numbers = [rows[n] for n in regime]
        cells = []
        for series in numbers:
            low, high = series.min(), series.max()
            cells.append(f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f} to {high:.2f}")
        lines.append([label or "all arms", *cells])
    said = [f"  {words}: {REGIME[name]}" for name, words in regime.items() if name in REGIME]
    return ["\n".join([*_aligned(lines), "  (from the lowest to the highest arm mean)", *said])]


def _bounds_text(results: Results) -> list[str]:
    """Return a line that names the cells of which too much lay at a bound; none where there is none."""
    bounds = results.kind.glue.bounds
    if not bounds:
        return []
    means = results.points([bounds])
    means = means[means["arm"].isin(results.arms) & (means[bounds] > MOST_AT_BOUNDS)]
    said = []
    for _, row in means.iterrows():
        where = ", ".join(f"{axis} {row[axis]}" for axis in results.axes)
        said.append(f"{row['arm']}{f' at {where}' if where else ''} {row[bounds]:.2f}")
    if not said:
        return []
    more = f" and {len(said) - MOST_CELLS} more" * (len(said) > MOST_CELLS)
    return [
        f"Above {MOST_AT_BOUNDS:g} {bounds.replace('_', ' ')}, where differences may be the bound's work: "
        f"{', '.join(said[:MOST_CELLS])}{more}."
    ]
