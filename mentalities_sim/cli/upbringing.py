"""`mentalities upbringing`: which upbringing leaves people with the traits that are wanted."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentalities_sim.cli.mistakes import Mistake

if TYPE_CHECKING:
    from mentalities_sim.traits import Found

_FAR = 0.1  # half a range from what was wanted is far in any trait; a tenth is seen in a table


def add_upbringing(commands: Any) -> None:
    """Let the command line ask for an upbringing."""
    parser = commands.add_parser(
        "upbringing", help="an upbringing that leaves people with these traits, and how near it comes"
    )
    parser.set_defaults(module="upbringing")
    parser.add_argument(
        "wanted", nargs="+", type=_trait, metavar="TRAIT=VALUE", help="such as fear_of_compassion=0.7"
    )
    for name, default, words in (
        ("people", 40, "people who live through each"),
        ("tries", 256, "upbringings tried before the best is refined"),
        ("seed", 1, "seed of everything random"),
        ("childhood", 1000, "encounters of a childhood"),
    ):
        parser.add_argument(
            f"--{name}", type=_whole, default=default, metavar="N", help=f"{words} (default: {default})"
        )
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the upbringing: a new FILE.toml")


def upbringing(given: argparse.Namespace) -> int:
    """Look for an upbringing; print what was wanted, found and missed, and the upbringing."""
    from mentalities_sim.traits import find_upbringing

    if given.out is not None and given.out.exists():
        raise Mistake(f"{given.out}: is there already; give --out a new file")
    try:
        found = find_upbringing(dict(given.wanted), given.people, given.tries, given.seed, given.childhood)
    except ValueError as error:
        raise Mistake(str(error)) from error
    print(_text(found))
    if given.out is not None:
        from mentalities_sim.store.atomic import replacing

        with replacing(given.out) as part:
            part.write_text(_remark(found) + found.toml, encoding="utf-8")
        print(f"\n{given.out}")
    return 0


def _text(found: Found) -> str:
    wide = max(len("trait"), *map(len, found.wanted))
    lines = [f"{'trait':{wide}}  wanted   found  SD between people  missed by"]
    for name, value in found.wanted.items():
        lines.append(
            f"{name:{wide}}  {value:6.2f}  {found.reached[name]:6.2f}  {found.spread[name]:17.2f}"
            f"  {found.missed[name]:+9.2f}"
        )
    lines.append(
        f"\ndistance {found.distance:.3f} (root mean square of what is missed), over {found.people} people "
        "on whom it was not chosen"
    )
    far = [name for name, miss in found.missed.items() if abs(miss) > _FAR]
    if far:
        lines.append(
            f"! {', '.join(far)}: no upbringing that was tried comes nearer; where traits are won together, "
            "one cannot be had without the other"
        )
    return "\n".join([*lines, "", found.toml.rstrip()])


def _remark(found: Found) -> str:
    said = ", ".join(
        f"{name} {found.reached[name]:.2f} (SD {found.spread[name]:.2f}; wanted {value:g})"
        for name, value in found.wanted.items()
    )
    return f"# Leaves people with {said}.\n"


def _trait(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not TRAIT=VALUE, such as fear_of_compassion=0.7"
        ) from None


def _whole(text: str) -> int:
    if not text.isdecimal() or not 2 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 2 to 10,000")
    return int(text)
