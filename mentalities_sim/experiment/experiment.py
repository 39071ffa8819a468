"""An experiment in Python: the same as `mentalities run`, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentalities_sim.experiment.file import load
from mentalities_sim.experiment.kinds import KINDS, kind_of
from mentalities_sim.experiment.results import Results
from mentalities_sim.experiment.schema import ExperimentFile
from mentalities_sim.experiment.vocabulary import installed_vocabulary
from mentalities_sim.running.batches import Engine, Order
from mentalities_sim.running.executors import Hands, cluster, lent, threads
from mentalities_sim.running.hashes import rule_hashes
from mentalities_sim.running.in_folder import run_in_folder
from mentalities_sim.running.in_memory import run_in_memory
from mentalities_sim.running.progress import Progress

if TYPE_CHECKING:
    from mentalities_sim.running.plan import Plan


@dataclass(repr=False)
class Experiment:
    """An experiment file, and the classes that play its roles.

    `cast` names your own classes for roles ("client" and "therapist"; in a society "person" and "tie"),
    `policies` your own policies by the name that an arm gives them; the file's names are then checked against
    them.

    Example:
        >>> trial = Experiment.from_toml("experiments/warmth_titration.toml", replicates=4)  # doctest: +SKIP
        >>> trial.run().outcomes.head()  # doctest: +SKIP
    """

    file: ExperimentFile
    cast: Mapping[str, type] = field(default_factory=dict)
    policies: Mapping[str, type] = field(default_factory=dict)

    def __repr__(self) -> str:
        runs = f"{self.therapies:,} {kind_of(self.file).runs}"
        return f"<Experiment {self.file.title!r}: {len(self.file.arms)} arms, {runs}>"

    @classmethod
    def from_toml(
        cls,
        path: str | Path,
        cast: Mapping[str, type] | None = None,
        policies: Mapping[str, type] | None = None,
        **settings: Any,
    ) -> Experiment:
        """Read and check a file; keywords override its head (`replicates=20`, `seed=1`).

        Dotted settings go by a mapping: `**{"client.threat": 0.2}`. Raises `ExperimentError`, naming every
        problem at once, and `TypeError` for a role that cannot be cast.
        """
        overrides = [f"{name}={_toml(value)}" for name, value in settings.items()]
        _check_cast(cast, tuple(dict.fromkeys(role for kind in KINDS.values() for role in kind.people)))
        file = load(path, overrides, installed_vocabulary(cast, policies))
        _check_cast(cast, kind_of(file).people)
        return cls(file, dict(cast or {}), dict(policies or {}))

    @property
    def therapies(self) -> int:
        """How many therapies (or whatever the kind of world has) a run computes."""
        return self.file.therapies

    def run(
        self,
        out: str | Path | None = None,
        *,
        engine: Engine = "compiled",
        seed: int | None = None,
        workers: int | None = None,
        executor: Executor | None = None,
        scheduler: str | None = None,
        part: tuple[int, int] = (1, 1),
        retry: bool = False,
        progress: bool = False,
    ) -> Results:
        """Run the experiment, in memory or into the folder `out`, and return its results.

        Into a folder, every task is on disk when it is done: run the same again to go on after any
        interruption. A folder of another experiment is put aside, never mixed. `part` = (k, n) runs the k-th
        of n shares (to be merged), `retry` only what failed.

        `engine` is "compiled" or "mesa" (equal numbers, other speed). Work is done by `workers` threads, by
        an `executor` of `concurrent.futures` (which takes `workers` tasks at a time), or by the Dask cluster
        whose `scheduler` answers at that address. Numbers do not depend on any of these. Runs that fail are
        rows of `Results.failures`. Raises `FolderError`, `WorkerError` and `RuleError` before anything is
        run; `SweepError` where a sweep could not go on (then run the same again).
        """
        _check_arguments(engine, workers, part)
        seed = None if seed is None else int(seed)
        if out is None and (part != (1, 1) or retry):
            raise ValueError("part and retry are for a folder: give out")
        order = self.order(engine, seed)
        with self._hands(engine, workers, executor, scheduler) as hands:
            with Progress(silent=not progress, runs=kind_of(self.file).runs) as shown:
                if out is not None:
                    run_in_folder(order, Path(out), hands, shown, part=part, retry=retry)
                    return Results.read(out)
                found = run_in_memory(order, hands, shown)
        told: dict[str, Any] = {"seed": order.seed, "engine": engine, "rules": rule_hashes(order)}
        told["set_directly"] = order.conditions.set_directly()
        if order.own_classes:
            told["cast"] = order.own_classes
        return Results(self.file, found, told)

    def plan(self, *, engine: Engine = "compiled", workers: int | None = None) -> Plan:
        """Say how many runs there are, what varies, and from a short trial how long it takes; writes nothing.

        Raises `RuleError` for rules that cannot be run. Printed, the plan is a page of text.
        """
        from mentalities_sim.running.plan import plan

        return plan(self.order(engine), workers)

    def order(self, engine: Engine = "compiled", seed: int | None = None) -> Order:
        """Return what workers are told; raises `RuleError` for rules that the engine cannot run."""
        order = Order(self.file, engine, self.file.seed if seed is None else seed, self.cast, self.policies)
        order.check()
        return order

    @staticmethod
    def _hands(
        engine: Engine, workers: int | None, executor: Executor | None, scheduler: str | None
    ) -> AbstractContextManager[Hands]:
        if executor is not None and scheduler is not None:
            raise ValueError("give an executor or a scheduler, not both")
        if scheduler is not None:
            return cluster(scheduler)
        return lent(executor, workers) if executor else threads(workers, engine)


def _check_arguments(engine: str, workers: int | None, part: tuple[int, int]) -> None:
    if engine not in ("compiled", "mesa"):
        raise ValueError(f"no engine {engine!r}; there are 'compiled' and 'mesa'")
    if workers is not None and workers < 1:
        raise ValueError(f"workers is {workers}; allowed: 1 or more, or None for all cores")
    if not 1 <= part[0] <= part[1]:
        raise ValueError(f"part is {part}; allowed: (k, n) with k from 1 to n, such as (2, 4)")


def _toml(value: Any) -> str:
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        value = value.tolist()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + "}"
    return repr(value)


def _check_cast(cast: Mapping[str, type] | None, people: tuple[str, ...]) -> None:
    """Raise `TypeError` for a role that nobody here plays."""
    for role in cast or {}:
        if role not in people:
            taken = " and ".join(f"'{name}'" for name in people)
            raise TypeError(f"cast takes {taken}, not {role!r}; policies go by `policies`")
