"""S5, S6, S11: soothing calms; it needs safeness, not safety; and another gives more of it than oneself."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import (
    Arm,
    Steps,
    brought_up,
    contest,
    laboratory,
    signal,
    task,
)
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.signals import Mentality

DAYS = 10
"""Of training, or of as much contact without it."""
MEAN_SOOTHING = 0.08
"""Soothing during recovery, mean of both arms (.078): where the ablation clamps it."""


def practised(warmth: float) -> Steps:
    """Return ten days of twenty exchanges, three days' pause, a threat of .6, and ten neutral exchanges.

    Three days, since soothing that is left over from the last kindness (half-life 8 h) is no training.

    Example:
        >>> len(practised(0.5))
        211
    """
    day = signal(hours=24.0, warmth=warmth) + signal(19, warmth=warmth)
    return day * DAYS + signal(hours=72.0, threat=0.6) + signal(10)


class SoothingBalances(Claim):
    """After the same threat, threat has fallen further in those whose soothing was trained.

    Trained by kindness over ten days, against as many neutral exchanges. No rule lets soothing lower drive,
    so that only threat is read.
    """

    id = "S5"
    arms = {
        "trained": laboratory(practised(0.5), **PEOPLE),
        "not trained": laboratory(practised(0.0), **PEOPLE),
    }
    reads = ("person.threat", "person.soothing")
    bounded = ("person.threat",)
    rests_on = ("soothing_calms",)
    ablation = {"person.soothing_clamped": MEAN_SOOTHING}
    ablated = "the soothing that calms is clamped at its mean during recovery, from birth"
    also_serves = "soothing lowers threat in every encounter: co-regulation (S11) is measured through it"
    sham = "drive_counters"
    tried = (
        "An hour after the last kindness the effect was there (d 1.9), three days after it hardly is: "
        "soothing fades with a half-life of 8 h, and nothing else about it is trained. The test was moved "
        "from one hour to three days after a reviewer's objection."
    )
    derivation = (
        "kindness that is stayed with raises soothing; soothing lowers threat's target, speeds its fall"
    )

    def signature(self, seen: Seen) -> Measure:
        """Threat after ten neutral exchanges, not trained less trained."""
        plain, trained = (seen[arm].end("person.threat") for arm in ("not trained", "trained"))
        return Difference(plain - trained, plain)


def day(hostile: bool, able: bool, need: bool) -> Arm:
    """Return the arm of one day: after contests won (able to defend oneself) or lost, twelve times two hours.

    Every two hours three exchanges with somebody hostile, or as many neutral ones; two tasks, one of them
    failed, or two neutral exchanges; and three exchanges with somebody kind, in every arm.
    """
    before = contest(float(able), times=10)
    actor: dict[str, Any] = {"dominance": 0.8, "warmth": -0.5} if hostile else {}
    first = signal(hours=0.5, **actor) + signal(2, **actor)
    must = task(1.0, hours=0.5) + task(0.0) if need else signal(hours=0.5) + signal()
    kind = signal(hours=1.0, warmth=0.5) + signal(2, warmth=0.5)
    return laboratory(before, (first + must + kind) * TIMES, **PEOPLE)


TIMES = 12
PER_TIME = 8
KIND = 3
"""The last exchanges of each time, those with somebody kind."""


def named(hostile: bool, able: bool, need: bool) -> str:
    """Return what an arm of safety and safeness is called.

    Example:
        >>> named(True, False, True)
        'hostile actors, unable to defend, must achieve'
    """
    who = "hostile actors" if hostile else "nobody hostile"
    can = "able to defend" if able else "unable to defend"
    return f"{who}, {can}, {'must achieve' if need else 'need not achieve'}"


class SafetyIsNotSafeness(Claim):
    """Being able to defend oneself lowers threat, and does less for soothing, play and exploration than the
    absence of hostile actors and of the need to achieve.

    Play is the pull of cooperating in kind company (what the situation of play calls for), exploration the
    breadth of mentalities there: the model has no state for either.
    """

    id = "S6"
    arms = {
        named(hostile, able, need): day(hostile, able, need)
        for hostile in (True, False)
        for able in (True, False)
        for need in (True, False)
    }
    reads = ("person.threat", "person.soothing", "person.mentality_activation")
    bounded = ("person.threat", "person.soothing")
    rests_on = ("vigilance",)
    ablated = "felt threat alone brakes soothing"
    sham = "transfer"
    derivation = (
        "hostile acts rouse a watch that outlasts the threat and brakes soothing; power spares one only the "
        "threat of yielding; tasks interrupt soothing"
    )

    one_line = True  # the brake that its ablation deletes serves nothing else
    tried = (
        "Being able to defend oneself lowers threat and raises soothing, play and exploration far less than "
        "the absence of hostile actors does. The need does next to nothing: to a calm person a task is an "
        "exchange without kindness, no more, and no rule lets a goal keep soothing down but by threat. "
        "Vigilance carries two fifths of the rest in soothing, and hardly any of it in play and exploration."
    )

    def signature(self, seen: Seen) -> Measure:
        """Threat spared by defence; of each other outcome, what safeness adds to defence less what defence
        adds; and soothing without the need less with it."""
        felt = {arm: over_the_day(seen[arm], "person.threat") for arm in seen}
        unable = np.mean([felt[named(True, False, need)] for need in (True, False)], axis=0)
        able = np.mean([felt[named(True, True, need)] for need in (True, False)], axis=0)
        parts: dict[str, Measure] = {"defence lowers threat": Difference(unable - able, unable)}
        safe, defended = named(False, True, False), named(True, True, True)
        helpless, must = named(True, False, True), named(False, True, True)
        for name, read in OUTCOMES.items():
            x = {arm: read(seen[arm]) for arm in (safe, defended, helpless, must)}
            more = (x[safe] - x[defended]) - (x[defended] - x[helpless])
            parts[f"{name}: safeness beyond safety"] = Difference(more, x[defended])
            if name == "soothing":
                parts["soothing: the need"] = Difference(x[safe] - x[must], x[must])
        return Together(parts)


def over_the_day(record: Record, path: str) -> np.ndarray:
    """Return the mean of a state over the day, contests before it left out."""
    found: np.ndarray = record.course(path)[:, -TIMES * PER_TIME :].mean(axis=1)
    return found


def in_kind_company(record: Record) -> np.ndarray:
    """Return the pull of each mentality in the exchanges with somebody kind, (people, exchanges, 5)."""
    pull = record.course("person.mentality_activation")[:, -TIMES * PER_TIME :]
    times = pull.reshape(len(pull), TIMES, PER_TIME, 5)[:, :, -KIND:]
    return times.reshape(len(pull), -1, 5)


def play(record: Record) -> np.ndarray:
    """Return the mean pull of cooperating in kind company."""
    found: np.ndarray = in_kind_company(record)[:, :, Mentality.COOPERATING].mean(axis=1)
    return found


def exploration(record: Record) -> np.ndarray:
    """Return the mean breadth of mentalities in kind company: the entropy of their pulls, in bits."""
    pull = np.maximum(in_kind_company(record), 1e-12)
    found: np.ndarray = -(pull * np.log2(pull)).sum(axis=2).mean(axis=1)
    return found


OUTCOMES = {
    "soothing": lambda record: over_the_day(record, "person.soothing"),
    "play": play,
    "exploration": exploration,
}

SECURE = brought_up(200, warm=1.0)
FEARFUL = brought_up(200, warm_then_harmed=1.0)
CALM: dict[str, Any] = {"playfulness": 0.6, "expressiveness": 1.0}
"""How somebody with a soothing of .6 and a threat of .1 shows a warmth of .5: it is all felt (`act`)."""
TENSE: dict[str, Any] = {"playfulness": 0.0, "expressiveness": 0.5}
"""How somebody without soothing shows it: it is all put on (`act`)."""


def consoled(people: dict[str, Any], **partner: Any) -> Arm:
    """Return the arm in which a partner is kind, ten times, to somebody whose threat begins at .5."""
    return laboratory(signal(threat=0.5, warmth=0.5, **partner), signal(9, warmth=0.5, **partner), **people)


def alone(people: dict[str, Any]) -> Arm:
    """Return the arm in which as much kindness is imagined: the same signal, taken in inside, from nobody.

    Words said to oneself would be answered, and the answer heard, so that the input would not be equal.
    """
    return laboratory(signal(threat=0.5, warmth=0.5, surface=1), signal(9, warmth=0.5, surface=1), **people)


class CoRegulation(Claim):
    """Equal kindness lowers threat more from a calm partner than from oneself or from a tense partner, in the
    securely attached; and the gain over oneself is less in the fearful.

    Secure are those with a warm childhood, fearful those whose warmth was followed by harm. A partner's calm
    is seen in playfulness and expressiveness, as the rule for acting lets it show.
    """

    id = "S11"
    arms = {
        "secure, calm partner": consoled(SECURE, **CALM),
        "secure, tense partner": consoled(SECURE, **TENSE),
        "secure, alone": alone(SECURE),
        "fearful, calm partner": consoled(FEARFUL, **CALM),
        "fearful, alone": alone(FEARFUL),
    }
    reads = ("person.threat",)
    bounded = ("person.threat",)
    rests_on = ("showing", "play")
    ablated = "a partner's calm is not read: neither playfulness nor what shows counts, from birth"
    sham = "drive_counters"
    derivation = (
        "warmth counts as far as it shows, is felt as kindness and soothes; where warmth is feared it alarms"
    )

    tried = (
        "A calm partner helps hardly more than a tense one: somewhat more kindness, and five minutes hardly "
        "raise soothing. Imagined kindness calms the secure a little more than a partner's, for real warmth "
        "also calls up longing. The fearful are calmed less by a partner, as claimed. At first the "
        "words were said to oneself: then the secure were calmed more by the partner, but the fearful even "
        "more so, for they answer themselves harshly; and an answer heard makes the input unequal."
    )

    def signature(self, seen: Seen) -> Measure:
        """Threat after ten exchanges: alone less calm partner, tense less calm, and the first less that of
        the fearful."""
        left = {arm: seen[arm].end("person.threat") for arm in seen}
        gain = left["secure, alone"] - left["secure, calm partner"]
        fearful = left["fearful, alone"] - left["fearful, calm partner"]
        tense = left["secure, tense partner"] - left["secure, calm partner"]
        return Together(
            {
                "more than alone": Difference(gain, left["secure, alone"]),
                "more than a tense partner": Difference(tense, left["secure, tense partner"]),
                "not for the fearful": Difference(gain - fearful, left["secure, alone"]),
            }
        )
