"""Named random streams: one per decision, so that changing one thing changes nothing else.

Each purpose (say, "exchange/client/yielding") has its own Philox generator, keyed by the seed and a
digest of the purpose's name; the replicate stands in a word of its counter. So the numbers of a
replicate do not depend on other replicates, batch sizes, workers, the length of the therapy or which
other streams exist: common random numbers. Source: design, "Randomness is named, not ordered".
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import ndtri

from mentalities_sim.declare import State
from mentalities_sim.engine.rules import RuleSet

SMALLEST = 2.0**-54
PER_COUNT = 4
"""Numbers that Philox makes of one count of its counter."""


class NamedStream:
    """The numbers of one purpose: `uniform(replicate, n)` or `normal(replicate, n)`, always the same.

    Example:
        >>> stream = NamedStream(1, "exchange/client/yielding")
        >>> bool((stream.uniform(7, 3) == stream.uniform(7, 5)[:3]).all())
        True
    """

    def __init__(self, seed: int, purpose: str) -> None:
        words = np.frombuffer(hashlib.sha256(purpose.encode()).digest()[:16], np.uint32)
        sequence = np.random.SeedSequence(entropy=seed, spawn_key=tuple(int(w) for w in words))
        self._bits = np.random.Philox(key=sequence.generate_state(2, np.uint64))
        self._state: Any = self._bits.state
        self._random = np.random.Generator(self._bits).random

    def uniform(self, replicate: int, n: int, out: np.ndarray | None = None, start: int = 0) -> np.ndarray:
        """Return n numbers of one replicate from the `start`-th on, uniform on [0, 1).

        They stand in `out`, an array of n, if that is given.
        """
        state = self._state
        state["state"]["counter"][:] = 0
        state["state"]["counter"][0] = start // PER_COUNT
        state["state"]["counter"][1] = replicate
        state["buffer_pos"] = 4
        state["has_uint32"] = 0
        self._bits.state = state
        for _ in range(start % PER_COUNT):
            self._random()
        return self._random(n, out=out)

    def normal(self, replicate: int, n: int, start: int = 0) -> np.ndarray:
        """Return n standard normal numbers of one replicate, by inverse CDF: one uniform each."""
        return ndtri(np.maximum(self.uniform(replicate, n, start=start), SMALLEST))


_KEPT = threading.local()


def _named(seed: int, purpose: str) -> NamedStream:
    """Return a thread's own stream of a purpose; making one costs more than drawing from it."""
    kept: dict[tuple[int, str], NamedStream] = _KEPT.__dict__.setdefault("streams", {})
    if (seed, purpose) not in kept:
        kept[seed, purpose] = NamedStream(seed, purpose)
    return kept[seed, purpose]


def luck(
    rules: RuleSet,
    phase: str,
    seed: int,
    replicates: Sequence[int],
    ticks: int,
    out: np.ndarray | None = None,
    start: int = 0,
) -> np.ndarray:
    """Return the chance of a phase: a record array (replicates, ticks) of nested passes and streams.

    The first column is that of tick `start`. `out` is an array of that shape and type to fill, since fresh
    memory costs more than the numbers.
    """
    dtype = rules.luck_dtype(phase)
    if out is None:
        out = undrawn((len(replicates), ticks), dtype)
    flat = out.view(np.float64).reshape(len(replicates), ticks, dtype.itemsize // 8)
    lines = []
    for name, role in rules.phases[phase].items():
        declarations = rules.streams(role)
        for stream in rules.streams_read[phase][name]:
            place = (_offset(dtype, name) + _offset(dtype[name], stream)) // 8
            lines.append((not declarations[stream].normal, place, _named(seed, f"{phase}/{name}/{stream}")))
    lines.sort(key=lambda line: line[:2])  # normals first, so that one call turns them all
    columns = [place for _, place, _ in lines]
    block = np.empty((len(lines), ticks))
    normals = block[: sum(not uniform for uniform, _, _ in lines)]
    for row, replicate in enumerate(replicates):
        for line, (_, _, named) in zip(block, lines, strict=True):
            named.uniform(replicate, ticks, out=line, start=start)
        ndtri(np.maximum(normals, SMALLEST, out=normals), out=normals)
        flat[row][:, columns] = block.T
    return out


def undrawn(shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    """Return records in which no number has been drawn yet: NaN, so that none can be taken for one."""
    out = np.empty(shape, dtype)
    out.view(np.float64)[:] = np.nan
    return out


def _offset(dtype: np.dtype[Any], name: str) -> int:
    fields = dtype.fields
    assert fields is not None
    return int(fields[name][1])


def births(
    rules: RuleSet, role: str, given: Mapping[str, Any], seed: int, replicates: Sequence[int]
) -> np.ndarray:
    """Return the starting records of a role, one per replicate: defaults, what is given, and spread.

    A state with a `spread` is drawn per replicate around its default (or the given value) from the
    stream "birth/<role>/<state>" and kept within its bounds. A given value can be a number (or
    vector), or a mapping with `mean` and `spread`.
    """
    return born(rules, role, [given], seed, replicates)[0]


def born(
    rules: RuleSet, role: str, given: Sequence[Mapping[str, Any]], seed: int, replicates: Sequence[int]
) -> np.ndarray:
    """Return the starting records (conditions, replicates) of a role: `births` for each of what is given."""
    return crowd(rules, role, given, seed, replicates, 1)[:, :, 0]


def crowd(
    rules: RuleSet,
    role: str,
    given: Sequence[Mapping[str, Any]],
    seed: int,
    replicates: Sequence[int],
    many: int,
    start: int = 0,
) -> np.ndarray:
    """Return the starting records (conditions, replicates, many) of a role, from the `start`-th person on.

    The n-th person of a replicate is the same, however many there are.
    """
    out = np.zeros((len(given), len(replicates), many), rules.state_dtype(role))
    for name, state in rules.states(role).items():
        own = {"mean": state.default, "spread": state.spread}
        values = [_mean_and_spread(settings.get(name, own), state) for settings in given]
        spread = np.array([s for _, s in values])
        if len(given) > 1 and any(name in settings for settings in given):
            mean = np.array([m for m, _ in values], state.dtype)
        else:
            mean = np.asarray(values[0][0], state.dtype)[np.newaxis]
        out[name] = mean[:, np.newaxis, np.newaxis]
        if spread.any():
            size = int(np.prod(state.shape)) if state.shape else 1
            named = _named(seed, f"birth/{role}/{name}")
            drawn = np.array([named.normal(r, size * many, size * start) for r in replicates])
            drawn = drawn.reshape(len(replicates), many, *state.shape)
            wide = spread.reshape(-1, 1, 1, *[1] * len(state.shape))
            # where nobody differs the value stands as given, even on a bound's far side
            out[name] = np.where(wide > 0.0, np.clip(out[name] + wide * drawn, *state.bounds), out[name])
    return out


def _mean_and_spread(value: Any, state: State) -> tuple[Any, float]:
    if isinstance(value, Mapping):
        return value.get("mean", state.default), float(value.get("spread", state.spread))
    return value, 0.0


def parameter_record(rules: RuleSet, role: str, given: Mapping[str, Any]) -> np.ndarray:
    """Return a role's parameters as an array of one record: defaults, and what is given."""
    return parameter_records(rules, role, [given])


def parameter_records(rules: RuleSet, role: str, given: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Return a role's parameters, one record for each of what is given: defaults where nothing is."""
    out = np.zeros(len(given), rules.parameter_dtype(role))
    for name, parameter in rules.parameters(role).items():
        if any(name in settings for settings in given):
            values = [settings.get(name, parameter.default) for settings in given]
            out[name] = np.array(values, parameter.dtype)
        else:
            out[name] = np.asarray(parameter.default, parameter.dtype)
    return out
