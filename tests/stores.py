"""Small stores for tests: batches of a few runs, folders filled with them, and other processes."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from mentalities_sim.store.conditions_table import write_conditions
from mentalities_sim.store.manifest import Manifest
from mentalities_sim.store.shards import read, write_shard

CHILD_IMPORTS = """
import os
import signal
import time
from pathlib import Path

from mentalities_sim.store.errors import FolderError
from mentalities_sim.store.lock import claim
from mentalities_sim.store.shards import check_shards, run_ids, write_shard
"""
"""What other processes use beside this module."""

# in their order; names sort otherwise, and one has the dash that also divides condition and replicate
CONDITIONS = ("z", "m-1", "a", "k")
RUNS = [f"{condition}-{replicate}" for condition in CONDITIONS for replicate in range(12)]
FAILED = {"m-1-3", "k-11"}
COMMIT, *SIDES = "outcomes", "failures", "series"


def conditions_frame(arms: Sequence[str] = ("kind", "kind", "stern", "stern")) -> pd.DataFrame:
    return pd.DataFrame(
        {"condition_id": CONDITIONS, "place": np.arange(4), "arm": arms, "fear": [0.2, 0.9, 0.2, 0.9]}
    )


def tables(runs: Sequence[str], failed: set[str] = FAILED) -> dict[str, pa.Table]:
    """A batch whose rows depend on the run alone; columns whose type differs from batch to batch."""
    arms = dict(zip(CONDITIONS, conditions_frame()["arm"], strict=True))
    keys = [
        {"run_id": r, "arm": arms[r.rsplit("-", 1)[0]], "replicate": int(r.rsplit("-", 1)[1])} for r in runs
    ]
    chance = [random.Random(key["run_id"]) for key in keys]
    outcomes = [
        {
            **key,
            "symptoms": luck.random(),
            "left_week": luck.choice([None, 3, 7]),
            "note": luck.choice([None, 'said "no",\nand left']),
        }
        for key, luck in zip(keys, chance, strict=True)
        if key["run_id"] not in failed
    ]
    failures = [{**key, "error": "it broke"} for key in keys if key["run_id"] in failed]
    series = [
        {**key, "week": week, "threat": random.Random(f"{key['run_id']}{week}").random()}
        for key in keys
        for week in (2, 0, 1)
        if key["run_id"] not in failed
    ]
    named = {"outcomes": outcomes, "failures": failures, "series": series}
    return {name: pa.Table.from_pylist(rows) for name, rows in named.items() if rows}


def fill(folder: Path, sizes: Sequence[int], seed: int = 0) -> Path:
    """A folder with all runs, shuffled and dealt to batches of the given sizes (the last takes the rest)."""
    write_conditions(folder, [conditions_frame()])
    runs = RUNS.copy()
    random.Random(seed).shuffle(runs)
    for size in [*sizes, len(runs)]:
        here, runs = runs[:size], runs[size:]
        if here:
            write_shard(folder, tables(here))
    return folder


def everything(folder: Path) -> dict[str, pd.DataFrame]:
    return {table: read(folder, table) for table in (COMMIT, *SIDES)}


def assert_same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for table, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[table], check_exact=True)


def visible(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def child(code: str, *arguments: object, wait: bool = True) -> subprocess.Popen[str]:
    """Another process that knows this module and the store; `wait` for its end."""
    here = str(Path(__file__).parent)
    lines = f"import sys; sys.path.insert(0, {here!r})\n{CHILD_IMPORTS}from stores import *\n"
    process = subprocess.Popen(
        [sys.executable, "-c", lines + textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if wait:
        process.wait(60)
    return process


def manifest(**changed: Any) -> Manifest:
    file = {"arms": {"kind": {"dose": 0.5}, "stern": {"dose": 0.1}}, "replicates": 12}
    plain = Manifest(
        title="Kind and stern",
        experiment="e1",
        rules={"kind": "r1", "stern": "r1"},
        measures="m1",
        seed=1,
        runs=len(RUNS),
        axes=["fear"],
        arms=["kind", "stern"],
        sampled=False,
        version="0.1.0",
        file=file,
    )
    return replace(plain, **changed)


def damage(path: Path, how: str, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    at = chance.randrange(len(data))
    if how == "truncated":
        data = data[:at]
    else:
        data[at] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
