"""C1, C6, C7: three flows of compassion, who lets kindness in, and what care is worth that is put on."""

from __future__ import annotations

from typing import Any

import numpy as np

from mentalities_sim.claims.affect import HALF_A_MINUTE, PEOPLE
from mentalities_sim.claims.arms import Steps, brought_up, laboratory, life, oneself, signal, therapy, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.claims.within import within_person
from mentalities_sim.evidence.effects import (
    LEAST_SPREAD,
    SMALLEST_R,
    Association,
    Difference,
    Measure,
    Together,
)
from mentalities_sim.evidence.equivalence import NoAssociation
from mentalities_sim.evidence.seen import Record, Seen
from mentalities_sim.policies import Fixed
from mentalities_sim.signals import Response

WARM = brought_up(200, warm=1.0)
FIRST_WORD = {"sessions": 1, "exchanges": 1, "world.run_in": 0}
"""Nothing but a first word to the therapist: what clients bring is what is read."""
DISTINCT = 0.9
"""Correlation from which two capacities count as one; states are read without error, so that nothing needs
correcting for reliability."""


class ThreeFlows(Claim):
    """After ordinary-harsh histories giving comes easier than the other flows, more so than after warm ones.

    A flow is (1 - fear) fluency (1 - resistance), as clients enter therapy. Flows are different quantities;
    only that history sets them apart, by more than a warm one does, can be shown. Not scored: after
    ordinary-harsh histories receiving lies below kindness to oneself.
    """

    id = "C1"
    arms = {
        "ordinary-harsh": therapy(Fixed, **FIRST_WORD, **PEOPLE),
        "warm": therapy(Fixed, **FIRST_WORD, **WARM),
    }
    moments = "end"
    rests_on = ("transfer",)
    ablation = {"person.flow_transfer": 1.0}
    ablated = (
        "what one flow learns of danger and safety, the others learn as well; fluency stays each one's own"
    )
    sham = "habit"
    derivation = (
        "harsh histories teach fear of receiving, and of kindness to oneself; giving keeps what it was born "
        "with, since nothing in these childhoods answers it: an artefact"
    )
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Giving less the mean of the two others, ordinary-harsh and above warm; no two flows are one."""
        harsh = seen["ordinary-harsh"]
        easier = {arm: ease_of_giving(seen[arm]) for arm in seen}
        giving, receiving, to_oneself = (harsh.outcome(f) for f in ("giving", "receiving", "self_compassion"))
        return Together(
            {
                "giving is easier": Difference(easier["ordinary-harsh"], easier["ordinary-harsh"]),
                "by history": Difference(easier["ordinary-harsh"] - easier["warm"], easier["ordinary-harsh"]),
                "giving is not receiving": NoAssociation(giving, receiving, DISTINCT),
                "giving is not self-kindness": NoAssociation(giving, to_oneself, DISTINCT),
                "receiving is not self-kindness": NoAssociation(receiving, to_oneself, DISTINCT),
            }
        )


def ease_of_giving(client: Record) -> np.ndarray:
    """Return giving less the mean of receiving and kindness to oneself, per client.

    Example:
        >>> flows = {"giving": np.array([0.6]), "receiving": np.array([0.3]), "self_compassion": np.ones(1)}
        >>> ease_of_giving(Record(flows, {})).round(3).tolist()
        [-0.05]
    """
    return client.outcome("giving") - 0.5 * (client.outcome("receiving") + client.outcome("self_compassion"))


DAYS = 20
A_DAY: Steps = [*life(12), *oneself(), *signal(1, warmth=0.5)]
"""A day alone, a word to oneself, and then somebody is kind."""
ALONE = np.arange(1, DAYS + 1) * len(A_DAY) - 2
"""Steps at which need is read: after the word to oneself, before the kindness."""


class Paradox(Claim):
    """Those who need kindness most take least of it in; and each takes least when need is greatest.

    Need is threat and coldness to oneself, before kindness is offered; acceptance is kindness taken in while
    staying in contact. Between people: means over 20 days. Within a person: over these days, detrended
    (evidence rule 11). Nobody has had any therapy.
    """

    id = "C6"
    arms = {"before therapy": laboratory(A_DAY * DAYS, **PEOPLE)}
    reads = (
        "person.threat",
        "person.inner_warmth",
        "person.kindness",
        "person.escaped",
        "person.response",
    )
    bounded = ("person.threat",)
    rests_on = ("danger_learning", "fluency", "working_model")
    ablated = "history teaches neither danger, nor fluency, nor what to expect, of others and of oneself"
    sham = "habit"
    derivation = (
        "harsh others teach a cold internal other, who threatens, and little fluency and expectation, by "
        "which kindness is taken in; threat makes one leave besides"
    )
    tried = (
        "The correlations are there, between people and within. But shared history does not carry them: with "
        "nothing learned of others or oneself, threat still makes one leave and narrows what is heard."
    )

    def signature(self, seen: Seen) -> Measure:
        """Minus the correlation of need and acceptance: between people, and within them over days."""
        need, accepted = self.need(seen["before therapy"]), self.accepted(seen["before therapy"])
        within = within_person(need, accepted)
        between = np.column_stack([need.mean(axis=1), accepted.mean(axis=1)])
        return Together(
            {
                "between people": Association(between[:, 0], -between[:, 1]),
                "within people": Difference(-within, within, SMALLEST_R, "mean r", 1.0),
            }
        )

    def need(self, person: Record) -> np.ndarray:
        """Return need (people, days): the mean of threat and of coldness said to oneself."""
        cold = np.maximum(0.0, -person.course("person.inner_warmth")[:, ALONE])
        found: np.ndarray = 0.5 * (person.course("person.threat")[:, ALONE] + cold)
        return found

    def accepted(self, person: Record) -> np.ndarray:
        """Return kindness taken in (people, days): none where one left, or yielded."""
        offered = ALONE + 1
        left = person.course("person.escaped")[:, offered] > 0.0
        yielded = person.course("person.response")[:, offered] == Response.YIELD
        return np.where(left | yielded, 0.0, person.course("person.kindness")[:, offered])


CARE = {"person.forced_warmth": 0.5}
COMPANY: Steps = signal(10, warmth=0.0)
"""Five minutes with somebody neither warm nor cold, to whom care is shown, or what comes by itself."""
SUBMITTING: dict[str, Any] = {"subordination": 0.5, "soothing": 0.0, "threat": 0.1}
AT_EASE: dict[str, Any] = {"subordination": 0.0, "soothing": 0.5, "threat": 0.1}


class CareFromSubmission(Claim):
    """The same care leaves more threat and ISS behind in those who submit than in those at ease.

    Equal care is forced from each of two states, or nothing is forced; what it does is the difference of
    these two. High ISS and safeness are an ISS and a soothing of .5, at equal threat: set once, half a
    minute before the company, and left to run from there. What care adds
    to the ISS is counted as a share of the room that is left (evidence rule 3), since those who submit have
    half of it used up before.
    """

    id = "C7"
    arms = {
        "care, submitting": laboratory(wait(HALF_A_MINUTE, **SUBMITTING), COMPANY, **CARE, **PEOPLE),
        "as it comes, submitting": laboratory(wait(HALF_A_MINUTE, **SUBMITTING), COMPANY, **PEOPLE),
        "care, at ease": laboratory(wait(HALF_A_MINUTE, **AT_EASE), COMPANY, **CARE, **PEOPLE),
        "as it comes, at ease": laboratory(wait(HALF_A_MINUTE, **AT_EASE), COMPANY, **PEOPLE),
    }
    reads = ("person.threat", "person.involuntary_subordination")
    rests_on = ("pleasing", "giving")
    ablated = (
        "care does the same wherever it comes from: put on it does not subordinate, meant it does not soothe"
    )
    sham = "habit"
    derivation = "ISS += c put_on, and soothing follows what is given and meant"
    tried = (
        "The ISS takes up more of its room by care that is put on, by a term of its own (counted without "
        "regard to room it takes up less). Threat hardly differs (d .01): care put on costs none, and those "
        "at ease are about as alarmed by their own kindness, unforced. Care is .5 in both; but those who "
        "submit are cool by themselves, so that more of it is forced on them. After review, the baseline is "
        "nothing forced, no longer a forced warmth of 0, and states are said to be set once."
    )
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """What care adds to the ISS, by the room that is left, and to threat: submitting less at ease."""
        threat = {arm: seen[arm].end("person.threat") for arm in seen}
        submitting = threat["care, submitting"] - threat["as it comes, submitting"]
        at_ease = threat["care, at ease"] - threat["as it comes, at ease"]
        taken = {how: self.room_taken(seen, how) for how in ("submitting", "at ease")}
        return Together(
            {
                "ISS": Difference(taken["submitting"] - taken["at ease"], taken["submitting"]),
                "threat": Difference(submitting - at_ease, threat["care, submitting"]),
            }
        )

    def room_taken(self, seen: Seen, how: str) -> np.ndarray:
        """Return the share of the ISS's room that forced care takes up, beyond what comes by itself."""
        care = seen[f"care, {how}"].end("person.involuntary_subordination")
        without = seen[f"as it comes, {how}"].end("person.involuntary_subordination")
        found: np.ndarray = (care - without) / np.maximum(1.0 - without, LEAST_SPREAD)
        return found
