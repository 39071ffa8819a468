"""A batch of runs as arrays: what both engines start from, and what both hand back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mentalities_sim.engine.rules import RuleSet

EVENT_DTYPE = np.dtype(
    [
        ("run", np.int64),
        ("step", np.int64),
        ("code", np.int64),
        ("before", np.float64),
        ("after", np.float64),
    ]
)


@dataclass
class Schedule:
    """The order of ticks: which phase each step belongs to, and its number within that phase.

    `phase` and `tick` are int64 arrays, one entry per step; where a world has crowds, one row per
    replicate, of a stretch of the `whole` number of steps.
    """

    phase: np.ndarray
    tick: np.ndarray
    whole: int = -1

    def __len__(self) -> int:
        return len(self.phase) if self.whole < 0 else self.whole


@dataclass
class Batch:
    """Runs to simulate: record arrays per role, and which parameters, luck and script each run uses.

    `states[role]` has one record per run (of a crowd, one row of records per run) and is changed in place;
    `parameters[role]` one per parameter set, chosen by `parameters_of[run]`; `luck[phase]` one row per
    replicate, chosen by `luck_of[run]`; `inputs[name]` one row per script, chosen by `script_of[run]`.
    `reached[run]` is the number of steps done, so a batch can be resumed at any exchange.

    Where a world has crowds, `schedule.phase` and `.tick` have one row per replicate, `who[role]` says for
    each step which of the crowd is meant, and `feed` brings these and the luck for a stretch of steps from
    `first_step` (of each phase, from `first_tick`): a long course of many people does not fit in memory.
    """

    rules: RuleSet
    schedule: Schedule
    states: dict[str, np.ndarray]
    parameters: dict[str, np.ndarray]
    parameters_of: np.ndarray
    luck: dict[str, np.ndarray]
    luck_of: np.ndarray
    inputs: dict[str, np.ndarray]
    script_of: np.ndarray
    reached: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    who: dict[str, np.ndarray] = field(default_factory=dict)
    first_step: int = 0
    first_tick: dict[str, int] = field(default_factory=dict)
    feed: Callable[[Batch, int], int] | None = None

    def __post_init__(self) -> None:
        if len(self.reached) != self.runs:
            self.reached = np.zeros(self.runs, np.int64)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.parameters_of)

    @property
    def steps(self) -> int:
        """Number of steps of the whole course."""
        return len(self.schedule)

    def stretches(self, stop: int) -> Iterator[int]:
        """Yield steps to run to, one after the other up to `stop`; before each, bring what it needs."""
        begun = self.reached[self.reached < stop]
        if self.feed is None or not len(begun):
            yield stop
            return
        start = int(begun.min())
        while start < stop:
            start = min(stop, self.feed(self, start))
            yield start

    def copy(self) -> Batch:
        """Return a batch with its own states and the same parameters, luck and scripts."""
        states = {r: a.copy() for r, a in self.states.items()}
        return replace(self, states=states, reached=self.reached.copy())

    def of(self, runs: np.ndarray) -> Batch:
        """Return some of the runs, with copies of their states."""
        return replace(
            self,
            states={r: a[runs] for r, a in self.states.items()},
            parameters_of=self.parameters_of[runs],
            luck_of=self.luck_of[runs],
            script_of=self.script_of[runs],
            reached=self.reached[runs],
        )


@dataclass
class Trace:
    """What was recorded on the way: states at a stride, and events.

    `series[role]` has shape (runs, recorded steps, ...) or is empty; `steps` are the recorded steps;
    `events` is a record array (run, step, code, before, after), `code` an index into
    `rules.event_fields()`.
    """

    steps: np.ndarray
    series: dict[str, np.ndarray]
    events: np.ndarray


class NotFiniteError(ArithmeticError):
    """A state left the real numbers; the message names run, role, field and step."""


def check_finite(batch: Batch) -> None:
    """Raise `NotFiniteError` for the first run that holds a state which is not a finite number."""
    lost = not_finite(batch)
    if lost:
        run = min(lost)
        raise NotFiniteError(lost[run].replace(", by step", f" in run {run}, by step"))


def not_finite(batch: Batch) -> dict[int, str]:
    """Return, for every run that holds a state which is not a finite number, a sentence on the first such.

    People are looked at before the world, whose counts only follow from theirs.
    """
    lost: dict[int, str] = {}
    for role in sorted(batch.states, key=lambda role: role == "world"):
        for name in batch.rules.states(role):
            values = batch.states[role][name]
            if values.dtype.kind != "f" or np.isfinite(values).all():
                continue
            for run, *index in np.argwhere(~np.isfinite(values)).tolist():
                field_name = name + "".join(f"[{i}]" for i in index)
                lost.setdefault(
                    run,
                    f"{batch.rules.classes[role].__name__}.{field_name} of the {role} became "
                    f"{values[(run, *index)]}, by step {int(batch.reached[run])}; look for a division, exp "
                    "or log without a guard",
                )
    return lost


def empty_series(batch: Batch, steps: np.ndarray, record: Collection[str] | None) -> dict[str, np.ndarray]:
    """Return unfilled series arrays: (runs, steps) for the roles in `record` (None: all), else (0, 0)."""
    series = {}
    for role, array in batch.states.items():
        kept = record is None or role in record
        shape = (batch.runs, len(steps), *array.shape[1:]) if kept else (0,) * (array.ndim + 1)
        series[role] = np.zeros(shape, array.dtype)
    return series


def recorded_steps(batch: Batch, stop: int, stride: int, keep: np.ndarray | None = None) -> np.ndarray:
    """Return the steps after which states are kept: of `keep`, else of crowds the last of every `stride`."""
    if keep is not None:
        return np.ascontiguousarray(keep[keep < stop], np.int64)
    if not stride:
        return np.zeros(0, np.int64)
    return np.arange(stride - 1 if batch.rules.crowds else 0, stop, stride)


Progress = Callable[[int], Any]
