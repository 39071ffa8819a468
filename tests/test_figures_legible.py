"""Figures can be read: files with alt text, letters of 14 pt, colours distinct to every eye."""

from __future__ import annotations

import itertools
import json
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("matplotlib")

from figure_frames import NAMES, draw_all
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from PIL import Image

from mentalities_sim import figures
from mentalities_sim.figures.style import MENTALITIES, SMALLEST_TEXT, SYSTEMS


@pytest.fixture(scope="module")
def drawn():
    return draw_all()


# --- what is written --------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_files_and_sidecar(drawn, name, tmp_path):
    one = drawn[name]
    paths = one.save(tmp_path / "deep" / name)
    assert [path.suffix for path in paths] == [".png", ".svg", ".csv", ".json"]
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == sorted(path.name for path in paths)
    sidecar = json.loads((tmp_path / "deep" / f"{name}.json").read_text())
    assert len(one.alt_text) > 80 and sidecar["alt_text"] == one.alt_text
    assert sidecar["title"] == one.title and sidecar["caption"] and sidecar["source_columns"]
    assert sidecar["files"]["png"] == f"{name}.png"
    with Image.open(tmp_path / "deep" / f"{name}.png") as image:
        assert image.text["Description"] == one.alt_text
        assert round(image.info["dpi"][0]) == 200
    svg = (tmp_path / "deep" / f"{name}.svg").read_text()
    assert "<desc>" in svg and 'role="img"' in svg
    ElementTree.fromstring(svg)
    assert len(pd.read_csv(tmp_path / "deep" / f"{name}.csv")) == len(one.data)


def test_save_is_atomic_and_repeatable(drawn, tmp_path, monkeypatch):
    one = drawn["transitions"]
    first = [path.read_bytes() for path in one.save(tmp_path / "a.png")]
    assert [path.read_bytes() for path in one.save(tmp_path / "a")] == first

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        one.save(tmp_path / "a")
    monkeypatch.undo()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "a.json", "a.png", "a.svg"]
    assert [(tmp_path / f"a{p}").read_bytes() for p in (".png", ".svg", ".csv", ".json")] == first


def test_save_refuses_an_empty_alt_text(drawn, tmp_path):
    with pytest.raises(ValueError, match="alt_text is empty"):
        figures.save(drawn["arms"].figure, tmp_path / "a", "  ")
    assert not list(tmp_path.iterdir())


# --- legible and distinct ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_small_or_cut_off(drawn, name):
    figure = drawn[name].figure
    figure.draw_without_rendering()
    width, height = figure.bbox.width, figure.bbox.height
    hidden = _hidden_tick_labels(figure)
    seen = 0
    for text in figure.findobj(Text):
        if not text.get_visible() or not text.get_text().strip() or id(text) in hidden:
            continue
        seen += 1
        assert text.get_fontsize() >= SMALLEST_TEXT, text.get_text()
        box = text.get_window_extent()
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1
        assert inside, f"{text.get_text()!r} leaves the figure: {box}"
    assert seen > 5


def _hidden_tick_labels(figure):
    """Labels of ticks beyond the limits: Matplotlib keeps them, but does not draw them."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not low <= tick.get_loc() <= high:
                    hidden |= {id(tick.label1), id(tick.label2)}
    return hidden


@pytest.mark.parametrize("name", NAMES)
def test_text_blocks_do_not_overlap(drawn, name):
    """Title, axis titles, axis labels, legends and the foot line keep clear of one another."""
    figure = drawn[name].figure
    figure.draw_without_rendering()
    blocks = [figure._suptitle, figure._supxlabel, *figure.legends]
    for axes in figure.axes:
        blocks += [axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
        blocks += [axes.get_legend()]
    blocks = [b for b in blocks if b is not None and (not isinstance(b, Text) or b.get_text())]
    for one, other in itertools.combinations(blocks, 2):
        assert not one.get_window_extent().overlaps(other.get_window_extent()), (one, other)


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
_CVD = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def _lab(colour, sight):
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(_CVD[sight] @ linear, 0, 1)
    xyz = (
        np.array(
            [
                [0.4124564, 0.3575761, 0.1804375],
                [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041],
            ]
        )
        @ seen
        / np.array([0.95047, 1.0, 1.08883])
    )
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", list(_CVD))
@pytest.mark.parametrize(("looks", "least"), [(list(SYSTEMS.values()), 30), (list(MENTALITIES), 15)])
def test_colours_are_distinct_to_every_eye(sight, looks, least):
    for one, other in itertools.combinations(looks, 2):
        apart = np.linalg.norm(_lab(one.colour, sight) - _lab(other.colour, sight))
        assert apart >= least, (one.label, other.label, apart)


def test_nothing_rests_on_colour_alone():
    systems = list(SYSTEMS.values())
    assert len({str(look.line) for look in systems}) == len(systems)
    assert len({look.marker for look in systems}) == len(systems)
    assert len({look.hatch for look in MENTALITIES}) == len(MENTALITIES)


def test_mentalities_are_in_the_order_of_their_numbers():
    signals = pytest.importorskip("mentalities_sim.signals")
    names = [m.name.lower().replace("_", "-") for m in signals.Mentality]
    assert [look.label for look in MENTALITIES] == names
