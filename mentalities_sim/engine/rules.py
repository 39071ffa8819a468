"""A rule set: a world and the classes that play its roles, with the record types they need."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mentalities_sim.declare import Parameter, State, Stream, declared, record_dtype

if TYPE_CHECKING:
    from mentalities_sim.engine.binder import Binding

PLACEHOLDER = "nothing"


class RuleSetError(TypeError):
    """Classes that cannot share one compiled world; the message says which and why."""


@dataclass(frozen=True)
class RuleSet:
    """A world class and one class per role; roles that share a base share one record type.

    `world` is a class such as `Dyad`; `cast` names a class for some or all of its roles (the
    world's own class stands in for the others). Raises `RuleSetError` for an unknown role, or when
    two classes of a family declare one field with different types.

    Example:
        >>> from mentalities_sim.worlds import Dyad
        >>> from mentalities_sim.policies import Titrated
        >>> sorted(RuleSet(Dyad, {"policy": Titrated}).classes)
        ['client', 'policy', 'therapist', 'world']
    """

    world: type
    cast: Mapping[str, type] = field(default_factory=dict)

    def __post_init__(self) -> None:
        roles: Mapping[str, type] = self.world.roles  # type: ignore[attr-defined]
        for role, cls in self.cast.items():
            if role not in roles:
                raise RuleSetError(
                    f"{self.world.__name__} has no role {role!r}; its roles are {', '.join(roles)}"
                )
            if not issubclass(cls, roles[role]):
                raise RuleSetError(
                    f"the role {role!r} is played by a {roles[role].__name__}; {cls.__name__} is none"
                )

    @cached_property
    def classes(self) -> dict[str, type]:
        """Class of every role, the world's own under 'world'; roles that share records share a class.

        Whoever takes another's place is of that one's class.
        """
        same = {**self.shared, **{new: old for old, new in self.newborn.values()}}
        cast = {same.get(role, role): cls for role, cls in self.cast.items()}
        found = {"world": self.world, **self.world.roles, **cast}  # type: ignore[attr-defined]
        return {role: found[same.get(role, role)] for role in found}

    @cached_property
    def named(self) -> dict[str, type]:
        """Class of everybody a rule's argument can stand for: every role, and other names for some of them.

        A world's `called` maps such a name to a role, so that rules shared by worlds have one for it.
        """
        found = {role: cls for role, cls in self.classes.items() if role != "world"}
        called: Mapping[str, str] = getattr(self.world, "called", {})
        return {**found, **{name: found[role] for name, role in called.items()}}

    @cached_property
    def shared(self) -> dict[str, str]:
        """Roles that are played by the people of another: `other` is one of those that `person` is of."""
        return dict(getattr(self.world, "shared", {}))

    @cached_property
    def crowds(self) -> dict[str, int]:
        """Roles of which a run holds many: 1 for a row of them, 2 for a row each of another's; else none."""
        return dict(getattr(self.world, "crowds", {}))

    @cached_property
    def ties(self) -> dict[str, tuple[str, str]]:
        """Roles that are found by who meets whom: whose memory it is, and of whom."""
        return dict(getattr(self.world, "ties", {}))

    @cached_property
    def recall(self) -> Any:
        """The function that finds, in one's memory, the place of somebody: (row, own identity, theirs)."""
        return self.world.recall  # type: ignore[attr-defined]

    @cached_property
    def newborn(self) -> dict[str, tuple[str, str]]:
        """Phases in which somebody takes another's place: whose, and who comes."""
        return dict(getattr(self.world, "newborn", {}))

    @cached_property
    def kept(self) -> list[str]:
        """Roles that have records of their own, the world first."""
        return [role for role in self.classes if role not in self.shared]

    @cached_property
    def placed(self) -> list[str]:
        """Roles of which a step must say which one of many is meant."""
        whose = {role: self.shared.get(role, role) for role in self.classes if role not in self.ties}
        return [role for role, kept in whose.items() if self.crowds.get(kept) == 1]

    @cached_property
    def families(self) -> dict[str, list[type]]:
        """For each role, all classes of the rule set that share declared fields with it."""
        return {
            role: [other for other in self.classes.values() if _related(cls, other)]
            for role, cls in self.classes.items()
        }

    def state_dtype(self, role: str) -> np.dtype[Any]:
        """Record type of a role's states: the union over its family, so that code is shared."""
        return self._dtypes[role, State]

    def parameter_dtype(self, role: str) -> np.dtype[Any]:
        """Record type of a role's parameters: the union over its family."""
        return self._dtypes[role, Parameter]

    def states(self, role: str) -> dict[str, State]:
        """States that the role's own class declares."""
        return self._declared[role, State]

    def parameters(self, role: str) -> dict[str, Parameter]:
        """Parameters that the role's own class declares."""
        return self._declared[role, Parameter]

    def streams(self, role: str) -> dict[str, Stream]:
        """Streams that the role's own class declares."""
        return self._declared[role, Stream]

    @cached_property
    def _declared(self) -> dict[tuple[str, type], dict[str, Any]]:
        kinds = (State, Parameter, Stream)
        return {(role, kind): declared(cls, kind) for role, cls in self.classes.items() for kind in kinds}

    @cached_property
    def _dtypes(self) -> dict[tuple[str, type], np.dtype[Any]]:
        out: dict[tuple[str, type], np.dtype[Any]] = {}
        for role in self.classes:
            out[role, State] = record_dtype(self._union(role, State) or {PLACEHOLDER: State(0.0)})
            out[role, Parameter] = record_dtype(self._union(role, Parameter) or {PLACEHOLDER: Parameter(0.0)})
        return out

    def pass_dtype(self, role: str) -> np.dtype[Any]:
        """Record type of the chance that one pass of a role needs: one float per stream."""
        names = self._union(role, Stream) or {PLACEHOLDER: None}
        return np.dtype([(name, np.float64) for name in names])

    @cached_property
    def phases(self) -> dict[str, dict[str, str]]:
        """For each phase of the world, the passes in it and whose streams they hold."""
        return dict(self.world.phases)  # type: ignore[attr-defined]

    @cached_property
    def streams_read(self) -> dict[str, dict[str, list[str]]]:
        """For each phase and pass, the streams that the rules can come to read; others are not drawn.

        Where the rules' source cannot be read, all streams that the pass's role declares.
        """
        from mentalities_sim.engine.remembered import remembered

        return remembered("streams read", self, self._streams_read)

    def _streams_read(self) -> dict[str, dict[str, list[str]]]:
        from mentalities_sim.engine.check import RuleError, Scope, streams_read
        from mentalities_sim.engine.check.members import look_up

        def resolve(name: str, is_super: bool, defined_in: type) -> Any:
            found = look_up(self.world, name, defined_in if is_super else None)
            return found if found and inspect.isfunction(found[0]) else None

        out = {}
        for phase, passes in self.phases.items():
            declared_here = {name: list(self.streams(role)) for name, role in passes.items()}
            luck = {name: dict.fromkeys(streams) for name, streams in declared_here.items()}
            scope = Scope(self.world, self.named, {"luck": luck})
            try:
                read = streams_read(getattr(self.world, phase), resolve, scope)
            except RuleError:
                out[phase] = declared_here
                continue
            out[phase] = {
                name: [s for s in streams if f"luck.{name}.{s}" in read]
                for name, streams in declared_here.items()
            }
        return out

    @cached_property
    def chance(self) -> str:
        """What random numbers the rules need, and where: equal for rule sets that can share them."""
        normal = {role: [s for s, d in self.streams(role).items() if d.normal] for role in self.classes}
        return repr((self.streams_read, normal, [self.luck_dtype(phase).descr for phase in self.phases]))

    def luck_dtype(self, phase: str) -> np.dtype[Any]:
        """Record type of the chance of one tick of a phase: one nested record per pass."""
        return self._luck_dtypes[phase]

    @cached_property
    def _luck_dtypes(self) -> dict[str, np.dtype[Any]]:
        """Kept, since a long course asks for them at every stretch."""
        return {
            phase: np.dtype([(name, self.pass_dtype(role)) for name, role in passes.items()])
            for phase, passes in self.phases.items()
        }

    @cached_property
    def binding(self) -> Binding:
        """All functions that the rules reach, checked and bound once; raises `RuleError`."""
        from mentalities_sim.engine.binder import bind

        return bind(self)

    @cached_property
    def inputs(self) -> dict[str, type]:
        """Plain input records that the world reads per tick, by argument name."""
        return dict(self.world.inputs)  # type: ignore[attr-defined]

    def input_dtype(self, name: str) -> np.dtype[Any]:
        """Record type of an input."""
        return record_dtype(declared(self.inputs[name], State))

    def resolve_phase(self, phase: str) -> list[str]:
        """Names of the arguments of a phase's rule, after `self`: roles, inputs, `tick`, `luck`."""
        known = {*self.classes, *self.inputs, "tick", "luck"} - {"world"}
        names = list(inspect.signature(getattr(self.world, phase)).parameters)[1:]
        for name in names:
            if name not in known:
                raise RuleSetError(
                    f"{self.world.__name__}.{phase} asks for {name!r}; a phase can be given "
                    f"{', '.join(sorted(known))}"
                )
        return names

    def event_fields(self) -> list[tuple[str, str, str]]:
        """(role, field, "change" or "nonzero") of every state that asks for event rows; crowds note none."""
        return [
            (role, name, state.event)
            for role in self.kept
            if role not in self.crowds
            for name, state in self.states(role).items()
            if state.event
        ]

    def _union(self, role: str, kind: type[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for cls in self.families[role]:
            for name, declaration in declared(cls, kind).items():
                if kind is not Stream and name in found:
                    other = found[name]
                    if (other.dtype, other.shape) != (declaration.dtype, declaration.shape):
                        raise RuleSetError(
                            f"{cls.__name__}.{name} is {declaration.dtype}{declaration.shape or ''}, but "
                            f"elsewhere in its family {other.dtype}{other.shape or ''}; one name, one type"
                        )
                found.setdefault(name, declaration)
        return found


def _related(a: type, b: type) -> bool:
    return any(
        base in b.__mro__ and any(isinstance(v, (State, Parameter, Stream)) for v in vars(base).values())
        for base in a.__mro__
    )
