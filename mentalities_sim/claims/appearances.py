"""T5, T6, T7: what play allows, what pleasing looks like, and what success and failure leave."""

from __future__ import annotations

from mentalities_sim.claims.arms import Arm, Steps, fear, laboratory, signal, task, therapy, wait
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.equivalence import NoDifference
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.person.emote import EMOTIONS
from mentalities_sim.policies import Fixed


class PlayLowersIntensity(Claim):
    """The same feared warmth is met at lower threat, and stayed with more often, when it is playful."""

    id = "T5"
    arms = {
        "play": laboratory(signal(20, warmth=0.5, playfulness=1.0), **fear(0.9)),
        "earnest": laboratory(signal(20, warmth=0.5), **fear(0.9)),
    }
    reads = ("person.threat", "person.escaped")
    bounded = ("person.threat",)
    rests_on = ("play",)
    sham = "working_model"
    derivation = "alarm = g fear cue (1 - c play); the contact is left with σ(threat)"
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Mean threat, earnest less playful; share of exchanges stayed with, playful less earnest."""
        threat = {arm: seen[arm].course("person.threat").mean(axis=1) for arm in seen}
        stayed = {arm: 1.0 - seen[arm].course("person.escaped").mean(axis=1) for arm in seen}
        return Together(
            {
                "lower threat": Difference(threat["earnest"] - threat["play"], threat["earnest"]),
                "approach": Difference(stayed["play"] - stayed["earnest"], stayed["play"]),
            }
        )


def pleasing(approval: float) -> Arm:
    """Return a directive therapy of clients who seek approval as much as said."""
    sent = {"policy.warmth": 0.5, "policy.dominance": 0.5, "policy.freedom": 0.0}
    return therapy(Fixed, sessions=10, exchanges=40, **sent, **{"client.approval_seeking": approval})


class PleasingLooksLikeProgress(Claim):
    """Warmth shown exceeds warmth felt by more in those who seek approval, at the ends of sessions.

    The therapist directs, as where the text finds pleasing. Relapse is not part of it: a prediction.
    """

    id = "T6"
    arms = {"seeks approval": pleasing(0.8), "does not": pleasing(0.2)}
    reads = ("client.shown_warmth", "client.felt_warmth")
    moments = "sessions"
    rests_on = ("pleasing",)
    ablated = "what is shown is what is felt"
    sham = "unlearning"
    derivation = (
        "shown = felt + approval seeking × ISS; how far it deceives is partly built in, too: what "
        "is put on takes as much from expressiveness, which the therapist reads without noise"
    )
    one_line = True

    def signature(self, seen: Seen) -> Measure:
        """Shown less felt warmth, mean over the ends of sessions."""
        gap = {
            arm: (seen[arm].course("client.shown_warmth") - seen[arm].course("client.felt_warmth")).mean(
                axis=1
            )
            for arm in seen
        }
        return Difference(gap["seeks approval"] - gap["does not"], gap["seeks approval"])


def practice(won: float) -> Steps:
    """Return five tries at a skill, all won (1) or lost (0); somebody neutral is there, and an hour later.

    Example:
        >>> len(practice(1.0)) == len(NO_PRACTICE)
        True
    """
    return [*task(won, times=5, stake=0.6), *signal(5), *wait(1.0), *signal()]


NO_PRACTICE = [*wait(0.0, times=5), *signal(5), *wait(1.0), *signal()]
WORTH = {"contingent": 1.0, "not": 0.0}
"""How far worth hangs on success."""
SHAME = EMOTIONS.index("shame")


class SkillsAsTests(Claim):
    """Where worth hangs on success, failing at a skill shames, and succeeding drives without soothing.

    Shame in the presence of another right after practice, failed less won; drive an hour later, won less
    failed, and won less not tried; each where worth hangs on success, less the same in the same people where
    it does not; all blame themselves alike, and nobody has had a childhood. And where worth hangs on success,
    soothing after winning is as without practice, within the smallest of interest either way: no rule lets
    success soothe, so that this part is built in.
    """

    id = "T7"
    arms = {
        f"{how}, {worth}": laboratory(
            steps, **{"person.contingent_worth": contingent, "person.self_blame": 0.5}
        )
        for worth, contingent in WORTH.items()
        for how, steps in {"failed": practice(0.0), "won": practice(1.0), "none": NO_PRACTICE}.items()
    }
    reads = ("person.threat_emotion", "person.drive", "person.soothing")
    bounded = ("person.drive",)
    rests_on = ("worth",)
    ablated = "outcomes do not touch worth, and lost worth does not threaten"
    sham = "giving"
    derivation = (
        "a failure costs worth as far as worth hangs on it; lost worth threatens, and threat in company, "
        "with oneself to blame, is shame; success gives worth back, and its want moves drive; no rule lets "
        "success soothe"
    )
    tried = (
        "Changed after review: the same people with worth that hangs on success or does not, set as a state, "
        "in place of two upbringings, which differed in coldness and blame as well; blame is no longer cut; "
        "and that winning does not soothe is asked in both directions (it leaves a little less soothing than "
        "no practice does, whether worth hangs on it or not: .069, against .080)."
    )

    def signature(self, seen: Seen) -> Measure:
        """Shame failed less won, drive won less failed or not tried, by worth; no soothing by winning."""
        shame = {a: seen[a].course("person.threat_emotion")[:, 9, SHAME] for a in seen}
        drive = {a: seen[a].end("person.drive") for a in seen}
        soothing = {a: seen[a].end("person.soothing") for a in seen}
        shamed = {w: shame[f"failed, {w}"] - shame[f"won, {w}"] for w in WORTH}
        driven = {w: drive[f"won, {w}"] - drive[f"failed, {w}"] for w in WORTH}
        roused = {w: drive[f"won, {w}"] - drive[f"none, {w}"] for w in WORTH}
        soothed = soothing["won, contingent"] - soothing["none, contingent"]
        return Together(
            {
                "failing shames": Difference(
                    shamed["contingent"] - shamed["not"], shame["failed, contingent"]
                ),
                "winning drives": Difference(driven["contingent"] - driven["not"], drive["none, contingent"]),
                "winning drives, against no try": Difference(
                    roused["contingent"] - roused["not"], drive["none, contingent"]
                ),
                "winning does not soothe": NoDifference(soothed, soothing["none, contingent"]),
            }
        )
