"""All evals in turn: ``python -m evals DATA``.

Prints their tables and a line each: passed, below its floors, or what data is absent. Exit 1 if one is
below its floors or broke, 2 if DATA is no folder.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NEED_NO_DATA = ("duplicates",)


def main(data: Path) -> int:
    if not data.is_dir():
        print(f"no data: {data} is not a folder", file=sys.stderr)
        return 2
    found: dict[str, str] = {}
    for script in sorted(Path(__file__).parent.glob("[!_]*.py")):
        arguments = [] if script.stem in NEED_NO_DATA else [str(data)]
        print(f"\n{script.stem}", flush=True)
        ended = subprocess.run([sys.executable, script, *arguments], check=False).returncode
        found[script.stem] = {0: "passed", 2: "data absent, not measured"}.get(ended, "below its floors")
    print()
    for name, outcome in found.items():
        print(f"{name:12} {outcome}")
    return 1 if "below its floors" in found.values() else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) if len(sys.argv) == 2 else print(__doc__, file=sys.stderr) or 2)
