"""twitterapi.io: camelCase tweets with an "author" object, alone or in lists of any wrapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dawnchorus.model import Post
from dawnchorus.sources.formats.x_tweet import language, outward, permalink, reader_text, x_id
from dawnchorus.sources.values import Converted, count, handle, instant, items, member, refusal, word

_DEPTH = 5
_NESTING = 4


def matches(value: Any) -> bool:
    """A tweet object, or something that holds one a few levels down."""
    return next(_tweets(value, depth=_DEPTH), None) is not None


def convert(value: Any) -> Iterator[Converted]:
    """All tweets held by ``value``, with those they pass on or quote."""
    for tweet in _tweets(value, depth=_DEPTH):
        try:
            found = list(_posts(tweet, nesting=_NESTING))
        except ValueError as error:
            yield refusal(error)
        else:
            yield from found


def _is_tweet(value: dict[str, Any]) -> bool:
    return (
        "createdAt" in value
        and "text" in value
        and "id" in value
        and (isinstance(value.get("author"), dict) or value.get("type") == "tweet")
        and "retweetCount" in value
    )


def _tweets(value: Any, *, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _tweets(inner, depth=depth - 1)
    elif isinstance(value, dict):
        if _is_tweet(value):
            yield value
            return
        for inner in value.values():
            if isinstance(inner, (dict, list)):
                yield from _tweets(inner, depth=depth - 1)


def _posts(tweet: dict[str, Any], *, nesting: int) -> Iterator[Post]:
    nested: list[Post] = []
    found: dict[str, Post] = {}
    for key in ("retweeted_tweet", "quoted_tweet"):
        inner = tweet.get(key)
        if nesting and isinstance(inner, dict) and _is_tweet(inner):
            posts = list(_posts(inner, nesting=nesting - 1))
            nested += posts
            found[key] = posts[0]
    yield _post(tweet, original=found.get("retweeted_tweet"), quoted=found.get("quoted_tweet"))
    yield from nested


def _post(tweet: dict[str, Any], *, original: Post | None, quoted: Post | None) -> Post:
    native = word(tweet["id"])
    if native is None:
        raise ValueError("no id")
    author = handle(member(tweet, "author", "userName"))
    text = reader_text(tweet["text"]) if isinstance(tweet["text"], str) else ""
    if original is not None:
        text = f"RT @{original.author}: {original.text}"
    created_at, day = instant(tweet["createdAt"])
    urls = [
        member(one, "expanded_url") or member(one, "url") for one in items(member(tweet, "entities", "urls"))
    ]
    quote_of = quoted.id if quoted else None
    return Post(
        id=f"x:{native}",
        source="x",
        text=text,
        author=author,
        author_name=word(member(tweet, "author", "name")),
        created_at=created_at,
        day=day,
        lang=language(tweet.get("lang")),
        url=permalink(author, native),
        like_count=count(tweet.get("likeCount")),
        repost_count=count(tweet.get("retweetCount")),
        reply_count=count(tweet.get("replyCount")),
        quote_count=count(tweet.get("quoteCount")),
        view_count=count(tweet.get("viewCount")),
        reply_to=x_id(tweet.get("inReplyToId")),
        repost_of=original.id if original else None,
        quote_of=None if original else quote_of,
        quoted_author=quoted.author if quoted and not original else None,
        quoted_text=quoted.text if quoted and not original else None,
        links=original.links
        if original
        else outward(urls, own=native, quoted=quote_of.removeprefix("x:") if quote_of else None),
    )
