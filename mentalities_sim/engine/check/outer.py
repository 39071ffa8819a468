"""Names from outside of a rule: why some may not be used, and what to write for them."""

from __future__ import annotations

import random
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

_CHANCE_MODULES = ("random", "secrets", "uuid")
_CLOCK_MODULES = ("time", "datetime")
_STREAM = "Declare a Stream and read luck.<its name>"
_NUMPY_WAYS = {
    "clip": "Write min(max(x, low), high), or clip01(x)",
    "sum": "Add up in a loop",
    "mean": "Add up in a loop, and divide",
    "dot": "Multiply and add in a loop",
    "power": "Write math.pow(x, y)",
    "hypot": "Write math.sqrt(a * a + b * b)",
    "maximum": "Write max(a, b)",
    "minimum": "Write min(a, b)",
    "abs": "Write abs(x)",
    "where": "Write if/else",
    "zeros": "Declare a vector as State((0.0, 0.0))",
    "array": "Declare a vector as State((0.0, 0.0))",
}


def closure_of(function: FunctionType) -> dict[str, Any]:
    """Return what a function reads from the functions around it, super()'s cell apart.

    Example:
        >>> def outside(rate):
        ...     return lambda x: rate * x
        >>> closure_of(outside(0.5))
        {'rate': 0.5}
    """
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue  # a name that is defined only later
    found.pop("__class__", None)
    return found


def refused_module(module: ModuleType, name: str, called: bool) -> tuple[str, str]:
    """Say why module.name is refused, and what to write for it.

    Example:
        >>> import numpy
        >>> refused_module(numpy, "clip", True)[1]
        'Write min(max(x, low), high), or clip01(x)'
    """
    top = module.__name__.split(".")[0]
    text = f"{module.__name__}.{name}" + ("()" if called else "")
    if top in _CHANCE_MODULES or module.__name__ == "numpy.random" or (top == "numpy" and name == "random"):
        return f"{text} would draw chance in another order in each engine", _STREAM
    if top in _CLOCK_MODULES:
        return f"{text} reads the computer's clock", "Let the world pass the time as an argument"
    if top == "numpy":
        near = "math." + name if name in ("exp", "log", "sqrt", "tanh", "sin", "cos", "floor", "pi") else ""
        way_out = f"Write {near}" if near else "Write it with math and loops"
        return f"{text}: NumPy's arithmetic differs in the last bit", _NUMPY_WAYS.get(name, way_out)
    return (
        f"{text} is not followed into its module",
        f"Write from {module.__name__} import {name}, and {name}{'(…)' if called else ''}",
    )


def refused_global(name: str, raw: Any) -> tuple[str, str]:
    """Say why a rule may not read this object of its module, and what to do.

    Example:
        >>> refused_global("WEIGHTS", [0.1, 0.9])
        ('WEIGHTS is a list, which can change', 'Make it a tuple: WEIGHTS = (…)')
    """
    kind = type(raw)
    if is_clock(raw):
        return f"{name} reads the computer's clock", "Let the world pass the time as an argument"
    top = kind.__module__.split(".")[0]
    if is_chance(raw):
        return f"{name} would draw chance in another order in each engine", _STREAM
    if kind.__name__ == "ndarray":
        return f"{name} is a NumPy array", f"Make it a tuple: {name} = (…)"
    if hasattr(raw, "dtype") and top == "numpy" and hasattr(raw, "item"):
        return f"{name} is a NumPy number", f"Write {name} = float(…)"
    if isinstance(raw, list):
        return f"{name} is a list, which can change", f"Make it a tuple: {name} = (…)"
    if isinstance(raw, (dict, set, frozenset)):
        return f"{name} is a {kind.__name__}", "Use an IntEnum and a tuple"
    if isinstance(raw, tuple):
        return f"{name} holds more than numbers", f"Keep numbers only in {name}"
    if kind.__name__ in ("State", "Parameter", "Stream"):
        return (
            f"{name} is declared outside of a class",
            "Declare it in the class, and read it from self",
        )
    if top == "numpy" or callable(raw):
        return f"{name} is not a plain function", "Write it with def, without a decorator"
    return (
        f"{name} is a {kind.__name__}, which a rule cannot read",
        "Make it a number or a tuple of numbers",
    )


def is_chance(raw: Any) -> bool:
    """Tell whether an object draws random numbers.

    Example:
        >>> is_chance(random.gauss), is_chance(len)
        (True, False)
    """
    owner = getattr(raw, "__self__", raw)
    module = type(owner).__module__
    return isinstance(owner, random.Random) or module.startswith("numpy.random")


def is_clock(raw: Any) -> bool:
    """Tell whether a function asks the computer for the time.

    Example:
        >>> import time
        >>> is_clock(time.time), is_clock(len)
        (True, False)
    """
    return isinstance(raw, BuiltinFunctionType) and raw.__module__ in _CLOCK_MODULES
