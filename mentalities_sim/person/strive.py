"""Strive: a goal is an opponent too."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, positive
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.signals import Answer, Perceived, Response, Signal, Surface


class Striving:
    """The step in which one goes after something; the same referee decides whether to give up."""

    worth = State(1.0, (0.0, 1.0), meaning="what one is worth in one's own eyes", source="CBK 2.1.4")
    contingent_worth = State(
        0.0,
        (0.0, 1.0),
        learned=True,
        meaning="share of worth that hangs on success: esteem",
        source="CBK 2.1.4 (S8, I9)",
    )
    lately_won = State(0.0, (-1.0, 1.0), meaning="trace of success (above 0) or failure in the last hours")
    striving = State(0.0, (0.0, 1.0), meaning="habit of striving: how much one has been at it of late")

    goals_per_day = Parameter(
        0.0,
        (0.0, 4.0),
        plausible=(0.0, 2.0),
        unit="per day",
        meaning="attempts at something that matters",
        reason="a circumstance, none unless an experiment asks; up to two a day that truly matter",
    )
    goal_difficulty = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.1, 0.9),
        meaning="how hard they are: also the chance of failing",
        reason="a circumstance: from goals mostly won to goals mostly lost, on both sides of even chances",
    )
    goal_worth = Parameter(
        0.6,
        (0.0, 1.0),
        plausible=(0.3, 0.9),
        meaning="what they are worth",
        reason="half to one and a half times the default: it matters, and is never all that matters",
    )
    goals_meet_the_referee = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: a goal is referred like a rival, being stymied is a defeat; 0: it bypasses the referee",
        source="CBK 2.1.1 (R6), 2.1.4 (S7)",
    )

    success_lifts = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of lost worth that a success of full worth gives back, and of contingent worth that a "
        "failure takes",
        source="CBK 2.1.4 (S8, T7)",
        reason="a guess: one success mends some of a lost worth, seldom all of it",
    )
    striving_follows_drive = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.3, 1.5),
        meaning="how far attempts follow drive, against its rest",
        source="CBK 2.1.4 (S7, S8)",
        reason="attempts in proportion to drive are 1; flatter or steeper is a guess",
    )
    striving_pulls = Parameter(
        0.3,
        (0.0, 2.0),
        plausible=(0.1, 0.6),
        meaning="drive that the habit of striving adds: inertia",
        source="CBK 2.1.4 (S8); kernel eq. 4",
        reason="a guess, a third to twice the default: some inertia, which S8 is said to need, up to "
        "more than drive at rest",
    )

    pursuing = Stream("is a goal pursued?")
    succeeding = Stream("is it reached?")

    def pursue(self, hours: float, luck) -> None:
        """Go after a goal, now and then: give up, fail or succeed.

        Equation: P(attempt) = rate Δt (1 + c (drive / rest - 1)); the goal's difficulty d is met as a bid;
        yielding or failing is a defeat of the goal's worth, succeeding a win; foreseen as against a rival,
        with a gap of 2 d - 1. Source: CBK 2.1.1 (R6), 2.1.4 (S7); kernel eq. 2.
        """
        eager = 1.0 + self.striving_follows_drive * (self.drive / max(0.05, self.resting_drive) - 1.0)
        if self.alive == 0 or luck.pursuing >= positive(eager) * self.goals_per_day * hours / 24.0:
            return
        answer = self.face_task(luck)
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
        self.note_success(won)

    def face_task(self, luck) -> Answer:
        """Face a task: its difficulty is a bid, and the internal other's coldness is foreseen.

        Equation: seen dominance = d, seen warmth = e worth min(0, W̄_self), with nobody there and no signal.
        Source: CBK 2.1.3 (I7: shame anticipates), 2.1.4 (S7).
        """
        hard = self.goals_meet_the_referee * self.goal_difficulty
        self.at_stake = self.goals_meet_the_referee * self.goal_worth
        condemned = self.expectation * self.goal_worth * positive(-self.expected_warmth[Surface.SELF])
        task = Signal(hard, -condemned, 0.0, 0.0, 0.0, 0.0, 0)
        stake = self.appraise(task, Perceived(hard, -condemned, 0.0), task.surface, 0.0)
        answer = self.refer(stake, task.surface, luck)
        self.feel(stake, answer)
        return answer

    def note_success(self, won: float) -> None:
        """Notice how an attempt went; worth follows as far as it hangs on success.

        Equation: striving += c (1 - striving); won: worth += c (1 - worth); lost: worth -= c contingent
        worth, and it is one's own fault as far as one has learned so. Source: CBK 2.1.4 (S8, I9, T7).
        """
        self.lately_won = 2.0 * won - 1.0
        self.striving += self.success_lifts * (1.0 - self.striving)
        if won > 0.0:
            self.worth = clip01(self.worth + self.success_lifts * (1.0 - self.worth))
            return
        self.worth = clip01(self.worth - self.success_lifts * self.contingent_worth * self.worth)
        self.be_found_wanting(1.0)

    def lost_worth(self) -> float:
        """Return the worth that is missing, as far as worth hangs on success.

        Equation: contingent (1 - worth). Source: CBK 2.1.4 (S8, I9).
        """
        return self.contingent_worth * (1.0 - self.worth)

    def learn_from_goal(self, won: float, worth: float) -> None:
        """Learn from success and failure what one can do.

        Equation: as `settle`, with no rival to be remembered. Source: CBK 2.1.1 (R6): being stymied is losing
        to a goal.
        """
        self.precision_here = 0.0
        self.settle(won, worth)
        self.power_here = 0.0
        self.precision_here = 0.0
