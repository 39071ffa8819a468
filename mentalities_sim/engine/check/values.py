"""What the check knows about a value in a rule without running it: its kind, never its amount."""

from __future__ import annotations

import enum
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mentalities_sim.declare import Parameter, State

Kind = Literal["bool", "int", "float"]
_RANK: dict[Kind, int] = {"bool": 0, "int": 1, "float": 2}


@dataclass(frozen=True)
class Value:
    """Something that the check knows nothing about; it is let pass."""


@dataclass(frozen=True)
class Number(Value):
    """A number; `low` and `high` bound an integer that is known, `member` is its IntEnum."""

    kind: Kind
    low: int | None = None
    high: int | None = None
    member: type | None = None


@dataclass(frozen=True)
class Nothing(Value):
    """None."""


@dataclass(frozen=True)
class Text(Value):
    """A string."""


@dataclass(frozen=True)
class Array(Value):
    """A vector or matrix field, or a row of a matrix."""

    shape: tuple[int, ...]
    kind: Kind


@dataclass(frozen=True)
class Record(Value):
    """An agent, policy or world. `named` when written by its own name (self or a role)."""

    cls: type
    label: str
    named: bool = True


@dataclass(frozen=True)
class Plain(Value):
    """A record of plain numbers, such as luck; `path` is how it was reached."""

    fields: Mapping[str, Any]
    path: str


@dataclass(frozen=True)
class Row(Value):
    """A tuple, with what is known of each item."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class Named(Value):
    """An instance of a NamedTuple class."""

    cls: type


@dataclass(frozen=True)
class Items(Value):
    """Something to loop over: what each item is, and how many come (None: not known)."""

    item: Value
    count: int | None = None


@dataclass(frozen=True)
class Thing(Value):
    """A function, class or module."""

    it: Any


@dataclass(frozen=True)
class Unset(Value):
    """A local that has a value on some paths only."""

    otherwise: Value


@dataclass(frozen=True)
class Clash(Value):
    """A local that is one sort of thing on one path and another on the next."""

    one: str
    other: str


UNKNOWN = Value()
FLOAT, INT, BOOL = Number("float"), Number("int"), Number("bool")


def exactly(number: int) -> Number:
    """Return a known integer.

    Example:
        >>> exactly(3).high
        3
    """
    return Number("int", number, number)


def describe(value: Value) -> str:
    """Say what sort of thing a value is, with its article.

    Example:
        >>> describe(FLOAT), describe(Array((5,), "float"))
        ('a float', 'a vector of 5')
    """
    match value:
        case Number(kind="int"):
            return "an int"
        case Number(kind=kind):
            return f"a {kind}"
        case Array(shape=(n,)):
            return f"a vector of {n}"
        case Array():
            return "a matrix"
        case Record(cls=cls, label=label, named=named):
            return f"the {cls.__name__} {label}" if named else f"the {cls.__name__}"
        case Row(items=items):
            return f"a tuple of {len(items)}"
        case Named(cls=cls):
            return f"a {cls.__name__}"
        case Plain(path=path):
            return f"the record {path}"
        case Nothing():
            return "None"
        case Text():
            return "a string"
    return "something else"


def join(one: Value, other: Value) -> Value:
    """Return what is known of a value that is `one` on some paths and `other` on the rest.

    Example:
        >>> join(INT, FLOAT).kind
        'float'
        >>> join(FLOAT, Row((FLOAT, FLOAT)))
        Clash(one='a float', other='a tuple of 2')
    """
    if one == other:
        return one
    match one, other:
        case (Unset(a), Unset(b)) | (Unset(a), b) | (a, Unset(b)):
            return Unset(join(a, b))
        case (Clash(), _):
            return one
        case (_, Clash()):
            return other
        case Number() as a, Number() as b:
            known = None not in (a.low, a.high, b.low, b.high)
            return Number(
                wider(a.kind, b.kind),
                min(a.low, b.low) if known else None,  # type: ignore[type-var]
                max(a.high, b.high) if known else None,  # type: ignore[type-var]
                a.member if a.member is b.member else None,
            )
        case Row(items=a), Row(items=b) if len(a) == len(b):
            return Row(tuple(map(join, a, b)))
        case Record() as a, Record() as b if a.cls is b.cls:
            return Record(a.cls, a.label, named=False)
        case Plain() as a, Plain() as b if a.fields == b.fields:
            return a
    if any(type(v) in (Value, Nothing, Thing, Items) for v in (one, other)):
        return UNKNOWN
    return Clash(describe(one), describe(other))


def wider(one: Kind, other: Kind) -> Kind:
    """Return the kind of a sum of two numbers.

    Example:
        >>> wider("bool", "float")
        'float'
    """
    return one if _RANK[one] >= _RANK[other] else other


def of_declaration(declaration: State | Parameter) -> Value:
    """Return what a declared field holds.

    Example:
        >>> of_declaration(State(0.1)).kind
        'float'
    """
    try:
        kinds: dict[str, Kind] = {"b": "bool", "i": "int", "f": "float"}
        kind, shape = kinds[declaration.dtype.kind], declaration.shape
    except (IndexError, KeyError):
        return UNKNOWN  # a malformed default is check_class's to refuse
    return Array(shape, kind) if shape else Number(kind)


def of_field(leaf: Any, path: str, drawn: bool) -> Value:
    """Return what a field of a plain record holds; a drawn number is always a float.

    Example:
        >>> of_field(None, "luck.refer", True).kind
        'float'
    """
    if isinstance(leaf, Mapping):
        return Plain(leaf, path)
    if leaf is None:
        return FLOAT if drawn else UNKNOWN
    return {float: FLOAT, int: INT, bool: BOOL}.get(leaf, UNKNOWN)


def of_constant(value: Any) -> Value | None:
    """Return what a module or class constant is, or None when a rule may not use it.

    Example:
        >>> of_constant((0.1, 0.2)) == Row((FLOAT, FLOAT))
        True
        >>> of_constant([0.1, 0.2]) is None
        True
    """
    if value is None:
        return Nothing()
    if isinstance(value, enum.IntEnum):
        return Number("int", int(value), int(value), type(value))
    if type(value) is bool:
        return BOOL
    if type(value) is int:
        return exactly(value)
    if type(value) is float:
        return FLOAT
    if type(value) is tuple:
        items = tuple(of_constant(item) for item in value)
        return None if None in items else Row(items)  # type: ignore[arg-type]
    if is_named_tuple(type(value)):
        return Named(type(value))
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type)):
        return Thing(value)
    return None


def is_named_tuple(cls: Any) -> bool:
    """Tell whether a class is a NamedTuple class.

    Example:
        >>> is_named_tuple(tuple)
        False
    """
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")
