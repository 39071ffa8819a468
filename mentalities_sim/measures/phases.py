"""The phases of the paper's worked example (CBK Table 1; claim T15), and whether a run shows them.

The rules and thresholds below were written down before the first run of the dialogue with them, from the
paper's words alone, and have not been changed after one. Each reads what the client did and felt, as it was
recorded exchange by exchange; none reads a parameter, or what the therapist meant to do. The paper: Cwinn,
Bell & Kirby 2023, doi:10.21926/obm.icm.2304056 (CC BY).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentalities_sim.signals import Response

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ACTIVE = 0.3
"""A system is active from here on (0 to 1)."""
FELT = 0.1
"""A feeling, or kindness taken in, is there from here on (0 to 1)."""
RISES = 0.02
"""The least change of a state from 0 to 1 that counts as rising or falling."""
ERROR = 0.05
"""The ordinary error of reading another (its SD); the least change on the circumplex that counts."""
MISREAD = 2 * ERROR
"""Warmth is misread where more of it is missing than ordinary error makes in one reading of forty."""
TORN = 0.25
"""A decision is torn from here on: 4 P (1 - P), of which the most is 1."""
LESS = 0.9
"""What is at most this share of what it was is less."""

STATES = (
    "threat",
    "soothing",
    "alarm",
    "longing",
    "kindness",
    "threat_emotion_shame",
    "response",
    "escaped",
    "yield_chance",
    "felt_warmth",
    "shown_warmth",
    "shown_dominance",
    "received_warmth",
    "perceived_warmth",
    "inner_warmth",
    "inner_dominance",
    "answer_warmth",
    "answer_dominance",
)
"""States of the client that the rules read."""


class Told:
    """What clients did and felt in every exchange of a dialogue, by the therapist's turn.

    `states` holds arrays of shape (runs, exchanges), by name; `turns` says for each exchange to which turn
    (counted from 1) it belongs.

    Example:
        >>> told = Told({"threat": np.array([[0.5, 0.4, 0.2]])}, [1, 1, 2])
        >>> told.mean("threat", 1), told.end("threat", 2)
        (array([0.45]), array([0.2]))
    """

    def __init__(self, states: dict[str, Any], turns: Sequence[int]) -> None:
        self.states = {name: np.asarray(values, dtype=float) for name, values in states.items()}
        self.turns = np.asarray(turns)

    def over(self, name: str, first: int, last: int | None = None) -> Floats:
        """Return a state in every exchange of a turn, or of the turns from first to last."""
        spoken = (self.turns >= first) & (self.turns <= (first if last is None else last))
        return self.states[name][:, spoken]

    def mean(self, name: str, turn: int) -> Floats:
        """Return a state's mean over a turn, one number per run."""
        return np.asarray(self.over(name, turn).mean(axis=1))

    def end(self, name: str, turn: int) -> Floats:
        """Return a state as a turn left it, one number per run."""
        return self.over(name, turn)[:, -1]

    def stays(self, first: int, last: int | None = None) -> Bools:
        """Say in which exchanges she is in contact and does not yield: (runs, exchanges of these turns)."""
        yielded = self.over("response", first, last) == Response.YIELD
        return np.asarray((self.over("escaped", first, last) == 0) & ~yielded)

    def speaks_inwardly(self, turn: int) -> Bools:
        """Say in which exchanges of a turn she met herself: what she said, or answered, is new.

        The internal other and the answer to it are kept until the next time; each time differs a little.
        """
        names = ("inner_warmth", "inner_dominance", "answer_warmth", "answer_dominance")
        new = [np.diff(self.states[name], axis=1, prepend=0.0) != 0.0 for name in names]
        return np.asarray(np.any(new, axis=0)[:, self.turns == turn])


Rule = Callable[[Told, int], Bools]


@dataclass(frozen=True)
class Phase:
    """A phase: in which turns of the therapist the paper has it, in whose words, and what shows it.

    `rule` is asked for each turn of `turns` (first and last, counted from 1) until it says yes; with `whole`
    once, of the last, from where it looks back over all of them. `meaning` is the rule in words, and `words`
    are the paper's that it rests on.

    Example:
        >>> PHASES[3].name, PHASES[3].turns
        ('play', (4, 4))
    """

    name: str
    turns: tuple[int, int]
    rule: Rule
    meaning: str
    words: str
    whole: bool = False


def withdraws_in_shame(told: Told, turn: int) -> Bools:
    """Threat is active, shame is felt, and she leaves the contact, yields or shows submission."""
    submits = told.over("shown_dominance", turn) < 0.0
    withdrawn = (submits | ~told.stays(turn)).any(axis=1)
    ashamed = told.over("threat_emotion_shame", turn).max(axis=1) >= FELT
    return np.asarray(withdrawn & ashamed & (told.mean("threat", turn) >= ACTIVE))


def assents_ambivalently(told: Told, turn: int) -> Bools:
    """She stays in contact and does not counter; more is shown than felt, and the decision is torn."""
    contact = (told.over("escaped", turn) == 0).all(axis=1)
    countered = (told.over("response", turn) == Response.COUNTER).any(axis=1)
    put_on = told.mean("shown_warmth", turn) - told.mean("felt_warmth", turn) >= FELT
    chance = told.over("yield_chance", turn)
    torn = (4.0 * chance * (1.0 - chance)).max(axis=1) >= TORN
    return np.asarray(contact & ~countered & put_on & torn)


def assents_by_herself(told: Told, turn: int) -> Bools:
    """She stays, neither yielding nor countering, and shows more dominance than before."""
    stood = told.stays(turn).all(axis=1) & (told.over("response", turn) == Response.STAND).all(axis=1)
    more = told.mean("shown_dominance", turn) - told.mean("shown_dominance", turn - 1) >= ERROR
    return np.asarray(stood & more)


def approaches_in_play(told: Told, turn: int) -> Bools:
    """She stays throughout, at less alarm than the turn before, also per unit of the warmth shown to her."""
    alarm, before = told.mean("alarm", turn), told.mean("alarm", turn - 1)
    warmth, warmth_before = told.mean("received_warmth", turn), told.mean("received_warmth", turn - 1)
    less = (alarm <= before - RISES) & (alarm * warmth_before <= LESS * before * warmth)
    return np.asarray(told.stays(turn).all(axis=1) & less)


def hears_the_critic(told: Told, turn: int) -> Bools:
    """She meets herself, and what is said inside is cold."""
    cold = told.over("inner_warmth", turn) <= -FELT
    return np.asarray((told.speaks_inwardly(turn) & cold).any(axis=1))


def misreading(told: Told, turn: int) -> Floats:
    """Return how much of the warmth shown to her she does not see, mean over a turn."""
    return told.mean("received_warmth", turn) - told.mean("perceived_warmth", turn)


def misreads(told: Told, turn: int) -> Bools:
    """She sees less warmth than she is shown, by more than ordinary error."""
    return np.asarray(misreading(told, turn) >= MISREAD)


def tells_views_apart(told: Told, turn: int) -> Bools:
    """She sees the other more nearly as shown than the turn before, at no less threat."""
    nearer = misreading(told, turn - 1) - misreading(told, turn) >= ERROR
    return np.asarray(nearer & (told.mean("threat", turn) >= told.mean("threat", turn - 1) - ERROR))


def feels_the_care(told: Told, turn: int) -> Bools:
    """Alarm and longing both rise against the turn before."""
    alarm = told.mean("alarm", turn) - told.mean("alarm", turn - 1)
    longing = told.mean("longing", turn) - told.mean("longing", turn - 1)
    return np.asarray((alarm >= RISES) & (longing >= RISES))


def lets_in_a_bit(told: Told, turn: int) -> Bools:
    """Soothing fell in the turn before and does not fall now; she stays at least once, with kindness."""
    fell = np.diff(told.over("soothing", turn - 2, turn - 1), axis=1)
    resisted = (fell[:, -told.over("soothing", turn - 1).shape[1] :] < 0.0).any(axis=1)
    held = told.end("soothing", turn) >= told.end("soothing", turn - 1)
    let_in = (told.stays(turn) & (told.over("kindness", turn) >= FELT)).any(axis=1)
    return np.asarray(resisted & held & let_in)


RECEIVING = 3
"""Turns over which the paper's client receives: 12 to 14."""


def receives(told: Told, turn: int) -> Bools:
    """Over this turn and the two before, soothing rises, threat falls, and she stays in most exchanges."""
    first = turn - RECEIVING + 1
    soothed = told.end("soothing", turn) - told.end("soothing", first - 1) >= RISES
    calmer = told.end("threat", first - 1) - told.end("threat", turn) >= RISES
    return np.asarray(soothed & calmer & (told.stays(first, turn).mean(axis=1) > 0.5))


PHASES = (
    Phase(
        "shame and withdrawal",
        (1, 2),
        withdraws_in_shame,
        f"threat {ACTIVE} or more, shame {FELT} or more; leaves the contact, yields or shows submission",
        "'Sad, maybe a bit of shame' (reply 1); 'Threat System activation, submission/withdrawal' (section "
        "3)",
    ),
    Phase(
        "ambivalent assent",
        (2, 2),
        assents_ambivalently,
        "in contact and not countering, warmth shown above felt by "
        f"{FELT} or more, and 4 P (1 - P) of yielding {TORN} or more",
        "'Yeah...OK...I guess' (reply 2): 'assent verbally but non-verbal responses signal ambivalence'",
    ),
    Phase(
        "self-determined assent",
        (3, 3),
        assents_by_herself,
        f"stays, neither yields nor counters, and shows {ERROR} more dominance than in the turn before",
        "'yeah I can let myself feel it for a bit' (reply 3): 'with more self-determination'",
    ),
    Phase(
        "play",
        (4, 4),
        approaches_in_play,
        f"stays, at alarm {RISES} lower than in the turn before and {1 - LESS:.0%} lower per warmth shown",
        "'[chuckles] yeah...hi shame.' (reply 4); humour 'to modulate the affective intensity'",
    ),
    Phase(
        "the critic speaks",
        (5, 7),
        hears_the_critic,
        f"meets herself, and the warmth said inside is -{FELT} or less",
        "'I am so pathetic.' (reply 5); 'I just come here and cry and can't get my life together' (reply 7)",
    ),
    Phase(
        "misreading",
        (7, 8),
        misreads,
        f"warmth read is {MISREAD} or more below the warmth shown",
        "'you would probably see me as a \"hard client\"' (reply 8): 'struggling with mentalization'",
    ),
    Phase(
        "own view told apart",
        (9, 9),
        tells_views_apart,
        f"warmth read comes nearer to that shown by {ERROR} than in the turn before, at threat no more than "
        f"{ERROR} lower",
        "'That's how I would think of me' (reply 9): 'discriminative abilities'",
    ),
    Phase(
        "care felt",
        (10, 10),
        feels_the_care,
        f"alarm and longing each {RISES} higher than in the turn before",
        "'...' (reply 10); 'having people get this close is really scary' (turn 10)",
    ),
    Phase(
        "let in a bit",
        (11, 11),
        lets_in_a_bit,
        "soothing fell in the turn before and not over this one; stays at least once, with kindness "
        f"{FELT} or more",
        "'I was resisting it but [breaths] I can let it in a bit' (reply 11)",
    ),
    Phase(
        "received",
        (12, 14),
        receives,
        f"over turns 12 to 14 soothing rises and threat falls by {RISES} or more; stays in most exchanges",
        "'Thanks [appearing more calm and regulated]' (reply 12), 'I can now' (reply 13)",
        whole=True,
    ),
)
"""The phases in the paper's order."""


def shown_at(told: Told, phase: Phase) -> npt.NDArray[np.int64]:
    """Return the first turn, of those in which the paper has the phase, that shows it; 0 for none."""
    found = np.zeros(len(told.states["threat"]), dtype=np.int64)
    first, last = phase.turns
    for turn in range(last if phase.whole else first, last + 1):
        met = phase.rule(told, turn)
        found[(found == 0) & met] = turn
    return found


def phases_of(told: Told) -> pd.DataFrame:
    """Return one row per run: for each phase the turn that shows it (0: none), and how many there are.

    `shown` counts the phases, `unbroken` those from the first up to the first that is not shown. The turns in
    which phases are looked for follow one another as in the paper, so that a run that shows them all
    (`in_order`) shows them in order; what a run shows in other turns only does not count.
    """
    found = pd.DataFrame({phase.name: shown_at(told, phase) for phase in PHASES})
    there = found.to_numpy() > 0
    found["shown"] = there.sum(axis=1)
    found["unbroken"] = np.cumprod(there, axis=1).sum(axis=1)
    found["in_order"] = there.all(axis=1)
    return found
