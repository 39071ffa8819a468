"""Merging: one folder from several that hold parts of the same experiment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mentalities_sim.store.atomic import PART, make_folder, replacing, sync_folder, write_json
from mentalities_sim.store.batch import COMMITTING, TABLES, Batch, committed, marks, repeats, runs_in, whole
from mentalities_sim.store.conditions_table import CONDITIONS, read_conditions
from mentalities_sim.store.crate import write_crate
from mentalities_sim.store.errors import FolderError, not_written
from mentalities_sim.store.lock import held
from mentalities_sim.store.manifest import Manifest
from mentalities_sim.store.provenance import PROVENANCE, read_provenance
from mentalities_sim.store.shards import write_shard

_TELLS_NOTHING = ("title", "question", "source", "seed")
"""Words of the file that make no other runs; what its seed drew are the conditions."""


@dataclass(frozen=True)
class _Source:
    """A batch and the folder it lies in."""

    folder: Path
    batch: Batch

    def data(self, table: str) -> bytes:
        return whole(self.folder / table / self.batch.files[table])

    def rows(self, table: str) -> pa.Table | None:
        if table not in self.batch.files:
            return None
        return pq.read_table(pa.BufferReader(self.data(table)))


def merge(folders: Sequence[Path], out: Path) -> list[str]:
    """Make the folder `out` from several of one experiment; return a sentence for each thing done.

    The sources are only read. A run that stands in several is kept once: its rows must be equal. An outcome
    is kept over a failure, and of two failures the first. `out` is there whole at the end, or not at all.
    Raises `FolderError` for folders that differ, are being written to or are damaged, and for a run with
    unequal rows.
    """
    _check_out(out)
    _check_sources(folders)
    work = out.with_name(f".{out.name}-{uuid4().hex}{PART}")
    try:
        make_folder(work)
        said = _fill(folders, work)
        if out.exists():
            out.rmdir()
        os.replace(work, out)
        sync_folder(out.absolute().parent)
    except OSError as error:
        raise not_written(out, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return said


def _check_out(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FolderError(f"{out} is there already; give --out a new or empty folder")


def _check_sources(folders: Sequence[Path]) -> None:
    if not folders:
        raise ValueError("there is nothing to merge: give at least one folder")
    first = Manifest.read(folders[0])
    conditions = read_conditions(folders[0])
    for folder in folders:
        holder = held(folder)
        if holder:
            raise FolderError(f"a run is writing to {folder} ({holder}); merge when it has ended")
        other = Manifest.read(folder)
        found = _counting(first).differences(_counting(other))
        if not found and first.runs != other.runs:
            found = [f"runs: {first.runs}, not {other.runs}"]
        if not found and not conditions.equals(read_conditions(folder)):
            found = ["the conditions"]
        if found:
            raise FolderError(
                f"{folders[0]} and {folder} hold different experiments, which cannot be merged:\n  "
                + "\n  ".join(found)
            )


def _counting(manifest: Manifest) -> Manifest:
    """A manifest without what makes no other runs: texts, and the digest that they are part of."""
    file = {name: value for name, value in manifest.file.items() if name not in _TELLS_NOTHING}
    return replace(manifest, experiment="", file=_without_reasons(file))


def _without_reasons(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_reasons(inner)
            for name, inner in value.items()
            if not (name in ("why", "against") and isinstance(inner, str))
        }
    return [_without_reasons(inner) for inner in value] if isinstance(value, list | tuple) else value


def _fill(folders: Sequence[Path], work: Path) -> list[str]:
    every = [_Source(folder, batch) for folder in folders for batch in committed(folder)]
    unlike: dict[tuple[str, str], _Source] = {}
    for source in every:
        unlike.setdefault((source.batch.table, source.batch.name), source)  # equal names are equal bytes
    sources = list(unlike.values())
    dropped, said = _repeated(sources)
    for source in sources:
        if source in dropped:
            _write_without(source, dropped[source], work)
        else:
            for table, name in reversed(source.batch.files.items()):
                with replacing(work / table / name) as part:
                    part.write_bytes(source.data(table))
    with replacing(work / CONDITIONS) as part:
        part.write_bytes((folders[0] / CONDITIONS).read_bytes())
    Manifest.read(folders[0]).write(work)
    noted = [(folder, read_provenance(folder)) for folder in folders]
    sessions = [
        {**session, "folder": str(folder)}
        for folder, content in noted
        for session in content.get("sessions", [])
    ]
    write_json(work / PROVENANCE, {**noted[0][1], "sessions": sessions})
    write_crate(work)
    if len(sources) < len(every):
        said.append(
            f"{len(every) - len(sources)} batch(es) stood in more than one folder, and were taken once."
        )
    runs = sum(
        pq.read_metadata(path).num_rows for kind in COMMITTING for path in (work / kind).glob("*.parquet")
    )
    return [*said, f"{runs:,} runs from {len(folders)} folders are together now."]


Dropped = dict[_Source, dict[str, list[str]]]
"""For each batch and kind (outcomes, failures), the runs that are kept from another batch."""


def _repeated(sources: list[_Source]) -> tuple[Dropped, list[str]]:
    # outcomes come before failures, so that an outcome anywhere is the one that is kept
    units = [(s, kind) for kind in COMMITTING for s in sources if kind in s.batch.files]
    part, row, first = repeats([marks(runs_in(source.data(kind))) for source, kind in units])
    dropped: Dropped = {}
    counts = dict.fromkeys(COMMITTING, 0)
    for unit in np.unique(part):
        source, kind = units[unit]
        runs = runs_in(source.data(kind))
        for owner in np.unique(first[part == unit]):
            here = runs.take(pa.array(row[(part == unit) & (first == owner)])).to_pylist()
            if kind == "outcomes":
                _need_equal(here, units[owner][0], source)
            dropped.setdefault(source, {}).setdefault(kind, []).extend(here)
            counts[kind] += len(here)
    words = {
        "outcomes": "stood in more than one folder with equal rows, and were taken once",
        "failures": "that failed stood in another folder too, whose row was taken",
    }
    return dropped, [f"{counts[kind]:,} run(s) {words[kind]}." for kind in COMMITTING if counts[kind]]


def _need_equal(runs: list[str], one: _Source, other: _Source) -> None:
    for table in TABLES:
        if table == "failures":
            continue
        run = _unequal(runs, one.rows(table), other.rows(table))
        if run is not None:
            raise FolderError(
                f"run {run} has different rows in {table} of {one.folder} and of {other.folder}: one of "
                "them was not made by this experiment with these rules, or on a machine that calculates "
                "differently. Find out which is right, and merge without the other"
            )


def _unequal(runs: list[str], *tables: pa.Table | None) -> str | None:
    """The first run whose rows differ between two tables (a missing table has none)."""
    wanted = pa.array(runs)
    found = [t.filter(pc.is_in(t["run_id"].cast(wanted.type), wanted)) for t in tables if t is not None]
    if not any(len(t) for t in found):
        return None
    if len(found) == 1:
        first: str = found[0]["run_id"][0].as_py()
        return first
    joined = pa.concat_tables([t.replace_schema_metadata(None) for t in found], promote_options="permissive")
    size = len(found[0])
    one, other = (_by_run(part) for part in (joined.slice(0, size), joined.slice(size)))
    if one.equals(other):
        return None
    for run in sorted(runs):
        rows = [frame[frame["run_id"] == run].reset_index(drop=True) for frame in (one, other)]
        if not rows[0].equals(rows[1]):
            return run
    return None  # equal run by run


def _by_run(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame.sort_values("run_id", kind="stable", ignore_index=True)


def _write_without(source: _Source, dropped: dict[str, list[str]], work: Path) -> None:
    every = [run for runs in dropped.values() for run in runs]
    tables = {}
    for name in source.batch.files:
        rows = source.rows(name)
        assert rows is not None
        gone = pa.array(dropped.get(name, []) if name in COMMITTING else every, pa.string())
        tables[name] = rows.filter(pc.invert(pc.is_in(rows["run_id"].cast(pa.string()), gone)))
    if any(tables[kind].num_rows for kind in COMMITTING if kind in tables):
        write_shard(work, tables)
