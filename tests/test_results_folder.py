"""The folder of results: tables, provenance and figures, whole or not at all."""

from __future__ import annotations

import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from folders_seen import everything, session, told
from tiny_experiments import ARMS, FEARS, HEAD, STEPS, TALK, TINY, only, written

from mentalities_sim import Experiment
from mentalities_sim.experiment import load, pictures
from mentalities_sim.experiment.report import write_report
from mentalities_sim.experiment.results import Results
from mentalities_sim.store import provenance
from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.manifest import Manifest

TABLES = ("outcomes", "series", "events", "transitions")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The tiny experiment, run."""
    return Experiment.from_toml(written(tmp_path_factory.mktemp("ran"))).run(engine="mesa")


@pytest.fixture
def plain(tmp_path: Path) -> Experiment:
    """Two arms and nothing more."""
    return Experiment.from_toml(written(tmp_path, HEAD + only("fixed_020", "fixed_090"), "plain.toml"))


def test_plain_pandas_reads_the_folder(ran: Results, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kept = Experiment(ran.file).run(out, engine="mesa")
    for name in (*TABLES, "chosen", "failures"):
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(ran, name), check_exact=True, obj=name)
    for name in TABLES:
        frame = pd.read_parquet(out / name)
        assert not [t for t in frame.dtypes if t.name == "object"], "numbers are numbers, words are words"
        keys = ["arm", "fear", "replicate"]
        wanted = ran.tables[name] if name != "transitions" else None
        if wanted is not None:
            one, two = (f.sort_values(keys, kind="stable", ignore_index=True) for f in (frame, wanted))
            pd.testing.assert_frame_equal(one[list(two)], two, check_exact=True, obj=name)
    assert len(pd.read_parquet(out / "series")) == 4 * 2 * 3 * STEPS
    conditions = pd.read_parquet(out / "conditions.parquet").set_index("condition_id")
    of_run = pd.read_parquet(out / "outcomes")
    named = conditions.loc[of_run["run_id"].str.partition("-")[0], ["arm", "fear"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(named, of_run[["arm", "fear"]], check_exact=True)


def test_tables_that_nothing_came_for_have_their_columns(plain: Experiment, tmp_path: Path) -> None:
    bare = Experiment(load(plain.file.path, ["measures.series.replicates=0", "measures.transitions=false"]))
    kept, in_memory = bare.run(tmp_path / "out", engine="mesa"), bare.run(engine="mesa")
    for name in ("series", "events", "transitions", "agents", "failures"):
        assert getattr(kept, name).empty and {"arm"} <= set(getattr(kept, name))
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(in_memory, name), obj=name)
    pd.testing.assert_frame_equal(kept.outcomes, in_memory.outcomes, check_exact=True)


def test_provenance_says_what_is_needed_to_run_it_again(tmp_path: Path) -> None:
    path, out = written(tmp_path), tmp_path / "out"
    trial = Experiment.from_toml(path, replicates=2, **{"measures.series.replicates": 0})
    first = trial.run(out, engine="mesa", seed=77)
    found = session(out)
    packages = {"python", "mentalities-sim", "mesa", "numpy", "scipy", "pandas", "pyarrow", "numba"}
    assert packages <= set(found["versions"])
    assert found["versions"]["numpy"] == np.__version__ and found["versions"]["pandas"] == pd.__version__
    assert (found["engine"], found["seed"], found["how"]) == ("mesa", 77, "finished")
    assert found["started"] <= found["ended"]
    assert "commit" in found["git"]
    run_arms = {name for name, arm in trial.file.arms.items() if arm.kind != "best_of"}
    rules = found["rules"]
    assert set(rules) == run_arms and all(rules.values())
    assert rules["fixed_020"] == rules["fixed_090"] != rules["titrated"] != rules["yoked"]
    experiment = told(out)["experiment"]
    assert experiment == trial.file.as_dict()
    assert experiment["overrides"] == ["replicates=2", "measures.series.replicates=0"]
    assert experiment["arms"]["titrated"]["parameters"] == {"settling": 2, "offset": 0.4, "gain": 1.0}
    again = Experiment.from_toml(path, replicates=2).run(engine="mesa", seed=found["seed"])
    pd.testing.assert_frame_equal(again.outcomes, first.outcomes, check_exact=True)
    read = Experiment(Results.read(out).file)
    assert read.file == trial.file, "its own seed draws the design; that of the run is in the manifest"
    seed = Manifest.read(out).seed
    assert seed == 77
    pd.testing.assert_frame_equal(
        read.run(engine="mesa", seed=seed).outcomes, first.outcomes, check_exact=True
    )


def test_provenance_without_git_or_numba_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: Any, **how: Any) -> Any:
        raise OSError("no git here")

    version = metadata.version

    def hidden(name: str) -> str:
        if name in ("numba", "llvmlite"):
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(subprocess, "run", none)
    monkeypatch.setattr(metadata, "version", hidden)
    assert provenance.git_state() == {"commit": "unknown"}
    assert provenance.versions()["numba"] == "not installed"


def test_a_figure_that_fails_costs_no_results(
    ran: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> Any:
        raise ValueError("nothing to draw")

    monkeypatch.setattr(pictures, "drawings", lambda results: {"odd": fails})
    files, left_out = write_report(ran, tmp_path / "out")
    assert left_out == {"odd": "nothing to draw"}
    assert {f.name for f in files} == {"table.csv", "chosen.csv"} and all(f.exists() for f in files)


def test_earlier_results_are_set_aside_each_time(plain: Experiment, tmp_path: Path) -> None:
    place = tmp_path / "results"
    out = place / "out"
    for seed in (1, 2, 3):
        plain.run(out, engine="mesa", seed=seed)
        (out / "notes.txt").write_text(f"run {seed}")
    kept = sorted(place.iterdir())
    assert len(kept) == 3 and all(p.name.startswith("out") for p in kept)
    assert {session(p)["seed"] for p in kept} == {1, 2, 3}
    assert len(list(place.glob("*/notes.txt"))) == 3 and not list(place.glob("*/.lock-holder"))
    assert session(out)["seed"] == 3


@pytest.mark.parametrize("reason", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_while_putting_aside_leaves_earlier_results(
    plain: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: BaseException
) -> None:
    out = tmp_path / "results" / "out"
    plain.run(out, engine="mesa", seed=1)
    before = everything(tmp_path)

    def fails(*given: Any) -> Any:
        raise reason

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(FolderError if isinstance(reason, OSError) else KeyboardInterrupt) as caught:
        plain.run(out, engine="mesa", seed=2)
    if isinstance(reason, OSError):
        assert "No space left on device" in str(caught.value) and str(out) in str(caught.value)
    assert everything(tmp_path) == before
    assert [p.name for p in out.parent.iterdir()] == ["out"]


# -- which figures ----------------------------------------------------------------------------


def test_all_figures_of_the_tiny_experiment_can_be_drawn(ran: Results, tmp_path: Path) -> None:
    wanted = {"dose_response", "arms", "trajectories", "session", "ribbon", "transitions"}
    assert set(pictures.drawings(ran)) == wanted
    _, left_out = write_report(ran, tmp_path / "out")
    drawn = {p.stem for p in (tmp_path / "out" / "figures").glob("*.png")}
    assert drawn == wanted
    assert not left_out


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
