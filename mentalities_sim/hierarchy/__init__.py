"""Dominance hierarchies from contests: read who won over whom, and measure the order it makes.

The measures are those of animal behaviour, where contests can be watched from beginning to end. Animals
are an analogy for people: what holds for hens need not hold for a ward, and a rank is no worth.
"""

from mentalities_sim.hierarchy.contests import UNKNOWN, Contests
from mentalities_sim.hierarchy.direction import downward_bids, escalation_rate, ranks, upset_share, upsets
from mentalities_sim.hierarchy.elo import elo_ratings, randomised_elo, rank_stability
from mentalities_sim.hierarchy.errors import ContestsError
from mentalities_sim.hierarchy.linearity import (
    de_vries_h,
    dominance,
    landau_h,
    linearity_test,
    transitivity,
)
from mentalities_sim.hierarchy.reading import read_contests, write_contests
from mentalities_sim.hierarchy.steepness import (
    david_scores,
    directional_consistency,
    normalised_david_scores,
    score_intervals,
    steepness,
)
from mentalities_sim.hierarchy.summary import Hierarchy, describe, measure

__all__ = [
    "UNKNOWN",
    "Contests",
    "ContestsError",
    "Hierarchy",
    "david_scores",
    "de_vries_h",
    "describe",
    "directional_consistency",
    "dominance",
    "downward_bids",
    "elo_ratings",
    "escalation_rate",
    "landau_h",
    "linearity_test",
    "measure",
    "normalised_david_scores",
    "randomised_elo",
    "rank_stability",
    "ranks",
    "read_contests",
    "score_intervals",
    "steepness",
    "transitivity",
    "upset_share",
    "upsets",
    "write_contests",
]
