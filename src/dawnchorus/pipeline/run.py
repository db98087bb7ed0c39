"""A run of a topic: read its sources once, then make an edition of each day, in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from dawnchorus.errors import DawnchorusError, InputError, UsageError
from dawnchorus.model import Lang, SourceHealth, Window
from dawnchorus.pipeline.edition import Made, make_edition
from dawnchorus.pipeline.estimates import SourceEstimate, estimate_sources, unset
from dawnchorus.pipeline.fetch import fetch_sources, load_sources
from dawnchorus.pipeline.forecast import forecast_lines, typical_lines
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.links import fetch_links, links_door
from dawnchorus.pipeline.models import check_models, names_of
from dawnchorus.pipeline.stock import NoPosts, looking_back
from dawnchorus.pipeline.telling import Teller, counted
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.pipeline.windows import day_windows
from dawnchorus.settings import Topic, load_topic
from dawnchorus.store.calls import spent_usd
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.taken import taken_elsewhere
from dawnchorus.store.visits_log import last_visits
from dawnchorus.visits import Http


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a run."""

    made: tuple[Made, ...]  # by day, then language; a report of None: the edition stood whole
    health: tuple[SourceHealth, ...]  # how sources were read; () if they were not asked
    faults: tuple[str, ...]  # a line a day that failed
    empty: tuple[date, ...]  # days without posts
    notes: tuple[str, ...] = ()  # a line each of those days
    model: Mapping[str, Any] | None = None  # the language model that was asked, see ``health.Health.end_run``

    @property
    def exit_code(self) -> int:
        """0 if what could be made stands; 1 if a day failed, or nothing came and nothing was there."""
        nothing_read = all(one.status == "failed" for one in self.health)
        return int(bool(self.faults) or (not self.made and nothing_read))


def run_topic(
    topic_ref: str | Topic,
    *,
    first: date | None = None,
    last: date | None = None,
    until: time | datetime | None = None,
    languages: Sequence[Lang] = (),
    label: str | None = None,
    out: Path | None = None,
    data: Path | None = None,
    now: datetime,
    fetch: bool = True,
    traffic: Traffic | None = None,
    tell: Teller,
    http: Http | None = None,
    secret: Callable[[str], str | None] = os.environ.get,
    stop: Callable[[], bool] = lambda: False,
) -> Ran:
    """Read the sources of a topic for all days, then make their editions, oldest first.

    A day is made as on its day: out of posts of its window, with the threads of earlier editions alone. What
    stands whole and would be the same is left; run again, a killed run goes on to the same end. A source or
    day that fails does not stop the others.

    Args:
        topic_ref: Name of a built-in topic, path of a file, or the topic.
        first: None with ``last``: the latest day whose cut-off is past.
        last: None: ``first``.
        until: Cut-off; None: the topic's, else midnight at the end of the day.
        languages: None named: all of the topic.
        label: None: the topic's.
        out: Folder of the site; None: the topic's.
        data: Archive and ledger; None: ``out``/.dawnchorus.
        now: Aware.
        fetch: Whether to ask the sources; else the archive is taken as it is, and a report tells how sources
            were when they were last read for its whole window, or nothing of them.
        traffic: Which way calls to a language model take; None: over HTTP.
        tell: Told what goes on.
        http: The door to the network; None: one is opened.
        secret: Keys by the name of their environment variable.
        stop: Asked between pages and between days.

    Raises:
        UsageError: The call or the topic is wrong.
        DawnchorusError: Nothing could begin: another run fetches, or the disk is full.
    """
    topic = load_topic(topic_ref) if isinstance(topic_ref, str) else topic_ref
    windows, job = _plan(
        topic,
        first=first,
        last=last,
        until=until,
        languages=languages,
        label=label,
        out=out,
        data=data,
        now=now,
        fetch=fetch,
        traffic=traffic,
    )
    check_models(topic, writer=job.writer, traffic=job.traffic)  # before anything is begun
    health: tuple[SourceHealth, ...] = ()
    with Ledger(job.data / "ledger.sqlite") as ledger:
        if fetch:
            load_sources(topic.sources)  # wrong options are told before anything is begun
            tell.step("fetch")
            health = fetch_sources(
                topic.sources,
                topic=topic,
                label=job.label,
                span=span(job, windows),
                now=now,
                data=job.data,
                ledger=ledger,
                tell=tell,
                http=http,
                secret=secret,
                stop=stop,
            )
        told = [
            health if fetch else last_visits(ledger, job.label, start=window.start, end=window.end)
            for window in windows
        ]
    made: list[Made] = []
    faults: list[str] = []
    empty: list[date] = []
    notes: list[str] = []
    with ExitStack() as opened:
        look = None
        if fetch and topic.fetch.links:
            door = http or opened.enter_context(links_door(topic.fetch.contact))
            look = partial(fetch_links, data=job.data, now=now, http=door, stop=stop)
        for window, read in zip(windows, told, strict=True):
            if stop():
                break
            try:
                made += make_edition(replace(job, window=window, health=read or None), tell=tell, look=look)
            except NoPosts as error:
                empty.append(window.first)
                notes.append(str(error))
            except DawnchorusError as error:
                faults.append(f"{window.first}: {error}")
                tell.note(faults[-1])
    return Ran(
        made=tuple(made),
        health=health,
        faults=tuple(faults),
        empty=tuple(empty),
        notes=tuple(notes),
        model=_asked(job, made),
    )


def _asked(job: Job, made: Sequence[Made]) -> dict[str, Any] | None:
    """The model that wrote what was made, if any did, with what it took and left."""
    costs = [(one.report.cost, one.report.fallback) for one in made if one.report is not None]
    if job.topic.llm is None or not job.asks_model or not costs:
        return None
    with Ledger(job.data / "ledger.sqlite") as ledger:
        month = sum(
            spent_usd(ledger, f"{datetime.now(UTC):%Y-%m}", model=name) for name in names_of(job.topic.llm)
        )
    return {
        "name": ", ".join(names_of(job.topic.llm)),
        "usd": round(sum(cost.money_usd for cost, _ in costs), 6),
        "month_usd": round(month, 6),
        "unanswered": sum(cost.unanswered for cost, _ in costs),
        "quoted": sum(len(stories) for _, stories in costs),
        "why": [line for one in made for line in one.lost],
    }


def plan_run(
    topic: Topic,
    *,
    first: date | None = None,
    last: date | None = None,
    until: time | datetime | None = None,
    label: str | None = None,
    out: Path | None = None,
    data: Path | None = None,
    now: datetime,
    languages: Sequence[Lang] = (),
    fetch: bool = True,
    traffic: Traffic | None = None,
    tell: Teller,
    secret: Callable[[str], str | None] = os.environ.get,
) -> Iterator[str]:
    """What :func:`run_topic` would do and pay, in lines; nothing is sent and no edition made.

    Raises:
        UsageError: As there.
    """
    windows, job = _plan(
        topic,
        first=first,
        last=last,
        until=until,
        languages=languages,
        label=label,
        out=out,
        data=data,
        now=now,
        fetch=fetch,
        traffic=traffic,
    )
    for window in windows:
        yield f"edition {replace(job, window=window).plain_slug}: {_shown(window)}"
    yield from _models_told(job, windows, tell=tell)
    if not fetch:
        return
    with Ledger(job.data / "ledger.sqlite") as ledger:
        wanted = span(job, windows)
        estimates = estimate_sources(
            topic.sources, topic=topic, label=job.label, span=wanted, now=now, ledger=ledger, secret=secret
        )
    yield f"fetch from {wanted[0]:%Y-%m-%d %H:%M} to {wanted[1]:%Y-%m-%d %H:%M} UTC:"
    for one in estimates:
        yield f"  {one.name}: {_told(one)}"
    yield f"  at most {sum(one.estimate.usd for one in estimates):.2f} USD in all"


def _models_told(job: Job, windows: Sequence[Window], *, tell: Teller) -> Iterator[str]:
    """What the model of each edition is expected to take, as far as the posts are there."""
    if not job.asks_model:
        return
    for window in windows:
        one = replace(job, window=window)
        try:
            if not (job.data / "posts").is_dir():
                raise NoPosts("nothing was fetched yet")
            yield from forecast_lines(one, data=job.data, tell=tell)
        except InputError:
            yield from typical_lines(one)


def _shown(window: Window) -> str:
    return f"{window.start:%Y-%m-%d %H:%M} to {window.cutoff:%Y-%m-%d %H:%M} ({window.tz})"


def _told(one: SourceEstimate) -> str:
    found = one.estimate
    parts = [
        one.fault,
        "" if found.requests is None else counted(found.requests, "request"),
        "" if found.reads is None else f"at most {found.reads} paid reads, {found.usd:.2f} USD",
        found.note,
        unset(one),
    ]
    return "; ".join(filter(None, parts)) or "cannot be told"


def _plan(
    topic: Topic,
    *,
    first: date | None,
    last: date | None,
    until: time | datetime | None,
    languages: Sequence[Lang],
    label: str | None,
    out: Path | None,
    data: Path | None,
    now: datetime,
    fetch: bool,
    traffic: Traffic | None,
) -> tuple[tuple[Window, ...], Job]:
    """The windows of a run, and the job of its first edition."""
    if fetch and not topic.sources:
        raise UsageError(f"topic {topic.id} names no sources; add sources = […], see docs/topics.md")
    cutoff = topic.cutoff if until is None else until
    windows = day_windows(first, last, tz=topic.tz, until=cutoff, now=now)
    out = out or topic.out
    return windows, Job(
        inputs=(),
        topic=topic,
        label=label or topic.label,
        window=windows[0],
        languages=_languages(languages, topic),
        out=out,
        data=data or out / ".dawnchorus",
        now=now,
        writer=topic.writer,
        traffic=traffic or Traffic(),
        publishers=topic.publishers,
    )


def span(job: Job, windows: Sequence[Window]) -> tuple[datetime, datetime]:
    """What the editions of ``windows`` draw on, in UTC: late posts of the day before included."""
    first = windows[0]
    other = taken_elsewhere(
        job.data, slug=replace(job, window=first).plain_slug, label=job.label, window=first
    )
    start = looking_back(first).since if other.follows else first.start
    assert start is not None
    return start.astimezone(UTC), windows[-1].end.astimezone(UTC)


def _languages(asked: Sequence[Lang], topic: Topic) -> tuple[Lang, ...]:
    for lang in asked:
        if lang not in topic.names:
            known = ", ".join(topic.names)
            raise UsageError(f"--lang: topic {topic.id} has no names in {lang!r}; it has {known}")
    return tuple(dict.fromkeys(asked)) or topic.languages
