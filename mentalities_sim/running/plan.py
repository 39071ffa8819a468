"""Planning a sweep: how many runs, what varies, and from a short trial how long and how much room."""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import pyarrow as pa

from mentalities_sim.experiment.kinds import kind_of
from mentalities_sim.experiment.schema import Axis, ExperimentFile
from mentalities_sim.running.batches import REPLICATES_AT_ONCE, Order, compute
from mentalities_sim.running.progress import duration
from mentalities_sim.store.batch import encoded

TRIAL_SECONDS = 1.0
"""Least working time of the trials of all arms together, compiling apart."""
LONG = 5.0
"""Seconds after which it is said why the trial is not over yet: no run can be tried by halves."""
FEWEST = {"compiled": 64, "mesa": 1}
"""Runs of an arm's trial at least, where there are so many, so that what batches share is shared."""


@dataclass(frozen=True)
class Trial:
    """What a short trial of one rule set came to: runs, working seconds, and bytes on disk."""

    runs: int
    seconds: float
    bytes: int


@dataclass(frozen=True)
class Plan:
    """What running an experiment would take: nothing is written to find out.

    `seconds` and `bytes` are estimates from the trials, for `workers` threads, of which there are no more
    than runs; `takes` says what a run keeps in memory.
    """

    file: ExperimentFile
    engine: str
    runs: int
    conditions: int
    workers: int
    preparing: float
    trials: dict[str, Trial]
    seconds: float
    bytes: float
    takes: str = ""

    def __str__(self) -> str:
        return "\n".join([*self._head(), "", *varies(self.file), "", *self._estimate()])

    def _head(self) -> list[str]:
        file = self.file
        arms = sum(arm.kind != "best_of" for arm in file.arms.values())
        cells = _count(file.n_cells, "point" if file.sampled else "cell")
        product = f"{_count(arms, 'arm')} × {cells} ({file.design}) × {_count(file.replicates, 'replicate')}"
        lines = [file.title, f"  {_runs(self.runs, file)}: {product}"]
        chosen = self.runs - arms * file.n_cells * file.replicates
        if chosen:
            lines.append(f"  of them {chosen:,} to choose best-of arms on, with replicates of their own")
        return lines

    def _estimate(self) -> list[str]:
        tried = sum(trial.runs for trial in self.trials.values())
        each = sum(trial.seconds for trial in self.trials.values()) / tried
        threads = _count(self.workers, "thread")
        return [
            *([f"Memory    {self.takes}"] if self.takes else []),
            f"Trial     {_runs(tried, self.file)}: {short(each)} each ({self.engine} engine); "
            f"rules made ready in {duration(self.preparing)}",
            f"Time      about {duration(self.seconds)} on {threads}",
            f"Disk      about {size(self.bytes)}",
        ]


def plan(order: Order, workers: int | None = None) -> Plan:
    """Plan an experiment from a short trial of each arm; raises `RuleError` for rules that cannot run."""
    conditions = order.conditions
    per_arm = {
        arm.name: int(conditions.replicates[conditions.place(arm.name, 0)]) * order.file.n_cells
        for arm in conditions.arms
    }
    begun = time.monotonic()
    for rules in conditions.rules.values():
        order.kernel(rules)
    preparing = time.monotonic() - begun
    with _said_where_long(order, len(per_arm)):
        trials, seconds, size_on_disk = _estimates(order, per_arm)
    runs = sum(per_arm.values())
    workers = min(runs, workers or ((os.cpu_count() or 1) if order.engine == "compiled" else 1))
    return Plan(
        order.file, order.engine, runs, len(conditions), workers, preparing, trials,
        seconds / runs * math.ceil(runs / workers), size_on_disk, conditions.kind.glue.takes(conditions[0]),
    )  # fmt: skip


def _estimates(order: Order, per_arm: dict[str, int]) -> tuple[dict[str, Trial], float, float]:
    """Try every arm; return the trials, and what all its runs come to: seconds on one thread, and bytes."""
    trials: dict[str, Trial] = {}
    seconds = size_on_disk = 0.0
    kept = min(order.file.measures.series_replicates, order.file.replicates)
    for arm, runs in per_arm.items():
        recorded = 0 if arm in order.candidates else kept * order.file.n_cells
        if recorded < runs:
            trials[arm] = found = _try(order, arm, TRIAL_SECONDS / len(per_arm))
            seconds += found.seconds / found.runs * (runs - recorded)
            size_on_disk += found.bytes / found.runs * (runs - recorded)
        if recorded:  # a run whose series are kept is another thing altogether
            found = _run(order, [order.conditions.place(arm, 0)], [0])
            trials.setdefault(arm, found)
            seconds += found.seconds * recorded
            size_on_disk += found.bytes * recorded
    return trials, seconds, size_on_disk


@contextmanager
def _said_where_long(order: Order, arms: int) -> Iterator[None]:
    """Say on standard error, after some seconds, that the trial takes long and why."""
    kind = kind_of(order.file)
    text = f"The trial takes long: at least one of these {kind.runs} in each of {_count(arms, 'arm')} ..."
    timer = threading.Timer(LONG, print, [text], {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _try(order: Order, arm: str, seconds: float) -> Trial:
    """Do some runs of an arm from all over its cells, more and more of them until the time is up."""
    file = order.file
    first = min(file.measures.series_replicates, file.replicates - 1)
    some = list(range(first, min(first + REPLICATES_AT_ONCE, file.replicates)))
    alone = _run(order, [order.conditions.place(arm, 0)], some[:1])  # the first run also waits for memory
    if alone.seconds >= seconds:
        return alone
    wide, fewest = 1, FEWEST[order.engine]
    while True:
        cells = np.unique(np.linspace(0, file.n_cells - 1, wide).astype(int))
        found = _run(order, [order.conditions.place(arm, int(cell)) for cell in cells], some)
        if (found.seconds >= seconds and found.runs >= fewest) or len(cells) == file.n_cells:
            return found
        wide *= 2


def _run(order: Order, places: list[int], replicates: list[int]) -> Trial:
    begun = time.monotonic()
    tables = compute(order, [(places, replicates)], lambda: None)
    spent = time.monotonic() - begun
    written = [encoded(pa.Table.from_pandas(table, preserve_index=False)) for table in tables.values()]
    return Trial(len(places) * len(replicates), spent, sum(len(data) for data in written))


def varies(file: ExperimentFile) -> list[str]:
    """Return lines that say what is swept, and what the file sets and holds."""
    lines = [f"Varies    {_axis(axis)}" for axis in file.axes] or ["Varies    only the arm"]
    arms = [name for name, arm in file.arms.items() if arm.kind != "best_of"]
    lines.append(f"Arms      {', '.join(arms[:8])}{f' and {len(arms) - 8} more' if len(arms) > 8 else ''}")
    world = kind_of(file).glue.world
    held = [f"world.{name} = {_worded(world, name, value)}" for name, value in file.world.items()]
    for role, settings in file.people.items():
        held += [f"{role}.{name} = {_plain(s.value)}" for name, s in settings.items()]
    lines += [f"{'Held' if i == 0 else '':<10}{line}" for i, line in enumerate(held)]
    return [*lines, f"{'':<10}everything else as declared (seed {file.seed})"]


def _axis(axis: Axis) -> str:
    paths = ", ".join(axis.paths)
    if axis.span is not None:
        scale = ", even in its logarithm" if axis.span.scale == "log" else ""
        return f"{axis.name} ({paths}): from {axis.span.low:g} to {axis.span.high:g}{scale}"
    labels = [
        level.label if level.label == str(level.column) else f"{level.label} {level.column}"
        for level in axis.levels
    ]
    if axis.rows and not axis.levels:
        few, many = min(axis.rows), max(axis.rows)
        return f"{axis.name} ({paths}): {len(set(axis.rows)):,} values of a table, {few:g} to {many:g}"
    more = f" and {len(labels) - 8} more" if len(labels) > 8 else ""
    return f"{axis.name} ({paths}): {', '.join(labels[:8])}{more}"


def short(seconds: float) -> str:
    """Say how long one run takes.

    Example:
        >>> short(0.0027), short(0.27), short(2.3), short(23)
        ('2.7 ms', '270 ms', '2.3 s', '23 s')
    """
    if seconds < 0.9995:
        return f"{1000 * seconds:.{2 if seconds < 0.00995 else 3}g} ms"
    return f"{seconds:.1f} s" if seconds < 9.95 else duration(seconds)


def size(count: float) -> str:
    """Say a number of bytes in words.

    Example:
        >>> size(1_500), size(27_000_000)
        ('2 kB', '27 MB')
    """
    for unit, step in (("GB", 1e9), ("MB", 1e6)):
        if count >= step:
            return f"{count / step:.{0 if count >= 10 * step else 1}f} {unit}"
    return f"{count / 1e3:.0f} kB"


def _worded(world: type, name: str, value: Any) -> Any:
    """A world's setting as a file may say it: of an enum, the word for it."""
    default = getattr(world, name).default
    return type(default)(value).name.lower() if isinstance(default, IntEnum) else value


def _plain(value: object) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)


def _runs(n: int, file: ExperimentFile) -> str:
    many = kind_of(file).runs
    one = f"{many[:-3]}y" if many.endswith("ies") else many[:-1]
    return f"{n:,} {one if n == 1 else many}"


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + "s" * (n != 1)
