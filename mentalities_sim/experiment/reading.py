"""Reading results aloud: a table for the terminal, and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.results import Results

COLUMNS = {
    "symptoms": "symptoms",
    "fear_of_compassion": "fear",
    "felt_security": "security",
    "self_warmth": "self-warmth",
    "agency": "agency",
    "switching": "switches/h",
    "ruptures": "ruptures",
    "dropped_out": "dropped out",
    "expressed_minus_felt": "shown-felt",
    "mean_warmth_sent": "warmth sent",
}
REGIME = {
    "headroom_used": "headroom used",
    "time_at_bounds": "time at bounds",
    "critical_fear": "critical fear",
    "therapy_length": "length in learning times",
}


def table_text(results: Results) -> str:
    """Return the table of arms × outcomes, one block per cell: mean and half-width of the 95 % interval.

    Outcomes are in their own units (shares 0 to 1 but for counts, switches per hour and the circumplex).
    """
    names = [n for n in COLUMNS if n in results.file.measures.outcomes]
    table = results.table(names)
    blocks = []
    for cell in results.file.cells():
        rows = table
        for name, value in cell.columns.items():
            rows = rows[rows[name] == value]
        lines = [["", *[COLUMNS[n] for n in names]]]
        for arm in results.arms:
            of_arm = rows[rows["arm"] == arm].set_index("outcome")
            lines.append([_label(results, arm, cell.columns), *[_number(of_arm.loc[n]) for n in names]])
        title = ", ".join(f"{name}: {label}" for name, label in cell.labels.items())
        blocks.append("\n".join(([title] if title else []) + _aligned(lines)))
    return "\n\n".join(blocks) + "\n\n" + _regime_text(results)


def sentence(results: Results) -> str:
    """Return one sentence that reads the main comparison off the paired intervals."""
    arms = set(results.outcomes["arm"])
    if {"titrated", "fixed_best_for_each_fear"} <= arms and results.axes == ["fear"]:
        return _titration_sentence(results, arms)
    means = results.outcomes.groupby("arm", sort=False)["symptoms"].mean()
    if len(means) < 2:
        return f"In the one arm, {means.index[0]}, mean symptoms in life end at {means.iloc[0]:.3f}."
    best, worst = str(means.idxmin()), str(means.idxmax())
    return (
        f"Mean symptoms are lowest in {best} ({means.min():.3f}) and highest in {worst} "
        f"({means.max():.3f}); compare arms by Results.contrast."
    )


def _titration_sentence(results: Results, arms: set[str]) -> str:
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
            row = _at(results.contrast("titrated", rival, "symptoms"), hardest.column)
            said.append(
                f"{_verdict(row)} {words} ({row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}])"
            )
    return (
        f"At {hardest.label} fear ({hardest.column}), titrated warmth leaves symptoms "
        + "; ".join(said)
        + f"; paired differences over {results.file.replicates} clients, 95 % intervals."
    )


def _at(rows: pd.DataFrame, fear: Any) -> pd.Series:
    return rows[rows["fear"] == fear].iloc[0]


def _verdict(row: pd.Series) -> str:
    if np.isnan(row["low"]):
        return "(one client: no interval) as against"
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
        return f"{arm} = {rows['chosen'].iloc[0]}"
    return arm


def _number(row: Any) -> str:
    if np.isnan(row["mean"]):
        return "-"
    digits = 1 if abs(row["mean"]) >= 5 else 3
    if np.isnan(row["low"]):
        return f"{row['mean']:.{digits}f}"
    return f"{row['mean']:.{digits}f} ±{(row['high'] - row['low']) / 2:.{digits}f}"


def _aligned(lines: list[list[str]]) -> list[str]:
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return [
        "  "
        + line[0].ljust(widths[0])
        + "".join("  " + cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))
        for line in lines
    ]


def _regime_text(results: Results) -> str:
    lines = [["regime", *REGIME.values()]]
    for key, rows in (
        results.outcomes.groupby(results.axes, sort=False) if results.axes else [(("all",), results.outcomes)]
    ):
        label = ", ".join(
            f"{name} {value}" for name, value in zip(results.axes or ["cells"], key, strict=True)
        )
        numbers = [rows.groupby("arm")[n].mean() for n in REGIME]
        cells = []
        for series in numbers:
            low, high = series.min(), series.max()
            cells.append(f"{low:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{low:.2f} to {high:.2f}")
        lines.append([label, *cells])
    return "\n".join(_aligned(lines)) + "\n  (from the lowest to the highest arm mean)"
