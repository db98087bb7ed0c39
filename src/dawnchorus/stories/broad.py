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

EDGE = 0.15  # cosine of two posts
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
_POSTS_AT_ONCE = 65_536
_WORDS_AT_ONCE = 2_000_000  # of all posts; bounds the memory of a large day


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
    row, slot = np.nonzero((neighbours >= 0) & (cosines >= EDGE))
    return threads_of(terms, (row, neighbours[row, slot], cosines[row, slot]), labels)


def threads_of(
    terms: Terms, edges: tuple[Labels, Labels | NDArray[np.int32], NDArray[np.float32]], labels: Labels
) -> Labels:
    """As :func:`broad_threads`; ``edges`` are rows of two neighbours and their cosine, EDGE and above."""
    none = np.full(len(labels), -1, np.int64)
    sizes = np.bincount(labels) if len(labels) else np.zeros(0, np.int64)
    if (sizes > 1).sum() < 2:
        return none
    levels = _only_askable(list(_levels(_between_stories(*edges, labels, len(sizes)), sizes)))
    words = _Words.of(terms)
    names = _names(levels, words, labels)
    spoken = np.unique(np.concatenate([name.word for name in names]))
    words = words.among(spoken)
    names = [_Names(name.named, name.part, np.searchsorted(spoken, name.word)) for name in names]
    held = (words.said @ _member(labels, len(sizes))).T.tocsr()
    thread = _choose(levels, names, held)
    if thread.max() < 0:
        return none
    _take_in(thread, words, held, sizes)
    _, first = np.unique(thread[thread >= 0], return_index=True)
    first = np.nonzero(thread >= 0)[0][first]  # threads are numbered without gaps
    return np.where(thread >= 0, first[thread], -1)[labels]


def _between_stories(
    row: Labels, other: Labels | NDArray[np.int32], cosine: NDArray[np.float32], labels: Labels, size: int
) -> Any:
    """(stories, stories) symmetric: cosines of neighbouring posts, summed; on the diagonal those inside."""
    ends = labels[row], labels[other]
    half = sparse.csr_matrix((cosine.astype(np.float64), ends), shape=(size, size))
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    return graph


@dataclass(frozen=True, slots=True)
class _Words:
    """What can be a name: ``said`` (words, posts) CSR of ones; of each, number of ``posts`` and ``share``."""

    said: Any
    posts: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, terms: Terms) -> _Words:
        matrix = terms.matrix
        used = np.bincount(matrix.indices, minlength=matrix.shape[1])
        names = np.nonzero((used >= _LEAST_POSTS) & ~np.isin(terms.hashes, _nameless()))[0]
        place = np.full(matrix.shape[1], -1, np.int32)
        place[names] = np.arange(len(names))
        # Some posts at a time: a word or its place takes as much as the matrix itself.
        found, sizes = [np.zeros(0, np.int32)], np.zeros(matrix.shape[0] + 1, np.int64)
        for first in range(0, matrix.shape[0], _POSTS_AT_ONCE):
            starts = matrix.indptr[first : first + _POSTS_AT_ONCE + 1]
            word = place[matrix.indices[starts[0] : starts[-1]]]
            before = np.concatenate([[0], np.cumsum(word >= 0)])[starts - starts[0]]
            sizes[first + 1 : first + len(starts)] = np.diff(before)
            found.append(word[word >= 0])
        indices = np.concatenate(found)
        del found
        said = sparse.csr_matrix(
            (np.ones(len(indices), np.int8), indices, np.cumsum(sizes)), shape=(matrix.shape[0], len(names))
        )
        share = np.minimum(terms.share[names], 1.0).astype(np.float64)
        return cls(said.tocsc().T, used[names].astype(np.int64), share)

    def among(self, places: NDArray[np.int64]) -> _Words:
        """These words alone."""
        return _Words(self.said[places], self.posts[places], self.share[places])


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
    """A coarser cut: ``into`` numbers the part that each part of the level before is in, -1 for none."""

    into: Labels
    posts: NDArray[np.int64]
    told: NDArray[np.int64]  # posts in stories
    askable: NDArray[np.bool_]  # threads unless for their names: newly joined, and told in stories

    @classmethod
    def of(cls, into: Labels, posts: NDArray[np.int64], told: NDArray[np.int64]) -> _Level:
        joined = np.bincount(into, minlength=len(posts)) > 1
        return cls(into, posts, told, joined & (told >= _TOLD * posts))


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
    yield _Level.of(np.arange(len(sizes)), posts, told)
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
        yield _Level.of(into, posts, told)


def _only_askable(levels: Sequence[_Level]) -> list[_Level]:
    """The levels without parts that are no threads by their posts and not of one: most of a large day."""
    found: list[_Level] = []
    above = np.zeros(len(levels[-1].posts), np.bool_)
    kept = []
    for level in reversed(levels):
        above = above | level.askable
        kept.append(above)
        above = above[level.into]
    before = np.ones(len(levels[0].into), np.bool_)
    for level, here in zip(levels, reversed(kept), strict=True):
        number = np.where(here, np.cumsum(here) - 1, -1)
        into = number[level.into[before]]
        found.append(_Level(into, level.posts[here], level.told[here], level.askable[here]))
        before = here
    return found


def _member(into: Labels, parts: int) -> Any:
    """(before, parts) CSR of ones: the part that each is in."""
    inside = into >= 0
    starts = np.concatenate([[0], np.cumsum(inside)])
    return sparse.csr_matrix(
        (np.ones(starts[-1], np.int32), into[inside].astype(np.int32), starts), shape=(len(into), parts)
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """How well a name holds each part of a level together; and part and word of each word of a name."""

    named: NDArray[np.float64]
    part: NDArray[np.int64]
    word: NDArray[np.int64]


def _names(levels: Sequence[_Level], words: _Words, labels: Labels) -> list[_Names]:
    """The names of the parts of each level that can be threads and are held together well enough.

    Some words at a time, each through all levels: the words of a million posts at thirty levels would
    fill gigabytes.
    """
    members = [_member(level.into, len(level.posts)) for level in levels]
    members[0] = _member(levels[0].into[labels], len(levels[0].posts))  # of posts
    none = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32))
    found = [[none] for _ in levels]
    blocks = np.searchsorted(words.said.indptr, np.arange(0, words.said.nnz, _WORDS_AT_ONCE))
    for first, after in pairwise([*np.unique(blocks), len(words.posts)]):
        held = words.said[first:after]
        for level, member, fits in zip(levels, members, found, strict=True):
            held = held @ member
            word = np.repeat(np.arange(first, after), np.diff(held.indptr))
            most = words.posts[word]
            fit = level.askable[held.indices] & (held.data >= _LEAST_POSTS) & (held.data > _OWN * most)
            fits.append((held.indices[fit].astype(np.int64), word[fit], held.data[fit]))
            # A part only grows: a word of fewer posts than a name needs there will never be of one.
            kept = most >= (_KNOWN * level.posts)[held.indices]
            starts = np.concatenate([[0], np.cumsum(kept)])[held.indptr]
            held = sparse.csr_matrix((held.data[kept], held.indices[kept], starts), shape=held.shape)
    return [_well_named(level, fits, words) for level, fits in zip(levels, found, strict=True)]


def _well_named(level: _Level, fits: Sequence[tuple[NDArray[Any], ...]], words: _Words) -> _Names:
    part, word, holding = (np.concatenate(some) for some in zip(*fits, strict=True))
    names = _strongest(part, word, holding, level.posts, words)
    well = names.named >= _NAMED + _CHANCE / level.posts
    here = well[names.part]
    return _Names(np.where(well, names.named, 0.0), names.part[here], names.word[here])


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


def _choose(levels: Sequence[_Level], names: Sequence[_Names], held: Any) -> Labels:
    """Number of the thread of each story, the coarsest that is one; -1 where there is none.

    Args:
        levels: The finest first.
        names: Of the parts of each level.
        held: (stories, words) CSR, how many posts of each hold each word of a name.
    """
    holding = []
    for level in levels:
        held = _member(level.into, len(level.posts)).T.tocsr() @ held
        holding.append(held)
    thread = np.full(len(levels[-1].posts), -1, np.int64)
    count = 0
    for at in range(len(levels) - 1, -1, -1):
        fit = (thread < 0) & levels[at].askable & (names[at].named > 0)
        fit &= ~_of_several(levels[: at + 1], holding, names[at], fit)
        thread[fit] = count + np.arange(int(fit.sum()))
        count += int(fit.sum())
        thread = np.append(thread, -1)[levels[at].into]
    return thread


def _of_several(
    levels: Sequence[_Level], holding: Sequence[Any], names: _Names, asked: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Parts of the last level that fall into large ones of which some do not share the name with the rest."""
    whole = levels[-1]
    several = np.zeros(len(whole.posts), np.bool_)
    if not asked.any():
        return several
    held = holding[len(levels) - 1]
    name = sparse.csr_matrix((np.ones(len(names.part)), (names.part, names.word)), held.shape)
    said = held.multiply(name).tocsr()
    pairs = np.asarray(said.multiply(said).sum(axis=1)).ravel() / np.square(whole.posts)
    above = np.where(asked, np.arange(len(asked)), -1)
    for below in range(len(levels) - 1, 0, -1):
        above = np.append(above, -1)[levels[below].into]
        part = levels[below - 1]
        inside = np.nonzero(above >= 0)[0]
        large = inside[part.posts[inside] >= _LARGE * whole.posts[above[inside]]]
        over = above[large]
        here = holding[below - 1][large].multiply(name[over]).tocsr()
        size, rest = part.posts[large], whole.posts[over] - part.posts[large]
        across = np.asarray(here.multiply(said[over] - here).sum(axis=1)).ravel()
        silent = across < _ACROSS * pairs[over] * size * rest
        posts = np.bincount(over, weights=np.where(silent, size, 0), minlength=len(several))
        several |= posts > _SILENT * whole.posts
    return several


def _take_in(thread: Labels, words: _Words, held: Any, sizes: NDArray[np.int64]) -> None:
    """What has no neighbour in a thread joins it if it speaks of its name: every second post or more."""
    count = int(thread.max()) + 1
    posts = _member(thread, count).T @ sizes
    told = (_member(thread, count).T.tocsr() @ held).tocoo()
    names = _strongest(told.row.astype(np.int64), told.col.astype(np.int64), told.data, posts, words)
    name = sparse.csr_matrix(
        (np.ones(len(names.word)), (names.word, names.part)), shape=(held.shape[1], count)
    )
    rest = np.nonzero(thread < 0)[0]
    spoken = (held[rest] @ name).tocsr()
    spoken.sort_indices()
    joins = spoken.max(axis=1).toarray().ravel() >= _SPOKEN * sizes[rest]
    thread[rest[joins]] = np.asarray(spoken.argmax(axis=1)).ravel()[joins]
