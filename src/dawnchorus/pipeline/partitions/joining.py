"""From neighbours to stories, a shard of components or groups at a time.

Groups are named by their first row, their head, so that no number depends on
where a group was looked at. A stage reads the heads that the one before left
and leaves new ones: tables ``heads/STAGE/SLICE``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.pipeline.partitions.nearing import Slice
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.pipeline.partitions.weighing import Grounds
from dawnchorus.stories.apart import leave_apart
from dawnchorus.stories.bridges import BRIDGES
from dawnchorus.stories.communities import (
    Joining,
    edge_communities,
    join_totals,
    lives_of,
    pointed,
    row_sums,
)
from dawnchorus.stories.compiled import compiled
from dawnchorus.stories.neighbours import Spans, nearest_among

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shards:
    """What a stage of groups needs to know: the slices, the number of shards, and how to join."""

    slices: Sequence[Slice]
    count: int
    how: Joining

    @property
    def size(self) -> int:
        """Rows of all slices."""
        return self.slices[-1].after


def part_components(shelf: Shelf, shards: Shards, _: int = 0) -> None:
    """Which shard the component of each row is in, -1 for rows without edges."""
    parent = np.arange(shards.size)
    touched = np.zeros(shards.size, np.bool_)
    for one in shards.slices:
        edges = shelf.read(f"edges/{one.number}", ["row", "other"])
        row, other = edges["row"].to_numpy(writable=True), edges["other"].to_numpy(writable=True)
        unite(parent, row, other)
        touched[row] = True
        touched[other] = True
    settle(parent)
    shard = np.where(touched, spread(parent, shards.count), -1).astype(np.int32)
    for one in shards.slices:
        shelf.write(f"components/{one.number}", {"shard": shard[one.first : one.after]})


def scatter_edges(shelf: Shelf, shards: Shards, s: int) -> None:
    """Edges of a slice to the shards of their components."""
    one = shards.slices[s]
    edges = shelf.read(f"edges/{s}")
    shard = shelf.column(f"components/{s}", "shard")[edges["row"].to_numpy() - one.first]
    for number in range(shards.count):
        shelf.write(f"sharded/{number}/{s}", edges.filter(pl.Series(shard == number)))


def part_communities(shelf: Shelf, shards: Shards, number: int) -> None:
    """Communities of the components of a shard: each row that has one, and its head."""
    edges = pl.concat([shelf.read(f"sharded/{number}/{one.number}") for one in shards.slices])
    row, other, cosine = (edges[name].to_numpy(writable=True) for name in ("row", "other", "cosine"))
    del edges
    touched, found = edge_communities(row, other, cosine, how=shards.how)
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    heads = touched[first[inverse]] if len(touched) else touched
    shelf.write(f"moved/0/{number}", {"row": touched, "head": heads})


def settle_heads(shelf: Shelf, shards: Shards, given: tuple[int, Sequence[str]]) -> None:
    """Heads after rows have moved: the stage to write, and the tables of rows and where they went."""
    stage, moved = given
    heads = read_heads(shelf, shards, stage - 1) if stage else np.arange(shards.size)
    for name in moved:
        table = shelf.read(name)
        heads[table["row"].to_numpy()] = table["head"].to_numpy()
    _write_heads(shelf, shards, stage, heads)


def scatter_rows(shelf: Shelf, shards: Shards, given: tuple[int, int, bool, int]) -> None:
    """Rows of groups of some size to the shards of their groups.

    ``given`` is the stage whose heads count, the least posts of a group, whether
    bridges are wanted as well, and the slice.
    """
    stage, smallest, tied, s = given
    one = shards.slices[s]
    width = len(shelf.read("weights", ["frequency"]))
    matrix, times = shelf.read_matrix(f"matrix/{s}", width)
    table = shelf.read(f"heads/{stage}/{s}")
    heads = table["head"].to_numpy()
    ties = shelf.read(f"ties/{s}")
    number = np.where(table["size"].to_numpy() >= smallest, spread(heads, shards.count), -1)
    for shard in range(shards.count):
        here = np.nonzero(number == shard)[0]
        shelf.write_matrix(
            f"rows/{stage}/{shard}/{s}", matrix[here], row=here + one.first, head=heads[here],
            start=times["start"].to_numpy()[here], end=times["end"].to_numpy()[here],
        )  # fmt: skip
        if tied:
            inside = number[ties["row"].to_numpy() - one.first] == shard
            shelf.write(f"rows/{stage}/{shard}/{s}/ties", ties.filter(pl.Series(inside)))


def part_totals(shelf: Shelf, shards: Shards, given: tuple[int, bool, int]) -> None:
    """Of the groups of a shard the sum of their rows and when they were told.

    ``given`` is the stage, whether only where the sums point to is wanted, which is smaller, and the shard.
    """
    stage, centres, shard = given
    matrix, rows = _gathered(shelf, shards, stage, shard)
    heads, inverse = np.unique(rows["head"].to_numpy(), return_inverse=True)
    sums = row_sums(matrix, inverse, len(heads))
    sums.sort_indices()
    sums = pointed(sums) if centres else sums
    lives = lives_of(inverse, *(rows[name].to_numpy() for name in ("start", "end")))
    shelf.write_matrix(f"sums/{stage}/{shard}", sums, head=heads, start=lives.start, end=lives.end)


def join_all(shelf: Shelf, shards: Shards, stage: int) -> None:
    """Join groups that are each other's nearest; writes the heads of the stage after."""
    heads, sums, lives = _sums(shelf, shards, stage)
    evidence = Grounds.of(shelf, shards.size, shards.how).evidence
    into = np.arange(shards.size)
    into[heads] = heads[
        join_totals(sums, lives, evidence=evidence.terms, needed=evidence.groups, how=shards.how)
    ]
    _write_heads(shelf, shards, stage + 1, into[read_heads(shelf, shards, stage)])


def part_singles(shelf: Shelf, shards: Shards, given: tuple[int, int]) -> None:
    """Posts of a slice that are alone or in a pair, and the group each joins; the stage, and the slice."""
    stage, s = given
    how, one = shards.how, shards.slices[s]
    table = shelf.read(f"heads/{stage}/{s}")
    alone = np.nonzero(table["size"].to_numpy() < how.smallest)[0]
    window = how.window_seconds / 4
    groups, centres, lives = _sums(shelf, shards, stage)
    near = np.nonzero((lives.end >= one.starts - window) & (lives.start <= one.ends + window))[0]
    groups, centres, lives = groups[near], centres[near], Spans(lives.start[near], lives.end[near])
    row, head = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if len(groups) and len(alone):
        evidence = Grounds.of(shelf, shards.size, how).evidence
        matrix, rows = shelf.read_matrix(f"matrix/{s}", len(evidence.terms))
        times = Spans(*(rows[name].to_numpy(writable=True)[alone] for name in ("start", "end")))
        nearest, _ = nearest_among(
            matrix[alone], times, centres, lives, itself=None,
            window_seconds=window, evidence=evidence.terms, needed=evidence.groups,
            least=how.single,
        )  # fmt: skip
        joins = nearest >= 0
        row, head = alone[joins] + one.first, groups[nearest[joins]]
    shelf.write(f"taken/{s}", {"row": row, "head": head})


def part_apart(shelf: Shelf, shards: Shards, given: tuple[int, int]) -> None:
    """Rows of the groups of a shard and their heads once those that stand apart have left."""
    stage, shard = given
    matrix, rows = _gathered(shelf, shards, stage, shard)
    row = rows["row"].to_numpy()
    _, before = np.unique(rows["head"].to_numpy(), return_inverse=True)
    ties = pl.concat([shelf.read(f"rows/{stage}/{shard}/{one.number}/ties") for one in shards.slices])
    across = np.full((len(row), BRIDGES), -1, np.int32)
    if len(row) and len(ties):
        at = np.searchsorted(row, ties["row"].to_numpy())
        other = np.minimum(np.searchsorted(row, ties["other"].to_numpy()), len(row) - 1)
        slot = np.arange(len(at)) - np.searchsorted(at, at)
        across[at, slot] = np.where(row[other] == ties["other"].to_numpy(), other, -1)
    grounds = Grounds.of(shelf, shards.size, shards.how)
    after = leave_apart(
        matrix, before, across, frequency=grounds.frequency, share=grounds.share, size=shards.size
    )
    _, first = np.unique(after, return_index=True)
    shelf.write(f"moved/{stage}/{shard}", {"row": row, "head": row[first[after]] if len(row) else row})


def read_heads(shelf: Shelf, shards: Shards, stage: int) -> Rows:
    """The head of each row."""
    return np.concatenate([shelf.column(f"heads/{stage}/{one.number}", "head") for one in shards.slices])


def _write_heads(shelf: Shelf, shards: Shards, stage: int, heads: Rows) -> None:
    """Write heads, each group under its first row, and the size of each row's group."""
    first = np.full(len(heads), len(heads), np.int64)
    np.minimum.at(first, heads, np.arange(len(heads)))
    heads = first[heads]
    sizes = np.bincount(heads, minlength=len(heads))[heads] if len(heads) else heads
    for one in shards.slices:
        here = slice(one.first, one.after)
        shelf.write(f"heads/{stage}/{one.number}", {"head": heads[here], "size": sizes[here]})


def _gathered(shelf: Shelf, shards: Shards, stage: int, shard: int) -> tuple[Any, pl.DataFrame]:
    width = len(shelf.read("weights", ["frequency"]))
    parts = [shelf.read_matrix(f"rows/{stage}/{shard}/{one.number}", width) for one in shards.slices]
    return (
        sparse.vstack([matrix for matrix, _ in parts], format="csr"),
        pl.concat([rows.drop("size") for _, rows in parts]),
    )


def _sums(shelf: Shelf, shards: Shards, stage: int) -> tuple[Rows, Any, Spans]:
    """Heads of groups, ascending, the sums of their rows, and when they were told."""
    width = len(shelf.read("weights", ["frequency"]))
    parts = [shelf.read_matrix(f"sums/{stage}/{shard}", width) for shard in range(shards.count)]
    rows = pl.concat([rows for _, rows in parts])
    order = np.argsort(rows["head"].to_numpy())
    sums = sparse.vstack([sums for sums, _ in parts], format="csr")[order]
    return (
        rows["head"].to_numpy()[order],
        sums,
        Spans(*(rows[name].to_numpy()[order] for name in ("start", "end"))),
    )


def spread(numbers: Rows, count: int) -> Rows:
    """A shard for each number, evenly."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(40)) % np.uint64(count)).astype(np.int64)


@compiled
def unite(parent: Rows, one: Rows, other: Rows) -> None:
    """Connect pairs of numbers; ``parent``, changed in place, is at first each number itself."""
    for i in range(len(one)):
        a, b = _root(parent, one[i]), _root(parent, other[i])
        parent[max(a, b)] = min(a, b)


@compiled
def settle(parent: Rows) -> None:
    """Make each number's parent the lowest that it is connected with."""
    for i in range(len(parent)):
        parent[i] = _root(parent, i)


@compiled
def _root(parent: Rows, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
