"""Self-reinforcing hierarchies with forgetting (Bonabeau, Theraulaz & Deneubourg).

Sources: Bonabeau E, Theraulaz G & Deneubourg J-L 1995, *Physica A* 217:373-392; 1996, *Bull Math Biol*
58:661-717. Implemented from the published rule, forgetting linear in force.
"""

from __future__ import annotations

import math

import numpy as np

from mentalities_sim.baselines.pairing import Ints, Seed, at_least, meetings


def bonabeau(
    slope: float = 1.0,
    forgetting: float = 0.005,
    *,
    fights_per_agent: float = 0.1,
    n: int = 10,
    steps: int = 250,
    settling: int = 0,
    seed: Seed = 0,
) -> Ints:
    """Let `n` equals fight in random pairs; a win adds 1 to one's force, a loss takes 1 off.

    Individual i wins over j with chance 1 / (1 + exp(-slope · (Fᵢ - Fⱼ))). After every step each force
    loses the share `forgetting`; each individual has `fights_per_agent` fights a step on average.
    Returns wins (n, n) over `steps` steps; those of the `settling` steps before are not counted.

    `slope` η is per unit of force, 0 or more; `forgetting` μ is per step, 0 or more and less than 1;
    other numbers raise a ValueError. The default is slow forgetting, ηr/(2μ) = 10, watched from the start
    for 25 fights an individual. Source: Bonabeau et al. 1996, *Bull Math Biol* 58:661.

    Example:
        >>> wins = bonabeau(slope=50.0, forgetting=0.0, n=2, seed=1)  # the first fight decides all others
        >>> sorted(wins.ravel().tolist())
        [0, 0, 0, 25]
    """
    at_least("slope", slope, 0.0)
    at_least("forgetting", forgetting, 0.0, below=1.0)
    at_least("fights_per_agent", fights_per_agent, 0.0)
    at_least("n", n, 2)
    at_least("steps", steps, 0)
    at_least("settling", settling, 0)
    generator = np.random.default_rng(seed)
    until = np.floor(np.arange(1, settling + steps + 1) * (n * fights_per_agent / 2) + 1e-9).astype(np.int64)
    total = int(until[-1]) if until.size else 0
    pairs = [drawn.tolist() for drawn in meetings(generator, n, total)]
    luck = generator.random(total).tolist()
    force = [0.0] * n
    wins = np.zeros((n, n), np.int64)
    done = 0
    for step, stop in enumerate(until.tolist()):
        for at in range(done, stop):
            i, j = pairs[0][at], pairs[1][at]
            winner, loser = (i, j) if luck[at] < _logistic(slope * (force[i] - force[j])) else (j, i)
            force[winner] += 1.0
            force[loser] -= 1.0
            wins[winner, loser] += step >= settling
        done = stop
        force = [f * (1.0 - forgetting) for f in force]
    return wins


def instability(slope: float, fights_per_agent: float, forgetting: float) -> float:
    """Return ηr/(2μ): above 1, equality cannot last; inf without forgetting.

    Near equality the mean force follows dF/dt = r · (2P - 1) - μF, and 2P - 1 is ηF/2 to first order (the
    others' forces average to zero), so dF/dt = (ηr/2 - μ) F: small differences grow iff ηr/(2μ) > 1.
    It holds for any referee with slope η at even odds, ±1 updates and linear forgetting; with n individuals
    the pull is n/(n - 1) as strong, and chance blurs the border.

    Example:
        >>> instability(slope=0.5, fights_per_agent=0.2, forgetting=0.05)
        1.0
    """
    pull = slope * fights_per_agent / 2.0
    return pull / forgetting if forgetting > 0.0 else (math.inf if pull > 0.0 else 0.0)


def egalitarian_is_unstable(slope: float, fights_per_agent: float, forgetting: float) -> bool:
    """Whether small differences grow in the mean field: ηr/(2μ) > 1, see `instability`.

    Example:
        >>> egalitarian_is_unstable(1.0, 0.1, 0.005), egalitarian_is_unstable(1.0, 0.1, 0.5)
        (True, False)
    """
    return instability(slope, fights_per_agent, forgetting) > 1.0


def forgetting_for(ratio: float, slope: float = 1.0, fights_per_agent: float = 0.1) -> float:
    """Return the forgetting μ at which ηr/(2μ) is `ratio`, more than 0.

    Example:
        >>> round(forgetting_for(10.0), 6)
        0.005
    """
    if not (math.isfinite(ratio) and ratio > 0.0):
        raise ValueError(f"ratio is {ratio}; allowed: a finite number above 0")
    return slope * fights_per_agent / (2.0 * ratio)


def _logistic(x: float) -> float:
    # exp of a large positive number would overflow, so the sign decides the form
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0.0 else math.exp(x) / (1.0 + math.exp(x))
