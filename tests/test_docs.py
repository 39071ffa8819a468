"""The how-to pages' examples run as they stand, and give the output printed below them.

Decimals may have moved a little since a page was written (0.05): exact numbers are the golden tests' task.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

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


def same(said: str, printed: str) -> bool:
    """Whether two outputs are alike, but for line breaks and small differences of decimals."""
    one, other = said.split(), printed.split()
    return len(one) == len(other) and all(map(alike, one, other))


def alike(one: str, other: str) -> bool:
    if re.fullmatch(r"-?\d+\.\d+", one) and re.fullmatch(r"-?\d+\.\d+", other):
        return abs(float(one) - float(other)) <= 0.05
    return one == other


@pytest.mark.slow
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


def test_pieces_of_experiment_files_are_toml() -> None:
    for page in ("experiment-file.md", "policy.md"):
        for piece in blocks(page, "toml"):
            tomllib.loads(piece)
