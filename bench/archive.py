"""How fast posts get into the archive.

    python bench/archive.py [POSTS]

Adds POSTS (100,000) invented posts of one day at once, then 1,000 more into the same day, then the same
1,000 again with other counts, as a fetch that overlaps with the one before does; then the first again with
a thousand posts forgotten.
"""

from __future__ import annotations

import random
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import polars as pl

from dawnchorus.store.archive import add_posts
from dawnchorus.store.forgotten import remember_forgotten
from dawnchorus.tables import POSTS, conform

DAY = datetime(2026, 3, 10, tzinfo=UTC)
WORDS = ("valve", "seal", "recall", "kite", "风筝", "阀门", "召回", "model", "score", "ferry", "bay", "late")


def invented(first: int, count: int, *, likes: int = 3) -> pl.DataFrame:
    draw = random.Random(first)
    rows = [
        {
            "id": f"x:{number}",
            "source": "x",
            "author": f"author{number % 9000}",
            "text": f"{number} {' '.join(draw.choices(WORDS, k=24))}",
            "created_at": DAY + timedelta(milliseconds=draw.randrange(86_400_000)),
            "url": f"https://x.example/author{number % 9000}/status/{number}",
            "like_count": likes,
        }
        for number in range(first, first + count)
    ]
    return conform(pl.DataFrame(rows), POSTS)


def timed(what: str, data: Path, posts: pl.DataFrame) -> None:
    start = perf_counter()
    added = add_posts(data, posts)
    print(f"{what}: {added:,} new of {posts.height:,} in {perf_counter() - start:.2f} s")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        day, more = invented(0, count), invented(count, 1000)
        timed("a day at once", data, day)
        timed("more into that day", data, more)
        timed("the same with other counts", data, more.with_columns(like_count=pl.lit(4, pl.Int64)))
        timed("the same again", data, more.with_columns(like_count=pl.lit(4, pl.Int64)))
        remember_forgotten(data, posts=[f"x:{n}" for n in range(1000)], on=date(2026, 3, 11))
        timed("the day again, 1,000 forgotten", data, day)


if __name__ == "__main__":
    main()
