"""What a therapist can do: every intervention is a signal and nothing else, the same on both engines."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from small_dyads import dyads, run_both

from mentalities_sim.declare import State
from mentalities_sim.engine.rules import RuleSet
from mentalities_sim.experiment.turns import DOES
from mentalities_sim.interventions import (
    REPERTOIRE,
    Intervention,
    known_interventions,
    number_of,
    signal_of,
)
from mentalities_sim.policies import Policy
from mentalities_sim.signals import Signal
from mentalities_sim.worlds import Dyad

PACKAGE = Path(__file__).parents[1] / "mentalities_sim"
HOW_MANY = len(REPERTOIRE)
DOSES = (-0.5, 0.0, 0.3, 0.8, 1.0)
WIDE = {"dominance": -1.0, "warmth": -1.0}
every = pytest.mark.parametrize("one", REPERTOIRE, ids=lambda one: one.name)


def named(name: str) -> type[Intervention]:
    return known_interventions()[name]


# each of them


@every
def test_every_intervention_says_what_it_is_and_where_it_is_described(one: type[Intervention]) -> None:
    assert one.name and one.meaning and one.source.startswith(("CBK", "FOC", "RAL"))
    assert one.__doc__ and "\n" not in one.__doc__.strip() and one.__doc__.strip().endswith(".")
    assert isinstance(one.exchanges, int) and one.exchanges >= 1


@every
def test_every_signal_stays_within_its_channels_whatever_the_dose(one: type[Intervention]) -> None:
    for dose in DOSES:
        sent = one.signal(dose)
        assert sent.surface in (0, 1) and type(sent.surface) is int
        for name, value in zip(Signal._fields[:-1], sent, strict=False):
            assert WIDE.get(name, 0.0) <= value <= 1.0, name
            assert type(value) is float, f"{name} must be written as a float"


@every
def test_only_warmth_depends_on_the_dose_and_by_its_share(one: type[Intervention]) -> None:
    low, high = one.signal(0.1), one.signal(0.2)
    assert low._replace(warmth=0.0) == high._replace(warmth=0.0)
    assert high.warmth - low.warmth == pytest.approx(0.1 * one.dose_share)


def test_names_are_one_vocabulary_for_turns_and_plans() -> None:
    assert len(known_interventions()) == HOW_MANY, "a name is given twice"
    assert {name: one.meaning for name, one in known_interventions().items()} == DOES
    assert [number_of(name) for name in known_interventions()] == list(range(HOW_MANY))


def test_a_misspelt_name_is_told_the_nearest() -> None:
    with pytest.raises(ValueError, match="nearest: 'safe place'"):
        number_of("save place")


# what they must be to test the theory


@pytest.mark.parametrize("expert", ["interprets", "advises", "uses jargon"])
@pytest.mark.parametrize("dose", DOSES)
def test_authority_can_be_as_warm_as_contact_and_differs_in_who_leads(expert: str, dose: float) -> None:
    """T2 compares them at equal warmth."""
    sent, contact = named(expert).signal(dose), named("empathic contact").signal(dose)
    assert sent.warmth == contact.warmth
    assert 0.3 <= sent.dominance <= 0.6 and contact.dominance == 0.0
    assert sent.freedom == 0.0


@pytest.mark.parametrize("dose", [0.05, 0.3, 0.6, 0.85])
def test_each_step_of_the_imagery_is_inside_and_warmer_than_the_one_before(dose: float) -> None:
    steps = ["safe place", "compassionate colour", "compassionate other", "compassionate self"]
    sent = [named(step).signal(dose) for step in steps]
    assert [signal.surface for signal in sent] == [1] * 4
    warmth = [signal.warmth for signal in sent]
    assert warmth == sorted(set(warmth))
    assert max(signal.dominance for signal in sent) <= 0.1


def test_alliancing_never_leads_and_gives_more_freedom_at_each_step() -> None:
    steps = [named(f"{verb} the part").signal(0.5) for verb in ("acknowledges", "appreciates", "invites")]
    assert all(s.dominance <= 0.0 and s.warmth > 0.0 and s.surface == 1 for s in steps)
    freedom = [s.freedom for s in steps]
    assert freedom == sorted(set(freedom)) and freedom[-1] == 1.0
    assert steps[0].labelling > max(s.labelling for s in steps[1:])


def test_the_opposites_of_alliancing_leave_no_freedom() -> None:
    pushed, bypassed = named("pushes the part").signal(0.5), named("bypasses the part").signal(0.5)
    assert pushed.freedom == bypassed.freedom == 0.0
    assert pushed.dominance > 0.3 and pushed.surface == 1
    assert bypassed.warmth >= named("acknowledges the part").signal(0.5).warmth and bypassed.surface == 0


@pytest.mark.parametrize("dose", [0.0, 0.5, 1.0])
def test_the_critic_is_thanked_warmly_or_suppressed_coldly_in_the_same_time(dose: float) -> None:
    thanks, suppresses = named("thanks the critic"), named("suppresses the critic")
    assert thanks.signal(dose).warmth > 0.0 > suppresses.signal(dose).warmth
    assert 0.0 < thanks.dominance < suppresses.dominance
    assert thanks.surface == suppresses.surface == 1 and thanks.exchanges == suppresses.exchanges


def test_what_gives_freedom_plays_or_states_care_is_first_in_its_channel() -> None:
    def most(channel: str) -> set[str]:
        best = max(getattr(one, channel) for one in REPERTOIRE)
        return {one.name for one in REPERTOIRE if getattr(one, channel) == best}

    assert "gives freedom" in most("freedom") and named("gives freedom").dominance < 0.0
    assert most("playfulness") == {"plays"}
    assert most("expressiveness") == {"states care"}
    assert "explains the tricky brain" in most("labelling")


# nothing but a signal


def test_no_rule_of_a_person_or_a_world_knows_the_interventions() -> None:
    """Else a rule could read a name where it should meet a signal."""
    for path in [*PACKAGE.glob("person/*.py"), *PACKAGE.glob("worlds/*.py"), PACKAGE / "therapist.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any("interventions" in name for name in names), path


def test_a_number_that_none_has_is_an_error() -> None:
    for number in (-1, HOW_MANY):
        with pytest.raises(ValueError, match="number"):
            signal_of(number, 0.5)


class DoesAll(Policy):
    """Do everything in turn, and remember what was sent."""

    sent = State((0.0,) * 7, (-1.0, 1.0), meaning="the last signal")

    def choose(self, therapist, script, progress: float, exchange: int, luck) -> Signal:
        self.does = (self.does + 1) % HOW_MANY
        self.dose = 2.0 * progress - 1.0
        signal = signal_of(self.does, self.dose)
        self.sent[0] = signal.dominance
        self.sent[1] = signal.warmth
        self.sent[2] = signal.playfulness
        self.sent[3] = signal.freedom
        self.sent[4] = signal.expressiveness
        self.sent[5] = signal.labelling
        self.sent[6] = 1.0 * signal.surface
        return signal


def test_a_rule_sends_what_the_class_says_on_both_engines() -> None:
    size = {"sessions": 2, "exchanges": HOW_MANY, "slots": 1, "run_in": 0}
    batch = dyads(RuleSet(Dyad, {"policy": DoesAll}), runs=2, given={"world": size})
    _, trace = run_both(batch)
    policy = trace.series["policy"][:, batch.schedule.phase == 0]
    assert set(policy["does"][0]) == set(range(HOW_MANY))
    for row in policy[0]:
        one = REPERTOIRE[row["does"]]
        assert tuple(row["sent"]) == tuple(one.signal(row["dose"]))
        assert signal_of(int(row["does"]), float(row["dose"])) == one.signal(row["dose"])
