"""A person: one encounter pipeline for contests, therapy and self-criticism."""

from __future__ import annotations

from typing import Any

import mesa

from mentalities_sim.engine.agents import give_state
from mentalities_sim.person.act import Acting
from mentalities_sim.person.anticipate import Anticipating
from mentalities_sim.person.appraise import Appraising
from mentalities_sim.person.contend import Contending
from mentalities_sim.person.elapse import Elapsing
from mentalities_sim.person.emote import Emoting
from mentalities_sim.person.feel import Feeling
from mentalities_sim.person.flows import Flowing
from mentalities_sim.person.grow import Growing
from mentalities_sim.person.inward import Turning
from mentalities_sim.person.learn import Learning
from mentalities_sim.person.perceive import Perceiving
from mentalities_sim.person.refer import Referring
from mentalities_sim.person.rival import Rivalling
from mentalities_sim.person.strive import Striving
from mentalities_sim.person.switch import Switching
from mentalities_sim.person.tie import Tie
from mentalities_sim.signals import Answer, Perceived, Signal

__all__ = ["Person", "Tie"]


class Person(
    Anticipating,
    Perceiving,
    Appraising,
    Flowing,
    Referring,
    Feeling,
    Emoting,
    Learning,
    Switching,
    Acting,
    Turning,
    Contending,
    Striving,
    Growing,
    Elapsing,
    Rivalling,
    mesa.Agent,
):
    """Someone with threat, drive and soothing systems, an inner referee and a learned past.

    The rules are the methods; each step of the pipeline is a class of its own, with its states,
    parameters and streams. Keyword arguments set states and parameters by name; an unknown name
    raises `TypeError` with the nearest right one. Source: `design.md`, "The person"; CBK 2.

    Example:
        >>> import mesa
        >>> maya = Person(mesa.Model(rng=1), threat=0.3)
        >>> maya.threat, maya.soothing
        (0.3, 0.1)
    """

    def __init__(self, model: mesa.Model, **given: Any) -> None:
        super().__init__(model)
        give_state(self, given)

    def encounter(self, signal: Signal, familiarity: float, luck) -> Signal:
        """Meet another's signal, and answer it: perceive, take in, act.

        Equation: the steps in order; familiarity is 1 with the partner to whom safety is tied. What another
        addresses to the inside (imagined, practised, said in one's stead) is taken in on the self surface.
        Source: CBK 2.1-2.3, 2.2 (T16: inside, help needs no relationship), 2.6; design, "The person".
        """
        seen = self.perceive(signal, luck)
        answer = self.take_in(signal, seen, signal.surface, familiarity, luck)
        return self.act(answer, luck)

    def encounter_oneself(self, luck) -> None:
        """Meet what one says to oneself, answer it, and hear the answer.

        Equation: the same steps; the sender is the internal other. Source: CBK 2.3, 2.4 (I4, M6).
        """
        signal = self.speak_inwardly()
        self.alone_with_oneself = 1
        answer = self.take_in(signal, self.overhear(signal), signal.surface, 0.0, luck)
        self.alone_with_oneself = 0
        self.answer_oneself(answer)
        self.hear_oneself(answer)

    def hear_inside(self, signal: Signal, luck) -> None:
        """Hear something said inside in words that an experiment chooses, and answer it like any such.

        Equation: as `encounter_oneself`, with the signal in place of what the internal other would say.
        Source: evidence rule 2 (I4).
        """
        self.inner_warmth = signal.warmth
        self.inner_dominance = signal.dominance
        self.alone_with_oneself = 1
        answer = self.take_in(signal, self.overhear(signal), 1, 0.0, luck)
        self.alone_with_oneself = 0
        self.answer_oneself(answer)
        self.hear_oneself(answer)

    def take_in(self, signal: Signal, seen: Perceived, surface: int, familiarity: float, luck) -> Answer:
        """Let a signal do what it does: appraise, refer, feel, emote, learn, switch.

        Equation: the steps in this order, the same for others and for oneself; rival accounts are off.
        Source: CBK 2.1-2.4; design, "The person".
        """
        stake = self.appraise(signal, seen, surface, familiarity)
        answer = self.refer(stake, surface, luck)
        self.feel(stake, answer)
        self.emote(stake, answer, surface)
        self.learn(seen, stake, answer, surface, familiarity)
        self.switch(seen, stake, luck)
        self.follow_rivals(seen, surface)
        return answer

    def look_inward(self, luck) -> None:
        """Meet oneself in the midst of contact, now and then.

        Equation: self-encounter with P = inward_in_contact + c shame. Source: CBK 2.4 (I3, I4).
        """
        if self.turns_inward(luck):
            self.encounter_oneself(luck)

    def live(self, hours: float, luck) -> None:
        """Live for a while with nobody there: time passes, and one may brood.

        Equation: decay over the gap, then a self-encounter with P = (n0 + n1 ISS) Δt, while one lives.
        Source: CBK 2.1.1 (R3, R9); kernel, "Between sessions".
        """
        self.part()
        self.elapse(hours)
        if self.alive == 1 and self.broods(hours, luck):
            self.encounter_oneself(luck)
