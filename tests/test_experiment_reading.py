"""Experiment files that are sound: what is read from them, `--set`, and the shipped ones."""

from __future__ import annotations

import dataclasses
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from experiment_stand_ins import DIALOGUE, GOOD, WORDS, problems, read, swap

from mentalities_sim.experiment import Setting, load
from mentalities_sim.experiment.schema import DOES, OUTCOMES
from mentalities_sim.interventions import number_of

SHIPPED = sorted((Path(__file__).parents[1] / "experiments").glob("*.toml"))

# What a sound file gives -------------------------------------------------------------------


def test_a_good_file_is_read_in_full(tmp_path: Path) -> None:
    trial = read(tmp_path, GOOD)
    assert (trial.title, trial.seed, trial.replicates) == ("Trial", 7, 4)
    assert trial.choosing_replicates == 4
    assert trial.world == {"sessions": 2, "exchanges": 3}
    assert trial.client["threat"] == Setting(0.2)
    assert trial.client["power"] == Setting((0.0, -0.5))
    assert trial.client["warmth_danger"] == Setting(0.5, spread=0.0)
    assert trial.therapist["attunement_noise"] == Setting(0.1, why="a tired one")
    assert [axis.name for axis in trial.axes] == ["raw_cue", "cut"]
    assert trial.arms["warm"].parameters == {"warmth": 0.9}
    assert trial.arms["warm"].settings == {"client.delay": Setting(3)}
    assert trial.arms["best"].candidates == ("cold", "warm")
    assert trial.arms["paced"].why == "the claim"
    assert trial.measures.outcomes == ("symptoms", "ruptures")
    assert (trial.measures.series_stride, trial.measures.series_replicates) == (2, 3)
    assert trial.measures.events is False


def test_cells_are_the_full_grid_with_columns_and_labels(tmp_path: Path) -> None:
    cells = list(read(tmp_path, GOOD).cells())
    assert [cell.columns for cell in cells] == [
        {"raw_cue": 0.0, "cut": "none"},
        {"raw_cue": 0.0, "cut": "unblocked"},
        {"raw_cue": 1.0, "cut": "none"},
        {"raw_cue": 1.0, "cut": "unblocked"},
    ]
    assert cells[0].labels == {"raw_cue": "0.0", "cut": "none"}


def test_settings_merge_file_cell_and_arm(tmp_path: Path) -> None:
    trial = read(tmp_path, GOOD)
    merged = trial.settings_for(trial.arms["warm"], list(trial.cells())[1])
    assert merged["client"]["threat"].value == 0.2
    assert merged["client"]["raw_cue"].value == 0.0
    assert merged["client"]["escape_blocks_learning"].value == 0.0
    assert merged["client"]["delay"].value == 3
    assert merged["world"]["sessions"].value == 2
    assert "raw_cue" not in trial.client


def test_arms_run_after_what_they_stand_on(tmp_path: Path) -> None:
    names = [arm.name for arm in read(tmp_path, GOOD).run_order()]
    assert names.index("paced") < names.index("yoked") < names.index("best")


def test_therapies_counts_choosing_replicates_of_candidates_only(tmp_path: Path) -> None:
    trial = read(tmp_path, GOOD, "choosing_replicates=10")
    assert trial.needs_choosing(trial.arms["cold"]) and not trial.needs_choosing(trial.arms["paced"])
    assert trial.therapies == 4 * (4 * 4 + 2 * 10)


def test_a_replaying_candidate_needs_its_source_chosen_too(tmp_path: Path) -> None:
    trial = read(tmp_path, swap('["cold", "w*"]', '["yoked"]'))
    assert trial.needs_choosing(trial.arms["paced"])


def test_an_experiment_is_frozen_picklable_and_plain_data(tmp_path: Path) -> None:
    trial = read(tmp_path, GOOD)
    with pytest.raises(dataclasses.FrozenInstanceError):
        trial.seed = 8  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(trial)) == trial
    assert json.loads(json.dumps(trial.as_dict()))["arms"]["paced"]["policy"] == "titrated"


def test_turns_are_read(tmp_path: Path) -> None:
    talk = read(tmp_path, DIALOGUE)
    assert len(talk.turns) == 2
    assert talk.turns[0].does == ("plays",)
    assert (talk.turns[1].playfulness, talk.turns[1].exchanges) == (0.9, 3)


def test_a_turn_may_label_and_be_said_inside(tmp_path: Path) -> None:
    inside = swap("exchanges = 3", 'exchanges = 3\nlabelling = 0.7\nsurface = "inside"', DIALOGUE)
    first, second = read(tmp_path, inside).turns
    assert (first.labelling, first.surface, first.number) == (0.7, 1, number_of("plays"))
    assert (second.labelling, second.surface) == (0.0, 0)
    (found,) = problems(tmp_path, swap('"inside"', '"insid"', inside))
    assert (found.key, found.nearest) == ("turns.1.surface", "inside")


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "trial.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(path, vocabulary=WORDS).title == "Trial"


def test_enum_names_vectors_and_whole_numbers_are_understood(tmp_path: Path) -> None:
    extra = 'mood = "care-seeking"\nhabit = [[1, 0], [0.5, 1]]\ndelay = 3.0\nthreat = 1'
    client = read(tmp_path, swap("threat = 0.2", extra)).client
    assert client["mood"].value == 1
    assert client["habit"].value == ((1.0, 0.0), (0.5, 1.0))
    assert client["delay"].value == 3 and isinstance(client["delay"].value, int)
    assert client["threat"].value == 1.0 and isinstance(client["threat"].value, float)


def test_an_enum_can_be_swept_by_name(tmp_path: Path) -> None:
    text = swap('"client.raw_cue" = [0.0, 1.0]', 'client.mood = ["calm", "care_seeking"]')
    trial = read(tmp_path, text)
    assert [cell.columns["mood"] for cell in trial.cells()][::2] == ["calm", "care_seeking"]
    assert trial.axes[0].levels[1].settings["client.mood"].value == 1


# --set -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("override", "look", "expected"),
    [
        ("replicates=2", lambda t: t.replicates, 2),
        ("experiment.seed=99", lambda t: t.seed, 99),
        ("world.sessions=5", lambda t: t.world["sessions"], 5),
        ("client.threat=.7", lambda t: t.client["threat"], Setting(0.7)),
        ("client.threat.spread=0.1", lambda t: t.client["threat"], Setting(0.2, 0.1)),
        ("client.warmth_danger=0.9", lambda t: t.client["warmth_danger"], Setting(0.9, 0.0)),
        ("client.power.other=0.3", lambda t: t.client["power"], Setting((0.3, -0.5))),
        ("client.mood=care_seeking", lambda t: t.client["mood"], Setting(1)),
        ("therapist.attunement_noise=0", lambda t: t.therapist["attunement_noise"], Setting(0.0)),
        ("arms.cold.warmth=-0.5", lambda t: t.arms["cold"].parameters["warmth"], -0.5),
        ("arms.warm.client.delay=9", lambda t: t.arms["warm"].settings["client.delay"].value, 9),
        ("sweep.client.raw_cue=[0.5]", lambda t: len(t.axes[0].levels), 1),
        ("sweep.cut=unblocked", lambda t: t.axes[1].levels[0].label, "unblocked"),
        ("measures.series.stride=1", lambda t: t.measures.series_stride, 1),
        ("measures.events=true", lambda t: t.measures.events, True),
    ],
)
def test_set_changes_one_thing(tmp_path: Path, override: str, look: Any, expected: Any) -> None:
    trial = read(tmp_path, GOOD, override)
    assert look(trial) == expected
    assert trial.overrides == (override,)


def test_set_reaches_a_turn_counted_from_one(tmp_path: Path) -> None:
    turns = read(tmp_path, DIALOGUE, "turns.2.warmth=1").turns
    assert [turn.warmth for turn in turns] == [0.5, 1.0]


def test_set_replaces_the_values_of_a_named_axis(tmp_path: Path) -> None:
    axis = 'fear = {of = "client.raw_cue", values = {low = 0.1, high = 0.9}}'
    text = swap('"client.raw_cue" = [0.0, 1.0]', axis)
    assert [v.label for v in read(tmp_path, text, "sweep.fear=high").axes[0].levels] == ["high"]
    assert [v.column for v in read(tmp_path, text, "sweep.fear=[0.3]").axes[0].levels] == [0.3]


# The shipped files ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_files_load_and_every_arm_says_why(path: Path) -> None:
    trial = load(path)
    assert trial.title and trial.question and trial.source
    for arm in trial.arms.values():
        assert arm.why, f"{arm.name} does not say why it is there"
    assert json.dumps(trial.as_dict(), allow_nan=False)


def test_arms_are_compared_with_their_controls() -> None:
    folder = Path(SHIPPED[0]).parent
    arms = load(folder / "subordination.toml").arms
    assert {name: arm.against for name, arm in arms.items() if arm.against} == {
        "stigma": "stigma_shuffled",
        "punished_expression": "punished_at_random",
        "punished_at_random": "warm_childhood",
        "goals_blocked": "goals_in_reach",
        "goals_bypass_referee": "goals_blocked",
    }
    rows = load(folder / "hierarchy.toml").arms
    apart = set(rows["winner_effect_only"].settings) ^ set(rows[rows["winner_effect_only"].against].settings)
    assert apart == {"person.loser_effect"}, "one mechanism apart"


def test_the_main_experiment_has_every_arm_and_control() -> None:
    trial = load(Path(SHIPPED[0]).parent / "warmth_titration.toml", ["replicates=2"])
    assert trial.replicates == trial.choosing_replicates == 2
    named = "fixed_low fixed_middle fixed_high fixed_best_for_everybody fixed_best_for_each_fear ramp"
    named += " titrated complementary complementary_floored expert yoked permuted"
    assert set(named.split()) <= set(trial.arms)
    doses = [f"fixed_{dose:03d}" for dose in range(0, 101, 10)]
    assert trial.arms["fixed_best_for_each_fear"].candidates == tuple(doses)
    assert trial.arms["fixed_best_for_everybody"].for_each == ()
    assert [trial.arms[name].parameters["warmth"] for name in doses] == [n / 10 for n in range(11)]
    assert [(v.label, v.column) for v in trial.axes[0].levels] == [
        ("low", 0.2), ("middle", 0.5), ("high", 0.9),
    ]  # fmt: skip
    assert trial.axes[0].name == "fear"
    # how contact was held, and what a childhood left, are asked for by the experiments about them
    assert trial.measures.outcomes == OUTCOMES[: OUTCOMES.index("session_threat")]
    assert trial.arms["yoked"].taken_from == "another client"
    assert trial.arms["permuted"].taken_from == "own, permuted within sessions"


def test_the_ablations_cross_fears_with_cuts_and_a_sham() -> None:
    trial = load(Path(SHIPPED[0]).parent / "titration_ablations.toml")
    fear, cut = trial.axes
    assert [level.label for level in cut.levels] == [
        "none", "escape_does_not_block", "alarm_from_perceived_warmth", "sham",
    ]  # fmt: skip
    assert len(list(trial.cells())) == len(fear.levels) * 4
    assert {"titrated", "ramp", "yoked", "fixed_best_for_each_fear"} <= set(trial.arms)
    assert all(level.settings for level in cut.levels[1:]) and not cut.levels[0].settings


def test_the_dialogue_has_all_fifteen_turns_coded() -> None:
    talk = load(Path(SHIPPED[0]).parent / "dialogue_cwinn2023.toml")
    assert len(talk.turns) == 15
    assert sum(turn.exchanges for turn in talk.turns) == talk.world["exchanges"]
    assert all(turn.coding and turn.does for turn in talk.turns)
    assert {act for turn in talk.turns for act in turn.does} <= set(DOES)
    assert max(talk.turns, key=lambda turn: turn.warmth).words.startswith("Look at me")
    assert max(talk.turns, key=lambda turn: turn.playfulness).does[0] == "plays"
    assert max(talk.turns, key=lambda turn: turn.freedom).words.startswith("It is always your choice")
    assert all(setting.why for setting in talk.client.values())
