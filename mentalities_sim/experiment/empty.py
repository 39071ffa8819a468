"""Tables that nothing came for: no rows, but the columns and types that they would have had."""

from __future__ import annotations

import pandas as pd

from mentalities_sim.experiment.schema import OUTCOMES, ExperimentFile

_WHEN = {"week": "int64", "exchange": "int64", "hours": "float64"}
_COLUMNS = {
    "outcomes": dict.fromkeys(OUTCOMES, "float64"),
    "failures": {"error": "str", "traceback": "str"},
    "series": {**_WHEN, "phase": "str"},
    "events": {
        **{name: _WHEN[name] for name in ("hours", "week", "exchange")},
        "who": "str",
        "event": "str",
        "before": "float64",
        "after": "float64",
    },
    "transitions": {"before": "str", "after": "str", "count": "int64"},
    "agents": {"role": "str"},
}


def empty_table(file: ExperimentFile, name: str) -> pd.DataFrame:
    """Return a table of an experiment without rows: arm, swept columns, replicate, then its own columns.

    Of series and agents the states are left out, which depend on the classes.

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
    for column, kind in _COLUMNS[name].items():
        columns[column] = pd.Series(dtype=kind)
    return pd.DataFrame(columns)
