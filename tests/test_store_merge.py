"""Merging folders: the same as if one machine had made them all, or a word on why not."""

from __future__ import annotations

import errno
import os
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from stores import (
    FAILED,
    RUNS,
    assert_same,
    conditions_frame,
    damage,
    everything,
    fill,
    manifest,
    tables,
    visible,
)

from mentalities_sim.store.conditions_table import write_conditions
from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.lock import claim
from mentalities_sim.store.manifest import Manifest
from mentalities_sim.store.merge import merge
from mentalities_sim.store.provenance import begin_session, end_session, read_provenance
from mentalities_sim.store.shards import check_shards, read, write_shard


def part(folder: Path, *batches: Sequence[str], failed: set[str] = FAILED, **changed: Any) -> Path:
    """A folder with some of the runs, in the batches given."""
    write_conditions(folder, [conditions_frame()])
    manifest(**changed).write(folder)
    for runs in batches:
        write_shard(folder, tables(runs, failed))
    end_session(folder, begin_session(folder, engine="compiled"), how="complete")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in visible(folder)}


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        ([RUNS[:20]], [RUNS[20:]], ""),
        ([RUNS[:10], RUNS[10:30]], [RUNS[10:30], RUNS[30:]], "1 batch(es) stood in more than one folder"),
        ([RUNS[:30]], [RUNS[20:]], "10 run(s) stood in more than one folder with equal rows"),
        ([RUNS[::-1]], [RUNS[5:9], RUNS[10:40]], "stood in more than one folder with equal rows"),
    ],
    ids=["apart", "the same batch", "overlapping", "contained"],
)
def test_merged_is_as_if_made_at_once(tmp_path: Path, one: Any, two: Any, words: str) -> None:
    sources = [part(tmp_path / "one", *one), part(tmp_path / "two", *two)]
    before = [files_of(source) for source in sources]
    said = merge(sources, tmp_path / "out")
    assert words in " ".join(said) and "48 runs from 2 folders" in said[-1]
    assert_same(everything(tmp_path / "out"), everything(fill(tmp_path / "other", [])))
    assert not check_shards(tmp_path / "out")
    assert [files_of(source) for source in sources] == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one", "other", "out", "two"]


def test_what_comes_along(tmp_path: Path) -> None:
    sources = [part(tmp_path / "one", RUNS[:20]), part(tmp_path / "two", RUNS[20:])]
    (tmp_path / "out").mkdir()
    merge(sources, tmp_path / "out")
    assert Manifest.read(tmp_path / "out") == manifest()
    sessions = read_provenance(tmp_path / "out")["sessions"]
    assert [session["folder"] for session in sessions] == [str(source) for source in sources]
    assert (tmp_path / "out" / "ro-crate-metadata.json").exists()
    merge([tmp_path / "out"], tmp_path / "again")
    assert_same(everything(tmp_path / "out"), everything(tmp_path / "again"))


def test_unequal_rows_are_refused(tmp_path: Path) -> None:
    one = part(tmp_path / "one", RUNS[:20])
    for table, column in (("outcomes", "symptoms"), ("series", "threat")):
        two = part(tmp_path / f"two-{table}", RUNS[30:])
        changed = tables(RUNS[10:30])
        rows = changed[table]
        is_ours = pc.equal(rows["run_id"], RUNS[17])
        values = pc.if_else(is_ours, pa.scalar(0.123), rows[column])
        changed[table] = rows.set_column(rows.column_names.index(column), column, values)
        write_shard(two, changed)
        with pytest.raises(FolderError) as caught:
            merge([one, two], tmp_path / "out")
        assert all(word in str(caught.value) for word in (f"run {RUNS[17]} ", table, str(one), str(two)))
        assert not (tmp_path / "out").exists()


def test_rows_that_only_one_has_are_unequal(tmp_path: Path) -> None:
    one = part(tmp_path / "one", RUNS[:20])
    two = part(tmp_path / "two", RUNS[30:])
    write_shard(two, {name: t for name, t in tables(RUNS[10:30]).items() if name != "series"})
    with pytest.raises(FolderError, match="different rows in series"):
        merge([one, two], tmp_path / "out")


@pytest.mark.parametrize("order", [1, -1])
def test_an_outcome_is_kept_over_a_failure(tmp_path: Path, order: int) -> None:
    failing = part(tmp_path / "failing", RUNS[:10], failed=set(RUNS[:3]))
    sources = [failing, part(tmp_path / "two", RUNS[:3], RUNS[10:])]
    said = " ".join(merge(sources[::order], tmp_path / "out"))
    assert "3 run(s) that failed stood in another folder too" in said
    assert_same(everything(tmp_path / "out"), everything(fill(tmp_path / "other", [])))


def test_a_failure_in_both_is_kept_once(tmp_path: Path) -> None:
    sources = [
        part(tmp_path / name, RUNS[:size], failed=set(RUNS[:9])) for name, size in (("one", 9), ("two", 12))
    ]
    merge(sources, tmp_path / "out")
    assert list(read(tmp_path / "out", "failures")["run_id"]) == RUNS[:9]
    assert len(read(tmp_path / "out", "outcomes")) == 3


def test_different_experiments_are_refused(tmp_path: Path) -> None:
    one = part(tmp_path / "one", RUNS[:20])
    two = part(tmp_path / "two", RUNS[20:], seed=2, rules={"kind": "r1", "stern": "r9"})
    with pytest.raises(FolderError) as caught:
        merge([one, two], tmp_path / "out")
    for words in (str(one), str(two), "seed: 1, not 2", "the rules of arm stern"):
        assert words in str(caught.value)
    three = part(tmp_path / "three", RUNS[20:])
    write_conditions(three, [conditions_frame(("kind",) * 4)])
    with pytest.raises(FolderError, match="the conditions"):
        merge([one, three], tmp_path / "out")
    with pytest.raises(FolderError, match="is not a folder of results"):
        merge([one, tmp_path / "none"], tmp_path / "out")
    with pytest.raises(ValueError, match="nothing to merge"):
        merge([], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_places_that_are_taken_are_left_alone(tmp_path: Path) -> None:
    one = part(tmp_path / "one", RUNS)
    before = files_of(one)
    (tmp_path / "file").write_text("mine")
    for out in (one, tmp_path / "file"):
        with pytest.raises(FolderError, match="is there already"):
            merge([one], out)
    assert files_of(one) == before and (tmp_path / "file").read_text() == "mine"


def test_a_source_that_is_written_to_is_refused(tmp_path: Path) -> None:
    one = part(tmp_path / "one", RUNS)
    with claim(one), pytest.raises(FolderError, match=r"a run is writing to .*one"):
        merge([one], tmp_path / "out")
    merge([one], tmp_path / "out")
    assert not [name for name in visible(tmp_path / "out") if name.startswith(".lock")]


@pytest.mark.parametrize("table", ["outcomes", "failures", "series"])
def test_a_damaged_source_is_refused(tmp_path: Path, table: str) -> None:
    one = part(tmp_path / "one", RUNS)
    for seed in range(4):
        two = tmp_path / f"two-{seed}"
        shutil.copytree(one, two)
        path = min((two / table).iterdir())
        damage(path, "flipped", random.Random(seed))
        with pytest.raises(FolderError, match=path.name):
            merge([two, one], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    sources = [part(tmp_path / "one", RUNS[:30]), part(tmp_path / "two", RUNS[20:])]
    real = getattr(os, step)
    calls = failed_at = 0

    def full(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == failed_at + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **more)

    monkeypatch.setattr(os, step, full)
    while not (tmp_path / "out").exists():
        calls = 0
        try:
            merge(sources, tmp_path / "out")
        except FolderError as error:
            assert "disk is full" in str(error)
        assert {p.name for p in tmp_path.iterdir()} <= {"one", "two", "out"}
        failed_at += 1
    assert failed_at > 8
    monkeypatch.undo()
    assert_same(everything(tmp_path / "out"), everything(fill(tmp_path / "other", [])))
