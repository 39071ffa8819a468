"""Hierarchies of simulated groups beside those of real animal groups, measure by measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mentalities_sim.calibration.groups import MEASURES, Spread, spreads
from mentalities_sim.calibration.targets import target
from mentalities_sim.figures.frames import FigureError, require
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import ACCENT, BLUE, INK, ORANGE, PALE, head, new_figure, quiet, style
from mentalities_sim.figures.words import listed, sentence

_NAMES = {
    "de_vries_h": "Linearity h′",
    "ttri": "Triangle transitivity",
    "steepness": "Steepness",
    "dci": "Consistency (DCI)",
}
_LOOKS: tuple[dict[str, Any], ...] = (
    {"color": ACCENT, "marker": "D"},
    {"color": BLUE, "marker": "s"},
    {"color": ORANGE, "marker": "^"},
    {"color": INK, "marker": "o"},
)


def published_quartiles(
    groups: pd.DataFrame,
    *,
    models: Sequence[str] | None = None,
    resamples: int = 2000,
    seed: int = 0,
) -> Drawn:
    """Draw median and quartiles of h′, ttri, steepness and DCI of each model on the published ones.

    `groups` has one row a group: a `model` (the name shown) and the four measures, as
    `calibration.group_measures` gives them. `models` says which to draw, in order, up to four; the title
    speaks of the first, and if all its four medians lie inside, of others whose do. Grey bands and lines are
    the published quartiles and medians (DomArchive), thin bars the quartiles over groups, broad bars the
    95 % bootstrap interval of the median. Raises `FigureError`
    for missing columns, unknown or too many models, or a model in which a measure is never defined.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> made = pd.DataFrame(rng.uniform(0.7, 1.0, (20, 4)), columns=list(MEASURES))
        >>> published_quartiles(made.assign(model="the society"), resamples=50).title
        'All four medians of the society lie within the quartiles of real animal groups'
    """
    require(groups, ["model", *MEASURES], "groups")
    have = list(dict.fromkeys(map(str, groups["model"])))
    chosen = list(models) if models is not None else have
    absent = [name for name in chosen if name not in have]
    if absent or not chosen:
        raise FigureError(f"groups has no model {', '.join(absent)!r}; it has {', '.join(have)}.")
    if len(chosen) > len(_LOOKS):
        raise FigureError(f"{len(chosen)} models; {len(_LOOKS)} fit: choose by models=[...].")
    found = {
        name: spreads(groups[groups["model"].astype(str) == name], resamples=resamples, seed=seed)
        for name in chosen
    }
    _refuse_undefined(found)
    title = _title(found)
    with style():
        figure = new_figure((13.33, 4.6 + 0.45 * len(chosen)))
        panels = figure.subplots(1, len(MEASURES), sharey=True)
        left = min(0.5, *(spread.lower_quartile for one in found.values() for spread in one.values()))
        for axes, measure in zip(panels, MEASURES, strict=True):
            _panel(axes, measure, [found[name][measure] for name in chosen], max(left, -0.2))
        panels[0].set_yticks(range(len(chosen)), [sentence(name) for name in chosen])
        panels[0].set_ylim(len(chosen) - 0.4, -0.6)
        first = panels[0].get_yticklabels()[0]
        first.set_color(ACCENT)
        first.set_fontweight("bold")
        figure.legend(handles=_key(), loc="outside lower left", ncols=3)
        head(figure, title)
    data = _data(found)
    caption = (
        "Median (mark), 95 % bootstrap interval of the median (broad bar), quartiles over groups (thin). "
        "Grey: median and quartiles of real animal groups of 6–15 with under 10 % unknown dyads (DomArchive, "
        "Strauss et al. 2022). Animals are an analogy for people, no more."
    )
    return Drawn(figure, title, _alt(title, data), data, caption, ("model", *MEASURES))


def _refuse_undefined(found: dict[str, dict[str, Spread]]) -> None:
    for name, measures in found.items():
        for measure, spread in measures.items():
            if spread.groups == 0:
                raise FigureError(f"groups: {measure} is defined in no group of model {name!r}.")


def _panel(axes: Axes, measure: str, drawn: list[Spread], left: float) -> None:
    published = target(measure)
    axes.axvspan(published.low, published.high, color=PALE, zorder=0)
    axes.axvline(float(published.published or 0.0), color=INK, linewidth=1.6, linestyle=(0, (4, 2)), zorder=1)
    for place, (spread, look) in enumerate(zip(drawn, _LOOKS, strict=False)):
        quartiles, ends = (spread.lower_quartile, spread.upper_quartile), (spread.low, spread.high)
        axes.plot(quartiles, [place] * 2, color=look["color"], linewidth=2.2, solid_capstyle="butt")
        interval = {"color": look["color"], "linewidth": 15, "alpha": 0.35, "solid_capstyle": "butt"}
        axes.plot(ends, [place] * 2, gid="interval", **interval)
        axes.plot(
            spread.median,
            place,
            **look,
            markersize=8,
            markerfacecolor=look["color"] if spread.inside(published) else "white",
            markeredgewidth=2.2,
            linestyle="none",
            zorder=4,
        )
    axes.set_title(_NAMES[measure])
    axes.set_xlim(left - 0.05, 1.03)
    axes.set_xlabel("Index, at most 1")
    axes.locator_params(axis="x", nbins=4)
    quiet(axes, "x")
    axes.spines["left"].set_visible(False)


def _key() -> list[Line2D | Patch]:
    mark: dict[str, Any] = {
        "color": INK,
        "marker": "o",
        "linestyle": "none",
        "markersize": 8,
        "markeredgewidth": 2,
    }
    return [
        Patch(facecolor=PALE, label="real animal groups, quartiles"),
        Line2D([], [], color=INK, linewidth=1.6, linestyle=(0, (4, 2)), label="their median"),
        Line2D([], [], label="median within their quartiles", **mark),
        Line2D([], [], color=INK, linewidth=2.2, label="quartiles over groups"),
        Line2D([], [], color=INK, linewidth=15, alpha=0.35, label="95 % interval of the median"),
        Line2D([], [], label="median outside of them", markerfacecolor="white", **mark),
    ]


def _title(models: dict[str, dict[str, Spread]]) -> str:
    (name, found), *others = models.items()
    outside = _outside(found)
    if not outside:
        said = f"All four medians of {_of(name)} lie within the quartiles of real animal groups"
        also = [_of(other) for other, spread in others if not _outside(spread)]
        return said + (f"; so do those of {listed(also)}" if also else "")
    told = []
    for measure in outside:
        low = found[measure].median < target(measure).low
        told.append(f"{_NAMES[measure][0].lower()}{_NAMES[measure][1:]} is too {'low' if low else 'high'}")
    return sentence(f"{name}: {listed(told)} for real animal groups")


def _outside(found: dict[str, Spread]) -> list[str]:
    return [measure for measure in MEASURES if not found[measure].inside(target(measure))]


def _of(name: str) -> str:
    """The name within a sentence: a comma in it would end it."""
    return "“" + name + "”" if "," in name else name


def _data(found: dict[str, dict[str, Spread]]) -> pd.DataFrame:
    rows = []
    for name, measures in found.items():
        for measure, spread in measures.items():
            one = target(measure)
            rows.append(
                {
                    "model": name,
                    "measure": measure,
                    "median": spread.median,
                    "low": spread.low,
                    "high": spread.high,
                    "lower_quartile": spread.lower_quartile,
                    "upper_quartile": spread.upper_quartile,
                    "groups": spread.groups,
                    "published": one.published,
                    "published_lower_quartile": one.low,
                    "published_upper_quartile": one.high,
                    "inside": spread.inside(one),
                }
            )
    return pd.DataFrame(rows)


def _alt(title: str, data: pd.DataFrame) -> str:
    told = []
    for name, rows in data.groupby("model", sort=False):
        parts = [
            f"{_NAMES[row.measure]} {row.median:.2f} ({row.lower_quartile:.2f} to {row.upper_quartile:.2f})"
            for row in rows.itertuples()
        ]
        told.append(f"{sentence(str(name))}: {', '.join(parts)}")
    published = ", ".join(
        f"{_NAMES[name]} {target(name).published:.2f} ({target(name).low:.2f} to {target(name).high:.2f})"
        for name in MEASURES
    )
    return (
        f"{title}. Dot plot, one panel per measure, one row per model, medians and quartiles over groups, on "
        f"the published ones of real animal groups: {published}. {'. '.join(told)}."
    )
