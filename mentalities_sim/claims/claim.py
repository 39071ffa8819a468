"""What a claim is: arms to run, a signature to read from them, an ablation without which it must vanish."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mentalities_sim.claims.arms import Arm
from mentalities_sim.claims.mechanisms import MECHANISMS, Change, off
from mentalities_sim.claims.theory import Wording, wording
from mentalities_sim.evidence.effects import Measure
from mentalities_sim.evidence.seen import Seen


class Claim:
    """One claim of the theory, as something that a run can show or not.

    A subclass says `id`; `arms` (the same people with the same chance in each); `reads`, the states its
    signature needs by "role.state"; `signature`, from what was recorded to an effect whose sign is the
    claim's; `rests_on`, the mechanisms that its ablation switches off (or `ablation`, a change of its own);
    `sham`, a mechanism off its path; `derivation`, the shortest way from the equations to the claim, and
    whether that is one line (then it is a premise, whatever the theory calls it). No claim has a rule or a
    parameter of its own.

    Example:
        >>> from mentalities_sim.claims.catalogue import claims
        >>> claims()["S1"].wording.source
        'TSM'
    """

    id: ClassVar[str]
    arms: ClassVar[Mapping[str, Arm]]
    reads: ClassVar[tuple[str, ...]] = ()
    moments: ClassVar[str] = "steps"
    """Which moments are kept: "steps" of a protocol, "sessions" (their ends), "life", or the "end" only."""
    rests_on: ClassVar[tuple[str, ...]]
    ablation: ClassVar[Change | None] = None
    """A change of its own, where switching the mechanisms off would cut too much or saturate."""
    ablated: ClassVar[str] = ""
    """What the ablation does, in words."""
    sham: ClassVar[str]
    derivation: ClassVar[str]
    one_line: ClassVar[bool] = False
    also_serves: ClassVar[str] = ""
    """What else the ablated terms do, where no other claim's ablation names them."""
    n: ClassVar[int] = 200
    bounded: ClassVar[tuple[str, ...]] = ()
    """States of `reads` whose time at their bounds is checked (evidence rule 3)."""
    existential: ClassVar[bool] = False
    """It says that something can be: the opposite in the mean does not contradict it."""
    tried: ClassVar[str] = ""
    """What was tried, where the model does not show it."""

    def signature(self, seen: Seen) -> Measure:
        """Return the effect, from what was recorded: above 0 where the claim holds."""
        raise NotImplementedError

    @property
    def wording(self) -> Wording:
        """The claim as the theory words it."""
        return wording(self.id)

    @property
    def cut(self) -> Change:
        """What the ablation changes."""
        return self.ablation if self.ablation is not None else off(*self.rests_on)

    @property
    def sham_cut(self) -> Change:
        """What the sham changes: a mechanism off the claim's path."""
        return MECHANISMS[self.sham].off

    @property
    def premise(self) -> bool:
        """Whether a rule states it: by the theory, or since its derivation is one line."""
        return self.one_line or not self.wording.consequence
