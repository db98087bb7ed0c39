"""Days of posts that are not as days are: what a post costs there, against an ordinary day of the same size.

    python bench/extremes.py [POSTS ...] [--only NAME] [--limit-seconds 300]

For each number of posts (10,000 and 100,000 unless given) and each day of ``DAYS``, in a process of its own
after a first small run: CPU of ``dawnchorus stories --json`` and of the whole table, with rank and words, in
µs a post; how many times that of the ordinary day it is; and how many times that of the size before, which
nears the ratio of the sizes where cost grows with the square of the posts and stays near 1 where it does
not. Then peak memory of both and what was found. Long posts are a hundredth as many, and each counts as the
ordinary posts it is as long as. What fails or takes longer than the limit says so: exit code 1.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from generate import generate
from processes import cpu
from ways import Nobody

Post = dict[str, Any]
FEW = 300  # ordinary posts of the first small run
LONG = 50_000  # characters of a long post
DAY = date(2026, 1, 15)


def texts(posts: Iterable[Post], say: Callable[[int], str]) -> Iterator[Post]:
    """The posts with other words, and copies of nothing."""
    for number, post in enumerate(posts):
        yield {key: post[key] for key in post if key != "repost_of"} | {"text": say(number)}


def wordless(number: int) -> str:
    link, emoji = f"https://t.co/{number:010x}", "🔥😂🚀" * (1 + number % 5)
    return (link, emoji, "@user7 ❤️", "!!! …")[number % 4]


def letter(number: int) -> str:
    return chr(0x61 + number % 26) if number % 2 else chr(0x4E00 + number % 500)


def at_once(posts: list[Post]) -> Iterator[Post]:
    return (post | {"created_at": posts[0]["created_at"]} for post in posts)


def years_apart(posts: list[Post]) -> Iterator[Post]:
    """The same order over 40 years, so that no two stand within a day of each other, or within an hour."""
    first, step = datetime(1986, 1, 1), timedelta(days=40 * 365) / len(posts)
    return (
        post | {"created_at": (first + number * step).isoformat() + "Z"} for number, post in enumerate(posts)
    )


def without_spaces(posts: list[Post]) -> Iterator[Post]:
    """The Japanese and Chinese posts of a day three times as long."""
    longer, _ = generate(3 * len(posts), seed=7, day=DAY)
    return islice((post for post in longer if post["lang"] != "en"), len(posts))


def long_posts(posts: list[Post]) -> Iterator[Post]:
    """A hundredth of the posts, each of 50,000 characters in the words of many."""
    words = " ".join(str(post["text"]) for post in posts).split()
    count, each = len(posts) // 100, LONG // 4
    for number, post in enumerate(texts(posts[:count], str)):
        begin = number * len(words) // count
        yield post | {"text": " ".join((words[begin:] + words)[:each])[:LONG]}


DAYS: dict[str, Callable[[list[Post]], Iterable[Post]]] = {
    "ordinary": list,
    "all the same": lambda posts: texts(posts, lambda _: "The bridge over the river is closed until Monday"),
    "no words": lambda posts: texts(posts, wordless),
    "one character": lambda posts: texts(posts, letter),
    "all at once": at_once,
    "years apart": years_apart,
    "without spaces": without_spaces,
    "one word in all": lambda posts: (
        post | {"text": f"earthquake {post['text']} earthquake"} for post in posts
    ),
    "one link in all": lambda posts: (
        post | {"text": f"{post['text']} https://example.org/news/1"} for post in posts
    ),
    "one author": lambda posts: (post | {"author": "bot"} for post in posts),
    "a form and a number": lambda posts: texts(posts, lambda number: f"BTC is at {number * 7:,} dollars now"),
    "50,000 characters": long_posts,
}


def one(path: Path, few: Path) -> dict[str, float]:
    """Cost of both ways in this process, in seconds of CPU, and what was found."""
    from dawnchorus.pipeline.assign import assign_posts  # noqa: PLC0415
    from dawnchorus.pipeline.group import Asked, group_posts  # noqa: PLC0415

    small, whole = Asked(inputs=[str(few)]), Asked(inputs=[str(path)])
    assign_posts(small, tell=Nobody())
    group_posts(small, tell=Nobody())
    begun = cpu()
    found = assign_posts(whole, tell=Nobody())
    between = cpu()
    group_posts(whole, tell=Nobody())
    scale = 2**20 if sys.platform == "darwin" else 2**10
    largest = found["story"].drop_nulls().value_counts()["count"].max()
    return {
        "json": between - begun,
        "table": cpu() - between,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale,
        "stories": found["story"].drop_nulls().n_unique(),
        "largest": float(largest or 0),
        "dropped": len(found) - found["dropped"].null_count(),
    }


def written(posts: Iterable[Post], path: Path) -> tuple[int, int]:
    """How many posts, and how many characters they say."""
    count = said = 0
    with path.open("wb") as lines:
        for post in posts:
            lines.write(orjson.dumps(post, option=orjson.OPT_APPEND_NEWLINE))
            count, said = count + 1, said + len(post["text"])
    return count, said


def in_own_process(path: Path, few: Path, limit: float) -> dict[str, float] | str:
    """What ``one`` finds, or why it does not."""
    command = [sys.executable, __file__, "--one", str(path), str(few)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"over {limit:.0f} s"
    if ended.returncode:
        return f"failed ({ended.returncode}): {(ended.stderr.strip().splitlines() or ['no word'])[-1]}"
    return json.loads(ended.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure days of posts that are not as days are.")
    parser.add_argument("posts", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--only", choices=list(DAYS), action="append", help="these, and the ordinary day")
    parser.add_argument("--limit-seconds", type=float, default=300, help="of one day's two runs")
    parser.add_argument("--one", type=Path, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(*arguments.one)))
        return 0
    failed, before = 0, {}
    for size in arguments.posts:
        made, _ = generate(size, seed=7, day=DAY)
        print(f"{size:,} posts: µs of CPU a post, times the ordinary day, times the size before")
        ordinary, length = (0.0, 0.0), 0.0
        for name, day in DAYS.items():
            if arguments.only and name not in {"ordinary", *arguments.only}:
                continue
            with tempfile.TemporaryDirectory() as folder:
                path, few = Path(folder) / "posts.jsonl", Path(folder) / "few.jsonl"
                written(made[:FEW], few)
                count, said = written(day(made), path)
                found = in_own_process(path, few, arguments.limit_seconds)
            if name == "ordinary":
                length = said / count
            posts = said / length if day is long_posts else count
            if isinstance(found, str):
                failed += 1
                print(f"  {name:20} {found}", flush=True)
                continue
            cost = (found["json"] / posts * 1e6, found["table"] / posts * 1e6)
            ordinary = cost if name == "ordinary" else ordinary
            shown = [
                f"{way} {each:6,.0f} {each / usual:5.2f} {each / earlier:5.2f}"
                for way, each, usual, earlier in zip(
                    ("json", "table"), cost, ordinary, before.get(name, cost), strict=True
                )
            ]
            before[name] = cost
            print(
                f"  {name:20} {'  '.join(shown)}  peak {found['peak']:6,.0f} MB"
                f"  {found['stories']:6,.0f} stories, largest {found['largest']:7,.0f}"
                f", dropped {found['dropped']:,.0f}",
                flush=True,
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
