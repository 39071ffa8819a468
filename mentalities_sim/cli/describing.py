"""`mentalities describe`: every state, parameter and intervention, as the code declares them."""

from __future__ import annotations

import argparse
from pathlib import Path

from mentalities_sim.cli.mistakes import Mistake

_FORMATS = {".md": "markdown", ".csv": "csv"}


def describe(given: argparse.Namespace) -> int:
    """Print what is declared under a topic, and write it to a file where one is named."""
    from mentalities_sim.describing import describe as described
    from mentalities_sim.store.atomic import replacing

    if given.out is not None:
        _check_out(given.out)
    try:
        found = described(given.topic)
    except ValueError as error:
        raise Mistake(str(error)) from error
    print(found.text())
    if given.out is not None:
        content = getattr(found, _FORMATS[given.out.suffix.lower()])()
        with replacing(given.out) as part:
            part.write_text(content, encoding="utf-8", newline="\n")
        print(f"\n{given.out}: {found.counted}")
    return 0


def _check_out(out: Path) -> None:
    if out.suffix.lower() not in _FORMATS:
        raise Mistake(f"{out} ends in neither .md nor .csv; give --out FILE.md or FILE.csv")
    if out.exists():
        raise Mistake(f"{out} is there already; give --out a new name, or remove it first")
    above = next(place for place in out.absolute().parents if place.exists())
    if not above.is_dir():
        raise Mistake(f"{out}: {above} is a file; give --out a place in a folder")
