"""Look up what a name means on a class, the way Python will when the rule runs."""

from __future__ import annotations

import enum
from types import FunctionType
from typing import Any

from mentalities_sim.declare import Parameter, State, Stream

# Taken on every Mesa version that the package runs on, whichever is installed.
AGENT_NAMES = frozenset(
    "model unique_id pos random rng scenario step advance remove create_agents from_dataframe "
    "create_agents cell".split()
)
MODEL_NAMES = frozenset(
    "agents agent_types agents_by_type step steps time running random rng scenario register_agent "
    "deregister_agent remove_all_agents reset_randomizer reset_rng run_model run_for run_until "
    "schedule_event schedule_recurring".split()
)
CHANCE = frozenset({"random", "rng"})


def look_up(cls: type, name: str, after: type | None = None) -> tuple[Any, type] | None:
    """Find a name along the MRO, after one of its classes for super().

    Example:
        >>> class Base:
        ...     threat = State(0.1)
        >>> look_up(Base, "threat")[1].__name__
        'Base'
        >>> look_up(Base, "thraet") is None
        True
    """
    mro = cls.__mro__
    start = mro.index(after) + 1 if after in mro and after is not None else 0
    for base in mro[start:]:
        if base is not object and name in vars(base):
            return vars(base)[name], base
    return None


def is_foreign(cls: type) -> bool:
    """Tell whether a class is Mesa's or Python's own, so that no rule stands in it.

    Example:
        >>> is_foreign(object)
        True
    """
    return cls.__module__.split(".")[0] in ("mesa", "builtins", "typing", "abc")


def is_constant(raw: Any) -> bool:
    """Tell whether a class attribute is a plain number or a tuple of them.

    Example:
        >>> is_constant((0.1, 0.2)), is_constant([0.1])
        (True, False)
    """
    if isinstance(raw, tuple):
        return all(map(is_constant, raw))
    return type(raw) in (bool, int, float) or isinstance(raw, enum.IntEnum)


def rules_of(cls: type, after: type | None = None) -> list[str]:
    """Names of the rules that a class has, those of its bases included.

    Example:
        >>> class Base:
        ...     def feel(self): ...
        >>> rules_of(Base)
        ['feel']
    """
    return [name for name, raw in _own(cls, after) if isinstance(raw, (FunctionType, staticmethod))]


def members_of(cls: type) -> list[str]:
    """Names of all that a rule may reach on a class: fields, rules, properties, constants.

    Example:
        >>> class Base:
        ...     threat = State(0.1)
        ...     RATE = 0.5
        >>> members_of(Base)
        ['threat', 'RATE']
    """
    kinds = (State, Parameter, FunctionType, staticmethod, property)
    return [n for n, raw in _own(cls) if isinstance(raw, kinds) or is_constant(raw)]


def _own(cls: type, after: type | None = None) -> list[tuple[str, Any]]:
    mro = cls.__mro__
    start = mro.index(after) + 1 if after in mro and after is not None else 0
    found: dict[str, Any] = {}
    for base in mro[start:]:
        if not is_foreign(base):
            for name, raw in vars(base).items():
                if not name.startswith("__"):
                    found.setdefault(name, raw)
    return list(found.items())


def has_fields(cls: Any) -> bool:
    """Tell whether a class declares anything, so that its instances become records.

    Example:
        >>> has_fields(int)
        False
    """
    kinds = (State, Parameter, Stream)
    return isinstance(cls, type) and any(
        isinstance(raw, kinds) for base in cls.__mro__ for raw in vars(base).values()
    )
