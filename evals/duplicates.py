"""How many planted copies are found, and how many originals are taken for copies.

    python evals/duplicates.py [POSTS]

No data folder: the posts are those of bench/generate.py (wordfreq must be installed), 30,000 unless told,
under seeds the thresholds were not set on. Exit 1 below a floor, 2 if they cannot be made.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl

from dawnchorus.posts.clean import clean
from dawnchorus.posts.duplicates import find_duplicates

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

# The contract, 2026-11-22; measured then: recall .996, false .000.
LEAST_RECALL = 0.99
MOST_FALSE = 0.02
SEEDS = (101, 102)


def main(count: int) -> int:
    try:
        from generate import as_posts, generate, score  # noqa: PLC0415
    except ImportError as error:
        print(f"no posts: {error}; pip install wordfreq", file=sys.stderr)
        return 2
    low = 0
    for seed in SEEDS:
        made, gold = generate(count, seed=seed, day=date(2026, 1, 15))
        posts, _ = clean(as_posts(made))
        found = score(find_duplicates(posts.with_columns(language=pl.col("lang"))), gold)
        print(f"seed {seed}  " + "  ".join(f"{name} {value:.4f}" for name, value in found.items()))
        low += found["recall"] < LEAST_RECALL or found["false"] > MOST_FALSE
    print(f"floors: recall {LEAST_RECALL}, false at most {MOST_FALSE}")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) == 2 else 30_000))
