"""Reading `[arms]`: who gives which therapy, and which arms stand on others."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mentalities_sim.experiment.checker import Checker, Key
from mentalities_sim.experiment.errors import list_names, nearest_name, show
from mentalities_sim.experiment.plans import FOLLOWS_PLAN, read_plan, refuse_unused
from mentalities_sim.experiment.schema import SERIES_FROM, Arm, Axis, Setting, Value
from mentalities_sim.experiment.sweep import check_name, read_paths, swept_paths, unknown_axes

_OF_EVERY_ARM = ("against", "why")
_POLICY_KEYS = ("policy", *_OF_EVERY_ARM)
_REPLAY_KEYS = ("series_of", "from")
_PLAN_KEYS = ("plan",)
_BEST_KEYS = ("best_of", "by", "choose", "for_each", *_OF_EVERY_ARM)
MORE_THAN_WARMTH = ("planned", "titrated_plan", "responsive")
"""Policies whose other channels change from exchange to exchange."""
_CHOICES = ("lowest", "highest")
_ELSEWHERE = {
    **dict.fromkeys(_BEST_KEYS, 'best_of = ["..."]'),
    **dict.fromkeys(_REPLAY_KEYS, 'policy = "replay"'),
    **dict.fromkeys(_PLAN_KEYS, 'policy = "planned" or "titrated_plan"'),
}
"""Words of an arm that mean something to some arms only: what these have."""


def read_arms(
    raw: Any, kind: str, axes: tuple[Axis, ...], outcomes: tuple[str, ...], checker: Checker
) -> dict[str, Arm]:
    """Return the arms by name in the file's order; problems are noted."""
    table = checker.table(raw, ("arms",), "at least one arm")
    if not table and not isinstance(raw, dict):
        return {}
    if not table:
        allowed = '[arms.<name>] policy = "fixed" ...' if checker.kind.takes_policy else "[arms] intact = {}"
        checker.problem(("arms",), "are missing", "no arm", allowed)
    arms: dict[str, Arm] = {}
    taken: dict[str, str] = {}
    for name, entry in table.items():
        key = ("arms", name)
        check_name(name, key, taken, checker)
        entry = checker.table(entry, key, "an arm")
        if "best_of" in entry:
            arm = _read_best(name, entry, key, axes, outcomes, checker)
        elif not checker.kind.takes_policy:
            arm = _read_settings(name, entry, key, kind, axes, checker)
        else:
            arm = _read_policy(name, entry, key, kind, axes, checker)
        against = checker.text(entry.get("against", name), (*key, "against"), needed=True)
        arms[name] = replace(arm, against=against) if "against" in entry else arm
    for arm in arms.values():
        if arm.kind == "replay" and arm.series_of:
            _check_series(arm, arms, checker)
        if arm.against:
            _check_against(arm, arms, checker)
    message = "goes round in a circle, so that no arm could be run first"
    allowed = "a series_of that ends at an arm with a policy of its own"
    _refuse_cycles({n: a.series_of for n, a in arms.items()}, "series_of", message, allowed, checker)
    message = "goes round in a circle, so that none of these arms is compared with an arm beyond them"
    allowed = "an against that ends at an arm which names none"
    controls = {n: a.against for n, a in arms.items() if a.against != n}
    _refuse_cycles(controls, "against", message, allowed, checker)
    return {name: _with_candidates(arm, arms, checker) for name, arm in arms.items()}


def policies_of(raw: Any, checker: Checker) -> dict[str, str]:
    """Return the policy of every arm that is run, as far as the file names a known one."""
    arms = raw.items() if isinstance(raw, dict) else ()
    named = {name: arm.get("policy") for name, arm in arms if isinstance(arm, dict) and "best_of" not in arm}
    known = checker.vocabulary.policies
    return {name: policy for name, policy in named.items() if isinstance(policy, str) and policy in known}


def _read_policy(
    name: str, entry: dict[str, Any], key: Key, kind: str, axes: tuple[Axis, ...], checker: Checker
) -> Arm:
    policies = checker.vocabulary.policies
    if "policy" not in entry:
        allowed = "policy = one of " + list_names(list(policies)) + '; or best_of = ["..."]'
        checker.problem(key, "says neither policy nor best_of", show(entry), allowed)
        return Arm(name)
    refused = checker.kind.glue.refused_policies
    policies = {n: d for n, d in policies.items() if n not in refused}
    message = "is not a known policy"
    if entry["policy"] in refused:
        message = f"is not a policy for a {checker.kind.name}"
    policy = checker.choice(entry["policy"], (*key, "policy"), policies, message)
    if not policy:
        return Arm(name)
    known = policies[policy]
    planned = FOLLOWS_PLAN in known
    own_keys = (*_POLICY_KEYS, *(_REPLAY_KEYS if policy == "replay" else _PLAN_KEYS if planned else ()))
    parameters, paths = _read_words(entry, key, policy, own_keys, checker)
    settings = read_paths(paths, key, kind, checker, checker.kind.glue.arms_set)
    own = {path: (*key, path) for path in settings}
    own |= {f"policy.{word}": (*key, word) for word in entry if word in known}
    _refuse_swept(own, axes, checker)
    why = checker.text(entry.get("why", ""), (*key, "why"))
    if policy != "replay":
        if planned or policy == "responsive":
            refuse_unused(entry, key, checker)
        plan = read_plan(entry, key, checker) if planned else ()
        return Arm(name, "policy", policy, parameters, settings, why=why, plan=plan)
    series_of, taken_from = _read_source(entry, key, checker)
    return Arm(name, "replay", policy, parameters, settings, series_of, taken_from, why=why)


def _read_settings(
    name: str, entry: dict[str, Any], key: Key, kind: str, axes: tuple[Axis, ...], checker: Checker
) -> Arm:
    """Read an arm of a world that takes no policy: what it sets, by dotted path, and why."""
    why = checker.text(entry.get("why", ""), (*key, "why"))
    roots = checker.kind.glue.arms_set
    paths: dict[str, Any] = {}
    for word, value in entry.items():
        if word == "policy" or word in (*_REPLAY_KEYS, *_PLAN_KEYS):
            message = f"is for an arm that gives therapy, and a {checker.kind.name} has none"
            checker.problem((*key, word), message, show(value), _paths_of(roots))
        elif word in _BEST_KEYS and word not in _OF_EVERY_ARM:
            allowed = f'an arm with best_of = ["..."]; or {_paths_of(roots)}'
            checker.problem((*key, word), "belongs to a best-of arm", show(value), allowed)
        elif "." not in word and word not in _OF_EVERY_ARM and nearest_name(word, _OF_EVERY_ARM):
            known = [*_OF_EVERY_ARM, "best_of"]
            checker.unknown((*key, word), word, known, f"{word} = {show(value)}", "is not known to an arm")
        elif word not in _OF_EVERY_ARM:
            paths[word] = value
    settings: dict[str, Setting] = read_paths(paths, key, kind, checker, roots)
    _refuse_swept({path: (*key, path) for path in settings}, axes, checker)
    return Arm(name, "settings", settings=settings, why=why)


def _paths_of(roots: tuple[str, ...]) -> str:
    return "what it sets, by dotted path: " + ", ".join(f'"{root}.<name>" = ...' for root in roots)


def _refuse_swept(own: dict[str, Key], axes: tuple[Axis, ...], checker: Checker) -> None:
    """Note a problem for every path that an arm sets, and that is swept as well."""
    for path, axis in swept_paths(axes).items():
        if path in own:
            message = f"is swept by sweep.{axis}; an arm that sets it too would hide that"
            checker.problem(own[path], message, path, "either the sweep or the arm")


def _read_words(
    entry: dict[str, Any], key: Key, policy: str, own_keys: tuple[str, ...], checker: Checker
) -> tuple[dict[str, Value], dict[str, Any]]:
    """Return the policy's parameters, and what stands under dotted paths, still unread."""
    known = checker.vocabulary.policies[policy]
    parameters: dict[str, Value] = {}
    paths: dict[str, Any] = {}
    for word, value in entry.items():
        at = (*key, word)
        if word in own_keys:
            continue
        if word in known:
            found = checker.value(value, at, known[word])
            if found is not None:
                parameters[word] = found
        elif "." in word:
            paths[word] = value
        elif word in _ELSEWHERE:
            needs = _ELSEWHERE[word]
            checker.problem(at, f"belongs to an arm with {needs}", show(value), list_names([*known]))
        else:
            names = list(dict.fromkeys([*own_keys, *known]))
            checker.unknown(at, word, names, f"{word} = {show(value)}", f"is not known to policy {policy}")
    return parameters, paths


def _read_source(entry: dict[str, Any], key: Key, checker: Checker) -> tuple[str, str]:
    """Return whose series a replay sends, and in which order."""
    for word, allowed in (("series_of", "the name of an arm"), ("from", list_names(SERIES_FROM))):
        if word not in entry:
            checker.problem(key, f"replays, but lacks {word}", show(entry), f"{word} = {allowed}")
    series_of = checker.text(entry["series_of"], (*key, "series_of")) if "series_of" in entry else ""
    message = "does not say whose series is sent"
    if "from" not in entry:
        return series_of, ""
    return series_of, checker.choice(entry["from"], (*key, "from"), SERIES_FROM, message)


def _read_best(
    name: str,
    entry: dict[str, Any],
    key: Key,
    axes: tuple[Axis, ...],
    outcomes: tuple[str, ...],
    checker: Checker,
) -> Arm:
    for word in entry:
        if word not in _BEST_KEYS:
            message = "is not for an arm that chooses among others (it runs nothing of its own)"
            near = nearest_name(word, _BEST_KEYS)
            checker.problem((*key, word), message, show(entry[word]), list_names(_BEST_KEYS), near)
    patterns = checker.texts(entry["best_of"], (*key, "best_of"))
    if not patterns and entry["best_of"] == []:
        checker.problem((*key, "best_of"), "is empty", "[]", "names of arms, or patterns such as fixed_*")
    by = ""
    if "by" in entry:
        by = checker.choice(entry["by"], (*key, "by"), outcomes, "is not a measured outcome")
    else:
        checker.problem(key, "lacks by", show(entry), f"by = one of {list_names(outcomes)}")
    choose = entry.get("choose", "lowest")
    checker.choice(choose, (*key, "choose"), _CHOICES)
    for_each = checker.texts(entry.get("for_each", []), (*key, "for_each"))
    unknown_axes(for_each, axes, (*key, "for_each"), checker)
    why = checker.text(entry.get("why", ""), (*key, "why"))
    return Arm(
        name,
        "best_of",
        candidates=patterns,
        by=by,
        choose="highest" if choose == "highest" else "lowest",
        for_each=for_each,
        why=why,
    )


def _with_candidates(arm: Arm, arms: dict[str, Arm], checker: Checker) -> Arm:
    """Return a best-of arm with its patterns resolved to names of arms that are run."""
    if arm.kind != "best_of":
        return arm
    key = ("arms", arm.name, "best_of")
    running = [name for name, other in arms.items() if other.kind != "best_of"]
    found: list[str] = []
    for pattern in arm.candidates:
        names = [name for name in running if fnmatch.fnmatchcase(name, pattern)]
        if not names:
            message = "matches no arm that is run"
            if pattern in arms:
                message = "chooses itself" if pattern == arm.name else "is itself a best-of arm"
            near = nearest_name(pattern.rstrip("*?"), running)
            checker.problem(key, message, show(pattern), list_names(running, pattern), near)
        found += [name for name in names if name not in found]
    return replace(arm, candidates=tuple(found))


def _check_series(arm: Arm, arms: dict[str, Arm], checker: Checker) -> None:
    key = ("arms", arm.name, "series_of")
    others = [name for name, other in arms.items() if other.kind != "best_of" and name != arm.name]
    source = arms.get(arm.series_of)
    if source is None:
        near = nearest_name(arm.series_of, others)
        checker.problem(key, "is not an arm", show(arm.series_of), list_names(others, arm.series_of), near)
    elif source.kind == "best_of":
        message = "is a best-of arm, which runs nothing of its own"
        checker.problem(key, message, show(arm.series_of), list_names(others, arm.series_of))
    elif source.policy in MORE_THAN_WARMTH:
        message = "sends more than warmth, which is all that a replay sends: it would be no yoked control"
        alike = [name for name in others if arms[name].policy not in MORE_THAN_WARMTH]
        checker.problem(key, message, show(arm.series_of), list_names(alike, arm.series_of))


def _check_against(arm: Arm, arms: Mapping[str, Arm], checker: Checker) -> None:
    """Note a problem for an arm that is compared with none there is, or with itself, or that is the first."""
    key = ("arms", arm.name, "against")
    first, *_ = arms
    others = [name for name in arms if name != arm.name]
    if arm.name == first:
        message = "stands at the first arm, which is what the others are compared with where they name none"
        checker.problem(key, message, show(arm.against), "against at another arm; or another arm first")
    elif arm.against == arm.name:
        checker.problem(key, "names the arm itself", show(arm.against), list_names(others))
    elif arm.against not in arms:
        near = nearest_name(arm.against, others)
        checker.problem(key, "is not an arm", show(arm.against), list_names(others, arm.against), near)


def _refuse_cycles(
    leads_to: Mapping[str, str], word: str, message: str, allowed: str, checker: Checker
) -> None:
    """Note a problem for arms that lead to one another in a ring; `word` is the key that says where to."""
    done: set[str] = set()
    for start in leads_to:
        way: list[str] = []
        name = start
        while name in leads_to and name not in done and name not in way:
            way.append(name)
            name = leads_to[name]
        if name in way:
            ring = " -> ".join([*way[way.index(name) :], name])
            checker.problem(("arms", name, word), message, ring, allowed)
        done.update(way)
