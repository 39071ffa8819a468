"""Computing runs: conditions × replicates in one batch on either engine, and tables of what came out."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

import numpy as np
import pandas as pd

from mentalities_sim import streams
from mentalities_sim.engine.batch import Batch, Trace, not_finite
from mentalities_sim.engine.check import RuleError
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment.kinds import Kind, kind_of
from mentalities_sim.experiment.schema import ExperimentFile
from mentalities_sim.running.conditions import Condition, Conditions
from mentalities_sim.running.progress import Progress

Engine = Literal["mesa", "compiled"]
Piece = tuple[Sequence[int], Sequence[int]]
"""Places of conditions, and the replicates to run of each of them."""
Lost = dict[int, tuple[str, str]]
"""By run of a batch: why it came to no end, and where in the code."""

REPLICATES_AT_ONCE = 20
"""Replicates in one batch: their random numbers take about 16 MB."""
RUNS_AT_ONCE = 2000
"""Runs in one batch: the states of so many therapies take about 10 MB."""
BYTES_AT_ONCE = 48e6
"""What the states and events of one batch may take."""
KINDS_KEPT = 4
"""Kinds of random numbers (streams and sizes) that a thread keeps memory for."""
LONGEST_ON_MESA = 200_000
"""Steps of a therapy (half a minute) up to which a failed run is run again on Mesa, to see where it fails."""
_COMPILING = threading.Lock()


@dataclass(frozen=True)
class Order:
    """What a worker must know to compute any run of an experiment; it can be sent to other processes."""

    file: ExperimentFile
    engine: Engine
    seed: int
    cast: Mapping[str, type] = field(default_factory=dict)
    policies: Mapping[str, type] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """The kind of world."""
        return kind_of(self.file)

    @cached_property
    def conditions(self) -> Conditions:
        """The experiment's conditions."""
        return Conditions(self.file, self.seed, self.cast, self.policies)

    @cached_property
    def candidates(self) -> set[str]:
        """Arms that only stand for election; they keep no series."""
        return {name for arm in self.file.arms.values() for name in arm.candidates}

    @property
    def own_classes(self) -> dict[str, str]:
        """The classes that are not the package's, by role or policy, as a path to import them by."""
        return {n: f"{c.__module__}.{c.__qualname__}" for n, c in {**self.cast, **self.policies}.items()}

    @cached_property
    def completed(self) -> dict[int, np.ndarray]:
        """By place of a replay's source: which clients stayed to the end (1) or left (0); -1 is unknown."""
        return {}

    @cached_property
    def _kernels(self) -> dict[int, Any]:
        return {}

    @cached_property
    def _memory(self) -> threading.local:
        return threading.local()

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    def kernel(self, rules: RuleSet) -> Any:
        """Return the compiled kernel of a rule set, made once per process; None on the Mesa engine."""
        if self.engine == "mesa":
            return None
        from mentalities_sim.engine.compiled import prepare

        with _COMPILING:
            if id(rules) not in self._kernels:
                self._kernels[id(rules)] = prepare(rules, rules.binding)
        return self._kernels[id(rules)]

    def check(self) -> None:
        """Raise `RuleError` for rules that the engine cannot run."""
        from mentalities_sim.running.hashes import rule_hash

        for rules in {id(rules): rules for rules in self.conditions.rules.values()}.values():
            if self.engine == "compiled":
                _ = rules.binding
            else:
                rule_hash(rules)

    def luck(self, condition: Condition, replicates: Sequence[int]) -> dict[str, np.ndarray]:
        """Return the chance of some replicates, as all conditions of these rules and this size share it.

        The memory is a thread's own and used again, since fresh memory costs more than the numbers: what
        was returned before must not be needed any more.
        """
        rules, schedule = condition.rules, condition.schedule
        ticks = [
            int(schedule.tick[schedule.phase == i].max(initial=-1)) + 1 for i in range(len(rules.phases))
        ]
        kind, who = (rules.chance, *ticks), tuple(replicates)
        memory = self._memory.__dict__
        if memory.get("drawn") != (kind, who):
            buffers = memory.setdefault("buffers", {})
            memory["drawn"] = None
            out = {}
            for phase, n in zip(rules.phases, ticks, strict=True):
                if len(buffers.get((kind, phase), ())) < len(who):
                    while len(buffers) >= KINDS_KEPT * len(rules.phases):  # sizes may be swept
                        del buffers[next(iter(buffers))]
                    shape = (max(REPLICATES_AT_ONCE, len(who)), n)
                    buffers[kind, phase] = streams.undrawn(shape, rules.luck_dtype(phase))
                room = buffers[kind, phase][: len(who)]
                out[phase] = streams.luck(rules, phase, self.seed, who, n, out=room)
            memory["luck"], memory["drawn"] = out, (kind, who)
        found: dict[str, np.ndarray] = memory["luck"]
        return found


GoOn = Callable[[], Any]
"""Called between runs; raises `CancelledError` to end a task early."""


def compute(order: Order, pieces: Sequence[Piece], go_on: GoOn) -> dict[str, pd.DataFrame]:
    """Compute runs and return their tables; runs that fail become rows of the table "failures"."""
    tables: dict[str, list[pd.DataFrame]] = {}
    for places, replicates in pieces:
        for group, some, recording in _batches(order, places, list(replicates)):
            for name, frame in _tables(order, group, some, recording, go_on).items():
                if len(frame):
                    tables.setdefault(name, []).append(frame)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in tables.items()}


def _batches(
    order: Order, places: Sequence[int], replicates: list[int]
) -> Iterator[tuple[list[Condition], list[int], bool]]:
    """Yield what can share a batch: one rule set, one size, not too many runs; recorded runs alone."""
    measures = order.file.measures
    until = measures.series_replicates
    made = (order.conditions[place] for place in places)
    for _, alike in groupby(made, key=lambda c: (id(c.rules), c.size, c.arm.name in order.candidates)):
        conditions = list(alike)
        recorded = [r for r in replicates if r < until and conditions[0].arm.name not in order.candidates]
        for condition in conditions if recorded else []:
            for replicate in recorded:  # a recorded run takes megabytes
                yield [condition], [replicate], True
        rest = replicates[len(recorded) :]
        room = runs_at_once(order, conditions[0])
        wide = min(REPLICATES_AT_ONCE, room)
        for start in range(0, len(rest), wide):
            some = rest[start : start + wide]
            most = max(1, room // len(some))
            for first in range(0, len(conditions), most):
                yield conditions[first : first + most], some, False


def runs_at_once(order: Order, condition: Condition) -> int:
    """Return how many runs like those of a condition a batch may hold, so that they fit in memory."""
    return max(1, min(RUNS_AT_ONCE, int(BYTES_AT_ONCE / order.kind.glue.weight(condition))))


def _tables(
    order: Order, group: list[Condition], replicates: list[int], recording: bool, go_on: GoOn
) -> dict[str, pd.DataFrame]:
    who = _who(group, replicates)
    lost: Lost = {}
    parts: dict[str, list[pd.DataFrame]] = {}
    for rows, batch, trace in _simulated(order, group, replicates, recording, lost, go_on):
        here = who.iloc[rows].reset_index(drop=True)
        good = np.flatnonzero([row not in lost for row in rows])
        for name, frame in _measured(order, batch, trace, here, good, recording).items():
            parts.setdefault(name, []).append(frame)
    out = {"failures": _failures(order, group, replicates, who, lost)}
    return out | {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def _measured(
    order: Order, batch: Batch, trace: Trace, here: pd.DataFrame, good: np.ndarray, recording: bool
) -> dict[str, pd.DataFrame]:
    """What is kept of a batch at its end: all tables but failures; `here` has one row per run."""
    if not len(good):
        return {}
    glue, measures = order.kind.glue, order.file.measures
    kept, who = batch.of(good), here.iloc[good].reset_index(drop=True)
    events = _events_of(trace.events, good)
    out = {"outcomes": pd.concat([who, pd.DataFrame(dict(glue.measure(kept, events)))], axis=1)}
    for name, table in glue.tables.items():
        if measures.keeps(name):
            out[name] = table(kept, events, who)
    if recording:
        recorded = glue.record(batch, trace, here)
        out |= {name: frame for name, frame in recorded.items() if name == "series" or measures.keeps(name)}
    return out


def _events_of(events: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """The events of some runs, numbered as they stand there."""
    place = np.full(max(int(events["run"].max(initial=0)), int(runs.max(initial=0))) + 1, -1, np.int64)
    place[runs] = np.arange(len(runs))
    found = events[place[events["run"]] >= 0]
    found["run"] = place[found["run"]]
    return found


def _simulated(
    order: Order,
    group: list[Condition],
    replicates: list[int],
    recording: bool,
    lost: Lost,
    go_on: GoOn,
    first: int = 0,
) -> Iterator[tuple[np.ndarray, Batch, Trace]]:
    """Run conditions × replicates; yield batches at their end, and which runs are in each, from `first` on.

    Runs that fail are noted in `lost`. Where outcomes need the events of the whole course, a batch in which
    a run fails is run again one by one: what the others had come to is not kept by an engine that stops.
    """
    glue, measures = order.kind.glue, order.file.measures
    batch, failed = make_batch(order, group, replicates, go_on)
    how = glue.how(group[0], measures.series_stride * recording, recording and measures.keeps("events"))
    try:
        trace = simulate(order, batch, failed, go_on, whole=glue.all_events, **how)
    except NotWholeError:
        for run in range(batch.runs):
            one = [group[run // len(replicates)]], [replicates[run % len(replicates)]]
            yield from _simulated(order, *one, recording, lost, go_on, first + run)
        return
    lost |= {first + run: why for run, why in failed.items()}
    yield first + np.arange(batch.runs), batch, trace


def _who(group: list[Condition], replicates: list[int]) -> pd.DataFrame:
    """One row per run, condition by condition: place, arm, swept values and replicate."""
    rows = pd.DataFrame([{"place": c.place, **c.columns} for c in group])
    rows = rows.loc[rows.index.repeat(len(replicates))].reset_index(drop=True)
    rows["replicate"] = np.tile(np.asarray(replicates, np.int64), len(group))
    return rows


def make_batch(
    order: Order, group: list[Condition], replicates: list[int], go_on: GoOn
) -> tuple[Batch, Lost]:
    """Return a batch at its start, condition by condition, and the runs that cannot begin, with the why."""
    return order.kind.glue.make(order, group, replicates, go_on)


class NotWholeError(RuntimeError):
    """A run of several failed, and what was recorded of the others before that is gone."""


def simulate(
    order: Order, batch: Batch, lost: Lost, go_on: GoOn, *, whole: bool = False, **how: Any
) -> Trace:
    """Run a batch to its end; runs that fail are noted in `lost`, and the others go on without them.

    Where a run of several fails, the trace holds only what was recorded after it; where it is needed `whole`,
    `NotWholeError` is raised instead and nothing noted.
    """
    kernel, end = order.kernel(batch.rules), len(batch.schedule)

    def looked(done: int) -> None:
        go_on()
        if Progress.listening is not None:
            Progress.listening.hear(float(batch.reached.min(initial=end)) / end)

    while True:
        try:
            if order.engine == "mesa":
                trace = run_mesa(batch, progress=looked, check=False, **how)
            else:
                from mentalities_sim.engine.compiled import run_compiled

                trace = run_compiled(batch, kernel=kernel, progress=looked, check=False, **how)
            break
        except (CancelledError, RuleError, MemoryError):
            raise
        except Exception as error:  # a rule can raise anything; it is kept as a row, with its traceback
            open_runs = np.flatnonzero(batch.reached < end)
            if not len(open_runs):
                raise
            if whole and batch.runs > 1:
                raise NotWholeError from error
            lost[int(open_runs[0])] = (f"{type(error).__name__}: {error}", traceback.format_exc())
            batch.reached[open_runs[0]] = end
    for run, why in not_finite(batch).items():
        lost.setdefault(run, (f"NotFiniteError: {why}", ""))
    return trace


def _failures(
    order: Order, group: list[Condition], replicates: list[int], who: pd.DataFrame, lost: Lost
) -> pd.DataFrame:
    """One row per failed run; the first of them is run again on Mesa, whose traceback names the rule."""
    rows = who.iloc[sorted(lost)].reset_index(drop=True)
    rows["error"] = [lost[run][0] for run in sorted(lost)]
    rows["traceback"] = [lost[run][1] for run in sorted(lost)]
    short = order.kind.glue.length(group[0]) <= LONGEST_ON_MESA
    if lost and order.engine == "compiled" and short:
        run = min(lost)
        condition, replicate = group[run // len(replicates)], replicates[run % len(replicates)]
        by_mesa = Order(order.file, "mesa", order.seed, order.cast, order.policies)
        found: Lost = {}
        batch, found = make_batch(by_mesa, [condition], [replicate], lambda: None)
        simulate(by_mesa, batch, found, lambda: None)
        if found and found[0][1]:
            rows.loc[0, "traceback"] = found[0][1]
    return rows
