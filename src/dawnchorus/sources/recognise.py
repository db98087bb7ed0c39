"""Which platform a JSON value is from, told by its shape; names of files don't count.

Formats are tried in the order of FORMATS. Pages, whose posts need one another
(authors, originals), come before lists of things that stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from dawnchorus.sources.formats import (
    bluesky,
    feeds,
    hackernews,
    mastodon,
    ours,
    reddit,
    v2ex,
    x_archive,
    x_twitterapi,
    x_v1,
    x_v2,
    x_web,
)  # fmt: skip
from dawnchorus.sources.parse import loads
from dawnchorus.sources.values import NOT_A_POST, Converted
from dawnchorus.visits import Skipped


@dataclass(frozen=True, slots=True)
class Format:
    """A platform's shape of one JSON value."""

    name: str
    matches: Callable[[Any], bool]
    convert: Callable[[Any], Iterable[Converted]]
    """May raise ValueError, KeyError or TypeError; that costs the value."""


FORMATS: Final = (
    Format("X web", x_web.matches, x_web.convert),
    Format("X API v2", x_v2.matches, x_v2.convert),
    Format("X archive", x_archive.matches, x_archive.convert),
    Format("X API v1.1", x_v1.matches, x_v1.convert),
    Format("Mastodon", mastodon.matches, mastodon.convert),
    Format("Bluesky", bluesky.matches, bluesky.convert),
    Format("Hacker News", hackernews.matches, hackernews.convert),
    Format("Reddit", reddit.matches, reddit.convert),
    Format("V2EX", v2ex.matches, v2ex.convert),
    Format("JSON Feed", feeds.matches, feeds.convert),
    Format("twitterapi.io", x_twitterapi.matches, x_twitterapi.convert),
)

_LISTS = ("statuses", "feed", "posts", "hits", "tweets", "items", "data", "results", "shares", "batches")
_DEPTH = 6


def recognise(value: Any) -> Format | None:
    """The first format that ``value`` has, None if it is of no platform."""
    return next((one for one in FORMATS if one.matches(value)), None)


def unwrap(value: Any, *, depth: int = _DEPTH) -> Iterator[tuple[Any, Format | None]]:
    """The values in ``value`` that stand alone, each with its format; None = a row of ours.

    Opens lists, objects that are little more than a list, and recorded HTTP
    answers. What has no shape that we know is left out.
    """
    if isinstance(value, list):
        if depth:
            for one in value:
                yield from unwrap(one, depth=depth - 1)
        return
    if not isinstance(value, dict):
        return
    if ours.is_certain(value):
        yield value, None
    elif found := recognise(value):
        yield value, found
    elif _is_answer(value):
        inside = list(unwrap(_body(value["body"]), depth=depth - 1)) if depth else []
        yield from inside or [(value, _EMPTY_ANSWER)]
    elif (inner := _inner(value)) is not None:
        if depth:
            yield from unwrap(inner, depth=depth - 1)
    elif ours.matches(value):
        yield value, None


def _is_answer(value: dict[str, Any]) -> bool:
    return (
        isinstance(value.get("body"), str) and "status" in value and ("method" in value or "headers" in value)
    )


def _answer(value: dict[str, Any]) -> Iterable[Converted]:
    return [Skipped(reason=NOT_A_POST, why="recorded answer without posts")]


_EMPTY_ANSWER = Format("recorded answer", _is_answer, _answer)


def _body(text: str) -> Any:
    try:
        return loads(text.encode("utf-8", "replace"))
    except ValueError:
        return None


def _inner(value: dict[str, Any]) -> Any:
    if "text" in value or "title" in value:  # a record that has a list, not a list
        return None
    return next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
