"""Communities in a large sparse graph: the Leiden algorithm, compiled.

What is made most of is the weight of edges inside communities less ``resolution``
times the sum of n ln n over communities of n nodes, less ``chance`` times the weight
they would have if edges fell where they may: to join two, edges between them must
outweigh the nats it takes to say which node is of which, and some of what chance
gives. The constant Potts model asks for weight by pair of nodes instead; but posts
have so many neighbours and no more, so it breaks what is large and joins two groups
of three by an edge that chance has made. Chance alone, modularity, knows nothing
smaller than the root of all edges; but on a day of a hundred posts on one field it
tells two stories apart that nats melt.

Traag, Waltman & van Eck, "From Louvain to Leiden: guaranteeing well-connected
communities", Scientific Reports 2019, with nodes taken in their order and the
best move made instead of random ones. So there is no seed, and what is found in
one connected component does not depend on what else is in the graph: components
may be looked at apart, on other machines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dawnchorus.stories.compiled import compiled

Labels = NDArray[np.int64]
Weights = NDArray[np.float64]
Graph = tuple[NDArray[np.int64], NDArray[np.int32], Weights, Weights, Weights]
"""CSR of an undirected graph without loops, both directions, columns ascending; what each node weighs; and
how it draws: the edge that chance gives two nodes is the product of that."""

_ROUNDS = 2  # over the whole graph, the second from what the first has found
# Weight of edges that are taken to lead elsewhere: of six posts there is no telling what chance gives.
_ELSEWHERE = 20.0
_LITTLE = 1e-9  # a move must be better by more: sums of the same weights differ in their last bits


def leiden(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weights: Weights,
    *,
    resolution: float,
    chance: float,
) -> Labels:
    """A label of each node: nodes share one if they are tightly joined.

    Args:
        indptr: CSR of an undirected graph without loops, both directions given, columns ascending.
        indices: As above.
        weights: Of the edges, above 0.
        resolution: Weight of edges that is worth a nat, see above.
        chance: Share of what chance would give, with the edges of the connected component, that counts.
    """
    size = len(indptr) - 1
    drawn = _drawn(indptr, indices, weights) * chance**0.5
    whole: Graph = indptr, indices, weights, np.ones(size), drawn
    labels = np.arange(size, dtype=np.int64)
    for _ in range(_ROUNDS):
        graph, at = whole, np.arange(size, dtype=np.int64)
        while True:
            labels = _first_seen(_moved(graph, labels, resolution))
            if labels.max(initial=-1) + 1 == len(labels):
                break
            parts = _first_seen(_refined(graph, labels, resolution))
            count = int(parts.max()) + 1
            if count == len(parts):
                break
            graph = _aggregated(graph, parts, count)
            above = np.empty(count, np.int64)
            above[parts] = labels
            labels, at = above, parts[at]
        labels = labels[at]
    return labels


def _drawn(indptr: NDArray[np.int64], indices: NDArray[np.int32], weights: Weights) -> Weights:
    """Weight of each node's edges, by the root of that of all in its component and a few elsewhere."""
    graph = sparse.csr_matrix((weights, indices, indptr), shape=(len(indptr) - 1,) * 2)
    of = connected_components(graph, directed=False)[1]
    strength = np.asarray(graph.sum(axis=1), np.float64).ravel()
    drawn: Weights = strength / np.sqrt(np.bincount(of, weights=strength) + _ELSEWHERE)[of]
    return drawn


def _first_seen(labels: Labels) -> Labels:
    """Renumber from 0 in order of first appearance; ``labels`` are below their number."""
    number, found = np.full(len(labels), -1, np.int64), np.empty(len(labels), np.int64)
    _renumber(labels, number, found)
    return found


@compiled
def _renumber(labels: Labels, number: Labels, found: Labels) -> None:
    known = 0
    for i in range(len(labels)):
        if number[labels[i]] < 0:
            number[labels[i]] = known
            known += 1
        found[i] = number[labels[i]]


def _weighs(labels: Labels, sizes: Weights, count: int) -> Weights:
    """What each of ``count`` groups of nodes weighs."""
    return np.bincount(labels, weights=sizes, minlength=count).astype(np.float64, copy=False)


@compiled
def _nats(one: float, other: float) -> float:
    """What it takes to tell the nodes of two communities apart."""
    if other == 0:
        return 0.0
    both = one + other
    return float(both * np.log(both) - one * np.log(one) - other * np.log(other))


@compiled
def _costs(one: float, other: float, drawn: float, other_drawn: float, resolution: float) -> float:
    """The weight that edges between two communities must have."""
    return float(resolution * _nats(one, other) + drawn * other_drawn)


def _moved(graph: Graph, labels: Labels, resolution: float) -> Labels:
    """Move nodes to the community they gain most from, until none gains."""
    count = len(labels)
    labels = labels.copy()
    total, draw = _weighs(labels, graph[3], count), _weighs(labels, graph[4], count)
    empty = np.empty(count, np.int64)
    unused = np.nonzero(total == 0)[0]
    empty[: len(unused)] = unused[::-1]
    _move(
        *graph, labels, resolution, total, draw, empty, len(unused), np.arange(count),
        np.ones(count, np.bool_), np.zeros(count), np.empty(count, np.int64),
    )  # fmt: skip
    return labels


@compiled
def _move(  # noqa: PLR0917 - one loop; numba takes no keyword-only arguments
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weights: Weights,
    sizes: Weights,
    drawn: Weights,
    labels: Labels,
    resolution: float,
    total: Weights,
    draw: Weights,
    empty: Labels,
    spare: int,
    queue: Labels,
    waits: NDArray[np.bool_],
    toward: Weights,
    touched: Labels,
) -> None:
    """Change ``labels``.

    ``total`` is what communities weigh and ``draw`` how they draw, ``empty`` names the
    ``spare`` that hold no node, ``queue`` all nodes, each of which ``waits``; ``toward``,
    zero, and ``touched`` are room.
    """
    count = len(sizes)
    head, waiting = 0, count
    while waiting:
        v = queue[head]
        head = (head + 1) % count
        waiting -= 1
        waits[v] = False
        seen = 0
        for j in range(indptr[v], indptr[v + 1]):
            c = labels[indices[j]]
            if toward[c] == 0:
                touched[seen] = c
                seen += 1
            toward[c] += weights[j]
        own = labels[v]
        rest = total[own] - sizes[v]
        best, gain = own, toward[own] - _costs(sizes[v], rest, drawn[v], draw[own] - drawn[v], resolution)
        for k in range(seen):
            c = touched[k]
            other = toward[c] - _costs(sizes[v], total[c], drawn[v], draw[c], resolution)
            if c != own and other > gain + _LITTLE:
                best, gain = c, other
        for k in range(seen):
            toward[touched[k]] = 0
        if gain < -_LITTLE and spare:
            best = empty[spare - 1]
        if best == own:
            continue
        total[own] -= sizes[v]
        draw[own] -= drawn[v]
        if total[best] == 0:
            spare -= 1
            draw[best] = 0
        total[best] += sizes[v]
        draw[best] += drawn[v]
        if total[own] == 0:
            empty[spare] = own
            spare += 1
        labels[v] = best
        for j in range(indptr[v], indptr[v + 1]):
            u = indices[j]
            if labels[u] != best and not waits[u]:
                queue[(head + waiting) % count] = u
                waiting += 1
                waits[u] = True


def _refined(graph: Graph, labels: Labels, resolution: float) -> Labels:
    """Parts of communities that hang together: nodes join, each once, what they gain most from."""
    count, (sizes, drawn) = len(labels), graph[3:]
    parts = np.arange(count)
    _refine(
        *graph, labels, resolution, parts, _weighs(labels, sizes, count), _weighs(labels, drawn, count),
        sizes.copy(), drawn.copy(), np.ones(count, np.bool_), np.zeros(count), np.zeros(count),
        np.empty(count, np.int64),
    )  # fmt: skip
    return parts


@compiled
def _refine(  # noqa: PLR0917
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weights: Weights,
    sizes: Weights,
    drawn: Weights,
    labels: Labels,
    resolution: float,
    parts: Labels,
    total: Weights,
    draw: Weights,
    part_size: Weights,
    part_draw: Weights,
    alone: NDArray[np.bool_],
    outward: Weights,
    toward: Weights,
    touched: Labels,
) -> None:
    """Change ``parts``, in which each node is alone.

    ``total`` is what communities weigh and ``draw`` how they draw, ``part_size`` and
    ``part_draw`` that of parts; ``outward`` and ``toward``, zero, and ``touched`` are room.
    """
    count = len(sizes)
    for v in range(count):
        for j in range(indptr[v], indptr[v + 1]):
            if labels[indices[j]] == labels[v]:
                outward[v] += weights[j]  # of a part, to the rest of its community
    for v in range(count):
        whole, all_drawn = total[labels[v]], draw[labels[v]]
        if not alone[v] or outward[v] < _costs(
            sizes[v], whole - sizes[v], drawn[v], all_drawn - drawn[v], resolution
        ):
            continue
        seen = 0
        for j in range(indptr[v], indptr[v + 1]):
            u = indices[j]
            if labels[u] == labels[v]:
                if toward[parts[u]] == 0:
                    touched[seen] = parts[u]
                    seen += 1
                toward[parts[u]] += weights[j]
        best, gain = -1, _LITTLE
        for k in range(seen):
            c = touched[k]
            other = toward[c] - _costs(sizes[v], part_size[c], drawn[v], part_draw[c], resolution)
            if other > gain and outward[c] >= _costs(
                part_size[c], whole - part_size[c], part_draw[c], all_drawn - part_draw[c], resolution
            ):
                best, gain = c, other
        if best >= 0:
            outward[best] += outward[v] - 2 * toward[best]
            part_size[best] += sizes[v]
            part_draw[best] += drawn[v]
            parts[v] = best
            alone[v] = False
            alone[best] = False
        for k in range(seen):
            toward[touched[k]] = 0


def _aggregated(graph: Graph, parts: Labels, count: int) -> Graph:
    """The graph of ``parts``, numbered from 0 to ``count``, as nodes."""
    most = len(graph[1])
    first, starts = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(parts, minlength=count), out=first[1:])
    members = np.argsort(parts, kind="stable")
    columns, sums = np.empty(most, np.int32), np.empty(most)
    weigh, draw = _weighs(parts, graph[3], count), _weighs(parts, graph[4], count)
    _aggregate(*graph[:3], parts, first, members, starts, columns, sums, np.zeros(count))
    return starts, columns[: starts[-1]].copy(), sums[: starts[-1]].copy(), weigh, draw


@compiled
def _aggregate(  # noqa: PLR0917
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weights: Weights,
    parts: Labels,
    first: NDArray[np.int64],
    members: Labels,
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    sums: Weights,
    toward: Weights,
) -> None:
    """Fill ``starts``, ``columns`` and ``sums``.

    ``members`` of part c are those from ``first[c]`` on, in order; ``toward``, zero, is room.
    """
    for c in range(len(starts) - 1):
        begin = int(starts[c])
        filled = begin
        for i in range(first[c], first[c + 1]):
            v = members[i]
            for j in range(indptr[v], indptr[v + 1]):
                other = parts[indices[j]]
                if other != c:
                    if toward[other] == 0:
                        columns[filled] = other
                        filled += 1
                    toward[other] += weights[j]
        _sort(columns, begin, filled)
        for k in range(begin, filled):
            sums[k] = toward[columns[k]]
            toward[columns[k]] = 0
        starts[c + 1] = filled


@compiled
def _sort(values: NDArray[np.int32], first: int, after: int) -> None:
    """Sort ``values[first:after]``, by Shell."""
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
