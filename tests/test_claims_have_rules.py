"""Every claim of the theory is named where its rule stands, and rules stay short enough to be read."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from pathlib import Path

import pytest

import mentalities_sim
from mentalities_sim import policies
from mentalities_sim.person import Person, Tie
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Clinic, Dyad, Society

PACKAGE = Path(mentalities_sim.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
CLAIMS = {"S": 12, "R": 9, "M": 6, "I": 10, "A": 6, "C": 8, "T": 22, "P": 4}
"""Claims of the theory: a letter, and how many there are."""
MOST_LINES = 400
MOST_CODE = 45
NAMED = re.compile(r"\b([SRMIACTP])([1-9]\d?)(?:\s*[-–]\s*([SRMIACTP]?)([1-9]\d?))?\b")


def claims_in(text: str) -> set[str]:
    """Return the claims that a text names; M1-M4 names what lies between as well."""
    found = set()
    for letter, first, again, last in NAMED.findall(text):
        upto = int(last) if last and again in ("", letter) else int(first)
        found |= {f"{letter}{n}" for n in range(int(first), upto + 1)}
        if again not in ("", letter):
            found.add(f"{again}{last}")
    return found


def words_of(path: Path) -> str:
    """Return a file's docstrings, and the meanings, reasons and sources of what it declares."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr):
            found.append(node.value)
        elif isinstance(node, ast.keyword) and node.arg in ("meaning", "source", "reason"):
            found.append(node.value)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "source":
            found.append(node.value)
    return "\n".join(c.value for c in found if isinstance(c, ast.Constant) and isinstance(c.value, str))


@pytest.fixture(scope="module")
def named() -> set[str]:
    return set().union(*(claims_in(words_of(path)) for path in FILES))


def test_claims_are_read_from_words_one_by_one_and_by_range() -> None:
    assert claims_in("CBK 2.1.2 (M1-M4, R7), 3 (T22).") == {"M1", "M2", "M3", "M4", "R7", "T22"}
    assert claims_in("A2 and S6–S8; C1-R2") == {"A2", "S6", "S7", "S8", "C1", "R2"}
    assert claims_in("τ1, TS3, S0, 2T1, C1a") == set()


@pytest.mark.parametrize(
    "claim", [f"{letter}{n + 1}" for letter, many in CLAIMS.items() for n in range(many)]
)
def test_every_claim_is_named_where_a_rule_or_a_measure_stands(claim: str, named: set[str]) -> None:
    assert claim in named, f"no docstring, meaning or source in {PACKAGE.name} names {claim}"


def test_no_word_names_a_claim_that_there_is_not() -> None:
    known = {f"{letter}{n + 1}" for letter, many in CLAIMS.items() for n in range(many)}
    wrong = {path.name: unknown for path in FILES if (unknown := claims_in(words_of(path)) - known)}
    assert not wrong


def test_no_file_is_too_long_to_be_read_at_a_sitting() -> None:
    long = {
        str(p.relative_to(PACKAGE)): n for p in FILES if (n := len(p.read_text().splitlines())) > MOST_LINES
    }
    assert not long


def rules() -> list[tuple[str, object]]:
    """Return every rule: the methods that a person, a therapist, a policy or a world has of this project."""
    kept = [getattr(policies, name) for name in policies.__all__]
    owners = [Person, Tie, Therapist, Clinic, Dyad, Society, *(c for c in kept if isinstance(c, type))]
    found = {}
    for owner in owners:
        for cls in owner.__mro__:
            if cls.__module__.startswith(PACKAGE.name):
                methods = ((n, f) for n, f in vars(cls).items() if inspect.isfunction(f))
                found |= {f"{cls.__name__}.{name}": rule for name, rule in methods}
    return sorted(found.items())


def lines_of_code(rule: object) -> int:
    """Return how many lines of a rule are neither docstring nor comment nor empty."""
    source = textwrap.dedent(inspect.getsource(rule))
    body = ast.parse(source).body[0]
    said = body.body[0] if ast.get_docstring(body) is not None else None
    docstring = range(said.lineno, said.end_lineno + 1) if said else range(0)
    lines = enumerate(source.splitlines(), 1)
    return sum(1 for n, line in lines if n not in docstring and line.strip() and line.strip()[0] != "#")


@pytest.mark.parametrize("name, rule", rules())
def test_no_rule_is_too_long_to_be_held_in_mind(name: str, rule: object) -> None:
    assert lines_of_code(rule) <= MOST_CODE, name


def test_rules_are_found_where_they_are_written() -> None:
    names = dict(rules())
    wanted = {"Perceiving.perceive", "Flowing.learn_flows", "Therapist.attune", "Happening.come_up"}
    assert wanted | {"Dyad.exchange", "Titrated.find_dose", "Upbringing.care_for"} <= set(names)
