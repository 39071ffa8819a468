"""Who does the work: threads in this process, any `concurrent.futures` executor, or a Dask cluster."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.designs import DRAWN, unit_sample
from mentalities_sim.running.batches import Order, Piece, compute


class WorkerError(RuntimeError):
    """Workers that cannot be reached or used; the message says which, and what to do."""


CONNECTING = 10.0
"""Seconds to wait for a scheduler that may be starting."""
LONGEST = 3.5
"""Seconds after which a task hands in what it has: so much, at most, is done again after a kill."""
RUNS_BETWEEN_LOOKS = 500
"""Runs after which a task looks at the clock, if it takes no longer."""
STEPS_BETWEEN_LOOKS = 2e6
"""Steps of therapies after which it looks at the clock."""


@dataclass
class Done:
    """What a task brought: tables by name, runs done, the seconds they took, and what is left to do."""

    tables: dict[str, pd.DataFrame]
    runs: int
    seconds: float
    left: list[Piece] = field(default_factory=list)


@dataclass
class Hands:
    """An executor and how many tasks it can work on at a time; `stop` ends tasks of this process early."""

    executor: Executor
    width: Callable[[], int]
    name: str
    stop: threading.Event


_STOPS: dict[str, threading.Event] = {}
_ORDERS: dict[str, Order] = {}
_CHECKING = threading.Lock()


def work(key: str, order: Order, expected: dict[str, str], pieces: Sequence[Piece]) -> Done:
    """Compute one task, in whichever process this is; what takes too long is handed back.

    `key` names the sweep; a process keeps the order it was first sent under that name, with all that it has
    prepared. Raises `WorkerError` where this process would compute other numbers: `expected` is what
    `fingerprint` gave where the sweep was started.
    """
    with _CHECKING:
        if key not in _ORDERS:
            if key not in _STOPS:  # another process than the one that expects
                _refuse_other(expected, fingerprint(order))
            _ORDERS.clear()  # a worker serves one sweep after the other; earlier ones would fill its memory
            _ORDERS[key] = order
        known = _ORDERS[key]
    stop = _STOPS.get(key)

    def go_on() -> None:
        if stop is not None and stop.is_set():
            raise CancelledError

    for arm in {known.conditions.arm_at(place).name for places, _ in pieces for place in places}:
        known.kernel(known.conditions.rules[arm])  # compiling is no part of what a run takes
    started, runs, left = time.monotonic(), 0, deque(_bits(known, pieces))
    parts: dict[str, list[pd.DataFrame]] = {}
    while left and (not runs or time.monotonic() - started < LONGEST):
        bit = left.popleft()
        for name, frame in compute(known, [bit], go_on).items():
            parts.setdefault(name, []).append(frame)
        runs += len(bit[0]) * len(bit[1])
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    if "series" in tables:
        tables["series"] = _evened(known, tables["series"])
    return Done(tables, runs, time.monotonic() - started, list(left))


def _bits(order: Order, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Cut pieces where the clock can be looked at; recorded runs, which take far longer, apart."""
    until = order.file.measures.series_replicates
    for places, replicates in pieces:
        most = _runs_between_looks(order, places[0])
        recorded = [r for r in replicates if r < until]
        kept = [p for p in places if order.conditions.arm_at(p).name not in order.candidates]
        rest = replicates[len(recorded) :]
        yield from (([place], [replicate]) for place in kept for replicate in recorded)
        unkept = sorted(set(places) - set(kept)) if recorded else []
        for some, who in ((unkept, recorded), (places, rest)):
            if len(who) > most:  # one condition's replicates take long enough
                yield from (([place], who[i : i + most]) for place in some for i in range(0, len(who), most))
                continue
            width = 1 if order.engine == "mesa" else max(1, most // max(1, len(who)))
            for start in range(0, len(some) if who else 0, width):
                yield some[start : start + width], who


def _runs_between_looks(order: Order, place: int) -> int:
    """How many runs like those of a condition to do before looking at the clock."""
    most = int(STEPS_BETWEEN_LOOKS / order.kind.glue.length(order.conditions[place]))
    return max(1, min(RUNS_BETWEEN_LOOKS, most))


def _evened(order: Order, series: pd.DataFrame) -> pd.DataFrame:
    """Give every task's series the same columns and types, whichever arms it has: policies' states differ.

    By name, so that a folder that an arm is added to later has them in the same order.
    """
    arms = [arm.name for arm in order.conditions.arms if arm.name not in order.candidates]
    every: dict[str, list[Any]] = {}
    for arm in arms:
        rules = order.conditions.rules[arm]
        recorded = "policy" in order.kind.glue.recorded
        for name, state in rules.states("policy").items() if recorded else ():
            for label in [f"_{label}" for label in state.labels] if state.shape else [""]:
                every.setdefault(f"policy_{name}{label}", []).append(state.dtype)
    common = [name for name in series.columns if name not in every]
    out = series.reindex(columns=[*common, *sorted(every)])
    mixed = [name for name, types in every.items() if len(types) < len(arms) or len(set(types)) > 1]
    return out.astype(dict.fromkeys(mixed, "float64"))


def fingerprint(order: Order) -> dict[str, str]:
    """Return what numbers depend on beside the experiment: rules by arm, and versions."""
    from mentalities_sim.running.hashes import measures_hash, rule_hashes

    rules = {f"the rules of arm {arm}": found for arm, found in rule_hashes(order).items()}
    versions = {name: metadata.version(name) for name in ("mentalities-sim", "numpy", "scipy")}
    if order.engine == "compiled":
        versions["numba"] = metadata.version("numba")
    if order.file.design in DRAWN:
        drawn = np.ascontiguousarray(unit_sample(order.file)).tobytes()
        rules["the points of the design"] = hashlib.sha256(drawn).hexdigest()[:16]
    return {
        **rules,
        "the measures": measures_hash(order.kind),
        **versions,
        "python": platform.python_version()[:4],
    }


def _refuse_other(expected: dict[str, str], found: dict[str, str]) -> None:
    other = [f"{name}: {found.get(name)} there, {expected[name]} here" for name in expected
             if found.get(name) != expected[name]]  # fmt: skip
    if other:
        raise WorkerError(
            f"worker {platform.node()} would compute other numbers: {'; '.join(other)}. Give every worker "
            "the same versions and the same source files, and restart it."
        )


@contextmanager
def threads(count: int | None, engine: str) -> Iterator[Hands]:
    """Threads in this process: compiled rules run beside each other, Mesa's one after the other."""
    width = count or ((os.cpu_count() or 1) if engine == "compiled" else 1)
    stop = threading.Event()
    with ThreadPoolExecutor(width) as pool:
        try:
            yield Hands(pool, lambda: width, f"{width} thread{'s' * (width > 1)}", stop)
        except BaseException:
            stop.set()  # tasks under way end at their next therapy
            pool.shutdown(cancel_futures=True)
            raise


@contextmanager
def lent(executor: Executor, workers: int | None = None) -> Iterator[Hands]:
    """An executor of the caller's, which stays open; `workers` says how many tasks it can take at a time."""
    width = workers or getattr(executor, "_max_workers", None) or os.cpu_count() or 1
    yield Hands(executor, lambda: width, f"{type(executor).__name__} of {width}", threading.Event())


@contextmanager
def cluster(address: str) -> Iterator[Hands]:
    """A Dask cluster by the address of its scheduler, or by a scheduler file.

    Raises `WorkerError` where Dask is not installed or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise WorkerError(
            'a cluster needs Dask: pip install "mentalities-sim[cluster]" here and on every worker'
        ) from None
    try:
        client = Client(_answering(address), timeout=10, set_as_default=False)
    except (OSError, ValueError, TypeError, AssertionError) as error:
        raise WorkerError(
            f"no Dask scheduler answers at {address!r} ({_first_line(error)}); start one with "
            "`dask scheduler`, and give --scheduler the address that it prints (tcp://host:8786), or its "
            "scheduler file"
        ) from None
    with client:

        def width() -> int:
            return max(1, sum(client.ncores().values()))

        # a task that took its worker down is tried again by Dask on another one, three times
        yield Hands(client.get_executor(pure=False), width, f"Dask at {address}", threading.Event())


def _answering(given: str) -> str:
    """Return a scheduler's address, out of its file if need be, once somebody answers there.

    Dask's own client says less clearly what is wrong, and goes on trying while the process ends.
    """
    from distributed.comm.addressing import parse_address, parse_host_port

    address: Any = given
    if Path(given).is_file():
        content = json.loads(Path(given).read_text(encoding="utf-8"))
        address = content.get("address") if isinstance(content, dict) else None
        if not isinstance(address, str):
            raise ValueError("the file is no scheduler file: it has no address")
    scheme, place = parse_address(address)
    if scheme not in ("tcp", "tls", "ucx", "ws", "wss"):
        raise ValueError(f"no scheduler is reached by {scheme}://, but by tcp://")
    end = time.monotonic() + CONNECTING
    while scheme in ("tcp", "tls"):
        try:
            socket.create_connection(parse_host_port(place), timeout=CONNECTING).close()
            break
        except OverflowError as error:
            raise ValueError(str(error)) from error
        except OSError as error:
            if isinstance(error, socket.gaierror) or time.monotonic() >= end:
                raise
        time.sleep(0.2)
    return str(address)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
