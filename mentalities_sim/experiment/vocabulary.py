"""The names an experiment file may use, taken from what the rule classes declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mentalities_sim.declare import Parameter, State, declared
from mentalities_sim.experiment.kinds import KINDS

Declarations = Mapping[str, State | Parameter]

SIZE = {
    "sessions": Parameter(20, (1, 1000), unit="sessions", meaning="sessions, one a week"),
    "exchanges": Parameter(60, (1, 1000), unit="exchanges of 30 s", meaning="length of a session"),
}
"""The size of a dyad; a world class that declares these itself has the last word."""

FEARS = {
    "fear_of_compassion": ("warmth_danger", "warmth_safety"),
    "fear_of_self_compassion": ("self_warmth_danger", "self_warmth_safety"),
    "fear_of_giving": ("giving_danger", "giving_safety"),
}
FOLLOWS = {
    **{
        f"{role}.{fear}": f"it is {danger} - {safety} (not below 0); set those"
        for role in ("client", "therapist", "person")
        for fear, (danger, safety) in FEARS.items()
    },
    "person.identity": "people are numbered from 0",
    "tie.owner": "memories begin when people meet",
    "tie.other": "memories begin when people meet",
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
"""Columns that result tables have of their own, so that no axis may take their name; each kind has more."""


@dataclass(frozen=True)
class Vocabulary:
    """Declarations by role, by world kind and by policy name.

    Example:
        >>> words = vocabulary_of(policies={})
        >>> sorted(words.worlds["dyad"])
        ['exchanges', 'sessions']
    """

    roles: Mapping[str, Declarations]
    worlds: Mapping[str, Declarations]
    policies: Mapping[str, Declarations]
    class_names: Mapping[str, str] = field(default_factory=dict)

    def at(self, root: str, kind: str = "dyad") -> Declarations:
        """Return the declarations that stand under a role or `world`."""
        return self.worlds.get(kind, {}) if root == "world" else self.roles.get(root, {})

    def places_of(self, name: str, kind: str = "dyad") -> list[str]:
        """Return every dotted path under which a name is known in a kind of world, for a helpful word.

        Example:
            >>> vocabulary_of(policies={}).places_of("sessions")
            ['world.sessions']
        """
        worlds = ["world." + name for name in (name,) if name in self.worlds.get(kind, {})]
        roles = [f"{role}.{name}" for role in KINDS[kind].people if name in self.roles.get(role, {})]
        arms = [f"arms.<arm with policy {p!r}>.{name}" for p, k in self.policies.items() if name in k]
        return worlds + roles + (arms if KINDS[kind].takes_policy else [])


def vocabulary_of(
    *,
    policies: Mapping[str, type],
    worlds: Mapping[str, type] | None = None,
    **people: type,
) -> Vocabulary:
    """Collect the names from classes; a class that is left out brings none.

    People, given by role, are known by their states and parameters, policies and worlds (by kind) by their
    parameters.

    Example:
        >>> class Griever:
        ...     grief = State(0.2, (0.0, 1.0))
        >>> list(vocabulary_of(client=Griever, policies={}).roles["client"])
        ['grief']
    """
    known = {kind: declared(cls, Parameter) for kind, cls in (worlds or {}).items()}
    return Vocabulary(
        roles={role: _settable(cls) for role, cls in people.items()},
        worlds={**known, "dyad": {**SIZE, **known.get("dyad", {})}},
        policies={name: declared(cls, Parameter) for name, cls in policies.items()},
        class_names={role: cls.__name__ for role, cls in people.items()},
    )


def installed_vocabulary(
    cast: Mapping[str, type] | None = None, policies: Mapping[str, type] | None = None
) -> Vocabulary:
    """Return the names known to the classes of this package, and to one's own by role and policy.

    Imports them on the first call only, so that reading a file's text needs none of them.
    """
    from mentalities_sim.policies import known_policies

    worlds = {name: kind.glue.world for name, kind in KINDS.items()}
    people = {role: world.roles[role] for world in worlds.values() for role in world.people}  # type: ignore[attr-defined]
    return vocabulary_of(
        worlds=worlds,
        policies={**known_policies(), **(policies or {})},
        **{**people, **(cast or {})},
    )


def _settable(cls: type) -> dict[str, Any]:
    return {**declared(cls, State), **declared(cls, Parameter)}
