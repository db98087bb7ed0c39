"""X by its API v2 with a bearer token: searches, accounts, lists; see ``docs/sources/x.md``.

Every read costs money, so nothing is asked for twice: a search reads only stretches of time that its
cursor does not have, ids of accounts are kept, and money is reserved before a request leaves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dawnchorus.errors import AccessDenied, SourceError
from dawnchorus.sources.networks.keys import key_for
from dawnchorus.sources.networks.paging import hours, names, settled
from dawnchorus.sources.networks.x_accounts import account_name, from_cursor_of_account, to_cursor_of_account
from dawnchorus.sources.networks.x_api import (
    ARCHIVE,
    LOOKUP_MOST,
    RECENT,
    RECENT_CHARACTERS,
    Api,
    Prices,
    Wanted,
)
from dawnchorus.sources.networks.x_budget import Purse
from dawnchorus.sources.networks.x_followups import Pending, fetch_quotes, fetch_threads
from dawnchorus.sources.networks.x_listing import (
    FRESH,
    WEEK,
    Listing,
    Progress,
    fault,
    in_turn,
    page_of,
    read_listing,
    whole,
)
from dawnchorus.sources.networks.x_options import address, number
from dawnchorus.sources.networks.x_page import Found
from dawnchorus.sources.spans import Span, from_cursor, gaps, to_cursor
from dawnchorus.sources.values import shown
from dawnchorus.visits import Estimate, Page, Visit

KEY: Final = "X_BEARER_TOKEN"
_NO_KEY: Final = f"{KEY} is not set; make an app in X's developer console, see docs/sources/x.md"

_OWN: Final = frozenset({"api.x.com", "api.twitter.com"})
_ARCHIVE_CHARACTERS: Final = 1024
_TIMELINE_POSTS: Final = 3_200  # of an account, as X documents
_LIST_POSTS: Final = 800


class X:
    """Posts of searches, accounts and lists, with the posts they refer to."""

    name = "x"

    def __init__(
        self,
        *,
        queries: Sequence[str] = (),
        users: Sequence[str] = (),
        lists: Sequence[str] = (),
        archive: bool = False,
        context: bool = True,
        media: bool = False,
        threads: bool = False,
        thread_likes: int = 100,
        overlap_hours: float = 0.5,
        max_posts_per_run: int = 2_000,
        usd_per_run: float = 1.0,
        usd_per_month: float = 20.0,
        price_usd: float = 0.005,
        user_price_usd: float = 0.010,
        media_price_usd: float = 0.005,
        base_url: str = "https://api.x.com",
    ) -> None:
        """Check the options, which ``docs/sources/x.md`` lists.

        Raises:
            ValueError: One is wrong.
        """
        self._queries = names(queries, option="queries")
        self._users = {name.lower(): name for name in map(account_name, names(users, option="users"))}
        self._lists = names(lists, option="lists")
        if not (self._queries or self._users or self._lists):
            raise ValueError('name what to read: queries = ["…"], users = ["…"] or lists = ["…"]')
        most = _ARCHIVE_CHARACTERS if archive else RECENT_CHARACTERS
        for query in self._queries:
            if len(query) > most:
                raise ValueError(
                    f"queries: {shown(query, limit=40)!r} has {len(query)} characters,"
                    f" X takes {most}; split it"
                )
        for id in self._lists:
            if not (id.isascii() and id.isdigit()):
                raise ValueError(f"lists: {id!r:.40} is no list id; take the digits of x.com/i/lists/…")
        self._archive, self._threads, self._context = bool(archive), bool(threads), bool(context)
        self._thread_likes = int(number(thread_likes, "thread_likes"))
        self._overlap = hours(overlap_hours)
        self._most = int(number(max_posts_per_run, "max_posts_per_run", least=1))
        self._run_usd = number(usd_per_run, "usd_per_run")
        self._month_usd = number(usd_per_month, "usd_per_month")
        self._prices = Prices(
            post=number(price_usd, "price_usd"),
            user=number(user_price_usd, "user_price_usd"),
            media=number(media_price_usd, "media_price_usd"),
        )
        self._wanted = Wanted(context=self._context, media=bool(media))
        self._base_url = address(base_url)

    def pages(self, visit: Visit) -> Iterator[Page]:
        """See ``plugins.PagedSource``.

        Raises:
            AccessDenied: The token is missing or refused.
        """
        token = key_for(visit, KEY, server=self._base_url, own=_OWN)
        if not token:
            raise AccessDenied(_NO_KEY)
        api = Api(
            http=visit.http,
            now=visit.now,
            base_url=self._base_url,
            token=token,
            purse=self._purse(visit),
            prices=self._prices,
            wanted=self._wanted,
            posts_left=self._most,
        )
        work = _Work(
            visit=visit,
            api=api,
            settled=settled(whole(visit.now), self._overlap),
            wanted=_wanted_span(visit),
            quotes=Pending(visit.cursors.get(self._stream("quotes"))),
            threads=Pending(visit.cursors.get(self._stream("threads"))),
        )
        yield from self._look_up_accounts(work)
        streams = [
            *(_guarded(api, f"search:{query}", self._search(work, query)) for query in self._queries),
            *(_guarded(api, f"user:{key}", self._timeline(work, key)) for key in work.accounts),
            *(_guarded(api, f"list:{id}", self._list(work, id), is_public=False) for id in self._lists),
        ]
        for page in in_turn(streams):
            yield page
            if visit.stop():
                return
        if self._context:
            stream = self._stream("quotes")
            yield from _guarded(api, stream, fetch_quotes(api, work.quotes, visit=visit, stream=stream))
        if self._threads:
            stream = self._stream("threads")
            yield from _guarded(api, stream, fetch_threads(api, work.threads, visit=visit, stream=stream))

    def estimate(self, visit: Visit) -> Estimate:
        """See ``plugins.PagedSource``; X's own counts cost money as well, so it is what the caps allow."""
        if not visit.secret(KEY):
            return Estimate(requests=0, reads=0, note=_NO_KEY)
        wanted = _wanted_span(visit)
        listings = [f"search:{query}" for query in self._queries] + [f"list:{id}" for id in self._lists]
        unread = sum(bool(gaps(from_cursor(visit.cursors.get(stream)), wanted)) for stream in listings) + sum(
            bool(gaps(from_cursor(from_cursor_of_account(visit.cursors.get(f"user:{key}"))[2]), wanted))
            for key in self._users
        )
        if not unread:
            return Estimate(requests=0, reads=0, note="everything of this window was read")
        bill = self._wanted.bill(self._prices)
        usd = min(self._purse(visit).left_usd, sum(part.usd * part.count(self._most) for part in bill))
        reads = sum(part.count(self._most) for part in bill)
        cheapest = min(part.usd for part in bill if part.each)
        return Estimate(
            requests=None,
            reads=min(reads, int(usd / cheapest + 1e-6)) if cheapest else reads,
            usd=usd,
            note=f"{unread} listings, at most {self._most} posts and what comes with them, as far as"
            f" usd_per_run = {self._run_usd:g} and usd_per_month = {self._month_usd:g} allow",
        )

    def _stream(self, name: str) -> str:
        """Of what posts call for; a topic may name this source twice, and each reads on for itself."""
        listings = json.dumps([self._queries, list(self._users), self._lists])
        return f"{name}:{hashlib.sha256(listings.encode()).hexdigest()[:8]}"

    def _purse(self, visit: Visit) -> Purse:
        return Purse(visit.budget, account="x", run_usd=self._run_usd, month_usd=self._month_usd)

    def _look_up_accounts(self, work: _Work) -> Iterator[Page]:
        """Fill ``work.accounts``; an id is bought once and then kept in the cursor."""
        unknown = []
        for key, name in self._users.items():
            id, known, _ = from_cursor_of_account(work.visit.cursors.get(f"user:{key}"))
            if id:
                work.accounts[key] = (id, known)
            else:
                unknown.append(name)
        for at in range(0, len(unknown), LOOKUP_MOST):
            asked = unknown[at : at + LOOKUP_MOST]
            try:
                found, wrong = work.api.users(asked)
            except AccessDenied:
                raise
            except SourceError as error:
                yield from (Page(stream=f"user:{name.lower()}", fault=fault(error)) for name in asked)
                continue
            for name in asked:
                key = name.lower()
                if key in found:
                    work.accounts[key] = found[key]
                    yield Page(stream=f"user:{key}", cursor=to_cursor_of_account(*found[key], read="[]"))
                else:
                    why = wrong.get(key, "X does not know the account")
                    yield Page(stream=f"user:{key}", fault=f"@{name}: {why}; see how it is written today")

    def _search(self, work: _Work, query: str) -> Iterator[Page]:
        progress = work.progress(work.visit.cursors.get(f"search:{query}"))
        listing = Listing(
            path=ARCHIVE,
            params={"query": query, "sort_order": "recency"},
            what=f"X, search for {shown(query, limit=40)}",
            endpoint=ARCHIVE,
            token="next_token",
            least=10,
            timed=True,
        )
        if self._archive and work.api.archive_denied is None:
            try:
                yield from self._read(work, listing, f"search:{query}", progress)
                return
            except AccessDenied as error:
                work.api.archive_denied = str(error)
        if len(query) > RECENT_CHARACTERS:
            why = f"the full archive was refused ({work.api.archive_denied}), and recent search takes queries"
            yield Page(stream=f"search:{query}", fault=f"{why} of {RECENT_CHARACTERS} characters; split it")
            return
        start, end = work.wanted
        week = max(start, whole(work.visit.now) - WEEK)
        lost = gaps(progress.spans, (start, min(week, end))) if start < week else ()
        missing = ""
        if lost:
            why = (
                f"the full archive was refused ({work.api.archive_denied})"
                if self._archive
                else "X's recent search goes back 7 days"
            )
            next_step = "see your app's access at console.x.com" if self._archive else "set archive = true"
            missing = f"{why}; not read: {_stretches(lost)}; {next_step}"
        recent = replace(listing, path=RECENT, endpoint=RECENT)
        try:
            yield from self._read(work, recent, f"search:{query}", progress, wanted=(week, end))
        except SourceError as error:
            if missing and not isinstance(error, AccessDenied):
                raise SourceError(f"{missing}; and {error}") from error
            raise
        if missing:
            yield Page(stream=f"search:{query}", fault=missing)

    def _timeline(self, work: _Work, key: str) -> Iterator[Page]:
        id, name = work.accounts[key]
        progress = work.progress(from_cursor_of_account(work.visit.cursors.get(f"user:{key}"))[2])
        listing = Listing(
            path=f"/2/users/{id}/tweets",
            params={},
            what=f"X, posts of @{name}",
            endpoint="/2/users/:id/tweets",
            token="pagination_token",
            least=5,
            timed=True,
            most=_TIMELINE_POSTS,
        )
        for page in self._read(work, listing, f"user:{key}", progress):
            own = page.cursor if page.stream == f"user:{key}" else None
            yield replace(page, cursor=to_cursor_of_account(id, name, read=own)) if own else page

    def _list(self, work: _Work, id: str) -> Iterator[Page]:
        listing = Listing(
            path=f"/2/lists/{id}/tweets",
            params={},
            what=f"X, list {id}",
            endpoint="/2/lists/:id/tweets",
            token="pagination_token",
            least=1,
            timed=False,
            most=_LIST_POSTS,
        )
        progress = work.progress(work.visit.cursors.get(f"list:{id}"))
        yield from self._read(work, listing, f"list:{id}", progress)

    def _read(
        self,
        work: _Work,
        listing: Listing,
        stream: str,
        progress: Progress,
        *,
        wanted: Span | None = None,
    ) -> Iterator[Page]:
        for found in read_listing(
            work.api, listing, progress=progress, wanted=wanted or work.wanted, stop=work.visit.stop
        ):
            # What the page calls for is stored first: killed in between, it is only asked for too early.
            if self._context and work.quotes.add(dict.fromkeys(found.unseen, "")):
                yield Page(stream=self._stream("quotes"), cursor=work.quotes.cursor)
            if self._threads and work.threads.add(self._roots(found)):
                yield Page(stream=self._stream("threads"), cursor=work.threads.cursor)
            yield page_of(found, stream=stream, cursor=to_cursor(progress.spans))

    def _roots(self, found: Found) -> dict[str, str]:
        """Conversations worth reading on, with their authors."""
        return {
            result.id: result.author
            for result in found.results
            if result.is_root
            and result.author
            and result.author.isdigit()
            and result.id.isdigit()
            and result.replies
            and result.likes >= self._thread_likes
        }


@dataclass(slots=True, kw_only=True)
class _Work:
    """A visit under way."""

    visit: Visit
    api: Api
    wanted: Span
    settled: datetime
    quotes: Pending
    threads: Pending
    accounts: dict[str, tuple[str, str]] = field(default_factory=dict)  # X's id, and name as X writes it

    def progress(self, cursor: str | None) -> Progress:
        return Progress(spans=from_cursor(cursor), settled=self.settled)


def _guarded(api: Api, stream: str, pages: Iterator[Page], *, is_public: bool = True) -> Iterator[Page]:
    """``pages``, and an error as the fault of ``stream``.

    Raises:
        AccessDenied: Before X has answered anything: then it is the token. A list may be private.
    """
    try:
        yield from pages
    except SourceError as error:
        if isinstance(error, AccessDenied) and is_public and not api.has_answered:
            raise
        yield Page(stream=stream, fault=fault(error))


def _wanted_span(visit: Visit) -> Span:
    return visit.start, min(visit.end, whole(visit.now) - FRESH)


def _stretches(spans: Sequence[Span]) -> str:
    return ", ".join(f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC" for first, last in spans)
