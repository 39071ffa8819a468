"""Goals, care and bids that go on, rule by rule, in situations set by hand (R6, R8, R9 of CBK 2.1.1)."""

from __future__ import annotations

import pytest
from one_person import person
from small_runs import luck_of
from small_societies import STANDS, YIELDS, both, claimants, meet, meeting

from mentalities_sim.person import Person
from mentalities_sim.signals import Mentality, Surface
from mentalities_sim.worlds.encounters import Ending, Situation
from mentalities_sim.worlds.society import Society

# --- R6: goals ----------------------------------------------------------------------------------

BORN = person().involuntary_subordination
FAIL = {"pursuing": 0.0, "succeeding": 0.0}
REACH = {"pursuing": 0.0, "succeeding": STANDS}


def strive(yielding: float, chance: dict, **state) -> Person:
    someone = person(goals_per_day=4.0, goal_difficulty=0.8, goal_worth=1.0, **state)
    someone.pursue(6.0, luck_of(Person, yielding=yielding, **chance))
    return someone


def test_giving_up_a_goal_is_a_defeat() -> None:
    someone = strive(YIELDS, REACH)
    assert someone.involuntary_subordination > BORN
    assert someone.power[Surface.OTHER] < person().power[Surface.OTHER]
    assert someone.resources == 0.0


def test_failing_after_not_giving_up_is_a_defeat_too() -> None:
    """R6: being stymied is losing to a goal; it moves ISS and power as losing a claim to a rival does."""
    someone = strive(STANDS, FAIL)
    assert someone.power[Surface.OTHER] < person().power[Surface.OTHER]
    assert someone.involuntary_subordination > BORN


def test_reaching_a_goal_raises_power_and_brings_what_it_is_worth() -> None:
    someone = strive(STANDS, REACH)
    assert someone.power[Surface.OTHER] > person().power[Surface.OTHER]
    assert someone.involuntary_subordination == BORN
    assert someone.resources == 1.0


@pytest.mark.parametrize("yielding, chance", [(YIELDS, REACH), (STANDS, FAIL), (STANDS, REACH)])
def test_goals_that_bypass_the_referee_move_neither_iss_nor_power(yielding: float, chance: dict) -> None:
    before, after = person(), strive(yielding, chance, goals_meet_the_referee=0.0)
    assert after.involuntary_subordination == before.involuntary_subordination
    assert list(after.power) == list(before.power)
    assert list(after.power_precision) == list(before.power_precision)


def test_goals_are_pursued_as_often_as_said_and_leave_no_rival_behind() -> None:
    idle = person(goals_per_day=2.0)
    idle.pursue(6.0, luck_of(Person, pursuing=0.5))
    assert (idle.resources, list(idle.power)) == (0.0, list(person().power))
    busy = person(goals_per_day=2.0, power_here=0.0)
    busy.pursue(6.0, luck_of(Person, pursuing=0.4999, yielding=STANDS, succeeding=STANDS))
    assert busy.resources > 0.0
    assert busy.at_stake == busy.power_here == busy.precision_here == 0.0


# --- R8: care -----------------------------------------------------------------------------------


@pytest.mark.parametrize("warmth, left", [(0.0, 0.6), (-0.5, 0.6), (0.5, 0.45), (1.0, 0.3)])
def test_a_warm_carer_heals(warmth: float, left: float) -> None:
    hurt = person(injury=0.6, mentality=Mentality.CARE_SEEKING)
    carer = person(mentality=Mentality.CARE_GIVING, shown_warmth=warmth)
    for one, two in ((hurt, carer), (carer, hurt)):
        hurt.injury = 0.6
        found = meeting(one, two, {"care_heals": 0.5})
        found.world.care(one, two)
        assert hurt.injury == pytest.approx(left)
        assert (found.world.cared_for, found.world.injury_seen) == (1.0, pytest.approx(0.6))


def test_nobody_is_healed_by_somebody_who_does_not_care() -> None:
    hurt, rival = person(injury=0.6), person(mentality=Mentality.COMPETING, shown_warmth=1.0)
    found = meeting(hurt, rival)
    found.world.care(hurt, rival)
    assert hurt.injury == 0.6
    assert found.world.cared_for == 0.0


def test_an_injury_calls_for_care() -> None:
    hurt, well = person(injury=0.9), person()
    found = meeting(hurt, well, {"mating": 0.0})
    found.world.scarcity = 0.0
    found.world.come_to(hurt, well, luck_of(Society, coming_to=0.5))
    assert found.world.situation == Situation.NEED
    assert hurt.context_pull[Mentality.CARE_SEEKING] == well.context_pull[Mentality.CARE_GIVING] == 1.0
    assert hurt.at_stake == well.at_stake == 0.0


@pytest.mark.parametrize(
    "drawn, injury, what",
    [
        (0.29, 0.0, Situation.RESOURCE),
        (0.31, 0.0, Situation.MATING),
        (0.31, 0.5, Situation.NEED),
        (0.40, 0.0, Situation.PLAY),
        (0.99, 0.5, Situation.PLAY),
    ],
)
def test_what_a_meeting_is_about(drawn: float, injury: float, what: Situation) -> None:
    found = meeting(person(injury=injury), person(), {"mating": 0.1})
    found.world.scarcity = 0.3
    found.world.come_to(found.person, found.other, luck_of(Society, coming_to=drawn))
    assert found.world.situation == what


# --- R9: no way out -----------------------------------------------------------------------------


def test_a_bid_that_goes_on_after_yielding_makes_the_iss_worse() -> None:
    felt = []
    for goes_on in (0.0, 1.0):
        one, two = claimants()
        chance = both(STANDS) | {"other_first": {"yielding": YIELDS, "switching": 0.5}}
        chance["other_after"] = {"yielding": YIELDS, "switching": 0.5}
        found = meet(one, two, {"bids_go_on": goes_on}, world={"going_on": 0.5}, **chance)
        assert found.world.ending == Ending.YIELD_FIRST_WON
        felt.append(two.involuntary_subordination)
    assert felt[1] > felt[0] > BORN
