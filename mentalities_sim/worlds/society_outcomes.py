"""Outcomes of societies, one value per group, and their contests as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mentalities_sim.engine.batch import Batch
from mentalities_sim.worlds.society import Ending
from mentalities_sim.worlds.watch import WINDOWS

OUTCOMES = (
    "linearity",
    "involuntary_subordination",
)
"""Columns of the outcome table of a society that a file may ask for."""


def outcomes(batch: Batch, events: np.ndarray) -> dict[str, np.ndarray]:
    """Return one array per outcome, one value per society; `events` are those of the whole course."""
    world = batch.states["world"]
    late = slice(WINDOWS // 2, WINDOWS)
    met = world["met"][:, late].sum(axis=1)
    return {
        "linearity": np.full(batch.runs, np.nan),
        "involuntary_subordination": world["subordination_felt"][:, late].sum(axis=1) / met,
    }


def contests_frame(batch: Batch, events: np.ndarray, who: pd.DataFrame) -> pd.DataFrame:
    """Return one row per contest: the columns of `who` (one row per run), then hours, winner, loser, ending.

    `winner` and `loser` are identities; `first` says who came first, `escalated` whether it came to blows.
    """
    codes = {name: i for i, (_, name, _) in enumerate(batch.rules.event_fields())}
    by = {n: events[events["code"] == codes[n]] for n in ("winner", "loser", "ending")}
    ending = by["ending"][by["ending"]["after"] != Ending.NEITHER_CLAIMED]
    winner, loser = by["winner"]["after"].astype(np.int64) - 1, by["loser"]["after"].astype(np.int64) - 1
    kind = ending["after"].astype(np.int64)
    frame = who.iloc[ending["run"]].reset_index(drop=True)
    frame["step"] = ending["step"]
    frame["winner"], frame["loser"] = winner, loser
    frame["first"] = np.where(kind % 2 == 1, winner, loser)
    frame["escalated"] = kind >= Ending.FIGHT_FIRST_WON
    frame["ending"] = np.array(["", "retreat", "retreat", "yield", "yield", "fight", "fight"])[kind]
    return frame


def course_frame(batch: Batch, events: np.ndarray, who: pd.DataFrame) -> pd.DataFrame:
    """Return one row per run and tenth of the course: the columns of `who`, part (1 to 10), counts and means.

    Counts are of meetings (`met` of people who met); feelings are means over people who met, NaN for nobody.
    """
    world = batch.states["world"]
    frame = who.loc[who.index.repeat(WINDOWS)].reset_index(drop=True)
    frame["part"] = np.tile(np.arange(1, WINDOWS + 1), batch.runs)
    for name in ("met", "contests", "both_claimed", "fights"):
        frame[name] = world[name].reshape(-1)
    met = np.where(world["met"] > 0.0, world["met"], np.nan)
    for name in ("subordination", "threat", "soothing", "drive"):
        frame[name] = (world[f"{name}_felt"] / met).reshape(-1)
    return frame
