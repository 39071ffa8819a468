"""Small batches of therapies, and the question whether both engines make the same of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mentalities_sim import streams
from mentalities_sim.engine import compiled
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.worlds import Dyad

SIZE = {"sessions": 2, "exchanges": 12, "slots": 5, "run_in": 1}


def dyads(
    rules: RuleSet,
    *,
    runs: int = 3,
    seed: int = 1,
    given: Mapping[str, Mapping[str, Any]] | None = None,
    scripted: bool = False,
) -> Batch:
    """Return a batch of short therapies; `given` sets states and parameters by role."""
    given = {**(given or {})}
    given["world"] = {**SIZE, "assessed_weeks": 1, **given.get("world", {})}
    size = {name: int(given["world"].get(name, 0)) for name in Dyad.sizes}
    schedule = Dyad.schedule(**size)
    replicates = list(range(runs))
    ticks = {i: int((schedule.phase == i).sum()) for i in range(len(rules.phases))}
    scripts = np.zeros((1, ticks[0]), rules.input_dtype("script"))
    if scripted:
        for i, name in enumerate(scripts.dtype.names or ()):
            wave = np.sin(np.arange(ticks[0]) * (0.3 + 0.1 * i))
            scripts[name][0] = wave if name in ("warmth", "dominance") else np.abs(wave)
    zeros = np.zeros(runs, np.int64)
    return Batch(
        rules,
        schedule,
        {r: streams.births(rules, r, given.get(r, {}), seed, replicates) for r in rules.classes},
        {r: streams.parameter_record(rules, r, given.get(r, {})) for r in rules.classes},
        zeros,
        {
            phase: streams.luck(rules, phase, seed, replicates, max(ticks[i], 1))
            for i, phase in enumerate(rules.phases)
        },
        np.arange(runs),
        {"script": scripts},
        zeros,
    )


_KEPT: dict[int, tuple[RuleSet, Any]] = {}


def run_compiled(batch: Batch, **how: Any) -> Trace:
    """Run on the compiled engine, binding each rule set once (binding takes a third of a second)."""
    rules = batch.rules
    if id(rules) not in _KEPT:
        _KEPT[id(rules)] = rules, compiled.prepare(rules)
    return compiled.run_compiled(batch, kernel=_KEPT[id(rules)][1], **how)


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays are equal to the last bit."""
    return (
        a.dtype == b.dtype
        and a.shape == b.shape
        and np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes()
    )


def assert_same_states(one: Batch, two: Batch) -> None:
    """Compare every declared state of two batches, bit by bit."""
    for role in one.rules.classes:
        for name in one.rules.states(role):
            assert same_bits(one.states[role][name], two.states[role][name]), f"{role}.{name}"


def assert_same_trace(rules: RuleSet, one: Trace, two: Trace) -> None:
    """Compare everything that was recorded, bit by bit."""
    assert same_bits(one.steps, two.steps)
    for role in rules.classes:
        for name in rules.states(role):
            assert same_bits(one.series[role][name], two.series[role][name]), f"{role}.{name}"
    assert same_bits(one.events, two.events)


def run_both(batch: Batch, **how: Any) -> tuple[Batch, Trace]:
    """Run copies of a batch on both engines, check them bit by bit, return the compiled ones."""
    mesa, fast = batch.copy(), batch.copy()
    how = {"stride": 1, "events": True, **how}
    by_mesa, by_fast = run_mesa(mesa, **how), run_compiled(fast, **how)
    assert_same_trace(batch.rules, by_mesa, by_fast)
    assert_same_states(mesa, fast)
    assert mesa.reached.tolist() == fast.reached.tolist()
    return fast, by_fast
