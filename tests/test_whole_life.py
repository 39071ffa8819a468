"""What a modeller relies on over a life: birth, coming of age, what fades, and bounds that always hold."""

from __future__ import annotations

import math

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_person import person, stake
from small_runs import luck_of

from mentalities_sim.declare import State, Stream, declared
from mentalities_sim.person import Person
from mentalities_sim.signals import Perceived, Signal, Surface
from mentalities_sim.therapist import Therapist

HARMED = stake(harm=0.6)
SEEN_COLD = Perceived(0.0, -0.6, 0.0)


# a life: birth, coming of age, time


def test_one_is_born_with_nothing_learned_about_warmth_and_learns_at_a_childs_pace() -> None:
    given = {
        n: 0.7
        for n, s in declared(Person, State).items()
        if s.learned and n.endswith(("danger", "safety", "resistance"))
    }
    child = person(**given, self_blame=0.7, contingent_worth=0.7, warmth_safety_here=0.7, skill=0.9)
    child.be_born(3.0)
    assert len(given) == 9 and {getattr(child, n) for n in given} == {0.0}
    assert child.self_blame == child.contingent_worth == child.warmth_safety_here == 0.0
    assert child.fear_of_compassion == child.fear_of_self_compassion == child.fear_of_giving == 0.0
    assert child.skill == child.self_skill == child.giving_skill == child.skill_at_birth
    adult = person(expected_warmth=tuple(child.expected_warmth))
    for someone in (child, adult):
        someone.learn_models(SEEN_COLD, HARMED, 0.0, Surface.OTHER)
    taught, usual = (p.expected_warmth[0] - 0.2 for p in (child, adult))
    assert taught == pytest.approx(3.0 * usual) and usual < 0.0


def test_coming_of_age_ends_the_pace_and_the_nearness_and_keeps_what_was_learned() -> None:
    child = person(plasticity=3.0, closeness=1.0, threat=0.9, at_fault=0.6, lately_won=1.0, escaped=1)
    learned = {n: getattr(child, n) for n, s in declared(Person, State).items() if s.learned}
    child.come_of_age()
    assert (child.plasticity, child.closeness, child.at_fault, child.lately_won) == (1.0, 0.0, 0.0, 0.0)
    assert child.threat == child.resting_threat and child.escaped == 0
    assert child.drive == pytest.approx(0.4 - 0.5 * 0.05)
    assert learned == {n: getattr(child, n) for n in learned}


@pytest.mark.parametrize(
    "name, hours",
    [
        *((n, 1.0) for n in ("warmth_lately", "self_warmth_lately", "given_lately", "guard", "labelled")),
        *((n, 24.0) for n in ("at_fault", "lately_won")),
        *((n, 240.0) for n in ("soothing", "vigilance", "striving")),
        ("involuntary_subordination", 1000.0),
        *((n, 30_000.0) for n in ("warmth_safety", "warmth_safety_here", "self_warmth_safety")),
        ("giving_safety", 30_000.0),
    ],
)
def test_what_passes_is_gone_after_some_of_its_own_times_and_never_turns_round(name, hours) -> None:
    someone = person(**{name: 0.9})
    left = []
    for _ in range(10):
        someone.elapse(hours / 10.0)
        left.append(getattr(someone, name))
    assert left == sorted(left, reverse=True) and 0.9 > left[0] > left[-1] >= 0.0
    assert left[-1] < 1e-3


def test_what_shakes_is_over_as_soon_as_time_passes_and_fears_come_back_as_safety_fades() -> None:
    someone = person(shaken=0.3, self_warmth_safety=0.5, giving_danger=0.5, giving_safety=0.5)
    someone.elapse(2016.0)
    assert someone.shaken == 0.0
    assert someone.fear_of_self_compassion == pytest.approx(0.5 - 0.5 / np.e)
    assert someone.fear_of_giving == pytest.approx(0.5 - 0.5 / np.e)


def test_what_is_learned_is_marked_and_stays_when_time_passes_but_for_safety_and_precision() -> None:
    marked = {n for n, s in declared(Person, State).items() if s.learned}
    flows = {f"{f}{what}" for f in ("", "self_", "giving_") for what in ("skill", "resistance")}
    known = {"warmth_danger", "self_warmth_danger", "giving_danger", "self_blame", "contingent_worth"}
    models = {"expected_warmth", "expected_dominance", "power", "mentality_habit"}
    fading = {"warmth_safety", "warmth_safety_here", "self_warmth_safety", "giving_safety", "power_precision"}
    assert marked == flows | known | models | fading
    someone = person(**dict.fromkeys(flows | known, 0.6))
    before = {n: getattr(someone, n) for n in flows | known | models}
    someone.elapse(5000.0)
    assert before == {n: getattr(someone, n) for n in before}


# whatever happens

OVER_THREE = {"warmth_safety", "warmth_safety_here", "self_warmth_safety", "giving_safety"}
"""Safety that can pass its declared 3.0, though only from a start near it: no rule cuts it there."""
KEPT = {n for n in declared(Person, State) if n.startswith("kept_")} | {"pace"}
"""A memory of the last gap, which cannot be set apart from it."""


def anything(rng: np.random.Generator, low: float, high: float) -> float:
    """Anything between two bounds, the bounds themselves as often as not."""
    return float(rng.choice([low, high, rng.uniform(low, high), rng.uniform(low, high)]))


def anybody(who: type[Person], rng: np.random.Generator) -> Person:
    """Somebody each of whose bounded states is anywhere within its bounds."""
    start = {}
    for name, state in declared(who, State).items():
        low, high = state.bounds
        if name in KEPT or not math.isfinite(low) or not math.isfinite(high) or high >= 1e6:
            continue
        value = np.reshape([anything(rng, low, high) for _ in range(math.prod(state.shape))], state.shape)
        start[name] = value.astype(state.dtype)
    return who(mesa.Model(rng=1), **start, goals_per_day=4.0)


def anything_happens(someone: Person, rng: np.random.Generator) -> None:
    """One thing that can happen to a person, with any luck and any signal on either surface."""
    streams = declared(type(someone), Stream).items()
    luck = luck_of(
        type(someone), **{n: float(rng.normal() * 3.0 if s.normal else rng.random()) for n, s in streams}
    )
    shares = (float(rng.choice([0.0, 1.0, rng.random()])) for _ in range(4))
    signal = Signal(anything(rng, -1.0, 1.0), anything(rng, -1.0, 1.0), *shares, int(rng.integers(2)))
    kind = rng.integers(10)
    if kind < 3:
        sent = someone.encounter(signal, float(rng.random()), luck)
        assert all(-1.0 <= x <= 1.0 for x in sent[:2]) and all(0.0 <= x <= 1.0 for x in sent[2:])
    elif kind == 3:
        someone.encounter_oneself(luck)
    elif kind == 4:
        someone.live(float(rng.exponential(24.0)), luck)
    elif kind == 5:
        someone.pursue(24.0, luck)
    elif kind == 6:
        someone.note_success(float(rng.integers(2)))
    elif kind == 7:
        someone.be_shaken(float(rng.random()), float(rng.random()))
    elif kind == 8:
        someone.have_it_out(anything(rng, -1.0, 1.0), float(rng.integers(2)), float(rng.random()))
    elif isinstance(someone, Therapist):
        someone.attune(luck)
        someone.send(signal)
    else:
        someone.anticipate(luck)


@pytest.mark.parametrize("who", [Person, Therapist])
@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), many=st.integers(1, 60))
def test_whoever_one_was_and_whatever_happens_every_state_keeps_its_bounds(who, seed, many) -> None:
    rng = np.random.default_rng(seed)
    someone = anybody(who, rng)
    for _ in range(many):
        anything_happens(someone, rng)
    for name, state in declared(who, State).items():
        low, high = state.bounds
        value = np.asarray(getattr(someone, name), float)
        assert np.isfinite(value).all(), name
        assert (value >= low - 1e-12).all(), (name, value)
        assert (value <= (math.inf if name in OVER_THREE else high + 1e-12)).all(), (name, value)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_from_where_people_start_even_safety_keeps_its_bounds(seed) -> None:
    rng = np.random.default_rng(seed)
    someone = person(**{f"{flow}warmth_danger": float(rng.uniform(0.0, 1.5)) for flow in ("", "self_")})
    for _ in range(60):
        anything_happens(someone, rng)
    for name in OVER_THREE:
        assert 0.0 <= getattr(someone, name) <= 3.0
