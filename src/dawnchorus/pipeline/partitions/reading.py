"""Files to slices of time: read and cleaned a file at a time, then each id once.

A row's number (``seq``) says where it was read: file and row. What comes out
at the end is in that order.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.errors import InputError
from dawnchorus.pipeline.assign import clean_batch, fullest
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.query import Query
from dawnchorus.sources.files import Batch, read_file
from dawnchorus.sources.inputs import Input, find_files
from dawnchorus.stories.tokens import hash_strings

_PIECE = 200_000  # posts of a file that are written at once
_FILE = 1 << 40  # more than the rows of a file
UNDATED = -(2**62)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of posts of one file, and how many there are of each minute (``minute``, ``posts``)."""

    name: str
    first: int
    minutes: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file gave."""

    file: str
    pieces: tuple[Piece, ...]
    bad: int
    notes: tuple[str, ...]


def find_inputs(inputs: Sequence[str]) -> list[Input]:
    """Files of ``inputs``, of which some may be addresses of an object store, with patterns.

    Raises:
        InputError: Something is not there.
    """
    found: list[Input] = []
    for one in inputs:
        if "://" not in one:
            found += find_files([one])
            continue
        system, path = _remote(one)
        paths = sorted(system.glob(path))
        if not paths:
            raise InputError(f"{one}: nothing is there")
        found += [Input(system.unstrip_protocol(each), named=len(paths) == 1) for each in paths]
    return list(dict.fromkeys(found))


def take_file(shelf: Shelf, shards: int, query: Query | None, given: tuple[int, Input]) -> Taken:
    """Read and clean a file, and deal its posts to shards by id."""
    number, file = given
    pieces: list[Piece] = []
    bad, notes = [], []
    row = 0
    with _here(file) as local:
        for batches in _pieces(read_file(local)):
            first = number * _FILE + row
            bad += [batch.bad for batch in batches]
            notes += [note for batch in batches for note in batch.notes]
            row += sum(batch.posts.height for batch in batches)
            if row > first - number * _FILE:
                pieces.append(
                    _deal(shelf, shards, query, batches, name=f"{number}-{len(pieces)}", first=first)
                )
    told = pl.concat(bad) if bad else pl.DataFrame(schema={"id": pl.String, "reason": pl.String})
    shelf.write(f"bad/{number}", told.select("id", dropped="reason").filter(pl.col("id").is_not_null()))
    return Taken(file.name, tuple(pieces), told.height, tuple(notes))


def once(shelf: Shelf, pieces: Sequence[Piece], bounds: Sequence[int], shard: int) -> int:
    """Each id of a shard once, the fullest, dealt to slices of time that begin at ``bounds``.

    Returns the number of posts kept.
    """
    names = [piece.name for piece in pieces]
    posts = fullest(pl.concat([shelf.read(f"dealt/{shard}/{name}") for name in names]))
    ids = (
        pl.concat([shelf.read(f"ids/{shard}/{name}") for name in names])
        .group_by("id")
        .agg(pl.col("seq").min())
    )
    posts = posts.join(ids, on="id", how="left")
    drops = pl.concat([shelf.read(f"drops/{shard}/{name}") for name in names]).sort("order")
    gone = ids.join(posts, on="id", how="anti").join(
        drops.unique("id", keep="first", maintain_order=True), on="id"
    )
    piece = np.searchsorted([piece.first for piece in pieces], gone["seq"].to_numpy(), side="right") - 1
    for place, name in enumerate(names):
        shelf.write(
            f"out/{name}/shard{shard}",
            gone.filter(pl.Series(piece == place)).select("seq", "id", dropped="reason"),
        )
    wanted = pl.concat([shelf.read(f"passed/{shard}/{name}") for name in names])["id"].unique()
    shelf.write(
        f"present/{shard}", posts.select("id").filter(pl.col("id").is_in(wanted.implode())).sort("id")
    )
    at = slice_of(posts, bounds)
    for s in range(len(bounds)):
        shelf.write(f"sliced/{s}/{shard}", posts.filter(pl.Series(at == s)))
    return posts.height


def slice_bounds(pieces: Sequence[Piece], count: int) -> list[int]:
    """Minutes at which ``count`` slices of about as many posts begin; fewer where many share a minute.

    Posts of which no time is known are in the first.
    """
    minutes = pl.concat([piece.minutes for piece in pieces]).group_by("minute").agg(pl.col("posts").sum())
    minutes = minutes.filter(pl.col("minute") > UNDATED).sort("minute")
    before = minutes["posts"].cum_sum() - minutes["posts"]
    wanted = [minutes["posts"].sum() * part // count for part in range(1, count)]
    starts = (
        [
            minutes["minute"][int(at)]
            for at in before.search_sorted(pl.Series(wanted, dtype=pl.Int64))
            if at < len(minutes)
        ]
        if len(minutes)
        else []
    )
    return [UNDATED, *sorted(set(starts) - {minutes["minute"][0]} if starts else [])]


def slice_of(posts: pl.DataFrame, bounds: Sequence[int]) -> NDArray[np.int64]:
    """The slice of each post."""
    minute = posts.select(_minute()).to_series().to_numpy()
    return np.searchsorted(np.asarray(bounds), minute, side="right") - 1


def shard_of(strings: pl.Series, shards: int) -> NDArray[np.int64]:
    """A shard for each string, the same on every machine."""
    return (hash_strings(strings) >> np.uint64(20)).astype(np.int64) % shards


def _minute() -> pl.Expr:
    at = pl.coalesce("created_at", pl.col("day").cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"))
    return (at.dt.epoch("s") // 60).fill_null(UNDATED).alias("minute")


def _pieces(batches: Iterator[Batch]) -> Iterator[list[Batch]]:
    held: list[Batch] = []
    for batch in batches:
        held.append(batch)
        if sum(one.posts.height for one in held) >= _PIECE:
            yield held
            held = []
    if held:
        yield held


def _deal(
    shelf: Shelf, shards: int, query: Query | None, batches: Sequence[Batch], *, name: str, first: int
) -> Piece:
    posts, ids, drops = [], [], []
    for batch in batches:
        cleaned = clean_batch(batch.posts, batch.bad, query=query)
        read = pl.DataFrame({"id": cleaned.ids, "seq": first + np.arange(len(cleaned.ids))})
        drops.append(cleaned.dropped.select("id", "reason", order=first + pl.int_range(pl.len())))
        ids.append(read)
        posts.append(cleaned.posts)
        first += len(read)
    kept, every, lost = pl.concat(posts), pl.concat(ids), pl.concat(drops)
    passed = kept.select(id="repost_of").drop_nulls().unique().sort("id")
    for kind, table in (("dealt", kept), ("ids", every), ("drops", lost), ("passed", passed)):
        shard = shard_of(table["id"], shards)
        for number in range(shards):
            shelf.write(f"{kind}/{number}/{name}", table.filter(pl.Series(shard == number)))
    return Piece(name, int(every["seq"][0]), kept.group_by(_minute()).agg(posts=pl.len().cast(pl.Int64)))


@contextmanager
def _here(file: Input) -> Iterator[Input]:
    """A file on this machine: an object is fetched for as long as it is read."""
    if "://" not in file.path:
        yield file
        return
    system, path = _remote(file.path)
    with tempfile.TemporaryDirectory() as folder:
        local = Path(folder, Path(path).name)
        with system.open(path, "rb") as there, local.open("wb") as here:
            shutil.copyfileobj(there, here, 1 << 20)
        yield Input(str(local), named=file.named)


def _remote(address: str) -> tuple[Any, str]:
    try:
        import fsspec  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError(f"{address}: to read it, pip install 'dawnchorus[ray]'") from error
    system, path = fsspec.core.url_to_fs(address)
    return system, path
