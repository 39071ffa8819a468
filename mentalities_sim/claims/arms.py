"""The arms of a claim: who lives in which world, and what is done to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mentalities_sim.arithmetic import clip01
from mentalities_sim.experiment.turns import PlanRow
from mentalities_sim.policies import Policy, Replay, Scripted
from mentalities_sim.worlds import Dyad, Society
from mentalities_sim.worlds.laboratory import Laboratory, Trial
from mentalities_sim.worlds.upbringing import shares

Steps = list[dict[str, Any]]
"""Steps of a protocol, each what differs from the defaults of `Step`."""


@dataclass(frozen=True)
class Arm:
    """One arm: a world, what is set in it by dotted path, and what is done: a protocol, a policy, a plan.

    `steps` are those of a laboratory's protocol, or, in therapy, the channels of a scripted exchange each;
    `plan` holds the rows of a plan of interventions; `series_of` is another arm whose doses are replayed,
    from "another client", "own" or "own, permuted within sessions".
    """

    world: type
    given: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Mapping[str, Any], ...] = ()
    policy: type[Policy] | None = None
    plan: tuple[PlanRow, ...] = ()
    series_of: str = ""
    taken_from: str = ""

    def but(self, **given: Any) -> Arm:
        """Return the same arm with some settings changed: `but(**{"client.approval_seeking": 0.8})`."""
        return Arm(
            self.world,
            {**self.given, **given},
            self.steps,
            self.policy,
            self.plan,
            self.series_of,
            self.taken_from,
        )


def laboratory(*steps: Steps | dict[str, Any], **given: Any) -> Arm:
    """Return an arm in the laboratory: steps in order, and what is set, by dotted path.

    Example:
        >>> arm = laboratory(signal(warmth=0.5, times=3), wait(2.0))
        >>> len(arm.steps), arm.given["world.trials"]
        (4, 4)
    """
    flat: Steps = []
    for step in steps:
        flat += step if isinstance(step, list) else [step]
    return Arm(Laboratory, {**given, "world.trials": len(flat)}, tuple(flat))


def therapy(policy: type[Policy], *, sessions: int = 20, exchanges: int = 60, **given: Any) -> Arm:
    """Return an arm of therapy: a policy, the length of the course, and what is set, by dotted path."""
    sizes = {"world.sessions": sessions, "world.exchanges": exchanges}
    return Arm(Dyad, {**sizes, **given}, policy=policy)


def planned_therapy(
    policy: type[Policy], *plan: PlanRow, sessions: int = 20, exchanges: int = 60, **given: Any
) -> Arm:
    """Return an arm of therapy that follows a plan of interventions (`Planned`, `TitratedPlan`).

    Example:
        >>> from mentalities_sim.policies import Planned
        >>> planned_therapy(Planned, PlanRow("validates", 10), sessions=2).plan[0].exchanges
        10
    """
    sizes = {"world.sessions": sessions, "world.exchanges": exchanges}
    return Arm(Dyad, {**sizes, **given}, policy=policy, plan=plan)


def scripted_therapy(*exchanges: Mapping[str, Any], **given: Any) -> Arm:
    """Return an arm of one session in which every channel of every exchange is scripted."""
    sizes = {"world.sessions": 1, "world.exchanges": len(exchanges)}
    return Arm(Dyad, {**sizes, **given}, tuple(exchanges), Scripted)


def replayed(source: str, of: Arm, taken_from: str) -> Arm:
    """Return the arm that sends the doses of another arm: the yoked and the permuted control."""
    if taken_from not in ("another client", "own", "own, permuted within sessions"):
        raise ValueError(f"taken_from {taken_from!r} is none of: another client; own; own, permuted ...")
    kept = {path: value for path, value in of.given.items() if not path.startswith("policy.")}
    shared = {p: v for p, v in of.given.items() if p in _CHANNELS}
    return Arm(of.world, {**kept, **shared}, policy=Replay, series_of=source, taken_from=taken_from)


_CHANNELS = ("policy.dominance", "policy.playfulness", "policy.freedom", "policy.expressiveness")


def society(**given: Any) -> Arm:
    """Return an arm in a society of ten for 30 days, unless something else is set."""
    return Arm(Society, {"world.size": 10, "world.days": 30, **given})


def fear(danger: float, whose: str = "person") -> dict[str, Any]:
    """Return what makes people afraid of warmth from others: its learned danger, and the fear it leaves.

    Example:
        >>> fear(0.9)
        {'person.warmth_danger': 0.9, 'person.fear_of_compassion': 0.9}
    """
    return {f"{whose}.warmth_danger": danger, f"{whose}.fear_of_compassion": clip01(danger)}


def sending(**channels: Any) -> dict[str, Any]:
    """Return what a policy is set to, by the names of its parameters.

    Example:
        >>> sending(warmth=0.5)
        {'policy.warmth': 0.5}
    """
    return {f"policy.{name}": value for name, value in channels.items()}


def brought_up(encounters: int = 200, **profile: float) -> dict[str, Any]:
    """Return what gives people a childhood of so many telling encounters, by shares of its profiles.

    Example:
        >>> brought_up(50, warm=0.5, harsh=0.5)["world.childhood"]
        50
    """
    whole = shares(**(profile or {"warm": 1.0}))
    return {"world.childhood": encounters, "world.upbringing": whole, "world.later_upbringing": whole}


ORDINARY = {"warm": 0.5, "neglectful": 0.15, "harsh": 0.15, "warm_then_harmed": 0.1, "contingent": 0.1}
"""Shares of an ordinary-harsh childhood: half of it warm."""


def signal(times: int = 1, **channels: Any) -> Steps:
    """Return steps in which somebody sends the person a signal.

    Example:
        >>> signal(warmth=0.5)[0]["warmth"]
        0.5
    """
    return [{"trial": Trial.SIGNAL, **channels}] * times


def oneself(times: int = 1, **channels: Any) -> Steps:
    """Return steps in which the person meets what the internal other says."""
    return [{"trial": Trial.ONESELF, **channels}] * times


def said_inside(times: int = 1, **channels: Any) -> Steps:
    """Return steps in which something chosen by the experiment is said inside."""
    return [{"trial": Trial.SAID_INSIDE, **channels}] * times


def task(won: float = -1.0, times: int = 1, **channels: Any) -> Steps:
    """Return steps in which the person faces a task, won or lost if said; how hard is a parameter."""
    return [{"trial": Trial.TASK, "won": won, **channels}] * times


def contest(won: float, stake: float = 1.0, times: int = 1, **channels: Any) -> Steps:
    """Return steps in which the person contends with somebody, with this outcome."""
    return [{"trial": Trial.CONTEST, "won": won, "stake": stake, **channels}] * times


def life(moments: int = 12, **channels: Any) -> Steps:
    """Return moments of two hours of life alone, in which one may brood."""
    return [{"trial": Trial.LIFE, **channels}] * moments


def meeting(times: int = 1, **channels: Any) -> Steps:
    """Return steps in which person and partner exchange a signal each; the person's is moved as said."""
    return [{"trial": Trial.MEETING, **channels}] * times


def wait(hours: float, times: int = 1, **channels: Any) -> Steps:
    """Return steps in which time passes, without anybody and without brooding."""
    return [{"trial": Trial.NOTHING, "hours": hours, **channels}] * times


def held(times: int = 1, **states: float) -> Steps:
    """Return steps in which nothing is done, but states are set: threat, soothing, drive, subordination."""
    return [{"trial": Trial.NOTHING, **states}] * times
