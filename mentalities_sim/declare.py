"""How a rule class declares what it remembers, what tunes it and what chance it needs.

Everything else (Mesa attributes, array types, validation, the data dictionary, the
recorded columns) is generated from these declarations.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

Number = bool | int | float


@dataclass(frozen=True, eq=False)
class State:
    """A quantity that an agent, a policy or a world carries and its rules change.

    `default` fixes the type (float, int, bool, an IntEnum, or a tuple or nested tuple of
    floats for a vector or matrix). `spread` is the between-person standard deviation at
    birth (drawn from a named stream, cut at the bounds); 0 means everyone starts alike.
    `event` asks for an event row: "change" whenever the value changes over a step,
    "nonzero" after every step that leaves it different from zero. `labels` name the elements
    of a vector, and so its recorded columns. `learned` marks what a life leaves behind, so that
    results can say where it was set directly instead.

    Example:
        >>> threat = State(0.1, (0.0, 1.0), unit="share of full threat", meaning="threat system")
        >>> threat.dtype
        dtype('float64')
    """

    default: Any
    bounds: tuple[float, float] = (-math.inf, math.inf)
    unit: str = "1"
    meaning: str = ""
    source: str = ""
    spread: float = 0.0
    event: Literal["change", "nonzero"] | None = None
    labels: tuple[str, ...] = ()
    learned: bool = False

    if TYPE_CHECKING:
        # On an agent the name holds a plain value; only the class holds the declaration.
        @overload
        def __get__(self, agent: None, owner: type | None = None) -> State: ...
        @overload
        def __get__(self, agent: object, owner: type | None = None) -> Any: ...
        def __get__(self, agent: object | None, owner: type | None = None) -> Any: ...
        def __set__(self, agent: object, value: Any) -> None: ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Element type: float64, int64 or bool."""
        return _element_type(self.default)

    @property
    def shape(self) -> tuple[int, ...]:
        """() for a number, (n,) for a vector, (n, m) for a matrix."""
        return _shape(self.default)


@dataclass(frozen=True, eq=False)
class Parameter:
    """A constant of a rule, the same for every agent of a role within one run.

    `bounds` is what is allowed at all; `plausible` is the range argued for (the box of the
    robustness analyses), and `reason` is the argument. A coupling's gain can be set to
    nothing, so that every ablation runs in the same compiled kernel. `labels` name the elements of a
    vector.

    Example:
        >>> threat_rise = Parameter(0.5, (0.0, 1.0), plausible=(0.2, 0.8), unit="per exchange")
        >>> threat_rise.default
        0.5
    """

    default: Any
    bounds: tuple[float, float] = (-math.inf, math.inf)
    plausible: tuple[float, float] | None = None
    unit: str = "1"
    meaning: str = ""
    source: str = ""
    reason: str = ""
    labels: tuple[str, ...] = ()

    if TYPE_CHECKING:
        # On an agent the name holds a plain value; only the class holds the declaration.
        @overload
        def __get__(self, agent: None, owner: type | None = None) -> Parameter: ...
        @overload
        def __get__(self, agent: object, owner: type | None = None) -> Any: ...
        def __get__(self, agent: object | None, owner: type | None = None) -> Any: ...
        def __set__(self, agent: object, value: Any) -> None: ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Element type: float64, int64 or bool."""
        return _element_type(self.default)

    @property
    def shape(self) -> tuple[int, ...]:
        """() for a number, (n,) for a vector, (n, m) for a matrix."""
        return _shape(self.default)


@dataclass(frozen=True, eq=False)
class Shares(Parameter):
    """A vector of shares of one whole: they sum to 1, and what is not named is 0.

    Example:
        >>> Shares((1.0, 0.0), (0.0, 1.0), labels=("warm", "harsh")).labels
        ('warm', 'harsh')
    """


@dataclass(frozen=True, eq=False)
class Stream:
    """A named source of chance: one number per pass, read by one rule as `luck.<name>`.

    Uniform on [0, 1), or standard normal by inverse CDF when `normal` is true.

    Example:
        >>> refer = Stream(meaning="does the inner referee yield?")
        >>> refer.normal
        False
    """

    meaning: str = ""
    normal: bool = False


Declaration = State | Parameter | Stream


def declared(cls: type, kind: type[Any]) -> dict[str, Any]:
    """Return the declarations of one kind that a class has, base classes first.

    A subclass may restate a base's declaration (say, with another default); it keeps its place.

    Example:
        >>> class Base:
        ...     threat = State(0.1)
        >>> class Griever(Base):
        ...     grief = State(0.0)
        >>> list(declared(Griever, State))
        ['threat', 'grief']
    """
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, kind):
                found[name] = value
            elif name in found and isinstance(value, (State, Parameter, Stream)):
                del found[name]
    return found


def record_dtype(declarations: dict[str, Any]) -> np.dtype[Any]:
    """Return the NumPy record type with one field per state or parameter."""
    return np.dtype(
        [(name, d.dtype, d.shape) if d.shape else (name, d.dtype) for name, d in declarations.items()],
        align=True,
    )


def as_array_default(declaration: State | Parameter) -> Any:
    """Return the default as something assignable to a record field."""
    return np.array(declaration.default, dtype=declaration.dtype)


def _element_type(default: Any) -> np.dtype[Any]:
    while isinstance(default, (tuple, list)):
        default = default[0]
    if isinstance(default, bool):
        return np.dtype(np.bool_)
    if isinstance(default, (enum.IntEnum, int, np.integer)):
        return np.dtype(np.int64)
    return np.dtype(np.float64)


def _shape(default: Any) -> tuple[int, ...]:
    shape: list[int] = []
    while isinstance(default, (tuple, list)):
        shape.append(len(default))
        default = default[0]
    return tuple(shape)
