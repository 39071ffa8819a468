"""What a therapist follows instead of choosing: the coded turns, or a series recorded in another arm.

A series is not kept anywhere: the source arm's therapy is run again where its doses are needed. That is
cheap, takes no memory however long a sweep is, and lets any worker compute any run.
"""

from __future__ import annotations

import numpy as np

from mentalities_sim import streams
from mentalities_sim.declare import State, declared
from mentalities_sim.policies import Script
from mentalities_sim.running.batches import REPLICATES_AT_ONCE, GoOn, Lost, Order, make_batch, simulate
from mentalities_sim.running.conditions import Condition


def scripts(
    order: Order, group: list[Condition], replicates: list[int], go_on: GoOn
) -> tuple[np.ndarray, np.ndarray, Lost]:
    """Return scripts, which of them each run follows, and the runs that have none since its source failed."""
    first = group[0]
    runs = len(group) * len(replicates)
    exchanges = int((first.schedule.phase == 0).sum())
    dtype = first.rules.input_dtype("script")
    lost: Lost = {}
    if first.arm.kind == "replay":
        out = np.zeros((runs, exchanges), dtype)
        for i, condition in enumerate(group):
            doses, failed = replayed(order, condition, replicates, go_on)
            out["warmth"][i * len(replicates) : (i + 1) * len(replicates)] = doses
            lost |= {i * len(replicates) + row: why for row, why in failed.items()}
        return out, np.arange(runs), lost
    out = np.zeros((1, exchanges), dtype)
    if first.arm.policy == "scripted":
        at = 0
        for turn in order.file.turns:
            for name in declared(Script, State):
                out[name][0, at : at + turn.exchanges] = getattr(turn, name)
            at += turn.exchanges
    return out, np.zeros(runs, np.int64), lost


def replayed(
    order: Order, condition: Condition, replicates: list[int], go_on: GoOn
) -> tuple[np.ndarray, Lost]:
    """Return the doses (replicates, exchanges) that a replay sends: another client's, the own, or permuted.

    Where a source's client left, the series goes on at the mean of what had been sent.
    """
    whose = [sender(order, condition, replicate, go_on) for replicate in replicates]
    source = order.conditions.source(condition)
    wanted = sorted(set(whose))
    doses, failed = _doses(order, source, wanted, go_on)
    rows = [wanted.index(replicate) for replicate in whose]
    out = doses[rows]
    lost = {i: failed[row] for i, row in enumerate(rows) if row in failed}
    out[list(lost)] = 0.0
    out = np.where(np.isnan(out), np.nanmean(out, axis=1, keepdims=True), out)
    if condition.arm.taken_from == "own, permuted within sessions":
        stream = streams.NamedStream(order.seed, f"permute/{condition.arm.name}")
        for row, replicate in enumerate(replicates):
            drawn = stream.uniform(replicate, out.shape[1])
            for start in range(0, out.shape[1], int(condition.sizes["exchanges"])):
                session = slice(start, start + int(condition.sizes["exchanges"]))
                out[row, session] = out[row, session][np.argsort(drawn[session], kind="stable")]
    return out, lost


def sender(order: Order, condition: Condition, replicate: int, go_on: GoOn) -> int:
    """Return whose series a replay sends to a replicate's client.

    "another client" is the next replicate of the same part (evaluation or choosing) whose therapy was
    completed in the source arm, else simply the next.
    """
    if condition.arm.taken_from != "another client":
        return replicate
    source = order.conditions.source(condition)
    first, size = 0, order.file.replicates
    if replicate >= order.file.replicates:
        first, size = order.file.replicates, order.file.choosing_replicates
    known = order.completed.setdefault(source.place, np.full(first + size, -1, np.int8))
    if len(known) < first + size:
        known = order.completed[source.place] = np.full(first + size, -1, np.int8)
    for other in (first + (replicate - first + step) % size for step in range(1, size)):
        if known[other] < 0:
            block = [r for r in range(other, min(other + REPLICATES_AT_ONCE, first + size)) if known[r] < 0]
            doses, failed = _doses(order, source, block, go_on)
            known[block] = ~np.isnan(doses[:, -1])
            known[[block[row] for row in failed]] = 0
        if known[other]:
            return other
    return first + (replicate - first + 1) % size


def _doses(order: Order, source: Condition, replicates: list[int], go_on: GoOn) -> tuple[np.ndarray, Lost]:
    """Run a source arm and return its doses; NaN from where its client no longer came."""
    batch, lost = make_batch(order, [source], replicates, go_on)
    before = dict(lost)
    trace = simulate(order, batch, lost, go_on, stride=1, record=("policy",))
    if set(lost) != set(before) and len(replicates) > 1:  # the trace is whole only where nothing failed
        parts = [_doses(order, source, [replicate], go_on) for replicate in replicates]
        return np.concatenate([d for d, _ in parts]), {i: f[0] for i, (_, f) in enumerate(parts) if f}
    held = trace.series["policy"]["dose"][:, source.schedule.phase == 0]
    attended = batch.states["world"]["weeks_attended"][:, None] * int(source.sizes["exchanges"])
    doses = np.where(np.arange(held.shape[1]) < attended, held, np.nan)
    failed = {
        run: (f"its source, arm {source.arm.name}, failed: {e}", where) for run, (e, where) in lost.items()
    }
    return doses, failed
