"""Mastodon and what speaks its client API: statuses with HTML content.

A status has one number per server that knows it. Ours is that of the server it
was written on, from its ``uri``, so that copies read from two servers are one post.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from dawnchorus.model import Post
from dawnchorus.sources.formats.html import text_and_links
from dawnchorus.sources.values import (
    NO_ID,
    Converted,
    count,
    handle,
    host,
    instant,
    items,
    link,
    member,
    word,
)
from dawnchorus.visits import Skipped

_NESTING = 3


def matches(value: Any) -> bool:
    """A status: HTML content by an account."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("account"), dict)
        and ("content" in value or "text" in value)  # "text" is what a deletion gives back
        and ("reblogs_count" in value or "reblog" in value or "spoiler_text" in value)
    )


def convert(value: dict[str, Any]) -> Iterator[Converted]:
    """The status and those it boosts or quotes."""
    yield from _statuses(value, nesting=_NESTING)


def _statuses(status: dict[str, Any], *, nesting: int) -> Iterator[Converted]:
    own = _id(status)
    if own is None:
        yield Skipped(reason=NO_ID, why="a status without id and uri")
        return
    nested: list[Converted] = []
    found: dict[str, Post] = {}
    quote = status.get("quote")
    inner = {"reblog": status.get("reblog"), "quote": member(quote, "quoted_status") or quote}
    for key, one in inner.items():
        if nesting and isinstance(one, dict) and matches(one):
            posts = list(_statuses(one, nesting=nesting - 1))
            nested += posts
            if isinstance(posts[0], Post):
                found[key] = posts[0]
    yield _post(status, own, original=found.get("reblog"), quoted=found.get("quote"))
    yield from nested


def _post(status: dict[str, Any], own: str, *, original: Post | None, quoted: Post | None) -> Post:
    server, native = _place(status)
    content = status.get("content", status.get("text"))
    text, found = text_and_links(content) if isinstance(content, str) else ("", ())
    choices = [
        title for one in items(member(status, "poll", "options")) if (title := word(member(one, "title")))
    ]
    if choices:
        text = "\n".join([text, "", *(f"– {title}" for title in choices)]).strip()
    if warning := word(status.get("spoiler_text")):
        text = f"{warning}\n\n{text}".strip()
    author = _author(status, server)
    url = link(status.get("url")) or link(status.get("uri"))
    card = link(member(status, "card", "url"))
    if original is not None:
        text, found, card = f"RT @{original.author}: {original.text}", original.links, None
        url = url or original.url
    created_at, day = instant(status.get("created_at"))
    # The number of the parent is that of the server we read from: ours only if that wrote this one.
    parent = word(status.get("in_reply_to_id"))
    return Post(
        id=own,
        source="mastodon",
        text=text,
        author=author,
        author_name=word(member(status, "account", "display_name")),
        created_at=created_at,
        day=day,
        lang=word(status.get("language")),
        url=url,
        like_count=count(status.get("favourites_count")),
        repost_count=count(status.get("reblogs_count")),
        reply_count=count(status.get("replies_count")),
        quote_count=count(status.get("quotes_count")),
        reply_to=f"mastodon:{server}:{parent}" if parent and native == word(status.get("id")) else None,
        repost_of=original.id if original else None,
        quote_of=quoted.id if quoted else None,
        quoted_author=quoted.author if quoted else None,
        quoted_text=quoted.text if quoted else None,
        links=tuple(dict.fromkeys([*found, *([card] if card else [])])),
    )


def _place(status: dict[str, Any]) -> tuple[str | None, str | None]:
    """The server a status was written on, and its number there."""
    uri = link(status.get("uri")) or link(status.get("url"))
    if uri is None:
        return host(link(member(status, "account", "url"))), word(status.get("id"))
    steps = [step for step in urlsplit(uri).path.split("/") if step]
    if steps and steps[-1] == "activity":  # a boost is the activity, not the status
        steps.pop()
    return host(uri), steps[-1] if steps else word(status.get("id"))


def _id(status: dict[str, Any]) -> str | None:
    server, native = _place(status)
    return f"mastodon:{server}:{native}" if server and native else None


def _author(status: dict[str, Any], server: str | None) -> str | None:
    name = handle(member(status, "account", "acct"))
    if name is None or "@" in name:
        return name
    home = host(link(member(status, "account", "url"))) or server
    return f"{name}@{home}" if home else name
