"""Single values as platforms write them, made into what ``model.Post`` holds.

Everything here is lenient about form and strict about meaning: an unreadable
count is unknown (None), an unreadable time is an error of its row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from dawnchorus.model import Post
from dawnchorus.visits import Skipped

COUNT_MAX: Final = 2**53
"""No platform counts further, every reader of JSON takes it exactly, and a few of them add up in 64 bits."""

# Python knows no other years; a zone may move a time by a day.
FIRST_MOMENT: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST_MOMENT: Final = datetime(9999, 12, 30, tzinfo=UTC)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPACED_ZONE = re.compile(r"(.*\d) ?(?:UTC|GMT|(?P<offset>[+-]\d{2}:?\d{2}))")
_X_TIME = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d{2}) (?P<time>\d{2}:\d{2}:\d{2}) "
    r"(?P<zone>[+-]\d{4}) (?P<year>\d{4})"
)
# Not strptime: its month names follow the locale of the process.
_MONTHS = dict(
    zip(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        range(1, 13),
        strict=True,
    )
)
_EPOCH = re.compile(r"\d{10}|\d{13}|\d{16}")


NO_ID: Final = "no id"
NO_TEXT: Final = "no text"
BAD_TIME: Final = "bad time"
BAD_ROW: Final = "bad row"
NOT_A_POST: Final = "not a post"

Converted = Post | Skipped


class BadTimeError(ValueError):
    """A time that cannot be read, or that names no zone."""


def moment(value: object) -> datetime | date | None:  # noqa: PLR0911
    """The instant (UTC) or, if that is all ``value`` says, the day.

    Reads ISO 8601 with a zone, X's "Fri Nov 21 15:31:25 +0000 2025", RFC 2822,
    and epoch seconds, milliseconds or microseconds. None stays None.

    Raises:
        BadTimeError: It is no time, or a time without a zone.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _epoch(value)
    if not isinstance(value, str):
        raise BadTimeError(f"a time cannot be a {type(value).__name__}")
    text = value.strip()
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise BadTimeError(f"not a day: {text}") from None
    if _EPOCH.fullmatch(text):
        return _epoch(int(text))
    return _aware(_parse(text))


def _parse(text: str) -> datetime:
    if found := _X_TIME.fullmatch(text):
        month = f"{_MONTHS.get(found['month'], 0):02}"
        text = f"{found['year']}-{month}-{found['day']}T{found['time']}{found['zone']}"
    if text[:4].isdigit():
        if found := _SPACED_ZONE.fullmatch(text):
            text = found[1] + (found["offset"] or "+00:00")
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise BadTimeError(f"not a time: {shown(text)}") from None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        raise BadTimeError(f"not a time: {shown(text)}") from None


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise BadTimeError(f"time without a zone: {shown(str(value))}")
    # Compared in its own zone: at the ends of the calendar Python cannot change it.
    if not FIRST_MOMENT <= value <= LAST_MOMENT:
        raise BadTimeError(f"time out of range: {shown(str(value))}")
    return value.astimezone(UTC)


def _epoch(value: float) -> datetime:
    if abs(value) > 1e18:  # a whole number may be too large to divide
        raise BadTimeError("not a time: a number beyond all calendars")
    seconds = value
    for unit in (1e15, 1e12):
        if value >= unit:
            seconds = value / (unit / 1e9)
            break
    if not 1e8 <= seconds < 1e10:
        raise BadTimeError(f"not a time: {shown(str(value))}")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def count(value: object) -> int | None:
    """A number of likes, views, …; None for what is negative, beyond COUNT_MAX or not a whole number."""
    if isinstance(value, str):
        text = value.strip().removesuffix(".0")
        if not (text.isascii() and text.isdigit() and len(text) < 20):
            return None
        value = int(text)
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= COUNT_MAX:
        return None
    return value


def word(value: object) -> str | None:
    """A short field: stripped, None if empty; whole numbers become their digits."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def handle(value: object) -> str | None:
    """An account name without "@"."""
    name = word(value)
    return (name.removeprefix("@") or None) if name else None


def link(value: object) -> str | None:
    """``value`` if it is a link that a reader can follow: http or https."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    return text if text[:8].lower().startswith(("http://", "https://")) else None


def links(values: object, *, but: str | None = None) -> tuple[str, ...]:
    """The followable links of ``values``, each once, in order, without ``but``."""
    if not isinstance(values, (list, tuple)):
        return ()
    found = dict.fromkeys(one for value in values if (one := link(value)))
    found.pop(but or "", None)
    return tuple(found)


def host(url: str | None) -> str | None:
    """Host name of a link, lower case, without "www."."""
    try:
        name = urlsplit(url or "").hostname
    except ValueError:
        return None
    return name.removeprefix("www.") if name else None


def member(value: Any, *path: str) -> Any:
    """``value[path[0]][path[1]]…``, None where a step is missing or no object."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def items(value: object) -> list[Any]:
    """``value`` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def instant(value: object) -> tuple[datetime | None, date | None]:
    """``created_at`` and ``day`` of a post from what its platform wrote.

    Raises:
        ValueError: As :func:`moment`.
    """
    found = moment(value)
    if found is None or isinstance(found, datetime):
        return found, None
    return None, found


def shown(text: str, *, limit: int = 60) -> str:
    """``text`` in one printable line, for a message."""
    line = "".join(c if c.isprintable() else "?" for c in text[: limit + 1])
    return line if len(line) <= limit else line[:limit] + "…"


def richest(converted: Iterable[tuple[int, Converted]]) -> list[tuple[int, Converted]]:
    """Each post once, where it first appears, in the form that tells most.

    A page often holds a post twice: on its own, and (cut, or without its
    author) inside one that passes it on. The numbers are lines of the file.
    """
    kept: list[tuple[int, Converted]] = []
    place: dict[str, int] = {}
    for line, one in converted:
        if isinstance(one, Skipped) or one.id not in place:
            if isinstance(one, Post):
                place[one.id] = len(kept)
            kept.append((line, one))
            continue
        at = place[one.id]
        before = kept[at][1]
        if isinstance(before, Post) and _richness(one) > _richness(before):
            kept[at] = (kept[at][0], one)
    return kept


def attempt(make: Callable[[], Post]) -> Converted:
    """The post, or why there is none: a bad record of a page costs itself, not the page."""
    try:
        return make()
    except ValueError as error:
        return refusal(error)


def refusal(error: Exception) -> Skipped:
    """What a failed conversion becomes."""
    if isinstance(error, BadTimeError):
        return Skipped(reason=BAD_TIME, why=str(error))
    if isinstance(error, ValueError) and str(error) == NO_ID:
        return Skipped(reason=NO_ID, why="")
    return Skipped(reason=BAD_ROW, why=f"unexpected shape: {shown(str(error))}")


def _richness(post: Post) -> tuple[int, int]:
    known = (
        post.author, post.author_name, post.created_at, post.lang, post.like_count, post.repost_count,
        post.reply_count, post.quote_count, post.view_count, post.reply_to, post.repost_of, post.quote_of,
        post.quoted_text,
    )  # fmt: skip
    return len(post.text), sum(value is not None for value in known) + len(post.links)
