"""A modeller's own people: a referee linear in the difference of power, and where their equality breaks down.

`LinearReferee` overrides a few rules of `Person`: every meeting is a contest, whoever is bid to yields with
a chance linear in the difference of believed power (if not, the other does), a win raises and a loss lowers
power by one step, and power is forgotten at a steady rate. No threat, no ISS, no memory of individuals. What
is left is known by calculation: equality lasts if ηr/(2μ) < 1 and breaks down above. So the engine, and the
course of a society, can be checked against pencil and paper.

    python linear_referee.py                # about a minute; writes linear_referee.png, .svg, .csv, .json
    python linear_referee.py --groups 30    # less
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mentalities_sim.arithmetic import clip01, clip11
from mentalities_sim.calibration.resampling import bootstrap_interval
from mentalities_sim.calibration.societies import Settings, first_wins, live_together, over_a_resource
from mentalities_sim.declare import Parameter, State
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import ACCENT, BLUE, GREY, INK, ORANGE, head, new_figure, quiet, style
from mentalities_sim.hierarchy import measure
from mentalities_sim.person import Person
from mentalities_sim.signals import Answer, Response, Signal, Surface
from mentalities_sim.worlds.meetings import ROUNDS_PER_DAY


class LinearReferee(Person):
    """Someone whose referee is linear in the difference of power, and who forgets steadily."""

    opened = State(0, (0, 1), unit="no 0, yes 1", meaning="has made the first bid of this contest")

    slope = Parameter(5.0, (0.0, 100.0), meaning="P(win) per unit of difference in power, at even odds")
    power_step = Parameter(
        0.0025, (0.0, 1.0), unit="circumplex", meaning="power won by a win, lost by a loss"
    )
    forgetting = Parameter(0.05, (0.0, 100.0), unit="per round of six hours", meaning="rate μ of forgetting")

    def live(self, hours: float, luck) -> None:
        """Forget. Equation: m -> m exp(-μ Δt / 6 h). Source: Bonabeau et al. 1996 (linear forgetting)."""
        self.power[Surface.OTHER] = self.power[Surface.OTHER] * math.exp(-self.forgetting * hours / 6.0)

    def anticipate(self, luck) -> Answer:
        """Lay a claim, always. Equation: claim = stake. Source: Bonabeau et al. 1996."""
        self.opened = 0
        self.foreseen = 0.5
        self.claim = self.at_stake
        return Answer(Response.STAND, 0.0, 0.0, 0.0, 0.5)

    def act(self, answer: Answer, luck) -> Signal:
        """Make the first bid: show how strong one believes to be. Equation: dominance = m. Source: R1."""
        self.opened = 1
        self.shown_dominance = self.power[Surface.OTHER]
        return Signal(self.shown_dominance, 0.0, 0.0, 0.0, 1.0, 0.0, 0)

    def encounter(self, signal: Signal, familiarity: float, luck) -> Signal:
        """Be bid to: yield by chance; who made the first bid yields when the other has not.

        Equation: P(yield) = clip(½ + s (m' - m)), so that P(the first wins) = clip(½ + s (m - m')).
        Source: CBK 2.1.1 (R1) made linear; Bonabeau et al. 1996 to first order, with η = 4 s power_step.
        """
        yield_chance = clip01(0.5 + self.slope * (signal.dominance - self.power[Surface.OTHER]))
        self.response = Response.STAND
        if self.opened == 1 or luck.yielding < yield_chance:
            self.response = Response.YIELD
        return Signal(self.power[Surface.OTHER], 0.0, 0.0, 0.0, 1.0, 0.0, 0)

    def settle(self, won: float, worth: float) -> None:
        """Go up or down by one step. Equation: m += power_step (2 won - 1). Source: Bonabeau et al. 1996."""
        self.power[Surface.OTHER] = clip11(self.power[Surface.OTHER] + self.power_step * (2.0 * won - 1.0))


WORLD = {"scarcity": 1.0, "bids_go_on": 0.0}
"""Every meeting is over what only one can have, and ends when one yields."""
SLOPE, STEP = 5.0, 0.0025
ETA = 4.0 * SLOPE * STEP
"""Slope at even odds is η/4 per win in Bonabeau's logistic, SLOPE · STEP here."""
RATIOS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0)
BELOW = (0.35, 0.75)
"""Ratios from which the border is found: there the linear theory holds."""
LOOKS = {10: (ORANGE, "^"), 30: (BLUE, "s"), 100: (ACCENT, "D")}


def people(ratio: float, referee: float = 1.0) -> Settings:
    """Return settings of people for a ratio ηr/(2μ), r = 1 contest a round; `referee` 0 tosses a coin."""
    return {
        "slope": SLOPE * referee,
        "power_step": STEP,
        "forgetting": ETA / (2.0 * ratio),
        "power": {"spread": 0.0},
    }


def sweep(size: int, days: int, groups: int, seed: int, ratios: tuple[float, ...] = RATIOS) -> pd.DataFrame:
    """Return one row a group: its ratio, `spread` = 2 SLOPE · SD of power at the end, `coin` the same of a
    coin-tossing referee on the same streams, and in groups of ten `h` (de Vries' h′) of the contests of the
    last 50 rounds, 25 for each of the ten.
    """
    world = {**WORLD, "size": size, "days": days}
    last = days - 50 // ROUNDS_PER_DAY
    batch, trace = live_together(
        world,
        [people(ratio) for ratio in ratios],
        groups,
        seed,
        person=LinearReferee,
        events=size == 10,
        events_from=last,
    )
    tossed, _ = live_together(
        world, [people(ratio, 0.0) for ratio in ratios], groups, seed, person=LinearReferee, events=False
    )
    many = len(ratios) * groups
    rows = pd.DataFrame({"size": size, "ratio": np.repeat(ratios, groups), "group": np.arange(many) % groups})
    for name, one in (("spread", batch), ("coin", tossed)):
        rows[name] = 2.0 * SLOPE * one.states["person"]["power"][:, :, Surface.OTHER].std(axis=1)
    rows["h"] = math.nan
    if size == 10:
        watched = over_a_resource(batch, trace)
        rows["h"] = [measure(first_wins(one, size, 25))["de_vries_h"] for one in watched]
    return rows


def mean_field(ratio: float, size: int = 50, draws: int = 3) -> float:
    """Return the spread without chance: x = ratio · mean over the others of clip(x - x', -1, 1), at rest.

    x is 2 SLOPE · power. Several states can be at rest; they are reached from `draws` random beginnings.
    """
    found = []
    for draw in range(draws):
        x = np.random.default_rng(draw).normal(0.0, 0.05, size)
        for _ in range(1500):
            pull = np.clip(x[:, None] - x[None, :], -1.0, 1.0).sum(axis=1) / (size - 1)
            x = x + 0.1 * (ratio * pull - x)
        found.append(x.std())
    return float(np.mean(found))


def by_noise(ratio: float, size: int, referee: float = 1.0) -> float:
    """Return the spread that chance keeps up below the border, by the linear theory.

    Power is an AR(1) with a = e^(-μ)(1 + ηn/(2(n - 1))) and jumps of STEP; its sum over a group is 0.
    `referee` 0 tosses a coin.
    """
    kept = math.exp(-ETA / (2.0 * ratio))
    pull = kept * (1.0 + referee * ETA / 2.0 * size / (size - 1))
    return 2.0 * SLOPE * STEP / math.sqrt(1.0 - pull**2) if pull < 1.0 else math.nan


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a size and ratio: means over groups and their 95 % bootstrap intervals.

    `left` is (coin ÷ spread)², what is left of equality's pull: 1 - ηr/(2μ) n/(n - 1) to first order.
    """
    rows = []
    for (size, ratio), own in table.groupby(["size", "ratio"]):
        row = {"size": size, "ratio": ratio, "theory": by_noise(ratio, size), "groups": len(own)}
        for name in ("spread", "h"):
            values = own[name].to_numpy(float)
            row[name] = values.mean()
            row[f"{name}_low"], row[f"{name}_high"] = bootstrap_interval(values, np.mean)
        squares = own[["coin", "spread"]].to_numpy(float) ** 2
        row["left"] = _left(squares)
        row["left_low"], row["left_high"] = np.percentile([_left(s) for s in _drawn(squares)], [2.5, 97.5])
        rows.append(row)
    return pd.DataFrame(rows)


def _left(squares: np.ndarray) -> float:
    return float(squares[:, 0].mean() / squares[:, 1].mean())


def _drawn(values: np.ndarray, resamples: int = 1000) -> np.ndarray:
    return values[np.random.default_rng(0).integers(0, len(values), (resamples, len(values)))]


def crossing(table: pd.DataFrame) -> pd.DataFrame:
    """Return, for each size, the ratio at which nothing is left of equality's pull, with its interval.

    A straight line through `left` at the ratios in BELOW, from 1 at ratio 0, prolonged to 0; the interval is
    over groups, which are the same at all ratios. `expected` is what the linear theory gives for the same
    line: (n - 1)/n for steps that are small and rounds that are short.
    """
    rows = []
    for size, own in table.groupby("size"):
        below = own[own["ratio"].between(*BELOW)]
        wide = below.pivot(index="group", columns="ratio", values=["coin", "spread"])
        squares = np.stack([wide["coin"].to_numpy(float), wide["spread"].to_numpy(float)], axis=2) ** 2
        ratios = wide["coin"].columns.to_numpy(float)
        found = [_border(ratios, drawn) for drawn in (squares, *_drawn(squares))]
        low, high = np.percentile(found[1:], [2.5, 97.5])
        theory = np.array([[[by_noise(r, int(size), 0.0) ** 2, by_noise(r, int(size)) ** 2] for r in ratios]])
        expected = _border(ratios, theory)
        rows.append({"size": size, "border": found[0], "low": low, "high": high, "expected": expected})
    return pd.DataFrame(rows)


def _border(ratios: np.ndarray, squares: np.ndarray) -> float:
    lost = 1.0 - squares[:, :, 0].mean(axis=0) / squares[:, :, 1].mean(axis=0)
    return float((ratios @ ratios) / (ratios @ lost))


def picture(found: pd.DataFrame, borders: pd.DataFrame, without_chance: dict[float, float]) -> Drawn:
    """Draw the spread of power, what is left of equality's pull, and linearity, against ηr/(2μ)."""
    with style():
        figure = new_figure((13.33, 6.2))
        spread, left, linear = figure.subplots(1, 3)
        spread.plot(list(without_chance), list(without_chance.values()), color=INK, linewidth=1.8)
        spread.annotate("no chance\n(mean field)", (2.2, without_chance_at(without_chance, 2.2)), (0.11, 1.6),
                        color=INK, arrowprops={"arrowstyle": "-", "color": INK})  # fmt: skip
        for size, own in found.groupby("size"):
            colour, marker = LOOKS[int(size)]
            look = {"color": colour, "marker": marker, "label": f"{size} people"}
            x = own["ratio"].to_numpy(float)
            _line(spread, own, "spread", look)
            spread.plot(x[x < 0.95], own["theory"][x < 0.95], color=INK, linewidth=1.2, linestyle=(0, (2, 2)))
            _line(left, own[own["ratio"] <= 1.5], "left", look)
        left.plot([0.0, 1.0], [1.0, 0.0], color=INK, linewidth=1.4, linestyle=(0, (2, 2)))
        left.text(0.05, 0.26, "1 − ηr/(2μ)", color=INK)
        _line(linear, found[found["size"] == 10], "h", {"color": ORANGE, "marker": "^"})
        linear.axhline(3 / 11, color=GREY, linewidth=1.6, linestyle=(0, (4, 2)))
        linear.text(1.15, 3 / 11 + 0.02, "by chance,\n3/(n + 1)", color=GREY)
        spread.set(yscale="log", title="Spread of power")
        spread.set_ylabel("η · SD / 2, SD in steps of power")
        left.set(title="What is left of equality’s pull", xlim=(0.0, 1.55), ylim=(-0.02, 1.1))
        left.set_ylabel("variance by coin tosses ÷ variance")
        linear.set(title="Linearity, 10 people", ylim=(0.0, 1.03))
        linear.set_ylabel("h′ of the last 25 N contests")
        for axes in (spread, left, linear):
            axes.axvline(1.0, color=INK, linewidth=1.2)
            axes.set_xlabel("ηr / (2μ)")
            quiet(axes, "both")
        for axes in (spread, linear):
            axes.set_xscale("log")
            axes.set_xticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
            axes.minorticks_off()
        spread.set_yticks([0.03, 0.1, 0.3, 1, 3], ["0.03", "0.1", "0.3", "1", "3"])
        handles, labels = spread.get_legend_handles_labels()
        dotted = Line2D([], [], color=INK, linewidth=1.2, linestyle=(0, (2, 2)))
        figure.legend([*handles, dotted], [*labels, "linear theory"], loc="outside lower left", ncols=4)
        title = "Equality breaks down where self-reinforcement outruns forgetting: ηr/(2μ) = 1"
        head(figure, title)
    at = ", ".join(
        f"{row.size} people {row.border:.2f} ({row.low:.2f} to {row.high:.2f}), expected {row.expected:.2f}"
        for row in borders.rename(columns={"size": "people"}).assign(size=borders["size"]).itertuples()
    )
    linearity = found.loc[found["size"] == 10, "h"]
    alt = (
        f"{title}. Three panels against the ratio. Left: the spread of power follows the linear theory of "
        f"chance below 1 and the mean field above. Middle: what is left of equality’s pull falls in a "
        f"straight line and would be gone at {at}. Right: linearity of ten people rises from "
        f"{linearity.iloc[0]:.2f} to {linearity.iloc[-1]:.2f}."
    )
    caption = (
        "Means over groups with 95 % bootstrap intervals (bands). Vertical line: the border by calculation."
    )
    return Drawn(figure, title, alt, found, caption, tuple(found.columns))


def without_chance_at(without_chance: dict[float, float], ratio: float) -> float:
    """Return the mean field's spread at a ratio between those computed."""
    return float(np.interp(ratio, list(without_chance), list(without_chance.values())))


def _line(axes: Axes, own: pd.DataFrame, name: str, look: dict[str, object]) -> None:
    x = own["ratio"].to_numpy(float)
    axes.plot(x, own[name].to_numpy(float), **look)
    low, high = own[f"{name}_low"].to_numpy(float), own[f"{name}_high"].to_numpy(float)
    axes.fill_between(x, low, high, color=look["color"], alpha=0.3, linewidth=0)


def main() -> None:
    """Sweep the ratio in groups of three sizes, say where equality breaks down, and draw."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--groups", type=int, default=150, help="groups of ten; fewer of the larger ones")
    reader.add_argument("--days", type=int, default=300)
    reader.add_argument("--out", type=Path, default=Path("linear_referee.png"))
    given = reader.parse_args()
    table = pd.concat(
        [sweep(size, given.days, max(6, given.groups * 10 // size), seed=1) for size in LOOKS],
        ignore_index=True,
    )
    found, borders = summarise(table), crossing(table)
    print(found.round(3).to_string(index=False))
    print("\nwhere equality breaks down, ηr/(2μ)\n" + borders.round(3).to_string(index=False))
    without_chance = {float(r): mean_field(float(r)) for r in np.geomspace(1.0, 10.0, 25)[1:]}
    print(f"mean field at 2, 5, 10: {[round(mean_field(r), 3) for r in (2.0, 5.0, 10.0)]}")
    picture(found, borders, without_chance).save(given.out)


if __name__ == "__main__":
    main()
