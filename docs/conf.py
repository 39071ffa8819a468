"""Settings for building the documentation with Sphinx and MyST."""

from __future__ import annotations

import tomllib
from pathlib import Path

_project = tomllib.loads(
    (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
)["project"]

project = _project["name"]
author = "The mentalities-sim authors"
copyright = f"2026, {author}"
version = release = _project["version"]

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "alabaster"
html_title = f"{project} {version}"
html_theme_options = {"description": _project["description"], "show_related": True}
