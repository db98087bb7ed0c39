"""From stories to threads: connected stories a shard at a time, posts on their own a slice at a time."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from dawnchorus.pipeline.partitions.joining import Shards, read_heads, settle, spread, unite
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.stories.broad import (
    EDGE,
    LEAST_STORIES,
    Words,
    between_stories,
    choose_threads,
    first_stories,
    held_words,
    nameable,
    names_of,
    take_in,
)

Rows = NDArray[np.int64]


def part_stories(shelf: Shelf, plan: Shards, stage: int) -> None:
    """The shard of each row whose story is near to another, -1 for others; and the posts of each word."""
    heads = read_heads(shelf, plan, stage)
    parent = np.arange(plan.size)
    touched = np.zeros(plan.size, np.bool_)
    used = np.zeros(len(shelf.read("weights", ["hash"])), np.int64)
    for one in plan.slices:
        edges = shelf.read(f"week/{one.number}").filter(pl.col("cosine") >= EDGE)
        row, other = heads[edges["row"].to_numpy()], heads[edges["other"].to_numpy()]
        apart = row != other
        row, other = row[apart], other[apart]
        unite(parent, row, other)
        touched[row] = True
        touched[other] = True
        used += np.bincount(shelf.column(f"matrix/{one.number}/entries", "column"), minlength=len(used))
    settle(parent)
    sizes = np.bincount(heads, minlength=len(heads))
    if (sizes > 1).sum() < LEAST_STORIES:
        touched[:] = False
    shard = np.where(touched, spread(parent, plan.count), -1)[heads].astype(np.int32)
    for one in plan.slices:
        shelf.write(f"connected/{one.number}", {"shard": shard[one.first : one.after]})
    columns = nameable(used, shelf.column("weights", "hash"))
    shelf.write("nameable", {"column": columns, "posts": used[columns]})


def scatter_stories(shelf: Shelf, plan: Shards, given: tuple[int, int]) -> None:
    """Rows of connected stories, and their edges, to shards; the stage of heads, and the slice."""
    stage, s = given
    one = plan.slices[s]
    matrix, _ = shelf.read_matrix(f"matrix/{s}", len(shelf.read("weights", ["hash"])))
    table = shelf.read(f"heads/{stage}/{s}")
    heads, sizes = table["head"].to_numpy(), table["size"].to_numpy()
    shard = shelf.column(f"connected/{s}", "shard")
    edges = shelf.read(f"week/{s}").filter(pl.col("cosine") >= EDGE)
    of_edges = shard[edges["row"].to_numpy() - one.first]
    every = read_heads(shelf, plan, stage)
    one_head, other_head = (pl.Series(every[edges[name].to_numpy()]) for name in ("row", "other"))
    edges = edges.with_columns(row=one_head, other=other_head)
    for number in range(plan.count):
        here = np.nonzero(shard == number)[0]
        name = f"stories/{number}/{s}"
        shelf.write_matrix(name, matrix[here], head=heads[here], posts=sizes[here])
        shelf.write(f"{name}/edges", edges.filter(pl.Series(of_edges == number)))


def part_threads(shelf: Shelf, plan: Shards, shard: int) -> None:
    """Threads of the stories of a shard, and their names."""
    weights = shelf.read("weights", ["share"])
    words = shelf.read("nameable")
    parts = [shelf.read_matrix(f"stories/{shard}/{one.number}", len(weights)) for one in plan.slices]
    rows = pl.concat([rows for _, rows in parts])
    edges = pl.concat([shelf.read(f"stories/{shard}/{one.number}/edges") for one in plan.slices])
    heads, first, labels = np.unique(rows["head"].to_numpy(), return_index=True, return_inverse=True)
    sizes = rows["posts"].to_numpy()[first]
    columns = words["column"].to_numpy()
    thread, at, word, share = (np.zeros(0, np.int64) for _ in range(4))
    if len(heads):
        matrix = sparse.vstack([matrix for matrix, _ in parts], format="csr")
        del parts
        used = np.zeros(len(weights), np.int64)
        used[columns] = words["posts"].to_numpy()
        held = Words.of(
            matrix, labels, len(heads), columns=columns, used=used, share=weights["share"].to_numpy()
        )
        del matrix
        place = [np.searchsorted(heads, edges[name].to_numpy()) for name in ("row", "other")]
        graph = between_stories(place[0], place[1], edges["cosine"].to_numpy(), len(heads))
        thread = choose_threads(graph, held, sizes)
        if thread.max() >= 0:
            stories, name = names_of(thread, held, sizes)
            name = name.tocoo()
            at, word, share = heads[stories[name.col]], name.row.astype(np.int64), name.data
    inside = np.nonzero(thread >= 0)[0]
    shelf.write(f"threads/{shard}", {"head": heads[inside], "thread": heads[thread[inside]]})
    shelf.write(f"thread_names/{shard}", {"thread": at, "word": word, "share": share.astype(np.float64)})


def take_in_slice(shelf: Shelf, plan: Shards, given: tuple[int, int]) -> None:
    """Posts of a slice on their own, and the thread whose name each holds; the stage, and the slice."""
    stage, s = given
    one = plan.slices[s]
    names = pl.concat([shelf.read(f"thread_names/{shard}") for shard in range(plan.count)])
    inside = pl.concat([shelf.read(f"threads/{shard}", ["head"]) for shard in range(plan.count)])
    table = shelf.read(f"heads/{stage}/{s}").with_columns(
        known=pl.col("head").is_in(inside["head"].implode())
    )
    alone = np.nonzero(table.select((pl.col("size") == 1) & ~pl.col("known")).to_series().to_numpy())[0]
    row, to = np.zeros(0, np.int64), np.zeros(0, np.int64)
    if len(alone) and len(names):
        matrix, _ = shelf.read_matrix(f"matrix/{s}", len(shelf.read("weights", ["hash"])))
        columns = shelf.column("nameable", "column")
        threads, column = np.unique(names["thread"].to_numpy(), return_inverse=True)
        name = sparse.csr_matrix(
            (names["share"].to_numpy(), (names["word"].to_numpy(), column)),
            shape=(len(columns), len(threads)),
        )
        held = held_words(matrix[alone], np.arange(len(alone)), len(alone), columns=columns)
        place = take_in(held, name)
        row, to = alone[place >= 0] + one.first, threads[place[place >= 0]]
    shelf.write(f"taken_in/{s}", {"head": row, "thread": to})


def settle_threads(shelf: Shelf, plan: Shards, stage: int) -> None:
    """Head of story and thread of each row, a thread under its first story, -1 for none: ``found/SLICE``."""
    heads = read_heads(shelf, plan, stage)
    of = np.full(len(heads), -1, np.int64)
    parts = [f"threads/{shard}" for shard in range(plan.count)]
    for name in (*parts, *(f"taken_in/{one.number}" for one in plan.slices)):
        table = shelf.read(name)
        of[table["head"].to_numpy()] = table["thread"].to_numpy()
    of = first_stories(of)[heads]
    for one in plan.slices:
        here = slice(one.first, one.after)
        shelf.write(f"found/{one.number}", {"head": heads[here], "thread": of[here]})
