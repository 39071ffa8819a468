"""The topics that can be described: people, what therapists do, worlds, and anything declared by its name."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mentalities_sim.describing.declarations import describe_class, sections_of, step_of
from mentalities_sim.describing.page import Description, Entry, Section, count
from mentalities_sim.describing.words import file_of, first_line, number
from mentalities_sim.experiment.errors import list_names, nearest_name
from mentalities_sim.experiment.kinds import KINDS

if TYPE_CHECKING:
    from mentalities_sim.interventions import Intervention

_OF_ONE_NAME = (
    "Bounds are what is allowed at all, the plausible range is what is argued for. A unit of 1 is a share, "
    "from nothing to full. A spread is the SD between people at birth."
)
_CHANNELS = ("dominance", "warmth", "playfulness", "freedom", "expressiveness", "labelling")
_INTERVENTIONS = (
    "An intervention is a signal and nothing else. Dominance and warmth go from -1 to 1, the other channels "
    "from 0 to 1; dose is the warmth that the policy decides on. It takes at least so many exchanges of 30 s."
)


def describe(topic: str) -> Description:
    """Return what there is to say of a topic, a kind of world, or whatever is declared under a name.

    A name may stand behind its path (`world.turnover`). `ValueError` names the nearest one for another name.

    Example:
        >>> describe("turnover").frame()[["section", "unit"]].values.tolist()
        [['world: society', 'per person and year']]
        >>> describe("persn")
        Traceback (most recent call last):
        ...
        ValueError: nothing is known of 'persn'; nearest: person; ...
    """
    if topic in TOPICS:
        return TOPICS[topic]()
    if topic in KINDS:
        return _world(topic)
    every = list(_everything())
    name = topic.rpartition(".")[2]
    found = [replace(s, entries=tuple(e for e in s.entries if e.name == name)) for s in every]
    if any(section.entries for section in found):
        return Description(name, tuple(section for section in found if section.entries), _OF_ONE_NAME)
    near = nearest_name(name, [*TOPICS, *KINDS, *(entry.name for s in every for entry in s.entries)])
    hint = f"nearest: {near}; " if near else ""
    raise ValueError(
        f"nothing is known of {topic!r}; {hint}there are {list_names([*TOPICS, *KINDS])}, and every state, "
        "parameter and intervention by its name"
    )


def _everything() -> Iterator[Section]:
    """Yield the sections of every topic, and of what people remember of each other."""
    from mentalities_sim.person.tie import Tie

    for topic in TOPICS.values():
        yield from topic().sections
    yield from (replace(section, name="tie") for section in sections_of(Tie, ("state", "stream"), set()))


def _world(kind: str) -> Description:
    names = _section_names()
    found = sections_of(KINDS[kind].glue.world, ("parameter",), set(), names)
    return Description(f"A {kind}: what an experiment file may say under [world]", tuple(found))


def _person() -> Description:
    from mentalities_sim.person import Person

    return Description("A person", tuple(sections_of(Person, ("state", "stream"), set())))


def _therapist() -> Description:
    from mentalities_sim.person import Person
    from mentalities_sim.therapist import Therapist

    return describe_class(Therapist, "The therapist, beyond what every person has", Person)


def _parameters() -> Description:
    names = _section_names()
    told: set[tuple[type, str]] = set()
    every = [s for cls in _described() for s in sections_of(cls, ("parameter",), told, names)]
    return Description("Parameters of every role and world", tuple(every))


def _described() -> dict[type, str]:
    """Every role, policy and world with the name of its section, in the order they are told."""
    from mentalities_sim.person import Person
    from mentalities_sim.person.tie import Tie
    from mentalities_sim.policies import Policy, known_policies
    from mentalities_sim.therapist import Therapist

    roles: dict[type, str] = {Person: "person", Therapist: "therapist", Tie: "tie", Policy: "every policy"}
    roles |= {cls: f"policy: {name}" for name, cls in known_policies().items()}
    return roles | {kind.glue.world: f"world: {name}" for name, kind in KINDS.items()}


def _section_names() -> dict[type, str]:
    """The name of the section of every class that roles and worlds are made of."""
    from mentalities_sim.person import Person

    worlds = [kind.glue.world for kind in KINDS.values()]
    names = {cls: f"person: {step_of(cls)}" for cls in Person.__mro__}
    names |= {cls: f"worlds: {cls.__module__.rpartition('.')[2]}" for w in worlds for cls in w.__mro__}
    return names | _described()


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
