"""Act: what do I send? A signal leaves here, to another or to oneself."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11, positive
from mentalities_sim.declare import Parameter, State
from mentalities_sim.signals import Answer, Signal, Surface

NOT_FORCED = -2.0
"""Where an experiment leaves an act to the person."""


class Acting:
    """The step in which what is felt becomes what is shown; the two can differ."""

    felt_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth the person would show unguarded")
    shown_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth sent to the other")
    shown_dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance sent to the other")
    put_on = State(0.0, (0.0, 1.0), meaning="warmth shown beyond what is felt")
    approval_seeking = State(
        0.2, (0.0, 1.0), spread=0.05, meaning="readiness to please", source="CBK 2.1.4 (T6)"
    )

    affect_shows = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.5, 1.5),
        meaning="warmth shown per unit of soothing above threat",
        source="CBK 2.1.2 (I2)",
        reason="1 shows the whole balance of soothing and threat; people mask or amplify it, by up to "
        "half as a guess",
    )
    drive_shows = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 0.8),
        meaning="dominance shown per unit of drive",
        reason="a guess: full drive alone shows as a fifth to four fifths of full dominance",
    )
    power_shows = Parameter(
        0.3,
        (0.0, 2.0),
        plausible=(0.1, 0.6),
        meaning="dominance shown per unit of believed power",
        source="kernel eq. 7",
        reason="a guess, a third to twice the default: a belief shows less than drive or yielding do",
    )
    claim_shows = Parameter(
        0.8,
        (0.0, 2.0),
        plausible=(0.4, 1.2),
        meaning="dominance shown per unit of what one lays claim to",
        source="CBK 2.1.1: a bid for dominance",
        reason="a guess, half to one and a half times the default: to lay claim is a bid, so most of it "
        "shows",
    )
    injury_shows = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 1.0),
        meaning="dominance lost, and need shown, per unit of injury",
        source="CBK 2.1.1 (R8)",
        reason="a guess, about half to twice the default: at most all of an injury shows",
    )
    yielding_shows = Parameter(
        0.8,
        (0.0, 2.0),
        plausible=(0.4, 1.2),
        meaning="dominance withheld per P(yield)",
        source="kernel eq. 7",
        reason="half to one and a half times the kernel's .8: whoever is about to yield takes back what "
        "drive shows",
    )
    subordination_shows = Parameter(
        0.5,
        (0.0, 2.0),
        plausible=(0.2, 0.8),
        meaning="submissive signal per unit of ISS",
        source="CBK 2.1.1 (R3); kernel eq. 7",
        reason="the kernel's .5, give or take .3: as much as drive shows, so that either can outweigh "
        "the other",
    )
    pleasing = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.0, 1.5),
        meaning="warmth put on, per readiness to please and ISS",
        source="CBK 2.1.4 (T6); kernel eq. 7",
        reason="the kernel's 1; from people who never put warmth on to half as much again",
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
    pleasing_subordinates = Parameter(
        0.2,
        (0.0, 2.0),
        plausible=(0.0, 0.5),
        meaning="ISS added by care that is put on, against that from yielding to a full bid",
        source="CBK 2.6 (C7); Catarino 2014",
        reason="a guess: from nothing to half of what yielding adds, as nobody asks for it",
    )
    forced_warmth = Parameter(
        NOT_FORCED,
        (NOT_FORCED, 1.0),
        unit="circumplex",
        meaning="warmth to others that an experiment forces; -2: none",
        source="evidence rule 2 (C7)",
    )

    def act(self, answer: Answer, luck) -> Signal:
        """Turn affect, the referee's answer and the mentality into a signal to another.

        Equation: felt = c (soothing - threat) + w_mentality + r_mentality context_mentality + c_g guilt;
        shown = felt (1 - H_giving) fluency (1 - resistance) where it is warm, + pleasing approval ISS;
        dominance as intended + c_v claim - c_i injury + c_a anger - c_s shame. Nothing copies the partner,
        and nothing is left to chance here; `luck` is handed on for those who override the rule.
        Source: CBK 2.1.1-2.1.4 (S9, T6); kernel eq. 7.
        """
        called = self.context_pull[self.mentality] * self.role_warmth[self.mentality]
        felt = (
            self.affect_shows * (self.soothing - self.threat)
            + self.mentality_warmth[self.mentality]
            + called
            + self.guilt_repairs * self.threat_emotion[3]
        )
        self.felt_warmth = clip11(felt)
        self.shown_warmth = self.give(self.felt_warmth)
        dominance = self.intend_dominance(answer, self.power[Surface.OTHER] + self.power_here)
        self.shown_dominance = clip11(
            dominance
            + self.claim_shows * self.claim
            - self.injury_shows * self.injury
            + self.anger_shows * self.threat_emotion[0]
            - self.shame_submits * self.threat_emotion[4]
        )
        self.own_up()
        return Signal(
            self.shown_dominance,
            self.shown_warmth,
            clip01(self.soothing),
            0.0,
            (1.0 - 0.5 * answer.escaped) * (1.0 - self.put_on),
            0.0,
            0,
        )

    def give(self, felt: float) -> float:
        """Return the warmth shown: what is felt and can be given, and what is put on.

        Equation: given = felt (1 - H_giving) skill (1 - resistance) where felt > 0; put on = pleasing
        approval ISS; a put-on care adds to the ISS like yielding: ISS += a c_p put_on (1 - ISS).
        Source: CBK 1, 2.1.4 (T6), 2.6 (C1, C7).
        """
        given = felt
        if felt > 0.0:
            given = felt * (1.0 - self.fear_of_giving) * self.giving_skill * (1.0 - self.giving_resistance)
        put_on = self.pleasing * self.approval_seeking * self.involuntary_subordination
        if self.forced_warmth > NOT_FORCED:
            put_on = positive(self.forced_warmth - given)
            given = min(given, self.forced_warmth)
        self.put_on = clip01(put_on)
        self.given_lately = max(positive(given), 0.9 * self.given_lately)
        rise = self.pleasing_subordinates * self.subordination_rise * self.put_on
        self.involuntary_subordination += rise * (1.0 - self.involuntary_subordination)
        return clip11(given + put_on)

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

    def shown_again(self) -> Signal:
        """Say again what was last shown: a bid that goes on.

        Equation: signal = last shown. Source: CBK 2.1.1; R9: a defeat that is not accepted.
        """
        return Signal(self.shown_dominance, self.shown_warmth, 0.0, 0.0, 1.0, 0.0, 0)

    def pushed(self, answer: Signal, dominance: float, warmth: float) -> Signal:
        """Return a signal that an experiment has moved, and that counts as shown.

        Equation: (dominance, warmth) + (Δd, Δw), cut at the bounds. Source: evidence rule 2; kernel, "I2":
        innovations.
        """
        self.shown_dominance = clip11(answer.dominance + dominance)
        self.shown_warmth = clip11(answer.warmth + warmth)
        return Signal(
            self.shown_dominance,
            self.shown_warmth,
            answer.playfulness,
            answer.freedom,
            answer.expressiveness,
            answer.labelling,
            answer.surface,
        )
