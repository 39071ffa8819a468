"""The course of a society: who meets whom when, who comes and goes, and the chance for it, in stretches."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mentalities_sim import streams
from mentalities_sim.declare import Parameter, Shares, State
from mentalities_sim.engine.batch import Batch, Schedule
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.worlds.networks import edges, pairs

MOST_BYTES = 24_000_000
"""Random numbers and plan that are held in memory at a time; a round of many people comes in parts."""
ROUNDS_PER_DAY = 4
ROUNDS_PER_WEEK = 7 * ROUNDS_PER_DAY
DAYS_PER_YEAR = 365.25


def rounds(sizes: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return how many newcomers have come before each round, and the step with which each round begins.

    Both are one longer than there are rounds. Newcomers are so many in every replicate, whoever it is that
    goes. `sizes` maps the names in the world's `sizes` to their values; where there are clients, the sessions
    that begin with a round come before its meetings, and a note on each client after them.

    Example:
        >>> sizes = {"size": 4, "days": 1, "turnover": 0.0, "childhood": 3}
        >>> rounds(sizes)[1].tolist()
        [12, 14, 16, 18, 20]
    """
    size, number = int(sizes["size"]), days(sizes) * ROUNDS_PER_DAY
    clients = int(sizes.get("clients", 0))
    # nobody can be followed twice in one round, and clients stay
    rate = min(size * float(sizes["turnover"]) / DAYS_PER_YEAR / ROUNDS_PER_DAY, float(size - clients))
    come = np.floor(rate * np.arange(number + 1) + 1e-9).astype(np.int64)
    steps = -(-size // 2) * np.arange(number + 1) + come
    if clients:
        begun = np.zeros(number + 1, np.int64)
        for client in range(clients):
            begun[1 + first_session(sizes, client) + ROUNDS_PER_WEEK * np.arange(int(sizes["sessions"]))] += 1
        steps = steps + int(sizes["exchanges"]) * np.cumsum(begun) + clients * np.arange(number + 1)
    return come, size * int(sizes["childhood"]) + steps


def days(sizes: Mapping[str, Any]) -> int:
    """Return the length of a course: as given, or with clients the weeks of therapy, the run-in and one more.

    Example:
        >>> days({"clients": 2, "sessions": 3, "run_in": 1})
        35
    """
    if "clients" in sizes:
        return 7 * (int(sizes["run_in"]) + int(sizes["sessions"]) + 1)
    return int(sizes["days"])


def first_session(sizes: Mapping[str, Any], client: int) -> int:
    """Return the round with which a client's first session begins; clients are spread over the week."""
    return ROUNDS_PER_WEEK * int(sizes["run_in"]) + client * ROUNDS_PER_WEEK // int(sizes["clients"])


class Course:
    """The steps of a society's course: childhood, then rounds of meetings, each with its newcomers.

    All is drawn from named streams by replicate and round: it does not depend on what anybody does, so that
    whoever comes or goes leaves everybody else's numbers as they are.
    """

    def __init__(
        self, rules: RuleSet, seed: int, replicates: Sequence[int], sizes: Mapping[str, Any]
    ) -> None:
        self.rules, self.seed, self.replicates = rules, seed, list(replicates)
        self.size = int(sizes["size"])
        self.rounds = days(sizes) * ROUNDS_PER_DAY
        self.slots = -(-self.size // 2)
        self.childhood = self.size * int(sizes["childhood"])
        self.phase_of = {name: i for i, name in enumerate(rules.phases)}
        self.come, self.starts = rounds(sizes)
        self.steps = int(self.starts[-1])
        graph_of = streams.NamedStream(seed, "meetings/network")
        self.ties = [
            edges(
                int(sizes["network"]),
                self.size,
                int(sizes["neighbours"]),
                float(sizes["rewired"]),
                int(graph_of.uniform(r, 1)[0] * 2**31),
            )
            for r in self.replicates
        ]
        self.pairing = streams.NamedStream(seed, "meetings/pairs")
        self.going = streams.NamedStream(seed, "meetings/going")
        self.staying = int(sizes.get("clients", 0))
        """The first so many people, clients, stay to the end."""
        self._kept: tuple[int, Any] = (-1, None)

    @property
    def newcomers(self) -> int:
        """How many come in the whole course."""
        return int(self.come[-1])

    def plan(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Return phase, tick and who is meant, of the steps from `first` to `last`: one row per replicate."""
        shape = (len(self.replicates), last - first)
        phase, tick = np.full(shape, -1, np.int64), np.zeros(shape, np.int64)
        who = {role: np.zeros(shape, np.int64) for role in self.rules.placed}
        if first < self.childhood:
            upto = min(last, self.childhood)
            here = np.arange(first, upto)
            phase[:, : upto - first] = self.phase_of["bring_up"]
            tick[:, : upto - first] = here
            who["person"][:, : upto - first] = here % self.size
        if last <= self.childhood:
            return phase, tick, who
        begin = np.searchsorted(self.starts, max(first, self.childhood), "right") - 1
        end = np.searchsorted(self.starts, last - 1, "right")
        for number in range(begin, end):
            self._place(number, first, last, phase, tick, who)
        return phase, tick, who

    def _place(
        self,
        number: int,
        first: int,
        last: int,
        phase: np.ndarray,
        tick: np.ndarray,
        who: dict[str, np.ndarray],
    ) -> None:
        """Write the part of a round that lies between two steps."""
        if self._kept[0] != number:
            self._kept = (number, self.steps_of(number))
        kinds, ticks, people = self._kept[1]
        start, end = int(self.starts[number]), int(self.starts[number + 1])
        here = slice(max(first, start) - first, min(last, end) - first)
        there = slice(max(first, start) - start, min(last, end) - start)
        phase[:, here] = kinds[:, there]
        tick[:, here] = ticks[:, there]
        for role, places in people.items():
            who[role][:, here] = places[:, there]

    def steps_of(self, number: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Return phase, tick and who is meant, of each step of a round: one row per replicate."""
        leaving = int(self.come[number + 1] - self.come[number])
        shape = (len(self.replicates), self.slots + leaving)
        kinds = np.full(shape, self.phase_of["meet"], np.int64)
        people = {role: np.zeros(shape, np.int64) for role in ("person", "other", "newcomer")}
        for row, replicate in enumerate(self.replicates):
            pair, meeting = pairs(self.size, self.ties[row], self.pairing, replicate, number)
            people["person"][row, : self.slots] = pair[:, 0]
            people["other"][row, : self.slots] = pair[:, 1]
            kinds[row, meeting : self.slots] = self.phase_of["apart"]
            if self.size % 2:
                kinds[row, self.slots - 1] = self.phase_of["alone"]
            if leaving:
                drawn = self.going.uniform(replicate, self.size, start=number * self.size)
                drawn[: self.staying] = np.inf
                people["person"][row, self.slots :] = np.argsort(drawn, kind="stable")[:leaving]
        kinds[:, self.slots :] = self.phase_of["come_in"]
        people["newcomer"][:, self.slots :] = self.come[number] + np.arange(leaving)
        # who comes in is no meeting: it has no number of its own, and draws no chance
        ticks = np.minimum(number * self.slots + np.arange(shape[1]), (number + 1) * self.slots - 1)
        return kinds, np.broadcast_to(ticks, shape), people

    def feed(self, batch: Batch, start: int) -> int:
        """Bring plan and chance for the steps from `start` on; return the step up to which they reach."""
        upto = batch.first_step + batch.schedule.phase.shape[1]
        if batch.first_step <= start < upto:
            return upto
        bytes_per_step = sum(self.rules.luck_dtype(p).itemsize for p in self.rules.phases) + 64
        stretch = max(1, MOST_BYTES // (bytes_per_step * len(self.replicates)))
        upto = min(self.steps, start + stretch)
        phase, tick, batch.who = self.plan(start, upto)
        batch.schedule = Schedule(phase, tick, self.steps)
        batch.first_step = start
        luck: dict[str, np.ndarray] = {}
        # a copy of the batch may still be in another stretch: what it holds is left as it is
        batch.first_tick = {}
        for i, name in enumerate(self.rules.phases):
            ticks = tick[phase == i]
            begin, end = (int(ticks.min()), int(ticks.max()) + 1) if len(ticks) else (0, 0)
            batch.first_tick[name] = begin
            dtype = self.rules.luck_dtype(name)
            if end == 0 or not dtype.itemsize:
                luck[name] = np.zeros((len(self.replicates), end - begin), dtype)
            else:
                luck[name] = streams.luck(
                    self.rules, name, self.seed, self.replicates, end - begin, start=begin
                )
        batch.luck = luck
        return upto


def society_batch(
    rules: RuleSet,
    values: Mapping[str, Sequence[Mapping[str, Any]]],
    seed: int,
    replicates: Sequence[int],
) -> Batch:
    """Return societies at their start, condition by condition, replicate by replicate.

    `values[role]` holds what is given for a role (world, person, tie), one mapping per condition; all must
    agree in the world's `sizes`.
    """
    conditions, n = len(values["world"]), len(replicates)
    parameters = {r: streams.parameter_records(rules, r, values[_giver(rules, r)]) for r in rules.kept}
    sizes = {name: parameters["world"][name][0] for name in rules.world.sizes}
    course = rules.world.course(rules, seed, replicates, sizes)
    runs = conditions * n
    people = streams.crowd(
        rules, "person", values["person"], seed, replicates, course.size + course.newcomers
    )
    people = people.reshape(runs, -1)
    people["identity"] = np.arange(people.shape[1])
    bear_stigma(people, np.repeat(parameters["world"], n))
    world = streams.born(rules, "world", values["world"], seed, replicates).reshape(runs)
    world["rounds"], world["meetings"] = course.rounds, course.slots
    if "days" in rules.states("world"):
        world["days"] = days(sizes)
    tie = streams.born(rules, "tie", values["tie"], seed, replicates).reshape(runs)
    remembered = min(int(sizes["remembered"]), course.size - 1)
    states = {
        "world": world,
        "person": people[:, : course.size].copy(),
        "newcomer": people[:, course.size :].copy(),
        "tie": np.broadcast_to(tie[:, None, None], (runs, course.size, remembered)).copy(),
    }
    for role in rules.kept:
        if role not in states and role not in rules.crowds:
            states[role] = streams.born(rules, role, values[role], seed, replicates).reshape(runs)
    none = np.zeros((n, 0), np.int64)
    return Batch(
        rules,
        Schedule(none, none, course.steps),
        states,
        parameters,
        np.repeat(np.arange(conditions), n),
        {phase: np.zeros((n, 0), rules.luck_dtype(phase)) for phase in rules.phases},
        np.tile(np.arange(n), conditions),
        {},
        np.zeros(runs, np.int64),
        who=dict.fromkeys(rules.placed, none),
        first_tick=dict.fromkeys(rules.phases, 0),
        feed=course.feed,
    )


def gathered(
    rules: RuleSet,
    make: Callable[..., Batch],
    values: Mapping[str, Mapping[str, Any]],
    seed: int,
    replicate: int,
) -> Any:
    """Return one run as a Mesa model to step, from what is given for each role: `Society.gather`."""
    from mentalities_sim.engine.mesa_engine import cast_of, drive

    for role, own in values.items():
        known: dict[str, Any] = {}
        if role != "world":  # a world begins as it is
            known |= rules.states(role)
        if role not in rules.shared:  # whoever is one of others has their parameters
            known |= rules.parameters(role)
        for name in own:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise TypeError(f"{rules.classes[role].__name__} has no {name!r}{hint}")
    checked = {
        role: {
            name: _within(rules.states(role).get(name) or rules.parameters(role)[name], name, value)
            for name, value in own.items()
        }
        for role, own in values.items()
    }
    batch = make(rules, {role: [own] for role, own in checked.items()}, seed, [replicate])
    players = cast_of(batch, 0)

    def steps() -> Iterator[Any]:
        for upto in batch.stretches(batch.steps):
            yield from drive(batch, 0, players, upto)
            batch.reached[0] = upto

    world = players["world"]
    world.members = players["person"]
    world.steps_to_take = steps()
    return world


def _within(declaration: State | Parameter, name: str, value: Any) -> Any:
    """Return a value that a declaration allows; the name of an enum's member stands for it."""
    default = declaration.default
    if isinstance(value, str) and isinstance(default, enum.IntEnum):
        members = type(default).__members__
        if value.upper() not in members:
            allowed = ", ".join(member.lower() for member in members)
            raise ValueError(f"{name} = {value!r} is not one of {allowed}")
        return members[value.upper()]
    plain = value.get("mean", default) if isinstance(value, Mapping) else value
    array = np.asarray(plain, np.float64)
    low, high = declaration.bounds
    if array.shape != declaration.shape:
        raise ValueError(f"{name} = {plain!r} has shape {array.shape}; allowed: {declaration.shape}")
    if not ((array >= low) & (array <= high)).all():
        raise ValueError(f"{name} = {plain!r} is out of bounds; allowed: {low:g} to {high:g}")
    if isinstance(declaration, Shares) and abs(array.sum() - 1.0) > 1e-6:
        raise ValueError(f"{name} = {plain!r} has shares that sum to {array.sum():g}; allowed: to 1")
    return value


def bear_stigma(people: np.ndarray, world: np.ndarray) -> None:
    """Take from the standing of those who bear a stigma; `people` has a row, `world` a record per society."""
    marked = bears_stigma(people["identity"], world["stigmatised"]) & (world["stigma_wanders"] == 0)[:, None]
    people["standing"] -= marked * world["stigma"][:, None]


def bears_stigma(identities: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return who bears a stigma, by number: every so many-th, so that the share holds in any stretch.

    `identities` has one row per society, `share` one value.

    Example:
        >>> bears_stigma(np.arange(6)[None, :], np.array([1 / 3]))[0].tolist()
        [False, False, True, False, False, True]
    """
    upto = np.asarray(share)[:, None]
    found: np.ndarray = np.floor((identities + 1) * upto + 1e-9) > np.floor(identities * upto + 1e-9)
    return found


def _giver(rules: RuleSet, role: str) -> str:
    return "person" if role == "newcomer" else role
