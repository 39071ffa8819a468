"""Figures of sweeps say what their data say, claim nothing their intervals do not, and can be read."""

from __future__ import annotations

import itertools
import re
import warnings

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("matplotlib")

from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.text import Text
from test_figures_legible import _hidden_tick_labels

from mentalities_sim.analysis import curve
from mentalities_sim.analysis.smooth import lowest
from mentalities_sim.figures import FigureError, replicates_curve, response_map, sensitivity_bars
from mentalities_sim.figures.style import SMALLEST_TEXT


def make_indices(method, sizes, half=0.05):
    """A frame of indices: parameters of these sizes with intervals of this half-width."""
    first, second = {"morris": ("mu_star", "sigma"), "sobol": ("ST", "S1"), "pawn": ("median", "maximum")}[
        method
    ]
    rows = []
    for name, size in sizes.items():
        rows.append((name, first, size, size - half, size + half))
        ends = (np.nan, np.nan) if method == "morris" else (size / 2 - half, size / 2 + half)
        rows.append((name, second, size / 2, *ends))
    if method == "morris":
        rows += [(name, "mu", -size, np.nan, np.nan) for name, size in sizes.items()]
    if method == "pawn":
        rows += [("(dummy)", "median", 0.05, 0.03, 0.07), ("(dummy)", "maximum", 0.08, 0.05, 0.12)]
    return pd.DataFrame(rows, columns=["parameter", "index", "value", "low", "high"])


def make_points(n=3000, seed=1, turn=0.5, start=0.75, pacing=0.0):
    """A sample of which the best level falls by `turn` from fear 0 to 1 (by `pacing` less at high pacing)."""
    rng = np.random.default_rng(seed)
    level, fear, third = rng.random((3, n))
    best = start - (turn - pacing * third) * fear
    symptoms = 0.3 + 0.2 * fear + 0.6 * (level - best) ** 2 + 0.05 * rng.normal(size=n)
    return pd.DataFrame({"level": level, "fear": fear, "pacing": 10 ** (2 * third - 1), "symptoms": symptoms})


def make_pilot(correlations, seed=1):
    rng = np.random.default_rng(seed)
    frames = []
    for fear, rho in correlations.items():
        pairs = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=40) * 0.05 + 0.4
        frames.append(
            pd.DataFrame(
                {
                    "arm": np.repeat(["titrated", "fixed"], 40),
                    "replicate": np.tile(np.arange(40), 2),
                    "fear": fear,
                    "symptoms": pairs.T.ravel(),
                }
            )
        )
    return pd.concat(frames)


def make_curve(correlations=None):
    return curve(
        make_pilot(correlations or {0.2: 0.9, 0.5: 0.7, 0.9: 0.2}),
        "titrated",
        "fixed",
        "symptoms",
        axes=["fear"],
        subsamples=50,
    )


SIZES = {"level": 0.6, "client.learning_rate": 0.3, "noise_of_reading": 0.1, "pacing": 0.02}
DRAWINGS = {
    "morris": lambda: sensitivity_bars(make_indices("morris", SIZES), "symptoms", "morris"),
    "sobol": lambda: sensitivity_bars(make_indices("sobol", SIZES), "symptoms", "sobol"),
    "pawn": lambda: sensitivity_bars(make_indices("pawn", SIZES), "fear_of_compassion", "pawn"),
    "one_map": lambda: response_map(make_points(900), "level", "fear", "symptoms", resamples=50),
    "maps": lambda: response_map(
        make_points(), "level", "fear", "symptoms", "pacing", log=["pacing"], resamples=50
    ),
    "log_map": lambda: response_map(
        make_points(), "pacing", "fear", "symptoms", log=["pacing"], resamples=50
    ),
    "curves": lambda: replicates_curve(make_curve(), "symptoms", axes=["fear"], half_width=0.005),
    "six_curves": lambda: replicates_curve(
        make_curve(dict.fromkeys((0.1, 0.2, 0.3, 0.4, 0.5, 0.6), 0.5)), "symptoms", axes=["fear"]
    ),
}


@pytest.fixture(scope="module")
def drawn():
    return {name: draw() for name, draw in DRAWINGS.items()}


# --- can be read ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWINGS)
def test_text_is_large_inside_and_apart(drawn, name):
    figure = drawn[name].figure
    figure.draw_without_rendering()
    hidden = _hidden_tick_labels(figure)
    texts = [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip()]
    texts = [one for one in texts if id(one) not in hidden and (one.axes is None or one.axes.get_visible())]
    assert len(texts) > 5
    for one in texts:
        box = one.get_window_extent()
        assert one.get_fontsize() >= SMALLEST_TEXT, one.get_text()
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < figure.bbox.width + 1
        assert inside and box.y1 < figure.bbox.height + 1, one.get_text()
    blocks = [figure._suptitle, *figure.legends]
    for axes in figure.axes:
        if axes.get_visible():
            blocks += [axes._left_title, axes.xaxis.label, axes.yaxis.label]
            ticks = [one for one in axes.get_xticklabels(which="both") if id(one) not in hidden]
            blocks += ticks if axes.xaxis.get_tick_params()["labelbottom"] else []
    blocks = [one for one in blocks if not isinstance(one, Text) or one.get_text()]
    for one, other in itertools.combinations(blocks, 2):
        assert not one.get_window_extent().overlaps(other.get_window_extent()), (one, other)


@pytest.mark.parametrize("name", ["pawn", "maps", "curves"])
def test_saved_with_alt_text_data_and_units(drawn, name, tmp_path):
    one = drawn[name]
    paths = one.save(tmp_path / name)
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv", ".json"]
    assert len(pd.read_csv(paths[2])) == len(one.data) > 0
    assert one.alt_text.startswith(one.title) and len(one.alt_text) > 150 and one.caption and one.columns
    labels = " ".join(
        [axes.get_xlabel() + axes.get_ylabel() for axes in one.figure.axes]
        + [str(axes.yaxis.label.get_text()) for axes in one.figure.axes]
    )
    assert "0–1" in labels or "Share of the variance" in labels


# --- sensitivity ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["morris", "sobol", "pawn"])
def test_bars_are_sorted_with_intervals(drawn, method):
    one = drawn[method]
    (axes,) = one.figure.axes
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names == ["level", "client · learning rate", "noise of reading", "pacing"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first is on top
    intervals = [part for part in axes.collections if part.get_gid() == "interval"]
    spans = intervals[0].get_segments()
    assert [tuple(np.round(span[:, 0], 3)) for span in spans][:2] == [(0.55, 0.65), (0.25, 0.35)]
    assert one.data["parameter"].iloc[0] == "level" and "mu" not in set(one.data["index"])


def test_bars_title_claims_only_what_is_clear():
    def said(sizes, method="sobol", half=0.05):
        return sensitivity_bars(make_indices(method, sizes, half), "symptoms", method).title

    assert said({"a": 0.3, "b": 0.6, "c": 0.1}) == "B matters most for symptoms"
    assert said({"a": 0.55, "b": 0.6, "c": 0.1}) == "B and a matter most for symptoms, in no clear order"
    many = dict.fromkeys("abcdef", 0.5)
    assert said(many) == "Which parameter matters most for symptoms is not clear"
    assert said({"a": 0.05, "b": 0.06}, half=0.1).startswith("No parameter is clearly more than chance")
    assert said({"a": 0.1, "b": 0.02}, "pawn", 0.04).startswith("No parameter is clearly more than chance")
    assert said({"a": 0.2, "b": 0.02}, "pawn", 0.04) == "A matters most for symptoms"
    assert said({"a": 0.0, "b": 0.0}, half=0.0).startswith("No parameter matters: final symptoms is the same")


def test_bars_refuse_what_they_cannot_draw():
    with pytest.raises(FigureError, match="no method 'fast'; there are morris, sobol, pawn"):
        sensitivity_bars(make_indices("sobol", SIZES), "symptoms", "fast")
    with pytest.raises(FigureError, match="no index 'mu_star' of morris; it has ST, S1"):
        sensitivity_bars(make_indices("sobol", SIZES), "symptoms", "morris")


# --- the map ----------------------------------------------------------------------------------


def test_map_finds_the_best_level_it_was_given(drawn):
    best = drawn["maps"].data.query("kind == 'best'")
    assert len(best) == 18
    known = 0.75 - 0.5 * best["fear"].to_numpy()
    assert best["best_level"].to_numpy() == pytest.approx(known, abs=0.12)
    assert ((best["low"] <= known) & (known <= best["high"])).mean() >= 0.8
    assert np.corrcoef(best["best_level"], known)[0, 1] > 0.9
    for axes in drawn["maps"].figure.axes[:3]:
        assert any(isinstance(part, QuadMesh) for part in axes.collections)
        (bars,) = [p for p in axes.collections if isinstance(p, LineCollection) and p.get_gid() == "interval"]
        assert len(bars.get_segments()) == 6


def test_map_cells_are_means_of_their_points(drawn):
    points, cells = make_points(900), drawn["one_map"].data.query("kind == 'cell'")
    side = round(len(cells) ** 0.5)
    some = cells.iloc[side + 2]  # second row, third column
    inside = points
    for axis, place in (("level", 2), ("fear", 1)):
        low, length = points[axis].min(), np.ptp(points[axis])
        inside = inside[((inside[axis] - low) / length * side).astype(int) == place]
    assert some["points"] == len(inside) and some["mean"] == pytest.approx(inside["symptoms"].mean())


def test_map_leaves_cells_of_few_points_blank_and_says_so():
    points = make_points()
    hole = points[~((points["level"] > 0.8) & (points["fear"] > 0.8))]
    one = response_map(hole, "level", "fear", "symptoms", resamples=20)
    blank = one.data[(one.data["kind"] == "cell") & one.data["mean"].isna()]
    assert len(blank) >= 4 and (blank["points"] < 5).all() and (blank["level"] > 0.75).all()
    (legend,) = one.figure.legends
    assert any("blank: fewer than 5 points" in text.get_text() for text in legend.get_texts())


def test_map_title_follows_the_data():
    def said(points, *panels, **given):
        return response_map(points, "level", "fear", "symptoms", *panels, resamples=60, **given).title

    falls = said(make_points())
    assert falls.startswith("The best warmth level for symptoms falls from 0.7")
    assert falls.endswith("as fear rises")
    assert "rises from 0.3" in said(make_points(turn=-0.4, start=0.3))
    assert (
        said(make_points(turn=0.0)) == "The best warmth level for symptoms does not clearly change with fear"
    )
    some = said(make_points(6000, turn=0.6, pacing=0.75), "pacing", log=["pacing"])
    assert "at low and middle pacing" in some and "no clear change at high pacing" in some
    every = said(make_points(6000), "pacing", log=["pacing"])
    assert "at every pacing as fear rises" in every
    apart = said(make_points(6000, turn=0.7, pacing=0.5), "pacing", log=["pacing"])
    assert re.search(r"to 0\.\d+, 0\.\d+ and 0\.\d+ at low, middle and high pacing as fear", apart), apart
    little = said(make_points(20000, turn=0.05))
    assert little == "The best warmth level for symptoms does not clearly change with fear"
    upside = make_points().assign(symptoms=lambda rows: 1 - rows["symptoms"])
    assert said(upside, best="highest") == falls


def test_map_claims_nothing_of_noise():
    claims = 0
    for seed in range(25):
        points = make_points(800, seed)
        points["symptoms"] = np.random.default_rng(seed + 100).random(len(points))
        title = response_map(points, "level", "fear", "symptoms", resamples=60).title
        claims += "does not clearly change" not in title
    assert claims <= 4


def test_map_on_a_logarithmic_axis_is_in_its_units(drawn):
    one = drawn["log_map"]
    axes = one.figure.axes[0]
    assert axes.get_xscale() == "log" and one.data["pacing"].dropna().between(0.1, 10).all()
    assert one.data["best_pacing"].dropna().between(0.1, 10).all()
    best = one.data[one.data["kind"] == "best"]
    assert not best["known"].all(), "the outcome does not hang on pacing: most of its bands have no mark"
    (line,) = [part for part in axes.lines if part.get_marker() == "o"]
    assert (np.isfinite(np.asarray(line.get_xdata(), float)) == best["known"].to_numpy(bool)).all()
    with pytest.raises(FigureError, match="0 or less"):
        response_map(make_points().eval("fear = fear - 0.5"), "level", "fear", "symptoms", log=["fear"])


def test_best_x_is_right_where_a_cubic_is_not():
    """Steep at first and then nearly flat, as doses of warmth are: a cubic is .1 off, and sure of it."""
    off = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x = rng.random(900)
        z = 0.1 * np.exp(-x / 0.1) + 0.08 * (x - 0.6) ** 2 + 0.02 * rng.normal(size=900)
        off.append(lowest(x, z, np.arange(900)[None])[0] - 0.61)
    assert abs(np.mean(off)) < 0.03 and np.std(off) < 0.1


def test_map_intervals_cover_the_best_x():
    inside = []
    for seed in range(20):
        best = response_map(make_points(1200, seed + 50), "level", "fear", "symptoms", resamples=100).data
        best = best[best["kind"] == "best"]
        known = 0.75 - 0.5 * best["fear"]
        inside.append(((best["low"] <= known) & (known <= best["high"])).mean())
    assert 0.88 < np.mean(inside) <= 1.0, np.mean(inside)


def test_map_of_few_points_says_little():
    few = response_map(make_points(120), "level", "fear", "symptoms", "pacing", resamples=20)
    assert few.title == "Too few points to say which warmth level is best for symptoms"
    some = response_map(make_points(330), "level", "fear", "symptoms", "pacing", resamples=20)
    assert (some.data["kind"] == "best").sum() == 6
    for one in (few, some):
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a layout that collapses only warns
            one.figure.draw_without_rendering()


def test_map_refuses_what_it_cannot_draw():
    with pytest.raises(FigureError, match="best is 'least'; allowed: 'lowest' or 'highest'"):
        response_map(make_points(100), "level", "fear", "symptoms", best="least")
    with pytest.raises(FigureError, match="frame has 10 points; a map needs 30"):
        response_map(make_points(10), "level", "fear", "symptoms")
    with pytest.raises(FigureError, match=r"'fear' is 0\.5 at every point"):
        response_map(make_points(100).assign(fear=0.5), "level", "fear", "symptoms")
    with pytest.raises(FigureError, match="lacks the column 'levle'"):
        response_map(make_points(100), "levle", "fear", "symptoms")


# --- replicates -------------------------------------------------------------------------------


def test_curve_title_says_what_it_takes_where_it_is_hardest(drawn):
    title = drawn["curves"].title
    assert (
        title.startswith("At high fear (0.9), which needs most, some ")
        and "paired replicates give ±0.005" in title
    )
    paired, unpaired = (int(part.split("some ")[1].split(" ")[0].replace(",", "")) for part in _two(title))
    wide = make_curve().query("fear == 0.9 and replicates == 160").set_index("design")["predicted"]
    assert paired == pytest.approx(160 * (wide["paired"] / 0.005) ** 2, rel=0.1)
    assert unpaired == pytest.approx(160 * (wide["unpaired"] / 0.005) ** 2, rel=0.1)
    assert len(drawn["curves"].figure.axes) == 3


def _two(title):
    first, second = title.split("unpaired it takes")
    return first, second


def test_curve_of_one_cell_says_how_much_pairs_narrow():
    frame = make_curve({0.5: 0.9}).drop(columns="fear")
    one = replicates_curve(frame, "symptoms")
    assert one.title.startswith("Pairing makes the interval") and one.title.endswith("times narrower")
    assert float(one.title.split()[-3]) == pytest.approx((2 / 0.2) ** 0.5, rel=0.25)
    inside = replicates_curve(frame, "symptoms", half_width=0.01)
    line = frame[frame["design"] == "paired"].set_index("replicates")["predicted"]
    said = int(inside.title.split()[1])
    assert line[line.index <= said * 0.7].min() > 0.01 > line[line.index >= said * 1.4].max()


def test_curve_of_identical_arms_is_drawn():
    pilot = make_pilot({0.5: 0.9})
    pilot["symptoms"] = np.tile(pilot["symptoms"].to_numpy()[:40], 2)
    frame = curve(pilot, "titrated", "fixed", "symptoms", axes=[], subsamples=20)
    one = replicates_curve(frame, "symptoms", half_width=0.01)
    assert "any two replicates are enough" in one.title


def test_curve_refuses_too_many_cells():
    frame = pd.concat([make_curve({0.5: 0.5}).assign(fear=i / 10) for i in range(7)])
    with pytest.raises(FigureError, match="7 cells; six fit"):
        replicates_curve(frame, "symptoms", axes=["fear"])
