"""The therapist: a person who attunes to what the client shows."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01, clip11, positive
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.person import Person
from mentalities_sim.signals import Answer, Response, Signal

LONGEST_DELAY = 40


class Therapist(Person):
    """A person with a reading of the client's threat, made only of what the client shows.

    Accuracy is three parameters: noise, bias and delay. Source: CBK 2.6 (T8, T9); design, "The person".

    Example:
        >>> import mesa
        >>> Therapist(mesa.Model(rng=1), attunement_delay=6).attunement_delay
        6
    """

    expected_warmth = State(
        (0.2, 0.3),
        (-1.0, 1.0),
        unit="circumplex",
        labels=("other", "self"),
        learned=True,
        meaning="working model: warmth expected from clients, and from the internal other",
    )
    expected_dominance = State(
        (0.0, 0.0),
        (-1.0, 1.0),
        unit="circumplex",
        labels=("other", "self"),
        learned=True,
        meaning="working model: dominance expected from clients, and from the internal other",
    )
    power = State(
        (0.4, 0.4),
        (-1.0, 1.0),
        unit="circumplex",
        labels=("other", "self"),
        learned=True,
        meaning="believed own power with clients, and with the internal other",
    )
    warmth_danger = State(0.1, (0.0, 3.0), learned=True, meaning="learned danger of warmth", source="FOC")
    fear_of_compassion = State(0.1, (0.0, 1.0), meaning="danger not inhibited by safety", source="FOC")
    status_gap = State(-0.1, (-1.0, 1.0), unit="circumplex", meaning="power lent to the client")
    reading = State(0.1, (0.0, 1.0), meaning="client's threat as read now, after noise, bias and delay")
    reading_memory = State((0.1,) * (LONGEST_DELAY + 1), (0.0, 1.0), meaning="latest readings, for the delay")
    readings = State(0, (0.0, 1e6), unit="exchanges", meaning="readings taken in this session")

    harm_threatens = Parameter(
        0.3,
        (0.0, 4.0),
        plausible=(0.1, 1.0),
        meaning="threat per unit of a client's coldness: reactivity",
        source="CBK 2.6 (T8)",
        reason="trained to hear coldness as pain; 1.5 in other people, so at most two thirds of that, "
        "and never deaf",
    )
    attunement_noise = Parameter(
        0.05,
        (0.0, 1.0),
        plausible=(0.02, 0.2),
        meaning="SD of the reading's error",
        source="CBK 2.6",
        reason="the kernel's .05; from .02 to a SD of .2, as large as the whole way from calm to strained",
    )
    attunement_bias = Parameter(
        0.0,
        (0.0, 1.0),
        plausible=(0.0, 0.3),
        meaning="share by which the reading shrinks to what is usual",
        source="kernel, 'Therapist's side'",
        reason="none, to about the mildest of the kernel's three (.25); .5 and more overdose, and are "
        "no attunement",
    )
    attunement_delay = Parameter(
        1,
        (0, LONGEST_DELAY),
        plausible=(0, 20),
        unit="exchanges",
        meaning="age of the reading acted on",
        reason="at once to ten minutes: the delays tried in the kernel",
    )
    usual_threat = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.2, 0.4),
        meaning="threat the therapist takes for usual in clients",
        source="kernel",
        reason="the kernel's .3: above people at rest (.1), below where contact is left (.5)",
    )
    own_reaction_informs = Parameter(
        0.3,
        (0.0, 2.0),
        plausible=(0.0, 1.0),
        meaning="how far the therapist's own threat above rest is taken as news of the client's",
        source="CBK 2.6 (T22)",
        reason="from not heeded at all to taken in full (T22)",
    )
    withdrawal_informs = Parameter(
        0.4,
        (0.0, 2.0),
        plausible=(0.0, 0.8),
        meaning="how far averted eyes and a flat voice are taken as threat",
        source="CBK 2.6, 3: non-verbal signs of withdrawal",
        reason="nothing to twice the default, a guess: a flat voice tells of threat, and of other things",
    )
    rank_reaction = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.0, 0.6),
        unit="circumplex",
        meaning="dominance that shows where the therapist's own referee counters a client's bid",
        source="CBK 2.6 (T3, T8)",
        reason="nothing to twice the default, a guess: training holds most of it back",
    )
    own_threat_shows = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.0, 0.6),
        meaning="warmth lost per unit of own threat above rest",
        source="CBK 2.6 (T8)",
        reason="nothing to twice the default, a guess: less than in other people (1), as training holds "
        "it back",
    )

    attuning = Stream("error in reading the client", normal=True)

    def attune(self, luck) -> None:
        """Read the client's threat from what was shown: warmth, as perceived, and how much of anything shows.

        Equation: seen = clip(usual - perceived warmth + c_w (1 - expressiveness) + c_o (own threat - own
        rest)); shrunk = seen + bias (usual - seen); reading = what was clip(shrunk + noise) `delay`
        exchanges ago, or as this session began. Source: CBK 2.6 (T22); kernel, "Therapist". No hidden state
        is read.
        """
        own = positive(self.threat - self.resting_threat)
        seen = clip01(
            self.usual_threat
            - self.perceived_warmth
            + self.withdrawal_informs * (1.0 - self.received_expressiveness)
            + self.own_reaction_informs * own
        )
        seen = seen + self.attunement_bias * (self.usual_threat - seen)
        seen = clip01(seen + self.attunement_noise * luck.attuning)
        kept = LONGEST_DELAY + 1
        self.reading_memory[self.readings % kept] = seen
        age = min(self.attunement_delay, self.readings)
        self.reading = self.reading_memory[(self.readings - age) % kept]
        self.readings += 1

    def begin_session(self) -> None:
        """Begin to read anew: what was seen a week ago is no guide to now.

        Equation: readings = 0, so that an early reading is at most as old as the session. Source: CBK 2.6.
        """
        self.readings = 0

    def send(self, intended: Signal) -> Signal:
        """Send what the policy intends, less what the therapist's own threat takes, and with what rank adds.

        Equation: warmth = intended - c max(0, threat - rest); dominance = intended + c_r where the
        therapist's own referee has just countered; the rest as intended.
        Source: CBK 2.6 (T8).
        """
        strain = positive(self.threat - self.resting_threat)
        dominance = intended.dominance
        if self.response == Response.COUNTER:
            dominance = clip11(dominance + self.rank_reaction)
        warmth = clip11(intended.warmth - self.own_threat_shows * strain)
        self.felt_warmth = clip11(self.soothing - self.threat)
        self.shown_warmth = warmth
        self.shown_dominance = dominance
        return Signal(
            dominance,
            warmth,
            intended.playfulness,
            intended.freedom,
            intended.expressiveness,
            intended.labelling,
            intended.surface,
        )

    def act(self, answer: Answer, luck) -> Signal:
        """Leave what is shown to `send`: with a client, the policy speaks, not the impulse.

        Equation: signal = what was last sent. Source: CBK 2.6.
        """
        return Signal(self.shown_dominance, self.shown_warmth, 0.0, 0.0, 1.0, 0.0, 0)
