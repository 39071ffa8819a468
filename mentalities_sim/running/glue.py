"""What joins a kind of world to experiments: how its runs are made, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentalities_sim.engine.batch import Batch, Trace

if TYPE_CHECKING:
    from mentalities_sim.running.batches import GoOn, Lost, Order
    from mentalities_sim.running.conditions import Condition

    Make = Callable[[Order, list[Condition], list[int], GoOn], tuple[Batch, Lost]]

Table = Callable[[Batch, np.ndarray, pd.DataFrame], pd.DataFrame]
"""From a batch at its end, its events and one row per run that says which it is, to a table's rows."""


@dataclass(frozen=True)
class Glue:
    """How runs of a kind of world are made and measured.

    `kept` are the words under `[measures]` that say whether a table is kept, with their defaults. `tables`
    makes those of them that every run has, `record` those of runs whose states are recorded (the roles in
    `recorded`): "series", and others that `kept` may say no to. `columns` says what these tables have beside
    what all have, with the types, so that no axis is called so. `main` is the outcome that is looked at
    where none is named ("": the first measured), `headline` those that a terminal shows where all are asked
    for, `regime` those that only place the others, `bounds` one of them: how much lay at a bound. `arms_set`
    are the roles that an arm may set. `length` says how long a run takes, in steps of a therapy; `weight`
    how many bytes it takes while it is computed. `moments` gives the steps that a stride keeps, None where
    it counts steps. With `all_events` outcomes are taken from the events of the whole course. `model` makes
    of a batch of one run a Mesa model to step. `measured_by` names the modules whose code the numbers depend
    on. `starts_only` are roles of which only starting states can be given, since they share their parameters
    with others; `refused_policies` those that need what this world has not; `takes` says in words what a run
    keeps in memory.
    """

    world: type
    make: Make
    measure: Callable[[Batch, np.ndarray], Mapping[str, np.ndarray]]
    outcomes: tuple[str, ...]
    main: str
    kept: Mapping[str, bool]
    tables: Mapping[str, Table]
    recorded: tuple[str, ...]
    model: Callable[[Batch], Any]
    record: Callable[[Batch, Trace, pd.DataFrame], Mapping[str, pd.DataFrame]]
    stride_unit: str
    length: Callable[[Condition], float]
    weight: Callable[[Condition], float]
    measured_by: tuple[str, ...]
    arms_set: tuple[str, ...]
    columns: Callable[[], Mapping[str, Mapping[str, Any]]]
    moments: Callable[[Condition, int], np.ndarray | None] = lambda condition, stride: None
    all_events: bool = False
    starts_only: tuple[str, ...] = ()
    refused_policies: tuple[str, ...] = ()
    takes: Callable[[Condition], str] = lambda condition: ""
    headline: Mapping[str, str] = field(default_factory=dict)
    regime: Mapping[str, str] = field(default_factory=dict)
    bounds: str = ""

    @property
    def people(self) -> tuple[str, ...]:
        """Roles whose settings a file may give."""
        found: tuple[str, ...] = self.world.people  # type: ignore[attr-defined]
        return found

    @property
    def takes_policy(self) -> bool:
        """Whether an arm has a policy."""
        return bool(self.world.takes_policy)  # type: ignore[attr-defined]

    def how(self, condition: Condition, stride: int, events: bool) -> dict[str, Any]:
        """Return what the engine is asked to record of a run: series (none at stride 0), and events."""
        keep = self.moments(condition, stride) if stride else None
        at = {"stride": stride} if keep is None else {"keep": keep}
        return {**at, "events": events or self.all_events, "record": self.recorded}
