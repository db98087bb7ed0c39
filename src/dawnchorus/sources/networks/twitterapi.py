"""Posts of X bought from twitterapi.io: searches and accounts; see ``docs/sources/twitterapi.md``.

Its posts have the ids that X gives them, so what both sources bring is one post.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from dawnchorus.errors import AccessDenied, BudgetSpent, SourceError
from dawnchorus.sources.formats import x_twitterapi
from dawnchorus.sources.networks.keys import key_for
from dawnchorus.sources.networks.paging import divide, hours, names, settled
from dawnchorus.sources.networks.x_accounts import account_name
from dawnchorus.sources.networks.x_budget import Most, Purse
from dawnchorus.sources.networks.x_listing import (
    FRESH,
    Listing,
    Progress,
    fault,
    in_turn,
    page_of,
    read_listing,
    whole,
)
from dawnchorus.sources.networks.x_options import address, number
from dawnchorus.sources.networks.x_page import Found, Result
from dawnchorus.sources.spans import from_cursor, gaps, to_cursor
from dawnchorus.sources.values import instant, items, member, shown, word
from dawnchorus.sources.web.answers import read_json
from dawnchorus.visits import Estimate, Page, Visit

KEY: Final = "TWITTERAPI_IO_KEY"
_NO_KEY: Final = f"{KEY} is not set; get a key at twitterapi.io, see docs/sources/twitterapi.md"
_OWN: Final = frozenset({"api.twitterapi.io"})
_SEARCH: Final = "/twitter/tweet/advanced_search"
_TIMELINE: Final = "/twitter/user/last_tweets"
_PAGE: Final = 20  # "up to 20 tweets" a page; it cannot be asked for fewer
_NESTED: Final = 3  # a post, the one it passes on, and the one that quotes


class TwitterApi:
    """Posts of searches and accounts of X, with the posts they quote or pass on."""

    name = "twitterapi"

    def __init__(
        self,
        *,
        queries: Sequence[str] = (),
        users: Sequence[str] = (),
        overlap_hours: float = 0.5,
        max_posts_per_run: int = 5_000,
        usd_per_run: float = 0.5,
        usd_per_month: float = 5.0,
        price_usd: float = 0.00015,
        gap_seconds: float = 1.0,
        base_url: str = "https://api.twitterapi.io",
    ) -> None:
        """Check the options, which ``docs/sources/twitterapi.md`` lists.

        Raises:
            ValueError: One is wrong.
        """
        self._queries = names(queries, option="queries")
        self._users = tuple(dict.fromkeys(map(account_name, names(users, option="users"))))
        if not (self._queries or self._users):
            raise ValueError('name what to read: queries = ["…"] or users = ["…"]')
        self._overlap = hours(overlap_hours)
        self._most = int(number(max_posts_per_run, "max_posts_per_run", least=1))
        self._run_usd = number(usd_per_run, "usd_per_run")
        self._month_usd = number(usd_per_month, "usd_per_month")
        self._price = number(price_usd, "price_usd")
        self._gap = number(gap_seconds, "gap_seconds")
        self._base_url = address(base_url)

    def pages(self, visit: Visit) -> Iterator[Page]:
        """See ``plugins.PagedSource``.

        Raises:
            AccessDenied: The key is missing, refused, or its credits are used up.
        """
        key = key_for(visit, KEY, server=self._base_url, own=_OWN)
        if not key:
            raise AccessDenied(_NO_KEY)
        seller = _Seller(
            visit,
            key=key,
            base_url=self._base_url,
            purse=self._purse(visit),
            price=self._price,
            gap=self._gap,
            most=self._most,
        )
        streams = [self._read(visit, seller, stream, listing) for stream, listing in self._listings().items()]
        for page in in_turn(streams):
            yield page
            if visit.stop():
                return

    def estimate(self, visit: Visit) -> Estimate:
        """See ``plugins.PagedSource``: what the caps allow."""
        if not visit.secret(KEY):
            return Estimate(requests=0, reads=0, note=_NO_KEY)
        span = (visit.start, min(visit.end, whole(visit.now) - FRESH))
        unread = [one for one in self._listings() if gaps(from_cursor(visit.cursors.get(one)), span)]
        if not unread:
            return Estimate(requests=0, reads=0, note="everything of this window was read")
        reads = _NESTED * (self._most + _PAGE)
        usd = min(self._purse(visit).left_usd, self._price * reads)
        return Estimate(
            requests=None,
            reads=min(reads, int(usd / self._price + 1e-6)) if self._price else reads,
            usd=usd,
            note=f"{len(unread)} listings, at most {self._most} posts, as far as usd_per_run ="
            f" {self._run_usd:g} and usd_per_month = {self._month_usd:g} allow",
        )

    def _purse(self, visit: Visit) -> Purse:
        return Purse(visit.budget, account="twitterapi", run_usd=self._run_usd, month_usd=self._month_usd)

    def _listings(self) -> dict[str, Listing]:
        searches = {
            f"search:{query}": Listing(
                path=_SEARCH,
                params={"query": query, "queryType": "Latest"},
                what=f"twitterapi.io, search for {shown(query, limit=40)}",
                endpoint=_SEARCH,
                token="cursor",
                least=_PAGE,
                timed=True,
            )
            for query in self._queries
        }
        accounts = {
            f"user:{user.lower()}": Listing(
                path=_TIMELINE,
                params={"userName": user, "includeReplies": "true"},
                what=f"twitterapi.io, posts of @{user}",
                endpoint=_TIMELINE,
                token="cursor",
                least=_PAGE,
                timed=False,
            )
            for user in self._users
        }
        return searches | accounts

    def _read(self, visit: Visit, seller: _Seller, stream: str, listing: Listing) -> Iterator[Page]:
        now = whole(visit.now)
        progress = Progress(spans=from_cursor(visit.cursors.get(stream)), settled=settled(now, self._overlap))
        wanted = (visit.start, min(visit.end, now - FRESH))
        try:
            for found in read_listing(seller, listing, progress=progress, wanted=wanted, stop=visit.stop):
                yield page_of(found, stream=stream, cursor=to_cursor(progress.spans))
        except SourceError as error:
            if isinstance(error, AccessDenied):  # the key, or its credits: of no use to the others either
                raise
            yield Page(stream=stream, fault=fault(error))


class _Seller:
    """Requests of one visit; implements ``x_listing.Pages``."""

    def __init__(
        self,
        visit: Visit,
        *,
        key: str,
        base_url: str,
        purse: Purse,
        price: float,
        gap: float,
        most: int,
    ) -> None:
        self._visit, self._key, self._base_url = visit, key, base_url
        self._purse, self._price, self._gap, self._left = purse, price, gap, most

    def posts(self, path: str, params: Mapping[str, str], *, what: str, endpoint: str, least: int) -> Found:
        """See ``x_listing.Pages``; money is reserved for a full page.

        Raises:
            BudgetSpent: The money does not suffice; nothing was sent.
            SourceError: As ``Http.get``, or the answer says so.
        """
        if self._left <= 0:
            raise BudgetSpent(
                "max_posts_per_run are read; the next run goes on from there, or raise max_posts_per_run"
            )
        bill = (Most(kind="post", usd=self._price, each=_NESTED),)
        self._purse.results(bill, least=least, most=least)
        reservation = self._purse.reserve(bill, results=least)
        try:
            answer = self._visit.http.get(
                self._base_url + path,
                params=_with_times(params),
                headers={"X-API-Key": self._key},
                gap_seconds=self._gap,
            )
        except AccessDenied:  # after other errors an answer may have been on its way
            reservation.settle({})
            raise
        value = read_json(answer, what=what)
        found = _read_page(value, what=what)
        # Unlike X it charges for a post each time it comes, and for an empty page as for one post.
        bought = [post.id for post in found.posts] or [""]
        reservation.settle({"post": [f"{reservation.key}:{id}" for id in bought]})
        self._left -= len(found.results)
        if isinstance(value, dict) and value.get("status") == "error":
            told = word(value.get("msg")) or word(value.get("message")) or "an error without words"
            raise SourceError(f"{what}: {shown(told, limit=160)}; see that it is there and public")
        return found


def _with_times(params: Mapping[str, str]) -> dict[str, str]:
    """Times as operators of the query, in seconds of the epoch."""
    asked = dict(params)
    start, end = asked.pop("start_time", None), asked.pop("end_time", None)
    if start and end:
        since, until = (int(datetime.fromisoformat(one).timestamp()) for one in (start, end))
        asked["query"] = f"({asked['query']}) since_time:{since} until_time:{until}"
    return asked


def _read_page(value: Any, *, what: str) -> Found:
    if not isinstance(value, dict):
        raise SourceError(f"{what}: not an answer of twitterapi.io; see that base_url is right")
    listed = [
        one
        for one in items(value.get("tweets")) or items(member(value, "data", "tweets"))
        if isinstance(one, dict)
    ]
    if not listed and not value.keys() & {"tweets", "data", "has_next_page", "status"}:
        raise SourceError(f"{what}: not an answer of twitterapi.io; see that base_url is right")
    posts, skipped = divide(x_twitterapi.convert(listed))
    # Past the last post it goes on to offer pages, each for money.
    token = word(value.get("next_cursor")) if listed and value.get("has_next_page") is True else None
    return Found(
        posts=posts,
        skipped=skipped,
        gone=(),
        results=tuple(
            Result(
                id=id,
                created_at=_created_at(tweet),
                conversation=word(tweet.get("conversationId")),
                author=None,
                likes=0,
                replies=0,
            )
            for tweet in listed
            if (id := word(tweet.get("id")))
        ),
        next_token=token,
        unseen=(),
    )


def _created_at(tweet: Mapping[str, Any]) -> datetime | None:
    try:
        return instant(tweet.get("createdAt"))[0]
    except ValueError:
        return None
