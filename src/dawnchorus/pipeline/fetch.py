"""Read the sources of a topic, all at once, into the archive; one that fails costs itself.

Every source has a thread. A page is stored, with its cursor, before the next is asked for; the ledger's
lock makes that one writer. The archive takes the posts over while the sources are still being read.
"""

from __future__ import annotations

import os
import queue
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from dawnchorus import __version__
from dawnchorus.errors import DawnchorusError, SourceError, UsageError
from dawnchorus.model import Post, SourceHealth
from dawnchorus.net.guard import hosts_in
from dawnchorus.pipeline.key_leaks import without_keys
from dawnchorus.pipeline.telling import Teller
from dawnchorus.pipeline.visiting import CountedHttp, Outcome, Secrets, Visiting, one_line
from dawnchorus.plugins import PagedSource, Source, load_plugin
from dawnchorus.settings import PluginUse, Topic
from dawnchorus.sources.web.door import Door, user_agent
from dawnchorus.store.archive import read_posts
from dawnchorus.store.arrivals import origins
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.lock import hold_lock
from dawnchorus.store.spending import Spending
from dawnchorus.store.visits_log import (
    begin_fetch,
    begin_visit,
    count_new,
    end_visit,
    failed_in_a_row,
    owed_since,
)
from dawnchorus.visits import Http, Page, Visit

WALL_SECONDS: Final = 900.0
"""Longest visit for each day it is to read: some thousand polite requests, and an edition is still on time.

A backfill of thirty days has thirty times as long. It is no option of a topic: what is not read by then is
read by the next run, from where this one stopped.
"""

MAKE_UP: Final = timedelta(days=6)
"""How far back a source makes up for visits that failed: X's recent search goes back seven days."""

GRACE_SECONDS: Final = 4.0
"""What a source has to end in after it was told to stop; systemd and containers kill after ten or more."""

DRAIN_SECONDS: Final = 60.0
"""How often the archive takes over what came: a day's file is written anew each time."""

_LOOK_SECONDS: Final = 0.2  # between looks at ``stop``


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A source of a topic, made; or why it could not be."""

    name: str  # as people see it: "mastodon", "mastodon 2"
    use: PluginUse
    source: Source | PagedSource | None
    fault: str = ""


def fetch_sources(
    uses: Sequence[PluginUse],
    *,
    topic: Topic,
    label: str,
    span: tuple[datetime, datetime],
    now: datetime,
    data: Path,
    ledger: Ledger,
    tell: Teller,
    http: Http | None = None,
    secret: Callable[[str], str | None] = os.environ.get,
    follow: bool = False,
    stop: Callable[[], bool] = lambda: False,
    wall_seconds: float = WALL_SECONDS,
    grace_seconds: float = GRACE_SECONDS,
) -> tuple[SourceHealth, ...]:
    """Read ``uses`` for posts of ``span`` into the archive under ``data``, and say how each went, in order.

    A source is "ok" without posts if the archive has posts of its span from before, else "empty"; "partial"
    if something came or was read well and something failed. Posts of a killed fetch reach the archive now,
    and a source that failed is asked for what it owes from before ``span`` as well, see MAKE_UP.

    Args:
        uses: Sources, each with its options; one plug-in may stand there more than once.
        topic: Its query, zone, contact and patience hold.
        label: Whose posts, cursors and health these are.
        span: Posts are wanted from the first up to, not with, the second; aware.
        now: Aware; the clock runs on from there.
        data: Archive.
        ledger: Of ``data``.
        tell: Told of posts that were kept out; faults of sources are in what is returned.
        http: The door to the network; one is opened if not given.
        secret: Keys by the name of their environment variable.
        follow: Sources that can go on until ``stop``; they have a lock of their own.
        stop: Asked often; sources then have ``grace_seconds`` to end, and what came is stored.
        wall_seconds: Longest visit a day of ``span``.
        grace_seconds: For a source that was told to end.

    Raises:
        UsageError: A plug-in is missing or refuses its options; all of them are told, nothing was sent.
        LockedError: Another process reads the sources of ``label``.
        DawnchorusError: Ledger or archive cannot be written. What was stored by then is kept.
    """
    sources = load_sources(uses)
    start, end = (at.astimezone(UTC) for at in span)
    kind = "follow" if follow else "fetch"
    what = f"a {kind} of {label} into {data}"
    with hold_lock(data / f"{label}.{kind}.lock", what=what, since=now), ExitStack() as opened:
        fetch = _Fetch(
            topic=topic,
            label=label,
            span=(start, end),
            now=now,
            data=data,
            ledger=ledger,
            tell=tell,
            stop=stop,
        )
        fetch.drain()
        if http is None:
            http = opened.enter_context(fetch.open_door(uses))
        days = max(1, -(-(min(end, now.astimezone(UTC)) - start) // timedelta(days=1)))
        fetch.begin(
            sources,
            http=http,
            secrets=Secrets(secret),
            follow=follow,
            limit=None if follow else wall_seconds * days,
        )
        try:
            fetch.wait(grace_seconds)
        finally:
            fetch.leave("stopped before its end; the next run goes on from there")
        return fetch.end()


def visit_start(ledger: Ledger, label: str, name: str, *, start: datetime, now: datetime) -> datetime:
    """From when on a visit to the source ``name`` asks for posts: ``start``, or what earlier ones missed.

    What was read is in the cursors of the source; only what was not is asked for again.
    """
    owed = owed_since(ledger, label, name, back_to=now - MAKE_UP)
    return min(start, owed) if owed else start


def load_sources(uses: Sequence[PluginUse]) -> list[Named]:
    """The plug-ins of ``uses`` with the names that tell them apart.

    Raises:
        UsageError: One is missing or refuses its options; a line each.
    """
    found: list[Named] = []
    wrong: list[str] = []
    seen: Counter[str] = Counter()
    for use in uses:
        seen[use.name] += 1
        name = use.name if seen[use.name] == 1 else f"{use.name} {seen[use.name]}"
        make = partial(Named, name=name, use=use)
        try:
            source = load_plugin("sources", use.name, options=use.options)
        except UsageError as error:
            wrong.append(str(error))
        except DawnchorusError as error:
            found.append(make(source=None, fault=str(error)))
        except Exception as error:  # other people's code
            found.append(make(source=None, fault=f"{type(error).__name__}: {error}; a fault of the plug-in"))
        else:
            usable = callable(getattr(source, "pages", None)) or callable(getattr(source, "fetch", None))
            fault = "" if usable else "has neither pages() nor fetch(); a fault of the plug-in"
            found.append(make(source=source if usable else None, fault=fault))
    if wrong:
        raise UsageError("\n".join(dict.fromkeys(wrong)))
    return found


class _Fetch:
    """Visits at work, and what they share."""

    def __init__(
        self,
        *,
        topic: Topic,
        label: str,
        span: tuple[datetime, datetime],
        now: datetime,
        data: Path,
        ledger: Ledger,
        tell: Teller,
        stop: Callable[[], bool],
    ) -> None:
        self._topic, self._label, self._span, self._now = topic, label, span, now.astimezone(UTC)
        self._data, self._ledger, self._tell, self._stop = data, ledger, tell, stop
        self._intake = Intake(ledger, data)
        self._begun = monotonic()
        self._broken = False
        self._keys: Callable[[], frozenset[str]] = frozenset
        self._over: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._visits: list[_Entry] = []

    def clock(self) -> datetime:
        """UTC; ``now`` and what has gone by since."""
        return self._now + timedelta(seconds=monotonic() - self._begun)

    def open_door(self, uses: Sequence[PluginUse]) -> Door:
        """The network, as the topic wants it treated."""
        return Door(
            user_agent=user_agent(__version__, self._topic.fetch.contact),
            patience_seconds=self._topic.fetch.patience_seconds,
            trusted_hosts=frozenset[str]().union(*(hosts_in(use.options) for use in uses)),
            sleep=self._sleep,
        )

    def begin(
        self, sources: Sequence[Named], *, http: Http, secrets: Secrets, follow: bool, limit: float | None
    ) -> None:
        """Start a thread for each source."""
        self._keys = secrets.keys
        number = begin_fetch(self._ledger, label=self._label, follow=follow, at=self.clock())
        budget = Spending(self._ledger, fetch=number, clock=self.clock)
        for place, named in enumerate(sources):
            start = visit_start(self._ledger, self._label, named.name, start=self._span[0], now=self._now)
            visit = begin_visit(
                self._ledger,
                fetch=number,
                label=self._label,
                name=named.name,
                since=self._span[0],
                at=self.clock(),
            )
            entry = _Entry(
                named,
                visit,
                CountedHttp(http, note_sent=secrets.note_sent),
                None if limit is None else monotonic() + limit,
            )
            self._visits.append(entry)
            if named.source is None:
                continue
            entry.visiting = Visiting(
                named.source,
                Visit(
                    start=start,
                    end=self._span[1],
                    now=self._now,
                    http=entry.http,
                    budget=budget,
                    cursors=self._intake.cursors(self._label, named.use.name),
                    query=self._topic.parsed_query,
                    secret=secrets,
                    follow=follow,
                    stop=partial(self._is_over, entry),
                ),
                tz=self._topic.tz,
                store=partial(self._store, entry),
                redact=secrets.redact,
                ended=partial(self._over.put, place),
            )
        for entry in self._visits:
            if entry.visiting:
                entry.visiting.start()

    def wait(self, grace: float) -> None:
        """Until every visit ended or was left, the archive taking over what comes."""
        drained = monotonic()
        stopped: float | None = None
        while at_work := [entry for entry in self._visits if entry.visiting and not entry.is_over]:
            with suppress(queue.Empty):
                entry = self._visits[self._over.get(timeout=_LOOK_SECONDS)]
                entry.is_over = True
                if entry.visiting and entry.visiting.broken:
                    self._broken = True  # the others need not go on
                    raise entry.visiting.broken
            now = monotonic()
            if stopped is None and self._stop():
                stopped = now
            for entry in at_work:
                if entry.limit is not None and now > entry.limit + grace:
                    self._leave(entry, "did not end in the time it has; the next run goes on from what came")
            if stopped is not None and now > stopped + grace:
                return
            if now > drained + DRAIN_SECONDS:
                self.drain()
                drained = monotonic()
                for entry in at_work:
                    if entry.limit is None and entry.visiting:
                        entry.visiting.forget_ids()

    def leave(self, reason: str) -> None:
        """Take nothing more from visits that are still at work."""
        self._broken = True
        for entry in self._visits:
            if entry.visiting and not entry.is_over:
                self._leave(entry, reason)

    def drain(self) -> None:
        """The archive takes over what came."""
        count_new(self._ledger, self._intake.drain())

    def end(self) -> tuple[SourceHealth, ...]:
        """How each source did, written down."""
        self.drain()
        return tuple(self._health(entry) for entry in self._visits)

    def _health(self, entry: _Entry) -> SourceHealth:
        visiting = entry.visiting
        outcome = (
            visiting.outcome(had_posts=False)
            if visiting
            else Outcome(status="failed", posts=0, reason=one_line(entry.named.fault))
        )
        if visiting and outcome.status == "empty" and self._has_posts(entry.named.use.name):
            outcome = visiting.outcome(had_posts=True)
        health = SourceHealth(
            name=entry.named.name, status=outcome.status, posts=outcome.posts, reason=outcome.reason
        )
        end_visit(
            self._ledger,
            entry.visit,
            health=health,
            requests=entry.http.requests,
            seconds=visiting.seconds if visiting else 0.0,
            at=self.clock(),
        )
        if entry.held:
            self._tell.note(
                f"source {health.name}: {entry.held} posts dated in the future are held back until it gives"
                " them another date; if these are many, set the clock of this machine"
            )
        if entry.refused:
            self._tell.note(f"source {health.name}: {entry.refused} records gave no post")
        count, since = failed_in_a_row(self._ledger, self._label, health.name)
        return replace(health, failed_runs=count, failing_since=since)

    def _has_posts(self, source: str) -> bool:
        names = origins(self._ledger, self._label, {source})
        start, end = self._span
        return bool(names) and not read_posts(self._data, start=start, end=end, sources=names).is_empty()

    def _store(self, entry: _Entry, page: Page) -> tuple[Post, ...]:
        taken = self._intake.add(
            without_keys(page, self._keys()),
            label=self._label,
            source=entry.named.use.name,
            at=self.clock(),
            visit=entry.visit,
        )
        entry.held += taken.held
        entry.refused += taken.refused
        return taken.posts

    def _leave(self, entry: _Entry, reason: str) -> None:
        entry.is_over = True
        assert entry.visiting is not None
        entry.visiting.leave(reason)

    def _is_over(self, entry: _Entry) -> bool:
        """What a source is told when it asks whether to stop."""
        if self._broken or self._stop():
            return True
        if entry.limit is None or monotonic() <= entry.limit:
            return False
        if entry.visiting:
            entry.visiting.fault("not read to its end in the time it has; the next run goes on from there")
        return True

    def _sleep(self, seconds: float) -> None:
        """Wait; a run that is to stop does not wait for servers."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            if self._broken or self._stop():
                raise SourceError("stopped while it waited for the server; the next run goes on from there")
            sleep(min(left, _LOOK_SECONDS))


@dataclass(slots=True)
class _Entry:
    """A source in its place."""

    named: Named
    visit: int
    http: CountedHttp
    limit: float | None  # on the monotonic clock
    visiting: Visiting | None = None
    is_over: bool = False
    held: int = 0  # posts in quarantine
    refused: int = 0  # records without a post
