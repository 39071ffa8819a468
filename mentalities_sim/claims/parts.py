"""P1-P4: parts that protect, what pressure and respect make of them, and the critic thanked or fought."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.arms import Arm, fear, planned_therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import SMALLEST_D, Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.experiment.turns import PlanRow
from mentalities_sim.policies import Planned

SELF_CRITICAL = {
    "client.expected_warmth": (0.1, -0.3),
    "client.expected_dominance": (0.3, 0.4),
    "client.power": (-0.1, -0.2),
    "client.self_warmth_danger": 0.5,
    "client.fear_of_self_compassion": 0.5,
    **fear(0.5, "client"),
}
"""Clients as in the experiments on parts: others lukewarm, the internal other cold and above one."""
GUARDED = {**SELF_CRITICAL, "client.resistance": 0.8, "client.self_resistance": 0.8}
"""The same with a strong part that guards, on both surfaces."""
DIFFER, ALIKE = (1, 6), (7, 10)
"""Sessions that differ between arms, and those that are the same for everybody, to compare them in."""


def meets(*does: str, exchanges: int = 40, **given: Any) -> Arm:
    """Return ten sessions in which the part is met like this for six, each thing for as long as the others.

    The last four are the same for everybody: contact between the two, and the compassionate self.

    Example:
        >>> [row.exchanges for row in meets("pushes the part", "plays").plan]
        [20, 20, 10, 10]
    """
    first = [PlanRow(one, exchanges // len(does), DIFFER) for one in does]
    last = [PlanRow("empathic contact", 10, ALIKE), PlanRow("compassionate self", 10, ALIKE)]
    settings = {**GUARDED, "policy.warmth": 0.5, **given}
    return planned_therapy(Planned, *first, *last, sessions=10, exchanges=exchanges, **settings)


EVEN: dict[str, Any] = {"client.resistance": 0.5, "client.self_resistance": 0.5}
"""Protection as strong as the approach: half of each."""
NONE: dict[str, Any] = {"client.resistance": 0.0, "client.self_resistance": 0.0}


class PartsConflict(Claim):
    """Where a part guards as strongly as warmth approaches, one wavers and gets nowhere, insight or not.

    Insight is what is put into words for six sessions, against plain contact for as long. Getting nowhere:
    each client's fear changes by less than the smallest of interest.
    """

    id = "P1"
    also_serves = "what a guarding part does to contact (P3, P4, C4)"
    arms = {
        "guarded": meets("empathic contact", **EVEN),
        "guarded, with insight": meets("labels", **EVEN),
        "not guarded": meets("empathic contact", **NONE),
        "not guarded, with insight": meets("labels", **NONE),
    }
    reads = ("client.fear_of_compassion",)
    moments = "sessions"
    rests_on = ("parts",)
    ablated = "one part: what guards keeps warmth out, but does not bid for leaving"
    sham = "habit"
    derivation = (
        "a guarding part is roused by warmth, bids to leave, eases once one has left, and lets one back"
    )
    tried = (
        "Wavering comes out, mostly by the part's bid. Getting nowhere does not: fear falls by .15, and by "
        ".16 where nothing guards, since now and then one stays. Nor does insight leave wavering as it is: "
        "what is put into words makes one waver less, 26 turns an hour and not 43."
    )

    def signature(self, seen: Seen) -> Measure:
        """Wavering, guarded less not guarded; and room from each change to the smallest of interest."""
        parts: dict[str, Measure] = {}
        for insight in ("", ", with insight"):
            guarded, free = seen[f"guarded{insight}"], seen[f"not guarded{insight}"]
            wavering = guarded.outcome("wavering")
            parts[f"wavers{insight}"] = Difference(wavering - free.outcome("wavering"), wavering)
            parts[f"gets nowhere{insight}"] = nowhere(guarded)
        return Together(parts)


def nowhere(client: Record) -> Difference:
    """Return by how much each client's change of fear stays below the smallest of interest."""
    fears = client.course("client.fear_of_compassion")
    room = SMALLEST_D * float(np.nanstd(fears[:, -1], ddof=1))
    return Difference(room - np.abs(fears[:, -1] - fears[:, 0]), fears[:, -1], smallest=0.0)


class PressureHardens(Claim):
    """Pushed, criticised or passed by, a guarding part ends stronger than after plain contact.

    One rule serves this and C4: the two count once. Read on the surface that is pressed: inside, where the
    part is pushed or criticised; towards others, where it is passed by.
    """

    id = "P2"
    arms = {
        "contact": meets("empathic contact"),
        "pushed": meets("pushes the part"),
        "criticised": meets("suppresses the critic"),
        "passed by": meets("bypasses the part"),
    }
    reads = ("client.resistance", "client.self_resistance")
    moments = "sessions"
    rests_on = ("reactance",)
    ablated = "no pressure hardens a part, and no respect softens it"
    sham = "habit"
    derivation = "resistance += r (pressure (1 - resistance) - respect resistance); shared with C4"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Strength of the part when the sessions that differ are over, less that after plain contact."""
        inside = {arm: strength(seen[arm], "self_resistance") for arm in seen}
        to_others = {arm: strength(seen[arm], "resistance") for arm in seen}
        return Together(
            {
                "pushed": Difference(inside["pushed"] - inside["contact"], inside["contact"]),
                "criticised": Difference(inside["criticised"] - inside["contact"], inside["contact"]),
                "passed by": Difference(to_others["passed by"] - to_others["contact"], to_others["contact"]),
            }
        )


def of_those_who_stayed(client: Record, values: np.ndarray) -> np.ndarray:
    """Return values with NaN for clients who left before the last session: of them there is nothing to see.

    Example:
        >>> here = Record({"weeks_attended": np.array([10.0, 7.0])}, {})
        >>> of_those_who_stayed(here, np.ones(2)).tolist()
        [1.0, nan]
    """
    return np.where(client.outcome("weeks_attended") < ALIKE[1], np.nan, values)


def strength(client: Record, state: str) -> np.ndarray:
    """Return how strong the part is at the end of the last session that differs."""
    found: np.ndarray = client.course(f"client.{state}")[:, DIFFER[1] - 1]
    return found


STEPS = ("acknowledges the part", "appreciates the part", "invites the part")


class Alliancing(Claim):
    """Acknowledged, appreciated and invited, a part softens and warmth is let in; no step can be left out.

    What is let in (kindness per warmth offered, while staying) is taken from the last of four sessions that
    are alike. A step that is left out leaves its time to the other two.
    """

    id = "P3"
    arms = {
        "contact": meets("empathic contact", exchanges=42),
        "three steps": meets(*STEPS, exchanges=42),
        "not acknowledged": meets(*STEPS[1:], exchanges=42),
        "not appreciated": meets(STEPS[0], STEPS[2], exchanges=42),
        "not invited": meets(*STEPS[:2], exchanges=42),
    }
    reads = ("client.self_resistance",)
    moments = "sessions"
    rests_on = ("reactance",)
    ablated = "a part neither hardens nor softens, whatever the steps"
    sham = "habit"
    derivation = (
        "respect softens the part that it reaches, and a softer part lets more in and bids less; each "
        "step is some respect, and only the first puts into words"
    )
    tried = (
        "The part softens by far; in those who stay, not more is let in for it four sessions later. Nor is "
        "each step needed: all three are respect by one rule, so that the other two make up for the one left "
        "out; reversing them does nothing (experiments/alliancing.toml)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Softer and more let in than after contact; more let in than with any one step left out."""
        soft = {arm: strength(seen[arm], "self_resistance") for arm in seen}
        let_in = {arm: of_those_who_stayed(seen[arm], seen[arm].outcome("uptake")) for arm in seen}
        whole = let_in["three steps"]
        parts: dict[str, Measure] = {
            "softer": Difference(soft["contact"] - soft["three steps"], soft["contact"]),
            "lets in more": Difference(whole - let_in["contact"], let_in["contact"]),
        }
        for without in ("not acknowledged", "not appreciated", "not invited"):
            parts[without] = Difference(whole - let_in[without], let_in[without])
        return Together(parts)


class ThankingTheCritic(Claim):
    """Thanking the critic leaves less conflict and less self-attack than silencing it.

    In both arms half of the time goes to the compassionate self. Conflict is how far the part is still
    roused as the sessions that are alike come to their ends; self-attack is what is said to oneself in the
    last weeks of life. Silencing sends coldness by its nature: what is thanks, and what is warmth, is not
    told apart.
    """

    id = "P4"
    arms = {
        "thanked": meets("thanks the critic", "compassionate self"),
        "silenced": meets("suppresses the critic", "compassionate self"),
    }
    reads = ("client.guard",)
    moments = "sessions"
    rests_on = ("reactance", "inner_voice")
    ablated = "a part neither hardens nor softens, and what is said to oneself is not heard"
    sham = "habit"
    derivation = (
        "respect softens the part and orders harden it; a softer part is roused less by the same kindness; "
        "coldness said inside is learned as the internal other's"
    )

    def signature(self, seen: Seen) -> Measure:
        """Conflict in the sessions that are alike, and self-attack in life: silenced less thanked."""
        roused = {arm: conflict(seen[arm]) for arm in seen}
        attack = {arm: -seen[arm].outcome("self_warmth") for arm in seen}
        return Together(
            {
                "conflict": Difference(roused["silenced"] - roused["thanked"], roused["silenced"]),
                "self-attack": Difference(attack["silenced"] - attack["thanked"], attack["silenced"]),
            }
        )


def conflict(client: Record) -> np.ndarray:
    """Return how far the part is roused at the ends of the sessions that are alike, of those who stayed."""
    return of_those_who_stayed(client, client.course("client.guard")[:, DIFFER[1] :].mean(axis=1))
