"""What an answer of X's API v2 holds: posts, what is charged, where it goes on, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dawnchorus.errors import SourceError
from dawnchorus.model import Post
from dawnchorus.sources.formats import x_v2
from dawnchorus.sources.networks.paging import divide
from dawnchorus.sources.values import count, instant, items, member, shown, word
from dawnchorus.visits import Skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A post that was asked for, not one that came with it."""

    id: str  # X's own
    created_at: datetime | None
    conversation: str | None
    author: str | None  # X's id of the account
    likes: int
    replies: int

    @property
    def is_root(self) -> bool:
        """Whether a conversation begins with it."""
        return self.conversation == self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer."""

    posts: tuple[Post, ...]  # results, and the posts they refer to
    skipped: tuple[Skipped, ...]
    gone: tuple[str, ...]
    results: tuple[Result, ...]
    next_token: str | None
    unseen: tuple[str, ...]  # X's ids of posts that posts of the page quote, and that it has not

    def read_down_to(self, end: datetime) -> datetime:
        """From when on a listing, newest first, that was read whole down to ``end`` now is so.

        The second of the last result may go on on the next page. A page that is not in order proves
        nothing.
        """
        times = [result.created_at for result in self.results if result.created_at]
        if len(times) < len(self.results) or not times or times != sorted(times, reverse=True):
            return end
        return times[-1].replace(microsecond=0) + timedelta(seconds=1)


def read_page(value: Any, *, what: str) -> Found:
    """Read an answer; ``what`` names it in messages.

    Raises:
        SourceError: It is none, or says that what was asked for is not there or not for us.
    """
    if not isinstance(value, dict) or not value.keys() & {"data", "meta", "errors"}:
        raise SourceError(f"{what}: not an answer of X's API; see that base_url is right")
    listed = _tweets(value.get("data"))
    if not listed and "meta" not in value and (errors := items(value.get("errors"))):
        told = [_told(error) for error in errors if member(error, "resource_type") != "tweet"]
        if told:
            raise SourceError(f"{what}: {told[0]}; see that it is there and public")
    posts, skipped = divide(x_v2.convert(value))
    gone = x_v2.deleted(value)
    included = _tweets(member(value, "includes", "tweets"))
    tweets = _ids([*listed, *included], "id")
    return Found(
        posts=posts,
        skipped=skipped,
        gone=gone,
        results=tuple(_result(tweet) for tweet in listed if word(tweet.get("id"))),
        next_token=word(member(value, "meta", "next_token")),
        unseen=_unseen(included, known=tweets | {one.removeprefix("x:") for one in gone}),
    )


def charged(value: Any) -> dict[str, frozenset[str]]:
    """What of an answer is charged: X's ids by kind."""
    tweets = [*items(member(value, "data")), *items(member(value, "includes", "tweets"))]
    return {
        "post": _ids(tweets, "id"),
        "user": _ids(member(value, "includes", "users"), "id"),
        "media": _ids(member(value, "includes", "media"), "media_key"),
    }


def read_users(value: Any) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """Accounts of a lookup by name: name in lower case to id and name, and what is wrong with the others."""
    users: dict[str, tuple[str, str]] = {}
    for user in items(member(value, "data")):
        id, name = word(member(user, "id")), word(member(user, "username"))
        if id and name and id.isascii() and id.isdigit():
            users[name.lower()] = (id, name)
    wrong = {}
    for error in items(member(value, "errors")):
        name = word(member(error, "value")) or word(member(error, "resource_id"))
        if name:
            wrong[name.lower()] = _told(error)
    return users, wrong


def _tweets(value: object) -> list[dict[str, Any]]:
    return [one for one in items(value) if isinstance(one, dict)]


def _ids(values: object, key: str) -> frozenset[str]:
    return frozenset(id for one in items(values) if (id := word(member(one, key))))


def _told(error: Any) -> str:
    text = word(member(error, "detail")) or word(member(error, "title")) or "an error without words"
    return shown(" ".join(text.split()), limit=160).rstrip(".")


def _result(tweet: dict[str, Any]) -> Result:
    try:
        created_at, _ = instant(tweet.get("created_at"))
    except ValueError:
        created_at = None
    metrics = tweet.get("public_metrics")
    return Result(
        id=str(word(tweet.get("id"))),
        created_at=created_at,
        conversation=word(tweet.get("conversation_id")),
        author=word(tweet.get("author_id")),
        likes=count(member(metrics, "like_count")) or 0,
        replies=count(member(metrics, "reply_count")) or 0,
    )


def _unseen(included: Sequence[dict[str, Any]], *, known: frozenset[str]) -> tuple[str, ...]:
    """X includes what the results refer to, but not what those refer to: a repost of a quotation is half."""
    quoted = (
        id
        for tweet in included
        for one in items(tweet.get("referenced_tweets"))
        if member(one, "type") == "quoted" and (id := word(member(one, "id"))) and id.isdigit()
    )
    return tuple(dict.fromkeys(id for id in quoted if id not in known))
