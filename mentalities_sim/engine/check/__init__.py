"""Check rules before they are compiled: what Numba would refuse obscurely, or do otherwise.

`check_rule` follows one rule, `check_class` looks at a class's declarations, `stream_problems`
at who reads which chance; `parse_rule` gives the source that the binder rewrites. Each problem
names file, line and a way out.

Not found here, because it depends on amounts and not on the text: overflow (`math.exp(1000.0)`
raises under Mesa and is inf when compiled), `math.log(0.0)` and `math.sqrt` of a negative number
(raise under Mesa; -inf and nan when compiled), a computed index out of range, and integers beyond
64 bits. The finiteness check of the state and the lock-step comparison answer for those; the
guarded helpers (`clip01`, `logistic`) avoid them.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from .classes import check_class
from .expressions import Session
from .flow import Flow
from .report import Problem, RuleError, Scope
from .source import parse_rule, plain_function
from .streams import stream_problems, streams_read
from .values import Value

__all__ = [
    "Problem",
    "RuleError",
    "Scope",
    "check_class",
    "check_rule",
    "parse_rule",
    "stream_problems",
    "streams_read",
]


def check_rule(
    function: FunctionType, defined_in: type, scope: Scope, returns: dict[Any, Value] | None = None
) -> list[Problem]:
    """Return all that keeps a rule, and the helpers it calls, from running in both engines.

    `function` may be the plain function of a method, staticmethod or property; `defined_in` is
    the class whose body holds it (for super()), `scope.owner` the class of the agent it runs on.
    Rules that it calls on self or on roles are not checked here: check each once. Whoever checks many
    in one scope hands on one dict of what they return, so that each is followed for it once.

    Example:
        >>> from mentalities_sim.arithmetic import clip01
        >>> class Helpers:
        ...     clip = staticmethod(clip01)
        >>> check_rule(clip01, Helpers, Scope(Helpers))
        []
    """
    session = Session(returns={} if returns is None else returns)
    try:
        Flow(plain_function(function), defined_in, scope, session).check()
    except RuleError as error:
        session.problems.extend(error.problems)
    return list(dict.fromkeys(session.problems))
