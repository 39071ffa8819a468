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
from mentalities_sim.experiment.schema import ExperimentFile
from mentalities_sim.recording import agents_frame, events_frame, series_frame, transitions_frame
from mentalities_sim.running.conditions import Condition, Conditions
from mentalities_sim.worlds.outcomes import outcomes

Engine = Literal["mesa", "compiled"]
Piece = tuple[Sequence[int], Sequence[int]]
"""Places of conditions, and the replicates to run of each of them."""
Lost = dict[int, tuple[str, str]]
"""By run of a batch: why it came to no end, and where in the code."""

REPLICATES_AT_ONCE = 20
"""Replicates in one batch: their random numbers take about 16 MB."""
RUNS_AT_ONCE = 2000
"""Runs in one batch: their states take about 10 MB."""
KINDS_KEPT = 4
"""Kinds of random numbers (streams and sizes) that a thread keeps memory for."""
KEPT_ROLES = ("client", "therapist", "policy")
_COMPILING = threading.Lock()


@dataclass(frozen=True)
class Order:
    """What a worker must know to compute any run of an experiment; it can be sent to other processes."""

    file: ExperimentFile
    engine: Engine
    seed: int
    cast: Mapping[str, type] = field(default_factory=dict)
    policies: Mapping[str, type] = field(default_factory=dict)

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
        for start in range(0, len(rest), REPLICATES_AT_ONCE):
            some = rest[start : start + REPLICATES_AT_ONCE]
            most = max(1, RUNS_AT_ONCE // len(some))
            for first in range(0, len(conditions), most):
                yield conditions[first : first + most], some, False


def _tables(
    order: Order, group: list[Condition], replicates: list[int], recording: bool, go_on: GoOn
) -> dict[str, pd.DataFrame]:
    measures = order.file.measures
    batch, lost = make_batch(order, group, replicates, go_on)
    events = recording and measures.events
    trace = simulate(
        order, batch, lost, go_on, stride=measures.series_stride * recording, events=events, record=KEPT_ROLES
    )
    who = _who(group, replicates)
    good = np.array([run for run in range(batch.runs) if run not in lost], np.int64)
    out = {"failures": _failures(order, group, replicates, who, lost)}
    if not len(good):
        return out
    kept, here = batch.of(good), who.iloc[good].reset_index(drop=True)
    out["outcomes"] = pd.concat([here, pd.DataFrame(outcomes(kept))], axis=1)
    if measures.transitions:
        out["transitions"] = transitions_frame(kept, here)
    if measures.agents:
        out["agents"] = agents_frame(kept, here)
    if recording:
        columns = {"place": group[0].place, **group[0].columns}
        out["series"] = series_frame(batch, trace, replicates, columns)
        if events:
            out["events"] = events_frame(batch, trace, replicates, columns)
    return out


def _who(group: list[Condition], replicates: list[int]) -> pd.DataFrame:
    """One row per run, condition by condition: place, arm, swept values and replicate."""
    rows = pd.DataFrame([{"place": c.place, **c.columns} for c in group])
    rows = rows.loc[rows.index.repeat(len(replicates))].reset_index(drop=True)
    rows["replicate"] = np.tile(np.asarray(replicates, np.int64), len(group))
    return rows


def make_batch(
    order: Order, group: list[Condition], replicates: list[int], go_on: GoOn
) -> tuple[Batch, Lost]:
    """Return a batch at its start, condition by condition, and the runs that have nothing to replay."""
    from mentalities_sim.running.scripts import scripts

    rules, n = group[0].rules, len(replicates)
    values = {role: [c.values(role) for c in group] for role in rules.classes}
    # scripts first: running a replay's source draws into the same memory
    script, script_of, lost = scripts(order, group, replicates, go_on)
    batch = Batch(
        rules,
        group[0].schedule,
        {r: streams.born(rules, r, values[r], order.seed, replicates).reshape(-1) for r in rules.classes},
        {r: streams.parameter_records(rules, r, values[r]) for r in rules.classes},
        np.repeat(np.arange(len(group)), n),
        order.luck(group[0], replicates),
        np.tile(np.arange(n), len(group)),
        {"script": script},
        script_of,
    )
    batch.reached[list(lost)] = len(batch.schedule)
    return batch, lost


def simulate(order: Order, batch: Batch, lost: Lost, go_on: GoOn, **how: Any) -> Trace:
    """Run a batch to its end; runs that fail are noted in `lost`, and the others go on.

    Where a run of several fails, the trace holds only what was recorded after it.
    """
    kernel, end = order.kernel(batch.rules), len(batch.schedule)
    while True:
        try:
            if order.engine == "mesa":
                trace = run_mesa(batch, progress=lambda done: go_on(), check=False, **how)
            else:
                from mentalities_sim.engine.compiled import run_compiled

                trace = run_compiled(batch, kernel=kernel, progress=lambda done: go_on(), check=False, **how)
            break
        except (CancelledError, RuleError, MemoryError):
            raise
        except Exception as error:  # a rule can raise anything; it is kept as a row, with its traceback
            open_runs = np.flatnonzero(batch.reached < end)
            if not len(open_runs):
                raise
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
    if lost and order.engine == "compiled":
        run = min(lost)
        condition, replicate = group[run // len(replicates)], replicates[run % len(replicates)]
        by_mesa = Order(order.file, "mesa", order.seed, order.cast, order.policies)
        found: Lost = {}
        batch, found = make_batch(by_mesa, [condition], [replicate], lambda: None)
        simulate(by_mesa, batch, found, lambda: None)
        if found and found[0][1]:
            rows.loc[0, "traceback"] = found[0][1]
    return rows
