"""X API v2: pages of ``data`` with ``includes``, single tweets, bare tweet objects.

An edited tweet is a new tweet with an id of its own; X lists and finds the newest version only. Its post
carries the ids of all versions in ``extra``: ``{"edit_history": ["x:1", "x:2"]}``, oldest first.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson

from dawnchorus.model import Post
from dawnchorus.sources.formats.x_tweet import language, outward, permalink, reader_text, x_id
from dawnchorus.sources.values import (
    NOT_A_POST,
    Converted,
    attempt,
    count,
    handle,
    instant,
    items,
    link,
    member,
    shown,
    word,
)
from dawnchorus.visits import Skipped

_MARKS = ("edit_history_tweet_ids", "public_metrics", "author_id", "conversation_id", "referenced_tweets")


def matches(value: Any) -> bool:
    """A page whose data are tweets (or that has none), or a tweet object."""
    if not isinstance(value, dict):
        return False
    if _is_tweet(value):
        return any(mark in value for mark in _MARKS) and not isinstance(value.get("author"), str)
    data = value.get("data")
    if isinstance(data, dict):
        return _is_tweet(data) and not isinstance(data.get("author"), str)
    if isinstance(data, list) and data:
        first = data[0]
        if not _is_tweet(first):
            return False
        return any(mark in first for mark in _MARKS) or "includes" in value or "meta" in value
    return "data" not in value and (
        member(value, "meta", "result_count") == 0 or _are_errors(value.get("errors"))
    )


def convert(value: dict[str, Any]) -> Iterator[Converted]:
    """Tweets of ``data``, then those of ``includes``; errors are only counted, see :func:`deleted`."""
    if _is_tweet(value):
        yield _tweet(value, users={}, tweets={}, media={})
        return
    users = {
        known: user
        for user in items(member(value, "includes", "users"))
        if (known := word(member(user, "id")))
    }
    included = [tweet for tweet in items(member(value, "includes", "tweets")) if _is_tweet(tweet)]
    data = value.get("data")
    listed = [data] if isinstance(data, dict) else items(data)
    tweets = {tweet["id"]: tweet for tweet in [*included, *listed] if _is_tweet(tweet)}
    media = {
        key: one
        for one in items(member(value, "includes", "media"))
        if (key := word(member(one, "media_key")))
    }
    for tweet in [*listed, *included]:
        if not _is_tweet(tweet):
            yield Skipped(reason=NOT_A_POST, why="no tweet among the data")
            continue
        yield attempt(partial(_tweet, tweet, users=users, tweets=tweets, media=media))
    for error in items(value.get("errors")):
        title = word(member(error, "title")) or "without a title"
        yield Skipped(id=_missing(error), reason=NOT_A_POST, why=f"error of the API: {shown(title)}")


def deleted(value: dict[str, Any]) -> tuple[str, ...]:
    """Ids of the tweets that the errors of a page say are not there; protected ones are, for others."""
    found = (
        _missing(error)
        for error in items(value.get("errors"))
        if (word(member(error, "type")) or "").endswith("/resource-not-found")
    )
    return tuple(dict.fromkeys(one for one in found if one))


def _missing(error: Any) -> str | None:
    """The tweet that an error is about."""
    if member(error, "resource_type") != "tweet":
        return None
    native = word(member(error, "resource_id")) or word(member(error, "value"))
    return x_id(native) if native and native.isascii() and native.isdigit() else None


def _is_tweet(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and isinstance(value.get("text"), str)


def _are_errors(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(member(one, "resource_type") for one in value)


def _tweet(
    tweet: dict[str, Any], *, users: dict[str, Any], tweets: dict[str, Any], media: dict[str, Any]
) -> Post:
    native: str = tweet["id"]
    user = users.get(word(tweet.get("author_id")) or "")
    author = handle(member(user, "username"))
    metrics = tweet.get("public_metrics")
    refers = {member(one, "type"): word(member(one, "id")) for one in items(tweet.get("referenced_tweets"))}
    quoted = tweets.get(refers.get("quoted") or "")
    original = tweets.get(refers.get("retweeted") or "")
    text, found = _whole_text(tweet)
    if original is not None:
        whole, found = _whole_text(original)
        name = _author(original, users)
        # Without the user the page's own beginning "RT @name: " still says whose words these are.
        start = f"RT @{name}: " if name else text[: text.find(": ") + 2] if text.startswith("RT @") else ""
        text = start + whole
    created_at, day = instant(tweet.get("created_at"))
    own = original["id"] if original else native
    return Post(
        id=f"x:{native}",
        source="x",
        text=text,
        author=author,
        author_name=word(member(user, "name")),
        created_at=created_at,
        day=day,
        lang=language(tweet.get("lang")),
        url=permalink(author, native),
        like_count=count(member(metrics, "like_count")),
        repost_count=count(member(metrics, "retweet_count")),
        reply_count=count(member(metrics, "reply_count")),
        quote_count=count(member(metrics, "quote_count")),
        view_count=count(member(metrics, "impression_count")),
        reply_to=x_id(refers.get("replied_to")),
        repost_of=x_id(refers.get("retweeted")),
        quote_of=x_id(refers.get("quoted")),
        quoted_author=_author(quoted, users) if quoted else None,
        quoted_text=_whole_text(quoted)[0] if quoted else None,
        links=outward(found, own=own, quoted=refers.get("quoted")),
        extra=_extra(tweet, media),
    )


def _extra(tweet: dict[str, Any], media: dict[str, Any]) -> str | None:
    """The versions of an edited tweet, and its pictures where the page tells what is on them."""
    versions = [one for known in items(tweet.get("edit_history_tweet_ids")) if (one := x_id(known))]
    shows = [
        {"type": word(member(one, "type")), "url": link(member(one, "url")), "alt_text": alt}
        for key in items(member(tweet, "attachments", "media_keys"))
        if (one := media.get(word(key) or "")) and (alt := word(member(one, "alt_text"))) is not None
    ]
    known = {"edit_history": versions if len(versions) > 1 else [], "media": shows}
    extra = {name: value for name, value in known.items() if value}
    return orjson.dumps(extra).decode() if extra else None


def _whole_text(tweet: dict[str, Any]) -> tuple[str, list[Any]]:
    """Text in full, and its expanded links."""
    note = tweet.get("note_tweet")
    whole = member(note, "text")
    text = whole if isinstance(whole, str) and whole else tweet["text"]
    urls = [
        member(one, "unwound_url") or member(one, "expanded_url") or member(one, "url")
        for holder in (member(note, "entities"), tweet.get("entities"))
        for one in items(member(holder, "urls"))
    ]
    return reader_text(text), urls


def _author(tweet: dict[str, Any], users: dict[str, Any]) -> str | None:
    return handle(member(users.get(word(tweet.get("author_id")) or ""), "username"))
