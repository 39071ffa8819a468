"""Figures of a hierarchy say what the contests say, claim nothing their intervals do not, and can be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.collections import LineCollection
from matplotlib.text import Text
from test_figures_legible import _hidden_tick_labels

from mentalities_sim.figures import Drawn, FigureError, elo_trajectories, rank_plot
from mentalities_sim.figures.style import SMALLEST_TEXT
from mentalities_sim.hierarchy import Contests, normalised_david_scores, read_contests, steepness

DATA = Path(__file__).parent / "data"


def group(n: int, contests: int, *, steep: float = 3.0, dated: bool = False) -> Contests:
    """Contests among n whose strength falls evenly with their number."""
    rng = np.random.default_rng(n)
    one, other = np.array([rng.choice(n, 2, replace=False) for _ in range(contests)]).T
    first_wins = rng.random(contests) < 1 / (1 + np.exp(-steep * (other - one)))
    names = tuple(f"individual {i}" if n < 12 else f"m{i}" for i in range(n))
    time = 19_700 + np.sort(rng.integers(0, 900, contests)) if dated else None
    winner, loser = np.where(first_wins, one, other), np.where(first_wins, other, one)
    return Contests(winner, loser, rng.random(contests) < 0.05, names, time=time, dated=dated)


GROUPS = {
    "two": group(2, 5),
    "ten": group(10, 400),
    "dated": group(12, 300, dated=True),
    "many": group(60, 900),
    "small": read_contests(DATA / "contests_small.csv"),
}
CASES = [(name, draw) for name in GROUPS for draw in (rank_plot, elo_trajectories)]
_drawn: dict[tuple[str, str], Drawn] = {}


def drawn(name: str, draw) -> Drawn:
    key = (name, draw.__name__)
    if key not in _drawn:
        few = {"resamples": 200} if draw is rank_plot else {"orders": 100}
        _drawn[key] = draw(GROUPS[name], **few)
    return _drawn[key]


@pytest.mark.parametrize(("name", "draw"), CASES)
def test_words_are_large_and_inside(name: str, draw) -> None:
    figure = drawn(name, draw).figure
    for _ in range(3):
        figure.draw_without_rendering()
    hidden = _hidden_tick_labels(figure)
    for text in figure.findobj(Text):
        if not text.get_visible() or not text.get_text().strip() or id(text) in hidden:
            continue
        assert text.get_fontsize() >= SMALLEST_TEXT, text.get_text()
        box = Text.get_window_extent(text)  # of the words, without an annotation's line
        assert box.x0 > -1 and box.y0 > -1, text.get_text()
        assert box.x1 < figure.bbox.width + 1 and box.y1 < figure.bbox.height + 1, text.get_text()


@pytest.mark.parametrize(("name", "draw"), CASES)
def test_names_do_not_cover_one_another(name: str, draw) -> None:
    figure = drawn(name, draw).figure
    for _ in range(3):
        figure.draw_without_rendering()
    axes = figure.axes[0]
    labels = [*axes.get_xticklabels()] if draw is rank_plot else list(axes.texts)
    boxes = [Text.get_window_extent(label) for label in labels if label.get_text()]
    assert len(boxes) >= 2
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            lap = min(one.y1, other.y1) - max(one.y0, other.y0), min(one.x1, other.x1) - max(one.x0, other.x0)
            assert min(lap) <= 3, "line boxes may touch, letters not"


@pytest.mark.parametrize("draw", [rank_plot, elo_trajectories])
def test_files_with_alt_text_and_data(draw, tmp_path: Path) -> None:
    one = drawn("ten", draw)
    paths = one.save(tmp_path / "figure")
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv", ".json"]
    told = json.loads((tmp_path / "figure.json").read_text(encoding="utf-8"))
    assert told["title"] == one.title and told["caption"] and "individual 0" in told["alt_text"]
    assert set(one.data["name"]) == set(GROUPS["ten"].names), "the data name everybody"


def test_ranks_and_line_are_those_of_the_measures() -> None:
    contests = GROUPS["ten"]
    table = drawn("ten", rank_plot).data.set_index("name")
    scores = normalised_david_scores(contests.matrix())
    assert table.loc[list(contests.names), "score"].to_numpy() == pytest.approx(scores)
    assert -np.diff(table["line"]) == pytest.approx([steepness(contests.matrix())] * 9)
    assert f"{steepness(contests.matrix()):.2f}" in drawn("ten", rank_plot).title
    intervals = [c for c in drawn("ten", rank_plot).figure.axes[0].collections if c.get_gid() == "interval"]
    assert isinstance(intervals[0], LineCollection) and len(intervals[0].get_segments()) == 10


def test_every_named_line_ends_in_its_name_and_has_an_interval() -> None:
    for name, named in (("ten", 10), ("many", 20)):
        axes = drawn(name, elo_trajectories).figure.axes[0]
        assert len(axes.texts) == named
        assert sum(c.get_gid() == "interval" for c in axes.collections) == named
    looks = [
        (line.get_color(), str(line.get_linestyle()))
        for line in drawn("ten", elo_trajectories).figure.axes[0].lines
        if line.get_linewidth() == 2.0
    ]
    assert len(set(looks)) == 10, "colour and dash together tell every line"
    assert "20 of 60 are named" in drawn("many", elo_trajectories).figure._supxlabel.get_text()


def test_titles_claim_only_what_is_clear() -> None:
    assert "clearly above" in drawn("ten", rank_plot).title
    even = Contests([0, 1, 0, 1, 2, 0], [1, 0, 2, 2, 0, 2], [False] * 6, ("a", "b", "c"))
    assert "not clearly above" in rank_plot(even, resamples=200).title
    tied = Contests([0, 1], [1, 0], [False] * 2, ("a", "b"))
    assert rank_plot(tied, resamples=50).title.startswith("No single individual ranks first of 2")
    turned = Contests([0] * 30 + [1] * 12, [1] * 30 + [0] * 12, [False] * 42, ("7", "8"))
    assert elo_trajectories(turned, orders=200).title == (
        "Individual 8 ends highest of 2 after 42 contests; over random orders individual 7 does"
    )
    for wins in (1, 5):
        few = Contests([0] * wins, [1] * wins, [False] * wins, ("a", "b"))
        assert "a ranks first of 2, not clearly above b" in rank_plot(few, resamples=50).title
    enough = Contests([0] * 6, [1] * 6, [False] * 6, ("a", "b"))
    assert "a ranks first of 2, clearly above b" in rank_plot(enough, resamples=50).title
    draw = Contests([0], [1], [True], ("a", "b"))
    assert elo_trajectories(draw, orders=5).title == "No single individual ends highest of 2 after 1 contest"


def test_who_had_no_contest_is_drawn_without_an_interval_and_named() -> None:
    idle = Contests([0, 0, 1] * 4, [1, 2, 2] * 4, [False] * 12, ("a", "b", "c", "7"))
    ranks, elo = rank_plot(idle, resamples=100), elo_trajectories(idle, orders=50)
    intervals = [c for c in ranks.figure.axes[0].collections if c.get_gid() == "interval"]
    assert sum(len(c.get_segments()) for c in intervals) == 3
    assert "no contest: nothing known" in [text.get_text() for text in ranks.figure.legends[0].get_texts()]
    assert sum(c.get_gid() == "interval" for c in elo.figure.axes[0].collections) == 3
    assert [text.get_text() for text in elo.figure.axes[0].texts] == ["a", "b", "c"]
    for drawn_ in (ranks, elo):
        assert "Individual 7 had no contest" in drawn_.caption
        assert "Individual 7 had no contest" in drawn_.alt_text and "nan" not in drawn_.alt_text
    everybody = rank_plot(GROUPS["two"], resamples=50)
    assert "no contest" not in everybody.caption and len(everybody.figure.legends[0].get_texts()) == 3


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(FigureError, match="a win matrix does not say in which order"):
        elo_trajectories(read_contests(DATA / "win_matrix_small.csv"))
    empty = Contests([], [], [], ("a", "b"))
    for draw in (rank_plot, elo_trajectories):
        with pytest.raises(FigureError, match=r"contest"):
            draw(empty)
