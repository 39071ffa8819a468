"""Designs: which points of the swept space are run, and how a point becomes a value.

Samplers are SciPy's and SALib's; none is written here. All of them fill the unit cube, one
coordinate an axis, so that what an axis makes of its coordinate is the same for every design.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from mentalities_sim.experiment.schema import ExperimentFile

Design = Literal["grid", "zip", "conditions", "lhs", "sobol", "saltelli", "morris", "table"]
DESIGNS: tuple[Design, ...] = get_args(Design)
DRAWN: tuple[Design, ...] = ("lhs", "sobol", "saltelli", "morris")
"""Designs whose points a sampler draws: they take `points`, and axes with a `range`."""

SAMPLED: tuple[Design, ...] = (*DRAWN, "table")
"""Designs whose cells are points, numbered in a column `point`."""

POWERS_OF_TWO: tuple[Design, ...] = ("sobol", "saltelli")
"""Designs that are balanced at 2, 4, 8, 16 ... points only."""

MOST_POINTS = 10_000_000
MORRIS_LEVELS = 4
NEEDS_SALIB = 'designs "saltelli" and "morris" need SALib: pip install "mentalities-sim[sensitivity]"'

Scale = Literal["linear", "log"]


@dataclass(frozen=True)
class Span:
    """A range that a sampled axis covers, evenly in the number or in its logarithm.

    With `whole`, every whole number of the range gets an equal share, the last one too.

    Example:
        >>> Span(0.01, 1.0, "log").at(0.5)
        0.1
        >>> [Span(1, 3, whole=True).at(u) for u in (0.0, 0.4, 0.9, 1.0)]
        [1, 2, 3, 3]
    """

    low: float
    high: float
    scale: Scale = "linear"
    whole: bool = False

    def at(self, u: float) -> int | float:
        """Return the value at a place from 0 (the low end) to 1 (the high end)."""
        end = self.high + 1 if self.whole else self.high
        # Both forms give the ends exactly, whatever is rounded in between.
        if self.scale == "log":
            value = self.low ** (1.0 - u) * end**u
        else:
            value = (1.0 - u) * self.low + u * end
        value = min(max(value, self.low), self.high)
        return math.floor(value) if self.whole else float(value)


def count_cells(design: Design, points: int, lengths: Sequence[int]) -> int:
    """Return how many cells a design has; `lengths` are the numbers of levels (or rows) by axis.

    Example:
        >>> count_cells("grid", 0, [3, 4]), count_cells("zip", 0, [3, 3]), count_cells("saltelli", 8, [0, 0])
        (12, 3, 32)
    """
    if design in ("lhs", "sobol"):
        return points
    if design == "saltelli":
        return points * (len(lengths) + 2)
    if design == "morris":
        return points * (len(lengths) + 1)
    if design in ("zip", "table"):
        return lengths[0] if lengths else 1
    return math.prod(lengths)


def unit_sample(file: ExperimentFile) -> np.ndarray:
    """Return the points of a drawn design in the unit cube: a row a point, a column an axis.

    The rows stand as the sampler made them, as SALib's analyses expect. The sample follows from the
    file alone (design, points, number of axes, seed), is made once, and cannot be written to.

    Example:
        >>> from pathlib import Path
        >>> from mentalities_sim.experiment.schema import Axis, ExperimentFile
        >>> axes = (Axis("fear", path="client.warmth_danger", span=Span(0.05, 1.0)),)
        >>> trial = ExperimentFile(Path("t.toml"), "T", design="lhs", points=5, axes=axes)
        >>> unit_sample(trial).shape
        (5, 1)
    """
    if file.design not in DRAWN:
        raise ValueError(f"design {file.design!r} has no sample; those that do are {', '.join(DRAWN)}")
    return _unit_sample(file.design, file.points, len(file.axes), file.seed)


def has_salib() -> bool:
    """Say whether SALib, which two of the designs need, is installed."""
    return find_spec("SALib") is not None


# Two samples at most: one of a million points and ten axes takes 80 MB.
@functools.lru_cache(maxsize=2)
def _unit_sample(design: Design, points: int, n_axes: int, seed: int) -> np.ndarray:
    if design in ("lhs", "sobol"):
        from scipy.stats import qmc

        make = qmc.LatinHypercube if design == "lhs" else qmc.Sobol
        sample = make(n_axes, rng=seed).random(points)
    else:
        sample = _salib_sample(design, points, n_axes, seed)
    sample.flags.writeable = False
    return sample


def _salib_sample(design: Design, points: int, n_axes: int, seed: int) -> np.ndarray:
    if not has_salib():
        raise ModuleNotFoundError(NEEDS_SALIB, name="SALib")
    from SALib.sample import morris, sobol

    names = [f"axis_{i}" for i in range(n_axes)]
    problem = {"num_vars": n_axes, "names": names, "bounds": [[0.0, 1.0]] * n_axes}
    if design == "saltelli":
        return np.asarray(sobol.sample(problem, points, calc_second_order=False, seed=seed))
    return np.asarray(morris.sample(problem, points, num_levels=MORRIS_LEVELS, seed=seed))
