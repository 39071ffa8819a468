"""Experiments on histories, the critic, parts and barriers: they load, run, and compare like with like."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_experiments import NUMBA

from mentalities_sim import Experiment
from mentalities_sim.experiment import load
from mentalities_sim.experiment.results import Results
from mentalities_sim.experiment.turns import PlanRow
from mentalities_sim.running import plan

FOLDER = Path(__file__).parent.parent / "experiments"
FILES = ("upbringing", "critic", "alliancing", "barriers")
compiled = pytest.mark.skipif(not NUMBA, reason="needs Numba")


@cache
def tiny(name: str) -> Results:
    """All arms and cells of a file, with three clients each."""
    return Experiment.from_toml(FOLDER / f"{name}.toml", replicates=3).run(workers=1)


def script() -> ModuleType:
    """The companion script of critic.toml."""
    spec = importlib.util.spec_from_file_location("critic_script", FOLDER / "critic.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def means(name: str, outcome: str, **cell: Any) -> pd.Series:
    """Mean of an outcome by arm, in one cell."""
    rows = tiny(name).outcomes
    for axis, level in cell.items():
        rows = rows[rows[axis] == level]
    return rows.groupby("arm", sort=False)[outcome].mean()


def done(rows: tuple[PlanRow, ...], session: int) -> list[tuple[str, int]]:
    """What the rows of a plan do in a session, and for how long."""
    return [(row.does, row.exchanges) for row in rows if row.holds_in(session)]


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_it_asks_and_why(name: str) -> None:
    file = load(FOLDER / f"{name}.toml")
    assert file.question and file.source and file.replicates == 200
    assert all(arm.why for arm in file.arms.values())
    assert all(setting.why for setting in file.client.values())
    assert (FOLDER / f"{name}.toml").read_text(encoding="utf-8").startswith("# ")


@compiled
@pytest.mark.parametrize("name", FILES)
def test_a_run_can_be_planned(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "TRIAL_SECONDS", 0.0)  # one run of each arm is enough here
    trial = Experiment.from_toml(FOLDER / f"{name}.toml", replicates=2)
    said = str(trial.plan(workers=1))
    assert f"{trial.therapies:,}" in said


@compiled
@pytest.mark.parametrize("name", FILES)
def test_every_arm_and_cell_runs_and_is_measured(name: str) -> None:
    found = tiny(name)
    assert found.failures.empty
    assert len(found.outcomes) == found.file.therapies == 3 * len(found.arms) * found.file.n_cells
    measured = found.outcomes[list(found.file.measures.outcomes)]
    assert np.isfinite(measured.to_numpy(float)).mean() > 0.9


@compiled
def test_histories_differ_in_what_warmth_sets_off() -> None:
    alarm = tiny("upbringing").outcomes.groupby("history")["alarm_at_first"].mean()
    assert alarm["warm_then_harmed"] > 0.2 > alarm["warm"]


@compiled
@pytest.mark.parametrize("feared", [0.2, 0.5])
def test_yielding_to_the_critic_is_worst_and_the_other_answers_differ_only_in_what_is_heard(
    feared: float,
) -> None:
    for outcome in ("threat", "involuntary_subordination"):
        left = means("critic", outcome, kindness_feared=feared, hearing="usual")
        assert left["yields"] == left.max()
    answers = ["fights", "stands_coldly", "stands_kindly"]
    heard = means("critic", "self_warmth", kindness_feared=feared, hearing="fully")[answers]
    assert heard.is_monotonic_increasing and heard.is_unique
    unheard = means("critic", "self_warmth", kindness_feared=feared, hearing="ablated")[answers]
    assert unheard.nunique() == 1


@pytest.mark.parametrize(("name", "closing"), [("alliancing", range(7, 11)), ("barriers", range(11, 13))])
def test_the_closing_sessions_and_the_dose_are_the_same_for_everybody(name: str, closing: range) -> None:
    file = load(FOLDER / f"{name}.toml")
    assert closing[-1] == file.world["sessions"]
    probe = [("empathic contact", 10), ("compassionate self", 10)]
    for arm in file.arms.values():
        assert dict(arm.parameters)["warmth"] == 0.5
        assert all(done(arm.plan, session) == probe for session in closing), arm.name
        assert all(done(arm.plan, session) != probe for session in range(1, closing[0])), arm.name


@compiled
def test_a_part_that_does_not_speak_is_never_given_way_to() -> None:
    assert (means("alliancing", "guarding", parts="one") == 0.0).all()
    assert (means("alliancing", "guarding", parts="two") > 0.0).all()


@compiled
def test_a_part_that_does_not_learn_is_as_strong_as_it_was() -> None:
    people = tiny("alliancing").agents
    clients = people[people["role"] == "client"].groupby(["parts", "arm"])["self_resistance"].mean()
    assert clients["part_does_not_learn"].to_numpy() == pytest.approx(0.8, abs=1e-12)
    assert clients["two", "three_steps"] < clients["two", "contact"] < 0.8 < clients["two", "pushes"]


@compiled
def test_freeing_time_lets_more_in() -> None:
    assert (
        means("barriers", "uptake", barrier="none") > means("barriers", "uptake", barrier="circumstance")
    ).all()


def test_an_attack_from_inside_does_what_it_does_from_outside_if_it_is_heard_as_it_is_said() -> None:
    course = script().time_course
    heard = {"mentalizing_at_rest": 1.0, "threat_narrows_mentalizing": 0.0, "answer_heard": 0.0}
    inside, outside = course(True, 0.6, **heard), course(False, 0.6, **heard)
    assert inside[1] - inside[0] > 0.3 and inside[-1] < inside[1]
    np.testing.assert_allclose(inside, outside, atol=1e-12)
    assert course(False, 0.6)[1] < course(True, 0.6)[1], "others are heard through milder expectations"


@compiled
def test_the_critics_script_reads_submission_within_and_between() -> None:
    told = script()
    outcomes, moments = told.lives(12, 1, {})
    assert len(outcomes) == 12 and moments.groupby("replicate").size().min() > 10
    assert (told.slopes(moments, "yielding") > 0.5).mean() > 0.8
    said = "\n".join(told.submission(outcomes, moments))
    assert said.count("between, r") == 4 and "nan" not in said
