"""The README's Python example runs as it stands, only smaller."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_python_example_runs(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)[0]
    assert "replicates=20" in code
    script = tmp_path / "example.py"
    # the two arms that the example compares are enough here
    small = code.replace("replicates=20", 'replicates=2, **{"world.sessions": 2, "world.exchanges": 10}')
    script.write_text(small, encoding="utf-8")
    done = subprocess.run([sys.executable, script], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["fear", "difference", "low", "high"]
    assert [float(line.split()[1]) for line in lines[1:]] == [0.2, 0.5, 0.9]


def test_every_path_named_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", readme):
        assert (ROOT / target).exists(), target
