"""Measures of hierarchy on real contests of animals.

Real contests: the folders `contests_…` (GPL; cited in their LICENSE_CITATION.txt) in the folder named by
MENTALITIES_DATA, or else in `../shared/data` beside the repository; without them those tests are skipped.
The same reading and measuring is always tested on two small files made by hand in tests/data.
"""

from __future__ import annotations

import math
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from mentalities_sim import hierarchy as hi
from mentalities_sim.hierarchy import Contests

HERE = Path(__file__).resolve().parent


def real(name: str) -> Contests:
    folder = Path(os.environ.get("MENTALITIES_DATA") or HERE.parents[1] / "shared" / "data")
    if not (folder / name).is_file():
        pytest.skip(f"no {name} in {folder}; name its folder in MENTALITIES_DATA")
    return hi.read_contests(folder / name)


def test_small_files_are_read_and_measured() -> None:
    dated = hi.describe(hi.read_contests(HERE / "data" / "contests_small.csv"), 99)
    assert (dated.n, dated.contests, dated.draws, dated.unknown) == (4, 8, 1, 0)
    # Ada above Bea, Cleo; Bea above Cleo; Cleo above Dot; Dot tied with Ada and Bea: V = 2.5, 1.5, 1, 1
    assert dated.landau_h == pytest.approx(12 / 60 * (1 + 0 + 0.25 + 0.25))
    assert dated.dci == pytest.approx(5 / 8) and dated.escalation == 2 / 8
    assert dated.upset == pytest.approx(1 / 7), "Dot over Ada"
    matrix = hi.describe(hi.read_contests(HERE / "data" / "win_matrix_small.csv"), 99)
    assert (matrix.n, matrix.contests) == (5, 18) and matrix.unknown == pytest.approx(0.5)
    assert matrix.ttri == 1 and math.isnan(matrix.stability)


@pytest.mark.parametrize("name", ["chickens", "fish"])
def test_hens_and_fish_in_fours_form_steep_lines(name: str) -> None:
    found = hi.describe(real(f"contests_hierformR/{name}.csv"), 99)
    assert found.n == 4 and found.unknown == 0
    assert found.de_vries_h == pytest.approx(1) and found.ttri == 1
    assert 0.69 <= found.steepness <= 0.95 and 0.69 <= found.dci <= 0.95, "the quartiles, a little wider"
    assert found.upset < 0.15


@pytest.mark.parametrize("group", [1, 2, 3, 4, 5])
def test_baboons_are_in_line_among_those_who_met(group: int) -> None:
    contests = real(f"contests_baboons_elorating/baboons{group}.csv")
    found = hi.describe(contests, 499)
    assert contests.dated and found.unknown > 0.6, "over ten years most never met"
    assert found.de_vries_h > found.chance_h and found.p < 0.1
    assert found.ttri > 0.8 and found.dci > 0.8 and 0.05 < found.upset < 0.25
    assert 0.95 < found.stability < 1
    # a year's residents, who all met, lie where the archive's well-known groups do (h′ .76 to .95 or above)
    year = _best_year(contests)
    assert year["unknown"] < 0.1 and year["de_vries_h"] > 0.76
    assert year["ttri"] > 0.75 and 0.6 < year["steepness"] < 0.9 and 0.69 < year["dci"] < 0.95


def _best_year(contests: Contests) -> dict[str, float]:
    """Measures of the year, and those of its baboons with 20 contests, that know most dyads."""
    years = np.floor(contests.time / 365.25)
    best = {"unknown": math.inf}
    for year in np.unique(years):
        matrix = contests.take(np.flatnonzero(years == year)).matrix()
        often = (matrix + matrix.T).sum(axis=1) >= 20
        if often.sum() >= 6:
            found = hi.measure(matrix[np.ix_(often, often)])
            best = min(best, found, key=lambda one: one["unknown"])
    return best


def test_hyenas_hardly_ever_fight_upwards() -> None:
    contests = real("contests_hyena_dynarankr/female_interactions.csv")
    found = hi.describe(contests, 499)
    assert not contests.dated and len(np.unique(contests.time)) == 8
    assert found.dci > 0.9 and found.ttri > 0.9 and found.upset < 0.12 and found.p == 1 / 500
    assert asdict(found)["n"] == 47


def test_ladybugs_are_few_and_say_little() -> None:
    found = hi.describe(real("contests_hierformR/ladybugs.csv"), 999)
    assert (found.n, found.contests) == (4, 17)
    assert found.unknown == pytest.approx(1 / 6) and found.landau_h < found.de_vries_h and found.p > 0.2
