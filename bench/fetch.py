"""How long posts take from a source's pages through the inbox into the archive, and how much memory.

    python bench/fetch.py [POSTS]

A day of posts in pages of 100 and of 1,000, then the same pages once more, into an archive that has them.
Goal: 100,000 posts in 10 s.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from read import WORDS, cpu_seconds

DAY = datetime(2026, 3, 10, tzinfo=UTC)


def pages(posts: int, size: int) -> Iterator[object]:
    from dawnchorus.model import Post  # noqa: PLC0415  (not in the parent process)
    from dawnchorus.visits import Page  # noqa: PLC0415

    chance = random.Random(7)
    for first in range(0, posts, size):
        yield Page(
            posts=tuple(
                Post(
                    id=f"bluesky:{n:013}",
                    source="bluesky",
                    text=" ".join(chance.choices(WORDS, k=chance.randrange(5, 45))),
                    author=f"user{chance.randrange(50_000)}.example.org",
                    author_name="Ada",
                    created_at=DAY + timedelta(seconds=86_399 * n / posts),
                    lang=chance.choice(("en", "zh", "ja")),
                    url=f"https://bsky.app/profile/user/post/{n:013}",
                    like_count=chance.randrange(1000),
                    repost_count=chance.randrange(100),
                    links=(f"https://example.com/{n}",) if n % 4 == 0 else (),
                )
                for n in range(first, min(first + size, posts))
            ),
            stream="search",
            cursor=str(first),
        )


def measure(posts: int, size: int, data: Path) -> dict[str, float]:
    from dawnchorus.store.intake import Intake  # noqa: PLC0415
    from dawnchorus.store.ledger import Ledger  # noqa: PLC0415

    spent = cpu = drained = 0.0
    with Ledger(data / "ledger.sqlite") as ledger:
        intake = Intake(ledger, data)
        for page in pages(posts, size):  # making them is not our own time
            begun, used = time.perf_counter(), cpu_seconds()
            intake.add(page, label="kites", source="bluesky", at=DAY + timedelta(days=1))
            spent, cpu = spent + time.perf_counter() - begun, cpu + cpu_seconds() - used
        begun, used = time.perf_counter(), cpu_seconds()
        new = sum(intake.drain().values())
        drained, cpu = time.perf_counter() - begun, cpu + cpu_seconds() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"new": new, "add": spent, "drain": drained, "cpu": cpu, "peak": peak}


def main() -> None:
    if sys.argv[1] == "--child":
        print(json.dumps(measure(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))))
        return
    posts = int(sys.argv[1])
    for size in (100, 1_000):
        with tempfile.TemporaryDirectory() as folder:
            for what in ("new", "again"):
                child = subprocess.run(
                    [sys.executable, __file__, "--child", str(posts), str(size), folder],
                    check=True,
                    capture_output=True,
                    text=True,
                )
                got = json.loads(child.stdout)
                print(
                    f"{posts:,} posts, pages of {size:,}, {what}: {got['add'] + got['drain']:.1f} s"
                    f" (inbox {got['add']:.1f}, archive {got['drain']:.1f}; CPU {got['cpu']:.1f}),"
                    f" {got['new']:,} new, peak {got['peak']:.0f} MB"
                )


if __name__ == "__main__":
    sys.argv += ["100000"] if len(sys.argv) == 1 else []
    main()
