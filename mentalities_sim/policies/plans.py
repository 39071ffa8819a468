"""Policies that follow a plan: the plan says what is done, the policy how warmly."""

from __future__ import annotations

from mentalities_sim.declare import Parameter
from mentalities_sim.policies.doses import Fixed
from mentalities_sim.policies.titrated import Titrated
from mentalities_sim.signals import Signal

WHICH_PLAN = Parameter(
    0,
    (0, 2**48),
    unit="number",
    meaning="which plan is followed, as a number worked out from its rows; plans that differ differ in it",
    reason="no rule reads it: it makes the plan a setting of the arm, and so a part of a run's id",
)


class Planned(Fixed):
    """Do what the plan says, always at the same dose. Source: FOC (T12): graded, planned beforehand.

    The other channels are those of what is done; this policy's own are not used.

    Example:
        >>> Planned(warmth=0.7).warmth
        0.7
    """

    sends_as_set = False

    plan = WHICH_PLAN

    def choose(self, therapist, script, progress: float, exchange: int, luck) -> Signal:
        """Return the planned signal. Equation: W = warmth + share w. Source: FOC (T12)."""
        return self.follow(script, self.find_dose(therapist, script, progress, exchange, luck))


class TitratedPlan(Titrated):
    """Do what the plan says, at a dose paced to the client's threat as read. Source: CBK 2.6 (T1, T12).

    The other channels are those of what is done; this policy's own are not used.

    Example:
        >>> TitratedPlan().offset
        0.12
    """

    sends_as_set = False

    plan = WHICH_PLAN

    def choose(self, therapist, script, progress: float, exchange: int, luck) -> Signal:
        """Return the planned signal. Equation: W = warmth + share W_titrated. Source: CBK 2.6 (T1, T12)."""
        return self.follow(script, self.find_dose(therapist, script, progress, exchange, luck))
