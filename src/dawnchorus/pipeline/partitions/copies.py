"""Which posts copy another, a slice of time or a shard of texts at a time.

The work is that of ``posts.duplicates``: its kinds of edges are looked for where
all texts that can share one come together. Posts are numbered so that numbers
are in the order in which an origin comes before its copies, without anybody
having to count all: reposts of posts that are there, no time, slice, place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dawnchorus.pipeline.partitions.joining import settle, unite
from dawnchorus.pipeline.partitions.reading import shard_of
from dawnchorus.pipeline.partitions.shelf import Shelf
from dawnchorus.posts.duplicates import (
    BEGINNING,
    cut_texts,
    equal_texts,
    in_order,
    near_rows,
    near_texts,
    reposts,
    text_sets,
)
from dawnchorus.posts.minhash import BANDS, band_keys

_SLICE, _UNDATED, _REPOST = 1 << 36, 1 << 60, 1 << 61
_SEEN = {"_n": pl.Int64, "_said": pl.String, "_size": pl.Int64, "_cut": pl.Boolean, "_key": pl.String}


@dataclass(frozen=True, slots=True)
class Parts:
    """Into how much the work is parted."""

    slices: int
    shards: int


def number_slice(shelf: Shelf, parts: Parts, s: int) -> None:
    """Number the posts of a slice, and deal what they say to shards."""
    shards = range(parts.shards)
    posts = pl.concat([shelf.read(f"sliced/{s}/{shard}") for shard in shards])
    present = pl.concat([shelf.read(f"present/{shard}") for shard in shards])["id"]
    found, _ = in_order(posts, present)
    late = pl.when("_has_original").then(_REPOST).otherwise(0) + pl.when(pl.col("_at").is_null()).then(
        _UNDATED
    ).otherwise(0)
    found = found.with_columns(_n=late + s * _SLICE + pl.int_range(pl.len()))
    numbers = found.select("_row", "_n").sort("_row")["_n"]
    shelf.write(f"numbered/{s}", posts.with_columns(n=numbers).sort("n"))
    seen = found.select(*_SEEN)
    begin = shard_of(found["_said"].str.slice(0, BEGINNING), parts.shards)
    passed = found.filter(pl.col("repost_of").is_not_null()).select("_n", "repost_of")
    origin = found.filter(pl.col("id").is_in(present.implode())).select("_n", "id")
    of_passed, of_origin = shard_of(passed["repost_of"], parts.shards), shard_of(origin["id"], parts.shards)
    for shard in shards:
        shelf.write(f"said/{shard}/{s}", seen.filter(pl.Series(begin == shard)))
        shelf.write(f"passed_on/{shard}/{s}", passed.filter(pl.Series(of_passed == shard)))
        shelf.write(f"origins/{shard}/{s}", origin.filter(pl.Series(of_origin == shard)))


def find_same(shelf: Shelf, parts: Parts, shard: int) -> None:
    """Reposts, equal and cut texts of a shard; and by what its texts might be near copies."""
    posts = _all(shelf, f"said/{shard}", parts.slices).sort("_n")
    passed, origins = (_all(shelf, f"{kind}/{shard}", parts.slices) for kind in ("passed_on", "origins"))
    edges = np.concatenate([reposts(passed, origins), equal_texts(posts), cut_texts(posts)])
    _write_pairs(shelf, f"pairs/{shard}", edges)
    texts = near_rows(posts)
    shelf.write(f"texts/{shard}", texts)
    for band, keys in enumerate(band_keys(*text_sets(texts["_said"]))):
        dealt = (keys >> np.uint64(33)).astype(np.int64) % parts.shards
        for to in range(parts.shards):
            here = dealt == to
            shelf.write(f"bands/{to}/{band}-{shard}", {"key": keys[here], "n": texts["_n"].to_numpy()[here]})


def find_buckets(shelf: Shelf, parts: Parts, shard: int) -> None:
    """Texts that share a key, each with the first of them."""
    found = []
    for band in range(BANDS):
        keys = pl.concat([shelf.read(f"bands/{shard}/{band}-{other}") for other in range(parts.shards)])
        keys = keys.with_columns(of=pl.col("n").min().over("key"))
        found.append(keys.filter(pl.len().over("key") > 1).select("n", "of"))
    shelf.write(f"buckets/{shard}", pl.concat(found).unique().sort("n", "of"))


def part_texts(shelf: Shelf, parts: Parts, _: int = 0) -> None:
    """The shard that each text which shares a key with another is looked at in, those connected in one."""
    nodes, roots = _connected(shelf, [f"buckets/{shard}" for shard in range(parts.shards)])
    mixed = roots.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(40)
    shelf.write("alike", {"_n": nodes, "shard": (mixed % np.uint64(parts.shards)).astype(np.int64)})


def gather_texts(shelf: Shelf, parts: Parts, shard: int) -> None:
    """Texts of a shard to those they are looked at in."""
    texts = shelf.read(f"texts/{shard}").join(shelf.read("alike"), on="_n", how="inner")
    for to in range(parts.shards):
        shelf.write(f"gathered/{to}/{shard}", texts.filter(pl.col("shard") == to).select("_n", "_said"))


def find_alike(shelf: Shelf, parts: Parts, shard: int) -> None:
    """Near copies among the texts that were gathered in a shard."""
    texts = _all(shelf, f"gathered/{shard}", parts.shards).sort("_n")
    pairs = near_texts(texts["_n"].to_numpy(), *text_sets(texts["_said"]))
    _write_pairs(shelf, f"pairs/alike{shard}", pairs)


def find_roots(shelf: Shelf, parts: Parts, _: int = 0) -> None:
    """Of each copy the first post of those it is connected with."""
    shards = range(parts.shards)
    nodes, roots = _connected(shelf, [f"pairs/{kind}{shard}" for kind in ("", "alike") for shard in shards])
    copies = pl.DataFrame({"n": nodes, "root": roots}).filter(pl.col("n") != pl.col("root"))
    for s in range(parts.slices):
        shelf.write(f"copies/{s}", copies.filter(_slice("n") == s))
        shelf.write(f"roots/{s}", copies.filter(_slice("root") == s).select(n="root").unique().sort("n"))


def name_roots(shelf: Shelf, s: int) -> None:
    """Ids of the posts of a slice that others copy."""
    ids = shelf.read(f"numbered/{s}", ["n", "id"])
    shelf.write(f"rooted/{s}", ids.join(shelf.read(f"roots/{s}"), on="n", how="semi"))


def slice_of_number(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The slice of time of posts, from their numbers."""
    return numbers % _UNDATED // _SLICE


def _slice(column: str) -> pl.Expr:
    return pl.col(column) % _UNDATED // _SLICE


def _all(shelf: Shelf, name: str, parts: int) -> pl.DataFrame:
    return pl.concat([shelf.read(f"{name}/{part}") for part in range(parts)])


def _write_pairs(shelf: Shelf, name: str, pairs: NDArray[np.int64]) -> None:
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    shelf.write(name, {"n": pairs[:, 0].copy(), "of": pairs[:, 1].copy()})


def _connected(shelf: Shelf, names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers that tables of pairs touch, ascending, and the lowest that each is connected with.

    One table at a time: pairs are many times the numbers.
    """
    touched = [pl.concat(shelf.read(name).select("n", "of").get_columns()).unique() for name in names]
    nodes = pl.concat(touched).unique().sort().to_numpy()
    parent = np.arange(len(nodes))
    for name in names:
        pairs = shelf.read(name)
        unite(parent, *(np.searchsorted(nodes, pairs[end].to_numpy()) for end in ("n", "of")))
    settle(parent)
    return nodes, nodes[parent]
