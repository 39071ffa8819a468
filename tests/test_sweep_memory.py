"""A sweep of ten times as many runs takes hardly more memory, while it runs and when it is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tiny_experiments import HEAD, NUMBA, written

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does"),
    pytest.mark.skipif(not NUMBA, reason="needs Numba"),
]

MORE_RUNS = {"run": 1.3, "read": 1.5, "sum": 1.2}
MORE_POINTS = {"run": 1.3, "read": 1.5, "sum": 1.5}
"""How much more memory ten times the runs may take, by what is done.

A sweep that runs, and a large folder that is summed, hold one shard at a time, however many there are. What
may grow, far below proportionally, is what is kept on purpose: a folder of fewer than `LARGE` therapies is
read as one table (32,768 rows of 47 columns are 12 MB, held up to four times while sorted and summed), and
sums are kept for every point.
"""
PLAIN = HEAD.replace("series = { stride = 1, replicates = 3 }", "series = { stride = 1, replicates = 0 }")
PLAIN = PLAIN.replace("transitions = true\n", "agents = true\n")
ARM = '[arms.titrated]\npolicy = "titrated"\n'
GRID = PLAIN + '[sweep.fear]\nof = "client.warmth_danger"\nvalues = [0.2, 0.5, 0.9]\n' + ARM
SOBOL = (
    PLAIN
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
"""
    + ARM
)

PEAK = """
import resource, sys
from mentalities_sim import Experiment, Results
what, file, out, *settings = sys.argv[1:]
if what == "run":
    given = dict(pair.split("=") for pair in settings)
    trial = Experiment.from_toml(file, **{name: int(value) for name, value in given.items()})
    trial.run(out, workers=2)
else:
    import scipy.stats
    from mentalities_sim.experiment import results
    if what == "sum":
        results.LARGE = 1000
    assert len(Results.read(out).summary())
# of this process since it was begun; ru_maxrss would have the parent's in it
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


def peak(*arguments: object) -> float:
    """Megabytes that a process of its own takes at most."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *map(str, arguments)], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) / 1024


@pytest.mark.parametrize(
    ("text", "few", "many", "most"),
    [
        (GRID, ["replicates=1000"], ["replicates=10000"], MORE_RUNS),
        (SOBOL, ["replicates=2", "sweep.points=2048"], ["replicates=2", "sweep.points=16384"], MORE_POINTS),
    ],
    ids=["replicates", "points"],
)
def test_ten_times_the_runs_take_little_more(
    text: str, few: list[str], many: list[str], most: dict[str, float], tmp_path: Path
) -> None:
    file = written(tmp_path, text)
    peaks = {}
    for name, settings in (("few", few), ("many", many)):
        out = tmp_path / name
        peaks["run", name] = peak("run", file, out, *settings)
        peaks["read", name] = peak("read", file, out)
        peaks["sum", name] = peak("sum", file, out)
    for what, limit in most.items():
        ratio = peaks[what, "many"] / peaks[what, "few"]
        assert ratio < limit, f"to {what}: {peaks}"
