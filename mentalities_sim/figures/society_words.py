"""What figures of societies and clinics call measures and arms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mentalities_sim.figures.words import listed, outcome_words, sentence


class Measure(NamedTuple):
    """What one column is called: in a sentence, over its panel, and its unit."""

    name: str
    panel: str
    unit: str


_ISS = Measure("ISS", "Involuntary subordination (ISS)", "level, 0–1")
MEASURES: dict[str, Measure] = {
    "linearity": Measure("linearity", "Linearity h′", "index, at most 1"),
    "transitivity": Measure("transitivity", "Triangle transitivity", "index, at most 1"),
    "steepness": Measure("steepness", "Steepness", "index, at most 1"),
    "directional_consistency": Measure("consistency", "Consistency (DCI)", "index, at most 1"),
    "unknown_dyads": Measure("pairs without a contest", "Pairs without a contest", "share of pairs"),
    "escalation": Measure("escalation", "Escalation", "share of late contests"),
    "upsets": Measure("upsets", "Upsets: the lower in rank wins", "share of late contests"),
    "gave_way": Measure("giving way", "One gave way", "share of late contests"),
    "nobody_claimed": Measure("meetings without a claim", "Nobody claimed", "share of late meetings"),
    "involuntary_subordination": _ISS,
    "subordination": _ISS,
    "threat": Measure("threat", "Threat", "level, 0–1"),
    "soothing": Measure("soothing", "Soothing", "level, 0–1"),
    "drive": Measure("drive", "Drive", "level, 0–1"),
    "competing": Measure("competing", "Competing", "share of play"),
    "cooperating_and_caring": Measure("cooperation and care", "Cooperation and care", "share of play"),
    "resources": Measure("resources", "Resources", "units won and shared"),
    "injury": Measure("injury", "Injury", "0–1"),
    "survival": Measure("survival", "Survival", "share alive"),
    "dance_in_peace": Measure("the dance in peace", "Dance of mentalities in peace", "bits"),
    "dance_in_rivalry": Measure("the dance in rivalry", "Dance of mentalities in rivalry", "bits"),
    "society_subordination": Measure("ISS of the society", "ISS of the society", "level, 0–1"),
    "society_linearity": Measure(
        "linearity of the society", "Linearity h′ of the society", "index, at most 1"
    ),
    "clients_rank": Measure("the clients’ rank", "Rank of the clients", "0 (lowest) to 1"),
    "clients_survival": Measure("survival of clients", "Survival of clients", "share alive"),
}
"""Column of outcomes or course → its words; of contests, outcomes count those of the second half."""

_OF_COURSE = {"escalation": "share of contests", "upsets": "share of contests"}
"""Units that differ in a course, whose parts count all contests of theirs."""


def measure_words(column: str, *, of_course: bool = False) -> Measure:
    """Words for a column of outcomes (or of a course); one that is not known keeps its own name.

    Example:
        >>> measure_words("escalation").unit, measure_words("felt_security").panel
        ('share of late contests', 'Felt security')
        >>> measure_words("escalation", of_course=True).unit
        'share of contests'
    """
    if column in MEASURES:
        known = MEASURES[column]
        return known._replace(unit=_OF_COURSE.get(column, known.unit)) if of_course else known
    name, unit, _ = outcome_words(column)
    return Measure(name, sentence(name), unit)


def arm_name(arm: object) -> str:
    """Name of an arm (or of a level that is compared) for an axis: that of the file and the table.

    Example:
        >>> arm_name("no_iss"), arm_name("ramp")
        ('no ISS', 'ramp')
    """
    return re.sub(r"\biss\b", "ISS", str(arm).replace("_", " "))


def with_controls(arms: Sequence[str], controls: Mapping[str, str]) -> list[str]:
    """Names of arms for an axis of differences, below each what it is compared with if that is its own.

    Example:
        >>> with_controls(["scarce", "blocked"], {"blocked": "in_reach"})
        ['scarce', 'blocked\\nless in reach']
    """
    return [
        f"{arm_name(arm)}\nless {arm_name(controls[arm])}" if arm in controls else arm_name(arm)
        for arm in arms
    ]


def quoted(arms: Iterable[object]) -> str:
    """Names of arms for a sentence, in quotation marks: “no ISS” would else be read as a negation.

    Example:
        >>> quoted(["intact", "no_iss"])
        '“intact” and “no ISS”'
    """
    return listed([f"“{arm_name(arm)}”" for arm in arms])
