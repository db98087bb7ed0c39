"""Keep what is on topic."""

from __future__ import annotations

import polars as pl

from dawnchorus.query import Query
from dawnchorus.tables import DROPPED, conform


def keep_relevant(
    posts: pl.DataFrame, query: Query | None, *, languages: frozenset[str] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split ``posts`` into those ``query`` lets in and the rest.

    Args:
        posts: CLEANED and ``language``.
        query: What the topic is about; None lets every post in.
        languages: Languages that are read, ISO 639-1; None for all. A post whose language cannot
            be told ("und") is not held against it.

    Returns:
        Kept posts with one column more, ``matched``: the terms that let each in, null without a
        query. And DROPPED with the reasons "other language" (the detail says which) and "off topic".
    """
    reason: pl.Expr = pl.lit(None, dtype=pl.String)
    detail: pl.Expr = pl.lit(None, dtype=pl.String)
    if query is None:
        judged = posts.with_columns(pl.lit(None, dtype=pl.String).alias("matched"))
    else:
        judged = posts.with_columns(query.reasons(posts).alias("matched"))
        reason = pl.when(pl.col("matched").is_null()).then(pl.lit("off topic"))
    if languages is not None:
        read = pl.col("language").is_in([*sorted(languages), "und"])
        reason = pl.when(~read).then(pl.lit("other language")).otherwise(reason)
        detail = pl.when(~read).then("language")
    judged = judged.with_columns(reason.alias("_reason"))
    kept = judged.filter(pl.col("_reason").is_null()).drop("_reason")
    dropped = judged.filter(pl.col("_reason").is_not_null()).select(
        "id",
        stage=pl.lit("relevance"),
        reason="_reason",
        detail=detail,
    )
    return kept, conform(dropped, DROPPED)
