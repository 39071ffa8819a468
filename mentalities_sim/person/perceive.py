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
    perceived_dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="other's dominance as read")
    perceived_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="other's warmth as read")
    expected_warmth = State(
        (0.2, 0.0),
        (-1.0, 1.0),
        unit="circumplex",
        spread=0.1,
        labels=("other", "self"),
        meaning="working model: warmth expected from others, and from the internal other",
        source="CBK 2.2, 2.4",
    )
    expected_dominance = State(
        (0.2, 0.2),
        (-1.0, 1.0),
        unit="circumplex",
        spread=0.1,
        labels=("other", "self"),
        meaning="working model: dominance expected from others, and from the internal other",
        source="CBK 2.2, 2.4",
    )

    mentalizing_at_rest = Parameter(
        0.9,
        (0.0, 1.0),
        plausible=(0.7, 1.0),
        meaning="mentalizing without threat",
        source="kernel q0",
    )
    threat_narrows_mentalizing = Parameter(
        0.6,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="fall of mentalizing at full threat",
        source="CBK 2.1.3; kernel q1",
        reason="threat makes processing narrow and heuristic",
    )
    perception_noise = Parameter(
        0.05, (0.0, 0.5), plausible=(0.02, 0.1), unit="circumplex", meaning="SD of misreading"
    )
    expressiveness_matters = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 0.8),
        meaning="share of stated warmth lost when nothing of it is shown",
        source="CBK Table 1, 3 (T18)",
    )
    alarm_on_raw_cue = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        meaning="1: alarm answers warmth as shown; 0: as perceived",
        source="kernel eq. 1",
        reason="alarm is fast and does not wait for mentalizing",
    )

    misread_warmth = Stream("error in reading warmth", normal=True)
    misread_dominance = Stream("error in reading dominance", normal=True)

    def perceive(self, signal: Signal, luck) -> Perceived:
        """Read a signal partly as what was expected, the more so under threat.

        Equation: q = clip(q0 - q1 threat); perceived = q sent + (1 - q) expected + error;
        cue = f shown + (1 - f) perceived, positive part.
        Source: CBK 2.1.3, 2.2 (A3, M5); expressiveness CBK Table 1 (T18); kernel eq. 1.
        """
        warmth = signal.warmth
        if warmth > 0.0:
            warmth = warmth * (1.0 - self.expressiveness_matters * (1.0 - signal.expressiveness))
        q = clip01(self.mentalizing_at_rest - self.threat_narrows_mentalizing * self.threat)
        read_warmth = clip11(
            q * warmth
            + (1.0 - q) * self.expected_warmth[Surface.OTHER]
            + self.perception_noise * luck.misread_warmth
        )
        read_dominance = clip11(
            q * signal.dominance
            + (1.0 - q) * self.expected_dominance[Surface.OTHER]
            + self.perception_noise * luck.misread_dominance
        )
        cue = self.alarm_on_raw_cue * positive(warmth) + (1.0 - self.alarm_on_raw_cue) * positive(read_warmth)
        self.mentalizing = q
        self.received_warmth = warmth
        self.received_dominance = signal.dominance
        self.perceived_warmth = read_warmth
        self.perceived_dominance = read_dominance
        return Perceived(read_dominance, read_warmth, cue)

    def overhear(self, signal: Signal) -> Perceived:
        """Hear what one says to oneself, undistorted.

        Equation: perceived = sent (q = 1, no error); cue = positive part of its warmth.
        Source: CBK 2.4; kernel eq. 1.
        """
        return Perceived(signal.dominance, signal.warmth, positive(signal.warmth))
