"""Numbers, bounds and files in words."""

from __future__ import annotations

import inspect
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LONGEST_VECTOR = 8


def number(value: Any) -> str:
    """Write a number short, an enum by name and number.

    Example:
        >>> number(0.1 + 0.2), number(10000), number(1e9), number(-math.inf)
        ('0.3', '10000', '1e9', '-inf')
    """
    if hasattr(value, "name"):
        return f"{value.name} ({int(value)})"
    if math.isfinite(value) and value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return re.sub(r"e\+?(-?)0*", r"e\1", f"{value:.4g}")


def default_text(value: Any) -> str:
    """Write a default: the numbers of a vector or matrix one after the other, of a long one how many.

    Example:
        >>> default_text((0.2, -0.4)), default_text((0.1,) * 41), default_text(((0.0, 1.0),) * 5)
        ('0.2; -0.4', '41 × 0.1', '10 numbers, 0 to 1')
    """
    numbers = list(_flat(value))
    if len(numbers) <= _LONGEST_VECTOR:
        return "; ".join(map(number, numbers))
    if len(set(numbers)) == 1:
        return f"{len(numbers)} × {number(numbers[0])}"
    return f"{len(numbers)} numbers, {range_text((min(numbers), max(numbers)))}"


def _flat(value: Any) -> Iterator[Any]:
    for item in value if isinstance(value, (tuple, list)) else ():
        yield from _flat(item)
    if not isinstance(value, (tuple, list)):
        yield value


def range_text(bounds: tuple[float, float]) -> str:
    """Write bounds as words.

    Example:
        >>> range_text((0.0, 1.0))
        '0 to 1'
    """
    return f"{number(bounds[0])} to {number(bounds[1])}"


def file_of(module: str) -> str:
    """Return the file of a module from its package down, or the module's name where there is no file.

    Example:
        >>> file_of("mentalities_sim.person.feel"), file_of("mentalities_sim.person")
        ('mentalities_sim/person/feel.py', 'mentalities_sim/person/__init__.py')
    """
    path = getattr(sys.modules.get(module), "__file__", None)
    if path is None:
        return module
    if module == "__main__":
        return Path(path).name
    parts = module.split(".")
    return "/".join(parts if Path(path).stem != "__init__" else [*parts, "__init__"]) + ".py"


def first_line(what: Any) -> str:
    """Return the first line of what a class or module says of itself, "" for none."""
    return (inspect.getdoc(what) or "").split("\n")[0] if vars(what).get("__doc__") else ""
