"""Addresses of posts: the many links that lead to one post are one key."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_X = frozenset(
    {
        *("x.com", "twitter.com", "fxtwitter.com", "vxtwitter.com", "fixupx.com", "fixvx.com", "nitter.net"),
        *("twittpr.com", "twstalker.com", "xcancel.com", "nitter.poast.org"),
    }
)
_HACKER_NEWS = frozenset({"news.ycombinator.com", "hackerne.ws", "hn.algolia.com"})
_BLUESKY = frozenset({"bsky.app", "main.bsky.dev", "bskyx.app", "fxbsky.app", "deer.social"})
_FRONTS = ("www.", "mobile.", "m.", "amp.", "old.", "new.", "np.", "i.", "sh.")
_STATUS = re.compile(r"/(?:[^/]+|i/web|i)/status(?:es)?/(\d+)")
_BLUESKY_POST = re.compile(r"/profile/[^/]+/post/([A-Za-z0-9]+)")
_MASTODON = re.compile(r"(?:/web|/deck)?/(?:@[^/@]+|users/[^/]+/statuses|statuses|notice)/(\d{5,})$")
_REDDIT = re.compile(
    r"/(?:(?:r|user|u)/[^/]+/)?comments/([a-z0-9]+)(?:/[^/]*(?:/([a-z0-9]+))?)?", re.IGNORECASE
)
_AT = re.compile(r"at://[^/]+/app\.bsky\.feed\.post/([A-Za-z0-9]+)")
# Parameters that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|igsh|mc_[ce]id|ref|ref_src|ref_url|source|share_id|rdt|spm|cmpid",
    re.IGNORECASE,
)


def address(url: str) -> str:
    """A link without what does not change its target; "" of what is no link.

    Gone are scheme, "www." and its like, tracking parameters, fragment and final slash. Posts of X, Bluesky,
    Mastodon, Hacker News and Reddit have one key whatever page shows them.
    """
    url = url.strip()
    if match := _AT.match(url):
        return f"bsky.app/post/{match[1]}"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:  # an address of brackets that do not pair up
        return ""
    if not host:
        return ""
    bare = _without_front(host)
    for known, key in _NETWORKS:
        if bare in known and (found := key(parts)):
            return found
    if match := _MASTODON.fullmatch(parts.path.rstrip("/")):
        return f"{host}/status/{match[1]}"
    asked = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name)]
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{host.removeprefix('www.')}{parts.path.rstrip('/')}{query}"


def addresses_of(post: str, url: str | None) -> list[str]:
    """Keys under which a post is found: its address, and what its id says of it ("x:123")."""
    source, _, native = post.partition(":")
    known = {
        "x": f"x.com/status/{native}",
        "hackernews": f"news.ycombinator.com/item/{native}",
        "reddit": f"reddit.com/{native.removeprefix('t3_')}",
    }
    own = address(post) if source == "at" else known.get(source, "")
    keys = [address(url or ""), own if native else ""]
    return [key for key in dict.fromkeys(keys) if key]


def _without_front(host: str) -> str:
    for front in _FRONTS:
        host = host.removeprefix(front)
    return host


def _x(parts: SplitResult) -> str:
    match = _STATUS.match(parts.path)
    return f"x.com/status/{match[1]}" if match else ""


def _bluesky(parts: SplitResult) -> str:
    # A handle may change and may be given as a DID; the key of the record stays.
    match = _BLUESKY_POST.match(parts.path)
    return f"bsky.app/post/{match[1]}" if match else ""


def _hacker_news(parts: SplitResult) -> str:
    asked = dict(parse_qsl(parts.query))
    item = parts.fragment if parts.fragment.isdigit() else asked.get("id", "")
    return f"news.ycombinator.com/item/{item}" if item.isdigit() else ""


def _reddit(parts: SplitResult) -> str:
    match = _REDDIT.match(parts.path)
    return f"reddit.com/{match[1].lower()}" + (f"/{match[2].lower()}" if match[2] else "") if match else ""


def _short_reddit(parts: SplitResult) -> str:
    post = parts.path.strip("/").lower()
    return f"reddit.com/{post}" if post.isalnum() else ""


_NETWORKS: tuple[tuple[frozenset[str], Callable[[SplitResult], str]], ...] = (
    (_X, _x),
    (_BLUESKY, _bluesky),
    (_HACKER_NEWS, _hacker_news),
    (frozenset({"reddit.com"}), _reddit),
    (frozenset({"redd.it"}), _short_reddit),
)
