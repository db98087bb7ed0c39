"""Keep the posts of an edition's window, each id once; late ones of the day before, if it looks back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import polars as pl

from dawnchorus.model import Window
from dawnchorus.tables import DROPPED, POSTS, conform

_COUNTS = ["like_count", "repost_count", "reply_count", "quote_count", "view_count"]


def in_window(
    posts: pl.DataFrame,
    window: Window,
    *,
    undated: Literal["exclude", "include"] = "exclude",
    now: datetime | None = None,
    had: pl.Series | None = None,
    later: pl.Series | None = None,
    gone: pl.Series | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split ``posts`` into those of ``window`` and those left out.

    A post of which only the day is known belongs to that day of the window's zone. Of rows with
    one id the latest and fullest stays: the one with a time, then with higher counts (which only
    grow), more fields and the longer text.

    Args:
        posts: POSTS.
        window: Days, zone and cut-off.
        undated: What becomes of posts with neither time nor day.
        now: Aware; posts dated later are left out. None for no such test.
        had: Ids that earlier editions had; of the posts from before the window, and of those without a time,
            they are left out.
        later: Ids of posts of the window that a later edition has picked up already.
        gone: Ids of posts that were deleted where they came from.

    Returns:
        Kept posts in the order they came, and DROPPED with the reasons "same id", "no time",
        "dated in the future", "outside window", "in an earlier edition", "in a later edition" and
        "deleted at the source".
    """
    numbered = posts.with_row_index("_row")
    # A post of the window belongs to it whatever earlier editions had; one without a time to the first.
    before = is_late(window) | (pl.col("created_at").is_null() & pl.col("day").is_null())
    numbered = numbered.with_columns(
        pl.coalesce(
            _reason(window, undated=undated, now=now),
            pl.when(_among(gone)).then(pl.lit("deleted at the source")),
            pl.when(before & _among(had)).then(pl.lit("in an earlier edition")),
            pl.when(_among(later)).then(pl.lit("in a later edition")),
        ).alias("_reason")
    )
    first = numbered.sort(*_fullest_first(posts), descending=True, nulls_last=True, maintain_order=True)
    first = first.unique("id", keep="first", maintain_order=True).select("_row", pl.lit(True).alias("_first"))
    judged = numbered.join(first, on="_row", how="left", maintain_order="left").with_columns(
        pl.when("_first").then("_reason").otherwise(pl.lit("same id")).alias("_reason")
    )
    kept = judged.filter(pl.col("_reason").is_null()).select(posts.columns)
    dropped = judged.filter(pl.col("_reason").is_not_null()).select(
        "id",
        stage=pl.lit("window"),
        reason="_reason",
        detail=pl.coalesce(pl.col("created_at").dt.to_string("iso:strict"), pl.col("day").dt.to_string()),
    )
    return kept, conform(dropped, DROPPED)


def is_late(window: Window) -> pl.Expr:
    """Whether a post of POSTS is from before the window; false where its time is not known."""
    at, day = pl.col("created_at"), pl.col("day")
    timed = (at < window.start.astimezone(UTC)).fill_null(False)
    return timed | (at.is_null() & (day < window.first).fill_null(False))


def _among(ids: pl.Series | None) -> pl.Expr:
    return pl.lit(False) if ids is None else pl.col("id").is_in(ids.implode())


def _reason(window: Window, *, undated: Literal["exclude", "include"], now: datetime | None) -> pl.Expr:
    at, day = pl.col("created_at"), pl.col("day")
    start, end = (window.since or window.start).astimezone(UTC), window.end.astimezone(UTC)
    first = window.first if window.since is None else window.since.astimezone(window.zone).date()
    outside = (
        pl.when(at.is_not_null())
        .then((at < start) | (at >= end))
        .otherwise(~day.is_between(first, min(window.last, window.cutoff.date())))
    )
    reason: pl.Expr = pl.when(outside).then(pl.lit("outside window"))
    if now is not None:
        later = (
            pl.when(at.is_not_null())
            .then(at > now.astimezone(UTC))
            .otherwise(day > now.astimezone(window.zone).date())
        )
        reason = pl.when(later).then(pl.lit("dated in the future")).otherwise(reason)
    if undated == "exclude":
        return pl.when(at.is_null() & day.is_null()).then(pl.lit("no time")).otherwise(reason)
    return reason


def once_each(posts: pl.DataFrame) -> pl.DataFrame:
    """POSTS with one row an id, the fullest, whatever the order of the rows."""
    if posts["id"].is_unique().all():
        return posts
    ordered = posts.sort(*_fullest_first(posts), descending=True, nulls_last=True, maintain_order=True)
    return ordered.unique("id", keep="first", maintain_order=True)


def fullness(posts: pl.DataFrame) -> pl.Expr:
    """By which the fullest of rows of one id is the largest; ``posts`` has the columns of POSTS."""
    *numbers, _ = _fullest_first(posts.select(POSTS.names()))
    return pl.struct(each.cast(pl.Int64).alias(f"by{i}") for i, each in enumerate(numbers))


def _fullest_first(posts: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.col("created_at").is_not_null(),
        pl.sum_horizontal(_COUNTS),
        pl.sum_horizontal(pl.col(name).is_not_null() for name in posts.columns),
        pl.col("text").str.len_chars(),
        pl.col("text"),  # for a total order, whatever order the rows came in
    ]
