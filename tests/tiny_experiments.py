"""Experiments of a few short therapies: a second on the Mesa engine, and every kind of arm."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mentalities_sim.engine.batch import Batch
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.experiment import load
from mentalities_sim.running.in_memory import Recorded, run_file

NUMBA = importlib.util.find_spec("numba") is not None
BOTH = [
    "mesa",
    pytest.param("compiled", marks=pytest.mark.skipif(not NUMBA, reason="needs Numba")),
]
N, CHOOSING = 3, 2
FRAMES = ("outcomes", "series", "events", "transitions")

HEAD = """
[experiment]
title = "Tiny"
seed = 5
replicates = 3
choosing_replicates = 2

[world]
sessions = 2
exchanges = 8
slots = 4
run_in = 1
assessed_weeks = 1
leaving_at_rest = 0.0 # all stay, so that every dose is sent
leaving_with_rupture = 0.0

[measures]
series = { stride = 1, replicates = 3 }
transitions = true
"""
STEPS = 1 * 4 + 2 * (8 + 4)
FEARS = """
[sweep.fear]
of = "client.warmth_danger"
values = { low = 0.2, high = 0.9 }
"""
ARMS = """
[arms.fixed_020]
policy = "fixed"
warmth = 0.2
[arms.fixed_090]
policy = "fixed"
warmth = 0.9
[arms.titrated]
policy = "titrated"
settling = 2
offset = 0.4
gain = 1.0
[arms.yoked]
policy = "replay"
series_of = "titrated"
from = "another client"
[arms.permuted]
policy = "replay"
series_of = "titrated"
from = "own, permuted within sessions"
[arms.own]
policy = "replay"
series_of = "titrated"
from = "own"
[arms.fixed_best_for_everybody]
best_of = ["fixed_[01]*"]
by = "symptoms"
[arms.fixed_best_for_each_fear]
best_of = ["fixed_[01]*"]
by = "symptoms"
for_each = ["fear"]
"""
TINY = HEAD + FEARS + ARMS
POLICIES = ("fixed_020", "fixed_090", "titrated")
REPLAYS = ("yoked", "permuted", "own")

TALK = """
[experiment]
title = "Two turns"
replicates = 2
[world]
sessions = 1
exchanges = 6
slots = 2
run_in = 0
assessed_weeks = 1
[client]
inward_in_contact = 0.0
[therapist]
own_threat_shows = 0.0
[arms.talk]
policy = "scripted"
[measures]
series = { stride = 1, replicates = 2 }
transitions = true
[[turns]]
words = "How are you?"
dominance = -0.3
warmth = 0.4
playfulness = 0.9
freedom = 1.0
expressiveness = 1.0
coding = "warm, and from below"
exchanges = 2
[[turns]]
words = "Do as I say."
dominance = 0.6
warmth = -0.5
playfulness = 0.0
freedom = 0.0
expressiveness = 0.5
coding = "cold, and from above"
exchanges = 4
"""


def written(folder: Path, text: str = TINY, name: str = "tiny.toml") -> Path:
    """Write an experiment file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def only(*arms: str, text: str = ARMS) -> str:
    """The sections of some arms, in the order given."""
    sections = {part.split("]")[0]: "[arms." + part for part in text.split("[arms.")[1:]}
    return "".join(sections[arm] for arm in arms)


def frames(folder: Path, text: str = TINY, *overrides: str, **how: Any) -> Recorded:
    """Run an experiment's text and return its frames; on the Mesa engine, if nothing is said."""
    return run_file(load(written(folder, text), overrides), **{"engine": "mesa", **how})


def of(frame: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """Rows of a frame where columns have these values, numbered anew and without these columns."""
    for name, value in values.items():
        frame = frame[frame[name] == value]
    return frame.drop(columns=list(values)).reset_index(drop=True)


def assert_same(one: Recorded, two: Recorded) -> None:
    """Compare every frame to the last bit."""
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True, obj=name)


def counting_mesa(count: list[int]) -> Callable[..., Any]:
    """`run_mesa`, noting in `count` how many therapies it is given."""

    def run(batch: Batch, **how: Any) -> Any:
        count.append(batch.runs)
        return run_mesa(batch, **how)

    return run
