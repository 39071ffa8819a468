"""Every idiom that a rule may use, one rule each; each leaves its value in a field of its own name."""

from __future__ import annotations

import math
from enum import Enum, IntEnum
from typing import Any, NamedTuple

import mesa

from mentalities_sim.arithmetic import clip01, logistic
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.engine.agents import give_state

HALF = 0.5
STEPS = (0.25, 0.5, 0.75)


class Mood(IntEnum):
    LOW = 0
    CALM = 1
    HIGH = 3


class Side(Enum):
    LEFT = 1
    RIGHT = 2


class Word(NamedTuple):
    tone: float
    weight: float


def twice(x: float, times: int = 2) -> float:
    return x * times


def nested(x: float) -> float:
    return twice(clip01(x)) + HALF


class Tie:
    """What one knows of another: a plain record type with a rule."""

    trust = State(0.5)
    trials = State(0)
    trust_gain = Parameter(0.25)

    def __init__(self, **given: Any) -> None:
        give_state(self, given)

    def strengthen(self, by: float) -> float:
        self.trust += self.trust_gain * by
        self.trials += 1
        return self.trust


class Partner(mesa.Agent):
    warmth = State(0.75)
    moods = State((0.0, 1.0))
    echo_gain = Parameter(2.0)

    def __init__(self, model: mesa.Model, **given: Any) -> None:
        super().__init__(model)
        give_state(self, given)

    def echo(self, x: float) -> float:
        self.warmth = self.warmth * HALF
        return self.echo_gain * x


class Plain(mesa.Agent):
    """The base class: what super() reaches."""

    steady = State(1.0)
    above = State(0.0)
    gain = Parameter(3.0)

    def __init__(self, model: mesa.Model, **given: Any) -> None:
        super().__init__(model)
        give_state(self, given)

    def pair(self, x: float) -> tuple[float, float]:
        return x, x + 1.0

    def lift(self, x: float) -> float:
        return x + 10.0

    def untouched(self) -> None:
        self.above += 1.0


class Middle(Plain):
    """A subclass without new fields."""

    def lift(self, x: float) -> float:
        return 2.0 * super().lift(x)


class Idioms(Middle):
    tuples = State(0.0)
    supers = State(0.0)
    signals = State(0.0)
    records = State(0.0)
    chances = State(0.0)
    vector = State((1.0, 2.0, 3.0, 4.0, 5.0))
    vectors = State(0.0)
    looped = State(0.0)
    aliased = State(0.0)
    matrix = State(((1.0, 2.0), (3.0, 4.0)))
    matrices = State(0.0)
    mood = State(Mood.CALM)
    enums = State(0.0)
    plain_enums = State(0.0)
    keywords = State(0.0)
    defaults = State(0.0)
    properties = State(0.0)
    helpers = State(0.0)
    constants = State(0.0)
    early = State(0.0)
    mixed_return = State(0.0)
    optional_return = State(0.0)
    loops = State(0.0)
    logic = State(0.0)
    flag = State(False)
    flags = State(0.0)
    matched = State(0.0)
    lambdas = State(0.0)
    starred = State(0.0)
    asserted = State(0.0)
    maths = State(0.0)
    integers = State(0)
    rounded = State(0.0)
    whole = State(0.5)
    later = State(0.0)
    count = State(0)
    static = State(0.0)
    class_constant = State(0.0)

    bend = Parameter((0.5, 0.25))
    calls = Stream("a number")
    bell = Stream("a normal number", normal=True)

    RATE = 0.125
    LEVELS = (1.0, 2.0)

    def say_tuples(self) -> None:
        a, b = self.pair(2.0)
        (c, d), e = self.pair(b), 1
        self.tuples = a + 10.0 * b + 100.0 * c + 1000.0 * d + e

    def say_supers(self) -> None:
        self.supers = self.lift(1.0)
        self.untouched()

    def lift(self, x: float) -> float:
        return super().lift(x) + 0.5

    def say_signals(self) -> None:
        word = Word(tone=0.5, weight=2.0)
        back = self.answer(word)
        tone, weight = back
        self.signals = tone + weight + back[0] + back.weight

    def answer(self, word: Word) -> Word:
        return Word(word.weight, word.tone)

    def say_records(self, other, tie, luck) -> None:
        self.records = other.echo(1.5) + other.warmth + tie.strengthen(by=1.0) + tie.trust_gain
        other.moods[0] += self.gain + self.bend[1]
        self.chances = self.take(luck) + self.hand_on(other, tie) + luck.bell

    def take(self, luck) -> float:
        return luck.calls

    def hand_on(self, other, tie) -> float:
        if tie.trials > 0:
            return other.moods[0]
        return 0.0

    def say_vectors(self) -> None:
        self.vector[0] = 1.5
        self.vector[1] += 0.5
        self.vectors = max(self.vector[0], self.vector[1]) + len(self.vector) + self.vector[-1]
        total = 0.0
        for x in self.vector:
            total += x
        for i, x in enumerate(self.vector):
            total += i * x
        for x, y in zip(self.vector, self.bend):  # noqa: B905
            total += x * y
        self.looped = total
        alias = self.vector
        alias[2] = 9.0
        self.aliased = self.vector[2]

    def say_matrices(self) -> None:
        self.matrix[0][1] += 0.25
        for i in range(2):
            for j in range(2):
                self.matrices += self.matrix[i][j] * (i + 1)

    def say_enums(self) -> None:
        if self.mood == Mood.CALM:
            self.mood = Mood.HIGH
        if self.mood in (Mood.LOW, Mood.HIGH):
            self.enums = self.vector[Mood.HIGH] + Mood.HIGH.value
        side = Side.LEFT
        if side == Side.LEFT and side != Side.RIGHT:
            self.plain_enums = 1.0

    def say_arguments(self) -> None:
        self.keywords = self.weigh(1.0, by=2.0)
        self.defaults = self.weigh(1.0) + self.maybe() + self.maybe(2.0) + self.kind()

    def weigh(self, x: float, by: float = 0.5, twofold: bool = True) -> float:
        if twofold:
            return 2.0 * x * by
        return x * by

    def maybe(self, x=None) -> float:
        if x is None:
            return 100.0
        return x

    def kind(self, mood: Mood = Mood.HIGH) -> float:
        return 1.0 * mood

    @property
    def calmness(self) -> float:
        return 1.0 - self.steady * HALF

    def say_properties(self) -> None:
        self.properties = self.calmness + 1.0

    def say_helpers(self) -> None:
        self.helpers = nested(3.0) + twice(1.0, 3) + logistic(0.0)
        self.constants = HALF + STEPS[1] + STEPS[-1]
        for step in STEPS:
            self.constants += step

    def say_early(self) -> None:
        if self.early > 0.0:
            return
        self.early = 1.0
        self.leave()

    def leave(self):
        if self.early == 1.0:
            self.early = 2.0
            return
        self.early = 3.0

    def say_returns(self) -> None:
        self.mixed_return = self.mixed(1.0) / 4 + self.mixed(-1.0) / 4
        found = self.perhaps(1.0)
        if found is not None:
            self.optional_return += found
        lost = self.perhaps(-1.0)
        if lost is None:
            self.optional_return += 100.0

    def mixed(self, x: float):
        if x > 0.0:
            return 1
        return 0.5

    def perhaps(self, x: float):
        if x > 0.0:
            return x
        return None

    def say_loops(self) -> None:
        for i in range(1, 10, 2):
            if i == 5:
                break
            self.loops += i
        else:
            self.loops = -1.0
        for i in range(3):
            if i == 1:
                continue
            self.loops += 10.0
        else:
            self.loops += 100.0
        n = 0
        while n < 4:
            n += 1
        self.loops += n

    def say_logic(self) -> None:
        a: float = 0.25
        if 0.0 < a < 1.0 and not a == 0.5:
            self.logic = 1.0 if a < 0.5 else 2.0
        b = 0.0 or a
        self.logic += b
        self.flag = a > 0.0 or b > 5.0
        self.flags = self.flag * 2.0 + (not self.flag)

    def say_matched(self) -> None:
        match self.count:
            case 0:
                self.matched = 1.0
            case 1 | 2:
                self.matched = 2.0
            case _:
                self.matched = 3.0

    def say_inner(self) -> None:
        double = lambda x: 2.0 * x  # noqa: E731

        def triple(x):
            return 3.0 * x

        self.lambdas = double(1.0) + triple(1.0)
        self.starred = self.total(1.0, 2.0, 3.0)

    def total(self, first: float, *more) -> float:
        out = first
        for x in more:
            out += x
        return out

    def say_assert(self) -> None:
        assert self.steady > 0.0
        if self.steady < 0.0:
            raise ValueError("cannot be")
        self.asserted = 1.0

    def say_maths(self) -> None:
        x = 0.7
        self.maths = (
            math.exp(x) + math.log(x) + math.tanh(x) + math.sqrt(x) + math.sin(x) + math.cos(x)
            + math.atan2(x, 2.0) + math.log1p(x) + math.expm1(x) + math.erf(x) + math.pow(x, 1.3)
            + min(x, 1.0) + abs(-x) + math.floor(x) + math.pi
        )  # fmt: skip
        self.maths += 7.5 % 2.0 + -7.5 % 2.0 + 7.5 // 2.0 + -7.5 // 2.0
        self.integers = -7 % 3 + -7 // 3 + 7 // 2
        self.rounded = 1.0 * round(2.5) + round(3.5) + round(-0.7)

    def say_whole(self) -> None:
        self.whole = 1  # an int for a float field: it must read 1.0 wherever it is recorded
        self.later = max(0, self.whole) / 4
        self.count += 1

    @staticmethod
    def shrink(x: float) -> float:
        return x * HALF

    def say_class(self) -> None:
        self.static = self.shrink(3.0)
        self.class_constant = self.RATE + self.LEVELS[1]

    def say_all(self, other, tie, luck) -> None:
        self.say_tuples()
        self.say_supers()
        self.say_signals()
        self.say_records(other, tie, luck)
        self.say_vectors()
        self.say_matrices()
        self.say_enums()
        self.say_arguments()
        self.say_properties()
        self.say_helpers()
        self.say_early()
        self.say_returns()
        self.say_loops()
        self.say_logic()
        self.say_matched()
        self.say_inner()
        self.say_assert()
        self.say_maths()
        self.say_whole()
        self.say_class()


class Table(mesa.Model):
    """A world with one phase in which one agent says everything."""

    roles = {"one": Idioms, "other": Partner, "tie": Tie}
    inputs: dict[str, type] = {}
    phases = {"say": {"one": "one", "world": "world"}}

    told = State(0, event="change")
    flips = State(0)
    coin = Stream("heads or tails")

    def __init__(self, **given: Any) -> None:
        super().__init__(rng=1)
        give_state(self, given)

    def say(self, one, other, tie, tick: int, luck) -> None:
        self.told = tick
        if luck.world.coin < 0.5:
            self.flips += 1
        one.say_all(other, tie, luck.one)
