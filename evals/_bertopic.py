"""BERTopic's topics of each day of ``ai_tweets_2024``, for ``evals/rank.py --rankings``.

    PYTHON evals/_bertopic.py DATA_DIR OUT.jsonl [--cache EMBEDDINGS.npy]

PYTHON is that of an environment with the dependency group ``bench-bertopic``
(``make bench-bertopic`` makes one); nothing is downloaded at run time.
OUT gets a line a day and method: ``{"method", "day", "groups": [[id, …], …]}``,
largest topic first, in each the posts nearest to its centre first; posts that
BERTopic leaves out follow one by one, newest first, which is kinder than
leaving them out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.topics import Vectors, default, embed


def embeddings(texts: list[str], cache: Path | None) -> Vectors:
    if cache is not None and cache.is_file():
        return np.load(cache)
    found = embed(texts)
    if cache is not None:
        np.save(cache, found)
    return found


def nearest_first(rows: list[int], vectors: Vectors) -> list[int]:
    near = vectors[rows] @ vectors[rows].mean(axis=0)
    return [rows[at] for at in np.argsort(-near, kind="stable")]


def main() -> int:
    parser = argparse.ArgumentParser(description="BERTopic's topics by day.")
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cache", type=Path)
    options = parser.parse_args()
    with gzip.open(options.data / "ai_tweets_2024/tweets.jsonl.gz", "rt", encoding="utf-8") as lines:
        posts = [json.loads(line) for line in lines]
    begun = time.perf_counter()
    vectors = embeddings([post["text"] for post in posts], options.cache)
    print(f"embeddings of {len(posts)} posts: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    days: dict[str, list[int]] = defaultdict(list)
    for row, post in enumerate(posts):
        for day in post["issue_days"]:
            days[day].append(row)
    with options.out.open("w", encoding="utf-8") as out:
        for method, least in (("bertopic", 10), ("bertopic, topics of 3", 3)):
            begun = time.perf_counter()
            for day, rows in sorted(days.items()):
                rows.sort(key=lambda row: (posts[row]["created_at"] or "", posts[row]["id"]), reverse=True)
                _, labels = default([posts[row]["text"] for row in rows], vectors[rows], least=least)
                groups: dict[int, list[int]] = defaultdict(list)
                for row, label in zip(rows, labels, strict=True):
                    groups[label].append(row)
                alone = [[posts[row]["id"]] for row in groups.pop(-1, [])]
                topics_of_day = [
                    [posts[row]["id"] for row in nearest_first(group, vectors)] for group in groups.values()
                ]
                largest = sorted(topics_of_day, key=lambda group: (-len(group), group[0]))
                print(json.dumps({"method": method, "day": day, "groups": [*largest, *alone]}), file=out)
            print(f"{method}: {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
