"""Experiments about societies: one file, both engines, in memory and in folders, interrupted and merged."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from society_files import ARMS, CELLS, DAYS, FRAMES, HEAD, RUNS, SCARCITY, SIZE, TEXT, trial
from tiny_experiments import BOTH, written

from mentalities_sim import Experiment, Parameter
from mentalities_sim.cli import main
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.experiment import load
from mentalities_sim.experiment.kinds import KINDS
from mentalities_sim.experiment.pictures import drawings
from mentalities_sim.experiment.reading import sentence, table_text
from mentalities_sim.experiment.results import Results
from mentalities_sim.person import Person
from mentalities_sim.running import batches
from mentalities_sim.running.batches import Order, make_batch
from mentalities_sim.store.batch import TABLES
from mentalities_sim.store.merge import merge
from mentalities_sim.worlds import Dyad, Society
from mentalities_sim.worlds.encounters import Ending


def assert_same(one: Results, two: Results) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True, obj=name)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """All of it, on the Mesa engine, in memory."""
    return trial(tmp_path_factory.mktemp("whole")).run(engine="mesa")


# -- what must not matter ---------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("engine", BOTH)
def test_engines_folders_and_workers_do_not_matter(
    whole: Results, engine: Any, workers: int, tmp_path: Path
) -> None:
    found = trial(tmp_path).run(tmp_path / "out", engine=engine, workers=workers)
    assert_same(found, whole)
    assert found.failures.empty and len(found.outcomes) == RUNS


@pytest.mark.parametrize(("replicates", "room"), [(1, 1e9), (3, 1.0), (20, 1e5)])
def test_the_size_of_batches_does_not_matter(
    whole: Results, replicates: int, room: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "REPLICATES_AT_ONCE", replicates)
    monkeypatch.setattr(batches, "BYTES_AT_ONCE", room)
    assert_same(trial(tmp_path).run(engine="mesa"), whole)


def test_other_arms_levels_and_recording_do_not_matter(whole: Results, tmp_path: Path) -> None:
    text = (
        HEAD
        + SCARCITY.replace("[0.2, 0.9]", "[0.9]")
        + '[arms]\nin_small_world.world.network = "SMALL-WORLD"'
    )
    found = trial(tmp_path, text, replicates=2).run(engine="mesa").outcomes
    rows = whole.outcomes
    same = rows[(rows["arm"] == "in_small_world") & (rows["scarcity"] == 0.9) & (rows["replicate"] < 2)]
    pd.testing.assert_frame_equal(found, same.reset_index(drop=True), check_exact=True)


def test_the_seed_and_what_arms_set_matter(whole: Results, tmp_path: Path) -> None:
    other = trial(tmp_path, seed=4).run(engine="mesa").outcomes
    assert not np.array_equal(other["threat"], whole.outcomes["threat"])
    by_arm = whole.outcomes.pivot(index=["scarcity", "replicate"], columns="arm", values="threat")
    assert (by_arm["intact"] != by_arm["lucid"]).all() and (
        by_arm["intact"] != by_arm["in_small_world"]
    ).all()


def test_interrupted_it_goes_on_as_if_undisturbed(
    whole: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = [0]

    def stopping(batch: Any, **how: Any) -> Any:
        done[0] += batch.runs
        if done[0] > RUNS // 2:
            raise KeyboardInterrupt
        return run_mesa(batch, **how)

    monkeypatch.setattr(batches, "run_mesa", stopping)
    monkeypatch.setattr(batches, "REPLICATES_AT_ONCE", 1)
    monkeypatch.setattr(batches, "RUNS_AT_ONCE", 1)
    monkeypatch.setattr("mentalities_sim.running.tasks.FIRST_SECONDS", 1e-9)
    monkeypatch.setattr("mentalities_sim.running.tasks.SECONDS", 1e-9)
    experiment = trial(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        experiment.run(tmp_path / "out", engine="mesa")
    half = Results.read(tmp_path / "out")
    assert 0 < len(half.outcomes) < RUNS and len(half.course) == 10 * len(half.outcomes)
    monkeypatch.undo()
    assert_same(experiment.run(tmp_path / "out", engine="mesa"), whole)


def test_two_shares_are_merged(whole: Results, tmp_path: Path) -> None:
    for k in (1, 2):
        found = trial(tmp_path).run(tmp_path / str(k), engine="mesa", part=(k, 2))
        assert len(found.outcomes) == RUNS / 2
    merge([tmp_path / "1", tmp_path / "2"], tmp_path / "both")
    assert_same(Results.read(tmp_path / "both"), whole)


# -- tables -----------------------------------------------------------------------------------


def test_the_tables_have_their_rows_and_columns(whole: Results) -> None:
    who = ["arm", "scarcity", "replicate"]
    glue = KINDS["society"].glue
    assert list(whole.outcomes.columns) == [*who, *glue.outcomes]
    for name, columns in glue.columns().items():
        frame = getattr(whole, name)
        assert list(frame.columns)[: 3 + len(columns)] == [*who, *columns], name
        assert all(frame[column].dtype == kind for column, kind in columns.items()), name
    assert set(glue.kept) == set(glue.tables) and set(glue.kept) < set(TABLES)
    assert len(whole.course) == 10 * RUNS and len(whole.agents) == SIZE * RUNS
    assert len(whole.series) == 3 * CELLS * 1 * DAYS * SIZE, "one replicate, every fourth round, everybody"
    assert whole.events.empty and whole.transitions.empty and whole.chosen.empty


def test_series_are_kept_at_the_end_of_rounds(whole: Results) -> None:
    series = whole.series[(whole.series["arm"] == "intact") & (whole.series["scarcity"] == 0.9)]
    assert series["day"].tolist() == [float(d) for d in (1, 2, 3) for _ in range(SIZE)]
    assert (series["hours"] == 24.0 * series["day"]).all()
    last = series[series["day"] == DAYS].reset_index(drop=True)
    agents = whole.agents.query("arm == 'intact' and scarcity == 0.9 and replicate == 0").reset_index(
        drop=True
    )
    assert last["person"].tolist() == agents["person"].tolist()
    assert last["person"].max() >= SIZE, "newcomers have numbers of their own"
    for name in ("threat", "power_self", "involuntary_subordination"):
        assert last[f"person_{name}"].tolist() == agents[name].tolist(), name


@pytest.mark.parametrize("engine", BOTH)
def test_every_round_may_be_kept(engine: Any, tmp_path: Path) -> None:
    text = TEXT.replace("stride = 4", "stride = 1")
    series = trial(tmp_path, text, replicates=1).run(engine=engine).series
    hours = series.groupby(["arm", "scarcity"])["hours"].unique()
    assert all(found.tolist() == [6.0 * (i + 1) for i in range(4 * DAYS)] for found in hours)


def test_contests_are_the_engine_s_events(whole: Results, tmp_path: Path) -> None:
    file = load(written(tmp_path, TEXT))
    order = Order(file, "mesa", file.seed)
    condition = order.conditions[order.conditions.place("intact", 1)]
    batch, _ = make_batch(order, [condition], [2], lambda: None)
    trace = run_mesa(batch, events=True)
    codes = {name: code for code, (_, name, _) in enumerate(batch.rules.event_fields())}
    noted = {name: trace.events[trace.events["code"] == codes[name]]["after"] for name in codes}
    rows = whole.contests.query("arm == 'intact' and scarcity == 0.9 and replicate == 2")
    assert rows["winner"].tolist() == (noted["winner"] - 1).tolist()
    assert rows["loser"].tolist() == (noted["loser"] - 1).tolist()
    fights = np.isin(noted["ending"], [Ending.FIGHT_FIRST_WON, Ending.FIGHT_SECOND_WON]).sum()
    assert rows["escalated"].sum() == fights == batch.states["world"]["fights"].sum()
    assert len(rows) == batch.states["world"]["contests"].sum() > 5


def test_what_is_not_wanted_is_not_kept(tmp_path: Path) -> None:
    text = HEAD + ARMS + "[measures]\ncontests = false\ncourse = false\n"
    found = trial(tmp_path, text, replicates=1).run(tmp_path / "out", engine="mesa")
    assert found.contests.empty and found.course.empty and found.agents.empty and found.series.empty
    assert not (tmp_path / "out" / "contests").exists()
    assert len(found.outcomes) == 3 and found.outcomes["contests"].gt(0).any(), (
        "outcomes need them all the same"
    )


def test_the_page_on_folders_names_every_column(whole: Results) -> None:
    page = Path(__file__).parent.parent / "docs" / "reference" / "results-folder.md"
    text = page.read_text(encoding="utf-8")
    for name, columns in KINDS["society"].glue.columns().items():
        assert not [column for column in columns if f"`{column}`" not in text], name


# -- one of them, step by step ------------------------------------------------------------------


@pytest.mark.parametrize("arm", ["lucid", "in_small_world"])
def test_one_society_can_be_stepped(whole: Results, arm: str, tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    society = Society.from_experiment(path, arm, replicate=2, scarcity=0.9)
    while society.running:
        society.step()
    rows = whole.agents[(whole.agents["arm"] == arm) & (whole.agents["scarcity"] == 0.9)]
    ended = rows[rows["replicate"] == 2]
    assert [member.identity for member in society.members] == ended["person"].tolist()
    assert [member.threat for member in society.members] == ended["threat"].tolist()
    with pytest.raises(ValueError, match=r"is about a society, not a Dyad: Society\.from_experiment"):
        Dyad.from_experiment(path, arm)


# -- designs, arms and classes ----------------------------------------------------------------

ZIP = """
[sweep]
design = "zip"
size = { of = "world.size", values = [4, 6] }
rise = { of = "person.subordination_rise", values = [0.1, 0.2] }
"""
SOBOL = """
[sweep]
design = "sobol"
points = 4
"world.scarcity" = { range = [0.1, 0.9] }
mean_strength = { of = "person.strength", range = [-0.5, 0.5] }
"""


@pytest.mark.parametrize("engine", BOTH)
@pytest.mark.parametrize("sweep", [ZIP, SOBOL], ids=["zip", "sobol"])
def test_designs(sweep: str, engine: Any, tmp_path: Path) -> None:
    text = HEAD.split("[person]")[0].replace("size = 5", "network = 'ring'") + sweep + ARMS
    text += "[measures]\nagents = true\n"
    found = trial(tmp_path, text, replicates=2).run(tmp_path / "out", engine=engine)
    assert found.failures.empty and len(found.outcomes) == 3 * found.file.n_cells * 2
    if sweep is ZIP:
        many = found.agents.groupby(["arm", "size", "replicate"]).size()
        assert (many == many.index.get_level_values("size")).all()
        assert len(found.contrast("lucid", "intact")) == 2
    else:
        assert {"point", "scarcity", "mean_strength"} <= set(found.points().columns)
        assert "Spearman" in table_text(found) and "groups" in table_text(found)
        assert "involuntary_subordination" in sentence(found) or "linearity" in sentence(found)


def test_what_people_are_given_newcomers_are_given(tmp_path: Path) -> None:
    text = (
        HEAD.replace("spread = 0.25", "spread = 0.0")
        + '[arms]\na = {"person.strength" = {value = 0.4, spread = 0.0}}\nb = {}\n'
    )
    text += "[sweep.rest]\nof = 'person.resting_threat'\nvalues = [0.1, 0.2]\n[measures]\nagents = true\n"
    agents = trial(tmp_path, text, replicates=1).run(engine="mesa").agents
    assert agents["person"].max() >= SIZE
    assert set(zip(agents["arm"], agents["strength"], strict=True)) == {("a", 0.4), ("b", 0.0)}


def test_conditions_of_other_settings_have_other_ids(tmp_path: Path) -> None:
    def ids(**settings: Any) -> list[bytes]:
        order = trial(tmp_path, **settings).order("mesa")
        return order.conditions.ids({arm.name: "" for arm in order.conditions.arms}, "").tolist()

    first = ids()
    assert len(set(first)) == 6
    for changed in ({"world.days": 4}, {"person.strength": 0.1}, {"tie.power": 0.1}, {"seed": 9},
                    {"measures.contests": False}):  # fmt: skip
        assert not set(ids(**changed)) & set(first), changed
    assert ids(replicates=9) == first


class Timid(Person):
    """Yields more readily the more one is worth one's fear; divides by zero in whoever is too strong."""

    limit = Parameter(9.0, (-9.0, 9.0), meaning="strength from which the rule is wrong")

    def look_ahead(self) -> float:
        return 1.0

    def settle(self, outcome: float, stake: float) -> None:
        """Fail where the limit is passed."""
        if self.strength > self.limit:
            self.resources += 1.0 / (self.limit - self.limit)
        super().settle(outcome, stake)


@pytest.mark.parametrize("engine", BOTH)
def test_a_run_that_fails_costs_no_other_its_events(engine: Any, tmp_path: Path) -> None:
    text = TEXT.replace("turnover = 100.0", "turnover = 0.0")
    sound = trial(tmp_path, text, cast={"person": Timid}).run(engine=engine)
    strongest = sound.agents.groupby("replicate")["strength"].max()
    who, limit = int(strongest.idxmax()), float(strongest.nlargest(2).mean())
    out = tmp_path / "out"
    found = trial(tmp_path, text, cast={"person": Timid}, **{"person.limit": limit}).run(out, engine=engine)
    assert len(found.failures) > 0 and (found.failures["replicate"] == who).all()
    assert found.failures["error"].str.startswith("ZeroDivisionError").all()
    assert found.failures["traceback"].str.contains("in settle").any()
    lost = {(r.arm, r.scarcity) for r in found.failures.itertuples()}
    for name in FRAMES[:-1]:
        one, other = getattr(found, name), getattr(sound, name)
        gone = (
            [(r.arm, r.scarcity) in lost and r.replicate == who for r in other.itertuples()]
            if len(other)
            else []
        )
        rest = other[~np.array(gone, bool)].reset_index(drop=True)
        if name == "agents":
            rest = rest.assign(**{})
        pd.testing.assert_frame_equal(one, rest, check_exact=True, obj=name)
    again = Experiment(found.file, {"person": Timid}).run(out, engine=engine, retry=True)
    assert len(again.failures) == len(found.failures)


def test_the_best_of_societies(tmp_path: Path) -> None:
    text = HEAD + ARMS + '[arms.calmest]\nbest_of = ["intact", "lucid"]\nby = "threat"\n'
    found = trial(tmp_path, text, replicates=2, choosing_replicates=2).run(engine="mesa")
    (best,) = found.chosen["chosen"]
    rows = found.outcomes
    assert rows[rows["arm"] == "calmest"]["threat"].tolist() == rows[rows["arm"] == best]["threat"].tolist()


# -- the command ------------------------------------------------------------------------------


def test_the_command_speaks_of_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = written(tmp_path, TEXT), tmp_path / "out"
    assert main(["plan", str(path), "--engine", "mesa"]) == 0
    assert "24 societies: 3 arms × 2 cells (grid) × 4 replicates" in capsys.readouterr().out
    assert main(["run", str(path), "--engine", "mesa", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Little societies: 24 societies of 5 people × 3 days, mesa engine")
    assert (
        "4 groups per row" in said
        and "Compared with intact, involuntary subordination differs by: lucid" in said
    )
    assert "clients" not in said and "therap" not in said
    assert main(["status", str(out)]) == 0
    assert "24 of 24 societies done (100 %)" in capsys.readouterr().out
    assert main(["results", str(out), "--format", "csv"]) == 0
    assert {p.name for p in (out / "export").iterdir()} == {
        "outcomes.csv", "series.csv", "agents.csv", "contests.csv", "course.csv",
    }  # fmt: skip
    table = pd.read_csv(out / "table.csv")
    assert set(table["outcome"]) == {"involuntary_subordination", "contests"} and len(table) == 3 * 2 * 2
    assert main(["retry", str(out)]) == 0
    assert "no run failed" in capsys.readouterr().out


def test_the_sentence_is_of_paired_differences(whole: Results) -> None:
    pairs = whole.contrast("lucid", "intact", "involuntary_subordination")
    assert whole.main_outcome == "involuntary_subordination"
    pd.testing.assert_frame_equal(whole.contrast("lucid", "intact"), pairs)
    said = sentence(whole)
    for _, row in pairs.iterrows():
        assert f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]" in said or math.isclose(
            row["difference"], 0.0, abs_tol=5e-4
        )
    assert set(drawings(whole)) == set(drawings(whole))
