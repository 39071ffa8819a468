"""Parameters that are no quantity of the theory, and so stay as they are over the box: which, and why."""

from __future__ import annotations

_SIZE = "a size of the design: how much is run, not how people are"
_FORCED = "an act or answer that an experiment forces (evidence rule 2)"
_SWITCH = "a switch for ablations, on or off"
_RIVAL = "a rival account, off in this theory (evidence rules 7 and 8)"
_PATTERN = "a pattern over the five mentalities that the theory orders; drawn one by one it would be another"
_SENT = "what the therapist is to send: the arms of an experiment vary it"
_WHERE = "who can meet whom, and for how long they are known: the arms of an experiment vary it"
_PLAN = "the number of a plan, which no rule reads"

FIXED: dict[str, str] = {
    "client.attention_to_warmth": _PATTERN,
    "client.attention_to_dominance": _PATTERN,
    "client.mentality_warmth": _PATTERN,
    "client.mentality_dominance": _PATTERN,
    "client.role_warmth": _PATTERN,
    "client.forced_warmth": _FORCED,
    "client.forced_answer": _FORCED,
    "client.soothing_clamped": "a clamp for ablations, off where soothing is as felt",
    "client.vigilance_brakes": _SWITCH,
    "client.appraisals_tell": _SWITCH,
    "client.inner_voice_counts": _SWITCH,
    "client.goals_meet_the_referee": _SWITCH,
    "client.mentalities_switch": _SWITCH,
    "client.one_distress": _RIVAL,
    "client.warmth_heals": _RIVAL,
    "client.complement_heals": _RIVAL,
    "world.sessions": _SIZE,
    "world.exchanges": _SIZE,
    "world.slots": _SIZE,
    "world.run_in": _SIZE,
    "world.washout": "what outcomes leave out, by evidence rule 1",
    "world.assessed_weeks": "what outcomes are taken over",
    "world.clients": _SIZE,
    "world.size": _SIZE,
    "world.days": _SIZE,
    "world.trials": _SIZE,
    "world.network": _WHERE,
    "world.neighbours": _WHERE,
    "world.rewired": _WHERE,
    "world.turnover": _WHERE,
    "world.remembered": "places for memories: a size, large enough for everybody met in a small society",
    "world.stigmatised": "whether there is a stigma, and for how many: the arms of an experiment vary it",
    "world.stigma_wanders": _SWITCH,
    "world.childhood": _SIZE,
    "world.partner_childhood": _SIZE,
    "world.upbringing": "shares of upbringing: the histories that an experiment compares",
    "world.later_upbringing": "shares of upbringing: the histories that an experiment compares",
    "world.turning": "when an upbringing changes: the histories that an experiment compares",
    "world.childhood_gap": "the clock of a shortened childhood; how much a day of it teaches is plasticity's",
    "policy.warmth": _SENT,
    "policy.dominance": _SENT,
    "policy.playfulness": _SENT,
    "policy.freedom": _SENT,
    "policy.expressiveness": _SENT,
    "policy.floor": _SENT,
    "policy.start": _SENT,
    "policy.end": _SENT,
    "policy.plan": _PLAN,
}
"""Why a parameter is not in the box, by "role.name"; "client" stands for any person, the therapist too."""
