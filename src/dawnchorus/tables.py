"""Schemas of the tables that pass between stages, and how posts become rows of one.

A stage takes and returns frames with these columns and types, no more and no
less, in this order; :func:`conform` is the check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

import msgspec
import polars as pl

from dawnchorus.model import Post

UTC_MS = pl.Datetime("ms", "UTC")


def _schema(columns: Mapping[str, Any]) -> pl.Schema:
    return pl.Schema(columns)


POSTS = _schema(
    {
        "id": pl.String,
        "source": pl.String,
        "text": pl.String,
        "author": pl.String,
        "author_name": pl.String,
        "created_at": UTC_MS,
        "day": pl.Date,
        "lang": pl.String,
        "url": pl.String,
        "like_count": pl.Int64,
        "repost_count": pl.Int64,
        "reply_count": pl.Int64,
        "quote_count": pl.Int64,
        "view_count": pl.Int64,
        "reply_to": pl.String,
        "repost_of": pl.String,
        "quote_of": pl.String,
        "quoted_author": pl.String,
        "quoted_text": pl.String,
        "links": pl.List(pl.String),
        "extra": pl.String,
    }
)
"""Posts as read: one row a post, fields as in ``model.Post``."""

CLEANED = _schema(
    {
        **POSTS,
        "clean_text": pl.String,  # as a reader sees it: NFC, no control characters, no markup
        "urls": pl.List(pl.String),  # links of text and entities, canonical, distinct, in order
        "domains": pl.List(pl.String),  # registered hosts of urls, without "www."
        "hashtags": pl.List(pl.String),  # lower case, without "#"
        "mentions": pl.List(pl.String),  # lower case, without "@"
        "cashtags": pl.List(pl.String),  # upper case, without "$"
    }
)
"""After ``posts.clean``."""

KEPT = _schema(
    {
        **CLEANED,
        "language": pl.String,  # ISO 639-1, "und" if it cannot be told
        "duplicate_of": pl.String,  # id of the post it copies or passes on, else null
        "duplicate_kind": pl.String,  # "repost", "exact", "near", else null
    }
)
"""After language, relevance and duplicates: every post that is on topic and in the window."""

DROPPED = _schema(
    {
        "id": pl.String,  # null for a row that could not be read
        "stage": pl.String,  # "read", "window", "clean", "relevance", …
        "reason": pl.String,  # short and fixed, counted in the coverage: "bad row", "off topic", …
        "detail": pl.String,  # file and line, matching word, …
    }
)
"""What was left out, and why."""

ASSIGNED = _schema({"id": pl.String, "story": pl.String, "thread": pl.String})
"""Story and thread of every kept post; null = on its own."""

STORIES = _schema(
    {
        "story": pl.String,  # stable name
        "thread": pl.String,  # holds stories: of a broad event, and those of other days that go on
        "status": pl.String,  # model.ThreadStatus
        "head": pl.String,  # id of the most representative post
        "posts": pl.List(pl.String),  # ids, earliest first, copies included
        "post_count": pl.Int64,
        "original_count": pl.Int64,  # without copies and reposts
        "author_count": pl.Int64,
        "voice_count": pl.Int64,  # distinct authors of posts that are not copies or reposts
        "language_count": pl.Int64,
        "network_count": pl.Int64,
        "domain_count": pl.Int64,
        "first_at": UTC_MS,
        "last_at": UTC_MS,
        "terms": pl.List(pl.String),  # words that mark it, strongest first
        "score": pl.Float64,
        "reasons": pl.List(pl.Struct({"measure": pl.String, "value": pl.Float64, "weight": pl.Float64})),
        "before": pl.Int64,  # posts of it in the edition before, null if there are none
        "first_seen": pl.Date,  # day it was first seen
        "origin": pl.String,  # the story of an earlier edition that it goes on, its own name if it is new
        "peak_count": pl.Int64,  # most posts of it on one day, today included
        "peak_day": pl.Date,  # the first such day
        "new_posts": pl.List(pl.String),
        "news": pl.List(pl.String),
    }
)
"""Stories of an edition, best first. Single posts that matter may be stories of one."""

THREADS = _schema(
    {
        "thread": pl.String,
        "story": pl.String,
        "origin": pl.String,  # as in STORIES
        "day": pl.Date,  # last day of the edition that reported it
        "first_seen": pl.Date,
        "post_count": pl.Int64,
        "post_ids": pl.List(pl.String),
        "urls": pl.List(pl.String),
        "names": pl.List(pl.String),
        "numbers": pl.List(pl.String),
        "term_hashes": pl.List(pl.UInt64),  # strongest terms of the centroid
        "term_weights": pl.List(pl.Float32),  # unit length
        "terms": pl.List(pl.String),
        "spoken_of": pl.List(pl.String),  # accounts that others speak of, lower case, without server
    }
)
"""What an edition leaves for later ones: its stories, in the form that new stories are matched to."""


def empty(schema: pl.Schema) -> pl.DataFrame:
    """A frame of ``schema`` without rows."""
    return pl.DataFrame(schema=schema)


def conform(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """Give ``frame`` exactly the columns of ``schema``; missing ones become null.

    Raises:
        polars.exceptions.InvalidOperationError: A value cannot be cast.
    """
    if not frame.width:
        return empty(schema)  # selecting constants from it would make a row
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def posts_frame(posts: Sequence[Post]) -> pl.DataFrame:
    """POSTS of ``posts``, in order: without NUL, which files of columns cannot hold, and with tidy names.

    Raises:
        TypeError, UnicodeEncodeError, polars.exceptions.PolarsError: A value has another type than its field.
    """
    if not posts:
        return empty(POSTS)
    table = pl.DataFrame([_column(name, dtype, posts) for name, dtype in POSTS.items()])
    strings = [name for name, dtype in POSTS.items() if dtype == pl.String]
    return table.with_columns(pl.col(strings).str.replace_all("\0", "", literal=True)).with_columns(
        tidy_handle(pl.col("author", "quoted_author")),
        author_name=tidy_name(pl.col("author_name")),
        source=tidy_source(pl.col("source")),
    )


def _column(name: str, dtype: Any, posts: Sequence[Post]) -> pl.Series:
    values = map(attrgetter(name), posts)
    if isinstance(dtype, pl.List):  # given as lists they would become a Series each, in 13 times the time
        texts = [msgspec.json.encode(value).decode() for value in values]
        return pl.Series(name, texts, dtype=pl.String).str.json_decode(dtype)
    return pl.Series(name, list(values), dtype=dtype)


NAME_LENGTH: Final = 200
"""Characters; no platform allows more, some feeds list as many authors."""

_UNTIDY = r"\s|[\p{Cc}\p{Cf}]|^[@:]|^$|.{" + str(NAME_LENGTH + 1) + "}"
_UNSEEN = r"[\p{Cc}\p{Cf}&&[^\s]]+"
_UNKNOWN = "unknown"


def tidy_name(value: pl.Expr) -> pl.Expr:
    """A name in one line without spaces around it, cut to NAME_LENGTH; null if nothing is left."""
    return _where_untidy(value, _name)


def tidy_handle(value: pl.Expr) -> pl.Expr:
    """An account as :func:`tidy_name`, without "@" and characters that cannot be seen."""
    return _where_untidy(
        value, lambda name: _name(name.str.replace_all(_UNSEEN, "").str.strip_chars().str.strip_prefix("@"))
    )


def tidy_source(value: pl.Expr) -> pl.Expr:
    """A source as :func:`tidy_name`; what stands before its first ":" is a network, "unknown" if empty."""
    name = tidy_name(value).fill_null(_UNKNOWN)
    return pl.when(name.str.starts_with(":")).then(_UNKNOWN + name).otherwise(name)


def _name(value: pl.Expr) -> pl.Expr:
    line = value.str.replace_all(r"\s+", " ").str.strip_chars().str.slice(0, NAME_LENGTH)
    return pl.when(line.str.len_bytes() > 0).then(line)


def _where_untidy(value: pl.Expr, tidy: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """``tidy`` for batches that need it: looking takes a twelfth of the time of rewriting."""

    def batch(names: pl.Series) -> pl.Series:
        if not names.str.contains(_UNTIDY).any():
            return names
        return names.to_frame("name").select(tidy(pl.col("name"))).to_series().alias(names.name)

    return value.map_batches(batch, return_dtype=pl.String)
