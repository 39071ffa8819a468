"""What a therapist is told to do: the turns of a coded dialogue, and the rows of a plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from mentalities_sim.interventions import known_interventions, number_of

DOES = {name: one.meaning for name, one in known_interventions().items()}
"""What a turn of a dialogue, or a row of a plan, may do: the words for `does`, each with its meaning."""

SURFACES = ("between", "inside")
"""Words for a signal's surface, by its number."""


@dataclass(frozen=True)
class Turn:
    """One coded turn of a dialogue, sent for `exchanges` exchanges of 30 s.

    Dominance and warmth run from -1 to 1, the other three and `labelling` from 0 to 1; `surface` is 0 for
    what passes between the two, 1 for what is said or done inside. `words` is the quotation, `coding` says
    on which of its words the numbers rest, `answer` is what the client says next in the text (for reading
    beside the run; no rule sees it).

    Example:
        >>> Turn("Hello shame!", 0.1, 0.5, 0.9, 0.7, 0.6).exchanges
        1
    """

    words: str
    dominance: float
    warmth: float
    playfulness: float
    freedom: float
    expressiveness: float
    does: tuple[str, ...] = ()
    coding: str = ""
    exchanges: int = 1
    answer: str = ""
    labelling: float = 0.0
    surface: int = 0

    @property
    def number(self) -> int:
        """The number of what the turn does first; -1 if it names nothing."""
        return number_of(self.does[0]) if self.does else -1


@dataclass(frozen=True)
class PlanRow:
    """One row of an arm's plan: do this for so many exchanges, in these sessions (first and last, from 1).

    Without `sessions` the row holds in every session.

    Example:
        >>> PlanRow("safe place", 20, (1, 5)).holds_in(6)
        False
    """

    does: str
    exchanges: int
    sessions: tuple[int, int] | None = None

    def holds_in(self, session: int) -> bool:
        """Whether the row holds in a session, counted from 1."""
        return self.sessions is None or self.sessions[0] <= session <= self.sessions[1]


def plan_number(plan: Sequence[PlanRow]) -> int:
    """Return a number for a plan, 0 for none: the same for plans that send the same signals, else another.

    It is worked out from the rows and from the numbers of the interventions that they name.

    Example:
        >>> plan_number([PlanRow("plays", 1)]) == plan_number([PlanRow("plays", 2)])
        False
    """
    if not plan:
        return 0
    said: list[list[object]] = []
    for row in plan:
        one = known_interventions()[row.does]
        sent = [number_of(one.name), *one.signal(0.0), one.dose_share]
        said.append([row.exchanges, row.sessions, *sent])
    digest = hashlib.blake2b(json.dumps(said).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big")


def planned_session(plan: Sequence[PlanRow], session: int, exchanges: int) -> list[str]:
    """Return what is done in each exchange of a session: its rows in order, again until it is over.

    `session` counts from 1. Raises `ValueError` where no row holds.

    Example:
        >>> planned_session([PlanRow("plays", 1), PlanRow("savours", 2)], 1, 5)
        ['plays', 'savours', 'savours', 'plays', 'savours']
    """
    once = [row.does for row in plan if row.holds_in(session) for _ in range(row.exchanges)]
    if not once:
        raise ValueError(f"the plan has no row for session {session}")
    return [once[i % len(once)] for i in range(exchanges)]
