"""Therapies in experiments: how their runs are made, and what is kept of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mentalities_sim import streams
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.engine.mesa_engine import cast_of, drive
from mentalities_sim.experiment.schema import OUTCOMES
from mentalities_sim.recording import agents_frame, events_frame, series_frame, transitions_frame
from mentalities_sim.running.batches import GoOn, Lost, Order
from mentalities_sim.running.conditions import Condition
from mentalities_sim.running.glue import Glue
from mentalities_sim.running.scripts import scripts
from mentalities_sim.worlds.dyad import Dyad
from mentalities_sim.worlds.outcomes import outcomes

WEIGHT = 5000.0
"""Bytes that the states of a therapy take."""
WHEN = {"hours": "float64", "week": "int64", "exchange": "int64"}
COLUMNS = {
    "series": {"week": "int64", "exchange": "int64", "hours": "float64", "phase": "str"},
    "events": {**WHEN, "who": "str", "event": "str", "before": "float64", "after": "float64"},
    "transitions": {"before": "str", "after": "str", "count": "int64"},
    "agents": {"role": "str"},
}


def make(order: Order, group: list[Condition], replicates: list[int], go_on: GoOn) -> tuple[Batch, Lost]:
    """Return a batch at its start, condition by condition, and the runs that have nothing to replay."""
    rules, n = group[0].rules, len(replicates)
    values = {role: [c.values(role) for c in group] for role in rules.classes}
    # scripts first: running a replay's source draws into the same memory
    script, script_of, lost = scripts(order, group, replicates, go_on)
    batch = Batch(
        rules,
        group[0].schedule,
        {r: streams.born(rules, r, values[r], order.seed, replicates).reshape(-1) for r in rules.classes},
        {r: streams.parameter_records(rules, r, values[r]) for r in rules.classes},
        np.repeat(np.arange(len(group)), n),
        order.luck(group[0], replicates),
        np.tile(np.arange(n), len(group)),
        {"script": script},
        script_of,
    )
    batch.reached[list(lost)] = len(batch.schedule)
    return batch, lost


def _record(batch: Batch, trace: Trace, who: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Series and events of replicates of one condition."""
    replicates = who["replicate"].tolist()
    columns = who.drop(columns="replicate").iloc[:1].to_dict("records")[0]
    return {
        "series": series_frame(batch, trace, replicates, columns),
        "events": events_frame(batch, trace, replicates, columns),
    }


def _model(batch: Batch) -> Dyad:
    players = cast_of(batch, 0)
    world: Dyad = players["world"]
    world.client, world.therapist, world.policy = (players[r] for r in ("client", "therapist", "policy"))
    world.follow(drive(batch, 0, players, len(batch.schedule)))
    return world


GLUE = Glue(
    world=Dyad,
    make=make,
    measure=lambda batch, events: outcomes(batch),
    outcomes=OUTCOMES,
    main="symptoms",
    kept={"events": True, "agents": False, "transitions": False},
    tables={
        "transitions": lambda batch, events, who: transitions_frame(batch, who),
        "agents": lambda batch, events, who: agents_frame(batch, who),
    },
    recorded=("client", "therapist", "policy"),
    model=_model,
    record=_record,
    stride_unit="exchanges of 30 s",
    length=lambda condition: float(len(condition.schedule)),
    weight=lambda condition: WEIGHT,
    measured_by=(
        "mentalities_sim.measures.switching",
        "mentalities_sim.running.scripts",
        "mentalities_sim.worlds.dyad",
        "mentalities_sim.worlds.outcomes",
        "mentalities_sim.worlds.upbringing_outcomes",
    ),
    arms_set=("client", "therapist"),
    columns=lambda: COLUMNS,
    headline={
        "symptoms": "symptoms",
        "fear_of_compassion": "fear",
        "felt_security": "security",
        "self_warmth": "self-warmth",
        "agency": "agency",
        "switching": "switches/h",
        "ruptures": "ruptures",
        "dropped_out": "dropped out",
        "expressed_minus_felt": "shown-felt",
        "mean_warmth_sent": "warmth sent",
    },
    regime={
        "headroom_used": "headroom used",
        "time_at_bounds": "time at bounds",
        "critical_fear": "critical fear",
        "therapy_length": "length in learning times",
    },
    bounds="time_at_bounds",
)
