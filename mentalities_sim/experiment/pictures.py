"""Which figures an experiment's results give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.society_pictures import clinic_drawings, society_drawings
from mentalities_sim.signals import Mentality

if TYPE_CHECKING:
    from mentalities_sim.experiment.results import Results
    from mentalities_sim.experiment.schema import Axis
    from mentalities_sim.figures import Drawn


FEWEST_FOR_A_MAP = 1000
"""Points that a map of a sampled space needs, so that its cells are more than a few points each."""


def drawings(results: Results) -> dict[str, Callable[[], Drawn]]:
    """Return the figures that these results can give, by file name, each as a function that draws it."""
    return DRAWINGS.get(results.file.world_kind, lambda results: {})(results)


def dyad_drawings(results: Results) -> dict[str, Callable[[], Drawn]]:
    """Return the figures that results of therapies can give, by file name, each as a function that draws it.

    A fear axis and a grid of fixed doses give the dose–response; best-of arms the paired differences;
    kept series the trajectories, a session, and the mentality ribbon; turns the dialogue.
    """
    from mentalities_sim import figures
    from mentalities_sim.figures.dialogue import phase_table
    from mentalities_sim.figures.words import grid_dose

    if results.file.sampled:
        return _maps(results)
    found: dict[str, Callable[[], Drawn]] = {}
    arms = set(results.file.arms)
    # levels that are words (variants) have no place on these figures' scale
    by_fear = results.axes == ["fear"] and not any(
        isinstance(level.column, str) for level in results.file.axes[0].levels
    )
    if by_fear and sum(grid_dose(a) is not None for a in arms) >= 2:
        found["dose_response"] = lambda: figures.dose_response(results.outcomes)
    if by_fear and "fixed_best_for_each_fear" in arms and len(results.arms) > 1:
        found["arms"] = lambda: figures.arm_differences(
            results.outcomes,
            "symptoms",
            "fixed_best_for_each_fear",
            arms=[a for a in results.arms if a != "fixed_best_for_each_fear"],
        )
    shown = _shown_arm(results)
    spoken = dialogue_rows(results)
    if spoken is not None:
        found["dialogue"] = lambda: _dialogue(results, spoken)
        if told_phases(results) is not None:
            found["phases"] = lambda: phase_table(_phases(results), n_runs=results.file.replicates)
    elif shown and _in_session(results, shown):
        where = _hardest(results)
        series, events = grown_up(results.series, results.events)
        found["trajectories"] = lambda: figures.trajectories(series, events, shown, 0, where=where)
        found["session"] = lambda: figures.within_session(
            series,
            events,
            shown,
            0,
            _middle_session(results, shown, where),
            where=where,
        )
        found["ribbon"] = lambda: figures.ribbon(series, shown, 0, where=where)
    if shown and results.transitions["count"].sum():
        found["transitions"] = lambda: _transitions(results, shown)
    return found


def grown_up(series: pd.DataFrame, events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return series and events without childhood, which would leave adult life no room on a scale of time."""
    young = series["phase"] == "childhood"
    if not young.any():
        return series, events
    return series[~young], events[events["hours"] > series.loc[young, "hours"].max()]


def _maps(results: Results) -> dict[str, Callable[[], Drawn]]:
    """A map of each arm's first outcome over the therapist's first axis and the last one, by the others."""
    from mentalities_sim import figures

    # the best is sought of what a therapist does, never of who the client is
    chosen = [a for a in results.file.axes if a.span and a.path.startswith(("policy.", "therapist."))]
    numeric = [*chosen, *[a for a in results.file.axes if a.span and a not in chosen]]
    if not chosen or len(numeric) < 2 or results.file.n_cells < FEWEST_FOR_A_MAP:
        return {}
    names = {axis.name: (axis.name, _meaning(results, axis)) for axis in numeric}
    log = [axis.name for axis in numeric if axis.span is not None and axis.span.scale == "log"]
    outcome = results.file.measures.outcomes[0]
    points = results.points([outcome])
    x, *others, y = [axis.name for axis in numeric]
    found: dict[str, Callable[[], Drawn]] = {}
    arms = list(dict.fromkeys(points["arm"]))
    for arm in arms:
        rows = points[points["arm"] == arm]
        cuts: list[str | None] = [*others] if others else [None]
        for panels in cuts:
            name = "_".join(["map", *([arm] if len(arms) > 1 else []), *(["by", panels] if panels else [])])
            found[name] = lambda rows=rows, panels=panels: figures.response_map(  # type: ignore[misc]
                rows, x, y, outcome, panels, log=log, names=names
            )
    return found


def _meaning(results: Results, axis: Axis) -> str:
    """What an axis sets, in the words it is declared with, and its unit; else its path."""
    from mentalities_sim.experiment.vocabulary import installed_vocabulary

    words = installed_vocabulary()
    root, _, name = axis.path.partition(".")
    places = [words.at(root)] if root != "policy" else []
    places += [words.policies.get(arm.policy, {}) for arm in results.file.arms.values()]
    declaration = next((place[name] for place in places if name in place), None)
    if declaration is None or not declaration.meaning:
        return axis.path
    unit = "" if declaration.unit == "1" else f", {declaration.unit}"
    return f"{declaration.meaning.partition(';')[0]}{unit}"


def _shown_arm(results: Results) -> str:
    arms = [a.name for a in results.file.arms.values() if a.kind != "best_of"]
    kept = set(results.series["arm"])
    seen = [a for a in arms if a in kept] or arms  # candidates of a best-of arm keep no series
    return "titrated" if "titrated" in seen else (seen[0] if seen else "")


def _in_session(results: Results, arm: str) -> bool:
    """Say whether the series hold moments in session; a wide stride may pass them all by."""
    if not len(results.series):
        return False
    rows = _chosen(results.series, arm, _hardest(results))
    return bool(((rows["replicate"] == 0) & (rows["exchange"] >= 0)).any())


def _hardest(results: Results) -> dict[str, Any]:
    return {axis.name: axis.levels[-1].column for axis in results.file.axes}


def _chosen(frame: pd.DataFrame, arm: str, where: dict[str, Any]) -> pd.DataFrame:
    mask = frame["arm"] == arm
    for name, value in where.items():
        mask &= frame[name] == value
    return frame[mask]


def _middle_session(results: Results, arm: str, where: dict[str, Any]) -> int:
    rows = _chosen(results.series, arm, where)
    held = rows[(rows["replicate"] == 0) & (rows["exchange"] >= 0)]["week"]
    return int(np.median(held.unique())) + 1


def _transitions(results: Results, arm: str) -> Drawn:
    from mentalities_sim import figures

    where = _hardest(results)
    rows = _chosen(results.transitions, arm, where)
    order = list(dict.fromkeys(rows["before"]))
    matrix = rows.pivot(index="before", columns="after", values="count").loc[order, order]
    matrix.index = [name.replace("_", "-") for name in order]
    said = ", ".join(f"{name} {value}" for name, value in where.items())
    below = f"arm {arm}{', ' + said if said else ''}; all {results.file.replicates} clients, in sessions"
    return figures.transitions(matrix, below=below)


def dialogue_rows(results: Results) -> pd.DataFrame | None:
    """Return the moments in session of the scripted arm, in the last cell, with a column `place`.

    `place` counts exchanges from the first, over all sessions. None, where there is no script, or
    the last exchange of some turn was not kept (a wide stride, or an arm that keeps no series).
    """
    scripted = [a.name for a in results.file.arms.values() if a.policy == "scripted"]
    if not results.file.turns or not scripted or not len(results.series):
        return None
    rows = _chosen(results.series, scripted[0], _hardest(results))
    rows = rows[rows["exchange"] >= 0]
    rows = rows.assign(place=rows["week"] * int(str(results.file.world["exchanges"])) + rows["exchange"])
    ends = np.cumsum([turn.exchanges for turn in results.file.turns]) - 1
    return rows if set(ends) <= set(rows["place"]) else None


def _dialogue(results: Results, rows: pd.DataFrame) -> Drawn:
    from mentalities_sim import figures

    turns = results.file.turns
    last = np.cumsum([turn.exchanges for turn in turns]) - 1
    columns = [f"client_{name}" for name in ("threat", "soothing", "drive", "involuntary_subordination")]
    mean = rows.groupby("place")[columns].mean()
    mean["client_mentality"] = rows.groupby("place")["client_mentality"].agg(lambda m: m.mode().iloc[0])
    for value in range(5):
        mean[f"client_share_{value}"] = (rows["client_mentality"] == value).groupby(rows["place"]).mean()
    at_turn = mean.loc[last].reset_index(names="exchange")
    n = rows["replicate"].nunique()
    told = _phases(results) if told_phases(results) is not None else None
    return figures.dialogue(
        [asdict(turn) for turn in turns],
        at_turn,
        below=f"means over {n} runs of the same client and words; mentality: shares of runs, from left "
        + ", ".join(_minds(rows)),
        phases=told[told["arm"].isin(_ways(results)) & (told["first"] > 0)] if told is not None else None,
    )


def _minds(rows: pd.DataFrame) -> list[str]:
    """Names of the mentalities that are led by in at least one exchange of a hundred, in their order."""
    share = rows["client_mentality"].value_counts(normalize=True)
    return [mind.name.lower().replace("_", "-") for mind in Mentality if share.get(int(mind), 0.0) >= 0.01]


def told_phases(results: Results) -> pd.DataFrame | None:
    """Return the share of runs per arm, cell and phase of the worked example (the last: all in order).

    None where the turns are not the paper's, or not every exchange of the runs was kept.
    """
    from mentalities_sim.experiment.phases import is_worked_example, phase_shares

    measures = results.file.measures
    whole = measures.series_stride == 1 and measures.series_replicates > 0 and len(results.series)
    return phase_shares(results) if whole and is_worked_example(results) else None


def _phases(results: Results) -> pd.DataFrame:
    """The phases in the last cell, with the turns in which they are expected (0: in all)."""
    from mentalities_sim.measures.phases import PHASES

    told = told_phases(results)
    assert told is not None
    for name, value in _hardest(results).items():
        told = told[told[name] == value]
    expected = {phase.name: phase.turns for phase in PHASES}
    turns = [expected.get(name, (0, 0)) for name in told["phase"]]
    return told.assign(first=[first for first, _ in turns], last=[last for _, last in turns])


def _ways(results: Results) -> list[str]:
    """The scripted arm and those that spend the time in another way, at most three; not its ablations."""
    arms = [a for a in results.file.arms.values() if a.kind == "policy"]
    scripted = [a.name for a in arms if a.policy == "scripted"][:1]
    return [*scripted, *[a.name for a in arms if a.policy != "scripted"]][:3]


DRAWINGS = {"dyad": dyad_drawings, "society": society_drawings, "clinic": clinic_drawings}
"""By kind of world, what makes its figures."""
