"""Phases of the worked example: each rule on hand-made clients, shares by arm, the shipped file in small."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentalities_sim import Experiment, Person, Response, Results
from mentalities_sim.experiment import load
from mentalities_sim.experiment.phases import WHOLE, is_worked_example, phase_shares, phases, phases_lost
from mentalities_sim.experiment.reading import sentence
from mentalities_sim.measures.phases import PHASES, STATES, Told, phases_of

TALK = Path(__file__).parents[1] / "experiments" / "dialogue_cwinn2023.toml"
NAMES = [phase.name for phase in PHASES]
TURNS = [turn for turn in range(1, 16) for _ in range(3 if turn in (5, 10, 12) else 1)]


def papers_client() -> dict[str, np.ndarray]:
    """A client as the paper tells of her: every phase is there, in its turns."""
    by_turn = {name: np.zeros(16) for name in STATES}
    by_turn["threat"][:] = [0, 0.5, 0.5, 0.5, 0.45, 0.5, 0.5, 0.5, 0.5, 0.5, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3]
    by_turn["soothing"][:] = [0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.15, 0.2, 0.25, 0.3]
    by_turn["threat_emotion_shame"][1:9] = 0.3
    by_turn["shown_dominance"][1:3] = -0.2
    by_turn["shown_warmth"][2] = 0.2
    by_turn["yield_chance"][2] = 0.4
    by_turn["received_warmth"][1:] = 0.5
    by_turn["perceived_warmth"][1:] = 0.48
    by_turn["perceived_warmth"][7:9] = 0.3
    by_turn["alarm"][1:] = 0.4
    by_turn["alarm"][4] = 0.2
    by_turn["alarm"][10] = 0.8
    by_turn["longing"][10] = 0.3
    by_turn["kindness"][11:] = 0.2
    by_turn["inner_warmth"][5:] = -0.6
    found = {name: values[TURNS] for name, values in by_turn.items()}
    found["soothing"][TURNS.index(10) : TURNS.index(10) + 3] = [0.18, 0.14, 0.1]
    return found


def told(**changes: dict[int, float]) -> Told:
    """Tell of the paper's client, with some states changed in some turns."""
    states = papers_client()
    for name, by_turn in changes.items():
        for turn, value in by_turn.items():
            states[name][np.array(TURNS) == turn] = value
    return Told({name: values[None] for name, values in states.items()}, TURNS)


def shown(one: Told) -> dict[str, int]:
    return phases_of(one)[NAMES].iloc[0].to_dict()


def test_the_papers_client_shows_every_phase_in_its_turn() -> None:
    row = phases_of(told()).iloc[0]
    assert row[NAMES].tolist() == [1, 2, 3, 4, 5, 7, 9, 10, 11, 14]
    assert row["shown"] == row["unbroken"] == len(PHASES)
    assert row["in_order"]


GOING_ON = dict.fromkeys(range(1, 16), 0.0)
MISSED: dict[str, dict[str, dict[str, dict[int, float]]]] = {
    "shame and withdrawal": {
        "no shame": {"threat_emotion_shame": {1: 0.05, 2: 0.05}},
        "threat at rest": {"threat": {1: 0.2, 2: 0.2}},
        "in contact, and not submissive": {"shown_dominance": {1: 0.0, 2: 0.0}},
    },
    "ambivalent assent": {
        "out of contact": {"escaped": {2: 1}},
        "countered": {"response": {2: Response.COUNTER}},
        "nothing put on": {"shown_warmth": {2: 0.05}},
        "sure of staying": {"yield_chance": {2: 0.02}},
        "sure of yielding": {"yield_chance": {2: 0.98}},
    },
    "self-determined assent": {
        "yielded": {"response": {3: Response.YIELD}},
        "out of contact": {"escaped": {3: 1}},
        "no more dominant": {"shown_dominance": {2: -0.2, 3: -0.17}},
    },
    "play": {
        "alarmed as before": {"alarm": {4: 0.39}},
        "less alarm, by less warmth alone": {"alarm": {4: 0.2}, "received_warmth": {4: 0.25}},
        "out of contact": {"escaped": {4: 1}},
    },
    "the critic speaks": {
        "silent": {"inner_warmth": GOING_ON},
        "spoke before, and not again": {"inner_warmth": dict.fromkeys(range(1, 16), -0.6)},
        "kind": {"inner_warmth": dict.fromkeys(range(5, 16), 0.3)},
    },
    "misreading": {"read as shown": {"perceived_warmth": {7: 0.45, 8: 0.42}}},
    "own view told apart": {
        "misread as before": {"perceived_warmth": {9: 0.32}},
        "threat has fallen": {"threat": {9: 0.4}},
    },
    "care felt": {"no longing": {"longing": {10: 0.0}}, "no alarm": {"alarm": {10: 0.4}}},
    "let in a bit": {
        "never resisted": {"soothing": {9: 0.1, 10: 0.1}},
        "soothing goes on falling": {"soothing": {11: 0.08}},
        "nothing kind is met": {"kindness": {11: 0.05}},
        "out of contact": {"escaped": {11: 1}},
    },
    "received": {
        "soothing stays": {"soothing": {12: 0.1, 13: 0.1, 14: 0.11}},
        "threat stays": {"threat": {12: 0.6, 13: 0.6, 14: 0.6}},
        "mostly away": {"escaped": {12: 1}},
    },
}


@pytest.mark.parametrize(("name", "how"), [(name, how) for name, ways in MISSED.items() for how in ways])
def test_a_phase_is_not_shown_where_a_part_of_it_is_missing(name: str, how: str) -> None:
    one = told(**MISSED[name][how])
    assert shown(one)[name] == 0
    row = phases_of(one).iloc[0]
    assert not row["in_order"] and row["unbroken"] <= NAMES.index(name)


def test_every_phase_has_a_counter_example_and_the_papers_words() -> None:
    assert set(MISSED) == set(NAMES)
    assert all("'" in phase.words and phase.meaning for phase in PHASES)
    starts = [phase.turns[0] for phase in PHASES]
    assert starts == sorted(starts) and max(phase.turns[1] for phase in PHASES) <= 15


def test_a_phase_shown_in_other_turns_only_does_not_count() -> None:
    late = told(alarm={4: 0.4, 5: 0.1}, received_warmth={5: 0.5})
    assert shown(late)["play"] == 0
    assert phases_of(late)["unbroken"].iloc[0] == NAMES.index("play")


def test_runs_are_told_apart() -> None:
    one, other = papers_client(), papers_client()
    other["escaped"][:] = 1
    both = Told({name: np.stack([one[name], other[name]]) for name in STATES}, TURNS)
    found = phases_of(both)
    assert found["in_order"].tolist() == [True, False]
    assert found["shown"].iloc[1] < found["shown"].iloc[0]


def test_the_rules_read_states_that_people_have() -> None:
    for name in STATES:
        root = "threat_emotion" if name.startswith("threat_emotion_") else name
        assert hasattr(Person, root), name


# --- results ----------------------------------------------------------------------------------


def results_of(found: dict[str, list[dict[str, np.ndarray]]], trial) -> Results:
    """Results whose arms' clients are made by hand."""
    frames = []
    for arm, clients in found.items():
        for replicate, states in enumerate(clients):
            frame = pd.DataFrame({f"client_{name}": values for name, values in states.items()})
            frame.insert(0, "exchange", np.arange(len(frame)))
            frames.append(frame.assign(arm=arm, replicate=replicate, week=0))
    return Results(trial, {"series": pd.concat(frames, ignore_index=True), "outcomes": pd.DataFrame()})


@pytest.fixture(scope="module")
def trial():
    """The shipped experiment, its turns as long as the hand-made clients'."""
    talk = load(TALK)
    lengths = [TURNS.count(turn) for turn in range(1, 16)]
    turns = tuple(dataclasses.replace(turn, exchanges=n) for turn, n in zip(talk.turns, lengths, strict=True))
    return dataclasses.replace(talk, turns=turns, axes=())


@pytest.fixture
def by_hand(trial, monkeypatch: pytest.MonkeyPatch) -> Results:
    monkeypatch.setattr(Results, "_judged_runs", lambda self, name: self._table(name))
    shy = papers_client()
    shy["escaped"][np.array(TURNS) == 4] = 1
    dialogue = [papers_client()] * 6 + [shy] * 2
    return results_of({"dialogue": dialogue, "no_play": [shy] * 8}, trial)


def test_shares_count_runs_by_arm(by_hand: Results) -> None:
    assert phases(by_hand)["play"].tolist() == [4] * 6 + [0] * 10
    rows = phase_shares(by_hand).set_index(["arm", "phase"])
    assert rows.loc[("dialogue", "play"), "share"] == rows.loc[("dialogue", WHOLE), "share"] == 0.75
    assert rows.loc[("dialogue", "play"), "low"] < 0.75 < rows.loc[("dialogue", "play"), "high"]
    assert rows.loc[("no_play", WHOLE), "share"] == 0.0
    assert rows.loc[("no_play", "misreading"), "share"] == 1.0


def test_what_an_ablation_takes_away_is_named(by_hand: Results) -> None:
    rows = phases_lost(by_hand, "dialogue", "no_play").set_index("phase")
    assert rows["lost"][rows["lost"]].index.tolist() == ["play"]
    assert rows.loc["play", "difference"] == -0.75 and rows.loc["play", "high"] < 0.0


def test_runs_that_came_to_no_end_are_left_out(by_hand: Results) -> None:
    rows = by_hand.series
    by_hand.tables["series"] = rows[~((rows["replicate"] == 3) & (rows["exchange"] > 9))]
    assert phases(by_hand).groupby("arm").size().tolist() == [7, 7]
    by_hand.tables["series"] = rows[rows["exchange"] % 2 == 0]
    with pytest.raises(ValueError, match="stride = 1"):
        phases(by_hand)


def test_other_dialogues_have_no_phases(by_hand: Results, trial) -> None:
    short = dataclasses.replace(trial, turns=trial.turns[:2])
    other = Results(short, by_hand.tables)
    assert is_worked_example(by_hand) and not is_worked_example(other)
    with pytest.raises(ValueError, match="2 turns; phases are declared for the 15"):
        phases(other)


def test_the_shipped_dialogue_runs_and_says_which_phases_it_shows() -> None:
    small = ["replicates=2", "measures.series.replicates=2"]
    found = Experiment(load(TALK, small)).run(engine="mesa")
    told = phases(found)
    assert len(told) == 2 * len(found.file.arms)
    assert set(told["care felt"][told["arm"] == "dialogue"]) == {10}
    said = sentence(found)
    assert "The paper's phases" in said and "all in order" in said and "Against dialogue" in said
    pytest.importorskip("matplotlib")
    drawn = found.plot("dialogue")
    assert {"share_dialogue", "share_always_warm", "share_expert"} <= set(drawn.data)
    assert "phases are shown by most runs" in drawn.title and "care felt" in drawn.alt_text
    assert set(found.plot("phases").data["arm"]) == set(found.file.arms)
