"""The door to X's API v2: what is asked for, within the money and the rate limits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dawnchorus.errors import AccessDenied, BudgetSpent, RateLimited
from dawnchorus.net.waits import asked_wait
from dawnchorus.sources.networks.x_budget import Most, Purse
from dawnchorus.sources.networks.x_page import Found, charged, read_page, read_users
from dawnchorus.sources.web.answers import read_json
from dawnchorus.visits import Answer, Http

RECENT: Final = "/2/tweets/search/recent"
ARCHIVE: Final = "/2/tweets/search/all"
LOOKUP_MOST: Final = 100  # ids or names a request
RECENT_CHARACTERS: Final = 512  # of a query on self-serve access; docs.x.com, "Search Posts", integration

_FIELDS: Final = {
    "tweet.fields": "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,"
    "public_metrics,referenced_tweets",
    "user.fields": "name,username",
}
_MEDIA: Final = "alt_text,media_key,type,url"
_ALBUM: Final = 4  # media of a post at most
_REFERENCES: Final = 2  # a post may answer one post and quote another
_GAP_SECONDS: Final = {ARCHIVE: 1.0}  # "1/sec" in X's table of rate limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Dollars for a resource."""

    post: float
    user: float
    media: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What comes with each post."""

    context: bool  # posts it refers to
    media: bool

    @property
    def params(self) -> dict[str, str]:
        """Fields and expansions."""
        expansions = ["author_id"]
        if self.context:
            expansions += ["referenced_tweets.id", "referenced_tweets.id.author_id"]
        fields = dict(_FIELDS)
        if self.media:
            expansions.append("attachments.media_keys")
            fields |= {"media.fields": _MEDIA, "tweet.fields": "attachments," + _FIELDS["tweet.fields"]}
        return {"expansions": ",".join(expansions), **fields}

    def bill(self, prices: Prices) -> tuple[Most, ...]:
        """What a result may cost."""
        posts = 1 + (_REFERENCES if self.context else 0)
        return (
            Most(kind="post", usd=prices.post, each=posts),
            Most(kind="user", usd=prices.user, each=posts),
            Most(kind="media", usd=prices.media, each=_ALBUM if self.media else 0),
        )


class Api:
    """Requests of one visit."""

    def __init__(
        self,
        *,
        http: Http,
        now: datetime,
        base_url: str,
        token: str,
        purse: Purse,
        prices: Prices,
        wanted: Wanted,
        posts_left: int,
    ) -> None:
        self._http, self._now, self._base_url = http, now, base_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._purse, self._prices, self._wanted = purse, prices, wanted
        self._closed: dict[str, datetime] = {}  # endpoint: when its window begins anew
        self.posts_left = posts_left
        self.has_answered = False  # so the token is good
        self.archive_denied: str | None = None  # why, once X has said so

    def posts(
        self, path: str, params: Mapping[str, str], *, what: str, endpoint: str, least: int, most: int = 100
    ) -> Found:
        """A page of posts, of as many results as money allows.

        Args:
            path: Of the endpoint.
            params: Besides fields, expansions and "max_results".
            what: Names it in messages.
            endpoint: What the rate limit is counted for.
            least: Fewest results the endpoint gives.
            most: Most results it gives.

        Raises:
            BudgetSpent: The money does not suffice for ``least``; nothing was sent.
            SourceError: As ``Http.get`` and ``read_page``.
        """
        if self.posts_left < least:
            raise BudgetSpent(
                "max_posts_per_run are read, give or take a page; the next run goes on from there, or raise"
                " max_posts_per_run"
            )
        bill = self._wanted.bill(self._prices)
        results = self._purse.results(bill, least=least, most=min(most, self.posts_left))
        return self._found(
            path, {**params, "max_results": str(results)}, what, bill=bill, results=results, endpoint=endpoint
        )

    def lookup(self, ids: Collection[str], *, what: str) -> tuple[tuple[str, ...], Found]:
        """Posts by id, as many as money allows and at most 100: the ids that were asked for, and the answer.

        Raises:
            BudgetSpent: The money does not suffice; nothing was sent.
            SourceError: As ``Http.get`` and ``read_page``.
        """
        bill = self._wanted.bill(self._prices)
        asked = tuple(ids)[: self._purse.results(bill, least=1, most=LOOKUP_MOST)]
        return asked, self._found(
            "/2/tweets", {"ids": ",".join(asked)}, what, bill=bill, results=len(asked), endpoint="/2/tweets"
        )

    def users(self, names: Collection[str]) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
        """Accounts by name, as many as money allows and at most 100: see ``x_page.read_users``.

        Raises:
            BudgetSpent: The money does not suffice; nothing was sent.
            SourceError: As ``Http.get``.
        """
        bill = (Most(kind="user", usd=self._prices.user, each=1),)
        asked = tuple(names)[: self._purse.results(bill, least=1, most=LOOKUP_MOST)]
        reservation = self._purse.reserve(bill, results=len(asked))
        params = {"usernames": ",".join(asked), "user.fields": _FIELDS["user.fields"]}
        try:
            answer = self._get("/2/users/by", params, "/2/users/by")
        except AccessDenied:
            reservation.settle({})
            raise
        users, wrong = read_users(read_json(answer, what="X, accounts by name"))
        reservation.settle({"user": [id for id, _ in users.values()]})
        return users, wrong

    def _found(
        self,
        path: str,
        params: Mapping[str, str],
        what: str,
        *,
        bill: Collection[Most],
        results: int,
        endpoint: str,
    ) -> Found:
        reservation = self._purse.reserve(bill, results=results)
        try:
            answer = self._get(path, {**params, **self._wanted.params}, endpoint)
        except AccessDenied:
            # X charges for what it returns, and here it returned nothing. After any other error an answer
            # may have been on its way: that reservation stands.
            reservation.settle({})
            raise
        value = read_json(answer, what=what)
        reservation.settle(charged(value))
        found = read_page(value, what=what)
        self.posts_left -= len(found.results)
        return found

    def _get(self, path: str, params: Mapping[str, str], endpoint: str) -> Answer:
        if retry_at := self._closed.get(endpoint):
            raise RateLimited(
                f"X: the rate limit of {endpoint} is used up until {retry_at:%H:%M} UTC", retry_at=retry_at
            )
        answer = self._http.get(
            self._base_url + path,
            params=params,
            headers=self._headers,
            gap_seconds=_GAP_SECONDS.get(path, 0.0),
        )
        self.has_answered = True
        if retry_at := _used_up(answer.headers, now=self._now):
            self._closed[endpoint] = retry_at
        return answer


def _used_up(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """When requests are let through again, if this was the last one for now.

    A window that begins anew during the visit is not noticed, for we have no clock: the next run goes on.
    """
    for limit in ("x-rate-limit", "x-app-limit-24hour"):
        if headers.get(f"{limit}-remaining", "").strip() == "0":
            told = {"date": headers.get("date", ""), "x-rate-limit-reset": headers.get(f"{limit}-reset", "")}
            if wait := asked_wait(told, now=now, resets=True):
                return now + wait
    return None
