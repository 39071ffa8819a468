"""Emote: which of threat's emotions is it? Whose fault, who saw, can one win."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, positive
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Answer, Appraisal, Surface

EMOTIONS = ("anger", "fear", "disgust", "guilt", "shame")


class Emoting:
    """The step in which threat becomes anger, fear or disgust, and a fault becomes guilt or shame."""

    threat_emotion = State(
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 1.0),
        labels=EMOTIONS,
        meaning="threat's emotions, by three appraisals",
        source="CBK 2.1.3; TSM (S9)",
    )
    at_fault = State(0.0, (0.0, 1.0), meaning="how far what happened is taken for one's own doing")
    exposed = State(0.0, (0.0, 1.0), meaning="how far others saw it")
    self_blame = State(
        0.0,
        (0.0, 1.0),
        learned=True,
        meaning="readiness to take being stuck, or failing, for one's own fault",
        source="CBK 2.1.3; FOC (T13)",
    )
    shaken = State(0.0, (0.0, 1.0), meaning="threat that something happening now adds", source="T9")

    appraisals_tell = Parameter(
        1.0,
        (0.0, 1.0),
        meaning="1: fault, exposure and the chance of winning tell the emotions apart; 0: all are at half",
        source="CBK 2.1.3 (S9)",
    )
    anger_shows = Parameter(
        0.2,
        (0.0, 2.0),
        plausible=(0.1, 0.5),
        meaning="dominance shown per unit of anger",
        source="TSM (S9)",
        reason="a guess, half to two and a half times the default: anger adds to dominance, less than "
        "drive or a claim",
    )
    guilt_repairs = Parameter(
        0.6,
        (0.0, 2.0),
        plausible=(0.3, 1.0),
        meaning="warmth, and care-giving, per unit of guilt",
        source="CBK 2.1.3 (S9)",
        reason="a guess, half the default up to all: guilt repairs by what it does, so some of it must show",
    )
    shame_submits = Parameter(
        0.6,
        (0.0, 2.0),
        plausible=(0.3, 1.0),
        meaning="dominance withheld per unit of shame",
        source="CBK 2.1.3 (S9): submits, to be let back in",
        reason="a guess, half the default up to all: shame works by being seen, so some of it must show",
    )
    shame_turns_inward = Parameter(
        0.4,
        (0.0, 1.0),
        plausible=(0.1, 0.8),
        unit="per exchange",
        meaning="chance that full shame adds of turning to oneself in contact",
        source="CBK 2.1.3, 2.4 (T13): attack on oneself for being stuck",
        reason="a guess: while shame is full, from one exchange in ten to four in five",
    )
    fault_lasts = Parameter(
        0.9,
        (0.0, 1.0),
        plausible=(0.7, 0.97),
        unit="per exchange",
        meaning="share of a fault still felt",
        reason="half of it is gone in 3 min, from 1 to 11: it outlasts the exchange, and not the session",
    )

    def emote(self, stake: Appraisal, answer: Answer, surface: int) -> None:
        """Turn threat and fault into emotions, each by its own appraisal.

        Equation: others = threat (1 - fault); disgust = others harm (1 - bid); of the rest anger P(win) and
        fear 1 - P(win); guilt = fault (1 - exposed); shame = fault exposed (1 - P(win)), the rest anger.
        Source: CBK 2.1.3; TSM (S9).
        """
        untold = 1.0 - self.appraisals_tell
        fault = self.at_fault + untold * (0.5 - self.at_fault)
        seen = self.exposed + untold * (0.5 - self.exposed)
        win = answer.win_chance + untold * (0.5 - answer.win_chance)
        others = self.threat * (1.0 - fault)
        disgust = others * stake.harm * (1.0 - stake.bid)
        rest = others - disgust
        self.threat_emotion[0] = clip01(rest * win + fault * seen * win)
        self.threat_emotion[1] = clip01(rest * (1.0 - win))
        self.threat_emotion[2] = clip01(disgust)
        self.threat_emotion[3] = clip01(fault * (1.0 - seen))
        self.threat_emotion[4] = clip01(fault * seen * (1.0 - win))
        self.at_fault = self.fault_lasts * self.at_fault
        if surface == Surface.OTHER and answer.escaped > 0.0:
            self.be_found_wanting(1.0)

    def be_found_wanting(self, seen: float) -> None:
        """Fail, or be stuck, and take it for one's own fault as far as one has learned to.

        Equation: fault = max(fault, blame); exposed = who saw it. Source: CBK 2.1.3; FOC (T13).
        """
        if self.self_blame > self.at_fault:
            self.at_fault = self.self_blame
            self.exposed = seen

    def own_up(self) -> None:
        """Notice that one has attacked somebody who did not attack.

        Equation: fault = max(fault, coldness × dominance shown - coldness met). Source: CBK 2.1.3 (S9): guilt
        answers harm done, not withdrawal.
        """
        done = positive(-self.shown_warmth) * positive(self.shown_dominance) - positive(
            -self.perceived_warmth
        )
        if done > self.at_fault:
            self.at_fault = clip01(done)
            self.exposed = 0.0

    def be_shaken(self, amount: float, shames: float) -> None:
        """Let something happen: a noise in the corridor, or a topic that shames before the other.

        Equation: threat's target gains the amount while it lasts; a topic is a fault that was seen.
        Source: CBK 2.6 (T9).
        """
        self.shaken = amount
        if shames > self.at_fault:
            self.at_fault = shames
            self.exposed = 1.0
