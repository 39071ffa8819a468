"""Meeting parts: alliancing with a part that protects, answering the inner critic, and their opposites."""

from __future__ import annotations

from mentalities_sim.interventions.base import Intervention
from mentalities_sim.signals import Surface


class AcknowledgesThePart(Intervention):
    """The first step of resistance alliancing: the part that protects is seen and named."""

    name = "acknowledges the part"
    meaning = "sees and names the part that holds back"
    warmth = 0.1
    dose_share = 0.8
    freedom = 0.6
    expressiveness = 0.6
    labelling = 0.7
    surface = Surface.SELF
    exchanges = 2
    source = "RAL (P3)"


class AppreciatesThePart(Intervention):
    """The second step: what the part does for the person is honoured."""

    name = "appreciates the part"
    meaning = "honours what the part protects"
    dominance = -0.1
    warmth = 0.15
    dose_share = 0.8
    freedom = 0.8
    expressiveness = 0.7
    labelling = 0.2
    surface = Surface.SELF
    exchanges = 2
    source = "RAL (P3)"


class InvitesThePart(Intervention):
    """The third step: the part is asked whether there might be a safer way now, and may say no."""

    name = "invites the part"
    meaning = "asks the part whether a safer way is open now"
    dominance = -0.2
    warmth = 0.15
    dose_share = 0.8
    freedom = 1.0
    expressiveness = 0.6
    labelling = 0.1
    surface = Surface.SELF
    exchanges = 2
    source = "RAL (P3)"


class PushesThePart(Intervention):
    """The part is to give way."""

    name = "pushes the part"
    meaning = "presses on against the part that holds back"
    dominance = 0.5
    dose_share = 0.5
    freedom = 0.0
    surface = Surface.SELF
    exchanges = 2
    source = "RAL (P2)"


class BypassesThePart(Intervention):
    """The work goes on warmly, as if the part were not there."""

    name = "bypasses the part"
    meaning = "goes on warmly as if the part were not there"
    warmth = 0.1
    freedom = 0.0
    expressiveness = 0.6
    exchanges = 2
    source = "RAL (P2)"


class ThanksTheCritic(Intervention):
    """The critic is thanked for its protection, firmly and kindly, and offered a better protector."""

    name = "thanks the critic"
    meaning = "thanks the critic and offers a kinder protector"
    dominance = 0.25
    warmth = 0.2
    dose_share = 0.8
    freedom = 0.6
    expressiveness = 0.7
    labelling = 0.3
    surface = Surface.SELF
    exchanges = 2
    source = "FOC (P4)"


class SuppressesTheCritic(Intervention):
    """The critic is ordered to be silent: cold, and from above, whatever the dose."""

    name = "suppresses the critic"
    meaning = "orders the critic to be silent"
    dominance = 0.6
    warmth = -0.4
    dose_share = 0.0
    freedom = 0.0
    surface = Surface.SELF
    exchanges = 2
    source = "FOC (P4); CBK 2.4 (I10)"
