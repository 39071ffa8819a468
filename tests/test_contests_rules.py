"""Contests, rule by rule, in situations set by hand (R1 to R5 of CBK 2.1.1)."""

from __future__ import annotations

import math

import pytest
from one_person import LUCK, person, stake
from small_runs import luck_of
from small_societies import STANDS, YIELDS, both, claimants, meet, meeting

from mentalities_sim.engine.agents import give_state
from mentalities_sim.person import Person, Tie
from mentalities_sim.signals import Answer, Mentality, Response, Signal, Surface
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.society import Society

BID = Signal(0.8, 0.0, 0.0, 0.0, 1.0, 0.0, 0)


def regarding(other_strength: float = 0.0, other_standing: float = 0.0, **state) -> Person:
    """Somebody who has somebody else before them, and something at stake."""
    someone = person(**state)
    tie = Tie()
    give_state(tie, {})
    someone.regard(tie, other_standing, other_strength, 6.0)
    someone.called_to(Mentality.COMPETING, 1.0)
    return someone


# --- R1: the inner referee ----------------------------------------------------------------------


def test_the_stronger_the_other_looks_the_likelier_one_yields_before_a_word_is_said() -> None:
    chances = []
    for strength in (-1.0, -0.5, 0.0, 0.5, 1.0):
        someone = regarding(strength)
        someone.anticipate(LUCK)
        chances.append(someone.yield_chance)
    assert chances == sorted(chances)
    assert chances[-1] > chances[0] + 0.2


def test_the_higher_the_others_standing_the_likelier_one_yields() -> None:
    chances = []
    for standing in (-0.4, 0.0, 0.4):
        someone = regarding(other_standing=standing)
        someone.anticipate(LUCK)
        chances.append(someone.yield_chance)
    assert chances == sorted(chances) and chances[-1] > chances[0]


def test_the_more_dominant_the_others_bid_the_likelier_one_yields() -> None:
    chances = []
    for dominance in (0.0, 0.3, 0.6, 0.9):
        someone = person()
        someone.encounter(Signal(dominance, 0.0, 0.0, 0.0, 1.0, 0.0, 0), 0.0, LUCK)
        chances.append(someone.yield_chance)
    assert chances == sorted(chances) and chances[-1] > chances[0]


def test_what_one_learned_of_this_one_counts_as_power_does() -> None:
    def foreseen(**tie_state: float) -> tuple[float, float]:
        someone = person()
        tie = Tie()
        give_state(tie, {"precision": 3.0, "met": 6.0, **tie_state})
        someone.regard(tie, 0.0, 0.0, 6.0)
        someone.called_to(Mentality.COMPETING, 1.0)
        someone.anticipate(LUCK)
        return someone.yield_chance, someone.foreseen

    beaten, even, master = (foreseen(power=p) for p in (-1.0, 0.0, 1.0))
    assert beaten[0] > even[0] > master[0]
    assert beaten[1] < even[1] < master[1]


def test_what_is_remembered_of_a_rival_fades_with_time() -> None:
    someone = person()
    tie = Tie()
    give_state(tie, {"power": 0.8, "precision": 4.0, "met": 10.0})
    someone.regard(tie, 0.0, 0.0, 10.0 + tie.forgetting_time)
    assert someone.power_here == pytest.approx(0.8 / math.e)
    assert someone.precision_here == pytest.approx(4.0 / math.e)


def test_the_more_is_at_stake_the_less_one_yields() -> None:
    chances = []
    for worth in (0.2, 0.6, 1.0):
        someone = person(stake_foreseen=0.0, stake_weighs=0.0, expected_dominance=(0.8, 0.2))
        someone.called_to(Mentality.COMPETING, worth)
        someone.anticipate(LUCK)
        chances.append(someone.yield_chance)
    assert chances == sorted(chances, reverse=True) and chances[0] > chances[-1]


# --- R2: defeat, and its anticipation, raise the ISS --------------------------------------------


def test_meeting_a_much_stronger_other_raises_the_iss_before_any_contest() -> None:
    """On average over what the referee decides: the foreseen bid is yielded to with P(yield)."""
    rises = []
    for strength in (-1.0, 0.0, 1.0):
        yielded, stood = (regarding(strength, involuntary_subordination=0.2) for _ in range(2))
        yielded.anticipate(luck_of(Person, yielding=YIELDS))
        stood.anticipate(luck_of(Person, yielding=STANDS))
        p = stood.yield_chance
        assert stood.involuntary_subordination == 0.2
        rises.append(p * (yielded.involuntary_subordination - 0.2))
    assert rises == sorted(rises)
    assert rises[-1] > 2.0 * rises[0]


def test_where_nothing_is_expected_nothing_is_given_up_before_it_begins() -> None:
    someone = regarding(1.0, expectation=0.0, involuntary_subordination=0.2)
    someone.anticipate(luck_of(Person, yielding=YIELDS))
    assert someone.response != Response.YIELD
    assert someone.involuntary_subordination == 0.2


def test_losing_a_claim_that_was_fought_for_weighs_more_than_yielding() -> None:
    def iss_after(claim: float, response: Response) -> float:
        someone = person(claim=claim, response=response, involuntary_subordination=0.2)
        someone.settle(0.0, 1.0)
        return someone.involuntary_subordination

    assert iss_after(1.0, Response.STAND) > 0.2
    # to yield has cost its ISS in `feel` already; who claimed nothing has lost nothing fought for
    assert iss_after(1.0, Response.YIELD) == iss_after(0.0, Response.STAND) == 0.2
    someone = person(involuntary_subordination=0.2)
    someone.feel(stake(bid=1.0), Answer(int(Response.YIELD), 1.0, 0.0, 0.5, 0.5))
    assert 0.2 < someone.involuntary_subordination < iss_after(1.0, Response.STAND)


def test_a_win_raises_no_iss() -> None:
    someone = person(claim=1.0, involuntary_subordination=0.2)
    someone.settle(1.0, 1.0)
    assert someone.involuntary_subordination == 0.2


def test_the_loser_of_a_contest_leaves_with_more_iss_than_the_winner() -> None:
    one, two = claimants()
    found = meet(one, two, world={"fighting": 0.0, "hurting": 0.5}, **both(STANDS))
    assert found.world.ending == Ending.FIGHT_FIRST_WON
    assert two.involuntary_subordination > one.involuntary_subordination


# --- signals ------------------------------------------------------------------------------------


def test_a_yield_is_signalled() -> None:
    """The same bid answered by yielding and by standing: who yields shows less dominance."""

    def shown(yielding: float) -> float:
        someone = person()
        someone.encounter(BID, 0.0, luck_of(Person, yielding=yielding))
        assert (someone.response == Response.YIELD) == (yielding == YIELDS)
        return someone.shown_dominance

    assert shown(YIELDS) < shown(STANDS)


def test_the_likelier_a_yield_and_the_higher_the_iss_the_less_dominance_is_shown() -> None:
    someone = person()
    answers = [Answer(int(Response.STAND), 0.0, 0.0, p, 1.0 - p) for p in (0.0, 0.4, 0.8)]
    by_chance = [someone.act(answer, LUCK).dominance for answer in answers]
    assert by_chance == sorted(by_chance, reverse=True) and by_chance[0] > by_chance[-1]
    by_iss = [person(involuntary_subordination=u).act(answers[0], LUCK).dominance for u in (0.0, 0.4, 0.8)]
    assert by_iss == sorted(by_iss, reverse=True) and by_iss[0] > by_iss[-1]


def test_a_claim_is_shown_as_dominance_and_an_injury_takes_from_it() -> None:
    still, claims, hurt = (person(**s).act(Answer(0, 0.0, 0.0, 0.0, 0.5), LUCK).dominance for s in (
        {}, {"claim": 1.0}, {"claim": 1.0, "injury": 0.5},
    ))  # fmt: skip
    assert claims > hurt > still


# --- how contests end ---------------------------------------------------------------------------


def test_who_stands_alone_is_left_what_is_at_stake() -> None:
    one, two = claimants()
    chance = both(STANDS) | {"other_before": {"yielding": YIELDS, "switching": 0.5}}
    found = meet(one, two, **chance)
    assert found.world.ending == Ending.RETREAT_FIRST_WON
    assert (found.world.winner, found.world.loser) == (1, 2)
    assert (one.resources, two.resources) == (1.0, 0.0)
    assert (one.contests_won, one.contests_lost, two.contests_won, two.contests_lost) == (1, 0, 0, 1)
    assert one.injury == two.injury == 0.0


def test_who_is_yielded_to_wins_without_blows() -> None:
    one, two = claimants()
    chance = both(STANDS) | {"person_first": {"yielding": YIELDS, "switching": 0.5}}
    found = meet(one, two, **chance)
    assert found.world.ending == Ending.YIELD_SECOND_WON
    assert (found.world.winner, found.world.loser) == (2, 1)
    assert (one.resources, two.resources) == (0.0, 1.0)
    assert one.injury == two.injury == 0.0
    assert found.world.fights.count(0.0) == len(found.world.fights)


def test_where_nobody_claims_it_is_shared() -> None:
    one, two = claimants()
    chance = {"before": {"yielding": YIELDS, "switching": 0.5}}
    found = meet(one, two, **chance)
    assert found.world.ending == Ending.NEITHER_CLAIMED
    assert (found.world.winner, found.world.loser) == (0, 0)
    assert one.resources == two.resources == 0.5
    assert one.power_precision == two.power_precision or one.contests_lost + two.contests_lost == 0


@pytest.mark.parametrize("fighting, ending", [(0.0, Ending.FIGHT_FIRST_WON), (1.0, Ending.FIGHT_SECOND_WON)])
def test_escalation_costs_both_and_the_loser_twice_as_much(fighting: float, ending: Ending) -> None:
    one, two = claimants()
    found = meet(one, two, {"fight_hurts": 0.2}, world={"fighting": fighting, "hurting": 0.5}, **both(STANDS))
    assert found.world.ending == ending
    won, lost = (one, two) if fighting == 0.0 else (two, one)
    assert lost.injury == pytest.approx(0.2)
    assert won.injury == pytest.approx(0.1)
    assert sum(found.world.fights) == 1.0
    assert sum(found.world.injuries) == pytest.approx(0.2)


def test_a_fight_threatens_who_is_hurt() -> None:
    someone = person()
    before = someone.threat
    someone.be_hurt(0.3)
    assert someone.threat > before
    assert (someone.injury, someone.alive) == (0.3, 1)
    someone.be_hurt(0.8)
    assert (someone.injury, someone.alive) == (1.0, 0)


def test_strength_and_belief_win_fights_and_injuries_lose_them() -> None:
    base = person().might()
    assert person(strength=0.5).might() == pytest.approx(base + 0.5)
    assert person(power=(0.4, 0.0)).might() == pytest.approx(base + 0.4)
    assert person(injury=0.5).might() == pytest.approx(base - 0.5)
    assert person(power=(0.4, 0.0), resolve_counts=0.0).might() == pytest.approx(base)

    def won(edge: float, drawn: float) -> bool:
        found = meeting(person(strength=edge), person(), {"blows": 8.0})
        return found.world.fight(found.person, found.other, luck_of(Society, fighting=drawn, hurting=0.0))

    for edge in (-0.3, 0.0, 0.3):
        p = 1.0 / (1.0 + math.exp(-8.0 * edge))
        assert won(edge, p - 1e-9) and not won(edge, p + 1e-9)


def test_the_dead_neither_contest_nor_are_met() -> None:
    one, two = claimants()
    two.alive = 0
    found = meet(one, two, **both(STANDS))
    assert (found.world.ending, found.world.winner, sum(found.world.met)) == (0, 0, 0.0)
    assert one.contests_won == two.contests_lost == 0
    assert one.resources == 0.0


def test_nothing_of_a_meeting_is_left_in_the_air() -> None:
    one, two = claimants()
    meet(one, two, world={"fighting": 0.0, "hurting": 0.5}, **both(STANDS))
    for someone in (one, two):
        assert someone.at_stake == someone.claim == someone.standing_gap == 0.0
        assert someone.power_here == someone.precision_here == 0.0
        assert list(someone.context_pull) == [0.0] * 5


# --- R5: outcomes teach by surprise -------------------------------------------------------------


@pytest.mark.parametrize("won", [0.0, 1.0])
def test_what_was_expected_teaches_less_than_a_surprise(won: float) -> None:
    general, here = [], []
    for foreseen in (0.1, 0.5, 0.9):
        someone = person(foreseen=foreseen)
        before = someone.power[Surface.OTHER]
        someone.settle(won, 1.0)
        general.append(abs(someone.power[Surface.OTHER] - before))
        here.append(abs(someone.power_here))
        assert (someone.power_here > 0.0) == (won > 0.0)
    for moved in (general, here):
        assert moved == sorted(moved, reverse=won > 0.0)
        assert max(moved) == pytest.approx(9.0 * min(moved))


def test_the_surer_a_belief_the_less_an_outcome_moves_it() -> None:
    moved = []
    for precision in (1.0, 5.0, 25.0):
        someone = person(power_precision=(precision, 3.0), precision_here=precision)
        before = someone.power[Surface.OTHER]
        someone.settle(1.0, 1.0)
        moved.append((someone.power[Surface.OTHER] - before, someone.power_here))
    assert moved == sorted(moved, reverse=True)
    assert person().power_precision[0] < someone.power_precision[0]


@pytest.mark.parametrize("effect, won", [("winner_effect", 1.0), ("loser_effect", 0.0)])
def test_each_effect_can_be_stopped_without_the_other(effect: str, won: float) -> None:
    def lesson(outcome: float, **off: float) -> tuple[float, float]:
        someone = person(**off)
        before = someone.power[Surface.OTHER]
        someone.settle(outcome, 1.0)
        return someone.power[Surface.OTHER] - before, someone.power_here

    assert lesson(won, **{effect: 0.0}) == (0.0, 0.0)
    assert lesson(won) != (0.0, 0.0)
    assert lesson(1.0 - won, **{effect: 0.0}) == lesson(1.0 - won)


@pytest.mark.parametrize(
    "effect, yields", [("winner_effect", STANDS), ("loser_effect", YIELDS)]
)  # standing up to a bid raises believed power, yielding lowers it
def test_each_effect_can_be_stopped_in_encounters_too(effect: str, yields: float) -> None:
    def moved(yielding: float, **off: float) -> float:
        someone = person(**off)
        before = someone.power[Surface.OTHER]
        someone.encounter(BID, 0.0, luck_of(Person, yielding=yielding))
        return someone.power[Surface.OTHER] - before

    other = YIELDS if yields == STANDS else STANDS
    assert moved(yields) * (1.0 if yields == STANDS else -1.0) > 0.0
    assert moved(yields, **{effect: 0.0}) == 0.0
    assert moved(other, **{effect: 0.0}) == moved(other) != 0.0


def test_both_remember_each_other_and_believe_the_opposite() -> None:
    one, two = claimants()
    found = meet(one, two, world={"fighting": 0.0, "hurting": 0.5}, **both(STANDS))
    assert found.tie.power > 0.0 > found.back.power
    assert found.tie.precision == found.back.precision == 1.0
    assert found.tie.met == found.back.met == 6.0


def test_what_the_winner_of_one_contest_knows_is_not_known_of_a_third() -> None:
    one, two = claimants()
    found = meet(one, two, world={"fighting": 0.0, "hurting": 0.5}, **both(STANDS))
    third = Tie()
    give_state(third, {"owner": 0, "other": 2})
    one.regard(third, 0.0, 0.0, 12.0)
    assert one.power_here == one.precision_here == 0.0
    one.regard(found.tie, 0.0, 0.0, 12.0)
    assert one.power_here > 0.0
