"""Our own rows: JSON lines, CSV and Parquet with the fields of ``model.Post``.

This reads any such row; ``ours_lines`` reads most JSON lines faster.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import orjson
import polars as pl

from dawnchorus.sources.formats.columns import KEYS, TEXTS, from_columns
from dawnchorus.sources.values import member, shown, word

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
_NAMES = frozenset([*ALIASES, *KEYS, "link"])
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
        Frames of POSTS, and of ``columns.BAD``.
    """
    _rename(rows)
    columns: dict[str, list[Any]] = {name: [row.pop(name, None) for row in rows] for name in KEYS}
    for name in TEXTS:
        columns[name] = _texts(columns[name], name, rows)
    columns["links"] = [_listed(value) if value else None for value in columns["links"]]
    return from_columns(columns, extra=[_dump(row) if row else None for row in rows], lines=lines)


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
