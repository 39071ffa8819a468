"""Tables as single files, for those who want one file per table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from mentalities_sim.store.atomic import replacing
from mentalities_sim.store.batch import TABLES
from mentalities_sim.store.conditions_table import read_conditions
from mentalities_sim.store.shards import load, schema_of


def export(folder: Path, format: Literal["csv", "parquet"], out: Path | None = None) -> list[Path]:
    """Write each table there is to one file in `out` (`folder`/export); return the files.

    Rows are sorted as by `read`. Numbers in CSV have all their digits. Conditions are written one arm after
    another, as far as they are in that order, to save memory. Raises `FolderError`, and `ValueError` for
    another format.
    """
    if format not in ("csv", "parquet"):
        raise ValueError(f"no format {format!r}; there are csv and parquet")
    target = out or folder / "export"
    written = []
    for table in TABLES:
        schema = schema_of(folder, table)
        if schema is None:
            continue
        path = target / f"{table}.{format}"
        with replacing(path) as part, _writer(part, format, schema) as writer:
            for arms in _stretches(folder) if "arm" in schema.names else [None]:
                rows = load(folder, table, arms=arms)
                assert rows is not None
                writer.write_table(rows.cast(schema))
        written.append(path)
    return written


def _writer(path: Path, format: str, schema: pa.Schema) -> Any:
    if format == "parquet":
        return pq.ParquetWriter(path, schema, compression="zstd")
    return pyarrow.csv.CSVWriter(path, schema)


def _stretches(folder: Path) -> list[list[str] | None]:
    """The arms one by one where each one's conditions follow each other, else all at once."""
    conditions = read_conditions(folder).sort_values("place")
    arms = conditions["arm"]
    in_order = list(arms[arms != arms.shift()])
    return [[arm] for arm in in_order] if len(set(in_order)) == len(in_order) else [None]
