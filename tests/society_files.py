"""Experiments of a few short societies: a second on the Mesa engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tiny_experiments import written

from mentalities_sim import Experiment

HEAD = """
[experiment]
title = "Little societies"
seed = 3
replicates = 4

[world]
kind = "society"
size = 5
days = 3
turnover = 100.0 # newcomers in almost every round, so that rounds have steps of their own

[person]
strength = { value = 0.0, spread = 0.25, why = "people differ" }
"""
SCARCITY = '[sweep.scarcity]\nof = "world.scarcity"\nvalues = [0.2, 0.9]\n'
ARMS = """
[arms]
intact = {}
lucid = { "person.referee_slope" = 0.0, why = "a referee that decides by chance" }
in_small_world = { "world.network" = "small_world" }
"""
MEASURES = """
[measures]
outcomes = ["involuntary_subordination", "contests"]
series = { stride = 4, replicates = 1 }
agents = true
"""
TEXT = HEAD + SCARCITY + ARMS + MEASURES
RUNS, CELLS, N, SIZE, DAYS = 3 * 2 * 4, 2, 4, 5, 3
FRAMES = ("outcomes", "series", "events", "transitions", "agents", "contests", "course", "failures")


def trial(folder: Path, text: str = TEXT, *, cast: Any = None, **settings: Any) -> Experiment:
    return Experiment.from_toml(written(folder, text), cast, **settings)
