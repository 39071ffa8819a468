"""Results: intervals, paired contrasts, the choice of the best, the sentence."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap
from tiny_experiments import ARMS, CHOOSING, FEARS, HEAD, TINY, only, written

from mentalities_sim import Experiment
from mentalities_sim.experiment import ExperimentFile, load
from mentalities_sim.experiment.best import with_best_arms
from mentalities_sim.experiment.intervals import bootstrap_means
from mentalities_sim.experiment.reading import sentence, table_text
from mentalities_sim.experiment.results import Results
from mentalities_sim.experiment.schema import OUTCOMES

REPLICATES = 12
RIVALS = ("fixed_best_for_each_fear", "yoked", "permuted")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> ExperimentFile:
    """The tiny experiment, as read."""
    return load(written(tmp_path_factory.mktemp("file")), [f"replicates={REPLICATES}"])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The tiny experiment, run."""
    return Experiment.from_toml(written(tmp_path_factory.mktemp("ran"))).run(engine="mesa")


def made(file: ExperimentFile, **means: float) -> Results:
    """Results with outcomes made up: clients differ by chance, arms by what is given (0 if nothing is).

    Of the candidates 0.2 does better with the clients that one is chosen on.
    """
    clients = np.random.default_rng(1).normal(0.5, 0.1, REPLICATES + CHOOSING)
    noise = np.random.default_rng(3)
    rows = []
    for arm in (a for a in file.arms.values() if a.kind != "best_of"):
        for fear in (0.2, 0.9):
            n = REPLICATES + CHOOSING * file.needs_choosing(arm)
            symptoms = clients[:n] + means.get(arm.name, 0.0) + noise.normal(0, 0.001, n)
            symptoms[REPLICATES:] += 0.1 * (arm.name == "fixed_090")
            frame = pd.DataFrame({"arm": arm.name, "fear": fear, "replicate": range(n)})
            rows.append(frame.assign(**dict.fromkeys(OUTCOMES, symptoms)))
    return of_rows(file, pd.concat(rows, ignore_index=True))


def of_rows(file: ExperimentFile, outcomes: pd.DataFrame) -> Results:
    """Results with these rows of outcomes, and nothing else."""
    none = pd.DataFrame({"arm": [], "count": []})
    others = ("failures", "series", "events", "transitions", "agents")
    return Results(file, {"outcomes": outcomes, **dict.fromkeys(others, none)})


# -- intervals --------------------------------------------------------------------------------


def test_intervals_are_those_of_scipy() -> None:
    values = np.random.default_rng(3).gamma(2.0, size=(25, 4))
    low, high = bootstrap_means(values)
    for i in range(4):
        found = bootstrap(
            (values[:, i],),
            np.mean,
            method="percentile",
            n_resamples=20_000,
            random_state=np.random.default_rng(4),
        ).confidence_interval
        width = found.high - found.low
        assert low[i] == pytest.approx(found.low, abs=0.05 * width)
        assert high[i] == pytest.approx(found.high, abs=0.05 * width)
        assert low[i] < values[:, i].mean() < high[i]


def test_intervals_are_always_the_same_and_columns_do_not_matter() -> None:
    values = np.random.default_rng(5).normal(size=(9, 3))
    one, two = bootstrap_means(values), bootstrap_means(values)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_allclose([ends[1:2] for ends in one], bootstrap_means(values[:, 1:2]))


def test_intervals_cover_what_they_should() -> None:
    rng = np.random.default_rng(6)
    inside = 0
    for _ in range(200):
        low, high = bootstrap_means(rng.normal(0.3, 0.1, (40, 1)))
        inside += int(low[0] < 0.3 < high[0])
    assert 0.88 <= inside / 200 <= 0.99


def test_what_was_not_observed_is_left_out_of_intervals() -> None:
    values = np.random.default_rng(7).normal(size=(10, 4))
    values[2:, 1] = np.nan  # two of ten: resampling NaN rows would often leave nothing
    values[1:, 2] = np.nan
    values[:, 3] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        low, high = bootstrap_means(values)
    np.testing.assert_array_equal([low[0], high[0]], np.ravel(bootstrap_means(values[:, :1])))
    np.testing.assert_array_equal([low[1], high[1]], np.ravel(bootstrap_means(values[:2, 1:2])))
    assert np.isnan(low[2:]).all() and np.isnan(high[2:]).all()


@pytest.mark.parametrize("n", [0, 1])
def test_less_than_two_have_no_interval(n: int) -> None:
    assert np.isnan(bootstrap_means(np.ones((n, 3)))).all()


def test_table_has_means_over_replicates(ran: Results) -> None:
    table = ran.table()
    assert list(table.columns) == ["fear", "arm", "outcome", "mean", "low", "high"]
    assert len(table) == 2 * len(ran.file.arms) * len(ran.file.measures.outcomes)
    rows = ran.outcomes
    for _, row in table.iterrows():
        values = rows[(rows["arm"] == row["arm"]) & (rows["fear"] == row["fear"])][row["outcome"]]
        assert row["mean"] == pytest.approx(values.mean(), nan_ok=True)
        if np.isfinite(row["mean"]):
            assert row["low"] <= row["mean"] + 1e-12 and row["mean"] <= row["high"] + 1e-12
    pd.testing.assert_frame_equal(
        ran.table(["threat"]), table[table["outcome"] == "threat"].reset_index(drop=True)
    )


def test_table_leaves_out_what_was_not_observed(file: ExperimentFile) -> None:
    results = made(file)
    gone = (results.outcomes["arm"] == "titrated") & (results.outcomes["replicate"] > 2)
    results.outcomes.loc[gone, "self_warmth"] = np.nan
    results.outcomes.loc[results.outcomes["arm"] == "yoked", "self_warmth"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = results.table(["self_warmth"]).set_index(["arm", "fear"])
    seen = results.outcomes.query("arm == 'titrated' and fear == 0.9 and replicate < 3")["self_warmth"]
    assert table.loc[("titrated", 0.9), "mean"] == pytest.approx(seen.mean())
    assert np.isfinite(table.loc[("titrated", 0.9), ["low", "high"]].astype(float)).all()
    assert table.loc[("yoked", 0.9), ["mean", "low", "high"]].isna().all()


# -- contrasts --------------------------------------------------------------------------------


def test_a_contrast_is_paired_and_has_its_sign(file: ExperimentFile) -> None:
    results = made(file, titrated=-0.01)
    rows = results.contrast("titrated", "fixed_090")
    assert list(rows["fear"]) == [0.2, 0.9] and (rows["pairs"] == REPLICATES).all()
    assert rows["difference"].to_numpy() == pytest.approx(-0.01, abs=0.002)
    assert (rows["high"] < 0).all(), "clients differ by ten times as much, but are the same in both arms"
    assert (rows["sd"] < 0.01).all()
    back = results.contrast("fixed_090", "titrated")
    np.testing.assert_allclose(back["difference"], -rows["difference"])
    by_arm = {
        a: g.set_index("replicate")["symptoms"]
        for a, g in results.outcomes.query("fear == 0.9").groupby("arm")
    }
    by_hand = by_arm["titrated"] - by_arm["fixed_090"]
    assert rows["difference"].iloc[1] == pytest.approx(by_hand.mean())
    assert rows["sd"].iloc[1] == pytest.approx(by_hand.std(ddof=1))


def test_a_contrast_pairs_by_replicate_not_by_place(file: ExperimentFile) -> None:
    results = made(file, titrated=-0.01)
    shuffled = of_rows(file, results.tables["outcomes"].sample(frac=1.0, random_state=8))
    one = results.contrast("titrated", "yoked").set_index("fear")
    two = shuffled.contrast("titrated", "yoked").set_index("fear").loc[one.index]
    np.testing.assert_allclose(
        one[["difference", "sd"]].astype(float), two[["difference", "sd"]].astype(float)
    )


def test_an_arm_against_itself_is_nothing(ran: Results) -> None:
    rows = ran.contrast("titrated", "titrated")
    assert (rows[["difference", "low", "high"]] == 0.0).all().all()


def test_the_own_series_is_no_other_than_the_arm(ran: Results) -> None:
    assert (ran.contrast("own", "titrated", "threat")["difference"] == 0.0).all()


def test_pairs_with_nothing_observed_are_left_out(file: ExperimentFile) -> None:
    results = made(file, titrated=-0.01)
    rows = results.outcomes
    rows.loc[(rows["arm"] == "titrated") & (rows["replicate"] < 4) & (rows["fear"] == 0.2), "agency"] = np.nan
    rows.loc[(rows["arm"] == "yoked") & (rows["fear"] == 0.9), "agency"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = results.contrast("titrated", "yoked", "agency").set_index("fear")
    assert found["pairs"].to_dict() == {0.2: REPLICATES - 4, 0.9: 0}
    assert found.loc[0.2, "difference"] == pytest.approx(-0.01, abs=0.002)
    assert found.loc[0.9, ["difference", "low", "high", "sd"]].isna().all()


def test_contrasts_keep_the_order_of_the_file(tmp_path: Path) -> None:
    text = HEAD + '[sweep.depth]\nof = "client.threat"\nvalues = [0.3, 0.1]\n' + FEARS + ARMS
    found = Experiment.from_toml(written(tmp_path, text), **{"measures.series.replicates": 0}).run(
        engine="mesa"
    )
    rows = found.contrast("titrated", "fixed_best_for_each_fear")
    cells = [[d, f] for d in (0.3, 0.1) for f in (0.2, 0.9)]
    assert rows[["depth", "fear"]].to_numpy().tolist() == cells
    assert (rows["pairs"] == 3).all()
    assert found.table(["threat"])[["depth", "fear"]].drop_duplicates().to_numpy().tolist() == cells


def test_without_a_sweep(tmp_path: Path) -> None:
    text = HEAD + only("fixed_020", "fixed_090")
    found = Experiment.from_toml(written(tmp_path, text)).run(engine="mesa")
    assert len(found.contrast("fixed_020", "fixed_090")) == 1
    assert list(found.table(["threat"])["arm"]) == ["fixed_020", "fixed_090"]
    assert "Mean symptoms are lowest in fixed_" in sentence(found)


def test_errors_name_what_there_is(ran: Results) -> None:
    for arms in (("titratde", "yoked"), ("yoked", "titratde")):
        with pytest.raises(ValueError, match=r"no arm 'titratde'; there are .*titrated.*own"):
            ran.contrast(*arms)
    with pytest.raises(ValueError, match=r"no outcome 'symptom'; there are symptoms, .*threat"):
        ran.contrast("titrated", "yoked", "symptom")
    with pytest.raises(ValueError, match="no outcome 'symptom'; there are symptoms"):
        ran.table(["threat", "symptom"])
    for column in ("arm", "fear", "replicate"):
        with pytest.raises(ValueError, match="no outcome"):
            ran.contrast("titrated", "yoked", column)
    with pytest.raises(ValueError, match="no figure 'violin'; there are dose_response, arms, trajectories"):
        ran.plot("violin")


# -- best-of arms -----------------------------------------------------------------------------


def rows_of(file: ExperimentFile, evaluated: dict[str, Any], choosing: dict[str, Any]) -> pd.DataFrame:
    """Outcome rows of the two candidates, with one number for all clients of a fear."""
    rows = []
    for arm in ("fixed_020", "fixed_090"):
        for i, fear in enumerate((0.2, 0.9)):
            for replicate in range(file.replicates + file.choosing_replicates):
                value = (evaluated if replicate < file.replicates else choosing)[arm]
                rows.append(
                    [arm, fear, replicate, value[i] if isinstance(value, tuple) else value, replicate]
                )
    return pd.DataFrame(rows, columns=["arm", "fear", "replicate", "symptoms", "threat"])


def test_the_best_is_chosen_where_it_is_not_judged(file: ExperimentFile) -> None:
    """Evaluation would choose the other candidate; the rows reported are evaluation's all the same."""
    rows = rows_of(file, {"fixed_020": 0.1, "fixed_090": 0.9}, {"fixed_020": 0.6, "fixed_090": 0.5})
    joined, chosen = with_best_arms(file, rows)
    assert set(chosen["chosen"]) == {"fixed_090"} and len(chosen) == 3
    for arm in ("fixed_best_for_everybody", "fixed_best_for_each_fear"):
        best = joined[joined["arm"] == arm]
        assert len(best) == 2 * REPLICATES and (best["symptoms"] == 0.9).all()
        pd.testing.assert_frame_equal(
            best.drop(columns="arm").reset_index(drop=True),
            joined[joined["arm"] == "fixed_090"].drop(columns="arm").reset_index(drop=True),
        )
    assert joined["replicate"].max() == REPLICATES - 1


def test_the_best_for_each_level_and_for_everybody(file: ExperimentFile) -> None:
    choosing = {"fixed_020": (0.5, 0.2), "fixed_090": (0.1, 0.3)}
    joined, chosen = with_best_arms(file, rows_of(file, choosing, choosing))
    each = chosen[chosen["arm"] == "fixed_best_for_each_fear"].set_index("fear")["chosen"]
    assert each.to_dict() == {0.2: "fixed_090", 0.9: "fixed_020"}
    assert chosen[chosen["arm"] == "fixed_best_for_everybody"]["chosen"].tolist() == ["fixed_090"]
    best = joined[joined["arm"] == "fixed_best_for_each_fear"].groupby("fear")["symptoms"].mean()
    assert best.to_dict() == pytest.approx({0.2: 0.1, 0.9: 0.2})


def test_the_highest_can_be_the_best_and_of_equals_the_first_in_the_file(tmp_path: Path) -> None:
    text = TINY + '[arms.most]\nbest_of = ["fixed_090", "fixed_020"]\nby = "symptoms"\nchoose = "highest"\n'
    file = load(written(tmp_path, text), [f"replicates={REPLICATES}"])
    higher = {"fixed_020": 0.5, "fixed_090": 0.1}
    assert with_best_arms(file, rows_of(file, higher, higher))[1]["chosen"].iloc[-1] == "fixed_020"
    equal = {"fixed_020": 0.5, "fixed_090": 0.5}
    chosen = with_best_arms(file, rows_of(file, equal, equal))[1].set_index("arm")["chosen"]
    assert chosen["most"] == "fixed_090", "the first as best_of lists them"
    assert chosen["fixed_best_for_everybody"] == "fixed_020", "the first in the file, for a pattern"


def test_a_best_that_cannot_be_chosen_says_so(file: ExperimentFile) -> None:
    never = {"fixed_020": np.nan, "fixed_090": np.nan}
    with pytest.raises(ValueError, match="fixed_best_for_everybody cannot choose by symptoms"):
        with_best_arms(file, rows_of(file, never, never))


def test_arms_of_a_grid_are_not_reported(ran: Results) -> None:
    assert ran.arms == [
        "titrated", "yoked", "permuted", "own", "fixed_best_for_everybody", "fixed_best_for_each_fear",
    ]  # fmt: skip
    assert {"fixed_020", "fixed_090"} <= set(ran.to_pandas()["arm"]), "but their numbers are there"


def test_a_named_candidate_is_reported(tmp_path: Path) -> None:
    text = HEAD + only("titrated") + '[arms.ramp_slow]\npolicy = "ramp"\n'
    text += '[arms.best]\nbest_of = ["ramp_slow"]\nby = "threat"\n'
    assert Experiment.from_toml(written(tmp_path, text)).run(engine="mesa").arms == [
        "titrated",
        "ramp_slow",
        "best",
    ]


# -- reading aloud ----------------------------------------------------------------------------


def verdicts(results: Results) -> list[str]:
    """What the sentence says of each rival, in order."""
    said = sentence(results)
    assert said.startswith("At high fear (0.9), titrated warmth leaves symptoms ")
    return said.removeprefix("At high fear (0.9), titrated warmth leaves symptoms ").split("; ")


def test_the_sentence_turns_with_the_data(file: ExperimentFile) -> None:
    lower = verdicts(made(file, titrated=-0.05))
    higher = verdicts(made(file, titrated=+0.05))
    neither = verdicts(made(file))
    for said, word in ((lower, "lower than"), (higher, "higher than"), (neither, "not clearly other than")):
        assert [part.startswith(word) for part in said[:3]] == [True] * 3
    assert "the best fixed dose (-0.050" in lower[0] and "the best fixed dose (+0.050" in higher[0]
    mixed = verdicts(made(file, titrated=-0.05, yoked=-0.1, permuted=-0.05))
    words = [part.split(" than")[0] for part in mixed[:3]]
    assert words == ["lower", "higher", "not clearly other"]
    assert f"{REPLICATES} clients" in mixed[-1]


def test_the_sentence_reads_the_hardest_fear(file: ExperimentFile) -> None:
    results = made(file)
    easy = (results.outcomes["arm"] == "titrated") & (results.outcomes["fear"] == 0.2)
    results.outcomes.loc[easy, "symptoms"] -= 0.5
    assert all(part.startswith("not clearly other") for part in verdicts(results)[:3])


def test_table_and_sentence_say_the_numbers_of_the_frames(ran: Results) -> None:
    text = table_text(ran)
    table = ran.table(["symptoms", "ruptures"]).set_index(["arm", "fear", "outcome"])["mean"]
    for arm in ran.arms:
        lines = [line for line in text.split("\n") if line.split()[:1] == [arm]]
        assert len(lines) >= 2, arm
        for fear in (0.2, 0.9):
            assert any(f"{table[arm, fear, 'symptoms']:.3f}" in line for line in lines)
    assert "fear: low" in text and "fear: high" in text
    assert f"fixed_best_for_everybody = {ran.chosen['chosen'].iloc[0]}" in text
    assert "nan" not in text.lower()


def test_one_replicate_has_no_interval_and_is_read_all_the_same(tmp_path: Path) -> None:
    text = HEAD + FEARS + only("fixed_020", "titrated", "fixed_best_for_each_fear").replace("[01]*", "020")
    found = Experiment.from_toml(written(tmp_path, text), replicates=1).run(engine="mesa")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "±" not in table_text(found).split("\n", 1)[1]
        assert "no interval" in sentence(found)
        assert found.contrast("titrated", "fixed_020")[["low", "high", "sd"]].isna().all().all()
