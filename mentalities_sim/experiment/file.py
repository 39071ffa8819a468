"""Loading an experiment file: read, override, check everything, then give one frozen object."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from mentalities_sim.experiment.arms import policies_of, read_arms
from mentalities_sim.experiment.checker import Checker, Key
from mentalities_sim.experiment.errors import list_names, show
from mentalities_sim.experiment.kinds import KINDS, Kind
from mentalities_sim.experiment.overrides import (
    EXPERIMENT_KEYS,
    apply_overrides,
    join_paths,
    sections,
)
from mentalities_sim.experiment.plans import check_plans
from mentalities_sim.experiment.schema import (
    Arm,
    ExperimentFile,
    Measures,
    Setting,
    Value,
)
from mentalities_sim.experiment.sweep import Sweep, read_sweep, swept_paths
from mentalities_sim.experiment.text import find_lines, parse, read_text
from mentalities_sim.experiment.turns import DOES, SURFACES, Turn
from mentalities_sim.experiment.upbringing import check_upbringing
from mentalities_sim.experiment.vocabulary import Vocabulary, installed_vocabulary

MOST_REPLICATES = 10_000_000

SIGNAL_BOUNDS = {
    "dominance": (-1.0, 1.0),
    "warmth": (-1.0, 1.0),
    "playfulness": (0.0, 1.0),
    "freedom": (0.0, 1.0),
    "expressiveness": (0.0, 1.0),
}
_TURN_KEYS = ("words", *SIGNAL_BOUNDS, "labelling", "surface", "does", "coding", "exchanges", "answer")


def load(
    path: str | Path,
    overrides: Sequence[str] = (),
    vocabulary: Vocabulary | None = None,
) -> ExperimentFile:
    """Return the experiment a TOML file describes, after the `--set` texts in `overrides`.

    `vocabulary` says which names are known; without it, those of this package's Person,
    Therapist, Dyad and policies. Raises `ExperimentError` with everything that is wrong.

    Example:
        >>> from mentalities_sim.experiment.errors import ExperimentError
        >>> try:
        ...     load("no_such_file.toml")
        ... except ExperimentError as error:
        ...     print(error.problems[0].message)
        the file does not exist
    """
    path = Path(path)
    text = read_text(path)
    raw = parse(path, text)
    return check(path, raw, overrides, vocabulary or installed_vocabulary(), find_lines(text))


def check(
    path: Path,
    raw: dict[str, Any],
    overrides: Sequence[str],
    vocabulary: Vocabulary,
    lines: dict[str, int] | None = None,
) -> ExperimentFile:
    """Return the experiment that nested raw data describe; `raw` is changed by overrides.

    Raises `ExperimentError`. `lines` maps dotted keys to lines of the file.
    """
    checker = Checker(path, lines or {}, vocabulary)
    checker.kind = _kind(raw, overrides, checker)
    join_paths(raw, checker)
    apply_overrides(raw, overrides, checker)
    _refuse_unknown_kind(raw, checker)
    _check_sections(raw, checker)

    head = _read_head(raw.get("experiment"), checker)
    kind, world = _read_world(raw.get("world", {}), checker)
    people = {role: _read_role(raw.get(role, {}), role, kind, checker) for role in checker.kind.people}
    measures = _read_measures(raw.get("measures", {}), checker)
    checker.keeps_agents = measures.agents
    checker.arm_policies = policies_of(raw.get("arms"), checker)
    sweep = read_sweep(raw["sweep"], kind, checker) if "sweep" in raw else Sweep()
    arms = read_arms(raw.get("arms", {}), kind, sweep.axes, measures.outcomes, checker)
    turns = _read_turns(raw.get("turns", []), checker)

    written = raw.get("world")
    given = {"world": [name for name in world if isinstance(written, dict) and name in written], **people}
    _refuse_swept(given, sweep, checker)
    _check_together(head, world, arms, turns, checker)
    if any(arm.plan for arm in arms.values()):
        sessions, exchanges = (
            int(max(_possible(size, world, arms, sweep, checker))) for size in ("sessions", "exchanges")
        )
        check_plans(arms, sessions, exchanges, checker)
    if "clients" in checker.vocabulary.worlds[kind]:
        _check_clients(world, arms, sweep, checker)
    if "network" in checker.vocabulary.worlds[kind]:
        _check_network(given["world"], world, arms, sweep, checker)
    if "childhood" in checker.vocabulary.worlds[kind]:
        check_upbringing(people, world, arms, sweep, checker)
    checker.refuse_if_needed()
    others = {role: people.pop(role) for role in list(people) if role not in ("client", "therapist")}
    head |= {"world_kind": kind, "world": world, **people, "others": others, **vars(sweep)}
    return ExperimentFile(path, arms=arms, turns=turns, measures=measures, overrides=tuple(overrides), **head)


def _kind(raw: dict[str, Any], overrides: Sequence[str], checker: Checker) -> Kind:
    """Return the kind of world that the file, or the command line, names; a dyad where that is none."""
    world = raw.get("world")
    named = world.get("kind", "dyad") if isinstance(world, dict) else "dyad"
    for text in overrides:
        name, _, value = text.partition("=")
        if name.strip() == "world.kind":
            named = value.strip().strip("\"'")
    known = isinstance(named, str) and named in checker.vocabulary.worlds and named in KINDS
    return KINDS[named if known else "dyad"]


def _refuse_unknown_kind(raw: dict[str, Any], checker: Checker) -> None:
    """Stop at a kind of world that there is not: all else would be told wrongly."""
    world = raw.get("world")
    if isinstance(world, dict) and "kind" in world:
        if not checker.choice(
            world["kind"], ("world", "kind"), checker.vocabulary.worlds, "is not a known world"
        ):
            checker.refuse_if_needed()


def _check_sections(raw: dict[str, Any], checker: Checker) -> None:
    """Note a problem for every section that is not of this kind of world."""
    known = sections(checker.kind)
    every: dict[str, Kind] = {}
    for kind in KINDS.values():
        every |= {name: kind for name in sections(kind) if name not in every}
    here = {name: value for name, value in raw.items() if name in known or name not in every}
    checker.known_keys(here, (), known)
    for name in raw.keys() - here.keys():
        message = f"is of a {every[name].name}, and this file is about a {checker.kind.name}"
        allowed = f'{list_names(list(known))}; or [world] kind = "{every[name].name}"'
        key = (name, "1") if isinstance(raw[name], list) else (name,)
        checker.problem(key, message, f"[{name}]", allowed)


def _refuse_swept(given: Mapping[str, Collection[str]], sweep: Sweep, checker: Checker) -> None:
    """Note a problem for every path that is given a value and swept as well."""
    for dotted, axis in swept_paths(sweep.axes).items():
        root, _, name = dotted.partition(".")
        if name in given.get(root, ()):
            message = f"is swept by sweep.{axis}, so that this value would never be used"
            allowed = f"change sweep.{axis} instead, or take it out of the sweep"
            checker.problem((root, name), message, dotted, allowed)


def _read_head(raw: Any, checker: Checker) -> dict[str, Any]:
    key: Key = ("experiment",)
    if raw is None:
        checker.problem(key, "is missing", "no such section", '[experiment] title = "..."')
        raw = {}
    table = checker.table(raw, key)
    checker.known_keys(table, key, EXPERIMENT_KEYS)
    head: dict[str, Any] = {"title": "", "seed": 0, "replicates": 1}
    if "title" not in table and raw:
        checker.problem((*key, "title"), "is missing", show(table), 'title = "..."')
    for word in ("title", "question", "source"):
        if word in table:
            head[word] = checker.text(table[word], (*key, word), needed=word == "title")
    if "seed" in table:
        head["seed"] = checker.whole(table["seed"], (*key, "seed"), 0, 2**63 - 1)
    for word in ("replicates", "choosing_replicates"):
        if word in table:
            unit = f"{checker.kind.units} in each arm and cell"
            head[word] = checker.whole(table[word], (*key, word), 1, MOST_REPLICATES, unit)
    head.setdefault("choosing_replicates", head["replicates"])
    return head


def _read_world(raw: Any, checker: Checker) -> tuple[str, dict[str, Value]]:
    table = checker.table(raw, ("world",))
    worlds = checker.vocabulary.worlds
    kind = table.get("kind", "dyad")
    if not checker.choice(kind, ("world", "kind"), worlds, "is not a known world"):
        return "dyad", {}
    declarations = worlds[kind]
    checker.known_keys(table, ("world",), ("kind", *declarations))
    world: dict[str, Value] = {}
    for name in dict.fromkeys((*checker.kind.shown, *table)):
        if name not in declarations:
            continue
        raw_value = table.get(name, declarations[name].default)
        value = checker.value(raw_value, ("world", name), declarations[name])
        if value is not None:
            world[name] = value
    return kind, world


def _read_role(raw: Any, role: str, kind: str, checker: Checker) -> dict[str, Setting]:
    settings: dict[str, Setting] = {}
    for name, value in checker.table(raw, (role,)).items():
        key = (role, name)
        declaration = checker.declaration_at(f"{role}.{name}", key, kind)
        setting = declaration and checker.setting(value, key, declaration)
        if isinstance(setting, Setting):
            settings[name] = setting
    return settings


def _read_measures(raw: Any, checker: Checker) -> Measures:
    key: Key = ("measures",)
    table = checker.table(raw, key)
    glue = checker.kind.glue
    checker.known_keys(table, key, ("outcomes", "series", *glue.kept))
    outcomes = glue.outcomes
    if "outcomes" in table:
        at = (*key, "outcomes")
        outcomes = checker.texts(table["outcomes"], at, glue.outcomes)
        if table["outcomes"] == []:
            names = list_names(glue.outcomes)
            checker.problem(at, "is empty", "[]", f"at least one of {names}")
    flags = {
        word: checker.flag(table[word], (*key, word)) if word in table else default
        for word, default in glue.kept.items()
    }
    stride: int | None = 1
    replicates: int | None = 0
    if "series" in table:
        at = (*key, "series")
        series = checker.table(table["series"], at, "series = {stride = 10, replicates = 3}")
        checker.known_keys(series, at, ("stride", "replicates"))
        stride = checker.whole(series.get("stride", 1), (*at, "stride"), 1, 1_000_000, glue.stride_unit)
        replicates = checker.whole(
            series.get("replicates", 1), (*at, "replicates"), 0, MOST_REPLICATES, "replicates"
        )
    own = {word: flags.pop(word, False) for word in ("events", "agents", "transitions")}
    return Measures(outcomes, stride or 1, replicates or 0, **own, tables=tuple(n for n in flags if flags[n]))


def _read_turns(raw: Any, checker: Checker) -> tuple[Turn, ...]:
    if not isinstance(raw, list):
        checker.problem(("turns",), "must be a list", show(raw), "one [[turns]] for each turn")
        return ()
    return tuple(_read_turn(entry, ("turns", str(n)), checker) for n, entry in enumerate(raw, 1))


def _read_turn(raw: Any, key: Key, checker: Checker) -> Turn:
    table = checker.table(raw, key, "one turn")
    checker.known_keys(table, key, _TURN_KEYS)
    for word in ("words", "coding", *SIGNAL_BOUNDS):
        if word not in table:
            needed = ", ".join(("words", "coding", *SIGNAL_BOUNDS))
            checker.problem(key, f"lacks {word}", show(list(table)), f"every turn needs {needed}")
    texts = {
        word: checker.text(table[word], (*key, word), needed=word != "answer")
        for word in ("words", "coding", "answer")
        if word in table
    }
    signal = {
        word: checker.number(table.get(word, 0.0), (*key, word), *bounds)
        for word, bounds in SIGNAL_BOUNDS.items()
    }
    labelling = checker.number(table.get("labelling", 0.0), (*key, "labelling"), 0.0, 1.0)
    surface = checker.choice(table.get("surface", SURFACES[0]), (*key, "surface"), SURFACES)
    does = checker.texts(table.get("does", []), (*key, "does"), DOES)
    at = (*key, "exchanges")
    exchanges = checker.whole(table.get("exchanges", 1), at, 1, 1000, "exchanges of 30 s")
    return Turn(
        texts.get("words", ""),
        **signal,
        labelling=labelling,
        surface=SURFACES.index(surface or SURFACES[0]),
        does=does,
        coding=texts.get("coding", ""),
        exchanges=exchanges or 1,
        answer=texts.get("answer", ""),
    )


def _possible(
    name: str, world: Mapping[str, Value], arms: Mapping[str, Arm], sweep: Sweep, checker: Checker
) -> list[float]:
    """Every value that a setting of the world has in some arm or cell; of a range, its ends."""
    path = f"world.{name}"
    found: list[Any] = [world.get(name, checker.vocabulary.worlds[checker.kind.name][name].default)]
    found += [arm.settings[path].value for arm in arms.values() if path in arm.settings]
    for axis in sweep.axes:
        found += [axis.span.low, axis.span.high] if axis.span is not None and axis.path == path else []
        found += [level.settings[path].value for level in axis.levels if path in level.settings]
    return [float(value) for value in found]


def _check_clients(
    world: Mapping[str, Value], arms: Mapping[str, Arm], sweep: Sweep, checker: Checker
) -> None:
    """Note a problem where there may be more clients than people."""
    most = max(_possible("clients", world, arms, sweep, checker))
    fewest = min(_possible("size", world, arms, sweep, checker))
    if most > fewest:
        message = f"is more than the society has people ({fewest:g})"
        checker.problem(("world", "clients"), message, f"{most:g}", "at most world.size")


def _check_network(
    written: Collection[str],
    world: Mapping[str, Value],
    arms: Mapping[str, Arm],
    sweep: Sweep,
    checker: Checker,
) -> None:
    """Note a problem for what shapes a network, where none is ever asked for."""
    if any(_possible("network", world, arms, sweep, checker)):
        return
    swept = swept_paths(sweep.axes)
    for name in ("neighbours", "rewired"):
        where: list[tuple[str, ...]] = [("world", name)] if name in written else []
        where += [
            ("arms", arm.name, f"world.{name}") for arm in arms.values() if f"world.{name}" in arm.settings
        ]
        where += [("sweep", swept[f"world.{name}"])] if f"world.{name}" in swept else []
        for key in where:
            message = "would never be used: in a well-mixed society everybody can meet everybody"
            checker.problem(key, message, name, 'world.network = "ring" or "small_world" beside it')


def _check_together(
    head: dict[str, Any],
    world: dict[str, Value],
    arms: dict[str, Arm],
    turns: tuple[Turn, ...],
    checker: Checker,
) -> None:
    """Note what is wrong only in combination."""
    if head["replicates"] == 1:
        for arm in arms.values():
            if arm.taken_from == "another client":
                message = f"must be at least 2: arm {arm.name} sends another client's series"
                checker.problem(("experiment", "replicates"), message, "1", "2 or more")
    if head["choosing_replicates"] == 1:
        chosen = {name for arm in arms.values() for name in arm.candidates}
        for arm in arms.values():
            if arm.taken_from == "another client" and arm.name in chosen:
                message = f"must be at least 2: candidate {arm.name} sends another client's series"
                checker.problem(("experiment", "choosing_replicates"), message, "1", "2 or more")
    scripted = [arm.name for arm in arms.values() if arm.policy == "scripted"]
    if scripted and not turns:
        message = "follows a script, but the file has no turns"
        checker.problem(("arms", scripted[0]), message, "no [[turns]]", "one [[turns]] for each turn")
    if turns and arms and not scripted:
        message = "are never spoken: no arm follows a script"
        checker.problem(("turns",), message, f"{len(turns)} turns", 'an arm with policy = "scripted"')
    sessions, exchanges = world.get("sessions"), world.get("exchanges")
    needed = sum(turn.exchanges for turn in turns)
    if scripted and turns and isinstance(sessions, int) and isinstance(exchanges, int):
        if sessions * exchanges != needed:
            message = f"do not fill the therapy: {sessions} x {exchanges} exchanges"
            allowed = f"turns for {sessions * exchanges} exchanges, or world.sessions = 1 and "
            allowed += f"world.exchanges = {needed}"
            checker.problem(("turns",), message, f"{needed} exchanges in all", allowed)
