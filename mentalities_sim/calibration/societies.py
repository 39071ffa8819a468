"""Societies run to be measured: who met whom over a resource, how it ended, what was felt and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentalities_sim.calibration.groups import Ints, wins_from
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.engine.compiled import prepare, run_compiled
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.worlds.encounters import Ending
from mentalities_sim.worlds.meetings import ROUNDS_PER_DAY, rounds, society_batch
from mentalities_sim.worlds.society import Society
from mentalities_sim.worlds.society_tables import ever_lived

FIELD_EFFORT = 25
"""Contests per individual: interactions ÷ individuals, as the ratio is used in the field
(Sánchez-Tójar, Schroeder & Farine 2018, *J Anim Ecol* 87:594)."""

Settings = Mapping[str, Any]


class Meetings(NamedTuple):
    """The meetings over a resource of one society, in order of time.

    `step` of the course, `ending` by `worlds.society.Ending`, `winner` and `loser` by identity, -1 where
    nobody laid a claim. All have shape (meetings,).
    """

    step: Ints
    ending: Ints
    winner: Ints
    loser: Ints

    def contests(self) -> Meetings:
        """Return those that somebody won."""
        return Meetings(*(column[self.winner >= 0] for column in self))


@cache
def _rules(person: type | None) -> tuple[RuleSet, Any]:
    rules = RuleSet(Society, {"person": person} if person else {})
    return rules, prepare(rules)


def live_together(
    world: Settings,
    people: Sequence[Settings],
    groups: int,
    seed: int,
    *,
    person: type | None = None,
    last_days: int = 0,
    events: bool = True,
    events_from: int = 0,
) -> tuple[Batch, Trace]:
    """Run `groups` societies for each of the settings of their `people`, on the same streams.

    `world` are settings of `Society`; `person` another class than `Person`. Of the `last_days`, everybody's
    states at the end of each round (after newcomers came in) are kept in the trace's series "person" (runs,
    rounds, people); with `events`, those from day `events_from` on are kept too; days are counted after
    childhood. Runs come settings by settings. An `events_from` later than the first of the `last_days`, or
    beyond the course, raises a ValueError.

    Example:
        >>> batch, trace = live_together({"size": 4, "days": 1, "scarcity": 1.0}, [{}], 2, seed=1)
        >>> [len(one.step) for one in over_a_resource(batch, trace)]
        [8, 8]
    """
    rules, kernel = _rules(person)
    values: dict[str, list[Settings]] = {
        "world": [world] * len(people),
        "person": list(people),
        "tie": [{}] * len(people),
    }
    batch = society_batch(rules, values, seed, list(range(groups)))
    starts = _starts(batch)
    keep = starts[1:][-last_days * ROUNDS_PER_DAY :] - 1 if last_days else None
    days = (len(starts) - 1) // ROUNDS_PER_DAY
    if events and not 0 <= events_from <= days - last_days:
        allowed = f"0 to {days - last_days}, the days of the course before the last_days"
        raise ValueError(f"events_from is {events_from}; allowed: {allowed}")
    if events and events_from:  # long courses have more events than fit in memory
        run_compiled(batch, kernel=kernel, stop=int(starts[events_from * ROUNDS_PER_DAY]))
    return batch, run_compiled(batch, kernel=kernel, events=events, keep=keep, record=("person",))


def _starts(batch: Batch) -> Ints:
    """The step with which each round begins, and one for the end of the course."""
    world: Any = batch.rules.world
    sizes = {name: batch.parameters["world"][name][0] for name in world.sizes}
    return rounds(sizes)[1]


def over_a_resource(batch: Batch, trace: Trace) -> list[Meetings]:
    """Return the meetings over a resource of each run; the trace must hold its events.

    Example:
        >>> batch, trace = live_together({"size": 4, "days": 1, "scarcity": 1.0}, [{}], 1, seed=1)
        >>> found = over_a_resource(batch, trace)[0]
        >>> bool((found.winner != found.loser)[found.winner >= 0].all())
        True
    """
    codes = {name: code for code, (_, name, _) in enumerate(batch.rules.event_fields())}
    ended, won, lost = (
        trace.events[trace.events["code"] == codes[name]] for name in ("ending", "winner", "loser")
    )
    ending = ended["after"].astype(np.int64)
    claimed = ending != Ending.NEITHER_CLAIMED
    winner, loser = np.full(len(ending), -1, np.int64), np.full(len(ending), -1, np.int64)
    # the rules add 1 to an identity, since 0 is nobody
    winner[claimed], loser[claimed] = won["after"].astype(np.int64) - 1, lost["after"].astype(np.int64) - 1
    order = np.argsort(ended["run"], kind="stable")
    columns = [column[order] for column in (ended["step"], ending, winner, loser)]
    cuts = np.searchsorted(ended["run"][order], np.arange(1, batch.runs))
    parts = [np.split(column, cuts) for column in columns]
    return [Meetings(*(part[run] for part in parts)) for run in range(batch.runs)]


def first_wins(meetings: Meetings, n: int, per_individual: float, start: int = 0) -> Ints:
    """Return wins (n, n) of the first `per_individual` · n contests from step `start` on.

    This is contests ÷ individuals, so that each individual has twice as many; fewer are all kept.

    Example:
        >>> made = Meetings(*(np.array(c) for c in ([0, 1, 2], [1, 8, 2], [0, -1, 1], [1, -1, 0])))
        >>> first_wins(made, 2, 0.5).tolist()
        [[0, 1], [0, 0]]
    """
    contests = meetings.contests()
    begin = int(np.searchsorted(contests.step, start))
    upto = begin + round(per_individual * n)
    return wins_from(contests.winner[begin:upto], contests.loser[begin:upto], n)


def reports(batch: Batch, trace: Trace) -> pd.DataFrame:
    """Return what everybody felt and had last shown at the end of each round kept: one row a report.

    Columns: `society`, `person` (numbered through all societies, newcomers too), `day`, `beep` and `time`
    (round of the day, 0 to 3), `negative` (threat), `positive` (soothing), `subordination` (ISS),
    `dominance` and `warmth` shown. Only people who are alive. Who met nobody in a round, or came in with its
    end, has shown nothing: their `dominance` and `warmth` are NaN there.

    Example:
        >>> batch, trace = live_together({"size": 4, "days": 3}, [{}], 2, seed=1, last_days=2)
        >>> table = reports(batch, trace)
        >>> len(table), table["person"].nunique(), sorted(set(table["beep"]))
        (64, 8, [0, 1, 2, 3])
    """
    kept = trace.series["person"]
    people = ever_lived(batch)
    society, number, _ = (part.ravel() for part in np.indices(kept.shape))
    states: npt.NDArray[Any] = kept.ravel()
    # whoever is apart for a round leaves the dominance shown last behind (`part`), but not the warmth
    met = states["shown_dominance"] != 0.0
    frame = pd.DataFrame(
        {
            "society": society,
            "person": society * people + states["identity"],
            "day": number // ROUNDS_PER_DAY,
            "beep": number % ROUNDS_PER_DAY,
            "time": number % ROUNDS_PER_DAY,
            "negative": states["threat"],
            "positive": states["soothing"],
            "subordination": states["involuntary_subordination"],
            "dominance": np.where(met, states["shown_dominance"], np.nan),
            "warmth": np.where(met, states["shown_warmth"], np.nan),
        }
    )
    return frame[states["alive"] == 1].reset_index(drop=True)
