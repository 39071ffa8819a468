"""The conditions of an experiment: every arm in every cell, made when asked for, each with its id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mentalities_sim.engine.batch import Schedule
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment.kinds import kind_of
from mentalities_sim.experiment.schema import Arm, Cell, ExperimentFile, Setting
from mentalities_sim.policies import known_policies
from mentalities_sim.streams import parameter_record

ID_LENGTH = 16


@dataclass(frozen=True)
class Condition:
    """One arm in one cell: the rules, and what is set for each role."""

    place: int
    arm: Arm
    cell: Cell
    rules: RuleSet
    given: dict[str, dict[str, Setting]]
    size: tuple[int | float, ...]

    @property
    def columns(self) -> dict[str, Any]:
        """Arm name and swept values: what identifies the condition in every table."""
        return {"arm": self.arm.name, **self.cell.columns}

    @property
    def sizes(self) -> dict[str, int | float]:
        """What fixes the order of a course: runs of one batch must agree in it."""
        return dict(zip(_sizes(self.rules), self.size, strict=True))

    @cached_property
    def schedule(self) -> Schedule:
        """The order of steps of one course, in a world where it is the same for everybody."""
        found: Schedule = self.rules.world.schedule(**self.sizes)  # type: ignore[attr-defined]
        return found

    def values(self, role: str) -> dict[str, Any]:
        """What is given for a role: plain values, or mean and spread of a state."""
        out: dict[str, Any] = {}
        states = self.rules.states(role)
        for name, setting in self.given.get(giver(self.rules, role), {}).items():
            spread = setting.spread
            if spread is None and name in states:
                spread = states[name].spread
            out[name] = {"mean": setting.value, "spread": spread} if spread else setting.value
        return out


class Conditions:
    """All conditions of an experiment by place: arm by arm in the order run, cell by cell.

    A condition is made when it is asked for, so that a design of a million points takes no room.
    """

    def __init__(
        self,
        file: ExperimentFile,
        seed: int,
        cast: Mapping[str, type] | None = None,
        policies: Mapping[str, type] | None = None,
    ) -> None:
        self.file, self.seed = file, seed
        self.arms = [arm for arm in file.run_order() if arm.kind != "best_of"]
        self.kind = kind_of(file)
        known = {**known_policies(), **(policies or {})}
        by_class: dict[type | None, RuleSet] = {}
        self.rules: dict[str, RuleSet] = {}
        for arm in self.arms:
            named = "replay" if arm.kind == "replay" else arm.policy
            policy = None if arm.kind == "settings" else known[named]
            # arms with one policy class share a rule set, and so a kernel and its batches
            if policy not in by_class:
                by_class[policy] = _rule_set(self.kind.glue.world, cast or {}, policy)
            self.rules[arm.name] = by_class[policy]
        self._first = {arm.name: i * file.n_cells for i, arm in enumerate(self.arms)}

    def __len__(self) -> int:
        return len(self.arms) * self.file.n_cells

    def __getitem__(self, place: int) -> Condition:
        arm = self.arm_at(place)
        cell = self.file.cell(place % self.file.n_cells)
        rules = self.rules[arm.name]
        given = self.file.settings_for(arm, cell)
        world = parameter_record(rules, "world", {n: s.value for n, s in given["world"].items()})
        return Condition(
            place, arm, cell, rules, given, tuple(world[name][0].item() for name in _sizes(rules))
        )

    def arm_at(self, place: int) -> Arm:
        """The arm of the condition at a place."""
        return self.arms[place // self.file.n_cells]

    def columns(self, place: int) -> dict[str, Any]:
        """Arm name and swept values of the condition at a place, without making it."""
        return {"arm": self.arm_at(place).name, **self.file.cell(place % self.file.n_cells).columns}

    def place(self, arm: str, cell: int) -> int:
        """The place of an arm in the cell of that number."""
        return self._first[arm] + cell

    def source(self, condition: Condition) -> Condition:
        """The condition whose series a replay sends."""
        return self[self.place(condition.arm.series_of, condition.place % self.file.n_cells)]

    @cached_property
    def replicates(self) -> np.ndarray:
        """How many replicates each condition needs, as int64: the choosing ones follow the others."""
        per_arm = [
            self.file.replicates + self.file.choosing_replicates * self.file.needs_choosing(arm)
            for arm in self.arms
        ]
        return np.repeat(np.asarray(per_arm, np.int64), self.file.n_cells)

    def ids(self, rules: Mapping[str, str], measures: str) -> np.ndarray:
        """Return the id of every condition (16 hexadecimal signs), from all that its numbers depend on.

        That is: the hashes of rules (by arm) and of the measures, every starting state and parameter, what
        is kept of a run, the seed; for a replay also whose series it sends. The names of arm and axes, labels
        and a point's number are in it too, since they stand in every table; the engine is not, since engines
        are identical.
        """
        out = np.empty(len(self), f"S{ID_LENGTH}")
        for arm in self.arms:
            text = self._fixed_text(arm, rules[arm.name], measures)
            paths, words = self._words(arm)
            index = {path: i for i, path in enumerate(paths)}
            swept = {path for axis in self.file.axes for path in axis.paths}
            reached = {path: self._reached(arm, path) for path in swept}
            for cell in range(self.file.n_cells):
                own = list(words)
                found = self.file.cell(cell)
                own.append(repr(found.columns))  # what stands in the tables is part of a run too
                for _, level in found.levels:
                    for given, setting in level.settings.items():
                        for path in reached[given]:
                            own[index[path]] = self._word(arm, path, setting)
                source = out[self.place(arm.series_of, cell)] if arm.kind == "replay" else b""
                digest = hashlib.blake2b("\n".join([text, *own]).encode() + source, digest_size=8)
                out[self.place(arm.name, cell)] = digest.hexdigest().encode()
        return out

    def settings(self, arm: Arm) -> dict[str, Any]:
        """Every starting state and parameter of an arm's people, policy and world, before the sweep."""
        return {path: word.partition("=")[2] for path, word in zip(*self._words(arm), strict=True)}

    def set_directly(self) -> list[str]:
        """Return the learned states that the file sets, instead of having them lived: paths, in order.

        Whether they are set for all arms, by one, or by the sweep makes no difference.
        """
        swept = [path for axis in self.file.axes for path in axis.paths]
        found: set[str] = set()
        for arm in self.arms:
            given = self.file.settings_for(arm, Cell(()))
            paths = [f"{role}.{name}" for role, names in given.items() for name in names]
            found.update(path for path in (*paths, *swept) if self._is_learned(arm, path))
        return sorted(found)

    def _is_learned(self, arm: Arm, path: str) -> bool:
        role, _, name = path.partition(".")
        rules = self.rules[arm.name]
        state = rules.states(role).get(name) if role in rules.classes else None
        return state is not None and state.learned

    def _fixed_text(self, arm: Arm, rules: str, measures: str) -> str:
        """What an arm's conditions have in common, beside their settings."""
        kept = self.file.measures
        said: list[Any] = [arm.name, rules, measures, self.seed, self.file.world_kind]
        # a run that was done without its series is not the same as one with them
        said += [kept.series_stride, kept.series_replicates, kept.events, kept.agents, kept.transitions]
        said += kept.tables
        if arm.policy == "scripted":
            said += [(t.dominance, t.warmth, t.playfulness, t.freedom, t.expressiveness, t.labelling,
                      t.surface, t.number, t.exchanges) for t in self.file.turns]  # fmt: skip
        if arm.kind == "replay":
            said += [arm.taken_from]
            if arm.taken_from == "another client":  # who comes next depends on how many there are
                said += [self.file.replicates, self.file.choosing_replicates]
        return json.dumps(said)

    def _words(self, arm: Arm) -> tuple[list[str], list[str]]:
        """Every state and parameter of an arm's people, policy and world by path, and its value in words."""
        rules = self.rules[arm.name]
        given = self.file.settings_for(arm, Cell(()))
        paths, words = [], []
        for role in sorted(self._given(rules)):
            for name in sorted({**rules.states(role), **rules.parameters(role)}):
                setting = given.get(giver(rules, role), {}).get(name)
                paths.append(f"{role}.{name}")
                words.append(self._word(arm, paths[-1], setting))
        return paths, words

    def _given(self, rules: RuleSet) -> set[str]:
        """Roles that numbers can be set for: those with records of their own, and whoever a file may set."""
        return {*rules.kept, *(role for role in self.kind.people if role in rules.classes)}

    def _reached(self, arm: Arm, path: str) -> list[str]:
        """The paths that a setting is for: what is given a role is given those who take its place, too."""
        rules = self.rules[arm.name]
        given, _, name = path.partition(".")
        return [
            f"{role}.{name}"
            for role in self._given(rules)
            if giver(rules, role) == given and (name in rules.states(role) or name in rules.parameters(role))
        ]

    def _word(self, arm: Arm, path: str, setting: Setting | None) -> str:
        role, _, name = path.partition(".")
        rules = self.rules[arm.name]
        declaration = rules.states(role).get(name) or rules.parameters(role)[name]
        declared = declaration.default, getattr(declaration, "spread", 0.0)
        value, spread = declared if setting is None else (setting.value, setting.spread)
        if spread is None:
            spread = declared[1]
        plain = np.asarray(value, declaration.dtype).tolist()
        return f"{path}={plain}±{float(spread or 0.0)}"


def giver(rules: RuleSet, role: str) -> str:
    """The role whose settings are a role's: newcomers are born as those were whose place they take."""
    return {new: old for old, new in rules.newborn.values()}.get(role, role)


def _sizes(rules: RuleSet) -> tuple[str, ...]:
    found: tuple[str, ...] = rules.world.sizes  # type: ignore[attr-defined]
    return found


def _rule_set(world: type, cast: Mapping[str, type], policy: type | None) -> RuleSet:
    """The rules of a world with one's own classes; newcomers are of the class whose place they take."""
    newborn = getattr(world, "newborn", {}).values()
    own = {**cast, **{new: cast[old] for old, new in newborn if old in cast}}
    return RuleSet(world, own if policy is None else {**own, "policy": policy})
