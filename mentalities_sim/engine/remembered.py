"""What was worked out from rules, kept while everything that it was worked out from is the same."""

from __future__ import annotations

import ast
import builtins
import hashlib
import linecache
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from mentalities_sim.engine.check.classes import file_of
from mentalities_sim.engine.check.members import is_foreign
from mentalities_sim.engine.check.outer import closure_of
from mentalities_sim.engine.check.report import RuleError
from mentalities_sim.engine.check.source import noted, read_rule

if TYPE_CHECKING:
    from mentalities_sim.engine.rules import RuleSet

T = TypeVar("T")
MOST = 64
"""How many results are kept, the latest used."""
DEPTH = 8
_NO_RULE = frozenset(("__dict__", "__weakref__", "__doc__", "__module__", "__qualname__"))
_MISSING = object()


@dataclass(frozen=True)
class _Function:
    """A function whose source was read, and the names in it that stand for something outside."""

    function: FunctionType
    names: tuple[str, ...]
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Kept:
    functions: tuple[_Function, ...]
    witness: Any
    held: list[Any]  # an identity in the witness is only one while its object lives
    result: Any
    error: RuleError | None


_KEPT: OrderedDict[Any, _Kept] = OrderedDict()
_LOCK = threading.Lock()


def remembered(what: str, rules: RuleSet, work_out: Callable[[], T]) -> T:
    """Return what `work_out` makes of the rules, worked out anew only when something of them changed.

    Noticed are: another class, rule, helper, declaration or constant, in a class or a module, whether by
    an edit, a reload or in memory; and any edit of the files they stand in. A `RuleError` is remembered
    as well. What is returned is shared by all who ask: only read it.

    Example:
        >>> from mentalities_sim.engine.rules import RuleSet
        >>> from mentalities_sim.worlds import Dyad
        >>> remembered("an example", RuleSet(Dyad), list) is remembered("an example", RuleSet(Dyad), list)
        True
    """
    key = (what, *rules.classes.items())
    with _LOCK:
        kept = _KEPT.get(key)
    if kept is None or kept.witness != _Witness().of(rules, kept.functions):
        kept = _work_out(rules, work_out)
        with _LOCK:
            _KEPT[key] = kept
            while len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
    if kept.error is not None:
        raise RuleError(kept.error.problems)
    result: T = kept.result
    return result


def _work_out(rules: RuleSet, work_out: Callable[[], Any]) -> _Kept:
    result, refused = None, None
    with noted() as read:
        try:
            result = work_out()
        except RuleError as error:
            refused = RuleError(error.problems)
    functions = tuple(_outside(function) for function in read)
    witness = _Witness()
    return _Kept(functions, witness.of(rules, functions), witness.held, result, refused)


def _outside(function: FunctionType) -> _Function:
    try:
        definition, _ = read_rule(function)
    except RuleError:
        return _Function(function, function.__code__.co_names, ())
    nodes = list(ast.walk(definition))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    # annotations may be written as text
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    names |= {text for text in texts if isinstance(text, str) and text.isidentifier()}
    attributes = {
        (node.value.id, node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return _Function(function, tuple(sorted(names)), tuple(sorted(attributes)))


@dataclass
class _Witness:
    """All that rules depend on, as it is now, in a form that can be compared."""

    held: list[Any] = field(default_factory=list)
    classes: dict[type, None] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    def of(self, rules: RuleSet, functions: Iterable[_Function]) -> Any:
        roles = (rules.classes, rules.named, rules.phases, rules.inputs, rules.ties)
        streams = {role: list(rules.streams(role)) for role in rules.classes}
        said = [self.told((*roles, streams)), *map(self.function, functions)]
        for cls in rules.classes.values():
            self.files.update(file_of(base) for base in cls.__mro__ if not is_foreign(base))
        seen: set[type] = set()
        while pending := [cls for cls in self.classes if cls not in seen]:
            for cls in pending:
                seen.add(cls)
                said += [self.body(base) for base in cls.__mro__ if base is not object]
        return (*said, *map(_text, sorted(self.files)))

    def function(self, read: _Function) -> Any:
        """A function with its defaults, and what its names stand for."""
        function = read.function
        self.files.add(function.__code__.co_filename)
        inner, outer, last = closure_of(function), function.__globals__, vars(builtins)
        found = {n: inner.get(n, outer.get(n, last.get(n, _MISSING))) for n in read.names}
        below = [
            (name, attribute, self.told(getattr(found[name], attribute, _MISSING)))
            for name, attribute in read.attributes
            if isinstance(found.get(name), ModuleType)
        ]
        own = (function, function.__code__, function.__defaults__, function.__kwdefaults__)
        return (*map(self.told, own), *map(self.told, found.values()), *below)

    def body(self, cls: type) -> Any:
        """What a class's body holds; of one of Mesa's or Python's own, which it is."""
        if is_foreign(cls):
            return self.told(cls)
        return tuple((name, self.told(raw)) for name, raw in vars(cls).items() if name not in _NO_RULE)

    def told(self, value: Any, depth: int = 0) -> Any:
        """A number, a text, or a plain collection of them as it is; of anything else, which it is."""
        kind = type(value)
        if value is None or kind in (bool, int, float, complex):
            return kind, repr(value)  # 1 == 1.0 == True, and 0.0 == -0.0
        if kind in (str, bytes):
            return value
        if kind in (tuple, list) and depth < DEPTH:
            return kind, tuple(self.told(item, depth + 1) for item in value)
        if kind is dict and depth < DEPTH:
            pairs = tuple(value.items())
            return kind, tuple((self.told(k, depth + 1), self.told(v, depth + 1)) for k, v in pairs)
        if isinstance(value, type):
            self.classes.setdefault(value)
        self.held.append(value)
        return kind, id(value)


def _text(file: str) -> str:
    linecache.checkcache(file)
    return hashlib.sha256("".join(linecache.getlines(file)).encode(errors="replace")).hexdigest()
