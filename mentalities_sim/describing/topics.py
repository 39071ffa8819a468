"""The topics that can be described: people, what therapists do, and every parameter."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from mentalities_sim.describing.declarations import describe_class, sections_of, step_of
from mentalities_sim.describing.page import Description, Entry, Section, count
from mentalities_sim.describing.words import file_of, first_line, number
from mentalities_sim.experiment.errors import list_names, nearest_name

if TYPE_CHECKING:
    from mentalities_sim.interventions import Intervention

_CHANNELS = ("dominance", "warmth", "playfulness", "freedom", "expressiveness", "labelling")
_INTERVENTIONS = (
    "An intervention is a signal and nothing else. Dominance and warmth go from -1 to 1, the other channels "
    "from 0 to 1; dose is the warmth that the policy decides on. It takes at least so many exchanges of 30 s."
)


def describe(topic: str) -> Description:
    """Return what there is to say of a topic; `ValueError` names the nearest one for a topic unknown.

    Example:
        >>> describe("persn")
        Traceback (most recent call last):
        ...
        ValueError: nothing is known of 'persn'; nearest: person; ...
    """
    if topic not in TOPICS:
        near = nearest_name(topic, TOPICS)
        hint = f"nearest: {near}; " if near else ""
        raise ValueError(f"nothing is known of {topic!r}; {hint}there are {list_names(list(TOPICS))}")
    return TOPICS[topic]()


def _person() -> Description:
    from mentalities_sim.person import Person

    return Description("A person", tuple(sections_of(Person, ("state", "stream"), set())))


def _therapist() -> Description:
    from mentalities_sim.person import Person
    from mentalities_sim.therapist import Therapist

    return describe_class(Therapist, "The therapist, beyond what every person has", Person)


def _parameters() -> Description:
    from mentalities_sim.experiment.kinds import KINDS
    from mentalities_sim.person import Person
    from mentalities_sim.person.tie import Tie
    from mentalities_sim.policies import Policy, known_policies
    from mentalities_sim.therapist import Therapist

    roles: dict[type, str] = {Person: "person", Therapist: "therapist", Tie: "tie", Policy: "every policy"}
    roles |= {cls: f"policy: {name}" for name, cls in known_policies().items()}
    worlds = {kind.glue.world: f"world: {name}" for name, kind in KINDS.items()}
    names = {cls: f"person: {step_of(cls)}" for cls in Person.__mro__}
    names |= {cls: f"worlds: {cls.__module__.rpartition('.')[2]}" for w in worlds for cls in w.__mro__}
    names |= roles | worlds
    told: set[tuple[type, str]] = set()
    every = [s for cls in (*roles, *worlds) for s in sections_of(cls, ("parameter",), told, names)]
    return Description("Parameters of every role and world", tuple(every))


def _interventions() -> Description:
    from mentalities_sim import interventions

    by_module: dict[str, list[Entry]] = {}
    for place, one in enumerate(interventions.known_interventions().values()):
        by_module.setdefault(one.__module__, []).append(_intervention(place, one))
    sections = tuple(
        Section(name.rpartition(".")[2], file_of(name), first_line(sys.modules[name]), tuple(entries))
        for name, entries in by_module.items()
    )
    said = " ".join((inspect.getdoc(interventions) or "").partition("\n\n")[2].split())
    return Description("Interventions", sections, f"{_INTERVENTIONS} {said}")


def _intervention(place: int, one: type[Intervention]) -> Entry:
    channels = {name: getattr(one, name) for name in _CHANNELS}
    warmth = [number(one.warmth)] if one.warmth or not one.dose_share else []
    warmth += (
        [f"{number(one.dose_share)} × dose" if one.dose_share != 1 else "dose"] if one.dose_share else []
    )
    words = {**{name: number(value) for name, value in channels.items()}, "warmth": " + ".join(warmth)}
    inside = "inside" if one.surface else "between the two"
    cells = {"name": one.name, "surface": inside, "takes": count(one.exchanges, "exchange")}
    cells |= {"meaning": one.meaning, "signal": ", ".join(f"{n} {word}" for n, word in words.items())}
    row = {"kind": "intervention", "number": place, "name": one.name, **channels}
    row |= {"dose_share": one.dose_share, "surface": int(one.surface), "exchanges": one.exchanges}
    row |= {"meaning": one.meaning, "source": one.source, "class": one.__name__}
    return Entry(one.name, "intervention", row, {**cells, "source": one.source})


TOPICS: dict[str, Callable[[], Description]] = {
    "person": _person,
    "therapist": _therapist,
    "interventions": _interventions,
    "parameters": _parameters,
}
"""What can be described, by name."""
