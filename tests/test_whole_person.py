"""What a modeller relies on in one person: reading others, flows, parts, emotions (older: test_person.py)."""

from __future__ import annotations

import pytest
from one_person import ESCAPED, LUCK, NEUTRAL, STAYED, WARM, YIELDED, person, stake
from small_runs import luck_of

from mentalities_sim.person import Person
from mentalities_sim.signals import Answer, Mentality, Perceived, Signal, Surface

LABELLED = Signal(0.0, 0.8, 0.0, 0.0, 1.0, 1.0, 0)
SEEN_NOTHING = Perceived(0.0, 0.0, 0.0)
WINNING = Answer(0, 0.0, 0.0, 0.0, 0.9)
LOSING = Answer(0, 0.0, 0.0, 0.0, 0.1)


def learned(someone: Person, answer: Answer = STAYED, surface: int = 0, **parts: float) -> Person:
    """Somebody after an exchange of which only these parts of the appraisal are not nothing."""
    if surface == Surface.OTHER:
        someone.received_warmth = -parts.get("harm", 0.0)
    someone.learn(SEEN_NOTHING, stake(**parts), answer, surface, 0.0)
    return someone


# perceive: labelling and the critic (T19)


def test_labelling_restores_mentalizing_at_equal_threat() -> None:
    fused, observing = (person(threat=0.8, expected_warmth=(-0.6, -0.6)) for _ in range(2))
    unlabelled, labelled = fused.perceive(WARM, LUCK), observing.perceive(LABELLED, LUCK)
    assert (fused.mentalizing, observing.mentalizing) == pytest.approx((0.9 - 0.48, 0.9 - 0.24))
    assert unlabelled.warmth < labelled.warmth < WARM.warmth
    assert fused.threat == observing.threat == 0.8
    blunt = person(threat=0.8, labelling_restores=0.0)
    blunt.perceive(LABELLED, LUCK)
    assert blunt.mentalizing == pytest.approx(fused.mentalizing)


def test_labelling_does_nothing_for_those_who_are_calm() -> None:
    assert person(threat=0.0).perceive(WARM, LUCK) == person(threat=0.0).perceive(LABELLED, LUCK)


def test_what_was_put_into_words_fades_over_exchanges_and_is_gone_within_the_hour() -> None:
    someone = person(threat=0.8)
    someone.perceive(LABELLED, LUCK)
    kept = []
    for _ in range(4):
        kept.append(someone.mentalizing)
        someone.perceive(WARM, LUCK)
    assert kept == sorted(kept, reverse=True) and kept[0] > kept[3] > 0.9 - 0.48
    assert someone.labelled == pytest.approx(0.8**4)
    someone.elapse(1.0)
    assert someone.labelled < 1e-4


def test_in_threat_the_critic_is_heard_in_others_and_labelling_undoes_it() -> None:
    critic = {"expected_warmth": (0.3, -0.7), "expected_dominance": (0.0, 0.8)}
    calm, afraid, labelling = (person(threat=t, **critic) for t in (0.0, 1.0, 1.0))
    labelling.labelled = 1.0
    assert calm.expect(Surface.OTHER) == (0.3, 0.0)
    assert afraid.expect(Surface.OTHER) == pytest.approx((0.3 - 0.3 * 1.0, 0.3 * 0.8))
    assert labelling.expect(Surface.OTHER) == calm.expect(Surface.OTHER)
    assert {p.expect(Surface.SELF) for p in (calm, afraid, labelling)} == {(-0.7, 0.8)}
    apart = person(threat=1.0, inner_colours_outer=0.0, **critic)
    assert apart.expect(Surface.OTHER) == (0.3, 0.0)


def test_equal_expectations_of_others_are_read_worse_by_those_with_a_harsher_critic() -> None:
    def read(inner: float, labelling: float = 0.0) -> float:
        someone = person(threat=0.8, expected_warmth=(0.2, inner), labelled=labelling / 0.8)
        return someone.perceive(NEUTRAL, LUCK).warmth

    assert read(-0.9) < read(0.2)
    assert read(-0.9, labelling=0.8) > read(-0.9)


# flows: what harm after warmth teaches (A1), transfer (C1)


def harmed(pause: float | None, warm: bool = True, **state: float) -> Person:
    """Somebody who was warmly met, or not, and then harmed after a pause in hours."""
    someone = person(warmth_danger=0.0, self_warmth_danger=0.0, threat=0.0, **state)
    if warm:
        learned(someone, cue=0.8, kindness=0.6)
    if pause is not None:
        someone.elapse(pause)
    return learned(someone, harm=0.6)


def test_harm_minutes_after_warmth_teaches_that_warmth_is_dangerous() -> None:
    betrayed = harmed(5.0 / 60.0)
    trace = 0.8 * 2.718281828**-1.0
    assert betrayed.warmth_danger == pytest.approx(0.05 * trace * 0.9, rel=1e-6)
    assert betrayed.fear_of_compassion == betrayed.warmth_danger > 0.0
    assert harmed(None).warmth_danger > betrayed.warmth_danger


@pytest.mark.parametrize("pause, warm", [(None, False), (5.0 / 60.0, False), (1.0, True)])
def test_the_same_harm_alone_or_an_hour_later_does_not(pause: float | None, warm: bool) -> None:
    assert harmed(pause, warm).warmth_danger < 1e-5


def test_after_such_a_history_warmth_alarms_and_after_any_other_it_does_not() -> None:
    """The sign of what equal warmth does to threat turns with history, through learning alone."""
    change = {}
    for warm in (True, False):
        someone = person(warmth_danger=0.0, warmth_needed=0.0, perception_noise=0.0)
        for _ in range(60):
            if warm:
                learned(someone, cue=0.8)
            learned(someone, harm=0.6)
            someone.elapse(24.0)
        someone.threat = 0.3
        someone.encounter(WARM, 0.0, LUCK)
        change[warm] = someone.threat - 0.3
    assert change[True] > 0.05 and change[False] < -0.01


def test_harm_after_one_gave_makes_giving_dangerous_and_kindness_makes_it_safe() -> None:
    gave, kept_back = (person(given_lately=g, flow_transfer=0.0) for g in (0.8, 0.0))
    for someone in (gave, kept_back):
        learned(someone, harm=0.6)
    assert gave.giving_danger == pytest.approx(0.05 * 0.8 * 0.9) and kept_back.giving_danger == 0.0
    assert gave.fear_of_giving == gave.giving_danger and gave.warmth_danger == 0.5
    learned(gave, kindness=0.5)
    assert gave.giving_safety > 0.0 and gave.fear_of_giving < gave.giving_danger


def test_giving_that_is_feared_alarms_the_giver_and_keeps_warmth_in() -> None:
    afraid, free = (person(fear_of_giving=f, given_lately=0.5, warmth_danger=0.0) for f in (0.6, 0.0))
    alarms = [p.appraise(NEUTRAL, SEEN_NOTHING, Surface.OTHER, 0.0).alarm for p in (afraid, free)]
    assert alarms == pytest.approx([1.5 * 0.6 * 0.5, 0.0])
    shown = [person(approval_seeking=0.0, fear_of_giving=f).give(0.8) for f in (0.6, 0.0)]
    assert shown[0] == pytest.approx(0.4 * shown[1])


@pytest.mark.parametrize("share", [0.2, 0.0])
def test_a_share_of_what_one_flow_learns_reaches_the_other(share: float) -> None:
    received = learned(person(flow_transfer=share), cue=0.8, fear=0.5)
    assert received.self_warmth_safety == pytest.approx(share * received.warmth_safety)
    to_self = learned(person(flow_transfer=share), surface=Surface.SELF, cue=0.8, fear=0.5)
    assert to_self.warmth_safety == pytest.approx(share * to_self.self_warmth_safety)
    betrayed = learned(person(flow_transfer=share, warmth_lately=0.8), harm=0.9)
    gained = betrayed.warmth_danger - 0.5
    assert gained > 0.0 and betrayed.self_warmth_danger - 0.5 == pytest.approx(share * gained)
    assert betrayed.giving_danger == pytest.approx(share * gained)


# longing and alarm (C8), blocks (C3)


def test_warmth_calls_up_longing_in_the_neglected_and_alarm_in_the_harmed() -> None:
    neglected = person(expected_warmth=(-0.3, 0.0), warmth_danger=0.0)
    harmed = person(expected_warmth=(-0.3, 0.0), warmth_danger=0.9)
    loved = person(expected_warmth=(0.6, 0.0), warmth_danger=0.0)
    felt = [p.appraise(WARM, p.perceive(WARM, LUCK), Surface.OTHER, 0.0) for p in (neglected, harmed, loved)]
    assert felt[0].longing == pytest.approx(0.8 * 0.8) and felt[0].alarm == 0.0
    assert felt[1].alarm > 0.9 and felt[1].longing == pytest.approx(0.1 * felt[0].longing)
    assert felt[2].longing == felt[2].alarm == 0.0


def test_longing_hurts_a_little_and_turns_one_to_care() -> None:
    longing, not_so = person(), person()
    longing.feel(stake(longing=0.8), STAYED)
    not_so.feel(stake(), STAYED)
    assert 0.0 < longing.threat - not_so.threat < 0.1
    seeks = [person().match(SEEN_NOTHING, stake(longing=x))[Mentality.CARE_SEEKING] for x in (0.0, 0.8)]
    assert seeks[1] - seeks[0] == pytest.approx(0.8)


def test_skill_grows_by_trying_on_the_surface_where_one_tries() -> None:
    other = learned(person(skill=0.2, self_skill=0.2, giving_skill=0.2), cue=0.8)
    assert other.skill == pytest.approx(0.2 + 0.002 * 0.8 * 0.8)
    assert (other.self_skill, other.giving_skill) == (0.2, 0.2)
    inside = learned(person(skill=0.2, self_skill=0.2), surface=Surface.SELF, cue=0.8)
    assert inside.self_skill > 0.2 == inside.skill
    gives = learned(person(giving_skill=0.2, given_lately=0.8))
    assert gives.giving_skill == pytest.approx(other.skill)


@pytest.mark.parametrize("answer", [ESCAPED, YIELDED])
def test_what_is_not_stayed_with_is_not_practised(answer: Answer) -> None:
    assert learned(person(skill=0.2), answer, cue=0.8).skill == 0.2


def test_burden_and_lack_of_skill_take_room_for_kindness_and_leave_alarm() -> None:
    def felt(**state: float) -> tuple[float, float]:
        someone = person(resistance=0.0, **state)
        stake = someone.appraise(WARM, Perceived(0.0, 0.8, 0.8), Surface.OTHER, 0.0)
        return stake.kindness, stake.alarm

    free, alarm = felt(skill=1.0)
    assert free == pytest.approx(0.8) and alarm == pytest.approx(1.5 * 0.5 * 0.8)
    assert felt(skill=1.0, burden=0.5) == pytest.approx((free / 2, alarm))
    assert felt(skill=0.5) == pytest.approx((free / 2, alarm))
    assert felt(skill=1.0, burden=1.0)[0] == 0.0


# parts (C4, P1-P3)


def guarded(signal: Signal, **state: float) -> float:
    """Change of the part that stands guard over one exchange, surface by that of the signal."""
    name = "self_resistance" if signal.surface == Surface.SELF else "resistance"
    someone = person(**{name: 0.5, "threat": 0.0, **state})
    seen = Perceived(signal.dominance, signal.warmth, max(signal.warmth, 0.0))
    what = someone.appraise(signal, seen, signal.surface, 0.0)
    someone.learn(seen, what, STAYED, signal.surface, 0.0)
    return getattr(someone, name) - 0.5


def test_a_guarding_part_hardens_when_pushed_and_softens_with_respect() -> None:
    pushed, respected = Signal(0.6, 0.6, 0.0, 0.0, 1.0, 0.0, 0), Signal(0.0, 0.6, 0.0, 1.0, 1.0, 0.0, 0)
    assert guarded(pushed) > 0.0 > guarded(respected)
    assert guarded(pushed, resistance_rate=0.0) == guarded(respected, resistance_rate=0.0) == 0.0
    free_push = Signal(0.6, 0.6, 0.0, 1.0, 1.0, 0.0, 0)
    assert guarded(free_push) == pytest.approx(guarded(respected)), "what leaves one free does not push"


def test_each_step_of_respect_counts() -> None:
    whole, unfree, cool = (
        guarded(Signal(0.0, w, 0.0, f, 1.0, 0.0, 0)) for w, f in ((0.6, 1.0), (0.6, 0.0), (0.0, 1.0))
    )
    assert whole < unfree and whole < cool == 0.0, "freedom, warmth: without either it softens less"
    for warm in (0.0, 0.5, 1.0):
        firm = Signal(0.6, warm, 0.0, 0.0, 1.0, 0.0, 1)
        pressure, respect = person().meet_guard(firm, Perceived(0.6, warm, warm), Surface.SELF)
        assert pressure == pytest.approx(0.6 * (1.0 - warm)), "firmness pushes the less, the warmer it is"
        assert respect == pytest.approx(0.5 * warm * (1.0 - pressure))


def test_respect_reaches_a_part_the_more_when_it_is_addressed_inside() -> None:
    between, inside = (guarded(Signal(0.0, 0.6, 0.0, 1.0, 1.0, 0.0, s)) for s in (0, 1))
    assert inside == pytest.approx(2.0 * between) and inside < 0.0
    assert guarded(Signal(0.0, 0.6, 0.0, 1.0, 1.0, 0.0, 0), unaddressed=0.0) == 0.0


def test_a_roused_part_is_pushed_by_warmth_that_passes_it_by() -> None:
    bypassing = Signal(0.0, 0.6, 0.0, 0.0, 1.0, 0.0, 0)
    assert guarded(bypassing, guard=0.6) > 0.0 > guarded(bypassing, guard=0.0)


def test_care_that_is_put_on_hardens_the_part_that_guards_giving() -> None:
    put_on, meant = (learned(person(giving_resistance=0.3, **s)) for s in ({"put_on": 0.8}, {}))
    assert put_on.giving_resistance > meant.giving_resistance == 0.3
    assert learned(person(giving_resistance=0.3, given_lately=0.8)).giving_resistance < 0.3


def test_a_part_is_roused_with_a_lag_by_what_is_let_in_and_eases_the_same_way() -> None:
    someone, levels = person(resistance=0.8), []
    for cue in (0.9, 0.9, 0.9, 0.0, 0.0):
        someone.rouse_guard(stake(cue=cue), Surface.OTHER)
        levels.append(someone.guard)
    assert levels[0] == pytest.approx(0.2 * 0.8 * 0.9)
    assert levels[0] < levels[1] < levels[2] < 0.72 and levels[2] > levels[3] > levels[4] > 0.0
    spared = person(resistance=0.8)
    spared.rouse_guard(stake(cue=0.9, respect=1.0), Surface.OTHER)
    assert spared.guard == 0.0


def gives_way(**state) -> float:
    """Chance of giving way to a part on guard, read from what the rule returns."""
    return person(**{"guard": 0.8, **state}).rouse_guard(stake(), Surface.OTHER)


def test_giving_way_to_a_part_is_decided_by_the_referee_of_every_contest() -> None:
    by_power = [gives_way(power=(0.0, m)) for m in (-0.8, 0.0, 0.8)]
    by_iss = [gives_way(involuntary_subordination=u) for u in (0.0, 0.4, 0.8)]
    assert by_power == sorted(by_power, reverse=True) and by_power[0] > 2.0 * by_power[2]
    assert by_iss == sorted(by_iss) and by_iss[2] > by_iss[0] + 0.1
    assert gives_way(power=(0.9, 0.0)) == gives_way(power=(-0.9, 0.0)), "power with others is no matter here"


def test_giving_way_to_a_part_is_leaving_the_contact() -> None:
    eager = luck_of(Person, heeding=0.0)
    heeded = person(resistance=0.9, guard=0.5)
    answer = heeded.refer(stake(cue=0.8), Surface.OTHER, eager)
    assert (heeded.heeded, heeded.escaped, answer.escaped) == (1, 1, 1.0)
    unheeded = person(resistance=0.9, guard=0.5)
    assert unheeded.refer(stake(cue=0.8), Surface.OTHER, LUCK).escaped == unheeded.heeded == 0
    heeded.part()
    assert heeded.heeded == 0


def test_one_part_alone_never_gives_way_to_another() -> None:
    one = person(resistance=0.9, guard=0.9, guard_speaks=0.0)
    answer = one.refer(stake(cue=0.9), Surface.OTHER, luck_of(Person, heeding=0.0))
    assert (one.heeded, answer.escaped) == (0, 0.0)


# emotions (S9)


def emotions(answer: Answer, surface: int = 0, *, what: dict[str, float] | None = None, **state) -> dict:
    someone = person(**state)
    someone.emote(stake(**(what or {})), answer, surface)
    return dict(zip(("anger", "fear", "disgust", "guilt", "shame"), someone.threat_emotion, strict=True))


def test_threat_by_others_is_anger_where_one_can_win_and_fear_where_not() -> None:
    strong, weak = emotions(WINNING, threat=0.8), emotions(LOSING, threat=0.8)
    assert (strong["anger"], strong["fear"]) == pytest.approx((0.72, 0.08))
    assert (weak["anger"], weak["fear"]) == pytest.approx((0.08, 0.72))
    assert strong["guilt"] == strong["shame"] == strong["disgust"] == 0.0


def test_disgust_answers_what_is_cold_and_bids_for_nothing() -> None:
    assert emotions(STAYED, threat=0.8, what={"harm": 0.5})["disgust"] == pytest.approx(0.4)
    assert emotions(STAYED, threat=0.8, what={"harm": 0.5, "bid": 1.0})["disgust"] == 0.0


def test_a_fault_is_guilt_unseen_shame_when_seen_by_those_who_cannot_win() -> None:
    unseen, seen = (emotions(LOSING, at_fault=0.8, exposed=e, threat=0.0) for e in (0.0, 1.0))
    assert (unseen["guilt"], unseen["shame"]) == pytest.approx((0.8, 0.0))
    assert (seen["guilt"], seen["shame"]) == pytest.approx((0.0, 0.72))
    proud = emotions(WINNING, at_fault=0.8, exposed=1.0, threat=0.0)
    assert proud["shame"] < 0.1 < proud["anger"], "the rest is anger"


def test_having_attacked_somebody_who_did_not_is_guilt_that_repairs() -> None:
    attacker = person(shown_warmth=-0.8, shown_dominance=0.8, perceived_warmth=0.0, threat=0.2)
    attacker.own_up()
    assert attacker.at_fault == pytest.approx(0.64) and attacker.exposed == 0.0
    attacker.emote(stake(), STAYED, Surface.OTHER)
    repairs = attacker.act(STAYED, LUCK)
    bystander = person(threat=0.2)
    bystander.emote(stake(), STAYED, Surface.OTHER)
    assert repairs.warmth > bystander.act(STAYED, LUCK).warmth + 0.2
    gives = [p.match(SEEN_NOTHING, stake())[Mentality.CARE_GIVING] for p in (attacker, bystander)]
    assert gives[0] > gives[1] + 0.2


@pytest.mark.parametrize("warmth, dominance, met", [(-0.8, -0.3, 0.0), (-0.5, 0.8, -0.6), (0.5, 0.8, 0.0)])
def test_withdrawal_and_answers_in_kind_and_firm_kindness_are_no_fault(warmth, dominance, met) -> None:
    someone = person(shown_warmth=warmth, shown_dominance=dominance, perceived_warmth=met)
    someone.own_up()
    assert someone.at_fault == 0.0


def test_being_seen_failing_makes_those_who_blame_themselves_submit() -> None:
    sent = {}
    for blame in (0.9, 0.0):
        someone = person(self_blame=blame)
        someone.be_found_wanting(1.0)
        someone.emote(stake(), LOSING, Surface.OTHER)
        sent[blame] = someone.act(LOSING, LUCK).dominance
    assert sent[0.9] < sent[0.0] - 0.3


def test_anger_shows_as_dominance_and_fear_does_not() -> None:
    def shown(place: int) -> float:
        emotion = [0.0] * 5
        emotion[place] = 0.8
        return person(threat_emotion=emotion).act(STAYED, LUCK).dominance

    none = person().act(STAYED, LUCK).dominance
    assert shown(0) - none == pytest.approx(0.2 * 0.8) and shown(1) == none


def test_leaving_the_contact_is_found_wanting_with_others_and_not_with_oneself() -> None:
    for surface, fault in ((Surface.OTHER, 0.7), (Surface.SELF, 0.0)):
        someone = person(self_blame=0.7)
        someone.emote(stake(), ESCAPED, surface)
        assert someone.at_fault == fault


def test_a_fault_fades_from_one_exchange_to_the_next() -> None:
    someone = person(at_fault=0.8)
    someone.emote(stake(), STAYED, Surface.OTHER)
    assert someone.at_fault == pytest.approx(0.72)


# self-blame (T13)


def test_one_takes_the_blame_for_harm_by_those_who_are_close_and_by_nobody_else() -> None:
    close, distant = (learned(person(closeness=c), harm=0.6) for c in (1.0, 0.0))
    assert close.self_blame == pytest.approx(0.01 * 0.6) and distant.self_blame == 0.0


def test_blame_is_eased_by_labelling_and_by_kindness_that_is_stayed_with() -> None:
    def left(answer: Answer = STAYED, **how: float) -> float:
        kindness = how.pop("kindness", 0.0)
        return learned(person(self_blame=0.6, **how), answer, kindness=kindness).self_blame

    assert left() == 0.6
    assert left(labelled=1.0) == pytest.approx(0.6 - 0.01 * 0.6)
    assert left(kindness=0.5) == pytest.approx(0.6 - 0.01 * 0.5 * 0.6)
    assert left(ESCAPED, kindness=0.5) == 0.6


def test_shame_turns_one_inward() -> None:
    at = luck_of(Person, brooding=0.2)
    ashamed, unashamed = person(threat_emotion=[0.0, 0.0, 0.0, 0.0, 0.8]), person()
    assert ashamed.turns_inward(at) and not unashamed.turns_inward(at)
    assert not person(threat_emotion=[0.0, 0.0, 0.0, 0.0, 0.8], shame_turns_inward=0.0).turns_inward(at)
    assert not person(threat_emotion=[0.0, 0.0, 0.0, 0.8, 0.0]).turns_inward(at), "guilt does not"
