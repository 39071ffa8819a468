"""Plans: what an arm's file says, what is done in each exchange, and what is told of a mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from experiment_stand_ins import DIALOGUE, swap

from mentalities_sim import Experiment
from mentalities_sim.experiment import ExperimentError
from mentalities_sim.experiment.errors import Problem
from mentalities_sim.experiment.plain import from_plain
from mentalities_sim.experiment.turns import PlanRow, planned_session
from mentalities_sim.interventions import known_interventions, number_of
from mentalities_sim.running.scripts import scripts

PLANNED = """
[experiment]
title = "Graded, or all at once"
seed = 5
replicates = 2

[world]
sessions = 3
exchanges = 12
slots = 4
run_in = 0
assessed_weeks = 1
leaving_at_rest = 0.0
leaving_with_rupture = 0.0

[sweep.alarm]
of = "client.threat"
values = [0.2, 0.6]

[arms.graded]
policy = "planned"
warmth = 0.5
plan = [
  {does = "empathic contact", exchanges = 2},
  {does = "safe place", sessions = [1, 2]},
  {does = "compassionate other", exchanges = 9, sessions = [3, 3]},
]

[arms.at_once]
policy = "planned"
plan = [{does = "compassionate self"}]

[[arms.paced.plan]]
does = "plays"

[arms.paced]
policy = "titrated_plan"
offset = 0.2

[arms.steady]
policy = "fixed"
"""


def planned(tmp_path: Path, text: str = PLANNED) -> Experiment:
    path = tmp_path / "planned.toml"
    path.write_text(text, encoding="utf-8")
    return Experiment.from_toml(path)


def told(tmp_path: Path, text: str) -> Problem:
    with pytest.raises(ExperimentError) as caught:
        planned(tmp_path, text)
    (problem,) = caught.value.problems
    return problem


def test_a_plan_is_read_with_the_cost_of_what_is_done_where_no_length_is_given(tmp_path: Path) -> None:
    arms = planned(tmp_path).file.arms
    assert arms["graded"].plan == (
        PlanRow("empathic contact", 2),
        PlanRow("safe place", 8, (1, 2)),
        PlanRow("compassionate other", 9, (3, 3)),
    )
    assert arms["paced"].plan == (PlanRow("plays", 1),) and arms["paced"].parameters == {"offset": 0.2}
    assert arms["steady"].plan == ()


def test_an_experiment_with_plans_survives_being_kept_as_plain_data(tmp_path: Path) -> None:
    file = planned(tmp_path).file
    assert from_plain(json.loads(json.dumps(file.as_dict()))) == file


def test_rows_run_in_order_and_again_until_the_session_is_over(tmp_path: Path) -> None:
    plan = planned(tmp_path).file.arms["graded"].plan
    first = ["empathic contact"] * 2 + ["safe place"] * 8 + ["empathic contact"] * 2
    assert planned_session(plan, 1, 12) == planned_session(plan, 2, 12) == first
    assert planned_session(plan, 3, 4) == ["empathic contact"] * 2 + ["compassionate other"] * 2
    with pytest.raises(ValueError, match="session 4"):
        planned_session([PlanRow("plays", 1, (1, 3))], 4, 12)


def test_arms_and_cells_in_one_batch_each_follow_their_own_plan(tmp_path: Path) -> None:
    order = planned(tmp_path).order()
    conditions = [order.conditions[place] for place in range(len(order.conditions))]
    group = [c for c in conditions if c.arm.policy == "planned"]
    assert [c.arm.name for c in group] == ["graded", "graded", "at_once", "at_once"]
    assert len({id(c.rules) for c in group}) == 1, "they share a rule set, and so batches"
    script, script_of, lost = scripts(order, group, [0, 1], lambda: None)
    assert not lost
    for run, which in enumerate(script_of):
        plan = group[run // 2].arm.plan
        done = [name for session in (1, 2, 3) for name in planned_session(plan, session, 12)]
        assert script[which]["does"].tolist() == [number_of(name) for name in done]
        sent = [known_interventions()[name].signal(0.0) for name in done]
        assert script[which]["warmth"].tolist() == [signal.warmth for signal in sent]
        assert script[which]["surface"].tolist() == [signal.surface for signal in sent]


def test_a_plan_gives_the_same_on_both_engines_and_runs_record_what_was_done(tmp_path: Path) -> None:
    trial = planned(tmp_path, PLANNED + "[measures]\nseries = {stride = 1, replicates = 1}\n")
    fast, slow = (trial.run(engine=engine) for engine in ("compiled", "mesa"))
    assert fast.outcomes.equals(slow.outcomes)
    assert fast.series.equals(slow.series) and fast.events.equals(slow.events)
    held = fast.series[fast.series["phase"] == "exchange"]
    for name, arm in trial.file.arms.items():
        rows = held[(held["arm"] == name) & (held["alarm"] == 0.2) & (held["week"] == 0)]
        done = [number_of(d) for d in planned_session(arm.plan, 1, 12)] if arm.plan else [-1] * 12
        assert rows["policy_does"].tolist() == done
    changes = fast.events[(fast.events["event"] == "does") & (fast.events["arm"] == "graded")]
    assert {number_of("safe place"), number_of("empathic contact")} <= set(changes["after"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('contact", exchanges = 2', 'contact", exchanges = 3'),
        ("[1, 2]}", "[1, 1]}, {does = 'plays', sessions = [2, 2]}"),
        ('"safe place"', '"compassionate colour"'),
    ],
)
def test_another_plan_is_another_run(tmp_path: Path, old: str, new: str) -> None:
    ids = []
    for text in (PLANNED, swap(old, new, PLANNED)):
        order = planned(tmp_path, text).order("mesa")
        ids.append(order.conditions.ids(dict.fromkeys(order.file.arms, "rules"), "measures"))
    assert [a == b for a, b in zip(*ids, strict=True)] == [False, False] + [True] * 6


PLAN_MISTAKES = {
    # name: (old, new, key, words of the message, of what is allowed, nearest)
    "unknown": ('"safe place"', '"save place"', "graded.plan.2.does", "not something", "safe", "safe place"),
    "a row's key": (
        "sessions = [3, 3]",
        "session = 3",
        "graded.plan.3.session",
        "not a name",
        "does",
        "sessions",
    ),
    "no does": ('does = "compassionate self"', "exchanges = 9", "at_once.plan.1", "lacks does", "does =", ""),
    "one session": ("[3, 3]", "3", "graded.plan.3.sessions", "must be two sessions", "[first, last]", ""),
    "sessions back": ("[3, 3]", "[3, 2]", "graded.plan.3.sessions", "end before", "[first, last]", ""),
    "session none": ("[1, 2]", "[0, 2]", "graded.plan.2.sessions", "out of bounds", "from 1", ""),
    "in a hurry": (
        "exchanges = 9",
        "exchanges = 3",
        "graded.plan.3.exchanges",
        "at least 8",
        "8 or more",
        "",
    ),
    "no time": (
        'contact", exchanges = 2',
        'contact", exchanges = 0',
        "graded.plan.1.exchanges",
        "out of",
        "1",
        "",
    ),
    "no row": ('[{does = "compassionate self"}]', "[]", "at_once.plan", "is empty", "at least one", ""),
    "no list": (
        '[{does = "compassionate self"}]',
        '"plays"',
        "at_once.plan",
        "must be a list",
        "plan = [",
        "",
    ),
    "no table": ('{does = "compassionate self"}', '"plays"', "at_once.plan.1", "must be a row", "does", ""),
    "no plan": ('plan = [{does = "compassionate self"}]\n', "", "at_once", "but has none", "plan = [", ""),
    "not planned": ('"fixed"', '"fixed"\nplan = []', "steady.plan", "belongs to", "warmth", ""),
    "no session": ("sessions = [3, 3]", "sessions = [3, 4]", "graded.plan", "there are not", "1 to 3", ""),
    "a gap": (
        '"compassionate self"',
        '"plays", sessions = [1, 2]',
        "at_once.plan",
        "arm at_once has no row for session 3",
        "every",
        "",
    ),
    "never reached": (
        'contact", exchanges = 2',
        'contact", exchanges = 12, sessions = [1, 2]',
        "graded.plan",
        "never comes to a row, safe place",
        "fewer exchanges",
        "",
    ),
    "unused": ("offset = 0.2", "freedom = 0.2", "paced.freedom", "would change nothing", "leave it out", ""),
}


@pytest.mark.parametrize("name", PLAN_MISTAKES)
def test_a_mistaken_plan_is_told_with_arm_row_and_the_nearest_name(tmp_path: Path, name: str) -> None:
    old, new, key, message, allowed, nearest = PLAN_MISTAKES[name]
    found = told(tmp_path, swap(old, new, PLANNED))
    assert found.key == f"arms.{key}"
    assert message in found.message and allowed in found.allowed and nearest in found.nearest


def test_a_plan_must_reach_the_longest_course_that_is_swept(tmp_path: Path) -> None:
    longer = swap("[sweep.alarm]", '[sweep]\n"world.sessions" = [3, 5]\n[sweep.alarm]', PLANNED)
    longer = swap(" exchanges = 2}", " exchanges = 2, sessions = [1, 3]}", swap("sessions = 3\n", "", longer))
    found = told(tmp_path, longer)
    assert found.key == "arms.graded.plan" and "no row for session 4" in found.message


@pytest.mark.parametrize("policy", ["planned", "titrated_plan"])
def test_a_clinic_takes_no_plan(tmp_path: Path, policy: str) -> None:
    text = '[experiment]\ntitle = "C"\n[world]\nkind = "clinic"\n[arms.graded]\n'
    found = told(tmp_path, text + f'policy = "{policy}"\nplan = [{{does = "plays"}}]\n')
    assert found.key == "arms.graded.policy" and "responsive" in found.allowed


def test_how_a_turn_is_coded_is_part_of_a_runs_id(tmp_path: Path) -> None:
    ids = []
    for text in (DIALOGUE, swap("exchanges = 3", "exchanges = 3\nlabelling = 0.7", DIALOGUE)):
        order = planned(tmp_path, text).order("mesa")
        ids.append(order.conditions.ids({"talk": "rules"}, "measures"))
    assert ids[0] != ids[1]


def test_a_replay_of_more_than_warmth_is_refused_as_no_control(tmp_path: Path) -> None:
    replay = '[arms.yoked]\npolicy = "replay"\nseries_of = "paced"\nfrom = "another client"\n'
    found = told(tmp_path, PLANNED + replay)
    assert found.key == "arms.yoked.series_of" and "no yoked control" in found.message
    assert "steady" in found.allowed and "graded" not in found.allowed


@pytest.mark.parametrize("fear", ["fear_of_compassion", "fear_of_self_compassion", "fear_of_giving"])
def test_a_fear_is_what_danger_and_safety_leave_and_cannot_be_set(tmp_path: Path, fear: str) -> None:
    found = told(tmp_path, PLANNED + f"[client]\n{fear} = 0.4\n")
    assert found.key == f"client.{fear}" and "danger - " in f"{found.message} {found.allowed}"
