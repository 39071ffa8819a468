"""The box of plausible parameters: every parameter is argued for or left out by name, and points cover it."""

from __future__ import annotations

import importlib
import math
import pkgutil
from types import ModuleType

import numpy as np
import pytest

import mentalities_sim
from mentalities_sim.claims.arms import Arm
from mentalities_sim.declare import Parameter, declared
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.evidence.box import box, points
from mentalities_sim.evidence.fixed import FIXED
from mentalities_sim.evidence.observing import settings
from mentalities_sim.person import Person
from mentalities_sim.policies import Titrated
from mentalities_sim.therapist import Therapist
from mentalities_sim.worlds import Clinic, Dyad, Society
from mentalities_sim.worlds.laboratory import Laboratory

WORLDS = [Dyad, Society, Clinic, Laboratory]
PLACES = ("person", "policies", "therapist", "worlds")


def modules() -> list[ModuleType]:
    """Every module that may declare parameters of people, therapists, worlds and policies."""
    prefix = f"{mentalities_sim.__name__}."
    found = [m.name for m in pkgutil.walk_packages(mentalities_sim.__path__, prefix)]
    return [importlib.import_module(name) for name in found if name.split(".")[1] in PLACES]


def role_of(cls: type, module: str) -> str:
    place = module.split(".")[1]
    named = {"policies": "policy", "therapist": "therapist", "worlds": "world"}
    return named.get(place, "tie" if cls.__name__ == "Tie" else "client")


DECLARED: dict[str, tuple[str, Parameter]] = {
    f"{cls.__name__}.{name}": (f"{role_of(cls, module.__name__)}.{name}", parameter)
    for module in modules()
    for cls in vars(module).values()
    if isinstance(cls, type) and cls.__module__ == module.__name__
    for name, parameter in vars(cls).items()
    if isinstance(parameter, Parameter)
}
"""Every parameter at the class where it stands, with its name in `FIXED`."""

ARGUED = {where: parameter for where, (_, parameter) in DECLARED.items() if parameter.plausible}


def test_all_classes_are_looked_at() -> None:
    found = {id(parameter) for _, parameter in DECLARED.values()}
    for cls in (Person, Therapist, *WORLDS, Titrated):
        assert {id(p) for p in declared(cls, Parameter).values()} <= found, cls.__name__


@pytest.mark.parametrize("where", DECLARED)
def test_a_parameter_is_argued_for_or_left_out_by_name_and_never_both(where: str) -> None:
    name, parameter = DECLARED[where]
    if name in FIXED:
        assert parameter.plausible is None, f"{where} has a plausible range, and is in FIXED too"
        assert FIXED[name].strip(), f"FIXED has no reason for {name}"
    else:
        assert parameter.plausible is not None, f"{where} has no plausible range and is not in FIXED"
        assert parameter.reason.strip(), f"{where} has a plausible range and no reason for it"


def test_nothing_is_left_out_that_there_is_not() -> None:
    assert set(FIXED) <= {name for name, _ in DECLARED.values()}


@pytest.mark.parametrize("where", ARGUED)
def test_a_range_holds_the_default_and_keeps_within_the_bounds(where: str) -> None:
    parameter = ARGUED[where]
    low, high = parameter.plausible or (math.nan, math.nan)
    assert parameter.bounds[0] <= low < high <= parameter.bounds[1]
    assert parameter.shape == () and low <= parameter.default <= high


@pytest.mark.parametrize("world", WORLDS)
def test_the_box_of_a_world_is_what_its_people_and_itself_declare(world: type) -> None:
    with_therapist, with_ties = world in (Dyad, Clinic), world in (Society, Clinic)
    ranges = box(RuleSet(world, {"policy": Titrated} if with_therapist else {}))
    expected = {f"person.{n}" for n, p in declared(Person, Parameter).items() if p.plausible}
    expected |= {f"world.{n}" for n, p in declared(world, Parameter).items() if p.plausible}
    if with_therapist:
        own = {n for n, p in vars(Therapist).items() if isinstance(p, Parameter) and p.plausible}
        expected |= {f"therapist.{n}" for n in own}
    if with_ties:
        expected |= {"tie.forgetting_time"}
    assert set(ranges) == expected


def test_what_a_person_of_ones_own_restates_or_adds_is_an_axis_of_that_role() -> None:
    class Griever(Person):
        alarm_gain = Parameter(2.0, (0.0, 4.0), plausible=(1.5, 2.5))
        grief_lasts = Parameter(30.0, (1.0, 100.0), plausible=(10.0, 60.0), unit="days")
        keepsakes = Parameter(3, (0, 10))

    ranges = box(RuleSet(Dyad, {"client": Griever}))
    assert ranges["client.alarm_gain"] == (1.5, 2.5) and ranges["client.grief_lasts"] == (10.0, 60.0)
    assert ranges["person.alarm_gain"] == (0.9, 2.2), "the therapist's"
    assert "client.keepsakes" not in ranges


def test_points_are_settings_that_the_claims_can_run() -> None:
    rules = RuleSet(Dyad)
    (point,) = points([rules], 1, seed=0)
    given = settings(rules, Arm(Dyad), point)
    assert given["client"]["alarm_gain"] == given["therapist"]["alarm_gain"] == point["person.alarm_gain"]
    assert given["client"]["harm_threatens"] == point["person.harm_threatens"]
    assert given["therapist"]["harm_threatens"] == point["therapist.harm_threatens"]
    assert given["world"]["others_warmth"] == point["world.others_warmth"]
    assert not given["policy"]


@pytest.mark.parametrize("n", [64, 50])
def test_points_lie_in_every_quarter_of_every_range(n: int) -> None:
    rules = RuleSet(Clinic)
    drawn = points([rules], n, seed=3)
    assert len(drawn) == n
    for axis, (low, high) in box(rules).items():
        values = np.array([point[axis] for point in drawn], dtype=float)
        assert low <= values.min() and values.max() <= high, axis
        u = (values - low) / (high - low)
        if low > 0 and high / low > 8:
            u = np.log(values / low) / np.log(high / low)
        counts = np.histogram(u, [0.0, 0.25, 0.5, 0.75, 1.0])[0]
        assert counts.min() >= n // 4 - 3 and counts.max() <= n // 4 + 4, f"{axis}: {counts}"


def test_points_follow_from_the_seed() -> None:
    rules = RuleSet(Dyad)
    for n in (8, 6):
        assert points([rules], n, seed=1) == points([rules], n, seed=1) != points([rules], n, seed=2)


def test_whole_numbers_stay_whole_and_reach_both_ends() -> None:
    delays = [point["therapist.attunement_delay"] for point in points([RuleSet(Dyad)], 128, seed=0)]
    assert all(isinstance(delay, int) for delay in delays)
    assert set(delays) == set(range(21))


def test_wide_ranges_are_drawn_in_the_logarithm() -> None:
    drawn = points([RuleSet(Dyad)], 128, seed=0)
    low, high = box(RuleSet(Dyad))["person.safety_rate"]
    assert np.median([point["person.safety_rate"] for point in drawn]) == pytest.approx(
        math.sqrt(low * high), rel=0.05
    )
    assert np.median([point["person.alarm_gain"] for point in drawn]) == pytest.approx(1.55, rel=0.02)


def test_less_than_one_point_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="n is 0"):
        points([RuleSet(Dyad)], 0, seed=0)
