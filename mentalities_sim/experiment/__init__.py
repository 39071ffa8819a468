"""Experiments: one TOML file is one experiment."""

from mentalities_sim.experiment.errors import ExperimentError, Problem
from mentalities_sim.experiment.file import load
from mentalities_sim.experiment.schema import (
    Arm,
    Axis,
    Cell,
    ExperimentFile,
    Level,
    Measures,
    Setting,
)
from mentalities_sim.experiment.turns import Turn

__all__ = [
    "Arm",
    "Axis",
    "Cell",
    "ExperimentError",
    "ExperimentFile",
    "Level",
    "Measures",
    "Problem",
    "Setting",
    "Turn",
    "load",
]
