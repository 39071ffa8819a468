"""T18, T20, T22: what is shown and what is said; collapse and countering; a therapist's own reaction."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import fear, laboratory, life, signal, task, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.effects import Association, Difference, Measure, Together
from mentalities_sim.claims.seen import Seen
from mentalities_sim.policies import Titrated
from mentalities_sim.signals import Response


class ShowingNotSaying(Claim):
    """Of equally warm words more is taken in where the feeling shows; where it does not, one trusts less
    than where it does, and less than where nothing was said.

    Trust is the warmth expected of others. The last part is what "can backfire" and "lowers trust" say.
    """

    id = "T18"
    arms = {
        "said and shown": laboratory(signal(20, warmth=0.5, expressiveness=1.0), **PEOPLE),
        "said only": laboratory(signal(20, warmth=0.5, expressiveness=0.0), **PEOPLE),
        "neither": laboratory(signal(20, warmth=0.0, expressiveness=0.0), **PEOPLE),
    }
    reads = ("person.kindness", "person.expected_warmth")
    rests_on = ("showing",)
    ablated = "expressiveness is ignored"
    sham = "habit"
    derivation = "warmth as shown = warmth (1 - c (1 - expressiveness))"
    one_line = True
    tried = (
        "Uptake rises with expressiveness, by the rule. Nothing in the model lets the gap between what is "
        "said and what is shown count against the speaker: it only discounts the warmth."
    )

    def signature(self, seen: Seen) -> Measure:
        """Kindness taken in, and warmth expected at the end: shown less said only; and, of the latter,
        neither less said only."""
        taken = {arm: seen[arm].course("person.kindness").mean(axis=1) for arm in seen}
        trust = {arm: seen[arm].end("person.expected_warmth")[:, 0] for arm in seen}
        said, trusted = taken["said only"], trust["said only"]
        return Together(
            {
                "more taken in if shown": Difference(taken["said and shown"] - said, said),
                "more trust if shown": Difference(trust["said and shown"] - trusted, trusted),
                "less trust than in silence": Difference(trust["neither"] - trusted, trusted),
            }
        )


ROUNDS = 20
BIDS = [signal(dominance=0.5), signal(dominance=0.5)]
ROUND = [task(won=0.0), *BIDS, life(3), task(won=1.0), *BIDS, life(3)]


class CollapseAndCounter(Claim):
    """The less one stands up to oneself, the more P(yield) to equal bids varies from moment to moment, and
    the oftener one yields and one counters.

    The bids follow failures and successes in turn, the same for everybody. Self-subordination is lack of
    believed power over the internal other as the bids begin.
    """

    id = "T20"
    arms = {"bids": laboratory(*ROUND * ROUNDS, **PEOPLE)}
    reads = ("person.power", "person.yield_chance", "person.response")
    rests_on = ()
    ablation = {"person.power_transfer": 0.0}
    ablated = "lessons in power do not reach the other surface, from birth"
    sham = "worth"
    derivation = "caregivers teach inner power, and a share of it reaches the outer, which the referee reads"

    def signature(self, seen: Seen) -> Measure:
        """Correlations of self-subordination with the SD of P(yield) over bids, and with how often one
        yields and counters."""
        record = seen["bids"]
        low = -record.course("person.power")[:, 0, 1]
        chance = record.course("person.yield_chance")[:, AT_BIDS]
        response = record.course("person.response")[:, AT_BIDS]
        return Together(
            {
                "P(yield) varies": Association(low, chance.std(axis=1)),
                "yields": Association(low, (response == Response.YIELD).mean(axis=1)),
                "counters": Association(low, (response == Response.COUNTER).mean(axis=1)),
            }
        )


def places_of_bids() -> np.ndarray:
    """Return the steps of the protocol at which a bid is made.

    Example:
        >>> places_of_bids()[:5].tolist()
        [1, 2, 7, 8, 13]
    """
    flat = [step for part in ROUND * ROUNDS for step in part]
    return np.array([i for i, step in enumerate(flat) if step.get("dominance")])


AT_BIDS = places_of_bids()


class OwnReactionInforms(Claim):
    """With clients who please, warmth titrated to one's own reaction and to their signs leaves fewer symptoms
    than titrated to their signs alone, or to one's own reaction and what they say alone.

    Only the arms with less to read have a reading switched off, so that the ablation reaches the one that
    reads both. What a client says cannot be left unread. Expressiveness tells the therapist of warmth that
    is put on without any error, so that part of this is built in.
    """

    id = "T22"
    arms = {
        name: therapy(Titrated, **fear(0.9), **{"client.approval_seeking": 0.9}, **unread)
        for name, unread in {
            "both": {},
            "signs alone": {"therapist.own_reaction_informs": 0.0},
            "own reaction alone": {"therapist.withdrawal_informs": 0.0},
        }.items()
    }
    moments = "end"
    rests_on = ("own_reaction",)
    ablated = "the therapist's own reaction is not read"
    sham = "worth"
    derivation = "own threat above rest adds to the reading, which lowers the dose of warmth"

    def signature(self, seen: Seen) -> Measure:
        """Symptoms with one reading less those with both."""
        symptoms = {arm: seen[arm].outcome("symptoms") for arm in seen}
        return Together(
            {
                f"beats {arm}": Difference(symptoms[arm] - symptoms["both"], symptoms["both"])
                for arm in ("signs alone", "own reaction alone")
            }
        )
