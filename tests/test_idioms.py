"""What a rule may say: every idiom on both engines, and the way out for what is refused."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import mesa
import numpy as np
import pytest
from idioms import Idioms, Partner, Plain, Table, Tie
from small_dyads import run_both

from mentalities_sim import streams
from mentalities_sim.declare import State, Stream
from mentalities_sim.engine import binder, remembered
from mentalities_sim.engine.batch import Batch, Schedule
from mentalities_sim.engine.binder import bind
from mentalities_sim.engine.check import RuleError
from mentalities_sim.engine.compiled import run_compiled
from mentalities_sim.engine.lockstep import compare
from mentalities_sim.engine.mesa_engine import cast_of, run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.signals import Signal

RULES = RuleSet(Table)


def table(rules: RuleSet, *, runs: int = 2, steps: int = 3) -> Batch:
    """A batch of the idioms' world."""
    zeros = np.zeros(runs, np.int64)
    replicates = list(range(runs))
    return Batch(
        rules,
        Schedule(np.zeros(steps, np.int64), np.arange(steps)),
        {r: streams.births(rules, r, {}, 1, replicates) for r in rules.classes},
        {r: streams.parameter_record(rules, r, {}) for r in rules.classes},
        zeros,
        {phase: streams.luck(rules, phase, 1, replicates, steps) for phase in rules.phases},
        np.arange(runs),
        {},
        zeros,
    )


@pytest.fixture(scope="module")
def said() -> Batch:
    """The world after one step on the compiled engine, found equal to Mesa's at every step of three."""
    run_both(table(RULES))
    batch = table(RULES)
    run_both(batch)
    run_compiled(batch, stop=1)
    return batch


x = 0.7
EXPECTED: dict[str, Any] = {
    "tuples": 2.0 + 30.0 + 300.0 + 4000.0 + 1,
    "supers": 2.0 * 11.0 + 0.5,
    "above": 1.0,
    "signals": 2.0 + 0.5 + 2.0 + 0.5,
    "records": 3.0 + 0.375 + 0.75 + 0.25,
    "vectors": 2.5 + 5 + 5.0,
    "looped": 16.0 + (2.5 + 6.0 + 12.0 + 20.0) + (0.75 + 0.625),
    "aliased": 9.0,
    "matrices": 1.0 + 2.25 + 6.0 + 8.0,
    "mood": 3,
    "enums": 4.0 + 3,
    "plain_enums": 1.0,
    "keywords": 4.0,
    "defaults": 1.0 + 100.0 + 2.0 + 3.0,
    "properties": 1.5,
    "helpers": 2.5 + 3.0 + 0.5,
    "constants": 0.5 + 0.5 + 0.75 + 1.5,
    "early": 2.0,
    "mixed_return": 0.25 + 0.125,
    "optional_return": 101.0,
    "loops": 4.0 + 20.0 + 100.0 + 4,
    "logic": 1.25,
    "flag": True,
    "flags": 2.0,
    "matched": 1.0,
    "lambdas": 5.0,
    "starred": 6.0,
    "asserted": 1.0,
    "integers": 2 - 3 + 3,
    "rounded": 2.0 + 4 - 1,
    "whole": 1.0,
    "later": 0.25,
    "count": 1,
    "static": 1.5,
    "class_constant": 2.125,
}


@pytest.mark.parametrize("field", EXPECTED)
def test_an_idiom_means_the_same_compiled_as_in_python(said: Batch, field: str) -> None:
    assert said.states["one"][field].tolist() == [EXPECTED[field]] * 2


def test_the_functions_of_math_agree_to_the_last_bit(said: Batch) -> None:
    maths = (
        math.exp(x) + math.log(x) + math.tanh(x) + math.sqrt(x) + math.sin(x) + math.cos(x)
        + math.atan2(x, 2.0) + math.log1p(x) + math.expm1(x) + math.erf(x) + math.pow(x, 1.3)
        + min(x, 1.0) + abs(-x) + math.floor(x) + math.pi
    )  # fmt: skip
    maths += 7.5 % 2.0 + -7.5 % 2.0 + 7.5 // 2.0 + -7.5 // 2.0
    assert said.states["one"]["maths"].tolist() == [maths] * 2


def test_chance_reaches_the_rule_that_asks_for_it(said: Batch) -> None:
    drawn = said.luck["say"]["one"]
    expected = drawn["calls"][:, 0] + 3.25 + drawn["bell"][:, 0]
    assert said.states["one"]["chances"].tolist() == expected.tolist()


def test_every_field_of_the_idioms_has_an_expected_value() -> None:
    checked_elsewhere = {"maths", "chances", "vector", "matrix", "steady"}
    assert set(RULES.states("one")) == {*EXPECTED, *checked_elsewhere}


# --- works with care ----------------------------------------------------------------------------


def test_whole_numbers_and_enums_are_recorded_as_the_type_that_was_declared() -> None:
    batch = table(RULES)
    run_mesa(batch, stop=1)
    assert batch.states["one"]["whole"].dtype == np.float64
    assert batch.states["one"]["mood"].dtype == np.int64
    assert batch.states["one"]["mood"].tolist() == [3, 3]


def test_a_vector_belongs_to_one_agent_alone() -> None:
    players, others = cast_of(table(RULES), 0), cast_of(table(RULES), 1)
    players["one"].vector[0] = -1.0
    assert others["one"].vector[0] == 1.0
    model = mesa.Model(rng=1)
    first, second = Idioms(model), Idioms(model)
    first.vector[0] = -1.0
    assert second.vector[0] == 1.0


def test_plain_numbers_not_numpys_are_on_mesas_agents() -> None:
    players = cast_of(table(RULES), 0)
    for role, player in players.items():
        for name in RULES.states(role):
            assert type(getattr(player, name)) in (int, float, bool, list), f"{role}.{name}"


def test_a_rule_is_shared_by_classes_that_do_not_touch_it() -> None:
    class Other(Idioms):
        def say_maths(self) -> None:
            self.maths = 2.0

    plain, other = bind(RULES), bind(RuleSet(Table, {"one": Other}))
    new = set(other.modules) - set(plain.modules)
    # the rule itself, say_all which calls it, and the phase
    assert len(new) == 3


class Dividing(Idioms):
    """Divides by nought."""

    def say_maths(self) -> None:
        self.maths = 1.0 / (self.steady - 1.0)


@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
def test_division_by_nought_raises_on_both_engines(engine: Callable[..., Any]) -> None:
    with pytest.raises(ZeroDivisionError):
        engine(table(RuleSet(Table, {"one": Dividing})))


class Sayer(Plain):
    """What the refused and the parting ones share: one rule that the world calls."""

    maths = State(0.3)
    vector = State((1.0, 2.0))
    count = State(0)
    unused = Stream("not read")

    def say_all(self, other, tie, luck) -> None:
        self.say()

    def say(self) -> None:
        self.maths = 0.5


class Small(Table):
    """The idioms' world, for a speaker of one rule."""

    roles = {"one": Sayer, "other": Partner, "tie": Tie}


class Cubing(Sayer):
    def say(self) -> None:
        self.maths = 0.1 + self.maths**3


def test_lock_step_finds_a_rule_that_parts_the_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuleError, match=r"\*\*"):
        bind(RuleSet(Small, {"one": Cubing}))
    monkeypatch.setattr(binder, "check_rule", lambda *given: [])
    monkeypatch.setattr(remembered, "_KEPT", OrderedDict())  # which knows rules, not how they are checked
    batch = table(RuleSet(Small, {"one": Cubing}), runs=64, steps=8)
    batch.states["one"]["maths"] = np.linspace(0.1, 0.9, 64)
    found = compare(batch, chunk=3)
    assert found is not None
    assert (found.role, found.field) == ("one", "maths")
    assert found.mesa == pytest.approx(found.compiled, rel=1e-12)
    assert f"run {found.run}, step {found.step}" in str(found)
    assert "the one's Cubing.maths is 0." in str(found)


# --- refused, with the way out ------------------------------------------------------------------


class Misspelling(Sayer):
    def say(self) -> None:
        self.mths = 1.0


class Powering(Sayer):
    def say(self) -> None:
        self.maths = self.maths**2


class Numpying(Sayer):
    def say(self) -> None:
        self.maths = float(np.clip(self.maths, 0.0, 1.0))


class Hypoting(Sayer):
    def say(self) -> None:
        self.maths = math.hypot(self.maths, 1.0)


class Summing(Sayer):
    def say(self) -> None:
        self.maths = sum(self.vector)


class Branching(Sayer):
    def say(self) -> None:
        if self.maths > 1.0:
            found = 1.0
        self.maths = found if self.maths > 1.0 else 0.0


class Rounding(Sayer):
    def say(self) -> None:
        self.maths = round(self.maths, 2)


class Calling(Sayer):
    def say(self) -> None:
        Sayer.say(self)


class Floating(Sayer):
    def say(self) -> None:
        self.count = self.maths * 2.0


class Wholeing(Sayer):
    def say(self) -> None:
        self.maths = Signal(0, 1, 0, 0, 0, 0.0, 0).warmth / 2.0


class Guarding(Sayer):
    def say(self) -> None:
        try:
            self.maths = 1.0
        except ValueError:
            self.maths = 2.0


class Drawing(Sayer):
    def say(self) -> None:
        self.maths = self.model.random.random()


# Those that cannot run anywhere (`mths` is merely a new attribute to Mesa) are left out of Mesa's turn.
REFUSED = [
    Misspelling, Powering, Numpying, Hypoting, Summing, Branching, Rounding, Calling, Floating,
    Wholeing, Guarding, Drawing,
]  # fmt: skip


@pytest.mark.parametrize("cls", REFUSED)
def test_what_cannot_be_compiled_is_refused_with_place_and_way_out_and_runs_on_mesa(
    cls: type,
) -> None:
    rules = RuleSet(Small, {"one": cls})
    batch = table(rules)
    line = vars(cls)["say"].__code__.co_firstlineno
    with pytest.raises(RuleError) as refused:
        run_compiled(batch)
    problem = refused.value.problems[0]
    assert problem.file == __file__
    assert line < problem.line <= line + 5
    assert problem.way_out
    assert 'or run with engine="mesa"' in str(refused.value)
    assert not batch.reached.any()
    run_mesa(batch)
    assert (batch.reached == 3).all()


class Repeating(Sayer):
    again = Stream("read twice")

    def say_all(self, other, tie, luck) -> None:
        self.maths = luck.again
        self.say_again(luck)

    def say_again(self, luck) -> None:
        self.maths += luck.again


def test_a_stream_read_by_two_rules_is_refused() -> None:
    with pytest.raises(RuleError, match="again"):
        run_compiled(table(RuleSet(Small, {"one": Repeating})))
