"""Named streams: an inert change, and how runs are batched, leaves all other numbers alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri
from small_runs import SEED, SMALL_FILE, batch_of, draw, main_client, run

from mentalities_sim import streams
from mentalities_sim.declare import State, Stream
from mentalities_sim.engine.binder import bind
from mentalities_sim.engine.check import RuleError
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment import load
from mentalities_sim.person import Person
from mentalities_sim.policies import Fixed, Policy, Titrated
from mentalities_sim.running.in_memory import run_file
from mentalities_sim.signals import Answer, Appraisal, Perceived, Signal
from mentalities_sim.worlds import Dyad
from mentalities_sim.worlds.society import Society

SMALL = {"sessions": 2, "exchanges": 8}
RULES = RuleSet(Dyad)
PURPOSES = [
    f"{phase}/{name}/{stream}"
    for phase, passes in RULES.phases.items()
    for name, role in passes.items()
    for stream in RULES.streams(role)
]


def given(**more) -> dict[str, dict]:
    return {"client": main_client(), "world": SMALL, **more}


def same_states(a: np.ndarray, b: np.ndarray, names=None) -> bool:
    return all(np.array_equal(a[n], b[n], equal_nan=True) for n in (names or a.dtype.names))


# the numbers themselves


def test_the_same_numbers_in_any_order_and_length():
    stream = streams.NamedStream(1, "exchange/client/yielding")
    first = stream.uniform(7, 5).copy()
    stream.uniform(8, 100)
    assert (stream.uniform(7, 1000)[:5] == first).all()
    assert (streams.NamedStream(1, "exchange/client/yielding").uniform(7, 5) == first).all()


@pytest.mark.parametrize("odd", [1, 2, 3, 5, 7])
def test_an_odd_number_drawn_before_leaves_nothing_behind(odd):
    """Philox gives four words at a time; what is left of them must not leak into the next replicate."""
    stream = streams.NamedStream(1, "a")
    expected = stream.uniform(1, 9).copy()
    stream.uniform(0, odd)
    assert (stream.uniform(1, 9) == expected).all()


def test_seed_purpose_and_replicate_each_give_other_numbers():
    seen = {
        streams.NamedStream(seed, purpose).uniform(replicate, 4).tobytes()
        for seed in (1, 2)
        for purpose in ("exchange/client/yielding", "live/client/yielding")
        for replicate in (0, 1, 2**40)
    }
    assert len(seen) == 12


def test_numbers_do_not_depend_on_this_run_of_python():
    """A golden number: no hash() of a name, which differs between processes, is in the key."""
    drawn = streams.NamedStream(20231129, "exchange/client/yielding").uniform(3, 2)
    assert [x.hex() for x in drawn.tolist()] == GOLDEN


GOLDEN = ["0x1.d2bec77c70b84p-1", "0x1.0411053d318f0p-1"]


def test_normals_are_the_inverse_cdf_of_the_uniforms():
    stream = streams.NamedStream(5, "a")
    uniforms = stream.uniform(2, 1000).copy()
    assert (stream.normal(2, 1000) == ndtri(uniforms)).all()
    assert np.isfinite(ndtri(streams.SMALLEST))


def test_luck_is_made_of_the_named_streams():
    luck = streams.luck(RULES, "exchange", SEED, [4, 2], 6)
    for row, replicate in enumerate([4, 2]):
        uniform = streams.NamedStream(SEED, "exchange/client/escaping").uniform(replicate, 6)
        normal = streams.NamedStream(SEED, "exchange/therapist/attuning").normal(replicate, 6)
        assert (luck[row]["client"]["escaping"] == uniform).all()
        assert (luck[row]["therapist"]["attuning"] == normal).all()


@settings(max_examples=200, deadline=None, derandomize=True)
@drawn_from(start=st.integers(0, 5000), n=st.integers(0, 40), replicate=st.integers(0, 2**40))
def test_numbers_from_any_start_are_those_from_the_beginning(start, n, replicate):
    stream = streams.NamedStream(1, "a")
    whole = stream.uniform(replicate, start + n).copy()
    assert (stream.uniform(replicate, n, start=start) == whole[start:]).all()
    out = np.empty(n)
    assert stream.uniform(replicate, n, out=out, start=start) is out
    assert (out == whole[start:]).all()
    assert (stream.normal(replicate, n, start=start) == stream.normal(replicate, start + n)[start:]).all()


def test_a_far_start_costs_no_more_than_a_near_one_and_is_the_same_in_parts():
    stream = streams.NamedStream(1, "a")
    far = 4 * 10**15 + 3
    whole = stream.uniform(2, 11, start=far).copy()
    parts = [stream.uniform(2, n, start=far + at).copy() for at, n in ((0, 1), (1, 4), (5, 6))]
    assert (np.concatenate(parts) == whole).all()


@pytest.mark.parametrize("start", [1, 2, 3, 4, 7, 64])
def test_luck_from_any_tick_is_that_of_the_whole_course(start):
    whole = streams.luck(RULES, "exchange", SEED, [4, 2], start + 9)
    part = streams.luck(RULES, "exchange", SEED, [4, 2], 9, start=start)
    assert part.tobytes() == whole[:, start:].tobytes()


@pytest.mark.parametrize("start, many", [(0, 7), (1, 3), (5, 2)])
def test_the_nth_person_is_the_same_however_many_are_born_with_them(start, many):
    rules = RuleSet(Society)
    everybody = streams.crowd(rules, "person", [{}, {"threat": 0.4}], SEED, [3, 1], 7)
    some = streams.crowd(rules, "person", [{}, {"threat": 0.4}], SEED, [3, 1], many, start=start)
    assert some.tobytes() == everybody[:, :, start : start + many].tobytes()
    assert len(np.unique(everybody["strength"])) == 14
    assert (everybody["strength"][0] == everybody["strength"][1]).all()


@pytest.mark.parametrize("purpose", PURPOSES[::5])
def test_each_stream_is_uniform(purpose):
    drawn = np.concatenate([streams.NamedStream(SEED, purpose).uniform(r, 400) for r in range(10)])
    assert stats.kstest(drawn, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 4 / np.sqrt(len(drawn))


def test_streams_and_neighbouring_replicates_are_independent():
    """Every pair of purposes, and of neighbouring replicates: no correlation beyond chance."""
    n = 2000
    drawn = np.array([streams.NamedStream(SEED, p).uniform(0, n) for p in PURPOSES])
    across = np.corrcoef(drawn)[np.triu_indices(len(PURPOSES), 1)]
    stream = streams.NamedStream(SEED, PURPOSES[0])
    replicates = np.corrcoef([stream.uniform(r, n).copy() for r in range(40)])
    along = replicates[np.triu_indices(40, 1)]
    for found in (across, along):
        assert np.abs(found).max() < 5 / np.sqrt(n)
        assert stats.kstest(found * np.sqrt(n), "norm").pvalue > 1e-3


def test_births_differ_between_people_and_not_between_arms():
    wanted = {"warmth_danger": {"mean": 0.5, "spread": 0.1}}
    one = streams.births(RULES, "client", wanted, SEED, range(50))
    other = streams.births(RULES, "client", {**wanted, "threat": 0.4}, SEED, range(25, 75))
    assert (one["warmth_danger"][25:] == other["warmth_danger"][:25]).all()
    assert len(set(one["warmth_danger"].tolist())) == 50
    assert np.std(one["warmth_danger"]) == pytest.approx(0.1, rel=0.3)


# what may change without changing anything else


def test_batch_size_chunks_and_more_replicates_move_no_number():
    alone = batch_of(Titrated, [5], given=given())
    many = batch_of(Titrated, range(9), given=given())
    chunked = many.copy()
    run(alone), run(many), run(chunked, chunk=2)
    for role in many.states:
        assert same_states(alone.states[role], many.states[role][5:6])
        assert same_states(chunked.states[role], many.states[role])


def test_the_order_of_replicates_moves_no_number():
    forth = batch_of(Titrated, [0, 1, 2, 3], given=given())
    back = batch_of(Titrated, [3, 2, 1, 0], given=given())
    run(forth), run(back)
    assert same_states(forth.states["client"], back.states["client"][::-1])


def test_a_longer_therapy_leaves_the_earlier_weeks_as_they_were():
    series = {}
    for sessions in (2, 4):
        world = {**SMALL, "sessions": sessions}
        batch = batch_of(Titrated, range(4), given=given(world=world))
        _, trace = run(batch, stride=1, record=("client", "therapist", "policy"))
        series[sessions] = trace.series
    for role, short in series[2].items():
        if short.size:
            assert same_states(short, series[4][role][:, : short.shape[1]])


def test_an_unused_parameter_moves_nothing():
    """A fixed dose does not look, so how well the therapist reads must not matter to the client."""
    sharp = batch_of(Fixed, range(6), given=given())
    blurred = batch_of(Fixed, range(6), given=given(therapist={"attunement_noise": 0.5}))
    run(sharp), run(blurred)
    assert same_states(sharp.states["client"], blurred.states["client"])
    assert not same_states(sharp.states["therapist"], blurred.states["therapist"], ["reading"])


def test_a_change_of_warmth_leaves_the_chance_of_life_alone():
    """Whom one meets, and when, does not depend on the therapist."""
    kept = []
    for warmth in (0.0, 0.9):
        batch = batch_of(Fixed, range(6), given=given(policy={"warmth": warmth}))
        run(batch)
        kept.append(batch.states["world"])
    assert same_states(kept[0], kept[1], ["final_meetings"])
    assert kept[0]["final_meetings"].sum() > 0
    assert not same_states(kept[0], kept[1], ["final_life"])


class Griever(Person):
    """A person with one more state and one more stream."""

    grief = State(0.0, (0.0, 1.0))
    grieving = Stream("does grief come up?")

    def feel(self, stake: Appraisal, answer: Answer) -> None:
        self.grief = 0.9 * self.grief
        super().feel(stake, answer)

    def switch(self, seen: Perceived, stake: Appraisal, luck) -> None:
        if luck.grieving < 0.1:
            self.grief = 1.0
        super().switch(seen, stake, luck)


def test_one_more_stream_moves_no_other_number():
    plain = batch_of(Titrated, range(3), given=given())
    more = batch_of(Titrated, range(3), given=given(), cast={"client": Griever})
    names = list(RULES.streams("client"))
    for phase in RULES.phases:
        for name in plain.rules.phases[phase]:
            shared = [n for n in plain.luck[phase][name].dtype.names if n in names]
            assert same_states(plain.luck[phase][name], more.luck[phase][name], shared)
    run_mesa(plain), run_mesa(more)
    assert same_states(plain.states["client"], more.states["client"], list(RULES.states("client")))
    assert same_states(plain.states["world"], more.states["world"])
    assert more.states["client"]["grief"].max() > 0.0


class Whim(Policy):
    """A policy that draws a number of its own."""

    whim = Stream("how warm today?")

    def find_dose(self, therapist, script, progress: float, exchange: int, luck) -> float:
        return 0.3 + 0.0 * luck.whim


def test_a_policy_with_a_stream_of_its_own_leaves_everybody_elses_chance():
    with_whim = batch_of(Whim, range(3), given=given())
    without = batch_of(Fixed, range(3), given=given(policy={"warmth": 0.3}))
    run_mesa(with_whim), run_mesa(without)
    assert same_states(with_whim.states["client"], without.states["client"])


# a whole experiment file


def small_file(replicates: int):
    return load(SMALL_FILE, [f"replicates={replicates}", "measures.series.replicates=1"])


def test_the_number_of_workers_moves_no_number():
    one, *several = (run_file(small_file(45), workers=n) for n in (1, 2, 3))
    for other in several:
        for name in ("outcomes", "series", "events"):
            pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def test_more_replicates_leave_those_there_are():
    """All but `yoked`, in which the last client follows the first: there a new client comes between."""
    few, more = (run_file(small_file(n)).outcomes for n in (3, 25))

    def kept(frame: pd.DataFrame) -> pd.DataFrame:
        apart = (frame["arm"] == "yoked") & (frame["replicate"] == 2)
        return frame[(frame["replicate"] < 3) & ~apart].reset_index(drop=True)

    assert len(kept(few)) == 3 * 6 - 1
    pd.testing.assert_frame_equal(kept(few), kept(more), check_exact=True)


# guard rails


class TwoReaders(Person):
    """Reads in `switch` the stream that the referee reads."""

    def switch(self, seen: Perceived, stake: Appraisal, luck) -> None:
        self.felt_security = 0.5 * luck.yielding
        super().switch(seen, stake, luck)


class ReadsTwice(Person):
    """Reads one stream twice for one slot."""

    grief = State(0.0, (0.0, 1.0))
    grieving = Stream("does grief come up?")

    def switch(self, seen: Perceived, stake: Appraisal, luck) -> None:
        self.grief = luck.grieving * (1.0 - luck.grieving)
        super().switch(seen, stake, luck)


class ActsTwice(Person):
    """Runs a rule that draws twice on one pass of chance."""

    def encounter(self, signal: Signal, familiarity: float, luck) -> Signal:
        super().encounter(signal, familiarity, luck)
        return super().encounter(signal, familiarity, luck)


class Unknown(Person):
    """Reads a stream that nobody declared."""

    def switch(self, seen: Perceived, stake: Appraisal, luck) -> None:
        self.felt_security = luck.grievng
        super().switch(seen, stake, luck)


@pytest.mark.parametrize(
    "cls, words",
    [
        (TwoReaders, ("luck.yielding", "TwoReaders.switch", "Referring.refer", "Stream of its own")),
        (ReadsTwice, ("luck.grieving is read twice", "ReadsTwice.switch", "second Stream")),
        (ActsTwice, ("is read twice", "ActsTwice.encounter")),
        (Unknown, ("grievng", "Unknown.switch")),
    ],
)
def test_sharing_or_reusing_a_stream_is_refused_before_the_run(cls, words):
    with pytest.raises(RuleError) as error:
        bind(RuleSet(Dyad, {"client": cls}))
    message = str(error.value)
    assert "test_streams.py" in message
    for word in words:
        assert word in message, message


class TwoMeetings(Dyad):
    """A world that gives one pass of chance to two encounters."""

    def meet(self, client, luck) -> None:
        super().meet(client, luck)
        super().meet(client, luck)


def test_a_world_that_hands_one_pass_to_two_encounters_is_refused():
    with pytest.raises(RuleError, match="read twice"):
        bind(RuleSet(TwoMeetings))


def test_draw_covers_every_tick_of_the_schedule():
    schedule = Dyad.schedule(2, 8, 84, 2)
    luck = draw(RULES, schedule, SEED, [0])
    assert (luck["exchange"].shape, luck["live"].shape) == ((1, 16), (1, 4 * 84))
