"""Tidy frames: series and events of runs, one row per moment, plain columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.declare import State
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.signals import Mentality
from mentalities_sim.worlds.dyad import EXCHANGE_HOURS, WEEK_HOURS

EVENT_NAMES = {"subordinated": "involuntary_subordination", "response": "response"}


def series_frame(
    batch: Batch, trace: Trace, replicates: Sequence[int], columns: Mapping[str, Any]
) -> pd.DataFrame:
    """Return one row per run and recorded step.

    Columns: those given (arm, swept values), replicate, week, exchange (-1 in life), hours, phase,
    then `<role>_<state>` for every recorded role but the world; vectors give one column per label.
    """
    when = _when(batch, trace.steps)
    runs = batch.runs
    columns_out: dict[str, Any] = {
        name: [value] * (runs * len(trace.steps)) for name, value in columns.items()
    }
    columns_out["replicate"] = np.repeat(np.asarray(replicates), len(trace.steps))
    for name, values in when.items():
        columns_out[name] = np.tile(values, runs)
    for role, array in trace.series.items():
        if not array.size or role == "world":
            continue
        for name, state in batch.rules.states(role).items():
            for label, values in _flat(name, state, array[name]):
                columns_out[f"{role}_{label}"] = values.reshape(-1)
    return pd.DataFrame(columns_out)


def events_frame(
    batch: Batch, trace: Trace, replicates: Sequence[int], columns: Mapping[str, Any]
) -> pd.DataFrame:
    """Return one row per event: columns given, replicate, hours, week, exchange, who, event, before, after.

    Events are named after the state that asked for them; `subordinated` gives
    `involuntary_subordination_on` and `_off`, `response` gives `yielding` and `counter_bid`.
    """
    events = trace.events
    fields = batch.rules.event_fields()
    when = _when(batch, np.asarray(events["step"]))
    frame = pd.DataFrame({name: [value] * len(events) for name, value in columns.items()})
    frame["replicate"] = np.asarray(replicates)[events["run"]] if len(events) else np.zeros(0, np.int64)
    for name in ("hours", "week", "exchange"):
        frame[name] = when[name]
    frame["who"] = [fields[code][0] for code in events["code"]]
    frame["event"] = [
        _event_name(fields[code][1], after)
        for code, after in zip(events["code"], events["after"], strict=True)
    ]
    frame["before"] = events["before"]
    frame["after"] = events["after"]
    return frame


def transitions_frame(batch: Batch, who: pd.DataFrame) -> pd.DataFrame:
    """Return how often each run's client went from one mentality to another in sessions, zeros left out.

    `who` has one row per run; its columns come first, then before, after, count.
    """
    names = np.array([m.name.lower() for m in Mentality])
    counts = batch.states["world"]["transitions"]
    run, before, after = np.nonzero(counts)
    frame = who.iloc[run].reset_index(drop=True)
    frame["before"] = names[before]
    frame["after"] = names[after]
    frame["count"] = counts[run, before, after].astype(np.int64)
    return frame


def agents_frame(batch: Batch, who: pd.DataFrame) -> pd.DataFrame:
    """Return client and therapist as each run left them: one row per person, one column per state.

    Vectors give one column per label; what only the therapist has is NaN for the client.
    """
    frames = []
    for role in ("client", "therapist"):
        states = batch.states[role]
        columns: dict[str, Any] = {"role": [role] * batch.runs}
        for name, state in batch.rules.states(role).items():
            columns.update(_flat(name, state, states[name]))
        frames.append(pd.concat([who, pd.DataFrame(columns)], axis=1))
    order = np.arange(2 * batch.runs).reshape(2, -1).T.reshape(-1)  # client and therapist side by side
    return pd.concat(frames, ignore_index=True).iloc[order].reset_index(drop=True)


def _event_name(field: str, after: float) -> str:
    if field == "subordinated":
        return "involuntary_subordination_on" if after else "involuntary_subordination_off"
    if field == "response":
        return "counter_bid" if after == 1 else "yielding"
    if field == "rupture":
        return "rupture" if after else "repair"
    return field


def _when(batch: Batch, steps: np.ndarray) -> dict[str, np.ndarray]:
    constants = batch.parameters["world"][0]
    exchanges, slots, run_in = (int(constants[n]) for n in ("exchanges", "slots", "run_in"))
    phase, tick = batch.schedule.phase[steps], batch.schedule.tick[steps]
    held, young = phase == 0, phase == 2
    week = np.where(held, tick // exchanges, tick // slots - run_in)
    within = np.where(
        held, (tick % exchanges + 1) * EXCHANGE_HOURS, (tick % slots + 1) * (WEEK_HOURS / slots)
    )
    # childhood ends as the run-in begins
    before = (tick + 1 - int(constants["childhood"])) * float(constants["childhood_gap"])
    hours = np.where(young, before - run_in * WEEK_HOURS, week * WEEK_HOURS + within)
    return {
        "week": np.where(young, np.floor(hours / WEEK_HOURS).astype(np.int64), week),
        "exchange": np.where(held, tick % exchanges, -1),
        "hours": hours,
        "phase": np.where(held, "exchange", np.where(young, "childhood", "life")),
    }


def _flat(name: str, state: State, values: np.ndarray) -> list[tuple[str, np.ndarray]]:
    if not state.shape:
        return [(name, values)]
    if len(state.shape) > 1 or not state.labels:
        return []
    return [(f"{name}_{label}", values[..., i]) for i, label in enumerate(state.labels)]


def crowd_series_frame(
    batch: Batch, trace: Trace, role: str, when: Mapping[str, np.ndarray], who: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per run, recorded step and person of a crowd.

    Columns: those of `who` (one row per run), those of `when` (shape (runs, steps)), `<role>` (whose
    identity), then `<role>_<state>`; vectors give one column per label.
    """
    states = trace.series[role]
    steps, many = states.shape[1:]
    frame = who.loc[who.index.repeat(steps * many)].reset_index(drop=True)
    columns = {name: np.repeat(values.reshape(-1), many) for name, values in when.items()}
    columns[role] = states["identity"].reshape(-1)
    for name, values in _columns(batch, role, states).items():
        columns[f"{role}_{name}"] = values.reshape(-1)
    return pd.concat([frame, pd.DataFrame(columns)], axis=1)


def crowd_frame(batch: Batch, role: str, who: pd.DataFrame) -> pd.DataFrame:
    """Return a crowd as each run left it: columns of `who`, then `<role>` (whose identity), then states."""
    states = batch.states[role]
    frame = who.loc[who.index.repeat(states.shape[1])].reset_index(drop=True)
    columns = {role: states["identity"].reshape(-1)}
    columns |= {name: values.reshape(-1) for name, values in _columns(batch, role, states).items()}
    return pd.concat([frame, pd.DataFrame(columns)], axis=1)


def _columns(batch: Batch, role: str, states: np.ndarray) -> dict[str, np.ndarray]:
    """A crowd's states but their numbers, which stand in a column of their own."""
    found: dict[str, np.ndarray] = {}
    for name, state in batch.rules.states(role).items():
        if name != "identity":
            found.update(_flat(name, state, states[name]))
    return found
