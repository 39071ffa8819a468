"""Outcomes of societies by hand: who counts, and what each number is of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from small_societies import societies

from mentalities_sim.engine.batch import EVENT_DTYPE, Batch
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.meetings import rounds
from mentalities_sim.worlds.society_outcomes import dance, outcomes
from mentalities_sim.worlds.society_tables import contested, contests_frame, course_frame

DAYS = 10
RETREAT, YIELD, FIGHT = Ending.RETREAT_FIRST_WON, Ending.YIELD_FIRST_WON, Ending.FIGHT_FIRST_WON
SECOND_BID = Ending.YIELD_SECOND_WON


def batch_of(size: int = 4, **world: float) -> Batch:
    """A society in which nothing has happened yet, all of equal rank and strength of feeling."""
    batch = societies(size=size, days=DAYS, **world)
    batch.states["person"]["lived"] = 0.0
    return batch


def events_of(batch: Batch, contests: Sequence[tuple[int, int, int, int]]) -> np.ndarray:
    """Events of contests (day from 0, winner, loser, ending), one in the day's first round each."""
    codes = {name: code for code, (_, name, _) in enumerate(batch.rules.event_fields())}
    starts = rounds({name: batch.parameters["world"][name][0] for name in batch.rules.world.sizes})[1]
    rows = []
    for day, winner, loser, ending in contests:
        step = starts[4 * day]
        rows += [
            (0, step, codes["ending"], 0.0, ending),
            (0, step, codes["winner"], 0.0, winner + 1),
            (0, step, codes["loser"], 0.0, loser + 1),
        ]
    return np.array(rows, EVENT_DTYPE)


def live(batch: Batch, person: int, *, threat: float = 0.0, iss: float = 0.0, times: float = 10.0) -> None:
    """Let a person have had so much threat and ISS, on average, in late meetings."""
    batch.states["person"]["lived"][0, person] = [threat * times, iss * times, 0.0, 0.0, times]


LINEAR = [(day, a, b, YIELD) for day in range(DAYS) for a in range(4) for b in range(a + 1, 4)]


def test_a_contest_is_read_off_its_events():
    batch = batch_of()
    found = contested(batch, events_of(batch, [(0, 2, 1, RETREAT), (6, 1, 3, SECOND_BID), (9, 0, 1, FIGHT)]))
    assert found.winner.tolist() == [2, 1, 0] and found.loser.tolist() == [1, 3, 1]
    assert found.first.tolist() == [2, 3, 0], "in a retreat the claimant; else who signalled first"
    assert found.part.tolist() == [0, 6, 9] and np.floor(found.day).tolist() == [0, 6, 9]
    frame = contests_frame(batch, events_of(batch, [(9, 0, 1, FIGHT)]), pd.DataFrame({"arm": ["a"]}))
    assert frame.loc[0, ["arm", "escalated", "ending"]].tolist() == ["a", True, "fight"]


def test_a_flawless_order_is_linear_stable_and_without_upsets():
    batch = batch_of()
    found = outcomes(batch, events_of(batch, LINEAR))
    assert found["linearity"][0] == found["transitivity"][0] == found["directional_consistency"][0] == 1.0
    assert found["unknown_dyads"][0] == found["upsets"][0] == 0.0
    assert found["rank_stability"][0] == pytest.approx(1.0, abs=0.05)
    assert found["contests"][0] == len(LINEAR) / 4


def test_upsets_are_counted_late_only_and_contests_between_equals_not():
    batch = batch_of()
    early, late = [(0, 3, 0, YIELD)], [(8, 3, 0, YIELD), (8, 2, 1, YIELD)]
    assert outcomes(batch, events_of(batch, LINEAR + early))["upsets"][0] == 0.0
    assert outcomes(batch, events_of(batch, LINEAR + late))["upsets"][0] == pytest.approx(2 / 32)
    even = [(day, *pair, YIELD) for day in (1, 8) for pair in ((0, 1), (1, 0))]
    assert np.isnan(outcomes(batch, events_of(batch, even))["upsets"][0]), "equal in rank"
    course = course_frame(batch, events_of(batch, LINEAR + late), pd.DataFrame(index=[0]))
    assert course["upsets"].fillna(0.0).tolist() == [0.0] * 8 + [2 / 8, 0.0]


def test_bids_go_downward_where_both_claimed_retreats_left_out():
    batch = batch_of()
    bids = [(7, 0, 3, FIGHT), (7, 0, 3, SECOND_BID), (8, 1, 2, YIELD), (8, 0, 1, RETREAT)]
    found = outcomes(batch, events_of(batch, [*bids, *[(7, 0, 2, RETREAT), (7, 1, 3, RETREAT)]]))
    assert found["downward_bids"][0] == pytest.approx(2 / 3), "the retreats' claimants won, and rank higher"


def test_the_dead_have_no_part_in_what_is_measured_of_the_living():
    batch = batch_of()
    people = batch.states["person"]
    people["alive"][0, 3] = 0
    people["injury"][0] = [0.1, 0.2, 0.3, 1.0]
    people["power"][0, :, 0] = [0.0, 0.0, 1.0, 1.0]
    turned = [(day, 3, a, YIELD) for day in range(DAYS) for a in range(3)]
    among_three = [contest for contest in LINEAR if 3 not in contest[1:3]]
    found = outcomes(batch, events_of(batch, among_three + turned))
    assert found["injury"][0] == pytest.approx(0.2) and found["survival"][0] == 0.75
    assert found["power_at_bounds"][0] == pytest.approx(1 / 3)
    assert found["steepness"][0] == outcomes(batch, events_of(batch, among_three))["steepness"][0]
    people["alive"][0] = 0
    assert np.isnan(outcomes(batch, events_of(batch, LINEAR))["injury"][0])


def test_the_iss_by_rank_leaves_out_who_was_not_met_late():
    batch = batch_of()
    for person, iss in enumerate((0.1, 0.2, 0.6, 0.8)):
        live(batch, person, iss=iss)
    events = events_of(batch, LINEAR)
    assert outcomes(batch, events)["subordination_by_rank"][0] == pytest.approx(0.7 - 0.15)
    live(batch, 2, times=0.0)
    assert outcomes(batch, events)["subordination_by_rank"][0] == pytest.approx(0.8 - 0.15)


def test_resources_go_by_rank():
    batch = batch_of()
    batch.states["person"]["resources"][0] = [9.0, 5.0, 2.0, 1.0]
    assert outcomes(batch, events_of(batch, LINEAR))["resources_by_rank"][0] == pytest.approx(1.0)
    batch.states["person"]["resources"][0] = [1.0, 2.0, 5.0, 9.0]
    assert outcomes(batch, events_of(batch, LINEAR))["resources_by_rank"][0] == pytest.approx(-1.0)


def test_stigma_compares_bearers_with_others_and_leaves_out_who_died_early():
    batch = batch_of(size=9, stigmatised=1 / 3)
    for person in range(9):  # every third bears it
        live(batch, person, iss=0.7 if person % 3 == 2 else 0.4)
    nothing = np.zeros(0, EVENT_DTYPE)
    assert outcomes(batch, nothing)["stigma"][0] == pytest.approx(0.3)
    live(batch, 0, times=0.0)
    assert outcomes(batch, nothing)["stigma"][0] == pytest.approx(0.3), "the others still count"


def test_at_equal_late_contests_and_threat_a_stigma_is_what_these_do_not_account_for():
    batch = batch_of(size=9, stigmatised=1 / 3)
    rng = np.random.default_rng(0)
    lost = rng.integers(0, 3, 9)
    threat = rng.random(9)
    events = [(8, (person + 1) % 9, person, YIELD) for person in range(9) for _ in range(lost[person])]
    won = np.bincount([winner for _, winner, _, _ in events], minlength=9)
    for person in range(9):
        bears = person % 3 == 2
        iss = 0.1 + 0.2 * bears + 0.05 * lost[person] - 0.02 * won[person] + 0.1 * threat[person]
        live(batch, person, threat=threat[person], iss=iss)
    early = [(0, 0, 1, YIELD)] * 7
    found = outcomes(batch, events_of(batch, early + events))
    assert found["stigma_at_equal_contests_and_threat"][0] == pytest.approx(0.2), (
        "early contests are not in it"
    )


def test_a_newcomer_is_ranked_and_who_has_gone_is_not():
    batch = batch_of(turnover=400.0)
    many = batch.states["person"].shape[1] + batch.states["newcomer"].shape[1]
    assert many > 4
    batch.states["person"]["identity"][0] = [0, 1, 2, 4]  # the newcomer 4 in the place of 3
    gone = [(0, 3, a, YIELD) for a in range(3)]
    now = [(8, a, b, YIELD) for a, b in ((0, 1), (0, 2), (0, 4), (1, 2), (1, 4), (2, 4))]
    found = outcomes(batch, events_of(batch, gone + now))
    assert found["linearity"][0] == 1.0 and found["unknown_dyads"][0] == 0.0


def test_the_order_of_many_is_not_measured(monkeypatch):
    for module in ("society_outcomes", "society_tables"):
        monkeypatch.setattr(f"mentalities_sim.worlds.{module}.MOST_ORDERED", 3)
    batch = batch_of()
    found = outcomes(batch, events_of(batch, LINEAR))
    unknown = ["linearity", "rank_stability", "upsets", "downward_bids", "subordination_by_rank"]
    assert all(np.isnan(found[name][0]) for name in unknown)
    assert found["contests"][0] == len(LINEAR) / 4


def test_the_dance_is_given_what_the_answerer_was_in_before():
    follows = np.zeros((25, 5))
    for before in range(5):  # whatever it was in, the answerer takes on the mentality of who signals
        for first in range(5):
            follows[5 * first + before, first] = 100.0
    assert dance(follows) == pytest.approx(np.log2(5), abs=0.03), "less what shuffling has"
    stays = np.zeros((25, 5))
    for before in range(5):
        stays[before::5, before] = 100.0
    assert dance(stays) == 0.0, "habit is no answer"
