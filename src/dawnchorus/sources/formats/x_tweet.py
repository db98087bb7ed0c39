"""What all of X's JSON dialects share: a tweet's parts put together to a post.

X API v1.1, the web's GraphQL ("legacy") and the account archive write a tweet
with the same keys; they differ in where author, views and nested tweets are.
"""

from __future__ import annotations

import re
from typing import Any

from dawnchorus.model import Post
from dawnchorus.sources.values import count, handle, instant, items, links, member, word

_STATUS = re.compile(
    r"https?://(?:www\.|mobile\.)?(?:x|twitter)\.com/[^/]+(?:/web)?/status/(\d+)", re.IGNORECASE
)


def x_id(native: object) -> str | None:
    """Our id of a tweet id."""
    known = word(native)
    return f"x:{known}" if known else None


def permalink(author: str | None, native: str) -> str:
    """Link of a tweet; X finds the author itself if we don't know it."""
    return f"https://x.com/{author or 'i'}/status/{native}"


def reader_text(text: str) -> str:
    """X escapes these three characters in all its texts, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def outward(found: list[Any], *, own: str, quoted: str | None) -> tuple[str, ...]:
    """Links that lead away from the tweet: neither its media nor the tweet it quotes."""
    inward = {own, quoted}
    return tuple(one for one in links(found) if not ((status := _STATUS.match(one)) and status[1] in inward))


def from_legacy(
    tweet: dict[str, Any],
    *,
    author: str | None,
    author_name: str | None,
    full_text: str | None = None,
    full_entities: object = None,
    view_count: object = None,
    original: Post | None = None,
    quoted: Post | None = None,
) -> Post:
    """A post of a tweet in v1.1 keys.

    Args:
        tweet: With "id_str" or "id", "created_at", and "full_text" or "text".
        author: Its handle, if known.
        author_name: Its display name, if known.
        full_text: The whole text, where it stands elsewhere (note tweets).
        full_entities: The entities of that text.
        view_count: As it stands elsewhere.
        original: The tweet that it passes on.
        quoted: The tweet that it comments on.

    Raises:
        ValueError: No id, no text, or no readable time.
    """
    native = word(tweet.get("id_str")) or word(tweet.get("id"))
    if native is None:
        raise ValueError("no id")
    long_form = member(tweet, "extended_tweet")  # streaming API of 2017 to 2023
    text = full_text or member(long_form, "full_text") or tweet.get("full_text") or tweet.get("text")
    text = reader_text(text) if isinstance(text, str) else ""
    if original is not None:
        text = f"RT @{original.author}: {original.text}" if original.author else original.text
    created_at, day = instant(tweet.get("created_at"))
    quote_of = (
        quoted.id if quoted else x_id(tweet.get("quoted_status_id_str") or tweet.get("quoted_status_id"))
    )
    found = [
        member(entity, "expanded_url") or member(entity, "url")
        for holder in (full_entities, member(long_form, "entities"), tweet.get("entities"))
        for entity in items(member(holder, "urls"))
    ]
    quoted_native = quote_of.removeprefix("x:") if quote_of else None
    return Post(
        id=f"x:{native}",
        source="x",
        text=text,
        author=author,
        author_name=author_name,
        created_at=created_at,
        day=day,
        lang=language(tweet.get("lang")),
        url=permalink(author, native),
        like_count=count(tweet.get("favorite_count")),
        repost_count=count(tweet.get("retweet_count")),
        reply_count=count(tweet.get("reply_count")),
        quote_count=count(tweet.get("quote_count")),
        view_count=count(view_count),
        reply_to=x_id(tweet.get("in_reply_to_status_id_str") or tweet.get("in_reply_to_status_id")),
        repost_of=original.id if original else None,
        quote_of=None if original else quote_of,
        quoted_author=quoted.author if quoted and not original else None,
        quoted_text=quoted.text if quoted and not original else None,
        links=original.links if original else outward(found, own=native, quoted=quoted_native),
    )


def language(value: object) -> str | None:
    """X's language code; its "und", "zxx", "qme", … mean that it does not know."""
    code = word(value)
    return (
        None
        if code is None
        or code in ("und", "zxx")
        or code.startswith("qm")
        or code in ("qam", "qct", "qht", "qst")
        else code
    )


def person(user: object) -> tuple[str | None, str | None]:
    """Handle and display name of a v1.1 or GraphQL user object."""
    legacy, core = member(user, "legacy"), member(user, "core")
    for keys in (core, legacy, user):
        if name := handle(member(keys, "screen_name")):
            return name, word(member(keys, "name"))
    return None, None
