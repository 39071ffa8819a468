"""A batch on disk: files that certify themselves, and one among them that says which belong together."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mentalities_sim.store.errors import FolderError

TABLES = ("outcomes", "failures", "series", "events", "transitions", "agents", "contests", "course")
COMMITTING = ("outcomes", "failures")
"""Tables whose files can make a batch count; failures only where a batch has no outcomes."""

_NAME = re.compile(r"[0-9a-f]{16}-([0-9a-f]{16})\.parquet")
_KEY = b"mentalities"


@dataclass(frozen=True)
class Batch:
    """The files of one batch: the committing file, and those it lists (table -> file name)."""

    table: str
    name: str
    sides: Mapping[str, str] = field(hash=False)

    @property
    def files(self) -> dict[str, str]:
        """File names by table, the committing file first."""
        return {self.table: self.name, **self.sides}


def digest(data: bytes) -> str:
    """Return the 16 hex digits by which a file certifies its bytes."""
    return sha256(data).hexdigest()[:16]


def stem(run_ids: list[str]) -> str:
    """Return the 16 hex digits that the names of a batch's files share."""
    return digest("\n".join(sorted(run_ids)).encode())


def encoded(table: pa.Table, sides: Mapping[str, str] | None = None) -> bytes:
    """Return a table as the bytes of a Parquet file; with `sides`, of one that commits its batch."""
    plain = pa.table(
        {
            name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
    )
    if sides is not None:
        plain = plain.replace_schema_metadata({_KEY: json.dumps(dict(sides)).encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(plain, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def names(folder: Path, table: str) -> list[str]:
    """Return the names of a table's files in order, whole or not, committed or not."""
    place = folder / table
    try:
        return sorted(p.name for p in place.iterdir() if not p.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FolderError(f"{place} cannot be read ({error.strerror or error})") from error


def bytes_if_whole(path: Path) -> bytes | None:
    """Return a file's bytes, or None where they are gone or do not fit its name."""
    fits = _NAME.fullmatch(path.name)
    try:
        data = path.read_bytes() if fits else b""
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EIO, errno.EISDIR):
            return None
        raise FolderError(f"{path} cannot be read ({error.strerror or error})") from error
    return data if fits and fits[1] == digest(data) else None


def whole(path: Path) -> bytes:
    """Return a file's bytes; raises `FolderError` where they are gone or do not fit its name."""
    data = bytes_if_whole(path)
    if data is None:
        raise FolderError(
            f"{path} is missing or damaged. Run the same command again: the file is set aside and its runs "
            "are made anew"
        )
    return data


def batch_in(table: str, name: str, data: bytes) -> Batch | None:
    """Return the batch that a whole file commits, or None for a file that commits none."""
    metadata = pq.read_schema(pa.BufferReader(data)).metadata or {}
    return Batch(table, name, json.loads(metadata[_KEY])) if _KEY in metadata else None


def committed(folder: Path) -> Iterator[Batch]:
    """Give the batches that count; raises `FolderError` naming a committing file that is damaged."""
    listed = set()
    for table in COMMITTING:
        for name in names(folder, table):
            if name in listed or not _NAME.fullmatch(name):  # others' files are none of ours
                continue
            batch = batch_in(table, name, whole(folder / table / name))
            if batch:
                listed.add(batch.sides.get("failures"))
                yield batch


def runs_in(data: bytes) -> pa.ChunkedArray:
    """Return the run ids of a file, row by row."""
    return pq.read_table(pa.BufferReader(data), columns=["run_id"])["run_id"]


def marks(run_ids: pa.ChunkedArray) -> np.ndarray:
    """Return 16 bytes for each run id, as two columns: millions can be kept and compared."""
    found = b"".join(blake2b(run.encode(), digest_size=16).digest() for run in run_ids.to_pylist())
    return np.frombuffer(found, np.uint64).reshape(-1, 2)


def repeats(parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find runs that stand in more than one part: return part, row in it, and the part that has it first.

    Example:
        >>> one, two = (marks(pa.chunked_array([runs])) for runs in (["a", "b"], ["c", "b"]))
        >>> [found.tolist() for found in repeats([one, two])]
        [[1], [1], [0]]
    """
    keys = np.concatenate([np.empty((0, 2), np.uint64), *parts])
    sizes = np.array([len(part) for part in parts], np.int64)
    part = np.repeat(np.arange(len(parts)), sizes)
    order = np.lexsort((keys[:, 0], keys[:, 1]))  # stable: of equal runs, those of earlier parts come first
    again = np.zeros(len(order), bool)
    again[1:] = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    first = order[np.flatnonzero(~again)][np.cumsum(~again) - 1]
    later = order[again]
    starts = np.cumsum(sizes) - sizes
    return part[later], later - starts[part[later]], part[first[again]]
