"""Small sweeps for tests of survival, and how two folders of results are compared to the last bit."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
from tiny_experiments import ARMS, FEARS, HEAD

from mentalities_sim.experiment.results import Results
from mentalities_sim.store.batch import TABLES, bytes_if_whole, names
from mentalities_sim.store.export import export

LEAVE = HEAD.split("leaving_at_rest")[0] + "[measures]" + HEAD.split("[measures]")[1]
RECORDED = LEAVE.replace("transitions = true", "transitions = true\nevents = true\nagents = true")
RECORDED = RECORDED.replace("stride = 1, replicates = 3", "stride = 4, replicates = 1")
REPLAYED = RECORDED.replace("replicates = 3", "replicates = 24", 1) + FEARS + ARMS
SAMPLED = (
    RECORDED.replace("replicates = 3", "replicates = 2", 1)
    + """
[sweep]
design = "sobol"
points = 64
[sweep.fear]
of = "client.warmth_danger"
range = [0.05, 1.0]
[sweep.gain]
of = "policy.gain"
range = [0.05, 1.0]
scale = "log"
[arms.titrated]
policy = "titrated"
"""
)
SHORT = SAMPLED.replace("points = 64", "points = 4")
TEXTS = {"replayed": REPLAYED, "sampled": SAMPLED, "short": SHORT}
FRAMES = ("outcomes", "series", "events", "transitions", "agents", "failures", "chosen")


def raw(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table as pandas alone reads it, sorted by run; the rows of one run as they were written."""
    out = {}
    for table in TABLES:
        files = [folder / table / name for name in names(folder, table)]
        if files:
            joined = pd.concat([pd.read_parquet(path) for path in files], ignore_index=True)
            out[table] = joined.sort_values("run_id", kind="stable", ignore_index=True)
    return out


Found = tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame], dict[str, bytes]]


def found(folder: Path) -> Found:
    """A folder's tables as raw files, as frames, and as the bytes of an export."""
    results = Results.read(folder)
    shown = {name: getattr(results, name) for name in FRAMES}
    files = export(folder, "csv", folder.parent / f"{folder.name}.csv")
    return raw(folder), shown, {path.name: path.read_bytes() for path in files}


expected_of = cache(found)


def assert_same_results(folder: Path, expected: Path) -> None:
    """Compare two folders in every table: raw files, frames, and bytes of an export."""
    one, other = found(folder), expected_of(expected)
    assert list(one[0]) == list(other[0])
    for frames, wanted in ((one[0], other[0]), (one[1], other[1])):
        for table, frame in frames.items():
            pd.testing.assert_frame_equal(frame, wanted[table], check_exact=True, obj=table)
    assert one[2] == other[2]
    runs = [run for table in ("outcomes", "failures") if table in one[0] for run in one[0][table]["run_id"]]
    assert len(runs) == len(set(runs)), "a run stands twice"


def committed_runs(folder: Path) -> dict[str, set[str]]:
    """Runs by file that commits them, of files that are whole."""
    out = {}
    for name in names(folder, "outcomes"):
        if bytes_if_whole(folder / "outcomes" / name) is not None:
            out[name] = set(pd.read_parquet(folder / "outcomes" / name, columns=["run_id"])["run_id"])
    return out
