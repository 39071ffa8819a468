"""The cache of compiled rules: paid once per rule set, never old, never in the way."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import idioms
import numpy as np
import pytest
from idioms import Partner, Table, Tie
from small_dyads import dyads
from test_idioms import Sayer, table

from mentalities_sim.engine import compiled, store
from mentalities_sim.engine.binder import bind
from mentalities_sim.engine.check import RuleError
from mentalities_sim.engine.compiled import prepare, run_compiled
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.engine.store import RuleCacheWarning
from mentalities_sim.person import Person
from mentalities_sim.policies import Titrated
from mentalities_sim.worlds import Dyad

TESTS = Path(__file__).parent


class Little(Table):
    """A world of one short rule, to compile in a second."""

    roles = {"one": Sayer, "other": Partner, "tie": Tie}

    def say(self, one, tick: int, luck) -> None:
        one.say()


class Doubling(Sayer):
    """Overrides the leaf rule."""

    def say(self) -> None:
        self.maths = 2.0 * self.maths


LITTLE = RuleSet(Little)


def said(rules: RuleSet) -> float:
    """What one step of the compiled engine leaves; Mesa must agree."""
    batch, other = table(rules, runs=1, steps=1), table(rules, runs=1, steps=1)
    run_compiled(batch)
    run_mesa(other)
    assert batch.states["one"]["maths"][0] == other.states["one"]["maths"][0]
    return float(batch.states["one"]["maths"][0])


def files(folder: Path, ending: str) -> dict[str, int]:
    """Files of a kind in a cache, with the time of their last change."""
    return {p.name: p.stat().st_mtime_ns for p in folder.rglob(f"*{ending}")}


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what is in memory, as a new process would."""
    monkeypatch.setattr(compiled, "_KERNELS", {})
    for name in [n for n in sys.modules if n.split(".")[0] == store.PACKAGE]:
        monkeypatch.delitem(sys.modules, name)


# --- paid once ----------------------------------------------------------------------------------


def test_importing_compiles_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import griever, idioms, "
        "mentalities_sim.engine.compiled, mentalities_sim.running.in_folder; "
        "print('numba' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(TESTS)], capture_output=True, text=True, check=True,
        env={**os.environ, store.CACHE_VARIABLE: str(tmp_path / "cache")},
    )  # fmt: skip
    assert done.stdout.strip() == "False"
    assert not (tmp_path / "cache").exists()


SECOND = """
import sys, time
sys.path.insert(0, {tests!r})
from test_cache import LITTLE, said
from mentalities_sim.engine.compiled import prepare
print(said(LITTLE))
rule = prepare(LITTLE)
print(sum(rule.stats.cache_hits.values()), sum(rule.stats.cache_misses.values()))
"""


def test_a_second_process_compiles_nothing(own_cache: Path) -> None:
    said(LITTLE)
    before = files(own_cache, ".nbc") | files(own_cache, ".nbi")
    assert before
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", SECOND.format(tests=str(TESTS))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["0.5", "1", "0"]
    assert files(own_cache, ".nbc") | files(own_cache, ".nbi") == before


def test_the_same_process_binds_to_the_same_kernel(own_cache: Path) -> None:
    assert prepare(LITTLE) is prepare(RuleSet(Little))


def test_a_subclass_that_overrides_one_rule_compiles_only_what_reaches_it() -> None:
    class Softer(Person):
        def feel_driven(self, answer) -> None:
            """Lose drive. Equation: drive / 2. Source: none, a test."""
            self.drive = self.drive * 0.5

    plain = bind(RuleSet(Dyad, {"policy": Titrated}))
    softer = bind(RuleSet(Dyad, {"policy": Titrated, "client": Softer}))
    new = set(softer.modules) - set(plain.modules)
    own = {name for name in new if "feel_driven" in name}
    assert len(own) == 1
    for name in new - own:  # nothing is new but what calls something new
        assert any(f"from {other} import" in softer.modules[name] for other in new), name
    for step in ("perceive", "appraise", "refer", "learn", "switch", "act"):
        assert not any(name.rpartition("_")[0].endswith(f"_{step}") for name in new)
    assert len(new) <= 16 < 80 < len(plain.modules)  # childhood, goals and the answer to oneself feel too


def test_shared_functions_are_compiled_once(own_cache: Path) -> None:
    said(LITTLE)
    before = files(own_cache, ".nbc")
    said(RuleSet(Little, {"one": Doubling}))
    after = files(own_cache, ".nbc")
    assert before.items() <= after.items()
    # the rule, the phase that calls it, and the kernel
    assert len(after) - len(before) == 3


# --- damaged, or not to be written --------------------------------------------------------------


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for i in range(len(content) // 2, min(len(content) // 2 + 64, len(content))):
        content[i] ^= 0xFF
    path.write_bytes(bytes(content))


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _garbage(path: Path) -> None:
    path.write_bytes(b"\xff\xfe not python (((\n")


@pytest.mark.parametrize(
    ("ending", "damage"),
    [
        (".nbc", _flip), (".nbc", _truncate), (".nbc", _empty), (".nbi", _flip), (".nbi", _truncate),
        (".nbi", _garbage), (".py", _garbage), (".py", _empty), (".py", _truncate),
        (".sum", _garbage), (".sum", _empty),
    ],
)  # fmt: skip
def test_a_damaged_cache_is_a_warning_and_the_result_is_right(
    ending: str, damage: Any, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(LITTLE) == 0.5
    damaged = list(own_cache.rglob(f"*{ending}"))
    assert damaged
    for path in damaged:
        damage(path)
    forget(monkeypatch)
    with pytest.warns(RuleCacheWarning, match="damaged|could not be read"):
        assert said(LITTLE) == 0.5
    forget(monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert said(LITTLE) == 0.5  # repaired


def test_missing_files_are_made_again(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(LITTLE)
    for i, path in enumerate(sorted(own_cache.rglob("*.nb*"))):
        if i % 2:
            path.unlink()
    forget(monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuleCacheWarning)
        assert said(LITTLE) == 0.5


@pytest.mark.parametrize("place", ["/dev/null/x", "file/below"])
def test_a_folder_that_cannot_be_written_is_a_warning_and_the_result_is_right(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_kernels: None
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv(store.CACHE_VARIABLE, str(tmp_path / place))
    with pytest.warns(RuleCacheWarning, match=f"Set {store.CACHE_VARIABLE} to a folder"):
        assert said(LITTLE) == 0.5
        assert said(RuleSet(Little, {"one": Doubling})) == 0.6


# --- never old code -----------------------------------------------------------------------------

RULES = """
from test_idioms import Sayer
from {helpers} import helped

STEP = 1.0


def doubled(x: float) -> float:
    return 2.0 * x


class Edited(Sayer):
    def say(self) -> None:
        self.maths = doubled(STEP) + helped(0.0)
"""
HELPERS = """
LIFT = 10.0


def helped(x: float) -> float:
    return x + LIFT
"""


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write, import or reload a module of rules and a module of helpers."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    stem = f"edited_{tmp_path.name.replace('-', '_')}"
    loaded: dict[str, ModuleType] = {}

    def write(rules: str = RULES, helpers: str = HELPERS, load: bool = True) -> RuleSet:
        for name, text in ((f"{stem}_helpers", helpers), (stem, rules)):
            (tmp_path / f"{name}.py").write_text(text.replace("{helpers}", f"{stem}_helpers"))
            if load:
                importlib.invalidate_caches()
                if name in loaded:
                    importlib.reload(loaded[name])
                else:
                    loaded[name] = importlib.import_module(name)
        return RuleSet(Little, {"one": loaded[stem].Edited})

    yield write
    for name in loaded:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("file", "old", "new", "result"),
    [
        ("rules", "self.maths = doubled(STEP)", "self.maths = 5.0 + doubled(STEP)", 17.0),
        ("rules", "2.0 * x", "3.0 * x", 13.0),
        ("rules", "STEP = 1.0", "STEP = 4.0", 18.0),
        ("helpers", "x + LIFT", "x - LIFT", -8.0),
        ("helpers", "LIFT = 10.0", "LIFT = 20.0", 22.0),
    ],
)
def test_an_edited_rule_helper_or_constant_never_runs_old_code(
    edited: Any, file: str, old: str, new: str, result: float
) -> None:
    assert said(edited()) == 12.0
    texts = {"rules": RULES, "helpers": HELPERS}
    texts[file] = texts[file].replace(old, new)
    assert said(edited(**texts)) == result
    assert said(edited()) == 12.0


def test_a_constant_rebound_in_memory_is_seen(edited: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = edited()
    assert said(rules) == 12.0
    monkeypatch.setattr(sys.modules[rules.classes["one"].__module__], "STEP", 3.0)
    assert said(rules) == 16.0


@pytest.mark.parametrize("file", ["rules", "helpers"])
def test_source_edited_after_it_was_loaded_is_refused(edited: Any, file: str) -> None:
    rules = edited()
    texts = {"rules": RULES.replace("2.0 * x", "3.0 * x"), "helpers": HELPERS}
    if file == "helpers":
        texts = {"rules": RULES, "helpers": HELPERS.replace("x + LIFT", "x - LIFT")}
    edited(**texts, load=False)
    with pytest.raises(RuleError, match="edited after it was loaded"):
        run_compiled(table(rules, runs=1, steps=1))


def test_lines_moved_by_an_edit_are_no_reason_to_refuse(edited: Any) -> None:
    rules = edited()
    edited(rules="# one more line\n\n" + RULES, load=False)
    assert said(rules) == 12.0


def test_a_rule_replaced_in_memory_is_what_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def say(self) -> None:
        self.maths = 0.25

    assert said(LITTLE) == 0.5
    with monkeypatch.context() as patch:
        patch.setattr(Sayer, "say", say)
        assert said(LITTLE) == 0.25
    assert said(LITTLE) == 0.5


def test_a_persons_rule_replaced_in_memory_is_bound_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def feel(self, stake, answer) -> None:
        self.threat = 0.5

    rules = RuleSet(Dyad, {"policy": Titrated})
    before = bind(rules).digest
    monkeypatch.setattr(Person, "feel", feel)
    assert bind(rules).digest != before
    batch = dyads(rules, runs=1)
    run_mesa(batch)
    assert np.isfinite(batch.states["client"]["threat"]).all()


def test_a_changed_default_or_bound_is_no_new_rule() -> None:
    class Braver(idioms.Idioms):
        steady = idioms.State(1.5, (0.0, 2.0))

    assert bind(RuleSet(Table, {"one": Braver})).digest == bind(RuleSet(Table)).digest
