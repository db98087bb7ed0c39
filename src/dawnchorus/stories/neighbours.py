"""The nearest posts of each post, by inverted index within a span of time.

Terms are read from the rarest on. As soon as those left could not bring two
posts together by themselves they only add to the pairs found so far: that
changes no result and saves half of the time.

A slice of posts gets the same neighbours alone as within all posts: give
:func:`nearest_earlier` the earlier rows that :func:`overlap` names before it,
and evidence by what was counted in all.
"""

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


def overlap(spans: Spans, first: int, *, window_seconds: float) -> Indices:
    """The rows before ``first`` that can be near to any from ``first`` on; ``spans`` in order of start."""
    if first >= len(spans.start):
        return np.zeros(0, np.int64)
    return np.nonzero(spans.end[:first] >= spans.start[first] - window_seconds)[0]


def nearest_earlier(
    matrix: Any,
    spans: Spans,
    *,
    count: int,
    window_seconds: float,
    postings: int,
    reads: int,
    evidence: Floats,
    needed: float,
    first: int = 0,
) -> tuple[NDArray[np.int32], Floats]:
    """The ``count`` most similar rows before each row, no further back than the window.

    Args:
        matrix: (posts, terms) CSR, rows of unit length, in order of ``spans.start``.
        spans: Of the rows.
        count: Neighbours a row.
        window_seconds: Largest gap between two rows' spans.
        postings: Latest rows of a term that are read, of those within the window; bounds the cost of
            common terms.
        reads: Rows after which no further term is read; bounds the cost of a row on days of any size.
        evidence: (terms,) what sharing a term says for two rows being near for a reason.
        needed: Sum of the evidence of shared terms from which a row is a neighbour at all.
        first: Row from which neighbours are looked for.

    Returns:
        (posts - first, count) row numbers, -1 where there are none, and cosines,
        both strongest first; the later row on ties.
    """
    rows = np.arange(matrix.shape[0], dtype=np.int64)
    earliest = spans.start - window_seconds
    # Rows before ``far`` are all out of the window, those from ``near`` on all within.
    far = np.searchsorted(np.maximum.accumulate(spans.end), earliest)
    near = np.searchsorted(np.minimum.accumulate(spans.end[::-1])[::-1], earliest)
    return _search(
        matrix, spans, matrix, spans, limits=(far, near, rows), skip=np.full_like(rows, -1),
        count=count, window_seconds=window_seconds, postings=postings, reads=reads,
        evidence=evidence, needed=needed, least=0.0, first=first,
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
    least: float = 0.0,
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
        least: Cosine below which a row is no neighbour.
    """
    asked, size = queries.shape[0], matrix.shape[0]
    gap = 0.0
    if asked and size:
        gap = max(query_spans.start.max() - spans.end.min(), spans.start.max() - query_spans.end.min())
    limits = (
        np.zeros(asked, np.int64),
        np.full(asked, size if gap > window_seconds else 0),
        np.full(asked, size),
    )
    skip = np.full(asked, -1, np.int64) if itself is None else itself
    return _search(
        queries, query_spans, matrix, spans, limits=limits, skip=skip,
        count=count, window_seconds=window_seconds, postings=size, reads=np.iinfo(np.int64).max,
        evidence=evidence, needed=needed, least=least, first=0,
    )  # fmt: skip


def _search(
    queries: Any,
    query_spans: Spans,
    matrix: Any,
    spans: Spans,
    *,
    limits: tuple[Indices, Indices, Indices],
    skip: Indices,
    count: int,
    window_seconds: float,
    postings: int,
    reads: int,
    evidence: Floats,
    needed: float,
    least: float,
    first: int,
) -> tuple[NDArray[np.int32], Floats]:
    by_term = matrix.tocsc()
    by_term.sort_indices()
    arguments = (
        (queries.indptr.astype(np.int64), queries.indices, queries.data, query_spans.start, query_spans.end),
        (by_term.indptr.astype(np.int64), by_term.indices, by_term.data, spans.start, spans.end),
    )
    sizes = np.diff(arguments[0][0])

    def slice_of(low: int, high: int) -> tuple[NDArray[np.int32], Floats]:
        best, score = np.full((high - low, count), -1, np.int32), np.zeros((high - low, count), np.float32)
        longest = sizes[first + low : first + high].max(initial=0)
        _nearest(
            first + low, first + high, *arguments, limits, skip, window_seconds, postings, reads,
            evidence, needed, least, best, score,
            # Cosine and evidence side by side: what costs time is fetching them.
            np.zeros((matrix.shape[0], 2), np.float32),
            np.empty(matrix.shape[0] + 1, np.int32), np.empty(longest, np.int64), np.empty((longest + 1, 2)),
        )  # fmt: skip
        return best, score

    found = over_slices(slice_of, queries.shape[0] - first, least=256)
    return np.concatenate([rows for rows, _ in found]), np.concatenate([cosines for _, cosines in found])


@compiled
def _nearest(  # noqa: PLR0912, PLR0915, PLR0917 - one loop; numba takes no keyword-only arguments
    first: int,
    after: int,
    query: tuple[Indices, NDArray[np.int32], Floats, NDArray[np.float64], NDArray[np.float64]],
    index: tuple[Indices, NDArray[np.int32], Floats, NDArray[np.float64], NDArray[np.float64]],
    limits: tuple[Indices, Indices, Indices],
    skip: Indices,
    window: float,
    postings: int,
    reads: int,
    evidence: Floats,
    needed: float,
    least: float,
    best: NDArray[np.int32],
    score: Floats,
    sums: Floats,
    touched: NDArray[np.int32],
    order: Indices,
    left: NDArray[np.float64],
) -> None:
    """Fill ``best`` and ``score``.

    ``sums``, zero, of cosine and evidence, and ``touched`` have room for all rows of the
    index; ``order`` and ``left``, the squared weight and evidence of a term and later ones,
    for all terms of a query.
    """
    indptr, indices, data, query_start, query_end = query
    columns, members, weights, start, end = index
    far, near, before = limits
    count = best.shape[1]
    for d in range(first, after):
        size = indptr[d + 1] - indptr[d]
        _rarest_first(indptr[d], size, indices, evidence, order)
        left[size, 0] = 0
        left[size, 1] = 0
        for i in range(size - 1, -1, -1):
            weighs = np.float64(data[order[i]])
            left[i, 0] = left[i + 1, 0] + weighs * weighs
            left[i, 1] = left[i + 1, 1] + evidence[indices[order[i]]]
        seen = 0
        spent = 0
        for i in range(size):
            if spent >= reads:
                break
            j = order[i]
            term = indices[j]
            weight = data[j]
            says = evidence[term]
            # Rows have unit length, so those that share only what is left are no nearer than its length.
            too_far = left[i, 0] < least * least
            finds = not (too_far or (left[i, 1] < needed and left[i, 0] < SURE * SURE))
            high = _place(members, columns[term], columns[term + 1], before[d])
            low = _place(members, columns[term], high, far[d])
            sure = low if far[d] == near[d] else _place(members, low, high, near[d])
            if finds:
                for q in range(max(sure, high - postings), high):
                    e = members[q]
                    held = sums[e, 0]
                    touched[seen] = e
                    seen += 1 if held == 0 else 0
                    sums[e, 0] = held + weight * weights[q]
                    sums[e, 1] += says
            else:
                for q in range(max(sure, high - postings), high):
                    e = members[q]
                    if sums[e, 0] != 0:
                        sums[e, 0] += weight * weights[q]
                        sums[e, 1] += says
            room = postings - (high - sure)
            spent += min(postings, high - sure)
            for q in range(sure - 1, low - 1, -1):
                if room <= 0:
                    break
                e = members[q]
                if max(query_start[d] - end[e], start[e] - query_end[d]) > window:
                    continue
                room -= 1
                spent += 1
                held = sums[e, 0]
                if finds or held != 0:
                    touched[seen] = e
                    seen += 1 if held == 0 else 0
                    sums[e, 0] = held + weight * weights[q]
                    sums[e, 1] += says
        row = d - first
        for k in range(seen):
            e = touched[k]
            value = sums[e, 0]
            enough = value >= least and (sums[e, 1] >= needed or value >= SURE)
            sums[e, 0] = 0
            sums[e, 1] = 0
            if not enough or e == skip[d] or value == 0:
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


@compiled
def _place(members: NDArray[np.int32], low: int, high: int, row: int) -> int:
    """Where in ``members[low:high]``, which ascend, those from ``row`` on begin."""
    while low < high:
        middle = (low + high) >> 1
        if members[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _rarest_first(
    start: int, size: int, indices: NDArray[np.int32], evidence: Floats, order: NDArray[np.int64]
) -> None:
    """Write to ``order`` the places of a row's terms, those of most evidence first; lower column on ties.

    By Shell: a row has few terms.
    """
    for i in range(size):
        order[i] = start + i
    gap = 1
    while gap < size // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, size):
            own = order[i]
            says = evidence[indices[own]]
            at = i
            while at >= gap:
                other = evidence[indices[order[at - gap]]]
                if other > says or (other == says and order[at - gap] < own):
                    break
                order[at] = order[at - gap]
                at -= gap
            order[at] = own
        gap //= 3
