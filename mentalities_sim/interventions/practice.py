"""What is practised: skills, and the voices of chair work."""

from __future__ import annotations

from mentalities_sim.interventions.base import Intervention
from mentalities_sim.signals import Surface


class Guides(Intervention):
    """Attention or a skill is directed, step by step."""

    name = "guides"
    meaning = "directs attention or a skill, step by step"
    dominance = 0.3
    dose_share = 0.6
    freedom = 0.4
    expressiveness = 0.4
    labelling = 0.1
    source = "CBK Table 1, turn 5"


class PractisesASkill(Intervention):
    """A skill of being kind to oneself is tried out: a task, at which one can fail."""

    name = "practises a skill"
    meaning = "coaches the client in a compassionate skill"
    dominance = 0.25
    dose_share = 0.5
    freedom = 0.4
    expressiveness = 0.4
    labelling = 0.1
    surface = Surface.SELF
    exchanges = 6
    source = "CBK 2.6; 2.1.4 (T7)"


class StandsIn(Intervention):
    """Chair work: the therapist speaks for the inner caregiver or defender, warmly and firmly."""

    name = "stands in"
    meaning = "speaks for the client's inner caregiver or defender"
    dominance = 0.3
    warmth = 0.2
    dose_share = 0.8
    freedom = 0.4
    expressiveness = 0.8
    labelling = 0.2
    surface = Surface.SELF
    exchanges = 4
    source = "CBK 2.6 (T11)"
