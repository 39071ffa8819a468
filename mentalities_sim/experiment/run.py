"""Running an experiment: conditions in chunks of replicates, on either engine, in threads."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from mentalities_sim import streams
from mentalities_sim.declare import State, declared
from mentalities_sim.engine.batch import Batch, Schedule, Trace
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment.schema import Arm, Cell, ExperimentFile, Setting
from mentalities_sim.policies import Script, known_policies
from mentalities_sim.recording import events_frame, series_frame
from mentalities_sim.signals import Mentality
from mentalities_sim.streams import parameter_record
from mentalities_sim.worlds import Dyad
from mentalities_sim.worlds.outcomes import outcomes

Engine = Literal["mesa", "compiled"]
CHUNK = 20
"""Replicates per task: their random numbers take about 16 MB."""


@dataclass
class Condition:
    """One arm in one cell: the rules, and what is set for each role."""

    arm: Arm
    cell: Cell
    rules: RuleSet
    given: dict[str, dict[str, Setting]]
    schedule: Schedule
    exchanges: int
    kernel: Any = None

    @property
    def columns(self) -> dict[str, Any]:
        """Arm name and swept values: what identifies the condition in every table."""
        return {"arm": self.arm.name, **self.cell.columns}

    def ticks(self) -> list[int]:
        """How many ticks of chance each phase needs."""
        phase, tick = self.schedule.phase, self.schedule.tick
        return [int(tick[phase == i].max(initial=-1)) + 1 for i in range(len(self.rules.phases))]

    def chance(self) -> str:
        """What random numbers the rules need, and where: equal for conditions that can share them."""
        rules = self.rules
        normal = {role: [s for s, d in rules.streams(role).items() if d.normal] for role in rules.classes}
        return repr((rules.streams_read, normal, [rules.luck_dtype(phase).descr for phase in rules.phases]))

    def values(self, role: str) -> dict[str, Any]:
        """What is given for a role: plain values, or mean and spread of a state."""
        out: dict[str, Any] = {}
        for name, setting in self.given.get(role, {}).items():
            spread = setting.spread
            if spread is None and name in self.rules.states(role):
                spread = self.rules.states(role)[name].spread
            out[name] = {"mean": setting.value, "spread": spread} if spread else setting.value
        return out


@dataclass
class Recorded:
    """What a run of an experiment leaves: three tidy frames, and each arm's rule hash."""

    outcomes: pd.DataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    transitions: pd.DataFrame
    rules: dict[str, str] = field(default_factory=dict)


def conditions(
    file: ExperimentFile,
    cast: Mapping[str, type] | None = None,
    policies: Mapping[str, type] | None = None,
) -> list[Condition]:
    """Return every condition that has to be run, sources before what replays them."""
    known = {**known_policies(), **(policies or {})}
    out = []
    for arm in file.run_order():
        if arm.kind == "best_of":
            continue
        policy = known["replay"] if arm.kind == "replay" else known[arm.policy]
        rules = RuleSet(Dyad, {**(cast or {}), "policy": policy})
        for cell in file.cells():
            given = file.settings_for(arm, cell)
            given["policy"] = {name: Setting(value) for name, value in arm.parameters.items()}
            world = parameter_record(rules, "world", {n: s.value for n, s in given["world"].items()})
            size = {name: int(world[name][0]) for name in ("sessions", "exchanges", "slots", "run_in")}
            out.append(Condition(arm, cell, rules, given, Dyad.schedule(**size), size["exchanges"]))
    return out


def run_file(
    file: ExperimentFile,
    *,
    engine: Engine = "compiled",
    seed: int | None = None,
    cast: Mapping[str, type] | None = None,
    policies: Mapping[str, type] | None = None,
    workers: int | None = None,
    progress: Callable[[int], Any] | None = None,
) -> Recorded:
    """Run an experiment file and return its frames.

    The numbers depend on the file and the seed alone: not on the engine, the number of `workers`
    (threads) or the order in which they finish.
    """
    return _Runner(file, engine, file.seed if seed is None else seed, cast, policies, workers, progress).run()


class _Runner:
    def __init__(
        self,
        file: ExperimentFile,
        engine: Engine,
        seed: int,
        cast: Mapping[str, type] | None,
        policies: Mapping[str, type] | None,
        workers: int | None,
        progress: Callable[[int], Any] | None,
    ) -> None:
        self.file, self.engine, self.seed, self.progress = file, engine, seed, progress
        self.workers = workers or (os.cpu_count() or 1 if engine == "compiled" else 1)
        self.conditions = conditions(file, cast, policies)
        self.candidates = {name for arm in file.arms.values() for name in arm.candidates}
        self.doses: dict[tuple[str, Any], np.ndarray] = {}
        self.rows: dict[int, list[pd.DataFrame]] = defaultdict(list)
        self.series: dict[int, list[pd.DataFrame]] = defaultdict(list)
        self.events: dict[int, list[pd.DataFrame]] = defaultdict(list)
        self.switches: dict[int, list[np.ndarray]] = defaultdict(list)
        self.kept = threading.local()
        self.stopping = threading.Event()

    def run(self) -> Recorded:
        hashes = self.prepare()
        sources = {c.arm.series_of for c in self.conditions if c.arm.kind == "replay"}
        depth: dict[str, int] = {}
        for condition in self.conditions:
            arm = condition.arm
            depth[arm.name] = depth[arm.series_of] + 1 if arm.kind == "replay" else 0
        for stage in sorted(set(depth.values())):
            places = [i for i, c in enumerate(self.conditions) if depth[c.arm.name] == stage]
            self.run_stage(places, sources)
        return Recorded(
            _joined(self.rows, self.file.axes),
            _joined(self.series, self.file.axes),
            _joined(self.events, self.file.axes),
            self.transition_frame(),
            hashes,
        )

    def prepare(self) -> dict[str, str]:
        """Check, and for the compiled engine compile, every rule set once; return hashes by arm."""
        from mentalities_sim.engine.binder import bind
        from mentalities_sim.experiment.hashes import rule_hash

        kernels: dict[tuple[type, ...], tuple[str, Any]] = {}
        hashes = {}
        for condition in self.conditions:
            key = tuple(condition.rules.classes.values())
            if key not in kernels:
                if self.engine == "compiled":
                    from mentalities_sim.engine.compiled import prepare

                    binding = bind(condition.rules)
                    kernels[key] = (binding.digest, prepare(condition.rules, binding))
                else:
                    kernels[key] = (rule_hash(condition.rules), None)
            hashes[condition.arm.name], condition.kernel = kernels[key]
        return hashes

    def run_stage(self, places: list[int], sources: set[str]) -> None:
        """Run some conditions over all their replicates, a chunk of replicates at a time."""
        chunks = self.chunks()
        with ThreadPoolExecutor(self.workers) as pool:
            tasks = [pool.submit(self.run_chunk, places, sources, chunk) for chunk in chunks]
            try:
                for task in as_completed(tasks):
                    task.result()
            except BaseException:
                self.stopping.set()  # threads under way end at their next therapy, not chunk
                for task in tasks:
                    task.cancel()
                raise

    def chunks(self) -> list[tuple[list[int], bool]]:
        """Replicates in chunks, those whose series are kept first and apart."""
        kept = min(self.file.measures.series_replicates, self.file.replicates)
        last = self.file.replicates
        total = last + (
            self.file.choosing_replicates if any(a.candidates for a in self.file.arms.values()) else 0
        )
        out = []
        for first, end, recorded in ((0, kept, True), (kept, last, False), (last, total, False)):
            out += [(list(range(i, min(i + CHUNK, end))), recorded) for i in range(first, end, CHUNK)]
        return out

    def run_chunk(self, places: list[int], sources: set[str], chunk: tuple[list[int], bool]) -> None:
        replicates, recorded = chunk
        choosing = replicates[0] >= self.file.replicates
        luck_key, luck = None, {}
        for place in places:
            condition = self.conditions[place]
            if choosing and not self.file.needs_choosing(condition.arm):
                continue
            key = (condition.chance(), *condition.ticks())
            if key != luck_key:
                luck = self.luck(condition, replicates)
                luck_key = key
            self.run_condition(place, replicates, recorded, luck, sources)

    def run_condition(
        self,
        place: int,
        replicates: list[int],
        recorded: bool,
        luck: dict[str, np.ndarray],
        sources: set[str],
    ) -> None:
        condition = self.conditions[place]
        batch = self.batch(condition, replicates, luck)
        is_source = condition.arm.name in sources
        measures = self.file.measures
        if recorded and condition.arm.name not in self.candidates:
            traced = batch.copy()
            trace = self.simulate(
                condition,
                traced,
                stride=measures.series_stride,
                events=measures.events,
                record=("client", "therapist", "policy"),
            )
            self.series[place].append(series_frame(traced, trace, replicates, condition.columns))
            self.events[place].append(events_frame(traced, trace, replicates, condition.columns))
        trace = self.simulate(condition, batch, stride=int(is_source), events=False, record=("policy",))
        if is_source:
            self.keep_doses(condition, trace, batch, replicates)
        rows = pd.DataFrame(
            {
                **{k: [v] * batch.runs for k, v in condition.columns.items()},
                "replicate": replicates,
                **outcomes(batch),
            }
        )
        self.rows[place].append(rows)
        if replicates[0] < self.file.replicates:
            self.switches[place].append(batch.states["world"]["transitions"].sum(axis=0))
        if self.progress:
            self.progress(len(replicates))

    def simulate(self, condition: Condition, batch: Batch, **how: Any) -> Trace:
        if self.engine == "mesa":
            return run_mesa(batch, progress=self.go_on, **how)
        from mentalities_sim.engine.compiled import run_compiled

        return run_compiled(batch, kernel=condition.kernel, progress=self.go_on, **how)

    def go_on(self, done: int) -> None:
        """End this thread if another one failed, or the run was interrupted."""
        if self.stopping.is_set():
            raise CancelledError

    def transition_frame(self) -> pd.DataFrame:
        """Counts of mentality transitions in sessions, summed over replicates, in long form."""
        names = [m.name.lower() for m in Mentality]
        rows = []
        for place, counts in sorted(self.switches.items()):
            total = np.sum(counts, axis=0)
            for i, before in enumerate(names):
                for j, after in enumerate(names):
                    rows.append(
                        {
                            **self.conditions[place].columns,
                            "before": before,
                            "after": after,
                            "count": int(total[i, j]),
                        }
                    )
        return pd.DataFrame(rows)

    def luck(self, condition: Condition, replicates: Sequence[int]) -> dict[str, np.ndarray]:
        """Random numbers of a chunk, in memory that a thread uses again and again."""
        out = {}
        for phase, ticks in zip(condition.rules.phases, condition.ticks(), strict=True):
            dtype = condition.rules.luck_dtype(phase)
            buffers: dict[Any, np.ndarray] = self.kept.__dict__.setdefault("buffers", {})
            key = (phase, ticks, condition.chance())
            if key not in buffers or len(buffers[key]) < len(replicates):
                buffers[key] = streams.undrawn((max(CHUNK, len(replicates)), ticks), dtype)
            kept = buffers[key]
            out[phase] = streams.luck(
                condition.rules, phase, self.seed, replicates, ticks, out=kept[: len(replicates)]
            )
        return out

    def batch(self, condition: Condition, replicates: list[int], luck: dict[str, np.ndarray]) -> Batch:
        rules = condition.rules
        n = len(replicates)
        states = {
            r: streams.births(rules, r, condition.values(r), self.seed, replicates) for r in rules.classes
        }
        parameters = {r: parameter_record(rules, r, condition.values(r)) for r in rules.classes}
        scripts, script_of = self.scripts(condition, replicates)
        return Batch(
            rules,
            condition.schedule,
            states,
            parameters,
            np.zeros(n, np.int64),
            luck,
            np.arange(n),
            {"script": scripts},
            script_of,
        )

    def scripts(self, condition: Condition, replicates: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """The script each run follows: a replayed series, the coded turns, or an empty one."""
        ticks = int((condition.schedule.phase == 0).sum())
        dtype = condition.rules.input_dtype("script")
        none = np.zeros(len(replicates), np.int64)
        if condition.arm.kind == "replay":
            scripts = np.zeros((len(replicates), ticks), dtype)
            scripts["warmth"] = self.replayed(condition, replicates)
            return scripts, np.arange(len(replicates))
        scripts = np.zeros((1, ticks), dtype)
        if condition.arm.policy == "scripted":
            at = 0
            for turn in self.file.turns:
                for name in declared(Script, State):
                    scripts[name][0, at : at + turn.exchanges] = getattr(turn, name)
                at += turn.exchanges
        return scripts, none

    def keep_doses(self, condition: Condition, trace: Trace, batch: Batch, replicates: list[int]) -> None:
        """Keep the doses of a source arm; NaN from where its client no longer came."""
        key = (condition.arm.name, _cell_key(condition))
        held = trace.series["policy"]["dose"][:, condition.schedule.phase == 0]
        attended = batch.states["world"]["weeks_attended"][:, None] * condition.exchanges
        total = self.file.replicates + self.file.choosing_replicates
        kept = self.doses.setdefault(key, np.full((total, held.shape[1]), np.nan))
        kept[replicates] = np.where(np.arange(held.shape[1]) < attended, held, np.nan)

    def replayed(self, condition: Condition, replicates: list[int]) -> np.ndarray:
        """Doses recorded in the source arm: another client's, the own, or the own permuted.

        The other client is the next one who stayed to the end (the next one, if nobody did). Where a
        source's client left, the series goes on at the mean of what had been sent.
        """
        arm = condition.arm
        doses = self.doses[arm.series_of, _cell_key(condition)]
        rows = replicates
        if arm.taken_from == "another client":
            rows = [self.partner(doses, replicate) for replicate in replicates]
        out = doses[rows]
        out = np.where(np.isnan(out), np.nanmean(out, axis=1, keepdims=True), out)
        if arm.taken_from != "own, permuted within sessions":
            return out
        for row, replicate in enumerate(replicates):
            drawn = streams.NamedStream(self.seed, f"permute/{arm.name}").uniform(replicate, out.shape[1])
            for start in range(0, out.shape[1], condition.exchanges):
                session = slice(start, start + condition.exchanges)
                out[row, session] = out[row, session][np.argsort(drawn[session], kind="stable")]
        return out

    def partner(self, doses: np.ndarray, replicate: int) -> int:
        """The next replicate of the same part whose therapy was completed, else simply the next."""
        first, size = 0, self.file.replicates
        if replicate >= self.file.replicates:
            first, size = self.file.replicates, self.file.choosing_replicates
        others = [first + (replicate - first + step) % size for step in range(1, size)]
        return next((r for r in others if not np.isnan(doses[r, -1])), others[0])


def _cell_key(condition: Condition) -> tuple[tuple[str, Any], ...]:
    return tuple(condition.cell.columns.items())


def _joined(frames: dict[int, list[pd.DataFrame]], axes: Sequence[Any]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=["arm", *[a.name for a in axes], "replicate"])
    joined = [frame for place in sorted(frames) for frame in _by_replicate(frames[place])]
    return pd.concat(joined, ignore_index=True)


def _by_replicate(frames: list[pd.DataFrame]) -> list[pd.DataFrame]:
    return sorted(frames, key=lambda frame: int(frame["replicate"].iloc[0]) if len(frame) else -1)
