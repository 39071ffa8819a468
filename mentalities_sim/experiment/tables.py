"""Reading the CSV of a table design: every row a point, every column an axis."""

from __future__ import annotations

import csv
import difflib
import enum
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mentalities_sim.declare import Parameter, State
from mentalities_sim.experiment.checker import Checker
from mentalities_sim.experiment.errors import list_names, nearest_name, show
from mentalities_sim.experiment.schema import Axis, Level, Setting

MOST_PROBLEMS = 10

_KEY = ("sweep", "file")
_TABLE = "a CSV file: a header of dotted paths such as client.warmth_danger, then one row a point"


@dataclass
class _Column:
    name: str
    path: str
    why: str
    title: str
    declaration: State | Parameter
    rows: list[int | float] = field(default_factory=list)
    levels: dict[Any, Level] = field(default_factory=dict)

    @property
    def is_words(self) -> bool:
        return isinstance(self.declaration.default, (bool, enum.IntEnum))

    def place_of(self, value: Any, text: str) -> int:
        """Return which of the levels a value is; the first spelling names a new one."""
        if value not in self.levels:
            # A number stands for itself in the results, a word is kept as it is written.
            column = value if isinstance(value, bool) or text.isdecimal() else text
            self.levels[value] = Level(text, column, {self.path: Setting(value)})
        return list(self.levels).index(value)

    def axis(self) -> Axis:
        levels = tuple(self.levels.values())
        return Axis(self.name, levels, self.why, self.path, rows=tuple(self.rows))


def read_table(entries: dict[str, Any], file: Any, kind: str, checker: Checker) -> tuple[Axis, ...]:
    """Return the axes that a CSV gives; `entries` are those the experiment file gives a name.

    Problems are noted, with row (as a spreadsheet counts: the header is row 1) and column.
    """
    named = _read_named(entries, checker)
    checker.unread_axes.update(named)  # what no column is found for has had its problem
    if file is None:
        checker.problem(("sweep",), "lacks file, which design table needs", "no file", _TABLE)
        return ()
    written = checker.text(file, _KEY, needed=True)
    if not written.strip():
        return ()
    text = _read_text(checker.path.parent / written, checker)
    return () if text is None else _Table(Path(written).name, named, kind, checker).read(text)


def _read_named(entries: dict[str, Any], checker: Checker) -> dict[str, tuple[str, str]]:
    """Return path and reason of every axis that has a name in the experiment file."""
    named: dict[str, tuple[str, str]] = {}
    for name, entry in entries.items():
        key = ("sweep", name)
        table = entry if isinstance(entry, dict) else {}
        if not isinstance(entry, dict) or {"values", "range", "variants"} & set(entry):
            message = "gives values, which stand in the CSV file of design table"
            checker.problem(key, message, show(entry), f'{name} = {{of = "client.<name>"}}')
        elif "of" not in table:
            checker.problem(key, "lacks of", show(entry), f'{name} = {{of = "client.<name>"}}')
        else:
            checker.known_keys(table, key, ("of", "why"))
            path = checker.text(table["of"], (*key, "of"), needed=True)
            named[name] = (path, checker.text(table.get("why", ""), (*key, "why")))
    return named


def _read_text(path: Path, checker: Checker) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        inside = sorted(found.name for found in path.parent.glob("*.csv"))
        near = difflib.get_close_matches(path.name, inside, n=1, cutoff=0.5)
        allowed = f"{_TABLE}; in {path.parent} there are: {list_names(inside, path.name)}"
        checker.problem(_KEY, "does not exist", show(path.as_posix()), allowed, "".join(near))
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        message = f"({path.name}, row {row}) is not UTF-8 text"
        allowed = "a text file in UTF-8; save it again in that encoding"
        checker.problem(_KEY, message, f"byte 0x{error.object[error.start]:02x}", allowed)
    except (OSError, ValueError) as error:  # a folder, no permission, a null byte in the name, ...
        reason = getattr(error, "strerror", None) or str(error)
        checker.problem(_KEY, f"cannot be read ({reason})", show(path.as_posix()), _TABLE)
    return None


class _Table:
    """One CSV file on its way to axes."""

    def __init__(self, name: str, named: dict[str, tuple[str, str]], kind: str, checker: Checker) -> None:
        self.name, self.named, self.kind, self.checker = name, named, kind, checker
        self.before = len(checker.problems)
        self.seen: dict[tuple[int | float, ...], int] = {}

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Give the problems noted inside their place in the CSV file."""
        problems = self.checker.problems
        before = len(problems)
        yield
        told = f"({self.name}, {place})"
        problems[before:] = [replace(found, message=f"{told} {found.message}") for found in problems[before:]]

    def problem(self, place: str, message: str, given: str, allowed: str, nearest: str = "") -> None:
        """Note a problem at a place of the CSV file."""
        with self.at(place):
            self.checker.problem(_KEY, message, given, allowed, nearest)

    @property
    def spoilt(self) -> int:
        """How many problems this file has."""
        return len(self.checker.problems) - self.before

    def read(self, text: str) -> tuple[Axis, ...]:
        """Return the axes, or () after a problem."""
        reader = csv.reader(io.StringIO(text, newline=""))
        # Blank lines carry no point, but a spreadsheet counts them.
        columns: list[_Column] = []
        records = ((row, cells) for row, cells in enumerate(reader, 1) if cells)
        try:
            row, header = next(records, (0, []))
            if not row:
                self.checker.problem(_KEY, f"({self.name}) is empty", "no header", _TABLE)
                return ()
            columns = self.read_header(row, header)
            for row, cells in records if not self.spoilt else ():
                if self.spoilt >= MOST_PROBLEMS:
                    self.problem(f"row {row}", "and all below was not read", "", "first what is named above")
                    break
                self.read_row(row, cells, columns)
        except csv.Error as error:
            self.problem(f"row {reader.line_num}", f"is not CSV: {error}", "", _TABLE)
        if not self.spoilt and not self.seen:
            self.checker.problem(_KEY, f"({self.name}) has a header, but no points", "1 row", _TABLE)
        if self.spoilt:
            self.checker.unread_axes.update(column.name for column in columns)
        return () if self.spoilt else tuple(column.axis() for column in columns)

    def read_header(self, row: int, cells: list[str]) -> list[_Column]:
        """Return the columns; one that cannot be one is a problem."""
        if len(cells) == 1 and (marks := [mark for mark in (";", "\t") if mark in cells[0]]):
            allowed = "commas between columns, and a point in decimals"
            self.problem(f"row {row}", f"separates its columns by {marks[0]!r}", show(cells[0]), allowed)
            return []
        columns: dict[str, _Column] = {}
        for number, cell in enumerate(cells, 1):
            title = cell.strip()
            with self.at(f"row {row}, column {number}"):
                column = self.column(title)
                if column is not None and column.path in columns:
                    message = f"varies {column.path} a second time"
                    given = f"{columns[column.path].title} and {title}"
                    self.checker.problem(_KEY, message, given, "each column once")
                elif column is not None:
                    columns[column.path] = column
        found = {column.name for column in columns.values()}
        for name in self.named if not self.spoilt else ():
            if name not in found:
                message = f"has no column in {self.name}"
                self.checker.problem(("sweep", name), message, ", ".join(cells), f"a column {name}")
        return list(columns.values())

    def column(self, title: str) -> _Column | None:
        """Return the column of a title: the name of an axis of the file, or a dotted path."""
        by_path = {path: name for name, (path, _) in self.named.items()}
        name = title if title in self.named else by_path.get(title, "")
        path, why = self.named.get(name, (title, ""))
        near = nearest_name(title, self.named)
        if not name and "." not in title:
            allowed = ", ".join([*self.named, "or a dotted path such as client.warmth_danger"])
            paths = [
                p for p in self.checker.vocabulary.places_of(title, self.kind) if not p.startswith("arms.")
            ]
            nearest = near or " or ".join(paths)
            message = "is neither an axis of the experiment file nor a dotted path"
            self.checker.problem(_KEY, message, show(title), allowed, nearest)
            return None
        key = ("sweep", name, "of") if name else _KEY
        declaration = self.checker.declaration_at(path, key, self.kind, self.checker.swept_roots)
        if declaration is None:
            return None
        if declaration.shape:
            allowed = "a setting that is one number; lists can be swept as variants"
            self.checker.problem(_KEY, f"is a list of numbers: {path}", show(title), allowed)
            return None
        return _Column(name or path.rpartition(".")[2], path, why, title, declaration)

    def read_row(self, row: int, cells: list[str], columns: list[_Column]) -> None:
        """Add a point to the columns, or note what is wrong with it."""
        if len(cells) > len(columns):
            given, allowed = f"{len(cells)} cells", f"{len(columns)}, as in the header"
            self.problem(f"row {row}", "has more cells than the header", given, allowed)
            return
        before = self.spoilt
        point: list[int | float] = []
        texts = [cell.strip() for cell in cells] + [""] * (len(columns) - len(cells))
        for column, text in zip(columns, texts, strict=True):
            value = self.read_cell(row, column, text)
            if value is not None:
                point.append(value)
        if self.spoilt > before:
            return
        first = self.seen.setdefault(tuple(point), row)
        if first != row:
            self.problem(f"row {row}", f"is the same point as row {first}", ",".join(texts), "each once")
        for column, value in zip(columns, point, strict=True):
            column.rows.append(value)

    def read_cell(self, row: int, column: _Column, text: str) -> int | float | None:
        """Return what a cell holds: its number, or which of the column's words it is."""
        low, high = column.declaration.bounds
        try:
            raw: Any = float(text)
        except ValueError:
            raw = text
        if type(column.declaration.default) is float and isinstance(raw, float):
            if low <= raw <= high and math.isfinite(raw):
                return raw  # the usual case first: a table may have millions of cells
        place = f"row {row}, column {column.title}"
        if not text:
            self.problem(place, "is missing", "an empty cell", "a value in every cell")
            return None
        if column.is_words:
            raw = {"true": True, "false": False}.get(text.lower(), int(raw) if text.isdecimal() else raw)
        with self.at(place):
            value: Any = self.checker.value(raw, _KEY, column.declaration)
        return column.place_of(value, text) if column.is_words and value is not None else value
