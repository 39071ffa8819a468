"""What the tests of the engines share."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

needs_numba = importlib.util.find_spec("numba") is not None

# Compiled rules are kept in the user's own cache folder (or `$MENTALITIES_CACHE`), so that a second
# `make test` is warm; tests that damage a cache make one of their own in `tmp_path`.
_COMPILED = ("engines", "idioms", "cache", "society_engines", "society_turnover", "networks")
collect_ignore = [] if needs_numba else [f"test_{name}.py" for name in _COMPILED]

# What takes longest begins first, so that two workers end together: a file stays on one worker.
_LONGEST = (
    "sweep_survival", "executors", "docs", "sweep_memory", "run", "cli_sweeps", "cli", "failing_runs",
    "kernel", "golden", "linear_referee", "calibration_run", "readme", "chance_is_drawn", "streams", "plans",
    "cache", "idioms", "check",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; the rest stays in its order."""
    place = {f"test_{name}.py": i for i, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


@pytest.fixture
def fresh_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget, for one test, what this process has compiled or loaded."""
    from mentalities_sim.engine import compiled, store

    monkeypatch.setattr(compiled, "_KERNELS", {})
    for name in [n for n in sys.modules if n.split(".")[0] == store.PACKAGE]:
        monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_kernels: None) -> Path:
    """A cache folder of the test's own, empty."""
    from mentalities_sim.engine import store

    folder = tmp_path / "cache"
    monkeypatch.setenv(store.CACHE_VARIABLE, str(folder))
    return folder
