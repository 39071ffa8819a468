"""What a dyad keeps count of, so that outcomes need no series."""

from __future__ import annotations

from mentalities_sim.arithmetic import positive
from mentalities_sim.declare import State
from mentalities_sim.signals import Mentality, Response

NOTHING5 = (0.0, 0.0, 0.0, 0.0, 0.0)
MENTALITIES = tuple(m.name.lower() for m in Mentality)
LIFE = ("threat", "involuntary_subordination", "soothing", "felt_security", "moments")
TRAITS = ("outer_power", "inner_power", "receiving", "self_compassion", "giving", "self_attack")
FIRST = ("alarm", "longing", "threat_above_rest", "accepted", "exchanges")
SESSIONS = ("threat", "guarded", "wavered", "guilt", "shame", "offered", "taken_in", "given")
CONTEXTS = ("therapist", "alone", "kind_other", "unkind_other")


class Observing:
    """Running sums of what was felt, shown and switched; they read, and change nobody."""

    entry_life = State(NOTHING5, labels=LIFE, unit="sums", meaning="life in the week before therapy")
    entry_fear = State(0.0, (0.0, 1.0), meaning="fear of compassion after the first exchange")
    entry_traits = State(
        (0.0,) * len(TRAITS),
        (-1.0, 1.0),
        labels=TRAITS,
        meaning="believed own power on both surfaces, the three flows of compassion, and self-attack, as the "
        "first session begins",
        source="CBK 2.3 (I6), 2.5 (C1)",
    )
    first_session = State(
        (0.0,) * len(FIRST),
        labels=FIRST,
        unit="sums",
        meaning="what the first session's warmth called up, and the share of it that was taken in",
        source="CBK 2.5 (A1, C6, C8)",
    )
    in_sessions = State(
        (0.0,) * len(SESSIONS),
        labels=SESSIONS,
        unit="sums",
        meaning="what went on in the client in sessions: felt, given way to a part, turned away and back; "
        "warmth offered and taken in, in the latest session",
        source="CBK 2.5; RAL (C3, P1)",
    )
    away_before = State(0, (0, 1), unit="no 0, yes 1", meaning="out of contact one exchange ago")
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
                self.observe_entry(client)
            self.mentality_before = -1
            self.away_before = client.escaped
            self.in_sessions[5] = 0.0
            self.in_sessions[6] = 0.0
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
            self.observe_first(client)
        self.observe_contact(client)
        self.at_bounds[0] += at_bound(client.threat)
        self.at_bounds[1] += at_bound(client.soothing)
        self.at_bounds[2] += at_bound(client.drive)
        self.at_bounds[3] += at_ceiling(client.alarm)

    def observe_entry(self, client) -> None:
        """Keep what a client brings to the first session.

        Equation: a flow = (1 - fear) skill (1 - resistance); self-attack = max(0, -expected inner warmth).
        Source: CBK 1, 2.5 (C1): three flows are three capacities; 2.3 (I6).
        """
        self.entry_traits[0] = client.power[0]
        self.entry_traits[1] = client.power[1]
        self.entry_traits[2] = (1.0 - client.fear_of_compassion) * client.skill * (1.0 - client.resistance)
        self.entry_traits[3] = (
            (1.0 - client.fear_of_self_compassion) * client.self_skill * (1.0 - client.self_resistance)
        )
        self.entry_traits[4] = (
            (1.0 - client.fear_of_giving) * client.giving_skill * (1.0 - client.giving_resistance)
        )
        self.entry_traits[5] = positive(-client.expected_warmth[1])

    def observe_first(self, client) -> None:
        """Count what an exchange of the first session calls up.

        Equation: sums; accepted = uptake where one neither escaped nor yielded. Source: CBK 2.5 (A1, C6, C8).
        """
        self.first_session[0] += client.alarm
        self.first_session[1] += client.longing
        self.first_session[2] += client.threat - client.resting_threat
        if client.escaped == 0 and client.response != Response.YIELD:
            self.first_session[3] += client.uptake_on(0)
        self.first_session[4] += 1.0

    def observe_contact(self, client) -> None:
        """Count what was felt, and how contact was held: offered warmth, taken in where one stayed.

        Equation: running sums; wavered where one turns away or back. Source: CBK 2.5 (C3); RAL (P1).
        """
        self.in_sessions[0] += client.threat
        self.in_sessions[1] += client.heeded
        if client.escaped != self.away_before:
            self.in_sessions[2] += 1.0
        self.away_before = client.escaped
        self.in_sessions[3] += client.threat_emotion[3]
        self.in_sessions[4] += client.threat_emotion[4]
        self.in_sessions[5] += positive(client.received_warmth)
        if client.escaped == 0 and client.response != Response.YIELD:
            self.in_sessions[6] += client.kindness
        self.in_sessions[7] += client.given_lately

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
