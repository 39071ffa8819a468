"""What an experiment is once its file has been read and found sound: frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mentalities_sim.experiment.designs import DRAWN, SAMPLED, Design, Span, count_cells, unit_sample
from mentalities_sim.experiment.turns import DOES as DOES
from mentalities_sim.experiment.turns import PlanRow, Turn, plan_number

Value = bool | int | float | tuple[Any, ...]
"""A setting: a number, or a (nested) tuple for a vector or matrix. Enum names become ints."""

OUTCOMES = (
    "symptoms",
    "threat",
    "involuntary_subordination",
    "soothing",
    "fear_of_compassion",
    "felt_security",
    "self_warmth",
    "agency",
    "switching",
    "entropy_rate",
    "encapsulation",
    "flexibility",
    "ruptures",
    "dropped_out",
    "weeks_attended",
    "expressed_minus_felt",
    "mean_warmth_sent",
    "headroom_used",
    "time_at_bounds",
    "critical_fear",
    "therapy_length",
    "session_threat",
    "guarding",
    "wavering",
    "guilt",
    "shame",
    "uptake",
    "warmth_given",
    "outer_power",
    "inner_power",
    "inner_outer_power",
    "receiving",
    "self_compassion",
    "giving",
    "self_attack",
    "alarm_at_first",
    "longing_at_first",
    "threat_at_first",
    "warmth_accepted",
)
"""Columns of the outcome table that a file may ask for."""

SERIES_FROM = ("another client", "own", "own, permuted within sessions")
"""Whose recorded warmth a `replay` arm sends, and in which order."""


@dataclass(frozen=True)
class Setting:
    """A starting state or parameter: its value, and how much people differ in it.

    `spread` is the between-person standard deviation; None means "as declared".

    Example:
        >>> Setting(0.5).spread is None
        True
    """

    value: Value
    spread: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Level:
    """One level of a swept axis: its label, what stands in the column, what it sets.

    Example:
        >>> Level("low", 0.2, {"client.warmth_danger": Setting(0.2)}).label
        'low'
    """

    label: str
    column: bool | int | float | str
    settings: Mapping[str, Setting]
    why: str = ""


@dataclass(frozen=True)
class Axis:
    """One swept axis: its name (the column in every result table), and what it can take.

    That is either `levels`, or the `span` of a number. `path` is what it sets, if that is one thing
    at every level. `rows` are the values of a table design, one a point: numbers as they are, of
    `levels` their places.

    Example:
        >>> Axis("ablation", (Level("none", "none", {}),)).at(0.7).label
        'none'
        >>> Axis("fear", path="client.warmth_danger", span=Span(0.2, 1.0)).at(0.5).column
        0.6
    """

    name: str
    levels: tuple[Level, ...] = ()
    why: str = ""
    path: str = ""
    span: Span | None = None
    rows: tuple[int | float, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every dotted path that varies along this axis."""
        own = [self.path] if self.path else []
        return tuple(dict.fromkeys([*own, *(path for level in self.levels for path in level.settings)]))

    def at(self, u: float) -> Level:
        """Return the level at a place of the unit interval, 0 and 1 included."""
        if self.span is not None:
            return self._number(self.span.at(u))
        return self.levels[min(int(u * len(self.levels)), len(self.levels) - 1)]

    def in_row(self, row: int) -> Level:
        """Return the level of a point of a table design."""
        value = self.rows[row]
        return self.levels[int(value)] if self.levels else self._number(value)

    def _number(self, value: int | float) -> Level:
        return Level(f"{value:.6g}", value, {self.path: Setting(value)})


class Cell(NamedTuple):
    """One combination of levels, one per axis; of a sampled design also the number of its point.

    Example:
        >>> Cell((("fear", Level("low", 0.2, {})),), point=7).columns
        {'point': 7, 'fear': 0.2}
    """

    levels: tuple[tuple[str, Level], ...]
    point: int | None = None

    @property
    def columns(self) -> dict[str, bool | int | float | str]:
        """The swept columns of a result row."""
        point = {} if self.point is None else {"point": self.point}
        return point | {name: level.column for name, level in self.levels}

    @property
    def labels(self) -> dict[str, str]:
        """The words for the levels, for figures and tables: the same keys as the columns."""
        point = {} if self.point is None else {"point": str(self.point)}
        return point | {name: level.label for name, level in self.levels}


@dataclass(frozen=True)
class Arm:
    """One way of doing therapy, or of a society to be.

    Of four kinds: "settings" (a world that takes no policy: only what is set), "policy" (a policy
    class with `parameters`, and a `plan` if it follows one), "replay" (sends the series
    recorded in arm `series_of`, `taken_from` one of `SERIES_FROM`), "best_of" (nothing is
    run: per level of `for_each` it is the arm among `candidates` with the lowest or highest
    mean of outcome `by`, found on the choosing replicates and reported on the others).
    `against` names the arm it is compared with, "" for the first; no number of a run depends on it.

    Example:
        >>> Arm("warm", policy="fixed", parameters={"warmth": 0.9}).kind
        'policy'
    """

    name: str
    kind: Literal["settings", "policy", "replay", "best_of"] = "policy"
    policy: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    series_of: str = ""
    taken_from: str = ""
    candidates: tuple[str, ...] = ()
    by: str = ""
    choose: Literal["lowest", "highest"] = "lowest"
    for_each: tuple[str, ...] = ()
    why: str = ""
    plan: tuple[PlanRow, ...] = ()
    against: str = ""


@dataclass(frozen=True)
class Measures:
    """What is kept of a run.

    Series are kept of the first `series_replicates` replicates of each arm and cell (of all,
    if there are fewer), every `series_stride` exchanges; 0 replicates keeps none. Arms that only
    stand for election in a best-of arm keep none. Events are kept where series are. `agents` keeps
    the people's states at the end of every run, `transitions` every run's counts of switches, and
    `tables` names further tables of the kind of world that are kept of every run.

    Example:
        >>> Measures().series_stride
        1
    """

    outcomes: tuple[str, ...] = OUTCOMES
    series_stride: int = 1
    series_replicates: int = 0
    events: bool = True
    agents: bool = False
    transitions: bool = False
    tables: tuple[str, ...] = ()

    def keeps(self, table: str) -> bool:
        """Whether a table is kept."""
        return table in self.tables or bool(getattr(self, table, False))


@dataclass(frozen=True)
class ExperimentFile:
    """One experiment, read and checked: everything a runner needs, nothing it must check.

    `replicates` are numbered from 0; candidates of a best-of arm are also run on the
    `choosing_replicates` that follow. `world` holds the settings of the world class named
    `world_kind`, `others` what is set for roles that are neither client nor therapist. `points` is what a
    drawn design was asked for (trajectories of "morris", base samples of "saltelli"), 0 for the others.
    `overrides` are the `--set` texts that were applied.

    Example:
        >>> arm = Arm("warm", policy="fixed", parameters={"warmth": 0.9})
        >>> trial = ExperimentFile(Path("trial.toml"), "Trial", arms={"warm": arm}, replicates=3)
        >>> trial.therapies
        3
    """

    path: Path
    title: str
    question: str = ""
    source: str = ""
    seed: int = 0
    replicates: int = 1
    choosing_replicates: int = 1
    world_kind: str = "dyad"
    world: Mapping[str, Value] = field(default_factory=dict)
    client: Mapping[str, Setting] = field(default_factory=dict)
    therapist: Mapping[str, Setting] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, Setting]] = field(default_factory=dict)
    design: Design = "grid"
    points: int = 0
    axes: tuple[Axis, ...] = ()
    arms: Mapping[str, Arm] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    measures: Measures = field(default_factory=Measures)
    overrides: tuple[str, ...] = ()

    @property
    def people(self) -> dict[str, dict[str, Setting]]:
        """What is set for each role."""
        every = {"client": self.client, "therapist": self.therapist, **self.others}
        return {role: dict(settings) for role, settings in every.items()}

    @property
    def sampled(self) -> bool:
        """Whether the cells are points of a space, with a column `point`."""
        return self.design in SAMPLED

    @property
    def n_cells(self) -> int:
        """How many cells there are, without making them; one empty cell if nothing is swept."""
        return count_cells(self.design, self.points, [len(axis.rows or axis.levels) for axis in self.axes])

    def cell(self, i: int) -> Cell:
        """Return a cell by its number, from 0; raises `IndexError` beyond `n_cells`.

        Example:
            >>> fear = Axis("fear", path="client.warmth_danger", span=Span(0.05, 1.0))
            >>> trial = ExperimentFile(Path("t.toml"), "T", design="sobol", points=2**20, axes=(fear,))
            >>> trial.cell(900_000).columns["point"]
            900000
        """
        if not 0 <= i < self.n_cells:
            raise IndexError(f"cell {i} of {self.n_cells}")
        if self.design in DRAWN:
            places = unit_sample(self)[i].tolist()
            levels = [axis.at(u) for axis, u in zip(self.axes, places, strict=True)]
        elif self.design == "table":
            levels = [axis.in_row(i) for axis in self.axes]
        elif self.design == "zip":
            levels = [axis.levels[i] for axis in self.axes]
        else:
            levels = self._combination(i)
        names = [axis.name for axis in self.axes]
        return Cell(tuple(zip(names, levels, strict=True)), i if self.sampled else None)

    def _combination(self, i: int) -> list[Level]:
        levels: list[Level] = []
        for axis in reversed(self.axes):
            i, place = divmod(i, len(axis.levels))
            levels.insert(0, axis.levels[place])
        return levels

    def cells(self) -> Iterator[Cell]:
        """Yield every cell in order: of a grid, the last axis fastest.

        Example:
            >>> [cell.columns for cell in ExperimentFile(Path("trial.toml"), "Trial").cells()]
            [{}]
        """
        return map(self.cell, range(self.n_cells))

    def run_order(self) -> tuple[Arm, ...]:
        """Return the arms so that a replay comes after its source and best-of arms last.

        Example:
            >>> arms = {"again": Arm("again", "replay", series_of="warm"), "warm": Arm("warm")}
            >>> trial = ExperimentFile(Path("trial.toml"), "Trial", arms=arms)
            >>> [arm.name for arm in trial.run_order()]
            ['warm', 'again']
        """

        def depth(arm: Arm) -> int:
            return 1 + depth(self.arms[arm.series_of]) if arm.kind == "replay" else 0

        last = len(self.arms)
        return tuple(sorted(self.arms.values(), key=lambda a: last if a.kind == "best_of" else depth(a)))

    def needs_choosing(self, arm: Arm) -> bool:
        """Say whether an arm must also be run on the choosing replicates.

        True for the candidates of best-of arms, and for what a candidate replays.
        """
        wanted = {name for a in self.arms.values() for name in a.candidates}
        pending = list(wanted)
        while pending:
            series_of = self.arms[pending.pop()].series_of
            if series_of and series_of not in wanted:
                wanted.add(series_of)
                pending.append(series_of)
        return arm.name in wanted

    @property
    def therapies(self) -> int:
        """How many therapies a full run computes, choosing replicates included."""
        per_cell = sum(
            self.replicates + self.choosing_replicates * self.needs_choosing(arm)
            for arm in self.arms.values()
            if arm.kind != "best_of"
        )
        return self.n_cells * per_cell

    def settings_for(self, arm: Arm, cell: Cell) -> dict[str, dict[str, Setting]]:
        """Merge what the file, the cell and the arm set, as {"client": {...}, ...}.

        Keys are "world", every role of `people`, and "policy". The loader has made sure that arm
        and cell never set the same thing.

        Example:
            >>> arm = Arm("deaf", settings={"client.raw_cue": Setting(0.0)})
            >>> trial = ExperimentFile(Path("t.toml"), "T", client={"threat": Setting(0.3)})
            >>> trial.settings_for(arm, next(trial.cells()))["client"]["raw_cue"].value
            0.0
        """
        merged: dict[str, dict[str, Setting]] = {
            "world": {name: Setting(value) for name, value in self.world.items()},
            **self.people,
            "policy": {name: Setting(value) for name, value in arm.parameters.items()},
        }
        for settings in (*(level.settings for _, level in cell.levels), arm.settings):
            for path, setting in settings.items():
                role, _, name = path.partition(".")
                merged.setdefault(role, {})[name] = setting
        if arm.plan:
            merged["policy"]["plan"] = Setting(plan_number(arm.plan))
        return merged

    def as_dict(self) -> dict[str, Any]:
        """Return plain nested data (dicts, lists, numbers, words) for the provenance."""
        plain: dict[str, Any] = _plain(asdict(self))
        for arm in plain["arms"].values():
            if not arm["against"]:  # as in results from before there was such a word
                del arm["against"]
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.as_posix() if isinstance(value, Path) else value
