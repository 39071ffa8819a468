"""Indices of sensitivity agree with what is known, cover it as often as they say, and say what is wrong."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("SALib")

from SALib.analyze import pawn
from SALib.sample import morris as morris_design
from SALib.sample import sobol as sobol_design

from mentalities_sim.analysis import indices, replicate_noise, sensitivity, too_wide

ISHIGAMI = {
    "S1": np.array([0.3139, 0.4424, 0.0]),
    "ST": np.array([0.5576, 0.4424, 0.2437]),
}  # Saltelli 2008, a = 7, b = 0.1
WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0])


def ishigami(unit):
    a, b, c = ((2 * unit - 1) * np.pi).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def sobol_g(unit):
    return np.prod((np.abs(4 * unit - 2) + WEIGHTS) / (1 + WEIGHTS), axis=1)


def known_of_g():
    parts = 1 / 3 / (1 + WEIGHTS) ** 2
    whole = np.prod(1 + parts) - 1
    return {"S1": parts / whole, "ST": parts * np.prod(1 + parts) / (1 + parts) / whole}


def problem(d):
    return {"num_vars": d, "names": list("abcdef"[:d]), "bounds": [[0.0, 1.0]] * d}


def radial(n, d, seed):
    """Saltelli's scheme on plain random points, whose bootstrap intervals are exact in the long run."""
    rng = np.random.default_rng(seed)
    one, other = rng.random((2, n, d))
    blocks = np.repeat(one[:, None], d + 2, axis=1)
    for j in range(d):
        blocks[:, j + 1, j] = other[:, j]
    blocks[:, -1] = other
    return blocks.reshape(-1, d)


def values(frame, index, column="value"):
    return frame.loc[frame["index"] == index, column].to_numpy()


# --- true -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "known", "d"), [(ishigami, ISHIGAMI, 3), (sobol_g, known_of_g(), 4)], ids=["ishigami", "g"]
)
def test_sobol_finds_known_indices(function, known, d):
    unit = sobol_design.sample(problem(d), 2048, calc_second_order=False, seed=1)
    found = indices("sobol", unit, list("abcd")[:d], function(unit), resamples=200)
    for index in ("S1", "ST"):
        assert values(found, index) == pytest.approx(known[index], abs=0.02)
        assert (values(found, index, "low") < known[index]).all()
        assert (values(found, index, "high") > known[index]).all()


def test_morris_of_a_linear_function_is_its_slopes():
    unit = morris_design.sample(problem(4), 10, num_levels=4, seed=1)
    found = indices("morris", unit, list("abcd"), unit @ [3.0, -2.0, 0.5, 0.0])
    assert values(found, "mu") == pytest.approx([3, -2, 0.5, 0], abs=1e-9)
    assert values(found, "mu_star") == pytest.approx([3, 2, 0.5, 0], abs=1e-9)
    assert values(found, "sigma") == pytest.approx(0, abs=1e-9)
    assert (values(found, "mu_star", "high") - values(found, "mu_star", "low")).max() < 1e-9
    assert np.isnan(values(found, "sigma", "low")).all()


def test_morris_sees_an_interaction_as_spread():
    unit = morris_design.sample(problem(3), 40, num_levels=4, seed=2)
    found = indices("morris", unit, list("abc"), (unit[:, 0] - 0.5) * (unit[:, 1] - 0.5) + unit[:, 2])
    mean, size, spread = (values(found, index) for index in ("mu", "mu_star", "sigma"))
    assert (np.abs(mean[:2]) < size[:2]).all() and (spread[:2] > 0.2).all()
    assert spread[2] == pytest.approx(0, abs=1e-9)


def test_pawn_ranks_and_its_dummy_tells_what_does_nothing():
    unit = np.random.default_rng(4).random((1500, 4))
    found = indices("pawn", unit, list("abcd"), ishigami(unit[:, :3]), resamples=100)
    median = found[found["index"] == "median"].set_index("parameter")
    assert median.loc["b", "value"] > median.loc["a", "value"] > median.loc["c", "value"]
    above = median["value"] > median.loc["(dummy)", "high"]
    assert above["a"] and above["b"] and not above["d"]
    assert (median["low"] <= median["value"]).all() and (median["value"] <= median["high"]).all()


def test_pawn_resamples_as_salib_would():
    rng = np.random.default_rng(5)
    unit = rng.random((800, 3))
    y = np.round(ishigami(unit), 1)  # with ties
    rows = rng.integers(800, size=800)
    for x, z in ((unit, y), (unit[rows], y[rows])):
        theirs = pawn.analyze(problem(3), x, z, S=sensitivity.SLICES)
        ours = np.array([sensitivity._distances(c, sensitivity._classes(z)) for c in x.T])
        assert ours == pytest.approx(np.column_stack([theirs["median"], theirs["maximum"]]), abs=1e-12)


def test_pawn_of_many_values_is_right_to_its_classes():
    unit = np.random.default_rng(5).random((5000, 3))
    y = ishigami(unit)
    theirs = pawn.analyze(problem(3), unit, y, S=sensitivity.SLICES)
    ours = np.array([sensitivity._distances(c, sensitivity._classes(y)) for c in unit.T])
    assert ours == pytest.approx(np.column_stack([theirs["median"], theirs["maximum"]]), abs=1e-3)


# --- intervals cover --------------------------------------------------------------------------
# bounds: what 95 % coverage leaves within about four standard errors, and a little for small samples


def test_sobol_intervals_cover_the_truth():
    hits = []
    for seed in range(100):
        unit = radial(400, 3, seed)
        found = indices("sobol", unit, list("abc"), ishigami(unit), resamples=100, seed=seed)
        for index, known in ISHIGAMI.items():
            inside = (values(found, index, "low") <= known) & (values(found, index, "high") >= known)
            hits.append(inside)
    assert 0.88 < np.mean(hits) < 0.99, np.mean(hits)


def test_morris_intervals_cover_the_truth():
    def curved(unit):
        return unit[:, 0] ** 2 + 2 * unit[:, 0] * unit[:, 1]

    unit = morris_design.sample(problem(2), 20000, num_levels=4, seed=0)
    truth = values(indices("morris", unit, ["a", "b"], curved(unit), resamples=2), "mu_star")
    hits = []
    for seed in range(150):
        unit = morris_design.sample(problem(2), 40, num_levels=4, seed=seed + 1)
        found = indices("morris", unit, ["a", "b"], curved(unit), resamples=200, seed=seed)
        hits.append((values(found, "mu_star", "low") <= truth) & (values(found, "mu_star", "high") >= truth))
    assert 0.88 < np.mean(hits) < 0.99, np.mean(hits)


def test_pawn_intervals_cover_the_index_of_such_a_sample_and_nothing_passes_for_nothing():
    found = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        unit = rng.random((400, 2))
        y = np.sin(6 * unit[:, 0]) + 0.3 * rng.normal(size=400)
        found.append(indices("pawn", unit, ["a", "nothing"], y, resamples=80, seed=seed))
    both = pd.concat(found)
    one = both[(both["parameter"] == "a") & (both["index"] == "median")]
    mean = one["value"].mean()
    assert 0.84 < ((one["low"] <= mean) & (one["high"] >= mean)).mean()
    nothing = both[(both["parameter"] == "nothing") & (both["index"] == "median")]["value"].to_numpy()
    edge = both[(both["parameter"] == "(dummy)") & (both["index"] == "median")]["high"].to_numpy()
    assert (nothing > edge).mean() <= 0.1


# --- the same numbers, whatever NumPy's global state -------------------------------------------


@pytest.mark.parametrize("method", sensitivity.METHODS)
@pytest.mark.parametrize("seed", [0, 7])
def test_seeded_and_global_state_untouched(method, seed):
    unit = {
        "morris": lambda: morris_design.sample(problem(3), 6, num_levels=4, seed=1),
        "sobol": lambda: radial(30, 3, 1),
        "pawn": lambda: np.random.default_rng(1).random((100, 3)),
    }[method]()
    found = []
    for state in (1, 2):
        np.random.seed(state)  # noqa: NPY002
        before = np.random.get_state()[1].copy()  # noqa: NPY002
        found.append(indices(method, unit, list("abc"), ishigami(unit), seed=seed, resamples=30))
        assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    pd.testing.assert_frame_equal(*found)
    other = indices(method, unit, list("abc"), ishigami(unit), seed=seed + 1, resamples=30)
    assert not other["high"].equals(found[0]["high"])


# --- what is wrong is said --------------------------------------------------------------------


@pytest.mark.parametrize("method", sensitivity.METHODS)
def test_an_outcome_that_never_changes_gives_zeros_and_a_word(method):
    unit = {
        "morris": morris_design.sample(problem(2), 4, num_levels=4, seed=1),
        "sobol": radial(8, 2, 1),
        "pawn": np.random.default_rng(1).random((40, 2)),
    }[method]
    found = indices(method, unit, ["a", "b"], np.full(len(unit), 0.3))
    assert (found[["value", "low", "high"]] == 0).all(axis=None) and len(found) >= 4
    assert "the same at every point" in found.attrs["note"]
    assert too_wide(found, 8) == [found.attrs["note"]]


def test_points_without_the_outcome_are_counted():
    unit = radial(16, 2, 1)
    y = unit[:, 0].copy()
    y[[3, 5, 6]] = np.nan
    with pytest.raises(ValueError, match="3 of 64 points never observed the outcome; sobol needs every"):
        indices("sobol", unit, ["a", "b"], y)
    found = indices("pawn", unit, ["a", "b"], y, resamples=10)
    assert np.isfinite(found["value"]).all() and "3 of 64 points" in found.attrs["note"]


@pytest.mark.parametrize(
    ("method", "unit", "said"),
    [
        ("sobol", radial(8, 2, 1)[:-1], "31 rows; allowed for sobol of 2 parameters: 2 or more times 4"),
        ("morris", np.zeros((10, 2)), "10 rows; allowed for morris of 2 parameters: 2 or more times 3"),
        ("sobol", np.roll(radial(8, 2, 1), 1, axis=0), "no longer in the order"),
        ("morris", np.random.default_rng(1).random((9, 2)), "no longer in the order"),
        ("pawn", np.repeat([[0.0], [0.5], [1.0]], 20, axis=0) * [1, 1], "3 different values"),
        ("fast", radial(8, 2, 1), "no method 'fast'; there are morris, sobol, pawn"),
    ],
)
def test_rows_that_are_no_such_design_are_refused(method, unit, said):
    with pytest.raises(ValueError, match=said):
        indices(method, unit, ["a", "b"], np.arange(len(unit), dtype=float))
    with pytest.raises(ValueError, match="one row for each y"):
        indices("pawn", unit, ["a"], np.arange(len(unit), dtype=float) if method != "fast" else unit[:, 0])


def test_without_salib_the_way_to_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    with pytest.raises(ImportError, match=r'pip install "mentalities-sim\[sensitivity\]"'):
        indices("sobol", radial(8, 2, 1), ["a", "b"], np.arange(32.0))


def test_large_samples_do_not_warn():
    unit = np.random.default_rng(1).random((12000, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        indices("pawn", unit, ["a"], unit[:, 0] ** 2, resamples=3)


# --- how many more ----------------------------------------------------------------------------


def rows(*given):
    return pd.DataFrame(given, columns=["parameter", "index", "value", "low", "high"])


def test_too_wide_says_what_n_would_do():
    assert too_wide(rows(("a", "ST", 0.5, 0.41, 0.59)), 64) == []
    (said,) = too_wide(rows(("a", "S1", 0.5, 0.35, 0.65)), 64)  # 64 * 1.5² = 144, then a power of two
    assert "S1 of a" in said and "N = 256 instead of 64" in said
    (said,) = too_wide(rows(("a", "median", 0.5, 0.3, 0.7)), 1000, threshold=0.1)
    assert "4,000 points instead of 1,000" in said
    (said,) = too_wide(rows(("a", "mu_star", 5.0, 4.5, 5.5), ("b", "mu_star", 3.0, 1.0, 5.0)), 10)
    assert "mu_star of b is known to ±2 only (allowed: ±1); 40 trajectories instead of 10" in said
    assert too_wide(rows(("(dummy)", "median", 0.5, 0.0, 1.0)), 10) == []


def test_the_n_named_does_do():
    unit = radial(64, 3, 3)
    said = too_wide(indices("sobol", unit, list("abc"), ishigami(unit)), 64, threshold=0.15)
    n = max(int(one.split("N = ")[1].split(" ")[0].replace(",", "")) for one in said if "N = " in one)
    unit = radial(n, 3, 4)
    found = indices("sobol", unit, list("abc"), ishigami(unit))
    assert ((found["high"] - found["low"]) / 2).max() < 0.15 * 1.3


def test_odd_shares_are_said():
    frame = rows(
        ("a", "S1", 0.9, 0.85, 0.95),
        ("a", "ST", 0.6, 0.55, 0.65),
        ("b", "S1", 0.01, -0.04, 0.06),
        ("b", "ST", 0.05, 0.02, 0.08),
    )
    below, above = too_wide(frame, 64)
    assert below == "S1 of b may be nothing: the interval reaches below 0."
    assert above.startswith("S1 of a is above its ST, which cannot be")


# --- noise between points ---------------------------------------------------------------------


@pytest.mark.parametrize("shared", [0.0, 3.0])
def test_replicate_noise_finds_the_share_it_was_given(shared):
    rng = np.random.default_rng(6)
    n, r, points, noise = 4000, 5, 1.0, 2.0
    y = points * rng.normal(size=(n, 1)) + noise * rng.normal(size=(n, r)) + shared * rng.normal(size=r)
    assert replicate_noise(y) == pytest.approx(noise**2 / r / (points**2 + noise**2 / r), abs=0.03)
    y[:5, 2] = np.nan
    assert replicate_noise(y) == pytest.approx(0.444, abs=0.03)


def test_replicate_noise_at_its_ends():
    still = np.repeat([[0.1], [0.7], [0.3]], 3, axis=1)
    assert replicate_noise(still) == 0.0
    assert replicate_noise(np.full((3, 3), 0.1)) == 0.0
    assert replicate_noise(np.random.default_rng(1).normal(size=(500, 4))) > 0.8
    for wrong in (np.zeros((5, 1)), np.zeros((1, 5)), np.zeros(5), np.full((4, 4), np.nan)):
        with pytest.raises(ValueError, match="2 or more points"):
            replicate_noise(wrong)
