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
from mentalities_sim.hierarchy import Contests, downward_bids
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.meetings import rounds, society_batch
from mentalities_sim.worlds.society_tables import contests_frame, ever_lived

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


@pytest.mark.parametrize("more", [{"childhood": 1}, {"childhood": 3, "turnover": 40.0}], ids=str)
def test_rounds_end_where_childhood_and_newcomers_have_moved_them(more):
    world = {"size": 5, "days": 6, "scarcity": 1.0, **more}
    batch, trace = live_together(world, [{}], 2, 1, last_days=2)
    assert (batch.states["world"]["newcomers"] > 0).all() == ("turnover" in more)
    starts = rounds({"turnover": 0.0, **world})[1]
    assert len(starts) == 25 and starts[-1] == batch.steps
    assert trace.steps.tolist() == (starts[-8:] - 1).tolist()
    late, kept = live_together(world, [{}], 2, 1, events_from=4)
    assert (late.states["person"] == batch.states["person"]).all()
    for one, other in zip(over_a_resource(batch, trace), over_a_resource(late, kept), strict=True):
        after = one.step >= starts[16]
        assert 0 < len(other.step) < len(one.step)
        assert one.step[after].tolist() == other.step.tolist()


def test_events_cannot_begin_after_the_days_that_are_kept():
    with pytest.raises(ValueError, match="events_from is 5; allowed: 0 to 4"):
        live_together({"size": 4, "days": 6}, [{}], 1, 1, last_days=2, events_from=5)


def test_bids_go_down_in_exports_because_of_retreats_alone():
    batch, trace = live_together({"size": 10, "days": 90}, [{}], 6, 1)
    contests = contests_frame(batch, trace.events, pd.DataFrame({"replicate": range(6)}))
    groups = [group for _, group in contests.groupby("replicate")]
    whole = np.mean([downward_bids(Contests.from_frame(group)) for group in groups])
    rest = [Contests.from_frame(group[group["ending"] != "retreat"]) for group in groups]
    assert whole > 0.75 and np.mean([downward_bids(one) for one in rest]) == pytest.approx(0.5, abs=0.06)


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


def test_who_meets_nobody_has_shown_nothing():
    batch, trace = live_together({"size": 5, "days": 30}, [{}], 2, 1, last_days=7, events=False)
    table = reports(batch, trace)
    alone = table["dominance"].isna()
    assert (alone == table["warmth"].isna()).all() and table["negative"].notna().all()
    assert (table[alone].groupby(["society", "day", "beep"]).size() == 1).all(), "one of five is left over"
    assert alone.sum() == 2 * 7 * 4
    course = batch.feed.__self__
    kinds, _, who = course.steps_of(course.rounds - 1)
    apart = [int(who["person"][run][kinds[run] == course.phase_of["alone"]][0]) for run in range(2)]
    last = table[(table["day"] == 6) & (table["beep"] == 3)]
    assert last[last["dominance"].isna()]["person"].tolist() == [apart[0], 5 + apart[1]]


def test_daily_life_reads_nothing_from_rounds_alone():
    table = reports(*live_together({"size": 5, "days": 30}, [{}], 4, 1, last_days=14, events=False))
    met = table[table["dominance"].notna()]
    found, of_met = (daily_life(one, resamples=0) for one in (table, met))
    for name in ("share_dominant_warm", "icc_dominance", "icc_warmth", "within_dominance_warmth"):
        assert found[name][0] == pytest.approx(of_met[name][0])
        assert np.isfinite(found[name][0])
    assert found["inertia_negative"] != of_met["inertia_negative"], "feelings go on when one is alone"


def test_newcomers_are_people_of_their_own():
    world = {"size": 4, "days": 20, "turnover": 40.0}
    batch, trace = live_together(world, [{}], 2, 1, last_days=20, events=False)
    table = reports(batch, trace)
    assert table["person"].nunique() == 2 * ever_lived(batch) > 2 * 4
    assert (table.groupby("person")["society"].nunique() == 1).all()
    first = table.groupby("person").head(1)
    assert first[first["person"] % ever_lived(batch) >= 4]["warmth"].isna().all(), "just come in"


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


def test_winning_alone_differs_from_losing_alone_as_published_but_claims_of_equals_do_not():
    table, _ = won.winners_and_losers(60, seed=3)
    differ = won.contrasts(table).set_index(["contrast", "column"])["agrees"]
    assert set(differ["winner - loser"]) == {"yes"}
    moved = differ["full - full_without_iss"]
    assert set(moved.drop("retreats")) == {"yes"}, "the ISS moves a society towards the loser-only row"
    assert set(differ["winner - none"][differ["winner - none"] != "yes"].index) == {"fights", "retreats"}
    assert set(differ["loser - none"][differ["loser - none"] != "yes"].index) == {"retreats"}


def test_an_iss_held_at_its_mean_does_most_of_what_the_iss_does():
    table, _ = won.winners_and_losers(60, seed=3)
    found = won.means(table).set_index(["row", "column"])["mean"]
    for column in ("h", "fights", "neither"):
        level = abs(found["full_iss_held", column] - found["full_without_iss", column])
        assert level > 0.8 * abs(found["full", column] - found["full_without_iss", column])
    assert found["full", "ttri"] > found["full_iss_held", "ttri"]
    assert won._at_first(0.7) == pytest.approx(0.81, abs=0.01), "it fades by a quarter"


def test_where_defeats_are_got_over_transitivity_is_the_other_way_round():
    lasting, fading = (won.winners_and_losers(60, seed=3, fades=fades)[0] for fades in (False, True))
    found = [
        won.contrasts(table).set_index(["contrast", "column"]).loc[("winner - loser", "ttri"), "found"]
        for table in (lasting, fading)
    ]
    assert found[0] < 0.0 < found[1]


@pytest.mark.parametrize(
    ("low", "high", "published", "said"),
    [(0.1, 0.2, 0.5, "yes"), (-0.2, -0.1, 0.5, "no"), (-0.1, 0.1, 0.5, "unclear"), (-0.02, 0.04, 0.0, "yes"),
     (0.01, 0.04, 0.0, "yes"), (-0.1, 0.1, 0.0, "unclear"), (0.1, 0.2, 0.0, "no")],
)  # fmt: skip
def test_agreement_is_of_the_sign_and_clear_of_chance(low, high, published, said):
    assert won._agrees(low, high, published, same=0.05) == said


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
    groups = pd.DataFrame([{**inside, "model": "a", "block": "b", "effort": 25.0, "unknown": 0.0}] * 5)
    assert script.medians(groups)["all_four_inside"].all()
    assert not script.medians(groups.assign(dci=0.5))["all_four_inside"].any()


def test_only_groups_known_as_well_as_the_published_ones_are_compared(script, capsys):
    inside = {name: target(name).published for name in ("de_vries_h", "ttri", "steepness", "dci")}
    known = {**inside, "model": "a", "block": "b", "effort": 25.0, "unknown": 0.05}
    unknown = {**known, "steepness": 0.2, "de_vries_h": 0.3, "unknown": 0.3}
    groups = pd.DataFrame([known] * 4 + [unknown] * 9)
    shape = script.medians(groups)
    assert shape["all_four_inside"].all()
    assert set(shape["kept"]) == {4} and set(shape["run"]) == {13}
    found = script.of_groups(groups)
    assert found["steepness"][0] == inside["steepness"]
    assert found["unknown_with_h"][0] == pytest.approx(-1.0), "of all groups"
    differ = pd.DataFrame({"protocol": [], "contrast": []})
    script.say({}, shape, pd.DataFrame(), differ, pd.DataFrame({"why_not": []}))
    assert "kept 4 of 13 groups" in capsys.readouterr().out


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
    for name in ("defaults, inner critic", "constant rumination", "the same, no hold on the referee"):
        other = fold.hysteresis(fold.alone(fold.VARIANTS[name], 40, defeats=ends))
        assert (other["apart"] < 0.06).all(), name


def test_the_rumination_number_is_that_of_the_settings(fold):
    assert fold.rumination_number({}) == pytest.approx(2.56)
    assert fold.rumination_number(fold.STRONG) == pytest.approx(7.2)


def test_the_fold_is_drawn_with_words(fold, monkeypatch):
    monkeypatch.setattr(fold, "POWERS", (0.6, 0.7))
    shown = ("defaults, inner critic", fold.INTACT, "the same, no hold on the referee")
    drawn = fold.picture({name: fold.summarise(fold.alone(fold.VARIANTS[name], 6)) for name in shown})
    assert drawn.title and "apart, at inner power" in drawn.alt_text


def test_no_way_out_leaves_more_subordination(fold):
    living = fold.together(6)
    wide = living.pivot(index="group", columns="bids_go_on", values="iss")
    assert (wide[0.9] - wide[0.0]).mean() > 0.01
