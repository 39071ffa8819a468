"""The dyad: its calendar, drop-out, ruptures, what it counts, and its life as a plain Mesa model."""

from __future__ import annotations

from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from small_runs import MAIN, SMALL_FILE, batch_of, luck_of, main_client, run

from mentalities_sim.declare import State, declared
from mentalities_sim.experiment import load
from mentalities_sim.measures import switching as sw
from mentalities_sim.person import Person
from mentalities_sim.policies import Complementary, Expert, Fixed, Policy, Scripted, Titrated
from mentalities_sim.recording import events_frame, series_frame
from mentalities_sim.running.in_memory import run_file
from mentalities_sim.signals import Signal
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Dyad
from mentalities_sim.worlds.dyad import EXCHANGE_HOURS, WEEK_HOURS

WORLD = {"sessions": 5, "exchanges": 20, "run_in": 1, "assessed_weeks": 2}
FEARFUL = {**main_client(), "warmth_danger": 0.9}


def course(policy: type[Policy] = Fixed, replicates: int = 8, /, **given):
    """A recorded course, every step kept: batch, outcomes, trace."""
    given = {"client": FEARFUL, "world": WORLD, **given}
    batch = batch_of(policy, range(replicates), given=given)
    found, trace = run(batch, stride=1, events=True)
    return batch, found, trace


@pytest.fixture(scope="module")
def strained():
    """A course with ruptures, drop-outs, escapes and switching in it: much warmth, much fear."""
    world = {**WORLD, "leaving_with_rupture": 0.5}
    return course(Fixed, 20, world=world, policy={"warmth": 1.0})


# the calendar


def test_a_course_is_a_run_in_then_a_session_and_a_week_of_life_again_and_again():
    schedule = Dyad.schedule(sessions=3, exchanges=4, slots=5, run_in=2)
    expected = [1] * 10 + ([0] * 4 + [1] * 5) * 3
    assert schedule.phase.tolist() == expected
    for phase, n in ((0, 12), (1, 25)):
        assert schedule.tick[schedule.phase == phase].tolist() == list(range(n))


def test_weeks_and_hours_follow_the_calendar():
    batch, _, trace = course(Fixed, 1)
    frame = series_frame(batch, trace, [0], {"arm": "fixed"})
    world = trace.series["world"][0]
    assert (frame["week"] == world["week"]).all()
    lived = frame["phase"] == "life"
    assert (frame.loc[lived, "exchange"] == -1).all()
    assert sorted(frame.loc[~lived, "exchange"].unique()) == list(range(20))
    assert set(frame.loc[frame["week"] < 0, "phase"]) == {"life"}
    for week in range(5):
        held = frame[~lived & (frame["week"] == week)]
        assert held["hours"].tolist() == pytest.approx(
            [week * WEEK_HOURS + (i + 1) * EXCHANGE_HOURS for i in range(20)]
        )
        after = frame[lived & (frame["week"] == week)]
        assert len(after) == 84 and after["hours"].iloc[-1] == (week + 1) * WEEK_HOURS
    assert world["hours"][frame["week"] >= 0] == pytest.approx(frame.loc[frame["week"] >= 0, "hours"])


# drop-out


def test_dropping_out_ends_sessions_and_life_goes_on(strained):
    batch, found, trace = strained
    left = np.flatnonzero(found["dropped_out"])
    assert 0 < len(left) < 20
    exchanging = batch.schedule.phase == 0
    for row in left:
        client, world = trace.series["client"][row], trace.series["world"][row]
        gone = world["dropped_out"] == 1
        begin = int(np.argmax(gone))
        assert exchanging[begin] and (batch.schedule.tick[begin] + 1) % 20 == 0, "at a session's end"
        assert (
            world["exchanges_held"][begin] == world["exchanges_held"][-1] == 20 * found["weeks_attended"][row]
        )
        later = np.flatnonzero(exchanging & gone)[1:]
        if len(later):
            now, before = client[later], client[later - 1]
            ended_with_the_contact = {"response", "escaped", "shown_dominance"}
            kept = set(client.dtype.names) - ended_with_the_contact
            assert all(np.array_equal(now[n], before[n]) for n in kept)
            assert not now["escaped"].any() and not now["response"].any()
        lived = np.flatnonzero(~exchanging & gone)
        assert len(np.unique(client["soothing"][lived])) > 10, "life still moves the client"
        assert world["final_life"][-1, 4] == 2 * (84 - 24), (
            "and is assessed, from two days after a session on"
        )


def test_staying_to_the_end_is_twenty_weeks_attended():
    given = {"client": FEARFUL, "world": {"leaving_at_rest": 0.0, "leaving_with_rupture": 0.0}}
    found, _ = run(batch_of(Fixed, range(3), given=given))
    assert (found["weeks_attended"] == 20).all() and (found["dropped_out"] == 0).all()


@pytest.mark.parametrize("share, chance", [(0.0, 0.002), (0.5, 0.027), (1.0, 0.052)])
def test_leaving_is_likelier_after_a_session_in_rupture(share, chance):
    for drawn, leaves in ((chance - 1e-6, 1), (chance + 1e-6, 0)):
        dyad = Dyad(exchanges=20)
        dyad.ruptured_exchanges = int(20 * share)
        dyad.end_session(SimpleNamespace(leaving=drawn))
        assert dyad.dropped_out == leaves


# ruptures


def test_a_rupture_begins_above_a_half_and_is_repaired_below_a_quarter():
    dyad = Dyad()
    apart = SimpleNamespace(escaped=1, response=0)
    together = SimpleNamespace(escaped=0, response=2)
    seen = []
    for client in [apart] * 4 + [together] * 6 + [apart]:
        dyad.follow_strain(client)
        seen.append((round(dyad.strain, 3), dyad.rupture))
    assert seen == [
        (0.2, 0), (0.36, 0), (0.488, 0), (0.59, 1),
        (0.472, 1), (0.378, 1), (0.302, 1), (0.242, 0), (0.193, 0), (0.155, 0), (0.324, 0),
    ]  # fmt: skip
    assert (dyad.ruptures, dyad.ruptured_exchanges) == (1, 4)


def test_a_counter_bid_strains_as_an_escape_does_and_yielding_does_not():
    strain = []
    for escaped, response in ((1, 0), (0, 1), (0, 2), (0, 0)):
        dyad = Dyad()
        dyad.follow_strain(SimpleNamespace(escaped=escaped, response=response))
        strain.append(dyad.strain)
    assert strain == [0.2, 0.2, 0.0, 0.0]


# counts against the recorded series


@pytest.mark.parametrize("policy", [Fixed, Titrated, Expert, Complementary])
def test_outcomes_are_what_the_recorded_series_say(policy):
    # what an exchange sets off inwardly comes after the count, so here nothing is set off
    batch, found, trace = course(policy, client={**FEARFUL, "inward_in_contact": 0.0})
    frame = series_frame(batch, trace, range(8), {"arm": "a"})
    events = events_frame(batch, trace, range(8), {"arm": "a"})
    for row in range(8):
        mine = frame[frame["replicate"] == row]
        held = mine[mine["phase"] == "exchange"].head(20 * found["weeks_attended"][row])
        session = held["week"].to_numpy()
        chosen = held["client_mentality"].to_numpy()
        received = held["client_received_warmth"].to_numpy()
        sent = np.where(received > 0.0, received / 0.9, received)
        assert found["mean_warmth_sent"][row] == pytest.approx(sent.mean())
        assert found["share_escaped"][row] == pytest.approx(held["client_escaped"].mean())
        assert found["switching"][row] == pytest.approx(_switches(chosen, session))
        assert found["entropy_rate"][row] == pytest.approx(sw.entropy_rate(chosen, segment=session))
        transitions = np.zeros((5, 5))
        np.add.at(transitions, _pairs(chosen, session), 1)
        assert np.array_equal(batch.states["world"]["transitions"][row], transitions)
        shown = (held["client_shown_warmth"] - held["client_felt_warmth"]).to_numpy()
        last = session == session.max()
        assert found["expressed_minus_felt"][row] == pytest.approx(
            shown[last].mean() - shown[session == 0].mean()
        )
        assert found["ruptures"][row] == ((events["replicate"] == row) & (events["event"] == "rupture")).sum()


def _pairs(chosen: np.ndarray, session: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    within = session[1:] == session[:-1]
    return chosen[:-1][within], chosen[1:][within]


def _switches(chosen: np.ndarray, session: np.ndarray) -> float:
    """Switches per hour, counted by hand."""
    before, after = _pairs(chosen, session)
    return float((before != after).mean() / EXCHANGE_HOURS)


def test_life_outcomes_are_means_over_the_assessed_weeks():
    batch, found, trace = course(Fixed)
    frame = series_frame(batch, trace, range(8), {"arm": "a"})
    since = frame["hours"] - 168.0 * frame["week"]
    lived = frame[(frame["phase"] == "life") & (frame["week"] >= 3) & (since > 48.0)]
    mean = lived.groupby("replicate").mean(numeric_only=True)
    for name in ("threat", "involuntary_subordination", "soothing", "felt_security"):
        assert found[name] == pytest.approx(mean[f"client_{name}"].to_numpy()), name
    parts = mean["client_threat"] + mean["client_involuntary_subordination"] + 1 - mean["client_soothing"]
    assert found["symptoms"] == pytest.approx(parts.to_numpy() / 3)
    before = frame[frame["week"] == -1].groupby("replicate").mean(numeric_only=True)
    entry = (
        before["client_threat"] + before["client_involuntary_subordination"] + 1 - before["client_soothing"]
    )
    assert found["entry_symptoms"] == pytest.approx(entry.to_numpy() / 3)
    last = frame.groupby("replicate").last()
    assert found["fear_of_compassion"] == pytest.approx(last["client_fear_of_compassion"].to_numpy())


def test_time_at_bounds_is_the_worst_states_share_of_the_exchanges(strained):
    batch, found, trace = strained
    exchanging = np.flatnonzero(batch.schedule.phase == 0)
    for row in range(20):
        client = trace.series["client"][row, exchanging[: int(20 * found["weeks_attended"][row])]]
        shares = [
            float(((client[n] < 1e-6) | (client[n] > 0.98)).mean()) for n in ("threat", "soothing", "drive")
        ]
        shares.append(float((client["alarm"] > 0.98).mean()))
        assert found["time_at_bounds"][row] == pytest.approx(max(shares))


def test_events_are_the_changes_that_the_series_show(strained):
    batch, _, trace = strained
    events = events_frame(batch, trace, range(20), {"arm": "a"})
    mentality = trace.series["client"]["mentality"]
    start = int(declared(Person, State)["mentality"].default)
    changes = (np.diff(mentality, axis=1, prepend=start) != 0).sum()
    counted = events[(events["event"] == "mentality") & (events["who"] == "client")]
    assert len(counted) == changes > 100
    assert (counted["before"] != counted["after"]).all()
    left = events[events["event"] == "dropped_out"]
    assert (left["who"] == "world").all() and len(left) == batch.states["world"]["dropped_out"].sum()
    names = set(events["event"])
    assert {"mentality", "yielding", "escaped", "rupture", "repair", "dropped_out"} <= names
    assert {"involuntary_subordination_on", "involuntary_subordination_off"} & names


def test_an_answer_is_noted_once_and_not_again_until_the_next_encounter():
    """Nobody is met in this life, so all answers are those of sessions, one per exchange held."""
    alone = {"meetings_per_day": 0.0, "leaving_with_rupture": 0.5}
    hermit = {"brooding_at_rest": 0.0, "brooding_with_subordination": 0.0, "inward_in_contact": 0.0}
    batch, _, trace = course(
        Fixed, 20, client={**FEARFUL, **hermit}, world={**WORLD, **alone}, policy={"warmth": 1.0}
    )
    events = events_frame(batch, trace, range(20), {"arm": "a"})
    answers = events[events["event"].isin(["escaped", "yielding", "counter_bid"])]
    assert (answers["exchange"] >= 0).all(), "therapist and client meet in sessions only"
    escaped = answers[(answers["event"] == "escaped") & (answers["who"] == "client")]
    assert len(escaped) == batch.states["world"]["exchanges_escaped"].sum() > 100
    assert batch.states["world"]["dropped_out"].sum() > 0, "also when the client no longer comes"


def test_what_is_counted_and_what_is_recorded_part_only_where_one_turned_inward(strained):
    """The count is taken as the client answers the therapist; a self-encounter may follow."""
    batch, _, trace = strained
    held = trace.series["client"][:, batch.schedule.phase == 0]
    counted = batch.states["world"]["exchanges_escaped"].sum()
    recorded = held["escaped"].sum()
    turned_inward = 0.04 * batch.states["world"]["exchanges_held"].sum()
    assert abs(counted - recorded) < 2 * turned_inward


def test_a_client_who_never_came_has_no_therapy_outcomes():
    """Nothing was observed in sessions: not a number, rather than nought."""
    batch = batch_of(Fixed, range(2), given={"world": {**WORLD}})
    batch.states["world"]["dropped_out"] = 1
    found, _ = run(batch)
    for name in ("mean_warmth_sent", "share_escaped", "time_at_bounds", "expressed_minus_felt"):
        assert np.isnan(found[name]).all(), name
    assert (found["weeks_attended"] == 0).all() and np.isfinite(found["symptoms"]).all()


@pytest.mark.parametrize("policy", [Fixed, Titrated, Expert, Complementary])
def test_every_state_ends_within_its_bounds_after_a_whole_therapy(policy):
    batch = batch_of(policy, range(10), given={"client": FEARFUL})
    run(batch)
    for role in batch.rules.classes:
        for name, state in batch.rules.states(role).items():
            values = batch.states[role][name].astype(float)
            low, high = state.bounds
            assert (values >= low - 1e-9).all() and (values <= high + 1e-9).all(), (role, name)


# the dyad as a plain Mesa model


def by_hand(**world) -> Dyad:
    dyad = Dyad(seed=3, **{"sessions": 2, "exchanges": 5, "run_in": 0, **world})
    dyad.seat(Person(dyad, warmth_danger=0.9), Therapist(dyad), Titrated(settling=2))
    return dyad


def test_a_dyad_is_built_and_stepped_as_any_mesa_model():
    dyad = by_hand()
    assert [type(a) for a in dyad.agents] == [Person, Therapist]
    assert dyad.client in dyad.agents and not hasattr(dyad.policy, "unique_id")
    steps = 0
    while dyad.running:
        dyad.step()
        steps += 1
    assert steps == 2 * (5 + 84)
    assert (dyad.week, dyad.hours, dyad.weeks_attended) == (1, 2 * WEEK_HOURS, 2)


def test_data_collector_and_agent_verbs_work():
    dyad = by_hand()
    collector = mesa.DataCollector(
        model_reporters={"week": "week", "dose": lambda model: model.policy.dose},
        agent_reporters={"threat": "threat", "power": lambda agent: agent.power[0]},
        agenttype_reporters={Person: {"fear": "fear_of_compassion"}},
    )
    for _ in range(5):
        dyad.step()
        collector.collect(dyad)
    agents = collector.get_agent_vars_dataframe()
    assert len(agents) == 10 and agents.notna().all().all()
    client = agents.xs(dyad.client.unique_id, level="AgentID")
    assert client["threat"].nunique() > 1 and client["threat"].iloc[-1] == dyad.client.threat
    model = collector.get_model_vars_dataframe()
    assert model["dose"].iloc[:2].tolist() == [0.05, 0.05] and model["week"].eq(0).all()
    assert dyad.agents.get("threat") == [dyad.client.threat, dyad.therapist.threat]
    assert dyad.agents.agg("threat", max) == max(dyad.agents.get("threat"))
    assert list(dyad.agents.select(lambda a: isinstance(a, Therapist))) == [dyad.therapist]
    dyad.agents.set("felt_security", 0.4)
    assert dyad.client.felt_security == 0.4


def test_stepping_by_hand_uses_the_chance_of_the_seed_and_replicate():
    def ends(seed: int, replicate: int) -> float:
        dyad = Dyad(seed=seed, sessions=1, exchanges=5, run_in=0)
        dyad.seat(Person(dyad), Therapist(dyad), Fixed(warmth=0.8), replicate=replicate)
        for _ in range(10):
            dyad.step()
        return dyad.client.perceived_warmth

    assert ends(1, 0) == ends(1, 0)
    assert len({ends(1, 0), ends(1, 1), ends(2, 0)}) == 3


def test_a_scripted_policy_follows_the_signals_it_is_given():
    dyad = Dyad(sessions=1, exchanges=3, run_in=0)
    script = [Signal(0.1, 0.5, 0.0, 0.0, 1.0, 0.0, 0), Signal(-0.2, 0.7, 0.0, 1.0, 1.0, 0.0, 0)]
    dyad.seat(Person(dyad), Therapist(dyad, own_threat_shows=0.0), Scripted(), script=script)
    received = []
    for _ in range(3):
        dyad.step()
        received.append((dyad.client.received_dominance, dyad.client.received_warmth))
    assert received == [(0.1, 0.5), (-0.2, 0.7), (0.0, 0.0)]


def test_stepping_too_soon_or_too_long_is_an_error_in_words():
    with pytest.raises(RuntimeError, match="seat"):
        Dyad().step()
    dyad = by_hand(sessions=1)
    while dyad.running:
        dyad.step()
    with pytest.raises(RuntimeError, match="course of 1 sessions is over"):
        dyad.step()


@pytest.mark.parametrize("arm", ["titrated", "yoked", "permuted"])
def test_a_therapy_from_a_file_steps_to_what_running_the_file_gives(arm):
    found = run_file(load(SMALL_FILE), engine="mesa").outcomes
    row = found[(found["arm"] == arm) & (found["replicate"] == 1)].iloc[0]
    dyad = Dyad.from_experiment(SMALL_FILE, arm, replicate=1)
    while dyad.running:
        dyad.step()
    assert dyad.client.fear_of_compassion == row["fear_of_compassion"]
    assert dyad.warmth_sent / dyad.exchanges_held == row["mean_warmth_sent"]


def test_a_therapy_from_a_file_is_asked_for_by_arm_and_swept_value():
    by_value = Dyad.from_experiment(MAIN, "titrated", fear=0.9)
    by_label = Dyad.from_experiment(MAIN, "titrated", fear="high")
    assert by_value.client.warmth_danger == by_label.client.warmth_danger == 0.9


@pytest.mark.parametrize(
    "how, words",
    [
        ({"arm": "titraed"}, "'titraed' is no arm that is run; those are"),
        ({"arm": "titrated", "feer": 0.9}, "'feer' is not swept; swept are fear"),
        ({"arm": "titrated", "fear": 0.3}, "its values are 0.2, 0.5, 0.9"),
        ({"arm": "titrated", "replicate": -1}, "has replicates 0 to"),
    ],
)
def test_asking_for_a_therapy_that_is_not_there_is_an_error_in_words(how, words):
    with pytest.raises(ValueError, match=words):
        Dyad.from_experiment(MAIN, **how)


def test_agents_can_be_met_one_rule_at_a_time():
    """What a lecture does: one person, one signal, nobody else."""
    someone = Person(mesa.Model(rng=1), warmth_danger=0.9)
    someone.encounter(Signal(0.0, 0.9, 0.0, 0.0, 1.0, 0.0, 0), 0.0, luck_of(Person, switching=0.0))
    assert someone.alarm > 0.9 and someone.threat > 0.4
