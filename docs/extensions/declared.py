"""Two things made from the code itself, so that they cannot grow old.

The directive `declared` tables what a class declares; rules' docstrings get their equation set apart.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from mentalities_sim.declare import Parameter, State, Stream, declared
from mentalities_sim.describing.words import default_text, range_text

KINDS = {"states": State, "parameters": Parameter, "streams": Stream}
HEADS = {
    "states": ("name", "default", "bounds", "unit", "meaning", "source"),
    "parameters": ("name", "default", "bounds", "plausible", "unit", "meaning", "source"),
    "streams": ("name", "kind", "question"),
}


class Declared(Directive):
    """`declared` CLASS KIND [beyond BASE]: one row per state, parameter or stream of a class."""

    required_arguments = 2
    optional_arguments = 2

    def run(self) -> list[nodes.Node]:
        cls, kind = _find(self.arguments[0]), self.arguments[1]
        found = _in_steps(cls, declared(cls, KINDS[kind]))
        if len(self.arguments) == 4:
            inherited = declared(_find(self.arguments[3]), KINDS[kind])
            found = {name: d for name, d in found.items() if inherited.get(name) is not d}
        rows = [_row(name, declaration, kind) for name, declaration in found.items()]
        return [_table(HEADS[kind], rows)] if rows else [nodes.paragraph(text="None.")]


def _in_steps(cls: type, found: dict[str, Any]) -> dict[str, Any]:
    """Order declarations by the steps of the pipeline, as the class names them."""
    names = [name for base in cls.__mro__ for name in vars(base) if name in found]
    return {name: found[name] for name in dict.fromkeys(names)}


def _find(path: str) -> type:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def _row(name: str, d: Any, kind: str) -> list[str]:
    if kind == "streams":
        return [name, "standard normal" if d.normal else "uniform, 0 to 1", d.meaning]
    default, bounds = _typeset(default_text(d.default)), _typeset(range_text(d.bounds))
    meaning = d.meaning + (f" ({', '.join(d.labels)})" if kind == "states" and d.labels else "")
    if kind == "states":
        return [name, default, bounds, d.unit, meaning, d.source]
    if d.reason:
        meaning = f"{meaning}; {d.reason}" if meaning else d.reason
    plausible = _typeset(range_text(d.plausible)) if d.plausible else ""
    return [name, default, bounds, plausible, d.unit, meaning, d.source]


def _typeset(text: str) -> str:
    return re.sub(r"\binf\b", "∞", text.replace("-", "−"))


def _table(head: tuple[str, ...], rows: list[list[str]]) -> nodes.table:
    group = nodes.tgroup(cols=len(head))
    widths = [max(4, min(40, max(len(row[i]) for row in rows))) for i in range(len(head))]
    group += [nodes.colspec(colwidth=width) for width in widths]
    for section, lines in ((nodes.thead(), [list(head)]), (nodes.tbody(), rows)):
        for line in lines:
            row = nodes.row()
            for i, text in enumerate(line):
                literal = section.tagname == "tbody" and i == 0
                inner: nodes.Node = nodes.literal(text=text) if literal else nodes.Text(text)
                row += nodes.entry("", nodes.paragraph("", "", inner))
            section += row
        group += section
    return nodes.table("", group)


def set_equations_apart(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Write "Equation: … Source: …" of a docstring as an equation block and a line of sources."""
    text = "\n".join(lines)
    found = re.search(r"^Equation:\s*(.*?)(?:\s*\bSource:\s*(.*?))?(?=\n\s*\n|\Z)", text, re.M | re.S)
    if not found:
        return
    equation = "\n".join(f"   {line.strip()}" for line in found[1].rstrip(" .").splitlines())
    put = f"\n.. code-block:: none\n\n{equation}\n"
    if found[2]:
        put += f"\n*Source:* {' '.join(found[2].split())}\n"
    lines[:] = (text[: found.start()] + put + text[found.end() :]).splitlines()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the docstring hook."""
    app.add_directive("declared", Declared)
    app.connect("autodoc-process-docstring", set_equations_apart, priority=400)
    return {"parallel_read_safe": True}
