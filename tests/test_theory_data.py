"""The theory as data: every claim, word for word as it was given."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from mentalities_sim.claims.theory import UnknownClaimError, Wording, groups, sources, theory, wording

GIVEN = "theory.md"
HERE = Path(__file__).resolve().parent
MANY = {"S": 12, "R": 9, "M": 6, "I": 10, "A": 6, "C": 8, "T": 22, "P": 4}
KIND = re.compile(r"(premise|consequence)\b.*")


def given() -> str:
    """Return the theory as the project was given it, beside the repository."""
    folder = Path(os.environ.get("MENTALITIES_DATA") or HERE.parents[1] / "shared" / "data").parent
    if not (folder / GIVEN).is_file():
        pytest.skip(f"no {GIVEN} in {folder}, the folder that holds the one named in MENTALITIES_DATA")
    return (folder / GIVEN).read_text(encoding="utf-8")


def rows(text: str) -> list[Wording]:
    """Return the rows of the theory's tables of claims."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 6 and re.fullmatch(r"[A-Z]\d+", cells[0]):
            found.append(Wording(*cells))
    return found


def test_there_are_77_claims_numbered_through_within_their_groups() -> None:
    assert list(theory()) == [f"{group}{i}" for group, n in MANY.items() for i in range(1, n + 1)]
    assert len(theory()) == 77
    assert list(groups()) == list(MANY)
    assert all(title.strip() for title in groups().values())


@pytest.mark.parametrize("one", theory().values(), ids=theory())
def test_every_claim_is_worded_and_of_a_kind(one: Wording) -> None:
    assert all(part == part.strip() and part for part in vars(one).values())
    assert one.claim.endswith((".", "?")) and len(one.signature) > 10
    assert KIND.fullmatch(one.kind), one.kind
    assert one.consequence == ("consequence" in one.kind)
    assert any(re.search(rf"\b{key}\b", one.source) for key in sources()) or re.match(
        r"(Table 1|\d+\.\d)", one.source
    ), f"{one.source!r} names none of the sources"


def test_sources_are_told() -> None:
    assert set(sources()) == {"CBK", "FOC", "TSM", "RAL"}
    assert all(len(told) > 20 for told in sources().values())


def test_an_unknown_claim_is_told_the_nearest() -> None:
    with pytest.raises(
        UnknownClaimError, match=r"'t23' is no claim of the theory; did you mean T[23].*T1-T22"
    ):
        wording("t23")


def test_the_theory_is_what_was_given_word_for_word() -> None:
    text = given()
    told = rows(text)
    assert [one.id for one in told] == list(theory())
    for one in told:
        assert theory()[one.id] == one
    assert groups() == dict(re.findall(r"^## ([A-Z])\. (.+)$", text, re.M))
    assert list(sources()) == re.findall(r"^\| ([A-Z]{3}) \| `[^`]+` \|", text, re.M)
