"""Worlds in which people meet."""

from __future__ import annotations

from mentalities_sim.worlds.dyad import Dyad

__all__ = ["Dyad"]
