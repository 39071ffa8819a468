"""What a therapist follows: the coded turns, an arm's plan, or a series recorded in another arm.

A series is not kept anywhere: the source arm's therapy is run again where its doses are needed. That is
cheap, takes no memory however long a sweep is, and lets any worker compute any run.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mentalities_sim import streams
from mentalities_sim.experiment.schema import Arm
from mentalities_sim.experiment.turns import Turn, planned_session
from mentalities_sim.interventions import Intervention, known_interventions, number_of
from mentalities_sim.running.batches import REPLICATES_AT_ONCE, GoOn, Lost, Order, make_batch, simulate
from mentalities_sim.running.conditions import Condition
from mentalities_sim.signals import Signal


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
        out["does"] = -1
        for i, condition in enumerate(group):
            doses, failed = replayed(order, condition, replicates, go_on)
            out["warmth"][i * len(replicates) : (i + 1) * len(replicates)] = doses
            lost |= {i * len(replicates) + row: why for row, why in failed.items()}
        return out, np.arange(runs), lost
    arms = list({condition.arm.name: condition.arm for condition in group}.values())
    out = np.zeros((len(arms), exchanges), dtype)
    out["does"] = -1
    for row, arm in zip(out, arms, strict=True):
        if arm.plan:
            write_plan(row, arm, int(first.sizes["exchanges"]))
        elif arm.policy == "scripted":
            write_turns(row, order.file.turns)
    place = {arm.name: i for i, arm in enumerate(arms)}
    return out, np.repeat([place[condition.arm.name] for condition in group], len(replicates)), lost


def write_turns(script: np.ndarray, turns: Sequence[Turn]) -> None:
    """Write the turns of a dialogue into a script, from its first exchange on."""
    at = 0
    for turn in turns:
        spoken = script[at : at + turn.exchanges]
        for name in Signal._fields:
            spoken[name] = getattr(turn, name)
        spoken["does"] = turn.number
        at += turn.exchanges


def write_plan(script: np.ndarray, arm: Arm, exchanges: int) -> None:
    """Write an arm's plan into a script of sessions of so many exchanges each.

    Raises `ValueError`, naming arm and session, where the plan has no row for one.
    """
    known = known_interventions()
    for session, start in enumerate(range(0, len(script), exchanges), 1):
        try:
            done = planned_session(arm.plan, session, exchanges)
        except ValueError as error:
            raise ValueError(f"arm {arm.name}: {error}") from None
        for place, name in enumerate(done, start):
            write_intervention(script[place], known[name])


def write_intervention(exchange: np.void, one: type[Intervention]) -> None:
    """Write an intervention into one exchange of a script: its channels, and its share of the dose."""
    for channel in Signal._fields:
        exchange[channel] = getattr(one, channel)
    exchange["dose_share"] = one.dose_share
    exchange["does"] = number_of(one.name)


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
