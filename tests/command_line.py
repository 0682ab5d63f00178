"""Runs `firstcheck …` as a person does, and returns its exit code and output."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str]]
TRACE = "Traceback"
ROOT = Path(__file__).parents[1]


def apart(folder: Path, *words: str) -> tuple[int, str]:
    """Run `firstcheck …` in its own process, and return its exit code and output once it has ended."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    text = ended.stdout + ended.stderr
    assert TRACE not in text
    return ended.returncode, text
