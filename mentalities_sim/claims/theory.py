"""The theory as it was given: ids, wording, sources, signatures and kinds of all claims."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Wording:
    """One row of the theory: what is claimed, by whom, what a run must show, and without what it must not."""

    id: str
    claim: str
    source: str
    signature: str
    ablation: str
    kind: str

    @property
    def consequence(self) -> bool:
        """Whether the theory takes it for a consequence, in all or in part."""
        return "consequence" in self.kind


class UnknownClaimError(ValueError):
    """An id that no claim has; the message names the nearest."""


@cache
def theory() -> dict[str, Wording]:
    """Return all claims by id, in the order of the theory.

    Example:
        >>> theory()["S1"].kind
        'premise'
        >>> len(theory())
        77
    """
    return {row["id"]: Wording(**row) for row in _table()["claims"]}


def groups() -> dict[str, str]:
    """Return the titles of the groups of claims by their letter.

    Example:
        >>> groups()["P"]
        'Parts'
    """
    found: dict[str, str] = _table()["groups"]
    return found


def sources() -> dict[str, str]:
    """Return what each key of a source stands for."""
    found: dict[str, str] = _table()["sources"]
    return found


def wording(claim_id: str) -> Wording:
    """Return one claim's row; small letters will do.

    Raises `UnknownClaimError` for an id that none has.

    Example:
        >>> wording("T1").source
        'CBK 2.1.3, 2.6; FOC'
    """
    known, wanted = theory(), claim_id.upper()
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, 1, 0.4)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UnknownClaimError(f"{claim_id!r} is no claim of the theory{hint} (ids run {_ranges()})")
    return known[wanted]


def _ranges() -> str:
    known = list(theory())
    return ", ".join(f"{g}1-{[i for i in known if i[0] == g][-1]}" for g in groups())


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("mentalities_sim.claims").joinpath("theory.toml").read_text(encoding="utf-8"))
