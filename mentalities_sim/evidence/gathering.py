"""The evidence: all claims put to the test, on several cores, and kept with what they depend on."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from mentalities_sim.claims.catalogue import claims
from mentalities_sim.claims.mechanisms import Change
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.evidence.anchored import anchored
from mentalities_sim.evidence.box import box, points
from mentalities_sim.evidence.matrix import Matrix, falls
from mentalities_sim.evidence.testing import FULL, Design, Finding, put_to_test
from mentalities_sim.evidence.verdicts import give_verdicts
from mentalities_sim.policies import Fixed
from mentalities_sim.store.atomic import replacing
from mentalities_sim.worlds import Dyad, Society
from mentalities_sim.worlds.laboratory import Laboratory

KEPT = Path(__file__).with_name("evidence.json")
"""The evidence of the latest full run, as it ships with the package."""


@dataclass
class Evidence:
    """Findings on claims, with the version and hashes of what they were found with."""

    findings: dict[str, Finding]
    design: Design
    version: str
    date: str
    rules: str
    signatures: str
    matrix: Matrix | None = None
    seconds: float = 0.0
    points: int = 0
    anchored: int = 0

    @property
    def supported(self) -> list[str]:
        """Ids of the claims that are supported."""
        return [i for i, f in self.findings.items() if f.verdict == "supported"]

    @property
    def carrying(self) -> list[str]:
        """The mechanisms that carry the supported claims, each once."""
        return sorted({m for i in self.supported for m in claims()[i].rests_on})

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        plain = {**vars(self), "design": asdict(self.design)}
        plain["findings"] = {i: f.as_dict() for i, f in self.findings.items()}
        plain["matrix"] = self.matrix.as_dict() if self.matrix else None
        return plain

    def write(self, path: Path) -> None:
        """Write it as JSON, whole or not at all."""
        with replacing(path) as part:
            part.write_text(json.dumps(_nulled(self.as_dict()), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path = KEPT) -> Evidence:
        """Return what was written; by default the latest full run."""
        raw = _numbered(json.loads(path.read_text(encoding="utf-8")))
        raw["findings"] = {i: Finding.from_dict(f) for i, f in raw["findings"].items()}
        raw["design"] = Design(**raw["design"])
        raw["matrix"] = Matrix(**raw["matrix"]) if isinstance(raw["matrix"], dict) else None
        return cls(**raw)


def gather(
    ids: Sequence[str] = (),
    design: Design = FULL,
    *,
    workers: int | None = None,
    matrix: bool = False,
    saved: Path | None = None,
    told: Callable[[str], None] = lambda line: None,
) -> Evidence:
    """Put claims to the test (all, where none is named), a process per core; verdicts over all of these.

    `matrix` also ablates every mechanism once for every claim. Into `saved` goes each claim when it is done;
    a run that was interrupted goes on from there, if rules, claims and design are the same. `told` is called
    with a line per claim.
    """
    begun = datetime.datetime.now(datetime.UTC)
    # hashed before anything is run, so that they are those of the code that made the numbers
    rules, signatures = rules_hash(), signatures_hash()
    known = claims()
    chosen = list(ids) or list(known)
    sampled = plausible_points(design)
    counts = anchored(sampled, design.seed)
    order = sorted(chosen, key=lambda i: -cost(i))
    made_with = {"rules": rules, "signatures": signatures, "design": asdict(design), "matrix": matrix}
    done = _found_before(saved, made_with, order) if saved else {}

    def note(one: str, found: tuple[Finding, dict[str, float]]) -> None:
        done[one] = found
        told(f"{one}: {found[0].effect.estimate:+.2f} {found[0].effect.unit}")
        if saved:
            _save(saved, made_with, one, *found)

    left = [one for one in order if one not in done]
    count = workers or os.cpu_count() or 1
    if count == 1 or len(left) < 2:
        for one in left:
            note(one, _tested(one, design, sampled, counts, matrix))
    else:
        pool = ProcessPoolExecutor(min(count, len(left)))
        try:
            waiting = {pool.submit(_tested, one, design, sampled, counts, matrix): one for one in left}
            for task in as_completed(waiting):
                note(waiting[task], task.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()
    findings = {one: found for one, (found, _) in done.items()}
    fallen = {one: share for one, (_, share) in done.items()}
    findings = {one: findings[one] for one in known if one in findings}
    give_verdicts(list(findings.values()), known)
    ended = datetime.datetime.now(datetime.UTC)
    return Evidence(
        findings,
        design,
        metadata.version("mentalities-sim"),
        f"{ended:%Y-%m-%d}",
        rules,
        signatures,
        Matrix.of(fallen) if matrix else None,
        round((ended - begun).total_seconds(), 1),
        len(sampled),
        sum(counts),
    )


def _save(path: Path, made_with: dict[str, Any], one: str, found: Finding, left: dict[str, float]) -> None:
    """Add what was found on a claim to those that are done."""
    row = {**made_with, "id": one, "finding": found.as_dict(), "left": left}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(_nulled(row)) + "\n")


def _found_before(
    path: Path, made_with: dict[str, Any], wanted: Sequence[str]
) -> dict[str, tuple[Finding, dict[str, float]]]:
    """What an interrupted run with the same rules, claims and design had found; half a line is left out."""
    found: dict[str, tuple[Finding, dict[str, float]]] = {}
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            row = _numbered(json.loads(text))
        except json.JSONDecodeError:
            continue
        if row["id"] in wanted and all(row[name] == value for name, value in made_with.items()):
            found[row["id"]] = Finding.from_dict(row["finding"]), row["left"]
    return found


def _tested(
    claim_id: str, design: Design, sampled: Sequence[Change], counts: Sequence[bool], matrix: bool
) -> tuple[Finding, dict[str, float]]:
    claim = claims()[claim_id]
    return put_to_test(claim, design, sampled, counts), falls(claim, design) if matrix else {}


def cost(claim_id: str) -> float:
    """Return about how long a claim takes, against others: steps × arms, so that the longest come first."""
    total = 0.0
    for arm in claims()[claim_id].arms.values():
        if arm.world is Society:
            total += 20_000.0
        elif issubclass(arm.world, Dyad):
            total += float(arm.given.get("world.sessions", 20)) * (
                4.0 * float(arm.given.get("world.exchanges", 60)) + 84.0
            )
        else:
            total += len(arm.steps) + float(arm.given.get("world.childhood", 0))
    return total


def plausible_points(design: Design) -> list[dict[str, float]]:
    """Return the points of the plausible box: the same for all claims."""
    if not design.points:
        return []
    return points([RuleSet(world) for world in WORLDS], design.points, design.seed)


def disagreements(full: Evidence, quick: Evidence) -> list[str]:
    """Return, a sentence each, the claims on which a quick run clearly disagrees with a full one.

    A claim that was shown disagrees if its quick interval lies below the smallest effect of interest; one
    that was not shown, if its quick interval lies above it.
    """
    found = []
    for one, finding in quick.findings.items():
        if one not in full.findings:
            found.append(f"{one} is new")
            continue
        before, now = full.findings[one].effect, finding.effect
        moved = f"({before.estimate:+.2f}), now {now.estimate:+.2f}"
        if before.holds and now.high < now.smallest:
            found.append(f"{one} was shown {moved}")
        elif not before.holds and now.holds:
            found.append(f"{one} was not shown {moved}")
    return found


def rules_hash() -> str:
    """Return the hash of all rules and declarations that the claims run on."""
    from mentalities_sim.running.hashes import rule_hash

    sets = [RuleSet(Dyad, {"policy": Fixed}), RuleSet(Society), RuleSet(Laboratory)]
    whole = "".join(rule_hash(rules) for rules in sets)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def signatures_hash() -> str:
    """Return the hash of what decides on claims: signatures, arms, ablations, box, statistics, verdicts."""
    here = Path(__file__).parent
    theirs = here.parent / "claims"
    sources = [p for p in sorted(here.glob("*.py")) if p.name not in TOLD_BY]
    sources += [*sorted(theirs.glob("*.py")), theirs / "theory.toml"]
    sources += [here.parent / name for name in MEASURED_BY]
    ranges = repr(sorted(box(*(RuleSet(world) for world in WORLDS)).items()))
    read = b"".join(path.read_bytes() for path in sources) + ranges.encode()
    return hashlib.sha256(read).hexdigest()[:16]


MEASURED_BY = (
    "worlds/outcomes.py",
    "worlds/upbringing_outcomes.py",
    "worlds/society_outcomes.py",
    "worlds/society_tables.py",
)
"""Files outside that turn runs into what signatures read."""
WORLDS = (Dyad, Society, Laboratory)
"""Worlds whose parameters make up the plausible box."""
TOLD_BY = ("__init__.py", "gathering.py", "page.py", "words.py")
"""Files that run claims and tell of them, but decide nothing."""


def _nulled(plain: Any) -> Any:
    """Numbers that are none as null, since JSON has no NaN."""
    if isinstance(plain, dict):
        return {key: _nulled(value) for key, value in plain.items()}
    if isinstance(plain, (list, tuple)):
        return [_nulled(value) for value in plain]
    if isinstance(plain, float) and not math.isfinite(plain):
        return None
    return plain.item() if hasattr(plain, "item") else plain


def _numbered(plain: Any) -> Any:
    """Null as NaN."""
    if isinstance(plain, dict):
        return {
            key: value if key == "matrix" and value is None else _numbered(value)
            for key, value in plain.items()
        }
    if isinstance(plain, list):
        return [_numbered(value) for value in plain]
    return math.nan if plain is None else plain
