"""How one mentality follows another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import GREY, INK, MENTALITIES, head, new_figure, style
from mentalities_sim.figures.words import listed, number, sentence

_MAP = "YlGnBu"  # sequential: its lightness alone tells the shares apart


def transitions(
    matrix: ArrayLike | pd.DataFrame,
    *,
    labels: Sequence[str] | None = None,
    visits: Sequence[float] | None = None,
    below: str = "",
    step: str = "exchange",
) -> Drawn:
    """Draw a transition matrix as a heat map with its numbers; rows never visited are said so.

    `matrix` (n, n) holds counts or shares from the row's mentality to the column's; rows that
    do not sum to 1 are divided by their sum, rows of zeros or NaN count as never visited.
    `visits` (n,) are the numbers of `step`s that began in each mentality, shown with the row
    names; they are taken from `matrix` when that holds counts. `labels` default to a
    frame's index or to the five mentalities. `below` is a quiet line (which run it is).
    A matrix that is empty, not square or negative raises `FigureError`.
    """
    table = np.asarray(matrix, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or table.size == 0:
        raise FigureError(f"matrix must be square (n, n) and not empty; it has shape {table.shape}.")
    if np.nanmin(np.nan_to_num(table)) < 0:
        raise FigureError("matrix has negative entries; counts or shares are needed.")
    n = len(table)
    names = _names(matrix, labels, n)
    sums = np.nansum(table, axis=1)
    if visits is None and np.nanmax(np.nan_to_num(table)) > 1:
        visits = sums.tolist()
    visited = sums > 0
    shares = np.full((n, n), np.nan)
    shares[visited] = np.nan_to_num(table[visited]) / sums[visited, None]
    title = _title(shares, visited, names, visits, step)

    with style():
        figure = new_figure((12.0, 8.2))
        axes = figure.subplots()
        colours = colormaps[_MAP]
        image = axes.imshow(np.ma.masked_invalid(shares), cmap=_MAP, vmin=0, vmax=1, aspect="auto")
        for row in range(n):
            if not visited[row]:
                axes.add_patch(
                    Rectangle(
                        (-0.5, row - 0.5),
                        n,
                        1,
                        facecolor="#F2F2F2",
                        edgecolor="#CFCFCF",
                        hatch="//",
                        linewidth=0,
                    )
                )
                axes.text(
                    (n - 1) / 2,
                    row,
                    "never visited",
                    ha="center",
                    va="center",
                    fontsize=18,
                    bbox={"facecolor": "#F2F2F2", "edgecolor": "none"},
                )
                continue
            for column in range(n):
                share = shares[row, column]
                red, green, blue, _ = colours(share)
                dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
                axes.text(
                    column,
                    row,
                    _share(share),
                    ha="center",
                    va="center",
                    fontsize=20 if row == column else 18,
                    fontweight="bold" if row == column else "normal",
                    color="white" if dark else "black",
                )
        shown = [_row_name(names[i], None if visits is None else visits[i]) for i in range(n)]
        axes.set_xticks(range(n), names)
        axes.set_yticks(range(n), shown)
        axes.set_xlabel(f"Mentality at the next {step}")
        axes.set_ylabel(f"Mentality at one {step}")
        axes.tick_params(length=0)
        axes.set_xticks(np.arange(n + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(n + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=3)
        axes.tick_params(which="minor", length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        bar = figure.colorbar(image, ax=axes, shrink=0.9, pad=0.02)
        bar.set_label("Share of the row (0–1)")
        bar.outline.set_edgecolor(GREY)
        bar.ax.tick_params(color=INK)
        head(figure, title, below)
    data = pd.DataFrame(
        [
            {
                "from": names[i],
                "to": names[j],
                "share": shares[i, j],
                "visits": np.nan if visits is None else float(visits[i]),
            }
            for i in range(n)
            for j in range(n)
        ]
    )
    caption = f"Share of {step}s in the row's mentality that are followed by the column's."
    alt = _alt_text(title, shares, visited, names, step)
    return Drawn(figure, title, alt, data, caption, ("matrix",))


def _names(matrix: ArrayLike | pd.DataFrame, labels: Sequence[str] | None, n: int) -> list[str]:
    if labels is not None:
        names = [str(label) for label in labels]
    elif isinstance(matrix, pd.DataFrame) and all(isinstance(i, str) for i in matrix.index):
        names = [str(label).lower().replace("_", "-") for label in matrix.index]
    elif n == len(MENTALITIES):
        names = [look.label for look in MENTALITIES]
    else:
        names = [str(index) for index in range(n)]
    if len(names) != n:
        raise FigureError(f"labels has {len(names)} names, matrix has {n} rows.")
    return names


def _share(share: float) -> str:
    if share == 0:
        return "0"
    return "<0.01" if share < 0.005 else f"{share:.2f}"


def _row_name(name: str, visits: float | None) -> str:
    return name if visits is None else f"{name}\n(n = {visits:,.0f})".replace(",", "\u202f")


def _title(
    shares: np.ndarray,
    visited: np.ndarray,
    names: list[str],
    visits: Sequence[float] | None,
    step: str,
) -> str:
    if not visited.any():
        return "No mentality was visited"
    stay = np.where(visited, np.diag(shares), -1.0)
    holds = int(np.argmax(stay))
    said = (
        f"{names[holds]} holds longest: {100 * stay[holds]:.0f} % stay in it until the next {step}"
        if stay[holds] > 0
        else f"no mentality lasts beyond one {step}"
    )
    away = np.nan_to_num(shares) * (1 - np.eye(len(names)))
    weights = None if visits is None else np.asarray(visits, dtype=float)
    flow = away if weights is None else away * weights[:, None]
    if flow.max() > 0:
        row, column = np.unravel_index(int(np.argmax(flow)), flow.shape)
        word = "likeliest" if weights is None else "commonest"
        said += f"; the {word} switch is from {names[row]} to {names[column]}"
    else:
        said += "; no switch"
    return sentence(said)


def _alt_text(title: str, shares: np.ndarray, visited: np.ndarray, names: list[str], step: str) -> str:
    parts = [f"{title}.", f"Heat map of shares from one {step} to the next."]
    for row, name in enumerate(names):
        if not visited[row]:
            parts.append(f"{sentence(name)} was never visited.")
            continue
        told = [
            f"{names[c]} {number(shares[row, c])}"
            for c in np.argsort(-shares[row])
            if shares[row, c] >= 0.005
        ]
        parts.append(f"From {name} to {listed(told)}.")
    return " ".join(parts)
