"""Best-of arms: which candidate each stands for, chosen on replicates of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.experiment.schema import Arm, ExperimentFile


class UnseenError(ValueError):
    """An outcome to choose by that was never observed."""


def with_best_arms(
    file: ExperimentFile, rows: pd.DataFrame, wanted: Sequence[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add the best-of arms (those `wanted`; None is all) to the outcome rows; drop the choosing replicates.

    Each best-of arm is, per level of its `for_each`, the candidate with the best mean of `by` over the
    choosing replicates (the first in the file, of equals); reported are that candidate's rows of the
    others. Raises `UnseenError` where `by` was never observed.
    """
    choosing = rows[rows["replicate"] >= file.replicates]
    kept = rows[rows["replicate"] < file.replicates]
    frames, chosen = [kept], []
    for arm in file.arms.values():
        if arm.kind != "best_of" or (wanted is not None and arm.name not in wanted):
            continue
        for levels, best in choose(arm, choosing):
            mask = kept["arm"] == best
            for name, value in levels.items():
                mask &= kept[name] == value
            frames.append(kept[mask].assign(arm=arm.name))
            chosen.append({"arm": arm.name, **levels, "chosen": best})
    joined = pd.concat(frames, ignore_index=True)
    order = {name: i for i, name in enumerate(file.arms)}
    keys = joined[["arm"]].assign(place=joined["arm"].map(order), row=np.arange(len(joined)))
    return joined.iloc[np.lexsort((keys["row"], keys["place"]))].reset_index(drop=True), pd.DataFrame(chosen)


def choose(arm: Arm, choosing: pd.DataFrame) -> list[tuple[Mapping[str, Any], str]]:
    """Return, per level of an arm's `for_each`, which candidate did best on the choosing rows."""
    candidates = choosing[choosing["arm"].isin(arm.candidates)]
    if not len(candidates):  # a sweep that has not come so far
        return []
    if not arm.for_each:
        return [({}, _extreme(arm, candidates))]
    found: list[tuple[Mapping[str, Any], str]] = []
    for key, group in candidates.groupby(list(arm.for_each), sort=False):
        found.append((dict(zip(arm.for_each, key, strict=True)), _extreme(arm, group)))
    return found


def _extreme(arm: Arm, rows: pd.DataFrame) -> str:
    means = rows.groupby("arm")[arm.by].mean().reindex(list(arm.candidates))
    if means.isna().all():
        raise UnseenError(
            f"arm {arm.name} cannot choose by {arm.by}: it was never observed; choose by another"
        )
    return str(means.idxmin() if arm.choose == "lowest" else means.idxmax())
