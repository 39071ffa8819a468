"""Measure simulated societies, one parameter set for all, against every published number they can meet.

    python experiments/calibration.py
    python experiments/calibration.py --groups 60 --out results/calibration --workers 1

Writes targets.csv (every target, what was found, or why it was not measured), hierarchies.csv, groups.csv,
winners_and_losers.csv, contrasts.csv and the figure published_quartiles. Nothing is tuned here: the people
are as they are declared. Animals are an analogy for people, no more.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.baselines import bonabeau, domworld, dugatkin, first_place, forgetting_for, resolved
from mentalities_sim.calibration import (
    MOST_UNKNOWN,
    TARGETS,
    as_text,
    compare,
    enough_known,
    group_measures,
    spreads,
    target,
)
from mentalities_sim.calibration.daily import DAYS, daily_life
from mentalities_sim.calibration.societies import (
    FIELD_EFFORT,
    first_wins,
    live_together,
    over_a_resource,
    reports,
)
from mentalities_sim.calibration.winners import as_rows, contrasts, means, winners_and_losers
from mentalities_sim.figures import published_quartiles
from mentalities_sim.hierarchy import measure
from mentalities_sim.worlds.upbringing import shares

SIZES = range(6, 16)
BLOCKS = {"25 N contests from the first meeting on": 1.0, "12.5 N contests from the first meeting on": 0.5}
MAIN, SECOND_HALF = next(iter(BLOCKS)), "25 N contests of the second half of the course"
SOCIETY, DOMWORLD, BONABEAU = (
    "simulated people",
    "DomWorld’s core, from the start",
    "Bonabeau, slow forgetting",
)
PROTOCOLS = "the ISS lasts (1,000 h)", "the ISS fades in days, as it does by default"
DAILY = "two weeks, four reports a day"
SETTLED = "DomWorld’s core, settled"
TUNED, TUNED_FORGETTING = "Bonabeau, tuned", 0.013
"""Our defaults were chosen with the published quartiles in view; so is his one parameter here."""

ORDINARY = {"warm": 0.85, "neglectful": 0.06, "harsh": 0.03, "contingent": 0.04, "silenced": 0.02}
HOMES_DIFFER = {"caregivers_differ": 0.2, "peers_differ": 0.2}
"""Childhoods of people in general, mostly warm: chosen once, with daily life's published warmth in view."""

NOT_MEASURED = {
    "mean_field_threshold": "derived; docs/examples/linear_referee.py measures the crossing",
    "inertia_clinical": "no clinical sample is simulated here",
    "coupled": "no setting of a person's rules gives dx/dt = -m x + b + c tanh(y): affect is sent as a "
    "clipped signal, read through expectation, and approached at rates that differ up and down",
    "panic_pulse": "there is no arousal that feeds on itself, so that no pulse sets off a panic; warmth as "
    "danger has the same learning (escape blocks and reverses it), but no counterpart of the pulse",
}
"""Target, or the beginning of its name → why nothing is found for it."""


def hierarchies(size: int, groups: int, seed: int) -> pd.DataFrame:
    """Return the measures of `groups` societies of one size, and of the baselines watched as long."""
    batch, trace = live_together({"size": size}, [{}], groups, 100 * seed + size)  # other people in each size
    meetings = over_a_resource(batch, trace)
    wins = {
        (SOCIETY, block): [first_wins(one, size, share * FIELD_EFFORT) for one in meetings]
        for block, share in BLOCKS.items()
    }
    late = batch.steps // 2
    wins[SOCIETY, SECOND_HALF] = [first_wins(one, size, FIELD_EFFORT, late) for one in meetings]
    for block, share in BLOCKS.items():
        contests = round(share * FIELD_EFFORT * size)
        seeds = [seed + 1000 * size + i for i in range(groups)]
        wins[DOMWORLD, block] = [domworld(n=size, contests=contests, settling=0, seed=s) for s in seeds]
        wins[SETTLED, block] = [
            domworld(n=size, contests=contests, settling=100 * size, seed=s) for s in seeds
        ]
        steps = round(share * FIELD_EFFORT * 20)  # one fight of an individual in ten steps
        wins[BONABEAU, block] = [
            bonabeau(1.0, forgetting_for(10.0), n=size, steps=steps, seed=s) for s in seeds
        ]
        wins[TUNED, block] = [bonabeau(1.0, TUNED_FORGETTING, n=size, steps=steps, seed=s) for s in seeds]
    tables = []
    for (model, block), matrices in wins.items():
        effort = [float(matrix.sum()) / size for matrix in matrices]
        tables.append(group_measures(matrices).assign(model=model, block=block, size=size, effort=effort))
    return pd.concat(tables, ignore_index=True)


def rarer_contests(societies: int, seed: int) -> pd.DataFrame:
    """Return the same where one meeting in ten is over a resource, not three."""
    return days(societies, seed, scarcity=0.1)


def brought_up(societies: int, seed: int) -> pd.DataFrame:
    """Return the same for people with a childhood each, and something to go after."""
    world = {"scarcity": 0.1, "childhood": 1000, "upbringing": shares(**ORDINARY), **HOMES_DIFFER}
    return days(societies, seed, {"goals_per_day": 1.0}, **world)


def equals(groups: int, seed: int, fades: bool) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return Dugatkin's protocol for simulated people; with `fades` they get over defeats in days."""
    return winners_and_losers(groups, seed, fades=fades)


def days(societies: int, seed: int, person: Mapping[str, Any] | None = None, **world: Any) -> pd.DataFrame:
    """Return two weeks of reports at the end of a course, of societies of 20."""
    world = {"size": 20, **world}
    return reports(*live_together(world, [person or {}], societies, seed, last_days=DAYS, events=False))


def baselines(seed: int) -> dict[str, float]:
    """Return what the baselines give for the targets that are theirs, by the settings of their docs page."""
    found: dict[str, float] = {}
    for row, effects in {"none": (0.0, 0.0), "winner": (0.5, 0.0), "loser": (0.0, 0.3)}.items():
        runs = [dugatkin(*effects, seed=seed + i) for i in range(400)]
        measured = [measure(one.wins) for one in runs]
        values = {
            "h": [one["de_vries_h"] for one in measured],
            "ttri": [one["ttri"] for one in measured],
            "fights": [one.fights / 250 for one in runs],
            "retreats": [one.retreats / 250 for one in runs],
            "neither": [one.neither / 250 for one in runs],
            "resolved": [resolved(one.wins) for one in runs],
            "alpha": [first_place(one.wins) for one in runs],
        }
        found |= {f"dugatkin_{row}_{name}": float(np.nanmean(one)) for name, one in values.items()}
    for name, ratio in (("10", 10.0), ("1", 1.0), ("0_6", 0.6), ("0_1", 0.1)):
        runs_h = [
            measure(bonabeau(1.0, forgetting_for(ratio), steps=750, seed=seed + i))["de_vries_h"]
            for i in range(200)
        ]
        found[f"mean_field_{name}"] = float(np.mean(runs_h))
    core = group_measures(domworld(contests=144, settling=720, seed=seed + i) for i in range(200))
    return found | {
        f"domworld_{name}": float(core[name].median()) for name in ("de_vries_h", "steepness", "dci")
    }


def medians(groups: pd.DataFrame) -> pd.DataFrame:
    """Return one row a model, block and measure: median, its interval, quartiles, whether it is inside.

    Of the groups `run`, those `kept` have as few unknown dyads as the published ones; in `groups` of these
    the measure is defined.
    """
    rows = []
    for (model, block), run in groups.groupby(["model", "block"], sort=False):
        own = enough_known(run)
        found = spreads(own)
        joint = all(one.inside(target(name)) for name, one in found.items())
        for name, one in found.items():
            rows.append(
                {
                    "model": model,
                    "block": block,
                    "measure": name,
                    "median": one.median,
                    "low": one.low,
                    "high": one.high,
                    "lower_quartile": one.lower_quartile,
                    "upper_quartile": one.upper_quartile,
                    "groups": one.groups,
                    "kept": len(own),
                    "run": len(run),
                    "inside": one.inside(target(name)),
                    "all_four_inside": joint,
                    "groups_of_full_effort": float((own["effort"] >= own["effort"].max() - 1e-9).mean()),
                }
            )
    return pd.DataFrame(rows)


def of_groups(own: pd.DataFrame) -> dict[str, Any]:
    """Return the targets of hierarchies, measured on one block of groups.

    The four measures are of the groups that the published filter keeps; the correlation of unknown dyads and
    h′ is of all, since that filter takes away what varies.
    """
    shapes = spreads(enough_known(own))
    found: dict[str, Any] = {name: (one.median, one.low, one.high) for name, one in shapes.items()}
    pairs = own[["unknown", "de_vries_h"]].to_numpy(float)

    def correlation(drawn: np.ndarray) -> float:
        return float(np.corrcoef(drawn.T)[0, 1]) if drawn[:, 0].std() > 0.0 else np.nan

    rng = np.random.default_rng(0)
    again = [correlation(pairs[rng.integers(0, len(pairs), len(pairs))]) for _ in range(500)]
    found["unknown_with_h"] = (correlation(pairs), *np.nanpercentile(again, [2.5, 97.5]))
    return found


def every_target(found: dict[tuple[str, str], dict[str, Any]]) -> pd.DataFrame:
    """Return one row a target and block: what was found, or why nothing was."""
    tables = [
        compare(one).assign(measured_on=model, block=block, why_not="")
        for (model, block), one in found.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    measured = set(table["target"])
    rest = []
    for name, one in TARGETS.items():
        if name in measured:
            continue
        why = next(reason for begin, reason in NOT_MEASURED.items() if name.startswith(begin))
        rest.append(
            {
                "target": name,
                "what": one.what,
                "published": one.published,
                "low": one.low,
                "high": one.high,
                "use": one.use,
                "band": one.band,
                "why_not": why,
            }
        )
    return pd.concat([table, pd.DataFrame(rest)], ignore_index=True)


def compute(groups: int, seed: int, workers: int) -> dict[str, Any]:
    """Run all parts, on `workers` processes; the result does not depend on how many."""
    each = max(2, groups // len(SIZES))
    jobs: list[tuple[str, Any, tuple[Any, ...]]] = [
        *(("days", days, (4, seed + i)) for i in range(5)),
        *(("rarer", rarer_contests, (4, seed + i)) for i in range(5)),
        *(("brought_up", brought_up, (4, seed + i)) for i in range(5)),
        *(("equals", equals, (max(20, min(groups, 300)), seed, fades)) for fades in (False, True)),
        *(("groups", hierarchies, (size, each, seed)) for size in reversed(SIZES)),
        ("baselines", baselines, (seed,)),
    ]
    done: dict[str, list[Any]] = {}
    for name, result in _run(jobs, workers):
        done.setdefault(name, []).append(result)
    return {
        "days": _joined(done["days"]),
        "rarer": _joined(done["rarer"]),
        "brought_up": _joined(done["brought_up"]),
        "equals": dict(zip(PROTOCOLS, done["equals"], strict=True)),
        "groups": pd.concat(done["groups"], ignore_index=True),
        "baselines": done["baselines"][0],
    }


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    numbered = [
        part.assign(society=part["society"] + 4 * i, person=part["person"] + 80 * i)
        for i, part in enumerate(parts)
    ]
    return pd.concat(numbered, ignore_index=True)


def _run(jobs: list[tuple[str, Any, tuple[Any, ...]]], workers: int) -> Iterator[tuple[str, Any]]:
    if workers < 2:
        yield from ((name, job(*given)) for name, job, given in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: list[tuple[str, Future[Any]]] = [
            (name, pool.submit(job, *given)) for name, job, given in jobs
        ]
        for name, future in waiting:
            yield name, future.result()


def main(given: list[str] | None = None) -> None:
    """Measure everything, write the tables and the figure, and say what is inside and what is not."""
    reader = argparse.ArgumentParser(description="Measure simulated societies against published numbers.")
    reader.add_argument("--groups", type=int, default=300, help="groups in all, of 6 to 15 people")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--out", type=Path, default=Path("results/calibration"))
    chosen = reader.parse_args(given)
    chosen.out.mkdir(parents=True, exist_ok=True)
    computed = compute(chosen.groups, chosen.seed, chosen.workers)

    groups = computed["groups"]
    _, again = computed["equals"][PROTOCOLS[-1]]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for block in (*BLOCKS, SECOND_HALF):
        own = groups[(groups["model"] == SOCIETY) & (groups["block"] == block)]
        found[SOCIETY, block] = of_groups(own)
    found[SOCIETY, "two equals meet others"] = again
    found[SOCIETY, DAILY] = daily_life(computed["days"])
    found["what if contests were rarer (scarcity .1)", DAILY] = daily_life(computed["rarer"])
    found["and people had been brought up, with goals", DAILY] = daily_life(computed["brought_up"])
    found["baselines", "as published"] = computed["baselines"]
    targets, shape = every_target(found), medians(groups)
    rows, differ = (
        pd.concat([of(table).assign(protocol=name) for name, (table, _) in computed["equals"].items()])
        for of in (means, contrasts)
    )

    targets.to_csv(chosen.out / "targets.csv", index=False)
    shape.to_csv(chosen.out / "hierarchies.csv", index=False)
    groups.to_csv(chosen.out / "groups.csv", index=False)
    rows.to_csv(chosen.out / "winners_and_losers.csv", index=False)
    differ.to_csv(chosen.out / "contrasts.csv", index=False)
    shown = enough_known(groups[groups["block"] == MAIN])
    drawn = published_quartiles(shown, models=[SOCIETY, SETTLED, BONABEAU, TUNED])
    drawn.save(chosen.out / "published_quartiles")
    say(found, shape, rows, differ, targets)
    print(f"\nTables and figure: {chosen.out}")


def say(
    found: dict[tuple[str, str], dict[str, Any]],
    shape: pd.DataFrame,
    rows: pd.DataFrame,
    differ: pd.DataFrame,
    targets: pd.DataFrame,
) -> None:
    """Print the tables, to be read from the top."""
    print(
        "HIERARCHIES: median [95 % interval]; * = inside the published quartiles; as there, only groups with "
        f"under {MOST_UNKNOWN:.0%} unknown dyads are kept"
    )
    for (model, block), own in shape.groupby(["model", "block"], sort=False):
        cells = [
            f"{one.measure} {one.median:.2f}{'*' if one.inside else ' '}[{one.low:.2f}, {one.high:.2f}]"
            for one in own.itertuples()
        ]
        joint = "all four" if own["all_four_inside"].all() else "not all four"
        kept = f"kept {own['kept'].iloc[0]} of {own['run'].iloc[0]} groups"
        print(f"  {model}; {block}; {kept}\n    {'  '.join(cells)}  {joint}")
    for protocol, some in differ.groupby("protocol", sort=False):
        print(f"\nTEN EQUALS, 250 MEETINGS OVER A RESOURCE, {protocol}: mean (95 % interval)")
        print(as_rows(rows[rows["protocol"] == protocol]))
        print("Do the rows differ as published?")
        for contrast, own in some.groupby("contrast", sort=False):
            cells = [f"{one.column} {one.found:+.2f} ({one.agrees})" for one in own.itertuples()]
            print(f"  {contrast}: {', '.join(cells)}")
    for (model, block), one in found.items():
        print(f"\n{model.upper()}; {block}\n{as_text(compare(one))}")
    absent = targets[targets["why_not"] != ""]
    print("\nNOT MEASURED")
    for why, own in absent.groupby("why_not", sort=False):
        print(f"  {', '.join(own['target'])}: {why}")


if __name__ == "__main__":
    main()
