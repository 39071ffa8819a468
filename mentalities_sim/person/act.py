"""Act: what do I send? A signal leaves here, to another or to oneself."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.signals import Answer, Signal, Surface


class Acting:
    """The step in which what is felt becomes what is shown; the two can differ."""

    felt_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth the person would show unguarded")
    shown_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth sent to the other")
    shown_dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance sent to the other")
    inner_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth said to oneself")
    inner_dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance said to oneself")
    answer_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth of the answer to oneself")
    answer_dominance = State(
        0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance of the answer to oneself"
    )
    approval_seeking = State(
        0.2, (0.0, 1.0), spread=0.05, meaning="readiness to please", source="CBK 2.1.4 (T6)"
    )

    drive_shows = Parameter(
        0.5, (0.0, 2.0), plausible=(0.2, 0.8), meaning="dominance shown per unit of drive"
    )
    power_shows = Parameter(
        0.3,
        (0.0, 2.0),
        plausible=(0.1, 0.6),
        meaning="dominance shown per unit of believed power",
        source="kernel eq. 7",
    )
    claim_shows = Parameter(
        0.8,
        (0.0, 2.0),
        plausible=(0.4, 1.2),
        meaning="dominance shown per unit of what one lays claim to",
        source="CBK 2.1.1: a bid for dominance",
    )
    injury_shows = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 1.0),
        meaning="dominance lost, and need shown, per unit of injury",
        source="CBK 2.1.1 (R8)",
    )
    yielding_shows = Parameter(
        0.8,
        (0.0, 2.0),
        plausible=(0.4, 1.2),
        meaning="dominance withheld per P(yield)",
        source="kernel eq. 7",
    )
    subordination_shows = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 0.8),
        meaning="submissive signal per unit of ISS",
        source="CBK 2.1.1 (R3); kernel eq. 7",
    )
    pleasing = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.0, 1.5),
        meaning="warmth put on, per readiness to please and ISS",
        source="CBK 2.1.4 (T6); kernel eq. 7",
    )
    mentality_warmth = Parameter(
        (0.0, 0.1, 0.05, -0.1, 0.05),
        (-1.0, 1.0),
        unit="circumplex",
        meaning="warmth that each mentality adds",
        source="CBK 2.1.2 (M1)",
    )
    role_warmth = Parameter(
        (0.2, 0.6, 0.5, 0.0, 0.5),
        (-1.0, 1.0),
        unit="circumplex",
        meaning="warmth of the part one plays where the situation calls for one's mentality",
        source="CBK 2.1.2 (M1)",
        reason="to play, to care, to seek care and to court are warm acts; the size is a guess, made with "
        "the share of warm interactions in daily life in view",
    )
    mentality_dominance = Parameter(
        (-0.1, 0.1, 0.0, 0.15, 0.0),
        (-1.0, 1.0),
        unit="circumplex",
        meaning="dominance that each mentality adds",
        source="CBK 2.1.2 (M1)",
    )
    brooding_at_rest = Parameter(
        1.0,
        (0.0, 20.0),
        plausible=(0.5, 1.0),
        unit="per day",
        meaning="self-encounters without any ISS",
        source="kernel n0",
    )
    brooding_with_subordination = Parameter(
        16.0,
        (0.0, 50.0),
        plausible=(5.0, 30.0),
        unit="per day",
        meaning="self-encounters that the full ISS adds: rumination",
        source="CBK 2.1.1 (R3, R9); kernel n1",
    )
    inward_in_contact = Parameter(
        0.04,
        (0.0, 1.0),
        plausible=(0.01, 0.1),
        unit="per exchange",
        meaning="chance that an exchange with another sets off one with oneself",
        source="CBK 2.4",
    )

    brooding = Stream("does one turn to oneself?")

    def act(self, answer: Answer, luck) -> Signal:
        """Turn affect, the referee's answer and the mentality into a signal to another.

        Equation: felt warmth = soothing - threat + w_mentality + r_mentality context_mentality;
        shown = felt + pleasing approval ISS; dominance as intended + c_v claim - c_i injury. Nothing copies
        the partner, and nothing is left to chance here; `luck` is handed on for those who override the rule.
        Source: CBK 2.1.1, 2.1.2, 2.1.4 (T6); kernel eq. 7.
        """
        called = self.context_pull[self.mentality] * self.role_warmth[self.mentality]
        felt = self.soothing - self.threat + self.mentality_warmth[self.mentality] + called
        put_on = self.pleasing * self.approval_seeking * self.involuntary_subordination
        self.felt_warmth = clip11(felt)
        self.shown_warmth = clip11(felt + put_on)
        dominance = self.intend_dominance(answer, self.power[Surface.OTHER] + self.power_here)
        self.shown_dominance = clip11(
            dominance + self.claim_shows * self.claim - self.injury_shows * self.injury
        )
        return Signal(
            self.shown_dominance,
            self.shown_warmth,
            clip01(self.soothing),
            0.0,
            1.0 - 0.5 * answer.escaped,
        )

    def answer_oneself(self, answer: Answer) -> None:
        """Turn the same state into an answer to oneself, where there is nobody to please.

        Equation: warmth = soothing - threat + w_mentality; dominance as intended with the power one
        believes to have over the internal other. Source: CBK 2.3, 2.4 (I5); kernel eq. 7.
        """
        self.answer_warmth = clip11(self.soothing - self.threat + self.mentality_warmth[self.mentality])
        self.answer_dominance = clip11(self.intend_dominance(answer, self.power[Surface.SELF]))

    def intend_dominance(self, answer: Answer, power: float) -> float:
        """Return the dominance that drive, power, the referee, the ISS and the mentality make one intend.

        Equation: c_d drive + c_p power - c_y P(yield) - c_u ISS + d_mentality.
        Source: CBK 2.1.1 (R3), 2.1.2; kernel eq. 7.
        """
        return (
            self.drive_shows * self.drive
            + self.power_shows * power
            - self.yielding_shows * answer.yield_chance
            - self.subordination_shows * self.involuntary_subordination
            + self.mentality_dominance[self.mentality]
        )

    def broods(self, hours: float, luck) -> bool:
        """Say whether one turns to oneself within a stretch of time; the ISS ruminates.

        Equation: P = (n0 + n1 ISS) Δt / 24 h, at most 1.
        Source: CBK 2.1.1 (R3); kernel, "Between sessions".
        """
        per_day = self.brooding_at_rest + self.brooding_with_subordination * self.involuntary_subordination
        return luck.brooding < per_day * hours / 24.0

    def speak_inwardly(self) -> Signal:
        """Say to oneself what one has learned to expect: the internal other speaks.

        Equation: signal = (expected dominance, expected warmth) of the self surface.
        Source: CBK 2.1.3, 2.4 (M6, I4); there is no rule of self-attack.
        """
        self.inner_warmth = self.expected_warmth[Surface.SELF]
        self.inner_dominance = self.expected_dominance[Surface.SELF]
        return Signal(
            self.expected_dominance[Surface.SELF], self.expected_warmth[Surface.SELF], 0.0, 0.0, 1.0
        )

    def shown_again(self) -> Signal:
        """Say again what was last shown: a bid that goes on.

        Equation: signal = last shown. Source: CBK 2.1.1; R9: a defeat that is not accepted.
        """
        return Signal(self.shown_dominance, self.shown_warmth, 0.0, 0.0, 1.0)
