"""Posts as rows of weighted terms: words, character bigrams of CJK text, and strong features.

Terms are 64-bit hashes, the same on every machine and day, so that the stories
of one edition can be compared with those of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.stories.compiled import compiled, over_slices
from dawnchorus.stories.stopwords import COMMON_WORDS, STOP_WORDS

LONGEST_BYTES = 4000  # of a text that count; what a story is about stands in its first screen
MOST_TERMS = 64  # of a post that count, the heaviest; long posts would be near to everything
# Words that no other post has join nothing but make a post less near to all. Left out, short titles that
# share only "AI" are near; in full, posts in varied words never meet. Measured: evals/stories.py.
_LONE = 0.5
# Posts of other days that are taken to hold none of the words: in a day of a hundred posts of which half
# tell one story, the words of that story would else weigh nothing.
_PRIOR = 3000
# Rare words that a post is taken to leave unsaid when we ask whether it stands apart: of two words alike,
# the posts of two words would else be nearer than any story.
_UNSAID = 2.0
# Everyday words count in full from far more posts than this: a small day cannot tell by counting that
# "data" says less than "Zork".
_COMMON = 150
_LATIN_IN_CJK = 2.0  # names in Latin letters are what a Chinese post shares with other languages

# How much of a word, as evidence that two posts are near for a reason.
_WORD = 1.0
_DIGITS = 0.5  # years, counts
_PAIR = 0.6  # two neighbouring pairs overlap: "英伟" and "伟达" are one name

_FNV_START = np.uint64(14695981039346656037)
_FNV_PRIME = np.uint64(1099511628211)


@dataclass(frozen=True, slots=True)
class Terms:
    """Posts by terms.

    ``matrix`` is (posts, terms) float32 CSR, rows of unit length (or empty);
    ``hashes`` names the columns, ascending; ``frequency`` is the number of posts
    that hold each; ``idf`` the natural log of how rare it is, 0 for stop words;
    ``share`` how much of a word it is (a pair of CJK characters is part of one, a
    link is more than one).

    ``shared`` is the matrix with words that only one post has at full weight when
    rows were brought to unit length, then left out: rows are shorter the more
    words of their own they have, and the fewer words at all.
    """

    matrix: Any
    hashes: NDArray[np.uint64]
    frequency: NDArray[np.int64]
    idf: NDArray[np.float32]
    share: NDArray[np.float32]
    shared: Any


def text_terms(texts: pl.Series, features: pl.DataFrame) -> Terms:
    """Weigh the terms of posts.

    Args:
        texts: Lower-case text of each post, without links.
        features: ``row`` (position in ``texts``), ``feature`` (String,
            prefixed by its kind), ``boost`` (how many times the weight of a word),
            ``share`` (how much of a word it is as evidence).
    """
    rows, hashes, counts, shares = _word_counts(texts)
    strong = hash_strings(features["feature"])
    hashes = np.concatenate([hashes, strong])
    every, column = np.unique(hashes, return_inverse=True)
    row = np.concatenate([rows, features["row"].to_numpy()])
    weight = np.concatenate([counts, features["boost"].to_numpy().astype(np.float32)])
    share = np.zeros(len(every), np.float32)
    share[column] = np.concatenate([shares, features["share"].to_numpy()])
    size = len(texts)
    matrix = sparse.csr_matrix((weight, (row, column)), shape=(size, len(every)), dtype=np.float32)
    matrix.sum_duplicates()
    frequency = np.bincount(matrix.indices, minlength=len(every))
    idf = np.log((size + _PRIOR) / np.maximum(frequency, 1)).astype(np.float32)
    idf[np.isin(every, hash_words(pl.Series(sorted(STOP_WORDS)))[1])] = 0.0
    # Of features only those that join count: every post has an address, which is no word of its own.
    idf[np.isin(every, strong) & (frequency == 1)] = 0.0
    common = np.isin(every, hash_words(pl.Series(sorted(COMMON_WORDS)))[1])
    trust = size / (size + _COMMON)
    share[common] *= trust
    factor = (np.where(frequency == 1, _LONE, 1.0) * np.where(common, trust**0.5, 1.0) * idf).astype(
        np.float32
    )
    matrix.data *= factor[matrix.indices]
    matrix.eliminate_zeros()
    heaviest = _heaviest(matrix, MOST_TERMS)
    kept = unit_rows(heaviest)
    alone = frequency[heaviest.indices] == 1
    heaviest.data[alone] /= _LONE
    # Where all posts say the same no word is rare, and what is unsaid weighs no more than what is said.
    rarest = (
        np.minimum(heaviest.max(axis=1).toarray().ravel(), np.log(size + _PRIOR)) if size else np.zeros(0)
    )
    shared = unit_rows(heaviest, beside=_UNSAID * rarest)
    shared.data[alone] = 0
    shared.eliminate_zeros()
    return Terms(matrix=kept, hashes=every, frequency=frequency, idf=idf, share=share, shared=shared)


def hash_strings(strings: pl.Series) -> NDArray[np.uint64]:
    """FNV-1a of each string's UTF-8 bytes."""
    return np.asarray(_hash_all(*_utf8(strings)), dtype=np.uint64)


def hash_words(texts: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Row and hash of the terms that posts with these lower-case texts would have."""
    rows, hashes, _, _ = _word_counts(texts)
    return rows, hashes


def unit_rows(matrix: Any, *, beside: float | NDArray[np.float64] = 0.0) -> Any:
    """``matrix`` with each non-empty row scaled to unit length.

    Args:
        matrix: CSR.
        beside: Length that each row, or each in turn, has besides, in a direction of its own.
    """
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), np.float64).ravel() + np.square(beside))
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0).astype(np.float32)
    data = matrix.data * np.repeat(scale, np.diff(matrix.indptr))
    return sparse.csr_matrix((data, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)


def _word_counts(
    texts: pl.Series,
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float32], NDArray[np.float32]]:
    buffer, offsets = _utf8(texts)
    parts = over_slices(lambda first, after: _tokenise(buffer, offsets, first, after), len(texts))
    rows, hashes, counts, shares = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, hashes, counts, shares


def _utf8(strings: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = strings.fill_null("").cast(pl.Binary)
    sizes = encoded.bin.size().to_numpy()
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return np.frombuffer(b"".join(encoded.to_list()), np.uint8), offsets


@compiled
def _hash_all(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    hashes = np.empty(len(offsets) - 1, np.uint64)
    for i in range(len(hashes)):
        hashes[i] = _hash_range(buffer, offsets[i], offsets[i + 1])
    return hashes


@compiled
def _is_cjk(point: int) -> bool:
    return bool(
        0x3040 <= point <= 0x30FF
        or 0x3400 <= point <= 0x9FFF
        or 0xAC00 <= point <= 0xD7AF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x3FFFF
    )


@compiled
def _is_letter(point: int) -> bool:
    """Of scripts with spaces (lower case), a digit or an underscore."""
    return bool(
        48 <= point <= 57
        or 97 <= point <= 122
        or point == 95
        or (0xC0 <= point <= 0x1FFF and point not in (0xD7, 0xF7))
    )


@compiled
def _inside_number(buffer: NDArray[np.uint8], i: int, end: int) -> bool:
    """Whether the "." or "," at ``i`` stands between digits, as in "3.5" and "1,000"."""
    return bool(48 <= buffer[i - 1] <= 57 and i + 1 < end and 48 <= buffer[i + 1] <= 57)


@compiled
def _stem(buffer: NDArray[np.uint8], start: int, end: int) -> int:
    """End of the word's stem: plurals, "-ed", "-ing" and a last vowel sound are left off English words.

    Coarse on purpose: stems are only compared, never shown.
    """
    for j in range(start, end):
        if not 97 <= buffer[j] <= 122:
            return end
    e, s, i, y, u, n, g, d = 101, 115, 105, 121, 117, 110, 103, 100
    if end - start >= 4 and buffer[end - 1] == s and buffer[end - 2] not in (s, u, i):
        end -= 1
    if end - start >= 6 and buffer[end - 3] == i and buffer[end - 2] == n and buffer[end - 1] == g:
        end -= 3
    elif end - start >= 5 and buffer[end - 2] == e and buffer[end - 1] == d:
        end -= 2
    if end - start >= 4 and buffer[end - 1] == e:
        end -= 1
    if end - start >= 4 and buffer[end - 1] in (i, y):
        end -= 1
    return end


@compiled
def _hash_range(buffer: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    value = _FNV_START
    for j in range(start, end):
        if buffer[j] != 44:  # "1,000" is "1000"
            value = (value ^ np.uint64(buffer[j])) * _FNV_PRIME
    return value


@compiled
def _terms_of(  # noqa: PLR0912 - one pass over bytes, states side by side
    buffer: NDArray[np.uint8], start: int, end: int, hashes: NDArray[np.uint64], shares: NDArray[np.float32]
) -> tuple[int, bool]:
    """Write the term hashes of one text; return how many, and whether it holds CJK text."""
    count = 0
    any_cjk = False
    word = start - 1  # where the word at hand begins; before the text if there is none
    letters = False
    previous = -1  # where the preceding CJK character of this run begins
    i = start
    while i <= end:
        step = 1
        point = 32
        if i < end:
            lead = int(buffer[i])
            if lead < 0x80:
                point, step = lead, 1
            elif lead < 0xE0:
                point, step = lead & 31, 2
            elif lead < 0xF0:
                point, step = lead & 15, 3
            else:
                point, step = lead & 7, 4
            if i + step > end:
                point, step = 32, end - i
            for j in range(1, step):
                point = (point << 6) | (int(buffer[i + j]) & 63)
        if _is_letter(point) or (word >= start and point in (44, 46) and _inside_number(buffer, i, end)):
            if word < start:
                word = i
                letters = False
            letters = letters or point > 57
            previous = -1
            i += step
            continue
        if word >= start and i - word > 1:
            hashes[count] = _hash_range(buffer, word, _stem(buffer, word, i))
            shares[count] = _WORD if letters else _DIGITS
            count += 1
        word = start - 1
        if _is_cjk(point):
            any_cjk = True
            if previous >= 0:
                hashes[count] = _hash_range(buffer, previous, i + step)
                shares[count] = _PAIR
                count += 1
            previous = i
        else:
            previous = -1
        i += step
    return count, any_cjk


@compiled
def _tokenise(
    buffer: NDArray[np.uint8], offsets: NDArray[np.int64], first: int, after: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float32], NDArray[np.float32]]:
    """Distinct terms of texts ``first`` to ``after``: row, hash, damped count, share of a word."""
    room = 0
    for d in range(first, after):
        room += min(offsets[d + 1] - offsets[d], LONGEST_BYTES) // 2 + 1
    rows = np.empty(room, np.int64)
    terms = np.empty(room, np.uint64)
    counts = np.empty(room, np.float32)
    scratch = np.empty(LONGEST_BYTES + 1, np.uint64)
    kinds = np.empty(LONGEST_BYTES + 1, np.float32)
    shares = np.empty(room, np.float32)
    filled = 0
    for d in range(first, after):
        end = min(offsets[d + 1], offsets[d] + LONGEST_BYTES)
        count, any_cjk = _terms_of(buffer, offsets[d], end, scratch, kinds)
        order = np.argsort(scratch[:count])
        j = 0
        while j < count:
            k = j
            while k < count and scratch[order[k]] == scratch[order[j]]:
                k += 1
            rows[filled] = d
            terms[filled] = scratch[order[j]]
            counts[filled] = 1.0 + np.log(k - j)
            shares[filled] = kinds[order[j]]
            if any_cjk and kinds[order[j]] == _WORD:
                counts[filled] *= _LATIN_IN_CJK
            filled += 1
            j = k
    return rows[:filled].copy(), terms[:filled].copy(), counts[:filled].copy(), shares[:filled].copy()


def _heaviest(matrix: Any, most: int) -> Any:
    """``matrix`` with the ``most`` heaviest entries of each row (lower column on ties); CSR, sorted."""
    sizes = np.diff(matrix.indptr)
    row = np.repeat(np.arange(len(sizes)), sizes)
    held = np.nonzero(sizes[row] > most)[0]
    order = held[np.lexsort((matrix.indices[held], -matrix.data[held], row[held]))]
    place = np.arange(len(order)) - np.searchsorted(row[order], row[order])
    matrix.data[order[place >= most]] = 0
    matrix.eliminate_zeros()
    return matrix
