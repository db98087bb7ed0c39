"""Posts to the story of each, and nothing else: the short way for a million posts.

What stories are told by is kept of each post while it is read, all else is let
go: the stories are those that ``group.group_posts`` finds, without rank, words
and news. Reading and cleaning go on at the same time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.pipeline.group import Asked, group_posts
from dawnchorus.pipeline.stock import whole_archive
from dawnchorus.pipeline.telling import Teller
from dawnchorus.posts.clean import clean
from dawnchorus.posts.duplicates import find_duplicates
from dawnchorus.posts.language import add_language
from dawnchorus.posts.relevance import keep_relevant
from dawnchorus.posts.window import fullness
from dawnchorus.query import Query
from dawnchorus.sources.files import read_posts
from dawnchorus.stories.cluster import find_stories
from dawnchorus.tables import CLEANED, DROPPED, empty

_COUNTS = ["like_count", "repost_count", "reply_count", "quote_count", "view_count"]
LET_GO = ["text", "author_name", "lang", "quoted_author", *_COUNTS, "links", "domains", "extra", "language"]
"""Columns that neither copies nor stories are found by."""
_AHEAD = 4  # batches that wait to be cleaned
_BATCH = 10_000  # rows of an archive


@dataclass(frozen=True, slots=True)
class Piece:
    """What a batch gave: ids in order, rows for stories, and those left out with the reason."""

    ids: pl.Series
    posts: pl.DataFrame
    dropped: pl.DataFrame
    bad: pl.DataFrame


def assign_posts(asked: Asked, *, tell: Teller) -> pl.DataFrame:
    """The story of each post: ``id``, ``story``, ``thread``, ``duplicate_of``, ``dropped``.

    In the order the posts were read; rows that gave no post come last.

    Raises:
        InputError: There is no post to group.
    """
    if asked.first is not None:  # earlier editions may tell the thread, and all versions of a post count
        return group_posts(asked, tell=tell).posts
    tell.step("read")
    topic = asked.topic
    pieces = list(_pieces(asked, query=topic.parsed_query if topic else None))
    tell.step("prepare")
    ids = pl.concat([piece.ids for piece in pieces]).unique(maintain_order=True).to_frame()
    dropped = pl.concat([piece.dropped for piece in pieces])
    bad = pl.concat([piece.bad for piece in pieces]).filter(pl.col("id").is_not_null())
    posts = pl.concat([piece.posts for piece in pieces])
    del pieces
    if posts.is_empty():
        raise InputError(f"none of {ids.height} posts is left to group; see --topic")
    kept = find_duplicates(fullest(posts).sort("created_at", "day", "id", nulls_last=True))
    del posts
    kept = kept.drop([name for name in LET_GO if name in kept.columns])
    tell.step("stories")
    found = find_stories(kept, aliases=topic.spellings if topic else {})
    found = found.with_columns(kept["duplicate_of"])
    del kept
    dropped = dropped.unique("id", keep="first", maintain_order=True).join(found, on="id", how="anti")
    told = ids.join(found, on="id", how="left", maintain_order="left").join(
        dropped.select("id", dropped="reason"), on="id", how="left", maintain_order="left"
    )
    return pl.concat([told, bad.select("id", dropped="reason")], how="diagonal").select(
        "id", "story", "thread", "duplicate_of", "dropped"
    )


def _pieces(asked: Asked, *, query: Query | None) -> Iterator[Piece]:
    def cleaned(posts: pl.DataFrame, bad: pl.DataFrame) -> Piece:
        return clean_batch(posts, bad, query=query)

    waiting: deque[Future[Piece]] = deque()
    with ThreadPoolExecutor(1) as pool:
        for posts, bad in _batches(asked):
            waiting.append(pool.submit(cleaned, posts, bad))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        yield from (one.result() for one in waiting)


def _batches(asked: Asked) -> Iterable[tuple[pl.DataFrame, pl.DataFrame]]:
    if asked.data is None:
        return ((batch.posts, batch.bad) for batch in read_posts(asked.inputs))
    read = whole_archive(asked.data)
    slices = ((posts, empty(DROPPED)) for posts in read.posts.iter_slices(_BATCH))
    return chain(slices, [(read.posts.clear(), read.bad)])


def clean_batch(posts: pl.DataFrame, bad: pl.DataFrame, *, query: Query | None) -> Piece:
    """A batch cleaned, what is off topic left out."""
    kept, dropped = clean(posts)
    if query is not None:
        kept, off_topic = keep_relevant(add_language(kept), query)
        dropped = pl.concat([dropped, off_topic])
    needed = [name for name in CLEANED if name not in LET_GO]
    return Piece(posts["id"], kept.select(*needed, full=fullness(kept)), dropped, bad)


def fullest(posts: pl.DataFrame) -> pl.DataFrame:
    """One row an id, the fullest, whatever the order of the files."""
    if posts["id"].is_unique().all():
        return posts.drop("full")
    ordered = posts.sort("full", "clean_text", descending=True, nulls_last=True, maintain_order=True)
    return ordered.unique("id", keep="first", maintain_order=True).drop("full")
