"""Which runs of the worked example show which phases: per run, as shares, and against an ablation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.intervals import bootstrap_means
from mentalities_sim.measures.phases import PHASES, STATES, Told, phases_of

if TYPE_CHECKING:
    from mentalities_sim.experiment.results import Results

TURNS = 15
"""Turns of the therapist in the paper's table."""
WHOLE = "all in order"
"""What stands for a phase where it is asked whether a run shows them all."""


def is_worked_example(results: Results) -> bool:
    """Say whether the turns that were sent are those of the paper's table, whatever their coding."""
    turns = results.file.turns
    return len(turns) == TURNS and "Hello shame" in turns[3].words


def phases(results: Results) -> pd.DataFrame:
    """Return for every run of a dialogue which phases it shows: one row per arm, cell and replicate.

    The columns are `arm`, those of the cell, `replicate`, then those of `phases_of`. An arm that is not
    scripted is looked at in the same exchanges; a run that came to no end is left out. Raises `ValueError`
    where the turns are not the paper's fifteen, or of no run every exchange was kept.

    Example:
        >>> from mentalities_sim import Experiment
        >>> talk = Experiment.from_toml("experiments/dialogue_cwinn2023.toml")  # doctest: +SKIP
        >>> phases(talk.run()).groupby("arm")["in_order"].mean()  # doctest: +SKIP
    """
    if not is_worked_example(results):
        raise ValueError(
            f"{len(results.file.turns)} turns; phases are declared for the {TURNS} of the worked example "
            "(experiments/dialogue_cwinn2023.toml)"
        )
    turn_of = np.repeat(np.arange(1, TURNS + 1), [turn.exchanges for turn in results.file.turns])
    index = ["arm", *results.columns]
    found = []
    rows = results.series
    for key, group in rows[rows["exchange"] >= 0].groupby(index, sort=False) if len(rows) else ():
        kept = group.groupby("replicate")["exchange"].transform("size")
        group = group[kept == len(turn_of)].sort_values(["replicate", "week", "exchange"], kind="stable")
        if not len(group):
            continue
        runs = group["replicate"].unique()
        states = {name: group[f"client_{name}"].to_numpy(float).reshape(len(runs), -1) for name in STATES}
        one = phases_of(Told(states, turn_of.tolist()))
        one.insert(0, "replicate", runs)
        for place, name in enumerate(index):
            one.insert(place, name, key[place])
        found.append(one)
    if not found:
        raise ValueError(
            f"no run with all its {len(turn_of)} exchanges was kept; phases need [measures] series = "
            "{ stride = 1, replicates = ... }"
        )
    return pd.concat(found, ignore_index=True)


def phase_shares(results: Results) -> pd.DataFrame:
    """Return the share of runs that show each phase, and all in order, with 95 % bootstrap intervals.

    One row per arm, cell and phase (the last: `WHOLE`): `share`, `low`, `high`, `runs`. Raises as
    `phases` does.
    """
    told = phases(results)
    index = ["arm", *results.columns]
    names = [phase.name for phase in PHASES]
    rows: list[dict[str, Any]] = []
    for key, group in told.groupby(index, sort=False):
        shown = np.column_stack([group[names].to_numpy() > 0, group["in_order"].to_numpy()]).astype(float)
        low, high = bootstrap_means(shown)
        for i, name in enumerate([*names, WHOLE]):
            numbers = {"share": shown[:, i].mean(), "low": low[i], "high": high[i], "runs": len(group)}
            rows.append({**dict(zip(index, key, strict=True)), "phase": name, **numbers})
    return pd.DataFrame(rows)


def phases_lost(results: Results, intact: str, without: str) -> pd.DataFrame:
    """Return, phase by phase, what an arm without some mechanism shows less of than the intact one.

    One row per cell and phase: `intact`, `without` (shares of runs), `difference` with its 95 % bootstrap
    interval `low`, `high` over runs of the same chance, and `lost`: at least half is gone, and the
    interval is below 0. Raises as `phases` does.
    """
    names = [phase.name for phase in PHASES]
    index = [*results.columns, "replicate"]
    told = phases(results)
    one, other = (told[told["arm"] == arm].set_index(index)[names] > 0 for arm in (intact, without))
    one, other = one.align(other, join="inner", axis=0)
    rows: list[dict[str, Any]] = []
    levels = list(range(len(results.columns)))
    for key, group in one.groupby(level=levels, sort=False) if levels else [((), one)]:
        was, now = group.to_numpy(float), other.loc[group.index].to_numpy(float)
        low, high = bootstrap_means(now - was)
        cell = dict(zip(results.columns, key if isinstance(key, tuple) else (key,), strict=True))
        for i, name in enumerate(names):
            before, after = float(was[:, i].mean()), float(now[:, i].mean())
            lost = bool(before > 0.0 and after <= 0.5 * before and high[i] < 0.0)
            said = {"phase": name, "intact": before, "without": after, "difference": after - before}
            rows.append({**cell, **said, "low": low[i], "high": high[i], "lost": lost})
    return pd.DataFrame(rows)
