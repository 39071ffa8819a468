"""Compassionate imagery in four graded steps: each warmer than the one before, at the same dose."""

from __future__ import annotations

from mentalities_sim.interventions.base import Intervention
from mentalities_sim.signals import Surface


class Imagery(Intervention):
    """What the four steps share: all is done inside, guided lightly and unhurriedly."""

    dominance = 0.1
    freedom = 0.6
    surface = Surface.SELF
    exchanges = 8


class SafePlace(Imagery):
    """A place to be at rest in; nobody is there."""

    name = "safe place"
    meaning = "guides to an image of a place where one can rest"
    dose_share = 0.3
    source = "FOC (T12)"


class CompassionateColour(Imagery):
    """A colour that is kind, and has no face."""

    name = "compassionate colour"
    meaning = "guides to an image of a colour that soothes"
    warmth = 0.05
    dose_share = 0.5
    source = "FOC (T12)"


class CompassionateOther(Imagery):
    """An imagined being that embodies compassion, and turns it to the client."""

    name = "compassionate other"
    meaning = "guides to an image of somebody who is kind to one"
    warmth = 0.1
    dose_share = 0.75
    source = "CBK 3 (T12)"


class CompassionateSelf(Imagery):
    """The client imagines being kind, to others and to oneself."""

    name = "compassionate self"
    meaning = "guides to being kind to oneself in imagination"
    warmth = 0.15
    dose_share = 0.9
    source = "FOC (T12)"
