"""Feel: what does it do to me?"""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Answer, Appraisal, Surface


class Feeling:
    """The step in which the three systems, the ISS and felt security move."""

    threat = State(0.1, (0.0, 1.0), meaning="activation of the threat system", source="CBK 2.1.3; TSM")
    soothing = State(0.1, (0.0, 1.0), meaning="activation of the soothing system", source="CBK 2.1.5; TSM")
    drive = State(0.4, (0.0, 1.0), meaning="activation of the drive system", source="CBK 2.1.4; TSM")
    involuntary_subordination = State(
        0.05, (0.0, 1.0), meaning="involuntary subordination strategy (ISS)", source="CBK 2.1.1"
    )
    subordinated = State(
        0,
        (0.0, 1.0),
        unit="no 0, yes 1",
        event="change",
        meaning="in an episode of the ISS (onset above .3, offset below .15)",
    )
    felt_security = State(
        0.5, (0.0, 1.0), meaning="felt security of attachment, as a state", source="CBK 2.2"
    )
    vigilance = State(
        0.0,
        (0.0, 1.0),
        meaning="watch for hostile others, apart from felt threat",
        source="CBK 2.1.5",
    )
    resting_threat = State(0.1, (0.0, 0.5), spread=0.02, meaning="threat when nothing happens")
    resting_drive = State(0.4, (0.0, 1.0), spread=0.05, meaning="drive when nothing happens")

    threat_rise = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        unit="per exchange",
        meaning="approach to a higher target",
        source="TSM; kernel r+",
        reason="half-life 30 s, from 13 to 93 s: the range tried in the kernel; at once, or nearly",
    )
    soothing_clamped = Parameter(
        -1.0,
        (-1.0, 1.0),
        meaning="soothing that calms, whatever is felt: -1 as felt; else clamped there, as an ablation does",
        source="evidence rule 6 (S5)",
    )
    vigilance_brakes = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: the watch for hostile others keeps soothing down; 0: felt threat alone does",
        source="CBK 2.1.5 (S6)",
    )
    threat_fall = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.04, 0.25),
        unit="per exchange",
        meaning="approach to a lower target",
        source="TSM; kernel r-",
        reason="half-life 3½ min, from 1 to 8½: the range tried in the kernel; slower than the rise but "
        "in one corner",
    )
    soothing_speeds_recovery = Parameter(
        2.0,
        (0.0, 10.0),
        plausible=(0.0, 4.0),
        meaning="how much full soothing speeds threat's fall",
        source="TSM; FOC (S5); kernel eq. 4",
        reason="nothing to twice the kernel's 2: that soothing does this at all is a claim (S5), so it "
        "may be nothing",
    )
    soothing_calms = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.0, 0.4),
        meaning="fall of threat's target at full soothing",
        source="TSM; FOC (S5); kernel eq. 4",
        reason="nothing to twice the kernel's .2: that soothing does this at all is a claim (S5), so it "
        "may be nothing",
    )
    harm_threatens = Parameter(
        1.5,
        (0.0, 4.0),
        plausible=(0.8, 2.5),
        meaning="threat per unit of harm",
        source="TSM (S2); kernel g_h",
        reason="the kernel's 1.5, about half to 1.7 times: bad weighs about as much as good of equal "
        "size, or more",
    )
    yielding_threatens = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 1.0),
        meaning="threat per unit of a bid yielded to without kindness",
        source="CBK 2.1.4; kernel g_b",
        reason="the kernel's .5, about half to twice: a bid that is yielded to threatens less than open harm",
    )
    escape_relieves = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.0, 0.4),
        meaning="share of threat that escape takes away at once",
        source="kernel eq. 4",
        reason="nothing to twice the kernel's .2: it eases at once, and leaves most of the threat",
    )
    soothing_rise = Parameter(
        0.1,
        (0.0, 1.0),
        plausible=(0.04, 0.2),
        unit="per exchange",
        meaning="approach to a higher target",
        reason="half-life 3½ min, from 1½ to 8½: the range tried in the kernel; minutes of kindness, "
        "not one sentence",
    )
    soothing_fall = Parameter(
        0.03,
        (0.0, 1.0),
        plausible=(0.01, 0.06),
        unit="per exchange",
        meaning="approach to a lower target",
        reason="half-life 11 min, from 6 to 35, about the kernel's .03: it lasts longer than it takes "
        "to rise",
    )
    subordination_rise = Parameter(
        0.08,
        (0.0, 1.0),
        plausible=(0.04, 0.16),
        meaning="ISS added by yielding to a full bid without kindness",
        source="CBK 2.1.1 (R2); kernel a",
        reason="half to twice the kernel's .08: an episode takes from two or three to nine bids yielded "
        "to, never one",
    )
    subordination_lowers_drive = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="drive lost at full ISS",
        source="CBK 2.1.1 (R3)",
        reason="the kernel's .5, give or take .3: from a dent in resting drive (.4) to the end of it",
    )
    drive_rate = Parameter(
        0.0083,
        (0.0, 1.0),
        plausible=(0.004, 0.016),
        unit="per exchange",
        meaning="approach to drive's target",
        reason="time constant about 1 h, as in the kernel, from half an hour to two",
    )
    longing_hurts = Parameter(
        0.1,
        (0.0, 2.0),
        plausible=(0.0, 0.3),
        meaning="threat per unit of longing: grief",
        source="FOC; CBK 2.5 (C8)",
        reason="nothing to three times the default, a guess: grief adds to threat, far less than harm does",
    )
    lost_worth_threatens = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 1.0),
        meaning="threat per unit of worth that hangs on success and is missing",
        source="CBK 2.1.4 (S8, I9)",
        reason="a guess, about half to twice the default: the loss of all worth is at most full threat",
    )
    giving_soothes = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.0, 0.4),
        meaning="soothing from warmth that is given and meant, against that from warmth received",
        source="CBK 2.1.5, 2.6 (C7)",
        reason="nothing to twice the default, a guess: less than warmth that is received",
    )
    vigilance_rise = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.1, 0.4),
        unit="per exchange",
        reason="a guess, half to twice the default: half-life 40 s to 3 min, roused after threat and "
        "still in the encounter",
    )
    security_rate = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.02, 0.1),
        unit="per exchange",
        reason="half-life 7 min, from 3 to 17: a session can move it, one sentence cannot",
    )
    security_from_model = Parameter(
        0.4,
        (0.0, 1.0),
        plausible=(0.2, 0.6),
        meaning="pull of the working model on felt security",
        source="CBK 2.2 (A2)",
        reason="a guess, half to one and a half times the default: trait and state weigh about alike",
    )
    security_from_affect = Parameter(
        0.4,
        (0.0, 1.0),
        plausible=(0.2, 0.6),
        meaning="pull of soothing minus threat on felt security",
        source="CBK 2.2 (A2)",
        reason="a guess, half to one and a half times the default: trait and state weigh about alike",
    )

    def feel(self, stake: Appraisal, answer: Answer) -> None:
        """Move threat, soothing, the ISS, drive, vigilance and felt security.

        Equation: T = clip(b0 + alarm + g_h harm + g_b yielded bid (1 - kindness) + g_l longing + g_w lost
        worth + shaken - g_s soothing + g_i injury); escape relieves threat by a share; then it rises by r+
        (T - threat) or falls by r- (1 + 2 soothing)(T - threat); ISS += a yielded bid (1 - kindness)(1 -
        ISS).
        Source: CBK 2.1.1, 2.1.3-2.1.5, 2.2; TSM (S1, S2: fast up, slow down); kernel eq. 4.
        """
        subdued = answer.yielded * stake.bid * (1.0 - stake.kindness)
        calm = self.soothing
        if self.soothing_clamped >= 0.0:
            calm = self.soothing_clamped
        target = clip01(
            self.resting_threat
            + stake.alarm
            + self.harm_threatens * stake.harm
            + self.yielding_threatens * subdued
            + self.longing_hurts * stake.longing
            + self.lost_worth_threatens * self.lost_worth()
            + self.shaken
            - self.soothing_calms * calm
            + self.injury_pains * self.injury
        )
        if answer.escaped > 0.0:
            self.threat = self.threat * (1.0 - self.escape_relieves)
        if target > self.threat:
            self.threat += self.threat_rise * (target - self.threat)
        else:
            rate = clip01(self.threat_fall * (1.0 + self.soothing_speeds_recovery * calm))
            self.threat += rate * (target - self.threat)
        self.feel_soothed(stake, answer)
        self.involuntary_subordination += (
            self.subordination_rise * subdued * (1.0 - self.involuntary_subordination)
        )
        if self.involuntary_subordination > 0.3:
            self.subordinated = 1
        self.feel_driven(answer)
        if stake.harm > self.vigilance:
            self.vigilance += self.vigilance_rise * (stake.harm - self.vigilance)

    def feel_soothed(self, stake: Appraisal, answer: Answer) -> None:
        """Let kindness that is stayed with soothe, and make felt security follow.

        Equation: S = (kindness + g given lately)(1 - threat)(1 - vigilance) if stayed, else 0; felt security
        approaches ½ + c_m expected warmth + c_a (soothing - threat).
        Source: CBK 2.1.5, 2.2; TSM (S6: hostile others brake it, not felt threat alone; S11); kernel eq. 4.
        """
        target = 0.0
        if answer.escaped == 0.0 and answer.yielded == 0.0:
            warm = clip01(stake.kindness + self.giving_soothes * self.given_lately)
            target = warm * (1.0 - self.threat) * (1.0 - self.vigilance_brakes * self.vigilance)
        if target > self.soothing:
            self.soothing += self.soothing_rise * (target - self.soothing)
        else:
            self.soothing += self.soothing_fall * (target - self.soothing)
        secure = clip01(
            0.5
            + self.security_from_model * self.expected_warmth[Surface.OTHER]
            + self.security_from_affect * (self.soothing - self.threat)
        )
        self.felt_security += self.security_rate * (secure - self.felt_security)

    def feel_driven(self, answer: Answer) -> None:
        """Let threat recruit drive where winning is likely and block it where it is not.

        Equation: D = clip(d0 + threat P(win) - threat (1 - P(win)) - c ISS); drive += r_d (D - drive).
        Source: CBK 2.1.1 (R3), 2.1.4 (S7, S8); kernel eq. 4.
        """
        target = clip01(
            self.resting_drive
            + self.threat * (2.0 * answer.win_chance - 1.0)
            - self.subordination_lowers_drive * self.involuntary_subordination
        )
        self.drive += self.drive_rate * (target - self.drive)
