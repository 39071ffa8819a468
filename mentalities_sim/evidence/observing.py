"""Running the arms of a claim, as they are and changed, on the same people with the same chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from mentalities_sim import streams
from mentalities_sim.claims.arms import Arm
from mentalities_sim.claims.mechanisms import Change
from mentalities_sim.declare import Parameter, declared
from mentalities_sim.engine.batch import Batch, Trace, not_finite
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.experiment.turns import planned_session
from mentalities_sim.interventions import known_interventions
from mentalities_sim.person import Person
from mentalities_sim.running.scripts import write_intervention
from mentalities_sim.worlds import Dyad, Society
from mentalities_sim.worlds.laboratory import Laboratory
from mentalities_sim.worlds.meetings import society_batch
from mentalities_sim.worlds.outcomes import outcomes as dyad_outcomes
from mentalities_sim.worlds.society_outcomes import outcomes as society_outcomes

UNITS_AT_ONCE = 20
"""Clients or groups in one batch: their random numbers are drawn once for all arms and changes."""
BYTES_AT_ONCE = 64e6
_KERNELS: dict[int, Any] = {}
"""Kernels by the identity of their rule set, so that rules are bound once."""
Key = tuple[int, str]
"""A change by its number, and an arm by its name."""


def observe(
    arms: Mapping[str, Arm],
    changes: Sequence[Change],
    units: Sequence[int],
    *,
    reads: Sequence[str] = (),
    moments: str = "steps",
    seed: int = 1,
) -> list[Seen]:
    """Run all arms under each change of parameters and return what was recorded, one `Seen` per change.

    `units` are replicates: the same people with the same chance under every change and in every arm. `reads`
    names states by "role.state". A run whose states leave the real numbers is NaN throughout. Raises
    `KeyError` for a state that an arm's world lacks.

    Example:
        >>> from mentalities_sim.claims.arms import laboratory, signal
        >>> (seen,) = observe(
        ...     {"cold": laboratory(signal(warmth=-0.5))}, [{}], [0, 1], reads=["person.threat"]
        ... )
        >>> seen["cold"].end("person.threat").shape
        (2,)
    """
    _check_reads(arms, reads)
    arms = _padded(arms)
    parts: dict[Key, list[Record]] = {(i, name): [] for i in range(len(changes)) for name in arms}
    for start in range(0, len(units), UNITS_AT_ONCE):
        some = list(units[start : start + UNITS_AT_ONCE])
        doses: dict[Key, np.ndarray] = {}
        for group in _alike(arms):
            luck: dict[str, np.ndarray] = {}
            for keys in _batches(group, arms, changes, len(some), reads, moments):
                batch = _batch(keys, arms, changes, some, seed, luck, doses)
                luck = batch.luck
                for key, record in _run(keys, batch, arms, reads, moments, doses, some):
                    parts[key].append(record)
    return [Seen({name: _joined(parts[i, name]) for name in arms}) for i in range(len(changes))]


def _check_reads(arms: Mapping[str, Arm], reads: Sequence[str]) -> None:
    for name, arm in arms.items():
        rules = rules_of(arm)
        for path in reads:
            role, _, state = path.partition(".")
            if role not in rules.classes or state not in rules.states(role):
                world = arm.world.__name__
                raise KeyError(f"{path!r} is no state in a {world}, which arm {name!r} runs in")


def _padded(arms: Mapping[str, Arm]) -> dict[str, Arm]:
    """Make protocols equally long: in the added steps no time passes, and nothing is done."""
    longest = max((len(a.steps) for a in arms.values() if a.world is Laboratory), default=0)
    return {
        name: arm.but(**{"world.trials": longest}) if arm.world is Laboratory else arm
        for name, arm in arms.items()
    }


def _alike(arms: Mapping[str, Arm]) -> Iterator[list[str]]:
    """Groups of arms that share rules and sizes; those whose series others replay come first."""
    order = sorted(arms, key=lambda name: bool(arms[name].series_of))
    groups: dict[Any, list[str]] = {}
    for name in order:
        arm = arms[name]
        groups.setdefault((arm.world, arm.policy, tuple(sorted(_sizes(arm).items()))), []).append(name)
    yield from groups.values()


def rules_of(arm: Arm) -> RuleSet:
    """Return the rule set of an arm; arms of one world and policy share it."""
    return _rule_set(arm.world, arm.policy)  # type: ignore[arg-type]


@cache
def _rule_set(world: type, policy: type | None) -> RuleSet:
    return RuleSet(world, {"policy": policy} if policy else {})


def _sizes(arm: Arm) -> dict[str, Any]:
    known = declared(arm.world, Parameter)
    names: Sequence[str] = arm.world.sizes  # type: ignore[attr-defined]
    return {name: arm.given.get(f"world.{name}", known[name].default) for name in names}


def _batches(
    names: list[str],
    arms: Mapping[str, Arm],
    changes: Sequence[Change],
    units: int,
    reads: Sequence[str],
    moments: str,
) -> Iterator[list[Key]]:
    """Split changes × arms into batches that fit in memory."""
    rules = rules_of(arms[names[0]])
    bytes_each = 5000.0
    if arms[names[0]].world is Society:
        bytes_each = 250_000.0
    else:
        kept = len(_kept(arms[names[0]], moments))
        bytes_each += kept * sum(rules.state_dtype(role).itemsize for role in _roles(reads, rules))
    room = max(1, int(BYTES_AT_ONCE / bytes_each / units))
    keys = [(i, name) for i in range(len(changes)) for name in names]
    for first in range(0, len(keys), room):
        yield keys[first : first + room]


def _batch(
    keys: list[Key],
    arms: Mapping[str, Arm],
    changes: Sequence[Change],
    units: list[int],
    seed: int,
    luck: dict[str, np.ndarray],
    doses: dict[Key, np.ndarray],
) -> Batch:
    first = arms[keys[0][1]]
    rules = rules_of(first)
    given = [settings(rules, arms[name], changes[i]) for i, name in keys]
    values = {role: [g[role] for g in given] for role in rules.classes}
    if first.world is Society:
        return society_batch(rules, values, seed, units)
    schedule = first.world.schedule(**_sizes(first))  # type: ignore[attr-defined]
    name_of, scripts, script_of = _scripts(keys, arms, rules, schedule, len(units), doses)
    return Batch(
        rules,
        schedule,
        {r: streams.born(rules, r, values[r], seed, units).reshape(-1) for r in rules.classes},
        {r: streams.parameter_records(rules, r, values[r]) for r in rules.classes},
        np.repeat(np.arange(len(keys)), len(units)),
        luck or _luck(rules, schedule, seed, units),
        np.tile(np.arange(len(units)), len(keys)),
        {name_of: scripts},
        script_of,
    )


def settings(rules: RuleSet, arm: Arm, change: Change) -> dict[str, dict[str, Any]]:
    """Return what is given for each role: the change's settings, then the arm's, which come first.

    "person.x" is meant for everybody; a therapist who declares x anew keeps their own. What an arm sets is
    what the claim varies: no change may undo it. Raises `KeyError` for a path of the arm's that means nothing
    in its world; a change may name what only other worlds have.
    """
    out: dict[str, dict[str, Any]] = {role: {} for role in rules.classes}
    for path, value in [*change.items(), *arm.given.items()]:
        whose, _, name = path.partition(".")
        roles = [r for r in rules.classes if _meant(rules, r, whose, name)]
        for role in roles:
            if name in rules.states(role) or name in rules.parameters(role):
                out[role][name] = value
        if path in arm.given and not any(name in out[role] for role in roles):
            raise KeyError(f"{path!r} is nothing that a {rules.world.__name__} has")
    return out


def _meant(rules: RuleSet, role: str, whose: str, name: str) -> bool:
    if whose == role:
        return True
    cls = rules.classes[role]
    if whose == "person" and issubclass(cls, Person):
        return name not in vars(cls) or cls is Person
    return False


def _luck(rules: RuleSet, schedule: Any, seed: int, units: list[int]) -> dict[str, np.ndarray]:
    ticks = [int(schedule.tick[schedule.phase == i].max(initial=-1)) + 1 for i in range(len(rules.phases))]
    return {
        phase: streams.luck(rules, phase, seed, units, n)
        for phase, n in zip(rules.phases, ticks, strict=True)
    }


def _scripts(
    keys: list[Key],
    arms: Mapping[str, Arm],
    rules: RuleSet,
    schedule: Any,
    units: int,
    doses: dict[Key, np.ndarray],
) -> tuple[str, np.ndarray, np.ndarray]:
    """Return the input's name, its rows, and which of them each run follows."""
    (input_name,) = rules.inputs
    acting = 2 if rules.world is Laboratory else 0
    length = int((schedule.phase == acting).sum())
    names = list(dict.fromkeys(name for _, name in keys))
    replays = bool(arms[names[0]].series_of)
    out = np.zeros((len(keys) * units if replays else len(names), length), rules.input_dtype(input_name))
    for field, state in declared(rules.inputs[input_name], _state()).items():
        out[field] = state.default
    if replays:
        for row, (i, name) in enumerate(keys):
            out["warmth"][row * units : (row + 1) * units] = _sent(arms[name], doses[i, arms[name].series_of])
        return input_name, out, np.arange(len(keys) * units)
    for row, name in zip(out, names, strict=True):
        _write(row, arms[name])
    return input_name, out, np.repeat([names.index(name) for _, name in keys], units)


def _state() -> type:
    from mentalities_sim.declare import State

    return State


def _write(row: np.ndarray, arm: Arm) -> None:
    """Write a protocol, a scripted session or a plan into a script."""
    for place, step in enumerate(arm.steps):
        for field, value in step.items():
            row[place][field] = value
    if arm.plan:
        known, exchanges = known_interventions(), int(arm.given["world.exchanges"])
        for session, start in enumerate(range(0, len(row), exchanges), 1):
            for place, name in enumerate(planned_session(arm.plan, session, exchanges), start):
                write_intervention(row[place], known[name])


def _sent(arm: Arm, doses: np.ndarray) -> np.ndarray:
    """Return the doses (units, exchanges) that a replay sends, from those of its source."""
    if arm.taken_from == "another client":
        doses = np.roll(doses, 1, axis=0)
    if arm.taken_from == "own, permuted within sessions":
        n = int(arm.given["world.exchanges"])
        drawn = np.random.default_rng(1).random(doses.shape)
        by_session = drawn.reshape(len(doses), -1, n).argsort(axis=2)
        doses = np.take_along_axis(doses.reshape(len(doses), -1, n), by_session, axis=2).reshape(doses.shape)
    return doses


def _run(
    keys: list[Key],
    batch: Batch,
    arms: Mapping[str, Arm],
    reads: Sequence[str],
    moments: str,
    doses: dict[Key, np.ndarray],
    units: list[int],
) -> Iterator[tuple[Key, Record]]:
    arm, n = arms[keys[0][1]], len(units)
    replayed = {a.series_of for a in arms.values()}
    crowd = arm.world is Society
    roles = _roles(reads, batch.rules)
    wanted = any(name in replayed for _, name in keys)
    keep = np.zeros(0, np.int64) if crowd else _kept(arm, moments)
    if wanted:
        keep, roles = np.flatnonzero(batch.schedule.phase == 0), (*roles, "policy")
    trace = run(batch, keep=None if crowd else keep, events=crowd, record=roles if len(keep) else ())
    lost = sorted(not_finite(batch))
    found = _outcomes(batch, trace)
    for place, key in enumerate(keys):
        rows = slice(place * n, (place + 1) * n)
        if key[1] in replayed:
            doses[key] = _attended(batch, trace, rows)
        bad = [row - rows.start for row in lost if rows.start <= row < rows.stop]
        courses = {path: _course(batch, trace, path, rows, keep, arm, moments) for path in reads}
        record = Record({name: values[rows] for name, values in found.items()}, courses)
        yield key, _without(record, bad)


def run(batch: Batch, **wanted: Any) -> Trace:
    """Run a batch on the compiled engine, or on Mesa where Numba is absent; both give the same numbers."""
    if find_spec("numba") is None:
        from mentalities_sim.engine.mesa_engine import run_mesa

        return run_mesa(batch, check=False, **wanted)
    from mentalities_sim.engine.compiled import prepare, run_compiled

    if id(batch.rules) not in _KERNELS:
        _KERNELS[id(batch.rules)] = prepare(batch.rules, batch.rules.binding)
    return run_compiled(batch, check=False, kernel=_KERNELS[id(batch.rules)], **wanted)


def _roles(reads: Sequence[str], rules: RuleSet) -> tuple[str, ...]:
    return tuple(r for r in rules.classes if any(path.startswith(f"{r}.") for path in reads))


def _kept(arm: Arm, moments: str) -> np.ndarray:
    """Steps whose states are kept: of a protocol all, of a course the ends of its sessions; or none."""
    schedule = arm.world.schedule(**_sizes(arm)) if arm.world is not Society else None  # type: ignore[attr-defined]
    if schedule is None or moments == "end":
        return np.zeros(0, np.int64)
    if arm.world is Laboratory:
        return np.flatnonzero(schedule.phase == 2)
    if moments == "life":
        return np.flatnonzero(schedule.phase == 1)
    held = np.flatnonzero(schedule.phase == 0)
    if moments == "steps":
        return held
    return held[int(arm.given["world.exchanges"]) - 1 :: int(arm.given["world.exchanges"])]


def _outcomes(batch: Batch, trace: Trace) -> dict[str, np.ndarray]:
    with np.errstate(all="ignore"):
        if issubclass(batch.rules.world, Dyad):
            return dyad_outcomes(batch)
        if issubclass(batch.rules.world, Society):
            return dict(society_outcomes(batch, trace.events))
    return {}


def _attended(batch: Batch, trace: Trace, rows: slice) -> np.ndarray:
    """Doses of a source, going on at the mean of what had been sent where a client left."""
    sent = trace.series["policy"]["dose"][rows]
    world = batch.states["world"][rows]
    exchanges = int(batch.parameters["world"]["exchanges"][0])
    there = np.arange(sent.shape[1]) < world["weeks_attended"][:, None] * exchanges
    mean = np.nanmean(np.where(there, sent, np.nan), axis=1, keepdims=True)
    found: np.ndarray = np.where(there, sent, mean)
    return found


def _course(
    batch: Batch, trace: Trace, path: str, rows: slice, keep: np.ndarray, arm: Arm, moments: str
) -> np.ndarray:
    role, _, name = path.partition(".")
    if arm.world is Society or not len(keep):
        return np.asarray(batch.states[role][name][rows], float)[:, None]
    found = np.asarray(trace.series[role][name][rows], float)
    wanted = _kept(arm, moments)
    if len(wanted) == len(keep):
        return found
    if not len(wanted):
        return np.asarray(batch.states[role][name][rows], float)[:, None]
    return found[:, np.searchsorted(keep, wanted)]


def _without(record: Record, bad: list[int]) -> Record:
    if not bad:
        return record
    outcomes = {n: np.array(v, float) for n, v in record.outcomes.items()}
    courses = {n: np.array(v, float) for n, v in record.courses.items()}
    for values in (*outcomes.values(), *courses.values()):
        values[bad] = np.nan
    return Record(outcomes, courses)


def _joined(records: list[Record]) -> Record:
    first = records[0]
    return Record(
        {name: np.concatenate([r.outcomes[name] for r in records]) for name in first.outcomes},
        {name: np.concatenate([r.courses[name] for r in records]) for name in first.courses},
    )
