"""T2, T3, T4, T10: directives, counter-dominance, freedom and support in therapy, at equal warmth."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.arms import Arm, scripted_therapy, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.titration import best
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.policies import Fixed
from mentalities_sim.signals import Response

EXCHANGES = 40


def therapist(dominance: float, freedom: float = 0.0, **given: Any) -> Arm:
    """Return an arm with a therapist of warmth .5 who directs, and leaves one free, as much as said.

    Example:
        >>> therapist(0.5).given["policy.freedom"]
        0.0
    """
    sent = {"policy.warmth": 0.5, "policy.dominance": dominance, "policy.freedom": freedom}
    settings: dict[str, Any] = {"sessions": 10, "exchanges": EXCHANGES, **sent, **given}
    return therapy(Fixed, **settings)


class DirectivesSubordinate(Claim):
    """At equal warmth a directive therapist is complied with, raises the ISS, and teaches less an exchange.

    The ISS and compliance are means over the exchanges held, of ten sessions or as many as one came to;
    unlearning is the fall of fear up to the last of them, per exchange.
    That jargon, interpretation and advice are bids is how they are coded; here only dominance differs.
    """

    id = "T2"
    arms = {
        "directive": therapist(0.5),
        "level": therapist(0.0),
    }
    reads = (
        "client.involuntary_subordination",
        "client.response",
        "client.fear_of_compassion",
        "client.threat",
    )
    bounded = ("client.threat",)
    rests_on = ("bids",)
    ablated = "dominance does not reach the referee"
    sham = "giving"
    derivation = (
        "a directive is a bid; P(yield) = bid σ(gap, ISS); yielding raises the ISS and blocks unlearning"
    )
    tried = (
        "Changed after review: ten sessions, as elsewhere, and not three; and exchanges after one has left "
        "no longer count."
    )

    def signature(self, seen: Seen) -> Measure:
        """ISS, share of exchanges yielded, and fall of fear per exchange."""
        directive, level = seen["directive"], seen["level"]
        iss = [mean_held(a, a.course("client.involuntary_subordination")) for a in (directive, level)]
        yielded = [share_of(a, Response.YIELD) for a in (directive, level)]
        unlearned = [fear_lost(a) for a in (directive, level)]
        return Together(
            {
                "ISS": Difference(iss[0] - iss[1], iss[0]),
                "compliance": Difference(yielded[0] - yielded[1], yielded[0]),
                "unlearning": Difference(unlearned[1] - unlearned[0], unlearned[1]),
            }
        )


def share_of(arm: Record, response: Response) -> np.ndarray:
    """Return the share of exchanges held that were answered in a way, by client."""
    return mean_held(arm, arm.course("client.response") == response)


def exchanges_held(arm: Record) -> np.ndarray:
    """Return how many exchanges took place, by client; at least one."""
    return np.maximum(np.asarray(arm.outcome("weeks_attended"), int) * EXCHANGES, 1)


def mean_held(arm: Record, values: np.ndarray) -> np.ndarray:
    """Return the mean over the exchanges that took place, by client.

    Example:
        >>> course = np.array([[1.0] * EXCHANGES + [0.0] * EXCHANGES] * 2)
        >>> mean_held(Record({"weeks_attended": np.array([1, 2])}, {}), course).tolist()
        [1.0, 0.5]
    """
    held = exchanges_held(arm)
    there = np.arange(values.shape[1]) < held[:, None]
    return np.asarray((values * there).sum(axis=1) / held, float)


def fear_lost(arm: Record) -> np.ndarray:
    """Return the fall of fear per hundred exchanges that took place, by client."""
    fear = arm.course("client.fear_of_compassion")
    held = exchanges_held(arm)
    last = fear[np.arange(len(fear)), held - 1]
    return np.asarray(100.0 * (fear[:, 0] - last) / held, float)


def directing(first: float, then: float, drive: float, power: float) -> Arm:
    """Return a session of 60 exchanges of warmth .5: dominance of the first half, then of the second.

    Example:
        >>> len(directing(0.5, 1.0, 0.8, 0.4).steps)
        60
    """
    channels = {"warmth": 0.5, "expressiveness": 1.0}
    steps = [{**channels, "dominance": first}] * 30 + [{**channels, "dominance": then}] * 30
    return scripted_therapy(*steps, **{"client.resting_drive": drive, "client.power": (power, 0.0)})


class CounterDominance(Claim):
    """Directives meet ruptures by the client's drive and power; then competing escalates, and yielding mends.

    One session at dominance .5; in two arms the therapist competes (1) or yields (0) from its middle on,
    with those who have drive and power. Rupture and strain are the model's own: contact left, or countered;
    ruptures are read as the share of exchanges in one, since one that lasts would count but once.
    """

    id = "T3"
    arms = {
        "goes on": directing(0.5, 0.5, drive=0.8, power=0.4),
        "low power": directing(0.5, 0.5, drive=0.8, power=-0.4),
        "low drive": directing(0.5, 0.5, drive=0.2, power=0.4),
        "neither": directing(0.5, 0.5, drive=0.2, power=-0.4),
        "competes": directing(0.5, 1.0, drive=0.8, power=0.4),
        "yields": directing(0.5, 0.0, drive=0.8, power=0.4),
    }
    reads = ("world.rupture", "world.strain", "client.threat")
    bounded = ("client.threat",)
    rests_on = ("drive_counters",)
    ablated = "drive moves neither yielding nor countering"
    sham = "transfer"
    derivation = (
        "P(counter) = (1 - P(yield)) bid σ(drive); who yields is threatened, and leaves; strain counts who "
        "counters or leaves, and much strain is a rupture"
    )
    tried = (
        "Drive, competing and yielding go as claimed, power the other way. Confrontation goes as claimed by "
        "power (with drive, .35 of exchanges are countered at high power, .17 at low); withdrawal carries "
        "the reversal (.38 are left, and .55): those who yield are threatened, on top of the warmth that "
        "they fear, and leave, which is a rupture too. Seen afterwards, and not put in its place: where "
        "warmth is not feared, all four show (d 1.6, .6, .6, 2.3)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Time in rupture by drive and by power; strain from the middle on, by what the therapist does."""
        ruptures = {arm: seen[arm].course("world.rupture").mean(axis=1) for arm in seen}
        strain = {arm: seen[arm].course("world.strain")[:, 30:].mean(axis=1) for arm in seen}
        driven = ruptures["goes on"] + ruptures["low power"] - ruptures["low drive"] - ruptures["neither"]
        strong = ruptures["goes on"] + ruptures["low drive"] - ruptures["low power"] - ruptures["neither"]
        return Together(
            {
                "ruptures by drive": Difference(0.5 * driven, ruptures["goes on"]),
                "ruptures by power": Difference(0.5 * strong, ruptures["goes on"]),
                "competing escalates": Difference(strain["competes"] - strain["goes on"], strain["goes on"]),
                "yielding repairs": Difference(strain["goes on"] - strain["yields"], strain["goes on"]),
            }
        )


class FreedomBuildsAgency(Claim):
    """At equal warmth, and equal directives, freedom leaves more agency, and assertiveness to oneself.

    Agency is dominance shown to other people in the last weeks of life; assertiveness is the dominance of
    the last answer to oneself, a week after the last session. Both without directives and with them.
    """

    id = "T4"
    arms = {
        "directed": therapist(0.5),
        "directed, free": therapist(0.5, freedom=1.0),
        "undirected": therapist(0.0),
        "undirected, free": therapist(0.0, freedom=1.0),
    }
    reads = ("client.answer_dominance",)
    moments = "end"
    rests_on = ("freedom",)
    sham = "longing"
    derivation = (
        "freedom takes back the bid; who is not bid for yields less, so that the ISS stays low and own "
        "dominance is accepted; both raise believed power, and a share of it reaches the other surface"
    )
    tried = (
        "With directives agency is higher (d 1.4), assertiveness to oneself hardly (.2: a fifth of a lesson "
        "in power reaches the inner surface); without directives freedom has next to no bid to take back (0)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Agency and assertiveness to oneself, free less not, without and with directives."""
        parts: dict[str, Measure] = {}
        for arm in ("directed", "undirected"):
            free, unfree = seen[f"{arm}, free"], seen[arm]
            agency = unfree.outcome("agency")
            inner = unfree.end("client.answer_dominance")
            parts[f"agency, {arm}"] = Difference(free.outcome("agency") - agency, agency)
            parts[f"assertive to oneself, {arm}"] = Difference(
                free.end("client.answer_dominance") - inner, inner
            )
        return Together(parts)


SUPPORT = (0.0, 0.25, 0.5, 0.75, 1.0)


class EnoughSupport(Claim):
    """Agency at the end is highest with some support, and lower with none and with full support.

    Support is help from above: as warm as it is dominant. The best of the three amounts between is chosen on
    the other half of the clients.
    """

    id = "T10"
    arms = {
        f"{support:g}": therapy(
            Fixed, sessions=10, exchanges=40, **{"policy.warmth": support, "policy.dominance": support}
        )
        for support in SUPPORT
    }
    moments = "end"
    rests_on = ("bids",)
    ablated = "support carries no bid"
    sham = "longing"
    derivation = (
        "support is warmth, which calms and is learned from, and a bid, which is yielded to and lowers "
        "believed power the more the larger it is"
    )
    tried = (
        "Amounts from none to full: agency is as high with none as with a quarter, and falls from there "
        "(full support costs d .6). Support adds nothing to the dominance shown to other people."
    )

    def signature(self, seen: Seen) -> Measure:
        """Agency with the best amount between, less that with none, and less that with full support."""
        agency = np.array([seen[f"{support:g}"].outcome("agency") for support in SUPPORT])
        some = -best(-agency[1:-1])
        return Together(
            {
                "some beats none": Difference(some - agency[0], agency[0]),
                "some beats full": Difference(some - agency[-1], agency[0]),
            }
        )
