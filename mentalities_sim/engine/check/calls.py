"""Follow the calls of a rule: rules, super(), helpers, NamedTuples, enums and built-ins."""

from __future__ import annotations

import ast
import builtins
import enum
import inspect
import math
from types import FunctionType, ModuleType
from typing import Any

from mentalities_sim.declare import Parameter, State

from . import idioms
from .attributes import field_of_named, is_super
from .expressions import kind_of
from .functions import Functions
from .members import is_foreign, look_up, rules_of
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
    describe,
    is_named_tuple,
)

_BUILTIN_NAMES = {id(getattr(builtins, name)): name for name in dir(builtins)}
_MATH_NAMES = {id(raw): name for name, raw in vars(math).items() if callable(raw)}


class Calls(Functions):
    """What calls are worth, and whether both engines can follow them."""

    def _Call(self, node: ast.Call) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute):
            if is_super(function.value):
                return self.super_call(node, function)
            base = self.value(function.value)
            if isinstance(base, Record):
                return self.rule_call(node, function, base)
            if isinstance(base, Thing) and isinstance(base.it, ModuleType):
                return self.module_call(node, function, base.it)
            self.arguments(node)
            return self.method_call(node, function, base)
        found = self.value(function)
        if isinstance(found, Thing) and found.it is not None:
            return self.thing_call(node, function, found.it)
        self.arguments(node)
        return UNKNOWN

    # -- rules ------------------------------------------------------------------------------

    def super_call(self, node: ast.Call, function: ast.Attribute) -> Value:
        if function.value.args:  # type: ignore[attr-defined]
            self.refuse(node, "super() with arguments", f"Write super().{function.attr}(…)")
        owner = self.scope.owner
        if self.defined_in is None:
            return self.refuse(node, "super() outside of a method", "Call a helper by its name")
        found = look_up(owner, function.attr, after=self.defined_in)
        if found is None or is_foreign(found[1]):
            self.arguments(node)
            near = nearest(function.attr, rules_of(owner, after=self.defined_in))
            return self.refuse(
                node,
                f"no base of {self.defined_in.__name__} has a rule {function.attr}",
                f"Write super().{near}(…)" if near else "Leave the call out",
            )
        return self.follow(node, f"super().{function.attr}", found, Record(owner, "self"))

    def rule_call(self, node: ast.Call, function: ast.Attribute, record: Record) -> Value:
        found = look_up(record.cls, function.attr)
        text = f"{record.label}.{function.attr}"
        if found is None or is_foreign(found[1]):
            self.arguments(node)
            return self.unknown(record, function, found is not None, "rule")
        if not record.named:
            self.arguments(node)
            return self.refuse(
                node,
                f"{text}(…): rules are followed on self and on roles, by their own names only",
                f"Call it on the {record.cls.__name__}'s own name, under if/else where it depends",
            )
        return self.follow(node, text, found, record)

    def follow(self, node: ast.Call, text: str, found: tuple[Any, type], record: Record) -> Value:
        """Check the arguments of a rule's call, and infer what it returns."""
        raw, home = found
        static = isinstance(raw, staticmethod)
        rule = raw.__func__ if isinstance(raw, staticmethod) else raw
        if not isinstance(rule, FunctionType):
            self.arguments(node)
            if isinstance(raw, property):
                return self.refuse(node, f"{text} is a property", f"Write {text} without ()")
            if isinstance(raw, classmethod):
                return self.refuse(node, f"{text} is a classmethod", "Write @staticmethod")
            field = isinstance(raw, (State, Parameter))
            what = "a field" if field else f"a {type(raw).__name__}"
            return self.refuse(node, f"{text} is {what}, not a rule", f"Write {text} without ()")
        given = self.bind(node, text, rule, skip=0 if static else 1)
        for name, value in given.items():
            self.check_guest(node, text, name, value)
        return self.infer(rule, home, record.cls)

    def check_guest(self, node: ast.Call, text: str, name: str, value: Value) -> None:
        """Records travel under role names only; the binder knows their class from the name."""
        role = self.scope.roles.get(name)
        if isinstance(value, Record):
            if not value.named:
                self.refuse(
                    node,
                    f"{text}(…) is given {value.label}, another name for the {value.cls.__name__}",
                    "Pass self or the role by its own name",
                )
            elif role is None:
                roles = ", ".join(self.scope.roles) or "none"
                self.refuse(
                    node,
                    f"{text}(…) takes {describe(value)} as {name}, which is no role of this world",
                    f"Name the parameter after a role ({roles})",
                )
            elif not (issubclass(value.cls, role) or issubclass(role, value.cls)):
                self.refuse(
                    node,
                    f"{text}(…) takes a {role.__name__} as {name}, but is given {describe(value)}",
                    f"Pass the {role.__name__}",
                )
        elif role is not None and type(value) is not Value:
            self.refuse(
                node,
                f"{text}(…) takes the {role.__name__} as {name}, but is given {describe(value)}",
                f"Pass the {role.__name__}, or give the parameter another name",
            )

    def bind(self, node: ast.Call, text: str, function: Any, skip: int) -> dict[str, Value]:
        """Match a call's arguments with the parameters; refuse a call that Python would."""
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            self.arguments(node)
            return {}
        positional = [self.value(a) for a in node.args]
        named = {str(k.arg): self.value(k.value) for k in node.keywords}
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())[skip:]
        try:
            bound = signature.replace(parameters=parameters).bind(*positional, **named)
        except TypeError as error:
            names = [p.name for p in parameters]
            wrong = next((n for n in named if n not in names), None)
            near = nearest(wrong, names) if wrong else None
            plain = f"Write {near}=…" if near else f"Write {text}({', '.join(names)})"
            self.refuse(node, f"{text}(…): {error}", plain)
            return {}
        variable = {p.name for p in parameters if p.kind is p.VAR_POSITIONAL}
        return {n: v for n, v in bound.arguments.items() if n not in variable}

    # -- everything else ----------------------------------------------------------------------

    def method_call(self, node: ast.Call, function: ast.Attribute, base: Value) -> Value:
        name, text = function.attr, ast.unparse(function)
        if isinstance(base, Thing) and isinstance(base.it, type):
            return self.class_call(node, function, base.it)
        if isinstance(base, Named):
            return self.of_named(base.cls, function)
        if isinstance(base, Array):
            return self.refuse(
                node, f"{text}() is a list's or an array's own", "Write a loop over the elements"
            )
        if isinstance(base, Plain):
            return self.refuse(node, f"{base.path} holds numbers, not rules", f"Read {base.path}.{name}")
        if isinstance(base, Number):
            return self.refuse(node, f"{text}(): a number has no .{name}", "Use math or comparisons")
        return self.refuse(
            node,
            f"{text}(…): rules are followed on self, super() and roles only",
            f"Pass it as a role of this world ({', '.join(self.scope.roles) or 'none'})",
        )

    def class_call(self, node: ast.Call, function: ast.Attribute, cls: type) -> Value:
        name, text = function.attr, ast.unparse(function)
        if is_named_tuple(cls):
            return self.refuse(node, f"{text}()", f"Build a {cls.__name__} with all fields")
        if cls in self.scope.owner.__mro__:
            raw = look_up(cls, name)
            static = raw is not None and isinstance(raw[0], staticmethod)
            near = f"self.{name}(…)" if static else f"super().{name}(…)"
            return self.refuse(node, f"{text}(…) names a class", f"Write {near}")
        return self.refuse(
            node, f"{text}(…) names a class", "Call it on a role, or write a function of the module"
        )

    def module_call(self, node: ast.Call, function: ast.Attribute, module: ModuleType) -> Value:
        given = self.arguments(node)
        found = self.of_module(module, function, called=True)
        if not isinstance(found, Thing):
            return found
        if function.attr == "log" and len(given) == 2:
            return self.refuse(node, "math.log with a base", "Write math.log(x) / math.log(base)")
        for value in given:
            self.check_number(node, f"math.{function.attr}", value)
        if function.attr in idioms.MATH_INT:
            return INT
        return BOOL if function.attr in idioms.MATH_BOOL else FLOAT

    def thing_call(self, node: ast.Call, function: ast.expr, it: Any) -> Value:
        name = ast.unparse(function)
        if isinstance(it, FunctionType):
            if hasattr(it, "__wrapped__"):
                self.arguments(node)
                return self.refuse(node, f"{name} is decorated", "Call a plain function, written with def")
            self.bind(node, name, it, skip=0)
            self.check_helper(it)
            return self.infer(it, None, object)
        if is_named_tuple(it):
            return self.named_call(node, it)
        if id(it) in _BUILTIN_NAMES:
            return self.builtin_call(node, _BUILTIN_NAMES[id(it)])
        self.arguments(node)
        if id(it) in _MATH_NAMES:
            return self.refuse(
                node,
                f"{name} is math.{_MATH_NAMES[id(it)]} by a bare name",
                f"Write math.{_MATH_NAMES[id(it)]}(…)",
            )
        if isinstance(it, type) and issubclass(it, enum.Enum):
            return self.refuse(
                node,
                f"{name}(…) makes an enum member of a number",
                f"Compare the number with {it.__name__}'s members under if/else",
            )
        if isinstance(it, type):
            return self.refuse(node, f"{name}(…) makes an object", "Return numbers, a tuple or a NamedTuple")
        return self.refuse(node, f"{name} is not a plain function", "Write it with def, in Python")

    def named_call(self, node: ast.Call, cls: Any) -> Value:
        """A NamedTuple is built with all its fields, and floats as floats."""
        fields = list(cls._fields)
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            self.arguments(node)
            return Named(cls)
        given = {f: (a, self.value(a)) for f, a in zip(fields, node.args, strict=False)}
        if len(node.args) > len(fields):
            self.refuse(
                node,
                f"{cls.__name__} has {len(fields)} fields, but {len(node.args)} are given",
                f"Give {', '.join(fields)}",
            )
        for keyword in node.keywords:
            name = str(keyword.arg)
            value = self.value(keyword.value)
            if name in fields:
                given[name] = (keyword.value, value)
            else:
                near = nearest(name, fields)
                self.refuse(
                    node,
                    f"{cls.__name__} has no field {name}",
                    f"Write {near}=…" if near else f"Use one of {', '.join(fields)}",
                )
        missing = [f for f in fields if f not in given]
        if missing:
            self.refuse(
                node,
                f"{cls.__name__} is built without {', '.join(missing)}",
                "Give all fields; defaults are not compiled",
            )
        for name, (argument, value) in given.items():
            wanted = kind_of(field_of_named(cls, name))
            if wanted == "float" and kind_of(value) in ("int", "bool"):
                text = ast.unparse(argument)
                literal = isinstance(argument, (ast.Constant, ast.UnaryOp)) and kind_of(value) == "int"
                boolean = kind_of(value) == "bool"
                way_out = f"Write 1.0 if {text} else 0.0" if boolean else f"Write float({text})"
                self.refuse(
                    argument,
                    f"{cls.__name__}.{name} is a float, but given {describe(value)}, {text}",
                    f"Write {text}.0" if literal else way_out,
                )
        return Named(cls)

    def check_helper(self, function: FunctionType) -> None:
        raise NotImplementedError
