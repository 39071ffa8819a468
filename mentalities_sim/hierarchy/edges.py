"""From the cells of an edge list, one contest a row, to contests."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from mentalities_sim.experiment.errors import Problem, list_names, nearest_name, show
from mentalities_sim.hierarchy.contests import UNKNOWN, Contests, days_since_epoch
from mentalities_sim.hierarchy.errors import ContestsError, at

Rows = Sequence[tuple[int, Sequence[str]]]
"""Each row's number, as its reader counts, and its cells."""

ALIASES = {
    "winner": ("winner", "actor", "winner_id"),
    "loser": ("loser", "recipient", "loser_id"),
    "time": ("date", "datetime", "time", "day", "period"),
    "draw": ("draw", "tie", "tied"),
    "escalated": ("escalated", "escalation"),
    "first": ("first", "first_bid"),
}
"""What is read → the columns it may stand in, in any case; the first that is there is taken."""
_TRUTH = {"true": True, "t": True, "yes": True, "y": True, "1": True, "1.0": True,
          "false": False, "f": False, "no": False, "n": False, "0": False, "0.0": False}  # fmt: skip
_TRUTHS = "true or false, yes or no, 1 or 0"
_TIMES = "a date such as 2024-05-31 (with a time of day: 2024-05-31T14:05), or a number"


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
    time, dated = _times(header, rows, places.get("time"), problems)
    first = _first(header, rows, places.get("first"), (winner, loser), problems)
    if problems:
        raise ContestsError(path, sorted(problems, key=_row))
    names = sorted({*winner, *loser}, key=_natural)
    index = {name: place for place, name in enumerate(names)}
    unused = [name for place, name in enumerate(header) if place not in places.values()]
    return Contests(
        winner=np.array([index[name] for name in winner]),
        loser=np.array([index[name] for name in loser]),
        draw=np.zeros(len(rows), bool) if draw is None else np.array(draw),
        names=tuple(names),
        time=None if time is None else np.array(time),
        escalated=None if escalated is None else np.array(escalated),
        first=None if first is None else np.array([index.get(name, UNKNOWN) for name in first]),
        dated=dated,
        notes=_notes(unused, rows, timed=time is not None),
    )


def find_column(header: Sequence[str], what: str) -> int | None:
    """The place of the column for `what` in a header, None if there is none.

    Example:
        >>> find_column(["Date", "Winner", "Loser"], "winner"), find_column(["a"], "winner")
        (1, None)
    """
    plain = [re.sub(r"[\s.-]+", "_", name.strip().lower()) for name in header]
    return next((plain.index(name) for name in ALIASES[what] if name in plain), None)


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
    if problems:
        raise ContestsError(path, problems)
    return places


def _ragged(header: Sequence[str], rows: Rows) -> list[Problem]:
    allowed = f"{len(header)} cells, as in the header"
    return [
        Problem(f"row {number}", "has another number of cells", f"{len(cells)} cells", allowed)
        for number, cells in rows
        if len(cells) != len(header)
    ]


def _names(what: str, header: Sequence[str], rows: Rows, place: int, problems: list[Problem]) -> list[str]:
    names = [cells[place].strip() for _, cells in rows]
    for (number, _), name in zip(rows, names, strict=True):
        if not name:
            problems.append(
                Problem(at(number, header[place]), f"the {what} is empty", '""', "a name or number")
            )
    return names


def _with_itself(rows: Rows, winner: list[str], loser: list[str]) -> list[Problem]:
    return [
        Problem(f"row {number}", "is a contest of one with itself", show(one), "two different individuals")
        for (number, _), one, other in zip(rows, winner, loser, strict=True)
        if one and one == other
    ]


def _each(
    header: Sequence[str], rows: Rows, place: int, read: Callable[[str], Any], wrong: str, allowed: str,
    problems: list[Problem],
) -> list[Any]:  # fmt: skip
    """Read a column's cells; what `read` refuses becomes a problem with its row and column."""
    found = []
    for number, cells in rows:
        text = cells[place].strip()
        try:
            found.append(read(text))
        except (ValueError, KeyError, OverflowError):
            problems.append(Problem(at(number, header[place]), wrong, show(text), allowed))
    return found


def _truths(
    what: str, header: Sequence[str], rows: Rows, places: dict[str, int], problems: list[Problem]
) -> list[bool] | None:
    if what not in places:
        return None
    return _each(
        header, rows, places[what], lambda text: _TRUTH[text.lower()], "is not yes or no", _TRUTHS, problems
    )


def _times(
    header: Sequence[str], rows: Rows, place: int | None, problems: list[Problem]
) -> tuple[list[float] | None, bool]:
    """Times as numbers, and whether they are dates; the first row says which of the two the column holds."""
    if place is None:
        return None, False
    before = len(problems)
    moments = _each(header, rows, place, _moment, "is no time that can be read", _TIMES, problems)
    if len(problems) > before:
        return None, False
    kinds = [_kind(moment) for moment in moments]
    for (number, cells), kind in zip(rows, kinds, strict=True):
        if kind != kinds[0]:
            allowed = f"{kinds[0]}, as in row {rows[0][0]}: one kind of time in a column"
            problems.append(Problem(at(number, header[place]), f"is {kind}", show(cells[place]), allowed))
    times = [m if isinstance(m, float) else days_since_epoch(m) for m in moments]
    return times, not isinstance(moments[0], float)


def _moment(text: str) -> float | datetime:
    try:
        number = float(text)
    except ValueError:
        return datetime.fromisoformat(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _kind(moment: float | datetime) -> str:
    if isinstance(moment, float):
        return "a number"
    return "a date with a time zone" if moment.tzinfo else "a date"


def _first(
    header: Sequence[str],
    rows: Rows,
    place: int | None,
    pair: tuple[list[str], list[str]],
    problems: list[Problem],
) -> list[str] | None:
    if place is None:
        return None
    names = [cells[place].strip() for _, cells in rows]
    for (number, _), name, one, other in zip(rows, names, *pair, strict=True):
        if name and name not in (one, other):
            allowed = f"one of the two, {one} or {other}, or nothing where it is not known"
            near = nearest_name(name, [one, other])
            where = at(number, header[place])
            problems.append(Problem(where, "bid first, but had no part in it", show(name), allowed, near))
    return names


def _notes(unused: list[str], rows: Rows, timed: bool) -> tuple[str, ...]:
    notes = []
    if unused:
        notes.append(f"column{'s' * (len(unused) > 1)} not used: {', '.join(unused)}")
    repeats = len(rows) - len({tuple(cells) for _, cells in rows})
    if repeats and not timed:
        notes.append(f"{repeats:,} of the rows repeat an earlier one; kept, as contests anew")
    elif repeats:
        notes.append(
            f"{repeats:,} of the rows repeat an earlier one, time and all; kept, as contests anew "
            "(if they are copies, take them out)"
        )
    return tuple(notes)


def _natural(name: str) -> tuple[tuple[int, float, str], ...]:
    """Sort 2 before 10, and numbers before words."""
    parts = re.findall(r"\d+|\D+", name)
    key = [(0, float(part), part) if part.isdecimal() else (1, 0.0, part.lower()) for part in parts]
    return (*key, (2, 0.0, name))


def _row(problem: Problem) -> int:
    found = re.match(r"row (\d+)", problem.key)
    return int(found.group(1)) if found else 0
