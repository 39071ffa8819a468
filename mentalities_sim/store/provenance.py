"""Provenance: each time a sweep was run or resumed, when, where and with what. Clocks only inform."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from mentalities_sim.store.atomic import make_folder, write_json
from mentalities_sim.store.errors import FolderError, not_written

PROVENANCE = "provenance.json"
_PACKAGES = ("mentalities-sim", "mesa", "numpy", "scipy", "pandas", "pyarrow", "numba", "llvmlite")
_OPTIONAL = ("distributed", "SALib")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that results may hang on."""
    found = {"python": platform.python_version()}
    for package in (*_PACKAGES, *_OPTIONAL):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            if package in _PACKAGES:
                found[package] = "not installed"
    return found


def git_state() -> dict[str, Any]:
    """Return the commit of the package's source, and whether it was changed since; "unknown" without one."""
    try:
        # installed inside somebody's repository, the package is no part of it
        _git("ls-files", "--error-unmatch", "--", str(Path(__file__).resolve()))
        commit, changed = (
            _git(*words) for words in (("rev-parse", "HEAD"), ("status", "--porcelain", "--", "."))
        )
    except (OSError, subprocess.SubprocessError):
        return {"commit": "unknown"}
    return {"commit": commit, "changed": bool(changed)}


def _git(*words: str) -> str:
    here = Path(__file__).resolve().parents[1]
    done = subprocess.run(["git", *words], cwd=here, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()


def begin_session(folder: Path, **what: Any) -> int:
    """Note that the sweep begins or goes on; return the session's number, to end it by.

    "experiment", "parameters" and "set_directly" hold for the whole folder; everything else (engine,
    workers, ...) is noted with the session. Raises `FolderError`.
    """
    content = _read_or_begin(folder)
    for name in ("experiment", "parameters", "set_directly"):
        if name in what:
            content[name] = what.pop(name)
    sessions = content.pop("sessions", [])
    session = {
        "started": _now(),
        "ended": None,
        "how": "not ended: under way, or killed",
        "host": platform.node(),
        "platform": platform.platform(),
        "versions": versions(),
        "git": git_state(),
        **what,
    }
    write_json(folder / PROVENANCE, {**content, "sessions": [*sessions, session]})
    return len(sessions)


def end_session(folder: Path, index: int, **what: Any) -> None:
    """Note that a session ended, and how; raises `FolderError`."""
    content = _read_or_begin(folder)
    sessions = content.setdefault("sessions", [])
    if index < len(sessions):
        sessions[index].update({"ended": _now(), "how": "ended", **what})
        write_json(folder / PROVENANCE, content)


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return what is noted, {} for nothing yet; raises `FolderError` for a file that is damaged."""
    path = folder / PROVENANCE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or not isinstance(content.get("sessions", []), list):
            raise ValueError("it holds no sessions")
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise FolderError(f"{path} is damaged ({error}); run the same command again to mend it") from error
    except OSError as error:
        raise FolderError(f"{path} cannot be read ({error.strerror or error})") from error
    return content


def _read_or_begin(folder: Path) -> dict[str, Any]:
    """Results do not hang on provenance: a damaged file is set aside, to be looked at, and another begun."""
    try:
        return read_provenance(folder)
    except FolderError:
        aside = folder / "damaged" / PROVENANCE
        try:
            make_folder(aside.parent)
            os.replace(folder / PROVENANCE, aside)
        except OSError as error:
            raise not_written(aside, error) from error
        return {"note": f"earlier sessions were in a file that is damaged; it is in {aside.parent.name}/"}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
