"""Turn names and numbers of a frame into words for titles, labels and alt text."""

from __future__ import annotations

from collections.abc import Sequence

OUTCOMES: dict[str, tuple[str, str, str]] = {
    "fear_of_compassion": ("fear of compassion", "0–1", "lower"),
    "symptoms": ("symptoms", "0–1", "lower"),
    "threat": ("threat", "0–1", "lower"),
    "involuntary_subordination": ("involuntary subordination", "0–1", "lower"),
    "soothing": ("soothing", "0–1", "higher"),
    "felt_security": ("felt security", "0–1", "higher"),
    "self_warmth": ("warmth to oneself", "−1–1", "higher"),
    "agency": ("agency", "−1–1", "higher"),
    "switching": ("mentality switching", "switches per hour", ""),
    "entropy_rate": ("entropy rate", "bits per exchange", ""),
    "encapsulation": ("encapsulation", "0–1", "lower"),
    "flexibility": ("flexibility", "bits", "higher"),
    "ruptures": ("ruptures", "count", "lower"),
    "dropped_out": ("drop-out", "share of clients", "lower"),
    "weeks_attended": ("weeks attended", "weeks", "higher"),
    "expressed_minus_felt": ("expressed minus felt improvement", "0–1", "lower"),
}
"""Outcome column → (its name in words, its unit, which way is better: "lower", "higher" or "")."""

ARMS: dict[str, str] = {
    "fixed_low": "fixed low dose",
    "fixed_middle": "fixed middle dose",
    "fixed_high": "fixed high dose",
    "fixed_best_for_everybody": "best fixed dose for everybody",
    "fixed_best_for_each_fear": "best fixed dose for each fear",
    "ramp": "linear ramp",
    "ramp_best_for_each_fear": "best ramp for each fear",
    "titrated": "titrated",
    "complementary": "always complementary",
    "complementary_floored": "complementary, never cold",
    "expert": "expert stance",
    "yoked": "yoked (another’s series)",
    "permuted": "own series, permuted",
}
"""Arm of the main experiment → its name in words."""


def outcome_words(outcome: str) -> tuple[str, str, str]:
    """Name, unit and better direction of an outcome; an unknown one keeps its own name.

    Example:
        >>> outcome_words("soothing")
        ('soothing', '0–1', 'higher')
    """
    return OUTCOMES.get(outcome, (outcome.replace("_", " "), "", ""))


def amount(outcome: str, side: int, *, most: bool = False) -> str:
    """Less (`side` −1) or more (1) of an outcome, in words; `most` gives least or most.

    Example:
        >>> amount("fear_of_compassion", -1), amount("symptoms", -1, most=True)
        ('less fear of compassion', 'fewest symptoms')
    """
    name = outcome_words(outcome)[0]
    if side > 0:
        return f"{'most' if most else 'more'} {name}"
    if name in {"symptoms", "ruptures", "weeks attended"}:
        return f"{'fewest' if most else 'fewer'} {name}"
    return f"{'least' if most else 'less'} {name}"


def arm_words(arm: str) -> str:
    """Name of an arm for an axis or a sentence.

    Example:
        >>> arm_words("fixed_030"), arm_words("my_arm")
        ('fixed dose 0.3', 'my arm')
    """
    dose = grid_dose(arm)
    if dose is not None:
        return f"fixed dose {dose:g}"
    return ARMS.get(arm, arm.replace("_", " "))


def grid_dose(arm: str) -> float | None:
    """Dose of an arm of the fixed grid (`fixed_000` … `fixed_100`), None for any other arm.

    Example:
        >>> grid_dose("fixed_030"), grid_dose("fixed_low")
        (0.3, None)
    """
    head, _, digits = arm.rpartition("_")
    if head == "fixed" and len(digits) == 3 and digits.isdigit():
        return int(digits) / 100
    return None


def level_words(levels: Sequence[float], name: str = "fear") -> dict[float, str]:
    """Words for the levels of a swept number: low, middle, high where there are two or three.

    Example:
        >>> level_words([0.2, 0.9])
        {0.2: 'low fear', 0.9: 'high fear'}
        >>> level_words([0.4])
        {0.4: 'fear 0.4'}
    """
    ordered = sorted(levels)
    ranks = {2: ("low", "high"), 3: ("low", "middle", "high")}.get(len(ordered))
    if ranks is None:
        return {level: f"{name} {level:g}" for level in ordered}
    return {level: f"{rank} {name}" for level, rank in zip(ordered, ranks, strict=True)}


def listed(items: Sequence[str]) -> str:
    """Join words as one would say them.

    Example:
        >>> listed(["low", "middle", "high"])
        'low, middle and high'
    """
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def listed_levels(names: Sequence[str], notes: Sequence[str] = ()) -> str:
    """Join names of levels, saying a word they share at the end once; `notes` follow each name.

    Example:
        >>> listed_levels(["low fear", "high fear"])
        'low and high fear'
        >>> listed_levels(["low fear", "high fear"], [" (1)", " (2)"])
        'low (1) and high fear (2)'
    """
    after = list(notes) or [""] * len(names)
    shared = {name.rpartition(" ")[2] for name in names}
    if len(names) > 1 and len(shared) == 1 and all(" " in name for name in names):
        short = [name.rpartition(" ")[0] for name in names[:-1]]
        names = [*short, names[-1]]
    return listed([name + note for name, note in zip(names, after, strict=True)])


def sentence(words: str) -> str:
    """Start with a capital, leave the rest as it is.

    Example:
        >>> sentence("threat falls")
        'Threat falls'
    """
    return words[:1].upper() + words[1:]


def number(value: float, digits: int = 2) -> str:
    """A number with a true minus sign and no negative zero.

    Example:
        >>> number(-0.251), number(-0.0001)
        ('−0.25', '0.00')
    """
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")
