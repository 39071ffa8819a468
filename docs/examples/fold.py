"""Does defeat last? Inner power, rumination and the ISS, with nobody there (claim R9).

People live alone for sixty days with what they say to themselves. Each begins rested or in one of several
degrees of involuntary subordination, with one of several beliefs about own power over the internal other.
Where the rested and the defeated stay apart for good at the same inner power there is a fold: a defeat can
last that others get over. Then what the fold needs is taken away, one thing at a time, and finally people
live together, with a way out after yielding or without one.

    python fold.py               # about two minutes; prints the tables, writes fold.png, .svg, .csv, .json
    python fold.py --people 20   # less
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mentalities_sim.calibration.resampling import bootstrap_interval
from mentalities_sim.calibration.societies import Settings, live_together
from mentalities_sim.engine.compiled import prepare, run_compiled
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    ACCENT,
    BLUE,
    GREY,
    INK,
    ORANGE,
    VERMILLION,
    head,
    new_figure,
    quiet,
    style,
)
from mentalities_sim.worlds.meetings import ROUNDS_PER_DAY, society_batch
from mentalities_sim.worlds.society import Society


class Solitude(Society):
    """People who never meet anybody: they live their moments of two hours, and may brood in each."""

    def meet(self, person, other, tie, back, tick: int, luck) -> None:
        """Let two people live on, each alone.

        Equation: three moments of 2 h each. Source: CBK 2.1.1 (R9), with no encounter but with oneself.
        """
        self.begin_round(tick)
        person.live(2.0, luck.person_1)
        person.live(2.0, luck.person_2)
        person.live(2.0, luck.person_3)
        other.live(2.0, luck.other_1)
        other.live(2.0, luck.other_2)
        other.live(2.0, luck.other_3)


DAYS, LAST = 60, 10
POWERS = tuple(round(m, 1) for m in np.arange(-0.2, 1.01, 0.1))
DEFEATS = (0.05, 0.2, 0.4, 0.6, 0.8)
RESTED, DEFEATED = DEFEATS[0], DEFEATS[-1]
CHRONIC, RECOVERED = 0.3, 0.15
"""ISS above which an episode begins, and under which it ends, as in the person's rules."""

FIXED: dict[str, Any] = {"power_rate": 0.0}
"""Inner power is held, so that each place on the axis is one person's."""
CRITIC: dict[str, Any] = {
    "expected_dominance": {"mean": (0.2, 0.7), "spread": 0.0},
    "expected_warmth": {"mean": (0.2, -0.3), "spread": 0.0},
}
"""A cold and dominant internal other: an inner critic."""
STRONG: dict[str, Any] = {
    "subordination_rise": 0.12,
    "brooding_with_subordination": 30.0,
    "subordination_yields": 6.0,
}
"""The kernel's conditions, by more rumination and a stronger pull of the ISS on the referee."""
CUT: dict[str, Any] = {
    "subordination_yields": 0.0,
    "subordination_lowers_drive": 0.0,
    # the ISS's pull is held at that of no ISS at all, -c_u u0: else the rested would yield more
    "drive_resists": 1.0 + 6.0 * 0.3 / 0.4,
}
VARIANTS: dict[str, Settings] = {
    "defaults": FIXED,
    "defaults, inner critic": {**FIXED, **CRITIC},
    "inner critic, strong rumination and hold": {**FIXED, **CRITIC, **STRONG},
    "constant rumination": {
        **FIXED,
        **CRITIC,
        **STRONG,
        "brooding_with_subordination": 0.0,
        "brooding_at_rest": 12.0,
    },
    "little constant rumination": {
        **FIXED,
        **CRITIC,
        **STRONG,
        "brooding_with_subordination": 0.0,
        "brooding_at_rest": 3.0,
    },
    "the same, no hold on the referee": {**FIXED, **CRITIC, **STRONG, **CUT},
    "inner power that learns": {**CRITIC, **STRONG},
}
INTACT = "inner critic, strong rumination and hold"


@cache
def rules() -> tuple[RuleSet, Any]:
    """Return the rules of solitude, and their compiled form."""
    found = RuleSet(Solitude)
    return found, prepare(found)


def alone(
    settings: Settings, people: int, seed: int = 1, defeats: tuple[float, ...] = DEFEATS, days: int = DAYS
) -> pd.DataFrame:
    """Return one row a person: `power` and `defeat` at the beginning, `end` = mean ISS of the last ten days,
    `days` until the ISS is under .15 for the first time (NaN: not in the `days` lived), `power_at_end`.

    All who differ only in power or defeat live on the same streams.
    """
    own, kernel = rules()
    cells = [(power, defeat) for power in POWERS for defeat in defeats]
    given = [
        {**settings, "power": {"mean": (0.0, power), "spread": 0.0}, "involuntary_subordination": defeat}
        for power, defeat in cells
    ]
    world = {"size": people, "days": days, "scarcity": 0.0}
    batch = society_batch(
        own, {"world": [world] * len(given), "person": given, "tie": [{}] * len(given)}, seed, [0]
    )
    slots = batch.steps // (days * ROUNDS_PER_DAY)
    keep = np.arange(1, days + 1) * ROUNDS_PER_DAY * slots - 1
    series = run_compiled(batch, kernel=kernel, keep=keep, record=("person",)).series["person"]
    iss = series["involuntary_subordination"]  # (cells, days, people)
    under = iss < RECOVERED
    recovered = np.where(under.any(axis=1), under.argmax(axis=1) + 1.0, np.nan)
    power, defeat = (np.repeat(column, people) for column in np.array(cells).T)
    return pd.DataFrame(
        {
            "person": np.tile(np.arange(people), len(cells)),
            "power": power,
            "defeat": defeat,
            "end": iss[:, -LAST:].mean(axis=1).ravel(),
            "days": recovered.ravel(),
            "power_at_end": series["power"][:, -1, :, 1].ravel(),
        }
    )


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a cell: mean `end` with its interval over people, share `chronic`, median `days`.

    The median is infinite when most have not recovered in sixty days.
    """
    rows = []
    for (power, defeat), own in table.groupby(["power", "defeat"]):
        end = own["end"].to_numpy(float)
        low, high = bootstrap_interval(end, np.mean)
        rows.append(
            {
                "power": power,
                "defeat": defeat,
                "end": end.mean(),
                "low": low,
                "high": high,
                "chronic": float((end > CHRONIC).mean()),
                "days": float(np.median(own["days"].fillna(np.inf))),
            }
        )
    return pd.DataFrame(rows)


def hysteresis(table: pd.DataFrame) -> pd.DataFrame:
    """Return, for each inner power, how far apart the rested and the defeated end, with its interval.

    Paired by person, since both live on the same streams; `fold` where the interval lies above .1.
    """
    rows = []
    for power, own in table.groupby("power"):
        wide = own.pivot(index="person", columns="defeat", values="end")
        apart = (wide[DEFEATED] - wide[RESTED]).to_numpy(float)
        low, high = bootstrap_interval(apart, np.mean)
        rows.append({"power": power, "apart": apart.mean(), "low": low, "high": high, "fold": low > 0.1})
    return pd.DataFrame(rows)


def later(people: int) -> pd.DataFrame:
    """Return, for longer and longer times alone, in which of two states the rested and the defeated are.

    Shares of people whose mean ISS of the last ten days is `low` (under .15), `between`, and `high` (over
    .4): two states, if few are between. Chance moves people from one to the other.
    """
    rows = []
    for days in (DAYS, 2 * DAYS, 4 * DAYS):
        table = alone(VARIANTS[INTACT], people, defeats=(RESTED, DEFEATED), days=days)
        for (power, defeat), own in table[table["power"].between(0.5, 0.9)].groupby(["power", "defeat"]):
            low, high = (own["end"] < RECOVERED).mean(), (own["end"] > 0.4).mean()
            row = {"days": days, "power": power, "defeat": defeat, "low": low}
            rows.append({**row, "between": 1.0 - low - high, "high": high})
    return pd.DataFrame(rows)


CRITICS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
CONDITIONS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "a .12": {"subordination_rise": 0.12},
    "n1 30": {"brooding_with_subordination": 30.0},
    "c_u 6": {"subordination_yields": 6.0},
    "a .12, n1 30": {"subordination_rise": 0.12, "brooding_with_subordination": 30.0},
    "a .12, n1 30, c_u 6": STRONG,
}


def where(people: int) -> pd.DataFrame:
    """Return one row a condition and dominance of the inner critic: the inner powers with a fold.

    `apart` is how far the rested and the defeated end apart at most; `chronic_at` the highest inner power at
    which the defeated end above .3.
    """
    rows = []
    for condition, given in CONDITIONS.items():
        for dominance in CRITICS:
            critic = {**CRITIC, "expected_dominance": {"mean": (0.2, dominance), "spread": 0.0}}
            table = alone({**FIXED, **critic, **given}, people, defeats=(RESTED, DEFEATED))
            apart, ends = hysteresis(table), summarise(table)
            own = apart.loc[apart["fold"], "power"]
            bad = ends.loc[(ends["defeat"] == DEFEATED) & (ends["end"] > CHRONIC), "power"]
            rows.append(
                {
                    "condition": condition,
                    "critic": dominance,
                    "fold_from": own.min(),
                    "fold_to": own.max(),
                    "apart": apart["apart"].max(),
                    "chronic_at": bad.max(),
                }
            )
    return pd.DataFrame(rows)


def rumination_number(settings: Settings) -> float:
    """Return the rumination number a τ_u n1 of settings: what a full ISS broods up in its own time."""
    given = {
        name: settings.get(name, parameter.default)
        for name, parameter in rules()[0].parameters("person").items()
    }
    days = given["subordination_time"] / 24.0
    return float(given["subordination_rise"] * days * given["brooding_with_subordination"])


def together(groups: int, seed: int = 1) -> pd.DataFrame:
    """Return one row a society of ten and `bids_go_on`: mean ISS of the second half, share above .3."""
    rows = []
    for goes_on in (0.0, 0.9):
        batch, _ = live_together({"size": 10, "bids_go_on": goes_on}, [{}], groups, seed, events=False)
        lived = batch.states["person"][
            "lived"
        ]  # sums over meetings: threat, ISS, soothing, drive, their number
        iss = lived[:, :, 1] / lived[:, :, 4]
        for group, own in enumerate(iss):
            found = {"iss": own.mean(), "chronic": (own > CHRONIC).mean(), "highest": own.max()}
            rows.append({"bids_go_on": goes_on, "group": group, **found})
    return pd.DataFrame(rows)


def picture(found: dict[str, pd.DataFrame]) -> Drawn:
    """Draw where the rested and the defeated end, and how long recovery takes, against inner power."""
    shown = {"defaults, inner critic": BLUE, INTACT: VERMILLION, "the same, no hold on the referee": GREY}
    with style():
        figure = new_figure((13.33, 6.6))
        ends, times = figure.subplots(1, 2)
        for name, colour in shown.items():
            for defeat, marker, line in ((DEFEATED, "v", "-"), (RESTED, "^", (0, (4, 2)))):
                own = found[name][found[name]["defeat"] == defeat]
                x = own["power"].to_numpy(float)
                ends.plot(x, own["end"], color=colour, marker=marker, linestyle=line)
                ends.fill_between(x, own["low"], own["high"], color=colour, alpha=0.25, linewidth=0)
            ends.plot([], [], color=colour, label=name)
        ends.plot([], [], color=INK, marker="v", label=f"began defeated (ISS {DEFEATED:g})")
        ends.plot(
            [], [], color=INK, marker="^", linestyle=(0, (4, 2)), label=f"began rested (ISS {RESTED:g})"
        )
        ends.set(ylim=(0.0, 0.75), title="Where people end after sixty days alone")
        ends.set_ylabel("ISS, mean of the last ten days (0–1)")
        looks = {
            0.8: (VERMILLION, "v", 16),
            0.6: (ACCENT, "D", 11),
            0.4: (BLUE, "s", 8),
            0.2: (ORANGE, "o", 5),
        }
        intact = found[INTACT]
        for defeat, (colour, marker, wide) in looks.items():
            own = intact[intact["defeat"] == defeat]
            days = np.minimum(own["days"].to_numpy(float), 66.0)
            look = {
                "color": colour,
                "marker": marker,
                "markersize": wide,
                "label": f"ISS {defeat:g} at the start",
            }
            times.plot(own["power"], days, **look)
        times.set_ylim(0.0, 70.0)
        times.set_yticks([0, 20, 40, 66], ["0", "20", "40", "over 60"])
        times.set(title="How long a defeat lasts, with both strong")
        times.set_ylabel("days until the ISS is under .15, median")
        times.legend(loc="lower left")
        for axes in (ends, times):
            axes.set_xlabel("Believed power over the internal other (−1–1)")
            quiet(axes, "both")
        figure.legend(*ends.get_legend_handles_labels(), loc="outside lower left", ncols=3)
        title = _title(found)
        head(figure, title)
    data = pd.concat([table.assign(variant=name) for name, table in found.items()], ignore_index=True)
    told = [f"{name}: {_told(table)}" for name, table in found.items() if name in shown]
    alt = (
        f"{title}. Left: mean ISS of the last ten days against inner power, for those who began defeated and "
        f"those who began rested. {'. '.join(told)}. Right: days until recovery."
    )
    caption = (
        "Means over people with 95 % bootstrap intervals (bands); inner power held, inner critic of "
        "dominance .7 and warmth −.3. Strong rumination and hold: a .12, n1 30 a day, c_u 6."
    )
    return Drawn(figure, title, alt, data, caption, tuple(data.columns))


def _gap(table: pd.DataFrame) -> pd.Series:
    wide = table.pivot(index="power", columns="defeat", values="end")
    return wide[DEFEATED] - wide[RESTED]


def _told(table: pd.DataFrame) -> str:
    gap = _gap(table)
    return f"the two end at most {gap.max():.2f} apart, at inner power {gap.idxmax():.1f}"


def _title(found: dict[str, pd.DataFrame]) -> str:
    if _gap(found[INTACT]).max() > 0.1 > _gap(found["defaults, inner critic"]).max():
        return (
            "With strong rumination and a strong hold of the ISS on the referee, past defeat lasts; "
            "by default inner power alone decides"
        )
    return "How a defeat lasts depends on inner power and rumination"


def main() -> None:
    """Live alone in every variant, then together, print what came of it, and draw."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--people", type=int, default=100, help="people for each power and defeat")
    reader.add_argument("--groups", type=int, default=60, help="societies with and without a way out")
    reader.add_argument("--out", type=Path, default=Path("fold.png"))
    given = reader.parse_args()
    found = {}
    for name, settings in VARIANTS.items():
        table = alone(settings, given.people)
        found[name] = summarise(table)
        apart = hysteresis(table)
        print(f"\n{name.upper()}; rumination number a τ n1 = {rumination_number(settings):.2f}")
        ends = found[name].pivot(index="power", columns="defeat", values="end")
        days = found[name].pivot(index="power", columns="defeat", values="days")
        print(
            "mean ISS of the last ten days, by inner power (row) and ISS at the start\n"
            + ends.round(2).to_string()
        )
        print("median days to recovery\n" + days.round(0).to_string())
        print("defeated minus rested\n" + apart.round(3).to_string(index=False))
    living = together(given.groups)
    print("\nTOGETHER: a way out after yielding (0) or none (0.9), mean over societies")
    for name in ("iss", "chronic", "highest"):
        wide = living.pivot(index="group", columns="bids_go_on", values=name)
        more = (wide[0.9] - wide[0.0]).to_numpy(float)
        low, high = bootstrap_interval(more, np.mean)
        with_and_without = f"{wide[0.0].mean():.3f}, {wide[0.9].mean():.3f}"
        print(f"{name}: {with_and_without}; more by {more.mean():.3f} ({low:.3f} to {high:.3f})")
    print("\nTWO STATES, and how long the past decides between them")
    print(later(given.people).round(2).to_string(index=False))
    print("\nWHERE THERE IS A FOLD, by condition and dominance of the inner critic; NaN: nowhere")
    print(where(max(10, given.people * 2 // 5)).round(2).to_string(index=False))
    picture(found).save(given.out)


if __name__ == "__main__":
    main()
