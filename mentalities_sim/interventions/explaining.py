"""What is put into words: explaining and naming, and the expert's ways of knowing better."""

from __future__ import annotations

from mentalities_sim.interventions.base import Intervention
from mentalities_sim.signals import Surface


class ExplainsTheTrickyBrain(Intervention):
    """Psychoeducation: how minds come to work as they do, and that nobody chose it."""

    name = "explains the tricky brain"
    meaning = "tells how minds evolved, so that being stuck is nobody's fault"
    dominance = 0.15
    dose_share = 0.4
    freedom = 0.4
    expressiveness = 0.4
    labelling = 0.9
    exchanges = 4
    source = "FOC (T13)"


class AnalysesTheCritic(Intervention):
    """Functional analysis: client and therapist look at what the critic is trying to achieve."""

    name = "analyses the critic"
    meaning = "asks what the inner critic is trying to prevent"
    dominance = 0.05
    warmth = 0.1
    dose_share = 0.8
    labelling = 0.8
    surface = Surface.SELF
    exchanges = 4
    source = "FOC (T13)"


class Labels(Intervention):
    """The feeling or process is put into words."""

    name = "labels"
    meaning = "puts the feeling or process into words"
    dominance = 0.1
    dose_share = 0.7
    freedom = 0.4
    labelling = 0.7
    source = "CBK 2.4 (T19); Table 1, turn 6"


class Normalizes(Intervention):
    """The struggle makes sense and is human."""

    name = "normalizes"
    meaning = "says that the struggle makes sense and is human"
    dominance = 0.05
    warmth = 0.1
    dose_share = 0.8
    freedom = 0.6
    expressiveness = 0.7
    labelling = 0.5
    source = "CBK Table 1, turns 10 to 12"


class InvitesAnotherView(Intervention):
    """The client is asked to take the therapist's point of view."""

    name = "invites another view"
    meaning = "asks the client to take the therapist's point of view"
    dominance = 0.15
    dose_share = 0.5
    freedom = 0.4
    expressiveness = 0.4
    labelling = 0.5
    source = "CBK 2.4 (T19); Table 1, turn 8"


class TellsViewsApart(Intervention):
    """How one sees oneself is told apart from how the other sees one."""

    name = "tells own view from the other's"
    meaning = "self to self told apart from other to self"
    dominance = 0.1
    dose_share = 0.6
    freedom = 0.4
    labelling = 0.9
    source = "CBK 2.4 (T19); Table 1, turn 9"


class Interprets(Intervention):
    """The therapist says what it really means: a position of authority."""

    name = "interprets"
    meaning = "tells the client what lies behind it"
    dominance = 0.4
    freedom = 0.0
    labelling = 0.5
    source = "CBK 2.1.4 (T2)"


class Advises(Intervention):
    """The therapist says what to do: a position of authority."""

    name = "advises"
    meaning = "recommends what to do"
    dominance = 0.6
    freedom = 0.0
    source = "CBK 2.1.4 (T2)"


class UsesJargon(Intervention):
    """The therapist speaks in technical terms: a position of authority."""

    name = "uses jargon"
    meaning = "speaks in technical terms"
    dominance = 0.3
    freedom = 0.0
    labelling = 0.2
    source = "CBK 2.1.4 (T2)"
