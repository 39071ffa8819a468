"""What a dyad keeps count of, so that outcomes need no series."""

from __future__ import annotations

from mentalities_sim.declare import State
from mentalities_sim.signals import Mentality

NOTHING5 = (0.0, 0.0, 0.0, 0.0, 0.0)
MENTALITIES = tuple(m.name.lower() for m in Mentality)
LIFE = ("threat", "involuntary_subordination", "soothing", "felt_security", "moments")
CONTEXTS = ("therapist", "alone", "kind_other", "unkind_other")


class Observing:
    """Running sums of what was felt, shown and switched; they read, and change nobody."""

    entry_life = State(NOTHING5, labels=LIFE, unit="sums", meaning="life in the week before therapy")
    entry_fear = State(0.0, (0.0, 1.0), meaning="fear of compassion as the first session begins")
    final_life = State(NOTHING5, labels=LIFE, unit="sums", meaning="life in the assessed last weeks")
    final_dominance = State(0.0, unit="sum", meaning="dominance shown to others in the assessed weeks")
    final_meetings = State(0.0, unit="count", meaning="meetings in the assessed weeks")
    final_inner_warmth = State(0.0, unit="sum", meaning="warmth said to oneself in the assessed weeks")
    final_inner_meetings = State(0.0, unit="count", meaning="self-encounters in the assessed weeks")
    first_shown = State(0.0, unit="sum", meaning="warmth shown in the first session")
    first_felt = State(0.0, unit="sum", meaning="warmth felt in the first session")
    last_shown = State(0.0, unit="sum", meaning="warmth shown in the latest session")
    last_felt = State(0.0, unit="sum", meaning="warmth felt in the latest session")
    warmth_sent = State(0.0, unit="sum", meaning="warmth the therapist sent")
    exchanges_held = State(0.0, unit="count", meaning="exchanges that took place")
    exchanges_escaped = State(0.0, unit="count", meaning="exchanges the client escaped from")
    at_bounds = State(
        (0.0, 0.0, 0.0, 0.0),
        labels=("threat", "soothing", "drive", "alarm"),
        unit="count",
        meaning="exchanges that a client's state spent at 0 or 1",
    )
    transitions = State(
        (NOTHING5,) * 5,
        labels=MENTALITIES,
        unit="count",
        meaning="client's mentality, from row to column, in sessions",
    )
    contexts = State(
        (NOTHING5,) * 4,
        labels=CONTEXTS,
        unit="count",
        meaning="client's mentality (column) by context (row)",
    )
    mentality_before = State(
        -1, (-1, 4), meaning="client's mentality one exchange ago; -1 at a session's start"
    )

    def observe_exchange(self, client, sent_warmth: float, exchange: int) -> None:
        """Count one exchange of a session.

        Equation: running sums only. Source: evidence rules 3 and 4.
        """
        if exchange == 0:
            if self.weeks_attended == 1:
                self.entry_fear = client.fear_of_compassion
            self.mentality_before = -1
            self.last_shown = 0.0
            self.last_felt = 0.0
        now = client.mentality
        if self.mentality_before >= 0:
            self.transitions[self.mentality_before][now] += 1.0
        self.mentality_before = now
        self.contexts[0][now] += 1.0
        self.warmth_sent += sent_warmth
        self.exchanges_held += 1.0
        self.exchanges_escaped += client.escaped
        self.last_shown += client.shown_warmth
        self.last_felt += client.felt_warmth
        if self.weeks_attended == 1:
            self.first_shown += client.shown_warmth
            self.first_felt += client.felt_warmth
        self.at_bounds[0] += at_bound(client.threat)
        self.at_bounds[1] += at_bound(client.soothing)
        self.at_bounds[2] += at_bound(client.drive)
        self.at_bounds[3] += at_ceiling(client.alarm)

    def observe_life(self, client, met: bool, brooded: bool, since: float) -> None:
        """Count one moment of life outside sessions.

        Equation: running sums only, before therapy and in the assessed last weeks. Source: evidence rule 1:
        symptoms are taken in life, not in the session whose warmth is varied.
        """
        if self.week == -1:
            self.entry_life[0] += client.threat
            self.entry_life[1] += client.involuntary_subordination
            self.entry_life[2] += client.soothing
            self.entry_life[3] += client.felt_security
            self.entry_life[4] += 1.0
        if self.week >= self.sessions - self.assessed_weeks and since > self.washout:
            self.final_life[0] += client.threat
            self.final_life[1] += client.involuntary_subordination
            self.final_life[2] += client.soothing
            self.final_life[3] += client.felt_security
            self.final_life[4] += 1.0
            if met:
                self.final_dominance += client.shown_dominance
                self.final_meetings += 1.0
            if brooded:
                self.final_inner_warmth += client.inner_warmth
                self.final_inner_meetings += 1.0


def at_bound(x: float) -> float:
    """Return 1 where a state lies at 0, or within .02 of 1, which it only approaches; else 0.

    Example:
        >>> at_bound(0.0), at_bound(0.5), at_bound(0.99)
        (1.0, 0.0, 1.0)
    """
    if x < 1e-6 or x > 0.98:
        return 1.0
    return 0.0


def at_ceiling(x: float) -> float:
    """Return 1 where an input was cut at 1, else 0: no reaction at all is no saturation.

    Example:
        >>> at_ceiling(0.0), at_ceiling(1.0)
        (0.0, 1.0)
    """
    if x > 0.98:
        return 1.0
    return 0.0
