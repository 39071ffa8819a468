"""Reading `[sweep]`: what varies, and what each level sets."""

from __future__ import annotations

import re
from typing import Any

from mentalities_sim.experiment.checker import ROOTS, Checker, Key
from mentalities_sim.experiment.errors import list_names, nearest_name, show
from mentalities_sim.experiment.schema import Axis, Level, Setting

DESIGNS = ("grid",)
RESERVED = (
    "arm",
    "replicate",
    "week",
    "exchange",
    "hours",
    "phase",
    "who",
    "event",
    "before",
    "after",
    "count",
    "chosen",
    "outcome",
    "mean",
    "low",
    "high",
    "against",
    "difference",
    "sd",
    "pairs",
    "entry_symptoms",
    "entry_fear",
    "share_escaped",
)
"""Columns that every result table has, so that no axis may take their name."""

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_FORMS = (
    '"client.warmth_danger" = [0.2, 0.9], or fear = {of = "client.warmth_danger", '
    "values = {low = 0.2, high = 0.9}}, or ablation = {variants = {none = {}, deaf = "
    '{"client.raw_cue" = 0.0}}}'
)


def read_sweep(raw: Any, kind: str, checker: Checker) -> tuple[Axis, ...]:
    """Return the swept axes in the file's order; problems are noted."""
    table = checker.table(raw, ("sweep",), "the axes")
    axes: list[Axis] = []
    for name, entry in table.items():
        key = ("sweep", name)
        if name == "design":
            checker.choice(entry, key, DESIGNS, "is not a design that can be run")
            continue
        axis = _read_axis(name, entry, key, kind, checker)
        if axis is not None:
            axes.append(axis)
        else:
            checker.unread_axes.add(name.rpartition(".")[2])
    if isinstance(raw, dict) and not set(raw) - {"design"}:
        checker.problem(("sweep",), "is empty", "no axis", f"{_FORMS}; or leave the section out")
    _refuse_clashes(axes, checker)
    return tuple(axes)


def check_name(name: str, key: Key, taken: dict[str, str], checker: Checker) -> None:
    """Note a problem unless a name can be a column or a file, and is new (case aside)."""
    if not NAME.fullmatch(name):
        message = "is not a usable name"
        checker.problem(key, message, show(name), "a letter, then letters, digits or _")
    elif name.lower() in taken:
        message = f"is the same name as {taken[name.lower()]} (capital letters do not count)"
        checker.problem(key, message, name, "a name of its own")
    taken.setdefault(name.lower(), name)


def _read_axis(name: str, entry: Any, key: Key, kind: str, checker: Checker) -> Axis | None:
    if isinstance(entry, dict) and {"of", "values", "variants"} & set(entry):
        why = checker.text(entry.get("why", ""), (*key, "why"))
        if "variants" in entry:
            checker.known_keys(entry, key, ("variants", "why"))
            levels = _read_variants(entry["variants"], (*key, "variants"), kind, checker)
        else:
            checker.known_keys(entry, key, ("of", "values", "why"))
            if not {"of", "values"} <= set(entry):
                missing = "of" if "of" not in entry else "values"
                checker.problem(key, f"lacks {missing}", show(entry), _FORMS)
                return None
            path = checker.text(entry["of"], (*key, "of"))
            if not path:
                return None
            levels = _read_levels(path, entry["values"], (*key, "values"), kind, checker, "of")
        return Axis(name, levels, why) if levels else None
    if isinstance(entry, (list, dict)):
        levels = _read_levels(name, entry, key, kind, checker)
        return Axis(name.rpartition(".")[2], levels) if levels else None
    checker.problem(key, "does not say what varies", show(entry), _FORMS)
    return None


def _read_levels(
    path: str, raw: Any, key: Key, kind: str, checker: Checker, word: str = ""
) -> tuple[Level, ...]:
    where = (*key[:-1], word) if word else key
    declaration = checker.declaration_at(path, where, kind)
    if isinstance(raw, dict):
        named = list(raw.items())
    elif isinstance(raw, list):
        named = [(_label(item), item) for item in raw]
    else:
        checker.problem(key, "must be a list or a table", show(raw), _FORMS)
        return ()
    if not named:
        checker.problem(key, "is an empty sweep", show(raw), "at least one value")
    if declaration is None:
        return ()
    levels: list[Level] = []
    for label, item in named:
        at = (*key, label) if isinstance(raw, dict) else key
        value = checker.value(item, at, declaration)
        if value is None:
            continue
        setting = Setting(value)
        if any(level.settings[path] == setting for level in levels):
            checker.problem(at, "has the same value twice", show(item), "each value once")
            continue
        # A vector or an enum is named by its label; a plain number stands for itself.
        column = label if isinstance(item, str) or isinstance(value, tuple) else value
        levels.append(Level(label, column, {path: setting}))
    return tuple(levels)


def _read_variants(raw: Any, key: Key, kind: str, checker: Checker) -> tuple[Level, ...]:
    table = checker.table(raw, key, 'levels that set things: {none = {}, deaf = {"client.x" = 0}}')
    if isinstance(raw, dict) and not raw:
        checker.problem(key, "is an empty sweep", "{}", "at least one variant")
    levels: list[Level] = []
    for label, entry in table.items():
        at = (*key, label)
        settings = read_paths(checker.table(entry, at, "paths and values"), at, kind, checker)
        levels.append(Level(label, label, settings))
    return tuple(levels)


def read_paths(
    table: dict[str, Any],
    key: Key,
    kind: str,
    checker: Checker,
    roots: tuple[str, ...] = ROOTS,
) -> dict[str, Setting]:
    """Return settings by dotted path, from a table of such paths; problems are noted."""
    settings: dict[str, Setting] = {}
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if name in roots and isinstance(value, dict):
            flat.update({f"{name}.{inner}": item for inner, item in value.items()})
        else:
            flat[name] = value
    for path, value in flat.items():
        declaration = checker.declaration_at(path, (*key, path), kind, roots)
        setting = declaration and checker.setting(value, (*key, path), declaration)
        if isinstance(setting, Setting):
            settings[path] = setting
    return settings


def _refuse_clashes(axes: list[Axis], checker: Checker) -> None:
    names: dict[str, str] = {column: f"the column {column}" for column in RESERVED}
    names |= {name: f"the outcome {name}" for name in checker.vocabulary.outcomes}
    setters: dict[str, str] = {}
    for axis in axes:
        if axis.name == "fear_of_compassion" and axis.name in names:
            allowed = "another name for the axis, such as fear"
        else:
            allowed = "a name that no result column has"
        if axis.name.lower() in names:
            message = f"would be a second column {axis.name}: {names[axis.name.lower()]}"
            near = f'{axis.name}_at_entry = {{of = "...", values = [...]}}'
            checker.problem(("sweep", axis.name), message, axis.name, allowed, near)
        else:
            check_name(axis.name, ("sweep", axis.name), names, checker)
        for path in sorted({path for level in axis.levels for path in level.settings}):
            if path in setters:
                message = f"sets {path}, as does sweep.{setters[path]}"
                checker.problem(("sweep", axis.name), message, path, "each path on one axis")
            setters.setdefault(path, axis.name)


def swept_paths(axes: tuple[Axis, ...]) -> dict[str, str]:
    """Map every path that varies to the name of its axis."""
    return {path: axis.name for axis in axes for level in axis.levels for path in level.settings}


def unknown_axes(names: tuple[str, ...], axes: tuple[Axis, ...], key: Key, checker: Checker) -> None:
    """Note a problem for every name that is no axis."""
    known = [axis.name for axis in axes]
    for name in names:
        if name not in known and name not in checker.unread_axes:
            near = nearest_name(name, known)
            checker.problem(key, "is not a swept axis", show(name), list_names(known, name), near)


def _label(item: Any) -> str:
    return item if isinstance(item, str) else show(item)
