"""The evidence: what a full run must come to, what is kept of it, and that it still holds."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mentalities_sim.claims.catalogue import claims
from mentalities_sim.claims.mechanisms import MECHANISMS
from mentalities_sim.evidence.gathering import (
    KEPT,
    Evidence,
    disagreements,
    gather,
    rules_hash,
    signatures_hash,
)
from mentalities_sim.evidence.page import html, markdown
from mentalities_sim.evidence.testing import FULL, QUICK, Design
from mentalities_sim.evidence.verdicts import VERDICTS
from mentalities_sim.evidence.words import counted, line, story, table, text

ROOT = Path(__file__).parent.parent
TINY = Design(units=12, shuffles=2, draws=4, points=4, few=4)
SOME = ("S1", "C2", "I5")
OFTEN = ("S1", "S10", "R1", "M1", "I5", "C2", "C7", "P2", "T5", "T14")
"""Claims of one laboratory, put to the quick test every time."""


@pytest.fixture(scope="module")
def kept() -> Evidence:
    return Evidence.read()


@pytest.fixture(scope="module")
def tiny() -> Evidence:
    return gather(SOME, TINY, workers=1, matrix=True)


def test_the_full_run_has_a_verdict_on_every_claim(kept: Evidence) -> None:
    assert list(kept.findings) == list(claims())
    assert {f.verdict for f in kept.findings.values()} <= set(VERDICTS)
    assert kept.design == FULL
    assert kept.points == FULL.points and 0 < kept.anchored <= kept.points
    assert kept.seconds < 3600.0


def test_nothing_is_supported_on_a_line_or_by_any_signs(kept: Evidence) -> None:
    for one, found in kept.findings.items():
        if found.verdict in ("supported", "fragile"):
            assert not claims()[one].premise
            assert found.effect.low > found.effect.smallest
            assert found.ablation.takes_half(found.effect) and found.sham_holds
            assert found.scrambled.n == FULL.draws and found.scrambled.share < 0.2
            assert found.at_bounds <= 0.2
            assert (found.box.share >= 0.8) == (found.verdict == "supported")


def test_no_signature_is_shown_by_the_first_two_nulls(kept: Evidence) -> None:
    """With every coupling off, or in recordings that were shuffled, a signature would be arithmetic."""
    for one, found in kept.findings.items():
        assert not found.off > found.effect.smallest, f"{one} is shown with all couplings off"
        assert found.shuffled.share <= 0.1, f"{one} is shown by shuffled recordings"


def test_every_unsupported_claim_says_what_was_tried(kept: Evidence) -> None:
    silent = [
        one
        for one, found in kept.findings.items()
        if found.verdict in ("unsupported", "contradicted") and not claims()[one].tried
    ]
    assert not silent


def test_the_pages_are_made_from_the_full_run(kept: Evidence) -> None:
    page = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert page == markdown(kept), "docs/evidence.md is not what the kept evidence says: run `make evidence`"
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert counted(kept) in readme, f"the README must say: {counted(kept)}"


def test_the_evidence_still_holds(kept: Evidence) -> None:
    """When rules or claims have changed since the full run, all claims are put to the quick test."""
    same = (kept.rules, kept.signatures) == (rules_hash(), signatures_hash())
    now = gather(OFTEN if same else (), QUICK, workers=2)
    assert not disagreements(kept, now), "the full run no longer holds: run `make evidence`"


def test_a_disagreement_is_found(kept: Evidence) -> None:
    now = gather(("S10",), QUICK, workers=1)
    assert not disagreements(kept, now)
    weak = replace(now.findings["S10"].effect, estimate=0.0, low=-0.1, high=0.1)
    now.findings["S10"] = replace(now.findings["S10"], effect=weak)
    assert ["S10" in said for said in disagreements(kept, now)] == [True]


def test_workers_move_no_number(tiny: Evidence) -> None:
    again = gather(SOME, TINY, workers=2, matrix=True)
    for one in SOME:
        assert again.findings[one].effect == tiny.findings[one].effect
        assert again.findings[one].box_effects == tiny.findings[one].box_effects
        assert again.findings[one].verdict == tiny.findings[one].verdict
    assert again.matrix is not None and tiny.matrix is not None
    assert again.matrix.mechanisms == tiny.matrix.mechanisms == list(MECHANISMS)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    saved = tmp_path / "evidence.done"
    whole = gather(("S1", "C2"), TINY, workers=1)
    first: list[str] = []
    gather(("C2",), TINY, workers=1, saved=saved, told=first.append)
    with saved.open("a", encoding="utf-8") as file:
        file.write('{"id": "S1", "fin')  # killed in the midst of a line
    then: list[str] = []
    again = gather(("S1", "C2"), TINY, workers=1, saved=saved, told=then.append)
    assert [line[:2] for line in first + then] == ["C2", "S1"]
    assert markdown(again).split("minutes", 1)[1] == markdown(whole).split("minutes", 1)[1]
    other: list[str] = []
    gather(("C2",), replace(TINY, units=10), workers=1, saved=saved, told=other.append)
    assert other, "another design is another run"


def test_what_is_written_is_read_again(tiny: Evidence, tmp_path: Path) -> None:
    tiny.write(tmp_path / "evidence.json")
    assert "NaN" not in (tmp_path / "evidence.json").read_text(encoding="utf-8")
    again = Evidence.read(tmp_path / "evidence.json")
    assert markdown(again) == markdown(tiny)
    assert table(again).equals(table(tiny))


def test_a_mechanism_that_a_claim_rests_on_takes_it_away(tiny: Evidence) -> None:
    assert tiny.matrix is not None
    assert "C2" in tiny.matrix.carried()["alarm"]
    assert "C2" not in tiny.matrix.carried()["rumination"]


def test_the_table_for_people(tiny: Evidence) -> None:
    said = text(tiny)
    for one in SOME:
        assert re.search(rf"^{one} .*{tiny.findings[one].verdict}$", said, re.M), "a line: id ... verdict"
        assert len(line(tiny.findings[one])) < 110
        assert claims()[one].derivation.split()[0] in story(tiny.findings[one])
    assert counted(tiny).startswith(f"{len(tiny.supported)} claim")
    page = html(tiny)
    assert page.startswith("<!doctype html>") and all(f"<td>{one}</td>" in page for one in SOME)


def test_the_kept_file_ships_with_the_package() -> None:
    assert KEPT.exists() and KEPT.parent.name == "evidence"


def test_a_claim_without_any_effect_to_measure_is_not_supported(tiny: Evidence) -> None:
    assert not any(math.isnan(f.effect.estimate) and f.verdict == "supported" for f in tiny.findings.values())
