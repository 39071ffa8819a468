"""The box of plausible parameters, and points of it: where else than at the defaults a claim holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mentalities_sim.declare import Parameter, declared
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment.designs import Span
from mentalities_sim.person import Person

WIDE = 8.0
"""A range whose high end is more than so many times its low end is drawn evenly in the logarithm."""


def box(*worlds: RuleSet) -> dict[str, tuple[float, float]]:
    """Return the plausible range of every parameter of some worlds and their people, by axis.

    An axis is "person.name" where people share what `Person` declares, "role.name" for what a role adds or
    restates (as the therapist does `harm_threatens`), "world.name" for the world. Ranges are in the
    parameter's unit; whole numbers have ranges too. Left out are parameters without a plausible range
    (`FIXED` says why), and all of a policy's, since policies are what arms of an experiment differ in.
    Source: evidence rule 10; the argument for each range is its parameter's `reason`.

    Example:
        >>> from mentalities_sim.worlds import Dyad
        >>> ranges = box(RuleSet(Dyad))
        >>> ranges["person.alarm_gain"], ranges["world.others_warmth"]
        ((0.9, 2.2), (0.0, 0.3))
        >>> ranges["person.harm_threatens"], ranges["therapist.harm_threatens"]
        ((0.8, 2.5), (0.1, 1.0))
    """
    return {axis: parameter.plausible for axis, parameter in _axes(worlds).items() if parameter.plausible}


def points(worlds: Sequence[RuleSet], n: int, seed: int) -> list[dict[str, float]]:
    """Return `n` points of the box, each a value by axis; the same worlds, n and seed give the same points.

    They are a scrambled Sobol' sequence where n is a power of two, else a Latin hypercube: even in the
    range, or in its logarithm where the range is above 0 and spans more than a factor of eight. Every whole
    number of a range has an equal share. Raises `ValueError` for n below 1. Source: evidence rule 10; Owen
    1998, *J Complexity* 14:466 (scrambling); McKay et al. 1979, *Technometrics* 21:239.

    Example:
        >>> from mentalities_sim.worlds import Dyad
        >>> drawn = points([RuleSet(Dyad)], 16, seed=1)
        >>> len(drawn), all(0.9 <= point["person.alarm_gain"] <= 2.2 for point in drawn)
        (16, True)
    """
    if n < 1:
        raise ValueError(f"n is {n}; the box can be drawn from once or more often")
    spans = {axis: _span(parameter) for axis, parameter in _axes(worlds).items()}
    return [
        {axis: span.at(float(u)) for (axis, span), u in zip(spans.items(), row, strict=True)}
        for row in _unit_sample(len(spans), n, seed)
    ]


def _axes(worlds: Sequence[RuleSet]) -> dict[str, Parameter]:
    """The parameter of each axis; whoever is one of others has their parameters."""
    shared = declared(Person, Parameter)
    found: dict[str, Parameter] = {}
    for rules in worlds:
        people = [role for role in getattr(rules.world, "people", ()) if role not in rules.shared]
        for role in (*people, "world"):
            for name, parameter in rules.parameters(role).items():
                if parameter.plausible is not None:
                    found[f"{'person' if shared.get(name) is parameter else role}.{name}"] = parameter
    return found


def _span(parameter: Parameter) -> Span:
    low, high = parameter.plausible or parameter.bounds
    whole = np.issubdtype(parameter.dtype, np.integer)
    return Span(low, high, "log" if low > 0 and high / low > WIDE and not whole else "linear", bool(whole))


def _unit_sample(n_axes: int, n: int, seed: int) -> np.ndarray[Any, Any]:
    from scipy.stats import qmc

    make = qmc.Sobol if n.bit_count() == 1 else qmc.LatinHypercube
    return np.asarray(make(n_axes, rng=seed).random(n))
