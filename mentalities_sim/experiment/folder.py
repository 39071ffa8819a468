"""The folder of results: Parquet tables, figures and provenance, written whole or not at all."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from mentalities_sim.experiment.results import Results

PROVENANCE = "provenance.json"


class FolderError(OSError):
    """A folder that cannot take results; the message says why and what to do."""


def check_folder(out: Path) -> None:
    """Refuse, before anything is run, a place where results cannot be written.

    Raises `FolderError` for a file, for a folder that holds something other than results, or for one
    that cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise FolderError(f"{out} is a file; give --out a folder")
    if out.is_dir() and any(out.iterdir()) and not (out / PROVENANCE).exists():
        raise FolderError(f"{out} holds other things than results; give --out a new or empty folder")
    if out.exists() and out.samefile(Path.cwd()):
        raise FolderError(f"{out} is the folder you are in; give --out a folder of its own")
    # results are made beside the folder and moved into place: it is the parent that must take them
    parent = next(p for p in out.absolute().parents if p.exists())
    try:
        tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=parent).cleanup()
    except OSError as error:
        why = error.strerror or str(error)
        raise FolderError(f"{parent} cannot be written ({why}); give --out another folder") from None


def write_folder(results: Results, out: Path) -> list[Path]:
    """Write tables, figures and provenance to a folder; return the files, relative to it.

    Everything is written beside it first and moved into place at the end. Earlier results are kept,
    renamed by the time they were made. A figure that cannot be drawn is left out, and the provenance
    says why under "figures_left_out": it costs no results. Raises `FolderError` where writing fails
    (no room, no permission); then earlier results stand as they did.
    """
    check_folder(out)
    try:
        return _write(results, out)
    except FolderError:
        raise
    except OSError as error:
        raise FolderError(
            f"{out} could not be written ({error.strerror or error}); nothing was kept of this run, and "
            "earlier results stand as they were"
        ) from error


def _write(results: Results, out: Path) -> list[Path]:
    from mentalities_sim.experiment.pictures import drawings

    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name in ("outcomes", "series", "events", "transitions", "chosen"):
            frame = getattr(results, name)
            if len(frame):
                frame.to_parquet(work / f"{name}.parquet", index=False)
        results.table().to_csv(work / "table.csv", index=False)
        left_out: dict[str, str] = {}
        for name, draw in drawings(results).items():
            try:
                draw().save(work / "figures" / name)
            except ValueError as error:
                left_out[name] = str(error)
        if left_out:
            results.provenance["figures_left_out"] = left_out
        text = json.dumps(results.provenance, indent=2, ensure_ascii=False, default=str)
        (work / PROVENANCE).write_text(text + "\n", encoding="utf-8")
        work.chmod(0o755)
        aside = _set_aside(out) if out.exists() else None
        try:
            work.rename(out)
        except BaseException:
            if aside and not out.exists():
                aside.rename(out)
            raise
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return sorted(p.relative_to(out) for p in out.rglob("*") if p.is_file())


def _set_aside(out: Path) -> Path | None:
    """Move earlier results to a name of their own, and return it; remove an empty folder."""
    if not any(out.iterdir()):
        out.rmdir()
        return None
    made = datetime.fromtimestamp((out / PROVENANCE).stat().st_mtime, UTC)
    stem = f"{out.name}-{made:%Y%m%dT%H%M%SZ}"
    place = out.with_name(stem)
    count = 1
    while place.exists():
        count += 1
        place = out.with_name(f"{stem}-{count}")
    out.rename(place)
    return place


def provenance(
    file: dict[str, Any], seed: int, engine: str, rules: dict[str, str], **more: Any
) -> dict[str, Any]:
    """Return what is needed to make the results again: versions, platform, rules, file, seed, times."""
    versions = {}
    for package in (
        "mentalities-sim",
        "mesa",
        "numpy",
        "scipy",
        "pandas",
        "pyarrow",
        "numba",
        "llvmlite",
    ):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "versions": {"python": platform.python_version(), **versions},
        "platform": platform.platform(),
        "git": _git_state(),
        "engine": engine,
        "seed": seed,
        "rules": rules,
        **more,
        "experiment": file,
    }


def _git_state() -> dict[str, Any]:
    here = Path(__file__).parent
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        ).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain", "--", "."],
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return {"commit": "unknown"}
    return {"commit": commit, "changed": bool(changed)}
