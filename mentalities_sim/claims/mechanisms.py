"""The mechanisms of the theory, each as the parameters that switch it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Change = Mapping[str, Any]
"""Parameters by dotted path ("person.x" is everybody's, "therapist.x" a therapist's own) and their values."""

NOTHING5 = (0.0, 0.0, 0.0, 0.0, 0.0)
ALIKE5 = (1.0, 1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Mechanism:
    """One mechanism: what it says in a few words, and its couplings at the values that make them nothing."""

    says: str
    off: Change


MECHANISMS: dict[str, Mechanism] = {
    "harm": Mechanism("coldness threatens", {"person.harm_threatens": 0.0, "therapist.harm_threatens": 0.0}),
    "alarm": Mechanism("feared warmth alarms", {"person.alarm_gain": 0.0}),
    "escape_blocks": Mechanism(
        "what one escapes from, or yields to, is not unlearned", {"person.escape_blocks_learning": 0.0}
    ),
    "danger_learning": Mechanism(
        "alarm escaped from, and harm after warmth, teach danger",
        {"person.danger_rate": 0.0, "person.harm_teaches": 0.0},
    ),
    "unlearning": Mechanism("staying with warmth teaches safety", {"person.safety_rate": 0.0}),
    "narrowed_mind": Mechanism(
        "threat makes one read what one expects",
        {
            "person.mentalizing_at_rest": 1.0,
            "person.threat_narrows_mentalizing": 0.0,
            "person.inner_colours_outer": 0.0,
        },
    ),
    "labelling": Mechanism("what is put into words is observed", {"person.labelling_restores": 0.0}),
    "bids": Mechanism("dominance is a bid", {"person.attention_to_dominance": NOTHING5}),
    "referee": Mechanism(
        "an inner referee compares power",
        {
            "person.referee_slope": 0.0,
            "person.subordination_yields": 0.0,
            "person.drive_resists": 0.0,
            "person.stake_resists": 0.0,
        },
    ),
    "drive_counters": Mechanism(
        "drive answers a bid", {"person.drive_resists": 0.0, "person.counter_slope": 0.0}
    ),
    "anticipation": Mechanism("bids and condemnation are foreseen", {"person.expectation": 0.0}),
    "subordination": Mechanism(
        "yielding without kindness raises the ISS, and threat",
        {"person.subordination_rise": 0.0, "person.yielding_threatens": 0.0},
    ),
    "subordination_shows": Mechanism(
        "the ISS lowers drive and shows",
        {"person.subordination_lowers_drive": 0.0, "person.subordination_shows": 0.0},
    ),
    "rumination": Mechanism("the ISS turns one to oneself", {"person.brooding_with_subordination": 0.0}),
    "pleasing": Mechanism(
        "the ISS puts warmth on", {"person.pleasing": 0.0, "person.pleasing_subordinates": 0.0}
    ),
    "threat_moves_drive": Mechanism(
        "goals meet the referee, so that threat recruits drive or blocks it",
        {"person.goals_meet_the_referee": 0.0, "person.drive_rate": 0.0},
    ),
    "soothing_calms": Mechanism(
        "soothing lowers threat and speeds its fall",
        {"person.soothing_calms": 0.0, "person.soothing_speeds_recovery": 0.0},
    ),
    "vigilance": Mechanism("hostile others keep soothing down", {"person.vigilance_brakes": 0.0}),
    "narrowed_choice": Mechanism(
        "threat and drive sharpen choice, soothing broadens it",
        {"person.threat_sharpens": 0.0, "person.drive_sharpens": 0.0, "person.soothing_broadens": 0.0},
    ),
    "switching": Mechanism("mentality follows affect and partner", {"person.mentalities_switch": 0.0}),
    "context": Mechanism("mentality follows the situation", {"person.context_calls": 0.0}),
    "habit": Mechanism("mentalities are habits", {"person.habit_weight": 0.0, "person.staying_weight": 0.0}),
    "mentality_colours": Mechanism(
        "a mentality weighs and colours signals",
        {
            "person.attention_to_warmth": ALIKE5,
            "person.mentality_warmth": NOTHING5,
            "person.role_warmth": NOTHING5,
            "person.mentality_dominance": NOTHING5,
        },
    ),
    "drive_against_care": Mechanism("drive pulls towards competing", {"person.drive_competes": 0.0}),
    "affect_shows": Mechanism("soothing and threat show as warmth", {"person.affect_shows": 0.0}),
    "working_model": Mechanism("expectations follow what was met", {"person.model_rate": 0.0}),
    "internalising": Mechanism(
        "others are taken inside", {"person.internalising": 0.0, "person.closeness_internalises": 0.0}
    ),
    "power_learning": Mechanism(
        "wins and losses move believed power",
        {"person.power_rate": 0.0, "person.outcome_rate": 0.0, "person.tie_rate": 0.0},
    ),
    "precision": Mechanism("beliefs about power grow sure", {"person.precision_gain": 0.0}),
    "transfer": Mechanism(
        "lessons reach the other surface and flows",
        {"person.power_transfer": 0.0, "person.flow_transfer": 0.0},
    ),
    "inner_voice": Mechanism("what one says to oneself is heard", {"person.inner_voice_counts": 0.0}),
    "answer_heard": Mechanism("one's answer to oneself is heard", {"person.answer_heard": 0.0}),
    "self_kindness": Mechanism("kindness to oneself is kindness", {"person.self_kindness_counts": 0.0}),
    "appraisals": Mechanism("fault, exposure and odds tell emotions apart", {"person.appraisals_tell": 0.0}),
    "emotions_act": Mechanism(
        "anger, guilt and shame act",
        {
            "person.anger_shows": 0.0,
            "person.guilt_repairs": 0.0,
            "person.shame_submits": 0.0,
            "person.shame_turns_inward": 0.0,
        },
    ),
    "blame": Mechanism(
        "harm by those close teaches blame, and what worth hangs on is learned", {"person.blame_rate": 0.0}
    ),
    "parts": Mechanism("a guarding part bids to leave", {"person.guard_speaks": 0.0}),
    "reactance": Mechanism("pressure hardens a part, respect softens it", {"person.resistance_rate": 0.0}),
    "fluency": Mechanism("practice makes fluent", {"person.skill_rate": 0.0}),
    "worth": Mechanism(
        "worth can hang on success", {"person.success_lifts": 0.0, "person.lost_worth_threatens": 0.0}
    ),
    "striving": Mechanism(
        "striving is a habit", {"person.striving_pulls": 0.0, "person.striving_follows_drive": 0.0}
    ),
    "security": Mechanism(
        "felt security turns bids into help, and follows affect and expectation",
        {
            "person.security_discount": 0.0,
            "person.security_from_model": 0.0,
            "person.security_from_affect": 0.0,
        },
    ),
    "freedom": Mechanism("freedom takes bids back", {"person.freedom_discount": 0.0}),
    "play": Mechanism("play lowers alarm", {"person.play_calms": 0.0}),
    "showing": Mechanism("warmth counts as far as it shows", {"person.expressiveness_matters": 0.0}),
    "status": Mechanism("setting lends power", {"person.status_counts": 0.0}),
    "longing": Mechanism("warmth hurts those who lacked it", {"person.longing_hurts": 0.0}),
    "giving": Mechanism("giving soothes", {"person.giving_soothes": 0.0}),
    "therapist_reacts": Mechanism(
        "a therapist's threat and rank show",
        {"therapist.own_threat_shows": 0.0, "therapist.rank_reaction": 0.0},
    ),
    "own_reaction": Mechanism("a therapist's reaction informs", {"therapist.own_reaction_informs": 0.0}),
    "acting": Mechanism(
        "drive, power, claims, yielding and injury show",
        {
            "person.drive_shows": 0.0,
            "person.power_shows": 0.0,
            "person.claim_shows": 0.0,
            "person.yielding_shows": 0.0,
            "person.injury_shows": 0.0,
        },
    ),
    "stakes": Mechanism(
        "what is at stake is foreseen, and weighs",
        {"person.stake_foreseen": 0.0, "person.stake_weighs": 0.0},
    ),
    "outcomes_teach": Mechanism(
        "who wins learns to have power, who loses to have none",
        {"person.winner_effect": 0.0, "person.loser_effect": 0.0, "person.defeat_weighs": 0.0},
    ),
    "relief": Mechanism("leaving relieves", {"person.escape_relieves": 0.0}),
    "injury": Mechanism("injuries pain", {"person.injury_pains": 0.0}),
    "resolve": Mechanism(
        "strength is seen, and resolve counts in a fight",
        {"person.strength_seen": 0.0, "person.resolve_counts": 0.0},
    ),
    "care_heals": Mechanism("care heals injuries", {"world.care_heals": 0.0}),
    "standing": Mechanism("standing is seen", {"world.stigma": 0.0}),
}
"""Every mechanism that a claim may rest on, and that the matrix ablates."""

UNSIGNED = {
    "person.precision_gain",
    "person.mentalizing_at_rest",
    "person.mentalities_switch",
    "person.appraisals_tell",
    "person.attention_to_warmth",
    "person.drive_rate",
    "person.counter_slope",
    "world.stigma",
}
"""Couplings whose sign means nothing (precisions, odds, switches between two rules)."""

ALL_OFF: Change = {path: value for mechanism in MECHANISMS.values() for path, value in mechanism.off.items()}
"""The null in which nothing is coupled (evidence rule 7)."""

ONE_DISTRESS: Change = {"person.one_distress": 1.0}
"""The one-distress null: threat stands in for the other systems, fears and beliefs; the couplings stay."""

RIVALS: dict[str, Change] = {
    "warmth is always good": {
        **ALL_OFF,
        "person.warmth_heals": 0.05,
        "person.attention_to_dominance": ALIKE5,
    },
    "complementing is always good": {
        **ALL_OFF,
        "person.complement_heals": 0.05,
        "person.attention_to_dominance": ALIKE5,
    },
}
"""Two rival accounts, each in place of the theory's couplings (evidence rule 8); bids are still heard."""


def off(*names: str) -> dict[str, Any]:
    """Return the change that switches some mechanisms off.

    Raises `KeyError` for a name that none has.

    Example:
        >>> off("unlearning")
        {'person.safety_rate': 0.0}
    """
    return {path: value for name in names for path, value in MECHANISMS[name].off.items()}


def signed() -> list[str]:
    """Return the couplings whose signs the scrambled null draws at random.

    Example:
        >>> "person.alarm_gain" in signed(), "person.precision_gain" in signed()
        (True, False)
    """
    return [path for path in ALL_OFF if path not in UNSIGNED]
