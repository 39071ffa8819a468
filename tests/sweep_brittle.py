"""A policy that some clients break, importable by worker processes; and the experiment it is in."""

from __future__ import annotations

from tiny_experiments import FEARS, HEAD, only

from mentalities_sim.declare import Parameter
from mentalities_sim.policies import Policy


class Brittle(Policy):
    """Warm until the client seems too threatened; then it divides by nothing."""

    limit = Parameter(0.3, (0.0, 1.0), meaning="threat it can bear to read")

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        """Return 0.5, or fail. Equation: W = 0.5. Source: none, a test."""
        if therapist.reading > self.limit:
            return 1.0 / (self.limit - self.limit)
        return 0.5


TEXT = (
    HEAD.replace("replicates = 3", "replicates = 24", 1).replace("replicates = 3 }", "replicates = 1 }")
    + FEARS
    + only("fixed_020", "titrated", "yoked")
    + '[arms.brittle]\npolicy = "brittle"\n'
)
POLICIES = {"brittle": Brittle}
