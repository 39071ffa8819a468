"""What every warmth policy has: four titrated channels, dominance, and a choice per exchange."""

from __future__ import annotations

from typing import Any

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.declare import Parameter, State
from mentalities_sim.engine.agents import give_state
from mentalities_sim.interventions import REPERTOIRE
from mentalities_sim.signals import Signal

LAST = len(REPERTOIRE) - 1


class Script:
    """One exchange of a script: a replayed series, a coded dialogue, or what a plan says is done.

    The warmth of a plan's intervention is `warmth` + `dose_share` × dose; in the others `dose_share` is 0.
    """

    dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="scripted dominance")
    warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="scripted warmth")
    playfulness = State(0.0, (0.0, 1.0), meaning="scripted playfulness")
    freedom = State(0.0, (0.0, 1.0), meaning="scripted freedom-giving")
    expressiveness = State(0.0, (0.0, 1.0), meaning="scripted expressiveness")
    labelling = State(0.0, (0.0, 1.0), meaning="scripted labelling")
    surface = State(0, (0, 1), unit="between 0, inside 1", meaning="scripted surface")
    dose_share = State(0.0, (-1.0, 1.0), unit="circumplex per dose", meaning="warmth added per unit of dose")
    does = State(-1, (-1, LAST), unit="number", meaning="intervention that is scripted; none is -1")


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

    sends_as_set = True
    """Whether play and expressiveness are sent as the parameters say, in every exchange."""

    dose = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth chosen for this exchange")
    does = State(
        -1,
        (-1, LAST),
        unit="number",
        event="change",
        meaning="intervention done in this exchange; none is -1",
    )

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
        return Signal(self.dominance, self.dose, self.playfulness, self.freedom, self.expressiveness, 0.0, 0)

    def follow(self, script, dose: float) -> Signal:
        """Return what the script says is to be sent, as warmly as the dose makes it.

        Equation: W = clip(W_script + share dose, -1, 1); the rest as scripted. Source: CBK 2.6; Table 1.
        """
        self.does = script.does
        self.dose = clip11(script.warmth + script.dose_share * dose)
        return Signal(
            script.dominance,
            self.dose,
            script.playfulness,
            script.freedom,
            script.expressiveness,
            script.labelling,
            script.surface,
        )

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
