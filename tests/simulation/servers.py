"""All fake servers at once, with one clock, faults drawn by seed, and their record of what they showed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.networks.fake_arxiv import FakeArxiv
from tests.networks.fake_bluesky import FakeBluesky
from tests.networks.fake_feeds import FakeFeeds, Site
from tests.networks.fake_github import FakeGitHub
from tests.networks.fake_hackernews import FakeHackerNews
from tests.networks.fake_jetstream import FakeJetstream
from tests.networks.fake_mastodon import FakeMastodon
from tests.networks.fake_reddit import FakeReddit
from tests.networks.fake_twitterapi import FakeTwitterApi
from tests.networks.fake_v2ex import FakeV2ex
from tests.networks.fake_x import FakeX
from tests.networks.server import Asked, FakeServer, Fault
from tests.simulation.world import HOSTS, SITES, Written

SECRETS = {
    "X_BEARER_TOKEN": "a-bearer-token",
    "TWITTERAPI_IO_KEY": "a-key-of-twitterapi",
    "REDDIT_CLIENT_ID": "kites",
    "REDDIT_CLIENT_SECRET": "a-secret-of-reddit",
}
KEPT = timedelta(days=4)
"""How far back a Jetstream can be replayed."""

BACK = timedelta(days=6)
"""How long a source makes up for what it missed: see ``pipeline.fetch``."""

_KINDS: dict[Fault, int] = {
    "500": 6, "503": 6, "429": 6, "429-long": 3, "html": 4, "empty": 4, "truncated": 4, "cut": 4, "reset": 6,
    "401": 1, "403": 2, "404": 2, "hang": 1, "drip": 1, "bomb": 1, "loop": 6, "overlap": 6,
}  # fmt: skip
_OVERLAPPING = ("x", "twitterapi", "bluesky", "mastodon a", "mastodon b")
_LOOPING = (*_OVERLAPPING, "hackernews", "reddit", "arxiv")


class Servers:
    """The servers, by name, while it is a context manager."""

    def __init__(self, world: list[Written], *, seed: int, now: datetime, rate: float) -> None:
        self.world, self.now, self.rate = world, now, rate
        self.played: Counter[str] = Counter()  # faults by kind
        self.failed: Counter[str] = Counter()  # ... by server
        self.requests = 0
        self.at_request: Callable[[int], None] | None = None
        self.down: dict[str, tuple[datetime, datetime]] = {}
        self._troubled: set[str] = set()  # servers that failed since ``begin``
        self._asked: dict[str, str] = {}  # server: the listing that it gave a page of
        self._lock = threading.Lock()
        self._draws = {name: random.Random(f"{seed} {name}") for name in self._names()}
        self._https: dict[str, FakeServer] = {
            "x": FakeX(now=now, token=SECRETS["X_BEARER_TOKEN"]),
            "twitterapi": FakeTwitterApi(now=now, token=SECRETS["TWITTERAPI_IO_KEY"]),
            "bluesky": FakeBluesky(now=now),
            "mastodon a": FakeMastodon(now=now, host=HOSTS["mastodon a"]),
            "mastodon b": FakeMastodon(now=now, host=HOSTS["mastodon b"]),
            "hackernews": FakeHackerNews(now=now),
            "reddit": FakeReddit(now=now),
            "feeds": FakeFeeds(now=now),
            "arxiv": FakeArxiv(now=now),
            "github": FakeGitHub(now=now),
            "v2ex": FakeV2ex(now=now),
        }
        for name, server in self._https.items():
            server.faults = self._drawing(name)
            server.hang_seconds = 2.0
        self.reddit.clients = {SECRETS["REDDIT_CLIENT_ID"]: SECRETS["REDDIT_CLIENT_SECRET"]}
        kinds = {"rss": "rss", "atom": "atom", "json": "json", "brief": "rss"}
        self.feeds.sites = {
            f"/{site}/feed": Site(kind=kinds[site], size=size)  # type: ignore[arg-type]
            for site, size in SITES.items()
        }
        self.jetstream = FakeJetstream(now=now, seed=seed)
        self.jetstream.offers = [
            replace(one.offer, extra={**one.offer.extra, "edits": one.edits})
            for one in self.shelf("jetstream")
        ]
        self._fill()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._https:
            raise AttributeError(name)
        return self._https[name]

    def __enter__(self):
        with ExitStack() as opened:
            for server in (*self._https.values(), self.jetstream):
                opened.enter_context(server)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *raised: object) -> None:
        self._opened.close()

    @staticmethod
    def _names() -> tuple[str, ...]:
        return (
            "x", "twitterapi", "bluesky", "jetstream", "mastodon a", "mastodon b", "hackernews", "reddit",
            "feeds", "arxiv", "github", "v2ex",
        )  # fmt: skip

    def shelf(self, name: str) -> list[Written]:
        return [one for one in self.world if name in one.servers]

    def set_clock(self, now: datetime) -> None:
        self.now = now
        for server in self._https.values():
            server.now = now
        self.jetstream.kept_from = now - KEPT
        self.jetstream.now = now
        self._fill()

    def _fill(self) -> None:
        """Each server shows posts with the texts that they have now."""
        for name, server in self._https.items():
            server.offers = [
                replace(
                    one.offer,
                    text=one.text(one.version(self.now)),
                    offered_at=one.offered_at(name),
                )
                for one in self.shelf(name)
            ]

    def begin(self) -> None:
        """A command begins: from here on it is remembered which servers fail."""
        self._troubled.clear()
        self._asked.clear()
        if self._is_down("jetstream"):
            self.jetstream.refusals = 10**6
            self._note("jetstream", "outage")
        else:
            self.jetstream.refusals = 0
        draw = self._draws["jetstream"]
        busy = self.rate > 0
        self.jetstream.twice = self.jetstream.shuffled = self.jetstream.garbage = 0.05 * busy
        self.jetstream.silent = busy and draw.random() < 0.02
        if self.jetstream.silent:
            self._note("jetstream", "silent")
        self.jetstream.drops = self._drop

    def _drop(self) -> int | None:
        """After how many events a connection of the stream ends; no trouble, for it goes on by its cursor."""
        self._count()
        draw = self._draws["jetstream"]
        if self.rate and draw.random() < 0.3:
            self.played["drop"] += 1
            return draw.randrange(1, 60)
        return None

    def is_clean(self, name: str) -> bool:
        """Whether the server answered all that was asked since ``begin``."""
        return name not in self._troubled

    def is_listed(self, one: Written, name: str, *, end: datetime) -> bool:
        """Whether a whole reading of ``name`` now, of posts up to ``end``, meets the post."""
        if not one.is_shown(name, self.now):
            return False
        if name == "jetstream":
            # A post is met where it happened; one that has gone again by the end is not passed on.
            return max(self.now - KEPT, self.now - BACK) <= one.offer.offered_at < end
        if name in ("feeds", "v2ex", "github"):
            return one in self._newest(name, one)
        return self.now - BACK <= one.offer.created_at < end

    def _newest(self, name: str, like: Written) -> list[Written]:
        shown = [one for one in self.shelf(name) if one.is_shown(name, self.now)]
        size = {"v2ex": 20, "github": 10}.get(name, 0)
        if name == "feeds":
            size = SITES[like.offer.extra["site"]]
            shown = [one for one in shown if one.offer.extra["site"] == like.offer.extra["site"]]
        shown.sort(key=lambda one: (one.offer.created_at, one.offer.native), reverse=True)
        return shown[:size]

    def _drawing(self, name: str) -> Callable[[Asked], Fault | None]:
        def draw(asked: Asked) -> Fault | None:
            self._count()
            before, self._asked[name] = self._asked.get(name), _listing(asked)
            if self._is_down(name):
                self._note(name, "outage")
                return "503"
            if not self.rate or self._draws[name].random() >= self.rate:
                return None
            kinds = {
                kind: weight
                for kind, weight in _KINDS.items()
                if (kind != "loop" or name in _LOOPING) and (kind != "overlap" or name in _OVERLAPPING)
            }
            kind = self._draws[name].choices([*kinds], [*kinds.values()])[0]
            if kind == "loop" and before != _listing(asked):
                return None  # a first page has none before it
            self._note(name, kind, trouble=kind != "overlap")
            return kind

        return draw

    def _is_down(self, name: str) -> bool:
        start, end = self.down.get(name, (self.now, self.now))
        return start <= self.now < end

    def _note(self, name: str, kind: str, *, trouble: bool = True) -> None:
        with self._lock:
            self.played[kind] += 1
            self.failed[name] += 1
            if trouble:
                self._troubled.add(name)

    def _count(self) -> None:
        with self._lock:
            self.requests += 1
            number = self.requests
        if self.at_request:
            self.at_request(number)

    def names(self) -> Iterator[str]:
        yield from self._names()


def _listing(asked: Asked) -> str:
    """What is asked for, whichever page of it."""
    turning = ("cursor", "until", "max_id", "next_token", "pagination_token", "after", "start")
    query = {key: value for key, value in asked.query.items() if key not in turning}
    return f"{asked.path} {query}".partition("created_at_i<")[0]
