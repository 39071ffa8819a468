"""Checking what a file sets for people who are brought up: what childhood would overwrite cannot be set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mentalities_sim.declare import State
from mentalities_sim.experiment.checker import Checker, Key
from mentalities_sim.experiment.schema import Arm, Setting, Value
from mentalities_sim.experiment.sweep import Sweep, swept_paths

RAISED = ("client", "person")
"""Roles whose people have a childhood; a therapist is grown up."""


def check_upbringing(
    people: Mapping[str, Mapping[str, Setting]],
    world: Mapping[str, Value],
    arms: Mapping[str, Arm],
    sweep: Sweep,
    checker: Checker,
) -> None:
    """Note a problem for every learned state that is set although a childhood would overwrite it.

    A setting for all arms is one, unless some arm or cell has no childhood, in which it is used.
    """
    run = [arm for arm in arms.values() if arm.kind != "best_of"]
    fewest = {arm.name: _fewest(arm, world, sweep, checker) for arm in run}
    found: dict[str, Key] = {}
    if run and min(fewest.values()) > 0:
        found |= {f"{role}.{name}": (role, name) for role in RAISED for name in people.get(role, {})}
        for path, axis in swept_paths(sweep.axes).items():
            # an axis may stand in the file under the path itself
            found[path] = ("sweep", path if f"sweep.{path}" in checker.lines else axis)
    for arm in run:
        if fewest[arm.name] > 0:
            found |= {path: ("arms", arm.name, path) for path in arm.settings}
    for path, key in found.items():
        if _is_overwritten(path, checker):
            message = "would be overwritten: these people have learned what their childhood leaves behind"
            name = path.partition(".")[2]
            allowed = f"world.upbringing, to change what leads to it; or world.childhood = 0, to set {name}"
            checker.problem(key, message, path, allowed)


def _is_overwritten(path: str, checker: Checker) -> bool:
    role, _, name = path.partition(".")
    declaration = checker.vocabulary.at(role, checker.kind.name).get(name)
    return role in RAISED and isinstance(declaration, State) and declaration.learned


def _fewest(arm: Arm, world: Mapping[str, Value], sweep: Sweep, checker: Checker) -> float:
    """Return the shortest childhood that people of an arm have in any cell."""
    path = "world.childhood"
    if path in arm.settings:
        return float(arm.settings[path].value)  # type: ignore[arg-type]
    default = checker.vocabulary.worlds[checker.kind.name]["childhood"].default
    found: list[Any] = [world.get("childhood", default)]
    for axis in sweep.axes:
        if axis.path == path:  # nothing but its levels is ever used
            found = [axis.span.low] if axis.span is not None else []
        found += [level.settings[path].value for level in axis.levels if path in level.settings]
    return float(min(found))
