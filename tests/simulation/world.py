"""What is written on all networks in some days: posts drawn by seed, with all that makes reading hard."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.networks.fake_x import snowflake
from tests.networks.server import Offer

ZONE = ZoneInfo("Europe/Berlin")  # clocks are moved on 2026-03-29
CUTOFF = time(15, 30)
HOSTS = {"mastodon a": "kites.example", "mastodon b": "wind.example"}
SITES = {"rss": 30, "atom": 30, "json": 30, "brief": 5}
"""Feeds and how many entries they show."""

_THINGS = ("Kites of paper", "Box kites", "Stunt kites", "Kites with two lines", "Kites made of silk")
_ACTS = ("flew over the harbour", "broke a record", "were sold out", "fell into the sea", "met in the park")
_PLACES = ("Lowen", "Obrel Bay", "Tarn", "Weifang", "Dieppe", "Fano")
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATEST = {"x": 25 * _MINUTE, "arxiv": 20 * _HOUR}
"""How late a network shows a post; the sources read so far back again (``overlap_hours``).

arXiv shows papers up to four days late, but a run asks for its day and the day before only.
"""

_LATEST = timedelta(hours=5.5)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A post of the world."""

    id: str  # as the archive is to have it
    servers: tuple[str, ...]  # that show it
    offer: Offer
    edits: tuple[tuple[datetime, str], ...] = ()  # from when on it has another text
    later: dict[str, datetime] = field(default_factory=dict)  # servers that show it later than its own
    until: datetime | None = None  # a newer version with an id of its own takes its place
    is_future: bool = False  # dated after all days
    is_off_topic: bool = False

    def offered_at(self, server: str) -> datetime:
        return self.later.get(server, self.offer.offered_at)

    def is_shown(self, server: str, now: datetime) -> bool:
        gone = self.offer.deleted_at is not None and self.offer.deleted_at <= now
        return self.offered_at(server) <= now and not gone and (self.until is None or now < self.until)

    def version(self, now: datetime) -> int:
        """Number of the text that stands at ``now``."""
        return sum(when <= now for when, _ in self.edits)

    def text(self, version: int) -> str:
        return self.edits[version - 1][1] if version else self.offer.text


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def close(day: date) -> datetime:
    """When the edition of ``day`` closes."""
    return datetime.combine(day, CUTOFF, ZONE).astimezone(UTC)


def make_world(*, seed: int, first: date, days: int, a_day: float) -> list[Written]:
    """Posts of ``days`` from ``first`` on, about ``a_day`` on each."""
    return _Maker(seed=seed, first=first, days=days, a_day=a_day).make()


class _Maker:
    def __init__(self, *, seed: int, first: date, days: int, a_day: float) -> None:
        self._random = random.Random(f"world {seed}")
        self._first, self._days, self._a_day = first, days, a_day
        self._end = midnight(first + _DAY * (days + 1))
        self._number = 0
        self._made: list[Written] = []

    def make(self) -> list[Written]:
        draw = self._random
        networks: list[tuple[str, float, Callable[[datetime], None]]] = [
            ("x", 0.16, self._x),
            ("bluesky", 0.20, self._bluesky),
            ("mastodon", 0.16, self._mastodon),
            ("hackernews", 0.12, self._hackernews),
            ("reddit", 0.12, self._reddit),
            ("feeds", 0.12, self._feeds),
            ("arxiv", 0.06, self._arxiv),
            ("github", 0.02, self._github),
            ("v2ex", 0.04, self._v2ex),
        ]
        for number in range(self._days):
            day = self._first + _DAY * number
            for name, share, make in networks:
                quiet = draw.random() < 0.1
                count = 0 if quiet else max(1, round(draw.gauss(1, 0.4) * share * self._a_day))
                for at in self._times(day, count, most_at_once=3 if name in ("v2ex", "feeds") else 12):
                    make(at)
        return self._made

    def _times(self, day: date, count: int, *, most_at_once: int) -> list[datetime]:
        start, end, draw = midnight(day), midnight(day + _DAY), self._random
        edges = [start, close(day), close(day) - timedelta(seconds=1), end - timedelta(seconds=1)]
        times = [draw.choice(edges) for _ in range(count // 8)]
        if count > 3 and draw.random() < 0.2:
            burst = self._between(start, end)
            times += [burst] * min(count // 2, most_at_once)
        times += [self._between(start, end) for _ in range(count - len(times))]
        return sorted(times)

    def _between(self, start: datetime, end: datetime) -> datetime:
        return start + timedelta(seconds=self._random.randrange(int((end - start).total_seconds())))

    def _words(self, *, chinese: bool = False) -> str:
        draw, number = self._random, self._number
        if chinese and draw.random() < 0.3:
            return f"第{number}号风筝在{draw.choice(_PLACES)}放飞，观众{draw.randrange(100, 9000)}人。Kites."
        return (
            f"{draw.choice(_THINGS)} {draw.choice(_ACTS)} near {draw.choice(_PLACES)}:"
            f" {draw.randrange(20, 9000)} people saw flight {number}."
        )

    def _add(
        self,
        at: datetime,
        *,
        id: str,
        native: str,
        servers: tuple[str, ...],
        text: str,
        latest: timedelta = _LATEST,
        edited: bool = True,
        deleted: bool = True,
        later: dict[str, datetime] | None = None,
        created: datetime | None = None,
        **more: object,
    ) -> Written:
        draw = self._random
        late = (
            timedelta(seconds=draw.randrange(int(latest.total_seconds())))
            if draw.random() < 0.12
            else 0 * _DAY
        )
        offered = at + late
        gone = offered + draw.random() * 60 * _HOUR if deleted and draw.random() < 0.06 else None
        edits: list[tuple[datetime, str]] = []
        while edited and draw.random() < 0.08 and len(edits) < 3:
            when = (edits[-1][0] if edits else offered) + _MINUTE + draw.random() * 8 * _HOUR
            edits.append((when, f"{text} Edit {len(edits) + 1}."))
        written = Written(
            id=id,
            servers=servers,
            offer=Offer(
                native=native,
                text=text,
                author=str(more.pop("author", f"ada{draw.randrange(12)}")),
                created_at=created or at,
                offered_at=offered,
                deleted_at=gone,
                extra=more,
            ),
            edits=tuple(edits),
            later=later or {},
            is_future=created is not None and created > self._end,
            is_off_topic="ites" not in text,
        )
        self._made.append(written)
        self._number += 1
        return written

    def _x(self, at: datetime) -> None:
        draw = self._random
        native = snowflake(at, low=self._number)
        shared = {"id": f"x:{native}", "native": native, "servers": ("x", "twitterapi"), "edited": False}
        earlier = [one for one in self._made[-300:] if "x" in one.servers and one.offer.deleted_at is None]
        more = {"quote_of": draw.choice(earlier).offer.native} if earlier and draw.random() < 0.1 else {}
        first = self._add(at, text=self._words(), latest=LATEST["x"], **shared, **more)
        if draw.random() < 0.04 and first.offer.deleted_at is None:
            # An edited post is a new one with a new id, and the older is listed no more.
            then = first.offer.offered_at + 20 * _MINUTE
            newer = snowflake(then, low=self._number)
            self._add(
                then,
                id=f"x:{newer}",
                native=newer,
                servers=("x", "twitterapi"),
                text=f"{first.offer.text} Corrected.",
                latest=_MINUTE,
                edited=False,
                deleted=False,
                edits=native,
                author=first.offer.author,
            )
            self._made[-2] = Written(
                id=first.id, servers=first.servers, offer=first.offer, until=self._made[-1].offer.offered_at
            )

    def _bluesky(self, at: datetime) -> None:
        draw = self._random
        native = f"3k{self._number:011}"
        kind, created = draw.random(), None
        text = self._words(chinese=True)
        servers: tuple[str, ...] = ("bluesky", "jetstream")
        if kind < 0.05:  # the stream has all of Bluesky
            text, servers = f"Soup number {self._number}.", ("jetstream",)
        elif kind < 0.08:
            created, servers = self._end + 30 * _DAY, ("jetstream",)
        elif kind < 0.11:  # a clock that is a little fast
            created, servers = at + 5 * _MINUTE, ("jetstream",)
        self._add(
            at,
            id=f"bsky:{native}",
            native=native,
            servers=servers,
            text=text,
            author=f"ada{draw.randrange(12)}.example",
            created=created,
            langs=["en"],
        )

    def _mastodon(self, at: datetime) -> None:
        draw = self._random
        home, other = draw.sample(list(HOSTS), 2)
        native = f"{10**17 + self._number}"
        written = self._add(
            at,
            id=f"mastodon:{HOSTS[home]}:{native}",
            native=native,
            servers=(home, other) if draw.random() < 0.6 else (home,),
            text=self._words(chinese=True),
            server=HOSTS[home],
            tags=["kites"],
            latest=2 * _HOUR,
        )
        if other in written.servers and draw.random() < 0.3:
            written.later[other] = written.offer.offered_at + draw.random() * 3 * _HOUR

    def _hackernews(self, at: datetime) -> None:
        native = str(47_000_000 + self._number)
        stories = [
            one.offer
            for one in self._made[-200:]
            if "hackernews" in one.servers and "parent" not in one.offer.extra
        ]
        more: dict[str, object] = {"points": self._random.randrange(1, 90)}
        if stories and self._random.random() < 0.5:
            story = self._random.choice(stories).native
            more = {"type": "comment", "parent": story, "story": story}
        self._add(
            at, id=f"hackernews:{native}", native=native, servers=("hackernews",), text=self._words(), **more
        )

    def _reddit(self, at: datetime) -> None:
        native = f"1k{self._number:05}"
        self._add(
            at,
            id=f"reddit:t3_{native}",
            native=native,
            servers=("reddit",),
            text=self._words(),
            place=self._random.choice(["Kites", "Wind"]),
        )

    def _feeds(self, at: datetime) -> None:
        draw = self._random
        site = draw.choice([*SITES])
        native = f"{site}/{self._number}"
        self._add(
            at,
            id=f"rss:https://kites.example/{native}",
            native=native,
            servers=("feeds",),
            text=self._words(chinese=True),
            created=self._end + 30 * _DAY if draw.random() < 0.03 else None,
            site=site,
        )

    def _arxiv(self, at: datetime) -> None:
        number = f"2603.{self._number:05}"
        self._add(
            at,
            id=f"arxiv:{number}",
            native=number,
            servers=("arxiv",),
            text=self._words(),
            latest=LATEST["arxiv"],
            deleted=False,
            category="cs.RO",
        )

    def _github(self, at: datetime) -> None:
        tag = f"v{self._number}"
        self._add(
            at,
            id=f"github:kites/wind:{tag}",
            native=tag,
            servers=("github",),
            text=self._words(),
            repo="kites/Wind",
            latest=_HOUR,
        )

    def _v2ex(self, at: datetime) -> None:
        native = str(1_200_000 + self._number)
        self._add(at, id=f"v2ex:{native}", native=native, servers=("v2ex",), text=self._words(), node="kites")
