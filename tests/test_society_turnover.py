"""Who comes, who goes and who is remembered: newcomers disturb nobody, and memory has few places."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_dyads import run_compiled
from small_societies import COME_IN, MEET, RULES, known, run_both, societies, whole_plan

from mentalities_sim.engine.agents import give_state
from mentalities_sim.engine.batch import Batch
from mentalities_sim.person import Tie
from mentalities_sim.person.tie import NOBODY, place_of
from mentalities_sim.worlds.meetings import rounds
from mentalities_sim.worlds.society import ROUND_HOURS, Network

ONE_NEWCOMER = {"size": 24, "days": 2, "scarcity": 0.6}


def turnover_of(newcomers_per_round: float, size: int) -> float:
    return newcomers_per_round * 365.25 * 4 / size


# --- turnover disturbs nobody -------------------------------------------------------------------


@pytest.mark.parametrize("network", [Network.WELL_MIXED, Network.RING, Network.GRID])
@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_has_not_met_the_newcomer_nor_their_contacts_lives_as_without(
    network: Network, seed: int
) -> None:
    sizes = {**ONE_NEWCOMER, "network": network, "seed": seed}
    plain, turned = societies(**sizes), societies(**sizes, turnover=turnover_of(0.2, 24))
    phase, _, who = (part if isinstance(part, dict) else part[0] for part in whole_plan(turned))
    assert (phase == COME_IN).sum() == 1
    before, after = (run_compiled(b, stride=1).series["person"][0] for b in (plain, turned))
    touched: set[int] = set()
    compared = parted = step = 0
    for at in range(turned.steps):
        pair = {int(who["person"][0, at]), int(who["other"][0, at])}
        if phase[at] == COME_IN:
            touched = {int(who["person"][0, at])}
            continue
        if phase[at] == MEET and touched & pair:
            touched |= pair
        apart = np.array([i not in touched for i in range(24)])
        assert before[step][apart].tobytes() == after[at][apart].tobytes(), f"step {at}"
        compared += int(apart.sum()) if touched else 0
        parted += int((before[step]["power"] != after[at]["power"]).any())
        step += 1
    assert step == plain.steps
    assert compared > 24 and parted > 10


def test_the_plan_of_meetings_does_not_ask_who_comes_or_goes() -> None:
    sizes = {"size": 9, "days": 4, "childhood": 2, "replicates": (0, 5)}
    plain, turned = societies(**sizes), societies(**sizes, turnover=200.0)
    one, two = whole_plan(plain), whole_plan(turned)
    stays = two[0][0] != COME_IN
    assert 10 < (~stays).sum() == turned.states["newcomer"].shape[1]
    assert np.array_equal(one[0], two[0][:, stays])
    assert np.array_equal(one[1], two[1][:, stays])
    for role in ("person", "other"):
        assert np.array_equal(one[2][role], two[2][role][:, stays])


def test_those_born_first_are_the_same_however_many_come_later() -> None:
    few, many = societies(size=5), societies(size=5, days=40, turnover=100.0)
    assert few.states["person"].tobytes() == many.states["person"].tobytes()
    assert many.states["newcomer"].shape[1] > 40


def test_identities_are_unique_and_come_in_order() -> None:
    batch = societies(size=6, days=20, turnover=150.0, replicates=(0, 1))
    came = batch.states["newcomer"].shape[1]
    assert came == rounds({"size": 6, "days": 20, "turnover": 150.0, "childhood": 0})[0][-1] > 40
    series = run_compiled(batch, stride=1, record=("person",)).series["person"]["identity"]
    for run in range(2):
        for step in series[run]:
            assert len(set(step.tolist())) == 6
        assert set(np.unique(series[run]).tolist()) == set(range(6 + came))
        # a place never goes back to somebody who was there before
        assert (np.diff(series[run], axis=0) >= 0).all()
    assert batch.states["world"]["newcomers"].tolist() == [came, came]


def test_a_newcomer_comes_as_born_and_remembers_nobody() -> None:
    fast, trace = run_both(societies(size=5, days=12, turnover=80.0, scarcity=1.0))
    assert fast.states["world"]["newcomers"][0] > 10
    phase, _, who = whole_plan(fast)
    people, ties = trace.series["person"][0], trace.series["tie"][0]
    for at in np.flatnonzero(phase[0] == COME_IN):
        place, comer = who["person"][0, at], who["newcomer"][0, at]
        assert people[at, place] == fast.states["newcomer"][0, comer]
        identity = int(people[at, place]["identity"])
        assert known(ties[at, place], identity) == {}
        assert all(identity not in ties[at, i]["other"] for i in range(5))


def test_nobody_takes_a_newcomer_for_the_one_who_left() -> None:
    """After their first meeting, they know of each other what one meeting can teach."""
    fast, trace = run_both(societies(size=4, days=30, turnover=30.0, scarcity=1.0))
    phase, _, who = whole_plan(fast)
    people, ties = trace.series["person"][0], trace.series["tie"][0]
    seen, known_well = set(), 0
    for at in np.flatnonzero(phase[0] == MEET):
        pair = [int(who[role][0, at]) for role in ("person", "other")]
        names = [int(people[at, i]["identity"]) for i in pair]
        for i, name, other in ((pair[0], *names), (pair[1], *names[::-1])):
            memory = known(ties[at, i], name)[other]
            if frozenset(names) not in seen:
                assert memory["precision"] <= 1.0
            known_well += memory["precision"] > 3.0
        seen.add(frozenset(names))
    assert known_well > 50
    assert len(seen) > 6 + 6


# --- memory -------------------------------------------------------------------------------------


def met_in_order(batch: Batch) -> list[list[int]]:
    """For each person, whom they met, in order; who comes or goes is not looked at."""
    phase, _, who = whole_plan(batch)
    met: list[list[int]] = [[] for _ in range(batch.states["person"].shape[1])]
    for at in np.flatnonzero(phase[0] == MEET):
        one, two = int(who["person"][0, at]), int(who["other"][0, at])
        met[one].append(two)
        met[two].append(one)
    return met


@pytest.mark.parametrize("remembered", [1, 2, 4])
def test_one_remembers_those_met_last_and_forgets_who_was_not_met_for_longest(remembered: int) -> None:
    batch = societies(size=8, days=5, remembered=remembered, scarcity=0.5)
    assert batch.states["tie"].shape == (1, 8, remembered)
    met = met_in_order(batch)
    run_compiled(batch)
    for i, others in enumerate(met):
        last = list(dict.fromkeys(reversed(others)))[:remembered]
        assert set(known(batch.states["tie"][0, i], i)) == set(last)


@pytest.mark.parametrize("remembered", [5, 14, 1000])
def test_who_has_a_place_for_everybody_forgets_nobody(remembered: int) -> None:
    batch = societies(size=6, days=10, remembered=remembered, scarcity=0.5)
    assert batch.states["tie"].shape == (1, 6, 5)
    met = met_in_order(batch)
    run_compiled(batch)
    for i, others in enumerate(met):
        assert set(others) == set(range(6)) - {i}
        memory = known(batch.states["tie"][0, i], i)
        assert set(memory) == set(others)
        for other, tie in memory.items():
            when = [ROUND_HOURS * (n + 1) for n, name in enumerate(met[i]) if name == other]
            assert tie["met"] == when[-1]


def test_more_places_than_others_change_nothing() -> None:
    one, two = (societies(size=6, days=5, remembered=n, scarcity=0.5) for n in (5, 100))
    run_compiled(one), run_compiled(two)
    for role in RULES.kept:
        assert one.states[role].tobytes() == two.states[role].tobytes()


def test_what_is_remembered_of_a_rival_fades_exponentially() -> None:
    """Where nothing is contested, each meeting only lets go of what time has taken."""
    batch = societies(size=2, days=3, scarcity=0.0, tie={"forgetting_time": 40.0})
    ties = batch.states["tie"]
    for i in (0, 1):
        ties[0, i, 0]["owner"], ties[0, i, 0]["other"] = i, 1 - i
        ties[0, i, 0]["power"], ties[0, i, 0]["precision"] = (0.8, -0.8)[i], 4.0
    run_compiled(batch)
    kept = math.exp(-12 * ROUND_HOURS / 40.0)
    for i in (0, 1):
        assert ties[0, i, 0]["power"] == pytest.approx((0.8, -0.8)[i] * kept, rel=1e-12)
        assert ties[0, i, 0]["precision"] == pytest.approx(4.0 * kept, rel=1e-12)
        assert ties[0, i, 0]["met"] == 12 * ROUND_HOURS


def remembering(*places: tuple[int, int, float]) -> list[Tie]:
    """Ties with owner, other and when they last met."""
    ties = []
    for owner, other, met in places:
        tie = Tie()
        give_state(tie, {"owner": owner, "other": other, "met": met, "power": 0.7, "precision": 2.0})
        ties.append(tie)
    return ties


def test_the_place_of_somebody() -> None:
    mine = remembering((3, 8, 30.0), (3, 5, 12.0), (3, 9, 18.0))
    assert [place_of(mine, 3, name) for name in (8, 5, 9)] == [0, 1, 2]
    assert place_of(mine, 3, 7) == 1  # a stranger takes the place of who was not met for longest
    inherited = remembering((3, 8, 1.0), (2, 5, 90.0), (3, 9, 18.0))
    assert place_of(inherited, 3, 5) == 1  # what somebody gone knew comes first, however fresh
    assert place_of(inherited, 3, 8) == 0
    unused = remembering((3, 8, 1.0), (NOBODY, NOBODY, 0.0))
    assert place_of(unused, 3, 5) == 1


def test_a_new_memory_begins_with_nothing() -> None:
    (tie,) = remembering((3, 8, 30.0))
    tie.begin(3, 7)
    assert (tie.owner, tie.other, tie.power, tie.precision) == (3, 7, 0.0, 0.0)


def test_a_tie_moves_only_for_the_two_who_met() -> None:
    batch = societies(size=6, days=4, scarcity=1.0)
    start = batch.states["tie"][0].copy()
    phase, _, who = whole_plan(batch)
    series = run_compiled(batch, stride=1, record=("tie",)).series["tie"][0]
    moved = 0
    for at in range(batch.steps):
        before = series[at - 1] if at else start
        changed = np.argwhere(before != series[at])
        pair = {int(who[role][0, at]) for role in ("person", "other")} if phase[0, at] == MEET else set()
        assert sorted(changed[:, 0].tolist()) == sorted(pair)  # one place of each, and nobody else's
        for i, place in changed:
            (other,) = pair - {int(i)}
            assert series[at, i, place]["other"] == other
            moved += series[at, i, place]["power"] != 0.0
    assert moved > 40
