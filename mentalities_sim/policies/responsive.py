"""The responsive policy: what is done is chosen from moment to moment, and the dose is titrated."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.declare import Parameter, State
from mentalities_sim.interventions.repertoire import EXCHANGES, number_of, signal_of
from mentalities_sim.policies.titrated import Titrated
from mentalities_sim.signals import Signal

CONTACT = number_of("empathic contact")
FREEDOM = number_of("gives freedom")
ACKNOWLEDGES = number_of("acknowledges the part")
PLAYS = number_of("plays")
SAVOURS = number_of("savours")
CHECKS = number_of("checks")
GRADED = (
    number_of("safe place"),
    number_of("compassionate colour"),
    number_of("compassionate other"),
    number_of("compassionate self"),
)
HIGHEST_STEP = len(GRADED) - 1


class Responsive(Titrated):
    """Choose what to do only from what the therapist perceives of the client, and feels.

    Where the client pulls away or counters, or where the therapist feels threatened, freedom comes first
    and then, while it goes on, the part that holds back, in turns; where threat is read as high, play;
    where it has fallen, savouring and checking; where all is calm, imagery, one step further each time it
    was borne and nothing came between. Else: contact.
    Source: CBK 2.6, Table 1 (T9, T14, T22); FOC (T12); RAL (P3).

    Example:
        >>> Responsive(high=0.3).high
        0.3
    """

    sends_as_set = False

    left = State(0, (0, 1000), unit="exchanges", meaning="exchanges that what is done goes on for")
    image = State(
        0, (0, HIGHEST_STEP), unit="step", meaning="step of the imagery reached, kept between sessions"
    )
    peak = State(0.0, (0.0, 1.0), meaning="highest reading since it last fell")
    seen_warmth = State(0.0, (-1.0, 1.0), unit="circumplex", meaning="warmth perceived an exchange ago")

    pulling_away = Parameter(
        0.2,
        (0.0, 2.0),
        plausible=(0.1, 0.4),
        unit="circumplex per exchange",
        meaning="fall of perceived warmth that counts as pulling away",
        reason="half to twice the default, a guess: beyond the noise of perceiving (.05), short of warm "
        "turning cold",
    )
    countering = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.2, 0.5),
        unit="circumplex",
        meaning="perceived dominance that counts as countering",
        reason="a guess: beyond the dominance of ordinary talk, up to a plain bid",
    )
    own_alarm = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.1, 0.4),
        meaning="own threat above rest that is heeded",
        source="CBK 2.6 (T22)",
        reason="a guess, half to twice the default: more than usual unrest, well below where contact is left",
    )
    high = Parameter(
        0.25,
        (0.0, 1.0),
        plausible=(0.15, 0.4),
        meaning="reading above the client's rest that counts as high",
        reason="above what titration tolerates (.12), at most where people at rest (.1) would leave (.5)",
    )
    fall = Parameter(
        0.15,
        (0.0, 1.0),
        plausible=(0.1, 0.3),
        meaning="fall of the reading that counts as a shift",
        reason="two to six times the noise of the default reading (.05), so that it is no chance dip",
    )
    calm = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.0, 0.1),
        meaning="reading above the client's rest up to which all is calm",
        reason="none to twice the noise of the default reading (.05): as good as at rest",
    )

    def choose(self, therapist, script, progress: float, exchange: int, luck) -> Signal:
        """Return the signal of what is chosen, at the titrated dose.

        Equation: S = signal(does, W_titrated). Source: CBK 2.6.
        """
        dose = clip11(self.find_dose(therapist, script, progress, exchange, luck))
        if exchange <= self.settling:
            self.settle(therapist)
        else:
            self.attend(therapist)
        sent = signal_of(self.does, dose)
        self.dose = sent.warmth
        return sent

    def settle(self, therapist) -> None:
        """Make contact while the session opens, and find where the reading begins.

        Equation: does = contact; peak = reading. Source: CBK 2.6.
        """
        self.does = CONTACT
        self.left = 0
        self.peak = therapist.reading
        self.seen_warmth = therapist.perceived_warmth

    def attend(self, therapist) -> None:
        """Choose what to do next; what is going on is broken off only for a hard moment.

        Equation: in this order, apart -> freedom, then acknowledging; reading > rest + high -> play;
        peak - reading > fall -> savouring, then checking; reading < rest + calm -> imagery; else contact.
        Source: CBK 2.6, Table 1.
        """
        apart = self.is_apart(therapist)
        self.peak = max(self.peak, therapist.reading)
        high = therapist.reading > self.rest + self.high
        if apart or high:
            self.step_back()
            if not apart:
                self.begin(PLAYS)
            elif self.does == FREEDOM:
                self.begin(ACKNOWLEDGES)
            else:
                self.begin(FREEDOM)
        elif self.left > 0:
            self.left -= 1
        elif self.does == SAVOURS:
            self.begin(CHECKS)
        elif self.peak - therapist.reading > self.fall:
            self.peak = therapist.reading
            self.begin(SAVOURS)
        elif therapist.reading < self.rest + self.calm:
            self.go_on_imagining()
        else:
            self.begin(CONTACT)

    def is_apart(self, therapist) -> bool:
        """Say whether the two have come apart, as far as the therapist perceives and feels it.

        Equation: perceived warmth fell by more than a, or perceived dominance > c, or own threat > rest + o.
        Source: CBK 2.1.4, 2.6 (T3, T22).
        """
        fell = self.seen_warmth - therapist.perceived_warmth
        self.seen_warmth = therapist.perceived_warmth
        strained = clip01(therapist.threat - therapist.resting_threat)
        return (
            fell > self.pulling_away
            or therapist.perceived_dominance > self.countering
            or strained > self.own_alarm
        )

    def begin(self, kind: int) -> None:
        """Begin something, for as long as it takes. Equation: left = its exchanges - 1. Source: CBK 2.6."""
        self.does = kind
        self.left = EXCHANGES[kind] - 1

    def is_imagining(self) -> bool:
        """Say whether a step of the imagery is being done. Equation: does in GRADED. Source: FOC (T12)."""
        for kind in GRADED:
            if self.does == kind:
                return True
        return False

    def go_on_imagining(self) -> None:
        """Begin the step of the imagery that is reached; a step borne to its end leads to the next.

        Equation: step <- min(step + 1, last) after a whole step. Source: FOC (T12).
        """
        if self.is_imagining() and self.image < HIGHEST_STEP:
            self.image += 1
        self.begin(GRADED[self.image])

    def step_back(self) -> None:
        """Go a step back in the imagery when it is broken off. Equation: step <- max(step - 1, 0).

        Source: FOC (T12).
        """
        if self.is_imagining() and self.image > 0:
            self.image -= 1
