"""The ODD description has every part of the protocol, and its tables say what the code says now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mentalities_sim.declare import Parameter, State, Stream, declared
from mentalities_sim.describing.odd import AROUND, BLOCKS, COMMAND, STEPS, main, outdated, refreshed, rules_of
from mentalities_sim.person import Person
from mentalities_sim.policies import known_policies
from mentalities_sim.signals import Signal
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Clinic, Dyad, Society
from mentalities_sim.worlds.laboratory import Laboratory, Step

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "odd.md"
ELEMENTS = (
    "Purpose and patterns",
    "Entities, state variables, and scales",
    "Process overview and scheduling",
    "Design concepts",
    "Initialization",
    "Input data",
    "Submodels",
)
CONCEPTS = (
    "Basic principles",
    "Emergence",
    "Adaptation",
    "Objectives",
    "Learning",
    "Prediction",
    "Sensing",
    "Interaction",
    "Stochasticity",
    "Collectives",
    "Observation",
)
MOST_WORDS = 340
"""Of the summary that a paper takes over: about 300."""


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def old(text: str) -> list[str]:
    """Names of the blocks that are not what the code says now."""
    return outdated(text)


def section(text: str, heading: str) -> str:
    """Return what stands under a heading of the second level."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_the_seven_elements_stand_in_the_order_of_the_protocol(text: str) -> None:
    assert re.findall(r"^## \d\. (.*)", text, re.M) == list(ELEMENTS)


def test_the_eleven_design_concepts_stand_in_the_order_of_the_protocol(text: str) -> None:
    assert re.findall(r"^### (.*)", section(text, "4. Design concepts"), re.M) == list(CONCEPTS)


def test_the_summary_is_short_enough_for_a_paper_and_names_what_it_must(text: str) -> None:
    summary = section(text, "Summary ODD")
    assert len(summary.split()) <= MOST_WORDS
    for word in ("purpose", "patterns", "entities", "process", "design concepts"):
        assert f"**{word}**" in summary


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_is_what_the_code_says_now(name: str, text: str, old: list[str]) -> None:
    assert text.count(f"<!-- generated: {name} -->") == 1, f"{PAGE.name} must have the block {name!r} once"
    assert name not in old, f"the block {name!r} is not what the code says now; mend it: {COMMAND}"


def test_every_declaration_and_every_rule_of_a_person_stands_in_the_page(text: str) -> None:
    for kind in (State, Parameter, Stream):
        missing = [name for name in declared(Person, kind) if f"\n| `{name}` |" not in text]
        assert not missing, f"{kind.__name__} of a person: {missing}; mend it: {COMMAND}"
    for cls in STEPS.values():
        public = [name for name, value in vars(cls).items() if callable(value) and name[0] != "_"]
        assert [rule.__name__ for rule in rules_of(cls)] == public, f"{cls.__name__}: a rule has no equation"
        assert not [name for name in public if f"\n`{name}(" not in text], cls.__name__


@pytest.mark.parametrize(
    "cls", [Therapist, Dyad, Society, Clinic, Laboratory, Step, *known_policies().values()]
)
def test_every_declaration_around_the_person_stands_in_the_page(cls: type, text: str) -> None:
    for kind in (State, Parameter, Stream):
        missing = [name for name in declared(cls, kind) if f"\n| `{name}` |" not in text]
        assert not missing, f"{kind.__name__} of {cls.__name__}: {missing}"


def test_every_rule_around_the_person_and_every_channel_of_a_signal_stands_in_the_page(text: str) -> None:
    rules = [rule for classes in AROUND.values() for cls in classes for rule in rules_of(cls)]
    assert len(rules) > 25
    assert not [rule.__name__ for rule in rules if f"\n`{rule.__name__}(" not in text]
    assert not [name for name in Signal._fields if f"`{name}`" not in text]


def test_the_rivals_are_said_to_be_no_part_of_the_theory(text: str) -> None:
    rivals = text.split("Rivals for evidence\n", 1)[1].split("\n### ", 1)[0]
    assert "no part of the theory" in rivals
    assert all(f"`{name}`" in rivals for name in ("one_distress", "warmth_heals", "complement_heals"))


def test_a_default_that_has_changed_is_noticed_and_mended(text: str) -> None:
    row = re.search(r"\n\| `threat_rise` \| \S+ \|", text)
    assert row is not None
    broken = text.replace(row[0], "\n| `threat_rise` | 0.123 |")
    assert outdated(broken) == ["parameters of feel"]
    assert refreshed(broken) == refreshed(text)


def test_an_equation_that_has_changed_is_noticed(text: str) -> None:
    assert outdated(text.replace("harm = max(-warmth, 0)", "harm = max(warmth, 0)")) == ["rules of appraise"]


def test_words_by_hand_are_left_as_they_are() -> None:
    page = f"Mine.\n\n{PAGE_OF_ONE}\nMine too.\n"
    assert refreshed(page).startswith("Mine.\n\n<!-- generated: counts -->\n\nA person has")
    assert refreshed(page).endswith("\n\n<!-- end -->\nMine too.\n")
    assert refreshed(refreshed(page)) == refreshed(page)


PAGE_OF_ONE = "<!-- generated: counts -->\nold\n<!-- end -->"


@pytest.mark.parametrize(
    "page, words",
    [
        (
            "\n<!-- generated: count -->\n<!-- end -->",
            "line 2: no block is called 'count'; nearest: 'counts'",
        ),
        ("<!-- generated: counts -->\nold", "the block 'counts' never ends"),
        (f"<!-- generated: scales -->\n{PAGE_OF_ONE}", "line 2: the block 'scales' has not ended"),
        (f"{PAGE_OF_ONE}\n<!-- end -->", "line 4: no block has begun"),
    ],
)
def test_a_page_with_a_wrong_mark_is_refused_with_its_line(page: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        refreshed(page)


def test_the_command_rewrites_a_page_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "odd.md"
    page.write_text(PAGE_OF_ONE, encoding="utf-8")
    assert main([str(page)]) == 0
    assert "made anew: counts" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") == refreshed(PAGE_OF_ONE)
    assert main([str(page)]) == 0
    assert "every block is as the code says" in capsys.readouterr().out
    assert main([str(tmp_path / "none.md")]) == 1 and main([]) == 2
    assert COMMAND in capsys.readouterr().err


def test_the_page_says_how_it_is_made(text: str) -> None:
    assert COMMAND in text.split("# The model in ODD")[0]
