"""One edition from posts to files of a report: locked, cached, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any, TypeVar, cast

import polars as pl

from dawnchorus.errors import DawnchorusError, InputError
from dawnchorus.model import Lang, Report, SourceHealth, Window
from dawnchorus.pipeline.addresses import known_pages
from dawnchorus.pipeline.assets import dropped_lines, evidence_lines, pictures
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.losses import loss_lines
from dawnchorus.pipeline.models import check_models, models_of
from dawnchorus.pipeline.prepare import Prepared, Read, keep
from dawnchorus.pipeline.stock import NoPosts, Stock, counted_health, days_before, nothing_in, stock_of
from dawnchorus.pipeline.telling import Teller
from dawnchorus.pipeline.write import Material, figures_before, gather, write_report
from dawnchorus.plugins import load_plugin
from dawnchorus.publish.report_json import published_language
from dawnchorus.store.archive import add_posts
from dawnchorus.store.cache import StageCache
from dawnchorus.store.digest import code_version, digest
from dawnchorus.store.editions import earlier_editions, save_edition
from dawnchorus.store.ledger import Ledger, StageRow, state_after
from dawnchorus.store.lock import hold_lock, lock_path
from dawnchorus.store.manifest import is_whole, read_settings, write_manifest
from dawnchorus.store.taken import TAKEN, save_taken
from dawnchorus.tables import empty

T = TypeVar("T")

CACHE_BYTES = 2_000_000_000
_SHOWN_FAULTS = 5
_DECIDES = ("model", "judge", "temperature", "stories", "thinking_tokens", "extra", "form")  # of [llm]
_CHANGE_SETS = ("kept", "thread:", "since:", "ticker:", "theme:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of a job in one language."""

    report: Report | None  # None: the edition was there already, nothing was done
    slug: str
    page: Path  # the report as one HTML page
    lost: tuple[str, ...] = ()  # why its model did not give all that it was asked for, a line a reason


def make_edition(
    job: Job, *, tell: Teller, look: Callable[[pl.DataFrame, Window], str] | None = None
) -> list[Made]:
    """Make and publish the edition of ``job`` in each of its languages.

    An edition that is there whole, made from the same input, settings, code
    and earlier editions, is left as it is; it is made again if a source that
    it misses was read since.

    Args:
        job: What is to be made.
        tell: Told each stage.
        look: Fetches the pages that posts (KEPT) of a window link to, see ``pipeline.links.fetch_links``.

    Raises:
        NoPosts: The archive has no post in the window.
        DawnchorusError: One line on what is wrong and what to do; nothing half-written is left.
    """
    # A second language asked for later must not take the place of the first.
    job = replace(job, leading=published_language(job.out / job.plain_slug))
    # Refused now, not after the work.
    load_plugin("writers", job.writer.name, options=job.writer.options)
    check_models(job.topic, writer=job.writer, traffic=job.traffic)
    with (
        hold_lock(lock_path(job.out, job.label), what=f"{job.label} into {job.out}", since=job.now),
        Ledger(job.data / "ledger.sqlite") as ledger,
    ):
        run = ledger.begin_run(slug=job.plain_slug, label=job.label, code_version=code_version(), at=job.now)
        try:
            made = _Edition(job, ledger=ledger, run=run, tell=tell).make(look)
        except BaseException as error:
            detail = str(error).splitlines()[0] if str(error) else ""
            with suppress(DawnchorusError):  # on a full disk; what went wrong first is what matters
                ledger.end_run(run, state=state_after(error), at=job.now, detail=detail)
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

    def make(self, look: Callable[[pl.DataFrame, Window], str] | None) -> list[Made]:
        stock = stock_of(self._job, self._ledger)
        self._job = job = replace(self._job, window=stock.window)
        earlier = earlier_editions(job.data, label=job.label, before=job.window.first)
        for line in earlier.unreadable:
            self._tell.note(line)
        before = figures_before(earlier, out=job.out if job.asks_model else None)
        said = before.told if before else {}
        parts = (stock.key, _arguments(job), earlier.threads, earlier.counts, said, code_version())
        edition_key = digest(*parts, known_pages(job))
        if all(self._is_made(job.slug(lang), edition_key) for lang in job.languages):
            return [self._made(lang, None) for lang in job.languages]
        read = self._read(stock)
        prepared = self._prepare(read, stock)
        if look:
            self._tell.step("links")
            if line := look(prepared.kept, job.window):
                self._tell.note(line)
        pages = known_pages(job)
        edition_key = digest(*parts, pages)
        material = self._timed(
            "stories",
            edition_key,
            lambda: gather(
                job,
                prepared,
                read=read.posts.height + read.bad.height,
                bad=read.bad,
                health=counted_health(
                    job, read.posts.join(prepared.taken, on="id", how="semi"), self._ledger
                ),
                threads=earlier.threads,
                pages=pages,
            ),
        )
        background = self._background(stock, prepared)
        # Before anything is published: an edition that is whole has left its threads for the next one.
        self._leave(material)
        reports = []
        began = monotonic()
        for lang in job.languages:
            with models_of(
                job,
                ledger=self._ledger,
                run=self._run,
                tell=self._tell.doing,
                anew=bool(read_settings(job.out / job.slug(lang)).get("unwritten")),
                began=began,
            ) as models:
                report = self._timed(
                    f"write {lang}",
                    edition_key,
                    lambda lang=lang, models=models: write_report(  # type: ignore[misc]
                        job, material, lang=lang, earlier=before, background=background, models=models
                    ),
                )
                lost: tuple[str, ...] = ()
                if models is not None and job.topic.llm is not None:
                    lost = tuple(loss_lines(models, report, settings=job.topic.llm, traffic=job.traffic))
            reports.append((report, lost))
        stock.check_unchanged()
        made = []
        for report, lost in reports:
            self._publish(report, material, files=stock.files, key=edition_key)
            for line in lost:
                self._tell.note(line)
            made.append(self._made(report.lang, report, lost=lost))
        with suppress(OSError):
            self._cache.prune(max_bytes=CACHE_BYTES)
        return made

    def _read(self, stock: Stock) -> Read:
        job = self._job
        if not job.inputs:
            return self._timed("read", stock.key, stock.read)
        posts, bad, notes = self._cached("read", stock.key, lambda: _parts(stock.read()))
        read = Read(posts=posts, bad=bad, notes=tuple(notes))
        for line in _told(read):
            self._tell.note(line)
        if read.posts.is_empty():
            raise InputError(_no_posts(read, job.inputs))
        add_posts(job.data, read.posts)
        return read

    def _prepare(self, read: Read, stock: Stock) -> Prepared:
        job = self._job
        key = digest(stock.key, read.posts.height, _selection(job), code_version())

        def make() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
            found = stock.prepare(job, read.posts)
            return found.kept, found.dropped, found.taken

        kept, dropped, taken = self._cached("prepare", key, make)
        prepared = Prepared(kept=kept, dropped=dropped, taken=taken)
        if not prepared.in_window:
            if job.inputs:
                raise InputError(nothing_in(job, read))
            # The day was looked at: what comes to light of it later, the next edition picks up.
            self._save_taken(empty(TAKEN))
            raise NoPosts(nothing_in(job, read))
        if kept.is_empty():
            self._tell.note(
                f"none of {prepared.in_window} posts in the window is on topic {job.topic.id}: "
                "the report says so; see the topic's query"
            )
        return prepared

    def _background(self, stock: Stock, prepared: Prepared) -> pl.DataFrame | None:
        """Posts on topic of the days before, from the archive; None if there are none."""
        job = self._job
        posts = days_before(job, stock, job.data, self._ledger)
        posts = posts.join(prepared.taken, on="id", how="anti", maintain_order="left")  # late ones
        if posts.is_empty():
            return None
        key = digest(stock.key, posts.select("id", "text"), _selection(job), code_version())
        found = self._cached("background", key, lambda: keep(posts, query=job.topic.parsed_query)[0])
        return None if found.is_empty() else found

    def _leave(self, material: Material) -> None:
        """Leave what later editions need: threads, figures, and which posts were had."""
        job = self._job
        counts = {
            name: len(posts)
            for name, posts in material.sets.items()
            if name.startswith(_CHANGE_SETS) and posts
        }
        self._save_taken(material.prepared.taken)
        save_edition(
            job.data,
            slug=job.plain_slug,
            label=job.label,
            window=job.window,
            threads=material.threads,
            counts=counts,
        )

    def _save_taken(self, posts: pl.DataFrame) -> None:
        job = self._job
        save_taken(job.data, slug=job.plain_slug, label=job.label, window=job.window, posts=posts)

    def _publish(self, report: Report, material: Material, *, files: Sequence[Path], key: str) -> None:
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
            settings={
                "key": key,
                "code": code_version(),
                "arguments": _arguments(job),
                "missed": _missed(job.health),
                "unanswered": report.cost.unanswered,
                "unwritten": bool(report.cost.calls) and not report.ai_generated,
            },
            files=[path for path in written if path.is_file()],
        )

    def _is_made(self, slug: str, key: str) -> bool:
        """Whether the edition is there, made of the same, and nothing that it misses may be had now.

        It misses sources that were not read, and answers that a model did not give. A source that failed in
        this run alone changes nothing: the archive has what it gave before.
        """
        folder = self._job.out / slug
        settings = read_settings(folder)
        if settings.get("key") != key or not is_whole(folder):
            return False
        if self._job.asks_model and (settings.get("unanswered") or settings.get("unwritten")):
            return False  # what the model did not give then it may give now; what was used is not paid twice
        missed = settings.get("missed", ())
        return self._job.health is None or set(missed) <= set(_missed(self._job.health))

    def _made(self, lang: Lang, report: Report | None, *, lost: tuple[str, ...] = ()) -> Made:
        slug = self._job.slug(lang)
        return Made(report=report, slug=slug, page=self._job.out / slug / "report.html", lost=lost)

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


def _missed(health: tuple[SourceHealth, ...] | None) -> list[str]:
    return [one.name for one in health or () if one.status in ("partial", "failed")]


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
    topic = {
        name: value for name, value in asdict(job.topic).items() if name not in ("out", "sources", "llm")
    }
    if job.topic.llm is not None and job.asks_model:
        # How much the model may take, and where it is asked, makes no other report of its answers.
        topic["llm"] = {name: getattr(job.topic.llm, name) for name in _DECIDES}
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


def _window(job: Job) -> dict[str, str | None]:
    window = job.window
    since = window.since.isoformat() if window.since else None
    return {"start": window.start.isoformat(), "end": window.end.isoformat(), "since": since, "tz": window.tz}


def _jsonable(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_jsonable(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _no_posts(read: Read, inputs: tuple[str, ...]) -> str:
    named = ", ".join(inputs[:3])
    if read.bad.is_empty():
        return f"{named}: no posts in there; see docs/formats.md for what can be read"
    first = read.bad.row(0, named=True)
    return (
        f"{named}: none of {read.bad.height} rows is a post; the first: {first['reason']}, {first['detail']}"
    )
