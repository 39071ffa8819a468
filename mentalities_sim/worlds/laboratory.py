"""The laboratory: one person, or two, and a protocol of what is done to them, step by step."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import mesa
import numpy as np

from mentalities_sim.declare import Parameter, State
from mentalities_sim.engine.agents import give_state
from mentalities_sim.engine.batch import Schedule
from mentalities_sim.person import Person
from mentalities_sim.signals import Signal
from mentalities_sim.worlds.upbringing import Upbringing

AS_IT_IS = -1.0
"""Where a protocol leaves a state to the person."""


class Trial(IntEnum):
    """What one step of a protocol does."""

    NOTHING = 0
    SIGNAL = 1
    ONESELF = 2
    SAID_INSIDE = 3
    TASK = 4
    CONTEST = 5
    LIFE = 6
    MEETING = 7


class Step:
    """One step of a protocol: time that passes, states that are held, and what is then done.

    A person's own life is not simulated here; what is not in the protocol does not happen.
    """

    trial = State(0, (0, len(Trial) - 1), unit="number", meaning="what is done, by `Trial`")
    hours = State(0.0, (0.0, 1e6), unit="hours", meaning="time that passes before it, without brooding")
    threat = State(AS_IT_IS, (AS_IT_IS, 1.0), meaning="threat that is set before it; -1: as it is")
    soothing = State(AS_IT_IS, (AS_IT_IS, 1.0), meaning="soothing that is set before it; -1: as it is")
    drive = State(AS_IT_IS, (AS_IT_IS, 1.0), meaning="drive that is set before it; -1: as it is")
    subordination = State(AS_IT_IS, (AS_IT_IS, 1.0), meaning="ISS that is set before it; -1: as it is")
    dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance sent, by others or oneself")
    warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth sent, by others or oneself")
    playfulness = State(0.0, (0.0, 1.0), meaning="playfulness sent")
    freedom = State(0.0, (0.0, 1.0), meaning="freedom-giving sent")
    expressiveness = State(1.0, (0.0, 1.0), meaning="how far feeling shows")
    labelling = State(0.0, (0.0, 1.0), meaning="how far it puts into words what goes on")
    surface = State(0, (0, 1), unit="between 0, inside 1", meaning="where the signal lands")
    familiarity = State(0.0, (0.0, 1.0), meaning="1: the partner to whom safety is tied; 0: anybody")
    shaking = State(0.0, (0.0, 1.0), meaning="threat that something happening adds during the step")
    standing = State(0.0, (-2.0, 2.0), unit="circumplex", meaning="standing of the other, less one's own")
    stake = State(0.0, (0.0, 1.0), meaning="worth of what is contested, or tried")
    won = State(AS_IT_IS, (AS_IT_IS, 1.0), meaning="outcome: 1 won, 0 lost; -1: none")
    inward = State(0, (0, 1), unit="no 0, yes 1", meaning="whether one may turn to oneself before it")


class Laboratory(Upbringing, mesa.Model):
    """One person in a protocol, after a childhood or without one; a second person for meetings.

    For the questions that a therapy or a society asks too indirectly: the same act or state forced on the
    same people with the same chance (evidence rule 2). Source: design, "The person"; evidence rules 2, 6.

    Example:
        >>> [int(p) for p in Laboratory.schedule(trials=2, childhood=1).phase]
        [0, 2, 2]
    """

    roles = {"person": Person, "partner": Person}
    people = ("person", "partner")
    called = {"child": "person"}
    takes_policy = False
    sizes = ("trials", "childhood", "partner_childhood")
    inputs = {"protocol": Step}
    phases = {
        "bring_up": {"child": "person", "child_after": "person", "child_self": "person", "world": "world"},
        "bring_up_partner": {
            "child": "partner",
            "child_after": "partner",
            "child_self": "partner",
            "world": "world",
        },
        "trial": {
            "person": "person",
            "person_self": "person",
            "partner": "partner",
            "partner_self": "partner",
        },
    }

    trials = Parameter(10, (1, 100_000), unit="steps", meaning="steps of the protocol")
    partner_childhood = Parameter(
        0,
        (0, 10_000),
        unit="encounters",
        meaning="telling encounters of the partner's childhood, if any; as long as the person's",
    )

    def __init__(self, seed: int = 0, **given: Any) -> None:
        super().__init__(rng=int(seed))
        give_state(self, given)

    @staticmethod
    def schedule(trials: int, childhood: int = 0, partner_childhood: int = 0) -> Schedule:
        """Return the order of steps: childhoods, then the protocol.

        Raises `ValueError` for a partner's childhood of another length than the person's.
        """
        if partner_childhood not in (0, childhood):
            raise ValueError(
                f"partner_childhood is {partner_childhood}; it can be 0 (none) or as long as the person's "
                f"childhood, {childhood}, since plasticity ends with both"
            )
        lengths = (childhood, partner_childhood, trials)
        phase = np.repeat([0, 1, 2], lengths).astype(np.int64)
        return Schedule(phase, np.concatenate([np.arange(n) for n in lengths]))

    def bring_up(self, person, tick: int, luck) -> None:
        """Let the person have one telling encounter of childhood.

        Equation: as `raise_child`. Source: CBK 2.1.1 (R5, R6), 2.2, 2.4.
        """
        self.raise_child(person, tick, luck)

    def bring_up_partner(self, partner, tick: int, luck) -> None:
        """Let the partner have one telling encounter of childhood.

        Equation: as `raise_child`. Source: CBK 2.1.1 (R5, R6), 2.2, 2.4.
        """
        self.raise_child(partner, tick, luck)

    def trial(self, person, partner, protocol, luck) -> None:
        """Do one step of the protocol.

        Equation: time passes, states are set where the step says so, then what it does. Source: evidence
        rule 2: forced acts and states.
        """
        if protocol.hours > 0.0:
            person.part()
            person.elapse(protocol.hours)
            partner.part()
            partner.elapse(protocol.hours)
        self.set_states(person, protocol)
        if protocol.inward == 1 or protocol.trial == Trial.MEETING:
            person.look_inward(luck.person_self)
        signal = Signal(
            protocol.dominance,
            protocol.warmth,
            protocol.playfulness,
            protocol.freedom,
            protocol.expressiveness,
            protocol.labelling,
            protocol.surface,
        )
        person.be_shaken(protocol.shaking, 0.0)
        if protocol.trial == Trial.SIGNAL:
            person.encounter(signal, protocol.familiarity, luck.person)
        elif protocol.trial == Trial.ONESELF:
            person.encounter_oneself(luck.person)
        elif protocol.trial == Trial.SAID_INSIDE:
            person.hear_inside(signal, luck.person)
        elif protocol.trial == Trial.TASK:
            self.set_task(person, protocol, luck.person)
        elif protocol.trial == Trial.CONTEST:
            person.have_it_out(protocol.standing, protocol.won, protocol.stake)
        elif protocol.trial == Trial.LIFE:
            person.live(2.0, luck.person)
        elif protocol.trial == Trial.MEETING:
            self.let_meet(person, partner, protocol, luck)
        person.be_shaken(0.0, 0.0)

    def set_states(self, person, protocol) -> None:
        """Set what a step of the protocol holds.

        Equation: state = the step's value where that is not -1. Source: evidence rule 2.
        """
        if protocol.threat >= 0.0:
            person.threat = protocol.threat
        if protocol.soothing >= 0.0:
            person.soothing = protocol.soothing
        if protocol.drive >= 0.0:
            person.drive = protocol.drive
        if protocol.subordination >= 0.0:
            person.involuntary_subordination = protocol.subordination

    def set_task(self, person, protocol, luck) -> None:
        """Set the person a task, and let it go well or badly, if it is done at all.

        Equation: `face_task`; won or lost as the step says: `learn_from_goal`, `note_success`. Source: CBK
        2.1.3 (I7), 2.1.4 (T7).
        """
        person.face_task(luck)
        person.at_stake = 0.0
        if protocol.won >= 0.0:
            person.learn_from_goal(protocol.won, protocol.stake)
            person.note_success(protocol.won)

    def let_meet(self, person, partner, protocol, luck) -> None:
        """Let two people exchange one signal each; the protocol's is added to what the person shows.

        Equation: partner's last signal -> person; person's answer + the step's -> partner. Source: CBK 2.3
        (I2); each may turn to oneself.
        """
        person.standing_gap = protocol.standing
        partner.standing_gap = -protocol.standing
        answer = person.encounter(partner.shown_again(), 0.0, luck.person)
        partner.look_inward(luck.partner_self)
        partner.encounter(person.pushed(answer, protocol.dominance, protocol.warmth), 0.0, luck.partner)
        person.standing_gap = 0.0
        partner.standing_gap = 0.0
