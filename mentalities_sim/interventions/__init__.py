"""What a therapist can do, each a small class: nothing but a signal.

No rule reads what an intervention is called or meant for, and none reads a hidden state: whether each
barrier has its own remedy (C5) is for the signals to show.

All numbers are guesses of ours. Who leads, how warmly, how playfully and with how much room for a "no" was
judged from what the texts say of each, on the scale by which the turns of the worked example were coded
(`experiments/dialogue_cwinn2023.toml`); nobody has measured them. `source` says which text describes the
intervention, not where its numbers are from: CBK is Cwinn, Bell & Kirby 2023 (doi:10.21926/obm.icm.2304056),
FOC an article for clinicians on fears of compassion, RAL one on resistance alliancing.
"""

from __future__ import annotations

from mentalities_sim.interventions.base import Intervention
from mentalities_sim.interventions.repertoire import REPERTOIRE, known_interventions, number_of, signal_of

__all__ = ["REPERTOIRE", "Intervention", "known_interventions", "number_of", "signal_of"]
