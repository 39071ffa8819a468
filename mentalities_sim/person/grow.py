"""Grow: what a childhood starts from, and how it ends."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01
from mentalities_sim.declare import Parameter, State


class Growing:
    """What makes the same rules a childhood: a faster pace of learning, and people who are close.

    Nothing a history leaves behind is written here; it comes out of the encounters.
    """

    plasticity = State(1.0, (0.0, 50.0), meaning="pace of learning, against an adult's of 1")
    closeness = State(
        0.0,
        (0.0, 1.0),
        meaning="how close the one met is: 1 a caregiver, who is taken inside; 0 anybody else",
        source="CBK 2.2, 2.4; separate teachers (I6)",
    )

    caregivers = State(
        (0.0, 0.0),
        (-4.0, 4.0),
        unit="SD",
        spread=1.0,
        labels=("dominance", "warmth"),
        meaning="how one's caregivers differ from other people's, in any profile",
    )
    peers = State(
        (0.0, 0.0),
        (-4.0, 4.0),
        unit="SD",
        spread=1.0,
        labels=("dominance", "warmth"),
        meaning="how one's peers differ from other people's, whatever the caregivers are like",
        source="I6: caregivers and peers are separate teachers",
    )

    skill_at_birth = Parameter(
        0.6,
        (0.0, 1.0),
        plausible=(0.4, 0.8),
        meaning="fluency in all three flows before anything is practised",
        reason="a child turns to warmth by itself, and grows better at it: above the middle, give or take .2",
    )

    def be_born(self, plasticity: float) -> None:
        """Begin a life: nothing about warmth is learned yet, nothing resisted, nothing one's own fault.

        Equation: dangers, safeties, resistances, blame, contingency = 0; fluency at birth; expectations and
        power as one is born with (drawn). Source: CBK 2.1.3, 2.2; A1, C1.
        """
        self.plasticity = plasticity
        self.warmth_danger = 0.0
        self.warmth_safety = 0.0
        self.warmth_safety_here = 0.0
        self.fear_of_compassion = 0.0
        self.self_warmth_danger = 0.0
        self.self_warmth_safety = 0.0
        self.fear_of_self_compassion = 0.0
        self.giving_danger = 0.0
        self.giving_safety = 0.0
        self.fear_of_giving = 0.0
        self.skill = self.skill_at_birth
        self.self_skill = self.skill_at_birth
        self.giving_skill = self.skill_at_birth
        self.resistance = 0.0
        self.self_resistance = 0.0
        self.giving_resistance = 0.0
        self.self_blame = 0.0
        self.contingent_worth = 0.0

    def come_of_age(self) -> None:
        """End a childhood: an adult's pace of learning, and nobody near.

        Equation: plasticity = 1, closeness = 0, threat and drive at rest. Source: design, "Time has units".
        """
        self.plasticity = 1.0
        self.closeness = 0.0
        self.at_fault = 0.0
        self.lately_won = 0.0
        self.threat = self.resting_threat
        self.drive = clip01(
            self.resting_drive - self.subordination_lowers_drive * self.involuntary_subordination
        )
        self.part()
