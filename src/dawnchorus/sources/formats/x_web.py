"""The JSON that X's web pages load (GraphQL): timelines, searches, tweet details.

A tweet is ``{"__typename": "Tweet", "rest_id", "core", "legacy", "note_tweet", …}``,
wherever it stands in the answer; tweets that need a click are wrapped once more,
deleted ones are tombstones. Recordings: design notes, "formats".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dawnchorus.model import Post
from dawnchorus.sources.formats.x_tweet import from_legacy, person
from dawnchorus.sources.values import NOT_A_POST, Converted, member, refusal
from dawnchorus.visits import Skipped

_DEPTH = 40  # answers are about 20 deep
_HOLDERS = ("instructions", "tweetResult", "tweet_results", "threaded_conversation_with_injections_v2")
_TOMBSTONES = ("TweetTombstone", "TweetUnavailable")


def matches(value: Any) -> bool:
    """An answer that holds instructions or a tweet result, or such a result itself."""
    if not isinstance(value, dict):
        return False
    if _is_tweet(value) or isinstance(member(value, "tweet", "legacy"), dict):
        return True
    return isinstance(value.get("data"), dict) and _holds_timeline(value["data"], depth=6)


def convert(value: dict[str, Any]) -> Iterator[Converted]:
    """Tweets in order of appearance, promoted ones left out."""
    yield from _found(value, depth=0)


def _holds_timeline(value: Any, *, depth: int) -> bool:
    if not isinstance(value, dict) or depth == 0:
        return False
    return any(key in value for key in _HOLDERS) or any(
        _holds_timeline(v, depth=depth - 1) for v in value.values()
    )


def _is_tweet(value: dict[str, Any]) -> bool:
    return (
        "rest_id" in value
        and member(value, "legacy", "created_at") is not None
        and "full_text" in value["legacy"]
    )


def _found(value: Any, *, depth: int) -> Iterator[Converted]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _found(inner, depth=depth + 1)
    elif isinstance(value, dict):
        if "promotedMetadata" in value or "promoted_metadata" in value:
            yield Skipped(reason=NOT_A_POST, why="advertisement")
        elif _is_tweet(value):
            try:
                found = list(_tweets(value, depth=depth))
            except ValueError as error:
                yield refusal(error)
            else:
                yield from found
        elif value.get("__typename") in _TOMBSTONES:
            yield Skipped(reason=NOT_A_POST, why="deleted or withheld tweet")
        else:
            for inner in value.values():
                yield from _found(inner, depth=depth + 1)


def _tweets(tweet: dict[str, Any], *, depth: int) -> Iterator[Post]:
    legacy = tweet["legacy"]
    nested: list[Post] = []
    original = quoted = None
    if depth <= _DEPTH:
        if inner := _result(legacy.get("retweeted_status_result") or tweet.get("retweeted_status_result")):
            nested += (found := list(_tweets(inner, depth=depth + 10)))
            original = found[0]
        if inner := _result(tweet.get("quoted_status_result") or legacy.get("quoted_status_result")):
            nested += (found := list(_tweets(inner, depth=depth + 10)))
            quoted = found[0]
    note = member(tweet, "note_tweet", "note_tweet_results", "result")
    author, author_name = person(member(tweet, "core", "user_results", "result"))
    yield from_legacy(
        {"id_str": tweet["rest_id"], **legacy},
        author=author,
        author_name=author_name,
        full_text=member(note, "text"),
        full_entities=member(note, "entity_set"),
        view_count=member(tweet, "views", "count"),
        original=original,
        quoted=quoted,
    )
    yield from nested


def _result(holder: Any) -> dict[str, Any] | None:
    """The tweet in a result; X wraps those with limited visibility in one more layer."""
    result = member(holder, "result")
    wrapped = member(result, "tweet")
    for one in (wrapped, result):
        if isinstance(one, dict) and _is_tweet(one):
            return one
    return None
