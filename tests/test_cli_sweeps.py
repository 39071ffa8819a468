"""The `mentalities` command on sweeps: extended, interrupted, shared, mended, planned and looked at."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from folders_seen import assert_same_folders, everything, session, told
from tiny_experiments import HEAD, only, written

from mentalities_sim import Experiment
from mentalities_sim.cli import main
from mentalities_sim.experiment import pictures
from mentalities_sim.experiment.results import Results
from mentalities_sim.policies import Fixed
from mentalities_sim.running import plan as planning
from mentalities_sim.running import tasks
from mentalities_sim.running.progress import Progress

SMALL = ["--set", "replicates=2", "--set", "choosing_replicates=2"]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a folder of its own to be in, with the tiny experiment; figures take seconds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pictures, "drawings", lambda results: {})
    written(tmp_path)
    written(tmp_path, HEAD + only("fixed_020", "fixed_090"), "plain.toml")


def run(*arguments: str) -> int:
    return main(["run", "tiny.toml", "--engine", "mesa", *SMALL, *arguments])


def run_plain(seed: int, *arguments: str) -> int:
    return main(["run", "plain.toml", "--engine", "mesa", "--seed", str(seed), *arguments])


# -- earlier results, interruptions, failures -------------------------------------------------


def test_earlier_results_are_kept_under_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in (1, 2, 3):
        assert run_plain(seed) == 0
    kept = {p.name: session(p)["seed"] for p in Path("results").iterdir()}
    assert kept.pop("plain") == 3 and set(kept.values()) == {1, 2}
    assert all(name.startswith("plain-") for name in kept)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2 and all("of another experiment (seed: " in line for line in said), said
    assert all(any(str(Path("results") / name) in line for line in said) for name in kept)


def test_the_same_again_runs_nothing_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_plain(1) == 0
    first, shards = capsys.readouterr().out, everything(Path("results/plain/outcomes"))
    assert run_plain(1) == 0
    assert capsys.readouterr().out == first
    assert everything(Path("results/plain/outcomes")) == shards
    assert [p.name for p in Path("results").iterdir()] == ["plain"]
    assert len(told("results/plain")["sessions"]) == 2


def test_an_interrupted_run_keeps_what_is_finished_and_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("--out", "whole") == 0
    capsys.readouterr()
    update = Progress.update

    def interrupted(shown: Progress, runs: int, failed: int = 0) -> None:
        update(shown, runs, failed)
        if shown.done >= 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "FIRST_SECONDS", 1e-9)
        patched.setattr(tasks, "SECONDS", 1e-9)
        patched.setattr(Progress, "update", interrupted)
        assert run("--out", "out") == 130
    said = capsys.readouterr().err
    assert "interrupted" in said and "what was finished is on disk" in said and "Traceback" not in said
    assert 5 <= len(pd.read_parquet("out/outcomes")) < 32
    assert session("out")["how"] == "interrupted" and session("out")["ended"]
    assert main(["status", "out"]) == 1 and "5 of 32 therapies done" in capsys.readouterr().out
    finished = everything(Path("out/outcomes"))
    assert run("--out", "out") == 0
    assert "5 of 32 therapies are here already; going on from there" in capsys.readouterr().err
    assert finished.items() <= everything(Path("out/outcomes")).items()
    assert_same_folders("out", "whole")
    assert Path("out/table.csv").read_bytes() == Path("whole/table.csv").read_bytes()


def test_a_full_disk_costs_nothing_that_is_finished(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither earlier results, nor what this run had on disk; with room made, the same command goes on."""
    assert run_plain(1) == 0
    before = everything(Path("results/plain"))
    capsys.readouterr()
    write, written_shards = Path.write_bytes, []

    def filling(self: Path, data: bytes) -> int:
        if len(written_shards) == 4:
            raise OSError(28, "No space left on device")
        written_shards.append(self)
        return write(self, data)

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "FIRST_SECONDS", 1e-9)
        patched.setattr(tasks, "SECONDS", 1e-9)
        patched.setattr(Path, "write_bytes", filling)
        assert run_plain(2) == 1
    said = capsys.readouterr()
    assert "No space left on device" in said.err and str(Path("results/plain")) in said.err
    assert "run the same command again" in said.err and "Traceback" not in said.err
    (kept,) = (p for p in Path("results").iterdir() if p.name != "plain")
    assert everything(kept) == before
    finished = everything(Path("results/plain/outcomes"))
    assert 1 <= len(pd.read_parquet("results/plain/outcomes")) < 6
    assert run_plain(2) == 0
    assert finished.items() <= everything(Path("results/plain/outcomes")).items()
    assert len(pd.read_parquet("results/plain/outcomes")) == 6


def test_a_disk_that_is_full_at_the_report_costs_no_results(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **how: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    assert run_plain(2) == 1
    said = capsys.readouterr()
    assert "No space left on device" in said.err and str(Path("results/plain")) in said.err
    assert "Traceback" not in said.err
    assert "fixed_090" in said.out, "the table has been computed, so it is shown"
    assert len(pd.read_parquet("results/plain/outcomes")) == 6


# -- extending, sharing, looking --------------------------------------------------------------


def test_more_replicates_and_arms_extend_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_plain(1, "--out", "out", "--set", "replicates=2") == 0
    shards = everything(Path("out/outcomes"))
    assert run_plain(1, "--out", "out", "--set", "replicates=5") == 0
    assert "4 of 10 therapies are here already" in capsys.readouterr().err
    assert shards.items() <= everything(Path("out/outcomes")).items()
    assert [s["runs_before"] for s in told("out")["sessions"]] == [0, 4]
    assert run_plain(1, "--out", "at_once", "--set", "replicates=5") == 0
    capsys.readouterr()
    assert_same_folders("out", "at_once")
    assert Path("out/table.csv").read_bytes() == Path("at_once/table.csv").read_bytes()
    written(tmp_path, HEAD + only("fixed_020", "fixed_090", "titrated"), "plain.toml")
    assert run_plain(1, "--out", "out", "--set", "replicates=5") == 0
    assert "10 of 15 therapies are here already" in capsys.readouterr().err
    assert run_plain(1, "--out", "three_arms", "--set", "replicates=5") == 0
    assert_same_folders("out", "three_arms")
    assert not list(tmp_path.glob("out-*")), "nothing was put aside"


def test_parts_merged_are_the_undivided_run(capsys: pytest.CaptureFixture[str]) -> None:
    parts = ["one", "two"]
    for k, out in enumerate(parts, 1):
        assert run("--out", out, "--part", f"{k}/2") == 0
        said = capsys.readouterr().out
        assert f"share {k} of 2 is done" in said and "of 32 therapies done" in said
        assert not Path(out, "table.csv").exists(), "a table of a half would mislead"
    held = [set(pd.read_parquet(Path(out, "outcomes"))["run_id"]) for out in parts]
    assert held[0] and held[1] and not held[0] & held[1]
    before = [everything(Path(out)) for out in parts]
    assert main(["merge", *parts, "--out", "both"]) == 0
    assert "32 of 32 therapies done (100 %)" in capsys.readouterr().out
    strip = {".lock", ".lock-holder"}
    for out, was in zip(parts, before, strict=True):
        now = everything(Path(out))
        assert {n: b for n, b in now.items() if n not in strip} == {
            n: b for n, b in was.items() if n not in strip
        }
    assert run("--out", "undivided") == 0
    assert_same_folders("both", "undivided")
    for table in ("outcomes", "series", "events", "transitions"):
        frames = [
            pd.read_parquet(Path(out, table)).sort_values("run_id", kind="stable", ignore_index=True)
            for out in ("both", "undivided")
        ]
        pd.testing.assert_frame_equal(*frames, check_exact=True)
    assert main(["status", "both"]) == 0
    assert run("--out", "both") == 0, "what is merged is reported by running it once more"
    assert Path("both/table.csv").read_bytes() == Path("undivided/table.csv").read_bytes()


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", "1/0"])
def test_a_part_that_is_none_is_refused(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--part", part)
    assert ended.value.code == 2 and "not K/N" in capsys.readouterr().err


def test_folders_of_different_experiments_do_not_merge(capsys: pytest.CaptureFixture[str]) -> None:
    for seed in (1, 2):
        assert run_plain(seed, "--out", f"seed_{seed}") == 0
    capsys.readouterr()
    assert main(["merge", "seed_1", "seed_2", "--out", "both"]) == 2
    said = capsys.readouterr().err
    assert "seed: 1, not 2" in said and "Traceback" not in said
    assert not Path("both").exists()


def test_status_says_how_far_it_is_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--out", "half", "--part", "1/2") == 0
    capsys.readouterr()
    before = everything(Path("half"))
    assert main(["status", "half"]) == 1
    said = capsys.readouterr().out
    done = len(pd.read_parquet("half/outcomes"))
    assert said.startswith("Tiny (half)") and f"{done} of 32 therapies done" in said
    assert f"{32 - done} to do" in said and "run the same command again" in said
    assert "session 1: " in said and "finished; mesa engine" in said
    assert everything(Path("half")) == before
    assert run_plain(1) == 0
    assert main(["status", "results/plain"]) == 0
    assert main(["status", "nowhere"]) == 2
    assert "nowhere is not a folder of results" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_results_are_written_one_file_a_table(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--out", "out") == 0
    capsys.readouterr()
    assert main(["results", "out", "--format", format]) == 0
    files = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert {f.name for f in files} == {
        f"{t}.{format}" for t in ("outcomes", "series", "events", "transitions")
    }
    assert all(f.parent == Path("out/export") for f in files)
    read = pd.read_csv if format == "csv" else pd.read_parquet
    for name in ("outcomes", "series"):
        found = read(Path("out/export") / f"{name}.{format}").drop(columns="run_id")
        wanted = Results.read("out").tables[name]
        # numbers in CSV have all their digits
        pd.testing.assert_frame_equal(found, wanted, check_exact=True, check_dtype=format == "parquet")
    assert main(["results", "out", "--format", format, "--out", "elsewhere"]) == 0
    assert everything(Path("elsewhere")) == everything(Path("out/export"))


def test_a_plan_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(tmp_path)
    assert main(["plan", "tiny.toml", "--engine", "mesa"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Tiny\n  44 therapies: 6 arms × 2 cells (grid) × 3 replicates\n")
    assert "8 to choose best-of arms on" in said and "client.warmth_danger" in said
    assert "Time      about" in said and "Disk      about" in said and "mesa engine" in said
    assert everything(tmp_path) == before


def test_a_plan_counts_no_more_threads_than_runs(capsys: pytest.CaptureFixture[str]) -> None:
    written(Path.cwd(), HEAD + only("fixed_020"), "one.toml")
    assert main(["plan", "one.toml", "--engine", "mesa", "--workers", "8", "--set", "replicates=1"]) == 0
    said = capsys.readouterr().out
    assert (
        " on 1 thread\n" in said and "  1 therapy: 1 arm × 1 cell" in said and "Trial     1 therapy: " in said
    )
    two = Experiment.from_toml("plain.toml", replicates=3).plan(engine="mesa", workers=4)
    assert two.runs == 6 and two.workers == 4
    each = {arm: trial.seconds / trial.runs for arm, trial in two.trials.items()}
    assert two.seconds == pytest.approx(sum(each.values()) * 3 / 6 * 2), "six runs on four: two rounds"


def test_a_long_trial_is_said_and_told_in_readable_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(planning, "LONG", 0.0)
    assert main(["plan", "plain.toml", "--engine", "mesa"]) == 0
    said = capsys.readouterr()
    assert "The trial takes long: at least one of these therapies in each of 2 arms" in said.err
    found = Experiment.from_toml("plain.toml", replicates=1).plan(engine="mesa")
    slow = replace(found, trials={"fixed_020": planning.Trial(1, 23.2, 1)})
    assert "Trial     1 therapy: 23 s each" in str(slow) and "e+" not in str(slow)
    assert [planning.short(s) for s in (0.00012, 0.0099, 0.23, 0.9994, 0.9999, 9.9, 99, 900)] == [
        "0.12 ms", "9.9 ms", "230 ms", "999 ms", "1.0 s", "9.9 s", "99 s", "15 min",
    ]  # fmt: skip


# -- progress ---------------------------------------------------------------------------------


def test_a_log_gets_a_plain_line_a_minute() -> None:
    log, now = io.StringIO(), [0.0]
    with Progress(log, clock=lambda: now[0]) as shown:
        shown.begin(1000, 0)
        for _ in range(36):
            now[0] += 10.0
            shown.update(10, failed=int(now[0] == 250.0))
    lines = log.getvalue().splitlines()
    assert len(lines) == 6, "six minutes"
    assert "60 of 1,000 therapies (6%), 60.0 a minute, about 16 min left" in lines[0]
    assert "1 failed" not in lines[3] and lines[4].endswith(", 1 failed")
    assert "\r" not in log.getvalue() and "\x1b" not in log.getvalue()


def test_a_short_run_is_told_nothing() -> None:
    log, now = io.StringIO(), [0.0]
    with Progress(log, clock=lambda: now[0]) as shown:
        shown.begin(100, 0)
        for _ in range(10):
            now[0] += 5.9
            shown.update(10)
    assert log.getvalue() == ""


# -- runs that fail ---------------------------------------------------------------------------


def test_runs_that_fail_are_told_and_run_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_plain(1, "--out", "sound") == 0
    capsys.readouterr()
    find_dose, broken = Fixed.find_dose, [True]

    def dose(self: Any, therapist: Any, script: Any, progress: float, exchange: int, luck: Any) -> float:
        if broken[0] and self.warmth > 0.5 and exchange == 3:
            return 1.0 / (self.warmth - self.warmth)
        return find_dose(self, therapist, script, progress, exchange, luck)

    monkeypatch.setattr(Fixed, "find_dose", dose)
    assert run_plain(1, "--out", "out") == 1
    said = capsys.readouterr()
    assert "fixed_020" in said.out, "what went well is reported"
    assert "3 of 6 runs failed" in said.err and "ZeroDivisionError" in said.err
    assert "mentalities retry out" in said.err
    failures = pd.read_parquet("out/failures")
    assert failures["arm"].eq("fixed_090").all() and sorted(failures["replicate"]) == [0, 1, 2]
    assert failures["traceback"].str.contains("test_cli_sweeps.py").all()
    assert main(["status", "out"]) == 1
    assert "3 failed" in capsys.readouterr().out
    assert run_plain(1, "--out", "out") == 1, "what failed is not run again unasked"
    assert len(pd.read_parquet("out/failures")) == 3
    broken[0] = False
    capsys.readouterr()
    assert main(["retry", "out"]) == 0
    assert "3 runs failed and will be run again" in capsys.readouterr().out
    assert main(["status", "out"]) == 0 and main(["retry", "out"]) == 0
    assert "no run failed" in capsys.readouterr().out
    found, sound = (Results.read(place) for place in ("out", "sound"))
    pd.testing.assert_frame_equal(found.outcomes, sound.outcomes, check_exact=True)
    assert found.failures.empty
