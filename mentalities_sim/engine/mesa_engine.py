"""The Mesa engine: the same rules, object by object, to read, step and break-point."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

import mesa
import numpy as np

from mentalities_sim.declare import State
from mentalities_sim.engine.batch import (
    EVENT_DTYPE,
    Batch,
    Progress,
    Trace,
    check_finite,
    empty_series,
)
from mentalities_sim.engine.rules import RuleSet


def run_mesa(
    batch: Batch,
    *,
    stop: int | None = None,
    stride: int = 0,
    events: bool = False,
    progress: Progress | None = None,
    record: Collection[str] | None = None,
    check: bool = True,
) -> Trace:
    """Run a batch on the Mesa engine up to a step, one run after the other; states change in place.

    `stride` 0 records no series; otherwise every stride-th step is kept, of the roles in `record`
    (all, when it is None). Unless `check` is false, raises `NotFiniteError` for a state that left the
    real numbers.
    """
    stop = len(batch.schedule) if stop is None else stop
    steps = np.arange(0, stop, stride) if stride else np.zeros(0, np.int64)
    series = empty_series(batch, steps, record)
    noted: list[tuple[Any, ...]] = []
    for run in range(batch.runs):
        players = cast_of(batch, run)
        watched = batch.rules.event_fields() if events else []
        for step in drive(batch, run, players, stop):
            if not step.done:
                before = [getattr(players[role], name) for role, name, _ in watched]
                continue
            for code, (role, name, kind) in enumerate(watched):
                after = getattr(players[role], name)
                if (after != before[code]) if kind == "change" else (after != 0):
                    noted.append((run, step.number, code, float(before[code]), float(after)))
            if stride and step.number % stride == 0:
                for role, player in players.items():
                    if series[role].size:
                        write_back(batch.rules, role, player, series[role][run], step.number // stride)
        for role, player in players.items():
            write_back(batch.rules, role, player, batch.states[role], run)
        batch.reached[run] = max(int(batch.reached[run]), stop)
        if progress:
            progress(1)
    if check:
        check_finite(batch)
    return Trace(steps, series, np.array(noted, EVENT_DTYPE))


Step = namedtuple("Step", ["number", "done", "last"])


@cache
def _record(name: str, fields: tuple[str, ...]) -> Any:
    """A named tuple type for a plain record; making one takes longer than ten steps of a therapy."""
    return namedtuple(name, fields)


def drive(batch: Batch, run: int, players: dict[str, Any], stop: int) -> Iterator[Step]:
    """Run one therapy step by step, yielding before and after each.

    The rules called are the agents' own methods: what a subclass overrides is what runs.
    """
    rules, world = batch.rules, players["world"]
    plan = []
    for phase in rules.phases:
        passes = [
            _record(name, rules.pass_dtype(role).names or ()) for name, role in rules.phases[phase].items()
        ]
        luck = _record("luck", tuple(rules.phases[phase]))
        plan.append(
            (
                getattr(world, phase),
                rules.resolve_phase(phase),
                passes,
                luck,
                batch.luck[phase][batch.luck_of[run]],
            )
        )
    inputs = {name: _record(name, rules.input_dtype(name).names or ()) for name in rules.inputs}
    given = dict(players)
    phases, ticks = batch.schedule.phase.tolist(), batch.schedule.tick.tolist()
    script_of = batch.script_of[run]
    for number in range(int(batch.reached[run]), stop):
        rule, names, passes, luck, drawn = plan[phases[number]]
        tick = ticks[number]
        given["tick"] = tick
        given["luck"] = luck(*[p._make(row) for p, row in zip(passes, drawn[tick].item(), strict=True)])
        for name, record in inputs.items():
            if name in names:
                given[name] = record(*batch.inputs[name][script_of, tick].item())
        yield Step(number, False, number == stop - 1)
        rule(*[given[name] for name in names])
        yield Step(number, True, number == stop - 1)


def by_hand(
    world: Any,
    client: Any,
    therapist: Any,
    policy: Any,
    script: Sequence[Any],
    seed: int,
    replicate: int,
) -> Iterator[Step]:
    """Return the steps of one course between agents that the caller built, with their own chance."""
    from mentalities_sim.streams import luck

    players = {"world": world, "client": client, "therapist": therapist, "policy": policy}
    rules = RuleSet(type(world), {r: type(p) for r, p in players.items() if r != "world"})
    schedule = world.schedule(world.sessions, world.exchanges, world.slots, world.run_in)
    ticks = [int(schedule.tick[schedule.phase == i].max(initial=-1)) + 1 for i in range(len(rules.phases))]
    drawn = {
        phase: luck(rules, phase, seed, [replicate], n) for phase, n in zip(rules.phases, ticks, strict=True)
    }
    scripts = np.zeros((1, ticks[0]), rules.input_dtype("script"))
    for at, signal in enumerate(list(script)[: ticks[0]]):
        scripts[0, at] = tuple(signal)
    one = np.zeros(1, np.int64)
    batch = Batch(rules, schedule, {}, {}, one, drawn, one, {"script": scripts}, one)
    return drive(batch, 0, players, len(schedule))


def cast_of(batch: Batch, run: int) -> dict[str, Any]:
    """Return the model and its agents, as they stand in a batch's records for one run."""
    rules = batch.rules
    world = rules.world()
    players: dict[str, Any] = {"world": world}
    for role, cls in rules.classes.items():
        if role != "world":
            players[role] = cls(world) if issubclass(cls, mesa.Agent) else cls()
    for role, player in players.items():
        record = batch.states[role][run]
        for name, state in rules.states(role).items():
            setattr(player, name, _plain(record[name], state))
        constants = batch.parameters[role][batch.parameters_of[run]]
        for name in rules.parameters(role):
            value = constants[name]
            setattr(player, name, value.tolist())
    return players


def write_back(rules: RuleSet, role: str, player: Any, array: np.ndarray, place: Any) -> None:
    """Write an agent's states into a record array, as the types they are declared with."""
    for name in rules.states(role):
        array[name][place] = getattr(player, name)


def _plain(value: Any, state: State) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else state.dtype.type(value)
