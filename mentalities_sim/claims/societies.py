"""R4, R7, R8, M2: what people among others come to: order, cooperation, care, a dance of mentalities."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.arms import fear, society
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.signals import Mentality

PEOPLE_IN_GENERAL = fear(0.3)
"""Less afraid of warmth than clients."""
LATE = slice(5, 10)
"""Tenths of a course: its second half, as in the outcomes."""


class OrderSparesFights(Claim):
    """Between the first six days and the second fortnight an order forms, and fights and injuries get rarer.

    The arms are one course, broken off after six days and after thirty, so that the later order rests on
    more contests than the earlier one. That resources go by rank is not scored: whoever wins contests has
    both, by the same count.
    """

    id = "R4"
    arms = {
        "at first": society(**{"world.days": 6}),
        "settled": society(**{"world.days": 30}),
    }
    reads = ("world.injuries", "world.over_resource")
    rests_on = ("referee",)
    ablated = "the referee tosses a coin"
    sham = "unlearning"
    derivation = "losers come to expect losing, so that they give way before it comes to blows"
    tried = (
        "Fights and injuries fall, and not with a referee that tosses a coin. But the order is there within "
        "six days, with people of equal strength too: nearly all triangles are transitive, and linearity "
        "rises only as more dyads get known; in windows of six days it stays as it was (.49 to .47)."
    )
    n = 100

    def signature(self, seen: Seen) -> Measure:
        """Rise of linearity and transitivity; fall of the share of contests that come to blows, and of
        injury per meeting over a resource."""
        before, after = seen["at first"], seen["settled"]
        parts: dict[str, Measure] = {
            f"{name} rises": Difference(after.outcome(name) - before.outcome(name), after.outcome(name))
            for name in ("linearity", "transitivity")
        }
        fewer = before.outcome("escalation") - after.outcome("escalation")
        parts["fights fall"] = Difference(fewer, before.outcome("escalation"))
        parts["injuries fall"] = Difference(injuries(before) - injuries(after), injuries(before))
        return Together(parts)


def injuries(record: Record) -> np.ndarray:
    """Return injury done per meeting over a resource, in the second half of a course."""
    done, met = (record.end(f"world.{name}")[:, LATE].sum(axis=1) for name in ("injuries", "over_resource"))
    found: np.ndarray = done / np.where(met > 0.0, met, np.nan)
    return found


SCARCITY = (0.2, 0.4, 0.6)


class CooperationWithoutScarcity(Claim):
    """The less scarce things are, the more people cooperate and care, even where nothing is at stake.

    Mentalities are counted in play only: that contests call for competing would be arithmetic.
    """

    id = "R7"
    also_serves = "what a situation calls for weighs in every choice of mentality (M2, R4)"
    arms = {f"{s:g}": society(**{"world.scarcity": s}, **PEOPLE_IN_GENERAL) for s in SCARCITY}
    rests_on = ("context",)
    ablated = "no situation calls for anything (no parameter shuffles situations instead)"
    sham = "unlearning"
    derivation = "contests leave threat, and the competing mentality, which stay for a while, in play too"
    n = 100

    def signature(self, seen: Seen) -> Measure:
        """Share of cooperating and caring in play: at less scarcity less at more, in two steps."""
        kind = {arm: seen[arm].outcome("cooperating_and_caring") for arm in seen}
        return Together(
            {
                f"{less} against {more}": Difference(kind[less] - kind[more], kind[more])
                for less, more in (("0.2", "0.4"), ("0.4", "0.6"))
            }
        )


HARD_TIMES = {"world.scarcity": 0.6, "world.fight_hurts": 0.2}
"""Fights are frequent and rough, so that there are injured people to care for."""


class CareKeepsTheGroup(Claim):
    """Where care heals, more people survive their injuries, and everybody feels safer.

    The claim compares groups with and without care, so that one arm has to be the ablation itself.
    """

    id = "R8"
    tried = (
        "Care saves lives among the injured; felt security hardly rises with it (by less than .01), "
        "since what people feel is hardly touched by whether injuries heal."
    )
    arms = {
        "care": society(**HARD_TIMES, **PEOPLE_IN_GENERAL),
        "no care": society(**HARD_TIMES, **PEOPLE_IN_GENERAL, **{"world.care_heals": 0.0}),
    }
    rests_on = ("care_heals",)
    ablated = "care is felt, but heals nothing"
    sham = "unlearning"
    derivation = "care heals injuries, and injuries kill and threaten"
    one_line = True
    n = 100

    def signature(self, seen: Seen) -> Measure:
        """Felt security and survival, with care less without."""
        with_care, without = seen["care"], seen["no care"]
        return Together(
            {
                name: Difference(with_care.outcome(name) - without.outcome(name), without.outcome(name))
                for name in ("felt_security", "survival")
            }
        )


RECIPROCAL = {
    Mentality.CARE_SEEKING: Mentality.CARE_GIVING,
    Mentality.CARE_GIVING: Mentality.CARE_SEEKING,
    Mentality.COOPERATING: Mentality.COOPERATING,
    Mentality.COMPETING: Mentality.COMPETING,
    Mentality.SEXUAL: Mentality.SEXUAL,
}
"""The role that each mentality calls for in the other."""


class MentalitiesDance(Claim):
    """In play, who signals first moves the other's mentality, given what that was; and to its reciprocal.

    Information is above that of shuffled partners already; the arm in which nobody reads the other takes away
    what both saw of each other before the signal. It has to be the ablation itself.
    """

    id = "M2"
    arms = {
        "read": society(**PEOPLE_IN_GENERAL),
        "unread": society(**PEOPLE_IN_GENERAL, **{"person.mentalizing_at_rest": 0.0}),
    }
    reads = ("world.dance_in_peace",)
    rests_on = ("narrowed_mind",)
    ablation = {"person.mentalizing_at_rest": 0.0}
    ablated = "others' signals are not read, but taken to be as expected (none shuffles them in time)"
    sham = "unlearning"
    derivation = "the mentality colours the signal, and the signal pulls at the other's mentality"
    tried = (
        "Reciprocal answers are more frequent than among shuffled partners, but the information is small "
        "(.003 bits): in play nearly everybody is called to cooperate, and does."
    )
    n = 100

    def signature(self, seen: Seen) -> Measure:
        """Information (bits) in who signals about who answers, and the share of reciprocal answers above
        shuffled partners; each read less unread."""
        bits = {arm: seen[arm].outcome("dance_in_peace") for arm in seen}
        excess = {arm: reciprocal_answers(seen[arm].end("world.dance_in_peace")) for arm in seen}
        return Together(
            {
                "information": Difference(bits["read"] - bits["unread"], bits["read"]),
                "reciprocal": Difference(excess["read"] - excess["unread"], excess["read"]),
            }
        )


def reciprocal_answers(counts: np.ndarray) -> np.ndarray:
    """Return the share of reciprocal answers above that of shuffled partners, (groups,).

    `counts` (groups, 25, 5) has rows by mentality of who signals (times 5) and of who answers, before, and
    columns by that of who answers, after. Partners are shuffled among those who were in the same mentality
    before, which on average gives each cell row total × column total / total.

    Example:
        >>> counts = np.zeros((1, 25, 5))
        >>> counts[0, 2 * 5, 2] = counts[0, 3 * 5, 3] = 50.0
        >>> reciprocal_answers(counts).tolist()
        [0.5]
    """
    tables = counts.reshape(len(counts), 5, 5, 5)
    rows, columns = tables.sum(axis=3, keepdims=True), tables.sum(axis=1, keepdims=True)
    total = tables.sum(axis=(1, 3), keepdims=True)
    above = tables - rows * columns / np.where(total > 0.0, total, 1.0)
    found = sum(above[:, first, :, answer].sum(axis=1) for first, answer in RECIPROCAL.items())
    whole = counts.sum(axis=(1, 2))
    return np.asarray(found / np.where(whole > 0.0, whole, np.nan))
