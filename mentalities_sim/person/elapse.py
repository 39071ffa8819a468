"""Elapse: what time does when nothing happens."""

from __future__ import annotations

import math

from mentalities_sim.arithmetic import clip01
from mentalities_sim.declare import Parameter, State


class Elapsing:
    """Decay between events, computed and not looped: e^(-Δt/τ) for every state.

    Exact where the rest stays where it is. Drive's follows the ISS, threat's an injury; both are taken as
    they are when a gap begins, so that gaps should be short against two days (in life they are two hours).
    """

    pace = State(0.0, (0.0, math.inf), unit="hours", meaning="gap for which the shares kept below hold")
    kept_threat = State(1.0, (0.0, 1.0), meaning="share of threat above rest kept over the gap")
    kept_soothing = State(1.0, (0.0, 1.0), meaning="share of soothing kept over the gap")
    kept_drive = State(1.0, (0.0, 1.0), meaning="share of drive's distance from rest kept over the gap")
    kept_subordination = State(1.0, (0.0, 1.0), meaning="share of the ISS kept over the gap")
    kept_injury = State(1.0, (0.0, 1.0), meaning="share of an injury kept over the gap")
    kept_vigilance = State(1.0, (0.0, 1.0), meaning="share of vigilance kept over the gap")
    kept_safety = State(1.0, (0.0, 1.0), meaning="share of learned safety kept over the gap")
    kept_worth = State(1.0, (0.0, 1.0), meaning="share of worth, and of the habit of striving, kept")
    kept_precision = State(1.0, (0.0, 1.0), meaning="share of precision above 1 kept over the gap")

    threat_time = Parameter(
        5.0 / 60.0,
        (1e-3, 24.0),
        plausible=(0.03, 0.3),
        unit="hours",
        reason="minutes: 5, from 2 to 18, as threat falls in an encounter too; hours would make it a mood",
    )
    soothing_time = Parameter(
        11.5,
        (0.1, 100.0),
        plausible=(4.0, 24.0),
        unit="hours",
        reason="half-life 8 h in the kernel, here from 3 to 17: hours, between threat's minutes and the "
        "ISS's days",
        source="kernel eq. 4",
    )
    drive_time = Parameter(
        1.0,
        (0.1, 48.0),
        plausible=(0.5, 4.0),
        unit="hours",
        reason="about 1 h in the kernel; half an hour to four hours, a spell of work",
    )
    subordination_time = Parameter(
        48.0,
        (1.0, 1000.0),
        plausible=(24.0, 96.0),
        unit="hours",
        meaning="linear decay of the ISS",
        source="R9; kernel τ_u",
        reason="2 days in the kernel, half to twice: an accepted defeat fades in days (R9), learning in "
        "weeks",
    )
    injury_time = Parameter(
        240.0,
        (1.0, 1e5),
        plausible=(72.0, 1000.0),
        unit="hours",
        meaning="healing without help",
        reason="ten days; from a bruise (three days) to a broken bone (six weeks)",
    )
    vigilance_time = Parameter(
        24.0,
        (1.0, 1000.0),
        plausible=(6.0, 72.0),
        unit="hours",
        reason="a guess: hours to three days after the last hostile act, so longer than threat and "
        "shorter than learning",
    )
    safety_time = Parameter(
        2016.0,
        (24.0, 1e6),
        plausible=(504.0, 4368.0),
        unit="hours",
        reason="12 weeks, range 3 to 26, as in the kernel: it outlasts the week between sessions, and "
        "fades unrenewed",
        source="kernel τ_I",
    )
    worth_time = Parameter(
        12.0,
        (0.5, 1000.0),
        plausible=(6.0, 36.0),
        unit="hours",
        meaning="for which a success counts, and the habit of striving lasts",
        source="kernel, S8",
        reason="12 h in the kernel; a success counts for a morning at least, for the day after at most",
    )
    precision_time = Parameter(
        2190.0,
        (24.0, 1e6),
        plausible=(700.0, 8760.0),
        unit="hours",
        reason="months: one to twelve; how sure one is outlasts any contest, and not a whole life",
    )

    def elapse(self, hours: float) -> None:
        """Let every state decay over a gap in which nothing happens.

        Equation: x -> rest + (x - rest) exp(-Δt/τ); pain and lost worth keep threat up: its rest is b0 +
        g_i injury + lack, lack = g_w contingent (1 - worth), worth's rest is 1 - contingent; drive's rest
        is d0 - c ISS + lack (2 P(win) - 1) + c_s contingent striving; the ISS is linear: no term in its
        square. Felt security goes back to what one expects of others: ½ + c_m W̄.
        Source: CBK 2.2 (A2); kernel, "Time"; R9 (Sloman, Gilbert & Hasey 2003).
        """
        if hours != self.pace:
            self.set_pace(hours)
        self.worth = (
            1.0 - self.contingent_worth + (self.worth - 1.0 + self.contingent_worth) * self.kept_worth
        )
        self.striving = self.striving * self.kept_worth
        lack = self.lost_worth_threatens * self.lost_worth()
        rest = min(1.0, self.resting_threat + self.injury_pains * self.injury + lack)
        self.threat = rest + (self.threat - rest) * self.kept_threat
        self.injury = self.injury * self.kept_injury
        self.soothing = self.soothing * self.kept_soothing
        wanting = clip01(
            self.resting_drive
            - self.subordination_lowers_drive * self.involuntary_subordination
            + lack * (2.0 * self.win_chance - 1.0)
            + self.striving_pulls * self.contingent_worth * self.striving
        )
        self.drive = wanting + (self.drive - wanting) * self.kept_drive
        self.involuntary_subordination = self.involuntary_subordination * self.kept_subordination
        if self.involuntary_subordination < 0.15:
            self.subordinated = 0
        self.vigilance = self.vigilance * self.kept_vigilance
        trait = clip01(0.5 + self.security_from_model * self.expected_warmth[0])
        self.felt_security = trait + (self.felt_security - trait) * self.kept_soothing
        self.let_moments_pass()
        self.warmth_safety = self.warmth_safety * self.kept_safety
        self.self_warmth_safety = self.self_warmth_safety * self.kept_safety
        self.giving_safety = self.giving_safety * self.kept_safety
        self.warmth_safety_here = self.warmth_safety_here * self.kept_safety
        self.fear_of_compassion = clip01(self.warmth_danger - self.warmth_safety)
        self.fear_of_self_compassion = clip01(self.self_warmth_danger - self.self_warmth_safety)
        self.fear_of_giving = clip01(self.giving_danger - self.giving_safety)
        self.power_precision[0] = 1.0 + (self.power_precision[0] - 1.0) * self.kept_precision
        self.power_precision[1] = 1.0 + (self.power_precision[1] - 1.0) * self.kept_precision

    def let_moments_pass(self) -> None:
        """Let what lasts minutes fade: traces of warmth, emotions, a part on guard, what was put into words.

        Equation: x -> x exp(-Δt/τ), τ that of threat; a fault and a success at drive's. Source: kernel,
        "Time".
        """
        self.warmth_lately = self.warmth_lately * self.kept_threat
        self.self_warmth_lately = self.self_warmth_lately * self.kept_threat
        self.given_lately = self.given_lately * self.kept_threat
        self.guard = self.guard * self.kept_threat
        self.labelled = self.labelled * self.kept_threat
        self.put_on = self.put_on * self.kept_threat
        for i in range(5):
            self.threat_emotion[i] = self.threat_emotion[i] * self.kept_threat
        self.shaken = 0.0
        self.at_fault = self.at_fault * self.kept_drive
        self.lately_won = self.lately_won * self.kept_drive

    def set_pace(self, hours: float) -> None:
        """Keep the shares exp(-Δt/τ) for a gap, since gaps come in few lengths.

        Equation: kept = exp(-Δt/τ). Source: kernel, "Time".
        """
        self.pace = hours
        self.kept_threat = math.exp(-hours / self.threat_time)
        self.kept_soothing = math.exp(-hours / self.soothing_time)
        self.kept_drive = math.exp(-hours / self.drive_time)
        self.kept_subordination = math.exp(-hours / self.subordination_time)
        self.kept_injury = math.exp(-hours / self.injury_time)
        self.kept_vigilance = math.exp(-hours / self.vigilance_time)
        self.kept_safety = math.exp(-hours / self.safety_time)
        self.kept_worth = math.exp(-hours / self.worth_time)
        self.kept_precision = math.exp(-hours / self.precision_time)
