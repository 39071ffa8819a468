"""Mending a folder before a run goes on: what is torn is set aside, what was left over is removed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from mentalities_sim.store.atomic import PART, is_part, make_folder, sync_folder
from mentalities_sim.store.batch import (
    _NAME,
    COMMITTING,
    TABLES,
    Batch,
    batch_in,
    bytes_if_whole,
    digest,
    marks,
    names,
    repeats,
    runs_in,
)
from mentalities_sim.store.errors import not_written

DAMAGED = "damaged"
File = tuple[str, str]
"""Table and file name."""


@dataclass
class _Seen:
    """What a look at every file found."""

    whole: set[File] = field(default_factory=set)
    torn: list[File] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    runs: list[np.ndarray] = field(default_factory=list)


def check_shards(folder: Path) -> list[str]:
    """Look at every file and mend the folder; return a sentence for each thing done.

    Call it with the lock held. Files that are damaged, copies under other names, batches that are not whole
    and batches with runs that stand in another one move to `damaged/`; files of batches that never counted,
    and temporaries, are removed. What has another name and other bytes is somebody's, and left alone. Holds
    one file at a time, and 16 bytes per run. Raises `FolderError`.
    """
    try:
        said = _remove_temporaries(folder)
        seen = _look(folder)
        return said + _mend(folder, seen)
    except OSError as error:
        raise not_written(folder, error) from error


def _remove_temporaries(folder: Path) -> list[str]:
    places = [folder, *(folder / name for name in (*TABLES, "export"))]
    found = [path for place in places if place.is_dir() for path in place.glob(f".*{PART}")]
    parts = [path for path in found if is_part(path) and path.is_file()]
    for path in parts:
        path.unlink()
    return [f"Removed {len(parts)} unfinished file(s) of a run that was stopped."] if parts else []


def _look(folder: Path) -> _Seen:
    seen = _Seen()
    for table in TABLES:
        every = names(folder, table)
        digests = {fits[1] for fits in map(_NAME.fullmatch, every) if fits}
        for name in every:
            if not _NAME.fullmatch(name) and not _is_copy(folder / table / name, digests):
                continue  # somebody else's
            data = bytes_if_whole(folder / table / name)
            if data is None:
                seen.torn.append((table, name))
                continue
            seen.whole.add((table, name))
            batch = batch_in(table, name, data) if table in COMMITTING else None
            if batch:
                seen.batches.append(batch)
                seen.runs.append(_runs(folder, batch, data))
    return seen


def _is_copy(path: Path, digests: set[str]) -> bool:
    """Say whether a file is one of the folder's under another name: whoever reads all, reads it twice."""
    return path.suffix == ".parquet" and path.is_file() and digest(path.read_bytes()) in digests


def _runs(folder: Path, batch: Batch, data: bytes) -> np.ndarray:
    ids = runs_in(data)
    failed = batch.sides.get("failures")
    more = bytes_if_whole(folder / "failures" / failed) if failed else None
    if more:
        ids = pa.chunked_array([*ids.chunks, *runs_in(more).chunks], ids.type)
    return marks(ids)


def _mend(folder: Path, seen: _Seen) -> list[str]:
    said, kept, gone = [], [], list(seen.torn)
    whole_runs = []
    for batch, runs in zip(seen.batches, seen.runs, strict=True):
        torn = [f"{t}/{n}" for t, n in batch.sides.items() if (t, n) not in seen.whole]
        if torn:
            said.append(f"{torn[0]} is damaged or missing: its batch of {len(runs)} run(s) is made anew.")
            gone += batch.files.items()
        else:
            kept.append(batch)
            whole_runs.append(runs)
    part, _, first = repeats(whole_runs)
    twice = set(part[part != first].tolist())
    for index in sorted(twice):
        batch = kept[index]
        said.append(
            f"{batch.table}/{batch.name} holds runs that stand in another file: nothing counts twice."
        )
        gone += batch.files.items()
    counting = {file for i, batch in enumerate(kept) if i not in twice for file in batch.files.items()}
    told = {file for batch in seen.batches for file in batch.files.items()}
    said += [f"{t}/{n} is damaged: its runs are made anew." for t, n in seen.torn if (t, n) not in told]
    # a torn committing file no longer says what belongs to it, but its name does
    stems = {name[:16] for table, name in seen.torn if table in COMMITTING}
    orphans = sorted(seen.whole - counting - set(gone))
    gone += [file for file in orphans if file[1][:16] in stems]
    removed = [file for file in orphans if file[1][:16] not in stems]
    for file in dict.fromkeys(gone):
        if file not in counting:
            _set_aside(folder, file)
    for table, name in removed:
        (folder / table / name).unlink()
    if removed:
        said.append(f"Removed {len(removed)} file(s) of batches that were stopped before they counted.")
    if gone:
        said.append(f"What was damaged is in {folder / DAMAGED}.")
    return said


def _set_aside(folder: Path, file: File) -> None:
    source, target = folder.joinpath(*file), folder.joinpath(DAMAGED, *file)
    if source.exists():
        make_folder(target.parent)
        os.replace(source, target)
        sync_folder(source.parent)
