"""Schemas of the tables that pass between stages.

A stage takes and returns frames with these columns and types, no more and no
less, in this order; :func:`conform` is the check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

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
        "thread": pl.String,
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
        "before": pl.Int64,  # posts of the thread in the edition before, null if there is none
        "first_seen": pl.Date,  # day the thread was first seen
        "new_posts": pl.List(pl.String),
        "news": pl.List(pl.String),
    }
)
"""Stories of an edition, best first. Single posts that matter may be stories of one."""

THREADS = _schema(
    {
        "thread": pl.String,
        "story": pl.String,
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
