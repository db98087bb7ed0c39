"""Posts as rows of weighted terms: words, character bigrams of CJK text, and strong features.

Terms are 64-bit hashes, the same on every machine and day, so that the stories
of one edition can be compared with those of another.

The work is done a slice of posts at a time, and slices need not be on one
machine: :func:`slice_terms` looks at a slice alone, :func:`count_terms` and
:func:`merge_counts` bring together by sum what was counted, in any order, and
:func:`weigh_slice` weighs a slice by what was counted in all. Rows are those
that :func:`text_terms` gives for all posts at once, by value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.stories.compiled import compiled, over_all
from dawnchorus.stories.stopwords import COMMON_WORDS, STOP_WORDS
from dawnchorus.stories.tokens import hash_strings, hash_words, tokenise, utf8

MOST_TERMS = 64  # of a post that count, the heaviest; long posts would be near to everything
SLICE = 16_384  # posts that are looked at at once
# Words that no other post has join nothing but make a post less near to all. Left out, short titles that
# share only "AI" are near; in full, posts in varied words never meet. Measured: evals/stories.py.
_LONE = 0.5
# Posts of other days that are taken to hold none of the words: in a day of a hundred posts of which half
# tell one story, the words of that story would else weigh nothing.
_PRIOR = 3000
# Everyday words count in full from far more posts than this: a small day cannot tell by counting that
# "data" says less than "Zork".
_COMMON = 150
_MERGED_AT_ONCE = 32  # counts of slices; bounds the memory of ten million posts

Hashes = NDArray[np.uint64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SliceTerms:
    """The terms of a slice of posts, before they are weighed.

    ``hashes`` are distinct, ascending; ``columns`` are places in it, ascending
    within a post; ``starts`` (posts + 1,) tells where each post's begin;
    ``amounts`` is a damped count, or the boost of a feature. Of each hash,
    ``share`` is how much of a word it is and ``strong`` whether it is a feature.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    amounts: Floats
    hashes: Hashes
    share: Floats
    strong: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TermCounts:
    """In how many posts each term is; ``hashes`` are distinct, ascending."""

    hashes: Hashes
    frequency: NDArray[np.int64]
    share: Floats
    strong: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weights:
    """What terms weigh, given all posts; ``hashes`` are distinct, ascending, see ``Terms``."""

    size: int
    hashes: Hashes
    frequency: NDArray[np.int64]
    idf: Floats
    share: Floats
    factor: Floats  # of a term's amount


@dataclass(frozen=True, slots=True)
class Terms:
    """Posts by terms.

    ``matrix`` is (posts, terms) float32 CSR, rows of unit length (or empty);
    ``hashes`` names the columns, ascending; ``frequency`` is the number of posts
    that hold each; ``idf`` the natural log of how rare it is, 0 for stop words;
    ``share`` how much of a word it is (a pair of CJK characters is part of one, a
    link is more than one).
    """

    matrix: Any
    hashes: Hashes
    frequency: NDArray[np.int64]
    idf: Floats
    share: Floats


def text_terms(texts: pl.Series, features: pl.DataFrame) -> Terms:
    """Weigh the terms of posts.

    Args:
        texts: Lower-case text of each post, without links.
        features: ``row`` (position in ``texts``), ``feature`` (String,
            prefixed by its kind), ``boost`` (how many times the weight of a word),
            ``share`` (how much of a word it is as evidence).
    """
    ordered = features.sort("row", maintain_order=True)
    edges = range(0, len(texts), SLICE)
    first = ordered["row"].search_sorted(pl.Series([*edges, len(texts)], dtype=pl.Int64)).to_list()
    work = [
        partial(
            slice_terms,
            texts[edge : edge + SLICE],
            ordered[first[i] : first[i + 1]].with_columns(pl.col("row") - edge),
        )
        for i, edge in enumerate(edges)
    ]
    return weigh_all(over_all(work))


def weigh_all(parts: Sequence[SliceTerms]) -> Terms:
    """Weigh the terms of slices that follow each other, as of all posts there are."""
    size = sum(len(part.starts) - 1 for part in parts)
    weights = weigh_terms(merge_counts(count_terms(part) for part in parts), size=size)
    weighed = over_all([partial(_weighed, part, weights) for part in parts])
    sizes, indices, data = (
        np.concatenate([rows[i] for rows in weighed]) if weighed else np.zeros(0, dtype)
        for i, dtype in enumerate((np.int64, np.int32, np.float32))
    )
    return _terms(sizes, indices, data, weights)


def slice_terms(texts: pl.Series, features: pl.DataFrame) -> SliceTerms:
    """Terms of a slice of posts, by themselves; arguments as :func:`text_terms` takes them."""
    starts, hashes, counts, shares = tokenise(*utf8(texts))
    ordered = features.sort("row", maintain_order=True)
    held = np.bincount(ordered["row"].to_numpy(), minlength=len(texts)) if len(texts) else np.zeros(0)
    strong_starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(held, out=strong_starts[1:])
    return _numbered(
        starts, hashes, counts, shares, strong_starts, hash_strings(ordered["feature"]),
        ordered["boost"].to_numpy(writable=True), ordered["share"].to_numpy(writable=True),
    )  # fmt: skip


def count_terms(part: SliceTerms) -> TermCounts:
    """In how many posts of the slice each of its terms is."""
    frequency = np.bincount(part.columns, minlength=len(part.hashes))
    return TermCounts(part.hashes, frequency.astype(np.int64), part.share, part.strong)


def merge_counts(counts: Iterable[TermCounts]) -> TermCounts:
    """The sum of ``counts``, whatever their order."""
    held: list[TermCounts] = []
    for one in counts:
        held.append(one)
        if len(held) == _MERGED_AT_ONCE:
            held = [_sum(held)]
    return _sum(held)


def weigh_terms(counts: TermCounts, *, size: int) -> Weights:
    """What terms weigh in ``size`` posts of which ``counts`` was counted."""
    # Of features only those that join count: every post has an address, which is no word of its own.
    used = np.nonzero(~(counts.strong & (counts.frequency == 1)))[0]
    hashes, frequency, share = counts.hashes[used], counts.frequency[used], counts.share[used]
    idf = np.log((size + _PRIOR) / np.maximum(frequency, 1)).astype(np.float32)
    idf[_among(STOP_WORDS, hashes)] = 0.0
    lone = _LONE * np.minimum(share, 1.0)
    trust = size / (size + _COMMON)
    common = _among(COMMON_WORDS, hashes)
    share[common] *= trust
    factor = np.where(frequency == 1, lone, 1.0) * idf
    factor[common] *= trust**0.5
    return Weights(size, hashes, frequency, idf, share, factor.astype(np.float32))


def weigh_slice(part: SliceTerms, weights: Weights) -> Terms:
    """Weigh the terms of one slice by what was counted in all."""
    return _terms(*_weighed(part, weights), weights)


def unit_rows(matrix: Any) -> Any:
    """``matrix``, CSR, with each non-empty row scaled to unit length."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), np.float64).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0).astype(np.float32)
    data = matrix.data * np.repeat(scale, np.diff(matrix.indptr))
    return sparse.csr_matrix((data, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)


def _among(words: Iterable[str], hashes: Hashes) -> NDArray[np.int64]:
    """Places in ``hashes`` (ascending) of the terms of ``words``."""
    wanted = np.unique(hash_words(pl.Series(sorted(words), dtype=pl.String))[1])
    place = np.searchsorted(hashes, wanted)
    place = place[place < len(hashes)]
    return place[np.isin(hashes[place], wanted)]


def _sum(counts: Sequence[TermCounts]) -> TermCounts:
    if len(counts) == 1:
        return counts[0]
    hashes = np.concatenate([np.zeros(0, np.uint64), *(one.hashes for one in counts)])
    if not len(hashes):
        none = np.zeros(0, np.float32)
        return TermCounts(hashes, none.astype(np.int64), none, none.astype(np.bool_))
    order = np.argsort(hashes, kind="stable")
    hashes = hashes[order]
    first = np.nonzero(np.concatenate([hashes[:1] == hashes[:1], hashes[1:] != hashes[:-1]]))[0]
    return TermCounts(
        hashes[first],
        np.add.reduceat(np.concatenate([one.frequency for one in counts])[order], first),
        np.maximum.reduceat(np.concatenate([one.share for one in counts])[order], first),
        np.logical_or.reduceat(np.concatenate([one.strong for one in counts])[order], first),
    )


def _weighed(part: SliceTerms, weights: Weights) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    place = np.searchsorted(weights.hashes, part.hashes)
    known = np.zeros(len(place), np.bool_)
    known[place < len(weights.hashes)] = True
    known[known] = weights.hashes[place[known]] == part.hashes[known]
    factor = np.zeros(len(place), np.float32)
    factor[known] = weights.factor[place[known]]
    sizes, most = np.zeros(len(part.starts) - 1, np.int64), len(part.columns)
    indices, data = np.empty(most, np.int32), np.empty(most, np.float32)
    filled = _weigh_rows(
        part.starts, part.columns, part.amounts, place.astype(np.int32), factor,
        np.empty(MOST_TERMS, np.float32), sizes, indices, data,
    )  # fmt: skip
    return sizes, indices[:filled].copy(), data[:filled].copy()


def _terms(sizes: NDArray[np.int64], indices: NDArray[np.int32], data: Floats, weights: Weights) -> Terms:
    starts = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    matrix = sparse.csr_matrix((data, indices, starts), shape=(len(sizes), len(weights.hashes)))
    return Terms(matrix, weights.hashes, weights.frequency, weights.idf, weights.share)


def _numbered(  # noqa: PLR0917
    starts: NDArray[np.int64],
    hashes: Hashes,
    counts: Floats,
    shares: Floats,
    strong_starts: NDArray[np.int64],
    strong_hashes: Hashes,
    boosts: Floats,
    strong_shares: Floats,
) -> SliceTerms:
    """Words and features of each post brought together, hashes replaced by their places in the slice."""
    most = len(hashes) + len(strong_hashes)
    table = np.zeros(2 << max(most - 1, 0).bit_length(), np.int32)
    distinct, share, strong = np.empty(most, np.uint64), np.zeros(most, np.float32), np.zeros(most, np.bool_)
    both = np.zeros(len(starts), np.int64)
    column, amounts = np.empty(most, np.int32), np.empty(most, np.float32)
    known = _number(
        starts, hashes, counts, shares, strong_starts, strong_hashes, boosts, strong_shares,
        table, distinct, share, strong, both, column, amounts,
    )  # fmt: skip
    order = np.argsort(distinct[:known])
    place = np.empty(known, np.int32)
    place[order] = np.arange(known, dtype=np.int32)
    columns, amounts = place[column[: both[-1]]], amounts[: both[-1]].copy()
    _sort_rows(both, columns, amounts)
    return SliceTerms(both, columns, amounts, distinct[order], share[order], strong[order])


@compiled
def _number(  # noqa: PLR0917 - one loop; numba takes no keyword-only arguments
    starts: NDArray[np.int64],
    hashes: Hashes,
    counts: Floats,
    shares: Floats,
    strong_starts: NDArray[np.int64],
    strong_hashes: Hashes,
    boosts: Floats,
    strong_shares: Floats,
    table: NDArray[np.int32],
    distinct: Hashes,
    share: Floats,
    strong: NDArray[np.bool_],
    both: NDArray[np.int64],
    column: NDArray[np.int32],
    amounts: Floats,
) -> int:
    """Fill ``distinct`` and what comes after it; return how many hashes there are.

    ``table`` is for open addressing, a power of two long; a slot holds the number
    of a hash in order of first appearance, plus one.
    """
    slots = len(table)
    filled, known = 0, 0
    for d in range(len(starts) - 1):
        begin = filled
        words = starts[d + 1] - starts[d]
        for j in range(words + strong_starts[d + 1] - strong_starts[d]):
            word = j < words
            at = starts[d] + j if word else strong_starts[d] + j - words
            value = hashes[at] if word else strong_hashes[at]
            slot = np.int64((value ^ (value >> np.uint64(29))) & np.uint64(slots - 1))
            while table[slot] != 0 and distinct[table[slot] - 1] != value:
                slot = (slot + 1) & (slots - 1)
            if table[slot] == 0:
                distinct[known] = value
                known += 1
                table[slot] = known
            number = table[slot] - 1
            share[number] = max(share[number], shares[at] if word else strong_shares[at])
            if not word:
                strong[number] = True
            same = filled
            if not word:  # words are distinct among themselves
                same = begin
                while same < filled and column[same] != number:
                    same += 1
            if same == filled:
                column[filled] = number
                amounts[filled] = 0
                filled += 1
            amounts[same] += counts[at] if word else boosts[at]
        both[d + 1] = filled
    return known


@compiled
def _sort_rows(starts: NDArray[np.int64], columns: NDArray[np.int32], amounts: Floats) -> None:
    for d in range(len(starts) - 1):
        for j in range(starts[d] + 1, starts[d + 1]):
            at = j  # insertion: words come in order already
            own, amount = columns[j], amounts[j]
            while at > starts[d] and columns[at - 1] > own:
                columns[at] = columns[at - 1]
                amounts[at] = amounts[at - 1]
                at -= 1
            columns[at] = own
            amounts[at] = amount


@compiled
def _weigh_rows(  # noqa: PLR0912, PLR0917
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    amounts: Floats,
    place: NDArray[np.int32],
    factor: Floats,
    heaviest: Floats,
    sizes: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: Floats,
) -> int:
    """Sizes, columns and weights of rows of unit length; how many weights.

    ``heaviest`` is room for (MOST_TERMS,).
    """
    filled = 0
    for d in range(len(starts) - 1):
        begin = filled
        for j in range(starts[d], starts[d + 1]):
            weight = amounts[j] * factor[columns[j]]
            if weight != 0:
                indices[filled] = columns[j]  # of the slice, until the heaviest are chosen
                data[filled] = weight
                filled += 1
        if filled - begin > MOST_TERMS:
            for j in range(begin, filled):
                at = min(j - begin, MOST_TERMS)
                while at > 0 and heaviest[at - 1] < data[j]:
                    at -= 1
                    if at + 1 < MOST_TERMS:
                        heaviest[at + 1] = heaviest[at]
                if at < MOST_TERMS:
                    heaviest[at] = data[j]
            least = heaviest[MOST_TERMS - 1]
            room = 0  # for those that weigh no more than the least; the lower columns stay
            while room < MOST_TERMS and heaviest[MOST_TERMS - 1 - room] == least:
                room += 1
            after, filled = filled, begin
            for j in range(begin, after):
                if data[j] == least:
                    room -= 1
                if data[j] > least or (data[j] == least and room >= 0):
                    indices[filled] = indices[j]
                    data[filled] = data[j]
                    filled += 1
        length = 0.0
        for j in range(begin, filled):
            length += np.float64(data[j]) * np.float64(data[j])
        if filled > begin:
            scale = np.float32(1.0 / np.sqrt(length))
            for j in range(begin, filled):
                data[j] *= scale
                indices[j] = place[indices[j]]
        sizes[d] = filled - begin
    return filled
