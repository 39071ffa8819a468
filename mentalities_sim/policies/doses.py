"""Policies that decide warmth without looking: fixed, linear ramp, expert stance."""

from __future__ import annotations

from mentalities_sim.declare import Parameter
from mentalities_sim.policies.base import Policy, linear


class Fixed(Policy):
    """The same warmth in every exchange. Source: the comparison of T1.

    Example:
        >>> Fixed(warmth=0.9).warmth
        0.9
    """

    warmth = Parameter(0.5, (-1.0, 1.0), unit="circumplex", meaning="warmth sent")

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        """Return the fixed dose. Equation: W = w. Source: T1."""
        return self.warmth


class Ramp(Policy):
    """Warmth that grows linearly over the therapy, whatever the client does.

    Source: kernel, "The short of it": half of titration's advantage may be had by a plain ramp.

    Example:
        >>> Ramp(end=0.8).start
        0.0
    """

    start = Parameter(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth in the first exchange")
    end = Parameter(1.0, (-1.0, 1.0), unit="circumplex", meaning="warmth in the last exchange")

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        """Return the ramp's dose. Equation: W = start + (end - start) progress. Source: T1's control."""
        return linear(self.start, self.end, progress)


class Expert(Fixed):
    """Warmth from above: the same warmth as a fixed dose, with directives.

    Source: CBK 2.1.4 (jargon, interpretation and recommendation are positions of authority; T2).

    Example:
        >>> Expert().dominance
        0.5
    """

    warmth = Parameter(0.6, (-1.0, 1.0), unit="circumplex", meaning="warmth sent")
    dominance = Parameter(0.5, (-1.0, 1.0), unit="circumplex", meaning="dominance sent", source="CBK 2.1.4")
    freedom = Parameter(0.0, (0.0, 1.0), meaning="freedom-giving sent")
    playfulness = Parameter(0.0, (0.0, 1.0), meaning="playfulness sent")
