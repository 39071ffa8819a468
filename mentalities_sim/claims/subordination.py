"""R3, R6, R9: the involuntary subordination strategy: one repertoire, many occasions, does it last?"""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import brought_up, held, laboratory, life, signal, society
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen

RESTED, DEFEATED = 0.05, 0.8
"""ISS at the beginning: as at birth, or after a heavy defeat; set, so that nothing else differs."""
ROUNDS_A_DAY = 4
DAYS = 8
ROUND = [*life(3), *signal(warmth=0.2)]
"""Six hours: three moments alone, then somebody as warm as people are on average."""
MET = slice(len(ROUND) - 1, None, len(ROUND))
"""The moments of a course at which somebody is met."""
EARLY, LATE = slice(0, 2), slice(-2, None)
"""The first two days of a course, and the last two."""


class OneRepertoire(Claim):
    """Once the ISS is up six things rise and then fall together: fast what it writes, later what follows.

    Three of the six are written by a rule: the submissive signal, drive and, against the theory's wording,
    rumination; threat, withdrawal and the loss of soothing follow through encounters with oneself. Brooding
    is seen in that the answer to oneself changes; withdrawal is leaving contact inwardly. Lags are a matter
    of hours: the submissive signal is strongest at the first meeting, while the loss of soothing still grows.
    """

    id = "R3"
    arms = {
        name: laboratory(held(subordination=iss, soothing=0.5), ROUND * (ROUNDS_A_DAY * DAYS), **PEOPLE)
        for name, iss in (("rested", RESTED), ("defeated", DEFEATED))
    }
    reads = (
        "person.threat",
        "person.soothing",
        "person.drive",
        "person.escaped",
        "person.shown_dominance",
        "person.answer_dominance",
    )
    bounded = ("person.threat", "person.soothing", "person.drive")
    rests_on = ("rumination",)
    ablation = {"person.brooding_with_subordination": 0.0, "person.brooding_at_rest": 3.0}
    ablated = "everybody broods as often, about as the two arms do on average"
    sham = "unlearning"
    derivation = "the ISS makes one brood; the inner voice is yielded to, which threatens and ends soothing"
    tried = (
        "Five of the six rise and fall, at lags that differ, and what follows goes with rumination. "
        "Withdrawal from others hardly does: threat from brooding seldom comes near to where contact is left."
    )

    def signature(self, seen: Seen) -> Measure:
        """Each of six, defeated less rested: more in the first two days, and more then than in the last two;
        submission in the first six hours above the next six; lost soothing in these above the first two."""
        by_day = {arm: indicators(seen[arm]) for arm in seen}
        parts: dict[str, Measure] = {}
        gone = {name: by_day["defeated"][name] - by_day["rested"][name] for name in INDICATORS}
        for name, more in gone.items():
            level = by_day["rested"][name][:, EARLY].mean(axis=1)
            early, late = more[:, EARLY].mean(axis=1), more[:, LATE].mean(axis=1)
            parts[f"{name} rises"] = Difference(early, level)
            parts[f"{name} falls"] = Difference(early - late, level)
        shown, soothing = (
            {arm: seen[arm].course(f"person.{name}")[:, 1:] for arm in seen}
            for name in ("shown_dominance", "soothing")
        )
        submission = shown["rested"] - shown["defeated"]
        leads = submission[:, MET][:, 0] - submission[:, MET][:, 1]
        parts["submission leads"] = Difference(leads, shown["rested"][:, MET][:, 0])
        lost = soothing["rested"] - soothing["defeated"]
        lags = lost[:, len(ROUND) : 2 * len(ROUND)].mean(axis=1) - lost[:, 0]
        parts["lost soothing lags"] = Difference(lags, soothing["rested"][:, 0])
        return Together(parts)


INDICATORS = ("submission", "lost drive", "threat", "lost soothing", "withdrawal", "rumination")


def indicators(record: Record) -> dict[str, np.ndarray]:
    """Return the six of the repertoire as daily means, (units, days); the first step sets the states."""
    course = {name.partition(".")[2]: record.course(name)[:, 1:] for name in OneRepertoire.reads}
    turned = np.diff(record.course("person.answer_dominance"), axis=1) != 0.0
    alone, met = np.array([True, True, True, False]), np.array([False, False, False, True])
    anytime = alone | met
    return {
        "submission": daily(-course["shown_dominance"], met),
        "lost drive": daily(-course["drive"], anytime),
        "threat": daily(course["threat"], anytime),
        "lost soothing": daily(-course["soothing"], anytime),
        "withdrawal": daily(course["escaped"], met),
        "rumination": daily(turned.astype(float), alone),
    }


def daily(values: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Return means by day, (units, days), over the moments of a round that are meant.

    Example:
        >>> daily(np.arange(16.0)[None], np.array([False, False, False, True])).tolist()
        [[9.0]]
    """
    by_round = values.reshape(len(values), -1, ROUNDS_A_DAY, len(when))
    found: np.ndarray = by_round[..., when].mean(axis=(2, 3))
    return found


NO_DUEL = {"world.scarcity": 0.0}
"""Nothing that only one can have: nobody has a contest, so that all have equally many."""
IN_REACH = {"person.goals_per_day": 1.0, "person.goal_difficulty": 0.2}
BLOCKED = {"person.goals_per_day": 1.0, "person.goal_difficulty": 0.9}


class NoDuelNeeded(Claim):
    """Stigma, punished self-expression and blocked goals raise the ISS without contests, at equal threat.

    Compared are the stigmatised with the others of their group, each less themselves where nobody is marked;
    the silenced with themselves after about as much harshness that hung on nothing (3 in 5 encounters; of
    the silenced 4 in 5 wait for self-expression); the blocked with themselves with goals in reach. Equal
    threat is by the slope of ISS on threat among people of one group and arm. Inequity by birth is not
    scored: it is a stigma by degrees.
    """

    id = "R6"
    arms = {
        "ordinary": society(**NO_DUEL, **IN_REACH),
        "stigma": society(**NO_DUEL, **IN_REACH, **{"world.stigmatised": 1.0 / 3.0}),
        "blocked": society(**NO_DUEL, **BLOCKED),
        "silenced": society(**NO_DUEL, **brought_up(100, warm=0.2, silenced=0.8)),
        "at random": society(**NO_DUEL, **brought_up(100, warm=0.4, harsh=0.6)),
    }
    reads = ("person.lived",)
    rests_on = ("threat_moves_drive", "standing")
    ablation = {"person.goals_meet_the_referee": 0.0, "world.stigma_wanders": 1}
    ablated = "goals bypass the referee, and the mark of a stigma is drawn anew for each meeting"
    sham = "unlearning"
    derivation = (
        "a mark, or a goal's difficulty, widens the gap the referee reads; yielding brings the ISS. So "
        "stigma and goals are near to premises: standing and difficulty are terms of the referee"
    )
    tried = (
        "A stigma and blocked goals raise the ISS without contests and at equal threat. Punished "
        "self-expression hardly does, against about as much harshness that hung on nothing: it lowers power "
        "over the inner voice, and believed power with others ends alike. Before threat is taken off, the "
        "silenced have even a little less ISS."
    )
    n = 100

    def signature(self, seen: Seen) -> Measure:
        """ISS with the burden less without it, at equal threat, group by group."""
        felt = {arm: lived(seen[arm]) for arm in seen}
        more = {
            burden: at_equal_threat(felt[burden], felt[free])
            for burden, free in (("stigma", "ordinary"), ("silenced", "at random"), ("blocked", "ordinary"))
        }
        marked = np.arange(more["stigma"].shape[1]) % 3 == 2
        of_marked = more["stigma"][:, marked].mean(axis=1) - more["stigma"][:, ~marked].mean(axis=1)
        ordinary, at_random = (felt[arm][..., 1].mean(axis=1) for arm in ("ordinary", "at random"))
        return Together(
            {
                "stigma": Difference(of_marked, ordinary),
                "punished self-expression": Difference(more["silenced"].mean(axis=1), at_random),
                "blocked goals": Difference(more["blocked"].mean(axis=1), ordinary),
            }
        )


def lived(record: Record) -> np.ndarray:
    """Return each person's mean threat and ISS over the second half of the course, (groups, people, 2)."""
    sums = record.end("person.lived")
    found: np.ndarray = sums[..., :2] / np.where(sums[..., 4:] > 0.0, sums[..., 4:], np.nan)
    return found


def at_equal_threat(burdened: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Return by how much each one's ISS is higher when burdened, less what threat accounts for.

    Both hold threat and ISS of the same people, (groups, people, 2). The slope of ISS on threat is that
    among people of one group and arm.

    Example:
        >>> free = np.array([[[0.1, 0.1], [0.3, 0.2]]])
        >>> at_equal_threat(free + [0.2, 0.3], free).round(6).tolist()
        [[0.2, 0.2]]
    """
    among = np.concatenate([one - one.mean(axis=1, keepdims=True) for one in (burdened, free)])
    among = among[np.isfinite(among).all(axis=(1, 2))]
    spread = float((among[..., 0] ** 2).sum())
    slope = float((among[..., 0] * among[..., 1]).sum()) / spread if spread > 0.0 else 0.0
    more = burdened - free
    return np.asarray(more[..., 1] - slope * more[..., 0])


CRITIC = {"person.expected_dominance": (0.2, 0.7), "person.expected_warmth": (0.2, -0.3)}
"""A cold and dominant internal other: whom the ISS ruminates about."""
INNER_POWER = {"low": -0.5, "middle": 0.0, "high": 0.5}
RECOVERED = 0.15
"""ISS below which an episode has ended, by the person's rules."""
MOMENTS_A_DAY = 12
WEEK, MONTH = 7 * MOMENTS_A_DAY, 30 * MOMENTS_A_DAY


class DefeatFadesOrLasts(Claim):
    """The same defeat is over in a week or not in a month, by inner power; and those who began defeated stay
    higher than those who began rested: a fold.

    People are alone with an inner critic for thirty days. The sweeps up and down are those who begin rested
    and those who begin defeated, with the same inner power; inner power goes on learning.
    """

    id = "R9"
    arms = {
        f"{state}, {name}": laboratory(
            held(subordination=iss), life(MONTH), **CRITIC, **{"person.power": (0.0, power)}
        )
        for state, iss in (("rested", RESTED), ("defeated", DEFEATED))
        for name, power in INNER_POWER.items()
    }
    reads = ("person.involuntary_subordination",)
    rests_on = ("rumination", "pleasing")
    ablation = {
        "person.brooding_with_subordination": 0.0,
        "person.brooding_at_rest": 4.0,
        "person.subordination_yields": 0.0,
        "person.subordination_lowers_drive": 0.0,
        "person.drive_resists": 4.0,
        "person.pleasing": 0.0,
        "person.pleasing_subordinates": 0.0,
    }
    ablated = (
        "everybody broods as often; the ISS has no hold on the referee (held, through drive, at about that "
        "of no ISS) and puts no warmth on"
    )
    sham = "habit"
    derivation = "the ISS broods, brooding is yielded to, yielding is the ISS: with enough of each two rests"
    tried = (
        "The same defeat is over in a week at high inner power and not in a month at low. But there is no "
        "fold at the defaults: with an inner critic those of low inner power end as high when they began "
        "rested. With more rumination and a stronger hold on the referee there is one: docs/examples/fold.py."
    )

    def signature(self, seen: Seen) -> Measure:
        """Recovered after a week, and after a month: more at high than at low inner power; ISS in the last
        week: defeated less rested, mean over inner power."""
        iss = {arm: seen[arm].course("person.involuntary_subordination") for arm in seen}
        week, month = (
            {name: over(iss[f"defeated, {name}"][:, at]) for name in INNER_POWER} for at in (WEEK, MONTH)
        )
        parts: dict[str, Measure] = {
            "over in a week": Difference(week["high"] - week["low"], week["low"]),
            "never over": Difference(month["high"] - month["low"], month["low"]),
        }
        ends = {arm: course[:, MONTH - WEEK :].mean(axis=1) for arm, course in iss.items()}
        apart = {name: ends[f"defeated, {name}"] - ends[f"rested, {name}"] for name in INNER_POWER}
        parts["sweeps differ"] = Difference(np.mean(list(apart.values()), axis=0), ends["rested, middle"])
        return Together(parts)


def over(iss: np.ndarray) -> np.ndarray:
    """Return 1 where the episode is over, else 0."""
    return (iss < RECOVERED).astype(float)
