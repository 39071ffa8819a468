"""Running arms: the same people with the same chance, whatever else is run beside them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from mentalities_sim.claims.arms import (
    Arm,
    fear,
    laboratory,
    life,
    oneself,
    replayed,
    scripted_therapy,
    sending,
    signal,
    society,
    therapy,
    wait,
)
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.evidence import observing
from mentalities_sim.evidence.observing import observe, rules_of, settings
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.policies import Fixed, Titrated

SHORT = {"sessions": 3, "exchanges": 8, "world.run_in": 0, "world.slots": 4, "world.assessed_weeks": 1}
TITRATED = therapy(Titrated, **SHORT, **fear(0.8))
ARMS = {
    "laboratory": laboratory(signal(warmth=0.6, times=3), oneself(), life(3), **fear(0.8)),
    "colder": laboratory(signal(warmth=-0.4, times=2), oneself(), **fear(0.8)),
    "titrated": TITRATED,
    "yoked": replayed("titrated", TITRATED, "another client"),
    "fixed": therapy(Fixed, **SHORT, **sending(warmth=0.6)),
}
READS = ("person.threat", "person.expected_warmth")
LAB = {name: ARMS[name] for name in ("laboratory", "colder")}
THERAPY = {name: ARMS[name] for name in ("titrated", "yoked", "fixed")}
GROUPS = {"group": society(**{"world.size": 4, "world.days": 3})}
WORLDS = [(LAB, READS), (THERAPY, ("client.threat", "policy.dose")), (GROUPS, ("person.threat",))]
CHANGES: list[dict[str, Any]] = [{}, {"person.alarm_gain": 0.5}, {"person.harm_threatens": 2.0}]
worlds = pytest.mark.parametrize("arms, reads", WORLDS, ids=["laboratory", "therapy", "society"])


def numbers(seen: Seen, rows: Any = slice(None)) -> dict[str, np.ndarray]:
    """Return all that was recorded, by arm and name, of some units."""
    found = {}
    for arm, record in seen.items():
        for name, values in {**record.outcomes, **record.courses}.items():
            found[f"{arm} {name}"] = values[rows]
    return found


def same(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> bool:
    """Whether two recordings are the same to the last bit."""
    return set(one) == set(two) and all(np.array_equal(one[n], two[n], equal_nan=True) for n in one)


# --- the same people with the same chance ---------------------------------------------------------


@worlds
def test_the_same_units_give_the_same_numbers_whatever_is_run_beside_them(
    arms: dict[str, Arm], reads: tuple[str, ...]
) -> None:
    every = [numbers(seen) for seen in observe(arms, CHANGES, range(5), reads=reads)]
    assert not same(every[0], every[1]) or not same(every[0], every[2])
    for order in ([2, 0, 1], [1], [0, 0]):
        again = observe(arms, [CHANGES[i] for i in order], range(5), reads=reads)
        for place, i in enumerate(order):
            assert same(numbers(again[place]), every[i])
    turned = dict(reversed(arms.items()))
    assert same(numbers(observe(turned, [{}], range(5), reads=reads)[0]), every[0])


@worlds
def test_the_same_units_give_the_same_numbers_in_whichever_batch(
    arms: dict[str, Arm], reads: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    # a replay takes the next client of its batch: that is a matter of batches, told in its own test
    arms = {name: arm for name, arm in arms.items() if not arm.series_of}
    (whole,) = observe(arms, [CHANGES[1]], range(5), reads=reads)
    (some,) = observe(arms, [CHANGES[1]], [4, 1], reads=reads)
    assert same(numbers(some), numbers(whole, [4, 1]))
    monkeypatch.setattr(observing, "UNITS_AT_ONCE", 2)
    monkeypatch.setattr(observing, "BYTES_AT_ONCE", 1.0)
    _, cut = observe(arms, CHANGES[:2], range(5), reads=reads)
    assert same(numbers(cut), numbers(whole))


def test_another_seed_is_other_people() -> None:
    one, two = (numbers(observe(LAB, [{}], range(3), reads=READS, seed=seed)[0]) for seed in (1, 2))
    assert not any(np.array_equal(one[name], two[name]) for name in one)


def test_arms_share_people_and_chance() -> None:
    """Two arms that do the same are the same to the last bit."""
    twins = {"one": LAB["laboratory"], "other": LAB["laboratory"].but()}
    (seen,) = observe(twins, [{}], range(4), reads=READS)
    for path in READS:
        assert np.array_equal(seen["one"].course(path), seen["other"].course(path))
        assert len(np.unique(seen["one"].end(path))) >= 4


@pytest.mark.parametrize("moments, kept", [("steps", 24), ("sessions", 3), ("end", 1)])
def test_the_moments_that_are_asked_for_are_kept(moments: str, kept: int) -> None:
    arms = {"titrated": TITRATED, "own": replayed("titrated", TITRATED, "own")}
    reads = ("client.threat", "client.expected_warmth")
    (seen,) = observe(arms, [{}], range(3), reads=reads, moments=moments)
    (steps,) = observe(arms, [{}], range(3), reads=reads)
    for arm in arms:
        assert seen[arm].course(reads[0]).shape == (3, kept)
        assert seen[arm].course(reads[1]).shape == (3, kept, 2)
        if moments == "sessions":
            assert np.array_equal(seen[arm].course(reads[0]), steps[arm].course(reads[0])[:, 7::8])


# --- what is set ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given, change",
    [
        ({"person.alarm_gain": 1.9}, {"person.alarm_gain": 0.0}),
        ({"client.alarm_gain": 1.9}, {"person.alarm_gain": 0.0}),
        ({"client.alarm_gain": 1.9}, {"client.alarm_gain": 0.5, "person.alarm_gain": 0.0}),
        ({"person.alarm_gain": 1.9}, {"person.alarm_gain": 0.0, "client.alarm_gain": 0.5}),
    ],
)
def test_what_an_arm_sets_no_change_undoes(given: dict[str, Any], change: dict[str, Any]) -> None:
    arm = therapy(Fixed, **given)
    rules = rules_of(arm)
    assert settings(rules, arm, change)["client"]["alarm_gain"] == 1.9
    assert settings(rules, therapy(Fixed), change)["client"]["alarm_gain"] in (0.0, 0.5)


def test_everybody_is_meant_by_person_but_for_who_declares_it_anew() -> None:
    arm = therapy(Fixed)
    found = settings(rules_of(arm), arm, {"person.alarm_gain": 0.1, "person.harm_threatens": 0.2})
    assert found["client"] == {"alarm_gain": 0.1, "harm_threatens": 0.2}
    assert found["therapist"] == {"alarm_gain": 0.1}
    own = settings(rules_of(arm), arm, {"therapist.harm_threatens": 0.3})
    assert (own["therapist"], own["client"]) == ({"harm_threatens": 0.3}, {})


def test_a_change_of_what_a_world_lacks_is_ignored_in_it() -> None:
    arm = LAB["laboratory"]
    change = {
        "therapist.own_threat_shows": 0.0,
        "world.stigma": 0.0,
        "world.sessions": 5,
        "policy.warmth": 1.0,
    }
    assert settings(rules_of(arm), arm, change) == settings(rules_of(arm), arm, {})
    plain, changed = observe(LAB, [{}, change], range(3), reads=READS)
    assert same(numbers(plain), numbers(changed))


@pytest.mark.parametrize("path", ["person.alarm_gian", "therapist.threat", "world.stigma", "alarm_gain"])
def test_an_arms_unknown_path_is_an_error_that_names_it(path: str) -> None:
    with pytest.raises(KeyError, match=re.escape(repr(path)) + ".*Laboratory"):
        observe({"only": laboratory(wait(0.0), **{path: 0.5})}, [{}], [0])


@pytest.mark.parametrize("path", ["client.threat", "person.thraet", "threat"])
def test_a_state_that_a_world_lacks_is_an_error_that_names_it(path: str) -> None:
    with pytest.raises(KeyError, match=re.escape(repr(path)) + ".*no state in a Laboratory.*'only'"):
        observe({"only": laboratory(wait(0.0))}, [{}], [0], reads=[path])


# --- replayed doses -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def doses() -> dict[str, np.ndarray]:
    """Doses (clients, sessions, exchanges) that a titrating policy and its replays sent."""
    of = therapy(Titrated, sessions=4, exchanges=10, **{**fear(0.8), "world.run_in": 0, "world.slots": 2})
    arms = {"source": of}
    for name in ("own", "another client", "own, permuted within sessions"):
        arms[name] = replayed("source", of, name)
    (seen,) = observe(arms, [{}], range(6), reads=("policy.dose",))
    stayed = np.logical_and.reduce([record.outcome("weeks_attended") == 4 for record in seen.values()])
    assert stayed.sum() >= 3
    found = {name: record.course("policy.dose").reshape(6, 4, 10) for name, record in seen.items()}
    return {**found, "stayed": stayed}


def test_a_replay_of_ones_own_series_sends_the_same_doses(doses: dict[str, np.ndarray]) -> None:
    stayed = doses["stayed"]
    assert np.array_equal(doses["own"][stayed], doses["source"][stayed])
    assert len(np.unique(doses["source"])) > 60


def test_a_permuted_series_has_the_same_doses_in_each_session(doses: dict[str, np.ndarray]) -> None:
    permuted = doses["own, permuted within sessions"][doses["stayed"]]
    source = doses["source"][doses["stayed"]]
    assert np.array_equal(np.sort(permuted, axis=2), np.sort(source, axis=2))
    assert not (permuted == source).all(axis=2).any()


def test_another_clients_series_is_one_of_the_others(doses: dict[str, np.ndarray]) -> None:
    for client in np.flatnonzero(doses["stayed"]):
        sent = doses["another client"][client]
        assert np.array_equal(sent, doses["source"][client - 1])
        assert not np.array_equal(sent, doses["source"][client])


def test_each_change_replays_its_own_sources_doses() -> None:
    arms = {"source": TITRATED, "own": replayed("source", TITRATED, "own")}
    for seen in observe(
        arms, [{}, {"person.alarm_gain": 0.3}], range(3), reads=("policy.dose", "client.threat")
    ):
        stayed = seen["own"].outcome("weeks_attended") == 3
        one, other = seen["source"].course("policy.dose"), seen["own"].course("policy.dose")
        assert stayed.any() and np.array_equal(one[stayed], other[stayed])


def test_a_series_can_only_be_taken_from_somewhere_known() -> None:
    with pytest.raises(ValueError, match="'nobody' is none of: another client"):
        replayed("source", TITRATED, "nobody")


def test_scripted_therapy_sends_every_channel_as_written() -> None:
    exchanges = ({"warmth": 0.4, "dominance": -0.3, "expressiveness": 1.0}, {"warmth": -0.2})
    arm = scripted_therapy(*exchanges, **{"world.run_in": 0, "therapist.own_threat_shows": 0.0})
    reads = ("client.received_warmth", "client.received_dominance")
    (seen,) = observe({"only": arm}, [{}], [0, 1], reads=reads)
    assert seen["only"].course(reads[0]).tolist() == [[0.4, -0.2]] * 2
    assert seen["only"].course(reads[1]).tolist() == [[-0.3, 0.0]] * 2


# --- runs that fail ---------------------------------------------------------------------------------


def test_a_run_that_leaves_the_real_numbers_is_nan_and_costs_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = numbers(observe(LAB, [{}], range(4), reads=READS)[0])
    real = observing.run

    def spoilt(batch: Batch, **how: Any) -> Trace:
        trace = real(batch, **how)
        batch.states["person"]["threat"][6] = np.inf  # of the second arm the third client
        return trace

    monkeypatch.setattr(observing, "run", spoilt)
    (seen,) = observe(LAB, [{}], range(4), reads=READS)
    for name, values in numbers(seen).items():
        lost = 2 if name.startswith("colder") else 4
        kept = [unit for unit in range(4) if unit != lost]
        assert np.array_equal(values[kept], plain[name][kept])
        assert np.isnan(values[lost : lost + 1]).all()


@pytest.mark.parametrize("world", [LAB, {"titrated": TITRATED}, GROUPS])
def test_a_change_that_breaks_everybody_leaves_the_others_alone(world: dict[str, Arm]) -> None:
    path = "client.threat" if "titrated" in world else "person.threat"
    intact, broken = observe(world, [{}, {"person.alarm_gain": np.nan}], range(2), reads=(path,))
    (alone,) = observe(world, [{}], range(2), reads=(path,))
    assert same(numbers(intact), numbers(alone))
    assert all(np.isnan(values).all() for values in numbers(broken).values())
