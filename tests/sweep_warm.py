"""A process that has imported and compiled everything, and forks a child for each run that it is asked for.

Starting afresh takes two seconds, forking a few milliseconds. As a script it reads one JSON order a line:
the arguments of `mentalities`, what is to befall it (`sweep_harm`), and where its words go.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Moment = Callable[[], bool]


@dataclass
class Ended:
    """How a run ended: its exit code (minus the signal that killed it), and what it said."""

    code: int
    out: str
    err: str


class Warm:
    """The test's side of the warm process."""

    def __init__(self, place: Path, files: Sequence[Path]) -> None:
        self.place, self.count = place, 0
        self.process = subprocess.Popen(
            [sys.executable, __file__, *map(str, files)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._hear() == "warm"

    def start(self, *arguments: object, **harm: Any) -> int:
        """Begin a run and return its process id."""
        self.count += 1
        said = str(self.place / f"said-{self.count}")
        self._tell(do="run", arguments=[str(a) for a in arguments], harm=harm, said=said)
        return int(self._hear())

    def wait(self, pid: int) -> Ended:
        """Wait for the end of the run begun last."""
        self._tell(do="wait", pid=pid)
        code = int(self._hear())
        said = self.place / f"said-{self.count}"
        return Ended(code, *(Path(f"{said}.{stream}").read_text("utf-8") for stream in ("out", "err")))

    def run(self, *arguments: object, **harm: Any) -> Ended:
        """Run to the end."""
        return self.wait(self.start(*arguments, **harm))

    def stop(self, pid: int, moment: Moment, number: int = signal.SIGKILL) -> Ended:
        """Send a signal at a moment, or when the run has ended by itself; return how it ended."""
        while not moment():
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z":
                break
            time.sleep(0.001)
        os.kill(pid, number)
        return self.wait(pid)

    def close(self) -> None:
        """End the warm process."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(60)

    def _tell(self, **what: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def _hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


def _serve(files: Sequence[str]) -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot
    import scipy.stats  # noqa: F401
    from sweep_harm import harm

    from mentalities_sim import Experiment
    from mentalities_sim.cli import main
    from mentalities_sim.cli import sweeping as _  # noqa: F401
    from mentalities_sim.experiment.pictures import drawings

    for file in files:
        # compiles; its threads have ended before the first fork
        drawings(Experiment.from_toml(file).run(workers=1))
    answers = os.fdopen(os.dup(1), "w")
    print("warm", file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "wait":
            print(os.waitstatus_to_exitcode(os.waitpid(order["pid"], 0)[1]), file=answers, flush=True)
            continue
        child = os.fork()
        if child:
            print(child, file=answers, flush=True)
            continue
        for stream, name in ((1, "out"), (2, "err")):
            handle = os.open(f"{order['said']}.{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(handle, stream)
        # a shell that runs tests in the background lets them ignore Ctrl-C
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = 99
        try:
            harm(order["harm"])
            code = main(order["arguments"])
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1:])
