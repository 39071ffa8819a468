"""The titrated policy: warmth paced to the client's threat as the therapist perceives it."""

from __future__ import annotations

from mentalities_sim.declare import Parameter, State
from mentalities_sim.policies.base import Policy


class Titrated(Policy):
    """Give as much warmth as keeps the client a little above the client's own rest.

    Rest is what the therapist reads in the first exchanges of a session, at the minimum dose; the
    target lies `offset` above it. Source: CBK 2.1.3, 2.6 (T1); kernel, "Therapist (titrated)".

    Example:
        >>> Titrated(offset=0.12).minimum_dose
        0.05
    """

    warmth = State(0.1, (0.0, 1.0), unit="circumplex", meaning="dose reached, kept between sessions")
    rest = State(0.3, (0.0, 1.0), meaning="client's resting threat, as read over the sessions")
    opening = State(0.0, (0.0, 1.0), meaning="mean reading in the first exchanges of this session")
    openings = State(0.0, (0.0, 1e6), unit="sessions", meaning="sessions whose opening was read")

    offset = Parameter(
        0.12,
        (0.0, 1.0),
        plausible=(0.05, 0.2),
        meaning="tolerated threat above the client's rest",
        source="kernel o",
        reason="in the kernel .05 to .15 helped and .25 harmed; between these",
    )
    gain = Parameter(
        0.15,
        (0.0, 2.0),
        plausible=(0.05, 0.4),
        unit="circumplex per exchange",
        meaning="pace of adjustment",
        source="kernel η",
        reason="the kernel's .15 and its brisk .4; at a third of .15 a session is too short to follow",
    )
    minimum_dose = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.02, 0.15),
        unit="circumplex",
        meaning="least warmth ever sent",
        reason="above 0, or nothing is learned where rest lies near the target; small, or it would be a "
        "dose of its own",
    )
    maximum_dose = Parameter(
        1.0,
        (0.0, 1.0),
        plausible=(0.5, 1.0),
        unit="circumplex",
        meaning="most warmth ever sent",
        reason="all the warmth there is, or a cap at half of it",
    )
    memory_of_rest = Parameter(
        3.0,
        (1.0, 100.0),
        plausible=(1.0, 10.0),
        unit="sessions",
        meaning="sessions over which rest is averaged",
        reason="from the last session alone to half of a therapy of 20",
    )
    settling = Parameter(
        6,
        (1, 30),
        plausible=(3, 10),
        unit="exchanges",
        meaning="first exchanges of a session, read as rest",
        reason="1½ to 5 min of a session of 30: long enough to average out noise, short enough to leave time",
    )

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        """Return the dose, nudged by how far the reading lies below the tolerated threat.

        Equation: W <- clip(W + η (rest + offset - reading), minimum, maximum); rest is a running
        mean of the sessions' openings. Where the minimum lies above the maximum, the maximum holds.
        Source: CBK 2.6 (T1, T9); kernel, "Therapist (titrated)".
        """
        least = min(self.minimum_dose, self.maximum_dose)
        if exchange == 0:
            self.opening = 0.0
            self.openings += 1.0
            return least
        if exchange <= self.settling:
            self.opening += therapist.reading / self.settling
            if exchange == self.settling:
                weight = 1.0 / min(self.openings, self.memory_of_rest)
                self.rest += weight * (self.opening - self.rest)
            return least
        dose = self.warmth + self.gain * (self.rest + self.offset - therapist.reading)
        if dose < least:
            dose = least
        if dose > self.maximum_dose:
            dose = self.maximum_dose
        self.warmth = dose
        return dose
