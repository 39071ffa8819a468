"""What is wrong with an experiment file, said so that it can be put right at once."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MANY_NAMES = 24


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with its place and the way out.

    `key` is the dotted path of the setting (turns count from 1, as people do), `line` its
    line in the file where that is known, `origin` the `--set` text if the value came from
    the command line; the other fields may be empty.

    Example:
        >>> print(Problem("client.threat", "is out of bounds", "7.0", "a number from 0 to 1"))
        client.threat is out of bounds
            given:    7.0
            allowed:  a number from 0 to 1
    """

    key: str
    message: str
    given: str = ""
    allowed: str = ""
    nearest: str = ""
    line: int | None = None
    origin: str = ""

    def __str__(self) -> str:
        place = self.key
        if self.origin:
            place = f"{self.origin}: {place}" if place else self.origin
        elif self.line is not None:
            place = f"line {self.line}: {place}" if place else f"line {self.line}:"
        lines = [f"{place} {self.message}".strip()]
        facts = (("given", self.given), ("allowed", self.allowed), ("nearest", self.nearest))
        for word, fact in facts:
            if fact:
                lines += textwrap.wrap(
                    fact,
                    width=96,
                    initial_indent=f"    {word + ':':<10}",
                    subsequent_indent=" " * 14,
                    break_long_words=False,
                )
        return "\n".join(lines)


class ExperimentError(ValueError):
    """An experiment file (or a `--set`) that cannot be run as it stands.

    Carries every problem found, not only the first. The command line prints it to stderr
    and ends with `exit_code` before anything is written.

    Example:
        >>> error = ExperimentError("trial.toml", [Problem("seed", "is missing")])
        >>> print(error)
        trial.toml: 1 problem; nothing was run or written.
        <BLANKLINE>
          seed is missing
        >>> error.problems[0].key
        'seed'
    """

    exit_code = 2

    def __init__(self, path: str | Path, problems: Iterable[Problem]) -> None:
        self.path = Path(path)
        self.problems = tuple(problems)
        super().__init__(str(path), self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{self.path}: {count} problem{'s' * (count != 1)}; nothing was run or written."
        return "\n\n".join([head, *(textwrap.indent(str(p), "  ") for p in self.problems)])


def nearest_name(name: str, names: Iterable[str]) -> str:
    """Return the one of `names` most like `name`, or "" if none is near.

    Case, and `-` or a space for `_`, do not count.

    Example:
        >>> nearest_name("Warmth-Dagner", ["warmth_danger", "warmth_safety"])
        'warmth_danger'
        >>> nearest_name("xyz", ["warmth_danger"])
        ''
    """
    plain = {_plain(candidate): candidate for candidate in names}
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.6)
    if found:
        return plain[found[0]]
    # "danger" for "warmth_danger": too short for difflib's ratio, plain to a reader.
    inside = [name_ for key, name_ in plain.items() if len(name) > 3 and _plain(name) in key]
    return min(inside, key=len) if inside else ""


def list_names(names: Sequence[str], like: str = "") -> str:
    """Join names for a message; of very many, those most like `like` and a count of the rest.

    Example:
        >>> list_names(["fixed", "ramp"])
        'fixed, ramp'
    """
    if not names:
        return "nothing (there is none)"
    if len(names) <= _MANY_NAMES:
        return ", ".join(names)

    def likeness(name: str) -> float:
        return difflib.SequenceMatcher(None, _plain(like), _plain(name)).ratio()

    shown = sorted(names, key=likeness, reverse=True)[:_MANY_NAMES]
    return f"{', '.join(shown)} and {len(names) - _MANY_NAMES} more"


def show(value: Any) -> str:
    """Write a value as it would stand in the file, shortened.

    Example:
        >>> show(True), show("low"), show({"low": 0.2})
        ('true', '"low"', '{low = 0.2}')
    """
    text = _toml(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\n", "\\n") + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    try:
        return repr(value) if isinstance(value, (int, float)) else str(value)
    except ValueError:  # Python refuses to write out whole numbers of thousands of digits
        return "a whole number of thousands of digits"


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
