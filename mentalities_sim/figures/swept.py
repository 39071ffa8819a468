"""What was swept besides what a figure compares: said where it is averaged over, told where signs differ."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mentalities_sim.figures.groups import over_groups, paired
from mentalities_sim.figures.society_words import measure_words, quoted
from mentalities_sim.figures.words import listed

ORDER = ("linearity", "transitivity", "steepness", "directional_consistency")
"""Measures that chance, or too few contests a pair, fill in where many pairs never had one."""
MOST_UNKNOWN = 0.10
"""Share of pairs without a contest from which on the order is not compared (so in DomArchive: under 10 %)."""


def swept_columns(frame: pd.DataFrame, by: str) -> list[str]:
    """Columns left of `replicate` that differ, but for `by`: what was swept besides."""
    left = [str(name) for name in frame.columns]
    left = left[: left.index("replicate")] if "replicate" in left else []
    return [name for name in left if name != by and frame[name].nunique() > 1]


def averaged(frame: pd.DataFrame, by: str) -> str:
    """A sentence for caption and footer on what was swept besides; empty if nothing.

    Example:
        >>> averaged(pd.DataFrame({"arm": ["a", "a"], "scarcity": [0.2, 0.9], "replicate": [0, 0]}), "arm")
        ' Each group is the mean over all 2 values of scarcity.'
    """
    told = _values(frame, by)
    return f" Each group is the mean over all {told}." if told else ""


def over_all(title: str, frame: pd.DataFrame, by: str) -> str:
    """The title, which says first what it averages over.

    Example:
        >>> swept = pd.DataFrame({"arm": ["a", "a"], "scarcity": [0.2, 0.9], "replicate": [0, 0]})
        >>> over_all("Threat is higher in b", swept, "arm")
        'Averaged over all 2 values of scarcity, threat is higher in b'
    """
    told = _values(frame, by)
    return f"Averaged over all {told}, {lowered(title)}" if told else title


def lowered(title: str) -> str:
    """A title that goes on after other words: abbreviations keep their capitals.

    Example:
        >>> lowered("Threat falls"), lowered("ISS falls")
        ('threat falls', 'ISS falls')
    """
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def turning(frame: pd.DataFrame, by: str, arms: Sequence[str], reference: str, column: str) -> str:
    """Where a lone swept axis turns the sign of a clear difference from `reference`, which a mean hides.

    Intervals of t over groups hold for all arms and values together; cells whose order is not known are left
    out. Empty if no sign turns.
    """
    swept = swept_columns(frame, by)
    others = [arm for arm in arms if arm != reference]
    if len(swept) != 1 or not others:
        return ""
    axis = swept[0]
    known = without_unknown(frame, [by, axis], [column]).assign(**{by: frame[by].astype(str)})
    cells = list(dict.fromkeys(frame[axis]))
    told = []
    for arm in others:
        sides: dict[int, list[str]] = {1: [], -1: [], 0: []}
        for value in cells:
            rows = known[known[axis] == value]
            apart = over_groups(paired(rows, by, arm, reference, column), len(others) * len(cells))
            sides[apart.clear].append(str(value))
        if sides[1] and sides[-1]:
            told.append(f"{quoted([arm])} (higher at {listed(sides[1])}, lower at {listed(sides[-1])})")
    if not told:
        return ""
    name = axis.replace("_", " ")
    return f"but {measure_words(column).name} turns with {name} in {listed(told)}"


def unknown_dyads(frame: pd.DataFrame, by: str) -> dict[str, float]:
    """Share of pairs that never had a contest where they are too many to compare the order, by arm.

    Empty where the frame does not say.
    """
    if "unknown_dyads" not in frame:
        return {}
    means = frame.groupby(frame[by].astype(str), sort=False)["unknown_dyads"].mean()
    return {str(name): float(share) for name, share in means.items() if share >= MOST_UNKNOWN}


def unknown_told(found: dict[str, float], what: str = "linearity") -> str:
    """Say so in words; empty if they are nowhere too many.

    Example:
        >>> unknown_told({"ring": 0.73, "grid": 0.6})
        'in “ring” and “grid” 60 to 73 % of pairs never had a contest: their linearity is mostly chance'
    """
    if not found:
        return ""
    low, high = (f"{100 * end:.0f}" for end in (min(found.values()), max(found.values())))
    share = low if low == high else f"{low} to {high}"
    how = "mostly" if min(found.values()) > 0.5 else "partly"
    their = "their" if len(found) > 1 else "its"
    return f"in {quoted(found)} {share} % of pairs never had a contest: {their} {what} is {how} chance"


def without_unknown(frame: pd.DataFrame, cell: Sequence[str], columns: Sequence[str]) -> pd.DataFrame:
    """The frame with no measure of the order in cells where too many pairs never had a contest."""
    order = [column for column in columns if column in ORDER]
    if "unknown_dyads" not in frame or not order:
        return frame
    many = frame.groupby(list(cell))["unknown_dyads"].transform("mean") >= MOST_UNKNOWN
    return frame.assign(**{column: frame[column].mask(many) for column in order})


def _values(frame: pd.DataFrame, by: str) -> str:
    swept = swept_columns(frame, by)
    return listed([f"{frame[name].nunique()} values of {name.replace('_', ' ')}" for name in swept])
