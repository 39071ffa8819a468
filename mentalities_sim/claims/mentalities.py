"""M1, M3, M4, M5: social mentalities: what they colour, how one gets stuck in one, what threat hears."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.affect import PEOPLE
from mentalities_sim.claims.arms import brought_up, fear, laboratory, replayed, signal, therapy, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.mechanisms import ALIKE5, off
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.policies import Titrated
from mentalities_sim.signals import Mentality


class MentalitiesColourEverything(Claim):
    """The same warm and the same dominant signal are weighed, felt and answered otherwise in each mentality.

    Each mentality is held from the start; nobody is brought up in it, since a childhood in one mentality
    would leave another person behind.
    """

    id = "M1"
    tried = (
        "Attention, answers and the odds of yielding differ by mentality; how much kindness soothes does so "
        "only a little, since attention to warmth differs by no more than a third."
    )
    arms = {
        mentality.name.lower(): laboratory(
            signal(warmth=0.5),
            wait(2.0, times=12),
            signal(dominance=0.5),
            **{"person.mentality": int(mentality), "person.mentalities_switch": 0.0},
        )
        for mentality in Mentality
    }
    reads = (
        "person.kindness",
        "person.soothing",
        "person.yield_chance",
        "person.shown_warmth",
        "person.shown_dominance",
    )
    rests_on = ("mentality_colours",)
    ablation = {**off("mentality_colours"), "person.attention_to_dominance": ALIKE5}
    ablated = "every mentality weighs and colours signals alike"
    sham = "working_model"
    derivation = (
        "each mentality has its own weights for warmth and bids, and adds its own warmth and dominance"
    )
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Contrasts, of what is done and felt on the same signal, that tell all five from one another."""

        def contrast(state: str, more: str, less: str, step: int = 0) -> Difference:
            one, other = (seen[arm].course(f"person.{state}")[:, step] for arm in (more, less))
            return Difference(one - other, other)

        return Together(
            {
                "weighed: kindness, seeking over competing": contrast(
                    "kindness", "care_seeking", "competing"
                ),
                "weighed: P(yield), sexual over cooperating": contrast(
                    "yield_chance", "sexual", "cooperating", -1
                ),
                "felt: soothing, seeking over competing": contrast("soothing", "care_seeking", "competing"),
                "answered: warmth, giving over competing": contrast(
                    "shown_warmth", "care_giving", "competing"
                ),
                "answered: dominance, competing over giving": contrast(
                    "shown_dominance", "competing", "care_giving"
                ),
                "answered: dominance, giving over cooperating": contrast(
                    "shown_dominance", "care_giving", "cooperating"
                ),
                "answered: dominance, cooperating over seeking": contrast(
                    "shown_dominance", "cooperating", "care_seeking"
                ),
            }
        )


KIND_WORLD = [
    *signal(hours=24.0, warmth=0.5),
    *signal(hours=24.0, warmth=0.5, dominance=-0.5),
    *signal(hours=24.0, warmth=0.5, dominance=0.5, freedom=0.5),
]
"""Three days among kind people: one is warm, one needs something, one leads and leaves the choice."""


class LearnedEncapsulation(Claim):
    """After a harsh childhood people stay in one mentality, in their second month among kind people still."""

    id = "M3"
    also_serves = "habit weighs in every choice of mentality (M2, M4)"
    arms = {
        "harsh": laboratory(KIND_WORLD * 20, **brought_up(1000, harsh=1.0)),
        "warm": laboratory(KIND_WORLD * 20, **brought_up(1000, warm=1.0)),
    }
    reads = ("person.mentality",)
    rests_on = ("habit", "power_learning", "working_model")
    ablation = {"world.plasticity": 0.0, "person.outcome_rate": 0.0, "person.habit_rate": 0.0}
    ablated = "childhood teaches nothing (pace and outcomes of learning 0), and no habit grows"
    sham = "transfer"
    derivation = "hostile others call up competing, which becomes habit; what is expected keeps calling it up"

    def signature(self, seen: Seen) -> Measure:
        """Share of the most-used mentality, and of encounters without a switch, harsh less warm."""
        late = {arm: seen[arm].course("person.mentality")[:, 30:] for arm in seen}
        dwelt = {arm: most_used(course) for arm, course in late.items()}
        stayed = {arm: unswitched(course) for arm, course in late.items()}
        return Together(
            {
                "dwell share": Difference(dwelt["harsh"] - dwelt["warm"], dwelt["warm"]),
                "rigidity": Difference(stayed["harsh"] - stayed["warm"], stayed["warm"]),
            }
        )


WHOLE = therapy(Titrated, **fear(0.9))
CLAMPED = WHOLE.but(**{"client.mentalities_switch": 0.0})


class FlexibilityIsHealth(Claim):
    """Warmth paced to the client makes mentality follow context, and symptoms fall by way of that.

    Clients fear warmth much (.9, as in T1), or there is nothing to pace. The worse-titrated arm is yoked:
    another client's doses, as warm on average. Forced mediation: two more arms hold the client's mentality
    from the start; a third of the gain in symptoms must be missing there.
    """

    id = "M4"
    also_serves = "M1, M2, M3, R7 and S3 rest on mentalities that switch"
    arms = {
        "titrated": WHOLE,
        "yoked": replayed("titrated", WHOLE, "another client"),
        "titrated, clamped": CLAMPED,
        "yoked, clamped": replayed("titrated, clamped", CLAMPED, "another client"),
    }
    moments = "end"
    rests_on = ("switching",)
    ablated = "mentality stays as it is from the start"
    sham = "status"
    derivation = "less threat chooses less sharply; a mentality fitted to what is sent takes in more of it"
    tried = (
        "First with the people of the laboratory, who fear warmth so little (.12) that nothing was left "
        "to pace; then with fear .9. Flexibility is alike in both arms, the gain in symptoms is small (d "
        ".09), and holding the mentality leaves it. With full warmth in place of another client's doses, "
        "looked at beside it, the gain is d .30, of which .25 is left with the mentality held, and "
        "flexibility is lower, not higher, in the titrated arm (d -.70)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Flexibility and relief, titrated less yoked; and two thirds of that relief less what is left of it
        with the mentality clamped."""
        flexible = {arm: seen[arm].outcome("flexibility") for arm in ("titrated", "yoked")}
        ill = {arm: seen[arm].outcome("symptoms") for arm in seen}
        gain = ill["yoked"] - ill["titrated"]
        left = ill["yoked, clamped"] - ill["titrated, clamped"]
        return Together(
            {
                "flexibility": Difference(flexible["titrated"] - flexible["yoked"], flexible["yoked"]),
                "gain": Difference(gain, ill["yoked"]),
                "a third of it by switching": Difference(gain * 2.0 / 3.0 - left, ill["yoked"], smallest=0.0),
            }
        )


class ThreatHearsDanger(Claim):
    """The same kind signal is read as colder, and as more of a bid, by people whose threat is high."""

    id = "M5"
    arms = {
        "at rest": laboratory(signal(warmth=0.5, threat=0.0), **PEOPLE),
        "threatened": laboratory(signal(warmth=0.5, threat=0.8), **PEOPLE),
    }
    reads = ("person.perceived_warmth", "person.perceived_dominance")
    rests_on = ("narrowed_mind",)
    ablated = "signals are read as sent, whatever one expects"
    sham = "transfer"
    derivation = "perceived = q sent + (1 - q) expected, and q falls with threat"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Perceived dominance, and hostility (lack of warmth), threatened less at rest; sent is the same."""
        calm, upset = seen["at rest"], seen["threatened"]
        bid = upset.end("person.perceived_dominance") - calm.end("person.perceived_dominance")
        cold = calm.end("person.perceived_warmth") - upset.end("person.perceived_warmth")
        return Together(
            {
                "dominance": Difference(bid, calm.end("person.perceived_dominance")),
                "hostility": Difference(cold, calm.end("person.perceived_warmth")),
            }
        )


def most_used(mentalities: np.ndarray) -> np.ndarray:
    """Return, for each person, the share of moments in the mentality that is used most.

    Example:
        >>> most_used(np.array([[2, 2, 3, 2], [0, 1, 2, 3]])).tolist()
        [0.75, 0.25]
    """
    shares = [(mentalities == mentality).mean(axis=1) for mentality in Mentality]
    found: np.ndarray = np.max(shares, axis=0)
    return found


def unswitched(mentalities: np.ndarray) -> np.ndarray:
    """Return, for each person, the share of moments whose mentality is that of the moment before.

    Example:
        >>> unswitched(np.array([[2, 2, 3, 3, 3], [0, 1, 2, 3, 3]])).tolist()
        [0.75, 0.25]
    """
    found: np.ndarray = (np.diff(mentalities, axis=1) == 0).mean(axis=1)
    return found
