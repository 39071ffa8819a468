"""T16, T17, T21: what frames help: whether there is a relationship, who stands above, and consent."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.arms import Arm, fear, scripted_therapy, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.effects import LEAST_SPREAD, SMALLEST_D, Difference, Measure, Together
from mentalities_sim.claims.seen import Seen
from mentalities_sim.policies import Fixed

FEARS = {"low": 0.2, "high": 0.9}
SESSIONS, EXCHANGES = 10, 40


def course(danger: float, warmth: float, inside: tuple[int, ...]) -> Arm:
    """Return ten sessions of guided exercises for people who fear warmth in both flows.

    `inside` says in turn where the exchanges land (1 inside, 0 between the two); all channels but warmth are
    those of imagery, warmth is the arm's.

    Example:
        >>> arm = course(0.2, 0.5, (1, 0))
        >>> [step["surface"] for step in arm.steps[:3]]
        [1, 0, 1]
    """
    sent = {"dominance": 0.1, "warmth": warmth, "freedom": 0.6, "expressiveness": 0.5}
    steps = [{**sent, "surface": inside[i % len(inside)]} for i in range(SESSIONS * EXCHANGES)]
    people: dict[str, Any] = {
        **fear(danger),
        "client.self_warmth_danger": danger,
        "client.fear_of_self_compassion": danger,
        "world.sessions": SESSIONS,
        "world.exchanges": EXCHANGES,
    }
    return scripted_therapy(*steps, **people)


class HelpWithoutRelationship(Claim):
    """Exercises addressed to the inside alone help; where every second exchange is between the two instead,
    equally warm, more clients are helped, over low and high fear.

    Helped is who ends with fewer symptoms in life than the same person with the same chance whom nobody was
    warm to, by more than the smallest effect of interest.
    """

    id = "T16"
    arms = {
        f"{what}, {level} fear": course(danger, warmth, inside)
        for level, danger in FEARS.items()
        for what, warmth, inside in (("untreated", 0.0, (1,)), ("alone", 0.5, (1,)), ("met", 0.5, (1, 0)))
    }
    moments = "end"
    rests_on = ()
    ablation = {"client.skill": 0.0, "person.skill_rate": 0.0}
    ablated = "no kindness from others is taken in; their warmth still alarms, and can be unlearned to fear"
    sham = "worth"
    derivation = (
        "inside, only the inner model and fear learn; warmth from others is unlearned to fear, expected and "
        "soothes"
    )

    def signature(self, seen: Seen) -> Measure:
        """Symptoms of the untreated less those of the helped without a relationship, at low fear; and share
        helped with a relationship less the share without, over both fears."""
        symptoms = {arm: seen[arm].outcome("symptoms") for arm in seen}
        alone = symptoms["untreated, low fear"] - symptoms["alone, low fear"]
        helped = {what: np.mean([self.helped(symptoms, what, lev) for lev in FEARS], axis=0) for what in WAYS}
        return Together(
            {
                "without, it can work": Difference(alone, symptoms["untreated, low fear"]),
                "with, for more": Difference(helped["met"] - helped["alone"], helped["alone"]),
            }
        )

    def helped(self, symptoms: dict[str, np.ndarray], what: str, level: str) -> np.ndarray:
        """Say for each client whether they were helped: 1 or 0; NaN where symptoms were not observed."""
        untreated = symptoms[f"untreated, {level} fear"]
        least = SMALLEST_D * max(float(np.nanstd(untreated, ddof=1)), LEAST_SPREAD)
        better = untreated - symptoms[f"{what}, {level} fear"]
        return np.where(np.isnan(better), np.nan, better > least)


WAYS = ("alone", "met")


class PowerCues(Claim):
    """A setting that puts the therapist above shifts the referee at the first exchange, leaves more ISS
    after the first session, and less fear unlearned by the fifth, at equal warmth."""

    id = "T17"
    arms = {
        name: therapy(
            Fixed, sessions=5, exchanges=40, **{"client.status_gap": gap, "policy.warmth": 0.5}, **fear(0.5)
        )
        for name, gap in {"equal": 0.0, "above": 0.5}.items()
    }
    reads = ("client.yield_chance", "client.involuntary_subordination", "client.fear_of_compassion")
    rests_on = ("status",)
    ablated = "the status that the setting lends is not read by the referee"
    sham = "worth"
    derivation = "a status gap is a bid; who yields to it does not unlearn"

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
    """The same dose of led closeness is escaped from less, and teaches more, where its pace is the client's.

    The model remembers no consent: it is renewed with every exchange, as freedom-giving.
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
    sham = "worth"
    derivation = "freedom takes back the bid; who does not yield is threatened less, leaves less and unlearns"

    def signature(self, seen: Seen) -> Measure:
        """Share of exchanges escaped, and fear at the end: not asked less consented."""
        parts: dict[str, Measure] = {}
        for name, outcome in {"fewer escapes": "share_escaped", "less fear": "fear_of_compassion"}.items():
            left, right = (seen[arm].outcome(outcome) for arm in ("not asked", "consented"))
            parts[name] = Difference(left - right, right)
        return Together(parts)
