"""S3, S4: threat and drive narrow what one does and pursues, soothing broadens it."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import Steps, laboratory, signal
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen

LOW, HIGH = 0.2, 0.8
"""What a system is held at, little and much of it."""
GRAIN = 0.1
"""Acts that differ by less, on either axis of the circumplex, count as the same."""


def situations(**states: Any) -> Steps:
    """Return the same hundred signals for everybody (warm, cold, dominant, submissive), with states held.

    Example:
        >>> len(situations(threat=0.8)), situations(threat=0.8)[1]["warmth"]
        (100, -0.5)
    """
    warm, cold = signal(warmth=0.5, **states), signal(warmth=-0.5, **states)
    over, under = signal(dominance=0.5, **states), signal(dominance=-0.5, **states)
    return (warm + cold + over + under) * 25


class ThreatNarrows(Claim):
    """In the same situations people are in fewer mentalities and act in fewer ways when threatened, and in
    more when soothed.

    An act is a cell of the circumplex, a tenth wide; entropy is taken over what one person does in a hundred
    exchanges.
    """

    id = "S3"
    arms = {
        "calm": laboratory(situations(threat=LOW, soothing=LOW, drive=0.5), **PEOPLE),
        "threatened": laboratory(situations(threat=HIGH, soothing=LOW, drive=0.5), **PEOPLE),
        "soothed": laboratory(situations(threat=LOW, soothing=HIGH, drive=0.5), **PEOPLE),
    }
    reads = ("person.mentality", "person.shown_dominance", "person.shown_warmth")
    rests_on = ("narrowed_choice",)
    sham = "play"
    derivation = (
        "threat raises and soothing lowers the sharpness of the choice of mentality, and each mentality has "
        "its own acts; soothing and threat also move how well each mentality fits, and every act"
    )

    tried = (
        "Mentalities narrow and broaden as claimed, and acts narrow under threat; soothing does not broaden "
        "acts: what is felt grows more varied, but only a share of felt warmth is shown."
    )

    def signature(self, seen: Seen) -> Measure:
        """Entropy of mentalities, and of acts: calm less threatened, and soothed less calm."""
        parts: dict[str, Measure] = {}
        for what, of in (("mentalities", of_mentality), ("acts", of_acts)):
            h = {arm: of(seen[arm]) for arm in seen}
            parts[f"threat, {what}"] = Difference(h["calm"] - h["threatened"], h["calm"])
            parts[f"soothing, {what}"] = Difference(h["soothed"] - h["calm"], h["calm"])
        return Together(parts)


class DriveNarrows(Claim):
    """The more drive is forced up, the fewer aims are pursued; soothing forced up brings them back.

    What is pursued is the mentality: each is the pursuit of one kind of aim (CBK 2.1.2).
    """

    id = "S4"
    arms = {
        "little drive": laboratory(situations(drive=LOW, threat=LOW, soothing=LOW), **PEOPLE),
        "some drive": laboratory(situations(drive=0.5, threat=LOW, soothing=LOW), **PEOPLE),
        "much drive": laboratory(situations(drive=HIGH, threat=LOW, soothing=LOW), **PEOPLE),
        "much drive, soothed": laboratory(situations(drive=HIGH, threat=LOW, soothing=HIGH), **PEOPLE),
    }
    reads = ("person.mentality",)
    rests_on = ("narrowed_choice",)
    ablation = {"person.drive_sharpens": 0.0}
    ablated = "drive does not sharpen the choice; it still pulls towards competing"
    sham = "transfer"
    derivation = "drive pulls towards competing and sharpens the choice of mentality; soothing blunts it"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Fall of entropy at each step of drive, and its rise when soothing is forced up as well."""
        h = {arm: of_mentality(seen[arm]) for arm in seen}
        little, some, much = h["little drive"], h["some drive"], h["much drive"]
        return Together(
            {
                "little to some drive": Difference(little - some, little),
                "some to much drive": Difference(some - much, little),
                "soothing as well": Difference(h["much drive, soothed"] - much, little),
            }
        )


def of_mentality(record: Record) -> np.ndarray:
    """Return the entropy of a person's mentalities over a protocol, in bits."""
    return entropy(record.course("person.mentality"))


def of_acts(record: Record) -> np.ndarray:
    """Return the entropy of a person's acts over a protocol, in bits."""
    across = np.round(record.course("person.shown_dominance") / GRAIN)
    along = np.round(record.course("person.shown_warmth") / GRAIN)
    return entropy(1000.0 * across + along)


def entropy(codes: np.ndarray) -> np.ndarray:
    """Return, for each row, the entropy in bits of how often each number occurs in it.

    Example:
        >>> entropy(np.array([[1, 1, 2, 2], [3, 3, 3, 3]])).tolist()
        [1.0, 0.0]
    """
    found = []
    for row in codes:
        share = np.unique(row, return_counts=True)[1] / len(row)
        found.append(abs(float(-(share * np.log2(share)).sum())))
    return np.array(found)
