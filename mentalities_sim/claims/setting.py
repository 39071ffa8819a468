"""T16, T17, T21: what frames help: whether there is a relationship, who stands above, and consent."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.arms import Arm, fear, scripted_therapy, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import LEAST_SPREAD, SMALLEST_D, Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.policies import Fixed

FEARS = {"low": 0.2, "high": 0.9}
SESSIONS, EXCHANGES = 10, 40
SELF_CRITICAL: dict[str, Any] = {
    "client.expected_warmth": (0.1, -0.6),
    "client.expected_dominance": (0.3, 0.5),
    "client.power": (0.1, -0.4),
    "client.involuntary_subordination": 0.35,
}
"""A client whom something can help: the critic and the ISS of CBK's client (section 3; T15)."""


def course(danger: float, inside: tuple[int, ...], leaving: float | None = None) -> Arm:
    """Return ten sessions of guided exercises for self-critical people who fear warmth in both flows.

    `inside` says in turn where the exchanges land (1 inside, 0 between the two); all channels are those of
    imagery, at a warmth of .5. `leaving` is the chance of not coming back after a session, if not as usual.

    Example:
        >>> arm = course(0.2, (1, 0))
        >>> [step["surface"] for step in arm.steps[:3]]
        [1, 0, 1]
    """
    sent = {"dominance": 0.1, "warmth": 0.5, "freedom": 0.6, "expressiveness": 0.5}
    steps = [{**sent, "surface": inside[i % len(inside)]} for i in range(SESSIONS * EXCHANGES)]
    people: dict[str, Any] = {
        **fear(danger),
        "client.self_warmth_danger": danger,
        "client.fear_of_self_compassion": danger,
        **SELF_CRITICAL,
        "world.sessions": SESSIONS,
        "world.exchanges": EXCHANGES,
    }
    if leaving is not None:
        people["world.leaving_at_rest"] = leaving
    return scripted_therapy(*steps, **people)


class HelpWithoutRelationship(Claim):
    """Exercises addressed to the inside alone help; where every second exchange is between the two instead,
    equally warm, more clients are helped, over low and high fear.

    Helped is who ends with fewer symptoms in life than the same person with the same chance who left after
    the first session, by more than the smallest effect of interest. (Neutral words to the inside are no
    control: they teach the inner critic as well.) The clients are hard on themselves, as CBK's is:
    others have next to no symptoms, in this model, from which anything could help.
    """

    id = "T16"
    existential = True
    arms = {
        f"{what}, {level} fear": course(danger, inside, leaving)
        for level, danger in FEARS.items()
        for what, inside, leaving in (("left", (1,), 1.0), ("alone", (1,), None), ("met", (1, 0), None))
    }
    moments = "end"
    rests_on = ("working_model", "unlearning")
    ablation = {"person.attention_to_warmth": (0.0, 0.0, 0.0, 0.0, 0.0)}
    ablated = (
        "no warmth is taken in as kindness, inside either: there is no switch for the relationship's alone"
    )
    sham = "habit"
    derivation = (
        "inside, only the inner model and fear learn; warmth from others is unlearned to fear, expected and "
        "soothes"
    )
    tried = (
        "Clients without a critic have next to nothing to be helped with (symptoms at their floor: d .09 for "
        "exercises alone, .09 for more with a relationship). In those with one, exercises to the inside are "
        "heard in the critic's voice, as bids to yield to, and leave more ISS than one session of them does "
        "(not so where no bid is heard), though fear of kindness to oneself falls. With half of it between "
        "the two more are helped at low fear (.14 of them, against .03), and fewer at high fear (.02, .05)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Symptoms of those who left less those without a relationship, at low fear; and share helped with a
        relationship less the share without, over both fears."""
        symptoms = {arm: seen[arm].outcome("symptoms") for arm in seen}
        alone = symptoms["left, low fear"] - symptoms["alone, low fear"]
        helped = {what: np.mean([self.helped(symptoms, what, lev) for lev in FEARS], axis=0) for what in WAYS}
        return Together(
            {
                "without, it can work": Difference(alone, symptoms["left, low fear"]),
                "with, for more": Difference(helped["met"] - helped["alone"], helped["alone"]),
            }
        )

    def helped(self, symptoms: dict[str, np.ndarray], what: str, level: str) -> np.ndarray:
        """Say for each client whether they were helped: 1 or 0; NaN where symptoms were not observed."""
        left = symptoms[f"left, {level} fear"]
        least = SMALLEST_D * max(float(np.nanstd(left, ddof=1)), LEAST_SPREAD)
        better = left - symptoms[f"{what}, {level} fear"]
        return np.where(np.isnan(better), np.nan, better > least)


WAYS = ("alone", "met")


class PowerCues(Claim):
    """A setting that puts the therapist above shifts the referee at the first exchange, leaves more ISS
    after the first session, and less fear unlearned by the fifth, at equal warmth."""

    id = "T17"
    also_serves = "standing weighs in the referee at every bid of a therapist (T2, T3)"
    arms = {
        name: therapy(
            Fixed, sessions=5, exchanges=40, **{"client.status_gap": gap, "policy.warmth": 0.5}, **fear(0.5)
        )
        for name, gap in {"equal": 0.0, "above": 0.5}.items()
    }
    reads = ("client.yield_chance", "client.involuntary_subordination", "client.fear_of_compassion")
    rests_on = ("status",)
    ablated = "the status that the setting lends is not read by the referee"
    sham = "habit"
    derivation = (
        "a status gap is a bid (a term that only this claim needs); who yields to it does not unlearn"
    )
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """P(yield) at the first exchange, ISS after the first session, fear after the fifth: above less
        equal."""
        moments = {
            "the referee, at first": ("client.yield_chance", 0),
            "ISS after a session": ("client.involuntary_subordination", 39),
            "fear after five": ("client.fear_of_compassion", -1),
        }
        parts: dict[str, Measure] = {}
        for name, (path, moment) in moments.items():
            above, equal = (seen[arm].course(path)[:, moment] for arm in ("above", "equal"))
            parts[name] = Difference(above - equal, equal)
        return Together(parts)


class ConsentToExposure(Claim):
    """The same dose of directed warmth is escaped from less, and leaves less fear, with consent than without.

    The model remembers no consent: it is freedom 1 in every exchange, against 0. Freedom 1 deletes the bid
    of the directives altogether, so that this compares a bid with none; it counts with T4.
    """

    id = "T21"
    arms = {
        name: therapy(
            Fixed,
            sessions=10,
            exchanges=40,
            **{"policy.warmth": 0.5, "policy.dominance": 0.5, "policy.freedom": freedom},
            **fear(0.5),
        )
        for name, freedom in {"consented": 1.0, "not asked": 0.0}.items()
    }
    moments = "end"
    rests_on = ("freedom",)
    ablated = "consent does not discount the bid"
    sham = "habit"
    derivation = (
        "freedom takes back the bid, at 1 all of it (shared with T4); who does not yield is threatened less, "
        "leaves less and unlearns"
    )
    one_line = True
    tried = "Changed after review: counted as a premise, with T4, since freedom 1 deletes the bid."

    def signature(self, seen: Seen) -> Measure:
        """Share of exchanges escaped, and fear at the end: not asked less consented."""
        parts: dict[str, Measure] = {}
        for name, outcome in {"fewer escapes": "share_escaped", "less fear": "fear_of_compassion"}.items():
            left, right = (seen[arm].outcome(outcome) for arm in ("not asked", "consented"))
            parts[name] = Difference(left - right, right)
        return Together(parts)
