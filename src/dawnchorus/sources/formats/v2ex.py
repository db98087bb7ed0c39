"""V2EX: topics of its public API (v1), as in topics/hot.json, topics/latest.json and topics/show.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dawnchorus.model import Post
from dawnchorus.sources.formats.html import text_and_links
from dawnchorus.sources.values import NO_ID, NOT_A_POST, Converted, count, handle, instant, member, word
from dawnchorus.visits import Skipped


def matches(value: Any) -> bool:
    """A topic: it has a title, a node and a member."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("node"), dict)
        and isinstance(value.get("member"), dict)
        and "title" in value
        and "created" in value
    )


def convert(topic: dict[str, Any]) -> Iterator[Converted]:
    """The topic. V2EX counts replies, not likes."""
    number = word(topic.get("id"))
    if number is None:
        yield Skipped(reason=NO_ID, why="")
        return
    if topic.get("deleted"):
        yield Skipped(id=f"v2ex:{number}", reason=NOT_A_POST, why="deleted topic")
        return
    rendered, plain = topic.get("content_rendered"), topic.get("content")
    text, found = text_and_links(rendered) if isinstance(rendered, str) else ("", ())
    if not text and isinstance(plain, str):
        text = plain.strip()
    created_at, day = instant(topic["created"])
    node = word(member(topic, "node", "name"))
    yield Post(
        id=f"v2ex:{number}",
        source=f"v2ex:{node.lower()}" if node else "v2ex",
        text="\n\n".join(part for part in (word(topic["title"]), text) if part),
        author=handle(member(topic, "member", "username")),
        created_at=created_at,
        day=day,
        url=f"https://www.v2ex.com/t/{number}",
        reply_count=count(topic.get("replies")),
        links=found,
    )
