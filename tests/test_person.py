"""Each rule's own property, through the methods of a Mesa agent: from perceiving to feeling.

Learning, switching, acting and the passing of time are in test_person_changes.py.
"""

from __future__ import annotations

import numpy as np
import pytest
from one_person import ESCAPED, LUCK, NEUTRAL, STAYED, WARM, YIELDED, person, stake
from small_runs import luck_of

from mentalities_sim.person import Person
from mentalities_sim.signals import Answer, Perceived, Response, Signal, Surface

# perceive


def test_perception_regresses_to_expectation_under_threat():
    calm, afraid = (person(threat=t, expected_warmth=(-0.5, -0.5)) for t in (0.0, 0.9))
    sent = WARM.warmth
    near, far = (p.perceive(WARM, LUCK).warmth for p in (calm, afraid))
    assert far < near < sent
    for someone, read in ((calm, near), (afraid, far)):
        q = someone.mentalizing
        assert read == pytest.approx(q * sent + (1 - q) * -0.5)
    assert (calm.mentalizing, afraid.mentalizing) == pytest.approx((0.9, 0.9 - 0.6 * 0.9))


def test_threat_makes_a_neutral_signal_look_as_dominant_as_was_expected():
    read = [
        person(threat=t, expected_dominance=(0.6, 0.6)).perceive(NEUTRAL, LUCK).dominance
        for t in (0.0, 0.5, 1.0)
    ]
    assert read == sorted(read) and read[0] < read[2] <= 0.6


@pytest.mark.parametrize("raw, same", [(1.0, True), (0.0, False)])
def test_alarm_answers_the_raw_cue_or_what_was_perceived(raw, same):
    """Expectation colours what is perceived; with the raw cue it does not colour the alarm."""
    alarms = []
    for expected in (-0.8, 0.8):
        someone = person(threat=0.8, expected_warmth=(expected, 0.0), alarm_on_raw_cue=raw)
        seen = someone.perceive(WARM, LUCK)
        alarms.append(someone.appraise(WARM, seen, Surface.OTHER, 0.0).alarm)
    assert (alarms[0] == alarms[1]) is same
    if not same:
        assert alarms[0] < alarms[1]
    assert alarms[1] > 0.0


def test_to_oneself_one_listens_undistorted():
    someone = person(threat=1.0, expected_warmth=(0.9, 0.9))
    harsh = Signal(0.6, -0.7, 0.0, 0.0, 1.0, 0.0, 0)
    assert someone.overhear(harsh)[:2] == (0.6, -0.7)


def test_warmth_that_is_not_shown_counts_for_less_and_coldness_does_not():
    def cue(warmth: float, shown: float) -> float:
        signal = Signal(0.0, warmth, 0.0, 0.0, shown, 0.0, 0)
        someone = person()
        someone.perceive(signal, LUCK)
        return someone.received_warmth

    assert cue(0.8, 0.0) == pytest.approx(0.4) and cue(0.8, 1.0) == 0.8
    assert cue(-0.8, 0.0) == cue(-0.8, 1.0) == -0.8


# appraise


def test_alarm_is_fear_times_warmth_and_play_takes_some_away():
    def alarm(danger: float, warmth: float, play: float = 0.0, **more: float) -> float:
        signal = Signal(0.0, warmth, play, 0.0, 1.0, 0.0, 0)
        someone = person(warmth_danger=danger, **more)
        return someone.appraise(signal, someone.perceive(signal, LUCK), Surface.OTHER, 1.0).alarm

    assert alarm(0.0, 0.9) == alarm(0.5, 0.0) == alarm(0.5, -0.9) == 0.0
    assert alarm(0.5, 0.6) == pytest.approx(1.5 * 0.5 * 0.6)
    assert alarm(0.5, 0.6, play=1.0) == pytest.approx(alarm(0.5, 0.6) / 2)
    assert alarm(0.5, 0.6, warmth_safety=0.2) == pytest.approx(1.5 * 0.3 * 0.6)
    assert alarm(0.5, 0.6, warmth_safety_here=0.2) == pytest.approx(1.5 * 0.3 * 0.6)


def test_safety_tied_to_the_therapist_does_not_help_with_strangers():
    someone = person(warmth_danger=0.5, warmth_safety_here=0.5)
    seen = someone.perceive(WARM, LUCK)
    familiar, stranger = (someone.appraise(WARM, seen, Surface.OTHER, f).fear for f in (1.0, 0.0))
    assert (familiar, stranger) == (0.0, 0.5)


def test_freedom_and_security_take_from_a_bid():
    def bid(freedom: float, security: float) -> float:
        signal = Signal(0.6, 0.0, 0.0, freedom, 1.0, 0.0, 0)
        someone = person(felt_security=security)
        return someone.appraise(signal, someone.perceive(signal, LUCK), Surface.OTHER, 0.0).bid

    assert bid(1.0, 0.0) == 0.0
    assert bid(0.0, 1.0) == pytest.approx(0.7 * bid(0.0, 0.0))
    assert bid(0.0, 0.0) > bid(0.5, 0.0) > 0.0


def test_status_is_lent_to_the_partner_of_the_setting_and_to_nobody_else():
    someone = person(status_gap=0.4, power=(0.0, 0.0))
    seen = Perceived(0.2, 0.0, 0.0)
    assert someone.appraise(NEUTRAL, seen, Surface.OTHER, 1.0).gap == pytest.approx(0.6)
    assert someone.appraise(NEUTRAL, seen, Surface.OTHER, 0.0).gap == pytest.approx(0.2)
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
                [someone.refer(stake(), Surface.OTHER, luck_of(Person, escaping=u)).escaped for u in draws]
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


# one pipeline for all surfaces


def test_self_encounter_is_the_same_encounter(monkeypatch):
    """What is said to oneself, and the answer, is taken in by the steps that take in what others send."""
    steps = ("appraise", "refer", "feel", "emote", "learn", "switch")
    called: list[str] = []
    for step in steps:
        rule = getattr(Person, step)

        def noted(self, *args, _rule=rule, _step=step):
            called.append(_step)
            return _rule(self, *args)

        monkeypatch.setattr(Person, step, noted)
    someone = person()
    someone.encounter(NEUTRAL, 0.0, LUCK)
    with_other, called[:] = list(called), []
    someone.look_inward(luck_of(Person, brooding=0.0))
    assert with_other == list(steps)
    assert called == [*steps, "appraise", "feel", "learn"]


def test_self_attack_wounds_without_a_rule_of_its_own():
    """A cold, dominant internal other raises threat as the same words from another would."""
    alone = person(
        expected_warmth=(0.0, -0.6), expected_dominance=(0.0, 0.5), status_gap=0.0, answer_heard=0.0
    )
    attacked = person(status_gap=0.0, mentalizing_at_rest=1.0, threat_narrows_mentalizing=0.0)
    alone.encounter_oneself(LUCK)
    attacked.encounter(Signal(0.5, -0.6, 0.0, 0.0, 1.0, 0.0, 0), 0.0, LUCK)
    assert alone.threat == pytest.approx(attacked.threat)
    assert alone.threat > 0.4


def test_looking_inward_leaves_what_was_shown_to_the_other():
    someone = person(shown_warmth=0.3, shown_dominance=-0.2, perceived_warmth=0.4)
    someone.look_inward(luck_of(Person, brooding=0.0))
    assert (someone.shown_warmth, someone.shown_dominance, someone.perceived_warmth) == (0.3, -0.2, 0.4)


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
