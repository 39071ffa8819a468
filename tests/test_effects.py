"""Effect sizes: known values, honest intervals, and signatures of several parts."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from scipy import stats

from mentalities_sim.evidence import effects
from mentalities_sim.evidence.effects import (
    Association,
    Difference,
    Together,
    effect,
    on_scale_of,
    parts_of,
    point,
)
from mentalities_sim.evidence.equivalence import NoAssociation

NAN = math.nan


def pair(r: float, n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return two samples whose correlation in the population is r."""
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=(2, n))
    return x, r * x + math.sqrt(1.0 - r * r) * noise


def exact(r: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two samples whose own correlation is r."""
    x, y = pair(0.0, n)
    x = (x - x.mean()) / np.std(x)
    y = y - y.mean() - (x @ y) / n * x
    return x, r * x + math.sqrt(1.0 - r * r) * y / np.std(y)


# --- known values -----------------------------------------------------------------------------------


def test_a_difference_is_its_mean_over_the_sd_between_units() -> None:
    values, spread = np.array([0.1, 0.2, 0.3, 0.4]), np.array([1.0, 3.0, 5.0, 7.0])
    found = effect(Difference(values, spread))
    assert found.estimate == pytest.approx(0.25 / np.std(spread, ddof=1))
    assert (found.n, found.unit, found.smallest) == (4, "d", 0.2)


def test_where_people_hardly_differ_a_difference_is_not_inflated() -> None:
    tiny = Difference(np.full(10, 0.001), np.linspace(0.5, 0.5001, 10))
    assert point(tiny) == pytest.approx(0.001 / effects.LEAST_SPREAD)
    assert not effect(tiny).holds


def test_an_association_is_pearsons_r() -> None:
    x, y = pair(0.4, 80)
    found = effect(Association(x, y))
    wanted = stats.pearsonr(x, y)
    assert found.estimate == pytest.approx(wanted.statistic)
    assert found.p < 0.05
    assert found.low < found.estimate < found.high


def test_without_variation_nothing_is_associated() -> None:
    flat = effect(Association(np.arange(20.0), np.full(20, 0.3)))
    assert (flat.estimate, flat.p, flat.holds) == (0.0, 1.0, False)


def test_effects_hold_or_are_contradicted_by_their_sign() -> None:
    values = np.random.default_rng(0).normal(0.8, 1.0, 100)
    for sign, holds in ((1.0, True), (-1.0, False)):
        found = effect(Difference(sign * values, values))
        assert (found.holds, found.contradicts) == (holds, not holds)
    small = effect(Difference(values - values.mean() + 0.15, values))
    assert not small.holds and not small.contradicts


def test_an_effect_below_the_smallest_of_interest_does_not_hold_however_sure() -> None:
    values = np.random.default_rng(1).normal(0.1, 1.0, 4000)
    found = effect(Difference(values, values))
    assert 0.0 < found.low < found.high < 0.2 and found.p > 0.99 and not found.holds


@pytest.mark.parametrize("measure", [Difference, Association, NoAssociation])
def test_units_without_a_value_are_left_out(measure: type) -> None:
    x, y = pair(0.3, 40)
    holes_x, holes_y = x.copy(), y.copy()
    holes_x[[3, 8]], holes_y[[8, 20, 39]] = NAN, math.inf
    there = [i for i in range(40) if i not in (3, 8, 20, 39)]
    holed, clean = effect(measure(holes_x, holes_y)), effect(measure(x[there], y[there]))
    assert holed.estimate == pytest.approx(clean.estimate) and holed.p == pytest.approx(clean.p, abs=0.1)
    assert holed.n == clean.n == 36
    assert holed.low == pytest.approx(clean.low, abs=0.15) and holed.high == pytest.approx(
        clean.high, abs=0.15
    )


@pytest.mark.parametrize("measure", [Difference, Association, NoAssociation])
def test_too_few_units_are_no_effect(measure: type) -> None:
    found = effect(measure(np.array([0.1, 0.2, NAN]), np.array([0.3, 0.1, 0.2])))
    assert math.isnan(found.estimate) and found.p == 1.0 and found.n == 2
    assert not found.holds and not found.contradicts


def test_units_must_match() -> None:
    with pytest.raises(
        ValueError, match=re.escape("values (3,) and spread (4,) must be one number per unit")
    ):
        Difference(np.zeros(3), np.zeros(4))


# --- intervals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["difference", "association"])
def test_intervals_hold_the_truth_about_95_times_in_100(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "RESAMPLES", 400)
    held = 0
    for seed in range(200):
        x, y = pair(0.4, 60, seed)
        found = effect(Association(x, y) if kind == "association" else Difference(0.5 + x, y), seed)
        truth = 0.4 if kind == "association" else 0.5
        held += found.low <= truth <= found.high
    assert 180 <= held <= 198  # binomial: 95 % of 200 is 190, SD 3; percentile intervals are a little short


def test_p_is_of_an_effect_no_larger_than_the_smallest_of_interest() -> None:
    """At that very size a small p is as rare as it says, and an interval above it as rare as 1 in 40."""
    rng = np.random.default_rng(2)
    found = [effect(Difference(rng.normal(0.2, 1.0, 200), rng.normal(size=200)), seed) for seed in range(200)]
    assert 2 <= sum(one.p < 0.05 for one in found) <= 20
    assert sum(one.holds for one in found) <= 12
    for one in found:
        assert not one.holds or one.p < 0.03


# --- no association -----------------------------------------------------------------------------------


@pytest.mark.parametrize("r", [-0.6, -0.25, -0.1, 0.0, 0.08, 0.2, 0.5])
@pytest.mark.parametrize("n", [20, 200, 2000])
def test_no_association_holds_only_where_rs_interval_lies_within_the_bound(r: float, n: int) -> None:
    x, y = exact(r, n)
    plain = effect(Association(x, y))
    found = effect(NoAssociation(x, y, bound=0.2))
    assert found.estimate == pytest.approx(0.2 - abs(plain.estimate))
    if found.holds:
        assert -0.2 < plain.low and plain.high < 0.2
    assert found.holds == ((n == 2000 and abs(r) <= 0.1) or (n == 200 and r == 0.0))
    if n > 20:
        assert (found.p < 0.05) == (found.holds or found.contradicts)


def test_a_correlation_clearly_beyond_the_bound_contradicts_that_there_is_none() -> None:
    found = effect(NoAssociation(*pair(0.7, 300), bound=0.2))
    assert found.contradicts and found.p < 0.001


def test_what_does_not_vary_does_not_show_that_there_is_no_association() -> None:
    found = effect(NoAssociation(np.full(200, 0.4), np.random.default_rng(0).normal(size=200)))
    assert not found.holds and not found.contradicts and found.p == 1.0


# --- several parts ------------------------------------------------------------------------------------


def test_the_weakest_part_decides_in_units_of_its_smallest() -> None:
    rng = np.random.default_rng(3)
    strong, weak = Difference(rng.normal(3.0, 1.0, 100), rng.normal(size=100)), Association(*pair(0.5, 100))
    both = Together({"strong": strong, "weak": weak})
    assert point(both) == pytest.approx(min(point(strong) / 0.2, point(weak) / 0.1))
    assert effect(both).holds
    opposite = Difference(-strong.values, strong.spread)
    assert not effect(Together({"strong": strong, "opposite": opposite, "weak": weak})).holds
    absent = Association(*pair(0.0, 100))
    assert not effect(Together({"strong": strong, "absent": absent})).holds


def test_an_equivalence_can_be_a_part() -> None:
    strong = Association(*pair(0.8, 400))
    none, some = NoAssociation(*pair(0.0, 400)), NoAssociation(*pair(0.4, 400))
    assert effect(Together({"there": strong, "not there": none})).holds
    assert not effect(Together({"there": strong, "not there": some})).holds


def test_the_parts_are_told_apart() -> None:
    parts = {"a": Association(*pair(0.5, 50)), "b": Association(*pair(0.1, 50))}
    told = parts_of(Together(parts))
    assert told == {name: effect(part) for name, part in parts.items()}
    assert parts_of(parts["a"]) == {}


# --- on the intact model's scale -----------------------------------------------------------------------


def test_an_ablation_that_takes_the_spread_away_is_not_taken_for_a_larger_effect() -> None:
    rng = np.random.default_rng(4)
    intact = Difference(rng.normal(1.0, 0.1, 50), rng.normal(0.0, 2.0, 50))
    cut = Difference(intact.values / 2.0, intact.spread / 10.0)
    assert point(cut) == pytest.approx(5.0 * point(intact))
    assert point(on_scale_of(cut, intact)) == pytest.approx(0.5 * point(intact))


def test_parts_are_put_on_the_scale_of_their_namesakes() -> None:
    rng = np.random.default_rng(5)
    one = Difference(rng.normal(1.0, 0.1, 50), rng.normal(0.0, 2.0, 50))
    other = Association(*pair(0.9, 50))
    intact = Together({"d": one, "r": other})
    cut = Together({"r": other, "d": Difference(one.values / 4.0, one.spread / 20.0)})
    scaled = on_scale_of(cut, intact)
    assert isinstance(scaled, Together)
    assert point(scaled.parts["d"]) == pytest.approx(0.25 * point(one))
    assert point(scaled.parts["r"]) == point(other)
