"""Stories in partitions on this machine: what each stage costs, and what goes through the driver.

    python bench/partitions.py PARTITIONS [POSTS | FILE...] [--keep FOLDER] [--ray WORKERS]

Of each stage: tasks, CPU seconds of all and of the longest, most memory of a process meanwhile (Linux;
elsewhere the most so far), and bytes of what tasks are given and give back, pickled as for a cluster. Memory
should stay with the size of a partition, CPU with the number of posts; goal: 6 GB for 10,000,000 posts in 25
partitions, which want 30 GB of disk. With ``--keep`` posts and results of stages stay in FOLDER, and a run
that was stopped goes on from there.
"""

from __future__ import annotations

import argparse
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from dawnchorus.pipeline.executors.executor import Executor
from dawnchorus.pipeline.executors.local import LocalExecutor
from dawnchorus.pipeline.executors.ray import RayExecutor
from dawnchorus.pipeline.group import Asked
from dawnchorus.pipeline.partitions.plan import assign_in_parts
from dawnchorus.pipeline.partitions.shelf import Shelf


class Measured:
    """Prints each stage, and keeps what it gave back."""

    def __init__(self, inner: Executor, folder: Path) -> None:
        self.inner, self.folder = inner, folder
        self.stage, self.memory, self.sent = 0, 0.0, 0
        self.seconds: list[float] = []  # of all tasks

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        work = list(items)
        name = getattr(getattr(function, "func", function), "__name__", "?")
        kept = self.folder / f"{self.stage:02}-{name}"
        self.stage += 1
        if not kept.exists():
            told = self.inner.map(partial(measured, function), work)
            found, seconds, memory = ([one[i] for one in told] for i in range(3))
            sent = len(pickle.dumps(function)) + sum(len(pickle.dumps(each)) for each in (*work, *found))
            part = kept.with_suffix(".part")
            part.write_bytes(pickle.dumps((found, seconds, max(memory, default=0.0), sent)))
            part.replace(kept)
        found, seconds, memory, sent = pickle.loads(kept.read_bytes())
        self.seconds += seconds
        self.memory = max(self.memory, memory)
        self.sent += sent
        row(name, seconds, memory, sent)
        return list(found)


def measured(function: Callable[[Any], Any], item: Any) -> tuple[Any, float, float]:
    """What a task gives, its CPU seconds and megabytes."""
    forget_peak()
    begun = time.process_time()
    found = function(item)
    return found, time.process_time() - begun, peak()


class Silent:
    """Tells nobody."""

    def step(self, name: str) -> None: ...

    def note(self, line: str) -> None: ...

    def doing(self, line: str) -> None: ...


def forget_peak() -> None:
    """Let the peak of memory begin anew."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak() -> float:
    """Megabytes at most since then."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
            2**20 if sys.platform == "darwin" else 2**10
        )
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def row(name: str, seconds: list[float], memory: float, sent: int) -> None:
    print(
        f"{name:20}{len(seconds):5} tasks{sum(seconds):9.1f} CPU s{max(seconds, default=0):8.1f} longest"
        f"{memory:7.0f} MB{sent / 1000:9.1f} kB sent",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("partitions", type=int)
    parser.add_argument("inputs", nargs="*", default=["100000"])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--ray", type=int, metavar="WORKERS", help="run on Ray, on this machine")
    given = parser.parse_args()
    inputs: list[str] = given.inputs
    with ExitStack() as stack:
        folder = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "stages").mkdir(parents=True, exist_ok=True)
        if inputs[0].isdigit():
            generator, posts = Path(__file__).with_name("generate.py"), folder / f"g{inputs[0]}.jsonl"
            if not posts.exists():
                subprocess.run([sys.executable, generator, inputs[0], posts.with_suffix("")], check=True)
            inputs = [str(posts)]
        inner = stack.enter_context(RayExecutor(local_cpus=given.ray)) if given.ray else LocalExecutor()
        shelf, executor = Shelf(str(folder / "shelf")), Measured(inner, folder / "stages")
        wall, begun = time.perf_counter(), time.process_time()
        tables = assign_in_parts(
            Asked(inputs=inputs), executor=executor, shelf=shelf, partitions=given.partitions, tell=Silent()
        )
        count = sum(map(len, tables))
        row("all", executor.seconds, executor.memory, executor.sent)
        size = sum(path.stat().st_size for path in Path(shelf.root).rglob("*.parquet"))
        print(
            f"{count} posts, {1e6 * sum(executor.seconds) / count:.0f} CPU µs a post in tasks, "
            f"{time.perf_counter() - wall:.0f} s wall, {size / count:.0f} bytes of partial results a post"
        )
        if given.ray:
            print(f"driver: {time.process_time() - begun:.1f} CPU s, {peak():.0f} MB")


if __name__ == "__main__":
    main()
