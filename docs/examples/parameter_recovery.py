"""Parameter recovery: can what a study observes tell which parameters made it?

"Data" are simulated from known parameters with one seed, and the parameters are then looked for with another
seed, (a) by Optuna, which minimises the distance between what was observed and what is simulated, and (b) by
approximate Bayesian computation (ABC) on a sweep that lies on disk: the nearest of its points. Over several
truths one sees which parameters come back.

    python parameter_recovery.py             # 12 truths, some minutes
    python parameter_recovery.py --truths 4  # less
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import pandas as pd

from mentalities_sim import Experiment, Results

STUDY = """
[experiment]
title = "Parameter recovery"
seed = 1
replicates = 50 # clients at each point

[world]
sessions = 10
exchanges = 40

[client]
warmth_danger = 0.7
expected_warmth = [0.1, -0.4]
expected_dominance = [0.3, 0.6]
power = [-0.2, -0.4]
involuntary_subordination = 0.3

[arms]
reserved = { policy = "fixed", warmth = 0.3 }
warm = { policy = "fixed", warmth = 0.8 }
"""
SPREAD = """
[sweep] # ranges that are declared as plausible
design = "sobol"
points = 1024
safety_rate = { of = "client.safety_rate", range = [0.004, 0.04], scale = "log" }
alarm_gain = { of = "client.alarm_gain", range = [0.9, 2.2] }
danger_rate = { of = "client.danger_rate", range = [0.0, 0.06] }
"""
GIVEN = """
[sweep] # points of our own
design = "table"
file = "points.csv"
safety_rate = { of = "client.safety_rate" }
alarm_gain = { of = "client.alarm_gain" }
danger_rate = { of = "client.danger_rate" }
"""
PARAMETERS = ["safety_rate", "alarm_gain", "danger_rate"]
LOW, HIGH = np.array([0.004, 0.9, 0.0]), np.array([0.04, 2.2, 0.06])
OBSERVED = ["symptoms", "fear_of_compassion", "felt_security", "switching", "ruptures", "weeks_attended"]
DATA_SEED, OPTUNA_SEED = 2, 3  # the sweep has seed 1
CLIENTS = 100  # in each "study" whose parameters are looked for


def summarise(results: Results) -> pd.DataFrame:
    """Return one row per point: the mean of each observed outcome in each arm."""
    means = results.points(OBSERVED).pivot(index="point", columns="arm", values=OBSERVED)
    means.columns = [f"{outcome} ({arm})" for outcome, arm in means.columns]
    return means


def simulate(points: np.ndarray, folder: Path, seed: int, replicates: int) -> np.ndarray:
    """Simulate points (rows) of our own and return their summaries."""
    pd.DataFrame(points, columns=PARAMETERS).to_csv(folder / "points.csv", index=False)
    (folder / "given.toml").write_text(STUDY + GIVEN, encoding="utf-8")
    study = Experiment.from_toml(folder / "given.toml", seed=seed, replicates=replicates)
    return summarise(study.run()).to_numpy()


def spread(results: Results) -> np.ndarray:
    """Return by how much clients differ at a point, for each summary: the SD between replicates."""
    rows = results.outcomes.groupby(["arm", "point"])[OBSERVED].var().groupby("arm").mean()
    return np.sqrt([rows.loc[arm, outcome] for outcome in OBSERVED for arm in sorted(results.arms)])


def by_abc(swept: np.ndarray, summaries: np.ndarray, data: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the mean parameters of the ten points of the sweep that come nearest to the data."""
    distance = (((summaries - data) / scale) ** 2).sum(axis=1)
    return swept[np.argsort(distance)[:10]].mean(axis=0)


def by_optuna(data: np.ndarray, scale: np.ndarray, folder: Path, rounds: int, seed: int) -> np.ndarray:
    """Return the best parameters of `rounds` × 16 trials; the 16 of a round are one small sweep."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=True)
    search = optuna.create_study(sampler=sampler)
    for _ in range(rounds):
        trials = [search.ask() for _ in range(16)]
        points = np.array(
            [
                [
                    trial.suggest_float(name, low, high, log=name == "safety_rate")
                    for name, low, high in zip(PARAMETERS, LOW, HIGH, strict=True)
                ]
                for trial in trials
            ]
        )
        found = simulate(points, folder, OPTUNA_SEED, replicates=50)
        for trial, summary in zip(trials, found, strict=True):
            search.tell(trial, float((((summary - data) / scale) ** 2).sum()))
    return np.array([search.best_params[name] for name in PARAMETERS])


def main() -> None:
    """Recover several truths, and say how well."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--truths", type=int, default=12)
    reader.add_argument("--points", type=int, default=1024, help="points of the sweep, a power of two")
    reader.add_argument("--rounds", type=int, default=8, help="rounds of 16 Optuna trials; 0: ABC only")
    reader.add_argument("--out", type=Path, default=Path("results/recovery"))
    given = reader.parse_args()
    folder = given.out.parent
    folder.mkdir(parents=True, exist_ok=True)

    (folder / "spread.toml").write_text(STUDY + SPREAD, encoding="utf-8")
    sweep = Experiment.from_toml(folder / "spread.toml", **{"sweep.points": given.points})
    results = sweep.run(given.out)  # on disk: found there when this is run again
    summaries, scale = summarise(results), spread(results)
    swept = results.points(["symptoms"]).drop_duplicates("point").set_index("point")[PARAMETERS]
    swept, summaries = swept.loc[summaries.index].to_numpy(), summaries.to_numpy()

    u = np.random.default_rng(0).random((given.truths, 3))
    truths = LOW + u * (HIGH - LOW)
    truths[:, 0] = [math.exp(math.log(0.004) + x * math.log(10)) for x in u[:, 0]]
    data = simulate(truths, folder, DATA_SEED, CLIENTS)

    rows = []
    for i, (truth, observed) in enumerate(zip(truths, data, strict=True)):
        found = {"ABC": by_abc(swept, summaries, observed, scale)}
        if given.rounds:
            found["Optuna"] = by_optuna(observed, scale, folder, given.rounds, seed=i)
        rows += [
            {"truth": i, "parameter": name, "true": truth[j], **{how: x[j] for how, x in found.items()}}
            for j, name in enumerate(PARAMETERS)
        ]
    table = pd.DataFrame(rows)
    table.to_csv(folder / "recovered.csv", index=False)
    print(table[table["truth"] < 3].round(4).to_string(index=False))
    print("\ncorrelation of recovered with true, and mean error as a share of the range, by parameter")
    said = []
    for j, name in enumerate(PARAMETERS):
        part = table[table["parameter"] == name]
        row: dict[str, object] = {"parameter": name}
        for how in found:
            row[f"{how}: r"] = part[how].corr(part["true"])
            row[f"{how}: error"] = (part[how] - part["true"]).abs().mean() / (HIGH[j] - LOW[j])
        said.append(row)
    print(pd.DataFrame(said).round(2).to_string(index=False))


if __name__ == "__main__":
    main()
