"""Societies measured against published numbers: what is read from runs, the script, and the fold (R9)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from mentalities_sim.calibration import TARGETS, target
from mentalities_sim.calibration import winners as won
from mentalities_sim.calibration.daily import daily_life
from mentalities_sim.calibration.societies import (
    Meetings,
    first_wins,
    live_together,
    over_a_resource,
    reports,
)
from mentalities_sim.engine import lockstep
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.meetings import society_batch

ROOT = Path(__file__).parents[1]


def load(path: str) -> ModuleType:
    name = f"tested_{Path(path).stem}"
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load("experiments/calibration.py")


@pytest.fixture(scope="module")
def fold() -> ModuleType:
    return load("docs/examples/fold.py")


def meetings(*rows: tuple[int, int, int]) -> Meetings:
    """Meetings in a row, each (ending, winner, loser)."""
    ending, winner, loser = (np.array(column) for column in zip(*rows, strict=True))
    return Meetings(np.arange(len(rows)), ending, winner, loser)


# what is read from runs


def test_meetings_are_those_the_world_has_counted():
    batch, trace = live_together({"size": 6, "days": 20, "scarcity": 0.6}, [{}, {"expectation": 0.0}], 3, 1)
    world = batch.states["world"]
    for run, one in enumerate(over_a_resource(batch, trace)):
        assert len(one.step) == world["over_resource"][run].sum()
        assert len(one.contests().step) == world["contests"][run].sum()
        assert (one.ending >= Ending.FIGHT_FIRST_WON).sum() - (one.winner < 0).sum() == world["fights"][
            run
        ].sum()
        assert (np.diff(one.step) > 0).all()
        assert ((one.winner < 0) == (one.ending == Ending.NEITHER_CLAIMED)).all()


def test_events_can_be_kept_from_a_later_day_on_and_change_nothing():
    world = {"size": 6, "days": 6, "scarcity": 1.0}
    whole, all_events = live_together(world, [{}], 2, 1)
    late, late_events = live_together(world, [{}], 2, 1, events_from=4)
    assert (whole.states["person"] == late.states["person"]).all()
    for one, other in zip(
        over_a_resource(whole, all_events), over_a_resource(late, late_events), strict=True
    ):
        after = one.step >= 4 * 4 * 3
        assert one.winner[after].tolist() == other.winner.tolist()


def test_effort_is_contests_over_individuals():
    many = meetings(*[(Ending.FIGHT_FIRST_WON, 0, 1), (Ending.NEITHER_CLAIMED, -1, -1)] * 100)
    assert first_wins(many, 2, 25).sum() == 50
    assert first_wins(many, 2, 25, start=180).sum() == 10
    assert first_wins(many, 2, 12.5).tolist() == [[0, 25], [0, 0]]


def test_reports_are_the_states_at_the_end_of_rounds():
    batch, trace = live_together({"size": 4, "days": 5}, [{}], 2, 1, last_days=3, events=False)
    table = reports(batch, trace)
    assert len(table) == 2 * 4 * 3 * 4 and table["day"].max() == 2
    last = table[(table["day"] == 2) & (table["beep"] == 3)].sort_values("person")
    assert last["negative"].tolist() == batch.states["person"]["threat"].ravel().tolist()
    assert last["warmth"].tolist() == batch.states["person"]["shown_warmth"].ravel().tolist()


# winners and losers


def test_columns_of_the_published_table_by_hand():
    one = meetings(
        (Ending.FIGHT_FIRST_WON, 0, 1),
        (Ending.RETREAT_SECOND_WON, 0, 2),
        (Ending.YIELD_SECOND_WON, 1, 2),
        (Ending.NEITHER_CLAIMED, -1, -1),
    )
    found = won._columns(one)
    assert (found["fights"], found["retreats"], found["neither"]) == (0.5, 0.25, 0.25)
    assert found["resolved"] == pytest.approx(3 / 45) and found["alpha"] == 2


def test_who_won_again_needs_another_opponent():
    one = meetings((5, 0, 1), (5, 0, 2), (5, 3, 1))  # 0 wins again; 1 loses again; 2 and 3 had one contest
    assert won.won_again([one, one])["winners_won_again"][0] == 1.0
    assert won.won_again([one, one])["losers_won_again"][0] == 0.0
    rematch = meetings((5, 0, 1), (5, 1, 0))
    assert won.won_again([rematch, one])["losers_won_again"] == won.won_again([one])["losers_won_again"]


def test_without_any_effect_order_is_chance_and_with_them_it_is_not():
    table, _ = won.winners_and_losers(30, seed=1)
    found = won.means(table).set_index(["row", "column"])["mean"]
    assert found["none", "h"] == pytest.approx(3 / 11, abs=0.08)
    assert found["winner", "h"] > found["loser", "h"] > found["none", "h"] + 0.2
    assert found["loser", "neither"] > 0.4 > found["winner", "neither"]
    shares = table[["fights", "retreats", "neither"]].sum(axis=1)
    np.testing.assert_allclose(shares, 1.0)
    agrees = won.contrasts(table).set_index(["contrast", "column"])["agrees"]
    assert agrees["loser - none", "neither"] == "yes"
    assert agrees["full - full_without_iss", "neither"] == "yes"  # the ISS moves towards the loser-only row


@pytest.mark.parametrize(
    ("low", "high", "published", "said"),
    [(0.1, 0.2, 0.5, "yes"), (-0.2, -0.1, 0.5, "no"), (-0.1, 0.1, 0.5, "unclear"), (-0.1, 0.1, 0.0, "yes"),
     (0.1, 0.2, 0.0, "no")],
)  # fmt: skip
def test_agreement_is_of_the_sign_and_clear_of_chance(low, high, published, said):
    assert won._agrees(low, high, published) == said


# days


def test_daily_life_finds_what_was_put_in():
    rng = np.random.default_rng(0)
    rows = []
    for person in range(60):
        warm, mood = 0.5 + 0.3 * rng.normal(), 0.0
        for day in range(14):
            for beep in range(4):
                mood = 0.5 * mood + rng.normal()
                rows.append(
                    (
                        person // 10,
                        person,
                        day,
                        beep,
                        beep,
                        mood,
                        -mood,
                        rng.normal(),
                        warm + 0.3 * rng.normal(),
                    )
                )
    columns = ["society", "person", "day", "beep", "time", "negative", "positive", "dominance", "warmth"]
    found = daily_life(pd.DataFrame(rows, columns=columns), resamples=20)
    assert found["inertia_negative"][0] == pytest.approx(0.45, abs=0.06)  # .5, less the bias of short series
    assert found["icc_warmth"][0] == pytest.approx(0.5, abs=0.12)
    assert found["within_dominance_warmth"][0] == pytest.approx(0.0, abs=0.05)
    for value, low, high in found.values():
        assert low <= value <= high or value == pytest.approx(low, abs=0.06)


# the script


def test_every_target_is_measured_or_has_a_reason(script):
    measured = {
        ("people", "groups"): dict.fromkeys(("de_vries_h", "ttri"), 0.9),
        ("people", "again"): {"steepness": (0.8, 0.7, 0.9), "dci": 0.8, "unknown_with_h": -0.8},
    }
    reasons = dict(script.NOT_MEASURED)
    script.NOT_MEASURED.update(dict.fromkeys(TARGETS, "not in this test"))
    try:
        table = script.every_target(measured)
    finally:
        script.NOT_MEASURED.clear()
        script.NOT_MEASURED.update(reasons)
    assert set(table["target"]) == set(TARGETS)
    lacking = table[table["why_not"] != ""]
    assert lacking["found"].isna().all() and (lacking["why_not"].str.len() > 5).all()


def test_medians_say_whether_all_four_lie_inside_at_once(script):
    inside = {name: target(name).published for name in ("de_vries_h", "ttri", "steepness", "dci")}
    groups = pd.DataFrame([{**inside, "model": "a", "block": "b", "effort": 25.0}] * 5)
    assert script.medians(groups)["all_four_inside"].all()
    assert not script.medians(groups.assign(dci=0.5))["all_four_inside"].any()


@pytest.mark.slow
def test_the_script_measures_all_it_can_and_keeps_the_hierarchies_inside(script, tmp_path, capsys):
    script.main(["--groups", "100", "--workers", "1", "--out", str(tmp_path)])
    table = pd.read_csv(tmp_path / "targets.csv")
    assert set(table["target"]) == set(TARGETS)
    main = table[(table["block"] == script.MAIN) & (table["use"] == "calibrate")]
    assert len(main) == 4 and main["inside"].astype(bool).all(), "all four medians at once"
    assert (tmp_path / "published_quartiles.png").is_file()
    said = capsys.readouterr().out
    assert "NOT MEASURED" in said and "4 of 5 inside" in said


# the fold


def test_solitude_runs_on_both_engines_and_nobody_meets(fold):
    rules, _ = fold.rules()
    settings = {**fold.CRITIC, **fold.STRONG, "involuntary_subordination": 0.8}
    world = {"size": 3, "days": 3, "scarcity": 0.0}
    batch = society_batch(rules, {"world": [world], "person": [settings], "tie": [{}]}, 1, [0, 1])
    assert lockstep.compare(batch) is None


def test_defeat_lasts_where_rumination_is_strong_and_nowhere_without_the_hold(fold, monkeypatch):
    monkeypatch.setattr(fold, "POWERS", (0.2, 0.7, 1.0))
    ends = (fold.RESTED, fold.DEFEATED)
    intact = fold.hysteresis(fold.alone(fold.VARIANTS[fold.INTACT], 40, defeats=ends)).set_index("power")
    assert intact["fold"].tolist() == [False, True, False]
    for name in ("defaults, inner critic", "constant rumination", "ISS without a hold on the referee"):
        other = fold.hysteresis(fold.alone(fold.VARIANTS[name], 40, defeats=ends))
        assert (other["apart"] < 0.06).all(), name


def test_the_rumination_number_is_that_of_the_settings(fold):
    assert fold.rumination_number({}) == pytest.approx(2.56)
    assert fold.rumination_number(fold.STRONG) == pytest.approx(7.2)


def test_the_fold_is_drawn_with_words(fold, monkeypatch):
    monkeypatch.setattr(fold, "POWERS", (0.6, 0.7))
    shown = ("defaults, inner critic", fold.INTACT, "ISS without a hold on the referee")
    drawn = fold.picture({name: fold.summarise(fold.alone(fold.VARIANTS[name], 6)) for name in shown})
    assert drawn.title and "apart, at inner power" in drawn.alt_text


def test_no_way_out_leaves_more_subordination(fold):
    living = fold.together(6)
    wide = living.pivot(index="group", columns="bids_go_on", values="iss")
    assert (wide[0.9] - wide[0.0]).mean() > 0.01
