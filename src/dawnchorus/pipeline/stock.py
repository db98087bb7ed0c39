"""The posts an edition may draw on: those of files, or those of the archive that the topic's sources gave."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.model import SourceHealth, Window
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.prepare import Prepared, Read, none_in_window, prepare, read_files
from dawnchorus.sources.inputs import find_files
from dawnchorus.store.archive import read_posts
from dawnchorus.store.arrivals import gone_ids, origins
from dawnchorus.store.digest import code_version, digest, file_digest
from dawnchorus.store.forgotten import load_forgotten
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.taken import taken_elsewhere
from dawnchorus.tables import DROPPED, empty

BACKGROUND_DAYS = 7
MANY_FAILURES = 3  # runs in a row; fewer may be a bad hour


class NoPosts(InputError):
    """The archive has no post in the window: nothing is wrong, but there is nothing to report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What is read for an edition, and what of it belongs to others.

    Files are read when :attr:`read` is called; the archive has been read, since what it holds names the
    edition.
    """

    key: str  # digest of all that decides what is read
    window: Window  # of the job; looks back to the day before if an edition of that day left something
    read: Callable[[], Read]
    files: tuple[Path, ...] = ()
    digests: tuple[str, ...] = ()  # of the files
    had: pl.Series | None = None  # ids, see posts.window.in_window
    later: pl.Series | None = None
    gone: pl.Series | None = None

    def prepare(self, job: Job, posts: pl.DataFrame) -> Prepared:
        """Cut ``posts`` down to what belongs to the edition of ``job``."""
        return prepare(
            posts,
            window=self.window,
            query=job.topic.parsed_query,
            keep_languages=job.topic.keep_languages,
            undated=job.undated,
            now=job.now,
            had=self.had,
            later=self.later,
            gone=self.gone,
        )

    def check_unchanged(self) -> None:
        """Whether files are what they were: the manifest must name what was read.

        Raises:
            InputError: One is not.
        """
        for path, before in zip(self.files, self.digests, strict=True):
            if not path.is_file() or file_digest(path) != before:
                raise InputError(f"{path}: changed while it was read; run again when it is whole")


def stock_of(job: Job, ledger: Ledger | None) -> Stock:
    """The stock of ``job``: its inputs, or the archive where it names none.

    Raises:
        InputError: A file is not there, or the archive cannot be read.
    """
    return _from_files(job.inputs, job) if job.inputs else _from_archive(job, ledger)


def days_before(job: Job, stock: Stock, data: Path, ledger: Ledger | None) -> pl.DataFrame:
    """POSTS of the archive from the days before the window: they say which words are usual."""
    start = job.window.start
    posts = read_posts(
        data,
        start=start - timedelta(days=BACKGROUND_DAYS),
        end=start,
        sources=None if job.inputs else _own(job, ledger),
    )
    return posts if stock.gone is None else posts.filter(~pl.col("id").is_in(_gone(ledger).implode()))


def whole_archive(data: Path) -> Read:
    """All posts of the archive under ``data``.

    Raises:
        InputError: It has none.
    """
    first, last = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 28, tzinfo=UTC)
    posts = read_posts(data, start=first, end=last, undated=True)
    if posts.is_empty():
        raise InputError(f"{data}: the archive has no posts; name files, or fetch some: dawnchorus run TOPIC")
    return Read(posts=posts, bad=empty(DROPPED))


def nothing_in(job: Job, read: Read) -> str:
    """What to tell where nothing falls in the window of ``job``."""
    if job.inputs:
        return none_in_window(read.posts, job)
    until = f" until {job.window.end:%H:%M}" if job.window.until else ""
    return (
        f"{job.window.first} to {job.window.last}{until} ({job.window.tz}): the archive in {job.data} has no "
        f"posts of topic {job.topic.id}"
    )


def counted_health(job: Job, posts: pl.DataFrame, ledger: Ledger | None) -> tuple[SourceHealth, ...]:
    """How sources fared, with the posts of the edition that came from each; a row a plug-in.

    What two uses of a plug-in ("mastodon", "mastodon 2") brought is only known of both together, so they are
    told of together. A run counts what is new to it, and how often in a row a source failed. Made again after
    it was killed, an edition would have other figures: of failures it only has whether they are many, and
    since when.
    """
    counts = dict(posts["source"].value_counts().iter_rows())
    uses: dict[str, list[SourceHealth]] = {}
    for one in job.health or ():
        uses.setdefault(re.sub(r" \d+$", "", one.name), []).append(one)
    found = []
    for name, those in uses.items():
        own = origins(ledger, job.label, [name]) if ledger else frozenset()
        count = sum(counts.get(source, 0) for source in own)
        found.append(_together(name, those, count=count))
    return tuple(found)


def _together(name: str, uses: Sequence[SourceHealth], *, count: int) -> SourceHealth:
    faulty = [one for one in uses if one.status in ("partial", "failed")]
    failed = all(one.status == "failed" for one in uses)
    status: Literal["ok", "empty", "partial", "failed"] = "ok" if count else "empty"
    if faulty:
        status = "failed" if failed else "partial"
    long = failed and all(one.failed_runs >= MANY_FAILURES for one in uses)
    named = (one.reason if len(uses) == 1 else f"{one.name}: {one.reason}" for one in faulty)
    return SourceHealth(
        name=name,
        status=status,
        posts=count,
        reason="; ".join(named),
        failed_runs=MANY_FAILURES if long else 0,
        failing_since=max((one.failing_since for one in uses if one.failing_since), default=None)
        if long
        else None,
    )


def _from_files(inputs: tuple[str, ...], job: Job) -> Stock:
    files = tuple(Path(file.path) for file in find_files(inputs))
    digests = tuple(file_digest(path) for path in files)
    return Stock(
        key=digest("read", sorted(digests), code_version()),
        # Whoever names files and days gets the posts of those days; nobody expects others of the day before.
        window=job.window,
        read=lambda: _remembered(read_files(inputs), job.data),
        files=files,
        digests=digests,
    )


def _remembered(read: Read, data: Path) -> Read:
    """``read`` without posts that were forgotten; they count as read and dropped."""
    forgotten = load_forgotten(data)
    posts, gone = forgotten.without(read.posts)
    if posts.equals(read.posts):
        return read
    # A filtered frame still shares its buffers, and a stage's cache writes buffers: only a copy by value
    # leaves nothing of what was filtered out.
    copy = BytesIO()
    posts.write_parquet(copy, compression="uncompressed")
    copy.seek(0)
    rows = [
        {"id": forgotten.alias(id), "stage": "read", "reason": "forgotten", "detail": ""} for id in gone["id"]
    ]
    bad = pl.concat([read.bad, pl.DataFrame(rows, schema=DROPPED)])
    return replace(read, posts=pl.read_parquet(copy), bad=bad)


def _from_archive(job: Job, ledger: Ledger | None) -> Stock:
    undated = job.undated == "include"
    other = taken_elsewhere(
        job.data, slug=job.plain_slug, label=job.label, window=job.window, undated=undated
    )
    window = looking_back(job.window) if other.follows else job.window
    posts = read_posts(
        job.data,
        start=window.since or window.start,
        end=window.end,
        sources=_own(job, ledger),
        undated=undated,
    )
    read = Read(posts=posts, bad=empty(DROPPED))
    ids = posts["id"]
    had, later, gone = (
        ids.filter(ids.is_in(other_ids.implode())) for other_ids in (other.had, other.later, _gone(ledger))
    )
    key = digest("archive", posts, list(had), list(later), list(gone), code_version())
    return Stock(key=key, window=window, read=lambda: read, had=had, later=later, gone=gone)


def looking_back(window: Window) -> Window:
    """``window`` with the day before, for posts that its edition has missed."""
    day_before = Window(first=window.first - timedelta(days=1), last=window.first, tz=window.tz)
    return replace(window, since=day_before.start)


def _gone(ledger: Ledger | None) -> pl.Series:
    return pl.Series("id", sorted(gone_ids(ledger)) if ledger else [], pl.String)


def _own(job: Job, ledger: Ledger | None) -> frozenset[str] | None:
    """What the sources of the topic gave, by ``Post.source``; None (all) if none has been asked yet."""
    return (origins(ledger, job.label) if ledger else None) or None
