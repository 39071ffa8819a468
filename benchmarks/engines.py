"""How fast are the two engines? Same therapies and societies, same seeds, draws counted on both sides.

    python benchmarks/engines.py [--rounds 5] [--therapies 20] [--mesa-therapies 1] [--world dyad|society]
                                 [--large]

The first world is a therapy dyad: 20 weekly sessions of 60 exchanges, which nobody leaves, with life in
between, a titrated policy,
and outcomes only, all on one core. Each round first draws the random numbers of a chunk and runs it
compiled, then draws those of the first therapies of the same chunk anew and runs them on Mesa; rounds are
interleaved so that a busy machine slows both, and medians are reported. Compiling (or loading
from the cache) and one warm-up are reported apart.

An *encounter* is one pass of the pipeline perceive → appraise → refer → feel → emote → learn → switch → act
that was really carried out, on any surface: people met in sessions and in life, and oneself. Passes are
counted on Mesa, call by call, in an extra run outside the timing; since both engines do the same, the
same count per therapy divides both times. The time of everything else (life's slots in which nothing
happens, drawing, outcomes' sums) is in the nanoseconds. Memory for random numbers is used again from chunk
to chunk on both sides, as experiments do.

Two batches are measured. In the *strict* one every therapy draws random numbers of its own. In the *dyad
batch*, as an experiment runs it, six entry fears of a replicate share their numbers (common random
numbers), on both engines; the last lines are for that one. An upbringing of 1,000 telling encounters is timed
alone, compiled, for every profile, draws of its own included.

The second world is a well-mixed society of 100 to 1,000,000 people, three days long at every size. Its random
numbers and the plan of who meets whom are brought in stretches while it runs, and are in its time; people
are born before the clock starts, which is reported apart. Encounters are counted as above: life's and the
meetings' passes of the pipeline, per meeting, in the society of 1,000; what is foreseen before the first
signal, without a signal, is counted as none, though its time is in. Compiled rounds of all sizes take turns.
Both engines run the society of 1,000. `--large` also lets 100,000 people meet 100 times each, in a process of
its own and before all else, since a process begins with the most memory that the one before it ever held.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from mentalities_sim import streams
from mentalities_sim.engine.batch import Batch
from mentalities_sim.engine.compiled import prepare, run_compiled
from mentalities_sim.engine.mesa_engine import run_mesa
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.person import Person
from mentalities_sim.policies import Titrated
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Dyad
from mentalities_sim.worlds.meetings import society_batch
from mentalities_sim.worlds.society import Society
from mentalities_sim.worlds.upbringing import PROFILES, shares

SIZE = {"sessions": 20, "exchanges": 60, "slots": 84, "run_in": 2}
SEED = 1
CHILDHOOD = {"sessions": 1, "exchanges": 1, "slots": 1, "run_in": 0, "childhood": 1000}
NOBODY_LEAVES = {"leaving_at_rest": 0.0, "leaving_with_rupture": 0.0}
FEARS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.9)
PEOPLE = (100, 1_000, 10_000, 100_000, 1_000_000)
DAYS = 3
ON_BOTH = 1_000
SEVERAL = {100: 10}
"""Societies in a batch where one is over too soon to be timed; they run one after the other."""
LARGE = {"size": 100_000, "days": 25}

FIRST_RUN = """
import sys, time
sys.path[:0] = {path!r}
import mesa
start = time.perf_counter()
import mentalities_sim
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.policies import Titrated
from mentalities_sim.worlds import Dyad
imported = time.perf_counter() - start
sys.path.insert(0, {here!r})
from engines import SIZE, therapies, draw, run_compiled, prepare
rules = RuleSet(Dyad, {{"policy": Titrated}})
begun = time.perf_counter()
run_compiled(therapies(rules, draw(rules, [0], None), [0]), kernel=prepare(rules))
print(imported, time.perf_counter() - begun)
"""


def draw(rules: RuleSet, replicates: list[int], kept: dict[str, np.ndarray] | None) -> dict[str, Any]:
    """Draw the random numbers of some therapies, into memory that is already there."""
    schedule = Dyad.schedule(**SIZE)
    return {
        phase: streams.luck(
            rules, phase, SEED, replicates, int((schedule.phase == i).sum()),
            out=None if kept is None else kept[phase][: len(replicates)],
        )
        for i, phase in enumerate(rules.phases)
    }  # fmt: skip


def therapies(
    rules: RuleSet, luck: dict[str, Any], replicates: list[int], fears: tuple[float, ...] = FEARS[3:4]
) -> Batch:
    """Return a batch at its start: every replicate for every fear, which share its random numbers."""
    script = np.zeros((1, SIZE["sessions"] * SIZE["exchanges"]), rules.input_dtype("script"))
    none = np.zeros(len(replicates) * len(fears), np.int64)
    born = {
        role: [
            streams.births(rules, role, given if role == "client" else {}, SEED, replicates)
            for given in ({"warmth_danger": fear, "fear_of_compassion": fear} for fear in fears)
        ]
        for role in rules.classes
    }
    return Batch(
        rules, Dyad.schedule(**SIZE),
        {role: np.concatenate(records) for role, records in born.items()},
        {r: streams.parameter_record(rules, r, NOBODY_LEAVES if r == "world" else {}) for r in rules.classes},
        none, luck, np.tile(np.arange(len(replicates)), len(fears)), {"script": script}, none,
    )  # fmt: skip


def measure_upbringings(rules: RuleSet, kernel: Any, many: int, rounds: int) -> dict[str, float]:
    """Return median seconds per upbringing by profile: draws and childhood, with nothing after it."""
    schedule, childhood = Dyad.schedule(**CHILDHOOD), CHILDHOOD["childhood"]
    none, who = np.zeros(many, np.int64), list(range(many))
    script = np.zeros((1, 1), rules.input_dtype("script"))
    kept: dict[str, Any] = {}
    found: dict[str, list[float]] = {profile: [] for profile in PROFILES}
    for _ in range(rounds + 1):
        for profile in PROFILES:
            given = {"world": {**CHILDHOOD, "upbringing": shares(**{profile: 1.0})}}
            states = {r: streams.births(rules, r, {}, SEED, who) for r in rules.classes}
            tuned = {r: streams.parameter_record(rules, r, given.get(r, {})) for r in rules.classes}
            start = time.perf_counter()
            for phase in rules.phases:
                ticks = childhood if phase == "bring_up" else 0
                kept[phase] = streams.luck(rules, phase, SEED, who, ticks, out=kept.get(phase))
            batch = Batch(
                rules, schedule, states, tuned, none, kept, np.arange(many), {"script": script}, none
            )
            run_compiled(batch, kernel=kernel, stop=childhood)
            found[profile].append((time.perf_counter() - start) / many)
    # the first round warms up
    return {profile: statistics.median(each[1:]) for profile, each in found.items()}


def encounters(batch: Batch, cast: Mapping[str, type]) -> int:
    """Count the passes of the pipeline that a batch of a world takes, on Mesa, and whoever is in `cast`."""
    count = 0

    def counted(cls: type) -> type:
        def take_in(self: Any, *given: Any) -> Any:
            nonlocal count
            count += 1
            return cls.take_in(self, *given)  # type: ignore[attr-defined]

        # every surface's pass goes through `take_in`, oneself's too
        return type(cls.__name__, (cls,), {"take_in": take_in})

    people = {role: counted(cls) for role, cls in cast.items() if issubclass(cls, Person)}
    run_mesa(replace(batch.copy(), rules=RuleSet(batch.rules.world, {**cast, **people})))
    return count


def identical(fast: Batch, slow: Batch, fears: int) -> bool:
    """Whether the therapies that both engines ran ended alike, to the last bit of every field."""
    many, few = fast.runs // fears, slow.runs // fears
    both = np.concatenate([np.arange(few) + i * many for i in range(fears)])
    return all(
        fast.states[role][name][both].tobytes() == slow.states[role][name].tobytes()
        for role in fast.rules.kept
        for name in fast.rules.states(role)
    )


def same_on_the_way(rules: RuleSet, luck: dict[str, Any], kernel: Any) -> bool:
    """Whether one therapy is the same on both engines in every field at every step, and every event."""
    one, two = therapies(rules, luck, [0]), therapies(rules, luck, [0])
    by_mesa = run_mesa(one, stride=1, events=True)
    fast = run_compiled(two, stride=1, events=True, kernel=kernel)
    series = all(
        np.ascontiguousarray(by_mesa.series[role][name]).tobytes()
        == np.ascontiguousarray(fast.series[role][name]).tobytes()
        for role in rules.classes
        for name in rules.states(role)
    )
    return series and by_mesa.events.tobytes() == fast.events.tobytes()


def second_process() -> tuple[float, float]:
    """Seconds that another process takes to import on top of Mesa, and to bind, load and run once."""
    here = __file__.rpartition("/")[0] or "."
    code = FIRST_RUN.format(path=[p for p in sys.path if p], here=here)
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=elsewhere
        )
    imported, ran = done.stdout.split()
    return float(imported), float(ran)


def measure(
    rules: RuleSet,
    kernel: Any,
    kept: dict[str, np.ndarray],
    fears: tuple[float, ...],
    many: int,
    few: int,
    rounds: int,
) -> tuple[dict[str, float], list[float], bool]:
    """Time both engines in turn; return median seconds per therapy, the ratio per round, and equality."""
    replicates = list(range(many))
    runs, mesa_runs = many * len(fears), few * len(fears)
    times: dict[str, list[float]] = {"draw": [], "kernel": [], "compiled": [], "mesa": []}
    same = True
    for _ in range(rounds):
        fast = therapies(rules, kept, replicates, fears)
        start = time.perf_counter()
        draw(rules, replicates, kept)
        drawn = time.perf_counter()
        run_compiled(fast, kernel=kernel)
        end = time.perf_counter()
        times["draw"].append((drawn - start) / runs)
        times["kernel"].append((end - drawn) / runs)
        times["compiled"].append((end - start) / runs)
        slow = therapies(rules, kept, replicates[:few], fears)
        start = time.perf_counter()
        draw(rules, replicates[:few], kept)
        run_mesa(slow)
        times["mesa"].append((time.perf_counter() - start) / mesa_runs)
        same = same and identical(fast, slow, len(fears))
    each = [m / c for m, c in zip(times["mesa"], times["compiled"], strict=True)]
    return {name: statistics.median(values) for name, values in times.items()}, each, same


def report(words: str, middle: dict[str, float], each: list[float]) -> None:
    """Print what one batch took."""
    print(
        f"{words}: ms per therapy, compiled {middle['compiled'] * 1e3:.2f} "
        f"(draws {middle['draw'] * 1e3:.2f}, "
        f"kernel {middle['kernel'] * 1e3:.2f}), mesa {middle['mesa'] * 1e3:.1f} (draws included); ratio "
        f"{middle['mesa'] / middle['compiled']:.1f} (rounds {', '.join(f'{r:.1f}' for r in each)})"
    )


def society(rules: RuleSet, size: int, days: int = DAYS, several: int = 1) -> Batch:
    """Return well-mixed societies at their start, their people born."""
    given = {"world": [{"size": size, "days": days}], "person": [{}], "tie": [{}]}
    return society_batch(rules, given, SEED, range(several))


def fed(batch: Batch) -> list[float]:
    """Note the seconds that each stretch of a course takes to be planned and drawn."""
    seconds: list[float] = []
    feed = batch.feed
    assert feed is not None

    def timed(batch: Batch, start: int) -> int:
        begun = time.perf_counter()
        upto = feed(batch, start)
        seconds.append(time.perf_counter() - begun)
        return upto

    batch.feed = timed
    return seconds


def measure_society(rules: RuleSet, kernel: Any, size: int) -> dict[str, float]:
    """Return ns per meeting of a society: all, the part that is drawing, and being born beforehand."""
    start = time.perf_counter()
    batch = society(rules, size, several=SEVERAL.get(size, 1))
    born = time.perf_counter() - start
    seconds = fed(batch)
    start = time.perf_counter()
    run_compiled(batch, kernel=kernel)
    took = time.perf_counter() - start
    meetings = batch.states["world"]["met"].sum() / 2.0
    found = {"compiled": took, "draw": sum(seconds), "born": born}
    return {name: value / meetings * 1e9 for name, value in found.items()}


def large() -> None:
    """Let 100,000 people meet 100 times each, and print what that took."""
    rules = RuleSet(Society)
    kernel = prepare(rules)
    start = time.perf_counter()
    batch = society(rules, **LARGE)
    run_compiled(batch, kernel=kernel)
    took = time.perf_counter() - start
    met = batch.states["world"]["met"].sum() / LARGE["size"]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"society of {LARGE['size']:,} people, {met:.0f} meetings each: {took:.1f} s, birth included; "
        f"at most {most:.2f} GB in memory"
    )


def societies(rounds: int) -> None:
    """Measure societies of all sizes, and one of them on both engines, and print."""
    rules = RuleSet(Society)
    start = time.perf_counter()
    kernel = prepare(rules)
    compiling = time.perf_counter() - start
    run_compiled(society(rules, 10), kernel=kernel)
    counted, both = society(rules, ON_BOTH), society(rules, ON_BOTH)
    run_compiled(both, kernel=kernel)
    per = encounters(counted, {"person": Person}) * 2.0 / both.states["world"]["met"].sum()
    found: dict[int, list[dict[str, float]]] = {size: [] for size in PEOPLE}
    mesa: list[float] = []
    same = True
    for number in range(rounds):
        for size in PEOPLE:
            if number == 0 or size < PEOPLE[-1]:
                found[size].append(measure_society(rules, kernel, size))
        slow = society(rules, ON_BOTH)
        start = time.perf_counter()
        run_mesa(slow)
        mesa.append((time.perf_counter() - start) / slow.states["world"]["met"].sum() * 2e9)
        same = same and identical(both, slow, 1)
    middle = {
        size: {name: statistics.median(one[name] for one in each) for name in each[0]}
        for size, each in found.items()
    }
    state, tie = rules.state_dtype("person").itemsize, rules.state_dtype("tie").itemsize
    remembered = counted.states["tie"].shape[2]
    print(f"a society: {DAYS} days, {per:.1f} encounters per meeting, life between meetings included")
    print(f"compile or load from the cache: {compiling:.2f} s")
    print(
        f"bytes per person: {state} state, {remembered * tie} memory of {remembered} others, "
        f"{state + remembered * tie} in all"
    )
    print("   people  ns per meeting  (draws  kernel)  ns per encounter  ns to be born, per person")
    for size, one in middle.items():
        kernel_alone = one["compiled"] - one["draw"]
        print(
            f"{size:9,}  {one['compiled']:14.0f}  {one['draw']:6.0f}  {kernel_alone:6.0f}  "
            f"{one['compiled'] / per:17.0f}  {one['born'] * DAYS * 2.0:25.0f}"
        )
    slowest, fast = statistics.median(mesa), [one["compiled"] for one in found[ON_BOTH]]
    each = ", ".join(f"{m / c:.1f}" for m, c in zip(mesa, fast, strict=True))
    quick = middle[ON_BOTH]["compiled"]
    print(f"ns per encounter, {ON_BOTH:,} people: mesa {slowest / per:.0f} compiled {quick / per:.0f}")
    print(f"society ratio: {slowest / quick:.1f} (rounds {each})")
    few, many = middle[PEOPLE[0]], middle[PEOPLE[-1]]
    kernel_growth = (many["compiled"] - many["draw"]) / (few["compiled"] - few["draw"])
    print(
        f"society growth, {PEOPLE[0]:,} to {PEOPLE[-1]:,} people: {many['compiled'] / few['compiled']:.2f}, "
        f"draws left out {kernel_growth:.2f}"
    )
    print(f"society identical: {'yes' if same else 'no'}")


def dyads(many: int, few: int, rounds: int) -> None:
    """Measure therapies and print."""
    rules = RuleSet(Dyad, {"policy": Titrated})
    start = time.perf_counter()
    kernel = prepare(rules)
    compiling = time.perf_counter() - start
    kept = draw(rules, list(range(many)), None)
    start = time.perf_counter()
    run_compiled(therapies(rules, kept, list(range(many)), FEARS), kernel=kernel)
    warming = time.perf_counter() - start
    run_mesa(therapies(rules, kept, [0]))
    cast = {"policy": Titrated, "client": Person, "therapist": Therapist}
    per = encounters(therapies(rules, kept, list(range(few)), FEARS), cast) / (few * len(FEARS))
    same = same_on_the_way(rules, kept, kernel)
    strict, strict_rounds, strict_same = measure(rules, kernel, kept, FEARS[3:4], many, few, rounds)
    batch, batch_rounds, batch_same = measure(rules, kernel, kept, FEARS, many, few, rounds)
    grown = measure_upbringings(rules, kernel, many, rounds)
    imported, ran = second_process()

    print(f"a therapy: {SIZE['sessions']} sessions x {SIZE['exchanges']} exchanges, {per:.0f} encounters")
    print(f"compile or load from the cache: {compiling:.2f} s; warm-up: {warming * 1e3:.1f} ms")
    slowest = max(grown, key=lambda profile: grown[profile])
    print(
        f"an upbringing of 1,000 encounters: {grown[slowest] * 1e3:.2f} ms ({slowest}, the "
        f"slowest), {statistics.mean(grown.values()) * 1e3:.2f} ms on average over profiles"
    )
    print(f"second process: import on top of mesa {imported:.2f} s, first compiled run {ran:.2f} s")
    report("strict, draws of its own for every therapy", strict, strict_rounds)
    report("dyad batch, six fears share their draws", batch, batch_rounds)
    print(
        f"ns per encounter: mesa {batch['mesa'] / per * 1e9:.0f} compiled {batch['compiled'] / per * 1e9:.0f}"
    )
    print(f"ratio: {batch['mesa'] / batch['compiled']:.1f}")
    print(f"identical: {'yes' if same and strict_same and batch_same else 'no'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--therapies", type=int, default=20, help="replicates per compiled chunk")
    parser.add_argument("--mesa-therapies", type=int, default=1, help="of these, run on Mesa too")
    parser.add_argument("--world", choices=("dyad", "society"), help="this one only")
    parser.add_argument("--large", action="store_true", help="also 100,000 people who meet 100 times each")
    options = parser.parse_args()
    if options.large:
        here = __file__.rpartition("/")[0] or "."
        path = [*(p for p in sys.path if p), here]
        code = f"import sys; sys.path[:0] = {path!r}; import engines; engines.large()"
        subprocess.run([sys.executable, "-c", code], check=True)
    if options.world != "society":
        dyads(options.therapies, min(options.mesa_therapies, options.therapies), options.rounds)
    if options.world != "dyad":
        societies(options.rounds)


if __name__ == "__main__":
    main()
