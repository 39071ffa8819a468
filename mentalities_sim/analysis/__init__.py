"""Questions about a whole sweep: what matters in it, and whether it has run often enough.

Pure functions of arrays and frames. SALib and SciPy are imported where they are used.
"""

from mentalities_sim.analysis.replicates import curve, replicates_needed
from mentalities_sim.analysis.sensitivity import indices, replicate_noise, too_wide

__all__ = ["curve", "indices", "replicate_noise", "replicates_needed", "too_wide"]
