"""Measures of switching against answers known in closed form, and the words of their errors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentalities_sim.measures import switching as sw

K = 5
sequences = st.lists(st.integers(0, K - 1), max_size=60)
relabellings = st.permutations(range(K))


def binary_entropy(p: float) -> float:
    return -(p * math.log2(p) + (1 - p) * math.log2(1 - p))


def sticky(rng: np.random.Generator, n: int, k: int, stay: float) -> np.ndarray:
    """A chain that keeps its state with chance `stay`, else takes any state."""
    moved = np.where(rng.random(n) < stay, -1, rng.integers(0, k, n))
    moved[0] = 0
    last_move = np.maximum.accumulate(np.where(moved >= 0, np.arange(n), 0))
    return moved[last_move]


# dwell times


def test_dwell_times_are_runs_with_unseen_ends_marked():
    frame = sw.dwell_times([0, 0, 3, 3, 3, 1], 0.5)
    assert frame["mentality"].tolist() == [0, 3, 1]
    assert frame["dwell_hours"].tolist() == [1.0, 1.5, 0.5]
    assert frame["censored"].tolist() == [True, False, True]


def test_dwell_times_end_at_a_break_even_when_the_mentality_goes_on():
    frame = sw.dwell_times([2, 2, 2, 4, 2], 1.0, segment=[0, 0, 1, 1, 1])
    assert frame["dwell_hours"].tolist() == [2.0, 1.0, 1.0, 1.0]
    assert frame["censored"].tolist() == [True, True, False, True]


def test_dwell_times_of_nothing_one_step_and_no_change():
    empty = sw.dwell_times([], 1.0)
    assert len(empty) == 0
    assert list(empty.dtypes.astype(str)) == ["int64", "float64", "bool"]
    assert sw.dwell_times([4], 2.0).values.tolist() == [[4, 2.0, True]]
    assert sw.dwell_times([1] * 7, 1.0).values.tolist() == [[1, 7.0, True]]


def test_mean_dwell_of_a_long_chain_is_one_over_the_chance_of_leaving():
    rng = np.random.default_rng(3)
    flips = rng.random(200_000) < 0.2
    frame = sw.dwell_times(np.cumsum(flips) % 2, 1.0, n_states=2)
    assert frame.loc[~frame["censored"], "dwell_hours"].mean() == pytest.approx(5.0, rel=0.02)


@given(sequences, st.integers(1, 7))
def test_dwells_fill_the_record(sequence, length):
    segment = np.arange(len(sequence)) // length
    frame = sw.dwell_times(sequence, 0.25, segment=segment)
    assert frame["dwell_hours"].sum() == 0.25 * len(sequence)
    rebuilt = np.repeat(frame["mentality"], (frame["dwell_hours"] * 4).astype(int))
    assert rebuilt.tolist() == sequence
    switches = sw.transition_counts(sequence, K, segment)
    np.fill_diagonal(switches, 0)
    pieces = len(np.unique(segment))
    assert len(frame) == switches.sum() + pieces


# transitions


def test_no_transition_is_counted_across_a_break():
    sequence, segment = sw.join_segments([[0, 0, 1], [], [2, 2]])
    counts = sw.transition_counts(sequence, 3, segment)
    assert counts.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 1]]
    assert sw.transition_counts(sequence, 3).sum() == counts.sum() + 1
    assert sw.join_segments([])[0].size == 0
    # labels are names: their order means nothing, and one that comes back is a new segment
    assert sw.transition_counts([0, 1, 0, 1], 2, [1, 0, 0, 1]).tolist() == [[0, 0], [1, 0]]


@given(sequences)
def test_rows_of_the_transition_matrix_sum_to_one_or_are_nan(sequence):
    matrix = sw.transition_matrix(sequence)
    left = np.isin(np.arange(K), sequence[:-1])
    assert np.allclose(matrix[left].sum(axis=1), 1.0)
    assert np.isnan(matrix[~left]).all()


@given(st.lists(sequences, max_size=4))
def test_counts_of_segments_add_up(parts):
    sequence, segment = sw.join_segments(parts)
    whole = sw.transition_counts(sequence, K, segment)
    assert (whole == sum((sw.transition_counts(p) for p in parts), np.zeros((K, K)))).all()


def test_switching_rate_counts_changes_per_hour_watched():
    assert sw.switching_rate([0, 1, 0, 1, 0], 0.5) == 2.0
    assert sw.switching_rate([3] * 9, 0.5) == 0.0
    assert math.isnan(sw.switching_rate([], 1.0))
    assert math.isnan(sw.switching_rate([2], 1.0))
    # a change over the break is not a switch, and the break is not time watched
    assert sw.switching_rate([0, 0, 1, 0], 1.0, segment=[0, 0, 1, 1]) == 0.5


# entropy rate


@pytest.mark.parametrize("flip", [0.05, 0.25, 0.5])
def test_entropy_rate_of_a_symmetric_two_state_chain_is_that_of_its_coin(flip):
    n = 1000
    counts = np.array([[1 - flip, flip], [flip, 1 - flip]]) * n
    assert float(sw.entropy_rate_from_counts(counts)) == pytest.approx(binary_entropy(flip))
    flips = np.random.default_rng(8).random(200_000) < flip
    assert sw.entropy_rate(np.cumsum(flips) % 2, 2) == pytest.approx(binary_entropy(flip), abs=0.01)


def test_entropy_rate_at_its_ends():
    assert sw.entropy_rate(np.arange(500) % K) == 0.0  # a cycle is certain
    assert sw.entropy_rate([2] * 50) == 0.0
    iid = np.random.default_rng(1).integers(0, K, 200_000)
    assert sw.entropy_rate(iid) == pytest.approx(math.log2(K), abs=1e-3)
    assert float(sw.entropy_rate_from_counts(np.ones((K, K)))) == pytest.approx(math.log2(K))
    assert math.isnan(sw.entropy_rate([]))
    assert math.isnan(sw.entropy_rate([1]))


def test_entropy_rate_weighs_rows_by_time_spent():
    # 0 → 0 or 1 evenly (1 bit) in 4 of 10 steps; 1 → 0 always (0 bits)
    assert float(sw.entropy_rate_from_counts([[2, 2], [6, 0]])) == pytest.approx(0.4)


def test_the_stated_bias_of_the_entropy_rate_is_of_the_right_size():
    rng = np.random.default_rng(5)
    n = 400
    found = np.mean([sw.entropy_rate(rng.integers(0, K, n)) for _ in range(400)])
    assert math.log2(K) - found == pytest.approx(K * (K - 1) / (2 * n * math.log(2)), rel=0.1)


# encapsulation


def test_encapsulation_is_zero_when_even_and_one_when_only_one():
    assert sw.encapsulation_index(np.arange(50) % K) == 0.0
    assert sw.encapsulation_index([4] * 12) == 1.0
    assert sw.encapsulation_index([4]) == 1.0
    assert sw.encapsulation_index([0, 0, 0, 1, 2], 5) == pytest.approx((0.6 - 0.2) / 0.8)
    assert math.isnan(sw.encapsulation_index([]))
    with pytest.raises(ValueError, match="at least 2 mentalities"):
        sw.encapsulation_index([0, 0], 1)


# information between context and mentality


def test_information_of_identical_variables_is_their_entropy():
    x = np.repeat(np.arange(4), [10, 20, 30, 40])
    p = np.array([0.1, 0.2, 0.3, 0.4])
    entropy = -(p * np.log2(p)).sum()
    plain = sw.context_mentality_information(x, x, 4, correction="none")
    assert plain == pytest.approx(entropy)
    corrected = sw.context_mentality_information(x, x, 4)
    assert corrected == pytest.approx(entropy + 3 / (2 * 100 * math.log(2)))  # Miller's own H


def test_information_of_independent_variables_is_zero_after_correction():
    even = np.full((3, K), 7)
    assert float(sw.information_from_counts(even, correction="none")) == 0.0
    rng = np.random.default_rng(11)
    pairs = [(rng.integers(0, 3, 300), rng.integers(0, K, 300)) for _ in range(300)]
    plain = np.mean([sw.context_mentality_information(c, m, correction="none") for c, m in pairs])
    mended = np.mean([sw.context_mentality_information(c, m) for c, m in pairs])
    turned = np.mean([sw.context_mentality_information(c, m, correction="circular_shifts") for c, m in pairs])
    assert plain == pytest.approx(2 * 4 / (2 * 300 * math.log(2)), rel=0.1)
    assert abs(mended) < 0.001
    assert abs(turned) < 0.001


def test_rotations_clear_what_stickiness_fakes_and_millers_term_does_not():
    rng = np.random.default_rng(12)
    pairs = [(sticky(rng, 400, 3, 0.9), sticky(rng, 400, K, 0.9)) for _ in range(300)]
    mended = [sw.context_mentality_information(c, m) for c, m in pairs]
    turned = [
        sw.context_mentality_information(c, m, correction="circular_shifts", shortest_shift=40)
        for c, m in pairs
    ]
    assert np.mean(mended) > 0.05
    assert abs(np.mean(turned)) < 3 * np.std(turned) / math.sqrt(300)


def test_rotations_are_those_of_the_slow_way():
    rng = np.random.default_rng(13)
    context, mood = rng.integers(0, 2, 37), rng.integers(0, 3, 37)

    def plain(c):
        return sw.context_mentality_information(c, mood, 3, correction="none")

    slow = plain(context) - np.mean([plain(np.roll(context, s)) for s in range(4, 34)])
    fast = sw.context_mentality_information(context, mood, 3, correction="circular_shifts", shortest_shift=4)
    assert fast == pytest.approx(slow, abs=1e-12)


def test_rotations_leave_a_true_fit_nearly_whole():
    context = sticky(np.random.default_rng(14), 4000, 2, 0.8)
    fit = sw.context_mentality_information(
        context, context * 3, correction="circular_shifts", shortest_shift=50
    )
    assert fit == pytest.approx(1.0, abs=0.02)


def test_information_of_nothing_one_step_and_no_change():
    for correction in ("none", "miller_madow", "circular_shifts"):
        assert math.isnan(sw.context_mentality_information([], [], correction=correction))
        constant = sw.context_mentality_information([0] * 9, [2] * 9, correction=correction)
        assert constant == 0.0
    assert sw.context_mentality_information([1], [2], correction="none") == 0.0
    assert math.isnan(sw.context_mentality_information([1], [2], correction="circular_shifts"))
    assert sw.context_mentality_information([True, False], [0, 1], correction="none") == 1.0


paired = st.lists(st.tuples(st.integers(0, 3), st.integers(0, K - 1)), min_size=1, max_size=60)


@given(paired)
def test_uncorrected_information_lies_between_zero_and_both_entropies(pairs):
    context, mood = np.array(pairs).T
    bits = sw.context_mentality_information(context, mood, correction="none")
    assert 0.0 <= bits <= math.log2(4) + 1e-12
    assert bits == pytest.approx(
        sw.context_mentality_information(mood, context, 4, correction="none"), abs=1e-12
    )


@given(paired, relabellings)
def test_names_of_the_mentalities_do_not_matter(pairs, names):
    context, mood = np.array(pairs).T
    other = np.array(names)[mood]
    for measure in (
        sw.entropy_rate,
        sw.encapsulation_index,
        lambda x: sw.switching_rate(x, 1.0),
        lambda x: sw.context_mentality_information(context, x),
        lambda x: sw.context_mentality_information(context, x, correction="circular_shifts"),
    ):
        assert measure(mood) == pytest.approx(measure(other), abs=1e-12, nan_ok=True)


# counts of many runs at once


def test_a_run_measured_alone_and_in_company_is_the_same_to_the_last_bit():
    rng = np.random.default_rng(2)
    counts = rng.poisson(4.0, (257, K, K))
    counts[3] = 0
    for measure in (
        sw.entropy_rate_from_counts,
        sw.encapsulation_from_counts,
        sw.information_from_counts,
        sw.transition_matrix_from_counts,
        lambda c: sw.switching_rate_from_counts(c, 1 / 120),
    ):
        together = measure(counts)
        assert len(together) == 257
        assert np.isnan(together[3]).all()
        alone = np.array([measure(c) for c in counts])
        assert np.array_equal(together, alone, equal_nan=True)
        backwards = measure(counts[::-1])[::-1]  # another memory layout
        assert np.array_equal(together, backwards, equal_nan=True)
        nested = measure(counts[:6].reshape(2, 3, K, K))
        assert np.array_equal(together[:6], nested.reshape(together[:6].shape), equal_nan=True)


def test_counts_and_sequences_give_the_same_numbers():
    rng = np.random.default_rng(4)
    context, mood = rng.integers(0, 4, 300), sticky(rng, 300, K, 0.6)
    moves = sw.transition_counts(mood)
    table = sw.context_mentality_counts(context, mood)
    assert sw.entropy_rate(mood) == float(sw.entropy_rate_from_counts(moves))
    assert sw.switching_rate(mood, 2.0) == float(sw.switching_rate_from_counts(moves, 2.0))
    assert sw.encapsulation_index(mood) == float(sw.encapsulation_from_counts(table))
    assert sw.encapsulation_index(mood[1:]) == float(sw.encapsulation_from_counts(moves))
    assert sw.context_mentality_information(context, mood) == float(sw.information_from_counts(table))


# latency to soothing


def latency(threat, soothing, **change):
    settings = {"onset_at": 0.6, "rest_below": 0.3, **change}
    return sw.latency_to_soothing(threat, soothing, 0.5, **settings)


def test_latency_runs_from_the_onset_to_the_first_step_soothed():
    frame = latency([0.1, 0.8, 0.7, 0.4, 0.2, 0.9], [0.5] * 6)
    assert frame["onset"].tolist() == [1, 5]
    assert frame["onset_hours"].tolist() == [0.5, 2.5]
    assert frame["latency_hours"].tolist()[0] == 1.0
    assert math.isnan(frame["latency_hours"].tolist()[1])
    assert frame["censored"].tolist() == [False, True]
    assert frame["watched_hours"].tolist() == [1.0, 0.0]


def test_trembling_about_one_level_is_one_episode():
    assert len(latency([0.1, 0.65, 0.55, 0.65, 0.55, 0.65, 0.1], [0.2] * 7)) == 1
    # high threat that soothing already outweighs is not a new onset until threat has rested
    assert len(latency([0.1, 0.9, 0.9, 0.9], [0.1, 0.1, 1.0, 1.0])) == 1
    dipped = latency([0.1, 0.9, 0.1, 0.9, 0.9], [0.0, 0.0, 0.0, 0.95, 0.95])
    assert dipped["latency_hours"].tolist() == [1.0]


def test_margin_and_hold_ask_for_more():
    threat, soothing = [0.1, 0.7, 0.4, 0.6, 0.4, 0.4], [0.5] * 6
    assert latency(threat, soothing)["latency_hours"].tolist() == [0.5]
    assert latency(threat, soothing, hold_steps=2)["latency_hours"].tolist() == [1.5]
    assert latency(threat, soothing, hold_steps=3)["censored"].tolist() == [True]
    assert latency(threat, soothing, margin=0.2)["censored"].tolist() == [True]
    as_high_as_threat = latency([0.1, 0.75, 0.5, 0.25], [0.5] * 4)
    assert as_high_as_threat["latency_hours"].tolist() == [1.0]  # equal is not more


def test_threat_high_from_the_start_has_no_seen_onset_and_a_break_ends_the_watch():
    assert len(latency([0.9, 0.9, 0.1], [0.5] * 3)) == 0
    frame = sw.latency_to_soothing(
        [0.1, 0.9, 0.9, 0.1, 0.1],
        [0.5] * 5,
        1.0,
        onset_at=0.6,
        rest_below=0.3,
        segment=["a", "a", "a", "b", "b"],
    )
    assert frame["censored"].tolist() == [True]
    assert frame["watched_hours"].tolist() == [1.0]
    empty = latency([], [])
    assert len(empty) == 0
    assert empty["censored"].dtype == bool


# refusals


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sw.transition_counts([0, 1, 7, 9]), "position 2 is 7; allowed.* 0 to 4"),
        (lambda: sw.dwell_times([0, -1], 1.0), "position 1 is -1"),
        (lambda: sw.entropy_rate([0.0, 1.5]), "position 1 is 1.5"),
        (lambda: sw.encapsulation_index([0.0, math.nan]), "position 1 is nan.*new segment"),
        (lambda: sw.entropy_rate([[0, 1]]), r"one axis \(time\); its shape is \(1, 2\)"),
        (lambda: sw.entropy_rate(["calm"]), "whole numbers"),
        (lambda: sw.entropy_rate([0], 0), "number of mentality values is 0"),
        (lambda: sw.dwell_times([0], 0.0), "step_hours is 0.0; allowed"),
        (lambda: sw.switching_rate([0], math.inf), "step_hours is inf"),
        (lambda: sw.transition_counts([0, 1], 2, [0]), r"shape \(1,\); allowed: \(2,\)"),
        (lambda: sw.context_mentality_information([0], [0, 1]), "context has 1 steps"),
        (
            lambda: sw.context_mentality_information([0, 4], [0, 1], n_contexts=3),
            "context at position 1 is 4; allowed.* 0 to 2",
        ),
        (
            lambda: sw.context_mentality_information([0], [0], correction="bayes"),
            "'bayes'; allowed",
        ),
        (
            lambda: sw.context_mentality_information(
                [0], [0], correction="circular_shifts", shortest_shift=0
            ),
            "shortest_shift is 0",
        ),
        (lambda: sw.information_from_counts([[1]], correction="circular_shifts"), "allowed"),
        (lambda: sw.entropy_rate_from_counts([[1, 2]]), r"shape \(1, 2\); allowed: \(…, k, k\)"),
        (lambda: sw.entropy_rate_from_counts([[1, 2], [-3, 0]]), r"position \(1, 0\) is -3"),
        (lambda: sw.information_from_counts([1, 2]), r"shape \(2,\)"),
        (lambda: latency([0.1], [0.1], rest_below=0.7), "rest_below is 0.7"),
        (lambda: latency([0.1], [0.1], hold_steps=0), "hold_steps is 0"),
        (lambda: latency([0.1, math.nan], [0.1, 0.1]), "threat at position 1 is nan"),
        (lambda: latency([0.1, 0.1], [0.1]), "threat has 2 steps and soothing 1"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_place_value_and_range(call, words):
    with pytest.raises(ValueError, match=words):
        call()
