"""Results of an experiment: tidy frames, a table with intervals, paired contrasts, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.schema import Arm, ExperimentFile

if TYPE_CHECKING:
    from mentalities_sim.figures import Drawn

RESAMPLES = 2000


@dataclass(repr=False)
class Results:
    """What an experiment found.

    `outcomes` has one row per arm, cell and replicate; `series` and `events` one per recorded moment
    and event; `transitions` counts a client's mentality from one exchange to the next, summed over
    replicates. `chosen` says which candidate each best-of arm stands for, per cell.

    Example:
        >>> from mentalities_sim import Experiment
        >>> trial = Experiment.from_toml(  # doctest: +SKIP
        ...     "experiments/warmth_titration.toml", replicates=20
        ... )
        >>> trial.run().contrast("titrated", "fixed_high", "symptoms")  # doctest: +SKIP
    """

    file: ExperimentFile
    outcomes: pd.DataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    transitions: pd.DataFrame
    chosen: pd.DataFrame
    provenance: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        rows = f"{len(self.outcomes):,} outcome rows"
        return f"<Results of {self.file.title!r}: {rows}; arms {', '.join(self.arms)}>"

    @property
    def axes(self) -> list[str]:
        """Names of the swept columns."""
        return [axis.name for axis in self.file.axes]

    @property
    def arms(self) -> list[str]:
        """Arms to report: all but those of a grid (`fixed_030`) that serve to choose the best."""
        named = {c for a in self.file.arms.values() for c in a.candidates if c[-3:].isdigit()}
        return [a for a in self.file.arms if a not in named]

    def table(self, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
        """Return mean, low and high (95 % bootstrap interval) per arm, cell and outcome, in long form.

        Means are over replicates; what was never observed is left out. One replicate has no interval.
        Raises `ValueError` for an unknown outcome, naming those there are.
        """
        names = list(outcomes or self.file.measures.outcomes)
        for name in names:
            self._need_outcome(name)
        rows = []
        for key, group in self.outcomes.groupby([*self.axes, "arm"], sort=False):
            labels = dict(zip([*self.axes, "arm"], key, strict=True))
            values = group[names].to_numpy(float)
            low, high = bootstrap_means(values)
            for i, name in enumerate(names):
                column = values[:, i]
                mean = float(np.nanmean(column)) if np.isfinite(column).any() else np.nan
                rows.append({**labels, "outcome": name, "mean": mean, "low": low[i], "high": high[i]})
        return pd.DataFrame(rows)

    def contrast(self, arm: str, against: str, outcome: str = "symptoms") -> pd.DataFrame:
        """Return the paired difference arm − against per cell, with its 95 % bootstrap interval.

        Pairs share client and chance (common random numbers). Raises `ValueError` for an unknown arm or
        outcome, naming those there are.
        """
        known = list(dict.fromkeys(self.outcomes["arm"]))
        for name in (arm, against):
            if name not in known:
                raise ValueError(f"no arm {name!r}; there are {', '.join(known)}")
        self._need_outcome(outcome)
        index = [*self.axes, "replicate"]
        one = self.outcomes[self.outcomes["arm"] == arm].set_index(index)[outcome]
        other = self.outcomes[self.outcomes["arm"] == against].set_index(index)[outcome]
        # a best-of arm has its cells in the order they were chosen in; keep the first arm's
        difference = (one - other.reindex(one.index)).rename("difference").reset_index()
        rows = []
        for key, group in difference.groupby(self.axes, sort=False) if self.axes else [((), difference)]:
            values = group["difference"].to_numpy(float)
            low, high = bootstrap_means(values[:, None])
            seen = values[np.isfinite(values)]
            rows.append(
                {
                    **dict(zip(self.axes, key, strict=True)),
                    "arm": arm,
                    "against": against,
                    "outcome": outcome,
                    "difference": float(seen.mean()) if len(seen) else np.nan,
                    "low": low[0],
                    "high": high[0],
                    "sd": float(seen.std(ddof=1)) if len(seen) > 1 else np.nan,
                    "pairs": len(seen),
                }
            )
        return pd.DataFrame(rows)

    def _need_outcome(self, name: str) -> None:
        known = [c for c in self.outcomes.columns if c not in ("arm", "replicate", *self.axes)]
        if name not in known:
            raise ValueError(f"no outcome {name!r}; there are {', '.join(known)}")

    def to_pandas(self) -> pd.DataFrame:
        """Return the outcomes, one row per arm, cell and replicate."""
        return self.outcomes

    def plot(self, name: str) -> Drawn:
        """Return one of the experiment's figures by name; `ValueError` names those there are."""
        from mentalities_sim.experiment.pictures import drawings

        known = drawings(self)
        if name not in known:
            raise ValueError(f"no figure {name!r}; there are {', '.join(known)}")
        return known[name]()


def bootstrap_means(values: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of 95 % percentile bootstrap intervals of column means (n rows resampled).

    NaN rows of a column are left out, of its mean and of the rows resampled. Fewer than two give NaN.

    Example:
        >>> low, high = bootstrap_means(np.array([[1.0], [1.0], [1.0]]))
        >>> float(low[0]), float(high[0])
        (1.0, 1.0)
    """
    low, high = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    seen = np.isfinite(values)
    # columns seen in the same rows are resampled together: all of them, but for what was not observed
    for pattern in np.unique(seen, axis=1).T:
        columns = (seen == pattern[:, None]).all(axis=0)
        if pattern.sum() >= 2:
            low[columns], high[columns] = _intervals(values[np.ix_(pattern, columns)], seed)
    return low, high


def _intervals(values: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from scipy.stats import bootstrap

    found = bootstrap(
        (values,),
        np.mean,
        axis=0,
        n_resamples=RESAMPLES,
        vectorized=True,
        method="percentile",
        random_state=np.random.default_rng(seed),
        batch=200,
    ).confidence_interval
    return np.asarray(found.low), np.asarray(found.high)


def with_best_arms(file: ExperimentFile, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the best-of arms to the outcome rows and drop the choosing replicates.

    Each best-of arm is, per level of its `for_each`, the candidate with the best mean of `by` over the
    choosing replicates (the first in the file, of equals); reported are that candidate's rows of the
    others. Raises `ValueError` where `by` was never observed.
    """
    choosing = rows[rows["replicate"] >= file.replicates]
    kept = rows[rows["replicate"] < file.replicates]
    frames, chosen = [kept], []
    for arm in file.arms.values():
        if arm.kind != "best_of":
            continue
        for levels, best in _best(arm, choosing):
            mask = kept["arm"] == best
            for name, value in levels.items():
                mask &= kept[name] == value
            frames.append(kept[mask].assign(arm=arm.name))
            chosen.append({"arm": arm.name, **levels, "chosen": best})
    joined = pd.concat(frames, ignore_index=True)
    order = {name: i for i, name in enumerate(file.arms)}
    keys = joined[["arm"]].assign(place=joined["arm"].map(order), row=np.arange(len(joined)))
    return joined.iloc[np.lexsort((keys["row"], keys["place"]))].reset_index(drop=True), pd.DataFrame(chosen)


def _best(arm: Arm, choosing: pd.DataFrame) -> list[tuple[Mapping[str, Any], str]]:
    candidates = choosing[choosing["arm"].isin(arm.candidates)]
    if not arm.for_each:
        return [({}, _extreme(arm, candidates))]
    found: list[tuple[Mapping[str, Any], str]] = []
    for key, group in candidates.groupby(list(arm.for_each), sort=False):
        found.append((dict(zip(arm.for_each, key, strict=True)), _extreme(arm, group)))
    return found


def _extreme(arm: Arm, rows: pd.DataFrame) -> str:
    means = rows.groupby("arm")[arm.by].mean().reindex(list(arm.candidates))
    if means.isna().all():
        raise ValueError(
            f"arm {arm.name} cannot choose by {arm.by}: it was never observed; choose by another"
        )
    return str(means.idxmin() if arm.choose == "lowest" else means.idxmax())
