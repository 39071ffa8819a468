"""Happenings: what comes up in a session, whatever anybody meant to do."""

from __future__ import annotations

from mentalities_sim.declare import Parameter, State, Stream


class Happening:
    """Things that happen inside a session: a topic that shames, a noise in the corridor.

    Without them danger would move with warmth alone, and attunement to the moment could not matter (T9).
    """

    happening = State(
        0,
        (0, 2),
        event="change",
        unit="nothing 0, topic 1, noise 2",
        meaning="what is going on in the session beside the two",
        source="CBK 2.6 (T9)",
    )

    topics_per_session = Parameter(
        1.0,
        (0.0, 20.0),
        plausible=(0.5, 3.0),
        unit="per session",
        meaning="topics that shame, as they come up",
        source="CBK Table 1",
        reason="from one such topic every other session to three in each",
    )
    topic_lasts = Parameter(
        8.0,
        (1.0, 60.0),
        plausible=(4.0, 15.0),
        unit="exchanges",
        meaning="mean length of such a topic",
        reason="2 to 7½ min; 5 min in the kernel",
    )
    topic_threatens = Parameter(
        0.2,
        (0.0, 1.0),
        plausible=(0.1, 0.5),
        meaning="threat that a topic, or a noise, adds while it lasts",
        source="kernel, 'Therapist's side'",
        reason="half the default up to the kernel's .5",
    )
    topic_shames = Parameter(
        0.3,
        (0.0, 1.0),
        plausible=(0.1, 0.6),
        meaning="fault that is felt to be seen",
        source="CBK 2.1.3",
        reason="a guess, a third to twice the default: some shame, short of full exposure",
    )
    noises_per_session = Parameter(
        0.5,
        (0.0, 20.0),
        plausible=(0.0, 2.0),
        unit="per session",
        meaning="noises in the corridor: short, nobody's fault",
        reason="from a quiet house to a noise every quarter of an hour",
    )

    coming_up = Stream("does something come up, or pass?")

    def come_up(self, client, luck) -> None:
        """Let something come up, go on or pass.

        Equation: topic with P = rate / exchanges, over with P = 1 / length; noise likewise, for one exchange.
        Source: CBK 2.6, Table 1 (T9).
        """
        drawn = luck.coming_up
        topic = self.topics_per_session / self.exchanges
        noise = self.noises_per_session / self.exchanges
        shames = 0.0
        if self.happening == 1:
            if drawn < 1.0 / self.topic_lasts:
                self.happening = 0
        elif drawn < topic:
            self.happening = 1
            shames = self.topic_shames
        elif drawn < topic + noise:
            self.happening = 2
        else:
            self.happening = 0
        amount = 0.0
        if self.happening > 0:
            amount = self.topic_threatens
        client.be_shaken(amount, shames)
