"""Stand-ins for the rule classes, and sound files that use them, for tests of experiment files."""

from __future__ import annotations

import enum
from pathlib import Path

import pytest

from mentalities_sim.declare import Parameter, State
from mentalities_sim.experiment import ExperimentError, ExperimentFile, load
from mentalities_sim.experiment.errors import Problem
from mentalities_sim.experiment.vocabulary import vocabulary_of


class Mood(enum.IntEnum):
    CALM = 0
    CARE_SEEKING = 1


class Person:
    """A stand-in with one declaration of every kind."""

    threat = State(0.1, (0.0, 1.0), unit="share of full threat", meaning="threat system")
    warmth_danger = State(0.5, (0.0, 1.0), meaning="learned danger of warmth", spread=0.05)
    fear_of_compassion = State(0.5, (0.0, 1.0))
    mood = State(Mood.CALM)
    hours = State(0.0, unit="hours")
    gap = State(0.0, (0.0, float("inf")))
    power = State((0.0, 0.1), (-1.0, 1.0), labels=("other", "self"))
    habit = State(((0.5, 0.5), (0.5, 0.5)), (0.0, 1.0))
    escape_blocks_learning = Parameter(1.0, (0.0, 1.0), unit="share")
    raw_cue = Parameter(1.0, (0.0, 1.0))
    notices = Parameter(True)
    delay = Parameter(1, (0, 40), unit="exchanges")


class Therapist(Person):
    attunement_noise = Parameter(0.05, (0.0, 1.0))


class Fixed:
    warmth = Parameter(0.5, (-1.0, 1.0), unit="circumplex", meaning="warmth sent")


class Titrated:
    offset = Parameter(0.12, (0.0, 1.0))


class Replay:
    freedom = Parameter(0.5, (0.0, 1.0))


class Scripted:
    pass


WORDS = vocabulary_of(
    client=Person,
    therapist=Therapist,
    policies={"fixed": Fixed, "titrated": Titrated, "replay": Replay, "scripted": Scripted},
)

GOOD = """
[experiment]
title = "Trial"
seed = 7
replicates = 4

[world]
sessions = 2
exchanges = 3

[client]
threat = 0.2
power = {self = -0.5}
warmth_danger.spread = 0.0

[therapist]
attunement_noise = {value = 0.1, why = "a tired one"}

[sweep]
"client.raw_cue" = [0.0, 1.0]
[sweep.cut.variants]
none = {}
unblocked = {"client.escape_blocks_learning" = 0.0}

[arms]
cold = {policy = "fixed", warmth = 0.0}
warm = {policy = "fixed", warmth = 0.9, client.delay = 3}
[arms.yoked]
policy = "replay"
series_of = "paced"
from = "another client"
[arms.paced]
policy = "titrated"
why = "the claim"
[arms.best]
best_of = ["cold", "w*"]
by = "symptoms"
for_each = ["cut"]

[measures]
outcomes = ["symptoms", "ruptures"]
series = {stride = 2, replicates = 3}
events = false
"""

TURN = """
[[turns]]
words = "Hello shame!"
dominance = 0.1
warmth = 0.5
playfulness = 0.9
freedom = 0.7
expressiveness = 0.6
does = ["plays"]
coding = "in a playful tone"
exchanges = 3
"""
DIALOGUE = (
    '[experiment]\ntitle = "Talk"\n[world]\nsessions = 1\nexchanges = 6\n'
    '[arms.talk]\npolicy = "scripted"\n' + TURN + TURN
)


def read(tmp_path: Path, text: str, *overrides: str) -> ExperimentFile:
    path = tmp_path / "trial.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, overrides, WORDS)


def problems(tmp_path: Path, text: str, *overrides: str) -> tuple[Problem, ...]:
    with pytest.raises(ExperimentError) as caught:
        read(tmp_path, text, *overrides)
    assert str(tmp_path / "trial.toml") in str(caught.value)
    return caught.value.problems


def swap(old: str, new: str, text: str = GOOD) -> str:
    assert old in text
    return text.replace(old, new, 1)
