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
)
from mentalities_sim.engine.binder import DECORATOR, Binding, bind
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.engine.store import load

EVENT_ROOM = 200_000
_KERNELS: dict[str, Any] = {}


def kernel_text(rules: RuleSet, binding: Binding) -> str:
    """Return the source of the top kernel: for each run and step the phase's rule, then what is recorded.

    The kernel runs from `reached[run]` to `stop`, and returns early when the event buffer has no
    room for another step, so that it can be resumed at any exchange.
    """
    roles = list(rules.classes)
    events = rules.event_fields()
    lines = [f"from {module} import rule as {phase}_phase" for phase, module in binding.phases.items()]
    arguments = [
        "phase",
        "tick",
        "first",
        "last",
        "stop",
        "reached",
        "parameters_of",
        "luck_of",
        "script_of",
    ]
    for role in roles:
        arguments += [f"{role}s", f"{role}s_par", f"{role}_series", f"{role}_kept"]
    arguments += [f"luck_{phase}" for phase in rules.phases]
    arguments += [f"inputs_{name}" for name in rules.inputs]
    arguments += ["stride", "recording", "noting", "events", "noted"]
    out = ["import math", "", "from numba import njit", *lines, "", "", DECORATOR]
    out.append(f"def rule({', '.join(arguments)}):")
    body = ["count = noted", "for run in range(first, last):"]
    inner = ["p = parameters_of[run]", "k = luck_of[run]", "s = script_of[run]"]
    for role in roles:
        inner += [f"{role} = {role}s[run]", f"{role}_par = {role}s_par[p]"]
    inner.append("for t in range(reached[run], stop):")
    step = [
        f"if noting and count + {len(events)} > len(events):",
        "    return count",
        "now = tick[t]",
    ]
    step += [f"before_{i} = {role}.{name}" for i, (role, name, _) in enumerate(events)]
    for i, phase in enumerate(rules.phases):
        code = rules.resolve_phase(phase)
        names = []
        for name in code:
            if name == "tick":
                names.append("now")
            elif name == "luck":
                names.append(f"luck_{phase}[k, now]")
            elif name in rules.inputs:
                names.append(f"inputs_{name}[s, now]")
            else:
                names += [name, f"{name}_par"]
        call = f"{phase}_phase(world, world_par, {', '.join(names)})"
        step += [f"{'if' if i == 0 else 'elif'} phase[t] == {i}:", f"    {call}"]
    step.append("if noting:")
    for i, (role, name, kind) in enumerate(events):
        test = f"{role}.{name} != before_{i}" if kind == "change" else f"{role}.{name} != 0"
        step += [
            f"    if {test}:",
            "        events[count].run = run",
            "        events[count].step = t",
            f"        events[count].code = {i}",
            f"        events[count].before = float(before_{i})",
            f"        events[count].after = float({role}.{name})",
            "        count += 1",
        ]
    step += ["if recording and t % stride == 0:"]
    for role in roles:
        step += [f"    if {role}_kept:", f"        {role}_series[run, t // stride] = {role}s[run]"]
    step.append("reached[run] = t + 1")
    inner += ["    " + line for line in step]
    body += ["    " + line for line in inner] + ["return count"]
    return "\n".join(out + ["    " + line for line in body]) + "\n"


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
            [rules.state_dtype(r).descr for r in rules.classes],
            [rules.parameter_dtype(r).descr for r in rules.classes],
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
    events: bool = False,
    progress: Progress | None = None,
    chunk: int = 64,
    record: Collection[str] | None = None,
    kernel: Any = None,
    check: bool = True,
) -> Trace:
    """Run a batch on the compiled engine up to a step; states change in place.

    `stride` 0 records no series; otherwise every stride-th step is kept, of the roles in `record`
    (all, when it is None). `kernel` is what `prepare(batch.rules)` returned, to spare binding anew.
    Unless `check` is false, raises `NotFiniteError` for a state that left the real numbers.
    """
    kernel = kernel or prepare(batch.rules)
    stop = len(batch.schedule) if stop is None else stop
    steps = np.arange(0, stop, stride) if stride else np.zeros(0, np.int64)
    series = empty_series(batch, steps, record)
    # one step may note one event per watched state: less room would never let it go on
    room = max(EVENT_ROOM, len(batch.rules.event_fields())) if events else 1
    buffer = np.zeros(room, EVENT_DTYPE)
    kept: list[np.ndarray] = []
    for first in range(0, batch.runs, chunk):
        last = min(first + chunk, batch.runs)
        while True:
            noted = kernel(*_arguments(batch, series, first, last, stop, stride, events, buffer))
            if noted:
                kept.append(buffer[:noted].copy())
            if (batch.reached[first:last] >= stop).all():
                break
        if progress:
            progress(last - first)
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
    stride: int,
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
    for role in batch.rules.classes:
        arguments += [
            batch.states[role],
            batch.parameters[role],
            series[role],
            series[role].size > 0,
        ]
    arguments += [batch.luck[phase] for phase in batch.rules.phases]
    arguments += [batch.inputs[name] for name in batch.rules.inputs]
    arguments += [max(stride, 1), stride > 0, events, buffer, 0]
    return tuple(arguments)


def _nothing(rules: RuleSet) -> tuple[Any, ...]:
    """Arguments of the right types and no runs, to compile without running."""
    none = np.zeros(0, np.int64)
    arguments: list[Any] = [none, none, 0, 0, 0, none, none, none, none]
    for role in rules.classes:
        state = rules.state_dtype(role)
        arguments += [
            np.zeros(0, state),
            np.zeros(0, rules.parameter_dtype(role)),
            np.zeros((0, 0), state),
            False,
        ]
    arguments += [np.zeros((0, 0), rules.luck_dtype(phase)) for phase in rules.phases]
    arguments += [np.zeros((0, 0), rules.input_dtype(name)) for name in rules.inputs]
    arguments += [1, False, False, np.zeros(0, EVENT_DTYPE), 0]
    return tuple(arguments)
