"""Strive: a goal is an opponent too."""

from __future__ import annotations

from mentalities_sim.declare import Parameter, Stream
from mentalities_sim.signals import Perceived, Response, Signal, Surface


class Striving:
    """The step in which one goes after something; the same referee decides whether to give up."""

    goals_per_day = Parameter(
        0.0, (0.0, 4.0), plausible=(0.0, 2.0), unit="per day", meaning="attempts at something that matters"
    )
    goal_difficulty = Parameter(
        0.3, (0.0, 1.0), plausible=(0.1, 0.9), meaning="how hard they are: also the chance of failing"
    )
    goal_worth = Parameter(0.6, (0.0, 1.0), plausible=(0.3, 0.9), meaning="what they are worth")
    goals_meet_the_referee = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: a goal is referred like a rival, being stymied is a defeat; 0: it bypasses the referee",
        source="CBK 2.1.1 (R6), 2.1.4 (S7)",
    )

    pursuing = Stream("is a goal pursued?")
    succeeding = Stream("is it reached?")

    def pursue(self, hours: float, luck) -> None:
        """Go after a goal, now and then: give up, fail or succeed.

        Equation: P(attempt) = rate Δt; the goal's difficulty d is met as a bid; yielding or failing is a
        defeat of the goal's worth, succeeding a win; foreseen as against a rival, with a gap of 2 d - 1.
        Source: CBK 2.1.1 (R6), 2.1.4 (S7); kernel eq. 2.
        """
        if self.alive == 0 or luck.pursuing >= self.goals_per_day * hours / 24.0:
            return
        hard = self.goals_meet_the_referee * self.goal_difficulty
        self.at_stake = self.goals_meet_the_referee * self.goal_worth
        seen = Perceived(hard, 0.0, 0.0)
        stake = self.appraise(Signal(hard, 0.0, 0.0, 0.0, 0.0), seen, Surface.OTHER, 0.0)
        answer = self.refer(stake, Surface.OTHER, luck)
        self.feel(stake, answer)
        self.standing_gap = 2.0 * self.goal_difficulty - 1.0
        self.foreseen = self.foresee()
        self.standing_gap = 0.0
        won = 0.0
        if answer.response != Response.YIELD and luck.succeeding >= self.goal_difficulty:
            won = 1.0
        worth = self.goals_meet_the_referee * self.goal_worth
        if answer.response != Response.YIELD:
            self.claim = worth
        self.learn_from_goal(won, worth)
        self.claim = 0.0
        self.resources += won * self.goal_worth
        self.at_stake = 0.0

    def learn_from_goal(self, won: float, worth: float) -> None:
        """Learn from success and failure what one can do.

        Equation: as `settle`, with no rival to be remembered. Source: CBK 2.1.1 (R6): being stymied is losing
        to a goal.
        """
        self.precision_here = 0.0
        self.settle(won, worth)
        self.power_here = 0.0
        self.precision_here = 0.0
