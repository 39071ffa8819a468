"""The turns of a coded dialogue."""

from __future__ import annotations

from dataclasses import dataclass

DOES = {
    "turns to the present feeling": "leaves the agenda and asks what is felt now",
    "empathic contact": "says or shows that the pain is seen and shared",
    "invites contact with feeling": "asks the client to stay with what hurts",
    "gives freedom": "leaves the choice and the pace to the client",
    "plays": "lowers the intensity with humour",
    "guides": "directs attention or a skill, step by step",
    "labels": "puts the feeling or process into words",
    "asks about the relationship": "asks what is feared from the therapist",
    "invites another view": "asks the client to take the therapist's point of view",
    "tells own view from the other's": "self to self told apart from other to self",
    "states care": "says openly what the therapist feels for the client",
    "normalizes": "says that the struggle makes sense and is human",
    "checks": "asks whether a shift has taken hold",
    "savours": "stays with a good moment",
    "hands over the lead": "lets the client choose what comes next",
}
"""What a turn of a dialogue may do: the words for `does`, each with its meaning."""


@dataclass(frozen=True)
class Turn:
    """One coded turn of a dialogue, sent for `exchanges` exchanges of 30 s.

    Dominance and warmth run from -1 to 1, the other three from 0 to 1. `words` is the
    quotation, `coding` says on which of its words the numbers rest, `answer` is what the
    client says next in the text (for reading beside the run; no rule sees it).

    Example:
        >>> Turn("Hello shame!", 0.1, 0.5, 0.9, 0.7, 0.6).exchanges
        1
    """

    words: str
    dominance: float
    warmth: float
    playfulness: float
    freedom: float
    expressiveness: float
    does: tuple[str, ...] = ()
    coding: str = ""
    exchanges: int = 1
    answer: str = ""
