"""Outcomes of clinics: what a dyad gives, as means over the clients, and the society they live in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mentalities_sim.engine.batch import Batch
from mentalities_sim.experiment.schema import OUTCOMES as OF_THERAPIES
from mentalities_sim.hierarchy.steepness import david_scores
from mentalities_sim.worlds import outcomes as therapies
from mentalities_sim.worlds import society_outcomes as societies
from mentalities_sim.worlds.society_tables import (
    MOST_ORDERED,
    among_the_living,
    contested,
    ever_lived,
    share,
    win_matrices,
)

FROM_SOCIETY = {
    "society_subordination": "involuntary_subordination",
    "society_threat": "threat",
    "society_soothing": "soothing",
    "society_linearity": "linearity",
    "society_escalation": "escalation",
    "society_cooperating_and_caring": "cooperating_and_caring",
}
"""Outcomes of the whole society, and what they are called where there is nothing else."""
OUTCOMES = (
    *OF_THERAPIES, *FROM_SOCIETY, "clients_rank", "clients_survival", "others_fear_of_compassion"
)  # fmt: skip
"""Columns of the outcome table of a clinic that a file may ask for."""


def outcomes(batch: Batch, events: np.ndarray) -> dict[str, np.ndarray]:
    """Return one array per outcome, one value per clinic; `events` are those of the whole course.

    What a dyad gives (`symptoms`, `fear_of_compassion`, `dropped_out` ...) are means over the clients of a
    clinic who are alive at the end (`clients_survival` is their share), symptoms and their parts from life
    in the society. `society_...` are those of all its people, over the second half of the course.
    `clients_rank` is the clients' mean rank by David's score, from 0 (lowest) to 1 (highest);
    `others_fear_of_compassion` the mean of those who are no clients.
    """
    people, cases = batch.states["person"], batch.states["case"]
    runs, clients = cases.shape
    alive = people["alive"][:, :clients] == 1
    found = {
        name: _mean(np.where(alive.reshape(-1), values, np.nan), clients)
        for name, values in therapies.outcomes(as_therapies(batch)).items()
    }
    found["clients_survival"] = alive.mean(axis=1)
    whole = societies.outcomes(batch, events)
    contests = contested(batch, events)
    found |= {ours: whole[theirs] for ours, theirs in FROM_SOCIETY.items()}
    rank = np.full(runs, np.nan)
    ordered = ever_lived(batch) <= MOST_ORDERED
    for run, matrix in enumerate(win_matrices(batch, contests) if ordered else ()):
        here = among_the_living(batch, run, matrix)
        if here.any() and alive[run].any():
            scores = david_scores(here)
            below = (scores[:, None] > scores[None, :]) + 0.5 * (scores[:, None] == scores[None, :])
            rank[run] = ((below.sum(axis=1) - 0.5) / (len(scores) - 1))[: alive[run].sum()].mean()
    found["clients_rank"] = rank
    others = people[:, clients:]
    living = others["alive"] == 1
    found["others_fear_of_compassion"] = share(
        (others["fear_of_compassion"] * living).sum(axis=1), living.sum(axis=1)
    )
    return found


def as_therapies(batch: Batch) -> Batch:
    """Return the clients' therapies of a batch of clinics as if each were a dyad, clinic by clinic.

    Only what outcomes are taken from is in it: states and parameters of world, client and policy.
    """
    cases = batch.states["case"]
    clients = cases.shape[1]
    states = {
        "world": cases.reshape(-1),
        "client": batch.states["person"][:, :clients].reshape(-1),
        "policy": batch.states["policy"].reshape(-1),
    }
    parameters = {
        "world": batch.parameters["case"],
        "client": batch.parameters["person"],
        "policy": batch.parameters["policy"],
    }
    return replace(
        batch,
        states=states,
        parameters=parameters,
        parameters_of=np.repeat(batch.parameters_of, clients),
        luck_of=np.repeat(batch.luck_of, clients),
        script_of=np.repeat(batch.script_of, clients),
        reached=np.repeat(batch.reached, clients),
    )


def _mean(values: np.ndarray, clients: int) -> np.ndarray:
    """Means over each clinic's clients for whom there is a number; NaN where there is none."""
    rows = np.asarray(values, np.float64).reshape(-1, clients)
    known = np.isfinite(rows)
    count = known.sum(axis=1)
    return np.where(known, rows, 0.0).sum(axis=1) / np.where(count > 0, count, np.nan)
