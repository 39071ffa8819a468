"""The complementary policy: answer warmth with warmth, cold with cold, dominance with its reciprocal."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip11
from mentalities_sim.declare import Parameter
from mentalities_sim.policies.base import Policy
from mentalities_sim.signals import Signal


class Complementary(Policy):
    """Always complement what the client shows: warmth alike, dominance opposite.

    `floor` is the least warmth sent: -1 is full complementarity, 0 floors it at neutral. Source:
    interpersonal theory (Wiggins, in CBK 2.3); I2.

    Example:
        >>> Complementary(floor=0.0).floor
        0.0
    """

    floor = Parameter(-1.0, (-1.0, 1.0), unit="circumplex", meaning="least warmth sent")

    def choose(self, therapist, script, progress: float, exchange: int, luck) -> Signal:
        """Return the complement of the client's last signal as perceived.

        Equation: W = max(floor, perceived warmth); D = -perceived dominance.
        Source: Wiggins, in CBK 2.3 (I2).
        """
        dose = therapist.perceived_warmth
        if dose < self.floor:
            dose = self.floor
        self.dose = clip11(dose)
        return Signal(
            clip11(-therapist.perceived_dominance),
            self.dose,
            self.playfulness,
            self.freedom,
            self.expressiveness,
            0.0,
            0,
        )
