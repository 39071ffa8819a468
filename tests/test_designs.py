"""Designs of sweeps: which points are run, and that every mistake in asking for them gets its word."""

from __future__ import annotations

import json
import math
import pickle
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from experiment_mistakes import (
    ARMS,
    DESIGN_MISTAKES,
    DRAWN,
    FEAR,
    HEAD,
    POLICY_MISTAKES,
    TABLE,
    TABLE_MISTAKES,
)
from experiment_stand_ins import Fixed, Person, Replay, Therapist, Titrated
from hypothesis import given, settings
from hypothesis import strategies as st

from mentalities_sim.declare import Parameter
from mentalities_sim.experiment import ExperimentError, ExperimentFile, designs, load
from mentalities_sim.experiment.designs import DESIGNS, Span, unit_sample
from mentalities_sim.experiment.schema import Axis, Level, Setting
from mentalities_sim.experiment.vocabulary import vocabulary_of
from mentalities_sim.policies.titrated import Titrated as TitratedPolicy

ROOT = Path(__file__).parents[1]


class Paced(Titrated):
    gain = Parameter(0.15, (0.0, 2.0), unit="per exchange", meaning="pace")
    settling = Parameter(6, (1, 30))


class Careful(Paced):
    gain = Parameter(0.1, (0.05, 5.0))


WORDS = vocabulary_of(
    client=Person,
    therapist=Therapist,
    policies={"fixed": Fixed, "paced": Paced, "careful": Careful, "replay": Replay},
)


def read(folder: Path, sweep: str, *overrides: str, arms: str = ARMS, **tables: str) -> ExperimentFile:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    path = folder / "trial.toml"
    path.write_text(f'[experiment]\ntitle = "T"\nseed = 3\n[sweep]\n{sweep}\n{arms}', encoding="utf-8")
    return load(path, overrides, WORDS)


def drawn(folder: Path, design: str, points: int, axes: str = DRAWN) -> ExperimentFile:
    return read(folder, f'design = "{design}"\npoints = {points}\n{axes}')


def words(folder: Path, sweep: str, *overrides: str, arms: str = ARMS, **tables: str) -> str:
    """Return the text of the one problem there should be, on one line."""
    with pytest.raises(ExperimentError) as caught:
        read(folder, sweep, *overrides, arms=arms, **tables)
    assert len(caught.value.problems) == 1, str(caught.value)
    return re.sub(r"\s+", " ", str(caught.value.problems[0]))


# Counts and order ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "points", "cells"), [("lhs", 7, 7), ("sobol", 8, 8), ("saltelli", 8, 56), ("morris", 6, 36)]
)
def test_drawn_designs_have_their_cells_numbered(
    tmp_path: Path, design: str, points: int, cells: int
) -> None:
    trial = drawn(tmp_path, design, points)
    assert (trial.design, trial.points, trial.sampled) == (design, points, True)
    assert trial.n_cells == cells == len(unit_sample(trial)) and trial.therapies == 2 * cells
    assert [cell.columns["point"] for cell in trial.cells()] == list(range(cells))
    assert list(trial.cell(0).columns) == ["point", "fear", "cue", "delay", "mood", "cut"]
    assert trial.cell(0).labels.keys() == trial.cell(0).columns.keys()


def test_zip_takes_the_axes_side_by_side(tmp_path: Path) -> None:
    axes = (
        'fear = {of = "client.warmth_danger", values = {low = 0.2, high = 0.9}}\n"policy.gain" = [0.3, 0.3]'
    )
    trial = read(tmp_path, f'design = "zip"\n{axes}')
    assert not trial.sampled and trial.n_cells == 2
    assert [c.columns for c in trial.cells()] == [{"fear": 0.2, "gain": 0.3}, {"fear": 0.9, "gain": 0.3}]
    assert trial.cell(1).labels["fear"] == "high"


def test_conditions_make_one_axis(tmp_path: Path) -> None:
    text = (
        'design = "conditions"\nnone = {}\n[sweep.slow]\nclient.delay = 3\n"policy.gain" = 0.1\nwhy = "tired"'
    )
    trial = read(tmp_path, text)
    assert not trial.sampled and [c.columns["condition"] for c in trial.cells()] == ["none", "slow"]
    assert trial.axes[0].levels[1].why == "tired"
    given_ = trial.settings_for(trial.arms["a"], trial.cell(1))
    assert given_["client"]["delay"] == Setting(3) and given_["policy"] == {"gain": Setting(0.1)}


def test_a_table_gives_its_rows(tmp_path: Path) -> None:
    csv = 'fear,policy.settling,"client.mood",client.notices\r\n0.2,4,calm,TRUE\r\n\r\n 0.9 ,5,CALM,false\r\n'
    text = 'design = "table"\nfile = "points.csv"\nfear = {of = "client.warmth_danger", why = "w"}'
    trial = read(tmp_path, text, points="\ufeff" + csv)
    assert trial.sampled and trial.points == 0 and trial.n_cells == 2
    assert [cell.columns for cell in trial.cells()] == [
        {"point": 0, "fear": 0.2, "settling": 4, "mood": "calm", "notices": True},
        {"point": 1, "fear": 0.9, "settling": 5, "mood": "calm", "notices": False},
    ]
    given_ = trial.settings_for(trial.arms["a"], trial.cell(1))
    assert given_["client"]["mood"] == Setting(0) and given_["client"]["notices"] == Setting(False)
    assert trial.axes[0].why == "w" and isinstance(trial.cell(0).columns["settling"], int)


def test_a_column_may_name_the_path_of_a_named_axis(tmp_path: Path) -> None:
    text = 'design = "table"\nfile = "p.csv"\nfear = {of = "client.warmth_danger"}'
    assert read(tmp_path, text, p="client.warmth_danger\n0.5").cell(0).columns == {"point": 0, "fear": 0.5}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5), max_size=4), st.integers(1, 4))
def test_grid_and_zip_counts(lengths: list[int], length: int) -> None:
    def axis(n: int, name: str) -> Axis:
        return Axis(name, tuple(Level(f"{name}{i}", i, {}) for i in range(n)))

    crossed = tuple(axis(n, f"x{i}") for i, n in enumerate(lengths))
    grid = ExperimentFile(Path("t.toml"), "T", axes=crossed)
    columns = [tuple(cell.columns.values()) for cell in grid.cells()]
    assert grid.n_cells == len(columns) == math.prod(lengths)
    assert columns == sorted(set(columns))  # the last axis fastest, as ever
    side_by_side = tuple(axis(length, name) for name in "xyz")
    zipped = ExperimentFile(Path("t.toml"), "T", design="zip", axes=side_by_side)
    assert [list(c.columns.values()) for c in zipped.cells()] == [[i] * 3 for i in range(length)]


def test_every_design_travels_and_cells_come_by_number(tmp_path: Path) -> None:
    levels = '"client.raw_cue" = [0.1, 0.2]\n"client.delay" = [1, 2]'
    trials = [drawn(tmp_path, design, 4) for design in designs.DRAWN]
    trials += [read(tmp_path, f'design = "{design}"\n{levels}') for design in ("grid", "zip")]
    trials.append(read(tmp_path, 'design = "conditions"\na = {}\nb = {"client.raw_cue" = 0.1}'))
    table = 'design = "table"\nfile = "p.csv"'
    trials.append(read(tmp_path, table, p="client.raw_cue,policy.gain\n0.1,0.2\n0.3,0.4\n"))
    assert {trial.design for trial in trials} == set(DESIGNS)
    for trial in trials:
        cells = list(trial.cells())
        again = pickle.loads(pickle.dumps(trial))
        designs._unit_sample.cache_clear()  # as in another process
        assert again == trial and [again.cell(i) for i in range(trial.n_cells)] == cells
        assert json.loads(json.dumps(trial.as_dict()))["design"] == trial.design
        with pytest.raises(IndexError):
            trial.cell(trial.n_cells)


# Points ------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(
    st.floats(1e-6, 1e6),
    st.floats(1e-6, 1e6),
    st.sampled_from(["linear", "log"]),
    st.floats(0, 1),
    st.booleans(),
)
def test_spans_stay_inside_and_meet_their_ends(a: float, b: float, scale: Any, u: float, whole: bool) -> None:
    low, high = sorted((math.ceil(a), math.ceil(b) + 1) if whole else (a, b))
    span = Span(low, high, scale, whole)
    value = span.at(u)
    assert low <= value <= high and isinstance(value, int if whole else float)
    assert (span.at(0.0), span.at(1.0)) == (low, high)
    assert span.at(u / 2) <= value * (1 + 1e-12)


def test_whole_numbers_and_levels_get_equal_shares() -> None:
    places = (np.arange(1200) + 0.5) / 1200
    delay = Axis("delay", path="client.delay", span=Span(0, 3, whole=True))
    mood = Axis("mood", tuple(Level(name, name, {}) for name in "abc"))
    assert np.unique([delay.at(u).column for u in places], return_counts=True)[1].tolist() == [300] * 4
    assert np.unique([mood.at(u).column for u in places], return_counts=True)[1].tolist() == [400] * 3
    assert mood.at(1.0).column == "c"


@pytest.mark.parametrize("design", designs.DRAWN)
def test_points_lie_in_their_ranges_and_cover_them(tmp_path: Path, design: str) -> None:
    cells = list(drawn(tmp_path, design, 64).cells())
    columns = {name: [cell.columns[name] for cell in cells] for name in cells[0].columns}
    fear, cue = np.array(columns["fear"]), np.array(columns["cue"])
    assert 0.2 <= fear.min() < 0.25 and 0.75 < fear.max() <= 0.8
    assert 0.01 <= cue.min() < 0.015 and 0.7 < cue.max() <= 1.0
    assert 0.4 < np.mean(cue < 0.1) < 0.6  # half of the points in each decade
    assert set(columns["delay"]) == {2, 3, 4, 5}
    assert set(columns["mood"]) == {"calm", "care_seeking"} and set(columns["cut"]) == {"none", "deaf"}


@pytest.mark.parametrize("design", designs.DRAWN)
def test_samples_follow_from_the_file_and_leave_global_chance_alone(tmp_path: Path, design: str) -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is what is looked at
    trial = drawn(tmp_path, design, 16)
    first = unit_sample(trial).copy()
    designs._unit_sample.cache_clear()
    assert np.array_equal(unit_sample(trial), first) and first.min() >= 0 and first.max() <= 1
    assert unit_sample(trial) is unit_sample(pickle.loads(pickle.dumps(trial)))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    with pytest.raises(ValueError, match="read-only"):
        unit_sample(trial)[0, 0] = 0.5
    other = load(trial.path, ["seed=4"], WORDS)
    assert not np.array_equal(unit_sample(other), first)


def test_a_longer_sobol_sweep_begins_with_the_shorter_one(tmp_path: Path) -> None:
    short, long = (list(drawn(tmp_path, "sobol", points).cells()) for points in (64, 128))
    assert long[:64] == short


def test_a_sample_of_no_drawn_design_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'grid' has no sample; those that do are lhs"):
        unit_sample(read(tmp_path, '"client.raw_cue" = [0.1]'))


def test_a_million_points_cost_nothing_until_one_is_asked_for(tmp_path: Path) -> None:
    trial = drawn(tmp_path, "lhs", 1_000_000)
    assert trial.n_cells == 1_000_000 and len(pickle.dumps(trial)) < 10_000


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def angles(folder: Path, design: str, points: int) -> tuple[np.ndarray, dict[str, Any]]:
    names = ["hours", "client_hours", "late"]
    axes = [Axis(n, path=f"client.{n}", span=Span(-math.pi, math.pi)) for n in names]
    trial = ExperimentFile(Path("t.toml"), "T", design=design, points=points, axes=tuple(axes), seed=1)  # type: ignore[arg-type]
    values = np.array([[cell.columns[name] for name in names] for cell in trial.cells()])
    return values, {"num_vars": 3, "names": names, "bounds": [[-math.pi, math.pi]] * 3}


def test_salib_finds_the_known_indices_in_a_saltelli_sweep(tmp_path: Path) -> None:
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    values, problem = angles(tmp_path, "saltelli", 2048)
    assert np.array_equal(values[0, 1:], values[1, 1:]) and values[0, 0] != values[1, 0]
    found = analyze(problem, ishigami(values), calc_second_order=False, seed=0)
    assert found["S1"] == pytest.approx([0.314, 0.442, 0.0], abs=0.05)
    assert found["ST"] == pytest.approx([0.558, 0.442, 0.244], abs=0.05)


def test_salib_reads_a_morris_sweep(tmp_path: Path) -> None:
    analyze = pytest.importorskip("SALib.analyze.morris").analyze
    values, problem = angles(tmp_path, "morris", 50)
    found = analyze(problem, values, values @ [3.0, 1.0, 0.0], num_levels=4, seed=0)
    slopes = np.array([3.0, 1.0, 0.0]) * 2 * math.pi
    assert np.asarray(found["mu_star"]) == pytest.approx(slopes, abs=1e-9)
    assert (np.diff(values.reshape(50, 4, 3), axis=1) != 0).sum(axis=2).tolist() == [[1, 1, 1]] * 50


# `policy` and `--set` -----------------------------------------------------------------------------


def test_a_swept_policy_reaches_every_arm(tmp_path: Path) -> None:
    arms = '[arms]\na = {policy = "paced", offset = 0.2}\nb = {policy = "careful"}\n'
    arms += 'c = {best_of = ["a"], by = "symptoms"}'
    trial = read(tmp_path, "policy.gain = [0.1, 0.2]", arms=arms)
    merged = [trial.settings_for(trial.arms[name], trial.cell(1))["policy"] for name in "ab"]
    assert merged == [{"offset": Setting(0.2), "gain": Setting(0.2)}, {"gain": Setting(0.2)}]


@pytest.mark.parametrize(
    ("override", "look", "expected"),
    [
        ("sweep.points=64", lambda t: t.n_cells, 64),
        ("sweep.design=lhs", lambda t: (t.design, t.points), ("lhs", 16)),
        ("sweep.fear.range=[0.3, 0.5]", lambda t: (t.axes[0].span.low, t.axes[0].span.high), (0.3, 0.5)),
        ("sweep.fear.scale=log", lambda t: t.axes[0].span.scale, "log"),
        ("sweep.fear=[0.3, 0.5]", lambda t: [v.column for v in t.axes[0].levels], [0.3, 0.5]),
        ("sweep.cue.values=[0.5]", lambda t: [v.column for v in t.axes[1].levels], [0.5]),
        ("sweep.mood.range=[0, 1]", lambda t: t, None),
        ("sweep.policy.gain.range=[0.1, 0.2]", lambda t: t.axes[-1].span, Span(0.1, 0.2)),
        ("sweep.cut=deaf", lambda t: t.axes[4].levels[0].label, "deaf"),
    ],
)
def test_set_changes_a_design(tmp_path: Path, override: str, look: Any, expected: Any) -> None:
    sweep = f'design = "sobol"\npoints = 16\n{DRAWN}"policy.gain" = [0.3]'
    if expected is None:
        assert "sweep.mood.range cannot be drawn from" in words(tmp_path, sweep, override)
    else:
        assert look(read(tmp_path, sweep, override)) == expected


def test_a_grid_becomes_a_sample_from_the_command_line(tmp_path: Path) -> None:
    sets = ("sweep.design=lhs", "sweep.points=5", "sweep.client.raw_cue.range=[0, 1]")
    trial = read(tmp_path, '"client.raw_cue" = [0.1]', *sets)
    assert (trial.design, trial.n_cells, trial.axes[0].span) == ("lhs", 5, Span(0.0, 1.0))


def test_measures_can_keep_agents_and_transitions(tmp_path: Path) -> None:
    trial = read(tmp_path, '"client.raw_cue" = [0.1]')
    assert not trial.measures.agents and not trial.measures.transitions
    trial = read(tmp_path, '"client.raw_cue" = [0.1]\n[measures]\nagents = true\ntransitions = true')
    assert trial.measures.agents and trial.measures.transitions and trial.measures.events


# Mistakes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESIGN_MISTAKES)
def test_each_mistake_in_a_design(tmp_path: Path, name: str) -> None:
    sweep, *expected = DESIGN_MISTAKES[name]
    said = words(tmp_path, sweep)
    assert all(word in said for word in expected), said


@pytest.mark.parametrize("name", POLICY_MISTAKES)
def test_each_mistake_of_a_swept_policy(tmp_path: Path, name: str) -> None:
    arms, *expected = POLICY_MISTAKES[name]
    said = words(tmp_path, "policy.gain = [0.1, 0.2]", arms=arms)
    assert all(word in said for word in expected), said


@pytest.mark.parametrize("name", TABLE_MISTAKES)
def test_each_mistake_in_a_table(tmp_path: Path, name: str) -> None:
    csv, more, *expected = TABLE_MISTAKES[name]
    said = words(tmp_path, TABLE + more, points=csv)
    assert all(word in said for word in expected), said
    assert "line " in said


def test_tables_that_cannot_be_read(tmp_path: Path) -> None:
    said = words(tmp_path, 'design = "table"\nfile = "pionts.csv"', points=HEAD)
    assert "sweep.file does not exist" in said and "pionts.csv" in said and "nearest: points.csv" in said
    (tmp_path / "folder").mkdir()
    assert "cannot be read" in words(tmp_path, 'design = "table"\nfile = "folder"')
    assert "cannot be read" in words(tmp_path, 'design = "table"\nfile = "a\\u0000b"')
    assert "lacks file" in words(tmp_path, 'design = "table"')
    assert "sweep.file must be a text" in words(tmp_path, 'design = "table"\nfile = 3')
    (tmp_path / "points.csv").write_bytes(HEAD.encode() + b"0.2,\xfc\n")
    said = words(tmp_path, TABLE)
    assert "(points.csv, row 2) is not UTF-8" in said and "0xfc" in said
    long_cell = HEAD + "0.1," + "1" * 200_000
    assert "row 2) is not CSV" in words(tmp_path, TABLE, points=long_cell)


def test_a_spoilt_table_is_told_of_in_a_few_problems(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError) as caught:
        read(tmp_path, TABLE, points=HEAD + "low,0.1\n" * 1000)
    assert len(caught.value.problems) == 11 and "row 12) and all below" in str(caught.value)


def test_design_words_are_set_in_a_sweep_only(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_text('[experiment]\ntitle = "T"\n' + ARMS)
    with pytest.raises(ExperimentError, match="changes an axis the file does not have"):
        load(path, ["sweep.points=8"], WORDS)


@pytest.mark.parametrize("design", ["saltelli", "morris"])
def test_without_salib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, design: str
) -> None:
    trial = drawn(tmp_path, design, 32)
    monkeypatch.setitem(sys.modules, "SALib", None)
    monkeypatch.setattr(designs, "find_spec", lambda name: None)
    said = words(tmp_path, f'design = "{design}"\npoints = 32\n{FEAR}')
    assert "needs SALib" in said and "mentalities-sim[sensitivity]" in said
    designs._unit_sample.cache_clear()
    with pytest.raises(ModuleNotFoundError, match=r"mentalities-sim\[sensitivity\]"):
        trial.cell(0)


def test_no_titrated_dose_exceeds_the_maximum() -> None:
    calm = SimpleNamespace(reading=0.0)
    for maximum, opening in ((0.3, 0.05), (0.0, 0.0)):
        policy = TitratedPolicy(gain=2.0, maximum_dose=maximum)
        doses = [policy.find_dose(calm, None, 0.0, exchange, None) for exchange in range(12)]
        assert doses[:7] == [opening] * 7 and doses[7:] == [maximum] * 5


# The map ------------------------------------------------------------------------------------------


def test_the_map_sweeps_two_sides_of_the_therapist_and_the_fear() -> None:
    trial = load(ROOT / "experiments" / "titration_map.toml")
    assert (trial.design, trial.n_cells, trial.therapies) == ("sobol", 16384, 131072)
    assert [axis.name for axis in trial.axes] == ["level", "pacing", "misattunement", "fear"]
    assert all(axis.why for axis in trial.axes) and trial.measures.series_replicates == 0
    assert trial.client == load(ROOT / "experiments" / "warmth_titration.toml").client
    policy = trial.settings_for(trial.arms["titrated"], trial.cell(16383))["policy"]
    assert policy.keys() == {"offset", "maximum_dose", "gain"}
