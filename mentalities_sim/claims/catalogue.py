"""All claims, in the order of the theory."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from mentalities_sim import claims as package
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.theory import theory, wording


@cache
def claims() -> dict[str, Claim]:
    """Return every claim that has a class, by id, in the order of the theory.

    Raises `TypeError` when two classes claim one id, or one's id is none of the theory's.

    Example:
        >>> type(claims()["S2"]).__name__
        'NegativityBias'
    """
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: dict[str, Claim] = {}
    for cls in _below(Claim):
        if not cls.__module__.startswith(f"{package.__name__}."):
            continue
        wording(cls.id)
        if cls.id in found:
            raise TypeError(f"{cls.__name__} and {type(found[cls.id]).__name__} are both claim {cls.id}")
        found[cls.id] = cls()
    return {claim_id: found[claim_id] for claim_id in theory() if claim_id in found}


def _below(cls: type[Claim]) -> list[type[Claim]]:
    found = []
    for one in cls.__subclasses__():
        found += [one, *_below(one)]
    return [one for one in found if "id" in vars(one)]
