"""Our own rows: JSON lines, CSV and Parquet with the fields of ``model.Post``.

Rows are taken apart into columns, and values are looked at one by one only
where a column holds something else than it should: that is what makes a
million rows a matter of seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import orjson
import polars as pl

from dawnchorus.sources.values import BAD_TIME, NO_ID, NO_TEXT, count, links, member, moment, shown, word
from dawnchorus.tables import POSTS, UTC_MS

COUNTS: Final = ("like_count", "repost_count", "reply_count", "quote_count", "view_count")
_TEXTS = tuple(name for name, dtype in POSTS.items() if dtype == pl.String and name != "extra")
_KEYS = tuple(name for name in POSTS if name != "extra")

ALIASES: Final = {
    "full_text": "text",
    "content": "text",
    "author_username": "author",
    "username": "author",
    "screen_name": "author",
    "display_name": "author_name",
    "timestamp": "created_at",
    "date": "created_at",
    "language": "lang",
    "permalink": "url",
    "favorite_count": "like_count",
    "likes": "like_count",
    "retweet_count": "repost_count",
    "retweets": "repost_count",
    "replies": "reply_count",
    "views": "view_count",
    "impression_count": "view_count",
    "in_reply_to": "reply_to",
}
"""Other common names of our fields; ours wins where both stand."""

_OTHER_KEYS = frozenset([*ALIASES, "link"])
_NAMES = frozenset([*ALIASES, *_KEYS, "link"])
_NETWORKS = {"x": "x", "bsky": "bluesky", "mastodon": "mastodon", "hackernews": "hackernews"}
# Between the links of one row while they are one string; control characters are no part of a link.
_BETWEEN = "\x1f"
_STAMP = "%Y-%m-%dT%H:%M:%S%.f%#z"
_JSON_LIST = re.compile(r"\s*\[")


def is_certain(row: dict[str, Any]) -> bool:
    """Whether ``row`` is ours at a glance; no platform has these keys with these types."""
    return "id" in row and "text" in row and (type(row.get("author")) is str or "like_count" in row)


def matches(value: Any) -> bool:
    """Whether ``value`` looks like a row of ours, if only a bad one. Ask after all platforms."""
    if not isinstance(value, dict):
        return False
    if any(type(value.get(key)) is str for key in ("text", "full_text", "content")):
        return True
    return "id" in value and any(key in value for key in ("text", "created_at", "author", "like_count"))


def header_matches(names: Sequence[str]) -> bool:
    """Whether columns of these names make posts: a text, an id, and nothing less."""
    known = {ALIASES.get(name, name) for name in names}
    return {"id", "text"} <= known


def is_known(name: str) -> bool:
    """Whether ``name`` is a field of ours or an alias of one."""
    return name in _NAMES


def frame(rows: list[dict[str, Any]], lines: list[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Posts and bad rows of ``rows``, which are emptied on the way.

    Args:
        rows: Objects as parsed.
        lines: Line (or row) of each in its file, from 1.

    Returns:
        Frames of POSTS, and of "id", "line", "reason", "why".
    """
    _rename(rows)
    columns: dict[str, list[Any]] = {name: [row.pop(name, None) for row in rows] for name in _KEYS}
    for name in _TEXTS:
        columns[name] = _texts(columns[name], name, rows)
    for name in COUNTS:
        columns[name] = _counts(columns[name])
    times, days, whys = _times(columns.pop("created_at"), columns.pop("day"))
    joined = _links(columns.pop("links"))
    extra = [_dump(row) if row else None for row in rows]
    table = pl.DataFrame(
        [
            *(_series(name, columns[name], POSTS[name]) for name in (*_TEXTS, *COUNTS)),
            times,
            days,
            _series("links", joined, pl.String).str.replace_all("\0", "", literal=True).str.split(_BETWEEN),
            _series("extra", extra, pl.String),
            pl.Series("line", lines, dtype=pl.Int64),
            _series("why", whys, pl.String),
        ]
    )
    return _sort_out(table)


def checked(table: pl.DataFrame, first_line: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As :func:`frame`, for a table that has the columns and types of POSTS already."""
    return _sort_out(table.with_row_index("line", first_line).with_columns(why=pl.lit(None, dtype=pl.String)))


def _sort_out(table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    table = table.with_columns(pl.col(_TEXTS).str.replace_all("\0", "", literal=True))
    stripped = [name for name in _TEXTS if name != "text"]
    table = table.with_columns(
        pl.when(pl.col(name).str.len_bytes() > 0).then(pl.col(name)).alias(name) for name in stripped
    )
    scheme = pl.col("id").str.extract(r"^([a-z]+):")
    table = table.with_columns(
        pl.col("source")
        .fill_null(scheme.replace_strict(_NETWORKS, default=None, return_dtype=pl.String))
        .fill_null("unknown"),
        pl.col("author", "quoted_author").str.strip_prefix("@"),
        pl.when(pl.col("url").str.contains(r"^(?i:https?)://")).then(pl.col("url")).alias("url"),
        pl.col("links").fill_null([]),
        # A text of nothing but space is none.
        pl.col("text").str.contains(r"\S").fill_null(False).alias("worded"),
    )
    reason = (
        pl.when(pl.col("id").is_null()).then(pl.lit(NO_ID))
        .when(~pl.col("worded")).then(pl.lit(NO_TEXT))
        .when(pl.col("why").is_not_null()).then(pl.lit(BAD_TIME))
    )  # fmt: skip
    table = table.with_columns(reason.alias("reason"))
    good = table.filter(pl.col("reason").is_null()) if table["reason"].null_count() < table.height else table
    bad = table.filter(pl.col("reason").is_not_null()).select(
        "id",
        "line",
        "reason",
        pl.when(pl.col("reason") == BAD_TIME).then(pl.col("why")).otherwise(pl.lit("")).alias("why"),
    )
    return good.select(POSTS.names()), bad


def _rename(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if _OTHER_KEYS.isdisjoint(row):
            continue
        for other in [key for key in row if key in ALIASES]:
            name = ALIASES[other]
            if row.get(name) is None:
                row[name] = row.pop(other)
        if type(row.get("link")) is str:
            row["links"] = [row.pop("link"), *_listed(row.get("links"))]


def _series(name: str, values: list[Any], dtype: Any) -> pl.Series:
    return pl.Series(name, values, dtype=dtype)


def _texts(values: list[Any], name: str, rows: list[dict[str, Any]]) -> list[str | None]:
    """Strings; a whole number becomes its digits, anything else goes to the unknown fields."""
    if {*map(type, values)} <= {str, type(None)}:
        return values
    texts: list[str | None] = []
    for value, row in zip(values, rows, strict=True):
        text = value if isinstance(value, str) else word(value) if name != "text" else None
        if text is None and value is not None:
            row[name] = value
        texts.append(text)
    return texts


def _counts(values: list[Any]) -> list[int | None]:
    if {*map(type, values)} <= {int, type(None)}:
        known = [value for value in values if value is not None]
        if not known or (min(known) >= 0 and max(known) < 2**63):
            return values
    return [count(value) for value in values]


def _times(created: list[Any], days: list[Any]) -> tuple[pl.Series, pl.Series, list[str | None]]:
    """Instants, days, and what is wrong with those that are neither."""
    stamps = [value if type(value) is str else None for value in created]
    quick = pl.Series("created_at", stamps, dtype=pl.String).str.to_datetime(
        _STAMP, time_unit="ms", time_zone="UTC", strict=False
    )
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
    return [_BETWEEN.join(links(_listed(value))) or None if value else None for value in values]


def _listed(value: Any) -> list[Any]:
    """Links as a list, from a list of links or of objects, a JSON list, or words."""
    if isinstance(value, str):
        if not _JSON_LIST.match(value):
            return value.split()
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return []
    if not isinstance(value, (list, tuple)):
        return []
    return [
        member(one, "expanded_url") or member(one, "url") if isinstance(one, dict) else one for one in value
    ]


def _dump(row: dict[str, Any]) -> str:
    try:
        return orjson.dumps(row, default=str).decode()
    except (TypeError, ValueError, RecursionError):  # integers beyond 64 bits, above all
        try:
            return json.dumps(row, ensure_ascii=False, default=str)
        except (ValueError, RecursionError):
            return json.dumps({"unreadable": shown(", ".join(map(str, row)))})
