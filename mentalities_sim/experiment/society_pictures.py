"""Which figures a society's results give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from mentalities_sim.experiment.results import Results
    from mentalities_sim.experiment.schema import Axis
    from mentalities_sim.figures import Drawn
    from mentalities_sim.hierarchy import Contests

MOST_PANELS = 6
"""Outcomes that one figure shows; more come in several."""
MOST_LINES = 7
"""Arms that one figure can tell apart by their lines; more come in several figures."""
FOOTER = 100
"""Letters in a line below a figure."""
MOST_AT_BOUNDS = 0.2
"""Share at a bound above which differences may be made by the bound alone (evidence rule 3)."""
MOST_RANKED = 100
"""People in a group beyond this many cannot be shown one by one."""


def society_drawings(results: Results) -> dict[str, Callable[[], Drawn]]:
    """Return the figures that a society's results can give, by file name, each as a function that draws it.

    The course gives what happens over time; outcomes the hierarchies, and with two arms the differences from
    the first (the levels of a lone axis of words count as arms), at each value of a lone axis; a lone axis
    of numbers the answer to it; contests the ranks and Elo ratings of the first group; agents what people
    feel and hold by rank. Those that cannot be drawn of these results say why when they are called. What the
    groups of a sampled space do is in `points` and `summary`.
    """
    from mentalities_sim import figures

    if results.file.sampled:
        return {}
    by, arms = _compared(results)
    keeps = results.file.measures.keeps
    found: dict[str, Callable[[], Drawn]] = {}
    there = _there(results.outcomes, by, arms)
    controls = _controls(results, by, there)
    pages = _pages(there, controls)
    for page, some in pages.items() if keeps("course") else ():
        found[f"order_over_time{page}"] = partial(_order, results, by, some)
        found[f"hierarchy_over_time{page}"] = partial(_course, results, by, some, figures.COURSE_SHOWN)
    found["hierarchy_measures"] = partial(_measures, results, by, there)
    if len(arms) > 1:
        found["subordination"] = lambda: figures.subordination(
            results.outcomes,
            arms[0],
            by=by,
            arms=there,
            controls=controls,
            note=_at_bounds(results, by, there),
        )
    found |= _by_axis(results, figures.stakes.MEASURES)
    if keeps("contests"):
        found["ranks"] = lambda: _of_first(results, figures.rank_plot(first_group(results)))
        found["elo"] = lambda: _of_first(results, figures.elo_trajectories(first_group(results)))
    if keeps("agents"):
        for page, some in pages.items():
            found[f"rank_profile{page}"] = partial(_profile, results, by, some)
    return found


def clinic_drawings(results: Results) -> dict[str, Callable[[], Drawn]]:
    """Return the figures that results of clinics can give, by file name, each as a function that draws it.

    Arms give their differences from the first, at each value of a lone axis; a lone axis of numbers gives
    outcomes over it: in as many figures as the outcomes that the file asks for take.
    """
    if results.file.sampled:
        return {}
    return _by_axis(results, results.file.measures.outcomes[:MOST_PANELS])


def _by_axis(results: Results, usual: Sequence[str]) -> dict[str, Callable[[], Drawn]]:
    """Figures over a lone axis of what the file asks for; of the `usual`, where it asks for all there is."""
    from mentalities_sim import figures

    found: dict[str, Callable[[], Drawn]] = {}
    axes = results.file.axes
    numbers = [axis.name for axis in axes if _is_number(axis)]
    alone = numbers[0] if len(numbers) == 1 else axes[0].name if len(axes) == 1 else None
    arms = _there(results.outcomes, "arm", results.arms)
    for page, shown in _panels(results, usual).items():
        if len(numbers) == 1:
            found[f"stakes{page}"] = partial(
                figures.stakes_response,
                results.outcomes,
                numbers[0],
                shown=shown,
                meaning=_meaning(results, numbers[0]),
                arms=arms,
            )
        if len(results.arms) > 1 and (axes or results.file.world_kind == "clinic"):
            found[f"differences{page}"] = partial(
                figures.stakes_differences,
                results.outcomes,
                shown,
                alone,
                arms=arms,
                units=results.kind.units,
                controls=_controls(results, "arm", arms),
            )
    return found


def _panels(results: Results, usual: Sequence[str]) -> dict[str, Sequence[str]]:
    """Outcomes that were asked for and observed, shared out over figures; the first has no number."""
    asked = results.file.measures.outcomes
    if set(asked) >= set(results.kind.glue.outcomes):
        asked = tuple(usual)
    seen = [name for name in asked if results.outcomes[name].notna().any()]
    return {
        f"_{start // MOST_PANELS + 1}" if start else "": seen[start : start + MOST_PANELS]
        for start in range(0, len(seen), MOST_PANELS)
    }


def _compared(results: Results) -> tuple[str, list[str]]:
    """The column whose values are compared, and its values in the file's order."""
    axes = results.file.axes
    if len(results.arms) == 1 and len(axes) == 1 and not _is_number(axes[0]):
        return axes[0].name, [str(level.column) for level in axes[0].levels]
    return "arm", results.arms


def _is_number(axis: Axis) -> bool:
    kinds = {type(level.column) for level in axis.levels}
    return not kinds & {str, bool} and axis.paths != ("world.network",)  # its numbers are names


def _there(rows: pd.DataFrame, by: str, names: Sequence[str]) -> list[str]:
    """Those arms that there are rows of; an unfinished folder may not have all."""
    have = set(rows[by].astype(str))
    return [name for name in names if name in have]


def _order(results: Results, by: str, arms: Sequence[str]) -> Drawn:
    """The course of the order, which is not measured in very large groups."""
    from mentalities_sim import figures
    from mentalities_sim.figures.swept import unknown_dyads
    from mentalities_sim.worlds.society_tables import MOST_ORDERED

    if results.outcomes["linearity"].isna().all():
        raise figures.FigureError(
            f"the order was measured in no group: each has more than {MOST_ORDERED} people, or no contest."
        )
    unknown = unknown_dyads(results.outcomes, by)
    return figures.hierarchy_over_time(
        results.course,
        by=by,
        arms=arms,
        shown=figures.ORDER_SHOWN,
        unknown=unknown,
        note=_at_bounds(results, by, arms),
    )


def _measures(results: Results, by: str, arms: Sequence[str]) -> Drawn:
    """The figure of hierarchies, with those measures that were observed."""
    from mentalities_sim import figures

    shown = [name for name in figures.measures.MEASURES if results.outcomes[name].notna().any()]
    return figures.hierarchy_measures(
        results.outcomes,
        shown=shown,
        size=_size(results),
        by=by,
        arms=arms,
        controls=_controls(results, by, arms),
        note=_at_bounds(results, by, arms),
    )


def _at_bounds(results: Results, by: str, arms: Sequence[str]) -> str:
    """Which arms have too many people at a bound of believed power for their differences to be trusted."""
    from mentalities_sim.figures.society_words import quoted

    rows = results.outcomes
    shares = rows.groupby(rows[by].astype(str), sort=False)["power_at_bounds"].mean()
    found = [arm for arm in arms if shares.get(arm, 0.0) > MOST_AT_BOUNDS]
    if not found:
        return ""
    told = f"Power at a bound in over a fifth of people, so that it may make the difference: {quoted(found)}"
    return "\n".join(wrap(told, FOOTER))


def _controls(results: Results, by: str, there: Sequence[str]) -> dict[str, str]:
    """Which arm is compared with which, but for the first, that all others are compared with."""
    if by != "arm":
        return {}
    controls = {arm: results.control(arm) for arm in there[1:]}
    return {arm: control for arm, control in controls.items() if control in there}


def _course(results: Results, by: str, arms: Sequence[str], shown: Sequence[str]) -> Drawn:
    """The figure of the course, which is read when it is drawn."""
    from mentalities_sim import figures

    seen = [name for name in shown if results.course[name].notna().any()]
    return figures.hierarchy_over_time(results.course, by=by, arms=arms, shown=seen)


def _profile(results: Results, by: str, arms: Sequence[str]) -> Drawn:
    """The figure of ranks, whose people are read when it is drawn."""
    from mentalities_sim import figures

    return figures.rank_profile(results.agents, by=by, arms=arms)


def _pages(arms: Sequence[str], controls: Mapping[str, str]) -> dict[str, list[str]]:
    """Share out arms over as many figures as it takes, the first arm in all; the first has no number.

    An arm and its control are in one figure, where that has room for all that hang together.
    """
    families: list[list[str]] = []
    for arm in arms[1:]:
        kin = [one for one in families if _related(arm, one, controls)]
        families = [one for one in families if one not in kin] + [[*(a for one in kin for a in one), arm]]
    pages: list[list[str]] = [[]]
    for family in families:
        for start in range(0, len(family), MOST_LINES - 1):
            some = family[start : start + MOST_LINES - 1]
            room = next((page for page in pages if len(page) + len(some) < MOST_LINES), None)
            if room is None:
                pages.append(room := [])
            room += some
    return {
        f"_{number}" if number > 1 else "": [*arms[:1], *(arm for arm in arms if arm in page)]
        for number, page in enumerate(pages, 1)
    }


def _related(arm: str, others: Sequence[str], controls: Mapping[str, str]) -> bool:
    return controls.get(arm) in others or any(controls.get(other) == arm for other in others)


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
    """Say in the title of a figure of one group that it is one, and which."""
    from mentalities_sim.figures.style import head, style
    from mentalities_sim.figures.swept import lowered

    row = _first_rows(results).iloc[0]
    cell = ", ".join(
        f"{name.replace('_', ' ')} {row[name]}"
        for name in dict.fromkeys(["arm", *results.columns, "replicate"])
    )
    title = f"In one group ({cell}), {lowered(drawn.title)}"
    with style():
        head(drawn.figure, title)
    told = drawn.alt_text.replace(drawn.title, title, 1)
    return replace(drawn, title=title, alt_text=told, caption=f"{drawn.caption} One group is shown: {cell}.")


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
