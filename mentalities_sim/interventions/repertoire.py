"""All interventions, each with its number, and what a rule needs of them."""

from __future__ import annotations

import difflib

from mentalities_sim.arithmetic import clip11
from mentalities_sim.interventions.base import Intervention
from mentalities_sim.interventions.explaining import (
    Advises,
    AnalysesTheCritic,
    ExplainsTheTrickyBrain,
    Interprets,
    InvitesAnotherView,
    Labels,
    Normalizes,
    TellsViewsApart,
    UsesJargon,
)
from mentalities_sim.interventions.imagery import (
    CompassionateColour,
    CompassionateOther,
    CompassionateSelf,
    SafePlace,
)
from mentalities_sim.interventions.parts import (
    AcknowledgesThePart,
    AppreciatesThePart,
    BypassesThePart,
    InvitesThePart,
    PushesThePart,
    SuppressesTheCritic,
    ThanksTheCritic,
)
from mentalities_sim.interventions.practice import Guides, PractisesASkill, StandsIn
from mentalities_sim.interventions.relating import (
    AsksAboutTheRelationship,
    Checks,
    EmpathicContact,
    GivesFreedom,
    HandsOverTheLead,
    InvitesFeeling,
    Plays,
    Savours,
    StatesCare,
    TurnsToFeeling,
)
from mentalities_sim.signals import Signal

REPERTOIRE: tuple[type[Intervention], ...] = (
    TurnsToFeeling,
    EmpathicContact,
    InvitesFeeling,
    GivesFreedom,
    HandsOverTheLead,
    Plays,
    AsksAboutTheRelationship,
    StatesCare,
    Checks,
    Savours,
    Labels,
    Normalizes,
    InvitesAnotherView,
    TellsViewsApart,
    ExplainsTheTrickyBrain,
    AnalysesTheCritic,
    Interprets,
    Advises,
    UsesJargon,
    SafePlace,
    CompassionateColour,
    CompassionateOther,
    CompassionateSelf,
    Guides,
    PractisesASkill,
    StandsIn,
    AcknowledgesThePart,
    AppreciatesThePart,
    InvitesThePart,
    PushesThePart,
    BypassesThePart,
    ThanksTheCritic,
    SuppressesTheCritic,
)
"""Every intervention; its number is its place here. Runs record the number: add new ones at the end."""

HOW_MANY = len(REPERTOIRE)
DOMINANCE = tuple(float(one.dominance) for one in REPERTOIRE)
WARMTH = tuple(float(one.warmth) for one in REPERTOIRE)
DOSE_SHARE = tuple(float(one.dose_share) for one in REPERTOIRE)
PLAYFULNESS = tuple(float(one.playfulness) for one in REPERTOIRE)
FREEDOM = tuple(float(one.freedom) for one in REPERTOIRE)
EXPRESSIVENESS = tuple(float(one.expressiveness) for one in REPERTOIRE)
LABELLING = tuple(float(one.labelling) for one in REPERTOIRE)
SURFACE = tuple(int(one.surface) for one in REPERTOIRE)
EXCHANGES = tuple(int(one.exchanges) for one in REPERTOIRE)


def known_interventions() -> dict[str, type[Intervention]]:
    """Return every intervention by its name, in the order of their numbers.

    Example:
        >>> known_interventions()["plays"].playfulness
        0.9
        >>> list(known_interventions())[5]
        'plays'
    """
    return {one.name: one for one in REPERTOIRE}


def number_of(name: str) -> int:
    """Return the number of an intervention; raises `ValueError` with the nearest name for an unknown one.

    Example:
        >>> number_of("plays")
        5
    """
    names = list(known_interventions())
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        raise ValueError(f"no intervention is called {name!r}" + (f"; nearest: {near[0]!r}" if near else ""))
    return names.index(name)


def signal_of(kind: int, dose: float) -> Signal:
    """Return the signal of the intervention with number `kind` at a dose of warmth, for use in rules.

    Equation: as `Intervention.signal`. Raises `ValueError` for a number that none has.

    Example:
        >>> signal_of(number_of("plays"), 0.5) == known_interventions()["plays"].signal(0.5)
        True
    """
    if kind < 0 or kind >= HOW_MANY:
        raise ValueError("no intervention has this number")
    return Signal(
        DOMINANCE[kind],
        clip11(WARMTH[kind] + DOSE_SHARE[kind] * dose),
        PLAYFULNESS[kind],
        FREEDOM[kind],
        EXPRESSIVENESS[kind],
        LABELLING[kind],
        SURFACE[kind],
    )
