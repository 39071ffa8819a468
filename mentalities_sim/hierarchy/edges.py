"""From the cells of an edge list, one contest a row, to contests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mentalities_sim.experiment.errors import Problem, list_names, nearest_name, show
from mentalities_sim.hierarchy.contests import UNKNOWN, Contests
from mentalities_sim.hierarchy.errors import ContestsError, at
from mentalities_sim.hierarchy.notes import edge_notes
from mentalities_sim.hierarchy.times import alike, read_times

Rows = Sequence[tuple[int, Sequence[str]]]
"""Each row's number, as its reader counts, and its cells."""

ALIASES = {
    "winner": ("winner", "actor", "winner_id"),
    "loser": ("loser", "recipient", "loser_id"),
    "time": ("date", "datetime", "day", "time", "period"),
    "draw": ("draw", "tie", "tied"),
    "escalated": ("escalated", "escalation"),
    "first": ("first", "first_bid"),
}
"""What is read → the columns it may stand in, in any case; the first that is there is taken."""
_TRUTH = {"true": True, "t": True, "yes": True, "y": True, "1": True, "1.0": True,
          "false": False, "f": False, "no": False, "n": False, "0": False, "0.0": False}  # fmt: skip
_TRUTHS = "true or false, yes or no, 1 or 0"
MISSING = "NA"
"""How R writes that a value is missing; no name, then."""
NO_NAME = (
    "a name or number: R writes NA where a value is missing. Take the row out; "
    "somebody who is called NA needs another name in the file, such as NA_"
)


def read_edges(path: str | Path, header: Sequence[str], rows: Rows) -> Contests:
    """Make contests of an edge list's cells; raises `ContestsError` with every problem found.

    Example:
        >>> read_edges("hens.csv", ["Winner", "Loser"], [(2, ["a", "b"]), (3, ["a", "c"])]).names
        ('a', 'b', 'c')
    """
    places = _columns(path, header)
    if not rows:
        allowed = "at least one row below the header, with a winner and a loser"
        raise ContestsError(path, [Problem("", "the file has no contest", "a header alone", allowed)])
    problems = _ragged(header, rows)
    if problems:
        raise ContestsError(path, problems)
    winner, loser = (_names(what, header, rows, places[what], problems) for what in ("winner", "loser"))
    problems += _with_itself(rows, winner, loser)
    draw = _truths("draw", header, rows, places, problems)
    escalated = _truths("escalated", header, rows, places, problems)
    time, dated = _times(header, rows, places, problems)
    first = _first(header, rows, places.get("first"), (winner, loser), problems)
    if problems:
        raise ContestsError(path, sorted(problems, key=_row))
    names = sorted({*winner, *loser}, key=_natural)
    index = {name: place for place, name in enumerate(names)}
    return Contests(
        winner=np.array([index[name] for name in winner]),
        loser=np.array([index[name] for name in loser]),
        draw=np.zeros(len(rows), bool) if draw is None else np.array(draw),
        names=tuple(names),
        time=None if time is None else np.array(time),
        escalated=None if escalated is None else np.array(escalated),
        first=None if first is None else np.array([index.get(name, UNKNOWN) for name in first]),
        dated=dated,
        notes=edge_notes(header, rows, places, time, _clock(header, places)),
    )


def _times(
    header: Sequence[str], rows: Rows, places: dict[str, int], problems: list[Problem]
) -> tuple[list[float] | None, bool]:
    if "time" not in places:
        return None, False
    texts = [(number, cells[places["time"]].strip()) for number, cells in rows]
    return read_times(header[places["time"]], texts, problems)


def find_column(header: Sequence[str], what: str) -> int | None:
    """The place of the column for `what` in a header, None if there is none.

    Example:
        >>> find_column(["Date", "Winner", "Loser"], "winner"), find_column(["a"], "winner")
        (1, None)
    """
    plain = _plain(header)
    return next((plain.index(name) for name in ALIASES[what] if name in plain), None)


def _plain(header: Sequence[str]) -> list[str]:
    return [re.sub(r"[\s.-]+", "_", name.strip().lower()) for name in header]


def _clock(header: Sequence[str], places: dict[str, int]) -> int | None:
    """The place of a column with the time of day, beside the one that time is read from."""
    plain = _plain(header)
    beside = [plain.index(name) for name in ("datetime", "time") if name in plain]
    return next((place for place in beside if place != places.get("time")), None)


def _columns(path: str | Path, header: Sequence[str]) -> dict[str, int]:
    places = {what: place for what in ALIASES if (place := find_column(header, what)) is not None}
    problems = []
    for what in ("winner", "loser"):
        if what not in places:
            free = [name for place, name in enumerate(header) if place not in places.values()]
            near = next(filter(None, (nearest_name(alias, free) for alias in ALIASES[what])), "")
            allowed = f"a column {list_names(ALIASES[what])}, in any case"
            given = f"the columns {list_names(header)}"
            problems.append(Problem(f"the column {what}", "is missing", given, allowed, near))
    plain = _plain(header)
    for what, place in places.items():
        if plain.count(plain[place]) > 1:
            given = f"the columns {list_names(header)}"
            problems.append(Problem(f"the column {what}", "is there twice", given, "one of each name"))
    if problems:
        raise ContestsError(path, problems)
    return places


def cell_count(cells: Sequence[str]) -> str:
    """How many cells a row has, in words: 1 cell, 2 cells."""
    return f"{len(cells)} cell{'s' * (len(cells) != 1)}"


def _ragged(header: Sequence[str], rows: Rows) -> list[Problem]:
    allowed = f"{len(header)} cells, as in the header"
    return [
        Problem(f"row {number}", "has another number of cells", cell_count(cells), allowed)
        for number, cells in rows
        if len(cells) != len(header)
    ]


def _names(what: str, header: Sequence[str], rows: Rows, place: int, problems: list[Problem]) -> list[str]:
    names = [cells[place].strip() for _, cells in rows]
    for (number, _), name in zip(rows, names, strict=True):
        where = at(number, header[place])
        if not name:
            problems.append(Problem(where, f"the {what} is empty", '""', "a name or number"))
        elif name == MISSING:
            problems.append(Problem(where, f"the {what} is missing", MISSING, NO_NAME))
    return names


def _with_itself(rows: Rows, winner: list[str], loser: list[str]) -> list[Problem]:
    return [
        Problem(f"row {number}", "is a contest of one with itself", show(one), "two different individuals")
        for (number, _), one, other in zip(rows, winner, loser, strict=True)
        if one not in ("", MISSING) and one == other
    ]


def _truths(
    what: str, header: Sequence[str], rows: Rows, places: dict[str, int], problems: list[Problem]
) -> list[bool] | None:
    if what not in places:
        return None
    found: list[bool] = []
    unread: dict[str, list[int]] = {}
    for number, cells in rows:
        text = cells[places[what]].strip()
        if text.lower() in _TRUTH:
            found.append(_TRUTH[text.lower()])
        else:
            unread.setdefault(text, []).append(number)
    for text, (number, *more) in unread.items():
        wrong = "is not yes or no" + alike(len(more))
        problems.append(Problem(at(number, header[places[what]]), wrong, show(text), _TRUTHS))
    return found


def _first(
    header: Sequence[str],
    rows: Rows,
    place: int | None,
    pair: tuple[list[str], list[str]],
    problems: list[Problem],
) -> list[str] | None:
    if place is None:
        return None
    texts = (cells[place].strip() for _, cells in rows)
    names = ["" if text == MISSING else text for text in texts]
    for (number, _), name, one, other in zip(rows, names, *pair, strict=True):
        if name and name not in (one, other):
            allowed = f"one of the two, {one} or {other}, or nothing where it is not known"
            near = nearest_name(name, [one, other])
            where = at(number, header[place])
            problems.append(Problem(where, "bid first, but had no part in it", show(name), allowed, near))
    return names


def _natural(name: str) -> tuple[tuple[int, float, str], ...]:
    """Sort 2 before 10, and numbers before words."""
    parts = re.findall(r"\d+|\D+", name)
    key = [(0, float(part), part) if part.isdecimal() else (1, 0.0, part.lower()) for part in parts]
    return (*key, (2, 0.0, name))


def _row(problem: Problem) -> int:
    found = re.match(r"row (\d+)", problem.key)
    return int(found.group(1)) if found else 0
