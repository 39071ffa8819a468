"""The `mentalities` command: what it prints and writes, and what it refuses without a trace."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from folders_seen import everything, session, told
from tiny_experiments import BOTH, HEAD, NUMBA, TALK, TINY, only, written

from mentalities_sim.cli import main
from mentalities_sim.experiment import experiment, pictures
from mentalities_sim.experiment.results import Results
from mentalities_sim.running.batches import Order

SMALL = ["--set", "replicates=2", "--set", "choosing_replicates=2"]
TABLES = ("outcomes", "series", "events", "transitions")
BESIDE = {"manifest.json", "provenance.json", "conditions.parquet", "ro-crate-metadata.json", "table.csv"}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a folder of its own to be in, with the tiny experiment; figures take seconds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pictures, "drawings", lambda results: {})
    written(tmp_path)
    written(tmp_path, HEAD + only("fixed_020", "fixed_090"), "plain.toml")


def run(*arguments: str, engine: str = "mesa") -> int:
    return main(["run", "tiny.toml", "--engine", engine, *SMALL, *arguments])


# -- what it does -----------------------------------------------------------------------------


def test_a_run_prints_a_table_and_a_sentence_and_writes_the_folder(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run() == 0
    said = capsys.readouterr()
    assert said.out.startswith("Tiny: 32 therapies of 2 sessions × 8 exchanges, mesa engine")
    assert "fear: low" in said.out and "fear: high" in said.out
    lines = said.out.split("\n")
    assert any(line.split()[:1] == ["titrated"] and "±" in line for line in lines)
    assert "symptoms" in said.out and "ruptures" in said.out
    assert sum(line.startswith("At high fear (0.9), titrated warmth leaves symptoms") for line in lines) == 1
    assert "outcomes/" in lines[-2] and lines[-2].startswith(str(Path("results") / "tiny"))
    assert said.err == "", "no bar where nobody watches"
    out = Path("results/tiny")
    shown = {p.name for p in out.iterdir() if not p.name.startswith(".")}
    assert shown == {*TABLES, *BESIDE, "chosen.csv"}
    rows = pd.read_parquet(out / "outcomes")
    assert len(rows) == 32 and rows["run_id"].is_unique
    assert not rows.duplicated(["arm", "fear", "replicate"]).any()
    assert set(rows["arm"]) == {"fixed_020", "fixed_090", "titrated", "yoked", "permuted", "own"}
    assert "fixed_best_for_each_fear" in set(Results.read(out).outcomes["arm"])
    assert set(pd.read_csv(out / "table.csv")["arm"]) > {"titrated", "yoked", "fixed_best_for_each_fear"}
    assert len(pd.read_csv(out / "chosen.csv")) == 3
    assert [p.name for p in Path("results").iterdir()] == ["tiny"], "nothing is left beside it"


@pytest.mark.skipif(not NUMBA, reason="needs Numba")
def test_both_engines_write_the_same_to_the_last_bit() -> None:
    for engine in ("mesa", "compiled"):
        assert run("--out", engine, engine=engine) == 0
    for name in (*TABLES, "chosen"):
        one, two = (getattr(Results.read(engine), name) for engine in ("mesa", "compiled"))
        pd.testing.assert_frame_equal(one, two, check_exact=True)
        numbers = one.select_dtypes("number").columns
        assert one[numbers].to_numpy().tobytes() == two[numbers].to_numpy().tobytes()
        assert len(one)
        ids = [
            set(pd.read_parquet(f"{e}/{name}")["run_id"]) for e in ("mesa", "compiled") if name != "chosen"
        ]
        assert all(found == ids[0] for found in ids)
    assert not [c for c in pd.read_parquet("mesa/outcomes") if "time" in c and c != "time_at_bounds"]
    one, two = session("mesa"), session("compiled")
    assert (one.pop("engine"), two.pop("engine")) == ("mesa", "compiled")
    for word in ("started", "ended"):
        assert one.pop(word) and two.pop(word)
    assert one.pop("git").keys() == two.pop("git").keys()  # a commit in between is no difference
    assert "thread" in one.pop("workers") and "thread" in two.pop("workers")
    assert one == two, "rules, versions and seed are the same"
    for word in ("experiment", "parameters"):
        assert told("mesa")[word] == told("compiled")[word]
    assert Path("mesa/manifest.json").read_bytes() == Path("compiled/manifest.json").read_bytes()


def test_seed_set_and_out() -> None:
    assert run("--out", "a/b/c", "--seed", "77", "--set", "client.threat=0.3") == 0
    found = told("a/b/c")
    assert session("a/b/c")["seed"] == found["experiment"]["seed"] == 77
    assert found["experiment"]["client"]["threat"]["value"] == 0.3
    assert found["experiment"]["replicates"] == 2
    assert "client.threat=0.3" in found["experiment"]["overrides"]
    assert run("--out", "again", "--set", "seed=77", "--set", "client.threat=0.3") == 0
    assert run("--out", "other", "--set", "client.threat=0.3") == 0
    one, two, three = (Results.read(d).outcomes for d in ("a/b/c", "again", "other"))
    assert one.equals(two) and not one.equals(three)


def test_a_dialogue_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    written(tmp_path, TALK, "talk.toml")
    assert main(["run", "talk.toml", "--engine", "mesa"]) == 0
    assert "Over the 2 turns" in capsys.readouterr().out
    assert len(pd.read_parquet("results/talk/series")) == 2 * 8


@pytest.mark.parametrize("setting", ["measures.series.stride=5", "measures.series.replicates=0"])
def test_a_dialogue_thinly_kept_is_read_all_the_same(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, TALK, "talk.toml")
    monkeypatch.undo()  # the figures too, of what there is
    monkeypatch.chdir(tmp_path)
    assert main(["run", "talk.toml", "--engine", "mesa", "--set", setting]) == 0


@pytest.mark.parametrize("names", ['["threat"]', '["symptoms"]', '["threat", "entropy_rate"]'])
def test_any_outcomes_asked_for_are_shown(names: str, capsys: pytest.CaptureFixture[str]) -> None:
    best = ["--set", "arms.fixed_best_for_everybody.by=X", "--set", "arms.fixed_best_for_each_fear.by=X"]
    by = json.loads(names)[0]
    assert run("--set", f"measures.outcomes={names}", *[b.replace("X", by) for b in best]) == 0
    said = capsys.readouterr().out
    titrated = next(line for line in said.split("\n") if line.split()[:1] == ["titrated"])
    assert titrated.count("±") == len(json.loads(names)), said


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, wanted in (
        (["--version"], "0."),
        (["--help"], "not a clinical tool"),
        (["run", "-h"], "--set"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
        assert wanted in " ".join(capsys.readouterr().out.split())


# -- what it refuses --------------------------------------------------------------------------

REFUSED = {
    "missing file": (["run", "tini.toml"], ["tini.toml", "does not exist", "tiny.toml"]),
    "a folder": (["run", "."], ["is a folder"]),
    "misspelt key": (
        ["run", "misspelt.toml"],
        ["misspelt.toml", "line 5", "replicats", "nearest:  replicates"],
    ),
    "wrong type": (["run", "tiny.toml", "--set", "replicates=many"], ["experiment.replicates", '"many"']),
    "out of bounds": (["run", "tiny.toml", "--set", "client.threat=7"], ["client.threat", "from 0 to 1"]),
    "empty sweep": (["run", "tiny.toml", "--set", "sweep.fear=[]"], ["sweep.fear", "empty sweep"]),
    "unknown path": (
        ["run", "tiny.toml", "--set", "client.thraet=0.2"],
        ["client.thraet", "nearest:  threat"],
    ),
    "no value": (["run", "tiny.toml", "--set", "replicates"], ["not key.path=value"]),
    "a seed below nought": (["run", "tiny.toml", "--seed", "-1"], ["experiment.seed", "-1"]),
    "a seed twice": (["run", "tiny.toml", "--seed", "1", "--set", "seed=2"], ["set twice"]),
    "out is a file": (["run", "tiny.toml", "--out", "tiny.toml"], ["tiny.toml is a file", "--out"]),
    "out is below a file": (["run", "tiny.toml", "--out", "tiny.toml/x"], ["tiny.toml", "cannot be written"]),
    "out holds other things": (["run", "tiny.toml", "--out", "mine"], ["holds other things", "--out"]),
    "out is the folder one is in": (["run", "tiny.toml", "--out", "."], [". holds other things"]),
}
if os.path.exists("/dev/null"):
    REFUSED["below a device"] = (["run", "tiny.toml", "--out", "/dev/null/x"], ["/dev/null", "--out"])
if sys.platform == "linux":
    REFUSED["where not even root writes"] = (["run", "tiny.toml", "--out", "/proc/x/y"], ["/proc", "--out"])


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_end_with_one_message_and_no_trace(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, words = REFUSED[name]
    written(tmp_path, TINY.replace("replicates = 3", "replicats = 3", 1), "misspelt.toml")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    before = everything(tmp_path)
    monkeypatch.setattr(experiment, "run_in_folder", None)  # whatever is run fails
    assert main([*arguments, *(["--engine", "mesa"] if name != "a folder" else [])]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    for word in words:
        assert word in said.err, said.err
    assert "Traceback" not in said.err
    assert everything(tmp_path) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine", "misspelt.toml", "plain.toml", "tiny.toml"]


@pytest.mark.parametrize(
    "arguments",
    [[], ["run"], ["run", "tiny.toml", "--engine", "fast"], ["run", "tiny.toml", "--seed", "x"], ["walk"]],
)
def test_a_wrong_command_line_is_refused_with_its_usage(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2 and "usage: mentalities" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plain.toml", "tiny.toml"]


@pytest.fixture
def no_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without the extra `fast`."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "numba" else find(name, *more)
    )


def test_the_compiled_engine_without_numba_says_what_to_do(
    no_numba: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(engine="compiled") == 2
    said = capsys.readouterr().err
    assert "mentalities-sim[fast]" in said and "--engine mesa" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plain.toml", "tiny.toml"]


def test_without_numba_the_mesa_engine_runs_with_a_word(
    no_numba: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "tiny.toml", *SMALL]) == 0
    said = capsys.readouterr().out
    assert "Numba is not installed" in said and "mesa engine" in said
    assert session("results/tiny")["engine"] == "mesa"


def test_rules_that_cannot_be_run_are_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command knows only rules of the package; an edited one may still be refused."""
    from mentalities_sim.engine.check import Problem, RuleError

    def refuse(*given: Any, **how: Any) -> Any:
        raise RuleError([Problem("person.py", 12, "Person.feel", "print() is not for rules", "Drop it")])

    monkeypatch.setattr(Order, "check", refuse)
    assert run() == 2
    said = capsys.readouterr().err
    assert 'person.py:12: Person.feel: print() is not for rules. Drop it, or run with engine="mesa".' in said
    assert "Traceback" not in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plain.toml", "tiny.toml"]


# -- as a command -----------------------------------------------------------------------------


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from mentalities_sim.cli import main; sys.exit(main())",
            *arguments,
        ],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=300,
    )


@pytest.mark.parametrize("engine", BOTH)
def test_as_a_command_into_a_pipe(engine: str, tmp_path: Path) -> None:
    """No bar, no control characters, figures drawn without a screen; the words in UTF-8."""
    written(tmp_path, TALK, "talk.toml")
    done = command("run", "talk.toml", "--engine", engine, PYTHONIOENCODING="utf-8")
    assert done.returncode == 0, done.stderr.decode()
    said = done.stdout.decode("utf-8")
    assert done.stderr == b"" and "\r" not in said and "\x1b" not in said
    assert "dialogue.png" in said
    assert (tmp_path / "results" / "talk" / "figures" / "dialogue.png").stat().st_size > 10_000


def test_as_a_command_with_a_mistake(tmp_path: Path) -> None:
    done = command("run", "tiny.toml", "--set", "client.thraet=0.2")
    assert done.returncode == 2 and done.stdout == b"" and b"nearest:  threat" in done.stderr
    assert b"Traceback" not in done.stderr and not (tmp_path / "results").exists()


def test_as_a_command_on_a_terminal_that_knows_no_unicode(tmp_path: Path) -> None:
    done = command("run", "tiny.toml", "--engine", "mesa", *SMALL, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr.decode()[-500:]
    assert b"titrated" in done.stdout
