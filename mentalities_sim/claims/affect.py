"""S1-S4: how fast and how heavy the systems are, and how they narrow."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.arms import ORDINARY, brought_up, laboratory, signal, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen

PEOPLE = brought_up(200, **ORDINARY)
"""The same people for every claim in the laboratory: an ordinary-harsh childhood."""
LOVED = brought_up(200, warm=1.0)
"""People to whom kindness is nothing but kind."""
HALF_A_MINUTE = 1.0 / 120.0


class ThreatIsFast(Claim):
    """Threat reaches half its peak sooner after a threat than soothing after an equal kindness."""

    id = "S1"
    arms = {
        "threat": laboratory(signal(10, warmth=-0.5), **LOVED),
        "kindness": laboratory(signal(10, warmth=0.5), **LOVED),
    }
    reads = ("person.threat", "person.soothing")
    bounded = ("person.threat",)
    rests_on = ()
    ablation = {"person.threat_rise": 0.1, "person.soothing_rise": 0.1}
    ablated = "both rise at soothing's rate"
    sham = "transfer"
    derivation = "threat_rise > soothing_rise"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Steps to half-peak of soothing, less those of threat."""
        slow = steps_to_half(seen["kindness"].course("person.soothing"))
        fast = steps_to_half(seen["threat"].course("person.threat"))
        return Difference(slow - fast, slow)


class NegativityBias(Claim):
    """Coldness moves a person further down than equal kindness moves them up, and more of it is left later.

    Down and up are soothing less threat against nobody being there, after three signals and ten minutes on.
    """

    id = "S2"
    arms = {
        "coldness": laboratory(signal(3, warmth=-0.5), wait(HALF_A_MINUTE, times=20), **LOVED),
        "nobody": laboratory(wait(HALF_A_MINUTE, times=23), **LOVED),
        "kindness": laboratory(signal(3, warmth=0.5), wait(HALF_A_MINUTE, times=20), **LOVED),
    }
    reads = ("person.threat", "person.soothing")
    bounded = ("person.threat",)
    rests_on = ("harm",)
    ablation = {"person.harm_threatens": 1.0, "person.threat_rise": 0.1, "person.soothing_rise": 0.1}
    ablated = "harm weighs as kindness does, and threat rises as soothing does"
    sham = "transfer"
    derivation = "harm_threatens > 1 and threat_rise > soothing_rise; but threat also falls faster"
    one_line = True
    tried = (
        "Coldness moves people further, but is over sooner: threat falls within minutes, soothing over "
        "hours, as the rules' time scales say."
    )

    def signature(self, seen: Seen) -> Measure:
        """Fall less rise at the third signal; and what is left of each, ten minutes later, less likewise."""
        well = {arm: seen[arm].course("person.soothing") - seen[arm].course("person.threat") for arm in seen}
        fall = (well["nobody"] - well["coldness"])[:, [2, -1]]
        rise = (well["kindness"] - well["nobody"])[:, [2, -1]]
        moved = Difference(fall[:, 0] - rise[:, 0], well["coldness"][:, 2])
        return Together({"displacement": moved, "recovery": Difference(left(fall) - left(rise), left(rise))})


def left(moved: np.ndarray) -> np.ndarray:
    """Return the share that is left of a move, NaN where nothing moved.

    Example:
        >>> left(np.array([[0.5, 0.25]])).tolist()
        [0.5]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(moved[:, 0] > LEAST, moved[:, 1] / moved[:, 0], np.nan)


def steps_to_half(course: np.ndarray) -> np.ndarray:
    """Return the first step at which a course has come half the way to its peak; all steps if never.

    Example:
        >>> steps_to_half(np.array([[0.0, 0.2, 0.6, 1.0], [0.1, 0.1, 0.1, 0.1]])).tolist()
        [2.0, 4.0]
    """
    start, peak = course[:, :1], course.max(axis=1, keepdims=True)
    reached = (course >= start + 0.5 * (peak - start)) & (peak - start > LEAST)
    return np.where(reached.any(axis=1), reached.argmax(axis=1), course.shape[1]).astype(float)


LEAST = 0.02
"""Rise below which nothing has moved to speak of."""
