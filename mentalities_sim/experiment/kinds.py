"""The kinds of worlds that an experiment can be about: what each calls things, and where it is computed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mentalities_sim.experiment.schema import ExperimentFile
    from mentalities_sim.running.glue import Glue


@dataclass(frozen=True)
class Kind:
    """A kind of world: its words, and the module that makes and measures its runs.

    `unit` is who replicates are, over whom intervals are taken; `shown` are the sizes that are told at the
    head of a run, with their words. Whatever needs the world itself is in `glue`, which is imported when it
    is asked for.

    Example:
        >>> KINDS["society"].unit, KINDS["society"].runs
        ('group', 'societies')
    """

    name: str
    runs: str
    unit: str
    shown: Mapping[str, str]
    place: str

    @property
    def units(self) -> str:
        """Whom intervals are taken over, in the plural."""
        return f"{self.unit}s"

    def many(self, count: int) -> str:
        """Return how many there are of whom intervals are taken over.

        Example:
            >>> KINDS["society"].many(1), KINDS["dyad"].many(1200)
            ('1 group', '1,200 clients')
        """
        return f"{count:,} {self.unit if count == 1 else self.units}"

    @property
    def glue(self) -> Glue:
        """What makes runs of this kind and measures them."""
        found: Glue = importlib.import_module(self.place).GLUE
        return found

    @property
    def people(self) -> tuple[str, ...]:
        """Roles whose settings a file may give."""
        return self.glue.people

    @property
    def takes_policy(self) -> bool:
        """Whether an arm is a way of doing therapy, and so has a policy."""
        return self.glue.takes_policy


KINDS = {
    "dyad": Kind(
        "dyad",
        "therapies",
        "client",
        {"sessions": "sessions", "exchanges": "exchanges"},
        "mentalities_sim.running.dyads",
    ),
    "society": Kind(
        "society",
        "societies",
        "group",
        {"size": "people", "days": "days"},
        "mentalities_sim.running.societies",
    ),
    "clinic": Kind(
        "clinic",
        "clinics",
        "clinic",
        {"size": "people", "clients": "clients", "sessions": "sessions"},
        "mentalities_sim.running.clinics",
    ),
}
"""Every kind by its name in the file."""


def kind_of(file: ExperimentFile) -> Kind:
    """Return the kind of world that an experiment is about."""
    return KINDS[file.world_kind]
