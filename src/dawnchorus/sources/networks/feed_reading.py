"""One feed on one visit: only if it has changed, where it has moved to, found on a page if need be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote

import msgspec

from dawnchorus.errors import NotFound, RateLimited, SourceError
from dawnchorus.sources.formats import feeds
from dawnchorus.sources.networks.feed_discovery import is_page, linked_feeds, usual_places
from dawnchorus.sources.networks.paging import attempts, divide, told
from dawnchorus.sources.parse import loads
from dawnchorus.sources.values import BAD_ROW, Converted
from dawnchorus.visits import Answer, Page, Visit

MOST_BYTES: Final = 8_000_000
_MOVED_FOR_GOOD: Final = 3
"""Visits in a row that were led to the same address: no answer says whether a redirect is permanent."""

_MOST_GUESSES: Final = 8  # requests for a feed that a page does not name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What is known of a feed from earlier visits: its cursor."""

    url: str = ""  # where it really is; "": where the topic says
    led_to: str = ""  # where a redirect led the last time
    led: int = 0  # how often in a row
    etag: str = ""
    modified: str = ""
    was_feed: bool = False

    def cursor(self) -> str:
        return msgspec.json.encode(self).decode("utf-8")


class _NoFeedError(SourceError):
    """What came is no feed; ``answer`` may be a page that links to one."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer


def read_feed(visit: Visit, *, stream: str, url: str, gap_seconds: float = 0.0) -> Page:
    """Read the feed at ``url``, or of the page there; its fault if it cannot be read.

    Args:
        visit: Its cursor of ``stream`` holds what the server said of the feed the last time.
        stream: Name of the feed.
        url: As the topic has it.
        gap_seconds: Least time between two requests to its host.
    """
    place = _place(visit.cursors.get(stream))
    asked = place.url or url
    try:
        answer = _ask(visit, asked, place, gap_seconds)
        if answer.status == 304:
            now = _led(place, asked, answer)
            return Page(stream=stream, cursor=now.cursor(), fault=_moved(place, now))
        return _taken(answer, place=place, asked=asked, stream=stream)
    except NotFound as error:
        return _missing(error, place=place, stream=stream)
    except _NoFeedError as error:
        if not place.was_feed and is_page(error.answer.body):
            return _discovered(visit, error.answer, stream=stream, gap_seconds=gap_seconds)
        fault = told(error)
    except SourceError as error:
        fault = told(error)
    return Page(stream=stream, fault=fault)


def _missing(error: NotFound, *, place: _Place, stream: str) -> Page:
    if place.url:  # found or moved to earlier: the address in the topic may know more
        fault = told(error, then="the next run asks the address in the topic anew")
        return Page(stream=stream, cursor=_Place().cursor(), fault=fault)
    what = "has been taken down for good" if "(410)" in str(error) else "is not there"
    return Page(stream=stream, fault=f"{error}; the feed {what}: take it out of the topic or mend it")


def _ask(visit: Visit, url: str, place: _Place, gap_seconds: float) -> Answer:
    headers = {}
    if place.etag:
        headers["If-None-Match"] = place.etag
    if place.modified:
        headers["If-Modified-Since"] = place.modified
    return visit.http.get(url, headers=headers, gap_seconds=gap_seconds, most_bytes=MOST_BYTES)


def _taken(answer: Answer, *, place: _Place, asked: str, stream: str) -> Page:
    """The page of a feed that came."""
    found, cut = _entries(answer)
    posts, skipped = divide(found)
    if cut:
        # Without its validators the next visit asks for the whole of it.
        return Page(
            posts=posts, skipped=skipped, stream=stream, fault="the feed is cut off; the next run asks again"
        )
    if found and not posts and all(getattr(one, "reason", "") == BAD_ROW for one in found):
        return Page(skipped=skipped, stream=stream, fault=f"no entry can be read: {skipped[0].why}")
    now = replace(
        _led(place, asked, answer),
        etag=answer.headers.get("etag", ""),
        modified=answer.headers.get("last-modified", ""),
        was_feed=True,
    )
    return Page(posts=posts, skipped=skipped, stream=stream, cursor=now.cursor(), fault=_moved(place, now))


def _moved(before: _Place, now: _Place) -> str:
    """Told once, on the visit that learns it."""
    if not before.was_feed or now.url == before.url:
        return ""
    return f"read whole, but it has moved to {now.url}; write that into the topic"


def _entries(answer: Answer) -> tuple[list[Converted], bool]:
    """Entries of the feed, and whether it is cut off."""
    body = answer.body
    if feeds.is_feed(body[: feeds.HEAD]):
        return list(feeds.convert_xml(body, url=answer.url, charset=_charset(answer))), feeds.is_cut(body)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        try:
            value = loads(body)
        except ValueError:
            raise SourceError("a JSON feed that is cut off or damaged") from None
        if feeds.matches(value):
            return list(attempts(feeds.convert, [value])), False
    if not body.strip():
        raise SourceError("an empty answer instead of a feed")
    what = "a page for people" if is_page(body) else "something else"
    raise _NoFeedError(f"{what} instead of a feed; open it in a browser", answer)


def _discovered(visit: Visit, page: Answer, *, stream: str, gap_seconds: float) -> Page:
    """The feed of a page, and where it was found, for the next time."""
    named = linked_feeds(page.body, url=page.url)
    tries = [*named, *(place for place in usual_places(page.url) if place not in named)]
    for place in tries[: max(len(named[:3]), _MOST_GUESSES)]:
        try:
            answer = _ask(visit, place, _Place(), gap_seconds)
            taken = _taken(answer, place=_Place(url=place), asked=place, stream=stream)
        except RateLimited as error:
            return Page(stream=stream, fault=told(error))
        except SourceError:
            continue
        return taken
    return Page(
        stream=stream,
        fault="a page that names no feed, nor is there one in the usual places; give the feed's own address",
    )


def _led(place: _Place, asked: str, answer: Answer) -> _Place:
    """``place`` after an answer: a redirect that stays becomes the address."""
    if unquote(answer.url) == unquote(asked):
        return replace(place, led_to="", led=0)
    led = place.led + 1 if place.led_to == answer.url else 1
    if led >= _MOVED_FOR_GOOD:
        return replace(place, url=answer.url, led_to="", led=0)
    return replace(place, led_to=answer.url, led=led)


def _charset(answer: Answer) -> str | None:
    _, _, rest = answer.headers.get("content-type", "").lower().partition("charset=")
    return rest.partition(";")[0].strip(" \"'") or None


def _place(cursor: str | None) -> _Place:
    """Of a cursor; none, or a damaged one, begins anew."""
    try:
        return msgspec.json.decode(cursor or "{}", type=_Place)
    except msgspec.DecodeError:
        return _Place()
