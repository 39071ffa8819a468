"""What a society keeps count of, so that outcomes need no series."""

from __future__ import annotations

from mentalities_sim.declare import State

WINDOWS = 10
"""Equal parts of a course, by which its sums are kept."""
NOTHING5 = (0.0,) * 5
NOTHING = (0.0,) * WINDOWS
SITUATIONS = ("resource", "play", "need", "mating")
PARTS = tuple(f"part_{i + 1}" for i in range(WINDOWS))


class Watching:
    """Running sums by tenths of the course; they read, and change nobody."""

    met = State(NOTHING, labels=PARTS, unit="count", meaning="people who met somebody")
    over_resource = State(NOTHING, labels=PARTS, unit="count", meaning="meetings over a resource")
    contests = State(NOTHING, labels=PARTS, unit="count", meaning="meetings in which somebody laid a claim")
    both_claimed = State(NOTHING, labels=PARTS, unit="count", meaning="meetings in which both did")
    fights = State(NOTHING, labels=PARTS, unit="count", meaning="contests that came to blows")
    injuries = State(NOTHING, labels=PARTS, unit="sum", meaning="injuries done to losers")
    threat_felt = State(NOTHING, labels=PARTS, unit="sum", meaning="threat after meetings")
    subordination_felt = State(NOTHING, labels=PARTS, unit="sum", meaning="ISS after meetings")
    soothing_felt = State(NOTHING, labels=PARTS, unit="sum", meaning="soothing after meetings")
    drive_felt = State(NOTHING, labels=PARTS, unit="sum", meaning="drive after meetings")
    security_felt = State(NOTHING, labels=PARTS, unit="sum", meaning="felt security after meetings")
    noticed = State(
        NOTHING, labels=PARTS, unit="sum", meaning="4 P(yield)(1 - P(yield)), the referee's conflict"
    )
    mentalities_in = State(
        (NOTHING5,) * 4, labels=SITUATIONS, unit="count", meaning="mentality (column) by situation (row)"
    )
    dance_in_rivalry = State(
        (NOTHING5,) * 25,
        unit="count",
        meaning="mentalities before the first signal, of who gives it (times 5) and who answers (row), and "
        "of who answers after it (column), over a resource",
    )
    dance_in_peace = State((NOTHING5,) * 25, unit="count", meaning="the same in play")
    cared_for = State(0.0, unit="count", meaning="injuries looked after")
    injury_seen = State(0.0, unit="sum", meaning="injury of those looked after")
    newcomers = State(0, (0, 1e9), unit="count", meaning="people who came in others' places")
    part = State(0, (0, WINDOWS - 1), meaning="tenth of the course")

    def note_dance(self, first: int, second: int, after: int) -> None:
        """Count what calls up what. Equation: n[5 first + second][after] += 1. Source: CBK 2.1.2 (M2)."""
        if self.situation == 0:
            self.dance_in_rivalry[5 * first + second][after] += 1.0
        elif self.situation == 1:
            self.dance_in_peace[5 * first + second][after] += 1.0

    def note_bids(self, person, other) -> None:
        """Count claims, and the conflict of the decision. Equation: sums. Source: CBK 2.1.1 (R4, R5)."""
        part = self.part
        self.over_resource[part] += 1.0
        if person.claim > 0.0 or other.claim > 0.0:
            self.contests[part] += 1.0
        if person.claim > 0.0 and other.claim > 0.0:
            self.both_claimed[part] += 1.0

    def note_fight(self, hurt: float) -> None:
        """Count a fight and the loser's injury. Equation: sums. Source: CBK 2.1.1 (R4)."""
        self.fights[self.part] += 1.0
        self.injuries[self.part] += hurt

    def note_care(self, injury: float) -> None:
        """Count that somebody was looked after. Equation: sums. Source: CBK 2.1.1 (R8)."""
        self.cared_for += 1.0
        self.injury_seen += injury

    def watch(self, person, other) -> None:
        """Add up what both feel after a meeting, and in the second half of the course also for each.

        Equation: sums by tenth of the course. Source: evidence rule 1: outcomes need no series.
        """
        part = self.part
        self.met[part] += 2.0
        self.threat_felt[part] += person.threat + other.threat
        self.subordination_felt[part] += person.involuntary_subordination + other.involuntary_subordination
        self.soothing_felt[part] += person.soothing + other.soothing
        self.drive_felt[part] += person.drive + other.drive
        self.security_felt[part] += person.felt_security + other.felt_security
        mine, theirs = person.yield_chance, other.yield_chance
        self.noticed[part] += 4.0 * (mine * (1.0 - mine) + theirs * (1.0 - theirs))
        self.mentalities_in[self.situation][person.mentality] += 1.0
        self.mentalities_in[self.situation][other.mentality] += 1.0
        if part >= WINDOWS // 2:
            person.note_life()
            other.note_life()
