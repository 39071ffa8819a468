"""Follow the expressions of a rule: does every name exist, and what kind of number is it?"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from . import idioms
from .outer import closure_of, is_chance, is_clock, refused_global
from .report import Problem, Scope, nearest
from .values import (
    BOOL,
    FLOAT,
    UNKNOWN,
    Array,
    Clash,
    Kind,
    Named,
    Nothing,
    Number,
    Plain,
    Record,
    Row,
    Text,
    Thing,
    Unset,
    Value,
    describe,
    exactly,
    join,
    of_constant,
    wider,
)


@dataclass
class Session:
    """What one call of check_rule shares between a rule and the helpers that it calls."""

    problems: list[Problem] = field(default_factory=list)
    helpers: set[Any] = field(default_factory=set)
    returns: dict[Any, Value] = field(default_factory=dict)


class Expressions:
    """What the expressions of one function are worth; `refuse` notes what they may not be."""

    function: Any  # a plain Python function
    definition: ast.FunctionDef
    file: str
    rule: str
    defined_in: type | None
    scope: Scope
    session: Session
    env: dict[str, Value] | None
    locals: frozenset[str]
    guests: set[str]  # parameters that are self, a role or a record: never assigned

    def refuse(self, node: ast.AST, what: str, way_out: str) -> Value:
        line = getattr(node, "lineno", self.definition.lineno)
        self.session.problems.append(Problem(self.file, line, self.rule, what, way_out))
        return UNKNOWN

    def value(self, node: ast.expr | None) -> Value:
        """What an expression is worth."""
        if node is None:
            return Nothing()
        follow = getattr(self, f"_{type(node).__name__}", None)
        if follow is not None:
            return follow(node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
        return UNKNOWN

    def truth(self, node: ast.expr) -> Value:
        """What an expression is worth where only true or false matters."""
        found = self.value(node)
        if isinstance(found, (Array, Record, Plain)):
            self.refuse(node, f"{describe(found)} is asked whether it is true", "Compare a number")
        return found

    # -- names ------------------------------------------------------------------------------

    def _Name(self, node: ast.Name) -> Value:
        if node.id not in self.locals:
            return self.outer(node)
        env = self.env if self.env is not None else {}
        found = env.get(node.id)
        if found is None:
            env[node.id] = UNKNOWN
            return self.refuse(node, f"{node.id} is read before it is set", f"Set {node.id} first")
        if isinstance(found, Unset):
            env[node.id] = found.otherwise
            self.refuse(
                node,
                f"{node.id} is set on some paths only, but read here",
                f"Set {node.id} before the branch or loop",
            )
            found = found.otherwise
        if isinstance(found, Clash):
            env[node.id] = UNKNOWN
            return self.refuse(
                node,
                f"{node.id} is {found.one} on one path and {found.other} on another",
                "Use two names, or do what follows inside of each branch",
            )
        return found

    def outer(self, node: ast.Name) -> Value:
        """What a name from outside of the rule stands for."""
        name, outside = node.id, closure_of(self.function)
        for names in (outside, self.function.__globals__):
            if name in names:
                raw = names[name]
                found = of_constant(raw)
                if is_chance(raw) or is_clock(raw):
                    return self.refuse(node, *refused_global(name, raw))
                if isinstance(raw, str):
                    return self.refuse(node, f"{name} is a string", "Use an int or an IntEnum")
                if found is None:
                    return self.refuse(node, *refused_global(name, raw))
                return found
        if hasattr(builtins, name):
            return Thing(getattr(builtins, name))
        near = nearest(name, {*self.locals, *outside, *self.function.__globals__, *idioms.BUILTINS})
        return self.refuse(
            node,
            f"there is no name {name}",
            f"Write {near}" if near else f"Define {name} at the top of the module, or import it by name",
        )

    # -- the rest ---------------------------------------------------------------------------

    def _Constant(self, node: ast.Constant) -> Value:
        return Text() if isinstance(node.value, (str, bytes)) else of_constant(node.value) or UNKNOWN

    def _Tuple(self, node: ast.Tuple) -> Value:
        if any(isinstance(item, ast.Starred) for item in node.elts):
            for item in node.elts:
                self.value(item)
            return UNKNOWN
        return Row(tuple(self.value(item) for item in node.elts))

    def _BinOp(self, node: ast.BinOp) -> Value:
        return self.arithmetic(node, self.value(node.left), node.op, self.value(node.right))

    def arithmetic(self, node: ast.AST, left: Value, operator: ast.operator, right: Value) -> Value:
        """What two operands come to."""
        for side in (left, right):
            if isinstance(side, Array):
                return self.refuse(
                    node,
                    f"arithmetic on {describe(side)} differs between a list and an array",
                    "Write a loop over its elements",
                )
            if isinstance(side, (Record, Plain, Named, Nothing)):
                return self.refuse(
                    node, f"arithmetic on {describe(side)}", "Use its fields, which are numbers"
                )
        if isinstance(left, Row) and isinstance(right, Row) and isinstance(operator, ast.Add):
            return Row(left.items + right.items)
        one, other = kind_of(left), kind_of(right)
        if isinstance(operator, ast.Div):
            return FLOAT if one or other else UNKNOWN
        if one is None or other is None:
            return FLOAT if "float" in (one, other) else UNKNOWN
        if isinstance(operator, (ast.BitAnd, ast.BitOr, ast.BitXor)) and one == other == "bool":
            return BOOL
        kind = wider(wider(one, other), "int")
        if kind == "int" and isinstance(left, Number) and isinstance(right, Number):
            a, b = known(left), known(right)
            if a is not None and b is not None and isinstance(operator, (ast.Add, ast.Sub, ast.Mult)):
                signs = {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b}
                return exactly(signs[type(operator)])
        return Number(kind)

    def _UnaryOp(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            self.truth(node.operand)
            return BOOL
        found = self.value(node.operand)
        if isinstance(found, Number):
            number = known(found)
            if isinstance(node.op, ast.USub) and number is not None:
                return exactly(-number)
            return Number(wider(found.kind, "int"))
        if isinstance(found, (Array, Record, Plain, Named, Row)):
            return self.arithmetic(node, found, ast.Sub(), UNKNOWN)
        return found

    def _BoolOp(self, node: ast.BoolOp) -> Value:
        found = self.truth(node.values[0])
        for operand in node.values[1:]:
            last = operand is node.values[-1]
            value = self.value(operand) if last else self.truth(operand)
            found = self.either(node, found, value)
        return found

    def _IfExp(self, node: ast.IfExp) -> Value:
        self.truth(node.test)
        one, other = self.value(node.body), self.value(node.orelse)
        if any(isinstance(v, Number) and v.member for v in (one, other)):
            return self.refuse(node, "a choice between enum members in one line", "Write if/else")
        return self.either(node, one, other)

    def either(self, node: ast.AST, one: Value, other: Value) -> Value:
        found = join(one, other)
        if isinstance(found, Clash):
            way_out = "Write if/else, and do in each branch what follows"
            return self.refuse(node, f"a choice between {found.one} and {found.other}", way_out)
        return found

    def _Compare(self, node: ast.Compare) -> Value:
        sides = [self.value(side) for side in (node.left, *node.comparators)]
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            inside = isinstance(operator, (ast.In, ast.NotIn))
            if inside and isinstance(right, Thing):
                self.refuse(node, f"in {ast.unparse(node.comparators[-1])}", "Name the members in a tuple")
            for side in (left,) if inside else (left, right):
                if isinstance(side, (Array, Record, Plain)) and not isinstance(operator, (ast.Is, ast.IsNot)):
                    self.refuse(
                        node,
                        f"a comparison with {describe(side)}",
                        "Compare its numbers one by one",
                    )
        return BOOL

    def _Subscript(self, node: ast.Subscript) -> Value:
        return self.element(node, self.value(node.value))

    def element(self, node: ast.Subscript, base: Value) -> Value:
        """What one element of a vector, matrix or tuple is worth; checks the index."""
        text = ast.unparse(node)
        if isinstance(node.slice, ast.Slice):
            for part in (node.slice.lower, node.slice.upper, node.slice.step):
                self.value(part)
            if isinstance(base, Row):
                return UNKNOWN
            return self.refuse(
                node,
                f"the slice {text} copies in one engine only",
                "Write a loop over the elements",
            )
        index = self.value(node.slice)
        if isinstance(node.slice, ast.Tuple):
            indices = "".join(f"[{ast.unparse(part)}]" for part in node.slice.elts)
            return self.refuse(
                node,
                f"{text} works in one engine only",
                f"Write {ast.unparse(node.value)}{indices}",
            )
        if isinstance(base, Thing) and isinstance(base.it, type):
            return self.refuse(node, f"{text} looks up a class", "Name the member, such as Kind.MEMBER")
        if isinstance(index, Number) and index.kind != "int":
            way_out = f"Write {ast.unparse(node.value)}[int({ast.unparse(node.slice)})]"
            return self.refuse(node, f"{text}: the index is {describe(index)}", way_out)
        size = size_of(base)
        if size is None:
            return UNKNOWN
        if isinstance(index, Number) and index.low is not None and index.high is not None:
            if index.high >= size or index.low < -size:
                worst = index.high if index.high >= size else index.low
                return self.refuse(
                    node,
                    f"{text}: the index {worst} is out of range, it has {size}",
                    f"Use 0 to {size - 1}",
                )
            if isinstance(base, Row) and index.low == index.high:
                return base.items[index.low]
        if isinstance(base, Array):
            return Array(base.shape[1:], base.kind) if len(base.shape) > 1 else Number(base.kind)
        return self.same(node, base.items) if isinstance(base, Row) else UNKNOWN

    def same(self, node: ast.AST, items: tuple[Value, ...]) -> Value:
        """What any item of a tuple is worth; they must all be of one type."""
        if not items:
            return UNKNOWN
        kinds = {kind_of(item) for item in items} - {None}
        found = items[0]
        for item in items[1:]:
            found = join(found, item)
        if len(kinds) > 1 or isinstance(found, Clash):
            return self.refuse(
                node,
                "items of different types are taken one by one from a tuple",
                "Write all of them as floats, such as 0.0 for 0",
            )
        return found

    def infer(self, function: FunctionType, defined_in: type | None, owner: type) -> Value:
        raise NotImplementedError

    def _Starred(self, node: ast.Starred) -> Value:
        self.value(node.value)
        return UNKNOWN


def kind_of(value: Value) -> Kind | None:
    """Return a number's kind, or None for anything else.

    Example:
        >>> kind_of(FLOAT)
        'float'
    """
    return value.kind if isinstance(value, Number) else None


def known(number: Number) -> int | None:
    """Return the one integer that a number is known to be.

    Example:
        >>> known(exactly(4))
        4
    """
    return number.low if number.low == number.high and number.kind == "int" else None


def size_of(value: Value) -> int | None:
    """Return how many items a vector or tuple has, or None for anything else.

    Example:
        >>> size_of(Array((5, 2), "float"))
        5
    """
    match value:
        case Array(shape=(n, *_)):
            return n
        case Row(items=items):
            return len(items)
        case Named(cls=cls):
            return len(cls._fields)  # type: ignore[attr-defined]
    return None
