"""One writer at a time: a lock on the folder that the kernel gives back when its holder dies."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from mentalities_sim.store.errors import FolderError, not_written

LOCK = ".lock"
HOLDER = ".lock-holder"


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold the folder against other writers; it is made if need be.

    Raises `FolderError` saying who holds it, or that its file system has no locks.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(folder, error) from error
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise FolderError(
            f"another run is writing to {folder} ({_holder(folder)}); wait for it, or give "
            "--out another folder"
        ) from None
    except (OSError, NotImplementedError) as error:
        raise _no_lock(folder, error) from error
    try:
        # filelock may stand in a mere file for a lock; such a file would outlast a killed process
        if type(lock) is not FileLock:
            raise _no_lock(folder, NotImplementedError("the file system has no locks"))
        with suppress(OSError):  # it only informs
            _sign(folder)
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def held(folder: Path) -> str | None:
    """Return who is writing to a folder, or None; writes nothing but a lock that it gives back at once."""
    from filelock import FileLock, Timeout

    if not (folder / LOCK).exists():
        return None
    try:
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
        lock.release()
    except Timeout:
        return _holder(folder)
    except (OSError, NotImplementedError):
        return None  # read-only, or without locks: nobody can hold it from here
    return None


def _sign(folder: Path) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    who = {"process": os.getpid(), "host": platform.node(), "since": since}
    (folder / HOLDER).write_text(json.dumps(who) + "\n", encoding="utf-8")


def _holder(folder: Path) -> str:
    try:
        who = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f"process {who['process']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it left no name"


def _no_lock(folder: Path, error: BaseException) -> FolderError:
    why = getattr(error, "strerror", None) or str(error)
    return FolderError(
        f"{folder} cannot be locked against other runs ({why}); give --out a folder that can be written, on "
        "a file system with locks (a local disk has them)"
    )
