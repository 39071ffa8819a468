"""What stands in results folders, for tests that look at them from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from mentalities_sim.experiment.results import Results

COMPUTED = ("outcomes", "series", "events", "transitions", "failures", "chosen")


def told(out: str | Path) -> dict[str, Any]:
    """The provenance of a folder."""
    return json.loads((Path(out) / "provenance.json").read_text(encoding="utf-8"))


def session(out: str | Path) -> dict[str, Any]:
    """The folder's one session."""
    (only_one,) = told(out)["sessions"]
    return only_one


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, and what is in it."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def assert_same_folders(one: str | Path, two: str | Path) -> None:
    """Compare all that two folders' results give, to the last bit."""
    for name in COMPUTED:
        frames = [getattr(Results.read(folder), name) for folder in (one, two)]
        pd.testing.assert_frame_equal(*frames, check_exact=True, obj=name)
