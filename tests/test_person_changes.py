"""Each rule's own property, through the methods of a Mesa agent: what changes a person, and for how long."""

from __future__ import annotations

import math

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_person import ESCAPED, LUCK, STAYED, YIELDED, person, stake
from small_runs import luck_of

from mentalities_sim.declare import State, declared
from mentalities_sim.person import Person
from mentalities_sim.signals import Answer, Mentality, Perceived, Signal, Surface
from mentalities_sim.therapist import Therapist

# learn


def learned(someone: Person, answer: Answer, **parts: float) -> Person:
    seen = Perceived(0.0, 0.6, parts.get("cue", 0.0))
    someone.learn(seen, stake(**parts), answer, Surface.OTHER, 1.0)
    return someone


def test_staying_with_feared_warmth_unlearns_fear():
    someone = learned(person(warmth_danger=0.5), STAYED, cue=0.8, fear=0.5, alarm=0.4)
    assert someone.warmth_safety == pytest.approx(0.7 * 0.012 * 0.8 * 0.5)
    assert someone.warmth_safety_here == pytest.approx(0.3 * 0.012 * 0.8 * 0.5)
    assert someone.fear_of_compassion == pytest.approx(0.5 - someone.warmth_safety)
    assert someone.warmth_danger == 0.5


@pytest.mark.parametrize("answer", [YIELDED, ESCAPED])
def test_escape_and_yielding_block_unlearning_unless_the_block_is_off(answer):
    blocked = learned(person(warmth_danger=0.5), answer, cue=0.8, fear=0.5)
    free = learned(person(warmth_danger=0.5, escape_blocks_learning=0.0), answer, cue=0.8, fear=0.5)
    stayed = learned(person(warmth_danger=0.5), STAYED, cue=0.8, fear=0.5)
    assert blocked.warmth_safety == 0.0
    assert free.warmth_safety == stayed.warmth_safety > 0.0


@pytest.mark.parametrize("threat, alarm, grows", [(0.9, 0.8, True), (0.9, 0.4, False), (0.4, 0.8, False)])
def test_danger_grows_only_if_the_alarm_felt_exceeds_what_was_feared(threat, alarm, grows):
    someone = person(warmth_danger=0.5, threat=threat)
    learned(someone, ESCAPED, cue=0.8, fear=0.5, alarm=alarm)
    expected = 0.03 * 0.8 * (min(threat, alarm) - 0.5) if grows else 0.0
    assert someone.warmth_danger - 0.5 == pytest.approx(expected)
    assert (someone.warmth_danger > 0.5) is grows


def test_threat_alone_blocks_nothing():
    calm = learned(person(warmth_danger=0.5, threat=0.0), STAYED, cue=0.8, fear=0.5)
    afraid = learned(person(warmth_danger=0.5, threat=0.95), STAYED, cue=0.8, fear=0.5)
    assert afraid.warmth_safety == calm.warmth_safety


def test_working_models_move_towards_what_was_perceived_and_the_inner_one_more_slowly():
    someone = person(expected_warmth=(-0.2, -0.2), expected_dominance=(0.5, 0.5), threat=0.0)
    seen = Perceived(-0.1, 0.6, 0.6)
    someone.learn(seen, stake(kindness=0.6), STAYED, Surface.OTHER, 1.0)
    other, inner = (w + 0.2 for w in someone.expected_warmth)
    assert other == pytest.approx(0.004 * 0.6 * 0.8) and inner == pytest.approx(other / 2)
    other, inner = (0.5 - d for d in someone.expected_dominance)
    assert other == pytest.approx(0.004 * 0.6 * 0.6) and inner == pytest.approx(other / 2)


def test_working_models_learn_nothing_from_kindness_that_is_escaped_but_do_from_harm():
    someone = person(expected_warmth=(0.2, 0.2))
    learned(someone, ESCAPED, kindness=0.6, cue=0.6)
    assert someone.expected_warmth == [0.2, 0.2]
    cold = Perceived(0.0, -0.6, 0.0)
    someone.learn(cold, stake(harm=0.6), ESCAPED, Surface.OTHER, 1.0)
    assert someone.expected_warmth[0] < 0.2


def test_power_moves_by_surprise_over_precision():
    def moved(answer: Answer, precision: float = 3.0, surface: Surface = Surface.SELF) -> float:
        someone = person(power=(0.0, 0.0), power_precision=(precision, precision))
        someone.learn_power(stake(bid=0.6), answer, surface)
        return someone.power[surface]

    surprising = Answer(2, 1.0, 0.0, 0.1, 0.9)
    foreseen = Answer(2, 1.0, 0.0, 0.55, 0.1)
    assert moved(surprising) < moved(foreseen) < 0.0
    assert moved(surprising) == pytest.approx(-0.05 * 0.6 * 0.9 / 3.0)
    assert moved(surprising, 6.0) == pytest.approx(moved(surprising, 3.0) / 2)
    stood = Answer(0, 0.0, 0.0, 0.5, 0.2)
    assert moved(stood) == pytest.approx(0.05 * 0.6 * 0.5 / 3.0)


def test_a_share_of_a_lesson_in_power_reaches_the_other_surface_unless_cut():
    for share in (0.2, 0.0):
        someone = person(power=(0.0, 0.0), power_transfer=share)
        someone.learn_power(stake(bid=0.6), YIELDED, Surface.OTHER)
        assert someone.power[1] == pytest.approx(share * someone.power[0])
        assert someone.power_precision[0] > 3.0 == someone.power_precision[1]


# switch


def mentality_entropy(**state: float) -> float:
    someone = person(felt_security=0.5, **state)
    someone.switch(Perceived(0.1, 0.3, 0.3), stake(kindness=0.2, bid=0.2), LUCK)
    p = np.array(someone.mentality_activation)
    assert p.sum() == pytest.approx(1.0)
    return float(-(p * np.log2(p)).sum())


def test_the_choice_of_mentality_is_sharper_under_threat_and_drive_and_broader_when_soothed():
    """Gains on, against the same state with the gain off: the match itself also reads threat."""
    for state, gain in (
        ({"threat": 0.8}, "threat_sharpens"),
        ({"drive": 0.9}, "drive_sharpens"),
        ({"soothing": 0.8}, "soothing_broadens"),
    ):
        with_gain, without = mentality_entropy(**state), mentality_entropy(**state, **{gain: 0.0})
        assert (with_gain < without) is (gain != "soothing_broadens"), gain
    assert mentality_entropy(threat=0.8, soothing=0.0) < mentality_entropy(threat=0.0, soothing=0.8)


@pytest.mark.parametrize("mentality", list(Mentality))
def test_one_stays_in_a_mentality_by_inertia_and_habit(mentality):
    def share(**state) -> float:
        someone = person(**state)
        someone.switch(Perceived(0.0, 0.0, 0.0), stake(), LUCK)
        return someone.mentality_activation[mentality]

    other = Mentality((mentality + 1) % 5)
    habit = [0.1] * 5
    habit[mentality] = 0.6
    assert share(mentality=mentality) > share(mentality=other)
    assert share(mentality=other, mentality_habit=habit) > share(mentality=other)


def test_the_draw_picks_each_mentality_as_often_as_its_probability():
    someone = person(threat=0.3)
    seen, what = Perceived(0.1, 0.3, 0.3), stake(kindness=0.2, bid=0.2)
    chosen = []
    for u in (np.arange(2000) + 0.5) / 2000:
        someone.mentality, someone.mentality_habit = int(Mentality.COOPERATING), [0.2] * 5
        someone.switch(seen, what, luck_of(Person, switching=u))
        chosen.append(someone.mentality)
    shares = np.bincount(chosen, minlength=5) / 2000
    assert shares == pytest.approx(someone.mentality_activation, abs=0.002)


# act


def test_showing_can_please_and_feeling_is_kept_apart():
    someone = person(soothing=0.1, threat=0.4, approval_seeking=0.8, involuntary_subordination=0.6)
    someone.act(STAYED, LUCK)
    assert someone.shown_warmth - someone.felt_warmth == pytest.approx(0.8 * 0.6)


def test_the_iss_and_yielding_make_the_signal_submissive():
    def shown(iss: float, chance: float) -> float:
        someone = person(involuntary_subordination=iss)
        return someone.act(Answer(0, 0.0, 0.0, chance, 0.5), LUCK).dominance

    assert shown(0.0, 0.0) > shown(0.8, 0.0) > shown(0.8, 0.9)


def test_nothing_copies_the_partner():
    """With the same inner state and answer, what is sent does not depend on what was received."""
    sent = set()
    for received in (-0.9, 0.0, 0.9):
        someone = person(received_warmth=received, perceived_warmth=received, perceived_dominance=received)
        sent.add(someone.act(STAYED, LUCK))
    assert len(sent) == 1


def test_the_internal_other_says_what_was_learned():
    someone = person(expected_warmth=(0.5, -0.7), expected_dominance=(0.0, 0.6))
    assert someone.speak_inwardly()[:2] == (0.6, -0.7)
    assert (someone.inner_dominance, someone.inner_warmth) == (0.6, -0.7)


def test_the_iss_ruminates():
    def chance(iss: float) -> float:
        someone = person(involuntary_subordination=iss)
        draws = (np.arange(1000) + 0.5) / 1000
        return float(np.mean([someone.broods(1.0, luck_of(Person, brooding=u)) for u in draws]))

    assert chance(0.0) == pytest.approx(1 / 24, abs=0.002)
    assert chance(0.5) == pytest.approx(9 / 24, abs=0.002)


# elapse


@pytest.mark.parametrize("start", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("hours", [2.0, 48.0, 96.0])
def test_the_iss_decays_exactly_linearly(start, hours):
    someone = person(involuntary_subordination=start)
    someone.elapse(hours)
    assert someone.involuntary_subordination == pytest.approx(start * math.exp(-hours / 48.0), rel=1e-14)


def test_many_small_gaps_are_one_long_gap():
    short, long = (
        person(threat=0.9, soothing=0.7, drive=0.9, involuntary_subordination=0.6, warmth_safety=0.4)
        for _ in range(2)
    )
    for _ in range(84):
        short.elapse(2.0)
    long.elapse(168.0)
    for name in ("threat", "soothing", "involuntary_subordination", "warmth_safety"):
        assert getattr(short, name) == pytest.approx(getattr(long, name), rel=1e-12), name


def test_drive_settles_exactly_without_an_iss_and_nearly_with_one():
    """Its rest moves with the ISS (R3) and is taken as a gap begins: gaps of life are short enough."""
    short, long = (person(drive=0.9, involuntary_subordination=0.0) for _ in range(2))
    fine, coarse = (person(drive=0.9, involuntary_subordination=0.6) for _ in range(2))
    for _ in range(24):
        short.elapse(2.0)
        coarse.elapse(2.0)
    long.elapse(48.0)
    for _ in range(24 * 120):
        fine.elapse(1.0 / 60.0)
    assert short.drive == pytest.approx(long.drive, rel=1e-12)
    assert fine.drive < 0.4 - 0.05, "the ISS keeps it down"
    assert coarse.drive == pytest.approx(fine.drive, abs=0.01)


def test_danger_is_never_erased_and_safety_fades_with_twelve_weeks():
    someone = person(warmth_danger=0.7, warmth_safety=0.5, warmth_safety_here=0.2)
    someone.elapse(12 * 168.0)
    assert someone.warmth_danger == 0.7
    assert someone.warmth_safety == pytest.approx(0.5 / math.e)
    assert someone.warmth_safety_here == pytest.approx(0.2 / math.e)
    assert someone.fear_of_compassion == pytest.approx(0.7 - 0.5 / math.e)


# whatever happens

unit = st.floats(0.0, 1.0)
both = st.floats(-1.0, 1.0)


@pytest.mark.parametrize("who", [Person, Therapist])
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    start=st.fixed_dictionaries(
        {
            "warmth_danger": unit,
            "warmth_safety": unit,
            "threat": unit,
            "soothing": unit,
            "drive": unit,
            "involuntary_subordination": unit,
            "felt_security": unit,
            "skill": unit,
            "resistance": unit,
            "status_gap": both,
            "approval_seeking": unit,
            "expected_warmth": st.tuples(both, both),
            "power": st.tuples(both, both),
            "expected_dominance": st.tuples(both, both),
            "escape_threshold": st.floats(0.2, 0.9),
        }
    ),
)
def test_every_state_stays_within_its_bounds(who, seed, start):
    """300 encounters of every kind, with extreme signals, in each of 40 random people."""
    rng = np.random.default_rng(seed)
    someone = who(mesa.Model(rng=1), **start)
    danger = someone.warmth_danger
    names = list(vars(luck_of(who)))
    normal = {n for n, v in vars(luck_of(who)).items() if v == 0.0}
    for _ in range(300):
        drawn = {n: float(rng.normal() if n in normal else rng.random()) for n in names}
        luck = luck_of(who, **drawn)
        d, w = (float(x) for x in np.clip(rng.normal(0.0, 1.0, 2), -1.0, 1.0))
        p, f, e = (float(x) for x in rng.random(3))
        kind = rng.integers(4)
        if kind == 0:
            someone.encounter_oneself(luck)
        elif kind == 1:
            someone.elapse(float(rng.exponential(10.0)))
        else:
            sent = someone.encounter(Signal(d, w, p, f, e, 0.0, 0), p, luck)
            assert -1.0 <= sent.dominance <= 1.0 and -1.0 <= sent.warmth <= 1.0
        if who is Therapist:
            someone.attune(luck)
        assert someone.warmth_danger >= danger
        danger = someone.warmth_danger
    for name, state in declared(who, State).items():
        low, high = state.bounds
        value = np.asarray(getattr(someone, name), float)
        assert np.isfinite(value).all(), name
        assert (value >= low - 1e-12).all() and (value <= high + 1e-12).all(), (name, value)
