"""The society: people who meet, contest, yield, care and remember, with life in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import mesa

from mentalities_sim.arithmetic import clip01, logistic, positive
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.engine.agents import give_state
from mentalities_sim.person import Person, Tie
from mentalities_sim.person.tie import place_of
from mentalities_sim.signals import Mentality, Response, Signal
from mentalities_sim.worlds.watch import WINDOWS, Watching

if TYPE_CHECKING:
    from mentalities_sim.engine.rules import RuleSet
    from mentalities_sim.worlds.meetings import Course

ROUND_HOURS = 6.0
"""Between two meetings of a person."""
MOMENTS = 3
"""Moments of life between two meetings, of two hours each, in which one can brood."""


class Network(IntEnum):
    """Who can meet whom."""

    WELL_MIXED = 0
    RING = 1
    SMALL_WORLD = 2
    GRID = 3


class Situation(IntEnum):
    """What a meeting is about."""

    RESOURCE = 0
    PLAY = 1
    NEED = 2
    MATING = 3


class Ending(IntEnum):
    """How a meeting over a resource ended; odd numbers: the first of the two won, even: the second."""

    NO_CONTEST = 0
    RETREAT_FIRST_WON = 1
    RETREAT_SECOND_WON = 2
    YIELD_FIRST_WON = 3
    YIELD_SECOND_WON = 4
    FIGHT_FIRST_WON = 5
    FIGHT_SECOND_WON = 6
    NEITHER_CLAIMED = 8


class Society(Watching, mesa.Model):
    """Many people: every six hours each of them lives three moments, then meets somebody, or nobody.

    Contests are no game of their own: whoever does not yield to the bid that is foreseen, and competes, lays
    a claim; the claim is a dominant signal, and the answer is the inner referee's. Source: CBK 2.1.1, 2.1.2.

    Example:
        >>> from mentalities_sim.worlds.meetings import simulate
        >>> society = simulate(seed=1, size=6, days=2)
        >>> len(society.states["person"][0])
        6
    """

    roles = {"person": Person, "other": Person, "newcomer": Person, "tie": Tie, "back": Tie}
    shared = {"other": "person", "back": "tie"}
    crowds = {"person": 1, "newcomer": 1, "tie": 2}
    ties = {"tie": ("person", "other"), "back": ("other", "person")}
    newborn = {"come_in": ("person", "newcomer")}
    recall = staticmethod(place_of)
    people = ("person", "tie")
    takes_policy = False
    inputs: dict[str, type] = {}
    sizes = (
        "size", "days", "network", "neighbours", "rewired", "turnover", "remembered", "upbringing",
    )  # fmt: skip
    phases = {
        "bring_up": {"person": "person", "world": "world"},
        "meet": {
            "person_1": "person", "person_2": "person", "person_3": "person", "person_goal": "person",
            "other_1": "other", "other_2": "other", "other_3": "other", "other_goal": "other",
            "person_before": "person", "person_first": "person", "person_second": "person",
            "person_after": "person",
            "other_before": "other", "other_first": "other", "other_second": "other", "other_after": "other",
            "world": "world",
        },
        "apart": {
            "person_1": "person", "person_2": "person", "person_3": "person", "person_goal": "person",
            "other_1": "other", "other_2": "other", "other_3": "other", "other_goal": "other",
        },
        "alone": {
            "person_1": "person", "person_2": "person", "person_3": "person", "person_goal": "person",
        },
        "come_in": {},
    }  # fmt: skip

    hours = State(0.0, (0.0, 1e9), unit="hours", meaning="time since the society began to meet")
    rounds = State(0, (0, 1e9), unit="rounds of six hours", meaning="rounds of the course")
    meetings = State(0, (0, 1e9), unit="meetings", meaning="pairs in a round")
    situation = State(Situation.PLAY, (0, 3), meaning="what the last meeting was about")
    ending = State(
        Ending.NO_CONTEST, (0, 8), event="nonzero", meaning="how a meeting over a resource ended, by `Ending`"
    )

    winner = State(
        0, (0, 1e9), event="nonzero", meaning="who won the last contest: identity + 1; 0 is nobody"
    )
    loser = State(
        0, (0, 1e9), event="nonzero", meaning="who lost the last contest: identity + 1; 0 is nobody"
    )

    size = Parameter(10, (2, 5_000_000), unit="people", meaning="people in the society")
    days = Parameter(90, (1, 100_000), unit="days", meaning="length of the course; four meetings a day")
    network = Parameter(Network.WELL_MIXED, (0, 3), meaning="who can meet whom, by `Network`")
    neighbours = Parameter(
        4, (2, 1000), unit="people", meaning="others one can meet on a ring or small world"
    )
    rewired = Parameter(0.1, (0.0, 1.0), meaning="share of a small world's ties that lead far away")
    turnover = Parameter(
        0.0, (0.0, 400.0), unit="per person and year", meaning="people who go, and newcomers in their places"
    )
    remembered = Parameter(
        14, (1, 1000), unit="people", meaning="others whom one remembers as rivals; the rest are strangers"
    )
    upbringing = Parameter(
        0,
        (0, 10_000),
        unit="days",
        meaning="days of childhood, with one telling encounter with a caregiver each",
    )
    punished = Parameter(
        0.0, (0.0, 1.0), meaning="chance that a caregiver answers self-expression with cold dominance"
    )
    contingent = Parameter(
        1, (0, 1), unit="no 0, yes 1", meaning="whether only self-expression is punished, or anything"
    )
    scarcity = Parameter(
        0.3, (0.0, 1.0), plausible=(0.2, 0.8), meaning="share of meetings over what only one can have"
    )
    mating = Parameter(
        0.1, (0.0, 1.0), plausible=(0.0, 0.3), meaning="share of the other meetings about mating"
    )
    worth = Parameter(1.0, (0.0, 1.0), plausible=(0.5, 1.0), meaning="worth of what is contested")
    blows = Parameter(
        8.0,
        (0.0, 40.0),
        plausible=(4.0, 12.0),
        meaning="steepness of P(win) in strength and resolve when a contest comes to blows",
    )
    fight_hurts = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.03, 0.3),
        meaning="mean injury of the loser of a fight; the winner's is half",
    )
    bids_go_on = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.0, 0.5),
        meaning="chance that the winner's bid goes on after the other has yielded: no way out",
        source="R9 (Sloman, Gilbert & Hasey 2003)",
    )
    care_heals = Parameter(
        0.5, (0.0, 1.0), plausible=(0.1, 0.8), meaning="share of an injury that full warmth of a carer heals"
    )
    stigmatised = Parameter(
        0.0, (0.0, 1.0), meaning="share of the people who bear a stigma, at birth, by their number"
    )
    stigma = Parameter(
        0.4, (0.0, 2.0), plausible=(0.2, 0.8), unit="circumplex", meaning="standing it takes away"
    )

    coming_to = Stream("what is the meeting about?")
    fighting = Stream("who wins when it comes to blows?")
    hurting = Stream("how badly is one hurt?")
    going_on = Stream("does a bid go on after yielding?")
    answering = Stream("does the caregiver punish?")

    def __init__(self, seed: int = 0, **given: Any) -> None:
        super().__init__(rng=int(seed))
        give_state(self, given)

    @staticmethod
    def course(rules: RuleSet, seed: int, replicates: Sequence[int], sizes: Mapping[str, Any]) -> Course:
        """Return who meets whom when, for a society of these sizes."""
        from mentalities_sim.worlds.meetings import Course

        return Course(rules, seed, replicates, sizes)

    def bring_up(self, person, tick: int, luck) -> None:
        """Let one day of childhood pass, with one telling encounter with a caregiver.

        Equation: cold dominance (.8, -.5) with P = p_punished if the child's last signal was dominant (or,
        not contingent, in any case), else quiet warmth (.2, .5). Source: CBK 2.1.1 (R5, R6), 2.4.
        """
        person.elapse(24.0)
        expressed = self.contingent == 0 or person.shown_dominance > 0.0
        if expressed and luck.world.answering < self.punished:
            person.encounter(Signal(0.8, -0.5, 0.0, 0.0, 1.0), 0.0, luck.person)
        else:
            person.encounter(Signal(0.2, 0.5, 0.2, 0.5, 1.0), 0.0, luck.person)

    def meet(self, person, other, tie, back, tick: int, luck) -> None:
        """Let two people live on since they last met anybody, and meet.

        Equation: three moments of 2 h each; then what the meeting is about; both foresee, signal and answer;
        what was at stake goes to one of them, and both remember. Source: CBK 2.1.1, 2.1.2.
        """
        self.begin_round(tick)
        person.live(ROUND_HOURS / MOMENTS, luck.person_1)
        person.live(ROUND_HOURS / MOMENTS, luck.person_2)
        person.live(ROUND_HOURS / MOMENTS, luck.person_3)
        person.pursue(ROUND_HOURS, luck.person_goal)
        other.live(ROUND_HOURS / MOMENTS, luck.other_1)
        other.live(ROUND_HOURS / MOMENTS, luck.other_2)
        other.live(ROUND_HOURS / MOMENTS, luck.other_3)
        other.pursue(ROUND_HOURS, luck.other_goal)
        if person.alive == 0 or other.alive == 0:
            return
        if tie.owner != person.identity or tie.other != other.identity:
            tie.begin(person.identity, other.identity)
        if back.owner != other.identity or back.other != person.identity:
            back.begin(other.identity, person.identity)
        person.regard(tie, other.standing, other.strength, self.hours)
        other.regard(back, person.standing, person.strength, self.hours)
        self.come_to(person, other, luck.world)
        self.exchange_signals(person, other, luck)
        person.take_leave(tie, self.hours)
        other.take_leave(back, self.hours)
        self.watch(person, other)

    def begin_round(self, tick: int) -> None:
        """Keep the clock. Equation: hours = 6 (round + 1). Source: design, "Time has units"."""
        now = tick // self.meetings
        self.ending = Ending.NO_CONTEST
        self.winner = 0
        self.loser = 0
        self.hours = ROUND_HOURS * (now + 1)
        self.part = min(WINDOWS - 1, WINDOWS * now // self.rounds)

    def come_to(self, person, other, luck) -> None:
        """Decide what the meeting is about, and what it calls for.

        Equation: resource with P = scarcity; of the rest, need with P = the greater injury of the two, then
        mating, then play. Each calls for its mentality with pull 1: in need, care-seeking in the one who is
        hurt more, and care-giving in the other. Source: CBK 2.1.1, 2.1.2 (five mentalities).
        """
        drawn = luck.coming_to
        left = (drawn - self.scarcity) / max(1.0 - self.scarcity, 1e-9)
        need = max(person.injury, other.injury)
        self.situation = Situation.PLAY
        if drawn < self.scarcity:
            self.situation = Situation.RESOURCE
            person.called_to(Mentality.COMPETING, self.worth)
            other.called_to(Mentality.COMPETING, self.worth)
        elif left < need:
            self.situation = Situation.NEED
            if person.injury > other.injury:
                person.called_to(Mentality.CARE_SEEKING, 0.0)
                other.called_to(Mentality.CARE_GIVING, 0.0)
            else:
                person.called_to(Mentality.CARE_GIVING, 0.0)
                other.called_to(Mentality.CARE_SEEKING, 0.0)
        elif left < need + (1.0 - need) * self.mating:
            self.situation = Situation.MATING
            person.called_to(Mentality.SEXUAL, 0.0)
            other.called_to(Mentality.SEXUAL, 0.0)
        else:
            person.called_to(Mentality.COOPERATING, 0.0)
            other.called_to(Mentality.COOPERATING, 0.0)

    def exchange_signals(self, person, other, luck) -> None:
        """Let both foresee, then signal and answer, until one yields or both have stood twice.

        Equation: anticipate; person -> other -> person, and again, over a resource only if both claim and
        neither has yielded.
        Source: CBK 2.1.1 (R1, R2).
        """
        intent = person.anticipate(luck.person_before)
        other.anticipate(luck.other_before)
        before = person.mentality
        signal = person.act(intent, luck.person_before)
        if self.situation == Situation.PLAY:
            signal = Signal(signal.dominance, signal.warmth, 0.5, signal.freedom, signal.expressiveness)
        reply = other.encounter(signal, 0.0, luck.other_first)
        self.note_dance(before, other.mentality)
        answer = person.encounter(reply, 0.0, luck.person_first)
        if self.situation != Situation.RESOURCE:
            person.encounter(other.encounter(answer, 0.0, luck.other_second), 0.0, luck.person_second)
            self.care(person, other)
            return
        contested = person.claim > 0.0 and other.claim > 0.0
        self.note_bids(person, other)
        if contested and other.response != Response.YIELD and person.response != Response.YIELD:
            reply = other.encounter(answer, 0.0, luck.other_second)
            if other.response != Response.YIELD:
                person.encounter(reply, 0.0, luck.person_second)
        self.end_contest(person, other, contested, luck)

    def end_contest(self, person, other, contested: bool, luck) -> None:
        """Give what was at stake to one: the only claimant, who was yielded to, or who won the fight.

        Equation: a fight is won with P = σ(k_f (strength - injury - theirs)). Source: CBK 2.1.1 (R4).
        """
        if person.claim == 0.0 and other.claim == 0.0:
            self.ending = Ending.NEITHER_CLAIMED
            person.resources += 0.5 * person.at_stake
            other.resources += 0.5 * other.at_stake
            return
        first_won = person.claim > 0.0
        self.ending = Ending.RETREAT_SECOND_WON
        if first_won:
            self.ending = Ending.RETREAT_FIRST_WON
        if contested:
            first_won = other.response == Response.YIELD
            self.ending = Ending.YIELD_SECOND_WON
            if first_won:
                self.ending = Ending.YIELD_FIRST_WON
            if other.response != Response.YIELD and person.response != Response.YIELD:
                first_won = self.fight(person, other, luck.world)
        worth = self.worth
        if first_won:
            self.winner = person.identity + 1
            self.loser = other.identity + 1
            person.resources += worth
            person.settle(1.0, worth)
            other.settle(0.0, worth)
            if person.claim > 0.0 and luck.world.going_on < self.bids_go_on:
                other.encounter(person.shown_again(), 0.0, luck.other_after)
        else:
            self.winner = other.identity + 1
            self.loser = person.identity + 1
            other.resources += worth
            other.settle(1.0, worth)
            person.settle(0.0, worth)
            if other.claim > 0.0 and luck.world.going_on < self.bids_go_on:
                person.encounter(other.shown_again(), 0.0, luck.person_after)

    def fight(self, person, other, luck) -> bool:
        """Let it come to blows; both are hurt, the loser twice as much.

        Equation: P(first wins) = σ(k_f (f - f')), f = strength - injury + c_r (m + m_here), since who
        believes in winning holds out longer; injuries 2 h u and h u, u uniform.
        Source: CBK 2.1.1 (R4): escalation costs both.
        """
        edge = person.might() - other.might()
        hurt = 2.0 * self.fight_hurts * luck.hurting
        self.note_fight(hurt)
        if luck.fighting < logistic(self.blows * edge):
            self.ending = Ending.FIGHT_FIRST_WON
            person.be_hurt(0.5 * hurt)
            other.be_hurt(hurt)
            return True
        self.ending = Ending.FIGHT_SECOND_WON
        person.be_hurt(hurt)
        other.be_hurt(0.5 * hurt)
        return False

    def care(self, person, other) -> None:
        """Let the one in a care-giving mentality look after the other's injury.

        Equation: healed share = c_h max(0, warmth shown). Source: CBK 2.1.1 (R8).
        """
        if other.mentality == Mentality.CARE_GIVING and person.injury > 0.0:
            self.note_care(person.injury)
            person.be_healed(clip01(self.care_heals * positive(other.shown_warmth)))
        if person.mentality == Mentality.CARE_GIVING and other.injury > 0.0:
            self.note_care(other.injury)
            other.be_healed(clip01(self.care_heals * positive(person.shown_warmth)))

    def apart(self, person, other, tick: int, luck) -> None:
        """Let two people live on who meet nobody this time.

        Equation: three moments of 2 h each. Source: design, "Time has units".
        """
        self.begin_round(tick)
        person.live(ROUND_HOURS / MOMENTS, luck.person_1)
        person.live(ROUND_HOURS / MOMENTS, luck.person_2)
        person.live(ROUND_HOURS / MOMENTS, luck.person_3)
        person.pursue(ROUND_HOURS, luck.person_goal)
        other.live(ROUND_HOURS / MOMENTS, luck.other_1)
        other.live(ROUND_HOURS / MOMENTS, luck.other_2)
        other.live(ROUND_HOURS / MOMENTS, luck.other_3)
        other.pursue(ROUND_HOURS, luck.other_goal)

    def alone(self, person, tick: int, luck) -> None:
        """Let the odd one out live on.

        Equation: three moments of 2 h each. Source: design, "Time has units".
        """
        self.begin_round(tick)
        person.live(ROUND_HOURS / MOMENTS, luck.person_1)
        person.live(ROUND_HOURS / MOMENTS, luck.person_2)
        person.live(ROUND_HOURS / MOMENTS, luck.person_3)
        person.pursue(ROUND_HOURS, luck.person_goal)

    def come_in(self, person, tick: int) -> None:
        """Let a newcomer take a place; whoever had it is gone, and so are their memories.

        Equation: person = newcomer. Source: CBK 2.1.1 is silent; turnover of groups in the field.
        """
        self.ending = Ending.NO_CONTEST
        self.winner = 0
        self.loser = 0
        self.newcomers += 1
