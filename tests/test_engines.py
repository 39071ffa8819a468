"""Two engines, one source of rules: the same bits in every field at every step."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import mesa
import numpy as np
import pytest
from griever import Griever, MoodyTitrated, TiredTherapist
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_dyads import assert_same_states, assert_same_trace, dyads, run_both, run_compiled

from mentalities_sim.declare import Parameter, State
from mentalities_sim.engine import compiled
from mentalities_sim.engine.batch import Batch, NotFiniteError
from mentalities_sim.engine.lockstep import Difference, compare
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet, RuleSetError
from mentalities_sim.person import Person
from mentalities_sim.policies import Titrated, known_policies
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Dyad
from mentalities_sim.worlds.society import Society

TITRATED = RuleSet(Dyad, {"policy": Titrated})
OWN = RuleSet(Dyad, {"client": Griever, "therapist": TiredTherapist, "policy": MoodyTitrated})
AFRAID = {"client": {"warmth_danger": 0.9, "fear_of_compassion": 0.9, "threat": 0.6}}


# --- the same bits ------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", sorted(known_policies()))
def test_every_policy_gives_the_same_bits_on_both_engines(policy: str) -> None:
    rules = RuleSet(Dyad, {"policy": known_policies()[policy]})
    batch, trace = run_both(dyads(rules, given=AFRAID, scripted=True))
    assert (batch.reached == len(batch.schedule)).all()
    assert len(np.unique(trace.series["client"]["threat"])) > 10
    assert len(trace.events) > 10


def test_a_modellers_own_classes_give_the_same_bits_on_both_engines() -> None:
    batch, _ = run_both(dyads(OWN, given=AFRAID))
    assert (batch.states["client"]["pangs"] > 0).all()
    assert (batch.states["client"]["grief"] < 0.8).any()
    assert (batch.states["therapist"]["tiredness"] > 0.3).all()
    assert (batch.states["policy"]["carried"] > 0).all()
    # a pass of the pipeline per pang, mood and encounter: super() was called, not replaced
    assert (batch.states["client"]["moods"].sum(axis=1) >= 24).all()


def test_a_new_stream_and_field_leave_the_numbers_of_the_others_alone() -> None:
    plain = dyads(TITRATED)
    own = dyads(OWN)
    for phase in ("exchange", "live"):
        for name in ("yielding", "misread_warmth", "brooding"):
            one, other = plain.luck[phase]["client"][name], own.luck[phase]["client"][name]
            assert np.array_equal(one, other, equal_nan=True)
    assert np.array_equal(
        plain.states["client"]["approval_seeking"], own.states["client"]["approval_seeking"]
    )


def _within(bounds: tuple[float, float], dtype: np.dtype[Any], default: Any) -> Any:
    """A strategy for a number within bounds (open ends stay near the default)."""
    low, high = bounds
    scale = abs(float(np.max(default))) + 1.0
    low = max(low, float(np.min(default)) - scale)
    high = min(high, float(np.max(default)) + scale)
    if dtype.kind in "ib":
        return st.integers(int(np.ceil(low)), int(np.floor(high)))
    return st.floats(low, high, allow_nan=False, allow_subnormal=False)


def _values(declarations: dict[str, State] | dict[str, Parameter], leave: set[str]) -> Any:
    """A strategy for some of the fields of a role, each within its bounds."""
    fields = {}
    for name, declaration in declarations.items():
        if name in leave:
            continue
        one = _within(declaration.bounds, declaration.dtype, declaration.default)
        if declaration.shape:
            assert len(declaration.shape) == 1
            one = st.tuples(*[one] * declaration.shape[0])
        fields[name] = one
    return st.fixed_dictionaries({}, optional=fields)


def _anybody(role: str, leave: set[str] | None = None) -> Any:
    leave = leave or set()
    return st.builds(
        lambda states, parameters: {**states, **parameters},
        _values(OWN.states(role), leave | {"reading_place", "pangs"}),
        _values(OWN.parameters(role), leave),
    )


# The world keeps count from nothing; how long it lasts is the schedule's affair.
COUNTED = {*OWN.states("world"), "sessions", "exchanges", "slots", "run_in", "assessed_weeks"}


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    client=_anybody("client"),
    therapist=_anybody("therapist"),
    policy=_anybody("policy"),
    world=_anybody("world", COUNTED),
    seed=st.integers(0, 2**63),
)
def test_random_people_parameters_and_noise_give_the_same_bits(
    client: Any, therapist: Any, policy: Any, world: Any, seed: int
) -> None:
    roles = {"client": client, "therapist": therapist, "policy": policy, "world": world}
    batch = dyads(OWN, runs=2, seed=seed, given=roles)
    run_both(batch)


# --- crowds -------------------------------------------------------------------------------------


def test_a_crowd_has_one_record_type_and_its_people_are_found_by_who_meets_whom() -> None:
    rules = RuleSet(Society)
    assert rules.kept == ["world", "person", "newcomer", "tie"]
    assert rules.placed == ["person", "other", "newcomer"]
    assert rules.state_dtype("person") == rules.state_dtype("other") == rules.state_dtype("newcomer")
    assert {role for role, _, _ in rules.event_fields()} == {"world"}
    assert TITRATED.crowds == {} and TITRATED.kept == list(TITRATED.classes)


def test_whoever_plays_one_of_a_crowd_plays_the_others_of_it() -> None:
    rules = RuleSet(Society, {"person": Griever})
    assert {rules.classes[role] for role in ("person", "other", "newcomer")} == {Griever}
    with pytest.raises(RuleSetError, match="the role 'person' is played by a Person; Stranger is none"):
        RuleSet(Society, {"person": Stranger})


# --- resuming -----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
def test_a_batch_goes_on_from_any_exchange(engine: Any) -> None:
    batch = dyads(TITRATED, given=AFRAID)
    whole = batch.copy()
    everything = engine(whole, stride=1, events=True)
    for k in (1, 5, 17, 18, len(batch.schedule) - 1):
        parts = batch.copy()
        first = engine(parts, stop=k, stride=1, events=True)
        assert parts.reached.tolist() == [k] * batch.runs
        second = engine(parts, stride=1, events=True)
        assert_same_states(whole, parts)
        joined = np.sort(np.concatenate([first.events, second.events]), order=["run", "step", "code"])
        assert np.array_equal(joined, np.sort(everything.events, order=["run", "step", "code"]))
        for role in TITRATED.classes:
            for name in TITRATED.states(role):
                assert np.array_equal(first.series[role][name], everything.series[role][name][:, :k])
                assert np.array_equal(second.series[role][name][:, k:], everything.series[role][name][:, k:])


def test_an_engine_takes_over_from_the_other() -> None:
    batch = dyads(TITRATED, given=AFRAID)
    whole, shared = batch.copy(), batch.copy()
    run_compiled(whole)
    run_mesa(shared, stop=9)
    run_compiled(shared, stop=21)
    run_mesa(shared)
    assert_same_states(whole, shared)


@pytest.mark.parametrize("room", [1, 12, 50])
def test_a_full_event_buffer_is_emptied_and_the_run_goes_on(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = dyads(TITRATED, runs=5, given=AFRAID)
    monkeypatch.setattr(compiled, "EVENT_ROOM", room)
    run_both(batch)


@pytest.mark.parametrize("chunk", [1, 2, 64])
def test_chunks_do_not_matter(chunk: int) -> None:
    batch = dyads(TITRATED, runs=5)
    whole, chunked = batch.copy(), batch.copy()
    one = run_compiled(whole, stride=3, events=True)
    seen: list[int] = []
    two = run_compiled(chunked, stride=3, events=True, chunk=chunk, progress=seen.append)
    assert_same_states(whole, chunked)
    assert_same_trace(TITRATED, one, two)
    assert sum(seen) == 5


def test_only_the_roles_asked_for_are_recorded() -> None:
    batch = dyads(TITRATED)
    for engine in (run_mesa, run_compiled):
        trace = engine(batch.copy(), stride=2, record=("policy",))
        assert trace.series["policy"].shape == (3, len(trace.steps))
        assert not trace.series["client"].size


# --- what is refused, and what is said ----------------------------------------------------------


@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
def test_a_number_that_is_none_names_run_role_and_field(engine: Any) -> None:
    batch = dyads(TITRATED)
    batch.states["client"]["soothing"][1] = np.nan
    with pytest.raises(NotFiniteError, match=r"Person\.\w+ of the client became nan in run 1, by step 4"):
        engine(batch, stop=4)


@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
def test_the_place_of_a_number_that_is_none_is_found_in_vectors_too(engine: Any) -> None:
    batch = dyads(TITRATED)
    batch.states["therapist"]["power_precision"][2, 1] = np.inf
    with pytest.raises(
        NotFiniteError, match=r"Therapist\.power_precision\[1\] of the therapist became inf in run 2"
    ):
        engine(batch, stop=1)


class Stranger(mesa.Agent):
    """Nobody the dyad knows."""


class OtherThreat(Therapist):
    """A therapist whose threat is counted in whole numbers."""

    threat = State(0, (0, 10))


def test_mixing_classes_is_refused_with_a_word() -> None:
    with pytest.raises(RuleSetError, match="the role 'client' is played by a Person; Stranger is none"):
        RuleSet(Dyad, {"client": Stranger})
    with pytest.raises(RuleSetError, match="'clinet'; its roles are client, therapist, policy"):
        RuleSet(Dyad, {"clinet": Person})
    with pytest.raises(RuleSetError, match=r"OtherThreat\.threat is int64.*float64; one name, one type"):
        RuleSet(Dyad, {"therapist": OtherThreat}).state_dtype("client")


WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
sys.path.insert(0, {tests!r})
from small_dyads import dyads
from mentalities_sim.engine.compiled import run_compiled
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.worlds import Dyad
batch = dyads(RuleSet(Dyad), runs=1)
run_mesa(batch, stop=3)
print(batch.reached[0])
run_compiled(batch)
"""


def test_without_numba_mesa_runs_and_the_compiled_engine_says_what_to_install() -> None:
    tests = __file__.rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMBA.format(tests=tests)], capture_output=True, text=True
    )
    assert done.stdout.strip() == "3"
    assert 'pip install "mentalities-sim[fast]"' in done.stderr
    assert 'engine="mesa"' in done.stderr.splitlines()[-1]


def test_importing_the_engine_loads_no_compiler() -> None:
    code = (
        "import sys, mentalities_sim.engine.compiled, mentalities_sim.engine.mesa_engine, "
        "mentalities_sim.engine.lockstep, mentalities_sim.worlds, mentalities_sim.running.in_folder; "
        "print(sorted({'numba', 'llvmlite', 'matplotlib', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[]", "['pyarrow']")  # pandas loads pyarrow when it is there


# --- lock-step ----------------------------------------------------------------------------------


def test_lock_step_finds_nothing_where_there_is_nothing() -> None:
    batch = dyads(OWN, given=AFRAID)
    assert compare(batch) is None
    assert compare(batch, chunk=7, stop=20) is None
    assert not batch.reached.any()


def _spoilt(step: int, run: int, spoil: Any, engine: Any = run_compiled) -> Any:
    """The compiled engine, but one state is changed after a step of a run."""

    def runner(batch: Batch, *, stop: int) -> None:
        if batch.runs > run and (batch.reached <= step).all() and step < stop:
            engine(batch, stop=step + 1)
            spoil(batch, run)
        engine(batch, stop=stop)

    return runner


@pytest.mark.parametrize("step", [0, 4, 5, 23, 33])
@pytest.mark.parametrize("chunk", [1, 8, 64])
def test_lock_step_names_the_first_step_run_role_and_field(step: int, chunk: int) -> None:
    def spoil(batch: Batch, run: int) -> None:
        value = batch.states["client"]["skill"]
        value[run] = np.nextafter(value[run], 2.0)

    batch = dyads(TITRATED)
    found = compare(batch, chunk=chunk, compiled=_spoilt(step, 1, spoil))
    assert isinstance(found, Difference)
    assert (found.run, found.step, found.role, found.field) == (1, step, "client", "skill")
    assert found.compiled == np.nextafter(found.mesa, 2.0)
    phase, tick = ("live", step) if step < 5 else ("exchange", step - 5)
    if 17 <= step < 22:
        phase, tick = "live", step - 12
    elif step >= 22:
        phase, tick = ("exchange", step - 10) if step < 34 else ("live", step - 24)
    assert (found.phase, found.tick) == (phase, tick)
    assert f"run 1, step {step} ({phase} {tick}): the client's Person.skill is 0." in str(found)


def test_lock_step_names_the_place_in_a_vector_and_what_differs_with_it() -> None:
    def spoil(batch: Batch, run: int) -> None:
        batch.states["therapist"]["mentality_habit"][run, 3] += 0.25
        batch.states["world"]["strain"][run] = 0.75
        batch.states["world"]["week"][run] += 1

    found = compare(dyads(TITRATED), compiled=_spoilt(11, 2, spoil))
    assert found is not None
    assert (found.field, found.index) == ("mentality_habit", (3,))
    assert found.also == ("world.week", "world.strain")
    assert "the therapist's Therapist.mentality_habit[3] is" in str(found)


def test_lock_step_tells_minus_nought_from_nought() -> None:
    def spoil(batch: Batch, run: int) -> None:
        batch.states["policy"]["dose"][run] = -0.0  # not touched in the run-in

    found = compare(dyads(TITRATED), stop=3, compiled=_spoilt(1, 0, spoil))
    assert found is not None
    assert (found.field, repr(found.mesa), repr(found.compiled)) == ("dose", "0.0", "-0.0")


def test_lock_step_reports_an_error_that_stops_one_engine_alone() -> None:
    def spoil(batch: Batch, run: int) -> None:
        raise OverflowError("math range error")

    found = compare(dyads(TITRATED), compiled=_spoilt(7, 0, spoil))
    assert found is not None
    assert (found.step, found.field, found.mesa) == (7, "(raised)", "went on")
    assert "stopped with OverflowError: math range error" in str(found)


def test_lock_step_raises_an_error_that_stops_both() -> None:
    batch = dyads(TITRATED)
    batch.states["client"]["soothing"][1] = np.nan
    with pytest.raises(NotFiniteError):
        compare(batch)


def test_lock_step_takes_other_engines() -> None:
    assert compare(dyads(TITRATED, runs=1), compiled=run_mesa) is None
