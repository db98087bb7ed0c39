"""The one door to the network; ``docs/network.md`` says how it behaves.

It stands on httpx2's transport and not on its client: the client keeps cookies, logs whole URLs with
the keys in them, and carries headers such as ``X-API-Key`` on to other hosts.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

import httpx2

from dawnchorus.errors import AccessDenied, NotFound, RateLimited, SourceError
from dawnchorus.net import guard
from dawnchorus.net.transport import ENCODINGS, GuardedTransport, NotReadable, bounded
from dawnchorus.net.waits import asked_wait
from dawnchorus.sources.values import shown
from dawnchorus.visits import Answer, Pairs

ATTEMPTS: Final = 3
REDIRECTS: Final = 5
HOST_REQUESTS: Final = 2  # at once
PATIENCE_LASTS: Final = timedelta(hours=1)
SILENCE_SECONDS: Final = 30.0
_HOST = re.compile(rb"[A-Za-z0-9._:-]+")
# Headers that may follow a redirect to another host; any other may be, or tell, a secret.
_CARRIED = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since"})
_EXCERPT = 120  # characters
_READ_ERROR = 64 * 1024  # bytes


def user_agent(version: str, contact: str | None = None) -> str:
    """Who asks: "dawnchorus/0.2.0 (+https://…)" or with the mail address of who runs it."""
    safe = "".join(letter for letter in contact or "" if " " < letter < "\x7f" and letter not in "()")
    return f"dawnchorus/{version}" + (f" (+{safe})" if safe else "")


class Door:
    """Implements ``visits.Http``; a context manager.

    Args:
        user_agent: Who asks, see :func:`user_agent`.
        trusted_hosts: "host" or "host:port" that may have private addresses and any port: those the user
            wrote into a topic file, see ``guard.hosts_in``. All others must be public.
        patience_seconds: Longest wait for one host within an hour, all its requests together.
        deadline_seconds: Longest time for one attempt, from connecting to the last byte.
        attempts: How often at most one thing is asked for.
        sleep: Waits; tests give one that does not.
        clock: Now in UTC.
        resolve: Looks names up.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        trusted_hosts: Collection[str] = (),
        patience_seconds: float = 120,
        deadline_seconds: float = 60,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolve: guard.Resolve = guard.look_up,
    ) -> None:
        self._agent = user_agent
        self._trusted = frozenset(trusted_hosts)
        self._patience, self._deadline, self._attempts = patience_seconds, deadline_seconds, attempts
        self._sleep, self._clock = sleep, clock
        self._hosts: dict[str, _Host] = {}
        self._transport = GuardedTransport(guard.GuardedBackend(trusted=self._trusted, resolve=resolve))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def get(
        self,
        url: str,
        *,
        params: Pairs = (),
        headers: Mapping[str, str] | None = None,
        gap_seconds: float = 0.0,
        most_bytes: int = 16_000_000,
    ) -> Answer:
        """See ``visits.Http``."""
        pairs = [*params.items()] if isinstance(params, Mapping) else [*params]
        return self._ask(
            _Ask("GET", url, {}, params=pairs, headers=dict(headers or {}), gap=gap_seconds, most=most_bytes)
        )

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
        """See ``visits.Http``."""
        content = {"data": dict(form)} if form is not None else {"json": json}
        return self._ask(
            _Ask("POST", url, content, headers=dict(headers or {}), gap=gap_seconds, most=most_bytes)
        )

    def _ask(self, ask: _Ask) -> Answer:
        number = 1
        while True:
            try:
                return self._attempt(ask)
            except _AgainError as again:
                host, jitter = self._host(again.url), random.uniform(0.5, 1.5)
                wait = 4.0 ** (number - 1) * jitter if again.wait is None else again.wait + jitter
                if number >= self._attempts:
                    host.failed = True
                if not host.allows(wait, self._patience, self._clock()):
                    raise again.final from None
            self._sleep(wait)
            number += 1

    def _attempt(self, ask: _Ask) -> Answer:
        """Ask once, following redirects."""
        request = self._first_request(ask)
        ask.seconds, ask.carried = self._deadline, ask.headers
        for _ in range(REDIRECTS + 1):
            response, body = self._exchange(request, ask)
            if not response.has_redirect_location:
                return self._judge(request, response, body, ask)
            request = self._next_request(request, response, ask)
        raise SourceError(f"{ask.where}: more than {REDIRECTS} redirects; check the address")

    def _first_request(self, ask: _Ask) -> httpx2.Request:
        try:
            url = self._checked(httpx2.URL(ask.url), ask.where)
            if ask.params:
                url = url.copy_merge_params(tuple(ask.params))
            return httpx2.Request(ask.method, url, headers=self._headers(ask.headers), **ask.content)
        except (httpx2.InvalidURL, ValueError, TypeError):
            raise SourceError(f"{ask.where}: not an address or header that can be sent; check it") from None

    def _next_request(self, request: httpx2.Request, response: httpx2.Response, ask: _Ask) -> httpx2.Request:
        if ask.method != "GET":
            raise SourceError(f"{ask.where}: sends elsewhere what must not be sent on; check the address")
        try:
            url = self._checked(request.url.join(response.headers["location"]), ask.where)
        except (httpx2.InvalidURL, ValueError):
            raise SourceError(f"{ask.where}: redirects to no usable address; check it") from None
        before = request.url
        same = (url.scheme, url.host, url.port) == (before.scheme, before.host, before.port)
        upgraded = (before.scheme, url.scheme) == ("http", "https") and (
            url.host == before.host and before.port is None and url.port is None
        )
        if not (same or upgraded):  # even a way back does not bring them back
            ask.carried = {name: value for name, value in ask.carried.items() if name.lower() in _CARRIED}
        return httpx2.Request("GET", url, headers=self._headers(ask.carried))

    def _checked(self, url: httpx2.URL, where: str) -> httpx2.URL:
        if url.scheme not in ("http", "https") or not url.host:
            raise SourceError(
                f"{where}: leads to {shown(url.scheme) or 'nothing'}:, only http and https are read"
            )
        if not _HOST.fullmatch(url.raw_host) or not 0 < (url.port or 80) < 2**16:
            raise SourceError(f"{where}: not an address; check it")
        if url.userinfo:
            raise SourceError(f"{where}: holds a name or password; addresses with such are not opened")
        return url

    def _headers(self, own: Mapping[str, str]) -> httpx2.Headers:
        headers = httpx2.Headers({"User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": ENCODINGS})
        headers.update(own)
        return headers

    def _exchange(self, request: httpx2.Request, ask: _Ask) -> tuple[httpx2.Response, bytes]:
        """Send one request and read what comes."""
        where = _where(request.url)
        request.extensions["timeout"] = {"connect": guard.CONNECT_SECONDS, "read": SILENCE_SECONDS}
        host = self._host(request.url)
        with host.slots:
            host.keep_gap(ask.gap, self._sleep)
            started = time.monotonic()
            try:
                with (
                    guard.within(ask.seconds),
                    closing(self._transport.handle_request(request)) as response,
                ):
                    return response, b"".join(bounded(response, most=ask.most))
            except guard.Refused as refused:
                raise SourceError(f"{request.url.host}: not asked: {refused}") from None
            except NotReadable as unread:
                raise SourceError(f"{where}: {unread}; not read") from None
            except httpx2.DecodingError:
                why = "a damaged compressed answer"
            except httpx2.TimeoutException:
                why = "no whole answer in time"
            except httpx2.ConnectError:
                why = "no connection"
            except httpx2.LocalProtocolError:
                raise SourceError(f"{where}: a header that cannot be sent (a line break in a key?)") from None
            except httpx2.HTTPError:
                why = "the connection broke off"
            finally:
                ask.seconds -= time.monotonic() - started
        raise _AgainError(SourceError(f"{where}: {why}; the next run tries again"), url=request.url)

    def _judge(self, request: httpx2.Request, response: httpx2.Response, body: bytes, ask: _Ask) -> Answer:
        status, where = response.status_code, _where(request.url)
        if 200 <= status < 300 or status == 304:
            self._host(request.url).failed = False
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(status=status, url=str(request.url), headers=headers, body=body)
        said = _excerpt(response, body, secrets=ask.secrets)
        full = status == 429 or (
            # GitHub's way to say it
            status == 403
            and ("retry-after" in response.headers or response.headers.get("x-ratelimit-remaining") == "0")
        )
        now = self._clock()
        wait = asked_wait(response.headers, now=now, resets=full)
        seconds = None if wait is None else wait.total_seconds()
        if full or (status == 503 and wait is not None):
            retry_at = None if wait is None else now + wait
            until = f" until {retry_at:%Y-%m-%d %H:%M:%S} UTC" if retry_at else ""
            limited = RateLimited(f"{where}: asks to be left alone{until}{said}", retry_at=retry_at)
            raise _AgainError(limited, url=request.url, wait=seconds)
        if status in (401, 402, 403):
            raise AccessDenied(f"{where}: access denied ({status}){said}; check the key or what it may read")
        if status in (404, 410):
            raise NotFound(f"{where}: not there ({status}){said}; check the address")
        if status >= 500 or status == 408:
            error = SourceError(f"{where}: answered {status}{said}; the next run tries again")
            raise _AgainError(error, url=request.url, wait=seconds)
        raise SourceError(f"{where}: refused what was asked ({status}){said}; check the options")

    def _host(self, url: httpx2.URL) -> _Host:
        return self._hosts.setdefault(url.netloc.decode("ascii"), _Host())


@dataclass(slots=True, repr=False)
class _Ask:
    """What a caller wants, and how far an attempt at it is."""

    method: str
    url: str
    content: dict[str, Any]  # keywords of httpx2.Request
    headers: dict[str, str]
    gap: float
    most: int
    params: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0  # left of the attempt
    carried: dict[str, str] = field(default_factory=dict)  # headers that redirects have left
    secrets: frozenset[str] = frozenset()  # what messages must not show
    where: str = ""

    def __post_init__(self) -> None:
        query = (pair.partition("=")[2] for pair in str(self.url).partition("?")[2].split("&"))
        sent = [*self.headers.values(), *_strings(self.content), *(value for _, value in self.params), *query]
        words = (word for text in sent for word in (text, *text.split()))
        self.secrets = frozenset(word for word in words if len(word) >= 4)
        try:
            self.where = _where(httpx2.URL(self.url))
        except (httpx2.InvalidURL, TypeError):
            self.where = shown(str(self.url).partition("?")[0].rpartition("@")[2])


@dataclass(slots=True)
class _Host:
    """How one host is treated."""

    slots: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(HOST_REQUESTS))
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: float | None = None  # when the latest request left
    waits: deque[tuple[datetime, float]] = field(default_factory=deque)  # seconds, at its wish or ours
    failed: bool = False  # all attempts of a request did; one at a time then, until one works

    def keep_gap(self, seconds: float, sleep: Callable[[float], object]) -> None:
        if not seconds:
            return
        with self.lock:  # the next thread waits here for its turn
            if self.last is not None and (left := self.last + seconds - time.monotonic()) > 0:
                sleep(left)
            self.last = time.monotonic()

    def allows(self, seconds: float, patience: float, now: datetime) -> bool:
        """Whether another attempt is worth a wait of ``seconds``; if so they are taken off the patience.

        A door that is open for weeks has it anew: waits from before PATIENCE_LASTS are forgotten.
        """
        while self.waits and self.waits[0][0] <= now - PATIENCE_LASTS:
            self.waits.popleft()
        if self.failed or sum(waited for _, waited in self.waits) + seconds > patience:
            return False
        self.waits.append((now, seconds))
        return True


class _AgainError(Exception):
    """Another attempt may work, after ``wait`` seconds if the server says; else ``final`` is the error."""

    def __init__(self, final: SourceError, *, url: httpx2.URL, wait: float | None = None) -> None:
        super().__init__()
        self.final, self.url, self.wait = final, url, wait


def _where(url: httpx2.URL) -> str:
    """Host and path of ``url`` for a message, without query, name and password."""
    return shown(url.netloc.decode("ascii") + (url.path if url.path != "/" else ""), limit=120)


def _excerpt(response: httpx2.Response, body: bytes, *, secrets: Collection[str]) -> str:
    """What the server said to a program, short, clean, without what we sent to it."""
    if "json" not in response.headers.get("content-type", "") and not body.startswith(b"{"):
        return ""
    if len(body) > _READ_ERROR:  # cut, it could end within a key
        return ""
    text = body.decode("utf-8", "replace").replace("\\/", "/")
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    line = shown(" ".join(text.split()), limit=_EXCERPT)
    return f": {line}" if line else ""


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)
