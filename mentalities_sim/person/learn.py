"""Learn: what do I expect next time?"""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11, positive
from mentalities_sim.declare import Parameter
from mentalities_sim.signals import Answer, Appraisal, Perceived, Surface

MOST_PRECISE = 50.0
"""Contests' worth beyond which a belief gets no surer."""


class Learning:
    """The step that changes expectations: safety and danger of warmth, working models, power."""

    safety_rate = Parameter(
        0.012,
        (0.0, 1.0),
        plausible=(0.004, 0.04),
        unit="per exchange",
        meaning="unlearning of fear per exchange stayed with",
        source="CBK 2.6 (T12); kernel α_I",
    )
    danger_rate = Parameter(
        0.03,
        (0.0, 1.0),
        plausible=(0.0, 0.06),
        unit="per exchange",
        meaning="danger learned from alarm felt while escaping",
        source="CBK 2.1.3; kernel α_V",
    )
    escape_blocks_learning = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: nothing is unlearned while escaping or yielding; 0: all is",
        source="CBK 2.1.3; kernel eq. 5",
        plausible=(0.7, 1.0),
        reason="what is not met cannot be found harmless",
    )
    safety_tied_to_place = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.0, 0.5),
        meaning="share of new safety tied to partner and place",
        source="CBK 2.2 (A6)",
    )
    model_rate = Parameter(
        0.004,
        (0.0, 1.0),
        plausible=(0.001, 0.01),
        unit="per exchange",
        meaning="learning of what to expect from others",
        source="CBK 2.2 (A4); kernel α_w",
    )
    internalising = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.1, 0.8),
        meaning="share of that learning that reaches the internal other",
        source="CBK 2.4, 2.6 (T11)",
    )
    power_rate = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.02, 0.15),
        meaning="change of believed power per surprise, at precision 1",
        source="CBK 2.1.1 (R5); kernel η",
    )
    precision_gain = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.02, 0.2),
        meaning="precision won by a full contest",
        source="CBK 2.1.1 (R5)",
    )
    power_transfer = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.0, 0.25),
        meaning="share of a lesson in power that reaches the other surface",
        source="CBK 2.4, 3 (I8); kernel ρ_t",
    )
    skill_rate = Parameter(
        0.0005,
        (0.0, 1.0),
        plausible=(0.0, 0.002),
        unit="per exchange",
        meaning="fluency gained by taking warmth in",
        source="CBK 2.4, 2.5 (C3)",
    )
    resistance_rate = Parameter(
        0.002,
        (0.0, 1.0),
        plausible=(0.0, 0.006),
        unit="per exchange",
        meaning="hardening under pressure, softening under kindness",
        source="RAL (C4, P2)",
    )

    def learn(
        self,
        seen: Perceived,
        stake: Appraisal,
        answer: Answer,
        surface: Surface,
        familiarity: float,
    ) -> None:
        """Unlearn fear by staying with warmth; learn danger from the alarm felt while escaping.

        Equation: I += α_I cue H (1 - B), B = escaped or yielded; V += α_V cue escaped
        max(0, min(threat, alarm) - H).
        Source: CBK 2.1.3, 2.6; FOC; kernel eq. 5. Threat itself never blocks.
        """
        blocked = 0.0
        if answer.escaped > 0.0 or answer.yielded > 0.0:
            blocked = self.escape_blocks_learning
        safety = self.safety_rate * stake.cue * stake.fear * (1.0 - blocked)
        tied = self.safety_tied_to_place * familiarity
        self.warmth_safety += (1.0 - tied) * safety
        self.warmth_safety_here += tied * safety
        felt_alarm = stake.alarm
        if self.threat < felt_alarm:
            felt_alarm = self.threat
        self.warmth_danger += (
            self.danger_rate * stake.cue * answer.escaped * positive(felt_alarm - stake.fear)
        )
        self.fear_of_compassion = clip01(self.warmth_danger - self.warmth_safety)
        self.skill += self.skill_rate * stake.kindness * (1.0 - blocked) * (1.0 - self.skill)
        pressure = stake.bid * (1.0 - answer.yielded)
        self.resistance += self.resistance_rate * (
            pressure * (1.0 - self.resistance) - stake.kindness * self.resistance
        )
        if surface == Surface.OTHER:
            self.learn_models(seen, stake, blocked)
        self.learn_power(stake, answer, surface)

    def learn_models(self, seen: Perceived, stake: Appraisal, blocked: float) -> None:
        """Move what is expected of others, and more slowly of oneself, towards what was met.

        Equation: rate = α_w (kindness (1 - B)(1 - threat) + harm); W̄ += rate (w - W̄), likewise
        D̄; the internal other learns at a share of that rate.
        Source: CBK 2.2 (A4), 2.4 (M6), 2.6 (T11); kernel eq. 5.
        """
        rate = self.model_rate * (stake.kindness * (1.0 - blocked) * (1.0 - self.threat) + stake.harm)
        inner = rate * self.internalising
        warmth, dominance = seen.warmth, seen.dominance
        self.expected_warmth[Surface.OTHER] += rate * (warmth - self.expected_warmth[Surface.OTHER])
        self.expected_warmth[Surface.SELF] += inner * (warmth - self.expected_warmth[Surface.SELF])
        self.expected_dominance[Surface.OTHER] += rate * (dominance - self.expected_dominance[Surface.OTHER])
        self.expected_dominance[Surface.SELF] += inner * (dominance - self.expected_dominance[Surface.SELF])

    def learn_power(self, stake: Appraisal, answer: Answer, surface: Surface) -> None:
        """Move believed own power by surprise over its precision, and a share on the other surface.

        Equation: a bid of size b lost: m -= η b (1 - P(yield)) / κ; stood up to: m += η b P(yield) / κ;
        own dominance not answered by a bid, a = max(0, sent)(1 - b) unless one yields:
        m += η a (1 - P(win)) / κ; κ += g (b + a). Lessons that raise (lower) m are weighted by the winner's
        (loser's) effect.
        Source: CBK 2.1.1 (R5), 3 (T4, I8); kernel eq. 5.
        """
        surprise = stake.bid * answer.yield_chance
        if answer.yielded > 0.0:
            surprise = -stake.bid * (1.0 - answer.yield_chance)
        accepted = 0.0
        if surface == Surface.OTHER and answer.yielded == 0.0:
            accepted = positive(self.shown_dominance) * (1.0 - stake.bid)
        lesson = surprise + accepted * (1.0 - answer.win_chance)
        effect = self.winner_effect
        if lesson < 0.0:
            effect = self.loser_effect
        lesson = effect * self.power_rate * lesson / self.power_precision[surface]
        elsewhere = 1 - surface
        self.power[surface] = clip11(self.power[surface] + lesson)
        self.power[elsewhere] = clip11(self.power[elsewhere] + self.power_transfer * lesson)
        precision = self.power_precision[surface] + self.precision_gain * (stake.bid + accepted)
        self.power_precision[surface] = min(precision, MOST_PRECISE)
