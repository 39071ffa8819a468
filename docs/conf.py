"""Settings for building the documentation with Sphinx and MyST."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

_project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]

project = _project["name"]
author = "The mentalities-sim authors"
copyright = f"2026, {author}"
version = release = _project["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "declared"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

default_role = "code"  # docstrings write `names` with single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True

html_theme = "alabaster"
html_title = f"{project} {version}"
html_theme_options = {"description": _project["description"], "show_related": True, "page_width": "1040px"}
