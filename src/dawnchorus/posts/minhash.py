"""Texts that share most of their words: MinHash bands find the pairs, true overlap decides.

Broder, "On the resemblance and containment of documents", SEQUENCES 1997. A text is the set of
its words, hashed; where words have no spaces between them, of its pairs of characters.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

import numba as nb
import numpy as np
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., object])

HASHES = 32
BAND = 4
BANDS = HASHES // BAND
_AT_ONCE = 65_536  # texts, by one thread
_LOOKS = 5  # texts of a bucket that one is held against
# Titles of one event share most of their few words ("X at the premiere: songs", "… : reviews"), so fewer
# may differ. Seen on Weibo's hot titles.
_SHORT = 9  # terms
_SHORT_ALIKE = 0.75
_LONGEST = 16_384  # bytes looked at: the rest of a longer text changes nothing about what it copies

_SEEDS = np.random.default_rng(1997).integers(1, 2**63, HASHES, dtype=np.uint64)
_BAND_SEEDS = np.random.default_rng(2026).integers(1, 2**63, BAND, dtype=np.uint64) | np.uint64(1)


def _compiled(function: F) -> F:
    """Compile with numba, once per machine; the kernel releases the GIL.

    Kernels fill arrays that they are given and sort by themselves: what numba
    makes of numpy's functions takes seconds to compile.
    """
    return cast(F, nb.njit(cache=True, nogil=True, error_model="numpy")(function))


def term_sets(
    utf8: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Distinct hashed terms of each text.

    Args:
        utf8: Texts, folded to lower case, one after the other.
        offsets: (texts + 1,) where each starts in ``utf8``.

    Returns:
        ``starts`` (texts + 1,) and ``terms``, sorted within a text. The lowest bit of a term
        says that it holds a digit.
    """
    starts = np.zeros(len(offsets), np.int64)
    terms = np.empty(len(utf8) + 1, np.uint32)
    size = _term_sets(utf8, offsets, starts, terms)
    return starts, terms[:size].copy()


@_compiled
def _term_sets(
    utf8: NDArray[np.uint8], offsets: NDArray[np.int64], starts: NDArray[np.int64], terms: NDArray[np.uint32]
) -> int:
    size = int(starts[0])  # no literal, or _terms compiles twice
    for text in range(len(offsets) - 1):
        first = size
        end = offsets[text + 1]
        if end - offsets[text] > _LONGEST:
            end = offsets[text] + _LONGEST
        after = _terms(utf8, offsets[text], end, terms, size)
        _sort(terms, first, after)
        for i in range(first, after):
            if i == first or terms[i] != terms[size - 1]:
                terms[size] = terms[i]
                size += 1
        starts[text + 1] = size
    return size


@_compiled
def _sort(values: NDArray[np.uint32], first: int, after: int) -> None:
    """Sort ``values[first:after]``, by Shell: texts have few terms."""
    gap = 1
    while gap < (after - first) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(first + gap, after):
            value = values[i]
            at = i
            while at >= first + gap and values[at - gap] > value:
                values[at] = values[at - gap]
                at -= gap
            values[at] = value
        gap //= 3


@_compiled
def _terms(utf8: NDArray[np.uint8], start: int, end: int, terms: NDArray[np.uint32], size: int) -> int:
    word = np.uint32(2166136261)  # FNV-1a
    letters = 0
    digits = 0
    before = 0  # the character before, if it was unspaced
    i = start
    while i < end:
        byte = int(utf8[i])
        length = 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
        if i + length > end:
            break
        code = byte
        if length > 1:
            code = byte & (0xFF >> (length + 1))
            for j in range(i + 1, i + length):
                code = (code << 6) | (int(utf8[j]) & 0x3F)
        if _is_word(code):
            for j in range(i, i + length):
                word = np.uint32((word ^ np.uint32(utf8[j])) * np.uint32(16777619))
            digits |= int(48 <= code <= 57)
            letters += 1
            before = 0
        else:
            if letters > 1 or digits:
                terms[size] = _term(word, digits)
                size += 1
            word, letters, digits = np.uint32(2166136261), 0, 0
            unspaced = _is_unspaced(code)
            if unspaced and before:
                pair = np.uint32(before * 2654435761) ^ np.uint32(code * 40503)
                terms[size] = _term(np.uint32(pair * np.uint32(16777619)), 0)
                size += 1
            before = code if unspaced else 0
        i += length
    if letters > 1 or digits:
        terms[size] = _term(word, digits)
        size += 1
    return size


@_compiled
def _term(hashed: np.uint32, digits: int) -> np.uint32:
    mixed = np.uint32(hashed ^ (hashed >> np.uint32(15)))
    return np.uint32((mixed & np.uint32(0xFFFFFFFE)) | np.uint32(digits))


@_compiled
def _is_word(code: int) -> bool:
    return (
        97 <= code <= 122
        or 48 <= code <= 57
        or code in (0x24, 0x25, 0x5F)  # $ % _
        or (0xC0 <= code <= 0x1FFF and not 0x0E00 <= code <= 0x0EFF and not 0x1000 <= code <= 0x10FF)
    )


@_compiled
def _is_unspaced(code: int) -> bool:
    return (
        0x3040 <= code <= 0x30FF
        or 0x3400 <= code <= 0x9FFF
        or 0xAC00 <= code <= 0xD7AF
        or 0x20000 <= code <= 0x3FFFF
        or 0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x10FF
    )


def sets_of(
    rows: NDArray[np.int64], starts: NDArray[np.int64], terms: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The sets of some texts, as :func:`term_sets` gives those of all."""
    begins = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(starts[rows + 1] - starts[rows], out=begins[1:])
    chosen = np.empty(begins[-1], np.uint32)
    _choose(rows, starts, terms, chosen)
    return begins, chosen


@_compiled
def _choose(
    rows: NDArray[np.int64], starts: NDArray[np.int64], terms: NDArray[np.uint32], chosen: NDArray[np.uint32]
) -> None:
    filled = 0
    for i in range(len(rows)):
        for j in range(starts[rows[i]], starts[rows[i] + 1]):
            chosen[filled] = terms[j]
            filled += 1


@_compiled
def _signatures(
    starts: NDArray[np.int64], terms: NDArray[np.uint32], seeds: NDArray[np.uint64], least: NDArray[np.uint32]
) -> None:
    """Lower ``least``, (texts, seeds), to the least hash of any term by each seed."""
    for text in range(len(starts) - 1):
        for i in range(starts[text], starts[text + 1]):
            term = np.uint64(terms[i]) * np.uint64(0x9E3779B97F4A7C15)
            for h in range(len(seeds)):
                value = np.uint32(((term ^ seeds[h]) * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(32))
                least[text, h] = min(least[text, h], value)


@_compiled
def _root(parent: NDArray[np.int64], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@_compiled
def _overlap(starts: NDArray[np.int64], terms: NDArray[np.uint32], a: int, b: int) -> float:
    """Jaccard similarity of two term sets; 0 where each has a number that the other lacks."""
    i, j = starts[a], starts[b]
    end_a, end_b = starts[a + 1], starts[b + 1]
    common = 0
    own_numbers_a, own_numbers_b = 0, 0
    while i < end_a or j < end_b:
        if j == end_b or (i < end_a and terms[i] < terms[j]):
            own_numbers_a += terms[i] & np.uint32(1)
            i += 1
        elif i == end_a or terms[j] < terms[i]:
            own_numbers_b += terms[j] & np.uint32(1)
            j += 1
        else:
            common += 1
            i += 1
            j += 1
    if own_numbers_a and own_numbers_b:
        return 0.0
    union = (end_a - starts[a]) + (end_b - starts[b]) - common
    return common / union if union else 0.0


@_compiled
def _join_buckets(  # noqa: PLR0917
    keys: NDArray[np.uint64],
    order: NDArray[np.int64],
    starts: NDArray[np.int64],
    terms: NDArray[np.uint32],
    parent: NDArray[np.int64],
    alike: float,
    same_origin: float,
) -> None:
    """Join texts with the same key that overlap.

    Each is held against the first of its bucket and the few before it. ``parent`` is changed in
    place; roots are the earliest.
    """
    first = 0
    for here in range(len(order)):
        if keys[order[here]] != keys[order[first]]:
            first = here
        for there in range(max(first, here - _LOOKS), here):
            near = order[first] if there == here - _LOOKS else order[there]
            a, b = _root(parent, near), _root(parent, order[here])
            sizes = starts[near + 1] - starts[near], starts[order[here] + 1] - starts[order[here]]
            least = alike if min(sizes) >= _SHORT else max(alike, _SHORT_ALIKE)
            if (
                a != b
                and _overlap(starts, terms, near, order[here]) >= least
                and _overlap(starts, terms, a, b) >= same_origin
            ):
                parent[max(a, b)] = min(a, b)


@_compiled
def _flatten(parent: NDArray[np.int64]) -> None:
    for i in range(len(parent)):
        parent[i] = _root(parent, i)


def near_duplicates(
    starts: NDArray[np.int64], terms: NDArray[np.uint32], *, alike: float, same_origin: float
) -> NDArray[np.int64]:
    """The earliest text that each text is a near copy of, itself if there is none.

    Args:
        starts: See :func:`term_sets`; texts are in order of time.
        terms: See :func:`term_sets`.
        alike: Jaccard similarity from which two texts are joined.
        same_origin: And the least between the earliest texts of the two groups they are in, so
            that a chain of small changes does not join what has nothing in common.

    Returns:
        (texts,) numbers of texts.
    """
    parent = np.arange(len(starts) - 1, dtype=np.int64)
    with ThreadPoolExecutor(_threads()) as pool:
        for keys, order in pool.map(_sorted, band_keys(starts, terms)):
            _join_buckets(keys, order, starts, terms, parent, alike, same_origin)
    _flatten(parent)
    return parent


def band_keys(starts: NDArray[np.int64], terms: NDArray[np.uint32]) -> Iterator[NDArray[np.uint64]]:
    """A key of each text, band by band: texts without a key in common are no near copies."""
    signatures = np.full((len(starts) - 1, HASHES), 0xFFFFFFFF, np.uint32)

    def sign(first: int) -> None:
        own = starts[first : first + _AT_ONCE + 1]
        _signatures(own, terms, _SEEDS, signatures[first : first + _AT_ONCE])

    with ThreadPoolExecutor(_threads()) as pool:
        list(pool.map(sign, range(0, len(signatures), _AT_ONCE)))
    for band in range(0, HASHES, BAND):
        yield (signatures[:, band : band + BAND].astype(np.uint64) * _BAND_SEEDS).sum(axis=1, dtype=np.uint64)


def _sorted(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Keys, and the texts in their order."""
    return keys, np.argsort(keys, kind="stable")


def _threads() -> int:
    return os.cpu_count() or 1


def components(count: int, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lowest number in the connected component of each of ``count`` nodes, over edges a-b."""
    parent = np.arange(count)
    _join(parent, a, b)
    _flatten(parent)
    return parent


@_compiled
def _join(parent: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
    for i in range(len(a)):
        x, y = _root(parent, a[i]), _root(parent, b[i])
        parent[max(x, y)] = min(x, y)
