"""Which mentality leads, over time: one client session by session, or several stacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mentalities_sim.figures.frames import FigureError, client_rows, run_words, spacing, stretches
from mentalities_sim.figures.saving import Drawn
from mentalities_sim.figures.style import (
    GREY,
    INK,
    MENTALITIES,
    SMALLEST_TEXT,
    head,
    mentality_key,
    new_figure,
    style,
)
from mentalities_sim.figures.words import arm_words, listed, sentence

_MOST_RUNS = 12
_CLEAR_LEAD = 0.35  # with five mentalities, chance alone gives a fifth to each


def ribbon(
    series: pd.DataFrame,
    arm: str | Sequence[str],
    replicate: int | Sequence[int],
    *,
    where: Mapping[str, Any] | None = None,
    person: str = "client",
) -> Drawn:
    """Draw the leading mentality at every exchange as coloured, hatched stretches.

    One arm and one replicate give one client, a row per session, so that 1200 exchanges stay
    legible. Several arms or replicates (at most 12 runs) are stacked, one ribbon per run,
    sessions joined end to end and marked. `where` names the swept value, e.g. ``{"fear": 0.9}``.
    """
    arms = [arm] if isinstance(arm, str) else [str(one) for one in arm]
    replicates = [replicate] if isinstance(replicate, (int, np.integer)) else list(replicate)
    runs = [(one, int(other)) for one in arms for other in replicates]
    if not 1 <= len(runs) <= _MOST_RUNS:
        raise FigureError(f"ribbon draws 1 to {_MOST_RUNS} runs; {len(runs)} were asked for.")
    column = f"{person}_mentality"
    picked = [(a, r, client_rows(series, a, r, where, [column])) for a, r in runs]
    for _, _, rows in picked:
        known = rows[column].isin(range(len(MENTALITIES)))
        if not known.all():
            odd = sorted(set(rows.loc[~known, column]))
            raise FigureError(f"series column '{column}' holds {odd}; mentalities are 0 to 4.")
    data = pd.concat(
        [rows[["arm", "replicate", "session", "exchange", column]] for _, _, rows in picked],
        ignore_index=True,
    )
    shares = [_shares(rows[column]) for _, _, rows in picked]
    title = _one_title(picked[0][2], column) if len(runs) == 1 else _many_title(picked, shares)

    with style():
        if len(runs) == 1:
            sessions = picked[0][2]["session"].nunique()
            figure = new_figure((13.33, min(9.5, 3.0 + 0.26 * sessions + 0.6)))
            axes = figure.subplots()
            _calendar(axes, picked[0][2], column)
            below = run_words(picked[0][2], *runs[0], where)
        else:
            figure = new_figure((13.33, 3.0 + 0.72 * len(runs)))
            axes = figure.subplots()
            _stack(axes, picked, column, len(arms), len(replicates))
            below = _shared_words(picked[0][2], arms, replicates, where)
        used = sorted(set(data[column]))
        mentality_key(figure, used)
        axes.set_title(below, color=GREY, fontsize=SMALLEST_TEXT)
        head(figure, title)
    caption = "The mentality that leads at each exchange (about 30 s); sessions are a week apart."
    columns = ("arm", "replicate", "week", "exchange", "hours", column)
    return Drawn(figure, title, _alt_text(title, picked, shares), data, caption, columns)


def _shares(mentality: pd.Series) -> np.ndarray:
    counts = np.bincount(mentality.to_numpy(dtype=int), minlength=len(MENTALITIES))
    return np.asarray(counts / counts.sum())


def _boxes(axes: Axes, mentality: np.ndarray, left: np.ndarray, lane: float, height: float) -> None:
    """One collection per mentality, so that a therapy of many switches stays a small file."""
    spans: dict[int, list[tuple[float, float]]] = {}
    gap = spacing(left)  # series kept at a stride: what was seen is taken to hold until the next look
    for value, first, length in stretches(mentality):
        spans.setdefault(value, []).append((float(left[first]), length * gap))
    for value, boxes in spans.items():
        look = MENTALITIES[value]
        axes.broken_barh(
            boxes,
            (lane - height / 2, height),
            facecolor=look.colour,
            edgecolor=GREY,
            hatch=look.hatch,
            linewidth=0,
        )


def _calendar(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    for session, part in rows.groupby("session"):
        left = part["exchange"].to_numpy(dtype=float) + 0.5
        _boxes(axes, part[column].to_numpy(dtype=int), left, float(session), 0.86)
    first, last = int(rows["session"].min()), int(rows["session"].max())
    step = 1 if last - first < 12 else 2 if last - first < 26 else 5
    axes.set_yticks(range(first, last + 1, step))
    axes.set_ylim(last + 0.6, first - 0.6)
    end = int(rows["exchange"].max()) + 1
    axes.set_xlim(0.5, end + 0.5)
    axes.set_xticks([1, *range(10, end + 1, 10)])
    axes.set_xlabel("Exchange of the session (about 30 s each)")
    axes.set_ylabel("Session (one a week)")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _stack(
    axes: Axes,
    picked: list[tuple[str, int, pd.DataFrame]],
    column: str,
    arms: int,
    replicates: int,
) -> None:
    labels = []
    longest = max(len(rows) for _, _, rows in picked)
    marks: dict[int, int] = {}
    for lane, (arm, replicate, rows) in enumerate(picked):
        left = np.arange(len(rows), dtype=float)
        _boxes(axes, rows[column].to_numpy(dtype=int), left, lane, 0.74)
        label = arm_words(arm) if arms > 1 else f"client {replicate}"
        labels.append(f"{label}, client {replicate}" if arms > 1 and replicates > 1 else label)
        starts = np.flatnonzero(np.diff(rows["session"].to_numpy(), prepend=-1))
        for start, session in zip(starts, rows["session"].to_numpy()[starts], strict=True):
            axes.plot([start, start], [lane - 0.47, lane + 0.47], color=INK, linewidth=1.4)
            marks.setdefault(int(session), int(start))
        if len(rows) < longest:
            axes.text(
                len(rows) + 0.008 * longest,
                lane,
                "ends here",
                va="center",
                fontsize=SMALLEST_TEXT,
                color=GREY,
            )
    shown = {s: x for s, x in marks.items() if len(marks) <= 26 or s % 5 == 0}
    width = longest / max(len(marks), 1)
    axes.set_xticks([x + width / 2 for x in shown.values()], [str(s) for s in shown])
    axes.set_yticks(range(len(picked)), labels)
    axes.set_ylim(len(picked) - 0.45, -0.55)
    axes.set_xlim(0, longest)
    axes.set_xlabel("Session (lines mark their starts; within a session, exchanges of about 30 s)")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _shared_words(
    rows: pd.DataFrame,
    arms: list[str],
    replicates: list[int],
    where: Mapping[str, Any] | None,
) -> str:
    words = run_words(rows, arms[0], int(replicates[0]), where).split(" · ")
    keep = words if len(arms) == 1 else words[1:]
    return " · ".join(keep if len(replicates) == 1 else keep[:-1])


def _one_title(rows: pd.DataFrame, column: str) -> str:
    sessions = sorted(rows["session"].unique())
    third = max(1, len(sessions) // 3)
    early = _shares(rows.loc[rows["session"].isin(sessions[:third]), column])
    late = _shares(rows.loc[rows["session"].isin(sessions[-third:]), column])
    first, last = int(np.argmax(early)), int(np.argmax(late))
    if len(sessions) == 1:
        return sentence(f"{MENTALITIES[first].label} leads most, {100 * early[first]:.0f} % of it")
    if max(early[first], late[last]) < _CLEAR_LEAD:
        return sentence(
            f"no mentality leads clearly: none reaches {100 * _CLEAR_LEAD:.0f} % of the first "
            "sessions or of the last"
        )
    if first == last:
        return sentence(
            f"{MENTALITIES[first].label} leads throughout: {100 * early[first]:.0f} % of the "
            f"first sessions, {100 * late[last]:.0f} % of the last"
        )
    return (
        f"From {MENTALITIES[first].label} ({100 * early[first]:.0f} % of the first sessions) to "
        f"{MENTALITIES[last].label} ({100 * late[last]:.0f} % of the last)"
    )


def _many_title(picked: list[tuple[str, int, pd.DataFrame]], shares: list[np.ndarray]) -> str:
    leaders: dict[int, int] = {}
    for share in shares:
        leader = int(np.argmax(share))
        leaders[leader] = leaders.get(leader, 0) + 1
    if len(leaders) == 1:
        only = next(iter(leaders))
        low, high = min(s[only] for s in shares), max(s[only] for s in shares)
        return sentence(
            f"{MENTALITIES[only].label} leads in all {len(shares)} therapies "
            f"({100 * low:.0f} to {100 * high:.0f} % of the time)"
        )
    told = [
        f"{MENTALITIES[m].label} in {count}"
        for m, count in sorted(leaders.items(), key=lambda item: -item[1])
    ]
    return f"The mentality that leads most differs between therapies: {listed(told)}"


def _alt_text(title: str, picked: list[tuple[str, int, pd.DataFrame]], shares: list[np.ndarray]) -> str:
    parts = [f"{title}.", "Ribbon of the leading mentality, exchange by exchange."]
    for (arm, replicate, rows), share in zip(picked, shares, strict=True):
        told = [f"{MENTALITIES[m].label} {100 * share[m]:.0f} %" for m in np.argsort(-share) if share[m] > 0]
        sessions = rows["session"].nunique()
        parts.append(
            f"{sentence(arm_words(arm))}, replicate {replicate}, {sessions} sessions: {listed(told)}."
        )
    return " ".join(parts)
