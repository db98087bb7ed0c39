"""Threads: broad events that hold several stories, by a second and coarser cut of the graph of neighbours.

A flood of a week is told in hundreds of stories. Cut coarsely the same graph
holds it together, but cut coarsely an ordinary day melts into a few heaps of
anything. What tells the two apart is a name: two posts of a real broad event,
taken at random, often share one of a few words that hardly anybody uses
elsewhere ("Ottawa", "#bigwet"); two posts of a heap do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import graspologic_native
import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dawnchorus.stories.stopwords import COMMON_WORDS, STOP_WORDS
from dawnchorus.stories.terms import Terms
from dawnchorus.stories.tokens import hash_strings, hash_words

Labels = NDArray[np.int64]

_SEED = 1
_EDGE = 0.1  # cosine of two posts
_FIRST, _LAST = 0.2, 1.6  # resolutions of modularity, doubled until a heap falls apart
_PROOF = 0.8  # up to which a thread must stay one: two events with names of their own do not
_GAIN = 1.5  # times the name that its parts have, by which a thread is two
_NAMES = 3  # words that make the name of a thread
# Share of pairs of posts that share the name, summed over its words: 0.3 and more in all 18 events of PHEME
# and CrisisLexT26, below 0.1 in heaps of 30 posts and more; chance makes up for more in smaller ones.
_NAMED, _CHANCE = 0.2, 6.0
_KNOWN = 0.1  # share of a thread's posts that a word of its name has at least
_OWN = 0.5  # share of a word's posts that are in the thread
_TOLD = 0.4  # share of a thread's posts that are in its stories
_LEAST_POSTS = 3  # that hold a word of a name


def broad_threads(
    terms: Terms, neighbours: NDArray[np.int32], cosines: NDArray[np.float32], labels: Labels
) -> Labels:
    """The thread of each post: a number of ``labels``, that of the thread's first story; -1 where there is none.

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
    graph = _between_stories(neighbours, cosines, labels, len(sizes))
    words = _Words.of(terms, labels)
    thread = np.full(len(sizes), -1, np.int64)
    found = list(_cut(graph, words, sizes))
    for stories in found:
        thread[stories] = stories[0]
    if not found:
        return none
    _take_in(thread, found, words, sizes)
    return thread[labels]


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
    """What can be a name: ``held`` (stories, words) CSR, posts that hold each; ``posts`` of each word."""

    held: Any
    posts: NDArray[np.int64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, terms: Terms, labels: Labels) -> _Words:
        matrix = terms.matrix
        used = np.bincount(matrix.indices, minlength=matrix.shape[1])
        names = np.nonzero((used >= _LEAST_POSTS) & ~np.isin(terms.hashes, _nameless()))[0]
        column = np.full(matrix.shape[1], -1, np.int64)
        column[names] = np.arange(len(names))
        here = column[matrix.indices] >= 0
        story = np.repeat(labels, np.diff(matrix.indptr))[here]
        held = sparse.csr_matrix(
            (np.ones(len(story), np.int64), (story, column[matrix.indices[here]])),
            shape=(int(labels.max()) + 1, len(names)),
        )
        held.sort_indices()
        share = np.minimum(terms.share[names], 1.0).astype(np.float64)
        return cls(held, used[names].astype(np.int64), share)

    def name(self, stories: Labels, size: int) -> tuple[float, Labels]:
        """How well a name holds ``stories`` of ``size`` posts together, and its words, strongest first."""
        if size < 2:
            return 0.0, np.zeros(0, np.int64)
        rows = self.held[stories]
        words, place = np.unique(rows.indices, return_inverse=True)
        holding = np.bincount(place, weights=rows.data, minlength=len(words))
        fit = (holding >= max(_LEAST_POSTS, _KNOWN * size)) & (holding > _OWN * self.posts[words])
        words, holding = words[fit], holding[fit]
        pairs = holding * (holding - 1) / (size * (size - 1)) * self.share[words]
        order = np.lexsort((words, -pairs))[:_NAMES]
        return float(pairs[order].sum()), words[order]


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


def _cut(graph: Any, words: _Words, sizes: NDArray[np.int64]) -> Iterator[Labels]:
    """Stories of each thread, ascending; threads in no order."""
    _, component = connected_components(graph, directed=False)
    heaps = [(part, _FIRST) for part in _parts(component, np.arange(len(sizes)))]
    while heaps:
        heap, resolution = heaps.pop()
        if (sizes[heap] > 1).sum() < 2 or sizes[heap].sum() < _CHANCE / _NAMES:
            continue
        finer = _first_cut(graph, heap, resolution)
        if _is_thread(graph, words, sizes, heap):
            yield heap
        elif finer is not None:
            heaps += [(part, finer[1]) for part in finer[0]]


def _first_cut(graph: Any, heap: Labels, resolution: float) -> tuple[list[Labels], float] | None:
    """Parts of ``heap`` at the first resolution at which it falls apart, and that resolution."""
    inside = graph[heap][:, heap].tocsr()
    while resolution <= _LAST:
        parts = _parts(_leiden(inside, resolution), heap)
        if len(parts) > 1:
            return parts, resolution
        resolution *= 2
    return None


def _is_thread(graph: Any, words: _Words, sizes: NDArray[np.int64], heap: Labels) -> bool:
    size = int(sizes[heap].sum())
    if sizes[heap][sizes[heap] > 1].sum() < _TOLD * size:
        return False
    named, _ = words.name(heap, size)
    if named < _NAMED + _CHANCE / size:
        return False
    inside = graph[heap][:, heap].tocsr()
    resolution = _FIRST
    while resolution <= _PROOF:
        parts = _parts(_leiden(inside, resolution), heap)
        own = sum(words.name(part, int(sizes[part].sum()))[0] * int(sizes[part].sum()) for part in parts)
        if own > _GAIN * named * size:
            return False
        resolution *= 2
    return True


def _leiden(graph: Any, resolution: float) -> Labels:
    size = graph.shape[0]
    if size < 2 or graph.nnz == 0:
        return np.arange(size, dtype=np.int64)
    graph.sort_indices()
    _, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data, size,
        resolution=resolution, use_modularity=True, iterations=2, seed=_SEED,
    )  # fmt: skip
    return np.fromiter((found[i] for i in range(size)), np.int64, size)


def _parts(labels: Labels, of: Labels) -> list[Labels]:
    """``of`` by label, each ascending, in order of their first."""
    order = np.argsort(labels, kind="stable")
    parts = np.split(of[order], np.nonzero(np.diff(labels[order]))[0] + 1) if len(of) else []
    return sorted(parts, key=lambda part: int(part[0]))


def _take_in(thread: Labels, found: list[Labels], words: _Words, sizes: NDArray[np.int64]) -> None:
    """Posts on their own join the thread whose name they hold."""
    weight = sparse.lil_matrix((words.held.shape[1], len(found)))
    for number, stories in enumerate(found):
        _, name = words.name(stories, int(sizes[stories].sum()))
        weight[name, number] = words.share[name]
    alone = np.nonzero((sizes == 1) & (thread < 0))[0]
    held = (words.held[alone] @ weight.tocsr()).tocsr()
    best = np.asarray(held.argmax(axis=1)).ravel()
    joins = held.max(axis=1).toarray().ravel() > 0
    first = np.array([stories[0] for stories in found])
    thread[alone[joins]] = first[best[joins]]
