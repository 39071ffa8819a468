"""Running experiments: what a file sets reaches the rules, and what goes wrong stops the run."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_experiments import (
    BOTH,
    CHOOSING,
    FEARS,
    HEAD,
    NUMBA,
    POLICIES,
    REPLAYS,
    TALK,
    TINY,
    N,
    counting_mesa,
    frames,
    of,
    only,
    written,
)

from mentalities_sim import Experiment
from mentalities_sim.engine.check import RuleError
from mentalities_sim.experiment import load
from mentalities_sim.person import Person
from mentalities_sim.running import batches, tasks
from mentalities_sim.running.in_memory import run_file
from mentalities_sim.running.progress import Progress
from mentalities_sim.worlds import Dyad

HEARD = []
NO_BEST = only(*POLICIES, *REPLAYS)


@pytest.mark.parametrize("engine", BOTH)
def test_a_script_is_sent_as_coded(engine: Any, tmp_path: Path) -> None:
    rows = of(frames(tmp_path, TALK, engine=engine).series, phase="exchange")
    for _, one in rows.groupby("replicate"):
        assert one["client_received_warmth"].tolist() == [0.4] * 2 + [-0.5] * 4
        assert one["client_received_dominance"].tolist() == [-0.3] * 2 + [0.6] * 4
        assert one["policy_dose"].tolist() == [0.4] * 2 + [-0.5] * 4


def test_each_channel_of_a_script_reaches_the_client(tmp_path: Path) -> None:
    plain = frames(tmp_path, TALK).series
    seen = [c for c in plain if c.startswith("client_")]
    for turn in ("1.playfulness=0.0", "2.freedom=1.0", "1.expressiveness=0.0"):
        assert not frames(tmp_path, TALK, f"turns.{turn}").series[seen].equals(plain[seen]), turn


def test_an_ablation_reaches_the_person(tmp_path: Path) -> None:
    text = (
        HEAD
        + only("fixed_090")
        + '[sweep.cut.variants]\nnone = {}\nopen = {"client.escape_blocks_learning" = 0.0}\n'
    )
    path = written(tmp_path, text)
    intact = Dyad.from_experiment(path, "fixed_090", cut="none").client
    cut = Dyad.from_experiment(path, "fixed_090", cut="open").client
    assert cut.escape_blocks_learning == 0.0
    assert intact.escape_blocks_learning == Person.escape_blocks_learning.default != 0.0
    rows = frames(tmp_path, text, "client.warmth_danger=0.9", "client.escape_threshold=0.2").outcomes
    fear = [of(rows, cut=level)["fear_of_compassion"].mean() for level in ("none", "open")]
    assert fear[0] > fear[1], "learning goes on during escape"


def test_settings_of_policy_therapist_and_arm_reach_their_roles(tmp_path: Path) -> None:
    text = HEAD + "[therapist]\nattunement_noise = 0.25\n" + only("titrated") + '"client.skill" = 0.75\n'
    dyad = Dyad.from_experiment(written(tmp_path, text), "titrated")
    assert (dyad.policy.offset, dyad.policy.settling) == (0.4, 2)
    assert dyad.therapist.attunement_noise == 0.25
    assert (dyad.sessions, dyad.exchanges, dyad.slots) == (2, 8, 4)
    assert abs(dyad.client.skill - 0.75) < 0.5 and dyad.client.skill != Person.skill.default


def test_two_axes_cross(tmp_path: Path) -> None:
    text = (
        HEAD + FEARS + '[sweep.depth]\nof = "client.threat"\nvalues = [0.1, 0.2, 0.3]\n' + only("fixed_020")
    )
    found = frames(tmp_path, text)
    for frame in (found.outcomes, found.series, found.transitions):
        assert list(frame.columns[:3]) == ["arm", "fear", "depth"]
    cells = found.outcomes[["fear", "depth"]].drop_duplicates().to_numpy().tolist()
    assert cells == [[fear, depth] for fear in (0.2, 0.9) for depth in (0.1, 0.2, 0.3)], (
        "the last axis fastest"
    )
    assert len(found.outcomes) == 6 * N


def test_spread_is_between_clients_and_shared_by_arms(tmp_path: Path) -> None:
    text = HEAD + "[client]\nskill = {mean = 0.5, spread = 0.1}\nthreat = {mean = 0.3, spread = 0.0}\n"
    path = written(tmp_path, text + NO_BEST)
    met = {
        (arm, r): Dyad.from_experiment(path, arm, replicate=r).client for arm in POLICIES for r in range(4)
    }
    skills = [met["titrated", r].skill for r in range(4)]
    assert len(set(skills)) == 4 and 0.02 < np.std(skills) < 0.3
    assert {client.threat for client in met.values()} == {0.3}
    for arm in POLICIES:
        assert [met[arm, r].skill for r in range(4)] == skills, "the same client in every arm"
        assert [met[arm, r].resting_threat for r in range(4)] == [
            met["titrated", r].resting_threat for r in range(4)
        ]


# -- what goes wrong --------------------------------------------------------------------------


class Listening(Person):
    """A person whose rule cannot be compiled, but is plain Python."""

    def perceive(self, signal, luck):
        HEARD.append(signal.warmth)
        return super().perceive(signal, luck)


class Torn(Listening):
    """One that reads a stream that another rule reads as well."""

    def refer(self, stake, surface, luck):
        HEARD.append(luck.misread_warmth)
        return super().refer(stake, surface, luck)


def test_rules_that_cannot_be_compiled_run_on_mesa(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + only("fixed_020"))
    HEARD.clear()
    found = Experiment.from_toml(path, cast={"client": Listening}).run(engine="mesa")
    plain = Experiment.from_toml(path).run(engine="mesa")
    assert HEARD
    pd.testing.assert_frame_equal(found.outcomes, plain.outcomes, check_exact=True)
    assert found.provenance["rules"]["fixed_020"].startswith("not compilable")
    assert found.provenance["cast"] == {"client": f"{__name__}.Listening"}


@pytest.mark.skipif(not NUMBA, reason="needs Numba")
def test_rules_that_cannot_be_compiled_are_refused_before_anything_runs(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + only("fixed_020"))
    HEARD.clear()
    with pytest.raises(RuleError, match=r"test_run_settings\.py:\d+: Listening\.perceive: .*engine=\"mesa\""):
        Experiment.from_toml(path, cast={"client": Listening}).run()
    assert not HEARD


@pytest.mark.parametrize("engine", BOTH)
def test_chance_read_twice_is_refused_on_both_engines(engine: Any, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + only("fixed_020"))
    HEARD.clear()
    trial = Experiment.from_toml(path, cast={"client": Torn})
    with pytest.raises(RuleError, match=r"misread_warmth is read" if engine == "mesa" else "Torn"):
        trial.run(engine=engine)
    assert not HEARD


@pytest.mark.parametrize("reason", [KeyboardInterrupt, RuntimeError])
def test_a_run_that_is_stopped_stops_soon(
    reason: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at the end of the task, which on the Mesa engine may be a long time away."""
    monkeypatch.setattr(tasks, "SECONDS", 1e6)  # after the first task all the rest is one
    count: list[int] = []
    monkeypatch.setattr(batches, "run_mesa", counting_mesa(count))
    before = threading.active_count()

    class Stop(Progress):
        def update(self, runs: int, failed: int = 0) -> None:
            count.append(0)
            raise reason("enough")

    with pytest.raises(reason, match="enough"):
        frames(tmp_path, TINY, "replicates=200", "measures.series.replicates=0", workers=2,
               progress=Stop(silent=True))  # fmt: skip
    assert 0 in count, "nothing was told"
    assert len(count[count.index(0) :]) < 9, "what is left has dozens of batches"
    assert threading.active_count() == before


def test_progress_counts_every_therapy(tmp_path: Path) -> None:
    shown = Progress(silent=True)
    file = load(written(tmp_path))
    run_file(file, engine="mesa", workers=2, progress=shown)
    assert shown.done == shown.total == file.therapies == 2 * (6 * N + 2 * CHOOSING)
    assert shown.failed == 0


def test_settings_in_python_may_be_numpy_and_words(tmp_path: Path) -> None:
    trial = Experiment.from_toml(
        written(tmp_path),
        replicates=np.int64(2),
        title='it\'s "so"',
        **{"client.threat": np.float64(0.25), "client.power": np.array([0.1, 0.2])},
    )
    assert (trial.file.replicates, trial.file.title) == (2, 'it\'s "so"')
    assert trial.file.client["threat"].value == 0.25 and trial.file.client["power"].value == (0.1, 0.2)
