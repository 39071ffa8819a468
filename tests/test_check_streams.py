"""Chance is named: one stream, one reader, one reading per slot."""

# ruff: noqa: E501
from __future__ import annotations

import textwrap

import pytest
from check_samples import PRELUDE, load, scope

from mentalities_sim.engine.check import stream_problems
from mentalities_sim.engine.check.members import look_up

# Person can act out, and Griever stands on a Chooser; both have a rule that reads luck.act.
CHOOSING = PRELUDE.replace(
    "    def meet(self, stranger): return 0.0\n",
    "    def meet(self, stranger): return 0.0\n    def act_out(self, luck): return luck.act\n",
).replace(
    "\nclass Griever(Person):",
    "\nclass Chooser(Person):\n    def choose(self, luck): return luck.act\n\nclass Griever(Chooser):",
)


def streams_of(folder, rules, entry="enter", owner="Griever"):
    module = load(folder, CHOOSING + textwrap.indent(textwrap.dedent(rules), "    "))
    cls = getattr(module, owner)

    def resolve(name, is_super, defined_in):
        return look_up(cls, name, defined_in if is_super else None)

    return stream_problems(vars(cls)[entry], resolve, scope(module, cls))


STREAMS_REFUSED = {
    "two rules": (
        "def enter(self, luck):\n    self.a(luck)\n    self.b(luck)\n"
        "def a(self, luck): return luck.act\ndef b(self, luck): return luck.act\n",
        "luck.act is read by Griever.b and by Griever.a",
    ),
    "two rules, one at a time": (
        "def enter(self, luck):\n    if self.yielded:\n        self.a(luck)\n    else:\n        self.b(luck)\n"
        "def a(self, luck): return luck.act\ndef b(self, luck): return luck.act\n",
        "luck.act is read by Griever.b and by Griever.a",
    ),
    "override and super": (
        "def enter(self, luck):\n    return luck.act + super().choose(luck)\n",
        "luck.act is read by Chooser.choose and by Griever.enter",
    ),
    "called twice": (
        "def enter(self, luck):\n    self.a(luck)\n    self.a(luck)\ndef a(self, luck): return luck.act\n",
        "luck.act is read twice in one slot",
    ),
    "called on two roles": (
        "def enter(self, other, client, luck):\n    other.act_out(luck)\n    client.act_out(luck)\n",
        "luck.act is read twice in one slot",
    ),
    "read twice": (
        "def enter(self, luck):\n    x = luck.act\n    return x + luck.act\n",
        "twice in one slot",
    ),
    "after an optional branch": (
        "def enter(self, luck):\n    if self.yielded:\n        self.threat = luck.act\n    return luck.act\n",
        "twice in one slot",
    ),
    "in a loop": (
        "def enter(self, luck):\n    for i in range(3):\n        self.threat += luck.act\n",
        "luck.act is read in a loop",
    ),
    "in a while test": (
        "def enter(self, luck):\n    while luck.act < self.threat:\n        self.threat -= 0.1\n",
        "luck.act is read in a loop",
    ),
    "a rule in a loop": (
        "def enter(self, luck):\n    for i in range(3):\n        self.a(luck)\ndef a(self, luck): return luck.act\n",
        "luck.act is read in a loop",
    ),
    "nested records": (
        "def enter(self, luck):\n    self.a(luck.client)\n    self.a(luck.client)\n"
        "def a(self, luck): return luck.refer\n",
        "luck.client.refer is read twice",
    ),
    "another name": (
        "def enter(self, luck):\n    self.a(luck)\n    self.a(draws=luck)\ndef a(self, draws): return draws.act\n",
        "luck.act is read twice",
    ),
}
STREAMS_ALLOWED = {
    "one each": (
        "def enter(self, luck):\n    self.a(luck)\n    self.b(luck)\n"
        "def a(self, luck): return luck.act\ndef b(self, luck): return luck.refer\n"
    ),
    "exclusive branches": (
        "def enter(self, luck):\n    if self.yielded:\n        self.a(luck)\n    else:\n        self.a(luck)\n"
        "def a(self, luck): return luck.act\n"
    ),
    "early return": (
        "def enter(self, luck):\n    if self.yielded:\n        return self.a(luck)\n    return self.a(luck)\n"
        "def a(self, luck): return luck.act\n"
    ),
    "ternary": "def enter(self, luck):\n    return luck.act if self.yielded else 1.0 - luck.act\n",
    "match": (
        "def enter(self, luck):\n    match self.defeats:\n        case 1:\n            return luck.act\n"
        "        case _:\n            return 1.0 - luck.act\n"
    ),
    "read before the loop": (
        "def enter(self, luck):\n    u = luck.act\n    for i in range(3):\n        if u < self.habit[i]:\n"
        "            return i\n    return 2\n"
    ),
    "left from the loop": (
        "def enter(self, luck):\n    for i in range(3):\n        if i > self.defeats:\n            return luck.act\n"
        "    return luck.act\n"
    ),
    "broken off": (
        "def enter(self, luck):\n    for i in range(3):\n        if i > self.defeats:\n"
        "            self.threat = luck.act\n            break\n"
    ),
    "two slots": (
        "def enter(self, luck):\n    self.a(luck)\n    self.a(luck.client)\ndef a(self, luck): return luck.refer\n"
    ),
    "handed through": (
        "def enter(self, luck):\n    return self.a(luck)\ndef a(self, luck): return self.b(luck, 1)\n"
        "def b(self, luck, n): return luck.act\n"
    ),
    "calls itself": "def enter(self, luck):\n    return self.enter(luck)\n",
    "other class's luck": "def enter(self, luck):\n    return self.threat\n",
}


@pytest.mark.parametrize("case", STREAMS_REFUSED)
def test_streams_that_are_refused(case, tmp_path):
    rules, what = STREAMS_REFUSED[case]
    found = streams_of(tmp_path, rules)
    assert any(what in problem.what for problem in found), found
    assert all("Stream" in problem.way_out for problem in found)
    assert all(problem.line > 0 and problem.file.startswith(str(tmp_path)) for problem in found)


@pytest.mark.parametrize("case", STREAMS_ALLOWED)
def test_streams_that_are_allowed(case, tmp_path):
    assert streams_of(tmp_path, STREAMS_ALLOWED[case]) == []
