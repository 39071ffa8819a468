"""Experiment files: every mistake gets one clear word, before anything is run or written."""

from __future__ import annotations

import copy
import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest
from experiment_mistakes import DRAWN, MISTAKES, SET_MISTAKES, TURN_MISTAKES
from experiment_stand_ins import DIALOGUE, GOOD, WORDS, problems, swap
from hypothesis import given, settings
from hypothesis import strategies as st

from mentalities_sim.experiment import ExperimentError, load
from mentalities_sim.experiment.errors import Problem, list_names, nearest_name, show
from mentalities_sim.experiment.file import check
from mentalities_sim.experiment.text import find_lines, split_key

# Mistakes: place, what was given, what is allowed, the nearest right name ----------------------


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_names_place_given_allowed_and_nearest(tmp_path: Path, name: str) -> None:
    old, new, key, message, given_, allowed, nearest = MISTAKES[name]
    found = problems(tmp_path, swap(old, new))
    match = [p for p in found if p.key == key and message in p.message]
    assert match, [str(p) for p in found]
    assert given_ in match[0].given
    assert allowed in match[0].allowed
    assert nearest in match[0].nearest if nearest else True
    assert key in str(match[0])


@pytest.mark.parametrize("name", TURN_MISTAKES)
def test_each_mistake_in_a_dialogue(tmp_path: Path, name: str) -> None:
    old, new, key, message, given_, allowed, nearest = TURN_MISTAKES[name]
    found = problems(tmp_path, swap(old, new, DIALOGUE))
    match = [p for p in found if p.key == key and message in p.message]
    assert match, [str(p) for p in found]
    assert given_ in match[0].given
    assert allowed in match[0].allowed
    assert nearest in match[0].nearest


@pytest.mark.parametrize("override", SET_MISTAKES)
def test_each_mistake_in_set(tmp_path: Path, override: str) -> None:
    key, message, given_, allowed, nearest = SET_MISTAKES[override]
    text = GOOD if "turns" not in override else GOOD + "[[turns]]\n"
    found = problems(tmp_path, "turns = []\n" + GOOD if text != GOOD else GOOD, override)
    match = [p for p in found if p.key == key and message in p.message]
    assert match, [str(p) for p in found]
    assert given_ in match[0].given
    assert allowed in match[0].allowed
    assert nearest in match[0].nearest
    assert match[0].origin == f"--set {override}"
    assert match[0].line is None and f"--set {override.split()[0]}" in str(match[0])


def test_setting_the_same_path_twice_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, GOOD, "replicates=2", "experiment.replicates=3")
    assert "twice" in found.message and found.key == "experiment.replicates"


def test_an_empty_sweep_section_and_missing_arms(tmp_path: Path) -> None:
    found = problems(tmp_path, '[experiment]\ntitle = "T"\n[sweep]\n')
    assert {(p.key, p.message) for p in found} == {("sweep", "is empty"), ("arms", "are missing")}
    assert 'policy = "fixed"' in found[1].allowed


def test_a_missing_experiment_section(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, '[arms.a]\npolicy = "fixed"\n')
    assert (found.key, found.message) == ("experiment", "is missing")


@pytest.mark.parametrize("section", ["experiment", "world", "client", "sweep", "arms", "measures"])
def test_a_plain_value_for_a_section_is_refused(tmp_path: Path, section: str) -> None:
    found = problems(tmp_path, f"{section} = 3\n")
    assert any(p.key == section and "must be a table" in p.message for p in found)


# Lines, and all problems at once -------------------------------------------------------------


def test_the_line_is_named(tmp_path: Path) -> None:
    text = swap("threat = 0.2", "threat = 2.0")
    (found,) = problems(tmp_path, text)
    assert found.line == text.split("\n").index("threat = 2.0") + 1
    assert str(found).startswith(f"line {found.line}: client.threat is out of bounds")


def test_lines_are_found_in_every_shape() -> None:
    text = (
        'title = """\n[not.a.section]\n"""\n[a."b.c"]\nd.e = 1\n[[turns]]\nx = 1\n[[turns]]\nx = [\n 1,\n]\n'
    )
    first = {"title": 1, "a.b.c": 4, "a.b.c.d.e": 5}
    turns = {"turns.1": 6, "turns.1.x": 7, "turns.2": 8, "turns.2.x": 9}
    assert find_lines(text) == first | turns


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = swap("threat = 0.2", "treat = 0.2")
    text = swap("seed = 7", "seed = -1", text)
    text = swap('policy = "titrated"', 'policy = "tritated"', text)
    found = problems(tmp_path, text, "world.sessions=zero")
    assert {p.key for p in found} == {
        "client.treat", "experiment.seed", "arms.paced.policy", "world.sessions",
    }  # fmt: skip
    error = ExperimentError("trial.toml", found)
    assert "trial.toml: 4 problems; nothing was run or written." in str(error)
    assert error.exit_code == 2
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_one_wrong_axis_is_one_problem(tmp_path: Path) -> None:
    text = swap("[sweep.cut.variants]\nnone = {}\n", "[sweep.cut.variants]\n")
    (found,) = problems(tmp_path, swap('{"client.escape_blocks_learning" = 0.0}', "3", text))
    assert found.key == "sweep.cut.variants.unblocked"


# Files that are none -------------------------------------------------------------------------


def only_problem(path: Path) -> Problem:
    with pytest.raises(ExperimentError) as caught:
        load(path, vocabulary=WORDS)
    assert str(path) in str(caught.value)
    (found,) = caught.value.problems
    return found


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "warmth.toml").write_text(GOOD)
    found = only_problem(tmp_path / "wramth.toml")
    assert "does not exist" in found.message
    assert "warmth.toml" in found.allowed and found.nearest == str(tmp_path / "warmth.toml")


def test_a_missing_file_in_a_missing_folder(tmp_path: Path) -> None:
    found = only_problem(tmp_path / "nowhere" / "trial.toml")
    assert "does not exist" in found.message and "has none" in found.allowed


def test_a_folder_names_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "warmth.toml").write_text(GOOD)
    found = only_problem(tmp_path)
    assert "is a folder" in found.message and found.allowed == "warmth.toml"


@pytest.mark.parametrize("text", ["", "  \n\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "empty.toml"
    path.write_text(text)
    found = only_problem(path)
    assert "is empty" in found.message and "[experiment]" in found.allowed


def test_a_file_of_comments_has_no_experiment(tmp_path: Path) -> None:
    keys = {p.key for p in problems(tmp_path, "# nothing yet\n")}
    assert keys == {"experiment", "arms"}


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[experiment]\ntitle = "Gef\xfchl"\n')
    found = only_problem(path)
    assert "not UTF-8" in found.message and found.line == 2 and "0xfc" in found.given


@pytest.mark.parametrize(
    ("text", "line", "given_"),
    [
        ("[experiment]\ntitle = Trial\n", 2, "title = Trial"),
        ("[experiment\n", 1, "[experiment"),
        ("[a]\nx = 1\n\nx = 2\n", 4, "x = 2"),
        ("[a]\n[a]\n", 2, "[a]"),
        ("{}", 1, "{}"),
    ],
)
def test_text_that_is_not_toml(tmp_path: Path, text: str, line: int, given_: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text)
    found = only_problem(path)
    assert "is not TOML" in found.message
    assert (found.line, found.given) == (line, given_)
    assert "name = 0.5" in found.allowed


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = 1" + "0" * 6000])
def test_toml_that_overwhelms_the_parser(tmp_path: Path, text: str) -> None:
    path = tmp_path / "deep.toml"
    path.write_text(text)
    assert "is not TOML" in only_problem(path).message


def test_a_name_no_file_can_have() -> None:
    assert "cannot be read" in only_problem(Path("a\0b.toml")).message


# Small parts ---------------------------------------------------------------------------------


def test_nearest_names_ignore_case_and_dashes() -> None:
    assert nearest_name("Warmth-Danger", ["warmth_danger", "threat"]) == "warmth_danger"
    assert nearest_name("danger", ["warmth_danger", "threat"]) == "warmth_danger"
    assert nearest_name("zzz", ["warmth_danger"]) == ""


def test_long_lists_show_the_likest_first() -> None:
    text = list_names([f"setting_{n}" for n in range(99)] + ["warmth"], "warmht")
    assert text.startswith("warmth, ") and text.endswith("and 76 more")


def test_values_are_shown_as_toml() -> None:
    assert show({"a": [True, 0.5, "x\ny"]}) == '{a = [true, 0.5, "x\\ny"]}'
    assert len(show("x" * 500)) == 120


def test_keys_are_split_as_toml_splits_them() -> None:
    assert split_key('a."b.c".d') == ("a", "b.c", "d")
    assert split_key("a b") is None and split_key("a # b") is None


# Whatever is written, the answer is an experiment or an ExperimentError ------------------------

SAMPLED = f"""
[experiment]
title = "Sampled"
[sweep]
design = "sobol"
points = 8
policy.warmth = {{range = [0, 1]}}
{DRAWN}
[arms]
a = {{policy = "fixed"}}
"""

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none().map(lambda _: "fixed")
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "replay", "own", "client.threat", "arms", "*", "paced"])
    | st.sampled_from(["policy.warmth", "zip", "conditions", "lhs", "sobol", "morris", "table", "log"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["policy", "of", "values", "variants", "client", "best_of", "a.b", "why"])
            | st.sampled_from(
                ["range", "scale", "design", "points", "file", "client.raw_cue", "policy.warmth"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def _places(raw: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(raw, dict):
        for key, value in raw.items():
            found += _places(value, (*at, key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            found += _places(value, (*at, index))
    return found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_junk_anywhere_never_escapes_as_another_error(data: st.DataObject) -> None:
    raw: Any = copy.deepcopy(tomllib.loads(data.draw(st.sampled_from([GOOD, DIALOGUE, SAMPLED]))))
    *way, last = data.draw(st.sampled_from(_places(raw)))
    here = raw
    for part in way:
        here = here[part]
    here[last] = data.draw(JUNK)
    try:
        trial = check(Path("junk.toml"), raw, [], WORDS)
    except ExperimentError as error:
        assert error.problems and str(error)
    else:
        assert trial.n_cells and trial.run_order()
        assert trial.n_cells > 1000 or len(list(trial.cells())) == trial.n_cells


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([GOOD, SAMPLED]),
    st.sampled_from(["client.threat", "arms.paced", "sweep.cut", "sweep", "turns.1", "replicates"])
    | st.sampled_from(["sweep.design", "sweep.points", "sweep.cut.range", "sweep.client.raw_cue.range"])
    | st.text(max_size=12),
    st.sampled_from(["0.5", "[1]", "[0, 1]", "{}", "{a = 1}", "true", "x", "lhs"]) | st.text(max_size=12),
)
def test_no_override_escapes_as_another_error(data: str, key: str, value: str) -> None:
    raw = tomllib.loads(data)
    try:
        check(Path("trial.toml"), raw, [f"{key}={value}"], WORDS)
    except ExperimentError as error:
        assert error.problems and str(error)
