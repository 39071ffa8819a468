"""What is worked out from rules is kept, until anything that it was worked out from is another."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from idioms import Partner, Table, Tie
from small_dyads import dyads
from test_idioms import Sayer

from mentalities_sim.declare import Stream
from mentalities_sim.engine.binder import bind
from mentalities_sim.engine.check import RuleError
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.person import Person
from mentalities_sim.policies import Titrated
from mentalities_sim.worlds import Dyad

RATE = 0.5
UNUSED = 1.0


def halved(x: float) -> float:
    return x * RATE


def doubled(x: float, times: float = 2.0) -> float:
    return x * times


def refused(self) -> None:
    self.maths = print(RATE)


class Keeper(Sayer):
    """Its rule reaches a helper, a module's constant, a class's constant and another rule."""

    SHARE = 2.0

    def say(self) -> None:
        self.maths = halved(self.SHARE) + self.more()

    def more(self) -> float:
        return doubled(1.0)


class World(Table):
    """A world of one short rule."""

    roles = {"one": Keeper, "other": Partner, "tie": Tie}

    def say(self, one, tick: int, luck) -> None:
        one.say()


def more(self) -> float:
    return 3.0


def tripled(x: float) -> float:
    return 3.0 * x


HERE = sys.modules[__name__]
CHANGES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "a rule": lambda patch: patch.setattr(Keeper, "more", more),
    "a rule of a base, hidden until now": lambda patch: patch.delattr(Keeper, "say"),
    "a rule that hides a base's": lambda patch: patch.setattr(World, "say", lambda self: None),
    "a class's constant": lambda patch: patch.setattr(Keeper, "SHARE", 3.0),
    "a constant's type": lambda patch: patch.setattr(Keeper, "SHARE", 2),
    "a module's constant": lambda patch: patch.setattr(HERE, "RATE", 0.25),
    "a helper": lambda patch: patch.setattr(HERE, "halved", tripled),
    "a helper's code": lambda patch: patch.setattr(halved, "__code__", tripled.__code__),
    "a default": lambda patch: patch.setattr(doubled, "__defaults__", (4.0,)),
    "a name of Python's, taken": lambda patch: patch.setattr(HERE, "float", 1.0, raising=False),
}


def outcome(rules: RuleSet) -> str:
    """The hash of what rules are bound to, or why they are not."""
    try:
        return bind(rules).digest
    except RuleError as error:
        return str(error)


def test_rule_sets_of_the_same_classes_are_worked_out_once() -> None:
    assert bind(RuleSet(World)) is bind(RuleSet(World)) is RuleSet(World).binding
    assert RuleSet(Dyad).streams_read is RuleSet(Dyad).streams_read


def test_other_classes_have_their_own() -> None:
    class Other(Keeper):
        SHARE = 4.0

    assert bind(RuleSet(World, {"one": Other})).digest != bind(RuleSet(World)).digest


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_memory_is_noticed_and_so_is_its_end(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = RuleSet(World)
    before = outcome(rules)
    with monkeypatch.context() as patch:
        kept = bind(rules)
        CHANGES[change](patch)
        changed = outcome(RuleSet(World))
        assert changed != before or bind(RuleSet(World)) is not kept
        if "taken" not in change:
            assert changed != before
    assert outcome(RuleSet(World)) == before


def test_what_no_rule_reads_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = bind(RuleSet(World))
    monkeypatch.setattr(HERE, "UNUSED", 2.0)
    assert bind(RuleSet(World)) is kept


def test_agents_that_live_meanwhile_change_nothing() -> None:
    rules = RuleSet(Dyad, {"policy": Titrated})
    kept = bind(rules)
    run_mesa(dyads(rules, runs=1))
    assert bind(RuleSet(Dyad, {"policy": Titrated})) is kept


def test_a_refusal_is_kept_until_the_rule_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "say", refused)
        for _ in range(2):
            with pytest.raises(RuleError, match="print"):
                bind(RuleSet(World))
    assert bind(RuleSet(World)).modules


def test_a_stream_that_a_rule_comes_to_read_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    class Moody(Titrated):
        fate = Stream("a test's")

        def follow(self, seen, luck) -> None:
            self.dose = 0.5

    def follow(self, seen, luck) -> None:
        self.dose = luck.fate

    def read() -> list[str]:
        return RuleSet(Dyad, {"policy": Moody}).streams_read["exchange"]["policy"]

    found = read()
    monkeypatch.setattr(Moody, "choose", _choosing)
    assert (found, read()) == ([], ["fate"])


def _choosing(self, seen, luck) -> None:
    self.dose = luck.fate


def test_a_new_declaration_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(Person):
        """A person like any other."""

    kept = bind(RuleSet(Dyad, {"client": Plain}))
    monkeypatch.setattr(Plain, "mood", Stream("a test's"), raising=False)
    assert bind(RuleSet(Dyad, {"client": Plain})) is not kept


def test_an_edited_file_is_noticed_and_so_is_its_mending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "from test_remembered import Keeper\n\n\nclass Edited(Keeper):\n"
    text += "    def more(self) -> float:\n        return 5.0\n"
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    name = f"remembered_{tmp_path.name.replace('-', '_')}"
    file = tmp_path / f"{name}.py"
    file.write_text(text)
    edited: Any = importlib.import_module(name).Edited
    before = outcome(RuleSet(World, {"one": edited}))
    file.write_text(text.replace("5.0", "66.0"))
    assert "edited after it was loaded" in outcome(RuleSet(World, {"one": edited}))
    file.write_text("# one more line\n" + text)
    assert outcome(RuleSet(World, {"one": edited})) == before
    monkeypatch.delitem(sys.modules, name)
