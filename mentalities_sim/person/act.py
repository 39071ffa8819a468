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
    mentality_dominance = Parameter(
        (-0.1, 0.1, 0.0, 0.15, 0.0),
        (-1.0, 1.0),
        unit="circumplex",
        meaning="dominance that each mentality adds",
        source="CBK 2.1.2 (M1)",
    )
    action_noise = Parameter(
        0.05, (0.0, 0.5), plausible=(0.02, 0.2), unit="circumplex", meaning="SD of what is shown"
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

    showing_warmth = Stream("chance in the warmth shown", normal=True)
    showing_dominance = Stream("chance in the dominance shown", normal=True)
    brooding = Stream("does one turn to oneself?")

    def act(self, answer: Answer, surface: Surface, luck) -> Signal:
        """Turn affect, the referee's answer and the mentality into a signal.

        Equation: felt warmth = soothing - threat + w_mentality; shown = felt + pleasing approval ISS;
        dominance = c drive + .3 power - .8 P(yield) - .5 ISS + d_mentality. Nothing copies the partner.
        Source: CBK 2.1.1, 2.1.2, 2.1.4; kernel eq. 7.
        """
        felt = self.soothing - self.threat + self.mentality_warmth[self.mentality]
        put_on = self.pleasing * self.approval_seeking * self.involuntary_subordination
        dominance = clip11(
            self.drive_shows * self.drive
            + self.power_shows * self.power[surface]
            - self.yielding_shows * answer.yield_chance
            - self.subordination_shows * self.involuntary_subordination
            + self.mentality_dominance[self.mentality]
            + self.action_noise * luck.showing_dominance
        )
        if surface == Surface.SELF:
            self.answer_warmth = clip11(felt)
            self.answer_dominance = dominance
            return Signal(dominance, clip11(felt), 0.0, 0.0, 1.0)
        shown = clip11(felt + put_on + self.action_noise * luck.showing_warmth)
        self.felt_warmth = clip11(felt)
        self.shown_warmth = shown
        self.shown_dominance = dominance
        return Signal(dominance, shown, clip01(self.soothing), 0.0, 1.0 - 0.5 * answer.escaped)

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
