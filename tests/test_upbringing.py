"""A childhood before the experiment: what it leaves behind, and that nothing of it is set."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_dyads import dyads, run_compiled
from small_dyads import run_both as both_dyads
from small_societies import run_both as both_societies
from small_societies import societies
from tiny_experiments import written

from mentalities_sim import Experiment
from mentalities_sim.cli import main
from mentalities_sim.declare import State, declared
from mentalities_sim.engine.batch import Batch
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment import ExperimentError, load
from mentalities_sim.experiment.pictures import drawings, grown_up
from mentalities_sim.person import Person
from mentalities_sim.policies import Fixed, Titrated
from mentalities_sim.recording import series_frame
from mentalities_sim.traits import find_upbringing, traits
from mentalities_sim.worlds import Clinic, Dyad, Society
from mentalities_sim.worlds.upbringing import PROFILES, shares

RULES = RuleSet(Dyad, {"policy": Fixed})
EVEN = tuple([1.0 / len(PROFILES)] * len(PROFILES))
SIDES = {"upbringing": EVEN, "turning": 0.5, "later_upbringing": shares(harsh=0.5, warm=0.5)}
PEOPLE = 60


@cache
def grown(childhood: int = 400, **given: Any) -> Batch:
    """People at the end of a childhood."""
    batch = dyads(RULES, runs=PEOPLE, given={"world": {"childhood": childhood, **given}})
    run_compiled(batch, stop=childhood)
    return batch


def mean(state: str, place: int | None = None, **named: float) -> float:
    """Mean of a client's state after a childhood of these profiles."""
    found = grown(upbringing=shares(**named)).states["client"][state]
    return float((found if place is None else found[:, place]).mean())


def spread(state: str, place: int, **named: float) -> float:
    return float(grown(upbringing=shares(**named)).states["client"][state][:, place].std())


# --- both engines, both worlds ------------------------------------------------------------------


def test_a_childhood_of_every_profile_is_the_same_on_both_engines_in_a_dyad() -> None:
    fast, trace = both_dyads(dyads(RULES, given={"world": {"childhood": 60, **SIDES}}))
    assert trace.series["client"].shape[1] == len(fast.schedule)
    assert (fast.states["client"]["self_blame"] > 0.0).any()


def test_a_childhood_of_every_profile_is_the_same_on_both_engines_in_a_society() -> None:
    _, trace = both_societies(societies(size=4, days=1, childhood=30, **SIDES))
    assert trace.series["person"].shape[1] == 4 * 30 + 2 * 4


def test_clients_of_a_clinic_have_a_childhood_too() -> None:
    world = {"size": 4, "clients": 2, "sessions": 1, "exchanges": 2, "run_in": 1, "childhood": 20}
    clinic = Clinic.gather(seed=1, cast={"policy": Titrated}, upbringing=shares(harsh=1.0), **world)
    for _ in range(4 * 20):
        clinic.step()
    assert all(member.plasticity == 1.0 and member.warmth_danger < 0.1 for member in clinic.members)
    assert all(member.expected_warmth[1] < 0.1 for member in clinic.members)


def test_a_dyad_and_a_society_bring_up_by_the_same_rules() -> None:
    """The same profile leaves the same behind, but for chance, in whichever world one grows up."""
    alone = mean("expected_warmth", 1, harsh=1.0)
    many = societies(size=40, days=1, childhood=400, upbringing=shares(harsh=1.0), caregivers_differ=0.0)
    run_compiled(many, stop=40 * 400)
    together = float(many.states["person"]["expected_warmth"][0, :, 1].mean())
    assert together == pytest.approx(alone, abs=0.05)


# --- without a childhood ------------------------------------------------------------------------


def test_without_a_childhood_nothing_about_upbringing_matters() -> None:
    plain, other = dyads(RULES), dyads(RULES, given={"world": {**SIDES, "plasticity": 9.0}})
    run_compiled(plain)
    run_compiled(other)
    for role in RULES.classes:
        for name in RULES.states(role):
            assert np.array_equal(plain.states[role][name], other.states[role][name]), f"{role}.{name}"


def test_a_childhood_comes_before_the_run_in_and_moves_no_chance_of_what_follows() -> None:
    without, with_it = Dyad.schedule(2, 3, 4, 1), Dyad.schedule(2, 3, 4, 1, 5)
    assert with_it.phase[:5].tolist() == [2] * 5 and with_it.tick[:5].tolist() == list(range(5))
    assert np.array_equal(with_it.phase[5:], without.phase)
    assert np.array_equal(with_it.tick[5:], without.tick)
    one, two = dyads(RULES), dyads(RULES, given={"world": {"childhood": 5}})
    for phase in ("exchange", "live"):
        assert one.luck[phase].tobytes() == two.luck[phase].tobytes()


def test_the_therapist_has_no_childhood() -> None:
    batch = grown(upbringing=shares(harsh=1.0))
    assert (batch.states["therapist"]["plasticity"] == 1.0).all()
    born = dyads(RULES, runs=PEOPLE)
    assert np.array_equal(
        batch.states["therapist"]["expected_warmth"], born.states["therapist"]["expected_warmth"]
    )


def test_series_tell_childhood_from_life_and_count_its_time_back_from_the_run_in() -> None:
    batch = dyads(RULES, runs=1, given={"world": {"childhood": 3}})
    frame = series_frame(batch, run_compiled(batch, stride=1), [0], {})
    assert frame["phase"].tolist()[:4] == ["childhood"] * 3 + ["life"]
    assert frame["hours"].tolist()[:3] == [-168.0 - 48.0, -168.0 - 24.0, -168.0]
    assert frame["hours"].is_monotonic_increasing


# --- what childhoods leave behind ---------------------------------------------------------------


def test_warm_and_harsh_childhoods_part() -> None:
    assert mean("expected_warmth", 0, warm=1.0) > mean("expected_warmth", 0, harsh=1.0) + 0.3
    assert mean("expected_warmth", 1, warm=1.0) > 0.1 > -0.1 > mean("expected_warmth", 1, harsh=1.0)
    assert mean("self_blame", warm=1.0) < 0.3 < mean("self_blame", harsh=1.0)
    assert mean("power", 1, warm=1.0) > mean("power", 1, harsh=1.0) + 0.2


def test_harm_after_warmth_makes_warmth_dangerous_as_harm_alone_does_not() -> None:
    betrayed = mean("warmth_danger", warm_then_harmed=1.0)
    assert betrayed > 0.3
    assert betrayed > mean("warmth_danger", harsh=1.0) + 0.25
    assert betrayed > mean("warmth_danger", warm=1.0) + 0.25


def test_the_neglected_expect_little_and_have_little_to_fear() -> None:
    assert mean("expected_warmth", 0, neglectful=1.0) < mean("expected_warmth", 0, warm=1.0) - 0.15
    assert mean("warmth_danger", neglectful=1.0) < 0.1


def test_worth_hangs_on_success_where_warmth_did() -> None:
    assert mean("contingent_worth", contingent=1.0) > 0.3
    assert mean("contingent_worth", warm=1.0) == mean("contingent_worth", harsh=1.0) == 0.0


def test_the_silenced_are_harmed_for_what_they_show() -> None:
    assert mean("self_blame", silenced=1.0) > mean("self_blame", warm=1.0) + 0.3


def test_what_came_later_weighs_and_what_turns_at_the_end_does_not() -> None:
    later = {"upbringing": shares(warm=1.0), "later_upbringing": shares(harsh=1.0)}
    never = grown(**later, turning=1.0).states["client"]["expected_warmth"]
    assert np.array_equal(never, grown(upbringing=shares(warm=1.0)).states["client"]["expected_warmth"])
    half = grown(**later, turning=0.5).states["client"]["expected_warmth"]
    assert half.mean() < never.mean() - 0.1


def test_peers_and_caregivers_of_a_person_differ_from_others_independently() -> None:
    child = grown(upbringing=shares(warm=1.0)).states["client"]
    together = np.corrcoef(child["peers"][:, 1], child["caregivers"][:, 1])[0, 1]
    assert abs(together) < 0.3
    alike = grown(upbringing=shares(warm=1.0), caregivers_differ=0.0).states["client"]["expected_warmth"][
        :, 1
    ]
    differ = grown(upbringing=shares(warm=1.0), caregivers_differ=0.3).states["client"]["expected_warmth"][
        :, 1
    ]
    warmer = child["caregivers"][:, 1]
    assert np.corrcoef(differ, warmer)[0, 1] > 0.5 > np.corrcoef(alike, warmer)[0, 1]


def test_childhood_forgets_what_was_set_and_ends_grown_up() -> None:
    given = {"client": {"warmth_danger": 0.9}, "world": {"childhood": 10, "upbringing": shares(warm=1.0)}}
    batch = dyads(RULES, given=given)
    run_compiled(batch, stop=10)
    client = batch.states["client"]
    assert (client["warmth_danger"] < 0.2).all()
    assert (client["plasticity"] == 1.0).all() and (client["closeness"] == 0.0).all()


# --- files --------------------------------------------------------------------------------------

FILE = """
[experiment]
title = "Histories"
replicates = 6
[world]
childhood = 40
sessions = 1
exchanges = 3
run_in = 1
assessed_weeks = 1
[sweep.history]
of = "world.upbringing"
values = { warm = {warm = 1.0}, harsh = {harsh = 1.0}, mixed = {warm = 0.5, harsh = 0.5} }
[arms.kind]
policy = "fixed"
warmth = 0.5
"""


def test_histories_are_named_levels_of_a_sweep(tmp_path: Path) -> None:
    file = load(written(tmp_path, FILE))
    levels = [level.settings["world.upbringing"].value for level in file.axes[0].levels]
    assert levels == [shares(warm=1.0), shares(harsh=1.0), shares(warm=0.5, harsh=0.5)]
    results = Experiment.from_toml(file.path).run(engine="compiled", workers=1)
    points = results.points(["self_attack", "inner_power", "outer_power", "inner_outer_power"])
    means = points.set_index("history")
    assert means.loc["warm", "self_attack"] <= means.loc["mixed", "self_attack"]
    assert means.loc["mixed", "self_attack"] < means.loc["harsh", "self_attack"]
    apart = means["inner_power"] - means["outer_power"]
    assert np.allclose(apart, means["inner_outer_power"])


def test_figures_of_a_course_leave_childhood_out(tmp_path: Path) -> None:
    file = written(tmp_path, FILE + "[measures]\nseries = { stride = 1, replicates = 1 }\n")
    results = Experiment.from_toml(file).run(engine="compiled", workers=1)
    assert (results.series["phase"] == "childhood").sum() == 3 * 40
    series, events = grown_up(results.series, results.events)
    assert set(series["phase"]) == {"life", "exchange"}
    assert len(events) < len(results.events) and events["hours"].min() > series["hours"].min() - 168.0
    for name, draw in drawings(results).items():
        draw().save(tmp_path / name)


def problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(ExperimentError) as caught:
        load(written(tmp_path, text))
    (found,) = caught.value.problems
    assert found.line is not None
    return str(found)


def test_shares_that_do_not_sum_to_one_are_told_their_sum(tmp_path: Path) -> None:
    said = problem(tmp_path, FILE.replace("mixed = {warm = 0.5, harsh", "mixed = {warm = 0.4, harsh"))
    assert "0.9" in said and "sum to 1" in said and "mixed" in said


def test_a_profile_that_there_is_not_is_told_the_nearest(tmp_path: Path) -> None:
    said = problem(tmp_path, FILE.replace("harsh = {harsh = 1.0}", "harsh = {harhs = 0.0, harsh = 1.0}"))
    assert "harhs" in said and "harsh" in said


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[sweep.history]", "[client]\nwarmth_danger = 0.9\n[sweep.history]", "client.warmth_danger"),
        ("[sweep.history]", "[client]\nskill = {value = 0.2}\n[sweep.history]", "client.skill"),
        ("warmth = 0.5", 'warmth = 0.5\n"client.resistance" = 0.3', "arms.kind.client.resistance"),
        ("[arms.kind]", '[sweep."client.warmth_danger"]\nvalues = [0.2, 0.9]\n[arms.kind]', "warmth_danger"),
    ],
)
def test_what_childhood_would_overwrite_cannot_be_set(tmp_path: Path, old: str, new: str, key: str) -> None:
    said = problem(tmp_path, FILE.replace(old, new))
    assert key in said and "overwritten" in said and "world.childhood = 0" in said
    load(written(tmp_path, FILE.replace(old, new).replace("childhood = 40\n", "")))


def test_what_is_used_in_an_arm_without_a_childhood_can_be_set(tmp_path: Path) -> None:
    mixed = """
[experiment]
title = "Lived, or set"
[world]
kind = "society"
[person]
warmth_danger = 0.9
[arms]
as_set = {}
lived = { "world.childhood" = 20, "world.upbringing" = { harsh = 1.0 } }
"""
    assert load(written(tmp_path, mixed)).arms["lived"].settings["world.childhood"].value == 20
    assert "overwritten" in problem(tmp_path, mixed.replace("as_set = {}\n", ""))
    assert "arms.lived" in problem(
        tmp_path, mixed.replace('"world.childhood"', '"person.skill" = 0.1, "world.childhood"')
    )


def test_everything_that_is_forgotten_at_birth_is_refused_in_a_file() -> None:
    """What `be_born` writes is what files may not set."""
    someone = dyads(RULES, runs=1, given={"client": {"warmth_danger": 0.9}, "world": {"childhood": 1}})
    states = declared(Person, State)
    learned = {name for name, state in states.items() if state.learned}
    assert {
        "warmth_danger",
        "warmth_safety",
        "skill",
        "resistance",
        "self_blame",
        "contingent_worth",
    } <= learned
    assert someone.states["client"]["warmth_danger"][0] == 0.9


def test_shares_in_python_are_checked_as_well() -> None:
    with pytest.raises(TypeError, match="did you mean 'harsh'"):
        shares(harhs=1.0)
    with pytest.raises(ValueError, match=r"sum to 0\.9"):
        shares(warm=0.9)
    with pytest.raises(ValueError, match=r"sum to 0\.5"):
        Society.gather(seed=1, size=2, days=1, upbringing=(0.5, 0.0, 0.0, 0.0, 0.0, 0.0))


# --- clients by traits --------------------------------------------------------------------------


def test_an_upbringing_is_found_for_a_trait_that_one_can_have(tmp_path: Path) -> None:
    found = find_upbringing({"self_blame": 0.8}, people=12, tries=16, childhood=200)
    assert abs(found.missed["self_blame"]) < 0.15
    assert found.distance == pytest.approx(abs(found.missed["self_blame"]))
    text = '[experiment]\ntitle = "T"\n' + found.toml + '[arms.kind]\npolicy = "fixed"\n'
    world = load(written(tmp_path, text)).world
    assert {name: world[name] for name in found.world} == found.world
    again = find_upbringing({"self_blame": 0.8}, people=12, tries=16, childhood=200)
    assert again == found


def test_what_no_childhood_leaves_is_said_to_be_missed(capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--people", "8", "--tries", "8", "--childhood", "100"]
    assert main(["upbringing", "expected_warmth_other=-1", *few]) == 0
    said = capsys.readouterr().out
    assert (
        "missed by" in said and "! expected_warmth_other: no upbringing that was tried comes nearer" in said
    )
    assert "childhood = 100" in said and "on whom it was not chosen" in said


def test_mistakes_in_traits_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upbringing", "inner_pwer=0.2"]) == 2
    assert "did you mean 'inner_power'" in capsys.readouterr().err
    assert main(["upbringing", "inner_power=2"]) == 2
    assert "-1 to 1" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["upbringing", "inner_power"])
    assert set(traits()) >= {"fear_of_compassion", "inner_power", "outer_power", "skill"}
