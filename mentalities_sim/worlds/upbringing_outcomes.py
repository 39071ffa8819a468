"""Outcomes of a history: what a client brings to the first session, and what warmth calls up in it."""

from __future__ import annotations

import numpy as np

from mentalities_sim.worlds.observe import FIRST, TRAITS


def at_entry(world: np.ndarray) -> dict[str, np.ndarray]:
    """Return one array per outcome, one value per run; NaN where no session was held.

    `outer_power` and `inner_power` are believed own power with others and with the internal other as the
    first session begins, `inner_outer_power` is inner less outer; how far the two come apart between people
    is their correlation over runs (I6). `receiving`, `self_compassion` and `giving` are the three flows then,
    (1 - fear) skill (1 - resistance) each (C1); `self_attack` is the coldness expected of oneself. Over the
    first session: mean `alarm_at_first`, `longing_at_first` and `threat_at_first` (above rest; A1, C8), and
    `warmth_accepted`, the share of warmth that is taken in (C6).

    Example:
        >>> kept = [("weeks_attended", int), ("entry_traits", float, 6), ("first_session", float, 5)]
        >>> world = np.zeros(1, kept)
        >>> world["weeks_attended"], world["entry_traits"][0, :2] = 1, (0.5, -0.25)
        >>> float(at_entry(world)["inner_outer_power"][0])
        -0.75
    """
    seen = np.where(world["weeks_attended"] > 0, 1.0, np.nan)
    traits = {name: world["entry_traits"][:, i] * seen for i, name in enumerate(TRAITS)}
    count = np.where(world["first_session"][:, -1] > 0, world["first_session"][:, -1], np.nan)
    first = {name: world["first_session"][:, i] / count for i, name in enumerate(FIRST)}
    return {
        **traits,
        "inner_outer_power": traits["inner_power"] - traits["outer_power"],
        "alarm_at_first": first["alarm"],
        "longing_at_first": first["longing"],
        "threat_at_first": first["threat_above_rest"],
        "warmth_accepted": first["accepted"],
    }
