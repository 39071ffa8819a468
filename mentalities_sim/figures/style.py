"""How the figures look: colours everyone can tell apart, letters one can read from the back.

Colours are from Okabe and Ito (2008). The three systems keep the colours compassion focused
therapy teaches them in (threat red, drive blue, soothing green), shifted to the vermillion,
blue and bluish green of that palette, and every line also has its own dash and marker, so
that no meaning rests on colour alone.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

_FIXED = "\u00a0"  # a space that textwrap does not break at

SMALLEST_TEXT = 14.0
"""Points; no text in any figure is smaller."""

SLIDE = (13.33, 7.5)
"""Inches; a 16:9 slide."""

BLACK, INK, GREY, PALE = "#000000", "#222222", "#666666", "#E4E4E4"
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
ACCENT = "#A3437C"
"""The palette's reddish purple, darkened for thin lines on white: the arm that is singled out."""


@dataclass(frozen=True)
class Look:
    """How one thing is drawn wherever it appears: its name, colour and a second, colourless sign.

    Example:
        >>> SYSTEMS["threat"].colour
        '#D55E00'
    """

    label: str
    colour: str
    line: str = "-"
    marker: str = "o"
    hatch: str = ""


SYSTEMS: dict[str, Look] = {
    "threat": Look("threat", VERMILLION, "-", "o"),
    "drive": Look("drive", BLUE, (0, (5, 1.5)), "s"),  # type: ignore[arg-type]
    "soothing": Look("soothing", GREEN, (0, (7, 1.5, 1.5, 1.5)), "^"),  # type: ignore[arg-type]
    "involuntary_subordination": Look(
        "involuntary\nsubordination",
        BLACK,
        (0, (1.2, 1.2)),  # type: ignore[arg-type]
        "D",
    ),
}
"""State of a person → its look. The last is the involuntary subordination strategy (ISS)."""

MENTALITIES: tuple[Look, ...] = (
    Look("care-seeking", SKY, hatch=""),
    Look("care-giving", YELLOW, hatch=".."),
    Look("cooperating", "#DDDDDD", hatch="--"),
    Look("competing", ORANGE, hatch="//"),
    Look("sexual", PURPLE, hatch="xx"),
)
"""The five mentalities, in the order of their numbers 0 … 4."""

EVENTS: dict[str, Look] = {
    "rupture": Look("rupture", BLACK, marker="X"),
    "yielding": Look("yielding", BLACK, marker="v"),
    "counter-bid": Look("counter-bid", BLACK, marker="^"),
    "escape": Look("escape", BLACK, marker=">"),
    "ISS": Look("ISS on", BLACK, marker="|"),
    "mentality": Look("mentality switch", BLACK, marker="|"),
}
"""Kind of event → its look, in the order of the lanes of an event strip."""

_RC = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with Matplotlib: the same layout everywhere
    "font.size": 15.0,
    "axes.titlesize": 16.0,
    "axes.titleweight": "normal",
    "axes.titlelocation": "left",
    "axes.labelsize": 15.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": PALE,
    "text.color": INK,
    "xtick.labelsize": SMALLEST_TEXT,
    "ytick.labelsize": SMALLEST_TEXT,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.fontsize": SMALLEST_TEXT,
    "legend.frameon": False,
    "figure.titlesize": 21.0,
    "figure.titleweight": "bold",
    "figure.facecolor": "white",
    "figure.constrained_layout.w_pad": 0.08,
    "figure.constrained_layout.h_pad": 0.08,
    "lines.linewidth": 2.4,
    "lines.markersize": 7.0,
    "hatch.linewidth": 0.9,
    "savefig.dpi": 200,
    "svg.hashsalt": "mentalities_sim",  # the same figure gives the same file
    "svg.fonttype": "path",
    "axes.unicode_minus": True,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the package's style inside a `with` block; outside it nothing is changed.

    Example:
        >>> import matplotlib
        >>> before = matplotlib.rcParams["font.size"]
        >>> with style():
        ...     inside = matplotlib.rcParams["font.size"]
        >>> (inside, matplotlib.rcParams["font.size"] == before)
        (15.0, True)
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a user's own settings must not shrink the letters
        matplotlib.rcParams.update(_RC)  # type: ignore[arg-type]
        yield


def new_figure(size: tuple[float, float] = SLIDE) -> Figure:
    """An empty figure of `size` inches, without pyplot, so that no window and no state is made."""
    return Figure(figsize=size, layout="constrained")


def head(figure: Figure, title: str, below: str = "") -> None:
    """Put the sentence the figure says on top (wrapped to its width), a quiet line at the foot.

    Do not use `below` together with a legend outside the axes: both want the same place.
    """
    lines = balanced(title, int(figure.get_figwidth() * 5.6))
    figure.suptitle(lines, x=0.012, ha="left", linespacing=1.15)
    if below:
        # a supxlabel, because constrained layout keeps room for it and not for figure.text
        figure.supxlabel(below, x=0.012, ha="left", fontsize=SMALLEST_TEXT, color=GREY)


def balanced(words: str, width: int) -> str:
    """Break words into lines of even length, no longer than `width` letters.

    Numbers stay with the word after them and short brackets stay whole.

    Example:
        >>> balanced("threat falls and soothing rises", 28)
        'threat falls and\\nsoothing rises'
    """
    whole = re.sub(r"\([^()]{1,18}\)", lambda found: found[0].replace(" ", _FIXED), words)
    whole = re.sub(r"(?<=\d) (?=[%\w])", _FIXED, whole)
    lines = textwrap.wrap(whole, width)
    for narrower in range(width - 1, 0, -1):
        closer = textwrap.wrap(whole, narrower)
        if len(closer) > len(lines) or max(map(len, closer)) > narrower:
            break
        lines = closer
    return "\n".join(lines).replace(_FIXED, " ")


def mentality_key(figure: Figure, used: Sequence[int]) -> None:
    """Put a legend of the mentalities in `used` (their numbers) below the axes."""
    handles = [
        Patch(
            facecolor=MENTALITIES[i].colour,
            edgecolor=GREY,
            hatch=MENTALITIES[i].hatch,
            label=MENTALITIES[i].label,
            linewidth=0.8,
        )
        for i in used
    ]
    figure.legend(
        handles=handles,
        loc="outside lower right",
        ncols=len(handles),
        handleheight=1.4,
        handlelength=2.2,
        columnspacing=1.4,
    )


def quiet(axes: Axes, grid: str = "y") -> None:
    """Give an axes faint grid lines along `grid` ("x", "y", "both") and no tick marks."""
    axes.grid(True, axis=grid)  # type: ignore[arg-type]
    axes.tick_params(length=0)


def spread_labels(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Move label positions apart until neighbours are `gap` away, all within [low, high].

    Example:
        >>> spread_labels([0.50, 0.51], 0.1, 0.0, 1.0)
        [0.455, 0.555]
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    spots = [places[index] for index in order]
    for _ in range(200):
        moved = False
        for lower in range(len(spots) - 1):
            lack = gap - (spots[lower + 1] - spots[lower])
            if lack > 1e-9:
                spots[lower] -= lack / 2
                spots[lower + 1] += lack / 2
                moved = True
        if spots and spots[0] < low:
            spots[0], moved = low, True
        if spots and spots[-1] > high:
            spots[-1], moved = high, True
        if not moved:
            break
    result = [0.0] * len(places)
    for rank, index in enumerate(order):
        result[index] = round(spots[rank], 6)
    return result
