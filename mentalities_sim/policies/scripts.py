"""Policies that follow a script: a replayed warmth series, or a coded dialogue."""

from __future__ import annotations

from mentalities_sim.policies.base import Policy
from mentalities_sim.signals import Signal


class Replay(Policy):
    """Send another therapy's warmth, exchange by exchange, and look at nobody.

    With another client's titrated series it is the yoked control, with the own series permuted
    within each session the control of timing. Source: evidence rule 4 (T9).

    Example:
        >>> Replay().freedom
        0.5
    """

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        """Return the scripted warmth. Equation: W = W_script(t). Source: T9."""
        return script.warmth


class Scripted(Policy):
    """Send every channel as scripted: a coded dialogue. Source: CBK Table 1 (T15).

    Example:
        >>> Scripted().dose
        0.0
    """

    sends_as_set = False

    def choose(self, therapist, script, progress: float, exchange: int, luck) -> Signal:
        """Return the scripted signal. Equation: S = S_script(t). Source: CBK Table 1."""
        return self.follow(script, 0.0)
