"""A4-A6: what attuned warmth earns over time, what a secure base frees, and how far lessons reach."""

from __future__ import annotations

import numpy as np

from mentalities_sim.claims.arms import Steps, fear, laboratory, replayed, signal, task, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.policies import Titrated

AFRAID = {**fear(0.9, "client"), "client.expected_warmth": (0.0, 0.0)}
"""Clients who fear warmth, and expect none."""


class EarnedSecurity(Claim):
    """Attuned warmth raises what is expected of others and lowers fear; as much warmth misattuned does not.

    Attuned is paced by what the client shows; misattuned are the same client's own doses, dealt out anew
    within each session, so that both are equally warm in every session. Topics that shame come up in both.
    """

    id = "A4"
    arms = {
        "attuned": therapy(Titrated, **AFRAID),
        "misattuned": replayed("attuned", therapy(Titrated, **AFRAID), "own, permuted within sessions"),
    }
    reads = ("client.expected_warmth", "client.fear_of_compassion")
    moments = "sessions"
    rests_on = ("unlearning", "working_model")
    ablated = "neither safety nor what to expect of others is learned, from the first session"
    sham = "habit"
    derivation = (
        "warmth at moments of threat makes one escape, and what is escaped from is neither unlearned nor "
        "expected; pacing avoids these moments"
    )
    tried = (
        "Both earn much, and equally much: doses dealt out anew within a session teach as well as the same "
        "doses at their own moments."
    )

    def signature(self, seen: Seen) -> Measure:
        """Change over the sessions when attuned, and how far it exceeds that when misattuned."""
        expected = {arm: seen[arm].course("client.expected_warmth")[..., 0] for arm in seen}
        feared = {arm: seen[arm].course("client.fear_of_compassion") for arm in seen}
        gained = {arm: course[:, -1] - course[:, 0] for arm, course in expected.items()}
        eased = {arm: course[:, 0] - course[:, -1] for arm, course in feared.items()}
        warmer, calmer = expected["attuned"][:, -1], feared["attuned"][:, -1]
        return Together(
            {
                "expects more": Difference(gained["attuned"], warmer),
                "expects more than misattuned": Difference(gained["attuned"] - gained["misattuned"], warmer),
                "fears less": Difference(eased["attuned"], calmer),
                "fears less than misattuned": Difference(eased["attuned"] - eased["misattuned"], calmer),
            }
        )


ADVICE = signal(10, dominance=0.5, warmth=0.5, familiarity=1.0)
"""Five minutes of advice, warm and from above."""
HARD = {"person.goal_difficulty": 0.5}
"""A task that is as likely to fail as not."""


class SecureBase(Claim):
    """The same advice subordinates less, and a hard task is sooner taken up, by those who feel secure.

    Felt security is forced at the start (.9 or .1) on the same people and drifts from there; exploring is
    taking up what is difficult (CBK 2.2): not giving up the task at its sight. People have no childhood
    here, since a day of it would take them back to what they expect.
    """

    id = "A5"
    arms = {
        "secure": laboratory(ADVICE, task(), **HARD, **{"person.felt_security": 0.9}),
        "insecure": laboratory(ADVICE, task(), **HARD, **{"person.felt_security": 0.1}),
    }
    reads = ("person.involuntary_subordination", "person.yield_chance")
    rests_on = ("security",)
    ablated = "felt security takes nothing from a bid, and follows nothing"
    sham = "habit"
    derivation = "a bid counts 1 - c_s security; the ISS and giving up are what a bid does"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """The ISS after advice, insecure less secure; chance of taking up the task, secure less insecure."""
        subdued = {arm: seen[arm].course("person.involuntary_subordination")[:, -2] for arm in seen}
        taken_up = {arm: 1.0 - seen[arm].end("person.yield_chance") for arm in seen}
        return Together(
            {
                "less ISS": Difference(subdued["insecure"] - subdued["secure"], subdued["insecure"]),
                "more exploring": Difference(taken_up["secure"] - taken_up["insecure"], taken_up["insecure"]),
            }
        )


SESSIONS, EXCHANGES = 10, 40
"""Meetings with the therapist, and their length; a day after each somebody is kind once."""
TESTS = np.arange(1, SESSIONS + 1) * (EXCHANGES + 1) - 1
"""Steps of the protocol at which that happens."""
WEEK_LESS_A_DAY = 144.0


def course(familiarity: float, warmth: float = 0.3) -> Steps:
    """Return weekly sessions of warmth with the therapist, each followed by one kindness a day later.

    The kindness is the therapist's (familiarity 1) or a third person's (0).

    Example:
        >>> len(course(0.0)) == SESSIONS * (EXCHANGES + 1)
        True
    """
    after = signal(1, warmth=0.5, hours=24.0, familiarity=familiarity)
    first = signal(1, warmth=warmth, hours=WEEK_LESS_A_DAY, familiarity=1.0)
    rest = signal(EXCHANGES - 1, warmth=warmth, familiarity=1.0)
    return (first + rest + after) * SESSIONS


class Generalising(Claim):
    """Therapy lowers alarm at the warmth of third persons, later and less than at the therapist's.

    The same kindness is met a day after each session, from the therapist or from somebody else. Grief that
    is worked through, the other half of the claim, has no signature in the theory, and none here.
    """

    id = "A6"
    arms = {
        "therapist": laboratory(course(1.0), **fear(0.5)),
        "third persons": laboratory(course(0.0), **fear(0.5)),
    }
    reads = ("person.alarm",)
    rests_on = ("unlearning",)
    ablation = {"person.safety_tied_to_place": 1.0}
    ablated = "all that is learned stays tied to the therapist"
    sham = "habit"
    derivation = "a share t of new safety counts with the familiar partner only, and 1 - t with everybody"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Alarm at third persons: its fall; what is left of it, and sessions to half of it, beyond that at
        the therapist."""
        alarm = {arm: seen[arm].course("person.alarm")[:, TESTS] for arm in seen}
        others, familiar = alarm["third persons"], alarm["therapist"]
        until = {arm: sessions_to_half(tests) for arm, tests in alarm.items()}
        return Together(
            {
                "falls": Difference(others[:, 0] - others[:, -1], others[:, -1]),
                "less": Difference(others[:, -1] - familiar[:, -1], others[:, -1]),
                "later": Difference(until["third persons"] - until["therapist"], until["third persons"]),
            }
        )


def sessions_to_half(tests: np.ndarray) -> np.ndarray:
    """Return after how many sessions alarm is half of the first, or one more than there were if never.

    Example:
        >>> sessions_to_half(np.array([[0.4, 0.3, 0.2], [0.4, 0.4, 0.4]])).tolist()
        [3.0, 4.0]
    """
    halved = tests <= 0.5 * tests[:, :1]
    return np.where(halved.any(axis=1), halved.argmax(axis=1) + 1.0, tests.shape[1] + 1.0)
