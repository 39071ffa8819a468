"""Reading `[sweep]`: what varies, and what each level sets."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Any

from mentalities_sim.experiment import designs
from mentalities_sim.experiment.checker import Checker, Key
from mentalities_sim.experiment.designs import DESIGNS, DRAWN, Design, Span
from mentalities_sim.experiment.errors import list_names, nearest_name, show
from mentalities_sim.experiment.schema import Axis, Level, Setting
from mentalities_sim.experiment.tables import read_table
from mentalities_sim.experiment.vocabulary import SWEEP_KEYS

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_FORMS = (
    '"client.warmth_danger" = [0.2, 0.9], or fear = {of = "client.warmth_danger", '
    "values = {low = 0.2, high = 0.9}}, or ablation = {variants = {none = {}, deaf = "
    '{"client.raw_cue" = 0.0}}}'
)
_POINTS = {
    "lhs": "points",
    "sobol": "points",
    "saltelli": "base samples, each run once more for every axis and once besides",
    "morris": "trajectories, each of one run more than there are axes",
}


@dataclass(frozen=True)
class Sweep:
    """What `[sweep]` says: the design, how many points it draws, and the axes.

    Example:
        >>> Sweep().design
        'grid'
    """

    design: Design = "grid"
    points: int = 0
    axes: tuple[Axis, ...] = ()


def read_sweep(raw: Any, kind: str, checker: Checker) -> Sweep:
    """Return the design and the swept axes in the file's order; problems are noted."""
    table = checker.table(raw, ("sweep",), "the axes")
    is_empty = isinstance(raw, dict) and not set(raw) - set(SWEEP_KEYS)
    for word in SWEEP_KEYS:
        if isinstance(table.get(word), dict):
            message = "is a word of its own under [sweep], so that no axis can be called so"
            checker.problem(("sweep", word), message, show(table[word]), "another name for the axis")
            table = {name: entry for name, entry in table.items() if name != word}
            is_empty = False
    design = _read_design(table, checker)
    points = _read_points(table, design, checker)
    entries = {name: entry for name, entry in table.items() if name not in SWEEP_KEYS}
    if design == "table":
        axes = read_table(entries, table.get("file"), kind, checker)
    elif design == "conditions":
        axes = _read_conditions(entries, kind, checker)
    else:
        axes = _read_axes(entries, design, kind, checker)
    if "file" in table and design not in ("table", None):
        allowed = 'design = "table"; or take file out'
        checker.problem(("sweep", "file"), f"is not for design {design}", show(table["file"]), allowed)
    if is_empty and design != "table":
        checker.problem(("sweep",), "is empty", "no axis", f"{_FORMS}; or leave the section out")
    if design == "zip":
        _check_zip(axes, checker)
    _refuse_clashes(axes, checker)
    return Sweep(design or "grid", points, axes)


def _read_design(table: dict[str, Any], checker: Checker) -> Design | None:
    """Return the design, or None if what is given is none: no more is then asked of the axes."""
    key = ("sweep", "design")
    given = table.get("design", "grid")
    known = checker.choice(given, key, DESIGNS, "is not a design that can be run")
    if known in ("saltelli", "morris") and not designs.has_salib():
        message = "needs SALib, which is not installed"
        checker.problem(key, message, show(known), 'pip install "mentalities-sim[sensitivity]"')
    return next((design for design in DESIGNS if design == known), None)


def _read_points(table: dict[str, Any], design: Design | None, checker: Checker) -> int:
    key = ("sweep", "points")
    if design is None:
        return 0
    if design not in DRAWN:
        if "points" in table:
            allowed = f"a design that draws its points: {', '.join(DRAWN)}; or take points out"
            checker.problem(key, f"is not for design {design}", show(table["points"]), allowed)
        return 0
    allowed = f"points = a whole number of {_POINTS[design]}"
    if "points" not in table:
        checker.problem(("sweep",), f"lacks points, which design {design} needs", "no points", allowed)
        return 0
    points = checker.whole(table["points"], key, 2, designs.MOST_POINTS, _POINTS[design])
    if points and design in designs.POWERS_OF_TWO and points.bit_count() != 1:
        below = 2 ** (points.bit_length() - 1)
        near = f"{below} or {2 * below}" if 2 * below <= designs.MOST_POINTS else f"{below}"
        message = f"must be a power of two, as design {design} is balanced at no other number"
        checker.problem(key, message, show(points), "2, 4, 8, 16, 32 ...", near)
    return points or 0


def _read_axes(
    entries: dict[str, Any], design: Design | None, kind: str, checker: Checker
) -> tuple[Axis, ...]:
    axes: list[Axis] = []
    for name, entry in entries.items():
        axis = _read_axis(name, entry, design, kind, checker)
        if axis is not None:
            axes.append(axis)
        else:
            checker.unread_axes.add(name.rpartition(".")[2])
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


def _read_axis(name: str, entry: Any, design: Design | None, kind: str, checker: Checker) -> Axis | None:
    key = ("sweep", name)
    if isinstance(entry, dict) and {"of", "values", "range", "variants"} & set(entry):
        why = checker.text(entry.get("why", ""), (*key, "why"))
        if "variants" in entry:
            checker.known_keys(entry, key, ("variants", "why"))
            levels = _read_variants(entry["variants"], (*key, "variants"), kind, checker)
            return Axis(name, levels, why) if levels else None
        return _read_numbers(name, entry, why, design, kind, checker)
    if isinstance(entry, (list, dict)):
        levels = _read_levels(name, entry, key, key, kind, checker, repeats=design == "zip")
        return Axis(name.rpartition(".")[2], levels, path=name) if levels else None
    checker.problem(key, "does not say what varies", show(entry), _FORMS)
    return None


def _read_numbers(
    name: str, entry: dict[str, Any], why: str, design: Design | None, kind: str, checker: Checker
) -> Axis | None:
    """Read an axis of one setting, by `values` or by `range`; `of` may be its own dotted name."""
    key = ("sweep", name)
    checker.known_keys(entry, key, ("of", "values", "range", *(["scale"] * ("range" in entry)), "why"))
    if {"values", "range"} <= set(entry):
        checker.problem(key, "has both values and a range", show(entry), "either values or range")
        return None
    word = "range" if "range" in entry else "values"
    if word not in entry or ("of" not in entry and "." not in name):
        missing = "of" if "of" not in entry else "values" if design not in DRAWN else "values or range"
        checker.problem(key, f"lacks {missing}", show(entry), _FORMS)
        return None
    path = checker.text(entry["of"], (*key, "of")) if "of" in entry else name
    if not path:
        return None
    where = (*key, "of") if "of" in entry else key
    column = name.rpartition(".")[2]
    if word == "range":
        span = _read_range(path, entry, where, key, kind, checker)
        if design not in (None, *DRAWN):
            message = f"is for designs that draw their points, and this one is {design}"
            allowed = f"design = one of {', '.join(DRAWN)}; or values = [...]"
            checker.problem((*key, "range"), message, show(entry["range"]), allowed)
        return Axis(column, (), why, path, span) if span else None
    repeats = design == "zip"
    levels = _read_levels(path, entry["values"], (*key, "values"), where, kind, checker, repeats=repeats)
    return Axis(column, levels, why, path) if levels else None


def _read_range(
    path: str, entry: dict[str, Any], where: Key, key: Key, kind: str, checker: Checker
) -> Span | None:
    declaration = checker.declaration_at(path, where, kind, checker.swept_roots)
    raw, at = entry["range"], (*key, "range")
    word = checker.choice(entry.get("scale", "linear"), (*key, "scale"), ("linear", "log"))
    if not isinstance(raw, list) or len(raw) != 2:
        checker.problem(at, "must be two numbers, the low end and the high end", show(raw), "[low, high]")
        return None
    if declaration is None:
        return None
    if declaration.shape or isinstance(declaration.default, (bool, enum.IntEnum)):
        what = "a list of numbers" if declaration.shape else "no number"
        checker.problem(at, f"cannot be drawn from: {path} is {what}", show(raw), "values = [...]")
        return None
    low, high = (checker.value(item, at, declaration) for item in raw)
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)) or not word:
        return None
    if low >= high:
        checker.problem(at, "must rise from a low end to a high end", show(raw), "[low, high], low < high")
        return None
    if word == "log" and low <= 0:
        message = "begins at 0 or below, which has no logarithm"
        checker.problem(at, message, show(raw), 'a low end above 0, or scale = "linear"')
        return None
    return Span(low, high, "log" if word == "log" else "linear", isinstance(declaration.default, int))


def _read_levels(
    path: str, raw: Any, key: Key, where: Key, kind: str, checker: Checker, *, repeats: bool
) -> tuple[Level, ...]:
    """Read the levels at `key` of the path that stands at `where`."""
    declaration = checker.declaration_at(path, where, kind, checker.swept_roots)
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
        if not repeats and any(level.settings[path] == setting for level in levels):
            checker.problem(at, "has the same value twice", show(item), "each value once")
            continue
        # A vector or an enum is named by its label; a plain number stands for itself.
        column = label if isinstance(item, str) or isinstance(value, tuple) else value
        levels.append(Level(label, column, {path: setting}))
    return tuple(levels)


def _read_conditions(entries: dict[str, Any], kind: str, checker: Checker) -> tuple[Axis, ...]:
    levels: list[Level] = []
    for name, entry in entries.items():
        key = ("sweep", name)
        if "." in name:
            message = "stands where design conditions has the name of a condition"
            allowed = f'a condition that sets it: [sweep.<name>] "{name}" = ...'
            checker.problem(key, message, show(entry), allowed)
            continue
        table = checker.table(entry, key, 'a condition, as paths and values: "client.threat" = 0.2')
        why = checker.text(table.get("why", ""), (*key, "why"))
        paths = {path: value for path, value in table.items() if path != "why"}
        levels.append(Level(name, name, read_paths(paths, key, kind, checker, checker.swept_roots), why))
    if not levels:
        checker.unread_axes.add("condition")
    return (Axis("condition", tuple(levels)),) if levels else ()


def _check_zip(axes: tuple[Axis, ...], checker: Checker) -> None:
    lengths = {axis.name: len(axis.levels) for axis in axes}
    if len(set(lengths.values())) > 1:
        given = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        allowed = 'as many levels on each axis as on the others; or design = "grid"'
        checker.problem(("sweep",), "zips axes that are not equally long", given, allowed)
        return
    seen: dict[str, int] = {}
    for place, levels in enumerate(zip(*(axis.levels for axis in axes), strict=True), 1):
        told = ", ".join(f"{axis.name} {level.label}" for axis, level in zip(axes, levels, strict=True))
        sets = repr([level.settings for level in levels])
        if sets in seen:
            message = f"has the same levels at place {place} as at place {seen[sets]}"
            checker.problem(("sweep",), message, told, "each combination once")
        seen.setdefault(sets, place)


def _read_variants(raw: Any, key: Key, kind: str, checker: Checker) -> tuple[Level, ...]:
    table = checker.table(raw, key, 'levels that set things: {none = {}, deaf = {"client.x" = 0}}')
    if isinstance(raw, dict) and not raw:
        checker.problem(key, "is an empty sweep", "{}", "at least one variant")
    levels: list[Level] = []
    for label, entry in table.items():
        at = (*key, label)
        settings = read_paths(
            checker.table(entry, at, "paths and values"), at, kind, checker, checker.swept_roots
        )
        levels.append(Level(label, label, settings))
    return tuple(levels)


def read_paths(
    table: dict[str, Any],
    key: Key,
    kind: str,
    checker: Checker,
    roots: tuple[str, ...],
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


def _refuse_clashes(axes: tuple[Axis, ...], checker: Checker) -> None:
    names = checker.columns
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
        for path in sorted(axis.paths):
            if path in setters:
                message = f"sets {path}, as does sweep.{setters[path]}"
                checker.problem(("sweep", axis.name), message, path, "each path on one axis")
            setters.setdefault(path, axis.name)


def swept_paths(axes: tuple[Axis, ...]) -> dict[str, str]:
    """Map every path that varies to the name of its axis."""
    return {path: axis.name for axis in axes for path in axis.paths}


def unknown_axes(names: tuple[str, ...], axes: tuple[Axis, ...], key: Key, checker: Checker) -> None:
    """Note a problem for every name that is no axis."""
    known = [axis.name for axis in axes]
    for name in names:
        if name not in known and name not in checker.unread_axes:
            near = nearest_name(name, known)
            checker.problem(key, "is not a swept axis", show(name), list_names(known, name), near)


def _label(item: Any) -> str:
    return item if isinstance(item, str) else show(item)
