"""T18, T20, T22: what is shown and what is said; collapse and countering; a therapist's own reaction."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import brought_up, fear, laboratory, life, signal, task, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.policies import Titrated


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
    """In people raised harshly, rather than warmly, P(yield) to equal bids varies more from moment to moment,
    and both its tails are wider.

    Tails are how far the lowest and the highest 5 % of a person's own P(yield) lie from its mean.
    The bids follow failures and successes in turn, the same for everybody. A harsh childhood leaves people
    below their internal other (-.37, against +.57 after a warm one) and no weaker among others; after an
    ordinary one nobody is below it, so that there are no shame-prone people to look at.
    """

    id = "T20"
    arms = {
        "shame-prone": laboratory(*ROUND * ROUNDS, **brought_up(200, harsh=1.0)),
        "others": laboratory(*ROUND * ROUNDS, **brought_up(200, warm=1.0)),
    }
    reads = ("person.yield_chance",)
    rests_on = ("transfer",)
    ablation = {"person.power_transfer": 0.0}
    ablated = "lessons in power do not reach the other surface, from birth"
    sham = "habit"
    derivation = (
        "a cold, strong internal other raises ISS and threat, the ISS leans to yielding, threat to drive"
    )
    tried = (
        "Asked first as correlations with inner power after ordinary childhoods, where all were about .1 or "
        "less and nobody was below the internal other. This is the second reading after review; the first "
        "asked for the shares of bids yielded to and countered, and was contradicted: the shame-prone "
        "collapse more, but counter less, at lower drive (.29, others .37). Both tails of P(yield) are "
        "wider in them (d .6, .5). Its variance is twice as large (.0037, others .0019), but so small a "
        "number that the least SD that counts, .05, leaves d .04 of it; as an SD, which was read before, it "
        "is .33. Cutting the transfer of power between surfaces changes none of it: we suppose that the "
        "ISS, which both surfaces share, carries it."
    )

    def signature(self, seen: Seen) -> Measure:
        """Variance of P(yield) over bids, and width of its lower and upper tail: shame-prone less others."""
        spread = {arm: spread_of(seen[arm].course("person.yield_chance")[:, AT_BIDS]) for arm in seen}
        prone, others = spread["shame-prone"], spread["others"]
        return Together({name: Difference(prone[name] - others[name], others[name]) for name in others})


def spread_of(chance: np.ndarray) -> dict[str, np.ndarray]:
    """Return variance and tails of P(yield), (people, bids), about each person's own mean.

    Example:
        >>> {
        ...     name: value.round(3).tolist()
        ...     for name, value in spread_of(np.array([[0.25, 0.25, 1.0]])).items()
        ... }
        {'P(yield) varies': [0.125], 'lower tail': [0.25], 'upper tail': [0.425]}
    """
    mean = chance.mean(axis=1)
    low, high = np.quantile(chance, (0.05, 0.95), axis=1)
    return {"P(yield) varies": chance.var(axis=1), "lower tail": mean - low, "upper tail": high - mean}


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

    Who reads signs alone is never threatened, and so has no reaction to read (its weight is the ablation's to
    cut); who reads their own reaction alone does not heed withdrawal, but still hears what is said. Pleasing
    is forced on everybody (.5 of warmth is shown, whatever is felt): readiness to please alone, without ISS,
    puts on next to nothing. Expressiveness tells the therapist of warmth that is put on without any error, so
    that part of this is built in.
    """

    id = "T22"
    arms = {
        name: therapy(Titrated, **{**fear(0.9), "client.forced_warmth": 0.5, **unread})
        for name, unread in {
            "both": {},
            "signs alone": {"therapist.threat_rise": 0.0},
            "own reaction alone": {"therapist.withdrawal_informs": 0.0},
        }.items()
    }
    moments = "end"
    rests_on = ("own_reaction",)
    ablated = "the therapist's own reaction is not read"
    sham = "habit"
    derivation = "own threat above rest adds to the reading (a term that only this claim needs): less warmth"
    one_line = True
    tried = (
        "Asked first of clients ready to please (.9), who put on next to nothing without ISS (.01); neither "
        "reading helped. Then with pleasing forced: signs help. One's own reaction does not: a "
        "therapist's threat answers perceived coldness, which is read anyway, and who pleases shows none."
    )

    def signature(self, seen: Seen) -> Measure:
        """Symptoms with one reading less those with both."""
        symptoms = {arm: seen[arm].outcome("symptoms") for arm in seen}
        return Together(
            {
                f"beats {arm}": Difference(symptoms[arm] - symptoms["both"], symptoms["both"])
                for arm in ("signs alone", "own reaction alone")
            }
        )
