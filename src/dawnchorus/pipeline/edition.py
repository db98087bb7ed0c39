"""One edition from files of posts to files of a report: locked, cached, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar, cast

import polars as pl

from dawnchorus.errors import DawnchorusError, InputError
from dawnchorus.model import Lang, Report
from dawnchorus.pipeline.assets import dropped_lines, evidence_lines, pictures
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.prepare import (
    Prepared,
    Read,
    days_before,
    keep,
    none_in_window,
    prepare_for,
    read_all,
)
from dawnchorus.pipeline.telling import Teller
from dawnchorus.pipeline.write import Material, figures_before, gather, write_report
from dawnchorus.plugins import load_plugin
from dawnchorus.publish.report_json import published_language
from dawnchorus.sources.inputs import find_files
from dawnchorus.store.archive import add_posts
from dawnchorus.store.cache import StageCache
from dawnchorus.store.digest import code_version, digest, file_digest
from dawnchorus.store.editions import earlier_editions, save_edition
from dawnchorus.store.ledger import Ledger, StageRow
from dawnchorus.store.lock import hold_lock, lock_path
from dawnchorus.store.manifest import is_whole, read_settings, write_manifest

T = TypeVar("T")

CACHE_BYTES = 2_000_000_000
_SHOWN_FAULTS = 5
_CHANGE_SETS = ("kept", "thread:", "ticker:", "theme:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of a job in one language."""

    report: Report | None  # None: the edition was there already, nothing was done
    slug: str
    page: Path  # the report as one HTML page


def make_edition(job: Job, *, tell: Teller) -> list[Made]:
    """Make and publish the edition of ``job`` in each of its languages.

    An edition that is there whole, made from the same input, settings, code
    and earlier editions, is left as it is.

    Raises:
        DawnchorusError: One line on what is wrong and what to do; nothing half-written is left.
    """
    # A second language asked for later must not take the place of the first.
    job = replace(job, leading=published_language(job.out / job.plain_slug))
    load_plugin("writers", job.writer.name, options=job.writer.options)  # refused now, not after the work
    with (
        hold_lock(lock_path(job.out, job.label), what=f"{job.label} into {job.out}", since=job.now),
        Ledger(job.data / "ledger.sqlite") as ledger,
    ):
        run = ledger.begin_run(slug=job.plain_slug, label=job.label, code_version=code_version(), at=job.now)
        try:
            made = _Edition(job, ledger=ledger, run=run, tell=tell).make()
        except BaseException as error:
            detail = str(error).splitlines()[0] if str(error) else ""
            with suppress(DawnchorusError):  # on a full disk; what went wrong first is what matters
                ledger.end_run(run, state="failed", at=job.now, detail=detail)
            raise
        ledger.end_run(run, state="published", at=job.now, detail=", ".join(str(one.page) for one in made))
    return made


class _Edition:
    """A job at work: its cache, its row in the ledger, and what earlier editions left."""

    def __init__(self, job: Job, *, ledger: Ledger, run: int, tell: Teller) -> None:
        self._job, self._ledger, self._run, self._tell = job, ledger, run, tell
        self._uses: dict[str, tuple[str, str]] = {}
        self._cache = StageCache(
            job.data / "cache", told=lambda stage, key, use: self._uses.__setitem__(stage, (key, use))
        )

    def make(self) -> list[Made]:
        job = self._job
        files = [Path(file.path) for file in find_files(job.inputs)] if job.inputs else []
        digests = [file_digest(path) for path in files]
        contents = sorted(digests)
        read_key = digest("read", contents, [use.name for use in job.sources], code_version())
        earlier = earlier_editions(job.data, label=job.label, before=job.window.first)
        for line in earlier.unreadable:
            self._tell.note(line)
        # Installed sources give other posts each time they are asked; only files stay what they are.
        edition_key = digest(read_key, _arguments(job), earlier.threads, earlier.counts)
        if not job.sources and all(self._is_made(job.slug(lang), edition_key) for lang in job.languages):
            return [self._made(lang, None) for lang in job.languages]
        read = self._read(read_key)
        prepared = self._prepare(read, read_key)
        before = figures_before(earlier)
        material = self._timed(
            "stories",
            edition_key,
            lambda: gather(
                job,
                prepared,
                read=read.posts.height + read.bad.height,
                bad=read.bad,
                health=read.health,
                threads=earlier.threads,
            ),
        )
        background = self._background(read_key)
        # Before anything is published: an edition that is whole has left its threads for the next one.
        counts = {
            name: len(posts)
            for name, posts in material.sets.items()
            if name.startswith(_CHANGE_SETS) and posts
        }
        save_edition(
            job.data,
            slug=job.plain_slug,
            label=job.label,
            window=job.window,
            threads=material.threads,
            counts=counts,
        )
        reports = [
            self._timed(
                f"write {lang}",
                edition_key,
                lambda lang=lang: write_report(  # type: ignore[misc]
                    job, material, lang=lang, earlier=before, background=background
                ),
            )
            for lang in job.languages
        ]
        _check_unchanged(files, digests)
        made = []
        for report in reports:
            self._publish(report, material, files=files, key=edition_key)
            made.append(self._made(report.lang, report))
        with suppress(OSError):
            self._cache.prune(max_bytes=CACHE_BYTES)
        return made

    def _read(self, key: str) -> Read:
        job = self._job
        sources = [load_plugin("sources", use.name, options=use.options) for use in job.sources]
        if sources:
            # What a source gives is only to be had now: it is never taken from the cache.
            read = self._timed("read", key, lambda: read_all(job.inputs, sources, window=job.window))
        else:
            posts, bad, notes = self._cached(
                "read", key, lambda: _parts(read_all(job.inputs, (), window=job.window))
            )
            read = Read(posts=posts, bad=bad, health=(), notes=tuple(notes))
        for line in _told(read):
            self._tell.note(line)
        if read.posts.is_empty():
            raise InputError(_no_posts(read, job.inputs))
        add_posts(job.data, read.posts)
        return read

    def _prepare(self, read: Read, read_key: str) -> Prepared:
        job = self._job
        key = digest(read_key, read.posts.height, _selection(job), code_version())

        def make() -> tuple[pl.DataFrame, pl.DataFrame, int]:
            found = prepare_for(job, read.posts)
            return found.kept, found.dropped, found.in_window

        if job.sources:
            kept, dropped, in_window = self._timed("prepare", key, make)
        else:
            kept, dropped, in_window = self._cached("prepare", key, make)
        if not in_window:
            raise InputError(none_in_window(read.posts, job))
        if kept.is_empty():
            self._tell.note(
                f"none of {in_window} posts in the window is on topic {job.topic.id}: "
                "the report says so; see the topic's query"
            )
        return Prepared(kept=kept, dropped=dropped, in_window=in_window)

    def _background(self, read_key: str) -> pl.DataFrame | None:
        """Posts on topic of the days before, from the archive; None if there are none."""
        job = self._job
        posts = days_before(job, job.data)
        if posts.is_empty():
            return None
        key = digest(read_key, posts.select("id", "text"), _selection(job), code_version())
        found = self._cached("background", key, lambda: keep(posts, query=job.topic.parsed_query)[0])
        return None if found.is_empty() else found

    def _publish(self, report: Report, material: Material, *, files: list[Path], key: str) -> None:
        job = self._job
        assets = self._timed(
            f"draw {report.lang}", key, lambda: pictures(report, material.prepared.kept, seed=job.seed)
        )
        written: list[Path] = []
        for use in job.publishers:
            publisher = load_plugin("publishers", use.name, options=use.options)
            written += publisher.publish(
                report,
                out=job.out,
                assets=assets,
                evidence=evidence_lines(report),
                dropped=dropped_lines([material.bad, material.prepared.dropped]),
            )
        write_manifest(
            job.out,
            slug=report.slug,
            inputs=files,
            settings={"key": key, "code": code_version(), "arguments": _arguments(job)},
            files=[path for path in written if path.is_file()],
        )

    def _is_made(self, slug: str, key: str) -> bool:
        folder = self._job.out / slug
        return read_settings(folder).get("key") == key and is_whole(folder)

    def _made(self, lang: Lang, report: Report | None) -> Made:
        slug = self._job.slug(lang)
        return Made(report=report, slug=slug, page=self._job.out / slug / "report.html")

    def _cached(self, stage: str, key: str, make: Callable[[], T]) -> T:
        return self._timed(stage, key, lambda: self._cache.cached(stage, key, make))

    def _timed(self, stage: str, key: str, make: Callable[[], T]) -> T:
        self._tell.step(stage)
        start = perf_counter()
        value = make()
        held, use = self._uses.pop(stage, (key, "made"))
        self._ledger.add_stage(
            self._run,
            StageRow(stage=stage, digest=held, output="", use=use, seconds=perf_counter() - start),
        )
        return value


def _check_unchanged(files: list[Path], digests: list[str]) -> None:
    """The manifest must name what was read."""
    for path, before in zip(files, digests, strict=True):
        if not path.is_file() or file_digest(path) != before:
            raise InputError(f"{path}: changed while it was read; run again when it is whole")


def _parts(read: Read) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    return read.posts, read.bad, list(read.notes)


def _told(read: Read) -> list[str]:
    """What the person who runs the program should know of the input: the first faults, then a count."""
    faults = [
        f"{row['detail']} ({row['reason']})" for row in read.bad.head(_SHOWN_FAULTS).iter_rows(named=True)
    ]
    if read.bad.height > _SHOWN_FAULTS:
        faults.append(f"and {read.bad.height - _SHOWN_FAULTS} more bad rows, all in dropped.jsonl")
    return [*read.notes, *faults]


def _selection(job: Job) -> dict[str, object]:
    """What decides which posts are kept."""
    return {
        "window": _window(job),
        "query": job.topic.query,
        "languages": job.topic.keep_languages,
        "undated": job.undated,
    }


def _arguments(job: Job) -> dict[str, Any]:
    """Everything but the posts that a report depends on, as JSON."""
    topic = {name: value for name, value in asdict(job.topic).items() if name not in ("out", "sources")}
    return cast(
        "dict[str, Any]",
        _jsonable(
            {
                "label": job.label,
                "languages": job.languages,
                "window": _window(job),
                "undated": job.undated,
                "writer": asdict(job.writer),
                "publishers": [asdict(use) for use in job.publishers],
                "seed": job.seed,
                "topic": topic,
            }
        ),
    )


def _window(job: Job) -> dict[str, str]:
    return {"start": job.window.start.isoformat(), "end": job.window.end.isoformat(), "tz": job.window.tz}


def _jsonable(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_jsonable(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _no_posts(read: Read, inputs: tuple[str, ...]) -> str:
    named = ", ".join(inputs[:3]) or "the sources"
    if read.bad.is_empty():
        return f"{named}: no posts in there; see docs/formats.md for what can be read"
    first = read.bad.row(0, named=True)
    return (
        f"{named}: none of {read.bad.height} rows is a post; the first: {first['reason']}, {first['detail']}"
    )
