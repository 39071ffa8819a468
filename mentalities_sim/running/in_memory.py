"""Running an experiment without a folder: everything is kept in memory, and gone with it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

import pandas as pd

from mentalities_sim.experiment.schema import ExperimentFile
from mentalities_sim.running.batches import Engine, Order
from mentalities_sim.running.executors import Hands, lent, threads
from mentalities_sim.running.hashes import rule_hashes
from mentalities_sim.running.progress import Progress
from mentalities_sim.running.sweep import in_order, sweep, wanted
from mentalities_sim.signals import Mentality


@dataclass
class Recorded:
    """What a run of an experiment leaves: tidy frames by table, and each arm's rule hash."""

    outcomes: pd.DataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    transitions: pd.DataFrame
    agents: pd.DataFrame
    failures: pd.DataFrame
    contests: pd.DataFrame
    course: pd.DataFrame
    rules: dict[str, str] = field(default_factory=dict)


def run_file(
    file: ExperimentFile,
    *,
    engine: Engine = "compiled",
    seed: int | None = None,
    cast: Mapping[str, type] | None = None,
    policies: Mapping[str, type] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Recorded:
    """Run an experiment file and return its frames.

    The numbers depend on the file and the seed alone: not on the engine, the number of `workers`, the
    `executor` or the order in which tasks finish.
    """
    order = Order(file, engine, file.seed if seed is None else seed, cast or {}, policies or {})
    with lent(executor, workers) if executor else threads(workers, engine) as hands:
        found = run_in_memory(order, hands, progress or Progress(silent=True))
    columns = ["arm", *(["point"] if file.sampled else []), *[axis.name for axis in file.axes]]
    for name in found.keys() - {"outcomes", "failures"}:  # choosing replicates only choose
        rows = found[name]
        found[name] = rows[rows["replicate"] < file.replicates].reset_index(drop=True)
    found["transitions"] = transition_counts(found["transitions"], columns)
    return Recorded(**found, rules=rule_hashes(order))


def run_in_memory(order: Order, hands: Hands, shown: Progress) -> dict[str, pd.DataFrame]:
    """Run all of an experiment and return its tables by name, in order."""
    frames: dict[str, list[pd.DataFrame]] = {}

    def keep(tables: dict[str, pd.DataFrame]) -> None:
        for name, frame in tables.items():
            frames.setdefault(name, []).append(frame)

    pending = wanted(order)
    shown.begin(int(pending.sum()), 0)
    sweep(order, pending, hands, keep, shown.update)
    return in_order(frames, order.file)


def transition_counts(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return transitions summed over replicates, one row per condition and pair of mentalities.

    `rows` are the counts of single runs, in which pairs that never were are left out.
    """
    if not len(rows):
        return rows.drop(columns="replicate")
    names = [m.name.lower() for m in Mentality]
    counts = rows.groupby([*columns, "before", "after"], sort=False, observed=True)["count"].sum()
    pairs = pd.MultiIndex.from_product([names, names], names=["before", "after"])
    whole = counts.unstack(["before", "after"], fill_value=0, sort=False)
    whole = whole.reindex(columns=pairs, fill_value=0)
    long = whole.stack(["before", "after"], future_stack=True).rename("count").reset_index()
    return long.astype({"count": "int64"})
