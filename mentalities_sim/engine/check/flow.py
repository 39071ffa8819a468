"""Follow the statements of a rule path by path: what is set, of which type, and where."""

from __future__ import annotations

import ast
import functools
from types import FunctionType
from typing import Any

from .assigning import Assignments
from .expressions import Session
from .idioms import idioms
from .members import has_fields
from .outer import closure_of
from .report import Problem, RuleError, Scope
from .source import read_rule
from .values import (
    BOOL,
    FLOAT,
    INT,
    UNKNOWN,
    Named,
    Nothing,
    Number,
    Plain,
    Record,
    Row,
    Thing,
    Unset,
    Value,
    is_named_tuple,
    join,
)

Env = dict[str, Value]


class Flow(Assignments):
    """One function, followed statement by statement; `problems` collect in the session."""

    def __init__(
        self, function: FunctionType, defined_in: type | None, scope: Scope, session: Session
    ) -> None:
        self.function, self.defined_in = function, defined_in
        self.scope, self.session = scope, session
        self.definition, self.file = read_rule(function)
        name = function.__name__
        self.rule = f"{defined_in.__name__}.{name}" if defined_in else name
        self.returned: list[Value] = []
        self.loops: list[tuple[list[Env], list[Env]]] = []  # (left by break, left by continue)
        self.locals = _names_set(self.definition)
        self.env = self.parameters()
        self.guests = {n for n, v in self.env.items() if isinstance(v, (Record, Plain))}

    def check(self) -> None:
        """Note everything that is refused."""
        for line, what, way_out in idioms(self.definition):
            self.session.problems.append(Problem(self.file, line, self.rule, what, way_out))
        self.block(self.definition.body)

    def outcome(self) -> Value:
        """What the function returns."""
        self.block(self.definition.body)
        if self.env is not None:
            self.returned.append(Nothing())
        found = self.returned[0] if self.returned else Nothing()
        for value in self.returned[1:]:
            found = join(found, value)
        return found

    def parameters(self) -> Env:
        """What the parameters are, by their names and annotations."""
        arguments = self.definition.args
        env: Env = {}
        for i, argument in enumerate((*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)):
            name = argument.arg
            if i == 0 and self.defined_in is not None and not self.is_static():
                if name != "self":
                    self.refuse(argument, f"the first parameter is {name}", "Name it self")
                env[name] = Record(self.scope.owner, name)
            elif name in self.scope.records:
                env[name] = Plain(self.scope.records[name], name)
            elif name in self.scope.roles:
                # Helpers get the plain record: Parameters travel with rules only.
                env[name] = Record(self.scope.roles[name], name, named=self.defined_in is not None)
            else:
                env[name] = self.annotated(argument.annotation, name)
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                env[extra.arg] = UNKNOWN
        return env

    def is_static(self) -> bool:
        return any(
            isinstance(raw, staticmethod) and raw.__func__ is self.function
            for raw in vars(self.defined_in).values()
        )

    def annotated(self, annotation: ast.expr | None, name: str) -> Value:
        if annotation is None:
            return UNKNOWN
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value, mode="eval").body
            except SyntaxError:
                return UNKNOWN
        if isinstance(annotation, ast.Name):
            plain = {"float": FLOAT, "int": INT, "bool": BOOL}.get(annotation.id)
            if plain is not None:
                return plain
            cls = {**self.function.__globals__, **closure_of(self.function)}.get(annotation.id)
            if isinstance(cls, type) and is_named_tuple(cls):
                return Named(cls)
            if isinstance(cls, type) and has_fields(cls):
                return Record(cls, name, named=False)
        return UNKNOWN

    # -- statements -------------------------------------------------------------------------

    def block(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if self.env is None:
                return  # nothing gets here
            follow = getattr(self, f"_{type(statement).__name__}", self._other)
            follow(statement)

    def _other(self, node: ast.stmt) -> None:
        """Statements that are refused as such: follow what is inside them nevertheless."""
        for part in ("body", "handlers", "orelse", "finalbody"):
            for child in getattr(node, part, []):
                if isinstance(child, ast.ExceptHandler):
                    self.block(child.body)
                elif isinstance(child, ast.stmt):
                    self.block([child])

    def _ClassDef(self, node: ast.ClassDef) -> None:
        self.bind_name(node.name, UNKNOWN)

    def _Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self.bind_name((alias.asname or alias.name).split(".")[0], UNKNOWN)

    _ImportFrom = _Import

    def _Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.value(node.value)

    def _Return(self, node: ast.Return) -> None:
        self.returned.append(self.value(node.value))
        self.env = None

    def _Raise(self, node: ast.Raise) -> None:
        if node.exc is not None:
            self.value(node.exc)
        self.env = None

    def _Assert(self, node: ast.Assert) -> None:
        self.truth(node.test)

    def _Assign(self, node: ast.Assign) -> None:
        value = self.value(node.value)
        for target in node.targets:
            self.assign(target, value)

    def _AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.assign(node.target, self.value(node.value))

    def _AugAssign(self, node: ast.AugAssign) -> None:
        said = len(self.session.problems)
        before = self.value(_loaded(node.target))
        unsound = len(self.session.problems) > said  # once is enough for a wrong name
        value = self.arithmetic(node, before, node.op, self.value(node.value))
        if not unsound or isinstance(node.target, ast.Name):
            self.assign(node.target, value)

    def _NamedExpr(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        self.assign(node.target, value)
        return value

    def _If(self, node: ast.If) -> None:
        self.truth(node.test)
        start = dict(self.env or {})
        self.block(node.body)
        after, self.env = self.env, start
        self.block(node.orelse)
        self.env = _merge(after, self.env)

    def _Match(self, node: ast.Match) -> None:
        self.value(node.subject)
        ends: list[Env | None] = []
        start = dict(self.env or {})
        for case in node.cases:
            self.env = dict(start)
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.MatchAs) and part.name:
                    self.bind_name(part.name, UNKNOWN)
                elif isinstance(part, ast.MatchValue):
                    self.value(part.value)
            if case.guard is not None:
                self.truth(case.guard)
            self.block(case.body)
            ends.append(self.env)
        last = node.cases[-1]
        if last.guard is not None or not _always(last.pattern):
            ends.append(start)
        self.env = _merge(*ends)

    def _For(self, node: ast.For) -> None:
        items = self.items_of(node.iter, self.value(node.iter))
        self.loop(node, lambda: self.assign(node.target, items.item), bool(items.count), node.orelse)

    def _While(self, node: ast.While) -> None:
        forever = isinstance(node.test, ast.Constant) and bool(node.test.value)
        self.loop(node, lambda: self.truth(node.test), False, node.orelse, forever)

    def loop(
        self,
        node: ast.For | ast.While,
        begin: Any,
        at_least_once: bool,
        orelse: list[ast.stmt],
        forever: bool = False,
    ) -> None:
        """Follow a loop twice: what its end leaves behind is what its start finds."""
        start = dict(self.env or {})
        head: Env | None = start
        broken: list[Env] = []
        for _ in range(2):
            self.env = dict(head) if head is not None else None
            begin()
            tested = dict(self.env or {})
            self.loops.append(([], []))
            self.block(node.body)
            broken, resumed = self.loops.pop()
            end = _merge(self.env, *resumed)
            head = _merge(start, end)
        if forever:
            self.env = None
        elif at_least_once:
            self.env = end
        else:
            # A while loop is left after its test, a for loop before its target is set.
            self.env = _merge(start, end) if isinstance(node, ast.For) else _merge(tested, end)
        if self.env is not None:
            self.block(orelse)
        self.env = _merge(self.env, *broken)

    def _Break(self, node: ast.Break) -> None:
        if self.loops and self.env is not None:
            self.loops[-1][0].append(self.env)
        self.env = None

    def _Continue(self, node: ast.Continue) -> None:
        if self.loops and self.env is not None:
            self.loops[-1][1].append(self.env)
        self.env = None

    def _FunctionDef(self, node: ast.FunctionDef) -> None:
        self.inner(node)
        self.bind_name(node.name, Thing(None))

    def _Lambda(self, node: ast.Lambda) -> Value:
        self.inner(node)
        return Thing(None)

    def inner(self, node: ast.FunctionDef | ast.Lambda) -> None:
        """Follow a local function; what it closes over counts as set, since it runs later."""
        kept = self.env, self.locals, self.returned, self.loops, self.guests
        env = {n: v.otherwise if isinstance(v, Unset) else v for n, v in (self.env or {}).items()}
        for name in self.locals:
            env.setdefault(name, UNKNOWN)
        arguments = node.args
        names = {a.arg for a in ast.walk(arguments) if isinstance(a, ast.arg)}
        for default in arguments.defaults:
            self.value(default)
        self.env = {**env, **dict.fromkeys(names, UNKNOWN)}
        self.locals |= names
        if isinstance(node, ast.FunctionDef):
            self.locals |= _names_set(node)
        self.guests = self.guests - names
        self.returned, self.loops = [], []
        if isinstance(node, ast.FunctionDef):
            self.block(node.body)
        else:
            self.value(node.body)
        self.env, self.locals, self.returned, self.loops, self.guests = kept

    # Comprehensions are refused; their own names are not followed.
    def _ListComp(self, node: ast.ListComp) -> Value:
        self.value(node.generators[0].iter)
        return UNKNOWN

    _SetComp = _DictComp = _GeneratorExp = _ListComp

    # -- other functions --------------------------------------------------------------------

    def infer(self, function: FunctionType, defined_in: type | None, owner: type) -> Value:
        key = (function, owner)
        known = self.session.returns
        if key not in known:
            known[key] = UNKNOWN  # what a rule that calls itself finds
            quiet = Session(returns=known, helpers=self.session.helpers)
            scope = Scope(owner, self.scope.roles, self.scope.records if defined_in else {})
            try:
                found = Quiet(function, defined_in, scope, quiet).outcome()
            except RuleError:
                found = UNKNOWN
            known[key] = found if type(found) in (Number, Row, Named, Nothing) else UNKNOWN
        return known[key]

    def check_helper(self, function: FunctionType) -> None:
        if function not in self.session.helpers:
            self.session.helpers.add(function)
            try:
                Flow(function, None, Scope(object, self.scope.roles, {}), self.session).check()
            except RuleError as error:
                self.session.problems.extend(error.problems)


class Quiet(Flow):
    """A function followed for what it returns only; its problems are found when it is checked."""

    def check_helper(self, function: FunctionType) -> None:
        return


def _merge(*ends: Env | None) -> Env | None:
    """What is known where paths meet; a name that one of them lacks is unset."""
    reached = [end for end in ends if end is not None]
    if not reached:
        return None
    merged = dict(reached[0])
    for env in reached[1:]:
        for name in merged.keys() | env.keys():
            if name in merged and name in env:
                merged[name] = join(merged[name], env[name])
            else:
                one = merged.get(name) or env[name]
                merged[name] = one if isinstance(one, Unset) else Unset(one)
    return merged


@functools.lru_cache(maxsize=4096)
def _names_set(definition: ast.FunctionDef) -> frozenset[str]:
    """Names that belong to a function: its parameters and all it sets itself."""
    names = {a.arg for a in ast.walk(definition.args) if isinstance(a, ast.arg)}
    waiting: list[ast.AST] = list(definition.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.MatchAs, ast.ExceptHandler)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        waiting.extend(ast.iter_child_nodes(node))
    return frozenset(names)


def _loaded(target: Any) -> Any:
    """The expression that reads what an augmented assignment sets."""
    fields = {name: value for name, value in ast.iter_fields(target) if name != "ctx"}
    return ast.copy_location(type(target)(**fields, ctx=ast.Load()), target)


def _always(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchOr):
        return any(map(_always, pattern.patterns))
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _always(pattern.pattern))
