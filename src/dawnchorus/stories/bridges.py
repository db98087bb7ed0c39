"""Edges between posts of different languages, which share no words but names and numbers.

Two posts of one language that tell one event share more than a name; of two
languages a name is all they can share, so less evidence is asked for, but of
strong terms only. Links, unknown names, handles and tickers will do alone; of
names that everybody knows, of tags and of numbers it takes two.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.stories.neighbours import Spans
from dawnchorus.stories.terms import Terms
from dawnchorus.stories.tokens import hash_strings, hash_words

# Evidence that is asked for, in shares of what a word of one post in all would be. One name is enough if no
# more than about the third root of all posts hold it: 7 of 600, 60 of a million.
_ENOUGH = 0.7
_MOST_HOLDERS = 100  # posts of a term; bounds the pairs of one to 5,000
# They bound the memory of a large day.
_PAIRS_AT_ONCE, _FEATURES_AT_ONCE, _POSTS_AT_ONCE = 100_000, 100_000, 65_536
BRIDGES = 4  # edges a post has to earlier ones, beside its neighbours

_ALONE = r"^(?:cash|name|link|post):"
_CJK = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"

Neighbours = tuple[NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Marks:
    """What bridges are built on: ``script`` of each post, and ``row`` and ``column`` of strong terms.

    ``alone`` tells which of them will do without another.
    """

    script: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    alone: NDArray[np.bool_]


def bridges(
    posts: pl.DataFrame,
    texts: pl.Series,
    features: pl.DataFrame,
    terms: Terms,
    spans: Spans,
    *,
    neighbours: Neighbours,
    known: Collection[str],
    evidence: NDArray[np.float32],
    needed: float,
    likeness: float,
    window_seconds: float,
) -> Neighbours:
    """``neighbours`` with further columns: earlier posts of other languages.

    Args:
        posts: Rows of ``terms``, in order of time, with ``clean_text``.
        texts: Of the rows, as they were counted: names in one spelling.
        features: Of the rows.
        terms: Of the rows.
        spans: Of the rows.
        neighbours: (posts, k) rows, -1 for none, and cosines.
        known: Names that are said of many things.
        evidence: (terms,) of sharing a term.
        needed: What one term would say that a single post holds.
        likeness: Cosine that posts of two languages are taken to have at least: their words cannot show it.
        window_seconds: Largest gap between two rows' spans.
    """
    marks = find_marks(posts, texts, features, terms.hashes, known=known)
    return bridge_marked(
        marks, terms.matrix, terms.frequency, spans, neighbours=neighbours, evidence=evidence, needed=needed,
        likeness=likeness, window_seconds=window_seconds,
    )  # fmt: skip


def bridge_marked(
    marks: Marks,
    matrix: Any,
    frequency: NDArray[np.int64],
    spans: Spans,
    *,
    neighbours: Neighbours,
    evidence: NDArray[np.float32],
    needed: float,
    likeness: float,
    window_seconds: float,
    first: int = 0,
) -> Neighbours:
    """As :func:`bridges`, for rows of which the marks are known.

    A slice of posts gets the same bridges alone as within all posts, if the rows
    before it that are within the window are given before its own; ``first`` is
    the row from which bridges to earlier ones are looked for.
    """
    kind, row, column, alone = marks.script, marks.row, marks.column, marks.alone
    rare = (frequency[column] > 1) & (frequency[column] <= _MOST_HOLDERS)
    later, earlier = _pairs(matrix, row[rare], column[rare], np.where(alone[rare], 2, 1), first)
    other = (kind[later] != kind[earlier]) & (spans.start[later] - spans.end[earlier] <= window_seconds)
    later, earlier = later[other], earlier[other]
    near, cosine = neighbours
    grounds, alike = _of_pairs(matrix, evidence, later, earlier)
    enough = grounds >= _ENOUGH * needed
    later, earlier = later[enough], earlier[enough]
    # A neighbour has an edge already, which is made up to what it lacks.
    own = np.where(near[later] == earlier[:, None], cosine[later], 0).max(axis=1)
    alike = (np.maximum(alike[enough], likeness) - own).astype(np.float32)
    order = np.lexsort((-earlier, -alike, later))
    later, earlier, alike = later[order], earlier[order], alike[order]
    place = np.arange(len(later)) - np.searchsorted(later, later)
    best = place < BRIDGES
    more = np.full((len(near), BRIDGES), -1, np.int32)
    more[later[best], place[best]] = earlier[best]
    weight = np.zeros((len(near), BRIDGES), np.float32)
    weight[later[best], place[best]] = alike[best]
    return np.hstack([near, more]), np.hstack([cosine, weight])


def _scripts(texts: pl.Series) -> NDArray[np.int64]:
    """0 for Latin and others, 1 for Chinese, 2 for Japanese, 3 for Korean."""
    kana, hangul = texts.str.contains(r"[\u3040-\u30ff]"), texts.str.contains(r"[\uac00-\ud7af]")
    han = texts.str.contains(_CJK)
    marks = pl.DataFrame({"kana": kana, "hangul": hangul, "han": han}).fill_null(value=False)
    script = pl.when("kana").then(2).when("hangul").then(3).when("han").then(1).otherwise(0)
    return marks.select(script.cast(pl.Int64)).to_series().to_numpy()


def find_marks(
    posts: pl.DataFrame,
    texts: pl.Series,
    features: pl.DataFrame,
    columns: NDArray[np.uint64],
    *,
    known: Collection[str],
) -> Marks:
    """Strong terms of posts: features, and Latin names in posts that are not Latin.

    Args:
        posts: With ``clean_text``.
        texts: Of the rows, as they were counted: names in one spelling.
        features: Of the rows.
        columns: Hashes of terms, ascending.
        known: Names that are said of many things.
    """
    named = pl.DataFrame({"row": np.arange(len(posts)), "text": texts, "written": posts["clean_text"]})
    words = (
        named.lazy()
        .filter(pl.col("text").str.contains(r"[a-z]{2}") & pl.col("written").str.contains(_CJK))
        .select(
            "row",
            # Names have a capital as written, or come from another script and are not there as written.
            word=pl.col("text")
            .str.extract_all(r"[a-z][a-z0-9'-]+")
            .list.set_difference(pl.col("written").str.extract_all(r"\b[a-z][a-z0-9'-]+")),
        )
        .explode("word", empty_as_null=False)
        .drop_nulls()
        .collect()
    )
    at, hashes = hash_words(words["word"])
    unknown = ~np.isin(hashes, hash_words(pl.Series(sorted(known), dtype=pl.String))[1])
    rows = np.concatenate([words["row"].to_numpy()[at], features["row"].to_numpy()])
    # Some at a time: the bytes of all features, one by one, fill hundreds of megabytes.
    strong = [
        hash_strings(features["feature"][first : first + _FEATURES_AT_ONCE])
        for first in range(0, len(features), _FEATURES_AT_ONCE)
    ]
    wanted = np.concatenate([hashes, *strong])
    place = np.minimum(np.searchsorted(columns, wanted), max(len(columns) - 1, 0))
    here = columns[place] == wanted if len(columns) else np.zeros(len(wanted), np.bool_)
    spoken = features.filter(pl.Series(here[len(hashes) :]))
    telling = spoken.select(pl.col("feature").str.contains(_ALONE)).to_series().to_numpy()
    return Marks(
        _scripts(posts["clean_text"]),
        rows[here],
        place[here],
        np.concatenate([unknown[here[: len(hashes)]], telling]),
    )


def _pairs(
    matrix: Any, row: NDArray[np.int64], column: NDArray[np.int64], worth: NDArray[np.int64], first: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a row marked by terms and another that holds as many as are worth two; the later first."""
    size, width = matrix.shape
    columns = np.nonzero(np.bincount(column, minlength=width))[0]
    place = np.searchsorted(columns, column)
    marked = sparse.coo_matrix((worth.astype(np.int32), (row, place)), shape=(size, len(columns))).tocsr()
    marked.data = np.minimum(marked.data, 2)
    held = matrix[:, columns]
    held = sparse.csr_matrix((np.ones(held.nnz, np.int32), held.indices, held.indptr), held.shape)
    # The later of two rows is not before ``first`` if one of them is not.
    halves = [(marked, held[first:], 0, first)]
    if first:
        halves.append((marked[first:], held, first, 0))
    found = [np.zeros(0, np.int64)]
    for left, right, top, side in halves:
        by_term = right.T.tocsr()
        for some in range(0, left.shape[0], _POSTS_AT_ONCE):
            both = (left[some : some + _POSTS_AT_ONCE] @ by_term).tocoo()
            one, other = both.row.astype(np.int64) + top + some, both.col.astype(np.int64) + side
            enough = (both.data >= 2) & (one != other)
            one, other = one[enough], other[enough]
            found.append(np.maximum(one, other) * size + np.minimum(one, other))
    keys = np.sort(np.concatenate(found))
    keys = keys[np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]])]
    return keys // max(size, 1), keys % max(size, 1)


def _of_pairs(
    matrix: Any, evidence: NDArray[np.float32], left: NDArray[np.int64], right: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Evidence that each pair of rows shares, and its cosine."""
    grounds, cosine = np.zeros(len(left)), np.zeros(len(left))
    for first in range(0, len(left), _PAIRS_AT_ONCE):
        some = slice(first, first + _PAIRS_AT_ONCE)
        one, other = matrix[left[some]], matrix[right[some]]
        cosine[some] = np.asarray(one.multiply(other).sum(axis=1)).ravel()
        one.data, other.data = evidence[one.indices], np.ones_like(other.data)
        grounds[some] = np.asarray(one.multiply(other).sum(axis=1)).ravel()
    return grounds, cosine
