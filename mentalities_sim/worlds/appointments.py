"""The course of a clinic: a society's meetings, with each client's weekly session before a round of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from mentalities_sim import streams
from mentalities_sim.declare import Parameter, declared
from mentalities_sim.engine.batch import Batch
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.worlds.dyad import Dyad
from mentalities_sim.worlds.meetings import ROUNDS_PER_WEEK, Course, bear_stigma, first_session, society_batch


class Appointments(Course):
    """A course in which the first people are clients: sessions before a round's meetings, notes after."""

    def __init__(
        self, rules: RuleSet, seed: int, replicates: Sequence[int], sizes: Mapping[str, Any]
    ) -> None:
        super().__init__(rules, seed, replicates, sizes)
        self.sizes = sizes
        self.clients, self.exchanges = int(sizes["clients"]), int(sizes["exchanges"])

    def sessions_of(self, number: int) -> list[tuple[int, int]]:
        """Return the sessions that begin with a round, as (client, number of the session)."""
        found = []
        for client in range(self.clients):
            since = number - first_session(self.sizes, client)
            if since >= 0 and since % ROUNDS_PER_WEEK == 0:
                session = since // ROUNDS_PER_WEEK
                if session < int(self.sizes["sessions"]):
                    found.append((client, session))
        return found

    def steps_of(self, number: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Return phase, tick and who is meant, of each step of a round, sessions and notes included."""
        kinds, ticks, people = super().steps_of(number)
        held = self.sessions_of(number)
        before, after = len(held) * self.exchanges, self.clients
        rows, meetings = kinds.shape
        phase = np.full((rows, before + meetings + after), self.phase_of["note"], np.int64)
        tick = np.full(phase.shape, number, np.int64)
        who = {role: np.zeros(phase.shape, np.int64) for role in self.rules.placed}
        phase[:, :before] = self.phase_of["exchange"]
        phase[:, before : before + meetings] = kinds
        tick[:, before : before + meetings] = ticks
        for role, places in people.items():
            who[role][:, before : before + meetings] = places
        clients = [client for client, _ in held]
        for role in ("client", "case", "policy"):
            who[role][:, :before] = np.repeat(clients, self.exchanges)
            who[role][:, before + meetings :] = np.arange(self.clients)
        firsts = [(session * self.clients + client) * self.exchanges for client, session in held]
        tick[:, :before] = (np.array(firsts, np.int64)[:, None] + np.arange(self.exchanges)).reshape(-1)
        return phase, tick, who


def clinic_batch(
    rules: RuleSet,
    values: Mapping[str, Sequence[Mapping[str, Any]]],
    seed: int,
    replicates: Sequence[int],
) -> Batch:
    """Return clinics at their start, condition by condition, replicate by replicate.

    `values[role]` holds what is given for a role (world, person, tie, client, therapist, policy), one mapping
    per condition. A client is a person; what is given for clients is a starting state that they have instead.
    What the world says of sessions and exchanges goes for each case.
    """
    conditions = len(values["world"])
    case = [_case(world) for world in values["world"]]
    everybody = {**values, "case": case}
    batch = society_batch(rules, everybody, seed, replicates)
    sizes = {name: batch.parameters["world"][name][0] for name in rules.world.sizes}
    clients, runs = int(sizes["clients"]), batch.runs
    if clients > batch.states["person"].shape[1]:
        raise ValueError(f"{clients} clients in a society of {batch.states['person'].shape[1]} people")
    given = [{**values["person"][i], **values["client"][i]} for i in range(conditions)]
    people = streams.crowd(rules, "person", given, seed, replicates, clients).reshape(runs, clients)
    people["identity"] = np.arange(clients)
    bear_stigma(people, np.repeat(batch.parameters["world"], len(replicates)))
    batch.states["person"][:, :clients] = people
    for role in ("policy", "case"):
        batch.states[role] = streams.crowd(rules, role, everybody[role], seed, replicates, clients).reshape(
            runs, clients
        )
    batch.states["case"]["first_round"] = [first_session(sizes, client) for client in range(clients)]
    exchanges = clients * int(sizes["sessions"]) * int(sizes["exchanges"])
    script = {"script": np.zeros((1, exchanges), rules.input_dtype("script"))}
    return replace(batch, inputs=script)


def _case(world: Mapping[str, Any]) -> dict[str, Any]:
    """What of a clinic's settings goes for each client's therapy."""
    from mentalities_sim.worlds.clinic import Clinic

    known = declared(Dyad, Parameter)
    given = {name: value for name, value in world.items() if name in known}
    for name in ("sessions", "exchanges", "run_in"):
        given.setdefault(name, getattr(Clinic, name).default)
    return given
