"""What stands beside the tables in a folder of results: lock, manifest, provenance, crate, exports."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from stores import CONDITIONS, RUNS, child, conditions_frame, damage, everything, fill, manifest, tables

from mentalities_sim.store.conditions_table import write_conditions
from mentalities_sim.store.crate import write_crate
from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.export import export
from mentalities_sim.store.lock import claim, held
from mentalities_sim.store.manifest import Manifest
from mentalities_sim.store.provenance import begin_session, end_session, read_provenance
from mentalities_sim.store.shards import check_shards, write_shard

# the lock


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_one_writer_at_a_time_and_none_after_its_end(tmp_path: Path) -> None:
    assert held(tmp_path) is None
    code = "with claim(Path(sys.argv[1])):\n    print('in', flush=True)\n    time.sleep(60)"
    holder = child(code, tmp_path, wait=False)
    assert holder.stdout and holder.stdout.readline() == "in\n"
    try:
        words = f"process {holder.pid} on .* since 2.*wait for it, or give --out"
        with pytest.raises(FolderError, match=words), claim(tmp_path):
            pass
        assert str(holder.pid) in str(held(tmp_path))
    finally:
        holder.kill()
        holder.wait(60)
    assert (tmp_path / ".lock-holder").exists()  # stale, and in nobody's way
    assert held(tmp_path) is None
    with claim(tmp_path), pytest.raises(FolderError, match=f"process {os.getpid()}"), claim(tmp_path):
        pass
    assert not (tmp_path / ".lock-holder").exists()


def test_no_locks_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    def none(self: Any, *_: Any, **__: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(filelock.FileLock, "acquire", none)
    with pytest.raises(FolderError, match=r"cannot be locked .*a local disk has them"), claim(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="could not be written"), claim(tmp_path / "file"):
        pass


# manifest, provenance, crate


def test_the_manifest_is_what_was_written(tmp_path: Path) -> None:
    manifest().write(tmp_path)
    assert Manifest.read(tmp_path) == manifest()
    assert not manifest().differences(Manifest.read(tmp_path))
    path = tmp_path / "manifest.json"
    for text, words in (
        ('{"format": 2}', "format 2, made by a later version"),
        ('{"format": 1, "title"', "manifest.json is damaged"),
        ('{"format": 1, "title": "t"}', "it lacks experiment, rules"),
        ("[]", "no format number"),
    ):
        path.write_text(text)
        with pytest.raises(FolderError, match=words):
            Manifest.read(tmp_path)
    path.unlink()
    for place in (tmp_path, tmp_path / "none", Path(__file__)):
        with pytest.raises(FolderError, match="is not a folder of results: it has no manifest"):
            Manifest.read(place)


def test_differences_are_named() -> None:
    one = manifest()
    file = {"arms": {"kind": {"dose": 0.7}, "fierce": {}}, "replicates": 12}
    lines = one.differences(manifest(file=file, seed=2, rules={"kind": "r2", "stern": "r1"}, measures="m2"))
    assert lines == [
        "arms.kind.dose: 0.5, not 0.7",
        'arms.stern: {"dose": 0.1}, not there in the other',
        "arms.fierce: not there, but {} in the other",
        "seed: 1, not 2",
        "the rules of arm kind",
        "what is measured, or how",
    ]
    many = one.differences(manifest(file={str(i): i for i in range(20)}))
    assert len(many) == 9 and many[-1] == "and 14 more"
    assert one.differences(manifest(experiment="e2")) == ["the experiment (its digest)"]
    assert not one.differences(manifest(version="0.2.0"))


def test_each_session_is_noted(tmp_path: Path) -> None:
    first = begin_session(tmp_path, experiment={"title": "t"}, parameters={"p": 1}, engine="mesa", workers=2)
    second = begin_session(tmp_path, engine="compiled")
    end_session(tmp_path, second, how="complete")
    content = read_provenance(tmp_path)
    assert content["experiment"] == {"title": "t"} and content["parameters"] == {"p": 1}
    one, two = content["sessions"]
    assert first == 0 and one["ended"] is None and "killed" in one["how"] and one["workers"] == 2
    assert two["ended"] >= two["started"] and two["how"] == "complete" and two["versions"]["pyarrow"]
    path = tmp_path / "provenance.json"
    path.write_text(path.read_text()[:100])
    assert begin_session(tmp_path) == 0
    assert "damaged" in read_provenance(tmp_path)["note"] and (tmp_path / "damaged/provenance.json").exists()


def test_the_crate_opens_and_lists_the_tables(tmp_path: Path) -> None:
    crates = pytest.importorskip("rocrate.rocrate", reason="rocrate is not installed")
    folder = fill(tmp_path, [16])
    manifest().write(folder)
    end_session(folder, begin_session(folder), how="complete")
    write_crate(folder)
    crate = crates.ROCrate(folder)
    parts = {part.id: part for part in crate.root_dataset["hasPart"]}
    assert {"manifest.json", "provenance.json", "conditions.parquet", "outcomes/", "series/"} <= set(parts)
    assert parts["outcomes/"].type == "Dataset" and "parquet" in parts["outcomes/"]["encodingFormat"]
    (action,) = crate.get_by_type("CreateAction")
    assert action["instrument"]["version"] == "0.1.0" and action["startTime"] <= action["endTime"]
    assert action["object"].id == "manifest.json" and crate.root_dataset["datePublished"]
    graph = json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]
    named = {entity["@id"] for entity in graph}
    assert {"#session-0", "#mentalities-sim", "./"} <= named and len(named) == len(graph)


# export


@pytest.mark.parametrize("arms", [("kind", "kind", "stern", "stern"), ("kind", "stern", "kind", "stern")])
def test_exports_are_the_tables(tmp_path: Path, arms: Sequence[str]) -> None:
    folder = fill(tmp_path / "one", [7, 20])
    frame = conditions_frame(arms)
    write_conditions(folder, [frame])
    place = dict(zip(CONDITIONS, arms, strict=True))
    if arms[1] == "stern":
        # arms that take turns, in the conditions as in the rows
        (
            shutil.rmtree(folder / "outcomes"),
            shutil.rmtree(folder / "failures"),
            shutil.rmtree(folder / "series"),
        )
        named = tables(RUNS)
        for name, table in named.items():
            column = pa.array([place[run.rsplit("-", 1)[0]] for run in table["run_id"].to_pylist()])
            named[name] = table.set_column(table.column_names.index("arm"), "arm", column)
        write_shard(folder, named)
    expected = everything(folder)
    for path in export(folder, "parquet"):
        pd.testing.assert_frame_equal(pd.read_parquet(path), expected[path.stem], check_exact=True)
    files = export(folder, "csv", tmp_path / "out")
    assert [path.name for path in files] == ["outcomes.csv", "failures.csv", "series.csv"]
    for path in files:
        frame = pd.read_csv(path)
        pd.testing.assert_frame_equal(frame, expected[path.stem], check_exact=True, check_dtype=False)
    assert not check_shards(folder)


def test_export_says_why_not(tmp_path: Path) -> None:
    folder = fill(tmp_path / "one", [])
    with pytest.raises(ValueError, match="csv and parquet"):
        export(folder, "xlsx")  # type: ignore[arg-type]
    (tmp_path / "out").write_text("a file")
    with pytest.raises(FolderError, match="could not be written"):
        export(folder, "csv", tmp_path / "out")
    damage(min((folder / "series").iterdir()), "flipped", random.Random(0))
    with pytest.raises(FolderError, match="is missing or damaged"):
        export(folder, "csv", tmp_path / "new")
    assert not (tmp_path / "new" / "series.csv").exists()
    assert pq.read_metadata(min((folder / "outcomes").iterdir())).num_rows
