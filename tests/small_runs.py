"""Small runs for tests: a batch of therapies of one policy, built without an experiment file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from mentalities_sim import streams
from mentalities_sim.declare import Stream, declared
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment import load
from mentalities_sim.policies import Policy
from mentalities_sim.worlds import Dyad
from mentalities_sim.worlds.outcomes import outcomes

SEED = 20231129
MAIN = Path(__file__).parent.parent / "experiments" / "warmth_titration.toml"
SMALL_FILE = Path(__file__).parent / "data" / "small_therapy.toml"


@cache
def main_client() -> dict[str, Any]:
    """The client of the main experiment, so that tests follow what the experiment says."""
    return {name: setting.value for name, setting in load(MAIN).client.items()}


def batch_of(
    policy: type[Policy],
    replicates: Sequence[int],
    *,
    seed: int = SEED,
    given: Mapping[str, Mapping[str, Any]] | None = None,
    cast: Mapping[str, type] | None = None,
    script: np.ndarray | None = None,
    world: type = Dyad,
    luck: Mapping[str, np.ndarray] | None = None,
) -> Batch:
    """Therapies of one policy, one run per replicate; `given[role]` sets states and parameters."""
    rules = RuleSet(world, {**(cast or {}), "policy": policy})
    given = given or {}
    n = len(replicates)
    parameters = {r: streams.parameter_record(rules, r, given.get(r, {})) for r in rules.classes}
    size = {k: int(parameters["world"][k][0]) for k in Dyad.sizes}
    schedule = Dyad.schedule(**size)
    if luck is None:
        luck = draw(rules, schedule, seed, replicates)
    held = int((schedule.phase == 0).sum())
    if script is None:
        script = np.zeros((1, held), rules.input_dtype("script"))
    script_of = np.zeros(n, np.int64) if len(script) == 1 else np.arange(n)
    states = {
        r: streams.births(rules, r, _with_spread(rules, r, given.get(r, {})), seed, replicates)
        for r in rules.classes
    }
    return Batch(
        rules,
        schedule,
        states,
        parameters,
        np.zeros(n, np.int64),
        dict(luck),
        np.arange(n),
        {"script": script},
        script_of,
    )


def draw(rules: RuleSet, schedule: Any, seed: int, replicates: Sequence[int]) -> dict[str, Any]:
    """The chance of every phase of a schedule."""
    out = {}
    for i, phase in enumerate(rules.phases):
        ticks = int(schedule.tick[schedule.phase == i].max(initial=-1)) + 1
        out[phase] = streams.luck(rules, phase, seed, replicates, ticks)
    return out


def _with_spread(rules: RuleSet, role: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Given states keep the spread that is declared for them, as in an experiment file."""
    states = rules.states(role)
    return {
        name: {"mean": value, "spread": states[name].spread}
        if name in states and not isinstance(value, Mapping)
        else value
        for name, value in given.items()
    }


def run(batch: Batch, **how: Any) -> tuple[dict[str, np.ndarray], Trace]:
    """Run on the compiled engine; return outcomes and trace."""
    from mentalities_sim.engine.compiled import run_compiled

    trace = run_compiled(batch, **how)
    return outcomes(batch), trace


def luck_of(cls: type, **drawn: float) -> SimpleNamespace:
    """Chance for one pass: no error in what is normal, no act where a rule asks "does one?"."""
    middle = {
        name: 0.0 if stream.normal else 1.0 - 2.0**-53 for name, stream in declared(cls, Stream).items()
    }
    unknown = set(drawn) - set(middle)
    assert not unknown, f"no stream {unknown}"
    return SimpleNamespace(**{**middle, **drawn})
