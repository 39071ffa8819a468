"""Clients by target traits: which upbringing leaves people like this behind?"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mentalities_sim.declare import State, declared

if TYPE_CHECKING:
    from mentalities_sim.engine.batch import Batch
    from mentalities_sim.engine.rules import RuleSet

SAID_OTHERWISE = {
    "inner_power": "power_self",
    "outer_power": "power_other",
    "inner_warmth_expected": "expected_warmth_self",
    "outer_warmth_expected": "expected_warmth_other",
}
"""Names that are easier to say than a state and its label."""
ALSO = ("fear_of_compassion", "fear_of_self_compassion", "fear_of_giving", "power")
"""What childhood leaves behind beside the states that are marked as learned."""
MIXED = ("upbringing", "later_upbringing")
NUMBERS = {
    "turning": (0.0, 1.0),
    "peers_share": (0.1, 0.7),
    "peers_warmth": (-0.4, 0.5),
    "peers_dominance": (-0.3, 0.5),
}
"""What is sought beside the shares, and where."""
DECIMALS = 2
"""Of what is found: more would say more than so few people can tell."""
ROUNDS = 4
"""Searches around the best so far, each in half the room of the last."""
RUNS_AT_ONCE = 1280


@dataclass(frozen=True)
class Found:
    """The upbringing that comes nearest to what was wanted, and how near that is.

    `world` holds the settings of the world; `reached` and `spread` are mean and SD of each trait over people
    on whom the upbringing was not chosen; `distance` is the root mean square of what is missed, in the
    traits' own units.
    """

    wanted: dict[str, float]
    world: dict[str, Any]
    reached: dict[str, float]
    spread: dict[str, float]
    people: int

    @property
    def missed(self) -> dict[str, float]:
        """By trait: reached minus wanted."""
        return {name: self.reached[name] - value for name, value in self.wanted.items()}

    @property
    def distance(self) -> float:
        """How far what was reached is from what was wanted."""
        return math.sqrt(sum(miss * miss for miss in self.missed.values()) / len(self.wanted))

    @property
    def toml(self) -> str:
        """The upbringing as it stands in an experiment file."""
        lines = ["[world]"]
        for name, value in self.world.items():
            if isinstance(value, tuple):
                named = zip(_profiles(), value, strict=True)
                shares = ", ".join(f"{profile} = {share:g}" for profile, share in named if share)
                lines.append(f"{name} = {{ {shares} }}")
            else:
                lines.append(f"{name} = {value!r}")
        return "\n".join(lines) + "\n"


def traits() -> dict[str, tuple[str, int]]:
    """Return every trait that can be wanted: the client's state, and the place in it (-1: it is a number).

    Example:
        >>> traits()["inner_power"]
        ('power', 1)
    """
    from mentalities_sim.person import Person

    found: dict[str, tuple[str, int]] = {}
    for name, state in declared(Person, State).items():
        if not (state.learned or name in ALSO) or len(state.shape) > 1:
            continue
        if not state.shape:
            found[name] = name, -1
        found |= {f"{name}_{label}": (name, i) for i, label in enumerate(state.labels)}
    return found | {easy: found[name] for easy, name in SAID_OTHERWISE.items() if name in found}


def find_upbringing(
    wanted: Mapping[str, float], people: int = 40, tries: int = 256, seed: int = 1, childhood: int = 1000
) -> Found:
    """Return the upbringing after which people come nearest, on average, to what is wanted of them.

    `wanted` maps names of `traits()` to values. Of `tries` upbringings (shares of the profiles before and
    after a turning, peers), spread evenly by a scrambled Sobol' sequence, the best is refined; each is lived
    through by the same `people`. What is reached is then told of as many others. Childhood decides what it
    can: not every wish has an upbringing, and what is missed is said. Raises `ValueError` for a trait or a
    value that there is not.
    """
    goal = _checked(wanted)
    replicates = range(people)
    size = 2 * len(_profiles()) + len(NUMBERS)
    sample = _sobol(size, seed, max(1, math.ceil(math.log2(tries))))
    best, nearest = _best([*_pure(size), *sample[:tries]], goal, replicates, seed, childhood)
    for number in range(ROUNDS):
        around = _sobol(size, [seed, number], 6)
        room = 0.5 ** (number + 1)
        near = np.clip(best + room * (around - 0.5), 1e-6, 1.0 - 1e-6)
        again, missed = _best([best, *near], goal, replicates, seed, childhood)
        if missed < nearest:
            best, nearest = again, missed
    world = _world(best, childhood)
    lived = _lived([world], goal, range(people, 2 * people), seed)[0]
    reached, spread = lived.mean(axis=0), lived.std(axis=0, ddof=1)
    return Found(
        dict(goal),
        world,
        dict(zip(goal, reached.tolist(), strict=True)),
        dict(zip(goal, spread.tolist(), strict=True)),
        people,
    )


def _sobol(size: int, seed: int | list[int], power: int) -> np.ndarray:
    """Return a scrambled Sobol' sequence: two to a power points of a unit cube."""
    from scipy.stats import qmc

    points: np.ndarray = qmc.Sobol(size, rng=np.random.default_rng(seed)).random_base2(power)
    return points


def _checked(wanted: Mapping[str, float]) -> dict[str, float]:
    from mentalities_sim.person import Person

    known, states = traits(), declared(Person, State)
    if not wanted:
        raise ValueError(f"nothing is wanted; traits are {', '.join(known)}")
    for name, value in wanted.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{name!r} is no trait that childhood leaves behind: {', '.join(known)}{hint}")
        low, high = states[known[name][0]].bounds
        if not low <= value <= high:
            raise ValueError(f"{name} = {value:g} is out of bounds; allowed: {low:g} to {high:g}")
    return {name: float(value) for name, value in wanted.items()}


def _pure(size: int) -> list[np.ndarray]:
    """Points of the unit cube at which one profile holds throughout; all else is in the middle."""
    many, found = len(_profiles()), []
    for profile in range(many):
        point = np.full(size, 0.5)
        point[: 2 * many] = 1.0 - 1e-6
        point[[profile, many + profile]] = 1e-6
        found.append(point)
    return found


def _best(
    points: Sequence[np.ndarray],
    goal: Mapping[str, float],
    replicates: range,
    seed: int,
    childhood: int,
) -> tuple[np.ndarray, float]:
    """Return the point whose people come nearest, and the root mean square of what they miss."""
    lived = _lived([_world(point, childhood) for point in points], goal, replicates, seed)
    misses = lived.mean(axis=1) - np.array(list(goal.values()))
    far = np.sqrt((misses * misses).mean(axis=1))
    place = int(far.argmin())
    return points[place], float(far[place])


def _world(point: np.ndarray, childhood: int) -> dict[str, Any]:
    """Return the settings that a point of the unit cube stands for, rounded to what is said of them."""
    many = len(_profiles())
    found: dict[str, Any] = {"childhood": childhood}
    for i, name in enumerate(MIXED):
        found[name] = _rounded(point[i * many : (i + 1) * many])
    for (name, (low, high)), u in zip(NUMBERS.items(), point[2 * many :], strict=True):
        found[name] = round(float(low + (high - low) * u), DECIMALS)
    return found


def _rounded(point: np.ndarray) -> tuple[float, ...]:
    """Return shares of few profiles: squared exponentials, since a life has seldom a little of everything."""
    weights = np.log(np.clip(point, 1e-9, 1.0 - 1e-9)) ** 2
    parts = np.round(weights / weights.sum() * 10**DECIMALS).astype(int)
    parts[parts.argmax()] += 10**DECIMALS - parts.sum()
    return tuple((parts / 10**DECIMALS).tolist())


def _lived(
    worlds: Sequence[Mapping[str, Any]], goal: Mapping[str, float], replicates: range, seed: int
) -> np.ndarray:
    """Return what people have become after each upbringing: an array (upbringings, people, traits)."""
    rules, kernel = _engine()
    places = [traits()[name] for name in goal]
    luck, out = _luck(rules, seed, replicates, int(worlds[0]["childhood"])), []
    at_once = max(1, RUNS_AT_ONCE // len(replicates))
    for first in range(0, len(worlds), at_once):
        some = worlds[first : first + at_once]
        batch = _children(rules, some, replicates, seed, luck)
        _grow(batch, kernel)
        client = batch.states["client"]
        found = [client[name] if i < 0 else client[name][:, i] for name, i in places]
        out.append(np.stack(found, axis=-1).reshape(len(some), len(replicates), len(places)))
    return np.concatenate(out)


def _grow(batch: Batch, kernel: Any) -> None:
    from mentalities_sim.engine.compiled import run_compiled

    run_compiled(batch, kernel=kernel, stop=int(batch.parameters["world"]["childhood"][0]))


@cache
def _engine() -> tuple[RuleSet, Any]:
    from mentalities_sim.engine.compiled import prepare
    from mentalities_sim.engine.rules import RuleSet
    from mentalities_sim.worlds import Dyad

    rules = RuleSet(Dyad)
    return rules, prepare(rules)


def _luck(rules: RuleSet, seed: int, replicates: range, childhood: int) -> dict[str, np.ndarray]:
    """Return the chance of childhood; nothing else comes to be lived."""
    from mentalities_sim import streams

    ticks = {phase: childhood if phase == "bring_up" else 0 for phase in rules.phases}
    return {phase: streams.luck(rules, phase, seed, replicates, n) for phase, n in ticks.items()}


def _children(
    rules: RuleSet,
    worlds: Sequence[Mapping[str, Any]],
    replicates: range,
    seed: int,
    luck: dict[str, np.ndarray],
) -> Batch:
    """Return people at their birth, upbringing by upbringing, who have no therapy before them."""
    from mentalities_sim import streams
    from mentalities_sim.engine.batch import Batch
    from mentalities_sim.worlds import Dyad

    many, n = len(worlds), len(replicates)
    short = {"sessions": 1, "exchanges": 1, "slots": 1, "run_in": 0}
    given: dict[str, list[dict[str, Any]]] = {role: [{}] * many for role in rules.classes}
    given["world"] = [{**short, **world} for world in worlds]
    return Batch(
        rules,
        Dyad.schedule(**short, childhood=int(worlds[0]["childhood"])),
        {r: streams.born(rules, r, given[r], seed, replicates).reshape(-1) for r in rules.classes},
        {r: streams.parameter_records(rules, r, given[r]) for r in rules.classes},
        np.repeat(np.arange(many), n),
        luck,
        np.tile(np.arange(n), many),
        {"script": np.zeros((1, 1), rules.input_dtype("script"))},
        np.zeros(many * n, np.int64),
    )


def _profiles() -> tuple[str, ...]:
    from mentalities_sim.worlds.upbringing import PROFILES

    return PROFILES
