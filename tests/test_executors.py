"""Whoever does the work, in whatever order: the numbers are the same to the last bit."""

from __future__ import annotations

import functools
import json
import os
import random
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sweep_brittle import POLICIES, TEXT
from tiny_experiments import BOTH, written

from mentalities_sim import Experiment
from mentalities_sim.cli import main
from mentalities_sim.experiment.results import Results
from mentalities_sim.running import executors, in_folder, sweep
from mentalities_sim.running.executors import WorkerError
from mentalities_sim.running.sweep import SweepError
from mentalities_sim.running.tasks import Tasks

RUNS = (3 * 2 + 2) * 24


@pytest.fixture(autouse=True)
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks of about ten runs, so that every worker has some."""

    class Small(Tasks):
        def __init__(self, pending: Any, seconds: float, border: int) -> None:
            super().__init__(pending, 1.0, border)
            self.aim = 10.0

        def learn(self, runs: int, seconds: float) -> None:
            pass

    monkeypatch.setattr(sweep, "Tasks", Small)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Experiment:
    """Every kind of arm, one of them failing for most clients but not for all."""
    path = written(tmp_path_factory.mktemp("trial"), TEXT)
    return Experiment.from_toml(path, policies=POLICIES, **{"arms.brittle.limit": 0.8})


@functools.cache
def alone(path: Path) -> dict[str, pd.DataFrame]:
    trial = Experiment.from_toml(path, policies=POLICIES, **{"arms.brittle.limit": 0.8})
    return frames(trial.run(engine="mesa", workers=1))


def frames(results: Results) -> dict[str, pd.DataFrame]:
    """Every table; how a traceback reads is left out, since it names the batch a run was in."""
    names = ("outcomes", "series", "events", "transitions", "failures")
    found = {name: getattr(results, name) for name in names}
    failures = found["failures"]
    assert failures["traceback"].str.contains("Traceback").all()
    found["failures"] = failures.drop(columns=["traceback", "error"])
    return found


def assert_alike(results: Results, trial: Experiment, *, kinds: bool = True) -> None:
    """Compare with the run by one thread, to the last bit."""
    one, other = frames(results), alone(trial.file.path)
    assert len(one["outcomes"]) + len(one["failures"]) == RUNS and 10 < len(one["failures"]) < 48
    for name, frame in other.items():
        pd.testing.assert_frame_equal(one[name], frame, check_exact=True, check_dtype=kinds, obj=name)


class Disordered(Executor):
    """Runs what it was given in an order of its own, and late."""

    def __init__(self, pick: Callable[[int], int]) -> None:
        self.pick, self.open, self.lock = pick, [], threading.Lock()  # type: ignore[var-annotated]
        self.more, self.ended = threading.Event(), False
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def submit(self, function: Any, /, *given: Any, **how: Any) -> Future[Any]:
        future: Future[Any] = Future()
        with self.lock:
            self.open.append((future, function, given, how))
        self.more.set()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.ended = True
        self.more.set()
        self.thread.join()

    def _serve(self) -> None:
        while not self.ended:
            self.more.wait()
            time.sleep(0.005)  # until all that can be out is out
            with self.lock:
                if not self.open:
                    self.more.clear()
                    continue
                future, function, given, how = self.open.pop(self.pick(len(self.open)))
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(function(*given, **how))
                except BaseException as error:
                    future.set_exception(error)


@pytest.mark.parametrize("engine", BOTH)
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_threads(trial: Experiment, workers: int, engine: Any) -> None:
    assert_alike(trial.run(engine=engine, workers=workers), trial)


def test_a_pool_of_threads_into_a_folder(trial: Experiment, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = trial.run(tmp_path / "out", engine="mesa", executor=pool)
        assert pool.submit(int, "7").result() == 7, "it stays open"
    assert len(list((tmp_path / "out" / "outcomes").iterdir())) > 8
    assert_alike(found, trial)


@pytest.mark.parametrize("name", ["last first", "at random"])
@pytest.mark.parametrize("folder", [True, False])
def test_any_order(trial: Experiment, tmp_path: Path, name: str, folder: bool) -> None:
    chance = random.Random(1)
    with Disordered({"last first": lambda n: n - 1, "at random": chance.randrange}[name]) as pool:
        out = tmp_path / "out" if folder else None
        assert_alike(trial.run(out, engine="mesa", executor=pool, workers=6), trial)


@pytest.mark.parametrize("folder", [True, False])
def test_tasks_that_take_too_long_are_handed_back(
    trial: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: bool
) -> None:
    monkeypatch.setattr(executors, "LONGEST", 0.0)
    handed = []
    result = sweep._result

    def noting(*given: Any) -> Any:
        handed.append(result(*given))
        return handed[-1]

    monkeypatch.setattr(sweep, "_result", noting)
    found = trial.run(tmp_path / "out" if folder else None, engine="mesa", workers=2)
    assert sum(bool(done.left) for done in handed) > 8 and sum(done.runs for done in handed) == RUNS
    assert_alike(found, trial)


# processes


def processes() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def test_a_pool_of_processes(trial: Experiment) -> None:
    with processes() as pool:
        assert_alike(trial.run(engine="mesa", executor=pool), trial)


def after_writes(monkeypatch: pytest.MonkeyPatch, count: int, act: Callable[[], Any]) -> None:
    """Do something once, when so many batches have been written."""
    write, seen = in_folder.write_tables, [0]

    def counting(*given: Any) -> str:
        stem = write(*given)
        seen[0] += 1
        if seen[0] == count:
            act()
        return stem

    monkeypatch.setattr(in_folder, "write_tables", counting)


def test_a_process_that_dies(trial: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with processes() as pool:
        after_writes(monkeypatch, 3, lambda: os.kill(next(iter(pool._processes)), signal.SIGKILL))
        with pytest.raises(SweepError, match=r"worker process died.*run the same again to go on"):
            trial.run(out, engine="mesa", executor=pool)
    assert len(list((out / "outcomes").iterdir())) >= 2
    assert_alike(trial.run(out, engine="mesa", workers=2), trial)


# Dask


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    """A real cluster of three worker processes."""
    distributed = pytest.importorskip("distributed", reason="Dask (distributed) is not installed")
    made = distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0
    )
    with made:
        yield made


def pids(dask: Any) -> set[int]:
    """The worker processes there are."""
    from distributed import Client

    with Client(dask, set_as_default=False) as client:
        return set(client.run(os.getpid).values())


@pytest.mark.parametrize("by_file", [False, True])
def test_a_dask_cluster(trial: Experiment, dask: Any, tmp_path: Path, by_file: bool) -> None:
    address = dask.scheduler_address
    if by_file:
        address = str(tmp_path / "scheduler.json")
        # what Dask's own writer needs of it; that one fails where workers have odd names in their metrics
        written = json.dumps({"type": "Scheduler", "address": dask.scheduler_address, "workers": {}})
        Path(address).write_text(written)
    found = trial.run(tmp_path / "out", engine="mesa", scheduler=address)
    assert_alike(found, trial)
    assert found.provenance["sessions"][-1]["workers"] == f"Dask at {address}"


def test_a_dask_worker_killed_in_mid_sweep(
    trial: Experiment, dask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pids(dask)
    victim = min(before)
    after_writes(monkeypatch, 3, lambda: os.kill(victim, signal.SIGKILL))
    assert_alike(trial.run(tmp_path / "out", engine="mesa", scheduler=dask.scheduler_address), trial)
    assert victim not in pids(dask)


def test_workers_with_other_rules_are_refused(
    trial: Experiment, dask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = executors.fingerprint

    def changed(order: Any) -> dict[str, str]:
        return {**mine(order), "the rules of arm titrated": "mine", "numpy": "0.9"}

    monkeypatch.setattr(sweep, "fingerprint", changed)
    with pytest.raises(WorkerError, match="would compute other numbers") as refused:
        trial.run(tmp_path / "out", engine="mesa", scheduler=dask.scheduler_address)
    words = str(refused.value)
    assert "the rules of arm titrated: " in words and "there, mine here" in words and "numpy: " in words
    assert "fixed" not in words, "only what differs is named"
    assert not (tmp_path / "out" / "outcomes").exists()


BAD = {
    "tcp://127.0.0.1:1": "refused",
    "nonsense": "port",
    "tcp://127.0.0.1:99999": "0-65535|refused",
    "inproc://x": "by tcp://",
    "{": "no scheduler file|Expecting",
    '{"id": 3}': "no scheduler file: it has no address",
    "[1]": "no scheduler file: it has no address",
}


@pytest.mark.parametrize("address", BAD)
def test_a_scheduler_that_is_none(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed", reason="Dask (distributed) is not installed")
    monkeypatch.setattr(executors, "CONNECTING", 0.5)
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path)
    if address[:1] in ("{", "["):
        Path("scheduler.json").write_text(address)
    given = "scheduler.json" if Path("scheduler.json").exists() else address
    before = sorted(tmp_path.rglob("*"))
    assert main(["run", str(file), "--engine", "mesa", "--scheduler", given, "--out", "out"]) == 2
    said = capsys.readouterr().err
    assert f"no Dask scheduler answers at {given!r}" in said and said.count("\n") == 1, said
    assert re.search(BAD[address], said), said
    assert sorted(tmp_path.rglob("*")) == before, "nothing is written"


def test_without_dask_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    trial = Experiment.from_toml(written(tmp_path))
    with pytest.raises(WorkerError, match=r"mentalities-sim\[cluster\]"):
        trial.run(engine="mesa", scheduler="tcp://127.0.0.1:8786")
