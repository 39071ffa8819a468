"""The text of the top kernel: for each run and step the phase's rule, then what is recorded."""

from __future__ import annotations

from mentalities_sim.engine.binder import DECORATOR, Binding
from mentalities_sim.engine.rules import RuleSet


def kernel_text(rules: RuleSet, binding: Binding) -> str:
    """Return the source of the top kernel.

    The kernel runs from `reached[run]` to `stop`, and returns early when the event buffer has no
    room for another step, so that it can be resumed at any exchange.
    """
    events = rules.event_fields()
    lines = [f"from {module} import rule as {phase}_phase" for phase, module in binding.phases.items()]
    if binding.recall:
        lines.append(f"from {binding.recall} import rule as recall")
    out = ["import math", "", "from numba import njit", *lines, "", "", DECORATOR]
    out.append(f"def rule({', '.join(_arguments(rules))}):")
    inner = ["p = parameters_of[run]", "k = luck_of[run]", "s = script_of[run]"]
    for role in rules.classes:
        whose = rules.shared.get(role, role)
        if role not in rules.crowds and role == whose:
            inner.append(f"{role} = {role}s[run]")
        inner.append(f"{role}_par = {whose}s_par[p]")
    inner += ["place = 0", "while place < len(keep) and keep[place] < reached[run]:", "    place += 1"]
    inner.append("for t in range(reached[run], stop):")
    inner += ["    " + line for line in _step(rules, events)]
    body = ["count = noted", "for run in range(first, last):"]
    body += ["    " + line for line in inner] + ["return count"]
    return "\n".join(out + ["    " + line for line in body]) + "\n"


def _arguments(rules: RuleSet) -> list[str]:
    names = ["phase", "tick", "first", "last", "stop", "reached", "parameters_of", "luck_of", "script_of"]
    for role in rules.kept:
        names += [f"{role}s", f"{role}s_par", f"{role}_series", f"{role}_kept"]
    names += [f"luck_{phase}" for phase in rules.phases]
    if rules.crowds:
        names += ["first_step", *(f"first_{phase}" for phase in rules.phases)]
        names += [f"who_{role}" for role in rules.placed]
    names += [f"inputs_{name}" for name in rules.inputs]
    return [*names, "keep", "noting", "events", "noted"]


def _step(rules: RuleSet, events: list[tuple[str, str, str]]) -> list[str]:
    step = [f"if noting and count + {len(events)} > len(events):", "    return count"]
    at = "k, t - first_step" if rules.crowds else "t"
    step += [f"now = tick[{at}]", f"what = phase[{at}]"]
    step += [f"before_{i} = {role}.{name}" for i, (role, name, _) in enumerate(events)]
    for i, phase in enumerate(rules.phases):
        step.append(f"{'if' if i == 0 else 'elif'} what == {i}:")
        step += ["    " + line for line in _phase(rules, phase)]
    step.append("if noting:")
    for i, (role, name, kind) in enumerate(events):
        test = f"{role}.{name} != before_{i}" if kind == "change" else f"{role}.{name} != 0"
        step += [
            f"    if {test}:",
            "        events[count].run = run",
            "        events[count].step = t",
            f"        events[count].code = {i}",
            f"        events[count].before = float(before_{i})",
            f"        events[count].after = float({role}.{name})",
            "        count += 1",
        ]
    if not events:
        step.append("    pass")
    step += _recording(rules)
    return [*step, "reached[run] = t + 1"]


def _phase(rules: RuleSet, phase: str) -> list[str]:
    """Lines that find who is meant, and call the phase's rule."""
    lines: list[str] = []
    asked = rules.resolve_phase(phase)
    if phase in rules.newborn:
        old, new = rules.newborn[phase]
        for role in (old, new):
            lines.append(f"i_{role} = who_{role}[k, t - first_step]")
        lines.append(f"{old}s[run, i_{old}] = {new}s[run, i_{new}]")
    for role in asked:
        if role in rules.placed:
            whose = rules.shared.get(role, role)
            lines.append(f"i_{role} = who_{role}[k, t - first_step]")
            lines.append(f"{role} = {whose}s[run, i_{role}]")
    for role in asked:
        if role in rules.ties:
            whose = rules.shared.get(role, role)
            holder, of = rules.ties[role]
            lines.append(f"row_{role} = {whose}s[run, i_{holder}]")
            lines.append(f"{role} = row_{role}[recall(row_{role}, {holder}.identity, {of}.identity)]")
    names = []
    for name in asked:
        if name == "tick":
            names.append("now")
        elif name == "luck":
            start = f" - first_{phase}" if rules.crowds else ""
            names.append(f"luck_{phase}[k, now{start}]")
        elif name in rules.inputs:
            names.append(f"inputs_{name}[s, now]")
        else:
            names += [name, f"{name}_par"]
    lines.append(f"{phase}_phase({', '.join(['world', 'world_par', *names])})")
    return lines


def _recording(rules: RuleSet) -> list[str]:
    lines = ["if place < len(keep) and keep[place] == t:"]
    for role in rules.kept:
        depth = rules.crowds.get(role, 0)
        lines.append(f"    if {role}_kept:")
        if depth == 0:
            lines.append(f"        {role}_series[run, place] = {role}s[run]")
            continue
        lines.append(f"        for a in range({role}s.shape[1]):")
        if depth == 1:
            lines.append(f"            {role}_series[run, place, a] = {role}s[run, a]")
        else:
            lines.append(f"            for b in range({role}s.shape[2]):")
            lines.append(f"                {role}_series[run, place, a, b] = {role}s[run, a, b]")
    return [*lines, "    place += 1"]
