"""How a person moves between the five mentalities: stay, switch, get stuck, fit the moment.

Every measure reads whole numbers 0 … k-1 at equal time steps; one entry stands for one step.
Where the record breaks (a session ends, an answer is missing), give `segment`, one label per
step: nothing is counted across a change of label. A rate per step means one thing at 30 s and
another at 2 h, so measure sessions and life apart.

`…_from_counts` take what a compiled run has counted already, any number of runs at once: the
leading axes are kept, and a run's number does not depend on which runs stand beside it.

Sources: Cover & Thomas 2006, *Elements of Information Theory*, 2nd ed.; Anderson & Goodman 1957,
*Ann Math Stat* 28:89; Miller 1955 in Quastler (ed.), *Information Theory in Psychology*, 95-100;
Hollenstein 2007, *Int J Behav Dev* 31:384 (dwell times and transitions as flexibility); the
mentalities and what their flexibility means: Cwinn, Bell & Kirby 2023, 2.1.2 and 2.6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from mentalities_sim.measures import (
    Floats,
    Ints,
    _counts,
    _joined,
    _levels,
    _log2_ratio,
    _positive,
    _ratio,
    _states,
    _tally,
    _total,
)

Correction = Literal["none", "miller_madow", "circular_shifts"]


def join_segments(parts: Sequence[npt.ArrayLike]) -> tuple[npt.NDArray[np.generic], Ints]:
    """Lay separate records end to end and label each step with the record it came from.

    Returns (values, segment), both of shape (total steps,); empty parts are allowed.

    Example:
        >>> sequence, segment = join_segments([[0, 0, 1], [2, 2]])
        >>> sequence.tolist(), segment.tolist()
        ([0, 0, 1, 2, 2], [0, 0, 0, 1, 1])
    """
    arrays = [np.asarray(part) for part in parts]
    labels = np.repeat(np.arange(len(arrays)), [a.size for a in arrays]).astype(np.int64)
    filled = [a for a in arrays if a.size]  # an empty list would turn whole numbers to floats
    return (np.concatenate(filled) if filled else np.empty(0, np.int64)), labels


def dwell_times(
    sequence: npt.ArrayLike,
    step_hours: float,
    n_states: int = 5,
    segment: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Each unbroken stay in one mentality, in order, and whether its ends were seen.

    Columns: `mentality` (int), `dwell_hours` (steps times `step_hours`), `censored` (bool: the stay
    touches the start or end of its segment, so its true length is at least this; Hollenstein
    2007). Leaving censored stays out shortens the mean: use a survival estimator.

    Example:
        >>> print(dwell_times([0, 0, 3, 3, 3, 1], step_hours=0.5).to_string(index=False))
         mentality  dwell_hours  censored
                 0          1.0      True
                 3          1.5     False
                 1          0.5      True
    """
    _positive("step_hours", step_hours)
    states = _states(sequence, n_states)
    joined = _joined(states.size, segment)
    steps = np.arange(states.size)
    starts = steps[np.concatenate(([True], ~joined | (np.diff(states) != 0)))[: states.size]]
    ends = np.append(starts[1:], states.size)[: starts.size]
    edge = np.concatenate(([True], ~joined, [True]))  # a border stands before step i
    return pd.DataFrame(
        {
            "mentality": states[starts],
            "dwell_hours": (ends - starts) * float(step_hours),
            "censored": edge[starts] | edge[ends],
        }
    )


def transition_counts(
    sequence: npt.ArrayLike, n_states: int = 5, segment: npt.ArrayLike | None = None
) -> Ints:
    """How often each mentality (row) was followed by each (column) one step later, staying too.

    Shape (n_states, n_states); nothing is counted across segments.

    Example:
        >>> transition_counts([0, 0, 1, 0], n_states=2).tolist()
        [[1, 1], [1, 0]]
    """
    states = _states(sequence, n_states)
    inside = _joined(states.size, segment)
    pairs = states[:-1][inside] * n_states + states[1:][inside]
    return _tally(pairs, n_states, n_states)


def transition_matrix(
    sequence: npt.ArrayLike, n_states: int = 5, segment: npt.ArrayLike | None = None
) -> Floats:
    """Chance of each next mentality (column) given the present one (row).

    The maximum-likelihood estimate, n_ij / Σ_j n_ij (Anderson & Goodman 1957). Rows sum to 1; a
    mentality that was never left from (not visited, or only at the very end) is a row of NaN.

    Example:
        >>> transition_matrix([0, 0, 1, 0], n_states=3).tolist()
        [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [nan, nan, nan]]
    """
    return transition_matrix_from_counts(transition_counts(sequence, n_states, segment))


def transition_matrix_from_counts(counts: npt.ArrayLike) -> Floats:
    """`transition_matrix` from transition counts of shape (…, k, k); same shape.

    Example:
        >>> transition_matrix_from_counts([[3, 1], [0, 2]]).tolist()
        [[0.75, 0.25], [0.0, 1.0]]
    """
    table = _counts(counts, square=True)
    leaving = table.sum(axis=-1, keepdims=True)
    return _ratio(table, leaving)


def switching_rate(
    sequence: npt.ArrayLike,
    step_hours: float,
    n_states: int = 5,
    segment: npt.ArrayLike | None = None,
) -> float:
    """Switches of mentality per hour in which a switch could have been seen.

    Changes ÷ (pairs of neighbouring steps times `step_hours`); NaN without a pair. The plain event
    rate; a switch and return within one step goes unseen, so compare equal steps only.

    Example:
        >>> switching_rate([0, 0, 1, 1, 0], step_hours=0.5)
        1.0
    """
    counts = transition_counts(sequence, n_states, segment)
    return float(switching_rate_from_counts(counts, step_hours))


def switching_rate_from_counts(counts: npt.ArrayLike, step_hours: float) -> Floats:
    """`switching_rate` from transition counts of shape (…, k, k); shape (…).

    Example:
        >>> float(switching_rate_from_counts([[1, 1], [1, 1]], step_hours=0.5))
        1.0
    """
    _positive("step_hours", step_hours)
    table = _counts(counts, square=True)
    pairs, stays = _total(table), _total(table * np.eye(table.shape[-1]))
    return _ratio(pairs - stays, pairs * float(step_hours))


def entropy_rate(sequence: npt.ArrayLike, n_states: int = 5, segment: npt.ArrayLike | None = None) -> float:
    """How open the next mentality is when the present one is known, in bits per step.

    -Σ_i μ_i Σ_j P_ij log2 P_ij, the entropy rate of the estimated first-order Markov chain (Cover &
    Thomas 2006, §4.2), where μ is the share of steps actually spent in i, not the stationary law
    (which a short or drifting record need not have). 0: the next is certain; log2 k: anything
    may follow. NaN without a transition. Too low by about k(k-1)/(2N ln 2) bits in N transitions
    when all are possible: compare records of equal length.

    Example:
        >>> entropy_rate([0, 1, 2, 0, 1, 2, 0], n_states=3)
        0.0
    """
    return float(entropy_rate_from_counts(transition_counts(sequence, n_states, segment)))


def entropy_rate_from_counts(counts: npt.ArrayLike) -> Floats:
    """`entropy_rate` from transition counts of shape (…, k, k); shape (…), bits per step.

    Example:
        >>> entropy_rate_from_counts([[[5, 5], [5, 5]], [[0, 9], [9, 0]]]).tolist()
        [1.0, 0.0]
    """
    table = _counts(counts, square=True)
    surprise = _log2_ratio(table.sum(axis=-1, keepdims=True), table, where=table > 0)
    return _ratio(_total(table * surprise), _total(table))


def encapsulation_index(sequence: npt.ArrayLike, n_states: int = 5) -> float:
    """How far one mentality has taken over: 0 all used alike, 1 only one ever used.

    (p_max - 1/k) / (1 - 1/k), p_max the share of time in the most-used mentality. The index is
    ours: p_max is the dominance index of Berger & Parker 1970 (*Science* 168:1345), rescaled the
    way Cohen 1960 corrects agreement for chance (*Educ Psychol Meas* 20:37). Cwinn et al. 2023,
    2.1.2, give the idea, no number. It sees time only: whether the person still answers to
    context is `context_mentality_information`. Above 0 by luck in short records. NaN if empty.

    Example:
        >>> encapsulation_index([1, 1, 1, 0], n_states=2)
        0.5
    """
    counts = np.bincount(_states(sequence, n_states), minlength=n_states)
    return float(encapsulation_from_counts(counts[None]))


def encapsulation_from_counts(counts: npt.ArrayLike) -> Floats:
    """`encapsulation_index` from counts of shape (…, rows, k), columns = mentalities; shape (…).

    Rows are summed, so context x mentality counts give the index exactly, and transition counts
    give it without the first step of each segment.

    Example:
        >>> encapsulation_from_counts([[[2, 1], [1, 0]], [[4, 0], [0, 0]]]).tolist()
        [0.5, 1.0]
    """
    spent = _counts(counts).sum(axis=-2)
    k = spent.shape[-1]
    if k < 2:
        raise ValueError(f"encapsulation needs at least 2 mentalities; the counts have {k}")
    # (p - 1/k)/(1 - 1/k) written without rounding 1/k, so that even use is exactly 0
    return _ratio(k * spent.max(axis=-1) - _total(spent, axes=1), (k - 1) * _total(spent, axes=1))


def context_mentality_counts(
    context: npt.ArrayLike,
    sequence: npt.ArrayLike,
    n_states: int = 5,
    n_contexts: int | None = None,
) -> Ints:
    """How many steps each context (row) was met in each mentality (column).

    `context` holds whole numbers 0 … n_contexts-1, one per step; without `n_contexts` the largest
    one given decides. Shape (n_contexts, n_states).

    Example:
        >>> context_mentality_counts([0, 0, 1], [2, 2, 0], n_states=3).tolist()
        [[0, 0, 2], [1, 0, 0]]
    """
    states = _states(sequence, n_states)
    places = _states(context, n_contexts, what="context")
    if places.size != states.size:
        raise ValueError(f"context has {places.size} steps and the sequence {states.size}; give one per step")
    rows = n_contexts or int(places.max(initial=0)) + 1
    return _tally(places * n_states + states, rows, n_states)


def context_mentality_information(
    context: npt.ArrayLike,
    sequence: npt.ArrayLike,
    n_states: int = 5,
    n_contexts: int | None = None,
    *,
    correction: Correction = "miller_madow",
    shortest_shift: int = 1,
) -> float:
    """Flexibility: how many bits the context tells about the mentality it is met with.

    I = Σ p(c,m) log2 [p(c,m) / (p(c) p(m))] (Cover & Thomas 2006, §2.3), which chance alone lifts
    above 0. `correction` says what is taken off:

    - "none": nothing; never negative.
    - "miller_madow": Miller's (1955) first-order bias, see `information_from_counts`. Right for
      steps that do not depend on one another.
    - "circular_shifts": the mean over every rotation of the context against the mentality by at
      least `shortest_shift` steps either way. For sticky series, where chance runs look like
      fit: rotation keeps both series' habits and breaks their meeting. No random numbers. Choose
      `shortest_shift` longer than both remember, or part of the true fit is taken off too. NaN
      if the record is too short to rotate.

    Corrected values may fall below 0: leave them, so that means stay honest. NaN if empty.

    Example:
        >>> context_mentality_information([0, 1, 0, 1], [2, 4, 2, 4], correction="none")
        1.0
    """
    if correction not in get_args(Correction):
        raise ValueError(f"correction is {correction!r}; allowed: {get_args(Correction)}")
    table = context_mentality_counts(context, sequence, n_states, n_contexts)
    if correction != "circular_shifts":
        return float(information_from_counts(table, correction=correction))
    steps = int(table.sum())
    if shortest_shift < 1:
        raise ValueError(f"shortest_shift is {shortest_shift}; allowed: 1 step or more")
    if steps < 2 * shortest_shift:
        return math.nan
    # All rotations at once: counts at every lag are a circular cross-correlation.
    places = np.fft.rfft(_states(context, None)[None] == np.arange(table.shape[0])[:, None])
    states = np.fft.rfft(_states(sequence, None)[None] == np.arange(n_states)[:, None])
    lagged = np.rint(np.fft.irfft(places.conj()[:, None] * states[None], n=steps))
    rotated = np.moveaxis(lagged, -1, 0)[shortest_shift : steps - shortest_shift + 1]
    baseline = information_from_counts(np.maximum(rotated, 0.0), correction="none")
    return float(information_from_counts(table, correction="none") - baseline.mean())


def information_from_counts(
    counts: npt.ArrayLike, *, correction: Literal["none", "miller_madow"] = "miller_madow"
) -> Floats:
    """Mutual information of rows and columns from counts of shape (…, rows, k); shape (…), bits.

    "miller_madow" adds (r + c - rc - 1) / (2N ln 2), with r, c, rc the rows, columns and cells in
    use: Miller's (1955) correction of the three entropies. It assumes independent steps; sticky
    series keep some bias, alike in arms with alike stickiness: report a shuffled arm beside it.

    Example:
        >>> tables = [[[5, 0], [0, 5]], [[5, 5], [5, 5]]]
        >>> information_from_counts(tables, correction="none").tolist()
        [1.0, 0.0]
    """
    if correction not in ("none", "miller_madow"):
        raise ValueError(f"correction is {correction!r}; allowed: 'none', 'miller_madow'")
    table = _counts(counts)
    rows, columns = table.sum(axis=-1, keepdims=True), table.sum(axis=-2, keepdims=True)
    n = _total(table)
    gain = _log2_ratio(table * n[..., None, None], rows * columns, where=table > 0)
    bits = np.maximum(_ratio(_total(table * gain), n), 0.0)  # rounding may leave -1e-17
    if correction == "none":
        return bits
    used = ((rows > 0).sum(axis=(-1, -2)) + (columns > 0).sum(axis=(-1, -2))) - 1
    return np.asarray(bits + _ratio(used - (table > 0).sum(axis=(-1, -2)), 2.0 * math.log(2.0) * n))


def latency_to_soothing(
    threat: npt.ArrayLike,
    soothing: npt.ArrayLike,
    step_hours: float,
    *,
    onset_at: float,
    rest_below: float,
    margin: float = 0.0,
    hold_steps: int = 1,
    segment: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """How long after each threat onset soothing outweighs threat; one row per onset.

    An onset is the first step with threat ≥ `onset_at` since threat was last < `rest_below` in this
    segment (two levels, so that trembling about one level is one episode, not many; threat
    already high at the start has no seen onset). It is settled at the first of `hold_steps` steps
    in a row with soothing - threat > `margin`. The definition is ours, after S1 and S5 (Dore 2016).

    Columns: `onset` (position), `onset_hours` (from position 0), `latency_hours` (NaN if it never
    settles in this segment), `censored` (bool, the same), `watched_hours` (onset to the settling,
    or to the last step watched: with `censored`, what a survival estimator takes).

    Example:
        >>> frame = latency_to_soothing([0.1, 0.9, 0.6, 0.2], [0.5] * 4, 2.0, onset_at=0.7, rest_below=0.3)
        >>> frame[["onset", "latency_hours", "censored"]].values.tolist()
        [[1, 4.0, False]]
    """
    _positive("step_hours", step_hours)
    if not rest_below <= onset_at:
        raise ValueError(f"rest_below is {rest_below}; allowed: at most onset_at = {onset_at}")
    if hold_steps < 1:
        raise ValueError(f"hold_steps is {hold_steps}; allowed: 1 step or more")
    alarm, calm = _levels("threat", threat), _levels("soothing", soothing)
    if alarm.size != calm.size:
        raise ValueError(f"threat has {alarm.size} steps and soothing {calm.size}; give as many")
    joined = _joined(alarm.size, segment)
    rows: list[tuple[int, float, float, bool, float]] = []

    def close(start: int, stop: int, settled: bool) -> None:
        hours = (stop - start) * float(step_hours)
        latency = hours if settled else math.nan
        rows.append((start, start * float(step_hours), latency, not settled, hours))

    onset, held, armed = -1, 0, False  # onset -1: no episode is open
    for i in range(alarm.size):
        if i and not joined[i - 1]:
            if onset >= 0:
                close(onset, i - 1, settled=False)
            onset, held, armed = -1, 0, False
        if onset < 0 and armed and alarm[i] >= onset_at:
            onset, held = i, 0
        armed = alarm[i] < rest_below or (armed and alarm[i] < onset_at)
        if onset >= 0:
            held = held + 1 if calm[i] - alarm[i] > margin else 0
            if held == hold_steps:
                close(onset, i - hold_steps + 1, settled=True)
                onset = -1
    if onset >= 0:
        close(onset, alarm.size - 1, settled=False)
    names = ["onset", "onset_hours", "latency_hours", "censored", "watched_hours"]
    kinds = ["int64", "float64", "float64", "bool", "float64"]
    return pd.DataFrame(rows, columns=names).astype(dict(zip(names, kinds, strict=True)))
