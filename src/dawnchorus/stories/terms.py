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

LONGEST_BYTES = 4000  # of a text that count; what a story is about stands in its first screen
MOST_TERMS = 64  # of a post that count, the heaviest; long posts would be near to everything
# Words that no other post has join nothing but make a post less near to all. Left out, short titles that
# share only "AI" are near; in full, posts in varied words never meet. Measured: evals/stories.py.
_LONE = 0.5
_LATIN_IN_CJK = 2.0  # names in Latin letters are what a Chinese post shares with other languages

_FNV_START = np.uint64(14695981039346656037)
_FNV_PRIME = np.uint64(1099511628211)


@dataclass(frozen=True, slots=True)
class Terms:
    """Posts by terms.

    ``matrix`` is (posts, terms) float32 CSR, rows of unit length (or empty);
    ``hashes`` names the columns, ascending; ``idf`` is their natural-log
    inverse document frequency.
    """

    matrix: Any
    hashes: NDArray[np.uint64]
    idf: NDArray[np.float32]


def text_terms(texts: pl.Series, features: pl.DataFrame) -> Terms:
    """Weigh the terms of posts.

    Args:
        texts: Lower-case text of each post, without links.
        features: ``row`` (position in ``texts``), ``feature`` (String,
            prefixed by its kind), ``boost`` (how many times the weight of a word).
    """
    rows, hashes, counts = _word_counts(texts)
    feature_hashes = hash_strings(features["feature"])
    every, column = np.unique(np.concatenate([hashes, feature_hashes]), return_inverse=True)
    row = np.concatenate([rows, features["row"].to_numpy()])
    weight = np.concatenate([counts, features["boost"].to_numpy().astype(np.float32)])
    size = len(texts)
    matrix = sparse.csr_matrix((weight, (row, column)), shape=(size, len(every)), dtype=np.float32)
    matrix.sum_duplicates()
    frequency = np.bincount(matrix.indices, minlength=len(every))
    idf = np.log((size + 1) / np.maximum(frequency, 1)).astype(np.float32)
    matrix.data *= (
        np.where(frequency == 1, _LONE, 1.0).astype(np.float32)[matrix.indices] * idf[matrix.indices]
    )
    indptr, indices, data = _heaviest(matrix.indptr.astype(np.int64), matrix.indices, matrix.data, MOST_TERMS)
    kept = sparse.csr_matrix((data, indices, indptr), shape=matrix.shape)
    return Terms(matrix=kept, hashes=every, idf=idf)


def hash_strings(strings: pl.Series) -> NDArray[np.uint64]:
    """FNV-1a of each string's UTF-8 bytes; a word hashes as the tokeniser's word does."""
    return np.asarray(_hash_all(*_utf8(strings)), dtype=np.uint64)


def unit_rows(matrix: Any) -> Any:
    """``matrix`` with each non-empty row scaled to unit length."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return sparse.csr_matrix(sparse.diags(scale.astype(np.float32)) @ matrix)


def _word_counts(texts: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float32]]:
    buffer, offsets = _utf8(texts)
    parts = over_slices(lambda first, after: _tokenise(buffer, offsets, first, after), len(texts))
    rows, hashes, counts = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows, hashes, counts


def _utf8(strings: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = strings.fill_null("").cast(pl.Binary)
    sizes = encoded.bin.size().to_numpy()
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return np.frombuffer(b"".join(encoded.to_list()), np.uint8), offsets


@compiled
def _hash_all(buffer: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    hashes = np.empty(len(offsets) - 1, np.uint64)
    for i in range(len(hashes)):
        value = _FNV_START
        for j in range(offsets[i], offsets[i + 1]):
            value = (value ^ np.uint64(buffer[j])) * _FNV_PRIME
        hashes[i] = value
    return hashes


@compiled
def _terms_of(
    buffer: NDArray[np.uint8], start: int, end: int, hashes: NDArray[np.uint64], latin: NDArray[np.bool_]
) -> tuple[int, bool]:
    """Write the term hashes of one text; return how many, and whether it holds CJK text."""
    count = 0
    any_cjk = False
    value = _FNV_START
    length = 0
    previous = -1  # where the preceding CJK character of this run begins
    i = start
    while i < end:
        lead = np.int64(buffer[i])
        if lead < 0x80:
            point, step = lead, 1
        elif lead < 0xE0:
            point, step = lead & 31, 2
        elif lead < 0xF0:
            point, step = lead & 15, 3
        else:
            point, step = lead & 7, 4
        if i + step > end:
            break
        for j in range(1, step):
            point = (point << 6) | (np.int64(buffer[i + j]) & 63)
        cjk = (
            0x3040 <= point <= 0x30FF
            or 0x3400 <= point <= 0x9FFF
            or 0xAC00 <= point <= 0xD7AF
            or 0xF900 <= point <= 0xFAFF
            or 0x20000 <= point <= 0x3FFFF
        )
        word = (
            48 <= point <= 57
            or 97 <= point <= 122
            or point == 95
            or 0xC0 <= point <= 0x1FFF
            or (0x0E00 <= point <= 0x0E7F)
        ) and point not in (0xD7, 0xF7)
        # "3.5" and "1,000" are one term; a full stop after a word is not part of it.
        inside_number = (
            (point in (46, 44))
            and length > 0
            and 48 <= buffer[i - 1] <= 57
            and i + 1 < end
            and 48 <= buffer[i + 1] <= 57
        )
        if word or inside_number:
            if point != 44:
                for j in range(i, i + step):
                    value = (value ^ np.uint64(buffer[j])) * _FNV_PRIME
            length += 1
            previous = -1
        else:
            if length > 1:
                hashes[count] = value
                latin[count] = True
                count += 1
            value = _FNV_START
            length = 0
            if cjk:
                any_cjk = True
                if previous >= 0:
                    for j in range(previous, i + step):
                        value = (value ^ np.uint64(buffer[j])) * _FNV_PRIME
                    hashes[count] = value
                    latin[count] = False
                    count += 1
                    value = _FNV_START
                previous = i
            else:
                previous = -1
        i += step
    if length > 1:
        hashes[count] = value
        latin[count] = True
        count += 1
    return count, any_cjk


@compiled
def _tokenise(
    buffer: NDArray[np.uint8], offsets: NDArray[np.int64], first: int, after: int
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float32]]:
    """Distinct terms of texts ``first`` to ``after``: row, hash, damped count."""
    room = 0
    for d in range(first, after):
        room += min(offsets[d + 1] - offsets[d], LONGEST_BYTES) // 2 + 1
    rows = np.empty(room, np.int64)
    terms = np.empty(room, np.uint64)
    counts = np.empty(room, np.float32)
    scratch = np.empty(LONGEST_BYTES + 1, np.uint64)
    latin = np.empty(LONGEST_BYTES + 1, np.bool_)
    filled = 0
    for d in range(first, after):
        end = min(offsets[d + 1], offsets[d] + LONGEST_BYTES)
        count, any_cjk = _terms_of(buffer, offsets[d], end, scratch, latin)
        order = np.argsort(scratch[:count])
        j = 0
        while j < count:
            k = j
            while k < count and scratch[order[k]] == scratch[order[j]]:
                k += 1
            rows[filled] = d
            terms[filled] = scratch[order[j]]
            counts[filled] = 1.0 + np.log(k - j)
            if any_cjk and latin[order[j]]:
                counts[filled] *= _LATIN_IN_CJK
            filled += 1
            j = k
    return rows[:filled].copy(), terms[:filled].copy(), counts[:filled].copy()


@compiled
def _heaviest(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], data: NDArray[np.float32], most: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Keep the ``most`` heaviest entries of each row (lower column on ties), rows to unit length."""
    out_ptr = np.zeros(len(indptr), np.int64)
    out_indices = np.empty(len(indices), indices.dtype)
    out_data = np.empty(len(indices), np.float32)
    filled = 0
    for d in range(len(indptr) - 1):
        start, end = indptr[d], indptr[d + 1]
        begin = filled
        if end - start > most:
            chosen = np.sort(np.argsort(-data[start:end], kind="mergesort")[:most]) + start
            for j in chosen:
                out_indices[filled] = indices[j]
                out_data[filled] = data[j]
                filled += 1
        else:
            for j in range(start, end):
                out_indices[filled] = indices[j]
                out_data[filled] = data[j]
                filled += 1
        square = 0.0
        for j in range(begin, filled):
            square += out_data[j] * out_data[j]
        if square > 0:
            scale = 1.0 / np.sqrt(square)
            for j in range(begin, filled):
                out_data[j] *= scale
        out_ptr[d + 1] = filled
    return out_ptr, out_indices[:filled].copy(), out_data[:filled].copy()
