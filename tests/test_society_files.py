"""What a file about societies may say, and what is said of what it may not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from experiment_stand_ins import swap
from society_files import TEXT
from tiny_experiments import written

from mentalities_sim.experiment import ExperimentError, load
from mentalities_sim.experiment.errors import Problem
from mentalities_sim.experiment.plain import from_plain
from mentalities_sim.worlds.society import Network


def problems(tmp_path: Path, text: str, *overrides: str) -> tuple[Problem, ...]:
    with pytest.raises(ExperimentError) as caught:
        load(written(tmp_path, text), overrides)
    return caught.value.problems


MISTAKES = {
    "an unknown world parameter": ("size = 5", "siez = 5", "world.siez", "not a name", "size"),
    "a therapy's parameter": ("size = 5", "sessions = 5", "world.sessions", "not a name", ""),
    "an unknown state": ("strength =", "strenght =", "person.strenght", "not a setting", "strength"),
    "a client": ("[person]\n", "[client]\nthreat = 0.2\n[person]\n", "client", "is of a dyad", ""),
    "turns": ("[arms]", "[[turns]]\nwords = 'x'\n[arms]", "turns.1", "is of a dyad", ""),
    "a policy": ("intact = {}", 'intact = { policy = "fixed" }', "arms.intact.policy", "has none", ""),
    "a replay": ("intact = {}", 'intact = { series_of = "lucid" }', "arms.intact.series_of", "has none", ""),
    "a word in an arm": ("intact = {}", "intact = { scarcity = 0.1 }", "arms.intact.scarcity", "not the path",
                         "world.scarcity"),
    "what is swept": ("intact = {}", 'intact = { "world.scarcity" = 0.1 }', "arms.intact.world.scarcity",
                      "is swept", ""),
    "a network of no name": ('"small_world"', '"smal_world"', "arms.in_small_world.world.network",
                             "not one of its values", "SMALL_WORLD"),
    "a swept policy": ('"world.scarcity"', '"policy.warmth"', "sweep.scarcity.of", "not the path", ""),
    "no such control": ("lucid = {", 'lucid = { against = "intcat",', "arms.lucid.against", "is not an arm",
                        "intact"),
    "its own control": ("lucid = {", 'lucid = { against = "lucid",', "arms.lucid.against", "arm itself", ""),
    "a control that is no name": ("lucid = {", "lucid = { against = 2,", "arms.lucid.against", "a text", ""),
    "no control": ("lucid = {", 'lucid = { against = "",', "arms.lucid.against", "is empty", ""),
    "a control of the first": ("intact = {}", 'intact = { against = "lucid" }', "arms.intact.against",
                               "stands at the first arm", ""),
    "controls in a circle": ('{ "world.network"', '{ against = "odd", "world.network"',
                             "arms.in_small_world.against", "goes round in a circle", ""),
    "a misspelt control": ("lucid = {", 'lucid = { agianst = "intact",', "arms.lucid.agianst",
                           "not known to an arm", "against"),
    "a taken column": ("[sweep.scarcity]", "[sweep.day]", "sweep.day", "second column", ""),
    "a taken state": ("[sweep.scarcity]", "[sweep.threat]", "sweep.threat", "second column", ""),
    "a taken outcome": ("[sweep.scarcity]", "[sweep.linearity]", "sweep.linearity", "second column", ""),
    "a therapy's outcome": ('"contests"]', '"symptoms"]', "measures.outcomes", "not one of the words", ""),
    "a therapy's table": ("agents = true", "transitions = true", "measures.transitions", "not a name", ""),
    "what follows": ("[person]\n", "[person]\nidentity = 3\n", "person.identity", "cannot be set", ""),
    "no such kind": ('kind = "society"', 'kind = "societies"', "world.kind", "not a known world", "society"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named(name: str, tmp_path: Path) -> None:
    old, new, key, message, nearest = MISTAKES[name]
    text = swap("[arms]\n", "[arms]\nfirst = {}\n", TEXT) if "circle" in name else TEXT
    text = (
        swap("[measures]", 'odd = { against = "in_small_world" }\n[measures]', text) if text != TEXT else text
    )
    found = [p for p in problems(tmp_path, swap(old, new, text)) if p.key == key]
    assert found and message in found[0].message, [str(p) for p in found]
    assert nearest in found[0].nearest
    assert found[0].line is not None


def test_people_of_a_society_are_none_of_a_therapy(tmp_path: Path) -> None:
    text = '[experiment]\ntitle = "T"\n[person]\nthreat = 0.2\n[arms]\na = { policy = "fixed" }\n'
    (found,) = problems(tmp_path, text)
    assert found.key == "person" and "is of a society" in found.message
    assert '[world] kind = "society"' in found.allowed
    (found,) = problems(
        tmp_path, text.replace("[person]\nthreat = 0.2\n", "").replace("}", ', "world.run_in" = 1 }')
    )
    assert found.key == "arms.a.world.run_in", "of a therapy, arms are what the therapist does"


def test_an_arm_names_its_control_and_a_control_may_have_one(tmp_path: Path) -> None:
    text = swap("lucid = {", 'lucid = { against = "in_small_world",', TEXT)
    file = load(written(tmp_path, swap('{ "world.network"', '{ against = "intact", "world.network"', text)))
    assert [arm.against for arm in file.arms.values()] == ["", "in_small_world", "intact"]
    assert "against" not in file.arms["lucid"].settings
    assert from_plain(json.loads(json.dumps(file.as_dict()))) == file
    plain = load(written(tmp_path, TEXT)).as_dict()
    assert not any("against" in arm for arm in plain["arms"].values()), "as before there was such a word"
    changed = load(written(tmp_path, text), ["arms.lucid.against=intact"])
    assert changed.arms["lucid"].against == "intact"


def test_a_list_that_is_cut_says_where_all_of_it_is(tmp_path: Path) -> None:
    wrong = swap("size = 5", "siez = 5", swap("strength =", "strenght =", TEXT))
    said = {p.key: p.allowed for p in problems(tmp_path, swap('"contests"]', '"contest"]', wrong))}
    assert said["world.siez"].endswith(" more (all: mentalities describe society)")
    assert "mentalities describe parameters)" in said["person.strenght"]
    assert said["measures.outcomes"].endswith(" more (all: docs/reference/outcomes.md)")


def test_settings_may_come_from_the_command_line(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT)
    given = ("world.network=ring", "person.strength.spread=0.5", "arms.lucid.person.referee_slope=1.5",
             "sweep.scarcity.values=[0.1]", "size=7")  # fmt: skip
    assert [p.key for p in problems(tmp_path, TEXT, *given)] == ["size"]
    file = load(path, (*given[:-1], "world.size=7"))
    assert file.world == {"size": 7, "days": 3, "network": Network.RING, "turnover": 100.0}
    assert file.people["person"]["strength"].spread == 0.5
    assert file.arms["lucid"].settings["person.referee_slope"].value == 1.5
    assert file.arms["lucid"].kind == "settings" and file.arms["intact"].settings == {}
    assert file.measures.tables == ("contests", "course") and file.measures.agents


def test_the_page_on_files_has_a_file_that_is_sound(tmp_path: Path) -> None:
    page = Path(__file__).parent.parent / "docs" / "how-to" / "experiment-file.md"
    shown = page.read_text(encoding="utf-8").split("## Societies")[1].split("```toml")[1].split("```")[0]
    file = load(written(tmp_path, shown))
    assert (file.world_kind, len(file.arms), file.therapies) == ("society", 3, 3 * 3 * 100)
    assert file.world["network"] == Network.SMALL_WORLD and file.measures.keeps("course")
