"""A1-A3: what attachment makes of warmth, how a prime moves it, and what is seen in others because of it."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import HALF_A_MINUTE, PEOPLE
from mentalities_sim.claims.arms import brought_up, laboratory, signal, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import SMALLEST_D, Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen

WARM = brought_up(200, warm=1.0)
"""A childhood in which warmth was followed by nothing."""
HARMED = brought_up(200, warm_then_harmed=1.0)
"""A childhood in which warmth was often followed by harm."""
KINDNESS = signal(10, warmth=0.5)
ALONE = wait(HALF_A_MINUTE, times=10)


class ConnectionThreatens(Claim):
    """Equal warmth raises threat in those whose warmth was followed by harm, and lowers it in others."""

    id = "A1"
    tried = (
        "In the harmed warmth raises threat; in the safe it lowers it, but by less than .01, since at rest "
        "there is little threat to lower."
    )
    arms = {
        "harmed, with somebody warm": laboratory(KINDNESS, **HARMED),
        "harmed, alone": laboratory(ALONE, **HARMED),
        "safe, with somebody warm": laboratory(KINDNESS, **WARM),
        "safe, alone": laboratory(ALONE, **WARM),
    }
    reads = ("person.threat",)
    bounded = ("person.threat",)
    rests_on = ("danger_learning",)
    ablated = "nothing is learned of the danger of warmth, neither from harm after it nor from escaping it"
    sham = "habit"
    derivation = "harm soon after warmth teaches its danger; danger times warmth is alarm, which is threat"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Threat after five minutes of warmth against as long alone: up in the harmed, down in the safe."""
        threat = {arm: seen[arm].end("person.threat") for arm in seen}
        harmed, safe = threat["harmed, with somebody warm"], threat["safe, with somebody warm"]
        return Together(
            {
                "up in the harmed": Difference(harmed - threat["harmed, alone"], harmed),
                "down in the safe": Difference(threat["safe, alone"] - safe, safe),
            }
        )


IMAGINED = {"surface": 1, "freedom": 0.5}
"""A prime is imagined: guided to the inside, with room for a "no"."""
STRANGER = {"dominance": 0.3, "warmth": 0.0}
"""Somebody neither warm nor cold, who asks for something: one can read them either way."""
PRIMED = 10
"""Exchanges of the prime; the next one is with the stranger."""


class StateAttachment(Claim):
    """A prime of security moves reading and action for minutes, not for days, and leaves the trait.

    The prime is five minutes of imagined warmth, against as long an image that is neutral; what is read and
    done is then taken from one exchange with a stranger, at once or a day later. Reading is the warmth that
    is read in the stranger; action the warmth shown.
    """

    id = "A2"
    arms = {
        "primed": laboratory(signal(PRIMED, warmth=0.5, **IMAGINED), signal(1, **STRANGER), **PEOPLE),
        "not primed": laboratory(signal(PRIMED, warmth=0.0, **IMAGINED), signal(1, **STRANGER), **PEOPLE),
        "a day after": laboratory(
            signal(PRIMED, warmth=0.5, **IMAGINED), signal(1, hours=24.0, **STRANGER), **PEOPLE
        ),
        "a day after none": laboratory(
            signal(PRIMED, warmth=0.0, **IMAGINED), signal(1, hours=24.0, **STRANGER), **PEOPLE
        ),
    }
    reads = (
        "person.perceived_warmth",
        "person.shown_warmth",
        "person.threat",
        "person.drive",
        "person.soothing",
        "person.expected_warmth",
    )
    rests_on = ("security",)
    ablation = {"person.security_from_affect": 0.0, "person.soothing_rise": 0.0, "person.soothing_fall": 0.0}
    ablated = "what is felt leaves no soothing and no felt security behind: what one expects decides alone"
    sham = "habit"
    derivation = "imagined kindness soothes and calms; soothing less threat shows, and threat narrows reading"
    tried = (
        "Action moves: the prime makes 99 % of 200 people act more warmly by more than d .2, less a day "
        "later, and leaves the traits. Reading moves in none: no rule lets felt security colour what is "
        "read, and threat only makes room for the trait. Drive hardly moves: soothing does not touch it."
    )

    def signature(self, seen: Seen) -> Measure:
        """With the stranger, primed less not primed: reading, action, the systems; and less a day after."""
        read = moved(seen, "perceived_warmth")
        act, later = moved(seen, "shown_warmth"), moved(seen, "shown_warmth", "a day after")
        plain = seen["not primed"]
        shown = plain.end("person.shown_warmth")
        return Together(
            {
                "reads more warmth": Difference(read, plain.end("person.perceived_warmth")),
                "acts more warmly": Difference(act, shown),
                "less threat": Difference(-moved(seen, "threat"), plain.end("person.threat")),
                "less drive": Difference(-moved(seen, "drive"), plain.end("person.drive")),
                "more soothing": Difference(moved(seen, "soothing"), plain.end("person.soothing")),
                "for a while": Difference(act - later, shown),
                "what others are expected to be stays": self.stays(seen, 0),
                "what one is to oneself stays": self.stays(seen, 1),
            }
        )

    def stays(self, seen: Seen, surface: int) -> Difference:
        """Return how far the prime leaves alone what is expected of others (0) or of oneself (1)."""
        shift = moved(seen, "expected_warmth")[:, surface]
        return unmoved(shift, seen["not primed"].end("person.expected_warmth")[:, surface])


def moved(seen: Seen, state: str, when: str = "primed") -> np.ndarray:
    """Return a state with the stranger after the prime, less that after none."""
    without = "not primed" if when == "primed" else "a day after none"
    found: np.ndarray = seen[when].end(f"person.{state}") - seen[without].end(f"person.{state}")
    return found


def unmoved(shift: np.ndarray, trait: np.ndarray) -> Difference:
    """Return by how much people's shifts stay below the smallest of interest: above 0 where nothing moved.

    Example:
        >>> none = unmoved(np.zeros(3), np.array([0.0, 0.5, 1.0]))
        >>> round(float(none.estimate(np.arange(3)[None])[0]), 3)
        0.2
    """
    room = SMALLEST_D * float(np.nanstd(trait, ddof=1))
    return Difference(room - np.abs(shift), trait, smallest=0.0)


class Transference(Claim):
    """Where threat has narrowed the mind, what is read in a kind other lies nearer to what one expects.

    Poor mentalizing is had by holding threat at .8, against 0; both meet the same other.
    """

    id = "A3"
    arms = {
        "narrowed": laboratory(signal(5, threat=0.8, warmth=0.5), **PEOPLE),
        "open": laboratory(signal(5, threat=0.0, warmth=0.5), **PEOPLE),
    }
    reads = ("person.perceived_warmth", "person.expected_warmth")
    rests_on = ("narrowed_mind",)
    ablated = "everybody reads what is sent, whatever they feel"
    sham = "habit"
    derivation = "perceived = q sent + (1 - q) expected, and q falls with threat"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Distance of what is read from what is expected: open less narrowed."""
        away = {arm: self.away(seen, arm) for arm in seen}
        return Difference(away["open"] - away["narrowed"], away["open"])

    def away(self, seen: Seen, arm: str) -> np.ndarray:
        """Return how far what is read lies from what is expected of others, mean over the exchanges."""
        read = seen[arm].course("person.perceived_warmth")
        expected = seen[arm].course("person.expected_warmth")[..., 0]
        found: np.ndarray = np.abs(read - expected).mean(axis=1)
        return found
