"""Which way contests go: up or down the hierarchy, as fights or as bids.

Ranks are by David's score of *all* contests, so the contests judged have a part in the ranks they are
judged by: an upset share is a little too low in short records. Animals are an analogy for people.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from mentalities_sim.hierarchy.contests import UNKNOWN, Bools, Contests, Floats
from mentalities_sim.hierarchy.steepness import david_scores


def ranks(matrix: npt.ArrayLike) -> Floats:
    """Rank of each by David's score, shape (n,): 1 is the highest; equal scores share their mean rank.

    Example:
        >>> ranks([[0, 0], [3, 0]]).tolist()
        [2.0, 1.0]
    """
    return np.asarray(rankdata(-_as_equal(david_scores(matrix))), dtype=np.float64)


def upsets(
    winner_score: npt.ArrayLike, loser_score: npt.ArrayLike, draw: npt.ArrayLike = False
) -> tuple[Bools, Bools]:
    """Which contests the lower-ranked won, and which count: two arrays of truths, one entry a contest.

    Scores are David's, of winner and loser of each contest, of one group or of many at once; higher ranks
    higher. Draws, contests between two of equal score, and contests with a NaN score do not count. The
    share of upsets is `upset[counted].mean()`.

    Example:
        >>> upset, counted = upsets([2.0, 1.0, 1.0], [1.0, 2.0, 1.0])
        >>> upset.tolist(), counted.tolist()
        ([False, True, False], [True, True, False])
    """
    won, lost = (_as_equal(np.asarray(score, dtype=np.float64)) for score in (winner_score, loser_score))
    upset = ~np.asarray(draw, dtype=np.bool_) & (won < lost)
    return upset, upset | (~np.asarray(draw, dtype=np.bool_) & (won > lost))


def _as_equal(scores: Floats) -> Floats:
    """Scores that ought to be equal, and part in the last digit, made equal."""
    return np.round(scores, 9)


def upset_share(contests: Contests) -> float:
    """Share of decided contests won by the lower-ranked, 0 to 1.

    Draws, and contests between two of equal rank, are left out. NaN if nothing is left.

    Example:
        >>> upset_share(Contests([0, 0, 1], [1, 1, 0], [False] * 3, ("a", "b"))).__round__(3)
        0.333
    """
    scores = david_scores(contests.matrix())
    upset, counted = upsets(scores[contests.winner], scores[contests.loser], contests.draw)
    return _share(upset, counted)


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


def _share(yes: Bools, among: Bools) -> float:
    return float(yes[among].mean()) if among.any() else math.nan
