"""The compiled engine: thousands of runs at a time, bit-identical to the Mesa engine."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from mentalities_sim.engine.batch import (
    EVENT_DTYPE,
    Batch,
    Progress,
    Trace,
    check_finite,
    empty_series,
    recorded_steps,
)
from mentalities_sim.engine.binder import Binding, bind
from mentalities_sim.engine.kernel import kernel_text
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.engine.store import load

EVENT_ROOM = 200_000
_KERNELS: dict[str, Any] = {}


def prepare(rules: RuleSet, binding: Binding | None = None) -> Any:
    """Bind, write, and compile or load the kernel of a rule set; return it, ready to call.

    Raises `RuleError` for a rule that cannot be compiled, and `ImportError` with a word on what to
    install when Numba is absent.
    """
    binding = binding or bind(rules)
    text = kernel_text(rules, binding)
    key = repr(
        (
            text,
            [rules.state_dtype(r).descr for r in rules.kept],
            [rules.parameter_dtype(r).descr for r in rules.kept],
        )
    )
    if key not in _KERNELS:
        _KERNELS[key] = load(binding, text, _nothing(rules))
    return _KERNELS[key]


def run_compiled(
    batch: Batch,
    *,
    stop: int | None = None,
    stride: int = 0,
    keep: np.ndarray | None = None,
    events: bool = False,
    progress: Progress | None = None,
    chunk: int = 64,
    record: Collection[str] | None = None,
    kernel: Any = None,
    check: bool = True,
) -> Trace:
    """Run a batch on the compiled engine up to a step; states change in place.

    `stride` 0 records no series; otherwise every stride-th step is kept, of the roles in `record`
    (all, when it is None); `keep` names the steps to keep instead, in order. `kernel` is what
    `prepare(batch.rules)` returned, to spare binding anew. Unless `check` is false, raises
    `NotFiniteError` for a state that left the real numbers.
    """
    kernel = kernel or prepare(batch.rules)
    stop = batch.steps if stop is None else stop
    steps = recorded_steps(batch, stop, stride, keep)
    series = empty_series(batch, steps, record)
    # one step may note one event per watched state: less room would never let it go on
    room = max(EVENT_ROOM, len(batch.rules.event_fields())) if events else 1
    buffer = np.zeros(room, EVENT_DTYPE)
    kept: list[np.ndarray] = []
    for upto in batch.stretches(stop):
        for first in range(0, batch.runs, chunk):
            last = min(first + chunk, batch.runs)
            while True:
                noted = kernel(*_arguments(batch, series, first, last, upto, steps, events, buffer))
                if noted:
                    kept.append(buffer[:noted].copy())
                if (batch.reached[first:last] >= upto).all():
                    break
            if progress:
                progress(last - first if upto == stop else 0)
    if check:
        check_finite(batch)
    return Trace(steps, series, _in_order(kept))


def _in_order(kept: list[np.ndarray]) -> np.ndarray:
    if not kept:
        return np.zeros(0, EVENT_DTYPE)
    return np.concatenate(kept)


def _arguments(
    batch: Batch,
    series: dict[str, np.ndarray],
    first: int,
    last: int,
    stop: int,
    steps: np.ndarray,
    events: bool,
    buffer: np.ndarray,
) -> tuple[Any, ...]:
    arguments: list[Any] = [
        batch.schedule.phase,
        batch.schedule.tick,
        first,
        last,
        stop,
        batch.reached,
        batch.parameters_of,
        batch.luck_of,
        batch.script_of,
    ]
    for role in batch.rules.kept:
        arguments += [
            batch.states[role],
            batch.parameters[role],
            series[role],
            series[role].size > 0,
        ]
    arguments += [batch.luck[phase] for phase in batch.rules.phases]
    if batch.rules.crowds:
        arguments += [batch.first_step, *(batch.first_tick[phase] for phase in batch.rules.phases)]
        arguments += [batch.who[role] for role in batch.rules.placed]
    arguments += [batch.inputs[name] for name in batch.rules.inputs]
    arguments += [steps, events, buffer, 0]
    return tuple(arguments)


def _nothing(rules: RuleSet) -> tuple[Any, ...]:
    """Arguments of the right types and no runs, to compile without running."""
    none = np.zeros(0, np.int64)
    when = np.zeros((0, 0), np.int64) if rules.crowds else none
    arguments: list[Any] = [when, when, 0, 0, 0, none, none, none, none]
    for role in rules.kept:
        state, depth = rules.state_dtype(role), rules.crowds.get(role, 0)
        arguments += [
            np.zeros((0,) * (1 + depth), state),
            np.zeros(0, rules.parameter_dtype(role)),
            np.zeros((0,) * (2 + depth), state),
            False,
        ]
    arguments += [np.zeros((0, 0), rules.luck_dtype(phase)) for phase in rules.phases]
    if rules.crowds:
        arguments += [0, *(0 for _ in rules.phases)]
        arguments += [when for _ in rules.placed]
    arguments += [np.zeros((0, 0), rules.input_dtype(name)) for name in rules.inputs]
    arguments += [none, False, np.zeros(0, EVENT_DTYPE), 0]
    return tuple(arguments)
