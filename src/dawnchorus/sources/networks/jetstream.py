"""Bluesky as it happens: posts out of a Jetstream, by websocket.

The stream can be replayed for a day or more (its servers say how far by where they begin), from a time
in microseconds that is good on all of them. Endpoints are those of the topic file, so they are trusted;
nothing secret is sent to them.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from dawnchorus import __version__
from dawnchorus.errors import SourceError
from dawnchorus.sources.networks.jetstream_events import (
    DISORDER,
    POST,
    Gathered,
    Gatherer,
    microseconds_of,
    named,
)
from dawnchorus.sources.networks.matching import accounts, first_look
from dawnchorus.sources.networks.options import hosts, number
from dawnchorus.sources.networks.paging import AGAIN, names
from dawnchorus.sources.spans import Span, add, from_cursor, gaps, to_cursor
from dawnchorus.sources.values import items
from dawnchorus.sources.web.answers import read_json
from dawnchorus.sources.web.door import user_agent
from dawnchorus.visits import Estimate, Page, Visit

ENDPOINTS: Final = (
    "wss://jetstream2.us-east.bsky.network",
    "wss://jetstream1.us-west.bsky.network",
    "wss://jetstream1.us-east.bsky.network",
    "wss://jetstream2.us-west.bsky.network",
    "wss://jetstream.us-east.bsky.network",
    "wss://jetstream.us-west.bsky.network",
)
"""Bluesky's public instances; the last two are of the second version and still speak the first's format."""

REWIND: Final = timedelta(seconds=10)
"""Replayed twice at each connection: instances disagree by seconds, as Jetstream's README warns."""

MOST_BYTES: Final = 200_000
"""Of a frame. A post has at most 3,000 bytes of text, and four pictures may be described at length."""

AT_END: Final = 8
"""Events from after the end that show it was reached; one alone may have jumped the queue."""

_MOST_JUNK: Final = 100  # frames in a row
_BATCH: Final = 2_000  # events a page at most
_PAGE_SECONDS: Final = 5.0
_SLICE_SECONDS: Final = 1.0  # between two looks at ``visit.stop``
_LEAST_TRIES: Final = 8  # connections in a row that bring nothing new
_LONGEST_WAIT: Final = 60.0
_NAMES_A_REQUEST: Final = 25  # app.bsky.actor.getProfiles
_PAGES_OF_REST: Final = 50  # without asking for names after their server has failed


class Jetstream:
    """Posts of all Bluesky that fit the topic's query."""

    name = "jetstream"

    def __init__(
        self,
        *,
        endpoints: Sequence[str] = ENDPOINTS,
        langs: Sequence[str] = (),
        resolve_handles: bool = True,
        host: str = "https://public.api.bsky.app",
        idle_seconds: float = 30,
        quiet_minutes: float = 5,
        most_minutes: float = 60,
        retry_seconds: float = 1,
    ) -> None:
        """Check the options.

        Args:
            endpoints: Jetstream servers, tried in turn; wss:// unless ws:// is written.
            langs: Only posts that say they are in one of these languages, or in none.
            resolve_handles: Ask ``host`` for the names of the accounts whose posts are kept.
            host: App server that knows names.
            idle_seconds: Silence after which a connection is given up.
            quiet_minutes: Silence that the network itself may have; a longer one is a gap.
            most_minutes: Longest replay in a run that does not follow.
            retry_seconds: First wait before connecting again; it doubles up to a minute.

        Raises:
            ValueError: An option is wrong.
        """
        self._endpoints = hosts(
            [one.strip().removesuffix("/subscribe") for one in names(endpoints, option="endpoints")],
            option="endpoints",
            schemes=("wss", "ws"),
        )
        if not self._endpoints:
            raise ValueError("endpoints: give at least one server")
        self._langs = frozenset(one.lower().split("-")[0] for one in names(langs, option="langs"))
        if not isinstance(resolve_handles, bool):
            raise ValueError(f"resolve_handles: {resolve_handles!r} is neither true nor false")
        self._resolve = resolve_handles
        self._host = hosts([host], option="host")[0]
        self._idle = number(idle_seconds, option="idle_seconds", least=0.05, most=600)
        self._quiet = timedelta(minutes=number(quiet_minutes, option="quiet_minutes", least=0.1, most=1440))
        self._most_seconds = 60 * number(most_minutes, option="most_minutes", least=0.1, most=1440)
        self._retry = number(retry_seconds, option="retry_seconds", most=_LONGEST_WAIT)

    def pages(self, visit: Visit) -> Iterator[Page]:
        """Replay what is missing, oldest first; then, if the visit follows, what comes."""
        yield from _Reading(self, visit).pages()

    def estimate(self, visit: Visit) -> Estimate:
        """One connection; names take a request for 25 accounts."""
        return Estimate(requests=None, note="a websocket; its posts are free")

    def stream(self, visit: Visit) -> str:
        """Another query or other languages are another stream: what they missed is read anew."""
        asked = f"{visit.query.text if visit.query else ''}\n{','.join(sorted(self._langs))}"
        return f"posts:{hashlib.sha256(asked.encode()).hexdigest()[:12]}"


class _LostError(Exception):
    """A connection ended, or gave what it should not; in one line."""


class _Reading:
    """One visit."""

    def __init__(self, source: Jetstream, visit: Visit) -> None:
        self._source, self._visit = source, visit
        self._stream = source.stream(visit)
        self._read = from_cursor(visit.cursors.get(self._stream))
        self._profiles: dict[str, Any] = {}
        self._rest = 0  # pages until names are asked for again
        query = first_look(visit.query)
        wanted = sorted(name for name in accounts(query.root) if "." in name) if query else []
        handles = {did: str(one["handle"]).lower() for did, one in self._ask_names(wanted).items()}
        earlier = [visit.cursors.get(f"{which} {self._stream}", "") for which in ("given", "given lately")]
        self._gatherer = Gatherer(
            query=query, langs=source._langs, names=handles, earlier=earlier[0], lately_given=earlier[1]
        )
        self._turn = 0  # of the endpoints
        self._begins: dict[str, datetime] = {}  # endpoints that keep nothing older than this
        self._failed: Counter[str] = Counter()  # how often an endpoint gave nothing
        self._ends_at = time.monotonic() + source._most_seconds
        self._timely = True

    def pages(self) -> Iterator[Page]:
        """All gaps, oldest first, the newest without an end if the visit follows."""
        visit = self._visit
        until = visit.now if visit.follow else min(visit.end, visit.now)
        todo = [*reversed(gaps(self._read, (visit.start, until)))]
        if visit.follow:
            read = [span for span in self._read if span[1] >= until]
            begin = todo.pop()[0] if todo and todo[-1][1] == until else read[-1][1] if read else until
            todo.append((begin, datetime.max.replace(tzinfo=until.tzinfo)))
        for gap in todo:
            fault = yield from self._fill(gap)
            if fault or visit.stop() or not self._timely:
                return

    def _fill(self, gap: Span) -> Generator[Page, None, bool]:
        """Read ``gap``, over as many connections as it takes; True if it must be given up."""
        position, failures = gap[0], 0
        patience = max(_LEAST_TRIES, 2 * len(self._source._endpoints))
        while True:
            endpoint = self._source._endpoints[self._turn % len(self._source._endpoints)]
            before = position
            try:
                for page, reached, done in self._listen(endpoint, gap, before):
                    position = reached
                    if page is not None:
                        yield from self._remember(page)
                        yield page
                    if done or self._visit.stop():
                        return False
            except _LostError as error:
                why = str(error)
            if not self._timely:
                yield Page(stream=self._stream, fault=f"not caught up after most_minutes; {AGAIN}")
                return True
            failures = 0 if position > before else failures + 1
            self._failed[endpoint] += failures > 0
            self._turn += 1
            if failures == patience:
                yield Page(stream=self._stream, fault=f"{why}; tried {failures} times; {AGAIN}")
                if not self._visit.follow:
                    return True
            self._wait(failures)
            if self._visit.stop():
                return False

    def _remember(self, page: Page) -> Iterator[Page]:
        """Write down which posts are about to be given, so that their deletion is known for one."""
        if page.posts:
            if self._gatherer.is_full():
                yield Page(stream=f"given {self._stream}", cursor=self._gatherer.memory())
            yield Page(stream=f"given lately {self._stream}", cursor=self._gatherer.lately())

    def _listen(
        self, endpoint: str, gap: Span, position: datetime
    ) -> Iterator[tuple[Page | None, datetime, bool]]:
        """Pages of one connection, with how far they go and whether that is the end of the gap."""
        gatherer, at_end, junk, checked = self._gatherer, 0, 0, False
        gatherer.restart()
        look_at, page_at = 0.0, time.monotonic() + _PAGE_SECONDS
        with _connected(endpoint, position - REWIND) as socket:
            silent = 0.0
            while True:
                frame, lost = None, ""
                wait = min(_SLICE_SECONDS, self._source._idle)
                try:
                    frame = socket.recv(timeout=wait, decode=False)
                except TimeoutError:
                    silent += wait
                except (ConnectionClosed, OSError) as error:
                    lost = f"{_host(endpoint)}: the connection ended ({_short(error)})"
                if frame is not None:
                    silent = 0.0
                    at = gatherer.take(frame)
                    junk = junk + 1 if at is None else 0
                    at_end = 0 if at is None or at < gap[1] else at_end + 1
                newest = gatherer.newest()
                if newest and not checked:
                    checked = True
                    if missing := self._missing(endpoint, position, min(newest, gap[1])):
                        position = min(newest, gap[1])
                        yield missing, position, False
                now, stop = time.monotonic(), False
                if now >= look_at:
                    look_at, stop = now + _SLICE_SECONDS, self._visit.stop()
                self._timely = self._visit.follow or now < self._ends_at
                idle = silent >= self._source._idle
                lost = lost or self._useless(endpoint, idle=idle, junk=junk)
                done = at_end >= AT_END or (idle and gap[1] - (newest or position) <= self._source._quiet)
                ends = bool(lost) or done or not self._timely
                if ends or stop or gatherer.frames >= _BATCH or now >= page_at:
                    page_at = now + _PAGE_SECONDS
                    before = position
                    if at_end >= AT_END:
                        position = gap[1]
                    elif newest:
                        position = max(position, min(newest - DISORDER, gap[1]))
                    page = self._page(gatherer.gather(), (gap[0], position), moved=position > before)
                    yield page, position, done
                if ends:
                    raise _LostError(lost or f"{_host(endpoint)}: not at its end in time")

    def _useless(self, endpoint: str, *, idle: bool, junk: int) -> str:
        if idle:
            return f"{_host(endpoint)}: silent for {self._source._idle:g} s"
        return f"{_host(endpoint)}: sends what are no events" if junk >= _MOST_JUNK else ""

    def _missing(self, endpoint: str, asked: datetime, first: datetime) -> Page | None:
        """A page that says what is lost, once no server has it; until then another is tried."""
        if first - asked <= self._source._quiet:
            return None
        self._begins[endpoint] = first
        # Servers that are out of reach must not keep the others from being read.
        untried = [
            one for one in self._source._endpoints if one not in self._begins and self._failed[one] < 2
        ]
        if untried or first > min(self._begins.values()) + REWIND:
            raise _LostError(f"{_host(endpoint)}: begins only at {first:%Y-%m-%d %H:%M} UTC")
        self._begins.clear()
        self._read = add(self._read, (asked, first))
        return Page(
            stream=self._stream,
            cursor=to_cursor(self._read),
            fault=f"no server keeps the posts from {asked:%Y-%m-%d %H:%M} to {first:%Y-%m-%d %H:%M} UTC;"
            " the source bluesky can search them",
        )

    def _page(self, gathered: Gathered, span: Span, *, moved: bool) -> Page | None:
        if not (moved or gathered.posts or gathered.skipped or gathered.gone):
            return None
        self._read = add(self._read, span)
        posts = gathered.posts
        if self._source._resolve:
            known = self._ask_names(sorted({str(post.author) for post in posts}))
            posts = tuple(named(post, known.get(str(post.author), {})) for post in posts)
        return Page(
            posts=posts,
            skipped=gathered.skipped,
            gone=gathered.gone,
            stream=self._stream,
            cursor=to_cursor(self._read) if self._read else None,
        )

    def _ask_names(self, wanted: Sequence[str]) -> dict[str, Any]:
        """Profiles by DID, of DIDs or handles; what cannot be had is left out: a DID names an account too."""
        if len(self._profiles) > 100_000:
            self._profiles.clear()
        unknown = [one for one in wanted if one not in self._profiles]
        self._rest = max(0, self._rest - 1)
        for begin in range(0, 0 if self._rest else len(unknown), _NAMES_A_REQUEST):
            asked = unknown[begin : begin + _NAMES_A_REQUEST]
            try:
                answer = self._visit.http.get(
                    f"{self._source._host}/xrpc/app.bsky.actor.getProfiles",
                    params=[("actors", one) for one in asked],
                )
                found = read_json(answer, what="names of accounts")
            except SourceError:
                self._rest = _PAGES_OF_REST
                break
            self._profiles |= {one: {} for one in asked}
            for one in items(found.get("profiles") if isinstance(found, dict) else None):
                if isinstance(one, dict) and isinstance(one.get("did"), str) and one.get("handle"):
                    self._profiles[one["did"]] = one
                    self._profiles[str(one["handle"])] = one
        return {one["did"]: one for name in wanted if (one := self._profiles.get(name))}

    def _wait(self, failures: int) -> None:
        # Jitter, so that a crowd whose server restarts does not come back as one.
        rounds = min(failures // len(self._source._endpoints), 10)
        left = min(_LONGEST_WAIT, self._source._retry * 2**rounds) * random.uniform(0.5, 1.5)
        while left > 0 and not self._visit.stop():
            time.sleep(min(left, _SLICE_SECONDS))
            left -= _SLICE_SECONDS


@contextmanager
def _connected(endpoint: str, since: datetime) -> Iterator[ClientConnection]:
    asked = {
        "wantedCollections": POST,
        "cursor": microseconds_of(since),
        "maxMessageSizeBytes": MOST_BYTES,
    }
    try:
        socket = connect(
            f"{endpoint}/subscribe?{urlencode(asked)}",
            compression=None,
            max_size=MOST_BYTES,
            max_queue=(2048, 512),
            open_timeout=10,
            ping_interval=20,
            ping_timeout=20,
            close_timeout=1,
            user_agent_header=user_agent(__version__),
            proxy=True if endpoint.startswith("wss:") else None,
        )
    except (WebSocketException, OSError) as error:
        raise _LostError(f"{_host(endpoint)}: no connection ({_short(error)})") from error
    with socket:
        yield socket


def _host(endpoint: str) -> str:
    return urlsplit(endpoint).netloc


def _short(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:120]
