"""What every warmth policy has: four titrated channels, dominance, and a choice per exchange."""

from __future__ import annotations

from typing import Any

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.declare import Parameter, State
from mentalities_sim.engine.agents import give_state
from mentalities_sim.signals import Signal


class Script:
    """One exchange of a fixed script: a replayed series or a coded dialogue."""

    dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="scripted dominance")
    warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="scripted warmth")
    playfulness = State(0.0, (0.0, 1.0), meaning="scripted playfulness")
    freedom = State(0.0, (0.0, 1.0), meaning="scripted freedom-giving")
    expressiveness = State(0.0, (0.0, 1.0), meaning="scripted expressiveness")


class Policy:
    """How a therapist chooses what to send, from the therapist's own perception alone.

    A policy never receives the client: `choose` is given the therapist, a script and how far the
    therapy and the session have come. Override `choose` (and `open_session`); everything declared
    here and in a subclass runs on both engines. Source: CBK 2.6.

    Example:
        >>> from mentalities_sim.policies import Fixed
        >>> Fixed(warmth=0.2).warmth
        0.2
    """

    dose = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth chosen for this exchange")

    dominance = Parameter(0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance sent")
    playfulness = Parameter(0.2, (0.0, 1.0), meaning="playfulness sent", source="CBK 2.6, 3")
    freedom = Parameter(0.5, (0.0, 1.0), meaning="freedom-giving sent", source="CBK 2.6, 3")
    expressiveness = Parameter(0.8, (0.0, 1.0), meaning="felt emotion shown", source="CBK 2.6")

    def __init__(self, **given: Any) -> None:
        give_state(self, given)

    def choose(self, therapist, script, progress: float, exchange: int, luck) -> Signal:
        """Choose the signal for this exchange.

        Equation: warmth = dose(therapist, script, progress, exchange); other channels constant.
        Source: CBK 2.6.
        """
        self.dose = clip11(self.find_dose(therapist, script, progress, exchange, luck))
        return Signal(self.dominance, self.dose, self.playfulness, self.freedom, self.expressiveness)

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        """Return the warmth for this exchange: none, in the base policy."""
        return 0.0


def linear(start: float, end: float, progress: float) -> float:
    """Return the point between start and end at progress 0…1.

    Example:
        >>> linear(0.0, 0.8, 0.5)
        0.4
    """
    return start + (end - start) * clip01(progress)
