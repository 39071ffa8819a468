"""The tables of the ODD description, made from what the code declares and what its rules say of themselves.

`python -m mentalities_sim.describing.odd docs/reference/odd.md` makes every generated block of the page anew.
"""

from __future__ import annotations

import difflib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from mentalities_sim.declare import State, declared
from mentalities_sim.describing.declarations import describe_class, step_of
from mentalities_sim.describing.page import Entry, cell, table
from mentalities_sim.describing.topics import describe
from mentalities_sim.describing.words import first_line, number
from mentalities_sim.person import Person, Tie
from mentalities_sim.policies import Policy, Script, known_policies
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Clinic, Dyad, Society
from mentalities_sim.worlds.clinic import Case
from mentalities_sim.worlds.dyad import EXCHANGE_HOURS, WEEK_HOURS
from mentalities_sim.worlds.encounters import Encounters
from mentalities_sim.worlds.happenings import Happening
from mentalities_sim.worlds.laboratory import Laboratory, Step
from mentalities_sim.worlds.observe import Observing
from mentalities_sim.worlds.society import MOMENTS, ROUND_HOURS
from mentalities_sim.worlds.upbringing import Upbringing
from mentalities_sim.worlds.watch import Watching

COMMAND = "python -m mentalities_sim.describing.odd docs/reference/odd.md"
STEPS: dict[str, type] = {
    "encounter" if cls is Person else step_of(cls): cls
    for cls in Person.__mro__
    if cls.__module__.startswith("mentalities_sim.")
}
"""The steps of the pipeline in their order, and the class of each; `encounter` puts them together."""
AROUND: dict[str, tuple[type, ...]] = {
    "tie": (Tie,),
    "therapist": (Therapist,),
    "dyad": (Dyad,),
    "happenings": (Happening,),
    "upbringing": (Upbringing,),
    "society": (Society,),
    "encounters": (Encounters,),
    "clinic": (Clinic, Case),
    "laboratory": (Laboratory,),
}
"""What stands around the person, and the classes of each."""
POLICIES: dict[str, type] = {"every policy": Policy, **known_policies()}
WORLDS: dict[str, type] = {"dyad": Dyad, "society": Society, "clinic": Clinic, "laboratory": Laboratory}
_BLOCK = re.compile(r"(<!-- generated: (.+?) -->\n)(.*?)(<!-- end -->)", re.S)
_MARK = re.compile(r"<!-- (?:generated: (.+?)|end) -->")
_EQUATION = re.compile(r"^(.*?)\bEquation:\s*(.*?)(?:\s*\bSource:\s*(.*?))?(?=\n\s*\n|\Z)", re.S)
_WIDTH = 74
_MOST_LABELS = 8


def refreshed(text: str) -> str:
    """Return a page's text with every generated block made anew from the code.

    A block stands between `<!-- generated: its name -->` and `<!-- end -->`. Raises `ValueError`, with the
    line, for a name that none has and for a block that does not end.

    Example:
        >>> refreshed("<!-- generated: counts -->\\nold\\n<!-- end -->").splitlines()[2][:8]
        'A person'
    """
    _check_marks(text)
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]()}\n\n{found[4]}", text)


def outdated(text: str) -> list[str]:
    """Return the names of the blocks in a page's text that are not what the code says now.

    Example:
        >>> outdated("<!-- generated: counts -->\\nold\\n<!-- end -->")
        ['counts']
    """
    pairs = zip(_BLOCK.finditer(text), _BLOCK.finditer(refreshed(text)), strict=True)
    return [before[2] for before, after in pairs if before[3] != after[3]]


def main(paths: Sequence[str]) -> int:
    """Rewrite pages in place, and say which blocks were made anew."""
    if not paths:
        print(f"Which page? {COMMAND}", file=sys.stderr)
        return 2
    for path in map(Path, paths):
        try:
            text = path.read_text(encoding="utf-8")
            old = outdated(text)
        except (OSError, ValueError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            return 1
        if old:
            path.write_text(refreshed(text), encoding="utf-8")
        print(f"{path}: {'made anew: ' + ', '.join(old) if old else 'every block is as the code says'}")
    return 0


def _check_marks(text: str) -> None:
    opened = ""
    for line, words in enumerate(text.splitlines(), 1):
        for mark in _MARK.finditer(words):
            if bool(mark[1]) == bool(opened):
                what = f"the block {opened!r} has not ended" if opened else "no block has begun"
                raise ValueError(f"line {line}: {what}; each block is followed by one <!-- end -->")
            opened = mark[1] or ""
            if opened and opened not in BLOCKS:
                near = difflib.get_close_matches(opened, BLOCKS, 1)
                hint = f"; nearest: {near[0]!r}" if near else ""
                known = ", ".join(BLOCKS)
                raise ValueError(f"line {line}: no block is called {opened!r}{hint}; there are {known}")
    if opened:
        raise ValueError(f"the block {opened!r} never ends; write <!-- end --> after it")


# --- what is declared -----------------------------------------------------------------------------


def _by_name(classes: Iterable[type]) -> dict[str, type]:
    return {cls.__name__: cls for cls in classes}


def _states(classes: Mapping[str, type]) -> str:
    return _tables(classes, "state", _state)


def _parameters(classes: Mapping[str, type]) -> str:
    return _tables(classes, "parameter", _parameter)


def _tables(classes: Mapping[str, type], kind: str, cells: Callable[[Entry], dict[str, str]]) -> str:
    """What classes declare themselves: a table each, under its name where there are several."""
    own = {name: _own(cls, kind) for name, cls in classes.items()}
    tables = {name: _rows(map(cells, entries)) for name, entries in own.items() if entries}
    if len(classes) == 1:
        return next(iter(tables.values()))
    return "\n\n".join(f"*{cell(name)}*\n\n{rows}" for name, rows in tables.items())


def _own(cls: type, kind: str) -> list[Entry]:
    every = (entry for section in describe_class(cls).sections for entry in section.entries)
    return [entry for entry in every if entry.kind == kind and entry.row["class"] == cls.__name__]


def _rows(rows: Iterable[dict[str, str]]) -> str:
    return table([Entry(next(iter(cells.values())), "", {}, cells) for cells in rows])


def _state(entry: Entry) -> dict[str, str]:
    cells = entry.cells
    told = {"name": cells["name"], "default": cells["default"], "range": _range(cells["bounds"])}
    return {**told, "unit": cells["unit"], "meaning": _meaning(entry)}


def _range(bounds: str) -> str:
    return "any" if bounds == "-inf to inf" else bounds.replace("inf", "∞")


def _meaning(entry: Entry) -> str:
    """What a state means, with the labels of its elements; of many alike the first and the last."""
    labels = entry.row["labels"].split("; ")
    if len(labels) <= _MOST_LABELS:
        return entry.cells["meaning"]
    return f"{entry.row['meaning']} ({labels[0]} to {labels[-1]})"


def _parameter(entry: Entry) -> dict[str, str]:
    """A parameter's cells; meaning, reason and source share one, for columns of words get too narrow."""
    told = {name: entry.cells[name] for name in ("name", "default", "plausible", "unit")}
    return {**told, "meaning, why, and source": _words(entry.cells, "meaning", "reason", "source")}


def _words(cells: Mapping[str, str], *names: str) -> str:
    leads = {"reason": "Why: ", "source": "Source: "}
    said = [leads.get(name, "") + cells[name].rstrip(".") for name in names if cells[name]]
    return ". ".join(said)


def _counts() -> str:
    counted = {name: describe_class(cls).counted for name, cls in {"person": Person, **WORLDS}.items()}
    added = describe_class(Therapist, beyond=Person).counted
    worlds = "; ".join(f"the {name} {counted[name]}" for name in WORLDS)
    return f"A person has {counted['person']}; a therapist declares {added} beyond or anew; {worlds}."


def _at_birth() -> str:
    spread = [e for cls in STEPS.values() for e in _own(cls, "state") if e.cells["spread"]]
    names = ("name", "default", "spread", "meaning")
    return _rows({name: entry.cells[name] for name in names} for entry in spread)


def _learned() -> str:
    return ", ".join(f"`{name}`" for name, state in declared(Person, State).items() if state.learned) + "."


def _streams() -> str:
    owners = {**STEPS, **{name: cls for name, classes in AROUND.items() for cls in classes}}
    rows = []
    for name, cls in owners.items():
        for entry in _own(cls, "stream"):
            cells = entry.cells
            told = {"name": cells["name"], "of": name, "chance": cells["chance"]}
            rows.append({**told, "question": cells["meaning"]})
    return _rows(rows)


def _interventions() -> str:
    rows = []
    for entry in (entry for section in describe("interventions").sections for entry in section.entries):
        told = {name: entry.cells[name] for name in ("name", "takes", "surface", "signal")}
        rows.append({**told, "meaning, and source": _words(entry.cells, "meaning", "source")})
    return _rows(rows)


# --- time, and who is who when ---------------------------------------------------------------------


def _scales() -> str:
    told = {
        "exchange of a session": f"{number(EXCHANGE_HOURS * 3600)} s",
        "session": f"{_of(Dyad, 'exchanges')} exchanges",
        "between sessions": f"{number(WEEK_HOURS)} h, in {_of(Dyad, 'slots')} moments of life",
        "course of a therapy": f"{_of(Dyad, 'run_in')} weeks before, then {_of(Dyad, 'sessions')} sessions, "
        f"one a week; outcomes are taken over the last {_of(Dyad, 'assessed_weeks')} weeks",
        "childhood": f"{_of(Dyad, 'childhood')} telling encounters (0: nobody is brought up), "
        f"{_of(Dyad, 'childhood_gap')} h apart",
        "round of a society": f"{number(ROUND_HOURS)} h: {MOMENTS} moments of "
        f"{number(ROUND_HOURS / MOMENTS)} h each, then at most one meeting for each person",
        "course of a society": f"{_of(Society, 'size')} people, {_of(Society, 'days')} days",
        "course of a clinic": f"{_of(Clinic, 'clients')} clients among the people, {_of(Clinic, 'run_in')} "
        f"weeks before, {_of(Clinic, 'sessions')} sessions each, one week after",
        "protocol of a laboratory": f"{_of(Laboratory, 'trials')} steps; between two of them passes the time "
        "that each says",
        "memory of rivals": f"{_of(Society, 'remembered')} others each, forgotten with a time constant of "
        f"{_of(Tie, 'forgetting_time')} h",
    }
    return _rows({"scale": what, "default": value} for what, value in told.items())


def _of(cls: type, name: str) -> str:
    return number(getattr(cls, name).default)


def _schedule(world: type) -> str:
    rows = []
    for phase, passes in world.phases.items():  # type: ignore[attr-defined]
        what, order, _ = _said(getattr(world, phase))
        roles: dict[str, list[str]] = {}
        for name, role in passes.items():
            roles.setdefault(role, []).append(f"`{name}`")
        drawn = "; ".join(f"{role}: {', '.join(names)}" for role, names in roles.items())
        rows.append({"phase": f"`{phase}`", "what happens": what, "order": order, "passes": drawn or "none"})
    return _rows(rows)


# --- rules ----------------------------------------------------------------------------------------


def _rules(classes: Mapping[str, type]) -> str:
    """The rules that classes have themselves, each with its purpose, equation and source."""
    blocks = []
    for name, cls in classes.items():
        found = [_rule(rule) for rule in rules_of(cls)]
        if found and len(classes) > 1:
            blocks.append(f"*{cell(name)}*: {cell(first_line(cls))}")
        blocks += found
    return "\n\n".join(blocks)


def rules_of(cls: type) -> list[Callable[..., Any]]:
    """Return the rules that a class has itself: its public methods that state an equation.

    Example:
        >>> [rule.__name__ for rule in rules_of(STEPS["feel"])]
        ['feel', 'feel_soothed', 'feel_driven']
    """
    methods = [f for name, f in vars(cls).items() if inspect.isfunction(f) and name[0] != "_"]
    return [f for f in methods if "Equation:" in (inspect.getdoc(f) or "")]


def _rule(rule: Callable[..., Any]) -> str:
    what, equation, source = _said(rule)
    asked = ", ".join(list(inspect.signature(rule).parameters)[1:])
    lines = [f"`{rule.__name__}({asked})`", f": {cell(what)}", "", "  ```text"]
    for part in equation.split("; "):
        lines += textwrap.wrap(part, _WIDTH, initial_indent="  ", subsequent_indent="      ")
    return "\n".join([*lines, "  ```", "", f"  Source: {cell(source)}"])


def _said(rule: Callable[..., Any]) -> tuple[str, str, str]:
    """Purpose, equation and source of a rule, as its docstring says them."""
    found = _EQUATION.match(inspect.getdoc(rule) or "")
    if found is None:
        raise ValueError(f"{rule.__qualname__} has no line that begins with 'Equation:' in its docstring")
    what, equation, source = (" ".join((part or "").split()) for part in found.groups())
    return what, equation.rstrip(" ."), source


def _blocks() -> dict[str, Callable[[], str]]:
    found: dict[str, Callable[[], str]] = {"counts": _counts, "scales": _scales}
    people = {"a person": STEPS, "the therapist": _by_name([Therapist]), "a tie": _by_name([Tie])}
    worlds = {"the dyad": _by_name([Dyad, Happening]), "the society": _by_name([Society, Encounters])}
    worlds["the clinic"] = _by_name([Clinic, Case])
    chosen = {"policies": POLICIES, "a script": _by_name([Script]), "a step": _by_name([Step])}
    for name, classes in {**people, **worlds, **chosen}.items():
        found[f"state variables of {name}"] = partial(_states, classes)
    found |= {f"schedule of the {name}": partial(_schedule, cls) for name, cls in WORLDS.items()}
    found |= {"streams": _streams, "at birth": _at_birth, "learned": _learned}
    found["observed in a dyad"] = partial(_states, _by_name([Observing]))
    found["observed in a society"] = partial(_states, _by_name([Watching]))
    parts = {step: {step: cls} for step, cls in STEPS.items()}
    parts |= {name: _by_name(classes) for name, classes in AROUND.items()}
    for name, classes in {**parts, "policies": POLICIES}.items():
        found[f"rules of {name}"] = partial(_rules, classes)
        if any(_own(cls, "parameter") for cls in classes.values()):
            found[f"parameters of {name}"] = partial(_parameters, classes)
    return found | {"interventions": _interventions}


BLOCKS = _blocks()
"""Every block that the page can have, by name, and what makes it."""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
