"""I7, I9: what a task foreshadows, and what failing at it takes away."""

from __future__ import annotations

from mentalities_sim.claims.affect import HALF_A_MINUTE, PEOPLE
from mentalities_sim.claims.arms import Steps, laboratory, said_inside, signal, task, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Association, Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen


class ShameAnticipates(Claim):
    """Threat rises before a task though nobody sends anything, the more so the colder one's inner other."""

    id = "I7"
    arms = {
        "a task": laboratory(task(), **PEOPLE),
        "nothing": laboratory(wait(HALF_A_MINUTE), **PEOPLE),
    }
    reads = ("person.threat", "person.expected_warmth")
    bounded = ("person.threat",)
    rests_on = ("anticipation",)
    ablated = "no condemnation is foreseen"
    sham = "transfer"
    derivation = "facing a task, harm = worth × coldness expected of oneself, and harm threatens"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Threat before the task less without one; and its correlation with the working model's hostility."""
        rise = seen["a task"].end("person.threat") - seen["nothing"].end("person.threat")
        hostility = -seen["nothing"].end("person.expected_warmth")[:, 1]
        return Together(
            {
                "threat rises": Difference(rise, seen["nothing"].end("person.threat")),
                "with hostility": Association(rise, hostility),
            }
        )


SUCCESS: Steps = [
    *wait(2.0, times=80),
    *[step for _ in range(30) for step in (*task(1.0), *signal(warmth=0.5))],
    *wait(2.0, times=4),
]
"""A week's training in success: thirty tasks that go well, each met with warmth by somebody."""
SELF_WARMTH: Steps = [
    *wait(2.0, times=80),
    *task(1.0, times=30),
    *wait(2.0, times=4),
    *said_inside(30, warmth=0.5),
]
"""A week's training in self-warmth: the same tasks; one is as warm to oneself, when they are long over."""
FAILURE: Steps = [*wait(2.0, times=12), *task(0.0), *wait(1.0)]
"""A day later, a task that goes badly; then an hour."""
NO_TASK: Steps = [*wait(2.0, times=12), *wait(0.0), *wait(1.0)]


class EsteemIsContingent(Claim):
    """After a failure those trained in success lose more worth, and are more threatened, than those trained
    in self-warmth: ten weeks, the same tasks and as much warmth, from others on success or from oneself."""

    id = "I9"
    arms = {
        "success, failed": laboratory(SUCCESS * 10, FAILURE, **PEOPLE),
        "success, no task": laboratory(SUCCESS * 10, NO_TASK, **PEOPLE),
        "self-warmth, failed": laboratory(SELF_WARMTH * 10, FAILURE, **PEOPLE),
        "self-warmth, no task": laboratory(SELF_WARMTH * 10, NO_TASK, **PEOPLE),
    }
    reads = ("person.worth", "person.threat")
    moments = "end"
    rests_on = ("blame",)
    ablated = "no training makes worth hang on success: the nearest to one training target for both"
    sham = "transfer"
    derivation = (
        "warmth that follows success makes worth hang on it; a failure takes that share; its lack threatens"
    )
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Worth lost by a failure, and threat an hour after it: trained in success less in self-warmth."""
        lost = {
            training: seen[f"{training}, no task"].end("person.worth")
            - seen[f"{training}, failed"].end("person.worth")
            for training in ("success", "self-warmth")
        }
        upset = {
            training: seen[f"{training}, failed"].end("person.threat")
            - seen[f"{training}, no task"].end("person.threat")
            for training in ("success", "self-warmth")
        }
        calm = seen["self-warmth, failed"]
        return Together(
            {
                "worth lost": Difference(lost["success"] - lost["self-warmth"], calm.end("person.worth")),
                "threat": Difference(upset["success"] - upset["self-warmth"], calm.end("person.threat")),
            }
        )
