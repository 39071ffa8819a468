"""One therapy of an experiment, as a Mesa model to step, look into and break-point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mentalities_sim.engine.mesa_engine import cast_of, drive
from mentalities_sim.experiment.file import load
from mentalities_sim.experiment.run import Condition, _cell_key, _Runner
from mentalities_sim.worlds.dyad import Dyad


def one_therapy(
    path: str | Path, arm: str, replicate: int, overrides: Sequence[str], cell: Mapping[str, Any]
) -> Dyad:
    """Return the therapy of an arm and replicate, in the cell named by its swept values.

    An arm that replays another's series first runs that one. Raises `ValueError` for an arm, swept
    name or value that the file does not have, or a replicate beyond the file's.
    """
    file = load(path, overrides)
    runner = _Runner(file, "mesa", file.seed, None, None, 1, None)
    total = file.replicates + file.choosing_replicates
    if not 0 <= replicate < total:
        raise ValueError(f"replicate {replicate}: {path} has replicates 0 to {total - 1}")
    condition = _find(runner, arm, cell)
    _run_sources(runner, condition, replicate)
    batch = runner.batch(condition, [replicate], runner.luck(condition, [replicate]))
    players = cast_of(batch, 0)
    world = players["world"]
    world.client, world.therapist, world.policy = (players[r] for r in ("client", "therapist", "policy"))
    world.follow(drive(batch, 0, players, len(batch.schedule)))
    return world


def _find(runner: _Runner, arm: str, cell: Mapping[str, Any]) -> Condition:
    arms = list(dict.fromkeys(c.arm.name for c in runner.conditions))
    if arm not in arms:
        raise ValueError(f"{arm!r} is no arm that is run; those are {', '.join(arms)}")
    here = [c for c in runner.conditions if c.arm.name == arm]
    for name, value in cell.items():
        if name not in here[0].columns or name == "arm":
            raise ValueError(
                f"{name!r} is not swept; swept are {', '.join(list(here[0].columns)[1:]) or 'none'}"
            )
        known = list(dict.fromkeys(c.columns[name] for c in here))
        here = [c for c in here if value in (c.columns[name], c.cell.labels[name])]
        if not here:
            raise ValueError(f"{name} = {value!r} is not run; its values are {', '.join(map(str, known))}")
    return here[0]


def _run_sources(runner: _Runner, condition: Condition, replicate: int) -> None:
    """Run what a replay stands on: its source arm, for the client whose series it sends."""
    if condition.arm.kind != "replay":
        return
    source = next(
        c
        for c in runner.conditions
        if c.arm.name == condition.arm.series_of and _cell_key(c) == _cell_key(condition)
    )
    # a table of doses that holds replicate numbers says which client's series is sent
    total = runner.file.replicates + runner.file.choosing_replicates
    key = (source.arm.name, _cell_key(source))
    runner.doses[key] = np.arange(total, dtype=float)[:, np.newaxis]
    wanted = int(runner.replayed(condition, [replicate])[0, 0])
    del runner.doses[key]
    _run_sources(runner, source, wanted)
    place = runner.conditions.index(source)
    runner.run_condition(place, [wanted], False, runner.luck(source, [wanted]), {source.arm.name})
