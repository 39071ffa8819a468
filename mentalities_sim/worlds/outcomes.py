"""Outcomes of a course of therapy, from what the dyad kept count of."""

from __future__ import annotations

import numpy as np

from mentalities_sim.engine.batch import Batch
from mentalities_sim.measures.switching import (
    encapsulation_from_counts,
    entropy_rate_from_counts,
    information_from_counts,
    switching_rate_from_counts,
)
from mentalities_sim.worlds.dyad import EXCHANGE_HOURS
from mentalities_sim.worlds.upbringing_outcomes import at_entry

LEAST_FEAR = 0.01
"""Entry fear below which there is no headroom to speak of; histories can leave next to none."""


def symptoms(life: np.ndarray) -> np.ndarray:
    """Return mean symptoms in life, 0 to 1: threat, ISS and absence of soothing, equally weighted.

    `life` holds sums (runs, 5): threat, ISS, soothing, felt security, moments.

    Example:
        >>> symptoms(np.array([[0.2, 0.4, 1.0, 0.0, 2.0]])).round(3).tolist()
        [0.267]
    """
    n = life[:, 4]
    return (life[:, 0] + life[:, 1] + n - life[:, 2]) / _some(n) / 3.0


def outcomes(batch: Batch) -> dict[str, np.ndarray]:
    """Return one array per outcome, one value per run.

    Symptoms and their parts, felt security, self→self warmth and agency are means over the assessed last
    weeks of life, outside sessions (evidence rule 1). `agency` is the mean dominance shown to other people;
    `self_warmth` the mean warmth said to oneself. `switching` (per hour), `entropy_rate` (bits per
    exchange) and `encapsulation` are taken in sessions, `flexibility` (bits) over contexts in and out of
    sessions. `headroom_used` is the share of the entry fear that was unlearned; `time_at_bounds` the share
    of exchanges that the worst of four states spent at 0 or 1; `critical_fear` = (escape threshold - rest)
    / alarm per unit of fear at full warmth, as this policy sends it (NaN where its channels change);
    `therapy_length` counts learning times, α_I · exchanges · min(1, critical fear / entry fear) (kernel,
    "Two numbers decide the regime"). In sessions: `session_threat`, `guarding` (share of exchanges in which
    one gave way to a protective part), `wavering` (turns away from contact and back, per hour), `guilt`,
    `shame`, `uptake` (kindness taken in while staying, per warmth offered, in the latest session) and
    `warmth_given`. What was not observed is NaN.
    """
    world, client = batch.states["world"], batch.states["client"]
    constants = batch.parameters["client"][batch.parameters_of]
    schedule = batch.parameters["world"][batch.parameters_of]
    life = world["final_life"]
    n = _some(life[:, 4])
    held = _some(world["exchanges_held"])
    # danger is never erased but may have grown: entry fear is what the run-in left
    entry_fear = world["entry_fear"]
    sending = batch.parameters["policy"][batch.parameters_of]
    alarm = (
        constants["alarm_gain"]
        * (1.0 - constants["play_calms"] * sending["playfulness"])
        * (1.0 - constants["expressiveness_matters"] * (1.0 - sending["expressiveness"]))
    )
    if not batch.rules.classes["policy"].sends_as_set:
        alarm = np.full_like(alarm, np.nan)
    critical = (client["escape_threshold"] - client["resting_threat"]) / _some(alarm)
    reachable = np.minimum(1.0, critical / _some(entry_fear))
    exchanges = schedule["sessions"] * schedule["exchanges"]
    last = np.where(world["weeks_attended"] > 0, schedule["exchanges"], np.nan)
    change = (world["last_shown"] - world["first_shown"]) - (world["last_felt"] - world["first_felt"])
    return {
        "symptoms": symptoms(life),
        "threat": life[:, 0] / n,
        "involuntary_subordination": life[:, 1] / n,
        "soothing": life[:, 2] / n,
        "fear_of_compassion": client["fear_of_compassion"],
        "felt_security": life[:, 3] / n,
        "self_warmth": world["final_inner_warmth"] / _some(world["final_inner_meetings"]),
        "agency": world["final_dominance"] / _some(world["final_meetings"]),
        "switching": switching_rate_from_counts(world["transitions"], EXCHANGE_HOURS),
        "entropy_rate": entropy_rate_from_counts(world["transitions"]),
        "encapsulation": encapsulation_from_counts(world["transitions"]),
        "flexibility": information_from_counts(world["contexts"]),
        "ruptures": world["ruptures"],
        "dropped_out": world["dropped_out"],
        "weeks_attended": world["weeks_attended"],
        "expressed_minus_felt": change / last,
        "mean_warmth_sent": world["warmth_sent"] / held,
        "headroom_used": 1.0 - client["fear_of_compassion"] / _some(entry_fear * (entry_fear > LEAST_FEAR)),
        "time_at_bounds": world["at_bounds"].max(axis=1) / held,
        "critical_fear": critical,
        "therapy_length": constants["safety_rate"] * exchanges * reachable,
        **contact(world, held),
        **at_entry(world),
        "entry_symptoms": symptoms(world["entry_life"]),
        "entry_fear": entry_fear,
        "share_escaped": world["exchanges_escaped"] / held,
    }


def contact(world: np.ndarray, held: np.ndarray) -> dict[str, np.ndarray]:
    """Return how contact was held in sessions: means per exchange, `wavering` in changes per hour."""
    sums = world["in_sessions"]
    return {
        "session_threat": sums[:, 0] / held,
        "guarding": sums[:, 1] / held,
        "wavering": sums[:, 2] / held / EXCHANGE_HOURS,
        "guilt": sums[:, 3] / held,
        "shame": sums[:, 4] / held,
        "uptake": sums[:, 6] / _some(sums[:, 5]),
        "warmth_given": sums[:, 7] / held,
    }


def _some(n: np.ndarray) -> np.ndarray:
    """Return counts with none as NaN, so that what was not observed is not a number."""
    return np.where(n > 0, n, np.nan)
