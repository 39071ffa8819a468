"""The folder as an RO-Crate 1.1: a description that repositories and catalogues of data understand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mentalities_sim.experiment.kinds import KINDS
from mentalities_sim.store.atomic import write_json
from mentalities_sim.store.manifest import MANIFEST, Manifest
from mentalities_sim.store.provenance import PROVENANCE, read_provenance

CRATE = "ro-crate-metadata.json"
_PARQUET = "application/vnd.apache.parquet"
_HOLDS = {
    MANIFEST: (
        "application/json",
        "The experiment: everything that was set, and digests of rules and measures.",
    ),
    PROVENANCE: ("application/json", "When, where and with which versions the sweep was run."),
    "conditions.parquet": (_PARQUET, "One row per condition: its arm and swept values."),
    "table.csv": ("text/csv", "Mean and 95 % interval of each outcome, per arm and condition."),
    "summary.csv": ("text/csv", "Each outcome over a sampled space: its spread and quantiles, per arm."),
    "points.csv": ("text/csv", "Means of each outcome, per arm and sampled point."),
    "chosen.csv": ("text/csv", "Which candidate each arm that is the best of several chose, and where."),
    "sensitivity.csv": ("text/csv", "How much each outcome hangs on each swept value."),
    "outcomes": (_PARQUET, "One row per run: what was measured at its end."),
    "failures": (_PARQUET, "One row per run that failed, and why."),
    "series": (_PARQUET, "Recorded states, one row per run and moment."),
    "events": (_PARQUET, "What happened in recorded runs, one row per event."),
    "transitions": (_PARQUET, "Counts of a client's mentality from one exchange to the next."),
    "agents": (_PARQUET, "One row per run and agent."),
    "contests": (_PARQUET, "One row per contest of a society: who won, who lost, and how."),
    "course": (_PARQUET, "One row per society and tenth of its course."),
    "figures": (None, "Figures of the outcomes."),
    "export": (None, "The tables again, one file each."),
}


def write_crate(folder: Path) -> None:
    """Write `ro-crate-metadata.json`; raises `FolderError`.

    A licence for the data is left out: it is for the one who publishes them to give.
    """
    manifest = Manifest.read(folder)
    parts = [_part(folder / name, *_HOLDS[name]) for name in _HOLDS if (folder / name).exists()]
    runs = [_action(i, session) for i, session in enumerate(read_provenance(folder).get("sessions", []))]
    software = {
        "@id": "#mentalities-sim",
        "@type": "SoftwareApplication",
        "name": "mentalities-sim",
        "version": manifest.version,
        "license": {"@id": "https://spdx.org/licenses/MIT"},
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": manifest.title,
        "description": f"Simulated {_runs(manifest)}: {manifest.runs} runs of the arms "
        + ", ".join(manifest.arms)
        + (f", over {', '.join(manifest.axes)}." if manifest.axes else "."),
        "datePublished": max((run["endTime"] for run in runs if "endTime" in run), default="")[:10],
        "hasPart": [{"@id": part["@id"]} for part in parts],
        "mentions": [{"@id": run["@id"]} for run in runs],
    }
    about = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    if not root["datePublished"]:
        del root["datePublished"]  # nothing has come to an end yet
    graph = [about, root, *parts, software, *runs]
    write_json(folder / CRATE, {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph})


def _runs(manifest: Manifest) -> str:
    kind = KINDS.get(manifest.file.get("world_kind", "dyad"))
    return kind.runs if kind else "runs"


def _part(path: Path, encoding: str | None, holds: str) -> dict[str, Any]:
    is_folder = path.is_dir()
    return {
        "@id": f"{path.name}/" if is_folder else path.name,
        "@type": "Dataset" if is_folder else "File",
        "name": path.stem if is_folder else path.name,
        "description": holds,
        **({"encodingFormat": encoding} if encoding else {}),
    }


def _action(index: int, session: dict[str, Any]) -> dict[str, Any]:
    ended = {"endTime": session["ended"]} if session.get("ended") else {}
    return {
        "@id": f"#session-{index}",
        "@type": "CreateAction",
        "name": f"Session {index + 1} of the sweep",
        "description": str(session.get("how", "")),
        "instrument": {"@id": "#mentalities-sim"},
        "object": {"@id": MANIFEST},
        "result": {"@id": "./"},
        "startTime": session.get("started"),
        **ended,
    }
