"""Every claim inherits these tests: that it is whole, fair, and decided by what was recorded."""

from __future__ import annotations

import ast
import inspect
import math
import textwrap

import numpy as np
import pytest

from mentalities_sim.claims.catalogue import claims
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.mechanisms import ALL_OFF, MECHANISMS
from mentalities_sim.claims.theory import theory
from mentalities_sim.evidence.effects import point
from mentalities_sim.evidence.nulls import default
from mentalities_sim.evidence.observing import observe, rules_of, settings
from mentalities_sim.evidence.seen import Seen

UNITS = range(6)
SET_NOWHERE = {"arms", "given", "cut", "sham_cut", "ablation", "rests_on", "ablated", "default", "Parameter"}
"""What a signature must not look at: it reads what was recorded, not what was set."""

every_claim = pytest.mark.parametrize("claim", claims().values(), ids=claims())


def test_every_claim_of_the_theory_has_its_class() -> None:
    assert list(claims()) == list(theory())


@every_claim
def test_it_says_what_it_needs(claim: Claim) -> None:
    assert (type(claim).__doc__ or "").strip()
    assert claim.derivation.strip()
    assert claim.arms
    assert set(claim.rests_on) <= set(MECHANISMS), "a mechanism that there is not"
    assert claim.rests_on or claim.premise, "a consequence names the mechanisms it rests on"
    assert claim.sham in MECHANISMS
    assert claim.cut, "nothing is ablated"
    assert claim.ablation is None or claim.ablated, "an ablation of its own must be told in words"
    assert set(claim.bounded) <= set(claim.reads)
    assert claim.n in (100, 200), "n is fixed: 200 clients or 100 groups"


@every_claim
def test_its_ablation_changes_what_it_names_and_nothing_else(claim: Claim) -> None:
    reached = set()
    for arm in claim.arms.values():
        rules = rules_of(arm)
        intact, cut = settings(rules, arm, {}), settings(rules, arm, claim.cut)
        named = {path.partition(".")[2] for path in claim.cut}
        for role in rules.classes:
            moved = {n for n in cut[role] if cut[role][n] != intact[role].get(n)}
            assert moved <= named
            parameters = rules.parameters(role)
            assert moved <= set(parameters), "an ablation changes parameters"
            reached |= {n for n in moved if cut[role][n] != parameters[n].default}
    assert reached, "the ablation changes nothing in any of its worlds"


@every_claim
def test_its_arms_set_nothing_that_is_cut(claim: Claim) -> None:
    """Unless the arm is the cut: a control without care differs from the ablated model in nothing."""
    for name, arm in claim.arms.items():
        cuts = {**claim.sham_cut, **claim.cut}
        both = {path for path in set(arm.given) & set(cuts) if arm.given[path] != cuts[path]}
        assert not both, f"arm {name} sets {both}, which an ablation could then not change"


@every_claim
def test_its_sham_is_another_mechanism_of_its_world(claim: Claim) -> None:
    assert claim.sham not in claim.rests_on
    assert not set(claim.sham_cut) & set(claim.cut)
    assert any(
        path.partition(".")[2] in rules_of(arm).parameters(role)
        for arm in claim.arms.values()
        for role in rules_of(arm).classes
        for path in claim.sham_cut
    )


@every_claim
def test_a_consequence_has_no_mechanism_of_its_own(claim: Claim) -> None:
    """A term whose only job is one claim makes that claim a premise, whatever it is called.

    Where no other ablation names a term that others rest on too, the class says which (`also_serves`).
    """
    if claim.premise:
        return
    shared = {path for other in claims().values() if other.id != claim.id for path in other.cut}
    assert set(claim.cut) & shared or claim.also_serves, (
        f"{list(claim.cut)} carry no other claim: {claim.id} is a premise"
    )


@every_claim
def test_its_signature_reads_what_was_recorded(claim: Claim) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(type(claim).signature)))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & SET_NOWHERE


@every_claim
def test_it_runs_on_the_same_people_with_the_same_chance(claim: Claim) -> None:
    """Intact alone and beside its ablation are the same numbers; ablation and sham move what is recorded."""
    alone, *_ = observe(claim.arms, [{}], UNITS, reads=claim.reads, moments=claim.moments)
    changes = [{}, claim.cut, claim.sham_cut]
    beside, cut, sham = observe(claim.arms, changes, UNITS, reads=claim.reads, moments=claim.moments)
    assert not differ(alone, beside)
    assert differ(alone, cut), "the ablation leaves everything that is recorded as it was"
    assert differ(alone, sham), "the sham does nothing here, and so is none"
    measure = claim.signature(beside)
    assert math.isfinite(measure.smallest)
    assert math.isnan(point(measure)) or math.isfinite(point(measure))


def differ(one: Seen, two: Seen) -> bool:
    """Whether anything that was recorded is not the same to the last bit."""
    return any(
        not np.array_equal(values, other[name], equal_nan=True)
        for arm in one
        for here, other in (
            (one[arm].courses, two[arm].courses),
            (one[arm].outcomes, two[arm].outcomes),
        )
        for name, values in here.items()
    )


def test_every_coupling_is_at_something_by_default() -> None:
    """A mechanism whose couplings are already nothing could not be ablated."""
    same = [path for path, value in ALL_OFF.items() if default(path) == value]
    assert not same
