"""Cutting what has to be run into tasks of some seconds, sized by the time that earlier ones took."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mentalities_sim.running.batches import REPLICATES_AT_ONCE, Piece

SECONDS = 2.5
"""Aimed-at length of a task: with two tasks per worker, ten seconds of work on two workers are in flight."""
FIRST_SECONDS = 0.3
"""The first tasks are short, since their time is a guess."""

MOST_RUNS = 5000
"""Runs in one task, however short they are: its tables are held in memory as a whole."""


class Tasks:
    """Yields tasks, all conditions for some replicates before the next, so that a killed sweep is balanced.

    `pending` is a boolean array (conditions, replicates) of what has to be run; a task is a list of pieces
    (places, replicates). `seconds` is a guess at the time of one run, bettered by `learn`. No block of
    replicates crosses `border`, where the choosing replicates begin.
    """

    def __init__(self, pending: np.ndarray, seconds: float, border: int) -> None:
        self.pending, self.seconds, self.border = pending, seconds, border
        self.aim = FIRST_SECONDS

    def learn(self, runs: int, seconds: float) -> None:
        """Take into account how long a task of that many runs took."""
        if runs:
            self.seconds += 0.5 * (seconds / runs - self.seconds)
            self.aim = SECONDS

    def __iter__(self) -> Iterator[list[Piece]]:
        task: list[Piece] = []
        runs = 0
        for places, replicates in self._stretches():
            at = 0
            while at < len(places):
                each = max(self.seconds, self.aim / MOST_RUNS)
                # one condition's replicates may take longer than a task should: then they are split
                width = max(1, min(len(replicates), int(self.aim / each)))
                room = max(1, int(self.aim / each - runs) // width)
                some = places[at : at + room]
                for start in range(0, len(replicates), width):
                    task.append((some, replicates[start : start + width]))
                    runs += len(some) * len(task[-1][1])
                    if runs * each >= self.aim:
                        yield task
                        task, runs = [], 0
                at += len(some)
        if task:
            yield task

    def _stretches(self) -> Iterator[tuple[list[int], list[int]]]:
        """Yield conditions next to each other that need the same replicates of a block."""
        for first, last in self._blocks():
            block = self.pending[:, first:last]
            places = np.flatnonzero(block.any(axis=1))
            if not len(places):
                continue
            rows = block[places]
            starts = np.flatnonzero(np.r_[True, (rows[1:] != rows[:-1]).any(axis=1)])
            for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
                replicates = first + np.flatnonzero(rows[start])
                yield places[start:end].tolist(), replicates.tolist()

    def _blocks(self) -> Iterator[tuple[int, int]]:
        total = self.pending.shape[1]
        for begin, end in ((0, min(self.border, total)), (self.border, total)):
            for first in range(begin, end, REPLICATES_AT_ONCE):
                yield first, min(first + REPLICATES_AT_ONCE, end)


def in_part(shape: tuple[int, ...], part: tuple[int, int]) -> np.ndarray:
    """Return which runs (conditions, replicates) belong to part k of n: every n-th condition, turn about."""
    (k, n), (places, replicates) = part, shape
    block = np.arange(replicates) // REPLICATES_AT_ONCE
    found: np.ndarray = (np.arange(places)[:, None] + block) % n == k - 1
    return found
