"""Anticipate: what will the other want, before a word is said?"""

from __future__ import annotations

import math

from mentalities_sim.arithmetic import clip11, logistic
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Answer, Appraisal, Mentality, Perceived, Response, Signal, Surface


class Anticipating:
    """The step before the first signal: whom one meets, what is at stake, and whether one claims it."""

    at_stake = State(0.0, (0.0, 1.0), meaning="worth of what only one of the two can have; 0 if nothing")
    claim = State(0.0, (0.0, 1.0), meaning="worth of what one lays claim to in this meeting")
    foreseen = State(0.5, (0.0, 1.0), meaning="chance of winning as foreseen before the first signal")
    context_pull = State(
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (-1.0, 1.0),
        labels=tuple(m.name.lower() for m in Mentality),
        meaning="what the situation calls for, in the order of `Mentality`",
        source="CBK 2.1.1-2.1.2 (M1, R7)",
    )
    power_here = State(
        0.0,
        (-2.0, 2.0),
        unit="circumplex",
        meaning="learned power over the one met now, beyond that over people in general",
    )
    precision_here = State(
        0.0, (0.0, 50.0), unit="contests' worth", meaning="how well the one met now is known as a rival"
    )
    standing_gap = State(
        0.0, (-2.0, 2.0), unit="circumplex", meaning="standing of the one met now, less one's own"
    )

    expectation = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: a contest is foreseen, and given up, before it begins; 0: nothing is foreseen",
        source="CBK 2.1.1 (R2)",
        plausible=(0.5, 1.0),
        reason="expecting to lose elicits the ISS as losing does, so 1; what is only foreseen may weigh half",
    )
    stake_foreseen = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.6, 1.4),
        unit="circumplex",
        meaning="dominance foreseen in another per unit of what is at stake",
        source="CBK 2.1.1 (R2)",
        reason="others are taken to want a thing as much as it is worth, so 1; 40 % either way is a guess",
    )
    context_calls = Parameter(
        1.0,
        (0.0, 3.0),
        plausible=(0.5, 2.0),
        meaning="pull of the situation on the choice of mentality; 0: blind to context",
        source="CBK 2.1.1-2.1.2 (R7, M1)",
        reason="half to twice the default: about as strong as habit, neither deaf to the situation nor "
        "ruled by it",
    )

    def called_to(self, mentality: int, worth: float) -> None:
        """Meet a situation: what it calls for, and what is at stake in it.

        Equation: context pull = 1 for that mentality; stake = worth. Source: CBK 2.1.1-2.1.2 (R7, M1).
        """
        self.context_pull[mentality] = 1.0
        self.at_stake = worth

    def anticipate(self, luck) -> Answer:
        """Foresee the other's bid for what is at stake, and let the referee answer it.

        Equation: foreseen dominance = D̄ + c_s stake, foreseen warmth = W̄, no cue of warmth; kindness, harm
        and bid of it weigh e; the same appraisal, referee, feeling and switching as for a signal, and nothing
        is learned. A claim is laid if one does not yield, and competes. Source: CBK 2.1.1 (R2), 2.1.3 (I7).
        """
        dominance = clip11(self.expected_dominance[Surface.OTHER] + self.stake_foreseen * self.at_stake)
        warmth = self.expected_warmth[Surface.OTHER]
        seen = Perceived(dominance, warmth, 0.0)
        signal = Signal(dominance, warmth, 0.0, 0.0, 0.0, 0.0, 0)
        full = self.appraise(signal, seen, signal.surface, 0.0)
        e = self.expectation
        stake = Appraisal(
            e * full.kindness,
            e * full.harm,
            e * full.bid,
            full.alarm,
            full.fear,
            full.cue,
            full.gap,
            full.longing,
            full.pressure,
            full.respect,
        )
        answer = self.refer(stake, signal.surface, luck)
        self.feel(stake, answer)
        self.switch(seen, stake, luck)
        self.foreseen = self.foresee()
        self.claim = 0.0
        if answer.response != Response.YIELD and self.mentality == Mentality.COMPETING:
            self.claim = self.at_stake
        return answer

    def foresee(self) -> float:
        """Return the chance of winning against the one met, as believed; what one wants is not in it.

        Equation: P(win) = σ(k (m + m_here - standing gap) sqrt(κ/(κ+1))), ½ between equals.
        Source: CBK 2.1.1 (R1, R5).
        """
        return self.foresee_on(0.0)

    def foresee_on(self, closeness: float) -> float:
        """Return the same chance against somebody as close as that, who is met inside so far.

        Equation: m = (1 - closeness) m_other + closeness m_self, likewise κ. Source: CBK 2.3 (I6).
        """
        outer, inner = 1.0 - closeness, closeness
        precision = outer * self.power_precision[0] + inner * self.power_precision[1] + self.precision_here
        own = outer * self.power[0] + inner * self.power[1] + self.power_here
        return logistic(
            self.referee_slope * (own - self.standing_gap) * math.sqrt(precision / (precision + 1.0))
        )
