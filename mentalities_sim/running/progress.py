"""Telling how far a sweep has come: a bar where somebody watches, a plain line a minute in a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TextIO

EVERY = 60.0
"""Seconds between lines in a log."""
EVERY_LOOK = 2.0
"""Seconds between two words on a run that takes long, where a bar is shown."""


class Progress:
    """Shows runs done of all, their rate, the time left and failures.

    `runs` is what they are called. In a terminal or notebook a bar; elsewhere a line a minute, so that a log
    stays readable in the morning.
    """

    listening: Progress | None = None
    """Who is told how far a long run has come; other processes have nobody."""

    def __init__(
        self,
        stream: TextIO | None = None,
        *,
        silent: bool = False,
        runs: str = "therapies",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stream, self.silent, self.runs, self.clock = stream or sys.stderr, silent, runs, clock
        self.bar: Any = None
        self._set(0, 0)
        Progress.listening = self

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *raised: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def _set(self, total: int, done: int) -> None:
        self.total, self.before, self.done, self.failed = total, done, done, 0
        self.started = self.told = self.clock()

    def say(self, text: str) -> None:
        """Say a sentence on what was found on the way."""
        if not self.silent:
            print(text, file=self.stream, flush=True)

    def begin(self, total: int, done: int) -> None:
        """Note how many runs there are to do in all, and how many were done before."""
        self._set(total, done)
        if done and total > done:
            self.say(f"{done:,} of {total:,} {self.runs} are here already; going on from there")
        if not self.silent and (self.stream.isatty() or _in_notebook()):
            from tqdm import tqdm

            # its own lock is for processes, and is complained of where the program ends at once
            tqdm.set_lock(threading.RLock())
            self.bar = tqdm(total=total, initial=done, unit=f" {self.runs}", smoothing=0.1, file=self.stream)

    def update(self, runs: int, failed: int = 0) -> None:
        """Note runs just done, and how many of them failed."""
        self.done += runs
        self.failed += failed
        if self.bar is not None:
            if failed:
                self.bar.set_postfix_str(f"{self.failed} failed", refresh=False)
            self.bar.update(runs)
        elif self.clock() - self.told >= EVERY:
            self.told = self.clock()
            self.say(f"{datetime.now():%Y-%m-%d %H:%M} {self.line()}")

    def hear(self, share: float) -> None:
        """Note how far a run that is under way has come; told where runs take long."""
        if self.silent or self.clock() - self.told < EVERY_LOOK:
            return
        if self.bar is not None:
            self.told = self.clock()
            self.bar.set_postfix_str(f"one under way: {share:.0%}", refresh=True)
        elif self.clock() - self.told >= EVERY:
            self.told = self.clock()
            self.say(f"{datetime.now():%Y-%m-%d %H:%M} {self.line()}; one under way: {share:.0%}")

    def line(self) -> str:
        """Return a sentence on how far it has come."""
        seconds = max(self.clock() - self.started, 1e-9)
        rate = (self.done - self.before) / seconds
        share = self.done / self.total if self.total else 1.0
        left = f"about {duration((self.total - self.done) / rate)} left" if rate else "time left unknown"
        failed = f", {self.failed:,} failed" if self.failed else ""
        each = f"{rate:,.0f} a second" if rate >= 2 else f"{rate * 60:,.1f} a minute"
        return f"{self.done:,} of {self.total:,} {self.runs} ({share:.0%}), {each}, {left}{failed}"


def duration(seconds: float) -> str:
    """Say a time in words.

    Example:
        >>> duration(50), duration(600), duration(7 * 3600)
        ('50 s', '10 min', '7.0 h')
    """
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 72 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


def _in_notebook() -> bool:
    if "ipykernel" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    return shell is not None and "IPKernelApp" in shell.config
