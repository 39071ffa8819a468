"""Mechanisms × claims: ablate each mechanism once, and see which claims fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.mechanisms import MECHANISMS
from mentalities_sim.evidence.effects import on_scale_of, point
from mentalities_sim.evidence.observing import observe
from mentalities_sim.evidence.testing import Design

UNITS = 60
"""Clients or groups per claim and mechanism: enough to see an effect halved."""


@dataclass(frozen=True)
class Matrix:
    """The share of a claim's effect that is left without a mechanism: 1 untouched, 0 gone; NaN: no effect.

    `left[i][j]` belongs to claim i and mechanism j.
    """

    claims: list[str]
    mechanisms: list[str]
    left: list[list[float]]

    @classmethod
    def of(cls, fallen: Mapping[str, Mapping[str, float]]) -> Matrix:
        """Return the matrix from the shares left of each claim, in the order of claims and mechanisms.

        Example:
            >>> Matrix.of({"S1": {"harm": 0.0}}).left
            [[0.0]]
        """
        from mentalities_sim.claims.theory import theory

        ids = [one for one in theory() if one in fallen]
        names = [name for name in MECHANISMS if any(name in fallen[one] for one in ids)]
        return cls(ids, names, [[fallen[one].get(name, float("nan")) for name in names] for one in ids])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)

    def carried(self, most: float = 0.5) -> dict[str, list[str]]:
        """Return, for each mechanism, the claims whose effect falls to at most that share without it."""
        left = np.array(self.left, float).reshape(len(self.claims), len(self.mechanisms))
        with np.errstate(invalid="ignore"):
            return {
                name: [one for one, share in zip(self.claims, left[:, j], strict=True) if share <= most]
                for j, name in enumerate(self.mechanisms)
            }


def falls(claim: Claim, design: Design) -> dict[str, float]:
    """Return the share of a claim's effect that is left without each mechanism.

    NaN where the claim is not shown on these units to begin with.
    """
    changes = [{}, *(mechanism.off for mechanism in MECHANISMS.values())]
    units = range(min(UNITS, claim.n, design.units))
    intact, *cut = observe(
        claim.arms, changes, units, reads=claim.reads, moments=claim.moments, seed=design.seed
    )
    whole = claim.signature(intact)
    size = point(whole)
    if not size > whole.smallest:
        return dict.fromkeys(MECHANISMS, float("nan"))
    return {
        name: point(on_scale_of(claim.signature(seen), whole)) / size
        for name, seen in zip(MECHANISMS, cut, strict=True)
    }
