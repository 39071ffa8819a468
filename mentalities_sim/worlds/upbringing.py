"""Upbringing: a childhood of telling encounters with caregivers and peers, before anything else happens."""

from __future__ import annotations

import difflib
import math
from enum import IntEnum

from mentalities_sim.arithmetic import clip11
from mentalities_sim.declare import Parameter, Shares, Stream
from mentalities_sim.signals import Signal


class Childhood(IntEnum):
    """What a caregiver is like in one encounter."""

    WARM = 0
    NEGLECTFUL = 1
    HARSH = 2
    WARM_THEN_HARMED = 3
    CONTINGENT = 4
    SILENCED = 5


PROFILES = tuple(profile.name.lower() for profile in Childhood)
"""Names of the profiles, in the order of their shares."""

# What a caregiver sends: dominance, warmth, playfulness, freedom.
QUIET_WARMTH = (0.2, 0.5, 0.2, 0.5)
DETACHED = (0.0, -0.15, 0.0, 0.0)
COLD_DOMINANCE = (0.8, -0.5, 0.0, 0.0)
BETRAYAL = (0.8, -0.6, 0.0, 0.0)
APPROVAL = (0.2, 0.6, 0.0, 0.0)
DISAPPROVAL = (0.4, -0.3, 0.0, 0.0)

HAVING_ONES_WAY = (0.6, 0.5, 0.05, 0.3, 0.5, 0.05)
"""Chance that a child has its way with the caregiver, by profile; a guess, lowest where it is punished."""
HARM_FOLLOWS = 0.7
"""Chance that harm follows warmth, where it does so at all: often enough to be expected, and not always."""
HARM_HOURS = 5.0 / 60.0
"""Time from the warmth to the harm."""
SUCCESS = 0.5
"""Chance that what a child tries goes well."""


class Upbringing:
    """A life before the experiment, in at most about 1,000 encounters that stand for all of it.

    What a person has learned is what these encounters leave behind, by the rules of every other encounter;
    no learned state is set. What caregivers of a profile send, and how often a child has its way with them,
    are guesses of ours. Source: CBK 2.1.1 (R5, R6), 2.2 (A1, A4), 2.4 (M6); FOC (C8); kernel, "Learn".
    """

    childhood = Parameter(
        0,
        (0, 10_000),
        unit="encounters",
        meaning="telling encounters before the experiment; 0: nobody is brought up, and states are as set",
        source="compute budget: at most about 1,000",
    )
    upbringing = Shares(
        (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 1.0),
        unit="shares",
        labels=PROFILES,
        meaning="how often caregivers are like this, by `Childhood`; they sum to 1",
        source="CBK 2.1.1, 2.2, 2.4; FOC",
    )
    later_upbringing = Shares(
        (1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 1.0),
        unit="shares",
        labels=PROFILES,
        meaning="the same for what is left of childhood after `turning`",
    )
    turning = Parameter(
        1.0, (0.0, 1.0), meaning="share of childhood after which caregivers change; 1: they never do"
    )
    childhood_gap = Parameter(
        24.0, (0.1, 1000.0), unit="hours", meaning="time between two telling encounters"
    )
    plasticity = Parameter(
        3.0,
        (0.0, 20.0),
        plausible=(2.0, 5.0),
        unit="times an adult's",
        meaning="pace of learning in childhood",
        reason="1,000 encounters stand for some 15 years, so that one stands for about five days and "
        "for several such moments, two to five; they are a day apart, so that what fades fades "
        "as between these moments",
    )
    peers_share = Parameter(
        0.4,
        (0.0, 1.0),
        plausible=(0.2, 0.6),
        meaning="share of the encounters that are with peers",
        reason="a fifth to three fifths: both home and peers teach, and neither alone (I6)",
    )
    peers_warmth = Parameter(
        0.2,
        (-1.0, 1.0),
        plausible=(0.0, 0.3),
        unit="circumplex",
        meaning="mean warmth of peers",
        reason="as other people are in adult life (0 to .3)",
    )
    peers_dominance = Parameter(
        0.0,
        (-1.0, 1.0),
        plausible=(-0.1, 0.2),
        unit="circumplex",
        meaning="mean dominance of peers",
        reason="peers are equals, so about 0; a little pushing is likelier than a little yielding",
    )
    peers_spread = Parameter(
        0.25,
        (0.0, 1.0),
        plausible=(0.15, 0.4),
        unit="circumplex",
        meaning="SD of their warmth and dominance between moments",
        reason="a guess, as for other people in adult life",
    )
    peers_differ = Parameter(
        0.15,
        (0.0, 1.0),
        plausible=(0.05, 0.3),
        unit="circumplex",
        meaning="SD of peers' mean warmth and dominance between the people they meet",
        reason="intraclass correlations of .30 to .41 in daily life ask for .16 to .21 at the default "
        "spread; twice as wide again for peers who are not",
    )
    caregivers_differ = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.0, 0.2),
        unit="circumplex",
        meaning="SD of caregivers' warmth and dominance between people of one profile",
        reason="nothing to twice the default: what a caregiver is like is set by the profile, and this "
        "is the rest",
    )

    caregivers_standing = Parameter(
        0.4,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        unit="circumplex",
        meaning="standing of a caregiver over a child",
        source="CBK 2.1.1: parents are above",
        reason="a guess, half to twice the default: above the child, short of all-powerful",
    )
    wills_worth = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.05, 0.3),
        meaning="what is at stake when the wills of a child and another meet in a telling encounter",
        source="CBK 2.1.1 (R5, I6)",
        reason="a guess, half to three times the default: small beside what adults contest (1), since "
        "it happens daily",
    )

    prevailing = Stream("does the child have its way?")
    among_peers = Stream("is the encounter one with peers?")
    profile = Stream("what is the caregiver like this time?")
    peer_warmth = Stream("how warm are the peers?", normal=True)
    peer_dominance = Stream("how dominant are the peers?", normal=True)
    harming = Stream("does harm follow the warmth?")
    succeeding = Stream("does what the child tries go well?")

    def raise_child(self, child, number: int, luck) -> None:
        """Let the time to the next telling encounter of childhood pass, and have it; the last ends childhood.

        Equation: with P = peers' share a peer of normally distributed warmth and dominance, else a caregiver;
        closeness is 0 or 1; then, now and then, oneself, as after any exchange.
        Source: I6, M6: caregivers teach the inner surface, peers the outer.
        """
        if number == 0:
            child.be_born(self.plasticity)
        expressed = child.shown_dominance > 0.0
        child.part()
        child.elapse(self.childhood_gap)
        if luck.world.among_peers < self.peers_share:
            child.closeness = 0.0
            peer = self.find_peer(child, luck.world)
            child.encounter(peer, 0.0, luck.child)
            self.meet_wills(child, 0.0, 0.5 - 0.5 * peer.dominance, luck.world)
        else:
            child.closeness = 1.0
            child.standing_gap = self.caregivers_standing
            profile = self.find_caregiver(number, luck.world)
            self.care_for(child, profile, expressed, luck)
            self.meet_wills(child, self.caregivers_standing, HAVING_ONES_WAY[profile], luck.world)
        child.standing_gap = 0.0
        child.look_inward(luck.child_self)
        if number == self.childhood - 1:
            child.come_of_age()

    def meet_wills(self, child, standing: float, chance: float, luck) -> None:
        """Let the child have its way, or not: the outcome, not the belief, decides what power it learns.

        Equation: won with P = chance; `have_it_out`. Source: CBK 2.1.1 (R5), 2.3 (I6).
        """
        won = 0.0
        if luck.prevailing < chance:
            won = 1.0
        child.have_it_out(standing, won, self.wills_worth)

    def find_peer(self, child, luck) -> Signal:
        """Return what a peer of chance warmth and dominance sends.

        Equation: N(mean + d z, spread) cut at the bounds, z the person's own. Source: kernel, "Learn": peers
        and caregivers teach different surfaces.
        """
        dominance = self.peers_dominance + self.peers_differ * child.peers[0]
        warmth = self.peers_warmth + self.peers_differ * child.peers[1]
        dominance += self.peers_spread * luck.peer_dominance
        warmth += self.peers_spread * luck.peer_warmth
        return Signal(clip11(dominance), clip11(warmth), 0.0, 0.0, 1.0, 0.0, 0)

    def find_caregiver(self, number: int, luck) -> int:
        """Return what the caregiver is like this time, by the shares of this part of childhood.

        Equation: P(profile) = its share; of the later shares from encounter number turning × childhood on.
        Source: a history that turns, such as the harm that comes after years of warmth.
        """
        drawn = luck.profile
        if number < self.turning * self.childhood:
            return pick(self.upbringing, drawn)
        return pick(self.later_upbringing, drawn)

    def care_for(self, child, profile: int, expressed: bool, luck) -> None:
        """Let a caregiver be with the child, in the way of a profile.

        Equation: warm (.2, .5); neglectful (0, -.15): there is nobody; harsh (.8, -.5); warm, and with P = .7
        five minutes later harm (.8, -.6); contingent: warm (.2, .6) where what the child tried went well
        (P = .5), else (.4, -.3); silenced: (.8, -.5) if the child's last signal was dominant, else warm;
        (dominance, warmth) each.
        Source: CBK 2.1.1 (R6), 2.1.4 (contingent worth), 2.2 (A1); FOC (C8: the neglected and the harmed).
        """
        if profile == Childhood.NEGLECTFUL:
            self.tell(child, DETACHED, luck.child)
        elif profile == Childhood.HARSH:
            self.tell(child, COLD_DOMINANCE, luck.child)
        elif profile == Childhood.WARM_THEN_HARMED:
            self.tell(child, QUIET_WARMTH, luck.child)
            if luck.world.harming < HARM_FOLLOWS:
                child.elapse(HARM_HOURS)
                self.tell(child, BETRAYAL, luck.child_after)
        elif profile == Childhood.CONTINGENT:
            if luck.world.succeeding < SUCCESS:
                child.note_success(1.0)
                self.tell(child, APPROVAL, luck.child)
            else:
                child.note_success(0.0)
                self.tell(child, DISAPPROVAL, luck.child)
        elif profile == Childhood.SILENCED and expressed:
            self.tell(child, COLD_DOMINANCE, luck.child)
        else:
            self.tell(child, QUIET_WARMTH, luck.child)

    def tell(self, child, manner, luck) -> None:
        """Let a caregiver send the child a signal; those of different people differ.

        Equation: (dominance, warmth) + d z, cut at the bounds, z the person's own. Source: I6.
        """
        dominance = clip11(manner[0] + self.caregivers_differ * child.caregivers[0])
        warmth = clip11(manner[1] + self.caregivers_differ * child.caregivers[1])
        child.encounter(Signal(dominance, warmth, manner[2], manner[3], 1.0, 0.0, 0), 0.0, luck)


def shares(**named: float) -> tuple[float, ...]:
    """Return the shares of all profiles from those that are named; the others are 0.

    Raises `TypeError` for a name that is none, `ValueError` where they do not sum to 1.

    Example:
        >>> shares(warm=0.5, harsh=0.5)
        (0.5, 0.0, 0.5, 0.0, 0.0, 0.0)
    """
    for name in named:
        if name not in PROFILES:
            near = difflib.get_close_matches(name, PROFILES, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{name!r} is no profile of {', '.join(PROFILES)}{hint}")
    whole = math.fsum(named.values())
    if abs(whole - 1.0) > 1e-6:
        raise ValueError(f"shares {named} sum to {whole:g}; they must sum to 1")
    return tuple(float(named.get(name, 0.0)) for name in PROFILES)


def pick(shares, drawn: float) -> int:
    """Return which of some shares a uniform number falls on; the last that is not nothing takes what is left.

    Example:
        >>> pick((0.5, 0.0, 0.5), 0.3), pick((0.5, 0.0, 0.5), 0.7)
        (0, 2)
    """
    upto = 0.0
    found = 0
    for i, share in enumerate(shares):
        if share > 0.0 and drawn >= upto:
            found = i
        upto += share
    return found
