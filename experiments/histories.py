"""Read the histories of upbringing.toml against the claims they are for: A1, C1, C6, C8 and I6.

    python experiments/histories.py
    python experiments/histories.py --clients 60 --workers 1

Every number is a mean over clients, or a correlation between them, with its 95 % interval. Clients of one
replicate were born alike in every history, so that differences between histories are paired.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from mentalities_sim import Experiment
from mentalities_sim.experiment.intervals import t_interval

FILE = Path(__file__).with_name("upbringing.toml")
FLOWS = ("receiving", "self_compassion", "giving")


def difference(clients: pd.DataFrame, outcome: str, one: str, other: str) -> str:
    """Return the paired mean difference of an outcome between two histories, and its interval."""
    wide = clients.pivot(index="replicate", columns="history", values=outcome)
    return mean(wide[one] - wide[other])


def mean(values: pd.Series) -> str:
    """Return a mean and its interval, by Student's t."""
    low, high = t_interval(values.to_numpy())
    return f"{values.mean():+.3f} [{low:+.3f}, {high:+.3f}]"


def together(one: pd.Series, other: pd.Series) -> str:
    """Return Pearson's correlation and its interval, by Fisher's z; a dash where one of them is constant."""
    if min(one.std(), other.std()) < 1e-9:
        return "-"
    r = float(np.corrcoef(one, other)[0, 1])
    z, half = np.arctanh(r), 1.96 / np.sqrt(len(one) - 3)
    return f"{r:+.2f} [{np.tanh(z - half):+.2f}, {np.tanh(z + half):+.2f}]"


def report(clients: pd.DataFrame) -> list[str]:
    """Return the lines that say what the histories show."""
    said = ["A1  warmth sets off threat after harm: threat in the first session, harmed less"]
    for history in ("warm", "neglectful", "harsh"):
        said.append(
            f"      {history:17} {difference(clients, 'threat_at_first', 'warm_then_harmed', history)}"
        )
    said.append("C8  harmed less neglected")
    for outcome in ("alarm_at_first", "longing_at_first"):
        said.append(f"      {outcome:17} {difference(clients, outcome, 'warm_then_harmed', 'neglectful')}")
    ordinary = clients[clients["history"] == "ordinary"]
    easier = ordinary["giving"] - ordinary[["receiving", "self_compassion"]].mean(axis=1)
    said.append(f"C1  giving less the mean of the two others, ordinary histories: {mean(easier)}")
    for i, one in enumerate(FLOWS):
        for other in FLOWS[i + 1 :]:
            said.append(f"      r({one}, {other}) {together(clients[one], clients[other])} over all")
    said.append("C6  r(need, warmth accepted); need: mean of symptoms before therapy and self-attack")
    need = (clients["entry_symptoms"] + clients["self_attack"]) / 2.0
    said += by_history(clients, need, clients["warmth_accepted"])
    said.append("I6  how far inner and outer power come apart: r(inner, outer) between clients")
    said += by_history(clients, clients["inner_power"], clients["outer_power"])
    return said


def by_history(clients: pd.DataFrame, one: pd.Series, other: pd.Series) -> list[str]:
    """Return a line of a correlation over all clients, and one for those of each history."""
    lines = [f"      {'all':17} {together(one, other)}"]
    for history, rows in clients.groupby("history", sort=False):
        lines.append(f"      {history:17} {together(one[rows.index], other[rows.index])}")
    return lines


def main() -> None:
    """Run the experiment, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, help="of each history (default: as the file says)")
    parser.add_argument("--workers", type=int, help="threads (default: all cores)")
    given = parser.parse_args()
    several = {"replicates": given.clients} if given.clients else {}
    results = Experiment.from_toml(FILE, **several).run(workers=given.workers)
    print("\n".join(report(results.outcomes.reset_index(drop=True))))


if __name__ == "__main__":
    main()
