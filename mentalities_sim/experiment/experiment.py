"""An experiment in Python: the same as `mentalities run`, step by step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mentalities_sim.experiment.file import load
from mentalities_sim.experiment.folder import provenance
from mentalities_sim.experiment.results import Results, with_best_arms
from mentalities_sim.experiment.run import Engine, run_file
from mentalities_sim.experiment.schema import ExperimentFile


@dataclass(repr=False)
class Experiment:
    """An experiment file, and the classes that play its roles.

    `cast` names your own classes for "client" or "therapist", `policies` your own policies by the name
    that an arm gives them; the file's names are then checked against them.

    Example:
        >>> trial = Experiment.from_toml("experiments/warmth_titration.toml", replicates=4)  # doctest: +SKIP
        >>> trial.run().outcomes.head()  # doctest: +SKIP
    """

    file: ExperimentFile
    cast: Mapping[str, type] = field(default_factory=dict)
    policies: Mapping[str, type] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Experiment {self.file.title!r}: {len(self.file.arms)} arms, {self.therapies:,} therapies>"

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
        for role in cast or {}:
            if role not in ("client", "therapist"):
                raise TypeError(
                    f"cast takes 'client' and 'therapist', not {role!r}; policies go by `policies`"
                )
        overrides = [f"{name}={_toml(value)}" for name, value in settings.items()]
        words = _vocabulary(cast or {}, policies or {})
        return cls(load(path, overrides, words), dict(cast or {}), dict(policies or {}))

    @property
    def therapies(self) -> int:
        """How many therapies a run computes."""
        return self.file.therapies

    def run(
        self,
        *,
        engine: Engine = "compiled",
        seed: int | None = None,
        workers: int | None = None,
        progress: Any = None,
    ) -> Results:
        """Run the experiment and return its results.

        `engine` is "compiled" or "mesa" (equal numbers, other speed); `workers` the number of threads;
        `progress` is called with the number of therapies just done.
        """
        seed = self.file.seed if seed is None else seed
        started = datetime.now(UTC)
        found = run_file(
            self.file,
            engine=engine,
            seed=seed,
            cast=self.cast,
            policies=self.policies,
            workers=workers,
            progress=progress,
        )
        outcomes, chosen = with_best_arms(self.file, found.outcomes)
        told = provenance(
            self.file.as_dict(),
            seed,
            engine,
            found.rules,
            started=started.isoformat(),
            ended=datetime.now(UTC).isoformat(),
            cast={n: f"{c.__module__}.{c.__qualname__}" for n, c in {**self.cast, **self.policies}.items()},
        )
        return Results(self.file, outcomes, found.series, found.events, found.transitions, chosen, told)


def _vocabulary(cast: Mapping[str, type], policies: Mapping[str, type]) -> Any:
    if not cast and not policies:
        return None
    from mentalities_sim.experiment.vocabulary import vocabulary_of
    from mentalities_sim.person import Person
    from mentalities_sim.policies import known_policies
    from mentalities_sim.therapist import Therapist
    from mentalities_sim.worlds import Dyad

    return vocabulary_of(
        client=cast.get("client", Person),
        therapist=cast.get("therapist", Therapist),
        world=Dyad,
        policies={**known_policies(), **policies},
    )


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
