"""A person: one encounter pipeline for contests, therapy and self-criticism."""

from __future__ import annotations

from typing import Any

import mesa

from mentalities_sim.engine.agents import give_state
from mentalities_sim.person.act import Acting
from mentalities_sim.person.appraise import Appraising
from mentalities_sim.person.elapse import Elapsing
from mentalities_sim.person.feel import Feeling
from mentalities_sim.person.learn import Learning
from mentalities_sim.person.perceive import Perceiving
from mentalities_sim.person.refer import Referring
from mentalities_sim.person.switch import Switching
from mentalities_sim.signals import Signal, Surface

__all__ = ["Person"]


class Person(Perceiving, Appraising, Referring, Feeling, Learning, Switching, Acting, Elapsing, mesa.Agent):
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

    def encounter(self, signal: Signal, surface: Surface, familiarity: float, luck) -> Signal:
        """Meet a signal: perceive, appraise, refer, feel, learn, switch, act.

        Equation: the seven steps in this order, the same for others and for oneself.
        Source: CBK 2.1-2.4; design, "The person".
        """
        seen = self.perceive(signal, surface, luck)
        stake = self.appraise(signal, seen, surface, familiarity)
        answer = self.refer(stake, surface, luck)
        self.feel(stake, answer)
        self.learn(seen, stake, answer, surface, familiarity)
        self.switch(seen, stake, luck)
        return self.act(answer, surface, luck)

    def look_inward(self, luck) -> None:
        """Meet oneself in the midst of contact, now and then.

        Equation: self-encounter with P = inward_in_contact. Source: CBK 2.4 (I3, I4).
        """
        if luck.brooding < self.inward_in_contact:
            self.encounter(self.speak_inwardly(), Surface.SELF, 0.0, luck)
