"""What a review of the store found: what is somebody else's, what counts in a merge, what a folder tells."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stores import RUNS, fill, manifest
from test_store_merge import files_of, part

from mentalities_sim.cli import folders
from mentalities_sim.experiment import report
from mentalities_sim.store import provenance
from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.manifest import LaterVersion, Manifest
from mentalities_sim.store.merge import merge
from mentalities_sim.store.place import check_folder, holds_results
from mentalities_sim.store.shards import check_shards


@pytest.mark.parametrize(
    "files",
    [
        {"outcomes/notes.txt": "mine"},
        {"outcomes/mine.parquet": "mine", "failures/0123-4567.parquet": "mine"},
        {"provenance.json": '{"sessions": [], "rules": 1, "engine": 2, "experiment": 3}'},
        {"outcomes.parquet": "mine", "provenance.json": '{"rules": 1}'},
        {"manifest.json": '{"name": "an app"}'},
        {"manifest.json": "[1]", "conditions.parquet": "mine"},
    ],
)
def test_somebody_elses_folder_holds_no_results(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    if "conditions.parquet" in files:
        pq.write_table(pa.table({"condition_id": ["a"]}), tmp_path / "conditions.parquet")
    before = files_of(tmp_path)
    assert not holds_results(tmp_path)
    with pytest.raises(FolderError, match="holds other things than results"):
        check_folder(tmp_path)
    assert files_of(tmp_path) == before


def test_results_are_known_by_each_of_their_files(tmp_path: Path) -> None:
    whole = part(tmp_path / "whole", RUNS)
    for name in ("manifest.json", "conditions.parquet", "outcomes", "failures"):
        alone = tmp_path / name.partition(".")[0]
        alone.mkdir()
        (shutil.copytree if (whole / name).is_dir() else shutil.copy)(whole / name, alone / name)
        assert holds_results(alone), name
    (tmp_path / "conditions" / "manifest.json").write_text("{")
    assert holds_results(tmp_path / "conditions")
    before = tmp_path / "before"
    before.mkdir()
    (before / "outcomes.parquet").write_text("")
    (before / "provenance.json").write_text('{"rules": {}, "engine": "mesa", "experiment": {}}')
    assert holds_results(before)


def test_mending_leaves_alone_what_was_never_ours(tmp_path: Path) -> None:
    folder = fill(tmp_path, [16])
    mine = [folder / "series" / name for name in ("notes.txt", "mine.parquet", ".mine.part")]
    mine += [folder / "outcomes" / "notes.txt", folder / "failures" / "sub" / "notes.txt"]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    torn = folder / "outcomes" / f"{'0' * 16}-{'1' * 16}.parquet"
    torn.write_text("torn")
    check_shards(folder)
    assert all(path.read_text() == "mine" for path in mine)
    assert (folder / "damaged" / "outcomes" / torn.name).exists()
    assert not check_shards(folder)


def test_parts_of_one_experiment_merge_whatever_it_is_called(tmp_path: Path) -> None:
    def told(path: str, why: str) -> dict[str, Any]:
        arms = {"kind": {"dose": 0.5, "why": why}, "stern": {"dose": 0.1, "why": ""}}
        axes = [{"name": "fear", "why": why}]
        return {"title": path, "question": why, "source": why, "path": path, "overrides": [why], "arms": arms,
                "axes": axes}  # fmt: skip

    one = part(tmp_path / "one", RUNS[:20], title="A", file=told("a.toml", "so"))
    two = part(tmp_path / "two", RUNS[20:], title="B", experiment="e2", file=told("b/a.toml", "because"))
    merge([one, two], tmp_path / "out")
    assert Manifest.read(tmp_path / "out") == Manifest.read(one)
    three = part(tmp_path / "three", RUNS[20:], seed=2, runs=7, file=told("b/a.toml", "because"))
    with pytest.raises(FolderError) as caught:
        merge([one, three], tmp_path / "out3")
    assert "seed: 1, not 2" in str(caught.value) and "a.toml" not in str(caught.value)
    with pytest.raises(FolderError, match="runs: 48, not 7"):
        merge([one, part(tmp_path / "four", RUNS[20:], runs=7, file=told("", ""))], tmp_path / "out4")


def test_results_of_nothing_are_refused(tmp_path: Path) -> None:
    given = argparse.Namespace(folder=tmp_path, format="csv", out=None)
    with pytest.raises(FolderError, match="is not a folder of results"):
        folders.results(given)


@pytest.mark.parametrize(
    "odd",
    [{"runs": "48"}, {"runs": True}, {"seed": None}, {"rules": {"kind": 1}}, {"rules": []}, {"axes": "fear"},
     {"arms": [1]}, {"file": []}, {"sampled": 0}, {"title": 1}],
)  # fmt: skip
def test_a_manifest_with_odd_values_is_damaged(tmp_path: Path, odd: dict[str, Any]) -> None:
    manifest().write(tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **odd}))
    with pytest.raises(FolderError, match=rf"is damaged \(.*{next(iter(odd))}"):
        Manifest.read(tmp_path)


def test_a_later_version_can_be_told_from_damage(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": 2}')
    with pytest.raises(LaterVersion, match="install the later version"):
        Manifest.read(tmp_path)
    assert holds_results(tmp_path)


def test_status_of_a_session_that_says_little(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part(tmp_path, RUNS[:5])
    (tmp_path / "provenance.json").write_text('{"sessions": [{}, {"ended": "now"}]}')
    assert folders.status(argparse.Namespace(folder=tmp_path)) == 1
    assert "session 2" in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_somebody_elses_repository_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    file = tmp_path / "env" / "mentalities_sim" / "store" / "provenance.py"
    file.parent.mkdir(parents=True)
    file.write_text("")
    git("init")
    git("commit", "--allow-empty", "-m", "theirs")
    monkeypatch.setattr(provenance, "__file__", str(file))
    assert provenance.git_state() == {"commit": "unknown"}
    git("add", "-f", str(file))
    git("commit", "-m", "ours")
    assert len(provenance.git_state()["commit"]) == 40


def test_the_crate_tells_of_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mentalities_sim.experiment import pictures
    from mentalities_sim.store.conditions_table import read_conditions

    class Stand:
        """Results that a report can be made of."""

        class file:
            arms: dict[str, Any] = {}
            sampled, n_cells = True, 1024

        def summary(self) -> Any:
            return read_conditions(tmp_path)

        points = table = summary

    fill(tmp_path, [])
    manifest().write(tmp_path)
    for name in ("chosen.csv", "sensitivity.csv"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(pictures, "drawings", lambda results: {})
    report.write_report(Stand(), tmp_path)  # type: ignore[arg-type]
    graph = json.loads((tmp_path / "ro-crate-metadata.json").read_text())["@graph"]
    named = {entity["@id"] for entity in graph}
    assert {"summary.csv", "points.csv", "chosen.csv", "sensitivity.csv"} <= named
