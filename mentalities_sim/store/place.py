"""The place of results: whether a folder can take them, and putting earlier ones aside."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mentalities_sim.store.atomic import is_part, sync_folder
from mentalities_sim.store.batch import _NAME, COMMITTING
from mentalities_sim.store.conditions_table import _KEY, CONDITIONS
from mentalities_sim.store.errors import FolderError, not_written
from mentalities_sim.store.lock import HOLDER, LOCK
from mentalities_sim.store.manifest import MANIFEST
from mentalities_sim.store.provenance import PROVENANCE

ROOM = ".room-"
"""How the folder's name begins by which it is found out whether there is room."""
_BEFORE = {"rules", "engine", "experiment"}
"""What provenance.json held in the version before, which had one outcomes.parquet."""


def check_folder(out: Path) -> None:
    """Refuse, before anything is run, a place where results cannot be written.

    Raises `FolderError` for a file, for a folder that holds something other than results, or for one
    that cannot be written.
    """
    try:
        if out.exists() and not out.is_dir():
            raise FolderError(f"{out} is a file; give --out a folder")
        if not is_empty(out) and not holds_results(out):
            raise FolderError(f"{out} holds other things than results; give --out a new or empty folder")
        if out.exists() and out.samefile(Path.cwd()):
            raise FolderError(f"{out} is the folder you are in; give --out a folder of its own")
        # a folder that results are put aside from is renamed: then the parent must take a new name
        place = out if out.exists() else next(p for p in out.absolute().parents if p.exists())
        tempfile.TemporaryDirectory(prefix=ROOM, dir=place).cleanup()
    except FolderError:
        raise
    except OSError as error:
        why = error.strerror or str(error)
        raise FolderError(f"{out} cannot be written ({why}); give --out another folder") from None


def holds_results(out: Path) -> bool:
    """Say whether a folder holds results of a sweep, or of the version before there were sweeps.

    Somebody else's folder may hold files and folders of the same names: what is in them is looked at.
    """
    if isinstance(_object(out / MANIFEST).get("format"), int) or _is_sealed(out / CONDITIONS):
        return True
    if any(_NAME.fullmatch(path.name) for kind in COMMITTING for path in (out / kind).glob("*.parquet")):
        return True
    return (out / "outcomes.parquet").is_file() and _BEFORE <= set(_object(out / PROVENANCE))


def _object(path: Path) -> dict[str, Any]:
    """A JSON object, {} for anything else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_sealed(path: Path) -> bool:
    """Say whether a table of conditions has the seal of this package, fitting or not."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return _KEY.encode() in (pq.read_metadata(path).metadata or {})
    except (OSError, ValueError, pa.ArrowException):
        return False


def is_empty(out: Path) -> bool:
    """Say whether there is nothing in a folder, or no folder; a lock is nothing, nor is what a kill left."""
    return not out.exists() or all(
        path.name in (LOCK, HOLDER) or path.name.startswith(ROOM) or is_part(path) for path in out.iterdir()
    )


def sweep_up(out: Path) -> None:
    """Remove what a run left that was killed as it looked for room; raises `FolderError`."""
    try:
        for path in out.glob(f"{ROOM}*"):
            path.rmdir()
    except OSError as error:
        raise not_written(out, error) from error


def set_aside(out: Path) -> Path:
    """Move earlier results to a name of their own beside them, and return it; raises `FolderError`."""
    newest = max(path.stat().st_mtime for path in out.iterdir())
    stem = f"{out.name}-{datetime.fromtimestamp(newest, UTC):%Y%m%dT%H%M%SZ}"
    place, count = out.with_name(stem), 1
    while place.exists():
        count += 1
        place = out.with_name(f"{stem}-{count}")
    try:
        (out / HOLDER).unlink(missing_ok=True)  # whoever holds the folder does not hold what was put aside
        out.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        raise not_written(place, error) from error
    return place
