"""The folder of one hierarchy: named after what was measured, and never written over with something else."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mentalities_sim import __version__
from mentalities_sim.store.atomic import write_json
from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.place import is_empty, set_aside

MEASURED = "measured.json"
"""What a folder's numbers were measured from: by this file it is known again."""
_LONGEST = 200  # bytes; file systems take 255, and a name put aside is longer by its date


def folder_for(file: Path, where: Mapping[str, str]) -> Path:
    """Return the folder for a file's hierarchy, and for the rows of it that were chosen.

    An export is named after its experiment too, since all of them are called contests.csv.

    Example:
        >>> folder_for(Path("results/rank/export/contests.csv"), {"arm": "intact"}).name
        'hierarchy-of-rank-contests-arm-intact'
    """
    above = file.absolute().parent
    words = [above.parent.name] if above.name == "export" and above.parent.name else []
    words += [file.stem, *(word for pair in where.items() for word in pair)]
    name = "-".join(["hierarchy-of", *(re.sub(r"[^\w.+]+", "_", word) for word in words)])
    return Path("results") / name.encode()[:_LONGEST].decode(errors="ignore")


def measured_from(file: Path, where: Mapping[str, str], seed: int, randomizations: int) -> dict[str, Any]:
    """Everything that the numbers and figures of a hierarchy hang on, as plain data.

    Raises `FolderError` for what is no file, such as a pipe: it cannot be read twice, nor known again.
    """
    if not file.is_file():
        raise FolderError(f"{file} is no regular file; save the contests in a file first")
    return {
        "file": file.name,
        "data": hashlib.sha256(file.read_bytes()).hexdigest(),
        "where": dict(where),
        "seed": seed,
        "randomizations": randomizations,
        "version": __version__,
    }


def check_place(out: Path, source: Mapping[str, Any]) -> None:
    """Refuse a folder that holds something other than a hierarchy; raises `FolderError`."""
    if any(place.exists() and not place.is_dir() for place in (out, out / "figures", *out.parents)):
        raise FolderError(f"{out}: there is a file in its place or above; give --out a folder")
    if is_empty(out):
        return
    earlier = _earlier(out)
    if not earlier:
        raise FolderError(
            f"{out} holds other things than one hierarchy (it has no {MEASURED}); "
            "give --out a new or empty folder"
        )
    if earlier != source and out.samefile(Path.cwd()):
        raise FolderError(
            f"{out} is the folder you are in, and of another hierarchy; give --out another folder"
        )


def make_place(out: Path, source: Mapping[str, Any]) -> str:
    """Mark a folder as that of a hierarchy; one of other data or options is put aside, and the line says so.

    The line is empty where nothing was there, or the same. Raises `FolderError`.
    """
    said = ""
    if not is_empty(out) and (earlier := _earlier(out)) != source:
        names = dict.fromkeys([*earlier, *source])
        what = ", ".join(name for name in names if earlier.get(name) != source.get(name))
        said = f"{out} holds another hierarchy (other: {what}). It was kept as {set_aside(out)}."
    write_json(out / MEASURED, dict(source))
    return said


def _earlier(out: Path) -> dict[str, Any]:
    """What a folder's hierarchy was measured from, {} if it is of something else."""
    try:
        content = json.loads((out / MEASURED).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and "data" in content else {}
