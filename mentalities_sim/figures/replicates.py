"""How the interval of a comparison narrows with replicates, paired and unpaired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import ACCENT, BLUE, GREY, INK, head, new_figure, quiet, style
from mentalities_sim.figures.words import level_words, outcome_words, sentence

_LOOKS: dict[str, dict[str, Any]] = {
    "paired": {"color": ACCENT, "marker": "o", "linestyle": "-"},
    "unpaired": {"color": BLUE, "marker": "s", "linestyle": (0, (5, 2))},
}


def replicates_curve(
    frame: pd.DataFrame,
    outcome: str,
    *,
    axes: Sequence[str] = (),
    half_width: float | None = None,
) -> Drawn:
    """Draw the half-width of the interval of `outcome` by replicates, as `analysis.curve` gives it.

    One panel per cell (columns `axes`), paired and unpaired. Lines are predicted from the whole pilot,
    marks the medians of parts of it, bars their middle 95 %. A dotted line stands at `half_width`
    (unit of the outcome), the one wanted, and the title says what it takes with pairs and without;
    without it, how much narrower pairs make the interval. Raises `FigureError` for a frame that is no such
    curve.
    """
    require(frame, [*axes, "design", "replicates", "predicted", "observed", "low", "high"], "frame")
    cells = list(frame.groupby(list(axes), sort=True)) if axes else [((), frame)]
    if len(cells) > 6:
        raise FigureError(f"frame has {len(cells)} cells; six fit on a slide: keep some of them.")
    titles = _cell_words(cells, axes)
    title = _title(cells, titles, half_width)
    name, unit, _ = outcome_words(outcome)
    with style():
        columns = min(len(cells), 3)
        rows = -(-len(cells) // columns)
        figure = new_figure((13.33, 5.9 if rows == 1 else 9.6))
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for panel, (_, part), words in zip(panels, cells, titles, strict=False):
            _panel(panel, part, half_width)
            panel.set_title(sentence(words))
        for panel in panels[len(cells) :]:
            panel.set_visible(False)
        for panel in panels[::columns]:
            panel.set_ylabel(f"Half-width of the interval\n({name}{f', {unit}' if unit else ''})")
        figure.legend(handles=_key(half_width), loc="outside lower right", ncols=2)
        for panel in panels[max(len(cells) - columns, 0) : len(cells)]:
            panel.set_xlabel("Replicates per arm")
            panel.xaxis.set_tick_params(labelbottom=True)
        head(figure, title)
    caption = (
        f"Half-width of the interval of a difference in final {name} by replicates per arm. Lines: "
        "t · SD / √n, SD of the whole pilot. Marks: median over random parts of the pilot, bars: "
        "the middle 95 % of them."
    )
    columns_read = (*axes, "design", "replicates", "predicted", "observed", "low", "high")
    data = frame.assign(outcome=outcome).reset_index(drop=True)
    return Drawn(figure, title, _alt(title, cells, titles, name), data, caption, columns_read)


def _cell_words(cells: list[Any], axes: Sequence[str]) -> list[str]:
    if not axes:
        return [""]
    words = []
    for key, _ in cells:
        parts = []
        for axis, value in zip(axes, key, strict=True):
            every = sorted({k[list(axes).index(axis)] for k, _ in cells})
            numbers = all(isinstance(level, int | float | np.number) for level in every)
            named = level_words(every, axis)[value] if numbers else f"{axis} {value}"
            extra = f" ({value:g})" if numbers and not named.endswith(f"{value:g}") else ""
            parts.append(named.replace("_", " ") + extra)
        words.append(", ".join(parts))
    return words


def _panel(axes: Axes, part: pd.DataFrame, half_width: float | None) -> None:
    for design, look in _LOOKS.items():
        line = part[part["design"] == design].sort_values("replicates")
        if not (line["predicted"] > 0).any():
            continue  # no spread at all has no place on a logarithmic axis
        seen = line[line["observed"] > 0]
        axes.plot(line["replicates"], line["predicted"], color=look["color"], linestyle=look["linestyle"])
        # a hair apart, so that bars of the two designs do not hide one another
        places = seen["replicates"] * (0.985 if design == "paired" else 1.015)
        ends = [seen["observed"] - seen["low"], seen["high"] - seen["observed"]]
        axes.errorbar(
            places,
            seen["observed"],
            yerr=ends,
            color=look["color"],
            marker=look["marker"],
            markerfacecolor="white",
            markeredgewidth=2,
            linestyle="none",
            elinewidth=2,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    if half_width is not None:
        axes.axhline(half_width, color=INK, linestyle=(0, (1, 1.5)), linewidth=2)
    for axis in (axes.xaxis, axes.yaxis):
        plain_log_ticks(axis)
    quiet(axes, "both")
    axes.tick_params(which="both", length=0)


def plain_log_ticks(axis: Axis) -> None:
    """Mark a logarithmic axis at 1, 2, 5, 10 … in plain numbers."""
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _key(half_width: float | None) -> list[Line2D]:
    handles = [
        Line2D([], [], color=look["color"], linestyle=look["linestyle"], marker=look["marker"], **_HOLLOW)
        for look in _LOOKS.values()
    ]
    handles[0].set_label("paired: same client, same chance")
    handles[1].set_label("unpaired: separate replicates")
    handles.append(Line2D([], [], color=GREY, label="line: predicted · mark: seen in parts of the pilot"))
    if half_width is not None:
        words = f"half-width wanted ({half_width:.2g})"
        handles.append(Line2D([], [], color=INK, linestyle=(0, (1, 1.5)), linewidth=2, label=words))
    return handles


_HOLLOW: dict[str, Any] = {"markerfacecolor": "white", "markeredgewidth": 2}


def _title(cells: list[Any], words: list[str], half_width: float | None) -> str:
    told: list[tuple[float, str]] = []
    for (_, part), cell in zip(cells, words, strict=True):
        paired, unpaired = (_line(part, design) for design in _LOOKS)
        why = "which needs most" if half_width is not None else "where it helps least"
        at = f"at {cell}, {why}, " if cell and len(cells) > 1 else f"at {cell} " if cell else ""
        if not (paired["predicted"] > 0).any():
            told.append((np.inf, f"{at}the arms do not differ in spread: any two replicates are enough"))
            continue
        gain = float(np.median(unpaired["predicted"].to_numpy() / paired["predicted"].to_numpy()))
        if half_width is None:
            told.append((gain, f"{at}pairing makes the interval {_times(gain)}"))
            continue
        few, many = (_reaches(line, half_width) for line in (paired, unpaired))
        narrowed = -float(paired["predicted"].iloc[-1])
        told.append(
            (narrowed, f"{at}{few} paired replicates give ±{half_width:.2g}; unpaired it takes {many}")
        )
    # the cell that is hardest to tell, or where pairing helps least, decides how many to run
    return sentence(min(told)[1])


def _line(part: pd.DataFrame, design: str) -> pd.DataFrame:
    return part[part["design"] == design].sort_values("replicates")


def _times(gain: float) -> str:
    if gain < 1.05:
        return "no narrower"
    return f"{gain:.1f} times narrower"


def _reaches(line: pd.DataFrame, half_width: float) -> str:
    """Replicates at which the predicted line falls to the half-width, between its points as 1/√n."""
    n, wide = line["replicates"].to_numpy(float), line["predicted"].to_numpy(float)
    if wide[-1] > half_width:
        return f"some {_two_digits(n[-1] * (wide[-1] / half_width) ** 2):,}"
    if wide[0] <= half_width:
        return f"{n[0]:,.0f} or fewer"
    found = np.exp(np.interp(-np.log(half_width), -np.log(wide), np.log(n)))
    return f"some {_two_digits(float(found)):,}"


def _two_digits(n: float) -> int:
    step = 10 ** max(int(np.floor(np.log10(n))) - 1, 0)
    return int(np.ceil(n / step) * step)


def _alt(title: str, cells: list[Any], words: list[str], name: str) -> str:
    told = []
    for (_, part), cell in zip(cells, words, strict=True):
        for design in _LOOKS:
            line = _line(part, design)
            ends = [
                f"{line['predicted'].iloc[i]:.2g} with {line['replicates'].iloc[i]:,} replicates"
                for i in (0, -1)
            ]
            told.append(f"{cell + ', ' if cell else ''}{design}: {ends[0]}, {ends[1]}")
    return (
        f"{title}. Half-width of the interval of a difference in final {name} by replicates per arm, both "
        f"axes logarithmic: lines that fall as one over root n. {'; '.join(told)}."
    )
