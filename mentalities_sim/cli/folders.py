"""`mentalities status`, `merge` and `results`: what lies in results folders."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """How many runs a folder holds of those wanted, and what they are called."""

    wanted: int
    done: int
    failed: int
    runs: str = "therapies"

    @property
    def open(self) -> int:
        """Runs still to be done."""
        return max(0, self.wanted - self.done - self.failed)

    def line(self) -> str:
        """Return the count as a sentence."""
        share = 100.0 * self.done / max(1, self.wanted)
        percent = "100 %" if self.done == self.wanted else f"{min(share, 99.9):.1f} %"
        failed = f", {self.failed:,} failed" if self.failed else ""
        still = f", {self.open:,} to do" if self.open else ""
        return f"{self.done:,} of {self.wanted:,} {self.runs} done ({percent}){failed}{still}"


def count(folder: Path) -> Count:
    """Count the runs of a folder; raises `FolderError`."""
    from mentalities_sim.experiment.kinds import KINDS
    from mentalities_sim.store.manifest import Manifest
    from mentalities_sim.store.shards import run_ids

    manifest = Manifest.read(folder)
    done = sum(len(runs) for runs in run_ids(folder))
    failed = sum(len(runs) for runs in run_ids(folder, "failures"))
    kind = KINDS.get(manifest.file.get("world_kind", "dyad"))
    return Count(manifest.runs, done, failed, kind.runs if kind else "runs")


def status(given: argparse.Namespace) -> int:
    """Print how far a sweep has come, who is at it, and what to do next; 1 if runs failed or are missing."""
    from mentalities_sim.store.lock import held
    from mentalities_sim.store.manifest import Manifest
    from mentalities_sim.store.provenance import read_provenance

    folder: Path = given.folder
    manifest = Manifest.read(folder)
    found = count(folder)
    print(f"{manifest.title} ({folder})\n  {found.line()}")
    for i, session in enumerate(read_provenance(folder).get("sessions", []), 1):
        ended = (
            f"to {session['ended']}, {session.get('how')}"
            if session.get("ended")
            else str(session.get("how"))
        )
        print(
            f"  session {i}: {session.get('started', 'at no known time')} {ended}; "
            f"{session.get('engine', 'unknown')} engine, {session.get('workers', 'unknown workers')}"
        )
    if (folder / "damaged").is_dir():
        damaged = sum(path.is_file() for path in (folder / "damaged").rglob("*"))
        print(f"  {damaged} damaged file{'s' * (damaged != 1)} set aside in {folder / 'damaged'}")
    holder = held(folder)
    if holder:
        print(f"  being written to: {holder}")
    elif found.open:
        shares = {tuple(s["part"]) for s in read_provenance(folder).get("sessions", []) if "part" in s}
        said = "run the same command again to go on"
        if shares:
            names = " and ".join(f"{k}/{n}" for k, n in sorted(shares))
            said = f"its share is {names}; {said}, or merge the shares"
        print(f"  nobody is at it: {said}")
    if found.failed:
        print(f"  mentalities retry {folder} runs again what failed")
    return 1 if found.failed or (found.open and not holder) else 0


def merge(given: argparse.Namespace) -> int:
    """Join folders of one experiment into a new one."""
    from mentalities_sim.store.merge import merge as join

    for line in join(given.folders, given.out):
        print(line)
    from mentalities_sim.cli.sweeping import report
    from mentalities_sim.experiment.results import Results

    found = count(given.out)
    if not found.open:
        print(f"{given.out}: {found.line()}")
    return report(Results.read(given.out), given.out, (1, 1))


def results(given: argparse.Namespace) -> int:
    """Write a folder's tables, one file each."""
    from mentalities_sim.store.export import export
    from mentalities_sim.store.manifest import Manifest

    Manifest.read(given.folder)  # a folder of nothing is refused, and not exported without a word
    for path in export(given.folder, given.format, given.out):
        print(path)
    return 0
