"""Batches of runs in Parquet files: written one by one, read as if they were one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mentalities_sim.store.atomic import replacing
from mentalities_sim.store.batch import (
    COMMITTING,
    TABLES,
    committed,
    digest,
    encoded,
    runs_in,
    stem,
    whole,
)
from mentalities_sim.store.conditions_table import read_conditions
from mentalities_sim.store.errors import FolderError, not_written
from mentalities_sim.store.mend import check_shards

__all__ = ["check_shards", "load", "read", "run_ids", "write_shard"]


def write_shard(folder: Path, tables: Mapping[str, pa.Table]) -> str:
    """Write one batch of runs; return the digits that its files' names begin with.

    Each table has a text column `run_id`; "outcomes" and "failures" have at most one row for a run. Empty
    tables are not written. The batch counts once its outcomes (else failures) file is in place, which is
    the last. Raises `FolderError` where writing fails; then the batch does not count.

    Example:
        >>> import tempfile
        >>> results = Path(tempfile.mkdtemp())
        >>> _ = write_shard(results, {"outcomes": pa.table({"run_id": ["c1-0"], "symptoms": [0.5]})})
        >>> list(run_ids(results))
        [['c1-0']]
    """
    filled = {name: tables[name] for name in TABLES if name in tables and tables[name].num_rows}
    runs = _runs_of(tables, filled)
    start = stem(runs)
    try:
        _put(folder, start, filled)
    except OSError as error:
        raise not_written(folder, error) from error
    return start


def _put(folder: Path, start: str, filled: Mapping[str, pa.Table]) -> None:
    commit = next(iter(filled))
    side_bytes = {name: encoded(table) for name, table in filled.items() if name != commit}
    side_names = {name: f"{start}-{digest(data)}.parquet" for name, data in side_bytes.items()}
    data = encoded(filled[commit], side_names)
    with ExitStack() as files:
        # what is entered first is left, and put in place, last: the committing file
        files.enter_context(replacing(folder / commit / f"{start}-{digest(data)}.parquet")).write_bytes(data)
        for name, side in side_bytes.items():
            files.enter_context(replacing(folder / name / side_names[name])).write_bytes(side)


def _runs_of(given: Mapping[str, pa.Table], filled: Mapping[str, pa.Table]) -> list[str]:
    unknown = sorted(set(given) - set(TABLES))
    if unknown:
        raise ValueError(f"no table {unknown[0]!r}; there are {', '.join(TABLES)}")
    if not set(filled) & set(COMMITTING):
        raise ValueError("a batch needs outcomes or failures: without them none of its runs would count")
    for name, table in filled.items():
        text = "run_id" in table.column_names and _is_text(table.schema.field("run_id").type)
        if not text or table["run_id"].null_count:
            raise ValueError(f"{name} needs a text column run_id without gaps")
    runs: list[str] = [
        run for name in COMMITTING if name in filled for run in filled[name]["run_id"].to_pylist()
    ]
    if len(set(runs)) < len(runs):
        raise ValueError("a run has one row: an outcome or a failure")
    return runs


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def run_ids(folder: Path, table: str = "outcomes") -> Iterator[list[str]]:
    """Give the ids of the runs in a table, file by file; raises `FolderError` for a damaged file."""
    for name in _files(folder, table):
        yield pc.unique(runs_in(whole(folder / table / name))).to_pylist()


def read(
    folder: Path, table: str, columns: Sequence[str] | None = None, arms: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return a table, sorted by condition and replicate; rows of one run stay as they were written.

    How runs were batched does not show. `arms` leaves the others out while reading. A table that is not
    there gives an empty frame. Raises `FolderError` naming a file that is damaged, and `ValueError` for a
    table or column that is unknown.
    """
    found = load(folder, table, columns, arms)
    if found is None:
        return pd.DataFrame(columns=list(columns or []))
    frame: pd.DataFrame = found.to_pandas()
    return frame


def load(
    folder: Path, table: str, columns: Sequence[str] | None = None, arms: Sequence[str] | None = None
) -> pa.Table | None:
    """Return what `read` does as an Arrow table; None for a table that is not there."""
    files = _files(folder, table)
    parts = [_part(folder / table / name, columns, arms) for name in files]
    if not parts:
        return None
    joined = pa.concat_tables(parts, promote_options="permissive")
    # each file's runs were distinct: fewer in all means that some stand in two files
    own = sum(len(pc.unique(part["run_id"])) for part in parts)
    orders = {tuple(part.column_names) for part in parts}
    del parts
    if len(pc.unique(joined["run_id"])) < own:
        raise FolderError(
            f"{folder / table} holds some runs twice. Run the same command again: the second file is set "
            "aside"
        )
    shown = list(columns) if columns is not None else _column_order(orders)
    missing = sorted(set(shown) - set(joined.column_names))
    if missing:
        raise ValueError(f"no column {missing[0]!r} in {table}; there are {', '.join(joined.column_names)}")
    order = _order(folder, joined)
    # what reading and sorting took is not given back of itself
    pa.default_memory_pool().release_unused()
    taken = {}
    for name in dict.fromkeys(shown):  # one by one, so that there are never two whole tables
        taken[name] = joined[name].take(order)
        joined = joined.drop_columns([name])
    return pa.table(taken).select(shown)


def schema_of(folder: Path, table: str) -> pa.Schema | None:
    """Return the columns and types that `read` has for a table; None for a table that is not there."""
    found = [pq.read_schema(folder / table / name).remove_metadata() for name in _files(folder, table)]
    if not found:
        return None
    joined = pa.unify_schemas(found, promote_options="permissive")
    return pa.schema([joined.field(name) for name in _column_order({tuple(s.names) for s in found})])


def _files(folder: Path, table: str) -> list[str]:
    if table not in TABLES:
        raise ValueError(f"no table {table!r}; there are {', '.join(TABLES)}")
    if not folder.is_dir():
        raise FolderError(f"{folder} is not a folder of results")
    return [batch.files[table] for batch in committed(folder) if table in batch.files]


def _part(path: Path, columns: Sequence[str] | None, arms: Sequence[str] | None) -> pa.Table:
    source = pa.BufferReader(whole(path))
    there = pq.read_schema(source).names
    wanted = there if columns is None else [n for n in there if n in {*columns, "run_id", "replicate"}]
    kept = None if arms is None else pc.field("arm").isin(pa.array(arms, pa.string()))
    found = pq.read_table(source, columns=wanted, filters=kept)
    return found.replace_schema_metadata(None)


def _column_order(orders: set[tuple[str, ...]]) -> list[str]:
    """As written, as far as files agree; the rest by name: no matter which file comes first."""
    first: list[str] = []
    for here in zip(*orders, strict=False):
        if len(set(here)) > 1:
            break
        first.append(here[0])
    every = {name for order in orders for name in order}
    first += [name for name in ("run_id", "arm", "replicate") if name in every - set(first)]
    return [*first, *sorted(every - set(first))]


def _order(folder: Path, table: pa.Table) -> pa.Array:
    """Rows by place of the condition, then replicate, then run; stable."""
    conditions = read_conditions(folder)
    runs = table["run_id"].cast(pa.large_string()).combine_chunks().dictionary_encode()
    ids = pc.list_element(pc.split_pattern(runs.dictionary, "-", max_splits=1, reverse=True), 0)
    known = pa.array(conditions["condition_id"], ids.type)
    rows = pc.index_in(ids, value_set=known)
    if rows.null_count:
        stranger = runs.dictionary[pc.index(rows.is_null(), True).as_py()].as_py()
        raise FolderError(
            f"{folder} holds the run {stranger}, whose condition is not in conditions.parquet: files of "
            "another experiment were put there; take them out"
        )
    places = conditions["place"].to_numpy()[rows.to_numpy()] if len(rows) else np.empty(0, np.int64)
    codes = runs.indices.to_numpy()
    keys = [pc.rank(runs.dictionary, tiebreaker="first").to_numpy()[codes], places[codes]]
    if "replicate" in table.column_names:
        keys.insert(1, table["replicate"].to_numpy())
    return pa.array(np.lexsort(keys))
