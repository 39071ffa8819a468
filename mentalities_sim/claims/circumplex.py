"""I1, I3: behaviour as points on two axes, on three surfaces."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import laboratory, said_inside, signal, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen

FARTHEST = float(np.sqrt(2.0))
"""Radius of the circle around all that two axes from -1 to 1 can hold."""


def met(**channels: float) -> tuple[list[dict[str, object]], ...]:
    """Return steps in which another sends something, and a day later the same is said inside.

    Example:
        >>> [len(steps) for steps in met(warmth=0.5)]
        [5, 12, 5]
    """
    return signal(5, **channels), wait(2.0, times=12), said_inside(5, **channels)


class TwoAxes(Claim):
    """What people show to others and answer themselves is a point within the circle, and moves on both axes.

    Can fail in two ways: a point outside the circle turns a person's contrasts negative, and an axis on which
    nothing moves between arms leaves a contrast at 0.
    """

    id = "I1"
    arms = {
        "kindness": laboratory(*met(warmth=0.5), **PEOPLE),
        "attack": laboratory(*met(warmth=-0.5), **PEOPLE),
        "bid": laboratory(*met(dominance=0.5), **PEOPLE),
        "deference": laboratory(*met(dominance=-0.5), **PEOPLE),
    }
    reads = (
        "person.shown_warmth",
        "person.shown_dominance",
        "person.answer_warmth",
        "person.answer_dominance",
        "person.inner_warmth",
        "person.inner_dominance",
    )
    rests_on = ()
    ablation = {
        "person.affect_shows": 0.0,
        "person.drive_shows": 0.0,
        "person.power_shows": 0.0,
        "person.yielding_shows": 0.0,
        "person.subordination_shows": 0.0,
    }
    ablated = "the theory names none; here what is felt and believed does not show"
    sham = "transfer"
    derivation = "a signal is made of a dominance and a warmth, each cut at -1 and 1"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Warmth after kindness less attack, dominance after deference less a bid, to others and to oneself;
        turned negative where any of it lay off the circumplex."""
        inside = np.all(
            [within(seen, arm, who) for arm in seen for who in ("shown", "answer", "inner")], axis=0
        )

        def contrast(state: str, more: str, less: str, step: int) -> Difference:
            one, other = (seen[arm].course(f"person.{state}")[:, step] for arm in (more, less))
            return Difference(np.where(inside, one - other, -np.abs(one - other)), other)

        return Together(
            {
                "warmth to others": contrast("shown_warmth", "kindness", "attack", 4),
                "dominance to others": contrast("shown_dominance", "deference", "bid", 4),
                "warmth to oneself": contrast("answer_warmth", "kindness", "attack", -1),
                "dominance to oneself": contrast("answer_dominance", "deference", "bid", -1),
            }
        )


def within(seen: Seen, arm: str, who: str) -> np.ndarray:
    """Return who kept within the circle, at all moments of an arm."""
    warmth, dominance = (seen[arm].course(f"person.{who}_{axis}") for axis in ("warmth", "dominance"))
    kept: np.ndarray = (np.hypot(warmth, dominance) <= FARTHEST).all(axis=1)
    return kept


SURFACES = {
    "self to other": ("person.shown_warmth", 0),
    "other to self": ("person.kindness", 0),
    "self to self": ("person.kindness", 1),
}
"""Where each surface is read: what is sent, what reaches one of another's warmth, and of one's own."""


def shows(warmth: float) -> dict[str, Any]:
    """Return what forces the warmth that people show to others, and leaves their answer to oneself unheard.

    Example:
        >>> shows(0.5)
        {'person.forced_warmth': 0.5, 'person.answer_heard': 0.0}
    """
    return {"person.forced_warmth": warmth, "person.answer_heard": 0.0}


class ThreeSurfaces(Claim):
    """Warmth on one of the three surfaces moves what is recorded there, and the two others stay as they were.

    What is shown to others is forced, and one's answer to oneself is not heard, or what reached one would be
    recorded anew; nobody is brought up, since both would hold in childhood as well.
    """

    id = "I3"
    arms = {
        "none moved": laboratory(signal(), said_inside(), **shows(0.0)),
        "self to other": laboratory(signal(), said_inside(), **shows(0.5)),
        "other to self": laboratory(signal(warmth=0.5), said_inside(), **shows(0.0)),
        "self to self": laboratory(signal(), said_inside(warmth=0.5), **shows(0.0)),
    }
    reads = ("person.shown_warmth", "person.kindness")
    rests_on = ("inner_voice",)
    ablated = "the theory names none; here what one says to oneself is not heard: there is no self surface"
    sham = "habit"
    derivation = "each surface is met in a step of its own, and leaves its own record"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Move of the surface that was moved, less the larger move of the two others."""
        parts: dict[str, Measure] = {}
        for moved in SURFACES:
            moves = {
                surface: seen[moved].course(path)[:, step] - seen["none moved"].course(path)[:, step]
                for surface, (path, step) in SURFACES.items()
            }
            others = np.max([np.abs(move) for surface, move in moves.items() if surface != moved], axis=0)
            parts[moved] = Difference(moves[moved] - others, moves[moved])
        return Together(parts)
