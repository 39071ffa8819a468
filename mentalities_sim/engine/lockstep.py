"""Running both engines side by side, to name the first place where they part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from mentalities_sim.engine.batch import Batch
from mentalities_sim.engine.mesa_engine import run_mesa

CHUNK = 64
"""Steps run at a stretch before the states are compared."""

RAISED = "(raised)"
_ERRORS = (ArithmeticError, ValueError, LookupError, TypeError)

Runner = Callable[..., Any]


@dataclass(frozen=True)
class Difference:
    """The first field in which two engines differ: where, whose, and both values.

    `step` counts from the start of the schedule, `tick` within the `phase`; `index` is the place in
    a vector or matrix, () for a number. `also` names the other fields that differ after the same step
    of the same run. `field` is "(raised)" when one engine stopped with an error and the other did not.

    Example:
        >>> print(Difference(1, 37, "exchange", 12, "client", "Person", "threat", (), 0.25, 0.5))
        run 1, step 37 (exchange 12): the client's Person.threat is 0.25 on Mesa and 0.5 compiled
    """

    run: int
    step: int
    phase: str
    tick: int
    role: str
    cls: str
    field: str
    index: tuple[int, ...]
    mesa: Any
    compiled: Any
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"run {self.run}, step {self.step} ({self.phase} {self.tick})"
        if self.field == RAISED:
            return f"{where}: Mesa {self.mesa}, the compiled engine {self.compiled}"
        place = "".join(f"[{i}]" for i in self.index)
        owner = "the world's" if self.role == "world" else f"the {self.role}'s"
        said = (
            f"{where}: {owner} {self.cls}.{self.field}{place} is {self.mesa!r} on Mesa "
            f"and {self.compiled!r} compiled"
        )
        return said + (f"; after the same step also {', '.join(self.also)}" if self.also else "")


def compare(
    batch: Batch,
    *,
    stop: int | None = None,
    chunk: int = CHUNK,
    mesa: Runner = run_mesa,
    compiled: Runner | None = None,
) -> Difference | None:
    """Run a batch on both engines in lock-step and return the first difference, or None.

    Every state of every role is compared bit by bit (so 0.0 and -0.0 differ). The engines run `chunk`
    steps at a stretch; where they part, the chunk is run again from its start, step by step. The
    batch itself is left as it was. `mesa` and `compiled` can be replaced by other engines of the same
    signature. An error that stops one engine alone is a difference; one that stops both is raised.

    Example:
        >>> import numpy as np
        >>> from mentalities_sim import streams
        >>> from mentalities_sim.engine.rules import RuleSet
        >>> from mentalities_sim.policies import Fixed
        >>> from mentalities_sim.worlds import Dyad
        >>> rules, n = RuleSet(Dyad, {"policy": Fixed}), np.zeros(1, np.int64)
        >>> batch = Batch(
        ...     rules,
        ...     Dyad.schedule(1, 3, 1, 0),
        ...     {r: streams.births(rules, r, {}, 1, [0]) for r in rules.classes},
        ...     {r: streams.parameter_record(rules, r, {}) for r in rules.classes},
        ...     n,
        ...     {p: streams.luck(rules, p, 1, [0], 3) for p in rules.phases},
        ...     n,
        ...     {"script": np.zeros((1, 3), rules.input_dtype("script"))},
        ...     n,
        ... )
        >>> compare(batch, compiled=run_mesa) is None
        True
    """
    if compiled is None:
        from mentalities_sim.engine.compiled import prepare, run_compiled

        compiled = partial(run_compiled, kernel=prepare(batch.rules))
    stop = len(batch.schedule) if stop is None else stop
    one, two = batch.copy(), batch.copy()
    start = int(batch.reached.min(initial=stop))
    for upto in _stops(start, stop, chunk):
        before = one.copy()
        errors = _advance(one, two, upto, mesa, compiled)
        if any(errors) or differing_runs(one, two):
            return _search(before, upto, mesa, compiled)
    return None


def differing_runs(one: Batch, two: Batch) -> list[int]:
    """Return the runs in which two batches hold different states, bit by bit."""
    parted: set[int] = set()
    for role in one.states:
        for name in one.rules.states(role):
            unlike = _unlike(one.states[role][name], two.states[role][name])
            parted.update(int(i) for i in np.flatnonzero(unlike.reshape(one.runs, -1).any(axis=1)))
    return sorted(parted)


def _search(start: Batch, stop: int, mesa: Runner, compiled: Runner) -> Difference | None:
    """Go step by step from a point where the engines still agree."""
    one, two = start.copy(), start.copy()
    for step in range(int(start.reached.min()), stop):
        previous = one.copy()
        errors = _advance(one, two, step + 1, mesa, compiled)
        if any(errors):
            return _search_runs(previous, step, mesa, compiled, next(e for e in errors if e))
        parted = differing_runs(one, two)
        if parted:
            return _describe(one, two, parted[0], step)
    return None


def _search_runs(start: Batch, step: int, mesa: Runner, compiled: Runner, error: Exception) -> Difference:
    """Look at each run by itself, after a step that stopped an engine."""
    for run in range(start.runs):
        one, two = _only(start, run), _only(start, run)
        left, right = _advance(one, two, step + 1, mesa, compiled)
        if left and right:
            raise left
        if left or right:
            phase, tick = _when(one, step)
            return Difference(run, step, phase, tick, "", "", RAISED, (), _outcome(left), _outcome(right))
        if differing_runs(one, two):
            return replace(_describe(one, two, 0, step), run=run)
    raise error  # no single run brings it back


def _advance(
    one: Batch, two: Batch, upto: int, mesa: Runner, compiled: Runner
) -> tuple[Exception | None, Exception | None]:
    raised: list[Exception | None] = [None, None]
    for i, (engine, batch) in enumerate(((mesa, one), (compiled, two))):
        try:
            engine(batch, stop=upto)
        except _ERRORS as error:
            raised[i] = error
    return raised[0], raised[1]


def _describe(one: Batch, two: Batch, run: int, step: int) -> Difference:
    found: list[tuple[str, str, tuple[int, ...]]] = []
    for role in one.states:
        for name in one.rules.states(role):
            a, b = one.states[role][name][run], two.states[role][name][run]
            unlike = _unlike(np.asarray(a)[None], np.asarray(b)[None])[0]
            if unlike.any():
                first = tuple(int(i) for i in np.argwhere(unlike)[0]) if unlike.ndim else ()
                found.append((role, name, first))
    # what a world keeps count of follows from its people: name a person first
    found.sort(key=lambda entry: entry[0] == "world")
    role, name, index = found[0]
    phase, tick = _when(one, step)
    return Difference(
        run, step, phase, tick, role, one.rules.classes[role].__name__, name, index,
        one.states[role][name][run][index].item(), two.states[role][name][run][index].item(),
        tuple(f"{r}.{n}" for r, n, _ in found[1:]),
    )  # fmt: skip


def _unlike(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.dtype.kind == "f":
        return np.ascontiguousarray(a).view(np.uint64) != np.ascontiguousarray(b).view(np.uint64)
    return a != b


def _only(batch: Batch, run: int) -> Batch:
    """A batch of one run of another."""
    return batch.of(np.array([run]))


def _when(batch: Batch, step: int) -> tuple[str, int]:
    phases, ticks = batch.schedule.phase, batch.schedule.tick
    if batch.rules.crowds:  # what a step is may differ between replicates; the first's is told
        phases, ticks, step = phases[0], ticks[0], step - batch.first_step
    return list(batch.rules.phases)[int(phases[step])], int(ticks[step])


def _outcome(error: Exception | None) -> str:
    return "went on" if error is None else f"stopped with {type(error).__name__}: {error}"


def _stops(start: int, stop: int, chunk: int) -> Iterator[int]:
    yield from range(start + chunk, stop, chunk)
    if stop > start:
        yield stop
