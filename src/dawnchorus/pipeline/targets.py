"""What is to be forgotten, as people name it: a post or an author, by id, handle or address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from dawnchorus.errors import UsageError
from dawnchorus.store.forgotten import account

_ACCOUNT = re.compile(r"([a-z][a-z0-9_-]*):@(\S.*)", re.IGNORECASE)
_STATUS = re.compile(r"/[^/]+/status(?:es)?/(\d+)")
_TOOT = re.compile(r"/@([^/@]+)/(\d+)")
_PROFILES = (
    ("bluesky", re.compile(r"bsky\.app"), re.compile(r"/profile/([^/]+)")),
    ("reddit", re.compile(r"(?:\w+\.)?reddit\.com"), re.compile(r"/u(?:ser)?/([^/]+)")),
)
_X = re.compile(r"(?:(?:www|mobile|m)\.)?(?:x|twitter)\.com")
_NO_HANDLES = frozenset({"i", "home", "search", "explore", "hashtag", "settings"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Posts and authors to look for."""

    posts: frozenset[str] = frozenset()  # ids and addresses
    authors: frozenset[str] = frozenset()  # as store.forgotten.account gives them


def parse_targets(words: Sequence[str]) -> Targets:
    """Read ``words``: "x:1991853674587685240", "x:@ines", addresses of posts and of profiles.

    Raises:
        UsageError: A handle without its network, an empty word, or one that is no text or address.
    """
    posts: set[str] = set()
    authors: set[str] = set()
    for word in (word.strip() for word in words):
        _check(word)
        if not word or word.startswith("@"):
            raise UsageError(
                f"{word!r:.80}: of which network? write x:{word or '@name'}, mastodon:@name@server, "
                "or an id or address"
            )
        if named := _ACCOUNT.fullmatch(word):
            authors.add(account(named[1], named[2]))
        elif word.startswith(("https://", "http://")):
            found = _profile(word)
            if found:
                authors.add(found)
            else:
                posts |= {word, *_ids(word)}
        elif ":" in word:
            posts.add(word)
        else:
            raise UsageError(
                f"{word!r:.80} is no id or address: write x:@{word:.60} for an account, "
                "x:1991853674587685240 for a post, or an address"
            )
    return Targets(posts=frozenset(posts), authors=frozenset(authors))


def _check(word: str) -> None:
    try:
        word.encode()
        urlsplit(word)
    except ValueError:  # bytes that are no UTF-8; "https://["
        raise UsageError(f"{word!r:.80} is no id or address; copy it from the post") from None


def _profile(url: str) -> str | None:
    """The account whose page ``url`` is, if it is one."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    steps = path.strip("/").split("/")
    if _X.fullmatch(host):
        own = len(steps) == 1 and steps[0] and steps[0] not in _NO_HANDLES
        return account("x", steps[0]) if own else None
    if host == "news.ycombinator.com" and path == "/user":
        return account("hackernews", parse_qs(parts.query).get("id", [""])[0])
    for network, hosts, paths in _PROFILES:
        if hosts.fullmatch(host):
            match = paths.fullmatch(path)
            return account(network, match[1]) if match else None
    if len(steps) == 1 and steps[0].startswith("@"):
        name = steps[0].removeprefix("@")
        return account("mastodon", name if "@" in name else f"{name}@{host}")
    return None


def _ids(url: str) -> set[str]:
    """Ids that a post at ``url`` has in our formats; none if its address does not hold one."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path.rstrip("/")
    if _X.fullmatch(host) and (match := _STATUS.fullmatch(path)):
        return {f"x:{match[1]}"}
    if host == "news.ycombinator.com" and path == "/item":
        return {f"hackernews:{id}" for id in parse_qs(parts.query).get("id", [])}
    if match := _TOOT.fullmatch(path):
        return {f"mastodon:{host}:{match[2]}"}
    return set()
