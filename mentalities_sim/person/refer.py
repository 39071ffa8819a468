"""Refer: stand, counter or yield? The inner referee; and whether to leave the contact."""

from __future__ import annotations

import math

from mentalities_sim.arithmetic import clip01, logistic
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.person.inward import AS_IT_COMES, FIGHT, YIELD
from mentalities_sim.signals import Answer, Appraisal, Response, Surface


class Referring:
    """The step that decides, implicitly, on a belief about relative power."""

    power = State(
        (0.0, 0.0),
        (-1.0, 1.0),
        unit="circumplex",
        spread=0.1,
        labels=("other", "self"),
        learned=True,
        meaning="believed own power with others, and with the internal other",
        source="CBK 2.1.1, 2.3",
    )
    power_precision = State(
        (3.0, 3.0),
        (1.0, 50.0),
        unit="contests' worth",
        labels=("other", "self"),
        learned=True,
        meaning="how sure the belief about own power is",
        source="CBK 2.1.1",
    )
    escape_threshold = State(
        0.5,
        (0.2, 0.9),
        spread=0.07,
        meaning="threat at which leaving the contact is as likely as not",
        source="kernel θ_e",
    )
    response = State(
        Response.STAND,
        (0.0, 2.0),
        unit="stand 0, counter 1, yield 2",
        event="nonzero",
        meaning="answer of the inner referee to the last bid",
    )
    escaped = State(
        0,
        (0.0, 1.0),
        unit="no 0, yes 1",
        event="nonzero",
        meaning="left the contact inwardly: went blank, withdrew, changed the subject",
    )
    yield_chance = State(0.0, (0.0, 1.0), meaning="P(yield) in the last encounter")
    win_chance = State(0.5, (0.0, 1.0), meaning="chance of winning as the referee sees it")

    referee_slope = Parameter(
        3.0,
        (0.0, 20.0),
        plausible=(1.0, 8.0),
        meaning="steepness in relative power",
        source="CBK 2.1.1; kernel k",
        reason="the range tried in the kernel: from a gap in power that sways to one that all but decides",
    )
    subordination_yields = Parameter(
        4.0,
        (0.0, 20.0),
        plausible=(1.0, 8.0),
        meaning="pull of the ISS towards yielding",
        source="CBK 2.1.1; kernel c_u",
        reason="2 and 6 in the kernel's trials; chronic defeat needs some 4 (with the slope in it), so "
        "both sides of that",
    )
    subordination_neutral = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.15, 0.45),
        meaning="ISS at which it neither hinders nor helps yielding",
        source="kernel u0",
        reason="an episode of the ISS begins at .3 and ends at .15: between the two, and as far above",
    )
    drive_resists = Parameter(
        1.0,
        (0.0, 10.0),
        plausible=(0.0, 3.0),
        meaning="push of drive against yielding",
        source="CBK 2.1.4 (S10); kernel c_d",
        reason="nothing to three times the default: that drive resists at all is a claim (S10), so it "
        "may be nothing",
    )
    counter_slope = Parameter(
        8.0,
        (0.0, 40.0),
        plausible=(4.0, 16.0),
        meaning="steepness of countering in drive",
        reason="a guess, half to twice the default: from a growing readiness to nearly a switch",
    )
    stake_resists = Parameter(
        3.0,
        (0.0, 10.0),
        plausible=(1.0, 5.0),
        meaning="push of what is at stake against yielding",
        source="CBK 2.1.1; value of what is contested",
        reason="a guess: a full stake makes up for a gap in power of a third to five thirds at the "
        "default slope",
    )
    counter_threshold = Parameter(
        0.7,
        (0.0, 1.0),
        plausible=(0.5, 0.9),
        meaning="drive at which a bid not yielded to is countered",
        source="CBK 2.1.4 (S10)",
        reason="above drive at rest (.4), so that to counter takes being driven; below full drive",
    )
    escape_slope = Parameter(
        12.0,
        (0.0, 60.0),
        plausible=(5.0, 25.0),
        meaning="steepness of escape in threat",
        source="CBK 2.1.3; kernel k_e",
        reason="the range tried in the kernel: from an escape that grows with threat to nearly a switch",
    )

    yielding = Stream("does the referee yield?")
    countering = Stream("is a bid that is not yielded to countered?")
    escaping = Stream("is the contact left?")

    def refer(self, stake: Appraisal, surface: int, luck) -> Answer:
        """Decide between standing, countering and yielding, and whether to stay in contact.

        Equation: z = lean(gap, κ) - c_d drive - c_v stake; P(yield) = bid σ(z); P(win) = 1 - σ(z);
        P(counter | not yielded) = bid σ(k_c (drive - d_c)); the contact is left with
        P(escape) = σ(k_e (threat (1 - c_l labelled) - θ_e)), or by giving way to a part that guards.
        Source: CBK 2.1.1 (R1, R5), 2.1.4 (S10, T20); escape CBK 2.1.3, TSM (T19); parts RAL (P1);
        kernel eq. 3.
        """
        precision = self.power_precision[surface]
        wanted = 0.0
        if surface == Surface.OTHER:
            precision = precision + self.precision_here
            wanted = self.at_stake
        z = self.lean(stake.gap, precision) - self.drive_resists * self.drive - self.stake_resists * wanted
        losing = logistic(z)
        yield_chance = stake.bid * losing
        forced = AS_IT_COMES
        if self.alone_with_oneself == 1:
            forced = self.forced_answer
        response = Response.STAND
        yielded = 0.0
        if forced == YIELD or (forced == AS_IT_COMES and luck.yielding < yield_chance):
            response = Response.YIELD
            yielded = 1.0
        elif forced == FIGHT or (
            forced == AS_IT_COMES
            and luck.countering
            < stake.bid * logistic(self.counter_slope * (self.drive - self.counter_threshold))
        ):
            response = Response.COUNTER
        self.heeded = 0
        if luck.heeding < self.rouse_guard(stake, surface):
            self.heeded = 1
        escaped = 0.0
        self.escaped = 0
        left = logistic(self.escape_slope * (self.fused() - self.escape_threshold))
        if luck.escaping < left or self.heeded == 1:
            escaped = 1.0
            self.escaped = 1
        self.response = response
        self.yield_chance = clip01(yield_chance)
        self.win_chance = 1.0 - losing
        return Answer(response, yielded, escaped, yield_chance, 1.0 - losing)

    def lean(self, gap: float, precision: float) -> float:
        """Return how far relative power and the ISS lean towards yielding.

        Equation: k gap sqrt(κ/(κ+1)) + c_u (ISS - u0). Source: CBK 2.1.1 (R1, R5); kernel eq. 3.
        """
        return self.referee_slope * gap * math.sqrt(
            precision / (precision + 1.0)
        ) + self.subordination_yields * (self.involuntary_subordination - self.subordination_neutral)

    def part(self) -> None:
        """Leave the last answer behind: nobody is met, so that nothing stands or is escaped from.

        Equation: response = stand, escaped = no, dominance last shown = 0. Source: design, "Time has
        units"; without it the last answer would be noted again at every moment until the next encounter.
        """
        self.response = 0
        self.escaped = 0
        self.heeded = 0
        self.shown_dominance = 0.0
