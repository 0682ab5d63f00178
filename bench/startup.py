"""Measures how long `firstcheck --help`, `list`, `note` and `declare` take from start to exit.

`python -m bench.startup [runs]`; prints the median and the longest of that many runs of each, in seconds.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
RUNS = 10
COMMANDS = (("declare", "logins fail"), ("--help",), ("list",), ("note", "1", "rolled back"))


def seconds(folder: str, *words: str) -> float:
    """Run `firstcheck …` in `folder` and return how long it took."""
    began = time.monotonic()
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began


def main() -> None:
    """Print a line for each command."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        for words in COMMANDS:
            took = [seconds(folder, *words) for _ in range(runs)]
            print(f"firstcheck {words[0]:<8}  median {median(took):.2f} s  longest {max(took):.2f} s")


if __name__ == "__main__":
    main()
