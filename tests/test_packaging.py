"""What a user installs: a light import, a typed package, and pins that can be trusted."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9-]*)==(?P<version>[0-9][0-9a-z.+]*)(?:; (?P<marker>.+))?")


def pins() -> list[tuple[str, str, Marker | None]]:
    """Every pin of constraints.txt as (name, version, marker)."""
    found = []
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        match = PIN.fullmatch(line)
        assert match, f"constraints.txt: not an exact pin: {line!r}"
        marker = Marker(match["marker"]) if match["marker"] else None
        found.append((match["name"], match["version"], marker))
    return found


def pinned_on(python: str) -> list[str]:
    """The names that are pinned on one Python, with repeats if there are any."""
    return [
        name for name, _, marker in pins() if marker is None or marker.evaluate({"python_version": python})
    ]


def closure(extras: set[str]) -> set[str]:
    """All distributions that the project with these extras needs here, as far as installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = canonicalize_name(project["name"])
    waiting = [(Requirement(text), "") for text in project["dependencies"]]
    for extra in extras:
        optional = project["optional-dependencies"][extra]
        waiting += [(Requirement(text), "") for text in optional]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in {"", *requirement.extras}:
            if name == own or (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            try:
                needs = metadata.requires(name) or []
            except metadata.PackageNotFoundError:
                continue
            waiting += [(Requirement(text), wanted) for text in needs]
    return {name for name, _ in seen}


def test_import_leaves_the_heavy_libraries_alone() -> None:
    """`import mentalities_sim` must stay quick: what is heavy is imported where it is used."""
    code = "import sys, mentalities_sim; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "mentalities_sim" in loaded
    assert not loaded & {"numba", "llvmlite", "matplotlib", "pyarrow", "solara"}


def test_wheel_ships_types_licence_and_every_subpackage(tmp_path: Path) -> None:
    """A built wheel, not the work tree, is what others install."""
    pytest.importorskip("setuptools", minversion="77")
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(
        ROOT / "mentalities_sim",
        source / "mentalities_sim",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    build = "import sys; from setuptools import build_meta as b; b.build_wheel(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    assert "mentalities_sim/py.typed" in shipped
    assert any(name.endswith("licenses/LICENSE") for name in shipped)
    modules = {path.relative_to(source).as_posix() for path in source.glob("mentalities_sim/**/*.py")}
    assert modules <= shipped, "a subpackage without __init__.py is not shipped"


def test_constraints_name_no_host_and_pin_exactly() -> None:
    """A pin is a name and a version; where it comes from is the user's own choice."""
    assert pins()
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|@|\bindex\b|\bhttps?\b|\.(com|org|net|io)\b", text)


@pytest.mark.parametrize("python", PYTHONS)
def test_constraints_pin_each_name_once(python: str) -> None:
    """Markers must not overlap: two pins of one name cannot both be met."""
    names = pinned_on(python)
    assert len(names) == len(set(names))


def test_constraints_differ_between_pythons_where_they_must() -> None:
    """Mesa, NumPy and networkx have no one version for 3.11 and 3.12 that is the newest of both."""
    for name in ("mesa", "numpy", "networkx"):
        versions = {
            python: [v for n, v, m in pins() if n == name and (m is None or m.evaluate(env))]
            for python in PYTHONS
            for env in [{"python_version": python}]
        }
        assert versions["3.11"] != versions["3.12"], name


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the pins were made on Linux")
def test_constraints_cover_all_that_is_installed_for_development() -> None:
    """Whatever `.[dev]` brings in, directly or through others, has a pin on this Python."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    missing = closure({"dev", "fast", "notebooks"}) - set(pinned_on(python))
    assert not missing, f"no pin in constraints.txt: {sorted(missing)}"
