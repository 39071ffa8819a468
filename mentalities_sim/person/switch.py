"""Switch: which mentality now?"""

from __future__ import annotations

import math

from mentalities_sim.arithmetic import clip01, positive
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.signals import Appraisal, Mentality, Perceived


class Switching:
    """The step in which five mentalities compete, with habit as their inertia."""

    mentality = State(
        Mentality.COOPERATING,
        (0.0, 4.0),
        event="change",
        unit="care-seeking 0, care-giving 1, cooperating 2, competing 3, sexual 4",
        meaning="the social mentality that organises the person now",
        source="CBK 2.1.2",
    )
    mentality_activation = State(
        (0.2, 0.2, 0.2, 0.2, 0.2),
        (0.0, 1.0),
        labels=tuple(m.name.lower() for m in Mentality),
        meaning="probability of each mentality in the last encounter",
    )
    mentality_habit = State(
        (0.2, 0.2, 0.2, 0.2, 0.2),
        (0.0, 1.0),
        labels=tuple(m.name.lower() for m in Mentality),
        learned=True,
        meaning="how usual each mentality has become",
        source="CBK 2.1.2 (M3)",
    )

    choice_sharpness = Parameter(
        3.0,
        (0.0, 20.0),
        plausible=(1.5, 6.0),
        meaning="sharpness of the choice at rest",
        reason="half to twice the default, a guess: neither indifferent to the situation nor fixed on "
        "the best match",
    )
    threat_sharpens = Parameter(
        1.0,
        (0.0, 5.0),
        plausible=(0.3, 2.0),
        meaning="gain of sharpness with threat",
        source="CBK 2.1.3 (S3)",
        reason="a guess: at full threat the choice is 1.3 to 3 times as sharp",
    )
    drive_sharpens = Parameter(
        0.3,
        (0.0, 5.0),
        plausible=(0.1, 1.0),
        meaning="gain of sharpness with drive",
        source="TSM (S4)",
        reason="a guess: at full drive the choice is 1.1 to 2 times as sharp; drive narrows too, mostly "
        "less than threat",
    )
    soothing_broadens = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="loss of sharpness with soothing",
        source="TSM (S3)",
        reason="a guess: full soothing takes a fifth to four fifths of the sharpness; at all of it, "
        "choice were chance",
    )
    habit_weight = Parameter(
        1.0,
        (0.0, 5.0),
        plausible=(0.3, 2.0),
        meaning="pull of habit",
        source="CBK 2.1.2 (M3)",
        reason="a guess, a third to twice the default: about as strong as what the situation calls for",
    )
    staying_weight = Parameter(
        0.6,
        (0.0, 5.0),
        plausible=(0.2, 1.2),
        meaning="pull of the mentality one is in",
        reason="a third to twice the default, a guess: in daily life quadrants change less often (.42 "
        "to .45) than chance would have it (.57), so there is some inertia",
    )
    drive_competes = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 0.8),
        meaning="pull of drive towards competing",
        source="CBK 2.1.4 (S12): drive and care compete",
        reason="a guess, .4 to 1.6 times the default: drive leans towards competing, and the situation "
        "can outweigh it",
    )
    mentalities_switch = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: the mentality follows the situation; 0: one stays in the one that one is in",
        source="CBK 2.1.2, 2.6 (M4)",
    )
    habit_rate = Parameter(
        0.0003,
        (0.0, 1.0),
        plausible=(0.0001, 0.001),
        unit="per encounter",
        reason="months: 1,000 to 10,000 encounters to change what is usual, the slowest of all learning",
    )

    switching = Stream("which mentality is next?")

    def switch(self, seen: Perceived, stake: Appraisal, luck) -> None:
        """Choose a mentality by affect, the partner's cue and habit; threat and drive sharpen the choice.

        Equation: P(i) ∝ exp(β (match_i + h habit_i + s [i is now] + c context_i)), β = β0 (1 + g_t threat
        + g_d drive)(1 - g_s soothing).
        Source: CBK 2.1.2 (M1-M4), 2.1.3 (S3); TSM (S4); kernel eq. 6.
        """
        sharpness = (
            self.choice_sharpness
            * (1.0 + self.threat_sharpens * self.threat + self.drive_sharpens * self.drive)
            * (1.0 - self.soothing_broadens * self.soothing)
        )
        care_seeking, care_giving, cooperating, competing, sexual = self.match(seen, stake)
        self.mentality_activation[0] = care_seeking
        self.mentality_activation[1] = care_giving
        self.mentality_activation[2] = cooperating
        self.mentality_activation[3] = competing
        self.mentality_activation[4] = sexual
        self.weigh(sharpness)
        drawn = luck.switching
        chosen = 4
        reached = 0.0
        for i in range(5):
            reached += self.mentality_activation[i]
            if drawn < reached and chosen == 4:
                chosen = i
        if self.mentalities_switch == 0.0:
            chosen = self.mentality
        pace = clip01(self.plasticity * self.habit_rate)
        for i in range(5):
            usual = 0.0
            if i == chosen:
                usual = 1.0
            self.mentality_habit[i] += pace * (usual - self.mentality_habit[i])
        self.mentality = chosen

    def weigh(self, sharpness: float) -> None:
        """Turn how well the mentalities fit into probabilities, habit and staying put included.

        Equation: P(i) = exp(x_i - max x) / Σ exp(x_j - max x),
        x_i = β (match_i + h habit_i + s [i is now] + c context_i).
        Source: CBK 2.1.2 (M3); kernel eq. 6. The largest is taken off first, so that exp stays in range.
        """
        largest = -math.inf
        for i in range(5):
            pull = self.mentality_activation[i] + self.habit_weight * self.mentality_habit[i]
            if i == self.mentality:
                pull = pull + self.staying_weight
            pull = pull + self.context_calls * self.context_pull[i]
            self.mentality_activation[i] = sharpness * pull
            largest = max(largest, sharpness * pull)
        total = 0.0
        for i in range(5):
            self.mentality_activation[i] = math.exp(self.mentality_activation[i] - largest)
            total += self.mentality_activation[i]
        for i in range(5):
            self.mentality_activation[i] = self.mentality_activation[i] / total

    def match(self, seen: Perceived, stake: Appraisal) -> tuple[float, float, float, float, float]:
        """Say how well each mentality fits the affect and the reciprocal role the partner offers.

        Equation: seeking = threat security + kindness + longing; giving = soothing + need of the other +
        guilt; cooperating = ½ (soothing + security) + warmth - threat; competing = c_d drive + bid + harm + ½
        threat (1 - security); sexual = 0.3 drive soothing.
        Source: CBK 2.1.1-2.1.2 (M2, R7), 2.1.4 (S12: drive and care compete here); kernel eq. 6.
        """
        need = positive(-seen.dominance) + 0.5 * stake.harm * self.soothing
        care_seeking = self.threat * self.felt_security + stake.kindness + stake.longing
        care_giving = 0.5 * self.soothing + need + self.guilt_repairs * self.threat_emotion[3]
        cooperating = 0.5 * (self.soothing + self.felt_security) + 0.5 * positive(seen.warmth) - self.threat
        competing = (
            self.drive_competes * self.drive
            + stake.bid
            + stake.harm
            + 0.5 * self.threat * (1.0 - self.felt_security)
        )
        sexual = 0.3 * self.drive * self.soothing
        return care_seeking, care_giving, cooperating, competing, sexual
