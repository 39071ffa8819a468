"""DomWorld's core: winning in proportion to dominance, corrected by surprise (Hemelrijk).

Sources: Hemelrijk CK 1999, *Proc R Soc Lond B* 266:361-369; 2000, *Anim Behav* 59:1035-1048. The core
leaves out space: who meets whom is drawn at random. The starting values were read in a public replication
for NetLogo (after H. Lehmann; there the sexes differ, here all are alike), not in the papers.
"""

from __future__ import annotations

import numpy as np

from mentalities_sim.baselines.pairing import Ints, Seed, at_least, meetings

LEAST_DOMINANCE = 0.01
"""No dominance value falls below this, so that chances stay defined (as in public replications)."""


def domworld(
    step_dom: float = 1.0,
    *,
    n: int = 8,
    initial: float = 8.0,
    contests: int = 100,
    settling: int = 800,
    seed: Seed = 0,
) -> Ints:
    """Let `n` equals contest in random pairs; the less expected the outcome, the more it moves.

    Individual i wins over j with chance Domᵢ / (Domᵢ + Domⱼ). Then Domᵢ gains, and Domⱼ loses,
    (outcome - that chance) · `step_dom`, the outcome being 1 when i won and else 0; nobody falls below
    0.01. Returns wins (n, n) over `contests` contests, after `settling` contests that are not counted.

    `step_dom` and `initial` are in units of Dom (only their ratio matters but for the floor): 1 and 8 with
    8 individuals are the fierce society of the published model, 0.1 the mild one. The defaults watch 25
    contests an individual after 200; `step_dom` under 0, `initial` under 0.01 or n under 2 raise a
    ValueError. Source: Hemelrijk 2000, *Anim Behav* 59:1035.

    Example:
        >>> wins = domworld(seed=1)
        >>> wins.shape, int(wins.sum())
        ((8, 8), 100)
    """
    at_least("step_dom", step_dom, 0.0)
    at_least("n", n, 2)
    at_least("initial", initial, LEAST_DOMINANCE)
    at_least("contests", contests, 0)
    at_least("settling", settling, 0)
    generator = np.random.default_rng(seed)
    total = settling + contests
    first, second = (drawn.tolist() for drawn in meetings(generator, n, total))
    luck = generator.random(total).tolist()
    dominance = [float(initial)] * n
    wins = np.zeros((n, n), np.int64)
    for at in range(total):
        i, j = first[at], second[at]
        chance = dominance[i] / (dominance[i] + dominance[j])
        won = luck[at] < chance
        change = (won - chance) * step_dom
        dominance[i] = max(LEAST_DOMINANCE, dominance[i] + change)
        dominance[j] = max(LEAST_DOMINANCE, dominance[j] - change)
        if at >= settling:
            wins[(i, j) if won else (j, i)] += 1
    return wins
