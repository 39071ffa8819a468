"""What can go wrong with a command, as messages and exit codes: 2 for what was given, 1 for what happened."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable


class Mistake(Exception):
    """Something wrong in what was given; the message says what is allowed."""


class Failed(Exception):
    """Something that went wrong on the way; the message says what is kept and what to do."""


def told(command: Callable[[argparse.Namespace], int], given: argparse.Namespace) -> int:
    """Run a command; what it refuses becomes a message on standard error and exit code 2."""
    from mentalities_sim.engine.check import RuleError
    from mentalities_sim.experiment.errors import ExperimentError
    from mentalities_sim.running.executors import WorkerError
    from mentalities_sim.store.errors import FolderError

    try:
        return command(given)
    except (ExperimentError, FolderError, WorkerError, Mistake, RuleError) as error:
        print(error, file=sys.stderr)
        return 2
