"""The society: people who meet, contest, yield, care and remember, with life in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mesa

from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.engine.agents import give_state
from mentalities_sim.person import Person, Tie
from mentalities_sim.person.tie import place_of
from mentalities_sim.worlds.encounters import Encounters
from mentalities_sim.worlds.upbringing import Upbringing
from mentalities_sim.worlds.watch import WINDOWS

if TYPE_CHECKING:
    from mentalities_sim.engine.rules import RuleSet
    from mentalities_sim.worlds.meetings import Course

ROUND_HOURS = 6.0
"""Between two meetings of a person."""
MOMENTS = 3
"""Moments of life between two meetings, of two hours each, in which one can brood."""


class Network(IntEnum):
    """Who can meet whom."""

    WELL_MIXED = 0
    RING = 1
    SMALL_WORLD = 2
    GRID = 3


class Society(Upbringing, Encounters, mesa.Model):
    """Many people: every six hours each of them lives three moments, then meets somebody, or nobody.

    Contests are no game of their own: whoever does not yield to the bid that is foreseen, and competes, lays
    a claim; the claim is a dominant signal, and the answer is the inner referee's. Source: CBK 2.1.1, 2.1.2.

    Example:
        >>> society = Society.gather(seed=1, size=6, days=2)
        >>> society.step()
        >>> society.hours, len(society.members)
        (6.0, 6)
    """

    roles = {"person": Person, "other": Person, "newcomer": Person, "tie": Tie, "back": Tie}
    shared = {"other": "person", "back": "tie"}
    called: dict[str, str] = {"child": "person"}
    crowds = {"person": 1, "newcomer": 1, "tie": 2}
    ties = {"tie": ("person", "other"), "back": ("other", "person")}
    newborn = {"come_in": ("person", "newcomer")}
    recall = staticmethod(place_of)
    people: tuple[str, ...] = ("person", "tie")
    takes_policy = False
    inputs: dict[str, type] = {}
    sizes: tuple[str, ...] = (
        "size", "days", "network", "neighbours", "rewired", "turnover", "remembered", "childhood",
    )  # fmt: skip
    phases = {
        "bring_up": {
            "child": "person", "child_after": "person", "child_self": "person", "world": "world",
        },
        "meet": {
            "person_1": "person", "person_2": "person", "person_3": "person", "person_goal": "person",
            "other_1": "other", "other_2": "other", "other_3": "other", "other_goal": "other",
            "person_before": "person", "person_first": "person", "person_second": "person",
            "person_after": "person",
            "other_before": "other", "other_first": "other", "other_second": "other", "other_after": "other",
            "world": "world",
        },
        "apart": {
            "person_1": "person", "person_2": "person", "person_3": "person", "person_goal": "person",
            "other_1": "other", "other_2": "other", "other_3": "other", "other_goal": "other",
        },
        "alone": {
            "person_1": "person", "person_2": "person", "person_3": "person", "person_goal": "person",
        },
        "come_in": {},
    }  # fmt: skip

    hours = State(0.0, (0.0, 1e9), unit="hours", meaning="time since the society began to meet")
    rounds = State(0, (0, 1e9), unit="rounds of six hours", meaning="rounds of the course")
    meetings = State(0, (0, 1e9), unit="meetings", meaning="pairs in a round")
    size = Parameter(10, (2, 5_000_000), unit="people", meaning="people in the society")
    days = Parameter(90, (1, 100_000), unit="days", meaning="length of the course; four meetings a day")
    network = Parameter(Network.WELL_MIXED, (0, 3), meaning="who can meet whom, by `Network`")
    neighbours = Parameter(
        4, (2, 1000), unit="people", meaning="others one can meet on a ring or small world"
    )
    rewired = Parameter(0.1, (0.0, 1.0), meaning="share of a small world's ties that lead far away")
    turnover = Parameter(
        0.0, (0.0, 400.0), unit="per person and year", meaning="people who go, and newcomers in their places"
    )
    remembered = Parameter(
        14, (1, 1000), unit="people", meaning="others whom one remembers as rivals; the rest are strangers"
    )
    stigmatised = Parameter(
        0.0, (0.0, 1.0), meaning="share of the people who bear a stigma, at birth, by their number"
    )
    stigma_wanders = Parameter(
        0,
        (0, 1),
        unit="no 0, yes 1",
        meaning="whether the mark is drawn anew for each meeting, shuffled over people, instead of borne",
    )
    stigma = Parameter(
        0.4,
        (0.0, 2.0),
        plausible=(0.2, 0.8),
        unit="circumplex",
        meaning="standing it takes away",
        reason="a guess, half to twice the default, which is what a caregiver has over a child",
    )

    marking_first = Stream("does a wandering stigma mark the first of the two?")
    marking_second = Stream("does it mark the second?")

    def __init__(self, seed: int = 0, **given: Any) -> None:
        super().__init__(rng=int(seed))
        give_state(self, given)
        self.steps_to_take: Iterator[Any] | None = None

    @classmethod
    def gather(
        cls,
        seed: int = 0,
        *,
        replicate: int = 0,
        person: Mapping[str, Any] | None = None,
        cast: Mapping[str, type] | None = None,
        **world: Any,
    ) -> Society:
        """Return a society as a Mesa model, its people made and ready to `step`.

        `world` names parameters of the society (`size=20`, `scarcity=0.6`), `person` what is given for
        everybody (a value, or `{"mean": 0.3, "spread": 0.1}` of a starting state), `cast` classes of your own
        by role. Its people stand in `members`, as a list. Stepped to its end it gives, bit by bit, what the
        compiled engine gives. Raises `TypeError` for an unknown name.
        """
        from mentalities_sim.engine.rules import RuleSet
        from mentalities_sim.worlds.meetings import gathered, society_batch

        values = {"world": world, "person": person or {}, "tie": {}}
        found: Society = gathered(RuleSet(cls, cast or {}), society_batch, values, seed, replicate)
        return found

    @classmethod
    def from_experiment(
        cls,
        path: str | Path,
        arm: str,
        *,
        replicate: int = 0,
        overrides: Sequence[str] = (),
        **cell: Any,
    ) -> Society:
        """Return one society of an experiment file as a Mesa model, ready to `step`.

        `cell` names the swept values (`scarcity=0.8`; the first level where none is given). Stepped to its
        end it gives, bit by bit, what running the file gives for that arm and replicate.
        """
        from mentalities_sim.experiment.one import one_run

        found: Society = one_run(cls, path, arm, replicate, overrides, cell)
        return found

    def step(self) -> None:
        """Do one step: a meeting, or a moment of those who meet nobody; `running` ends with the course.

        Raises `RuntimeError` when nobody is there, or the course is over.
        """
        if self.steps_to_take is None:
            raise RuntimeError("nobody is here yet: Society.gather(seed=1, size=10) makes a society")
        if not self.running:
            raise RuntimeError("the course of this society is over")
        next(self.steps_to_take)
        self.running = not next(self.steps_to_take).last

    @staticmethod
    def course(rules: RuleSet, seed: int, replicates: Sequence[int], sizes: Mapping[str, Any]) -> Course:
        """Return who meets whom when, for a society of these sizes."""
        from mentalities_sim.worlds.meetings import Course

        return Course(rules, seed, replicates, sizes)

    def bring_up(self, person, tick: int, luck) -> None:
        """Let a person have one telling encounter of childhood; everybody's goes on side by side.

        Equation: as `raise_child`; tick counts everybody's. Newcomers come as they were born.
        Source: CBK 2.1.1 (R5, R6), 2.4.
        """
        self.raise_child(person, tick // self.size, luck)

    def meet(self, person, other, tie, back, tick: int, luck) -> None:
        """Let two people live on since they last met anybody, and meet.

        Equation: three moments of 2 h each; then what the meeting is about; both foresee, signal and answer;
        what was at stake goes to one of them, and both remember. Source: CBK 2.1.1, 2.1.2.
        """
        self.apart(person, other, tick, luck)
        if person.alive == 0 or other.alive == 0:
            return
        if tie.owner != person.identity or tie.other != other.identity:
            tie.begin(person.identity, other.identity)
        if back.owner != other.identity or back.other != person.identity:
            back.begin(other.identity, person.identity)
        first_mark, second_mark = self.wandering_stigma(luck.world)
        person.regard(tie, other.standing - second_mark + first_mark, other.strength, self.hours)
        other.regard(back, person.standing - first_mark + second_mark, person.strength, self.hours)
        self.come_to(person, other, luck.world)
        self.exchange_signals(person, other, luck)
        person.take_leave(tie, self.hours)
        other.take_leave(back, self.hours)
        self.watch(person, other)

    def wandering_stigma(self, luck) -> tuple[float, float]:
        """Say what standing a stigma that wanders takes from each of the two in this meeting.

        Equation: stigma with P = share, for each by chance; 0 where a stigma belongs to people.
        Source: R6: the control in which the mark is shuffled over people.
        """
        first, second = 0.0, 0.0
        if self.stigma_wanders == 1:
            if luck.marking_first < self.stigmatised:
                first = self.stigma
            if luck.marking_second < self.stigmatised:
                second = self.stigma
        return first, second

    def begin_round(self, tick: int) -> None:
        """Keep the clock. Equation: hours = 6 (round + 1). Source: design, "Time has units"."""
        now = tick // self.meetings
        self.clear_contest()
        self.hours = ROUND_HOURS * (now + 1)
        self.part = min(WINDOWS - 1, WINDOWS * now // self.rounds)

    def apart(self, person, other, tick: int, luck) -> None:
        """Let two people live on, before they meet or where they meet nobody.

        Equation: three moments of 2 h each. Source: design, "Time has units".
        """
        self.alone(person, tick, luck)
        other.live(ROUND_HOURS / MOMENTS, luck.other_1)
        other.live(ROUND_HOURS / MOMENTS, luck.other_2)
        other.live(ROUND_HOURS / MOMENTS, luck.other_3)
        other.pursue(ROUND_HOURS, luck.other_goal)

    def alone(self, person, tick: int, luck) -> None:
        """Let one person live on, as everybody does in every round.

        Equation: three moments of 2 h each. Source: design, "Time has units".
        """
        self.begin_round(tick)
        person.live(ROUND_HOURS / MOMENTS, luck.person_1)
        person.live(ROUND_HOURS / MOMENTS, luck.person_2)
        person.live(ROUND_HOURS / MOMENTS, luck.person_3)
        person.pursue(ROUND_HOURS, luck.person_goal)

    def come_in(self, person, tick: int) -> None:
        """Let a newcomer take a place; whoever had it is gone, and so are their memories.

        Equation: person = newcomer. Source: CBK 2.1.1 is silent; turnover of groups in the field.
        """
        self.clear_contest()
        self.newcomers += 1
