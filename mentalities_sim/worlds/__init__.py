"""Worlds in which people meet."""

from __future__ import annotations

from mentalities_sim.worlds.clinic import Clinic
from mentalities_sim.worlds.dyad import Dyad
from mentalities_sim.worlds.society import Society

__all__ = ["Clinic", "Dyad", "Society"]
