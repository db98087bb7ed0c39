"""A report made in memory: what ``dawnchorus write`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from dawnchorus.errors import InputError
from dawnchorus.model import Report
from dawnchorus.pipeline.addresses import known_pages
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.losses import loss_lines
from dawnchorus.pipeline.models import Models, check_models, models_of
from dawnchorus.pipeline.prepare import keep
from dawnchorus.pipeline.stock import days_before, nothing_in, stock_of
from dawnchorus.pipeline.telling import Teller
from dawnchorus.pipeline.write import Material, figures_before, gather, write_report
from dawnchorus.report.briefing import Earlier
from dawnchorus.store.digest import code_version
from dawnchorus.store.editions import earlier_editions
from dawnchorus.store.ledger import Ledger, state_after
from dawnchorus.tables import POSTS, THREADS, empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a report of ``job`` is written from."""

    job: Job  # with the window that it turned out to have
    material: Material
    figures: Earlier | None
    background: pl.DataFrame | None


def draft_report(job: Job, *, data: Path | None, tell: Teller) -> Report:
    """The report of ``job`` in its first language; nothing but the calls of its model is written to disk.

    Args:
        job: Its output folder is not used.
        data: Where earlier editions, posts and calls are remembered; None if there are none. Calls are in
            memory then, and the budget of a day does not know them.
        tell: Told each stage.

    Raises:
        UsageError: Its writer asks a model that cannot be asked.
        DawnchorusError: One line on what is wrong and what to do.
    """
    check_models(job.topic, writer=job.writer, traffic=job.traffic)
    gathered = gather_all(job, data=data, tell=tell)
    job = gathered.job
    with _models(job, data=data, tell=tell) as models:
        tell.step("write")
        report = write_report(
            job,
            gathered.material,
            lang=job.languages[0],
            earlier=gathered.figures,
            background=gathered.background,
            models=models,
        )
    if models is not None and job.topic.llm is not None:
        for line in loss_lines(models, report, settings=job.topic.llm, traffic=job.traffic):
            tell.note(line)
    return report


def gather_all(job: Job, *, data: Path | None, tell: Teller) -> Gathered:
    """Read, prepare and group the posts of ``job``; nothing is written to disk.

    Args:
        job: What is to be made.
        data: Where earlier editions and posts are remembered; None if there are none.
        tell: Told each stage.

    Raises:
        InputError: No post lies in the window.
    """
    path = job.data / "ledger.sqlite"
    with Ledger(path) if path.exists() else nullcontext() as ledger:
        tell.step("read")
        stock = stock_of(job, ledger)
        job = replace(job, window=stock.window)
        read = stock.read()
        usual = days_before(job, stock, data, ledger) if data else empty(POSTS)
    tell.step("prepare")
    prepared = stock.prepare(job, read.posts)
    if not prepared.in_window:
        raise InputError(nothing_in(job, read))
    before = earlier_editions(data, label=job.label, before=job.window.first) if data else None
    threads = before.threads if before else empty(THREADS)
    usual = usual.join(prepared.taken, on="id", how="anti", maintain_order="left")
    background = keep(usual, query=job.topic.parsed_query)[0] if not usual.is_empty() else None
    tell.step("stories")
    material = gather(
        job,
        prepared,
        read=read.posts.height + read.bad.height,
        bad=read.bad,
        health=(),
        threads=threads,
        pages=known_pages(job),
    )
    figures = figures_before(before, out=job.out if job.asks_model else None) if before else None
    return Gathered(job=job, material=material, figures=figures, background=background)


@contextmanager
def _models(job: Job, *, data: Path | None, tell: Teller) -> Iterator[Models | None]:
    """The models of a draft; its calls are those of a run of its own, which is no edition's."""
    if job.topic.llm is None or not job.asks_model:
        yield None
        return
    with Ledger(data / "ledger.sqlite" if data else Path(":memory:")) as ledger:
        name = f"draft of {job.plain_slug}"
        run = ledger.begin_run(
            slug=name, label=f"draft of {job.label}", code_version=code_version(), at=datetime.now(UTC)
        )
        try:
            with models_of(job, ledger=ledger, run=run, tell=tell.doing) as models:
                yield models
        except BaseException as error:
            detail = "the draft was not finished"
            ledger.end_run(run, state=state_after(error), at=datetime.now(UTC), detail=detail)
            raise
        ledger.end_run(run, state="published", at=datetime.now(UTC), detail="printed, not published")
