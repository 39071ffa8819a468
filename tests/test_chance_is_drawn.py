"""No number of chance is guessed to be unread, shared with rules it was not drawn for, or left over."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import NamedTuple

import pytest

from mentalities_sim import Experiment, State, Stream
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.policies import Policy
from mentalities_sim.worlds import Dyad

HEAD = """
[experiment]
title = "Chance"
seed = 3
replicates = 2

[world]
kind = "dyad"
sessions = 1
exchanges = 8

"""


class Pair(NamedTuple):
    one: object
    two: float


def fated(luck) -> float:
    return luck.fate


class Moody(Policy):
    """Has a stream, and does not read it."""

    fate = Stream("the dose, by chance")


class Plain(Moody):
    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return luck.fate


class ByTuple(Moody):
    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return (luck, 1.0)[0].fate


class ByChoice(Moody):
    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return fated(luck if exchange >= 0 else luck)  # noqa: RUF034


class ByReturn(Moody):
    def hand_back(self, luck):
        return luck

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return self.hand_back(luck).fate


class ByStar(Moody):
    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return fated(*(luck,))


class ByPair(Moody):
    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return Pair(luck, 1.0).one.fate


class ByAlias(Moody):
    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        mine = luck
        return mine.fate


class ByLambda(Moody):
    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        read = lambda: luck.fate  # noqa: E731
        return read()


class Normal(Moody):
    fate = Stream("the dose, by chance", normal=True)

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return luck.fate


class Counting(Policy):
    """Writes beyond its vector once it has counted too far."""

    seen = State((0.0, 0.0, 0.0), labels=("a", "b", "c"))
    count = State(0, (0, 100))

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        self.seen[self.count] += 1.0
        self.count += 1
        return 0.5


def trial(tmp_path: Path, **policies: type) -> Experiment:
    path = tmp_path / f"{'_'.join(policies)}.toml"
    arms = "".join(f'[arms.{name}]\npolicy = "{name}"\n' for name in policies)
    path.write_text(HEAD + arms, encoding="utf-8")
    return Experiment.from_toml(path, policies=policies)


def sent(experiment: Experiment, arm: str, engine: str) -> list[float]:
    found = experiment.run(engine=engine).outcomes  # type: ignore[arg-type]
    return found.loc[found["arm"] == arm, "mean_warmth_sent"].tolist()


@pytest.mark.parametrize("policy", [ByTuple, ByChoice, ByReturn, ByStar, ByPair, ByAlias, ByLambda])
def test_whatever_way_luck_is_read_its_numbers_arrive(tmp_path: Path, policy: type) -> None:
    assert RuleSet(Dyad, {"policy": policy}).streams_read["exchange"]["policy"] == ["fate"]
    odd = sent(trial(tmp_path, odd=policy), "odd", "mesa")
    assert odd == sent(trial(tmp_path, plain=Plain), "plain", "mesa")
    assert max(odd) > 0.1


def test_a_stream_that_is_not_read_is_not_drawn() -> None:
    assert RuleSet(Dyad, {"policy": Moody}).streams_read["exchange"]["policy"] == []
    assert RuleSet(Dyad, {"policy": Plain}).streams_read["exchange"]["policy"] == ["fate"]


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_another_arms_chance_is_not_taken_over(tmp_path: Path, engine: str) -> None:
    for reader in (Plain, Normal):
        alone = sent(trial(tmp_path, reader=reader), "reader", engine)
        beside = sent(trial(tmp_path, silent=Moody, uniform=Plain, reader=reader), "reader", engine)
        assert alone == beside


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_an_index_beyond_a_vector_is_an_error_on_both_engines(tmp_path: Path, engine: str) -> None:
    """An error costs the run it happens in, not the others; here it happens in all."""
    found = trial(tmp_path, counting=Counting).run(engine=engine)  # type: ignore[arg-type]
    assert found.outcomes.empty and len(found.failures) == 2
    assert found.failures["error"].str.startswith("IndexError").all()
    line = inspect.getsourcelines(Counting.find_dose)[1] + 1
    assert f'test_chance_is_drawn.py", line {line}, in find_dose' in found.failures["traceback"].iloc[0]
