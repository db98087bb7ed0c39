"""All benches in turn, small: ``python -m bench``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUNS = (
    ("read.py", "100000"),
    ("duplicates.py", "20000"),
    ("report.py", "1000"),
    ("stories.py", "10000"),
    ("extremes.py", "1000", "10000"),
    ("fetch.py", "10000"),
    ("archive.py", "10000"),
    ("jetstream.py", "20000"),
    ("partitions.py", "3", "10000"),
)

if __name__ == "__main__":
    failed = 0
    for name, *arguments in RUNS:
        print(f"\n{name} {' '.join(arguments)}", flush=True)
        failed |= subprocess.run(
            [sys.executable, Path(__file__).with_name(name), *arguments], check=False
        ).returncode
    sys.exit(1 if failed else 0)
