"""The store: what counts is whole, whatever happens; any tool can read it."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from stores import (
    COMMIT,
    FAILED,
    RUNS,
    SIDES,
    assert_same,
    child,
    conditions_frame,
    damage,
    everything,
    fill,
    tables,
    visible,
)

from mentalities_sim.store import batch as batch_module
from mentalities_sim.store.conditions_table import read_conditions, write_conditions
from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.lock import claim
from mentalities_sim.store.shards import check_shards, read, run_ids, write_shard

# reading


def test_batches_do_not_show(tmp_path: Path) -> None:
    one = everything(fill(tmp_path / "one", [48]))
    assert_same(one, everything(fill(tmp_path / "two", [1] * 9 + [5, 7], seed=1)))
    outcomes = one["outcomes"]
    assert list(outcomes["run_id"]) == [r for r in RUNS if r not in FAILED]
    assert outcomes["replicate"].dtype == np.int64 and outcomes["left_week"].dtype == np.float64
    assert list(one["failures"]["run_id"]) == ["m-1-3", "k-11"]
    assert list(one["series"]["week"][:6]) == [2, 0, 1, 2, 0, 1]


def test_columns_that_only_some_batches_have_come_in_one_order(tmp_path: Path) -> None:
    frames = []
    for order in (1, -1):
        folder = tmp_path / str(order)
        write_conditions(folder, [conditions_frame()])
        rows = [pa.table({"b": [1], "run_id": ["z-0"]}), pa.table({"run_id": ["z-1"], "a": [1.5]})]
        rows += [pa.table({"run_id": [f"a-{i}"], "b": [i], "a": [0.5]}) for i in range(9)]
        for rows_of_one in rows[::order]:
            write_shard(folder, {"outcomes": rows_of_one})
        frames.append(read(folder, "outcomes"))
    pd.testing.assert_frame_equal(*frames)
    assert list(frames[0].columns) == ["run_id", "a", "b"]


def test_columns_and_arms(tmp_path: Path) -> None:
    folder = fill(tmp_path, [5, 9])
    whole = read(folder, "outcomes")
    part = read(folder, "outcomes", columns=["symptoms", "note"], arms=["stern"])
    expected = whole.loc[whole["arm"] == "stern", ["symptoms", "note"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, expected)
    nobody = read(folder, "outcomes", arms=[])
    assert not len(nobody) and list(nobody.columns) == list(whole.columns)
    assert not len(read(folder, "agents")) and list(read(folder, "agents", ["run_id"])) == ["run_id"]
    for wrong in ({"table": "outcome"}, {"table": "outcomes", "columns": ["symptom"]}):
        with pytest.raises(ValueError, match="there are"):
            read(folder, **wrong)


def test_run_ids_come_file_by_file(tmp_path: Path) -> None:
    folder = fill(tmp_path, [10, 10])
    for table in ("outcomes", "series"):
        shards = list(run_ids(folder, table))
        assert len(shards) == 3
        assert sorted(run for shard in shards for run in shard) == sorted(set(RUNS) - FAILED)


def test_a_run_of_another_experiment_is_named(tmp_path: Path) -> None:
    write_conditions(tmp_path, [conditions_frame()])
    write_shard(tmp_path, {"outcomes": pa.table({"run_id": ["z-1", "q-1"]})})
    with pytest.raises(FolderError, match="run q-1, whose condition"):
        read(tmp_path, "outcomes")
    with pytest.raises(FolderError, match="not a folder of results"):
        read(tmp_path / "none", "outcomes")


def test_other_tools_read_the_folder(tmp_path: Path) -> None:
    folder = fill(tmp_path, [30])
    expected = read(folder, "outcomes")["symptoms"].sum()
    plain = pd.read_parquet(folder / "outcomes")
    assert np.isclose(plain["symptoms"].sum(), expected) and len(plain) == len(RUNS) - len(FAILED)
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    query = f"SELECT count(*), sum(o.symptoms) FROM '{folder}/outcomes/*.parquet' o SEMI JOIN " + (
        f"'{folder}/series/*.parquet' s ON o.run_id = s.run_id"
    )
    count, total = duckdb.connect().execute(query).fetchone()
    assert count == len(plain) and np.isclose(total, expected)


# writing


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"outcome": pa.table({"run_id": ["z-1"]})}, "no table 'outcome'"),
        ({"series": pa.table({"run_id": ["z-1"]})}, "needs outcomes or failures"),
        ({"outcomes": pa.table({"run_id": pa.array([], pa.string())})}, "needs outcomes or failures"),
        ({"outcomes": pa.table({"run": ["z-1"]})}, "text column run_id"),
        ({"outcomes": pa.table({"run_id": ["z-1", None]})}, "text column run_id"),
        ({"outcomes": pa.table({"run_id": ["z-1", "z-1"]})}, "has one row"),
    ],
)
def test_a_batch_that_makes_no_sense_is_not_written(tmp_path: Path, given: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        write_shard(tmp_path, given)
    assert not visible(tmp_path)


def test_writing_the_same_batch_again_changes_nothing(tmp_path: Path) -> None:
    folder = fill(tmp_path, [20])
    before = visible(folder)
    random.Random(0).shuffle(runs := RUNS.copy())
    write_shard(folder, tables(runs[:20]))
    assert visible(folder) == before and not check_shards(folder)


@pytest.mark.parametrize("step", ["replace", "fsync", "write_table"])
def test_a_full_disk_at_any_step_costs_only_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    where: Any = batch_module.pq if step == "write_table" else os
    real = getattr(where, step)
    write_conditions(tmp_path, [conditions_frame()])
    write_shard(tmp_path, tables(RUNS[:20]))
    before = everything(tmp_path)
    calls = failed_at = 0

    def full(*arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == failed_at + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **more)

    while True:
        calls = 0
        monkeypatch.setattr(where, step, full)
        try:
            write_shard(tmp_path, tables(RUNS[20:]))
            break
        except FolderError as error:
            assert "disk is full" in str(error) and "run the same command again" in str(error)
        finally:
            monkeypatch.setattr(where, step, real)
        assert not [name for name in visible(tmp_path) if name.endswith(".part")]
        if not set(before["outcomes"]["run_id"]) < set(read(tmp_path, "outcomes")["run_id"]):
            assert_same(everything(tmp_path), before)
            check_shards(tmp_path)
            assert_same(everything(tmp_path), before)
        failed_at += 1
    assert failed_at >= 3
    assert_same(everything(tmp_path), everything(fill(tmp_path / "other", [])))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits on file sizes")
def test_a_real_limit_on_file_size(tmp_path: Path) -> None:
    code = """
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))
    folder = Path(sys.argv[1])
    write_shard(folder, tables(["z-0"]))
    many = pa.table({"run_id": ["z-1"] * 5000, "x": np.random.default_rng(0).random(5000)})
    try:
        write_shard(folder, {**tables(["z-1"]), "series": many})
    except FolderError as error:
        print(error)
    """
    process = child(code, tmp_path)
    assert process.stdout and "disk is full (File too large)" in process.stdout.read()
    write_conditions(tmp_path, [conditions_frame()])
    assert list(read(tmp_path, "series")["run_id"].unique()) == ["z-0"]
    assert not [name for name in visible(tmp_path) if name.endswith(".part")]


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "outcomes").write_text("mine")
    with pytest.raises(FolderError, match=r"outcomes.* could not be written"):
        write_shard(tmp_path, tables(RUNS[:3]))
    with pytest.raises(FolderError, match="outcomes cannot be read"):
        check_shards(tmp_path)
    assert (tmp_path / "outcomes").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    for act in (lambda: write_shard(tmp_path, tables(RUNS[:3])), lambda: claim(tmp_path).__enter__()):
        with pytest.raises(FolderError, match="Permission denied"):
            act()


# killed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", range(6))
def test_killed_around_each_rename(tmp_path: Path, moment: int) -> None:
    write_conditions(tmp_path, [conditions_frame()])
    write_shard(tmp_path, tables(RUNS[:20]))
    before = everything(tmp_path)
    code = """
    real, left = os.replace, int(sys.argv[2])
    def replace(*paths):
        global left
        for act in (lambda: real(*paths), lambda: None):
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            act()
    os.replace = replace
    write_shard(Path(sys.argv[1]), tables(RUNS[20:]))
    """
    assert child(code, tmp_path, moment).returncode == -signal.SIGKILL
    committed = moment == 5  # only the last rename makes it count
    assert [n for n in visible(tmp_path) if n.endswith(".part")] or committed
    found = everything(tmp_path)
    if not committed:
        assert_same(found, before)
    said = check_shards(tmp_path)
    assert bool(said) != committed and not [n for n in visible(tmp_path) if n.endswith(".part")]
    assert_same(everything(tmp_path), found)
    assert len(list((tmp_path / "series").iterdir())) == (2 if committed else 1)
    write_shard(tmp_path, tables(RUNS[20:]))
    assert_same(everything(tmp_path), everything(fill(tmp_path / "other", [])))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_at_random_moments_and_gone_on_with(tmp_path: Path) -> None:
    code = """
    folder = Path(sys.argv[1])
    with claim(folder):
        check_shards(folder)
        done = {run for table in ("outcomes", "failures") for runs in run_ids(folder, table) for run in runs}
        left = [run for run in RUNS if run not in done]
        print(len(left), flush=True)
        for i in range(0, len(left), 2):
            write_shard(folder, tables(left[i:i + 2]))
    """
    write_conditions(tmp_path, [conditions_frame()])
    chance = random.Random(3)
    lefts = []
    for _ in range(4):
        process = child(code, tmp_path, wait=False)
        assert process.stdout
        lefts.append(int(process.stdout.readline()))
        time.sleep(chance.uniform(0.0, 0.03))
        process.kill()
        process.wait(60)
    assert child(code, tmp_path).returncode == 0
    assert lefts == sorted(lefts, reverse=True)
    assert_same(everything(tmp_path), everything(fill(tmp_path / "other", [])))
    assert not check_shards(tmp_path)


# damaged


@pytest.mark.parametrize("how", ["truncated", "flipped"])
@pytest.mark.parametrize("table", [COMMIT, *SIDES])
def test_a_damaged_file_is_found_set_aside_and_made_anew(tmp_path: Path, table: str, how: str) -> None:
    origin = fill(tmp_path / "origin", [16, 16])
    expected = everything(origin)
    for seed in range(12):
        chance = random.Random(f"{table}{how}{seed}")
        folder = tmp_path / str(seed)
        shutil.copytree(origin, folder)
        path = chance.choice(sorted((folder / table).iterdir()))
        damage(path, how, chance)
        with pytest.raises(FolderError, match=f"{path.name} is missing or damaged"):
            read(folder, table)
        said = check_shards(folder)
        assert path.name in " ".join(said), said
        assert (folder / "damaged" / table / path.name).exists()
        left = everything(folder)
        stem = path.name.split("-")[0]
        assert not [n for n in visible(folder) if stem in n and not n.startswith("damaged")]
        there = {run for t in ("outcomes", "failures") for run in left[t].get("run_id", [])}
        assert len(there) == 32
        assert not check_shards(folder)
        write_shard(folder, tables([run for run in RUNS if run not in there]))
        assert_same(everything(folder), expected)


def test_a_side_file_that_is_missing_takes_its_batch_along(tmp_path: Path) -> None:
    folder = fill(tmp_path, [16, 16])
    gone = min((folder / "series").iterdir())
    gone.unlink()
    with pytest.raises(FolderError, match=gone.name):
        read(folder, "series")
    assert f"series/{gone.name} is damaged or missing" in check_shards(folder)[0]
    assert sum(len(frame) for frame in everything(folder).values()) == 32 + len(read(folder, "series"))


def test_orphans_temporaries_and_foreign_names(tmp_path: Path) -> None:
    folder = fill(tmp_path, [16])
    expected = everything(folder)
    orphan = folder / "series" / f"{'0' * 16}-{batch_module.digest(b'left')}.parquet"
    orphan.write_bytes(b"left")
    (folder / "outcomes" / ".abc.part").write_text("half")
    (folder / ".def.part").write_text("half")
    hidden = folder / "outcomes" / ".DS_Store"
    hidden.write_text("not ours")
    assert_same(everything(folder), expected)
    foreign = folder / "series" / "copy.parquet"
    shutil.copy(min((folder / "series").iterdir(), key=lambda p: p != orphan), foreign)
    said = " ".join(check_shards(folder))
    assert (
        "Removed 2 unfinished" in said and "Removed 1 file(s) of batches" in said and "copy.parquet" in said
    )
    assert not orphan.exists() and hidden.exists() and (folder / "damaged/series/copy.parquet").exists()
    assert_same(everything(folder), expected)
    assert not check_shards(folder)


def test_nothing_counts_twice(tmp_path: Path) -> None:
    write_conditions(tmp_path, [conditions_frame()])
    write_shard(tmp_path, tables(RUNS[:10]))
    write_shard(tmp_path, tables(RUNS[9:30]))
    write_shard(tmp_path, tables(RUNS[30:]))
    with pytest.raises(FolderError, match="holds some runs twice"):
        read(tmp_path, "outcomes")
    with pytest.raises(FolderError, match="holds some runs twice"):
        read(tmp_path, "series")
    assert "nothing counts twice" in " ".join(check_shards(tmp_path))
    kept = read(tmp_path, "outcomes")["run_id"]
    assert kept.is_unique and RUNS[9] in set(kept)
    assert not check_shards(tmp_path)


def test_a_copied_file_counts_once_and_its_batch_stays(tmp_path: Path) -> None:
    folder = fill(tmp_path, [16])
    expected = everything(folder)
    path = max((folder / "outcomes").iterdir())
    copy = path.with_name("f" * 16 + path.name[16:])
    shutil.copy(path, copy)
    check_shards(folder)
    assert (folder / "damaged/outcomes" / copy.name).exists()
    assert_same(everything(folder), expected)


def test_an_outcome_stays_where_its_run_also_failed(tmp_path: Path) -> None:
    write_conditions(tmp_path, [conditions_frame()])
    write_shard(tmp_path, tables(RUNS[:2], failed=set(RUNS[:2])))
    write_shard(tmp_path, tables(RUNS[:2], failed=set()))
    assert "nothing counts twice" in " ".join(check_shards(tmp_path))
    assert len(read(tmp_path, "outcomes")) == 2 and not len(read(tmp_path, "failures"))


# conditions


def test_conditions_are_sealed(tmp_path: Path) -> None:
    frame = conditions_frame()
    write_conditions(tmp_path, [frame[:1], frame[1:]])
    pd.testing.assert_frame_equal(read_conditions(tmp_path), frame)
    path = tmp_path / "conditions.parquet"
    data = path.read_bytes()
    for seed in range(150):
        damage(path, ["truncated", "flipped"][seed % 2], random.Random(seed))
        with pytest.raises(FolderError, match=r"conditions\.parquet is damaged"):
            read_conditions(tmp_path)
        path.write_bytes(data)
    with pytest.raises(ValueError, match="at least one condition"):
        write_conditions(tmp_path, [])
    assert path.read_bytes() == data
    path.unlink()
    with pytest.raises(FolderError, match="cannot be read"):
        read_conditions(tmp_path)
