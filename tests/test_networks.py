"""Who can meet whom, and who does: the graphs, the pairs of a round, and life that goes on for all."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_dyads import run_compiled
from small_societies import RULES, societies, whole_plan

from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.streams import NamedStream
from mentalities_sim.worlds.networks import edges, pairs
from mentalities_sim.worlds.society import Network

STREAM = NamedStream(1, "meetings/pairs")
PHASES = list(RULES.phases)


def graph(network: Network, size: int, neighbours: int = 4, rewired: float = 0.1, seed: int = 1) -> nx.Graph:
    """The graph of a network, all people in it."""
    found = nx.Graph()
    found.add_nodes_from(range(size))
    found.add_edges_from(edges(network, size, neighbours, rewired, seed).tolist())
    return found


# --- graphs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [5, 7, 11, 30])
@pytest.mark.parametrize("neighbours", [2, 4])
def test_on_a_ring_one_can_meet_the_nearest_on_both_sides(size: int, neighbours: int) -> None:
    ring = graph(Network.RING, size, neighbours)
    for i in ring:
        near = {(i + step) % size for k in range(1, neighbours // 2 + 1) for step in (k, -k)}
        assert set(ring[i]) == near


@pytest.mark.parametrize("network", [Network.RING, Network.SMALL_WORLD])
@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_where_there_are_no_more_others_than_neighbours_one_can_meet_everybody(
    network: Network, size: int
) -> None:
    assert nx.density(graph(network, size, neighbours=max(2, size - 1))) == 1.0
    assert nx.density(graph(network, size, neighbours=50)) == 1.0


def test_a_small_world_is_a_ring_with_some_ties_that_lead_far_away() -> None:
    ring, none, some, all_of_them = (
        graph(Network.RING, 200) if share is None else graph(Network.SMALL_WORLD, 200, rewired=share)
        for share in (None, 0.0, 0.1, 1.0)
    )
    kept = [len(set(ring.edges) & set(g.edges)) / ring.size() for g in (none, some, all_of_them)]
    assert [g.size() for g in (none, some, all_of_them)] == [400, 400, 400]
    assert kept[0] == 1.0
    assert kept[1] == pytest.approx(0.9, abs=0.05)
    assert kept[2] < 0.1
    assert nx.average_shortest_path_length(some) < 0.5 * nx.average_shortest_path_length(ring)
    assert nx.average_clustering(some) > 5 * nx.average_clustering(all_of_them)


def test_each_replicate_has_a_small_world_of_its_own_and_keeps_it() -> None:
    def worlds(replicates: tuple[int, ...]) -> list[np.ndarray]:
        batch = societies(size=30, network=Network.SMALL_WORLD, rewired=0.5, replicates=replicates)
        return batch.feed.__self__.ties  # type: ignore[union-attr]

    first, second = worlds((0, 1))
    assert not np.array_equal(first, second)
    assert np.array_equal(worlds((1,))[0], second)


@pytest.mark.parametrize("size, degree", [(9, 4), (12, 4), (30, 4), (100, 4), (16, 4), (36, 4)])
def test_on_a_grid_one_can_meet_four_and_its_edges_go_on_at_the_other_side(size: int, degree: int) -> None:
    grid = graph(Network.GRID, size)
    assert {d for _, d in grid.degree} == {degree}
    assert nx.is_connected(grid)
    assert all(a != b for a, b in grid.edges)


@pytest.mark.parametrize("size", [2, 3, 5, 7, 13])
def test_a_grid_of_a_prime_number_is_a_ring(size: int) -> None:
    grid = graph(Network.GRID, size)
    assert nx.is_isomorphic(grid, nx.cycle_graph(size) if size > 2 else nx.path_graph(2))


@pytest.mark.parametrize("size", [4, 6, 8])
def test_on_a_grid_of_two_rows_nobody_is_their_own_neighbour(size: int) -> None:
    grid = graph(Network.GRID, size)
    assert nx.is_connected(grid)
    assert {d for _, d in grid.degree} == {2 if size == 4 else 3}


# --- the pairs of a round -----------------------------------------------------------------------


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    network=st.sampled_from(list(Network)),
    size=st.integers(2, 40),
    neighbours=st.sampled_from([2, 4, 6]),
    number=st.integers(0, 1000),
    replicate=st.integers(0, 50),
)
def test_in_a_round_each_is_there_once_and_only_neighbours_meet(
    network: Network, size: int, neighbours: int, number: int, replicate: int
) -> None:
    ties = edges(network, size, neighbours, 0.3, 5)
    found, meeting = pairs(size, ties, STREAM, replicate, number)
    assert found.shape == (-(-size // 2), 2)
    everybody = found.reshape(-1).tolist()
    if size % 2:
        assert found[-1, 0] == found[-1, 1]  # the odd one out is alone
        assert meeting < len(found)
        everybody = everybody[:-1]
    assert sorted(everybody) == list(range(size))
    if network == Network.WELL_MIXED:
        assert meeting == size // 2
        return
    can = {frozenset(e) for e in ties.tolist()}
    assert all(frozenset(pair) in can for pair in found[:meeting].tolist())
    left = set(found[meeting:].reshape(-1).tolist())
    # whoever is left has no neighbour who is left as well
    assert not any(tie <= left for tie in can)
    assert meeting >= 1


def test_everybody_meets_everybody_alike_and_comes_first_half_of_the_time() -> None:
    counts = np.zeros((7, 7))
    for number in range(4000):
        found, meeting = pairs(7, np.zeros((0, 2), np.int64), STREAM, 0, number)
        for one, two in found[:meeting]:
            counts[one, two] += 1.0
    off = counts[~np.eye(7, dtype=bool)]
    expected = 4000 * 3 / 42
    assert np.abs(off - expected).max() < 5 * np.sqrt(expected)


@pytest.mark.parametrize("network", [Network.RING, Network.GRID])
def test_on_a_network_every_tie_is_used_alike_and_either_comes_first(network: Network) -> None:
    ties = edges(network, 12, 4, 0.0, 1)
    counts = np.zeros((12, 12))
    for number in range(3000):
        found, meeting = pairs(12, ties, STREAM, 0, number)
        counts[found[:meeting, 0], found[:meeting, 1]] += 1.0
    by_tie = np.array([[counts[a, b], counts[b, a]] for a, b in ties])
    share = by_tie[:, 0] / by_tie.sum(axis=1)
    assert np.abs(share - 0.5).max() < 5 * 0.5 / np.sqrt(by_tie.sum(axis=1).min())
    assert counts.sum() == by_tie.sum()
    if network == Network.RING:  # the nearest, and the next but one, differ in how often they are free
        by_tie = by_tie[[(b - a) % 12 in (1, 11) for a, b in ties]]
    whole = by_tie.sum(axis=1)
    assert np.abs(whole - whole.mean()).max() < 5 * np.sqrt(whole.mean())


# --- a round in a society -----------------------------------------------------------------------


@pytest.mark.parametrize("network", list(Network))
@pytest.mark.parametrize("size", [2, 3, 7, 10])
def test_each_lives_one_slot_a_round_with_somebody_or_alone(network: Network, size: int) -> None:
    batch = societies(size=size, days=3, network=network)
    phase, tick, who = whole_plan(batch)
    slots = -(-size // 2)
    assert batch.steps == 12 * slots
    assert tick[0].tolist() == list(range(batch.steps))
    for start in range(0, batch.steps, slots):
        kinds = [PHASES[k] for k in phase[0, start : start + slots]]
        one, two = (who[role][0, start : start + slots].tolist() for role in ("person", "other"))
        assert sorted(one + (two[:-1] if size % 2 else two)) == list(range(size))
        assert all((a == b) == (kind == "alone") for a, b, kind in zip(one, two, kinds, strict=True))
        assert kinds.count("alone") == size % 2
        assert all(not (a == "apart" and b == "meet") for a, b in pairwise(kinds))


@pytest.mark.parametrize("engine", [run_mesa, run_compiled])
@pytest.mark.parametrize("network", list(Network))
@pytest.mark.parametrize("size", [3, 8, 9])
def test_everybody_lives_three_moments_a_round_whether_they_meet_or_not(
    engine, network: Network, size: int
) -> None:
    """Where nothing adds to the ISS, it decays by the same three moments of two hours for all."""
    off = {"subordination_rise": 0.0, "involuntary_subordination": 0.6}
    batch = societies(
        size=size, days=5, network=network, neighbours=2, scarcity=0.8, fight_hurts=0.0, person=off
    )
    met = engine(batch) and batch.states["world"]["met"].sum()
    assert met < 20 * size or (network == Network.WELL_MIXED and size == 8)
    left = 0.6
    for _ in range(20 * 3):
        left *= np.exp(-2.0 / 48.0)
    felt = batch.states["person"]["involuntary_subordination"][0]
    assert len(set(felt.tolist())) == 1
    assert felt[0] == pytest.approx(left, rel=1e-12)
    assert felt[0] == pytest.approx(0.6 * np.exp(-5 * 24.0 / 48.0), rel=1e-12)


def test_the_odd_one_out_is_not_always_the_same() -> None:
    batch = societies(size=5, days=10)
    phase, _, who = whole_plan(batch)
    alone = who["person"][0, phase[0] == PHASES.index("alone")]
    assert len(alone) == 40
    assert set(alone.tolist()) == set(range(5))
