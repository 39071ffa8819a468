"""The folder of results: tables, provenance and figures, whole or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_experiments import ARMS, FEARS, HEAD, STEPS, TALK, TINY, only, written

from mentalities_sim import Experiment
from mentalities_sim.experiment import folder, load, pictures
from mentalities_sim.experiment.folder import FolderError, write_folder
from mentalities_sim.experiment.results import Results


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The tiny experiment, run."""
    return Experiment.from_toml(written(tmp_path_factory.mktemp("ran"))).run(engine="mesa")


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures take seconds; most tests of the folder need none."""
    monkeypatch.setattr(pictures, "drawings", lambda results: {})


def test_plain_pandas_reads_the_folder(ran: Results, tmp_path: Path, no_figures: None) -> None:
    files = {str(f) for f in write_folder(ran, tmp_path / "out")}
    tables = {"outcomes", "series", "events", "transitions", "chosen"}
    assert {f"{name}.parquet" for name in tables} | {"provenance.json"} <= files
    for name in tables:
        frame = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        pd.testing.assert_frame_equal(frame, getattr(ran, name), check_exact=True)
        assert not [t for t in frame.dtypes if t.name == "object"], "numbers are numbers, words are words"
    assert len(pd.read_parquet(tmp_path / "out" / "series.parquet")) == 4 * 2 * 3 * STEPS


def test_provenance_says_what_is_needed_to_run_it_again(
    tmp_path: Path, no_figures: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    trial = Experiment.from_toml(path, replicates=2, **{"measures.series.replicates": 0})
    first = trial.run(engine="mesa", seed=77)
    write_folder(first, tmp_path / "out")
    told = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert {"python", "mentalities-sim", "mesa", "numpy", "scipy", "pandas", "pyarrow", "numba"} <= set(
        told["versions"]
    )
    assert told["versions"]["numpy"] == np.__version__ and told["versions"]["pandas"] == pd.__version__
    assert (told["engine"], told["seed"]) == ("mesa", 77)
    assert told["started"] < told["ended"]
    assert "commit" in told["git"]
    run_arms = {name for name, arm in trial.file.arms.items() if arm.kind != "best_of"}
    assert set(told["rules"]) == run_arms and all(told["rules"].values())
    rules = told["rules"]
    assert rules["fixed_020"] == rules["fixed_090"] != rules["titrated"] != rules["yoked"]
    assert told["experiment"] == trial.file.as_dict()
    assert told["experiment"]["overrides"] == ["replicates=2", "measures.series.replicates=0"]
    assert told["experiment"]["arms"]["titrated"]["parameters"] == {"settling": 2, "offset": 0.4, "gain": 1.0}
    again = Experiment.from_toml(path, replicates=2).run(engine="mesa", seed=told["seed"])
    pd.testing.assert_frame_equal(again.outcomes, first.outcomes, check_exact=True)


def test_provenance_without_git_or_numba_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def none(*given: Any, **how: Any) -> Any:
        raise OSError("no git here")

    version = metadata.version

    def hidden(name: str) -> str:
        if name in ("numba", "llvmlite"):
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(folder.subprocess, "run", none)
    monkeypatch.setattr(folder.metadata, "version", hidden)
    told = folder.provenance({}, 1, "mesa", {})
    assert told["git"] == {"commit": "unknown"} and told["versions"]["numba"] == "not installed"


def test_a_figure_that_fails_costs_no_results(
    ran: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> Any:
        raise ValueError("nothing to draw")

    monkeypatch.setattr(pictures, "drawings", lambda results: {"odd": fails})
    write_folder(replace(ran, provenance={}), tmp_path / "out")
    told = json.loads((tmp_path / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert told["figures_left_out"] == {"odd": "nothing to draw"}
    assert (tmp_path / "out" / "outcomes.parquet").exists()


def test_earlier_results_are_set_aside_each_time(ran: Results, tmp_path: Path, no_figures: None) -> None:
    out = tmp_path / "out"
    for seed in (1, 2, 3):
        write_folder(replace(ran, provenance={"seed": seed}), out)
        (out / "notes.txt").write_text(f"run {seed}")
    kept = sorted(p for p in tmp_path.iterdir())
    assert len(kept) == 3 and all(p.name.startswith("out") for p in kept)
    seeds = {json.loads((p / "provenance.json").read_text())["seed"] for p in kept}
    assert seeds == {1, 2, 3} and len(list(tmp_path.glob("*/notes.txt"))) == 3
    assert json.loads((out / "provenance.json").read_text())["seed"] == 3


@pytest.mark.parametrize("moment", ["writing", "moving"])
@pytest.mark.parametrize("reason", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_writing_leaves_earlier_results(
    ran: Results,
    tmp_path: Path,
    no_figures: None,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    reason: BaseException,
) -> None:
    out = tmp_path / "out"
    write_folder(replace(ran, provenance={"seed": 1}), out)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    def fails(*given: Any, **how: Any) -> None:
        raise reason

    if moment == "writing":
        monkeypatch.setattr(pd.DataFrame, "to_parquet", fails)
    else:
        rename = Path.rename

        def rename_but(self: Path, to: Path) -> Path:
            return fails() if self.name.startswith(".out-") else rename(self, to)

        monkeypatch.setattr(Path, "rename", rename_but)
    with pytest.raises(FolderError if isinstance(reason, OSError) else KeyboardInterrupt) as caught:
        write_folder(ran, out)
    if isinstance(reason, OSError):
        assert "No space left on device" in str(caught.value) and str(out) in str(caught.value)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


# -- which figures ----------------------------------------------------------------------------


def test_all_figures_of_the_tiny_experiment_can_be_drawn(ran: Results, tmp_path: Path) -> None:
    wanted = {"dose_response", "arms", "trajectories", "session", "ribbon", "transitions"}
    assert set(pictures.drawings(ran)) == wanted
    write_folder(ran, tmp_path / "out")
    drawn = {p.stem for p in (tmp_path / "out" / "figures").glob("*.png")}
    assert drawn == wanted
    assert "figures_left_out" not in json.loads((tmp_path / "out" / "provenance.json").read_text())


IN_TIME = {"trajectories", "session", "ribbon", "transitions"}
BY_FEAR = {"dose_response", "arms", "transitions"}
GRID_FIRST = only("fixed_020", "titrated").replace("titrated]", "paced]")
CASES = {
    "no series": (TINY, ["measures.series.replicates=0"], BY_FEAR),
    "a stride past every session": (TINY, ["measures.series.stride=100"], BY_FEAR),
    "one dose": (HEAD + FEARS + only("fixed_020"), [], IN_TIME),
    "the first arm a candidate": (
        HEAD + GRID_FIRST + '[arms.best]\nbest_of = ["fixed_020"]\nby = "threat"\n',
        [],
        IN_TIME,
    ),
    "fears in words": (
        HEAD + '[sweep.fear.variants]\na = {"client.threat" = 0.2}\nb = {"client.threat" = 0.3}\n' + ARMS,
        [],
        IN_TIME,
    ),
    "a dialogue": (TALK, [], {"dialogue", "transitions"}),
    "a dialogue of two sessions": (
        TALK,
        ["world.sessions=2", "world.exchanges=3"],
        {"dialogue", "transitions"},
    ),
    "a dialogue, thinly kept": (TALK, ["measures.series.stride=5"], IN_TIME),
}


@pytest.mark.parametrize("name", CASES)
def test_only_figures_that_can_be_drawn_are_offered(name: str, tmp_path: Path) -> None:
    import matplotlib.pyplot as plt

    text, settings, wanted = CASES[name]
    found = Experiment(load(written(tmp_path, text), settings)).run(engine="mesa")
    assert set(pictures.drawings(found)) == wanted
    for figure in wanted - {"dose_response", "arms"}:
        assert found.plot(figure).title
    plt.close("all")
