"""Figures say what their data say, refuse what they cannot draw, and change nothing else."""

from __future__ import annotations

import html
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

matplotlib = pytest.importorskip("matplotlib")

from figure_frames import (  # noqa: E402
    MATRIX,
    SESSIONS,
    draw_all,
    make_dialogue,
    make_events,
    make_outcomes,
    make_series,
)
from matplotlib.text import Text  # noqa: E402

from mentalities_sim import figures  # noqa: E402
from mentalities_sim.figures import FigureError  # noqa: E402
from mentalities_sim.figures.style import SMALLEST_TEXT  # noqa: E402


@pytest.fixture(scope="module")
def drawn():
    return draw_all()


# --- true to the data -------------------------------------------------------------------------


def test_dose_response_draws_intervals_and_best_dose(drawn):
    one = drawn["dose_response"]
    fixed = one.data[one.data["fixed"]]
    assert (fixed["high"] > fixed["low"]).all() and (fixed["low"] < fixed["mean"]).all()
    panels = one.figure.axes
    assert len(panels) == 6
    for axes in panels:
        (bars,) = axes.containers
        (segments,) = bars[2]
        assert len(segments.get_segments()) == 11
        assert any(patch.get_alpha() for patch in axes.patches), "band of the titrated arm"
    best = one.data[(one.data["outcome"] == "fear_of_compassion") & one.data["best"]]
    assert best["dose"].tolist() == pytest.approx([0.8, 0.5, 0.3], abs=0.1)


def test_dose_title_follows_the_data():
    said = [
        figures.dose_response(make_outcomes(best=best), shown=shown, resamples=200).title
        for best, shown in (
            ((1.3, 1.3, 1.3), ("fear_of_compassion",)),
            ((-0.3, -0.3, -0.3), ("fear_of_compassion",)),
            ((0.5, 0.5, -0.3), ("symptoms",)),
        )
    ]
    assert said[0] == "At every entry fear the largest dose leaves least fear of compassion"
    assert said[1] == "At every entry fear the smallest dose leaves least fear of compassion"
    assert "high fear the smallest dose (0)" in said[2]
    assert said[2].startswith("At low and middle fear a dose between the ends")


def test_no_best_dose_is_claimed_of_noise():
    """With nothing to find, the title claims a best dose about as rarely as 5 % would."""
    outcomes = make_outcomes()
    claims = 0
    for seed in range(15):
        noise = np.random.default_rng(seed).random(len(outcomes))
        title = figures.dose_response(
            outcomes.assign(fear_of_compassion=noise),
            shown=("fear_of_compassion",),
            resamples=200,
        ).title
        claims += "between the ends" in title
    assert claims <= 2


def test_given_intervals_are_used():
    outcomes = make_outcomes()
    cells = outcomes[["arm", "fear"]].drop_duplicates()
    given = cells.assign(outcome="symptoms", mean=0.5, low=0.4, high=0.6)
    one = figures.dose_response(outcomes, given, shown=("symptoms",), resamples=200)
    assert (one.data["low"] == 0.4).all()
    two = figures.arm_differences(outcomes, "symptoms", intervals=given, resamples=200)
    assert (two.data["high"] == 0.6).all() and "more symptoms" in two.title
    with pytest.raises(FigureError, match="no row for arm 'ramp'"):
        figures.arm_differences(outcomes, intervals=given[given["arm"] != "ramp"], arms=["ramp"])


def test_arm_title_flips_with_the_data(drawn):
    assert "Titrated leaves less fear of compassion at low" in drawn["arms"].title
    worse = figures.arm_differences(make_outcomes(titrated=0.1), resamples=200)
    assert "Titrated leaves more fear of compassion at low" in worse.title
    same = figures.arm_differences(make_outcomes(titrated=0.0), resamples=200)
    assert "not clearly different" in same.title or "no clear difference" in same.title
    for axes in drawn["arms"].figure.axes:
        intervals = [line for line in axes.lines if line.get_gid() == "interval"]
        assert len(intervals) == 11
        assert all(np.ptp(line.get_xdata()) > 0 for line in intervals)


def test_arm_differences_are_paired():
    """What a replicate adds to every arm cancels."""
    outcomes = make_outcomes()
    shift = outcomes["replicate"] * 10.0
    moved = outcomes.assign(fear_of_compassion=outcomes["fear_of_compassion"] + shift)
    plain = figures.arm_differences(outcomes, resamples=200).data
    again = figures.arm_differences(moved, resamples=200).data
    np.testing.assert_allclose(plain[["mean", "low", "high"]], again[["mean", "low", "high"]],
                               atol=1e-9)  # fmt: skip


def test_trajectory_title_and_table_follow_the_data(drawn):
    series = make_series(better=False)
    worse = figures.trajectories(series, make_events(series), "titrated", 0)
    assert "soothing" in worse.title.split("fall;")[0] and "threat" in worse.title.split("fall;")[1]
    good = drawn["trajectories"].title
    assert "threat" in good.split("fall;")[0] and "soothing" in good.split("fall;")[1]
    table = drawn["trajectories"].data
    events = make_events(make_series())
    yielded = events[events["event"] == "yielding"]
    assert table["yielding"].sum() == len(yielded)
    assert table["session"].tolist() == list(range(1, SESSIONS + 1))
    first = make_series().query("week == 0")["client_threat"]
    assert table["threat_mean"].iloc[0] == pytest.approx(first.mean())
    assert table["threat_max"].iloc[0] == pytest.approx(first.max())


def test_drop_out_is_said_and_drawn():
    series = make_series(sessions=7)
    events = make_events(series, dropped_out=True)
    one = figures.trajectories(series, events, "titrated", 0)
    assert one.title.endswith("the client leaves after session 7")
    assert "drops out" in one.alt_text
    texts = [text.get_text() for text in one.figure.findobj(Text)]
    assert "leaves therapy" in texts


def test_iss_is_the_same_from_the_state_and_from_its_events():
    series = make_series()
    events = make_events(series)
    from_events = figures.trajectories(series, events, "titrated", 0).data["ISS"]
    on = events[events["event"].str.startswith("involuntary_subordination")]
    state = np.zeros(len(series))
    for hours, after in zip(on["hours"], on["after"], strict=True):
        state[series["hours"] >= hours] = after
    told = series.assign(client_subordinated=state)
    from_state = figures.trajectories(told, events, "titrated", 0).data["ISS"]
    assert from_state.tolist() == from_events.tolist()
    assert from_state.max() > 50


def test_life_before_and_between_sessions_is_left_out():
    series = make_series()
    life = series.head(3).assign(week=-2, exchange=-1, hours=-300.0, phase="life",
                                 client_threat=1.0)  # fmt: skip
    both = pd.concat([life, series], ignore_index=True)
    plain = figures.trajectories(series, None, "titrated", 0)
    assert "No events were given" in plain.alt_text and "Events in all" not in plain.alt_text
    assert plain.data.equals(figures.trajectories(both, None, "titrated", 0).data)


def test_transitions_say_what_was_never_visited(drawn):
    one = drawn["transitions"]
    texts = [text.get_text() for text in one.figure.findobj(Text)]
    assert "never visited" in texts and "sexual\n(n = 0)" in texts
    assert "Sexual was never visited" in one.alt_text
    assert one.title.startswith("Competing holds longest: 96 %")
    turned = figures.transitions(MATRIX[::-1, ::-1])
    assert not turned.title.startswith("Competing")
    shares = MATRIX / np.maximum(MATRIX.sum(axis=1, keepdims=True), 1)
    again = figures.transitions(shares, visits=MATRIX.sum(axis=1))
    assert again.title == one.title


def test_ribbon_boxes_are_the_data(drawn):
    series = make_series()
    (axes,) = drawn["ribbon"].figure.axes
    lengths = sum(path.get_extents().width for boxes in axes.collections for path in boxes.get_paths())
    assert lengths == pytest.approx(len(series))
    flipped = series.assign(client_mentality=series["client_mentality"].to_numpy()[::-1])
    assert figures.ribbon(flipped, "titrated", 0).title != drawn["ribbon"].title


def test_dialogue_title_follows_the_data(drawn):
    assert "soothing exceeds it from turn" in drawn["dialogue"].title
    turns, series = make_dialogue(falling=False)
    other = figures.dialogue(turns, series).title
    assert "exceeds it from turn" not in other
    assert drawn["dialogue"].data["words"].tolist() == [turn["words"] for turn in turns]


# --- clear errors, no side effects ------------------------------------------------------------


def test_a_notebook_shows_the_picture_with_its_alt_text(drawn):
    one = drawn["ribbon"]
    picture, told = one._repr_png_()
    assert picture.startswith(b"\x89PNG") and told == {"alt": one.alt_text}
    page = one._repr_html_()
    assert f'alt="{html.escape(one.alt_text)}"' in page and "data:image/png;base64,iVBOR" in page
    assert repr(one) == f"Drawn({one.title!r})"


def test_missing_columns_are_named():
    series, outcomes = make_series(), make_outcomes()
    turns, spoken = make_dialogue()
    with pytest.raises(FigureError, match="series lacks the column 'client_soothing'"):
        figures.trajectories(series.drop(columns="client_soothing"), None, "titrated", 0)
    with pytest.raises(FigureError, match=r"'symptoms' \(nearest it has: 'symptom'\)"):
        figures.dose_response(outcomes.rename(columns={"symptoms": "symptom"}))
    with pytest.raises(FigureError, match="outcomes lacks the columns 'arm'"):
        figures.arm_differences(outcomes.drop(columns=["arm", "replicate"]))
    with pytest.raises(FigureError, match="'client_mentality'"):
        figures.ribbon(series.drop(columns="client_mentality"), "titrated", 0)
    with pytest.raises(FigureError, match="'client_threat'"):
        figures.dialogue(turns, spoken.drop(columns="client_threat"))
    with pytest.raises(FigureError, match="turn 1 lacks warmth"):
        figures.dialogue([{"words": "x", "dominance": 0, "playfulness": 0, "freedom": 0}], spoken)
    with pytest.raises(FigureError, match="events lacks the column 'who'"):
        events = make_events(series).drop(columns="who")
        figures.trajectories(series, events, "titrated", 0)


def test_empty_frames_and_absent_runs_are_refused():
    series, outcomes = make_series(), make_outcomes()
    turns, spoken = make_dialogue()
    with pytest.raises(FigureError, match=r"series is empty.*client_threat"):
        figures.trajectories(series.head(0), None, "titrated", 0)
    with pytest.raises(FigureError, match="outcomes is empty"):
        figures.dose_response(outcomes.head(0))
    with pytest.raises(FigureError, match=r"outcomes lacks the columns.*no columns"):
        figures.arm_differences(pd.DataFrame())
    with pytest.raises(FigureError, match="matrix must be square"):
        figures.transitions(np.zeros((0, 0)))
    with pytest.raises(FigureError, match="turns is empty"):
        figures.dialogue([], spoken)
    with pytest.raises(FigureError, match="16 rows and turns 3"):
        figures.dialogue(turns[:3], spoken)
    with pytest.raises(FigureError, match=r"no rows with arm='ramp'.*titrated"):
        figures.ribbon(series, "ramp", 0)
    with pytest.raises(FigureError, match="no session 99; it has 1 to 20"):
        figures.within_session(series, None, "titrated", 0, 99)
    with pytest.raises(FigureError, match="no arm 'nobody'"):
        figures.arm_differences(outcomes, reference="nobody")
    with pytest.raises(FigureError, match="fewer than two fixed doses"):
        figures.dose_response(outcomes[~outcomes["arm"].str.contains(r"\d")])


def test_several_runs_of_one_name_ask_for_where():
    both = pd.concat([make_series(fear=0.2), make_series(fear=0.9, seed=5)])
    with pytest.raises(FigureError, match=r"say which by where.*fear"):
        figures.trajectories(both, None, "titrated", 0)
    one = figures.trajectories(both, None, "titrated", 0, where={"fear": 0.9})
    assert len(one.data) == SESSIONS


def test_one_replicate_is_drawn_without_a_claim():
    outcomes = make_outcomes(replicates=1)
    assert "no dose is clearly better" in figures.dose_response(outcomes).title
    assert "not clearly different" in figures.arm_differences(outcomes).title


def test_drawing_changes_no_setting():
    before = dict(matplotlib.rcParams)
    figures.transitions(MATRIX)
    assert dict(matplotlib.rcParams) == before


def test_a_users_settings_do_not_shrink_the_letters():
    with matplotlib.rc_context({"font.size": 4, "xtick.labelsize": 3}):
        one = figures.transitions(MATRIX)
    sizes = [text.get_fontsize() for text in one.figure.findobj(Text) if text.get_text()]
    assert min(sizes) >= SMALLEST_TEXT


@pytest.mark.parametrize(
    ("module", "absent"),
    [("mentalities_sim", "matplotlib"), ("mentalities_sim.figures", "matplotlib.pyplot")],
)
def test_what_importing_loads(module, absent):
    code = f"import {module}, sys; print({absent!r} in sys.modules)"
    root = Path(figures.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "False"
