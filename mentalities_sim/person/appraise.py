"""Appraise: what is in it for me?"""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, positive
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Appraisal, Perceived, Signal, Surface


class Appraising:
    """The step that weighs a signal: kindness, harm, a bid for dominance, and alarm at warmth."""

    status_gap = State(
        0.1,
        (-1.0, 1.0),
        unit="circumplex",
        meaning="power lent to the therapist (or client) by setting and role",
        source="CBK 2.1.4, 2.6",
    )
    alarm = State(0.0, (0.0, 1.0), meaning="alarm set off by warmth in the last encounter")
    harm = State(0.0, (0.0, 1.0), meaning="coldness or attack in the last encounter")
    kindness = State(0.0, (0.0, 1.0), meaning="kindness that could be taken in, in the last encounter")
    longing = State(
        0.0,
        (0.0, 1.0),
        meaning="longing, and grief for what was missed, that warmth called up in the last encounter",
        source="FOC; CBK 2.5 (C8)",
    )

    alarm_gain = Parameter(
        1.5,
        (0.0, 4.0),
        plausible=(0.9, 2.2),
        meaning="alarm per unit of fear times warmth as shown",
        source="FOC, CBK 2.1.3; kernel g_a",
        reason="the kernel's 1.2 (.7 to 1.8) once ordinary play and expressiveness have taken a fifth "
        "of the alarm away",
    )
    play_calms = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of alarm that full playfulness takes away",
        source="CBK 3 (T5)",
        reason="a guess: from a little to most of the alarm; not all, since play lowers fear and does "
        "not lift it",
    )
    freedom_discount = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        meaning="share of a bid that freedom-giving takes back",
        source="CBK 3; kernel eq. 1",
        reason="the kernel takes a bid back in full; some of it may be heard all the same, up to half "
        "as a guess",
    )
    security_discount = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.0, 0.6),
        meaning="share of a bid that full felt security turns into help",
        source="CBK 2.2 (A5)",
        reason="nothing to twice the default: that security does this at all is a claim (A5), so it may "
        "be nothing",
    )
    warmth_needed = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.3, 0.7),
        unit="circumplex",
        meaning="warmth from others that a person needs; expecting less is a lack",
        source="CBK 2.2; FOC (C8)",
        reason="above what is expected of others (.2), so that there is something to lack; well below "
        "full warmth",
    )
    unaddressed = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of respect that reaches a guarding part when only the person is spoken to",
        source="RAL (P3): acknowledge, appreciate, invite the part",
        reason="a guess: speaking to the part must add something, and respect for the person is not "
        "lost on it",
    )
    self_kindness_counts = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        meaning="how far kindness to oneself is kindness; 0: it is ignored",
        source="CBK 2.4 (I10)",
        reason="one rule serves others and oneself, so 1; soothing by another may work twice as well (S11)",
    )
    status_counts = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.5, 1.5),
        meaning="how far the status that setting and role lend is read by the referee",
        source="CBK 2.6 (T17)",
        reason="a gap is set in the referee's own units, so 1; half either way for how far setting and "
        "role are heeded",
    )
    stake_weighs = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.0, 1.0),
        meaning="how much weightier a bid is, per unit of what is at stake",
        source="CBK 2.1.1",
        reason="a guess: from nothing to a bid that weighs twice as much where all is at stake",
    )
    attention_to_warmth = Parameter(
        (1.1, 1.0, 1.0, 0.8, 1.0),
        (0.0, 2.0),
        meaning="weight of warmth in each mentality, in the order of `Mentality`",
        source="CBK 2.1.2 (M1)",
    )
    attention_to_dominance = Parameter(
        (1.0, 0.9, 0.9, 1.2, 1.0),
        (0.0, 2.0),
        meaning="weight of a bid in each mentality, in the order of `Mentality`",
        source="CBK 2.1.2 (M1)",
    )

    def appraise(self, signal: Signal, seen: Perceived, surface: int, familiarity: float) -> Appraisal:
        """Weigh kindness, harm and bid, and let learned danger answer the cue of warmth.

        Equation: alarm = g_a (H cue (1 - play/2) + H_giving given lately);
        kindness = max(perceived warmth, 0) uptake; harm = max(-warmth, 0);
        bid = clip((dominance + familiarity c_t status + standing gap)(1 - c_s security)(1 - c_f freedom)
        (1 + c_w stake)); each weighted by mentality; gap = the other's power - own, with
        what is known of this one.
        Source: FOC (C2: fear of compassion), CBK 2.1.2-2.1.4, 2.2, 2.6 (T10, T21), 3 (T4); kernel eq. 2.
        """
        fear = self.fear_on(surface, familiarity)
        feared = fear * seen.cue * (1.0 - self.play_calms * signal.playfulness)
        heard = positive(seen.warmth) * self.attention_to_warmth[self.mentality]
        kindness = clip01(heard * self.uptake_on(surface))
        power_of_other = seen.dominance
        own_power = self.power[surface]
        wanted = 0.0
        if surface == Surface.OTHER:
            feared = feared + self.fear_of_giving * self.given_lately
            status = self.status_counts * self.status_gap
            power_of_other = power_of_other + familiarity * status + self.standing_gap
            own_power = own_power + self.power_here
            wanted = self.at_stake
        else:
            kindness = self.self_kindness_counts * kindness
        bid = clip01(
            power_of_other
            * self.attention_to_dominance[self.mentality]
            * (1.0 - self.security_discount * self.felt_security)
            * (1.0 - self.freedom_discount * signal.freedom)
            * (1.0 + self.stake_weighs * wanted)
        )
        self.alarm = clip01(self.alarm_gain * feared)
        self.harm = positive(-seen.warmth)
        self.kindness = kindness
        self.longing = self.lack(seen.cue, fear, surface)
        pressure, respect = self.meet_guard(signal, seen, surface)
        return Appraisal(
            kindness,
            self.harm,
            bid,
            self.alarm,
            fear,
            seen.cue,
            power_of_other - own_power,
            self.longing,
            pressure,
            respect,
        )

    def lack(self, cue: float, fear: float, surface: int) -> float:
        """Return the longing that warmth calls up in those who have had too little of it.

        Equation: longing = cue max(0, needed - W̄)(1 - H), from others only.
        Source: FOC; CBK 2.5 (C8): the neglected long, the harmed are alarmed.
        """
        if surface == Surface.SELF:
            return 0.0
        missed = positive(self.warmth_needed - self.expected_warmth[Surface.OTHER])
        return clip01(cue * missed * (1.0 - fear))

    def meet_guard(self, signal: Signal, seen: Perceived, surface: int) -> tuple[float, float]:
        """Return how hard a signal presses on a guarding part, and how much respect reaches it.

        Equation: push = max(0, dominance)(1 - warmth)(1 - c_f freedom); pressure = clip(push + [from others]
        guard warmth (1 - freedom)): pushed, or passed by as if it were not there; respect = warmth (1 - push)
        (1 + freedom)/2, of which a share reaches it from between the two.
        Source: RAL (P2, P3); CBK 3 (T4). No rule knows what kind of barrier a part is.
        """
        warm = positive(seen.warmth)
        push = positive(seen.dominance) * (1.0 - warm) * (1.0 - self.freedom_discount * signal.freedom)
        respect = warm * (1.0 - push) * 0.5 * (1.0 + signal.freedom)
        if surface == Surface.SELF:
            return push, respect
        return clip01(push + self.guard * warm * (1.0 - signal.freedom)), self.unaddressed * respect
