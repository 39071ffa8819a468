"""What happened in societies as tables: their contests, their course, who beat whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from mentalities_sim.engine.batch import Batch
from mentalities_sim.hierarchy import upsets
from mentalities_sim.hierarchy.steepness import david_scores
from mentalities_sim.hierarchy.summary import measure
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.meetings import rounds
from mentalities_sim.worlds.society import ROUND_HOURS
from mentalities_sim.worlds.watch import WINDOWS

MOST_ORDERED = 500
"""Beyond this many people most dyads never meet, and a society's order is not measured (NaN)."""
ENDINGS = ("", "retreat", "retreat", "yield", "yield", "fight", "fight")
"""Words for `Ending`."""
ORDER = {
    "linearity": "de_vries_h",
    "transitivity": "ttri",
    "steepness": "steepness",
    "directional_consistency": "dci",
}
"""Measures of the order that are also taken over the course, and what `hierarchy.measure` calls them."""


class Contested(NamedTuple):
    """The contests of all societies of a batch, in order of time, one entry each.

    `run` of the batch, `day` since the society began to meet, `part` (tenth of the course, from 0), `winner`
    and `loser` by identity, `ending` by `Ending`, `first` who bid first. All have shape (contests,).
    """

    run: np.ndarray
    day: np.ndarray
    part: np.ndarray
    winner: np.ndarray
    loser: np.ndarray
    ending: np.ndarray
    first: np.ndarray

    def of(self, chosen: np.ndarray) -> Contested:
        """Return those that are chosen."""
        return Contested(*(column[chosen] for column in self))


def contested(batch: Batch, events: np.ndarray) -> Contested:
    """Return the contests of a batch from the events of its whole course."""
    codes = {name: code for code, (_, name, _) in enumerate(batch.rules.event_fields())}
    won, lost, ended = (events[events["code"] == codes[name]] for name in ("winner", "loser", "ending"))
    ending = ended["after"][ended["after"] != Ending.NEITHER_CLAIMED].astype(np.int64)
    # the rules add 1 to an identity, since 0 is nobody
    winner, loser = won["after"].astype(np.int64) - 1, lost["after"].astype(np.int64) - 1
    starts = rounds({name: batch.parameters["world"][name][0] for name in batch.rules.world.sizes})[1]
    number = np.searchsorted(starts, won["step"], "right") - 1
    part = np.minimum(WINDOWS - 1, WINDOWS * number // (len(starts) - 1))
    # who gave way had laid no claim: the one bid was the winner's
    won_by_first = (ending % 2 == 1) | (ending <= Ending.RETREAT_SECOND_WON)
    return Contested(
        won["run"].astype(np.int64),
        ROUND_HOURS * (number + 1) / 24.0,
        part,
        winner,
        loser,
        ending,
        np.where(won_by_first, winner, loser),
    )


def ever_lived(batch: Batch) -> int:
    """Return how many people each society has had, newcomers included."""
    return int(batch.states["person"].shape[1] + batch.states["newcomer"].shape[1])


def win_matrices(batch: Batch, contests: Contested) -> np.ndarray:
    """Return wins (runs, people, people) of row over column, among all who ever lived in each society."""
    many = ever_lived(batch)
    matrices = np.zeros((batch.runs, many, many))
    np.add.at(matrices, (contests.run, contests.winner, contests.loser), 1.0)
    return matrices


def among_the_living(batch: Batch, run: int, matrix: np.ndarray) -> np.ndarray:
    """Return of a society's wins those among the people who are there, and alive, at its end."""
    people = batch.states["person"][run]
    living = people["identity"][people["alive"] == 1]
    return matrix[np.ix_(living, living)]


def contests_frame(batch: Batch, events: np.ndarray, who: pd.DataFrame) -> pd.DataFrame:
    """Return one row per contest: the columns of `who` (one row per run), then day, winner, loser, ending.

    `winner` and `loser` are identities; `first` says who bid first (in a retreat, who alone did),
    `escalated` whether it came to blows; the table can be given to `mentalities hierarchy`, group by group.
    """
    contests = contested(batch, events)
    frame = who.iloc[contests.run].reset_index(drop=True)
    frame["day"] = contests.day
    frame["winner"], frame["loser"], frame["first"] = contests.winner, contests.loser, contests.first
    frame["escalated"] = contests.ending >= Ending.FIGHT_FIRST_WON
    frame["ending"] = np.array(ENDINGS)[contests.ending]
    return frame


def course_frame(batch: Batch, events: np.ndarray, who: pd.DataFrame) -> pd.DataFrame:
    """Return one row per run and tenth of the course: the columns of `who`, part (1 to 10), counts and means.

    Counts are of meetings (`met` of people who met); `escalation` is the share of contests that came to
    blows, `upsets` the share won by the lower in rank (by David's score over the whole course);
    `linearity`, `transitivity`, `steepness` and `directional_consistency` are of the contests of two
    tenths, that one and the next (of the last, the one before), among those alive at the end; feelings
    are means over people who met. NaN where there was nothing.
    """
    world = batch.states["world"]
    frame = who.loc[who.index.repeat(WINDOWS)].reset_index(drop=True)
    frame["part"] = np.tile(np.arange(1, WINDOWS + 1), batch.runs)
    for name in ("met", "over_resource", "contests", "both_claimed", "fights"):
        frame[name] = world[name].reshape(-1)
    frame["escalation"] = share(world["fights"], world["contests"]).reshape(-1)
    contests = contested(batch, events)
    frame["upsets"] = share(*upset_counts(batch, contests)).reshape(-1)
    order = _order(batch, contests)
    for outcome in ORDER:
        frame[outcome] = order[outcome].reshape(-1)
    for name in ("subordination", "threat", "soothing", "drive"):
        frame[name] = share(world[f"{name}_felt"], world["met"]).reshape(-1)
    return frame


def upset_counts(batch: Batch, contests: Contested) -> tuple[np.ndarray, np.ndarray]:
    """Return by run and tenth how many contests the lower in rank won, and among how many (runs, tenths)."""
    lower, counted = np.zeros((2, batch.runs, WINDOWS))
    if ever_lived(batch) <= MOST_ORDERED:
        scores = np.array([david_scores(matrix) for matrix in win_matrices(batch, contests)])
        upset, counts = upsets(scores[contests.run, contests.winner], scores[contests.run, contests.loser])
        np.add.at(lower, (contests.run, contests.part), upset)
        np.add.at(counted, (contests.run, contests.part), counts)
    return lower, counted


def _order(batch: Batch, contests: Contested) -> dict[str, np.ndarray]:
    """Measures of the order in two tenths at a time, by run and tenth."""
    many = ever_lived(batch)
    found = {name: np.full((batch.runs, WINDOWS), np.nan) for name in ORDER}
    for run in range(batch.runs if many <= MOST_ORDERED else 0):
        own = contests.of(contests.run == run)
        wins = np.zeros((WINDOWS, many, many))
        np.add.at(wins, (own.part, own.winner, own.loser), 1.0)
        for first in range(WINDOWS):
            begin = min(first, WINDOWS - 2)
            matrix = among_the_living(batch, run, wins[begin] + wins[begin + 1])
            if matrix.any():
                measured = measure(matrix)
                for name, called in ORDER.items():
                    found[name][run, first] = measured[called]
    return found


def share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where there is nothing."""
    return part / np.where(whole > 0.0, whole, np.nan)
