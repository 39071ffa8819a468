"""T8, T9: what a therapist's own reactions do, and whether warmth must fit the moment."""

from __future__ import annotations

from mentalities_sim.claims.arms import Arm, fear, replayed, therapy
from mentalities_sim.claims.claim import Claim
from mentalities_sim.evidence.effects import Difference, Measure, Together
from mentalities_sim.evidence.seen import Seen
from mentalities_sim.policies import Fixed, Titrated

LIKE_OTHER_PEOPLE, TRAINED = 1.5, 0.3
"""Threat per unit of coldness: as in other people, and as therapists have it by default."""


def treated_by(reactivity: float, soothing: float) -> Arm:
    """Return an arm with a therapist who reacts to coldness, and whose own soothing is held, as said."""
    given = {"therapist.harm_threatens": reactivity, "therapist.soothing_clamped": soothing}
    return therapy(Fixed, sessions=10, exchanges=40, **{"policy.warmth": 0.5}, **given)


class TherapistsReact(Claim):
    """A therapist who is easily threatened leaves clients with more symptoms; less so if soothed.

    Reactivity to a client's coldness is an ordinary person's or a trained one's; the therapist's soothing is
    held at nothing or in full, the same in every session (a forced state).
    """

    id = "T8"
    arms = {
        "reactive": treated_by(LIKE_OTHER_PEOPLE, 0.0),
        "steady": treated_by(TRAINED, 0.0),
        "reactive, soothed": treated_by(LIKE_OTHER_PEOPLE, 1.0),
        "steady, soothed": treated_by(TRAINED, 1.0),
    }
    moments = "end"
    rests_on = ("therapist_reacts",)
    ablated = "the therapist sends what the policy says"
    sham = "giving"
    derivation = (
        "warmth sent = intended - c own threat, a term whose only job this is; a client's coldness "
        "threatens the therapist, and soothing lowers that threat and speeds its fall"
    )
    one_line = True
    tried = (
        "Both go the way claimed, far below what counts (d .005): clients are seldom cold (.07 to .1 on "
        "average), and .3 of a therapist's strain shows, so that a reactive therapist is .03 less warm."
    )

    def signature(self, seen: Seen) -> Measure:
        """Symptoms with a reactive less a steady therapist; and the same less that with soothing."""
        symptoms = {arm: seen[arm].outcome("symptoms") for arm in seen}
        harm = symptoms["reactive"] - symptoms["steady"]
        buffered = symptoms["reactive, soothed"] - symptoms["steady, soothed"]
        return Together(
            {
                "reactivity harms": Difference(harm, symptoms["steady"]),
                "soothing protects": Difference(harm - buffered, symptoms["steady"]),
            }
        )


EQUAL_SPREAD = 0.2
"""SD of what is read of clients with high fear in titrated therapy."""
TITRATED = therapy(Titrated, **fear(0.9))


class FittedToTheMoment(Claim):
    """One's own titrated series leaves fewer symptoms than the same permuted in sessions, or another's.

    All three are replayed, so that means and growth over sessions are kept; topics and noises come up.
    """

    id = "T9"
    also_serves = "T1 and T22: titration reads the same signs"
    arms = {
        "titrated": TITRATED,
        "own": replayed("titrated", TITRATED, "own"),
        "permuted": replayed("titrated", TITRATED, "own, permuted within sessions"),
        "another's": replayed("titrated", TITRATED, "another client"),
    }
    moments = "end"
    rests_on = ("own_reaction",)
    ablation = {"therapist.attunement_bias": 1.0, "therapist.attunement_noise": EQUAL_SPREAD}
    ablated = "what is read is noise around what is usual, as wide as readings are"
    sham = "giving"
    derivation = "warmth sent while threat is high is escaped from, and what is escaped from is not unlearned"
    tried = (
        "Another client's series does a little worse (d .09), the own one permuted within sessions as well "
        "as the own: titration fits warmth to the person and the session, not to the moment."
    )

    def signature(self, seen: Seen) -> Measure:
        """Symptoms with the permuted, and with another's series, less those with the own."""
        own = seen["own"].outcome("symptoms")
        return Together(
            {
                name: Difference(seen[name].outcome("symptoms") - own, own)
                for name in ("permuted", "another's")
            }
        )
