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
        reason="the range tried in the kernel: 20 sessions at a warmth of .3 are 1.4 to 14 learning times",
    )
    danger_rate = Parameter(
        0.03,
        (0.0, 1.0),
        plausible=(0.0, 0.06),
        unit="per exchange",
        meaning="danger learned from alarm felt while escaping",
        source="CBK 2.1.3; kernel α_V",
        reason="the range tried in the kernel, nothing to twice the default: escape teaches danger, or "
        "only blocks safety",
    )
    escape_blocks_learning = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: nothing is unlearned while escaping or yielding; 0: all is",
        source="CBK 2.1.3; kernel eq. 5",
        plausible=(0.7, 1.0),
        reason="what is not met cannot be found harmless, so 1; less than a third may get through",
    )
    safety_tied_to_place = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.0, 0.5),
        meaning="share of new safety tied to partner and place",
        source="CBK 2.2 (A6)",
        reason="nothing to half: safety is learned in a context, and most of what therapy does must "
        "leave the room",
    )
    model_rate = Parameter(
        0.004,
        (0.0, 1.0),
        plausible=(0.001, 0.01),
        unit="per exchange",
        meaning="learning of what to expect from others",
        source="CBK 2.2 (A4); kernel α_w",
        reason="the range tried in the kernel: a hundred to a thousand exchanges of full kindness, "
        "weeks and not an hour",
    )
    internalising = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.1, 0.8),
        meaning="share of that learning that reaches the internal other",
        source="CBK 2.4, 2.6 (T11)",
        reason="a tenth to four fifths: inner warmth lags received warmth; at 1 self and others would "
        "be one model",
    )
    closeness_internalises = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        meaning="how far those who are close are taken inside beyond anybody else",
        source="CBK 2.2, 2.4 (M6)",
        reason="caregivers become the inner voice, so 1; half if they are heard inside as others are",
    )
    power_rate = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.02, 0.15),
        meaning="change of believed power per surprise, at precision 1",
        source="CBK 2.1.1 (R5); kernel η",
        reason="a guess, .4 to 3 times the default: a full surprise moves the belief by 1 to 8 % of its "
        "scale",
    )
    precision_gain = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.02, 0.2),
        meaning="precision won by a full contest",
        source="CBK 2.1.1 (R5)",
        reason="5 to 50 full contests make one twice as sure of oneself; a guess",
    )
    power_transfer = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.0, 0.25),
        meaning="share of a lesson in power that reaches the other surface",
        source="CBK 2.4, 3 (I8); kernel ρ_t",
        reason="nothing to the quarter that the kernel allows: more, and the two beliefs would be one (I6)",
    )
    blame_rate = Parameter(
        0.01,
        (0.0, 1.0),
        plausible=(0.002, 0.03),
        unit="per exchange",
        meaning="learning to take the blame when those who are close do harm, and unlearning it",
        source="CBK 2.1.3-2.1.4; FOC (T13)",
        reason="33 to 500 exchanges of full harm by those who are close: a childhood of them, not a "
        "quarrel; a guess",
    )

    def learn(
        self,
        seen: Perceived,
        stake: Appraisal,
        answer: Answer,
        surface: int,
        familiarity: float,
    ) -> None:
        """Learn what warmth brings, what to expect, whose fault things are, and what power one has.

        Equation: the four rules below in this order. Source: CBK 2.1.1-2.1.4, 2.2, 2.6; kernel eq. 5.
        """
        blocked = 0.0
        if answer.escaped > 0.0 or answer.yielded > 0.0:
            blocked = self.escape_blocks_learning
        self.learn_flows(stake, answer, blocked, surface, familiarity)
        self.learn_models(seen, stake, blocked, surface)
        self.learn_blame(stake, blocked, surface)
        self.learn_power(stake, answer, surface)

    def learn_models(self, seen: Perceived, stake: Appraisal, blocked: float, surface: int) -> None:
        """Move what is expected towards what was met; others are internalised, those close the more so.

        Equation: rate = α_w (kindness (1 - B)(1 - threat) + harm); W̄ += rate (w - W̄), likewise D̄, on the
        surface of the encounter; from others the internal other learns at ρ + (1 - ρ) closeness of that rate.
        Source: CBK 2.2 (A4), 2.4 (M6), 2.6 (T11); kernel eq. 5.
        """
        rate = (
            self.plasticity
            * self.model_rate
            * (stake.kindness * (1.0 - blocked) * (1.0 - self.threat) + stake.harm)
        )
        inner = rate
        if surface == Surface.OTHER:
            close = self.closeness_internalises * self.closeness
            inner = rate * (self.internalising + (1.0 - self.internalising) * close)
            self.expected_warmth[0] += rate * (seen.warmth - self.expected_warmth[0])
            self.expected_dominance[0] += rate * (seen.dominance - self.expected_dominance[0])
        self.expected_warmth[1] += inner * (seen.warmth - self.expected_warmth[1])
        self.expected_dominance[1] += inner * (seen.dominance - self.expected_dominance[1])

    def learn_blame(self, stake: Appraisal, blocked: float, surface: int) -> None:
        """Learn that it is one's own fault, or that it is not; and whether worth hangs on success.

        Equation: blame += r (closeness harm from others (1 - blame) - (kindness (1 - B) + labelled) blame);
        contingent += r (kindness (max(0, won lately) - contingent) + harm max(0, -won lately)(1 -
        contingent)).
        Source: CBK 2.1.3, 2.1.4 (I9, T13); FOC: the tricky brain.
        """
        pace = self.plasticity * self.blame_rate
        easing = stake.kindness * (1.0 - blocked) + self.labelled
        blamed = 0.0
        if surface == Surface.OTHER:
            blamed = self.closeness * stake.harm
        self.self_blame = clip01(
            self.self_blame + pace * (blamed * (1.0 - self.self_blame) - easing * self.self_blame)
        )
        won, lost = positive(self.lately_won), positive(-self.lately_won)
        self.contingent_worth = clip01(
            self.contingent_worth
            + pace
            * (
                stake.kindness * (won - self.contingent_worth)
                + stake.harm * lost * (1.0 - self.contingent_worth)
            )
        )

    def learn_power(self, stake: Appraisal, answer: Answer, surface: int) -> None:
        """Move believed own power by surprise over its precision, and a share on the other surface.

        Equation: a bid of size b lost: m -= η b (1 - P(yield)) / κ; stood up to: m += η b P(yield) / κ;
        own dominance not answered by a bid, a = max(0, sent)(1 - b) unless one yields:
        m += η a (1 - P(win)) / κ; κ += g (b + a). Lessons that raise (lower) m are weighted by the winner's
        (loser's) effect. Those who are close teach the inner surface instead, with the same share elsewhere.
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
        sure = self.plasticity * self.precision_gain * (stake.bid + accepted)
        close = 0.0
        if surface == Surface.OTHER:
            close = self.closeness
        elsewhere = 1 - surface
        believed = (1.0 - close) * self.power_precision[surface] + close * self.power_precision[elsewhere]
        lesson = self.plasticity * effect * self.power_rate * lesson / believed
        far = self.power_transfer
        self.power[surface] = clip11(self.power[surface] + (1.0 - close * (1.0 - far)) * lesson)
        self.power[elsewhere] = clip11(self.power[elsewhere] + (far + close * (1.0 - far)) * lesson)
        self.power_precision[surface] = min(
            self.power_precision[surface] + (1.0 - close) * sure, MOST_PRECISE
        )
        self.power_precision[elsewhere] = min(self.power_precision[elsewhere] + close * sure, MOST_PRECISE)
