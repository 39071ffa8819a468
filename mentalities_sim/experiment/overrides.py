"""Bringing raw data into one shape, and changing it by `--set key.path=value`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any

from mentalities_sim.experiment.checker import Checker, Key
from mentalities_sim.experiment.errors import list_names, nearest_name, show
from mentalities_sim.experiment.kinds import Kind
from mentalities_sim.experiment.text import split_key
from mentalities_sim.experiment.vocabulary import SWEEP_KEYS

EXPERIMENT_KEYS = (
    "title",
    "question",
    "source",
    "seed",
    "replicates",
    "choosing_replicates",
)

_SHORT_NUMBER = re.compile(r"[+-]?(\.[0-9]+|[0-9]+\.)")  # .5 and 5. are not TOML, but plain enough
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_ \-]*")
_INSTEAD = {"range": ("values",), "values": ("range", "scale")}
_HOW = "--set key.path=value, such as --set client.threat=0.2 or --set replicates=20"


def sections(kind: Kind) -> tuple[str, ...]:
    """Return the sections that a file about a kind of world may have.

    Example:
        >>> from mentalities_sim.experiment.kinds import KINDS
        >>> sections(KINDS["society"])
        ('experiment', 'world', 'person', 'tie', 'sweep', 'arms', 'measures')
    """
    turns = ("turns",) if kind.takes_policy else ()
    return ("experiment", "world", *kind.people, "sweep", "arms", *turns, "measures")


def join_paths(raw: dict[str, Any], checker: Checker) -> None:
    """Write nested paths under `sweep` and each arm as dotted keys, in place.

    `client.threat = 0.2` and `"client.threat" = 0.2` mean the same to a reader, so they do
    here. A path that stands in both forms is a problem.
    """
    sweep, arms = raw.get("sweep"), raw.get("arms")
    places: list[tuple[Key, Any]] = [(("sweep",), sweep)]
    if isinstance(arms, dict):
        places += [(("arms", name), arm) for name, arm in arms.items()]
    for key, table in places:
        if not isinstance(table, dict):
            continue
        joined: dict[str, Any] = {}  # a new table, so that axes keep their order
        for name, value in table.items():
            # An axis of that name ({of = ...}) is not a nested path.
            roots = checker.swept_roots if key == ("sweep",) else checker.roots
            nested = name in roots and isinstance(value, dict) and not {"of", "variants"} & set(value)
            for path, item in _paths(name, value) if nested else [(name, value)]:
                if path in joined:
                    checker.problem((*key, path), "stands twice", path, "each path once")
                joined[path] = item
        table.clear()
        table.update(joined)


def _paths(root: str, table: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(f"{root}.{name}", item) for name, item in table.items()]


def apply_overrides(raw: dict[str, Any], overrides: Sequence[str], checker: Checker) -> None:
    """Apply `key.path=value` texts to raw data in place; what is wrong becomes a problem.

    Values are read as TOML; a bare word counts as a text. `replicates` alone stands for
    `experiment.replicates`, and so for every key of that section.
    """
    seen: set[Key] = set()
    for text in overrides:
        origin = f"--set {text}"
        name, equals, written = text.partition("=")
        parts = split_key(name.strip()) if equals and name.strip() else None
        if parts is None or not written.strip():
            missing = "has no value" if equals and not written.strip() else "is not key.path=value"
            checker.origins[text] = origin
            checker.problem((text,), missing, show(text), _HOW)
            continue
        if parts[0] in EXPERIMENT_KEYS:
            parts = ("experiment", *parts)
        parts = _joined(parts, checker)
        checker.origins[".".join(parts)] = origin
        if parts in seen:
            checker.problem(parts, "is set twice on the command line", show(text), "each path once")
            continue
        seen.add(parts)
        try:
            value = _read_value(written.strip())
        except ValueError:
            allowed = 'a number, true or false, "words", a list [0.2, 0.5] or a table {low = 0.2}'
            checker.problem(parts, "has a value that cannot be read", written.strip(), allowed)
            continue
        _set(raw, parts, value, checker)


def _joined(parts: Key, checker: Checker) -> Key:
    """Join the path of a setting that stands inside an arm or the sweep into one key."""
    at = {"sweep": 1, "arms": 2}.get(parts[0])
    roots = checker.swept_roots if parts[0] == "sweep" else checker.roots
    if at is None or len(parts) <= at + 1 or parts[at] not in roots:
        return parts
    return (*parts[:at], f"{parts[at]}.{parts[at + 1]}", *parts[at + 2 :])


def _read_value(written: str) -> Any:
    if "\n" in written or "\r" in written:
        raise ValueError("one line only")
    if _SHORT_NUMBER.fullmatch(written):
        return float(written)
    try:
        nested = tomllib.loads(f"value = {written}")
    except (ValueError, RecursionError):
        if _WORD.fullmatch(written):
            return written
        raise ValueError(written) from None
    return nested["value"]


def _set(raw: dict[str, Any], parts: Key, value: Any, checker: Checker) -> None:
    section, *rest = parts
    known = sections(checker.kind)
    if section not in known:
        checker.unknown(parts, section, [*known, *EXPERIMENT_KEYS], ".".join(parts))
        return
    if not rest:
        checker.problem(parts, "is a whole section", show(value), f"a key in it: {_HOW}")
        return
    if section not in ("arms", "sweep", "turns"):
        raw.setdefault(section, {})
    here: Any = raw.get(section, {})
    for depth, part in enumerate(rest, start=1):
        key, last = parts[: depth + 1], depth == len(rest)
        if isinstance(here, list):
            if not part.isdecimal() or not 1 <= int(part) <= len(here):
                allowed = f"a number from 1 to {len(here)}" if here else "no turn: the file has none"
                checker.problem(parts, f"has no turn {part}", part, allowed)
                return
            part = int(part) - 1  # type: ignore[assignment]
        elif not isinstance(here, dict):
            allowed = f"--set {'.'.join(key[:-1])}=..."
            checker.problem(parts, "leads into a plain value", ".".join(parts), allowed)
            return
        elif part not in here and depth == 1 and _must_be_there(section, part, here):
            # `--set` changes what the file has; a new arm by a typo would run unnoticed.
            allowed, nearest = list_names(list(here), part), nearest_name(part, here)
            what = "arm" if section == "arms" else "axis"
            checker.problem(parts, f"changes an {what} the file does not have", part, allowed, nearest)
            return
        if last:
            old = here.get(part) if isinstance(here, dict) else None
            here[part] = _renewed(old, value, section == "sweep", parts, checker)
            return
        if isinstance(here, dict) and _is_plain_setting(here, part, rest[depth:]):
            here[part] = {"value": here[part]}
        if section == "sweep" and depth == 1 and isinstance(here, dict):
            _make_room(here, part, rest[depth])
        here = here.setdefault(part, {}) if isinstance(here, dict) else here[int(part)]


def _must_be_there(section: str, part: str, here: dict[str, Any]) -> bool:
    return section == "arms" or (section == "sweep" and (part not in SWEEP_KEYS or not here))


def _make_room(sweep: dict[str, Any], axis: str, word: str) -> None:
    """Take out what a new range or new values of an axis stand in place of."""
    old = sweep.get(axis)
    if isinstance(old, list) and word == "range":
        sweep[axis] = {}
    elif isinstance(old, dict) and word in _INSTEAD and word not in old:
        for gone in _INSTEAD[word]:
            old.pop(gone, None)


def _is_plain_setting(here: dict[str, Any], part: str, rest: Sequence[str]) -> bool:
    """Say whether `x.spread` is asked of a setting written plainly as `x = 0.5`."""
    plain = part in here and not isinstance(here[part], (dict, list))
    return plain and list(rest) in (["spread"], ["mean"], ["value"])


def _renewed(old: Any, value: Any, axis: bool, parts: Key, checker: Checker) -> Any:
    """Return what stands in the old value's place: its spread stays, its reason does not.

    Of an axis, words pick levels by label and numbers replace the values.
    """
    if not isinstance(old, dict) or isinstance(value, dict):
        return value
    if axis and len(parts) == 2 and {"values", "variants", "range"} & set(old):
        word = "variants" if "variants" in old else "values"
        old = {key: item for key, item in old.items() if word != "values" or key not in _INSTEAD[word]}
        labels = [value] if isinstance(value, str) else value
        levels = old.get(word)
        if not isinstance(levels, dict) or not _are_words(labels):
            return {**old, word: value}
        for label in labels:
            if label not in levels:
                near = nearest_name(label, levels)
                message = "picks a level that the axis does not have"
                checker.problem(parts, message, show(label), list_names(list(levels), label), near)
        return {**old, word: {label: levels[label] for label in labels if label in levels}}
    if "spread" in old:
        return {"mean": value, "spread": old["spread"]}
    return value


def _are_words(items: Any) -> bool:
    return isinstance(items, list) and bool(items) and all(isinstance(i, str) for i in items)
