"""Groups in the graph of neighbours: Leiden, then rounds of joining what belongs together.

Joining all groups above a threshold ruins large days, since the number of
chance pairs grows with their square. Mutual nearest groups do not have that
fault: a group joins its nearest only, and unless they are surely near only if it
is the nearest of that one too. So one setting serves every size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dawnchorus.stories.compiled import compiled
from dawnchorus.stories.leiden import leiden
from dawnchorus.stories.neighbours import Spans, nearest_among, nearest_of_each
from dawnchorus.stories.terms import unit_rows

Labels = NDArray[np.int64]
Floats = NDArray[np.float32]

# Cosine from which a group joins its nearest, whether or not that one has a nearer; no set tells .3 from .85.
_SURELY = 0.35
_FAINT = 0.1  # terms below this share of a centroid's strongest are noise of single posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """How near is near enough; values measured in evals/stories.py."""

    # Evidence that must be shared, in multiples of the log of the number of posts: below one, chance
    # gives each post such a neighbour.
    chance: float = 0.75
    chance_pairs: float = 10_000  # pairs of posts of a day that chance may give such evidence
    word: float = 0.8  # most that one word says, as a share of what two posts need
    edge: float = 0.1  # cosine of two posts
    bridge: float = 0.3  # least cosine that a bridge counts as
    resolution: float = 0.025  # see ``leiden``
    by_chance: float = 0.4  # see ``leiden``
    groups: float = 0.25  # cosine of two groups
    single: float = 0.14  # cosine of a post and a group
    smallest: int = 3  # posts of a group that may join another
    host: int = 3  # posts of a group that single posts join
    window_seconds: float = 86_400.0  # largest gap between what is joined
    thread_seconds: float = 7 * 86_400.0  # and between stories of one thread


def communities(
    size: int, neighbours: NDArray[np.int32], cosines: NDArray[np.float32], *, how: Joining
) -> Labels:
    """Number the group of each post, from 0 in order of first post.

    Args:
        size: Number of posts.
        neighbours: (posts, k) row numbers, -1 for none.
        cosines: Of the neighbours.
        how: Settings.
    """
    row, slot = np.nonzero((neighbours >= 0) & (cosines >= how.edge))
    touched, found = edge_communities(row, neighbours[row, slot], cosines[row, slot], how=how)
    labels = np.arange(size, dtype=np.int64)
    labels[touched] = size + found
    return in_order(labels)


def edge_communities(
    row: Labels, other: Labels | NDArray[np.int32], cosine: Floats, *, how: Joining
) -> tuple[Labels, Labels]:
    """The rows that edges touch, ascending, and the community of each.

    Components of the graph may be looked at apart.
    """
    touched, place = np.unique(np.concatenate([row, other]).astype(np.int64), return_inverse=True)
    if len(touched) == 0:
        return touched, touched
    weight = cosine.astype(np.float64) ** 2  # half as near counts a quarter: chance is faint
    half = sparse.coo_matrix(
        (weight, (place[: len(row)], place[len(row) :])), shape=(len(touched),) * 2
    ).tocsr()
    graph = (half + half.T).tocsr()
    graph.sort_indices()
    found = leiden(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data,
        resolution=how.resolution, chance=how.by_chance,
    )  # fmt: skip
    return touched, found


def join_groups(
    matrix: Any, spans: Spans, labels: Labels, *, evidence: Floats, needed: float, how: Joining
) -> Labels:
    """Join groups that are each other's nearest, or surely near, in rounds, until none is left."""
    groups, sums, lives = totals(matrix, spans, labels, smallest=how.smallest)
    into = np.arange(int(labels.max()) + 1 if len(labels) else 0)
    into[groups] = groups[join_totals(sums, lives, evidence=evidence, needed=needed, how=how)]
    return in_order(into[labels])


def join_totals(sums: Any, lives: Spans, *, evidence: Floats, needed: float, how: Joining) -> Labels:
    """The first of the groups that each is joined with, itself if with none; see :func:`join_groups`.

    Args:
        sums: (groups, terms) CSR, the sum of each group's rows.
        lives: When each was told.
        evidence: Of terms.
        needed: See :func:`nearest_earlier`.
        how: Settings.
    """

    # Terms in the order in which they are read: to sort those of each group again each round took longer
    # than to read what they led to.
    rarest = np.argsort(-evidence, kind="stable")
    place_of = np.empty(len(rarest), np.int32)
    place_of[rarest] = np.arange(len(rarest), dtype=np.int32)
    says = evidence[rarest]

    def centred(sums: Any) -> Any:
        found = pointed(sums)
        centres = sparse.csr_matrix((found.data, place_of[found.indices], found.indptr), found.shape)
        centres.sort_indices()
        return centres

    def nearest(asking: Labels, among: Labels, beyond: Floats | float = 0.0) -> tuple[Labels, Floats]:
        place = np.minimum(np.searchsorted(among, asking), max(len(among) - 1, 0))
        here = among[place] == asking if len(among) else np.zeros(len(asking), np.bool_)
        found, cosine = nearest_among(
            centres[asking], _of(lives, asking), centres[among], _of(lives, among),
            itself=np.where(here, place, -1), window_seconds=how.window_seconds,
            evidence=says, needed=needed, least=np.maximum(beyond, np.float32(how.groups)),
        )  # fmt: skip
        return np.append(among, -1)[found], cosine

    centres = centred(sums)
    every = np.arange(sums.shape[0])
    groups, first_of = every, every
    found, cosine = nearest_of_each(
        centres, lives, window_seconds=how.window_seconds, evidence=says, needed=needed, least=how.groups
    )
    best = found.astype(np.int64)
    while True:
        one = np.nonzero(best >= 0)[0]
        # A story of thousands takes in one part a round if each has to be the other's nearest.
        one = one[(best[best[one]] == one) | (cosine[one] >= _SURELY)]
        if len(one) == 0:
            break
        pairs = sparse.coo_matrix((np.ones(len(one)), (one, best[one])), shape=(len(groups),) * 2)
        joined = in_order(connected_components(pairs, directed=False)[1].astype(np.int64))
        _, first, sizes = np.unique(joined, return_index=True, return_counts=True)
        first_of = groups[first[joined]][np.searchsorted(groups, first_of)]
        groups, lives = groups[first], lives_of(joined, lives.start, lives.end)
        sums = row_sums(sums, joined, len(groups))
        changed = sizes > 1
        centres = _replaced(centres[first], changed, centred(sums[changed]))
        # A group that did not change keeps its nearest, unless that one changed or a changed one is nearer.
        best, cosine = np.where(best[first] >= 0, joined[best[first]], -1), cosine[first]
        ask = changed | ((best >= 0) & changed[best])
        asking, rest = np.nonzero(ask)[0], np.nonzero(~ask)[0]
        best[asking], cosine[asking] = nearest(asking, np.arange(len(groups)))
        near, likeness = nearest(rest, np.nonzero(changed)[0], cosine[rest])
        nearer = likeness > cosine[rest]
        best[rest[nearer]], cosine[rest[nearer]] = near[nearer], likeness[nearer]
    return first_of


def join_singles(
    matrix: Any, spans: Spans, labels: Labels, *, evidence: Floats, needed: float, how: Joining
) -> Labels:
    """Let posts that are alone or in a pair join the nearest larger group."""
    sizes = np.bincount(labels)
    groups, centres, lives = _centroids(matrix, spans, labels, smallest=how.host)
    alone = np.nonzero(sizes[labels] < how.smallest)[0]
    if len(groups) == 0 or len(alone) == 0:
        return labels
    nearest, _ = nearest_among(
        matrix[alone], _of(spans, alone), centres, lives, itself=None,
        window_seconds=how.window_seconds / 4, evidence=evidence, needed=needed, least=how.single,
    )  # fmt: skip
    joins = nearest >= 0
    labels = labels.copy()
    labels[alone[joins]] = groups[nearest[joins]]
    return in_order(labels)


def row_products(matrix: Any, centres: Any, labels: Labels) -> NDArray[np.float64]:
    """Inner product of each row with the row of ``centres`` that ``labels`` names; both CSR, sorted."""
    products = np.zeros(len(labels))
    _row_products(
        matrix.indptr.astype(np.int64), matrix.indices, matrix.data,
        centres.indptr.astype(np.int64), centres.indices, centres.data, labels, products,
    )  # fmt: skip
    return products


@compiled
def _row_products(  # noqa: PLR0917 - numba takes no keyword-only arguments
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    data: Floats,
    centre_ptr: NDArray[np.int64],
    centre_indices: NDArray[np.int32],
    centre_data: Floats,
    labels: Labels,
    products: NDArray[np.float64],
) -> None:
    for d in range(len(labels)):
        low, high = centre_ptr[labels[d]], centre_ptr[labels[d] + 1]
        for j in range(indptr[d], indptr[d + 1]):
            # The centre of a large group has as many terms as a dictionary: search, don't walk.
            at, after = low, high
            while at < after:
                middle = (at + after) >> 1
                if centre_indices[middle] < indices[j]:
                    at = middle + 1
                else:
                    after = middle
            if at < high and centre_indices[at] == indices[j]:
                products[d] += data[j] * centre_data[at]


def _of(spans: Spans, rows: Labels) -> Spans:
    return Spans(spans.start[rows], spans.end[rows])


def in_order(labels: Labels) -> Labels:
    """Renumber from 0 in order of first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    place = np.empty(len(first), np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[inverse]


def centroids(matrix: Any, labels: Labels) -> Any:
    """(groups, terms) CSR: unit-length mean of each group's rows, faint terms left out."""
    return pointed(row_sums(matrix, labels, int(labels.max()) + 1 if len(labels) else 0))


def pointed(total: Any) -> Any:
    """Sums of groups' rows brought to unit length, faint terms left out."""
    sizes = np.diff(total.indptr)
    some = sizes > 0
    if some.any():
        begin = total.indptr[:-1][some]
        kept = total.data >= np.repeat(_FAINT * np.maximum.reduceat(total.data, begin), sizes[some])
        sizes[some] = np.add.reduceat(kept, begin, dtype=sizes.dtype)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        total = sparse.csr_matrix((total.data[kept], total.indices[kept], starts), shape=total.shape)
        total.sort_indices()
    return unit_rows(total)


def _replaced(matrix: Any, rows: NDArray[np.bool_], other: Any) -> Any:
    """``matrix`` with ``rows`` from ``other``, which has these alone, in turn; CSR."""
    place = np.arange(len(rows))
    place[rows] = len(rows) + np.arange(other.shape[0])
    return sparse.vstack([matrix, other], format="csr")[place]


def row_sums(matrix: Any, labels: Labels, groups: int) -> Any:
    """(groups, terms) CSR: the rows of each group added up, in their order."""
    member = sparse.csr_matrix(
        (np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), shape=(groups, len(labels))
    )
    return (member @ matrix).tocsr()


def _centroids(matrix: Any, spans: Spans, labels: Labels, *, smallest: int) -> tuple[Labels, Any, Spans]:
    groups, sums, lives = totals(matrix, spans, labels, smallest=smallest)
    return groups, pointed(sums), lives


def totals(matrix: Any, spans: Spans, labels: Labels, *, smallest: int) -> tuple[Labels, Any, Spans]:
    """Groups of as many posts, the sum of each one's rows, and when it was told."""
    sizes = np.bincount(labels)
    groups = np.nonzero(sizes >= smallest)[0]
    here = np.full(len(sizes), -1, np.int64)
    here[groups] = np.arange(len(groups))
    rows = np.nonzero(here[labels] >= 0)[0]
    inside = here[labels[rows]]
    return (
        groups,
        row_sums(matrix[rows], inside, len(groups)),
        lives_of(inside, spans.start[rows], spans.end[rows]),
    )


def lives_of(labels: Labels, start: NDArray[np.float64], end: NDArray[np.float64]) -> Spans:
    """When each group was told, from its first post to its last."""
    groups = int(labels.max()) + 1 if len(labels) else 0
    life = Spans(np.full(groups, np.inf), np.full(groups, -np.inf))
    np.minimum.at(life.start, labels, start)
    np.maximum.at(life.end, labels, end)
    return life
