"""Small societies, and the question whether both engines make the same of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from one_person import person as someone
from small_dyads import run_compiled, same_bits
from small_runs import luck_of

from mentalities_sim.declare import Parameter, State
from mentalities_sim.engine.agents import give_state
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.person import Person, Tie
from mentalities_sim.worlds.meetings import society_batch
from mentalities_sim.worlds.society import Society

RULES = RuleSet(Society)
YEARLY = 365.25
MEET = list(RULES.phases).index("meet")
COME_IN = list(RULES.phases).index("come_in")


def societies(
    *,
    seed: int = 1,
    replicates: Sequence[int] = (0,),
    person: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    tie: Mapping[str, Any] | None = None,
    rules: RuleSet = RULES,
    **world: Any,
) -> Batch:
    """Return societies at their start; several mappings for `person` are several conditions."""
    people = [person or {}] if not isinstance(person, (list, tuple)) else list(person)
    values = {
        "world": [{"size": 6, "days": 2, **world}] * len(people),
        "person": people,
        "tie": [tie or {}] * len(people),
    }
    return society_batch(rules, values, seed, replicates)


def assert_same_people(one: Batch, two: Batch) -> None:
    """Compare every declared state of two batches, bit by bit."""
    for role in one.rules.kept:
        for name in one.rules.states(role):
            assert same_bits(one.states[role][name], two.states[role][name]), f"{role}.{name}"


def assert_same_course(one: Trace, two: Trace) -> None:
    """Compare all that was recorded, bit by bit, whichever run's events came first."""
    assert same_bits(one.steps, two.steps)
    for role in one.series:
        for name in one.series[role].dtype.names:
            assert same_bits(one.series[role][name], two.series[role][name]), f"{role}.{name}"
    assert same_bits(in_order(one.events), in_order(two.events))


def in_order(*events: np.ndarray) -> np.ndarray:
    """Events by run, step and what was noted."""
    return np.sort(np.concatenate(events), order=["run", "step", "code"])


def run_both(batch: Batch, **how: Any) -> tuple[Batch, Trace]:
    """Run copies of a batch on both engines, check them bit by bit, return the compiled ones."""
    mesa, fast = batch.copy(), batch.copy()
    how = {"stride": 1, "events": True, **how}
    by_mesa, by_fast = run_mesa(mesa, **how), run_compiled(fast, **how)
    assert_same_course(by_mesa, by_fast)
    assert_same_people(mesa, fast)
    assert mesa.reached.tolist() == fast.reached.tolist() == [batch.steps] * batch.runs
    return fast, by_fast


def whole_plan(batch: Batch) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Phase, tick and who is meant, of all steps of a batch's course: one row per replicate."""
    return batch.feed.__self__.plan(0, batch.steps)  # type: ignore[union-attr]


def known(row: np.ndarray, whose: int) -> dict[int, np.void]:
    """Whom somebody remembers: identity, and the memory."""
    return {int(tie["other"]): tie for tie in row if tie["owner"] == whose}


YIELDS, STANDS = 0.0, 1.0 - 2.0**-53
"""Chance by which whoever can yield does, and by which nobody does."""


def meeting(
    person: Person, other: Person, society: Mapping[str, Any] | None = None, **chance: Any
) -> SimpleNamespace:
    """Two people, their memories, a society and the chance of one meeting over a resource.

    `chance` sets passes: `first={"yielding": 0.0}` is that of `person_first` and `other_first` alike; the
    full name sets that of one of the two.
    """
    world = Society(seed=1, meetings=1, rounds=100, scarcity=1.0, **(society or {}))
    passes = {}
    for name, role in Society.phases["meet"].items():
        given = {**chance.get(name.partition("_")[2], {}), **chance.get(name, {})}
        passes[name] = luck_of(Society if role == "world" else Person, **given)
    ties = []
    for one, two in ((person, other), (other, person)):
        tie = Tie()
        give_state(tie, {"owner": one.identity, "other": two.identity})
        ties.append(tie)
    return SimpleNamespace(
        world=world, person=person, other=other, tie=ties[0], back=ties[1], luck=SimpleNamespace(**passes)
    )


def meet(
    one: Person, two: Person, society: Mapping[str, Any] | None = None, **chance: Any
) -> SimpleNamespace:
    """Let two people meet over a resource, once."""
    one.identity, two.identity = 0, 1
    found = meeting(one, two, society, **chance)
    found.world.meet(one, two, found.tie, found.back, 0, found.luck)
    return found


def claimants(**more) -> tuple[Person, Person]:
    """Two people sure to lay a claim where something is at stake, if they do not yield."""
    return tuple(  # type: ignore[return-value]
        someone(context_calls=3.0, choice_sharpness=20.0, staying_weight=0.0, habit_weight=0.0, **more)
        for _ in range(2)
    )


def both(value: float) -> dict:
    """The chance by which all yield, or nobody does, whenever there is a question of it; all compete."""
    return {name: {"yielding": value, "switching": 0.5} for name in ("before", "first", "second", "after")}


def anybody(role: str, leave: set[str]) -> Any:
    """A strategy for some states and parameters of a role, each within its bounds."""
    fields: dict[str, State | Parameter] = {**RULES.states(role), **RULES.parameters(role)}
    drawn = {}
    for name, field in fields.items():
        if name in leave:
            continue
        one = _within(field)
        drawn[name] = st.tuples(*[one] * field.shape[0]) if field.shape else one
    return st.fixed_dictionaries({}, optional=drawn)


def _within(field: State | Parameter) -> Any:
    """A strategy for a number within bounds; open ends stay near the default."""
    scale = abs(float(np.max(field.default))) + 1.0
    low = max(field.bounds[0], float(np.min(field.default)) - scale)
    high = min(field.bounds[1], float(np.max(field.default)) + scale)
    if field.dtype.kind in "ib":
        return st.integers(int(np.ceil(low)), int(np.floor(high)))
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)
