"""`mentalities hierarchy`: the hierarchy that a file of contests shows, in numbers and figures."""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mentalities_sim.cli.mistakes import Mistake

if TYPE_CHECKING:
    from mentalities_sim.figures.saving import Drawn
    from mentalities_sim.hierarchy import Contests, Hierarchy

_MANY_UNKNOWN = 0.1
_FEWEST_TESTED = 6  # with five, even a perfect line has p = .12
_PER_COIN, _PER_RATING = 6e-9, 1.2e-6  # seconds, on an ordinary computer
_UNSAID = 5.0  # seconds
_EXPLAINED = {
    "landau_h": "Landau's h: linearity, 0 to 1",
    "de_vries_h": "de Vries' h′: the same, unknown dyads by coin",
    "ttri": "triangle transitivity, 1; 0 by chance",
    "steepness": "steepness, 0 to 1",
    "dci": "directional consistency, 0 to 1",
    "stability": "stability of Elo ranks (S), 1: no change",
    "upset": "contests won by the lower-ranked",
    "escalation": "contests that came to a fight",
    "downward": "first bids that go down the hierarchy",
}


def hierarchy(given: argparse.Namespace) -> int:
    """Measure the hierarchy of a file of contests; print, write tables and draw figures."""
    from mentalities_sim.hierarchy import ContestsError, describe, read_contests
    from mentalities_sim.hierarchy.folder import check_place, folder_for, make_place, measured_from

    where = dict(given.where or [])
    twice = sorted({name for name, _ in given.where or [] if [n for n, _ in given.where].count(name) > 1})
    if twice:
        raise Mistake(f"--where {twice[0]}=... is given more than once; allowed: one value a column")
    try:
        contests = read_contests(given.contests, where)
    except ContestsError as error:
        raise Mistake(str(error)) from error
    out = given.out or folder_for(given.contests, where)
    source = measured_from(given.contests, where, given.seed, given.randomizations)
    check_place(out, source)
    long = _takes_long(contests, given.randomizations)
    if long:
        _say(long)
    found = describe(contests, given.randomizations, given.seed)
    print(_text(given.contests, contests, found, given.randomizations), flush=True)
    if long:
        _say("resampling contests and drawing figures ...")
    kept = make_place(out, source)
    if kept:
        _say(kept)
    _write(out, contests, found, given.seed)
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _takes_long(contests: Contests, randomizations: int) -> str:
    """What is worked at, and roughly how long, where nobody would wait so long without a word."""
    test = contests.n**2 * randomizations * _PER_COIN
    seconds = test + len(contests) * contests.n * _PER_RATING
    if seconds < _UNSAID:
        return ""
    return (
        f"measuring {contests.n:,} individuals and {len(contests):,} contests: some {seconds:.0f} s, "
        f"{test:.0f} of them for the {randomizations:,} randomisations of the test of linearity "
        "(--randomizations takes fewer) ..."
    )


def _text(path: Path, contests: Contests, found: Hierarchy, randomizations: int) -> str:
    draws = ""
    if found.draws:
        draws = f", {found.draws:,} of them {'draws' if found.draws > 1 else 'a draw'}"
    dyads = found.n * (found.n - 1) // 2
    lines = [
        f"{path}: {found.contests:,} contest{'s' * (found.contests > 1)}{draws}, among {found.n} individuals "
        f"({found.interactions:.1f} per individual)",
        f"  dyads never observed: {round(found.unknown * dyads):,} of {dyads:,} ({found.unknown:.0%})",
        "",
    ]
    wide = max(map(len, _EXPLAINED.values()))
    for name, words in _EXPLAINED.items():
        value = getattr(found, name)
        lines.append(f"  {words.ljust(wide)}  {_number(value)}{_beside(name, found, randomizations)}")
    said = [*contests.notes, *_cautions(found)]
    return "\n".join([*lines, *([""] if said else []), *(f"  ! {line}" for line in said)])


def _beside(name: str, found: Hierarchy, randomizations: int) -> str:
    if name == "landau_h":
        return f"   (by chance 3/(N+1) = {found.chance_h:.3f}, with all dyads known)"
    if name == "de_vries_h":
        return f"   (by chance {found.chance_h:.3f}; p = {found.p:.4f}, {randomizations:,} randomisations)"
    return ""


def _number(value: float) -> str:
    return "     -" if math.isnan(value) else f"{value:6.3f}"


def _cautions(found: Hierarchy) -> list[str]:
    said = []
    if found.unknown > _MANY_UNKNOWN:
        said.append(
            f"{found.unknown:.0%} of the dyads never met in this record, which pulls h, h′ and steepness "
            "down: take a period in which all were there, or compare only with records alike"
        )
    if found.n < _FEWEST_TESTED:
        said.append(f"with {found.n} individuals even a perfect line has p above .05: the test says nothing")
    if math.isnan(found.ttri):
        said.append("no three have all met one another: transitivity cannot be said")
    return said


def _write(out: Path, contests: Contests, found: Hierarchy, seed: int) -> None:
    from mentalities_sim.figures import elo_trajectories, rank_plot
    from mentalities_sim.hierarchy import randomised_elo, score_intervals
    from mentalities_sim.store.atomic import replacing

    rated = randomised_elo(contests, seed=seed).rename(
        columns={"rating": "elo", "low": "elo_low", "high": "elo_high"}
    )
    ranked = score_intervals(contests, seed=seed).merge(rated, on="name")
    drawn: dict[str, Drawn] = {"ranks": rank_plot(contests, seed=seed)}
    if contests.ordered:
        drawn["elo"] = elo_trajectories(contests, seed=seed)
    for name, table in (("hierarchy", pd.DataFrame([asdict(found)])), ("ranks", ranked)):
        with replacing(out / f"{name}.csv") as part:
            table.to_csv(part, index=False, lineterminator="\n")
    for name, figure in drawn.items():
        figure.save(out / "figures" / name)
        print(f"\n  {figure.title}" if name == "ranks" else f"  {figure.title}")
    pictures = " and ".join(f"figures/{name}.png" for name in drawn)
    print(f"\n{out}: hierarchy.csv, ranks.csv, {pictures}")
