"""Which points of the plausible box make people at all: those whose societies look like published ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mentalities_sim.claims.arms import society
from mentalities_sim.claims.mechanisms import Change
from mentalities_sim.evidence.observing import observe

QUARTILES = {
    "linearity": (0.76, 0.95),
    "transitivity": (0.79, 1.0),
    "steepness": (0.69, 0.89),
    "directional_consistency": (0.69, 0.95),
}
"""Published quartiles of real groups (DomArchive: Strauss et al. 2022); calibrated on, never an input."""
GROUPS = 10
MISSED = 1
"""How many of the four a point may miss by its median and still count as anchored."""


def anchored(box: Sequence[Change], seed: int = 1) -> list[bool]:
    """Return, for each point of the box, whether its groups' orders look like those of real groups.

    The medians over ten groups of ten (90 days) are compared with the published
    quartiles; one of the four may be missed. A point whose states leave the real numbers is not anchored.
    Source: evidence rule 10; anchors, "Dominance hierarchies". Animals are an analogy for people.
    """
    if not box:
        return []
    found = []
    for seen in observe({"group": society(**{"world.days": 90})}, list(box), range(GROUPS), seed=seed):
        inside = 0
        for name, (low, high) in QUARTILES.items():
            values = seen["group"].outcome(name)
            inside += bool(np.isfinite(values).all() and low <= np.median(values) <= high)
        found.append(inside >= len(QUARTILES) - MISSED)
    return found
