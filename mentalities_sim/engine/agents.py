"""Giving Mesa agents, policies and worlds the attributes that their classes declare."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import numpy as np

from mentalities_sim.declare import Parameter, State, declared


def give_state(agent: Any, given: Mapping[str, Any]) -> None:
    """Set every declared state and parameter on an agent: what is given, else the default.

    Vectors become lists of the agent's own. An undeclared name raises `TypeError`.
    """
    fields = {**declared(type(agent), State), **declared(type(agent), Parameter)}
    for name in given:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{type(agent).__name__} has no state or parameter {name!r}{hint}")
    for name, declaration in fields.items():
        value = given.get(name, declaration.default)
        setattr(agent, name, _own(value, declaration))


def _own(value: Any, declaration: State | Parameter) -> Any:
    array = np.array(value, dtype=declaration.dtype)
    if array.shape != declaration.shape:
        raise TypeError(f"expected shape {declaration.shape}, given {array.shape}")
    return array.tolist()
