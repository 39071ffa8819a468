"""R1, R2, R5: whom the inner referee yields to, what that leaves behind, and what a history makes of it."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import contest, laboratory, signal, society, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.signals import Response

LOST, DRAWN, WON = 0.0, 0.5, 1.0
BIDS = 10
"""Equal bids in a row."""
RAMP = tuple(round(0.1 * i, 1) for i in range(1, 11))
"""Rising bids, from next to nothing to full dominance."""
DAY = 24.0


class YieldingFollowsPower(Claim):
    """The same bid is yielded to more often after defeats than after draws, and least after wins."""

    id = "R1"
    arms = {
        name: laboratory(contest(won, times=3), signal(BIDS, dominance=0.5), **PEOPLE)
        for name, won in (("weak", LOST), ("even", DRAWN), ("strong", WON))
    }
    reads = ("person.response",)
    rests_on = ("referee",)
    ablated = "the referee tosses a coin"
    sham = "habit"
    derivation = "P(yield) = bid σ(k (the other's power - own) ...)"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Share of bids yielded to: weak less even, and even less strong."""
        share = {arm: yielded(seen[arm])[:, -BIDS:].mean(axis=1) for arm in seen}
        return Together(
            {
                "weak yield more than even": Difference(share["weak"] - share["even"], share["even"]),
                "even yield more than strong": Difference(share["even"] - share["strong"], share["even"]),
            }
        )


class LosingSubordinates(Claim):
    """The ISS rises in who loses; and in who only meets somebody above them, with nothing to contest.

    Two people meet four times in a day. The second of them is the one who has a stigma, where there is one.
    """

    id = "R2"
    arms = {
        "nothing at stake": society(**{"world.size": 2, "world.days": 1, "world.scarcity": 0.0}),
        "somebody stronger": society(
            **{"world.size": 2, "world.days": 1, "world.scarcity": 0.0, "world.stigmatised": 0.5}
        ),
        "contests": society(**{"world.size": 2, "world.days": 1, "world.scarcity": 1.0}),
    }
    reads = ("person.involuntary_subordination", "person.contests_lost")
    rests_on = ("anticipation",)
    ablated = "nothing is foreseen (bids that are met still count)"
    sham = "unlearning"
    derivation = "ISS += a yielded bid, d times as much for a claim fought for and lost"
    one_line = True
    n = 100

    def signature(self, seen: Seen) -> Measure:
        """Rise in losers less that in winners, against themselves with nothing at stake; and the ISS of the
        second person with somebody above them, less with an equal."""
        iss = {arm: seen[arm].end("person.involuntary_subordination") for arm in seen}
        rise = iss["contests"] - iss["nothing at stake"]
        lost = seen["contests"].end("person.contests_lost")
        more = np.sign(lost[:, 1] - lost[:, 0])
        of_losers = np.where(more == 0.0, np.nan, more * (rise[:, 1] - rise[:, 0]))
        above = (iss["somebody stronger"] - iss["nothing at stake"])[:, 1]
        return Together(
            {
                "after a loss": Difference(of_losers, iss["contests"].mean(axis=1)),
                "before any contest": Difference(above, iss["nothing at stake"][:, 1]),
            }
        )


HISTORY = {"defeats": LOST, "draws": DRAWN}
"""What ten contests came to; of the second as many, with as much at stake."""


class HistorySharpensTheReferee(Claim):
    """After defeats, and the same later life, one yields to smaller bids, sooner, and with less conflict.

    A month after the contests ten equal bids are met, and a week later the test is run, with threat and the
    ISS set alike, so that only what was learned differs. The model has no reaction time: latency is the
    number of equal bids before the first that is yielded to. The gap is that of the bids sent, since the
    power that one believes in is part of the history.
    """

    id = "R5"
    also_serves = "how sure one is weighs in every answer of the referee (R1, I2, T20)"
    arms = {
        name: laboratory(
            contest(won, stake=0.5, times=10),
            wait(30.0 * DAY),
            signal(BIDS, dominance=0.5),
            wait(7.0 * DAY),
            [{**signal(dominance=bid)[0], "threat": 0.1, "subordination": 0.05} for bid in RAMP],
            signal(BIDS, dominance=0.5, threat=0.1, subordination=0.05),
            **PEOPLE,
        )
        for name, won in HISTORY.items()
    }
    reads = ("person.response", "person.yield_chance")
    rests_on = ("precision",)
    ablated = "how sure a belief about power is stays as at birth"
    sham = "unlearning"
    derivation = "lost contests lower believed power and make it sure; P(yield) = bid σ(k gap sqrt(κ/(κ+1)))"
    tried = (
        "After defeats smaller bids are yielded to, and sooner, but with more conflict: P(yield) is at most "
        "the bid, so that history takes most bids from seldom yielded to towards even odds; only bids above "
        ".7 are yielded to with less conflict. And it is not precision that does it: where that is fixed, "
        "defeats lower believed power even further."
    )

    def signature(self, seen: Seen) -> Measure:
        """After draws less after defeats: smallest bid with P(yield) of ½, bids before one yields, and
        conflict 4 P (1 - P) over all bids of the test."""
        bid, wait_for, conflict = ({arm: part(seen[arm]) for arm in seen} for part in TESTS)
        return Together(
            {
                "a smaller gap": after_draws(bid),
                "sooner": after_draws(wait_for),
                "less noticed": after_draws(conflict),
            }
        )


def yielded(record: Record) -> np.ndarray:
    """Return 1 where the last bid was yielded to, (units, steps)."""
    return (record.course("person.response") == Response.YIELD).astype(float)


def after_draws(by_history: dict[str, np.ndarray]) -> Difference:
    """Return how much higher something is after draws than after defeats."""
    return Difference(by_history["draws"] - by_history["defeats"], by_history["draws"])


def smallest_bid(record: Record) -> np.ndarray:
    """Return the smallest bid of the ramp that is as likely yielded to as not; 1.1 where none is."""
    chance = record.course("person.yield_chance")[:, -BIDS - len(RAMP) : -BIDS]
    return np.array([*RAMP, 1.1])[first(chance >= 0.5)]


def bids_before_yielding(record: Record) -> np.ndarray:
    """Return how many equal bids came before one was yielded to; all of them where none was."""
    return first(yielded(record)[:, -BIDS:] > 0.0).astype(float)


def conflict_of(record: Record) -> np.ndarray:
    """Return the mean conflict of the decision over the test, 4 P (1 - P)."""
    chance = record.course("person.yield_chance")[:, -BIDS - len(RAMP) :]
    return 4.0 * (chance * (1.0 - chance)).mean(axis=1)


TESTS = (smallest_bid, bids_before_yielding, conflict_of)


def first(true: np.ndarray) -> np.ndarray:
    """Return the place of the first true value in each row; the length of the row if there is none.

    Example:
        >>> first(np.array([[False, True, True], [False, False, False]])).tolist()
        [1, 3]
    """
    return np.where(true.any(axis=1), true.argmax(axis=1), true.shape[1])
