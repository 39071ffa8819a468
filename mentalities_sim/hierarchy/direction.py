"""Which way contests go: up or down the hierarchy, as fights or as bids.

Ranks are by David's score of *all* contests, so the contests judged have a part in the ranks they are
judged by: an upset share is a little too low in short records. Animals are an analogy for people.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from mentalities_sim.hierarchy.contests import UNKNOWN, Contests, Floats
from mentalities_sim.hierarchy.steepness import david_scores


def ranks(matrix: npt.ArrayLike) -> Floats:
    """Rank of each by David's score, shape (n,): 1 is the highest; equal scores share their mean rank.

    Example:
        >>> ranks([[0, 0], [3, 0]]).tolist()
        [2.0, 1.0]
    """
    # scores that ought to be equal may part in the last digit
    return np.asarray(rankdata(-np.round(david_scores(matrix), 9)), dtype=np.float64)


def upset_share(contests: Contests) -> float:
    """Share of decided contests won by the lower-ranked, 0 to 1.

    Draws, and contests between two of equal rank, are left out. NaN if nothing is left.

    Example:
        >>> upset_share(Contests([0, 0, 1], [1, 1, 0], [False] * 3, ("a", "b"))).__round__(3)
        0.333
    """
    rank = ranks(contests.matrix())
    one, other = rank[contests.winner], rank[contests.loser]
    return _share(one > other, ~contests.draw & (one != other))


def escalation_rate(contests: Contests) -> float:
    """Share of contests that came to a fight, 0 to 1; NaN if that was not noted, or without a contest."""
    if contests.escalated is None:
        return math.nan
    return _share(contests.escalated, np.ones(len(contests), bool))


def downward_bids(contests: Contests) -> float:
    """Share of first bids that go down the hierarchy, from higher to lower rank, 0 to 1.

    Contests with an unknown first bidder, and between two of equal rank, are left out. NaN if nothing is
    left, or where first bids were not noted.
    """
    if contests.first is None:
        return math.nan
    rank = ranks(contests.matrix())
    other = np.where(contests.first == contests.winner, contests.loser, contests.winner)
    bidder = rank[contests.first]
    return _share(bidder < rank[other], (contests.first != UNKNOWN) & (bidder != rank[other]))


def _share(yes: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> float:
    return float(yes[among].mean()) if among.any() else math.nan
