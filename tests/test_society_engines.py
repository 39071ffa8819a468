"""A society on two engines: the same bits, however the course is cut into stretches and batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from griever import Griever
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_dyads import run_compiled, same_bits
from small_societies import (
    RULES,
    anybody,
    assert_same_course,
    assert_same_people,
    in_order,
    run_both,
    societies,
    whole_plan,
)

from mentalities_sim.engine.batch import Batch, NotFiniteError
from mentalities_sim.engine.lockstep import compare
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.worlds import meetings
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.society import Network, Society

GRIEVERS = RuleSet(Society, {"person": Griever})
LIVELY = {
    "size": 5,
    "days": 3,
    "childhood": 2,
    "upbringing": (0.5, 0.0, 0.0, 0.0, 0.0, 0.5),
    "turnover": 40.0,
    "remembered": 2,
    "scarcity": 0.6,
    "stigmatised": 0.4,
    "person": {"goals_per_day": 2.0},
    "replicates": range(3),
}


# --- the same bits ------------------------------------------------------------------------------


def test_a_hundred_people_who_come_and_go_are_the_same_on_both_engines() -> None:
    batch = societies(size=100, days=3, turnover=20.0, scarcity=0.5)
    assert compare(batch, chunk=100) is None
    fast, trace = run_both(batch, stride=50)
    assert fast.states["world"]["newcomers"][0] >= 15
    assert fast.states["world"]["fights"].sum() > 10
    assert (fast.states["person"]["identity"] >= 100).sum() >= 10
    assert len(trace.events) > 300
    assert trace.series["person"].shape == (1, batch.steps // 50, 100)


# Who one is, and gaps whose shares are kept with them, are not for anybody to set; nor is the course's size.
GIVEN = {"identity", "alive", "lived", "contests_won", "contests_lost", "resources"}
PACE = {name for name in RULES.states("person") if name.startswith("kept_")} | {"pace"}
COUNTED = {*RULES.states("world"), "size", "days", "childhood", "remembered", "turnover", "neighbours"}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    size=st.integers(2, 9),
    childhood=st.integers(0, 2),
    turnover=st.sampled_from([0.0, 30.0, 400.0]),
    remembered=st.integers(1, 9),
    neighbours=st.integers(2, 9),
    person=st.lists(anybody("person", GIVEN | PACE), min_size=1, max_size=2),
    tie=anybody("tie", {"owner", "other", "met"}),
    world=anybody("world", COUNTED),
    replicates=st.sampled_from([(0,), (3, 1)]),
    seed=st.integers(0, 2**63),
)
def test_random_people_networks_and_circumstances_give_the_same_bits(
    size: int, childhood: int, turnover: float, remembered: int, neighbours: int, person: Any, tie: Any,
    world: Any, replicates: Any, seed: int,
) -> None:  # fmt: skip
    batch = societies(
        size=size, days=1, childhood=childhood, turnover=turnover, remembered=remembered,
        neighbours=neighbours, person=person, tie=tie, replicates=replicates, seed=seed, **world,
    )  # fmt: skip
    run_both(batch)


@pytest.mark.parametrize("network", list(Network))
@pytest.mark.parametrize("size", [2, 3, 7, 8])
def test_every_network_gives_the_same_bits(network: Network, size: int) -> None:
    given = {"goals_per_day": 1.0, "goal_difficulty": 0.6}
    batch = societies(
        size=size, days=2, network=network, turnover=30.0, childhood=1, scarcity=0.7, person=[given, {}]
    )
    run_both(batch)


@pytest.mark.parametrize("scarcity", [0.0, 1.0])
def test_there_are_contests_just_where_something_is_scarce(scarcity: float) -> None:
    fast, trace = run_both(societies(size=7, days=4, scarcity=scarcity, replicates=(0, 1)))
    codes = [name for _, name, _ in RULES.event_fields()]
    endings = trace.events[trace.events["code"] == codes.index("ending")]["after"]
    met = fast.states["world"]["met"].sum()
    assert met == 2 * 3 * 16 * 2
    assert len(endings) == (met / 2 if scarcity else 0)
    assert fast.states["world"]["over_resource"].sum() == len(endings)
    fought = np.isin(endings, (Ending.FIGHT_FIRST_WON, Ending.FIGHT_SECOND_WON)).sum()
    assert fought == fast.states["world"]["fights"].sum()
    if scarcity:
        assert len(set(endings)) >= 4


def test_people_who_die_contest_no_more_on_either_engine() -> None:
    batch = societies(size=6, days=6, scarcity=1.0, fight_hurts=1.0, person={"defeat_weighs": 0.0})
    _, trace = run_both(batch)
    alive = trace.series["person"]["alive"][0]
    assert (alive[-1] == 0).any()
    assert (np.diff(alive, axis=0) <= 0).all()
    codes = [name for _, name, _ in RULES.event_fields()]
    for name in ("winner", "loser"):
        noted = trace.events[trace.events["code"] == codes.index(name)]
        assert all(alive[e["step"] - 1, int(e["after"]) - 1] for e in noted if e["step"])


# --- stretches, batches, resuming ---------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 7_000, 40_000, 300_000])
@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
def test_the_length_of_stretches_moves_no_number(
    engine: Any, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = societies(**LIVELY), societies(**LIVELY)
    one = engine(whole, stride=1, events=True)
    monkeypatch.setattr(meetings, "MOST_BYTES", most)
    two = engine(cut, stride=1, events=True)
    assert cut.schedule.phase.shape[1] < whole.schedule.phase.shape[1] == whole.steps
    assert_same_people(whole, cut)
    assert_same_course(one, two)


def test_a_copy_of_a_society_is_in_a_stretch_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies share the course; the stretch that one has come to must not be taken for the other's."""
    monkeypatch.setattr(meetings, "MOST_BYTES", 60_000)
    batch = societies(**LIVELY)
    assert compare(batch, chunk=5) is None
    for stop in (3, 13, 22):
        run_compiled(batch, stop=stop)
        late, early = batch.copy(), batch.copy()
        run_compiled(late)
        run_compiled(early)
        assert_same_people(late, early)


def test_replicates_alone_or_together_are_the_same() -> None:
    together = societies(**LIVELY)
    trace = run_compiled(together, stride=4, events=True)
    for row, replicate in enumerate(LIVELY["replicates"]):
        alone = societies(**{**LIVELY, "replicates": [replicate]})
        own = run_compiled(alone, stride=4, events=True)
        for role in RULES.kept:
            for name in RULES.states(role):
                assert same_bits(alone.states[role][name], together.states[role][name][row : row + 1])
                assert same_bits(own.series[role][name], trace.series[role][name][row : row + 1])
        theirs = trace.events[trace.events["run"] == row]
        for name in ("step", "code", "before", "after"):
            assert np.array_equal(own.events[name], theirs[name])


def test_conditions_share_their_chance_and_their_meetings() -> None:
    both = societies(**{**LIVELY, "person": [{"goals_per_day": 2.0}, {}]})
    first = societies(**LIVELY)
    run_compiled(both), run_compiled(first)
    for role in RULES.kept:
        for name in RULES.states(role):
            assert same_bits(both.states[role][name][:3], first.states[role][name])
    assert not same_bits(both.states["person"]["power"][3:], both.states["person"]["power"][:3])


@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
def test_a_society_goes_on_from_any_step(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = societies(**LIVELY)
    whole = batch.copy()
    everything = engine(whole, stride=1, events=True)
    monkeypatch.setattr(meetings, "MOST_BYTES", 60_000)  # stops within stretches, and at their ends
    for k in range(1, batch.steps, 1 if engine is run_compiled else 5):
        parts = batch.copy()
        first = engine(parts, stop=k, stride=1, events=True)
        assert parts.reached.tolist() == [k] * batch.runs
        second = engine(parts, stride=1, events=True)
        assert_same_people(whole, parts)
        assert same_bits(in_order(first.events, second.events), in_order(everything.events))
        for role in RULES.kept:
            name = next(iter(RULES.states(role)))
            assert same_bits(first.series[role][name], everything.series[role][name][:, :k])
            assert same_bits(second.series[role][name][:, k:], everything.series[role][name][:, k:])


def test_runs_that_stopped_at_different_steps_all_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parts = societies(**LIVELY), societies(**LIVELY)
    run_compiled(whole)
    monkeypatch.setattr(meetings, "MOST_BYTES", 60_000)
    for run, stop in enumerate((3, 21, 40)):
        one = parts.of(np.array([run]))
        run_compiled(one, stop=stop)
        for role in RULES.kept:
            parts.states[role][run] = one.states[role][0]
        parts.reached[run] = stop
    run_compiled(parts)
    assert_same_people(whole, parts)


def test_an_engine_takes_over_a_society_from_the_other() -> None:
    whole, shared = societies(**LIVELY), societies(**LIVELY)
    run_compiled(whole)
    run_mesa(shared, stop=9)
    run_compiled(shared, stop=31)
    run_mesa(shared)
    assert_same_people(whole, shared)


def test_the_plan_is_the_same_from_any_step_to_any_other() -> None:
    batch = societies(**LIVELY)
    phase, tick, who = whole_plan(batch)
    course = batch.feed.__self__  # type: ignore[union-attr]
    for first in range(0, batch.steps, 3):
        for last in {first + 1, min(first + 4, batch.steps), min(first + 17, batch.steps), batch.steps}:
            part = course.plan(first, last)
            assert np.array_equal(part[0], phase[:, first:last])
            assert np.array_equal(part[1], tick[:, first:last])
            for role in who:
                assert np.array_equal(part[2][role], who[role][:, first:last])


# --- what is said of a crowd --------------------------------------------------------------------


@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
def test_a_number_that_is_none_names_who_in_the_crowd(engine: Any) -> None:
    batch = societies(size=4, replicates=(0, 1))
    whoever = whole_plan(batch)[2]["person"][1, 1]  # is met in the second step only
    batch.states["person"]["power_precision"][1, whoever, 1] = np.inf
    words = rf"Person\.power_precision\[{whoever}\]\[1\] of the person became inf in run 1, by step 1"
    with pytest.raises(NotFiniteError, match=words):
        engine(batch, stop=1)


def test_lock_step_names_who_in_the_crowd_and_when() -> None:
    batch = societies(size=4, childhood=1, replicates=(0, 1))

    def spoilt(batch: Batch, *, stop: int) -> None:
        if batch.runs > 1 and (batch.reached <= 6).all() and stop > 6:
            run_compiled(batch, stop=7)
            batch.states["person"]["skill"][1, 3] += 0.125
        run_compiled(batch, stop=stop)

    found = compare(batch, chunk=5, compiled=spoilt)
    assert found is not None
    assert (found.run, found.step, found.phase, found.role, found.field, found.index) == (
        1, 6, "meet", "person", "skill", (3,),
    )  # fmt: skip


@pytest.mark.parametrize("step", [0, 3, 11])
def test_lock_step_reports_an_error_in_a_society_that_stops_one_engine_alone(
    step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the step is the first of a stretch that nobody has brought yet."""
    monkeypatch.setattr(meetings, "MOST_BYTES", 1)

    def spoilt(batch: Batch, *, stop: int) -> None:
        if stop > step:
            raise OverflowError("math range error")
        run_compiled(batch, stop=stop)

    found = compare(societies(size=4, childhood=1), chunk=4, compiled=spoilt)
    assert found is not None
    phase = "bring_up" if step < 4 else "meet"
    assert (found.step, found.phase, found.field, found.mesa) == (step, phase, "(raised)", "went on")


def test_crowds_are_recorded_whole_at_the_end_of_each_stride() -> None:
    batch = societies(size=5, days=1, replicates=(0, 1))
    for engine in (run_mesa, run_compiled):
        trace = engine(batch.copy(), stride=3, record=("person",))
        assert trace.steps.tolist() == [2, 5, 8, 11]
        assert trace.series["person"].shape == (2, 4, 5)
        assert not trace.series["tie"].size and not trace.series["world"].size
    kept = run_compiled(batch.copy(), keep=np.array([0, 7]), record=("tie",))
    assert kept.series["tie"].shape == (2, 2, 5, 4)


# --- a modeller's own people --------------------------------------------------------------------


def test_newcomers_are_of_the_class_of_those_whose_place_they_take() -> None:
    batch = societies(**{**LIVELY, "rules": GRIEVERS})
    run_mesa(batch)
    assert batch.states["world"]["newcomers"].min() > 0
    grief = batch.states["person"]["grief"]
    assert len(np.unique(grief)) == grief.size


@pytest.mark.slow  # compiles a society of its own
def test_people_of_ones_own_class_come_and_go_alike_on_both_engines() -> None:
    fast, _ = run_both(societies(**{**LIVELY, "rules": GRIEVERS}))
    assert fast.states["person"]["pangs"].sum() > 0
