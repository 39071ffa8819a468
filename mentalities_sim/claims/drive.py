"""S7, S8, S10, S12: drive blocked by threat, chasing it, answering bids, and blunting care."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import Arm, contest, laboratory, said_inside, signal, task
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.within import detrended
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.policies import Fixed
from mentalities_sim.signals import Mentality, Response
from mentalities_sim.worlds import Dyad

FIVE_DAYS = 20
"""Goals met in five days, one every six hours."""


def at_work(won_before: float, first: float, later: float) -> Arm:
    """Return the arm of ten days with a goal every six hours: how they end in the first five and the last.

    Worth hangs on success by half in all, so that failing threatens for days and a success lifts that (if all
    of it did, drive would lie at its bounds). Ten contests with others, won or lost, come before and settle
    what is appraised as winnable; goals are equally hard for all. Nothing but worth follows from how they end
    (stake 0): nothing about power is learned from them.

    Example:
        >>> len(at_work(0.0, 0.0, 1.0).steps)
        50
    """
    goals = task(first, times=FIVE_DAYS, hours=6.0) + task(later, times=FIVE_DAYS, hours=6.0)
    given = {"person.contingent_worth": 0.5, "person.goal_difficulty": 0.9}
    return laboratory(contest(won_before, times=10), goals, **given)


class BlockedDrive(Claim):
    """A lasting threat that is appraised as unwinnable lowers drive and approach, which come back when it is
    lifted; the same threat appraised as winnable does not lower them as much.

    The threat is worth lost by failing, the only one that lasts for days here; approach is the share of the
    last five days' goals not given up. Nobody was brought up, since childhood would teach what worth hangs
    on. At first a threat was forced while goals were met, on ten minutes of each day: not a lasting one, for
    drive keeps nothing for a day.
    """

    id = "S7"
    arms = {
        "unwinnable": at_work(0.0, 0.0, 0.0),
        "unwinnable, lifted": at_work(0.0, 0.0, 1.0),
        "unwinnable, no threat": at_work(0.0, 1.0, 1.0),
        "winnable": at_work(1.0, 0.0, 0.0),
        "winnable, no threat": at_work(1.0, 1.0, 1.0),
    }
    reads = ("person.drive", "person.response", "person.win_chance", "person.threat")
    bounded = ("person.drive",)
    rests_on = ("threat_moves_drive",)
    ablation = {"person.goals_meet_the_referee": 0.0}
    ablated = "goals bypass the referee"
    sham = "security"
    derivation = (
        "a goal is met as a bid; threat from lost worth moves drive by how likely winning is, drive holds "
        "out against yielding, and yielding makes winning less likely"
    )

    tried = (
        "Drive is blocked where winning is unlikely, comes back when the threat is lifted, and is recruited "
        "where winning is likely, all clearly; approach hardly follows. Who is sure to lose gives up five "
        "goals in six, for the referee weighs drive little against power and ISS. If all of worth hangs on "
        "success, drive lies at its bounds; threat forced while goals are met, on ten minutes of each day, "
        "moves both too little."
    )

    def signature(self, seen: Seen) -> Measure:
        """What threat takes from drive and approach, what lifting it gives back, and the first less the same
        where one can win."""
        parts: dict[str, Measure] = {}
        for name, read in (("drive", late_drive), ("approach", approach)):
            x = {arm: read(seen[arm]) for arm in seen}
            taken = x["unwinnable, no threat"] - x["unwinnable"]
            back = x["unwinnable, lifted"] - x["unwinnable"]
            winnable = x["winnable, no threat"] - x["winnable"]
            spread = x["unwinnable"]
            parts[f"{name}: taken by threat"] = Difference(taken, spread)
            parts[f"{name}: given back"] = Difference(back, spread)
            parts[f"{name}: not where winnable"] = Difference(taken - winnable, spread)
        return Together(parts)


def late_drive(record: Record) -> np.ndarray:
    """Return the mean drive of the last five days."""
    found: np.ndarray = record.course("person.drive")[:, -FIVE_DAYS:].mean(axis=1)
    return found


def approach(record: Record) -> np.ndarray:
    """Return the share of the last five days' goals that were not given up."""
    found: np.ndarray = (record.course("person.response")[:, -FIVE_DAYS:] != Response.YIELD).mean(axis=1)
    return found


def striving(**given: Any) -> Arm:
    """Return the arm of four weeks of life with two goals a day, in moments of two hours; nobody is met.

    Nobody was brought up, since childhood would teach what worth hangs on, which is what the arms set. One
    exchange with a therapist who sends nothing comes after three weeks, as a course needs one.
    """
    alone: Mapping[str, Any] = {
        "world.sessions": 1,
        "world.exchanges": 1,
        "world.run_in": 3,
        "world.meetings_per_day": 0.0,
        "policy.warmth": 0.0,
        "client.goals_per_day": 2.0,
    }
    return Arm(Dyad, {**alone, **given}, policy=Fixed)


HALF_A_DAY = 6
"""Moments of two hours: lags of 2 to 12 hours are taken together, so that none is picked."""
ONE_DAY, FOUR_DAYS = 12, 48
"""Between these periods, in moments, the peak of a chase of some days is sought."""
ONE_WEEK = 84


class Chase(Claim):
    """Where worth hangs on success and goals can be won, threat and drive move against each other with drive
    leading, at periods of one to four days; where they cannot be won, drive goes down for good.

    Worth is made to hang on success, or not at all; goals are reached seven times in ten (the default), or
    once in ten.
    """

    id = "S8"
    arms = {
        "contingent": striving(**{"client.contingent_worth": 1.0}),
        "not contingent": striving(**{"client.contingent_worth": 0.0}),
        "contingent, hardly winnable": striving(
            **{"client.contingent_worth": 1.0, "client.goal_difficulty": 0.9}
        ),
    }
    reads = ("client.threat", "client.drive")
    moments = "life"
    bounded = ("client.threat", "client.drive")
    rests_on = ("worth",)
    ablated = "worth does not follow success, and its loss does not threaten"
    sham = "transfer"
    derivation = (
        "worth fades without success; its lack threatens, and drives where winning is likely; drive makes "
        "for attempts, success mends worth"
    )
    tried = (
        "Threat and drive move against each other, far more so where worth is contingent, but threat leads, "
        "and there is no peak: what carries it are lost goals, which lower believed power and raise the ISS "
        "for days. Where they do not, the two rise together. Four goals a day, easy goals, twice the inertia "
        "or none, and no brooding do not change which leads, and bring no peak."
    )

    def signature(self, seen: Seen) -> Measure:
        """Correlation of threat with earlier drive, below that without contingency and below that of drive
        with earlier threat; power at one to four days over slower; drive of the last week, by odds."""
        threat = {arm: seen[arm].course("client.threat") for arm in seen}
        drive = {arm: seen[arm].course("client.drive") for arm in seen}
        leads = {arm: lagged(drive[arm], threat[arm]) for arm in seen}
        follows = lagged(threat["contingent"], drive["contingent"])
        peak = peaked(threat["contingent"])
        late = {arm: drive[arm][:, -ONE_WEEK:].mean(axis=1) for arm in seen}
        collapse = late["contingent"] - late["contingent, hardly winnable"]
        against = leads["not contingent"] - leads["contingent"]
        return Together(
            {
                "against each other": Difference(against, leads["not contingent"]),
                "drive leads": Difference(follows - leads["contingent"], follows),
                "peak": Difference(peak, peak),
                "collapse": Difference(collapse, late["contingent"]),
            }
        )


def lagged(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return within persons the correlation of one course with a later other, both without their trend.

    The mean over lags of 2 to 12 hours. NaN where either does not move.

    Example:
        >>> wave = np.sin(np.arange(200) / 4.0)[None]
        >>> bool(lagged(wave, np.roll(wave, 3, axis=1))[0] > lagged(wave, np.roll(wave, -3, axis=1))[0])
        True
    """
    x, y = detrended(first), detrended(second)
    size = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    sums = [(x[:, :-lag] * y[:, lag:]).sum(axis=1) for lag in range(1, HALF_A_DAY + 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(size > 1e-9, np.mean(sums, axis=0) / size, np.nan)
    return found


def peaked(course: np.ndarray) -> np.ndarray:
    """Return the log of the mean power at periods of one to four days over that at slower ones.

    Above 0 where a course swings at some days; 0 for noise, below 0 where it only drifts.

    Example:
        >>> days = np.arange(336) / 12.0
        >>> bool(peaked(np.sin(np.pi * days)[None])[0] > 2.0)
        True
    """
    power = np.abs(np.fft.rfft(detrended(course), axis=1)) ** 2
    period = course.shape[1] / np.maximum(np.arange(power.shape[1]), 0.5)
    swings = power[:, (period >= ONE_DAY) & (period <= FOUR_DAYS)].mean(axis=1)
    slow = power[:, (period > FOUR_DAYS) & (period <= course.shape[1])].mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(np.minimum(swings, slow) > 1e-12, np.log(swings / slow), np.nan)
    return found


class DriveCounters(Claim):
    """The same bids from the same equals are countered more often with much drive than with little."""

    id = "S10"
    arms = {
        "little drive": laboratory(signal(20, dominance=0.5, drive=0.2), **PEOPLE),
        "much drive": laboratory(signal(20, dominance=0.5, drive=0.8), **PEOPLE),
    }
    reads = ("person.response",)
    rests_on = ("drive_counters",)
    sham = "security"
    derivation = "P(counter) is a rising function of drive"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Share of twenty bids that are countered, much drive less little."""
        share = {arm: (seen[arm].course("person.response") == Response.COUNTER).mean(axis=1) for arm in seen}
        return Difference(share["much drive"] - share["little drive"], share["much drive"])


PAIRS = 10


def after_striving(contingent: float) -> Arm:
    """Return the arm of ten tasks, an hour apart, half of them failed; then distress is met, ten times each.

    A partner's distress is need shown (dominance -.5), against a neutral signal before it; one's own is the
    same, said inside. Nobody was brought up, since that would teach what worth hangs on.

    Example:
        >>> len(after_striving(1.0).steps)
        50
    """
    tasks = (task(1.0, hours=1.0) + task(0.0, hours=1.0)) * 5
    partner = (signal() + signal(dominance=-0.5)) * PAIRS
    own = (said_inside() + said_inside(dominance=-0.5)) * PAIRS
    return laboratory(tasks, partner, own, **{"person.contingent_worth": contingent})


class DriveBlunts(Claim):
    """After equal striving, distress calls up less care in those whose worth hangs on success.

    Care is the pull of care-giving, at distress less at a neutral signal, in another and in oneself.
    """

    id = "S12"
    arms = {"contingent": after_striving(1.0), "not contingent": after_striving(0.0)}
    reads = ("person.mentality_activation",)
    rests_on = ("drive_against_care",)
    also_serves = (
        "the pull of drive towards competing narrows what is pursued (S4), and lays claims in contests"
    )
    sham = "working_model"
    derivation = (
        "worth that hangs on success lets the habit of striving raise drive; drive pulls towards competing, "
        "and mentalities share one sum"
    )

    tried = (
        "Care falls as claimed, but more than half of that stays when drive does not pull towards competing: "
        "lost worth threatens, and threat pulls there too and sharpens the choice. Without that threat, "
        "drive alone blunts care much less."
    )

    def signature(self, seen: Seen) -> Measure:
        """Care called up by another's distress, and by one's own: not contingent less contingent."""
        parts: dict[str, Measure] = {}
        for whose, place in (("another's", 0), ("one's own", 1)):
            care = {arm: called_up(seen[arm], place) for arm in seen}
            parts[f"{whose} distress"] = Difference(
                care["not contingent"] - care["contingent"], care["not contingent"]
            )
        return Together(parts)


def called_up(record: Record, place: int) -> np.ndarray:
    """Return care-giving at distress less at what is neutral: a partner's (0), or one's own (1)."""
    care = record.course("person.mentality_activation")[:, :, Mentality.CARE_GIVING]
    pairs = care[:, -4 * PAIRS :].reshape(len(care), 2, PAIRS, 2)[:, place]
    found: np.ndarray = (pairs[:, :, 1] - pairs[:, :, 0]).mean(axis=1)
    return found
