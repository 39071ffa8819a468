"""Verdicts: each is given exactly under its condition, and chance findings do not pass for any."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest

from mentalities_sim.claims.arms import laboratory, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Effect, effect
from mentalities_sim.evidence.testing import Cut, Finding, Share
from mentalities_sim.evidence.verdicts import VERDICTS, give_verdicts, verdict


class Consequence(Claim):
    """A claim that the theory takes for a consequence."""

    id = "S6"
    arms: ClassVar = {"only": laboratory(wait(0.0))}
    rests_on = ("vigilance",)
    sham = "labelling"
    derivation = "several steps"


class OneLine(Consequence):
    """The same, but for its derivation."""

    one_line = True
    derivation = "x is y"


class Premise(Consequence):
    """A claim that the theory takes for a premise."""

    id = "S1"
    derivation = "a rule says so"


CLAIMS: dict[str, Claim] = {"S6": Consequence(), "S1": Premise()}
SHOWN = Effect(0.8, 0.6, 1.0, 1e-6, 200, 0.2, "d")
NONE = Share.of(0, 0)


def finding(**other: Any) -> Finding:
    """Return the finding of a claim that is shown in every way, but for what is said."""
    whole: dict[str, Any] = {
        "id": "S6",
        "effect": SHOWN,
        "ablation": Cut(0.1, 0.7, 0.5, 0.9),
        "sham": Cut(0.8, 0.0, -0.1, 0.1),
        "sham_holds": True,
        "off": 0.0,
        "shuffled": Share.of(0, 20),
        "one_distress": 0.0,
        "rivals": {},
        "scrambled": Share.of(10, 200),
        "box": Share.of(230, 256),
        "outside": NONE,
        "sign": Share.of(250, 256),
    }
    return Finding(**{**whole, **other})


def shown(**other: float) -> dict[str, Effect]:
    return {"effect": replace(SHOWN, **other)}


BACK = replace(SHOWN, estimate=-0.8, low=-1.0, high=-0.6)


def parts(*left: float) -> dict[str, Any]:
    names = "abc"[: len(left)]
    return {"parts": dict.fromkeys(names, SHOWN), "parts_left": dict(zip(names, left, strict=True))}


LESS_THAN_HALF = {"ablation": Cut(0.41, 0.39, 0.3, 0.5)}
ANY_SIGNS = {"scrambled": Share.of(40, 200)}
AT_BOUNDS = {"at_bounds": 0.21}
FRAGILE = {"box": Share.of(79, 100)}
NO_SHAM = {"sham_holds": False}


@pytest.mark.parametrize(
    "other, given, why",
    [
        ({}, "supported", "shown, by its mechanism"),
        # the effect
        (shown(estimate=math.nan, low=math.nan, high=math.nan, p=1.0), "unsupported", "nothing could be"),
        (shown(low=0.2), "unsupported", "not clear of the smallest of interest (0.2)"),
        (shown(low=0.2001), "supported", "shown"),
        (shown(estimate=0.0, low=-0.1, high=0.1), "unsupported", "not clear"),
        (shown(estimate=-0.8, low=-1.0, high=-0.6), "contradicted", "the opposite is shown"),
        (shown(estimate=-0.3, low=-0.5, high=-0.2), "unsupported", "not clear"),
        # bounds
        (AT_BOUNDS, "unsupported", "void: 21% of the time at a bound"),
        ({"at_bounds": 0.2}, "supported", "shown"),
        # the ablation takes away half, and the difference is tested
        (LESS_THAN_HALF, "unsupported", "not by its mechanism"),
        ({"ablation": Cut(0.4, 0.4, 0.3, 0.5)}, "supported", "shown"),
        ({"ablation": Cut(0.1, 0.7, 0.0, 1.4)}, "unsupported", "not by its mechanism"),
        ({"ablation": Cut(math.nan, math.nan, math.nan, math.nan)}, "unsupported", "not by its mechanism"),
        (NO_SHAM, "unsupported", "a sham ablation takes it away as well"),
        # other signs, other parameters
        (ANY_SIGNS, "trivial", "shown by 20% of models with other signs"),
        ({"scrambled": Share.of(39, 200)}, "supported", "shown"),
        # of several parts: each must go with its mechanism, and only all of them together contradict
        (parts(0.1, 0.1), "supported", "shown"),
        (parts(0.1, 0.5), "unsupported", "not by its mechanism"),
        ({**parts(0.1, 0.1), "parts": {"a": SHOWN, "b": BACK}}, "unsupported", "points the other way: b"),
        ({**parts(0.1, 0.1), "parts": {"a": BACK, "b": BACK}}, "contradicted", "the opposite"),
        # a quick test says less
        ({"scrambled": NONE}, "shown", "were not run"),
        ({"box": NONE}, "shown", "were not run"),
        (FRAGILE, "fragile", "holds in 79% of the plausible box"),
        ({"box": Share.of(80, 100)}, "supported", "shown"),
        # the first condition that decides
        ({**shown(low=0.1), **AT_BOUNDS}, "unsupported", "void"),
        ({**AT_BOUNDS, **LESS_THAN_HALF}, "unsupported", "void"),
        ({**LESS_THAN_HALF, **NO_SHAM, **ANY_SIGNS}, "unsupported", "not by its mechanism"),
        ({**NO_SHAM, **ANY_SIGNS, **FRAGILE}, "unsupported", "sham"),
        ({**ANY_SIGNS, **FRAGILE}, "trivial", "other signs"),
    ],
)
def test_each_verdict_has_its_condition(other: dict[str, Any], given: str, why: str) -> None:
    found, said = verdict(finding(**other), CLAIMS["S6"], q=0.001)
    assert found == given and why in said
    assert found in VERDICTS


@pytest.mark.parametrize("claim", [Premise(), OneLine()])
def test_a_premise_is_trivial_once_it_is_shown_and_never_more(claim: Claim) -> None:
    for other in ({}, LESS_THAN_HALF, NO_SHAM, ANY_SIGNS, FRAGILE):
        assert verdict(finding(**other), claim, 0.001) == ("trivial", f"a premise: {claim.derivation}")
    assert verdict(finding(**shown(low=0.0)), claim, 0.001)[0] == "unsupported"
    assert verdict(finding(**AT_BOUNDS), claim, 0.001)[0] == "unsupported"
    assert verdict(finding(**shown(low=-1.0, high=-0.6)), claim, 0.001)[0] == "contradicted"


@pytest.mark.parametrize("effect_", [SHOWN, replace(SHOWN, estimate=-0.8, low=-1.0, high=-0.6)])
def test_nothing_is_shown_either_way_above_the_false_discovery_rate(effect_: Effect) -> None:
    assert verdict(finding(effect=effect_), CLAIMS["S6"], 0.05)[0] == "unsupported"
    assert verdict(finding(effect=effect_), CLAIMS["S6"], 0.049)[0] != "unsupported"


# --- over the whole table ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(1, 5))
def test_of_forty_findings_of_nothing_none_is_supported(seed: int) -> None:
    """One or two pass by chance where each is taken alone; not where the table as a whole counts."""
    rng = np.random.default_rng(seed)
    noise = [effect(Difference(*rng.normal(size=(2, 50)), smallest=0.0)) for _ in range(40)]
    findings = [finding(effect=one) for one in noise]
    alone = [verdict(f, CLAIMS["S6"], f.effect.p)[0] for f in findings]
    assert "supported" in alone, "no chance finding to be kept from passing"
    give_verdicts(findings, CLAIMS)
    assert {f.verdict for f in findings} == {"unsupported"}


def test_what_is_there_is_found_among_findings_of_nothing() -> None:
    rng = np.random.default_rng(1)
    noise = [finding(**shown(low=0.3, p=float(p))) for p in rng.uniform(0.02, 1.0, 37)]
    true = [finding(**shown(p=1e-4)) for _ in range(3)]
    findings = [*noise, *true]
    give_verdicts(findings, CLAIMS)
    assert [f.verdict for f in findings] == ["unsupported"] * 37 + ["supported"] * 3


def test_what_could_not_be_measured_does_not_stop_the_table() -> None:
    lost = finding(**shown(estimate=math.nan, low=math.nan, high=math.nan, p=math.nan))
    findings = [lost, finding(), finding(id="S1")]
    give_verdicts(findings, CLAIMS)
    assert [f.verdict for f in findings] == ["unsupported", "supported", "trivial"]
    give_verdicts([], CLAIMS)


def test_a_finding_is_the_same_after_it_was_written_and_read() -> None:
    whole = finding(
        flips=[("person.alarm_gain", -0.4)],
        parts={"a": SHOWN},
        rivals={"warmth": 0.1},
        box_effects=[0.1],
        parts_left={"a": 0.1},
    )
    give_verdicts([whole], CLAIMS)
    assert Finding.from_dict(whole.as_dict()) == whole


# --- what an ablation takes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "left, low, takes", [(0.4, 0.01, True), (0.41, 0.2, False), (0.0, 0.0, False), (-0.5, 0.9, True)]
)
def test_an_ablation_takes_half_where_half_is_gone_for_sure(left: float, low: float, takes: bool) -> None:
    assert Cut(left, SHOWN.estimate - left, low, 1.5).takes_half(SHOWN) == takes


def test_shares_have_their_wilson_interval() -> None:
    assert (Share.of(0, 20).low, round(Share.of(0, 20).high, 3)) == (0.0, 0.161)
    assert round(Share.of(80, 100).low, 3) == 0.711
    assert math.isnan(NONE.share)
