"""How long stories take to find, in how much memory, and how good they are, beside other ways.

    python bench/stories.py [POSTS ...] [--data DIR] [--rounds 3] [--only NAME] [--limit-minutes 15]

For each number of posts (10,000 and 100,000 unless given; a million takes minutes, ten millions an hour):
``dawnchorus stories --json`` on posts of ``generate.py`` in a process of its own: wall and CPU time, peak
memory, CPU time by stage. Then, in one process and on the same file, from its lines to the story of each
post: ours and each of ``ways.OTHERS``: seconds of CPU with their range, how many times ours in the same
round that is (ours beside ours: the noise), and how the result agrees with what was planted; the same for
Tweet89, where DIR, a folder of evaluation sets, has it. Rounds have other seeds for ways that draw.
One that is not installed says so. A way that would take longer than the limit, reckoned from a small part of
the posts, runs less often or is not run and says so. A first run before fills numba's cache.
Goals on two idle cores: a million posts within 60 s, 90 s of CPU and 2 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from agreement import adjusted_mutual_information
from processes import cpu, measured
from ways import OTHERS, Way, all_nearest, dawnchorus, nearest, prepared

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from evals.stories import against_planted, bcubed, read_lines  # noqa: E402

SEVERAL = 100_000  # posts up to which other ways run, and runs are repeated
FEW = 300  # posts that a way compiles with, and that its time is reckoned from
TWEET89 = "clustering_tweet89/tweet89.jsonl.gz"
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
    """Posts in a file and the true story of each, in order; ``planted`` where ``generate.py`` made them."""

    path: Path
    ids: pl.Series
    true: pl.Series
    planted: pl.DataFrame | None = None

    def quality(self, labels: pl.Series) -> dict[str, float]:
        """Of a result: a label each post, -1 or null for one on its own."""
        label = labels.cast(pl.String).replace("-1", None)
        found = pl.DataFrame({"id": self.ids, "story": label})
        alone = found.select(pl.coalesce("story", pl.format("alone {}", "id"))).to_series()
        b3 = zip(("precision", "recall", "f1"), bcubed(self.true, alone), strict=True)
        several = (alone.value_counts()["count"] > 1).sum()
        figures = {"ami": adjusted_mutual_information(self.true, alone), **dict(b3), "stories": several}
        return figures if self.planted is None else figures | against_planted(self.planted, found)


def generated(path: Path) -> Day:
    planted = pl.read_parquet(path.with_suffix(".gold.parquet"))
    story = pl.when(pl.col("story") != -1).then(pl.col("story").cast(pl.String)).otherwise("dup_root")
    return Day(path, planted["id"], planted.select(story).to_series(), planted)


def tweet89(data: Path, folder: Path) -> Day:
    path = folder / "tweet89.jsonl"
    rows = [{"source": "x", **row} for row in read_lines(data / TWEET89)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Day(path, pl.Series([row["id"] for row in rows]), pl.Series([str(row["label"]) for row in rows]))


def timed(way: Way, path: Path, seed: int) -> dict[str, tuple[float, pl.Series]]:
    """Seconds of CPU up to each result, processes of its own that have ended among them."""
    begun, found = cpu(), {}
    for name, labels in way(path, seed):
        found[name] = cpu() - begun, labels
    return found


def compare_neighbours(path: Path, *, rounds: int) -> None:
    """The nearest earlier posts of a day for each, beside the nearest of all by sparse_dot_topn."""
    ready = prepared(path)
    seconds: list[tuple[float, float]] = []
    try:
        for _ in range(rounds + 1):
            begun = cpu()
            nearest(ready, count=8)
            between = cpu()
            all_nearest(ready.terms.matrix, count=8, least=0.1)
            seconds.append((between - begun, cpu() - between))
    except ImportError as error:
        print(f"  neighbours alone: {error.name} is not installed")
        return
    ours, theirs = zip(*seconds[1:], strict=True)
    ratios = range_of([there / here for here, there in seconds[1:]], 2)
    print(
        f"  neighbours alone: ours {range_of(ours, 2)} s, sparse_dot_topn {range_of(theirs, 2)} s:"
        f" {ratios} times ours"
    )


def range_of(values: Sequence[float], digits: int = 1) -> str:
    low, high = (f"{each:,.{digits}f}" for each in (min(values), max(values)))
    return f"{statistics.median(values):,.{digits}f}" + (f" ({low} to {high})" if len(values) > 1 else "")


def compare(day: Day, *, rounds: int, limit: float, only: str | None) -> None:
    """Ours and the others, one after another, each beside ours in the same round."""
    header = f"{'AMI':>22}   B³ P     R    F1  stories" + (" found purity" if day.planted is not None else "")
    print(f"  {'':24} {'CPU s':>22} {'times ours':>22} {header}", flush=True)
    few = day.path.with_suffix(".few.jsonl")
    with day.path.open("rb") as lines, few.open("wb") as first:
        first.writelines(islice(lines, FEW))
    run(dawnchorus, day, few, rounds=rounds, limit=limit)
    for name, way in OTHERS.items():
        if only is None or name == only:
            try:
                run(way, day, few, rounds=rounds, limit=limit)
            except ImportError as error:
                print(f"  {name:24} not installed ({error.name})")


def run(way: Way, day: Day, few: Path, *, rounds: int, limit: float) -> None:
    """A line for each result of a way; its quality is that of the round with the best AMI."""
    timed(way, few, 0)
    each = max(seconds for seconds, _ in timed(way, few, 0).values()) * len(day.ids) / FEW
    name = next(name for name, known in OTHERS.items() if known is way) if way is not dawnchorus else ""
    if each > limit:
        print(f"  {name:24} over the time given: about {each / 60:,.0f} min, reckoned from {FEW} posts")
        return
    times = max(1, min(rounds, int(limit / max(each, 1e-9))))
    runs = [(timed(dawnchorus, day.path, seed), timed(way, day.path, seed)) for seed in range(times)]
    for result in runs[0][1]:
        seconds = range_of([found[result][0] for _, found in runs])
        ratios = range_of([found[result][0] / ours["dawnchorus"][0] for ours, found in runs], 2)
        figures = [day.quality(found[result][1]) for _, found in runs]
        best = max(figures, key=lambda each: each["ami"])
        shown = f"{best['precision']:6.3f} {best['recall']:.3f} {best['f1']:.3f} {best['stories']:8,.0f}"
        if day.planted is not None:
            shown += f" {100 * best['largest_found']:5.0f} {best['purity_100']:6.3f}"
        ami = range_of([each["ami"] for each in figures], 3)
        print(f"  {result:24} {seconds:>22} {ratios:>22} {ami:>22} {shown}", flush=True)


def measure(path: Path, count: int, *, rounds: int) -> None:
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


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how stories are found.")
    parser.add_argument("posts", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3, help="of sizes up to 100,000")
    parser.add_argument("--only", choices=sorted(OTHERS), help="one other way")
    parser.add_argument("--keep", type=Path, help="where generated posts stay for the next run")
    parser.add_argument("--data", type=Path, help="a folder of evaluation sets, for Tweet89")
    parser.add_argument("--limit-minutes", type=float, default=15, help="CPU time of one way on one day")
    parser.add_argument("--stages", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.stages:
        stages(arguments.stages)
        return
    limits = {"limit": 60 * arguments.limit_minutes, "only": arguments.only}
    with tempfile.TemporaryDirectory() as folder:
        place = arguments.keep or Path(folder)
        paths = {count: place / f"g{count}.jsonl" for count in arguments.posts}
        for number, (count, path) in enumerate(paths.items()):
            if not path.exists():
                generate = [sys.executable, str(HERE / "generate.py"), str(count), str(path.with_suffix(""))]
                subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
            if number == 0:
                command(path)
            measure(path, count, rounds=arguments.rounds if count <= SEVERAL else 1)
        # After all that is measured in processes of their own: a new process's peak begins at ours.
        if arguments.data is None or not (arguments.data / TWEET89).exists():
            print(f"Tweet89: absent: --data names a folder that has {TWEET89}")
        else:
            day = tweet89(arguments.data, Path(folder))
            print(f"Tweet89, {len(day.ids):,} posts; load {os.getloadavg()[0]:.1f}")
            compare(day, rounds=arguments.rounds, **limits)
        for count, path in paths.items():
            if count <= SEVERAL:
                print(f"{count:,} posts; load {os.getloadavg()[0]:.1f}")
                compare_neighbours(path, rounds=arguments.rounds)
                compare(generated(path), rounds=arguments.rounds, **limits)


if __name__ == "__main__":
    main()
