"""Dugatkin's protocol for a society: what do winning, losing and the ISS each make of ten equals?

Source of the protocol and of the published rows: Dugatkin 1997, *Behav Ecol* 8:583.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.baselines import first_place, resolved
from mentalities_sim.calibration.groups import wins_from
from mentalities_sim.calibration.resampling import bootstrap_interval
from mentalities_sim.calibration.societies import Meetings, live_together, over_a_resource
from mentalities_sim.calibration.targets import target
from mentalities_sim.engine.batch import Batch
from mentalities_sim.hierarchy import measure
from mentalities_sim.worlds.encounters import Ending

SIZE, ENCOUNTERS = 10, 250
ALIKE: dict[str, Any] = {
    **{
        name: {"spread": 0.0}
        for name in ("power", "strength", "resting_drive", "expected_warmth", "expected_dominance")
    },
    "tie_rate": 0.0,
}
"""Everybody starts alike, and nobody is remembered."""
ISS_LASTS: dict[str, Any] = {"subordination_time": 1000.0}
"""In the published protocol no time passes between encounters, so that no defeat is got over. Here 250
meetings take two weeks, and the ISS, which would be gone in days, is made to last; what else fades, fades."""
WORLD: dict[str, Any] = {"size": SIZE, "days": 13, "scarcity": 1.0, "fight_hurts": 0.0}

ROWS: dict[str, dict[str, float]] = {
    "none": {"winner_effect": 0.0, "loser_effect": 0.0, "subordination_rise": 0.0},
    "winner": {"loser_effect": 0.0, "subordination_rise": 0.0},
    "loser": {"winner_effect": 0.0},
    "loser_without_iss": {"winner_effect": 0.0, "subordination_rise": 0.0},
    "full": {},
    "full_without_iss": {"subordination_rise": 0.0},
}
"""Row → what is switched off. The ISS counts as a loser effect: it is what losing leaves behind."""
HELD = "full_iss_held"
"""The row in which everybody has the mean ISS of the row "full" all along, and nothing adds to it."""
COLUMNS = ("h", "ttri", "fights", "retreats", "neither", "resolved", "alpha")
"""Columns of the published table."""
SAME = {column: 0.5 if column == "alpha" else 0.05 for column in COLUMNS}
"""Differences no larger count as none, where none is published: half a dyad, five in a hundred."""


def winners_and_losers(
    groups: int, seed: int, *, fades: bool = False
) -> tuple[pd.DataFrame, dict[str, tuple[float, float, float]]]:
    """Return one row a group and row of `ROWS` (and `HELD`) with its `COLUMNS`, and who won again.

    Everybody starts alike; 250 meetings, all over a resource. The ISS lasts, as defeats do in the published
    protocol, unless it `fades` in days as it does in people by default. `fights` is the share in which both
    lay a claim, `retreats` one, `neither` nobody; `at_bounds` the share of people whose believed power lies
    within .02 of its bounds at the end (evidence rule 3). Who won again: `winners_won_again` and
    `losers_won_again`, the share with its interval over groups who win their second contest if it is with
    another than the first, among people of the row "full".

    Example:
        >>> table, again = winners_and_losers(2, seed=1)
        >>> len(table), sorted(again)
        (14, ['losers_won_again', 'winners_won_again'])
    """
    alike = ALIKE if fades else {**ALIKE, **ISS_LASTS}
    table, watched, batch = _lived(list(ROWS), [{**alike, **row} for row in ROWS.values()], groups, seed)
    full = list(ROWS).index("full") * groups
    felt = batch.states["world"]["subordination_felt"][full : full + groups].sum()
    mean = felt / batch.states["world"]["met"][full : full + groups].sum()
    held = {"subordination_rise": 0.0, "involuntary_subordination": _at_first(mean), **ISS_LASTS}
    last, _, _ = _lived([HELD], [{**alike, **held}], groups, seed)
    return pd.concat([table, last], ignore_index=True), won_again(watched[full : full + groups])


def _lived(
    names: Sequence[str], people: Sequence[Mapping[str, Any]], groups: int, seed: int
) -> tuple[pd.DataFrame, list[Meetings], Batch]:
    """The table of some rows, the meetings of each of their groups, and the batch they come from."""
    batch, trace = live_together(WORLD, people, groups, seed)
    watched = [Meetings(*(c[:ENCOUNTERS] for c in one)) for one in over_a_resource(batch, trace)]
    bound = (np.abs(batch.states["person"]["power"][..., 0]) > 0.98).mean(axis=1)
    rows = [
        {"row": names[run // groups], "group": run % groups, **_columns(one), "at_bounds": float(bound[run])}
        for run, one in enumerate(watched)
    ]
    return pd.DataFrame(rows), watched, batch


def _at_first(mean: float) -> float:
    """An ISS that hardly fades and has a given mean over the course begins a little above it."""
    faded = 24.0 * WORLD["days"] / ISS_LASTS["subordination_time"]
    return float(mean * faded / -np.expm1(-faded))


def _columns(one: Meetings) -> dict[str, float]:
    contests = one.contests()
    wins = wins_from(contests.winner, contests.loser, SIZE)
    measured = measure(wins)
    return {
        "h": measured["de_vries_h"],
        "ttri": measured["ttri"],
        "fights": float((contests.ending >= Ending.YIELD_FIRST_WON).sum() / len(one.step)),
        "retreats": float((contests.ending < Ending.YIELD_FIRST_WON).sum() / len(one.step)),
        "neither": float((one.ending == Ending.NEITHER_CLAIMED).mean()),
        "resolved": resolved(wins),
        "alpha": float(first_place(wins)),
    }


def won_again(groups: Sequence[Meetings]) -> dict[str, tuple[float, float, float]]:
    """Return the share of first winners, and of first losers, who win next time, with its interval.

    Only those whose second contest is with another than the first. Intervals are over groups.

    Example:
        >>> made = Meetings(*(np.array(c) for c in ([0, 1], [1, 2], [0, 0], [1, 2])))
        >>> won_again([made, made])["winners_won_again"]
        (1.0, 1.0, 1.0)
    """
    counts: dict[str, list[tuple[int, int]]] = {"losers_won_again": [], "winners_won_again": []}
    for one in groups:
        contests = one.contests()
        found = {name: [0, 0] for name in counts}
        for who in np.unique(np.concatenate([contests.winner, contests.loser])):
            own = np.flatnonzero((contests.winner == who) | (contests.loser == who))[:2]
            others = contests.winner[own] + contests.loser[own] - who
            if len(own) < 2 or others[0] == others[1]:
                continue
            cell = found["winners_won_again" if contests.winner[own[0]] == who else "losers_won_again"]
            cell[0] += int(contests.winner[own[1]] == who)
            cell[1] += 1
        for name, (won, of) in found.items():
            counts[name].append((won, of))
    return {name: _ratio(np.array(cells, float)) for name, cells in counts.items()}


def _ratio(cells: np.ndarray) -> tuple[float, float, float]:
    drawn = np.random.default_rng(0).integers(0, len(cells), (2000, len(cells)))
    sums = cells[drawn].sum(axis=1)
    low, high = np.percentile(sums[:, 0] / np.maximum(sums[:, 1], 1.0), [2.5, 97.5])
    return float(cells[:, 0].sum() / max(cells[:, 1].sum(), 1.0)), float(low), float(high)


def means(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a row and column of the published table: mean, low, high over groups, and published.

    `published` is NaN for rows that are not in the published table, `low` and `high` are the 95 % bootstrap
    interval of the mean. A measure that is undefined in a group leaves that group out.
    """
    rows = []
    for row in [*ROWS, HELD]:
        for column in [*COLUMNS, "at_bounds"]:
            values = table.loc[table["row"] == row, column].dropna().to_numpy(float)
            low, high = bootstrap_interval(values, np.mean)
            known = row in _PUBLISHED and column in COLUMNS
            published = target(f"dugatkin_{row}_{column}").published if known else np.nan
            mean = float(values.mean()) if len(values) else np.nan
            rows.append((row, column, mean, low, high, published))
    return pd.DataFrame(rows, columns=["row", "column", "mean", "low", "high", "published"])


_PUBLISHED = ("none", "winner", "loser")


def contrasts(table: pd.DataFrame) -> pd.DataFrame:
    """Return, column by column, whether the society's rows differ from each other as the published ones do.

    One row a column and `contrast`: "winner - none", "loser - none", "winner - loser", and the ISS's own,
    "full - full_without_iss" and "full - full_iss_held", whose published counterpart is "loser - winner"
    (whether the ISS moves a society towards the loser-only row, and whether it does so by answering defeats
    and not by being there), and "loser - loser_without_iss", the same within the loser-only row. `found`,
    `low`, `high`: mean difference and its 95 % bootstrap interval, paired by group since all rows run on the
    same streams; `published`: that of the published means; `agrees`: same sign, the interval clear of 0
    ("yes", "no", "unclear"), or, where nothing is published to differ, whether the interval lies within
    `SAME`, or wholly without.
    """
    rows = []
    for one, other, published in (
        ("winner", "none", ("winner", "none")),
        ("loser", "none", ("loser", "none")),
        ("winner", "loser", ("winner", "loser")),
        ("full", "full_without_iss", ("loser", "winner")),
        ("full", HELD, ("loser", "winner")),
        ("loser", "loser_without_iss", ("loser", "winner")),
    ):
        for column in COLUMNS:
            wide = table.pivot(index="group", columns="row", values=column)
            difference = (wide[one] - wide[other]).dropna().to_numpy(float)
            low, high = bootstrap_interval(difference, np.mean)
            was = _published(published, column)
            rows.append(
                {
                    "contrast": f"{one} - {other}",
                    "column": column,
                    "found": float(difference.mean()) if len(difference) else np.nan,
                    "low": low,
                    "high": high,
                    "published": was,
                    "agrees": _agrees(low, high, was, SAME[column]),
                }
            )
    return pd.DataFrame(rows)


def _published(pair: Sequence[str], column: str) -> float:
    one, other = (target(f"dugatkin_{row}_{column}").published or 0.0 for row in pair)
    return round(one - other, 6)


def _agrees(low: float, high: float, published: float, same: float) -> str:
    if published == 0.0:
        return "yes" if -same <= low and high <= same else "no" if low > same or high < -same else "unclear"
    if low <= 0.0 <= high:
        return "unclear"
    return "yes" if (low > 0.0) == (published > 0.0) else "no"


def as_rows(table: pd.DataFrame) -> str:
    """Return the means as lines of text, one a row of `ROWS`, the published numbers below.

    Example:
        >>> print(as_rows(means(winners_and_losers(2, seed=1)[0])).splitlines()[0].split()[0])
        row
    """
    lines = [["row", *COLUMNS, "power at bounds"]]
    for row in [*ROWS, HELD]:
        own = table[table["row"] == row].set_index("column")
        cells = [_cell(own.loc[c].to_dict()) for c in COLUMNS]
        lines.append([row.replace("_", " "), *cells, f"{own.loc['at_bounds', 'mean']:.2f}"])
        if row in _PUBLISHED:
            lines.append(["  published", *(f"{own.loc[c, 'published']:.2f}" for c in COLUMNS), ""])
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cell(own: Mapping[Any, Any]) -> str:
    return f"{own['mean']:.2f} ({own['low']:.2f} to {own['high']:.2f})"
