"""How fast and in how much memory ``read_posts`` reads JSON lines.

    python bench/read.py [POSTS] [--unknown]

Prints posts per CPU-second, wall time, peak memory, and the ratio to a plain
``json.loads`` loop over the same lines. ``--unknown`` adds three unknown fields
to each line. Goal: 100,000 posts per CPU-second, under 400 MB for a million.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = [
    *(
        "chip",
        "model",
        "release",
        "quarter",
        "open",
        "weights",
        "price",
        "agent",
        "the",
        "of",
        "a",
        "and",
        "with",
    ),
    *(
        "芯片",
        "发布",
        "模型",
        "涨价",
        "人工智能",
        "新",
        "开源",
        "数据中心",
        "🚀",
        "#AI",
        "https://t.co/Ab3dE5f",
    ),
]


def write_lines(path: Path, posts: int, *, unknown: bool) -> None:
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for i in range(posts):
            author = f"user{chance.randrange(50_000)}"
            row = {
                "id": f"x:{1991853674587685240 + i}",
                "source": "x",
                "author": author,
                "text": " ".join(chance.choices(WORDS, k=chance.randrange(5, 45))),
                "created_at": f"2025-11-{1 + i % 28:02}T{i % 24:02}:{i % 60:02}:{i % 59:02}Z",
                "lang": chance.choice(("en", "zh", "ja")),
                "url": f"https://x.com/{author}/status/{1991853674587685240 + i}",
                "like_count": chance.randrange(1000),
                "repost_count": chance.randrange(100),
                "reply_count": None,
                "reply_to": f"x:{i}" if i % 9 == 0 else None,
                "links": [f"https://example.com/{i}"] if i % 4 == 0 else [],
            }
            if unknown:
                row |= {"via": "bench", "author_followers": i, "label": None}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(path: Path) -> dict[str, float]:
    from dawnchorus.sources.files import read_posts  # noqa: PLC0415  (not in the generator)

    start, wall = cpu_seconds(), time.perf_counter()
    posts = sum(batch.posts.height for batch in read_posts([str(path)]))
    used, wall = cpu_seconds() - start, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"posts": posts, "cpu": used, "wall": wall, "peak": peak}


def main() -> None:
    if sys.argv[1] == "--child":
        print(json.dumps(measure(Path(sys.argv[2]))))
        return
    posts = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.jsonl"
        write_lines(path, posts, unknown="--unknown" in sys.argv)
        # A process of its own: what the generator needed is not in the peak.
        child = subprocess.run(
            [sys.executable, __file__, "--child", str(path)], check=True, capture_output=True, text=True
        )
        got = json.loads(child.stdout)
        start = cpu_seconds()
        with path.open("rb") as file:
            for line in file:
                json.loads(line)
        plain = cpu_seconds() - start
        size = path.stat().st_size / 2**20
    print(f"{got['posts']:,} posts, {size:.0f} MB: {got['posts'] / got['cpu']:,.0f} posts per CPU-second")
    print(f"wall {got['wall']:.1f} s, CPU {got['cpu']:.1f} s, peak {got['peak']:.0f} MB")
    print(f"plain json.loads loop: {plain:.1f} CPU s; reading takes {got['cpu'] / plain:.2f} times that")


if __name__ == "__main__":
    sys.argv += ["1000000"] if len(sys.argv) == 1 else []
    main()
