"""How far ranks lie apart: David's scores, the steepness of the hierarchy, directional consistency.

All take a win matrix: `matrix[i, j]` is how often i won over j, a draw ½ to each. Sources: David 1987,
*Biometrika* 74:432; Gammell et al. 2003, *Anim Behav* 66:601; de Vries, Stevens & Vervaecke 2006, *Anim
Behav* 71:585; van Hooff & Wensing 1987 (directional consistency). Animals are an analogy for people.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentalities_sim.hierarchy.contests import Contests, Floats
from mentalities_sim.hierarchy.linearity import wins


def david_scores(matrix: npt.ArrayLike) -> Floats:
    """David's score of each, shape (n,): w + w₂ − l − l₂ of dyadic shares corrected for chance.

    The share of i against j is (w_ij + ½)/(n_ij + 1), 0 where they never met (de Vries et al. 2006): few
    contests pull it towards ½. w and l sum a row and a column; w₂ and l₂ weigh the same by the others' w
    and l. Who met nobody scores 0, in the middle: nothing is known of its rank.

    Example:
        >>> david_scores([[0, 1], [0, 0]]).tolist()
        [0.5, -0.5]
    """
    table = wins(matrix)
    return davids(table, table + table.T)


def normalised_david_scores(matrix: npt.ArrayLike) -> Floats:
    """David's scores on the scale 0 to N−1, shape (n,): (DS + N(N−1)/2)/N.

    Example:
        >>> normalised_david_scores([[0, 1], [0, 0]]).tolist()
        [0.75, 0.25]
    """
    scores = david_scores(matrix)
    n = len(scores)
    return (scores + n * (n - 1) / 2) / n if n else scores


def steepness(matrix: npt.ArrayLike) -> float:
    """Steepness, 0 to 1: the slope of normalised David's scores on rank, by least squares, without sign.

    De Vries et al. 2006. NaN for fewer than two individuals or no contest at all. It falls with
    unobserved dyads and with few contests a dyad: compare groups of like sampling.

    Example:
        >>> round(steepness([[0, 9, 9], [0, 0, 9], [0, 0, 0]]), 3)
        0.9
    """
    table = wins(matrix)
    met = table + table.T
    return slope_on_rank(davids(table, met)) if met.any() else np.nan


def directional_consistency(matrix: npt.ArrayLike) -> float:
    """Directional consistency (DCI), 0 to 1: Σ|w_ij − w_ji| / Σ(w_ij + w_ji).

    0: as many contests go up as down in every dyad (draws are of no direction); 1: none goes against the
    dyad's main direction. Dyads with one contest count as consistent. NaN without a contest.

    Example:
        >>> directional_consistency([[0, 3], [1, 0]])
        0.5
    """
    return dci(wins(matrix))


def score_intervals(contests: Contests, resamples: int = 1000, seed: int = 1) -> pd.DataFrame:
    """Ranks by David's score with bootstrap intervals over contests; one row each, highest first.

    Columns: `rank` (from 1), `name`, `contests` (its number), `david_score`, `score` (normalised), `low` and
    `high`, the ends of the 95 % interval of the normalised score. `attrs["steepness"]` holds the steepness
    and the ends of its interval. Contests are drawn anew with replacement; since the samples drawn know
    fewer dyads than the record, and are shallower throughout, their middle 95 % is moved so that its mean
    is the estimate (and cut at the ends of the scale). Of dyads never observed the intervals know nothing;
    who had no contest stands in the middle, and has NaN for both ends.
    """
    matrix = contests.matrix()
    score, david = normalised_david_scores(matrix), david_scores(matrix)
    drawn = _redrawn(contests, resamples, seed)
    low, high = _moved(drawn, score, contests.n - 1.0)
    order = np.argsort(-score, kind="stable")
    taken_part = contests.taken_part()
    low, high = (np.where(taken_part > 0, ends, np.nan) for ends in (low, high))
    columns = {"david_score": david, "score": score, "low": low, "high": high}
    table = pd.DataFrame(
        {
            "rank": np.arange(1, contests.n + 1),
            "name": np.array(contests.names, dtype=object)[order],
            "contests": taken_part[order],
            **{name: values[order] for name, values in columns.items()},
        }
    )
    slope = steepness(matrix)
    slopes = np.array([slope_on_rank(one * contests.n) for one in drawn])
    ends = _moved(slopes[:, None], np.array([slope]), 1.0)
    table.attrs["steepness"] = (slope, float(ends[0][0]), float(ends[1][0]))
    return table


def _moved(drawn: Floats, found: Floats, top: float) -> tuple[Floats, Floats]:
    """Middle 95 % of what was drawn, shape (resamples, k), moved onto what was found, within 0 to `top`."""
    if not len(drawn):
        return np.full(found.shape, np.nan), np.full(found.shape, np.nan)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0) + found - drawn.mean(axis=0)
    # a skewed few draws may leave the estimate just outside
    return np.clip(np.minimum(low, found), 0, top), np.clip(np.maximum(high, found), 0, top)


def _redrawn(contests: Contests, resamples: int, seed: int) -> Floats:
    """Normalised scores of contests drawn anew with replacement, shape (resamples, n)."""
    if not len(contests):
        return np.empty((0, contests.n))
    rng = np.random.default_rng(seed)
    # drawing counts of the distinct outcomes is drawing contests, at the cost of the dyads alone
    rows = np.stack([contests.winner, contests.loser, contests.draw.astype(np.int64)])
    kinds, counts = np.unique(rows, axis=1, return_counts=True)
    winner, loser, draw = kinds[0], kinds[1], kinds[2].astype(bool)
    drawn = rng.multinomial(len(contests), counts / len(contests), size=resamples)
    scores = np.empty((resamples, contests.n))
    for one, times in enumerate(drawn):
        table = np.zeros((contests.n, contests.n))
        np.add.at(table, (winner, loser), np.where(draw, times / 2, times))
        np.add.at(table, (loser[draw], winner[draw]), times[draw] / 2)
        scores[one] = davids(table, table + table.T)
    return (scores + contests.n * (contests.n - 1) / 2) / contests.n


def davids(table: Floats, met: Floats) -> Floats:
    """David's scores from wins, and how often each met each."""
    shares = (table + 0.5) / (met + 1.0) * (met > 0)
    won, lost = shares.sum(axis=1), shares.sum(axis=0)
    return np.asarray(won + shares @ won - lost - lost @ shares)


def slope_on_rank(scores: Floats) -> float:
    """Slope of the normalised scores on rank, from David's scores (whose shift does not matter)."""
    n = len(scores)
    if n < 2:
        return np.nan
    ranks = np.arange(n) - (n - 1) / 2
    # Σ ranks² = (n³ − n)/12
    return float(np.sort(scores) @ ranks) / n * 12 / (n**3 - n)


def dci(table: Floats) -> float:
    """Directional consistency of a checked table of wins."""
    total = float(table.sum())
    return float(np.abs(table - table.T).sum()) / 2 / total if total else np.nan
