"""Sample classes for the tests of the check, and rules written into modules of their own."""

from __future__ import annotations

import importlib.util
import itertools
import linecache
import sys
import textwrap

from mentalities_sim.engine.check import Scope, check_rule

PRELUDE = '''
from __future__ import annotations
import enum, math, random, statistics, time
import numpy as np
from random import gauss
from math import exp
from time import perf_counter
from typing import NamedTuple
import math as m
from mentalities_sim.declare import Parameter, State, Stream

PACE = 0.25
WEIGHTS = (0.1, 0.2, 0.7)
MIXED = (0, 0.5, 1.0)
LIST = [0.1, 0.2]
NAME = "anger"
GENERATOR = random.Random(1)
VECTOR = np.zeros(3)
SCALAR = np.float64(0.5)

class Mentality(enum.IntEnum):
    CARE_SEEKING = 0
    CARE_GIVING = 1
    COMPETING = 2

class Signal(NamedTuple):
    dominance: float
    warmth: float = 0.0
    @property
    def strength(self): return 1.0

def clip01(x: float) -> float:
    """Cut to 0 and 1."""
    if x < 0.0:
        return 0.0
    return min(x, 1.0)

def total(xs):
    return sum(xs)

class Person:
    RATE = 0.5
    LADDER = (0.1, 0.5)
    LABELS = ["a"]
    threat = State(0.1, (0.0, 1.0))
    soothing = State(0.2, (0.0, 1.0))
    defeats = State(0)
    yielded = State(False)
    mentality = State(Mentality.CARE_SEEKING)
    habit = State((0.2, 0.3, 0.5))
    expected = State(((0.0, 0.0), (0.0, 0.0)))
    rise = Parameter(0.3)
    refer = Stream("does one yield?")
    act = Stream("what is shown?")
    def feel(self, signal: Signal, pace: float = 0.5):
        self.threat += pace * signal.dominance
        return self.threat
    @property
    def calm(self): return 1.0 - self.threat
    @staticmethod
    def half(x): return 0.5 * x
    @classmethod
    def kind(cls): return 1
    def hear(self, other, warmth): return warmth
    def meet(self, stranger): return 0.0

class Therapist(Person):
    patience = State(0.5)

class Policy:
    dose = State(0.2)
    gain = Parameter(1.0)
    def choose(self, client): return self.dose

class Griever(Person):
    grief = State(0.0)
    def feel(self, signal: Signal, pace: float = 0.5):
        return super().feel(signal, pace)
'''
LUCK = {"refer": None, "act": None, "client": {"refer": None}}
_names = (f"rules_for_check_{i}" for i in itertools.count())


def load(folder, text, name=None):
    """Import a text as a module from a file, so that its source can be read again."""
    name = name or next(_names)
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(text))
    linecache.checkcache()
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def scope(module, owner=None):
    roles = {
        "client": module.Person,
        "other": module.Person,
        "therapist": module.Therapist,
        "policy": module.Policy,
    }
    return Scope(owner or module.Griever, roles, {"luck": LUCK, "script": {"warmth": None}})


def with_rule(folder, body, signature="self, other, policy, signal: Signal, luck, script"):
    """A Griever with the rule `rule`, whose body starts on the line after its def."""
    text = f"{PRELUDE}    def rule({signature}):\n{textwrap.indent(textwrap.dedent(body), ' ' * 8)}\n"
    return load(folder, text)


def problems_of(folder, body, **kwargs):
    module = with_rule(folder, body, **kwargs)
    found = check_rule(module.Griever.rule, module.Griever, scope(module))
    first = module.Griever.rule.__code__.co_firstlineno
    for problem in found:
        assert problem.file == module.__file__
    return [(p.line - first, p.rule, p.what, p.way_out) for p in found]
