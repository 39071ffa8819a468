"""Results of an experiment: tidy frames, a table with intervals, paired contrasts, figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment import large
from mentalities_sim.experiment.best import with_best_arms
from mentalities_sim.experiment.empty import empty_table
from mentalities_sim.experiment.intervals import bootstrap_mean, bootstrap_means, t_interval
from mentalities_sim.experiment.kinds import Kind, kind_of
from mentalities_sim.experiment.schema import Axis, ExperimentFile

if TYPE_CHECKING:
    import xarray

    from mentalities_sim.figures import Drawn
    from mentalities_sim.store.sums import Sums

LARGE = 200_000
"""Therapies from which on a folder's outcomes are summed shard by shard, and not read at once (100 MB)."""
QUANTILES = {"low_5": 0.05, "median": 0.5, "high_95": 0.95}


class Results:
    """What an experiment found, in memory or in a folder.

    `outcomes` has one row per arm, cell and replicate; `series` and `events` one per recorded moment
    and event; `transitions` counts a client's mentality from one exchange to the next, summed over
    replicates; `agents` are the people as each run left them; of societies, `contests` are all there were,
    and `course` is each tenth of the course; `failures` are the runs that came to no end.
    `chosen` says which candidate each best-of arm stands for, per cell. `tables` holds the frames by name,
    as they were computed; those of a folder are read when they are asked for.

    Example:
        >>> from mentalities_sim import Experiment
        >>> trial = Experiment.from_toml(  # doctest: +SKIP
        ...     "experiments/warmth_titration.toml", replicates=20
        ... )
        >>> trial.run().contrast("titrated", "fixed_high", "symptoms")  # doctest: +SKIP
    """

    def __init__(
        self,
        file: ExperimentFile,
        tables: Mapping[str, pd.DataFrame],
        provenance: Mapping[str, Any] | None = None,
    ) -> None:
        self.file, self.tables, self.provenance = file, tables, dict(provenance or {})

    @classmethod
    def read(cls, folder: str | Path) -> Results:
        """Read a folder of results, finished or not; raises `FolderError` for anything else."""
        from mentalities_sim.experiment.plain import from_plain
        from mentalities_sim.store.manifest import Manifest
        from mentalities_sim.store.provenance import read_provenance
        from mentalities_sim.store.tables import Stored

        folder = Path(folder)
        manifest = Manifest.read(folder)
        file = from_plain(manifest.file)
        return cls(file, Stored(folder), read_provenance(folder))

    def __repr__(self) -> str:
        return f"<Results of {self.file.title!r}: arms {', '.join(self.arms)}>"

    # -- the frames ---------------------------------------------------------------------------

    def _table(self, name: str) -> pd.DataFrame:
        found = self.tables[name]
        return found if len(found) else empty_table(self.file, name)

    def _judged_runs(self, name: str) -> pd.DataFrame:
        """A table without the replicates that only serve to choose best-of arms."""
        found = self._table(name)
        kept = found["replicate"] < self.file.replicates
        return found if kept.all() else found[kept].reset_index(drop=True)

    @cached_property
    def _judged(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return with_best_arms(self.file, self._table("outcomes"))

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row per arm (best-of arms too), cell and replicate; choosing replicates are left out."""
        return self._judged[0]

    @cached_property
    def chosen(self) -> pd.DataFrame:
        """Which candidate each best-of arm stands for, per cell."""
        if self._large:
            return large.chosen(self._large, self.file, self.columns)
        return self._judged[1]

    @property
    def _large(self) -> Path | None:
        """The folder, where the outcomes are too many to be read at once for every question."""
        folder: Path | None = getattr(self.tables, "folder", None)
        return folder if folder and self.file.therapies > LARGE and "_judged" not in self.__dict__ else None

    @property
    def series(self) -> pd.DataFrame:
        """One row per recorded moment."""
        return self._judged_runs("series")

    @property
    def events(self) -> pd.DataFrame:
        """One row per recorded event."""
        return self._judged_runs("events")

    @property
    def agents(self) -> pd.DataFrame:
        """One row per person, as the run left them."""
        return self._judged_runs("agents")

    @property
    def contests(self) -> pd.DataFrame:
        """One row per contest of a society: who won, who lost, and how."""
        return self._judged_runs("contests")

    @property
    def course(self) -> pd.DataFrame:
        """One row per society and tenth of its course: what happened, and what people felt."""
        return self._judged_runs("course")

    @property
    def failures(self) -> pd.DataFrame:
        """One row per run that came to no end, with its error and traceback."""
        return self._table("failures")

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """Counts of mentality transitions in sessions, summed over replicates."""
        from mentalities_sim.running.in_memory import transition_counts

        return transition_counts(self._judged_runs("transitions"), ["arm", *self.columns])

    @property
    def axes(self) -> list[str]:
        """Names of the swept axes."""
        return [axis.name for axis in self.file.axes]

    @property
    def columns(self) -> list[str]:
        """Columns that name a cell: the axes, before them the point where the design samples a space."""
        return [*(["point"] if self.file.sampled else []), *self.axes]

    @property
    def kind(self) -> Kind:
        """The kind of world."""
        return kind_of(self.file)

    @property
    def set_directly(self) -> list[str]:
        """Learned states that the experiment set, instead of having them lived: dotted paths."""
        return list(self.provenance.get("set_directly", []))

    @property
    def main_outcome(self) -> str:
        """The outcome that is looked at where none is named: symptoms, or else the first that is measured."""
        return self.kind.glue.main or self.file.measures.outcomes[0]

    @property
    def arms(self) -> list[str]:
        """Arms to report: all but those of a grid (`fixed_030`) that serve to choose the best."""
        named = {c for a in self.file.arms.values() for c in a.candidates if c[-3:].isdigit()}
        return [a for a in self.file.arms if a not in named]

    def control(self, arm: str) -> str:
        """Return the arm that an arm is compared with: the one it names, or else the first; "" for that."""
        first = self.arms[0]
        return self.file.arms[arm].against or (first if arm != first else "")

    def to_pandas(self) -> pd.DataFrame:
        """Return the outcomes, one row per arm, cell and replicate."""
        return self.outcomes

    def to_xarray(self) -> xarray.Dataset:
        """Return the outcomes with labelled dimensions: arm, swept axes (or point), replicate.

        Raises `ImportError` without xarray.
        """
        try:
            import xarray
        except ImportError:
            raise ImportError("labelled arrays need xarray: pip install xarray") from None
        rows = self.outcomes
        if self.file.design != "zip" and not self.file.sampled:
            return xarray.Dataset.from_dataframe(rows.set_index(["arm", *self.axes, "replicate"]))
        if self.file.design == "zip":  # its axes go side by side: not every combination is there
            rows = rows.assign(point=rows.groupby(self.axes, sort=False).ngroup())
        found = xarray.Dataset.from_dataframe(
            rows.drop(columns=self.axes).set_index(["arm", "point", "replicate"])
        )
        where = rows.drop_duplicates("point").set_index("point")[self.axes].reindex(found["point"])
        return found.assign_coords({axis: ("point", where[axis]) for axis in self.axes})

    # -- what they say ------------------------------------------------------------------------

    def table(self, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
        """Return mean, low and high (95 % bootstrap interval) per arm, cell and outcome, in long form.

        Means are over replicates; what was never observed is left out. One replicate has no interval.
        Raises `ValueError` for an unknown outcome, naming those there are, and for a design that samples
        a space: there `points` has the means, and `summary` what they come to.
        """
        if self.file.sampled:
            raise ValueError(
                f"a {self.file.design} design has too many cells for a table: points() or summary()"
            )
        if self._large:
            names = self._known(outcomes)
            means = large.cell_means(self._large, self.file, self.columns, names)
            return means[[*self.axes, "arm", "outcome", "mean", "low", "high"]]
        rows = []
        for arm, frame in self._by_arm(outcomes):
            names = self._names(outcomes, frame)
            for key, group in frame.groupby(self.axes, sort=False) if self.axes else [((), frame)]:
                labels = {**dict(zip(self.axes, key, strict=True)), "arm": arm}
                values = group[names].to_numpy(float)
                low, high = bootstrap_means(values)
                for i, name in enumerate(names):
                    column = values[:, i]
                    mean = float(np.nanmean(column)) if np.isfinite(column).any() else np.nan
                    rows.append({**labels, "outcome": name, "mean": mean, "low": low[i], "high": high[i]})
        return pd.DataFrame(rows)

    def points(self, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
        """Return means over replicates, one row per arm and cell; `replicates` says how many were seen.

        Raises `ValueError` for an unknown outcome, naming those there are.
        """
        if self._large:
            return large.point_means(self._large, self.file, self.columns, self._known(outcomes))
        frames = []
        for _, frame in self._by_arm(outcomes):
            names = self._names(outcomes, frame)
            groups = frame.groupby(["arm", *self.columns], sort=False)
            means = groups[names].mean()
            means.insert(0, "replicates", groups.size())
            frames.append(means.reset_index())
        return pd.concat(frames, ignore_index=True)

    def summary(self, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
        """Return what to look at first: `table`, or of a sampled space what its points come to.

        There one row per arm and outcome: the mean over points; its 95 % t interval over clients, who are the
        same at every point, so that more points do not narrow it; the share of the points' variance that
        other clients would change (`noise`); the points' 5th, 50th and 95th percentile, and Spearman's rank
        correlation with each axis (`rho_<axis>`; NaN for levels that have no order).
        """
        if not self.file.sampled:
            return self.table(outcomes)
        rows = []
        points, names = self.points(outcomes), self._known(outcomes)
        sums = large.add_up(self._large, self.file, names) if self._large else None
        for arm, found in points.groupby("arm", sort=False):
            means = found.set_index("point")
            ranks = pd.DataFrame({axis.name: _ranks(axis, means[axis.name]) for axis in self.file.axes})
            for name in names:
                clients, noise = self._clients(str(arm), name, means[name], sums)
                low, high = t_interval(clients)
                said: dict[str, Any] = {"arm": arm, "outcome": name, "mean": means[name].mean()}
                said |= {"low": low, "high": high, "noise": noise}
                said |= {word: means[name].quantile(q) for word, q in QUANTILES.items()}
                said |= {f"rho_{axis}": means[name].rank().corr(ranks[axis]) for axis in self.axes}
                rows.append(said)
        return pd.DataFrame(rows)

    def _clients(
        self, arm: str, outcome: str, means: pd.Series, sums: Sums | None
    ) -> tuple[np.ndarray, float]:
        """Each client's mean over all points, and the share of the points' variance that is theirs."""
        from mentalities_sim.analysis.sensitivity import replicate_noise

        if sums is not None:
            by_replicate, column = sums.by_replicate[arm], sums.outcomes.index(outcome)
            return by_replicate.mean[:, column], large.noise(by_replicate, column, means)
        rows = self.outcomes[self.outcomes["arm"] == arm]
        values = rows.pivot(index="point", columns="replicate", values=outcome).to_numpy(float)
        seen = values[np.isfinite(values).all(axis=1)]
        if not len(seen):
            return np.full(values.shape[1], np.nan), float("nan")
        return seen.mean(axis=0), replicate_noise(seen) if min(seen.shape) > 1 else float("nan")

    def contrast(self, arm: str, against: str, outcome: str | None = None) -> pd.DataFrame:
        """Return the paired difference arm − against per cell, with its 95 % bootstrap interval.

        Pairs share client (or group) and chance (common random numbers); where no outcome is named, it is
        `main_outcome`. Of a sampled space it is one row: the pairs are clients, each the mean over all
        points, and the interval is that of t. Raises `ValueError` for an unknown arm or outcome, naming those
        there are.
        """
        outcome = outcome or self.main_outcome
        for name in (arm, against):
            if name not in self.file.arms:
                raise ValueError(f"no arm {name!r}; there are {', '.join(self.file.arms)}")
        index = [*self.columns, "replicate"]
        found = dict(self._by_arm([outcome], [arm, against]))
        if len(found) < len({arm, against}):
            raise ValueError(f"nothing was run yet of arm {arm if arm not in found else against}")
        one, other = (found[name].set_index(index)[outcome] for name in (arm, against))
        # a best-of arm has its cells in the order they were chosen in; keep the first arm's
        frame = (one - other.reindex(one.index)).rename("difference").reset_index()
        if self.file.sampled:
            groups: Any = [((), frame.groupby("replicate", as_index=False)["difference"].mean())]
        else:
            groups = frame.groupby(self.axes, sort=False) if self.axes else [((), frame)]
        rows = []
        for key, group in groups:
            values = group["difference"].to_numpy(float)
            low, high = t_interval(values) if self.file.sampled else bootstrap_mean(values)
            seen = values[np.isfinite(values)]
            rows.append(
                {
                    **dict(zip(self.axes, key, strict=not self.file.sampled)),
                    "arm": arm,
                    "against": against,
                    "outcome": outcome,
                    "difference": float(seen.mean()) if len(seen) else np.nan,
                    "low": low,
                    "high": high,
                    "sd": float(seen.std(ddof=1)) if len(seen) > 1 else np.nan,
                    "pairs": len(seen),
                }
            )
        return pd.DataFrame(rows)

    def plot(self, name: str) -> Drawn:
        """Return one of the experiment's figures by name; `ValueError` names those there are."""
        from mentalities_sim.experiment.pictures import drawings

        known = drawings(self)
        if name not in known:
            raise ValueError(f"no figure {name!r}; there are {', '.join(known)}")
        return known[name]()

    # -- reading them -------------------------------------------------------------------------

    def _by_arm(
        self, outcomes: Sequence[str] | None, arms: Sequence[str] | None = None
    ) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield each arm's outcome rows; of a large folder an arm's at a time, and what is asked for only."""
        for name in arms or self.file.arms:
            frame = self._large_arm(name, self._known(outcomes)) if self._large else self.outcomes
            frame = frame[frame["arm"] == name]
            if len(frame):
                self._names(outcomes, frame)
                yield name, frame

    def _large_arm(self, name: str, outcomes: Sequence[str]) -> pd.DataFrame:
        arm = self.file.arms[name]
        wanted = dict.fromkeys(["arm", *self.columns, "replicate", *outcomes, *([arm.by] if arm.by else [])])
        rows = self.tables.part("outcomes", arm.candidates or [name], list(wanted))  # type: ignore[attr-defined]
        return with_best_arms(self.file, rows, [name] if arm.candidates else [])[0]

    def _known(self, outcomes: Sequence[str] | None) -> list[str]:
        return list(outcomes or self.file.measures.outcomes)

    def _names(self, outcomes: Sequence[str] | None, frame: pd.DataFrame) -> list[str]:
        names = self._known(outcomes)
        known = [c for c in frame.columns if c not in ("arm", "replicate", *self.columns)]
        for name in names:
            if name not in known:
                raise ValueError(f"no outcome {name!r}; there are {', '.join(known)}")
        return names


def _ranks(axis: Axis, column: pd.Series) -> pd.Series:
    """Ranks of an axis: by value, or by the file's order of levels where they have words."""
    if pd.api.types.is_numeric_dtype(column):
        return column.rank()
    if not axis.path and len(axis.paths) != 1:  # variants that set several things have no order
        return pd.Series(np.nan, column.index)
    places = {level.column: place for place, level in enumerate(axis.levels)}
    return column.map(places).rank()
