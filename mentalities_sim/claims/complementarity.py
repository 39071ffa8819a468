"""I2: what warmth and dominance invite in the other, within a dyad."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import laboratory, meeting
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.within import detrended
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen

MEETINGS = 120
PUSHES = np.random.default_rng(1).uniform(-0.5, 0.5, (MEETINGS, 2)).round(3)
"""What is added to the dominance and warmth that one of the two shows: innovations, the same in all arms."""
DRIVEN = {"partner.resting_drive": 0.9, "partner.drive": 0.9}


class Complementarity(Claim):
    """Warmth invites warmth, and dominance submission, less so in a partner who is driven.

    The theory's two ablations are made at once, and each is to kill its own axis: the referee at half a bid,
    and affect that does not show as warmth. A driven partner stands for the wish to counter as well: the wish
    is drive beyond a threshold, and a counter-bid shows through drive and anger only.
    """

    id = "I2"
    arms = {
        name: laboratory(
            *[meeting(dominance=float(d), warmth=float(w)) for d, w in PUSHES],
            **PEOPLE,
            **{"world.partner_childhood": PEOPLE["world.childhood"]},
            **drive,
        )
        for name, drive in (("as they are", {}), ("driven", DRIVEN))
    }
    reads = (
        "person.shown_warmth",
        "partner.shown_warmth",
        "person.shown_dominance",
        "partner.shown_dominance",
    )
    rests_on = ("referee", "affect_shows")
    ablated = "the referee yields to half of every bid, and affect does not show as warmth: both axes at once"
    sham = "unlearning"
    tried = (
        "With warmth's path cut alone its slope goes and dominance stays, as claimed. With the referee at a "
        "half dominance keeps about two thirds of its slope: a bid is yielded to in proportion to its size "
        "whatever the referee thinks, and yielding shows. Only deafness to bids takes it away (tried before, "
        "d 2.0 to -.1)."
    )
    derivation = "warmth received soothes, soothing shows as warmth; a bid may be yielded to, yielding shows"

    def signature(self, seen: Seen) -> Measure:
        """Slopes of what the other answers on what one shows, detrended, above shuffled partners: of warmth;
        of dominance, turned round; and how much flatter that is in the driven."""
        warmth = invited(seen["as they are"], "shown_warmth")
        dominance = {arm: -invited(seen[arm], "shown_dominance") for arm in seen}
        plain, driven = dominance["as they are"], dominance["driven"]
        return Together(
            {
                "warmth invites warmth": Difference(warmth, warmth),
                "dominance invites submission": Difference(plain, plain),
                "less in the driven": Difference(plain - driven, plain),
            }
        )


def invited(record: Record, what: str) -> np.ndarray:
    """Return, for each dyad, the slope of what the other answers on what one shows, above shuffled partners.

    A slope and no correlation: little chance is left in an answer, so that any trace of an effect correlates
    highly. The shuffled partner is that of the next dyad, half a course later, since all dyads meet the same
    innovations in the same order.
    """
    sent, answered = (detrended(record.course(f"{whose}.{what}")) for whose in ("person", "partner"))
    strangers = np.roll(np.roll(answered, 1, axis=0), answered.shape[1] // 2, axis=1)
    return slope(sent, answered) - slope(sent, strangers)


def slope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the slope of y on x within each row of two detrended series; 0 where x does not vary.

    Example:
        >>> slope(np.array([[1.0, -1.0]]), np.array([[-2.0, 2.0]])).tolist()
        [-2.0]
    """
    spread = (x * x).sum(axis=1)
    return np.where(spread > 1e-9, (x * y).sum(axis=1) / np.where(spread > 1e-9, spread, 1.0), 0.0)
