"""Societies in experiments: how their runs are made, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.engine.batch import EVENT_DTYPE, Batch, Trace
from mentalities_sim.engine.mesa_engine import cast_of, drive
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.person import Tie
from mentalities_sim.recording import crowd_frame, crowd_series_frame
from mentalities_sim.running.batches import GoOn, Lost, Order
from mentalities_sim.running.conditions import Condition
from mentalities_sim.running.glue import Glue
from mentalities_sim.worlds.meetings import rounds, society_batch
from mentalities_sim.worlds.society import Society
from mentalities_sim.worlds.society_outcomes import OUTCOMES, outcomes
from mentalities_sim.worlds.society_tables import MOST_ORDERED, contests_frame, course_frame

STEPS_OF_A_THERAPY = 5.0
"""A meeting takes as long as so many steps of a therapy."""
EVENTS_PER_MEETING = 3
WINS = 8
"""Bytes for each two people, of the table of who beat whom."""


def make(order: Order, group: list[Condition], replicates: list[int], go_on: GoOn) -> tuple[Batch, Lost]:
    """Return a batch of societies at their start, condition by condition; none of them lacks anything."""
    rules = group[0].rules
    values = {role: [condition.values(role) for condition in group] for role in rules.kept}
    return society_batch(rules, values, order.seed, replicates), {}


def round_ends(condition: Condition, stride: int) -> np.ndarray:
    """Return the last step of every `stride`-th round; a round with newcomers has more steps than others."""
    ends: np.ndarray = rounds(condition.sizes)[1][stride::stride] - 1
    return ends


def weight(condition: Condition) -> float:
    """Return how many bytes a society takes while it is computed: people, memories, who beat whom."""
    rules, size = condition.rules, int(condition.sizes["size"])
    come, starts = rounds(condition.sizes)
    many = size + int(come[-1])
    ties = size * min(int(condition.sizes["remembered"]), size - 1) * rules.state_dtype("tie").itemsize
    wins = WINS * many**2 if many <= MOST_ORDERED else 0
    events = EVENTS_PER_MEETING * EVENT_DTYPE.itemsize * int(starts[-1])
    return float(many * rules.state_dtype("person").itemsize + ties + events + wins)


def takes(condition: Condition) -> str:
    """Say what each person keeps in memory, and how others are forgotten.

    The order of forgetting is the rule of `place_of`, the fading that of `Person.regard`.
    """
    rules, sizes = condition.rules, condition.sizes
    own, each = rules.state_dtype("person").itemsize, rules.state_dtype("tie").itemsize
    others = min(int(sizes["remembered"]), int(sizes["size"]) - 1)
    fades = condition.values("tie").get("forgetting_time", Tie.forgetting_time.default) / 24.0
    return (
        f"each of {int(sizes['size']):,} people takes {own + others * each:,} bytes, {own:,} for themselves "
        f"and {each} for each of {others} others remembered; whoever has not been met for longest is "
        f"forgotten first, and memories fade with a time constant of {fades:g} days"
    )


def _record(batch: Batch, trace: Trace, who: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    """Everybody's states at the end of the rounds kept, when the world's clock shows the round's time."""
    hours = trace.series["world"]["hours"]
    when = {"hours": hours, "day": hours / 24.0}
    return {"series": crowd_series_frame(batch, trace, "person", when, who)}


def model(batch: Batch) -> Society:
    """Return the one society of a batch as a Mesa model to step."""
    players = cast_of(batch, 0)
    world: Society = players["world"]

    def steps() -> Iterator[Any]:
        for upto in batch.stretches(batch.steps):
            yield from drive(batch, 0, players, upto)
            batch.reached[0] = upto

    world.members, world.steps_to_take = players["person"], steps()
    return world


@cache
def columns() -> dict[str, dict[str, Any]]:
    """Return the columns of every table but outcomes, with their types: those of a society at its start."""
    rules = RuleSet(Society)
    given: dict[str, list[dict[str, Any]]] = {role: [{}] for role in rules.kept}
    batch = society_batch(rules, {**given, "world": [{"size": 2, "days": 1}]}, 0, [0])
    who, nothing = pd.DataFrame(index=[0]), np.zeros(0, EVENT_DTYPE)
    return {
        "series": {"hours": "float64", "day": "float64", "person": "int64"},
        "agents": {"person": "int64"},
        "contests": dict(contests_frame(batch, nothing, who).dtypes),
        "course": dict(course_frame(batch, nothing, who).dtypes),
    }


GLUE = Glue(
    world=Society,
    make=make,
    measure=outcomes,
    outcomes=OUTCOMES,
    main="",
    kept={"contests": True, "course": True, "agents": False},
    tables={
        "contests": contests_frame,
        "course": course_frame,
        "agents": lambda batch, events, who: crowd_frame(batch, "person", who),
    },
    recorded=("person", "world"),
    model=model,
    record=_record,
    stride_unit="rounds of six hours",
    moments=round_ends,
    length=lambda condition: STEPS_OF_A_THERAPY * float(rounds(condition.sizes)[1][-1]),
    weight=weight,
    all_events=True,
    takes=takes,
    measured_by=(
        "mentalities_sim.running.societies",
        "mentalities_sim.worlds.encounters",
        "mentalities_sim.worlds.meetings",
        "mentalities_sim.worlds.networks",
        "mentalities_sim.worlds.society",
        "mentalities_sim.worlds.watch",
        "mentalities_sim.worlds.society_outcomes",
        "mentalities_sim.worlds.society_tables",
    ),
    arms_set=("person", "tie", "world"),
    columns=columns,
    regime={"rumination_number": "rumination number", "power_at_bounds": "power at bounds"},
    bounds="power_at_bounds",
)
