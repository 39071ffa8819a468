"""Measures of switching on people's own reports from daily life.

Real reports: the folders `ema_dejonckheere2019` and `ema_fried2021` (both CC BY 4.0; cited in
their LICENSE_CITATION.txt) in the folder named by MENTALITIES_DATA, or else in `../shared/data`
beside the repository; without them those tests are skipped. `tests/data/ema_small.csv` is made by
hand in the first one's columns, so that the same reading is always tested.

A report's state is the feeling rated highest (0 to 100; a tie goes to the first named): a stand-in
for a mentality, not a measure of one. Time is counted in reports, because the clock times are not
in the file; neither nights nor missed reports are bridged.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentalities_sim.measures import switching as sw

HERE = Path(__file__).resolve().parent
FEELINGS = ["stress", "anger", "sad", "relaxed", "happy"]
ONE_REPORT = 1.0


def real(name: str) -> pd.DataFrame:
    folder = Path(os.environ.get("MENTALITIES_DATA") or HERE.parents[1] / "shared" / "data")
    file = folder / name / "ts.csv"
    if not file.is_file():
        pytest.skip(f"no {name}/ts.csv in {folder}; name its folder in MENTALITIES_DATA")
    return pd.read_csv(file)


def answered(person: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    """A person's complete reports, with a `segment` that ends at each night and each gap."""
    missing = person[items].isna().any(axis=1)
    breaks = missing | (person["day"] != person["day"].shift())
    return person.assign(segment=breaks.cumsum())[~missing]


def measured(reports: pd.DataFrame) -> pd.DataFrame:
    """One row a person: how they move between the five feelings."""
    rows = []
    for who, person in reports.sort_values(["id", "beep"]).groupby("id"):
        seen = answered(person, FEELINGS)
        state = seen[FEELINGS].to_numpy().argmax(axis=1)
        moves = sw.transition_counts(state, 5, seen["segment"])
        before, after = moves.sum(axis=1) / moves.sum(), moves.sum(axis=0) / moves.sum()
        calm = sw.latency_to_soothing(
            seen["stress"],
            seen["relaxed"],
            ONE_REPORT,
            onset_at=50.0,
            rest_below=30.0,
            segment=seen["segment"],
        )
        rows.append(
            {
                "id": who,
                "moves": moves.sum(),
                "rate": float(sw.switching_rate_from_counts(moves, ONE_REPORT)),
                "rate_by_chance": 1.0 - before @ after,
                "entropy_rate": sw.entropy_rate(state, 5, seen["segment"]),
                "memory": float(sw.information_from_counts(moves)),
                "encapsulation": sw.encapsulation_index(state),
                "dwells": len(sw.dwell_times(state, ONE_REPORT, 5, seen["segment"])),
                "onsets": len(calm),
                "never_seen_calm": int(calm["censored"].sum()),
                "latency": calm["latency_hours"].mean(),
            }
        )
    return pd.DataFrame(rows).set_index("id")


def mean_and_error(values: pd.Series) -> tuple[float, float]:
    return float(values.mean()), float(values.std() / math.sqrt(len(values)))


def test_small_file_gives_the_numbers_counted_by_hand():
    people = measured(pd.read_csv(HERE / "data" / "ema_small.csv"))
    # person 1: relaxed stress stress relaxed | stress | (missing) | happy happy
    assert people.loc[1, ["moves", "dwells", "onsets", "never_seen_calm"]].tolist() == [4, 5, 1, 0]
    assert people.loc[1, "rate"] == 2 / 4
    assert people.loc[1, "latency"] == 2.0
    assert people.loc[1, "encapsulation"] == pytest.approx((3 / 7 - 0.2) / 0.8)
    assert people.loc[1, "entropy_rate"] == pytest.approx(2 / 4)  # stress: stay or leave
    # person 2: stress stress sad stress | anger-or-stress tie stress stress relaxed
    assert people.loc[2, ["moves", "dwells", "onsets", "never_seen_calm"]].tolist() == [6, 5, 1, 0]
    assert people.loc[2, "rate"] == 3 / 6
    assert people.loc[2, "latency"] == 2.0
    assert people.loc[2, "encapsulation"] == pytest.approx((6 / 8 - 0.2) / 0.8)


def test_people_switch_less_than_chance_would_but_far_from_never():
    people = measured(real("ema_dejonckheere2019"))
    assert len(people) == 100
    assert (people["moves"] <= 14 * 6).all()  # 7 reports a day on 14 days, nights not bridged
    gap, error = mean_and_error(people["rate_by_chance"] - people["rate"])
    assert gap - 2 * error > 0.02  # .58 by chance, .52 found
    assert 0.4 < people["rate"].mean() < 0.6
    memory, error = mean_and_error(people["memory"])
    assert memory - 2 * error > 0.0  # the present feeling tells about the next
    assert people["encapsulation"].between(0.0, 1.0).all()
    assert people["entropy_rate"].between(0.0, math.log2(5)).all()


def test_stress_in_daily_life_is_often_soothed_by_the_next_report_and_often_unseen():
    people = measured(real("ema_dejonckheere2019"))
    share_unseen = people["never_seen_calm"].sum() / people["onsets"].sum()
    assert people["onsets"].sum() > 300
    assert 0.1 < share_unseen < 0.5  # reading only the finished ones would flatter
    assert 0.5 < people["latency"].mean() < 2.0


def test_real_moods_are_sticky_so_rotations_take_off_more_than_millers_term():
    items = [
        "relax",
        "irritable",
        "worry",
        "nervous",
        "angry",
        "social_offline",
    ]  # relax: too little
    taken = []
    for _, person in real("ema_fried2021").groupby("id"):
        seen = person.dropna(subset=items)
        if len(seen) < 30:
            continue
        tension = np.digitize(seen[items[:5]].mean(axis=1), [1.25, 2.0])
        company = seen["social_offline"] >= 3  # over a quarter of an hour of it
        mended = sw.context_mentality_information(company, tension, 3)
        turned = sw.context_mentality_information(
            company, tension, 3, correction="circular_shifts", shortest_shift=4
        )
        taken.append(mended - turned)
    difference, error = mean_and_error(pd.Series(taken))
    assert len(taken) > 60
    assert difference - 2 * error > 0.0
