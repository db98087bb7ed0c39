"""Bluesky through the app's public API: search, accounts, lists and custom feeds.

Without a login the search gives one page a question and refuses its own cursor (bluesky-social/bsky-docs
issue 296), so pages are asked for by time: each ends where the one before it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from dawnchorus.errors import AccessDenied, SourceError
from dawnchorus.sources.formats import bluesky as format
from dawnchorus.sources.networks.descending import TICK, Step, read_down
from dawnchorus.sources.networks.keys import key_for
from dawnchorus.sources.networks.options import hosts, number
from dawnchorus.sources.networks.paging import attempts, divide, hours, names, told
from dawnchorus.sources.spans import Span
from dawnchorus.sources.values import Converted, items, member, moment, word
from dawnchorus.sources.web.answers import read_json
from dawnchorus.visits import Estimate, Page, Visit

HOST: Final = "https://api.bsky.app"
"""Answers searches without a login; public.api.bsky.app refuses them since 2025 (atproto issue 3891)."""

PDS: Final = "https://bsky.social"
PAGE: Final = 100
"""Most posts a page, by the lexicons."""

_OWN: Final = frozenset({"bsky.social"})
_LOGIN = (
    "set BLUESKY_HANDLE and BLUESKY_APP_PASSWORD (bsky.app: Settings, Privacy and security, App passwords)"
)


class Bluesky:
    """Public posts of Bluesky."""

    name = "bluesky"

    def __init__(
        self,
        *,
        queries: Sequence[str] = (),
        authors: Sequence[str] = (),
        lists: Sequence[str] = (),
        feeds: Sequence[str] = (),
        lang: str = "",
        overlap_hours: float = 6,
        most_posts: int = 2000,
        host: str = HOST,
        pds: str = PDS,
    ) -> None:
        """Check the options.

        Args:
            queries: What to search for, each on its own: words, "a phrase", #tag, from:handle.
            authors: Handles or DIDs whose posts to read.
            lists: at:// addresses of lists of accounts.
            feeds: at:// addresses of custom feeds; read from the top each time.
            lang: Only posts that say they are in this language, for ``queries``.
            overlap_hours: How long a post may take to show up.
            most_posts: A stream and run.
            host: Where the app's API is asked without a login.
            pds: Server of the account, where it logs in if the search is refused without.

        Raises:
            ValueError: An option is wrong, or there is nothing to read.
        """
        self._queries = names(queries, option="queries")
        self._authors = tuple(one.removeprefix("@") for one in names(authors, option="authors"))
        self._lists = _addresses("lists", lists, "app.bsky.graph.list")
        self._feeds = _addresses("feeds", feeds, "app.bsky.feed.generator")
        if not (self._queries or self._authors or self._lists or self._feeds):
            raise ValueError("nothing to read: give queries, authors, lists or feeds")
        if not isinstance(lang, str):
            raise ValueError(f"lang: {lang!r} is no language; write one such as 'en'")
        self._lang = lang
        self._overlap = hours(overlap_hours)
        self._most = int(number(most_posts, option="most_posts", least=1, most=1_000_000))
        self._host = hosts([host], option="host")[0]
        self._pds = hosts([pds], option="pds")[0]

    def pages(self, visit: Visit) -> Iterator[Page]:
        """Searches, then accounts, lists and feeds; each is a stream of its own."""
        door = _Door(visit, host=self._host, pds=self._pds)
        down = partial(read_down, visit, overlap=self._overlap, most_posts=self._most)
        for query in self._queries:
            stream = f"search:{self._lang}:{query}" if self._lang else f"search:{query}"
            yield from down(
                stream=stream,
                enter=lambda gap: gap[1],
                ask=partial(_search, door, query=query, lang=self._lang),
            )
            if visit.stop():
                return
        walks = [("author", "getAuthorFeed", "actor", one) for one in self._authors]
        walks += [("list", "getListFeed", "list", one) for one in self._lists]
        for kind, method, key, value in walks:
            ask = partial(_walk, door, method=method, asked={key: value})
            yield from down(stream=f"{kind}:{value}", enter=lambda _: "", ask=ask, jumps=False)
            if visit.stop():
                return
        for feed in self._feeds:
            yield from self._feed(door, visit, feed)
            if visit.stop():
                return

    def estimate(self, visit: Visit) -> Estimate:
        """Free; at most so many pages a stream."""
        streams = len(self._queries) + len(self._authors) + len(self._lists) + len(self._feeds)
        return Estimate(requests=streams * (self._most // PAGE + 1))

    def _feed(self, door: _Door, visit: Visit, feed: str) -> Iterator[Page]:
        # A feed is in its maker's order: nothing tells where the last visit ended, so it has no cursor.
        stream, seen, place = f"feed:{feed}", set[str](), ""
        while True:
            try:
                step = _walk(door, place, None, method="getFeed", asked={"feed": feed})
                if step.keys and step.then is not None and seen.issuperset(step.keys):
                    raise SourceError("the feed repeats itself")
            except SourceError as error:
                yield Page(stream=stream, fault=told(error))
                return
            seen.update(step.keys)
            posts, skipped = divide(step.found)
            yield Page(posts=posts, skipped=skipped, stream=stream)
            stale = step.newest is not None and step.newest < visit.start
            if step.then is None or stale or len(seen) >= self._most or visit.stop():
                return
            place = step.then


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walked(Step[str]):
    newest: datetime | None = None


class _Door:
    """Asks without a login for as long as that is enough."""

    def __init__(self, visit: Visit, *, host: str, pds: str) -> None:
        self._visit = visit
        self._host = host
        self._pds = pds
        self._token: str | None = None

    def get(self, method: str, asked: dict[str, str]) -> dict[str, Any]:
        """The answer to an XRPC query, an object."""
        if self._token is None:
            try:
                return self._ask(self._host, method, asked)
            except AccessDenied as error:
                self._token = self._login(error)
        try:
            return self._ask(self._pds, method, asked, {"Authorization": f"Bearer {self._token}"})
        except AccessDenied as error:
            raise AccessDenied(f"{error}; the login of BLUESKY_HANDLE may not read this") from error

    def _ask(
        self, host: str, method: str, asked: dict[str, str], headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = self._visit.http.get(f"{host}/xrpc/{method}", params=asked, headers=headers)
        return _object(read_json(answer, what="Bluesky"))

    def _login(self, refused: AccessDenied) -> str:
        handle = self._visit.secret("BLUESKY_HANDLE")
        password = key_for(self._visit, "BLUESKY_APP_PASSWORD", server=self._pds, own=_OWN)
        if not handle or not password:
            raise AccessDenied(f"Bluesky refuses this without a login ({refused}); {_LOGIN}") from refused
        url = f"{self._pds}/xrpc/com.atproto.server.createSession"
        try:
            answer = self._visit.http.post(
                url, json={"identifier": handle.strip().removeprefix("@"), "password": password.strip()}
            )
        except AccessDenied as error:
            raise AccessDenied(f"Bluesky refuses the login of BLUESKY_HANDLE; {_LOGIN}") from error
        token = _object(read_json(answer, what="the login at Bluesky")).get("accessJwt")
        if not isinstance(token, str) or not token:
            raise SourceError("the login at Bluesky gave no token")
        return token


def _search(door: _Door, until: datetime, gap: Span, *, query: str, lang: str) -> Step[datetime]:
    asked = {"q": query, "sort": "latest", "limit": str(PAGE), "since": _iso(gap[0]), "until": _iso(until)}
    views = _listed(door.get("app.bsky.feed.searchPosts", asked | ({"lang": lang} if lang else {})), "posts")
    times = [at for view in views if (at := _sorted_at(view))]
    down_to = times[-1] if times else None
    if times and min(times) >= until:
        raise SourceError("the search repeats itself: it gives posts from after the time asked for")
    then = down_to + TICK if down_to else None
    if then is not None and then >= until:  # nothing but the posts of one moment, which were on the last page
        then = until - TICK if len(views) >= PAGE else None
    return Step(found=_converted(views), keys=_keys(views), down_to=down_to, then=then)


def _walk(door: _Door, cursor: str, _: Span | None, *, method: str, asked: dict[str, str]) -> _Walked:
    more = {"cursor": cursor} if cursor else {}
    answer = door.get(f"app.bsky.feed.{method}", {**asked, "limit": str(PAGE), **more})
    views = _listed(answer, "feed")
    times = [at for view in views if (at := _sorted_at(view))]
    then = word(answer.get("cursor"))
    if then is not None and then == cursor:
        raise SourceError("the listing repeats itself: a page is followed by itself")
    return _Walked(
        found=_converted(views),
        keys=_keys(views),
        down_to=times[-1] if times else None,
        newest=max(times, default=None),
        then=then,
    )


def _converted(views: list[dict[str, Any]]) -> tuple[Converted, ...]:
    return tuple(attempts(_posts_of, views))


def _posts_of(view: dict[str, Any]) -> Iterator[Converted]:
    if not format.matches(view):
        raise ValueError("not the view of a post")
    yield from format.convert(view)


def _keys(views: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(
        f"{member(view, 'post', 'uri') or view.get('uri')} {member(view, 'reason', 'uri') or ''}"
        for view in views
    )


def _sorted_at(view: dict[str, Any]) -> datetime | None:
    """The lexicons' sortAt: of the repost, else the earlier of createdAt and indexedAt."""
    post = view.get("post") or view
    given = [member(view, "reason", "indexedAt")]
    if not given[0]:
        given = [member(post, "record", "createdAt"), member(post, "indexedAt")]
    times = []
    for one in given:
        try:
            at = moment(one)
        except ValueError:
            continue
        if isinstance(at, datetime):
            times.append(at)
    return min(times, default=None)


def _listed(answer: dict[str, Any], key: str) -> list[dict[str, Any]]:
    if not isinstance(answer.get(key), list):
        raise SourceError(f"Bluesky answered without {key!r}")
    return [one for one in items(answer[key]) if isinstance(one, dict)]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SourceError("Bluesky answered with something that is no object")
    return value


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _addresses(option: str, given: Sequence[str], collection: str) -> tuple[str, ...]:
    for one in (found := names(given, option=option)):
        steps = one.split("/")
        if not one.startswith("at://") or len(steps) != 5 or steps[3] != collection:
            raise ValueError(f"{option}: {one!r} is no address at://ACCOUNT/{collection}/NAME")
    return found
