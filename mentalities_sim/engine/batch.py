"""A batch of runs as arrays: what both engines start from, and what both hand back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
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

    `phase` and `tick` are int64 arrays, one entry per step.
    """

    phase: np.ndarray
    tick: np.ndarray

    def __len__(self) -> int:
        return len(self.phase)


@dataclass
class Batch:
    """Runs to simulate: record arrays per role, and which parameters, luck and script each run uses.

    `states[role]` has one record per run and is changed in place; `parameters[role]` one per
    parameter set, chosen by `parameters_of[run]`; `luck[phase]` one row per replicate, chosen by
    `luck_of[run]`; `inputs[name]` one row per script, chosen by `script_of[run]`. `reached[run]`
    is the number of steps done, so a batch can be resumed at any exchange.
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

    def __post_init__(self) -> None:
        if len(self.reached) != self.runs:
            self.reached = np.zeros(self.runs, np.int64)

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.parameters_of)

    def copy(self) -> Batch:
        """Return a batch with its own states and the same parameters, luck and scripts."""
        return Batch(
            self.rules,
            self.schedule,
            {r: a.copy() for r, a in self.states.items()},
            self.parameters,
            self.parameters_of,
            self.luck,
            self.luck_of,
            self.inputs,
            self.script_of,
            self.reached.copy(),
        )

    def of(self, runs: np.ndarray) -> Batch:
        """Return some of the runs, with copies of their states."""
        return Batch(
            self.rules,
            self.schedule,
            {r: a[runs] for r, a in self.states.items()},
            self.parameters,
            self.parameters_of[runs],
            self.luck,
            self.luck_of[runs],
            self.inputs,
            self.script_of[runs],
            self.reached[runs],
        )


@dataclass
class Trace:
    """What was recorded on the way: states at a stride, and events.

    `series[role]` has shape (runs, recorded steps) or is empty; `steps` are the recorded steps;
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
        series[role] = np.zeros((batch.runs, len(steps)) if kept else (0, 0), array.dtype)
    return series


Progress = Callable[[int], Any]
