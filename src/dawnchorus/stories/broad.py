"""Threads: broad events that hold several stories, by a second and coarser cut of the graph of neighbours.

A flood of a week is told in hundreds of stories. Cut coarsely the same graph
holds it together, but cut coarsely an ordinary day melts into a few heaps of
anything. What tells the two apart is a name: two posts of a real broad event,
taken at random, often share one of a few words that hardly anybody uses
elsewhere ("Ottawa", "#bigwet"); two posts of a heap do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dawnchorus.stories.stopwords import COMMON_WORDS, STOP_WORDS
from dawnchorus.stories.terms import Terms
from dawnchorus.stories.tokens import hash_strings, hash_words

Labels = NDArray[np.int64]

EDGE = 0.15  # cosine of two posts
LEAST_STORIES = 2  # of several posts; with fewer there is nothing to hold together
_NEAREST = 0.7  # share of what the nearest of all has, to join it: rounds of strict pairs would be hundreds
_NAMES = 3  # words that make the name of a thread
# Share of pairs of posts that share the name, summed over its words: 0.3 and more in all 18 events of PHEME
# and CrisisLexT26, below 0.1 in heaps of 30 posts and more; chance makes up for more in smaller ones.
_NAMED, _CHANCE = 0.2, 6.0
_KNOWN = 0.1  # share of a thread's posts that a word of its name has at least
_OWN = 0.5  # share of a word's posts that are in the thread
_TOLD = 0.4  # share of a thread's posts that are in its stories
_LEAST_POSTS = 3  # that hold a word of a name
# A thread is not one if large parts, of a tenth of it and more, and together more than a fifth, speak of its
# name less than a third as often as the whole.
_LARGE, _SILENT, _SPOKEN = 0.1, 0.2, 0.33


def broad_threads(
    terms: Terms, neighbours: NDArray[np.int32], cosines: NDArray[np.float32], labels: Labels
) -> Labels:
    """The thread of each post: the number of its first story, -1 where there is none.

    Stories stay whole. A post on its own can be in a thread.

    Args:
        terms: Of the posts, earliest first.
        neighbours: (posts, k) row numbers, -1 for none.
        cosines: Of the neighbours.
        labels: Story of each post, from 0 in order of first post.
    """
    none = np.full(len(labels), -1, np.int64)
    sizes = np.bincount(labels) if len(labels) else np.zeros(0, np.int64)
    if (sizes > 1).sum() < LEAST_STORIES:
        return none
    row, slot = np.nonzero((neighbours >= 0) & (cosines >= EDGE))
    graph = between_stories(labels[row], labels[neighbours[row, slot]], cosines[row, slot], len(sizes))
    used = np.bincount(terms.matrix.indices, minlength=len(terms.hashes))
    columns = nameable(used, terms.hashes)
    words = Words.of(terms.matrix, labels, len(sizes), columns=columns, used=used, share=terms.share)
    thread = choose_threads(graph, words, sizes)
    if thread.max() < 0:
        return none
    alone = np.nonzero((sizes == 1) & (thread < 0))[0]
    first, name = names_of(thread, words, sizes)
    place = take_in(words.held[alone], name)
    thread[alone] = np.where(place >= 0, first[place], -1)
    return first_stories(thread)[labels]


def first_stories(thread: Labels) -> Labels:
    """Threads of stories, any number for each and -1 for none, numbered after the first story of each."""
    _, first, inverse = np.unique(thread, return_index=True, return_inverse=True)
    return np.where(thread >= 0, first[inverse], -1)


def nameable(used: NDArray[np.int64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Places of the terms that can be part of a name; ``used`` is the number of posts of each."""
    return np.nonzero((used >= _LEAST_POSTS) & ~np.isin(hashes, _nameless()))[0]


def between_stories(one: Labels, other: Labels, cosine: NDArray[np.float32], size: int) -> Any:
    """(stories, stories) symmetric: cosines of neighbouring posts, summed; on the diagonal those inside.

    Sums of float32 in float64 are exact, so the order of edges does not matter.

    Args:
        one: Story of a post.
        other: Story of its neighbour.
        cosine: Of the two posts, EDGE and above.
        size: Number of stories.
    """
    half = sparse.csr_matrix((cosine.astype(np.float64), (one, other)), shape=(size, size))
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    return graph


@dataclass(frozen=True, slots=True)
class Words:
    """What can be a name: ``held`` (stories, words) CSR, posts that hold each; ``posts`` of each word."""

    held: Any
    posts: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        matrix: Any,
        labels: Labels,
        size: int,
        *,
        columns: NDArray[np.int64],
        used: NDArray[np.int64],
        share: NDArray[np.float32],
    ) -> Words:
        """Words at ``columns`` that posts of each of ``size`` stories hold; ``matrix`` is (posts, terms)."""
        return cls(
            held_words(matrix, labels, size, columns=columns),
            used[columns].astype(np.int64),
            np.minimum(share[columns], 1.0).astype(np.float64),
        )


def held_words(matrix: Any, labels: Labels, size: int, *, columns: NDArray[np.int64]) -> Any:
    """(size, columns) CSR, posts with each label that hold each word."""
    column = np.full(matrix.shape[1], -1, np.int64)
    column[columns] = np.arange(len(columns))
    here = column[matrix.indices] >= 0
    label = np.repeat(labels, np.diff(matrix.indptr))[here]
    held = sparse.csr_matrix(
        (np.ones(len(label), np.int64), (label, column[matrix.indices[here]])), shape=(size, len(columns))
    )
    held.sort_indices()
    return held


@cache
def _nameless() -> NDArray[np.uint64]:
    """Hashes of words that name nothing: everyday words, function words of many languages, years."""
    function = files("dawnchorus.stories").joinpath("function_words.txt").read_text(encoding="utf-8").split()
    words = sorted({*STOP_WORDS, *COMMON_WORDS, *function})
    years = [str(year) for year in range(1900, 2101)]
    return np.unique(
        np.concatenate(
            [
                hash_words(pl.Series([*words, *years]))[1],
                hash_strings(pl.Series([f"number:{year}" for year in years])),
            ]
        )
    )


@dataclass(frozen=True, slots=True)
class _Level:
    """A coarser cut: ``into`` numbers the part that each part of the level before is in."""

    into: Labels
    posts: NDArray[np.int64]
    told: NDArray[np.int64]  # posts in stories
    named: NDArray[np.float64]
    held: Any  # as ``Words.held``
    names: Any  # (parts, words) CSR of ones


def _levels(graph: Any, words: Words, sizes: NDArray[np.int64]) -> Iterator[_Level]:
    """Ever coarser cuts: in rounds, parts join that are each other's nearest.

    Near is modularity's pairing, the weight between two parts by what their
    weights would have by chance: of all ways to join, mutual nearest in rounds
    give the same tree (Bonald, Charpentier, Galland & Hollocou, "Hierarchical
    graph clustering using node pair sampling", MLG 2018). No seed, and no part
    depends on what is not connected to it.
    """
    weight = np.asarray(graph.sum(axis=1), np.float64).ravel()
    held, posts, told = words.held, sizes, np.where(sizes > 1, sizes, 0)
    while graph.nnz:
        row = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
        near = np.where(row == graph.indices, 0.0, graph.data / (weight[row] * weight[graph.indices]))
        held_by = np.nonzero(np.diff(graph.indptr))[0]
        most = np.zeros(graph.shape[0])
        most[held_by] = np.maximum.reduceat(near, graph.indptr[held_by])
        place = np.nonzero((near == most[row]) & (near > 0))[0]
        place = place[np.unique(row[place], return_index=True)[1]]
        one, other = row[place], graph.indices[place]
        near_enough = most[one] >= _NEAREST * most[other]
        one, other = one[near_enough], other[near_enough]
        if len(one) == 0:
            return
        joined = sparse.coo_matrix((np.ones(len(one)), (one, other)), shape=graph.shape)
        into = connected_components(joined, directed=False)[1].astype(np.int64)
        member = sparse.csr_matrix((np.ones(len(into), np.int64), (into, np.arange(len(into)))))
        graph, held = (member @ graph @ member.T).tocsr(), (member @ held).tocsr()
        graph.sort_indices()
        posts, told, weight = member @ posts, member @ told, member @ weight
        named, part, word = _named(held, posts, words)
        names = sparse.csr_matrix((np.ones(len(part)), (part, word)), shape=held.shape)
        yield _Level(into, posts, told, named, held, names)


def _named(
    held: Any, posts: NDArray[np.int64], words: Words
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """How well a name holds each part together; and part and word of each word of a name."""
    part = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    holding, size, word = held.data, posts[part], held.indices
    fit = (holding >= np.maximum(_LEAST_POSTS, _KNOWN * size)) & (holding > _OWN * words.posts[word])
    part, holding, size, word = part[fit], holding[fit], size[fit], word[fit]
    pairs = holding * (holding - 1) / (size * (size - 1)) * words.share[word]
    order = np.lexsort((word, -pairs, part))
    part, word, pairs = part[order], word[order], pairs[order]
    strongest = np.arange(len(part)) - np.searchsorted(part, part) < _NAMES
    part, word = part[strongest].astype(np.int64), word[strongest].astype(np.int64)
    named = np.bincount(part, weights=pairs[strongest], minlength=held.shape[0])
    return named.astype(np.float64), part, word


def choose_threads(graph: Any, words: Words, sizes: NDArray[np.int64]) -> Labels:
    """The thread of each story, named after its first story, -1 where there is none.

    Components of ``graph`` may be looked at apart; ``words.posts`` counts those of all.
    """
    levels = list(_levels(graph, words, sizes))
    return first_stories(_choose(levels, len(sizes)) if levels else np.full(len(sizes), -1, np.int64))


def names_of(thread: Labels, words: Words, sizes: NDArray[np.int64]) -> tuple[Labels, Any]:
    """The first story of each thread, and (words, threads) CSR of the shares of the words of its name."""
    inside = np.nonzero(thread >= 0)[0]
    first, place = np.unique(thread[inside], return_inverse=True)
    member = sparse.csr_matrix(
        (np.ones(len(inside), np.int64), (place, inside)), shape=(len(first), len(thread))
    )
    _, part, word = _named((member @ words.held).tocsr(), member @ sizes, words)
    name = sparse.csr_matrix((words.share[word], (word, part)), shape=(words.held.shape[1], len(first)))
    return first, name


def take_in(held: Any, name: Any) -> Labels:
    """The thread whose name each post on its own holds, -1 for none.

    Args:
        held: (posts, words) CSR.
        name: (words, threads) CSR, see :func:`names_of`.
    """
    if not held.shape[0]:
        return np.zeros(0, np.int64)
    spoken = (held @ name).tocsr()
    spoken.sort_indices()
    most = spoken.max(axis=1).toarray().ravel()
    return np.where(most > 0, np.asarray(spoken.argmax(axis=1)).ravel(), -1).astype(np.int64)


def _choose(levels: Sequence[_Level], stories: int) -> Labels:
    """Number of the thread of each story, the coarsest that is one; -1 where there is none."""
    thread = np.full(len(levels[-1].posts), -1, np.int64)
    count = 0
    for at in range(len(levels) - 1, -1, -1):
        level = levels[at]
        fit = (thread < 0) & (np.bincount(level.into, minlength=len(level.posts)) > 1)
        fit &= (level.named >= _NAMED + _CHANCE / level.posts) & (level.told >= _TOLD * level.posts)
        fit &= ~_of_several(levels, at, fit)
        thread[fit] = count + np.arange(int(fit.sum()))
        count += int(fit.sum())
        thread = thread[level.into]
    return thread if len(thread) == stories else np.full(stories, -1, np.int64)


def _of_several(levels: Sequence[_Level], at: int, asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Parts of a level that fall into large ones of which some hardly speak of the name of the whole."""
    whole = levels[at]
    several = np.zeros(len(whole.posts), np.bool_)
    if not asked.any():
        return several
    often = np.asarray(whole.held.multiply(whole.names).sum(axis=1)).ravel() / whole.posts
    above = np.arange(len(whole.posts))
    for below in range(at, 0, -1):
        above = above[levels[below].into]
        part = levels[below - 1]
        large = np.nonzero(asked[above] & (part.posts >= _LARGE * whole.posts[above]))[0]
        over = above[large]
        spoken = np.asarray(part.held[large].multiply(whole.names[over]).sum(axis=1)).ravel()
        silent = spoken < _SPOKEN * often[over] * part.posts[large]
        posts = np.bincount(over, weights=np.where(silent, part.posts[large], 0), minlength=len(several))
        several |= posts > _SILENT * whole.posts
    return several
