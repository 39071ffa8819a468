"""The Mesa engine: the same rules, object by object, to read, step and break-point."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

import mesa
import numpy as np

from mentalities_sim.declare import State, declared
from mentalities_sim.engine.batch import (
    EVENT_DTYPE,
    Batch,
    Progress,
    Trace,
    check_finite,
    empty_series,
    recorded_steps,
)
from mentalities_sim.engine.rules import RuleSet


def run_mesa(
    batch: Batch,
    *,
    stop: int | None = None,
    stride: int = 0,
    keep: np.ndarray | None = None,
    events: bool = False,
    progress: Progress | None = None,
    record: Collection[str] | None = None,
    check: bool = True,
) -> Trace:
    """Run a batch on the Mesa engine up to a step, one run after the other; states change in place.

    `stride` 0 records no series; otherwise every stride-th step is kept, of the roles in `record`
    (all, when it is None); `keep` names the steps to keep instead, in order. Unless `check` is false,
    raises `NotFiniteError` for a state that left the real numbers.
    """
    stop = batch.steps if stop is None else stop
    steps = recorded_steps(batch, stop, stride, keep)
    place_of = {step: place for place, step in enumerate(steps.tolist())}
    series = empty_series(batch, steps, record)
    noted: list[tuple[Any, ...]] = []
    watched = batch.rules.event_fields() if events else []
    for upto in batch.stretches(stop):
        for run in range(batch.runs):
            players = cast_of(batch, run)
            for step in drive(batch, run, players, upto):
                if not step.done:
                    before = [getattr(players[role], name) for role, name, _ in watched]
                    continue
                for code, (role, name, kind) in enumerate(watched):
                    after = getattr(players[role], name)
                    if (after != before[code]) if kind == "change" else (after != 0):
                        noted.append((run, step.number, code, float(before[code]), float(after)))
                place = place_of.get(step.number)
                if place is not None:
                    for role, player in players.items():
                        if series[role].size:
                            write_back(batch.rules, role, player, series[role][run][place])
            for role, player in players.items():
                write_back(batch.rules, role, player, batch.states[role][run])
            batch.reached[run] = max(int(batch.reached[run]), upto)
            if progress:
                progress(int(upto == stop))
    if check:
        check_finite(batch)
    return Trace(steps, series, np.array(noted, EVENT_DTYPE))


Step = namedtuple("Step", ["number", "done", "last"])


@cache
def _record(name: str, fields: tuple[str, ...]) -> Any:
    """A named tuple type for a plain record; making one takes longer than ten steps of a therapy."""
    return namedtuple(name, fields)


def drive(batch: Batch, run: int, players: dict[str, Any], stop: int) -> Iterator[Step]:
    """Run one course step by step, yielding before and after each.

    The rules called are the agents' own methods: what a subclass overrides is what runs.
    """
    rules, world, row = batch.rules, players["world"], int(batch.luck_of[run])
    plan = []
    for phase in rules.phases:
        passes = [
            _record(name, rules.pass_dtype(role).names or ()) for name, role in rules.phases[phase].items()
        ]
        luck = _record("luck", tuple(rules.phases[phase]))
        # what nobody has drawn for this stretch is not asked for in it either
        drawn = batch.luck[phase][row] if len(batch.luck[phase]) else ()
        plan.append((phase, getattr(world, phase), rules.resolve_phase(phase), passes, luck, drawn))
    inputs = {name: _record(name, rules.input_dtype(name).names or ()) for name in rules.inputs}
    given = {role: player for role, player in players.items() if role not in rules.crowds}
    phases, ticks = batch.schedule.phase, batch.schedule.tick
    if rules.crowds:
        phases, ticks = phases[row], ticks[row]
    phases, ticks = phases.tolist(), ticks.tolist()
    who = {role: batch.who[role][row].tolist() for role in rules.placed}
    script_of = batch.script_of[run]
    for number in range(int(batch.reached[run]), stop):
        at = number - batch.first_step
        phase, rule, names, passes, luck, drawn = plan[phases[at]]
        tick = ticks[at]
        given["tick"] = tick
        luck_at = tick - batch.first_tick.get(phase, 0)
        given["luck"] = luck(*[p._make(row) for p, row in zip(passes, drawn[luck_at].item(), strict=True)])
        for name, record in inputs.items():
            if name in names:
                given[name] = record(*batch.inputs[name][script_of, tick].item())
        if rules.crowds:
            _find(rules, phase, names, players, {role: places[at] for role, places in who.items()}, given)
        yield Step(number, False, number == batch.steps - 1)
        rule(*[given[name] for name in names])
        yield Step(number, True, number == batch.steps - 1)


def _find(
    rules: RuleSet,
    phase: str,
    names: Sequence[str],
    players: dict[str, Any],
    who: dict[str, int],
    given: dict[str, Any],
) -> None:
    """Bring those of the crowds whom a step is about, and what they remember of each other."""
    if phase in rules.newborn:
        old, new = rules.newborn[phase]
        for name in rules.states(old):
            value = getattr(players[new][who[new]], name)
            setattr(players[old][who[old]], name, _copy(value))
    for role in names:
        if role in rules.placed:
            given[role] = players[rules.shared.get(role, role)][who[role]]
    for role in names:
        if role in rules.ties:
            holder, of = rules.ties[role]
            row = players[rules.shared.get(role, role)][who[holder]]
            given[role] = row[rules.recall(row, given[holder].identity, given[of].identity)]


def _copy(value: Any) -> Any:
    return [_copy(item) for item in value] if isinstance(value, list) else value


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
    schedule = world.schedule(**{name: getattr(world, name) for name in world.sizes})
    ticks = [int(schedule.tick[schedule.phase == i].max(initial=-1)) + 1 for i in range(len(rules.phases))]
    drawn = {
        phase: luck(rules, phase, seed, [replicate], n) for phase, n in zip(rules.phases, ticks, strict=True)
    }
    scripts = np.zeros((1, ticks[0]), rules.input_dtype("script"))
    for name, state in declared(rules.inputs["script"], State).items():
        scripts[name] = state.default
    for at, signal in enumerate(list(script)[: ticks[0]]):
        for name, value in signal._asdict().items():
            scripts[name][0, at] = value
    one = np.zeros(1, np.int64)
    batch = Batch(rules, schedule, {}, {}, one, drawn, one, {"script": scripts}, one)
    return drive(batch, 0, players, len(schedule))


def cast_of(batch: Batch, run: int) -> dict[str, Any]:
    """Return the model and its agents, as they stand in a batch's records for one run; crowds as lists."""
    rules = batch.rules
    world = rules.world()
    players: dict[str, Any] = {}
    for role in rules.kept:
        constants = batch.parameters[role][batch.parameters_of[run]]
        tuned = {name: constants[name].tolist() for name in rules.parameters(role)}
        players[role] = _players(rules, role, world, batch.states[role][run], tuned)
    return players


def _players(rules: RuleSet, role: str, world: Any, records: Any, tuned: dict[str, Any]) -> Any:
    """Return the player of a role, or the list (of lists) of them that an array of records stands for."""
    if records.ndim:
        return [_players(rules, role, world, record, tuned) for record in records]
    cls = rules.classes[role]
    player = world
    if role != "world":
        player = cls(world) if issubclass(cls, mesa.Agent) else cls()
    for name, state in rules.states(role).items():
        setattr(player, name, _plain(records[name], state))
    for name, value in tuned.items():
        setattr(player, name, _copy(value))
    return player


def write_back(rules: RuleSet, role: str, player: Any, place: Any) -> None:
    """Write the states of a player, or of lists of them, into the record or array of a run."""
    if isinstance(player, list):
        for one, record in zip(player, place, strict=True):
            write_back(rules, role, one, record)
        return
    for name in rules.states(role):
        place[name] = getattr(player, name)


def _plain(value: Any, state: State) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else state.dtype.type(value)
