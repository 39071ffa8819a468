"""The clinic: clients of one therapist who live in a society between sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mentalities_sim.declare import Parameter, State
from mentalities_sim.person import Person
from mentalities_sim.policies import Policy, Script
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds.dyad import Dyad
from mentalities_sim.worlds.society import ROUND_HOURS, Society

if TYPE_CHECKING:
    from mentalities_sim.engine.rules import RuleSet
    from mentalities_sim.worlds.meetings import Course

ROUNDS_PER_WEEK = 28


class Case(Dyad):
    """One client's therapy within a clinic: what a dyad keeps count of, and when the first session was."""

    first_round = State(0, (0, 1e9), unit="rounds", meaning="round with which the first session begins")

    def begin_session(self, therapist) -> None:
        """Begin a session; how long the therapist has rested is known to the clinic.

        Equation: none of time. Source: design, "Time has units".
        """
        self.open_session(therapist)

    def note_round(self, client, number: int) -> None:
        """Count what a client feels after a round of life in the society; it changes nobody.

        Equation: the dyad's sums, at the end of each round of six hours, by weeks since the first session, up
        to a week after the last. Source: evidence rule 1: symptoms are taken in life, not in sessions.
        """
        since = number - self.first_round
        self.week = since // ROUNDS_PER_WEEK
        if client.alive == 0 or self.week >= self.sessions:
            return
        met = client.shown_dominance != 0.0
        if met:
            context = 3
            if client.received_warmth > 0.0:
                context = 2
            self.contexts[context][client.mentality] += 1.0
        self.observe_life(client, met, True, (since - ROUNDS_PER_WEEK * self.week + 1) * ROUND_HOURS)


class Clinic(Society):
    """A society whose first people see a therapist once a week; the sessions are those of a dyad.

    What happens in the society reaches the session, and back, since it is one person to whom both happen:
    what was learned with the therapist meets the others, and threat, ISS and beliefs about power come along.
    Source: CBK 2.2 (A6), 2.6.
    """

    roles = {**Society.roles, "client": Person, "therapist": Therapist, "policy": Policy, "case": Case}
    shared = {**Society.shared, "client": "person"}
    crowds = {**Society.crowds, "policy": 1, "case": 1}
    people = ("person", "tie", "client", "therapist")
    takes_policy = True
    inputs = {"script": Script}
    sizes = (
        *(name for name in Society.sizes if name != "days"),
        "clients",
        "sessions",
        "exchanges",
        "run_in",
    )
    phases = {
        **Society.phases,
        "exchange": {
            "client": "client", "client_self": "client", "therapist": "therapist",
            "therapist_self": "therapist", "policy": "policy", "world": "case",
        },
        "note": {},
    }  # fmt: skip

    last_session = State(0.0, (0.0, 1e9), unit="hours", meaning="when the therapist last saw anybody")
    days = State(0, (0, 1e9), unit="days", meaning="length of the course: run-in, sessions and a week")

    clients = Parameter(2, (1, 28), unit="people", meaning="clients of the therapist, seen in turn each week")
    sessions = Parameter(20, (1, 1000), unit="sessions", meaning="weekly sessions of each client")
    exchanges = Parameter(60, (1, 1000), unit="exchanges per session", meaning="exchanges of 30 s")
    strain_rate = Dyad.strain_rate
    leaving_at_rest = Dyad.leaving_at_rest
    leaving_with_rupture = Dyad.leaving_with_rupture
    washout = Dyad.washout
    assessed_weeks = Dyad.assessed_weeks
    topics_per_session = Dyad.topics_per_session
    topic_lasts = Dyad.topic_lasts
    topic_threatens = Dyad.topic_threatens
    topic_shames = Dyad.topic_shames
    noises_per_session = Dyad.noises_per_session
    run_in = Parameter(4, (1, 1000), unit="weeks", meaning="weeks of life before the first session")

    @classmethod
    def gather(
        cls,
        seed: int = 0,
        *,
        replicate: int = 0,
        person: Mapping[str, Any] | None = None,
        cast: Mapping[str, type] | None = None,
        client: Mapping[str, Any] | None = None,
        therapist: Mapping[str, Any] | None = None,
        policy: Mapping[str, Any] | None = None,
        **world: Any,
    ) -> Clinic:
        """Return a clinic as a Mesa model, as `Society.gather` does; the first of its `members` are clients.

        `client` is what they have instead as starting states, `therapist` and `policy` what is given for
        these; which policy it is, `cast` says (`cast={"policy": Titrated}`).

        Example:
            >>> from mentalities_sim.policies import Titrated
            >>> clinic = Clinic.gather(
            ...     seed=1, cast={"policy": Titrated}, client={"warmth_danger": 0.9}, size=6
            ... )
            >>> [member.warmth_danger for member in clinic.members[:3]]
            [0.9, 0.9, 0.5]
        """
        from mentalities_sim.engine.rules import RuleSet
        from mentalities_sim.worlds.appointments import clinic_batch
        from mentalities_sim.worlds.meetings import gathered

        values = {
            "world": world, "person": person or {}, "tie": {}, "client": client or {},
            "therapist": therapist or {}, "policy": policy or {},
        }  # fmt: skip
        found: Clinic = gathered(RuleSet(cls, cast or {}), clinic_batch, values, seed, replicate)
        return found

    @staticmethod
    def course(rules: RuleSet, seed: int, replicates: Sequence[int], sizes: Mapping[str, Any]) -> Course:
        """Return who meets whom when, sessions included."""
        from mentalities_sim.worlds.appointments import Appointments

        return Appointments(rules, seed, replicates, sizes)

    def exchange(self, case, client, therapist, policy, script, tick: int, luck) -> None:
        """Hold one exchange of a client's session; the therapist has rested since the last, whose it was.

        Equation: as in a dyad; ticks count exchanges of all clients, session by session. Source: CBK 2.6.
        """
        self.clear_contest()
        if client.alive == 0:
            return
        if tick % self.exchanges == 0 and case.dropped_out == 0:
            therapist.elapse(self.hours - self.last_session)
            self.last_session = self.hours
        session = tick // self.exchanges // self.clients
        case.exchange(
            client, therapist, policy, script, session * self.exchanges + tick % self.exchanges, luck
        )

    def note(self, case, client, tick: int) -> None:
        """Note how a client is after a round of life.

        Equation: sums only. Source: evidence rule 1.
        """
        self.clear_contest()
        case.note_round(client, tick)
