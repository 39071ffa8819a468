"""From a path to nested data: reading TOML, and finding the line a key stands on."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any

from mentalities_sim.experiment.errors import ExperimentError, Problem, show

_HEADER = re.compile(r"^\s*(\[\[?)(?P<key>.+?)\]\]?\s*(#.*)?$")
_ASSIGNMENT = re.compile(r"""^\s*(?P<key>(?:[A-Za-z0-9_.\- \t]|"[^"]*"|'[^']*')+?)\s*=""")


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, or raise an `ExperimentError` that says why not."""
    if path.is_dir():
        inside = sorted(found.name for found in path.glob("*.toml"))
        raise _refuse(
            path,
            "is a folder; one experiment is one TOML file",
            allowed=", ".join(inside) or "a .toml file (there is none in it)",
        )
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        allowed, nearest = _neighbours(path)
        raise _refuse(path, "does not exist", allowed=allowed, nearest=nearest) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refuse(
            path,
            "is not UTF-8 text",
            given=f"byte 0x{error.object[error.start]:02x}",
            allowed="a text file in UTF-8; save it again in that encoding",
            line=line,
        ) from None
    except (OSError, ValueError) as error:  # no permission, a null byte in the name, ...
        reason = getattr(error, "strerror", None) or str(error)
        raise _refuse(path, f"cannot be read ({reason})") from None


def parse(path: Path, text: str) -> dict[str, Any]:
    """Return the nested data of a TOML text, or raise an `ExperimentError` with the line."""
    if not text.strip():
        raise _refuse(
            path,
            "is empty",
            allowed="an experiment with at least [experiment] title and one arm; "
            "experiments/warmth_titration.toml is one to copy",
        )
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nested too deeply"
        found = re.search(r"\(at line (\d+)", reason)
        line = int(found.group(1)) if found else None
        reason = re.sub(r"\s*\(at .*\)$", "", reason)
        if "Cannot overwrite" in reason or "Cannot declare" in reason:
            reason = "the same name stands twice: " + reason
        lines = text.split("\n")
        given = lines[line - 1].strip() if line and line <= len(lines) else ""
        raise _refuse(
            path,
            f"is not TOML: {reason[:1].lower()}{reason[1:]}",
            given=given,
            allowed='lines like  name = 0.5,  name = "words"  and  [section]',
            line=line,
        ) from None


def find_lines(text: str) -> dict[str, int]:
    """Map dotted keys to their lines; entries of an array of tables count from 1.

    Only keys at the start of a line are found; look up the longest known prefix.

    Example:
        >>> find_lines("[client]\\nthreat = 0.2\\n[[turns]]\\nwarmth = 1.0\\n")
        {'client': 1, 'client.threat': 2, 'turns.1': 3, 'turns.1.warmth': 4}
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    section, quotes = "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if quotes:  # inside a text of several lines
            quotes = "" if quotes in line else quotes
            continue
        header, assignment = _HEADER.match(line), _ASSIGNMENT.match(line)
        if header and not assignment:
            section = _dotted(header.group("key"))
            if header.group(1) == "[[":
                counts[section] = counts.get(section, 0) + 1
                section += f".{counts[section]}"
            lines.setdefault(section, number)
        elif assignment:
            key = _dotted(assignment.group("key"))
            lines.setdefault(f"{section}.{key}" if section else key, number)
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                quotes = mark
    return lines


def split_key(key: str) -> tuple[str, ...] | None:
    """Split a dotted TOML key into its parts; None if it is not one.

    Example:
        >>> split_key('arms.deaf."client.raw_cue"')
        ('arms', 'deaf', 'client.raw_cue')
        >>> split_key("arms..deaf") is None
        True
    """
    if "=" in key or "\n" in key or "#" in key:
        return None
    try:
        nested: Any = tomllib.loads(f"{key} = 0")
    except (ValueError, RecursionError):
        return None
    parts: list[str] = []
    while isinstance(nested, dict):
        ((part, nested),) = nested.items()
        parts.append(part)
    return tuple(parts)


def _dotted(key: str) -> str:
    return ".".join(split_key(key) or (key.strip(),))


def _neighbours(path: Path) -> tuple[str, str]:
    """Return what lies in the folder instead, and the likest file of it ("" if none is)."""
    try:
        names = sorted(found.name for found in path.parent.glob("*.toml"))
    except (OSError, ValueError):
        names = []
    if not names:
        return f"a TOML file ({path.parent} has none)", ""
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.5)
    allowed = f"a file that exists; in {path.parent} there are: {', '.join(names)}"
    return allowed, str(path.parent / near[0]) if near else ""


def _refuse(
    path: Path,
    message: str,
    *,
    given: str = "",
    allowed: str = "",
    nearest: str = "",
    line: int | None = None,
) -> ExperimentError:
    given = given or show(str(path))
    return ExperimentError(path, [Problem("", f"the file {message}", given, allowed, nearest, line)])
