"""Perceive: what did they send?"""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11, positive
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.signals import Perceived, Signal, Surface


class Perceiving:
    """The step in which a signal enters: read through expectation, the more so under threat."""

    mentalizing = State(0.9, (0.0, 1.0), meaning="weight of what was sent against what was expected")
    received_dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance sent to this person")
    received_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth as shown to this person")
    received_expressiveness = State(1.0, (0.0, 1.0), meaning="how far feeling showed in the last signal")
    perceived_dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="other's dominance as read")
    perceived_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="other's warmth as read")
    expected_warmth = State(
        (0.2, 0.0),
        (-1.0, 1.0),
        unit="circumplex",
        spread=0.1,
        labels=("other", "self"),
        learned=True,
        meaning="working model: warmth expected from others, and from the internal other",
        source="CBK 2.2, 2.4",
    )
    expected_dominance = State(
        (0.2, 0.2),
        (-1.0, 1.0),
        unit="circumplex",
        spread=0.1,
        labels=("other", "self"),
        learned=True,
        meaning="working model: dominance expected from others, and from the internal other",
        source="CBK 2.2, 2.4",
    )
    labelled = State(
        0.0,
        (0.0, 1.0),
        meaning="how far what goes on has just been put into words",
        source="CBK 2.2, Table 1; TSM: observation, not fusion (T19)",
    )

    mentalizing_at_rest = Parameter(
        0.9,
        (0.0, 1.0),
        plausible=(0.7, 1.0),
        meaning="mentalizing without threat",
        source="kernel q0",
        reason="people at rest hear mostly what is said: all of it at best, 30 % expectation at worst",
    )
    threat_narrows_mentalizing = Parameter(
        0.6,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="fall of mentalizing at full threat",
        source="CBK 2.1.3; kernel q1",
        reason="threat makes processing narrow and heuristic: the range tried in the kernel, a little "
        "to nearly all",
    )
    labelling_restores = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of threat that one observes, instead of being at one with it, once it is labelled",
        source="CBK 2.2, Table 1; TSM (T19)",
        reason="a guess: to put it into words gives some distance, and never ends the threat",
    )
    labelling_lasts = Parameter(
        0.8,
        (0.0, 1.0),
        plausible=(0.5, 0.95),
        unit="per exchange",
        meaning="share of labelling that is still there one exchange later",
        reason="half-life 1½ min, from half a minute to seven: for what is being talked about, not for "
        "the session",
    )
    inner_colours_outer = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.0, 0.6),
        meaning="share to which, at full threat, others are expected to be as the internal other is",
        source="CBK 2.4, Table 1 (T19): self to self taken for other to self",
        reason="nothing to twice the default, a guess: the inner voice is at most the larger part of "
        "what is expected",
    )
    perception_noise = Parameter(
        0.05,
        (0.0, 0.5),
        plausible=(0.02, 0.1),
        unit="circumplex",
        meaning="SD of misreading",
        reason="the kernel's .05, about half to twice: small on a scale from -1 to 1, so that chance "
        "does not rule",
    )
    expressiveness_matters = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of stated warmth lost when nothing of it is shown",
        source="CBK Table 1, 3 (T18)",
        reason="both saying and showing matter; how much of each is a guess",
    )
    inner_voice_counts = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="how far what one says to oneself is heard; 0: there is no self surface",
        source="CBK 2.3, 2.4 (I4)",
    )
    alarm_on_raw_cue = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        meaning="1: alarm answers warmth as shown; 0: as perceived",
        source="kernel eq. 1",
        reason="alarm is fast and does not wait for mentalizing: the kernel's range, at least half of it",
    )

    misread_warmth = Stream("error in reading warmth", normal=True)
    misread_dominance = Stream("error in reading dominance", normal=True)

    def perceive(self, signal: Signal, luck) -> Perceived:
        """Read a signal partly as what was expected, the more so under threat, the less so once labelled.

        Equation: q = clip(q0 - q1 threat (1 - c_l labelled)); perceived = q sent + (1 - q) expected + error;
        cue = f shown + (1 - f) perceived, positive part.
        Source: CBK 2.1.3, 2.2 (A3, M5); expressiveness CBK Table 1 (T18); kernel eq. 1.
        """
        warmth = signal.warmth
        if warmth > 0.0:
            warmth = warmth * (1.0 - self.expressiveness_matters * (1.0 - signal.expressiveness))
        self.labelled = max(signal.labelling, self.labelling_lasts * self.labelled)
        q = clip01(self.mentalizing_at_rest - self.threat_narrows_mentalizing * self.fused())
        expected_warmth, expected_dominance = self.expect(signal.surface)
        read_warmth = clip11(
            q * warmth + (1.0 - q) * expected_warmth + self.perception_noise * luck.misread_warmth
        )
        read_dominance = clip11(
            q * signal.dominance
            + (1.0 - q) * expected_dominance
            + self.perception_noise * luck.misread_dominance
        )
        cue = self.alarm_on_raw_cue * positive(warmth) + (1.0 - self.alarm_on_raw_cue) * positive(read_warmth)
        self.mentalizing = q
        self.received_warmth = warmth
        self.received_dominance = signal.dominance
        self.received_expressiveness = signal.expressiveness
        self.perceived_warmth = read_warmth
        self.perceived_dominance = read_dominance
        return Perceived(read_dominance, read_warmth, cue)

    def fused(self) -> float:
        """Return the threat that one is at one with, rather than observing it.

        Equation: threat (1 - c_l labelled). Source: TSM: observation, not fusion, with feelings (T19).
        """
        return self.threat * (1.0 - self.labelling_restores * self.labelled)

    def expect(self, surface: int) -> tuple[float, float]:
        """Return the warmth and dominance expected now; in threat, one's critic is heard in others.

        Equation: W̄ = W̄_other + c threat (1 - labelled)(W̄_self - W̄_other), likewise D̄; inside W̄_self.
        Source: CBK 2.2 (A3), 2.4, Table 1 (T19).
        """
        inner_warmth = self.expected_warmth[Surface.SELF]
        inner_dominance = self.expected_dominance[Surface.SELF]
        if surface == Surface.SELF:
            return inner_warmth, inner_dominance
        share = self.inner_colours_outer * self.threat * (1.0 - self.labelled)
        warmth = self.expected_warmth[Surface.OTHER]
        dominance = self.expected_dominance[Surface.OTHER]
        return warmth + share * (inner_warmth - warmth), dominance + share * (inner_dominance - dominance)

    def overhear(self, signal: Signal) -> Perceived:
        """Hear what one says to oneself, undistorted.

        Equation: perceived = c sent (q = 1, no error); cue = positive part of its warmth.
        Source: CBK 2.4; kernel eq. 1.
        """
        c = self.inner_voice_counts
        return Perceived(c * signal.dominance, c * signal.warmth, c * positive(signal.warmth))
