"""A visit to a source: what it may use, and what it gives, page by page.

A source that pages declares where it goes on: the cursor of a page is stored
in one transaction with the page's posts, so a visit that is killed at any
moment goes on from the last page stored, with no gap and nothing lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from dawnchorus.model import Post
from dawnchorus.query import Query

Pairs = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A record that gives no post, and why.

    ``reason`` is one of the fixed words of ``sources.values``; "not a post" marks records that never were
    posts (likes, follows, profiles) and are only counted.
    """

    reason: str
    why: str
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A step of a visit; stored whole, with its cursor, or not at all."""

    posts: tuple[Post, ...] = ()
    skipped: tuple[Skipped, ...] = ()  # records of it that gave no usable post
    gone: tuple[str, ...] = ()  # ids of posts that the platform says were deleted
    stream: str = ""  # the part of the source that has a cursor of its own: a query, a server, a feed
    cursor: str | None = None  # where the stream goes on the next time; None leaves it where it was
    fault: str = ""  # why the stream could not be read to its end, and the next step; other streams go on


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said, read to its end."""

    status: int  # 200 to 299, or 304
    url: str  # after redirects
    headers: Mapping[str, str]  # names in lower case
    body: bytes  # decompressed


class Http(Protocol):
    """The one door to the network: polite, bounded, guarded. Safe from several threads.

    Sends who asks, waits out ``Retry-After`` and rate limits as long as the run's patience lasts, tries
    again with jitter what may work the second time, keeps to few requests a host at once, ends on slow
    drips and oversized answers, and never sends credentials on to another host.
    """

    def get(
        self,
        url: str,
        *,
        params: Pairs = (),
        headers: Mapping[str, str] | None = None,
        gap_seconds: float = 0.0,
        most_bytes: int = 16_000_000,
    ) -> Answer:
        """Get ``url``.

        Args:
            url: http or https.
            params: Query of the URL.
            headers: Besides our own; "If-None-Match" and "If-Modified-Since" make a 304 possible.
            gap_seconds: Least time between two requests to this host.
            most_bytes: Size of the answer, decompressed, from which it is refused.

        Raises:
            RateLimited: The server asks to wait for longer than the patience left.
            AccessDenied: 401, 402 or 403.
            NotFound: 404 or 410.
            SourceError: Anything else, in one line without secrets.
        """
        ...

    def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        gap_seconds: float = 0.0,
        most_bytes: int = 16_000_000,
    ) -> Answer:
        """Send ``form`` or ``json`` to ``url``; else like :meth:`get`. Only for what may be sent twice."""
        ...


class Budget(Protocol):
    """Money for reads that cost some; kept in the ledger, safe from several threads."""

    def reserve(self, *, kind: str, count: int, price_usd: float, run_usd: float, month_usd: float) -> int:
        """Set the price of at most ``count`` reads aside before the request leaves; its number.

        ``kind`` names what is billed, "x:post". What was reserved and never settled counts in full.

        Raises:
            BudgetSpent: It would pass ``run_usd`` in this run or ``month_usd`` in this calendar month (UTC).
        """
        ...

    def settle(self, reservation: int, *, ids: Collection[str]) -> None:
        """Replace the reservation by what came: each id is paid once in a day (UTC)."""
        ...

    def spent_usd(self, kind: str) -> tuple[float, float]:
        """Spent and reserved for ``kind``: in this run, in this month."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a source may use while it is read. Posts are wanted from ``start`` up to, not with, ``end``."""

    start: datetime  # UTC
    end: datetime  # UTC; may lie ahead of ``now``
    now: datetime  # UTC, of the run; a source never reads the clock
    http: Http
    budget: Budget
    cursors: Mapping[str, str]  # stream: cursor, as the last stored pages of this source left them
    query: Query | None  # of the topic; None if everything is on topic
    secret: Callable[[str], str | None]  # a key or password by the name of its environment variable
    follow: bool = False  # go on for ever with what is new, if the source can, until ``stop`` says so
    stop: Callable[[], bool] = lambda: False  # whether to end after the page in hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a visit may take, told before anything is sent."""

    requests: int | None  # None: cannot be told
    reads: int | None = None  # paid ones, at most
    usd: float = 0.0  # at most
    note: str = ""  # what limits it, or what is missing: "X_BEARER_TOKEN is not set"
