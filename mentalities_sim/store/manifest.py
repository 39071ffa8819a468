"""The manifest: what experiment a folder of results belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any

from mentalities_sim.store.atomic import write_json
from mentalities_sim.store.errors import FolderError

MANIFEST = "manifest.json"
FORMAT = 1
_SHOWN = 8
_FOUND_BY = ("path", "overrides")
"""Words of the file by which it was found and changed: they make no other experiment."""


class LaterVersion(FolderError):
    """A folder that a later version of this package made: there are results, only not for this one."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The experiment of a folder of results: digests, what is swept, and the whole file as plain data.

    `rules` has a digest for each arm; `runs` is how many are wanted; `version` is the package's.
    """

    title: str
    experiment: str
    rules: dict[str, str]
    measures: str
    seed: int
    runs: int
    axes: list[str]
    arms: list[str]
    sampled: bool
    version: str
    file: dict[str, Any]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write it to a folder; raises `FolderError`."""
        write_json(folder / MANIFEST, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a folder's manifest; raises `FolderError` where there is none that can be understood."""
        path = folder / MANIFEST
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise FolderError(f"{folder} is not a folder of results: it has no {MANIFEST}") from None
        except OSError as error:
            raise FolderError(f"{path} cannot be read ({error.strerror or error})") from error
        except ValueError as error:
            raise _damaged(path, str(error)) from error
        if not isinstance(content, dict) or not isinstance(content.get("format"), int):
            raise _damaged(path, "it has no format number")
        if content["format"] > FORMAT:
            raise LaterVersion(
                f"{path} has format {content['format']}, made by a later version; this one reads up to "
                f"{FORMAT}: install the later version"
            )
        known = {f.name: content[f.name] for f in fields(cls) if f.name in content}
        missing = [f.name for f in fields(cls) if f.name not in known and f.default is MISSING]
        if missing:
            raise _damaged(path, f"it lacks {', '.join(missing)}")
        odd = [name for name, value in known.items() if not _fits(name, value)]
        if odd:
            raise _damaged(path, f"it says something odd for {', '.join(odd)}")
        return cls(**known)

    def differences(self, other: Manifest) -> list[str]:
        """Return in what the experiments differ, a line each, this one's value first; [] for the same.

        Where the file lay, and whether a value stands in it or was given beside it, is no difference.

        Example:
            >>> same = dict(title="t", experiment="e", rules={}, measures="m", runs=1, axes=[], arms=[])
            >>> same |= dict(sampled=False, version="0.1.0", file={})
            >>> Manifest(**same, seed=1).differences(Manifest(**same, seed=2))
            ['seed: 1, not 2']
        """
        one, two = (
            {name: value for name, value in _plain(m.file).items() if name not in _FOUND_BY}
            for m in (self, other)
        )
        lines = list(_walk("", one, two))
        if self.seed != other.seed:
            lines.append(f"seed: {self.seed}, not {other.seed}")
        lines = list(dict.fromkeys(lines))  # the file may name the same seed
        for arm in dict.fromkeys([*self.rules, *other.rules]):
            if self.rules.get(arm) != other.rules.get(arm):
                lines.append(f"the rules of arm {arm}")
        if self.measures != other.measures:
            lines.append("what is measured, or how")
        if not lines and self.experiment != other.experiment:
            lines.append("the experiment (its digest)")
        more = len(lines) - _SHOWN
        return [*lines[:_SHOWN], f"and {more} more"] if more > 0 else lines


def _fits(name: str, value: Any) -> bool:
    """Say whether a value read has the type of its field."""
    if name in ("seed", "runs", "format"):
        return type(value) is int
    if name in ("axes", "arms"):
        return isinstance(value, list) and all(isinstance(word, str) for word in value)
    if name == "rules":
        return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())
    return isinstance(value, {"file": dict, "sampled": bool}.get(name, str))


def _damaged(path: Path, why: str) -> FolderError:
    return FolderError(
        f"{path} is damaged ({why}); put back a copy of it, or give --out another folder. The tables beside "
        "it can still be read"
    )


def _plain(value: Any) -> Any:
    """As it will be when read again: tuples are lists, keys are text."""
    return json.loads(json.dumps(value, default=str))


def _walk(key: str, one: Any, other: Any) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in dict.fromkeys([*one, *other]):
            inner = f"{key}.{name}" if key else str(name)
            if name not in other:
                yield f"{inner}: {_short(one[name])}, not there in the other"
            elif name not in one:
                yield f"{inner}: not there, but {_short(other[name])} in the other"
            else:
                yield from _walk(inner, one[name], other[name])
    elif one != other and not (one != one and other != other):  # NaN is like NaN here
        yield f"{key}: {_short(one)}, not {_short(other)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
