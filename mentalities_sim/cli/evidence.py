"""`mentalities evidence`: which claims the model supports, which it assumes, and what each rests on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentalities_sim.cli.mistakes import Mistake

if TYPE_CHECKING:
    from mentalities_sim.evidence.gathering import Evidence


def add_evidence(commands: Any) -> None:
    """Let the command line ask for evidence."""
    parser = commands.add_parser(
        "evidence", help="the theory, claim by claim: what the model shows, and what it rests on"
    )
    parser.set_defaults(module="evidence")
    parser.add_argument(
        "claims",
        nargs="*",
        metavar="CLAIM",
        help="ids such as T1; without any, the table of the last full run",
    )
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--all", action="store_true", help="put every claim to the full test (within an hour)")
    much.add_argument(
        "--quick",
        action="store_true",
        help="fewer people, no box, no scrambled signs (three minutes for all)",
    )
    parser.add_argument("--plot", action="store_true", help="also draw figures")
    parser.add_argument("--html", action="store_true", help="also write a page to open in a browser")
    parser.add_argument("--out", type=Path, default=Path("results/evidence"), metavar="DIR",
                        help="where results, figures and page go (default: results/evidence)")  # fmt: skip
    parser.add_argument("--workers", type=_whole, metavar="N", help="processes (default: all cores)")


def evidence(given: argparse.Namespace) -> int:
    """Print what is known of the claims, or put them to the test; write what was asked for."""
    from mentalities_sim.claims.theory import UnknownClaimError, wording

    try:
        ids = [wording(claim).id for claim in dict.fromkeys(given.claims)]
    except UnknownClaimError as error:
        raise Mistake(str(error)) from error
    if given.out.exists() and not given.out.is_dir():
        raise Mistake(f"--out {given.out} is a file; name a folder")
    # a look at one claim must not take the place of a full run
    stem = "-".join(["evidence", *ids, *(["quick"] if given.quick else [])])
    runs = bool(ids or given.all or given.quick)
    found = _tested(ids, given, given.out / f"{stem}.done") if runs else _kept()
    _say(found, ids)
    if runs or given.plot or given.html:
        _write(found, given, stem, runs)
    return 0


def _tested(ids: list[str], given: argparse.Namespace, saved: Path) -> Evidence:
    from mentalities_sim.evidence.gathering import gather
    from mentalities_sim.evidence.testing import FULL, QUICK

    design = QUICK if given.quick else FULL
    saved.parent.mkdir(parents=True, exist_ok=True)
    return gather(
        ids,
        design,
        workers=given.workers,
        matrix=given.all,
        saved=saved,
        told=lambda line: print(line, file=sys.stderr, flush=True),
    )


def _kept() -> Evidence:
    from mentalities_sim.evidence.gathering import KEPT, Evidence, rules_hash, signatures_hash

    if not KEPT.exists():
        raise Mistake("there is no full run to show yet; make one with: mentalities evidence --all")
    found = Evidence.read()
    if (found.rules, found.signatures) != (rules_hash(), signatures_hash()):
        print(
            "! rules or claims have changed since this run; make it anew with: mentalities evidence --all\n",
            file=sys.stderr,
        )
    return found


def _say(found: Evidence, ids: list[str]) -> None:
    from mentalities_sim.evidence.words import story, text

    if ids:
        print("\n\n".join(story(found.findings[one]) for one in ids))
    else:
        print(text(found))


def _write(found: Evidence, given: argparse.Namespace, stem: str, runs: bool) -> None:
    from mentalities_sim.evidence.page import html
    from mentalities_sim.evidence.words import table
    from mentalities_sim.store.atomic import replacing

    out: Path = given.out
    out.mkdir(parents=True, exist_ok=True)
    if runs:
        found.write(out / f"{stem}.json")
        (out / f"{stem}.done").unlink(missing_ok=True)
        with replacing(out / f"{stem}.csv") as part:
            table(found).to_csv(part, index=False)
        print(f"\n{out / stem}.json, {out / stem}.csv")
    if given.plot or given.html:
        from mentalities_sim.figures.evidence import claims_and_verdicts, mechanisms_and_claims

        drawn = [claims_and_verdicts(found)]
        # a figure has a JSON and a CSV of its own beside it: it must not be called like the results
        drawn += [mechanisms_and_claims(found)] if found.matrix else []
        for figure, name in zip(drawn, ("verdicts", "mechanisms"), strict=False):
            print(*figure.save(out / stem.replace("evidence", name, 1))[:1])
    if given.html:
        with replacing(out / f"{stem}.html") as part:
            part.write_text(html(found, drawn), encoding="utf-8")
        print(out / f"{stem}.html")


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)
