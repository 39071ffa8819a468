"""Checking raw values one by one, and collecting what is wrong instead of stopping at it."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mentalities_sim.declare import Parameter, Shares, State
from mentalities_sim.experiment.errors import (
    ExperimentError,
    Problem,
    list_names,
    nearest_name,
    show,
)
from mentalities_sim.experiment.kinds import KINDS, Kind
from mentalities_sim.experiment.schema import Setting, Value
from mentalities_sim.experiment.vocabulary import FOLLOWS, RESERVED, Vocabulary

Key = tuple[str, ...]
MOST_OFF = 1e-6
"""How far shares may sum to something else than 1."""


class Checker:
    """Checks raw values against what is allowed and remembers every problem.

    A check that fails notes a problem and returns None (or the default), so that the rest
    of the file is still read and everything wrong is reported at once.
    """

    def __init__(self, path: Path, lines: Mapping[str, int], vocabulary: Vocabulary) -> None:
        self.path = path
        self.lines = lines
        self.vocabulary = vocabulary
        self.origins: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.unread_axes: set[str] = set()  # named in the file, but wrong: one problem is enough
        self.arm_policies: dict[str, str] = {}  # what `policy.<name>` reaches: arms that are run
        self.kind: Kind = KINDS["dyad"]
        self.keeps_agents = False

    @property
    def roots(self) -> tuple[str, ...]:
        """Where the path of a setting may begin."""
        return (*self.kind.people, "world")

    @property
    def swept_roots(self) -> tuple[str, ...]:
        """Where a swept path may begin; `policy` is the policy of every arm."""
        return (*self.roots, "policy") if self.kind.takes_policy else self.roots

    def refuse_if_needed(self) -> None:
        """Raise an `ExperimentError` with all problems, if there are any."""
        if self.problems:
            raise ExperimentError(self.path, self.problems)

    def problem(self, key: Key, message: str, given: str = "", allowed: str = "", nearest: str = "") -> None:
        """Note a problem, with its line or the `--set` it came from."""
        found = self._longest_prefix(self.lines, key)
        origin = self._longest_prefix(self.origins, key)
        self.problems.append(
            Problem(
                ".".join(key),
                message,
                given,
                allowed,
                nearest,
                line=None if origin else found,
                origin=origin or "",
            )
        )

    @staticmethod
    def _longest_prefix(table: Mapping[str, Any], key: Key) -> Any:
        parts = ".".join(key).split(".")
        for end in range(len(parts), 0, -1):
            if ".".join(parts[:end]) in table:
                return table[".".join(parts[:end])]
        return None

    @property
    def columns(self) -> dict[str, str]:
        """Columns that tables of this kind of world have, each with what it is."""
        glue = self.kind.glue
        found = {column: f"the column {column}" for column in RESERVED}
        found |= {column: f"the column {column}" for own in glue.columns().values() for column in own}
        for role in self.kind.people if self.keeps_agents else ():
            states = self.vocabulary.at(role, self.kind.name).items()
            found |= {name: f"the {role}'s state {name}" for name, d in states if isinstance(d, State)}
        return found | {name: f"the outcome {name}" for name in glue.outcomes}

    # Shapes of raw values -----------------------------------------------------------------

    def table(self, raw: Any, key: Key, what: str = "a table of settings") -> dict[str, Any]:
        """Return a table as it is; anything else is a problem and counts as empty."""
        if isinstance(raw, dict):
            return raw
        self.problem(key, "must be a table", show(raw), f"{what}: [{'.'.join(key)}]")
        return {}

    def known_keys(self, table: Mapping[str, Any], key: Key, allowed: Iterable[str]) -> None:
        """Note a problem for every key that is not allowed here."""
        names = list(allowed)
        for name in table:
            if name not in names:
                self.unknown((*key, name), name, names, f"{name} = {show(table[name])}")

    def unknown(
        self, key: Key, name: str, names: list[str], given: str, what: str = "", root: str = ""
    ) -> None:
        """Note an unknown name: what is allowed here, and the nearest right one.

        `root` is the role or `world` whose setting it should be, where the key does not begin with it.
        """
        nearest = nearest_name(name, names)
        places = self.vocabulary.places_of(name, self.kind.name)
        elsewhere = [path for path in places if path != ".".join(key)]
        if elsewhere and not (nearest and nearest.lower() == name.lower()):
            nearest = " or ".join(elsewhere[:3]) + (f", or {nearest}" if nearest else "")
        allowed = self._listed(names, name, root or key[0])
        self.problem(key, what or "is not a name known here", given, allowed, nearest)

    def _listed(self, names: list[str], like: str, about: str) -> str:
        """Join names, and where there are too many for a message say where all of them are told."""
        text = list_names(names, like)
        whole = {
            "world": f"mentalities describe {self.kind.name}",
            "outcomes": "docs/reference/outcomes.md",
            "does": "mentalities describe interventions",
            **dict.fromkeys(self.kind.people, "mentalities describe person, mentalities describe parameters"),
        }
        cut = bool(names) and text != ", ".join(names)
        return f"{text} (all: {whole[about]})" if cut and about in whole else text

    def text(self, raw: Any, key: Key, *, needed: bool = False) -> str:
        """Return a text; `needed` also refuses an empty one."""
        if not isinstance(raw, str):
            self.problem(key, "must be a text", show(raw), 'words in quotes: "..."')
            return ""
        if needed and not raw.strip():
            self.problem(key, "is empty", show(raw), "at least one word")
        return raw

    def choice(self, raw: Any, key: Key, names: Iterable[str], what: str = "") -> str:
        """Return a text that is one of `names`, or ""."""
        known = list(names)
        if isinstance(raw, str) and raw in known:
            return raw
        message = what or "is not one of the words allowed here"
        near = nearest_name(raw, known) if isinstance(raw, str) else ""
        self.problem(key, message, show(raw), self._listed(known, str(raw), key[-1]), near)
        return ""

    def texts(self, raw: Any, key: Key, names: Iterable[str] | None = None) -> tuple[str, ...]:
        """Return a list of different texts, each one of `names` if these are given."""
        if not isinstance(raw, list):
            self.problem(key, "must be a list", show(raw), 'a list of words: ["...", "..."]')
            return ()
        known = None if names is None else list(names)
        found: list[str] = []
        for item in raw:
            text = self.text(item, key) if known is None else self.choice(item, key, known)
            if text and text in found:
                self.problem(key, "names the same thing twice", show(text), "each name once")
            elif text:
                found.append(text)
        return tuple(found)

    def flag(self, raw: Any, key: Key) -> bool:
        """Return true or false."""
        if not isinstance(raw, bool):
            self.problem(key, "must be true or false", show(raw), "true or false")
        return raw is True

    def whole(self, raw: Any, key: Key, low: int, high: int, unit: str = "1") -> int | None:
        """Return a whole number within bounds, or None."""
        value = self.value(raw, key, Parameter(low, (low, high), unit=unit))
        return value if isinstance(value, int) else None

    def number(self, raw: Any, key: Key, low: float, high: float, unit: str = "1") -> float:
        """Return a number within bounds; a wrong one is a problem and counts as `low`."""
        value = self.value(raw, key, Parameter(float(low), (low, high), unit=unit))
        return value if isinstance(value, float) else low

    # Declared values ----------------------------------------------------------------------

    def value(self, raw: Any, key: Key, declaration: State | Parameter) -> Value | None:
        """Return a raw value as the declaration's type, within its bounds, or None."""
        if declaration.shape:
            return self._vector(raw, key, declaration, declaration.shape)
        default, (low, high) = declaration.default, declaration.bounds
        allowed = describe(declaration)
        if isinstance(default, enum.IntEnum) and isinstance(raw, str):
            names = [member.name for member in type(default)]
            if raw.upper().replace(" ", "_").replace("-", "_") in names:
                return int(type(default)[raw.upper().replace(" ", "_").replace("-", "_")])
            self.problem(key, "is not one of its values", show(raw), allowed, nearest_name(raw, names))
            return None
        if isinstance(default, bool):
            return self.flag(raw, key)
        if isinstance(raw, bool) or not isinstance(raw, (int, float)):
            self.problem(key, f"must be {_kind(default)}", show(raw), allowed)
            return None
        if isinstance(raw, float) and not math.isfinite(raw):
            self.problem(key, "must be finite", show(raw), allowed)
            return None
        if isinstance(default, int) and isinstance(raw, float) and not raw.is_integer():
            self.problem(key, "must be a whole number", show(raw), allowed)
            return None
        if isinstance(default, enum.IntEnum) and raw not in [int(m) for m in type(default)]:
            self.problem(key, "is not one of its values", show(raw), allowed)
            return None
        if not low <= raw <= high:
            self.problem(key, "is out of bounds", show(raw), allowed)
            return None
        if isinstance(raw, int) and abs(raw) >= 2**63:  # would not fit a 64-bit field
            self.problem(key, "is too large", show(raw), f"{allowed}, below 2^63 in size")
            return None
        return int(raw) if isinstance(default, int) else float(raw)

    def _vector(
        self, raw: Any, key: Key, declaration: State | Parameter, shape: tuple[int, ...]
    ) -> tuple[Any, ...] | None:
        labels = getattr(declaration, "labels", ())
        if isinstance(raw, dict) and len(shape) == 1 and labels:
            # {self = -0.5} names some elements; the others stay as declared. Of shares, they are nothing.
            self.known_keys(raw, key, labels)
            rest = [0.0] * len(labels) if isinstance(declaration, Shares) else declaration.default
            raw = [raw.get(name, d) for name, d in zip(labels, rest, strict=True)]
        if not isinstance(raw, list) or len(raw) != shape[0]:
            length = " x ".join(map(str, shape))
            by_name = f", or by name: {', '.join(labels)}" if labels else ""
            allowed = f"a list of {length}, each {describe(declaration)}{by_name}"
            self.problem(key, "must be a list of that length", show(raw), allowed)
            return None
        element: Any = declaration.default
        while isinstance(element, (tuple, list)):
            element = element[0]
        one = Parameter(element, declaration.bounds, unit=declaration.unit)
        if len(shape) > 1:
            items: list[Any] = [self._vector(i, key, declaration, shape[1:]) for i in raw]
        else:
            items = [self.value(item, key, one) for item in raw]
        if None in items:
            return None
        return self._whole_shares(items, key) if isinstance(declaration, Shares) else tuple(items)

    def _whole_shares(self, shares: list[float], key: Key) -> tuple[float, ...] | None:
        """Return shares that sum to 1, or None."""
        whole = math.fsum(shares)
        if abs(whole - 1.0) <= MOST_OFF:
            return tuple(shares)
        self.problem(key, f"has shares that sum to {whole:g}", show(shares), "shares that sum to 1")
        return None

    def setting(self, raw: Any, key: Key, declaration: State | Parameter) -> Setting | None:
        """Return a setting from a plain value or {value or mean, spread, why}, or None."""
        labels = getattr(declaration, "labels", ())
        if not isinstance(raw, dict) or (set(raw) & set(labels) and declaration.shape):
            value = self.value(raw, key, declaration)
            return None if value is None else Setting(value)
        before = len(self.problems)
        self.known_keys(raw, key, ("value", "mean", "spread", "why"))
        if "value" in raw and "mean" in raw:
            self.problem(key, "gives its value twice", show(raw), "either value or mean")
        word = "mean" if "mean" in raw else "value"
        default = declaration.default
        value = self.value(raw[word], (*key, word), declaration) if word in raw else default
        spread = None
        if "spread" in raw:
            if isinstance(declaration, Parameter):
                message = "is a parameter, the same for everybody, and cannot have a spread"
                self.problem((*key, "spread"), message, show(raw["spread"]), "value = ...")
            else:
                unit = declaration.unit
                spread = self.number(raw["spread"], (*key, "spread"), 0.0, math.inf, unit)
        why = self.text(raw["why"], (*key, "why")) if "why" in raw else ""
        if len(self.problems) > before or value is None:
            return None
        return Setting(int(value) if isinstance(value, enum.IntEnum) else value, spread, why)

    def declaration_at(
        self, dotted: str, key: Key, kind: str, roots: Iterable[str] | None = None
    ) -> State | Parameter | None:
        """Return the declaration a path such as client.threat points at, or None."""
        root, _, name = dotted.partition(".")
        known_roots = list(roots or self.roots)
        if root not in known_roots or not name:
            paths = [f"{r}.{n}" for r in known_roots for n in self._names_under(r, kind)]
            full = [p for p in paths if p.partition(".")[2] == dotted]
            near = full[0] if full else nearest_name(dotted, paths)
            allowed = "a dotted path: " + ", ".join(f"{r}.<name>" for r in known_roots)
            self.problem(key, "is not the path of a setting", show(dotted), allowed, near)
            return None
        if root == "policy":
            return self._of_every_policy(name, key, dotted)
        known = self.vocabulary.at(root, kind)
        if dotted in FOLLOWS:
            near = f"{root}.warmth_danger" if name == "fear_of_compassion" else ""
            self.problem(key, f"cannot be set: {FOLLOWS[dotted]}", dotted, nearest=near)
            return None
        if name not in known:
            self.unknown(key, name, list(known), dotted, f"is not a setting of the {root}", root)
            return None
        found = known[name]
        if root in self.kind.glue.starts_only and isinstance(found, Parameter):
            message = f"is the same for everybody in a {self.kind.name}, {root}s included"
            self.problem(key, message, dotted, f"person.{name}; or a starting state of the {root}")
            return None
        return found

    def _names_under(self, root: str, kind: str) -> list[str]:
        if root != "policy":
            return list(self.vocabulary.at(root, kind))
        known = [self.vocabulary.policies[policy] for policy in self.arm_policies.values()]
        return [name for name in known[0] if all(name in other for other in known)] if known else []

    def _of_every_policy(self, name: str, key: Key, dotted: str) -> Parameter | None:
        """Return the declaration that holds for the policy of every arm, or None."""
        arms, policies = self.arm_policies, self.vocabulary.policies
        if "replay" in arms.values():
            replays = ", ".join(arm for arm, policy in arms.items() if policy == "replay")
            message = "is swept for the policy of every arm, but these only replay what another one sent"
            allowed = "arms with policies of their own; take the replays out, or do not sweep a policy"
            self.problem(key, message, f"{dotted}, with arms {replays}", allowed)
            return None
        lacking = [arm for arm, policy in arms.items() if name not in policies[policy]]
        if lacking:
            shared = self._names_under("policy", "")
            near = [f"policy.{found}" for found in [nearest_name(name, shared)] if found]
            lack = ", ".join(f"{arm} (policy {arms[arm]})" for arm in lacking)
            message = f"is not a parameter of every arm's policy; it is missing in {lack}"
            allowed = "what every arm's policy has: " + list_names(shared, name)
            self.problem(key, message, dotted, allowed, "".join(near))
            return None
        found = [policies[policy][name] for policy in arms.values()]
        if not found:
            return None  # that no arm is run is a problem of the arms
        low = max(declaration.bounds[0] for declaration in found)
        high = min(declaration.bounds[1] for declaration in found)
        # Where one policy counts in whole numbers, only those suit all.
        strictest = next((d for d in found if isinstance(d.default, int)), found[0])
        return Parameter(strictest.default, (low, high), unit=strictest.unit, meaning=strictest.meaning)


def describe(declaration: State | Parameter) -> str:
    """Say what a declaration allows: kind, bounds, unit and meaning.

    Example:
        >>> describe(State(0.1, (0.0, 1.0), unit="share", meaning="the threat system"))
        'a number from 0 to 1, in share (the threat system)'
    """
    default: Any = declaration.default
    while isinstance(default, (tuple, list)):
        default = default[0]
    low, high = declaration.bounds
    if isinstance(default, bool):
        text = "true or false"
    elif isinstance(default, enum.IntEnum):
        text = "one of " + ", ".join(f"{member.name} ({int(member)})" for member in type(default))
    else:
        text = _kind(default)
        if math.isfinite(low) and math.isfinite(high):
            text += f" from {low:g} to {high:g}"
        elif math.isfinite(low):
            text += f", at least {low:g}"
        elif math.isfinite(high):
            text += f", at most {high:g}"
    unit = f", in {declaration.unit}" if declaration.unit not in ("", "1") else ""
    return text + unit + (f" ({declaration.meaning})" if declaration.meaning else "")


def _kind(default: Any) -> str:
    return "a whole number" if isinstance(default, int) else "a number"
