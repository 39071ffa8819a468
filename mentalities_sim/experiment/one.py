"""One run of an experiment, as a Mesa model to step, look into and break-point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from mentalities_sim.experiment.file import load
from mentalities_sim.experiment.kinds import kind_of
from mentalities_sim.experiment.schema import Cell, ExperimentFile, Level
from mentalities_sim.running.batches import Order, make_batch

SHOWN = 20
"""Swept values that an error message lists at most."""


def one_run(
    world: type,
    path: str | Path,
    arm: str,
    replicate: int,
    overrides: Sequence[str],
    cell: Mapping[str, Any],
) -> Any:
    """Return the run of an arm and replicate, in the cell named by its swept values (or its point).

    An arm that replays another's series first runs that one. Raises `ValueError` for a file about another
    world than `world`, an arm, swept name or value that the file does not have, or a replicate beyond the
    file's, and `RuntimeError` where the run whose series is replayed fails.
    """
    file = load(path, overrides)
    glue = kind_of(file).glue
    if not issubclass(world, glue.world):
        other = glue.world.__name__
        raise ValueError(
            f"{path} is about a {file.world_kind}, not a {world.__name__}: {other}.from_experiment"
        )
    order = Order(file, "mesa", file.seed)
    total = file.replicates + file.choosing_replicates
    if not 0 <= replicate < total:
        raise ValueError(f"replicate {replicate}: {path} has replicates 0 to {total - 1}")
    arms = [a.name for a in order.conditions.arms]
    if arm not in arms:
        raise ValueError(f"{arm!r} is no arm that is run; those are {', '.join(arms)}")
    condition = order.conditions[order.conditions.place(arm, _cell(file, cell))]
    batch, lost = make_batch(order, [condition], [replicate], lambda: None)
    if lost:
        raise RuntimeError(f"there is nothing to replay in arm {arm}: {lost[0][0]}")
    return glue.model(batch)


def _cell(file: ExperimentFile, wanted: Mapping[str, Any]) -> int:
    """Return the number of the first cell with these values or labels; a grid's cells are not all made."""
    swept = list(file.cell(0).columns)
    for name in wanted:
        if name not in swept:
            raise ValueError(f"{name!r} is not swept; swept are {', '.join(swept) or 'none'}")
    if file.design in ("grid", "conditions"):
        number = 0
        for axis in file.axes:
            number = number * len(axis.levels) + _level(axis.name, axis.levels, wanted)
        return number
    point = wanted.get("point")
    numbers = range(file.n_cells)
    if point is not None:
        if point not in numbers:
            raise ValueError(f"point = {point!r} is not run; its values are 0 to {file.n_cells - 1}")
        numbers = range(int(point), int(point) + 1)
    for i in numbers:
        cell = file.cell(i)
        if all(_fits(cell, name, value) for name, value in wanted.items() if name != "point"):
            return i
    said = ", ".join(f"{name} = {value!r}" for name, value in wanted.items())
    first = islice((file.cell(i) for i in numbers), SHOWN)
    values = "; ".join(", ".join(f"{n} = {v}" for n, v in c.columns.items()) for c in first)
    raise ValueError(f"{said} is not run; the cells are {values}{' ...' * (len(numbers) > SHOWN)}")


def _level(name: str, levels: Sequence[Level], wanted: Mapping[str, Any]) -> int:
    if name not in wanted:
        return 0
    for i, level in enumerate(levels):
        if wanted[name] in (level.column, level.label):
            return i
    values = ", ".join(str(level.column) for level in levels[:SHOWN])
    more = " ..." * (len(levels) > SHOWN)
    raise ValueError(f"{name} = {wanted[name]!r} is not run; its values are {values}{more}")


def _fits(cell: Cell, name: str, value: Any) -> bool:
    return value in (cell.columns[name], cell.labels[name])
