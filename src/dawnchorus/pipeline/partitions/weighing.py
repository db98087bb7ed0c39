"""Slices of posts to rows of weighted terms: names in one spelling, counts of all slices, weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.stories.bridges import find_marks
from dawnchorus.stories.cluster import POSTINGS, said
from dawnchorus.stories.communities import Joining
from dawnchorus.stories.compiled import compiled
from dawnchorus.stories.evidence import Evidence, evidence_of
from dawnchorus.stories.features import features
from dawnchorus.stories.neighbours import Spans
from dawnchorus.stories.sounds import heard_as, katakana_words, latin_names, written_plain
from dawnchorus.stories.terms import (
    SliceTerms,
    TermCounts,
    Weights,
    count_terms,
    merge_counts,
    slice_terms,
    weigh_slice,
    weigh_terms,
)
from dawnchorus.stories.tokens import hash_strings

Floats = NDArray[np.float32]

_OF_WORDS = ("hashes", "share", "strong")
_COUNTED = ("hashes", "frequency", "share", "strong")
_WEIGHED = ("hashes", "frequency", "idf", "share", "factor")


def find_words(shelf: Shelf, s: int) -> None:
    """Katakana words and Latin names of a slice."""
    texts = shelf.read(f"originals/{s}", ["clean_text"]).to_series()
    shelf.write(f"kana/{s}", {"word": katakana_words(texts)})
    shelf.write(f"latin/{s}", {"word": latin_names(texts)})


def hear(shelf: Shelf, slices: int) -> dict[str, str]:
    """Katakana words to the names that they sound like, of all slices."""
    kana = _words(shelf, "kana", slices)
    return heard_as(kana, _words(shelf, "latin", slices)) if kana else {}


def _words(shelf: Shelf, kind: str, slices: int) -> list[str]:
    words: set[str] = set()
    for s in range(slices):
        words.update(shelf.read(f"{kind}/{s}")["word"])
    return sorted(words)


def find_plain(shelf: Shelf, names: Collection[str], s: int) -> set[str]:
    """Names that posts of the slice write without a capital."""
    return written_plain(shelf.read(f"originals/{s}", ["clean_text"]).to_series(), names)


def count_slice(shelf: Shelf, table: Mapping[str, str], s: int) -> None:
    """The terms of a slice by themselves, and in how many of its posts each is."""
    posts = shelf.read(f"originals/{s}")
    part = slice_terms(said(posts, table), features(posts))
    shelf.write(f"terms/{s}/rows", {"size": np.diff(part.starts)})
    shelf.write(f"terms/{s}/entries", {"column": part.columns, "amount": part.amounts})
    shelf.write(f"terms/{s}/words", {name: getattr(part, name) for name in _OF_WORDS})
    _write_counts(shelf, f"counts/{s}", count_terms(part))


def merge(shelf: Shelf, names: tuple[str, tuple[str, ...]]) -> None:
    """Counts that are the sum of others: the name to write, and those to read."""
    into, parts = names
    _write_counts(shelf, into, merge_counts(_counts(shelf, name) for name in parts))


def settle_weights(shelf: Shelf, given: tuple[str, int]) -> int:
    """What terms weigh by the counts of that name, in so many posts; how many terms there are."""
    name, size = given
    found = weigh_terms(_counts(shelf, name), size=size)
    shelf.write("weights", {column: getattr(found, column) for column in _WEIGHED})
    return len(found.hashes)


def weigh(
    shelf: Shelf, table: Mapping[str, str], known: Collection[str], given: tuple[int, int, int]
) -> None:
    """Weighed rows of a slice, what later slices need of it to find neighbours, and its marks.

    ``given`` is the slice, the number of its first row and the number of all posts.
    """
    s, first, size = given
    weights = read_weights(shelf, size)
    words = shelf.read(f"terms/{s}/words")
    starts = np.zeros(shelf.read(f"terms/{s}/rows").height + 1, np.int64)
    np.cumsum(shelf.column(f"terms/{s}/rows", "size"), out=starts[1:])
    part = SliceTerms(
        starts,
        shelf.column(f"terms/{s}/entries", "column"),
        shelf.column(f"terms/{s}/entries", "amount"),
        *(words[name].to_numpy(writable=True) for name in _OF_WORDS),
    )
    terms = weigh_slice(part, weights)
    del part
    posts = shelf.read(f"originals/{s}")
    spans = Spans(*(posts[name].to_numpy(writable=True) for name in ("start", "end")))
    shelf.write_matrix(f"matrix/{s}", terms.matrix, start=spans.start, end=spans.end)
    latest = latest_entries(terms.matrix, spans.end, none_seen(len(weights.hashes)))
    held = np.nonzero(np.diff(latest.indptr))[0]
    shelf.write_matrix(
        f"latest/{s}", latest[held], row=held + first, start=spans.start[held], end=spans.end[held],
        length=np.diff(terms.matrix.indptr)[held].astype(np.int32),
    )  # fmt: skip
    texts = said(posts, table)
    rows = pl.int_range(first, first + len(posts), dtype=pl.Int64, eager=True)
    shelf.write(
        f"texts_said/{s}", {"text": pl.Series(hash_strings(texts)), "row": rows, "end": pl.Series(spans.end)}
    )
    marks = find_marks(posts, texts, features(posts), weights.hashes, known=known)
    shelf.write(f"marks/{s}", {"row": marks.row, "column": marks.column, "alone": marks.alone})
    shelf.write(f"scripts/{s}", {"script": marks.script})


def read_weights(shelf: Shelf, size: int) -> Weights:
    """What terms weigh in ``size`` posts."""
    found = shelf.read("weights")
    return Weights(size, *(found[column].to_numpy(writable=True) for column in _WEIGHED))


@dataclass(frozen=True, slots=True)
class Grounds:
    """What sharing a term says for two posts being near for a reason, and what that is reckoned from."""

    frequency: NDArray[np.int64]
    share: Floats
    evidence: Evidence

    @classmethod
    def of(cls, shelf: Shelf, size: int, how: Joining) -> Grounds:
        """In ``size`` posts."""
        found = shelf.read("weights", ["frequency", "share"])
        frequency, share = (found[name].to_numpy(writable=True) for name in ("frequency", "share"))
        return cls(frequency, share, evidence_of(frequency, share, size=size, how=how))


def _write_counts(shelf: Shelf, name: str, counts: TermCounts) -> None:
    shelf.write(name, {column: getattr(counts, column) for column in _COUNTED})


def _counts(shelf: Shelf, name: str) -> TermCounts:
    found = shelf.read(name)
    return TermCounts(*(found[column].to_numpy(writable=True) for column in _COUNTED))


Seen = tuple[NDArray[np.int32], NDArray[np.float64]]


def none_seen(width: int) -> Seen:
    """What :func:`latest_entries` has seen of so many terms before it looks at the last rows."""
    return np.zeros(width, np.int32), np.full(width, np.inf)


def latest_entries(matrix: Any, end: NDArray[np.float64], seen: Seen) -> Any:
    """``matrix`` without entries that no row after it will read, since as many later ones are read first.

    ``seen`` is of the rows after these, and then of these too.
    """
    sizes = np.diff(matrix.indptr).astype(np.int64)
    kept = _latest(matrix.indptr.astype(np.int64), matrix.indices, end, POSTINGS, *seen, sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return sparse.csr_matrix((matrix.data[kept], matrix.indices[kept], starts), shape=matrix.shape)


@compiled
def _latest(  # noqa: PLR0917 - numba takes no keyword-only arguments
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    end: NDArray[np.float64],
    most: int,
    count: NDArray[np.int32],
    least: NDArray[np.float64],
    sizes: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Entries but those of a term after which ``most`` others come that end no sooner.

    ``count`` is how many of a term were kept, ``least`` when the first of the last ``most`` ends: where
    they end in no order some more than need be are kept. ``sizes`` are of rows.
    """
    kept = np.ones(len(indices), np.bool_)
    for d in range(len(indptr) - 2, -1, -1):
        for j in range(indptr[d], indptr[d + 1]):
            term = indices[j]
            if count[term] < most:
                count[term] += 1
                least[term] = min(least[term], end[d])
            elif least[term] >= end[d]:
                kept[j] = False
                sizes[d] -= 1
    return kept
