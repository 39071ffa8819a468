"""What every intervention is: a signal, and how many exchanges it takes."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip11
from mentalities_sim.signals import Signal, Surface


class Intervention:
    """Something that a therapist can do: only a signal, sent as warmly as the policy decides.

    No intervention reads a hidden state of the client, and no rule asks which one a signal came from.
    The warmth sent is `warmth` + `dose_share` × dose, cut to [-1, 1]; the other channels are constant.
    `exchanges` is what it costs: exchanges of 30 s that it takes at least. Subclasses set what is theirs;
    channels and their ranges are those of `Signal`.

    Example:
        >>> class Waits(Intervention):
        ...     name = "waits"
        ...     dose_share = 0.5
        >>> Waits.signal(0.8).warmth
        0.4
    """

    name: str = ""
    meaning: str = ""
    dominance: float = 0.0
    warmth: float = 0.0
    dose_share: float = 1.0
    playfulness: float = 0.0
    freedom: float = 0.5
    expressiveness: float = 0.5
    labelling: float = 0.0
    surface: int = Surface.OTHER
    exchanges: int = 1
    source: str = ""

    @classmethod
    def signal(cls, dose: float) -> Signal:
        """Return the signal at a dose of warmth, from -1 to 1.

        Equation: W = clip(warmth + dose_share dose, -1, 1); the rest constant. Source: the class's own.
        """
        return Signal(
            cls.dominance,
            clip11(cls.warmth + cls.dose_share * dose),
            cls.playfulness,
            cls.freedom,
            cls.expressiveness,
            cls.labelling,
            int(cls.surface),
        )
