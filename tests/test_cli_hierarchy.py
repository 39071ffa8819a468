"""`mentalities hierarchy`: what it prints and writes, and what it refuses without a trace."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from test_docs import blocks, run, same

from mentalities_sim.cli import main
from mentalities_sim.hierarchy.folder import measured_from
from mentalities_sim.store.errors import FolderError

DATA = Path(__file__).resolve().parent / "data"
SMALL, MATRIX = str(DATA / "contests_small.csv"), str(DATA / "win_matrix_small.csv")
FIGURE = {f"{name}{end}" for name in ("ranks", "elo") for end in (".png", ".svg", ".csv", ".json")}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_file_becomes_a_table_two_csv_files_and_two_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hierarchy", SMALL, "--randomizations", "500"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "8 contests, 1 of them a draw, among 4 individuals (2.0 per individual)" in said.out
    assert "dyads never observed: 0 of 6 (0%)" in said.out
    lines = {line[2:].split("  ")[0]: line for line in said.out.splitlines() if line.startswith("  ")}
    assert "by chance 3/(N+1) = 0.600" in lines["Landau's h: linearity, 0 to 1"]
    assert "500 randomisations" in lines["de Vries' h′: the same, unknown dyads by coin"]
    assert lines["contests that came to a fight"].split()[-1] == "0.250"
    assert "! column not used: Behaviour" in lines and "1 of the rows repeats an earlier one" in said.out
    assert "with 4 individuals even a perfect line has p above .05" in said.out
    assert "rows are not in the order of time (row 3 is the first)" in said.out
    out = Path("results/hierarchy-of-contests_small")
    assert {p.name for p in out.iterdir()} == {"measured.json", "hierarchy.csv", "ranks.csv", "figures"}
    assert {path.name for path in (out / "figures").iterdir()} == FIGURE
    row = pd.read_csv(out / "hierarchy.csv").iloc[0]
    assert row["n"] == 4 and row["contests"] == 8 and row["chance_h"] == 0.6
    assert row["escalation"] == 0.25 and 0 < row["p"] <= 1
    ranks = pd.read_csv(out / "ranks.csv")
    assert ranks["rank"].tolist() == [1, 2, 3, 4] and ranks["name"][0] == "Ada"
    assert (ranks["elo_low"] <= ranks["elo"]).all() and (ranks["elo"] <= ranks["elo_high"]).all()
    assert said.out.rstrip().endswith(
        f"{out}: hierarchy.csv, ranks.csv, figures/ranks.png and figures/elo.png"
    )


def test_a_matrix_has_no_trajectories_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hierarchy", MATRIX, "--out", "a/b", "--randomizations", "50"]) == 0
    said = capsys.readouterr().out
    assert "stability and Elo trajectories are left out" in said and "kept in the group: Eve" in said
    assert "of the dyads never met in this record" in said
    assert any(line.startswith("  stability") and line.endswith("-") for line in said.splitlines())
    assert not Path("a/b/figures/elo.png").exists() and Path("a/b/figures/ranks.png").exists()
    ranks = pd.read_csv("a/b/ranks.csv").set_index("name")
    assert len(ranks) == 5 and not Path("results").exists()
    ends = ["low", "high", "elo_low", "elo_high"]
    assert ranks.loc["Eve", ends].isna().all() and ranks.drop("Eve")[ends].notna().all(axis=None)


def test_the_same_seed_writes_the_same_bytes_and_another_does_not() -> None:
    for out, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        assert main(["hierarchy", SMALL, "--out", out, "--seed", seed, "--randomizations", "99"]) == 0
    for name in ("hierarchy.csv", "ranks.csv", "figures/elo.csv", "figures/ranks.png"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()
    assert Path("one/ranks.csv").read_bytes() != Path("three/ranks.csv").read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "the file does not exist"),
        ("winner,loser\na,a\n", "row 2 is a contest of one with itself"),
        ("winer,loser\na,b\n", "nearest:  winer"),
        (",a,b\na,0,-1\nb,0,0\n", "row 2, column b: is a negative count"),
    ],
)
def test_mistakes_end_with_2_and_leave_nothing(
    text: str | None, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        Path("hens.csv").write_text(text, encoding="utf-8")
    assert main(["hierarchy", "hens.csv"]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.startswith("hens.csv: ") and told.out == ""
    assert not Path("results").exists()


def test_an_out_that_is_a_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("mine", encoding="utf-8")
    for out in ("taken", "taken/below"):
        assert main(["hierarchy", SMALL, "--out", out]) == 2
        assert "give --out a folder" in capsys.readouterr().err
    assert Path("taken").read_text(encoding="utf-8") == "mine"


def measure(file: str, *options: str) -> int:
    return main(["hierarchy", file, "--randomizations", "20", *options])


def all_files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_each_file_and_choice_has_a_folder_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    table = "arm,winner,loser\nas/is,1,2\nas/is,2,3\ncut,2,1\ncut,3,1\n"
    for experiment in ("rank", "scarcity"):
        export = Path("results", experiment, "export", "contests.csv")
        export.parent.mkdir(parents=True)
        export.write_text(table, encoding="utf-8")
        for arm in ("as/is", "cut"):
            assert measure(str(export), "--where", f"arm={arm}") == 0
    assert capsys.readouterr().err == ""
    made = {path.name for path in Path("results").iterdir()} - {"rank", "scarcity"}
    assert made == {
        f"hierarchy-of-{experiment}-contests-arm-{arm}"
        for experiment in ("rank", "scarcity")
        for arm in ("as_is", "cut")
    }


def test_an_experiment_s_results_are_never_written_into(capsys: pytest.CaptureFixture[str]) -> None:
    mine = Path("results/hierarchy/figures/ranks.png")
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    Path("results/hierarchy/outcomes").mkdir()
    Path("hierarchy.csv").write_text("winner,loser\na,b\nb,c\n", encoding="utf-8")
    assert measure("hierarchy.csv") == 0 and Path("results/hierarchy-of-hierarchy/ranks.csv").exists()
    before = all_files(Path("results/hierarchy"))
    capsys.readouterr()
    assert measure("hierarchy.csv", "--out", "results/hierarchy") == 2
    told = capsys.readouterr()
    assert "results/hierarchy holds other things" in told.err and told.out == ""
    assert all_files(Path("results/hierarchy")) == before


def test_other_data_or_options_put_a_folder_aside_and_the_same_replace_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hens, out = Path("hens.csv"), Path("results/hierarchy-of-hens")
    hens.write_text("winner,loser\na,b\nb,c\n", encoding="utf-8")
    assert measure("hens.csv") == 0
    first = all_files(out)
    assert measure("hens.csv") == 0 and all_files(out) == first and capsys.readouterr().err == ""
    hens.write_text("winner,loser\nb,a\nc,b\n", encoding="utf-8")
    for options, what in (((), "data"), (("--seed", "9"), "seed")):
        earlier = all_files(out)
        there = set(Path("results").iterdir())
        assert measure("hens.csv", *options) == 0
        (kept,) = set(Path("results").iterdir()) - there
        assert all_files(kept) == earlier
        assert f"(other: {what}). It was kept as {kept}." in capsys.readouterr().err


def test_one_contest_is_one_contest(capsys: pytest.CaptureFixture[str]) -> None:
    Path("two.csv").write_text("winner,loser\na,b\n", encoding="utf-8")
    assert measure("two.csv") == 0
    assert "two.csv: 1 contest, among 2 individuals" in capsys.readouterr().out


def test_what_takes_long_is_announced(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mentalities_sim.cli.hierarchy._UNSAID", 0.0)
    assert measure(SMALL) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("measuring 4 individuals and 8 contests: some 0 s, 0 of them for the 20 random")
    assert said[1] == "resampling contests and drawing figures ..."


def test_a_record_too_large_is_refused_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"p{i},p{i + 1}\n" for i in range(3000))
    Path("crowd.csv").write_text("winner,loser\n" + rows, encoding="utf-8")
    assert main(["hierarchy", "crowd.csv"]) == 2
    told = capsys.readouterr()
    assert "3,001 individuals" in told.err and "at most 1,000" in told.err and told.out == ""
    assert not Path("results").exists()


@pytest.mark.parametrize("option", [["--seed", "0"], ["--randomizations", "-4"], ["--randomizations", "few"]])
def test_numbers_out_of_range_are_refused(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["hierarchy", SMALL, *option])
    assert end.value.code == 2 and "is not a whole number from 1 on" in capsys.readouterr().err


def test_the_how_to_page_gives_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, _, printed = blocks("hierarchy.md", "text")
    Path("contests.csv").write_text(table, encoding="utf-8")
    command, _, shown = blocks("hierarchy.md", "console")[0].partition("\n")
    assert command == "$ mentalities hierarchy contests.csv"
    assert main(command.split()[2:]) == 0
    assert same(capsys.readouterr().out, shown)
    said = run(tmp_path, blocks("hierarchy.md", "python")[0])
    assert same(said, printed), said
    assert Path("ranks.png").exists() and Path("elo.svg").exists() and Path("for_r.csv").exists()


def test_a_column_cannot_be_chosen_by_two_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hierarchy", SMALL, "--where", "arm=a", "--where", "arm=b"]) == 2
    assert "--where arm=... is given more than once" in capsys.readouterr().err
    assert not Path("results").exists()


def test_what_cannot_be_known_again_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="is no regular file"):
        measured_from(Path("/dev/null"), {}, 1, 100)
