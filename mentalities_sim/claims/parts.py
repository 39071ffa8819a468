"""P1-P4: parts that protect, what pressure and respect make of them, and the critic thanked or fought."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.arms import Arm, fear, planned_therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.equivalence import NoDifference
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
NOBODY_LEAVES: dict[str, Any] = {"world.leaving_at_rest": 0.0, "world.leaving_with_rupture": 0.0}
"""Nobody drops out of therapy, so that all arms hold the same people to the end."""


class PartsConflict(Claim):
    """Where a part guards as strongly as warmth approaches, one wavers and nothing changes, insight or not.

    Insight is what is put into words for six sessions, against plain contact for as long. Nothing changes:
    over these sessions fear changes in the mean by less than the smallest of interest, in SDs of that
    change between clients (equivalence).
    """

    id = "P1"
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
        "a guarding part is roused by warmth, bids to leave, eases once one has left, and lets one back: "
        "a term that no other claim hangs on"
    )
    one_line = True
    tried = (
        "Wavering comes out, mostly by the part's bid. That nothing changes does not: fear falls by .17, and "
        "by .18 where nothing guards, since now and then one stays. Nor does insight leave wavering as it "
        "is: what is put into words makes one waver less, 26 turns an hour and not 43. After review, no "
        "change is equivalence of the mean over the six sessions that differ, no longer a bound on each "
        "client's change over all, and the claim counts as a premise: no other hangs on the part's bid."
    )

    def signature(self, seen: Seen) -> Measure:
        """Wavering, guarded less not guarded; and how far the mean change of fear is within its bound."""
        parts: dict[str, Measure] = {}
        for insight in ("", ", with insight"):
            guarded, free = seen[f"guarded{insight}"], seen[f"not guarded{insight}"]
            wavering = guarded.outcome("wavering")
            parts[f"wavers{insight}"] = Difference(wavering - free.outcome("wavering"), wavering)
            change = change_of_fear(guarded)
            parts[f"nothing changes{insight}"] = NoDifference(change, change)
        return Together(parts)


def change_of_fear(client: Record) -> np.ndarray:
    """Return how far fear has moved from the first exchange to the end of the sessions that differ."""
    at_end = client.course("client.fear_of_compassion")[:, DIFFER[1] - 1]
    found: np.ndarray = at_end - client.outcome("entry_fear")
    return found


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


def strength(client: Record, state: str) -> np.ndarray:
    """Return how strong the part is at the end of the last session that differs."""
    found: np.ndarray = client.course(f"client.{state}")[:, DIFFER[1] - 1]
    return found


STEPS = ("acknowledges the part", "appreciates the part", "invites the part")


class Alliancing(Claim):
    """Acknowledged, appreciated and invited, a part softens and warmth is let in; no step can be left out.

    What is let in (kindness per warmth offered, while staying) is taken from the last of four sessions that
    are alike. A step that is left out leaves its time to the other two. Nobody drops out of therapy here.
    """

    id = "P3"
    arms = {
        "contact": meets("empathic contact", exchanges=42, **NOBODY_LEAVES),
        "three steps": meets(*STEPS, exchanges=42, **NOBODY_LEAVES),
        "not acknowledged": meets(*STEPS[1:], exchanges=42, **NOBODY_LEAVES),
        "not appreciated": meets(STEPS[0], STEPS[2], exchanges=42, **NOBODY_LEAVES),
        "not invited": meets(*STEPS[:2], exchanges=42, **NOBODY_LEAVES),
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
        "The part softens by far; not more is let in for it four sessions later. Nor is each step "
        "needed: all three are respect by one rule, so that the other two make up for the one left out; "
        "reversing them does nothing (experiments/alliancing.toml). After review, nobody drops out."
    )

    def signature(self, seen: Seen) -> Measure:
        """Softer and more let in than after contact; more let in than with any one step left out."""
        soft = {arm: strength(seen[arm], "self_resistance") for arm in seen}
        let_in = {arm: seen[arm].outcome("uptake") for arm in seen}
        whole = let_in["three steps"]
        parts: dict[str, Measure] = {
            "softer": Difference(soft["contact"] - soft["three steps"], soft["contact"]),
            "lets in more": Difference(whole - let_in["contact"], let_in["contact"]),
        }
        for without in ("not acknowledged", "not appreciated", "not invited"):
            parts[without] = Difference(whole - let_in[without], let_in[without])
        return Together(parts)


class ThankingTheCritic(Claim):
    """Thanking the critic leaves less conflict and less self-attack than silencing it, by the thanks.

    Thanked or silenced, half of the time goes to the compassionate self; alone, all of it does, which sends
    as much warmth as with thanks. Silencing is cold by its nature: only against the compassionate self alone
    is thanking told apart from warmth. Conflict is how far the part is roused per warmth to oneself met, as
    the sessions that are alike come to their ends; self-attack is what is said to oneself in the last weeks
    of life. Nobody drops out of therapy here.
    """

    id = "P4"
    arms = {
        "thanked": meets("thanks the critic", "compassionate self", **NOBODY_LEAVES),
        "silenced": meets("suppresses the critic", "compassionate self", **NOBODY_LEAVES),
        "compassionate self alone": meets("compassionate self", **NOBODY_LEAVES),
    }
    reads = ("client.guard", "client.self_warmth_lately")
    moments = "sessions"
    rests_on = ("reactance",)
    ablated = "a part neither hardens nor softens"
    sham = "habit"
    derivation = (
        "respect softens the part and orders harden it; a softer part is roused less by the same kindness; "
        "coldness said inside is learned as the internal other's"
    )
    tried = (
        "Against silencing, both are less; but nearly as much so without thanks. Beside the compassionate "
        "self alone, equally warm, thanking leaves a little less conflict (d .24), and no less self-attack "
        "to speak of (d .04). After review, that control was added, conflict is read per "
        "warmth met, nobody drops out, and the ablation leaves the inner voice in place."
    )

    def signature(self, seen: Seen) -> Measure:
        """Conflict and self-attack: silenced less thanked, and the compassionate self alone less thanked."""
        roused = {arm: conflict(seen[arm]) for arm in seen}
        attack = {arm: -seen[arm].outcome("self_warmth") for arm in seen}
        parts: dict[str, Measure] = {}
        for against in ("silenced", "compassionate self alone"):
            for what, of in (("conflict", roused), ("self-attack", attack)):
                parts[f"{what}, against {against}"] = Difference(of[against] - of["thanked"], of[against])
        return Together(parts)


def conflict(client: Record) -> np.ndarray:
    """Return how far the part is roused per warmth to oneself met, at the ends of the sessions alike.

    It is NaN where none was met.

    Example:
        >>> courses = {
        ...     "client.guard": np.full((1, 10), 0.2),
        ...     "client.self_warmth_lately": np.full((1, 10), 0.5),
        ... }
        >>> conflict(Record({}, courses)).round(3).tolist()
        [0.4]
    """
    roused = client.course("client.guard")[:, DIFFER[1] :].mean(axis=1)
    met = client.course("client.self_warmth_lately")[:, DIFFER[1] :].mean(axis=1)
    found: np.ndarray = roused / np.where(met > 0.0, met, np.nan)
    return found
