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
Rows = tuple[Indices, NDArray[np.int32], Floats, NDArray[np.float64], NDArray[np.float64]]
"""CSR of rows and the spans of these."""
Index = tuple[Indices, NDArray[np.int32], Floats]
"""CSC: where the postings of each term begin, the rows that hold it, ascending, and their weights."""

_FLAGS = 1 << 14  # a power of two; so few that they stay in the nearest cache


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
    earliest = spans.start - window_seconds
    # Rows before ``far`` are all out of the window, those from ``near`` on all within.
    far = np.searchsorted(np.maximum.accumulate(spans.end), earliest)
    near = np.searchsorted(np.minimum.accumulate(spans.end[::-1])[::-1], earliest)
    rows, index = _of_rows(matrix, spans), _by_term(matrix)
    most = min(reads + postings, matrix.shape[0])  # rows that are read for one
    room = 1 << (most + most // 2).bit_length()

    def slice_of(low: int, high: int) -> tuple[NDArray[np.int32], Floats]:
        best, score = np.full((high - low, count), -1, np.int32), np.zeros((high - low, count), np.float32)
        longest = _longest(rows[0][first + low : first + high + 1])
        _nearest_earlier(
            first + low, first + high, rows, index, (far, near), window_seconds, postings, reads,
            evidence, needed, best, score, np.empty(_FLAGS, np.uint8),
            # Cosine and evidence side by side: what costs time is fetching them.
            np.full(room, -1, np.int32), np.empty((room, 2), np.float32), np.empty(most, np.int64),
            np.empty((longest, 2), np.int64), np.empty(longest, np.int64), np.empty((longest + 1, 2)),
        )  # fmt: skip
        return best, score

    found = over_slices(slice_of, matrix.shape[0] - first, least=256)
    return np.concatenate([rows for rows, _ in found]), np.concatenate([cosines for _, cosines in found])


def nearest_among(
    queries: Any,
    query_spans: Spans,
    matrix: Any,
    spans: Spans,
    *,
    window_seconds: float,
    evidence: Floats,
    needed: float,
    itself: Indices | None,
    least: float | Floats,
) -> tuple[NDArray[np.int32], Floats]:
    """The most similar row of ``matrix`` for each query, the later one on ties.

    Args:
        queries: (queries, terms) CSR, rows of unit length.
        query_spans: Of the queries.
        matrix: (rows, terms) CSR, rows of unit length.
        spans: Of the rows.
        window_seconds: Largest gap between two spans.
        evidence: As for :func:`nearest_earlier`.
        needed: As for :func:`nearest_earlier`.
        itself: (queries,) the row that a query is and that is no neighbour of it; None if none is.
        least: Cosine, of all or of each query, below which a row is no neighbour.

    Returns:
        (queries,) row numbers, -1 where there is none, and cosines.
    """
    skip = np.full(queries.shape[0], -1, np.int64) if itself is None else itself
    return _among(
        _of_rows(queries, query_spans), _by_term(matrix), spans, skip=skip, each=False,
        window_seconds=window_seconds, evidence=evidence, needed=needed, least=least,
    )  # fmt: skip


def nearest_of_each(
    matrix: Any, spans: Spans, *, window_seconds: float, evidence: Floats, needed: float, least: float
) -> tuple[NDArray[np.int32], Floats]:
    """As :func:`nearest_among`, the other row of ``matrix`` that is most similar to each.

    A pair is looked at once for both: its cosine is the same sum.
    """
    return _among(
        _of_rows(matrix, spans), _by_term(matrix), spans, skip=np.arange(matrix.shape[0]), each=True,
        window_seconds=window_seconds, evidence=evidence, needed=needed, least=least,
    )  # fmt: skip


def _among(
    rows: Rows,
    index: Index,
    spans: Spans,
    *,
    skip: Indices,
    each: bool,
    window_seconds: float,
    evidence: Floats,
    needed: float,
    least: float | Floats,
) -> tuple[NDArray[np.int32], Floats]:
    asked, size = len(rows[3]), len(spans.start)
    bar = np.broadcast_to(np.asarray(least, np.float32), asked).copy()

    def slice_of(low: int, high: int) -> tuple[NDArray[np.int32], Floats]:
        best, score = np.full(asked, -1, np.int32), np.zeros(asked, np.float32)
        longest = _longest(rows[0][low : high + 1])
        _nearest_among(
            low, high, rows, index, spans.start, spans.end, skip, each, window_seconds, evidence, needed,
            bar, best, score, np.zeros((size, 2), np.float32), np.empty(size + 1, np.int32),
            np.empty(longest, np.int64), np.empty((longest + 1, 2)),
        )  # fmt: skip
        return best, score

    (best, score), *others = over_slices(slice_of, asked, least=256)
    for found, cosine in others:
        nearer = (cosine > score) | ((cosine == score) & (found > best))
        best[nearer], score[nearer] = found[nearer], cosine[nearer]
    return best, score


def _of_rows(matrix: Any, spans: Spans) -> Rows:
    return matrix.indptr.astype(np.int64), matrix.indices, matrix.data, spans.start, spans.end


def _by_term(matrix: Any) -> Index:
    by_term = matrix.tocsc()
    by_term.sort_indices()
    return by_term.indptr.astype(np.int64), by_term.indices, by_term.data


def _longest(starts: Indices) -> int:
    return int(np.diff(starts).max(initial=0))


@compiled
def _nearest_earlier(  # noqa: PLR0912, PLR0915, PLR0917 - one loop; numba takes no keyword-only arguments
    first: int,
    after: int,
    rows: Rows,
    index: Index,
    limits: tuple[Indices, Indices],
    window: float,
    postings: int,
    reads: int,
    evidence: Floats,
    needed: float,
    best: NDArray[np.int32],
    score: Floats,
    flags: NDArray[np.uint8],
    keys: NDArray[np.int32],
    sums: Floats,
    slots: Indices,
    parts: Indices,
    order: Indices,
    left: NDArray[np.float64],
) -> None:
    """Fill ``best`` and ``score``.

    Most rows that are read for one share a single term with it, which proves nothing: they
    are counted first, in ``flags`` that fit into the nearest cache, and only those that may
    have come twice are added up. ``keys``, -1 all, and ``sums`` of cosine and evidence are a
    table with open addressing; ``slots`` has room for those in use, ``parts`` for the postings
    of a term that are read. ``order`` and ``left``, the squared weight and evidence of a term
    and later ones, have room for all terms of a row.
    """
    indptr, indices, data, start, end = rows
    columns, members, weights = index
    far, near = limits
    count, last, mask = best.shape[1], len(keys) - 1, len(flags) - 1
    for d in range(first, after):
        size = indptr[d + 1] - indptr[d]
        _rarest_first(indptr[d], size, indices, evidence, order)
        _add_up(size, indices, data, evidence, order, left)
        flags[:] = 0
        spent = 0
        used = 0
        while used < size and spent < reads:
            term = indices[order[used]]
            high = _place(members, columns[term], columns[term + 1], d)
            low = max(columns[term], high - postings)
            if low < high and members[low] < near[d]:
                low = _place(members, low, high, near[d])
            room = postings - (high - low)
            while room > 0 and low > columns[term] and members[low - 1] >= far[d]:
                low -= 1
                room -= 1 if start[d] - end[members[low]] <= window else 0
            for q in range(low, high):
                flag = members[q] & mask
                flags[flag] = flags[flag] << 1 | 1  # 255 stays 255
            parts[used, 0] = low
            parts[used, 1] = high
            spent += postings - room
            used += 1
        seen = 0
        for i in range(used):
            weight = data[order[i]]
            says = evidence[indices[order[i]]]
            finds = not (left[i, 1] < needed and left[i, 0] < SURE * SURE)
            proves = says >= needed or weight >= SURE
            for q in range(parts[i, 0], parts[i, 1]):
                e = members[q]
                if not proves and flags[e & mask] < 2:
                    continue
                if e < near[d] and start[d] - end[e] > window:
                    continue
                slot = ((e * 2654435769) >> 7) & last
                while keys[slot] >= 0 and keys[slot] != e:
                    slot = (slot + 1) & last
                if keys[slot] < 0:
                    if not finds:
                        continue
                    keys[slot] = e
                    sums[slot, 0] = 0
                    sums[slot, 1] = 0
                    slots[seen] = slot
                    seen += 1
                sums[slot, 0] += weight * weights[q]
                sums[slot, 1] += says
        row = d - first
        for k in range(seen):
            slot = slots[k]
            e = keys[slot]
            keys[slot] = -1
            value = sums[slot, 0]
            if value == 0 or not (sums[slot, 1] >= needed or value >= SURE):
                continue
            at = count
            while at > 0 and (
                value > score[row, at - 1] or (value == score[row, at - 1] and e > best[row, at - 1])
            ):
                at -= 1
            if at < count:
                for s in range(count - 1, at, -1):
                    score[row, s] = score[row, s - 1]
                    best[row, s] = best[row, s - 1]
                score[row, at] = value
                best[row, at] = e


@compiled
def _nearest_among(  # noqa: PLR0912, PLR0917
    first: int,
    after: int,
    queries: Rows,
    index: Index,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    skip: Indices,
    each: bool,
    window: float,
    evidence: Floats,
    needed: float,
    least: Floats,
    best: NDArray[np.int32],
    score: Floats,
    sums: Floats,
    touched: NDArray[np.int32],
    order: Indices,
    left: NDArray[np.float64],
) -> None:
    """Fill ``best`` and ``score``, of all queries.

    If ``each``, the rows of the index are the queries: of each only those before it are read, and it is
    held against their nearest too. ``sums``, zero, of cosine and evidence, and ``touched`` have room for
    all rows of the index; ``order`` and ``left`` as above.
    """
    indptr, indices, data, query_start, query_end = queries
    columns, members, weights = index
    for d in range(first, after):
        size = indptr[d + 1] - indptr[d]
        _rarest_first(indptr[d], size, indices, evidence, order)
        _add_up(size, indices, data, evidence, order, left)
        bar = np.float64(least[d])
        seen = 0
        for i in range(size):
            term = indices[order[i]]
            weight = data[order[i]]
            says = evidence[term]
            low, high = columns[term], columns[term + 1]
            if each:
                high = _place(members, low, high, d)
            # Rows have unit length, so those that share only what is left are no nearer than its length.
            if left[i, 0] >= bar * bar and (left[i, 1] >= needed or left[i, 0] >= SURE * SURE):
                for q in range(low, high):
                    e = members[q]
                    held = sums[e, 0]
                    touched[seen] = e
                    seen += 1 if held == 0 else 0
                    sums[e, 0] = held + weight * weights[q]
                    sums[e, 1] += says
            elif seen:
                for q in range(low, high):
                    e = members[q]
                    if sums[e, 0] != 0:
                        sums[e, 0] += weight * weights[q]
                        sums[e, 1] += says
        for k in range(seen):
            e = touched[k]
            value = sums[e, 0]
            enough = value >= least[d] and (sums[e, 1] >= needed or value >= SURE)
            sums[e, 0] = 0
            sums[e, 1] = 0
            if not enough or value == 0 or e == skip[d]:
                continue
            if max(query_start[d] - end[e], start[e] - query_end[d]) > window:
                continue
            if value > score[d] or (value == score[d] and e > best[d]):
                best[d] = e
                score[d] = value
            if each and (value > score[e] or (value == score[e] and d > best[e])):
                best[e] = d
                score[e] = value


@compiled
def _add_up(  # noqa: PLR0917
    size: int,
    indices: NDArray[np.int32],
    data: Floats,
    evidence: Floats,
    order: Indices,
    left: NDArray[np.float64],
) -> None:
    """Fill ``left``: of each of a row's terms in their order, squared weight and evidence from it on."""
    left[size, 0] = 0
    left[size, 1] = 0
    for i in range(size - 1, -1, -1):
        weighs = np.float64(data[order[i]])
        left[i, 0] = left[i + 1, 0] + weighs * weighs
        left[i, 1] = left[i + 1, 1] + evidence[indices[order[i]]]


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
