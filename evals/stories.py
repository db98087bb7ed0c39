"""How well we find stories, against data sets that do not travel with the project.

    python evals/stories.py DATA_DIR [--only NAME]

DATA_DIR holds the folders named in ``SETS``, each as its README tells. Prints
one JSON object a set and exits 0; 1 if a figure is below its floor, 2 if data
are missing. Floors stand just under what the default settings reach today and
are lowered only on purpose.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse
from sklearn.metrics import adjusted_mutual_info_score

from dawnchorus.stories.cluster import find_stories
from dawnchorus.tables import KEPT, conform

Figures = dict[str, float]

# Negative: a ceiling.
FLOORS: dict[str, Figures] = {
    "tweet89": {"ami": 0.85, "b3_f1": 0.81, "b3_precision": 0.93},
    "pheme": {"ami": 0.35, "b3_precision": 0.99},
    "crisislex": {"ami": 0.60, "b3_precision": 0.99},
    "bluesky": {"pair_f1": 0.37, "singles_joined": -0.16},
    "silver": {"pair_precision": 0.66, "false_join_rate": -0.10},
}


def bcubed(gold: Iterable[object], found: Iterable[object]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga & Baldwin 1998) of ``found`` against ``gold``."""
    _, g = np.unique(np.asarray(list(gold)), return_inverse=True)
    _, f = np.unique(np.asarray(list(found)), return_inverse=True)
    shared = sparse.coo_matrix((np.ones(len(g)), (g, f))).tocsr().tocoo()
    precision = float((shared.data**2 / np.bincount(f)[shared.col]).sum() / len(g))
    recall = float((shared.data**2 / np.bincount(g)[shared.row]).sum() / len(g))
    return precision, recall, 2 * precision * recall / (precision + recall)


def pairs_of(groups: Iterable[Iterable[str]]) -> set[tuple[str, str]]:
    """All unordered pairs inside groups."""
    return {pair for group in groups for pair in combinations(sorted(set(group)), 2)}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    content = path.read_bytes()
    for line in (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines():
        yield json.loads(line)


def kept_frame(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Rows of the data sets as KEPT, with exact copies marked; only what matching needs."""
    made: list[dict[str, Any]] = []
    first: dict[str, str] = {}
    known: set[str] = set()
    for row in rows:
        if row["id"] in known:
            continue
        known.add(row["id"])
        text = row["text"]
        said = row.get("created_at")
        urls = list(dict.fromkeys([*re.findall(r"https?://[^\s)\]]+", text), *(row.get("links") or [])]))
        if row.get("link"):
            urls.append(row["link"])
        plain = re.sub(r"https?://\S+|^RT @\w+:|\W+", " ", text).strip().lower()
        copied = first.setdefault(plain, row["id"]) if plain else row["id"]
        made.append(
            {
                **{name: row.get(name) for name in ("id", "source", "text", "author", "lang", "url")},
                "reply_to": row.get("reply_to"),
                "quoted_text": row.get("quoted_text"),
                "created_at": datetime.fromisoformat(said) if said and len(said) > 10 else None,
                "day": date.fromisoformat(said) if said and len(said) == 10 else None,
                "clean_text": text,
                "urls": urls,
                "domains": [],
                "hashtags": [tag.lower() for tag in re.findall(r"#(\w+)", text)],
                "mentions": [name.lower() for name in re.findall(r"@(\w+)", text)],
                "cashtags": [tag.upper() for tag in re.findall(r"\$([A-Za-z]{1,6})\b", text)],
                "language": row.get("lang") or "und",
                "duplicate_of": None if copied == row["id"] else copied,
                "duplicate_kind": None if copied == row["id"] else "exact",
            }
        )
    return conform(pl.DataFrame(made, schema_overrides=dict(KEPT), infer_schema_length=None), KEPT)


def labels_of(kept: pl.DataFrame) -> dict[str, str]:
    """Story of each post; a post on its own is its own story."""
    assigned = find_stories(kept)
    return {post: story or post for post, story in assigned.select("id", "story").iter_rows()}


def against_gold(rows: list[dict[str, Any]], label: str) -> Figures:
    found = labels_of(kept_frame(rows))
    gold = {row["id"]: str(row[label]) for row in rows}
    ids = sorted(gold)
    g, f = [gold[i] for i in ids], [found[i] for i in ids]
    precision, recall, f1 = bcubed(g, f)
    return {
        "posts": len(ids),
        "ami": float(adjusted_mutual_info_score(g, f)),
        "b3_precision": precision,
        "b3_recall": recall,
        "b3_f1": f1,
        "stories": len(set(f)),
        "stories_of_2": sum(1 for n in np.unique(f, return_counts=True)[1] if n > 1),
        "gold_stories": len(set(g)),
    }


def tweet89(data: Path) -> Figures:
    rows = [{"source": "x", **row} for row in read_lines(data / "clustering_tweet89/tweet89.jsonl.gz")]
    return against_gold(rows, "label")


def pheme(data: Path) -> Figures:
    return against_gold(list(read_lines(data / "events_pheme/tweets.jsonl.gz")), "label_event")


def crisislex(data: Path) -> Figures:
    rows = [
        row
        for row in read_lines(data / "events_crisislex_t26/tweets.jsonl.gz")
        if row["label_informativeness"] not in ("Not related", "Not applicable")
    ]
    return against_gold(rows, "label_event")


def bluesky(data: Path) -> Figures:
    """Silver groups of two or more, pair by pair; and single posts of the silver that we join to others."""
    right = wanted = found_pairs = alone = joined = 0
    for path in sorted((data / "bluesky_feed").glob("*.stories.jsonl")):
        day = path.name.removesuffix(".stories.jsonl")
        rows = list(read_lines(data / f"bluesky_feed/{day}.posts.jsonl.gz"))
        found = labels_of(kept_frame(rows))
        groups = [[f"bsky:{key}" for key in story["post_rkeys"]] for story in read_lines(path)]
        grouped = {post for group in groups for post in group}
        gold = pairs_of(group for group in groups if len(group) > 1)
        sorted_out: dict[str, list[str]] = {}
        for post in sorted(grouped):
            if post in found:
                sorted_out.setdefault(found[post], []).append(post)
        ours = pairs_of(sorted_out.values())
        right, wanted, found_pairs = right + len(gold & ours), wanted + len(gold), found_pairs + len(ours)
        singles = {post for group in groups if len(group) == 1 for post in group if post in found}
        alone += len(singles)
        joined += sum(
            1
            for post in singles
            if any(other in grouped and other != post for other in sorted_out[found[post]])
        )
    precision, recall = right / max(found_pairs, 1), right / max(wanted, 1)
    return {
        "pair_precision": precision,
        "pair_recall": recall,
        "pair_f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "singles": alone,
        "singles_joined": joined / max(alone, 1),
    }


def silver_pairs(data: Path) -> Figures:
    """Tweets that one reference story of AINews links, found in one story of that day's tweets."""
    folder = data / "ai_tweets_2024"
    days: dict[str, list[dict[str, Any]]] = {}
    for row in read_lines(folder / "tweets.jsonl.gz"):
        for day in row["issue_days"]:
            days.setdefault(day, []).append(row)
    stories: dict[str, list[set[str]]] = {}
    for story in read_lines(folder / "reference_ainews/stories.jsonl.gz"):
        tweets = {"x:" + tweet["id"] for tweet in story["tweets"]}
        if len(tweets) > 1:
            stories.setdefault(story["date"], []).append(tweets)
    right = wanted = ours_all = across = linked_total = 0
    for day, groups in sorted(stories.items()):
        rows = days.get(day, [])
        here = {row["id"] for row in rows}
        linked_here = [group & here for group in groups]
        gold = pairs_of(linked_here)
        if not gold:
            continue
        found = labels_of(kept_frame(rows))
        linked = sorted(set().union(*linked_here))
        ours = {(a, b) for a, b in combinations(linked, 2) if found[a] == found[b]}
        right, wanted = right + len(gold & ours), wanted + len(gold)
        ours_all += len(ours)
        across += len(list(combinations(linked, 2))) - len(gold)
        linked_total += len(linked)
    return {
        "pairs": wanted,
        "posts": linked_total,
        "pair_recall": right / max(wanted, 1),
        "pair_precision": right / max(ours_all, 1),
        "false_join_rate": (ours_all - right) / max(across, 1),
    }


SETS: dict[str, tuple[str, Callable[[Path], Figures]]] = {
    "tweet89": ("clustering_tweet89/tweet89.jsonl.gz", tweet89),
    "pheme": ("events_pheme/tweets.jsonl.gz", pheme),
    "crisislex": ("events_crisislex_t26/tweets.jsonl.gz", crisislex),
    "bluesky": ("bluesky_feed/2025-12-29.stories.jsonl", bluesky),
    "silver": ("ai_tweets_2024/reference_ainews/stories.jsonl.gz", silver_pairs),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure how well stories are found.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", choices=sorted(SETS), action="append")
    options = parser.parse_args(arguments)
    chosen = options.only or list(SETS)
    missing = [SETS[name][0] for name in chosen if not (options.data / SETS[name][0]).is_file()]
    if missing:
        print(f"Error: no such file in {options.data}: {', '.join(missing)}", file=sys.stderr)
        return 2
    low = 0
    for name in chosen:
        begun = time.perf_counter()
        figures = SETS[name][1](options.data)
        seconds = round(time.perf_counter() - begun, 2)
        print(json.dumps({"set": name, **{k: round(v, 3) for k, v in figures.items()}, "seconds": seconds}))
        for figure, floor in FLOORS.get(name, {}).items():
            value = figures[figure] if floor >= 0 else -figures[figure]
            if value < floor:
                low += 1
                print(
                    f"Error: {name}: {figure} is {figures[figure]:.3f}, its bound {abs(floor)}",
                    file=sys.stderr,
                )
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
