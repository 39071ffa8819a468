"""What is wrong with a file of contests, said so that it can be put right at once."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from mentalities_sim.experiment.errors import Problem

_MOST_SHOWN = 12


class ContestsError(ValueError):
    """A file or frame of contests that cannot be read as it stands.

    Carries every problem found, and shows the first twelve. Rows are counted as a spreadsheet shows them:
    the header is row 1 (in a frame, the first row is 0).

    Example:
        >>> print(ContestsError("hens.csv", [Problem("row 3, column loser:", "is empty", '""', "a name")]))
        hens.csv: 1 problem; nothing was measured.
        <BLANKLINE>
          row 3, column loser: is empty
              given:    ""
              allowed:  a name
    """

    exit_code = 2

    def __init__(self, path: str | Path, problems: Iterable[Problem]) -> None:
        self.path = Path(path)
        self.problems = tuple(problems)
        super().__init__(str(path), self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{self.path}: {count} problem{'s' * (count != 1)}; nothing was measured."
        shown = [textwrap.indent(str(problem), "  ") for problem in self.problems[:_MOST_SHOWN]]
        if count > _MOST_SHOWN:
            shown.append(f"  and {count - _MOST_SHOWN} more")
        return "\n\n".join([head, *shown])


def at(row: int, column: str) -> str:
    """Where a cell stands, for the head of a problem.

    Example:
        >>> at(3, "loser")
        'row 3, column loser:'
    """
    return f"row {row}, column {column}:"
