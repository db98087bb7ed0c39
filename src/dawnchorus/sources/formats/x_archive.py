"""The archive of one's own account that X hands out: ``tweets.js``.

Each part is JavaScript, ``window.YTD.tweets.part0 = [ {"tweet": {…}}, … ]``.
The tweets don't say whose they are; ``account.js`` beside them does. Retweets
are cut at 140 characters in the archive itself, and their originals are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from dawnchorus.model import Post
from dawnchorus.sources.formats.x_tweet import from_legacy
from dawnchorus.sources.values import handle, items, member, word

PREFIX: Final = re.compile(rb"\s*window\.YTD\.([A-Za-z0-9_]+)\.part\d+\s*=\s*")


def matches(value: Any) -> bool:
    """An element of ``tweets.js``."""
    return (
        isinstance(member(value, "tweet", "id_str"), str) and member(value, "tweet", "full_text") is not None
    )


def convert(
    value: dict[str, Any], *, author: str | None = None, author_name: str | None = None
) -> Iterator[Post]:
    """The tweet, by the owner of the archive."""
    yield from_legacy(value["tweet"], author=author, author_name=author_name)


def owner(account_js: bytes) -> tuple[str | None, str | None]:
    """Handle and display name that ``account.js`` tells, None where it does not."""
    try:
        accounts = orjson.loads(PREFIX.sub(b"", account_js, count=1))
    except orjson.JSONDecodeError:
        return None, None
    account = member(next(iter(items(accounts)), None), "account")
    return handle(member(account, "username")), word(member(account, "accountDisplayName"))
