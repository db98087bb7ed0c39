"""All evals in turn: ``python -m evals [DATA]``.

Prints their tables and a line each: passed, below its floors, or what data is absent. Without DATA those
run that need none. Exit 1 if one is below its floors or broke, 2 if DATA is no folder.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OURS = ("crosslingual", "duplicates", "grounding", "groundbench", "japanese", "one_field", "retrieval")
"""They have data of their own; grounding and retrieval measure more where DATA is given."""
NO_ARGUMENT = ("crosslingual", "duplicates", "groundbench", "japanese", "one_field")


def main(data: Path | None) -> int:
    if data is not None and not data.is_dir():
        print(f"no data: {data} is not a folder", file=sys.stderr)
        return 2
    found: dict[str, str] = {}
    for name, command in commands():
        if data is None and name not in OURS:
            found[name] = "data absent, not measured"
            continue
        arguments = [] if data is None or name in NO_ARGUMENT else [str(data.resolve())]
        print(f"\n{name}", flush=True)
        ended = subprocess.run(
            [sys.executable, *command, *arguments], cwd=HERE.parent, check=False
        ).returncode
        found[name] = {0: "passed", 2: "data absent, not measured"}.get(ended, "below its floors")
    print()
    for name, outcome in found.items():
        print(f"{name:12} {outcome}")
    return 1 if "below its floors" in found.values() else 0


def commands() -> list[tuple[str, list[str]]]:
    """Each eval's name and what Python runs it: a file, or a package where there is more to it."""
    found = [(path.stem, [str(path)]) for path in HERE.glob("[!_]*.py")]
    found += [(path.parent.name, ["-m", f"evals.{path.parent.name}"]) for path in HERE.glob("*/__main__.py")]
    return sorted(found)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) == 2 else None))
