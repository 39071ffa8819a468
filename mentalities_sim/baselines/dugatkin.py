"""Winner and loser effects alone (Dugatkin 1997), with what came of every encounter.

Source: Dugatkin LA 1997, "Winner and loser effects and the structure of dominance hierarchies",
*Behav Ecol* 8:583-587. Implemented from the published description.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mentalities_sim.baselines.pairing import Ints, Seed, at_least, meetings

INITIAL_POWER = 10.0
"""Power of everybody at the start, and what everybody takes an opponent's power to be; only ratios matter."""


class Encounters(NamedTuple):
    """Who won over whom, and how many encounters were a fight, a retreat or neither.

    `wins` is (n, n), entry (i, j) how often i won over j, by a fight or because j retreated;
    `fights` + `retreats` + `neither` is the number of encounters.
    """

    wins: Ints
    fights: int
    retreats: int
    neither: int


def dugatkin(
    winner_effect: float = 0.0,
    loser_effect: float = 0.0,
    *,
    n: int = 10,
    encounters: int = 250,
    threshold: float = 1.0,
    seed: Seed = 0,
) -> Encounters:
    """Let `n` equals meet in random pairs; a win multiplies power by 1 + W, a loss by 1 - L.

    Everybody knows their own power and takes the opponent's to be what all began with. One is
    aggressive when own ÷ supposed power is at least `threshold`. Two aggressive individuals fight, and
    i wins with chance own / (own + other), both powers the true ones; if only one is, the other
    retreats; if none is, nothing happens. A retreat is a win and a loss like any other and moves both
    powers (with W = 0 or L = 0, the published rows, nothing turns on that).

    `winner_effect` is 0 or more, `loser_effect` 0 or more and less than 1, `n` 2 or more; other
    numbers raise a ValueError. Source: Dugatkin 1997, *Behav Ecol* 8:583.

    Example:
        >>> found = dugatkin(loser_effect=0.3, seed=1)
        >>> found.fights, found.fights + found.retreats + found.neither  # each loss takes one out: n - 1
        (9, 250)
    """
    at_least("winner_effect", winner_effect, 0.0)
    at_least("loser_effect", loser_effect, 0.0, below=1.0)
    at_least("n", n, 2)
    at_least("encounters", encounters, 0)
    at_least("threshold", threshold, 0.0)
    generator = np.random.default_rng(seed)
    first, second = meetings(generator, n, encounters)
    luck = generator.random(encounters)
    power = [INITIAL_POWER] * n
    wins = np.zeros((n, n), np.int64)
    fights = retreats = 0
    for i, j, drawn in zip(first.tolist(), second.tolist(), luck.tolist(), strict=True):
        bold = power[i] >= threshold * INITIAL_POWER, power[j] >= threshold * INITIAL_POWER
        if bold == (False, False):
            continue
        if bold == (True, True):
            fights += 1
            first_wins = drawn < _chance(power[i], power[j])
        else:
            retreats += 1
            first_wins = bold[0]
        winner, loser = (i, j) if first_wins else (j, i)
        wins[winner, loser] += 1
        # beyond this no chance changes any more, and the product would run to infinity
        power[winner] = min(power[winner] * (1.0 + winner_effect), 1e150)
        power[loser] *= 1.0 - loser_effect
    return Encounters(wins, fights, retreats, encounters - fights - retreats)


def _chance(own: float, other: float) -> float:
    total = own + other
    return own / total if total > 0.0 else 0.5  # two powers lost to rounding are equals


def resolved(wins: npt.ArrayLike) -> float:
    """Share of dyads in which one has won more often than the other.

    `wins` is (n, n). A dyad that never met, or won alike often, is not resolved.

    Example:
        >>> resolved([[0, 2, 1], [1, 0, 0], [1, 0, 0]])  # 0 over 1; 0 and 2 even; 1 and 2 never met
        0.3333333333333333
    """
    table = np.asarray(wins)
    n = table.shape[0]
    return float((table > table.T).sum() / (n * (n - 1) / 2))


def first_place(wins: npt.ArrayLike) -> int:
    """Number of dyads won by the individual who has won most dyads (the alpha), at most n - 1.

    Example:
        >>> first_place([[0, 2, 1], [1, 0, 0], [0, 3, 0]])
        2
    """
    table = np.asarray(wins)
    return int((table > table.T).sum(axis=1).max())
