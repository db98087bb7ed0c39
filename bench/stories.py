"""How long stories take to find in how much memory, and how that stands to other ways.

    python bench/stories.py [POSTS ...] [--rounds 3] [--only NAME] [--keep DIR]

For each number of posts (10,000 and 100,000 unless given; a million takes minutes, ten millions an hour):
``dawnchorus stories --json`` on posts of ``generate.py`` in a process of its own: wall and CPU time, peak
memory, CPU time by stage. Then, in the same run and on the same posts, parts of it beside alternatives:
seconds of CPU, and how many times ours that is, median and range of the rounds. A first run before fills
numba's cache.
Goals on two idle cores: a million posts within 60 s, 90 s of CPU and 2 GB.

An alternative is a line of ``ALTERNATIVES``: what it stands against and a function of ``Day``; one that
is not installed says so.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from processes import measured
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

HERE = Path(__file__).parent
FEW = 100_000  # posts up to which alternatives run, and runs are repeated
STAGES = (
    *("roots", "_originals", "spellings", "said", "features", "text_terms", "nearest_earlier", "bridges"),
    *(
        "communities",
        "join_groups",
        "join_singles",
        "leave_apart",
        "broad_threads",
        "centroids",
        "assigned_of",
    ),
)
NEIGHBOURS, EDGE = 8, 0.15  # as stories/cluster.py and communities.Joining have them


def cpu() -> float:
    times = os.times()
    return times.user + times.system


def command(posts: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak megabytes of ``dawnchorus stories``."""
    return measured(["stories", str(posts), "--json", "--quiet"], log=posts.with_suffix(".log"))


def stages(posts: Path) -> None:
    """Find the stories of a file in this process and print CPU seconds and peak memory after each stage."""
    from dawnchorus.pipeline import assign  # noqa: PLC0415
    from dawnchorus.pipeline.group import Asked  # noqa: PLC0415
    from dawnchorus.stories import cluster  # noqa: PLC0415

    def timed(room: Any, name: str) -> None:
        stage = getattr(room, name, None)
        if stage is None:
            return

        def run(*values: Any, **options: Any) -> Any:
            begun = cpu()
            result = stage(*values, **options)
            tell.line(name, cpu() - begun)
            return result

        setattr(room, name, run)

    class Teller:
        def line(self, name: str, seconds: float) -> None:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
                2**20 if sys.platform == "darwin" else 2**10
            )
            print(f"    {name:16} {seconds:7.2f} s  peak {peak:6,.0f} MB", flush=True)

        def step(self, name: str) -> None:
            self.line(f"[{name}]", cpu())

        def note(self, line: str) -> None: ...

        def doing(self, line: str) -> None: ...

    tell = Teller()
    timed(assign, "find_duplicates")
    for name in STAGES:
        timed(cluster, name)
    assign.assign_posts(Asked(inputs=[str(posts)]), tell=tell)
    tell.step("end")


@dataclass(frozen=True)
class Day:
    """The original posts of a file, as the stages see them."""

    path: Path

    @cached_property
    def kept(self) -> pl.DataFrame:
        from dawnchorus.pipeline.prepare import read_files  # noqa: PLC0415
        from dawnchorus.posts.clean import clean  # noqa: PLC0415
        from dawnchorus.posts.duplicates import find_duplicates  # noqa: PLC0415

        posts, _ = clean(read_files([str(self.path)]).posts.sort("created_at", "id"))
        return find_duplicates(posts.with_columns(language=pl.col("lang")))

    @cached_property
    def grouping(self) -> Any:
        from dawnchorus.stories.cluster import group_posts  # noqa: PLC0415

        return group_posts(self.kept, aliases={})

    @cached_property
    def terms(self) -> Any:
        return self.grouping.terms

    @cached_property
    def spans(self) -> Any:
        from dawnchorus.stories.neighbours import Spans  # noqa: PLC0415

        start, end = (self.grouping.posts[name].to_numpy(writable=True) for name in ("start", "end"))
        return Spans(start, end)


def neighbours(day: Day, *, count: int = NEIGHBOURS, evidence: bool = True) -> tuple[Any, Any]:
    from dawnchorus.stories.neighbours import nearest_earlier  # noqa: PLC0415

    size = len(day.spans.start)
    says = np.log(size / np.maximum(day.terms.frequency, 1)) * day.terms.share
    return nearest_earlier(
        day.terms.matrix, day.spans, count=count, window_seconds=86_400.0, postings=400, reads=1000,
        evidence=says.astype(np.float32), needed=float(np.log(size)) if evidence else 0.0,
    )  # fmt: skip


def all_stories(day: Day) -> Any:
    from dawnchorus.stories.cluster import find_stories  # noqa: PLC0415

    return find_stories(day.kept)


def topn(day: Day) -> Any:
    """The nearest of all pairs of posts; neither a window nor a cap."""
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415

    matrix = day.terms.matrix
    return sp_matmul_topn(matrix, matrix.T.tocsr(), top_n=NEIGHBOURS + 1, threshold=EDGE, n_threads=1)


def single_pass(day: Day) -> Any:
    """First-story detection: each post joins the story of its nearest earlier post, or begins one.

    Over our index: what it saves is all that comes after the neighbours.
    """
    near, cosine = neighbours(day, count=1, evidence=False)
    row = np.nonzero((near[:, 0] >= 0) & (cosine[:, 0] >= 0.3))[0]
    pairs = coo_matrix((np.ones(len(row)), (row, near[row, 0])), shape=(len(near),) * 2)
    return connected_components(pairs, directed=False)[1]


ALTERNATIVES: dict[str, tuple[str, Callable[[Day], Any], Callable[[Day], Any]]] = {
    # name: what is compared, ours, theirs
    "sparse_dot_topn": ("neighbours of each post", neighbours, topn),
    "single pass": ("stories of posts without copies", all_stories, single_pass),
}


def compare(day: Day, *, rounds: int, only: str | None) -> None:
    for name, (what, ours, theirs) in ALTERNATIVES.items():
        if only and name != only:
            continue
        ratios, seconds = [], []
        try:
            theirs(day)
            ours(day)
        except ImportError as error:
            print(f"  {name}: not installed ({error.name})")
            continue
        for _ in range(rounds):
            begun = cpu()
            ours(day)
            between = cpu()
            theirs(day)
            seconds.append((between - begun, cpu() - between))
            ratios.append(seconds[-1][1] / seconds[-1][0])
        own, other = (statistics.median(each) for each in zip(*seconds, strict=True))
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        times = f"{statistics.median(ratios):.2f} times ours ({spread})"
        print(f"  {what}: ours {own:.2f} s, {name} {other:.2f} s: {times}")


def measure(path: Path, count: int, *, rounds: int, only: str | None) -> None:
    found = [command(path) for _ in range(rounds)]
    wall, used, peak = (
        f"{min(each):,.{digits}f}" + (f" to {max(each):,.{digits}f}" if rounds > 1 else "")
        for each, digits in zip(zip(*found, strict=True), (1, 1, 0), strict=True)
    )
    each_post = min(used for _, used, _ in found) / count * 1e6
    load = os.getloadavg()[0]
    print(f"{count:,} posts: wall {wall} s, CPU {used} s, peak {peak} MB; load {load:.1f}")
    print(f"  {each_post:.0f} µs of CPU a post", flush=True)
    subprocess.run([sys.executable, __file__, "--stages", str(path)], check=True)
    if count <= FEW:
        compare(Day(path), rounds=rounds, only=only)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how stories are found.")
    parser.add_argument("posts", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3, help="of sizes up to 100,000")
    parser.add_argument("--only", choices=sorted(ALTERNATIVES), help="one alternative")
    parser.add_argument("--keep", type=Path, help="where generated posts stay for the next run")
    parser.add_argument("--stages", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.stages:
        stages(arguments.stages)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = arguments.keep or Path(folder)
        for number, count in enumerate(arguments.posts):
            path = place / f"g{count}.jsonl"
            if not path.exists():
                generate = [sys.executable, str(HERE / "generate.py"), str(count), str(path.with_suffix(""))]
                subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
            if number == 0:
                command(path)
            measure(path, count, rounds=arguments.rounds if count <= FEW else 1, only=arguments.only)


if __name__ == "__main__":
    main()
