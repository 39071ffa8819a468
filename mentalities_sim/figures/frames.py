"""Read tidy frames for drawing: check their columns, pick one run, sort its events."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

KINDS = {
    "yielding": "yielding",
    "counter_bid": "counter-bid",
    "escaped": "escape",
    "mentality": "mentality",
    "involuntary_subordination_on": "ISS on",
    "involuntary_subordination_off": "ISS off",
}
"""Recorded events of a person, and the words for them in figures."""

ISS_STATE = "subordinated"
"""The state that says whether an episode of the ISS is on."""

FIRST_SESSION = 1
"""Sessions are counted from 1; weeks, as recorded, from 0 (and below 0 before therapy)."""


class FigureError(ValueError):
    """A frame cannot be drawn; the message names the columns or the run that is missing."""


def require(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Refuse a frame that is empty or lacks columns, naming them and the nearest ones it has.

    Example:
        >>> require(pd.DataFrame({"arms": [1]}), ["arm"], "outcomes")
        Traceback (most recent call last):
        ...
        mentalities_sim.figures.frames.FigureError: outcomes lacks the column 'arm' (nearest it \
has: 'arms'). It has: arms.
    """
    if not isinstance(frame, pd.DataFrame):
        raise FigureError(f"{name} must be a pandas DataFrame, not {type(frame).__name__}.")
    have = [str(column) for column in frame.columns]
    missing = [column for column in columns if column not in have]
    if missing:
        told = []
        for column in missing:
            near = difflib.get_close_matches(column, have, n=1)
            told.append(f"'{column}'" + (f" (nearest it has: '{near[0]}')" if near else ""))
        noun = "column" if len(missing) == 1 else "columns"
        having = ", ".join(have) if have else "no columns"
        raise FigureError(f"{name} lacks the {noun} {', '.join(told)}. It has: {having}.")
    if frame.empty:
        wanted = ", ".join(columns)
        raise FigureError(f"{name} is empty: there is no row to draw (columns needed: {wanted}).")


def pick_run(
    frame: pd.DataFrame,
    arm: str,
    replicate: int,
    where: Mapping[str, Any] | None,
    name: str,
    *,
    may_be_empty: bool = False,
) -> pd.DataFrame:
    """Rows of one run: an arm, a replicate and, where something is swept, its value in `where`."""
    wanted = {"arm": arm, "replicate": replicate, **(where or {})}
    require(frame.head(1) if len(frame) else frame, wanted, name) if not may_be_empty else None
    keep = np.ones(len(frame), dtype=bool)
    for column, value in wanted.items():
        if column not in frame.columns:
            continue
        values = frame[column]
        if isinstance(value, float):
            keep &= np.isclose(values.to_numpy(dtype=float), value)
        else:
            keep &= (values == value).to_numpy()
    rows = frame[keep]
    if rows.empty and not may_be_empty:
        told = ", ".join(f"{column}={value!r}" for column, value in wanted.items())
        have = "; ".join(
            f"{column}: {', '.join(str(v) for v in sorted(frame[column].unique())[:12])}" for column in wanted
        )
        raise FigureError(f"{name} has no rows with {told}. It has {have}.")
    return rows


def client_rows(
    series: pd.DataFrame,
    arm: str,
    replicate: int,
    where: Mapping[str, Any] | None,
    columns: Iterable[str],
) -> pd.DataFrame:
    """Exchange rows (in session) of one run, in time order, with a `session` column from 1."""
    needed = ["arm", "replicate", "week", "exchange", "hours", *columns]
    require(series, needed, "series")
    rows = pick_run(series, arm, replicate, where, "series")
    rows = rows[rows["exchange"] >= 0].sort_values("hours", kind="stable")
    if rows.empty:
        raise FigureError("series has no row in session for this run (column exchange is −1).")
    if rows.duplicated(["week", "exchange"]).any():
        swept = [c for c in rows.columns if rows[c].nunique() > 1 and not c.startswith("client_")]
        swept = [c for c in swept if c not in needed and c != "phase"]
        raise FigureError(
            f"series has several runs with arm={arm!r}, replicate={replicate!r}: "
            f"say which by where={{column: value}}; columns that differ: {', '.join(swept)}."
        )
    return rows.assign(session=rows["week"] + FIRST_SESSION)


def run_events(
    events: pd.DataFrame | None,
    arm: str,
    replicate: int,
    where: Mapping[str, Any] | None,
    person: str,
) -> pd.DataFrame:
    """Events of one run with a `kind` column: rupture, yielding, counter-bid, escape, ISS on, …

    What belongs to a person (mentality, response, ISS, escape) is kept for `person` only;
    ruptures and drop-out are kept whoever reports them. A run without events gives no rows.
    """
    empty = pd.DataFrame({"hours": [], "week": [], "exchange": [], "kind": []})
    if events is None or len(events) == 0:
        return empty
    needed = ["arm", "replicate", "hours", "week", "exchange", "who", "event", "before", "after"]
    require(events, needed, "events")
    rows = pick_run(events, arm, replicate, where, "events", may_be_empty=True)
    if rows.empty:
        return empty
    name = rows["event"].astype(str).to_numpy()
    own = (rows["who"].astype(str) == person).to_numpy()
    kinds = np.full(len(rows), "", dtype=object)
    kinds[name == "rupture"] = "rupture"
    kinds[name == "dropped_out"] = "drop-out"
    for event, kind in KINDS.items():
        kinds[own & (name == event)] = kind
    rows = rows.assign(kind=kinds)
    return rows[rows["kind"] != ""].sort_values("hours", kind="stable")


def spells_on(events: pd.DataFrame, start: float, end: float) -> list[tuple[float, float]]:
    """Spells (hours) in which ISS is on, from its onset and offset events, cut to [start, end].

    An offset without an onset before it means that ISS was on from the start.
    """
    spells: list[tuple[float, float]] = []
    opened: float | None = None
    seen = False
    for hours, kind in zip(events["hours"], events["kind"], strict=True):
        if kind == "ISS on":
            opened, seen = (float(hours) if opened is None else opened), True
        elif kind == "ISS off":
            begin = opened if opened is not None else (start if not seen else None)
            if begin is not None:
                spells.append((begin, float(hours)))
            opened, seen = None, True
    if opened is not None:
        spells.append((opened, end))
    cut = [(max(a, start), min(b, end)) for a, b in spells]
    return [(a, b) for a, b in cut if b > a]


def iss_on(rows: pd.DataFrame, happened: pd.DataFrame, person: str) -> np.ndarray:
    """Whether ISS is on at each row (bool): the recorded state, else from onsets and offsets."""
    if f"{person}_{ISS_STATE}" in rows.columns:
        return np.asarray(rows[f"{person}_{ISS_STATE}"], dtype=float) > 0
    hours = rows["hours"].to_numpy(dtype=float)
    on = np.zeros(len(rows), dtype=bool)
    for start, end in spells_on(happened, 0.0, float(hours[-1]) + 1.0):
        on |= (hours >= start) & (hours < end)
    return on


def spacing(x: np.ndarray) -> float:
    """How far apart successive looks lie: the median step, 1 for a single look.

    Example:
        >>> spacing(np.array([0, 5, 10]))
        5.0
    """
    return float(np.median(np.diff(x))) if len(x) > 1 else 1.0


def stretches(values: np.ndarray) -> list[tuple[int, int, int]]:
    """Runs of equal values as (value, first index, length).

    Example:
        >>> stretches(np.array([0, 0, 3]))
        [(0, 0, 2), (3, 2, 1)]
    """
    if len(values) == 0:
        return []
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    ends = np.r_[starts[1:], len(values)]
    return [(int(values[a]), int(a), int(b - a)) for a, b in zip(starts, ends, strict=True)]


def run_words(frame: pd.DataFrame, arm: str, replicate: int, where: Mapping[str, Any] | None) -> str:
    """One quiet line that says which run is shown, with the entry fear if the frame has it."""
    from mentalities_sim.figures.words import arm_words

    parts = [f"Arm: {arm_words(arm)}"]
    given = dict(where or {})
    if "fear" in frame.columns and frame["fear"].nunique() == 1:
        given.setdefault("fear", frame["fear"].iloc[0])
    for column, value in given.items():
        label = "entry fear of compassion" if column == "fear" else column.replace("_", " ")
        parts.append(f"{label} {value:g}" if isinstance(value, (int, float)) else f"{label} {value}")
    parts.append(f"replicate {replicate}")
    return " · ".join(parts)
