"""Warmth policies: small classes written like agent rules."""

from __future__ import annotations

from mentalities_sim.policies.base import Policy, Script
from mentalities_sim.policies.complementary import Complementary
from mentalities_sim.policies.doses import Expert, Fixed, Ramp
from mentalities_sim.policies.plans import Planned, TitratedPlan
from mentalities_sim.policies.responsive import Responsive
from mentalities_sim.policies.scripts import Replay, Scripted
from mentalities_sim.policies.titrated import Titrated

__all__ = [
    "Complementary",
    "Expert",
    "Fixed",
    "Planned",
    "Policy",
    "Ramp",
    "Replay",
    "Responsive",
    "Script",
    "Scripted",
    "Titrated",
    "TitratedPlan",
    "known_policies",
]


def known_policies() -> dict[str, type[Policy]]:
    """Return the policies an experiment file can name, by that name.

    Example:
        >>> known_policies()["titrated"].__name__
        'Titrated'
    """
    return {
        "fixed": Fixed,
        "ramp": Ramp,
        "expert": Expert,
        "titrated": Titrated,
        "complementary": Complementary,
        "replay": Replay,
        "scripted": Scripted,
        "planned": Planned,
        "titrated_plan": TitratedPlan,
        "responsive": Responsive,
    }
