"""What one person remembers of another."""

from __future__ import annotations

from mentalities_sim.declare import Parameter, State

NOBODY = -1


class Tie:
    """A directed memory of one other person as a rival; each person has a fixed number of them.

    The place of somebody not remembered is that of the one not met for longest. Source: design, "Rule once,
    two engines": what a person knows of another is a record, never a field of length N.

    Example:
        >>> from mentalities_sim.engine.agents import give_state
        >>> tie = Tie()
        >>> give_state(tie, {})
        >>> tie.begin(3, 7)
        >>> tie.owner, tie.other, tie.power
        (3, 7, 0.0)
    """

    owner = State(NOBODY, (NOBODY, 1e9), meaning="whose memory this is; nobody's while unused")
    other = State(NOBODY, (NOBODY, 1e9), meaning="who is remembered")
    power = State(0.0, (-2.0, 2.0), unit="circumplex", learned=True, meaning="learned power over this one")
    precision = State(0.0, (0.0, 50.0), unit="contests' worth", learned=True, meaning="how sure that is")
    met = State(0.0, (0.0, 1e9), unit="hours", meaning="when they last met")

    forgetting_time = Parameter(
        2160.0,
        (1.0, 1e6),
        plausible=(500.0, 9000.0),
        unit="hours",
        meaning="time constant of forgetting what one knows of another as a rival",
        reason="about three months; from three weeks to a year without meeting",
    )

    def begin(self, whose: int, whom: int) -> None:
        """Begin to remember somebody, in the place of whoever was there.

        Equation: power = precision = 0. Source: design, "a `Tie` record".
        """
        self.owner = whose
        self.other = whom
        self.power = 0.0
        self.precision = 0.0


def place_of(ties, whose: int, whom: int) -> int:
    """Return the place where one person remembers another, else that of whom they can best forget.

    That is a place in which nothing is remembered yet, else that of whom they have not met for longest,
    whether these are still there or not.
    """
    oldest = 0
    longest = 1e18
    for i in range(len(ties)):
        mine = ties[i].owner == whose
        if mine and ties[i].other == whom:
            return i
        when = -1.0
        if mine:
            when = ties[i].met
        if when < longest:
            longest = when
            oldest = i
    return oldest
