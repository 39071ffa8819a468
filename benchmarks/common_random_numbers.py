"""How many fewer replicates do paired differences need, thanks to named random streams?

For each difference between two arms: the variance of the difference when both arms use the same
replicates (same person, same chance, other therapist), against that of two independent groups. Their
ratio is the factor by which unpaired runs would need more replicates for an interval as narrow.

    python benchmarks/common_random_numbers.py [--replicates 60] [--fear 0.9]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

EXPERIMENT = ROOT / "experiments" / "warmth_titration.toml"
ARMS = ("titrated", "fixed_high", "fixed_middle", "fixed_low", "ramp", "expert", "yoked")
PAIRS = (
    ("titrated", "fixed_high"),
    ("titrated", "fixed_middle"),
    ("titrated", "ramp"),
    ("titrated", "yoked"),
    ("expert", "fixed_middle"),
    ("fixed_middle", "fixed_low"),
)
OUTCOMES = ("symptoms", "fear_of_compassion")


def factor(one: np.ndarray, other: np.ndarray) -> float:
    """Variance of the difference of independent groups over that of pairs.

    Example:
        >>> x = np.array([1.0, 2.0, 3.0, 4.0])
        >>> round(factor(x, x + np.array([0.1, -0.1, 0.1, -0.1])), 1)
        241.0
    """
    return float((one.var(ddof=1) + other.var(ddof=1)) / (one - other).var(ddof=1))


def interval(one: np.ndarray, other: np.ndarray, draws: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval of the factor, over replicates."""
    rng = np.random.default_rng(1)
    n = len(one)
    rows = rng.integers(0, n, (draws, n))
    found = [factor(one[row], other[row]) for row in rows]
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def outcomes(replicates: int, fear: float) -> pd.DataFrame:
    """Outcomes of the arms compared, of clients of one fear, from the main experiment's file."""
    from dataclasses import replace

    from mentalities_sim.experiment import load
    from mentalities_sim.running.in_memory import run_file

    file = load(EXPERIMENT, [f"replicates={replicates}", "measures.series.replicates=0"])
    axis = file.axes[0]
    levels = tuple(level for level in axis.levels if level.column == fear)
    if not levels:
        sys.exit(f"--fear {fear}: the experiment has {', '.join(str(v.column) for v in axis.levels)}")
    file = replace(file, axes=(replace(axis, levels=levels),), arms={name: file.arms[name] for name in ARMS})
    return run_file(file).outcomes


def main() -> None:
    """Run, and print one line per difference and outcome."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--replicates", type=int, default=60)
    parser.add_argument("--fear", type=float, default=0.9)
    given = parser.parse_args()
    began = time.perf_counter()
    frame = outcomes(given.replicates, given.fear)
    wide = frame.pivot(index="replicate", columns="arm")
    print(f"{given.replicates} replicates per arm, fear {given.fear}; {time.perf_counter() - began:.0f} s")
    print("unpaired runs needed for one paired run [95 % interval]; correlation within pairs")
    factors = []
    for one, other in PAIRS:
        for outcome in OUTCOMES:
            a, b = (wide[outcome][arm].to_numpy() for arm in (one, other))
            low, high = interval(a, b)
            factors.append(factor(a, b))
            r = np.corrcoef(a, b)[0, 1]
            print(f"{one} - {other}, {outcome}: {factors[-1]:.1f} [{low:.1f}, {high:.1f}]  r = {r:.2f}")
    print(f"fewer replicates: {np.median(factors):.1f} times (median)")


if __name__ == "__main__":
    main()
