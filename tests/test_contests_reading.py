"""Files of contests: what is read, what is written again, and what is refused with row and column."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentalities_sim.hierarchy import UNKNOWN, Contests, ContestsError, read_contests, write_contests

DATA = Path(__file__).parent / "data"


def file(folder: Path, text: str, name: str = "hens.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> str:
    with pytest.raises(ContestsError) as error:
        read_contests(file(folder, text))
    return str(error.value)


# --- edge lists -------------------------------------------------------------------------------


def test_everything_an_edge_list_can_hold_is_read() -> None:
    contests = read_contests(DATA / "contests_small.csv")
    assert contests.names == ("Ada", "Bea", "Cleo", "Dot") and len(contests) == 8
    assert contests.dated and contests.time[0] - contests.time[1] == 1
    assert contests.draw.tolist() == [False] * 4 + [True] + [False] * 3
    assert contests.escalated.sum() == 2
    assert [contests.names[i] if i != UNKNOWN else "" for i in contests.first] == [
        "Bea", "Bea", "Ada", "Dot", "", "Ada", "Cleo", "Cleo",
    ]  # fmt: skip
    assert contests.notes[0] == "column not used: Behaviour"
    assert contests.notes[1].startswith("1 of the rows repeats an earlier one, time and all; kept")
    ordered = contests.in_order()
    assert ordered.names[ordered.winner[0]] == "Ada" and ordered.names[ordered.winner[2]] == "Bea"
    assert contests.matrix()[1, 3] == contests.matrix()[3, 1] == 0.5
    assert contests.matrix()[2, 3] == 2 and contests.matrix().sum() == 8


@pytest.mark.parametrize(
    "header",
    [
        "winner,loser",
        "Winner,Loser",
        "WINNER,LOSER",
        "actor,recipient",
        "Winner ID,Loser ID",
        '"winner","loser"',
    ],
)
def test_columns_go_by_several_names(header: str, tmp_path: Path) -> None:
    contests = read_contests(file(tmp_path, f"{header}\na,b\na,c\n"))
    assert contests.names == ("a", "b", "c") and contests.time is None and not contests.draw.any()


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_windows_files_are_read(separator: str, tmp_path: Path) -> None:
    text = "\ufeffwinner,loser\r\na,b\r\n\r\nb,c\r\n".replace(",", separator)
    assert read_contests(file(tmp_path, text)).names == ("a", "b", "c")


def test_names_are_kept_and_sorted_as_people_count(tmp_path: Path) -> None:
    contests = read_contests(file(tmp_path, "winner,loser\n10,2\n02,é b\n2,10\n"))
    assert contests.names == ("02", "2", "10", "é b"), "02 and 2 are two individuals"


def test_times_of_all_kinds(tmp_path: Path) -> None:
    numbers = read_contests(file(tmp_path, "time,winner,loser\n52.2,a,b\n0,a,b\n"))
    assert numbers.time.tolist() == [52.2, 0] and not numbers.dated
    moments = read_contests(file(tmp_path, "date,winner,loser\n2024-01-02T12:00,a,b\n2024-01-01,a,b\n"))
    assert moments.dated and moments.time[0] - moments.time[1] == 1.5
    period = read_contests(file(tmp_path, "winner,loser,period\na,b,1988.0\nb,a,1989.0\n"))
    assert period.time.tolist() == [1988, 1989]
    zoned = read_contests(file(tmp_path, "date,winner,loser\n1970-01-01T02:00+02:00,a,b\n"))
    assert zoned.time.tolist() == [0]


@pytest.mark.parametrize("yes", ["true", "TRUE", "1", "yes", "Y", "t"])
def test_yes_has_many_words(yes: str, tmp_path: Path) -> None:
    contests = read_contests(file(tmp_path, f"winner,loser,draw\na,b,{yes}\na,b,no\n"))
    assert contests.draw.tolist() == [True, False]


def test_repeated_rows_are_contests_and_are_counted(tmp_path: Path) -> None:
    undated = read_contests(file(tmp_path, "winner,loser\na,b\na,b\na,b\n"))
    assert len(undated) == 3
    assert undated.notes == ("2 of the rows repeat an earlier one; kept, as contests anew",)
    dated = read_contests(
        file(tmp_path, "winner,loser,date\na,b,2024-01-01\na,b,2024-01-01\na,b,2024-01-02\n")
    )
    assert len(dated) == 3 and dated.notes[0].startswith("1 of the rows repeats an earlier one, time and all")
    told_apart = read_contests(file(tmp_path, "time,winner,loser,how\n1,a,b,peck\n1,a,b,jump\n"))
    assert told_apart.notes == ("column not used: how",)


def test_r_s_missing_values_are_no_names(tmp_path: Path) -> None:
    text = '"","Winner","Loser","first"\n"1","a","b",NA\n"2",NA,"a","a"\n"3","a",NA,NA\n'
    message = " ".join(refused(tmp_path, text).split())
    assert "row 3, column Winner: the winner is missing given: NA" in message
    assert "row 4, column Loser: the loser is missing given: NA" in message
    assert "2 problems" in message and "needs another name in the file, such as NA_" in message
    kept = read_contests(file(tmp_path, "winner,loser,first\nNA_,b,NA\nna,Na,na\n"))
    assert "NA_" in kept.names and "na" in kept.names, "NA alone is R's"
    assert kept.first[0] == UNKNOWN and kept.names[kept.first[1]] == "na"


def test_row_names_of_r_are_no_news_and_hide_no_repeats(tmp_path: Path) -> None:
    contests = read_contests(file(tmp_path, '"","winner","loser"\n"1","a","b"\n"2","a","b"\n'))
    assert contests.notes == ("1 of the rows repeats an earlier one; kept, as contests anew",)


def test_names_that_may_be_one_are_told(tmp_path: Path) -> None:
    contests = read_contests(file(tmp_path, "winner,loser\nAda,Bea\nada,Cleo\n Bea,Cleo\n"))
    assert contests.names == ("Ada", "ada", "Bea", "Cleo")
    assert contests.notes == (
        "names also written with blanks around them, taken as the same individual: Bea",
        "names alike but for case or blanks, taken as different individuals: Ada and ada",
    )
    laid_out = read_contests(file(tmp_path, "winner, loser\na, b\nb, a\n"))
    assert laid_out.notes == (), "a blank after each comma is no slip"
    matrix = read_contests(file(tmp_path, ",Ada,ada\nAda,0,1\nada,2,0\n"))
    assert any("Ada and ada" in note for note in matrix.notes)


def test_dates_out_of_order_are_told(tmp_path: Path) -> None:
    text = "date,winner,loser\n2024-01-01,a,b\n2024-01-03,a,b\n2024-01-02,b,a\n"
    assert read_contests(file(tmp_path, text)).notes == (
        "rows are not in the order of time (row 4 is the first); they were put in order",
    )


def test_a_time_of_day_that_is_left_out_is_told(tmp_path: Path) -> None:
    text = "Date,Time,winner,loser\n2024-01-01,09:30,a,b\n2024-01-01,08:10,b,a\n"
    (note,) = read_contests(file(tmp_path, text)).notes
    assert note.startswith("column Time not used beside Date: within a day, contests stand in the order")
    whole = text.replace("2024-01-01,", "2024-01-01T07:00,")
    assert read_contests(file(tmp_path, whole)).notes == ("column not used: Time",)


def test_repeats_in_coarse_time_are_asked_about(tmp_path: Path) -> None:
    (note,) = read_contests(file(tmp_path, "period,winner,loser\n1988,a,b\n1988,a,b\n")).notes
    assert "are they copies, or contests that are noted no more finely" in note and "take" not in note


# --- win matrices -----------------------------------------------------------------------------


def test_a_win_matrix_is_read_with_those_who_met_nobody() -> None:
    contests = read_contests(DATA / "win_matrix_small.csv")
    assert contests.names == ("Ada", "Bea", "Cleo", "Dot", "Eve") and not contests.ordered
    assert contests.matrix().tolist() == [
        [0, 5, 4, 2, 0], [1, 0, 3, 0, 0], [0, 0, 0, 2, 0], [1, 0, 0, 0, 0], [0] * 5,
    ]  # fmt: skip
    assert "holds no order" in contests.notes[0]
    assert contests.notes[1] == "without a contest, and kept in the group: Eve"


def test_columns_of_a_matrix_may_stand_in_another_order(tmp_path: Path) -> None:
    contests = read_contests(file(tmp_path, "who,b,a\na,3,0\nb,,1\n"))
    assert contests.names == ("a", "b")
    with pytest.raises(ContestsError, match="column b: says that b won over itself"):
        read_contests(file(tmp_path, "who,b,a\na,3,0\nb,1,1\n"))
    assert contests.matrix()[0, 1] == 3


def test_na_on_the_diagonal_is_nothing_and_elsewhere_a_problem(tmp_path: Path) -> None:
    contests = read_contests(file(tmp_path, '"","a","b"\n"a",NA,2\n"b",1,NA\n'))
    assert contests.matrix().tolist() == [[0, 2], [1, 0]]
    message = " ".join(refused(tmp_path, '"","a","b"\n"a",NA,NA\n"b",1,NA\n').split())
    assert "1 problem" in message and "row 2, column b: is missing given: NA" in message
    assert "0 if the two never met" in message


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("0,5,4\n1,0,3\n0,0,0\n", "the first row and in the first column"),
        ("0,5\n1,0\n", "the first row and in the first column"),
        ("Ada,0,5,4\nBea,1,0,3\nCleo,0,0,0\n", "the first row"),
        ("Ada,Bea,Cleo\n0,5,4\n1,0,3\n0,0,0\n", "the first column"),
    ],
)
def test_a_matrix_without_names_is_told_where_they_are_missing(text: str, where: str, tmp_path: Path) -> None:
    message = " ".join(refused(tmp_path, text).split())
    assert f"1 problem; nothing was measured. row 1: names are missing in {where} given:" in message


def test_numbers_may_be_names_of_a_matrix(tmp_path: Path) -> None:
    assert read_contests(file(tmp_path, ",1,2,3\n1,0,5,4\n2,1,0,3\n3,0,0,0\n")).names == ("1", "2", "3")
    assert read_contests(file(tmp_path, "id,0,1\n0,0,5\n1,1,0\n")).names == ("0", "1")


# --- there and back ---------------------------------------------------------------------------


def alike(one: Contests, other: Contests) -> None:
    assert one.names == other.names and one.dated == other.dated
    for field in ("winner", "loser", "draw", "time", "escalated", "first"):
        a, b = getattr(one, field), getattr(other, field)
        assert (a is None) == (b is None), field
        assert a is None or np.allclose(a, b, rtol=0, atol=1e-8), field


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    contests = read_contests(DATA / "contests_small.csv")
    path = write_contests(contests, tmp_path / "deep" / "again.csv")
    table = pd.read_csv(path)
    assert list(table) == ["time", "winner", "loser", "draw", "escalated", "first"]
    assert table["time"][0] == "2024-03-02"
    alike(read_contests(path), contests)
    alike(Contests.from_frame(contests.to_frame()), contests)
    assert [p.name for p in path.parent.iterdir()] == ["again.csv"], "nothing is left beside it"


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(1, 4), st.booleans(), st.integers(-(10**6), 10**9), st.booleans()
        ),
        min_size=1,
    ),
    st.sampled_from(["", "number", "date"]),
)
def test_any_contests_survive_a_frame(rows: list[tuple[int, int, bool, int, bool]], timed: str) -> None:
    winner = [row[0] for row in rows]
    loser = [(row[0] + row[1]) % 5 for row in rows]
    met = sorted({*winner, *loser})
    places = {one: i for i, one in enumerate(met)}
    # milliseconds that end within the years that dates can hold
    time = [row[3] / 1000 if timed == "number" else round(row[3] / 1000) / 864 for row in rows]
    first = [places[row[0]] if row[4] else UNKNOWN for row in rows]
    contests = Contests(
        [places[w] for w in winner], [places[o] for o in loser], [row[2] for row in rows],
        tuple("abcde"[i] for i in met), time=time if timed else None,
        escalated=[row[4] for row in rows], first=first,
        dated=timed == "date",
    )  # fmt: skip
    alike(Contests.from_frame(contests.to_frame()), contests)


def test_a_frame_may_hold_pandas_own_kinds() -> None:
    frame = pd.DataFrame(
        {
            "Date": pd.to_datetime(["2024-01-02", "2024-01-01"]),
            "Winner": [1, 2],
            "Loser": pd.Categorical([3, 3]),
            "first": [1.0, math.nan],
        }
    )
    with pytest.raises(ContestsError, match="row 0, column first: bid first, but had no part"):
        Contests.from_frame(frame)
    contests = Contests.from_frame(frame.assign(first=["1", None]))
    assert contests.names == ("1", "2", "3") and contests.dated
    assert contests.first.tolist() == [0, UNKNOWN]


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["the file is empty", "an edge list (columns winner, loser) or a square win matrix"]),
        ("  \n\n", ["the file is empty"]),
        ("winner,loser\n", ["the file has no contest"]),
        ("winer,loser\na,b\n", ["the column winner is missing", "winer, loser", "nearest:  winer"]),
        ("winner,looser\na,b\n", ["the column loser is missing", "nearest:  looser"]),
        ("id,period\na,1988\nb,1989\n", ["the column winner is missing", "the column loser is missing"]),
        ("winner,loser\na,b\nc,c\n", ["row 3 is a contest of one with itself", '"c"', "two different"]),
        ("winner,loser\n\na,\n", ["row 3, column loser: the loser is empty"]),
        ("winner,loser\na\n", ["row 2 has another number of cells", "1 cell", "2 cells, as in the header"]),
        ("winner,loser,draw\na,b,perhaps\n", ["row 2, column draw: is not yes or no", '"perhaps"', "1 or 0"]),
        ("winner,loser,Draw\na,b,\n", ["row 2, column Draw: is not yes or no"]),
        ("winner,loser,escalated\na,b,2\n", ["row 2, column escalated: is not yes or no"]),
        ("winner,loser,first\na,b,c\n", ["row 2, column first: bid first, but had no part", "a or b"]),
        (
            "winner,loser,Date\na,b,31.5.2024\n",
            ["row 2, column Date: is no time", '"31.5.2024"', "2024-05-31"],
        ),
        ("winner,loser,date\na,b,2024-02-30\n", ["row 2, column date: is no time"]),
        ("winner,loser,time\na,b,\n", ["row 2, column time: is no time"]),
        ("winner,loser,time\na,b,inf\n", ["row 2, column time: is no time"]),
        ("winner,loser,date\na,b,2024-01-01\na,b,7\n", ["row 3, column date: is a number", "as in row 2"]),
        (
            "winner,loser,date\na,b,2024-01-01\na,b,2024-01-01T10:00+02:00\n",
            ["row 3, column date: is a date with a time zone", "a date, as in row 2"],
        ),
        (
            ",a,b\na,0,1\n",
            ["the matrix is not square", "rows of counts: 1; columns of counts: 2", "column b: has no row"],
        ),
        (",a,b\na,0,1\nB,2,0\n", ["row 3: its name is not in the header", "nearest:  b"]),
        (",a,b,b\na,0,1,1\nb,1,0,0\nb,1,0,0\n", ["the header has a name twice"]),
        (",a,\na,0,1\nb,1,0\n", ["row 1: a name in the header is empty"]),
        (
            ",a,b\na,0,-1\nb,2,0\n",
            ["row 2, column b: is a negative count", '"-1"', "a whole number from 0 on"],
        ),
        (",a,b\na,0,1.5\nb,2,0\n", ["row 2, column b: is not a whole number", '"1.5"']),
        (",a,b\na,0,x\nb,2,0\n", ["row 2, column b: is not a number"]),
        (",a,b\na,0,nan\nb,2,0\n", ["row 2, column b: is not a number"]),
        (",a,b\na,0,1e30\nb,2,0\n", ["row 2, column b: is more than 100,000"]),
        (
            ",a,b\na,3,1\nb,2,0\n",
            ["row 2, column a: says that a won over itself", "0 or nothing on the diagonal"],
        ),
        (",a,b\na,0,0\nb,0,\n", ["the matrix has no contest"]),
        (",a\na,0\n", ["the matrix has a single individual", "two individuals or more"]),
        (",a,b\na,0,1\nb,2\n", ["row 3 has another number of cells"]),
    ],
)
def test_mistakes_are_named_with_row_and_column(text: str, said: list[str], tmp_path: Path) -> None:
    message = refused(tmp_path, text)
    assert message.startswith(f"{tmp_path / 'hens.csv'}: ") and "nothing was measured" in message
    plain = " ".join(message.split())
    for words in said:
        assert " ".join(words.split()) in plain, message


def test_all_mistakes_are_told_at_once_in_the_order_of_rows(tmp_path: Path) -> None:
    message = refused(tmp_path, "winner,loser,draw\na,b,perhaps\n,b,no\nc,c,never\n")
    assert message.startswith(f"{tmp_path / 'hens.csv'}: 4 problems")
    rows = [line.split()[1].strip(",") for line in message.splitlines() if line.startswith("  row")]
    assert rows == ["2", "3", "4", "4"]
    many = refused(tmp_path, "winner,loser\n" + "a,a\n" * 40)
    assert "40 problems" in many and many.endswith("and 28 more")


def test_a_column_of_dates_in_another_form_is_told_once(tmp_path: Path) -> None:
    rows = "".join(f"a,b,{1 + i % 31:02}.{1 + i % 12:02}.1996\n" for i in range(400))
    message = refused(tmp_path, "winner,loser,Date\n" + rows)
    plain = " ".join(message.split())
    assert "1 problem" in plain and len(message.splitlines()) < 8
    assert "row 2, column Date: is no time that can be read; 399 more rows are written so" in plain
    assert '"01.01.1996"' in plain and "1996-01-01 (they stand as day.month.year;" in plain
    assert 'as.Date(Date, "%d.%m.%Y")' in plain
    american = " ".join(refused(tmp_path, "winner,loser,Date\na,b,1/2/1996\na,b,2/28/1996\n").split())
    assert "1996-01-02 (they stand as month/day/year" in american and '"%m/%d/%Y"' in american
    unclear = " ".join(refused(tmp_path, "winner,loser,Date\na,b,1/2/1996\n").split())
    assert "whether day or month stands first here, the file does not say" in unclear
    two = refused(tmp_path, "winner,loser,Date\na,b,31.1.1996\na,b,in May\na,b,1.2.1996\n")
    assert "2 problems" in two and "1 more row is written so" in two
    mixed = refused(tmp_path, "winner,loser,Date\na,b,7\n" + "a,b,2024-01-01\n" * 30)
    assert "1 problem;" in mixed and "is a date; 29 more rows are written so" in mixed
    drawn = refused(tmp_path, "winner,loser,draw\n" + "a,b,NA\n" * 30)
    assert "1 problem;" in drawn and "is not yes or no; 29 more rows are written so" in drawn


def test_records_too_large_are_refused_before_a_table_of_dyads_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(self: Contests) -> None:
        raise AssertionError("a table of all dyads was made")

    monkeypatch.setattr(Contests, "matrix", never)
    crowd = "winner,loser\n" + "".join(f"p{i},q{i}\n" for i in range(501))
    message = " ".join(refused(tmp_path, crowd).split())
    assert "holds too many individuals given: 1,002 individuals" in message
    assert "at most 1,000" in message and "--where COLUMN=VALUE" in message
    ok = read_contests(file(tmp_path, "winner,loser\n" + "".join(f"p{i},q{i}\n" for i in range(500))))
    assert ok.n == 1000
    long = " ".join(refused(tmp_path, "winner,loser\n" + "a,b\n" * 100_001).split())
    assert "holds too many contests given: 100,001 contests" in long and "at most 100,000" in long
    names = [f"p{i}" for i in range(1001)]
    wide = "," + ",".join(names) + "\n" + "".join(f"{name}{',0' * 1001}\n" for name in names)
    assert "too many individuals" in refused(tmp_path, wide)
    full = ",a,b,c\na,0,90000,0\nb,0,0,90000\nc,0,0,0\n"
    assert "180,000 contests" in refused(tmp_path, full)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    file(tmp_path, "winner,loser\na,b\n")
    with pytest.raises(ContestsError, match="does not exist") as error:
        read_contests(tmp_path / "hen.csv")
    assert error.value.problems[0].nearest == str(tmp_path / "hens.csv") and error.value.exit_code == 2
    with pytest.raises(ContestsError, match="does not exist"):
        read_contests(tmp_path / "nowhere" / "hens.csv")
    with pytest.raises(ContestsError, match="cannot be read"):
        read_contests(tmp_path)
    (tmp_path / "latin.csv").write_bytes("winner,loser\nJürgen,Zoë\n".encode("latin-1"))
    with pytest.raises(ContestsError, match="row 2 is not UTF-8 text"):
        read_contests(tmp_path / "latin.csv")


def test_columns_that_could_be_meant_both_are_refused_or_told(tmp_path: Path) -> None:
    assert "the column winner is there twice" in refused(tmp_path, "winner,Winner,loser\nA,B,C\n")
    contests = read_contests(file(tmp_path, "winner,loser,day,time\nA,B,1,15\nA,C,2,9\n"))
    assert contests.time.tolist() == [1.0, 2.0] and any("time" in note for note in contests.notes)
