"""Posts to the story of each, as ``assign.assign_posts`` finds it, in parts that need not be on one machine.

The plan runs stage after stage; each stage is a function of small arguments
that reads tables from the shelf and writes others, run by an executor for each
file, slice of time or shard. Through this process go names, counts and the
bounds of slices, no posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from dawnchorus.errors import InputError, UsageError
from dawnchorus.pipeline.executors.executor import Executor
from dawnchorus.pipeline.group import Asked
from dawnchorus.pipeline.partitions.copies import (
    Parts,
    find_alike,
    find_buckets,
    find_roots,
    find_same,
    gather_texts,
    name_roots,
    number_slice,
    part_texts,
    slice_of_number,
)
from dawnchorus.pipeline.partitions.grouping import group_slices
from dawnchorus.pipeline.partitions.nearing import Slice
from dawnchorus.pipeline.partitions.reading import Piece, find_inputs, once, slice_bounds, take_file
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.pipeline.telling import Teller
from dawnchorus.stories.cluster import DAY_SECONDS, story_name

_COLUMNS = ["id", "story", "thread", "duplicate_of", "dropped"]
_ROOTED = {"n": pl.Int64, "id": pl.String}


def assign_in_parts(
    asked: Asked, *, executor: Executor, shelf: Shelf, partitions: int, tell: Teller
) -> Iterator[pl.DataFrame]:
    """The tables whose rows, one after the other, are those of ``assign.assign_posts``, by value.

    Args:
        asked: Which posts; all days, from files or an object store.
        executor: Runs the tasks.
        shelf: Empty; where all machines can write and read.
        partitions: Slices of time, and shards where a stage has no order.
        tell: Told of the stages.

    Raises:
        InputError: There is no post to group.
        UsageError: What is asked cannot be done in parts.
    """
    if asked.first is not None or asked.data is not None:
        raise UsageError("in partitions, name files of posts, without --from and --data")
    tell.step("read")
    pieces, files = _read(asked, executor, shelf, partitions, tell)
    tell.step("prepare")
    bounds = slice_bounds(pieces, partitions)
    kept = executor.map(partial(once, shelf, pieces, bounds), range(partitions))
    if not sum(kept):
        raise InputError("no post is left to group; see --topic")
    parts = Parts(len(bounds), partitions)
    _find_copies(shelf, parts, executor)
    tell.step("stories")
    slices = _slices(shelf, parts, executor)
    group_slices(
        shelf, slices, executor=executor, shards=partitions,
        aliases=asked.topic.spellings if asked.topic else {}, step=tell.doing,
    )  # fmt: skip
    tell.step("assign")
    executor.map(partial(find_named, shelf, parts, slices), [0])
    executor.map(partial(name_slice, shelf), [one.number for one in slices])
    executor.map(partial(tell_slice, shelf, pieces, len(slices)), range(parts.slices))
    executor.map(partial(assemble, shelf, parts), [piece.name for piece in pieces])
    return _told(shelf, pieces, files)


def _told(shelf: Shelf, pieces: Sequence[Piece], files: int) -> Iterator[pl.DataFrame]:
    for piece in pieces:
        yield shelf.read(f"assigned/{piece.name}")
    for file in range(files):
        bad = shelf.read(f"bad/{file}")
        yield pl.concat([pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String)), bad], how="diagonal")


def _read(
    asked: Asked, executor: Executor, shelf: Shelf, partitions: int, tell: Teller
) -> tuple[list[Piece], int]:
    files = find_inputs(asked.inputs)
    query = asked.topic.parsed_query if asked.topic else None
    taken = executor.map(partial(take_file, shelf, partitions, query), list(enumerate(files)))
    notes = [note for one in taken for note in one.notes]
    for note in notes:
        tell.note(note)
    pieces = [piece for one in taken for piece in one.pieces]
    if not pieces:
        raise InputError(f"no posts found. {notes[0] if notes else files[0].name}")
    return pieces, len(files)


def _find_copies(shelf: Shelf, parts: Parts, executor: Executor) -> None:
    slices, shards = range(parts.slices), range(parts.shards)
    executor.map(partial(number_slice, shelf, parts), slices)
    executor.map(partial(find_same, shelf, parts), shards)
    executor.map(partial(find_buckets, shelf, parts), shards)
    executor.map(partial(part_texts, shelf, parts), [0])
    executor.map(partial(gather_texts, shelf, parts), shards)
    executor.map(partial(find_alike, shelf, parts), shards)
    executor.map(partial(find_roots, shelf, parts), [0])
    executor.map(partial(name_roots, shelf), slices)


@dataclass(frozen=True, slots=True)
class Times:
    """When the originals of a slice begin and end, null if no time is known of any."""

    posts: int
    first: float | None
    last: float | None
    undated: bool


def part_originals(shelf: Shelf, s: int) -> Times:
    """Originals of a slice, in no order."""
    posts = shelf.read(f"numbered/{s}").join(shelf.read(f"copies/{s}"), on="n", how="anti")
    day = pl.col("day").cast(pl.Datetime("ms")).dt.epoch("ms") / 1000
    moment = pl.col("created_at").dt.epoch("ms") / 1000
    posts = posts.with_columns(
        start=pl.coalesce(moment, day), end=pl.coalesce(moment, day + DAY_SECONDS), duplicate_of=None
    )
    shelf.write(f"timed/{s}", posts)
    first, last = posts.select(pl.col("start").min(), pl.col("end").max()).row(0)
    return Times(len(posts), first, last, posts["start"].null_count() > 0)


def order_originals(
    shelf: Shelf, first: float, last: float, given: tuple[int, Sequence[int]]
) -> tuple[int, float, float]:
    """Originals of slices that are one to ``group_slices``, in order; how many, and their times.

    Posts without a time span all: from ``first`` to ``last``.
    """
    number, parts = given
    posts = pl.concat([shelf.read(f"timed/{s}") for s in parts])
    posts = posts.with_columns(pl.col("start").fill_null(first), pl.col("end").fill_null(last)).sort(
        "start", "id"
    )
    shelf.write(f"originals/{number}", posts)
    if posts.is_empty():
        return 0, first, first
    starts, ends = posts.select(pl.col("start").min(), pl.col("end").max()).row(0)
    return len(posts), float(starts), float(ends)


def _slices(shelf: Shelf, parts: Parts, executor: Executor) -> list[Slice]:
    times = executor.map(partial(part_originals, shelf), range(parts.slices))
    dated = [s for s, one in enumerate(times) if one.first is not None]
    # Posts without a time come with the first that have one, in order of id.
    leading = dated[0] if dated and times[0].undated else 0
    groups = [tuple(range(leading + 1)), *((s,) for s in range(leading + 1, parts.slices))]
    first = min((one.first for one in times if one.first is not None), default=0.0)
    last = max((one.last for one in times if one.last is not None), default=0.0)
    found = executor.map(partial(order_originals, shelf, first, last), list(enumerate(groups)))
    slices, at = [], 0
    for number, (posts, starts, ends) in enumerate(found):
        slices.append(Slice(number, at, at + posts, starts, ends))
        at += posts
    return slices


def find_named(shelf: Shelf, parts: Parts, slices: Sequence[Slice], _: int = 0) -> None:
    """Story and thread of each post, copies included, as rows of their first posts, -1 for none."""
    numbers = np.concatenate([shelf.column(f"originals/{one.number}", "n") for one in slices])
    found = pl.concat([shelf.read(f"found/{one.number}") for one in slices])
    order = np.argsort(numbers)
    numbers = numbers[order]
    rows = {s: shelf.read(f"copies/{s}") for s in range(parts.slices)}
    of_copies = {s: order[np.searchsorted(numbers, table["root"].to_numpy())] for s, table in rows.items()}
    heads, threads = found["head"].to_numpy(), found["thread"].to_numpy()
    sizes = np.bincount(heads, minlength=len(heads))
    for place in of_copies.values():
        sizes += np.bincount(heads[place], minlength=len(heads))
    story = np.where(sizes[heads] > 1, heads, -1)
    thread = np.where(threads >= 0, threads, story)
    named = np.zeros(len(heads), np.bool_)
    named[story[story >= 0]] = True
    named[thread[thread >= 0]] = True
    for one in slices:
        shelf.write(f"named/{one.number}", {"row": np.nonzero(named[one.first : one.after])[0] + one.first})
        shelf.write(f"bases/{one.number}", {"first": np.array([one.first])})
    for s in range(parts.slices):
        here = np.nonzero(slice_of_number(numbers) == s)[0]
        n = np.concatenate([numbers[here], rows[s]["n"].to_numpy()])
        place = np.concatenate([order[here], of_copies[s]])
        shelf.write(f"told/{s}", {"n": n, "story": story[place], "thread": thread[place]})


def name_slice(shelf: Shelf, s: int) -> None:
    """Names of the stories whose first posts are in a slice."""
    rows = shelf.read(f"named/{s}")
    first = shelf.read(f"bases/{s}")["first"][0]
    ids = shelf.read(f"originals/{s}", ["id"])["id"].gather(rows["row"] - first)
    shelf.write(
        f"names/{s}", rows.with_columns(name=pl.Series([story_name(id) for id in ids], dtype=pl.String))
    )


def tell_slice(shelf: Shelf, pieces: Sequence[Piece], slices: int, s: int) -> None:
    """What is told of the posts of a slice, dealt to the pieces they were read in."""
    told = shelf.read(f"numbered/{s}", ["n", "id", "seq"]).join(shelf.read(f"told/{s}"), on="n")
    copies = shelf.read(f"copies/{s}")
    names = pl.concat([shelf.read(f"names/{one}") for one in range(slices)])
    where = np.unique(slice_of_number(copies["root"].to_numpy()))
    rooted = pl.concat([pl.DataFrame(schema=_ROOTED), *(shelf.read(f"rooted/{other}") for other in where)])
    told = (
        told.join(copies, on="n", how="left")
        .join(rooted.rename({"n": "root", "id": "duplicate_of"}), on="root", how="left")
        .join(names.rename({"row": "story", "name": "story_name"}), on="story", how="left")
        .join(names.rename({"row": "thread", "name": "thread_name"}), on="thread", how="left")
        .select("seq", "id", story="story_name", thread="thread_name", duplicate_of="duplicate_of")
    )
    piece = np.searchsorted([one.first for one in pieces], told["seq"].to_numpy(), side="right") - 1
    for place, one in enumerate(pieces):
        shelf.write(f"out/{one.name}/slice{s}", told.filter(pl.Series(piece == place)))


def assemble(shelf: Shelf, parts: Parts, name: str) -> None:
    """A line a post of a piece, in the order they were read."""
    told = [shelf.read(f"out/{name}/slice{s}") for s in range(parts.slices)]
    left = [shelf.read(f"out/{name}/shard{shard}") for shard in range(parts.shards)]
    table = pl.concat([*told, *left], how="diagonal").sort("seq")
    shelf.write(f"assigned/{name}", table.select(_COLUMNS))
