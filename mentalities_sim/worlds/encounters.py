"""What happens when two people meet: what it is about, who claims what, who yields, who cares."""

from __future__ import annotations

from enum import IntEnum

from mentalities_sim.arithmetic import clip01, logistic, positive
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.signals import Mentality, Response, Signal
from mentalities_sim.worlds.watch import Watching


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


class Encounters(Watching):
    """One meeting, from what it is about to who has what; a contest is no game of its own."""

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

    scarcity = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of meetings over what only one can have",
        reason="a circumstance that societies differ in: a fifth to four fifths of meetings; at the "
        "ends one situation is missing",
    )
    mating = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.0, 0.3),
        meaning="share of the other meetings about mating",
        reason="a guess: none to three in ten, so that play and need keep most of the meetings",
    )
    worth = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        meaning="worth of what is contested",
        reason="what only one can have is worth fighting for: half of all there is at least",
    )
    blows = Parameter(
        8.0,
        (0.0, 40.0),
        plausible=(4.0, 12.0),
        meaning="steepness of P(win) in strength and resolve when a contest comes to blows",
        reason="half either way: an advantage of .3 wins 77 to 97 of 100 fights (92 at the default); a guess",
    )
    fight_hurts = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.03, 0.3),
        meaning="mean injury of the loser of a fight; the winner's is half",
        reason="a third to three times the default: 3 to 30 lost fights, unhealed, are a full injury; a "
        "guess",
    )
    bids_go_on = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.0, 0.5),
        meaning="chance that the winner's bid goes on after the other has yielded or given way: no way out",
        source="R9 (Sloman, Gilbert & Hasey 2003)",
        reason="from defeats that always end to every other one that does not; most are accepted, and end",
    )
    care_heals = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.1, 0.8),
        meaning="share of an injury that full warmth of a carer heals",
        reason="a guess: care helps at least a little, and never heals all at once",
    )
    coming_to = Stream("what is the meeting about?")
    fighting = Stream("who wins when it comes to blows?")
    hurting = Stream("how badly is one hurt?")
    going_on = Stream("does a bid go on after yielding?")

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
        before, theirs = person.mentality, other.mentality
        signal = person.act(intent, luck.person_before)
        if self.situation == Situation.PLAY:
            signal = Signal(
                signal.dominance, signal.warmth, 0.5, signal.freedom, signal.expressiveness, 0.0, 0
            )
        reply = other.encounter(signal, 0.0, luck.other_first)
        self.note_dance(before, theirs, other.mentality)
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

        Equation: worth to the winner; a bid goes on with P = p after yielding or giving way, not after a
        fight.
        Source: CBK 2.1.1 (R4); R9.
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
        if first_won:
            self.award(person, other)
        else:
            self.award(other, person)
        if self.ending == Ending.FIGHT_FIRST_WON or self.ending == Ending.FIGHT_SECOND_WON:
            return
        if luck.world.going_on < self.bids_go_on:
            if first_won:
                other.encounter(person.shown_again(), 0.0, luck.other_after)
            else:
                person.encounter(other.shown_again(), 0.0, luck.person_after)

    def award(self, person, other) -> None:
        """Give what was at stake to the person, who has won it from the other; both learn from it.

        Equation: resources + worth; `settle` for both. Source: CBK 2.1.1 (R4, R5).
        """
        self.winner = person.identity + 1
        self.loser = other.identity + 1
        person.contests_won += 1
        other.contests_lost += 1
        person.resources += self.worth
        person.settle(1.0, self.worth)
        other.settle(0.0, self.worth)

    def clear_contest(self) -> None:
        """Leave the last contest behind, so that it is noted once.

        Equation: ending = none, winner = loser = nobody. Source: none; bookkeeping of events.
        """
        self.ending = Ending.NO_CONTEST
        self.winner = 0
        self.loser = 0

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
