"""Hacker News: items of the Firebase API and hits of the Algolia search.

Hacker News calls a submission a "story". Ours are clusters, so it becomes a post.
Its times are Unix seconds (Firebase) and UTC (Algolia).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dawnchorus.model import Post
from dawnchorus.sources.formats.html import text_and_links
from dawnchorus.sources.values import NOT_A_POST, Converted, count, handle, instant, link, word
from dawnchorus.visits import Skipped

_TYPES = ("story", "comment", "job", "poll", "pollopt")


def matches(value: Any) -> bool:
    """An item of either API."""
    return isinstance(value, dict) and (_is_item(value) or _is_hit(value))


def convert(value: dict[str, Any]) -> Iterator[Converted]:
    """The submission or comment."""
    if value.get("deleted") or value.get("dead"):
        yield Skipped(id=_id(value), reason=NOT_A_POST, why="deleted item")
    elif _is_item(value):
        yield _item(value)
    else:
        yield _hit(value)


def _is_item(value: dict[str, Any]) -> bool:
    return value.get("type") in _TYPES and "id" in value and ("time" in value or "deleted" in value)


def _is_hit(value: dict[str, Any]) -> bool:
    return "objectID" in value and "created_at_i" in value


def _id(value: dict[str, Any]) -> str | None:
    number = word(value.get("id") or value.get("objectID"))
    return f"hackernews:{number}" if number else None


def _item(item: dict[str, Any]) -> Post:
    return _post(
        native=item["id"],
        author=item.get("by"),
        time=item["time"],
        title=item.get("title"),
        body=item.get("text"),
        url=item.get("url"),
        points=item.get("score"),
        comments=item.get("descendants"),
        parent=item.get("parent"),
    )


def _hit(hit: dict[str, Any]) -> Post:
    return _post(
        native=hit["objectID"],
        author=hit.get("author"),
        time=hit["created_at_i"],
        title=hit.get("title"),
        body=hit.get("comment_text") or hit.get("story_text"),
        url=hit.get("url"),
        points=hit.get("points"),
        comments=hit.get("num_comments"),
        parent=hit.get("parent_id"),
        about=hit.get("story_title") if hit.get("parent_id") else None,
    )


def _post(
    *,
    native: Any,
    author: Any,
    time: Any,
    title: Any,
    body: Any,
    url: Any,
    points: Any,
    comments: Any,
    parent: Any,
    about: Any = None,
) -> Post:
    number = word(native)
    if number is None:
        raise ValueError("no id")
    text, found = text_and_links(body) if isinstance(body, str) else ("", ())
    created_at, day = instant(time)
    target = link(url)
    above = word(parent)
    return Post(
        id=f"hackernews:{number}",
        source="hackernews",
        text="\n\n".join(part for part in (word(title), text) if part),
        author=handle(author),
        created_at=created_at,
        day=day,
        url=f"https://news.ycombinator.com/item?id={number}",
        like_count=count(points),
        reply_count=count(comments),
        reply_to=f"hackernews:{above}" if above else None,
        # "It is too slow" says nothing without the title of what it is under.
        quoted_text=word(about),
        links=tuple(dict.fromkeys([*([target] if target else []), *found])),
    )
