"""The table of conditions: what each run's condition is, and where it comes in order."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mentalities_sim.store.atomic import replacing
from mentalities_sim.store.errors import FolderError

CONDITIONS = "conditions.parquet"
_KEY = "mentalities"
_BLANK = b"0" * 64


def write_conditions(folder: Path, frames: Iterable[pd.DataFrame]) -> None:
    """Write the conditions, frame by frame: `condition_id` (text), `place` (int64), `arm`, swept values.

    All frames have the same columns and types. The file is sealed by a digest of its bytes. Raises
    `FolderError` where writing fails, and `ValueError` without a frame.
    """
    with replacing(folder / CONDITIONS) as part:
        writer = None
        for frame in frames:
            schema = writer.schema if writer else None
            table = pa.Table.from_pandas(frame, schema, preserve_index=False).replace_schema_metadata(None)
            writer = writer or pq.ParquetWriter(part, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is None:
            raise ValueError("an experiment has at least one condition")
        writer.add_key_value_metadata({_KEY: _BLANK.decode()})
        writer.close()
        data = part.read_bytes()
        with part.open("rb+") as file:
            file.seek(data.rindex(_BLANK))
            file.write(_seal(data))


def read_conditions(folder: Path) -> pd.DataFrame:
    """Return the conditions in their order; raises `FolderError` for a file that is gone or damaged."""
    path = folder / CONDITIONS
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FolderError(f"{path} cannot be read ({error.strerror or error})") from error
    try:
        seal = (pq.read_metadata(pa.BufferReader(data)).metadata or {})[_KEY.encode()]
        at = data.rindex(seal)
        if _seal(data[:at] + _BLANK + data[at + len(seal) :]) != seal:
            raise ValueError("the bytes do not fit the digest")
        frame: pd.DataFrame = pq.read_table(pa.BufferReader(data)).to_pandas()
    except (KeyError, ValueError, OSError, pa.ArrowException) as error:
        raise FolderError(
            f"{path} is damaged. Run the same command again: it is written anew, and finished runs are kept"
        ) from error
    return frame


def _seal(data: bytes) -> bytes:
    return sha256(data).hexdigest().encode()
