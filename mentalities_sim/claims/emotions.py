"""S9: threat's emotions do different jobs, each called up by its own appraisal."""

from __future__ import annotations

from typing import Any

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import Arm, Steps, contest, laboratory, signal, task
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen

AT_REST: dict[str, Any] = {"threat": 0.1, "soothing": 0.1, "drive": 0.4, "subordination": 0.0}
ANGER, FEAR = 0, 1
"""Places among threat's emotions."""


def then_neutral(steps: Steps, **given: Any) -> Arm:
    """Return the arm in which something happens, and then a neutral signal meets the same state in everybody.

    Example:
        >>> then_neutral(signal()).steps[-1]["drive"]
        0.4
    """
    return laboratory(steps, signal(**AT_REST), **PEOPLE, **given)


def attacking(**met: Any) -> Arm:
    """Return the arm in which one attacks (forced: warmth -1, much drive) somebody who sends this."""
    return then_neutral(signal(**{**AT_REST, "drive": 0.9}, **met), **{"person.forced_warmth": -1.0})


class EmotionsHaveJobs(Claim):
    """Whoever attacked somebody who did not attack is warmer afterwards than whoever attacked back; whoever
    failed is more submissive than whoever did not; not the other way round; and who can win is more angry
    than afraid when attacked.

    Acts, states and outcomes are forced, so that they are equal but for who began (fault), what was seen
    (a failing is always exposed, an attack never) and contests won or lost before (the chance of winning).
    Warmth is that felt before the forced act: its rise is guilt's bid for repair. Fear and disgust have no
    act of their own in the model; their job is read from the emotion alone. Shame's appraisals are all three,
    so that whoever fails or does not has lost contests before; that was left to chance at first, and those
    who believed they could win then met their failing with anger, not submission.
    """

    id = "S9"
    arms = {
        "harmed somebody": attacking(),
        "attacked back": attacking(warmth=-1.0),
        "failed": then_neutral(contest(0.0, times=10) + task(0.0)),
        "did not fail": then_neutral(contest(0.0, times=10) + task(1.0)),
        "attacked, can win": laboratory(contest(1.0, times=10), signal(warmth=-0.5, threat=0.1), **PEOPLE),
        "attacked, cannot": laboratory(contest(0.0, times=10), signal(warmth=-0.5, threat=0.1), **PEOPLE),
    }
    reads = ("person.felt_warmth", "person.shown_dominance", "person.threat_emotion")
    rests_on = ("appraisals",)
    sham = "transfer"
    derivation = (
        "fault unseen is guilt, fault seen is shame, odds tell anger from fear; guilt warms, shame submits"
    )
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Repair after harm, submission after failing, each less what the other calls up; anger by odds."""
        warm = {arm: seen[arm].end("person.felt_warmth") for arm in seen}
        firm = {arm: seen[arm].end("person.shown_dominance") for arm in seen}
        repair = warm["harmed somebody"] - warm["attacked back"]
        submission = firm["did not fail"] - firm["failed"]
        anger = {arm: seen[arm].end("person.threat_emotion") for arm in seen}
        fight = {arm: felt[:, ANGER] - felt[:, FEAR] for arm, felt in anger.items()}
        odds = fight["attacked, can win"] - fight["attacked, cannot"]
        other_repair = warm["failed"] - warm["did not fail"]
        other_submission = firm["attacked back"] - firm["harmed somebody"]
        return Together(
            {
                "repair after harm": Difference(repair, warm["attacked back"]),
                "submission after failing": Difference(submission, firm["did not fail"]),
                "repair is guilt's": Difference(repair - other_repair, warm["attacked back"]),
                "submission is shame's": Difference(submission - other_submission, firm["did not fail"]),
                "anger by the odds": Difference(odds, fight["attacked, cannot"]),
            }
        )
