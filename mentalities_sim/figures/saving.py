"""Write a figure as PNG and SVG with its alt text, caption and data beside it."""

from __future__ import annotations

import base64
import html
import io
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from mentalities_sim.figures.style import style

SCREEN_DPI = 80
"""Dots per inch in a notebook: as wide as a page, letters as in the files."""


@dataclass(frozen=True, eq=False, repr=False)
class Drawn:
    """A figure with the sentence it says, its alt text, the plotted data and a caption.

    `data` holds what was plotted, one row per mark; `columns` names the columns of the frames
    it was computed from. `save(path)` writes everything; a notebook shows the figure with its
    alt text when it is a cell's last line.
    """

    figure: Figure
    title: str
    alt_text: str
    data: pd.DataFrame
    caption: str = ""
    columns: tuple[str, ...] = ()

    def save(self, path: str | os.PathLike[str]) -> list[Path]:
        """Write PNG, SVG, JSON sidecar and CSV next to each other; return their paths."""
        return save(
            self.figure,
            path,
            self.alt_text,
            self.data,
            title=self.title,
            caption=self.caption,
            columns=self.columns,
        )

    def __repr__(self) -> str:
        return f"Drawn({self.title!r})"

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        """The picture for a notebook, its alt text in the metadata."""
        return _png(self.figure, SCREEN_DPI, {"Description": self.alt_text}), {"alt": self.alt_text}

    def _repr_html_(self) -> str:
        """The same with an alt attribute: notebooks show this one, and screen readers find it."""
        picture = base64.b64encode(self._repr_png_()[0]).decode()
        alt = html.escape(self.alt_text, quote=True)
        return f'<img alt="{alt}" style="max-width: 100%" src="data:image/png;base64,{picture}">'


def save(
    figure: Figure,
    path: str | os.PathLike[str],
    alt_text: str,
    data: pd.DataFrame | None = None,
    *,
    title: str = "",
    caption: str = "",
    columns: tuple[str, ...] = (),
) -> list[Path]:
    """Write `figure` to path.png (200 dpi) and path.svg, with path.json (and path.csv) beside.

    The sidecar JSON holds title, alt text, caption, source columns and the files' names; the
    PNG's metadata and the SVG's <title> and <desc> carry the alt text too. Each file is
    written under another name first and then renamed, so a reader never finds half a file.
    `path` may end in .png or .svg; its folder is made if missing. An empty alt text is an
    error (ValueError). Returns the paths written, PNG first.
    """
    if not alt_text.strip():
        raise ValueError("save: alt_text is empty; say in words what the figure shows.")
    stem = Path(path)
    if stem.suffix.lower() in {".png", ".svg", ".json", ".csv"}:
        stem = stem.with_suffix("")
    contents: dict[str, bytes] = {}
    metadata = {"Title": title or stem.name, "Description": alt_text}
    contents[".png"] = _png(figure, 200, metadata)
    with style():
        svg = io.BytesIO()
        figure.savefig(svg, format="svg", metadata={**metadata, "Date": None})
        contents[".svg"] = _spoken(svg.getvalue().decode(), title or stem.name, alt_text).encode()
    if data is not None:
        contents[".csv"] = data.to_csv(index=False, lineterminator="\n").encode()
    names = {end: stem.name + end for end in contents}
    sidecar = {
        "title": title,
        "alt_text": alt_text,
        "caption": caption,
        "source_columns": list(columns),
        "files": {end.lstrip("."): name for end, name in names.items()},
    }
    contents[".json"] = (json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n").encode()
    stem.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for end, content in contents.items():
        target = stem.with_name(stem.name + end)
        _write(target, content)
        written.append(target)
    return written


def _png(figure: Figure, dpi: int, metadata: dict[str, str]) -> bytes:
    with style():
        for _ in range(3):  # constrained layout settles over a few draws: then all files agree
            figure.draw_without_rendering()
        png = io.BytesIO()
        figure.savefig(png, format="png", dpi=dpi, metadata=metadata)
    return png.getvalue()


def _spoken(svg: str, title: str, alt_text: str) -> str:
    """The SVG with the title and description that screen readers look for."""
    start = svg.index("<svg")
    end = svg.index(">", start)
    words = f"\n <title>{html.escape(title)}</title>\n <desc>{html.escape(alt_text)}</desc>"
    return svg[:end] + ' role="img"' + svg[end : end + 1] + words + svg[end + 1 :]


def _write(target: Path, content: bytes) -> None:
    """Write a file under another name in the same folder, then rename it."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)  # mkstemp makes files only their owner can read
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
