"""The names an experiment file may use, taken from what the rule classes declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mentalities_sim.declare import Parameter, State, declared
from mentalities_sim.experiment.schema import OUTCOMES, ROLES

Declarations = Mapping[str, State | Parameter]

SIZE = {
    "sessions": Parameter(20, (1, 1000), unit="sessions", meaning="sessions, one a week"),
    "exchanges": Parameter(60, (1, 1000), unit="exchanges of 30 s", meaning="length of a session"),
}
"""The size of a dyad; a world class that declares these itself has the last word."""

FOLLOWS = {
    "client.fear_of_compassion": "it is warmth_danger - warmth_safety (not below 0); set those",
    "therapist.fear_of_compassion": "it is warmth_danger - warmth_safety (not below 0); set those",
}
"""States that the rules work out from others, so that setting them would change nothing."""


SWEEP_KEYS = ("design", "points", "file")
"""Words of their own under `[sweep]`; every other key there is an axis or a condition."""

RESERVED = (
    "arm",
    "replicate",
    "week",
    "exchange",
    "hours",
    "phase",
    "who",
    "event",
    "before",
    "after",
    "count",
    "chosen",
    "outcome",
    "mean",
    "low",
    "high",
    "against",
    "difference",
    "sd",
    "pairs",
    "entry_symptoms",
    "entry_fear",
    "share_escaped",
    "point",
    "run_id",
    "condition_id",
    "place",
    "error",
    "traceback",
    "role",
)
"""Columns that result tables have of their own, so that no axis may take their name."""


@dataclass(frozen=True)
class Vocabulary:
    """Declarations by role, by world kind and by policy name; and the outcomes on offer.

    Example:
        >>> words = vocabulary_of(policies={})
        >>> sorted(words.worlds["dyad"])
        ['exchanges', 'sessions']
    """

    roles: Mapping[str, Declarations]
    worlds: Mapping[str, Declarations]
    policies: Mapping[str, Declarations]
    outcomes: Sequence[str] = OUTCOMES
    class_names: Mapping[str, str] = field(default_factory=dict)

    def at(self, root: str, kind: str = "dyad") -> Declarations:
        """Return the declarations that stand under `client`, `therapist` or `world`."""
        return self.worlds.get(kind, {}) if root == "world" else self.roles.get(root, {})

    def places_of(self, name: str) -> list[str]:
        """Return every dotted path under which a name is known, for a helpful word.

        Example:
            >>> vocabulary_of(policies={}).places_of("sessions")
            ['world.sessions']
        """
        worlds = ["world." + name for known in self.worlds.values() if name in known]
        roles = [f"{role}.{name}" for role, known in self.roles.items() if name in known]
        arms = [f"arms.<arm with policy {p!r}>.{name}" for p, k in self.policies.items() if name in k]
        return worlds[:1] + roles + arms


def vocabulary_of(
    *,
    client: type | None = None,
    therapist: type | None = None,
    world: type | None = None,
    policies: Mapping[str, type],
) -> Vocabulary:
    """Collect the names from classes; a class that is left out brings none.

    People are known by their states and parameters, policies and worlds by their parameters.

    Example:
        >>> class Griever:
        ...     grief = State(0.2, (0.0, 1.0))
        >>> list(vocabulary_of(client=Griever, policies={}).roles["client"])
        ['grief']
    """
    people: dict[str, type | None] = {"client": client, "therapist": therapist}
    classes = {role: cls for role, cls in people.items() if cls is not None}
    return Vocabulary(
        roles={role: _settable(people[role]) for role in ROLES},
        worlds={"dyad": {**SIZE, **(declared(world, Parameter) if world else {})}},
        policies={name: declared(cls, Parameter) for name, cls in policies.items()},
        class_names={role: cls.__name__ for role, cls in classes.items()},
    )


def installed_vocabulary() -> Vocabulary:
    """Return the names known to the classes of this package.

    Imports them on the first call only, so that reading a file's text needs none of them.
    """
    from mentalities_sim.person import Person
    from mentalities_sim.policies import known_policies
    from mentalities_sim.therapist import Therapist
    from mentalities_sim.worlds.dyad import Dyad

    return vocabulary_of(client=Person, therapist=Therapist, world=Dyad, policies=known_policies())


def _settable(cls: type | None) -> dict[str, Any]:
    if cls is None:
        return {}
    return {**declared(cls, State), **declared(cls, Parameter)}
