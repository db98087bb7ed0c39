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
from itertools import pairwise
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

_EDGE = 0.15  # cosine of two posts
_NEAREST = 0.7  # share of what the nearest of all has, to join it: rounds of strict pairs would be hundreds
_NAMES = 3  # words that make the name of a thread
# Share of pairs of posts that share the name, summed over its words: 0.3 and more in all 18 events of PHEME
# and CrisisLexT26, below 0.1 in heaps of 30 posts and more; chance makes up for more in smaller ones.
_NAMED, _CHANCE = 0.2, 6.0
_KNOWN = 0.1  # share of a thread's posts that a word of its name has at least
_OWN = 0.5  # share of a word's posts that are in the thread
_SPOKEN = 0.5  # words of the name in a post of what joins a thread afterwards, at least
_TOLD = 0.4  # share of a thread's posts that are in its stories
_LEAST_POSTS = 3  # that hold a word of a name
# A thread is not one if large parts, of a tenth of it and more and together more than a fifth, share its name
# with the rest in less than a tenth of the pairs in which any two of its posts do.
_LARGE, _SILENT, _ACROSS = 0.1, 0.2, 0.1
_WORDS_AT_ONCE = 1_000_000  # words of posts


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
    if (sizes > 1).sum() < 2:
        return none
    levels = list(_levels(_between_stories(neighbours, cosines, labels, len(sizes)), sizes))
    words = _Words.of(terms, labels)
    names = [_well_named(level, found) for level, found in zip(levels, _names(levels, words), strict=True)]
    spoken = np.unique(np.concatenate([name.word for name in names]))
    if len(spoken) == 0:
        return none
    words = words.among(spoken)
    held = words.held(0, len(spoken))
    thread = _choose(levels, names, spoken, held)
    if thread.max() < 0:
        return none
    _take_in(thread, words, held, sizes)
    _, first = np.unique(thread[thread >= 0], return_index=True)
    first = np.nonzero(thread >= 0)[0][first]  # threads are numbered without gaps
    return np.where(thread >= 0, first[thread], -1)[labels]


def _between_stories(
    neighbours: NDArray[np.int32], cosines: NDArray[np.float32], labels: Labels, size: int
) -> Any:
    """(stories, stories) symmetric: cosines of neighbouring posts, summed; on the diagonal those inside."""
    row, slot = np.nonzero((neighbours >= 0) & (cosines >= _EDGE))
    one, other = labels[row], labels[neighbours[row, slot]]
    half = sparse.csr_matrix((cosines[row, slot].astype(np.float64), (one, other)), shape=(size, size))
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    return graph


@dataclass(frozen=True, slots=True)
class _Words:
    """What can be a name: the ``columns`` of the matrix, and of each its ``posts`` and ``share``."""

    matrix: Any
    labels: Labels
    columns: NDArray[np.int64]
    posts: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, terms: Terms, labels: Labels) -> _Words:
        used = np.bincount(terms.matrix.indices, minlength=terms.matrix.shape[1])
        names = np.nonzero((used >= _LEAST_POSTS) & ~np.isin(terms.hashes, _nameless()))[0]
        share = np.minimum(terms.share[names], 1.0).astype(np.float64)
        return cls(terms.matrix, labels, names, used[names].astype(np.int64), share)

    def among(self, places: NDArray[np.int64]) -> _Words:
        """These words alone."""
        return _Words(self.matrix, self.labels, self.columns[places], self.posts[places], self.share[places])

    def held(self, first: int, after: int) -> Any:
        """(stories, words) CSR, how many posts hold each of the words from ``first`` on."""
        place = np.full(self.matrix.shape[1], -1, np.int32)
        place[self.columns[first:after]] = np.arange(after - first)
        word = place[self.matrix.indices]
        here = np.nonzero(word >= 0)[0]
        word = word[here]
        post = np.searchsorted(self.matrix.indptr, here, side="right") - 1
        held = sparse.csr_matrix(
            (np.ones(len(word), np.int32), (self.labels[post], word)),
            shape=(int(self.labels.max()) + 1, after - first),
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

    def can_be_threads(self) -> NDArray[np.bool_]:
        """Parts that are one unless for their name: newly joined, and told in stories."""
        joined = np.bincount(self.into, minlength=len(self.posts)) > 1
        return joined & (self.told >= _TOLD * self.posts)


def _levels(graph: Any, sizes: NDArray[np.int64]) -> Iterator[_Level]:
    """The stories, then ever coarser cuts: in rounds, parts join that are each other's nearest.

    Near is modularity's pairing, the weight between two parts by what their
    weights would have by chance: of all ways to join, mutual nearest in rounds
    give the same tree (Bonald, Charpentier, Galland & Hollocou, "Hierarchical
    graph clustering using node pair sampling", MLG 2018). No seed, and no part
    depends on what is not connected to it.
    """
    weight = np.asarray(graph.sum(axis=1), np.float64).ravel()
    posts, told = sizes, np.where(sizes > 1, sizes, 0)
    yield _Level(np.arange(len(sizes)), posts, told)
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
        graph = (member @ graph @ member.T).tocsr()
        graph.sort_indices()
        posts, told, weight = member @ posts, member @ told, member @ weight
        yield _Level(into, posts, told)


@dataclass(frozen=True, slots=True)
class _Names:
    """How well a name holds each part of a level together; and part and word of each word of a name."""

    named: NDArray[np.float64]
    part: NDArray[np.int64]
    word: NDArray[np.int64]


def _names(levels: Sequence[_Level], words: _Words) -> list[_Names]:
    """The names of the parts of each level that can be threads.

    Some words at a time, each through all levels: the words of a million posts at thirty levels would
    fill gigabytes.
    """
    asked = [level.can_be_threads() for level in levels]
    found: list[list[tuple[NDArray[np.int64], ...]]] = [[] for _ in levels]
    blocks = np.searchsorted(np.cumsum(words.posts), np.arange(0, words.posts.sum(), _WORDS_AT_ONCE))
    for first, after in pairwise([*blocks, len(words.posts)]):
        held = words.held(first, after)
        for level, wanted, fits in zip(levels, asked, found, strict=True):
            if level is not levels[0]:
                held = _joined(level.into, held)
            part = np.repeat(np.arange(held.shape[0], dtype=np.int32), np.diff(held.indptr))
            most = words.posts[first:after].astype(np.int32)[held.indices]
            fit = np.nonzero(wanted[part] & (held.data >= _LEAST_POSTS) & (held.data > _OWN * most))[0]
            fits.append(
                (part[fit].astype(np.int64), held.indices[fit].astype(np.int64) + first, held.data[fit])
            )
            # A part only grows: a word of fewer posts than a name needs there will never be of one.
            held = _where(held, part, most >= (_KNOWN * level.posts)[part])
    return [
        _strongest(*(np.concatenate(some) for some in zip(*fits, strict=True)), level.posts, words)
        for level, fits in zip(levels, found, strict=True)
    ]


def _joined(into: Labels, held: Any) -> Any:
    """(parts, words) of the parts that ``into`` numbers."""
    member = sparse.csr_matrix((np.ones(len(into), np.int32), (into, np.arange(len(into)))))
    return (member @ held).tocsr()


def _where(held: Any, part: NDArray[np.int32], kept: NDArray[np.bool_]) -> Any:
    starts = np.zeros(held.shape[0] + 1, np.int32)
    np.cumsum(np.bincount(part[kept], minlength=held.shape[0]), out=starts[1:])
    return sparse.csr_matrix((held.data[kept], held.indices[kept], starts), held.shape)


def _strongest(
    part: NDArray[np.int64],
    word: NDArray[np.int64],
    holding: NDArray[np.int32],
    posts: NDArray[np.int64],
    words: _Words,
) -> _Names:
    """The words of which so many posts of a part hold each, down to those that make its name."""
    size, holding = posts[part], holding.astype(np.int64)
    fit = (holding >= np.maximum(_LEAST_POSTS, _KNOWN * size)) & (holding > _OWN * words.posts[word])
    part, holding, size, word = part[fit], holding[fit], size[fit], word[fit]
    pairs = holding * (holding - 1) / (size * (size - 1)) * words.share[word]
    order = np.lexsort((word, -pairs, part))
    part, word, pairs = part[order], word[order], pairs[order]
    strongest = np.arange(len(part)) - np.searchsorted(part, part) < _NAMES
    part, word = part[strongest], word[strongest]
    named = np.bincount(part, weights=pairs[strongest], minlength=len(posts))
    return _Names(named.astype(np.float64), part, word)


def _well_named(level: _Level, names: _Names) -> _Names:
    """Those of parts that they hold together well enough."""
    held = names.named >= _NAMED + _CHANCE / level.posts
    kept = held[names.part]
    return _Names(np.where(held, names.named, 0.0), names.part[kept], names.word[kept])


def _choose(
    levels: Sequence[_Level], names: Sequence[_Names], spoken: NDArray[np.int64], held: Any
) -> Labels:
    """Number of the thread of each story, the coarsest that is one; -1 where there is none."""
    holding = [held]
    for level in levels[1:]:
        holding.append(_joined(level.into, holding[-1]))
    thread = np.full(len(levels[-1].posts), -1, np.int64)
    count = 0
    for at in range(len(levels) - 1, -1, -1):
        level = levels[at]
        fit = (thread < 0) & level.can_be_threads() & (names[at].named > 0)
        fit &= ~_of_several(levels, holding, at, fit, names[at], spoken)
        thread[fit] = count + np.arange(int(fit.sum()))
        count += int(fit.sum())
        thread = thread[level.into]
    return thread


def _of_several(
    levels: Sequence[_Level],
    holding: Sequence[Any],
    at: int,
    asked: NDArray[np.bool_],
    names: _Names,
    spoken: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Parts of a level that fall into large ones of which some do not share the name with the rest."""
    whole = levels[at]
    several = np.zeros(len(whole.posts), np.bool_)
    if not asked.any():
        return several
    name = sparse.csr_matrix(
        (np.ones(len(names.part)), (names.part, np.searchsorted(spoken, names.word))), holding[at].shape
    )
    said = holding[at].multiply(name).tocsr()
    pairs = np.asarray(said.multiply(said).sum(axis=1)).ravel() / np.square(whole.posts)
    above = np.arange(len(whole.posts))
    for below in range(at, 0, -1):
        above = above[levels[below].into]
        part = levels[below - 1]
        large = np.nonzero(asked[above] & (part.posts >= _LARGE * whole.posts[above]))[0]
        over = above[large]
        here = holding[below - 1][large].multiply(name[over]).tocsr()
        size, rest = part.posts[large], whole.posts[over] - part.posts[large]
        across = np.asarray(here.multiply(said[over] - here).sum(axis=1)).ravel()
        silent = across < _ACROSS * pairs[over] * size * rest
        posts = np.bincount(over, weights=np.where(silent, part.posts[large], 0), minlength=len(several))
        several |= posts > _SILENT * whole.posts
    return several


def _take_in(thread: Labels, words: _Words, held: Any, sizes: NDArray[np.int64]) -> None:
    """What has no neighbour in a thread joins it if it speaks of its name: every second post or more."""
    inside = np.nonzero(thread >= 0)[0]
    count = int(thread.max()) + 1
    member = sparse.csr_matrix(
        (np.ones(len(inside), np.int32), (thread[inside], inside)), shape=(count, len(thread))
    )
    told = (member @ held).tocoo()
    names = _strongest(
        told.row.astype(np.int64), told.col.astype(np.int64), told.data, member @ sizes, words
    )
    name = sparse.csr_matrix(
        (np.ones(len(names.word)), (names.word, names.part)), shape=(held.shape[1], count)
    )
    rest = np.nonzero(thread < 0)[0]
    spoken = (held[rest] @ name).tocsr()
    spoken.sort_indices()
    joins = spoken.max(axis=1).toarray().ravel() >= _SPOKEN * sizes[rest]
    thread[rest[joins]] = np.asarray(spoken.argmax(axis=1)).ravel()[joins]
