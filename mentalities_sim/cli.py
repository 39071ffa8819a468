"""The `mentalities` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mentalities_sim.experiment.experiment import Experiment
    from mentalities_sim.experiment.run import Engine


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 for a failure, 2 for a mistake in what was given, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without × and ± shows ? for them
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = _parser().parse_args(arguments)
    try:
        return _run(given)
    except KeyboardInterrupt:
        print("\ninterrupted; nothing was written", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mentalities",
        description="A laboratory for social mentalities: for research and teaching, not a clinical tool.",
    )
    parser.add_argument("--version", action="version", version=metadata.version("mentalities-sim"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run an experiment file: a table, a sentence, figures")
    run.add_argument("file", type=Path, metavar="FILE", help="experiment file (TOML)")
    run.add_argument(
        "--engine",
        choices=("compiled", "mesa"),
        default=None,
        help="compiled (fast; needs Numba) or mesa; equal numbers (default: compiled, with Numba)",
    )
    run.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="results folder (default: results/<name of the file>)",
    )
    run.add_argument("--seed", type=int, metavar="S", help="seed, instead of the file's")
    run.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY.PATH=VALUE",
        dest="settings",
        help="override one setting of the file, e.g. replicates=20 or client.threat=0.3; repeatable",
    )
    return parser


def _run(given: argparse.Namespace) -> int:
    from mentalities_sim.engine.batch import NotFiniteError
    from mentalities_sim.engine.check import RuleError
    from mentalities_sim.experiment.errors import ExperimentError
    from mentalities_sim.experiment.experiment import Experiment
    from mentalities_sim.experiment.file import load
    from mentalities_sim.experiment.folder import FolderError, check_folder, write_folder
    from mentalities_sim.experiment.reading import sentence, table_text

    settings = list(given.settings)
    if given.seed is not None:
        settings.append(f"seed={given.seed}")
    out = given.out or Path("results") / given.file.stem
    try:
        experiment = Experiment(load(given.file, settings))
        check_folder(out)
        engine = _engine(given.engine)
    except (ExperimentError, FolderError, _Unusable) as error:
        print(error, file=sys.stderr)
        return 2
    from tqdm import tqdm

    file = experiment.file
    print(f"{file.title}: {file.therapies:,} therapies of {_size(experiment)}, {engine} engine")
    if engine == "compiled":
        print(
            "Preparing the rules (compiled the first time, about half a minute) ...",
            flush=True,
        )
    try:
        with tqdm(total=file.therapies, unit=" therapies", disable=None, smoothing=0.1) as bar:
            results = experiment.run(engine=engine, progress=bar.update)
    except (RuleError, NotFiniteError) as error:
        print(f"{error}\nNothing was written.", file=sys.stderr)
        return 2 if isinstance(error, RuleError) else 1
    # shown first: what has been computed is not lost on a full disk
    print(f"\n{table_text(results)}\n\n{sentence(results)}\n", flush=True)
    try:
        files = write_folder(results, out)
    except FolderError as error:
        print(error, file=sys.stderr)
        return 1
    for name, why in results.provenance.get("figures_left_out", {}).items():
        print(f"figure {name} left out: {why}", file=sys.stderr)
    print(f"{out}: {', '.join(f.name for f in files if len(f.parts) == 1)}")
    print(f"{out / 'figures'}: {', '.join(f.name for f in files if f.suffix == '.png')}")
    return 0


class _Unusable(Exception):
    """An engine that cannot be had here."""


def _engine(wanted: Engine | None) -> Engine:
    from importlib.util import find_spec

    installed = find_spec("numba") is not None
    if wanted == "compiled" and not installed:
        raise _Unusable(
            'the compiled engine needs Numba: pip install "mentalities-sim[fast]", or use --engine mesa'
        )
    if wanted is None and not installed:
        print(
            "Numba is not installed: running on the Mesa engine, the same numbers some hundred times slower."
        )
        return "mesa"
    return wanted or "compiled"


def _size(experiment: Experiment) -> str:
    from mentalities_sim.worlds import Dyad

    world = experiment.file.world
    size = {n: int(world.get(n, getattr(Dyad, n).default)) for n in ("sessions", "exchanges")}
    return f"{size['sessions']} sessions × {size['exchanges']} exchanges"
