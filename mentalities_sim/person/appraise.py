"""Appraise: what is in it for me?"""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, positive
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Appraisal, Perceived, Signal, Surface


class Appraising:
    """The step that weighs a signal: kindness, harm, a bid for dominance, and alarm at warmth."""

    warmth_danger = State(
        0.5,
        (0.0, 3.0),
        meaning="learned danger of warmth; quickly acquired, never erased, so that it can exceed 1",
        source="FOC; CBK 2.1.3",
    )
    warmth_safety = State(
        0.0,
        (0.0, 3.0),
        meaning="learned safety of warmth; inhibits the danger, fades",
        source="CBK 2.6",
    )
    warmth_safety_here = State(
        0.0,
        (0.0, 3.0),
        meaning="safety of warmth tied to the familiar partner and place",
        source="CBK 2.2 (A6)",
    )
    fear_of_compassion = State(
        0.5,
        (0.0, 1.0),
        meaning="danger not inhibited by safety, with people in general",
        source="FOC",
    )
    skill = State(
        0.8,
        (0.0, 1.0),
        meaning="fluency in taking warmth in; a block is its lack",
        source="CBK 2.4, 2.5",
    )
    resistance = State(
        0.1,
        (0.0, 1.0),
        meaning="standing against help as a matter of who one is",
        source="FOC; RAL",
    )
    status_gap = State(
        0.1,
        (-1.0, 1.0),
        unit="circumplex",
        meaning="power lent to the therapist (or client) by setting and role",
        source="CBK 2.1.4, 2.6",
    )
    alarm = State(0.0, (0.0, 1.0), meaning="alarm set off by warmth in the last encounter")
    harm = State(0.0, (0.0, 1.0), meaning="coldness or attack in the last encounter")

    alarm_gain = Parameter(
        1.5,
        (0.0, 4.0),
        plausible=(0.9, 2.2),
        meaning="alarm per unit of fear times warmth as shown",
        source="FOC, CBK 2.1.3; kernel g_a",
        reason="warmth sent with ordinary play and expressiveness then alarms as in the kernel (1.2)",
    )
    play_calms = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of alarm that full playfulness takes away",
        source="CBK 3 (T5)",
    )
    freedom_discount = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        meaning="share of a bid that freedom-giving takes back",
        source="CBK 3; kernel eq. 1",
    )
    security_discount = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.0, 0.6),
        meaning="share of a bid that full felt security turns into help",
        source="CBK 2.2 (A5)",
    )
    stake_weighs = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.0, 1.0),
        meaning="how much weightier a bid is, per unit of what is at stake",
        source="CBK 2.1.1",
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

    def appraise(self, signal: Signal, seen: Perceived, surface: Surface, familiarity: float) -> Appraisal:
        """Weigh kindness, harm and bid, and let learned danger answer the cue of warmth.

        Equation: fear H = clip(V - I - familiarity I_here); alarm = g_a H cue (1 - play/2);
        kindness = max(perceived warmth, 0) skill (1 - resistance); harm = max(-warmth, 0);
        bid = clip((dominance + familiarity status + standing gap)(1 - c_s security)(1 - c_f freedom)
        (1 + c_w stake)); each weighted by mentality; gap = the other's power - own, with
        what is known of this one.
        Source: FOC (fear of compassion), CBK 2.1.2-2.1.4, 2.2, 3 (T4); kernel eq. 2.
        """
        fear = clip01(self.warmth_danger - self.warmth_safety - familiarity * self.warmth_safety_here)
        alarm = clip01(self.alarm_gain * fear * seen.cue * (1.0 - self.play_calms * signal.playfulness))
        kindness = clip01(
            positive(seen.warmth)
            * self.attention_to_warmth[self.mentality]
            * self.skill
            * (1.0 - self.resistance)
        )
        harm = positive(-seen.warmth)
        power_of_other = seen.dominance + familiarity * self.status_gap
        own_power = self.power[surface]
        wanted = 0.0
        if surface == Surface.OTHER:
            power_of_other = power_of_other + self.standing_gap
            own_power = own_power + self.power_here
            wanted = self.at_stake
        bid = clip01(
            power_of_other
            * self.attention_to_dominance[self.mentality]
            * (1.0 - self.security_discount * self.felt_security)
            * (1.0 - self.freedom_discount * signal.freedom)
            * (1.0 + self.stake_weighs * wanted)
        )
        self.alarm = alarm
        self.harm = harm
        return Appraisal(kindness, harm, bid, alarm, fear, seen.cue, power_of_other - own_power)
