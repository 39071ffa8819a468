"""What the check says: problems, the error that carries them, and what a rule may reach."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing in a rule that the compiled engine cannot do, or would do differently.

    Example:
        >>> str(Problem("griever.py", 12, "Griever.feel", "print() is not for rules", "Drop it"))
        'griever.py:12: Griever.feel: print() is not for rules. Drop it, or run with engine="mesa".'
    """

    file: str
    line: int
    rule: str
    what: str
    way_out: str
    runs_on_mesa: bool = True

    def __str__(self) -> str:
        mesa = ', or run with engine="mesa"' if self.runs_on_mesa else ""
        return f"{self.file}:{self.line}: {self.rule}: {self.what}. {self.way_out}{mesa}."


class RuleError(Exception):
    """Raised when rules cannot be compiled faithfully; one line per problem.

    Example:
        >>> error = RuleError([Problem("a.py", 1, "A.act", "print in a rule", "Record an event")])
        >>> print(error)
        a.py:1: A.act: print in a rule. Record an event, or run with engine="mesa".
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line, p.what)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[RuleError], tuple[tuple[Problem, ...]]]:
        # Exceptions are rebuilt from `args` (the sentence); a worker must send the problems.
        return (type(self), (self.problems,))


@dataclass(frozen=True)
class Scope:
    """What the names in one rule stand for.

    `owner` is the concrete class whose instance is `self`; `roles` gives the class of each
    role argument; `records` gives the fields of each plain record, nested where a field is a
    record itself. A leaf is None (a number; in `luck` a float) or one of float, int, bool.

    Example:
        >>> scope = Scope(owner=object, roles={}, records={"luck": {"refer": None}})
        >>> sorted(scope.records["luck"])
        ['refer']
    """

    owner: type
    roles: Mapping[str, type] = field(default_factory=dict)
    records: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `name`, or None when none is like it.

    Example:
        >>> nearest("thraet", ["threat", "soothing"])
        'threat'
    """
    found = difflib.get_close_matches(name, sorted(set(candidates)), n=1, cutoff=0.67)
    return found[0] if found else None
