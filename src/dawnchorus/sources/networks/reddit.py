"""Reddit: new submissions and comments of subreddits, by the API with a key, else by the public feeds.

Without a key Reddit lets about one request a minute through (since June 2026, by what readers of feeds
report), so all subreddits are asked for in one feed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from dawnchorus import __version__
from dawnchorus.errors import AccessDenied, SourceError
from dawnchorus.model import Post
from dawnchorus.sources.formats import feeds, reddit
from dawnchorus.sources.networks.descending import Step, read_down
from dawnchorus.sources.networks.keys import key_for
from dawnchorus.sources.networks.options import hosts, number
from dawnchorus.sources.networks.paging import attempts, hours, names
from dawnchorus.sources.spans import Span, from_cursor, gaps
from dawnchorus.sources.values import BAD_ROW, Converted, member, word
from dawnchorus.sources.web.answers import read_json
from dawnchorus.visits import Estimate, Page, Skipped, Visit

PAGE: Final = 100
"""Most things a page, by reddit.com/dev/api."""

_MOST_LISTED: Final = 1000  # a listing of Reddit's ends about there, however much there is
_END: Final = "no page: the listing ended before its time"
_FEED_GAP_SECONDS: Final = 61.0
_API_GAP_SECONDS: Final = 0.7  # 100 requests a minute and client, by Reddit's Data API wiki
_ID, _SECRET = "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET"
_OWN: Final = frozenset({"www.reddit.com", "oauth.reddit.com"})
_SUBREDDIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}")
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{3,20}")


class Reddit:
    """New submissions, and comments if asked for."""

    name = "reddit"

    def __init__(
        self,
        *,
        subreddits: Sequence[str] = (),
        queries: Sequence[str] = (),
        comments: bool = False,
        account: str = "",
        overlap_hours: float = 6,
        most_posts: int = 500,
        server: str = "https://www.reddit.com",
        api: str = "https://oauth.reddit.com",
    ) -> None:
        """Check the options.

        Args:
            subreddits: "LocalLLaMA" or "r/LocalLLaMA".
            queries: What to search for, in the subreddits, or everywhere if there are none.
            comments: Also new comments of the subreddits.
            account: Your Reddit account; Reddit wants to see it in the User-Agent of an API client.
            overlap_hours: How long a post may take to show up.
            most_posts: A stream and run; Reddit itself ends at 1,000. Without a key each 100 take a minute.
            server: Where the feeds are, and where the key is changed into a token.
            api: Where the API is.

        Raises:
            ValueError: An option is wrong, or there is nothing to read.
        """
        self._subreddits = tuple(map(_subreddit, names(subreddits, option="subreddits")))
        self._queries = names(queries, option="queries")
        if not (self._subreddits or self._queries):
            raise ValueError("nothing to read: give subreddits or queries")
        if not isinstance(comments, bool):
            raise ValueError(f"comments: {comments!r:.40} is neither true nor false")
        if comments and not self._subreddits:
            raise ValueError("comments: needs subreddits")
        if account and not (isinstance(account, str) and _ACCOUNT.fullmatch(account.removeprefix("u/"))):
            raise ValueError(f"account: {account!r:.40} is no name of a Reddit account")
        self._comments, self._account = comments, account.removeprefix("u/")
        self._overlap = hours(overlap_hours)
        self._most = int(number(most_posts, option="most_posts", most=_MOST_LISTED, least=1))
        (self._server,), (self._api,) = hosts([server], option="server"), hosts([api], option="api")

    def estimate(self, visit: Visit) -> Estimate:
        """A request a stream with something to read, and one for the token."""
        keyed = bool(visit.secret(_ID) and visit.secret(_SECRET))
        wanted = (visit.start, min(visit.end, visit.now))
        streams = [stream for stream, _, _ in self._listings(keyed=keyed)]
        busy = sum(bool(gaps(from_cursor(visit.cursors.get(one)), wanted)) for one in streams)
        if keyed:
            return Estimate(requests=busy + 1, note="one more for each 100 posts")
        return Estimate(requests=busy, note=f"{_ID} is not set: public feeds, a minute for each 100 posts")

    def pages(self, visit: Visit) -> Iterator[Page]:
        """Submissions, comments, searches; each stream on its own."""
        id, secret = visit.secret(_ID), key_for(visit, _SECRET, server=self._server, own=_OWN)
        if bool(id) != bool(secret):
            raise AccessDenied(f"reddit: only one of {_ID} and {_SECRET} is set; set both, or none for feeds")
        if secret:  # the token that it is changed into is as good
            key_for(visit, _SECRET, server=self._api, own=_OWN)
        token = self._token(visit, id, secret) if id and secret else ""
        for stream, path, params in self._listings(keyed=bool(token)):
            if token:
                yield from self._listed(visit, stream, path, params, token)
            else:
                yield from self._fed(visit, stream, path, params)
            if visit.stop():
                return

    def _listings(self, *, keyed: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Stream, path and parameters. Without a key many subreddits are one listing."""
        places = self._subreddits if keyed else tuple(filter(None, ["+".join(self._subreddits)]))
        for place in places:
            if not self._queries:
                yield f"new:{place}", f"r/{place}/new", {}
            if self._comments:
                yield f"comments:{place}", f"r/{place}/comments", {}
        search = {"sort": "new", "type": "link"}
        for query in self._queries:
            for place in places:
                own = {"q": query, "restrict_sr": "on", **search}
                yield f"search:{place}:{query}", f"r/{place}/search", own
            if not places:
                yield f"search::{query}", "search", {"q": query, **search}

    def _token(self, visit: Visit, id: str, secret: str) -> str:
        basic = base64.b64encode(f"{id}:{secret}".encode()).decode("ascii")
        answer = visit.http.post(
            f"{self._server}/api/v1/access_token",
            form={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}", **self._agent()},
        )
        token = member(read_json(answer, what="Reddit, token"), "access_token")
        if not isinstance(token, str) or not token:
            raise AccessDenied(f"reddit: no token for this {_ID}; check it and {_SECRET}")
        return token

    def _agent(self) -> dict[str, str]:
        if not self._account:
            return {}
        return {"User-Agent": f"python:dawnchorus:v{__version__} (by /u/{self._account})"}

    def _listed(
        self, visit: Visit, stream: str, path: str, params: dict[str, str], token: str
    ) -> Iterator[Page]:
        headers = {"Authorization": f"Bearer {token}", **self._agent()}

        def ask(after: str) -> tuple[list[Converted], list[str], str | None]:
            answer = visit.http.get(
                f"{self._api}/{path}",
                params={**params, "limit": str(PAGE), "raw_json": "1"} | ({"after": after} if after else {}),
                headers=headers,
                gap_seconds=_API_GAP_SECONDS,
            )
            body = read_json(answer, what=f"Reddit, {stream}")
            children = member(body, "data", "children")
            if not isinstance(children, list):
                raise SourceError(f"Reddit, {stream}: the answer is no listing; its form may have changed")
            ids = [word(member(child, "data", "name")) or "" for child in children]
            found = attempts(
                lambda one: reddit.convert({"kind": "Listing", "data": {"children": [one]}}), children
            )
            return list(found), ids, word(member(body, "data", "after"))

        return self._read(visit, stream, ask)

    def _fed(self, visit: Visit, stream: str, path: str, params: dict[str, str]) -> Iterator[Page]:
        address = f"{self._server}/{path}" + (".rss" if path.endswith("search") else "/.rss")

        def ask(after: str) -> tuple[list[Converted], list[str], str | None]:
            answer = visit.http.get(
                address,
                params={**params, "limit": str(PAGE)} | ({"after": after} if after else {}),
                gap_seconds=_FEED_GAP_SECONDS,
            )
            if not feeds.is_feed(answer.body[: feeds.HEAD]):
                raise SourceError(f"Reddit, feed of {stream}: a page instead of a feed (a block?)")
            if feeds.is_cut(answer.body):
                raise SourceError(f"Reddit, feed of {stream}: cut off")
            found = list(feeds.convert_xml(answer.body, url=answer.url))
            refused = [one for one in found if isinstance(one, Skipped) and one.reason == BAD_ROW]
            if refused and len(refused) == len(found):  # which is not an empty feed
                raise SourceError(f"Reddit, feed of {stream}: {refused[0].why}")
            ids = [one.id.removeprefix("reddit:") for one in found if one.id]
            return found, ids, ids[-1] if len(ids) >= PAGE else None

        return self._read(visit, stream, ask)

    def _read(
        self, visit: Visit, stream: str, ask: Callable[[str], tuple[list[Converted], list[str], str | None]]
    ) -> Iterator[Page]:
        """Walk a listing from its top; it has no way to begin in the past."""
        listed = 0

        def step(after: str, gap: Span) -> Step[str]:
            nonlocal listed
            if after == _END:
                raise SourceError(
                    f"Reddit, {stream}: lists only its newest {listed}, the window goes further back"
                )
            found, ids, then = ask(after)
            listed += len(ids)
            times = [one.created_at for one in found if isinstance(one, Post) and one.created_at]
            if then is None and listed > _MOST_LISTED - PAGE:
                then = _END
            return Step(found=tuple(found), keys=tuple(ids), down_to=min(times, default=None), then=then)

        return read_down(
            visit,
            stream=stream,
            overlap=self._overlap,
            most_posts=self._most,
            enter=lambda gap: "",
            ask=step,
            jumps=False,
        )


def _subreddit(written: str) -> str:
    name = re.sub(r"^/?r/", "", written).rstrip("/")
    if not _SUBREDDIT.fullmatch(name):
        raise ValueError(f'subreddits: {written!r:.40} is no subreddit; write it as "LocalLLaMA"')
    return name
