"""The linear referee: one modeller's people on both engines, and theory known by calculation."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from mentalities_sim.calibration.societies import live_together, over_a_resource
from mentalities_sim.engine import lockstep
from mentalities_sim.engine.compiled import run_compiled
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.meetings import society_batch
from mentalities_sim.worlds.society import Society

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("linear_referee", EXAMPLES / "linear_referee.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["linear_referee"] = module
    spec.loader.exec_module(module)
    return module


def test_both_engines_agree(example):
    rules = RuleSet(Society, {"person": example.LinearReferee})
    world = {**example.WORLD, "size": 5, "days": 3}
    batch = society_batch(rules, {"world": [world], "person": [example.people(1.0)], "tie": [{}]}, 1, [0, 1])
    assert lockstep.compare(batch) is None


def test_every_meeting_is_won_by_yielding_and_nobody_is_hurt(example):
    world = {**example.WORLD, "size": 6, "days": 5}
    batch, trace = live_together(world, [example.people(1.0)], 2, 1, person=example.LinearReferee)
    for one in over_a_resource(batch, trace):
        assert len(one.step) == 3 * 4 * 5
        assert set(one.ending.tolist()) <= {Ending.YIELD_FIRST_WON, Ending.YIELD_SECOND_WON}
    power = batch.states["person"]["power"][:, :, 0]
    np.testing.assert_allclose(power.sum(axis=1), 0.0, atol=1e-12)  # what one wins the other loses
    assert (batch.states["person"]["injury"] == 0.0).all()


def test_the_first_wins_with_the_linear_chance(example):
    """Two people who neither learn nor forget: at power ±.05, P = ½ + 5 · .1 = 1; at ±.02, .7."""
    for power, expected in ((0.05, 1.0), (0.02, 0.7)):
        settings = {"slope": 5.0, "power_step": 0.0, "forgetting": 0.0, "power": {"spread": 0.0}}
        rules = RuleSet(Society, {"person": example.LinearReferee})
        world = {**example.WORLD, "size": 2, "days": 250}
        batch = society_batch(rules, {"world": [world], "person": [settings], "tie": [{}]}, 3, [0, 1])
        batch.states["person"]["power"][:, :, 0] = [power, -power]
        trace = run_compiled(batch, events=True)
        share = np.mean([(one.winner == 0).mean() for one in over_a_resource(batch, trace)])
        assert share == pytest.approx(expected, abs=0.04)


def test_equality_lasts_below_the_border_and_breaks_down_above(example):
    table = example.summarise(example.sweep(10, 120, 20, seed=1, ratios=(0.35, 3.0)))
    below, above = table.iloc[0], table.iloc[1]
    assert below["spread"] == pytest.approx(example.by_noise(0.35, 10), rel=0.15)
    assert above["spread"] == pytest.approx(example.mean_field(3.0, size=10), rel=0.12)
    assert below["h_high"] < 0.5 < 0.9 < above["h_low"]


def test_theory_at_known_points(example):
    assert example.by_noise(0.5, 10, 0.0) == pytest.approx(
        2 * example.SLOPE * example.STEP / math.sqrt(1 - math.exp(-2 * example.ETA))
    )
    assert math.isnan(example.by_noise(1.2, 10))
    assert example.mean_field(0.8) < 1e-3 < 0.3 < example.mean_field(1.5)


def test_the_border_is_found_in_a_table_of_known_answer(example):
    rng, rows = np.random.default_rng(0), []
    for ratio in (0.4, 0.5, 0.6, 0.7):
        coin = rng.uniform(0.9, 1.1, 30)
        spread = coin / math.sqrt(1.0 - ratio / 0.8)
        rows.append(
            pd.DataFrame({"size": 10, "ratio": ratio, "group": range(30), "coin": coin, "spread": spread})
        )
    found = example.crossing(pd.concat(rows)).iloc[0]
    assert found["border"] == pytest.approx(0.8, abs=0.01)
    assert found["low"] <= found["border"] <= found["high"]


def test_the_picture_says_what_it_shows(example, tmp_path):
    table = example.sweep(10, 20, 6, seed=1, ratios=(0.4, 0.6, 10.0))
    found, borders = example.summarise(table), example.crossing(table)
    drawn = example.picture(found, borders, {1.2: 0.6, 10.0: 5.0})
    assert "ηr/(2μ)" in drawn.title and "10 people" in drawn.alt_text
    assert (tmp_path / "one.png") in drawn.save(tmp_path / "one")
