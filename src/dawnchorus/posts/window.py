"""Keep the posts of an edition's window, each id once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import polars as pl

from dawnchorus.model import Window
from dawnchorus.tables import DROPPED, conform

_COUNTS = ["like_count", "repost_count", "reply_count", "quote_count", "view_count"]


def in_window(
    posts: pl.DataFrame,
    window: Window,
    *,
    undated: Literal["exclude", "include"] = "exclude",
    now: datetime | None = None,
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

    Returns:
        Kept posts in the order they came, and DROPPED with the reasons "same id", "no time",
        "dated in the future" and "outside window".
    """
    numbered = posts.with_row_index("_row")
    numbered = numbered.with_columns(_reason(window, undated=undated, now=now).alias("_reason"))
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


def _reason(window: Window, *, undated: Literal["exclude", "include"], now: datetime | None) -> pl.Expr:
    at, day = pl.col("created_at"), pl.col("day")
    start, end = window.start.astimezone(UTC), window.end.astimezone(UTC)
    outside = (
        pl.when(at.is_not_null())
        .then((at < start) | (at >= end))
        .otherwise(~day.is_between(window.first, min(window.last, window.cutoff.date())))
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


def _fullest_first(posts: pl.DataFrame) -> list[pl.Expr]:
    return [
        pl.col("created_at").is_not_null(),
        pl.sum_horizontal(_COUNTS),
        pl.sum_horizontal(pl.col(name).is_not_null() for name in posts.columns),
        pl.col("text").str.len_chars(),
        pl.col("text"),  # for a total order, whatever order the rows came in
    ]
