"""The how-to pages' examples run as they stand, and give the output printed below them.

Decimals may have moved a little since a page was written (0.05): exact numbers are the golden tests' task.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

ROOT = Path(__file__).parent.parent
HOW_TO = ROOT / "docs" / "how-to"


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    text = (HOW_TO / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def run(folder: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from mentalities_sim.cli import main; sys.exit(main())", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def same(said: str, printed: str) -> bool:
    """Whether two outputs are alike, but for line breaks and small differences of decimals."""
    one, other = said.split(), printed.split()
    return len(one) == len(other) and all(map(alike, one, other))


def alike(one: str, other: str) -> bool:
    if re.fullmatch(r"-?\d+\.\d+", one) and re.fullmatch(r"-?\d+\.\d+", other):
        return abs(float(one) - float(other)) <= 0.05
    return one == other


def test_own_person_runs_on_both_engines_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    griever, using_it, wrong = blocks("person.md", "python")
    printed, refused = blocks("person.md", "text")
    (tmp_path / "griever.py").write_text(griever, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(wrong, encoding="utf-8")
    (tmp_path / "grief.toml").write_text(blocks("person.md", "toml")[0], encoding="utf-8")
    said = run(tmp_path, "from griever import *\n" + using_it)
    assert same(said, printed), said
    said = run(
        tmp_path,
        "from griever import Experiment\nfrom wrong import Wrong\n"
        "try:\n    Experiment.from_toml('grief.toml', cast={'client': Wrong}).run()\n"
        "except Exception as error:\n    print(error)\n",
    )
    assert same(said.replace(f"{tmp_path.resolve()}/", ""), refused), said


def test_own_policy_can_be_stepped(tmp_path: Path) -> None:
    policy, by_hand = blocks("policy.md", "python")[:2]
    (tmp_path / "pausing.py").write_text(policy, encoding="utf-8")
    said = run(tmp_path, by_hand).splitlines()
    assert any(line.split()[1] != "0" for line in said), "it pauses now and then"


def test_stepping_gives_what_the_page_prints() -> None:
    said = run(ROOT, "\n".join(blocks("stepping.md", "python")))
    assert same(said, "".join(blocks("stepping.md", "text"))), said


def test_a_claim_is_ablated_by_hand_as_the_page_says(tmp_path: Path) -> None:
    assert run(tmp_path, "\n".join(blocks("evidence.md", "python"))).splitlines()[-1] == "True"


def test_pieces_of_experiment_files_are_toml() -> None:
    for page in ("experiment-file.md", "policy.md", "sweeps.md", "sensitivity.md"):
        for piece in blocks(page, "toml"):
            tomllib.loads(piece)


def test_sweeps_page_runs_and_is_read_as_printed(tmp_path: Path) -> None:
    (tmp_path / "paced.toml").write_text(blocks("sweeps.md", "toml")[0], encoding="utf-8")
    command(tmp_path, "run", "paced.toml", "--set", "sweep.points=64", "--set", "world.sessions=2")
    _, by_others, by_us = blocks("sweeps.md", "python")
    if find_spec("duckdb"):
        assert "titrated" in run(tmp_path, by_others)
    if not find_spec("xarray"):
        by_us = "\n".join(line for line in by_us.splitlines() if "xarray" not in line)
    assert "pairs" in run(tmp_path, by_us)
    assert "done (100 %)" in command(tmp_path, "status", "results/paced")


def test_sweeps_page_gives_the_numbers_it_prints(tmp_path: Path) -> None:
    (tmp_path / "paced.toml").write_text(blocks("sweeps.md", "toml")[0], encoding="utf-8")
    printed = blocks("sweeps.md", "console")[1]
    said = command(tmp_path, "run", "paced.toml")
    assert same(said, printed.split("\n", 1)[1]), said
    if find_spec("duckdb") and find_spec("xarray"):
        _, by_others, by_us = blocks("sweeps.md", "python")
        _, first, second = blocks("sweeps.md", "text")
        assert same(run(tmp_path, by_others), first)
        assert same(run(tmp_path, by_us), second)


def test_cluster_page_runs_classes_in_processes(tmp_path: Path) -> None:
    (tmp_path / "griever.py").write_text(blocks("person.md", "python")[0], encoding="utf-8")
    (tmp_path / "grief.toml").write_text(blocks("person.md", "toml")[0], encoding="utf-8")
    (tmp_path / "grieve.py").write_text(blocks("cluster.md", "python")[1], encoding="utf-8")
    done = subprocess.run([sys.executable, "grieve.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == blocks("cluster.md", "text")[1], done.stderr


def test_shell_scripts_of_the_cluster_page_are_shell() -> None:
    if not which("bash"):
        pytest.skip("no bash")
    for script in blocks("cluster.md", "sh"):
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_parameter_recovery_finds_what_can_be_found(tmp_path: Path) -> None:
    script = ROOT / "docs" / "examples" / "parameter_recovery.py"
    small = ["--rounds", "0", "--points", "128", "--truths", "6"]
    done = subprocess.run(
        [sys.executable, str(script), *small], cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    found = {line.split()[0]: float(line.split()[1]) for line in done.stdout.splitlines()[-3:]}
    assert found["safety_rate"] > 0.9 and found["alarm_gain"] > 0.8


@pytest.mark.parametrize(("package", "place"), [("ema_workbench", 0), ("optuna", 2)])
def test_other_tools_run_the_experiments(package: str, place: int, tmp_path: Path) -> None:
    if not find_spec(package):
        pytest.skip(f"{package} is not installed")
    said = run(tmp_path, blocks("other-tools.md", "python")[place])
    assert "maximum_dose" in said


def test_python_on_the_pages_is_python_and_names_what_there_is() -> None:
    for page in sorted(HOW_TO.glob("*.md")):
        for piece in blocks(page.name, "python"):
            for node in ast.walk(ast.parse(piece)):
                if isinstance(node, ast.ImportFrom) and str(node.module).startswith("mentalities_sim"):
                    module = import_module(str(node.module))
                    for name in node.names:
                        assert hasattr(module, name.name), f"{page.name}: {node.module}.{name.name}"


def test_command_line_page_has_every_command_and_option() -> None:
    from mentalities_sim.cli import _parser

    text = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE))
    parsers = next(a.choices for a in _parser()._actions if isinstance(a.choices, dict))
    assert set(parsers) == set(sections), "a section for each command, and none for another"
    for name, parser in parsers.items():
        known = {word for a in parser._actions for word in a.option_strings} - {"-h", "--help"}
        told = set(re.findall(r"`(--[a-z-]+)", sections[name]))
        told |= set(re.findall(r" (--[a-z-]+)", sections[name].split("\n|")[0]))
        assert told == known, name
        for action in parser._actions:
            for choice in action.choices or ():
                assert f"`{choice}`" in sections[name] or "as for `run`" in sections[name], (name, choice)
        assert f"[`{name}`](#{name})" in text


def test_results_folder_page_has_every_table_and_column(tmp_path: Path) -> None:
    import pandas as pd

    from mentalities_sim.store.batch import TABLES

    text = (ROOT / "docs" / "reference" / "results-folder.md").read_text(encoding="utf-8")
    dictionary = (ROOT / "docs" / "reference" / "outcomes.md").read_text(encoding="utf-8")
    (tmp_path / "all.toml").write_text(EVERYTHING, encoding="utf-8")
    command(tmp_path, "run", "all.toml")
    out = tmp_path / "results" / "all"
    for path in out.iterdir():
        assert f"`{path.name}" in text, path.name
    known = {"run_id", "arm", "fear", "replicate"}
    for table in TABLES:
        assert f"`{table}/`" in text
        if (out / table).is_dir() and table != "agents":
            for column in set(pd.read_parquet(out / table).columns) - known:
                if not column.startswith(("client_", "therapist_", "policy_")):
                    assert f"`{column}`" in text + dictionary, (table, column)


EVERYTHING = """
[experiment]
title = "Everything that can be kept"
replicates = 2
[world]
sessions = 2
exchanges = 5
[sweep]
fear = { of = "client.warmth_danger", values = [0.2, 0.9] }
[arms]
titrated = { policy = "titrated" }
yoked = { policy = "replay", series_of = "titrated", from = "another client" }
[measures]
series = { stride = 1, replicates = 1 }
events = true
agents = true
transitions = true
"""
