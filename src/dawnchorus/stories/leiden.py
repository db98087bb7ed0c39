"""Communities in a large sparse graph: the Leiden algorithm, compiled.

What is made most of is the weight of edges inside communities less ``resolution``
times the sum of n ln n over communities of n nodes: to join two, edges between
them must outweigh the nats it takes to say which node is of which. The constant
Potts model asks for weight by pair of nodes instead; but posts have so many
neighbours and no more, so it breaks what is large and joins two groups of three
by an edge that chance has made.

Traag, Waltman & van Eck, "From Louvain to Leiden: guaranteeing well-connected
communities", Scientific Reports 2019, with nodes taken in their order and the
best move made instead of random ones. So there is no seed, and what is found in
one connected component does not depend on what else is in the graph: components
may be looked at apart, on other machines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dawnchorus.stories.compiled import compiled

Labels = NDArray[np.int64]
Weights = NDArray[np.float64]
Graph = tuple[NDArray[np.int64], NDArray[np.int32], Weights, Weights]
"""CSR of an undirected graph without loops, both directions, columns ascending; and what each node weighs."""

_ROUNDS = 2  # over the whole graph, the second from what the first has found
_LITTLE = 1e-9  # a move must be better by more: sums of the same weights differ in their last bits


def leiden(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], weights: Weights, *, resolution: float
) -> Labels:
    """A label of each node: nodes share one if they are tightly joined.

    Args:
        indptr: CSR of an undirected graph without loops, both directions given, columns ascending.
        indices: As above.
        weights: Of the edges, above 0.
        resolution: Weight of edges that is worth a nat, see above.
    """
    size = len(indptr) - 1
    whole: Graph = indptr, indices, weights, np.ones(size)
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


def _moved(graph: Graph, labels: Labels, resolution: float) -> Labels:
    """Move nodes to the community they gain most from, until none gains."""
    count = len(labels)
    labels = labels.copy()
    total = _weighs(labels, graph[3], count)
    empty = np.empty(count, np.int64)
    unused = np.nonzero(total == 0)[0]
    empty[: len(unused)] = unused[::-1]
    _move(
        *graph, labels, resolution, total, empty, len(unused), np.arange(count), np.ones(count, np.bool_),
        np.zeros(count), np.empty(count, np.int64),
    )  # fmt: skip
    return labels


@compiled
def _move(  # noqa: PLR0917 - one loop; numba takes no keyword-only arguments
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weights: Weights,
    sizes: Weights,
    labels: Labels,
    resolution: float,
    total: Weights,
    empty: Labels,
    spare: int,
    queue: Labels,
    waits: NDArray[np.bool_],
    toward: Weights,
    touched: Labels,
) -> None:
    """Change ``labels``.

    ``total`` is what communities weigh, ``empty`` names the ``spare`` that hold no
    node, ``queue`` all nodes, each of which ``waits``; ``toward``, zero, and ``touched``
    are room.
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
        best, gain = own, toward[own] - resolution * _nats(sizes[v], total[own] - sizes[v])
        for k in range(seen):
            c = touched[k]
            other = toward[c] - resolution * _nats(sizes[v], total[c])
            if c != own and other > gain + _LITTLE:
                best, gain = c, other
        for k in range(seen):
            toward[touched[k]] = 0
        if gain < -_LITTLE and spare:
            best = empty[spare - 1]
        if best == own:
            continue
        total[own] -= sizes[v]
        if total[best] == 0:
            spare -= 1
        total[best] += sizes[v]
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
    count, sizes = len(labels), graph[3]
    parts = np.arange(count)
    _refine(
        *graph, labels, resolution, parts, _weighs(labels, sizes, count), sizes.copy(),
        np.ones(count, np.bool_), np.zeros(count), np.zeros(count), np.empty(count, np.int64),
    )  # fmt: skip
    return parts


@compiled
def _refine(  # noqa: PLR0917
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    weights: Weights,
    sizes: Weights,
    labels: Labels,
    resolution: float,
    parts: Labels,
    total: Weights,
    part_size: Weights,
    alone: NDArray[np.bool_],
    outward: Weights,
    toward: Weights,
    touched: Labels,
) -> None:
    """Change ``parts``, in which each node is alone.

    ``total`` is what communities weigh, ``part_size`` what parts do; ``outward`` and
    ``toward``, zero, and ``touched`` are room.
    """
    count = len(sizes)
    for v in range(count):
        for j in range(indptr[v], indptr[v + 1]):
            if labels[indices[j]] == labels[v]:
                outward[v] += weights[j]  # of a part, to the rest of its community
    for v in range(count):
        whole = total[labels[v]]
        if not alone[v] or outward[v] < resolution * _nats(sizes[v], whole - sizes[v]):
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
            other = toward[c] - resolution * _nats(sizes[v], part_size[c])
            if other > gain and outward[c] >= resolution * _nats(part_size[c], whole - part_size[c]):
                best, gain = c, other
        if best >= 0:
            outward[best] += outward[v] - 2 * toward[best]
            part_size[best] += sizes[v]
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
    weigh = _weighs(parts, graph[3], count)
    _aggregate(*graph[:3], parts, first, members, starts, columns, sums, np.zeros(count))
    return starts, columns[: starts[-1]].copy(), sums[: starts[-1]].copy(), weigh


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
