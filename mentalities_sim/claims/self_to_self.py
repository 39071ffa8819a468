"""M6, I4, I5, I10: how people come to attack themselves, what it does, and what their answer does."""

from __future__ import annotations

from dataclasses import dataclass

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import brought_up, laboratory, life, oneself, said_inside, signal, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.equivalence import NoDifference
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.person.inward import FIGHT, STAND_COLDLY, STAND_KINDLY, YIELD


@dataclass(frozen=True)
class SelfAttackIsLearned(Claim):
    """After a harsh childhood people speak coldly to themselves, and that threatens them, by the same rules
    by which they meet others."""

    id = "M6"
    arms = {
        "harsh": laboratory(oneself(), **brought_up(1000, harsh=1.0)),
        "warm": laboratory(oneself(), **brought_up(1000, warm=1.0)),
    }
    reads = ("person.inner_warmth", "person.threat")
    bounded = ("person.threat",)
    rests_on = ("internalising",)
    ablated = "what is met in others does not reach the inner other, not even from those who are close"
    sham = "security"
    derivation = "caregivers are taken inside; the inner other says what it is expected to; coldness harms"

    def signature(self, seen: Seen) -> Measure:
        """Coldness to oneself, and threat on meeting oneself, harsh less warm; coldness after harshness."""
        cold = {arm: -seen[arm].end("person.inner_warmth") for arm in seen}
        threat = {arm: seen[arm].end("person.threat") for arm in seen}
        return Together(
            {
                "colder to oneself": Difference(cold["harsh"] - cold["warm"], cold["warm"]),
                "an attack": Difference(cold["harsh"], cold["harsh"]),
                "it threatens": Difference(threat["harsh"] - threat["warm"], threat["warm"]),
            }
        )


ATTACK = {"dominance": 0.5, "warmth": -0.5}
FIVE_MINUTES = 5.0 / 60.0
MOMENTS = {"at first": 0, "after five": 4, "five minutes later": 5}


class SymbolsDoWhatEventsDo(Claim):
    """Five attacks by oneself threaten as much, and for as long, as five equal attacks by another."""

    id = "I4"
    arms = {
        "by oneself": laboratory(said_inside(5, **ATTACK), wait(FIVE_MINUTES), **PEOPLE),
        "by another": laboratory(signal(5, **ATTACK), wait(FIVE_MINUTES), **PEOPLE),
        "nobody": laboratory(wait(0.0, times=5), wait(FIVE_MINUTES), **PEOPLE),
    }
    reads = ("person.threat",)
    bounded = ("person.threat",)
    rests_on = ("inner_voice",)
    ablated = "what one says to oneself is not heard: there is no self surface"
    sham = "play"
    derivation = "one encounter rule serves others and oneself"
    tried = (
        "Both attacks threaten much, but one's own the more (.86 against .51 after five), beyond d .2 at "
        "each moment: another's coldness is softened by what one expects of others, and one hears one's "
        "own upset answer. With both taken away, looked at beside it, the two come close (.78 and .79, "
        "within d .3)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Threat with either attack above that with none; and no difference beyond d .2 at three moments."""
        course = {arm: seen[arm].course("person.threat") for arm in seen}
        parts: dict[str, Measure] = {
            arm: Difference(course[arm][:, 4] - course["nobody"][:, 4], course["by another"][:, 4])
            for arm in ("by oneself", "by another")
        }
        for words, i in MOMENTS.items():
            one, other = course["by oneself"][:, i], course["by another"][:, i]
            parts[f"alike {words}"] = NoDifference(one - other, other)
        return Together(parts)


SELF_CRITICAL = {
    "person.expected_warmth": (0.1, -0.4),
    "person.expected_dominance": (0.3, 0.6),
    "person.power": (-0.2, -0.4),
    "person.involuntary_subordination": 0.3,
}
"""People who are hard on themselves, as in the experiment on the critic; without a childhood, in which
forced answers would be forced as well."""
ANSWERS = {"yields": YIELD, "fights": FIGHT, "coldly": STAND_COLDLY, "kindly": STAND_KINDLY}


class AnswersMatter(Claim):
    """Ten inner attacks leave more threat and subordination in those who yield than in those who stand up
    kindly, and more threat in those who fight: the same people, the answer forced."""

    id = "I5"
    arms = {
        name: laboratory(said_inside(10, **ATTACK), **SELF_CRITICAL, **{"person.forced_answer": answer})
        for name, answer in ANSWERS.items()
    }
    reads = ("person.threat", "person.involuntary_subordination")
    bounded = ("person.threat",)
    rests_on = ("subordination", "answer_heard")
    ablated = "yielding neither threatens nor subordinates, and one's answer is not heard"
    sham = "unlearning"
    derivation = "a bid that is yielded to adds to threat and ISS; one's own answer is heard as warm or cold"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Threat and ISS after yielding, and threat after fighting, less those after standing up kindly."""
        threat = {arm: seen[arm].end("person.threat") for arm in seen}
        iss = {arm: seen[arm].end("person.involuntary_subordination") for arm in seen}
        return Together(
            {
                "threat, yields less kindly": Difference(
                    threat["yields"] - threat["kindly"], threat["kindly"]
                ),
                "ISS, yields less kindly": Difference(iss["yields"] - iss["kindly"], iss["kindly"]),
                "threat, fights less kindly": Difference(
                    threat["fights"] - threat["kindly"], threat["kindly"]
                ),
            }
        )


SIX_WEEKS = life(42 * 12)


class FirmAndKindIsHealthiest(Claim):
    """Six weeks on, those who stand up kindly to their critic have less ISS and self-attack than those who do
    so coldly, and these less than those who yield."""

    id = "I10"
    also_serves = "kindness to oneself soothes and unlearns fear in every encounter with oneself (T11, I8)"
    arms = {
        name: laboratory(SIX_WEEKS, oneself(), **SELF_CRITICAL, **{"person.forced_answer": ANSWERS[name]})
        for name in ("yields", "coldly", "kindly")
    }
    reads = ("person.involuntary_subordination", "person.inner_warmth")
    moments = "end"
    rests_on = ("self_kindness",)
    ablated = "warmth to oneself is no kindness"
    sham = "unlearning"
    derivation = (
        "yielding adds to the ISS, which broods; what one hears oneself answer teaches the inner other"
    )
    tried = (
        "Three of four parts hold: yielding is worst in both, and cold firmness leaves more self-attack "
        "than kind firmness. The ISS does not tell these two apart: whoever does not yield has none."
    )

    def signature(self, seen: Seen) -> Measure:
        """ISS and coldness said to oneself: yields less coldly, and coldly less kindly."""
        iss = {arm: seen[arm].end("person.involuntary_subordination") for arm in seen}
        cold = {arm: -seen[arm].end("person.inner_warmth") for arm in seen}
        return Together(
            {
                f"{what}, {worse} less {better}": Difference(values[worse] - values[better], values[better])
                for what, values in (("ISS", iss), ("self-attack", cold))
                for worse, better in (("yields", "coldly"), ("coldly", "kindly"))
            }
        )
