"""Where compiled rules are kept: on disk, each under a name that holds the hash of all it depends on.

A rule's module is named by the hash of its text, its constants and everything it calls, so an edited
rule is another module and old code cannot run. Processes share the folder through a lock; a damaged
file is rebuilt with a warning, and an unwritable folder gives way to a temporary one.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import os
import platform
import shutil
import sys
import tempfile
import types
import warnings
from pathlib import Path
from typing import Any

from mentalities_sim.engine.binder import BINDER_VERSION, Binding

PACKAGE = "mentalities_sim_rules"
CACHE_VARIABLE = "MENTALITIES_CACHE"


class RuleCacheWarning(UserWarning):
    """The cache of compiled rules could not be used as it is; runs go on, more slowly at first."""


def cache_folder() -> Path:
    """Return the folder of compiled rules: `$MENTALITIES_CACHE`, else the user's cache folder."""
    given = os.environ.get(CACHE_VARIABLE)
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mentalities-sim"


def load(binding: Binding, kernel: str, nothing: tuple[Any, ...]) -> Any:
    """Return the compiled kernel for a binding, from disk where it is already there.

    `nothing` are arguments without runs, by whose types the kernel is compiled.
    """
    _need_numba()
    from filelock import FileLock

    folder = _writable(cache_folder() / _versions())
    _register(folder)
    name = f"kernel_{hashlib.sha256((BINDER_VERSION + kernel).encode()).hexdigest()[:16]}"
    modules = {**binding.modules, name: kernel}
    with FileLock(folder / "lock"):
        for module, text in modules.items():
            _write_module(folder, module, text)
        _drop_damaged(folder, modules)
        importlib.invalidate_caches()
        rule = _compile(folder, name, modules, nothing)
        _seal(folder, modules)
    return rule


def _compile(folder: Path, name: str, modules: dict[str, str], nothing: tuple[Any, ...]) -> Any:
    try:
        rule = importlib.import_module(f"{PACKAGE}.{name}").rule
        with warnings.catch_warnings():
            # a clinic's record begins with a society's fields, and may run the rules compiled for that
            warnings.filterwarnings(
                "ignore", message=r"(?s).*has been considered a subtype", category=Warning
            )
            rule(*nothing)
        return rule
    except (
        OSError,
        EOFError,
        ImportError,
        AttributeError,
        ValueError,
        KeyError,
        IndexError,
    ) as error:
        warnings.warn(
            f"the cache of compiled rules in {folder} could not be read ({error}); rebuilding",
            RuleCacheWarning,
            stacklevel=2,
        )
    for module in modules:
        _forget(folder, module)
        sys.modules.pop(f"{PACKAGE}.{module}", None)
    rule = importlib.import_module(f"{PACKAGE}.{name}").rule
    rule(*nothing)
    return rule


def _need_numba() -> None:
    try:
        import numba  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'the compiled engine needs Numba: pip install "mentalities-sim[fast]", or run with engine="mesa"'
        ) from error


def _versions() -> str:
    import llvmlite
    import numba
    import numpy

    words = (
        platform.python_version(),
        platform.machine(),
        numba.__version__,
        llvmlite.__version__,
        numpy.__version__,
        BINDER_VERSION,
    )
    return "rules-" + hashlib.sha256(repr(words).encode()).hexdigest()[:16]


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        warnings.warn(
            f"compiled rules cannot be kept in {folder} ({error}); they are compiled anew in every process. "
            f"Set {CACHE_VARIABLE} to a folder that can be written.",
            RuleCacheWarning,
            stacklevel=3,
        )
        return _temporary_folder()


def _temporary_folder() -> Path:
    package = sys.modules.get(PACKAGE)
    if package is not None and Path(package.__path__[0]).name.startswith("mentalities-"):
        return Path(package.__path__[0])
    folder = Path(tempfile.mkdtemp(prefix="mentalities-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _register(folder: Path) -> None:
    package = sys.modules.get(PACKAGE)
    if package is None:
        package = types.ModuleType(PACKAGE, "Compiled rules, written by mentalities_sim.")
        sys.modules[PACKAGE] = package
    package.__path__ = [str(folder)]


def _write_module(folder: Path, module: str, text: str) -> None:
    path = folder / f"{module}.py"
    text = text.replace("\nfrom ", f"\nfrom {PACKAGE}.").replace(f"from {PACKAGE}.numba", "from numba")
    text = text.replace(f"from {PACKAGE}.collections", "from collections")
    try:
        if path.read_text() == text:
            return
        damaged = True
    except FileNotFoundError:
        damaged = False
    except (OSError, UnicodeDecodeError):
        damaged = True
    if damaged:
        warnings.warn(f"a compiled rule was damaged and is rebuilt: {path}", RuleCacheWarning, stacklevel=3)
        _forget(folder, module)
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
    os.replace(temporary, path)


def _compiled_files(folder: Path, module: str) -> list[Path]:
    return sorted((folder / "__pycache__").glob(f"{module}.rule*.nb[ic]"))


def _seal(folder: Path, modules: dict[str, str]) -> None:
    """Note the checksum of every compiled file, so that damage is seen before machine code is run."""
    for module in modules:
        for path in _compiled_files(folder, module):
            seal = path.with_suffix(path.suffix + ".sum")
            checksum = _checksum(path)
            if not seal.exists() or seal.read_text() != checksum:
                seal.write_text(checksum)


def _drop_damaged(folder: Path, modules: dict[str, str]) -> None:
    for module in modules:
        if f"{PACKAGE}.{module}" in sys.modules:
            continue
        for path in _compiled_files(folder, module):
            seal = path.with_suffix(path.suffix + ".sum")
            if not seal.exists():  # a process was stopped before it had finished: nothing to say
                _forget(folder, module)
                break
            if seal.read_text(errors="replace") != _checksum(path):
                warnings.warn(
                    f"a compiled rule was damaged and is rebuilt: {path}", RuleCacheWarning, stacklevel=4
                )
                _forget(folder, module)
                break


def _forget(folder: Path, module: str) -> None:
    for path in (folder / "__pycache__").glob(f"{module}.*"):
        path.unlink(missing_ok=True)


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
