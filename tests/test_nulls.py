"""Nulls: what is shuffled, scrambled and switched off teaches nothing, and is otherwise as it was."""

from __future__ import annotations

import numpy as np
import pytest

from mentalities_sim.claims.arms import contest, fear, laboratory, signal
from mentalities_sim.claims.mechanisms import ALL_OFF, MECHANISMS, UNSIGNED, off, signed
from mentalities_sim.declare import State, declared
from mentalities_sim.evidence.effects import Association, Difference, Measure, effect
from mentalities_sim.evidence.nulls import default, scrambled, shuffled
from mentalities_sim.evidence.observing import observe
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.person import Person

UNITS, MOMENTS = 120, 9


@pytest.fixture(scope="module")
def recorded() -> Seen:
    """Two arms that differ, in which threat grows, follows fear, and differs between people."""
    rng = np.random.default_rng(0)
    records = {}
    for arm, shift in (("harsh", 1.0), ("kind", 0.0)):
        fear = rng.normal(shift, 1.0, UNITS)
        threat = fear[:, None] + 0.3 * np.arange(MOMENTS) + rng.normal(0.0, 0.5, (UNITS, MOMENTS))
        flows = np.stack([threat, -threat], axis=-1)
        records[arm] = Record(
            {"fear": fear, "shame": fear**3}, {"person.threat": threat, "person.power": flows}
        )
    return Seen(records)


def everything(seen: Seen, name: str) -> np.ndarray:
    """Return all numbers of one quantity, in all arms, sorted."""
    found = [{**record.outcomes, **record.courses}[name] for record in seen.values()]
    return np.sort(np.concatenate([np.ravel(values) for values in found]))


def signatures(seen: Seen) -> dict[str, Measure]:
    """Return a signature of each kind: between arms, over time, and between two quantities."""
    harsh, kind = seen["harsh"], seen["kind"]
    threat = harsh.course("person.threat")
    return {
        "arms": Difference(harsh.outcome("fear") - kind.outcome("fear"), kind.outcome("fear")),
        "arms over time": Difference(harsh.end("person.threat") - kind.end("person.threat"), threat[:, 0]),
        "time": Difference(threat[:, -1] - threat[:, 0], threat[:, 0]),
        "people": Association(harsh.outcome("fear"), threat.mean(axis=1)),
        "outcomes": Association(harsh.outcome("fear"), harsh.outcome("shame")),
    }


def test_shuffling_keeps_every_number(recorded: Seen) -> None:
    mixed = shuffled(recorded, 1)
    assert list(mixed) == list(recorded)
    for name in ("fear", "person.threat", "person.power"):
        assert np.array_equal(everything(mixed, name), everything(recorded, name))
    flows = mixed["harsh"].course("person.power")
    assert flows.shape == (UNITS, MOMENTS, 2)
    assert np.array_equal(flows[..., 0], -flows[..., 1])  # a vector stays together


def test_shuffling_loses_every_built_in_effect(recorded: Seen) -> None:
    assert {name: effect(one).holds for name, one in signatures(recorded).items()} == dict.fromkeys(
        signatures(recorded), True
    )
    held = dict.fromkeys(signatures(recorded), 0)
    for seed in range(20):
        for name, one in signatures(shuffled(recorded, seed)).items():
            held[name] += effect(one).holds
    assert max(held.values()) <= 2, held


def test_shuffling_depends_on_its_seed_alone(recorded: Seen) -> None:
    one, again, other = shuffled(recorded, 1), shuffled(recorded, 1), shuffled(recorded, 2)
    for name in ("harsh", "kind"):
        assert np.array_equal(one[name].outcome("fear"), again[name].outcome("fear"))
        assert not np.array_equal(one[name].outcome("fear"), other[name].outcome("fear"))


# --- scrambled signs --------------------------------------------------------------------------------


def test_scrambled_models_have_the_same_couplings_with_other_signs() -> None:
    draws = [scrambled(draw) for draw in range(40)]
    assert all(list(draw) == signed() for draw in draws)
    for path in signed():
        values = [np.ravel(draw[path]) for draw in draws]
        usual = np.ravel(default(path))
        assert all(np.array_equal(np.abs(v), np.abs(usual)) for v in values), path
        turned = sum(not np.array_equal(v, usual) for v in values)
        assert 6 <= turned <= 34, f"{path}: {turned} of 40 signs were turned"
        assert all(np.array_equal(v, usual) or np.array_equal(v, -usual) for v in values), path


def test_scrambled_draws_differ_and_can_be_drawn_again() -> None:
    assert scrambled(3) == scrambled(3)
    assert len({str(scrambled(draw)) for draw in range(30)}) == 30


def test_couplings_whose_sign_means_nothing_are_left_alone() -> None:
    assert set(ALL_OFF) >= UNSIGNED, "a coupling that there is not"
    assert not set(scrambled(0)) & UNSIGNED
    assert set(scrambled(0)) | UNSIGNED == set(ALL_OFF)


# --- everything off ---------------------------------------------------------------------------------

IDLE = "mentality_habit"
"""Habits are still counted with everything off; without weight they do nothing."""
LEARNED = [name for name, state in declared(Person, State).items() if state.learned and name != IDLE]
READS = [f"person.{name}" for name in (*LEARNED, "involuntary_subordination", "fear_of_compassion")]
MOVED = ("warmth_danger", "warmth_safety", "expected_warmth", "expected_dominance", "power")
PROTOCOL = (
    signal(warmth=0.8, freedom=0.5, times=12),
    signal(warmth=-0.7, times=12),
    signal(dominance=0.9, times=12),
    signal(warmth=0.6, dominance=0.9, times=4),
    contest(won=0.0, standing=0.8, times=4),
)


@pytest.fixture(scope="module")
def lives() -> list[Seen]:
    """People who meet warmth, coldness and pressure: with nothing coupled, and as they are."""
    arm = laboratory(signal(), *PROTOCOL, **fear(0.6), **{"person.involuntary_subordination": 0.2})
    return observe({"only": arm}, [ALL_OFF, {}], range(6), reads=READS)


@pytest.mark.parametrize("path", READS)
def test_with_everything_off_nothing_is_learned(path: str, lives: list[Seen]) -> None:
    course = lives[0]["only"].course(path)
    assert np.array_equal(course, np.repeat(course[:, :1], course.shape[1], axis=1))


@pytest.mark.parametrize("name", [*MOVED, "involuntary_subordination", "fear_of_compassion"])
def test_the_same_protocol_teaches_those_in_whom_all_is_coupled(name: str, lives: list[Seen]) -> None:
    course = lives[1]["only"].course(f"person.{name}")
    assert (course != course[:, :1]).any(axis=1).all()


def test_with_everything_off_threat_does_not_answer_what_others_send() -> None:
    neutral = laboratory(signal(times=36), **fear(0.6))
    arms = {"neutral": neutral, "telling": laboratory(*PROTOCOL[:3], **fear(0.6))}
    nothing, theory = observe(arms, [ALL_OFF, {}], range(4), reads=["person.threat"])
    quiet, telling = (nothing[name].course("person.threat") for name in arms)
    assert np.array_equal(quiet, telling)
    assert (theory["telling"].course("person.threat") > theory["neutral"].course("person.threat") + 0.1).any()


def test_each_mechanism_is_off_where_everything_is() -> None:
    assert off(*MECHANISMS) == ALL_OFF
    with pytest.raises(KeyError, match="no_such_mechanism"):
        off("no_such_mechanism")
