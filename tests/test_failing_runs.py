"""Runs that fail: rows with error and traceback, while the others go on; run again once mended."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from folders_seen import assert_same_folders
from tiny_experiments import ARMS, BOTH, FEARS, HEAD, only, written

from mentalities_sim import Experiment, Parameter, State
from mentalities_sim.person import Person
from mentalities_sim.worlds import Dyad

BROKEN = [True]
SPREAD = "[client]\nskill = {mean = 0.5, spread = 0.1}\n"
TEXT = HEAD + SPREAD + FEARS + only("fixed_020", "fixed_090")


class Dividing(Person):
    """Divides by zero in whoever has more skill than the limit."""

    limit = Parameter(1.0, (0.0, 1.0), meaning="skill from which the rule is wrong")

    def perceive(self, signal, luck):
        seen = super().perceive(signal, luck)
        if self.skill > self.limit:
            self.drive = 1.0 / (self.limit - self.limit)
        return seen


class Vanishing(Person):
    """Has a state that becomes no number, in whoever has more skill than the limit."""

    limit = Parameter(1.0, (0.0, 1.0), meaning="skill from which the rule is wrong")
    mist = State(0.0, (0.0, 1.0), meaning="nothing")

    def perceive(self, signal, luck):
        if self.skill > self.limit:
            high = 1e308 * (10.0 + self.skill)
            self.mist = high - high
        return super().perceive(signal, luck)


class Mended(Person):
    """Fails in whoever has more skill than the limit, until it is mended; runs on Mesa only."""

    limit = Parameter(1.0, (0.0, 1.0), meaning="skill from which the rule is wrong")

    def perceive(self, signal, luck):
        if BROKEN and self.skill > self.limit:
            raise RuntimeError("too much skill")
        return super().perceive(signal, luck)


@pytest.fixture
def limit(tmp_path: Path) -> tuple[float, int]:
    """A skill that one of the three clients is above, and which one that is."""
    path = written(tmp_path, TEXT)
    skill = [Dyad.from_experiment(path, "fixed_020", replicate=r).client.skill for r in range(3)]
    return float(np.mean(sorted(skill)[1:])), int(np.argmax(skill))


def trial(folder: Path, client: type, limit: float, text: str = TEXT) -> Experiment:
    return Experiment.from_toml(written(folder, text), cast={"client": client}, **{"client.limit": limit})


@pytest.mark.parametrize("engine", BOTH)
def test_an_error_costs_its_own_run_only(engine: Any, tmp_path: Path, limit: tuple[float, int]) -> None:
    where, who = limit
    found = trial(tmp_path, Dividing, where).run(tmp_path / "out", engine=engine)
    rows = found.failures
    assert rows[["arm", "fear", "replicate"]].to_numpy().tolist() == [
        [arm, fear, who] for arm in ("fixed_020", "fixed_090") for fear in (0.2, 0.9)
    ]
    assert rows["error"].str.startswith("ZeroDivisionError: ").all()
    line = inspect.getsourcelines(Dividing.perceive)[1] + 3
    named = rows["traceback"].str.contains(f'test_failing_runs.py", line {line}, in perceive', regex=False)
    assert named.iloc[0] and (named.all() or engine == "compiled")
    sound = trial(tmp_path, Dividing, 1.0).run(engine=engine)
    assert sound.failures.empty
    rest = sound.outcomes[sound.outcomes["replicate"] != who].reset_index(drop=True)
    pd.testing.assert_frame_equal(found.outcomes, rest, check_exact=True)
    for name in ("series", "events"):
        others = getattr(sound, name)
        others = others[others["replicate"] != who].reset_index(drop=True)
        pd.testing.assert_frame_equal(getattr(found, name), others, check_exact=True)
    again = trial(tmp_path, Dividing, where).run(engine=engine)
    pd.testing.assert_frame_equal(again.failures.drop(columns="traceback"), rows.drop(columns="traceback"))


@pytest.mark.parametrize("engine", BOTH)
def test_a_state_that_is_no_number_costs_its_own_run_only(
    engine: Any, tmp_path: Path, limit: tuple[float, int]
) -> None:
    where, who = limit
    found = trial(tmp_path, Vanishing, where).run(tmp_path / "out", engine=engine)
    assert len(found.failures) == 4 and (found.failures["replicate"] == who).all()
    said = found.failures["error"]
    assert said.str.startswith("NotFiniteError: Vanishing.mist of the client became nan, by step ").all(), (
        said
    )
    sound = trial(tmp_path, Vanishing, 1.0).run(engine=engine).outcomes
    pd.testing.assert_frame_equal(
        found.outcomes, sound[sound["replicate"] != who].reset_index(drop=True), check_exact=True
    )


def test_all_replicates_of_an_arm_may_fail(tmp_path: Path) -> None:
    text = TEXT.replace("warmth = 0.9", 'warmth = 0.9\n"client.limit" = 0.0')
    path = written(tmp_path, text)
    found = Experiment.from_toml(path, cast={"client": Dividing}).run(engine="mesa")
    assert set(found.outcomes["arm"]) == {"fixed_020"} and len(found.failures) == 6
    assert set(found.table()["arm"]) == {"fixed_020"}
    with pytest.raises(ValueError, match="nothing was run yet of arm fixed_090"):
        found.contrast("fixed_020", "fixed_090")


def test_who_replays_a_run_that_failed_fails_with_it(tmp_path: Path, limit: tuple[float, int]) -> None:
    where, who = limit
    text = HEAD + SPREAD + "[arms.titrated]" + ARMS.split("[arms.titrated]")[1].split("[arms.yoked]")[0]
    text += only("own")
    found = trial(tmp_path, Dividing, where, text).run(engine="mesa")
    assert found.failures[["arm", "replicate"]].to_numpy().tolist() == [["titrated", who], ["own", who]]
    assert found.failures["error"].iloc[1].startswith("its source, arm titrated, failed: ZeroDivisionError")


def test_what_failed_is_run_again_when_it_is_asked_for(
    tmp_path: Path, limit: tuple[float, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, experiment = tmp_path / "out", trial(tmp_path, Mended, limit[0])
    first = experiment.run(out, engine="mesa")
    assert len(first.failures) == 4 and first.failures["error"].eq("RuntimeError: too much skill").all()
    shards = set((out / "outcomes").iterdir())
    monkeypatch.setattr(f"{__name__}.BROKEN", [])
    assert len(experiment.run(out, engine="mesa").failures) == 4, "not unasked"
    mended = experiment.run(out, engine="mesa", retry=True)
    assert mended.failures.empty and len(mended.outcomes) == 12
    assert shards < set((out / "outcomes").iterdir()), "what was good was not run again"
    experiment.run(tmp_path / "sound", engine="mesa")
    assert_same_folders(out, tmp_path / "sound")
