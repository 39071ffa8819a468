"""Meet the inner critic in two more ways: its attack beside another's (I4), and submission to it (I6).

    python experiments/critic.py
    python experiments/critic.py --clients 60 --workers 1

I4 attacks one person twice, from inside and from outside, with the same luck. I6 brings up the ordinary
clients of upbringing.toml, watches five weeks of their lives, and asks whether those who submit to themselves
submit to others. Submission to oneself is read in two ways: as the dominance that the answer to oneself lacks
(with which this was begun), and as the act of yielding. Forced answers (I5, I10) are in critic.toml.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from mentalities_sim import Experiment, Person
from mentalities_sim.declare import Stream, declared
from mentalities_sim.experiment.intervals import t_interval
from mentalities_sim.signals import Response, Signal

FILE = Path(__file__).with_name("upbringing.toml")
ORDINARY = {
    "warm": 0.5,
    "neglectful": 0.15,
    "harsh": 0.1,
    "warm_then_harmed": 0.05,
    "contingent": 0.15,
    "silenced": 0.05,
}
CUTS = {
    "as declared": {},
    "one shared belief about power (ablation)": {"client.power_transfer": 1.0},
    "no lesson in power carried over": {"client.power_transfer": 0.0},
    "safety not tied to place (sham)": {"client.safety_tied_to_place": 0.0},
}
HALF_MINUTE = 30.0 / 3600.0
FEWEST = 10
"""Self-encounters below which a client's slope is left out."""
ALIKE = 0.2
"""Bound of equivalence: a correlation this small is taken for none (I6)."""


# -- I4: an attack from inside, and from outside ------------------------------------------------


def time_course(inside: bool, attack: float, **traits: Any) -> np.ndarray:
    """Return threat at rest, and each half minute for twenty minutes after an attack by oneself or another.

    The attack is as cold as it is dominant. Chance is the same for both: nothing is misread, and one neither
    yields nor leaves.
    """
    someone = Person(
        mesa.Model(rng=1),
        expected_warmth=(0.0, -attack),
        expected_dominance=(0.0, attack),
        **traits,
    )
    luck = SimpleNamespace(
        **{
            name: 0.0 if stream.normal else 1.0 - 2.0**-53
            for name, stream in declared(Person, Stream).items()
        }
    )
    course = [someone.threat]
    if inside:
        someone.encounter_oneself(luck)
    else:
        someone.encounter(Signal(attack, -attack, 0.0, 0.0, 1.0, 0.0, 0), 0.0, luck)
    for _ in range(40):
        course.append(someone.threat)
        someone.elapse(HALF_MINUTE)
    return np.array(course)


def half_life(course: np.ndarray) -> float:
    """Return minutes until half of an attack's rise of threat is gone."""
    half = course[0] + 0.5 * (course[1] - course[0])
    return 0.5 * float(np.interp(-half, -course[1:], np.arange(len(course) - 1)))


def attacks() -> list[str]:
    """Return the lines that say whether an attack does the same from inside and from outside."""
    said = ["I4  threat after one attack: rise, minutes to half; inside less outside, at most"]
    heard = {"mentalizing_at_rest": 1.0, "threat_narrows_mentalizing": 0.0}
    for words, traits in {
        "heard as it is said, and not answered": {**heard, "answer_heard": 0.0},
        "heard through what one expects": {"answer_heard": 0.0},
        "and one hears one's own answer": {},
    }.items():
        said.append(f"    {words}")
        for attack in (0.2, 0.4, 0.6, 0.8):
            one, other = (time_course(inside, attack, **traits) for inside in (True, False))
            furthest = (one - other)[np.abs(one - other).argmax()]
            said.append(
                f"      of {attack:.1f}  inside {one[1] - one[0]:.3f}, {half_life(one):.1f}"
                f"  outside {other[1] - other[0]:.3f}, {half_life(other):.1f}  difference {furthest:+.3f}"
            )
    return said


# -- I6: submission to oneself, and to others ----------------------------------------------------


def lives(
    clients: int | None, workers: int | None, cut: dict[str, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the ordinary clients' outcomes, and the moments of life with nobody there but themselves."""
    watched = clients or Experiment.from_toml(FILE).file.replicates
    settings: dict[str, Any] = {
        "replicates": watched,
        "world.run_in": 4,
        "world.assessed_weeks": 5,
        "sweep.history.values": {"ordinary": ORDINARY},
        "measures.series": {"stride": 1, "replicates": watched},
        **cut,
    }
    results = Experiment.from_toml(FILE, **settings).run(workers=workers)
    rows = results.series
    # an answer stays on record until the next one
    answered = rows.groupby("replicate")["client_answer_dominance"].diff().fillna(0.0) != 0.0
    rows = rows[answered & (rows["phase"] == "life") & (rows["client_shown_dominance"] == 0.0)]
    moments = pd.DataFrame(
        {
            "replicate": rows["replicate"],
            "hours": rows["hours"],
            "threat": rows["client_threat"],
            "answer": -rows["client_answer_dominance"],
            "yielding": (rows["client_response"] == Response.YIELD).astype(float),
        }
    )
    return results.outcomes.set_index("replicate"), moments


def slopes(moments: pd.DataFrame, submission: str) -> pd.Series:
    """Return each client's standardised slope of threat on submission to oneself, linear trends taken out."""
    found = {}
    for replicate, rows in moments.groupby("replicate"):
        hours = rows["hours"].to_numpy() - rows["hours"].mean()
        if len(rows) < FEWEST or rows[submission].std() < 1e-9:
            continue
        one, other = (
            values - np.polyval(np.polyfit(hours, values, 1), hours)
            for values in (rows[submission].to_numpy(), rows["threat"].to_numpy())
        )
        found[replicate] = float(np.corrcoef(one, other)[0, 1])
    return pd.Series(found, dtype=float)


def fisher(r: float, n: int, half: float) -> tuple[float, float]:
    """Return the ends of a correlation's interval, by Fisher's z; `half` is 1.96 for 95 %, 1.645 for 90 %."""
    z, width = np.arctanh(r), half / np.sqrt(n - 3)
    return float(np.tanh(z - width)), float(np.tanh(z + width))


def submission(outcomes: pd.DataFrame, moments: pd.DataFrame) -> list[str]:
    """Return the lines that say how submission to oneself goes with threat, and with submission to others.

    Equivalence to none is two one-sided tests at 5 %: the 90 % interval lies within the bound.
    """
    said = []
    for act in ("answer", "yielding"):
        within = slopes(moments, act)
        low, high = t_interval(within.to_numpy())
        said.append(
            f"      {act:8}  within clients, b(threat, it) {within.mean():+.2f} [{low:+.2f}, {high:+.2f}]"
            f"  n = {len(within)}"
        )
        inner = moments.groupby("replicate")[act].mean()
        for words, outer in {
            "as shown": -outcomes["agency"],
            "as believed": -outcomes["outer_power"],
        }.items():
            both = pd.DataFrame({"inner": inner, "outer": outer}).dropna()
            r = float(both.corr().iloc[0, 1])
            low, high = fisher(r, len(both), 1.96)
            alike = max(map(abs, fisher(r, len(both), 1.645))) < ALIKE
            said.append(
                f"        between, r with submission to others {words:11} {r:+.2f} [{low:+.2f}, {high:+.2f}]"
                f" {'equivalent to none' if alike else 'not shown to be none'};"
                f" b less |r| {gap(both.assign(slope=within).dropna())}"
            )
    return said


def gap(both: pd.DataFrame) -> str:
    """Return mean slope less |r| between clients, with its bootstrap interval over clients."""

    def less(slope: np.ndarray, inner: np.ndarray, outer: np.ndarray) -> float:
        return float(slope.mean() - abs(np.corrcoef(inner, outer)[0, 1]))

    columns = [both[name].to_numpy() for name in ("slope", "inner", "outer")]
    rng = np.random.default_rng(0)
    found = bootstrap(
        columns, less, paired=True, vectorized=False, n_resamples=2000, method="percentile", random_state=rng
    ).confidence_interval
    return f"{less(*columns):+.2f} [{found.low:+.2f}, {found.high:+.2f}]"


def main() -> None:
    """Attack, run, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, help="of I6 (default: as upbringing.toml says)")
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")
    given = parser.parse_args()
    print("\n".join(attacks()))
    print("I6  submission to oneself is not submission to others; ordinary childhoods, five weeks")
    for words, cut in CUTS.items():
        print(f"    {words}")
        print("\n".join(submission(*lives(given.clients, given.workers, cut))), flush=True)


if __name__ == "__main__":
    main()
