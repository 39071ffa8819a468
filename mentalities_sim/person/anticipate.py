"""Anticipate: what will the other want, before a word is said?"""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Answer, Mentality, Perceived, Response, Signal, Surface


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
    )
    stake_foreseen = Parameter(
        0.8,
        (0.0, 2.0),
        plausible=(0.4, 1.2),
        unit="circumplex",
        meaning="dominance foreseen in another per unit of what is at stake",
        source="CBK 2.1.1 (R2)",
    )
    context_calls = Parameter(
        1.0,
        (0.0, 3.0),
        plausible=(0.5, 2.0),
        meaning="pull of the situation on the choice of mentality; 0: blind to context",
        source="CBK 2.1.1-2.1.2 (R7, M1)",
    )

    def anticipate(self, luck) -> Answer:
        """Foresee the other's bid for what is at stake, and let the referee answer it.

        Equation: foreseen dominance = e (D̄ + c_s stake), foreseen warmth = e W̄, no cue of warmth; the
        same appraisal, referee, feeling and switching as for a signal, and nothing is learned.
        A claim is laid if one does not yield, and competes. Source: CBK 2.1.1 (R2), 2.1.3 (I7).
        """
        dominance = clip11(
            self.expectation
            * (self.expected_dominance[Surface.OTHER] + self.stake_foreseen * self.at_stake)
        )
        warmth = self.expectation * self.expected_warmth[Surface.OTHER]
        seen = Perceived(dominance, warmth, 0.0)
        stake = self.appraise(Signal(dominance, warmth, 0.0, 0.0, 0.0), seen, Surface.OTHER, 0.0)
        answer = self.refer(stake, Surface.OTHER, luck)
        self.feel(stake, answer)
        self.switch(seen, stake, luck)
        self.foreseen = clip01(answer.win_chance)
        self.claim = 0.0
        if answer.response != Response.YIELD and self.mentality == Mentality.COMPETING:
            self.claim = self.at_stake
        return answer
