"""A sweep survives whatever befalls it, and what it leaves equals an undisturbed run to the last bit."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sweep_warm import Ended, Warm
from sweep_worlds import TEXTS, assert_same_results, committed_runs, raw
from tiny_experiments import NUMBA

from mentalities_sim.running.executors import LONGEST
from mentalities_sim.running.sweep import TASKS_EACH
from mentalities_sim.running.tasks import SECONDS
from mentalities_sim.store.batch import names

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kills processes as Linux does"),
    pytest.mark.skipif(not NUMBA, reason="needs Numba"),
]
WORKERS = 2
SMALL: dict[str, Any] = {"task_runs": 12, "figures": [], "report": False}
"""Tasks of twelve runs, and no report, which takes most of the time."""


class World:
    """A warm process, experiment files, and what undisturbed runs of them left."""

    def __init__(self, place: Path) -> None:
        self.files = {name: place / f"{name}.toml" for name in TEXTS}
        for name, text in TEXTS.items():
            self.files[name].write_text(text, encoding="utf-8")
        self.warm = Warm(place, list(self.files.values()))
        self.undisturbed = {name: place / "undisturbed" / name for name in TEXTS}
        for name, out in self.undisturbed.items():
            assert self.run(name, out).code == 0

    def given(self, name: str, out: Path) -> list[object]:
        return ["run", self.files[name], "--out", out, "--workers", WORKERS]

    def start(self, name: str, out: Path, **harm: Any) -> int:
        return self.warm.start(*self.given(name, out), **{**SMALL, **harm})

    def run(self, name: str, out: Path, **harm: Any) -> Ended:
        return self.warm.run(*self.given(name, out), **{**SMALL, **harm})

    def finish(self, name: str, out: Path, **harm: Any) -> Ended:
        """Go on to the end, and compare with the undisturbed run."""
        ended = self.run(name, out, **harm)
        assert ended.code == 0, ended.err
        assert_same_results(out, self.undisturbed[name])
        return ended

    def half(self, name: str, out: Path) -> set[str]:
        """Leave a folder that was killed half-way; return the files that commit something."""
        pid = self.start(name, out)
        self.warm.stop(pid, shards(out, 6))
        files = set(committed_runs(out))
        assert 6 <= len(files) < len(committed_runs(self.undisturbed[name]))
        return files


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One warm process for all tests here."""
    found = World(tmp_path_factory.mktemp("survival"))
    yield found
    found.warm.close()


def shards(out: Path, count: int) -> Callable[[], bool]:
    """Say whether so many batches count."""
    return lambda: len(names(out, "outcomes")) >= count


def after(seconds: float) -> Callable[[], bool]:
    """Say whether a time has passed."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


# kill -9


def test_killed_at_random_moments_it_ends_as_if_undisturbed(world: World, tmp_path: Path) -> None:
    chance = random.Random(20)
    kills, folders = 0, 0
    while kills < 24:
        name, out = random.Random(folders).choice(["replayed", "sampled"]), tmp_path / f"out{folders}"
        folders += 1
        for _ in range(8):
            before, log = committed_runs(out), tmp_path / f"log{chance.getrandbits(64)}"
            # by the clock: anywhere, start-up too; by what is done: surely in mid-sweep
            moment = (
                after(chance.uniform(0, 0.8)) if kills % 3 == 0
                else shards(out, len(before) + chance.randint(1, 6))
            )  # fmt: skip
            pause = chance.choice([0, 0.003, 0.01, 0.03])
            ended = world.warm.stop(
                world.start(name, out, log=str(log)),
                lambda m=moment, p=pause: m() and (time.sleep(p) or True),
            )
            now = committed_runs(out)
            assert set(before) <= set(now), "what was committed is gone"
            runs = [run for found in now.values() for run in found]
            assert len(runs) == len(set(runs)), "a run counts twice"
            if log.exists():
                begun = len(log.read_text().split())
                assert begun - (len(now) - len(before)) <= TASKS_EACH * WORKERS, "more is done again"
            if ended.code == 0:
                break
            assert ended.code == -signal.SIGKILL, ended.err
            kills += 1
        world.finish(name, out)
    assert kills >= 24


def resumes(world: World, out: Path, step: int) -> str:
    """Kill a short run at a step, run it again, and say what went wrong."""
    harm = {"task_runs": 10**6}
    assert world.run("short", out, kill_at=step, **harm).code == -signal.SIGKILL
    ended = world.run("short", out, **harm)
    if ended.code:
        return f"step {step}: {ended.err}"
    assert_same_results(out, world.undisturbed["short"])
    left = {path.name for path in out.rglob(".*")} - {".lock", ".lock-holder"}
    return f"step {step}: {left} left behind" if left else ""


FIRST = 12
"""Steps until a new folder has its manifest."""


def test_killed_at_the_very_first_steps(world: World, tmp_path: Path) -> None:
    problems = [resumes(world, tmp_path / f"step{step}", step) for step in range(1, FIRST)]
    assert not any(problems), problems


def test_killed_at_any_later_step(world: World, tmp_path: Path) -> None:
    counted = tmp_path / "steps"
    world.run("short", tmp_path / "all", task_runs=10**6, count_steps=str(counted))
    total = len(counted.read_bytes())
    steps = random.Random(3).sample(range(FIRST, total + 1), 8)
    problems = [resumes(world, tmp_path / f"step{step}", step) for step in steps]
    assert not any(problems), problems


def test_killed_while_it_reports(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(world.undisturbed["replayed"], out)
    pid = world.start("replayed", out, figures=["arms"], report=True)
    ended = world.warm.stop(pid, (out / "table.csv").exists)
    assert ended.code == -signal.SIGKILL
    world.finish("replayed", out, figures=["arms"], report=True)
    assert (out / "figures" / "arms.png").stat().st_size > 1000


DRIVER = """
import sys
sys.path.insert(0, sys.argv[1])
from sweep_harm import harm
harm({"task_runs": 12, "report": False})
from mentalities_sim.cli import main
sys.exit(main(sys.argv[2:]))
"""


def afresh(world: World, name: str, out: Path, **how: Any) -> subprocess.Popen[str]:
    """A process of its own, which imports everything."""
    command = [sys.executable, "-c", DRIVER, str(Path(__file__).parent), *map(str, world.given(name, out))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)


def test_processes_of_their_own_are_killed_too(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for count in (0, 3, 9):
        process = afresh(world, "replayed", out)
        while process.poll() is None and not shards(out, count)():
            time.sleep(0.001)
        if count == 0:
            time.sleep(0.5)
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
    world.finish("replayed", out)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_with_a_word_and_goes_on(
    world: World, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    ended = world.warm.stop(world.start("replayed", out), shards(out, 3), number)
    assert ended.code == 130 and "run the same command again to go on" in ended.err, ended
    assert "Traceback" not in ended.err
    sessions = json.loads((out / "provenance.json").read_text())["sessions"]
    assert [session["how"] for session in sessions] == ["interrupted"]
    found = committed_runs(out)
    world.finish("replayed", out)
    assert set(found) <= set(committed_runs(out))


def test_no_more_than_ten_seconds_of_work_are_out() -> None:
    assert SECONDS * TASKS_EACH * WORKERS <= 10.0
    assert LONGEST * WORKERS <= 10.0


# a full disk


def test_a_disk_that_fills_up_at_any_write(world: World, tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    world.run("sampled", tmp_path / "all", count_steps=str(steps), report=True)
    total = len(steps.read_bytes())
    for step in sorted(random.Random(5).sample(range(FIRST, total), 6)):
        out = tmp_path / f"full{step}"
        ended = world.run("sampled", out, full_at=step, report=True)
        committed = committed_runs(out)
        # before anything is run it is a mistake in what was given (2), later something that happened (1)
        assert ended.code == 1 if committed else ended.code in (1, 2), (step, ended)
        assert "Traceback" not in ended.err, (step, ended)
        assert "disk is full" in ended.err or "No space left on device" in ended.err
        world.finish("sampled", out)
        assert set(committed) <= set(committed_runs(out))


def test_files_may_not_grow(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    process = afresh(world, "replayed", out, preexec_fn=limited)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 1 and "disk is full" in err and "Traceback" not in err, err
    world.finish("replayed", out)


# damaged files


def damaged(path: Path, how: str) -> None:
    """Damage a file."""
    data = bytearray(path.read_bytes())
    if how == "deleted":
        path.unlink()
    elif how == "truncated":
        path.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 3] ^= 0xFF
        path.write_bytes(data)


@pytest.mark.parametrize("how", ["truncated", "flipped", "deleted"])
@pytest.mark.parametrize("finished", [True, False])
def test_damaged_files_are_mended(world: World, tmp_path: Path, how: str, finished: bool) -> None:
    out = tmp_path / "out"
    if finished:
        shutil.copytree(world.undisturbed["replayed"], out)
    else:
        world.half("replayed", out)
    tables = ("outcomes", "series", "events", "transitions", "agents")
    spoiled = [random.Random(table).choice(sorted((out / table).glob("*.parquet"))) for table in tables]
    spoiled += [out / "conditions.parquet", out / "manifest.json", out / "provenance.json"]
    for path in spoiled:
        damaged(path, how)
    ended = world.finish("replayed", out)
    assert "damaged or missing: its batch of" in ended.err, ended
    if how != "deleted":
        # an outcomes file says which others it lists, so each table's loss is told by its own name
        assert f"What was damaged is in {out / 'damaged'}" in ended.err
        kept = {path.relative_to(out / "damaged") for path in (out / "damaged").rglob("*") if path.is_file()}
        lost = {path.relative_to(out) for path in spoiled[:5]}
        assert lost <= kept, lost - kept
        assert (out / "damaged" / "provenance.json").exists() == (how == "truncated") or how == "flipped"
    assert "Traceback" not in ended.err


# two at once, and other experiments


def test_a_second_run_is_refused_and_the_first_goes_on(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pid = world.start("replayed", out)
    while not shards(out, 2)():
        time.sleep(0.001)
    os.kill(pid, signal.SIGSTOP)  # so that it is surely there when the other comes
    first = world.warm.count
    ended = world.run("replayed", out)
    assert ended.code == 2 and f"another run is writing to {out} (process {pid} on" in ended.err, ended
    before = committed_runs(out)
    os.kill(pid, signal.SIGCONT)
    world.warm.count = first
    assert world.warm.wait(pid).code == 0
    assert set(before) <= set(committed_runs(out))
    assert_same_results(out, world.undisturbed["replayed"])


def ids(folder: Path) -> set[str]:
    """The runs of a folder."""
    return set(raw(folder)["outcomes"]["run_id"])


@pytest.mark.parametrize(
    ("settings", "harm"),
    [(["--set", "client.threat=0.3"], {}), (["--seed", "6"], {}), ([], {"measures": "another"})],
)
def test_another_experiment_is_kept_apart(
    world: World, tmp_path: Path, settings: list[str], harm: dict[str, str]
) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    world.half("replayed", out)
    earlier = {path: path.read_bytes() for path in out.rglob("*.parquet")}
    given = [*world.given("replayed", out), *settings]
    ended = world.warm.run(*given, **SMALL, **harm)
    assert ended.code == 0 and "runs of another experiment" in ended.err and "was kept as" in ended.err, ended
    aside, *more = [path for path in tmp_path.iterdir() if path.name.startswith("out-")]
    assert not more and str(aside) in ended.err
    assert {aside / path.relative_to(out): data for path, data in earlier.items()} == {
        path: path.read_bytes() for path in aside.rglob("*.parquet")
    }
    assert not ids(aside) & ids(out)
    assert world.warm.run(*[other if word == out else word for word in given], **SMALL, **harm).code == 0
    assert_same_results(out, other)


MINE = """
from mentalities_sim.person import Person


class Mine(Person):
    def feel(self, stake, answer):
        super().feel(stake, answer)
        self.threat *= 0.9
"""
BY_PYTHON = """
import sys
sys.path.insert(0, sys.argv[1])
from mine import Mine
from mentalities_sim import Experiment
Experiment.from_toml(sys.argv[2], cast={"client": Mine}).run(sys.argv[3], engine="mesa", progress=True)
"""


@pytest.mark.parametrize(
    ("edit", "mixes"), [("*= 0.8", False), ("*= 0.9  # a note", True)], ids=["the rule", "a comment"]
)
def test_a_rule_edited_between_runs(world: World, tmp_path: Path, edit: str, mixes: bool) -> None:
    out, other = tmp_path / "out", tmp_path / "other"

    def run(text: str, out: Path) -> str:
        (tmp_path / "mine.py").write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", BY_PYTHON, str(tmp_path), str(world.files["short"]), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stderr

    run(MINE, out)
    before = ids(out)
    told = run(MINE.replace("*= 0.9", edit), out)
    aside = [path for path in tmp_path.iterdir() if path.name.startswith("out-")]
    if mixes:
        assert not aside and ids(out) == before and "kept as" not in told
        return
    assert "runs of another experiment (the rules of arm titrated)" in told and str(aside[0]) in told
    assert ids(aside[0]) == before and not before & ids(out)
    run(MINE.replace("*= 0.9", edit), other)
    assert_same_results(out, other)


# the clock


def test_clocks_that_go_back_change_nothing(world: World, tmp_path: Path) -> None:
    out = tmp_path / "out"
    pid = world.start("replayed", out, backwards=0)
    assert world.warm.stop(pid, shards(out, 5)).code == -signal.SIGKILL
    world.warm.stop(world.start("replayed", out, backwards=400), shards(out, 9))
    world.finish("replayed", out, backwards=800)
    sessions = json.loads((out / "provenance.json").read_text())["sessions"]
    begun = [session["started"] for session in sessions]
    assert len(begun) == 3 and begun == sorted(begun, reverse=True), "the clock did go back"
