"""Clinics in experiments: how their runs are made, and what is kept of them."""

from __future__ import annotations

from mentalities_sim.engine.batch import Batch
from mentalities_sim.running import societies
from mentalities_sim.running.batches import GoOn, Lost, Order
from mentalities_sim.running.conditions import Condition
from mentalities_sim.running.dyads import GLUE as OF_DYADS
from mentalities_sim.running.glue import Glue
from mentalities_sim.worlds.appointments import clinic_batch
from mentalities_sim.worlds.clinic import Clinic
from mentalities_sim.worlds.clinic_outcomes import OUTCOMES, outcomes

GIVEN = ("world", "person", "tie", "client", "therapist", "policy")
"""Roles that something can be given for."""


def make(order: Order, group: list[Condition], replicates: list[int], go_on: GoOn) -> tuple[Batch, Lost]:
    """Return a batch of clinics at their start, condition by condition; none of them lacks anything."""
    values = {role: [condition.values(role) for condition in group] for role in GIVEN}
    return clinic_batch(group[0].rules, values, order.seed, replicates), {}


GLUE = Glue(
    world=Clinic,
    make=make,
    measure=outcomes,
    outcomes=OUTCOMES,
    main="symptoms",
    kept=societies.GLUE.kept,
    tables=societies.GLUE.tables,
    recorded=societies.GLUE.recorded,
    model=societies.GLUE.model,
    record=societies.GLUE.record,
    stride_unit=societies.GLUE.stride_unit,
    length=societies.GLUE.length,
    weight=societies.GLUE.weight,
    moments=societies.GLUE.moments,
    all_events=True,
    starts_only=("client",),
    # they follow one client's series or course, not each client's own
    refused_policies=("replay", "scripted", "planned", "titrated_plan"),
    takes=societies.GLUE.takes,
    measured_by=(
        *societies.GLUE.measured_by,
        *OF_DYADS.measured_by,
        "mentalities_sim.running.clinics",
        "mentalities_sim.worlds.appointments",
        "mentalities_sim.worlds.clinic",
        "mentalities_sim.worlds.clinic_outcomes",
    ),
    arms_set=("person", "tie", "client", "therapist", "world"),
    columns=societies.GLUE.columns,
    headline=OF_DYADS.headline,
    regime=OF_DYADS.regime,
    bounds=OF_DYADS.bounds,
)
