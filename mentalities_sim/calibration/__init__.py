"""Published numbers to be measured against, and the estimators that measure them.

A target is never an input of a simulation. Everything here reads finished runs, with the estimator
of the source; match its sample size and series length too.
"""

from mentalities_sim.calibration.affect import Inertia, inertia, inertia_by_person
from mentalities_sim.calibration.groups import (
    MOST_UNKNOWN,
    Spread,
    enough_known,
    group_measures,
    spreads,
    wins_from,
)
from mentalities_sim.calibration.interpersonal import (
    intraclass_correlation,
    quadrant_shares,
    quadrant_switching,
    quadrant_switching_if_independent,
    within_person_correlation,
)
from mentalities_sim.calibration.table import as_text, compare
from mentalities_sim.calibration.targets import TARGETS, Target, target

__all__ = [
    "MOST_UNKNOWN",
    "TARGETS",
    "Inertia",
    "Spread",
    "Target",
    "as_text",
    "compare",
    "enough_known",
    "group_measures",
    "inertia",
    "inertia_by_person",
    "intraclass_correlation",
    "quadrant_shares",
    "quadrant_switching",
    "quadrant_switching_if_independent",
    "spreads",
    "target",
    "wins_from",
    "within_person_correlation",
]
