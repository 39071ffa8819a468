"""`mentalities plan`, `run` and `retry`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentalities_sim.cli.mistakes import Failed, Mistake

if TYPE_CHECKING:
    from mentalities_sim.experiment.experiment import Experiment
    from mentalities_sim.experiment.results import Results
    from mentalities_sim.running.batches import Engine


def plan(given: argparse.Namespace) -> int:
    """Print what a sweep would take."""
    experiment = read_experiment(given)
    engine = choose_engine(given.engine)
    print(experiment.plan(engine=engine, workers=given.workers))
    return 0


def run(given: argparse.Namespace) -> int:
    """Run an experiment, or go on with it, and report."""
    experiment = read_experiment(given)
    out = given.out or Path("results") / given.file.stem
    return _run(experiment, out, given, choose_engine(given.engine), part=given.part)


def retry(given: argparse.Namespace) -> int:
    """Run again what failed."""
    from mentalities_sim.cli.folders import count
    from mentalities_sim.experiment.results import Results
    from mentalities_sim.store.manifest import Manifest

    earlier = Results.read(given.folder)
    failed = len(earlier.failures)
    if not failed:
        found = count(given.folder)
        print(f"{given.folder}: no run failed; {found.line()}")
        return 1 if found.open else 0
    experiment = own_experiment(given.folder)
    engine = choose_engine((earlier.provenance.get("sessions") or [{}])[-1].get("engine"))
    print(f"{failed:,} run{'s' * (failed != 1)} failed and will be run again")
    seed = Manifest.read(given.folder).seed
    return _run(experiment, given.folder, given, engine, retry=True, seed=seed)


def own_experiment(folder: Path) -> Experiment:
    """Return the experiment of a results folder; raises `Mistake` where it has other classes than ours."""
    from mentalities_sim.experiment.experiment import Experiment
    from mentalities_sim.experiment.results import Results

    results = Results.read(folder)
    cast = (results.provenance.get("sessions") or [{}])[-1].get("cast")
    if cast:
        raise Mistake(
            f"{folder} was run with classes of your own ({', '.join(map(str, cast.values()))}), which the "
            "command does not know; in Python: Experiment.from_toml(..., cast=...)"
            f'.run("{folder}", retry=True)'
        )
    return Experiment(results.file)


def _run(experiment: Experiment, out: Path, given: argparse.Namespace, engine: Engine, **how: Any) -> int:
    from mentalities_sim.experiment.kinds import kind_of
    from mentalities_sim.running.conditions import Conditions
    from mentalities_sim.running.sweep import SweepError
    from mentalities_sim.store.place import check_folder

    check_folder(out)
    file = experiment.file
    runs = kind_of(file).runs
    print(f"{file.title}: {file.therapies:,} {runs} of {_size(experiment)}, {engine} engine")
    takes = kind_of(file).glue.takes(Conditions(file, file.seed, experiment.cast, experiment.policies)[0])
    if takes:
        print(f"Memory: {takes}")
    if engine == "compiled":
        print("Preparing the rules; half a minute where they are new ...", flush=True)
    try:
        results = experiment.run(
            out, engine=engine, workers=given.workers, scheduler=given.scheduler, progress=True, **how
        )
    except SweepError as error:
        raise Failed(error) from error
    return report(results, out, how.get("part", (1, 1)))


def report(results: Results, out: Path, part: tuple[int, int]) -> int:
    """Print what was found, write table and figures, and say what failed; return the exit code."""
    from mentalities_sim.cli.folders import count
    from mentalities_sim.experiment.best import UnseenError
    from mentalities_sim.experiment.reading import sentence, table_text
    from mentalities_sim.experiment.report import write_report
    from mentalities_sim.store.errors import FolderError

    found = count(out)
    if found.open:
        share = f"share {part[0]} of {part[1]} is done; " if part != (1, 1) else ""
        print(f"\n{out}: {share}{found.line()}")
        return 1 if found.failed or part == (1, 1) else 0
    if found.done:
        try:
            # shown first: what has been computed is not lost on a full disk
            print(f"\n{table_text(results)}\n\n{sentence(results)}\n", flush=True)
            files, left_out = write_report(results, out)
        except FolderError as error:
            raise Failed(error) from error
        except UnseenError as error:
            raise Failed(f"{out}: every run is there, but {error}") from error
        for name, why in left_out.items():
            print(f"figure {name} left out: {why}", file=sys.stderr)
        names = sorted(p.name + "/" * p.is_dir() for p in out.iterdir() if not p.name.startswith("."))
        print(f"{out}: {', '.join(names)}")
        drawn = [f.name for f in files if f.suffix == ".png"]
        if drawn:
            print(f"{out / 'figures'}: {', '.join(drawn)}")
    if found.failed:
        first = results.failures.iloc[0]
        above = " and are left out above" if found.done else ""
        print(
            f"{found.failed:,} of {found.wanted:,} runs failed{above}; the first: {first['error']}\n"
            f"All are in {out / 'failures'}, with their tracebacks; `mentalities retry {out}` runs them "
            "again.",
            file=sys.stderr,
        )
    return 1 if found.failed else 0


def read_experiment(given: argparse.Namespace, *more: str) -> Experiment:
    """Read the experiment file that was given, with `--set`, `--seed` and more settings."""
    from mentalities_sim.experiment.experiment import Experiment
    from mentalities_sim.experiment.file import load

    settings = [*given.settings, *more]
    if given.seed is not None:
        settings.append(f"seed={given.seed}")
    return Experiment(load(given.file, settings))


def choose_engine(wanted: Engine | None) -> Engine:
    """Return the engine to use; raises `Mistake` for one that cannot be had here."""
    from importlib.util import find_spec

    installed = find_spec("numba") is not None
    if wanted == "compiled" and not installed:
        raise Mistake(
            'the compiled engine needs Numba: pip install "mentalities-sim[fast]", or use --engine mesa'
        )
    if wanted is None and not installed:
        print(
            "Numba is not installed: running on the Mesa engine, the same numbers some hundred times slower."
        )
        return "mesa"
    return wanted or "compiled"


def _size(experiment: Experiment) -> str:
    """What the file says of the size of a run; what is swept is only named."""
    from mentalities_sim.experiment.kinds import kind_of

    file = experiment.file
    swept = {path for axis in file.axes for path in axis.paths}
    swept |= {path for arm in file.arms.values() for path in arm.settings}
    shown = kind_of(file).shown.items()
    return " × ".join(
        f"{'different numbers of' if f'world.{name}' in swept else file.world[name]} {words}"
        for name, words in shown
    )
