"""Outcomes of societies, one value per group."""

from __future__ import annotations

import numpy as np
from scipy import stats

from mentalities_sim.engine.batch import Batch
from mentalities_sim.hierarchy import Contests, downward_bids, rank_stability
from mentalities_sim.hierarchy.steepness import david_scores
from mentalities_sim.hierarchy.summary import measure
from mentalities_sim.signals import Mentality
from mentalities_sim.worlds.encounters import Ending, Situation
from mentalities_sim.worlds.meetings import bears_stigma
from mentalities_sim.worlds.society_tables import (
    MOST_ORDERED,
    ORDER,
    Contested,
    among_the_living,
    contested,
    ever_lived,
    share,
    upset_counts,
    win_matrices,
)
from mentalities_sim.worlds.watch import WINDOWS

OUTCOMES = (
    "linearity",
    "transitivity",
    "steepness",
    "directional_consistency",
    "unknown_dyads",
    "rank_stability",
    "upsets",
    "downward_bids",
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


def outcomes(batch: Batch, events: np.ndarray) -> dict[str, np.ndarray]:
    """Return one array per outcome, one value per society; `events` are those of the whole course.

    From all contests among those alive at the end: `linearity` (de Vries' h′), `transitivity` (ttri),
    `steepness`, `directional_consistency` (DCI), `unknown_dyads`; from all contests `rank_stability` (S of
    Elo ranks, from day to day), and `contests` per person. Of those of the second half of the course,
    shares: `escalation` (came to blows; `escalation_at_first` in the first tenth), `upsets` (won by the lower
    in rank), `downward_bids` (where both laid a claim: the higher in rank bid first), `gave_way` (only one of
    the two laid a claim); of meetings over a resource, `nobody_claimed`. `injury` is the mean of the living
    at the end, `survival` the share alive. Means over meetings of the second half:
    `involuntary_subordination`, `threat`, `soothing`, `drive`, `felt_security`, `noticing` (4 P(1 - P) of
    the referee), and in play (where nothing is at stake) the shares `cooperating_and_caring` and
    `competing`. `subordination_by_rank` is the ISS of the lower half minus that of the upper,
    `resources_by_rank` Spearman's correlation of rank and resources, rank by David's score. `stigma` is the
    ISS of those who bear one (by number, also where it wanders) minus that of the others,
    `stigma_at_equal_contests_and_threat` the same by regression within the group. The dances are
    information (bits) that the mentality of who signals gives about that of who answers, given what that
    was before, above shuffled partners. `rumination_number` is a τ_u n1 (kernel), `power_at_bounds` the
    share of the living whose believed power lies within .02 of its bounds at the end (evidence rule 3). What
    was never observed is NaN, and so is the order of a society of more than 500 people, in which most never
    meet.
    """
    world, people = batch.states["world"], batch.states["person"]
    late = slice(WINDOWS // 2, WINDOWS)
    found = {name: np.full(batch.runs, np.nan) for name in OUTCOMES}
    contests = contested(batch, events)
    found["contests"] = np.bincount(contests.run, minlength=batch.runs) / people.shape[1]
    found |= _of_groups(batch, contests)
    lower, counted = upset_counts(batch, contests)
    found["upsets"] = share(lower[:, late].sum(axis=1), counted[:, late].sum(axis=1))
    count = {name: world[name][:, late].sum(axis=1) for name in ("contests", "fights", "both_claimed")}
    found["escalation"] = share(count["fights"], count["contests"])
    found["escalation_at_first"] = share(world["fights"][:, 0], world["contests"][:, 0])
    found["gave_way"] = 1.0 - share(count["both_claimed"], count["contests"])
    found["nobody_claimed"] = 1.0 - share(count["contests"], world["over_resource"][:, late].sum(axis=1))
    met = world["met"][:, late].sum(axis=1)
    for outcome, name in FELT.items():
        found[outcome] = share(world[name][:, late].sum(axis=1), met)
    play = world["mentalities_in"][:, Situation.PLAY]
    kind = play[:, Mentality.COOPERATING] + play[:, Mentality.CARE_GIVING]
    found["cooperating_and_caring"] = share(kind, play.sum(axis=1))
    found["competing"] = share(play[:, Mentality.COMPETING], play.sum(axis=1))
    alive = people["alive"] == 1
    found["survival"] = alive.mean(axis=1)
    found["injury"] = share((people["injury"] * alive).sum(axis=1), alive.sum(axis=1))
    at_bounds = (np.abs(people["power"][..., 0]) > 0.98) & alive
    found["power_at_bounds"] = share(at_bounds.sum(axis=1), alive.sum(axis=1))
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


def _of_groups(batch: Batch, contests: Contested) -> dict[str, np.ndarray]:
    """What is measured group by group: the hierarchy, who feels and gets what in it, the dances."""
    found: dict[str, np.ndarray] = {}
    world, people = batch.states["world"], batch.states["person"]
    bears = bears_stigma(people["identity"], batch.parameters["world"]["stigmatised"][batch.parameters_of])
    ordered = ever_lived(batch) <= MOST_ORDERED
    matrices = win_matrices(batch, contests) if ordered else ()
    for run in range(batch.runs):
        own = contests.of(contests.run == run)
        values = _stigma(people[run], bears[run].astype(float), own)
        values["dance_in_rivalry"] = dance(world["dance_in_rivalry"][run])
        values["dance_in_peace"] = dance(world["dance_in_peace"][run])
        if ordered:
            values |= _by_rank(people[run], among_the_living(batch, run, matrices[run]))
            values |= _bids(own, ever_lived(batch))
        for name, value in values.items():
            found.setdefault(name, np.full(batch.runs, np.nan))[run] = value
    return found


def felt_late(people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each one's mean threat and ISS after late meetings; NaN for who had none."""
    lived = people["lived"]
    late = np.where(lived[:, 4] > 0.0, lived[:, 4], np.nan)
    return lived[:, 0] / late, lived[:, 1] / late


def _by_rank(people: np.ndarray, wins: np.ndarray) -> dict[str, float]:
    """The order among the living, and who feels and gets what in it; `wins` are theirs."""
    if not wins.any():
        return {}
    living = people[people["alive"] == 1]
    measured = measure(wins)
    found = {outcome: measured[name] for outcome, name in ORDER.items()}
    found["unknown_dyads"] = measured["unknown"]
    scores, (_, felt) = david_scores(wins), felt_late(living)
    known = np.isfinite(felt)
    upper, lower = (scores > np.median(scores)) & known, (scores <= np.median(scores)) & known
    if upper.any() and lower.any():
        found["subordination_by_rank"] = felt[lower].mean() - felt[upper].mean()
    if np.ptp(scores) > 0.0 and np.ptp(living["resources"]) > 0.0:
        found["resources_by_rank"] = stats.spearmanr(scores, living["resources"]).statistic
    return found


def _bids(contests: Contested, many: int) -> dict[str, float]:
    """How stable ranks were, and which way first bids went where both laid a claim."""
    late = contests.part >= WINDOWS // 2
    both = contests.ending > Ending.RETREAT_SECOND_WON
    return {
        "rank_stability": rank_stability(_record(contests, many)),
        "downward_bids": downward_bids(_record(contests.of(late & both), many)),
    }


def _record(contests: Contested, many: int) -> Contests:
    return Contests(
        contests.winner,
        contests.loser,
        np.zeros(len(contests.run), bool),
        tuple(map(str, range(many))),
        time=np.ceil(contests.day),
        first=contests.first,
        dated=True,
    )


def _stigma(people: np.ndarray, bears: np.ndarray, contests: Contested) -> dict[str, float]:
    """The ISS of the stigmatised above that of the others: as it is, and at equal contests and threat.

    Of those who had late meetings, with their late contests; least squares within the group.
    """
    threat, felt = felt_late(people)
    known = np.isfinite(felt)
    if bears[known].all() or not bears[known].any():
        return {}
    late = contests.of(contests.part >= WINDOWS // 2)
    lost, won = (
        np.bincount(who, minlength=people["identity"].max() + 1)[people["identity"]]
        for who in (late.loser, late.winner)
    )
    cause = np.column_stack([np.ones(len(people)), bears, lost, won, threat])[known]
    adjusted = (
        np.linalg.lstsq(cause, felt[known], rcond=None)[0][1] if len(cause) > cause.shape[1] else np.nan
    )
    bearing = bears[known] > 0.0
    return {
        "stigma": felt[known][bearing].mean() - felt[known][~bearing].mean(),
        "stigma_at_equal_contests_and_threat": adjusted,
    }
