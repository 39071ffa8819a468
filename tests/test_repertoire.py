"""The ISS as one repertoire (R3): after a defeat six things follow, at their own pace, and all fade (R9)."""

from __future__ import annotations

from collections import namedtuple

import mesa
import numpy as np
import pytest

from mentalities_sim.person import Person
from mentalities_sim.signals import Answer

MOMENTS = 72
"""Moments of two hours: six days."""
PEOPLE = 60
HARSH = {"expected_warmth": (0.1, -0.3), "expected_dominance": (0.2, 0.4), "power": (0.0, -0.2)}
Luck = namedtuple("Luck", "brooding yielding countering escaping heeding switching")
SIGNS = ("iss", "drive", "threat", "submissive_signal", "rumination", "soothing")


def aftermath(defeats: int, **constants: float) -> dict[str, np.ndarray]:
    """Means over people of what follows so many lost fights, moment by moment, alone; same chance for all."""
    chance = np.random.default_rng(5)
    found = np.zeros((MOMENTS, len(SIGNS)))
    for _ in range(PEOPLE):
        person = Person(mesa.Model(rng=1), soothing=0.4, **HARSH, **constants)
        for _ in range(defeats):
            person.claim, person.foreseen = 1.0, 0.5
            person.settle(0.0, 1.0)
        for moment in range(MOMENTS):
            person.live(2.0, Luck(*chance.random(len(Luck._fields))))
            quiet = Answer(0, 0.0, 0.0, person.yield_chance, person.win_chance)
            found[moment] += (
                person.involuntary_subordination,
                person.drive,
                person.threat,
                -person.intend_dominance(quiet, person.power[0]),
                person.brooding_at_rest
                + person.brooding_with_subordination * person.involuntary_subordination,
                person.soothing,
            )
    return dict(zip(SIGNS, (found / PEOPLE).T, strict=True))


def effect(**constants: float) -> dict[str, np.ndarray]:
    beaten, spared = aftermath(2, **constants), aftermath(0, **constants)
    return {name: beaten[name] - spared[name] for name in SIGNS}


@pytest.fixture(scope="module")
def after_defeat() -> dict[str, np.ndarray]:
    return effect()


def test_a_defeat_brings_the_whole_repertoire(after_defeat):
    first_day = slice(0, 12)
    for name in ("iss", "threat", "submissive_signal", "rumination"):
        assert after_defeat[name][first_day].mean() > 0.02, name
    assert after_defeat["drive"][first_day].mean() < -0.05
    assert after_defeat["soothing"][first_day].mean() < 0.0


def test_all_of_it_fades_within_days(after_defeat):
    for name in SIGNS:
        early, late = abs(after_defeat[name][:12]).mean(), abs(after_defeat[name][-12:]).mean()
        assert late < 0.5 * early, name


def test_the_lags_differ(after_defeat):
    """The ISS is there at once, drive comes after it, and the loss of soothing last."""
    peak = {name: int(np.argmax(abs(after_defeat[name]))) for name in ("iss", "drive", "soothing")}
    assert peak["iss"] == 0
    assert peak["iss"] < peak["drive"] < peak["soothing"]


def test_without_rumination_the_threat_goes_and_the_rest_stays(after_defeat):
    """Negative affect follows through self-encounters: clamp that path, and it is gone."""
    calm = effect(brooding_with_subordination=0.0)
    assert abs(calm["threat"][:12]).mean() < 0.25 * after_defeat["threat"][:12].mean()
    assert calm["drive"][:12].mean() < -0.05
    assert calm["iss"][0] == pytest.approx(after_defeat["iss"][0], rel=0.1)


def test_without_its_grip_on_drive_only_drive_is_spared(after_defeat):
    spared = effect(subordination_lowers_drive=0.0)
    assert abs(spared["drive"][:12]).mean() < 0.25 * abs(after_defeat["drive"][:12]).mean()
    assert spared["threat"][:12].mean() > 0.02
