"""Write a figure as PNG and SVG with its alt text, caption and data beside it."""

from __future__ import annotations

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


@dataclass(frozen=True, eq=False)
class Drawn:
    """A figure with the sentence it says, its alt text, the plotted data and a caption.

    `data` holds what was plotted, one row per mark; `columns` names the columns of the frames
    it was computed from. `save(path)` writes everything.
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
    with style():
        for _ in range(3):  # constrained layout settles over a few draws: then all files agree
            figure.draw_without_rendering()
        png = io.BytesIO()
        metadata = {"Title": title or stem.name, "Description": alt_text}
        figure.savefig(png, format="png", dpi=200, metadata=metadata)
        contents[".png"] = png.getvalue()
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
