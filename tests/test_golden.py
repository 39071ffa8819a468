"""Outcomes that stay: a few small runs, to the last bit of a double, kept in golden.json.

After a rule was changed on purpose: `python tests/test_golden.py --write`, and a line in CHANGELOG.md
that names the rule.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden.json"
FILES = ("small_therapy", "small_society", "small_clinic")
NOTE = (
    "Outcomes of small_therapy.toml, small_society.toml and small_clinic.toml on the compiled engine, as "
    "float.hex. Another libm may differ in the last bit of exp, so they are compared to a relative 1e-9. "
    "Regenerate: python tests/test_golden.py --write, with a line in CHANGELOG.md naming the rule."
)
TOLERANCE = 1e-9

Outcomes = dict[str, dict[str, str]]


def outcomes_now() -> Outcomes:
    """Outcomes by "file/arm/replicate" (of the therapies "arm/replicate"), then by name, as float.hex."""
    from mentalities_sim.experiment import load
    from mentalities_sim.running.in_memory import run_file

    found: Outcomes = {}
    for file in FILES:
        frame = run_file(load(Path(__file__).parent / "data" / f"{file}.toml")).outcomes
        names = [name for name in frame.columns if name not in ("arm", "replicate")]
        stem = "" if file == "small_therapy" else f"{file}/"
        for _, row in frame.iterrows():
            run = f"{stem}{row['arm']}/{row['replicate']}"
            found[run] = {name: float(row[name]).hex() for name in names}
    return found


def differences(golden: Outcomes, now: Outcomes) -> list[str]:
    """What differs, in words: the run, the outcome, what it was and what it is."""
    found = []
    for run in sorted({*golden, *now}):
        was, is_ = golden.get(run, {}), now.get(run, {})
        for name in sorted({*was, *is_}):
            if name not in was or name not in is_:
                found.append(f"{run} {name}: only in {'golden.json' if name in was else 'this run'}")
                continue
            a, b = float.fromhex(was[name]), float.fromhex(is_[name])
            both_missing = math.isnan(a) and math.isnan(b)
            if not both_missing and not math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-12):
                found.append(f"{run} {name}: was {a!r}, is {b!r}")
    return found


def test_outcomes_are_as_they_were():
    pytest.importorskip("numba")
    found = differences(json.loads(GOLDEN.read_text("utf-8"))["outcomes"], outcomes_now())
    if found:
        pytest.fail(
            f"{len(found)} outcomes moved. If a rule was meant to change: python tests/test_golden.py "
            "--write, and write a changelog line that names the rule. If not, something moved the numbers "
            "that should not have. The first:\n  " + "\n  ".join(found[:8])
        )


def test_a_moved_missing_or_new_outcome_is_found():
    golden = {"a/0": {"threat": (0.5).hex(), "agency": "nan"}}
    same_but_libm = {"a/0": {"threat": math.nextafter(0.5, 1).hex(), "agency": "nan"}}
    assert differences(golden, same_but_libm) == []
    assert differences(golden, {"a/0": {"threat": (0.6).hex(), "agency": "nan"}}) == [
        "a/0 threat: was 0.5, is 0.6"
    ]
    assert differences(golden, {"a/0": {"threat": (0.5).hex()}}) == ["a/0 agency: only in golden.json"]
    assert differences(golden, {**golden, "b/0": {"x": "0x0p+0"}}) == ["b/0 x: only in this run"]


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/test_golden.py --write")
    sys.path.insert(0, str(ROOT))
    moved = outcomes_now()
    before = json.loads(GOLDEN.read_text("utf-8"))["outcomes"] if GOLDEN.exists() else {}
    GOLDEN.write_text(json.dumps({"note": NOTE, "outcomes": moved}, indent=1) + "\n", "utf-8")
    print(f"{GOLDEN.name}: {len(moved)} runs, {len(differences(before, moved))} outcomes moved")
    print("If any moved: write a line in CHANGELOG.md that names the rule.")
