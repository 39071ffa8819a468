"""What a modeller relies on in one person, rule by rule: the critic, close people, worth and care.

What happens between people is in test_whole_person.py, what time does in test_whole_life.py.
"""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from one_person import LUCK, NEUTRAL, STAYED, YIELDED, person, stake
from small_runs import luck_of

from mentalities_sim.declare import State, declared
from mentalities_sim.person import Person
from mentalities_sim.person.inward import FIGHT, STAND_COLDLY, STAND_KINDLY, YIELD
from mentalities_sim.signals import Answer, Perceived, Response, Signal, Surface
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds.happenings import Happening

CRITIC = {"expected_warmth": (0.2, -0.5), "expected_dominance": (0.2, 0.6)}
HARMED = stake(harm=0.6)
SEEN_COLD = Perceived(0.0, -0.6, 0.0)


# the critic, and the answer to it (I5, I10)


def after_the_critic(answer: int, times: int = 6, **state) -> Person:
    """The same person after some self-attacks, each answered in the same way whatever else was likely."""
    someone = person(**CRITIC, forced_answer=answer, **state)
    for _ in range(times):
        someone.encounter_oneself(LUCK)
    return someone


def test_the_answer_to_the_critic_is_heard() -> None:
    kind, cold = (after_the_critic(answer, answer_heard=1.0) for answer in (STAND_KINDLY, STAND_COLDLY))
    assert kind.soothing > cold.soothing and kind.threat != cold.threat
    assert kind.expected_warmth[Surface.SELF] > cold.expected_warmth[Surface.SELF]


def test_an_answer_that_is_not_heard_changes_nothing() -> None:
    someone, only_met = (person(**CRITIC, forced_answer=FIGHT, answer_heard=0.0) for _ in range(2))
    someone.encounter_oneself(LUCK)
    signal = only_met.speak_inwardly()
    only_met.alone_with_oneself = 1
    only_met.take_in(signal, only_met.overhear(signal), Surface.SELF, 0.0, LUCK)
    only_met.alone_with_oneself = 0
    kept = [n for n in declared(Person, State) if not n.startswith("answer_")]
    assert {n: getattr(someone, n) for n in kept} == {n: getattr(only_met, n) for n in kept}
    assert someone.answer_warmth == -0.5


def test_answers_are_ordered_by_the_threat_they_leave_and_yielding_raises_the_iss() -> None:
    """Where kindness to oneself is not much feared: the most fearful are in the next test."""
    kindly, coldly, fighting, yielding = (
        after_the_critic(answer, self_warmth_danger=0.2)
        for answer in (STAND_KINDLY, STAND_COLDLY, FIGHT, YIELD)
    )
    assert kindly.threat < coldly.threat < fighting.threat
    assert kindly.soothing > coldly.soothing and kindly.soothing > fighting.soothing
    assert yielding.involuntary_subordination > 0.1
    assert {p.involuntary_subordination for p in (kindly, coldly, fighting)} == {0.05}


def test_a_kind_answer_alarms_those_who_fear_kindness_to_themselves() -> None:
    def left(danger: float) -> float:
        return after_the_critic(STAND_KINDLY, 1, self_warmth_danger=danger).threat

    threats = [left(danger) for danger in (0.0, 0.4, 0.9)]
    coldly = after_the_critic(STAND_COLDLY, 1, self_warmth_danger=0.9)
    assert threats == sorted(threats) and threats[0] < coldly.threat < threats[2]


def test_how_one_answers_is_what_one_will_hear_from_oneself() -> None:
    """Coldness to oneself is learned from coldness to oneself; a forced answer is what the records say."""
    kindly, coldly, fighting = (
        after_the_critic(answer, 60).expected_warmth[Surface.SELF]
        for answer in (STAND_KINDLY, STAND_COLDLY, FIGHT)
    )
    assert fighting < coldly and fighting < kindly
    someone = after_the_critic(FIGHT, 1)
    assert (someone.answer_warmth, someone.answer_dominance, someone.response) == (-0.5, 0.5, 1)
    assert (someone.inner_warmth, someone.inner_dominance) == (-0.5, 0.6)


def test_a_forced_answer_is_to_oneself_and_leaves_others_to_the_referee() -> None:
    """And what a therapist addresses to the inside is not the critic: it is left to the referee too."""
    someone = person(forced_answer=YIELD)
    assert someone.refer(stake(bid=0.8, gap=1.0), Surface.OTHER, LUCK).response == Response.STAND
    assert someone.refer(stake(bid=0.8, gap=-1.0), Surface.SELF, LUCK).response == Response.STAND
    someone.alone_with_oneself = 1
    assert someone.refer(stake(bid=0.8, gap=-1.0), Surface.SELF, LUCK).response == Response.YIELD


def test_safety_with_others_does_not_pile_up_inside_where_nothing_is_feared() -> None:
    for danger in (0.0, 0.5):
        someone = person(self_warmth_danger=danger, fear_of_self_compassion=danger)
        someone.learn(Perceived(0.0, 0.8, 0.8), stake(cue=0.8, fear=0.5), STAYED, Surface.OTHER, 0.0)
        assert (someone.self_warmth_safety > 0.0) is (danger > 0.0)


# closeness (I6)


def lesson(closeness: float, surface: int = Surface.OTHER) -> tuple[float, float]:
    someone = person(power=(0.0, 0.0), closeness=closeness)
    someone.learn_power(stake(bid=0.6), YIELDED, surface)
    return tuple(someone.power)


def test_closeness_decides_which_surface_a_lesson_in_power_reaches() -> None:
    (outer, inner), (outer_close, inner_close) = lesson(0.0), lesson(1.0)
    assert inner == pytest.approx(0.2 * outer) and outer < 0.0
    assert (outer_close, inner_close) == pytest.approx((inner, outer))
    halfway = lesson(0.5)
    assert halfway == pytest.approx((0.6 * outer, 0.6 * outer))
    assert lesson(1.0, Surface.SELF) == lesson(0.0, Surface.SELF), "inside, who was close is no matter"


def test_those_who_are_close_are_taken_inside_whole_and_others_in_part() -> None:
    moved = {}
    for closeness in (0.0, 0.5, 1.0):
        someone = person(expected_warmth=(0.0, 0.0), closeness=closeness)
        someone.learn_models(SEEN_COLD, HARMED, 0.0, Surface.OTHER)
        moved[closeness] = someone.expected_warmth[1] / someone.expected_warmth[0]
    assert moved == pytest.approx({0.0: 0.5, 0.5: 0.75, 1.0: 1.0})


def had_it_out(closeness: float, won: float = 0.0, **state) -> tuple[float, float]:
    someone = person(power=(0.0, 0.0), closeness=closeness, standing=0.0, **state)
    someone.have_it_out(0.4, won, 0.5)
    assert (someone.power_here, someone.precision_here, someone.standing_gap) == (0.0, 0.0, 0.0)
    return tuple(someone.power)


def test_having_ones_way_with_those_who_are_close_teaches_the_inner_surface_only() -> None:
    (outer, inner), (outer_close, inner_close) = had_it_out(0.0), had_it_out(1.0)
    assert inner == outer_close == 0.0 and outer == pytest.approx(inner_close) and outer < 0.0
    assert had_it_out(1.0, won=1.0)[1] > -inner_close, "to prevail over those above is the greater surprise"
    foreseen = []
    for closeness in (0.0, 1.0):
        someone = person(power=(0.5, -0.5), closeness=closeness)
        someone.have_it_out(0.0, 1.0, 0.5)
        foreseen.append(someone.foreseen)
    assert foreseen[0] > 0.5 > foreseen[1]


def test_those_who_are_surer_of_their_power_learn_less_from_an_outcome() -> None:
    sure, unsure = person(power_precision=(3.0, 6.0)), person(power_precision=(3.0, 3.0))
    for someone in (sure, unsure):
        someone.learn_standing(Surface.SELF, -0.2, 0.1)
    assert sure.power[1] == pytest.approx(unsure.power[1] / 2) and unsure.power[1] < 0.0
    assert sure.power_precision == pytest.approx([3.0, 6.1])


# worth (S7, S8, I9)


def test_failure_takes_worth_only_where_worth_hangs_on_success() -> None:
    contingent, secure = (person(contingent_worth=c) for c in (0.8, 0.0))
    for someone in (contingent, secure):
        someone.note_success(0.0)
    assert contingent.worth == pytest.approx(1.0 - 0.5 * 0.8) and secure.worth == 1.0
    assert contingent.lost_worth() == pytest.approx(0.8 * 0.4) and secure.lost_worth() == 0.0
    contingent.note_success(1.0)
    assert contingent.worth == pytest.approx(0.8) and contingent.striving > 0.5


def test_contingent_worth_fades_in_hours_without_success_and_other_worth_comes_back() -> None:
    contingent, secure = person(contingent_worth=0.8, worth=1.0), person(worth=0.2)
    for someone in (contingent, secure):
        someone.elapse(12.0)
    assert contingent.worth == pytest.approx(0.2 + 0.8 / np.e)
    assert secure.worth == pytest.approx(1.0 - 0.8 / np.e)
    contingent.elapse(240.0)
    assert contingent.worth == pytest.approx(0.2, abs=1e-6)


def test_lost_worth_threatens_in_contact_and_between() -> None:
    failed, fine = (person(contingent_worth=0.8, worth=w) for w in (0.3, 1.0))
    for someone in (failed, fine):
        someone.feel(stake(), STAYED)
    assert failed.threat > fine.threat + 0.1
    failed, fine = (person(contingent_worth=c, worth=0.3) for c in (0.8, 0.0))
    for someone in (failed, fine):
        someone.elapse(2.0)
    assert failed.threat == pytest.approx(0.1 + failed.lost_worth_threatens * failed.lost_worth(), abs=1e-6)
    assert fine.threat == pytest.approx(0.1)


def test_lost_worth_recruits_drive_where_one_can_win_and_blocks_it_where_not() -> None:
    def drive(win: float, contingent: float = 0.9) -> float:
        someone = person(
            contingent_worth=contingent, worth=0.1, win_chance=win, involuntary_subordination=0.0
        )
        someone.elapse(6.0)
        return someone.drive

    assert drive(0.9) > 0.4 + 0.15 and drive(0.1) < 0.4 - 0.15
    assert drive(0.5) == pytest.approx(0.4) == drive(0.9, contingent=0.0)


def test_the_habit_of_striving_keeps_drive_up_where_worth_hangs_on_it() -> None:
    def drive(**state: float) -> float:
        someone = person(win_chance=0.5, involuntary_subordination=0.0, **state)
        someone.elapse(2.0)
        return someone.drive

    assert drive(striving=0.9, contingent_worth=0.9) > drive(contingent_worth=0.9)
    assert drive(striving=0.9) == drive() == pytest.approx(0.4)
    assert drive(striving=0.9, contingent_worth=0.9, striving_pulls=0.0) == pytest.approx(0.4)


def test_worth_comes_to_hang_on_success_where_kindness_followed_it() -> None:
    def contingent(lately: float, **met: float) -> float:
        someone = person(lately_won=lately, contingent_worth=0.2)
        someone.learn_blame(stake(**met), 0.0, 0)
        return someone.contingent_worth - 0.2

    assert contingent(1.0, kindness=0.5) > 0.0 > contingent(0.0, kindness=0.5)
    assert contingent(-1.0, harm=0.5) > 0.0
    assert contingent(1.0, harm=0.5) == contingent(0.0, harm=0.5) == 0.0


def test_failing_is_ones_own_fault_as_far_as_one_has_learned_so() -> None:
    blaming, kind = (person(self_blame=b) for b in (0.7, 0.0))
    for someone in (blaming, kind):
        someone.note_success(0.0)
    assert (blaming.at_fault, kind.at_fault) == (0.7, 0.0)
    winner = person(self_blame=0.7)
    winner.note_success(1.0)
    assert winner.at_fault == 0.0


# a task (I7)


def faced(**state) -> Person:
    someone = person(**{**CRITIC, **state})
    someone.face_task(LUCK)
    return someone


def test_facing_a_task_with_a_cold_internal_other_threatens_with_nobody_there() -> None:
    cold, kind = faced(), faced(expected_warmth=(0.2, 0.5))
    assert cold.threat > kind.threat + 0.1
    assert cold.harm == pytest.approx(0.6 * 0.5) and kind.harm == 0.0
    assert faced(expectation=0.0).threat == kind.threat, "without expectation there is nothing to dread"
    assert faced(expected_warmth=(-0.9, 0.5)).threat == kind.threat, "it is the inner other that is foreseen"
    assert (cold.received_warmth, cold.perceived_warmth) == (0.0, 0.0), "nobody sent anything"


def test_the_more_a_task_matters_the_more_condemnation_is_foreseen() -> None:
    threats = [faced(goal_worth=w).threat for w in (0.0, 0.3, 0.9)]
    assert threats == sorted(threats) and threats[0] < threats[2]


# care that is meant, and care that is put on (C7)


def test_put_on_care_adds_to_the_iss_and_meant_care_soothes_the_giver() -> None:
    meant, put_on = (
        person(soothing=s, threat=t, forced_warmth=0.5, approval_seeking=0.0)
        for s, t in ((0.8, 0.0), (0.0, 0.6))
    )
    for someone in (meant, put_on):
        sent = [someone.act(STAYED, LUCK).warmth for _ in range(5)]
        assert sent == pytest.approx([0.5] * 5), "the amount is the same"
    assert meant.involuntary_subordination == 0.05 < put_on.involuntary_subordination
    assert (meant.given_lately, put_on.given_lately) == pytest.approx((0.5, 0.0))
    gained = []
    for trace in (meant.given_lately, put_on.given_lately):
        giver = person(given_lately=trace, soothing=0.0, threat=0.1)
        giver.feel(stake(), STAYED)
        gained.append(giver.soothing)
    assert gained[0] > 0.0 == gained[1]
    indifferent = person(threat=0.6, forced_warmth=0.5, pleasing_subordinates=0.0)
    indifferent.act(STAYED, LUCK)
    assert indifferent.involuntary_subordination == 0.05


def test_what_is_put_on_is_not_felt_and_shows_as_less_felt() -> None:
    pleaser, other = (person(approval_seeking=a, involuntary_subordination=0.6) for a in (0.9, 0.0))
    pleasing, plain = pleaser.act(STAYED, LUCK), other.act(STAYED, LUCK)
    assert pleaser.put_on == pytest.approx(0.54) and pleaser.felt_warmth == other.felt_warmth
    assert pleasing.warmth > plain.warmth and pleasing.expressiveness < plain.expressiveness


# the therapist (T3, T8, T22)


def therapist(**state) -> Therapist:
    return Therapist(mesa.Model(rng=1), **state)


def test_the_therapists_own_threat_informs_the_reading_unless_it_is_cut() -> None:
    def reading(threat: float, **state: float) -> float:
        one = therapist(threat=threat, perceived_warmth=0.1, attunement_delay=0, **state)
        one.attune(luck_of(Therapist))
        return one.reading

    assert reading(0.1) == pytest.approx(0.2)
    assert reading(0.6) == pytest.approx(0.2 + 0.3 * 0.5)
    assert reading(0.6, own_reaction_informs=0.0) == pytest.approx(0.2)
    assert reading(0.0) == pytest.approx(0.2), "calm below rest says nothing"


def test_rank_shows_in_what_is_sent_after_a_counter_only() -> None:
    intended = Signal(0.1, 0.5, 0.2, 0.5, 0.8, 0.4, 1)
    for response, added in ((Response.COUNTER, 0.3), (Response.STAND, 0.0), (Response.YIELD, 0.0)):
        one = therapist(response=int(response), threat=0.1)
        sent = one.send(intended)
        assert sent == pytest.approx(intended._replace(dominance=0.1 + added))
        assert one.shown_dominance == sent.dominance
    assert therapist(response=1, rank_reaction=0.0).send(intended) == pytest.approx(intended)


def test_a_driven_therapist_counters_a_clients_bid_and_it_shows_in_the_next_signal() -> None:
    bid = Signal(0.9, -0.2, 0.0, 0.0, 1.0, 0.0, 0)
    shown = {}
    for drive in (1.0, 0.1):
        one = therapist(drive=drive)
        one.encounter(bid, 1.0, luck_of(Therapist, countering=0.4, switching=0.0))
        shown[drive] = one.send(NEUTRAL).dominance
    assert shown == pytest.approx({1.0: 0.3, 0.1: 0.0})


def test_the_therapists_threat_takes_from_the_warmth_that_is_sent() -> None:
    warm = Signal(0.0, 0.5, 0.0, 0.0, 1.0, 0.0, 0)
    sent = [therapist(threat=t).send(warm).warmth for t in (0.0, 0.1, 0.6)]
    assert sent == pytest.approx([0.5, 0.5, 0.5 - 0.3 * 0.5])


# happenings (T9)


class Room(Happening):
    """A session, as far as happenings know it."""

    exchanges = 60

    def __init__(self, **rates: float) -> None:
        for name, value in vars(Happening).items():
            if hasattr(value, "default"):
                setattr(self, name, rates.get(name, value.default))


def course(room: Room, client: Person, *drawn: float) -> list[int]:
    seen = []
    for u in drawn:
        room.come_up(client, luck_of(Happening, coming_up=u))
        seen.append(room.happening)
    return seen


def test_a_topic_starts_lasts_and_passes_and_shakes_while_it_lasts() -> None:
    room, client = Room(), person()
    assert course(room, client, 1 / 60 + 1e-9 + 0.5 / 60, 1 / 60 - 1e-9) == [0, 1]
    assert (client.shaken, client.at_fault, client.exposed) == (0.2, 0.3, 1.0)
    assert course(room, client, 0.9, 1 / 8 + 1e-9) == [1, 1] and client.shaken == 0.2
    assert course(room, client, 1 / 8 - 1e-9) == [0] and client.shaken == 0.0


def test_a_noise_shakes_for_one_exchange_and_is_nobodys_fault() -> None:
    room, client = Room(), person()
    assert course(room, client, 1.2 / 60) == [2]
    assert (client.shaken, client.at_fault) == (0.2, 0.0)
    assert course(room, client, 0.5) == [0] and client.shaken == 0.0


def test_where_nothing_comes_up_nothing_happens_whatever_is_drawn() -> None:
    room, client = Room(topics_per_session=0.0, noises_per_session=0.0), person()
    assert course(room, client, 0.0, 0.3, 1.0 - 1e-9) == [0, 0, 0] and client.shaken == 0.0


def test_what_happens_threatens_and_a_topic_shames_before_the_other() -> None:
    shaken, calm = person(), person()
    shaken.be_shaken(0.3, 0.3)
    for someone in (shaken, calm):
        someone.feel(stake(), STAYED)
        someone.emote(stake(), Answer(0, 0.0, 0.0, 0.2, 0.1), Surface.OTHER)
    assert shaken.threat == pytest.approx(calm.threat + 0.5 * 0.3, abs=0.02)
    assert shaken.threat_emotion[4] > 0.2 and calm.threat_emotion[4] == 0.0
