"""What a slice of posts gives alone is what it gives within all posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from dawnchorus.stories import compiled
from dawnchorus.stories.cluster import find_stories
from dawnchorus.stories.features import features
from dawnchorus.stories.leiden import leiden
from dawnchorus.stories.neighbours import Spans, nearest_earlier, overlap
from dawnchorus.stories.terms import (
    Terms,
    count_terms,
    merge_counts,
    slice_terms,
    text_terms,
    weigh_slice,
    weigh_terms,
)

Kept = Callable[[Sequence[dict[str, Any]]], pl.DataFrame]
WORDS = (
    "harbour",
    "turbine",
    "strike",
    "minister",
    "vaccine",
    "orbit",
    "lithium",
    "ferry",
    "verdict",
    "drought",
)
PLACES = ("Halden", "Ostrava", "横浜", "台北", "Leuven", "Nairobi", "Turku", "蔚山")


@pytest.fixture
def many(kept: Kept) -> pl.DataFrame:
    """Five hundred posts over five days, some about the same, some of which only the day is known."""
    rng = np.random.default_rng(6)
    rows = []
    for number in range(500):
        event = int(rng.integers(60))
        about = [WORDS[event % 10], PLACES[event % 8], f"Q{event}", str(1000 + event)]
        words = [*about, *rng.choice(WORDS, 3), f"w{int(rng.integers(300))}"]
        at = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(minutes=int(rng.integers(5 * 24 * 60)))
        row = {"id": f"x:{number:04}", "text": " ".join(rng.permutation(words)), "created_at": at}
        if number % 17 == 0:
            row |= {"created_at": None, "day": date(2026, 3, 10 + number % 5)}
        rows.append(row)
    return kept(rows)


def texts_of(posts: pl.DataFrame) -> pl.Series:
    return posts["clean_text"].str.to_lowercase()


def test_terms_of_slices_are_those_of_the_whole(many: pl.DataFrame):
    whole = text_terms(texts_of(many), features(many))
    slices = [many.slice(start, 130) for start in range(0, len(many), 130)]
    parts = [slice_terms(texts_of(part), features(part)) for part in slices]
    counts = merge_counts(count_terms(part) for part in reversed(parts))
    weights = weigh_terms(counts, size=len(many))
    alone = [weigh_slice(part, weights) for part in parts]
    joined = sparse.vstack([terms.matrix for terms in alone]).tocsr()
    assert (joined.indptr == whole.matrix.indptr).all()
    assert (joined.indices == whole.matrix.indices).all()
    assert (joined.data == whole.matrix.data).all()
    for name in ("hashes", "frequency", "idf", "share"):
        assert (getattr(alone[0], name) == getattr(whole, name)).all()


def ordered(many: pl.DataFrame) -> tuple[Terms, Spans]:
    start = pl.coalesce("created_at", pl.col("day").cast(pl.Datetime("ms", "UTC"))).dt.epoch("ms") / 1000
    end = pl.when(pl.col("created_at").is_null()).then(start + 86_400).otherwise(start)
    posts = many.with_columns(start=start, end=end).sort("start", "id")
    spans = Spans(*(posts[name].to_numpy(writable=True) for name in ("start", "end")))
    return text_terms(texts_of(posts), features(posts)), spans


@pytest.mark.parametrize(("postings", "reads"), [(3, 1000), (400, 1000), (400, 30)])
def test_neighbours_of_a_slice_with_its_overlap_are_those_of_the_whole(
    many: pl.DataFrame, postings: int, reads: int
):
    terms, spans = ordered(many)
    how = {
        "count": 4,
        "window_seconds": 43_200.0,
        "postings": postings,
        "reads": reads,
        "evidence": np.log(510 / np.maximum(terms.frequency, 1)).astype(np.float32),
        "needed": 4.0,
    }
    near, cosine = nearest_earlier(terms.matrix, spans, **how)
    assert (near >= 0).sum() > 200
    for first, after in ((0, 120), (120, 333), (333, 500)):
        before = overlap(spans, first, window_seconds=43_200.0)
        rows = np.concatenate([before, np.arange(first, after)])
        found, likeness = nearest_earlier(
            terms.matrix[rows], Spans(spans.start[rows], spans.end[rows]), first=len(before), **how
        )
        assert (np.where(found >= 0, rows[found], -1) == near[first:after]).all()
        assert (likeness == cosine[first:after]).all()
        assert first == 0 or 0 < len(before) < first


def test_what_is_out_of_the_window_takes_no_place_of_what_is_in_it():
    matrix = sparse.csr_matrix(np.ones((4, 1), np.float32))
    # The second row is of a day that ended long ago but began last.
    spans = Spans(np.array([0.0, 10.0, 11.0, 100.0]), np.array([95.0, 10.0, 11.0, 100.0]))
    near, _ = nearest_earlier(
        matrix,
        spans,
        count=1,
        window_seconds=10,
        postings=1,
        reads=9,
        evidence=np.ones(1, np.float32),
        needed=1.0,
    )
    assert near[:, 0].tolist() == [-1, 0, 1, 0]


def test_communities_of_a_component_do_not_depend_on_the_rest():
    rng = np.random.default_rng(3)
    blocks = []
    for size in (30, 45):
        one, other = np.triu_indices(size, 1)
        chosen = rng.random(len(one)) < 0.15
        weight = rng.uniform(0.1, 1, int(chosen.sum()))
        half = sparse.coo_matrix((weight, (one[chosen], other[chosen])), shape=(size, size))
        blocks.append((half + half.T).tocsr())
    graph = sparse.block_diag(blocks).tocsr()
    both = labels_of(graph)
    assert not set(both[:30]) & set(both[30:])
    for part, found in ((blocks[0], both[:30]), (blocks[1], both[30:])):
        alone = labels_of(part)
        assert (np.unique(found, return_inverse=True)[1] == np.unique(alone, return_inverse=True)[1]).all()
        assert 1 < len(set(alone)) < part.shape[0]


def labels_of(graph: Any) -> np.ndarray[Any, Any]:
    graph.sort_indices()
    return leiden(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data, resolution=0.25, chance=0.4
    )


def test_neither_threads_nor_the_order_of_rows_change_stories(
    many: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(compiled.os, "cpu_count", lambda: 1)
    alone = find_stories(many).sort("id")
    monkeypatch.setattr(compiled.os, "cpu_count", lambda: 7)
    assert find_stories(many.sample(fraction=1, shuffle=True, seed=5)).sort("id").equals(alone)
    assert alone["story"].drop_nulls().n_unique() > 3
