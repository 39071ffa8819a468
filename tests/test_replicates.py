"""Numbers of replicates agree with textbooks and with simulated studies, and say what is special."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t, ttest_1samp, ttest_ind

from mentalities_sim.analysis import curve, replicates, replicates_needed


def standard(n, correlation, shift=0.0, seed=0, sds=(1.0, 1.0)):
    """Pairs (n, 2) whose sample means, SDs and correlation are exactly as given."""
    z = np.random.default_rng(seed).normal(size=(n, 2))
    z -= z.mean(axis=0)
    z = z @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T))).T
    z[:, 1] = correlation * z[:, 0] + math.sqrt(1 - correlation**2) * z[:, 1]
    return z * sds + [shift, 0.0]


def as_frame(pairs, **labels):
    many = len(pairs)
    return pd.DataFrame(
        {
            "arm": ["one"] * many + ["other"] * many,
            "replicate": np.tile(np.arange(many), 2),
            "symptoms": pairs.T.ravel(),
            **labels,
        }
    )


def needed(pairs, **given):
    return replicates_needed(as_frame(pairs), "one", "other", "symptoms", axes=[], **given).iloc[0]


# --- true -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    # Cohen 1988, table 2.4.1 (two samples), and G*Power (Faul et al. 2007) for both
    ("effect", "power", "two_samples", "one_sample"),
    [(0.2, 0.8, 394, 199), (0.5, 0.8, 64, 34), (0.8, 0.8, 26, 15), (0.5, 0.9, 86, 44), (0.5, 0.95, 105, 54)],
)
def test_power_agrees_with_textbooks(effect, power, two_samples, one_sample):
    # arms of correlation 0.5 and SD 1 have differences of SD 1: one effect size for both designs
    found = needed(standard(30, 0.5), difference=effect, power=power)
    assert found["sd_paired"] == pytest.approx(1) and found["sd_unpaired"] == pytest.approx(math.sqrt(2))
    assert found["correlation"] == pytest.approx(0.5)
    assert (found["n_power_unpaired"], found["n_power_paired"]) == (two_samples, one_sample)


@pytest.mark.parametrize("half_width", [0.1, 0.35, 1.5])
def test_widths_are_the_fewest_that_do(half_width):
    found = needed(standard(30, 0.5), half_width=half_width)
    for design, sd in (("paired", 1.0), ("unpaired", math.sqrt(2))):
        n = int(found[f"n_width_{design}"])

        def wide(n, sd=sd, design=design):
            return t.ppf(0.975, n - 1 if design == "paired" else 2 * n - 2) * sd / math.sqrt(n)

        assert wide(n) <= half_width and (n == 2 or wide(n - 1) > half_width)


def test_a_simulated_study_of_that_many_has_that_power():
    pilot = needed(standard(30, 0.7), difference=0.4)
    rng = np.random.default_rng(1)
    shape = np.array([[1.0, 0.7], [0.7, 1.0]])
    for design in ("paired", "unpaired"):
        n = int(pilot[f"n_power_{design}"])
        pairs = rng.multivariate_normal([0.4, 0.0], shape, size=(3000, n))
        if design == "paired":
            p = ttest_1samp(pairs[..., 0] - pairs[..., 1], 0, axis=1).pvalue
        else:
            p = ttest_ind(pairs[..., 0], rng.normal(size=(3000, n)), axis=1).pvalue
        assert 0.77 < (p < 0.05).mean() < 0.84, design


def test_the_interval_of_n_covers_it():
    """Pilots of 15 pairs: their interval holds the n of the true SD about 19 times in 20."""
    rng = np.random.default_rng(2)
    truth = needed(standard(30, 0.5), difference=0.5, half_width=0.3)
    hits = {name: [] for name in ("n_power_paired", "n_power_unpaired", "n_width_paired")}
    for _ in range(150):
        pairs = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], size=15)
        found = needed(pairs, difference=0.5, half_width=0.3)
        for name, inside in hits.items():
            assert found[f"{name}_low"] <= found[name] <= found[f"{name}_high"]
            inside.append(found[f"{name}_low"] <= truth[name] <= found[f"{name}_high"])
    for name, inside in hits.items():
        assert 0.88 <= np.mean(inside) <= 1.0, (name, np.mean(inside))


def test_more_pilot_pairs_narrow_the_interval_of_n():
    few, many = (needed(standard(n, 0.5), difference=0.5) for n in (10, 200))
    assert few["n_power_paired"] == many["n_power_paired"]
    assert few["n_power_paired_high"] > many["n_power_paired_high"] > many["n_power_paired"]


def test_the_defaults_are_said():
    two = pd.concat(
        [as_frame(standard(20, 0.5, sds=(1, 1)), fear=0.2), as_frame(standard(20, 0.9, sds=(3, 3)), fear=0.9)]
    )
    found = replicates_needed(two, "one", "other", "symptoms", axes=["fear"])
    assert found["fear"].tolist() == [0.2, 0.9]
    assert found["difference"].tolist() == pytest.approx([0.2 * math.sqrt(5)] * 2)  # (1 + 9) / 2
    assert (found["half_width"] == found["difference"] / 2).all()
    assert "0.2 SD of symptoms across replicates: 0.447" in found.attrs["note"]
    assert "half the difference: 0.224" in found.attrs["note"]
    given = replicates_needed(two, "one", "other", "symptoms", axes=["fear"], difference=0.3, half_width=0.1)
    assert given.attrs["note"] == ""


def test_pairs_without_both_outcomes_are_left_out_and_counted():
    frame = as_frame(standard(12, 0.5, shift=0.25))
    whole = replicates_needed(frame, "one", "other", "symptoms", axes=[], difference=0.5).iloc[0]
    extra = pd.DataFrame({"arm": ["one", "one", "other"], "replicate": [12, 13, 13]})
    extra["symptoms"] = [5.0, np.nan, 5.0]
    some = replicates_needed(
        pd.concat([frame, extra]), "one", "other", "symptoms", axes=[], difference=0.5
    ).iloc[0]
    assert (whole["pairs"], whole["left_out"]) == (12, 0) and (some["pairs"], some["left_out"]) == (12, 2)
    assert some.drop("left_out").equals(whole.drop("left_out"))
    assert whole["mean_difference"] == pytest.approx(0.25)


# --- ends and mistakes ------------------------------------------------------------------------


def test_identical_arms_need_the_floor_and_it_is_said():
    y = np.random.default_rng(3).random(10)
    found = needed(np.column_stack([y, y]))
    assert found["n_width_paired"] == found["n_power_paired"] == found["n_power_paired_high"] == 2
    assert found["n_power_unpaired"] > 100 and "identical" in found["note"]
    found = needed(np.column_stack([y, y + 0.1]))
    assert found["n_power_paired"] == 2 and "same amount" in found["note"]
    found = needed(np.full((10, 2), 0.1))
    assert found["n_power_unpaired"] == 2 and math.isnan(found["correlation"])


def test_a_negative_correlation_is_said():
    found = needed(standard(20, -0.5), difference=0.5)
    assert found["n_power_paired"] > found["n_power_unpaired"] and "does not help" in found["note"]


def test_a_few_pairs_that_make_the_spread_are_said():
    pairs = standard(30, 0.9) * 0.01
    assert needed(pairs)["note"] == ""
    pairs[:2, 0] += 0.5
    assert needed(pairs)["note"].startswith("3 of 30 pairs make most of the spread")
    false = [needed(standard(30, 0.5, seed=seed))["note"] != "" for seed in range(40)]
    assert sum(false) <= 1


def test_one_pair_says_nothing():
    found = needed(np.array([[0.1, 0.3]]), difference=0.1, half_width=0.1)
    assert pd.isna(found["n_power_paired"]) and "fewer than 2 pairs" in found["note"]


def test_tiny_and_huge_effects():
    assert needed(standard(20, 0.5), difference=1e4)["n_power_paired"] == 2
    small = needed(standard(20, 0.5), difference=1e-3)["n_power_paired"]
    assert small == pytest.approx((1.959964 + 0.841621) ** 2 * 1e6, rel=1e-4)  # normal, where n is large
    assert pd.isna(needed(standard(20, 0.5), difference=1e-9)["n_power_paired"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"arm": "none"}, "no arm 'none'; there are one, other"),
        ({"against": "one"}, "two different arms"),
        ({"outcome": "hope"}, "no column 'hope'"),
        ({"axes": ["fear"]}, "no column 'fear'"),
        ({"power": 1.0}, "power is 1.0; allowed: between 0 and 1"),
        ({"level": 95}, "level is 95; allowed: between 0 and 1"),
        ({"difference": 0.0}, "difference is 0.0; allowed"),
        ({"half_width": math.inf}, "half_width is inf; allowed"),
    ],
)
def test_mistakes_are_named(given, said):
    asked = {"arm": "one", "against": "other", "outcome": "symptoms", "axes": [], **given}
    with pytest.raises(ValueError, match=said):
        replicates_needed(as_frame(standard(5, 0.5)), **asked)


def test_a_forgotten_axis_is_named():
    frame = pd.concat([as_frame(standard(5, 0.5), fear=fear) for fear in (0.2, 0.9)])
    with pytest.raises(ValueError, match="name every swept column in axes"):
        replicates_needed(frame, "one", "other", "symptoms", axes=[])


# --- the curve --------------------------------------------------------------------------------


def test_curve_predicts_what_parts_of_the_pilot_show():
    frame = pd.concat([as_frame(standard(60, rho), fear=fear) for fear, rho in ((0.2, 0.9), (0.9, 0.2))])
    found = curve(frame, "one", "other", "symptoms", axes=["fear"])
    assert list(found.columns) == [
        "fear", "design", "replicates", "predicted", "observed", "low", "high"
    ]  # fmt: skip
    seen = found[(found["replicates"] >= 10) & found["observed"].notna()]
    assert len(seen) > 20
    assert seen["observed"].to_numpy() == pytest.approx(seen["predicted"].to_numpy(), rel=0.06)
    assert ((seen["low"] <= seen["observed"]) & (seen["observed"] <= seen["high"])).all()
    assert found["replicates"].max() == 240 and found[found["replicates"] > 60]["observed"].isna().all()
    whole = found[found["replicates"] == 60]
    assert whole["observed"].to_numpy() == pytest.approx(whole["predicted"].to_numpy())
    one = found[(found["fear"] == 0.2) & (found["replicates"] == 60)].set_index("design")["predicted"]
    assert one["paired"] == pytest.approx(t.ppf(0.975, 59) * math.sqrt(0.2 / 60))
    assert one["unpaired"] == pytest.approx(t.ppf(0.975, 118) * math.sqrt(2 / 60))
    pd.testing.assert_frame_equal(found, curve(frame, "one", "other", "symptoms", axes=["fear"]))


def test_curve_leaves_out_cells_of_few_pairs():
    found = curve(as_frame(standard(3, 0.5)), "one", "other", "symptoms", axes=[])
    assert found.empty and "predicted" in found.columns


def test_search_meets_the_exact_number():
    for least in (2, 3, 4, 5, 63, 64, 65, 1000):
        assert replicates._fewest(1.0, lambda n, least=least: n >= least) == least
