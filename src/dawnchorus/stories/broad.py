"""Threads: broad events that hold several stories, by a second and coarser cut of the graph of neighbours.

A flood of a week is told in hundreds of stories. Cut coarsely the same graph
holds it together, but cut coarsely an ordinary day melts into a few heaps of
anything. What tells the two apart is a name: two posts of a real broad event,
taken at random, often share one of a few words that hardly anybody uses
elsewhere ("Ottawa", "#bigwet"); two posts of a heap do not.

:func:`broad_threads` does all of it. Its steps can be taken apart, for posts that
one process cannot hold: words are counted a slice of posts at a time
(:func:`count_words`, :func:`hold_words`; counts of slices are added up) and
looked at a shard of words at a time (:func:`names_of_words`); only the cuts of
the graph (:func:`find_levels`) and what is left of words (:func:`well_named`,
:func:`choose_threads`) are of all.
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

from dawnchorus.stories.communities import lives_of
from dawnchorus.stories.neighbours import Spans
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
_LEAST_STORIES = 2  # of several posts; with fewer there is nothing to hold together
# A thread is not one if large parts, of a tenth of it and more and together more than a fifth, share its name
# with the rest in less than a tenth of the pairs in which any two of its posts do.
_LARGE, _SILENT, _ACROSS = 0.1, 0.2, 0.1
_COUNTS_AT_ONCE = 2_000_000  # of words in parts; bounds the memory of a large day


def broad_threads(
    terms: Terms,
    spans: Spans,
    neighbours: NDArray[np.int32],
    cosines: NDArray[np.float32],
    labels: Labels,
    *,
    window_seconds: float,
) -> Labels:
    """The thread of each post: the number of its first story, -1 where there is none.

    Stories stay whole. A post on its own can be in a thread.

    Args:
        terms: Of the posts, earliest first.
        spans: When each was said.
        neighbours: (posts, k) row numbers, -1 for none.
        cosines: Of the neighbours.
        labels: Story of each post, from 0 in order of first post.
        window_seconds: Largest gap between a thread and what joins it by its name alone.
    """
    row, slot = np.nonzero((neighbours >= 0) & (cosines >= EDGE))
    edges = labels[row], labels[neighbours[row, slot]], cosines[row, slot]
    sizes = np.bincount(labels) if len(labels) else np.zeros(0, np.int64)
    levels = find_levels(edges, sizes)
    if not levels[0].askable.size:
        return np.full(len(labels), -1, np.int64)
    matrix, share = terms.matrix, word_share(terms.share)
    part = levels[0].into[labels]
    posts, held = count_words(matrix, part, nameable(terms.hashes, terms.frequency), len(levels[0].posts))
    blocks = np.searchsorted(held.indptr, np.arange(0, held.nnz + 1, _COUNTS_AT_ONCE))
    some = [slice(first, after) for first, after in pairwise([*np.unique(blocks), matrix.shape[1]])]
    every = np.arange(matrix.shape[1])
    found = [
        names_of_words(levels, held[here], every[here], posts=posts[here], share=share[here]) for here in some
    ]
    names = well_named(levels, Names.of_all(found))
    words = np.unique(names.word)
    spoken = hold_words(matrix, words, labels, len(sizes))
    lives = lives_of(labels, spans.start, spans.end)
    return choose_threads(
        levels, names, words, spoken,
        share=share[words], sizes=sizes, lives=lives, window_seconds=window_seconds,
    )[labels]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """A coarser cut: ``into`` numbers the part that each part of the level before is in, -1 for none."""

    into: Labels
    posts: NDArray[np.int64]
    askable: NDArray[np.bool_]  # threads unless for their names: newly joined, and told in stories

    @classmethod
    def of(cls, into: Labels, posts: NDArray[np.int64], told: NDArray[np.int64]) -> Level:
        """``told`` are the posts in stories."""
        joined = np.bincount(into[into >= 0], minlength=len(posts)) > 1
        return cls(into, posts, joined & (told >= _TOLD * posts))


def find_levels(edges: tuple[Labels, Labels, NDArray[np.float32]], sizes: NDArray[np.int64]) -> list[Level]:
    """The stories and ever coarser cuts, as far as there may be threads.

    Args:
        edges: Stories of two neighbouring posts and their cosine, EDGE and above.
        sizes: Posts of each story.
    """
    if (sizes > 1).sum() < _LEAST_STORIES:
        return [Level.of(np.full(len(sizes), -1), *np.zeros((2, 0), np.int64))]
    one, other, cosine = edges
    near = np.zeros(len(sizes), np.bool_)  # to another: most of a large day's posts are near to none
    apart = one != other
    near[one[apart]] = near[other[apart]] = True
    into = np.where(near, np.cumsum(near) - 1, -1)
    inside = near[one] & near[other]
    ends, count = (into[one[inside]], into[other[inside]]), int(near.sum())
    half = sparse.csr_matrix((cosine[inside].astype(np.float64), ends), shape=(count, count))
    graph = (half + half.T).tocsr()  # cosines of neighbouring posts, summed; on the diagonal inside stories
    del half, ends
    graph.sort_indices()
    return _only_askable(list(_levels(graph, into, sizes[near])))


def _levels(graph: Any, into: Labels, sizes: NDArray[np.int64]) -> Iterator[Level]:
    """The stories, then ever coarser cuts: in rounds, parts join that are each other's nearest.

    Near is modularity's pairing, the weight between two parts by what their
    weights would have by chance: of all ways to join, mutual nearest in rounds
    give the same tree (Bonald, Charpentier, Galland & Hollocou, "Hierarchical
    graph clustering using node pair sampling", MLG 2018). No seed, and no part
    depends on what is not connected to it.
    """
    weight = np.asarray(graph.sum(axis=1), np.float64).ravel()
    posts, told = sizes, np.where(sizes > 1, sizes, 0)
    yield Level.of(into, posts, told)
    while graph.nnz:
        row = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
        near = np.where(row == graph.indices, 0.0, graph.data / (weight[row] * weight[graph.indices]))
        held_by = np.nonzero(np.diff(graph.indptr))[0]
        most = np.zeros(graph.shape[0])
        most[held_by] = np.maximum.reduceat(near, graph.indptr[held_by])
        place = np.nonzero((near == most[row]) & (near > 0))[0]
        place = place[np.unique(row[place], return_index=True)[1]]
        one, other = row[place], graph.indices[place]
        del row, near
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
        yield Level.of(into, posts, told)


def _only_askable(levels: Sequence[Level]) -> list[Level]:
    """The levels without parts that are no threads by their posts and not of one: most of a large day."""
    found: list[Level] = []
    above = np.zeros(len(levels[-1].posts), np.bool_)
    kept = []
    for level in reversed(levels):
        above = above | level.askable
        kept.append(above)
        above = np.append(above, False)[level.into]
    before = np.ones(len(levels[0].into), np.bool_)
    for level, here in zip(levels, reversed(kept), strict=True):
        number = np.append(np.where(here, np.cumsum(here) - 1, -1), -1)
        into = number[level.into[before]]
        found.append(Level(into, level.posts[here], level.askable[here]))
        before = here
    return found


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


def nameable(hashes: NDArray[np.uint64], frequency: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words can be of a name."""
    return (frequency >= _LEAST_POSTS) & ~np.isin(hashes, _nameless())


def word_share(share: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much of a word each is, a whole one at most; see ``terms.Terms``."""
    return np.minimum(share, 1.0).astype(np.float64)


def count_words(
    matrix: Any, part: Labels, wanted: NDArray[np.bool_], parts: int
) -> tuple[NDArray[np.int64], Any]:
    """Posts that hold each word that is wanted; and (words, parts) CSR, posts of each part that do.

    Args:
        matrix: (posts, words) CSR.
        part: Of each post, -1 for none.
        wanted: (words,)
        parts: How many there are.
    """
    posts = np.where(wanted, np.bincount(matrix.indices, minlength=len(wanted)), 0)
    of = np.repeat(part.astype(np.int32), np.diff(matrix.indptr))
    inside = (of >= 0) & wanted[matrix.indices]
    ends = matrix.indices[inside], of[inside]
    held = sparse.coo_matrix((np.ones(len(ends[0]), np.int32), ends), shape=(len(wanted), parts))
    return posts.astype(np.int64), held.tocsr()


def hold_words(matrix: Any, words: NDArray[np.int64], labels: Labels, stories: int) -> Any:
    """(stories, words) CSR: how many posts of each story hold each of ``words``, columns of ``matrix``."""
    place = np.full(matrix.shape[1], -1, np.int32)
    place[words] = np.arange(len(words), dtype=np.int32)
    word = place[matrix.indices]
    ends = np.repeat(labels.astype(np.int32), np.diff(matrix.indptr))[word >= 0], word[word >= 0]
    return sparse.coo_matrix((np.ones(len(ends[0]), np.int32), ends), shape=(stories, len(words))).tocsr()


def _member(into: Labels, parts: int) -> Any:
    """(before, parts) CSR of ones: the part that each is in."""
    inside = into >= 0
    starts = np.concatenate([[0], np.cumsum(inside)])
    return sparse.csr_matrix(
        (np.ones(starts[-1], np.int32), into[inside].astype(np.int32), starts), shape=(len(into), parts)
    )


@dataclass(frozen=True, slots=True)
class Names:
    """Words of names: ``part`` of a ``level``, ``word``, and the share ``pairs`` of the part's pairs of posts
    that share it. Of a part only the strongest, in order; names of some words and of others go together.
    """

    level: NDArray[np.int64]
    part: NDArray[np.int64]
    word: NDArray[np.int64]
    pairs: NDArray[np.float64]

    @classmethod
    def strongest(cls, *columns: NDArray[Any]) -> Names:
        """Of words in any order."""
        level, part, word, pairs = columns
        order = np.lexsort((word, -pairs, part, level))
        level, part, word, pairs = (column[order] for column in columns)
        begins = np.ones(len(order), np.bool_)
        begins[1:] = (level[1:] != level[:-1]) | (part[1:] != part[:-1])
        place = np.arange(len(order))
        kept = place - np.maximum.accumulate(np.where(begins, place, 0)) < _NAMES
        return cls(level[kept], part[kept], word[kept], pairs[kept])

    @classmethod
    def of_all(cls, some: Sequence[Names]) -> Names:
        """Of the names of some words and of others."""
        columns = ((one.level, one.part, one.word, one.pairs) for one in some)
        return cls.strongest(*map(np.concatenate, zip(*columns, strict=True)))


def names_of_words(
    levels: Sequence[Level],
    held: Any,
    word: NDArray[np.int64],
    *,
    posts: NDArray[np.int64],
    share: NDArray[np.float64],
) -> Names:
    """What words can do for the names of parts that can be threads.

    Args:
        levels: Of all posts.
        held: (words, parts of the first level) CSR, posts of each part that hold each word.
        word: Numbers of the words.
        posts: Of all that hold each.
        share: See :func:`word_share`.
    """
    found = []
    for number, level in enumerate(levels):
        held = held @ _member(level.into, len(level.posts)) if number else held
        row = np.repeat(np.arange(len(word)), np.diff(held.indptr))
        asked = level.askable[held.indices]
        at, part = row[asked], held.indices[asked]
        found.append(
            _strongest(number, part, word[at], held.data[asked], level.posts[part], posts[at], share[at])
        )
        # A part only grows: a word of fewer posts than a name needs there will never be of one.
        kept = posts[row] >= (_KNOWN * level.posts)[held.indices]
        starts = np.concatenate([[0], np.cumsum(kept)])[held.indptr]
        held = sparse.csr_matrix((held.data[kept], held.indices[kept], starts), shape=held.shape)
    return Names.of_all(found)


def _strongest(  # noqa: PLR0917 - columns of one table
    level: int,
    part: NDArray[Any],
    word: NDArray[np.int64],
    holding: NDArray[Any],
    size: NDArray[np.int64],
    posts: NDArray[np.int64],
    share: NDArray[np.float64],
) -> Names:
    """The words that make the names of parts: of each part and word, its posts that hold it, all its posts,
    and all that hold it.
    """
    holding = holding.astype(np.int64)
    fit = (holding >= np.maximum(_LEAST_POSTS, _KNOWN * size)) & (holding > _OWN * posts)
    part, word, holding, size = part[fit].astype(np.int64), word[fit], holding[fit], size[fit]
    pairs = holding * (holding - 1) / (size * (size - 1)) * share[fit]
    return Names.strongest(np.full(len(part), level), part, word, pairs)


def well_named(levels: Sequence[Level], names: Names) -> Names:
    """Those of the parts that a name holds together well enough."""
    size = np.concatenate([level.posts for level in levels])
    before = np.cumsum([0, *(len(level.posts) for level in levels)])
    part = before[names.level] + names.part
    named = np.bincount(part, weights=names.pairs, minlength=len(size))
    well = (named >= _NAMED + _CHANCE / np.maximum(size, 1))[part]
    return Names(names.level[well], names.part[well], names.word[well], names.pairs[well])


def choose_threads(
    levels: Sequence[Level],
    names: Names,
    words: NDArray[np.int64],
    held: Any,
    *,
    share: NDArray[np.float64],
    sizes: NDArray[np.int64],
    lives: Spans,
    window_seconds: float,
) -> Labels:
    """The thread of each story: the number of its first, -1 where there is none.

    Args:
        levels: Of all posts.
        names: Of all words, those of :func:`well_named`.
        words: The words of names, ascending.
        held: (stories, words) CSR, how many posts of each hold each.
        share: Of the words.
        sizes: Posts of each story.
        lives: When each story was told.
        window_seconds: See :func:`broad_threads`.
    """
    names = Names(names.level, names.part, np.searchsorted(words, names.word), names.pairs)
    thread = _choose(levels, names, held)
    if len(thread) and thread.max() >= 0:
        _take_in(thread, share, held, sizes=sizes, lives=lives, window_seconds=window_seconds)
    inside = np.nonzero(thread >= 0)[0]
    _, first = np.unique(thread[inside], return_index=True)  # threads are numbered without gaps
    thread[inside] = inside[first][thread[inside]]
    return thread


def _choose(levels: Sequence[Level], names: Names, held: Any) -> Labels:
    """Number of the thread of each story, the coarsest that is one; -1 where there is none."""
    holding = []
    for level in levels:
        held = _member(level.into, len(level.posts)).T.tocsr() @ held
        holding.append(held)
    thread = np.full(len(levels[-1].posts), -1, np.int64)
    count = 0
    for at in range(len(levels) - 1, -1, -1):
        here = names.level == at
        part, word = names.part[here], names.word[here]
        fit = np.zeros(len(thread), np.bool_)
        fit[part] = True
        fit &= thread < 0
        fit &= ~_of_several(levels[: at + 1], holding, part, word, fit)
        thread[fit] = count + np.arange(int(fit.sum()))
        count += int(fit.sum())
        thread = np.append(thread, -1)[levels[at].into]
    return thread


def _of_several(
    levels: Sequence[Level],
    holding: Sequence[Any],
    part: NDArray[np.int64],
    word: NDArray[np.int64],
    asked: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Parts of the last level that fall into large ones of which some do not share the name with the rest.

    Names are given as ``part`` and ``word`` of each word.
    """
    whole = levels[-1]
    several = np.zeros(len(whole.posts), np.bool_)
    if not asked.any():
        return several
    held = holding[len(levels) - 1]
    name = sparse.csr_matrix((np.ones(len(part)), (part, word)), held.shape)
    said = held.multiply(name).tocsr()
    pairs = np.asarray(said.multiply(said).sum(axis=1)).ravel() / np.square(whole.posts)
    above = np.where(asked, np.arange(len(asked)), -1)
    for below in range(len(levels) - 1, 0, -1):
        above = np.append(above, -1)[levels[below].into]
        parts = levels[below - 1].posts
        inside = np.nonzero(above >= 0)[0]
        large = inside[parts[inside] >= _LARGE * whole.posts[above[inside]]]
        over = above[large]
        here = holding[below - 1][large].multiply(name[over]).tocsr()
        size, rest = parts[large], whole.posts[over] - parts[large]
        across = np.asarray(here.multiply(said[over] - here).sum(axis=1)).ravel()
        silent = across < _ACROSS * pairs[over] * size * rest
        posts = np.bincount(over, weights=np.where(silent, size, 0), minlength=len(several))
        several |= posts > _SILENT * whole.posts
    return several


def _take_in(
    thread: Labels,
    share: NDArray[np.float64],
    held: Any,
    *,
    sizes: NDArray[np.int64],
    lives: Spans,
    window_seconds: float,
) -> None:
    """What has no neighbour in a thread joins it if it speaks of its name: every second post or more.

    And in its days: last year's floods had another name, but "floods" is of both.
    """
    count = int(thread.max()) + 1
    posts = np.asarray(held.sum(axis=0), np.int64).ravel()
    sizes_of = _member(thread, count).T @ sizes
    told = (_member(thread, count).T.tocsr() @ held).tocoo()
    of, word = told.row.astype(np.int64), told.col.astype(np.int64)
    names = _strongest(0, of, word, told.data, sizes_of[of], posts[word], share[word])
    name = sparse.csr_matrix(
        (np.ones(len(names.word)), (names.word, names.part)), shape=(held.shape[1], count)
    )
    rest = np.nonzero(thread < 0)[0]
    spoken = (held[rest] @ name).tocsr()
    known = np.nonzero(thread >= 0)[0]
    days = lives_of(thread[known], lives.start[known], lives.end[known])
    one, other = np.repeat(rest, np.diff(spoken.indptr)), spoken.indices
    gap = np.maximum(lives.start[one] - days.end[other], days.start[other] - lives.end[one])
    spoken.data[gap > window_seconds] = 0
    spoken.sort_indices()
    joins = spoken.max(axis=1).toarray().ravel() >= _SPOKEN * sizes[rest]
    thread[rest[joins]] = np.asarray(spoken.argmax(axis=1)).ravel()[joins]
