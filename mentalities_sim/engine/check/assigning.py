"""Follow what a rule sets: locals, declared States, elements of vectors; each keeps its type."""

from __future__ import annotations

import ast

from mentalities_sim.declare import Parameter, State

from .calls import Calls
from .expressions import kind_of
from .members import is_constant, is_foreign, look_up
from .values import (
    UNKNOWN,
    Array,
    Items,
    Kind,
    Named,
    Nothing,
    Number,
    Plain,
    Record,
    Row,
    Text,
    Value,
    describe,
    of_declaration,
)


class Assignments(Calls):
    """What may be set, and to what."""

    def bind_name(self, name: str, value: Value) -> None:
        if self.env is not None:
            self.env[name] = value

    def assign(self, target: ast.expr, value: Value) -> None:
        match target:
            case ast.Name(id=name) if name in self.guests:
                self.refuse(target, f"{name} is a record's own name, and set here", "Use another name")
            case ast.Name(id=name):
                if isinstance(value, Plain):
                    self.refuse(
                        target,
                        f"{name} is made another name for {value.path}",
                        f"Write {value.path}",
                    )
                if isinstance(value, Record):
                    value = Record(value.cls, name, named=False)
                self.bind_name(name, value)
            case ast.Tuple() | ast.List():
                self.unpack(target, value)
            case ast.Attribute():
                self.store(target, value)
            case ast.Subscript():
                base = self.value(target.value)
                found = self.element(target, base)
                if isinstance(found, Array):
                    self.whole(target, ast.unparse(target), found)
                elif isinstance(found, Number) and isinstance(base, Array):
                    self.fits(target, ast.unparse(target), found.kind, value)
                elif isinstance(base, (Row, Named)):
                    self.refuse(
                        target,
                        f"{ast.unparse(target)} sets an item of a tuple",
                        "Build a new tuple",
                    )

    def unpack(self, target: ast.Tuple | ast.List, value: Value) -> None:
        parts: list[Value] = [UNKNOWN] * len(target.elts)
        size: int | None = None
        if isinstance(value, Row):
            size = len(value.items)
        elif isinstance(value, Named):
            size = len(value.cls._fields)  # type: ignore[attr-defined]
        elif isinstance(value, Array):
            size, parts = value.shape[0], [self.items_of(target, value).item] * len(target.elts)
        if any(isinstance(part, ast.Starred) for part in target.elts):
            parts = [UNKNOWN] * len(target.elts)
        elif size is not None and size != len(target.elts):
            self.refuse(
                target,
                f"{describe(value)} is unpacked into {len(target.elts)} names",
                f"Write {size} names",
            )
        elif isinstance(value, Row):
            parts = list(value.items)
        for part, item in zip(target.elts, parts, strict=True):
            self.assign(part.value if isinstance(part, ast.Starred) else part, item)

    def store(self, target: ast.Attribute, value: Value) -> None:
        """Set self.name or role.name: a declared State, and of its type."""
        base = self.value(target.value)
        name, text = target.attr, ast.unparse(target)
        if isinstance(base, Plain):
            self.refuse(target, f"{text} is set, but {base.path} is only read", "Use a local name")
        elif isinstance(base, Named):
            self.refuse(
                target,
                f"{text} is a field of a NamedTuple",
                f"Build a new {base.cls.__name__} with all fields",
            )
        if not isinstance(base, Record):
            return
        found = look_up(base.cls, name)
        if found is None or is_foreign(found[1]):
            self.unknown(base, target, found is not None, "field")
            return
        raw, home = found
        if isinstance(raw, Parameter):
            self.refuse(
                target,
                f"{text} is a Parameter, the same for all and never set",
                "Declare it as State",
            )
        elif isinstance(raw, State):
            held = of_declaration(raw)
            if isinstance(held, Array):
                self.whole(target, text, held)
            elif isinstance(held, Number):
                self.fits(target, text, held.kind, value)
        else:
            sort = "constant" if is_constant(raw) else type(raw).__name__
            self.refuse(
                target,
                f"{text} is a {sort} of {home.__name__}, and never set",
                "Declare a State for it",
            )

    def whole(self, node: ast.AST, text: str, held: Array) -> None:
        index = f"{text}[i]" if len(held.shape) == 1 else f"{text}[i][j]"
        self.refuse(
            node,
            f"{text} is {describe(held)}, set whole: shared in one engine, copied in the other",
            f"Write a loop over {index} = …",
        )

    def fits(self, node: ast.AST, text: str, kind: Kind, value: Value) -> None:
        """A number keeps the type that its declaration gave it."""
        given = kind_of(value)
        if isinstance(value, (Array, Row, Named, Nothing, Record, Plain, Text, Items)):
            self.refuse(node, f"{text} is one number, but set to {describe(value)}", "Set it to a number")
        elif kind == "int" and given == "float":
            self.refuse(
                node,
                f"{text} is declared as an int, but set to a float",
                f"Declare {text.split('.')[-1]} with a float default, or write int(…)",
            )
        elif kind == "bool" and given in ("int", "float"):
            self.refuse(
                node,
                f"{text} is declared as a bool, but set to {describe(value)}",
                "Write True, False or a comparison",
            )
