"""Summaries of results too large for memory, from sums that are read shard by shard.

They say what `Results.table`, `points` and `summary` say of smaller ones, but for intervals of single cells:
these are normal here, and so a little narrow where a cell has few replicates; and a best-of arm is chosen
by the mean of its cells' means.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.best import choose
from mentalities_sim.experiment.schema import ExperimentFile
from mentalities_sim.store.sums import Moments, Sums, sums

Z = 1.959963984540054


def add_up(folder: Path, file: ExperimentFile, outcomes: Sequence[str]) -> Sums:
    """Return the sums of outcomes by condition; raises `ValueError` for an outcome that is not there."""
    try:
        return sums(folder, outcomes, file.replicates)
    except KeyError as error:
        raise ValueError(f"no outcome {error}") from error


def cell_means(
    folder: Path, file: ExperimentFile, columns: Sequence[str], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return n, mean, low, high of each arm (best-of arms too), cell and outcome, in long form."""
    found = add_up(folder, file, outcomes)
    rows, n = found.judged, len(outcomes)
    variance = (rows.squares - rows.n * rows.mean**2) / np.where(rows.n > 1, rows.n - 1, np.nan)
    half = Z * np.sqrt(np.maximum(variance, 0.0) / np.where(rows.n > 0, rows.n, np.nan))
    long = found.conditions[["arm", *columns]].loc[found.conditions.index.repeat(n)].reset_index(drop=True)
    long["outcome"] = np.tile(np.asarray(outcomes, object), len(found.conditions))
    mean = rows.mean
    for name, values in (("n", rows.n), ("mean", mean), ("low", mean - half), ("high", mean + half)):
        long[name] = values.reshape(-1)
    return _with_best_arms(folder, file, columns, long)


def point_means(
    folder: Path, file: ExperimentFile, columns: Sequence[str], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return what `Results.points` does: a row per arm (best-of arms too) and cell, a column per outcome."""
    found = add_up(folder, file, outcomes)
    means = pd.DataFrame(found.judged.mean, columns=list(outcomes))
    means.insert(0, "replicates", found.judged.n.max(axis=1))
    wide = pd.concat([found.conditions[["arm", *columns]], means], axis=1)
    return _with_best_arms(folder, file, columns, wide)


def _with_best_arms(
    folder: Path, file: ExperimentFile, columns: Sequence[str], rows: pd.DataFrame
) -> pd.DataFrame:
    """Rows by arm in the order of the file; a best-of arm's are those of what it stands for."""
    by_arm = dict(list(rows.groupby("arm", sort=False)))
    best = chosen(folder, file, columns)
    frames = []
    for arm in file.arms:
        if arm in by_arm:
            frames.append(by_arm[arm])
            continue
        for row in best[best["arm"] == arm].to_dict("records") if len(best) else []:
            rows_of = by_arm[row.pop("chosen")].assign(arm=row.pop("arm"))
            for name, value in row.items():
                if name in file.arms[arm].for_each:
                    rows_of = rows_of[rows_of[name] == value]
            frames.append(rows_of)
    return pd.concat(frames, ignore_index=True)


def chosen(folder: Path, file: ExperimentFile, columns: Sequence[str]) -> pd.DataFrame:
    """Return which candidate each best-of arm stands for, as `Results.chosen` does."""
    rows: list[dict[str, Any]] = []
    for arm in file.arms.values():
        if arm.candidates:
            found = add_up(folder, file, [arm.by])
            means = found.conditions[["arm", *columns]].assign(**{arm.by: found.choosing.mean[:, 0]})
            rows += [
                {"arm": arm.name, **levels, "chosen": best}
                for levels, best in choose(arm, means[found.choosing.n[:, 0] > 0])
            ]
    return pd.DataFrame(rows)


def noise(by_replicate: Moments, column: int, means: pd.Series) -> float:
    """Return the share of the points' variance that is chance, as `analysis.replicate_noise` defines it.

    `by_replicate` are one arm's sums, `means` its points' means. NaN where some replicate of some point was
    not observed.
    """
    counts, total = by_replicate.n[:, column], by_replicate.total[:, column]
    n, r = len(means), len(counts)
    if r < 2 or n < 2 or not (counts == n).all():
        return float("nan")
    squares, grand = by_replicate.squares[:, column].sum(), total.sum() / (n * r)
    rest = squares - r * float((means**2).sum()) - float((total**2).sum()) / n + n * r * grand**2
    between = float(means.var())
    return min(max(rest, 0.0) / ((n - 1) * (r - 1)) / r / between, 1.0) if between > 0 else float("nan")
