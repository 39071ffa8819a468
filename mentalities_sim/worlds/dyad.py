"""The dyad: a client and a therapist, weekly sessions, and life in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.engine.agents import give_state
from mentalities_sim.engine.batch import Schedule
from mentalities_sim.person import Person
from mentalities_sim.policies import Policy, Script
from mentalities_sim.signals import Response, Signal
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds.happenings import Happening
from mentalities_sim.worlds.observe import Observing
from mentalities_sim.worlds.upbringing import Upbringing

EXCHANGE_HOURS = 30.0 / 3600.0
WEEK_HOURS = 168.0
DAYS_PER_WEEK = 7.0


class Dyad(Upbringing, Happening, Observing, mesa.Model):
    """A course of therapy: `exchange` inside sessions, `live` between them, `bring_up` long before.

    Source: design, "Time has units": an exchange is 30 s, sessions are a week apart, life goes on
    between them. As any Mesa model it can be built by hand: make the agents, `seat` them, `step`.

    Example:
        >>> from mentalities_sim.policies import Titrated
        >>> dyad = Dyad(seed=1, sessions=1, exchanges=2, run_in=0)
        >>> dyad.seat(Person(dyad, warmth_danger=0.9), Therapist(dyad), Titrated())
        >>> dyad.step()
        >>> len(dyad.agents), dyad.policy.dose
        (2, 0.05)
    """

    roles = {"client": Person, "therapist": Therapist, "policy": Policy}
    people = ("client", "therapist")
    called = {"child": "client"}
    takes_policy = True
    sizes = ("sessions", "exchanges", "slots", "run_in", "childhood")
    inputs = {"script": Script}
    phases = {
        "exchange": {
            "client": "client",
            "client_self": "client",
            "therapist": "therapist",
            "therapist_self": "therapist",
            "policy": "policy",
            "world": "world",
        },
        "live": {"client": "client", "client_self": "client", "client_goal": "client", "world": "world"},
        "bring_up": {
            "child": "client",
            "child_after": "client",
            "child_self": "client",
            "world": "world",
        },
    }

    week = State(0, (-1000, 1e6), unit="weeks", meaning="weeks since the first session")
    hours = State(0.0, (0.0, 1e9), unit="hours", meaning="time since the first session began")
    dropped_out = State(0, (0, 1), unit="no 0, yes 1", event="change", meaning="the client has left therapy")
    weeks_attended = State(0, (0, 1e6), unit="sessions", meaning="sessions begun")
    strain = State(0.0, (0.0, 1.0), meaning="recent share of exchanges escaped or countered")
    rupture = State(
        0,
        (0, 1),
        unit="no 0, yes 1",
        event="change",
        meaning="a rupture: strain above ½ until below ¼",
    )
    ruptures = State(0, (0, 1e6), unit="count", meaning="ruptures begun")
    ruptured_exchanges = State(0, (0, 1e6), unit="exchanges", meaning="exchanges of this session in rupture")

    sessions = Parameter(20, (1, 1000), unit="sessions", meaning="weekly sessions")
    exchanges = Parameter(60, (1, 1000), unit="exchanges per session", meaning="exchanges of 30 s")
    run_in = Parameter(2, (0, 1000), unit="weeks", meaning="weeks of life before the first session")
    slots = Parameter(84, (1, 10000), unit="per week", meaning="moments of life between sessions")
    meetings_per_day = Parameter(
        1.0,
        (0.0, 12.0),
        plausible=(0.3, 3.0),
        unit="per day",
        meaning="telling encounters with other people",
        reason="telling ones, not all: two a week to three a day",
    )
    others_warmth = Parameter(
        0.1,
        (-1.0, 1.0),
        plausible=(0.0, 0.3),
        unit="circumplex",
        meaning="mean warmth of other people",
        reason="nine daily interactions in ten are warm, which is a mean of .3 at a SD of .25; telling "
        "ones are cooler",
    )
    others_spread = Parameter(
        0.25,
        (0.0, 1.0),
        plausible=(0.15, 0.4),
        unit="circumplex",
        meaning="SD of their warmth and dominance",
        reason="a guess, .6 to 1.6 times the default: both warm and cold people are met, hardly ever at "
        "the ends",
    )
    strain_rate = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.1, 0.4),
        unit="per exchange",
        meaning="pace at which strain builds and eases",
        reason="half to twice the default, a guess: half-life 40 s to 3 min, some exchanges and not one",
    )
    leaving_at_rest = Parameter(
        0.002,
        (0.0, 1.0),
        plausible=(0.0, 0.01),
        unit="per session",
        meaning="chance of dropping out without any rupture",
        reason="over 20 sessions 4 % leave at the default; nobody to 18 %",
    )
    leaving_with_rupture = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.0, 0.15),
        unit="per session",
        meaning="chance added by a session wholly in rupture",
        source="CBK 2.1.4; alliance ruptures",
        reason="nothing to three times the default: a session wholly in rupture loses at most one "
        "client in seven",
    )
    washout = Parameter(
        48.0,
        (0.0, 160.0),
        unit="hours",
        meaning="time after a session that is left out of the assessed weeks",
        reason="soothing carried over from the last session is not yet a change of life (evidence rule 1)",
    )
    assessed_weeks = Parameter(
        4, (1, 1000), unit="weeks", meaning="last weeks of the course over which outcomes are taken"
    )

    leaving = Stream("does the client come back?")
    meeting = Stream("does one meet somebody?")
    meeting_warmth = Stream("how warm are they?", normal=True)
    meeting_dominance = Stream("how dominant are they?", normal=True)

    def __init__(self, seed: int = 0, **given: Any) -> None:
        super().__init__(rng=int(seed))
        give_state(self, given)
        self.chance_seed = int(seed)
        self.course: Iterator[Any] | None = None

    @classmethod
    def from_experiment(
        cls,
        path: str | Path,
        arm: str,
        *,
        replicate: int = 0,
        overrides: Sequence[str] = (),
        **cell: Any,
    ) -> Dyad:
        """Return one therapy of an experiment file as a Mesa model, ready to `step`.

        `cell` names the swept values (`fear=0.9`; the first level where none is given). Stepped to
        its end it gives, bit by bit, what running the file gives for that arm and replicate.
        """
        from mentalities_sim.experiment.one import one_run

        found: Dyad = one_run(Dyad, path, arm, replicate, overrides, cell)
        return found

    def seat(
        self,
        client: Person,
        therapist: Therapist,
        policy: Policy,
        *,
        script: Sequence[Signal] = (),
        replicate: int = 0,
    ) -> None:
        """Bring client, therapist and policy together, so that `step` can be called.

        Their chance is that of the model's seed and of `replicate`, from the named streams; `script` holds
        one signal per exchange for policies that follow one (nothing, where it ends). The three are kept as
        `dyad.client`, `dyad.therapist` and `dyad.policy`.
        """
        from mentalities_sim.engine.mesa_engine import by_hand

        self.follow(by_hand(self, client, therapist, policy, script, self.chance_seed, replicate))
        self.client, self.therapist, self.policy = client, therapist, policy

    def follow(self, course: Iterator[Any]) -> None:
        """Take the steps of a course from here on."""
        self.course = course
        self.running = True

    def step(self) -> None:
        """Do one tick: an exchange of a session, or a moment of life; `running` ends with the course.

        Raises `RuntimeError` when nobody is seated, or the course is over.
        """
        if self.course is None:
            raise RuntimeError("nobody is here yet: dyad.seat(client, therapist, policy) comes first")
        if not self.running:
            raise RuntimeError(f"the course of {self.sessions} sessions is over")
        next(self.course)
        self.running = not next(self.course).last

    @staticmethod
    def schedule(sessions: int, exchanges: int, slots: int, run_in: int, childhood: int = 0) -> Schedule:
        """Return the order of a course: childhood, the run-in, then a session and a week of life, and again.

        Example:
            >>> [int(p) for p in Dyad.schedule(2, 2, 1, 1).phase]
            [1, 0, 0, 1, 0, 0, 1]
        """
        held = np.arange(sessions * exchanges).reshape(sessions, exchanges)
        lived = np.arange(run_in * slots, (run_in + sessions) * slots).reshape(sessions, slots)
        tick = np.concatenate([np.arange(run_in * slots), np.hstack([held, lived]).ravel()])
        week = np.hstack([np.zeros(exchanges, np.int64), np.ones(slots, np.int64)])
        phase = np.concatenate([np.ones(run_in * slots, np.int64), np.tile(week, sessions)])
        young = np.full(childhood, 2, np.int64)
        return Schedule(np.concatenate([young, phase]), np.concatenate([np.arange(childhood), tick]))

    def bring_up(self, client, tick: int, luck) -> None:
        """Let the client have one telling encounter of childhood; the therapist is grown up.

        Equation: as `raise_child`; tick counts encounters. Source: CBK 2.1.1 (R5, R6), 2.2, 2.4.
        """
        self.raise_child(client, tick, luck)

    def exchange(self, client, therapist, policy, script, tick: int, luck) -> None:
        """Hold one exchange of a session, if the client still comes.

        Equation: policy -> therapist -> client -> therapist, each also with oneself; tick counts
        exchanges from the first session's first. Source: design, "The person"; CBK 2.6.
        """
        exchange = tick % self.exchanges
        self.week = tick // self.exchanges
        self.hours = self.week * WEEK_HOURS + (exchange + 1) * EXCHANGE_HOURS
        if self.dropped_out == 1:
            client.part()
            return
        if exchange == 0:
            self.begin_session(therapist)
        progress = tick / (self.sessions * self.exchanges)
        sent = therapist.send(policy.choose(therapist, script, progress, exchange, luck.policy))
        self.come_up(client, luck.world)
        client.look_inward(luck.client_self)
        reply = client.encounter(sent, 1.0, luck.client)
        self.follow_strain(client)
        self.observe_exchange(client, sent.warmth, exchange)
        therapist.look_inward(luck.therapist_self)
        therapist.encounter(reply, 1.0, luck.therapist)
        therapist.attune(luck.therapist)
        if exchange == self.exchanges - 1:
            self.end_session(luck.world)

    def begin_session(self, therapist) -> None:
        """Begin a session: the therapist has had a week to rest, and nothing has gone wrong in it yet.

        Equation: decay over the week since the last session. Source: design, "Time has units".
        """
        if self.weeks_attended > 0:
            therapist.elapse(WEEK_HOURS)
        self.open_session(therapist)

    def open_session(self, therapist) -> None:
        """Open a session: the therapist reads anew, nothing goes on yet, and there is no strain.

        Equation: strain = 0; sessions attended + 1. Source: CBK 2.6.
        """
        therapist.part()
        therapist.begin_session()
        self.happening = 0
        self.weeks_attended += 1
        self.strain = 0.0
        self.rupture = 0
        self.ruptured_exchanges = 0

    def follow_strain(self, client) -> None:
        """Follow the strain between the two; a rupture begins above ½ and is repaired below ¼.

        Equation: strain += r (1[escaped or countered] - strain). Source: CBK 2.1.4 (T3); withdrawal and
        confrontation ruptures.
        """
        apart = 0.0
        if client.escaped == 1 or client.response == Response.COUNTER:
            apart = 1.0
        self.strain += self.strain_rate * (apart - self.strain)
        if self.rupture == 0 and self.strain > 0.5:
            self.rupture = 1
            self.ruptures += 1
        elif self.rupture == 1 and self.strain < 0.25:
            self.rupture = 0
        self.ruptured_exchanges += self.rupture

    def end_session(self, luck) -> None:
        """Let the client decide whether to come back.

        Equation: P(leave) = l0 + l1 share of the session in rupture. Source: CBK 2.1.4.
        """
        share = self.ruptured_exchanges / self.exchanges
        if luck.leaving < clip01(self.leaving_at_rest + self.leaving_with_rupture * share):
            self.dropped_out = 1

    def live(self, client, therapist, tick: int, luck) -> None:
        """Live one moment between sessions: time passes, one broods, meets somebody, goes after something.

        Equation: decay over the slot; then self-encounter with P = (n0 + n1 ISS) Δt; then a meeting
        with P = rate Δt, of normally distributed warmth and dominance; then a goal, if there are any.
        Source: kernel, "Between sessions"; CBK 2.1.4 (S8).
        """
        self.week = tick // self.slots - self.run_in
        slot = tick % self.slots
        gap = WEEK_HOURS / self.slots
        self.hours = self.week * WEEK_HOURS + (slot + 1) * gap
        client.part()
        therapist.part()
        client.elapse(gap)
        brooded = client.broods(gap, luck.client_self)
        if brooded:
            client.encounter_oneself(luck.client_self)
            self.contexts[1][client.mentality] += 1.0
        met = luck.world.meeting < self.meetings_per_day * DAYS_PER_WEEK / self.slots
        if met:
            self.meet(client, luck)
        if client.goals_per_day > 0.0:
            client.pursue(gap, luck.client_goal)
        self.observe_life(client, met, brooded, (slot + 1) * gap)

    def meet(self, client, luck) -> None:
        """Let the client meet somebody of chance warmth and dominance.

        Equation: warmth ~ N(μ, σ), dominance ~ N(0, σ), cut at the bounds. Source: kernel,
        "Between sessions".
        """
        warmth = clip11(self.others_warmth + self.others_spread * luck.world.meeting_warmth)
        dominance = clip11(self.others_spread * luck.world.meeting_dominance)
        client.encounter(Signal(dominance, warmth, 0.0, 0.0, 1.0, 0.0, 0), 0.0, luck.client)
        context = 3
        if warmth > 0.0:
            context = 2
        self.contexts[context][client.mentality] += 1.0
