"""X API v1.1: tweet objects with "user", retweets and quotes nested whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dawnchorus.model import Post
from dawnchorus.sources.formats.x_tweet import from_legacy, person
from dawnchorus.sources.values import member

_NESTING = 4  # a retweet of a quote of a quote; X itself stops at two


def matches(value: Any) -> bool:
    """Has an id as text beside v1.1's counters."""
    return (
        isinstance(value, dict)
        and "id_str" in value
        and ("full_text" in value or "text" in value)
        and ("user" in value or "retweet_count" in value or "entities" in value)
    )


def convert(value: dict[str, Any]) -> Iterator[Post]:
    """The tweet and those it passes on or quotes."""
    yield from _tweets(value, depth=0)


def _tweets(value: dict[str, Any], *, depth: int) -> Iterator[Post]:
    original = quoted = None
    nested: list[Post] = []
    if depth < _NESTING:
        for key in ("retweeted_status", "quoted_status"):
            if isinstance(inner := member(value, key), dict):
                found = list(_tweets(inner, depth=depth + 1))
                nested += found
                if key == "retweeted_status":
                    original = found[0]
                else:
                    quoted = found[0]
    author, author_name = person(value.get("user"))
    yield from_legacy(value, author=author, author_name=author_name, original=original, quoted=quoted)
    yield from nested
