"""Hashes of what the numbers depend on: rules, and the measures taken of them."""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import sys
import sysconfig
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mentalities_sim.engine.rules import RuleSet

if TYPE_CHECKING:
    from mentalities_sim.experiment.kinds import Kind
    from mentalities_sim.running.batches import Order

ALWAYS_MEASURED_BY = (
    "mentalities_sim.recording",
    "mentalities_sim.streams",
    "mentalities_sim.running.batches",
)
MEASURES = ("mentalities_sim.measures.", "mentalities_sim.hierarchy.")
"""Where measures are: those that a kind's own modules use count with them."""


def rule_hashes(order: Order) -> dict[str, str]:
    """Return the rule hash of every arm that is run."""
    by_set: dict[int, str] = {}
    for rules in order.conditions.rules.values():
        if id(rules) not in by_set:
            by_set[id(rules)] = rule_hash(rules)
    return {arm: by_set[id(rules)] for arm, rules in order.conditions.rules.items()}


def measures_hash(kind: Kind) -> str:
    """Return the hash of the code that turns a kind's runs into tables, and chance into numbers.

    Comments, docstrings and layout are not in it.
    """
    return _hash_of((*ALWAYS_MEASURED_BY, kind.place, *kind.glue.measured_by))


@cache
def _hash_of(names: tuple[str, ...]) -> str:
    modules = [importlib.import_module(name) for name in dict.fromkeys(names)]
    trees = [ast.parse(inspect.getsource(module)) for module in _with_measures(modules)]
    for tree in trees:
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [line for line in body if not _is_text(line)]  # type: ignore[attr-defined]
    return hashlib.sha256("".join(ast.dump(tree) for tree in trees).encode()).hexdigest()[:16]


def _with_measures(modules: list[ModuleType]) -> list[ModuleType]:
    """Add the modules of measures that these take something from, and so on."""
    found = {module.__name__: module for module in modules}
    pending = list(modules)
    while pending:
        for value in vars(pending.pop()).values():
            name = value.__name__ if inspect.ismodule(value) else getattr(value, "__module__", None)
            if isinstance(name, str) and name.startswith(MEASURES) and name not in found:
                found[name] = importlib.import_module(name)
                pending.append(found[name])
    return [found[name] for name in sorted(found)]


def _is_text(line: ast.AST) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def rule_hash(rules: RuleSet) -> str:
    """Return the hash of every rule and helper reached, and of what the classes declare.

    Rules that cannot be compiled still run on the Mesa engine; theirs is the hash of the whole modules
    of their classes and of what these import of one's own, with "not compilable" before it. Raises
    `RuleError` where a stream of chance is read twice, which no engine may do.

    Example:
        >>> from mentalities_sim.policies import Fixed, Ramp
        >>> from mentalities_sim.worlds import Dyad
        >>> rule_hash(RuleSet(Dyad, {"policy": Fixed})) == rule_hash(RuleSet(Dyad, {"policy": Ramp}))
        False
    """
    from mentalities_sim.engine.check import RuleError

    try:
        return _short(rules.binding.digest + _declarations(rules))
    except RuleError:
        _refuse_shared_chance(rules)
    return f"not compilable: sources {_short(_own_sources(rules) + _declarations(rules))}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _declarations(rules: RuleSet) -> str:
    """What numbers depend on beside the code: bounds cut births, a stream may be normal, events are rows."""
    said: list[Any] = [rules.chance]
    for role in rules.classes:
        for name, state in rules.states(role).items():
            kind = (str(state.dtype), state.shape, state.bounds, state.event, state.labels)
            said.append((role, name, state.default, state.spread, *kind))
        for name, parameter in rules.parameters(role).items():
            said.append((role, name, parameter.default, str(parameter.dtype), parameter.shape))
        said += [(role, name, stream.normal) for name, stream in rules.streams(role).items()]
    return repr(said)


def _own_sources(rules: RuleSet) -> str:
    """Return the source of all modules that the classes can reach, other packages' left out."""
    pending = [sys.modules.get(cls.__module__) for c in rules.classes.values() for cls in c.__mro__]
    seen: dict[str, str] = {}
    while pending:
        module = pending.pop()
        if module is None or module.__name__ in seen or not _is_own(module):
            continue
        try:
            seen[module.__name__] = inspect.getsource(module)
        except (OSError, TypeError):  # typed at a prompt, or in a notebook
            made = [
                value
                for value in vars(module).values()
                if inspect.isfunction(value) or inspect.isclass(value)
            ]
            seen[module.__name__] = "".join(_source(value) for value in made)
        for value in vars(module).values():
            pending.append(value if inspect.ismodule(value) else inspect.getmodule(value))
    return "".join(f"{name}\n{seen[name]}" for name in sorted(seen))


def _is_own(module: ModuleType) -> bool:
    """Whether a module is the modeller's own, or this package's: neither installed nor Python's."""
    file = getattr(module, "__file__", None)
    if module.__name__ == "__main__" or module.__name__.partition(".")[0] == "mentalities_sim":
        return True
    library = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    return bool(file) and not str(file).startswith(library)


def _refuse_shared_chance(rules: RuleSet) -> None:
    """Follow luck through every phase, as the binder does when it gets that far."""
    from mentalities_sim.engine.check import RuleError, Scope, stream_problems
    from mentalities_sim.engine.check.members import look_up

    world = rules.classes["world"]
    luck: dict[str, dict[str, None]] = {}
    for passes in rules.phases.values():
        for name, whose in passes.items():
            luck.setdefault(name, {}).update(dict.fromkeys(rules.streams(whose)))
    inputs = {name: dict.fromkeys(rules.input_dtype(name).names or ()) for name in rules.inputs}
    scope = Scope(world, rules.named, {"luck": luck, **inputs})

    def resolve(name, is_super, defined_in):  # type: ignore[no-untyped-def]
        found = look_up(world, name, defined_in if is_super else None)
        return found if found and inspect.isfunction(found[0]) else None

    problems = []
    for phase in rules.phases:
        found = resolve(phase, False, world)
        problems += stream_problems(found[0], resolve, scope) if found else []
    refused = [p for p in problems if "luck." in p.what]
    if refused:
        raise RuleError(refused)


def _source(value: Any) -> str:
    try:
        return inspect.getsource(value)
    except (OSError, TypeError):  # built-in, or typed at a prompt
        return f"{value.__module__}.{value.__qualname__}"
