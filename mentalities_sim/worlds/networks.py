"""Who can meet whom, and who does: pairs by named streams, round by round."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np

from mentalities_sim.streams import NamedStream
from mentalities_sim.worlds.society import Network


def edges(network: int, size: int, neighbours: int, rewired: float, seed: int) -> np.ndarray:
    """Return the ties of a network as an int64 array (ties, 2); a well-mixed society has none to keep.

    Graphs are networkx's: a ring lattice, a Watts-Strogatz small world, a grid (of as many rows as columns
    as can be, at its edges going on at the other side). Of an odd number of neighbours one is not met; where
    there are no more others than neighbours, one can meet everybody.

    Example:
        >>> len(edges(Network.RING, 10, 4, 0.1, 1))
        20
    """
    if network == Network.WELL_MIXED:
        return np.zeros((0, 2), np.int64)
    if network == Network.GRID:
        rows = max(r for r in range(1, math.isqrt(size) + 1) if size % r == 0)
        graph = nx.convert_node_labels_to_integers(
            nx.grid_2d_graph(rows, size // rows, periodic=True), ordering="sorted"
        )
    else:
        # networkx makes a complete graph of as many neighbours as there are people
        near = neighbours if neighbours < size - 1 else size
        graph = nx.watts_strogatz_graph(size, near, rewired if network == Network.SMALL_WORLD else 0.0, seed)
    found = np.array([e for e in graph.edges if e[0] != e[1]], np.int64)
    return found.reshape(-1, 2)


def pairs(
    size: int, ties: np.ndarray, stream: NamedStream, replicate: int, number: int
) -> tuple[np.ndarray, int]:
    """Return one round's pairs, shape (ceil(size / 2), 2), and how many of them, the first, do meet.

    Well-mixed, all meet but an odd one out, who stands twice in the last pair. On a network, the ties come
    in an order drawn anew each round, and each person is met once at most; those left over stand in pairs
    that do not meet.
    """
    if not len(ties):
        order = np.argsort(stream.uniform(replicate, size, start=number * size), kind="stable")
        meeting = size // 2
    else:
        drawn = stream.uniform(replicate, len(ties), start=number * len(ties))
        chosen = _matched(size, ties, drawn)
        met = np.zeros(size, bool)
        met[chosen] = True
        # who comes first is chance too: the last bits of the number that ordered the ties
        order = np.concatenate([chosen.reshape(-1), np.flatnonzero(~met)])
        meeting = len(chosen)
    if size % 2:
        order = np.append(order, order[-1])
    return order.reshape(-1, 2), meeting


def _matched(size: int, ties: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return the ties that meet: those drawn before all others of their two people, and so on."""
    swapped = np.where((drawn * 2.0**20 % 1.0 < 0.5)[:, None], ties, ties[:, ::-1])
    found = []
    left, when = swapped, drawn
    free = np.ones(size, bool)
    while len(left):
        first = np.full(size, np.inf)
        np.minimum.at(first, left[:, 0], when)
        np.minimum.at(first, left[:, 1], when)
        meet = (when == first[left[:, 0]]) & (when == first[left[:, 1]])
        found.append(left[meet])
        free[left[meet].reshape(-1)] = False
        still = free[left[:, 0]] & free[left[:, 1]]
        left, when = left[still], when[still]
    return np.concatenate(found) if found else np.zeros((0, 2), np.int64)
