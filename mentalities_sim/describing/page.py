"""A description as a page: text for a terminal, Markdown, or a table of data."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import pandas as pd

WIDTH = 100
_INDENT = " " * 6
_FURTHEST = 76
"""Where the unit may begin; else it has a line of its own."""
_PLURALS = {"state": "states", "parameter": "parameters", "stream": "streams of chance"}
LEGEND = (
    "Bounds are what is allowed at all, the plausible range is what is argued for. A unit of 1 is a share, "
    "from nothing to full. Learned is what a life leaves behind: an experiment that sets it directly has "
    "that said in its results. A spread is the SD between people at birth. Streams of chance are uniform "
    "from 0 to 1, or standard normal. Sources: CBK is Cwinn, Bell & Kirby 2023 with its section, FOC work "
    "on the fears of compassion, TSM the three systems model, RAL work on resistance and reactance, kernel "
    "and design this project's first working notes; letters with a number (S5, T6) are claims of the theory."
)


@dataclass(frozen=True)
class Entry:
    """One thing described: `row` for a table of data, `cells` (by column) for people to read.

    In the terminal the cells before `meaning` are a line, and those from there on a paragraph.
    """

    name: str
    kind: str
    row: Mapping[str, Any]
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Section:
    """Entries that stand together (a step, a policy, a world), the file where, and what it is."""

    name: str
    file: str
    summary: str
    entries: tuple[Entry, ...]

    def kinds(self) -> Iterator[tuple[str, list[Entry]]]:
        """Yield each kind that there is, with its entries."""
        for kind in dict.fromkeys(entry.kind for entry in self.entries):
            yield kind, [entry for entry in self.entries if entry.kind == kind]


@dataclass(frozen=True)
class Description:
    """Sections under one title, to be read as text, Markdown or data.

    Example:
        >>> from mentalities_sim.describing import describe
        >>> found = describe("person")
        >>> threat = found.frame().set_index("name").loc["threat"]
        >>> threat["section"], threat["default"], threat["file"]
        ('feel', '0.1', 'mentalities_sim/person/feel.py')
    """

    title: str
    sections: tuple[Section, ...]
    legend: str = LEGEND

    @property
    def counted(self) -> str:
        """How many there are of each kind, in words."""
        kinds = [entry.kind for section in self.sections for entry in section.entries]
        words = [count(kinds.count(kind), kind) for kind in dict.fromkeys(kinds)]
        return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "nothing"

    def frame(self) -> pd.DataFrame:
        """Return one row per entry; numbers have all their digits, vectors are JSON."""
        rows = [
            {"section": section.name, **entry.row, "file": section.file}
            for section in self.sections
            for entry in section.entries
        ]
        return pd.DataFrame(rows)

    def csv(self) -> str:
        """Return the frame as CSV."""
        return self.frame().to_csv(index=False, lineterminator="\n")

    def text(self) -> str:
        """Return the description for a terminal of 100 columns."""
        blocks = [f"{self.title}: {self.counted}", _wrapped(self.legend, "")]
        for section in self.sections:
            head = [_wrapped(f"{section.name} ({section.file})", "")]
            head += [_wrapped(section.summary, "  ")] if section.summary else []
            blocks.append("\n".join(head))
            for kind, entries in section.kinds():
                named = [f"  {_PLURALS.get(kind, kind)}"] if len(list(section.kinds())) > 1 else []
                blocks.append("\n".join([*named, *_lines(entries)]))
        return "\n\n".join(blocks)

    def markdown(self) -> str:
        """Return the description as Markdown: a heading per section, a table per kind."""
        version = metadata.version("mentalities-sim")
        made = f"Made from the code of mentalities-sim {version} by `mentalities describe`; not to be edited."
        blocks = [f"# {self.title}", made, f"{self.counted[0].upper()}{self.counted[1:]}. {self.legend}"]
        for section in self.sections:
            blocks += [f"## {section.name}", f"`{section.file}`"]
            blocks += [cell(section.summary)] if section.summary else []
            for kind, entries in section.kinds():
                if len(list(section.kinds())) > 1:
                    blocks.append(f"### {_PLURALS.get(kind, kind).capitalize()}")
                blocks.append(table(entries))
        return "\n\n".join(blocks) + "\n"


def count(many: int, kind: str) -> str:
    """Say how many there are of a kind.

    Example:
        >>> count(1, "state"), count(2, "stream")
        ('1 state', '2 streams of chance')
    """
    return f"{many} {_PLURALS.get(kind, kind + 's') if many != 1 else kind}"


def _lines(entries: Sequence[Entry]) -> list[str]:
    """Two or more lines an entry: name and numbers in columns, then what it means."""
    cut = [list(entry.cells).index("meaning") for entry in entries]
    columns = [list(entry.cells.values())[:at] for entry, at in zip(entries, cut, strict=True)]
    widths = [max(len(row[i]) for row in columns) for i in range(3)]
    lines = []
    for entry, row in zip(entries, columns, strict=True):
        start = "  " + "  ".join(word.ljust(width) for word, width in zip(row[:3], widths, strict=True))
        more = list(entry.cells.items())[3 : len(row)]
        rest = ", ".join(f"spread {word}" if name == "spread" else word for name, word in more if word)
        if len(start) < _FURTHEST:
            lines.append(_wrapped(rest, " " * (len(start) + 2), f"{start}  ") if rest else start.rstrip())
        else:
            lines += [start.rstrip(), *([_wrapped(rest, _INDENT)] if rest else [])]
        said = [_sentence(name, text) for name, text in list(entry.cells.items())[len(row) :] if text]
        lines += [_wrapped(" ".join(said), _INDENT)] if said else []
    return lines


def _sentence(name: str, text: str) -> str:
    words = text if name in ("meaning", "reason") else f"{name}: {text}"
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def _wrapped(text: str, indent: str, first: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def table(entries: Sequence[Entry]) -> str:
    """A Markdown table; a column that is empty throughout is left out."""
    names = [name for name in entries[0].cells if any(entry.cells[name] for entry in entries)]
    lines = [names, ["---"] * len(names)]
    lines += [[f"`{e.name}`" if n == "name" else cell(e.cells[n]) for n in names] for e in entries]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    """Text in Markdown as it stands: no cell ends, no emphasis, no HTML; `code` stays code."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(
        re.sub(r"([|])" if i % 2 else r"([\\|*_<`\[])", r"\\\1", part) for i, part in enumerate(parts)
    )
