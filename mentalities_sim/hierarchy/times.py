"""From the cells of a time column to times: numbers, or dates as days; and what is wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime

from mentalities_sim.experiment.errors import Problem, show
from mentalities_sim.hierarchy.contests import days_since_epoch
from mentalities_sim.hierarchy.errors import at

_TIMES = "a date such as 2024-05-31 (with a time of day: 2024-05-31T14:05), or a number"
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")

Texts = Sequence[tuple[int, str]]
"""Row numbers and the cells of one column."""


def read_times(column: str, texts: Texts, problems: list[Problem]) -> tuple[list[float] | None, bool]:
    """Read times as numbers, and say whether they are dates; the first row says which the column holds.

    Cells that cannot be read are told once for each form they are written in.

    Example:
        >>> read_times("Date", [(2, "1970-01-02"), (3, "1970-01-04")], [])
        ([1.0, 3.0], True)
    """
    moments: list[float | datetime] = []
    unread: dict[str, list[tuple[int, str]]] = {}
    for number, text in texts:
        try:
            moments.append(_moment(text))
        except (ValueError, OverflowError):
            unread.setdefault(_form(text), []).append((number, text))
    problems += [_not_a_time(column, cells) for cells in unread.values()]
    if unread:
        return None, False
    problems += _of_another_kind(column, texts, moments)
    times = [m if isinstance(m, float) else days_since_epoch(m) for m in moments]
    return times, not isinstance(moments[0], float)


def alike(more: int) -> str:
    """What follows a problem that further rows share, since nobody reads it twelve times over.

    Example:
        >>> alike(0), alike(1), alike(1655)
        ('', '; 1 more row is written so', '; 1,655 more rows are written so')
    """
    return f"; {more:,} more row{'s are' if more > 1 else ' is'} written so" if more else ""


def _moment(text: str) -> float | datetime:
    try:
        number = float(text)
    except ValueError:
        return datetime.fromisoformat(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _form(text: str) -> str:
    """How a time is written, whatever its numbers and words: 31.1.1996 and 02.12.2001 are alike."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))


def _not_a_time(column: str, cells: list[tuple[int, str]]) -> Problem:
    number, text = cells[0]
    wrong = "is no time that can be read" + alike(len(cells) - 1)
    return Problem(at(number, column), wrong, show(text), _rewritten(column, [text for _, text in cells]))


def _rewritten(column: str, texts: list[str]) -> str:
    """How dates should be written; of those with the year last, the first as it ought to stand."""
    parts = [match for text in texts if (match := _YEAR_LAST.fullmatch(text))]
    if len(parts) < len(texts):
        return _TIMES
    first, second = (max(int(part[place]) for part in parts) for place in (1, 3))
    if min(first, second) > 12 or max(first, second) > 31:
        return _TIMES
    if max(first, second) <= 12:
        return (
            "dates as year-month-day, such as 2024-05-31; whether day or month stands first here, "
            "the file does not say"
        )
    between, year = parts[0][2], int(parts[0][4])
    order = ("day", "month") if first > 12 else ("month", "day")
    one = dict(zip(order, (int(parts[0][1]), int(parts[0][3])), strict=True))
    stands = between.join((*order, "year"))
    in_r = between.join({"day": "%d", "month": "%m"}[part] for part in order) + between + "%Y"
    return (
        f"dates as year-month-day: {year:04}-{one['month']:02}-{one['day']:02} (they stand as {stands}; "
        f'give the column the format yyyy-mm-dd in a spreadsheet, or in R as.Date({column}, "{in_r}"))'
    )


def _of_another_kind(column: str, texts: Texts, moments: Sequence[float | datetime]) -> list[Problem]:
    kinds = [_kind(moment) for moment in moments]
    others = dict.fromkeys(kind for kind in kinds if kind != kinds[0])
    problems = []
    for kind in others:
        number, text = texts[kinds.index(kind)]
        allowed = f"{kinds[0]}, as in row {texts[0][0]}: one kind of time in a column"
        wrong = f"is {kind}" + alike(kinds.count(kind) - 1)
        problems.append(Problem(at(number, column), wrong, show(text), allowed))
    return problems


def _kind(moment: float | datetime) -> str:
    if isinstance(moment, float):
        return "a number"
    return "a date with a time zone" if moment.tzinfo else "a date"
