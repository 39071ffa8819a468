"""T11, T12: the therapist's warmth taken inside, and the relationship as exposure."""

from __future__ import annotations

from typing import Any

from mentalities_sim.claims.arms import Arm, fear, planned_therapy, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.experiment.turns import PlanRow
from mentalities_sim.policies import Fixed, Planned, Scripted
from mentalities_sim.worlds import Dyad

WARM, AFTER = 10, 10
"""Sessions with warmth, and sessions after them without."""
EXCHANGES = 60


def warm_for_a_while(warmth: float) -> Arm:
    """Return a course whose therapist is as warm as said for ten sessions, and neutral for ten more.

    Example:
        >>> [warm_for_a_while(0.5).steps[i]["warmth"] for i in (0, 599, 600)]
        [0.5, 0.5, 0.0]
    """
    first = [{"warmth": warmth, "freedom": 0.5, "expressiveness": 0.8}] * (WARM * EXCHANGES)
    then = [{"warmth": 0.0, "freedom": 0.5, "expressiveness": 0.8}] * (AFTER * EXCHANGES)
    sizes = {"world.sessions": WARM + AFTER, "world.exchanges": EXCHANGES}
    return Arm(Dyad, sizes, tuple(first + then), Scripted)


class TakenInside(Claim):
    """Warmth said to oneself follows warmth received, with a lag, and holds when it is received no more.

    All against clients who receive none. With a lag: after the first session not yet half of what ten
    sessions bring, though warmth is received in full from the first exchange. Holds: ten neutral sessions
    later more than half of it is left.
    """

    id = "T11"
    arms = {"received": warm_for_a_while(0.5), "none": warm_for_a_while(0.0)}
    reads = ("client.inner_warmth",)
    moments = "sessions"
    rests_on = ("internalising",)
    sham = "giving"
    derivation = "W̄_self += ρ rate (w - W̄_self), slowly, and expectations do not fade"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Gain in warmth said to oneself after ten sessions, less twice that after one; and what is kept."""
        said = seen["received"].course("client.inner_warmth")
        gain = said - seen["none"].course("client.inner_warmth")
        start, full, end = gain[:, 0], gain[:, WARM - 1], gain[:, -1]
        spread = said[:, WARM - 1]
        return Together(
            {
                "follows": Difference(full, spread),
                "with a lag": Difference(full - 2.0 * start, spread),
                "holds": Difference(2.0 * end - full, spread),
            }
        )


FEARS = {"low": 0.2, "high": 0.9}
IMAGES = ("safe place", "compassionate colour", "compassionate other", "compassionate self")


def in_turn(*images: str) -> tuple[PlanRow, ...]:
    """Return a plan of these images in turn, five sessions each.

    Example:
        >>> [row.sessions for row in in_turn("safe place", "compassionate self")]
        [(1, 5), (6, 10)]
    """
    return tuple(PlanRow(image, 8, (5 * i + 1, 5 * i + 5)) for i, image in enumerate(images))


GRADED, REVERSED = in_turn(*IMAGES), in_turn(*IMAGES[::-1])
AT_ONCE = (PlanRow("compassionate self", 8),)
DOSES = (0.2, 0.6, 0.8)
FULL = {"low": 1.0, "high": 0.8}
"""Full dose by fear: at high fear more than .8 puts alarm at its ceiling, where doses are all alike."""
WEEKLY: dict[str, Any] = {"sessions": 20, "exchanges": 40}


def imagery(level: str, plan: tuple[PlanRow, ...]) -> Arm:
    """Return twenty sessions of imagery at full dose, of clients with low or high fear, own or others'."""
    danger = FEARS[level]
    itself = {"client.self_warmth_danger": danger, "client.fear_of_self_compassion": danger}
    given: dict[str, Any] = {"policy.warmth": FULL[level], **fear(danger, "client"), **itself}
    return planned_therapy(Planned, *plan, **WEEKLY, **given)


class RelationshipAsExposure(Claim):
    """High fear falls most where some threat is elicited; graded imagery beats full, but not at low fear.

    Fear of receiving after twenty sessions with little, middling and full warmth, which elicit rising threat;
    fear of kindness to oneself after graded imagery or its last step at once: at high fear in the end, at low
    fear halfway, where time would be wasted. At high fear graded imagery must beat the same steps in reverse
    as well: for who stays they sum to the same dose, so that order alone tells.
    """

    id = "T12"
    arms = {
        **{
            f"{dose:g}": therapy(Fixed, **{**WEEKLY, **fear(0.9, "client"), "policy.warmth": dose})
            for dose in DOSES
        },
        **{f"graded, {level}": imagery(level, GRADED) for level in FEARS},
        **{f"full, {level}": imagery(level, AT_ONCE) for level in FEARS},
        "reversed, high": imagery("high", REVERSED),
    }
    reads = ("client.fear_of_self_compassion",)
    moments = "sessions"
    rests_on = ("unlearning",)
    sham = "longing"
    derivation = (
        "unlearned = rate cue fear (1 - escaped); the cue rises with dose, escape steeply with threat, and "
        "to escape teaches danger"
    )
    tried = (
        "Changed after review: .8 is the highest dose at high fear (at 1 alarm was at its ceiling), and "
        "graded imagery has to beat its own steps reversed, too, since full dose is a larger dose on the "
        "whole."
    )

    def signature(self, seen: Seen) -> Measure:
        """Threat rising with dose; fear left by little and by full, less middling; graded against full."""
        threat = [seen[f"{dose:g}"].outcome("session_threat") for dose in DOSES]
        left = [seen[f"{dose:g}"].outcome("fear_of_compassion") for dose in DOSES]
        course = {arm: seen[arm].course("client.fear_of_self_compassion") for arm in seen}
        halfway = course["full, low"].shape[1] // 2 - 1
        end = {arm: course[arm][:, -1] for arm in course}
        wasted = course["graded, low"][:, halfway] - course["full, low"][:, halfway]
        return Together(
            {
                "middling threatens more": Difference(threat[1] - threat[0], threat[1]),
                "full threatens most": Difference(threat[2] - threat[1], threat[1]),
                "middling beats little": Difference(left[0] - left[1], left[1]),
                "middling beats full": Difference(left[2] - left[1], left[1]),
                "graded beats full at high fear": Difference(
                    end["full, high"] - end["graded, high"], end["graded, high"]
                ),
                "graded beats reversed at high fear": Difference(
                    end["reversed, high"] - end["graded, high"], end["graded, high"]
                ),
                "graded wastes time at low fear": Difference(wasted, course["full, low"][:, halfway]),
            },
            checks=("middling threatens more", "full threatens most"),
        )
