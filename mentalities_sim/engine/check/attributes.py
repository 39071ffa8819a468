"""Follow the dots of a rule: fields of self, roles and records, enum members, modules."""

from __future__ import annotations

import ast
import enum
from types import FunctionType, ModuleType
from typing import Any

from mentalities_sim.declare import Parameter, State, Stream, declared

from . import idioms
from .expressions import Expressions
from .members import (
    AGENT_NAMES,
    CHANCE,
    is_constant,
    is_foreign,
    look_up,
    members_of,
    rules_of,
)
from .outer import refused_module
from .report import nearest
from .values import (
    BOOL,
    FLOAT,
    INT,
    UNKNOWN,
    Array,
    Named,
    Number,
    Plain,
    Record,
    Thing,
    Value,
    exactly,
    of_constant,
    of_declaration,
    of_field,
)


class Attributes(Expressions):
    """What an attribute is worth when it is read."""

    def _Attribute(self, node: ast.Attribute) -> Value:
        if is_super(node.value):
            return self.refuse(
                node,
                f"super().{node.attr} is not a call",
                f"Write self.{node.attr}, or super().{node.attr}(…)",
            )
        base = self.value(node.value)
        name, text = node.attr, ast.unparse(node)
        match base:
            case Record():
                return self.field(base, node)
            case Plain(fields=fields, path=path):
                if name in fields:
                    return of_field(fields[name], f"{path}.{name}", path.split(".")[0] == "luck")
                near = nearest(name, fields)
                other = f"Declare {name} = Stream(…)" if path.startswith("luck") else f"Use a field of {path}"
                return self.refuse(
                    node, f"there is no {path}.{name}", f"Write {path}.{near}" if near else other
                )
            case Thing(it=ModuleType() as module):
                return self.of_module(module, node, called=False)
            case Thing(it=type() as cls):
                return self.of_class(cls, node)
            case Named(cls=cls):
                return self.of_named(cls, node)
            case Number() if name == "value" and base.member is not None and is_member(node.value):
                return exactly(base.low) if base.low is not None else INT
            case Number():
                return self.refuse(
                    node, f"{text}: a number has no .{name}", f"Write {ast.unparse(node.value)}"
                )
            case Array():
                return self.refuse(
                    node, f"{text}: a vector has no .{name} on a Mesa agent", "Use len() and loops"
                )
        return UNKNOWN

    def field(self, record: Record, node: ast.Attribute) -> Value:
        """What self.name or role.name is worth when read."""
        name, text = node.attr, f"{record.label}.{node.attr}"
        found = look_up(record.cls, name)
        if found is None or is_foreign(found[1]):
            return self.unknown(record, node, found is not None)
        raw, home = found
        if isinstance(raw, State):
            return of_declaration(raw)
        if isinstance(raw, Stream):
            return self.refuse(node, f"{text} is a stream", f"Write luck.{name}")
        if isinstance(raw, (FunctionType, staticmethod, classmethod)):
            return self.refuse(node, f"{text} is a rule, and not called here", f"Write {text}(…)")
        if not record.named:
            return self.refuse(
                node,
                f"{text} is read through another name for {record.cls.__name__}",
                "Only States can be; write self or the role's own name",
            )
        if isinstance(raw, Parameter):
            return of_declaration(raw)
        if isinstance(raw, property) and isinstance(raw.fget, FunctionType):
            return self.infer(raw.fget, home, record.cls)
        if is_constant(raw):
            return of_constant(raw) or UNKNOWN
        return self.refuse(
            node,
            f"{text} is {_a(raw)}, which a rule cannot read",
            f"Make it a number or a tuple of numbers, or declare {name} = State(…)",
        )

    def unknown(self, record: Record, node: ast.Attribute, mesa: bool, sort: str = "field or rule") -> Value:
        name, text = node.attr, f"{record.label}.{node.attr}"
        if name in CHANCE:
            return self.refuse(
                node,
                f"{text} would draw chance in another order in each engine",
                "Declare a Stream and read luck.<its name>",
            )
        if mesa or name in AGENT_NAMES:
            return self.refuse(node, f"{text} is Mesa's", "Let the world pass what is needed as an argument")
        members = rules_of(record.cls) if sort == "rule" else members_of(record.cls)
        if sort == "field":
            members = [*declared(record.cls, State)]
        near = nearest(name, members)
        whose = "" if record.label == "self" else f" on {record.cls.__name__}"
        return self.refuse(
            node,
            f"there is no {sort} {text}{whose}",
            f"Write {record.label}.{near}" if near else f"Declare {name} in {record.cls.__name__}",
        )

    def of_class(self, cls: type, node: ast.Attribute) -> Value:
        name = node.attr
        if issubclass(cls, enum.Enum):
            if name in cls.__members__:
                return of_constant(cls[name]) or UNKNOWN
            near = nearest(name, cls.__members__)
            return self.refuse(
                node,
                f"there is no {cls.__name__}.{name}",
                f"Write {cls.__name__}.{near}" if near else f"Use one of {', '.join(cls.__members__)}",
            )
        return self.refuse(
            node,
            f"{ast.unparse(node)} is read from a class",
            f"Write self.{name}" if cls in self.scope.owner.__mro__ else "Make it a constant of the module",
        )

    def of_named(self, cls: Any, node: ast.Attribute) -> Value:
        if node.attr in cls._fields:
            return field_of_named(cls, node.attr)
        near = nearest(node.attr, cls._fields)
        if node.attr in ("_replace", "_asdict", "_make", "_fields"):
            return self.refuse(
                node, f"{cls.__name__}.{node.attr}", f"Build a new {cls.__name__} with all fields"
            )
        if hasattr(cls, node.attr):
            return self.refuse(
                node,
                f"{ast.unparse(node)} is a method or property of a NamedTuple",
                "Write a function of the module",
            )
        return self.refuse(
            node,
            f"{cls.__name__} has no field {node.attr}",
            f"Write {ast.unparse(node.value)}.{near}" if near else f"Use one of {', '.join(cls._fields)}",
        )

    def of_module(self, module: ModuleType, node: ast.Attribute, called: bool) -> Value:
        name = node.attr
        if module.__name__ != "math":
            return self.refuse(node, *refused_module(module, name, called))
        if not (isinstance(node.value, ast.Name) and node.value.id == "math"):
            return self.refuse(node, f"{ast.unparse(node)}: math under another name", f"Write math.{name}")
        if name in idioms.MATH:
            return FLOAT if name in idioms.MATH_NUMBERS else Thing(getattr(module, name))
        if name in idioms.MATH_WAYS:
            return self.refuse(
                node,
                f"math.{name} is missing in one engine, or differs in the last bit",
                idioms.MATH_WAYS[name],
            )
        near = nearest(name, idioms.MATH)
        return self.refuse(
            node,
            f"math.{name} is not known to agree between the engines",
            f"Write math.{near}" if near else "Write it with other functions of math",
        )


def is_super(node: ast.expr) -> bool:
    """Tell whether an expression is a call of super().

    Example:
        >>> is_super(ast.parse("super().feel()").body[0].value.func.value)
        True
    """
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def is_member(node: ast.expr) -> bool:
    """Tell whether an expression is written as Kind.MEMBER.

    Example:
        >>> is_member(ast.parse("Kind.A").body[0].value)
        True
    """
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)


def field_of_named(cls: Any, name: str) -> Value:
    """Return what a field of a NamedTuple is annotated to hold.

    Example:
        >>> from typing import NamedTuple
        >>> class Signal(NamedTuple):
        ...     warmth: float
        >>> field_of_named(Signal, "warmth").kind
        'float'
    """
    annotation = getattr(cls, "__annotations__", {}).get(name)
    text = getattr(annotation, "__forward_arg__", annotation)
    return {"float": FLOAT, float: FLOAT, "int": INT, int: INT, "bool": BOOL, bool: BOOL}.get(text, UNKNOWN)


def _a(raw: Any) -> str:
    name = type(raw).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
