"""The hash of a rule set, for the provenance, also where the rules cannot be compiled."""

from __future__ import annotations

import hashlib
import inspect

from mentalities_sim.engine.rules import RuleSet


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
    from mentalities_sim.engine.binder import bind
    from mentalities_sim.engine.check import RuleError

    try:
        return bind(rules).digest
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
