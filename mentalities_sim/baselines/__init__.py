"""Published models of hierarchies to compare a society with, each as small as its rule.

They are models of animal groups, and animals are only an analogy for people: what they give is a
yardstick, the shape of a hierarchy that winning and losing alone would make. Each function takes a
seed or a NumPy Generator and returns wins (n, n), entry (i, j) how often i won over j.
"""

from mentalities_sim.baselines.bonabeau import bonabeau, egalitarian_is_unstable, forgetting_for, instability
from mentalities_sim.baselines.domworld import domworld
from mentalities_sim.baselines.dugatkin import Encounters, dugatkin, first_place, resolved

__all__ = [
    "Encounters",
    "bonabeau",
    "domworld",
    "dugatkin",
    "egalitarian_is_unstable",
    "first_place",
    "forgetting_for",
    "instability",
    "resolved",
]
