"""What was found beside what is published."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mentalities_sim.calibration.targets import TARGETS, target

Found = float | tuple[float, float, float]


def compare(found: Mapping[str, Found]) -> pd.DataFrame:
    """Return one row a target that was measured, in the order of `TARGETS`.

    `found` maps a target's name to a value, or to (value, low, high) with the ends of its interval. Columns:
    `target`, `what`, `published` (NaN where only a range is), `low` and `high` (the target's band), `found`,
    `found_low`, `found_high` (NaN without interval), `inside` (the value lies in the band), `use` and `band`.
    `attrs["not_measured"]` names the targets of people, to calibrate or to measure, that `found` lacks. A
    name that is no target raises a KeyError with the nearest one.

    Example:
        >>> rows = compare({"steepness": (0.62, 0.58, 0.66), "dci": 0.8})
        >>> rows[["target", "found", "inside"]].values.tolist()
        [['steepness', 0.62, False], ['dci', 0.8, True]]
    """
    for name in found:
        target(name)
    rows = []
    for name, one in TARGETS.items():
        if name not in found:
            continue
        given = found[name]
        value, low, high = given if isinstance(given, tuple) else (given, np.nan, np.nan)
        rows.append(
            {
                "target": name,
                "what": one.what,
                "published": np.nan if one.published is None else one.published,
                "low": one.low,
                "high": one.high,
                "found": float(value),
                "found_low": float(low),
                "found_high": float(high),
                "inside": one.inside(float(value)),
                "use": one.use,
                "band": one.band,
            }
        )
    columns = ["target", "what", "published", "low", "high", "found", "found_low", "found_high"]
    table = pd.DataFrame(rows, columns=[*columns, "inside", "use", "band"])
    of_people = [name for name, one in TARGETS.items() if one.use in ("calibrate", "measure")]
    lacking = [name for name in of_people if name not in found]
    table.attrs["not_measured"] = lacking
    return table


def as_text(table: pd.DataFrame) -> str:
    """Return the rows of `compare` as lines of text, one a target, and how many are inside.

    Example:
        >>> print(as_text(compare({"dci": 0.8})))
        target  published            found  inside
        dci     0.87 [0.69 to 0.95]  0.8    yes
        1 of 1 inside
    """
    lines = [("target", "published", "found", "inside")]
    for row in table.itertuples():
        band = f"{row.low:.3g} to {row.high:.3g}"
        published = band if np.isnan(row.published) else f"{row.published:.3g} [{band}]"
        spread = "" if np.isnan(row.found_low) else f" ({row.found_low:.3g} to {row.found_high:.3g})"
        found = f"{row.found:.3g}{spread}"
        lines.append((str(row.target), published, found, "yes" if row.inside else "no"))
    widths = [max(len(line[place]) for line in lines) for place in range(4)]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    met = int(table["inside"].sum())
    return "\n".join([*(line.rstrip() for line in text), f"{met} of {len(table)} inside"])
