"""Stories on Ray are those of one process, also when workers are killed: run by hand, not in CI.

    python -m tests.ray_cluster POSTS... [--partitions N] [--workers N]

Starts Ray on this machine with two workers, groups POSTS in one process, on
Ray, and on Ray while tasks' processes are killed, and compares the tables.
Needs ``dawnchorus[ray]``; ``python bench/generate.py 100000 PREFIX`` makes posts.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from dawnchorus.pipeline.assign import assign_posts
from dawnchorus.pipeline.executors.executor import Executor
from dawnchorus.pipeline.executors.ray import RayExecutor
from dawnchorus.pipeline.group import Asked
from dawnchorus.pipeline.partitions.plan import assign_in_parts
from dawnchorus.pipeline.partitions.shelf import Shelf


class Silent:
    """Tells nobody."""

    def step(self, name: str) -> None: ...

    def note(self, line: str) -> None: ...

    def doing(self, line: str) -> None: ...


_EVERY = 5  # stages: a new process takes seconds to start


class Killing:
    """Loses the process of a task of some stages, once, after its work and before its answer."""

    def __init__(self, inner: Executor, folder: Path) -> None:
        self._inner, self._folder, self._stage = inner, folder, 0
        self.killed = 0

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        self._stage += 1
        if self._stage % _EVERY:
            return self._inner.map(function, items)
        mark = self._folder / str(self._stage)
        found = self._inner.map(partial(_die_once, function, str(mark)), list(enumerate(items)))
        self.killed += mark.exists()
        return found


def _die_once(function: Callable[[Any], Any], mark: str, given: tuple[int, Any]) -> Any:
    place, item = given
    if place == 0 and not os.path.exists(mark):
        function(item)  # all is written, and nobody hears of it
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return function(item)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("posts", nargs="+")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    asked = Asked(inputs=given.posts)
    begun = time.perf_counter()
    whole = assign_posts(asked, tell=Silent())
    print(f"one process: {len(whole)} posts, {time.perf_counter() - begun:.1f} s", flush=True)
    with RayExecutor(local_cpus=given.workers) as ray, tempfile.TemporaryDirectory() as folder:
        for name in ("quiet", "killed"):
            marks = Path(folder, f"{name}-marks")
            marks.mkdir()
            executor: Executor = Killing(ray, marks) if name == "killed" else ray
            shelf = Shelf(str(Path(folder, name)))
            begun = time.perf_counter()
            parts = assign_in_parts(
                asked, executor=executor, shelf=shelf, partitions=given.partitions, tell=Silent()
            )
            same = pl.concat(parts).equals(whole)
            print(f"Ray, {name}: same tables: {same}, {time.perf_counter() - begun:.1f} s", flush=True)
            if isinstance(executor, Killing):
                print(f"processes killed: {executor.killed}")
            if not same:
                raise SystemExit(1)


if __name__ == "__main__":
    main()
