"""Running experiments: what the numbers depend on, and what they must not depend on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_experiments import (
    ARMS,
    BOTH,
    CHOOSING,
    FEARS,
    HEAD,
    POLICIES,
    REPLAYS,
    STEPS,
    TINY,
    N,
    assert_same,
    frames,
    of,
    only,
    written,
)

from mentalities_sim import Experiment
from mentalities_sim.running import batches, scripts, tasks
from mentalities_sim.running.in_memory import Recorded
from mentalities_sim.worlds import Dyad

NO_BEST = only(*POLICIES, *REPLAYS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """The tiny experiment with all its arms, on the Mesa engine."""
    return frames(tmp_path_factory.mktemp("whole"))


def cut_into(monkeypatch: pytest.MonkeyPatch, replicates: int, runs: int) -> None:
    """Let batches hold so many replicates and runs at most; of one replicate, tasks too are of one run."""
    for module in (batches, scripts, tasks):
        monkeypatch.setattr(module, "REPLICATES_AT_ONCE", replicates)
    monkeypatch.setattr(batches, "RUNS_AT_ONCE", runs)
    if replicates == 1:
        monkeypatch.setattr(tasks, "SECONDS", 1e-9)
        monkeypatch.setattr(tasks, "FIRST_SECONDS", 1e-9)


# -- what must not matter ---------------------------------------------------------------------


@pytest.mark.parametrize("engine", BOTH)
@pytest.mark.parametrize("workers", [1, 3])
def test_the_number_of_workers_does_not_matter(
    whole: Recorded, workers: int, engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_into(monkeypatch, 1, 1)  # as many tasks as there can be
    assert_same(frames(tmp_path, workers=workers, engine=engine), whole)


@pytest.mark.parametrize("replicates, runs", [(1, 1), (2, 3), (2, 100), (100, 2), (100, 10_000)])
def test_the_size_of_batches_does_not_matter(
    whole: Recorded, replicates: int, runs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_into(monkeypatch, replicates, runs)
    assert_same(frames(tmp_path), whole)


def test_the_order_of_arms_does_not_matter(whole: Recorded, tmp_path: Path) -> None:
    turned = frames(tmp_path, HEAD + FEARS + only(*reversed([*POLICIES, *REPLAYS])))
    assert list(turned.outcomes["arm"].unique()) != list(whole.outcomes["arm"].unique())
    for arm in (*POLICIES, *REPLAYS):
        evaluated = whole.outcomes[whole.outcomes["replicate"] < N]
        pd.testing.assert_frame_equal(of(turned.outcomes, arm=arm), of(evaluated, arm=arm), check_exact=True)
        pd.testing.assert_frame_equal(
            of(turned.transitions, arm=arm), of(whole.transitions, arm=arm), check_exact=True
        )


@pytest.mark.parametrize("arms", [("fixed_090",), ("titrated", "permuted"), ("titrated", "yoked")])
def test_other_arms_do_not_matter(whole: Recorded, arms: tuple[str, ...], tmp_path: Path) -> None:
    alone = frames(tmp_path, HEAD + FEARS + only(*arms))
    for arm in arms:
        evaluated = whole.outcomes[whole.outcomes["replicate"] < N]
        pd.testing.assert_frame_equal(of(alone.outcomes, arm=arm), of(evaluated, arm=arm), check_exact=True)


def test_other_levels_do_not_matter(whole: Recorded, tmp_path: Path) -> None:
    high = frames(tmp_path, TINY.replace("low = 0.2, ", ""))
    pd.testing.assert_frame_equal(of(high.outcomes, fear=0.9), of(whole.outcomes, fear=0.9), check_exact=True)


def test_a_replicate_does_not_depend_on_how_many_there_are(tmp_path: Path) -> None:
    """The last yoked client alone is sent the first one's series: the ring closes there."""
    few = frames(tmp_path, HEAD + FEARS + NO_BEST, "replicates=3")
    many = frames(tmp_path, HEAD + FEARS + NO_BEST, "replicates=5")
    for arm in (*POLICIES, *REPLAYS):
        shared = 2 if arm == "yoked" else 3
        for name in ("outcomes", "series", "events"):
            one, two = of(getattr(few, name), arm=arm), of(getattr(many, name), arm=arm)
            one, two = one[one["replicate"] < shared], two[two["replicate"] < shared]
            pd.testing.assert_frame_equal(
                one.reset_index(drop=True), two.reset_index(drop=True), check_exact=True
            )
    last = [of(r.outcomes, arm="yoked", replicate=2, fear=0.9) for r in (few, many)]
    assert not last[0].equals(last[1])


def test_recording_changes_nothing(whole: Recorded, tmp_path: Path) -> None:
    bare = frames(
        tmp_path, TINY, "measures.series.replicates=0", "measures.events=false", "measures.series.stride=3"
    )
    pd.testing.assert_frame_equal(bare.outcomes, whole.outcomes, check_exact=True)
    assert bare.series.empty and bare.events.empty


def test_the_seed_matters(whole: Recorded, tmp_path: Path) -> None:
    other = frames(tmp_path, seed=6)
    again = frames(tmp_path, TINY, "seed=6")
    assert_same(other, again)
    assert (other.outcomes["symptoms"] != whole.outcomes["symptoms"]).all()


@pytest.mark.parametrize("engine", BOTH)
def test_cells_of_equal_length_and_another_shape_have_their_own_chance(engine: Any, tmp_path: Path) -> None:
    """Two schedules of 24 steps need different chance in session and in life."""
    text = HEAD.replace("exchanges = 8\nslots = 4\nrun_in = 1", "run_in = 0") + only("fixed_020")
    cells = {
        "a": '{"world.exchanges" = 8, "world.slots" = 4}',
        "b": '{"world.exchanges" = 2, "world.slots" = 10}',
    }
    both = text + "[sweep.shape.variants]\n" + "".join(f"{name} = {cell}\n" for name, cell in cells.items())
    found = frames(tmp_path, both, engine=engine)
    for name, cell in cells.items():
        alone = frames(tmp_path, text + f"[sweep.shape.variants]\n{name} = {cell}\n")
        pd.testing.assert_frame_equal(
            of(found.outcomes, shape=name), of(alone.outcomes, shape=name), check_exact=True
        )


# -- replayed series --------------------------------------------------------------------------


def doses(found: Recorded, arm: str, fear: float) -> np.ndarray:
    """Doses sent, one row per replicate, one column per exchange."""
    rows = of(found.series, arm=arm, fear=fear, phase="exchange")
    return rows.pivot(index="replicate", columns=["week", "exchange"], values="policy_dose").to_numpy()


@pytest.mark.parametrize("fear", [0.2, 0.9])
def test_replays_send_what_they_say(whole: Recorded, fear: float) -> None:
    titrated = doses(whole, "titrated", fear)
    assert titrated.shape == (N, 16) and np.ptp(titrated, axis=1).min() > 0.1, "a case with changing doses"
    np.testing.assert_array_equal(doses(whole, "yoked", fear), np.roll(titrated, -1, axis=0))
    np.testing.assert_array_equal(doses(whole, "own", fear), titrated)
    permuted = doses(whole, "permuted", fear)
    assert (permuted != titrated).any()
    by_session = (N, 2, 8)
    np.testing.assert_array_equal(
        np.sort(permuted.reshape(by_session)), np.sort(titrated.reshape(by_session)), "another multiset"
    )


def test_the_own_series_replayed_is_the_same_therapy(whole: Recorded) -> None:
    """A replay looks at nobody; with one's own doses there is nothing to see."""
    for name in ("outcomes", "series", "events"):
        frame = getattr(whole, name)
        frame = frame[frame["replicate"] < N]
        kept = [c for c in frame if not c.startswith("policy_") or c == "policy_dose"]
        pd.testing.assert_frame_equal(
            of(frame[kept], arm="own"), of(frame[kept], arm="titrated"), check_exact=True
        )


def test_a_replay_of_a_replay(tmp_path: Path) -> None:
    again = ARMS.split("[arms.yoked]")[1].split("[arms.permuted]")[0].replace('"titrated"', '"yoked"')
    found = frames(tmp_path, HEAD + FEARS + "[arms.twice]" + again + only("yoked", "titrated"))
    np.testing.assert_array_equal(
        doses(found, "twice", 0.9), np.roll(doses(found, "titrated", 0.9), -2, axis=0)
    )


def test_a_yoked_candidate_is_yoked_among_the_choosing_replicates(tmp_path: Path) -> None:
    text = HEAD + only("titrated", "yoked") + '[arms.best]\nbest_of = ["yoked"]\nby = "mean_warmth_sent"\n'
    rows = frames(tmp_path, text).outcomes
    assert sorted(of(rows, arm="yoked")["replicate"]) == list(range(N + CHOOSING))
    assert sorted(of(rows, arm="titrated")["replicate"]) == list(range(N + CHOOSING)), (
        "its source is run there too"
    )
    sent = {arm: of(rows, arm=arm)["mean_warmth_sent"].to_numpy() for arm in ("titrated", "yoked")}
    ring = [1, 2, 0, 4, 3]
    # the therapist's own threat takes a little from each dose
    np.testing.assert_allclose(sent["yoked"], sent["titrated"][ring], atol=0.02)
    assert np.abs(sent["yoked"] - sent["titrated"]).max() > 0.02, "a case in which it makes a difference"


# -- best-of arms -----------------------------------------------------------------------------


def test_best_of_arms_choose_on_other_replicates(tmp_path: Path) -> None:
    """The choosing replicates are those that follow: running more shows what was chosen from."""
    text = HEAD + FEARS + ARMS
    found = Experiment.from_toml(written(tmp_path, text)).run(engine="mesa")
    seen = frames(tmp_path, text, f"replicates={N + CHOOSING}").outcomes
    seen = seen[seen["arm"].isin(["fixed_020", "fixed_090"]) & (seen["replicate"] < N + CHOOSING)]
    choosing = seen[seen["replicate"] >= N]
    wanted = choosing.groupby(["fear", "arm"])["symptoms"].mean().unstack().idxmin(axis=1)
    chosen = found.chosen[found.chosen["arm"] == "fixed_best_for_each_fear"].set_index("fear")["chosen"]
    assert chosen.to_dict() == wanted.to_dict()
    overall = found.chosen[found.chosen["arm"] == "fixed_best_for_everybody"]["chosen"].item()
    assert overall == choosing.groupby("arm")["symptoms"].mean().idxmin()
    for fear, candidate in wanted.items():
        pd.testing.assert_frame_equal(
            of(found.outcomes, arm="fixed_best_for_each_fear", fear=fear),
            of(found.outcomes, arm=candidate, fear=fear),
            check_exact=True,
        )
    assert found.outcomes["replicate"].max() == N - 1, "the choosing replicates are not reported"
    assert set(found.series["arm"]) == {"titrated", *REPLAYS}, "candidates keep no series"


# -- frames -----------------------------------------------------------------------------------


def test_the_frames_have_their_rows_and_columns(whole: Recorded) -> None:
    rows = whole.outcomes.groupby(["arm", "fear"], sort=False).size()
    assert rows.to_dict() == {
        (arm, fear): N + CHOOSING if arm.startswith("fixed") else N
        for arm in (*POLICIES, *REPLAYS)
        for fear in (0.2, 0.9)
    }
    assert not whole.outcomes.duplicated(["arm", "fear", "replicate"]).any()
    when = ["arm", "fear", "replicate", "week", "exchange", "hours", "phase"]
    assert list(whole.series.columns[:7]) == when
    assert len(whole.series) == 4 * 2 * N * STEPS
    one = of(whole.series, arm="titrated", fear=0.9, replicate=0)
    assert one["week"].tolist() == [-1] * 4 + [0] * 12 + [1] * 12
    assert one["exchange"].tolist() == [-1] * 4 + ([*range(8)] + [-1] * 4) * 2
    assert one["hours"].is_monotonic_increasing and one["hours"].iloc[-1] == 2 * 168
    assert one["hours"].iloc[4] == pytest.approx(30 / 3600)
    columns = {"client_threat", "client_power_self", "client_expected_warmth_other", "therapist_reading"}
    assert columns <= set(one.columns)
    assert not [c for c in one if c.startswith("world_")]
    assert list(whole.events.columns) == [
        "arm", "fear", "replicate", "hours", "week", "exchange", "who", "event", "before", "after",
    ]  # fmt: skip
    assert set(whole.events["who"]) <= {"client", "therapist", "world"}
    others = [c for c in whole.series if not c.startswith("policy_")]  # policies have their own states
    assert not whole.series[others].isna().any().any() and not whole.events.isna().any().any()
    assert len(whole.transitions) == 6 * 2 * 25
    counted = whole.transitions.groupby(["arm", "fear"])["count"].sum()
    assert (counted == N * 2 * 7).all(), "replicates x sessions x pairs of exchanges, evaluation only"


def test_events_are_the_changes_of_the_series(whole: Recorded) -> None:
    keys = ["arm", "fear", "replicate"]
    series = whole.series.assign(before=whole.series.groupby(keys)["client_mentality"].shift())
    changed = series[series["before"].notna() & (series["before"] != series["client_mentality"])]
    noted = whole.events[(whole.events["who"] == "client") & (whole.events["event"] == "mentality")]
    # the first step has no row before it
    first = whole.series["hours"].min()
    noted = noted[noted["hours"] > first]
    assert len(noted) > 20
    pd.testing.assert_frame_equal(
        noted[[*keys, "hours", "before", "after"]].reset_index(drop=True),
        changed[[*keys, "hours", "before", "client_mentality"]]
        .rename(columns={"client_mentality": "after"})
        .astype({"after": float})
        .reset_index(drop=True),
        check_exact=True,
    )
    escaped = whole.series.groupby(keys)["client_escaped"].sum()
    events = whole.events[whole.events["who"] == "client"]
    assert (events["event"] == "escaped").sum() == escaped.sum() > 0


@pytest.mark.parametrize("stride", [5, 100])
def test_a_stride_thins_the_series(whole: Recorded, stride: int, tmp_path: Path) -> None:
    thin = frames(tmp_path, TINY, f"measures.series.stride={stride}", "measures.series.replicates=2").series
    full = whole.series[whole.series["replicate"] < 2]
    step = full.groupby(["arm", "fear", "replicate"]).cumcount()
    pd.testing.assert_frame_equal(thin, full[step % stride == 0].reset_index(drop=True), check_exact=True)


def test_a_cell_without_events_spoils_no_types(tmp_path: Path) -> None:
    calm = HEAD + FEARS + only("fixed_020").replace("0.2", "0.0")
    short = ("world.sessions=1", "world.exchanges=1", "world.slots=1", "world.run_in=0")
    found = frames(tmp_path, calm, *short)
    none = frames(tmp_path, calm, *short, "measures.events=false")
    for frame in (found.events, none.events):
        assert frame["fear"].dtype == float and frame["replicate"].dtype == np.int64
        assert frame["exchange"].dtype == np.int64 and frame["hours"].dtype == float


def test_a_single_therapy_is_the_one_that_the_file_runs(whole: Recorded, tmp_path: Path) -> None:
    path = written(tmp_path)
    for arm in ("titrated", "yoked", "permuted"):
        dyad = Dyad.from_experiment(path, arm, replicate=2, fear=0.9)
        while dyad.running:
            dyad.step()
        last = of(whole.series, arm=arm, fear=0.9, replicate=2).iloc[-1]
        assert dyad.client.threat == last["client_threat"]
        assert dyad.policy.dose == last["policy_dose"]


def test_before_therapy_arms_do_not_differ(whole: Recorded) -> None:
    """The same clients live the same life until they first meet their therapist."""
    before = whole.series[whole.series["week"] < 0]
    seen = [c for c in before if c.startswith("client_")]
    for _, rows in before.groupby(["fear", "replicate", "hours"]):
        assert len(rows) == 4 and (rows[seen].nunique() == 1).all()
    assert whole.outcomes.groupby(["fear", "replicate"])["entry_symptoms"].nunique().eq(1).all()
