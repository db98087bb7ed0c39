"""Stories in partitions on this machine: CPU seconds and peak memory of each stage.

    python bench/partitions.py PARTITIONS [POSTS | FILE...]

Memory should stay with the size of a partition, CPU with the number of posts. 10,000,000 posts take two
hours on a slow machine and 25 GB under the temporary folder; goal: 6 GB of memory.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dawnchorus.pipeline.executors.local import LocalExecutor
from dawnchorus.pipeline.group import Asked
from dawnchorus.pipeline.partitions.plan import assign_in_parts
from dawnchorus.pipeline.partitions.shelf import Shelf


class Measured(LocalExecutor):
    """Prints each stage."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        work = list(items)
        begun = time.process_time()
        found = super().map(function, work)
        name = getattr(getattr(function, "func", function), "__name__", "?")
        row(f"{name} x {len(work)}", time.process_time() - begun)
        return found


class Silent:
    """Tells nobody."""

    def step(self, name: str) -> None: ...

    def note(self, line: str) -> None: ...

    def doing(self, line: str) -> None: ...


def row(name: str, seconds: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:28}{seconds:9.1f} CPU s{peak:9.0f} MB peak", flush=True)


def main(partitions: int, inputs: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(inputs) <= 1 and (not inputs or inputs[0].isdigit()):
            generator = Path(__file__).with_name("generate.py")
            prefix = str(Path(folder, "posts"))
            subprocess.run([sys.executable, generator, *(inputs or ["100000"]), prefix], check=True)
            inputs = [f"{prefix}.jsonl"]
        shelf = Shelf(str(Path(folder, "shelf")))
        begun = time.perf_counter()
        tables = assign_in_parts(
            Asked(inputs=inputs), executor=Measured(), shelf=shelf, partitions=partitions, tell=Silent()
        )
        posts = sum(map(len, tables))
        size = sum(path.stat().st_size for path in Path(shelf.root).rglob("*.parquet"))
        row("all", time.process_time())
        wall = time.perf_counter() - begun
        print(f"{posts} posts, {wall:.1f} s wall, {size / max(posts, 1):.0f} bytes of partial results a post")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4, sys.argv[2:])
