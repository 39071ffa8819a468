"""An experiment as plain data, and back: what a results folder keeps, so that it can be run again."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mentalities_sim.experiment.schema import ExperimentFile


def from_plain(data: Mapping[str, Any]) -> ExperimentFile:
    """Return the experiment whose `as_dict()` was given, perhaps by way of JSON.

    Raises `TypeError` or `ValueError` for anything else.

    Example:
        >>> trial = ExperimentFile(Path("trial.toml"), "Trial", replicates=3)
        >>> from_plain(trial.as_dict()) == trial
        True
    """
    made: ExperimentFile = _revive(ExperimentFile, data)
    return made


def _revive(kind: Any, data: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _revive(hints[name], value) for name, value in data.items()})  # type: ignore[operator]
    if kind is Path:
        return Path(data)
    if origin is Mapping:
        return {key: _revive(inner[1], value) for key, value in data.items()}
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_revive(inner[0], item) for item in data)
    if origin in (typing.Union, types.UnionType) and data is not None:
        whole = [one for one in inner if dataclasses.is_dataclass(one)]
        return _revive(whole[0], data) if whole else _value(data)
    return _value(data)


def _value(data: Any) -> Any:
    return tuple(_value(item) for item in data) if isinstance(data, list) else data
