"""Hashes of what the numbers depend on: rules, and the measures taken of them."""

from __future__ import annotations

import ast
import hashlib
import inspect
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from mentalities_sim.engine.rules import RuleSet

if TYPE_CHECKING:
    from mentalities_sim.running.batches import Order


def rule_hashes(order: Order) -> dict[str, str]:
    """Return the rule hash of every arm that is run."""
    by_set: dict[int, str] = {}
    for rules in order.conditions.rules.values():
        if id(rules) not in by_set:
            by_set[id(rules)] = rule_hash(rules)
    return {arm: by_set[id(rules)] for arm, rules in order.conditions.rules.items()}


@cache
def measures_hash() -> str:
    """Return the hash of the code that turns what was run into tables, and chance into numbers.

    Comments, docstrings and layout are not in it.
    """
    from mentalities_sim import recording, streams
    from mentalities_sim.measures import switching
    from mentalities_sim.running import batches, scripts
    from mentalities_sim.worlds import dyad, outcomes

    modules: list[ModuleType] = [recording, streams, switching, batches, scripts, dyad, outcomes]
    trees = [ast.parse(inspect.getsource(module)) for module in modules]
    for tree in trees:
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [line for line in body if not _is_text(line)]  # type: ignore[attr-defined]
    return hashlib.sha256("".join(ast.dump(tree) for tree in trees).encode()).hexdigest()[:16]


def _is_text(line: ast.AST) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def rule_hash(rules: RuleSet) -> str:
    """Return the hash of every rule and helper reached, as both engines write it to the provenance.

    Rules that cannot be compiled still run on the Mesa engine; theirs is the hash of the source of
    their classes, with "not compilable" before it. Raises `RuleError` where a stream of chance is
    read twice, which no engine may do.

    Example:
        >>> from mentalities_sim.policies import Fixed, Ramp
        >>> from mentalities_sim.worlds import Dyad
        >>> rule_hash(RuleSet(Dyad, {"policy": Fixed})) == rule_hash(RuleSet(Dyad, {"policy": Ramp}))
        False
    """
    from mentalities_sim.engine.check import RuleError

    try:
        return rules.binding.digest
    except RuleError:
        _refuse_shared_chance(rules)
    text = "".join(_source(cls) for role in rules.classes for cls in rules.classes[role].__mro__)
    return f"not compilable: sources {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _refuse_shared_chance(rules: RuleSet) -> None:
    """Follow luck through every phase, as the binder does when it gets that far."""
    from mentalities_sim.engine.check import RuleError, Scope, stream_problems
    from mentalities_sim.engine.check.members import look_up

    world = rules.classes["world"]
    people = {role: cls for role, cls in rules.classes.items() if role != "world"}
    luck = {
        name: dict.fromkeys(rules.streams(whose))
        for passes in rules.phases.values()
        for name, whose in passes.items()
    }
    inputs = {name: dict.fromkeys(rules.input_dtype(name).names or ()) for name in rules.inputs}
    scope = Scope(world, people, {"luck": luck, **inputs})

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


def _source(cls: type) -> str:
    try:
        return inspect.getsource(cls)
    except (OSError, TypeError):  # built-in, or typed at a prompt
        return f"{cls.__module__}.{cls.__qualname__}"
