"""What classes declare, at the class where it stands."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from mentalities_sim.declare import Declaration, Parameter, State, Stream, declared
from mentalities_sim.describing.page import Description, Entry, Section
from mentalities_sim.describing.words import default_text, file_of, first_line, number, range_text

_KINDS: dict[str, type[Any]] = {"state": State, "parameter": Parameter, "stream": Stream}


def describe_class(cls: type, title: str = "", beyond: type | None = None) -> Description:
    """Return what a class of one's own declares, base by base; `beyond` leaves out what that class has too.

    Example:
        >>> from mentalities_sim.person import Person
        >>> class Griever(Person):
        ...     grief = State(0.2, (0.0, 1.0), meaning="grief for somebody lost")
        >>> describe_class(Griever, beyond=Person).counted
        '1 state'
    """
    told: set[tuple[type, str]] = set()
    if beyond is not None:
        sections_of(beyond, tuple(_KINDS), told)
    return Description(title or cls.__name__, tuple(sections_of(cls, tuple(_KINDS), told)))


def sections_of(
    cls: type, kinds: Sequence[str], told: set[tuple[type, str]], names: Mapping[type, str] | None = None
) -> list[Section]:
    """Return what a class and its bases declare, each at the class where it stands, in their order.

    `told` are the classes and names that were described before; it grows. `names` are the sections' names.
    """
    found = {kind: declared(cls, _KINDS[kind]) for kind in kinds}
    sections, seen = [], set[str]()
    for owner in cls.__mro__:
        entries = []
        for kind in kinds:
            here = [n for n in vars(owner) if n in found[kind] and n not in seen]
            own = [n for n in here if found[kind][n] is vars(owner)[n]]
            entries += [_declaration(n, found[kind][n], owner) for n in own if (owner, n) not in told]
            seen.update(own)
            told.update((owner, n) for n in own)
        if entries:
            name = (names or {}).get(owner) or step_of(owner)
            sections.append(Section(name, file_of(owner.__module__), first_line(owner), tuple(entries)))
    return sections


def step_of(cls: type) -> str:
    """Return the step of the pipeline that a class is, by its file; of other classes their name.

    Example:
        >>> from mentalities_sim.person.feel import Feeling
        >>> step_of(Feeling)
        'feel'
    """
    package, _, module = cls.__module__.rpartition(".")
    return module if package == "mentalities_sim.person" and module != "tie" else cls.__name__


def _declaration(name: str, d: Declaration, owner: type) -> Entry:
    if isinstance(d, Stream):
        chance = "standard normal" if d.normal else "uniform"
        bounds = (-math.inf, math.inf) if d.normal else (0.0, 1.0)
        row = _row(owner, "stream", name, bounds, unit=chance, meaning=d.meaning)
        cells = {"name": name, "chance": chance, "bounds": range_text(bounds), "meaning": d.meaning}
        return Entry(name, "stream", row, cells)
    meaning = d.meaning + (f" ({', '.join(d.labels)})" if d.labels else "")
    cells = {"name": name, "default": default_text(d.default), "bounds": range_text(d.bounds), "unit": d.unit}
    known: dict[str, Any] = {
        "unit": d.unit,
        "meaning": d.meaning,
        "source": d.source,
        "labels": "; ".join(d.labels),
    }
    known["default"] = json.dumps(d.default)
    if isinstance(d, State):
        cells["spread"] = number(d.spread) if d.spread else ""
        cells["learned"] = "learned" if d.learned else ""
        row = _row(owner, "state", name, d.bounds, **known, spread=d.spread, learned=d.learned)
        return Entry(name, "state", row, {**cells, "meaning": meaning, "source": d.source})
    plausible = range_text(d.plausible) if d.plausible else ""
    row = _row(owner, "parameter", name, d.bounds, plausible=d.plausible, **known, reason=d.reason)
    cells |= {"meaning": meaning, "plausible": plausible, "reason": d.reason, "source": d.source}
    return Entry(name, "parameter", row, cells)


def _row(
    owner: type,
    kind: str,
    name: str,
    bounds: tuple[float, float],
    plausible: tuple[float, float] | None = None,
    **known: Any,
) -> dict[str, Any]:
    low, high = plausible or (None, None)
    row = {"kind": kind, "name": name, "default": None, "low": bounds[0], "high": bounds[1]}
    row |= {"plausible_low": low, "plausible_high": high, "unit": "", "labels": ""}
    row |= {"spread": None, "learned": None, "meaning": "", "source": "", "reason": ""}
    return {**row, **known, "class": owner.__name__}
