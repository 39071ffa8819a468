"""What people, policies, worlds and interventions are: described from what the code declares."""

from __future__ import annotations

from mentalities_sim.describing.declarations import describe_class
from mentalities_sim.describing.page import Description
from mentalities_sim.describing.topics import describe

__all__ = ["Description", "describe", "describe_class"]
