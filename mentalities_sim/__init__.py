"""mentalities-sim: a laboratory for social mentalities.

Agents with threat, drive and soothing systems and an involuntary subordination strategy meet in therapy and
under rank; experiments vary how a therapist titrates warmth, and what a society does to those who live in it.
For research and teaching; not a clinical tool.

Example:
    >>> import mentalities_sim as ms
    >>> ms.Person.threat.default
    0.1
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mentalities_sim.declare import Parameter, State, Stream
    from mentalities_sim.experiment.experiment import Experiment
    from mentalities_sim.experiment.results import Results
    from mentalities_sim.person import Person, Tie
    from mentalities_sim.policies import Policy
    from mentalities_sim.signals import Mentality, Response, Signal, Surface
    from mentalities_sim.therapist import Therapist
    from mentalities_sim.worlds import Clinic, Dyad, Society

__version__ = "0.1.0"

_PLACES = {
    "Clinic": "worlds",
    "Dyad": "worlds",
    "Experiment": "experiment.experiment",
    "Mentality": "signals",
    "Parameter": "declare",
    "Person": "person",
    "Policy": "policies",
    "Response": "signals",
    "Results": "experiment.results",
    "Signal": "signals",
    "Society": "worlds",
    "State": "declare",
    "Stream": "declare",
    "Surface": "signals",
    "Therapist": "therapist",
    "Tie": "person",
}

__all__ = [
    "Clinic",
    "Dyad",
    "Experiment",
    "Mentality",
    "Parameter",
    "Person",
    "Policy",
    "Response",
    "Results",
    "Signal",
    "Society",
    "State",
    "Stream",
    "Surface",
    "Therapist",
    "Tie",
]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
