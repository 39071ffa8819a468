"""Reading an arm's plan: which interventions, for how long, in which sessions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mentalities_sim.experiment.checker import Checker, Key
from mentalities_sim.experiment.errors import show
from mentalities_sim.experiment.schema import Arm
from mentalities_sim.experiment.turns import DOES, PlanRow
from mentalities_sim.interventions import known_interventions

FOLLOWS_PLAN = "plan"
"""A policy that follows a plan declares this parameter: the plan, as a number that is worked out."""

UNUSED = ("dominance", "playfulness", "freedom", "expressiveness")
"""Parameters of every policy that are without use where interventions have these of their own."""

_ROW_KEYS = ("does", "exchanges", "sessions")
_FORM = '{does = "safe place", exchanges = 20, sessions = [1, 5]}'
_MOST = 1000


def refuse_unused(entry: Mapping[str, Any], key: Key, checker: Checker) -> None:
    """Note a problem for every channel that the arm sets, and that the intervention decides."""
    for word in UNUSED:
        if word in entry:
            message = "would change nothing: each intervention has its own"
            checker.problem((*key, word), message, show(entry[word]), "leave it out")


def read_plan(entry: Mapping[str, Any], key: Key, checker: Checker) -> tuple[PlanRow, ...]:
    """Return the rows of the plan of an arm that follows one; problems are noted."""
    if "planned" in checker.kind.glue.refused_policies:
        message = f"is not for a {checker.kind.name}"
        checker.problem((*key, FOLLOWS_PLAN), message, "a plan", "a policy that follows none")
        return ()
    if FOLLOWS_PLAN not in entry:
        checker.problem(key, "follows a plan, but has none", show(dict(entry)), f"plan = [{_FORM}]")
        return ()
    raw, at = entry[FOLLOWS_PLAN], (*key, FOLLOWS_PLAN)
    if not isinstance(raw, list):
        checker.problem(at, "must be a list of rows", show(raw), f"plan = [{_FORM}]")
        return ()
    if not raw:
        checker.problem(at, "is empty", "[]", f"at least one row: {_FORM}")
    rows = [_read_row(row, (*at, str(n)), checker) for n, row in enumerate(raw, 1)]
    return tuple(row for row in rows if row is not None)


def _read_row(raw: Any, key: Key, checker: Checker) -> PlanRow | None:
    if not isinstance(raw, dict):
        checker.problem(key, "must be a row of a plan", show(raw), _FORM)
        return None
    checker.known_keys(raw, key, _ROW_KEYS)
    sessions = _read_sessions(raw["sessions"], (*key, "sessions"), checker) if "sessions" in raw else None
    if "does" not in raw:
        checker.problem(key, "lacks does", show(raw), f'does = "...", as in {_FORM}')
        return None
    does = checker.choice(raw["does"], (*key, "does"), DOES, "is not something that a therapist does")
    if not does:
        return None
    cost = known_interventions()[does].exchanges
    at = (*key, "exchanges")
    exchanges = checker.whole(raw.get("exchanges", cost), at, 1, _MOST, "exchanges of 30 s")
    if exchanges is not None and exchanges < cost:
        message = f"is too short: {does} takes at least {cost} exchanges"
        checker.problem(at, message, show(raw["exchanges"]), f"{cost} or more; or leave it out")
    return PlanRow(does, exchanges or cost, sessions)


def _read_sessions(raw: Any, key: Key, checker: Checker) -> tuple[int, int] | None:
    allowed = "[first, last], counted from 1, such as [1, 5]"
    if not isinstance(raw, list) or len(raw) != 2:
        checker.problem(key, "must be two sessions, the first and the last", show(raw), allowed)
        return None
    first, last = (checker.whole(item, key, 1, _MOST, "sessions") for item in raw)
    if first is None or last is None:
        return None
    if first > last:
        checker.problem(key, "must not end before it begins", show(raw), allowed)
        return None
    return first, last


def check_plans(arms: Mapping[str, Arm], sessions: int, exchanges: int, checker: Checker) -> None:
    """Note a problem for every row that is never reached, and for a session without any row.

    `sessions` is the length of the longest course, `exchanges` that of its longest session.
    """
    for arm in arms.values():
        key = ("arms", arm.name, FOLLOWS_PLAN)
        for row in arm.plan:
            if row.sessions is not None and row.sessions[1] > sessions:
                message = f"has a row, {row.does}, for sessions that there are not"
                checker.problem(key, message, show(list(row.sessions)), f"sessions from 1 to {sessions}")
        empty = [n for n in range(1, sessions + 1) if not any(row.holds_in(n) for row in arm.plan)]
        for row in arm.plan:
            if row not in _reached(arm.plan, sessions, exchanges) and not empty:
                message = f"of arm {arm.name} never comes to a row, {row.does}"
                given = (
                    f"the rows before it fill all {exchanges} exchanges of every session in which it holds"
                )
                checker.problem(key, message, given, "fewer exchanges in the rows before, or longer sessions")
        if arm.plan and empty:
            message = f"of arm {arm.name} has no row for session {empty[0]}"
            given = f"{len(empty)} of {sessions} sessions without a row"
            checker.problem(key, message, given, "a row for every session; one without sessions is for all")


def _reached(plan: tuple[PlanRow, ...], sessions: int, exchanges: int) -> set[PlanRow]:
    """Return the rows that are come to in some session."""
    found: set[PlanRow] = set()
    for number in range(1, sessions + 1):
        begins = 0
        for row in plan:
            if row.holds_in(number) and begins < exchanges:
                found.add(row)
                begins += row.exchanges
    return found
