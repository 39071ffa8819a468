"""Rival accounts: off unless asked for; one distress behind everything; what is said to help always does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from one_person import LUCK, NEUTRAL, WARM, person

from mentalities_sim.claims.arms import fear, laboratory, signal
from mentalities_sim.claims.mechanisms import ALL_OFF, ONE_DISTRESS, RIVALS
from mentalities_sim.declare import Parameter, State, declared
from mentalities_sim.evidence.observing import observe
from mentalities_sim.evidence.seen import Record
from mentalities_sim.person import Person
from mentalities_sim.person.rival import Rivalling
from mentalities_sim.signals import Perceived, Signal, Surface

COLD = Signal(0.7, -0.6, 0.0, 0.0, 1.0, 0.0, 0)
INSIDE = Signal(0.0, 0.6, 0.0, 0.0, 1.0, 0.0, 1)
LIFE = (WARM, COLD, NEUTRAL, INSIDE, COLD, WARM)
HURTS = ("threat", "involuntary_subordination", "warmth_danger", "self_warmth_danger")
FEARS = ("fear_of_compassion", "fear_of_self_compassion")
SUFFERING: dict[str, Any] = {
    "threat": 0.6,
    "involuntary_subordination": 0.5,
    "warmth_danger": 0.8,
    "self_warmth_danger": 0.7,
    "fear_of_compassion": 0.8,
    "fear_of_self_compassion": 0.7,
}


def after_life(**given: Any) -> dict[str, list[float]]:
    """Return every state of somebody after a few encounters, with others and with themselves."""
    one = person(**SUFFERING, **given)
    for heard in LIFE:
        one.encounter(heard, 0.0, LUCK)
        one.encounter_oneself(LUCK)
        one.elapse(1.0)
    return {name: np.ravel(getattr(one, name)).tolist() for name in declared(Person, State)}


# --- off by default -------------------------------------------------------------------------------


def test_rivals_are_off_by_default_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {declared(Rivalling, Parameter)[name].default for name in declared(Rivalling, Parameter)} == {0.0}
    as_it_is = after_life()
    assert as_it_is["distress"] == [0.0]
    monkeypatch.setattr(Rivalling, "follow_rivals", lambda self, seen, surface: None)
    assert as_it_is == after_life()


@pytest.mark.parametrize("rival", ["one_distress", "warmth_heals", "complement_heals"])
def test_each_rival_changes_something_once_it_is_on(rival: str) -> None:
    assert after_life(**{rival: 0.2}) != after_life()


# --- one distress ---------------------------------------------------------------------------------

IMAGES = (
    "involuntary_subordination",
    "soothing",
    "felt_security",
    "drive",
    "fear_of_compassion",
    "fear_of_self_compassion",
    "expected_warmth",
    "power",
)


@pytest.fixture(scope="module")
def distressed() -> Record:
    """People behind whom there is one distress, who meet warmth, coldness and pressure."""
    steps = [signal(warmth=w, dominance=d) for w, d in ((-0.8, 0.5), (0.7, 0.0), (-0.4, 0.9), (0.2, -0.5))]
    arm = laboratory(*steps * 5, **fear(0.7), **{"person.approval_seeking": 0.0})
    reads = [f"person.{name}" for name in (*IMAGES, "distress", "threat", "resting_drive")]
    (seen,) = observe({"only": arm}, [ONE_DISTRESS], range(8), reads=reads)
    return seen["only"]


def test_with_one_distress_all_its_images_are_exact_functions_of_it(distressed: Record) -> None:
    z = distressed.course("person.distress")
    assert np.ptp(z) > 0.05, "there is too little distress to be a function of"
    expected = {
        **dict.fromkeys(("involuntary_subordination", *FEARS), z),
        **dict.fromkeys(("soothing", "felt_security"), 1.0 - z),
        **dict.fromkeys(("expected_warmth", "power"), np.stack([1.0 - 2.0 * z] * 2, axis=-1)),
        "drive": distressed.course("person.resting_drive") * (1.0 - z),
    }
    assert set(expected) == set(IMAGES)
    for name, image in expected.items():
        np.testing.assert_allclose(distressed.course(f"person.{name}"), image, atol=1e-12, err_msg=name)


def test_distress_follows_threat_by_a_tenth(distressed: Record) -> None:
    z, threat = distressed.course("person.distress"), distressed.course("person.threat")
    before = np.pad(z[:, :-1], ((0, 0), (1, 0)))
    np.testing.assert_allclose(z, before + 0.1 * (threat - before), atol=1e-12)


def test_half_a_distress_moves_states_half_the_way() -> None:
    seen = Perceived(0.0, 0.0, 0.0)
    one, other = person(**SUFFERING, one_distress=1.0), person(**SUFFERING, one_distress=0.5)
    before = other.soothing
    one.follow_rivals(seen, Surface.OTHER)
    other.follow_rivals(seen, Surface.OTHER)
    assert other.soothing == pytest.approx(0.5 * (before + one.soothing))


# --- what is said to help always --------------------------------------------------------------------


def relieved(seen: Perceived, surface: int = Surface.OTHER, **given: Any) -> dict[str, float]:
    """Return the share of each suffering that is left after a rival has had its say."""
    one = person(**SUFFERING, **given)
    one.follow_rivals(seen, surface)
    return {name: getattr(one, name) / SUFFERING[name] for name in (*HURTS, *FEARS)}


def test_warmth_heals_by_warmth_and_nothing_else() -> None:
    kept = relieved(Perceived(0.0, 0.5, 0.5), warmth_heals=0.2)
    assert kept == pytest.approx(dict.fromkeys((*HURTS, *FEARS), 0.9))
    more = relieved(Perceived(0.0, 1.0, 1.0), warmth_heals=0.2)
    assert more == pytest.approx(dict.fromkeys((*HURTS, *FEARS), 0.8))
    nothing = dict.fromkeys((*HURTS, *FEARS), 1.0)
    for seen in (Perceived(0.0, 0.0, 0.0), Perceived(0.0, -0.8, 0.0), Perceived(-0.9, -0.1, 0.0)):
        assert relieved(seen, warmth_heals=0.2) == nothing
    assert relieved(Perceived(0.0, 0.5, 0.5), Surface.SELF, warmth_heals=0.2) == nothing


def test_relief_soothes_as_it_takes_away() -> None:
    one = person(soothing=0.2, warmth_heals=0.5)
    one.follow_rivals(Perceived(0.0, 0.8, 0.8), Surface.OTHER)
    assert one.soothing == pytest.approx(0.2 + 0.4 * 0.8)


@pytest.mark.parametrize("warmth, dominance", [(0.6, 0.4), (-0.5, 0.8), (-0.7, -0.6), (0.3, -0.9)])
def test_complementary_answers_heal_most_and_opposite_ones_least(warmth: float, dominance: float) -> None:
    own = {"shown_warmth": warmth, "shown_dominance": dominance, "complement_heals": 0.2}
    complement = relieved(Perceived(-dominance, warmth, 0.0), **own)["threat"]
    opposite = relieved(Perceived(dominance, -warmth, 0.0), **own)["threat"]
    assert complement == pytest.approx(0.8)
    assert complement < relieved(Perceived(0.0, 0.0, 0.0), **own)["threat"] < opposite <= 1.0
    assert complement < relieved(Perceived(-dominance, -warmth, 0.0), **own)["threat"]
    assert complement < relieved(Perceived(dominance, warmth, 0.0), **own)["threat"]


def test_in_the_rival_world_of_warmth_more_is_always_better() -> None:
    """Even for those who fear it, and with no coupling of the theory left."""
    arms = {w: laboratory(signal(warmth=float(w), times=15), **fear(0.9)) for w in ("-0.5", "0.3", "0.9")}
    reads = ["person.fear_of_compassion"]
    rival, nothing, theory = observe(
        arms, [RIVALS["warmth is always good"], ALL_OFF, {}], range(6), reads=reads
    )
    cold, some, much = (rival[w].end(reads[0]) for w in arms)
    assert (much < some - 0.05).all() and (some < cold - 0.05).all()
    assert all((nothing[w].end(reads[0]) == 0.9).all() for w in arms)
    assert not (theory["0.9"].end(reads[0]) < theory["0.3"].end(reads[0])).all()
