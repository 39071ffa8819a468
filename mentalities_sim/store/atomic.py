"""Files that are there whole or not at all, whenever the process is killed."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from mentalities_sim.store.errors import not_written

PART = ".part"
"""How names of unfinished files end; they start with a dot, so that globs pass them by."""
_TEMPORARY = re.compile(rf"\.[0-9a-f]+{re.escape(PART)}")


def is_part(path: Path) -> bool:
    """Say whether a file is an unfinished one of ours.

    Example:
        >>> is_part(Path(".0a1b.part")), is_part(Path("my.part"))
        (True, False)
    """
    return _TEMPORARY.fullmatch(path.name) is not None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; at the end it is made durable and takes the place of `path`.

    Where that fails, what was there before stands. Raises `FolderError`.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp()) / "new" / "a.txt"
        >>> with replacing(place) as part:
        ...     _ = part.write_text("whole")
        >>> place.read_text()
        'whole'
    """
    part = path.with_name(f".{uuid4().hex}{PART}")
    try:
        make_folder(path.parent)
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
        sync_folder(path.parent)
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that they outlast a power cut."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (where the operating system can)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # some network file systems do not sync folders: there is nothing more to be done on them
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write plain data as indented JSON; raises `FolderError`."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    with replacing(path) as part:
        part.write_text(text + "\n", encoding="utf-8")
