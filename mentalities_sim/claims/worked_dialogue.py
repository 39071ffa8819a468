"""T15: the worked example, turn by turn, and whether its turns drive a client through its phases."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.arms import scripted_therapy, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.measures.phases import PHASES, STATES, Told, phases_of
from mentalities_sim.person.emote import EMOTIONS
from mentalities_sim.policies import Expert, Fixed
from mentalities_sim.signals import Mentality, Surface

BETWEEN, INSIDE = int(Surface.OTHER), int(Surface.SELF)
TURNS = (
    (1, 0.15, 0.45, 0.0, 0.3, 0.6, 0.2, BETWEEN),  # what are you feeling right now?
    (2, 0.1, 0.6, 0.0, 0.45, 0.7, 0.2, BETWEEN),  # are you willing to go into that sadness?
    (1, -0.2, 0.65, 0.0, 1.0, 0.75, 0.0, BETWEEN),  # it is always your choice
    (1, 0.1, 0.5, 0.9, 0.6, 0.6, 0.2, INSIDE),  # hello shame, welcome back!
    (2, 0.35, 0.35, 0.2, 0.3, 0.4, 0.2, INSIDE),  # what is the shame saying?
    (2, 0.15, 0.7, 0.0, 0.35, 0.9, 0.7, BETWEEN),  # that is such a painful way to feel
    (1, 0.0, 0.5, 0.0, 0.6, 0.6, 0.3, BETWEEN),  # vulnerable to be this exposed in front of me
    (1, 0.15, 0.35, 0.0, 0.4, 0.4, 0.5, BETWEEN),  # how do you imagine that I experience you?
    (1, 0.15, 0.35, 0.0, 0.4, 0.4, 0.9, BETWEEN),  # is that what you would think of you?
    (3, 0.2, 0.95, 0.0, 0.3, 1.0, 0.9, BETWEEN),  # I feel nothing but kindness and warmth towards you
    (2, -0.1, 0.65, 0.0, 0.9, 0.7, 0.5, BETWEEN),  # can you let that in, or is there a resistance?
    (2, 0.1, 0.75, 0.0, 0.7, 0.7, 0.7, BETWEEN),  # these struggles are normal, they are human
    (1, 0.1, 0.6, 0.0, 0.5, 0.5, 0.2, INSIDE),  # can you give yourself that support?
    (2, 0.1, 0.7, 0.0, 0.8, 0.7, 0.0, BETWEEN),  # just let it sink in and savor it
    (2, -0.3, 0.5, 0.0, 0.95, 0.5, 0.0, BETWEEN),  # what would feel helpful to talk about?
)
"""The therapist's 15 turns: exchanges of 30 s, then the channels of `Signal`, as they are coded in
`experiments/dialogue_cwinn2023.toml`, where the words each number rests on stand beside it. Cwinn, Bell &
Kirby 2023, Table 1, doi:10.21926/obm.icm.2304056 (CC BY)."""

CHANNELS = ("dominance", "warmth", "playfulness", "freedom", "expressiveness", "labelling", "surface")
SPOKEN: list[dict[str, Any]] = [
    dict(zip(CHANNELS, channels, strict=True)) for exchanges, *channels in TURNS for _ in range(exchanges)
]
TURN_OF = [turn for turn, (exchanges, *_) in enumerate(TURNS, 1) for _ in range(exchanges)]

DESCRIBED: dict[str, float] = {
    "warmth_danger": 0.8,
    "warmth_safety": 0.15,
    "warmth_safety_here": 0.15,
    "self_warmth_danger": 0.8,
    "self_warmth_safety": 0.15,
    "skill": 0.6,
    "self_skill": 0.5,
    "resistance": 0.3,
    "self_resistance": 0.3,
    "self_blame": 0.6,
    "at_fault": 0.6,
    "exposed": 1.0,
    "contingent_worth": 0.6,
    "worth": 0.7,
    "lately_won": -1.0,
    "felt_security": 0.45,
    "threat": 0.45,
    "involuntary_subordination": 0.35,
    "soothing": 0.15,
    "resting_drive": 0.55,
    "drive": 0.4,
    "resting_threat": 0.2,
    "approval_seeking": 0.6,
    "escape_threshold": 0.55,
    "status_gap": 0.1,
}
CLIENT: dict[str, Any] = {
    **{f"client.{name}": value for name, value in DESCRIBED.items()},
    "client.expected_warmth": (0.1, -0.6),
    "client.expected_dominance": (0.3, 0.5),
    "client.power": (0.1, -0.4),
    "client.subordinated": 1,
    "client.mentality": int(Mentality.COMPETING),
    "world.run_in": 0,
}
"""The described client, in the state in which the stretch begins; from the same file, with its reasons."""


class WorkedExample(Claim):
    """Sent the paper's turns, the described client goes through all of its ten phases in order, and through
    more of them than with always the same warmth or with an expert.

    The phases' windows follow one another, so that what is counted is in the paper's order. Its assent of
    one's own, and one's own view told apart, are among them, before care can be let in.
    """

    id = "T15"
    arms = {
        "dialogue": scripted_therapy(*SPOKEN, **CLIENT),
        "always warm": therapy(Fixed, sessions=1, exchanges=24, **{**CLIENT, "policy.warmth": 0.9}),
        "expert": therapy(
            Expert, sessions=1, exchanges=24, **{**CLIENT, "policy.warmth": 0.5, "policy.dominance": 0.5}
        ),
    }
    reads = tuple(
        f"client.{name}" for name in (*(s for s in STATES if not s.endswith("_shame")), "threat_emotion")
    )
    rests_on = ("narrowed_mind", "alarm", "freedom", "play", "labelling")
    ablated = "expectation in what is read, alarm, freedom, play and labelling: all of them at once"
    sham = "habit"
    derivation = "none: ten rules that read what she did and felt, over fifteen turns"
    tried = (
        "Of ten phases most runs show four, and none the last two: warmth half misread, taken in under "
        "threat, cannot soothe within minutes, and no acceptance of her not letting it in lowers the alarm. "
        "Lower fear, and six parameters at the kind end of the plausible, were looked at by hand; no run "
        "showed all (docs/explanation/dialogue.md)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Whether a run shows all phases, and the share that it shows: dialogue less the other two."""
        shown = {arm: share_shown(seen[arm]) for arm in seen}
        told, warm, expert = shown["dialogue"], shown["always warm"], shown["expert"]
        whole = (told == 1.0) * 1.0
        return Together(
            {
                "all in order": Difference(whole - (np.maximum(warm, expert) == 1.0), whole),
                "more than always warm": Difference(told - warm, told),
                "more than with an expert": Difference(told - expert, told),
            }
        )


def share_shown(record: Record) -> np.ndarray:
    """Return for each run the share of the paper's phases that it shows in their turns.

    Example:
        >>> still = {f"client.{name}": np.zeros((2, 24)) for name in STATES}
        >>> still["client.threat_emotion"] = np.zeros((2, 24, 5))
        >>> share_shown(Record({}, still)).tolist()
        [0.0, 0.0]
    """
    shame = record.course("client.threat_emotion")[..., EMOTIONS.index("shame")]
    states = {name: record.course(f"client.{name}") for name in STATES if not name.endswith("_shame")}
    told = Told({**states, "threat_emotion_shame": shame}, TURN_OF)
    found: np.ndarray = phases_of(told)["shown"].to_numpy(float) / len(PHASES)
    return found
