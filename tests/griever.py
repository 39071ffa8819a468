"""People, a therapist and a policy as a modeller would write them: new fields, streams and rules."""

from __future__ import annotations

from mentalities_sim.arithmetic import clip01
from mentalities_sim.declare import Parameter, State, Stream
from mentalities_sim.person import Person
from mentalities_sim.policies import Titrated
from mentalities_sim.signals import Answer, Appraisal, Mentality, Signal
from mentalities_sim.therapist import Therapist


class Griever(Person):
    """Someone who lost somebody: pangs of grief raise threat; kindness eases them."""

    grief = State(0.8, (0.0, 1.0), spread=0.1, meaning="grief")
    pangs = State(0, (0, 1e6), unit="count", event="change", meaning="pangs so far")
    last_pang = State(0.0, (0.0, 1.0), meaning="strength of the last pang")
    moods = State((0.0, 0.0, 0.0), labels=("calm", "low", "torn"), meaning="counts of moods")

    pang_chance = Parameter(0.3, (0.0, 1.0), meaning="chance of a pang per encounter at full grief")
    easing = Parameter((0.05, 0.01), (0.0, 1.0), meaning="grief eased per kindness; per encounter")

    pang = Stream("does grief well up?")
    pang_strength = Stream("how strongly?", normal=True)

    def perceive(self, signal: Signal, luck):
        """Let a pang come, and then hear the signal.

        Equation: P = c grief; threat += 0.2 |strength|. Source: none, a test.
        """
        self.last_pang = 0  # an int for a float field
        if luck.pang < self.pang_chance * self.grief:
            self.pangs += 1
            self.last_pang = clip01(0.2 * abs(luck.pang_strength))
            self.threat = clip01(self.threat + self.last_pang)
        return super().perceive(signal, luck)

    def feel(self, stake: Appraisal, answer: Answer) -> None:
        """Feel as anyone does, and let kindness ease grief.

        Equation: grief -= e0 kindness grief + e1 grief. Source: none, a test.
        """
        super().feel(stake, answer)
        self.grief -= (self.easing[0] * stake.kindness + self.easing[1]) * self.grief
        mood = 0
        if self.threat > 0.3:
            mood = 1
        if answer.escaped > 0.0:
            mood = 2
        self.moods[mood] += 1.0

    def switch(self, seen, stake, luck) -> None:
        """Switch as anyone does, but seek care while torn by grief.

        Equation: mentality = care-seeking if the last pang was strong. Source: none, a test.
        """
        super().switch(seen, stake, luck)
        if self.last_pang > 0.1:
            self.mentality = Mentality.CARE_SEEKING


class TiredTherapist(Therapist):
    """A therapist who tires over a session and rests in between."""

    tiredness = State(0.0, (0.0, 1.0), meaning="tiredness")

    tiring = Parameter(0.02, (0.0, 1.0), unit="per exchange", meaning="tiredness per exchange")

    yawning = Stream("does the therapist drift off?")

    def attune(self, luck) -> None:
        """Attune, unless drifting off.

        Equation: P(drift) = tiredness. Source: none, a test.
        """
        self.tiredness = clip01(self.tiredness + self.tiring)
        if luck.yawning >= self.tiredness:
            super().attune(luck)

    def send(self, intended: Signal) -> Signal:
        """Send less warmth when tired.

        Equation: warmth (1 - tiredness). Source: none, a test.
        """
        sent = super().send(intended)
        return Signal(
            sent.dominance,
            sent.warmth * (1.0 - self.tiredness),
            sent.playfulness,
            sent.freedom,
            sent.expressiveness,
            0.0,
            0,
        )


class MoodyTitrated(Titrated):
    """Titration by a therapist who is now and then carried away."""

    carried = State(0, (0, 1e6), unit="count", meaning="times carried away")

    carried_chance = Parameter(0.2, (0.0, 1.0), meaning="chance of being carried away")

    impulse = Stream("is the dose doubled?")

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        """Return the titrated dose, doubled now and then.

        Equation: 2 W with P = c. Source: none, a test.
        """
        dose = super().find_dose(therapist, script, progress, exchange, luck)
        if luck.impulse < self.carried_chance:
            self.carried += 1
            dose = 2.0 * dose
        return dose
