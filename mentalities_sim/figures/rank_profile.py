"""What it is like up and down the hierarchy: what people feel and hold, by rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.groups import (
    LOOKS,
    chosen_arms,
    key_below,
    lines_panel,
    looks,
    over_groups,
    per_group,
    which,
    whole,
)
from mentalities_sim.figures.intervals import Interval, mean_interval
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.society_words import measure_words, quoted
from mentalities_sim.figures.style import head, new_figure, style
from mentalities_sim.figures.swept import averaged, over_all, swept_columns
from mentalities_sim.figures.words import listed, number, sentence

MEASURES = ("involuntary_subordination", "threat", "resources")
"""What is drawn: feelings as means over the second half of the course, resources as they are at its end."""
MOST_RANKS = 20
"""With more people in a group than this, ranks are taken together in tenths."""
_MOST_TICKS = 12


def rank_profile(
    agents: pd.DataFrame,
    *,
    by: str = "arm",
    arms: Sequence[str] | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> Drawn:
    """Draw ISS, threat and resources by rank, from the first to the last, one line per arm.

    `agents` has a row per person as a run left them, as results of societies keep it. Ranks are by contests
    won minus lost; people who are equal in them share the mean of their values. Bars are 95 % bootstrap
    intervals over groups. The title compares the lower half of the ranks with the upper: by intervals of t
    over groups that hold for all arms and measures together. Raises `FigureError` for missing columns,
    groups of one, unknown arms or more than seven.
    """
    people = _ranked(agents, by)
    chosen = chosen_arms(people, by, arms, len(LOOKS))
    people = people[people[by].isin(chosen)]
    tenths = people["rank"].max() > MOST_RANKS
    if tenths:
        people = people.assign(rank=np.ceil(10 * people["place"]).astype(int))
    groups = per_group(people, by, MEASURES, ["rank"], "agents")
    table = _table(groups, by, chosen, resamples, seed)
    halves = _halves(people, by, chosen)
    title = over_all(_title(halves), agents, by)
    with style():
        figure = new_figure((13.33, 6.2))
        panels = figure.subplots(1, len(MEASURES))
        for axes, measure in zip(panels, MEASURES, strict=True):
            lines_panel(axes, table[table["measure"] == measure], by, looks(chosen), "rank")
            last = int(table["rank"].max())
            axes.set_xticks(range(1, last + 1, 1 if last <= _MOST_TICKS else 2))
            axes.set_xlabel("Tenth of the ranks; 1: the top" if tenths else "Rank; 1: the top")
        key_below(figure, looks(chosen))
        head(figure, whole(title))
    caption = (
        f"Means over {groups['replicate'].nunique()} groups with 95 % bootstrap intervals, by rank (contests "
        "won minus lost over the whole course). Feelings are means over the second half of the course. The "
        f"title rests on intervals of t for all {len(chosen) * len(MEASURES)} comparisons of the lower half "
        "of the ranks with the upper (Bonferroni). ISS: involuntary subordination strategy."
        + averaged(agents, by)
    )
    used = (by, "replicate", "contests_won", "contests_lost", "resources", "lived_moments",
            "lived_threat", "lived_involuntary_subordination")  # fmt: skip
    return Drawn(figure, title, _alt(title, table, by, chosen), table, caption, used)


def _ranked(agents: pd.DataFrame, by: str) -> pd.DataFrame:
    """Everybody's rank in their group (1 is the first), its place in (0, 1], and what they feel and hold."""
    lived = ["lived_involuntary_subordination", "lived_threat"]
    counts = ["contests_won", "contests_lost", "lived_moments"]
    require(agents, [by, "replicate", *counts, *lived, "resources"], "agents")
    group = [by, *swept_columns(agents, by), "replicate"]
    moments = agents["lived_moments"].where(agents["lived_moments"] > 0)
    people = agents[group].assign(
        involuntary_subordination=agents["lived_involuntary_subordination"] / moments,
        threat=agents["lived_threat"] / moments,
        resources=agents["resources"],
        score=agents["contests_won"] - agents["contests_lost"],
    )
    people[by] = people[by].astype(str)
    many = people.groupby(group)["score"].transform("size")
    if (many < 2).all():
        raise FigureError("agents: every group is one person; ranks need two.")
    shared = people.groupby([*group, "score"])[list(MEASURES)].transform("mean")
    people[list(MEASURES)] = shared
    people["rank"] = people.groupby(group)["score"].rank(method="first", ascending=False).astype(int)
    people["place"] = people["rank"] / many
    return people


def _table(groups: pd.DataFrame, by: str, arms: Sequence[str], resamples: int, seed: int) -> pd.DataFrame:
    rows = []
    for measure in MEASURES:
        for arm in arms:
            for rank, cell in groups[groups[by] == arm].groupby("rank", sort=True):
                found = mean_interval(cell[measure], resamples=resamples, seed=seed)
                seen = int(cell[measure].notna().sum())
                rows.append({"measure": measure, by: arm, "rank": rank, **found._asdict(), "groups": seen})
    return pd.DataFrame(rows)


def _halves(people: pd.DataFrame, by: str, arms: Sequence[str]) -> dict[str, dict[str, Interval]]:
    """The lower half of the ranks minus the upper, group by group; who stands in the middle is left out."""
    half = np.where(people["place"] <= 0.5, "upper", "lower")
    middle = (people["rank"] - 0.5) / (people["rank"] / people["place"])
    apart = people.assign(half=half)[~np.isclose(middle, 0.5)]
    groups = per_group(apart, by, MEASURES, ["half"], "agents")
    found: dict[str, dict[str, Interval]] = {}
    for measure in MEASURES:
        found[measure] = {}
        for arm in arms:
            wide = groups[groups[by] == arm].pivot(index="replicate", columns="half", values=measure)
            found[measure][arm] = over_groups(wide["lower"] - wide["upper"], len(arms) * len(MEASURES))
    return found


def _title(halves: Mapping[str, Mapping[str, Interval]]) -> str:
    told, held = [], []
    for measure, found in halves.items():
        name = measure_words(measure).name
        parts = [
            f"{word} {name}{which(found, side)}"
            for side, word in ((1, "more"), (-1, "fewer" if name == "resources" else "less"))
            if any(change.clear == side for change in found.values())
        ]
        told += parts
        held += [] if parts else [name]
    if not told:
        return f"The lower half of the ranks does not differ clearly from the upper in {listed(held)}"
    said = f"The lower half of the ranks has {listed(told)} than the upper"
    return said + (f"; no clear difference in {listed(held)}" if held else "")


def _alt(title: str, table: pd.DataFrame, by: str, arms: Sequence[str]) -> str:
    told = []
    for measure in MEASURES:
        parts = []
        for arm in arms:
            means = table[(table["measure"] == measure) & (table[by] == arm)]["mean"].to_numpy(float)
            parts.append(f"{quoted([arm])} {number(means[0])} at the top, {number(means[-1])} at the bottom")
        told.append(f"{sentence(measure_words(measure).name)}: {'; '.join(parts)}.")
    return (
        f"{title}. Line charts by rank, one panel each for ISS, threat and resources, one line per arm with "
        f"its 95 % interval over groups. {' '.join(told)}"
    )
