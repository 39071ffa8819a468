"""What is done with the relationship: contact, freedom, play, care said openly, staying with what is good."""

from __future__ import annotations

from mentalities_sim.interventions.base import Intervention


class EmpathicContact(Intervention):
    """The pain is seen and shared."""

    name = "empathic contact"
    meaning = "says or shows that the pain is seen and shared"
    expressiveness = 0.8
    source = "CBK 2.6; Table 1"


class TurnsToFeeling(Intervention):
    """The agenda is left for what is felt now."""

    name = "turns to the present feeling"
    meaning = "leaves the agenda and asks what is felt now"
    dominance = 0.15
    dose_share = 0.8
    freedom = 0.3
    expressiveness = 0.6
    labelling = 0.2
    source = "CBK Table 1, turn 1"


class InvitesFeeling(Intervention):
    """The client is asked to stay with what hurts."""

    name = "invites contact with feeling"
    meaning = "asks the client to stay with what hurts"
    dominance = 0.1
    dose_share = 0.8
    expressiveness = 0.6
    labelling = 0.2
    source = "CBK 3; Table 1, turns 2 and 6"


class GivesFreedom(Intervention):
    """The choice and the pace are the client's."""

    name = "gives freedom"
    meaning = "leaves the choice and the pace to the client"
    dominance = -0.2
    dose_share = 0.9
    freedom = 1.0
    expressiveness = 0.7
    source = "CBK 3 (T4); Table 1, turn 3"


class HandsOverTheLead(Intervention):
    """The client chooses what comes next."""

    name = "hands over the lead"
    meaning = "lets the client choose what comes next"
    dominance = -0.3
    dose_share = 0.7
    freedom = 0.95
    source = "CBK 3 (T4); Table 1, turn 15"


class Plays(Intervention):
    """Humour lowers the intensity."""

    name = "plays"
    meaning = "lowers the intensity with humour"
    dose_share = 0.8
    playfulness = 0.9
    freedom = 0.6
    expressiveness = 0.6
    source = "CBK 3 (T5); Table 1, turn 4"


class AsksAboutTheRelationship(Intervention):
    """What is feared from the therapist is asked about."""

    name = "asks about the relationship"
    meaning = "asks what is feared from the therapist"
    dose_share = 0.7
    freedom = 0.6
    expressiveness = 0.6
    labelling = 0.3
    source = "CBK 2.6; Table 1, turn 7"


class StatesCare(Intervention):
    """What the therapist feels for the client is said openly, and shows."""

    name = "states care"
    meaning = "says openly what the therapist feels for the client"
    dominance = 0.1
    warmth = 0.2
    freedom = 0.3
    expressiveness = 1.0
    labelling = 0.2
    exchanges = 3
    source = "CBK 2.6 (T18); Table 1, turn 10"


class Checks(Intervention):
    """It is asked whether a shift has taken hold."""

    name = "checks"
    meaning = "asks whether a shift has taken hold"
    dose_share = 0.8
    freedom = 0.8
    labelling = 0.2
    source = "CBK Table 1 (T14), turn 11"


class Savours(Intervention):
    """A good moment is stayed with."""

    name = "savours"
    meaning = "stays with a good moment"
    dominance = 0.05
    freedom = 0.7
    expressiveness = 0.7
    exchanges = 2
    source = "CBK Table 1 (T14), turn 14"
