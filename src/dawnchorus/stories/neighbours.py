"""The nearest posts of each post, by inverted index within a span of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dawnchorus.stories.compiled import compiled, over_slices

# Cosine that needs no further evidence: nearly the same words. On a day of one text said a thousand
# times no word is rare.
SURE = 0.85

Indices = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Spans:
    """When each row was said, in seconds: a moment (both equal), a day, the life of a story."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]


def nearest_earlier(
    matrix: Any,
    spans: Spans,
    *,
    count: int,
    window_seconds: float,
    postings: int,
    evidence: Floats,
    needed: float,
) -> tuple[NDArray[np.int32], Floats]:
    """The ``count`` most similar rows before each row, no further back than the window.

    Args:
        matrix: (posts, terms) CSR, rows of unit length, in order of ``spans.start``.
        spans: Of the rows.
        count: Neighbours a row.
        window_seconds: Largest gap between two rows' spans.
        postings: Latest rows of a term that are read; bounds the cost of common terms.
        evidence: (terms,) what sharing a term says for two rows being near for a reason.
        needed: Sum of the evidence of shared terms from which a row is a neighbour at all.

    Returns:
        (posts, count) row numbers, -1 where there are none, and cosines, both
        strongest first; the later row on ties.
    """
    rows = np.arange(matrix.shape[0], dtype=np.int64)
    return _search(
        matrix, spans, matrix, spans, before=rows, skip=np.full_like(rows, -1),
        count=count, window_seconds=window_seconds, postings=postings, evidence=evidence, needed=needed,
    )  # fmt: skip


def nearest_among(
    queries: Any,
    query_spans: Spans,
    matrix: Any,
    spans: Spans,
    *,
    count: int,
    window_seconds: float,
    evidence: Floats,
    needed: float,
    itself: Indices | None,
) -> tuple[NDArray[np.int32], Floats]:
    """The ``count`` most similar rows of ``matrix`` for each query; see :func:`nearest_earlier`.

    Args:
        queries: (queries, terms) CSR, rows of unit length.
        query_spans: Of the queries.
        matrix: (rows, terms) CSR, rows of unit length.
        spans: Of the rows.
        count: Neighbours a query.
        window_seconds: Largest gap between two spans.
        evidence: As above.
        needed: As above.
        itself: (queries,) the row that a query is and that is no neighbour of it; None if none is.
    """
    size = queries.shape[0]
    skip = np.full(size, -1, np.int64) if itself is None else itself
    return _search(
        queries, query_spans, matrix, spans, before=np.full(size, matrix.shape[0], np.int64), skip=skip,
        count=count, window_seconds=window_seconds, postings=matrix.shape[0],
        evidence=evidence, needed=needed,
    )  # fmt: skip


def _search(
    queries: Any,
    query_spans: Spans,
    matrix: Any,
    spans: Spans,
    *,
    before: Indices,
    skip: Indices,
    count: int,
    window_seconds: float,
    postings: int,
    evidence: Floats,
    needed: float,
) -> tuple[NDArray[np.int32], Floats]:
    by_term = matrix.tocsc()
    by_term.sort_indices()
    arguments = (
        (queries.indptr.astype(np.int64), queries.indices, queries.data, query_spans.start, query_spans.end),
        (by_term.indptr.astype(np.int64), by_term.indices, by_term.data, spans.start, spans.end),
    )
    found = over_slices(
        lambda first, after: _nearest(
            first, after, *arguments, before, skip, count, window_seconds, postings, evidence, needed
        ),
        queries.shape[0],
        least=256,
    )
    return np.concatenate([rows for rows, _ in found]), np.concatenate([cosines for _, cosines in found])


@compiled
def _nearest(  # noqa: PLR0912, PLR0917 - one loop; numba takes no keyword-only arguments
    first: int,
    after: int,
    query: tuple[Indices, NDArray[np.int32], Floats, NDArray[np.float64], NDArray[np.float64]],
    index: tuple[Indices, NDArray[np.int32], Floats, NDArray[np.float64], NDArray[np.float64]],
    before: Indices,
    skip: Indices,
    count: int,
    window: float,
    postings: int,
    evidence: Floats,
    needed: float,
) -> tuple[NDArray[np.int32], Floats]:
    indptr, indices, data, query_start, query_end = query
    columns, members, weights, start, end = index
    best = np.full((after - first, count), -1, np.int32)
    score = np.zeros((after - first, count), np.float32)
    total = np.zeros(len(start), np.float32)
    grounds = np.zeros(len(start), np.float32)
    touched = np.empty(len(start), np.int32)
    for d in range(first, after):
        seen = 0
        for j in range(indptr[d], indptr[d + 1]):
            term = indices[j]
            low = columns[term]
            high = columns[term + 1]
            floor = low
            while low < high:
                middle = (low + high) >> 1
                if members[middle] < before[d]:
                    low = middle + 1
                else:
                    high = middle
            last = max(floor, low - postings)
            for q in range(low - 1, last - 1, -1):
                e = members[q]
                if e == skip[d]:
                    continue
                if max(query_start[d] - end[e], start[e] - query_end[d]) > window:
                    continue
                if total[e] == 0:
                    touched[seen] = e
                    seen += 1
                total[e] += data[j] * weights[q]
                grounds[e] += evidence[term]
        row = d - first
        for k in range(seen):
            e = touched[k]
            value = total[e]
            enough = grounds[e] >= needed or value >= SURE
            total[e] = 0
            grounds[e] = 0
            if not enough:
                continue
            slot = count
            while slot > 0 and (
                value > score[row, slot - 1] or (value == score[row, slot - 1] and e > best[row, slot - 1])
            ):
                slot -= 1
            if slot < count:
                for s in range(count - 1, slot, -1):
                    score[row, s] = score[row, s - 1]
                    best[row, s] = best[row, s - 1]
                score[row, slot] = value
                best[row, slot] = e
    return best, score
