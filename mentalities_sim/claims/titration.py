"""T1: titration, against fixed doses, a ramp and another client's series."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.arms import fear, replayed, sending, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.policies import Fixed, Ramp, Titrated

DOSES = (0.2, 0.4, 0.6, 0.8)
"""No more than .8: at high fear full warmth puts alarm at its ceiling, where doses are all alike."""
FEARS = {"low": 0.2, "high": 0.9}


class Titration(Claim):
    """The best dose falls with fear; at high fear titrated warmth beats best dose, a ramp and yoked warmth.

    The best dose is read from fear, which is what a dose unlearns or feeds, and what the theory asks of
    doses; what pacing is worth is read from symptoms, which are what help is for, and which nobody paces by.
    """

    id = "T1"
    arms = {
        **{
            f"{dose:g} at {level} fear": therapy(Fixed, **fear(danger), **sending(warmth=dose))
            for level, danger in FEARS.items()
            for dose in DOSES
        },
        "titrated": therapy(Titrated, **fear(0.9)),
        "ramp": therapy(Ramp, **fear(0.9)),
        "yoked": replayed("titrated", therapy(Titrated, **fear(0.9)), "another client"),
    }
    moments = "end"
    rests_on = ("escape_blocks",)
    sham = "habit"
    derivation = "alarm by the raw cue; escape rises with threat; what is escaped from is not unlearned"
    tried = "Changed after review: doses go up to .8, as at high fear full warmth put alarm at its ceiling."

    def signature(self, seen: Seen) -> Measure:
        """Fear left by the highest above the best dose at high fear less the same at low fear; and symptoms
        with rivals less those with titration, the best dose chosen on the other half of the clients."""
        left = {level: self.fear_left(seen, level) for level in FEARS}
        high = left["high"][-1] - best(left["high"])
        low = left["low"][-1] - best(left["low"])
        titrated = seen["titrated"].outcome("symptoms")
        doses = np.array([seen[f"{d:g} at high fear"].outcome("symptoms") for d in DOSES])
        rivals = {"best dose": best(doses)} | {n: seen[n].outcome("symptoms") for n in ("ramp", "yoked")}
        parts: dict[str, Measure] = {"the best dose falls": Difference(high - low, left["high"][-1])}
        parts |= {f"titrated beats {n}": Difference(r - titrated, titrated) for n, r in rivals.items()}
        return Together(parts)

    def fear_left(self, seen: Seen, level: str) -> np.ndarray:
        """Return fear at the end, (doses, clients)."""
        return np.array([seen[f"{d:g} at {level} fear"].outcome("fear_of_compassion") for d in DOSES])


def best(by_dose: np.ndarray) -> np.ndarray:
    """Return, for each client, the outcome under the dose that is best for the other half of the clients.

    Example:
        >>> best(np.array([[1.0, 1.0, 5.0, 5.0], [2.0, 2.0, 2.0, 2.0]])).tolist()
        [2.0, 2.0, 5.0, 5.0]
    """
    n = by_dose.shape[1]
    first, second = slice(0, n // 2), slice(n // 2, n)
    out = np.empty(n)
    for half, other in ((first, second), (second, first)):
        mean = np.nanmean(by_dose[:, other], axis=1)
        out[half] = by_dose[int(np.nanargmin(np.where(np.isnan(mean), np.inf, mean))), half]
    return out
