"""Follow Python's built-in functions: which of them, on what, and what they give."""

from __future__ import annotations

import ast
import builtins

from . import idioms
from .attributes import Attributes
from .expressions import kind_of
from .values import (
    BOOL,
    FLOAT,
    INT,
    UNKNOWN,
    Array,
    Clash,
    Items,
    Named,
    Nothing,
    Number,
    Plain,
    Record,
    Row,
    Thing,
    Value,
    describe,
    exactly,
    join,
    wider,
)


class Functions(Attributes):
    """What a call of len, range, max and their like is worth."""

    def arguments(self, node: ast.Call) -> list[Value]:
        """What the arguments are worth, in the order written."""
        return [self.value(a) for a in (*node.args, *(keyword.value for keyword in node.keywords))]

    def builtin_call(self, node: ast.Call, name: str) -> Value:
        if name not in idioms.BUILTINS:
            self.arguments(node)
            cls = getattr(builtins, name)
            if isinstance(cls, type) and issubclass(cls, BaseException):
                return UNKNOWN
            return self.refuse(node, *idioms.refused_builtin(name))
        if node.keywords and name != "enumerate":
            self.arguments(node)
            return self.refuse(node, f"{name}() with {node.keywords[0].arg}=", "Write a loop")
        given = self.arguments(node)
        if any(isinstance(a, ast.Starred) for a in node.args):
            return UNKNOWN
        if not given:
            return self.refuse(node, f"{name}() of nothing", "Write the number")
        first = given[0]
        match name:
            case "len":
                if isinstance(first, Thing):
                    return self.refuse(
                        node, f"{ast.unparse(node)} of a class", "Write the number as a constant"
                    )
                if isinstance(first, Array):
                    return exactly(first.shape[0])
                return exactly(len(first.items)) if isinstance(first, Row) else INT
            case "range":
                return self.range_of(node, given)
            case "enumerate":
                items = self.items_of(node.args[0] if node.args else node, first)
                top = Number("int", 0, items.count - 1) if items.count and len(given) == 1 else INT
                return Items(Row((top, items.item)), items.count)
            case "zip":
                parts = [self.items_of(a, v) for a, v in zip(node.args, given, strict=False)]
                counts = [p.count for p in parts]
                shortest = min(c for c in counts if c is not None) if None not in counts else None
                return Items(Row(tuple(p.item for p in parts)), shortest)
            case "max" | "min":
                return self.extreme(node, name, given)
        for value in given:
            self.check_number(node, name, value)
        return self.converted(node, name, given)

    def converted(self, node: ast.Call, name: str, given: list[Value]) -> Value:
        first = given[0]
        text = ast.unparse(node.args[0])
        if name in ("int", "float", "bool") and isinstance(first, Number) and first.member is not None:
            return self.refuse(node, f"{name}({text}) of an enum member", f"Write {text}.value")
        if name == "float" and kind_of(first) == "bool":
            return self.refuse(node, f"float({text}) of a bool", f"Write 1.0 if {text} else 0.0")
        if name == "round" and len(given) > 1:
            return self.refuse(
                node,
                "round(x, n) differs between the engines in the last bit",
                "Round outside of the rules",
            )
        if name == "float":
            return FLOAT
        if name == "bool":
            return BOOL
        if name in ("int", "round"):
            return INT
        if name == "divmod":
            kind = wider(kind_of(first) or "int", kind_of(given[-1]) or "int")
            unknown = kind_of(first) is None or kind_of(given[-1]) is None
            return UNKNOWN if unknown else Row((Number(wider(kind, "int")),) * 2)
        kind_or_none = kind_of(first)
        return Number(wider(kind_or_none, "int")) if kind_or_none else UNKNOWN

    def extreme(self, node: ast.Call, name: str, given: list[Value]) -> Value:
        if len(given) == 1:
            items = self.items_of(node.args[0], given[0])
            return items.item
        found = given[0]
        for value in given:
            if isinstance(value, Number) and value.member is not None:
                return self.refuse(node, f"{name}() of enum members", "Write Kind.MEMBER.value")
            self.check_number(node, name, value)
            found = join(found, value)
        return UNKNOWN if isinstance(found, Clash) else found

    def check_number(self, node: ast.Call, name: str, value: Value) -> None:
        if isinstance(value, (Array, Record, Plain, Row, Named, Nothing)):
            self.refuse(node, f"{name}() of {describe(value)}", "Give it a number, in a loop if need be")

    def range_of(self, node: ast.Call, given: list[Value]) -> Value:
        bounds: list[int] = []
        for value in given:
            if isinstance(value, Number) and value.kind == "float":
                return self.refuse(node, f"{ast.unparse(node)} with a float", "Write int(…) around it")
            if isinstance(value, Number) and value.low is not None and value.low == value.high:
                bounds.append(value.low)
        if len(bounds) != len(given) or not 1 <= len(bounds) <= 3 or bounds[2:] == [0]:
            return Items(INT)
        numbers = range(*bounds)
        if not numbers:
            return Items(INT, 0)
        return Items(Number("int", min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1])), len(numbers))

    def items_of(self, node: ast.AST, value: Value) -> Items:
        """What comes out of a loop over a value, and how often."""
        match value:
            case Items():
                return value
            case Array(shape=(n,), kind=kind):
                return Items(Number(kind), n)
            case Array(shape=(n, *rest), kind=kind):
                return Items(Array(tuple(rest), kind), n)
            case Row(items=items):
                return Items(self.same(node, items), len(items))
            case Named(cls=cls):
                return Items(UNKNOWN, len(cls._fields))  # type: ignore[attr-defined]
            case Thing():
                self.refuse(node, "a loop over a class", "Loop over range(…), or a tuple of its members")
            case Number() | Record() | Plain() | Nothing():
                self.refuse(
                    node,
                    f"a loop over {describe(value)}",
                    "Loop over range(…), a tuple or a vector",
                )
        return Items(UNKNOWN)
