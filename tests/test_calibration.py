"""Published targets as data, and the estimators that measure them, against answers known beforehand.

Real reports and contests are read where the data are (MENTALITIES_DATA, or `../shared/data` beside the
repository) and skipped elsewhere; the same estimators are tested on made series of known answer.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from mentalities_sim import calibration as cal
from mentalities_sim.baselines import domworld
from mentalities_sim.baselines.pairing import meetings
from mentalities_sim.calibration.targets import BANDS, TAGS, USES
from mentalities_sim.figures import FigureError, published_quartiles
from mentalities_sim.figures.style import SMALLEST_TEXT
from mentalities_sim.hierarchy import measure

HERE = Path(__file__).resolve().parent
NEGATIVE, POSITIVE = ["sad", "anger", "stress"], ["happy", "relaxed"]


def real(name: str) -> pd.DataFrame:
    folder = Path(os.environ.get("MENTALITIES_DATA") or HERE.parents[1] / "shared" / "data")
    file = folder / name / "ts.csv"
    if not file.is_file():
        pytest.skip(f"no {name}/ts.csv in {folder}; name its folder in MENTALITIES_DATA")
    return pd.read_csv(file)


# targets


def test_every_target_has_a_source_an_estimator_and_a_band_around_its_number():
    for name, one in cal.TARGETS.items():
        assert name == one.name and one.what and one.source and one.estimator
        assert one.use in USES and one.band in BANDS and set(one.tag.split(", ")) <= set(TAGS)
        assert one.inside(one.low) and one.inside(one.high)
        assert not one.inside(one.high + 0.01) and not one.inside(math.nan)


@pytest.mark.parametrize(
    ("name", "published", "low", "high"),
    [
        ("de_vries_h", 0.88, 0.76, 0.95),
        ("ttri", 0.93, 0.79, 1.0),
        ("steepness", 0.80, 0.69, 0.89),
        ("dci", 0.87, 0.69, 0.95),
        ("inertia_clinical", None, 0.44, 0.53),
        ("inertia_negative_sd", None, 0.15, 0.20),
        ("quadrant_switching", None, 0.42, 0.45),
        ("icc_warmth", None, 0.30, 0.41),
        ("within_dominance_warmth", None, -0.11, 0.01),
    ],
)
def test_published_bands_are_those_of_the_sources(name, published, low, high):
    one = cal.target(name)
    assert (one.published, one.low, one.high) == (published, low, high)
    assert one.band in ("quartiles", "range")


def test_only_hierarchies_were_chosen_for_and_clinical_inertia_is_kept():
    assert cal.target("inertia_clinical").use == "validate"
    chosen_for = {name for name, one in cal.TARGETS.items() if one.use == "calibrate"}
    assert chosen_for == set(cal.groups.MEASURES), "nothing else was fitted: daily life is measured"
    for name in ("inertia_negative", "share_dominant_warm", "icc_warmth"):
        assert cal.target(name).use == "measure"
    assert "not fitted" in USES["measure"] and "fitted" not in USES["calibrate"]
    assert not [n for n, t in cal.TARGETS.items() if n.startswith("dugatkin") and t.use != "baseline"]


@pytest.mark.parametrize("c", [0.9, 1.1, 2.0, 3.0])
def test_coupled_fixed_points_solve_their_equation(c):
    x = 5.0
    for _ in range(4000):
        x = c * math.tanh(x)
    assert cal.target(f"coupled_{c:g}".replace(".", "_")).inside(round(x, 6))


def test_a_target_cannot_leave_its_own_band_and_an_unknown_name_is_helped():
    with pytest.raises(ValueError, match=r"steepness: 0\.95 is not in"):
        dataclasses.replace(cal.target("steepness"), published=0.95)
    with pytest.raises(ValueError, match="use is 'fit'; allowed: calibrate"):
        dataclasses.replace(cal.target("steepness"), use="fit")
    with pytest.raises(KeyError, match="nearest: steepness"):
        cal.target("steepnes")


# affect


def ar1_people(slopes, beeps=10, days=20, seed=1):
    """People with a known AR(1) each; every day starts anew from the stationary law."""
    rng = np.random.default_rng(seed)
    rows = []
    for who, slope in enumerate(slopes):
        for day in range(days):
            x = rng.normal() / math.sqrt(1 - slope**2)
            for beep in range(beeps):
                rows.append((who, day, beep, 3 * who + x))  # people's levels lie far apart
                x = slope * x + rng.normal()
    return pd.DataFrame(rows, columns=["id", "day", "beep", "sad"])


def test_inertia_of_made_people_and_its_true_spread_are_found():
    slopes = np.random.default_rng(3).normal(0.3, 0.17, 150).clip(-0.8, 0.9)
    found = cal.inertia(ar1_people(slopes), ["sad"])
    assert found.mean == pytest.approx(slopes.mean(), abs=0.03)
    assert found.low < found.mean < found.high
    assert found.between_sd == pytest.approx(slopes.std(), abs=0.02)
    assert found.observed_sd > found.between_sd
    assert (found.people, found.pairs) == (150, 150 * 20 * 9)


def test_alike_people_differ_by_sampling_error_only():
    found = cal.inertia(ar1_people([0.3] * 150), ["sad"])
    assert found.between_sd < 0.05 < found.observed_sd


def test_neither_nights_nor_missed_reports_nor_other_people_are_bridged():
    frame = pd.DataFrame(
        {
            "id": [1] * 8 + [2] * 5,
            "day": [1, 1, 1, 1, 2, 2, 2, 2] + [1] * 5,
            "beep": [1, 2, 3, 5, 1, 2, 3, 4, 1, 2, 3, 4, 5],
            "sad": [1, 2, 3, 9, 9, 2.0, np.nan, 1, 0, 1, 0, 1, 0],
        }
    )
    table = cal.inertia_by_person(frame, ["sad"], least_pairs=3)
    assert table[["id", "pairs"]].values.tolist() == [[1, 3], [2, 4]]  # 1→2, 2→3, then 9→2 on day 2
    assert table["slope"].tolist() == pytest.approx([-1 / 19, -1.0])
    assert table["variance"].iloc[1] == pytest.approx(0.0)
    shuffled = frame.sample(frac=1, random_state=1)
    assert cal.inertia_by_person(shuffled, ["sad"], least_pairs=3).equals(table)


def test_who_cannot_be_estimated_is_left_out_and_mistakes_are_told():
    flat = pd.DataFrame({"id": 1, "day": 1, "beep": range(20), "sad": 5.0})
    found = cal.inertia(flat, ["sad"])
    assert found.people == 0 and math.isnan(found.mean)
    with pytest.raises(ValueError, match="no column 'angry'; there are id, day, beep, sad"):
        cal.inertia(flat, ["angry"])
    with pytest.raises(ValueError, match="id 1 has two reports at day 1, beep 0"):
        cal.inertia(pd.concat([flat, flat]), ["sad"])
    with pytest.raises(ValueError, match="least_pairs is 2; allowed: 3 or more"):
        cal.inertia(flat, ["sad"], least_pairs=2)


@pytest.mark.parametrize(
    ("data", "items", "beep", "name"),
    [
        ("ema_dejonckheere2019", NEGATIVE, "beep_new", "inertia_negative"),
        ("ema_dejonckheere2019", POSITIVE, "beep_new", "inertia_positive"),
        ("ema_fried2021", ["relax", "irritable", "worry", "nervous", "angry"], "beep", "inertia_negative"),
    ],
)
def test_inertia_of_two_of_the_twelve_real_samples_lies_in_the_band(data, items, beep, name):
    reports = real(data).dropna(subset=items)
    reports = reports.drop_duplicates(["id", "day", beep])  # two people answered one beep twice
    found = cal.inertia(reports, items, beep=beep)
    assert found.people >= 75
    assert cal.target(name).inside(found.mean)
    assert 0.10 < found.between_sd < 0.20


# interpersonal


def interactions(n_people=200, days=7, per_day=6, stay=0.0, between=0.0, seed=2):
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(n_people):
        own = between * rng.normal(size=2)
        for day in range(days):
            last = rng.normal(size=2)
            for time in range(per_day):
                if rng.random() >= stay:
                    last = rng.normal(size=2)
                rows.append((who, day, time, *(own + math.sqrt(1 - between**2) * last)))
    return pd.DataFrame(rows, columns=["person", "day", "time", "dominance", "warmth"])


def test_quadrants_of_independent_interactions():
    frame = interactions()
    shares = cal.quadrant_shares(frame)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert all(share == pytest.approx(0.25, abs=0.02) for share in shares.values())
    assert cal.quadrant_switching(frame) == pytest.approx(0.75, abs=0.02)
    assert cal.quadrant_switching_if_independent(frame) == pytest.approx(0.75, abs=0.03)


def test_staying_lowers_switching_below_what_independence_would_give():
    frame = interactions(stay=0.4)
    assert cal.quadrant_switching(frame) == pytest.approx(0.75 * 0.6, abs=0.02)
    assert cal.quadrant_switching_if_independent(frame) > 0.7
    assert cal.quadrant_switching(frame.sample(frac=1, random_state=1)) == cal.quadrant_switching(frame)


def test_an_interaction_in_no_quadrant_breaks_the_row():
    frame = pd.DataFrame(
        {"person": 1, "day": 1, "time": range(5)}
        | {"dominance": [1, 1, 0, -1, -1], "warmth": [1, 1, 1, 1, np.nan]}
    )
    assert cal.quadrant_switching(frame) == 0.0  # only the first two are a pair
    assert cal.quadrant_shares(frame)["dominant_warm"] == pytest.approx(2 / 3)
    assert math.isnan(cal.quadrant_switching(frame.iloc[2:]))


@pytest.mark.parametrize("share", [0.0, 0.35])
def test_intraclass_correlation_is_the_share_between_people(share):
    frame = interactions(600, between=math.sqrt(share))
    assert cal.intraclass_correlation(frame, "warmth") == pytest.approx(share, abs=0.03)
    half = frame.drop(frame[(frame["person"] < 300) & (frame["day"] > 2)].index)  # unequal numbers
    assert cal.intraclass_correlation(half, "warmth") == pytest.approx(share, abs=0.04)


def test_within_person_correlation_does_not_see_that_people_differ():
    frame = interactions(between=0.0)
    frame["dominance"] += frame["person"]
    frame["warmth"] += frame["person"]
    assert frame["dominance"].corr(frame["warmth"]) > 0.99
    assert cal.within_person_correlation(frame) == pytest.approx(0.0, abs=0.03)
    with pytest.raises(ValueError, match="no column 'warmth'"):
        cal.within_person_correlation(frame.drop(columns="warmth"))


# groups


def linear_group(n: int, contests: int, seed: int) -> np.ndarray:
    """A group in which the lower number always wins."""
    one, other = meetings(np.random.default_rng(seed), n, contests)
    return cal.wins_from(np.minimum(one, other), np.maximum(one, other), n)


def test_spreads_of_hierarchies_without_a_flaw():
    table = cal.group_measures(linear_group(8, 400, seed) for seed in range(20))
    assert len(table) == 20 and {"unknown", "landau_h", *cal.groups.MEASURES} <= set(table.columns)
    found = cal.spreads(table)
    assert found["de_vries_h"].median == found["ttri"].median == found["dci"].median == 1.0
    assert found["de_vries_h"].groups == 20
    assert not found["de_vries_h"].inside(cal.target("de_vries_h"))  # too linear
    assert found["steepness"].low <= found["steepness"].median <= found["steepness"].high


def test_short_watching_caps_steepness_below_the_published_quartiles_in_larger_groups():
    small, large = (
        cal.spreads(cal.group_measures(linear_group(n, round(12.5 * n), seed) for seed in range(60)))
        for n in (6, 10)
    )
    assert small["steepness"].inside(cal.target("steepness"))
    assert large["steepness"].high < cal.target("steepness").low  # though the hierarchy has no flaw
    assert large["dci"].median == large["ttri"].median == 1.0


def test_at_the_published_effort_every_size_can_reach_the_published_quartiles():
    for n in (6, 15):
        found = cal.spreads(cal.group_measures(linear_group(n, 25 * n, seed) for seed in range(60)))
        assert found["steepness"].low > cal.target("steepness").low


def test_groups_with_many_unknown_dyads_are_left_out_as_in_the_published_sample():
    known, few = linear_group(8, 400, 1), linear_group(8, 20, 1)
    table = cal.group_measures([known, few, known])
    assert table["unknown"].tolist()[1] > cal.MOST_UNKNOWN == 0.1
    assert cal.enough_known(table).index.tolist() == [0, 2]
    assert cal.enough_known(table.assign(unknown=0.1)).empty, "a tenth is no longer under a tenth"
    with pytest.raises(ValueError, match="no column 'unknown'"):
        cal.enough_known(table.drop(columns="unknown"))


def test_median_interval_covers_and_undefined_groups_are_not_counted():
    rng = np.random.default_rng(4)
    table = pd.DataFrame(rng.uniform(size=(60, 4)), columns=list(cal.groups.MEASURES))
    table.loc[:9, "ttri"] = np.nan
    found = cal.spreads(table)
    assert found["ttri"].groups == 50 and found["dci"].groups == 60
    assert found["dci"].low < 0.5 < found["dci"].high
    assert found["dci"].lower_quartile == pytest.approx(0.25, abs=0.12)
    assert cal.spreads(table.assign(dci=np.nan))["dci"].groups == 0
    with pytest.raises(ValueError, match="no column 'steepness'"):
        cal.spreads(table.drop(columns="steepness"))


def test_contests_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="winner of contest 1 is 3; allowed: 0 to 2"):
        cal.wins_from([0, 3], [1, 1], 3)
    with pytest.raises(ValueError, match="contest 1 is won and lost by 2"):
        cal.wins_from([0, 2], [1, 2], 3)
    with pytest.raises(ValueError, match=r"loser holds float64; allowed: whole numbers"):
        cal.wins_from([0, 1], [1.0, 0.0], 3)
    with pytest.raises(ValueError, match=r"group 0 has shape \(2, 3\)"):
        cal.group_measures([np.zeros((2, 3))])


# table


def test_compare_says_what_is_met_and_what_is_still_to_measure():
    found = cal.spreads(cal.group_measures(domworld(seed=seed) for seed in range(30)))
    told = {name: (one.median, one.low, one.high) for name, one in found.items()}
    table = cal.compare({**told, "inertia_clinical": 0.3}).set_index("target")
    assert table.index.tolist() == ["de_vries_h", "ttri", "steepness", "dci", "inertia_clinical"]
    assert not table.loc["steepness", "inside"] and not table.loc["inertia_clinical", "inside"]
    assert math.isnan(table.loc["inertia_clinical", "published"])
    lacking = cal.compare(told).attrs["not_measured"]
    assert "inertia_negative" in lacking and "steepness" not in lacking and "inertia_clinical" not in lacking
    with pytest.raises(KeyError, match="nearest: dci"):
        cal.compare({"dcii": 0.5})


def test_text_of_a_comparison_reads_in_columns():
    lines = cal.as_text(cal.compare({"dci": (0.8, 0.75, 0.85), "inertia_clinical": 0.3})).splitlines()
    assert lines[1].split("  ")[0] == "dci" and "0.8 (0.75 to 0.85)" in lines[1]
    assert "0.44 to 0.53" in lines[2] and lines[2].endswith("no")
    assert lines[-1] == "1 of 2 inside"
    assert cal.as_text(cal.compare({})).endswith("0 of 0 inside")


def test_measure_of_the_hierarchies_is_the_one_read_here():
    wins = linear_group(6, 200, 1)
    assert cal.group_measures([wins]).iloc[0].to_dict() == pytest.approx(measure(wins))


# figure


@pytest.fixture(scope="module")
def groups() -> pd.DataFrame:
    flat = cal.group_measures(domworld(0.1, seed=seed) for seed in range(12)).assign(model="the mild")
    fierce = cal.group_measures(domworld(seed=seed) for seed in range(12)).assign(model="the fierce")
    return pd.concat([flat, fierce], ignore_index=True)


def test_figure_says_what_is_too_low_and_holds_what_it_shows(groups):
    drawn = published_quartiles(groups, resamples=200)
    assert drawn.title.startswith("The mild: linearity h′ is too low, triangle transitivity is too low,")
    assert len(drawn.data) == 2 * 4 and set(drawn.data["model"]) == {"the mild", "the fierce"}
    own = cal.spreads(groups[groups["model"] == "the fierce"])["steepness"]
    row = drawn.data.query("model == 'the fierce' and measure == 'steepness'").iloc[0]
    assert (row["median"], row["published"]) == (own.median, 0.80)
    assert len(drawn.alt_text) > 200 and "analogy" in drawn.caption
    first = published_quartiles(groups, models=["the fierce"], resamples=200)
    assert "the fierce" in first.title.lower() and len(first.data) == 4


def test_figure_says_of_all_models_whether_their_medians_lie_inside():
    names = ("de_vries_h", "ttri", "steepness", "dci")
    inside = pd.DataFrame([{name: cal.target(name).published for name in names}] * 5)
    outside = inside.assign(steepness=0.1, model="the flat")
    models = [inside.assign(model="people"), outside, inside.assign(model="Bonabeau, tuned")]
    title = published_quartiles(pd.concat(models), resamples=50).title
    assert title == (
        "All four medians of people lie within the quartiles of real animal groups; "
        "so do those of “Bonabeau, tuned”"
    )
    assert published_quartiles(pd.concat(models), models=["people", "the flat"], resamples=50).title == (
        "All four medians of people lie within the quartiles of real animal groups"
    )


def test_figure_is_legible(groups):
    figure = published_quartiles(groups, resamples=200).figure
    figure.draw_without_rendering()
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            assert text.get_fontsize() >= SMALLEST_TEXT
    boxes = [axes._left_title.get_window_extent() for axes in figure.axes]
    assert all(box.width > 50 and box.x1 < figure.bbox.width for box in boxes)
    assert not any(one.overlaps(other) for one, other in itertools.pairwise(boxes))


def test_figure_refuses_what_it_cannot_draw(groups):
    with pytest.raises(FigureError, match="no model 'wild'; it has the mild, the fierce"):
        published_quartiles(groups, models=["wild"])
    with pytest.raises(FigureError, match="groups lacks the column 'ttri'"):
        published_quartiles(groups.drop(columns="ttri"))
    with pytest.raises(FigureError, match="ttri is defined in no group of model 'the mild'"):
        published_quartiles(groups.assign(ttri=np.nan))
