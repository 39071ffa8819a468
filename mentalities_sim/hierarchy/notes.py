"""What a reader should be told about a file of contests that can be read, but may hold a slip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MOST_SHOWN = 6


def edge_notes(
    header: Sequence[str],
    rows: Sequence[tuple[int, Sequence[str]]],
    places: dict[str, int],
    time: Sequence[float] | None,
    clock: int | None,
) -> tuple[str, ...]:
    """Say what of an edge list was left out, put in order, or may be a slip.

    `places` says where each column that was read stands, `clock` where a time of day stands that was not.
    """
    lost = clock if clock is not None and time is not None and _whole(time) else None
    # a column without a name is R's row names: of no use, and no news
    unused = [name for at, name in enumerate(header) if name and at not in places.values() and at != lost]
    notes = [f"column{'s' * (len(unused) > 1)} not used: {', '.join(unused)}"] if unused else []
    if lost is not None:
        notes.append(
            f"column {header[lost]} not used beside {header[places['time']]}: within a day, contests stand "
            "in the order of the rows (both in one column, 2024-05-31T14:05, keep their order)"
        )
    notes += _repeats(header, rows, time is not None)
    notes += _out_of_order(rows, time)
    people = [places["winner"], places["loser"]]
    notes += _padded(rows, people)
    return (*notes, *names_alike({cells[at].strip() for _, cells in rows for at in people}))


def names_alike(names: Iterable[str]) -> list[str]:
    """Say which names are the same but for upper and lower case and blanks; nothing if none are.

    Example:
        >>> names_alike(["Ada", "ada", "Bea"])
        ['names alike but for case or blanks, taken as different individuals: Ada and ada']
    """
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        groups.setdefault(" ".join(name.split()).casefold(), []).append(name)
    same = [" and ".join(group) for group in groups.values() if len(group) > 1]
    if not same:
        return []
    return [f"names alike but for case or blanks, taken as different individuals: {_few(same)}"]


def _padded(rows: Sequence[tuple[int, Sequence[str]]], people: list[int]) -> list[str]:
    """Names written both with and without blanks around them."""
    written: set[str] = set()
    for at in people:
        cells = {row[at] for _, row in rows}
        # a column with blanks throughout is laid out so, after each comma
        written |= cells if any(cell == cell.strip() for cell in cells) else {c.strip() for c in cells}
    both = sorted({cell.strip() for cell in written if cell != cell.strip() and cell.strip() in written})
    if not both:
        return []
    return [f"names also written with blanks around them, taken as the same individual: {_few(both)}"]


def _whole(time: Sequence[float]) -> bool:
    return all(moment == int(moment) for moment in time)


def _repeats(header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], timed: bool) -> list[str]:
    told = [at for at, name in enumerate(header) if name]
    repeats = len(rows) - len({tuple(cells[at] for at in told) for _, cells in rows})
    if not repeats:
        return []
    said = f"{repeats:,} of the rows repeat{'s' * (repeats == 1)} an earlier one"
    if not timed:
        return [f"{said}; kept, as contests anew"]
    return [
        f"{said}, time and all; kept, as contests anew: "
        "are they copies, or contests that are noted no more finely than this?"
    ]


def _out_of_order(rows: Sequence[tuple[int, Sequence[str]]], time: Sequence[float] | None) -> list[str]:
    late = [at for at in range(1, len(time)) if time[at] < time[at - 1]] if time is not None else []
    if not late:
        return []
    return [
        f"rows are not in the order of time (row {rows[late[0]][0]} is the first); they were put in order"
    ]


def _few(words: Sequence[str]) -> str:
    more = len(words) - _MOST_SHOWN
    return ", ".join(words[:_MOST_SHOWN]) + (f", and {more:,} more" if more > 0 else "")
