"""Which figures the results of societies and clinics give, and of what."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from tiny_experiments import written

from mentalities_sim import Experiment
from mentalities_sim.experiment import society_pictures
from mentalities_sim.experiment.pictures import drawings
from mentalities_sim.experiment.results import Results
from mentalities_sim.figures import (
    FigureError,
)

HEAD = """
[experiment]
title = "Little societies"
seed = 3
replicates = 3

[world]
kind = "society"
size = 5
days = 3
"""
ARMS = '[arms]\nintact = {}\nno_iss = { "person.subordination_rise" = 0.0 }\n'
NUMBERS = '[sweep.scarcity]\nof = "world.scarcity"\nvalues = [0.2, 0.9]\n'
ONE_ARM = "[arms]\nintact = {}\n"
WORDS = '[sweep.network]\nof = "world.network"\nvalues = ["ring", "well_mixed"]\n'
ALL = "[measures]\nagents = true\n"


def results(folder: Path, *parts: str) -> Results:
    return Experiment.from_toml(written(folder, HEAD + "\n".join(parts))).run(engine="mesa")


def test_all_that_the_results_hold_is_drawn(tmp_path: Path) -> None:
    found = drawings(results(tmp_path, NUMBERS, ARMS, ALL))
    compared = ["order_over_time", "hierarchy_over_time", "hierarchy_measures", "subordination"]
    assert list(found) == [*compared, "stakes", "differences", "ranks", "elo", "rank_profile"]
    drawn = {name: draw() for name, draw in found.items()}
    assert all(one.title and one.alt_text for one in drawn.values())
    assert drawn["ranks"].title.startswith("In one group (arm intact, scarcity 0.2, replicate 0), ")
    assert drawn["ranks"].figure.get_suptitle().replace("\n", " ") == drawn["ranks"].title
    assert drawn["elo"].alt_text.startswith(drawn["elo"].title)
    assert "share of meetings over what only one can have" in drawn["stakes"].caption
    assert set(drawn["ranks"].data["name"]) <= set("01234"), "one group's people"


def test_more_arms_than_lines_can_tell_apart_come_in_several_figures_with_the_first_in_each(
    tmp_path: Path,
) -> None:
    arms = "\n".join(f'arm_{i} = {{ "person.resting_drive" = 0.{i + 1} }}' for i in range(8))
    found = drawings(results(tmp_path, f"[arms]\n{arms}\n", ALL))
    names = [name for name in found if name.startswith(("order", "hierarchy_over", "rank_profile"))]
    assert names == [
        "order_over_time", "hierarchy_over_time", "order_over_time_2", "hierarchy_over_time_2",
        "rank_profile", "rank_profile_2",
    ]  # fmt: skip
    first, second = (set(found[name]().data["arm"]) for name in ("order_over_time", "order_over_time_2"))
    assert len(first) == 7 and first & second == {"arm_0"} and len(first | second) == 8


def test_what_was_not_kept_is_not_drawn(tmp_path: Path) -> None:
    few = "[measures]\ncontests = false\ncourse = false\n"
    assert list(drawings(results(tmp_path, ARMS, few))) == ["hierarchy_measures", "subordination"]


def test_chance_is_marked_where_all_groups_are_as_large(tmp_path: Path) -> None:
    drawn = drawings(results(tmp_path, ARMS))["hierarchy_measures"]()
    (line,) = [one for one in drawn.figure.axes[0].lines if one.get_linewidth() == 2]
    assert line.get_xdata()[0] == pytest.approx(0.5), "3/(5+1)"


def test_outcomes_asked_for_are_all_shown_over_a_number(tmp_path: Path) -> None:
    asked = ["escalation", "gave_way", "threat", "soothing", "drive", "competing", "linearity", "steepness"]
    found = drawings(results(tmp_path, NUMBERS, ARMS, f"[measures]\noutcomes = {asked}\n"))
    drawn = [found[name]() for name in ("stakes", "stakes_2", "differences", "differences_2")]
    assert [list(dict.fromkeys(one.data["measure"])) for one in drawn] == [asked[:6], asked[6:]] * 2


def test_one_arm_and_many_people_leave_what_can_be_drawn_and_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = results(tmp_path, ONE_ARM)
    order = ["linearity", "transitivity", "steepness", "directional_consistency"]
    found.outcomes[order] = np.nan
    found.course[[*order, "upsets"]] = np.nan
    drawn = drawings(found)
    assert list(drawn) == ["order_over_time", "hierarchy_over_time", "hierarchy_measures", "ranks", "elo"]
    with pytest.raises(FigureError, match="order was measured in no group: each has more than 500 people"):
        drawn["order_over_time"]()
    assert "upsets" not in set(drawn["hierarchy_over_time"]().data["measure"])
    assert set(drawn["hierarchy_measures"]().data["measure"]) == {"escalation", "involuntary_subordination"}


def test_words_of_a_lone_axis_are_compared_as_arms(tmp_path: Path) -> None:
    found = results(tmp_path, WORDS, ONE_ARM)
    drawn = drawings(found)
    assert "stakes" not in drawn
    assert set(drawn["hierarchy_measures"]().data["network"]) == set(found.outcomes["network"].astype(str))


def test_a_large_group_is_not_shown_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = results(tmp_path, ARMS)
    monkeypatch.setattr(society_pictures, "MOST_RANKED", 2)
    with pytest.raises(FigureError, match="5 people cannot be shown one by one; 2 can"):
        drawings(found)["elo"]()


def test_chance_is_marked_only_where_all_groups_are_as_large(tmp_path: Path) -> None:
    sizes = '[arms]\nsmall = {}\nchanging = { "world.turnover" = 300.0 }\n'
    drawn = drawings(results(tmp_path, sizes))["hierarchy_measures"]()
    assert "above chance" not in drawn.title and "below chance" not in drawn.title
    assert "dashed: by chance (of transitivity)" in drawn.figure.get_supxlabel()


def test_an_arm_with_a_control_of_its_own_is_compared_with_that(tmp_path: Path) -> None:
    arms = """[arms]
plain = {}
scarce = { "world.scarcity" = 0.9 }
scarce_and_safe = { against = "scarce", "world.scarcity" = 0.9, "world.fight_hurts" = 0.0 }
"""
    found = results(tmp_path, arms)
    drawn = drawings(found)["subordination"]()
    rows = drawn.data[drawn.data["measure"] == "threat"].set_index("arm")
    assert rows["reference"].to_dict() == {"scarce": "plain", "scarce_and_safe": "scarce"}
    wide = found.outcomes.pivot(index="replicate", columns="arm", values="threat")
    assert rows.loc["scarce_and_safe", "mean"] == pytest.approx(
        (wide["scarce_and_safe"] - wide["scarce"]).mean()
    )
    labels = [text.get_text() for text in drawn.figure.axes[0].get_yticklabels()]
    assert labels == ["scarce", "scarce and safe\nless scarce"]
    assert "“scarce and safe” from “scarce”" in drawn.caption


def test_an_arm_and_its_control_are_in_one_figure() -> None:
    arms = list("abcdefghi")
    pages = society_pictures._pages(arms, {"b": "i", "h": "b"})
    assert [page[0] for page in pages.values()] == ["a", "a"]
    assert any({"b", "h", "i"} <= set(page) for page in pages.values())
    assert sorted(arm for page in pages.values() for arm in page[1:]) == arms[1:]
    assert society_pictures._pages(["a"], {}) == {"": ["a"]}
