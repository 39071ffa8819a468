"""A modeller's own policy runs from an experiment file, on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from mentalities_sim import Experiment, Parameter, State, Stream
from mentalities_sim.policies import Titrated

FILE = """
[experiment]
title = "A policy of one's own"
seed = 3
replicates = 2

[world]
kind = "dyad"
sessions = 2
exchanges = 8

[arms.pausing]
policy = "pausing"
pause = 0.5
"""


class Pausing(Titrated):
    """Titrated, but silent now and then."""

    pauses = State(0.0, (0.0, 1e6), unit="count", meaning="exchanges paused")
    pause = Parameter(0.1, (0.0, 1.0), meaning="chance of a pause")
    pausing = Stream("does the therapist pause?")

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        dose = super().find_dose(therapist, script, progress, exchange, luck)
        if luck.pausing < self.pause:
            self.pauses += 1.0
            return 0.0
        return dose


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_own_policy_runs_alike_on_both_engines(file: Path) -> None:
    trial = Experiment.from_toml(file, policies={"pausing": Pausing})
    fast, slow = (trial.run(engine=engine) for engine in ("compiled", "mesa"))
    assert fast.outcomes.equals(slow.outcomes)
    assert fast.outcomes["mean_warmth_sent"].lt(0.2).all()
    assert "Pausing" in fast.provenance["cast"]["pausing"]


def test_a_policy_is_not_cast_as_a_role(file: Path) -> None:
    with pytest.raises(TypeError, match="policies go by"):
        Experiment.from_toml(file, cast={"policy": Pausing})
