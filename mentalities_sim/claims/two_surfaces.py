"""I6, I8: submission and agency, with others and with oneself: how far apart, and what carries over."""

from __future__ import annotations

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import Steps, laboratory, meeting, oneself, said_inside, signal, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.within import within_person
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.equivalence import NoAssociation
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.person.inward import STAND_KINDLY

LEVELS = (-0.5, 0.0, 0.5)
DAYS: Steps = [
    step
    for _ in range(3)
    for dominance in LEVELS
    for warmth in LEVELS
    for step in (*signal(hours=12.0, dominance=dominance, warmth=warmth), *oneself(hours=12.0))
]
"""Twenty-seven days: by day one meets somebody, of nine kinds in turn, and at night oneself."""


class SubmissionsDiffer(Claim):
    """Submission to oneself goes with threat from night to night, and not with submission to others between
    people. Submission is lack of dominance, on both surfaces. That b exceeds |r| follows from the two bounds.
    """

    id = "I6"
    arms = {"a month": laboratory(DAYS, **PEOPLE)}
    reads = ("person.threat", "person.answer_dominance", "person.shown_dominance")
    bounded = ("person.threat",)
    rests_on = ("transfer",)
    ablation = {"person.power_transfer": 1.0}
    ablated = "one belief about power is shared by both surfaces, from birth"
    sham = "play"
    derivation = (
        "caregivers teach the inner belief about power and peers the outer; yielding inside threatens"
    )
    tried = (
        "Submission is read as lack of dominance: attacked inside, people turn to competing, so that "
        "threat goes with more dominance to oneself (b -.65), and what both surfaces share ties the two "
        "traits together (r .38). As the act of yielding, looked at beside it: b .72 [.68, .76] in the "
        "103 who both yielded and did not, since a bid yielded to threatens by rule, and r .05, within "
        "the bound; but one shared belief about power leaves both (b .72, r .06)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Mean standardised slope within persons (at least .2); no correlation between persons (below .2)."""
        month = seen["a month"]
        inner = -month.course("person.answer_dominance")[:, 1::2]
        outer = -month.course("person.shown_dominance")[:, 0::2]
        slope = within_person(inner, month.course("person.threat")[:, 1::2])
        return Together(
            {
                "within persons, b": Difference(slope, slope, smallest=0.2, unit="b", yardstick=1.0),
                "between persons, no r": NoAssociation(inner.mean(axis=1), outer.mean(axis=1), bound=0.2),
            }
        )


def weekly(practice: Steps, test: Steps) -> Steps:
    """Return ten weekly sessions of practice, and a test a week after the last; time passes by two hours.

    Example:
        >>> len(weekly(signal(60), signal()))
        1525
    """
    week = wait(2.0, times=84)
    return [*[step for _ in range(10) for step in (*week, *practice)], *week, *test]


BID = 0.5
INSIDE: Steps = said_inside(60, dominance=BID)


class AgencyCarriesOver(Claim):
    """Ten weeks of speaking up to somebody make the answer to an inner bid firmer a week later; and back.

    Speaking up is forced: dominance shown is raised by .5, or every inner bid is stood up to, kindly. People
    without a childhood, in which answers would be forced as well.
    """

    id = "I8"
    arms = {
        "speaks up to others": laboratory(
            weekly(meeting(60, dominance=0.5), said_inside(dominance=BID)),
        ),
        "meets others": laboratory(weekly(meeting(60), said_inside(dominance=BID))),
        "stands up to oneself": laboratory(
            weekly(INSIDE, signal(dominance=BID)), **{"person.forced_answer": STAND_KINDLY}
        ),
        "meets oneself": laboratory(weekly(INSIDE, signal(dominance=BID))),
    }
    reads = ("person.answer_dominance", "person.shown_dominance")
    moments = "end"
    rests_on = ("transfer",)
    ablated = "no lesson reaches the other surface"
    sham = "fluency"
    derivation = "a share of each lesson in power reaches the other surface, and power shows as dominance"
    one_line = True
    tried = (
        "From oneself to others it shows; from others to oneself hardly: people show dominance anyway, "
        "and who is sure learns little from more of it. Between dominance raised and lowered by .5, or "
        "standing and yielding, looked at beside it, both directions show (d .64 and 2.1; without "
        "transfer .26 and .39). At first a week passed in one step, in which drive does not recover; now "
        "it passes by two hours."
    )

    def signature(self, seen: Seen) -> Measure:
        """Dominance on the surface that was not practised, practised less not, on the same bid."""
        inward = {arm: seen[arm].end("person.answer_dominance") for arm in seen}
        outward = {arm: seen[arm].end("person.shown_dominance") for arm in seen}
        return Together(
            {
                "others, then oneself": Difference(
                    inward["speaks up to others"] - inward["meets others"], inward["meets others"]
                ),
                "oneself, then others": Difference(
                    outward["stands up to oneself"] - outward["meets oneself"], outward["meets oneself"]
                ),
            }
        )
