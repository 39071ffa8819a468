"""What results say in the terminal: every arm against its control, one group, and what tells the regime."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from society_files import ARMS, HEAD, MEASURES, trial

from mentalities_sim.experiment.kinds import KINDS
from mentalities_sim.experiment.reading import REGIME, sentence, table_text
from mentalities_sim.experiment.results import Results


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """All of it, on the Mesa engine, in memory."""
    return trial(tmp_path_factory.mktemp("whole")).run(engine="mesa")


def controlled(whole: Results, **controls: str) -> Results:
    """The same results, of a file whose arms name these controls."""
    arms = {name: replace(arm, against=controls.get(name, "")) for name, arm in whole.file.arms.items()}
    return Results(replace(whole.file, arms=arms), whole.tables)


def test_the_sentence_compares_every_arm_with_its_control(whole: Results) -> None:
    found = controlled(whole, lucid="in_small_world")
    assert [found.control(arm) for arm in found.arms] == ["", "in_small_world", "intact"]
    said = sentence(found)
    assert said.startswith("Compared with intact, involuntary subordination differs by: in_small_world ")
    assert said.count("; lucid with in_small_world ") == 1 and "in_small_world with" not in said
    row = found.contrast("lucid", "in_small_world").iloc[0]
    numbers = f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"
    assert numbers in said.split("; lucid with in_small_world ")[1]
    chain = sentence(controlled(whole, in_small_world="lucid"))
    assert "differs by: lucid " in chain and "; in_small_world with lucid " in chain


def test_a_control_that_was_not_run_leaves_out_its_arm(whole: Results) -> None:
    tables = {**whole.tables, "outcomes": whole.outcomes[whole.outcomes["arm"] != "in_small_world"]}
    found = controlled(whole, lucid="in_small_world")
    assert "No arm of those compared" in sentence(Results(found.file, tables))


def test_a_control_makes_no_other_runs(tmp_path: Path) -> None:
    text = HEAD + ARMS.replace("lucid = {", 'lucid = { against = "in_small_world",')

    def ids(text: str) -> list[bytes]:
        order = trial(tmp_path, text).order("mesa")
        return order.conditions.ids({arm.name: "" for arm in order.conditions.arms}, "").tolist()

    assert ids(text) == ids(HEAD + ARMS)
    trial(tmp_path, HEAD + ARMS, replicates=1).run(tmp_path / "out", engine="mesa")
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "outcomes").iterdir()}
    again = trial(tmp_path, text, replicates=1).run(tmp_path / "out", engine="mesa")
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "outcomes").iterdir()} == stamps
    assert again.control("lucid") == "in_small_world"
    assert Results.read(tmp_path / "out").control("lucid") == "in_small_world"


def test_one_group_is_read_without_intervals(whole: Results, tmp_path: Path) -> None:
    one = trial(tmp_path, HEAD + ARMS + MEASURES, replicates=1).run(engine="mesa")
    assert table_text(one).startswith("One group per row; no intervals from one\n")
    assert "±" not in table_text(one) and sentence(one).endswith(
        "(differences in one group, so no intervals)."
    )
    assert table_text(whole).startswith("Mean ± half-width of its 95 % bootstrap interval, 4 groups per row")


def test_what_tells_the_regime_is_explained_in_a_line(whole: Results) -> None:
    said = {
        kind: [f"  {words}: {REGIME[name]}" for name, words in KINDS[kind].glue.regime.items()]
        for kind in KINDS
    }
    assert set(said["society"]) <= set(table_text(whole).splitlines())
    assert max(len(line) for lines in said.values() for line in lines) <= 100
