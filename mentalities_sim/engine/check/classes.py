"""Check what a class declares: names that are taken, and defaults that no record can hold."""

from __future__ import annotations

import ast
import enum
import inspect
import keyword
import linecache
import sys
from types import FunctionType
from typing import Any

from mentalities_sim.declare import Parameter, State, Stream

from .members import AGENT_NAMES, MODEL_NAMES, is_foreign
from .report import Problem

_DECLARED = (State, Parameter, Stream)
_RULES = (FunctionType, property, staticmethod, classmethod)


def check_class(cls: type) -> list[Problem]:
    """Return what is wrong with the names and defaults that a class and its bases declare.

    A name may not be that of a rule, of something of Mesa's, a Python keyword, or start with an
    underscore; a default is a number, or a tuple of floats of a fixed length; a plain value in a
    subclass may not hide a declaration.

    Example:
        >>> class Griever:
        ...     random = State(0.0)
        >>> check_class(Griever)[0].what
        "the State random has the name of something of Mesa's Agent"
    """
    problems: list[Problem] = []
    seen: dict[str, tuple[Any, type]] = {}
    for home in reversed([c for c in cls.__mro__ if not is_foreign(c)]):
        source = _Source(home)
        for name, raw in vars(home).items():
            if isinstance(raw, _DECLARED):
                found = [
                    *_name_problems(cls, name, raw),
                    *source.clashes(name),
                    *_default_problems(name, raw),
                ]
            else:
                found = []
            if name in seen:
                found.extend(_hiding_problems(name, raw, home, *seen[name]))
            problems.extend(source.problem(name, what, way_out) for what, way_out in found)
            if isinstance(raw, (*_DECLARED, *_RULES)):
                seen[name] = (raw, home)
    return list(dict.fromkeys(problems))


def _name_problems(cls: type, name: str, raw: Any) -> list[tuple[str, str]]:
    what = f"the {type(raw).__name__} {name}"
    if keyword.iskeyword(name) or not name.isidentifier():
        return [(f"{what} has a name that Python does not allow", "Choose another name")]
    if name.startswith("_"):
        return [(f"{what} starts with an underscore", f"Name it {name.strip('_') or 'otherwise'}")]
    if isinstance(raw, Stream):
        return []  # read as luck.name: nothing of Mesa's is hidden
    mesa = next((c for c in cls.__mro__ if is_foreign(c) and c.__module__.startswith("mesa")), None)
    world = any(c.__name__ == "Model" for c in cls.__mro__ if c is not object and is_foreign(c))
    taken = set(MODEL_NAMES if world else AGENT_NAMES) | {n for n in dir(mesa) if mesa is not None}
    if name in taken:
        return [
            (
                f"{what} has the name of something of Mesa's {'Model' if world else 'Agent'}",
                f"Name it otherwise, such as own_{name}",
            )
        ]
    return []


def _default_problems(name: str, raw: Any) -> list[tuple[str, str]]:
    if isinstance(raw, Stream):
        return []
    what, default = f"the default of {name}", raw.default
    if not isinstance(default, (tuple, list)):
        if type(default) in (bool, int, float) or isinstance(default, enum.IntEnum):
            return []
        return [
            (
                f"{what} is a {type(default).__name__}",
                "Make it a number or a tuple of floats; what one knows "
                "of each of many others belongs in a Tie",
            )
        ]
    shapes = {_shape(row) for row in default}
    if not default or len(shapes) != 1 or None in shapes:
        return [
            (
                f"{what} has no fixed number of numbers in each row",
                "Give a tuple of floats, or rows of one "
                "length; what one knows of each of many others belongs in a Tie",
            )
        ]
    kinds = {type(number) for number in _flat(default)}
    if len(kinds) > 1:
        return [
            (
                f"{what} mixes {' and '.join(sorted(k.__name__ for k in kinds))}",
                "Write all of them as floats, such as 0.0 for 0",
            )
        ]
    return []


def _hiding_problems(name: str, raw: Any, home: type, before: Any, where: type) -> list[tuple[str, str]]:
    was = type(before).__name__
    if isinstance(before, _DECLARED) and isinstance(raw, _RULES):
        return [
            (
                f"the rule {name} has the name of the {was} of {where.__name__}",
                "Name one of them otherwise",
            )
        ]
    if isinstance(before, _DECLARED) and not isinstance(raw, _DECLARED):
        return [
            (
                f"{name} = {raw!r} hides the {was} of {where.__name__}",
                f"Write {name} = {was}({raw!r}, …)",
            )
        ]
    if isinstance(before, _RULES) and isinstance(raw, _DECLARED):
        return [
            (
                f"the {type(raw).__name__} {name} has the name of a rule of {where.__name__}",
                "Name one of them otherwise",
            )
        ]
    return []


def _shape(item: Any) -> tuple[int, ...] | None:
    """Lengths of a nested tuple; None when it is ragged or holds something else than numbers."""
    if isinstance(item, (tuple, list)):
        shapes = {_shape(part) for part in item}
        inner = shapes.pop() if len(shapes) == 1 else None
        return None if inner is None else (len(item), *inner)
    return () if type(item) in (bool, int, float) or isinstance(item, enum.IntEnum) else None


def _flat(item: Any) -> list[Any]:
    return [n for part in item for n in _flat(part)] if isinstance(item, (tuple, list)) else [item]


class _Source:
    """Where a class's names are written, as far as its source can be read."""

    def __init__(self, cls: type) -> None:
        self.cls = cls
        self.file = file_of(cls)
        self.body: list[ast.stmt] = []
        self.line = 0
        text = "".join(linecache.getlines(self.file)) if self.file != "<unknown>" else ""
        if cls.__name__ in text:
            try:
                tree = ast.parse(text)
            except SyntaxError:
                return
            homes = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == cls.__name__]
            names = set(vars(cls))
            # Of several classes of one name, the one that sets most of what this one has.
            if homes:
                home = max(homes, key=lambda n: len(names & {x for x, _ in _written(n)}))
                self.body, self.line = [home], home.lineno

    def written(self) -> list[tuple[str, ast.stmt]]:
        return [pair for home in self.body for pair in _written(home)]

    def clashes(self, name: str) -> list[tuple[str, str]]:
        """A rule and a declaration of one name in one class body: the later hides the earlier."""
        if any(n == name and isinstance(s, ast.FunctionDef) for n, s in self.written()):
            return [
                (
                    f"{name} is both declared and a rule of {self.cls.__name__}",
                    "Name one of them otherwise",
                )
            ]
        return []

    def problem(self, name: str, what: str, way_out: str) -> Problem:
        line = next((s.lineno for n, s in self.written() if n == name), self.line)
        return Problem(self.file, line, f"{self.cls.__name__}.{name}", what, way_out)


def _written(home: Any) -> list[tuple[str, ast.stmt]]:
    found: list[tuple[str, ast.stmt]] = []
    for statement in home.body:
        if isinstance(statement, ast.FunctionDef):
            found.append((statement.name, statement))
        elif isinstance(statement, ast.Assign):
            found.extend((t.id, statement) for t in statement.targets if isinstance(t, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.append((statement.target.id, statement))
    return found


def file_of(cls: type) -> str:
    """Return the file that a class stands in, or "<unknown>".

    Example:
        >>> file_of(_Source).endswith("classes.py")
        True
    """
    for raw in vars(cls).values():
        function = getattr(raw, "fget", None) or getattr(raw, "__func__", raw)
        if inspect.isfunction(function) and function.__qualname__.startswith(cls.__qualname__ + "."):
            return function.__code__.co_filename
    return getattr(sys.modules.get(cls.__module__), "__file__", None) or "<unknown>"
