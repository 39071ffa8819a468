"""T13, T14, T19: what understanding, staying with a shift, and telling views apart do."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import brought_up, held, laboratory, signal, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.equivalence import NoDifference
from mentalities_sim.evidence.seen import Record, Seen

WITH_A_CRITIC = brought_up(200, harsh=1.0)
"""People whose inner voice is cold: after an ordinary childhood there is hardly a critic to understand."""
SESSION = 40
"""Exchanges of a session: 20 minutes."""
STUCK = 20
"""Exchanges of a hard moment: 10 minutes."""
WEEK = 168.0
TEST = 2 * SESSION + 2
"""First step of the hard moment: after two sessions, each followed by a week."""


class UnderstandingLowersShame(Claim):
    """Two sessions that put into words how minds and critics work leave less shame and self-attack when one
    is stuck a week later, and the same threat of the hard moment itself.

    Psychoeducation is said between the two, functional analysis of the critic is addressed to the inside;
    the other arm has the same signals without the words. The people were raised harshly: they have a critic.
    """

    id = "T13"
    tried = (
        "Understanding lowers shame and self-attack and leaves the first threat; self-attack by little, as "
        "few turn to themselves within the hard moment."
    )
    arms = {
        name: laboratory(
            signal(SESSION, warmth=0.5, labelling=words),
            wait(WEEK),
            signal(SESSION, warmth=0.5, labelling=words, surface=1),
            wait(WEEK),
            signal(STUCK, warmth=0.5, shaking=0.5, inward=1),
            **WITH_A_CRITIC,
        )
        for name, words in {"understood": 0.9, "not explained": 0.0}.items()
    }
    reads = ("person.threat", "person.threat_emotion", "person.inner_warmth", "person.answer_warmth")
    bounded = ("person.threat",)
    rests_on = ("emotions_act",)
    ablation = {"person.shame_turns_inward": 0.0}
    ablated = "shame at one's own threat response does not turn one against oneself, from birth"
    sham = "habit"
    derivation = "what is put into words eases blame (a term that only this claim needs); blame is shame"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Shame, and coldness said to oneself, over the hard moment: not explained less understood; threat in
        its first exchange no different."""
        told, untold = seen["understood"], seen["not explained"]
        shame = {arm: seen[arm].course("person.threat_emotion")[:, TEST:, 4].mean(axis=1) for arm in seen}
        first = {arm: seen[arm].course("person.threat")[:, TEST] for arm in seen}
        return Together(
            {
                "less shame": Difference(
                    shame["not explained"] - shame["understood"], shame["not explained"]
                ),
                "less self-attack": Difference(attacks(untold) - attacks(told), attacks(untold)),
                "the same first threat": NoDifference(
                    first["not explained"] - first["understood"], first["not explained"]
                ),
            }
        )


def attacks(record: Record) -> np.ndarray:
    """Return the coldness said to oneself over the hard moment, summed over the times one met oneself.

    What is said inside, and the answer to it, are kept until the next time; each time differs a little.
    """
    said = record.course("person.inner_warmth")
    answer = record.course("person.answer_warmth")
    spoke = (np.diff(said, axis=1) != 0.0) | (np.diff(answer, axis=1) != 0.0)
    cold = np.where(spoke, np.maximum(-said[:, 1:], 0.0), 0.0)
    found: np.ndarray = cold[:, TEST - 1 :].sum(axis=1)
    return found


SHIFT = held(threat=0.1, soothing=0.5)
STAYED = signal(12, warmth=0.5, freedom=0.7)
NEXT = signal(12, shaking=0.2)


class StayingWithAShift(Claim):
    """After a shift to calm, staying with what is good before going on to the next hard thing teaches more
    than going on first: the same exchanges, as many, in two orders.

    The shift is set, since play and warmth hardly bring it about within minutes. To savour and to check are
    warm and leave room; the next thing is a topic that adds threat, as topics do here. What is learned is
    fear of warmth unlearned after the shift.
    """

    id = "T14"
    arms = {
        "stayed with": laboratory(SHIFT, STAYED, NEXT, **PEOPLE),
        "went on": laboratory(SHIFT, NEXT, STAYED, **PEOPLE),
    }
    reads = ("person.fear_of_compassion", "person.threat")
    bounded = ("person.threat",)
    rests_on = ("escape_blocks",)
    ablated = "as much is learned from what one escapes from as from what one stays with"
    sham = "habit"
    derivation = (
        "threat falls slowly, so that right after a shift one leaves less; what is left teaches nothing"
    )
    tried = (
        "In two forms: a shift brought about by play within three minutes, which left threat half-way up, "
        "and one that is set. Who went on first learns as much when they come back: what is learned hangs on "
        "being there in that exchange, which threat prevents in three to ten of a hundred, and on nothing "
        "that dwelling adds. No rule lets what has just happened sink in."
    )

    def signature(self, seen: Seen) -> Measure:
        """Fear unlearned from the shift on: stayed with less went on."""
        learned = {arm: unlearned(seen[arm].course("person.fear_of_compassion")) for arm in seen}
        return Difference(learned["stayed with"] - learned["went on"], learned["went on"])


def unlearned(fear: np.ndarray) -> np.ndarray:
    """Return how much a fear has fallen from the shift, the first step, to the end."""
    found: np.ndarray = fear[:, 0] - fear[:, -1]
    return found


class TellingViewsApart(Claim):
    """Just after one's own view was told from the other's, the other is read more nearly as they are, at
    equal, forced threat."""

    id = "T19"
    arms = {
        name: laboratory(
            signal(warmth=0.5, labelling=words, threat=0.5), signal(warmth=0.5, threat=0.5), **PEOPLE
        )
        for name, words in {"told apart": 0.9, "not told apart": 0.0}.items()
    }
    reads = ("person.received_warmth", "person.perceived_warmth")
    rests_on = ("labelling",)
    ablation = {"person.internalising": 1.0}
    ablated = "what others teach reaches the internal other in full, from birth: the nearest to one model"
    sham = "habit"
    derivation = "mentalizing = q0 - q1 threat (1 - c labelled)"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Distance of warmth read from warmth shown in the exchange after it: not told apart less told."""
        far = {arm: distance(seen[arm]) for arm in seen}
        return Difference(far["not told apart"] - far["told apart"], far["not told apart"])


def distance(record: Record) -> np.ndarray:
    """Return how far from the warmth shown the warmth read lies at the last moment."""
    return np.abs(record.end("person.received_warmth") - record.end("person.perceived_warmth"))
