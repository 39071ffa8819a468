"""One person, one signal, one rule: what the tests of a person's rules share."""

from __future__ import annotations

import mesa
from small_runs import luck_of

from mentalities_sim.person import Person
from mentalities_sim.signals import Answer, Appraisal, Response, Signal

NEUTRAL = Signal(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0)
WARM = Signal(0.0, 0.8, 0.0, 0.0, 1.0, 0.0, 0)
LUCK = luck_of(Person, switching=0.0)
STAYED = Answer(int(Response.STAND), 0.0, 0.0, 0.2, 0.5)
YIELDED = Answer(int(Response.YIELD), 1.0, 0.0, 0.8, 0.2)
ESCAPED = Answer(int(Response.STAND), 0.0, 1.0, 0.2, 0.5)


def person(**state) -> Person:
    return Person(mesa.Model(rng=1), **state)


def stake(**parts: float) -> Appraisal:
    return Appraisal(**{**dict.fromkeys(Appraisal._fields, 0.0), **parts})
