"""What goes wrong with a folder of results, in words for the one who has to act on it."""

from __future__ import annotations

import errno
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


class FolderError(OSError):
    """A folder that cannot take or give results; the message says why and what to do."""


def not_written(place: Path, error: OSError) -> FolderError:
    """Return why a place could not be written, from what the operating system said."""
    why = error.strerror or str(error)
    if isinstance(error, FolderError):
        return error
    if error.errno in _FULL:
        return FolderError(
            f"{place} could not be written: the disk is full ({why}). Everything finished before is on disk; "
            "make room and run the same command again"
        )
    return FolderError(
        f"{place} could not be written ({why}). Everything finished before is on disk; give back the right "
        "to write there and run the same command again, or give --out another folder"
    )
