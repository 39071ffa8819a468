"""Tables that nothing came for: no rows, but the columns and types that they would have had."""

from __future__ import annotations

import pandas as pd

from mentalities_sim.experiment.kinds import kind_of
from mentalities_sim.experiment.schema import ExperimentFile

_FAILURES = {"error": "str", "traceback": "str"}


def empty_table(file: ExperimentFile, name: str) -> pd.DataFrame:
    """Return a table of an experiment without rows: arm, swept columns, replicate, then its own columns.

    Of series and agents the states are left out, which depend on the classes; a table that this kind of
    world never has, has no columns of its own.

    Example:
        >>> from pathlib import Path
        >>> list(empty_table(ExperimentFile(Path("trial.toml"), "Trial"), "transitions"))
        ['arm', 'replicate', 'before', 'after', 'count']
    """
    columns: dict[str, pd.Series] = {"arm": pd.Series(dtype="str")}
    if file.sampled:
        columns["point"] = pd.Series(dtype="int64")
    for axis in file.axes:
        values = [level.column for level in axis.levels] or list(axis.rows) or [axis.at(0.5).column]
        columns[axis.name] = pd.Series(values).iloc[:0]
    columns["replicate"] = pd.Series(dtype="int64")
    glue = kind_of(file).glue
    own = {"failures": _FAILURES, "outcomes": dict.fromkeys(glue.outcomes, "float64"), **glue.columns()}
    for column, kind in own.get(name, {}).items():
        columns[column] = pd.Series(dtype=kind)
    return pd.DataFrame(columns)
