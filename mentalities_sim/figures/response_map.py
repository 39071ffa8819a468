"""An outcome over two axes of a sample that fills the space, with the best of one for each of the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mentalities_sim.analysis.smooth import lowest
from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.replicates import plain_log_ticks
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import GREY, INK, head, new_figure, style
from mentalities_sim.figures.words import listed, number, outcome_words, sentence

CELLS = 12
"""Most cells of the map along each axis; fewer where a panel has too few points to fill them."""

BANDS = 6
"""Most bands of y in which the best x is sought; fewer where a panel has less than 50 points for each."""

LEAST = 5
"""Points a cell needs to be coloured."""

LEAST_IN_BAND = 30
"""Points a band needs for its best x."""

KNOWN = 0.5
"""Share of the axis from which on an interval is too wide to mark a best x in it."""

MOVED = 0.1
"""Share of the axis by which a best x must move for the title to say so."""

NAMES = {
    "level": ("warmth level", "most warmth given, 0–1"),
    "fear": ("fear", "learned danger of warmth, 0–1"),
}
"""Axis → its name in a sentence, and what is measured, with its unit."""


@dataclass(frozen=True)
class _Part:
    """One panel: its points (x and y on drawn scales, both 0–1 over the whole sample) and its words."""

    words: str
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray


def response_map(
    frame: pd.DataFrame,
    x: str,
    y: str,
    outcome: str,
    panels: str | None = None,
    best: str = "lowest",
    log: Collection[str] = (),
    *,
    names: Mapping[str, tuple[str, str]] | None = None,
    resamples: int = 300,
    seed: int = 0,
) -> Drawn:
    """Draw the mean of `outcome` over the axes `x` and `y`, and the x that leaves it best for each y.

    `frame` has one row per point of a sample that fills the space (thousands of points; the outcome is the
    mean over a point's replicates, NaN left out); `panels` is a third axis, cut at its terciles; axes in
    `log` are cut, drawn and fitted on a logarithmic scale. Colours are means over up to 12 × 12 cells;
    cells of fewer than 5 points are left blank. The line is the x of the `best` ("lowest" or "highest")
    value of a smooth curve in x (`analysis.smooth.lowest`) through the points of each of up to 6 bands of y,
    with a 95 % percentile interval from resampled points; beside a jump it keeps a little too far from it.
    Where an interval is wider than half the axis only the interval is drawn: the outcome hardly hangs on x
    there. The title says how the best x goes with y where it moves by a tenth of the axis or more and its
    intervals in the lowest and the highest band do not overlap; elsewhere it claims nothing. `names` gives
    an axis its words and what it measures, with the unit.

    Raises `FigureError` for missing columns, too few points or another word for `best`.
    """
    require(frame, [x, y, outcome, *([panels] if panels else [])], "frame")
    if best not in {"lowest", "highest"}:
        raise FigureError(f"best is {best!r}; allowed: 'lowest' or 'highest'.")
    points = frame[np.isfinite(frame[outcome].astype(float))]
    known = {**NAMES, **(names or {})}
    scales = {axis: _Scale(points, axis, axis in log, known) for axis in (x, y)}
    parts = _parts(points, scales[x], scales[y], outcome, panels, known)
    side = min(max(int((min(len(part.z) for part in parts) / 12) ** 0.5), 4), CELLS)
    cells = pd.concat([_cells(part, side) for part in parts], ignore_index=True)
    lines = _lines(parts, scales[x], best, resamples, seed)
    title = _title(lines, parts, scales[x], scales[y], outcome, best)
    with style():
        figure = _figure(parts, cells, lines, scales[x], scales[y], outcome, best)
        head(figure, title)
    data = _unscaled(cells, lines, scales[x], scales[y])
    name = outcome_words(outcome)[0]
    third = known.get(panels, (panels.replace("_", " "), ""))[0] if panels else ""
    caption = _caption(len(points), scales[x].words, scales[y].words, third, name, best)
    used = (x, y, *((panels,) if panels else ()), outcome)
    return Drawn(figure, title, _alt(title, lines, parts, scales[x], scales[y], name), data, caption, used)


def _figure(
    parts: list[_Part],
    cells: pd.DataFrame,
    lines: pd.DataFrame,
    x: _Scale,
    y: _Scale,
    outcome: str,
    best: str,
) -> Figure:
    figure = new_figure((13.33, 6.6))
    drawn = figure.subplots(1, len(parts), sharex=True, sharey=True, squeeze=False)[0]
    ends = float(cells["mean"].min()), float(cells["mean"].max())
    for axes, part in zip(drawn, parts, strict=True):
        mesh = _panel(axes, part, cells, x, y, ends)
        _marks(axes, lines[lines["panel"] == part.words], y)
    drawn[0].set_ylabel(y.label)
    drawn[len(drawn) // 2].set_xlabel(x.label)
    name, unit, _ = outcome_words(outcome)
    bar = figure.colorbar(mesh, ax=list(drawn), pad=0.015, aspect=28)
    bar.set_label(f"Final {name}{f' ({unit})' if unit else ''}")
    bar.outline.set_visible(False)
    _key(figure, best, x.words, name, bool(cells["mean"].isna().any()))
    return figure


def _caption(points: int, x: str, y: str, third: str, name: str, best: str) -> str:
    return (
        f"Mean final {name} of {points:,} points by {x} and {y}{f', in thirds of {third}' if third else ''}. "
        f"Blank: fewer than {LEAST} points. Line: {x} of the {best} value of a smooth curve in "
        f"each band of {y}, 95 % interval over resampled points; unmarked where wider than half the axis."
    )


class _Scale:
    """An axis on its drawn scale: 0–1 from its smallest to its largest value, logarithmic or not."""

    def __init__(
        self, points: pd.DataFrame, axis: str, log: bool, names: Mapping[str, tuple[str, str]]
    ) -> None:
        values = points[axis].to_numpy(float)
        if len(values) < LEAST_IN_BAND:
            raise FigureError(
                f"frame has {len(values)} points; a map needs {LEAST_IN_BAND}, better thousands."
            )
        if not values.max() > values.min():
            raise FigureError(f"{axis!r} is {values[0]:g} at every point and spans no map.")
        if log and values.min() <= 0:
            raise FigureError(f"{axis!r} has values of 0 or less and cannot be drawn on a logarithmic scale.")
        self.axis, self.log = axis, log
        self.words, measured = names.get(axis, (axis.replace("_", " "), ""))
        self.label = sentence(self.words) + (f" ({measured})" if measured else "")
        bent = np.log(values) if log else values
        self.start, self.length = float(bent.min()), float(np.ptp(bent))

    def unit(self, values: np.ndarray) -> np.ndarray:
        bent = np.log(values) if self.log else values
        return np.asarray((bent - self.start) / self.length)

    def back(self, unit: np.ndarray) -> np.ndarray:
        bent = self.start + unit * self.length
        return np.exp(bent) if self.log else bent


def _parts(
    points: pd.DataFrame,
    x: _Scale,
    y: _Scale,
    outcome: str,
    panels: str | None,
    names: Mapping[str, tuple[str, str]],
) -> list[_Part]:
    def part(words: str, rows: pd.DataFrame) -> _Part:
        return _Part(
            words,
            x.unit(rows[x.axis].to_numpy(float)),
            y.unit(rows[y.axis].to_numpy(float)),
            rows[outcome].to_numpy(float),
        )

    if panels is None:
        return [part("", points)]
    values = points[panels].to_numpy(float)
    edges = np.quantile(values, [0, 1 / 3, 2 / 3, 1])
    name = names.get(panels, (panels.replace("_", " "), ""))[0]
    found = []
    for i, rank in enumerate(("low", "middle", "high")):
        inside = (values >= edges[i]) & ((values < edges[i + 1]) if i < 2 else (values <= edges[i + 1]))
        if not inside.any():
            raise FigureError(f"{panels!r} has too few different values to be cut into thirds.")
        found.append(part(f"{rank} {name} ({edges[i]:.2g} to {edges[i + 1]:.2g})", points[inside]))
    return found


def _cells(part: _Part, side: int) -> pd.DataFrame:
    """Mean outcome per cell, in long form; NaN where there are too few points."""
    column = np.minimum((part.x * side).astype(int), side - 1)
    row = np.minimum((part.y * side).astype(int), side - 1)
    place = row * side + column
    count = np.bincount(place, minlength=side**2)
    total = np.bincount(place, weights=part.z, minlength=side**2)
    mean = np.divide(total, count, out=np.full(side**2, np.nan), where=count >= LEAST)
    centre = (np.arange(side) + 0.5) / side
    return pd.DataFrame(
        {
            "panel": part.words,
            "x": np.tile(centre, side),
            "y": np.repeat(centre, side),
            "mean": mean,
            "points": count,
        }
    )


def _lines(parts: list[_Part], x: _Scale, best: str, resamples: int, seed: int) -> pd.DataFrame:
    """The best x of every panel and band, in units of x, and whether it is known well enough to be marked."""
    sign = 1.0 if best == "lowest" else -1.0
    rng = np.random.default_rng(seed)
    lines = pd.concat([_best_line(part, sign, resamples, rng) for part in parts], ignore_index=True)
    lines["known"] = lines["high"] - lines["low"] < KNOWN
    for column in ("best", "low", "high"):
        lines[column] = x.back(lines[column].to_numpy(float))
    return lines


def _best_line(part: _Part, sign: float, resamples: int, rng: np.random.Generator) -> pd.DataFrame:
    """The best x (0–1) with its interval in each band of y that has points enough."""
    rows = []
    bands = min(max(len(part.z) // 50, 2), BANDS)
    band = np.minimum((part.y * bands).astype(int), bands - 1)
    for i in range(bands):
        x, z = part.x[band == i], sign * part.z[band == i]
        if len(x) < LEAST_IN_BAND:
            continue
        drawn = rng.integers(len(x), size=(resamples, len(x)))
        found = lowest(x, z, np.vstack([np.arange(len(x)), drawn]))
        low, high = np.percentile(found[1:], [2.5, 97.5])
        rows.append((part.words, (i + 0.5) / bands, found[0], low, high, len(x)))
    return pd.DataFrame(rows, columns=["panel", "y", "best", "low", "high", "points"])


def _panel(
    axes: Axes,
    part: _Part,
    cells: pd.DataFrame,
    x: _Scale,
    y: _Scale,
    ends: tuple[float, float],
) -> QuadMesh:
    mean = cells.loc[cells["panel"] == part.words, "mean"].to_numpy()
    side = round(len(mean) ** 0.5)
    edges = np.linspace(0, 1, side + 1)
    mesh = axes.pcolormesh(
        x.back(edges),
        y.back(edges),
        mean.reshape(side, side),
        cmap="cividis",
        vmin=ends[0],
        vmax=ends[1],
        rasterized=True,
    )
    axes.set_facecolor("white")
    for scale, set_scale, axis in ((x, axes.set_xscale, axes.xaxis), (y, axes.set_yscale, axes.yaxis)):
        if scale.log:
            set_scale("log")
            plain_log_ticks(axis)
    axes.set_title(sentence(part.words).replace(" (", "\n("))
    axes.tick_params(which="both", length=0)
    return mesh


def _marks(axes: Axes, line: pd.DataFrame, y: _Scale) -> None:
    if line.empty:
        return
    height = y.back(line["y"].to_numpy(float))
    outlined = [patheffects.withStroke(linewidth=6.5, foreground="white")]
    axes.hlines(
        height, line["low"], line["high"], color=INK, linewidth=3, path_effects=outlined, gid="interval"
    )
    axes.plot(
        line["best"].where(line["known"]),
        height,
        color=INK,
        marker="o",
        markersize=9,
        markerfacecolor="white",
        markeredgewidth=2.4,
        linewidth=2.4,
        path_effects=outlined,
        clip_on=False,
        zorder=4,
    )


def _key(figure: Figure, best: str, x_words: str, name: str, blank: bool) -> None:
    handles: list[Line2D | Patch] = [
        Line2D(
            [],
            [],
            color=INK,
            marker="o",
            markersize=9,
            markerfacecolor="white",
            markeredgewidth=2.4,
            label=f"{x_words} with the {best} {name}, 95 % interval",
        )
    ]
    if blank:
        words = f"blank: fewer than {LEAST} points"
        handles.append(Patch(facecolor="white", edgecolor=GREY, label=words))
    figure.legend(handles=handles, loc="outside lower right", ncols=2)


def _title(lines: pd.DataFrame, parts: list[_Part], x: _Scale, y: _Scale, outcome: str, best: str) -> str:
    """How the best x goes with y, panel by panel; nothing where the ends' intervals overlap."""
    ways: dict[int, list[tuple[str, float, float]]] = {-1: [], 1: [], 0: []}
    for part in parts:
        line = lines[lines["panel"] == part.words]
        if len(line) < 2:
            ways[0].append((part.words, np.nan, np.nan))
            continue
        first, last = line.iloc[0], line.iloc[-1]
        way = int(last["low"] > first["high"]) - int(last["high"] < first["low"])
        if abs(np.diff(x.unit(np.array([first["best"], last["best"]])))[0]) < MOVED:
            way = 0
        ways[way].append((part.words, float(first["best"]), float(last["best"])))
    if lines.empty:
        return sentence(f"too few points to say which {x.words} is best for {outcome_words(outcome)[0]}")
    told = []
    for way, verb in ((-1, "falls"), (1, "rises")):
        if ways[way]:
            starts, stops = [one for _, one, _ in ways[way]], [one for *_, one in ways[way]]
            each = not _alike(starts, x) or not _alike(stops, x)
            at = "" if len(parts) == 1 else f" at {_where(ways[way], len(parts), each)}"
            told.append(f"{verb} from {_range(starts, x)} to {_range(stops, x)}{at}")
    what = f"the best {x.words} for {outcome_words(outcome)[0]}"
    if not told:
        return sentence(f"{what} does not clearly change with {y.words}")
    said = f"{what} {listed(told)} as {y.words} rises"
    if ways[0]:
        said += f"; no clear change at {_where(ways[0], len(parts))}"
    return sentence(said)


def _where(rows: list[tuple[str, float, float]], every: int, each: bool = False) -> str:
    """Names of panels without their numbers: "low and middle pacing"."""
    short = [words.split(" (")[0] for words, *_ in rows]
    if len(short) == every and not each:
        return "every " + short[0].partition(" ")[2]
    noun = short[0].partition(" ")[2]
    return f"{listed([one.partition(' ')[0] for one in short])} {noun}"


def _alike(values: list[float], x: _Scale) -> bool:
    return float(np.ptp(x.unit(np.array(values)))) < MOVED


def _range(values: list[float], x: _Scale) -> str:
    """One number or range for panels that are alike, else a number for each panel."""
    if not _alike(values, x):
        return listed([f"{value:.2g}" for value in values])
    low, high = f"{min(values):.2g}", f"{max(values):.2g}"
    return low if low == high else f"{low}–{high}"


def _unscaled(cells: pd.DataFrame, lines: pd.DataFrame, x: _Scale, y: _Scale) -> pd.DataFrame:
    """The plotted marks in units of the axes, their columns called by the axes' names."""
    data = pd.concat([cells.assign(kind="cell"), lines.assign(kind="best")], ignore_index=True)
    return data.assign(
        x=x.back(data["x"].to_numpy(float)),
        y=y.back(data["y"].to_numpy(float)),
    ).rename(columns={"x": x.axis, "y": y.axis, "best": f"best_{x.axis}"})


def _alt(title: str, lines: pd.DataFrame, parts: list[_Part], x: _Scale, y: _Scale, name: str) -> str:
    told = []
    for part in parts:
        line = lines[lines["panel"] == part.words]
        heights = y.back(line["y"].to_numpy(float))
        each = [
            f"{y.words} {number(h)}: {number(one.best)} ({number(one.low)} to {number(one.high)})"
            for h, one in zip(heights, line.itertuples(), strict=True)
        ]
        told.append(f"{sentence(part.words) + ': ' if part.words else ''}{'; '.join(each)}")
    return (
        f"{title}. Heat map of final {name} over {x.words} (across) and {y.words} (upward) with the best "
        f"{x.words} and its 95 % interval for each band of {y.words}. {'. '.join(told)}."
    )
