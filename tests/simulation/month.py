"""Simulated days: the clock of the servers and of the program go on together, and everything goes wrong."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.simulation.program import Command, Program
from tests.simulation.servers import SECRETS, Servers
from tests.simulation.world import SITES, Written, close, make_world, midnight

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_TOPIC = """
label = "month"
languages = ["en"]
tz = "Europe/Berlin"
cutoff = "15:30"
query = "kites OR 风筝"
names = {{ en = "Kites", zh = "风筝" }}

[[sources]]
name = "hackernews"
queries = ["kites"]
comments = true
search = "{hackernews}"
items = "{hackernews}"

[[sources]]
name = "bluesky"
queries = ["kites"]
host = "{bluesky}"
pds = "{bluesky}"

[[sources]]
name = "jetstream"
endpoints = ["{jetstream}"]
host = "{bluesky}"
idle_seconds = 0.5
retry_seconds = 0

[[sources]]
name = "mastodon"
servers = ["{mastodon a}", "{mastodon b}"]
tags = ["kites"]

[[sources]]
name = "reddit"
subreddits = ["Kites", "Wind"]
server = "{reddit}"
api = "{reddit}"

[[sources]]
name = "feeds"
urls = [{urls}]

[[sources]]
name = "arxiv"
categories = ["cs.RO"]
queries = ["cat:cs.RO"]
feed = "{arxiv}"
api = "{arxiv}"

[[sources]]
name = "github"
repos = ["kites/Wind"]
server = "{github}"

[[sources]]
name = "v2ex"
lists = ["latest"]
nodes = ["kites"]
server = "{v2ex}"

[[sources]]
name = "x"
queries = ["kites"]
users = ["ada0"]
usd_per_run = {usd_per_run}
usd_per_month = {usd_per_month}
base_url = "{x}"

[[sources]]
name = "twitterapi"
queries = ["kites"]
usd_per_run = {usd_per_run}
usd_per_month = {usd_per_month}
base_url = "{twitterapi}"
"""
USD_PER_RUN, USD_PER_MONTH = 8.0, 200.0
NAMES = {"mastodon a": "mastodon", "mastodon b": "mastodon"}
"""Source of a server, where it is not the server's own name."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a whole run of the program could not but meet: by the servers' own record."""

    at: datetime
    end: datetime  # of the window
    met: dict[str, dict[str, int]]  # server: id: number of its text, on servers that did not fail


@dataclass(kw_only=True)
class Month:
    """What happened, for those who check it."""

    seed: int
    first: date
    days: int
    folder: Path
    world: list[Written]
    reads: list[Read] = field(default_factory=list)
    runs: list[datetime] = field(default_factory=list)  # each start of the program that fetched
    kills: Counter[str] = field(default_factory=Counter)
    told: dict[date, dict[str, str]] = field(default_factory=dict)  # status by source, in the day's report
    down: dict[date, set[str]] = field(default_factory=dict)  # sources of which no server answered then
    errors: list[str] = field(default_factory=list)  # of the program
    seconds: list[float] = field(default_factory=list)  # of runs that were not killed
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)  # by kind
    failed: Counter[str] = field(default_factory=Counter)  # by server
    billed_usd: float = 0.0

    @property
    def data(self) -> Path:
        return self.site / ".dawnchorus"

    @property
    def site(self) -> Path:
        return self.folder / "site"

    @property
    def last(self) -> date:
        return self.first + _DAY * self.days


def simulate(
    folder: Path,
    *,
    seed: int,
    first: date,
    days: int,
    a_day: float,
    rate: float = 0.05,
    kills: float = 0.9,
    evenings: float = 0.3,
) -> Month:
    """Live through ``days`` and a calm one behind them.

    Args:
        folder: For the site, the archive, and what the program says.
        seed: Of all that is drawn.
        first: Day.
        days: With posts and faults.
        a_day: Posts a day, about.
        rate: Faults a request.
        kills: Share of runs that are killed; of those that were, each next one with half of it.
        evenings: Share of days with a second run.
    """
    world = make_world(seed=seed, first=first, days=days, a_day=a_day)
    month = Month(seed=seed, first=first, days=days, folder=folder, world=world)
    servers = Servers(world, seed=seed, now=midnight(first), rate=rate)
    draw = random.Random(f"month {seed}")
    _plan_outages(servers, draw, month)
    with servers, Program() as program:
        life = _Life(month, servers, program, draw, kills=kills)
        for number in range(days):
            day = first + _DAY * number
            life.run(close(day) + draw.randrange(1, 90) * _MINUTE, day=day)
            if draw.random() < evenings:
                life.run(close(day) + 4 * _HOUR + draw.randrange(180) * _MINUTE, day=day)
        servers.rate, servers.down = 0.0, {}
        life.calm = True
        life.run(close(month.last) + 10 * _MINUTE, day=month.last)
        # What came too late for any edition of its time is in the archive: made anew, its day takes it in.
        life.again()
        before = files_of(month.site)
        life.again()
        month.errors += [f"made again, {path} differs" for path in sorted(before ^ files_of(month.site))]
        month.requests, month.faults, month.failed = servers.requests, servers.played, servers.failed
        month.billed_usd = servers.x.billed_usd
    return month


def files_of(site: Path) -> set[tuple[str, bytes]]:
    return {
        (str(path.relative_to(site)), path.read_bytes())
        for path in site.rglob("*")
        if path.is_file() and ".dawnchorus" not in path.parts
    }


def _plan_outages(servers: Servers, draw: random.Random, month: Month) -> None:
    """Each server, but a few, is out of reach for a time once; at most three days, well before the end."""
    for name in servers.names():
        if draw.random() < 0.8 and month.days > 3:
            begin = (
                midnight(month.first + _DAY * draw.randrange(1, month.days - 1)) + draw.randrange(24) * _HOUR
            )
            servers.down[name] = (begin, begin + draw.choice([1, 1, 2, 3]) * _DAY)


class _Life:
    def __init__(
        self, month: Month, servers: Servers, program: Program, draw: random.Random, *, kills: float
    ) -> None:
        self._month, self._servers, self._program, self._draw = month, servers, program, draw
        self._kills, self.calm = kills, False
        addresses = {name: getattr(servers, name).url for name in servers.names()}
        self._topic = _TOPIC.format(
            **addresses,
            urls=", ".join(f'"{addresses["feeds"]}/{site}/feed"' for site in SITES),
            usd_per_run=USD_PER_RUN,
            usd_per_month=USD_PER_MONTH,
        )
        self._number = 0

    def run(self, now: datetime, *, day: date) -> None:
        """One command, as often as it takes until it is not killed."""
        month, servers, draw = self._month, self._servers, self._draw
        servers.set_clock(now)
        secrets = dict(SECRETS)
        if draw.random() < 0.3:  # somebody forgot the key: the public feeds are read
            del secrets["REDDIT_CLIENT_ID"], secrets["REDDIT_CLIENT_SECRET"]
        chance = 0.0 if self.calm else self._kills
        while True:
            deadly, chance = draw.random() < chance, chance / 2
            servers.begin()
            month.runs.append(now)
            if (told := self._command(now, secrets=secrets, deadly=deadly)) is not None:
                break
        met = {
            name: {
                one.id: one.version(now)
                for one in servers.shelf(name)
                if servers.is_listed(one, name, end=close(day))
            }
            for name in servers.names()
            if servers.is_clean(name)
        }
        month.reads.append(Read(at=now, end=close(day), met=met))
        self._look_at(day, told)

    def again(self) -> None:
        """All days once more, out of the archive."""
        first, last = self._month.first, self._month.last
        told = self._command(self._servers.now, secrets={}, deadly=False, first=first, last=last, fetch=False)
        assert told is not None
        self._month.errors += told["faults"]

    def _look_at(self, day: date, told: dict[str, Any]) -> None:
        month, servers = self._month, self._servers
        reports = sorted(month.site.glob(f"month_{day:%Y%m%d}_{day:%Y%m%d}/report.json"))
        if reports:
            coverage = json.loads(reports[0].read_text())["coverage"]
            month.told[day] = {one["name"]: one["status"] for one in coverage["sources"]}
        else:
            month.told[day] = {name: status for name, status, _, _ in told["health"]}
        out = {name for name in servers.down if servers.down[name][0] <= servers.now < servers.down[name][1]}
        month.down[day] = {
            NAMES.get(name, name)
            for name in out
            if not name.startswith("mastodon") or {"mastodon a", "mastodon b"} <= out
        }
        month.errors += [f"{day}: {fault}" for fault in told["faults"]]

    def _command(
        self,
        now: datetime,
        *,
        secrets: dict[str, str],
        deadly: bool,
        first: date | None = None,
        last: date | None = None,
        fetch: bool = True,
    ) -> dict[str, Any] | None:
        """What the program says; None if it was killed."""
        draw, self._number = self._draw, self._number + 1
        kind = draw.choice(["commit", "committed", "rename", "renamed", "request", "request", "time"])
        after = {"time": 0, "request": draw.randrange(1, 45)}.get(kind, draw.randrange(1, 60))
        result = self._month.folder / f"{self._number:04}.json"
        running = self._program.start(
            Command(
                topic=self._topic,
                now=now.astimezone(UTC).isoformat(),
                site=str(self._month.site),
                result=str(result),
                secrets=secrets,
                first=first and first.isoformat(),
                last=last and last.isoformat(),
                fetch=fetch,
                death=kind if deadly and kind not in ("request", "time") else None,
                after=after,
            )
        )
        timer = None
        if deadly and kind == "request":
            begun = self._servers.requests
            self._servers.at_request = lambda number: running.kill() if number >= begun + after else None
        elif deadly and kind == "time":
            timer = threading.Timer(draw.random() * 3, running.kill)
            timer.start()
        killed = running.wait() is None
        self._servers.at_request = None
        if timer:
            timer.cancel()
        if killed:
            self._month.kills[kind] += 1
            return None
        told: dict[str, Any] = json.loads(result.read_text())
        if "error" in told:
            raise AssertionError(told["error"])
        self._month.seconds.append(told["seconds"])
        return told
