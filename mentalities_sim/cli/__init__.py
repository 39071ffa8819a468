"""The `mentalities` command: one file per group of subcommands; this one reads the command line."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from mentalities_sim.cli.evidence import add_evidence
from mentalities_sim.cli.upbringing import add_upbringing


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 for a failure, 2 for a mistake in what was given, 130 when interrupted."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without × and ± shows ? for them
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = getattr(
        import_module(f"mentalities_sim.cli.{given.module}"), given.command
    )
    from mentalities_sim.cli.mistakes import Failed, told

    before = _end_on_term()
    try:
        return told(command, given)
    except BrokenPipeError:  # whoever read along, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(
            "\ninterrupted; what was finished is on disk: run the same command again to go on",
            file=sys.stderr,
        )
        return 130
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def command() -> None:
    """Run the command as a program of its own, and end it at once with its exit code.

    Everything is on disk by then. Native libraries' threads have been seen to abort a process as it was
    taken down, which a batch system would take for a failed job.
    """
    code = 1
    try:
        code = main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _end_on_term() -> Any:
    """Let a batch system's SIGTERM end a sweep as Ctrl-C does; only the main thread may ask for that."""

    def interrupt(*given: Any) -> None:
        raise KeyboardInterrupt

    try:
        return signal.signal(signal.SIGTERM, interrupt)
    except ValueError:
        return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mentalities",
        description="A laboratory for social mentalities: for research and teaching, not a clinical tool.",
    )
    parser.add_argument("--version", action="version", version=metadata.version("mentalities-sim"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _sweeping(commands)
    _folders(commands)
    _analysing(commands)
    _hierarchy(commands)
    add_upbringing(commands)
    add_evidence(commands)
    _describing(commands)
    return parser


def _sweeping(commands: Any) -> None:
    plan = commands.add_parser("plan", help="how many runs, how long, how much disk; runs only a short trial")
    _experiment(plan, "sweeping")
    plan.add_argument("--workers", type=_whole, metavar="N", help="threads to plan for (default: all cores)")
    run = commands.add_parser("run", help="run an experiment file, or go on with it: table, figures, results")
    _experiment(run, "sweeping")
    _hands(run)
    run.add_argument(
        "--out", type=Path, metavar="DIR", help="results folder (default: results/<name of the file>)"
    )
    run.add_argument(
        "--part", type=_part, default=(1, 1), metavar="K/N",
        help="only the K-th of N shares, for machines that share the work; `mentalities merge` joins them",
    )  # fmt: skip
    retry = commands.add_parser("retry", help="run again what failed in a results folder, and only that")
    retry.set_defaults(module="sweeping")
    retry.add_argument("folder", type=Path, metavar="DIR", help="results folder")
    _hands(retry)


def _folders(commands: Any) -> None:
    status = commands.add_parser("status", help="how far a sweep has come")
    status.add_argument("folder", type=Path, metavar="DIR", help="results folder")
    merge = commands.add_parser("merge", help="join results of one experiment from several machines")
    merge.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="results folders")
    merge.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder for all of them")
    results = commands.add_parser("results", help="write the tables as CSV or Parquet, one file each")
    results.add_argument("folder", type=Path, metavar="DIR", help="results folder")
    results.add_argument("--format", choices=("csv", "parquet"), default="csv")
    results.add_argument("--out", type=Path, metavar="DIR", help="where to (default: DIR/export)")
    for parser in (status, merge, results):
        parser.set_defaults(module="folders")


def _analysing(commands: Any) -> None:
    sensitivity = commands.add_parser("sensitivity", help="which swept axes matter: indices with intervals")
    _experiment(sensitivity, "analysing")
    _hands(sensitivity)
    sensitivity.add_argument("--method", choices=("morris", "sobol", "pawn"), required=True)
    sensitivity.add_argument(
        "--points", type=_whole, metavar="N",
        help="trajectories (morris), base samples (sobol, a power of two) or points (pawn)",
    )  # fmt: skip
    sensitivity.add_argument(
        "--outcome",
        action="append",
        metavar="NAME",
        help="outcome to explain; repeatable (default: symptoms, or the first measured)",
    )
    sensitivity.add_argument(
        "--arm", action="append", metavar="NAME", help="only this arm; repeatable (default: every arm)"
    )
    sensitivity.add_argument("--out", type=Path, metavar="DIR", help="default: results/<file>-<method>")
    replicates = commands.add_parser("replicates", help="how many replicates are enough, from a pilot")
    _experiment(replicates, "analysing")
    _hands(replicates)
    replicates.add_argument("--arm", metavar="NAME", help="arm of the comparison (default: the file's two)")
    replicates.add_argument("--against", metavar="NAME", help="the arm it is compared with")
    replicates.add_argument(
        "--outcome", metavar="NAME", help="outcome to compare (default: symptoms, or the first measured)"
    )
    replicates.add_argument(
        "--pilot", type=_whole, default=50, metavar="N", help="pairs of the pilot (default: 50)"
    )
    replicates.add_argument("--difference", type=float, metavar="D", help="smallest difference of interest")
    replicates.add_argument("--half-width", type=float, metavar="W", help="half-width of the interval wanted")
    replicates.add_argument("--power", type=float, default=0.8, metavar="P")
    replicates.add_argument(
        "--out", type=Path, metavar="DIR", help="also write table and figure to this folder"
    )


def _hierarchy(commands: Any) -> None:
    hierarchy = commands.add_parser("hierarchy", help="measure the hierarchy that a file of contests shows")
    hierarchy.set_defaults(module="hierarchy")
    hierarchy.add_argument(
        "contests", type=Path, metavar="CONTESTS", help="CSV: winner and loser a row, or a win matrix"
    )
    hierarchy.add_argument(
        "--where", type=_pair, action="append", metavar="COLUMN=VALUE",
        help="only rows with this value, such as arm=intact; repeatable (for tables of many groups)",
    )  # fmt: skip
    hierarchy.add_argument(
        "--out", type=Path, metavar="DIR",
        help="folder (default: results/hierarchy-of-<name of the file>, and what --where says)",
    )  # fmt: skip
    hierarchy.add_argument(
        "--seed", type=_whole, default=1, metavar="N", help="seed of everything random (default: 1)"
    )
    hierarchy.add_argument(
        "--randomizations", type=_whole, default=10_000, metavar="N",
        help="steps of the test of linearity (default: 10000)",
    )  # fmt: skip


def _describing(commands: Any) -> None:
    describe = commands.add_parser("describe", help="every state, parameter and intervention, from the code")
    describe.set_defaults(module="describing")
    describe.add_argument(
        "topic",
        metavar="TOPIC",
        help="person, therapist, interventions, parameters, a kind of world, or anything declared",
    )
    describe.add_argument("--out", type=Path, metavar="FILE", help="also write it: a new FILE.md or FILE.csv")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=VALUE, such as arm=intact")
    return name, value


def _experiment(parser: argparse.ArgumentParser, module: str) -> None:
    parser.set_defaults(module=module)
    parser.add_argument("file", type=Path, metavar="FILE", help="experiment file (TOML)")
    parser.add_argument(
        "--engine",
        choices=("compiled", "mesa"),
        default=None,
        help="compiled (fast; needs Numba) or mesa; equal numbers (default: compiled, with Numba)",
    )
    parser.add_argument("--seed", type=int, metavar="S", help="seed, instead of the file's")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY.PATH=VALUE",
        dest="settings",
        help="override one setting of the file, e.g. replicates=20 or client.threat=0.3; repeatable",
    )


def _hands(parser: argparse.ArgumentParser) -> None:
    hands = parser.add_mutually_exclusive_group()
    hands.add_argument(
        "--workers", type=_whole, metavar="N", help="threads in this process (default: all cores)"
    )
    hands.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask cluster: tcp://host:port, or a scheduler file"
    )


def _whole(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _part(text: str) -> tuple[int, int]:
    k, slash, n = text.partition("/")
    if not (slash and k.isdecimal() and n.isdecimal() and 1 <= int(k) <= int(n)):
        raise argparse.ArgumentTypeError(f"{text!r} is not K/N, such as 2/4 for the second of four shares")
    return int(k), int(n)
