"""A folder too large to be read at once says what it would say if it were read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from test_sweep_review import SPACE
from tiny_experiments import ARMS, FEARS, HEAD, POLICIES, only, written

from mentalities_sim import Experiment, Results
from mentalities_sim.experiment import results

BEST = "[arms.fixed_best_for_everybody]" + ARMS.split("[arms.fixed_best_for_everybody]")[1]
OUTCOMES = ["symptoms", "headroom_used", "ruptures"]


@pytest.mark.parametrize("text", [SPACE, HEAD + FEARS + only(*POLICIES) + BEST], ids=["points", "best of"])
def test_points_are_those_of_the_whole_table(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = Experiment.from_toml(written(tmp_path, text))
    trial.run(tmp_path / "out", engine="mesa")
    whole = Results.read(tmp_path / "out")
    monkeypatch.setattr(results, "LARGE", 0)
    summed = Results.read(tmp_path / "out")
    monkeypatch.setattr(summed.tables, "_kept", None)  # no table is read whole
    for outcomes in (OUTCOMES, None):
        wanted, found = whole_points(whole, outcomes, monkeypatch), summed.points(outcomes)
        pd.testing.assert_frame_equal(found, wanted, check_exact=False, rtol=1e-12, check_dtype=False)
    assert set(found["arm"]) == set(trial.file.arms)


def whole_points(whole: Results, outcomes: list[str] | None, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    with monkeypatch.context() as patch:
        patch.setattr(results, "LARGE", 10**9)
        return whole.points(outcomes)
