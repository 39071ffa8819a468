"""`mentalities describe` says what the code declares; results say which learned states were set."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import society_files
from folders_seen import told
from griever import Griever
from tiny_experiments import FEARS, HEAD, only, written

from mentalities_sim import Experiment
from mentalities_sim.cli import main
from mentalities_sim.declare import Parameter, State, Stream, declared
from mentalities_sim.describing import Description, describe, describe_class
from mentalities_sim.experiment import load, pictures
from mentalities_sim.experiment.reading import table_text
from mentalities_sim.experiment.results import Results
from mentalities_sim.experiment.vocabulary import installed_vocabulary
from mentalities_sim.person import Person, Tie
from mentalities_sim.policies import known_policies
from mentalities_sim.running.in_folder import manifest_of
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Clinic, Dyad, Society

TOPICS = ("person", "therapist", "interventions", "parameters")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pictures, "drawings", lambda results: {})


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])


def agrees(row: Any, d: State | Parameter) -> bool:
    """Whether a row says what a declaration says."""
    default = np.array_equal(np.asarray(json.loads(row.default)), np.asarray(d.default))
    return default and (row.low, row.high) == d.bounds and row.unit == d.unit


# -- what is described ------------------------------------------------------------------------


def test_every_state_and_stream_of_a_person_is_there_once_under_its_step() -> None:
    frame = describe("person").frame()
    states, streams = (frame[frame["kind"] == kind] for kind in ("state", "stream"))
    assert sorted(states["name"]) == sorted(declared(Person, State))
    assert sorted(streams["name"]) == sorted(declared(Person, Stream))
    for row in states.itertuples():
        d = declared(Person, State)[row.name]
        assert agrees(row, d) and row.meaning == d.meaning and row.source == d.source, row.name
        assert (row.learned, row.spread) == (d.learned, d.spread) and row.labels == "; ".join(d.labels)
    steps = [base.__name__ for base in Person.__mro__]
    order = [steps.index(name) for name in frame["class"]]
    assert order == sorted(order), "in the order of the pipeline"
    by_name = frame.set_index("name")
    assert by_name.loc["threat", "section"] == "feel"
    assert by_name.loc["threat", "file"] == "mentalities_sim/person/feel.py"
    assert by_name.loc["misread_warmth", "unit"] == "standard normal"
    root = Path(__file__).parent.parent
    assert all((root / file).is_file() for file in frame["file"])


def test_a_therapist_is_what_is_added_or_restated() -> None:
    frame = describe("therapist").frame().set_index("name")
    for kind in (State, Parameter, Stream):
        inherited, own = declared(Person, kind), declared(Therapist, kind)
        said = set(frame.index[frame["kind"] == kind.__name__.lower()])
        assert said == {name for name, d in own.items() if inherited.get(name) is not d}
    assert json.loads(frame.loc["power", "default"]) == [0.4, 0.4]
    assert set(frame["file"]) == {"mentalities_sim/therapist.py"}


def test_every_parameter_of_every_role_and_world_is_there_once_where_it_is_declared() -> None:
    frame = describe("parameters").frame()
    assert not frame.duplicated(["class", "name"]).any() and set(frame["kind"]) == {"parameter"}
    owners = frame.pop("class")
    found = {(row.name, owner): row for row, owner in zip(frame.itertuples(), owners, strict=True)}
    for cls in (Person, Therapist, Dyad, Society, Clinic, Tie, *known_policies().values()):
        for name, d in declared(cls, Parameter).items():
            owner = next(base for base in cls.__mro__ if vars(base).get(name) is d)
            row = found[name, owner.__name__]
            assert agrees(row, d) and row.reason == d.reason, f"{owner.__name__}.{name}"
            if d.plausible:
                assert (row.plausible_low, row.plausible_high) == d.plausible
            else:
                assert np.isnan(row.plausible_low) and np.isnan(row.plausible_high)
    sections = set(frame["section"])
    assert {"person: feel", "therapist", "every policy", "tie", "world: dyad", "world: clinic"} <= sections
    assert {f"policy: {n}" for n, cls in known_policies().items() if set(vars(cls)) & set(frame["name"])} <= (
        sections
    )
    expert = frame[(frame["section"] == "policy: expert") & (frame["name"] == "warmth")]
    assert json.loads(expert["default"].item()) == 0.6


def test_a_class_of_ones_own_is_described_with_its_own_file() -> None:
    found = describe_class(Griever, beyond=Person)
    frame = found.frame().set_index("name")
    assert set(frame["file"]) == {"griever.py"} and set(frame["section"]) == {"Griever"}
    assert set(frame.index[frame["kind"] == "state"]) == set(declared(Griever, State)) - set(
        declared(Person, State)
    )
    whole = describe_class(Griever).frame()
    assert len(whole) == len(describe_class(Person).frame()) + len(frame)
    assert whole["file"][0] == "griever.py" and "mentalities_sim/person/feel.py" in set(whole["file"])


def test_a_state_said_anew_stands_once_where_it_was_said_last() -> None:
    class Calm(Person):
        threat = State(0.0, (0.0, 0.5), meaning="less of it", learned=True)

    frame = describe_class(Calm).frame()
    row = frame[frame["name"] == "threat"]
    assert len(row) == 1 and row["class"].item() == "Calm" and row["high"].item() == 0.5
    text = describe_class(Calm, beyond=Person).text()
    assert re.search(r"threat +0 +0 to 0\.5 +1, learned", text), text


@pytest.mark.parametrize(("kind", "world"), [("dyad", Dyad), ("society", Society), ("clinic", Clinic)])
def test_a_kind_of_world_is_what_a_file_may_say_of_it(kind: str, world: type) -> None:
    found = describe(kind)
    assert sorted(found.frame()["name"]) == sorted(declared(world, Parameter))
    assert found.title.startswith(f"A {kind}") and max(map(len, found.text().splitlines())) <= 100


@pytest.mark.parametrize(
    ("name", "sections", "words"),
    [
        ("turnover", {"world: society"}, "0 to 400  per person and year"),
        ("world.turnover", {"world: society"}, "per person and year"),
        ("person.threat", {"feel"}, "Activation of the threat system"),
        ("power", {"refer", "Therapist", "tie"}, "power"),
        ("safe place", {"imagery"}, "image of a place"),
        ("forgetting_time", {"tie"}, "2160"),
    ],
)
def test_whatever_is_declared_is_found_by_its_name(name: str, sections: set[str], words: str) -> None:
    found = describe(name)
    assert {section.name for section in found.sections} == sections and words in found.text()
    assert set(found.frame()["name"]) == {name.rpartition(".")[2]}


# -- how it is written ------------------------------------------------------------------------


@pytest.mark.parametrize("topic", TOPICS)
def test_it_is_printed_for_a_hundred_columns_and_names_everything(
    topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["describe", topic]) == 0
    said = capsys.readouterr()
    assert said.err == "" and max(map(len, said.out.splitlines())) <= 100
    found = describe(topic)
    assert said.out == found.text() + "\n" and said.out.startswith(f"{found.title}: {found.counted}\n")
    lines = said.out.splitlines()
    for section in found.sections:
        assert f"{section.name} ({section.file})" in lines
        for entry in section.entries:
            assert any(line.startswith(f"  {entry.name} ") for line in lines), entry.name
            words = " ".join(re.sub(r"\s+", " ", said.out).split()).lower()
            assert entry.row["meaning"].lower() in words


def test_csv_holds_every_digit_and_reads_back() -> None:
    class Odd(Person):
        odd = State(
            (0.1 + 0.2, -1.0), (-np.inf, 1e-17), unit="1/h", labels=("a", "b"), meaning='a "b", | c\nd'
        )

    frame = describe_class(Odd, beyond=Person).frame()
    back = read(describe_class(Odd, beyond=Person).csv())
    assert json.loads(back["default"][0]) == [0.1 + 0.2, -1.0] and back["low"][0] == -np.inf
    assert back["high"][0] == 1e-17 and back["meaning"][0] == frame["meaning"][0]
    for topic in TOPICS:
        frame, back = describe(topic).frame(), read(describe(topic).csv())
        assert list(back) == list(frame) and len(back) == len(frame)
        for column in frame.select_dtypes("number"):
            np.testing.assert_array_equal(back[column].to_numpy(float), frame[column].to_numpy(float))
        for column in ("section", "name", "meaning", "source"):
            assert (back[column].fillna("") == frame[column].fillna("")).all()


def cells(line: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", c.strip()) for c in re.split(r"(?<!\\)\|", line)[1:-1]]


def from_markdown(text: str) -> list[dict[str, str]]:
    rows, head, heading = [], [], ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = cells(line)
        elif not line.startswith("| ---"):
            row = dict(zip(head, cells(line), strict=True))
            rows.append({"section": heading, **row, "name": row["name"].strip("`")})
    return rows


def test_markdown_reads_back_as_the_same_rows() -> None:
    for topic in TOPICS:
        found = describe(topic)
        rows = from_markdown(found.markdown())
        entries = [(section.name, entry) for section in found.sections for entry in section.entries]
        assert [(row["section"], row["name"]) for row in rows] == [(s, e.name) for s, e in entries]
        for row, (_, entry) in zip(rows, entries, strict=True):
            wanted = {name: text for name, text in entry.cells.items() if text}
            assert {name: text for name, text in row.items() if text and name != "section"} == wanted
        assert f"\n{found.counted[0].upper()}{found.counted[1:]}. {found.legend}\n" in found.markdown()


def test_markdown_cells_are_whole_whatever_stands_in_them() -> None:
    class Odd(Person):
        odd = State(0.0, meaning="a | b, *c*\nand `d_e|f` <g_h>", unit="1/h")

    text = describe_class(Odd, beyond=Person).markdown()
    assert r"a \| b, \*c\* and `d_e\|f` \<g\_h>" in text
    assert [row["meaning"] for row in from_markdown(text)] == ["a | b, *c* and `d_e|f` <g_h>"]


def test_long_vectors_and_long_names_are_told_short_and_do_not_break_the_lines() -> None:
    class Odd(Person):
        a_name_of_a_state_that_is_much_too_long = State(
            tuple(i / 8 for i in range(8)), (-1.0, 1.0), unit="times what an adult would do in an hour"
        )
        matrix = State(((0.0, 1.0),) * 8, (0.0, 1.0))
        same = State((0.1,) * 20, (0.0, 1.0))

    text = describe_class(Odd, beyond=Person).text()
    assert max(map(len, text.splitlines())) <= 100 and "16 numbers, 0 to 1" in text and "20 × 0.1" in text
    assert "times what an adult would do in an hour" in text


def test_out_writes_what_is_printed_beside_and_keeps_what_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["describe", "person", "--out", "a/person.md"]) == 0
    found = describe("person")
    said = capsys.readouterr().out
    assert said.endswith(f"\n{Path('a/person.md')}: {found.counted}\n")
    assert Path("a/person.md").read_text(encoding="utf-8") == found.markdown()
    assert main(["describe", "person", "--out", "person.CSV"]) == 0
    assert Path("person.CSV").read_bytes() == found.csv().encode()
    capsys.readouterr()
    Path("person.md").write_text("mine", encoding="utf-8")
    assert main(["describe", "person", "--out", "person.md"]) == 2
    refused = capsys.readouterr()
    assert refused.out == "" and "person.md is there already; give --out a new name" in refused.err
    assert Path("person.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["persn"], "nearest: person; there are person, therapist, interventions, parameters"),
        (["Therapists"], "nearest: therapist"),
        (["turnovr"], "nearest: turnover"),
        (["Society"], "nearest: society"),
        (["world.xyz"], "nothing is known of 'world.xyz'; there are person"),
        (["xyz"], "nothing is known of 'xyz'; there are person"),
        (["person", "--out", "person.txt"], "person.txt ends in neither .md nor .csv"),
        (["person", "--out", "taken/person.md"], "taken is a file; give --out a place in a folder"),
        (["persn", "--out", "person.md"], "nearest: person"),
    ],
)
def test_mistakes_end_with_2_and_leave_nothing(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("taken").write_text("mine", encoding="utf-8")
    assert main(["describe", *words]) == 2
    refused = capsys.readouterr()
    assert refused.out == "" and said in refused.err and "Traceback" not in refused.err
    assert [path.name for path in Path.cwd().iterdir()] == ["taken"]


def test_a_class_that_declares_nothing_is_no_error() -> None:
    found: Description = describe_class(Person, beyond=Person)
    assert found.counted == "nothing" and found.text().startswith("Person: nothing")


# -- learned states that were set -------------------------------------------------------------


class Hopeful(Person):
    """Somebody whose hope is learned."""

    hope = State(0.5, (0.0, 1.0), meaning="learned hope", learned=True)
    mood = State(0.5, (0.0, 1.0), meaning="not learned")


ALONE = HEAD + only("fixed_020")


def asked(folder: Path, text: str, *settings: str) -> list[str]:
    """What an experiment with a hopeful client sets directly."""
    path = written(folder, text)
    words = {"client": Hopeful, "therapist": Therapist}
    file = load(path, settings, installed_vocabulary(words))
    return Experiment(file, words).order("mesa").conditions.set_directly()


def test_a_learned_state_is_found_wherever_the_file_sets_it(tmp_path: Path) -> None:
    assert asked(tmp_path, ALONE) == []
    assert asked(tmp_path, ALONE + "[client]\nmood = 0.9\nthreat = 0.3\npower_rate = 0.1\n") == []
    section = ALONE + "[client]\nhope = { value = 0.9, spread = 0.1 }\nmood = 0.1\n"
    assert asked(tmp_path, section) == ["client.hope"]
    assert asked(tmp_path, ALONE, "client.hope=0.5") == ["client.hope"], "the declared value too is set"
    swept = ALONE + '[sweep.fear]\nof = "client.hope"\nrange = [0.1, 0.9]\n'
    assert asked(tmp_path, swept.replace("range = [0.1, 0.9]", "values = [0.1, 0.9]")) == ["client.hope"]
    assert asked(tmp_path, swept + '[sweep]\ndesign = "sobol"\npoints = 8\n') == ["client.hope"]
    variants = ALONE + '[sweep.client_is.variants]\nplain = {}\nhopeful = { "client.hope" = 0.9 }\n'
    assert asked(tmp_path, variants) == ["client.hope"]
    arm = ALONE + '"client.hope" = 0.9\n"client.expected_warmth" = { self = -0.5 }\n'
    assert asked(tmp_path, arm + only("fixed_090")) == ["client.expected_warmth", "client.hope"]


def test_a_society_says_it_of_its_people(tmp_path: Path) -> None:
    text = society_files.HEAD + "expected_warmth = [0.0, -0.4]\n" + society_files.ARMS
    conditions = society_files.trial(tmp_path, text).order("mesa").conditions
    assert conditions.set_directly() == ["person.expected_warmth"]


def test_results_say_what_was_set_in_memory_in_the_folder_and_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = HEAD + "[client]\nexpected_warmth = [0.1, -0.4]\n" + FEARS + only("fixed_020", "fixed_090")
    path = written(tmp_path, text)
    wanted = ["client.expected_warmth", "client.warmth_danger"]
    assert declared(Person, State)["warmth_danger"].learned
    assert main(["run", str(path), "--engine", "mesa", "--set", "replicates=2"]) == 0
    said = capsys.readouterr().out.splitlines()
    head = next(i for i, line in enumerate(said) if line.startswith("Mean ± half-width"))
    assert said[head + 1] == "Set directly, not lived: client.expected_warmth, client.warmth_danger"
    assert told("results/tiny")["set_directly"] == wanted
    kept = Results.read("results/tiny")
    in_memory = Experiment.from_toml(path, replicates=2).run(engine="mesa")
    assert kept.set_directly == in_memory.set_directly == in_memory.provenance["set_directly"] == wanted
    kept.provenance["set_directly"] = []
    assert "Set directly" not in table_text(kept)
    del kept.provenance["set_directly"]  # a folder from before this was noted
    assert kept.set_directly == []


def test_of_many_set_states_the_report_counts_the_rest(tmp_path: Path) -> None:
    found = Experiment.from_toml(written(tmp_path, ALONE), replicates=1).run(engine="mesa")
    paths = [f"client.state_number_{i}" for i in range(9)]
    found.provenance["set_directly"] = paths
    line = table_text(found).splitlines()[1]
    assert len(line) <= 100 and line.startswith(f"Set directly, not lived: {paths[0]}, {paths[1]}")
    shown = line.count("client.")
    assert 2 <= shown < 9 and line.endswith(f" and {9 - shown} more")


def test_ids_and_digests_are_as_without_the_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, ALONE + "[client]\nhope = 0.9\n")

    def manifest() -> tuple[Any, Any]:
        order = Experiment.from_toml(path, cast={"client": Hopeful}).order("mesa")
        made = manifest_of(order)
        return made, order.conditions.ids(made.rules, made.measures).tolist()

    marked = manifest()
    monkeypatch.setattr(Hopeful, "hope", State(0.5, (0.0, 1.0), meaning="learned hope", learned=False))
    assert manifest() == marked
