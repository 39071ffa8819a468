"""`mentalities evidence`, as somebody would type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mentalities_sim.cli import main
from mentalities_sim.evidence.gathering import Evidence


def test_the_table_of_the_last_full_run_is_there_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence"]) == 0
    said = capsys.readouterr().out
    assert said.count("\n") > 77
    assert " supported" in said and "rules" in said


def test_one_claim_is_put_to_the_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["evidence", "c2", "--quick", "--plot", "--html", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("C2") and "verdict" in said and "derivation" in said
    assert {p.name for p in out.iterdir()} >= {
        "evidence-C2-quick.json",
        "evidence-C2-quick.csv",
        "verdicts-C2-quick.png",
        "evidence-C2-quick.html",
    }
    assert list(Evidence.read(out / "evidence-C2-quick.json").findings) == ["C2"]


def test_a_look_at_one_claim_keeps_what_a_full_run_left(tmp_path: Path) -> None:
    (tmp_path / "evidence.json").write_text("a full run", encoding="utf-8")
    assert main(["evidence", "S1", "--quick", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "evidence.json").read_text(encoding="utf-8") == "a full run"


def test_an_unknown_claim_is_refused_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", "T23", "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "'T23' is no claim" in said and "did you mean T" in said and "T1-T22" in said
    assert not (tmp_path / "out").exists()


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    assert main(["evidence", "S1", "--quick", "--out", str(tmp_path / "out")]) == 2
    assert "is a file" in capsys.readouterr().err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"
