"""Texts to hashed terms: words, and character pairs of scripts without spaces; compiled.

A hash is 64 bits of FNV-1a over UTF-8, the same on every machine and day.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.stories.compiled import compiled

LONGEST_BYTES = 4000  # of a text that count; what a story is about stands in its first screen
_LATIN_IN_CJK = 2.0  # names in Latin letters are what a Chinese post shares with other languages

# How much of a word, as evidence that two posts are near for a reason.
_WORD = 1.0
_DIGITS = 0.5  # years, counts
_PAIR = 0.8  # two neighbouring pairs overlap: "英伟" and "伟达" are one name
_KANA = 0.4  # of which words are longer: ケーブル is four
_GRAMMAR = 0.25  # with hiragana in it: した, の船

_FNV_START = np.uint64(14695981039346656037)
_FNV_PRIME = np.uint64(1099511628211)

Texts = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""UTF-8 of texts, one after the other, and (texts + 1,) where each begins."""


def utf8(strings: pl.Series) -> Texts:
    """The bytes of ``strings``; none for null."""
    encoded = strings.fill_null("").cast(pl.Binary)
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(encoded.bin.size().to_numpy(), out=offsets[1:])
    return np.frombuffer(b"".join(encoded.to_list()), np.uint8), offsets


def hash_strings(strings: pl.Series) -> NDArray[np.uint64]:
    """FNV-1a of each string's UTF-8 bytes."""
    buffer, offsets = utf8(strings)
    hashes = np.empty(len(offsets) - 1, np.uint64)
    _hash_all(buffer, offsets, hashes)
    return hashes


def hash_words(texts: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Row and hash of the terms that posts with these lower-case texts would have."""
    starts, hashes, _, _ = tokenise(*utf8(texts))
    return np.repeat(np.arange(len(texts)), np.diff(starts)), hashes


@compiled
def _hash_all(buffer: NDArray[np.uint8], offsets: NDArray[np.int64], hashes: NDArray[np.uint64]) -> None:
    for i in range(len(hashes)):
        hashes[i] = _hash_range(buffer, offsets[i], offsets[i + 1])


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
def _pair_share(one: int, other: int) -> float:
    """How much of a word two neighbouring CJK characters are."""
    if min(one, other) < 0x30A0:
        return _GRAMMAR
    return _KANA if max(one, other) < 0x3100 else _PAIR


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
    previous = word  # where the preceding CJK character of this run begins, if there is one
    before = 0  # which it is
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
            previous = start - 1
            i += step
            continue
        if word >= start and i - word > 1:
            hashes[count] = _hash_range(buffer, word, _stem(buffer, word, i))
            shares[count] = _WORD if letters else _DIGITS
            count += 1
        word = start - 1
        if _is_cjk(point):
            any_cjk = True
            if previous >= start:
                hashes[count] = _hash_range(buffer, previous, i + step)
                shares[count] = _pair_share(before, point)
                count += 1
            previous = i
            before = point
        else:
            previous = start - 1
        i += step
    return count, any_cjk


@compiled
def _sort(hashes: NDArray[np.uint64], shares: NDArray[np.float32], count: int) -> None:
    """Sort the first ``count`` by hash, by Shell: texts have few terms."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, count):
            value, share = hashes[i], shares[i]
            at = i
            while at >= gap and hashes[at - gap] > value:
                hashes[at] = hashes[at - gap]
                shares[at] = shares[at - gap]
                at -= gap
            hashes[at] = value
            shares[at] = share
        gap //= 3


def tokenise(
    buffer: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float32], NDArray[np.float32]]:
    """Distinct terms of texts, ascending within each.

    Returns:
        (texts + 1,) where the terms of each text begin; and of each term its
        hash, damped count, and share of a word as evidence.
    """
    room = int((np.minimum(np.diff(offsets), LONGEST_BYTES) // 2 + 1).sum())
    starts = np.zeros(len(offsets), np.int64)
    terms, counts, shares = np.empty(room, np.uint64), np.empty(room, np.float32), np.empty(room, np.float32)
    scratch, kinds = np.empty(LONGEST_BYTES + 1, np.uint64), np.empty(LONGEST_BYTES + 1, np.float32)
    _tokenise(buffer, offsets, starts, terms, counts, shares, scratch, kinds)
    filled = starts[-1]
    return starts, terms[:filled].copy(), counts[:filled].copy(), shares[:filled].copy()


@compiled
def _tokenise(  # noqa: PLR0917 - numba takes no keyword-only arguments
    buffer: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    starts: NDArray[np.int64],
    terms: NDArray[np.uint64],
    counts: NDArray[np.float32],
    shares: NDArray[np.float32],
    scratch: NDArray[np.uint64],
    kinds: NDArray[np.float32],
) -> None:
    filled = 0
    for d in range(len(offsets) - 1):
        end = min(offsets[d + 1], offsets[d] + LONGEST_BYTES)
        count, any_cjk = _terms_of(buffer, offsets[d], end, scratch, kinds)
        _sort(scratch, kinds, count)
        j = 0
        while j < count:
            k = j
            while k < count and scratch[k] == scratch[j]:
                k += 1
            terms[filled] = scratch[j]
            counts[filled] = 1.0 + np.log(k - j)
            shares[filled] = kinds[j]
            if any_cjk and kinds[j] == _WORD:
                counts[filled] *= _LATIN_IN_CJK
            filled += 1
            j = k
        starts[d + 1] = filled
