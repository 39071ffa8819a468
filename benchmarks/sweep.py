"""How fast does a sweep run, and what does a second worker bring?

    python benchmarks/sweep.py [--points 2048] [--rounds 3]

The sweep is experiments/titration_map.toml (Sobol' design over four axes, eight clients a point, courses
of 20 sessions × 60 exchanges), with fewer points, run into a folder as `mentalities run` does: random numbers
drawn, tables made, written and synced to disk. Rounds with one and two threads take turns, so that a busy
machine slows both; medians are reported. Rules are compiled before the clock starts, and the report (table,
figures) comes after it stops. What is not the therapies themselves is reported apart: the time of one
round less the working time of its tasks, per worker.

A small second sweep of two points and 1,000 clients shares each client's random numbers between two therapies
only, and not between thousands: its rate says what common random numbers bring in time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from mentalities_sim import Experiment
from mentalities_sim.running.executors import threads
from mentalities_sim.running.in_folder import run_in_folder
from mentalities_sim.running.progress import Progress

FILE = Path(__file__).parent.parent / "experiments" / "titration_map.toml"


def measure(experiment: Experiment, workers: int) -> tuple[float, float]:
    """Return the wall time of a sweep into a new folder, and the working time of its tasks."""
    order = experiment.order()
    with tempfile.TemporaryDirectory() as place, threads(workers, "compiled") as hands:
        start = time.perf_counter()
        tally = run_in_folder(order, Path(place) / "out", hands, Progress(silent=True))
        return time.perf_counter() - start, tally.seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=2048, help="a power of two")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sharing = Experiment.from_toml(FILE, **{"sweep.points": options.points})
    few = Experiment.from_toml(FILE, replicates=1000, **{"sweep.points": 2})
    measure(Experiment.from_toml(FILE, **{"sweep.points": 16}), 1)  # compiles, or loads from the cache

    rates: dict[int, list[float]] = {1: [], 2: []}
    rest: dict[int, list[float]] = {1: [], 2: []}
    own: list[float] = []
    for _ in range(options.rounds):
        for workers in (1, 2):
            wall, working = measure(sharing, workers)
            rates[workers].append(sharing.therapies / wall)
            rest[workers].append(max(0.0, wall - working / workers) / wall)
        own.append(few.therapies / measure(few, 1)[0])
    middle = {workers: statistics.median(found) for workers, found in rates.items()}
    print(f"{sharing.therapies:,} therapies a round, {options.points:,} points")
    for workers in (1, 2):
        said = ", ".join(f"{rate:,.0f}" for rate in rates[workers])
        print(
            f"{workers} worker{'s' * (workers > 1)}: {middle[workers]:,.0f} therapies per second "
            f"(rounds {said}); "
            f"{statistics.median(rest[workers]):.0%} of the time is not therapies"
        )
    print(f"2 points, 1,000 clients each, 1 worker: {statistics.median(own):,.0f} therapies per second")
    each = [two / one for one, two in zip(rates[1], rates[2], strict=True)]
    said = ", ".join(f"{r:.2f}" for r in each)
    print(f"scaling from 1 to 2 workers: {middle[2] / middle[1]:.2f} (rounds {said})")


if __name__ == "__main__":
    main()
