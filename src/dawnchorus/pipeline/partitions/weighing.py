"""Slices of posts to rows of weighted terms: names in one spelling, counts of all slices, weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
    latest = latest_entries(terms.matrix, spans.end)
    held = np.nonzero(np.diff(latest.indptr))[0]
    shelf.write_matrix(
        f"latest/{s}", latest[held], row=held + first, start=spans.start[held], end=spans.end[held]
    )
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


def latest_entries(matrix: Any, end: NDArray[np.float64]) -> Any:
    """``matrix`` without entries that no row after it will read, since as many later ones are read first."""
    by_term = matrix.tocsc()
    by_term.sort_indices()
    by_term.data[_outdone(by_term.indptr.astype(np.int64), by_term.indices, end, POSTINGS)] = 0
    by_term.eliminate_zeros()
    found = by_term.tocsr()
    found.sort_indices()
    return found


@compiled
def _outdone(
    columns: NDArray[np.int64], members: NDArray[np.int32], end: NDArray[np.float64], most: int
) -> NDArray[np.bool_]:
    """Entries of a term after which ``most`` others come that end no sooner; rows ascend within a term."""
    out = np.zeros(len(members), np.bool_)
    kept = np.empty(len(members), np.float64)
    for term in range(len(columns) - 1):
        count = 0
        least = np.inf  # end of the first ``most`` that were kept
        for q in range(columns[term + 1] - 1, columns[term] - 1, -1):
            ends = end[members[q]]
            if count >= most:
                longer = most if least >= ends else 0
                k = 0
                while longer < most and k < count:
                    longer += 1 if kept[k] >= ends else 0
                    k += 1
                if longer >= most:
                    out[q] = True
                    continue
            kept[count] = ends
            count += 1
            if count <= most:
                least = min(least, ends)
    return out
