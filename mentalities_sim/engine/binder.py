"""Binding rules for the compiler: methods become functions over records, written once, shared.

`self.rule(…)`, `super().rule(…)` and `role.rule(…)` are resolved through the class's MRO and become
calls of plain functions; `self.parameter` becomes a field of a shared parameter record that travels
with the agent's own. Each function is written to a module named by a hash of all it depends on, so
classes that do not touch a rule share its compiled form, and an edited rule is another module.
"""

from __future__ import annotations

import ast
import enum
import hashlib
import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mentalities_sim.declare import Parameter
from mentalities_sim.engine.check import (
    Problem,
    RuleError,
    Scope,
    check_class,
    check_rule,
    parse_rule,
    stream_problems,
)
from mentalities_sim.engine.remembered import remembered
from mentalities_sim.engine.rules import RuleSet

BINDER_VERSION = "2"
PARAMETERS = "__par"


@dataclass
class Binding:
    """All functions reachable from a world's phases: module name → text, and each phase's function."""

    modules: dict[str, str] = field(default_factory=dict)
    phases: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    recall: str = ""

    @property
    def digest(self) -> str:
        """Hash of every rule and helper reached: the rule hash of the provenance."""
        return _digest("".join(self.phases[p] for p in sorted(self.phases)) + self.recall)


def bind(rules: RuleSet) -> Binding:
    """Check and bind every rule that the world's phases reach.

    Raises `RuleError` naming file, line, reason and way out for each rule that cannot be compiled
    or would part the engines. What is returned is shared by all who bind the same: only read it.
    """
    return remembered("binding", rules, lambda: _bind(rules))


def _bind(rules: RuleSet) -> Binding:
    binder = _Binder(rules)
    for cls in dict.fromkeys(rules.classes.values()):
        binder.problems.extend(check_class(cls))
    binder.raise_problems()
    binding = binder.binding
    for phase in rules.phases:
        binding.phases[phase] = binder.bind_rule("world", phase)
    if rules.ties:
        binding.recall = binder.bind_helper(rules.recall)
    binder.check_streams()
    binder.raise_problems()
    return binding


class _Binder:
    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.binding = Binding()
        self.problems: list[Problem] = []
        self.done: dict[Any, str] = {}
        self.returns: dict[type, dict[Any, Any]] = {}
        self.under_way: list[Any] = []
        self.roles = rules.named

    def raise_problems(self) -> None:
        if self.problems:
            raise RuleError(list(dict.fromkeys(self.problems)))

    def resolve(self, owner: type, name: str, after: type | None = None) -> tuple[Any, type] | None:
        """Find the rule a class runs under a name, after a class of the MRO for super()."""
        mro = owner.__mro__
        for cls in mro[mro.index(after) + 1 :] if after else mro:
            if name in vars(cls):
                found = vars(cls)[name]
                if isinstance(found, staticmethod):
                    return found.__func__, cls
                return found, cls
        return None

    def bind_rule(self, role: str, name: str) -> str:
        owner = self.rules.classes[role]
        found = self.resolve(owner, name)
        if found is None:
            raise TypeError(f"{owner.__name__} has no rule {name!r}")
        return self.bind_function(found[0], found[1], owner)

    def scope(self, owner: type) -> Scope:
        return Scope(owner, self.roles, self.records(owner))

    def records(self, owner: type) -> dict[str, Mapping[str, Any]]:
        """Fields of the plain records a rule of this class may be given."""
        role = next(r for r, cls in self.rules.classes.items() if cls is owner)
        luck: dict[str, Any] = dict.fromkeys(self.rules.streams(role))
        if hasattr(owner, "phases"):
            for passes in self.rules.phases.values():
                for name, whose in passes.items():
                    luck[name] = {**(luck.get(name) or {}), **dict.fromkeys(self.rules.streams(whose))}
        inputs = {n: dict.fromkeys(self.rules.input_dtype(n).names or ()) for n in self.rules.inputs}
        return {"luck": luck, **inputs}

    def bind_function(self, function: Any, defined_in: type, owner: type) -> str:
        """Write one rule for one class of owner, after all it calls; return the module's name."""
        key = (function, owner)
        if key in self.done:
            return self.done[key]
        plain: Any = function.fget if isinstance(function, property) else function
        problems = check_rule(plain, defined_in, self.scope(owner), self.returns.setdefault(owner, {}))
        self.problems.extend(problems)
        try:
            tree, file = parse_rule(plain)
        except RuleError as error:
            self.problems.extend(error.problems)
            return "refused"
        origin = f"{file}:{tree.lineno} {plain.__qualname__}"
        if key in self.under_way:
            self.problems.append(
                Problem(file, tree.lineno, plain.__qualname__, "a rule that calls itself", "use a loop")
            )
            return "recursion"
        self.under_way.append(key)
        if problems:
            name = "refused"
        else:
            rewriter = _Rewriter(self, plain, defined_in, owner)
            name = self.write(rewriter.rewrite(tree), plain.__qualname__, rewriter.needs, origin)
        self.under_way.remove(key)
        self.done[key] = name
        return name

    def bind_helper(self, function: Any) -> str:
        if function in self.done:
            return self.done[function]
        tree, file = parse_rule(function)
        rewriter = _Rewriter(self, function, None, None)
        name = self.write(
            rewriter.rewrite(tree), function.__qualname__, rewriter.needs, f"{file}:{tree.lineno}"
        )
        self.done[function] = name
        return name

    def bind_tuple(self, cls: type) -> str:
        """Write a named tuple type, so that all rules share one."""
        fields = ", ".join(repr(name) for name in cls._fields)  # type: ignore[attr-defined]
        # found by its name in its module, it stays one type in all that is loaded from disk
        text = (
            "from collections import namedtuple\n\n"
            f"{cls.__name__} = namedtuple({cls.__name__!r}, [{fields}], module=__name__)\n"
            f"rule = {cls.__name__}\n"
        )
        name = f"{cls.__name__}_{_digest(text)}"
        self.binding.modules[name] = text
        return name

    def write(self, tree: ast.FunctionDef, qualname: str, needs: dict[str, str], origin: str) -> str:
        body = ast.unparse(ast.fix_missing_locations(tree))
        lines = [f"from {module} import rule as {local}" for local, module in sorted(needs.items())]
        text = "\n".join(["import math", "", "from numba import njit", *lines, "", "", DECORATOR, body, ""])
        stem = qualname.replace("<locals>", "").replace(".", "_").replace("<", "").replace(">", "")
        name = f"{stem}_{_digest(BINDER_VERSION + text)}"
        self.binding.modules[name] = text
        self.binding.origins[name] = origin
        return name

    def check_streams(self) -> None:
        """Refuse a stream that two rules read, or that one slot reads twice."""
        for passes in self.rules.phases.values():
            for role in dict.fromkeys(passes.values()):
                self._check_role_streams(role)

    def _check_role_streams(self, role: str) -> None:
        owner = self.rules.classes[role]
        scope = self.scope(owner)

        def resolve(name: str, is_super: bool, defined_in: type) -> tuple[Any, type] | None:
            found = self.resolve(owner, name, defined_in if is_super else None)
            return found if found and inspect.isfunction(found[0]) else None

        entries = {
            function
            for function, cls in [k for k in self.done if isinstance(k, tuple)]
            if cls is owner and inspect.isfunction(function)
        }
        for function in entries:
            self.problems.extend(stream_problems(function, resolve, scope))


DECORATOR = "@njit(cache=True, nogil=True, error_model='python', boundscheck=True)"


class _Rewriter(ast.NodeTransformer):
    """Turns one method into a function over records."""

    def __init__(self, binder: _Binder, function: Any, defined_in: type | None, owner: type | None) -> None:
        self.binder = binder
        self.function = function
        self.defined_in = defined_in
        self.owner = owner
        self.needs: dict[str, str] = {}
        self.locals: set[str] = set()
        self.records: dict[str, type] = {}
        self.globals = {**function.__globals__, **_closure(function)}

    def rewrite(self, tree: ast.FunctionDef) -> ast.FunctionDef:
        tree.decorator_list = []
        tree.returns = None
        tree.name = "rule"
        if tree.body and isinstance(tree.body[0], ast.Expr) and isinstance(tree.body[0].value, ast.Constant):
            tree.body = tree.body[1:] or [ast.Pass()]
        arguments: list[ast.arg] = []
        for i, argument in enumerate(tree.args.args):
            argument.annotation = None
            arguments.append(argument)
            cls = self.owner if i == 0 and argument.arg == "self" else self.binder.roles.get(argument.arg)
            if cls is not None and self.owner is not None:
                self.records[argument.arg] = cls
                arguments.append(ast.arg(argument.arg + PARAMETERS))
        tree.args.args = arguments
        if tree.args.vararg:
            tree.args.vararg.annotation = None
        self.locals = {
            n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        self.locals |= {a.arg for n in ast.walk(tree) if isinstance(n, ast.arguments) for a in n.args}
        tree.args.defaults = [self.visit(d) for d in tree.args.defaults]
        tree.body = [self.visit(statement) for statement in tree.body]
        return tree

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        for argument in node.args.args:
            argument.annotation = None
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return self.visit(ast.Assign([node.target], node.value))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        target = self._called_rule(node.func)
        if target is None:
            self.generic_visit(node)
            return node
        record, module, static = target
        arguments = [] if static else self._pair(record)
        for argument in node.args:
            if isinstance(argument, ast.Name) and argument.id in self.records:
                arguments.extend(self._pair(argument.id))
            else:
                arguments.append(self.visit(argument))
        keywords = []
        for keyword in node.keywords:
            keywords.append(ast.keyword(keyword.arg, self.visit(keyword.value)))
            if isinstance(keyword.value, ast.Name) and keyword.value.id in self.records:
                keywords.append(ast.keyword(f"{keyword.arg}{PARAMETERS}", self._pair(keyword.value.id)[1]))
        return ast.Call(self._imported(module), arguments, keywords)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        base = node.value
        if isinstance(base, ast.Name) and base.id in self.records:
            return self._field(node, base.id)
        member = self._member(base) if node.attr == "value" else None
        if member is not None and isinstance(member.value, (bool, int, float)):
            return ast.Constant(member.value)
        member = self._member(node)
        if member is not None:
            return ast.Constant(_number(member))
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.locals or node.id in self.records or not isinstance(node.ctx, ast.Load):
            return node
        if node.id not in self.globals:
            return node
        value = self.globals[node.id]
        if inspect.isfunction(value):
            return self._imported(self.binder.bind_helper(value), node.id)
        if isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields"):
            return self._imported(self.binder.bind_tuple(value), node.id)
        if isinstance(value, enum.Enum):
            return ast.Constant(_number(value))
        if isinstance(value, (bool, int, float, tuple)):
            return _constant(value)
        return node

    def _member(self, node: ast.expr) -> enum.Enum | None:
        """The enum member that an expression such as `Mentality.CARING` names, if it does."""
        if isinstance(node, ast.Name) and node.id not in self.locals:
            value = self.globals.get(node.id)
            return value if isinstance(value, enum.Enum) else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            cls = self.globals.get(node.value.id)
            if node.value.id not in self.locals and isinstance(cls, enum.EnumMeta):
                return cls.__members__.get(node.attr)
        return None

    def _called_rule(self, func: ast.expr) -> tuple[str, str, bool] | None:
        """(record, module, static) of a call that is a rule's, else None."""
        if not isinstance(func, ast.Attribute):
            return None
        base = func.value
        after = None
        if isinstance(base, ast.Call) and isinstance(base.func, ast.Name) and base.func.id == "super":
            record, after = "self", self.defined_in
        elif isinstance(base, ast.Name) and base.id in self.records:
            record = base.id
        else:
            return None
        owner = self.records[record]
        found = self.binder.resolve(owner, func.attr, after)
        if found is None or not inspect.isfunction(found[0]):
            return None
        static = isinstance(vars(found[1])[func.attr], staticmethod)
        return record, self.binder.bind_function(found[0], found[1], owner), static

    def _field(self, node: ast.Attribute, record: str) -> ast.AST:
        found = self.binder.resolve(self.records[record], node.attr)
        value = found[0] if found else None
        if isinstance(value, Parameter):
            return ast.Attribute(ast.Name(record + PARAMETERS, ast.Load()), node.attr, node.ctx)
        if found and isinstance(value, property):
            module = self.binder.bind_function(value, found[1], self.records[record])
            return ast.Call(self._imported(module), self._pair(record), [])
        if isinstance(value, (bool, int, float, tuple)):
            return _constant(value)
        return node

    def _imported(self, module: str, local: str | None = None) -> ast.Name:
        local = module if local is None or local in self.locals else local
        self.needs[local] = module
        return ast.Name(local, ast.Load())

    @staticmethod
    def _pair(record: str) -> list[ast.expr]:
        return [ast.Name(record, ast.Load()), ast.Name(record + PARAMETERS, ast.Load())]


def _constant(value: Any) -> ast.expr:
    """Write a number, enum member or tuple of them as an expression."""
    if isinstance(value, tuple):
        return ast.Tuple([_constant(item) for item in value], ast.Load())
    if isinstance(value, enum.IntEnum):
        return ast.Constant(int(value))
    if isinstance(value, float) and not math.isfinite(value):
        name = ast.Attribute(ast.Name("math", ast.Load()), "nan" if value != value else "inf", ast.Load())
        return ast.UnaryOp(ast.USub(), name) if value < 0 else name
    return ast.Constant(value)


def _number(member: enum.Enum) -> int:
    """The number that stands for an enum member: of a plain Enum, one no other class has."""
    if isinstance(member, enum.IntEnum):
        return int(member)
    cls = type(member)
    place = list(cls.__members__.values()).index(member)
    return int(_digest(f"{cls.__module__}.{cls.__qualname__}")[:10], 16) * 1000 + place


def _closure(function: Any) -> dict[str, Any]:
    names = function.__code__.co_freevars
    cells = function.__closure__ or ()
    return {name: cell.cell_contents for name, cell in zip(names, cells, strict=True) if name != "__class__"}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
