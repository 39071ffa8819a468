"""Flows: how compassion from others, to oneself and to others is feared, blocked and resisted."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, positive
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Answer, Appraisal, Surface


class Flowing:
    """What each of three flows of compassion has learned: danger, safety, fluency and a part that guards it.

    The flows are receiving (from others), self (from oneself) and giving (to others); CBK 1. A *fear* is
    learned danger, a *block* is lack of fluency or of room, a *resistance* is a part that stands guard.
    """

    warmth_danger = State(
        0.5,
        (0.0, 3.0),
        learned=True,
        meaning="learned danger of warmth from others; quickly acquired, never erased, so it can exceed 1",
        source="FOC; CBK 2.1.3",
    )
    warmth_safety = State(
        0.0,
        (0.0, 3.0),
        learned=True,
        meaning="learned safety of warmth from others; inhibits the danger, fades",
        source="CBK 2.6",
    )
    warmth_safety_here = State(
        0.0,
        (0.0, 3.0),
        learned=True,
        meaning="safety of warmth tied to the familiar partner and place",
        source="CBK 2.2 (A6)",
    )
    fear_of_compassion = State(
        0.5,
        (0.0, 1.0),
        meaning="fear of receiving: danger not inhibited by safety, with people in general",
        source="FOC",
    )
    self_warmth_danger = State(
        0.5, (0.0, 3.0), learned=True, meaning="learned danger of warmth to oneself", source="FOC; CBK 2.5"
    )
    self_warmth_safety = State(
        0.0, (0.0, 3.0), learned=True, meaning="learned safety of warmth to oneself", source="CBK 2.6"
    )
    fear_of_self_compassion = State(
        0.5, (0.0, 1.0), meaning="danger of warmth to oneself not inhibited by safety", source="FOC"
    )
    giving_danger = State(
        0.0, (0.0, 3.0), learned=True, meaning="learned danger of giving warmth", source="FOC; CBK 2.5"
    )
    giving_safety = State(
        0.0, (0.0, 3.0), learned=True, meaning="learned safety of giving warmth", source="CBK 2.6"
    )
    fear_of_giving = State(
        0.0, (0.0, 1.0), meaning="danger of giving not inhibited by safety", source="FOC; CBK 2.5"
    )
    skill = State(
        0.8,
        (0.0, 1.0),
        learned=True,
        meaning="fluency in taking warmth in; a block is its lack",
        source="CBK 2.4, 2.5",
    )
    self_skill = State(
        0.8, (0.0, 1.0), learned=True, meaning="fluency in warmth to oneself", source="CBK 2.4, 2.5 (C3)"
    )
    giving_skill = State(
        1.0, (0.0, 1.0), learned=True, meaning="fluency in giving warmth", source="CBK 2.4, 2.5 (C3)"
    )
    resistance = State(
        0.1,
        (0.0, 1.0),
        learned=True,
        meaning="strength of the part that stands guard against receiving, as a matter of who one is",
        source="FOC; RAL (C4, P2)",
    )
    self_resistance = State(
        0.1,
        (0.0, 1.0),
        learned=True,
        meaning="strength of the part that guards against softness to oneself",
        source="FOC; RAL (C4, P2)",
    )
    giving_resistance = State(
        0.0,
        (0.0, 1.0),
        learned=True,
        meaning="strength of the part that guards against giving",
        source="FOC; RAL (C4, P2)",
    )
    burden = State(
        0.0, (0.0, 1.0), meaning="share of one's room that circumstances take up", source="FOC: blocks (C3)"
    )
    warmth_lately = State(0.0, (0.0, 1.0), meaning="trace of warmth received in the last minutes")
    self_warmth_lately = State(0.0, (0.0, 1.0), meaning="trace of warmth to oneself in the last minutes")
    given_lately = State(0.0, (0.0, 1.0), meaning="trace of warmth given, and meant, in the last minutes")

    harm_teaches = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.01, 0.15),
        meaning="danger learned per harm that follows full warmth within minutes",
        source="CBK 2.1.3; FOC (A1); kernel α_h",
        reason="some 7 to 100 betrayals of full warmth make full danger: a childhood of them, not a "
        "single one",
    )
    flow_transfer = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.0, 0.5),
        meaning="share of what one flow learns of danger and safety that reaches the others",
        source="CBK 1, 2.5 (C1); fears of the three flows go together",
        reason="fears of the three flows go together without being one: from nothing to half",
    )
    skill_rate = Parameter(
        0.002,
        (0.0, 1.0),
        plausible=(0.0005, 0.005),
        unit="per exchange",
        meaning="fluency gained by staying with warmth from others or to oneself, and by giving it",
        source="CBK 2.4, 2.5 (C3)",
        reason="200 to 2,000 exchanges of full warmth, 3 to 33 sessions, before it is fluent; a guess",
    )
    resistance_rate = Parameter(
        0.008,
        (0.0, 1.0),
        plausible=(0.002, 0.02),
        unit="per exchange",
        meaning="hardening of a guarding part under pressure, softening under respect",
        source="RAL (C4, P2)",
        reason="50 to 500 exchanges of full pressure or respect: a session at the least, eight at the "
        "most; a guess",
    )

    def fear_on(self, surface: int, familiarity: float) -> float:
        """Return the fear of warmth on a surface.

        Equation: H = clip(V - I - familiarity I_here); on the self surface clip(V_self - I_self).
        Source: FOC; CBK 2.2 (A6).
        """
        if surface == Surface.SELF:
            return clip01(self.self_warmth_danger - self.self_warmth_safety)
        return clip01(self.warmth_danger - self.warmth_safety - familiarity * self.warmth_safety_here)

    def uptake_on(self, surface: int) -> float:
        """Return the share of warmth that can be taken in on a surface, fear apart.

        Equation: skill (1 - resistance)(1 - burden). Source: CBK 2.4, 2.5; FOC (C3, C4).
        """
        if surface == Surface.SELF:
            return self.self_skill * (1.0 - self.self_resistance) * (1.0 - self.burden)
        return self.skill * (1.0 - self.resistance) * (1.0 - self.burden)

    def learn_flows(
        self, stake: Appraisal, answer: Answer, blocked: float, surface: int, familiarity: float
    ) -> None:
        """Unlearn fear by staying with warmth; learn danger from alarm escaped from, and from harm after it.

        Equation: ΔI = α_I cue H (1 - B), B = escaped or yielded; ΔV = α_V cue escaped max(0, min(threat,
        alarm of what is received) - H); from others, for each flow, + α_h lately max(0, clip(g_h coldness)
        - V), lately = trace of warmth received, to oneself, or given; a share of both reaches the other of
        receiving and self, of danger from others also giving. Source: CBK 2.1.3, 2.6; FOC (A1); kernel eq.
        5. Threat never blocks.
        """
        safety = self.plasticity * self.safety_rate * stake.cue * stake.fear * (1.0 - blocked)
        of_giving = 0.0
        if surface == Surface.OTHER:
            of_giving = self.alarm_gain * self.fear_of_giving * self.given_lately
        felt = min(self.threat, positive(stake.alarm - of_giving))
        danger = self.plasticity * self.danger_rate * stake.cue * answer.escaped * positive(felt - stake.fear)
        shared = self.flow_transfer
        if surface == Surface.SELF:
            self.add_to_self(danger, safety)
            self.add_to_receiving(shared * danger, shared * safety, 0.0)
            self.self_warmth_lately = max(stake.cue, 0.9 * self.self_warmth_lately)
        else:
            lesson = self.plasticity * self.harm_teaches
            pain = clip01(self.harm_threatens * positive(-self.received_warmth))
            danger += lesson * self.warmth_lately * positive(pain - self.warmth_danger)
            punished = lesson * self.self_warmth_lately * positive(pain - self.self_warmth_danger)
            self.add_to_receiving(danger, safety, familiarity)
            self.add_to_self(shared * danger + punished, shared * safety)
            punished = lesson * positive(pain - self.giving_danger)
            self.learn_giving(shared * danger, punished, stake.kindness * (1.0 - blocked))
            self.warmth_lately = max(stake.cue, 0.9 * self.warmth_lately)
        self.learn_uptake(stake, blocked, answer.yielded, surface)

    def add_to_receiving(self, danger: float, safety: float, familiarity: float) -> None:
        """Add to what is known of warmth from others; a share of safety is tied to partner and place.

        Equation: V += ΔV; I += (1 - t) ΔI, I_here += t ΔI, t = c familiarity, while V > I.
        Source: CBK 2.2 (A6).
        """
        tied = self.safety_tied_to_place * familiarity
        self.warmth_danger = min(3.0, self.warmth_danger + danger)
        if self.fear_of_compassion > 0.0:
            self.warmth_safety = min(3.0, self.warmth_safety + (1.0 - tied) * safety)
            self.warmth_safety_here = min(3.0, self.warmth_safety_here + tied * safety)
        self.fear_of_compassion = clip01(self.warmth_danger - self.warmth_safety)

    def add_to_self(self, danger: float, safety: float) -> None:
        """Add to what is known of warmth to oneself; what is not feared cannot become safer.

        Equation: V_self += ΔV; I_self += ΔI while V_self > I_self. Source: CBK 2.4, 2.5.
        """
        self.self_warmth_danger = min(3.0, self.self_warmth_danger + danger)
        if self.fear_of_self_compassion > 0.0:
            self.self_warmth_safety = min(3.0, self.self_warmth_safety + safety)
        self.fear_of_self_compassion = clip01(self.self_warmth_danger - self.self_warmth_safety)

    def learn_giving(self, shared: float, lesson: float, kindness: float) -> None:
        """Learn from what comes back after one gave: harm makes giving dangerous, kindness makes it safe.

        Equation: ΔV_g = shared + lately α_h max(0, pain - V_g); ΔI_g = α_I lately H_g kindness (1 - B);
        skill and the guarding part as on the other surfaces, with what was put on as pressure.
        Source: FOC; CBK 2.5 (C1).
        """
        pace = self.plasticity
        given = self.given_lately
        self.giving_danger = min(3.0, self.giving_danger + shared + given * lesson)
        safety = pace * self.safety_rate * given * self.fear_of_giving * kindness
        self.giving_safety = min(3.0, self.giving_safety + safety)
        self.fear_of_giving = clip01(self.giving_danger - self.giving_safety)
        self.giving_skill += pace * self.skill_rate * given * (1.0 - self.giving_skill)
        self.giving_resistance = clip01(
            self.giving_resistance
            + pace
            * self.resistance_rate
            * (self.put_on * (1.0 - self.giving_resistance) - given * self.giving_resistance)
        )

    def learn_uptake(self, stake: Appraisal, blocked: float, yielded: float, surface: int) -> None:
        """Grow fluent by taking warmth in; a guarding part hardens when pressed, softens when respected.

        Equation: skill += r_s cue (1 - B)(1 - skill): by trying; resistance += r_r (pressure (1 - yielded)
        (1 - resistance) - respect resistance). Source: CBK 2.4, 2.5 (C3); RAL (C4, P2: one rule).
        """
        practised = self.plasticity * self.skill_rate * stake.cue * (1.0 - blocked)
        rate = self.plasticity * self.resistance_rate
        pressed = rate * stake.pressure * (1.0 - yielded)
        respected = rate * stake.respect
        if surface == Surface.SELF:
            self.self_skill += practised * (1.0 - self.self_skill)
            self.self_resistance += pressed * (1.0 - self.self_resistance) - respected * self.self_resistance
        else:
            self.skill += practised * (1.0 - self.skill)
            self.resistance += pressed * (1.0 - self.resistance) - respected * self.resistance
