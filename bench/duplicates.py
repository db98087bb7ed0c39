"""Finding copies: ours against equal text alone and datasketch's MinHash, in the same run.

    python bench/duplicates.py [POSTS] [--rounds 3]

Posts are those of bench/generate.py. Prints recall of planted copies, originals taken for copies, and posts
per second (median, least and most of the rounds), compiling and generating not counted.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable
from datetime import date

import polars as pl
from datasketch import MinHash, MinHashLSH
from generate import as_posts, generate, score

from dawnchorus.posts.clean import clean
from dawnchorus.posts.duplicates import find_duplicates

ALIKE = 0.6


def said(posts: pl.DataFrame) -> pl.Series:
    text = posts["clean_text"].str.to_lowercase().str.replace(r"^rt @\w+: ", "").str.replace_all(r"@\w+", "")
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def equal_text(posts: pl.DataFrame) -> pl.DataFrame:
    """The first post with the same text but for case, links and handles."""
    ordered = posts.with_columns(said(posts).alias("said")).sort("created_at", "id")
    return ordered.select("id", duplicate_of=pl.col("id").first().over("said"))


def datasketch(posts: pl.DataFrame) -> pl.DataFrame:
    """32 hashes in bands of 4 over words and pairs of characters, as its documentation has it."""
    ordered = equal_text(posts).rename({"duplicate_of": "first"})
    texts = dict(zip(posts["id"], said(posts), strict=True))
    index, origin = MinHashLSH(num_perm=32, params=(8, 4)), {}
    hashed: dict[str, MinHash] = {}
    for post in ordered["first"].unique(maintain_order=True):
        minhash = MinHash(32, seed=1)
        minhash.update_batch([term.encode() for term in terms_of(texts[post])])
        near = [other for other in index.query(minhash) if hashed[other].jaccard(minhash) >= ALIKE]
        origin[post] = origin[min(near)] if near else post
        hashed[post] = minhash
        index.insert(post, minhash)
    return ordered.select("id", duplicate_of=pl.col("first").replace_strict(origin))


def terms_of(text: str) -> list[str]:
    terms = []
    for run in re.findall(r"[\u3040-\u30ff\u3400-\u9fff]+|[a-z0-9_$]+", text):
        terms += [run] if run.isascii() else [run[i : i + 2] for i in range(len(run) - 1)]
    return terms


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how copies are found.")
    parser.add_argument("posts", type=int, nargs="?", default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    made, gold = generate(arguments.posts, seed=7, day=date(2026, 1, 15))
    posts, _ = clean(as_posts(made))
    posts = posts.with_columns(language=pl.col("lang"))
    find_duplicates(posts.head(500))
    ways: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
        "dawnchorus": find_duplicates,
        "equal text": equal_text,
        "datasketch": datasketch,
    }
    print(f"{len(posts):,} posts, {arguments.rounds} rounds")
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, dict[str, float]] = {}
    for _ in range(arguments.rounds):
        for name, way in ways.items():
            begun = time.perf_counter()
            result = way(posts)
            seconds[name].append(time.perf_counter() - begun)
            found[name] = score(result, gold)
    for name in ways:
        rates = sorted(len(posts) / each for each in seconds[name])
        scores = "  ".join(f"{kind} {value:.4f}" for kind, value in found[name].items())
        spread = f"({rates[0]:,.0f} to {rates[-1]:,.0f})"
        print(f"{name:11} {statistics.median(rates):9,.0f} posts/s {spread}  {scores}")


if __name__ == "__main__":
    main()
