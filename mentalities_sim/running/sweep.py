"""Driving a sweep: tasks go out, tables come in and are handed on, until nothing is left to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from mentalities_sim.experiment.empty import empty_table
from mentalities_sim.experiment.schema import ExperimentFile
from mentalities_sim.running.batches import Order, Piece
from mentalities_sim.running.executors import _STOPS, Done, Hands, fingerprint, work
from mentalities_sim.running.tasks import Tasks
from mentalities_sim.store.batch import TABLES

STEP_SECONDS = {"compiled": 3e-7, "mesa": 3e-5}
"""A first guess at the time of one step of a therapy, bettered by the first tasks."""
TASKS_EACH = 2
"""Tasks per worker that are out at a time, so that none waits for the next."""

Sink = Callable[[dict[str, pd.DataFrame]], Any]


class SweepError(RuntimeError):
    """A sweep that could not go on; what was finished is kept, and the message says what to do."""


@dataclass
class Tally:
    """How many runs a sweep did, and how many of them failed."""

    runs: int = 0
    failed: int = 0
    seconds: float = 0.0
    """Working time of all tasks together."""


def sweep(
    order: Order,
    pending: np.ndarray,
    hands: Hands,
    sink: Sink,
    told: Callable[[int, int], Any] | None = None,
) -> Tally:
    """Run what is pending (conditions × replicates) and hand each task's tables to `sink`.

    Tables have columns place and replicate, by which they can be put in order: they come as they are
    finished. `told` is called with runs just done and how many failed. Raises what `sink` raises,
    `SweepError` where workers were lost, `WorkerError` for workers that would compute other numbers, and
    `RuleError` for rules that cannot be run.
    """
    tally = Tally()
    if not pending.any():
        return tally
    key, expected = uuid4().hex, fingerprint(order)
    first = order.conditions[int(np.argmax(pending.any(axis=1)))]
    guess = order.kind.glue.length(first) * STEP_SECONDS[order.engine]
    source = Tasks(pending, guess, order.file.replicates)
    tasks = iter(source)
    out: dict[Future[Done], list[Piece]] = {}
    _STOPS[key] = hands.stop

    def give(task: list[Piece]) -> Future[Done]:
        try:
            return hands.executor.submit(work, key, order, expected, task)
        except BrokenExecutor as error:
            raise _died(error) from error

    try:
        while True:
            while len(out) < TASKS_EACH * hands.width() and (task := next(tasks, None)) is not None:
                out[give(task)] = task
            if not out:
                return tally
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                done = _result(future, order, out.pop(future))
                if done.left:
                    out[give(done.left)] = done.left
                source.learn(done.runs, done.seconds)
                sink(done.tables)
                failed = len(done.tables.get("failures", ()))
                tally.runs, tally.failed = tally.runs + done.runs, tally.failed + failed
                tally.seconds += done.seconds
                if told:
                    told(done.runs, failed)
    except BaseException:
        hands.stop.set()
        for future in out:
            future.cancel()
        raise
    finally:
        del _STOPS[key]


def _result(future: Future[Done], order: Order, task: list[Piece]) -> Done:
    """What a task brought; runs that took their workers down time and again count as failed."""
    try:
        return future.result()
    except BrokenExecutor as error:
        raise SweepError(
            f"a worker process died, and its pool with it ({error}); run the same again to go on from "
            "what is done"
        ) from error
    except CancelledError:
        raise SweepError(
            "the workers gave up a task (the scheduler may have stopped); run the same again to go "
            "on from what is done"
        ) from None
    except Exception as error:
        if type(error).__name__ != "KilledWorker":
            raise
        rows = []
        for places, replicates in task:
            for place in places:
                columns = order.conditions[place].columns
                rows += [{"place": place, **columns, "replicate": int(r)} for r in replicates]
        said = "WorkerError: the task of this run took its workers down several times"
        frame = pd.DataFrame(rows).assign(error=said, traceback=str(error))
        return Done({"failures": frame}, len(rows), 0.0)


def _died(error: BrokenExecutor) -> SweepError:
    return SweepError(
        f"a worker process died, and its pool with it ({error}); run the same again to go on from what "
        "is done"
    )


def wanted(order: Order) -> np.ndarray:
    """Return which runs an experiment asks for: a boolean array (conditions, replicates)."""
    replicates = order.conditions.replicates
    asked: np.ndarray = np.arange(int(replicates.max(initial=0))) < replicates[:, None]
    return asked


def in_order(frames: Mapping[str, list[pd.DataFrame]], file: ExperimentFile) -> dict[str, pd.DataFrame]:
    """Join tables as they came, sort them by place and replicate, and leave out the place."""
    out = {}
    for name in TABLES:
        if not frames.get(name):
            out[name] = empty_table(file, name)
            continue
        whole = pd.concat(frames[name], ignore_index=True)
        order = np.lexsort((whole["replicate"], whole["place"]))  # stable: rows of a run keep their order
        out[name] = whole.iloc[order].drop(columns="place").reset_index(drop=True).copy()  # of one piece
    return out
