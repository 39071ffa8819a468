"""`mentalities sensitivity` and `replicates`: which axes matter, and how many clients are enough."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mentalities_sim.cli.mistakes import Failed, Mistake
from mentalities_sim.cli.sweeping import choose_engine, read_experiment
from mentalities_sim.experiment.kinds import kind_of

if TYPE_CHECKING:
    from mentalities_sim.experiment.results import Results
    from mentalities_sim.experiment.schema import ExperimentFile

DESIGNS = {"morris": "morris", "sobol": "saltelli", "pawn": "sobol"}
"""The design that each method needs; PAWN takes any sample, so that a file's own is kept."""
POINTS = {"morris": 64, "sobol": 1024, "pawn": 2048}
"""Trajectories, base samples and points, unless --points or the file's own design says otherwise."""


def sensitivity(given: argparse.Namespace) -> int:
    """Run the sample that a method needs (or go on with it), and print and draw its indices."""
    from mentalities_sim.analysis.sensitivity import CHECKS
    from mentalities_sim.experiment.designs import unit_sample
    from mentalities_sim.running.sweep import SweepError
    from mentalities_sim.store.place import check_folder

    _need_salib()
    experiment = read_experiment(given, *_design(given))
    for name in given.arm or []:
        _need(name, experiment.file.arms, "arm of the file", "--arm")
    if given.arm:
        experiment = replace(experiment, file=_only(experiment.file, *given.arm))
    file = experiment.file
    kind = kind_of(file)
    asked = given.outcome or [_main_outcome(file)]
    for name in asked:
        _need(name, file.measures.outcomes, "measured outcome", "--outcome")
    out = given.out or Path("results") / f"{given.file.stem}-{given.method}"
    engine = choose_engine(given.engine)
    check_folder(out)
    try:
        CHECKS[given.method](unit_sample(file))
    except ValueError as error:
        raise Mistake(f"{given.file}: {error}") from error
    print(
        f"{file.title}: {file.n_cells:,} points ({file.design}) × {file.replicates} {kind.units}, "
        f"{file.therapies:,} {kind.runs}, {engine} engine",
        flush=True,
    )
    try:
        results = experiment.run(
            out, engine=engine, workers=given.workers, scheduler=given.scheduler, progress=True
        )
    except SweepError as error:
        raise Failed(error) from error
    if len(results.failures):
        raise Failed(
            f"{len(results.failures):,} runs failed, so that the design is not whole: the first, "
            f"{results.failures['error'].iloc[0]}. `mentalities retry {out}` runs them again."
        )
    return _tell_indices(results, given.method, asked, out)


def _design(given: argparse.Namespace) -> list[str]:
    """Settings that give the file the sample a method needs."""
    file = read_experiment(given).file
    if not file.axes:
        raise Mistake(f"{given.file} sweeps nothing: sensitivity needs axes under [sweep]")
    if file.design in ("table", "conditions"):
        raise Mistake(
            f"{given.file} has design {file.design!r}, whose axes cannot be sampled; give them "
            "ranges or values"
        )
    own = file.design == DESIGNS[given.method] or (given.method == "pawn" and file.sampled)
    settings = [] if own else [f"sweep.design={DESIGNS[given.method]}"]
    if given.points or not own:
        settings.append(f"sweep.points={given.points or POINTS[given.method]}")
    return settings


def _tell_indices(results: Results, method: str, outcomes: list[str], out: Path) -> int:
    from mentalities_sim.analysis.sensitivity import indices, too_wide
    from mentalities_sim.experiment.designs import unit_sample
    from mentalities_sim.figures import sensitivity_bars
    from mentalities_sim.store.atomic import replacing
    from mentalities_sim.store.crate import write_crate

    file, unit, units = results.file, unit_sample(results.file), results.kind.units
    frames = []
    points, summary = results.points(outcomes), results.summary(outcomes).set_index(["arm", "outcome"])
    for arm, rows in points.groupby("arm", sort=False):
        for outcome in outcomes:
            try:
                found = indices(method, unit, results.axes, rows[outcome].to_numpy(float), seed=file.seed)
            except ValueError as error:
                raise Mistake(f"{outcome} in arm {arm}: {error}") from error
            print(f"\n{outcome}, arm {arm} ({method})\n{_index_text(found)}")
            noise = float(summary["noise"][arm, outcome])
            said = [str(found.attrs.get("note") or ""), *too_wide(found, file.points or file.n_cells)]
            if np.isnan(noise):
                said.append(f"how much hangs on who the {units} are is not known: one {units[:-1]}, or gaps")
            if noise > 0.1:
                said.append(
                    f"{noise:.0%} of the variance between points hangs on who the {file.replicates} {units} "
                    f"are: more replicates shrink it (the intervals are for these {units})"
                )
            for line in filter(None, said):
                print(f"  ! {line}")
            drawn = sensitivity_bars(found, outcome, method)
            drawn.save(out / "figures" / f"sensitivity_{arm}_{outcome}")
            frames.append(found.assign(arm=arm, outcome=outcome, method=method))
    with replacing(out / "sensitivity.csv") as part:
        pd.concat(frames, ignore_index=True).to_csv(part, index=False)
    write_crate(out)
    print(f"\n{out}: sensitivity.csv, figures/, and the runs")
    return 0


def _main_outcome(file: ExperimentFile) -> str:
    """The outcome that is looked at where none is named."""
    return kind_of(file).glue.main or file.measures.outcomes[0]


def _index_text(found: pd.DataFrame) -> str:
    wide = max(len(str(name)) for name in found["parameter"])
    lines = []
    for name, rows in found.groupby("parameter", sort=False):
        cells = []
        for _, row in rows.iterrows():
            interval = "" if np.isnan(row["low"]) else f" [{row['low']:.3f}, {row['high']:.3f}]"
            cells.append(f"{row['index']} {row['value']:.3f}{interval}")
        lines.append(f"  {str(name).ljust(wide)}  " + "   ".join(cells))
    return "\n".join(lines)


def replicates(given: argparse.Namespace) -> int:
    """Run a pilot of two arms and say how many replicates are enough."""
    from mentalities_sim.analysis.replicates import curve, replicates_needed
    from mentalities_sim.experiment.experiment import Experiment
    from mentalities_sim.store.place import check_folder

    experiment = read_experiment(given, f"replicates={given.pilot}", f"choosing_replicates={given.pilot}")
    file = experiment.file
    if file.sampled:
        raise Mistake(
            f"{given.file} samples a space ({file.design}): there points count, not replicates; see "
            "`mentalities sensitivity`, which says when intervals are too wide"
        )
    given.outcome = given.outcome or _main_outcome(file)
    _need(given.outcome, file.measures.outcomes, "measured outcome", "--outcome")
    arm, against = _two_arms(given, file)
    for name in ("power", "difference", "half_width"):
        value = getattr(given, name)
        if value is not None and not 0 < value < (1 if name == "power" else float("inf")):
            limit = "between 0 and 1" if name == "power" else "above 0"
            raise Mistake(f"--{name.replace('_', '-')} is {value:g}; allowed: {limit}")
    if given.out is not None and given.out.exists() and not given.out.is_dir():
        check_folder(given.out)
    pilot = Experiment(_only(file, arm, against), experiment.cast, experiment.policies)
    engine = choose_engine(given.engine)
    print(f"{file.title}: a pilot of {pilot.therapies:,} {kind_of(file).runs}, {engine} engine", flush=True)
    results = pilot.run(engine=engine, workers=given.workers, scheduler=given.scheduler, progress=True)
    how = {"half_width": given.half_width, "difference": given.difference, "power": given.power}
    try:
        found = replicates_needed(results.outcomes, arm, against, given.outcome, axes=results.axes, **how)
    except ValueError as error:
        raise Mistake(str(error)) from error
    print(f"\n{_needed_text(found, results.axes, arm, against, given)}")
    if given.out is not None:
        _write_pilot(
            given.out,
            found,
            curve(results.outcomes, arm, against, given.outcome, axes=results.axes),
            given.outcome,
            results.axes,
            float(found["half_width"].iloc[0]),
        )
    return 0


def _two_arms(given: argparse.Namespace, file: ExperimentFile) -> tuple[str, str]:
    arms = list(file.arms)
    if bool(given.arm) != bool(given.against):
        raise Mistake(
            "give both --arm and --against, or neither (then the file's first two arms are compared)"
        )
    if not given.arm and len(arms) != 2:
        raise Mistake(f"say which arms to compare: --arm and --against, each one of {', '.join(arms)}")
    arm, against = (given.arm, given.against) if given.arm else (arms[0], arms[1])
    _need(arm, arms, "arm of the file", "--arm")
    _need(against, arms, "arm of the file", "--against")
    if arm == against:
        raise Mistake(f"--arm and --against are both {arm}")
    return arm, against


def _only(file: ExperimentFile, *arms: str) -> ExperimentFile:
    """The experiment with these arms and those they stand on, and no tables but outcomes."""
    kept, pending = set(arms), list(arms)
    while pending:
        arm = file.arms[pending.pop()]
        more = {arm.series_of, *arm.candidates} - kept - {""}
        kept |= more
        pending += more
    measures = replace(file.measures, series_replicates=0, transitions=False, agents=False, tables=())
    return replace(file, arms={n: a for n, a in file.arms.items() if n in kept}, measures=measures)


def _needed_text(
    found: pd.DataFrame, axes: list[str], arm: str, against: str, given: argparse.Namespace
) -> str:
    first = found.iloc[0]
    lines = [
        f"{given.outcome}, {arm} minus {against}: replicates per arm",
        f"  for a 95 % interval of half-width {first['half_width']:.3g}, and for a power of {given.power:g} "
        f"to find a difference of {first['difference']:.3g}",
        *([f"  ({found.attrs['note']})"] if found.attrs.get("note") else []),
        "",
        f"  {'':<24}{'correlation':>12}{'interval':>26}{'power':>26}",
        f"  {'':<24}{'':>12}{'paired':>16}{'unpaired':>10}{'paired':>16}{'unpaired':>10}",
    ]
    for _, row in found.iterrows():
        where = ", ".join(f"{axis} {row[axis]}" for axis in axes) or "all"
        numbers = [
            _with_range(row, "n_width_paired"), f"{row['n_width_unpaired']:,}",
            _with_range(row, "n_power_paired"), f"{row['n_power_unpaired']:,}",
        ]  # fmt: skip
        lines.append(
            f"  {where:<24}{row['correlation']:>12.2f}"
            f"{numbers[0]:>16}{numbers[1]:>10}{numbers[2]:>16}{numbers[3]:>10}"
        )
        if row["note"]:
            lines.append(f"    {row['note']}")
    lines.append(f"  (in brackets what the pilot's {int(first['pairs'])} pairs leave open)")
    return "\n".join(lines)


def _with_range(row: pd.Series, name: str) -> str:
    return f"{row[name]:,} ({row[name + '_low']:,}-{row[name + '_high']:,})"


def _write_pilot(
    out: Path, found: pd.DataFrame, drawn: pd.DataFrame, outcome: str, axes: list[str], half_width: float
) -> None:
    from mentalities_sim.figures import replicates_curve
    from mentalities_sim.store.atomic import replacing

    with replacing(out / "replicates.csv") as part:
        found.to_csv(part, index=False)
    replicates_curve(drawn, outcome, axes=axes, half_width=half_width).save(out / "replicates")
    print(f"{out}: replicates.csv, replicates.png")


def _need(name: str, known: object, what: str, option: str) -> None:
    from mentalities_sim.experiment.errors import list_names, nearest_name

    names = list(known)  # type: ignore[call-overload]
    if name not in names:
        near = nearest_name(name, names)
        raise Mistake(
            f"{option} {name} is no {what}; there are {list_names(names, name)}"
            + (f"\n  nearest:  {near}" if near else "")
        )


def _need_salib() -> None:
    from mentalities_sim.experiment.designs import has_salib

    if not has_salib():
        raise Mistake('sensitivity needs SALib: pip install "mentalities-sim[sensitivity]"')
