"""From a CSV file to contests: an edge list with one contest a row, or a square matrix of wins."""

from __future__ import annotations

import csv
import difflib
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mentalities_sim.experiment.errors import Problem, list_names, nearest_name, show
from mentalities_sim.hierarchy.contests import Contests
from mentalities_sim.hierarchy.edges import MISSING, NO_NAME, Rows, cell_count, find_column, read_edges
from mentalities_sim.hierarchy.errors import ContestsError, at
from mentalities_sim.hierarchy.notes import names_alike

MOST_INDIVIDUALS = 1000
"""In a file: measures and figures of so many take minutes, and grow with the square of their number."""
MOST_CONTESTS = 100_000
"""In a file: ratings over a thousand orders of so many need four gigabytes."""
_NUMBER = re.compile(rf"-?\d*\.?\d*|{MISSING}")


def read_contests(path: str | os.PathLike[str], where: Mapping[str, str] | None = None) -> Contests:
    """Read a CSV file of contests; raises `ContestsError` that names row and column.

    An *edge list* has one contest a row: columns winner and loser (or actor and recipient); and, if known,
    date, time or period (ISO dates or numbers), draw and escalated (true/false, yes/no, 1/0), and first (who
    made the first bid; may be empty). Upper and lower case are alike; other columns are left out and named
    in `Contests.notes`. A *win matrix* has the names in its first column and, in the same or another order,
    in its header; a cell says how often its row won over its column; empty is 0. A matrix holds no order.

    `where` keeps only rows with these values, {column: value}: a table of simulated contests holds many
    groups (its column run_id tells them apart), and more than one is refused; so are more individuals or
    contests than `MOST_INDIVIDUALS` and `MOST_CONTESTS`. R's NA is a missing value: no name, an unknown first
    bidder, nothing on the diagonal of a matrix, and a problem elsewhere.
    """
    place = Path(path)
    header, rows = _cells(place, _text(place))
    for column, value in (where or {}).items():
        rows = _only(place, header, rows, column, value)
    _refuse_many(place, header, rows)
    if find_column(header, "winner") is None and find_column(header, "loser") is None:
        _refuse_nameless(place, header, rows)
        if _like_a_matrix(header, rows):
            return _read_matrix(place, header, rows)
    contests = read_edges(place, header, rows)  # which says what is missing
    _refuse_large(place, contests.n, len(contests))
    return contests


def _refuse_large(path: Path, individuals: int, contests: int) -> None:
    """Refuse what would take hours, or more memory than there is, before a table of all dyads is made."""
    problems = []
    for count, most, what in (
        (individuals, MOST_INDIVIDUALS, "individuals"),
        (contests, MOST_CONTESTS, "contests"),
    ):
        if count > most:
            allowed = (
                f"at most {most:,}: choose one group or period with --where COLUMN=VALUE, or cut the file"
            )
            problems.append(Problem("", f"the file holds too many {what}", f"{count:,} {what}", allowed))
    if problems:
        raise ContestsError(path, problems)


def _refuse_nameless(path: Path, header: list[str], rows: Rows) -> None:
    """Refuse a square of counts whose names are missing in the first row, the first column, or both."""
    if any(len(cells) != len(header) for _, cells in rows) or len(header) < 2:
        return
    height, given = len(rows) + 1, [cells[0].strip() for _, cells in rows]
    numbers = all(_NUMBER.fullmatch(cell.strip()) for _, cells in rows for cell in cells[1:])
    counts = numbers and all(map(_NUMBER.fullmatch, header[1:])) and set(header[1:]) != set(given)
    above = bool(header[0]) and not _NUMBER.fullmatch(header[0])
    where = ""
    if counts and height == len(header) and header[0] and not above:
        where = "the first row and in the first column"
    elif counts and height == len(header) - 1 and above and not set(header[1:]) & set(given):
        where = "the first row"
    elif numbers and height == len(header) + 1 > 3 and all(map(_NUMBER.fullmatch, given)):
        where = "the first column"
    if where:
        allowed = (
            "a win matrix with the names in its first row and, in the same spelling, in its first column"
        )
        shown = ", ".join(header[:6]) + ", ..." * (len(header) > 6)
        raise ContestsError(path, [Problem("row 1:", f"names are missing in {where}", shown, allowed)])


def _only(path: Path, header: list[str], rows: Rows, column: str, value: str) -> Rows:
    """Return the rows with a value in a column."""
    if column not in header:
        near = nearest_name(column, header)
        raise ContestsError(path, [Problem(at(1, column), "is no column", column, list_names(header), near)])
    place = header.index(column)
    kept = [(number, cells) for number, cells in rows if len(cells) > place and cells[place].strip() == value]
    if not kept:
        there = list(dict.fromkeys(cells[place].strip() for _, cells in rows if len(cells) > place))
        problem = Problem(
            at(1, column), "has no such value", value, list_names(there), nearest_name(value, there)
        )
        raise ContestsError(path, [problem])
    return kept


def _refuse_many(path: Path, header: list[str], rows: Rows) -> None:
    """Refuse a table of several simulated groups: their people have the same numbers."""
    if "run_id" not in header:
        return
    place = header.index("run_id")
    runs = list(dict.fromkeys(cells[place] for _, cells in rows if len(cells) > place))
    if len(runs) > 1:
        allowed = (
            "one group: --where run_id="
            + runs[0]
            + ", or --where for each of arm, replicate and what is swept"
        )
        raise ContestsError(
            path, [Problem(at(1, "run_id"), "holds more than one group", f"{len(runs):,} groups", allowed)]
        )


def write_contests(contests: Contests, path: str | os.PathLike[str]) -> Path:
    """Write contests as an edge list that `read_contests` and R packages read; return the path.

    Columns: time (where known), winner, loser, draw, escalated and first (where noted). Contests whose
    order is not known are written as they stand. Raises `FolderError` where it cannot be written.
    """
    from mentalities_sim.store.atomic import replacing

    target = Path(path)
    with replacing(target) as part:
        contests.to_frame().to_csv(part, index=False, lineterminator="\n")
    return target


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        given = f"byte 0x{error.object[error.start]:02x}"
        allowed = "a text file in UTF-8; save it again in that encoding"
        raise ContestsError(path, [Problem(f"row {row}", "is not UTF-8 text", given, allowed)]) from None
    except FileNotFoundError:
        names = sorted(found.name for found in path.parent.glob("*.csv")) if path.parent.is_dir() else []
        near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
        allowed = (
            f"a file that exists; in {path.parent} there are the CSV files: {list_names(names, path.name)}"
        )
        nearest = str(path.parent / near[0]) if near else ""
        raise ContestsError(
            path, [Problem("", "the file does not exist", show(str(path)), allowed, nearest)]
        ) from None
    except (OSError, ValueError) as error:  # a folder, no permission, a null byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        problem = Problem(
            "", f"the file cannot be read ({reason})", show(str(path)), "a CSV file of contests"
        )
        raise ContestsError(path, [problem]) from None


def _cells(path: Path, text: str) -> tuple[list[str], Rows]:
    """The header's cells, and those of every other row that is not blank, with its number."""
    if not text.strip():
        allowed = "an edge list (columns winner, loser) or a square win matrix"
        raise ContestsError(path, [Problem("", "the file is empty", "no row", allowed)])
    first = text.lstrip().split("\n")[0]
    separator = max(",;\t", key=first.count)  # spreadsheets of many countries write semicolons
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        problem = Problem(f"row {reader.line_num}", f"is not CSV ({error})", "", "cells between commas")
        raise ContestsError(path, [problem]) from None
    return [cell.strip() for cell in rows[0][1]], rows[1:]


def _like_a_matrix(header: list[str], rows: Rows) -> bool:
    """Names shared by header and first column, or numbers throughout with a name before them."""
    if len(header) < 2 or not rows:
        return False
    names, given = set(header[1:]), {cells[0].strip() for _, cells in rows}
    shared = len(names & given) >= 0.5 * min(len(names), len(given))
    cells = [cell.strip() for _, row in rows for cell in row[1:]]
    return shared or (len(header) > 2 and all(map(_NUMBER.fullmatch, cells)))


def _read_matrix(path: Path, header: list[str], rows: Rows) -> Contests:
    columns, lines = header[1:], [cells[0].strip() for _, cells in rows]
    problems = _name_problems(columns, lines, rows)
    if problems:
        raise ContestsError(path, problems)
    _refuse_large(path, len(lines), 0)
    order = [columns.index(name) for name in lines]
    counts = np.zeros((len(lines), len(lines)), dtype=np.int64)
    for i, (number, cells) in enumerate(rows):
        for j, place in enumerate(order):
            text = cells[place + 1].strip()
            problem = _count_problem(text, lines[i], lines[j])
            if problem:
                problems.append(Problem(at(number, lines[j]), *problem))
            else:
                counts[i, j] = 0 if text == MISSING else int(float(text or 0))
    if problems:
        raise ContestsError(path, problems)
    _enough(path, lines, int(counts.sum()))
    _refuse_large(path, len(lines), int(counts.sum()))
    winner, loser = np.nonzero(counts)
    times = counts[winner, loser]
    notes = ["a win matrix holds no order of contests: stability and Elo trajectories are left out"]
    idle = [name for i, name in enumerate(lines) if not (counts[i].any() or counts[:, i].any())]
    if idle:
        notes.append(f"without a contest, and kept in the group: {', '.join(idle)}")
    notes += names_alike(lines)
    total = int(times.sum())
    return Contests(
        winner=np.repeat(winner, times), loser=np.repeat(loser, times), draw=np.zeros(total, bool),
        names=tuple(lines), ordered=False, notes=tuple(notes),
    )  # fmt: skip


def _name_problems(columns: list[str], lines: list[str], rows: Rows) -> list[Problem]:
    problems = []
    for what, names in (("header", columns), ("first column", lines)):
        if "" in names:
            where = "row 1" if what == "header" else f"row {rows[names.index('')][0]}"
            problems.append(Problem(f"{where}:", f"a name in the {what} is empty", '""', "a name for each"))
        if MISSING in names:
            where = "row 1" if what == "header" else f"row {rows[names.index(MISSING)][0]}"
            problems.append(Problem(f"{where}:", f"a name in the {what} is missing", MISSING, NO_NAME))
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            problems.append(Problem(f"the {what}", "has a name twice", ", ".join(twice), "each name once"))
    if len(columns) != len(lines):
        given = f"rows of counts: {len(lines)}; columns of counts: {len(columns)}"
        allowed = "a win matrix with a row and a column for each individual"
        problems.append(Problem("", "the matrix is not square", given, allowed))
    for name in dict.fromkeys(lines):
        if name and name not in columns:
            near = nearest_name(name, [column for column in columns if column not in lines])
            allowed = f"the names of the header: {list_names(columns, name)}"
            where = f"row {rows[lines.index(name)][0]}:"
            problems.append(Problem(where, "its name is not in the header", show(name), allowed, near))
    for name in dict.fromkeys(columns):
        if name and name not in lines and len(columns) != len(lines):
            allowed = f"the names of the rows: {list_names(lines, name)}"
            problems.append(Problem(f"column {name}:", "has no row of its name", show(name), allowed))
    allowed = f"{len(columns) + 1} cells: a name and a count for each column"
    return problems + [
        Problem(f"row {number}", "has another number of cells", cell_count(cells), allowed)
        for number, cells in rows
        if len(cells) != len(columns) + 1
    ]


def _count_problem(text: str, row: str, column: str) -> tuple[str, str, str] | None:
    """What is wrong with a cell of a win matrix: message, given, allowed."""
    allowed = "a whole number from 0 on, or nothing for 0"
    if text == MISSING:
        known = f"{allowed}; R writes NA where a value is missing: 0 if the two never met"
        return None if row == column else ("is missing", MISSING, known)
    try:
        number = float(text or 0)
    except ValueError:
        return "is not a number", show(text), allowed
    if row == column and number != 0:
        return f"says that {row} won over itself", show(text), "0 or nothing on the diagonal"
    if not number >= 0:
        return "is a negative count" if number < 0 else "is not a number", show(text), allowed
    if number != int(min(number, MOST_CONTESTS + 0.5)):
        wrong = "is not a whole number" if number < MOST_CONTESTS else f"is more than {MOST_CONTESTS:,}"
        return wrong, show(text), allowed
    return None


def _enough(path: Path, names: list[str], contests: int) -> None:
    if len(names) < 2:
        given, allowed = f"one individual, {names[0]}", "two individuals or more"
        raise ContestsError(path, [Problem("", "the matrix has a single individual", given, allowed)])
    if not contests:
        allowed = "a count above 0 somewhere off the diagonal"
        raise ContestsError(path, [Problem("", "the matrix has no contest", "zeros alone", allowed)])
