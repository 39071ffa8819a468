"""Rival: other accounts of the same encounters, off unless an experiment asks for them."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11, positive
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Perceived, Surface


class Rivalling:
    """Simple theories that this one must do better than: one distress behind everything; what helps always.

    They are no part of the theory. `mentalities evidence` runs them with every claim (evidence rules 7, 8).
    """

    distress = State(
        0.0, (0.0, 1.0), meaning="the one distress of the single-latent null; 0 while that is off"
    )

    one_distress = Parameter(
        0.0,
        (0.0, 1.0),
        meaning="share to which one distress stands in for the systems, fears and beliefs; 0: this theory",
        source="evidence rule 7: the rival that most correlational claims cannot beat",
    )
    warmth_heals = Parameter(
        0.0,
        (0.0, 1.0),
        unit="per exchange",
        meaning="share of distress and fear that full warmth takes away; 0: this theory",
        source="evidence rule 8: warmth is always good",
    )
    complement_heals = Parameter(
        0.0,
        (0.0, 1.0),
        unit="per exchange",
        meaning="share of distress and fear that a complementary answer takes away; 0: this theory",
        source="evidence rule 8: complementing is always good",
    )

    def follow_rivals(self, seen: Perceived, surface: int) -> None:
        """Let the rival accounts have their say, where an experiment has switched one on.

        Equation: relief = c_w max(0, warmth) + c_c (1 - ½ |warmth - own warmth|)(1 - ½ |dominance + own
        dominance|) from others; threat, ISS and dangers -> x (1 - relief), soothing += relief (1 - soothing).
        Then every state -> state + c (its image - state) of one distress = distress + .1 (threat - distress).
        Source: evidence rules 7 and 8.
        """
        if surface == Surface.OTHER and self.warmth_heals + self.complement_heals > 0.0:
            alike = 1.0 - 0.5 * abs(seen.warmth - self.shown_warmth)
            opposite = 1.0 - 0.5 * abs(clip11(seen.dominance + self.shown_dominance))
            relief = clip01(
                self.warmth_heals * positive(seen.warmth) + self.complement_heals * alike * opposite
            )
            self.be_relieved(relief)
        if self.one_distress > 0.0:
            self.distress += 0.1 * (self.threat - self.distress)
            self.show_distress(self.one_distress)

    def be_relieved(self, relief: float) -> None:
        """Lose a share of all that hurts, whatever it is.

        Equation: x -> x (1 - relief); soothing += relief (1 - soothing). Source: evidence rule 8.
        """
        kept = 1.0 - relief
        self.threat = self.threat * kept
        self.involuntary_subordination = self.involuntary_subordination * kept
        self.warmth_danger = self.warmth_danger * kept
        self.self_warmth_danger = self.self_warmth_danger * kept
        self.soothing += relief * (1.0 - self.soothing)
        self.fear_of_compassion = clip01(self.warmth_danger - self.warmth_safety)
        self.fear_of_self_compassion = clip01(self.self_warmth_danger - self.self_warmth_safety)

    def show_distress(self, share: float) -> None:
        """Let systems, fears and beliefs be images of one distress z.

        Equation: ISS, fears -> z; soothing, security, drive/rest -> 1 - z; expectations and power -> 1 - 2 z,
        each by that share. Source: evidence rule 7.
        """
        z = self.distress
        well = 1.0 - z
        self.involuntary_subordination += share * (z - self.involuntary_subordination)
        self.soothing += share * (well - self.soothing)
        self.felt_security += share * (well - self.felt_security)
        self.drive += share * (self.resting_drive * well - self.drive)
        self.warmth_danger += share * (self.warmth_safety + z - self.warmth_danger)
        self.self_warmth_danger += share * (self.self_warmth_safety + z - self.self_warmth_danger)
        self.fear_of_compassion = clip01(self.warmth_danger - self.warmth_safety)
        self.fear_of_self_compassion = clip01(self.self_warmth_danger - self.self_warmth_safety)
        for i in range(2):
            self.expected_warmth[i] += share * (1.0 - 2.0 * z - self.expected_warmth[i])
            self.power[i] += share * (1.0 - 2.0 * z - self.power[i])
