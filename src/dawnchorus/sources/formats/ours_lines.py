"""Our JSON lines, decoded straight into typed rows: the quick way for rows as they should be.

A line that is not, or has a key not met before, goes the slow way through
``ours``. Keys that are not ours are learnt from those, up to a number, and
then kept aside without being decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
import orjson
import polars as pl
from msgspec.structs import astuple

from dawnchorus.sources.formats.columns import COUNTS, TEXTS, from_columns
from dawnchorus.sources.formats.ours import is_known
from dawnchorus.sources.parse import loads

_MOST_KEYS = 40
_AT_ONCE = 256  # rows that stay in the processor's cache until they are columns
# Keys by which platforms are told: a row that has one must be looked at whole.
_TELLING: Final = {
    *("data", "meta", "errors", "includes", "author_id", "public_metrics", "conversation_id"),
    *("referenced_tweets", "edit_history_tweet_ids", "tweet", "legacy", "rest_id", "core", "user", "id_str"),
    *("full_text", "entities", "createdAt", "retweetCount", "tweets", "statuses", "account", "content"),
    *(
        "spoiler_text",
        "visibility",
        "reblog",
        "uri",
        "record",
        "did",
        "post",
        "posts",
        "feed",
        "thread",
        "kind",
    ),
    *(
        "kind",
        "time_us",
        "shares",
        "batches",
        "type",
        "by",
        "objectID",
        "created_at_i",
        "hits",
        "version",
        "items",
    ),
    *("results", "body"),
}
_FIELDS: Final = ("id", *(name for name in TEXTS if name != "id"), *COUNTS, "created_at", "day", "links")
"""Of a decoded row, in this order; the same names as KEYS."""
_REFUSALS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NOTHING = msgspec.Raw(b"")


class QuickLines:
    """A decoder that has learnt the unknown keys of one file."""

    def __init__(self) -> None:
        self._keys: tuple[str, ...] = ()
        self._decode = _decoder(self._keys)

    def learn(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take the next lines with the unknown keys that ``rows`` of ours have."""
        found = dict.fromkeys([*self._keys, *(key for row in rows for key in row)])
        keys = tuple(key for key in found if not (key in _TELLING or is_known(key)))
        if self._keys != keys[:_MOST_KEYS]:
            self._keys = keys[:_MOST_KEYS]
            self._decode = _decoder(self._keys)

    def frame(
        self, first: int, texts: list[bytes]
    ) -> tuple[pl.DataFrame, pl.DataFrame, list[tuple[int, bytes]]]:
        """Posts, bad rows, and the lines that need the slow way.

        Args:
            first: Number of the first line.
            texts: Lines.
        """
        columns: dict[str, list[Any]] = {name: [] for name in _FIELDS}
        extra: list[str | None] = []
        lines: list[int] = []
        left: list[tuple[int, bytes]] = []
        for start in range(0, len(texts), _AT_ONCE):
            numbered = range(first + start, first + len(texts))
            rows, read = self._rows(numbered, texts[start : start + _AT_ONCE], left)
            # All fields of the rows, the unknown ones last; nothing if no row could be read.
            for column, found in zip(columns.values(), zip(*map(astuple, rows), strict=True), strict=False):
                column.extend(found)
            extra += self._extra(rows)
            lines += read
        posts, bad = from_columns(columns, extra=extra, lines=lines)
        return posts, bad, left

    def _rows(
        self, numbers: Sequence[int], texts: list[bytes], left: list[tuple[int, bytes]]
    ) -> tuple[list[Any], Sequence[int]]:
        decode = self._decode
        with suppress(*_REFUSALS):
            return [decode(text) for text in texts], numbers[: len(texts)]
        rows: list[Any] = []
        lines: list[int] = []
        for line, text in zip(numbers, texts, strict=False):
            try:
                rows.append(decode(text))
                lines.append(line)
            except _REFUSALS:
                left.append((line, text))
        return rows, lines

    def _extra(self, rows: list[Any]) -> list[str | None]:
        if not self._keys:
            return [None] * len(rows)
        names = [orjson.dumps(key) + b":" for key in self._keys]
        whole = b"{" + b",".join(name.replace(b"%", b"%%") + b"%b" for name in names) + b"}"
        found: list[str | None] = []
        for raws in zip(
            *([getattr(row, f"unknown{i}") for row in rows] for i in range(len(names))), strict=True
        ):
            if _NOTHING not in raws:  # the usual case, and half as dear as the other
                found.append(_object(whole % raws))
                continue
            pairs = [name + bytes(raw) for name, raw in zip(names, raws, strict=True) if raw is not _NOTHING]
            found.append(_object(b"{" + b",".join(pairs) + b"}") if pairs else None)
        return found


def _object(data: bytes) -> str:
    # Raw JSON may hold what no decoder has looked at: invalid UTF-8, half a surrogate pair.
    try:
        text = data.decode()
        if "\\u" in text:
            orjson.loads(text)
    except ValueError:
        return orjson.dumps(loads(data)).decode()
    return text


def _decoder(keys: tuple[str, ...]) -> Any:
    fields: list[tuple[str, Any, Any]] = [(name, str | None, None) for name in TEXTS if name != "id"]
    fields += [(name, int | None, None) for name in COUNTS]
    fields += [("created_at", str | None, None), ("day", str | None, None), ("links", list[str] | None, None)]
    fields += [
        (f"unknown{i}", msgspec.Raw, msgspec.field(default=_NOTHING, name=key)) for i, key in enumerate(keys)
    ]
    row = msgspec.defstruct("Row", [("id", str), *fields], forbid_unknown_fields=True, gc=False)
    return msgspec.json.Decoder(row).decode
