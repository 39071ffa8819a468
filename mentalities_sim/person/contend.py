"""Contend: who one is among many, what a contest leaves, and what is remembered of each other."""

from __future__ import annotations

import math

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.declare import Parameter, State
from mentalities_sim.person.learn import MOST_PRECISE
from mentalities_sim.signals import Response, Surface

LIVED = ("threat", "involuntary_subordination", "soothing", "drive", "moments")


class Contending:
    """The step in which a contest is settled: belief about own power, injury, and memory of the other."""

    identity = State(0, (-1, 1e9), meaning="number of the person in a society; newcomers get new ones")
    alive = State(1, (0, 1), unit="no 0, yes 1", meaning="still living; injuries can end a life")
    strength = State(
        0.0,
        (-1.0, 1.0),
        spread=0.2,
        meaning="what counts when a contest comes to blows: bodily and social means",
        source="CBK 2.1.1; resource-holding potential",
    )
    standing = State(
        0.0,
        (-1.0, 1.0),
        unit="circumplex",
        meaning="standing that everybody sees: below 0 a stigma, above 0 a privilege",
        source="CBK 2.1.1 (R6)",
    )
    injury = State(0.0, (0.0, 1.0), meaning="how badly one is hurt")
    resources = State(0.0, (0.0, 1e9), unit="sum of worth", meaning="what one has won or been left")
    contests_won = State(0, (0, 1e9), unit="count", meaning="contests won")
    contests_lost = State(0, (0, 1e9), unit="count", meaning="contests lost")
    lived = State(
        (0.0, 0.0, 0.0, 0.0, 0.0),
        labels=LIVED,
        unit="sums",
        meaning="what was felt at the meetings of the second half of the course",
    )

    winner_effect = Parameter(
        1.0,
        (0.0, 3.0),
        plausible=(0.5, 1.5),
        meaning="weight of lessons that raise believed power",
        reason="1 is learning by surprise alone; winner effects in animals run from weak to strong: "
        "half either way",
    )
    loser_effect = Parameter(
        1.0,
        (0.0, 3.0),
        plausible=(0.5, 1.5),
        meaning="weight of lessons that lower believed power",
        reason="1 is learning by surprise alone; loser effects mostly exceed winner effects, but "
        "surprise gives part of that: half either way",
    )
    resolve_counts = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.5, 1.5),
        meaning="how much believed power counts in a fight, beside strength",
        reason="a fight ends when one gives up, and who believes in winning holds out longer; half "
        "either way is a guess",
    )
    strength_seen = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.0, 1.0),
        unit="circumplex",
        meaning="how much of another's strength is seen before any contest",
        source="CBK 2.1.1 (R2): meeting a stronger other",
        reason="from strength that does not show at all to strength that is plain before any contest",
    )
    tie_rate = Parameter(
        0.5,
        (0.0, 5.0),
        plausible=(0.2, 1.0),
        meaning="change of believed power over this one per surprise, at no precision",
        source="CBK 2.1.1 (R5)",
        reason="a full surprise moves the belief by .2 to 1 on a scale from -2 to 2: it tells much, and "
        "settles nothing",
    )
    defeat_weighs = Parameter(
        5.0,
        (0.0, 10.0),
        plausible=(2.0, 8.0),
        meaning="ISS from a claim fought for and lost, against that from yielding",
        source="CBK 2.1.1 (R2); Sloman, Gilbert & Hasey 2003",
        reason="a defeat fought for adds .16 to .64 to the ISS: more than yielding (.08), never all there is",
    )
    outcome_rate = Parameter(
        2.0,
        (0.0, 5.0),
        plausible=(0.5, 4.0),
        meaning="change of believed power over people in general per surprise, at precision 1",
        source="CBK 2.1.1 (R5)",
        reason="a guess, a quarter to twice the default: fights are rare, and tell more than the bids "
        "of an exchange",
    )
    injury_pains = Parameter(
        0.3,
        (0.0, 2.0),
        plausible=(0.1, 0.6),
        meaning="threat that a full injury keeps up",
        source="TSM",
        reason="a guess, a third to twice the default: a full injury threatens, and less than harm that "
        "goes on",
    )

    def regard(self, tie, standing: float, strength: float, hours: float) -> None:
        """Call to mind what one knows of the one who is met.

        Equation: power here = learned power over this one, forgotten with τ; standing gap = theirs - own
        + c_s (their strength - own).
        Source: CBK 2.1.1, 2.6 (T17).
        """
        kept = math.exp(-(hours - tie.met) / tie.forgetting_time)
        self.power_here = tie.power * kept
        self.precision_here = tie.precision * kept
        self.standing_gap = standing - self.standing + self.strength_seen * (strength - self.strength)

    def take_leave(self, tie, hours: float) -> None:
        """Keep what was learned of the one who was met, and let go of the situation.

        Equation: tie = (power here, precision here, now). Source: design, "a `Tie` record".
        """
        tie.power = self.power_here
        tie.precision = self.precision_here
        tie.met = hours
        self.power_here = 0.0
        self.precision_here = 0.0
        self.standing_gap = 0.0
        self.at_stake = 0.0
        self.claim = 0.0
        for i in range(5):
            self.context_pull[i] = 0.0

    def might(self) -> float:
        """Return what one brings to a fight.

        Equation: strength - injury + c_r (m + m_here). Source: CBK 2.1.1; Dugatkin 1997.
        """
        resolve = self.power[Surface.OTHER] + self.power_here
        return self.strength - self.injury + self.resolve_counts * resolve

    def settle(self, won: float, worth: float) -> None:
        """Learn from how a contest ended, by surprise: of this one, and of people in general.

        Equation: lesson = worth g (won - P(win) foreseen), g the winner's or loser's effect; m_here += η_t
        lesson / (1 + κ_here), κ_here += worth; m += η_o lesson / κ, κ += g_κ worth, on the inner surface
        with those who are close. A claim lost without yielding adds to the ISS d times as much as yielding
        does: ISS += d a worth (1 - ISS).
        Source: CBK 2.1.1 (R2, R5); Dugatkin 1997 (winner and loser effects).
        """
        lesson = worth * (won - self.foreseen)
        if won > 0.0:
            lesson = lesson * self.winner_effect
        else:
            lesson = lesson * self.loser_effect
            if self.claim > 0.0 and self.response != Response.YIELD:
                rise = clip01(self.defeat_weighs * self.subordination_rise * worth)
                self.involuntary_subordination += rise * (1.0 - self.involuntary_subordination)
        self.power_here = min(
            2.0, max(-2.0, self.power_here + self.tie_rate * lesson / (1.0 + self.precision_here))
        )
        self.precision_here = min(self.precision_here + worth, MOST_PRECISE)
        outer = (1.0 - self.closeness) * lesson
        inner = self.closeness * lesson
        sure = self.precision_gain * worth
        self.learn_standing(0, outer, (1.0 - self.closeness) * sure)
        self.learn_standing(1, inner, self.closeness * sure)

    def learn_standing(self, surface: int, lesson: float, sure: float) -> None:
        """Move believed own power on a surface by an outcome, and be surer of it.

        Equation: m += η_o lesson / κ; κ += sure. Source: CBK 2.1.1 (R5).
        """
        precision = self.power_precision[surface]
        self.power[surface] = clip11(self.power[surface] + self.outcome_rate * lesson / precision)
        self.power_precision[surface] = min(precision + sure, MOST_PRECISE)

    def have_it_out(self, standing_gap: float, won: float, worth: float) -> None:
        """Have one's way with somebody, or not; those who are close teach the inner surface.

        Equation: foreseen with the gap in standing, then as `settle`, with no rival to be remembered.
        Source: CBK 2.1.1 (R5), 2.3-2.4 (I6): caregivers and peers are separate teachers.
        """
        self.standing_gap = standing_gap
        self.foreseen = self.foresee_on(self.closeness)
        self.standing_gap = 0.0
        self.precision_here = 0.0
        self.settle(won, worth)
        self.power_here = 0.0
        self.precision_here = 0.0

    def be_hurt(self, amount: float) -> None:
        """Be injured in a fight: it hurts, and it threatens.

        Equation: injury += amount; threat += r+ (clip(threat + g_h amount) - threat); a full injury is the
        end of a life. Source: CBK 2.1.1 (R4); TSM.
        """
        self.injury = clip01(self.injury + amount)
        self.threat += self.threat_rise * (clip01(self.threat + self.harm_threatens * amount) - self.threat)
        if self.injury >= 1.0:
            self.alive = 0

    def be_healed(self, share: float) -> None:
        """Be looked after: part of the injury heals.

        Equation: injury -> injury (1 - share). Source: CBK 2.1.1 (R8).
        """
        self.injury = self.injury * (1.0 - share)

    def note_life(self) -> None:
        """Add up what is felt, so that outcomes need no series; it changes nobody.

        Equation: sums of threat, ISS, soothing, drive, and their number. Source: evidence rule 1.
        """
        self.lived[0] += self.threat
        self.lived[1] += self.involuntary_subordination
        self.lived[2] += self.soothing
        self.lived[3] += self.drive
        self.lived[4] += 1.0
