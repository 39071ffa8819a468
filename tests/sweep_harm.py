"""What can befall a sweep, done inside the process that runs it; each is asked for by name."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mentalities_sim.experiment import pictures
from mentalities_sim.running import in_folder, sweep
from mentalities_sim.running.tasks import Tasks
from mentalities_sim.store import lock, place, provenance


def harm(wishes: dict[str, Any]) -> None:
    """Do what is wished to this process."""
    for name, value in wishes.items():
        KNOWN[name](value)


def task_runs(runs: int) -> None:
    """Give every task about so many runs, however long they take, so that there are many shards."""

    class Small(Tasks):
        def __init__(self, pending: Any, seconds: float, *rest: Any) -> None:
            super().__init__(pending, 1.0, *rest)
            self.aim = float(runs)

        def learn(self, runs: int, seconds: float) -> None:
            pass

    sweep.Tasks = Small  # type: ignore[misc]


def figures(names: list[str]) -> None:
    """Draw some figures only: all of them take ten seconds."""
    drawings = pictures.drawings
    pictures.drawings = lambda results: {n: d for n, d in drawings(results).items() if n in names}


def report(wanted: bool) -> None:
    """Leave out the report at the end, whose intervals take most of the time of a small sweep."""
    from mentalities_sim.cli import sweeping

    if not wanted:
        sweeping.report = lambda *given: 0


def log(path: str) -> None:
    """Note the number of runs of every task when it begins."""
    work = sweep.work

    def noting(key: str, order: Any, expected: Any, pieces: Any) -> Any:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, f"{sum(len(p) * len(r) for p, r in pieces)}\n".encode())
        os.close(handle)
        return work(key, order, expected, pieces)

    sweep.work = noting


def kill_at(step: int) -> None:
    """End like kill -9 at the n-th change of the disk: to open a file, sync or rename it, make a folder."""
    _at_step(step, lambda: os.kill(os.getpid(), signal.SIGKILL))


def count_steps(path: str) -> None:
    """Note how many such steps there are, as one byte each in a file."""

    def note() -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, b".")
        os.close(handle)

    _at_step(0, note, every=True)


def full_at(step: int) -> None:
    """From the n-th such step on, the disk is full."""

    def full() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    _at_step(step, full, onward=True)


def _at_step(step: int, act: Callable[[], None], *, every: bool = False, onward: bool = False) -> None:
    seen = [0]

    def stepping(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any, **how: Any) -> Any:
            seen[0] += 1
            if every or seen[0] == step or (onward and seen[0] > step):
                act()
            return function(*given, **how)

        return wrapped

    read, write = Path.open, stepping(Path.open)
    os.fsync, os.replace, Path.mkdir = stepping(os.fsync), stepping(os.replace), stepping(Path.mkdir)
    Path.open = lambda self, mode="r", *more, **how: (  # type: ignore[assignment, misc]
        (write if set(mode) & set("wax+") else read)(self, mode, *more, **how)
    )


def backwards(days: float) -> None:
    """The wall clock goes back by a day each time it is looked at; the monotonic one goes on."""
    looked = [days]

    def earlier() -> datetime:
        looked[0] += 1.0
        return datetime(2024, 2, 29, tzinfo=UTC) - timedelta(days=looked[0])

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return earlier()

    time.time = lambda: earlier().timestamp()
    provenance.datetime = lock.datetime = place.datetime = Clock


def measures(digest: str) -> None:
    """The code that measures is another."""
    from mentalities_sim.running import hashes

    hashes.measures_hash = in_folder.measures_hash = lambda kind: digest


KNOWN: dict[str, Callable[[Any], None]] = {
    f.__name__: f
    for f in (task_runs, figures, report, log, kill_at, count_steps, full_at, backwards, measures)
}
