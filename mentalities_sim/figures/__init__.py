"""Figures a lecturer could project: each states what its data say, and carries its alt text.

Matplotlib is imported here and nowhere else in the package. Every drawing function takes a
tidy frame and returns a `Drawn`; `Drawn.save(path)` (or `save`) writes PNG, SVG, the alt text
and the plotted data.
"""

from mentalities_sim.figures.adversity import subordination
from mentalities_sim.figures.arms import arm_differences
from mentalities_sim.figures.course import COURSE_SHOWN, ORDER_SHOWN, hierarchy_over_time
from mentalities_sim.figures.dialogue import dialogue
from mentalities_sim.figures.dose_response import dose_response
from mentalities_sim.figures.elo import elo_trajectories
from mentalities_sim.figures.frames import FigureError
from mentalities_sim.figures.measures import hierarchy_measures
from mentalities_sim.figures.quartiles import published_quartiles
from mentalities_sim.figures.rank_profile import rank_profile
from mentalities_sim.figures.ranks import rank_plot
from mentalities_sim.figures.replicates import replicates_curve
from mentalities_sim.figures.response_map import response_map
from mentalities_sim.figures.ribbon import ribbon
from mentalities_sim.figures.saving import Drawn, save
from mentalities_sim.figures.sensitivity import sensitivity_bars
from mentalities_sim.figures.session import within_session
from mentalities_sim.figures.stakes import stakes_response
from mentalities_sim.figures.stakes_differences import stakes_differences
from mentalities_sim.figures.style import style
from mentalities_sim.figures.trajectories import trajectories
from mentalities_sim.figures.transitions import transitions

__all__ = [
    "COURSE_SHOWN",
    "ORDER_SHOWN",
    "Drawn",
    "FigureError",
    "arm_differences",
    "dialogue",
    "dose_response",
    "elo_trajectories",
    "hierarchy_measures",
    "hierarchy_over_time",
    "published_quartiles",
    "rank_plot",
    "rank_profile",
    "replicates_curve",
    "response_map",
    "ribbon",
    "save",
    "sensitivity_bars",
    "stakes_differences",
    "stakes_response",
    "style",
    "subordination",
    "trajectories",
    "transitions",
    "within_session",
]
