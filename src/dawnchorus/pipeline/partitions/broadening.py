"""From stories to threads, in one task: the only stage that holds the words of all posts."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

from dawnchorus.pipeline.partitions.joining import Shards, read_heads
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.pipeline.partitions.weighing import read_weights
from dawnchorus.stories.broad import EDGE, threads_of
from dawnchorus.stories.terms import Terms


def find_threads(shelf: Shelf, plan: Shards, stage: int) -> None:
    """Head of story and thread of each row, a thread under its first story, -1 for none: ``found/SLICE``."""
    heads = read_heads(shelf, plan, stage)
    first, labels = np.unique(heads, return_inverse=True)
    weights = read_weights(shelf, plan.size)
    edges = pl.concat(
        [shelf.read(f"week/{one.number}").filter(pl.col("cosine") >= EDGE) for one in plan.slices]
    )
    ends = tuple(edges[name].to_numpy() for name in ("row", "other", "cosine"))
    del edges
    parts = [shelf.read_matrix(f"matrix/{one.number}", len(weights.hashes))[0] for one in plan.slices]
    matrix = sparse.vstack(parts, format="csr")
    del parts
    ease = np.zeros(0, np.float32)
    terms = Terms(
        matrix, weights.hashes, weights.frequency, weights.idf, weights.share, weights.telling, ease
    )
    threads = threads_of(terms, (ends[0], ends[1], ends[2]), labels)
    of = np.where(threads >= 0, first[threads], -1)
    for one in plan.slices:
        here = slice(one.first, one.after)
        shelf.write(f"found/{one.number}", {"head": heads[here], "thread": of[here]})
