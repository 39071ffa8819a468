"""Ratings that follow contests as they happen: Elo ratings, their intervals, and the stability of ranks.

Sources: Elo 1978, *The Rating of Chessplayers*; Albers & de Vries 2001, *Anim Behav* 61:489; Neumann et al.
2011, *Anim Behav* 82:911 (stability index S); McDonald & Shizuka 2013, *Behav Ecol* 24:511 (S on 0 to 1);
Sánchez-Tójar et al. 2018, *J Anim Ecol* 87:594 (random orders). Animals are an analogy for people.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import rankdata

from mentalities_sim.hierarchy.contests import Bools, Contests, Floats

SPREAD = 200 * math.sqrt(2.0)
"""Standard deviation, in points, of the difference of two performances (Elo 1978: 200 points each)."""


def elo_ratings(contests: Contests, k: float = 100.0, start: float = 1000.0) -> Floats:
    """Ratings of all after each contest, in order of time; shape (contests, n), in points.

    Winner and loser exchange k · (1 − p) points, p the winner's chance beforehand, Φ(difference/200√2); in a
    draw k · (½ − p). All start at `start`, whenever their first contest is, so ratings are relative to the
    group's mean. Raises `ValueError` where the order is not known (a win matrix): see `randomised_elo`.

    Example:
        >>> elo_ratings(Contests([0], [1], [False], ("a", "b"))).tolist()
        [[1050.0, 950.0]]
    """
    if not contests.ordered:
        raise ValueError("these contests have no order, so no trajectories; randomised_elo rates them")
    _check(k)
    now = contests.in_order()
    ratings = np.full(contests.n, float(start))
    path = np.empty((len(now), contests.n))
    outcome = np.where(now.draw, 0.5, 1.0).tolist()
    for i, (one, other) in enumerate(zip(now.winner.tolist(), now.loser.tolist(), strict=True)):
        chance = 0.5 * math.erfc((ratings[other] - ratings[one]) / (SPREAD * math.sqrt(2.0)))
        step = k * (outcome[i] - chance)
        ratings[one] += step
        ratings[other] -= step
        path[i] = ratings
    return path


def randomised_elo(
    contests: Contests, orders: int = 1000, seed: int = 1, k: float = 100.0, start: float = 1000.0
) -> pd.DataFrame:
    """Final ratings over random orders of the contests: a rating that no order decides, one row each.

    Columns: `name` (in the order of `contests.names`), `rating` (mean over orders, points), `low` and `high`
    (middle 95 % of the orders), after Sánchez-Tójar et al. 2018. It takes ranks as unchanged over the
    whole record. Who had no contest stays at `start`, of which no order says anything: both ends are NaN.

    Example:
        >>> randomised_elo(Contests([0, 0], [1, 1], [False] * 2, ("a", "b")), orders=5)[
        ...     "rating"
        ... ].round().tolist()
        [1086.0, 914.0]
    """
    _check(k)
    if orders < 1:
        raise ValueError(f"orders is {orders}; allowed: a whole number from 1 on")
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(np.tile(np.arange(len(contests)), (orders, 1)), axis=1)
    outcome = np.where(contests.draw, 0.5, 1.0)
    ratings = np.full((orders, contests.n), float(start))
    lane = np.arange(orders)
    for at in shuffled.T:  # one contest of every order at a time
        one, other = contests.winner[at], contests.loser[at]
        step = k * (outcome[at] - ndtr((ratings[lane, one] - ratings[lane, other]) / SPREAD))
        ratings[lane, one] += step
        ratings[lane, other] -= step
    low, high = np.quantile(ratings, [0.025, 0.975], axis=0)
    low, high = (np.where(contests.taken_part() > 0, ends, np.nan) for ends in (low, high))
    return pd.DataFrame({"name": contests.names, "rating": ratings.mean(axis=0), "low": low, "high": high})


def rank_stability(contests: Contests, k: float = 100.0, start: float = 1000.0) -> float:
    """Stability index S of Elo ranks, 1 no rank ever changes, 0 the order turns round at every step.

    1 − Σ Cᵢwᵢ / Σ ⌊Nᵢ²/2⌋ over steps i: Cᵢ sums the changes of rank of the Nᵢ present before and after, wᵢ is
    the earlier rating of the highest-rated whose rank changed, on a scale of 0 to 1 over those present
    (Neumann et al. 2011, turned to 0–1 by McDonald & Shizuka 2013). A step leads from one day to the next
    (quiet days count as steps without change) where contests are dated, from one time to the next where
    times are numbers, and else from contest to contest: compare only records with like steps. Present
    is who has had a first and not yet a last contest. Ties share their mean rank. NaN with fewer than two
    times, or where the order is not known.

    Example:
        >>> rank_stability(Contests([0, 0, 0], [1, 1, 1], [False] * 3, ("a", "b")))
        1.0
    """
    if not contests.ordered or not len(contests):
        return math.nan
    now = contests.in_order()
    steps = _steps(now)
    last = np.flatnonzero(np.diff(steps, append=math.inf))  # the last contest of each step
    ratings, at = elo_ratings(now, k, start)[last], steps[last]
    arrival, leaving = _stay(now, steps)
    together = (arrival <= at[:-1, None]) & (leaving >= at[1:, None])
    # nobody comes or goes on the quiet days between, and no rank changes
    quiet = np.diff(at) - 1 if now.dated else 0
    possible = float((together.sum(axis=1) ** 2 // 2 * (1 + quiet)).sum())
    changed = float(_weighted_changes(ratings[:-1], ratings[1:], together).sum())
    return 1 - changed / possible if possible else math.nan


def _check(k: float) -> None:
    if not (math.isfinite(k) and k > 0):
        raise ValueError(f"k is {k}; allowed: a finite number of points above 0")


def _steps(now: Contests) -> Floats:
    if now.time is None:
        return np.arange(len(now), dtype=np.float64)
    return np.floor(now.time) if now.dated else now.time


def _stay(now: Contests, steps: Floats) -> tuple[Floats, Floats]:
    """The steps of each one's first and last contest."""
    arrival, leaving = np.full(now.n, np.inf), np.full(now.n, -np.inf)
    for who in (now.winner, now.loser):
        np.minimum.at(arrival, who, steps)
        np.maximum.at(leaving, who, steps)
    return arrival, leaving


def _weighted_changes(before: Floats, after: Floats, together: Bools) -> Floats:
    """C · w of each step, from ratings before and after it; all have shape (steps, n)."""
    # who is not together comes last in both, and so moves nobody
    change = np.abs(
        np.diff([rankdata(np.where(together, -r, np.inf), axis=1) for r in (before, after)], axis=0)[0]
    )
    lowest = np.where(together, before, np.inf).min(axis=1, initial=np.inf)
    spread = np.where(together, before, -np.inf).max(axis=1, initial=-np.inf) - lowest
    moved = np.where(change > 0, before, -np.inf).max(axis=1, initial=-np.inf)
    some = np.isfinite(moved)
    # all rated alike before: the highest is among those who moved
    weight = np.divide(moved - lowest, spread, out=np.ones_like(spread), where=some & (spread > 0))
    return np.where(some, change.sum(axis=1) * weight, 0.0)
