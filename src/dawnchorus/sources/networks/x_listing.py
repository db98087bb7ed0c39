"""A listing of X that is read newest first, page after page, down to what was read before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from dawnchorus.errors import AccessDenied, BudgetSpent, SourceError
from dawnchorus.sources.networks.paging import told
from dawnchorus.sources.networks.x_page import Found
from dawnchorus.sources.spans import Span, Spans, add, gaps
from dawnchorus.visits import Page

# "end_time" must lie 10 seconds back; more, for clocks differ and X needs a while to index a post.
FRESH: Final = timedelta(seconds=60)
WEEK: Final = timedelta(days=7) - timedelta(minutes=15)  # a long run must not ask for what is just over
_EMPTY_PAGES: Final = 10  # X may find nothing on a page and go on; not for ever


class Pages(Protocol):
    """What gives the pages: ``x_api.Api``, or a seller of the same posts."""

    def posts(self, path: str, params: Mapping[str, str], *, what: str, endpoint: str, least: int) -> Found:
        """A page; "start_time" and "end_time" of ``params`` are in UTC, "2026-03-10T00:00:00Z"."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How X gives one."""

    path: str
    params: Mapping[str, str]
    what: str  # in messages
    endpoint: str  # what the rate limit counts
    token: str  # name of the parameter that turns the page
    least: int  # results a page
    timed: bool  # whether it can be asked for a stretch of time
    most: int | None = None  # posts, the latest, that X shows at all


@dataclass(slots=True)
class Progress:
    """What of a listing has been read."""

    spans: Spans
    settled: datetime  # what is later than this is read again the next time: X shows some posts late

    def claim(self, start: datetime, end: datetime) -> None:
        """``start`` to ``end`` has been read."""
        self.spans = add(self.spans, (start, min(end, self.settled)))


def read_listing(
    api: Pages, listing: Listing, *, progress: Progress, wanted: Span, stop: Callable[[], bool]
) -> Iterator[Found]:
    """Pages of what is missing in ``wanted``; ``progress`` tells, after each, what has been read.

    Raises:
        SourceError: It could not be read to its end; what came before stands.
    """
    missing = gaps(progress.spans, wanted)
    if missing and not listing.timed:  # it always begins with the newest
        missing = ((missing[-1][0], wanted[1]),)
    for start, end in missing:
        for found in _read_gap(api, listing, progress=progress, start=start, end=end):
            yield found
            if stop():
                return


def _read_gap(
    api: Pages, listing: Listing, *, progress: Progress, start: datetime, end: datetime
) -> Iterator[Found]:
    times = {"start_time": _zulu(start), "end_time": _zulu(end)} if listing.timed else {}
    seen: set[str] = set()
    tokens: set[str] = set()
    empty = 0
    token: str | None = None
    while True:
        turn = {listing.token: token} if token else {}
        found = api.posts(
            listing.path,
            {**listing.params, **times, **turn},
            what=listing.what,
            endpoint=listing.endpoint,
            least=listing.least,
        )
        ids = {result.id for result in found.results}
        empty = 0 if ids else empty + 1
        again = bool(ids) and ids <= seen
        seen |= ids
        token = found.next_token
        loops = token is not None and (again or token in tokens or empty > _EMPTY_PAGES)
        down_to = found.read_down_to(end)
        reached = token is None or (not listing.timed and down_to <= start)
        progress.claim(start if reached and not loops else max(start, down_to), end)
        yield found
        if loops:
            raise SourceError(f"{listing.what}: X's listing repeats itself")
        if reached:
            if token is None and listing.most and len(seen) >= listing.most * 0.95:
                raise SourceError(
                    f"{listing.what}: X shows only the latest {listing.most} posts; older ones of"
                    f" {_zulu(start)} to {_zulu(down_to)} cannot be read here"
                )
            return
        tokens.add(str(token))


def in_turn(streams: Iterable[Iterator[Page]]) -> Iterator[Page]:
    """A page of each in turn, so that money that runs out runs out for all alike."""
    waiting = deque(streams)
    while waiting:
        stream = waiting.popleft()
        page = next(stream, None)
        if page is not None:
            waiting.append(stream)
            yield page


def page_of(found: Found, *, stream: str, cursor: str | None) -> Page:
    """``found`` as a page of ``stream``."""
    return Page(posts=found.posts, skipped=found.skipped, gone=found.gone, stream=stream, cursor=cursor)


def fault(error: SourceError) -> str:
    """What is told of ``error``; these two say themselves what comes next."""
    return str(error) if isinstance(error, BudgetSpent | AccessDenied) else told(error)


def whole(at: datetime) -> datetime:
    """X tells times in whole seconds."""
    return at.replace(microsecond=0)


def _zulu(at: datetime) -> str:
    """In whole seconds, as X takes times."""
    return f"{at + timedelta(microseconds=999_999) if at.microsecond else at:%Y-%m-%dT%H:%M:%SZ}"
