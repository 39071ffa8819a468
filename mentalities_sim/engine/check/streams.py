"""Each stream of chance is read by one rule, and once per slot: follow luck through the calls."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from .attributes import is_super
from .members import look_up
from .outer import closure_of
from .report import Problem, RuleError, Scope
from .source import read_rule

Resolve = Callable[[str, bool, type], tuple[FunctionType, type] | None]
Reads = dict[str, int]  # stream -> the line of its reading (or of the call that reads it)


def stream_problems(entry_function: FunctionType, resolve: Resolve, scope: Scope) -> list[Problem]:
    """Return where a stream is read by two rules, or twice in one slot, from an entry rule on.

    `resolve(name, is_super, defined_in)` gives the function that `self.name(…)` or
    `super().name(…)` runs, and the class that defines it, or None. Calls on roles are followed
    through `scope.roles`, module helpers through the function's globals. A slot is one call of
    the entry: along any path through it a stream may be read once. Exclusive branches (if/else,
    match, early return) count apart; a loop counts as many times. `luck` may be handed on whole or
    by a nested record (`luck.client`), under any parameter name.

    Example:
        >>> from mentalities_sim.arithmetic import clip01
        >>> stream_problems(clip01, lambda name, is_super, defined_in: None, Scope(object))
        []
    """
    home = next((c for c in scope.owner.__mro__ if _holds(c, entry_function)), scope.owner)
    reading = _Streams(resolve, scope)
    luck = {name: name for name in scope.records if name == "luck"}
    try:
        reading.read_function(entry_function, home, scope.owner, luck)
    except RuleError as error:
        reading.problems.extend(error.problems)
    reading.two_readers()
    return list(dict.fromkeys(reading.problems))


def streams_read(entry_function: FunctionType, resolve: Resolve, scope: Scope) -> set[str]:
    """Return the dotted places of luck that an entry rule can come to read, such as "luck.client.yielding".

    Arguments are as in `stream_problems`. Raises `RuleError` where a source cannot be read, or where a
    rule does anything with luck but read a stream or hand it on as an argument, so that nothing is
    taken for unread by mistake.
    """
    home = next((c for c in scope.owner.__mro__ if _holds(c, entry_function)), scope.owner)
    reading = _Streams(resolve, scope, strict=True)
    reading.read_function(entry_function, home, scope.owner, {"luck": "luck"})
    return set(reading.readers)


@dataclass
class _Ends:
    """What has been read when a block is left: at its end (None: never), or early."""

    falls: Reads | None = field(default_factory=dict)
    leaves: Reads | None = None  # return, raise
    breaks: Reads | None = None
    continues: Reads | None = None


@dataclass
class _Frame:
    """The function being followed, and what its names stand for."""

    function: FunctionType
    home: type | None
    owner: type
    luck: dict[str, str]  # local name -> path, such as draws -> luck.client
    file: str
    label: str


class _Streams:
    def __init__(self, resolve: Resolve, scope: Scope, strict: bool = False) -> None:
        self.resolve, self.scope, self.strict = resolve, scope, strict
        self.problems: list[Problem] = []
        self.readers: dict[str, dict[str, tuple[str, int]]] = {}  # stream -> rule -> site
        self.done: dict[Any, Reads] = {}

    # -- functions and calls ------------------------------------------------------------------

    def read_function(
        self, function: FunctionType, home: type | None, owner: type, luck: dict[str, str]
    ) -> Reads:
        """Streams that a function reads on its own or through its calls, at most once each."""
        key = (function, home, owner, tuple(sorted(luck.items())))
        if key in self.done:
            return self.done[key]
        self.done[key] = {}  # a rule that calls itself adds nothing new
        definition, file = read_rule(function)
        name = function.__name__
        label = f"{home.__name__}.{name}" if home is not None else name
        frame = _Frame(function, home, owner, luck, file, label)
        if self.strict:
            self.refuse_what_cannot_be_followed(frame, definition)
        ends = self.block(frame, definition.body)
        self.done[key] = _most(ends.falls or {}, ends.leaves or {})
        return self.done[key]

    def refuse_what_cannot_be_followed(self, frame: _Frame, definition: ast.FunctionDef) -> None:
        """Raise `RuleError` where luck is neither read by name nor handed to a call as a plain argument."""
        parents = {child: node for node in ast.walk(definition) for child in ast.iter_child_nodes(node)}
        inner = {
            n
            for d in ast.walk(definition)
            if d is not definition and isinstance(d, _OWN_SCOPE)
            for n in ast.walk(d)
        }
        for node in ast.walk(definition):
            if not isinstance(node, (ast.Name, ast.Attribute)):
                continue
            path = self.path(frame, node)
            if path is None or not self.is_record(path):
                continue
            parent = parents.get(node)
            chained = isinstance(parent, ast.Attribute) and not _is_called(parent, parents)
            call = parents.get(parent) if isinstance(parent, ast.keyword) else parent
            taken = isinstance(call, ast.Call) and self.takes(frame, call, node)
            if node in inner or not (chained or taken):
                what = f"{path} is used in a way that cannot be followed"
                raise RuleError([Problem(frame.file, node.lineno, frame.label, what, "Hand it on as it is")])

    def takes(self, frame: _Frame, call: ast.Call, node: ast.AST) -> bool:
        """Whether a call's own parameter takes this very argument, and no star hides which."""
        found = self.target(frame, call.func)
        if found is None or any(isinstance(a, ast.Starred) for a in call.args):
            return False
        definition, _ = read_rule(found[0])
        names = [a.arg for a in (*definition.args.posonlyargs, *definition.args.args)][found[3] :]
        if node in call.args:
            return call.args.index(node) < len(names)
        return any(k.value is node and k.arg in names for k in call.keywords)

    def call(self, frame: _Frame, node: ast.Call) -> Reads:
        """Streams read by what a call runs, its arguments apart."""
        found = self.target(frame, node.func)
        if found is None:
            return {}
        function, home, owner, bound = found
        definition, _ = read_rule(function)
        names = [a.arg for a in (*definition.args.posonlyargs, *definition.args.args)][bound:]
        luck: dict[str, str] = {}
        pairs = [*zip(names, node.args, strict=False), *((k.arg, k.value) for k in node.keywords)]
        for name, argument in pairs:
            path = self.path(frame, argument)
            if name is not None and path is not None:
                luck[name] = path
        if not luck:
            return {}
        return dict.fromkeys(self.read_function(function, home, owner, luck), node.lineno)

    def target(self, frame: _Frame, node: ast.expr) -> tuple[FunctionType, type | None, type, int] | None:
        """The function a call runs, where it is defined, on which class, and if self is bound."""
        if isinstance(node, ast.Name):
            names = {**frame.function.__globals__, **closure_of(frame.function)}
            helper = names.get(node.id)
            return (helper, None, object, 0) if isinstance(helper, FunctionType) else None
        if not isinstance(node, ast.Attribute):
            return None
        after: type | None = None
        if is_super(node.value):
            owner, after = frame.owner, frame.home
        elif isinstance(node.value, ast.Name) and node.value.id == "self":
            owner = frame.owner
        elif isinstance(node.value, ast.Name) and node.value.id in self.scope.roles:
            owner = self.scope.roles[node.value.id]
        else:
            return None
        if owner is self.scope.owner:
            found = self.resolve(node.attr, after is not None, after or owner)
        else:
            found = look_up(owner, node.attr, after)
        if found is None:
            return None
        raw, home = found
        static = isinstance(vars(home).get(node.attr), staticmethod)
        function = getattr(raw, "__func__", raw)
        return (function, home, owner, 0 if static else 1) if isinstance(function, FunctionType) else None

    def path(self, frame: _Frame, node: ast.expr) -> str | None:
        """The place in luck that an expression names, or None when it is something else."""
        if isinstance(node, ast.Name):
            return frame.luck.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.path(frame, node.value)
            return None if base is None else f"{base}.{node.attr}"
        return None

    def is_record(self, path: str) -> bool:
        fields: Any = self.scope.records
        for part in path.split("."):
            fields = fields.get(part) if hasattr(fields, "get") else None
        return hasattr(fields, "get")

    # -- expressions --------------------------------------------------------------------------

    def expression(self, frame: _Frame, node: ast.AST | None) -> Reads:
        """Streams that an expression reads, in the order of evaluation."""
        if node is None or frame.luck.keys().isdisjoint(_names_in(node)):
            return {}
        if isinstance(node, ast.IfExp):
            branches = _most(self.expression(frame, node.body), self.expression(frame, node.orelse))
            return self.then(frame, self.expression(frame, node.test), branches)
        if isinstance(node, ast.Attribute):
            path = self.path(frame, node)
            if path is not None:
                return {} if self.is_record(path) else self.read(frame, path, node.lineno)
        reads: Reads = {}
        for child in ast.iter_child_nodes(node):
            reads = self.then(frame, reads, self.expression(frame, child))
        if isinstance(node, ast.Call):
            reads = self.then(frame, reads, self.call(frame, node))
        return reads

    def read(self, frame: _Frame, path: str, line: int) -> Reads:
        self.readers.setdefault(path, {}).setdefault(frame.label, (frame.file, line))
        return {path: line}

    def then(self, frame: _Frame, first: Reads, second: Reads) -> Reads:
        """One thing after another: whatever both read is read twice."""
        for path in first.keys() & second.keys():
            self.twice(frame, path, second[path])
        return {**first, **second}

    def twice(self, frame: _Frame, path: str, line: int) -> None:
        what = f"{path} is read twice in one slot, and is the same number both times"
        way_out = "Read it once into a local, or declare a second Stream"
        self.problems.append(Problem(frame.file, line, frame.label, what, way_out, runs_on_mesa=False))

    # -- statements ---------------------------------------------------------------------------

    def block(self, frame: _Frame, statements: Sequence[ast.stmt]) -> _Ends:
        ends = _Ends()
        for statement in statements:
            if ends.falls is None:
                break
            ends = self.after(frame, ends, self.statement(frame, statement))
        return ends

    def after(self, frame: _Frame, first: _Ends, second: _Ends) -> _Ends:
        """A block's ends so far, and those of the statement that follows."""
        before = first.falls or {}

        def follow(reads: Reads | None) -> Reads | None:
            return None if reads is None else self.then(frame, before, reads)

        return _Ends(
            follow(second.falls),
            _either(first.leaves, follow(second.leaves)),
            _either(first.breaks, follow(second.breaks)),
            _either(first.continues, follow(second.continues)),
        )

    def statement(self, frame: _Frame, node: ast.stmt) -> _Ends:
        if isinstance(node, (ast.Return, ast.Raise)):
            value = node.value if isinstance(node, ast.Return) else node.exc
            return _Ends(None, self.expression(frame, value))
        if isinstance(node, ast.Break):
            return _Ends(None, breaks={})
        if isinstance(node, ast.Continue):
            return _Ends(None, continues={})
        if isinstance(node, ast.If):
            test = _Ends(self.expression(frame, node.test))
            return self.after(
                frame, test, _branch(self.block(frame, node.body), self.block(frame, node.orelse))
            )
        if isinstance(node, ast.Match):
            subject = _Ends(self.expression(frame, node.subject))
            cases = _Ends()
            for case in node.cases:
                guard = _Ends(self.expression(frame, case.guard))
                cases = _branch(cases, self.after(frame, guard, self.block(frame, case.body)))
            return self.after(frame, subject, cases)
        if isinstance(node, (ast.For, ast.While)):
            return self.loop(frame, node)
        if isinstance(node, ast.AnnAssign):
            return _Ends(self.expression(frame, node.value))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            inner = self.block(frame, node.body)
            return _Ends(_most(inner.falls or {}, inner.leaves or {}))
        return _Ends(self.expression(frame, node))

    def loop(self, frame: _Frame, node: ast.For | ast.While) -> _Ends:
        """A loop runs its body again and again; what is read before it leaves is read once."""
        begin = _Ends(self.expression(frame, node.iter if isinstance(node, ast.For) else None))
        test = self.expression(frame, node.test) if isinstance(node, ast.While) else {}
        body = self.after(frame, _Ends(test), self.block(frame, node.body))
        again = _most(body.falls or {}, body.continues or {})
        for path, line in again.items():
            what = f"{path} is read in a loop, and is the same number every time round"
            way_out = "Read it once before the loop, or declare a Stream per round"
            self.problems.append(Problem(frame.file, line, frame.label, what, way_out, runs_on_mesa=False))
        once = _most(_most(again, test), body.breaks or {})
        ends = self.after(frame, begin, _Ends(once, body.leaves))
        return self.after(frame, ends, self.block(frame, node.orelse))

    def two_readers(self) -> None:
        for path, readers in self.readers.items():
            (first, _), *others = readers.items()
            for label, (file, line) in others:
                what = f"{path} is read by {label} and by {first}, so that the two are not independent"
                way_out = f"Declare a Stream of its own for {label}"
                self.problems.append(Problem(file, line, label, what, way_out, runs_on_mesa=False))


_OWN_SCOPE = (ast.Lambda, ast.FunctionDef, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)


@functools.lru_cache(maxsize=1 << 14)
def _names_in(node: ast.AST) -> frozenset[str]:
    """All names in an expression: without one that stands for luck, nothing in it can read a stream."""
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))


def _is_called(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> bool:
    call = parents.get(node)
    return isinstance(call, ast.Call) and call.func is node


def _holds(cls: type, function: FunctionType) -> bool:
    raw = vars(cls).get(function.__name__)
    return getattr(raw, "__func__", raw) is function


def _most(one: Reads, other: Reads) -> Reads:
    return {**one, **other}


def _either(one: Reads | None, other: Reads | None) -> Reads | None:
    if one is None or other is None:
        return one if other is None else other
    return _most(one, other)


def _branch(one: _Ends, other: _Ends) -> _Ends:
    return _Ends(
        _either(one.falls, other.falls),
        _either(one.leaves, other.leaves),
        _either(one.breaks, other.breaks),
        _either(one.continues, other.continues),
    )
