"""Columns of values of our own fields to frames of posts and of bad rows.

Values are looked at one by one only where a column holds something else than
it should: that is what makes a million rows a matter of seconds.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import polars as pl

from dawnchorus.sources.values import (
    BAD_TIME,
    COUNT_MAX,
    FIRST_MOMENT,
    LAST_MOMENT,
    NO_ID,
    NO_TEXT,
    count,
    links,
    moment,
)
from dawnchorus.tables import POSTS, UTC_MS, tidy_handle, tidy_name, tidy_source

COUNTS: Final = ("like_count", "repost_count", "reply_count", "quote_count", "view_count")
TEXTS: Final = tuple(name for name, dtype in POSTS.items() if dtype == pl.String and name != "extra")
KEYS: Final = tuple(name for name in POSTS if name != "extra")

BAD: Final = pl.Schema({"id": pl.String, "line": pl.Int64, "reason": pl.String, "why": pl.String})
"""Rows that gave no post."""

_NETWORKS = {"x": "x", "bsky": "bluesky", "mastodon": "mastodon", "hackernews": "hackernews"}
# Between the links of one row while they are one string; control characters are no part of a link.
_BETWEEN = "\x1f"
_REFINED = ("text", "source", "author", "author_name", "quoted_author", "url")
_STAMP = "%Y-%m-%dT%H:%M:%S%.f%#z"


def from_columns(
    columns: dict[str, list[Any]], *, extra: list[str | None], lines: list[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Posts and bad rows.

    Args:
        columns: For each of KEYS a value per row. Those of TEXTS are strings or None; "links" are
            lists or None; counts and times may be anything.
        extra: JSON of the unknown fields of each row.
        lines: Line of each row in its file.

    Returns:
        Frames of POSTS and of BAD.
    """
    times, days, whys = _times(columns["created_at"], columns["day"])
    joined = _links(columns["links"])
    table = pl.DataFrame(
        [
            *(pl.Series(name, columns[name], dtype=pl.String) for name in TEXTS),
            *(pl.Series(name, _counts(columns[name]), dtype=pl.Int64) for name in COUNTS),
            times,
            days,
            pl.Series("links", joined, dtype=pl.String),
            pl.Series("extra", extra, dtype=pl.String),
            pl.Series("line", lines, dtype=pl.Int64),
            pl.Series("why", whys, dtype=pl.String),
        ]
    ).with_columns(pl.col("links").str.replace_all("\0", "", literal=True).str.split(_BETWEEN))
    return _sort_out(table)


def from_table(table: pl.DataFrame, *, first_line: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As :func:`from_columns`, for a table that has the columns and types of POSTS already."""
    numbered = table.with_row_index("line", first_line).with_columns(pl.col("line").cast(pl.Int64))
    timely = pl.col("created_at").is_between(FIRST_MOMENT, LAST_MOMENT)
    return _sort_out(
        numbered.with_columns(
            *(pl.when(pl.col(name).is_between(0, COUNT_MAX)).then(name).alias(name) for name in COUNTS),
            why=pl.when(~timely).then(pl.lit("time out of range")),
            created_at=pl.when(timely).then("created_at"),
        )
    )


def _sort_out(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    cleaned = {name: pl.col(name).str.replace_all("\0", "", literal=True) for name in TEXTS}
    words = {
        name: pl.when(value.str.len_bytes() > 0).then(value)
        for name, value in cleaned.items()
        if name != "text"
    }
    network = words["id"].str.extract(r"^([a-z]+):").replace_strict(_NETWORKS, default="unknown")
    table = table.lazy().with_columns(
        **{key: value for key, value in words.items() if key not in _REFINED},
        text=cleaned["text"],
        source=tidy_source(pl.coalesce(words["source"], network)),
        author=tidy_handle(words["author"]),
        author_name=tidy_name(words["author_name"]),
        quoted_author=tidy_handle(words["quoted_author"]),
        url=pl.when(words["url"].str.contains(r"^(?i:https?)://")).then(words["url"]),
        links=pl.col("links").fill_null([]),
    ).with_columns(
        reason=pl.when(pl.col("id").is_null()).then(pl.lit(NO_ID))
        # A text of nothing but space is none.
        .when(~pl.col("text").str.contains(r"\S").fill_null(False)).then(pl.lit(NO_TEXT))
        .when(pl.col("why").is_not_null()).then(pl.lit(BAD_TIME))
    ).collect()  # fmt: skip
    if table["reason"].null_count() == table.height:
        return table.select(POSTS.names()), BAD.to_frame()
    good = table.filter(pl.col("reason").is_null()).select(POSTS.names())
    bad = table.filter(pl.col("reason").is_not_null()).with_columns(
        why=pl.when(pl.col("reason") == BAD_TIME).then(pl.col("why")).otherwise(pl.lit(""))
    )
    return good, bad.select(BAD.names())


def _counts(values: list[Any]) -> list[int | None]:
    if {*map(type, values)} <= {int, type(None)}:
        known = [value for value in values if value is not None]
        if not known or (min(known) >= 0 and max(known) <= COUNT_MAX):
            return values
    return [count(value) for value in values]


def _times(created: list[Any], days: list[Any]) -> tuple[pl.Series, pl.Series, list[str | None]]:
    """Instants, days, and what is wrong with those that are neither."""
    stamps = [value if type(value) is str else None for value in created]
    quick = pl.Series("created_at", stamps, dtype=pl.String).str.to_datetime(
        _STAMP, time_unit="ms", time_zone="UTC", strict=False
    )
    quick = quick.set(~quick.is_between(FIRST_MOMENT, LAST_MOMENT), None)
    whys: list[str | None] = [None] * len(created)
    slow: dict[int, datetime] = {}
    found_days: dict[int, date] = {}
    pending = quick.is_null().to_numpy()
    for i in pending.nonzero()[0].tolist():
        try:
            found = moment(created[i])
            if found is None:
                found = moment(days[i])
        except ValueError as error:
            whys[i] = str(error)
            continue
        if isinstance(found, datetime):
            slow[i] = found
        elif found is not None:
            found_days[i] = found
    if slow:
        late = pl.Series("created_at", [slow.get(i) for i in range(len(created))], dtype=UTC_MS)
        quick = quick.zip_with(~late.is_not_null(), late)
    day = pl.Series(
        "day",
        [found_days.get(i) for i in range(len(created))] if found_days else [None] * len(created),
        dtype=pl.Date,
    )
    return quick, day, whys


def _links(values: list[Any]) -> list[str | None]:
    # Joined now and split by Polars: a fiftieth of the time of handing over lists.
    return [_BETWEEN.join(links(value)) or None if value else None for value in values]
