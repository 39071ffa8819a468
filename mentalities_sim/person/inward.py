"""Inward: what one says to oneself, and how one answers and guards oneself."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11, logistic, positive
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.signals import Answer, Appraisal, Perceived, Signal, Surface

AS_IT_COMES, YIELD, FIGHT, STAND_COLDLY, STAND_KINDLY = -1, 0, 1, 2, 3
"""Answers to the critic that an experiment can force (evidence rule 2)."""


class Turning:
    """Self to self: the internal other speaks, one answers and hears the answer; parts stand guard."""

    inner_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth said to oneself")
    inner_dominance = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance said to oneself")
    answer_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth of the answer to oneself")
    answer_dominance = State(
        0.0, (-1.0, 1.0), unit="circumplex", meaning="dominance of the answer to oneself"
    )
    guard = State(
        0.0,
        (0.0, 1.0),
        meaning="how far a protective part is roused by what is let in",
        source="RAL (P1)",
    )
    heeded = State(0, (0, 1), unit="no 0, yes 1", event="nonzero", meaning="gave way to the protective part")

    alone_with_oneself = State(
        0,
        (0, 1),
        unit="no 0, yes 1",
        meaning="it is the internal other who speaks, not somebody to the inside",
    )

    brooding_at_rest = Parameter(
        1.0,
        (0.0, 20.0),
        plausible=(0.5, 1.0),
        unit="per day",
        meaning="self-encounters without any ISS",
        source="kernel n0",
        reason="the kernel's range; more would make brooding the rule in people whom nothing weighs down",
    )
    brooding_with_subordination = Parameter(
        16.0,
        (0.0, 50.0),
        plausible=(5.0, 30.0),
        unit="per day",
        meaning="self-encounters that the full ISS adds: rumination",
        source="CBK 2.1.1 (R3, R9); kernel n1",
        reason="the kernel's range: a rumination number (rise × time × this) of .8 to 4.8, on both "
        "sides of the 2 that a chronic state needs",
    )
    inward_in_contact = Parameter(
        0.04,
        (0.0, 1.0),
        plausible=(0.01, 0.1),
        unit="per exchange",
        meaning="chance that an exchange with another sets off one with oneself",
        source="CBK 2.4",
        reason="a guess: less than once to six times in a session of 60 exchanges",
    )
    answer_heard = Parameter(
        0.5,
        (0.0, 1.0),
        plausible=(0.2, 1.0),
        meaning="how far one's answer to oneself is felt in its turn; 0: not at all",
        source="CBK 2.4 (I4, I10): symbols do what events do",
        reason="symbols do what events do: up to as much as another's words (1), at least a fifth; a guess",
    )
    guard_rate = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.1, 0.4),
        unit="per exchange",
        meaning="pace at which a protective part is roused and eases",
        source="RAL (P1)",
        reason="a guess, half to twice the default: half-life 40 s to 3 min, within the exchange that "
        "rouses it or soon after",
    )
    guard_speaks = Parameter(
        1.0,
        (0.0, 2.0),
        plausible=(0.5, 1.5),
        meaning="weight of the protective part's bid to leave the contact; 0: one part",
        source="RAL (P1)",
        reason="a part bids with what it is roused to, so 1; half either way is a guess",
    )
    forced_answer = Parameter(
        AS_IT_COMES,
        (AS_IT_COMES, STAND_KINDLY),
        meaning="answer to the critic that an experiment forces: -1 none, 0 yield, 1 fight, "
        "2 stand up coldly, 3 stand up kindly",
        source="evidence rule 2 (I5, I10)",
    )

    brooding = Stream("does one turn to oneself?")
    heeding = Stream("does one give way to the protective part?")

    def broods(self, hours: float, luck) -> bool:
        """Say whether one turns to oneself within a stretch of time; the ISS ruminates.

        Equation: P = (n0 + n1 ISS) Δt / 24 h, at most 1.
        Source: CBK 2.1.1 (R3); kernel, "Between sessions".
        """
        per_day = self.brooding_at_rest + self.brooding_with_subordination * self.involuntary_subordination
        return luck.brooding < per_day * hours / 24.0

    def turns_inward(self, luck) -> bool:
        """Say whether an exchange with another sets off one with oneself; shame does.

        Equation: P = p + c_s shame. Source: CBK 2.1.3, 2.4 (I3, I4, T13).
        """
        shame = self.threat_emotion[4]
        return luck.brooding < self.inward_in_contact + self.shame_turns_inward * shame

    def speak_inwardly(self) -> Signal:
        """Say to oneself what one has learned to expect: the internal other speaks.

        Equation: signal = (expected dominance, expected warmth) of the self surface.
        Source: CBK 2.1.3, 2.4 (M6, I4); there is no rule of self-attack.
        """
        self.inner_warmth = self.expected_warmth[Surface.SELF]
        self.inner_dominance = self.expected_dominance[Surface.SELF]
        return Signal(
            self.expected_dominance[Surface.SELF], self.expected_warmth[Surface.SELF], 0.0, 0.0, 1.0, 0.0, 1
        )

    def answer_oneself(self, answer: Answer) -> None:
        """Turn the same state into an answer to oneself, where there is nobody to please.

        Equation: warmth = soothing - (threat - rest) + w_mentality, so that whoever is at rest is at peace;
        dominance as intended with the power one believes to have over the internal other; or as forced.
        Source: CBK 2.3, 2.4 (I5); kernel eq. 7.
        """
        upset = self.threat - self.resting_threat
        self.answer_warmth = clip11(self.soothing - upset + self.mentality_warmth[self.mentality])
        self.answer_dominance = clip11(self.intend_dominance(answer, self.power[Surface.SELF]))
        if self.forced_answer == YIELD:
            self.answer_dominance = -0.5
        elif self.forced_answer == FIGHT:
            self.answer_warmth = -0.5
            self.answer_dominance = 0.5
        elif self.forced_answer == STAND_COLDLY:
            self.answer_warmth = -0.2
            self.answer_dominance = 0.5
        elif self.forced_answer == STAND_KINDLY:
            self.answer_warmth = 0.5
            self.answer_dominance = 0.5

    def hear_oneself(self, answer: Answer) -> None:
        """Hear the answer one gave, as one hears anything: it soothes or hurts, and teaches.

        Equation: appraise (0, answer warmth) on the self surface; threat and soothing move by a share c of
        what they would in an exchange, and c of its kindness, harm and cue is learned from; nothing is bid
        for.
        Source: CBK 2.4 (I4, I5, I10, M6): one encounter rule for others and oneself.
        """
        c = self.answer_heard
        if c == 0.0:
            return
        seen = Perceived(self.inner_dominance, self.answer_warmth, positive(self.answer_warmth))
        heard = Signal(0.0, self.answer_warmth, 0.0, 1.0, 1.0, 0.0, 1)
        full = self.appraise(heard, seen, heard.surface, 0.0)
        threat, soothing = self.threat, self.soothing
        self.feel(full, Answer(0, 0.0, 0.0, 0.0, answer.win_chance))
        self.threat = threat + c * (self.threat - threat)
        self.soothing = soothing + c * (self.soothing - soothing)
        stake = Appraisal(
            c * full.kindness,
            c * full.harm,
            0.0,
            c * full.alarm,
            full.fear,
            c * full.cue,
            full.gap,
            0.0,
            0.0,
            c * full.respect,
        )
        self.learn(seen, stake, Answer(0, 0.0, answer.escaped, 0.0, answer.win_chance), heard.surface, 0.0)

    def rouse_guard(self, stake: Appraisal, surface: int) -> float:
        """Let what is let in rouse the part that guards against it, and say how strongly it bids to leave.

        Equation: guard += r (strength cue (1 - respect)(1 - labelled) - guard); P(give way) = clip(c guard)
        σ(k (guard - m_self) sqrt(κ/(κ+1)) + c_u (ISS - u0)): the same referee as with anybody. Source: RAL
        (P1, P3); CBK 2.1.1.
        """
        strength = self.resistance
        if surface == Surface.SELF:
            strength = self.self_resistance
        roused = strength * stake.cue * (1.0 - stake.respect) * (1.0 - self.labelled)
        self.guard += self.guard_rate * (roused - self.guard)
        gap = self.guard - self.power[Surface.SELF]
        bid = clip01(self.guard_speaks * self.guard)
        return bid * logistic(self.lean(gap, self.power_precision[Surface.SELF]))
