"""What a reviewer of the sweeps found wrong, held so that it stays right."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from tiny_experiments import HEAD, only, written

from mentalities_sim import Experiment, Person, Results, State, Stream
from mentalities_sim.cli import main
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment.designs import unit_sample
from mentalities_sim.policies import Fixed
from mentalities_sim.running.batches import KINDS_KEPT, Order
from mentalities_sim.running.hashes import rule_hash
from mentalities_sim.worlds import Dyad

SPACE = (
    HEAD.replace("series = { stride = 1, replicates = 3 }", "").replace("transitions = true", "")
    + """
[sweep]
design = "sobol"
points = 8
fear = { of = "client.warmth_danger", range = [0.05, 1.0] }
"""
    + only("fixed_020", "fixed_090")
)


class Wide(Person):
    escape_threshold = State(0.5, (0.2, 0.9), spread=0.07)


class Narrow(Person):
    escape_threshold = State(0.5, (0.49, 0.51), spread=0.07)


class Even(Person):
    mood = Stream("a mood")


class Bell(Person):
    mood = Stream("a mood", normal=True)


@pytest.mark.parametrize("one, other", [(Wide, Narrow), (Even, Bell)])
def test_declarations_that_change_numbers_change_the_hash(one: type, other: type) -> None:
    assert rule_hash(RuleSet(Dyad, {"client": one})) != rule_hash(RuleSet(Dyad, {"client": other}))


def test_an_edited_helper_of_rules_that_only_mesa_runs_changes_the_hash(tmp_path: Path) -> None:
    text = """
from mentalities_sim.policies import Policy
def helper(x):
    return x * {factor}
class Odd(Policy):
    def find_dose(self, therapist, script, progress, exchange, luck):
        return helper([progress][0])
"""
    found = []
    for factor in (0.1, 0.2):
        path = tmp_path / f"odd_{int(factor * 10)}.py"
        path.write_text(text.format(factor=factor))
        module = ModuleType("odd_policy")
        module.__file__ = str(path)
        sys.modules["odd_policy"] = module
        exec(compile(path.read_text(), str(path), "exec"), module.__dict__)
        found.append(rule_hash(RuleSet(Dyad, {"policy": module.__dict__["Odd"]})))
    del sys.modules["odd_policy"]
    assert found[0] != found[1], found


def test_intervals_of_a_space_are_over_clients_and_more_points_do_not_narrow_them(tmp_path: Path) -> None:
    path = written(tmp_path, SPACE)
    widths = []
    for points in (8, 64):
        found = Experiment.from_toml(path, **{"sweep.points": points}).run(engine="mesa", workers=1)
        row = found.summary(["symptoms"]).iloc[0]
        rows = found.outcomes[found.outcomes["arm"] == "fixed_020"]
        clients = rows.groupby("replicate")["symptoms"].mean()
        half = 4.302653 * clients.std(ddof=1) / np.sqrt(3)
        assert row["high"] - row["low"] == pytest.approx(2 * half, rel=1e-6)
        assert found.contrast("fixed_090", "fixed_020")["pairs"].tolist() == [3]
        widths.append(row["high"] - row["low"])
    assert widths[1] > 0.5 * widths[0]


def test_a_run_with_another_seed_keeps_the_points_and_is_read_back_with_them(tmp_path: Path) -> None:
    trial = Experiment.from_toml(written(tmp_path, SPACE))
    found = trial.run(tmp_path / "out", engine="mesa", seed=77)
    again = Results.read(tmp_path / "out")
    assert (unit_sample(again.file) == unit_sample(trial.file)).all()
    for point, fear in found.outcomes.groupby("point")["fear"].first().items():
        assert again.file.cell(int(str(point))).columns["fear"] == fear
    Experiment(again.file).run(tmp_path / "out", engine="mesa", seed=77)
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["out"], "gone on with, not put aside"


def test_retry_never_puts_results_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, HEAD + only("fixed_020"))
    whole = Fixed.find_dose

    def broken(self, therapist, script, progress: float, exchange: int, luck) -> float:  # type: ignore[no-untyped-def]
        return 1.0 / (therapist.threat - therapist.threat)

    monkeypatch.setattr(Fixed, "find_dose", broken)
    assert main(["run", "tiny.toml", "--engine", "mesa", "--out", "out"]) == 1
    monkeypatch.setattr(Fixed, "find_dose", whole)
    capsys.readouterr()
    assert main(["retry", "out"]) == 2
    assert "rules" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["out"]
    assert len(Results.read("out").failures) == 3, "what failed is still told"


def test_memory_for_chance_does_not_grow_with_the_sizes_swept(tmp_path: Path) -> None:
    text = HEAD.replace("sessions = 2\n", "") + '[sweep]\n"world.sessions" = [1, 2, 3, 4, 5, 6, 7, 8]\n'
    order = Order(Experiment.from_toml(written(tmp_path, text + only("fixed_020"))).file, "mesa", 1)
    for place in range(len(order.conditions)):
        order.luck(order.conditions[place], [0])
    kept = order._memory.__dict__["buffers"]
    assert len(kept) <= KINDS_KEPT * 3, "one for each phase: childhood, sessions, life"


def test_named_levels_are_ranked_as_the_file_has_them(tmp_path: Path) -> None:
    text = SPACE.split("[sweep]")[0] + '[sweep]\ndesign = "lhs"\npoints = 9\n'
    values = "{ low = [-0.5, -0.5], high = [0.5, 0.5], above = [0.9, 0.9] }"
    text += f'mood = {{ of = "client.power", values = {values} }}\n'
    found = Experiment.from_toml(written(tmp_path, text + only("fixed_020"))).run(engine="mesa")
    rows = found.points(["symptoms"])
    places = rows["mood"].map({"low": 0, "high": 1, "above": 2})
    wanted = pd.Series(rows["symptoms"]).rank().corr(places.rank())
    assert found.summary(["symptoms"])["rho_mood"].iloc[0] == pytest.approx(wanted)


@pytest.mark.parametrize("how", [{"part": (3, 2)}, {"part": (0, 2)}, {"engine": "gpu"}, {"workers": -2}])
def test_wrong_arguments_are_refused_before_anything_is_written(how: dict, tmp_path: Path) -> None:
    trial = Experiment.from_toml(written(tmp_path, SPACE))
    with pytest.raises(ValueError, match=r"allowed|there are"):
        trial.run(tmp_path / "out", **how)
    assert not (tmp_path / "out").exists()


def test_what_fails_again_on_retry_is_still_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same runs fail for the same reason: the new rows are in a file of the old one's name."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path, HEAD + only("fixed_020"))

    def broken(self, therapist, script, progress: float, exchange: int, luck) -> float:  # type: ignore[no-untyped-def]
        return 1.0 / (therapist.threat - therapist.threat)

    monkeypatch.setattr(Fixed, "find_dose", broken)
    assert main(["run", "tiny.toml", "--engine", "mesa", "--out", "out"]) == 1
    for _ in range(2):
        assert main(["retry", "out"]) == 1
        assert len(Results.read("out").failures) == 3
    assert "0 to do" not in capsys.readouterr().out


def test_another_name_of_an_axis_is_another_experiment(tmp_path: Path) -> None:
    text = HEAD + '[sweep.NAME]\nof = "client.warmth_danger"\nvalues = [0.2]\n' + only("fixed_020")
    for name in ("fear", "dread"):
        path = written(tmp_path, text.replace("NAME", name))
        found = Experiment.from_toml(path).run(tmp_path / "out", engine="mesa")
        assert found.outcomes[name].eq(0.2).all() and len(found.outcomes) == 3
    assert len([p for p in tmp_path.iterdir() if p.is_dir()]) == 2, "kept apart"


@pytest.mark.parametrize("therapists, drawn", [(True, {"map"}), (False, set())])
def test_maps_seek_the_best_of_what_the_therapist_does(
    therapists: bool, drawn: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has a best fear: the client's axis is never the one that is chosen along, wherever it stands."""
    from mentalities_sim import figures
    from mentalities_sim.experiment import pictures

    other = "therapist.attunement_noise" if therapists else "client.threat"
    second = f'[sweep.second]\nof = "{other}"\nrange = [0.0, 0.4]\n'
    text = SPACE.replace(only("fixed_090"), "") + second
    asked: list[str] = []
    monkeypatch.setattr(pictures, "FEWEST_FOR_A_MAP", 1)
    monkeypatch.setattr(figures, "response_map", lambda rows, x, y, *more, **how: asked.append(x))
    found = Experiment.from_toml(written(tmp_path, text)).run(engine="mesa")
    maps = pictures.drawings(found)
    assert set(maps) == drawn
    for draw in maps.values():
        draw()
    assert asked == ["second"] * therapists
