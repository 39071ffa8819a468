"""Nulls: recordings with arms, times and people shuffled; couplings with their signs drawn at random."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mentalities_sim.claims.mechanisms import signed
from mentalities_sim.evidence.seen import Record, Seen


def shuffled(seen: Seen, seed: int) -> Seen:
    """Return the same numbers with arms, times and people shuffled: nothing can be learned from them.

    Each unit's arms change places at random, its moments too, and then each quantity's units: what a
    signature still shows is arithmetic. Source: evidence rule 7.

    Example:
        >>> arms = {"a": Record({"x": np.zeros(4)}, {}), "b": Record({"x": np.ones(4)}, {})}
        >>> mixed = shuffled(Seen(arms), 1)
        >>> float(mixed["a"].outcome("x").sum() + mixed["b"].outcome("x").sum())
        4.0
    """
    rng = np.random.default_rng(seed)
    names = list(seen)
    first = seen[names[0]]
    n = len(next(iter([*first.outcomes.values(), *first.courses.values()])))
    places = rng.permuted(np.tile(np.arange(len(names)), (n, 1)), axis=1)
    outcomes: list[dict[str, np.ndarray]] = [{} for _ in names]
    courses: list[dict[str, np.ndarray]] = [{} for _ in names]
    for outcome in first.outcomes:
        for out, values in zip(
            outcomes, _dealt([seen[a].outcomes[outcome] for a in names], places), strict=True
        ):
            out[outcome] = rng.permutation(values)
    for path in first.courses:
        for out, values in zip(courses, _dealt([seen[a].courses[path] for a in names], places), strict=True):
            order = rng.random(values.shape[:2]).argsort(axis=1)
            order = order.reshape(*order.shape, *[1] * (values.ndim - 2))
            out[path] = rng.permutation(np.take_along_axis(values, order, axis=1))
    return Seen({name: Record(o, c) for name, o, c in zip(names, outcomes, courses, strict=True)})


def _dealt(values: list[np.ndarray], places: np.ndarray) -> Iterator[np.ndarray]:
    """Deal each unit's values out to the arms in the order of its row of places."""
    whole = np.stack(values)
    units = np.arange(whole.shape[1])
    for arm in range(len(values)):
        yield whole[places[:, arm], units]


def scrambled(draw: int) -> dict[str, object]:
    """Return the change that gives every coupling a sign at random: the same graph, other signs.

    Source: evidence rule 7: "signs scrambled".

    Example:
        >>> abs(scrambled(3)["person.alarm_gain"])
        1.5
    """
    paths = signed()
    signs = np.random.default_rng([7, draw]).choice((-1.0, 1.0), len(paths)).tolist()
    return {path: _times(default(path), sign) for path, sign in zip(paths, signs, strict=True)}


def default(path: str) -> object:
    """Return the default of a coupling by its dotted path."""
    from mentalities_sim.declare import Parameter, declared
    from mentalities_sim.person import Person
    from mentalities_sim.therapist import Therapist
    from mentalities_sim.worlds import Society

    role, _, name = path.partition(".")
    cls: type = {"person": Person, "therapist": Therapist, "world": Society}[role]
    return declared(cls, Parameter)[name].default


def _times(value: object, sign: float) -> object:
    if isinstance(value, tuple):
        return tuple(sign * float(v) for v in value)
    return sign * float(value)  # type: ignore[arg-type]
