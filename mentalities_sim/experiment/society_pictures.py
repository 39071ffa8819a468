"""Which figures a society's results give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from mentalities_sim.experiment.results import Results
    from mentalities_sim.experiment.schema import Axis
    from mentalities_sim.figures import Drawn
    from mentalities_sim.hierarchy import Contests

MOST_PANELS = 6
"""Outcomes of a clinic that one figure shows."""
MOST_LINES = 7
"""Arms that one figure can tell apart by their lines; more come in several figures."""
MOST_RANKED = 100
"""People in a group beyond this many cannot be shown one by one."""


def society_drawings(results: Results) -> dict[str, Callable[[], Drawn]]:
    """Return the figures that a society's results can give, by file name, each as a function that draws it.

    Two arms give their hierarchies and their differences from the first (the levels of a lone axis of words
    count as arms); the course what happens over time; a lone axis of numbers the answer to it; contests the
    ranks and Elo ratings of the first group; agents what people feel and hold by rank. What the groups of a
    sampled space do is in `points` and `summary`.
    """
    from mentalities_sim import figures

    if results.file.sampled:
        return {}
    by, arms = _compared(results)
    keeps = results.file.measures.keeps
    found: dict[str, Callable[[], Drawn]] = {}
    there = _there(results.outcomes, by, arms)
    ordered = bool(results.outcomes["linearity"].notna().any())  # the order of many people is not measured
    if len(arms) > 1:
        for page, some in _pages(there).items() if keeps("course") else ():
            if ordered:
                found[f"order_over_time{page}"] = partial(_course, results, by, some, figures.ORDER_SHOWN)
            found[f"hierarchy_over_time{page}"] = partial(_course, results, by, some, figures.COURSE_SHOWN)
        if ordered:
            found["hierarchy_measures"] = lambda: figures.hierarchy_measures(
                results.outcomes, size=_size(results), by=by, arms=there
            )
        found["subordination"] = lambda: figures.subordination(results.outcomes, arms[0], by=by, arms=there)
    numbers = [axis.name for axis in results.file.axes if _is_number(axis)]
    if len(numbers) == 1:
        found["stakes"] = lambda: figures.stakes_response(
            results.outcomes,
            numbers[0],
            meaning=_meaning(results, numbers[0]),
            arms=_there(results.outcomes, "arm", results.arms),
        )
    if keeps("contests"):
        found["ranks"] = lambda: _of_first(results, figures.rank_plot(first_group(results)))
        found["elo"] = lambda: _of_first(results, figures.elo_trajectories(first_group(results)))
    if keeps("agents"):
        for page, some in _pages(there).items():
            found[f"rank_profile{page}"] = partial(_profile, results, by, some)
    return found


def clinic_drawings(results: Results) -> dict[str, Callable[[], Drawn]]:
    """Return the figures that results of clinics can give: the first outcomes over a lone axis of numbers."""
    from mentalities_sim import figures

    numbers = [axis.name for axis in results.file.axes if _is_number(axis)]
    if results.file.sampled or len(numbers) != 1:
        return {}
    return {
        "stakes": lambda: figures.stakes_response(
            results.outcomes,
            numbers[0],
            shown=results.file.measures.outcomes[:MOST_PANELS],
            meaning=_meaning(results, numbers[0]),
            arms=_there(results.outcomes, "arm", results.arms),
        )
    }


def _compared(results: Results) -> tuple[str, list[str]]:
    """The column whose values are compared, and its values in the file's order."""
    axes = results.file.axes
    if len(results.arms) == 1 and len(axes) == 1 and not _is_number(axes[0]):
        return axes[0].name, [str(level.column) for level in axes[0].levels]
    return "arm", results.arms


def _is_number(axis: Axis) -> bool:
    kinds = {type(level.column) for level in axis.levels}
    return not kinds & {str, bool}


def _there(rows: pd.DataFrame, by: str, names: Sequence[str]) -> list[str]:
    """Those arms that there are rows of; an unfinished folder may not have all."""
    have = set(rows[by].astype(str))
    return [name for name in names if name in have]


def _course(results: Results, by: str, arms: Sequence[str], shown: Sequence[str]) -> Drawn:
    """The figure of the course, which is read when it is drawn."""
    from mentalities_sim import figures

    return figures.hierarchy_over_time(results.course, by=by, arms=arms, shown=shown)


def _profile(results: Results, by: str, arms: Sequence[str]) -> Drawn:
    """The figure of ranks, whose people are read when it is drawn."""
    from mentalities_sim import figures

    return figures.rank_profile(results.agents, by=by, arms=arms)


def _pages(arms: Sequence[str]) -> dict[str, list[str]]:
    """Share out arms over as many figures as it takes, the first arm in all; the first has no number."""
    others = MOST_LINES - 1
    starts = range(1, max(2, len(arms)), others)
    return {
        f"_{page}" if page > 1 else "": [*arms[:1], *arms[start : start + others]]
        for page, start in enumerate(starts, 1)
    }


def _size(results: Results) -> int | None:
    """How many people each group has from beginning to end, if all have as many."""
    file = results.file
    changed = {path for axis in file.axes for path in axis.paths}
    changed |= {path for arm in file.arms.values() for path in arm.settings}
    declared = results.kind.glue.world

    def value(name: str) -> float:
        return float(file.world.get(name, getattr(declared, name).default))

    if {"world.size", "world.turnover"} & changed or value("turnover") > 0.0:
        return None
    return int(value("size"))


def _meaning(results: Results, axis: str) -> str:
    """What an axis sets, in the words it is declared with; empty where it sets several things."""
    from mentalities_sim.experiment.vocabulary import installed_vocabulary

    path = next(one.path for one in results.file.axes if one.name == axis)
    root, _, name = path.partition(".")
    declaration = installed_vocabulary().at(root, results.file.world_kind).get(name)
    return declaration.meaning.partition(";")[0] if declaration else ""


def _of_first(results: Results, drawn: Drawn) -> Drawn:
    """Say on a figure of one group which it is."""
    row = _first_rows(results).iloc[0]
    cell = ", ".join(
        f"{name.replace('_', ' ')} {row[name]}"
        for name in dict.fromkeys(["arm", *results.columns, "replicate"])
    )
    drawn.figure.text(0.995, 0.004, cell, ha="right", va="bottom", fontsize=12, color="0.35")
    return replace(drawn, caption=f"{drawn.caption} The group shown: {cell}.")


def first_group(results: Results) -> Contests:
    """Return the contests of the first group in the table that belongs to the first arm.

    Raises `FigureError` where there are none, or where the group is too large to be shown one by one.
    """
    from mentalities_sim.figures import FigureError
    from mentalities_sim.hierarchy import Contests

    rows = _first_rows(results)
    many = pd.concat([rows["winner"], rows["loser"]]).nunique()
    if many > MOST_RANKED:
        raise FigureError(f"{many:,} people cannot be shown one by one; {MOST_RANKED} can.")
    return Contests.from_frame(rows[["winner", "loser", "escalated", "first"]])


def _first_rows(results: Results) -> pd.DataFrame:
    """The contests of that group."""
    from mentalities_sim.figures import FigureError

    rows = results.contests
    rows = rows[rows["arm"] == next((arm for arm in results.arms if arm in set(rows["arm"])), "")]
    if rows.empty:
        raise FigureError("there is no contest in any group.")
    cell = [*results.columns, "replicate"]
    return rows[(rows[cell] == rows[cell].iloc[0]).all(axis=1)]
