"""Each rule's own property, through the methods of a Mesa agent, one person at a time."""

from __future__ import annotations

import math

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_runs import luck_of

from mentalities_sim.declare import State, declared
from mentalities_sim.person import Person
from mentalities_sim.signals import Answer, Appraisal, Mentality, Perceived, Response, Signal, Surface
from mentalities_sim.therapist import Therapist

NEUTRAL = Signal(0.0, 0.0, 0.0, 0.0, 1.0)
WARM = Signal(0.0, 0.8, 0.0, 0.0, 1.0)
LUCK = luck_of(Person, switching=0.0)
STAYED = Answer(int(Response.STAND), 0.0, 0.0, 0.2, 0.5)
YIELDED = Answer(int(Response.YIELD), 1.0, 0.0, 0.8, 0.2)
ESCAPED = Answer(int(Response.STAND), 0.0, 1.0, 0.2, 0.5)


def person(**state) -> Person:
    return Person(mesa.Model(rng=1), **state)


def stake(**parts: float) -> Appraisal:
    nothing = dict(kindness=0.0, harm=0.0, bid=0.0, alarm=0.0, fear=0.0, cue=0.0, gap=0.0)
    return Appraisal(**{**nothing, **parts})


def state_of(someone: Person) -> dict[str, object]:
    values = {name: getattr(someone, name) for name in declared(type(someone), State)}
    return {name: list(v) if isinstance(v, list) else v for name, v in values.items()}


# perceive


def test_perception_regresses_to_expectation_under_threat():
    calm, afraid = (person(threat=t, expected_warmth=(-0.5, 0.0)) for t in (0.0, 0.9))
    sent = WARM.warmth
    near, far = (p.perceive(WARM, Surface.OTHER, LUCK).warmth for p in (calm, afraid))
    assert far < near < sent
    for someone, read in ((calm, near), (afraid, far)):
        q = someone.mentalizing
        assert read == pytest.approx(q * sent + (1 - q) * -0.5)
    assert (calm.mentalizing, afraid.mentalizing) == pytest.approx((0.9, 0.9 - 0.6 * 0.9))


def test_threat_makes_a_neutral_signal_look_as_dominant_as_was_expected():
    read = [
        person(threat=t, expected_dominance=(0.6, 0.0)).perceive(NEUTRAL, Surface.OTHER, LUCK).dominance
        for t in (0.0, 0.5, 1.0)
    ]
    assert read == sorted(read) and read[0] < read[2] <= 0.6


@pytest.mark.parametrize("raw, same", [(1.0, True), (0.0, False)])
def test_alarm_answers_the_raw_cue_or_what_was_perceived(raw, same):
    """Expectation colours what is perceived; with the raw cue it does not colour the alarm."""
    alarms = []
    for expected in (-0.8, 0.8):
        someone = person(threat=0.8, expected_warmth=(expected, 0.0), alarm_on_raw_cue=raw)
        seen = someone.perceive(WARM, Surface.OTHER, LUCK)
        alarms.append(someone.appraise(WARM, seen, Surface.OTHER, 0.0).alarm)
    assert (alarms[0] == alarms[1]) is same
    if not same:
        assert alarms[0] < alarms[1]
    assert alarms[1] > 0.0


def test_to_oneself_one_listens_undistorted():
    someone = person(threat=1.0, expected_warmth=(0.9, 0.9))
    harsh = Signal(0.6, -0.7, 0.0, 0.0, 1.0)
    assert someone.perceive(harsh, Surface.SELF, luck_of(Person, misread_warmth=3.0))[:2] == (0.6, -0.7)


def test_warmth_that_is_not_shown_counts_for_less_and_coldness_does_not():
    def cue(warmth: float, shown: float) -> float:
        signal = Signal(0.0, warmth, 0.0, 0.0, shown)
        someone = person()
        someone.perceive(signal, Surface.OTHER, LUCK)
        return someone.received_warmth

    assert cue(0.8, 0.0) == pytest.approx(0.4) and cue(0.8, 1.0) == 0.8
    assert cue(-0.8, 0.0) == cue(-0.8, 1.0) == -0.8


# appraise


def test_alarm_is_fear_times_warmth_and_play_takes_some_away():
    def alarm(danger: float, warmth: float, play: float = 0.0, **more: float) -> float:
        signal = Signal(0.0, warmth, play, 0.0, 1.0)
        someone = person(warmth_danger=danger, **more)
        return someone.appraise(
            signal, someone.perceive(signal, Surface.OTHER, LUCK), Surface.OTHER, 1.0
        ).alarm

    assert alarm(0.0, 0.9) == alarm(0.5, 0.0) == alarm(0.5, -0.9) == 0.0
    assert alarm(0.5, 0.6) == pytest.approx(1.5 * 0.5 * 0.6)
    assert alarm(0.5, 0.6, play=1.0) == pytest.approx(alarm(0.5, 0.6) / 2)
    assert alarm(0.5, 0.6, warmth_safety=0.2) == pytest.approx(1.5 * 0.3 * 0.6)
    assert alarm(0.5, 0.6, warmth_safety_here=0.2) == pytest.approx(1.5 * 0.3 * 0.6)


def test_safety_tied_to_the_therapist_does_not_help_with_strangers():
    someone = person(warmth_danger=0.5, warmth_safety_here=0.5)
    seen = someone.perceive(WARM, Surface.OTHER, LUCK)
    familiar, stranger = (someone.appraise(WARM, seen, Surface.OTHER, f).fear for f in (1.0, 0.0))
    assert (familiar, stranger) == (0.0, 0.5)


def test_freedom_and_security_take_from_a_bid():
    def bid(freedom: float, security: float) -> float:
        signal = Signal(0.6, 0.0, 0.0, freedom, 1.0)
        someone = person(felt_security=security)
        return someone.appraise(
            signal, someone.perceive(signal, Surface.OTHER, LUCK), Surface.OTHER, 0.0
        ).bid

    assert bid(1.0, 0.0) == 0.0
    assert bid(0.0, 1.0) == pytest.approx(0.7 * bid(0.0, 0.0))
    assert bid(0.0, 0.0) > bid(0.5, 0.0) > 0.0


def test_status_is_lent_to_others_and_not_to_oneself():
    someone = person(status_gap=0.4, power=(0.0, 0.0))
    seen = Perceived(0.2, 0.0, 0.0)
    assert someone.appraise(NEUTRAL, seen, Surface.OTHER, 0.0).gap == pytest.approx(0.6)
    assert someone.appraise(NEUTRAL, seen, Surface.SELF, 0.0).gap == pytest.approx(0.2)


# refer


def test_yielding_rises_with_the_power_gap_and_falls_with_drive():
    def chance(gap: float, drive: float = 0.4, iss: float = 0.05) -> float:
        someone = person(drive=drive, involuntary_subordination=iss)
        return someone.refer(stake(bid=0.8, gap=gap), Surface.OTHER, LUCK).yield_chance

    by_gap = [chance(g) for g in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    by_drive = [chance(0.3, d) for d in (0.0, 0.5, 1.0)]
    by_iss = [chance(0.3, iss=u) for u in (0.0, 0.5, 1.0)]
    assert by_gap == sorted(by_gap) and by_gap[-1] > by_gap[0] + 0.3
    assert by_drive == sorted(by_drive, reverse=True) and by_drive[0] > by_drive[-1]
    assert by_iss == sorted(by_iss) and by_iss[-1] > by_iss[0]


def test_without_a_bid_nobody_yields_or_counters():
    eager = luck_of(Person, yielding=0.0, countering=0.0)
    someone = person(drive=1.0, involuntary_subordination=1.0)
    answer = someone.refer(stake(bid=0.0, gap=1.0), Surface.OTHER, eager)
    assert (answer.response, answer.yielded) == (Response.STAND, 0.0)


def test_a_precise_belief_about_power_decides_more_sharply():
    def odds(precision: float, gap: float) -> float:
        someone = person(power_precision=(precision, 1.0), involuntary_subordination=0.3, drive=0.0)
        return someone.refer(stake(bid=1.0, gap=gap), Surface.OTHER, LUCK).yield_chance

    assert odds(20.0, 0.5) > odds(1.0, 0.5) > 0.5 > odds(1.0, -0.5) > odds(20.0, -0.5)


def test_countering_rises_with_drive():
    def counters(drive: float) -> float:
        draws = (np.arange(200) + 0.5) / 200
        someone = person(drive=drive, power=(0.5, 0.0))
        answers = [
            someone.refer(stake(bid=0.8, gap=-0.5), Surface.OTHER, luck_of(Person, countering=u))
            for u in draws
        ]
        return float(np.mean([a.response == Response.COUNTER for a in answers]))

    shares = [counters(d) for d in (0.1, 0.5, 0.9)]
    assert shares == sorted(shares) and shares[0] < 0.02 and shares[2] > 0.5


def test_escape_rises_with_threat_and_reaches_half_at_the_threshold():
    def escapes(threat: float) -> float:
        someone = person(threat=threat, escape_threshold=0.5)
        draws = (np.arange(400) + 0.5) / 400
        return float(
            np.mean(
                [
                    someone.refer(stake(), Surface.OTHER, luck_of(Person, escaping=u)).escaped
                    for u in draws
                ]
            )
        )

    assert escapes(0.5) == pytest.approx(0.5, abs=0.01)
    assert escapes(0.2) < 0.05 < 0.95 < escapes(0.8)


# feel


def test_threat_rises_faster_than_it_falls_and_than_soothing_rises():
    up = person(threat=0.1, soothing=0.0)
    up.feel(stake(alarm=0.6), STAYED)
    risen = (up.threat - 0.1) / 0.6
    down = person(threat=0.7, soothing=0.0)
    down.feel(stake(), STAYED)
    fallen = (0.7 - down.threat) / 0.6
    kind = person(threat=0.0, soothing=0.0, resting_threat=0.0)
    kind.feel(stake(kindness=0.6), STAYED)
    soothed = kind.soothing / 0.6
    assert risen == pytest.approx(0.5) and fallen == pytest.approx(0.1) and soothed == pytest.approx(0.1)
    assert risen > fallen and risen > soothed


def test_soothing_speeds_recovery_from_threat():
    def left(soothing: float) -> float:
        someone = person(threat=0.8, soothing=soothing, soothing_calms=0.0)
        someone.feel(stake(), STAYED)
        return someone.threat

    assert left(0.6) < left(0.0)


@pytest.mark.parametrize("answer", [YIELDED, ESCAPED])
def test_kindness_that_is_not_stayed_with_does_not_soothe(answer):
    someone = person(soothing=0.2, threat=0.1)
    someone.feel(stake(kindness=0.9, bid=0.5), answer)
    assert someone.soothing < 0.2


def test_vigilance_keeps_kindness_from_soothing():
    watchful, at_ease = (person(vigilance=v, soothing=0.1) for v in (0.9, 0.0))
    for someone in (watchful, at_ease):
        someone.feel(stake(kindness=0.8), STAYED)
    assert watchful.soothing < at_ease.soothing


def test_the_iss_rises_on_yielding_only_and_less_with_kindness():
    def risen(answer: Answer, kindness: float = 0.0) -> float:
        someone = person(involuntary_subordination=0.2)
        someone.feel(stake(bid=0.8, kindness=kindness), answer)
        return someone.involuntary_subordination - 0.2

    assert risen(STAYED) == risen(ESCAPED) == 0.0
    assert risen(YIELDED) == pytest.approx(0.08 * 0.8 * 0.8)
    assert risen(YIELDED, kindness=0.5) == pytest.approx(risen(YIELDED) / 2)


def test_threat_recruits_drive_when_it_can_win_and_blocks_it_when_it_cannot():
    def moved(win: float) -> float:
        someone = person(threat=0.8, drive=0.5, resting_drive=0.5, involuntary_subordination=0.0)
        someone.feel(stake(), Answer(0, 0.0, 0.0, 0.0, win))
        return someone.drive - 0.5

    assert moved(0.9) > 0.0 > moved(0.1)
    assert moved(0.5) == pytest.approx(0.0)


def test_an_episode_begins_above_three_tenths_and_ends_below_fifteen_hundredths():
    someone = person(involuntary_subordination=0.29)
    someone.feel(stake(), STAYED)
    assert someone.subordinated == 0
    someone.feel(stake(bid=1.0), YIELDED)
    assert someone.subordinated == 1
    someone.elapse(20.0)
    assert someone.involuntary_subordination > 0.15 and someone.subordinated == 1
    someone.elapse(30.0)
    assert someone.involuntary_subordination < 0.15 and someone.subordinated == 0


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
    someone.learn(NEUTRAL, cold, stake(harm=0.6), ESCAPED, Surface.OTHER, 1.0)
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
    someone.act(STAYED, Surface.OTHER, LUCK)
    assert someone.shown_warmth - someone.felt_warmth == pytest.approx(0.8 * 0.6)


def test_the_iss_and_yielding_make_the_signal_submissive():
    def shown(iss: float, chance: float) -> float:
        someone = person(involuntary_subordination=iss)
        return someone.act(Answer(0, 0.0, 0.0, chance, 0.5), Surface.OTHER, LUCK).dominance

    assert shown(0.0, 0.0) > shown(0.8, 0.0) > shown(0.8, 0.9)


def test_nothing_copies_the_partner():
    """With the same inner state and answer, what is sent does not depend on what was received."""
    sent = set()
    for received in (-0.9, 0.0, 0.9):
        someone = person(received_warmth=received, perceived_warmth=received, perceived_dominance=received)
        sent.add(someone.act(STAYED, Surface.OTHER, LUCK))
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


# one pipeline for all surfaces


def test_self_encounter_is_the_same_encounter(monkeypatch):
    """Meeting oneself goes through the seven steps that meeting another goes through."""
    steps = ("perceive", "appraise", "refer", "feel", "learn", "switch", "act")
    called: list[str] = []
    for step in steps:
        rule = getattr(Person, step)

        def noted(self, *args, _rule=rule, _step=step):
            called.append(_step)
            return _rule(self, *args)

        monkeypatch.setattr(Person, step, noted)
    someone = person()
    someone.encounter(NEUTRAL, Surface.OTHER, 0.0, LUCK)
    with_other, called[:] = list(called), []
    someone.look_inward(luck_of(Person, brooding=0.0))
    assert called == with_other == list(steps)


def test_self_attack_wounds_without_a_rule_of_its_own():
    """A cold, dominant internal other raises threat as the same words from another would."""
    alone = person(expected_warmth=(0.0, -0.6), expected_dominance=(0.0, 0.5), status_gap=0.0)
    attacked = person(status_gap=0.0, mentalizing_at_rest=1.0, threat_narrows_mentalizing=0.0)
    alone.encounter(alone.speak_inwardly(), Surface.SELF, 0.0, LUCK)
    attacked.encounter(Signal(0.5, -0.6, 0.0, 0.0, 1.0), Surface.OTHER, 0.0, LUCK)
    assert alone.threat == pytest.approx(attacked.threat)
    assert alone.threat > 0.4


def test_looking_inward_leaves_what_was_shown_to_the_other():
    someone = person(shown_warmth=0.3, shown_dominance=-0.2, perceived_warmth=0.4)
    someone.look_inward(luck_of(Person, brooding=0.0))
    assert (someone.shown_warmth, someone.shown_dominance, someone.perceived_warmth) == (0.3, -0.2, 0.4)


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
    for name in ("threat", "soothing", "drive", "involuntary_subordination", "warmth_safety"):
        assert getattr(short, name) == pytest.approx(getattr(long, name), rel=1e-12), name


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
            "warmth_danger": unit, "warmth_safety": unit, "threat": unit, "soothing": unit,
            "drive": unit, "involuntary_subordination": unit, "felt_security": unit,
            "skill": unit, "resistance": unit, "status_gap": both, "approval_seeking": unit,
            "expected_warmth": st.tuples(both, both), "power": st.tuples(both, both),
            "expected_dominance": st.tuples(both, both), "escape_threshold": st.floats(0.2, 0.9),
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
            someone.encounter(someone.speak_inwardly(), Surface.SELF, 0.0, luck)
        elif kind == 1:
            someone.elapse(float(rng.exponential(10.0)))
        else:
            sent = someone.encounter(Signal(d, w, p, f, e), Surface.OTHER, p, luck)
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


# errors


@pytest.mark.parametrize("wrong, right", [("soothng", "soothing"), ("warmth_dangr", "warmth_danger")])
def test_an_unknown_name_is_an_error_that_names_the_nearest(wrong, right):
    with pytest.raises(TypeError, match=f"Person has no state or parameter '{wrong}'.*{right}"):
        person(**{wrong: 0.5})


def test_a_vector_of_another_length_is_an_error():
    with pytest.raises(TypeError, match=r"expected shape \(2,\)"):
        person(power=(0.1, 0.2, 0.3))


def test_two_people_do_not_share_their_vectors():
    one, other = person(), person()
    one.power[0] = 0.7
    assert other.power == [0.0, 0.0]
    assert state_of(one) != state_of(other)
