"""How close a group comes to one line of dominance: Landau's h, de Vries' h′ and its test, transitivity.

All take a win matrix: `matrix[i, j]` is how often i won over j, a draw ½ to each. Sources: Landau 1951, *Bull
Math Biophys* 13:1; Appleby 1983, *Anim Behav* 31:600; de Vries 1995, *Anim Behav* 50:1375; Shizuka &
McDonald 2012, *Anim Behav* 83:925. Animals are an analogy for people, and no more.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mentalities_sim.hierarchy.contests import Bools, Floats

_AT_ONCE = 20_000_000  # cells of random tournaments held at a time: 20 MB


def wins(matrix: npt.ArrayLike) -> Floats:
    """A win matrix as floats, or a `ValueError` that says what is allowed.

    Example:
        >>> wins([[0, 2], [1, 0]]).tolist()
        [[0.0, 2.0], [1.0, 0.0]]
    """
    table = np.asarray(matrix, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"a win matrix has shape {table.shape}; allowed: (n, n)")
    if table.size and not (table.min() >= 0 and table.max() < np.inf):
        raise ValueError("a win matrix holds a count that is negative or not finite; allowed: 0 or more")
    if table.diagonal().any():
        raise ValueError("a win matrix has wins on its diagonal; allowed: 0, nobody contests with itself")
    return table


def dominance(matrix: npt.ArrayLike) -> Floats:
    """Who dominates whom, shape (n, n): 1 if i won more often over j, 0 less, ½ as often, NaN never met.

    Example:
        >>> dominance([[0, 2, 1], [1, 0, 0], [1, 0, 0]]).tolist()
        [[nan, 1.0, 0.5], [0.0, nan, nan], [0.5, nan, nan]]
    """
    table = wins(matrix)
    return np.where(table + table.T > 0, halved(table), np.nan)


def landau_h(matrix: npt.ArrayLike) -> float:
    """Linearity by Landau's h, 0 to 1: 12/(N³−N) · Σ (Vᵢ − (N−1)/2)², Vᵢ the number i dominates.

    Tied and unobserved dyads count ½ to each (Appleby 1983), so that h falls with what was not seen. Chance
    gives 3/(N+1) where all dyads are known: 1 for two individuals, to whom linearity says nothing. NaN
    for fewer.

    Example:
        >>> landau_h([[0, 1, 1], [0, 0, 1], [0, 0, 0]]), landau_h([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
        (1.0, 0.0)
    """
    return landau(halved(wins(matrix)))


def de_vries_h(matrix: npt.ArrayLike) -> float:
    """Linearity by de Vries' h′: h with unobserved dyads decided by a fair coin, on average over coins.

    h + 6u/(N³−N), u the number of unobserved dyads (de Vries 1995). Nothing observed at all gives chance,
    3/(N+1). NaN for fewer than two individuals.

    Example:
        >>> de_vries_h([[0, 0, 0], [0, 0, 0], [0, 0, 0]])
        0.75
    """
    table = wins(matrix)
    n = len(table)
    unseen = int(np.count_nonzero(table + table.T == 0)) - n
    return with_coins(landau(halved(table)), n, unseen)


def linearity_test(matrix: npt.ArrayLike, randomizations: int = 10_000, seed: int = 1) -> float:
    """p of at least this much linearity by chance, by the two-step randomisation of de Vries (1995).

    Each step decides the unobserved dyads by coin (tied ones stay at ½) and compares its h with that of a
    tournament decided by coin throughout; p is the share of steps in which chance is at least as linear,
    the observed group counted in: (count + 1) / (randomizations + 1). With fewer than six individuals p
    cannot fall below .05, and the test says nothing. NaN for fewer than two.

    Example:
        >>> round(linearity_test(np.triu(np.ones((8, 8)), 1), 999), 3)
        0.001
    """
    if randomizations < 1:
        raise ValueError(f"randomizations is {randomizations}; allowed: a whole number from 1 on")
    table = wins(matrix)
    n = len(table)
    if n < 2:
        return np.nan
    upper = np.triu(np.ones((n, n), bool), 1)
    unseen = upper & (table + table.T == 0)
    known = np.where(unseen | unseen.T, 0.0, halved(table))
    rng = np.random.default_rng(seed)
    found, left, most = 0, randomizations, max(1, _AT_ONCE // n**2)
    while left:
        steps = min(left, most)
        observed = _spread(known.sum(axis=1) + _coins(rng, unseen, steps))
        chance = _spread(_coins(rng, upper, steps))
        found += int((chance >= observed - 1e-9).sum())
        left -= steps
    return (found + 1) / (randomizations + 1)


def transitivity(matrix: npt.ArrayLike) -> float:
    """Triangle transitivity ttri: 1 all triangles transitive, 0 as by chance, −3 all cyclic.

    4 · (P − ¾), P the share of transitive ones among triangles with all three dyads observed (Shizuka &
    McDonald 2012). A tied dyad counts as a coin, which gives their weights for triangles with ties. NaN
    without a complete triangle.

    Example:
        >>> transitivity([[0, 1, 1], [0, 0, 1], [0, 0, 0]]), transitivity([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
        (1.0, -3.0)
    """
    table = wins(matrix)
    return ttri(halved(table), table + table.T > 0)


def halved(table: Floats) -> Floats:
    """Dominance with ½ for tied and unobserved dyads, 0 on the diagonal."""
    shares = (np.sign(table - table.T) + 1.0) / 2.0
    shares.flat[:: len(table) + 1] = 0.0
    return shares


def landau(shares: Floats) -> float:
    """Landau's h of what `halved` gives; NaN for fewer than two."""
    n = len(shares)
    if n < 2:
        return np.nan
    return float(12 / (n**3 - n) * _spread(shares.sum(axis=1)))


def with_coins(h: float, n: int, unseen: int) -> float:
    """De Vries' h′ from Landau's h of `n`; `unseen` counts unobserved dyads from both sides."""
    return h + 3 * unseen / (n**3 - n) if n > 1 else np.nan


def _spread(dominated: Floats) -> Floats:
    """Σ (Vᵢ − (N−1)/2)² over the last axis."""
    apart = dominated - (dominated.shape[-1] - 1) / 2
    return np.asarray((apart * apart).sum(axis=-1))


def _coins(rng: np.random.Generator, dyads: Bools, steps: int) -> Floats:
    """How many each dominates in `dyads` (upper triangle) if coins decide; shape (steps, n)."""
    heads = rng.integers(0, 2, (steps, *dyads.shape), dtype=np.int8, endpoint=False) * dyads
    return heads.sum(axis=2) + dyads.sum(axis=0) - heads.sum(axis=1)


def ttri(shares: Floats, seen: Bools) -> float:
    """Transitivity from what `halved` gives, and which dyads met."""
    known, met = np.where(seen, shares, 0.0), seen.astype(np.float64)
    triangles = float(((met @ met) * met).sum()) / 6
    if triangles == 0:
        return np.nan
    cyclic = float(((known @ known) * known.T).sum()) / 3  # each cycle is met from its three corners
    return 4 * (0.25 - cyclic / triangles)
