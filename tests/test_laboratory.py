"""The laboratory: what a step of a protocol does is done, and nothing else; the same on both engines."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from small_dyads import run_both

from mentalities_sim.claims.arms import (
    Steps,
    brought_up,
    contest,
    fear,
    held,
    laboratory,
    life,
    meeting,
    oneself,
    said_inside,
    signal,
    task,
    wait,
)
from mentalities_sim.engine.batch import Batch, Trace
from mentalities_sim.evidence import observing
from mentalities_sim.evidence.observing import observe
from mentalities_sim.evidence.seen import Record
from mentalities_sim.worlds.laboratory import Laboratory, Trial

FELT = ("person.threat", "person.soothing", "person.drive", "person.involuntary_subordination")
LEARNED = ("person.expected_warmth", "person.power", "person.warmth_danger", "person.warmth_safety")
SHOWN = ("person.shown_warmth", "person.shown_dominance", "partner.shown_warmth", "partner.shown_dominance")
WORDS = ("person.inner_warmth", "person.inner_dominance")
PARTNER = ("partner.threat", "partner.soothing", "partner.warmth_danger", "partner.expected_warmth")
RECEIVED = tuple(
    f"{who}.received_{what}" for who in ("person", "partner") for what in ("warmth", "dominance")
)
ALL = (*FELT, *LEARNED, *SHOWN, *WORDS, *PARTNER, *RECEIVED)


def lived(*steps: Steps, units: int = 4, **given: Any) -> Record:
    """Return what was recorded of a few people in a protocol, step by step."""
    (seen,) = observe({"only": laboratory(*steps, **given)}, [{}], range(units), reads=ALL)
    return seen["only"]


def alike(one: Record, two: Record, paths: tuple[str, ...] = ALL) -> list[str]:
    """Return the paths whose state at the end is the same to the last bit."""
    return [path for path in paths if np.array_equal(one.end(path), two.end(path))]


EVERYTHING = (
    signal(warmth=0.7, freedom=0.5, familiarity=1.0, labelling=0.4),
    signal(warmth=-0.6, dominance=0.8, shaking=0.5, inward=1, times=3),
    signal(warmth=0.6, playfulness=0.5, surface=1),
    oneself(times=3),
    said_inside(warmth=-0.7, dominance=0.6, times=2),
    task(won=0.0, stake=0.5, times=2),
    contest(won=0.0, standing=0.6, times=2),
    contest(won=1.0),
    life(6, subordination=0.9),
    meeting(4, warmth=0.3, dominance=-0.2, standing=0.4),
    held(threat=0.5, soothing=0.2, drive=0.8, subordination=0.3),
    wait(5.0, 2),
)
"""A protocol with every kind of step."""


@pytest.mark.parametrize("afraid", [0.1, 0.9])
def test_every_kind_of_step_gives_the_same_bits_on_both_engines(
    afraid: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    compared: list[Trace] = []

    def on_both(batch: Batch, **how: Any) -> Trace:
        fast, trace = run_both(batch)
        assert (fast.reached == len(batch.schedule)).all()
        compared.append(trace)
        batch.states = fast.states
        return trace

    monkeypatch.setattr(observing, "run", on_both)
    given = {**brought_up(7, warm=0.4, harsh=0.3, warm_then_harmed=0.3), "world.partner_childhood": 7}
    arm = laboratory(*EVERYTHING, **{**given, **fear(afraid), "person.brooding_at_rest": 12.0})
    assert {step["trial"] for step in arm.steps} == set(Trial), "a kind of step is missing here"
    observe({"only": arm}, [{}, {"person.one_distress": 0.5, "person.complement_heals": 0.1}], range(3))
    (trace,) = compared
    assert len(trace.steps) == 14 + len(arm.steps)
    assert len(np.unique(trace.series["person"]["threat"])) > 60
    assert len(np.unique(trace.series["partner"]["threat"])) > 40


def test_childhoods_come_first_and_the_protocol_is_whole() -> None:
    order = Laboratory.schedule(trials=3, childhood=2, partner_childhood=2)
    assert order.phase.tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert order.tick.tolist() == [0, 1, 0, 1, 0, 1, 2]

    with pytest.raises(ValueError, match="partner_childhood is 3; it can be 0"):
        Laboratory.schedule(trials=3, childhood=2, partner_childhood=3)  # plasticity would not end


def test_person_and_partner_are_brought_up_each_by_their_own_chance() -> None:
    given = {**brought_up(40, warm=0.5, harsh=0.5), "world.partner_childhood": 40}
    both = lived(wait(0.0), **given)
    alone = lived(wait(0.0), **brought_up(40, warm=0.5, harsh=0.5))
    person, partner = both.end("person.expected_warmth"), both.end("partner.expected_warmth")
    assert not np.isclose(person, partner).any()
    assert np.array_equal(person, alone.end("person.expected_warmth"))
    assert not np.isclose(partner, alone.end("partner.expected_warmth")).any()


# --- states and time ------------------------------------------------------------------------------


def test_held_states_are_set_and_all_others_left_alone() -> None:
    found = lived(held(threat=0.35, drive=0.9), held(soothing=0.45, subordination=0.6, threat=0.0))
    assert (found.course("person.threat") == [0.35, 0.0]).all()  # nought is a value, not "as it is"
    assert (found.course("person.drive") == 0.9).all()
    assert (found.end("person.soothing") == 0.45).all()
    assert (found.end("person.involuntary_subordination") == 0.6).all()
    plain = lived(wait(0.0, 2))
    assert (found.course("person.soothing")[:, 0] == plain.course("person.soothing")[:, 0]).all()
    others = tuple(path for path in ALL if path not in FELT)
    assert alike(found, plain, others) == list(others)


@pytest.mark.parametrize(
    "act",
    [
        {"trial": Trial.SIGNAL, "warmth": -0.5, "dominance": 0.6},
        {"trial": Trial.ONESELF},
        {"trial": Trial.SAID_INSIDE, "warmth": -0.6},
        {"trial": Trial.TASK, "won": 1.0, "stake": 0.5},
        {"trial": Trial.CONTEST, "won": 0.0, "stake": 0.5},
        {"trial": Trial.MEETING, "warmth": 0.3},
    ],
)
def test_a_held_state_is_what_the_person_starts_the_step_with(act: dict[str, Any]) -> None:
    states = {"threat": 0.7, "soothing": 0.3, "drive": 0.6, "subordination": 0.4}
    at_once = lived(wait(0.0), [{**act, **states}])
    beforehand = lived(held(**states), [act])
    assert alike(at_once, beforehand) == list(ALL)
    unheld = lived(wait(0.0), [act])
    assert not set(alike(at_once, unheld)) & set(FELT)


def test_hours_pass_for_both_before_anything_is_held_or_done() -> None:
    given = {"person.soothing": 0.6, "partner.soothing": 0.6}
    found = lived(wait(0.0), wait(5.0), wait(0.0, 2, soothing=0.5), **given)
    for who in ("person", "partner"):
        course = found.course(f"{who}.soothing")
        assert (course[:, 0] == 0.6).all()
        assert course[:, 1] == pytest.approx(0.6 * math.exp(-5.0 / 11.5))
    assert (lived(wait(5.0, soothing=0.5), **given).end("person.soothing") == 0.5).all()
    later, at_once = lived(signal(warmth=0.7, hours=24.0), **given), lived(signal(warmth=0.7), **given)
    assert (later.end("person.soothing") < at_once.end("person.soothing") - 0.2).all()


def test_nobody_broods_while_waiting_but_in_life_one_does() -> None:
    given = {"person.expected_warmth": (0.2, -0.6), "person.brooding_at_rest": 20.0}
    waited = lived(wait(2.0, 8, subordination=0.9), **given)
    mulled = lived(life(8, subordination=0.9), **given)
    assert (waited.course("person.inner_warmth") == 0.0).all()
    assert (waited.course("person.power") == waited.course("person.power")[:, :1]).all()
    assert (mulled.end("person.inner_warmth") < 0.0).all()


def test_a_protocol_that_is_followed_by_nothing_leaves_people_as_they_were() -> None:
    short = laboratory(signal(warmth=0.5, times=2), **fear(0.8))
    long = laboratory(signal(warmth=0.5, times=6), **fear(0.8))
    (seen,) = observe({"short": short, "long": long}, [{}], range(4), reads=ALL)
    for path in ALL:
        course = seen["short"].course(path)
        assert course.shape[1] == 6
        assert (course[:, 2:] == course[:, 1:2]).all(), path
        assert (course[:, :2] == seen["long"].course(path)[:, :2]).all(), path


# --- what is said and shown -----------------------------------------------------------------------


def test_what_is_said_inside_is_heard_in_exactly_these_words() -> None:
    heard = lived(said_inside(warmth=-0.65, dominance=0.35), said_inside(warmth=0.25, dominance=-0.15))
    assert (heard.course("person.inner_warmth") == [-0.65, 0.25]).all()
    assert (heard.course("person.inner_dominance") == [0.35, -0.15]).all()


def test_the_internal_others_own_words_do_what_the_internal_other_does() -> None:
    """Said by the experiment or by oneself: the same words, the same bits; other words, other states."""
    given = {"person.expected_warmth": (0.1, -0.5), "person.expected_dominance": (0.0, 0.4)}
    own = lived(oneself(), **given)
    assert alike(lived(said_inside(warmth=-0.5, dominance=0.4), **given), own) == list(ALL)
    assert not set(alike(lived(said_inside(warmth=0.5, dominance=0.4), **given), own)) & set(FELT[:2])
    assert not set(alike(lived(said_inside(warmth=-0.5, dominance=0.0), **given), own)) & set(WORDS[1:])


def test_an_expected_critic_does_not_colour_words_that_are_chosen() -> None:
    """Inside nothing is misread: threat after a sentence depends on the sentence."""
    kind = {"person.expected_warmth": (0.1, 0.5), "person.expected_dominance": (0.0, 0.0)}
    harsh = {"person.expected_warmth": (0.1, -0.8), "person.expected_dominance": (0.0, 0.0)}
    one, two = (lived(said_inside(warmth=-0.4), **given) for given in (kind, harsh))
    assert alike(one, two, FELT[:2]) == list(FELT[:2])


def test_meeting_sends_what_the_other_showed_last() -> None:
    given = {"partner.shown_warmth": 0.7, "partner.shown_dominance": -0.3, "person.approval_seeking": 0.0}
    found = lived(meeting(5, warmth=0.1, dominance=0.2), **given, **fear(0.2))
    for what, first in (("warmth", 0.7), ("dominance", -0.3)):
        heard, shown = found.course(f"person.received_{what}"), found.course(f"partner.shown_{what}")
        assert (heard[:, 0] == first).all()
        assert (heard[:, 1:] == shown[:, :-1]).all()
        assert (found.course(f"partner.received_{what}") == found.course(f"person.shown_{what}")).all()
        assert len(np.unique(shown)) > 8


def test_what_the_person_shows_in_a_meeting_is_moved_as_the_step_says() -> None:
    plain, moved = lived(meeting()), lived(meeting(warmth=-0.25, dominance=0.15))
    for what, push in (("warmth", -0.25), ("dominance", 0.15)):
        shift = moved.end(f"person.shown_{what}") - plain.end(f"person.shown_{what}")
        assert shift == pytest.approx(push)
        assert not np.isclose(moved.end(f"partner.shown_{what}"), plain.end(f"partner.shown_{what}")).all()
    assert alike(plain, moved, (*FELT, *LEARNED)) == [*FELT, *LEARNED]  # one's own push is not felt at once


def test_the_partner_is_touched_by_meetings_only() -> None:
    alone = tuple(step for step in EVERYTHING if step[0]["trial"] not in (Trial.MEETING, Trial.NOTHING))
    found = lived(*[[{**one, "hours": 0.0} for one in step] for step in alone])
    for path in (*PARTNER, "partner.shown_warmth"):
        assert (found.course(path) == found.course(path)[:, :1]).all(), path
    assert len(np.unique(found.course("person.threat"))) > 20
    met = lived(meeting(2, warmth=-0.5))
    assert (met.course("partner.threat")[:, 1] != met.course("partner.threat")[:, 0]).all()
