"""What one person sends another, what is made of it, and what comes back."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Surface(IntEnum):
    """Who is met: another person, or oneself (CBK 2.3, after Benjamin).

    Each encounter records what was sent (self to other), what was received (other to self)
    and what was said inside (self to self). Working models and power beliefs are kept per
    surface, in this order.
    """

    OTHER = 0
    SELF = 1


class Mentality(IntEnum):
    """The five core social mentalities (Gilbert, in CBK 2.1.2)."""

    CARE_SEEKING = 0
    CARE_GIVING = 1
    COOPERATING = 2
    COMPETING = 3
    SEXUAL = 4


class Response(IntEnum):
    """What the inner referee decides when a bid for dominance is met (CBK 2.1.1)."""

    STAND = 0
    COUNTER = 1
    YIELD = 2


class Signal(NamedTuple):
    """One signal from a sender to a receiver: a point on the circumplex, how it is sent, and where it lands.

    `dominance` and `warmth` lie in [-1, 1] (CBK 2.3, I1; Wiggins); `playfulness`, `freedom` (freedom-giving),
    `expressiveness` (CBK 2.6) and `labelling` (how far it puts into words what goes on; CBK 2.2, Table 1) in
    [0, 1]. `surface` is 0 (`Surface.OTHER`) for what passes between the two, 1 (`Surface.SELF`) for what is
    to be said, imagined or practised inside.

    Example:
        >>> Signal(0.0, 0.5, 0.2, freedom=0.5, expressiveness=0.8, labelling=0.0, surface=0).warmth
        0.5
    """

    dominance: float
    warmth: float
    playfulness: float
    freedom: float
    expressiveness: float
    labelling: float
    surface: int


class Perceived(NamedTuple):
    """A signal as it reached the receiver; `cue` is the warmth that alarm answers."""

    dominance: float
    warmth: float
    cue: float


class Appraisal(NamedTuple):
    """What a signal means to the receiver: all in [0, 1] but `gap`, the other's power over one's own.

    `longing` is what warmth calls up in those who have had too little of it; `pressure` and `respect` are
    what reaches a part that stands guard.
    """

    kindness: float
    harm: float
    bid: float
    alarm: float
    fear: float
    cue: float
    gap: float
    longing: float
    pressure: float
    respect: float


class Answer(NamedTuple):
    """What the receiver does inside: response, yielding and escape as 0 or 1, and the odds behind them."""

    response: int
    yielded: float
    escaped: float
    yield_chance: float
    win_chance: float
