"""Outcomes of societies, one value per group; their contests and their course as tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from mentalities_sim.engine.batch import Batch
from mentalities_sim.hierarchy.steepness import david_scores
from mentalities_sim.hierarchy.summary import measure
from mentalities_sim.signals import Mentality
from mentalities_sim.worlds.encounters import Ending, Situation
from mentalities_sim.worlds.meetings import bears_stigma, rounds
from mentalities_sim.worlds.society import ROUND_HOURS
from mentalities_sim.worlds.watch import WINDOWS

OUTCOMES = (
    "linearity",
    "transitivity",
    "steepness",
    "directional_consistency",
    "unknown_dyads",
    "contests",
    "escalation",
    "escalation_at_first",
    "gave_way",
    "nobody_claimed",
    "injury",
    "survival",
    "involuntary_subordination",
    "subordination_by_rank",
    "threat",
    "soothing",
    "drive",
    "felt_security",
    "noticing",
    "cooperating_and_caring",
    "competing",
    "resources_by_rank",
    "stigma",
    "stigma_at_equal_contests_and_threat",
    "dance_in_rivalry",
    "dance_in_peace",
    "rumination_number",
    "power_at_bounds",
)
"""Columns of the outcome table of a society that a file may ask for."""

SHUFFLES = 100
"""Tables with the same margins, partners shuffled, against which the dance of mentalities is measured."""
MOST_ORDERED = 500
"""Beyond this many people most dyads never meet, and a society's order is not measured (NaN)."""
ENDINGS = ("", "retreat", "retreat", "yield", "yield", "fight", "fight")


def outcomes(batch: Batch, events: np.ndarray) -> dict[str, np.ndarray]:
    """Return one array per outcome, one value per society; `events` are those of the whole course.

    From all contests among those present at the end: `linearity` (de Vries' h′), `transitivity` (ttri),
    `steepness`, `directional_consistency` (DCI), `unknown_dyads`; `contests` per person. Of those of the
    second half of the course, shares: `escalation` (came to blows; `escalation_at_first` in the first
    tenth), `gave_way` (only one of the two laid a claim); of meetings over a resource, `nobody_claimed`.
    `injury` is the mean at the end, `survival` the share alive. Means over meetings of the second half:
    `involuntary_subordination`, `threat`, `soothing`, `drive`, `felt_security`, `noticing` (4 P(1 - P) of
    the referee), and in play (where nothing is at stake) the shares `cooperating_and_caring` and
    `competing`. `subordination_by_rank` is the ISS of the lower half minus that of the upper,
    `resources_by_rank` Spearman's correlation of rank and resources, rank by David's score. `stigma` is the
    ISS of those who bear one (by number, also where it wanders) minus that of the others,
    `stigma_at_equal_contests_and_threat` the same by least squares within the group. The dances are
    information (bits) that the mentality of who signals gives about that of who answers, given what that
    was before, above shuffled partners. `rumination_number` is a τ_u n1 (kernel), `power_at_bounds` the
    share of people whose believed power lies within .02 of its bounds at the end (evidence rule 3). What
    was never observed is NaN, and so is the order of a society of more than 500 people, in which most never
    meet.
    """
    world, people = batch.states["world"], batch.states["person"]
    late = slice(WINDOWS // 2, WINDOWS)
    found = {name: np.full(batch.runs, np.nan) for name in OUTCOMES}
    bears = bears_stigma(people["identity"], batch.parameters["world"]["stigmatised"][batch.parameters_of])
    found["contests"] = _contests(batch, events) / people.shape[1]
    ordered = ever_lived(batch) <= MOST_ORDERED
    matrices = win_matrices(batch, events) if ordered else [np.zeros((0, 0))] * batch.runs
    for run, matrix in enumerate(matrices):
        for name, value in _group(matrix, people[run], bears[run]).items():
            found[name][run] = value
        found["dance_in_rivalry"][run] = dance(world["dance_in_rivalry"][run])
        found["dance_in_peace"][run] = dance(world["dance_in_peace"][run])
    count = {name: world[name][:, late].sum(axis=1) for name in ("contests", "fights", "both_claimed")}
    found["escalation"] = _share(count["fights"], count["contests"])
    found["escalation_at_first"] = _share(world["fights"][:, 0], world["contests"][:, 0])
    found["gave_way"] = 1.0 - _share(count["both_claimed"], count["contests"])
    found["nobody_claimed"] = 1.0 - _share(count["contests"], world["over_resource"][:, late].sum(axis=1))
    met = world["met"][:, late].sum(axis=1)
    for outcome, name in FELT.items():
        found[outcome] = _share(world[name][:, late].sum(axis=1), met)
    play = world["mentalities_in"][:, Situation.PLAY]
    kind = play[:, Mentality.COOPERATING] + play[:, Mentality.CARE_GIVING]
    found["cooperating_and_caring"] = _share(kind, play.sum(axis=1))
    found["competing"] = _share(play[:, Mentality.COMPETING], play.sum(axis=1))
    found["survival"] = people["alive"].mean(axis=1)
    found["injury"] = people["injury"].mean(axis=1)
    found["power_at_bounds"] = (np.abs(people["power"][..., 0]) > 0.98).mean(axis=1)
    constants = batch.parameters["person"][batch.parameters_of]
    days = constants["subordination_time"] / 24.0
    found["rumination_number"] = (
        constants["subordination_rise"] * days * constants["brooding_with_subordination"]
    )
    return found


FELT = {
    "involuntary_subordination": "subordination_felt",
    "threat": "threat_felt",
    "soothing": "soothing_felt",
    "drive": "drive_felt",
    "felt_security": "security_felt",
    "noticing": "noticed",
}
"""Outcomes that are means over who met, and the sums they come from."""


def ever_lived(batch: Batch) -> int:
    """Return how many people each society has had, newcomers included."""
    return int(batch.states["person"].shape[1] + batch.states["newcomer"].shape[1])


def win_matrices(batch: Batch, events: np.ndarray) -> np.ndarray:
    """Return wins (runs, people, people) of row over column, among all who ever lived in each society."""
    won, lost = _contestants(batch, events)
    many = ever_lived(batch)
    matrices = np.zeros((batch.runs, many, many))
    np.add.at(matrices, (won["run"], _identity(won), _identity(lost)), 1.0)
    return matrices


def contests_frame(batch: Batch, events: np.ndarray, who: pd.DataFrame) -> pd.DataFrame:
    """Return one row per contest: the columns of `who` (one row per run), then day, winner, loser, ending.

    `winner` and `loser` are identities; `first` says who bid first (in a retreat, who alone did),
    `escalated` whether it came to blows; the table can be given to `mentalities hierarchy`, group by group.
    """
    won, lost = _contestants(batch, events)
    code = _codes(batch)["ending"]
    endings = events[(events["code"] == code) & (events["after"] != Ending.NEITHER_CLAIMED)]
    kind = endings["after"].astype(np.int64)
    sizes = {name: batch.parameters["world"][name][0] for name in batch.rules.world.sizes}
    number = np.searchsorted(rounds(sizes)[1], won["step"], "right") - 1
    frame = who.iloc[won["run"]].reset_index(drop=True)
    frame["day"] = ROUND_HOURS * (number + 1) / 24.0
    frame["winner"], frame["loser"] = _identity(won), _identity(lost)
    # who gave way had laid no claim: the one bid was the winner's
    bid_first = (kind % 2 == 1) | (kind <= Ending.RETREAT_SECOND_WON)
    frame["first"] = np.where(bid_first, frame["winner"], frame["loser"])
    frame["escalated"] = kind >= Ending.FIGHT_FIRST_WON
    frame["ending"] = np.array(ENDINGS)[kind]
    return frame


def course_frame(batch: Batch, events: np.ndarray, who: pd.DataFrame) -> pd.DataFrame:
    """Return one row per run and tenth of the course: the columns of `who`, part (1 to 10), counts and means.

    Counts are of meetings (`met` of people who met); `escalation` is the share of contests that came to
    blows, `upsets` the share won by the lower in rank (by David's score over the whole course);
    `linearity`, `transitivity`, `steepness` and `directional_consistency` are of the contests of two
    tenths, that one and the next (of the last, the one before), among those present at the end; feelings
    are means over people who met. NaN where there was nothing.
    """
    world = batch.states["world"]
    frame = who.loc[who.index.repeat(WINDOWS)].reset_index(drop=True)
    frame["part"] = np.tile(np.arange(1, WINDOWS + 1), batch.runs)
    for name in ("met", "over_resource", "contests", "both_claimed", "fights"):
        frame[name] = world[name].reshape(-1)
    frame["escalation"] = _share(world["fights"], world["contests"]).reshape(-1)
    won, lost, part = _by_part(batch, events)
    frame["upsets"] = _upsets(batch, events, part).reshape(-1)
    order = _order(batch, won, lost, part)
    for outcome in ORDER:
        frame[outcome] = order[outcome].reshape(-1)
    for name in ("subordination", "threat", "soothing", "drive"):
        frame[name] = _share(world[f"{name}_felt"], world["met"]).reshape(-1)
    return frame


def dance(counts: np.ndarray) -> float:
    """Return the information (bits) that who signals gives about who answers, given how they came to it.

    `counts` has a row for each pair of mentalities before the first signal (of who signals first, times 5,
    plus of who answers) and a column for that of who answers, after it. Conditional on what the answerer was
    in before, and less what partners shuffled within these have on average. What both saw in each other
    before the signal (strength, standing) is not taken off. NaN without counts. Source: CBK 2.1.2 (M2).

    Example:
        >>> counts = np.zeros((25, 5))
        >>> counts[0, 0] = counts[5, 1] = 50.0
        >>> dance(counts) > 0.9
        True
    """
    total = counts.sum()
    if not total:
        return float("nan")
    found = 0.0
    for before in range(5):
        table = counts[before::5]
        table = table[table.sum(axis=1) > 0.0][:, table.sum(axis=0) > 0.0]
        if min(table.shape) < 2:
            continue
        rows, columns = table.sum(axis=1).astype(int), table.sum(axis=0).astype(int)
        shuffled = stats.random_table(rows, columns).rvs(SHUFFLES, random_state=np.random.default_rng(1))
        above = _information(table[np.newaxis])[0] - _information(shuffled).mean()
        found += float(above) * float(table.sum() / total)
    return found


def _information(tables: np.ndarray) -> np.ndarray:
    share = tables / tables.sum(axis=(1, 2), keepdims=True)
    independent = share.sum(axis=2, keepdims=True) * share.sum(axis=1, keepdims=True)
    terms = np.where(share > 0.0, share * np.log2(np.where(share > 0.0, share, 1.0) / independent), 0.0)
    return terms.sum(axis=(1, 2))


def _group(matrix: np.ndarray, people: np.ndarray, bears: np.ndarray) -> dict[str, float]:
    """What is measured group by group: the hierarchy, and who feels and gets what in it."""
    living = people["identity"]
    found: dict[str, float] = {}
    lived = people["lived"]
    felt = lived[:, 1] / np.where(lived[:, 4] > 0.0, lived[:, 4], np.nan)
    here = matrix[np.ix_(living, living)] if matrix.any() else matrix
    if here.any():
        measured = measure(here)
        found |= {outcome: measured[name] for outcome, name in MEASURED.items()}
        scores = david_scores(here)
        known = np.isfinite(felt)
        upper, lower = (scores > np.median(scores)) & known, (scores <= np.median(scores)) & known
        if upper.any() and lower.any():
            found["subordination_by_rank"] = felt[lower].mean() - felt[upper].mean()
        if np.ptp(scores) > 0.0 and np.ptp(people["resources"]) > 0.0:
            found["resources_by_rank"] = stats.spearmanr(scores, people["resources"]).statistic
    return found | _stigma(people, felt, bears.astype(float))


ORDER = ("linearity", "transitivity", "steepness", "directional_consistency")
"""Measures of the order that are also taken over the course."""
MEASURED = {
    "linearity": "de_vries_h",
    "transitivity": "ttri",
    "steepness": "steepness",
    "directional_consistency": "dci",
    "unknown_dyads": "unknown",
}
"""Outcomes, and what the measures of a hierarchy call them."""


def _stigma(people: np.ndarray, felt: np.ndarray, bears: np.ndarray) -> dict[str, float]:
    """The ISS of the stigmatised above that of the others: as it is, and at equal contests and threat."""
    known = np.isfinite(felt)
    if not known.all() or bears.all() or not bears.any():
        return {}
    threat = people["lived"][:, 0] / people["lived"][:, 4]
    cause = np.column_stack(
        [np.ones(len(people)), bears, people["contests_lost"], people["contests_won"], threat]
    )
    adjusted = np.linalg.lstsq(cause, felt, rcond=None)[0][1] if len(people) > cause.shape[1] else np.nan
    return {
        "stigma": felt[bears > 0.0].mean() - felt[bears == 0.0].mean(),
        "stigma_at_equal_contests_and_threat": adjusted,
    }


def _by_part(batch: Batch, events: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who won and who lost, and in which tenth of the course, from 0."""
    won, lost = _contestants(batch, events)
    starts = rounds({name: batch.parameters["world"][name][0] for name in batch.rules.world.sizes})[1]
    number = np.searchsorted(starts, won["step"], "right") - 1
    return won, lost, np.minimum(WINDOWS - 1, WINDOWS * number // (len(starts) - 1))


def _upsets(batch: Batch, events: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Share of contests won by the lower in rank, by run and tenth of the course."""
    if ever_lived(batch) > MOST_ORDERED:
        return np.full((batch.runs, WINDOWS), np.nan)
    won, lost = _contestants(batch, events)
    scores = np.array([david_scores(matrix) for matrix in win_matrices(batch, events)])
    upset = scores[won["run"], _identity(won)] < scores[won["run"], _identity(lost)]
    upsets, all_of_them = (np.zeros((batch.runs, WINDOWS)) for _ in range(2))
    np.add.at(upsets, (won["run"], part), upset)
    np.add.at(all_of_them, (won["run"], part), 1.0)
    return _share(upsets, all_of_them)


def _order(batch: Batch, won: np.ndarray, lost: np.ndarray, part: np.ndarray) -> dict[str, np.ndarray]:
    """Measures of the order in two tenths at a time, by run and tenth."""
    many = ever_lived(batch)
    present = batch.states["person"]["identity"]
    found = {name: np.full((batch.runs, WINDOWS), np.nan) for name in ORDER}
    for run in range(batch.runs if many <= MOST_ORDERED else 0):
        here = won["run"] == run
        wins = np.zeros((WINDOWS, many, many))
        np.add.at(wins, (part[here], _identity(won[here]), _identity(lost[here])), 1.0)
        for first in range(WINDOWS):
            begin = min(first, WINDOWS - 2)
            matrix = (wins[begin] + wins[begin + 1])[np.ix_(present[run], present[run])]
            if matrix.any():
                measured = measure(matrix)
                for name in ORDER:
                    found[name][run, first] = measured[MEASURED[name]]
    return found


def _contests(batch: Batch, events: np.ndarray) -> np.ndarray:
    """Number of contests of each society."""
    return np.bincount(_contestants(batch, events)[0]["run"], minlength=batch.runs).astype(np.float64)


def _contestants(batch: Batch, events: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    codes = _codes(batch)
    return events[events["code"] == codes["winner"]], events[events["code"] == codes["loser"]]


def _codes(batch: Batch) -> dict[str, int]:
    return {name: i for i, (_, name, _) in enumerate(batch.rules.event_fields())}


def _identity(events: np.ndarray) -> np.ndarray:
    """Who an event of `winner` or `loser` is about; the rules add 1, since 0 is nobody."""
    return events["after"].astype(np.int64) - 1


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return part / np.where(whole > 0.0, whole, np.nan)
