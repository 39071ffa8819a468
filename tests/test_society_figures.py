"""Figures of societies say what their groups say, claim nothing of noise, and are chosen by what was kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("matplotlib")

from figure_frames import ABLATIONS, make_agents, make_course, make_groups, make_stakes
from matplotlib.figure import Figure
from matplotlib.text import Text
from test_figures_legible import _hidden_tick_labels

from mentalities_sim.figures import (
    COURSE_SHOWN,
    ORDER_SHOWN,
    FigureError,
    hierarchy_measures,
    hierarchy_over_time,
    rank_profile,
    stakes_differences,
    stakes_response,
    subordination,
)
from mentalities_sim.figures.adversity import MEASURES as FELT
from mentalities_sim.figures.groups import LOOKS, over_groups
from mentalities_sim.figures.measures import MEASURES

NONE = dict.fromkeys(ABLATIONS, 0.0)


def lettering(figure: Figure) -> Iterator[Text]:
    """All words that are seen."""
    for _ in range(3):
        figure.draw_without_rendering()
    hidden = _hidden_tick_labels(figure)
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            yield text


def shown_below(figure: Figure) -> str:
    """The quiet lines at the foot."""
    return figure.get_supxlabel()


def intervals(figure: Figure) -> list[int]:
    """How many intervals each panel shows."""
    return [
        sum(artist.get_gid() == "interval" for artist in (*axes.lines, *axes.collections))
        for axes in figure.axes
        if axes.axison
    ]


# --- true to the data -------------------------------------------------------------------------


def test_the_course_is_told_as_it_is() -> None:
    one = hierarchy_over_time(make_course(), resamples=100)
    assert one.title.startswith("Over the course escalation (0.5")
    assert "threat (0.51 → 0.30)" in one.title
    assert "fall in “intact”" in one.title and "rise" not in one.title
    assert "escalation shows no clear change in “random referee”" in one.title
    assert "falls less in “winner effect only” and falls more in “loser effect only”" in one.caption
    assert "“no ISS”" not in one.title, "it takes the course of the first arm"
    turned = hierarchy_over_time(make_course(drift=0.2), resamples=100)
    assert "rise in “intact”" in turned.title and "rises less in “loser effect only”" in turned.caption
    apart = hierarchy_over_time(make_course({"a": 0.0, "b": 0.4}), resamples=100).title
    assert apart.endswith("escalation rises in “b”")
    same = hierarchy_over_time(make_course({"a": 0.0, "b": 0.0}), resamples=100).title
    assert same.endswith("escalation takes no clearly different course in “b”")


def test_the_course_has_a_band_for_every_line_and_a_name_at_its_end() -> None:
    one = hierarchy_over_time(make_course(), resamples=100)
    assert intervals(one.figure) == [5, 5, 5, 5]
    first = one.data[(one.data["measure"] == "threat") & (one.data["arm"] == "intact")]
    mean = make_course().query("arm == 'intact'").groupby("part")["threat"].mean()
    assert first["mean"].tolist() == pytest.approx(mean.tolist())
    for axes in one.figure.axes:
        assert {text.get_text() for text in axes.texts} >= {"intact", "no ISS", "winner effect only"}


def test_names_at_the_ends_of_lines_keep_apart() -> None:
    figure = hierarchy_over_time(make_course(NONE | {"a": 0.0, "b": 0.0}), resamples=50).figure
    list(lettering(figure))
    for axes in figure.axes:
        boxes = [Text.get_window_extent(text) for text in axes.texts]
        assert len(boxes) == 7
        for one, other in combinations(boxes, 2):
            lap = min(one.y1, other.y1) - max(one.y0, other.y0)
            assert lap <= 5, "line boxes may touch, letters not"


def test_hierarchies_are_compared_with_the_first_arm_and_with_chance() -> None:
    groups = make_groups(columns=MEASURES)
    one = hierarchy_measures(groups, size=9, resamples=100)
    assert one.title.startswith("Compared with “intact”, linearity is higher in “random referee” (+0.")
    assert "and lower in “loser effect only” (−0." in one.title and "“no ISS”" not in one.title
    assert one.title.endswith("is above chance (0.30)")
    assert hierarchy_measures(groups, size=3, resamples=100).title.endswith("is below chance (0.75)")
    means = groups.query("arm == 'intact'")["linearity"].mean()
    at_chance = groups.assign(linearity=groups["linearity"] - means + 0.3)
    assert "not clearly apart from chance" in hierarchy_measures(at_chance, size=9, resamples=100).title
    assert intervals(one.figure) == [5] * 6
    lines = [line for line in one.figure.axes[0].lines if len(set(line.get_xdata())) == 1]
    assert any(line.get_xdata()[0] == pytest.approx(0.3) and len(line.get_xdata()) == 2 for line in lines)
    unknown = hierarchy_measures(groups, resamples=100)
    assert "chance" not in unknown.title, "nobody knows how many there are"


def test_marks_are_hollow_where_nothing_is_clear() -> None:
    (panel, *_) = hierarchy_measures(make_groups(columns=MEASURES), resamples=100).figure.axes
    marks = [line for line in panel.lines if line.get_marker() in "Do" and line.get_markersize() == 8]
    hollow = [line.get_ydata()[0] for line in marks if line.get_markerfacecolor() == "white"]
    assert len(marks) == 5 and hollow == [list(ABLATIONS).index("no_iss")]


def test_differences_are_paired_by_group() -> None:
    """What a group adds to every arm cancels."""
    outcomes = make_groups(columns=FELT)
    moved = outcomes.assign(threat=outcomes["threat"] + 10.0 * outcomes["replicate"])
    ends = ["mean", "low", "high", "low_all", "high_all"]
    one, two = subordination(outcomes), subordination(moved)
    np.testing.assert_allclose(one.data[ends], two.data[ends], atol=1e-9)
    shuffled = outcomes.sample(frac=1.0, random_state=1)
    again = subordination(shuffled, "intact", arms=list(ABLATIONS)).data
    np.testing.assert_allclose(one.data[ends], again[ends], atol=1e-12)


def test_adversity_is_told_as_it_is() -> None:
    one = subordination(make_groups({"baseline": 0.0, "scarcity": 0.1, "stigma": 0.2, "play": -0.1}, FELT))
    assert one.title.startswith("Compared with “baseline”, ISS is higher in “stigma” (+0.")
    assert one.title.index("“stigma”") < one.title.index("“scarcity”"), "the larger difference first"
    assert "and lower in “play” (−0." in one.title
    assert intervals(one.figure) == [6] * 6, "a broad and a thin one each"
    assert "threat (higher in 2 and lower in 1)" in one.alt_text
    many = subordination(make_groups({"none": 0.0} | {f"kind_{i}": 0.1 + i / 20 for i in range(6)}, FELT))
    assert many.title.endswith("“kind 3” (+0.25) and 3 more")
    pair = subordination(make_groups({"baseline": 0.0, "scarcity": 0.1}, FELT)).title
    assert pair.endswith("; it has more threat, more soothing, more drive, more competing and more "
                         "cooperation and care, too")  # fmt: skip
    outcomes = make_groups({"baseline": 0.0, "scarcity": 0.0, "stigma": 0.0}, FELT, seed=8)
    harsh = outcomes["threat"].where(outcomes["arm"] == "baseline", outcomes["threat"] + 0.2)
    said = subordination(outcomes.assign(threat=harsh)).title
    assert said == (
        "In none of 2 others does ISS differ clearly from “baseline”; clear differences: threat (higher in 2)"
    )


def test_stakes_are_told_as_they_are() -> None:
    one = stakes_response(make_stakes(), resamples=100)
    assert one.title == (
        "From scarcity 0.1 to 0.9, in “intact”, linearity, cooperation and care, competing, ISS and soothing "
        "rise; escalation falls"
    )
    assert intervals(one.figure) == [2] * 6
    mixed = stakes_response(make_stakes((("intact", 0.3), ("no_iss", 0.0))), resamples=100).title
    assert mixed == one.title, "it speaks of the first arm"
    other = stakes_response(make_stakes((("intact", 0.0), ("no_iss", 0.3))), resamples=100).title
    assert other.startswith("From scarcity 0.1 to 0.9, in “intact”, no clear change in linearity")
    flat = stakes_response(make_stakes((("intact", 0.0), ("no_iss", 0.0))), resamples=100).title
    assert flat == other


def test_ranks_are_by_contests_and_the_equal_share() -> None:
    one = rank_profile(make_agents(), resamples=100)
    assert (
        one.title
        == "The lower half of the ranks has more ISS, more threat and fewer resources than the upper"
    )
    assert intervals(one.figure) == [2, 2, 2]
    goods = one.data.query("measure == 'resources' and arm == 'intact'").set_index("rank")["mean"]
    assert goods.tolist() == pytest.approx([80.0 - 6 * n for n in range(8)])
    tied = make_agents().assign(contests_won=50)
    flat = rank_profile(tied, resamples=100)
    assert flat.title == (
        "The lower half of the ranks does not differ clearly from the upper in ISS, threat and resources"
    )
    assert flat.data.query("measure == 'resources'")["mean"].tolist() == pytest.approx([59.0] * 16)


def test_ranks_of_large_groups_are_taken_together_and_the_never_seen_left_out() -> None:
    many = make_agents(groups=4, size=60, slope=0.01)
    many.loc[many["person"] == 3, ["lived_threat", "lived_involuntary_subordination", "lived_moments"]] = 0.0
    one = rank_profile(many, resamples=100)
    assert sorted(one.data["rank"].unique()) == list(range(1, 11))
    assert one.data["mean"].notna().all()
    assert "Tenth of the ranks" in one.figure.axes[0].get_xlabel()
    top = many.query("person < 6 and arm == 'intact' and person != 3")
    felt = one.data.query("measure == 'threat' and rank == 1 and arm == 'intact'")["mean"].item()
    assert felt == pytest.approx((top["lived_threat"] / 50).groupby(top["replicate"]).mean().mean())


# --- nothing is claimed of noise ------------------------------------------------------------------


def test_titles_claim_rarely_what_is_not_there() -> None:
    """Of 15 figures in which nothing is to be found, about one may claim something."""
    claims = 0
    for seed in range(15):
        same = subordination(make_groups(NONE, FELT, seed=seed, noise=0.1)).title
        claims += not same == "In none of 4 others does ISS differ clearly from “intact”"
    assert claims <= 2
    claims = 0
    for seed in range(15):
        flat = make_course({"a": 0.0, "b": 0.0}, drift=0.0, groups=8, seed=seed)
        title = hierarchy_over_time(flat, resamples=20).title
        claims += not title.startswith("Over the course there is no clear change in") or "rises" in title
    assert claims <= 2


def test_one_group_claims_nothing() -> None:
    assert "differ clearly" in subordination(make_groups(columns=FELT, groups=1)).title
    assert "no clear change" in hierarchy_over_time(make_course(groups=1)).title
    assert (
        "not clearly apart from chance"
        in hierarchy_measures(make_groups(columns=MEASURES, groups=1), size=9).title
    )
    assert "no clear change" in stakes_response(make_stakes(groups=1)).title
    assert "does not differ clearly" in rank_profile(make_agents(groups=1)).title


def test_what_was_never_observed_is_said() -> None:
    groups = make_groups(columns=MEASURES)
    groups.loc[groups["arm"] == "no_iss", "escalation"] = np.nan
    one = hierarchy_measures(groups, resamples=100)
    assert "never observed" in [text.get_text() for text in lettering(one.figure)]
    course = make_course().assign(upsets=np.nan)
    assert intervals(hierarchy_over_time(course, resamples=50).figure) == [5, 5, 5, 5]


def test_an_interval_for_many_comparisons_is_wider() -> None:
    values = np.random.default_rng(1).normal(1.0, 1.0, 20)
    one, many = over_groups(values), over_groups(values, 30)
    assert many.low < one.low < one.mean == many.mean < one.high < many.high
    assert over_groups([0.1 + 0.2, 0.3] * 3).clear == 1 and over_groups([1e-17, 0.0]).clear == 0
    assert over_groups([0.3, 0.3]).clear == 0, "two alike say little of their spread"


def test_what_was_swept_besides_is_averaged_and_said() -> None:
    course = pd.concat([make_course().assign(fee=value) for value in (1, 2)])
    course = course[["arm", "fee", *make_course().columns[1:]]]
    one = hierarchy_over_time(course, resamples=50)
    assert one.caption.endswith("Each group is the mean over all 2 values of fee.")
    assert one.title.startswith("Averaged over all 2 values of fee, over the course")
    assert "Each group is the mean over all 2 values of fee." in shown_below(one.figure)
    assert one.data["groups"].max() == 24, "two values of a fee are no more groups"


def swept(columns: tuple[str, ...] = MEASURES, turn: float = 0.2) -> pd.DataFrame:
    """Two values of scarcity: what the other arm does to every measure turns its sign."""
    signs = ((0.2, 1.0), (0.8, -1.0))
    parts = [
        make_groups({"intact": 0.0, "other": sign * turn}, columns).assign(scarcity=value)
        for value, sign in signs
    ]
    return pd.concat(parts)[["arm", "scarcity", "replicate", *columns]]


def test_a_sweep_that_is_averaged_over_says_so_and_where_signs_turn() -> None:
    for draw, columns in ((hierarchy_measures, MEASURES), (subordination, FELT)):
        one = draw(swept(columns))
        assert one.title.startswith("Averaged over all 2 values of scarcity, ")
        assert "turns with scarcity in “other” (higher at 0.2, lower at 0.8)" in one.title
        assert "mean over all 2 values of scarcity" in shown_below(one.figure)
    assert "turns" not in hierarchy_measures(swept(turn=0.0)).title
    assert "Averaged" not in hierarchy_measures(swept().query("scarcity == 0.2")).title


def test_an_order_that_is_not_known_is_not_compared() -> None:
    groups = make_groups(columns=MEASURES)
    sparse = groups.assign(unknown_dyads=np.where(groups["arm"] == "loser_effect_only", 0.73, 0.02))
    one = hierarchy_measures(sparse, size=9, resamples=100)
    assert (
        "in “loser effect only” 73 % of pairs never had a contest: its linearity is mostly chance"
        in one.title
    )
    assert "lower in “loser effect only”" not in one.title and "higher in “random referee”" in one.title
    assert "10 % of pairs or more never had a contest" in shown_below(one.figure)
    known = one.data.set_index(["measure", "arm"])["differs_from_reference"]
    assert pd.isna(known["linearity", "loser_effect_only"])
    assert pd.isna(known["directional_consistency", "loser_effect_only"])
    first = hierarchy_measures(groups.assign(unknown_dyads=0.4), size=9, resamples=100).title
    assert first.startswith("Compared with “intact”, escalation is higher in “random referee”")
    assert "40 % of pairs" in first and "above chance" not in first
    fine = hierarchy_measures(groups.assign(unknown_dyads=0.09), size=9, resamples=100).title
    assert fine == hierarchy_measures(groups, size=9, resamples=100).title


def test_stakes_compare_no_order_that_is_not_known() -> None:
    sparse = make_stakes().assign(unknown_dyads=lambda rows: np.where(rows["scarcity"] < 0.2, 0.41, 0.0))
    title = stakes_response(sparse, resamples=100).title
    assert title.endswith("linearity is not compared: at scarcity 0.1 41 % of pairs never had a contest")
    assert "linearity" not in title.partition(" rise")[0]
    assert "linearity" in stakes_response(make_stakes(), resamples=100).title.partition(" rise")[0]


def test_dashes_are_told_only_of_what_is_drawn() -> None:
    groups = make_groups(columns=MEASURES)
    assert shown_below(hierarchy_measures(groups, size=9).figure).endswith("dashed: by chance")
    assert shown_below(hierarchy_measures(groups).figure).endswith("dashed: by chance (of transitivity)")
    assert "dashed" not in shown_below(hierarchy_measures(groups, shown=["steepness"]).figure)


def test_contests_are_called_late_in_outcomes_and_not_in_a_course() -> None:
    late = hierarchy_measures(make_groups(columns=MEASURES)).figure
    assert "Share of late contests" in [axes.get_xlabel() for axes in late.axes]
    course = hierarchy_over_time(make_course()).figure
    assert "Share of contests" in [axes.get_ylabel() for axes in course.axes]


CLINIC = ("symptoms", "fear_of_compassion")


def test_differences_are_told_at_each_value_with_numbers_and_names_of_the_table() -> None:
    parts = [
        make_groups({"titrated": 0.0, "ramp": shift, "no_warmth": 0.2}, CLINIC).assign(scarcity=value)
        for value, shift in ((0.05, 0.1), (0.6, -0.1))
    ]
    frame = pd.concat(parts)[["arm", "scarcity", "replicate", *CLINIC]]
    one = stakes_differences(frame, CLINIC, "scarcity", units="clinics")
    assert one.title.startswith("Compared with “titrated”, symptoms are lower in “ramp” (−0.")
    assert "at scarcity 0.6), and higher in “ramp” (+0." in one.title and "“no warmth” (+0." in one.title
    assert [tick.get_text() for tick in one.figure.axes[0].get_yticklabels()] == ["ramp", "no warmth"]
    assert intervals(one.figure) == [8, 8], "two arms, two values, a broad and a thin one each"
    wide = frame[frame["scarcity"] == 0.6].pivot(index="replicate", columns="arm", values="symptoms")
    row = one.data.query("measure == 'symptoms' and arm == 'ramp' and scarcity == 0.6").iloc[0]
    assert row["mean"] == pytest.approx((wide["ramp"] - wide["titrated"]).mean())
    assert row["low_all"] < row["low"] < row["mean"]
    same = make_groups({"titrated": 0.0, "ramp": 0.0}, CLINIC, seed=9)
    alone = stakes_differences(same, CLINIC)
    assert alone.title == "In no other arm do symptoms differ clearly from “titrated”"
    assert "" not in alone.data.columns
    with pytest.raises(FigureError, match="a comparison needs two"):
        stakes_differences(same, CLINIC, arms=["titrated"])


def test_differences_leave_out_an_order_that_is_not_known() -> None:
    frame = swept().assign(unknown_dyads=lambda rows: np.where(rows["scarcity"] == 0.8, 0.5, 0.0))
    found = stakes_differences(frame, MEASURES, "scarcity").data.set_index(["measure", "scarcity"])["mean"]
    assert np.isnan(found["linearity", 0.8]) and np.isfinite(found["linearity", 0.2])
    assert np.isfinite(found["escalation", 0.8])


# --- what cannot be drawn ------------------------------------------------------------------------


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(FigureError, match="course lacks the column 'upsets'"):
        hierarchy_over_time(make_course().drop(columns="upsets"))
    with pytest.raises(FigureError, match="one part only"):
        hierarchy_over_time(make_course().query("part == 1"))
    with pytest.raises(FigureError, match=f"9 lines cannot be told apart, {len(LOOKS)} can"):
        hierarchy_over_time(make_course({f"arm_{i}": 0.0 for i in range(9)}, groups=2))
    outcomes = make_groups(columns=FELT)
    with pytest.raises(FigureError, match="no arm 'nobody'; there are intact, random_referee"):
        subordination(outcomes, "nobody")
    with pytest.raises(FigureError, match="a comparison needs two"):
        subordination(outcomes, arms=["intact"])
    moved = outcomes["replicate"] + 100 * (outcomes["arm"] == "no_iss")
    with pytest.raises(FigureError, match="share no value of the column 'replicate'"):
        subordination(outcomes.assign(replicate=moved))
    with pytest.raises(FigureError, match="'scarcity' must hold two numbers"):
        stakes_response(make_stakes().assign(scarcity="much"))
    with pytest.raises(FigureError, match="ranks need two"):
        rank_profile(make_agents(size=1))
    with pytest.raises(FigureError, match="agents is empty"):
        rank_profile(make_agents().head(0))


def test_what_is_missing_at_some_of_what_was_swept_is_not_averaged_over_the_rest() -> None:
    cells = [("a", 0.1, 0.1), ("a", 0.9, 0.9), ("b", 0.1, 0.1), ("b", 0.9, np.nan)]
    rows = [(arm, scarcity, group, threat) for group in range(8) for arm, scarcity, threat in cells]
    frame = pd.DataFrame(rows, columns=["arm", "scarcity", "replicate", "threat"])
    one = subordination(frame, shown=["threat"])
    assert "lower in “b”" not in one.title and np.isnan(one.data["mean"]).all()


def test_the_last_tenth_of_an_order_is_not_drawn_twice_and_bounds_are_named() -> None:
    names = list(ORDER_SHOWN)
    course = make_course().rename(columns=dict(zip(COURSE_SHOWN, names, strict=True)))
    one = hierarchy_over_time(course, shown=names, resamples=50, note="Power at a bound: “intact”")
    assert one.data["part"].max() == course["part"].max() - 1
    assert "Power at a bound: “intact”" in shown_below(one.figure)
